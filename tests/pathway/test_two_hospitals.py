"""Admitted to another hospital, and the one before never told that the person left: they are in one
hospital, nobody is waited for in the other, and what is doubtful stays a finding."""

import pytest

from flow.pathway.waits import SUBJECTS
from tests.pathway.told import ABOUT, Told, at

MOVED, NOW = "2026-01-09 10:00", "2026-01-09 12:00"
RAE = {"provider": "RAE", "spell_id": "S2"}
OF_HOSPITAL = {rule.wait for rule in SUBJECTS[0].watches}


def left_open(method: str = "21") -> Told:
    """Ready to leave RR8 since 7 January, held up by the hospital; in RAE since the 9th."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-07 09:00", meets=False)
    told.in_spell("delay-reason-recorded", "2026-01-07 10:00", reason="hosp_transport",
                  primary=True)  # fmt: skip
    told.admitted(MOVED, admission_method=method, **RAE)
    return told


def waits_of(told: Told, about: str, now: str = NOW) -> set[str]:
    return {w.id for w in told.assessed(now).open_waits if w.about == about}


def rules(told: Told, now: str = NOW) -> set[str]:
    return {finding.rule for finding in told.assessed(now).findings}


def sums(told: Told, gauge: str, now: str = NOW) -> float:
    return sum(value for name, _, value in told.assessed(now).contribution if name == gauge)


@pytest.mark.parametrize("method", ["21", "81"])
def test_the_newest_stay_has_the_person_and_is_the_only_one(method: str) -> None:
    told = left_open(method)
    stage = told.assessed(NOW).stage
    assert (stage.provider, stage.stage, stage.responsible) == ("RAE", "in_hospital", "RAE")
    assert sums(told, "inpatients") == 1
    assert sums(told, "nctr_remaining_patients") == sums(told, "delayed_patients") == 0
    assert sums(told, "delayed_bed_days") == 0


def test_nobody_is_waited_for_in_the_older_stay() -> None:
    told = left_open()
    assert waits_of(told, ABOUT) == set()
    assert waits_of(told, "RAE:S2") == {"edd_set", "los_review"}
    ended = {wait.id: wait.ended for wait in told.assessed(NOW).waits if wait.about == ABOUT}
    assert ended["drd_to_discharge"] == "cancelled"


@pytest.mark.parametrize(("method", "doubtful"), [("21", True), ("81", False)])
def test_what_is_doubtful_stays_a_finding(method: str, *, doubtful: bool) -> None:
    """Not of who was transferred; but of each, once they have left."""
    told = left_open(method)
    assert ("two_hospitals" in rules(told)) is doubtful
    told.discharged("2026-01-12 10:00", **RAE)
    assert "spell_left_open" in rules(told, "2026-01-12 11:00")


def test_who_has_left_the_newer_stay_is_not_in_hospital_and_not_waited_for() -> None:
    told = left_open()
    told.discharged("2026-01-12 10:00", pathway="P0", **RAE)
    told.tell("discharge-summary-sent", "2026-01-12 11:00", **RAE)
    now = "2026-01-12 12:00"
    assert told.assessed(now).stage.stage == "follow_up"
    assert told.assessed(now).open_waits == ()
    assert sums(told, "inpatients", now) == 0
    assert told.assessed("2026-06-20 12:00").over, "and they are let go in time"


def test_on_day_91_who_left_the_newer_stay_is_at_home() -> None:
    told = left_open()
    told.discharged("2026-01-12 10:00", pathway="P0", **RAE)
    found = [
        labels[-1]
        for name, labels, _ in told.assessed("2026-04-14 12:00").contribution
        if name == "outcomes"
    ]
    assert set(found) == {"at_home"}


def test_care_at_home_that_was_asked_for_in_the_older_stay_is_waited_for() -> None:
    told = left_open()
    told.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="new",
              service="acme", provider="RR8", spell_id="S1")  # fmt: skip
    told.discharged("2026-01-12 10:00", pathway="P1", **RAE)
    assert waits_of(told, "P1", "2026-01-12 11:00") == {"package_start"}


def test_a_discharge_that_the_older_stay_tells_later_counts() -> None:
    told = left_open()
    told.discharged("2026-01-09 15:00")
    now = "2026-01-09 16:00"
    assert told.assessed(now).stage.provider == "RAE"
    assert waits_of(told, ABOUT, now) == {"discharge_summary"}
    assert sums(told, "discharges", now) == 1
    assert "two_hospitals" not in rules(told, now)


def test_an_admission_that_is_cancelled_brings_the_older_stay_back() -> None:
    told = left_open()
    told.tell("admission-cancelled", "2026-01-09 11:00", **RAE)
    assert told.assessed(NOW).stage.provider == "RR8"
    assert "drd_to_discharge" in waits_of(told, ABOUT)


def back() -> Told:
    """A day at the other hospital, and reviewed where they were before."""
    told = left_open()
    told.discharged("2026-01-09 18:00", **RAE)
    told.reviewed("2026-01-10 09:00", meets=False)
    return told


def test_who_is_told_of_as_an_inpatient_after_the_newer_stay_is_back_in_the_older() -> None:
    stage = back().assessed("2026-01-10 10:00").stage
    assert (stage.provider, stage.stage, stage.responsible) == ("RR8", "ready_to_leave", "RR8")
    assert sums(back(), "inpatients", "2026-01-10 10:00") == 1


def test_whoever_is_back_has_waited_since_they_were_ready() -> None:
    told = back()
    now = "2026-01-10 10:00"
    assert waits_of(told, ABOUT, now) >= {"drd_to_discharge", "ctr_review", "los_review"}
    assert told.wait("drd_to_discharge", now, period=2).starts_at == at("2026-01-07 09:00")
    (review,) = [w for w in told.assessed(now).open_waits if w.id == "los_review"]
    assert (review.about, review.starts_at) == (ABOUT, at("2026-01-05 10:00"))
    told.discharged("2026-01-11 10:00", pathway="P0")
    assert told.assessed("2026-01-11 11:00").stage.stage == "follow_up"
    assert told.assessed("2026-01-11 11:00").stage.provider == "RR8"


def test_whoever_is_back_has_nobody_who_cares_at_home() -> None:
    told = left_open()
    told.discharged("2026-01-09 18:00", pathway="P1", **RAE)
    told.tell("first-visit-completed", "2026-01-09 20:00", package_id="P1", service="acme")
    told.reviewed("2026-01-10 09:00", meets=False)
    assert "package_resume" not in waits_of(told, "P1", "2026-01-10 10:00")
    told.discharged("2026-01-11 10:00", pathway="P1")
    assert "package_resume" in waits_of(told, "P1", "2026-01-11 11:00")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("delay-reason-cleared", {"reason": "hosp_transport"}),
        ("delay-reason-recorded", {"reason": "hosp_transport"}),
        ("expected-discharge-date-set", {"expected_discharge_date": "2026-01-12"}),
        ("pathway-decided", {"pathway": "P1", "status": "confirmed"}),
        ("referred-to-care-transfer-hub", {}),
    ],
)
def test_paperwork_of_the_older_stay_fetches_nobody_from_home(
    kind: str, data: dict[str, str]
) -> None:
    """Only what happens to somebody there shows that they are there."""
    told = left_open()
    told.tell("care-package-requested", "2026-01-09 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-09 18:00", pathway="P1", **RAE)
    told.tell("first-visit-completed", "2026-01-09 20:00", package_id="P1", service="acme")
    told.in_spell(kind, "2026-01-12 09:00", **data)
    now = "2026-01-12 10:00"
    stage = told.assessed(now).stage
    assert (stage.stage, stage.responsible) == ("home_with_support", "acme")
    assert sums(told, "inpatients", now) == 0
    assert "spell_left_open" in rules(told, now)


def lent(code: str, told: Told) -> Told:
    """A day at the other hospital; care at home was asked for."""
    told.tell("care-package-requested", "2026-01-09 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-09 18:00", destination_code=code, **RAE)
    return told


def test_who_was_lent_to_another_hospital_is_back_in_theirs_and_no_care_is_called_home() -> None:
    told = lent("51", left_open("81"))
    now = "2026-01-09 19:00"
    stage = told.assessed(now).stage
    assert (stage.provider, stage.stage, stage.responsible) == ("RR8", "ready_to_leave", "RR8")
    assert sums(told, "inpatients", now) == 1
    assert "package_start" not in waits_of(told, "P1", now)
    assert "drd_to_discharge" in waits_of(told, ABOUT, now)
    assert "spell_left_open" not in rules(told, now)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("criteria-to-reside-assessed", {"meets": False}),
        ("patient-discharged", {}),
    ],
    ids=["seen there", "its end is told"],
)
def test_the_older_stay_is_left_open_until_the_person_is_back_or_its_end_is_told(
    kind: str, data: dict[str, bool]
) -> None:
    told = left_open()
    told.discharged("2026-01-12 10:00", pathway="P0", **RAE)
    assert "spell_left_open" in rules(told, "2026-01-12 11:00")
    told.in_spell(kind, "2026-01-12 12:00", **data)
    assert "spell_left_open" not in rules(told, "2026-01-12 13:00")


@pytest.mark.parametrize("code", ["19", "54", "98"])
def test_who_went_anywhere_else_is_not_back(code: str) -> None:
    told = lent(code, left_open("81"))
    assert told.assessed("2026-01-09 19:00").stage.stage == "discharged_waiting_for_start"


def test_of_two_older_stays_nobody_can_say_in_which_the_person_is() -> None:
    told = Told()
    told.admitted("2026-01-04 10:00", provider="RCF", spell_id="S0")
    told.admitted("2026-01-05 10:00")
    told.admitted(MOVED, admission_method="81", **RAE)
    lent("51", told)
    stage = told.assessed("2026-01-09 19:00").stage
    assert (stage.provider, stage.stage) == ("RAE", "discharged_waiting_for_start")


def test_while_the_newer_stay_lasts_what_the_older_says_brings_nobody_back() -> None:
    told = left_open()
    told.reviewed("2026-01-09 11:00", meets=False)
    assert told.assessed(NOW).stage.provider == "RAE"
    assert waits_of(told, ABOUT) == set()


def test_nobody_is_back_in_a_stay_that_another_admission_there_has_overtaken() -> None:
    told = left_open()
    told.admitted("2026-01-12 10:00", spell_id="S3", admission_method="21")
    told.discharged("2026-01-13 10:00", spell_id="S3", pathway="P0")
    told.reviewed("2026-01-13 12:00", meets=False)
    stage = told.assessed("2026-01-13 13:00").stage
    assert (stage.provider, stage.stage) == ("RR8", "follow_up")
    assert waits_of(told, ABOUT, "2026-01-13 13:00") == set()


def test_what_only_moves_an_inpatient_puts_off_whoever_was_to_come_home() -> None:
    told = left_open()
    told.tell("care-package-requested", "2026-01-09 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-09 18:00", pathway="P1", **RAE)
    assert waits_of(told, "P1", "2026-01-09 19:00") == {"package_start"}
    told.in_spell("patient-transferred", "2026-01-10 09:00", ward="W2")
    assert waits_of(told, "P1", "2026-01-10 10:00") == {"onward_care"}


def test_who_comes_back_after_a_discharge_was_in_no_two_stays() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-06 10:00", pathway="P0")
    told.admitted("2026-01-09 10:00", spell_id="S2")
    assert "two_open_spells" not in rules(told)
    assert told.journey().spells["RR8", "S1"].overtaken is None


def test_of_three_admissions_each_overtakes_the_one_before() -> None:
    told = Told()
    for day, spell_id in enumerate(("S1", "S2", "S3"), start=5):
        told.admitted(f"2026-01-0{day} 10:00", spell_id=spell_id)
    found = [f for f in told.assessed(NOW).findings if f.rule == "two_open_spells"]
    assert len(found) == 2


def test_marks_of_a_stay_that_goes_on_after_another_are_periods_of_their_own() -> None:
    told = left_open()
    told.discharged("2026-01-09 18:00", pathway="P0", **RAE)
    told.reviewed("2026-01-10 09:00", meets=False)
    waits = told.assessed("2026-01-20 12:00").waits
    marks = [w for w in waits if (w.id, w.about) == ("los_review", ABOUT)]
    assert [(w.period, w.stops_at is None) for w in marks] == [
        (1, False),
        (4, True),
        (5, True),
        (6, True),
    ]
