"""What comes in the place of a package that was handed back, under another identifier or as a
referral.

Care of a kind that may come in its place (`INSTEAD_OF`) settles it once it has begun: asked for
since the hand-back, or begun since at another service. While it is only asked for, it is what is
waited for, and nobody is called to find a provider besides. Whoever is to come is waited for only
from the last day of who comes still. More of what is given is not in its place, nor is a bed.

A restart under an identifier of its own is the care of its provider that stands still: waited for
as that, and over as what it was once that has begun.
"""

from datetime import datetime

from flow.pathway.after_some_weeks import follows_at
from flow.pathway.care import (
    asked_by,
    by_itself,
    given_until,
    goes_on,
    is_given,
    kind_of,
    restart_of,
    stands_still,
)
from flow.pathway.handovers import cares, stands_down
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.next_provider import nobody_is_next, taken_on
from flow.pathway.referral_kinds import GIVEN_AT_HOME, may_come_instead
from flow.pathway.spans import begins_later, watch
from flow.pathway.subjects import Package, Referral
from flow.pathway.whereabouts import set_aside


def asked_anew(journey: Journey, given_up: Package) -> bool:
    """Somebody is asked to come in its place, and has not begun."""
    return any(_is_asked(journey, care, given_up) for care in journey.packages.values()) or any(
        _is_referred(journey, care, given_up) for care in journey.referrals.values()
    )


def cared_for_until(journey: Journey, care: Package | Referral) -> datetime | None:
    """The last day of a provider who comes still, where this one has said that they come next; a
    referral has a wait of its own until they say so."""
    if isinstance(care, Package):
        if care.leaving is not None:
            return care.cared_for_until
        if care.confirmed is None and care.started is None:
            return None
    found: datetime | None = None
    for package in journey.packages.values():
        until = given_until(package)
        if until is None or not is_given(package):
            continue
        if isinstance(care, Package):
            follows = _is_asked(journey, care, package)
        else:
            follows = _is_referred(journey, care, package)
        if follows:
            found = until if found is None else max(found, until)
    return found


def others_come_until(journey: Journey, care: Package | Referral) -> datetime | None:
    """Nobody waits before that for care in whose place, or before which, somebody comes."""
    until, follows = cared_for_until(journey, care), follows_at(journey, care)
    if until is None or follows is None:
        return until or follows
    return max(until, follows)


def watch_handed_back(journey: Journey, now: Mark) -> None:
    """What was handed back, or is to go on as another, hangs on other care, and other care on who
    leaves."""
    packages = journey.packages.values()
    if not any(package.hand_backs or package.restarted_as for package in packages):
        return  # as of most people
    for package in packages:
        if package.closed or (package.given_up is None and package.restarted_as is None):
            continue
        if _has_gone_on(journey, package) or _has_come(journey, package):
            _settle(journey, package, now)
        watch(journey, package, now)
    for package in journey.packages.values():
        if package.leaving is None:
            begins_later(journey, package, now)
    for referral in journey.referrals.values():
        begins_later(journey, referral, now)


def _settle(journey: Journey, package: Package, now: Mark) -> None:
    """Who gave it up comes no more."""
    taken_on(journey, package, now)
    package.elsewhere = now
    if package.came is not None and package.lapsed is None:
        package.lapsed = now
    journey.services_version += 1
    nobody_is_next(journey, package, now)
    stands_down(journey, package.service, now)
    for referral in journey.referrals.values():
        if not referral.closed:
            watch(journey, referral, now)  # this package says no more of it


def _may_come(journey: Journey, care: Package, given_up: Package) -> bool:
    """What was handed back itself brings nobody."""
    if care is given_up or care.kind == "increased" or care.given_up is not None:
        return False
    return may_come_instead(kind_of(journey, care), frozenset({kind_of(journey, given_up)}))


def _may_be_referred(journey: Journey, care: Referral, given_up: Package) -> bool:
    if care.kind not in GIVEN_AT_HOME or care.referral_id == given_up.referral_id:
        return False
    return may_come_instead(care.kind, frozenset({kind_of(journey, given_up)}))


def _since(at: Mark | None, given_up: Package) -> bool:
    said = given_up.given_up
    return at is not None and said is not None and at.at >= said.handed_back.at


def _is_asked(journey: Journey, care: Package, given_up: Package) -> bool:
    return (
        _since(care.requested, given_up)
        and _may_come(journey, care, given_up)
        and care.began is None
        and goes_on(care)
        and not set_aside(journey, care)
    )


def _is_referred(journey: Journey, care: Referral, given_up: Package) -> bool:
    return (
        _since(care.made, given_up)
        and not care.closed
        and _may_be_referred(journey, care, given_up)
        and not asked_by(care, given_up)
        and not set_aside(journey, care)
    )


def goes_on_as(journey: Journey, restart: Package) -> None:
    """Asked for under an identifier of its own: what stands still of its provider goes on as it."""
    for package in journey.packages.values():
        if (
            package is not restart
            and restart.service is not None
            and package.service == restart.service
            and not package.closed
            and stands_still(package) is not None
            and kind_of(journey, package) == kind_of(journey, restart)
        ):
            package.restarted_as = restart.package_id


def _has_gone_on(journey: Journey, package: Package) -> bool:
    restart = restart_of(journey, package)
    return restart is not None and is_given(restart)


def _has_come(journey: Journey, given_up: Package) -> bool:
    if given_up.given_up is None:
        return False
    return any(
        _since(care.began, given_up)
        and (_since(care.requested, given_up) or _of_another(care, given_up))
        and is_given(care)
        and _may_come(journey, care, given_up)
        for care in journey.packages.values()
    ) or any(
        _since(care.visited, given_up)
        and (_since(care.made, given_up) or _of_another(care, given_up))
        and cares(care)
        and _may_be_referred(journey, care, given_up)
        and by_itself(journey, care)
        for care in journey.referrals.values()
    )


def _of_another(care: Package | Referral, given_up: Package) -> bool:
    return care.service is not None and care.service != given_up.service
