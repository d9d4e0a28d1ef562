"""Whoever says that the person died, they died: every wait ends, and everyone else stands down."""

from collections.abc import Callable
from itertools import permutations

import pytest

from flow.pathway.death import (
    DIED_DESTINATIONS,
    DIED_FROM_CENTRE,
    DIED_IN_CARE,
    DIED_METHODS,
    DIED_WAITING,
    FOUND_DEAD,
)
from tests.pathway.told import Told, at, facts

Says = Callable[[Told], object]
SAID_AT, LATER = "2026-01-12 12:00", "2026-01-20 12:00"


def cared_for() -> Told:
    """In a centre, while a package, equipment, home care and an assessment are asked for."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P2")
    told.discharged("2026-01-07 10:00", pathway="P2")
    told.in_spell("discharge-summary-sent", "2026-01-07 10:30")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic")
    told.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    for referral, kind, service in (("R1", "equipment", "stores"), ("R2", "home_care", "beta")):
        told.tell("referral-made", "2026-01-08 11:00", referral_id=referral, kind=kind,
                  service=service)  # fmt: skip
    told.tell("assessment-referred", "2026-01-08 11:00", assessment_id="A1", service="council")
    return told


WAYS: dict[str, Says] = {
    "a centre": lambda t: t.tell(
        "centre-discharged", SAID_AT, id="told", stay_id="T1", destination="died"
    ),
    "a package": lambda t: t.tell(
        "care-package-ended", SAID_AT, id="told", package_id="P1", reason="died"
    ),
    "a referral": lambda t: t.tell(
        "referral-withdrawn", SAID_AT, id="told", referral_id="R2", reason="died"
    ),
    "an assessment": lambda t: t.tell(
        "assessment-withdrawn", SAID_AT, id="told", assessment_id="A1", reason="died"
    ),
    "a follow-up": lambda t: t.in_spell(
        "follow-up-recorded", SAID_AT, id="told", day=7, status="died"
    ),
}


@pytest.mark.parametrize("says", WAYS.values(), ids=WAYS.keys())
def test_whoever_says_that_the_person_died_ends_every_wait(says: Says) -> None:
    told = cared_for()
    says(told)
    seen = told.assessed(LATER)
    assert seen.stage.stage == "died"
    assert seen.open_waits == ()
    open_notices = {(n.kind, n.about, n.cause) for n in seen.notices if n.ended is None}
    assert ("stand_down", "stores", "died") in open_notices
    assert ("died", "person", "died") in open_notices


@pytest.mark.parametrize("says", WAYS.values(), ids=WAYS.keys())
def test_nobody_who_died_is_at_home_on_day_91(says: Says) -> None:
    told = cared_for()
    says(told)
    found = told.assessed("2026-04-20 10:00").contribution
    (status,) = [labels[-1] for name, labels, _ in found if name == "outcomes"]
    assert status == "died"


@pytest.mark.parametrize("says", WAYS.values(), ids=WAYS.keys())
def test_a_correction_takes_the_death_back(says: Says) -> None:
    told = cared_for()
    before = facts(told.assessed(LATER).open_waits)
    says(told)
    told.in_spell("discharge-cancelled", SAID_AT, recorded="2026-01-12 15:00",
                  corrects="/rr8/pas#told")  # fmt: skip
    assert told.journey().died is None
    assert facts(told.assessed(LATER).open_waits) == before


@pytest.mark.parametrize("says", WAYS.values(), ids=WAYS.keys())
def test_the_earlier_death_stands_and_what_is_tidied_up_after_it_is_no_finding(says: Says) -> None:
    told = cared_for()
    says(told)
    told.tell("patient-died", "2026-01-10 04:00")
    journey = told.journey()
    assert journey.died is not None
    assert journey.died.at == at("2026-01-10 04:00")
    assert not [f for f in told.assessed(LATER).findings if f.rule == "died_twice"]
    first, second = told.events[-2:]
    for order in permutations((first, second)):
        told.events[-2:] = order
        assert facts(told.journey()) == facts(journey)


@pytest.mark.parametrize("says", WAYS.values(), ids=WAYS.keys())
def test_nobody_dies_on_a_day_after_it_was_said(says: Says) -> None:
    told = cared_for()
    says(told)
    told.tell("patient-died", "2026-01-14 04:00", id="later")
    journey = told.journey()
    assert journey.died is not None
    assert journey.died.at == at(SAID_AT)
    (found,) = [f for f in told.assessed(LATER).findings if f.rule == "died_twice"]
    assert set(found.events) == {"/rr8/pas#told", "/rr8/pas#later"}


def test_a_centre_that_says_so_after_the_person_had_left_is_believed() -> None:
    told = cared_for()
    told.tell("centre-discharged", "2026-01-11 12:00", stay_id="T1")
    WAYS["a centre"](told)
    assert told.assessed(LATER).stage.stage == "died"


def test_the_code_lists_say_what_means_a_death() -> None:
    assert {"4", "5"} == DIED_METHODS
    assert {"79"} == DIED_DESTINATIONS
    assert DIED_FROM_CENTRE == DIED_IN_CARE == DIED_WAITING == FOUND_DEAD == {"died"}
