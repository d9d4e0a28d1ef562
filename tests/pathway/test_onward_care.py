"""Care at home, asked for from hospital or a centre: its provider says that it comes, or when."""

from typing import Any

import pytest

from tests.pathway.told import Told, at


def asked_in_centre() -> Told:
    person = Told()
    person.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="centre-a")
    person.tell("care-package-requested", "2026-01-19 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    return person


def asked_in_hospital() -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-19 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    return person


@pytest.mark.parametrize("asked", [asked_in_centre, asked_in_hospital])
def test_a_package_is_waited_for_from_the_request(asked: Any) -> None:
    person = asked()
    wait = person.wait("onward_care", "2026-01-19 10:00")
    assert (wait.state, wait.starts_at) == ("running", at("2026-01-19 09:00"))
    assert (wait.due_at, wait.acts_next) == (at("2026-01-20 09:00"), ("acme", "service"))


@pytest.mark.parametrize(
    ("kind", "data", "ended"),
    [
        ("care-package-confirmed", {"package_id": "P1"}, "done"),
        ("first-visit-completed", {"package_id": "P1"}, "done"),
        ("care-package-started", {"package_id": "P1"}, "done"),
        ("care-package-ended", {"package_id": "P1", "reason": "goals_met"}, "cancelled"),
        ("patient-admitted", {"provider": "RR8", "spell_id": "S1"}, "reset"),
        ("centre-discharged", {"stay_id": "T1"}, "cancelled"),
    ],
)
def test_it_is_over_with(kind: str, data: dict[str, Any], ended: str) -> None:
    person = asked_in_centre()
    person.tell(kind, "2026-01-21 15:00", **data)
    wait = person.wait("onward_care", "2026-01-22 10:00")
    assert (wait.stops_at, wait.ended) == (at("2026-01-21 15:00"), ended)


def test_at_home_the_first_visit_is_waited_for() -> None:
    person = asked_in_hospital()
    person.discharged("2026-01-19 15:00")
    assert person.wait("onward_care", "2026-01-21 10:00").ended == "cancelled"
    assert person.wait("package_start", "2026-01-21 10:00").state == "breached"


def test_nobody_has_to_say_so_for_somebody_unwell() -> None:
    person = asked_in_hospital()
    person.reviewed("2026-01-19 12:00", meets=False)
    person.reviewed("2026-01-19 14:00", meets=True)
    assert person.wait("onward_care", "2026-01-22 10:00").ended == "reset"
    person.reviewed("2026-01-22 12:00", meets=False)
    again = person.wait("onward_care", "2026-01-22 13:00", period=2)
    assert (again.state, again.starts_at) == ("running", at("2026-01-22 12:00"))


def test_nobody_waits_for_what_was_not_asked_for() -> None:
    """A visit was missed of care that nobody asked for, as far as events tell."""
    person = Told()
    person.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="centre-a")
    person.tell("first-visit-missed", "2026-01-19 09:00", package_id="P1", service="acme")
    assert not person.waits("onward_care", "2026-01-22 10:00")


# Asked for by a referral: who has accepted says when they come, once the person is ready to leave.


def accepted_in_centre(kind: str = "home_care", **agreed: Any) -> Told:
    person = Told()
    person.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="centre-a")
    person.tell("referral-made", "2026-01-19 09:00", referral_id="R1", kind=kind, service="acme")
    person.tell("referral-accepted", "2026-01-19 10:00", referral_id="R1", service="acme", **agreed)
    person.tell("requirements-to-remain-assessed", "2026-01-20 09:00", stay_id="T1", meets=False)
    return person


def accepted_in_hospital() -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("referral-made", "2026-01-19 09:00", referral_id="R1", kind="home_care",
                service="acme")  # fmt: skip
    person.tell("referral-accepted", "2026-01-19 10:00", referral_id="R1", service="acme")
    person.reviewed("2026-01-20 09:00", meets=False)
    return person


@pytest.mark.parametrize("accepted", [accepted_in_centre, accepted_in_hospital])
def test_who_has_accepted_says_when_they_come(accepted: Any) -> None:
    assert not accepted().waits("onward_care", "2026-01-20 08:59")
    wait = accepted().wait("onward_care", "2026-01-21 10:00")
    assert (wait.about, wait.state, wait.starts_at) == ("R1", "breached", at("2026-01-20 09:00"))
    assert wait.acts_next == ("acme", "service")


def test_who_has_said_when_they_come_is_not_asked_again() -> None:
    told = accepted_in_centre(start_agreed_at=at("2026-01-21 09:00"))
    assert not told.waits("onward_care", "2026-01-22 10:00")


@pytest.mark.parametrize(
    ("kind", "data", "ended"),
    [
        ("referral-accepted", {"referral_id": "R1", "start_agreed_at": "2026-01-23T09:00:00Z"},
         "done"),
        ("first-visit-completed", {"referral_id": "R1"}, "done"),
        ("referral-withdrawn", {"referral_id": "R1", "reason": "no_longer_needed"}, "cancelled"),
        ("requirements-to-remain-assessed", {"stay_id": "T1", "meets": True}, "cancelled"),
        ("centre-discharged", {"stay_id": "T1"}, "cancelled"),
        ("patient-admitted", {"provider": "RR8", "spell_id": "S1"}, "reset"),
        ("care-package-requested",
         {"package_id": "P1", "kind": "new", "referral_id": "R1", "service": "acme"}, "cancelled"),
    ],
)  # fmt: skip
def test_of_a_referral_it_is_over_with(kind: str, data: dict[str, Any], ended: str) -> None:
    person = accepted_in_centre()
    person.tell(kind, "2026-01-20 15:00", **data)
    wait = next(w for w in person.waits("onward_care", "2026-01-22 10:00") if w.about == "R1")
    assert (wait.stops_at, wait.ended) == (at("2026-01-20 15:00"), ended)


