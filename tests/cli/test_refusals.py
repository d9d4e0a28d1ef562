"""Every command that needs a broker refuses in one line with a remedy, without a traceback."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers.kafka import free_ports
from tests.cli.conftest import Run

CSV = "case_id,activity,resource,timestamp\nA,ER Registration,A,2014-01-03 10:00:00\n"

BROKER_COMMANDS = (
    ("worker",),
    ("topics", "apply"),
    ("topics", "check"),
    ("person", "k1.made-up-person"),
    ("alert", "list"),
    ("alert", "ack", "abc", "--by", "staff-1"),
    ("alert", "snooze", "abc", "--by", "staff-1", "--for", "1h", "--reason", "plan_agreed"),
    ("alert", "assign", "abc", "--to", "staff-1", "--organisation", "RR8"),
    ("alert", "off-duty", "abc", "--coordinator", "staff-1"),
    ("watch",),
    ("dlq", "list"),
    ("dlq", "show", "admission/0/0"),
    ("dlq", "replay", "--all"),
    ("simulate", "--days", "0.01"),
    ("import", "log.csv", "--mapping", "sepsis"),
)


@pytest.fixture(autouse=True)
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(CSV)


@pytest.mark.parametrize("command", BROKER_COMMANDS, ids=" ".join)
def test_without_a_broker_it_says_how_to_get_one(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command)
    assert result.exit_code == 64
    (line,) = result.stderr.splitlines()
    assert "FLOW_BROKER_URL is not set" in line
    assert "`flow broker`" in line


@pytest.mark.parametrize("command", BROKER_COMMANDS, ids=" ".join)
def test_a_wrong_address_is_named_once(
    run: Run, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    monkeypatch.setenv("FLOW_BROKER_URL", address)
    result = run(*command)
    assert result.exit_code == 69, result.output
    (line,) = result.stderr.splitlines()
    assert f"no Kafka broker answers at {address}" in line
    assert "FLOW_BROKER_URL" in line


@pytest.mark.parametrize("command", BROKER_COMMANDS, ids=" ".join)
def test_an_address_that_is_none_is_named(
    run: Run, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_BROKER_URL", "somewhere")
    result = run(*command)
    assert result.exit_code == 64
    assert "FLOW_BROKER_URL: must be host:port" in result.stderr


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.parametrize("command", [("broker",), ("run",), ("run", "--demo")], ids=" ".join)
def test_a_busy_port_of_the_embedded_broker(
    run: Run, command: tuple[str, ...], taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_EMBEDDED_PORT", str(taken_port))
    result = run(*command)
    assert result.exit_code == 73
    (line,) = result.stderr.splitlines()
    assert f"port {taken_port}" in line
    assert "FLOW_EMBEDDED_PORT" in line


def test_the_demo_does_not_mix_with_real_people(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_BROKER_URL", "kafka.example:9092")
    result = run("run", "--demo")
    assert result.exit_code == 64
    assert "FLOW_TOPIC_PREFIX=demo." in result.stderr


def test_a_wrong_policy_stops_a_start(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[wait.edd_set]\ntarget = "a lot"\n')
    monkeypatch.setenv("FLOW_POLICY", str(policy))
    result = run("run")
    assert result.exit_code == 64
    assert f"{policy}:2: wait.edd_set.target" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [("run",), ("run", "--demo")], ids=" ".join)
def test_the_policy_is_read_before_a_broker_is_started(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    taken_port: int,
) -> None:
    monkeypatch.setenv("FLOW_EMBEDDED_PORT", str(taken_port))
    monkeypatch.setenv("FLOW_POLICY", str(tmp_path / "nowhere.toml"))
    result = run(*command)
    assert result.exit_code == 64, result.output
    (line,) = result.stderr.splitlines()
    assert "nowhere.toml: cannot be read" in line


@pytest.mark.parametrize("command", [("run",), ("worker",)], ids=" ".join)
def test_the_policy_is_read_before_the_broker_is_asked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FLOW_BROKER_URL", f"127.0.0.1:{free_ports(1)[0]}")
    monkeypatch.setenv("FLOW_POLICY", str(tmp_path / "nowhere.toml"))
    result = run(*command)
    assert result.exit_code == 64, result.output
    (line,) = result.stderr.splitlines()
    assert "nowhere.toml: cannot be read" in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("alert", "snooze", "abc", "--by", "s", "--reason", "plan_agreed"), "one of --for and"),
        (("alert", "snooze", "abc", "--by", "s", "--for", "1h", "--reason", "x"), "plan_agreed"),
        (("alert", "ack", "abc"), "FLOW_STAFF_REFERENCE"),
        (("dlq", "show", "nowhere"), "INPUT/PARTITION/OFFSET"),
        (("dlq", "replay"), "--all"),
        (("dlq", "replay", "--reason", "bored"), "not_json"),
        (("dlq", "replay", "--input", "alerts"), "admission"),
        (("person", "9990000018"), "`flow ref`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_call_says_what_is_wanted(
    run: Run, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_BROKER_URL", "kafka.example:9092")
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert "9990000018" not in result.output
