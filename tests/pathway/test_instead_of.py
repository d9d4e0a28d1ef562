"""Who is asked, or comes, in the place of care that was refused: a nurse is nobody who washes and
dresses the person, and one visit is no care that goes on."""

from typing import Any

import pytest

from tests.pathway.left_for_home import Step, home, unarranged_since
from tests.pathway.told import Told, at

REFUSED_AT = "2026-01-10 10:00"

REFUSED: Step = ("referral-rejected", {"referral_id": "R1", "reason": "no_capacity"})
DECLINED: Step = ("referral-rejected", {"referral_id": "R1", "reason": "person_declined"})
VISITED: Step = ("first-visit-completed", {"referral_id": "R2"})
PACKAGE: Step = ("care-package-requested", {"package_id": "P1", "kind": "new"})
GIVEN_UP: Step = ("care-package-ended", {"package_id": "P1", "reason": "provider_withdrew"})


def asked(kind: str, referral: str = "R1") -> Step:
    return "referral-made", {"referral_id": referral, "kind": kind}


@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize("steps", [[], [VISITED]], ids=["asked", "comes"])
@pytest.mark.parametrize(
    ("refused", "instead", "enough"),
    [
        ("home_care", "home_care", True),
        ("home_care", "reablement", True),
        ("home_care", "disability_support", True),
        ("home_care", "community_health", False),
        ("home_care", "palliative_care", False),
        ("home_care", "mental_health_community", False),
        ("home_care", "early_years", False),
        ("home_care", "urgent_community_response", False),
        ("reablement", "community_health", False),
        ("hospice_bed", "palliative_care", True),
        ("hospice_bed", "home_care", True),
        ("mental_health_bed", "mental_health_community", True),
        ("community_health", "community_health", True),
        ("community_health", "palliative_care", True),
        ("community_health", "home_care", True),
        ("palliative_care", "community_health", False),
        ("community_health", "urgent_community_response", False),
    ],
)
def test_who_comes_in_the_place_of_what_was_refused(
    refused: str, instead: str, steps: list[Step], pathway: str, *, enough: bool
) -> None:
    told = home(asked(refused), REFUSED, asked(instead, "R2"), *steps, pathway=pathway)
    assert unarranged_since(told) == (None if enough else at(REFUSED_AT))


@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize(("kind", "enough"), [("community_health", False), ("reablement", True)])
def test_in_the_place_of_a_package_too(kind: str, pathway: str, *, enough: bool) -> None:
    told = home(PACKAGE, GIVEN_UP, asked(kind, "R2"), VISITED, pathway=pathway)
    assert unarranged_since(told) == (None if enough else at(REFUSED_AT))


def test_who_takes_a_referral_back_knows_whether_another_kind_of_care_is_needed() -> None:
    taken_back: Step = ("referral-withdrawn", {"referral_id": "R1", "reason": "made_in_error"})
    told = home(asked("home_care"), taken_back, asked("community_health", "R2"))
    assert unarranged_since(told) is None


def test_a_package_is_of_the_kind_that_its_referral_asked_for() -> None:
    nurse: Step = ("first-visit-completed", {"package_id": "P2", "referral_id": "R2"})
    told = home(asked("home_care"), REFUSED, asked("community_health", "R2"), nurse)
    assert unarranged_since(told) == at(REFUSED_AT)
    told = home(asked("home_care"), REFUSED, asked("reablement", "R2"), nurse)
    assert unarranged_since(told) is None


@pytest.mark.parametrize("kind", ["community_health", "palliative_care", "mental_health_community"])
def test_where_nothing_else_was_refused_it_is_what_is_needed(kind: str) -> None:
    assert unarranged_since(home(asked(kind, "R2"))) is None
    assert unarranged_since(home(asked(kind, "R2"), VISITED)) is None
    assert unarranged_since(home(asked("home_care"), DECLINED, asked(kind, "R2"))) is None


def test_a_visit_that_is_all_of_it_is_waited_for_and_then_somebody_has_to_be_asked() -> None:
    response = asked("urgent_community_response", "R2")
    assert unarranged_since(home(response)) is None
    assert unarranged_since(home(response, VISITED)) == at("2026-01-10 10:00")
    assert unarranged_since(home(response, VISITED, asked("home_care"))) is None
    assert unarranged_since(home(asked("home_care"), DECLINED, response, VISITED)) is None


def on_day_92(told: Told) -> Any:
    """Since when `care_arranged` runs in May, when the visits are presumed over."""
    waits = told.assessed("2026-05-01 09:00").open_waits
    return [wait.starts_at for wait in waits if wait.id == "care_arranged"]


@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize(
    "given_up",
    [[asked("home_care"), REFUSED], [PACKAGE, GIVEN_UP]],
    ids=["refused", "given up"],
)
@pytest.mark.parametrize(
    ("kind", "enough"), [("reablement", False), ("disability_support", False), ("home_care", True)]
)
def test_visits_of_another_kind_that_went_on_have_not_taken_its_place_once_they_are_over(
    given_up: list[Step], kind: str, pathway: str, *, enough: bool
) -> None:
    wanted, refused = given_up
    told = home(wanted, asked(kind, "R2"), VISITED, refused, pathway=pathway)
    assert unarranged_since(told) is None, "somebody comes"
    assert on_day_92(told) == ([] if enough else [at("2026-04-12 00:00")])


@pytest.mark.parametrize("pathway", ["P0", "P1"])
def test_visits_that_began_after_it_was_refused_have(pathway: str) -> None:
    told = home(asked("home_care"), asked("reablement", "R2"), REFUSED, VISITED, pathway=pathway)
    assert on_day_92(told) == []


@pytest.mark.parametrize("pathway", ["P0", "P1"])
def test_visits_that_went_on_do_where_the_care_was_declined(pathway: str) -> None:
    told = home(asked("home_care"), asked("reablement", "R2"), VISITED, DECLINED, pathway=pathway)
    assert on_day_92(told) == []


@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize(
    ("then", "since"),
    [
        (asked("home_care", "R3"), []),
        (asked("community_health", "R3"), [at("2026-04-12 00:00")]),
        (
            ("referral-withdrawn", {"referral_id": "R2", "reason": "other"}),
            [at("2026-01-13 10:00")],
        ),
        (("referral-withdrawn", {"referral_id": "R2", "reason": "no_longer_needed"}), []),
    ],
    ids=["another is asked", "a nurse is asked", "they end earlier", "nobody is needed"],
)
def test_what_is_told_before_they_are_over_counts(
    then: Step, since: list[Any], pathway: str
) -> None:
    told = home(
        *(asked("home_care"), asked("reablement", "R2"), VISITED, REFUSED, then), pathway=pathway
    )
    assert on_day_92(told) == since