def test_a_package_of_the_referral_is_waited_for_in_its_place() -> None:
    person = accepted_in_centre()
    person.tell("care-package-requested", "2026-01-20 15:00", package_id="P1", kind="new",
                referral_id="R1", service="acme")  # fmt: skip
    view = person.assessed("2026-01-20 16:00")
    assert [w.about for w in view.open_waits if w.id == "onward_care"] == ["P1"]


def test_every_readiness_is_waited_from_anew() -> None:
    person = accepted_in_centre()
    person.tell("requirements-to-remain-assessed", "2026-01-21 09:00", stay_id="T1", meets=True)
    person.tell("requirements-to-remain-assessed", "2026-01-25 09:00", stay_id="T1", meets=False)
    first, second = person.waits("onward_care", "2026-01-25 10:00")
    assert first.stops_at == at("2026-01-21 09:00")
    assert (second.state, second.starts_at) == ("running", at("2026-01-25 09:00"))


# That care which was given before goes on.


def asked_to_go_on() -> Told:
    """Care that was given when the person came to hospital, asked to go on afterwards."""
    person = Told()
    person.tell("care-package-requested", "2025-12-01 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.tell("care-package-confirmed", "2025-12-01 12:00", package_id="P1", service="acme")
    person.tell("first-visit-completed", "2025-12-02 09:00", package_id="P1", service="acme")
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 07:00", meets=False)
    person.tell("care-package-requested", "2026-01-08 09:00", package_id="P1", kind="restart",
                service="acme")  # fmt: skip
    return person


def test_that_care_goes_on_is_to_be_confirmed_again() -> None:
    person = asked_to_go_on()
    wait = person.wait("onward_care", "2026-01-08 10:00")
    assert (wait.state, wait.starts_at) == ("running", at("2026-01-08 09:00"))
    assert (wait.due_at, wait.acts_next) == (at("2026-01-09 09:00"), ("acme", "service"))
    person.tell("care-package-requested", "2026-01-08 15:00", package_id="P1", kind="restart",
                service="acme")  # fmt: skip
    asked_twice = person.wait("onward_care", "2026-01-08 16:00")
    assert asked_twice.starts_at == at("2026-01-08 09:00")


@pytest.mark.parametrize(
    ("kind", "data", "ended"),
    [
        ("care-package-confirmed", {"service": "acme"}, "done"),
        ("care-package-restarted", {}, "done"),
        ("care-package-handed-back", {"reason": "staffing"}, "cancelled"),
        ("care-package-ended", {"reason": "goals_met"}, "cancelled"),
        ("care-package-paused", {"reason": "family_cover"}, "cancelled"),
    ],
)
def test_until_its_provider_answers(kind: str, data: dict[str, str], ended: str) -> None:
    person = asked_to_go_on()
    person.tell(kind, "2026-01-08 15:00", package_id="P1", **data)
    wait = person.wait("onward_care", "2026-01-10 10:00")
    assert (wait.stops_at, wait.ended) == (at("2026-01-08 15:00"), ended)


def test_at_home_that_care_goes_on_is_waited_for() -> None:
    person = asked_to_go_on()
    person.discharged("2026-01-08 15:00")
    assert person.wait("onward_care", "2026-01-08 16:00").ended == "cancelled"
    assert person.wait("package_resume", "2026-01-08 16:00").state == "running"


def test_what_was_confirmed_for_a_stay_does_not_hold_for_the_next_one() -> None:
    person = asked_to_go_on()
    person.tell("care-package-confirmed", "2026-01-08 12:00", package_id="P1", service="acme")
    person.discharged("2026-01-09 15:00")
    person.tell("care-package-restarted", "2026-01-09 18:00", package_id="P1")
    person.admitted("2026-02-01 10:00", spell_id="S2")
    assert [w.ended for w in person.waits("onward_care", "2026-02-02 10:00")] == ["done"]
    person.reviewed("2026-02-03 07:00", meets=False, spell_id="S2")
    person.tell("care-package-requested", "2026-02-03 09:00", package_id="P1", kind="restart",
                service="acme")  # fmt: skip
    wait = person.wait("onward_care", "2026-02-03 10:00", period=2)
    assert (wait.state, wait.starts_at) == ("running", at("2026-02-03 09:00"))


# Of somebody whose stay in hospital is not known.


def asked_at_home() -> Told:
    person = Told()
    person.tell("care-package-requested", "2026-01-08 11:30", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.tell("care-package-confirmed", "2026-01-08 12:30", package_id="P1", service="acme")
    return person


def test_care_of_somebody_who_came_from_no_known_hospital_is_waited_for() -> None:
    wait = asked_at_home().wait("package_start", "2026-01-20 09:00")
    assert (wait.state, wait.starts_at) == ("breached", at("2026-01-08 11:30"))
    assert wait.acts_next.organisation == "acme"


def test_that_no_stay_is_known_is_a_finding_with_the_event() -> None:
    findings = asked_at_home().assessed("2026-01-20 09:00").findings
    assert [(each.rule, each.events) for each in findings] == [
        ("care_without_stay", ("/rr8/pas#e1",))
    ]


def test_a_stay_that_is_told_of_later_takes_the_finding_away() -> None:
    person = asked_at_home()
    person.admitted("2026-01-05 10:00")
    rules = {each.rule for each in person.assessed("2026-01-20 09:00").findings}
    assert "care_without_stay" not in rules
