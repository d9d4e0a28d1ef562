"""Of several services the one that began last has the person; of those that had them, the last."""

import pytest

from tests.pathway.told import Told

LATER = "2026-02-20 12:00"


def cared_for(*began: tuple[str, str]) -> Told:
    """At home with a package of each service, asked for in the order of their names."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    for service in sorted(service for service, _ in began):
        person.tell("care-package-requested", "2026-01-07 09:00", package_id=service, kind="new",
                    service=service)  # fmt: skip
    person.discharged("2026-01-08 15:00", pathway="P1")
    for service, first_visit in sorted(began, key=lambda each: each[1]):
        person.tell("first-visit-completed", first_visit, package_id=service, service=service)
    return person


def responsible(person: Told) -> str | None:
    return person.assessed(LATER).stage.responsible


@pytest.mark.parametrize(
    ("acme", "beta", "last"),
    [
        ("2026-01-09 09:00", "2026-01-12 09:00", "beta"),
        ("2026-01-12 09:00", "2026-01-09 09:00", "acme"),
    ],
)
def test_of_two_that_care_the_one_that_began_last(acme: str, beta: str, last: str) -> None:
    assert responsible(cared_for(("acme", acme), ("beta", beta))) == last


@pytest.mark.parametrize(
    ("acme", "beta", "last"),
    [
        ("2026-01-20 09:00", "2026-01-22 09:00", "beta"),
        ("2026-01-22 09:00", "2026-01-20 09:00", "acme"),
    ],
)
def test_of_two_that_cared_the_one_that_ended_last_until_who_is_asked_begins(
    acme: str, beta: str, last: str
) -> None:
    person = cared_for(("acme", "2026-01-09 09:00"), ("beta", "2026-01-12 09:00"))
    for service, ended in sorted((("acme", acme), ("beta", beta)), key=lambda each: each[1]):
        person.tell("care-package-ended", ended, package_id=service, reason="goals_met")
    assert responsible(person) is None
    person.tell("care-package-requested", "2026-01-23 09:00", package_id="P3", kind="new",
                service="gamma")  # fmt: skip
    assert responsible(person) == last


def test_whoever_cared_before_the_last_stay_in_hospital_does_not_have_the_person_after_it() -> None:
    person = cared_for(("acme", "2026-01-09 09:00"))
    person.tell("care-package-ended", "2026-01-15 09:00", package_id="acme", reason="goals_met")
    person.admitted("2026-01-20 10:00", provider="RAE", spell_id="S2")
    person.tell("care-package-requested", "2026-01-21 09:00", package_id="P3", kind="new",
                service="gamma")  # fmt: skip
    person.discharged("2026-01-25 15:00", provider="RAE", spell_id="S2", pathway="P1")
    assert responsible(person) == "RAE"


def test_who_comes_from_a_centre_by_way_of_hospital_home_is_the_hospitals_until_taken() -> None:
    """Nobody told that they left the centre; the discharge shows that they are not back there."""
    person = Told()
    person.tell("centre-admitted", "2026-01-05 10:00", stay_id="T1", service="slic")
    person.admitted("2026-01-06 10:00")
    person.tell("care-package-requested", "2026-01-07 10:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged("2026-01-08 10:00", pathway="P1")
    assert responsible(person) == "RR8"
    person.tell("first-visit-completed", "2026-01-09 10:00", package_id="P1", service="acme")
    assert responsible(person) == "acme"


def test_of_care_that_names_no_service_nobody_is_known_to_have_the_person_or_asked_to_own() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged("2026-01-08 10:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1")
    view = person.assessed(LATER)
    assert view.stage.responsible is None
    assert "owner_named" not in {wait.id for wait in view.open_waits}


@pytest.mark.parametrize(
    ("offered", "answer", "cared", "who"),
    [
        (False, None, False, None),
        (True, None, False, "RR8"),
        (True, "handover-rejected", False, "RR8"),
        (False, None, True, None),
        (True, None, True, "acme"),
        (True, "handover-rejected", True, None),
    ],
)
def test_on_pathway_0_an_offer_keeps_the_person_until_somebody_has_taken_them(
    answer: str | None, who: str | None, *, offered: bool, cared: bool
) -> None:
    """After a refusal somebody else is to be found, unless somebody has cared since."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged("2026-01-08 10:00", pathway="P0")
    if cared:
        person.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
                    service="acme")  # fmt: skip
        person.tell("first-visit-completed", "2026-01-09 10:00", package_id="P1", service="acme")
    if offered:
        person.tell("handover-sent", "2026-01-10 10:00", handover_id="V1", to_service="beta")
    if answer is not None:
        person.tell(answer, "2026-01-11 10:00", handover_id="V1", reason="no_capacity")
    if cared:
        person.tell("care-package-ended", "2026-01-20 10:00", package_id="P1", reason="goals_met")
    assert responsible(person) == who


