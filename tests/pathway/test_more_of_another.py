"""More care is asked of another service than the one that gives the care, or in hospital."""

from typing import Any

import pytest

from flow.pathway.placements import placements_of
from tests.pathway.told import ENGLAND, Told, at, own_policy

CARED_FOR = "home_with_support"
LATER = "2026-01-14 12:00"


def cared_for() -> Told:
    """Acme visits since the 7th."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 09:00", pathway="P1", status="confirmed")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-06 15:00")
    told.tell("first-visit-completed", "2026-01-07 09:00", package_id="P1")
    return told


def ask_for_more(told: Told, service: str | None, when: str = "2026-01-12 10:00") -> None:
    told.tell("care-package-requested", when, package_id="P1", kind="increased", service=service)


def has(told: Told, now: str = LATER) -> tuple[str, str | None, str | None]:
    stage = told.assessed(now).stage
    return stage.stage, stage.service, stage.responsible


def faced(told: Told, now: str = LATER) -> list[tuple[str, str]]:
    placed = placements_of(told.journey(), ENGLAND.service_rules.criteria, at(now))
    return [(each.service, each.state) for each in placed]


def test_until_another_service_confirms_more_who_gives_the_care_has_the_person() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    assert has(told) == (CARED_FOR, "acme", "acme")
    assert faced(told) == [("acme", "staying"), ("beta", "offered")]
    (wait,) = [each for each in told.assessed(LATER).open_waits if each.id == "package_increase"]
    assert wait.acts_next == ("beta", "service")


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("care-package-increased", {"service": "beta"}),
        ("care-package-increased", {}),
        ("care-package-started", {}),
        ("first-visit-completed", {"service": "beta"}),
    ],
)
def test_once_they_come_it_is_theirs(event: str, data: dict[str, Any]) -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell(event, "2026-01-13 09:00", package_id="P1", **data)
    assert has(told) == (CARED_FOR, "beta", "beta")
    assert faced(told) == [("acme", "left"), ("beta", "staying")]
    assert "package_increase" not in waits(told, LATER)


@pytest.mark.parametrize("data", [{}, {"service": "beta"}])
def test_once_they_confirm_it_is_still_theirs_who_come(data: dict[str, str]) -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("care-package-confirmed", "2026-01-13 09:00", package_id="P1", **data)
    assert has(told) == (CARED_FOR, "acme", "acme")
    assert faced(told) == [("acme", "staying"), ("beta", "accepted")]
    assert "package_increase" in waits(told, LATER)
    told.admitted("2026-01-14 10:00", spell_id="S2")
    told.advance("2026-01-14 10:01")
    assert {a.about for a in told.alerts.values() if a.wait == "stand_down"} == {"acme", "beta"}


def test_handed_back_then_nobody_is_looked_for_and_they_begin_after_the_last_day() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("care-package-confirmed", "2026-01-13 09:00", package_id="P1", service="beta",
              first_visit_due_at=at("2026-01-19 12:00"))  # fmt: skip
    told.tell("care-package-handed-back", "2026-01-14 09:00", package_id="P1", reason="staffing",
              service="acme", care_until=at("2026-01-19 09:00"))  # fmt: skip
    assert "package_handed_back" not in waits(told, "2026-01-14 10:00")
    assert has(told, "2026-01-19 08:59") == (CARED_FOR, "acme", "acme")
    assert has(told, "2026-01-19 09:00") == ("discharged_waiting_for_start", "beta", "acme")
    assert told.wait("package_start", "2026-01-20 09:00", period=2).due_at == at("2026-01-19 16:00")


@pytest.mark.parametrize("confirmed", [False, True])
def test_who_declines_more_declines_no_more_than_that(*, confirmed: bool) -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    if confirmed:
        told.tell("care-package-confirmed", "2026-01-12 12:00", package_id="P1", service="beta")
    told.tell("care-package-handed-back", "2026-01-13 09:00", package_id="P1", reason="staffing",
              service="beta")  # fmt: skip
    assert has(told) == (CARED_FOR, "acme", "acme")
    assert faced(told) == [("acme", "staying")]
    assert {"package_increase", "package_handed_back"} & waits(told, LATER) == {"package_increase"}


def test_then_somebody_else_has_to_be_found_and_acts_once_asked() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("care-package-handed-back", "2026-01-13 09:00", package_id="P1", reason="staffing",
              service="beta")  # fmt: skip
    assert acts(told, "package_increase", LATER) == (None, "commissioner")
    ask_for_more(told, "gamma", "2026-01-14 13:00")
    assert acts(told, "package_increase", "2026-01-14 14:00") == ("gamma", "service")
    told.tell("care-package-handed-back", "2026-01-14 15:00", package_id="P1", reason="staffing",
              service="gamma")  # fmt: skip
    ask_for_more(told, "acme", "2026-01-14 16:00")
    assert acts(told, "package_increase", "2026-01-14 17:00") == ("acme", "service")


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("care-package-confirmed", {}),
        ("care-package-requested", {"kind": "new"}),
        ("care-package-requested", {"kind": "restart"}),
    ],
)
def test_found_without_a_word_of_more_they_act_too(event: str, data: dict[str, str]) -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("care-package-handed-back", "2026-01-13 09:00", package_id="P1", reason="staffing",
              service="beta")  # fmt: skip
    told.tell(event, "2026-01-14 13:00", package_id="P1", service="gamma", **data)
    assert acts(told, "package_increase", "2026-01-14 14:00") == ("gamma", "service")


def test_where_the_policy_leaves_more_to_the_hub_who_was_asked_does_not_act_for_it() -> None:
    told = cared_for()
    told.policy = own_policy('[wait.package_increase]\nacts_next = "care_transfer_hub"\n')
    ask_for_more(told, "beta")
    assert acts(told, "package_increase", LATER) == (None, "care_transfer_hub")


@pytest.mark.parametrize("asked", ["beta", "acme", None])
def test_who_takes_it_over_unasked_was_asked_for_no_more_until_they_confirm(
    asked: str | None,
) -> None:
    told = cared_for()
    ask_for_more(told, asked)
    told.tell("first-visit-completed", "2026-01-13 09:00", package_id="P1", service="gamma")
    assert has(told) == (CARED_FOR, "gamma", "gamma")
    assert acts(told, "package_increase", LATER) == (None, "commissioner")
    told.tell("care-package-confirmed", "2026-01-14 13:00", package_id="P1", service="gamma")
    assert acts(told, "package_increase", "2026-01-14 14:00") == ("gamma", "service")


def test_once_more_is_given_nobody_has_declined_it_any_more() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("care-package-handed-back", "2026-01-13 09:00", package_id="P1", reason="staffing",
              service="beta")  # fmt: skip
    told.tell("care-package-increased", "2026-01-14 09:00", package_id="P1")
    assert not told.journey().packages["P1"].increase_declined


def test_more_that_was_declined_in_hospital_is_to_be_confirmed_again() -> None:
    told = in_hospital()
    ask_for_more(told, "beta", "2026-02-05 11:00")
    told.tell("care-package-confirmed", "2026-02-05 12:00", package_id="P1", service="beta")
    assert "onward_care" not in waits(told, "2026-02-05 13:00")
    told.tell("care-package-handed-back", "2026-02-05 14:00", package_id="P1", reason="staffing",
              service="beta")  # fmt: skip
    assert "onward_care" in waits(told, "2026-02-05 15:00")


def test_what_one_has_confirmed_another_has_not() -> None:
    told = in_hospital()
    told.tell("care-package-confirmed", "2026-02-05 12:00", package_id="P1", service="acme")
    ask_for_more(told, "beta", "2026-02-05 13:00")
    assert "onward_care" in waits(told, "2026-02-05 14:00")


def test_of_care_that_nobody_gives_any_more_somebody_for_all_of_it_is_looked_for() -> None:
    told = cared_for()
    told.tell("care-package-confirmed", "2026-01-08 09:00", package_id="P1", service="acme")
    ask_for_more(told, "acme")
    told.tell("care-package-handed-back", "2026-01-13 09:00", package_id="P1", reason="staffing",
              service="acme", care_until=at("2026-01-15 09:00"))  # fmt: skip
    told.admitted("2026-01-16 10:00", spell_id="S2")
    told.reviewed("2026-01-17 09:00", meets=False, spell_id="S2")
    running = waits(told, "2026-01-17 10:00")
    assert {"onward_care", "package_handed_back"} & running == {"package_handed_back"}


def acts(told: Told, wait: str, now: str) -> tuple[str | None, str]:
    (found,) = [each for each in told.assessed(now).open_waits if each.id == wait]
    assert found.acts_next is not None
    return found.acts_next


@pytest.mark.parametrize("said", [{}, {"service": "beta"}])
def test_handed_back_meanwhile_a_confirmation_is_theirs_who_were_asked(
    said: dict[str, str],
) -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("care-package-handed-back", "2026-01-13 10:00", package_id="P1", reason="staffing",
              service="acme", care_until=at("2026-01-30 18:00"))  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-14 10:00", package_id="P1", **said)
    assert has(told, "2026-01-20 10:00") == ("home_with_support", "acme", "acme")
    assert has(told, "2026-02-05 10:00")[0] == "discharged_waiting_for_start"
    assert "package_start" in waits(told, "2026-02-05 10:00")


def test_who_gives_it_may_give_more_after_all() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("care-package-increased", "2026-01-13 09:00", package_id="P1", service="acme")
    assert has(told) == (CARED_FOR, "acme", "acme")
    assert faced(told) == [("acme", "staying")]


def test_a_visit_of_who_gives_it_says_nothing_of_the_other() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.tell("first-visit-completed", "2026-01-13 09:00", package_id="P1")
    assert has(told) == (CARED_FOR, "acme", "acme")
    assert faced(told) == [("acme", "staying"), ("beta", "offered")]


@pytest.mark.parametrize("again", ["acme", "gamma"])
def test_asked_of_somebody_else_instead_the_other_has_no_part_in_it(again: str) -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    ask_for_more(told, again, "2026-01-13 10:00")
    assert ("beta", "offered") not in faced(told)
    assert has(told) == (CARED_FOR, "acme", "acme")


def test_back_in_hospital_both_are_told_to_stand_down() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.admitted("2026-01-13 10:00", spell_id="S2")
    told.advance("2026-01-13 10:01")
    assert {a.about for a in told.alerts.values() if a.wait == "stand_down"} == {"acme", "beta"}


def test_care_that_ends_leaves_nothing_to_tell_them() -> None:
    told = cared_for()
    ask_for_more(told, "beta")
    told.admitted("2026-01-13 10:00", spell_id="S2")
    told.tell("care-package-ended", "2026-01-13 12:00", package_id="P1", reason="goals_met")
    told.advance("2026-01-13 12:01")
    assert [a.about for a in told.alerts.values() if a.wait == "stand_down"] == []


def test_more_of_a_package_of_which_nothing_was_heard_was_given_before() -> None:
    told = Told()
    told.tell("care-package-requested", "2026-09-01 09:00", package_id="P1", kind="increased",
              service="acme")  # fmt: skip
    view = told.assessed("2026-09-01 10:00")
    assert [wait.id for wait in view.open_waits] == ["package_increase"]
    assert view.stage.responsible == "acme"
    assert faced(told, "2026-09-01 10:00") == [("acme", "staying")]


def test_more_that_is_asked_after_a_stay_as_a_package_of_its_own_is_still_to_come() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="increased",
              service="acme")  # fmt: skip
    told.discharged("2026-01-06 15:00", pathway="P1")
    assert "package_start" in waits(told, "2026-01-06 16:00")


def in_hospital() -> Told:
    """Back in hospital, ready to leave, and more of acme's care is asked for the return."""
    told = cared_for()
    told.admitted("2026-02-02 10:00", spell_id="S2")
    told.reviewed("2026-02-05 09:00", meets=False, spell_id="S2")
    told.in_spell("pathway-decided", "2026-02-05 09:00", pathway="P1", status="confirmed",
                  spell_id="S2")  # fmt: skip
    told.tell("care-package-requested", "2026-02-05 10:00", package_id="P1", kind="increased",
              service="acme", provider="RR8", spell_id="S2", visits_per_week=28)  # fmt: skip
    return told


