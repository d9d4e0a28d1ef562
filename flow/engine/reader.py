"""Reads whole topics, or follows them, for people who look on: never part of the worker.

Committed records only, no consumer group, nothing is written. Start at `Reader`.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from flow.engine.connection import broker_errors, committed_consumer, connection_options
from flow.engine.log import Record
from flow.engine.ticks import decode_tick
from flow.errors import BrokerError, TopicsError
from flow.events.topics import topic_name
from flow.settings import Settings

EMBEDDED_CLUSTER = "embedded-"
"""The embedded broker's cluster id begins like this (`flow.engine.embedded`). The requests of
idempotent producers are among those that it lists, so asking for its versions shows nothing."""
POLL_MS = 200
"""How soon a follower hears that it is to stop."""
STALLED_S = 20.0
"""A read that makes no progress for this long is given up."""
FETCH_WITHIN_MS = 5_000
"""A record that does not come in this long is not there."""
REQUEST_TIMEOUT_MS = 15_000
MAX_PARTITION_FETCH_BYTES = 4 << 20
SIMULATED_BEYOND = timedelta(seconds=60)
"""A tick that says another time than the broker did when it came is of simulated time."""


@dataclass(frozen=True, slots=True)
class Read:
    """Records of one topic, by its short name, in the order of their partition."""

    short: str
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Cluster:
    """`fences`: it knows transactions and idempotent producers, and its end offsets are exact.

    The embedded broker does neither, and counts its last batch as one record until the next one
    comes. `partitions` is their number by a topic's short name.
    """

    fences: bool
    partitions: Mapping[str, int]


async def ask_cluster(settings: Settings, shorts: Collection[str] = ()) -> Cluster:
    """What the broker can do, and the partitions of topics; raises TopicsError for missing ones."""
    names = {topic_name(short, settings.topic_prefix): short for short in shorts}
    described: list[dict[str, Any]] = []
    async with broker_errors(settings):
        client = AIOKafkaAdminClient(
            request_timeout_ms=REQUEST_TIMEOUT_MS, **connection_options(settings)
        )
        try:
            await client.start()
            cluster = await client.describe_cluster()
            if names:
                missing = sorted(set(names) - set(await client.list_topics()))
                if missing:
                    raise TopicsError(
                        f"topics are missing: {', '.join(missing)}: create them with"
                        " `flow topics apply`, or check FLOW_TOPIC_PREFIX"
                    )
                described = await client.describe_topics(sorted(names))
        finally:
            await client.close()
    return Cluster(
        fences=not str(cluster["cluster_id"] or "").startswith(EMBEDDED_CLUSTER),
        partitions={names[each["topic"]]: len(each["partitions"]) for each in described},
    )


class Reader:
    """One consumer over partitions of several topics; use as an async context manager.

    `whole` are read from their first record. `tails` maps a topic to how many of the newest
    records of each partition to begin with. `only` limits topics to one partition (a person's).
    Topics are given by their short names. A new record is seen after `fetch_wait_ms` at the
    latest, for the embedded broker answers a fetch no sooner. Raises BrokerError and TopicsError.
    """

    def __init__(
        self,
        settings: Settings,
        whole: Collection[str],
        *,
        tails: Mapping[str, int] | None = None,
        only: int | None = None,
        fetch_wait_ms: int = POLL_MS,
    ) -> None:
        self._settings = settings
        self._tails = dict(tails or {})
        self._shorts = (*whole, *self._tails)
        self._only = only
        self._fetch_wait_ms = fetch_wait_ms
        self._consumer: Any = None
        self._names: dict[str, str] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._exact_ends = True

    async def __aenter__(self) -> Self:
        cluster = await ask_cluster(self._settings, self._shorts)
        self._exact_ends = cluster.fences
        async with broker_errors(self._settings):
            self._consumer = committed_consumer(
                self._settings,
                request_timeout_ms=REQUEST_TIMEOUT_MS,
                max_partition_fetch_bytes=MAX_PARTITION_FETCH_BYTES,
                fetch_max_wait_ms=self._fetch_wait_ms,
            )
            try:
                await self._consumer.start()
                await self._assign(cluster.partitions)
            except BaseException:
                await self._consumer.stop()
                raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._consumer.stop()

    async def _assign(self, counts: Mapping[str, int]) -> None:
        places: list[TopicPartition] = []
        for short, count in counts.items():
            name = topic_name(short, self._settings.topic_prefix)
            self._names[name] = short
            numbers = range(count) if self._only is None else [self._only]
            places += [TopicPartition(name, number) for number in numbers]
        self._consumer.assign(places)
        self._ends = await self._consumer.end_offsets(places)
        begins = await self._consumer.beginning_offsets(places)
        for place in places:
            begin = begins[place]
            tail = self._tails.get(self._names[place.topic])
            if tail is not None:
                begin = max(begin, self._ends[place] - tail)
            self._consumer.seek(place, begin)

    async def to_end(self) -> AsyncIterator[Read]:
        """All records up to the ends as they were when the reader was opened, or a little more."""
        stalled_s = 0.0
        places = [place for place, end in self._ends.items() if end > 0]
        async with broker_errors(self._settings):
            while places:
                polled = await self._consumer.getmany(*places, timeout_ms=POLL_MS)
                for place, records in polled.items():
                    yield Read(self._names[place.topic], records)
                unfinished = await self._unfinished(places)
                if self._exact_ends or not polled:
                    places = unfinished
                stalled_s = 0.0 if polled else stalled_s + POLL_MS / 1000
                if places and stalled_s > STALLED_S:
                    raise BrokerError(
                        f"the broker at {self._settings.broker_addresses} gives no records of"
                        f" {places[0].topic}: see its log"
                    )

    async def _unfinished(self, places: list[TopicPartition]) -> list[TopicPartition]:
        """By position, not by last record: a transaction ends with a marker that is no record."""
        return [
            place for place in places if await self._consumer.position(place) < self._ends[place]
        ]

    async def follow(self) -> AsyncIterator[list[Read]]:
        """What there is and what comes, without end; an empty list when nothing came."""
        async with broker_errors(self._settings):
            while True:
                polled = await self._consumer.getmany(timeout_ms=POLL_MS)
                yield [Read(self._names[place.topic], records) for place, records in polled.items()]


async def newest_by_key(
    settings: Settings, short: str, *, only: int | None = None
) -> dict[bytes, Record]:
    """The newest record of each key of a compacted topic, without those that were deleted."""
    newest: dict[bytes, Record] = {}
    async with Reader(settings, [short], only=only) as reader:
        async for read in reader.to_end():
            for record in read.records:
                if record.key is None:
                    continue
                if record.value is None:
                    newest.pop(record.key, None)
                else:
                    newest[record.key] = record
    return newest


async def pipeline_time(settings: Settings, real: datetime) -> datetime:
    """The pipeline's time: `real`, or that of the newest tick where time is simulated.

    Simulated time goes on after the tick as real time does, so that of two things done one after
    the other the second is later.
    """
    simulated: datetime | None = None
    async with Reader(settings, [], tails={"ticks": 1}) as reader:
        async for read in reader.to_end():
            for record in read.records:
                tick = decode_tick(record.value)
                came_at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
                if tick is not None and abs(tick.at - came_at) > SIMULATED_BEYOND:
                    at = tick.at + max(timedelta(0), real - came_at)
                    simulated = at if simulated is None else max(simulated, at)
    return simulated or real


async def fetch(settings: Settings, topic: str, partition: int, offset: int) -> Record | None:
    """One record by its place; `topic` is the full name. None where it is not there (any more)."""
    place = TopicPartition(topic, partition)
    async with broker_errors(settings):
        consumer = committed_consumer(
            settings,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            max_partition_fetch_bytes=MAX_PARTITION_FETCH_BYTES,
        )
        try:
            await consumer.start()
            consumer.assign([place])
            if offset < (await consumer.beginning_offsets([place]))[place]:
                return None
            consumer.seek(place, offset)
            polled = await consumer.getmany(place, timeout_ms=FETCH_WITHIN_MS)
            for record in polled.get(place, ()):
                if record.offset == offset:
                    found: Record = record
                    return found
            return None
        finally:
            await consumer.stop()
