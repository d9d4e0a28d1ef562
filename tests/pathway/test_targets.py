"""Calendars: every hour, whole local days, opening hours; the days of 23 and 25 hours."""

from datetime import time, timedelta

import pytest

from flow.pathway.local_days import day_begins, day_ends, days_between, local_date
from flow.pathway.targets import Calendar, Rule, step_name
from tests.pathway.told import at, own_policy


def rule(calendar: Calendar, target: timedelta, **other: object) -> Rule:
    values: dict[str, object] = {
        "wait": "a", "start": "b", "stop": "c", "warn": None, "escalate": (), "marks": (),
        "opens": time(8), "closes": time(20), "at_least": False, "on": True, "acts_next": "ward",
        "by_delay_reason": False,
        "provenance": "local", "source": "d", "pause_at_most": 7 * DAYS,
    }  # fmt: skip
    return Rule(calendar=calendar, target=target, **{**values, **other})  # type: ignore[arg-type]


HOURS = timedelta(hours=1)
DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("calendar", "target", "starts", "due"),
    [
        ("all", 24 * HOURS, "2026-01-05 10:00", "2026-01-06 10:00"),
        ("all", 24 * HOURS, "2026-03-28 10:00", "2026-03-29 11:00"),
        ("all", 24 * HOURS, "2026-10-24 10:00", "2026-10-25 09:00"),
        ("local_days", 0 * DAYS, "2026-01-05 00:00", "2026-01-06 00:00"),
        ("local_days", 0 * DAYS, "2026-01-05 23:59", "2026-01-06 00:00"),
        ("local_days", 0 * DAYS, "2026-03-29 12:00", "2026-03-30 00:00"),
        ("local_days", 0 * DAYS, "2026-10-25 00:30", "2026-10-26 00:00"),
        ("local_days", 2 * DAYS, "2026-01-05 10:00", "2026-01-08 00:00"),
        ("hours", 2 * HOURS, "2026-01-05 08:00", "2026-01-05 10:00"),
        ("hours", 2 * HOURS, "2026-01-05 07:00", "2026-01-05 10:00"),
        ("hours", 2 * HOURS, "2026-01-05 18:00", "2026-01-05 20:00"),
        ("hours", 2 * HOURS, "2026-01-05 18:01", "2026-01-06 08:01"),
        ("hours", 2 * HOURS, "2026-01-05 20:00", "2026-01-06 10:00"),
        ("hours", 2 * HOURS, "2026-01-05 23:30", "2026-01-06 10:00"),
        ("hours", 30 * HOURS, "2026-01-05 10:00", "2026-01-07 16:00"),
        ("hours", 2 * HOURS, "2026-03-28 19:00", "2026-03-29 09:00"),
        ("hours", 2 * HOURS, "2026-10-24 19:00", "2026-10-25 09:00"),
    ],
)
def test_when_a_target_is_missed(
    calendar: Calendar, target: timedelta, starts: str, due: str
) -> None:
    checked = rule(calendar, target)
    assert checked.after(at(starts), checked.due) == at(due)


def test_levels_are_named_by_what_they_are_past() -> None:
    checked = rule("all", 24 * HOURS, warn=18 * HOURS, escalate=(90 * HOURS / 60, 4 * HOURS, DAYS))
    assert checked.thresholds == (
        ("near", 18 * HOURS),
        ("breached", 24 * HOURS),
        ("breached+90m", 25.5 * HOURS),
        ("breached+4h", 28 * HOURS),
        ("breached+1d", 48 * HOURS),
    )


def test_steps_of_local_days_count_from_the_first_day() -> None:
    checked = rule("local_days", 0 * DAYS, escalate=(7 * DAYS,))
    assert checked.thresholds == (("breached", DAYS), ("breached+7d", 7 * DAYS))


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (timedelta(minutes=5), "breached+5m"),
        (24 * HOURS, "breached+1d"),
        (36 * HOURS, "breached+36h"),
    ],
)
def test_step_names(step: timedelta, name: str) -> None:
    assert step_name(step) == name


def test_pauses_move_only_what_comes_after_they_began() -> None:
    paused = [
        (at("2026-01-05 12:00"), at("2026-01-05 14:00")),
        (at("2026-01-06 12:00"), at("2026-01-06 13:00")),
    ]
    checked = rule("all", DAYS)
    for target, due in (
        (1, "2026-01-05 11:00"),
        (2, "2026-01-05 12:00"),
        (3, "2026-01-05 15:00"),
        (25, "2026-01-06 14:00"),
    ):
        found = checked.after_pauses(at("2026-01-05 10:00"), target * HOURS, paused)
        assert found == at(due)


@pytest.mark.parametrize(
    ("calendar", "target", "pause", "due"),
    [
        pytest.param(
            "local_days", 0 * DAYS, ("2026-01-05 12:00", "2026-01-05 20:00"), "2026-01-06 00:00",
            id="within a day: no day of it is taken off",
        ),
        pytest.param(
            "local_days", 0 * DAYS, ("2026-01-05 12:00", "2026-01-07 09:00"), "2026-01-08 00:00",
            id="over two midnights",
        ),
        pytest.param(
            "hours", 2 * HOURS, ("2026-01-05 11:00", "2026-01-06 09:00"), "2026-01-06 10:00",
            id="nine hours and one of them were open",
        ),
        pytest.param(
            "hours", 2 * HOURS, ("2026-01-05 21:00", "2026-01-06 07:00"), "2026-01-05 12:00",
            id="after it was due",
        ),
    ],
)  # fmt: skip
def test_of_a_pause_only_the_time_that_counts_is_taken_off(
    calendar: Calendar, target: timedelta, pause: tuple[str, str], due: str
) -> None:
    checked = rule(calendar, target)
    paused = [(at(pause[0]), at(pause[1]))]
    assert checked.after_pauses(at("2026-01-05 10:00"), checked.due, paused) == at(due)


@pytest.mark.parametrize("calendar", ["all", "working"])
def test_every_hour_of_a_pause_counts_where_no_hours_of_work_do(calendar: Calendar) -> None:
    """`all`, though whoever acts has hours; `working`, where they have none."""
    office = own_policy(
        """
        name = "Leeds"
        [calendar.office]
        services = ["acme"]
        weekdays = "09:00-17:00"
        """
    ).working_hours.of("acme", None)
    checked = rule(calendar, 24 * HOURS, working=office if calendar == "all" else None)
    start, pause = at("2026-01-05 10:00"), (at("2026-01-05 12:00"), at("2026-01-06 12:00"))
    assert checked.after_pauses(start, checked.due, [pause]) == start + 48 * HOURS


def test_local_days() -> None:
    assert local_date(at("2026-07-01 00:30")).isoformat() == "2026-07-01"
    assert local_date(at("2026-01-01 00:30")).isoformat() == "2026-01-01"
    assert local_date(at("1970-07-01 00:30")).isoformat() == "1970-07-01"
    # Double summer time: two hours ahead of UTC.
    assert local_date(at("1944-07-01 01:30")).isoformat() == "1944-07-01"
    assert local_date(at("1944-07-01 00:30")).isoformat() == "1944-07-01", "two hours ahead"
    spring, autumn = local_date(at("2026-03-29 12:00")), local_date(at("2026-10-25 12:00"))
    assert day_ends(spring) - day_begins(spring) == 23 * HOURS
    assert day_ends(autumn) - day_begins(autumn) == 25 * HOURS
    assert days_between(spring, autumn) == 210
