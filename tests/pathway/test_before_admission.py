"""What is told of a stay for a time before its admission: one finding with both events, no time
before the admission, and whoever is in hospital stays on its lists."""

from collections.abc import Callable

import pytest

from tests.pathway.test_notices import open_notices
from tests.pathway.told import Told, at

NOW = "2026-01-09 12:00"
RULE = "dated_before_admission"
OTHERS = {"discharge_without_admission", "event_without_admission", "event_after_discharge"}
ADMITTED = "2026-01-07 08:00"


def discharged_the_day_before(told: Told) -> None:
    told.discharged("2026-01-06 08:00", id="early", discharge_method="1", pathway="P1")


def discharged_by_little(told: Told) -> None:
    told.discharged("2026-01-07 07:50", id="early", discharge_method="1", pathway="P1")


def ready_the_day_before(told: Told) -> None:
    told.reviewed("2026-01-06 08:00", id="early", meets=False)


def moved_to_a_ward_before(told: Told) -> None:
    told.in_spell("patient-transferred", "2026-01-06 08:00", id="early", ward="W2")


def expected_a_year_before(told: Told) -> None:
    told.in_spell("expected-discharge-date-set", "2026-01-07 12:00", id="early",
                  expected_discharge_date="2025-01-12")  # fmt: skip


def expected_by_a_plan_of_before(told: Told) -> None:
    told.in_spell("expected-discharge-date-set", "2026-01-02 12:00", id="early",
                  expected_discharge_date="2026-01-05")  # fmt: skip


EARLY = (
    discharged_the_day_before,
    discharged_by_little,
    ready_the_day_before,
    moved_to_a_ward_before,
    expected_a_year_before,
    expected_by_a_plan_of_before,
)


def admitted_and(early: Callable[[Told], None]) -> Told:
    told = Told()
    told.admitted(ADMITTED, id="admitted", admission_method="21", ward="J28")
    early(told)
    return told


@pytest.mark.parametrize("early", EARLY)
def test_it_is_one_finding_with_both_events_and_the_person_is_in_hospital(
    early: Callable[[Told], None],
) -> None:
    view = admitted_and(early).assessed(NOW)
    (found,) = [each for each in view.findings if each.rule in {RULE, *OTHERS}]
    assert (found.rule, found.events) == (RULE, ("/rr8/pas#admitted", "/rr8/pas#early"))
    assert ("data_quality", (RULE,), 1.0) in view.contribution
    assert (view.stage.provider, view.stage.ward is not None) == ("RR8", True)
    (stay,) = [wait for wait in view.open_waits if wait.id == "los_review"]
    assert stay.starts_at == at(ADMITTED)


@pytest.mark.parametrize("early", [expected_a_year_before, expected_by_a_plan_of_before])
def test_a_date_is_still_asked_for(early: Callable[[Told], None]) -> None:
    told = admitted_and(early)
    assert "edd_set" in {wait.id for wait in told.assessed(NOW).open_waits}
    assert told.journey().spells["RR8", "S1"].expected_discharge_date is None
    told.in_spell("expected-discharge-date-set", "2026-01-08 12:00",
                  expected_discharge_date="2026-01-12")  # fmt: skip
    assert "edd_set" not in {wait.id for wait in told.assessed(NOW).open_waits}


def test_a_date_that_stands_is_not_lost_by_one_of_before_the_admission() -> None:
    told = Told()
    told.admitted(ADMITTED)
    told.in_spell("expected-discharge-date-set", "2026-01-07 10:00",
                  expected_discharge_date="2026-01-12")  # fmt: skip
    expected_a_year_before(told)
    assert str(told.journey().spells["RR8", "S1"].expected_discharge_date) == "2026-01-12"


def test_on_the_day_of_the_admission_somebody_may_be_expected_to_leave() -> None:
    told = Told()
    told.admitted(ADMITTED)
    told.in_spell("expected-discharge-date-set", "2026-01-07 10:00",
                  expected_discharge_date="2026-01-07")  # fmt: skip
    view = told.assessed(NOW)
    assert RULE not in {each.rule for each in view.findings}
    assert "edd_set" not in {wait.id for wait in view.open_waits}


