"""What is asked for in the place of care that was given up, or that stands still for a stay in
hospital: under another identifier, or as a referral.

In the place of what stands still only another service comes, and only where nobody has been asked
to go on, or has said that they do; its own restart, be it of other care, is in nobody's place.
"""

from datetime import datetime

from flow.pathway.care import READMITTED, asked_by, is_open, kind_of, restart_of, stands_still
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import GIVEN_AT_HOME, may_come_instead
from flow.pathway.subjects import Package, Referral
from flow.pathway.whereabouts import set_aside


def asked_instead(journey: Journey, before: Package) -> bool:
    """Somebody is asked to come in its place, and has not begun."""
    return any(is_asked(journey, care, before) for care in journey.packages.values()) or any(
        is_referred(journey, care, before) for care in journey.referrals.values()
    )


def left_to_another(journey: Journey, package: Package) -> bool:
    """On pathway 1 to 3, where nobody asked it to go on: while another one is asked for it, that
    one alone is waited for."""
    latest = journey.latest
    return latest is not None and latest.complex_pathway and asked_instead(journey, package)


def left_to_others_since(journey: Journey, package: Package) -> datetime | None:
    """Since when others may come in its place."""
    if package.given_up is not None:
        return package.given_up.handed_back.at
    pause = package.pause
    if pause is None or pause.reason != READMITTED or stands_still(package) is None:
        return None
    asked, said = package.restart_asked, package.last_confirmed
    if (asked is not None and asked >= pause.since) or (said is not None and said >= pause.since):
        return None
    return None if restart_of(journey, package) is not None else pause.since.at


def since_left(journey: Journey, at: Mark | None, before: Package) -> bool:
    left = left_to_others_since(journey, before)
    return at is not None and left is not None and at.at >= left


def may_come(journey: Journey, care: Package, before: Package) -> bool:
    """What was handed back itself brings nobody."""
    if care is before or care.kind == "increased" or care.given_up is not None:
        return False
    if before.given_up is None and not (of_another(care, before) and _is_new(journey, care)):
        return False
    return may_come_instead(kind_of(journey, care), frozenset({kind_of(journey, before)}))


def may_be_referred(journey: Journey, care: Referral, before: Package) -> bool:
    if care.kind not in GIVEN_AT_HOME or care.referral_id == before.referral_id:
        return False
    if before.given_up is None and not of_another(care, before):
        return False
    return may_come_instead(care.kind, frozenset({kind_of(journey, before)}))


def _is_new(journey: Journey, care: Package) -> bool:
    """Not what its provider gave under another identifier."""
    return all(each.restarted_as != care.package_id for each in journey.packages.values())


def of_another(care: Package | Referral, before: Package) -> bool:
    return care.service is not None and care.service != before.service


def is_asked(journey: Journey, care: Package, before: Package) -> bool:
    return (
        since_left(journey, care.requested, before)
        and may_come(journey, care, before)
        and care.began is None
        and is_open(care)
        and not set_aside(journey, care)
    )


def is_referred(journey: Journey, care: Referral, before: Package) -> bool:
    return (
        since_left(journey, care.made, before)
        and not care.closed
        and may_be_referred(journey, care, before)
        and not asked_by(care, before)
        and not set_aside(journey, care)
    )
