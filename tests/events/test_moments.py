"""Times and days on the wire: RFC 3339, UTC inside, naive and numeric ones refused."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from pydantic import TypeAdapter, ValidationError

from flow.events.moments import Day, Instant
from tests.events.strategies import any_instants

instants: TypeAdapter[datetime] = TypeAdapter(Instant)
days: TypeAdapter[date] = TypeAdapter(Day)


def kinds(error: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    return [problem["type"] for problem in error.value.errors()]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T14:05:00Z", datetime(2026, 3, 2, 14, 5, tzinfo=UTC)),
        ("2026-03-02T14:05:00+00:00", datetime(2026, 3, 2, 14, 5, tzinfo=UTC)),
        ("2026-03-02T14:05:00-00:00", datetime(2026, 3, 2, 14, 5, tzinfo=UTC)),
        ("2026-07-02T14:05:00+01:00", datetime(2026, 7, 2, 13, 5, tzinfo=UTC)),
        ("2026-03-02T23:30:00-05:30", datetime(2026, 3, 3, 5, 0, tzinfo=UTC)),
        ("2026-03-02T14:05:00.5Z", datetime(2026, 3, 2, 14, 5, 0, 500_000, tzinfo=UTC)),
        ("2026-03-02T14:05:00.123456789Z", datetime(2026, 3, 2, 14, 5, 0, 123_456, tzinfo=UTC)),
        ("1900-01-01T00:00:00+14:00", datetime(1899, 12, 31, 10, 0, tzinfo=UTC)),
        ("2199-12-31T23:59:59-11:00", datetime(2200, 1, 1, 10, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_with_an_offset_becomes_utc(text: str, moment: datetime) -> None:
    for read in (instants.validate_json(f'"{text}"'), instants.validate_python(text)):
        assert read == moment
        assert read.tzinfo is UTC, "one shared object makes comparisons fast"


@pytest.mark.parametrize(
    "text", ["2026-03-02T14:05:00", "2026-03-02 14:05:00", "2026-03-02T14:05", "2026-03-02"]
)
def test_a_time_without_an_offset_is_refused_as_naive(text: str) -> None:
    with pytest.raises(ValidationError) as from_json:
        instants.validate_json(f'"{text}"')
    with pytest.raises(ValidationError) as from_python:
        instants.validate_python(text)
    assert kinds(from_json) == kinds(from_python) == ["naive_time"]


@pytest.mark.parametrize(
    "json",
    [
        '"202603021405"',  # pydantic reads this one as milliseconds since 1970
        '"1772460300"',
        "1772460300",
        "1772460300.5",
        '"2026-02-30T00:00:00Z"',
        '"2026-03-02T25:00:00Z"',
        '"2026-03-02T14:05:00+25:00"',
        '"2026-03-02T14:05:60Z"',
        '"2026-3-2T14:05:00Z"',
        '"2026-W10-1T14:05:00Z"',
        '"20260302T140500Z"',
        '"2026-03-02T14:05:00z"',
        '"2026-03-02T14:05:00 Z"',
        '"2026-03-02 14:05:00Z"',
        '"2026-03-02T14:05Z"',
        '"2026-03-02T14:05:00Z\\n"',
        '"0001-01-01T00:00:00+14:00"',
        '"9999-12-31T23:59:59-11:00"',
        '"99999-01-01T00:00:00Z"',
        '""',
        "null",
        "true",
        "[]",
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(json: str) -> None:
    with pytest.raises(ValidationError) as refused:
        instants.validate_json(json)
    assert kinds(refused) != ["naive_time"]


def test_python_times_are_checked_too() -> None:
    summer = timezone(timedelta(hours=1))
    read = instants.validate_python(datetime(2026, 7, 2, 14, 5, tzinfo=summer))
    assert read == datetime(2026, 7, 2, 13, 5, tzinfo=UTC)
    assert read.tzinfo is UTC
    with pytest.raises(ValidationError) as naive:
        instants.validate_python(datetime(2026, 7, 2, 14, 5))  # noqa: DTZ001
    assert kinds(naive) == ["naive_time"]
    for wrong in (datetime(9999, 1, 1, tzinfo=UTC), 1_772_460_300, date(2026, 7, 2)):
        with pytest.raises(ValidationError):
            instants.validate_python(wrong)


@given(any_instants())
def test_what_is_written_is_read_as_the_same_moment(moment: datetime) -> None:
    read = instants.validate_python(moment)
    assert read == moment
    assert instants.validate_json(instants.dump_json(read)) == read


def test_times_are_written_in_utc_with_z() -> None:
    moment = instants.validate_python("2026-07-02T14:05:00+01:00")
    assert instants.dump_json(moment) == b'"2026-07-02T13:05:00Z"'


def test_days_are_days() -> None:
    assert days.validate_json('"2028-02-29"') == date(2028, 2, 29)
    assert days.validate_python("2028-02-29") == date(2028, 2, 29)
    assert days.validate_python(date(2028, 2, 29)) == date(2028, 2, 29)
    assert days.dump_json(date(2028, 2, 29)) == b'"2028-02-29"'


@pytest.mark.parametrize(
    "json",
    ['"2027-02-29"', '"20260302"', "20260302", "1772409600", '"2026-03-02T00:00:00Z"', "null"],
)
def test_what_is_no_day_is_refused(json: str) -> None:
    with pytest.raises(ValidationError):
        days.validate_json(json)


@pytest.mark.parametrize("wrong", [datetime(2026, 3, 2, tzinfo=UTC), date(1066, 10, 14), 5, "x"])
def test_what_is_no_day_in_python_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        days.validate_python(wrong)
