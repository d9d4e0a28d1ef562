"""Spells that are told oddly: begun untold, overtaken, left open, cancelled, ended by death."""

import pytest

from flow.pathway.mark import Mark
from tests.pathway.told import ABOUT, Told

LATER = "2026-03-01 12:00"


def rules(told: Told, now: str = LATER) -> set[str]:
    return {finding.rule for finding in told.assessed(now).findings}


def gauge(told: Told, name: str, now: str) -> float:
    return sum(value for metric, _, value in told.assessed(now).contribution if metric == name)


def running(told: Told, now: str) -> set[tuple[str, str]]:
    return {(wait.id, wait.about) for wait in told.assessed(now).open_waits}


def ready() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    return told


def reason(told: Told, when: str, slug: str) -> None:
    told.in_spell("delay-reason-recorded", when, reason=slug, primary=True)


def test_a_hospital_delay_counts_from_readiness_where_that_comes_later() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    reason(told, "2026-01-05 12:00", "hosp_transport")
    assert told.waits("hospital_process_delay", "2026-01-05 13:00") == []
    told.reviewed("2026-01-06 09:00", meets=False)
    wait = told.wait("hospital_process_delay", "2026-01-06 10:00")
    assert wait.starts_at == told.events[-1].time
    assert set(wait.started_by) == {event.identity for event in told.events[-2:]}


def test_a_hospital_delay_told_while_unwell_waits_for_the_next_readiness() -> None:
    told = ready()
    told.reviewed("2026-01-07 09:00", meets=True)
    reason(told, "2026-01-07 12:00", "hosp_ipc")
    assert told.waits("hospital_process_delay", "2026-01-07 13:00") == []
    told.reviewed("2026-01-09 09:00", meets=False)
    assert told.wait("hospital_process_delay", LATER).starts_at == told.events[-1].time


def late_admission() -> Told:
    """A ward move is told of before the admission that comes after it."""
    told = Told()
    told.admitted("2026-01-01 10:00", spell_id="S0")
    told.discharged("2026-01-03 10:00", spell_id="S0")
    told.in_spell("patient-transferred", "2026-01-05 08:00", ward="W2")
    told.admitted("2026-01-06 02:00", admission_method="21", ward="W1")
    return told


def test_a_spell_begins_with_its_admission_however_early_it_was_heard_of() -> None:
    told = late_admission()
    spell = told.journey().spells["RR8", "S1"]
    admitted = told.events[-1]
    assert spell.admitted == Mark(admitted.time, admitted.identity)
    for name in ("edd_set", "los_review"):
        (wait,) = [
            w for w in told.waits(name, "2026-01-06 03:00") if w.about == ABOUT and w.period == 1
        ]
        assert (wait.starts_at, wait.started_by) == (admitted.time, (admitted.identity,))
    assert gauge(told, "returns_within_30_days", "2026-01-07 12:00") == 1
    assert rules(told) == {"dated_before_admission"}


def test_an_admission_that_comes_after_the_discharge_shows_that_the_person_is_there() -> None:
    told = Told()
    told.discharged("2026-01-05 08:00")
    told.admitted("2026-01-05 10:00", admission_method="21")
    spell = told.journey().spells["RR8", "S1"]
    assert (spell.admission_known, spell.admitted.at) == (True, told.events[1].time)
    assert told.assessed(LATER).stage.stage == "in_hospital"


def test_a_cancelled_admission_that_was_never_seen_is_no_inpatient() -> None:
    told = Told()
    told.in_spell("patient-transferred", "2026-01-05 08:00", ward="W2")
    told.in_spell("admission-cancelled", "2026-01-05 09:00")
    assert told.assessed(LATER).stage.stage == "not_admitted"
    assert gauge(told, "inpatients", LATER) == 0
    assert rules(told) == {"cancellation_without_target"}
    told.admitted("2026-01-05 10:00")
    assert gauge(told, "inpatients", LATER) == 1


def overtaken() -> Told:
    told = ready()
    told.in_spell("referred-to-care-transfer-hub", "2026-01-06 10:00", referral_id="H1")
    told.admitted("2026-01-20 10:00", spell_id="S2", admission_method="21")
    return told


def test_a_spell_overtaken_by_another_there_waits_for_nothing() -> None:
    told = overtaken()
    assert {about for _, about in running(told, "2026-01-20 11:00")} == {"RR8:S2"}
    assert gauge(told, "inpatients", "2026-01-20 11:00") == 1
    assert gauge(told, "referrals_open", "2026-01-20 11:00") == 0
    assert "two_open_spells" in rules(told)
    current = told.journey().current
    assert current is not None
    assert current.spell_id == "S2"
    told.discharged("2026-01-22 10:00", spell_id="S2")
    assert told.assessed("2026-01-22 11:00").stage.stage == "follow_up"


def test_an_overtaken_spell_may_still_be_reviewed_and_left() -> None:
    told = overtaken()
    told.reviewed("2026-01-20 12:00", meets=False)
    told.reviewed("2026-01-20 13:00", meets=True)
    told.discharged("2026-01-20 14:00")
    assert {about for _, about in running(told, "2026-01-20 15:00")} == {"RR8:S2", ABOUT}
    assert ("discharge_summary", ABOUT) in running(told, "2026-01-20 15:00")
    assert told.assessed("2026-01-20 15:00").notices == ()


def test_who_leaves_the_newest_stay_is_not_back_in_an_older_one_elsewhere() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", provider="RAE")
    told.admitted("2026-01-08 10:00", admission_method="81")
    told.discharged("2026-01-12 10:00")
    assert told.assessed("2026-01-12 11:00").stage.stage == "follow_up"
    assert "spell_left_open" in rules(told)


def test_a_discharge_from_an_older_stay_leaves_the_person_in_the_newer_one() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", provider="RAE")
    told.admitted("2026-01-08 10:00", admission_method="81")
    told.discharged("2026-01-08 11:00", provider="RAE")
    told.discharged("2026-01-08 12:00", provider="RAE", spell_id="S9")
    assert told.assessed("2026-01-08 13:00").stage.provider == "RR8"
    assert told.assessed("2026-01-08 13:00").stage.stage == "in_hospital"
    assert "spell_left_open" not in rules(told)


@pytest.mark.parametrize("method", [None, "4"])
def test_a_destination_of_the_dead_is_a_death(method: str | None) -> None:
    told = ready()
    told.discharged("2026-01-08 10:00", destination_code="79",
                    **({"discharge_method": method} if method else {}))  # fmt: skip
    assert told.assessed(LATER).stage.stage == "died"
    assert gauge(told, "discharges", "2026-01-09 12:00") == 0


def test_a_spell_in_which_the_person_died_ends_in_no_discharge() -> None:
    told = ready()
    told.tell("patient-died", "2026-01-08 02:00")
    told.discharged("2026-01-08 10:00")
    assert gauge(told, "discharges", "2026-01-09 12:00") == 0
    home = ready()
    home.discharged("2026-01-08 10:00")
    home.tell("patient-died", "2026-01-08 12:00")
    assert gauge(home, "discharges", "2026-01-09 12:00") == 1


def test_an_unknown_reason_is_no_reason() -> None:
    told = ready()
    reason(told, "2026-01-06 10:00", "unknown")
    assert "no_reason" in rules(told, "2026-01-08 12:00")
    reason(told, "2026-01-07 10:00", "cap_p2_bed")
    assert "no_reason" not in rules(told, "2026-01-08 12:00")
