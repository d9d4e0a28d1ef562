"""Care that is over by time alone, as if somebody had told it.

Care by a referral of which no event tells the end: it counts until day 91 after its first visit, or
the move into its bed, a local rule after the period of domain.md 5 (O3). And care by a package that
its provider gave up, with a last day: from then on nobody gives it, unless somebody has taken it
on; and who has taken it on is waited for only from then on.
"""

from datetime import datetime
from typing import NamedTuple

from flow.pathway.care import by_itself, counts_until, given_until
from flow.pathway.handovers import service_over
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Given, Handover, Package, Referral


class _OpenEnded(NamedTuple):
    """Care whose end no event need tell: when it is over, because of what, and who gives it."""

    end: Mark
    care: Referral | Package
    service: str | None


def _open_ended(journey: Journey) -> list[_OpenEnded]:
    found: list[_OpenEnded] = []
    if journey.died is not None:
        return found
    for referral in journey.referrals.values():
        came = referral.came
        if came is not None and referral.over is None and by_itself(journey, referral):
            end = Mark(counts_until(referral), came.by)
            found.append(_OpenEnded(end, referral, referral.service))
    for package in journey.packages.values():
        until, leaving = given_until(package), package.leaving
        if until is not None:
            end = Mark(until, package.hand_backs[-1].handed_back.by)
            found.append(_OpenEnded(end, package, package.service))
        if leaving is not None and leaving.last is not None:
            found.append(_OpenEnded(leaving.last, package, leaving.service))
    return found


def presumed_ends(journey: Journey) -> list[Mark]:
    """When such care is over unless an event says more, in order of time."""
    return sorted([open_ended.end for open_ended in _open_ended(journey)])


def take_as_over(journey: Journey, now: Mark) -> None:
    """Whatever has come to its presumed end is over for good."""
    for end, care, service in _open_ended(journey):
        if end.at <= now.at:
            _end(care, now)
            watch(journey, care, now)
            service_over(journey, service, now)


def _end(care: Referral | Package, over: Mark) -> None:
    if isinstance(care, Referral):
        care.over = over
    elif care.leaving is not None:
        care.leaves_for_good(over)
    else:
        care.lapsed = over


class AsIfOver:
    """For the time of the block, what `take_as_over` makes of it if no event comes before `now`;
    where that is None, nothing."""

    __slots__ = ("_ended", "_let_go")

    def __init__(self, journey: Journey, now: datetime | None) -> None:
        self._ended: list[tuple[Referral | Package, tuple[Given, ...]]] = []
        self._let_go: list[Handover] = []
        if now is not None:
            self._end_all(journey, now)

    def _end_all(self, journey: Journey, now: datetime) -> None:
        for end, care, service in _open_ended(journey):
            if end.at > now:
                continue
            self._ended.append((care, care.earlier if isinstance(care, Package) else ()))
            _end(care, end)
            for handover in journey.handovers.values():
                theirs = service is not None and handover.service == service
                if theirs and handover.over is None:
                    handover.over = end
                    self._let_go.append(handover)

    def __enter__(self) -> None:
        """What is over is over since this was made."""

    def __exit__(self, *_raised: object) -> None:
        for care, earlier in self._ended:
            if isinstance(care, Package):
                care.lapsed, care.earlier = None, earlier
            else:
                care.over = None
        for handover in self._let_go:
            handover.over = None


def as_at(journey: Journey, now: datetime) -> AsIfOver:
    """`AsIfOver` at a moment after the newest event, where anything has come to its end since."""
    later = journey.responsible_later
    over = bool(later) and later[0][0].at <= now
    return AsIfOver(journey, now if over else None)
