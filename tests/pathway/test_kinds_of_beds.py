"""What kind of bed a stay outside the hospital is in: whether it is one for some weeks, whether the
person lives there, and where that leaves them (domain.md 1.5, 12.4)."""

import pytest

from tests.pathway.test_outcomes import figures, status
from tests.pathway.told import PROVIDER, SPELL, Told, at

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}
DAY_7 = "2026-01-17 12:00"
LATE = "2026-03-12 12:00"


def moved_in(kind: str | None, *, named: bool = True, **discharge: str) -> Told:
    """Discharged on 10 January, and in the bed that was asked for two hours later."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    if kind is not None:
        told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind=kind, service="oak",
                  **IN_SPELL)  # fmt: skip
        told.tell("referral-accepted", "2026-01-08 11:00", referral_id="R1", service="oak")
    told.discharged("2026-01-10 10:00", **discharge)
    told.tell("discharge-summary-sent", "2026-01-10 11:00", **IN_SPELL)
    told.tell("centre-admitted", "2026-01-10 12:00", stay_id="T1", service="oak",
              referral_id="R1" if named and kind is not None else None)  # fmt: skip
    return told


def runs(told: Told, now: str) -> set[str]:
    """But for somebody who answers by name, which is asked for until day 91."""
    return {wait.id for wait in told.assessed(now).waits if wait.state != "stopped"} - {
        "owner_named"
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("rehabilitation_bed", {"centre_stay", "centre_goals"}),
        (None, {"centre_stay", "centre_goals"}),
        ("hospice_bed", set()),
        ("mental_health_bed", set()),
        ("fast_track_chc", set()),
        ("care_home", set()),
    ],
)
def test_the_limit_and_the_goals_are_of_a_bed_for_some_weeks(
    kind: str | None, expected: set[str]
) -> None:
    assert runs(moved_in(kind), LATE) & {"centre_stay", "centre_goals"} == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("rehabilitation_bed", "in_centre"), (None, "in_centre"), ("hospice_bed", "elsewhere"),
     ("mental_health_bed", "in_hospital"), ("care_home", "in_care_home")],
)  # fmt: skip
def test_the_bed_says_where_the_person_is_on_day_7(kind: str | None, expected: str) -> None:
    assert status(moved_in(kind), 7, DAY_7) == [expected]


@pytest.mark.parametrize("named", [True, False], ids=["referral named", "not named"])
def test_who_moved_into_a_care_home_lives_there(named: bool) -> None:
    told = moved_in("care_home", named=named, destination="p3_care_home_new")
    view = told.assessed(LATE)
    assert view.stage.stage == "follow_up"
    assert runs(told, LATE) == set()
    assert view.stage.responsible == "oak"
    told.tell("centre-ready-to-leave", "2026-03-13 10:00", stay_id="T1")
    assert runs(told, "2026-03-20 10:00") == set()
    assert figures(told, "centre_delayed_patients", "2026-03-20 10:00") == []


@pytest.mark.parametrize("kind", ["hospice_bed", "mental_health_bed"])
def test_who_is_ready_to_leave_another_bed_waits_there(kind: str) -> None:
    told = moved_in(kind)
    assert told.assessed(LATE).stage.stage == "in_centre"
    told.tell("centre-ready-to-leave", "2026-03-13 10:00", stay_id="T1")
    assert told.assessed("2026-03-14 10:00").stage.stage == "centre_ready_to_leave"
    assert "centre_ready_to_leave" in runs(told, "2026-03-14 10:00")


def test_the_referral_may_be_told_later() -> None:
    told = moved_in(None)
    told.events.pop()
    told.tell("centre-admitted", "2026-01-10 12:00", stay_id="T1", service="oak", referral_id="R1")
    assert "centre_goals" in runs(told, "2026-01-10 13:00")
    told.tell("referral-made", "2026-01-10 14:00", referral_id="R1", kind="care_home",
              service="oak")  # fmt: skip
    assert runs(told, "2026-01-10 15:00") & {"centre_stay", "centre_goals"} == set()
    assert told.assessed("2026-01-10 15:00").stage.stage == "follow_up"


def test_a_night_in_hospital_begins_no_limit_anew() -> None:
    """domain.md 12.4: centre admission to left"""
    told = moved_in("rehabilitation_bed", pathway="P2")
    told.admitted("2026-02-22 20:00", spell_id="S2", admission_method="21")
    assert runs(told, "2026-02-22 21:00") & {"centre_stay", "centre_goals"} == set()
    told.discharged("2026-02-23 08:00", spell_id="S2", pathway="P2")
    for wait, period in (("centre_stay", 2), ("centre_goals", 2)):
        found = told.wait(wait, "2026-02-23 12:00", period)
        assert found.state == "breached"
        assert found.starts_at == at("2026-01-10 12:00")


def test_a_night_in_hospital_begins_no_delay_in_the_centre_anew() -> None:
    told = moved_in("rehabilitation_bed", pathway="P2")
    told.tell("centre-ready-to-leave", "2026-02-20 10:00", stay_id="T1")
    told.admitted("2026-02-22 20:00", spell_id="S2", admission_method="21")
    assert told.wait("centre_ready_to_leave", "2026-02-22 21:00").ended == "reset"
    told.discharged("2026-02-23 08:00", spell_id="S2", pathway="P2")
    found = told.wait("centre_ready_to_leave", "2026-02-23 12:00", 2)
    assert found.starts_at == at("2026-02-20 10:00")
    assert found.state == "breached"
    told.tell("requirements-to-remain-assessed", "2026-02-24 10:00", stay_id="T1", meets=True)
    told.tell("requirements-to-remain-assessed", "2026-02-26 10:00", stay_id="T1", meets=False)
    again = told.wait("centre_ready_to_leave", "2026-02-26 12:00", 3)
    assert again.starts_at == at("2026-02-26 10:00")


def back_from_hospital(**discharge: str) -> Told:
    told = moved_in("care_home", destination="p3_care_home_new")
    told.admitted("2026-01-20 10:00", spell_id="S2", admission_method="21")
    told.discharged("2026-01-25 10:00", spell_id="S2", **discharge)
    return told


@pytest.mark.parametrize(
    ("discharge", "expected", "stays"),
    [
        ({"destination_code": "19"}, "in_care_home", True),
        ({"destination": "p0_care_home_return"}, "in_care_home", True),
        ({"destination": "p1_home_reablement"}, "at_home", False),
    ],
)
def test_who_lives_in_a_care_home_goes_back_there_unless_it_is_said(
    discharge: dict[str, str], expected: str, *, stays: bool
) -> None:
    told = back_from_hospital(**discharge)
    assert status(told, 30, "2026-02-09 12:00") == [expected]
    assert told.journey().stays["T1"].goes_on is stays


def test_a_short_term_bed_leaves_the_care_home_what_it_was() -> None:
    told = back_from_hospital(pathway="P2", destination_code="51")
    told.tell("centre-admitted", "2026-01-25 12:00", stay_id="T2", service="slic")
    stays = told.journey().stays
    assert stays["T1"].goes_on
    assert told.assessed("2026-01-26 12:00").stage.service == "slic"
    assert not [f for f in told.journey().findings if f.rule == "two_open_stays"]
    told.tell("centre-admitted", "2026-01-26 12:00", stay_id="T3", service="other")
    assert [f.rule for f in told.journey().findings if f.rule == "two_open_stays"]
