"""A provider gives a package up from a day on: what is after that day, if nobody takes it on."""

from datetime import datetime
from typing import Any

import pytest

from flow.pathway import assess
from flow.pathway.placements import placements_of
from tests.cli.test_explain import explained
from tests.pathway.told import ENGLAND, Told, at

CARED_FOR, WAITING = "home_with_support", "discharged_waiting_for_start"
LAST_DAY = "2026-01-25 18:00"
BEFORE, AFTER = "2026-01-25 17:59", "2026-01-25 18:00"
LATER = "2026-01-26 12:00"


def given_up(care_until: str | None = LAST_DAY, kind: str = "home_care") -> Told:
    """Acme visits since 8 January and hands the package back on the 20th."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    told.tell("referral-made", "2026-01-06 10:30", referral_id="R1", kind=kind, service="acme")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="acme", referral_id="R1")  # fmt: skip
    told.discharged("2026-01-07 15:00")
    told.in_spell("discharge-summary-sent", "2026-01-07 16:00")
    told.tell("first-visit-completed", "2026-01-08 09:00", package_id="P1")
    told.tell("coordinator-assigned", "2026-01-08 10:00", organisation="RR8", coordinator="c1",
              service="acme")  # fmt: skip
    told.tell("care-package-handed-back", "2026-01-20 10:00", package_id="P1", reason="staffing",
              care_until=at(care_until) if care_until is not None else None)  # fmt: skip
    return told


def place(told: Told, now: str) -> tuple[str, str | None]:
    stage = told.assessed(now).stage
    return stage.stage, stage.service


def waits(told: Told, now: str) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits}


def test_care_ends_on_its_last_day_by_time_alone() -> None:
    told = given_up()
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    view = told.assessed(AFTER)
    assert (view.stage.stage, view.stage.service) == (WAITING, None)
    assert view.stage.since == at(LAST_DAY)
    assert view.stage.responsible == "acme", "whoever had the person last, until somebody has"
    assert told.assessed(BEFORE).next_at == at(LAST_DAY)


def test_without_a_last_day_care_goes_on_until_somebody_takes_it_on() -> None:
    assert place(given_up(None), LATER) == (CARED_FOR, "acme")


def test_of_a_last_day_that_had_passed_when_it_was_told_care_ends_then() -> None:
    told = given_up("2026-01-19 18:00")
    stage = told.assessed("2026-01-20 10:00").stage
    assert (stage.stage, stage.since) == (WAITING, at("2026-01-20 10:00"))


def test_who_is_to_find_a_provider_is_waited_for_and_no_first_visit() -> None:
    assert waits(given_up(), BEFORE) == {"package_handed_back"}
    assert waits(given_up(), LATER) == {"package_handed_back"}


STEPS: dict[str, dict[str, Any]] = {
    "care-package-started": {"service": "beta"},
    "first-visit-completed": {"service": "beta"},
    "care-package-restarted": {},
    "care-package-increased": {"service": "beta"},
}


@pytest.mark.parametrize("service", ["acme", "beta"])
def test_after_it_whoever_confirms_has_yet_to_begin(service: str) -> None:
    """The same provider, too: nobody comes until they do."""
    told = given_up()
    told.tell("care-package-confirmed", "2026-01-26 09:00", package_id="P1", service=service)
    assert place(told, LATER) == (WAITING, service)
    assert waits(told, LATER) >= {"package_start"}
    assert told.wait("package_start", LATER, period=2).starts_at == at("2026-01-26 09:00")
    told.tell("first-visit-completed", "2026-01-26 13:00", package_id="P1")
    assert place(told, "2026-01-26 14:00") == (CARED_FOR, service)


@pytest.mark.parametrize("event", STEPS)
def test_after_it_whoever_comes_has_taken_it_on(event: str) -> None:
    told = given_up()
    told.tell(event, "2026-01-26 09:00", package_id="P1", **STEPS[event])
    stage = told.assessed(LATER).stage
    assert (stage.stage, stage.since) == (CARED_FOR, at("2026-01-26 09:00"))
    assert "package_handed_back" not in waits(told, LATER)


def test_who_goes_on_before_the_last_day_goes_on_after_it() -> None:
    told = given_up()
    told.tell("care-package-confirmed", "2026-01-22 09:00", package_id="P1", service="acme")
    assert place(told, LATER) == (CARED_FOR, "acme")


def test_the_provider_has_the_person_no_more_and_one_who_was_asked_has_not_yet() -> None:
    def faced(told: Told, now: str) -> list[tuple[str, str]]:
        placed = placements_of(told.journey(), ENGLAND.service_rules.criteria, at(now))
        return [(each.service, each.state) for each in placed]

    told = given_up()
    assert faced(told, BEFORE) == [("acme", "staying")]
    assert faced(told, LATER) == [("acme", "left")]
    told.tell("care-package-confirmed", "2026-01-26 09:00", package_id="P1", service="beta")
    assert faced(told, LATER) == [("acme", "left"), ("beta", "accepted")]


@pytest.mark.parametrize(
    ("wait", "event", "data"),
    [
        ("package_resume", "care-package-paused", {"reason": "provider_capacity"}),
        ("package_pause_review", "care-package-paused", {"reason": "family_cover"}),
        ("package_increase", "care-package-requested", {"kind": "increased"}),
    ],
)
def test_what_was_waited_for_of_the_provider_is_so_no_longer(
    wait: str, event: str, data: dict[str, Any]
) -> None:
    told = given_up()
    told.tell(event, "2026-01-25 09:00", package_id="P1", **data)
    assert wait in waits(told, BEFORE)
    assert wait not in waits(told, AFTER)
    found = told.wait(wait, LATER)
    assert (found.ended, found.stops_at) == ("cancelled", at(LAST_DAY))


def test_weeks_of_reablement_count_from_the_first_visit_of_the_first_provider() -> None:
    told = given_up(kind="reablement")
    assert "time_limited_care" in waits(told, BEFORE)
    assert "time_limited_care" not in waits(told, LATER)
    told.tell("first-visit-completed", LATER, package_id="P1", service="beta")
    assert told.wait("time_limited_care", LATER, period=2).starts_at == at("2026-01-08 09:00")


def test_a_handover_that_the_provider_accepted_ends_with_its_last_day() -> None:
    told = given_up()
    told.tell("handover-sent", "2026-01-21 09:00", handover_id="V1", to_service="acme")
    told.tell("handover-accepted", "2026-01-21 10:00", handover_id="V1")
    told.tell("care-package-ended", LATER, package_id="P1", reason="provider_withdrew")
    (handover,) = told.journey().handovers.values()
    assert handover.over is not None
    assert handover.over.at == at(LAST_DAY)


def test_care_of_another_provider_is_the_person_s_support() -> None:
    told = given_up()
    told.tell("first-visit-completed", "2026-01-24 09:00", package_id="P2", service="beta")
    assert place(told, LATER) == (CARED_FOR, "beta")
    assert told.assessed(LATER).stage.responsible == "beta"
    assert "package_handed_back" not in waits(told, LATER)
    assert told.wait("package_handed_back", LATER).ended == "done"


def test_in_hospital_it_ends_too_and_is_to_begin_again_at_home() -> None:
    told = given_up()
    told.admitted("2026-01-22 10:00", spell_id="S2", admission_method="21")
    told.in_spell("patient-discharged", "2026-01-27 10:00", spell_id="S2", discharge_method="1",
                  pathway="P0")  # fmt: skip
    assert place(told, "2026-01-27 11:00") == (WAITING, None)


def test_it_is_said_of_the_person() -> None:
    said = "nobody gives the care: its last day has passed, and nobody has taken it on"
    told = given_up()
    assert said not in explained(told, BEFORE)
    assert said in explained(told, LATER)
    told.tell("care-package-confirmed", "2026-01-26 09:00", package_id="P1", service="beta")
    assert said not in explained(told, LATER)


def test_after_death_nothing_ends_by_itself() -> None:
    told = given_up()
    told.tell("patient-died", "2026-01-24 09:00")
    assert told.assessed(LATER).stage.stage == "died"


def test_other_care_that_is_over_later_goes_on() -> None:
    told = given_up()
    told.tell("referral-made", "2026-01-09 10:00", referral_id="R2", kind="community_health",
              service="nurses")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-10 09:00", referral_id="R2")
    assert place(told, LATER) == (CARED_FOR, "nurses")


def test_another_service_that_has_accepted_the_person_keeps_them() -> None:
    told = given_up()
    told.tell("handover-sent", "2026-01-21 09:00", handover_id="V1", to_service="able")
    told.tell("handover-accepted", "2026-01-21 10:00", handover_id="V1")
    assert told.assessed(LATER).stage.responsible == "able"


def test_to_look_at_somebody_changes_nothing_of_what_was_told() -> None:
    told = given_up()
    for handover, when in (("V1", "2026-01-09"), ("V2", "2026-01-21")):
        told.tell("handover-sent", f"{when} 09:00", handover_id=handover, to_service="acme")
        told.tell("handover-accepted", f"{when} 10:00", handover_id=handover)
        if handover == "V1":
            told.tell("first-visit-completed", "2026-01-10 09:00", package_id="P2", service="acme")
            told.tell("care-package-ended", "2026-01-11 09:00", package_id="P2", reason="other")
    journey = told.journey()
    over = {handover.handover_id: handover.over for handover in journey.handovers.values()}
    assert [mark is None for mark in over.values()] == [False, True]
    assess(journey, ENGLAND, at(LATER))
    assert {h.handover_id: h.over for h in journey.handovers.values()} == over
    assert journey.packages["P1"].lapsed is None


def test_looked_at_again_the_stage_changes_on_the_last_day() -> None:
    journey = given_up().journey()
    stages = [assess(journey, ENGLAND, at(now)).stage.stage for now in (BEFORE, AFTER)]
    assert stages == [CARED_FOR, WAITING]


def test_what_was_ended_before_its_last_day_ends_then() -> None:
    told = given_up()
    told.tell("care-package-ended", "2026-01-22 09:00", package_id="P1", reason="goals_met")
    assert told.journey().responsible_later == ()
    assert told.assessed(LATER).stage.since == at("2026-01-22 09:00")


def test_in_a_centre_no_care_is_confirmed_of_a_provider_that_has_given_it_up() -> None:
    def onward_at(now: str) -> datetime | None:
        placed = {each.service: each for each in told.assessed(now).placements}
        return placed["slic"].onward_at

    told = given_up()
    told.tell("care-package-confirmed", "2026-01-07 10:00", package_id="P1", service="acme")
    told.tell("centre-admitted", "2026-01-21 10:00", stay_id="T1", service="slic")
    told.tell("care-package-confirmed", "2026-01-22 09:00", package_id="P2", service="beta",
              first_visit_due_at=at("2026-01-28 09:00"))  # fmt: skip
    told.tell("centre-ready-to-leave", "2026-01-26 09:00", stay_id="T1")
    assert onward_at(LATER) == at("2026-01-28 09:00")
    told.tell("care-package-ended", "2026-01-26 10:00", package_id="P2", reason="other")
    assert onward_at(LATER) is None


def test_of_what_was_given_up_before_its_first_visit_nobody_is_called_who_gave_it_up() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-06 12:00", package_id="P1", service="acme",
              first_visit_due_at=at("2026-01-08 09:00"))  # fmt: skip
    told.discharged("2026-01-07 15:00", pathway="P1")
    assert "package_start" in waits(told, "2026-01-07 16:00")
    told.tell("care-package-handed-back", "2026-01-07 18:00", package_id="P1", reason="staffing")
    assert "package_start" not in waits(told, LATER)
    assert "package_handed_back" in waits(told, LATER)
    told.tell("care-package-confirmed", "2026-01-26 09:00", package_id="P1", service="beta")
    assert "package_handed_back" not in waits(told, LATER)
    assert told.wait("package_start", LATER, period=2).state == "running"


@pytest.mark.parametrize("first", [LAST_DAY, "2026-01-29 18:00", None])
def test_told_again_the_newest_last_day_holds(first: str | None) -> None:
    told = given_up(first)
    told.tell("care-package-handed-back", "2026-01-21 10:00", package_id="P1", reason="staffing",
              care_until=at("2026-01-26 18:00"))  # fmt: skip
    assert place(told, LATER) == (CARED_FOR, "acme")
    wait = told.wait("package_handed_back", LATER)
    assert (wait.starts_at, wait.due_at) == (at("2026-01-20 10:00"), at("2026-01-26 18:00"))
    assert told.assessed("2026-01-26 18:00").stage.stage == WAITING
    told.tell("care-package-handed-back", "2026-01-24 10:00", package_id="P1", reason="staffing")
    assert told.assessed("2026-01-26 18:00").stage.stage == WAITING, "says nothing else"


def test_after_the_last_day_another_one_brings_nobody_back() -> None:
    told = given_up()
    told.tell("care-package-handed-back", "2026-01-26 10:00", package_id="P1", reason="staffing",
              care_until=at("2026-01-30 18:00"))  # fmt: skip
    assert place(told, LATER) == (WAITING, None)


def test_a_visit_that_was_missed_of_care_in_which_nobody_ever_came_is_so_after_the_last_day() -> (
    None
):
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="restart",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 12:00", pathway="P1")
    told.tell("care-package-restarted", "2026-01-07 13:00", package_id="P1")
    told.tell("first-visit-missed", "2026-01-07 18:00", package_id="P1", reason="staffing")
    told.tell("care-package-handed-back", "2026-01-07 19:00", package_id="P1", reason="staffing",
              service="acme", care_until=at("2026-01-08 21:00"))  # fmt: skip
    assert "missed_first_visit" in waits(told, "2026-01-08 21:00")
