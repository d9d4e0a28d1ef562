"""Who stood down because of what was taken back since hears that the person comes after all."""

from collections.abc import Callable
from typing import Any

import pytest

from flow.pathway.journey import Notice
from tests.pathway.test_notices import open_notices
from tests.pathway.told import PROVIDER, SPELL, Told, value_of

LATER = "2026-01-12 10:00"
COMES = [("comes_after_all", "home-help", "told_by_mistake")]


def asked() -> Told:
    """At home on pathway 1, and home-help is asked for care."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="home-help", provider=PROVIDER, spell_id=SPELL)  # fmt: skip
    told.discharged("2026-01-08 10:00", pathway="P1", id="left")
    return told


def stands_down(told: Told, when: str = "2026-01-09 12:00") -> None:
    told.tell("alert-acknowledged", when, wait="stand_down", about="home-help", by="c1")


def readmitted(told: Told) -> Told:
    told.admitted("2026-01-09 10:00", spell_id="S2", id="back")
    return told


def was_not(told: Told, when: str = "2026-01-10 09:00") -> None:
    told.in_spell("admission-cancelled", when, spell_id="S2", corrects="/rr8/pas#back")


def test_a_readmission_that_was_a_mistake() -> None:
    told = readmitted(asked())
    stands_down(told)
    was_not(told)
    assert open_notices(told, LATER) == COMES
    (notice,) = told.assessed(LATER).notices
    assert (notice.service, notice.at.by) == ("home-help", told.events[-1].identity)


def test_also_one_that_a_cancellation_undoes_which_names_no_event() -> None:
    told = readmitted(asked())
    stands_down(told)
    told.in_spell("admission-cancelled", "2026-01-10 09:00", spell_id="S2")
    assert open_notices(told, LATER) == COMES


def test_also_one_that_was_told_without_its_admission() -> None:
    told = asked()
    told.in_spell("discharge-summary-sent", "2026-01-09 10:00", spell_id="S2")
    stands_down(told)
    told.in_spell("admission-cancelled", "2026-01-10 09:00", spell_id="S2")
    assert open_notices(told, LATER) == COMES


def test_a_death_that_was_another_person_s() -> None:
    told = asked()
    told.tell("patient-died", "2026-01-09 10:00", id="died")
    stands_down(told)
    told.in_spell("discharge-cancelled", "2026-01-10 09:00", corrects="/rr8/pas#died")
    assert open_notices(told, LATER) == COMES


def reads(told: Told, when: str, kind: str = "died") -> None:
    told.tell("alert-acknowledged", when, wait=kind, about="person", by="c1")


LIVES = [("comes_after_all", "person", "told_by_mistake")]


@pytest.mark.parametrize("known", ["2026-01-10 09:00", "2026-01-09 11:00"])
def test_who_read_only_of_the_death_hears_that_the_person_lives(known: str) -> None:
    """When it is taken back, or when they answer, whichever is later; and once."""
    told = asked()
    told.tell("patient-died", "2026-01-09 10:00", id="died")
    reads(told, "2026-01-09 12:00")
    told.in_spell("discharge-cancelled", known, corrects="/rr8/pas#died")
    assert open_notices(told, LATER) == LIVES
    (notice,) = told.assessed(LATER).notices
    assert notice.service is None
    assert notice.at.at == max(each.time for each in told.events[-2:])
    reads(told, "2026-01-10 10:00", "comes_after_all")
    told.in_spell("discharge-summary-sent", "2026-01-08 11:00", id="sent")
    told.in_spell("discharge-summary-sent", "2026-01-11 09:00", corrects="/rr8/pas#sent")
    assert open_notices(told, LATER) == []


def test_who_stood_down_as_well_hears_it_besides() -> None:
    told = asked()
    told.tell("patient-died", "2026-01-09 10:00", id="died")
    reads(told, "2026-01-09 12:00")
    stands_down(told)
    told.in_spell("discharge-cancelled", "2026-01-10 09:00", corrects="/rr8/pas#died")
    assert sorted(open_notices(told, LATER)) == sorted([*COMES, *LIVES])


def test_who_read_of_a_death_that_stands_hears_nothing_else() -> None:
    told = asked()
    told.tell("patient-died", "2026-01-09 10:00", id="died")
    reads(told, "2026-01-09 12:00")
    told.tell("patient-died", "2026-01-09 09:00", corrects="/rr8/pas#died")
    assert [each for each in open_notices(told, LATER) if each[1] == "person"] == []


def test_and_where_they_die_later_that_takes_its_place() -> None:
    told = asked()
    told.tell("patient-died", "2026-01-09 10:00", id="died")
    reads(told, "2026-01-09 12:00")
    told.in_spell("discharge-cancelled", "2026-01-10 09:00", corrects="/rr8/pas#died")
    told.tell("patient-died", "2026-01-11 10:00")
    found = [each for each in open_notices(told, LATER) if each[1] == "person"]
    assert found == [("died", "person", "died")]


def test_a_discharge_that_was_cancelled_by_mistake() -> None:
    told = asked()
    told.in_spell("discharge-cancelled", "2026-01-09 10:00", id="stays")
    stands_down(told)
    told.in_spell("discharge-cancelled", "2026-01-10 09:00", corrects="/rr8/pas#stays")
    assert open_notices(told, LATER) == COMES


def test_a_mistake_that_was_known_before_they_answered_is_told_with_their_answer() -> None:
    told = readmitted(asked())
    was_not(told, "2026-01-09 11:00")
    assert open_notices(told, LATER) == []
    stands_down(told)
    assert open_notices(told, LATER) == COMES


def test_who_has_not_answered_has_nothing_to_take_back() -> None:
    told = readmitted(asked())
    was_not(told)
    assert open_notices(told, LATER) == []


def test_who_gives_care_and_stood_down_hears_it_too() -> None:
    told = asked()
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1")
    readmitted(told)
    stands_down(told)
    was_not(told)
    assert open_notices(told, LATER) == COMES


def test_who_is_not_asked_any_more_hears_nothing() -> None:
    told = readmitted(asked())
    stands_down(told)
    told.tell("care-package-ended", "2026-01-09 13:00", package_id="P1", reason="goals_met")
    was_not(told)
    assert open_notices(told, LATER) == []


def test_who_was_told_rightly_as_well_does_not_come() -> None:
    """Back in hospital on another day than was told at first."""
    told = readmitted(asked())
    stands_down(told)
    told.admitted("2026-01-09 20:00", spell_id="S2", corrects="/rr8/pas#back")
    assert open_notices(told, LATER) == [("stand_down", "home-help", "readmitted")]
    told = readmitted(asked())
    stands_down(told)
    told.admitted("2026-01-09 09:00", spell_id="S2", corrects="/rr8/pas#back")
    assert open_notices(told, LATER) == []


def test_an_answer_that_is_dated_before_what_it_answers_is_none_of_a_mistake() -> None:
    told = asked()
    told.reviewed("2026-01-06 09:10", meets=False, corrects=told.events[1].identity)
    stands_down(told, "2026-01-09 09:59")
    readmitted(told)
    assert open_notices(told, LATER) == [("stand_down", "home-help", "readmitted")]


def test_where_nothing_was_taken_back_an_answer_to_nothing_tells_nothing() -> None:
    told = asked()
    stands_down(told)
    assert open_notices(told, LATER) == []


def test_it_is_told_once() -> None:
    told = readmitted(asked())
    stands_down(told)
    was_not(told)
    told.tell("alert-acknowledged", "2026-01-10 10:00", wait="comes_after_all", about="home-help",
              by="c1")  # fmt: skip
    told.in_spell("discharge-summary-sent", "2026-01-08 11:00", id="sent")
    told.in_spell("discharge-summary-sent", "2026-01-11 09:00", corrects="/rr8/pas#sent")
    assert open_notices(told, LATER) == []


def notices_heard_last(told: Told, last: int) -> tuple[Notice, ...]:
    """As if of the three newest events this one came after the others, each worked as it comes."""
    newest: list[Any] = told.events[-3:]
    newest.append(newest.pop(last))
    history = Told().history()
    for event in [*told.events[:-3], *newest]:
        history.add(event, value_of(event))
        history.journey()
    return history.journey().notices


@pytest.mark.parametrize("last", [0, 1, 2])
def test_in_whatever_order_it_is_heard(last: int) -> None:
    told = readmitted(asked())
    stands_down(told)
    was_not(told)
    assert notices_heard_last(told, last) == told.journey().notices


IN_HOSPITAL = [("stand_down", "home-help", "readmitted")]


def cared_for() -> Told:
    """Home-help came, and the person is in hospital again."""
    told = asked()
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1")
    return readmitted(told)


def dies(told: Told, when: str = "2026-01-09 15:00") -> None:
    told.in_spell("patient-died", when, spell_id="S2", id="died")


def lives(told: Told, when: str = "2026-01-10 09:00") -> None:
    told.in_spell("admission-cancelled", when, spell_id="S2", corrects="/rr8/pas#died")


def test_who_answered_only_a_death_that_was_not_hears_once_more_of_the_stay_that_holds() -> None:
    told = cared_for()
    dies(told)
    stands_down(told, "2026-01-09 16:00")
    assert open_notices(told, "2026-01-09 17:00") == [("died", "person", "died")]
    lives(told)
    assert open_notices(told, LATER) == IN_HOSPITAL
    told_twice = [n for n in told.assessed(LATER).notices if n.kind == "stand_down"]
    assert [(n.period, n.at.by) for n in told_twice] == [
        (1, "/rr8/pas#back"),
        (2, told.events[-1].identity),
    ]


def test_its_alert_is_raised_then_and_closed_by_the_answer() -> None:
    told = cared_for()
    told.advance("2026-01-09 10:30")
    dies(told)
    told.advance("2026-01-09 15:30")
    stands_down(told, "2026-01-09 16:00")
    told.advance("2026-01-09 16:30")
    assert told.alert("stand_down") is None
    lives(told)
    told.advance("2026-01-10 09:30")
    alert = told.alert("stand_down")
    assert alert is not None
    assert (alert.started_by, alert.state) == ((told.events[-1].identity,), "open")
    stands_down(told, "2026-01-10 10:00")
    told.advance("2026-01-10 10:30")
    assert told.alert("stand_down") is None


@pytest.mark.parametrize("answered", [["2026-01-09 11:00", "2026-01-09 16:00"],
                                      ["2026-01-09 11:00", "2026-01-10 12:00"]])  # fmt: skip
def test_also_who_had_answered_of_the_stay_before(answered: list[str]) -> None:
    """When it is taken back, or when they answer, whichever is later."""
    told = cared_for()
    stands_down(told, answered[0])
    dies(told)
    stands_down(told, answered[1])
    lives(told)
    assert open_notices(told, LATER) == IN_HOSPITAL
    stands_down(told, "2026-01-10 13:00")
    told.in_spell("discharge-summary-sent", "2026-01-08 11:00", id="sent")
    told.in_spell("discharge-summary-sent", "2026-01-11 09:00", corrects="/rr8/pas#sent")
    assert open_notices(told, LATER) == [], "it is told once"


def answered_before_the_death(told: Told) -> None:
    stands_down(told, "2026-01-09 12:00")
    dies(told)
    lives(told)


def answered_the_stay_once_the_death_was_taken_back(told: Told) -> None:
    dies(told)
    lives(told)
    stands_down(told, "2026-01-10 12:00")


def something_else_was_taken_back(told: Told) -> None:
    stands_down(told, "2026-01-09 16:00")
    told.in_spell("discharge-summary-sent", "2026-01-09 15:00", id="sent")
    told.in_spell("discharge-summary-sent", "2026-01-11 09:00", corrects="/rr8/pas#sent")


def another_has_the_package(told: Told) -> None:
    dies(told)
    stands_down(told, "2026-01-09 16:00")
    told.tell("care-package-ended", "2026-01-09 17:00", package_id="P1", reason="goals_met")
    lives(told)


def died_on_another_day(told: Told) -> None:
    dies(told)
    stands_down(told, "2026-01-09 16:00")
    told.in_spell("patient-died", "2026-01-09 15:30", spell_id="S2", corrects="/rr8/pas#died")


@pytest.mark.parametrize(
    "then",
    [
        answered_before_the_death,
        answered_the_stay_once_the_death_was_taken_back,
        something_else_was_taken_back,
        another_has_the_package,
        died_on_another_day,
    ],
)
def test_who_knows_of_the_stay_or_has_no_part_or_of_whom_it_is_true_hears_it_once(
    then: Callable[[Told], None],
) -> None:
    told = cared_for()
    then(told)
    assert [each for each in open_notices(told, LATER) if each[2] != "died"] == []


def by_the_hospital(told: Told) -> None:
    told.in_spell("patient-discharged", "2026-01-09 15:00", spell_id="S2", discharge_method="4",
                  id="died")  # fmt: skip


def by_the_provider(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-08 19:00", package_id="P2", kind="new")
    told.tell("care-package-ended", "2026-01-09 15:00", package_id="P2", reason="died", id="died")


def by_whoever_had_been_asked(told: Told) -> None:
    told.tell("referral-made", "2026-01-08 19:00", referral_id="R1", kind="equipment")
    told.tell("referral-withdrawn", "2026-01-09 15:00", referral_id="R1", reason="died", id="died")


def by_a_follow_up(told: Told) -> None:
    told.in_spell("follow-up-recorded", "2026-01-09 15:00", day=7, status="died", id="died")


def by_a_centre(told: Told) -> None:
    told.tell("centre-discharged", "2026-01-09 15:00", stay_id="T1", destination="died", id="died")


@pytest.mark.parametrize(
    "dead",
    [by_the_hospital, by_the_provider, by_whoever_had_been_asked, by_a_follow_up, by_a_centre],
)
def test_whoever_told_of_the_death(dead: Callable[[Told], None]) -> None:
    told = cared_for()
    dead(told)
    stands_down(told, "2026-01-09 16:00")
    lives(told)
    assert [each for each in open_notices(told, LATER) if each[1] == "home-help"] == IN_HOSPITAL


def test_also_whoever_took_them_on_after_the_stay_before() -> None:
    told = asked()
    told.tell("handover-sent", "2026-01-08 11:00", handover_id="V1", to_service="nurses")
    told.tell("handover-accepted", "2026-01-08 12:00", handover_id="V1", service="nurses")
    readmitted(told)
    dies(told)
    told.tell("alert-acknowledged", "2026-01-09 16:00", wait="stand_down", about="nurses", by="c1")
    lives(told)
    assert ("stand_down", "nurses", "readmitted") in open_notices(told, LATER)


@pytest.mark.parametrize("last", [0, 1, 2])
def test_of_the_stay_that_holds_in_whatever_order_it_is_heard(last: int) -> None:
    told = cared_for()
    dies(told)
    stands_down(told, "2026-01-09 16:00")
    lives(told)
    assert notices_heard_last(told, last) == told.journey().notices
    assert open_notices(told, LATER) == IN_HOSPITAL


def test_who_heard_before_that_the_person_comes_after_all_hears_it_of_the_mistake_as_well() -> None:
    told = readmitted(asked())
    stands_down(told)
    told.in_spell("patient-discharged", "2026-01-10 09:00", spell_id="S2", pathway="P1")
    assert open_notices(told, LATER) == [("comes_after_all", "home-help", "discharged")]
    told.admitted("2026-01-11 10:00", spell_id="S3", id="again")
    told.in_spell("admission-cancelled", "2026-01-11 11:00", spell_id="S3",
                  corrects="/rr8/pas#again")  # fmt: skip
    stands_down(told, "2026-01-11 12:00")
    assert open_notices(told, LATER) == COMES
