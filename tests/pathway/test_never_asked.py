"""An answer to a request that was never told: nobody is known to wait for what it promises, so that
somebody is called until care is given, or the request is told."""

from typing import Any

import pytest

from tests.pathway.left_for_home import LEFT, NOW, Step, home, unarranged_since
from tests.pathway.told import Told, at

REFERRAL: dict[str, Any] = {"referral_id": "R1", "service": "acme"}
PACKAGE: dict[str, Any] = {"package_id": "P1", "service": "acme"}
MADE: Step = ("referral-made", REFERRAL | {"kind": "home_care"})
ACCEPTED: Step = ("referral-accepted", REFERRAL)
REFUSED: Step = ("referral-rejected", REFERRAL | {"reason": "no_capacity"})
REQUESTED: Step = ("care-package-requested", PACKAGE | {"kind": "new"})
CONFIRMED: Step = ("care-package-confirmed", PACKAGE)
IN_PLACE: Step = ("care-package-started", PACKAGE)
VISITED: Step = ("first-visit-completed", PACKAGE)
RESTARTED: Step = ("care-package-restarted", PACKAGE)
NAMES_IT: Step = ("first-visit-missed", {"package_id": "P1", "referral_id": "R1"})


@pytest.mark.parametrize(
    "steps",
    [
        [("referral-received", REFERRAL)],
        [ACCEPTED],
        [CONFIRMED],
        [IN_PLACE],
        [CONFIRMED, IN_PLACE],
        [ACCEPTED, CONFIRMED, NAMES_IT],
    ],
    ids=["received", "accepted", "confirmed", "in place", "both", "of a referral never told"],
)
def test_who_answers_without_being_asked_as_far_as_is_told_arranges_nothing(
    steps: list[Step],
) -> None:
    told = home(*steps)
    assert unarranged_since(told) == at(LEFT)
    assert told.assessed(NOW).stage.stage == "discharged_waiting_for_start"


@pytest.mark.parametrize(
    "steps",
    [
        [ACCEPTED, MADE],
        [CONFIRMED, REQUESTED],
        [IN_PLACE, REQUESTED],
        [CONFIRMED, VISITED],
        [IN_PLACE, VISITED],
        [VISITED],
        [RESTARTED],
        [ACCEPTED, ("first-visit-completed", REFERRAL)],
    ],
    ids=[
        *("made later", "requested later", "in place and then requested", "confirmed and visited"),
        *("in place and visited", "visited", "goes on", "accepted and visited"),
    ],
)
def test_until_the_request_is_told_or_care_is_given(steps: list[Step]) -> None:
    assert unarranged_since(home(*steps)) is None


def test_a_package_is_asked_for_by_its_referral() -> None:
    """In place it is what the referral asked for, before anybody is known to have visited."""
    assert unarranged_since(home(MADE, CONFIRMED, NAMES_IT, IN_PLACE)) is None


def test_not_by_one_that_was_refused_or_asked_for_something_else() -> None:
    told = home(MADE, CONFIRMED, NAMES_IT, REFUSED)
    assert unarranged_since(told) == at("2026-01-12 10:00")
    equipment: Step = ("referral-made", REFERRAL | {"kind": "equipment"})
    assert unarranged_since(home(equipment, CONFIRMED, NAMES_IT)) == at(LEFT)


def test_another_provider_is_waited_for_as_the_one_before_had_come() -> None:
    told = home(VISITED, ("care-package-handed-back", PACKAGE | {"reason": "staffing"}))
    told.tell("care-package-confirmed", "2026-01-11 10:00", package_id="P1", service="beta")
    assert unarranged_since(told) is None
    assert told.wait("package_start", NOW).starts_at == at("2026-01-11 10:00")


def test_in_hospital_somebody_has_to_be_asked_all_the_same() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P1", status="confirmed")
    told.tell("referral-accepted", "2026-01-08 11:00", referral_id="R1", service="acme")
    assert told.wait("service_asked", "2026-01-08 12:00").starts_at == at("2026-01-08 10:00")
