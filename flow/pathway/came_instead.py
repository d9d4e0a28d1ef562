"""What comes in the place of a package that was handed back, under another identifier or as a
referral.

Care of a kind that may come in its place (`INSTEAD_OF`) settles it once it has begun: asked for
since the hand-back, or begun since at another service. While it is only asked for, it is what is
waited for, and nobody is called to find a provider besides. Whoever is to come is waited for only
from the last day of who comes still. More of what is given is not in its place, nor is a bed.

Care that stands still for a stay in hospital is settled as much by another service that was asked
to come in its place since (`instead_of.py`), and where it goes on under another identifier
(`in_another_form.py`); with it, what else it was asked for as.
"""

from datetime import datetime

from flow.pathway.after_some_weeks import follows_at
from flow.pathway.care import (
    by_itself,
    given_until,
    is_given,
    restart_of,
)
from flow.pathway.handovers import cares, stands_down
from flow.pathway.in_another_form import packages_that_it_is
from flow.pathway.instead_of import (
    is_asked,
    is_referred,
    left_to_others_since,
    may_be_referred,
    may_come,
    of_another,
    since_left,
)
from flow.pathway.journey import Journey
from flow.pathway.local_days import later_of
from flow.pathway.mark import Mark
from flow.pathway.next_provider import nobody_is_next, taken_on
from flow.pathway.referrals import begin
from flow.pathway.spans import agree, begins_later, watch
from flow.pathway.subjects import Package, Referral


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
            follows = is_asked(journey, care, package)
        else:
            follows = is_referred(journey, care, package)
        if follows:
            found = until if found is None else max(found, until)
    return found


def others_come_until(journey: Journey, care: Package | Referral) -> datetime | None:
    """Nobody waits before that for care in whose place, or before which, somebody comes."""
    return later_of(cared_for_until(journey, care), follows_at(journey, care))


def watch_handed_back(journey: Journey, now: Mark) -> None:
    """What was handed back, stands still or is to go on as another, hangs on other care, and other
    care on who leaves."""
    packages = journey.packages.values()
    if not any(each.hand_backs or each.restarted_as or each.pause for each in packages):
        return  # as of most people
    for package in packages:
        if package.closed:
            continue
        if package.given_up is None and package.restarted_as is None and package.pause is None:
            continue
        _settle_if_given(journey, package, now)
        watch(journey, package, now)
        agree(journey, package)
    for package in journey.packages.values():
        if not package.closed and not package.was_ever_given:
            watch(journey, package, now)
        if package.leaving is None:
            begins_later(journey, package, now)
    for referral in journey.referrals.values():
        if not referral.closed:
            watch(journey, referral, now)
        begins_later(journey, referral, now)


def _settle_if_given(journey: Journey, package: Package, now: Mark) -> None:
    """As what it goes on as, and with that what else it was asked for as; or by others."""
    restart = restart_of(journey, package)
    if restart is not None and is_given(restart):
        for asked in packages_that_it_is(journey, package):
            is_given_as(journey, asked, restart.package_id, now)
        _settle(journey, package, now)
    elif _has_come(journey, package):
        _settle(journey, package, now)


def is_given_as(journey: Journey, asked: Package, package_id: str, now: Mark) -> None:
    """Its provider gives what was asked for, under another identifier; so has the referral that
    asked for it what it asked for."""
    asked.given_as = package_id
    _settle(journey, asked, now)
    watch(journey, asked, now)
    agree(journey, asked)
    referral = journey.referrals.get(asked.referral_id) if asked.referral_id else None
    if referral is not None and not referral.closed:
        begin(journey, referral, now)


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


def _has_come(journey: Journey, before: Package) -> bool:
    """In its place: asked for since, or, where it was given up, begun since at another service."""
    if left_to_others_since(journey, before) is None:
        return False
    given_up = before.given_up is not None
    return any(
        since_left(journey, care.began, before)
        and (since_left(journey, care.requested, before) or (given_up and of_another(care, before)))
        and is_given(care)
        and may_come(journey, care, before)
        for care in journey.packages.values()
    ) or any(
        since_left(journey, care.visited, before)
        and (since_left(journey, care.made, before) or (given_up and of_another(care, before)))
        and cares(care)
        and may_be_referred(journey, care, before)
        and by_itself(journey, care)
        for care in journey.referrals.values()
    )
