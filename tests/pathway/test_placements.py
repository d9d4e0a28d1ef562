"""What a service hears of somebody besides the state: asked when, for what, ready since when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from flow.pathway import Placement
from tests.pathway.told import Told, at

IN_SPELL = {"provider": "RR8", "spell_id": "S1"}
BED = "rehabilitation_bed"


def placed(told: Told, now: str) -> Placement:
    (placement,) = told.assessed(now).placements
    return placement


@pytest.fixture
def referred() -> Told:
    """In hospital, referred to a centre on 6 January."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("pathway-decided", "2026-01-06 09:00", pathway="P2", status="likely")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R", kind=BED, service="slic",
              **IN_SPELL)  # fmt: skip
    return told


def test_who_needs_the_hospital_is_not_ready(referred: Told) -> None:
    found = placed(referred, "2026-01-06 12:00")
    assert (found.state, found.kind, found.pathway) == ("waiting", BED, "P2")
    assert found.asked_at == at("2026-01-06 10:00")
    assert found.ready_since is None


def test_ready_from_when_the_criteria_are_not_met_and_not_when_unwell_again(referred: Told) -> None:
    referred.reviewed("2026-01-07 09:00", meets=False)
    assert placed(referred, "2026-01-07 12:00").ready_since == at("2026-01-07 09:00")
    referred.reviewed("2026-01-08 09:00", meets=True)
    assert placed(referred, "2026-01-08 12:00").ready_since is None
    referred.reviewed("2026-01-09 09:00", meets=False)
    assert placed(referred, "2026-01-09 12:00").ready_since == at("2026-01-09 09:00")


def test_asked_for_does_not_move_with_the_answer(referred: Told) -> None:
    referred.tell("referral-accepted", "2026-01-07 10:00", referral_id="R")
    found = placed(referred, "2026-01-07 12:00")
    assert (found.state, found.since) == ("accepted", at("2026-01-07 10:00"))
    assert found.asked_at == at("2026-01-06 10:00")


def test_a_service_is_told_the_time_that_it_agreed(referred: Told) -> None:
    referred.tell("referral-accepted", "2026-01-07 10:00", referral_id="R",
                  start_agreed_at=at("2026-01-09 11:00"))  # fmt: skip
    assert placed(referred, "2026-01-07 12:00").start_agreed_at == at("2026-01-09 11:00")
    referred.tell("referral-accepted", "2026-01-07 13:00", referral_id="R")
    assert placed(referred, "2026-01-07 14:00").start_agreed_at is None
    referred.tell("centre-admitted", "2026-01-08 12:00", stay_id="T", service="slic",
                  referral_id="R")  # fmt: skip
    assert placed(referred, "2026-01-08 13:00").start_agreed_at is None


@pytest.mark.parametrize(
    ("planned", "first_visit", "agreed"),
    [
        (None, None, None),
        ("2026-01-09 12:00", None, "2026-01-09 12:00"),
        ("2026-01-09 12:00", "2026-01-10 09:00", "2026-01-10 09:00"),
    ],
)
def test_of_a_package_the_time_counts_once_its_provider_has_confirmed(
    planned: str | None, first_visit: str | None, agreed: str | None
) -> None:
    told = Told()
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              service="acme", planned_start_at=at(planned) if planned else None)  # fmt: skip
    assert placed(told, "2026-01-06 12:00").start_agreed_at is None
    told.tell("care-package-confirmed", "2026-01-07 10:00", package_id="P", service="acme",
              first_visit_due_at=at(first_visit) if first_visit else None)  # fmt: skip
    assert placed(told, "2026-01-07 12:00").start_agreed_at == (at(agreed) if agreed else None)


ACCEPTED = ("referral-accepted", {"referral_id": "R"})
OFFERED = ("care-package-requested",
           {"package_id": "P", "kind": "new", "service": "slic", **IN_SPELL})  # fmt: skip
CONFIRMED = ("care-package-confirmed", {"package_id": "P", "service": "slic"})
SENT = ("handover-sent", {"handover_id": "H", "to_service": "slic", **IN_SPELL})
TAKEN_ON = ("handover-accepted", {"handover_id": "H", "service": "slic", **IN_SPELL})


