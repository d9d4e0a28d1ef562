"""Any wait can be paused with a reason and resumed; time between does not count (domain.md 12.4).

Somebody pauses one wait (`flow.wait-paused.v1`), or its whole package is on hold. For the wait a
pause ends with the event that resumes it, at the time that was given, or at the limit of the
policy, whichever comes first: so nobody is forgotten in a pause. A new period of the wait begins
unpaused. A package on hold because its provider has no capacity stops no wait (`time_counts` of
the code list `pause_reason`): who keeps somebody waiting does not stop the clock of it. Nor does
one on hold for a stay in hospital: what is waited for there and afterwards is that care goes on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flow.events.codes import PAUSE_REASONS
from flow.events.coordination import WaitPaused, WaitResumed
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR
from flow.pathway.mark import Mark
from flow.pathway.spans import Span
from flow.pathway.subjects import Pause

TIME_COUNTS = PAUSE_REASONS.marked("time_counts")


def wait_paused(journey: Journey, event: WaitPaused, now: Mark) -> None:
    """Told again while it lasts, another pause begins, with its own reason and limit."""
    data = event.data
    span = _newest(journey, data.wait, data.about)
    if span is None or span.stops_at is not None:
        journey.find("pause_without_wait", now.by)
        return
    if not span.pausable:
        journey.find("wait_not_pausable", now.by)
        return
    _end(span, now)
    span.paused = (*span.paused, Pause(now, None, data.reason, data.until))
    journey.touched.append(span)


def wait_resumed(journey: Journey, event: WaitResumed, now: Mark) -> None:
    """A wait that is over since needs no resuming."""
    span = _newest(journey, event.data.wait, event.data.about)
    if span is None or not span.paused:
        journey.find("resume_without_pause", now.by)
        return
    _end(span, now)
    journey.touched.append(span)


def _newest(journey: Journey, wait: str, about: str) -> Span | None:
    for span in reversed(journey.spans):
        if span.wait == wait and span.subject.about == about:
            return span
    return None


def _end(span: Span, now: Mark) -> None:
    if span.paused and span.paused[-1].until is None:
        span.paused = (*span.paused[:-1], span.paused[-1]._replace(until=now))


class Paused(NamedTuple):
    """A pause as it counts."""

    since: datetime
    until: datetime
    reason: str | None


class Stood(NamedTuple):
    """When the time of a wait stands still: from and until, apart from each other and in order."""

    over: tuple[tuple[datetime, datetime], ...]

    def at(self, now: datetime) -> bool:
        """Whether it stands still at `now`."""
        return any(since <= now < until for since, until in self.over)

    def changes_at(self, now: datetime) -> datetime:
        """When it begins or ceases to stand still next."""
        moments = [moment for pause in self.over for moment in pause]
        return min((at for at in moments if at > now), default=FAR)


def pauses_of(span: Span, limit: timedelta) -> tuple[Paused, ...]:
    """Every pause of a wait, as far as it lies between start and stop, by its beginning."""
    found = [_as_it_counts(pause, limit) for pause in span.paused]
    found += [
        _as_it_counts(pause, limit)
        for pause in span.package_pauses
        if pause.reason not in TIME_COUNTS
    ]
    begun = (each._replace(since=max(each.since, span.starts_at)) for each in found)
    within = (
        each
        for each in begun
        if each.until > each.since and (span.stops_at is None or each.since < span.stops_at)
    )
    return tuple(sorted(within, key=lambda each: (each.since, each.until)))


def _as_it_counts(pause: Pause, limit: timedelta) -> Paused:
    until = pause.since.at + limit
    if pause.planned_until is not None:
        until = min(until, pause.planned_until)
    if pause.until is not None:
        until = min(until, pause.until.at)
    return Paused(pause.since.at, until, pause.reason)


def stood(pauses: Sequence[Paused]) -> Stood:
    """Several pauses at once count once."""
    over: list[tuple[datetime, datetime]] = []
    for since, until, _ in pauses:
        if over and since <= over[-1][1]:
            over[-1] = over[-1][0], max(over[-1][1], until)
        else:
            over.append((since, until))
    return Stood(tuple(over))
