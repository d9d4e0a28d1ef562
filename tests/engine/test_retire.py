"""People who are let go: everything of theirs goes, a marker stays, and then the marker goes."""

import json
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from flow.engine import partition
from flow.engine.ledger import Ledger
from flow.engine.marker import KEPT
from flow.engine.memory import StoredRecord
from flow.events import AnyEvent, encode
from flow.events.topics import PERSON_INPUTS
from flow.pathway import load_policy
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.engine.test_partition import disturb, state
from tests.engine.world import World
from tests.pathway.told import PERSON, Told, at
from tests.system.outcome import latest

OVER = at("2026-06-10 10:00")
LETTERS = tuple(f"{topic}.dlq" for topic in PERSON_INPUTS)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "FENCED_RETRY_S", 0.01)
    monkeypatch.setattr(partition, "RETRY_FIRST_S", 0.01)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    yield made
    if not made.running.done():
        await made.stop()


def journey() -> Told:
    """Someone who waits too long for a package, is discharged with it, and no longer needs it."""
    told = Told()
    told.admitted("2026-01-01 10:00")
    told.reviewed("2026-01-02 10:00", meets=False)
    told.tell("referral-made", "2026-01-02 11:00", referral_id="R1", service="home-help",
              kind="reablement")  # fmt: skip
    told.tell("referral-accepted", "2026-01-09 10:00", referral_id="R1", service="home-help")
    told.discharged("2026-01-10 11:00")
    told.in_spell("discharge-summary-sent", "2026-01-10 12:00")
    told.tell("care-package-requested", "2026-01-09 10:00", package_id="P1", referral_id="R1",
              kind="new", service="home-help")  # fmt: skip
    told.tell("care-package-started", "2026-01-10 15:00", package_id="P1")
    told.tell("first-visit-completed", "2026-01-10 15:30", package_id="P1", referral_id="R1")
    told.tell("care-package-ended", "2026-01-12 10:00", package_id="P1", reason="goals_met")
    return told


async def live(world: World, events: list[AnyEvent], until: datetime) -> None:
    """Publish events as they are recorded, with a tick a day until something is over."""
    world.publish(*events[:4])
    world.tick(at("2026-01-06 10:00"))
    await world.settle()
    world.publish(*events[4:])
    world.tick(at("2026-01-13 10:00"))
    await world.settle()
    world.tick(until)
    await world.settle()


def letters(world: World) -> list[str]:
    return [
        dict(record.headers)["flow.dlq.reason"].decode()
        for short in LETTERS
        for record in world.records(short)
    ]


async def test_all_of_a_finished_journey_goes_and_a_marker_is_left(world: World) -> None:
    await live(world, journey().events, at("2026-06-01 10:00"))
    assert latest(world.records("alerts")), "there was something to wait for"
    assert latest(world.records("placements"))
    assert latest(world.records("stages"))
    world.tick(OVER)
    await world.settle()
    assert set(latest(world.records("pathway-events"))) == {b"clock", f"{PERSON}/summary".encode()}
    assert set(latest(world.records("placements"))) == {b"/clock/0"}
    for short in ("alerts", "stages"):
        assert not latest(world.records(short)), short


async def test_an_old_event_becomes_a_dead_letter_and_a_newer_one_begins_a_new_journey(
    world: World,
) -> None:
    told = journey()
    await live(world, told.events, OVER)
    late = told.tell("medicines-ready", "2026-01-10 09:00", provider="RR8", spell_id="S1")
    again = told.admitted("2026-06-11 10:00", spell_id="S2")
    world.publish(late, again, late)
    world.tick(OVER + timedelta(days=2))
    await world.settle()
    assert letters(world) == ["retired", "retired"]
    state = latest(world.records("pathway-events"))
    assert [key for key in state if b"/event/" in key] == [
        f"{PERSON}/event/{again.identity}".encode()
    ]
    (stage,) = latest(world.records("stages")).values()
    assert json.loads(stage)["data"]["stage"] == "in_hospital"


async def test_the_marker_holds_over_a_crash_and_while_a_new_journey_lasts(world: World) -> None:
    told = journey()
    await live(world, told.events, OVER)
    await world.crash()
    world.publish(told.events[0])
    await world.settle()
    world.publish(told.admitted("2026-06-11 10:00", spell_id="S2"))
    world.tick(OVER + timedelta(days=2))
    await world.settle()
    await world.crash()
    world.publish(told.events[1])
    await world.settle()
    assert letters(world) == ["retired", "retired"]


async def test_a_marker_goes_when_the_inputs_can_hold_nothing_older(world: World) -> None:
    await live(world, journey().events, OVER)
    world.tick(OVER + KEPT - timedelta(hours=1))
    await world.settle()
    assert len(latest(world.records("pathway-events"))) == 2
    world.tick(OVER + KEPT)
    await world.settle()
    assert set(latest(world.records("pathway-events"))) == {b"clock"}


