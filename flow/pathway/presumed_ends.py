"""Care that is over by time alone, as if somebody had told it.

Care at home by a referral of which no event tells the end: it counts until day 91 after its first
visit, a local rule after the period of domain.md 5 (O3). And care by a package that its provider
gave up, with a last day: from then on nobody gives it, unless somebody has taken it on; and who has
taken it on is waited for only from then on.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
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


def _open_ended(journey: Journey) -> Iterator[_OpenEnded]:
    if journey.died is not None:
        return
    for referral in journey.referrals.values():
        visited = referral.visited
        if visited is not None and referral.over is None and by_itself(journey, referral):
            yield _OpenEnded(Mark(counts_until(referral), visited.by), referral, referral.service)
    for package in journey.packages.values():
        until, leaving = given_until(package), package.leaving
        if until is not None:
            end = Mark(until, package.hand_backs[-1].handed_back.by)
            yield _OpenEnded(end, package, package.service)
        if leaving is not None and leaving.last is not None:
            yield _OpenEnded(leaving.last, package, leaving.service)


def presumed_ends(journey: Journey) -> list[Mark]:
    """When such care is over unless an event says more, in order of time."""
    return sorted(open_ended.end for open_ended in _open_ended(journey))


def take_as_over(journey: Journey, now: Mark) -> None:
    """Whatever has come to its presumed end is over for good."""
    for end, care, service in list(_open_ended(journey)):
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


@contextmanager
def as_if_over(journey: Journey, now: datetime) -> Iterator[None]:
    """For the time of the block, what `take_as_over` makes of it if no event comes before `now`."""
    ended: list[tuple[Referral | Package, tuple[Given, ...]]] = []
    let_go: list[Handover] = []
    for end, care, service in list(_open_ended(journey)):
        if end.at > now:
            continue
        ended.append((care, care.earlier if isinstance(care, Package) else ()))
        _end(care, end)
        for handover in journey.handovers.values():
            theirs = service is not None and handover.service == service
            if theirs and handover.over is None:
                handover.over = end
                let_go.append(handover)
    try:
        yield
    finally:
        for care, earlier in ended:
            if isinstance(care, Package):
                care.lapsed, care.earlier = None, earlier
            else:
                care.over = None
        for handover in let_go:
            handover.over = None


def as_at(journey: Journey, now: datetime) -> AbstractContextManager[None]:
    """`as_if_over` at a moment after the newest event, where anything has come to its end since."""
    later = journey.responsible_later
    over = bool(later) and later[0][0].at <= now
    return as_if_over(journey, now) if over else nullcontext()