@pytest.mark.parametrize(
    ("told_of", "state"),
    [
        ([], "waiting"),
        ([ACCEPTED], "accepted"),
        ([OFFERED], "offered"),
        ([OFFERED, CONFIRMED], "accepted"),
        ([SENT], "offered"),
    ],
)
def test_who_is_unwell_again_is_on_hold_with_whoever_was_asked(
    referred: Told, told_of: list[tuple[str, dict[str, Any]]], state: str
) -> None:
    for minute, (kind, data) in enumerate(told_of):
        referred.tell(kind, f"2026-01-06 11:0{minute}", **data)
    found = placed(referred, "2026-01-06 12:00")
    assert (found.state, found.on_hold) == (state, None), "asked for early"
    referred.reviewed("2026-01-07 09:00", meets=False)
    assert placed(referred, "2026-01-07 12:00").on_hold is None
    referred.reviewed("2026-01-08 09:00", meets=True)
    found = placed(referred, "2026-01-08 12:00")
    assert (found.state, found.on_hold) == (state, True)
    referred.reviewed("2026-01-09 09:00", meets=False)
    assert placed(referred, "2026-01-09 12:00").on_hold is None


def test_who_has_accepted_a_handover_is_on_hold_too() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    for kind, data in (SENT, TAKEN_ON):
        told.tell(kind, "2026-01-06 11:00", **data)
    told.reviewed("2026-01-07 09:00", meets=False)
    found = placed(told, "2026-01-07 12:00")
    assert (found.state, found.on_hold) == ("accepted", None)
    told.reviewed("2026-01-08 09:00", meets=True)
    found = placed(told, "2026-01-08 12:00")
    assert (found.state, found.on_hold) == ("accepted", True)


def test_out_of_hospital_somebody_could_come_at_once(referred: Told) -> None:
    referred.discharged("2026-01-08 10:00")
    assert placed(referred, "2026-01-08 12:00").ready_since == at("2026-01-08 10:00")


def test_asked_for_from_home() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R", kind=BED, service="slic")
    assert placed(told, "2026-01-06 12:00").ready_since == at("2026-01-06 10:00")


def test_who_stays_is_ready_when_nothing_requires_it_any_more(referred: Told) -> None:
    referred.discharged("2026-01-08 10:00")
    referred.tell("centre-admitted", "2026-01-08 12:00", stay_id="T", service="slic",
                  referral_id="R")  # fmt: skip
    found = placed(referred, "2026-01-09 12:00")
    assert (found.state, found.kind, found.asked_at) == ("staying", BED, None)
    assert found.ready_since is None
    referred.tell("centre-ready-to-leave", "2026-01-20 12:00", stay_id="T")
    assert placed(referred, "2026-01-20 13:00").ready_since == at("2026-01-20 12:00")
    referred.tell("centre-discharged", "2026-01-21 12:00", stay_id="T")
    left = placed(referred, "2026-01-21 13:00")
    assert (left.state, left.ready_since) == ("left", None)
    assert left.came_at == at("2026-01-08 12:00")


def test_who_lives_in_a_care_home_takes_no_next_step_out_of_it() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R", kind="care_home", service="oak")
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T", service="oak", referral_id="R")
    told.tell("centre-ready-to-leave", "2026-01-20 12:00", stay_id="T")
    found = placed(told, "2026-01-20 13:00")
    assert (found.state, found.kind, found.ready_since) == ("staying", "care_home", None)


@pytest.mark.parametrize(
    ("asked_of_them", "state"),
    [((), "waiting"), (("referral-accepted",), "accepted")],
)
def test_who_cares_already_and_is_asked_for_more_cares(
    asked_of_them: tuple[str, ...], state: str
) -> None:
    told = Told()
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R2", kind="community_health",
              service="acme")  # fmt: skip
    for kind in asked_of_them:
        told.tell(kind, "2026-01-06 11:00", referral_id="R2", service="acme")
    assert placed(told, "2026-01-08 12:00").state == state
    for kind in ("care-package-confirmed", "first-visit-completed"):
        told.tell(kind, "2026-01-05 10:00", package_id="P", service="acme")
    found = placed(told, "2026-01-08 12:00")
    assert (found.state, found.kind, found.asked_at) == ("staying", "home_care", None)


