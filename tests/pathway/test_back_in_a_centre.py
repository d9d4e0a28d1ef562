"""A night in hospital in the midst of a stay in a centre: who is sent on by the centre to others
needs somebody who is asked, whichever stay in hospital the one in the centre began after, and
whether the centre tells of it before the admission to hospital, after it, or when they were back.
"""

import pytest

from tests.pathway.told import Told, at

S2 = {"spell_id": "S2"}
NOW = "2026-01-21 16:00"
TO_OTHERS = ["home_with_support", "another_centre", "hospital"]
ON_TO_OTHERS = pytest.mark.parametrize(
    ("destination", "asked"), [*((each, True) for each in TO_OTHERS), ("extra_care", False)]
)


def in_a_centre() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic")
    return told


def left(told: Told, when: str, destination: str | None) -> Told:
    said = {} if destination is None else {"destination": destination}
    told.tell("centre-discharged", when, stay_id="T1", **said)
    return told


def a_night(told: Told, pathway: str | None = None) -> Told:
    told.admitted("2026-01-10 10:00", **S2)
    told.discharged("2026-01-11 10:00", **S2, **({} if pathway is None else {"pathway": pathway}))
    return told


def waits(told: Told) -> dict[str, object]:
    return {wait.id: wait.starts_at for wait in told.assessed(NOW).open_waits}


@ON_TO_OTHERS
def test_who_came_back_to_the_centre_and_is_sent_on_needs_somebody_and_an_owner(
    destination: str, *, asked: bool
) -> None:
    told = a_night(in_a_centre())
    assert told.assessed("2026-01-12 10:00").stage.stage == "in_centre"
    left(told, "2026-01-20 10:00", destination)
    assert waits(told).get("care_arranged") == (at("2026-01-20 10:00") if asked else None)
    assert ("owner_named" in waits(told)) is asked
    stage = told.assessed(NOW).stage.stage
    assert stage == ("discharged_waiting_for_start" if asked else "follow_up")


def test_whoever_is_asked_then_is_enough() -> None:
    told = left(a_night(in_a_centre()), "2026-01-20 10:00", "home_with_support")
    told.tell("referral-made", "2026-01-20 12:00", referral_id="R1", kind="home_care")
    assert "care_arranged" not in waits(told)
    told.tell("referral-rejected", "2026-01-21 12:00", referral_id="R1", reason="no_capacity")
    assert waits(told)["care_arranged"] == at("2026-01-21 12:00")


def test_who_went_home_from_hospital_was_not_sent_on_by_the_centre() -> None:
    told = left(a_night(in_a_centre(), "P0"), "2026-01-20 10:00", "home_with_support")
    assert "care_arranged" not in waits(told)


BEFORE, AFTER = "2026-01-10 09:30", "2026-01-10 10:30"
"""The admission, and since when the care is missing does not depend on which was told first."""


@pytest.mark.parametrize("when", [BEFORE, AFTER, "2026-01-11 09:00"])
@pytest.mark.parametrize("pathway", [None, "P0", "P1"])
@ON_TO_OTHERS
def test_a_centre_that_gives_the_bed_up_means_the_same_before_the_admission_and_after_it(
    destination: str, pathway: str | None, when: str, *, asked: bool
) -> None:
    told = left(in_a_centre(), when, destination)
    missed = pathway == "P1" or (pathway is None and asked)
    assert waits(a_night(told, pathway)).get("care_arranged") == (
        at("2026-01-11 10:00") if missed else None
    )


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_what_was_refused_in_the_centre_is_missed_on_pathway_0_too(when: str) -> None:
    told = in_a_centre()
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind="home_care")
    told.tell("referral-rejected", "2026-01-09 10:00", referral_id="R1", reason="no_capacity")
    a_night(left(told, when, "hospital"), "P0")
    assert waits(told)["care_arranged"] == at("2026-01-11 10:00")
    told.tell("referral-made", "2026-01-12 10:00", referral_id="R2", kind="home_care")
    assert "care_arranged" not in waits(told)


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_and_after_another_hospital_to_which_they_are_moved(when: str) -> None:
    told = left(in_a_centre(), when, "hospital")
    told.admitted("2026-01-10 10:00", **S2)
    told.discharged("2026-01-10 20:00", **S2, destination_code="51")
    rae = {"provider": "RAE", "spell_id": "S9"}
    told.admitted("2026-01-10 21:00", **rae, admission_method="81")
    told.discharged("2026-01-11 10:00", **rae)
    assert waits(told)["care_arranged"] == at("2026-01-11 10:00")


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_whoever_is_asked_meanwhile_is_enough(when: str) -> None:
    told = left(in_a_centre(), when, "hospital")
    told.tell("referral-made", "2026-01-10 15:00", referral_id="R1", kind="home_care")
    assert "care_arranged" not in waits(a_night(told))
    told.tell("referral-withdrawn", "2026-01-12 15:00", referral_id="R1", reason="person_declined")
    assert "care_arranged" not in waits(told)
