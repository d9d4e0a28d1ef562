"""Care that was finished before other care came to nothing does not settle it: who had reablement,
or was in a centre, and is then let down needs somebody."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

LEFT = "2025-11-03 10:00"
GIVEN_UP_AT = "2026-03-03 09:00"
NOW = "2026-03-05 09:00"
R1 = {"referral_id": "R1", "service": "skills"}
P1 = {"package_id": "P1", "service": "skills", "referral_id": "R1"}
P2 = {"package_id": "P2", "service": "home-help"}
PATHWAYS: list[dict[str, str]] = [{"pathway": "P1"}, {"pathway": "P0"}, {}]


def home(pathway: dict[str, str]) -> Told:
    told = Told()
    told.admitted("2025-11-01 10:00")
    told.discharged(LEFT, **pathway)
    return told


def had_a_package(told: Told, reason: str = "goals_met") -> None:
    told.tell("referral-made", "2025-11-03 11:00", **R1, kind="reablement")
    told.tell("care-package-requested", "2025-11-03 11:00", **P1, kind="new")
    told.tell("first-visit-completed", "2025-11-04 10:00", **P1)
    told.tell("care-package-ended", "2025-12-10 10:00", **P1, reason=reason)


def had_visits(told: Told) -> None:
    told.tell("referral-made", "2025-11-03 11:00", **R1, kind="reablement")
    told.tell("first-visit-completed", "2025-11-04 10:00", **R1)


def was_in_a_centre(told: Told) -> None:
    told.tell("centre-admitted", "2025-11-03 12:00", stay_id="T1", service="slic")
    told.tell("centre-discharged", "2025-11-20 10:00", stay_id="T1", destination="home")


def let_down(told: Told) -> None:
    told.tell("care-package-requested", "2026-02-05 09:00", **P2, kind="new")
    told.tell("first-visit-completed", "2026-02-10 12:00", **P2)
    told.tell("care-package-ended", GIVEN_UP_AT, **P2, reason="provider_withdrew")


def refused(told: Told) -> None:
    asked = {"referral_id": "R5", "service": "home-help"}
    told.tell("referral-made", "2026-02-05 09:00", **asked, kind="home_care")
    told.tell("referral-rejected", GIVEN_UP_AT, **asked, reason="no_capacity")


def unarranged_since(told: Told, when: str = NOW) -> Any:
    view = told.assessed(when)
    found = [wait.starts_at for wait in view.open_waits if wait.id == "care_arranged"]
    return found[0] if found else None


@pytest.mark.parametrize("pathway", PATHWAYS, ids=str)
@pytest.mark.parametrize("missed", [let_down, refused])
@pytest.mark.parametrize("before", [had_a_package, had_visits, was_in_a_centre])
def test_what_was_over_before_does_not_settle_it(
    before: Any, missed: Any, pathway: dict[str, str]
) -> None:
    told = home(pathway)
    before(told)
    assert unarranged_since(told) is None
    missed(told)
    assert unarranged_since(told) == at(GIVEN_UP_AT)


@pytest.mark.parametrize("pathway", PATHWAYS, ids=str)
def test_nor_does_care_that_was_passed_on_to_who_gave_it_up(pathway: dict[str, str]) -> None:
    told = home(pathway)
    had_a_package(told, "long_term_care_at_home")
    let_down(told)
    assert unarranged_since(told) == at(GIVEN_UP_AT)


@pytest.mark.parametrize("pathway", PATHWAYS, ids=str)
def test_what_goes_on_or_ended_after_it_does(pathway: dict[str, str]) -> None:
    told = home(pathway)
    told.tell("referral-made", "2025-11-03 11:00", referral_id="R5", kind="home_care")
    told.tell("referral-rejected", "2025-11-03 12:00", referral_id="R5", reason="no_capacity")
    assert unarranged_since(told) == at("2025-11-03 12:00")
    for before in (had_a_package, had_visits, was_in_a_centre):
        told = home(pathway)
        told.tell("referral-made", "2025-11-03 11:00", referral_id="R5", kind="home_care")
        told.tell("referral-rejected", "2025-11-03 11:30", referral_id="R5", reason="no_capacity")
        before(told)
        assert unarranged_since(told) is None


@pytest.mark.parametrize("pathway", PATHWAYS, ids=str)
def test_visits_that_go_on_when_other_care_is_refused_settle_it_until_they_are_over(
    pathway: dict[str, str],
) -> None:
    told = home(pathway)
    had_visits(told)
    told.tell("referral-made", "2025-11-20 09:00", referral_id="R5", kind="home_care")
    told.tell("referral-rejected", "2025-11-21 09:00", referral_id="R5", reason="no_capacity")
    assert unarranged_since(told, "2026-02-02 23:59") is None
    assert unarranged_since(told) == at("2026-02-03 00:00")
