"""Two providers of one package: who gave it up comes until their last day, and the next has said
that they will come."""

import pytest

from flow.pathway.placements import placements_of
from tests.pathway.told import ENGLAND, Told, at

CARED_FOR, WAITING = "home_with_support", "discharged_waiting_for_start"
LAST_DAY = "2026-01-30 18:00"
BEFORE, AFTER = "2026-01-30 17:59", LAST_DAY


def handed_over(kind: str = "home_care", care_until: str = LAST_DAY) -> Told:
    """Acme visits since the 7th and gives up for the 30th; on the 14th beta confirms the 31st."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 09:00", pathway="P1", status="confirmed")
    told.tell("referral-made", "2026-01-06 09:30", referral_id="R1", kind=kind, service="acme")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme", referral_id="R1")  # fmt: skip
    told.discharged("2026-01-06 15:00")
    told.in_spell("discharge-summary-sent", "2026-01-06 15:00")
    told.tell("first-visit-completed", "2026-01-07 09:00", package_id="P1")
    told.tell("care-package-handed-back", "2026-01-12 09:00", package_id="P1", reason="staffing",
              service="acme", care_until=at(care_until))  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-14 09:00", package_id="P1", service="beta",
              first_visit_due_at=at("2026-01-31 09:00"))  # fmt: skip
    return told


def place(told: Told, now: str) -> tuple[str, str | None]:
    stage = told.assessed(now).stage
    return stage.stage, stage.service


def waits(told: Told, now: str) -> dict[str, str]:
    return {
        wait.id: wait.state for wait in told.assessed(now).open_waits if wait.id != "owner_named"
    }


def readmitted(told: Told, when: str = "2026-01-20 10:00") -> None:
    told.admitted(when, spell_id="S2")


def test_until_the_last_day_the_first_provider_cares_and_has_the_person() -> None:
    told = handed_over()
    stage = told.assessed(BEFORE).stage
    assert (stage.stage, stage.service, stage.responsible) == (CARED_FOR, "acme", "acme")
    assert stage.since == at("2026-01-07 09:00")
    assert waits(told, BEFORE) == {}
    assert told.assessed("2026-01-29 09:00").next_at == at(LAST_DAY)


def test_from_then_on_the_next_one_is_waited_for() -> None:
    told = handed_over()
    view = told.assessed(AFTER)
    assert (view.stage.stage, view.stage.service) == (WAITING, "beta")
    assert view.stage.since == at(LAST_DAY)
    assert waits(told, AFTER) == {"package_start": "running"}
    assert told.wait("package_start", AFTER).starts_at == at("2026-01-06 15:00")
    assert told.wait("package_start", AFTER, period=2).starts_at == at(LAST_DAY)


def test_with_the_first_visit_of_the_next_one_the_first_is_done() -> None:
    told = handed_over()
    told.tell("first-visit-completed", "2026-01-28 09:00", package_id="P1", service="beta")
    stage = told.assessed(BEFORE).stage
    assert (stage.stage, stage.service, stage.responsible) == (CARED_FOR, "beta", "beta")
    assert stage.since == at("2026-01-28 09:00")
    assert waits(told, AFTER) == {}


def faced(told: Told, now: str) -> list[tuple[str, str]]:
    placed = placements_of(told.journey(), ENGLAND.service_rules.criteria, at(now))
    return [(each.service, each.state) for each in placed]


def test_the_first_has_the_person_and_the_next_will() -> None:
    told = handed_over()
    assert faced(told, BEFORE) == [("acme", "staying"), ("beta", "accepted")]
    assert faced(told, AFTER) == [("acme", "left"), ("beta", "accepted")]


def test_in_hospital_both_are_told_to_stand_down() -> None:
    told = handed_over()
    readmitted(told)
    told.advance("2026-01-20 10:01")
    stood_down = {alert.about for alert in told.alerts.values() if alert.wait == "stand_down"}
    assert stood_down == {"acme", "beta"}


def test_after_the_last_day_only_the_next_one_is_told() -> None:
    told = handed_over()
    readmitted(told, "2026-01-30 19:00")
    told.advance("2026-01-30 19:01")
    stood_down = {alert.about for alert in told.alerts.values() if alert.wait == "stand_down"}
    assert stood_down == {"beta"}


def test_after_a_stay_the_first_does_not_go_on_by_itself() -> None:
    told = handed_over()
    readmitted(told)
    told.in_spell("patient-discharged", "2026-01-22 15:00", spell_id="S2", pathway="P1")
    assert place(told, "2026-01-22 16:00") == (WAITING, "beta")
    assert told.wait("package_start", "2026-01-22 16:00", period=3).starts_at == at(
        "2026-01-22 15:00"
    )
    told.tell("care-package-restarted", "2026-01-23 09:00", package_id="P1")
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    assert place(told, AFTER) == (WAITING, "beta")


def test_on_pathway_0_it_was_live_all_the_time() -> None:
    told = handed_over()
    readmitted(told)
    told.in_spell("patient-discharged", "2026-01-22 15:00", spell_id="S2", pathway="P0")
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    assert "package_start" not in waits(told, BEFORE)
    assert place(told, AFTER) == (WAITING, "beta")


def test_while_nobody_comes_because_the_first_has_no_capacity_the_next_is_waited_for() -> None:
    told = handed_over()
    told.tell("care-package-paused", "2026-01-20 09:00", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    assert place(told, "2026-01-20 10:00") == (WAITING, "beta")
    assert waits(told, "2026-01-20 10:00") == {"package_start": "running"}
    told.tell("care-package-restarted", "2026-01-23 09:00", package_id="P1")
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    assert waits(told, BEFORE) == {}
    assert waits(told, AFTER) == {"package_start": "running"}


def test_the_first_goes_on_after_a_pause_in_which_others_came() -> None:
    told = handed_over()
    told.tell("care-package-paused", "2026-01-20 09:00", package_id="P1", reason="respite")
    told.tell("care-package-restarted", "2026-01-23 09:00", package_id="P1")
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    assert waits(told, AFTER) == {"package_start": "running"}


def test_a_visit_of_the_first_begins_nothing_of_the_next() -> None:
    told = handed_over()
    told.tell("first-visit-completed", "2026-01-20 09:00", package_id="P1", service="acme")
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    assert place(told, AFTER) == (WAITING, "beta")
    assert waits(told, AFTER) == {"package_start": "running"}


def test_the_first_may_tell_another_last_day() -> None:
    told = handed_over()
    told.tell("care-package-handed-back", "2026-01-20 09:00", package_id="P1", reason="staffing",
              service="acme", care_until=at("2026-02-02 18:00"))  # fmt: skip
    assert place(told, "2026-02-02 17:59") == (CARED_FOR, "acme")
    assert waits(told, "2026-02-02 17:59") == {}
    assert place(told, "2026-02-02 18:00") == (WAITING, "beta")


def test_the_next_may_give_it_up_before_they_begin() -> None:
    told = handed_over()
    told.tell("care-package-handed-back", "2026-01-20 09:00", package_id="P1", reason="staffing",
              service="beta")  # fmt: skip
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    assert "package_handed_back" in waits(told, BEFORE)
    told.tell("care-package-confirmed", "2026-01-24 09:00", package_id="P1", service="gamma")
    assert place(told, BEFORE) == (CARED_FOR, "acme")
    assert place(told, AFTER) == (WAITING, "gamma")


def test_care_that_ends_meanwhile_was_given() -> None:
    told = handed_over()
    told.tell("care-package-ended", "2026-01-26 09:00", package_id="P1", reason="goals_met")
    view = told.assessed("2026-01-26 10:00")
    assert (view.stage.stage, view.stage.responsible) == ("follow_up", None)
    assert waits(told, "2026-01-26 10:00") == {}


def test_what_they_accepted_is_theirs_until_they_leave() -> None:
    told = handed_over()
    told.tell("handover-sent", "2026-01-06 11:00", handover_id="V1", to_service="acme",
              id="sent")  # fmt: skip
    told.tell("handover-accepted", "2026-01-06 11:30", handover_id="V1", service="acme",
              id="accepted")  # fmt: skip
    assert told.journey().handovers["V1"].over is None
    told.tell("first-visit-completed", "2026-01-28 09:00", package_id="P1", service="beta")
    over = told.journey().handovers["V1"].over
    assert over is not None
    assert over.at == at("2026-01-28 09:00")


@pytest.mark.parametrize("now", ["2026-01-20 09:00", BEFORE])
def test_weeks_of_reablement_go_on_meanwhile(now: str) -> None:
    told = handed_over("reablement")
    wait = told.wait("time_limited_care", now)
    assert (wait.stops_at, wait.starts_at) == (None, at("2026-01-07 09:00"))
    ended = told.wait("time_limited_care", AFTER)
    assert (ended.stops_at, ended.ended) == (at(LAST_DAY), "cancelled")


def test_of_no_last_day_the_next_one_has_it_from_the_confirmation_on() -> None:
    told = handed_over()
    handed_back = told.events[-2]
    told.events[-2] = handed_back.model_copy(
        update={"data": handed_back.data.model_copy(update={"care_until": None})}
    )
    assert place(told, "2026-01-14 09:00") == (WAITING, "beta")


@pytest.mark.parametrize(("service", "cares"), [(None, "acme"), ("acme", "acme"), ("beta", "beta")])
def test_more_that_is_given_meanwhile_is_given_by_who_comes_or_shows_that_the_next_has_come(
    service: str | None, cares: str
) -> None:
    told = handed_over()
    told.tell("care-package-increased", "2026-01-20 09:00", package_id="P1", service=service)
    assert place(told, BEFORE) == (CARED_FOR, cares)
    assert place(told, AFTER)[0] == (CARED_FOR if cares == "beta" else WAITING)
