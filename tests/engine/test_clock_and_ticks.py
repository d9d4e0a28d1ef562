"""The clock of a partition, what counts as a tick, and ticks that arrive at awkward moments."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from flow.engine.clock import AGREEING_TICKS, JUMP_LIMIT, Clock
from flow.engine.log import LogWriter
from flow.engine.partition import Partition
from flow.engine.ticks import Tick, decode_tick
from flow.errors import LogUnavailable
from flow.events.topics import PERSON_INPUTS
from tests.engine.test_partition import delays, town_events
from tests.engine.world import World

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    yield made
    if not made.running.done():
        made.running.cancel()


def clock_at(at: datetime, *, bounded: bool = True) -> Clock:
    clock = Clock(bounded)
    assert clock.accept(at)
    return clock


def test_the_clock_never_goes_back() -> None:
    clock = clock_at(NOW)
    assert not clock.accept(NOW)
    assert not clock.accept(NOW - timedelta(days=1))
    assert clock.at == NOW
    assert clock.refused == 0


def test_a_jump_within_the_limit_is_taken_at_once() -> None:
    clock = clock_at(NOW)
    assert clock.accept(NOW + JUMP_LIMIT)


def test_a_jump_beyond_the_limit_waits_until_enough_ticks_agree() -> None:
    clock = clock_at(NOW)
    ahead = NOW + timedelta(hours=3)
    for number in range(AGREEING_TICKS - 1):
        assert not clock.accept(ahead + number * SECOND)
    assert clock.refused == AGREEING_TICKS - 1
    assert clock.at == NOW
    assert clock.accept(ahead + AGREEING_TICKS * SECOND)
    assert clock.at == ahead + AGREEING_TICKS * SECOND


def test_a_good_tick_in_between_ends_the_agreement() -> None:
    clock = clock_at(NOW)
    ahead = NOW + timedelta(hours=3)
    for number in range(AGREEING_TICKS - 1):
        assert not clock.accept(ahead + number * SECOND)
    assert clock.accept(NOW + SECOND)
    assert not clock.accept(ahead + AGREEING_TICKS * SECOND)
    assert clock.at == NOW + SECOND


def test_jumps_that_disagree_with_each_other_never_win() -> None:
    clock = clock_at(NOW)
    for number in range(3 * AGREEING_TICKS):
        assert not clock.accept(NOW + timedelta(hours=1 + number % 2 * 5) + number * SECOND)
    assert clock.at == NOW


def test_a_replay_may_jump_as_it_likes() -> None:
    clock = clock_at(NOW, bounded=False)
    assert clock.accept(NOW + timedelta(days=400))


def test_the_first_tick_is_held_against_the_brokers_time() -> None:
    """One worker with a wrong clock must not set the first time of a partition for good."""
    clock = Clock(bounded=True)
    assert not clock.accept(NOW + timedelta(days=30_000), logged_at=NOW)
    assert clock.refused == 1
    assert clock.accept(NOW + SECOND, logged_at=NOW)


ENDS = dict.fromkeys(PERSON_INPUTS, 3)
GOOD = Tick(NOW, ENDS)


def test_a_tick_reads_as_it_was_written() -> None:
    assert decode_tick(GOOD.encode()) == GOOD


def test_inputs_that_only_a_newer_version_reads_are_left_out() -> None:
    assert decode_tick(Tick(NOW, {**ENDS, "identity-transfers": 7}).encode()) == GOOD


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"noon",
        b"[]",
        b'{"at": "2026-03-16T12:00:00Z"}',
        b'{"at": "2026-03-16T12:00:00Z", "ends": {"admission": 1}}',
        b'{"at": "2026-03-16T12:00:00Z", "ends": "all"}',
        Tick(NOW.replace(tzinfo=None), ENDS).encode(),
        Tick(NOW, {**ENDS, "discharge": -1}).encode(),
        GOOD.encode().replace(b"2026-03-16T12:00:00+00:00", b"0001-01-01T00:00:00+05:00"),
        GOOD.encode().replace(b"2026-03-16T12:00:00+00:00", b"9999-12-31T23:59:59-05:00"),
    ],
)
def test_what_is_no_tick_is_left_out(value: bytes | None) -> None:
    assert decode_tick(value) is None


async def test_a_tick_whose_ends_never_come_is_overtaken_by_a_newer_one(world: World) -> None:
    """An input was created anew, or cut: its old end is never reached."""
    world.publish(*town_events(1))
    beyond = {**world.ends(), "admission": 10_000}
    world.partition.park(Tick(NOW, beyond), lambda: None)
    world.tick(NOW + SECOND)
    await world.settle()
    assert delays(world)


class SlowInputs:
    """Asks that take until they are let go."""

    def __init__(self) -> None:
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def reached(self, topic: str, partition: int) -> tuple[int, int]:
        self.asked.set()
        await self.go_on.wait()
        return 0, -1


async def test_a_rebalance_while_a_tick_is_looked_at_does_no_harm() -> None:
    world, inputs = World(), SlowInputs()
    world.running.cancel()
    partition = Partition(0, world.log, inputs, world._ledger, world.observer)
    running = asyncio.create_task(partition.run())
    partition.park(Tick(NOW, dict.fromkeys(PERSON_INPUTS, 0)), lambda: None)
    await asyncio.wait_for(inputs.asked.wait(), 5)
    partition.forget()
    inputs.go_on.set()
    partition.park(Tick(NOW + SECOND, dict.fromkeys(PERSON_INPUTS, 0)), lambda: None)
    async with asyncio.timeout(5):
        while not world.records("pathway-events"):
            await asyncio.sleep(0.001)
    partition.stop()
    await asyncio.wait_for(running, 5)


async def test_many_small_chunks_before_the_first_tick_forget_nobody(world: World) -> None:
    events = town_events(2)
    for event in events:
        world.publish(event)
        await world.fetch(event.topic, 1)
        await asyncio.sleep(0)
    await world.settle()
    world.tick(events[-1].recordedtime)
    await world.settle()
    keys = {record.key or b"" for record in world.records("pathway-events")}
    people = {event.subject for event in events}
    assert {key.removesuffix(b"/summary").decode() for key in keys if b"/summary" in key} == people


async def test_a_stop_works_what_was_delivered(world: World) -> None:
    world.publish(*town_events(1))
    for topic in PERSON_INPUTS:
        await world.fetch(topic, 10_000)
    await world.stop()
    assert world.partition.settled
    assert world.acknowledged == world.ends()


async def test_a_stop_while_writes_fail_says_that_work_is_left(world: World) -> None:
    def fail(_name: str) -> None:
        raise LogUnavailable("the broker is gone")

    world.log.before_write = fail
    world.publish(*town_events(1))
    for topic in PERSON_INPUTS:
        await world.fetch(topic, 10_000)
    await asyncio.sleep(0)
    await world.stop()
    assert not world.partition.settled
    assert set(world.acknowledged.values()) == {0}


async def test_a_stop_before_the_ledger_was_ever_open_leaves_nothing_that_was_taken_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partition just assigned: what it was handed comes again, to the next owner."""

    async def opens_never(_name: str) -> LogWriter:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets that event")

    monkeypatch.setattr(world.log, "open_writer", opens_never)
    await world.crash()
    world.publish(*town_events(1))
    for topic in PERSON_INPUTS:
        await world.fetch(topic, 10_000)
    await asyncio.sleep(0)
    world.partition.stop()
    assert not world.partition.ready
    assert world.partition.settled
    assert set(world.acknowledged.values()) == {0}


async def test_a_timestamp_that_is_none_costs_nothing(world: World) -> None:
    """A broker without its own timestamps lets a sender's nonsense in."""
    world.log._time_ms = lambda: 10**18
    world.publish(*town_events(1))
    await world.settle()
    assert world.records("pathway-events")
