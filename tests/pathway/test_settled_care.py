"""Whose word that nobody is needed settles which care that came to nothing: a nurse whom the person
declined says nothing of the home care that nobody gives."""

from typing import Any

import pytest

from tests.pathway.left_for_home import Step, home, unarranged_since
from tests.pathway.told import Told, at

MISSED_AT = "2026-01-10 10:00"
REFUSED: Step = ("referral-rejected", {"referral_id": "R1", "reason": "no_capacity"})
DECLINED: Step = ("referral-rejected", {"referral_id": "R2", "reason": "person_declined"})
NOT_NEEDED: Step = ("referral-withdrawn", {"referral_id": "R2", "reason": "no_longer_needed"})


def asked(kind: str, referral: str = "R1") -> Step:
    return "referral-made", {"referral_id": referral, "kind": kind}


@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize(
    ("refused", "declined", "settled"),
    [
        ("home_care", "home_care", True),
        ("home_care", "reablement", True),
        ("home_care", "community_health", False),
        ("home_care", "palliative_care", False),
        ("community_health", "community_health", True),
        ("community_health", "palliative_care", True),
        ("community_health", "home_care", True),
        ("palliative_care", "community_health", False),
    ],
)
def test_who_is_declined_settles_what_may_come_in_its_place(
    refused: str, declined: str, pathway: str, *, settled: bool
) -> None:
    told = home(asked(refused), REFUSED, asked(declined, "R2"), DECLINED, pathway=pathway)
    assert unarranged_since(told) == (None if settled else at(MISSED_AT))


@pytest.mark.parametrize("pathway", ["P0", "P1"])
def test_whoever_takes_a_referral_back_knows_of_all_care(pathway: str) -> None:
    nurse = asked("community_health", "R2")
    told = home(asked("home_care"), REFUSED, nurse, NOT_NEEDED, pathway=pathway)
    assert unarranged_since(told) is None


@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize(
    ("reason", "settled"),
    [
        ("goals_met", False),
        ("person_declined", False),
        ("moved_to_care_home", True),
        ("moved_away", True),
    ],
)
def test_of_care_that_ended_the_reason_says_whether_other_care_is_needed(
    reason: str, pathway: str, *, settled: bool
) -> None:
    nurses: dict[str, Any] = {"package_id": "P2", "referral_id": "R2"}
    told = home(
        asked("home_care"),
        REFUSED,
        asked("community_health", "R2"),
        ("first-visit-completed", nurses),
        ("care-package-ended", nurses | {"reason": reason}),
        pathway=pathway,
    )
    assert unarranged_since(told) == (None if settled else at(MISSED_AT))


def test_care_missed_before_a_stay_is_missed_after_it_though_a_nurse_was_declined() -> None:
    told = Told()
    home_care: dict[str, Any] = {"package_id": "P1", "service": "home-help"}
    told.tell("care-package-requested", "2026-01-01 09:00", **home_care, kind="new")
    told.tell("first-visit-completed", "2026-01-02 09:00", **home_care)
    told.tell("care-package-ended", "2026-01-03 09:00", **home_care, reason="provider_withdrew")
    told.admitted("2026-01-05 10:00")
    kind, data = asked("community_health", "R2")
    told.tell(kind, "2026-01-05 12:00", **data)
    told.tell(DECLINED[0], "2026-01-06 12:00", **DECLINED[1])
    told.discharged("2026-01-07 10:00", pathway="P0")
    assert unarranged_since(told) == at("2026-01-07 10:00")