def test_who_died_is_waited_for_by_nobody_and_has_left(referred: Told) -> None:
    referred.tell("centre-admitted", "2026-01-08 12:00", stay_id="T", service="other")
    referred.tell("patient-died", "2026-01-09 12:00")
    found = placed(referred, "2026-01-09 13:00")
    assert (found.service, found.state, found.since) == ("other", "left", at("2026-01-09 12:00"))
    assert found.came_at == at("2026-01-08 12:00")


# Who could leave a centre.


def _could_leave(spell_id: str = "S1", pathway: str | None = "P2") -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00", spell_id=spell_id)
    told.discharged("2026-01-08 10:00", pathway=pathway, spell_id=spell_id)
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")
    told.tell("centre-ready-to-leave", "2026-01-20 09:00", stay_id="T1")
    return told


def _onward_at(told: Told) -> datetime | None:
    (stays,) = [p for p in told.assessed("2026-01-21 09:00").placements if p.service == "slic"]
    assert stays.ready_since == at("2026-01-20 09:00")
    return stays.onward_at


def test_nobody_leaves_for_care_that_is_only_asked_for() -> None:
    told = _could_leave()
    told.tell("care-package-requested", "2026-01-20 10:00", package_id="P1", kind="new",
              planned_start_at=at("2026-01-23 09:00"), service="acme")  # fmt: skip
    told.tell("referral-made", "2026-01-20 10:00", referral_id="R1", kind="community_health",
              service="nurses")  # fmt: skip
    told.tell("referral-accepted", "2026-01-20 11:00", referral_id="R1", service="nurses")
    assert _onward_at(told) is None


def test_a_confirmed_package_says_when_the_person_leaves() -> None:
    told = _could_leave()
    told.tell("care-package-requested", "2026-01-20 10:00", package_id="P1", kind="restart",
              service="acme")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-20 12:00", package_id="P1", service="acme")
    assert _onward_at(told) == at("2026-01-20 12:00")
    told.tell("care-package-confirmed", "2026-01-20 13:00", package_id="P1", service="acme",
              first_visit_due_at=at("2026-01-24 09:00"))  # fmt: skip
    assert _onward_at(told) == at("2026-01-24 09:00")
    told.tell("care-package-ended", "2026-01-20 14:00", package_id="P1", reason="provider_withdrew")
    assert _onward_at(told) is None


def test_a_referral_says_it_once_its_service_says_when_it_comes() -> None:
    told = _could_leave()
    told.tell("referral-made", "2026-01-20 10:00", referral_id="R1", kind="community_health",
              service="nurses")  # fmt: skip
    told.tell("referral-accepted", "2026-01-20 11:00", referral_id="R1", service="nurses",
              start_agreed_at=at("2026-01-22 09:00"))  # fmt: skip
    assert _onward_at(told) == at("2026-01-22 09:00")


