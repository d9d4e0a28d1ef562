"""Where a discharge leaves a person, by the national code alone (domain.md 4.1, 4.2)."""

import pytest

from tests.pathway.test_outcomes import home, status
from tests.pathway.told import Told

DAY_7, DAY_30 = "2026-01-17 12:00", "2026-02-09 12:00"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *(("54", "in_care_home"), ("65", "in_care_home"), ("85", "in_care_home")),
        *(("48", "in_hospital"), ("51", "in_hospital"), ("53", "in_hospital")),
        *(("84", "in_hospital"), ("87", "in_hospital")),
        *(("88", "elsewhere"), ("37", "elsewhere"), ("38", "elsewhere"), ("30", "elsewhere")),
        *(("19", "at_home"), ("29", "at_home"), ("66", "at_home"), ("99", "at_home")),
    ],
)
def test_the_national_code_says_where_the_person_lives(code: str, expected: str) -> None:
    assert status(home(destination_code=code), 7, DAY_7) == [expected]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("51", "in_centre"), ("54", "in_centre"), ("85", "in_centre"), ("53", "in_hospital"),
     ("88", "elsewhere"), ("19", "at_home")],
)  # fmt: skip
def test_on_pathway_2_a_care_home_or_a_ward_is_a_short_term_bed(code: str, expected: str) -> None:
    assert status(home(pathway="P2", destination_code=code), 7, DAY_7) == [expected]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"destination": "p3_care_home_new", "destination_code": "19"}, "in_care_home"),
        ({"destination": "p3_care_home_eol", "destination_code": "88"}, "elsewhere"),
        ({"destination": "p1_home_other_support", "destination_code": "19"}, "at_home"),
        ({"destination": "p2_bed", "destination_code": "85"}, "in_centre"),
        ({"destination": "p2_bed"}, "at_home"),
    ],
)
def test_the_code_counts_before_the_line_of_the_report(data: dict[str, str], expected: str) -> None:
    assert status(home(**data), 7, DAY_7) == [expected]


def resident(**data: str) -> Told:
    """Lives in a care home since 10 January, and was in hospital again for some days."""
    told = home(destination_code="85")
    told.admitted("2026-01-20 10:00", spell_id="S2", admission_method="21")
    told.discharged("2026-01-25 10:00", spell_id="S2", **data)
    return told


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"destination_code": "19"}, "in_care_home"),
        ({"destination_code": "99"}, "in_care_home"),
        ({}, "in_care_home"),
        ({"destination": "p0_care_home_return"}, "in_care_home"),
        ({"destination": "p1_home_reablement", "destination_code": "19"}, "at_home"),
        ({"destination_code": "88"}, "elsewhere"),
    ],
)
def test_the_usual_residence_is_where_they_lived_before(
    data: dict[str, str], expected: str
) -> None:
    assert status(resident(**data), 30, DAY_30) == [expected]


def test_a_ward_of_another_hospital_is_no_usual_residence() -> None:
    told = home(destination_code="51")
    told.admitted("2026-01-11 10:00", provider="RAE", spell_id="B1", admission_method="81")
    told.discharged("2026-01-25 10:00", provider="RAE", spell_id="B1", destination_code="19")
    assert status(told, 7, DAY_7) == []  # they have left no hospital yet
    assert status(told, 7, "2026-02-02 12:00") == ["at_home"]


@pytest.mark.parametrize(
    ("destination", "expected"),
    [(None, "in_care_home"), ("another_centre", "in_care_home"), ("home", "at_home"),
     ("extra_care", "at_home"), ("hospice", "elsewhere")],
)  # fmt: skip
def test_who_leaves_a_centre_for_nowhere_that_is_told_is_where_they_lived(
    destination: str | None, expected: str
) -> None:
    told = resident(pathway="P2", destination_code="51")
    told.tell("centre-admitted", "2026-01-25 12:00", stay_id="T1", service="slic")
    told.tell("centre-discharged", "2026-02-01 12:00", stay_id="T1", destination=destination)
    assert status(told, 30, DAY_30) == [expected]


@pytest.mark.parametrize(
    ("destination", "expected"),
    [(None, "at_home"), ("home", "at_home"), ("care_home", "in_care_home"), ("other", "elsewhere"),
     ("hospital", "in_care_home")],
)  # fmt: skip
def test_who_has_left_a_care_home_is_not_in_it(destination: str | None, expected: str) -> None:
    """Back from another hospital, they may be again."""
    told = home(destination="p3_care_home_new")
    told.tell("referral-made", "2026-01-09 10:00", referral_id="R1", kind="care_home")
    told.tell("centre-admitted", "2026-01-10 16:00", stay_id="T1", service="oak", referral_id="R1")
    told.tell("centre-discharged", "2026-02-01 12:00", stay_id="T1", destination=destination)
    assert status(told, 30, DAY_30) == [expected]


def test_who_left_one_care_home_for_another_is_in_that_one() -> None:
    told = home(destination="p3_care_home_new")
    for stay in ("T1", "T2"):
        told.tell("referral-made", "2026-01-09 10:00", referral_id=stay, kind="care_home")
        told.tell("centre-admitted", f"2026-01-1{stay[1]} 12:00", stay_id=stay, service="oak",
                  referral_id=stay)  # fmt: skip
    told.tell("centre-discharged", "2026-02-01 12:00", stay_id="T1")
    assert status(told, 30, DAY_30) == ["in_care_home"]
