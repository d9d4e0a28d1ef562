"""Reablement at home is given for a limited time, as a stay in a centre is (domain.md 1.5, N21)."""

from collections.abc import Callable

import pytest

from tests.pathway.told import Told, at

VISITED = "2026-01-10 09:00"


def asked(kind: str = "reablement") -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("referral-made", "2026-01-08 11:30", referral_id="R1", kind=kind,
                service="skills-south")  # fmt: skip
    person.discharged("2026-01-09 16:00", pathway="P1")
    return person


def by_referral(kind: str = "reablement") -> Told:
    person = asked(kind)
    person.tell("first-visit-completed", VISITED, referral_id="R1", service="skills-south")
    return person


def by_package(kind: str = "reablement") -> Told:
    person = asked(kind)
    person.tell("care-package-requested", "2026-01-09 17:00", package_id="P1", kind="new",
                service="skills-south")  # fmt: skip
    person.tell("first-visit-completed", VISITED, package_id="P1", service="skills-south")
    return person


@pytest.mark.parametrize(("told", "about"), [(by_referral, "R1"), (by_package, "P1")])
def test_it_is_near_after_four_weeks_and_late_after_six(
    told: Callable[..., Told], about: str
) -> None:
    wait = told().wait("time_limited_care", "2026-02-08 09:00")
    assert (wait.about, wait.state, wait.starts_at) == (about, "near", at(VISITED))
    assert wait.due_at == at("2026-02-21 09:00")
    assert wait.acts_next == ("skills-south", "service")


@pytest.mark.parametrize("told", [by_referral, by_package])
def test_other_care_at_home_has_no_limit(told: Callable[..., Told]) -> None:
    assert told("home_care").waits("time_limited_care", "2026-06-01 09:00") == []


def test_a_referral_that_is_taken_back_ends_it() -> None:
    person = by_referral()
    person.tell("referral-withdrawn", "2026-02-20 09:00", referral_id="R1",
                reason="no_longer_needed")  # fmt: skip
    wait = person.wait("time_limited_care", "2026-03-01 09:00")
    assert (wait.stops_at, wait.ended) == (at("2026-02-20 09:00"), "done")


def test_the_end_of_the_package_ends_it() -> None:
    person = by_package()
    person.tell("care-package-ended", "2026-02-20 09:00", package_id="P1", reason="goals_met")
    wait = person.wait("time_limited_care", "2026-03-01 09:00")
    assert (wait.stops_at, wait.ended) == (at("2026-02-20 09:00"), "done")


@pytest.mark.parametrize("told", [by_referral, by_package])
def test_in_hospital_it_is_not_given(told: Callable[..., Told]) -> None:
    person = told()
    person.admitted("2026-02-01 10:00", spell_id="S2")
    wait = person.wait("time_limited_care", "2026-03-01 09:00")
    assert (wait.stops_at, wait.ended) == (at("2026-02-01 10:00"), "reset")


def test_care_of_which_no_event_tells_the_end_is_over_on_day_91_after_it_began() -> None:
    """Nobody is called for ever where the service has no way to say that it has finished."""
    person = by_referral()
    assert person.wait("time_limited_care", "2026-04-10 23:59").state == "breached"
    open_waits = person.assessed("2026-04-11 00:00").open_waits
    assert "time_limited_care" not in {wait.id for wait in open_waits}


def test_a_package_that_names_the_referral_later_goes_on_from_the_first_visit() -> None:
    person = by_referral()
    person.tell("care-package-requested", "2026-01-12 09:00", package_id="P1", kind="new",
                referral_id="R1", service="skills-south")  # fmt: skip
    person.tell("first-visit-completed", "2026-01-13 09:00", package_id="P1")
    (running,) = [
        w for w in person.assessed("2026-02-21 10:00").open_waits if w.id == "time_limited_care"
    ]
    assert (running.about, running.starts_at) == ("P1", at("2026-01-13 09:00"))


def test_it_is_known_for_what_it_is_once_the_referral_is_told() -> None:
    person = Told()
    person.tell("care-package-requested", "2026-01-09 17:00", package_id="P1", kind="new",
                referral_id="R1", service="skills-south")  # fmt: skip
    person.tell("first-visit-completed", VISITED, package_id="P1", service="skills-south")
    person.tell("referral-made", "2026-01-11 09:00", referral_id="R1", kind="reablement",
                service="skills-south")  # fmt: skip
    assert person.wait("time_limited_care", "2026-02-08 09:00").starts_at == at(VISITED)
