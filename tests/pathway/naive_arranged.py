"""Whether somebody was asked to care for a person after hospital, naively.

On pathway 1 to 3 the care transfer hub arranges care, and one named owner answers for it (domain.md
1.4). Nothing of `flow.pathway` is used.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.pathway.naive_kinds import HUB
from tests.pathway.naive_told import closed, given, in_place, stands_still, stays_on, unanswered

if TYPE_CHECKING:
    from tests.pathway.naive_owners import Owned

ASKED_FOR_NOTHING = (HUB, "equipment", "housing")
"""Kinds of referral that bring nobody who cares."""
HAS_A_PLACE = ("p0_care_home_return", "p1_care_home_return_more")
IN_CARE = (*HAS_A_PLACE, "p3_care_home_new", "p3_care_home_eol")
IN_CARE_BY_CODE = (
    *("30", "48", "49", "50", "51", "52", "53", "54"),
    *("65", "66", "84", "85", "87", "88"),
)
NOBODY_NEEDED = (
    *("person_declined", "no_longer_needed", "died", "goals_met", "long_term_care_at_home"),
    *("moved_to_care_home", "moved_away"),
)


def nobody_asked(person: "Owned", spell: dict[str, Any]) -> datetime | None:
    """Since when somebody would have to be asked."""
    if spell["pathway"] not in ("P1", "P2", "P3") or spell["overtaken"]:
        return None
    if spell["left_at"] is not None:
        since = spell["left_at"]
        if spell["destination"] in IN_CARE or spell["code"] in IN_CARE_BY_CODE:
            return None
    elif spell["ready_at"] is not None and spell["confirmed_at"]:
        since = max(spell["ready_at"], spell["confirmed_at"])
    else:
        return None
    if spell["destination"] in HAS_A_PLACE or _asked(person, spell):
        return None
    ends = sorted(_came_to_nothing(person, spell), key=lambda end: end[0])
    if not ends:
        return since  # type: ignore[no-any-return]
    at, why = ends[-1]
    return None if why in NOBODY_NEEDED else max(since, at)


def _asked(person: "Owned", spell: dict[str, Any]) -> bool:
    for stay in person.stays.values():
        if stays_on(stay) or stay["spell"] is spell:
            return True
    for package in person.packages.values():
        told = package["asked"] or package["confirmed"] or package["started_at"]
        if not package["ended_at"] and (told or in_place(package) or given(package)):
            return True
        left_at, ended_at = spell["left_at"], package["ended_at"]
        cared_for = in_place(package) and not stands_still(package)
        after = left_at is not None and ended_at is not None and ended_at >= left_at
        if after and cared_for and package["ended_because"] != "provider_withdrew":
            return True
    for offer in person.handovers.values():
        if unanswered(offer) or (offer["accepted_at"] and offer["spell"] is spell):
            return True
    return any(_referral_stands(person, spell, each) for each in person.referrals.values())


def _referral_stands(person: "Owned", spell: dict[str, Any], referral: dict[str, Any]) -> bool:
    if referral["kind"] in ASKED_FOR_NOTHING:
        return False
    if not closed(referral):
        return True
    if any(package["referral"] == referral["about"] for package in person.packages.values()):
        return False
    comes_still = referral["visited_at"] and not referral["over_at"]
    return bool(referral["begun"] and (referral["spell"] is spell or comes_still))


def _came_to_nothing(person: "Owned", spell: dict[str, Any]) -> list[tuple[datetime, str]]:
    ends: list[tuple[datetime, str]] = []
    for referral in person.referrals.values():
        if referral["spell"] is spell and referral["kind"] not in (None, *ASKED_FOR_NOTHING):
            ends += [referral[how] for how in ("rejected", "withdrawn") if referral[how]]
    for package in person.packages.values():
        if package["spell"] is spell and package["ended_at"]:
            ends.append((package["ended_at"], package["ended_because"]))
    for offer in person.handovers.values():
        if offer["spell"] is spell and offer["rejected"]:
            ends.append((offer["rejected"], "refused"))
    return ends


def being_assessed(person: "Owned") -> bool:
    return any(not plan["withdrawn"] and 0 < plan["furthest"] < 5 for plan in person.plans.values())
