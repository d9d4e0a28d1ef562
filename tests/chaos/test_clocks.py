"""Clocks that jump, ticks that are no ticks, and outages (failure table: clocks jumping).

Wall mode: the worker writes real ticks; this machine has no libfaketime, so a wrong clock is played
by a producer that puts ticks on the topic. Invariants: I5 no false delay, I6 no missed delay, I8.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flow.engine.ledger import SERVICES_HEAR_EVERY
from flow.events.topics import PERSON_INPUTS
from tests.brokers.kafka import KafkaBroker
from tests.chaos.driver import Driver
from tests.chaos.evidence import figure, until
from tests.chaos.made_up import admitted, expected_date_set, moved, person
from tests.chaos.verdict import assert_told_once, committed_offsets
from tests.system.product import Product, WorkerProcess, product

AGREEING = 60
"""So many ticks in a row must agree on a jump of more than ten minutes (design.md 6)."""
REFUSED = "patientflow_clock_jumps_refused_total"
NEAR_AFTER = timedelta(hours=18)
"""`edd_set` warns 18 hours after the admission (policy for England)."""
SELDOM_S = "60"
"""A worker that ticks so seldom leaves the clock to the test."""
OFTEN_S = "0.2"


@pytest.fixture
async def wall(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    """A product of one partition whose worker ticks by the clock on the wall."""
    async with product(
        kafka.address, tmp_path, unique("chaos"), clock="wall", partitions=1
    ) as made:
        yield made


def now() -> datetime:
    return datetime.now(UTC)


async def told(running: Product) -> list[tuple[str, str]]:
    """(person, level) of every change of an alert."""
    alerts = await running.records("alerts")
    assert_told_once(alerts)
    events = [json.loads(record.value) for record in alerts]
    return [(event["subject"], event["data"]["level"]) for event in events]


async def until_refused(worker: WorkerProcess, count: int) -> None:
    await until(lambda: figure(worker, REFUSED) == count, f"refused {count} times", 10, worker)


async def until_ticks_are_acknowledged(running: Product, worker: WorkerProcess, count: int) -> None:
    """Wait until the worker is done with the first `count` ticks of partition 0."""
    async with asyncio.timeout(20):
        while (await committed_offsets(running, "ticks")).get(("ticks", 0), 0) < count:
            assert worker.process.poll() is None, worker.log.read_text()[-2_000:]
            await asyncio.sleep(0.1)


@pytest.mark.timeout(180)
async def test_ticks_far_ahead_are_refused_until_sixty_agree(wall: Product) -> None:
    """I5: one wrong clock calls nobody; a minute of agreement is believed; no clock goes back."""
    worker = wall.start(FLOW_TICK_INTERVAL_S=SELDOM_S)
    await worker.until_ready()
    began = time.monotonic()
    start = now()
    ahead = start + timedelta(days=3)
    async with Driver(wall) as driver:
        await driver.publish([admitted(person(1), start - timedelta(hours=1))])
        await driver.tick(start)
        await driver.until_clock(start)
        for number in range(1, AGREEING):
            await driver.tick(ahead + number * timedelta(seconds=1))
            await until_refused(worker, number)
        assert driver.clocks == {0: start}
        assert await told(wall) == [], "nobody is called by a clock that is not believed"
        assert time.monotonic() - began < float(SELDOM_S), "before the worker's own first tick"
        believed = ahead + AGREEING * timedelta(seconds=1)
        await driver.tick(believed)
        await driver.until_clock(believed)
        assert figure(worker, REFUSED) == AGREEING - 1
        assert {who for who, _ in await told(wall)} == {person(1)}, "now it is late"
        written = len(await wall.records("pathway-events"))
        await driver.tick(start + timedelta(seconds=1))
        await until_ticks_are_acknowledged(wall, worker, AGREEING + 2)
        assert driver.clocks == {0: believed}, "a tick from the past moves nothing"
        assert len(await wall.records("pathway-events")) == written, "and writes nothing"
    assert await worker.stop() == 0


@pytest.mark.timeout(180)
async def test_a_wrong_clock_among_right_ones_is_never_believed(wall: Product) -> None:
    """I5: ticks hours ahead keep coming, but right ones come in between."""
    worker = wall.start(FLOW_TICK_INTERVAL_S=OFTEN_S)
    await worker.until_ready()
    async with Driver(wall) as driver:
        start = now()
        await driver.publish([admitted(person(1), start - timedelta(hours=17))])
        await driver.until_clock(start)
        wrong = timedelta(hours=4)
        async with asyncio.timeout(90):
            while await asyncio.to_thread(figure, worker, REFUSED) < 2 * AGREEING:
                await driver.tick(now() + wrong)
        await driver.until_clock(now())
        assert driver.clocks[0] < now() + timedelta(minutes=1)
        assert await told(wall) == [], "in four hours the warning would be due"
    assert await worker.stop() == 0


@pytest.mark.timeout(180)
async def test_after_a_long_outage_a_minute_of_ticks_is_believed(wall: Product) -> None:
    """I6: the clock stood two hours ago; the worker's own ticks agree, and who is late is called.

    The outage is played by the first tick, which is of two hours ago.
    """
    asleep = wall.start(FLOW_TICK_INTERVAL_S=SELDOM_S)
    await asleep.until_ready()
    async with Driver(wall) as driver:
        before = now() - timedelta(hours=2)
        await driver.publish([admitted(person(1), now() - timedelta(hours=19))])
        await driver.tick(before)
        await driver.until_clock(before)
        assert await told(wall) == []
        assert await asleep.stop() == 0
        awake = wall.start(FLOW_TICK_INTERVAL_S=OFTEN_S)
        await awake.until_ready()
        started = now()
        await driver.until_clock(started)
        assert figure(awake, REFUSED) >= AGREEING - 1, "it was a jump"
        assert await told(wall) == [(person(1), "near")]
    assert await awake.stop() == 0


def raw(at: str, **ends: object) -> bytes:
    return json.dumps({"at": at, "ends": dict.fromkeys(PERSON_INPUTS, 0) | ends}).encode()


ODD_TICKS: dict[str, Callable[[str], bytes]] = {
    "no JSON": lambda at: f"it is {at}".encode(),
    "no offset": lambda at: raw(at.removesuffix("+00:00")),
    "no ends": lambda at: json.dumps({"at": at, "ends": {}}).encode(),
    "an end that is no number": lambda at: raw(at, admission="many"),
    "an end below zero": lambda at: raw(at, admission=-1),
    "an end that no input reaches": lambda at: raw(at, admission=10**9),
    "an input of a later version": lambda at: raw(at, **{"social-care": 5}),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("odd", ODD_TICKS)
async def test_an_odd_tick_stops_no_clock(wall: Product, odd: str) -> None:
    """I8: it is passed over, or worked for the inputs that there are; the next good one counts."""
    worker = wall.start(FLOW_TICK_INTERVAL_S=SELDOM_S)
    await worker.until_ready()
    async with Driver(wall) as driver:
        at = now()
        # Services are told of either tick, though each may be worked by itself.
        earlier = at - 2 * SERVICES_HEAR_EVERY
        await driver.raw_tick(0, ODD_TICKS[odd](earlier.isoformat()))
        await driver.tick(at)
        await driver.until_clock(at, within_s=20)
        await until_ticks_are_acknowledged(wall, worker, 2)
    assert await worker.stop() == 0, worker.log.read_text()[-2_000:]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("stop", ["gently", "kill -9"])
async def test_nobody_is_called_after_an_outage_who_left_in_time(wall: Product, stop: str) -> None:
    """I5, I6: the stops waited in our queue, behind thousands of other events.

    The warning of everybody came due while there was no worker. Half of them had been seen to
    before that; the worker that comes back must call the other half and nobody else.
    """
    people = [person(number) for number in range(60)]
    in_time, late = people[::2], people[1::2]
    first = wall.start()
    await first.until_ready()
    async with Driver(wall) as driver:
        due = now() + timedelta(seconds=20)
        await driver.publish([admitted(each, due - NEAR_AFTER) for each in people])
        await driver.until_clock(now())
        if stop == "gently":
            assert await first.stop() == 0
        else:
            await first.kill()
        queue = [moved(person(1_000 + n % 300), now(), n) for n in range(20_000)]
        await driver.publish(queue)
        await driver.publish([expected_date_set(each, now()) for each in in_time])
        assert now() < due, "too slow: the stops must come in time"
        assert await told(wall) == []
        await asyncio.sleep((due - now()).total_seconds())
        await driver.tick(now())  # as one would that was written just before the worker went
        second = wall.start()
        await second.until_ready()
        await driver.until_clock(due + timedelta(seconds=1))
        await until_called(wall, late)
        await assert_a_tick_was_waiting(wall, driver, in_time, due)
        await driver.until_clock(now() + timedelta(seconds=2))
        assert Counter(await told(wall)) == Counter((each, "near") for each in late)
    assert await second.stop() == 0


async def until_called(running: Product, people: list[str]) -> None:
    async with asyncio.timeout(60):
        while {who for who, _ in await told(running)} < set(people):
            await asyncio.sleep(0.2)


async def assert_a_tick_was_waiting(
    running: Product, driver: Driver, people: list[str], due: datetime
) -> None:
    """A tick after the due time was on its topic before any of the stops was in the state."""

    def appended(records: list[Any]) -> float:
        return min(float(record.timestamp) for record in records)

    ticks = [
        record
        for record in await running.records("ticks")
        if datetime.fromisoformat(json.loads(record.value)["at"]) > due
    ]
    stops = [
        record
        for record in await running.records("pathway-events")
        if record.key.decode().endswith("#expected")
    ]
    assert len(stops) == len(people)
    assert appended(ticks) < appended(stops), "no tick came while the stops were in the queue"
