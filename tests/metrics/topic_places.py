"""Where a discharge leaves a person, a second time. Standard library only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.metrics.topic_days import begins, day_of
from tests.metrics.topic_subjects import Spell

CARE_HOME = {
    "p0_care_home_return",
    "p1_care_home_return_more",
    "p3_care_home_new",
    "p3_care_home_eol",
    "care_home",
}
OWN_HOME = {
    *("p0_home", "p1_home_reablement", "p1_home_other_support"),
    *("home", "home_with_support", "extra_care", "adult_placement"),
}
CARE_HOME_CODES = ("54", "65", "85")
BY_CODE = {
    **dict.fromkeys(CARE_HOME_CODES, "in_care_home"),
    **dict.fromkeys(("48", "49", "50", "51", "52", "53", "84", "87"), "in_hospital"),
    **dict.fromkeys(("30", "37", "38", "88"), "elsewhere"),
    "66": "at_home",
}
"""Where the national code of a discharge says that the person is; 19 and others do not."""


def left_hospital_for(spell: Spell) -> str:
    if spell.pathway == "P2" and spell.gone_to in ("51", "54", "65", "85"):
        return "in_centre"
    return BY_CODE.get(spell.gone_to or "") or named_place(spell.destination or "")


def to_be_admitted_until(spell: Spell | None) -> datetime | None:
    """Who was sent to another hospital is visited by nobody on that day or the next."""
    if spell is None or spell.discharged_at is None or left_hospital_for(spell) != "in_hospital":
        return None
    return begins(day_of(spell.discharged_at) + timedelta(days=2))


def went_on_elsewhere(spell: Spell) -> bool:
    """In another hospital since: neither at home, nor counted as having left."""
    sent = spell.discharged_at is not None and left_hospital_for(spell) == "in_hospital"
    return sent or bool(spell.went_on)


def new_care_home(spell: Spell) -> bool:
    """For a place in a care home or a hospice that is new."""
    match left_hospital_for(spell):
        case "elsewhere":
            return (spell.destination or "").startswith("p3_care_home")
        case "in_care_home" if spell.pathway == "P3":
            return "return" not in (spell.destination or "")
        case "in_care_home":
            return (spell.destination or "").startswith("p3_care_home")
    return False


def beds_taken_up(spell: Spell) -> Iterator[str]:
    """The kinds of bed that who is discharged so was asked a place of, and has."""
    if spell.gone_to in ("48", "49", "50", "53", "84"):
        yield "mental_health_bed"
    if spell.gone_to == "88" or spell.destination == "p3_care_home_eol":
        yield from ("hospice_bed", "fast_track_chc")
    coded = spell.gone_to in CARE_HOME_CODES and new_care_home(spell)
    if coded or (spell.destination or "").startswith("p3_care_home"):
        yield "care_home"


def named_place(where: str) -> str:
    if where in CARE_HOME:
        return "in_care_home"
    if where in OWN_HOME:
        return "at_home"
    return "elsewhere" if where in ("hospice", "other") else ""
