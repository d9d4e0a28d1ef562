"""Who comes to somebody whose referral is waited for until its package begins, as Fast Track is:
the commissioner finds a provider, and once one has confirmed, it is that one who acts next, and the
referral's wait is the only one for their first visit."""

from flow.pathway.care import asked_by
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import WAITED_FOR_ITSELF
from flow.pathway.spans import agree, watch
from flow.pathway.subjects import Package, Referral, TakenOn


def note_who_takes_on(journey: Journey, referral: Referral, now: Mark) -> None:
    """Asked again whenever the referral, its service, or a package is told of."""
    if referral.kind in WAITED_FOR_ITSELF or referral.taken_on is not None:
        referral.taken_on = _taken_on(journey, referral)
        agree(journey, referral)
        _watch_packages(journey, now)


def watch_who_takes_on(journey: Journey, referral: Referral, now: Mark) -> None:
    """The referral is over: its packages are waited for as any."""
    if referral.kind in WAITED_FOR_ITSELF:
        _watch_packages(journey, now)


def _watch_packages(journey: Journey, now: Mark) -> None:
    for package in journey.packages.values():
        if package.in_place is None and not package.closed:
            watch(journey, package, now)


def _taken_on(journey: Journey, referral: Referral) -> TakenOn | None:
    """By the first provider that has confirmed a package of it, and has not given it up."""
    if referral.kind in WAITED_FOR_ITSELF:
        for package in journey.packages.values():
            provider = _provider_found(package, referral)
            if provider is not None:
                return TakenOn(provider, package.first_visit_due_at)
    return None


def _provider_found(package: Package, referral: Referral) -> str | None:
    if package.closed or package.confirmed is None or package.given_up is not None:
        return None
    return package.service if asked_by(referral, package) else None


def waited_for_as_asked(journey: Journey, package: Package) -> bool:
    """Whether it is of a referral that is waited for until it begins, and its provider comes."""
    return package.confirmed is not None and any(
        referral.kind in WAITED_FOR_ITSELF
        and referral.made is not None
        and not referral.closed
        and _provider_found(package, referral) is not None
        for referral in journey.referrals.values()
    )
