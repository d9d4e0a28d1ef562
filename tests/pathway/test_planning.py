"""Assessment and support planning: one joint service or several, in any order, skipped or not."""

import pytest

from tests.pathway.told import Told, at

LATER = "2026-06-01 12:00"
STEPS = (
    "assessment-referred",
    "assessment-allocated",
    "assessment-completed",
    "support-plan-agreed",
    "funding-agreed",
)
WAITS = {"assessment_allocation", "assessment_completion", "support_plan", "funding_decision"}


def told_of(*steps: str, assessment_id: str = "A1", told: Told | None = None) -> Told:
    told = told or Told()
    for hour, step in enumerate(steps, start=9):
        paid = {"funder": "council"} if step == "funding-agreed" else {}
        told.tell(step, f"2026-01-12 {hour:02}:00", assessment_id=assessment_id,
                  service=f"team-{hour}", **paid)  # fmt: skip
    return told


def running(told: Told, now: str = "2026-01-12 20:00") -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits} & WAITS


@pytest.mark.parametrize(
    ("taken", "waited_for"),
    [
        (1, {"assessment_allocation"}),
        (2, {"assessment_completion"}),
        (3, {"support_plan"}),
        (4, {"funding_decision"}),
        (5, set()),
    ],
)
def test_after_each_step_the_next_one_is_waited_for(taken: int, waited_for: set[str]) -> None:
    assert running(told_of(*STEPS[:taken])) == waited_for


def test_each_step_knows_its_service_and_the_newest_has_it() -> None:
    told = told_of(*STEPS[:3])
    (assessment,) = told.journey().assessments.values()
    assert [service for _, service in assessment.done.values()] == ["team-9", "team-10", "team-11"]
    (wait,) = told.waits("support_plan", "2026-01-12 20:00")
    assert wait.acts_next == ("team-11", "service")


def test_a_step_told_after_a_later_one_starts_nothing() -> None:
    told = told_of("assessment-referred", "support-plan-agreed", "assessment-allocated")
    assert running(told) == {"funding_decision"}
    assert told.wait("funding_decision", LATER).starts_at == at("2026-01-12 10:00")


def test_several_assessments_go_on_beside_each_other() -> None:
    told = told_of(*STEPS[:1], told=told_of(*STEPS[:3]), assessment_id="A2")
    found = {(wait.id, wait.about) for wait in told.assessed(LATER).open_waits}
    assert found == {("support_plan", "A1"), ("assessment_allocation", "A2")}


def test_asked_again_after_a_withdrawal_it_is_a_new_try() -> None:
    told = told_of(*STEPS[:4])
    told.tell("assessment-withdrawn", "2026-01-12 18:00", assessment_id="A1")
    assert running(told) == set()
    told.tell("assessment-referred", "2026-01-13 09:00", assessment_id="A1")
    assert running(told, "2026-01-13 10:00") == {"assessment_allocation"}
    assert told.wait("assessment_allocation", LATER, period=2).starts_at == at("2026-01-13 09:00")


@pytest.mark.parametrize(
    ("funder", "organisation"), [("council", "E08000035"), ("joint", "E08000035"), ("nhs", None)]
)
def test_who_pays_is_expected_to_decide(funder: str, organisation: str | None) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", council="E08000035")
    told.tell("assessment-referred", "2026-01-06 09:00", assessment_id="A1")
    told.tell("support-plan-agreed", "2026-01-06 10:00", assessment_id="A1", funder=funder)
    wait = told.wait("funding_decision", "2026-01-06 11:00")
    assert wait.acts_next == (organisation, "commissioner")


def test_after_death_nobody_waits_for_a_plan() -> None:
    told = told_of(*STEPS[:2])
    told.tell("patient-died", "2026-01-12 12:00")
    assert running(told) == set()
    told.tell("assessment-completed", "2026-01-12 13:00", assessment_id="A1")
    assert [f.rule for f in told.assessed(LATER).findings] == ["event_after_death"]


def test_asked_for_in_another_stay_it_is_a_new_try_with_every_step_to_come() -> None:
    """What an earlier stay in hospital has come to says nothing of this one."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told_of(*STEPS[:3], told=told)
    told.discharged("2026-01-13 10:00", pathway="P1")
    told.admitted("2026-03-02 10:00", spell_id="S2")
    told.tell("assessment-referred", "2026-03-03 10:00", assessment_id="A1", service="assessors")
    assert running(told, "2026-03-03 11:00") == {"assessment_allocation"}
    wait = told.wait("assessment_allocation", LATER, period=2)
    assert wait.starts_at == at("2026-03-03 10:00")
    told.tell("assessment-referred", "2026-03-03 12:00", assessment_id="A1")
    assert told.waits("assessment_allocation", LATER)[2:] == []


def test_asked_for_again_before_any_stay_is_known_it_is_the_same() -> None:
    told = told_of(*STEPS[:3])
    told.admitted("2026-01-13 10:00")
    told.tell("assessment-referred", "2026-01-13 11:00", assessment_id="A1")
    assert running(told, "2026-01-13 12:00") == {"support_plan"}


def test_told_at_home_to_be_for_the_later_stay_it_is_a_new_try() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-06 10:00")
    told.admitted("2026-01-07 10:00", spell_id="S2")
    told.discharged("2026-01-08 10:00", spell_id="S2")
    for day, spell in ((9, "S1"), (10, "S2")):
        told.tell("assessment-referred", f"2026-01-{day:02} 10:00", assessment_id="A1",
                  provider="RR8", spell_id=spell)  # fmt: skip
    found = [wait.starts_at for wait in told.waits("assessment_allocation", LATER)]
    assert found == [at("2026-01-09 10:00"), at("2026-01-10 10:00")]