def _confirmed_before(first_visit_due: str | None) -> Told:
    """Home care that was confirmed, and had not begun when the person had to go back to hospital,
    and went on to a centre from there."""
    told = Told()
    told.admitted("2025-12-20 10:00")
    told.tell("care-package-requested", "2025-12-28 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    due_at = at(first_visit_due) if first_visit_due else None
    told.tell("care-package-confirmed", "2025-12-29 10:00", package_id="P1", service="acme",
              first_visit_due_at=due_at)  # fmt: skip
    told.discharged("2025-12-30 10:00", pathway="P1")
    back = _could_leave(spell_id="S2")
    told.events += [each.model_copy(update={"id": f"b{each.id}"}) for each in back.events]
    return told


@pytest.mark.parametrize(
    ("first_visit_due", "onward"),
    [
        (None, None),
        ("2026-01-02 09:00", None),
        ("2026-01-08 09:59", None),
        ("2026-01-08 10:00", "2026-01-08 10:00"),
        ("2026-01-24 09:00", "2026-01-24 09:00"),
    ],
)
def test_what_a_stay_in_hospital_made_impossible_lets_nobody_leave(
    first_visit_due: str | None, onward: str | None
) -> None:
    told = _confirmed_before(first_visit_due)
    assert _onward_at(told) == (at(onward) if onward else None)


def test_who_confirms_again_after_the_stay_in_hospital_comes() -> None:
    told = _confirmed_before("2026-01-02 09:00")
    told.tell("care-package-confirmed", "2026-01-20 12:00", package_id="P1", service="acme")
    assert _onward_at(told) == at("2026-01-20 12:00")


def test_care_that_stood_still_and_is_to_go_on_lets_the_person_leave() -> None:
    told = Told()
    told.tell("care-package-requested", "2025-12-01 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("care-package-confirmed", "2025-12-01 11:00", package_id="P1", service="acme")
    told.tell("first-visit-completed", "2025-12-03 10:00", package_id="P1")
    told.events += [each.model_copy(update={"id": f"b{each.id}"}) for each in _could_leave().events]
    assert _onward_at(told) is None
    told.tell("care-package-requested", "2026-01-20 10:00", package_id="P1", kind="restart",
              service="acme", planned_start_at=at("2026-01-22 09:00"))  # fmt: skip
    assert _onward_at(told) is None
    told.tell("care-package-confirmed", "2026-01-20 11:00", package_id="P1", service="acme")
    assert _onward_at(told) == at("2026-01-22 09:00")


def test_a_time_that_was_agreed_before_the_stay_in_hospital_has_passed() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-02 10:00", referral_id="R1", kind="community_health",
              service="nurses")  # fmt: skip
    told.tell("referral-accepted", "2026-01-02 11:00", referral_id="R1", service="nurses",
              start_agreed_at=at("2026-01-06 09:00"))  # fmt: skip
    told.events += [each.model_copy(update={"id": f"b{each.id}"}) for each in _could_leave().events]
    assert _onward_at(told) is None


def _asked(told: Told, kind: str, service: str) -> None:
    told.tell("referral-made", "2026-01-20 10:00", referral_id=f"R-{service}", kind=kind,
              service=service)  # fmt: skip


def _accepted(told: Told, kind: str, service: str, start_agreed: str | None = None) -> None:
    _asked(told, kind, service)
    agreed = at(start_agreed) if start_agreed else None
    told.tell("referral-accepted", "2026-01-20 11:00", referral_id=f"R-{service}", service=service,
              start_agreed_at=agreed)  # fmt: skip


def _withdrawn(told: Told) -> None:
    _accepted(told, "palliative_care", "other", "2026-01-21 09:00")
    told.tell("referral-withdrawn", "2026-01-20 12:00", referral_id="R-other")


@pytest.mark.parametrize(
    "besides",
    [
        lambda told: _asked(told, "palliative_care", "other"),
        lambda told: _accepted(told, "palliative_care", "other"),
        lambda told: _accepted(told, "equipment", "other", "2026-01-21 09:00"),
        lambda told: _accepted(told, "palliative_care", "other", "2026-01-23 09:00"),
        _withdrawn,
    ],
    ids=["asked for", "without a time", "what is no care", "what comes later", "withdrawn"],
)
def test_the_first_care_that_comes_says_when_the_person_leaves(
    besides: Callable[[Told], None],
) -> None:
    told = _could_leave()
    _accepted(told, "community_health", "nurses", "2026-01-22 09:00")
    besides(told)
    assert _onward_at(told) == at("2026-01-22 09:00")


def _package(told: Told, *then: tuple[str, dict[str, Any]]) -> None:
    told.tell("care-package-requested", "2026-01-20 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    for hour, (kind, data) in enumerate(then, start=11):
        told.tell(kind, f"2026-01-20 {hour}:00", package_id="P1", **data)


def test_what_is_started_on_paper_is_confirmed() -> None:
    told = _could_leave()
    _package(told, ("care-package-started", {}))
    assert _onward_at(told) == at("2026-01-20 11:00")


def test_what_is_given_already_says_nothing_of_when_the_person_leaves() -> None:
    told = _could_leave()
    _package(told, ("care-package-confirmed", {}), ("first-visit-completed", {}))
    assert _onward_at(told) is None


def test_who_was_asked_on_another_pathway_says_nothing_of_when_the_person_leaves() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-06 11:00", package_id="P1", service="acme")
    told.in_spell("pathway-decided", "2026-01-07 10:00", pathway="P2", status="confirmed")
    told.events += [each.model_copy(update={"id": f"b{each.id}"}) for each in _could_leave().events]
    assert _onward_at(told) is None


def test_who_came_to_the_centre_from_home_leaves_for_what_is_confirmed() -> None:
    told = Told()
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")
    told.tell("centre-ready-to-leave", "2026-01-20 09:00", stay_id="T1")
    _package(told, ("care-package-confirmed", {}))
    assert _onward_at(told) == at("2026-01-20 11:00")


def test_what_was_confirmed_in_hospital_holds_though_its_time_has_passed() -> None:
    told = Told()
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-06 11:00", package_id="P1", service="acme",
              first_visit_due_at=at("2026-01-07 09:00"))  # fmt: skip
    left = _could_leave(pathway=None)
    told.events += [each.model_copy(update={"id": f"b{each.id}"}) for each in left.events]
    assert _onward_at(told) == at("2026-01-07 09:00")


def test_who_has_to_go_from_the_centre_to_hospital_may_come_back_for_what_is_confirmed() -> None:
    told = _could_leave()
    _package(told, ("care-package-confirmed", {}))
    told.admitted("2026-01-20 15:00", spell_id="S2")
    assert _onward_at(told) == at("2026-01-20 11:00")


# Who has accepted a handover, and of whom nothing else is told.


def _handed_over() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="V1", to_service="slic")
    told.tell("handover-accepted", "2026-01-06 12:00", handover_id="V1", service="slic")
    return told


