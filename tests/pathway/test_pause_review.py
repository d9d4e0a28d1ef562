"""Care on hold while others cover: somebody asks again, so that nobody is forgotten in it."""

import pytest

from tests.pathway.told import Told, at

PAUSED = "2026-01-12 18:00"


def cared_for() -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-08 11:30", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged("2026-01-09 16:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-10 09:00", package_id="P1", service="acme")
    return person


def on_hold(reason: str = "family_cover") -> Told:
    person = cared_for()
    _pause(person, PAUSED, reason)
    return person


def _pause(person: Told, when: str, reason: str) -> None:
    person.tell("care-package-paused", when, package_id="P1", reason=reason)


def _open(person: Told, when: str) -> set[str]:
    return {w.id for w in person.assessed(when).open_waits if w.about == "P1"}


@pytest.mark.parametrize("reason", ["family_cover", "respite", "person_away", "other"])
def test_it_is_asked_about_after_a_week(reason: str) -> None:
    wait = on_hold(reason).wait("package_pause_review", "2026-01-20 09:00")
    assert (wait.state, wait.starts_at) == ("breached", at(PAUSED))
    assert (wait.due_at, wait.acts_next.organisation) == (at("2026-01-19 18:00"), "acme")


def test_with_nobody_in_its_place_the_care_itself_is_waited_for() -> None:
    assert _open(on_hold("provider_capacity"), "2026-01-13 09:00") == {"package_resume"}


def test_it_is_over_when_care_goes_on() -> None:
    person = on_hold()
    person.tell("care-package-restarted", "2026-01-15 09:00", package_id="P1")
    wait = person.wait("package_pause_review", "2026-01-20 09:00")
    assert (wait.stops_at, wait.ended) == (at("2026-01-15 09:00"), "done")


def test_told_again_it_is_asked_about_a_week_after_that() -> None:
    person = on_hold()
    _pause(person, "2026-01-18 09:00", "family_cover")
    assert person.wait("package_pause_review", "2026-01-20 09:00").ended == "done"
    again = person.wait("package_pause_review", "2026-01-20 09:00", period=2)
    assert (again.state, again.starts_at) == ("running", at("2026-01-18 09:00"))


def test_another_reason_takes_the_place_of_the_first() -> None:
    """The family can no longer, and the provider has nobody either."""
    person = on_hold()
    _pause(person, "2026-01-18 09:00", "provider_capacity")
    assert _open(person, "2026-01-18 10:00") == {"package_resume"}
    assert person.wait("package_pause_review", "2026-01-20 09:00").ended == "done"


def test_without_care_it_does_not_begin_anew_when_told_again() -> None:
    person = on_hold("provider_capacity")
    _pause(person, "2026-01-13 09:00", "provider_capacity")
    assert person.wait("package_resume", "2026-01-14 09:00").starts_at == at(PAUSED)


def test_before_it_has_begun_the_same_reason_again_does_not_stop_the_time_longer() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-08 11:30", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged("2026-01-09 16:00", pathway="P1")
    for day in range(10, 20):
        _pause(person, f"2026-01-{day} 09:00", "person_away")
    assert person.wait("package_start", "2026-01-20 09:00").state == "breached"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("care-package-ended", {"package_id": "P1", "reason": "goals_met"}),
        ("patient-admitted", {"provider": "RR8", "spell_id": "S2"}),
        ("centre-admitted", {"stay_id": "T1", "service": "slic"}),
    ],
)
def test_nobody_asks_when_it_makes_no_sense_any_more(kind: str, data: dict[str, str]) -> None:
    person = on_hold()
    person.tell(kind, "2026-01-15 09:00", **data)
    wait = person.wait("package_pause_review", "2026-01-20 09:00")
    assert (wait.stops_at, wait.ended) == (at("2026-01-15 09:00"), "cancelled")
