"""Who hears a notice: the service concerned; else the owner, or whoever acts without one."""

from typing import Any

import pytest

from tests.pathway.told import Told, at, own_policy

LEEDS_HUB = ("leeds-hub", "care_transfer_hub")
RR8 = ("RR8", "discharge_coordinator")


def in_hospital(hub: str | None = "leeds-hub", policy: str = "") -> Told:
    """Ready to leave on pathway 1 since 8 January, and nobody assigned."""
    told = Told(own_policy(policy))
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    if hub is not None:
        told.in_spell("referred-to-care-transfer-hub", "2026-01-08 10:00", hub=hub)
    told.in_spell("pathway-decided", "2026-01-08 11:00", pathway="P1", status="confirmed")
    return told


def at_home(hub: str | None = "leeds-hub", *, visited: bool) -> Told:
    told = in_hospital(hub)
    told.in_spell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                  service="acme")  # fmt: skip
    told.discharged("2026-01-09 10:00", pathway="P1")
    if visited:
        told.tell("first-visit-completed", "2026-01-09 18:00", package_id="P1", service="acme")
    return told


def in_a_centre() -> Told:
    told = in_hospital()
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="rehabilitation_bed",
              service="slic", provider="RR8", spell_id="S1")  # fmt: skip
    told.discharged("2026-01-09 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-09 12:00", stay_id="C1", service="slic",
              referral_id="R1")  # fmt: skip
    return told


def assigned(told: Told, when: str = "2026-01-08 13:00") -> Told:
    told.tell("coordinator-assigned", when, organisation="QWO", coordinator="cm1",
              role="case_manager")  # fmt: skip
    return told


def hears(
    told: Told, notice: str, now: str, about: str | None = None
) -> tuple[str | None, str] | None:
    """Who does at that time; None where nobody is told."""
    advanced = told.advance(now, raising=False)
    found = [a for a in advanced.alerts.values()
             if a.wait == notice and about in (None, a.about)]  # fmt: skip
    if not found:
        return None
    (alert,) = found
    assert alert.acts_next is not None
    return alert.acts_next.organisation, alert.acts_next.role


@pytest.mark.parametrize(("hub", "who"), [("leeds-hub", LEEDS_HUB), (None, RR8)])
def test_that_somebody_is_unwell_again_is_heard_by_the_hub_or_the_hospital(
    hub: str | None, who: tuple[str, str]
) -> None:
    told = in_hospital(hub)
    told.reviewed("2026-01-09 09:00", meets=True)
    assert hears(told, "unwell_again", "2026-01-09 10:00") == who
    assigned(told, "2026-01-09 11:00")
    assert hears(told, "unwell_again", "2026-01-09 12:00") == ("QWO", "case_manager")


@pytest.mark.parametrize(
    ("told", "who"),
    [
        (in_hospital(), LEEDS_HUB),
        (in_a_centre(), ("slic", "service")),
        (at_home(visited=True), ("acme", "service")),
        (at_home(visited=False), LEEDS_HUB),
        (at_home(None, visited=False), RR8),
    ],
    ids=["in hospital", "in a centre", "with care at home", "waiting at home", "no hub"],
)
def test_of_a_death_hears_whoever_had_the_person(told: Told, who: tuple[str, str]) -> None:
    told.tell("patient-died", "2026-01-10 09:00")
    assert hears(told, "died", "2026-01-10 10:00") == who


def test_what_is_told_after_a_death_changes_nothing_of_it() -> None:
    told = at_home(visited=True)
    told.tell("patient-died", "2026-01-10 09:00")
    told.tell("care-package-ended", "2026-01-10 12:00", package_id="P1", reason="died")
    assert hears(told, "died", "2026-01-11 10:00") == ("acme", "service")


def test_a_service_that_tells_of_the_death_itself_had_the_person() -> None:
    told = in_a_centre()
    told.tell("referral-made", "2026-01-09 13:00", referral_id="R2", kind="equipment",
              service="stores")  # fmt: skip
    told.tell("centre-discharged", "2026-01-10 09:00", stay_id="C1", destination="died")
    assert hears(told, "died", "2026-01-10 10:00") == ("slic", "service")


def test_of_a_death_hears_who_acted_for_an_owner_who_is_away() -> None:
    told = assigned(in_hospital())
    told.tell("coordinator-off-duty", "2026-01-09 17:00", coordinator="cm1",
              back_at=at("2026-01-12 09:00"))  # fmt: skip
    told.tell("patient-died", "2026-01-10 09:00")
    assert hears(told, "died", "2026-01-10 10:00") == LEEDS_HUB
    assert hears(told, "died", "2026-01-12 08:59") == LEEDS_HUB
    assert told.assessed("2026-01-12 08:59").next_at == at("2026-01-12 09:00")
    assert hears(told, "died", "2026-01-12 09:00") == ("QWO", "case_manager")


