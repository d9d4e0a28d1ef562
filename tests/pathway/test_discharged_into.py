"""A bed that no referral asked for is what the discharge says: a care home, a hospice; else a
short-term bed (domain.md 2.2, 4.1)."""

import pytest

from tests.pathway.test_outcomes import status
from tests.pathway.told import Told

NEVER_IN_A_HOME = {"centre_stay", "centre_goals", "centre_ready_to_leave"}


def moved_in(when: str = "2026-01-08 13:30", **discharge: str) -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-07 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-07 10:00", pathway=discharge.get("pathway", "P3"),
                  status="confirmed")  # fmt: skip
    told.discharged("2026-01-08 10:00", **discharge)
    told.in_spell("discharge-summary-sent", "2026-01-08 11:00")
    told.tell("centre-admitted", when, stay_id="T1", service="oak-house")
    return told


def waits_of_a_centre(told: Told) -> set[str]:
    view = told.assessed("2026-02-10 12:00")
    return {wait.id for wait in view.open_waits} & NEVER_IN_A_HOME


@pytest.mark.parametrize(
    ("discharge", "stage"),
    [
        ({"pathway": "P3", "destination": "p3_care_home_new"}, "follow_up"),
        ({"pathway": "P3", "destination": "p3_care_home_new", "destination_code": "85"},
         "follow_up"),
        ({"pathway": "P3", "destination_code": "54"}, "follow_up"),
        ({"pathway": "P1", "destination": "p1_care_home_return_more"}, "follow_up"),
        ({"pathway": "P3", "destination": "p3_care_home_eol", "destination_code": "88"},
         "in_centre"),
    ],
)  # fmt: skip
def test_nobody_waits_to_leave_a_home_that_the_discharge_names(
    discharge: dict[str, str], stage: str
) -> None:
    told = moved_in(**discharge)
    assert waits_of_a_centre(told) == set()
    assert told.assessed("2026-01-10 12:00").stage.stage == stage


@pytest.mark.parametrize(
    "discharge",
    [
        {"pathway": "P2", "destination_code": "54"},
        {"pathway": "P2", "destination": "p2_bed"},
        {"pathway": "P1", "destination": "p1_home_reablement"},
    ],
)
def test_any_other_is_a_short_term_bed(discharge: dict[str, str]) -> None:
    assert waits_of_a_centre(moved_in(**discharge)) == {"centre_stay", "centre_goals"}


def test_who_moves_in_days_later_went_elsewhere_first() -> None:
    care_home = {"pathway": "P3", "destination": "p3_care_home_new"}
    assert waits_of_a_centre(moved_in("2026-01-09 23:30", **care_home)) == set()
    assert waits_of_a_centre(moved_in("2026-01-10 00:30", **care_home)) != set()


def test_only_the_first_move_is_the_discharges() -> None:
    told = moved_in(pathway="P3", destination="p3_care_home_new")
    told.tell("centre-discharged", "2026-01-09 08:00", stay_id="T1", destination="another_centre")
    told.tell("centre-admitted", "2026-01-09 12:00", stay_id="T2", service="beech")
    assert waits_of_a_centre(told) == {"centre_stay", "centre_goals"}


def test_what_a_referral_asked_for_counts_before_the_discharge() -> None:
    told = moved_in(pathway="P3", destination="p3_care_home_new")
    told.tell("referral-made", "2026-01-07 12:00", referral_id="R1", kind="rehabilitation_bed",
              service="oak-house")  # fmt: skip
    assert waits_of_a_centre(told) == {"centre_stay", "centre_goals"}


def test_a_care_home_that_the_discharge_names_is_where_they_are_on_day_7() -> None:
    told = moved_in(pathway="P3", destination="p3_care_home_new")
    assert status(told, 7, "2026-01-20 12:00") == ["in_care_home"]
