"""Ready to leave a centre and waiting for care at home to be confirmed."""

from typing import Any

import pytest

from tests.pathway.told import Told, at


def waiting() -> Told:
    person = Told()
    person.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="centre-a")
    person.tell("care-package-requested", "2026-01-19 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.tell("requirements-to-remain-assessed", "2026-01-20 09:00", stay_id="T1", meets=False)
    return person


def test_it_is_waited_for_from_the_readiness() -> None:
    assert not waiting().waits("onward_care", "2026-01-20 08:59")
    wait = waiting().wait("onward_care", "2026-01-20 10:00")
    assert (wait.state, wait.starts_at) == ("running", at("2026-01-20 09:00"))


@pytest.mark.parametrize(
    ("kind", "data", "ended"),
    [
        ("care-package-confirmed", {"package_id": "P1"}, "done"),
        ("first-visit-completed", {"package_id": "P1"}, "done"),
        ("care-package-started", {"package_id": "P1"}, "done"),
        ("care-package-ended", {"package_id": "P1", "reason": "goals_met"}, "cancelled"),
        ("requirements-to-remain-assessed", {"stay_id": "T1", "meets": True}, "cancelled"),
        ("patient-admitted", {"provider": "RR8", "spell_id": "S1"}, "cancelled"),
        ("centre-discharged", {"stay_id": "T1"}, "cancelled"),
    ],
)
def test_it_is_over_with(kind: str, data: dict[str, Any], ended: str) -> None:
    person = waiting()
    person.tell(kind, "2026-01-21 15:00", **data)
    wait = person.wait("onward_care", "2026-01-22 10:00")
    assert (wait.stops_at, wait.ended) == (at("2026-01-21 15:00"), ended)


def test_nobody_waits_for_what_was_not_asked_for() -> None:
    """A visit was missed of care that nobody asked for, as far as events tell."""
    person = Told()
    person.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="centre-a")
    person.tell("first-visit-missed", "2026-01-19 09:00", package_id="P1", service="acme")
    person.tell("requirements-to-remain-assessed", "2026-01-20 09:00", stay_id="T1", meets=False)
    assert not person.waits("onward_care", "2026-01-22 10:00")


def test_every_readiness_is_waited_from_anew() -> None:
    person = waiting()
    person.tell("requirements-to-remain-assessed", "2026-01-21 09:00", stay_id="T1", meets=True)
    person.tell("requirements-to-remain-assessed", "2026-01-25 09:00", stay_id="T1", meets=False)
    first, second = person.waits("onward_care", "2026-01-25 10:00")
    assert first.stops_at == at("2026-01-21 09:00")
    assert (second.state, second.starts_at) == ("running", at("2026-01-25 09:00"))
