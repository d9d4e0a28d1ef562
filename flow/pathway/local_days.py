"""Calendar days of Europe/London, cut from UTC instants (domain.md 9).

A local day has 23, 24 or 25 hours. Everything that counts days (readiness, length of stay,
windows) comes through here, so that no other file needs a time zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
ONE_DAY: Final = timedelta(days=1)
FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than anything: "never" where moments are compared."""


def later_of(one: datetime | None, other: datetime | None) -> datetime | None:
    """Of two moments either of which may be missing."""
    if one is None or other is None:
        return one or other
    return max(one, other)


def local_date(instant: datetime) -> date:
    """The day in London on which a UTC instant falls."""
    # Since November 1971 London is at most one hour ahead of UTC and never behind, so only
    # the last hour of a UTC day can belong to another local day.
    if instant.hour < 23 and instant.year > 1971:
        return instant.date()
    return instant.astimezone(LONDON).date()


@lru_cache(maxsize=4096)
def day_begins(day: date) -> datetime:
    """The UTC instant at which a local day begins."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


@lru_cache(maxsize=4096)
def day_ends(day: date) -> datetime:
    """The UTC instant at which a local day is over: the next one's beginning."""
    return day_begins(day + ONE_DAY)


@lru_cache(maxsize=4096)
def hour_of_day(day: date, at: time) -> datetime:
    """The UTC instant of a wall-clock time on a local day."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def days_between(earlier: date, later: date) -> int:
    """Whole calendar days from one local day to another."""
    return later.toordinal() - earlier.toordinal()


def local_days_between(earlier: datetime, later: datetime) -> int:
    """Whole calendar days from the local day of one moment to that of another."""
    return days_between(local_date(earlier), local_date(later))
