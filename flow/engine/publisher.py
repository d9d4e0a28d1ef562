"""Publishes events to Kafka and drives the clock of a replay (`flow.simulate.publish` says how)."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import orjson
from aiokafka import AIOKafkaProducer

from flow.engine.connection import broker_errors, connection_options
from flow.engine.kafka_log import KafkaLog
from flow.engine.keys import CLOCK, SERVICES_CLOCK
from flow.engine.log import Headers, Record
from flow.engine.reader import REQUEST_TIMEOUT_MS, Reader, ask_cluster
from flow.engine.ticks import TICKED, Tick
from flow.engine.topic_admin import check_before_start
from flow.events import AnyEvent, encode
from flow.events.topics import topic_name
from flow.settings import Settings

LINGER_MS = 5
"""Events are handed over hundreds at a time: a short wait fills the batches of all partitions."""
MAX_REQUEST_BYTES = 2 << 20
"""Above what any topic takes, so that it is the broker who refuses a value."""
CLOCK_WAIT_MS = 10
"""A lockstep replay waits for the clock after every tick, so this is its step's least length."""
CLOCK_TAIL = 200
"""Records of each state partition to look back for the clock; the next tick writes it anew."""

_CLOCKS = {"pathway-events": CLOCK, "services": SERVICES_CLOCK}


class KafkaPublisher:
    """Sends events to their topics by subject; returns when they are acknowledged.

    Use as an async context manager. Raises TopicsError where the input topics are missing, and
    BrokerError. `sent` counts acknowledged events. `tick` is for who drives the clock of a replay.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sent = 0
        self.partitions = 0
        self._producer: Any = None
        self._log = KafkaLog(settings, fenced=False)

    async def __aenter__(self) -> Self:
        self.partitions = await check_before_start(self.settings)
        cluster = await ask_cluster(self.settings)
        async with broker_errors(self.settings):
            self._producer = AIOKafkaProducer(
                acks="all",
                enable_idempotence=cluster.fences,
                linger_ms=LINGER_MS,
                max_request_size=MAX_REQUEST_BYTES,
                request_timeout_ms=REQUEST_TIMEOUT_MS,
                **connection_options(self.settings),
            )
            try:
                await self._producer.start()
            except BaseException:
                await self._producer.stop()
                raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._log.close()
        await self._producer.stop()

    async def publish(self, events: Sequence[AnyEvent]) -> None:
        prefix = self.settings.topic_prefix
        async with broker_errors(self.settings):
            sending = [
                await self._producer.send(
                    topic_name(event.topic, prefix), encode(event), key=event.subject.encode()
                )
                for event in events
            ]
            await asyncio.gather(*sending)
        self.sent += len(events)

    async def send(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> tuple[int, int]:
        """One record as it is; returns its (partition, offset) once acknowledged."""
        async with broker_errors(self.settings):
            placed = await self._producer.send_and_wait(
                topic, value, key=key, headers=list(headers), partition=partition
            )
        return placed.partition, placed.offset

    async def tick(self, at: datetime) -> None:
        """Say "it is now `at`" to every partition, after all that was published before."""
        await asyncio.gather(*(self._tick(number, at) for number in range(self.partitions)))

    async def _tick(self, partition: int, at: datetime) -> None:
        prefix = self.settings.topic_prefix
        names = {topic_name(short, prefix): short for short in TICKED}
        ends = await self._log.end_offsets(list(names), partition)
        tick = Tick(at, {names[name]: end for name, end in ends.items()})
        await self.send(topic_name("ticks", prefix), tick.encode(), key=None, partition=partition)


class LockstepPublisher(KafkaPublisher):
    """Publishes, ticks, and knows how far the worker's clocks have come."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._clocks: dict[tuple[str, int], datetime] = {}
        self._reader = Reader(
            settings,
            [],
            tails=dict.fromkeys(_CLOCKS, CLOCK_TAIL),
            fetch_wait_ms=CLOCK_WAIT_MS,
        )
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        try:
            await self._reader.__aenter__()
        except BaseException:
            await super().__aexit__(None, None, None)
            raise
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._following is not None
        self._following.cancel()
        await asyncio.wait([self._following])
        await self._reader.__aexit__(None, None, None)
        await super().__aexit__(None, None, None)

    async def clock(self) -> datetime | None:
        """The time that all partitions have worked through, of people and of services.

        None before the first tick.
        """
        assert self._following is not None
        if self._following.done():
            await self._following  # raises what stopped it
        if len(self._clocks) < 2 * self.partitions:
            return None
        return min(self._clocks.values())

    async def _follow(self) -> None:
        async for reads in self._reader.follow():
            for read in reads:
                for record in read.records:
                    at = clock_of(record, _CLOCKS[read.short])
                    if at is not None:
                        self._clocks[read.short, record.partition] = at


def clock_of(record: Record, key: bytes = CLOCK) -> datetime | None:
    """The time in the record that is a partition's clock, by its key; None for others."""
    if record.key != key or record.value is None:
        return None
    return datetime.fromisoformat(orjson.loads(record.value)["at"]).astimezone(UTC)
