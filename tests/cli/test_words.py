"""Durations and times as co-ordinators write them."""

from datetime import UTC, datetime, timedelta

import pytest

from flow.cli.words import due, duration, moment, parse_duration, parse_moment, plural

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(minutes=35), "35min"),
        (timedelta(seconds=59), "0min"),
        (timedelta(minutes=80), "1hr 20min"),
        (timedelta(hours=2), "2hr"),
        (timedelta(days=2, hours=3, minutes=59), "2d 3hr"),
        (timedelta(days=7), "7d"),
        (timedelta(hours=-1), "0min"),
    ],
)
def test_a_duration_has_two_units_at_most(span: timedelta, said: str) -> None:
    assert duration(span) == said


def test_a_due_time_is_said_before_and_after_it() -> None:
    assert due(NOON + timedelta(minutes=80), NOON) == "Due in 1hr 20min"
    assert due(NOON - timedelta(minutes=35), NOON) == "Breached 35min ago"
    assert due(NOON, NOON) == "Breached 0min ago"


def test_a_moment_is_london_time() -> None:
    assert moment(NOON) == "22-Nov-2026 12:00"
    assert moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "01-Jul-2026 13:00"
    assert moment(None) == "not known"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90m", timedelta(minutes=90)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1h30m", timedelta(minutes=90)),
        ("45s", timedelta(seconds=45)),
    ],
)
def test_durations_are_read(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "4", "h", "0h", "-1h", "1.5h", "4 hours"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration"):
        parse_duration(text)


def test_a_time_without_an_offset_is_londons() -> None:
    assert parse_moment("2026-07-01T13:00") == datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert parse_moment("2026-07-01T13:00+02:00") == datetime(2026, 7, 1, 11, 0, tzinfo=UTC)
    assert parse_moment("2026-07-01").tzinfo is UTC
    with pytest.raises(ValueError, match="no time"):
        parse_moment("yesterday")


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00+05:00", "0001-01-01", "9999-12-31T23:59:59-05:00", "2200-01-02"],
)
def test_a_time_of_a_year_without_events_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1900 to 2199"):
        parse_moment(text)


def test_numbers_of_things() -> None:
    assert plural(1, "event") == "1 event"
    assert plural(2_048, "event") == "2,048 events"
    assert plural(0, "person", "people") == "0 people"
