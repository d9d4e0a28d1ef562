"""What a centre says counts after the last stay in hospital, whatever its pathway: whoever is sent
on to others who are to care needs somebody who is asked, and an owner (domain.md 1.4, 1.5)."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

LEFT, NOW = "2026-04-20 10:00", "2026-04-20 16:00"
HOME_CARE = {"referral_id": "R2", "kind": "home_care", "service": "acme"}


def from_a_centre(destination: str | None, **discharge: str) -> Told:
    """In hospital in January, and in a centre in April that the person left at noon."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-08 16:00", **discharge)
    told.in_spell("discharge-summary-sent", "2026-01-08 17:00")
    told.tell("centre-admitted", "2026-04-01 10:00", stay_id="T1", service="slic")
    told.tell("coordinator-assigned", "2026-04-02 10:00", organisation="LCC", coordinator="c1")
    told.tell("centre-discharged", LEFT, stay_id="T1", destination=destination)
    return told


def open_waits(told: Told, now: str = NOW) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits}


@pytest.mark.parametrize("discharge", [{"pathway": "P0"}, {"pathway": "P1"}, {}], ids=str)
@pytest.mark.parametrize(
    ("destination", "asked"),
    [("home_with_support", True), ("another_centre", True), ("hospital", True), ("home", False),
     ("extra_care", False), ("care_home", False)],
)  # fmt: skip
def test_who_is_sent_to_others_by_a_centre_needs_somebody(
    discharge: dict[str, str], destination: str, *, asked: bool
) -> None:
    told = from_a_centre(destination, **discharge)
    assert ("care_arranged" in open_waits(told)) is asked
    stage = told.assessed(NOW).stage
    assert (stage.stage == "discharged_waiting_for_start") is asked
    assert stage.responsible == ("slic" if asked else None)
    if asked:
        (wait,) = [each for each in told.assessed(NOW).open_waits if each.id == "care_arranged"]
        assert wait.starts_at == at(LEFT)


def test_where_nobody_says_where_to_nobody_is_looked_for() -> None:
    assert "care_arranged" not in open_waits(from_a_centre(None, pathway="P0"))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("referral-made", HOME_CARE),
        ("care-package-requested", {"package_id": "P1", "kind": "new", "service": "acme"}),
        ("handover-sent", {"handover_id": "V1", "to_service": "acme"}),
        ("centre-admitted", {"stay_id": "T2", "service": "elm"}),
    ],
)
def test_whoever_is_asked_then_is_enough(kind: str, data: dict[str, Any]) -> None:
    told = from_a_centre("home_with_support", pathway="P0")
    told.tell(kind, "2026-04-20 12:00", **data)
    assert "care_arranged" not in open_waits(told)
    assert told.wait("care_arranged", NOW).ended == "done"
    waiting = told.assessed(NOW).stage.stage
    assert waiting == ("in_centre" if kind == "centre-admitted" else "discharged_waiting_for_start")


def test_a_refusal_calls_again() -> None:
    told = from_a_centre("home_with_support", pathway="P0")
    told.tell("referral-made", "2026-04-20 12:00", **HOME_CARE)
    told.tell("referral-rejected", "2026-04-20 14:00", referral_id="R2", reason="no_capacity")
    assert told.wait("care_arranged", NOW, 2).starts_at == at("2026-04-20 14:00")


def test_whoever_needs_others_needs_an_owner() -> None:
    told = from_a_centre("home_with_support", pathway="P0")
    assert told.assessed(NOW).stage.coordinator_known is True
    told.events = [event for event in told.events if not event.type.startswith("flow.coord")]
    assert "owner_named" in open_waits(told)
    assert told.assessed(NOW).stage.coordinator_known is False


def test_another_stay_in_hospital_is_the_newer_word() -> None:
    told = from_a_centre("home_with_support", pathway="P0")
    told.admitted("2026-04-21 10:00", spell_id="S2", admission_method="21")
    told.discharged("2026-04-22 10:00", spell_id="S2", pathway="P0")
    assert "care_arranged" not in open_waits(told, "2026-04-22 16:00")


def test_a_night_in_hospital_does_not_end_the_search() -> None:
    """Nobody says that the person needs nobody."""
    told = from_a_centre("home_with_support", pathway="P0")
    told.admitted("2026-04-21 10:00", spell_id="S2", admission_method="21")
    told.discharged("2026-04-22 10:00", spell_id="S2")
    assert "care_arranged" in open_waits(told, "2026-04-22 16:00")


def test_a_mental_health_team_may_be_the_care_after_a_centre() -> None:
    told = from_a_centre("home_with_support", pathway="P0")
    told.tell("referral-made", "2026-04-20 12:00", referral_id="R2", kind="mental_health_community")
    assert told.assessed(NOW).stage.stage == "discharged_waiting_for_start"
