"""Care that stands still, asked for once more of its very provider: under an identifier of its own,
be it called a restart or new, or by a referral.

It is that care. At home, where it is waited for already (`package_resume`), that wait goes on:
nobody looks less late for having been asked for again. What was asked for before the person came
home is waited for as that. Asked for under another identifier, what it was is over once that has
begun; by a referral it goes on as what it was. Where it goes on, under whichever name, nobody is
called for what it was asked for as. Of several new packages only the last is settled so: no event
excludes that the others are given besides.
"""

from flow.pathway.care import (
    asked_by,
    does_not_go_on,
    kind_of,
    left_to_nobody,
    restart_of,
    stands_still,
)
from flow.pathway.instead_of import left_to_another
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import NOT_AWAITED
from flow.pathway.subjects import Package, Referral
from flow.pathway.whereabouts import at_home, set_aside


def asked_to_go_on_as(journey: Journey, restart: Package) -> None:
    """Asked for under an identifier of its own, but not as more than is given: what stands still of
    its provider goes on as it."""
    for package in journey.packages.values():
        if package is not restart and _is_same_care(journey, restart, package):
            package.restarted_as = restart.package_id


def referral_to_go_on(journey: Journey, package: Package) -> Referral | None:
    """The newest referral that asks its provider for what stands still, since it does, and that
    neither has had its answer in care nor been refused."""
    if package.referral_id is None:
        return None  # then one to its provider is its own (`asked_by`)
    asked = [
        referral
        for referral in journey.referrals.values()
        if not referral.closed and _asks_for(journey, referral, package)
    ]
    return asked[-1] if asked else None


def packages_that_it_is(journey: Journey, package: Package) -> list[Package]:
    """What its provider was asked for in its place since it stands still, and does not give as
    that: restarts, and what was asked for last."""
    halted, last = stands_still(package), restart_of(journey, package)
    return [
        asked
        for asked in journey.packages.values()
        if _is_its_own(journey, asked, package)
        and not asked.closed
        and (asked is last or (asked.kind == "restart" and _asked_since(asked, halted)))
    ]


def _asked_since(asked: Package, halted: Mark | None) -> bool:
    said = asked.last_asked
    return said is not None and halted is not None and said >= halted


def package_to_go_on(journey: Journey, referral: Referral) -> Package | None:
    """What stands still and this referral, which no package names, asks of its provider."""
    asked = [each for each in journey.packages.values() if _asks_for(journey, referral, each)]
    return asked[-1] if asked else None


def _asks_for(journey: Journey, referral: Referral, package: Package) -> bool:
    halted, made = stands_still(package), referral.made
    return (
        _is_same_care(journey, referral, package)
        and halted is not None
        and made is not None
        and made >= halted
        and referral.kind not in NOT_AWAITED
        and package.given_up is None
        and all(each.referral_id != referral.referral_id for each in journey.packages.values())
    )


def _is_same_care(journey: Journey, asked: Package | Referral, package: Package) -> bool:
    """Care of this service that was given, stands still, and is still to go on."""
    theirs = asked.service is not None and package.service == asked.service
    if not theirs or package.closed or stands_still(package) is None:
        return False
    kind = asked.kind if isinstance(asked, Referral) else kind_of(journey, asked)
    return kind == kind_of(journey, package)


def is_to_go_on(journey: Journey, package: Package) -> bool:
    """At home, its care stands still, and its provider is waited for: not where it has given it up
    meanwhile, nor while another one is waited for in its place, or what was asked for before the
    person came home."""
    if stands_still(package) is None or package.ended is not None or not at_home(journey):
        return False
    if left_to_nobody(package) is not None or does_not_go_on(journey, package):
        return False
    if left_to_another(journey, package):
        return False
    return all(
        _asked_at_home(journey, asked, package) for asked in asked_in_another_form(journey, package)
    )


def asked_in_another_form(journey: Journey, package: Package) -> list[Package | Referral]:
    """As what the care that stands still was asked for, and it is not set aside."""
    restart = restart_of(journey, package)
    if restart is not None and restart.kind == "increased":
        restart = None  # more was asked for since
    anew = (restart, referral_to_go_on(journey, package))
    return [asked for asked in anew if asked is not None and not set_aside(journey, asked)]


def waited_for_already(journey: Journey, asked: Package | Referral) -> bool:
    """Whether it is what its provider is waited for to go on with."""
    return any(
        _is_its_own(journey, asked, package)
        and _asked_at_home(journey, asked, package)
        and is_to_go_on(journey, package)
        for package in journey.packages.values()
    )


def _is_its_own(journey: Journey, asked: Package | Referral, package: Package) -> bool:
    """Its provider, who has not given it up, is asked for this very care by another name."""
    if isinstance(asked, Referral):
        other = asked_by(asked, package)
    else:
        other = asked is package or asked.kind == "increased" or asked.was_ever_given
    return not other and package.given_up is None and _is_same_care(journey, asked, package)


def _asked_at_home(journey: Journey, asked: Package | Referral, package: Package) -> bool:
    """For the first time since its care stands still and since the person left hospital last."""
    first = asked.made if isinstance(asked, Referral) else asked.requested
    halted, latest = stands_still(package), journey.latest
    left = latest.discharged if latest is not None else None
    if first is None or halted is None:
        return False
    return first.at >= halted.at and (left is None or first.at >= left.at)