def waits(told: Told, now: str) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits}


def test_in_hospital_more_of_a_package_is_waited_for_until_it_is_confirmed() -> None:
    told = in_hospital()
    assert "onward_care" in waits(told, "2026-02-05 11:00")
    told.tell("care-package-confirmed", "2026-02-06 09:00", package_id="P1")
    assert "onward_care" not in waits(told, "2026-02-06 09:00")
    wait = told.wait("onward_care", "2026-02-06 10:00", period=2)
    assert (wait.starts_at, wait.ended) == (at("2026-02-05 10:00"), "done")


def test_well_enough_to_leave_again_the_request_is_named_as_what_is_waited_for() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    asked = told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
                      service="acme")  # fmt: skip
    told.reviewed("2026-01-06 12:00", meets=False)
    told.reviewed("2026-01-07 09:00", meets=True)
    well = told.reviewed("2026-01-08 09:00", meets=False)
    wait = told.waits("onward_care", "2026-01-08 10:00")[-1]
    assert wait.starts_at == at("2026-01-08 09:00")
    assert wait.started_by == (well.identity, asked.identity)


def test_so_is_the_request_for_more_not_the_first_one() -> None:
    told = in_hospital()
    asked = told.events[-1]
    told.reviewed("2026-02-06 09:00", meets=True, spell_id="S2")
    well = told.reviewed("2026-02-07 09:00", meets=False, spell_id="S2")
    wait = told.waits("onward_care", "2026-02-07 10:00")[-1]
    assert wait.started_by == (well.identity, asked.identity)