async def test_an_event_delivered_again_after_its_person_was_let_go_costs_nothing(
    world: World,
) -> None:
    """A commit of offsets may come long after the write; in a replay months pass meanwhile."""
    events = journey().events
    world.publish(*events)
    await world.settle()
    world.tick(OVER)
    await world.settle()
    world.acknowledged = dict.fromkeys(PERSON_INPUTS, 0)  # no offset was committed
    before = latest(world.records("pathway-events"))
    await world.crash()
    await world.settle()
    world.tick(OVER + timedelta(seconds=1))
    await world.settle()
    assert not letters(world)
    assert latest(world.records("pathway-events")).keys() == before.keys()


@pytest.mark.parametrize("seed", range(4))
async def test_faults_at_random_change_nothing_while_people_are_let_go(
    world: World, seed: int
) -> None:
    start = at("2026-01-01 00:00")
    feed = Feed(seed, start, load_town(people_per_day=1))
    events = [e for e in feed.events(start + timedelta(days=12)) if e.topic in PERSON_INPUTS]
    chance = random.Random(seed)
    quiet = World()
    faults = 0
    for days in (12, 40, 100, 180, 200, 260, 300):
        for each in (quiet, world):
            if days == 12:
                each.publish(*events)
            each.tick(start + timedelta(days=days))
        faults += await disturb(world, chance)
        await quiet.settle()
        await world.settle()
    await quiet.stop()
    assert faults, "a run in which nothing went wrong proves nothing"
    markers = [v for v in latest(world.records("pathway-events")).values() if b'"retired"' in v]
    assert len(markers) > 2, "nobody was let go"
    assert state(world) == state(quiet)
    for short in ("alerts", "stages", "placements"):
        assert latest(world.records(short)) == latest(quiet.records(short)), short
    assert not letters(world)


def _day(ledger: Ledger, events: list[AnyEvent], now: datetime) -> None:
    """What is told until now, and a tick."""
    chunks: dict[str, list[StoredRecord]] = {}
    for event in events:
        chunk = chunks.setdefault(event.topic, [])
        key, stamp = event.subject.encode(), int(now.timestamp() * 1000)
        chunk.append(StoredRecord(event.topic, 0, 0, stamp, key, encode(event)))
    for topic, chunk in chunks.items():
        ledger.begin_chunk(topic, chunk)
        ledger.add(topic, chunk)
    ledger.tick(now)
    while ledger.assess_due(1_000):
        pass
    ledger.finish_tick()
    ledger.take()


def _ledger() -> Ledger:
    return Ledger(0, load_policy(), application="t", prefix="", wall=False, partitions=1)


def test_over_a_year_the_people_held_follow_live_journeys() -> None:
    """I11. Three people a day for 400 days: who is held at the end has something open, or left
    within the follow-up and the grace."""
    start = at("2025-01-06 00:00")
    feed = Feed(3, start, load_town(people_per_day=3))
    ledger = _ledger()
    seen: dict[str, datetime] = {}
    held = []
    now = start
    for day in range(1, 401):
        now += timedelta(days=1)
        events = [event for event in feed.events(now) if event.topic in PERSON_INPUTS]
        for event in events:
            seen[event.subject] = max(event.time, seen.get(event.subject, event.time))
        _day(ledger, events, now)
        if day in (200, 400):
            held.append(ledger.subject_count)
    assert len(seen) > 1_000
    recent = sum(last > now - timedelta(days=152) for last in seen.values())
    assert ledger.markers_count == len(seen) - ledger.subject_count
    # Whoever died is let go sooner; with care at home that goes on, or a summary that nobody sent,
    # later.
    assert recent * 0.9 < ledger.subject_count < recent * 1.1
    assert held[1] < held[0] * 1.25, "half a year more of people, and no more are held"


def test_over_two_years_care_that_nobody_ends_keeps_people_for_half_a_year() -> None:
    """I11. One person a day goes home with care of which nobody tells any more."""
    ledger, held = _ledger(), []
    now = at("2025-01-06 12:00")
    for day in range(1, 731):
        now += timedelta(days=1)
        told = Told()
        told.admitted(now - timedelta(hours=9))
        told.discharged(now - timedelta(hours=5), pathway="P1")
        told.in_spell("discharge-summary-sent", now - timedelta(hours=4))
        told.tell("coordinator-assigned", now - timedelta(hours=4), organisation="RR8",
                  coordinator="c1", service="home-help")  # fmt: skip
        told.tell("first-visit-completed", now - timedelta(hours=3), package_id="P1",
                  service="home-help")  # fmt: skip
        person = f"k1.made-up-person-{day}"
        _day(ledger, [e.model_copy(update={"subject": person}) for e in told.events], now)
        if day in (365, 730):
            held.append(ledger.subject_count)
    assert held == [180, 180]
