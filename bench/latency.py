"""How soon an alert closes: from the acknowledgement of an event to the closed alert, at low load.

People are made whose referral has waited for an answer for longer than its target, so that the
worker raises an alert for each of them. Then the answers are published, a few a second.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.preload import as_record
from bench.workload import Item
from flow.events import EVENT_TYPES, encode
from flow.events.topics import topic_name
from flow.settings import Settings
from tests.system.product import product

PARTITIONS = 4
APPLICATION = "bench-latency"
SAMPLES = 120
PER_S = 5.0
WAIT = "referral_response"
WAITED = timedelta(hours=30)
"""Longer than the target (24 hours), shorter than the next step of the escalation."""
RAISED_WITHIN_S = 60.0
CLOSED_WITHIN_S = 30.0
WARM_UP = 10
"""Answers that are not measured: the first of a process take longer."""


@dataclass(frozen=True, slots=True)
class Latency:
    """In ms."""

    samples: int
    p50_ms: float
    p99_ms: float
    worst_ms: float


@dataclass
class _Watch:
    """When which person's alert was seen, on the clock of this process."""

    raised: set[str] = field(default_factory=set)
    closed_at_s: dict[str, float] = field(default_factory=dict)

    def see(self, value: bytes) -> None:
        event = orjson.loads(value)
        if event["data"]["wait"] != WAIT:
            return
        if event["data"]["state"] == "closed":
            self.closed_at_s.setdefault(event["subject"], time.monotonic())
        else:
            self.raised.add(event["subject"])


async def measure_latency(address: str, folder: Path, samples: int = SAMPLES) -> Latency:
    people = [f"bench.latency-{number:05}" for number in range(WARM_UP + samples)]
    async with product(address, folder, APPLICATION, partitions=PARTITIONS, clock="wall") as made:
        worker = made.start()
        await worker.until_ready()
        settings, watch = made.settings, _Watch()
        async with _producer(settings) as producer, _following(settings, watch):
            now = datetime.now(UTC)
            for person in people:
                for item in _waiting(person, now):
                    await _publish(producer, item, settings)
            await _until(lambda: len(watch.raised) == len(people), RAISED_WITHIN_S)
            acknowledged_at_s: dict[str, float] = {}
            for person in people:
                next_at_s = time.monotonic() + 1 / PER_S
                await _publish(producer, _answer(person), settings)
                acknowledged_at_s[person] = time.monotonic()
                await asyncio.sleep(max(0.0, next_at_s - time.monotonic()))
            await _until(lambda: len(watch.closed_at_s) == len(people), CLOSED_WITHIN_S)
        await worker.stop()
    found = sorted(
        (watch.closed_at_s[person] - acknowledged_at_s[person]) * 1e3 for person in people[WARM_UP:]
    )
    return Latency(len(found), _quantile(found, 0.5), _quantile(found, 0.99), found[-1])


@asynccontextmanager
async def _producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(
        bootstrap_servers=settings.broker_addresses, acks="all"
    ) as producer:
        yield producer


async def _publish(producer: AIOKafkaProducer, item: Item, settings: Settings) -> None:
    """Returns when it is acknowledged."""
    raw = as_record(item, settings)
    await producer.send_and_wait(raw.topic, raw.value, key=raw.key, partition=raw.partition)


@asynccontextmanager
async def _following(settings: Settings, watch: _Watch) -> AsyncIterator[None]:
    """Reads the alerts as a board would: committed records only."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.broker_addresses,
        group_id=None,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    name = topic_name("alerts", settings.topic_prefix)
    places = [TopicPartition(name, number) for number in range(settings.partitions)]
    consumer.assign(places)
    await consumer.seek_to_beginning(*places)

    async def follow() -> None:
        async for record in consumer:
            watch.see(record.value)

    following = asyncio.create_task(follow())
    try:
        yield
    finally:
        following.cancel()
        await asyncio.wait([following])
        await consumer.stop()


async def _until(condition: Callable[[], bool], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  # a poll with a limit
            await asyncio.sleep(0.05)


def _waiting(person: str, now: datetime) -> Iterator[Item]:
    """A service has the referral and has not answered."""
    referral = {"referral_id": "referral-1"}
    made = {**referral, "kind": "home_care", "service": "leeds-home-care"}
    yield _item(person, "flow.referral-made.v1", now - WAITED - timedelta(minutes=5), made)
    yield _item(person, "flow.referral-received.v1", now - WAITED, referral)


def _answer(person: str) -> Item:
    accepted = {"referral_id": "referral-1", "service": "leeds-home-care"}
    return _item(person, "flow.referral-accepted.v1", datetime.now(UTC), accepted)


def _item(person: str, kind: str, at: datetime, data: dict[str, Any]) -> Item:
    event = EVENT_TYPES[kind].model_validate(
        {
            "id": kind,
            "source": "/bench/community",
            "type": kind,
            "time": at,
            "recordedtime": at,
            "subject": person,
            "data": data,
        }
    )
    return Item(event.topic, person, at, encode(event))


def _quantile(ordered: list[float], share: float) -> float:
    """The smallest value that so many are not above (nearest rank)."""
    return ordered[math.ceil(share * len(ordered)) - 1]
