"""Services that nobody knows; two hospitals at once, or two services that do the same; a stay in
hospital whose end nobody has told.

Findings of the present, so that each may be settled by an event that comes late. To overlap for up
to a day is no matter once it is over: who lets go often says so after the next has begun.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import combinations
from typing import NamedTuple

from flow.pathway.findings import Finding
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.policy import Policy
from flow.pathway.spells import TRANSFER

OVERLAP = timedelta(days=1)


class _Hold(NamedTuple):
    """Somebody has, or had, the person in hand. `asked` is when they were asked to take them over;
    who takes over from whoever has the person was asked since then."""

    since: Mark
    by: str
    until: Mark | None
    asked: Mark | None


def doubts_of(journey: Journey, policy: Policy) -> tuple[Finding, ...]:
    """Services that the policy does not know; two that have the person at once, and neither passed
    them on to the other."""
    found: list[Finding] = []
    if policy.services.values:
        found += [
            Finding("service_not_listed", events)
            for service, events in journey.named.items()
            if policy.does_not_list(service)
        ]
    if len(journey.spells) > 1:
        found += _two("two_hospitals", _in_hospital(journey))
        found += _left_open(journey)
    if len(journey.handovers) > 1:
        found += _two("two_services", _accepted(journey))
    if len(journey.packages) > 1:
        found += _two("two_services", _caring(journey))
    return tuple(found)


def _two(rule: str, holds: Iterable[_Hold]) -> Iterator[Finding]:
    for earlier, later in combinations(sorted(holds), 2):
        let_go = earlier.until is not None and earlier.until.at - later.since.at <= OVERLAP
        passed_on = later.asked is not None and later.asked.at >= earlier.since.at
        if earlier.by != later.by and not let_go and not passed_on:
            yield Finding(rule, tuple(sorted((earlier.since.by, later.since.by))))


def _in_hospital(journey: Journey) -> Iterator[_Hold]:
    for spell in journey.spells.values():
        if spell.admission_known:
            asked = spell.admitted if spell.admission_method in TRANSFER else None
            left = spell.discharged or spell.overtaken
            yield _Hold(spell.admitted, spell.provider, left, asked)


def _left_open(journey: Journey) -> Iterator[Finding]:
    """Until its end is told, or the person is back there."""
    for spell in journey.spells.values():
        if spell.left_open is not None and spell.has_no_end:
            events = (spell.admitted.by, spell.left_open.by)
            yield Finding("spell_left_open", tuple(sorted(events)))


def _accepted(journey: Journey) -> Iterator[_Hold]:
    for handover in journey.handovers.values():
        accepted, service = handover.accepted, handover.service
        if accepted is not None and service is not None and handover.spell is journey.latest:
            yield _Hold(accepted, service, handover.over, handover.sent)


def _caring(journey: Journey) -> Iterator[_Hold]:
    """Care at home that goes on; none while it is paused, or was handed back."""
    for package in journey.packages.values():
        if package.in_place is None or package.service is None:
            continue
        if package.pause is None and not package.hand_backs:
            asked = _offered(journey, package.service)
            yield _Hold(package.in_place, package.service, package.ended, asked)


def _offered(journey: Journey, service: str) -> Mark | None:
    """When the person was last offered to a service."""
    offers = [each.sent for each in journey.handovers.values() if each.service == service]
    return max((sent for sent in offers if sent is not None), default=None)
