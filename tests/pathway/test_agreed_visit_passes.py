"""The time of the first visit was agreed, and passes while the person is still in hospital or in a
centre: somebody has to agree another one (`onward_care`)."""

import pytest

from tests.pathway.test_care_through_a_stay import at_home, back_in_hospital
from tests.pathway.told import Told, at, hours

IN_S2 = {"provider": "RR8", "spell_id": "S2"}


def confirmed(due: str | None = "2026-01-08 18:00", when: str = "2026-01-07 16:00") -> Told:
    """Ready on pathway 1 since the 7th."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-07 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-07 11:00", pathway="P1", status="confirmed")
    told.in_spell("care-package-requested", "2026-01-07 13:00", package_id="P", kind="new",
                  service="acme")  # fmt: skip
    confirms(told, due, when)
    return told


def confirms(told: Told, due: str | None, when: str) -> None:
    told.tell("care-package-confirmed", when, package_id="P", service="acme",
              first_visit_due_at=None if due is None else at(due))  # fmt: skip


def runs(told: Told, now: str) -> list[str]:
    """Since when."""
    waits = told.assessed(now).open_waits
    return [f"{wait.starts_at:%d %H:%M}" for wait in waits if wait.id == "onward_care"]


def ran(told: Told, now: str) -> list[tuple[str, str, str | None]]:
    """From, until, how it ended."""
    return [
        (f"{wait.starts_at:%d %H:%M}", f"{wait.stops_at:%d %H:%M}", wait.ended)
        for wait in told.waits("onward_care", now)
        if wait.stops_at is not None
    ]


FIRST = ("07 13:00", "07 16:00", "done")


def test_from_the_agreed_time_on_somebody_has_to_agree_another() -> None:
    told = confirmed()
    assert runs(told, "2026-01-08 17:59") == []
    assert runs(told, "2026-01-08 18:01") == ["08 18:00"]
    late = [w for w in told.assessed("2026-01-09 20:00").open_waits if w.id == "onward_care"]
    assert [(w.state, w.due_at - w.starts_at) for w in late] == [("breached", hours(24))]


def test_it_is_raised_by_time_alone() -> None:
    told = confirmed()
    told.advance("2026-01-08 12:00")
    assert told.alert("onward_care") is None
    told.advance("2026-01-09 19:00")
    assert told.alert("onward_care") is not None


def test_until_another_time_is_agreed_that_passes_in_its_turn() -> None:
    told = confirmed()
    confirms(told, "2026-01-11 18:00", "2026-01-09 09:00")
    assert runs(told, "2026-01-11 17:00") == []
    assert ran(told, "2026-01-11 17:00") == [FIRST, ("08 18:00", "09 09:00", "done")]
    assert runs(told, "2026-01-11 19:00") == ["11 18:00"]


def test_told_again_it_is_the_same_time() -> None:
    told = confirmed()
    confirms(told, "2026-01-08 18:00", "2026-01-09 09:00")
    assert runs(told, "2026-01-09 10:00") == ["08 18:00"]


def test_who_leaves_before_it_never_waited() -> None:
    told = confirmed()
    told.discharged("2026-01-08 12:00", pathway="P1")
    assert runs(told, "2026-01-08 19:00") == []
    assert ran(told, "2026-01-08 19:00") == [FIRST]


def test_who_leaves_after_it_is_waited_for_at_home() -> None:
    told = confirmed()
    told.discharged("2026-01-09 12:00", pathway="P1")
    assert ran(told, "2026-01-09 13:00") == [FIRST, ("08 18:00", "09 12:00", "cancelled")]
    assert "package_start" in [wait.id for wait in told.assessed("2026-01-09 13:00").open_waits]


def test_nobody_agrees_on_a_visit_to_somebody_unwell() -> None:
    told = confirmed()
    told.reviewed("2026-01-08 09:00", meets=True)
    assert runs(told, "2026-01-08 19:00") == []
    told.reviewed("2026-01-10 09:00", meets=False)
    assert runs(told, "2026-01-10 10:00") == ["10 09:00"]


@pytest.mark.parametrize("due", [None, "2026-01-12 18:00"])
def test_nobody_has_to_where_no_time_was_agreed_or_it_is_to_come(due: str | None) -> None:
    assert runs(confirmed(due), "2026-01-10 10:00") == []


def test_in_a_centre_too() -> None:
    told = Told()
    told.tell("centre-admitted", "2026-01-05 10:00", stay_id="T", service="slic")
    told.tell("care-package-requested", "2026-01-07 13:00", package_id="P", kind="new",
              service="acme")  # fmt: skip
    confirms(told, "2026-01-08 18:00", "2026-01-07 16:00")
    assert runs(told, "2026-01-08 19:00") == ["08 18:00"]


def test_care_that_was_to_go_on_then_does_not() -> None:
    told = at_home()
    back_in_hospital(told)
    told.tell("criteria-to-reside-assessed", "2026-01-21 09:00", meets=False, **IN_S2)
    told.tell("care-package-requested", "2026-01-21 10:00", package_id="P", kind="restart",
              service="acme", **IN_S2)  # fmt: skip
    confirms(told, "2026-01-22 18:00", "2026-01-21 16:00")
    assert runs(told, "2026-01-22 17:00") == []
    assert runs(told, "2026-01-22 19:00") == ["22 18:00"]


def test_given_up_before_somebody_is_looked_for_anyhow() -> None:
    told = confirmed()
    told.tell("care-package-handed-back", "2026-01-08 10:00", package_id="P", service="acme",
              reason="staffing")  # fmt: skip
    assert runs(told, "2026-01-08 19:00") == []
    assert "package_handed_back" in [w.id for w in told.assessed("2026-01-08 19:00").open_waits]
