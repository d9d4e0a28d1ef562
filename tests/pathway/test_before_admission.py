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
