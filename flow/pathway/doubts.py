"""Services that nobody knows; two hospitals at once, or two services that do the same; a stay in
hospital whose end nobody has told.

Findings of the present, so that each may be settled by an event that comes late. To overlap for up
to a day is no matter once it is over: who lets go often says so after the next has begun.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from flow.pathway.care import by_itself, kind_of
from flow.pathway.findings import Finding
from flow.pathway.journey import OVERLAP, Journey
from flow.pathway.mark import Mark
from flow.pathway.policy import Policy
from flow.pathway.presumed_ends import as_at
from flow.pathway.referral_kinds import GIVEN_AT_HOME, ONE_PLACE
from flow.pathway.spells import TRANSFER
from flow.pathway.subjects import Package, Stay


class _Hold(NamedTuple):
    """Somebody has, or had, the person in hand. `asked` is when they were asked to take them over;
    who takes over from whoever has the person was asked since then."""

    since: Mark
    by: str
    until: Mark | None
    asked: Mark | None


class _Care(NamedTuple):
    """Care at home of a kind that one service gives, by a package, or where that is None by visits
    of a referral alone. `requested` is when it was asked of them, `hold.asked` when the person was
    offered."""

    kind: str | None
    package: Package | None
    requested: Mark | None
    hold: _Hold


def doubts_of(journey: Journey, policy: Policy, now: datetime) -> tuple[Finding, ...]:
    """Services that the policy does not know; two that have the person at once, and neither passed
    them on to the other."""
    with as_at(journey, now):
        return tuple(_doubts_of(journey, policy))


def _doubts_of(journey: Journey, policy: Policy) -> list[Finding]:
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
    if journey.handovers and journey.stays:
        found += _moved_in_elsewhere(journey)
    if journey.packages or journey.referrals:
        found += _two_that_care(journey)
    for package in journey.packages.values():
        if package.unasked:
            found += _came_unasked(journey, package)
    return found


def _two(rule: str, holds: Iterable[_Hold]) -> list[Finding]:
    return [
        Finding(rule, tuple(sorted((earlier.since.by, later.since.by))))
        for earlier, later in combinations(sorted(holds, key=_began), 2)
        if earlier.by != later.by and _disagree(earlier, later)
    ]


def _began(hold: _Hold) -> tuple[Mark, str]:
    return hold.since, hold.by


def _disagree(earlier: _Hold, later: _Hold) -> bool:
    let_go = earlier.until is not None and earlier.until.at - later.since.at <= OVERLAP
    passed_on = later.asked is not None and later.asked.at >= earlier.since.at
    return not let_go and not passed_on


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


def _in_a_centre(journey: Journey) -> Iterator[tuple[Stay, _Hold]]:
    """Every stay of a centre that is named. Who asked for it is not looked for."""
    for stay in journey.stays.values():
        since, service = stay.admitted, stay.service
        if since is not None and service is not None:
            yield stay, _Hold(since, service, stay.overtaken or stay.left, None)


def _moved_in_elsewhere(journey: Journey) -> Iterator[Finding]:
    """Into a centre, by another service than had accepted the person before."""
    for stay, there in _in_a_centre(journey):
        led_here = journey.referrals.get(stay.referral_id) if stay.referral_id else None
        asked = _newest(led_here.made if led_here else None, _offered(journey, there.by))
        for accepted in _accepted(journey):
            if accepted.since < there.since:
                yield from _two("two_services", (accepted, there._replace(asked=asked)))


def _came_unasked(journey: Journey, package: Package) -> Iterator[Finding]:
    """Under a package that another gives: nobody had passed it on, nor referred or offered the
    person to them."""
    for had, since, service, came in package.unasked:
        referred = (
            referral.made
            for referral in journey.referrals.values()
            if referral.service == service and referral.kind in GIVEN_AT_HOME
        )
        asked = _newest(*referred, _offered(journey, service))
        holds = _Hold(since, had, None, None), _Hold(came, service, None, asked)
        yield from _two("two_services", holds)


def _two_that_care(journey: Journey) -> list[Finding]:
    """Two packages of two services, whatever they are, or two of a kind; and who cares beside who
    has accepted the person, or in whose centre they are."""
    found: list[Finding] = []
    cares = _cares(journey)
    for one, other in combinations(cares, 2):
        if one.package is not None and other.package is not None:
            found += _two("two_services", (one.hold, other.hold))
        elif one.kind == other.kind:
            found += _two("two_services", (_as_asked(one), _as_asked(other)))
    for care in cares:
        for accepted in _accepted(journey):
            if accepted.by != care.hold.by:
                found += _two("two_services", (accepted, _as_asked(care)))
        for _stay, there in _in_a_centre(journey):
            if care.hold.since > there.since and care.kind in GIVEN_AT_HOME:
                found += _two("two_services", (there, care.hold._replace(asked=None)))
    return found


def _as_asked(care: _Care) -> _Hold:
    """Whoever asks for the care of another has passed the person on, as who offers them has."""
    return care.hold._replace(asked=_newest(care.requested, care.hold.asked))


def _cares(journey: Journey) -> list[_Care]:
    """What is given, or was; nothing while it is paused, or given up."""
    found: list[_Care] = []
    for package in journey.packages.values():
        since, service = package.in_place, package.service
        gives_it = package.pause is None and package.given_up is None
        if since is not None and service is not None and gives_it:
            hold = _Hold(since, service, package.ended, _offered(journey, service))
            found.append(_Care(kind_of(journey, package), package, package.asked_of_them, hold))
    for referral in journey.referrals.values():
        since, service = referral.visited, referral.service
        if since is None or service is None or referral.kind not in ONE_PLACE:
            continue
        if by_itself(journey, referral):
            hold = _Hold(since, service, referral.over, _offered(journey, service))
            found.append(_Care(referral.kind, None, referral.made, hold))
    return found


def _offered(journey: Journey, service: str) -> Mark | None:
    """When the person was last offered to a service."""
    offers = (each.sent for each in journey.handovers.values() if each.service == service)
    return _newest(*offers)


def _newest(*marks: Mark | None) -> Mark | None:
    return max((mark for mark in marks if mark is not None), default=None)
