"""What a service hears of somebody besides the state: asked when, for what, ready since when."""

from datetime import datetime

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


def test_who_died_is_waited_for_by_nobody_and_has_left(referred: Told) -> None:
    referred.tell("centre-admitted", "2026-01-08 12:00", stay_id="T", service="other")
    referred.tell("patient-died", "2026-01-09 12:00")
    found = placed(referred, "2026-01-09 13:00")
    assert (found.service, found.state, found.since) == ("other", "left", at("2026-01-09 12:00"))


# Who could leave a centre.


def _could_leave() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-08 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")
    told.tell("centre-ready-to-leave", "2026-01-20 09:00", stay_id="T1")
    return told


def _onward_at(told: Told) -> datetime | None:
    (stays,) = [p for p in told.assessed("2026-01-21 09:00").placements if p.state == "staying"]
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


# Care that is in place, and care that is given.


@pytest.mark.parametrize(
    ("kind", "told", "state"),
    [
        ("new", "care-package-started", "accepted"),
        ("new", "first-visit-completed", "staying"),
        ("restart", "care-package-started", "staying"),
        ("increased", "care-package-increased", "staying"),
    ],
)
def test_a_provider_has_whom_the_stage_says_is_cared_for(kind: str, told: str, state: str) -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged("2026-01-08 10:00", pathway="P1")
    person.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind=kind,
                service="acme")  # fmt: skip
    person.tell(told, "2026-01-08 15:00", package_id="P1")
    view = person.assessed("2026-01-09 09:00")
    (placement,) = view.placements
    assert (placement.state, placement.since) == (state, at("2026-01-08 15:00"))
    assert (view.stage.stage == "home_with_support") is (state == "staying")
