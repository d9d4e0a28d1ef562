"""The same care asked of several services: one begins it, and the others are told to stand down."""

from typing import Any

import pytest

from tests.pathway.told import Told


def brokered(kind: str = "home_care", other_kind: str | None = None) -> Told:
    """Asked of acme and of beta; at home since 8 January."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("referral-made", "2026-01-08 11:40", referral_id="R2", kind=kind, service="acme")
    person.tell("referral-made", "2026-01-08 11:50", referral_id="R3", kind=other_kind or kind,
                service="beta")  # fmt: skip
    person.discharged("2026-01-08 16:00", discharge_method="1", pathway="P1")
    return person


def _beta_visits(person: Told, **named: Any) -> None:
    named = named or {"referral_id": "R3"}
    person.tell("first-visit-completed", "2026-01-09 12:00", service="beta", **named)


def _open_about(person: Told, about: str) -> list[str]:
    return [w.id for w in person.assessed("2026-01-20 09:00").open_waits if w.about == about]


@pytest.mark.parametrize("kind", ["home_care", "reablement", "fast_track_chc"])
def test_nobody_waits_for_the_other(kind: str) -> None:
    person = brokered(kind)
    _beta_visits(person)
    assert _open_about(person, "R2") == []
    view = person.assessed("2026-01-20 09:00")
    assert (view.stage.stage, view.stage.service) == ("home_with_support", "beta")
    assert [(each.service, each.state) for each in view.placements] == [("beta", "staying")]


def test_the_other_is_told_to_stand_down() -> None:
    person = brokered()
    _beta_visits(person)
    told = [(n.kind, n.about, n.cause) for n in person.journey().notices if n.ended is None]
    assert told == [("stand_down", "acme", "taken_elsewhere")]


def test_who_gave_it_up_prepares_no_more_and_is_told_nothing() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    for package, service, day in (("P1", "acme", 6), ("P2", "beta", 8)):
        person.tell("care-package-requested", f"2026-01-0{day} 09:00", package_id=package,
                    kind="new", service=service)  # fmt: skip
        person.tell("care-package-confirmed", f"2026-01-0{day} 11:00", package_id=package,
                    service=service)  # fmt: skip
        if service == "acme":
            person.tell("care-package-handed-back", "2026-01-07 09:00", package_id=package,
                        service=service, reason="staffing")  # fmt: skip
    person.discharged("2026-01-09 10:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-09 17:00", package_id="P2", service="beta")
    assert [n for n in person.journey().notices if n.ended is None] == []


@pytest.mark.parametrize("comes", [False, True])
def test_unless_it_has_another_part_in_the_care(*, comes: bool) -> None:
    """Its nurses are asked for, too, or visit already, and go on."""
    person = brokered()
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R4", kind="community_health",
                service="acme")  # fmt: skip
    if comes:
        person.tell("first-visit-completed", "2026-01-09 09:00", referral_id="R4", service="acme")
    _beta_visits(person)
    assert [n for n in person.journey().notices if n.ended is None] == []
    assert _open_about(person, "R2") == []
    assert bool(_open_about(person, "R4")) is not comes


def test_two_requests_for_the_same_are_no_part_of_each_other() -> None:
    person = brokered()
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R5", kind="home_care",
                service="acme")  # fmt: skip
    _beta_visits(person)
    told = [(n.kind, n.about, n.cause) for n in person.journey().notices if n.ended is None]
    assert told == [("stand_down", "acme", "taken_elsewhere")]


def test_whoever_cares_at_home_goes_on_though_a_bed_elsewhere_has_the_person() -> None:
    person = brokered()
    _beta_visits(person)
    person.tell("handover-sent", "2026-01-10 10:00", handover_id="V1", to_service="beta")
    person.tell("handover-sent", "2026-01-10 10:00", handover_id="V2", to_service="gamma")
    person.tell("centre-admitted", "2026-01-10 12:00", stay_id="T1", service="centre-a")
    told = [(n.about, n.cause) for n in person.journey().notices if n.ended is None]
    assert told == [("acme", "taken_elsewhere"), ("gamma", "taken_elsewhere")]


def test_a_package_begins_what_its_referral_asked_of_several() -> None:
    person = brokered()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                referral_id="R3", service="beta")  # fmt: skip
    person.tell("care-package-started", "2026-01-09 12:00", package_id="P1", service="beta")
    assert _open_about(person, "R2") == []


def test_a_package_of_another_provider_takes_the_place_of_home_care_that_was_asked_for() -> None:
    person = brokered()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                service="gamma")  # fmt: skip
    person.tell("first-visit-completed", "2026-01-09 12:00", package_id="P1", service="gamma")
    assert _open_about(person, "R2") == _open_about(person, "R3") == []


def test_a_package_that_goes_on_leaves_open_what_else_was_asked_for() -> None:
    person = brokered()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="restart",
                service="gamma")  # fmt: skip
    person.tell("care-package-restarted", "2026-01-09 12:00", package_id="P1")
    assert _open_about(person, "R2") != []


def test_another_kind_of_care_is_still_waited_for() -> None:
    person = brokered("reablement", "home_care")
    _beta_visits(person)
    assert "p1_reablement_start" in _open_about(person, "R2")


def test_services_that_may_come_side_by_side_are_each_waited_for() -> None:
    person = brokered("community_health")
    _beta_visits(person)
    assert "community_health_start" in _open_about(person, "R2")


def test_what_is_asked_for_after_it_has_begun_is_asked_for_besides() -> None:
    person = brokered()
    _beta_visits(person)
    person.tell("referral-made", "2026-01-10 09:00", referral_id="R4", kind="home_care",
                service="gamma")  # fmt: skip
    person.tell("first-visit-completed", "2026-01-11 12:00", referral_id="R3", service="beta")
    assert "home_care_start" in _open_about(person, "R4")


def test_of_the_care_homes_asked_nobody_knows_which_the_person_went_to() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    for referral_id, service in (("R2", "elms"), ("R3", "oaks")):
        person.tell("referral-made", "2026-01-08 11:40", referral_id=referral_id, kind="care_home",
                    service=service)  # fmt: skip
    person.discharged("2026-01-08 16:00", pathway="P3", destination="p3_care_home_new")
    assert _open_about(person, "R2") == _open_about(person, "R3") == []
    assert person.journey().notices == ()


# As packages of their own.


def asked_as_packages(**second: Any) -> Told:
    """Of acme and of beta, and no referral says so."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("care-package-requested", "2026-01-08 11:30", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.tell("handover-sent", "2026-01-08 11:35", handover_id="V1", to_service="acme",
                from_organisation="RR8")  # fmt: skip
    person.tell("care-package-requested", "2026-01-08 11:40",
                **{"package_id": "P2", "kind": "new", "service": "beta", **second})  # fmt: skip
    person.discharged("2026-01-08 16:00", discharge_method="1", pathway="P1")
    return person


