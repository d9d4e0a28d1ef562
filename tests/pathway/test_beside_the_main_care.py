"""Who comes beside the main care, and washes, dresses and feeds nobody, does not take the person
over from whoever does; only where nobody else has them (domain.md 1.4: one named owner)."""

from itertools import permutations

import pytest

from flow.pathway.referral_kinds import BESIDE
from tests.pathway.told import Told

MAIN = ("reablement", "home_care", "disability_support")
ORDERS = list(permutations(("acme", "team", "owner")))
KINDS = ("community_health", "palliative_care", "mental_health_community")


def leaves_hospital(*asked: tuple[str, str]) -> Told:
    """Home on pathway 1, with a referral of each kind to each service."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    told.in_spell("case-manager-assigned", "2026-01-06 11:00", organisation="QWO",
                  case_manager="m1")  # fmt: skip
    for kind, service in asked:
        told.tell("referral-made", "2026-01-07 10:00", referral_id=service, kind=kind,
                  service=service)  # fmt: skip
    told.discharged("2026-01-08 10:00", pathway="P1")
    return told


def visits(told: Told, at: str, service: str) -> None:
    told.tell("first-visit-completed", at, referral_id=service, service=service)


def names(told: Told, at: str, service: str) -> None:
    told.tell("coordinator-assigned", at, organisation="LCC1", coordinator="c1", service=service)


def has(told: Told, now: str) -> str | None:
    return told.assessed(now).stage.responsible


def follows(told: Told, now: str) -> bool:
    return "owner_follows" in {wait.id for wait in told.assessed(now).open_waits}


def test_they_are_the_kinds_in_whose_place_not_anybody_may_come() -> None:
    assert {*KINDS, "urgent_community_response", "early_years"} == BESIDE


@pytest.mark.parametrize("beside", KINDS)
@pytest.mark.parametrize("main", MAIN)
@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_whoever_gives_the_main_care_has_the_person_in_whatever_order(
    order: tuple[str, ...], main: str, beside: str
) -> None:
    told = leaves_hospital((main, "acme"), (beside, "team"))
    for hour, who in enumerate(order, start=12):
        if who == "owner":
            names(told, f"2026-01-08 {hour}:00", "acme")
        else:
            visits(told, f"2026-01-08 {hour}:00", who)
    assert (has(told, "2026-01-09 10:00"), follows(told, "2026-01-09 10:00")) == ("acme", False)


def test_who_has_accepted_the_person_goes_on_to_have_them() -> None:
    told = leaves_hospital(("community_health", "team"))
    told.tell("handover-sent", "2026-01-08 09:00", handover_id="H1", to_service="acme")
    told.tell("handover-accepted", "2026-01-08 09:30", handover_id="H1", service="acme")
    visits(told, "2026-01-08 17:00", "team")
    assert has(told, "2026-01-09 10:00") == "acme"


def test_in_a_care_home_the_home_has_who_is_visited_by_a_nurse() -> None:
    told = leaves_hospital(("community_health", "team"))
    told.tell("centre-admitted", "2026-01-08 11:00", stay_id="T1", service="oak",
              referral_id=None)  # fmt: skip
    told.tell("referral-made", "2026-01-08 11:00", referral_id="oak", kind="care_home",
              service="oak")  # fmt: skip
    visits(told, "2026-01-08 17:00", "team")
    assert has(told, "2026-01-09 10:00") == "oak"


def test_by_a_package_as_by_visits() -> None:
    told = leaves_hospital(("palliative_care", "team"), ("home_care", "acme"))
    told.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
              service="team", referral_id="team")  # fmt: skip
    visits(told, "2026-01-08 12:00", "acme")
    told.tell("first-visit-completed", "2026-01-08 17:00", package_id="P1", service="team")
    assert has(told, "2026-01-09 10:00") == "acme"


@pytest.mark.parametrize("beside", KINDS)
def test_where_nobody_else_has_the_person_they_do(beside: str) -> None:
    told = leaves_hospital((beside, "team"))
    visits(told, "2026-01-08 12:00", "team")
    assert (has(told, "2026-01-09 10:00"), follows(told, "2026-01-09 10:00")) == ("team", True)


def test_so_they_do_until_the_main_care_begins_and_once_it_is_over() -> None:
    told = leaves_hospital(("community_health", "team"))
    told.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    visits(told, "2026-01-08 12:00", "team")
    assert has(told, "2026-01-08 13:00") == "team"
    told.tell("first-visit-completed", "2026-01-08 17:00", package_id="P1", service="acme")
    assert has(told, "2026-01-09 10:00") == "acme"
    told.tell("care-package-ended", "2026-01-20 10:00", package_id="P1", reason="goals_met")
    assert has(told, "2026-01-21 10:00") == "team"


def test_of_two_that_come_beside_the_one_that_began_last() -> None:
    told = leaves_hospital(("community_health", "team"), ("palliative_care", "hospice"))
    visits(told, "2026-01-08 12:00", "hospice")
    visits(told, "2026-01-08 13:00", "team")
    assert has(told, "2026-01-09 10:00") == "team"
