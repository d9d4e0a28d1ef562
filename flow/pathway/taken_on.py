"""Who comes to somebody whose referral is waited for until its package begins, as Fast Track is:
the commissioner finds a provider, and once one has confirmed, it is that one who acts next."""

from flow.pathway.care import asked_by
from flow.pathway.journey import Journey
from flow.pathway.referral_kinds import WAITED_FOR_ITSELF
from flow.pathway.spans import agree
from flow.pathway.subjects import Referral, TakenOn


def note_who_takes_on(journey: Journey, referral: Referral) -> None:
    """Asked again whenever the referral, its service, or a package is told of."""
    if referral.kind in WAITED_FOR_ITSELF:
        referral.taken_on = _taken_on(journey, referral)
        agree(journey, referral)


def _taken_on(journey: Journey, referral: Referral) -> TakenOn | None:
    """By the first provider that has confirmed a package of it, and has not given it up."""
    for package in journey.packages.values():
        if package.closed or package.confirmed is None or package.given_up is not None:
            continue
        if package.service is not None and asked_by(referral, package):
            return TakenOn(package.service, package.first_visit_due_at)
    return None
