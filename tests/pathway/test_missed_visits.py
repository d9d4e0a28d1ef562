"""A first visit was due and nobody came: until somebody does."""

from typing import Any

import pytest

from tests.pathway.told import Told, at


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "referral-made", "id": {"referral_id": "R1"}, "as": "reablement"},
        {"kind": "care-package-requested", "id": {"package_id": "P1"}, "as": "new"},
    ],
    ids=["of a referral", "of a package"],
)
def test_after_a_hospital_stay_it_rests_on_the_last_that_was_missed(asked: dict[str, Any]) -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell(asked["kind"], "2026-01-08 12:00", kind=asked["as"], service="acme", **asked["id"])
    person.discharged("2026-01-09 10:00")
    first = person.tell("first-visit-missed", "2026-01-09 18:00", **asked["id"])
    last = person.tell("first-visit-missed", "2026-01-10 09:00", **asked["id"])
    assert person.wait("missed_first_visit", "2026-01-10 10:00").started_by == (first.identity,)
    person.admitted("2026-01-11 02:00", spell_id="S2")
    person.reviewed("2026-01-12 09:00", meets=False, spell_id="S2")
    left = person.discharged("2026-01-12 15:00", spell_id="S2")
    again = person.wait("missed_first_visit", "2026-01-12 16:00", period=2)
    assert again.starts_at == at("2026-01-12 15:00")
    assert again.started_by == (left.identity, last.identity)


def back_home() -> Told:
    """Care that had begun stood still for a stay in hospital, and is to go on at home."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 07:00", meets=False)
    person.tell("care-package-requested", "2026-01-08 08:00", package_id="P1", kind="new",
                service="home-help")  # fmt: skip
    person.discharged("2026-01-08 10:00")
    person.tell("first-visit-missed", "2026-01-08 16:00", package_id="P1")
    person.tell("first-visit-completed", "2026-01-08 17:00", package_id="P1")
    person.admitted("2026-01-18 20:00", spell_id="S2")
    person.reviewed("2026-01-20 10:00", meets=False, spell_id="S2")
    person.tell("care-package-requested", "2026-01-20 10:20", package_id="P1", kind="restart",
                service="home-help")  # fmt: skip
    person.tell("care-package-confirmed", "2026-01-21 10:00", package_id="P1",
                service="home-help", first_visit_due_at=at("2026-01-21 17:00"))  # fmt: skip
    person.discharged("2026-01-21 13:00", spell_id="S2")
    return person


def test_the_first_visit_after_care_stood_still_is_missed_until_it_goes_on() -> None:
    person = back_home()
    assert len(person.waits("missed_first_visit", "2026-01-21 17:29")) == 1
    missed = person.tell("first-visit-missed", "2026-01-21 17:30", package_id="P1")
    wait = person.wait("missed_first_visit", "2026-01-21 18:00", period=2)
    assert (wait.state, wait.due_at) == ("running", at("2026-01-21 21:30"))
    assert wait.started_by == (missed.identity,)
    person.tell("care-package-restarted", "2026-01-21 19:00", package_id="P1")
    assert person.wait("missed_first_visit", "2026-01-22 09:00", period=2).ended == "done"


def test_a_visit_makes_good_what_was_missed_after_care_stood_still() -> None:
    person = back_home()
    person.tell("first-visit-missed", "2026-01-21 17:30", package_id="P1")
    person.tell("first-visit-completed", "2026-01-21 20:00", package_id="P1")
    assert person.wait("missed_first_visit", "2026-01-22 09:00", period=2).ended == "done"


def restart_of_its_own() -> Told:
    """Care from before the stay is asked to go on under another identifier, and nobody came."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 07:00", meets=False)
    person.tell("care-package-requested", "2026-01-08 08:00", package_id="P2", kind="restart",
                service="home-help")  # fmt: skip
    person.discharged("2026-01-09 10:00")
    person.tell("first-visit-missed", "2026-01-09 18:00", package_id="P2")
    return person


@pytest.mark.parametrize("told", ["care-package-restarted", "care-package-started"])
def test_a_restart_that_is_said_to_be_in_place_makes_good_what_was_missed(told: str) -> None:
    person = restart_of_its_own()
    assert person.wait("missed_first_visit", "2026-01-09 19:00").state == "running"
    goes_on = person.tell(told, "2026-01-09 20:00", package_id="P2")
    wait = person.wait("missed_first_visit", "2026-01-12 09:00")
    assert (wait.ended, wait.stopped_by) == ("done", (goes_on.identity,))


def test_a_restart_in_place_of_which_another_visit_is_missed_is_waited_for_again() -> None:
    person = restart_of_its_own()
    person.tell("care-package-restarted", "2026-01-09 20:00", package_id="P2")
    missed = person.tell("first-visit-missed", "2026-01-10 18:00", package_id="P2")
    wait = person.wait("missed_first_visit", "2026-01-10 19:00", period=2)
    assert (wait.state, wait.started_by) == ("running", (missed.identity,))
    person.tell("first-visit-completed", "2026-01-10 21:00", package_id="P2")
    assert person.wait("missed_first_visit", "2026-01-12 09:00", period=2).ended == "done"


def test_what_was_said_to_be_in_place_before_a_restart_was_asked_for_makes_nothing_good() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-08 08:00", package_id="P1", kind="new",
                service="home-help")  # fmt: skip
    person.discharged("2026-01-09 10:00", pathway="P1")
    person.tell("first-visit-missed", "2026-01-09 18:00", package_id="P1")
    person.tell("care-package-started", "2026-01-09 19:00", package_id="P1")
    person.tell("care-package-requested", "2026-01-09 20:00", package_id="P1", kind="restart",
                service="home-help")  # fmt: skip
    assert person.wait("missed_first_visit", "2026-01-09 21:00").state == "near"