def test_who_was_ready_before_they_came_is_ready_since_they_came() -> None:
    told = admitted_and(ready_the_day_before)
    view = told.assessed(NOW)
    assert view.stage.discharge_ready_date == "2026-01-07"
    (wait,) = [each for each in view.open_waits if each.id == "drd_to_discharge"]
    assert wait.starts_at == at(ADMITTED)
    told.discharged("2026-01-10 10:00", discharge_method="1", discharge_ready_date="2026-01-07")
    spell = told.journey().spells["RR8", "S1"]
    assert spell.ready_date is not None
    assert (spell.ready_date.delay_days, spell.ready_date.assumed) == (3, False)


@pytest.mark.parametrize("early", [discharged_the_day_before, discharged_by_little])
def test_who_is_reviewed_in_hospital_has_not_left_until_a_later_discharge(
    early: Callable[[Told], None],
) -> None:
    told = admitted_and(early)
    told.reviewed("2026-01-08 09:00", meets=False)
    view = told.assessed(NOW)
    assert view.stage.discharge_ready_date == "2026-01-08"
    waits = {wait.id for wait in view.open_waits}
    assert {"drd_to_discharge", "ctr_review", "los_review"} <= waits
    assert "discharge_summary" not in waits
    told.discharged("2026-01-09 09:00", discharge_method="1", pathway="P1")
    view = told.assessed(NOW)
    left = told.journey().spells["RR8", "S1"].discharged
    assert left is not None
    assert left.at == at("2026-01-09 09:00")
    assert OTHERS.isdisjoint(each.rule for each in view.findings)


def _before_they_came(told: Told) -> None:
    told.reviewed("2026-01-05 09:30", meets=False)
    told.in_spell("delay-reason-recorded", "2026-01-05 09:35", reason="hosp_transport",
                  primary=True)  # fmt: skip


def test_who_was_ready_before_a_discharge_that_does_not_count_is_ready_since_they_came() -> None:
    told = Told()
    _before_they_came(told)
    discharged_the_day_before(told)
    told.admitted(ADMITTED, admission_method="21", ward="J28")
    view = told.assessed(NOW)
    assert (view.stage.stage, view.stage.since) == ("ready_to_leave", at(ADMITTED))
    assert view.stage.discharge_ready_date == "2026-01-07"
    assert told.journey().spells["RR8", "S1"].primary is not None
    waits = {wait.id: wait.starts_at for wait in view.open_waits}
    assert waits["drd_to_discharge"] == waits["hospital_process_delay"] == at(ADMITTED)
    told.discharged("2026-01-10 10:00", discharge_method="1", discharge_ready_date="2026-01-07")
    left = told.journey().spells["RR8", "S1"].ready_date
    assert left is not None
    assert (left.delay_days, left.assumed) == (3, False)


def test_a_reason_that_was_cleared_before_that_discharge_stays_cleared() -> None:
    told = Told()
    _before_they_came(told)
    told.in_spell("delay-reason-cleared", "2026-01-05 12:00", reason="hosp_transport")
    discharged_the_day_before(told)
    told.admitted(ADMITTED)
    assert told.journey().spells["RR8", "S1"].primary is None


@pytest.mark.parametrize("left", [False, True])
def test_who_met_the_criteria_again_before_they_came_does_and_is_there_since_they_came(
    left: bool,
) -> None:
    told = Told()
    _before_they_came(told)
    told.reviewed("2026-01-05 15:00", meets=True)
    if left:
        discharged_the_day_before(told)
    told.admitted(ADMITTED)
    spell = told.journey().spells["RR8", "S1"]
    assert (spell.ready, spell.unwell, spell.primary) == (None, True, None)
    stage = told.assessed(NOW).stage
    assert (stage.stage, stage.since) == ("in_hospital", at(ADMITTED))


@pytest.mark.parametrize(
    ("planned", "left", "counts"),
    [
        ([], {"pathway": "P0"}, (None, None, False)),
        ([], {"destination": "p1_home_reablement"}, (None, None, False)),
        ([("P1", "likely")], {"pathway": "P0"}, ("P1", None, False)),
        ([("P2", "confirmed")], {"pathway": "P0"}, ("P2", None, True)),
        ([("P2", "confirmed"), ("P1", "likely")], {"pathway": "P0"}, ("P2", None, True)),
        ([("P1", "confirmed")], {"destination": "p1_home_reablement"}, ("P1", None, True)),
        ([("P1", "confirmed")], {}, ("P1", None, True)),
    ],
)
def test_the_pathway_is_what_was_planned_before_a_discharge_that_does_not_count(
    planned: list[tuple[str, str]],
    left: dict[str, str],
    counts: tuple[str | None, str | None, bool],
) -> None:
    told = Told()
    for minute, (pathway, status) in enumerate(planned):
        told.in_spell("pathway-decided", f"2026-01-05 09:4{minute}", pathway=pathway, status=status)
    told.discharged("2026-01-06 08:00", discharge_method="1", **left)
    told.admitted(ADMITTED)
    spell = told.journey().spells["RR8", "S1"]
    assert (spell.pathway, spell.destination, spell.pathway_confirmed is not None) == counts


