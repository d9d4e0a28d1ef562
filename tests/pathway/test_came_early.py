"""Care that began before the time that was agreed or planned for it: that time says nothing of what
is waited for later."""

import pytest

from tests.pathway.told import Told, at


def came_early() -> Told:
    """Since the 7th, a day before the plan, and five before the time that acme agreed."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 09:00", pathway="P1", status="confirmed")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme", planned_start_at=at("2026-01-08 14:00"))  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-06 11:00", package_id="P1", service="acme",
              first_visit_due_at=at("2026-01-12 09:00"))  # fmt: skip
    told.discharged("2026-01-06 15:00")
    told.tell("first-visit-completed", "2026-01-07 09:00", package_id="P1")
    return told


def back_in_hospital(told: Told) -> None:
    told.admitted("2026-01-08 10:00", spell_id="S2")
    told.reviewed("2026-01-09 09:00", meets=False, spell_id="S2")


def in_a_centre(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", stay_id="T1", service="centre-a")


@pytest.mark.parametrize("goes", [back_in_hospital, in_a_centre])
def test_nobody_needs_another_time_after_it(goes: object) -> None:
    told = came_early()
    assert callable(goes)
    goes(told)
    assert [wait.ended for wait in told.waits("onward_care", "2026-01-13 10:00")] == ["done"]


def test_care_that_stands_still_is_not_planned_to_go_on_then() -> None:
    told = came_early()
    told.tell("care-package-paused", "2026-01-08 09:00", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    assert told.wait("package_resume", "2026-01-08 10:00").due_at == at("2026-01-09 09:00")