def care_stands_still() -> Told:
    """Care that had begun is on hold for want of staff, and nobody came when it was to go on."""
    person = Told()
    person.admitted("2026-03-02 10:00")
    person.tell("care-package-requested", "2026-03-05 11:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged("2026-03-06 10:00", pathway="P1")
    person.tell("first-visit-completed", "2026-03-06 12:00", package_id="P1", service="acme")
    person.tell("care-package-paused", "2026-03-08 10:00", package_id="P1",
                reason="provider_capacity")  # fmt: skip
    return person


def test_nobody_waits_for_a_visit_of_who_gave_it_up_after_their_last_day() -> None:
    person = care_stands_still()
    person.tell("care-package-handed-back", "2026-03-08 11:00", package_id="P1", service="acme",
                reason="staffing", care_until=at("2026-03-10 10:00"))  # fmt: skip
    person.tell("first-visit-missed", "2026-03-09 08:00", package_id="P1", service="acme")
    assert person.wait("missed_first_visit", "2026-03-10 09:00").state == "breached"
    view = person.assessed("2026-03-12 10:00")
    assert "missed_first_visit" not in {wait.id for wait in view.open_waits}


def test_care_that_ends_makes_nothing_good_that_was_missed() -> None:
    person = care_stands_still()
    person.tell("first-visit-missed", "2026-03-09 08:00", package_id="P1", service="acme")
    person.tell("care-package-ended", "2026-03-10 08:00", package_id="P1", reason="person_declined")
    assert person.wait("missed_first_visit", "2026-03-12 10:00").ended == "cancelled"


FIRST_OF = pytest.mark.parametrize(
    ("asked", "agreed", "named", "first"),
    [
        (
            {"type": "referral-made", "kind": "reablement"},
            ("referral-accepted", "start_agreed_at"),
            {"referral_id": "R1"},
            "p1_reablement_start",
        ),
        (
            {"type": "care-package-requested", "kind": "new"},
            ("care-package-confirmed", "first_visit_due_at"),
            {"package_id": "P1"},
            "package_start",
        ),
    ],
    ids=["of a referral", "of a package"],
)


def agrees(person: Told, when: str, says: tuple[str, str], comes: str, **named: str) -> None:
    kind, named_time = says
    data: dict[str, Any] = {named_time: at(comes), **named}
    person.tell(kind, when, service="acme", **data)


def agreed_at_home(asked: dict[str, Any], agreed: tuple[str, str], named: dict[str, Any]) -> Told:
    person = Told()
    person.admitted("2026-03-02 10:00")
    person.reviewed("2026-03-05 09:00", meets=False)
    person.tell(asked["type"], "2026-03-05 12:00", kind=asked["kind"], service="acme", **named)
    agrees(person, "2026-03-05 15:00", agreed, "2026-03-06 18:00", **named)
    person.discharged("2026-03-06 14:00", pathway="P1")
    return person


@FIRST_OF
def test_a_visit_that_finds_the_person_in_hospital_again_is_none_to_be_made_good(
    asked: dict[str, Any], agreed: tuple[str, str], named: dict[str, Any], first: str
) -> None:
    person = agreed_at_home(asked, agreed, named)
    person.admitted("2026-03-06 16:00", recorded="2026-03-06 20:00", spell_id="S2")
    person.tell("first-visit-missed", "2026-03-06 18:00", service="acme", **named)
    person.discharged("2026-03-08 10:00", spell_id="S2", pathway="P1")
    view = person.assessed("2026-03-08 15:00")
    waits = {wait.id for wait in view.open_waits}
    assert "missed_first_visit" not in waits
    assert first in waits


@FIRST_OF
def test_what_was_missed_is_waited_for_at_the_time_that_was_confirmed_since(
    asked: dict[str, Any], agreed: tuple[str, str], named: dict[str, Any], first: str
) -> None:
    person = agreed_at_home(asked, agreed, named)
    person.tell("first-visit-missed", "2026-03-06 18:30", service="acme", **named)
    assert person.wait("missed_first_visit", "2026-03-06 19:00").due_at == at("2026-03-06 22:30")
    agrees(person, "2026-03-06 19:30", agreed, "2026-03-06 18:00", **named)
    assert person.wait("missed_first_visit", "2026-03-06 20:00").state == "running"
    agrees(person, "2026-03-06 20:30", agreed, "2026-03-08 09:00", **named)
    assert person.wait("missed_first_visit", "2026-03-06 21:00").ended == "cancelled"
    assert person.wait(first, "2026-03-06 21:00").agreed_at == at("2026-03-08 09:00")
    person.tell("first-visit-missed", "2026-03-08 10:00", service="acme", **named)
    again = person.wait("missed_first_visit", "2026-03-08 11:00", period=2)
    assert again.due_at == at("2026-03-08 14:00")


def test_the_visit_with_which_care_was_to_go_on_is_waited_for_at_the_time_confirmed_since() -> None:
    person = back_home()
    person.tell("first-visit-missed", "2026-01-21 17:30", package_id="P1")
    person.tell("care-package-confirmed", "2026-01-21 18:00", package_id="P1",
                service="home-help", first_visit_due_at=at("2026-01-22 09:00"))  # fmt: skip
    assert person.wait("missed_first_visit", "2026-01-21 19:00", period=2).ended == "cancelled"
