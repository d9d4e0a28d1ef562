"""A place for somebody who asked elsewhere: services tell one another that they are full."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flow.engine.full_services import FullServices, Statement, decode_statement
from flow.engine.memory import MemoryLog
from flow.engine.observer import Silent
from flow.pathway import load_policy
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.engine.services_world import ServicesWorld
from tests.engine.test_service_partition import (
    CENTRE,
    NOON,
    START,
    alert_changes,
    person_event,
    report,
    told,
)
from tests.metrics.memory_pipeline import KAFKA_TIME_MS, MemoryPipeline
from tests.pathway.told import own_policy
from tests.system.outcome import latest

OTHER = "other-centre"
TWO_CENTRES = own_policy(
    f"""
    name = "Two centres"
    [services.criteria.{CENTRE}]
    kind = "independence_centre"
    [services.criteria.{OTHER}]
    kind = "independence_centre"
    """
)
BED = "rehabilitation_bed"
HOUR = timedelta(hours=1)
DEMO = Path(__file__).parents[2] / "flow" / "simulate" / "policy_leeds_demo.toml"


@pytest.fixture
async def world() -> AsyncIterator[ServicesWorld]:
    made = ServicesWorld(policy=TWO_CENTRES)
    yield made
    await made.stop()


async def ticks(world: ServicesWorld, *hours: float) -> None:
    for each in hours:
        world.tick(NOON + each * HOUR)
        await world.settle()


def asks(service: str | None) -> Any:
    named = {"service": service} if service is not None else {}
    return person_event("referral-made", NOON, referral_id="r", kind=BED, **named)


async def raised(world: ServicesWorld) -> list[tuple[str, str]]:
    changes = [json.loads(content) for _, content in alert_changes(world)]
    return [(each["service"], each["alert"]) for each in changes if each["state"] == "open"]


async def test_a_free_bed_is_told_for_who_asked_a_centre_that_is_full(world: ServicesWorld) -> None:
    world.publish(
        report(beds_open=10, beds_occupied=9),
        report(OTHER, beds_open=10, beds_occupied=10),
        asks(OTHER),
    )
    await ticks(world, 1)
    assert told(world)["derived"]["suitable"] == 0, "nobody has said yet that the other is full"
    await ticks(world, 2)
    assert told(world)["derived"]["suitable"] == 1
    await ticks(world, 4, 6)
    assert await raised(world) == [(CENTRE, "place_free_with_someone_waiting")]


async def test_a_free_bed_is_not_told_while_the_centre_that_was_asked_has_one(
    world: ServicesWorld,
) -> None:
    world.publish(
        report(beds_open=10, beds_occupied=9),
        report(OTHER, beds_open=10, beds_occupied=9),
        asks(OTHER),
    )
    await ticks(world, 1, 2, 6)
    assert await raised(world) == [(OTHER, "place_free_with_someone_waiting")]


async def test_full_everywhere_is_told_of_who_asked_for_none_in_particular(
    world: ServicesWorld,
) -> None:
    world.publish(
        report(beds_open=10, beds_occupied=10),
        report(OTHER, beds_open=10, beds_occupied=10),
        asks(None),
    )
    await ticks(world, 1, 2, 20, 30)
    assert sorted(await raised(world)) == [
        (CENTRE, "full_with_people_waiting"),
        (OTHER, "full_with_people_waiting"),
    ]


async def test_room_again_where_it_was_asked_closes_the_alert(world: ServicesWorld) -> None:
    world.publish(
        report(beds_open=10, beds_occupied=9),
        report(OTHER, beds_open=10, beds_occupied=10),
        asks(OTHER),
    )
    await ticks(world, 1, 2, 7)
    again = report(OTHER, beds_open=10, beds_occupied=9).model_copy(
        update={"id": "r2", "recordedtime": NOON + 8 * HOUR, "time": NOON + 8 * HOUR}
    )
    world.publish(again)
    await ticks(world, 9, 10)
    last = json.loads(alert_changes(world)[-1][1])
    assert (last["service"], last["closed_reason"]) == (CENTRE, "nobody_waiting")


async def test_a_crash_between_the_saying_and_the_hearing_changes_nothing(
    world: ServicesWorld,
) -> None:
    world.publish(
        report(beds_open=10, beds_occupied=9),
        report(OTHER, beds_open=10, beds_occupied=10),
        asks(OTHER),
    )
    await ticks(world, 1)
    said = [r for r in world.records("placements") if (r.key or b"").startswith(b"/full/")]
    assert [(r.key, decode_statement(r.value or b"").full_since) for r in said] == [
        (b"/full/other-centre", NOON + HOUR)
    ]
    await world.crash()
    await ticks(world, 2)
    assert told(world)["derived"]["suitable"] == 1
    await world.crash()
    await ticks(world, 3)
    assert told(world)["derived"]["suitable"] == 1
    again = [r for r in world.records("placements") if (r.key or b"").startswith(b"/full/")]
    assert len(again) == 1, "said once"


def services_known(*, backwards: bool) -> tuple[Mapping[bytes, bytes], int]:
    """What is published of services after some days of the town, and how many were suitable."""
    log = MemoryLog(lambda: KAFKA_TIME_MS)
    pipeline = MemoryPipeline(load_policy(DEMO), Silent(), log)
    if backwards:
        pipeline._services = dict(reversed(pipeline._services.items()))
    feed = Feed(12, START, load_town(people_per_day=30))
    for number in range(1, 40):
        pipeline.publish(feed.events(START + number * 12 * HOUR))
        pipeline.tick(START + number * 12 * HOUR)
    records = [record for n in range(2) for record in log.records("flow.services.v1", n)]
    suitable = sum(
        json.loads(record.value)["data"]["derived"].get("suitable", 0)
        for record in records
        if record.key != b"/clock" and record.value is not None
    )
    return latest(records), suitable


def test_which_partition_works_a_tick_first_does_not_matter() -> None:
    forwards, suitable = services_known(backwards=False)
    assert suitable, "somebody waited for a full service while another could take them"
    assert services_known(backwards=True) == (forwards, suitable)


# Statements.


def said(at_h: int, *, full: bool, before_h: int | None = None) -> Statement:
    at = NOON + at_h * HOUR
    return Statement(at, at if full else None, None if before_h is None else NOON + before_h * HOUR)


def test_a_tick_goes_by_what_was_said_before_it() -> None:
    services = FullServices()
    services.take("a", said(1, full=True))
    assert services.begin_tick(NOON + HOUR) == set()
    assert dict(services.since) == {}
    assert services.begin_tick(NOON + 2 * HOUR) == {"a"}
    assert dict(services.since) == {"a": NOON + HOUR}
    services.take("a", said(2, full=False, before_h=1))
    assert services.begin_tick(NOON + 3 * HOUR) == {"a"}
    assert dict(services.since) == {}


def test_where_the_topic_keeps_only_the_last_it_says_what_held_before() -> None:
    services = FullServices()
    services.take("a", said(5, full=False, before_h=1))
    services.restored(NOON + 5 * HOUR)
    assert dict(services.since) == {"a": NOON + HOUR}, "for the tick that it was said with"
    services.begin_tick(NOON + 6 * HOUR)
    assert dict(services.since) == {}


def test_a_service_says_only_what_is_new() -> None:
    services = FullServices()
    assert services.say("a", NOON, full=False) is None
    first = services.say("a", NOON, full=True)
    assert first == Statement(NOON, NOON, None)
    assert decode_statement(first.encode()) == first
    assert services.say("a", NOON + HOUR, full=True) is None
    assert services.say("a", NOON + HOUR, full=False) == Statement(NOON + HOUR, None, NOON)
    # Twice at one tick: what held before it is what held before the first.
    assert services.say("a", NOON + HOUR, full=True) == Statement(NOON + HOUR, NOON + HOUR, NOON)