@pytest.mark.parametrize("stay", [True, False])
def test_who_has_to_stand_down_and_is_not_known_by_name_is_told_by_whoever_has_the_person(
    *, stay: bool
) -> None:
    told = in_hospital() if stay else Told()
    where: dict[str, Any] = {"provider": "RR8", "spell_id": "S1"} if stay else {}
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="reablement", **where)
    told.tell("patient-died", "2026-01-10 09:00")
    who = LEEDS_HUB if stay else (None, "case_manager")
    assert hears(told, "stand_down", "2026-01-10 10:00", "R1") == who


def test_a_death_that_never_was_is_heard_of_by_whoever_has_the_person() -> None:
    told = in_hospital()
    died = told.tell("patient-died", "2026-01-10 09:00")
    told.tell("alert-acknowledged", "2026-01-10 10:00", wait="died", about="person", by="h1")
    told.reviewed("2026-01-10 11:00", meets=False, corrects=f"{died.source}#{died.id}")
    assert hears(told, "comes_after_all", "2026-01-10 12:00") == LEEDS_HUB


OFFICES = """
name = "Leeds"
[calendar.office]
services = ["acme", "QWO", "leeds-hub"]
weekdays = "09:00-17:00"
out_of_hours = "weekend-team"
[calendar.alone]
services = ["skills"]
weekdays = "09:00-17:00"
[calendar.south]
localities = ["leeds-south"]
weekdays = "08:00-20:00"
out_of_hours = "night-team"
"""


def stands_down(service: str | None, when: str) -> Told:
    """Asked for on Thursday the 8th, and unwell again."""
    told = in_hospital(policy=OFFICES)
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="reablement",
              service=service, provider="RR8", spell_id="S1")  # fmt: skip
    told.reviewed(when, meets=True)
    return told


@pytest.mark.parametrize(
    ("now", "who", "looks_at"),
    [
        ("2026-01-09 16:59", "acme", "2026-01-09 17:00"),
        ("2026-01-09 17:00", "weekend-team", "2026-01-10 00:00"),
        ("2026-01-10 11:00", "weekend-team", "2026-01-11 00:00"),
        ("2026-01-12 08:59", "weekend-team", "2026-01-12 09:00"),
        ("2026-01-12 09:00", "acme", "2026-01-12 17:00"),
    ],
)
def test_while_a_service_is_closed_its_cover_is_told(now: str, who: str, looks_at: str) -> None:
    told = stands_down("acme", "2026-01-09 15:00")
    told.tell("patient-died", "2026-01-09 16:00")  # so that nothing else is looked at
    assert told.assessed(now).next_at == at(looks_at)
    assert hears(told, "stand_down", now) == (who, "service")


def test_of_what_happens_on_saturday_the_cover_is_told_at_once() -> None:
    told = stands_down("acme", "2026-01-10 11:00")
    assert hears(told, "stand_down", "2026-01-10 11:00") == ("weekend-team", "service")


def test_the_cover_of_the_owners_organisation_and_of_the_hub_is_told() -> None:
    told = stands_down("acme", "2026-01-10 11:00")
    cover = ("weekend-team", "care_transfer_hub")
    assert hears(told, "unwell_again", "2026-01-10 12:00") == cover
    assigned(told, "2026-01-10 13:00")
    assert hears(told, "unwell_again", "2026-01-10 14:00") == ("weekend-team", "case_manager")
    assert hears(told, "unwell_again", "2026-01-12 09:00") == ("QWO", "case_manager")


def test_a_service_without_a_cover_is_told_itself() -> None:
    told = stands_down("skills", "2026-01-10 11:00")
    assert hears(told, "stand_down", "2026-01-10 12:00") == ("skills", "service")


def test_a_hospital_never_closes_and_a_locality_covers_who_acts_outside_it() -> None:
    told = in_hospital(None, OFFICES)
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="reablement",
              service="others", provider="RR8", spell_id="S1",
              council="E08000035", locality="leeds-south")  # fmt: skip
    told.reviewed("2026-01-10 11:00", meets=True)
    assert hears(told, "stand_down", "2026-01-10 12:00") == ("night-team", "service")
    assert hears(told, "unwell_again", "2026-01-10 12:00") == RR8


def test_a_death_that_nobody_answers_keeps_nobody_because_an_office_closes() -> None:
    told = stands_down("acme", "2026-01-09 15:00")
    told.tell("patient-died", "2026-01-09 16:00")
    assert not told.assessed("2026-02-09 16:00").over
    view = told.assessed("2027-01-09 16:00")
    assert (view.over, view.next_at) == (True, None)
