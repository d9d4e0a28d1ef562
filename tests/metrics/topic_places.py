"""Where a discharge leaves a person, a second time. Standard library only."""

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
BY_CODE = {
    **dict.fromkeys(("54", "65", "85"), "in_care_home"),
    **dict.fromkeys(("48", "49", "50", "51", "52", "53", "84", "87"), "in_hospital"),
    **dict.fromkeys(("30", "37", "38", "88"), "elsewhere"),
    "66": "at_home",
}
"""Where the national code of a discharge says that the person is; 19 and others do not."""


def left_hospital_for(spell: Spell) -> str:
    if spell.pathway == "P2" and spell.gone_to in ("51", "54", "65", "85"):
        return "in_centre"
    return BY_CODE.get(spell.gone_to or "") or named_place(spell.destination or "")


def named_place(where: str) -> str:
    if where in CARE_HOME:
        return "in_care_home"
    if where in OWN_HOME:
        return "at_home"
    return "elsewhere" if where in ("hospice", "other") else ""
