"""The life of a partition over the log in memory: faults at random, and the outcome of a quiet run.

Invariants by the names of docs/design.md: I1 no loss, I2 same as the undisturbed run, I3
idempotence, I4 one alert per cause, I9 no stale writer.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from flow.engine import partition
from flow.engine.log import LogWriter, NewRecord
from flow.engine.observer import Silent, Tally
from flow.errors import LogRefused, LogUnavailable
from flow.events import AnyEvent
from flow.events.topics import PERSON_INPUTS
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.engine.world import World
from tests.system.outcome import alert_changes, final_alerts, latest

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 12
TICK_EVERY = timedelta(hours=12)


def town_events(seed: int) -> list[AnyEvent]:
    """A dozen days of a small made-up town, in the order of publishing."""
    feed = Feed(seed, START, load_town(people_per_day=3))
    events = feed.events(START + DAYS * timedelta(1))
    return [event for event in events if event.topic in PERSON_INPUTS]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses for real brokers; nobody else owns the partition here."""
    monkeypatch.setattr(partition, "FENCED_RETRY_S", 0.01)
    monkeypatch.setattr(partition, "RETRY_FIRST_S", 0.01)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    yield made
    if not made.running.done():
        await made.stop()


async def run(world: World, events: list[AnyEvent], chance: random.Random | None) -> int:
    """Lockstep over all days; with `chance` faults strike. Returns how many did."""
    faults = 0
    index = 0
    at = START
    while index < len(events):
        at += TICK_EVERY
        while index < len(events) and events[index].recordedtime <= at:
            world.publish(events[index])
            if chance is not None and chance.random() < 0.1:
                world.publish(events[chance.randrange(index + 1)])
            index += 1
        world.tick(at)
        if chance is not None:
            faults += await disturb(world, chance)
        await world.settle()
    return faults


async def disturb(world: World, chance: random.Random) -> int:
    """Deliver a little, then let something go wrong."""
    for _ in range(chance.randrange(4)):
        await world.fetch(chance.choice(PERSON_INPUTS), chance.randint(1, 40))
        await asyncio.sleep(0)
    fault = chance.choice(("none", "crash", "rebalance", "write", "fence", "late crash"))
    if fault == "none":
        return 0
    if fault == "rebalance":
        world.rebalance()
    elif fault == "write":
        fail_next_write(world, LogUnavailable("the broker went away"))
    elif fault == "fence":
        await world.log.open_writer("journeys-0")
    else:
        if fault == "late crash":
            await asyncio.sleep(0.002)
        await world.crash()
    return 1


def fail_next_write(world: World, error: Exception) -> None:
    def fail(_name: str) -> None:
        world.log.before_write = None
        raise error

    world.log.before_write = fail


@pytest.mark.parametrize("seed", range(12))
async def test_faults_at_random_change_nothing(world: World, seed: int) -> None:
    events = town_events(seed % 3)
    quiet = World()
    await run(quiet, events, None)
    await quiet.stop()
    faults = await run(world, events, random.Random(seed))
    assert faults > 3, "a run in which nothing went wrong proves nothing"
    assert state(world) == state(quiet)
    assert latest(world.records("stages")) == latest(quiet.records("stages"))
    assert latest(world.records("placements")) == latest(quiet.records("placements"))
    assert told(world) == told(quiet)
    assert final_alerts(quiet.records("alerts")), "there are alerts to compare"
    assert not any(world.records(f"{topic}.dlq") for topic in PERSON_INPUTS)


def state(world: World) -> dict[bytes, bytes]:
    """The state as it ended. The clock also tells offsets, which repeats move."""
    last = dict(latest(world.records("pathway-events")))
    last[b"clock"] = json.dumps(json.loads(last[b"clock"])["at"]).encode()
    return last


