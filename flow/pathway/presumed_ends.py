"""Care at home of which no event tells the end: it counts until day 91 after its first visit, a
local rule after the period of domain.md 5 (O3). Then it is as if somebody had told that it is over.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

from flow.pathway.care import by_itself, counts_until
from flow.pathway.handovers import service_over
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Handover, Referral


def _open_ended(journey: Journey) -> Iterator[Referral]:
    """Referrals that are the care themselves, and whose end is not told."""
    if journey.died is None:
        for referral in journey.referrals.values():
            visited = referral.visited is not None and referral.over is None
            if visited and by_itself(journey, referral):
                yield referral


def presumed_ends(journey: Journey) -> list[Mark]:
    """When such care is over unless an event says more, in order of time."""
    ends = [
        Mark(counts_until(referral), referral.visited.by)
        for referral in _open_ended(journey)
        if referral.visited is not None
    ]
    return sorted(ends)


def take_as_over(journey: Journey, now: Mark) -> None:
    """Whatever has come to its presumed end is over for good."""
    for referral in list(_open_ended(journey)):
        if counts_until(referral) <= now.at:
            referral.over = now
            journey.services_version += 1
            watch(journey, referral, now)
            service_over(journey, referral.service, now)


@contextmanager
def as_if_over(journey: Journey, now: datetime) -> Iterator[None]:
    """For the time of the block, what `take_as_over` makes of it if no event comes before `now`."""
    ended: list[Referral | Handover] = []
    for referral in list(_open_ended(journey)):
        assert referral.visited is not None
        until = counts_until(referral)
        if until <= now:
            theirs = [
                handover
                for handover in journey.handovers.values()
                if handover.service == referral.service and handover.over is None
            ]
            for each in (referral, *(theirs if referral.service is not None else ())):
                each.over = Mark(until, referral.visited.by)
                ended.append(each)
    try:
        yield
    finally:
        for each in ended:
            each.over = None


def as_at(journey: Journey, now: datetime) -> AbstractContextManager[None]:
    """`as_if_over` at a moment after the newest event, where anything has come to its end since."""
    later = journey.responsible_later
    over = bool(later) and later[0][0].at <= now
    return as_if_over(journey, now) if over else nullcontext()
