"""A referral and the package that it leads to: one wait for both, and never none."""

from typing import Any

import pytest

from tests.pathway.told import Told, at


@pytest.fixture
def asked() -> Told:
    """At home, and home care was asked for at home-help."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="home_care",
                service="home-help", provider="RR8", spell_id="S1")  # fmt: skip
    person.discharged("2026-01-09 10:00")
    return person


def _package(person: Told, when: str, **data: Any) -> None:
    person.tell("care-package-requested", when, package_id="P1", kind="new",
                service="home-help", **data)  # fmt: skip


def test_a_package_that_ends_before_it_began_leaves_the_referral_waiting(asked: Told) -> None:
    _package(asked, "2026-01-09 12:00", referral_id="R1")
    asked.tell("care-package-ended", "2026-01-10 09:00", package_id="P1", reason="goals_met")
    open_waits = {w.id: w for w in asked.assessed("2026-01-10 10:00").open_waits}
    assert open_waits["home_care_start"].starts_at == at("2026-01-10 09:00")
    assert "package_start" not in open_waits


def test_a_package_of_which_nobody_knows_the_request_does_not_take_the_wait_over(
    asked: Told,
) -> None:
    asked.tell("care-package-confirmed", "2026-01-09 12:00", package_id="P1", service="home-help")
    open_waits = {w.id for w in asked.assessed("2026-01-09 13:00").open_waits}
    assert "home_care_start" in open_waits
    assert "package_start" not in open_waits


def test_a_package_of_another_service_does_not_take_the_wait_over(asked: Told) -> None:
    asked.tell("care-package-requested", "2026-01-09 12:00", package_id="P1", kind="new",
               service="other-help")  # fmt: skip
    open_waits = {w.id for w in asked.assessed("2026-01-09 13:00").open_waits}
    assert {"home_care_start", "package_start"} <= open_waits


def test_a_package_of_the_same_service_takes_the_wait_over(asked: Told) -> None:
    _package(asked, "2026-01-09 12:00")
    open_waits = {w.id for w in asked.assessed("2026-01-09 13:00").open_waits}
    assert "package_start" in open_waits
    assert "home_care_start" not in open_waits


HANDED_BACK = {"reason": "staffing", "care_until": "2026-01-12T12:00:00+00:00"}


@pytest.mark.parametrize("kind", ["home_care", "disability_support"])
@pytest.mark.parametrize("accepts", [True, False])
@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize(
    ("told", "waits"),
    [
        (["started"], ["{kind}_start"]),
        (["confirmed", "started"], ["{kind}_start"]),
        (["started", "handed-back"], ["package_handed_back"]),
        (["started", "handed-back", "confirmed"], ["{kind}_start"]),
        (["started", "requested"], ["package_start"]),
        (["requested", "started"], ["package_start"]),
        (["started", "visited"], []),
    ],
)
def test_care_that_is_said_to_be_in_place_is_waited_for_until_somebody_comes(
    kind: str, accepts: bool, pathway: str, told: list[str], waits: list[str]
) -> None:
    """By the wait of its package where that was asked for; else by that of the referral."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind=kind,
                service="home-help")  # fmt: skip
    if accepts:
        person.tell("referral-accepted", "2026-01-08 14:00", referral_id="R1", service="home-help")
    person.in_spell("pathway-decided", "2026-01-08 15:00", pathway=pathway, status="confirmed")
    person.discharged("2026-01-09 10:00", pathway=pathway)
    for hour, what in enumerate(told, start=12):
        event = "first-visit-completed" if what == "visited" else f"care-package-{what}"
        more = {"handed-back": HANDED_BACK, "requested": {"kind": "new"}}.get(what, {})
        person.tell(event, f"2026-01-09 {hour}:00", package_id="P1", service="home-help", **more)
    view = person.assessed("2026-01-13 10:00")
    stage, owner = "discharged_waiting_for_start", "RR8"
    if told[-1] == "visited":
        stage, owner = "home_with_support", "home-help"
    of_its_start = [w.id for w in view.open_waits if "_start" in w.id or "handed" in w.id]
    assert of_its_start == [each.format(kind=kind) for each in waits]
    assert (view.stage.stage, view.stage.responsible) == (stage, owner)