def told(world: World) -> dict[str, dict[str, object]]:
    """The alerts as they ended, but for where the person was known to be when they closed.

    Faults cut chunks in other places, so an alert may close before an event is worked that
    tells of the pathway or the council; a closed alert is not written again.
    """
    known_then = {"pathway", "council", "locality", "service", "acts_next"}
    return {
        alert_id: {name: value for name, value in alert.items() if name not in known_then}
        for alert_id, alert in final_alerts(world.records("alerts")).items()
    }


@pytest.mark.parametrize("seed", range(4))
async def test_no_alert_stands_twice_on_the_topic(world: World, seed: int) -> None:
    await run(world, town_events(seed), random.Random(seed))
    changes = alert_changes(world.records("alerts"))
    assert changes
    assert len(changes) == len(set(changes))


async def test_every_event_is_in_the_state_under_its_identity(world: World) -> None:
    events = town_events(1)
    await run(world, events, None)
    keys = {record.key for record in world.records("pathway-events")}
    assert {f"{event.subject}/event/{event.identity}".encode() for event in events} <= keys


async def test_delivered_again_nothing_is_written_again(world: World) -> None:
    events = town_events(2)
    await run(world, events, None)
    before = {short: len(world.records(short)) for short in ("alerts", "stages", "pathway-events")}
    world.publish(*events)
    await world.settle()
    after = {short: len(world.records(short)) for short in ("alerts", "stages", "pathway-events")}
    assert after == before


@pytest.mark.parametrize("how", ["crash", "rebalance"])
async def test_a_bad_record_delivered_again_leaves_no_second_letter(world: World, how: str) -> None:
    """Its offset may be committed long after its letter was written."""
    world.tick(START)
    await world.settle()
    world.publish_raw("admission", b"k1.somebody", b"no JSON")
    await world.settle()
    assert len(world.records("admission.dlq")) == 1
    world.acknowledged = dict.fromkeys(PERSON_INPUTS, 0)  # no offset was committed
    if how == "crash":
        await world.crash()
    else:
        world.rebalance()
    await world.settle()
    world.publish_raw("admission", b"k1.somebody", b"no JSON")
    await world.settle()
    letters = [letter.value for letter in world.records("admission.dlq")]
    assert letters == [b"no JSON"] * 2, "one for each record"


async def test_a_new_owner_publishes_nothing_that_was_published(world: World) -> None:
    events = town_events(2)
    await run(world, events, None)
    before = len(world.records("alerts")), len(world.records("pathway-events"))
    await world.crash()
    world.tick(START + DAYS * timedelta(1) + timedelta(seconds=1))
    await world.settle()
    alerts, state = len(world.records("alerts")), len(world.records("pathway-events"))
    assert alerts == before[0]
    assert state > before[1], "the clock moved on"
    written = [str(record.key) for record in world.records("pathway-events")[before[1] :]]
    assert all("clock" in key or "/summary" in key for key in written)


async def test_nothing_is_acknowledged_before_it_is_durable(world: World) -> None:
    writing, released = asyncio.Event(), asyncio.Event()
    open_writer = world.log.open_writer

    async def slow_writer(name: str) -> object:
        writer = await open_writer(name)
        write = writer.write

        async def slow_write(outputs: object, state: object) -> None:
            writing.set()
            await released.wait()
            await write(outputs, state)  # type: ignore[arg-type]

        writer.write = slow_write  # type: ignore[method-assign]
        return writer

    world.log.open_writer = slow_writer  # type: ignore[method-assign,assignment]
    await world.crash()  # the next owner gets the slow writer
    world.publish(*town_events(1)[:50])
    for topic in PERSON_INPUTS:
        await world.fetch(topic, 100)
    await asyncio.wait_for(writing.wait(), 5)
    assert set(world.acknowledged.values()) == {0}
    released.set()
    await world.settle()


