"""The chunk transport against real brokers: every record is seen, and what is committed is exact.

This is the contract with private names of faust-streaming: a new version that breaks it fails here.
"""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.engine.logs import create_topics

WITHIN_S = 60.0
POLL_S = 0.1


class Workers:
    """Chunk workers of one group on one topic, and what they have seen and committed."""

    def __init__(self, address: str, group: str, topic: str, folder: Path) -> None:
        self.address, self.group, self.topic = address, group, topic
        self._file = folder / "seen"
        self._running: list[subprocess.Popen[bytes]] = []
        self._places = [TopicPartition(topic, number) for number in (0, 1)]
        # Assigned by hand: it asks the group's offsets and never joins it.
        self._group = AIOKafkaConsumer(
            bootstrap_servers=address, group_id=group, enable_auto_commit=False
        )
        self._producer = AIOKafkaProducer(bootstrap_servers=address, acks="all")
        self.sent = 0

    async def start_clients(self) -> None:
        await self._group.start()
        self._group.assign(self._places)
        await self._producer.start()

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        arguments = [self.address, self.group, self.topic, str(self._file), *options]
        worker = subprocess.Popen([sys.executable, "-m", "tests.engine.chunk_worker", *arguments])
        self._running.append(worker)
        return worker

    async def close(self) -> None:
        for worker in self._running:
            worker.kill()
            worker.wait()
        await self._producer.stop()
        await self._group.stop()

    async def send(self, count: int) -> None:
        for number in range(self.sent, self.sent + count):
            await self._producer.send(self.topic, b"%d" % number, partition=number % 2)
        await self._producer.flush()
        self.sent += count

    def seen(self) -> list[int]:
        with suppress(FileNotFoundError):
            return [int(line.split()[2]) for line in self._file.read_text().splitlines()]
        return []

    async def committed(self) -> list[int]:
        return [await self._group.committed(place) or 0 for place in self._places]

    async def until_committed(self) -> None:
        wanted = [(self.sent + 1) // 2, self.sent // 2]
        async with asyncio.timeout(WITHIN_S):
            while (now := await self.committed()) != wanted:
                assert all(a <= b for a, b in zip(now, wanted, strict=True))
                await asyncio.sleep(POLL_S)

    async def until_seen(self, count: int) -> None:
        async with asyncio.timeout(WITHIN_S):
            while len(set(self.seen())) < count:
                await asyncio.sleep(POLL_S)


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=pytest.mark.embedded),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ]
)
async def workers(
    request: pytest.FixtureRequest, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Workers]:
    fixture = "embedded_broker" if request.param == "embedded" else "kafka"
    address = request.getfixturevalue(fixture).address
    topic = unique("chunks")
    await create_topics(address, [topic])
    made = Workers(address, unique("group"), topic, tmp_path)
    await made.start_clients()
    yield made
    await made.close()


def stop(worker: subprocess.Popen[bytes]) -> int:
    worker.send_signal(signal.SIGTERM)
    return worker.wait(20)


async def test_commits_reach_the_end_from_an_empty_start_with_tiny_chunks_and_after_a_restart(
    workers: Workers,
) -> None:
    worker = workers.start()
    await workers.send(3_000)
    await workers.until_committed()
    for tiny in (1, 2, 1):
        await workers.send(tiny)
        await workers.until_committed()
    assert stop(worker) == 0
    await workers.send(500)
    again = workers.start()
    await workers.until_committed()
    assert sorted(set(workers.seen())) == list(range(workers.sent))
    assert len(workers.seen()) == workers.sent, "nothing was handed over twice"
    assert stop(again) == 0


async def test_nothing_is_committed_that_is_not_acknowledged(workers: Workers) -> None:
    holding = workers.start("hold")
    await workers.send(2_000)
    await workers.until_seen(2_000)
    stop(holding)
    assert await workers.committed() == [0, 0]
    workers.start()
    await workers.until_committed()
    assert sorted(set(workers.seen())) == list(range(2_000))
    assert len(workers.seen()) == 4_000, "all of it came again"


@pytest.mark.kafka
async def test_a_second_worker_takes_over_without_loss(workers: Workers) -> None:
    workers.start()
    await workers.send(2_000)
    workers.start()
    for _ in range(5):
        await workers.send(500)
    await workers.until_committed()
    assert sorted(set(workers.seen())) == list(range(workers.sent))
