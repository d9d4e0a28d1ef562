"""Calendar days of London, for `topic_figures.py`. Standard library only."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_of(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def begins(day: date) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def days_from(earlier: datetime, later: datetime) -> int:
    return (day_of(later) - day_of(earlier)).days


def within_hours(start: datetime, end: datetime, opens: time, closes: time) -> timedelta:
    """How much of the time from `start` to `end` lies between two hours of local days."""
    total = timedelta()
    day = day_of(start)
    while begins(day) < end:
        opening = datetime.combine(day, opens, LONDON).astimezone(UTC)
        closing = datetime.combine(day, closes, LONDON).astimezone(UTC)
        total += max(timedelta(), min(end, closing) - max(start, opening))
        day += timedelta(days=1)
    return total


def moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
