"""Waits come from shortage: staff who are busy or at home, and places that others hold."""

from datetime import UTC, datetime, time, timedelta

import pytest

from flow.simulate.capacity import Claim, Places, Team
from flow.simulate.loop import Interrupted, Loop, Pause, Process, Steps

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEKDAYS = [1, 1, 1, 1, 1, 0, 0]


def at(day: int, hour: float) -> datetime:
    """An hour of a day after the Monday, before the clocks change."""
    return MONDAY + timedelta(days=day, hours=hour)


def team(staff: list[int]) -> Team:
    return Team(staff, time(9), time(17))


@pytest.mark.parametrize(
    ("asked", "minutes", "done"),
    [
        (at(0, 10), 60, at(0, 11)),
        (at(0, 7), 60, at(0, 10)),  # not before they open
        (at(0, 18), 60, at(1, 10)),  # after they closed
        (at(0, 16), 120, at(1, 10)),  # half of it on the next day
        (at(4, 16.5), 60, at(7, 9.5)),  # nobody at the weekend
        (at(5, 12), 60, at(7, 10)),
        (at(0, 9), 16 * 60, at(1, 17)),  # two whole days
    ],
)
def test_work_is_done_in_working_hours(asked: datetime, minutes: float, done: datetime) -> None:
    assert team(WEEKDAYS).seen_at(asked, minutes) == done


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    summer = datetime(2026, 6, 1, 10, tzinfo=UTC)  # 11:00 in London
    assert team(WEEKDAYS).seen_at(summer + timedelta(hours=8), 60) == summer - timedelta(
        hours=1
    ) + timedelta(days=1)


def test_who_comes_second_waits_for_the_first() -> None:
    alone, pair = team(WEEKDAYS), team([2, 2, 2, 2, 2, 0, 0])
    assert alone.seen_at(at(0, 10), 60) == pair.seen_at(at(0, 10), 60) == at(0, 11)
    assert alone.seen_at(at(0, 10), 60) == at(0, 12)
    assert pair.seen_at(at(0, 10), 60) == at(0, 11)


def test_fewer_work_at_the_weekend() -> None:
    hub = team([2, 2, 2, 2, 2, 1, 0])
    done = [hub.seen_at(at(5, 9), 8 * 60) for _ in range(2)]
    assert done == [at(5, 17), at(7, 17)]


def test_on_a_bank_holiday_as_many_work_as_on_a_sunday() -> None:
    maundy_thursday = datetime(2026, 4, 2, 15, 30, tzinfo=UTC)  # 16:30 in London
    tuesday = datetime(2026, 4, 7, 8, 30, tzinfo=UTC)
    assert team(WEEKDAYS).seen_at(maundy_thursday, 60) == tuesday
    good_friday = datetime(2026, 4, 3, 8, 30, tzinfo=UTC)
    assert team([1, 1, 1, 1, 1, 0, 1]).seen_at(maundy_thursday, 60) == good_friday


def test_who_works_on_one_day_a_week_is_waited_for_over_holidays() -> None:
    """Christmas Day and New Year's Day 2026/27 are Fridays."""
    fridays = team([0, 0, 0, 0, 1, 0, 0])
    asked_at = datetime(2026, 12, 19, 12, tzinfo=UTC)
    assert fridays.seen_at(asked_at, 60) == datetime(2027, 1, 8, 10, tzinfo=UTC)


def test_a_place_is_granted_when_one_is_let_go_and_cleaned() -> None:
    loop = Loop(MONDAY)
    beds = Places(loop, 1, timedelta(days=1))
    first, second = beds.claim(), beds.claim()
    assert (first.done, second.done, beds.waiting) == (True, False, 1)
    first.moved_in = True
    assert (beds.occupied, beds.reserved, beds.free) == (1, 0, 0)
    beds.let_go(first)
    assert (beds.occupied, second.done) == (0, False)
    loop.step()
    assert second.done
    assert loop.now == MONDAY + timedelta(days=1)


def test_who_takes_back_a_claim_makes_room_for_the_next() -> None:
    visits = Places(Loop(MONDAY), 10)
    held = visits.claim(7)
    large, small = visits.claim(7), visits.claim(3)
    assert (held.done, large.done, small.done) == (True, False, False), "first come first served"
    visits.let_go(large)
    assert small.done
    assert visits.free == 0


def test_nobody_asks_for_more_than_there_is() -> None:
    assert Places(Loop(MONDAY), 5).claim(28).done


def test_a_life_goes_on_at_whichever_comes_first() -> None:
    loop = Loop(MONDAY)
    beds = Places(loop, 1)
    seen: list[tuple[str, datetime, bool]] = []

    def wait(name: str, patience: timedelta) -> Steps:
        claim = beds.claim()
        yield Pause(until=loop.now + patience, signals=(claim,))
        seen.append((name, loop.now, claim.done))
        if not claim.done:
            beds.let_go(claim)

    holder = beds.claim()
    for name, hours in (("patient", 48), ("hasty", 1)):
        Process(loop, wait(name, timedelta(hours=hours)))
    loop.at(at(0, 5), lambda: beds.let_go(holder))
    while loop.next_at is not None:
        loop.step()
    assert seen == [("hasty", at(0, 1), False), ("patient", at(0, 5), True)]


def test_who_is_interrupted_puts_things_in_order_and_is_not_resumed() -> None:
    loop = Loop(MONDAY)
    beds = Places(loop, 1)
    told: list[str] = []
    kept: list[Claim] = []

    def stay() -> Steps:
        claim = beds.claim()
        kept.append(claim)
        try:
            yield Pause(until=at(9, 0))
            told.append("never")
        except Interrupted as interrupted:
            told.append(interrupted.why)
            beds.let_go(claim)
            raise

    process = Process(loop, stay())
    loop.at(at(1, 0), lambda: process.interrupt("died"))
    while loop.next_at is not None:
        loop.step()
    assert told == ["died"]
    assert process.done
    assert beds.free == 1
