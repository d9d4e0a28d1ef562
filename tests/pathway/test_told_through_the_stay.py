"""Whoever gives care at home is told of a stay in hospital until they answer or the person has
left, however early they are ready; and hears where they die in it."""

from collections.abc import Callable

import pytest

from tests.pathway.test_care_through_a_stay import at_home, back_in_hospital, home_again
from tests.pathway.test_notices import answered, open_notices
from tests.pathway.told import Told

IN_HOSPITAL = [("stand_down", "acme", "readmitted")]
DEAD = ("stand_down", "acme", "died")


def by_visits() -> Told:
    """Home since 7 January, where acme visits; only its referral tells of it."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R", kind="reablement",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 10:00", referral_id="R", service="acme")
    return told


def in_a_centre() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T", service="acme")
    return told


CARED_FOR = [at_home, by_visits, in_a_centre]


def ready_at_once(care: Callable[[], Told]) -> Told:
    told = care()
    back_in_hospital(told)
    told.reviewed("2026-01-20 14:00", spell_id="S2", meets=False)
    return told


@pytest.mark.parametrize("care", CARED_FOR)
def test_the_stay_is_told_until_it_is_answered(care: Callable[[], Told]) -> None:
    told = ready_at_once(care)
    assert open_notices(told, "2026-01-21 10:00") == IN_HOSPITAL
    answered(told, "2026-01-21 11:00", "stand_down", "acme")
    assert open_notices(told, "2026-01-21 12:00") == []


@pytest.mark.parametrize("care", CARED_FOR)
def test_or_until_the_person_has_left(care: Callable[[], Told]) -> None:
    told = ready_at_once(care)
    home_again(told)
    assert IN_HOSPITAL[0] not in open_notices(told, "2026-01-22 11:00")


@pytest.mark.parametrize("care", [at_home, by_visits])
@pytest.mark.parametrize("when", ["2026-01-20 12:00", "2026-01-20 16:00"])
def test_who_answered_is_waited_for_whenever_the_person_was_ready(
    care: Callable[[], Told], when: str
) -> None:
    told = ready_at_once(care)
    answered(told, when, "stand_down", "acme")
    home_again(told)
    assert told.assessed("2026-01-22 11:00").stage.stage == "discharged_waiting_for_start"


@pytest.mark.parametrize("ready", [False, True])
@pytest.mark.parametrize("answers", [False, True])
@pytest.mark.parametrize("at_discharge", [False, True])
@pytest.mark.parametrize("care", CARED_FOR)
def test_a_death_in_the_stay_is_told_to_whoever_stood_down_for_it(
    care: Callable[[], Told], at_discharge: bool, answers: bool, ready: bool
) -> None:
    told = care()
    back_in_hospital(told)
    if ready:
        told.reviewed("2026-01-20 14:00", spell_id="S2", meets=False)
    if answers:
        answered(told, "2026-01-20 16:00", "stand_down", "acme")
    if at_discharge:
        home_again(told, method="4")
    else:
        told.tell("patient-died", "2026-01-22 10:00")
    assert DEAD in open_notices(told, "2026-01-22 11:00")


def test_visits_that_were_over_after_the_stay_hear_of_no_death_at_home() -> None:
    told = by_visits()
    back_in_hospital(told)
    home_again(told, "P1")
    told.tell("patient-died", "2026-01-23 10:00")
    assert DEAD not in open_notices(told, "2026-01-23 11:00")


def test_nor_do_visits_that_were_withdrawn_in_it() -> None:
    told = by_visits()
    back_in_hospital(told)
    told.tell("referral-withdrawn", "2026-01-21 10:00", referral_id="R", reason="other_service")
    told.tell("patient-died", "2026-01-22 10:00")
    assert DEAD not in open_notices(told, "2026-01-22 11:00")
