"""Durations, due times and states in the words that co-ordinators use (ux.md 2, 3.4)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def moment(at: datetime | None) -> str:
    """`22-Nov-2026 14:02`, local time in England; `not known` where there is none."""
    if at is None:
        return "not known"
    return at.astimezone(LONDON).strftime("%d-%b-%Y %H:%M")


def duration(span: timedelta) -> str:
    """`35min`, `1hr 20min`, `2d 3hr`: two units at most, rounded down; never negative."""
    minutes = max(0, int(span.total_seconds())) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}d {hours}hr" if hours else f"{days}d"
    if hours:
        return f"{hours}hr {minutes}min" if minutes else f"{hours}hr"
    return f"{minutes}min"


def due(due_at: datetime, now: datetime) -> str:
    """`Breached 35min ago`, or `Due in 1hr 20min`."""
    if due_at <= now:
        return f"Breached {duration(now - due_at)} ago"
    return f"Due in {duration(due_at - now)}"


def parse_duration(text: str) -> timedelta:
    """`90m`, `4h`, `2d`, `1h30m`. Raises ValueError with the form that is wanted."""
    import re

    match = re.fullmatch(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", text)
    if match is None or not text:
        raise ValueError(f"{text!r} is no duration: write 30m, 4h, 2d or 1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not span:
        raise ValueError("a duration must be longer than nothing")
    return span


def parse_moment(text: str) -> datetime:
    """An RFC 3339 time with an offset; a time without one is London's. In UTC.

    Raises ValueError for what is no time, and for years that no event can have.
    """
    from flow.events.moments import YEAR_MAX, YEAR_MIN

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time: write 2026-03-29T14:30 or with an offset") from None
    # Before the zone is changed: at the calendar's ends that overflows.
    if YEAR_MIN <= at.year <= YEAR_MAX:
        at = (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)
    if not YEAR_MIN <= at.year <= YEAR_MAX:
        raise ValueError(f"{text!r} is not of the years {YEAR_MIN} to {YEAR_MAX}: correct the year")
    return at


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 event`, `2,048 events`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    teens = number % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
