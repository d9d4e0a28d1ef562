"""When a service works, and who covers for it otherwise (domain.md 9: opt-in, for local services).

Hours are wall-clock times of Europe/London, so a working day may begin an hour sooner or later in
UTC than the day before. Bank holidays are data with an end; beyond it no day counts as one, which
makes a wait late too soon rather than too late.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flow.pathway.local_days import ONE_DAY, day_begins, hour_of_day, local_date

Hours = tuple[time, time]
"""Opens, closes; of one day."""
DAYS_LOOKED_AHEAD = 400_000
"""More than any duration of a policy needs at the least hours that a calendar may have."""
LEAST_OPEN = timedelta(hours=1)
"""A weekday has at least so many hours: keeps the days that a duration takes few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankHolidays:
    """`known_until` is the last day that the list speaks of."""

    days: frozenset[date]
    known_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """Who works when: an organisation by its name, else all services of its kind, else whoever
    acts outside hospital for people who live in a locality. `kinds` says which service is of
    which kind, as far as the policy tells."""

    by_name: "Mapping[str, WorkingHours]"
    by_kind: "Mapping[str, WorkingHours]"
    by_locality: "Mapping[str, WorkingHours]"
    kinds: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.by_name or self.by_kind or self.by_locality)

    def rows(self) -> "Iterator[tuple[str, WorkingHours]]":
        """Each calendar with whom it is of, in words."""
        yield from self.by_name.items()
        yield from ((f"kind {kind}", working) for kind, working in self.by_kind.items())
        yield from ((f"in {place}", working) for place, working in self.by_locality.items())

    def of(self, organisation: str | None, locality: str | None) -> "WorkingHours | None":
        """The hours of an organisation, for somebody who lives there; None where none are known."""
        if organisation is not None:
            own = self.by_name.get(organisation)
            if own is None and (kind := self.kinds.get(organisation)) is not None:
                own = self.by_kind.get(kind)
            if own is not None:
                return own
        return self.by_locality.get(locality) if locality is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """One calendar of the policy. None: closed on such days.

    `out_of_hours` is who acts while it is closed.
    """

    name: str
    weekdays: Hours
    saturdays: Hours | None
    sundays: Hours | None
    on_bank_holidays: Hours | None
    out_of_hours: str | None
    bank_holidays: BankHolidays

    def on(self, day: date) -> Hours | None:
        """The hours of a day of London."""
        if day in self.bank_holidays.days:
            return self.on_bank_holidays
        return (*[self.weekdays] * 5, self.saturdays, self.sundays)[day.weekday()]

    def open_at(self, moment: datetime) -> bool:
        day = local_date(moment)
        hours = self.on(day)
        return hours is not None and (
            hour_of_day(day, hours[0]) <= moment < hour_of_day(day, hours[1])
        )

    def cover_at(self, moment: datetime) -> str | None:
        """Who acts instead at this moment; None while it is open, or where nobody covers."""
        if self.out_of_hours is None or self.open_at(moment):
            return None
        return self.out_of_hours

    def changes_at(self, moment: datetime) -> datetime:
        """When it opens or closes next; at the latest with the next day."""
        day = local_date(moment)
        for at in self.on(day) or ():
            if hour_of_day(day, at) > moment:
                return hour_of_day(day, at)
        return day_begins(day + ONE_DAY)

    def between(self, since: datetime, until: datetime) -> timedelta:
        """How long it is open between two moments."""
        return open_between(since, until, self.on)

    def after(self, starts_at: datetime, duration: timedelta) -> datetime:
        """The moment at which it has been open for so long since then."""
        day = local_date(starts_at)
        left = duration
        for _ in range(DAYS_LOOKED_AHEAD):
            hours = self.on(day)
            if hours is not None:
                opens_at = max(starts_at, hour_of_day(day, hours[0]))
                room = hour_of_day(day, hours[1]) - opens_at
                if room >= left:
                    return opens_at + left
                left -= max(room, timedelta(0))
            day += ONE_DAY
        raise AssertionError("a calendar is open on weekdays")


def open_between(
    since: datetime, until: datetime, hours_on: Callable[[date], Hours | None]
) -> timedelta:
    """How much of the time between two moments lies within the hours of each day."""
    total = timedelta(0)
    day = local_date(since)
    while day <= local_date(until):
        hours = hours_on(day)
        if hours is not None:
            opens_at = max(since, hour_of_day(day, hours[0]))
            closes_at = min(until, hour_of_day(day, hours[1]))
            total += max(closes_at - opens_at, timedelta(0))
        day += ONE_DAY
    return total
