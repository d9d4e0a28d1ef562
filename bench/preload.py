"""Puts the workload into the input topics, and knows when a consumer group has worked it all.

Everything goes into one transaction: a worker that reads committed records starts, finds nothing,
and has the whole backlog before it at the moment of `release`.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from bench.workload import Item
from flow.engine.keys import partition_of
from flow.engine.ticks import Tick
from flow.events.topics import PERSON_INPUTS, topic_name
from flow.settings import Settings

BATCH_BYTES = 256 * 1024
TRANSACTION_TIMEOUT_MS = 300_000
"""Longer than a worker takes to start."""
WORKED_WITHIN_S = 900.0
POLL_S = 0.05
TICKS = 40
"""The clock moves so many times while the backlog is worked."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One record to publish."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes


class Preload:
    """Use as an async context manager: `publish`, then `release`."""

    def __init__(self, settings: Settings, *, at_once: bool) -> None:
        """`at_once`: hold everything back until `release`."""
        self.settings = settings
        self.next_offsets: Counter[tuple[str, int]] = Counter()
        self._at_once = at_once
        options: dict[str, Any] = {}
        if at_once:
            options["transactional_id"] = f"{settings.application}-preload"
            options["transaction_timeout_ms"] = TRANSACTION_TIMEOUT_MS
        self._producer = AIOKafkaProducer(
            bootstrap_servers=settings.broker_addresses,
            acks="all",
            max_batch_size=BATCH_BYTES,
            max_request_size=4 << 20,
            **options,
        )

    async def __aenter__(self) -> Self:
        await self._producer.start()
        if self._at_once:
            await self._producer.begin_transaction()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._producer.stop()

    async def publish(self, records: Iterable[Raw]) -> None:
        """Records of one partition keep their order."""
        open_batches: dict[tuple[str, int], Any] = {}
        sent: list[asyncio.Future[Any]] = []
        for record in records:
            place = (record.topic, record.partition)
            batch = open_batches.get(place)
            if batch is None or not self._append(batch, record):
                if batch is not None:
                    sent.append(await self._send(batch, place))
                batch = open_batches[place] = self._producer.create_batch()
                assert self._append(batch, record)
            self.next_offsets[place] += 1
        for place, batch in open_batches.items():
            sent.append(await self._send(batch, place))
        await asyncio.gather(*sent)

    async def release(self) -> None:
        """From now on the records are there for everybody."""
        if self._at_once:
            await self._producer.commit_transaction()

    @staticmethod
    def _append(batch: Any, record: Raw) -> bool:
        appended = batch.append(timestamp=None, key=record.key, value=record.value)
        return appended is not None

    async def _send(self, batch: Any, place: tuple[str, int]) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = await self._producer.send_batch(
            batch, place[0], partition=place[1]
        )
        return future


def with_ticks(items: list[Item], settings: Settings) -> Iterator[Raw]:
    """The items as records, and ticks of all partitions in between and at the end.

    A tick names the offsets that its inputs have reached, as the worker's own ticks do.
    """
    ends: dict[int, Counter[str]] = defaultdict(Counter)
    every = max(1, len(items) // TICKS)
    for number, item in enumerate(items, start=1):
        record = as_record(item, settings)
        ends[record.partition][item.topic] += 1
        yield record
        if number % every == 0 or number == len(items):
            yield from _ticks(item.published_at, ends, settings)


def as_record(item: Item, settings: Settings) -> Raw:
    key = item.person.encode()
    name = topic_name(item.topic, settings.topic_prefix)
    return Raw(name, partition_of(key, settings.partitions), key, item.value)


def _ticks(at: datetime, ends: dict[int, Counter[str]], settings: Settings) -> Iterator[Raw]:
    name = topic_name("ticks", settings.topic_prefix)
    for partition in range(settings.partitions):
        reached = {short: ends[partition][short] for short in PERSON_INPUTS}
        yield Raw(name, partition, None, Tick(at, reached).encode())


async def until_worked(settings: Settings, next_offsets: Counter[tuple[str, int]]) -> None:
    """Until the group has committed the offset after the last record of every partition."""
    wanted = {TopicPartition(topic, number): end for (topic, number), end in next_offsets.items()}
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker_addresses)
    await admin.start()
    try:
        async with asyncio.timeout(WORKED_WITHIN_S):
            while await _behind(admin, settings.application, wanted):  # noqa: ASYNC110  # Kafka tells nobody
                await asyncio.sleep(POLL_S)
    finally:
        await admin.close()


async def _behind(
    admin: AIOKafkaAdminClient, group: str, wanted: dict[TopicPartition, int]
) -> bool:
    try:
        committed = await admin.list_consumer_group_offsets(group, partitions=list(wanted))
    except GroupCoordinatorNotAvailableError:
        return True  # the broker makes its topic of groups when the first one comes
    return any(
        place not in committed or committed[place].offset < end for place, end in wanted.items()
    )