def test_who_has_accepted_a_handover_will_take_the_person() -> None:
    found = placed(_handed_over(), "2026-01-06 13:00")
    assert (found.state, found.since) == ("accepted", at("2026-01-06 12:00"))
    assert found.asked_at == at("2026-01-06 10:00")


@pytest.mark.parametrize(
    ("kind", "data", "state"),
    [
        ("referral-made", {"referral_id": "R", "kind": BED, "service": "slic"}, "waiting"),
        ("centre-admitted", {"stay_id": "T", "service": "slic"}, "staying"),
    ],
)
def test_a_referral_or_a_stay_says_more_than_a_handover(
    kind: str, data: dict[str, str], state: str
) -> None:
    told = _handed_over()
    told.tell(kind, "2026-01-08 12:00", **data)
    assert placed(told, "2026-01-08 13:00").state == state


def test_what_was_accepted_for_an_earlier_stay_is_over() -> None:
    told = _handed_over()
    told.discharged("2026-01-06 15:00")
    told.admitted("2026-01-09 10:00", spell_id="S2")
    assert told.assessed("2026-01-09 13:00").placements == ()


def test_at_home_they_have_the_person_in_hand() -> None:
    told = _handed_over()
    told.discharged("2026-01-08 10:00", pathway="P1")
    view = told.assessed("2026-01-08 12:00")
    assert (view.placements, view.stage.responsible) == ((), "slic")


def test_from_one_centre_to_another() -> None:
    told = _could_leave()
    told.tell("handover-sent", "2026-01-20 10:00", handover_id="V1", to_service="other")
    told.tell("handover-accepted", "2026-01-20 12:00", handover_id="V1", service="other")
    placements = told.assessed("2026-01-21 09:00").placements
    assert [(each.service, each.state) for each in placements] == [
        ("other", "accepted"),
        ("slic", "staying"),
    ]


def test_after_its_stay_is_over_nobody_is_expected_again() -> None:
    told = _handed_over()
    told.discharged("2026-01-06 15:00")
    told.tell("centre-admitted", "2026-01-06 16:00", stay_id="T", service="slic")
    told.tell("centre-discharged", "2026-01-20 16:00", stay_id="T")
    assert placed(told, "2026-01-20 17:00").state == "left"
