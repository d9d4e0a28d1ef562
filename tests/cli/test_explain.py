"""What `flow fold --explain` and `flow person` say, in the words of people who use it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from flow.cli.alert_words import whereabouts
from flow.cli.explain import lines, wait_state
from flow.cli.folding import fold_person
from flow.cli.words import ordinal
from flow.pathway import Policy
from tests.cli.test_journey_words import two_beds_accepted
from tests.pathway.told import ENGLAND, PERSON, Told, at, own_policy, value_of


def explained(told: Told, now: str, policy: Policy = ENGLAND) -> str:
    events = [(event, value_of(event)) for event in told.events]
    folded = fold_person(PERSON, events, policy, at(now))
    assert folded is not None
    return "\n".join(lines(folded))


def ready() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    return told


def test_a_reset_is_told_as_what_happened() -> None:
    told = ready()
    told.reviewed("2026-01-07 09:00", meets=True)
    said = explained(told, "2026-01-07 10:00")
    assert "Discharge: Stopped, because the person is unwell again in hospital, after 1d" in said
    assert "Unwell again: the discharge ready date no longer stands" in said


def test_an_alert_says_how_late_and_who_has_it() -> None:
    told = ready()
    said = explained(told, "2026-01-16 10:00")
    assert "Late, 7d after its target: discharge, due 07-Jan-2026 00:00" in said
    assert "raised 07-Jan-2026 00:00; nobody has it yet" in said
    told.tell(
        "alert-acknowledged", "2026-01-16 09:00", wait="drd_to_discharge", about="RR8:S1", by="co1"
    )
    assert "raised 07-Jan-2026 00:00; taken on by co1" in explained(told, "2026-01-16 10:00")


def test_many_reviews_in_time_are_one_line() -> None:
    told = ready()
    for day in range(7, 17):
        told.reviewed(f"2026-01-{day:02} 08:00", meets=False)
    said = explained(told, "2026-01-16 10:00")
    assert "Next review of the criteria to reside: Done in time 10 times" in said
    assert said.count("ctr_review, spell") == 2  # those, and the one that runs


def test_a_discharge_planned_too_soon_for_a_restart_is_no_due_time() -> None:
    told = ready()
    told.in_spell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="restart")
    (wait,) = told.waits("package_restart_notice", "2026-01-06 11:00")
    assert wait_state(wait, at("2026-01-06 11:00")) == "On track, no discharge planned too soon"
    told.in_spell(
        "pathway-decided", "2026-01-06 12:00", pathway="P1", status="confirmed",
        planned_discharge_at=at("2026-01-07 09:00"),
    )  # fmt: skip
    (wait,) = told.waits("package_restart_notice", "2026-01-06 13:00")
    assert wait_state(wait, at("2026-01-06 13:00")).startswith("Breached: discharge is planned")
    told.discharged("2026-01-06 20:00")
    (wait,) = told.waits("package_restart_notice", "2026-01-06 21:00")
    assert wait_state(wait, at("2026-01-06 21:00")) == "Done, after 10hr, too soon"


def test_its_alert_says_so_too_and_names_no_time_by_which_to_act() -> None:
    told = ready()
    told.in_spell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="restart")
    told.in_spell(
        "pathway-decided", "2026-01-06 12:00", pathway="P1", status="confirmed",
        planned_discharge_at=at("2026-01-07 09:00"),
    )  # fmt: skip
    notice = "Too soon: discharge, with enough notice for the package to go on, not before 07-Jan"
    said = explained(told, "2026-01-06 13:00")
    assert f"  {notice}-2026 10:00\n" in said
    told.discharged("2026-01-06 20:00")
    said = explained(told, "2026-01-06 21:00")
    assert f"  {notice}-2026 10:00\n" in said
    assert "; closed 06-Jan-2026 20:00: done, too soon\n" in said


def test_doubts_name_what_happened() -> None:
    told = ready()
    told.tell("patient-died", "2026-01-08 10:00")
    told.tell("first-visit-completed", "2026-01-09 10:00", package_id="P1")
    said = explained(told, "2026-01-09 11:00")
    assert "Doubtful in the events" in said
    assert "first visit completed (/rr8/pas#e4)" in said


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (113, "113th")],
)
def test_ordinals(number: int, said: str) -> None:
    assert ordinal(number) == said


def test_late_is_said_of_what_was_done_late() -> None:
    told = ready()
    told.discharged("2026-01-09 10:00")
    (wait,) = told.waits("drd_to_discharge", "2026-01-09 11:00")
    assert wait.stops_at is not None
    assert wait.stops_at - wait.due_at == timedelta(days=2, hours=10)
    assert wait_state(wait, at("2026-01-09 11:00")) == "Done, after 3d 1hr, 2d 10hr late"


def test_alerts_of_many_reviews_in_time_are_one_too() -> None:
    told = ready()
    for day in range(7, 17):
        told.reviewed(f"2026-01-{day:02} 08:00", meets=False)
    warned = own_policy('[[override]]\nprovider = "RR8"\nwait.ctr_review.warn = "20 hours"\n')
    said = explained(told, "2026-01-16 10:00", warned)
    assert "Near its target 10 times, each time done in time: next review of the criteria" in said


def test_who_acts_first_and_on_what() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    said = explained(told, "2026-01-05 11:00")
    assert "due first: expected date of discharge set, by hospital consultant, RR8" in said


def test_where_no_care_is_open_what_is_still_open_is_said() -> None:
    told = ready()
    told.discharged("2026-01-07 15:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 09:00", package_id="P1", service="acme")
    told.tell("care-package-ended", "2026-01-20 09:00", package_id="P1", reason="goals_met")
    told.tell("assessment-referred", "2026-01-21 10:00", assessment_id="A1", service="assessors")
    said = explained(told, "2026-01-21 12:00")
    assert "Stage: follow up" in said
    assert "(no care is open, though an assessment or another wait may be; within 91 days" in said
    assert (
        "  still open: discharge summary sent to the general practitioner, a worker allocated,"
        " co-ordinator or case manager assigned"
    ) in said


def test_nothing_is_said_to_be_still_open_while_care_is_or_where_nothing_is() -> None:
    told = ready()
    assert "still open" not in explained(told, "2026-01-06 10:00")
    told.discharged("2026-01-07 15:00", pathway="P0")
    told.in_spell("discharge-summary-sent", "2026-01-07 16:00")
    assert "still open" not in explained(told, "2026-01-08 10:00")


def test_a_wait_of_whom_no_stay_is_known_is_of_the_person() -> None:
    told = Told()
    told.tell("centre-admitted", "2026-02-01 10:00", stay_id="T1", service="slic")
    said = explained(told, "2026-02-02 10:00")
    assert "owner_named, the person" in said
    assert "spell person" not in said


def prepared_for() -> Told:
    """Two centres prepare for somebody who moves to another ward."""
    told = Told()
    told.admitted("2026-01-05 10:00", ward="7A")
    two_beds_accepted(told, "2026-01-06 11:00")
    told.in_spell("patient-transferred", "2026-01-06 12:00", ward="12", site="RR801")
    return told


def test_a_notice_names_the_service_and_where_the_person_is_now() -> None:
    told = prepared_for()
    said = explained(told, "2026-01-06 13:00")
    for centre in ("cena", "cenb"):
        assert f"For {centre}: on another ward while you prepare; now on ward 12 of RR801" in said
    told.reviewed("2026-01-06 14:00", meets=True)
    said = explained(told, "2026-01-06 15:00")
    assert "For cena: on another ward while you prepare\n" in said  # over: not where they are now
    assert (
        "For cena: stand down: the person does not come as planned (unwell again in hospital);"
        " now on ward 12 of RR801"
    ) in said
    assert "  Unwell again: the discharge ready date no longer stands; now on ward" in said


def asked_of(told: Told, kind: str) -> None:
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind=kind, service="acme")


def package_of_acme(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip


DO_NOT_VISIT = "do not visit as planned"
NOT_COMING = "the person does not come as planned"
NOT_NEEDED = "you are not needed as planned"
STANDING_DOWN: dict[str, tuple[Callable[[Told], None], str]] = {
    "a care package": (package_of_acme, DO_NOT_VISIT),
    "home care": (lambda told: asked_of(told, "home_care"), DO_NOT_VISIT),
    "a palliative care team": (lambda told: asked_of(told, "palliative_care"), DO_NOT_VISIT),
    "a short-term bed": (lambda told: asked_of(told, "rehabilitation_bed"), NOT_COMING),
    "a care home": (lambda told: asked_of(told, "care_home"), NOT_COMING),
    "equipment": (lambda told: asked_of(told, "equipment"), NOT_NEEDED),
    "Fast Track, at home or in a bed": (lambda told: asked_of(told, "fast_track_chc"), NOT_NEEDED),
}


@pytest.mark.parametrize(("asked", "says"), STANDING_DOWN.values(), ids=STANDING_DOWN)
def test_who_stands_down_hears_of_visits_or_of_the_person_who_comes(
    asked: Callable[[Told], None], says: str
) -> None:
    told = ready()
    asked(told)
    told.tell("patient-died", "2026-01-07 12:00")
    said = explained(told, "2026-01-07 13:00")
    assert f"For acme: stand down: {says} (the person died)" in said


def moved_in(kind: str, *, by_a_stay: bool) -> Told:
    """To acme, from hospital."""
    told, line = ready(), "p3_care_home_new" if kind == "care_home" else "p2_bed"
    asked_of(told, kind)
    told.discharged("2026-01-08 10:00", pathway=line[:2].upper(), destination=line)
    if by_a_stay:
        told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="acme",
                  referral_id="R1")  # fmt: skip
    return told


MOVED_IN = pytest.mark.parametrize(
    ("kind", "by_a_stay"),
    [("care_home", False), ("care_home", True), ("rehabilitation_bed", True)],
)


@MOVED_IN
def test_whoever_has_moved_in_is_in_hospital_or_has_died_and_is_not_to_come(
    kind: str, *, by_a_stay: bool
) -> None:
    told = moved_in(kind, by_a_stay=by_a_stay)
    told.admitted("2026-01-20 10:00", spell_id="S2", ward="12")
    assert "For acme: your resident is in hospital; now on ward 12 of RR8\n" in explained(
        told, "2026-01-20 11:00"
    )
    told.tell("patient-died", "2026-01-21 12:00")
    assert "For acme: your resident has died\n" in explained(told, "2026-01-21 13:00")


@MOVED_IN
def test_dead_where_they_had_moved_in(kind: str, *, by_a_stay: bool) -> None:
    told = moved_in(kind, by_a_stay=by_a_stay)
    told.tell("patient-died", "2026-01-21 12:00")
    assert "For acme: your resident has died\n" in explained(told, "2026-01-21 13:00")


def test_who_moved_in_once_and_left_comes_to_prepare_anew() -> None:
    told = moved_in("rehabilitation_bed", by_a_stay=True)
    told.tell("centre-discharged", "2026-01-15 10:00", stay_id="T1", destination="home")
    told.admitted("2026-01-20 10:00", spell_id="S2")
    told.tell("referral-made", "2026-01-20 12:00", referral_id="R2", kind="rehabilitation_bed",
              service="acme")  # fmt: skip
    told.tell("patient-died", "2026-01-21 12:00")
    said = explained(told, "2026-01-21 13:00")
    assert f"For acme: stand down: {NOT_COMING} (the person died)" in said


def test_who_moved_in_after_all_had_not_come_as_planned_before() -> None:
    told = ready()
    asked_of(told, "rehabilitation_bed")
    told.discharged("2026-01-08 10:00", pathway="P2")
    told.admitted("2026-01-08 11:00", spell_id="S2")
    told.discharged("2026-01-09 10:00", spell_id="S2", pathway="P2")
    told.tell("centre-admitted", "2026-01-09 12:00", stay_id="T1", service="acme",
              referral_id="R1")  # fmt: skip
    said = explained(told, "2026-01-09 13:00")
    assert f"For acme: stand down: {NOT_COMING} (back in hospital)" in said


def test_who_moved_in_and_is_to_come_back_from_hospital_does_not_come_as_planned() -> None:
    told = moved_in("rehabilitation_bed", by_a_stay=True)
    told.admitted("2026-01-20 10:00", spell_id="S2")
    told.reviewed("2026-01-21 09:00", meets=False, spell_id="S2")
    told.tell("referral-made", "2026-01-21 10:00", referral_id="R2", kind="rehabilitation_bed",
              service="acme")  # fmt: skip
    told.reviewed("2026-01-22 09:00", meets=True, spell_id="S2")
    said = explained(told, "2026-01-22 10:00")
    assert f"For acme: stand down: {NOT_COMING} (unwell again in hospital)" in said


def test_who_was_sent_to_another_hospital_is_not_said_to_be_at_home() -> None:
    """To whoever stands down for the stay, which goes on there."""
    told = Told()
    told.tell("first-visit-completed", "2026-01-08 10:00", package_id="P", service="acme")
    told.admitted("2026-01-20 10:00", spell_id="S2")
    told.discharged("2026-01-22 10:00", spell_id="S2", destination_code="51")
    said = explained(told, "2026-01-22 11:00")
    assert "(back in hospital); now sent to another hospital" in said


def test_where_somebody_is_now_is_said_of_a_centre_and_of_home_and_not_of_the_dead() -> None:
    told = ready()
    assert where(told, "2026-01-06 12:00") == "in hospital of RR8"
    told.discharged("2026-01-07 10:00", pathway="P2")
    assert where(told, "2026-01-07 11:00") == "at home"
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic")
    assert where(told, "2026-01-07 13:00") == "in the centre slic"
    told.tell("patient-died", "2026-01-08 12:00")
    assert where(told, "2026-01-08 13:00") is None


def where(told: Told, now: str) -> str | None:
    return whereabouts(told.assessed(now).stage)


def test_who_must_be_told_at_once_comes_before_what_is_late() -> None:
    told = ready()
    told.in_spell("patient-died", "2026-01-16 09:00")
    said = explained(told, "2026-01-16 10:00")
    assert said.index("Died: tell everyone") < said.index("Late, 7d after its target")


def test_a_birth_is_named_only_where_one_is_known() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-09 09:00", referral_id="R1", kind="health_visiting")
    told.admitted("2026-01-11 08:00", admission_method="21")
    told.discharged("2026-01-12 12:00")
    said = explained(told, "2026-01-25 12:00")
    assert "since 09-Jan-2026 09:00 (the referral, no birth being known); due 24-Jan-2026" in said
    told.admitted("2026-01-05 08:00", provider="RAE", spell_id="B1", admission_method="82")
    told.discharged("2026-01-06 08:00", provider="RAE", spell_id="B1")
    known = explained(told, "2026-01-25 12:00")
    assert "since 05-Jan-2026 08:00 (birth, with the health visiting team asked)" in known
    assert "no birth being known" not in known