async def test_a_write_that_can_never_succeed_ends_the_partition_unacknowledged(
    world: World,
) -> None:
    fail_next_write(world, LogRefused("the record is too large for the topic"))
    world.publish(*town_events(1)[:50])
    for topic in PERSON_INPUTS:
        await world.fetch(topic, 100)
    with pytest.raises(LogRefused):
        await asyncio.wait_for(asyncio.shield(world.running), 5)
    assert set(world.acknowledged.values()) == {0}


async def test_a_tick_waits_for_events_that_are_still_in_the_queue(world: World) -> None:
    """I5: nobody is called late for a step whose event was there."""
    events = town_events(1)
    world.publish(*events)
    world.tick(START + DAYS * timedelta(1))
    await asyncio.sleep(0)
    for topic in PERSON_INPUTS:
        if topic != "coordination":
            await world.fetch(topic, 10_000)
    for _ in range(100):
        await asyncio.sleep(0.001)
    assert not delays(world), "coordination events are still to come"
    await world.settle()
    assert delays(world)


async def test_a_rebalance_amid_a_tick_leaves_none_of_it_undone(world: World) -> None:
    """The tick comes again, not newer than the clock: the rest is worked all the same."""
    at = START + DAYS * timedelta(1)
    world.publish(*town_events(1))
    world.tick(at)
    async with asyncio.timeout(5):
        while world.partition._ticking is None:
            for topic in PERSON_INPUTS:
                await world.fetch(topic, 10_000)
            await asyncio.sleep(0)
    world.rebalance()
    await world.settle()
    clock = json.loads(latest(world.records("pathway-events"))[b"clock"])
    assert datetime.fromisoformat(clock["at"]) == at


def delays(world: World) -> list[str]:
    """Alerts that only a tick raises."""
    final = final_alerts(world.records("alerts"))
    return [alert_id for alert_id, alert in final.items() if alert["kind"] == "delay"]


async def test_before_the_first_tick_nobody_is_assessed_and_everything_is_kept(
    world: World,
) -> None:
    """Without a tick the time is not known: an alert would carry a wrong one."""
    events = town_events(1)
    world.publish(*events)
    await world.settle()
    assert not world.records("alerts")
    assert not world.records("stages")
    keys = {record.key for record in world.records("pathway-events")}
    assert len(keys) == len({event.identity for event in events})
    world.tick(events[-1].recordedtime)
    await world.settle()
    assert len({record.key for record in world.records("stages")}) > 10


async def test_a_tick_that_is_worked_during_a_write_is_acknowledged_once() -> None:
    """People and services acknowledge a tick between them: one that did so twice would stand for
    both."""
    world = World()
    writer_of, let_through = world.log.open_writer, asyncio.Event()

    async def slow_writer(name: str) -> LogWriter:
        writer = await writer_of(name)
        write = writer.write

        async def wait_and_write(outputs: Sequence[NewRecord], state: Sequence[NewRecord]) -> None:
            await let_through.wait()
            await write(outputs, state)

        writer.write = wait_and_write  # type: ignore[method-assign]
        return writer

    world.log.open_writer = slow_writer  # type: ignore[method-assign]
    for number in range(3):
        world.tick(START + number * TICK_EVERY)
        for _ in range(20):
            await asyncio.sleep(0)
    assert [done for _, done in world.ticks] == [[], [], []], "all wait for the first write"
    let_through.set()
    await world.settle()
    assert [done for _, done in world.ticks] == [[True], [True], [True]]
    await world.stop()


class Ledgers(Silent):
    """Keeps what was counted."""

    def __init__(self) -> None:
        self.total = Tally()

    def committed(self, partition, seconds, tally, *rest) -> None:  # type: ignore[no-untyped-def]
        self.total.add(tally)


async def test_what_is_counted_was_made_durable_once() -> None:
    observer = Ledgers()
    world = World(observer)
    events = town_events(0)
    await run(world, events, random.Random(5))
    await world.stop()
    changes = alert_changes(world.records("alerts"))
    counted = sum(observer.total.alerts.values())
    assert 0 < counted <= len(changes)
    assert sum(observer.total.dead_letters.values()) == 0
