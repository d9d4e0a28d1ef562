"""The publisher and the reader on real brokers: what is acknowledged is there to be read."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from flow.engine.keys import CLOCK, SERVICES_CLOCK, partition_of
from flow.engine.publisher import KafkaPublisher, LockstepPublisher
from flow.engine.reader import (
    Reader,
    ask_cluster,
    fetch,
    newest_by_key,
    pipeline_time,
)
from flow.engine.ticks import decode_tick
from flow.engine.topic_admin import TopicAdmin
from flow.errors import TopicsError
from flow.events import AnyEvent, decode_stored
from flow.events.topics import topic_name
from flow.settings import Settings, load_settings
from flow.simulate.feed import Feed
from flow.simulate.town import load_town

START = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(
    params=[
        pytest.param("embedded_broker", marks=pytest.mark.embedded),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ]
)
def settings(request: pytest.FixtureRequest) -> Settings:
    broker = request.getfixturevalue(request.param)
    return load_settings(
        broker_url=broker.address, topic_prefix=f"t{uuid.uuid4().hex[:12]}.", partitions=4
    )


@pytest.fixture
async def topics(settings: Settings) -> Settings:
    async with TopicAdmin(settings) as admin:
        await admin.apply()
    return settings


def made(hours: int) -> list[AnyEvent]:
    town = Feed(3, START, load_town(people_per_day=40))
    return list(town.events(START + timedelta(hours=hours)))


async def test_whether_the_broker_can_fence_is_known(
    settings: Settings, request: pytest.FixtureRequest
) -> None:
    fences = (await ask_cluster(settings)).fences
    assert fences == ("kafka" in request.node.name)


async def test_missing_topics_are_named_with_the_remedy(settings: Settings) -> None:
    with pytest.raises(TopicsError, match=r"flow\.alerts\.v1.*`flow topics apply`"):
        await ask_cluster(settings, ["alerts"])
    with pytest.raises(TopicsError, match="`flow topics apply`"):
        async with KafkaPublisher(settings):
            pass


async def test_every_acknowledged_event_is_read_from_its_topic_and_partition(
    topics: Settings,
) -> None:
    events = made(24)
    async with KafkaPublisher(topics) as publisher:
        await publisher.publish(events)
    found: list[AnyEvent] = []
    async with Reader(
        topics, ["admission", "discharge", "care-package", "coordination", "capacity"]
    ) as reader:
        async for read in reader.to_end():
            for record in read.records:
                assert record.value is not None
                event = decode_stored(record.value)
                assert event.topic == read.short
                assert record.key == event.subject.encode()
                if read.short != "capacity":
                    assert record.partition == partition_of(record.key, 4)
                found.append(event)
    assert len(found) == len(events) > 100
    assert {(e.identity, e.subject) for e in found} == {(e.identity, e.subject) for e in events}


async def test_the_newest_value_of_each_key_and_no_deleted_ones(topics: Settings) -> None:
    name = topic_name("alerts", topics.topic_prefix)
    async with KafkaPublisher(topics) as publisher:
        for key, value in ((b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"b", None)):
            await publisher.send(name, value, key=key, partition=1)
        await publisher.send(name, b"3", key=b"c", partition=2)
    newest = await newest_by_key(topics, "alerts")
    assert {key: record.value for key, record in newest.items()} == {b"a": b"2", b"c": b"3"}
    assert set(await newest_by_key(topics, "alerts", only=2)) == {b"c"}
    assert await newest_by_key(topics, "stages") == {}


async def test_one_record_by_its_place(topics: Settings) -> None:
    name = topic_name("admission", topics.topic_prefix)
    headers = [("ce_id", b"7")]
    async with KafkaPublisher(topics) as publisher:
        partition, offset = await publisher.send(
            name, b"x" * 600_000, key=b"k", headers=headers, partition=3
        )
    found = await fetch(topics, name, partition, offset)
    assert found is not None
    assert (found.key, found.value, list(found.headers)) == (b"k", b"x" * 600_000, headers)


async def test_a_tick_names_the_end_of_every_input_of_its_partition(
    topics: Settings, request: pytest.FixtureRequest
) -> None:
    exact = "kafka" in request.node.name
    events = [event for event in made(12) if event.topic != "capacity"]
    at = START + timedelta(hours=12)
    async with LockstepPublisher(topics) as publisher:
        await publisher.publish(events)
        await publisher.tick(at)
        assert await publisher.clock() is None
    ticks = {}
    async with Reader(topics, ["ticks"]) as reader:
        async for read in reader.to_end():
            for record in read.records:
                ticks[record.partition] = decode_tick(record.value)
    assert set(ticks) == {0, 1, 2, 3}
    for partition, tick in ticks.items():
        assert tick is not None
        assert tick.at == at
        for short, end in tick.ends.items():
            published = sum(
                event.topic == short and partition_of(event.subject.encode(), 4) == partition
                for event in events
            )
            # The embedded broker counts its last batch as one record.
            assert end == published or (not exact and 0 < end < published)


async def test_the_clock_is_that_of_the_slowest_partition(topics: Settings) -> None:
    """Of people and of services: here the second partition of services is last."""
    async with LockstepPublisher(topics) as publisher:
        for short, key, first_day in (
            ("pathway-events", CLOCK, 6),
            ("services", SERVICES_CLOCK, 4),
        ):
            name = topic_name(short, topics.topic_prefix)
            for partition in range(4):
                value = b'{"at":"2026-01-0%dT00:00:00+00:00"}' % (first_day + (partition + 3) % 4)
                await publisher.send(name, value, key=key, partition=partition)
        async with asyncio.timeout(20):
            while await publisher.clock() is None:
                await asyncio.sleep(0.01)  # between two looks at a condition
        assert await publisher.clock() == datetime(2026, 1, 4, tzinfo=UTC)


async def test_the_time_is_real_unless_ticks_tell_another(topics: Settings) -> None:
    real = datetime.now(UTC)
    assert await pipeline_time(topics, real) == real
    async with LockstepPublisher(topics) as publisher:
        await publisher.tick(datetime.now(UTC))
        assert await pipeline_time(topics, real) == real
        await publisher.tick(START)
        first = await pipeline_time(topics, datetime.now(UTC))
        second = await pipeline_time(topics, datetime.now(UTC))
    assert START <= first < second < START + timedelta(minutes=2)