def test_who_accepts_somebody_in_a_centre_has_them_once_they_have_left_it() -> None:
    """As in hospital: whoever has the person in a bed keeps them until then."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged("2026-01-08 15:00", pathway="P2")
    person.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    person.tell("coordinator-assigned", "2026-01-09 10:00", organisation="NX1", coordinator="c1",
                service="slic")  # fmt: skip
    person.tell("handover-sent", "2026-01-20 10:00", handover_id="V1", to_service="home-help")
    person.tell("handover-accepted", "2026-01-20 12:00", handover_id="V1")
    view = person.assessed("2026-01-21 10:00")
    assert view.stage.responsible == "slic"
    assert "owner_follows" not in {wait.id for wait in view.open_waits}
    person.tell("centre-discharged", "2026-01-22 10:00", stay_id="T1", destination="home")
    view = person.assessed("2026-01-22 11:00")
    assert view.stage.responsible == "home-help"
    assert "owner_follows" in {wait.id for wait in view.open_waits}


@pytest.mark.parametrize(
    "visit",
    [
        {"package_id": "asked-of-nobody", "service": "beta"},
        {"package_id": "P1", "service": "acme"},
        {"referral_id": "R1", "service": "nurses"},
        {"referral_id": "R2", "service": "reablement"},
    ],
)
def test_who_is_visited_in_a_centre_is_the_centres_until_they_leave_it(
    visit: dict[str, str],
) -> None:
    """A nurse at the bed, a therapist who looks ahead, and a visit that was told of the wrong
    person take nobody from the centre."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged("2026-01-08 15:00", pathway="P2")
    person.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    person.tell("coordinator-assigned", "2026-01-09 10:00", organisation="NX1", coordinator="c1",
                service="slic")  # fmt: skip
    person.tell("referral-made", "2026-01-19 10:00", referral_id="R1", kind="community_health",
                service="nurses")  # fmt: skip
    person.tell("referral-made", "2026-01-19 10:00", referral_id="R2", kind="reablement",
                service="reablement")  # fmt: skip
    person.tell("care-package-requested", "2026-01-19 10:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.tell("first-visit-completed", "2026-01-20 10:00", **visit)
    view = person.assessed("2026-01-21 10:00")
    assert view.stage.responsible == "slic"
    assert "owner_follows" not in {wait.id for wait in view.open_waits}
    person.tell("centre-discharged", "2026-01-22 10:00", stay_id="T1", destination="home")
    assert person.assessed("2026-01-22 11:00").stage.responsible == visit["service"]


def test_of_two_centres_the_one_that_the_person_moved_into_last_has_them() -> None:
    person = cared_for()
    person.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    person.tell("centre-admitted", "2026-01-12 16:00", stay_id="T2", service="oak")
    assert responsible(person) == "oak"


def test_in_a_centre_that_nobody_named_who_has_accepted_the_person_has_them() -> None:
    person = cared_for()
    person.tell("centre-goals-agreed", "2026-01-08 16:00", stay_id="T1")
    person.tell("handover-accepted", "2026-01-20 12:00", handover_id="V1", service="home-help")
    assert responsible(person) == "home-help"
