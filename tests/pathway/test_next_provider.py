"""Care that was handed back and is taken on by another provider."""

import pytest

from tests.pathway.told import Told, at


def taken_on(*, requested: bool, kind: str = "new") -> Told:
    """At home with acme's care, which acme gives up and beta confirms."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    if requested:
        person.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind=kind,
                    service="acme")  # fmt: skip
    person.discharged("2026-01-10 15:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-11 09:00", package_id="P1", service="acme")
    person.tell("care-package-handed-back", "2026-01-20 09:00", package_id="P1", service="acme",
                reason="staffing", care_until=at("2026-01-25 09:00"))  # fmt: skip
    person.tell("care-package-confirmed", "2026-01-24 09:00", package_id="P1", service="beta")
    return person


def test_care_that_ends_after_a_second_hand_back_was_not_taken_on_again() -> None:
    person = taken_on(requested=True)
    person.tell("care-package-handed-back", "2026-02-01 09:00", package_id="P1", service="beta",
                reason="staffing")  # fmt: skip
    person.tell("care-package-ended", "2026-02-02 09:00", package_id="P1", reason="goals_met")
    first, second = person.waits("package_handed_back", "2026-02-03 09:00")
    assert (first.stops_at, first.ended) == (at("2026-01-24 09:00"), "done")
    assert (second.stops_at, second.ended) == (at("2026-02-02 09:00"), "cancelled")


def test_somebody_is_looked_for_also_while_the_care_is_on_hold() -> None:
    person = taken_on(requested=True)
    person.tell("first-visit-completed", "2026-01-25 12:00", package_id="P1", service="beta")
    person.tell("care-package-paused", "2026-01-30 09:00", package_id="P1", reason="person_away")
    person.tell("care-package-handed-back", "2026-02-01 09:00", package_id="P1", service="beta",
                reason="staffing")  # fmt: skip
    wait = person.wait("package_handed_back", "2026-02-01 10:00", period=2)
    assert (wait.state, wait.pauses) == ("running", ())


@pytest.mark.parametrize("requested", [True, False])
def test_its_beginning_is_waited_for_whether_or_not_its_request_was_told(
    *, requested: bool
) -> None:
    view = taken_on(requested=requested).assessed("2026-01-26 09:00")
    starts = {wait.id: wait.starts_at for wait in view.open_waits}
    assert starts["package_start"] == at("2026-01-25 09:00")


def test_a_package_of_more_care_that_another_takes_on_is_to_begin_not_to_be_added() -> None:
    """Until acme's last day it is that very package which is given."""
    person = taken_on(requested=True, kind="increased")
    for now in ("2026-01-24 12:00", "2026-01-26 09:00"):
        running = {wait.id for wait in person.assessed(now).open_waits}
        assert "package_increase" not in running
    assert "package_start" in running


TAKEN_OVER = ("2026-01-11 16:00", "2026-01-12 00:00")
"""Beta confirms the day before acme hands the package back, or at the same instant."""


def agreed_before(confirmed: str) -> Told:
    """At home with acme's care until the 16th; beta's is agreed for the 17th."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged("2026-01-06 15:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-07 09:00", package_id="P1")
    person.tell("care-package-confirmed", confirmed, package_id="P1", service="beta",
                first_visit_due_at=at("2026-01-17 09:00"))  # fmt: skip
    person.tell("care-package-handed-back", "2026-01-12 00:00", package_id="P1", service="acme",
                reason="staffing", care_until=at("2026-01-16 18:00"))  # fmt: skip
    return person


@pytest.mark.parametrize("confirmed", TAKEN_OVER)
def test_of_a_package_that_another_had_confirmed_nobody_is_looked_for(confirmed: str) -> None:
    person = agreed_before(confirmed)
    view = person.assessed("2026-01-19 12:00")
    waits = {wait.id: wait for wait in view.open_waits}
    assert "package_handed_back" not in waits
    assert waits["package_start"].starts_at == at("2026-01-16 18:00")
    assert waits["package_start"].due_at == at("2026-01-17 13:00")
    assert (view.stage.stage, view.stage.service) == ("discharged_waiting_for_start", "beta")
    assert view.stage.since == at("2026-01-16 18:00"), "acme's last day"
    person.tell("first-visit-completed", "2026-01-19 13:00", package_id="P1", service="beta")
    assert person.assessed("2026-01-19 14:00").stage.stage == "home_with_support"


def test_who_has_come_before_the_other_hands_it_back_goes_on() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged("2026-01-06 15:00", pathway="P1")
    person.tell("care-package-confirmed", "2026-01-07 10:00", package_id="P1", service="beta")
    person.tell("first-visit-completed", "2026-01-08 10:00", package_id="P1", service="beta")
    person.tell("care-package-handed-back", "2026-01-09 10:00", package_id="P1", service="acme",
                reason="staffing")  # fmt: skip
    stage = person.assessed("2026-01-10 10:00").stage
    assert (stage.stage, stage.service) == ("home_with_support", "beta")


def test_who_goes_on_after_another_gave_it_up_hands_it_back_to_nobody() -> None:
    person = agreed_before("2026-01-11 16:00")
    person.tell("care-package-handed-back", "2026-01-13 09:00", package_id="P1", service="beta",
                reason="staffing")  # fmt: skip
    person.tell("first-visit-completed", "2026-01-14 09:00", package_id="P1", service="acme")
    person.tell("care-package-handed-back", "2026-01-15 09:00", package_id="P1", service="acme",
                reason="staffing")  # fmt: skip
    assert person.wait("package_handed_back", "2026-01-15 10:00", period=2).state == "running"
