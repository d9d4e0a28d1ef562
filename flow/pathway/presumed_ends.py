"""Care that is over by time alone, as if somebody had told it.

Care at home by a referral of which no event tells the end: it counts until day 91 after its first
visit, a local rule after the period of domain.md 5 (O3). And care by a package that its provider
gave up, with a last day: from then on nobody gives it, unless somebody has taken it on.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

from flow.pathway.care import by_itself, counts_until, given_until
from flow.pathway.handovers import service_over
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Handover, Package, Referral

_Care = Referral | Package


def _open_ended(journey: Journey) -> Iterator[tuple[Mark, _Care]]:
    """Care that is given and whose end no event need tell: when it is over, and because of what."""
    if journey.died is not None:
        return
    for referral in journey.referrals.values():
        visited = referral.visited
        if visited is not None and referral.over is None and by_itself(journey, referral):
            yield Mark(counts_until(referral), visited.by), referral
    for package in journey.packages.values():
        until = given_until(package)
        if until is not None:
            yield Mark(until, package.hand_backs[-1].handed_back.by), package


def presumed_ends(journey: Journey) -> list[Mark]:
    """When such care is over unless an event says more, in order of time."""
    return sorted(end for end, _ in _open_ended(journey))


def take_as_over(journey: Journey, now: Mark) -> None:
    """Whatever has come to its presumed end is over for good."""
    for end, care in list(_open_ended(journey)):
        if end.at <= now.at:
            _end(care, now)
            watch(journey, care, now)
            service_over(journey, care.service, now)


def _end(care: _Care, over: Mark | None) -> None:
    if isinstance(care, Package):
        care.lapsed = over
    else:
        care.over = over


@contextmanager
def as_if_over(journey: Journey, now: datetime) -> Iterator[None]:
    """For the time of the block, what `take_as_over` makes of it if no event comes before `now`."""
    ended: list[_Care] = []
    let_go: list[Handover] = []
    for end, care in list(_open_ended(journey)):
        if end.at > now:
            continue
        _end(care, end)
        ended.append(care)
        for handover in journey.handovers.values():
            theirs = care.service is not None and handover.service == care.service
            if theirs and handover.over is None:
                handover.over = end
                let_go.append(handover)
    try:
        yield
    finally:
        for care in ended:
            _end(care, None)
        for handover in let_go:
            handover.over = None


def as_at(journey: Journey, now: datetime) -> AbstractContextManager[None]:
    """`as_if_over` at a moment after the newest event, where anything has come to its end since."""
    later = journey.responsible_later
    over = bool(later) and later[0][0].at <= now
    return as_if_over(journey, now) if over else nullcontext()