def test_more_that_is_given_without_a_word_before_was_secured() -> None:
    told = in_hospital()
    told.tell("care-package-increased", "2026-02-06 10:00", package_id="P1")
    wait = told.wait("onward_care", "2026-02-06 11:00", period=2)
    assert (wait.stops_at, wait.ended) == (at("2026-02-06 10:00"), "done")


def test_it_is_waited_for_again_when_more_is_asked_anew() -> None:
    told = in_hospital()
    told.tell("care-package-confirmed", "2026-02-06 09:00", package_id="P1")
    told.tell("care-package-increased", "2026-02-06 10:00", package_id="P1")
    told.tell("care-package-requested", "2026-02-07 10:00", package_id="P1", kind="increased")
    assert "onward_care" in waits(told, "2026-02-07 11:00")


def test_at_home_it_is_more_care_that_is_waited_for() -> None:
    told = in_hospital()
    told.in_spell("patient-discharged", "2026-02-06 15:00", spell_id="S2")
    assert "onward_care" not in waits(told, "2026-02-06 16:00")
    assert told.wait("onward_care", "2026-02-06 16:00", period=2).ended == "cancelled"
    assert {"package_increase", "package_resume"} <= waits(told, "2026-02-06 16:00")


def test_too_unwell_to_leave_nobody_is_waited_for() -> None:
    told = in_hospital()
    told.reviewed("2026-02-06 09:00", meets=True, spell_id="S2")
    assert told.wait("onward_care", "2026-02-06 10:00", period=2).ended == "reset"


def test_who_gives_more_in_hospital_unasked_is_to_begin_at_home() -> None:
    told = in_hospital()
    told.tell("care-package-increased", "2026-02-05 12:00", package_id="P1", service="beta")
    told.in_spell("patient-discharged", "2026-02-06 15:00", spell_id="S2")
    assert has(told, "2026-02-06 16:00")[:2] == ("discharged_waiting_for_start", "beta")


def test_the_next_provider_is_waited_for_only_since_the_one_before_left() -> None:
    told = cared_for()
    told.tell("care-package-handed-back", "2026-01-09 09:00", package_id="P1", reason="staffing",
              service="acme", care_until=at("2026-01-19 09:00"))  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-10 09:00", package_id="P1", service="beta")
    told.tell("referral-made", "2026-01-15 09:00", referral_id="R2", kind="reablement",
              service="gamma")  # fmt: skip
    assert has(told, "2026-01-19 10:00") == ("discharged_waiting_for_start", "gamma", "acme")