def test_of_two_packages_for_the_same_nobody_waits_for_the_one_that_did_not_begin() -> None:
    person = asked_as_packages()
    _beta_visits(person, package_id="P2")
    view = person.assessed("2026-01-20 09:00")
    assert _open_about(person, "P1") == _open_about(person, "V1") == []
    assert (view.stage.stage, view.stage.service) == ("home_with_support", "beta")
    assert [(each.service, each.state) for each in view.placements] == [("beta", "staying")]
    told = [(n.kind, n.about, n.cause) for n in view.notices if n.ended is None]
    assert told == [("stand_down", "acme", "taken_elsewhere")]


def test_who_comes_all_the_same_gives_care() -> None:
    person = asked_as_packages()
    _beta_visits(person, package_id="P2")
    person.tell("first-visit-completed", "2026-01-10 12:00", package_id="P1", service="acme")
    states = {each.service: each.state for each in person.assessed("2026-01-11 09:00").placements}
    assert states == {"acme": "staying", "beta": "staying"}


def test_asked_again_it_is_waited_for_again() -> None:
    person = asked_as_packages()
    _beta_visits(person, package_id="P2")
    person.tell("care-package-requested", "2026-01-12 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    assert _open_about(person, "P1") == ["package_start"]


@pytest.mark.parametrize(
    "second", [{"kind": "restart"}, {"service": "acme"}, {"referral_id": "R9"}]
)
def test_what_goes_on_is_of_the_same_provider_or_for_something_else_takes_nothing(
    second: dict[str, str],
) -> None:
    person = asked_as_packages(**second)
    person.tell("referral-made", "2026-01-08 17:00", referral_id="R9", kind="community_health",
                service="nurses")  # fmt: skip
    person.tell("care-package-started", "2026-01-09 12:00", package_id="P2")
    assert _open_about(person, "P1") == ["package_start"]


def test_a_package_is_over_when_the_referral_for_the_same_has_begun_elsewhere() -> None:
    person = brokered()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                service="gamma")  # fmt: skip
    _beta_visits(person)
    assert _open_about(person, "P1") == []


def test_the_person_is_let_go_in_the_end_though_nobody_ends_what_was_asked_in_vain() -> None:
    person = asked_as_packages()
    person.in_spell("discharge-summary-sent", "2026-01-08 17:00")
    _beta_visits(person, package_id="P2")
    person.tell("coordinator-assigned", "2026-01-09 13:00", organisation="QWO",
                coordinator="staff-1", service="beta")  # fmt: skip
    person.tell("care-package-ended", "2026-02-20 09:00", package_id="P2", reason="goals_met")
    assert person.assessed("2027-06-01 09:00").over


@pytest.mark.parametrize("visited", ["before the referral is told", "after"])
@pytest.mark.parametrize(("service", "waits"), [("acme", True), ("beta", False)])
def test_a_package_of_the_service_that_has_begun_is_still_waited_for(
    service: str, *, waits: bool, visited: str
) -> None:
    """Its own referral takes nobody's place, told before the visit that names it or after."""
    at = "2026-01-09 12:00" if visited == "after" else "2026-01-08 12:00"
    person = Told()
    person.tell("care-package-requested", "2026-01-07 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.tell("referral-made", "2026-01-09 09:00", referral_id="R2", kind="home_care",
                service=service)  # fmt: skip
    person.tell("first-visit-completed", at, referral_id="R2")
    assert ("package_start" in _open_about(person, "P1")) is waits
