"""The three logs under one interface, for tests that run on each of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from flow.engine.kafka_log import KafkaLog
from flow.engine.log import Log, NewRecord, Record
from flow.engine.memory import MemoryLog
from flow.settings import Settings


@dataclass(slots=True)
class LogUnderTest:
    """`transactional` also stands for fencing: the embedded broker has neither."""

    name: str
    log: Log
    topics: tuple[str, str]
    transactional: bool


async def create_topics(address: str, names: Sequence[str], partitions: int = 2) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1) for name in names])
    finally:
        await admin.close()


async def kafka_log(name: str, address: str, suffix: str, *, fenced: bool) -> LogUnderTest:
    topics = (f"outputs-{suffix}", f"state-{suffix}")
    await create_topics(address, topics)
    settings = Settings(broker_url=address, application=f"app-{suffix}")
    return LogUnderTest(name, KafkaLog(settings, fenced=fenced), topics, fenced)


def memory_log() -> LogUnderTest:
    return LogUnderTest("memory", MemoryLog(), ("outputs", "state"), transactional=True)


async def read_all(
    log: Log, topic: str, partition: int = 0, *, at_least: int = 0, within_s: float = 20.0
) -> list[Record]:
    """Read to the end, again until `at_least` records are visible."""
    async with asyncio.timeout(within_s):
        while True:
            read = [record async for batch in log.read(topic, partition) for record in batch]
            if len(read) >= at_least:
                return read


def record(topic: str, key: str, value: str | None, partition: int = 0) -> NewRecord:
    return NewRecord(topic, partition, key.encode(), None if value is None else value.encode())
