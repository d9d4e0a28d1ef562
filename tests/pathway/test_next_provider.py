"""Care that was handed back and is taken on by another provider."""

import pytest

from tests.pathway.told import Told, at


def taken_on(*, requested: bool) -> Told:
    """At home with acme's care, which acme gives up and beta confirms."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    if requested:
        person.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind="new",
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
