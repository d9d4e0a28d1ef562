"""When a wait is near its target, past it, and when its alert rises: one rule, applied to a start.

Three calendars (domain.md 9, 12.4): `all` counts every hour; `local_days` counts whole calendar
days in London; a pair of hours counts only the time between them, on every day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from flow.pathway.local_days import ONE_DAY, day_begins, hour_of_day, local_date

Calendar = Literal["all", "local_days", "hours"]
Provenance = Literal["national", "practice", "legacy", "local"]
Paused = Sequence[tuple[datetime, datetime]]
"""Pauses that are over, in order: from, until. Time in them does not count."""

MAX_DURATION = timedelta(days=1000)
"""Longest duration in a policy: keeps every due time representable and every loop short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The policy of one wait at one place. Durations that count days are multiples of a day."""

    wait: str
    start: str
    stop: str
    target: timedelta
    warn: timedelta | None
    escalate: tuple[timedelta, ...]
    marks: tuple[timedelta, ...]
    calendar: Calendar
    opens: time
    closes: time
    at_least: bool
    on: bool
    acts_next: str
    provenance: Provenance
    source: str

    def due_at(self, starts_at: datetime) -> datetime:
        """When the target is missed, pauses aside."""
        if self.calendar == "all":
            return starts_at + self.target
        if self.calendar == "local_days":
            return day_begins(local_date(starts_at) + self.target + ONE_DAY)
        return self._within_hours(starts_at, self.target)

    def near_at(self, starts_at: datetime) -> datetime | None:
        """When the warning is due, pauses aside."""
        if self.warn is None:
            return None
        if self.calendar == "all":
            return starts_at + self.warn
        if self.calendar == "local_days":
            return day_begins(local_date(starts_at) + self.warn)
        return self._within_hours(starts_at, self.warn)

    def step_at(self, starts_at: datetime, step: timedelta) -> datetime:
        """When an escalation is due, pauses aside: its duration is counted from the target."""
        if self.calendar == "all":
            return starts_at + self.target + step
        if self.calendar == "local_days":
            return day_begins(local_date(starts_at) + self.target + step)
        return self._within_hours(starts_at, self.target + step)

    def mark_dates(self, starts_at: datetime, mark: timedelta) -> tuple[datetime, datetime]:
        """For a length of stay: when its local day begins and when that day is over."""
        day = local_date(starts_at) + mark
        return day_begins(day), day_begins(day + ONE_DAY)

    def _within_hours(self, starts_at: datetime, duration: timedelta) -> datetime:
        day = local_date(starts_at)
        left = duration
        # Ends: every day with opening hours takes some of the at most 1,000 days.
        while True:
            opens_at = max(starts_at, hour_of_day(day, self.opens))
            room = hour_of_day(day, self.closes) - opens_at
            if room >= left:
                return opens_at + left
            if room > timedelta(0):
                left -= room
            day += ONE_DAY


def after_pauses(moment: datetime, paused: Paused) -> datetime:
    """A moment moved on by the pauses that begin before it."""
    for since, until in paused:
        if since < moment:
            moment += until - since
    return moment


def step_name(step: timedelta) -> str:
    """The level of an escalation: `breached+7d`, `breached+4h`, `breached+90m`."""
    minutes = int(step.total_seconds()) // 60
    if minutes % 1440 == 0:
        return f"breached+{minutes // 1440}d"
    if minutes % 60 == 0:
        return f"breached+{minutes // 60}h"
    return f"breached+{minutes}m"
