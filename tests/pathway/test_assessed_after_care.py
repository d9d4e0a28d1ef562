"""Care has ended and an assessment is under way: who has the person, and what is said of them."""

import pytest

from tests.pathway.told import Told

REFERRED = "2026-01-21 10:00"
SOON = "2026-01-21 12:00"


def care_ended(pathway: str = "P1") -> Told:
    """Home care from 8 to 20 January; the hospital's co-ordinator had the person."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway=pathway, status="confirmed")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 15:00")
    told.in_spell("discharge-summary-sent", "2026-01-07 16:00")
    told.tell("first-visit-completed", "2026-01-08 09:00", package_id="P1", service="acme")
    told.tell("care-package-ended", "2026-01-20 09:00", package_id="P1", reason="goals_met")
    return told


def referred(told: Told) -> Told:
    told.tell("assessment-referred", REFERRED, assessment_id="A1", service="assessors")
    return told


def waits(told: Told, now: str = SOON) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits}


def test_whoever_had_the_person_last_has_them_while_an_assessment_is_under_way() -> None:
    told = care_ended()
    assert told.assessed(SOON).stage.responsible is None
    assert told.assessed(SOON).open_waits == ()
    referred(told)
    assert told.assessed(SOON).stage.responsible == "acme"
    assert waits(told) == {"assessment_allocation", "owner_named"}


@pytest.mark.parametrize("last", ["funding-agreed", "assessment-withdrawn"])
def test_the_end_of_the_assessment_lets_go_of_the_person(last: str) -> None:
    told = referred(care_ended())
    for hour, step in enumerate(("allocated", "completed"), start=11):
        told.tell(f"assessment-{step}", f"2026-01-21 {hour}:00", assessment_id="A1")
    told.tell("support-plan-agreed", "2026-01-21 13:00", assessment_id="A1")
    assert told.assessed("2026-01-21 14:00").stage.responsible == "acme"
    paid = {"funder": "council"} if last == "funding-agreed" else {}
    told.tell(last, "2026-01-21 15:00", assessment_id="A1", **paid)
    assert told.assessed("2026-01-21 16:00").stage.responsible is None
    assert waits(told, "2026-01-21 16:00") == set()


def test_an_assessment_for_somebody_whom_nobody_cared_for_keeps_them_with_the_hospital() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 15:00", pathway="P0")
    told.in_spell("discharge-summary-sent", "2026-01-07 16:00")
    assert told.assessed(SOON).stage.responsible is None
    referred(told)
    assert told.assessed(SOON).stage.responsible == "RR8"
    assert waits(told) == {"assessment_allocation"}, "on pathway 0 nobody needs an owner"


def test_an_assessment_of_nobody_whom_a_hospital_had_makes_nobody_responsible() -> None:
    assert referred(Told()).assessed(SOON).stage.responsible is None


def test_the_owner_of_the_same_stay_is_the_owner_still() -> None:
    told = care_ended()
    told.tell("coordinator-assigned", "2026-01-09 09:00", organisation="RR8", coordinator="c1",
              service="acme")  # fmt: skip
    referred(told)
    assert waits(told) == {"assessment_allocation"}


@pytest.mark.parametrize(
    ("told_later", "assessed"),
    [
        ([], False),
        ([("assessment-allocated", "2026-02-24 10:00", "A1")], False),
        ([("support-plan-agreed", "2026-03-03 10:00", "A1")], True),
        ([("assessment-referred", "2026-03-06 10:00", "A2")], True),
    ],
    ids=["left behind", "left behind before this stay", "gone on in this stay", "asked for now"],
)
@pytest.mark.parametrize("wait", ["service_asked", "care_arranged"])
def test_only_an_assessment_of_this_stay_puts_off_that_somebody_is_asked(
    told_later: list[tuple[str, str, str]], assessed: bool, wait: str
) -> None:
    told = referred(care_ended())
    told.tell("assessment-completed", "2026-01-22 10:00", assessment_id="A1")
    told.admitted("2026-03-02 10:00", spell_id="S2")
    told.reviewed("2026-03-05 09:00", meets=False, spell_id="S2")
    told.in_spell(
        "pathway-decided", "2026-03-05 09:00", pathway="P1", status="confirmed", spell_id="S2"
    )
    for kind, when, assessment in told_later:
        told.tell(kind, when, assessment_id=assessment)
    if wait == "care_arranged":
        told.discharged("2026-03-06 16:00", spell_id="S2")
    assert (wait not in waits(told, "2026-03-06 17:00")) is assessed


def cared_for_again() -> Told:
    """Assessed since the first stay; after the second one care until 20 March."""
    told = referred(care_ended())
    told.admitted("2026-03-02 10:00", spell_id="S2")
    told.discharged("2026-03-06 16:00", spell_id="S2", pathway="P1")
    told.in_spell("discharge-summary-sent", "2026-03-06 17:00", spell_id="S2")
    told.tell("care-package-requested", "2026-03-06 11:00", package_id="P2", kind="new",
              service="beta")  # fmt: skip
    told.tell("first-visit-completed", "2026-03-07 09:00", package_id="P2")
    told.tell("care-package-ended", "2026-03-20 09:00", package_id="P2", reason="goals_met")
    return told


def test_an_assessment_that_an_earlier_stay_left_behind_holds_nobody_to_the_person() -> None:
    told = cared_for_again()
    view = told.assessed("2026-03-20 10:00")
    assert view.stage.responsible is None
    assert [wait.id for wait in view.open_waits] == ["assessment_allocation"]


def test_an_assessment_that_has_gone_on_since_holds_whoever_had_the_person() -> None:
    told = cared_for_again()
    told.tell("assessment-completed", "2026-03-20 09:30", assessment_id="A1")
    assert told.assessed("2026-03-20 10:00").stage.responsible == "beta"