def test_the_hub_is_waited_for_on_a_pathway_that_is_expected_after_such_a_discharge() -> None:
    told = Told()
    told.discharged("2026-01-06 08:00", discharge_method="1", pathway="P0", destination="p0_home")
    told.admitted(ADMITTED)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P1", status="likely")
    told.reviewed("2026-01-08 11:00", meets=False)
    view = told.assessed(NOW)
    assert view.stage.pathway == "P1"
    assert "hub_referral" in {wait.id for wait in view.open_waits}


def test_what_the_hub_decides_after_such_a_discharge_counts() -> None:
    told = Told()
    told.in_spell("referred-to-care-transfer-hub", "2026-01-05 10:00", hub="leeds-hub")
    told.discharged("2026-01-06 08:00", discharge_method="1")
    told.in_spell("pathway-decided", "2026-01-06 12:00", pathway="P1", status="confirmed")
    told.admitted(ADMITTED)
    spell = told.journey().spells["RR8", "S1"]
    assert spell.pathway == "P1"
    assert spell.pathway_confirmed is not None


def _asked_on_pathway_1(told: Told) -> None:
    told.in_spell("pathway-decided", "2026-01-05 09:40", pathway="P1", status="confirmed")
    told.tell("referral-made", "2026-01-05 09:45", referral_id="R1", kind="home_care",
              service="aire-care")  # fmt: skip


def test_whom_such_a_discharge_told_of_another_pathway_is_waited_for_again() -> None:
    told = Told()
    _asked_on_pathway_1(told)
    told.discharged("2026-01-06 08:00", discharge_method="1", pathway="P0", destination="p0_home")
    assert ("stand_down", "aire-care", "pathway_changed") in open_notices(told, "2026-01-06 09:00")
    told.admitted(ADMITTED)
    view = told.assessed(NOW)
    assert "R1" in {wait.about for wait in view.open_waits}
    assert "pathway_changed" not in {cause for _, _, cause in open_notices(told, NOW)}


def test_who_had_to_stand_down_before_such_a_discharge_is_not_waited_for() -> None:
    told = Told()
    _asked_on_pathway_1(told)
    told.in_spell("pathway-decided", "2026-01-05 12:00", pathway="P2", status="confirmed")
    told.discharged("2026-01-06 08:00", discharge_method="1", pathway="P0", destination="p0_home")
    told.admitted(ADMITTED)
    assert told.journey().referrals["R1"].off_plan is not None
    assert "R1" not in {wait.about for wait in told.assessed(NOW).open_waits}


def test_its_correction_counts_as_any_discharge_does() -> None:
    told = admitted_and(discharged_the_day_before)
    told.discharged("2026-01-09 08:00", discharge_method="1", pathway="P1",
                    corrects="/rr8/pas#early")  # fmt: skip
    view = told.assessed(NOW)
    assert told.journey().current is None
    assert RULE not in {each.rule for each in view.findings}


def test_whoever_cares_hears_that_the_person_is_in_hospital() -> None:
    told = Told()
    told.tell("care-package-requested", "2026-01-02 12:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-02 18:00", package_id="P1", service="acme")
    discharged_the_day_before(told)
    told.admitted(ADMITTED, admission_method="21")
    assert "acme" in {about for _, about, _ in open_notices(told, "2026-01-07 09:00")}


def test_a_death_stands_whatever_the_date_of_the_admission() -> None:
    told = Told()
    told.admitted(ADMITTED, id="admitted")
    told.discharged("2026-01-06 08:00", id="died", discharge_method="4")
    view = told.assessed(NOW)
    assert view.stage.stage == "died"
    assert ("event_after_death", ("/rr8/pas#admitted", "/rr8/pas#died")) in view.findings


def test_an_admission_after_the_discharge_from_another_stay_is_none_of_this() -> None:
    told = Told()
    told.admitted("2026-01-05 08:00")
    told.discharged("2026-01-06 08:00")
    told.admitted(ADMITTED, spell_id="S2")
    assert RULE not in {each.rule for each in told.assessed(NOW).findings}
