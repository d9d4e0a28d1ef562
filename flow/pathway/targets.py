"""When a wait is near its target, past it, and when its alert rises: one rule, applied to a start.

Four calendars (domain.md 9, 12.4): `all` counts every hour; `local_days` counts whole calendar
days in London; a pair of hours counts only the time between them, on every day; `working` counts
the hours of whoever acts next, and every hour where the policy gives none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from flow.pathway.local_days import (
    ONE_DAY,
    day_begins,
    hour_of_day,
    local_date,
    local_days_between,
)
from flow.pathway.working_hours import WorkingHours, open_between

Calendar = Literal["all", "local_days", "hours", "working"]
Provenance = Literal["national", "practice", "legacy", "local"]
Paused = Sequence[tuple[datetime, datetime]]
"""Pauses that are over, in order: from, until. Time in them does not count."""

NEAR, BREACHED = "near", "breached"
MAX_DURATION = timedelta(days=1000)
"""Longest duration in a policy: keeps every due time representable and every loop short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The policy of one wait at one place. Durations that count days are multiples of a day.

    `due` is the time from the start until the target is missed, `thresholds` the same for every
    level, in order. With `local_days` a target of N days is missed when day N is over.
    `start_else` says from where its time counts where nobody tells what `start` names.
    `valid_from` is the day from which it is in force, None where it always was. `working` are the
    hours of whoever acts next, where they count. `pause_at_most` is how long a pause stops it.
    `agreed_grace` is how long after a time that was agreed it is late. `by_delay_reason`: whoever
    owns the primary delay reason acts next (`who_acts.py`).
    """

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
    by_delay_reason: bool
    provenance: Provenance
    source: str
    pause_at_most: timedelta
    agreed_grace: timedelta = timedelta(0)
    start_else: str | None = None
    valid_from: date | None = None
    working: WorkingHours | None = None
    target_s: int = field(init=False)
    due: timedelta = field(init=False)
    thresholds: tuple[tuple[str, timedelta], ...] = field(init=False)

    def __post_init__(self) -> None:
        due = self.target + ONE_DAY if self.calendar == "local_days" else self.target
        levels = [(NEAR, self.warn)] if self.warn is not None else []
        levels.append((BREACHED, due))
        levels += [(step_name(step), self.target + step) for step in self.escalate]
        object.__setattr__(self, "target_s", int(self.target.total_seconds()))
        object.__setattr__(self, "due", due)
        object.__setattr__(self, "thresholds", tuple(levels))

    def after(self, starts_at: datetime, duration: timedelta) -> datetime:
        """The moment at which this much of the rule's time has passed, pauses aside."""
        if self.calendar == "all":
            return starts_at + duration
        if self.calendar == "local_days":
            return day_begins(local_date(starts_at) + duration)
        if self.calendar == "working":
            working = self.working
            return starts_at + duration if working is None else working.after(starts_at, duration)
        return self._within_hours(starts_at, duration)

    def after_pauses(self, starts_at: datetime, duration: timedelta, paused: Paused) -> datetime:
        """The same, where the time in pauses that begin before that moment does not count."""
        moment = self.after(starts_at, duration)
        for since, until in paused:
            if since < moment:
                duration += self._counted(since, until)
                moment = self.after(starts_at, duration)
        return moment

    def _counted(self, since: datetime, until: datetime) -> timedelta:
        """How much of the rule's time passes between two moments."""
        if self.calendar == "local_days":
            return local_days_between(since, until) * ONE_DAY
        if self.calendar == "working" and self.working is not None:
            return self.working.between(since, until)
        if self.calendar == "hours":
            return open_between(since, until, lambda _day: (self.opens, self.closes))
        return until - since

    def _within_hours(self, starts_at: datetime, duration: timedelta) -> datetime:
        day = local_date(starts_at)
        left = duration
        # Ends: every day's opening hours take some of the at most 1,000 days.
        while True:
            opens_at = max(starts_at, hour_of_day(day, self.opens))
            room = hour_of_day(day, self.closes) - opens_at
            if room >= left:
                return opens_at + left
            if room > timedelta(0):
                left -= room
            day += ONE_DAY


def step_name(step: timedelta) -> str:
    """The level of an escalation: `breached+7d`, `breached+4h`, `breached+90m`."""
    minutes = int(step.total_seconds()) // 60
    if minutes % 1440 == 0:
        return f"breached+{minutes // 1440}d"
    if minutes % 60 == 0:
        return f"breached+{minutes // 60}h"
    return f"breached+{minutes}m"
