"""Seeded walks through every kind of event, in the order in which they happen: which stage follows
which, and by what."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flow.events import AnyEvent
from flow.pathway import Journey, assess
from flow.pathway.fold import step
from flow.pathway.stage_changes import CHANGES
from tests.pathway.told import ENGLAND, Told

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
WALKS, STEPS = 5000, 30
LONG_HOURS = 2300
"""Longer than 91 days: time alone may have changed the stage."""
TIME = ""
"""In place of an event: nothing happened but time."""


class Observed(NamedTuple):
    before: str
    event: str
    after: str


@cache
def observed() -> Counter[Observed]:
    """How often each change of stage was seen."""
    chance = random.Random(8)
    alphabet = _alphabet()
    seen: Counter[Observed] = Counter()
    for _ in range(WALKS):
        _walk(chance, alphabet, seen)
    _asked_for_what_was_over(seen)
    return seen


def _asked_for_what_was_over(seen: Counter[Observed]) -> None:
    """Too rare for walks: a package that ended before the stay is asked for after it."""
    told = Told()
    told.tell("care-package-ended", START, package_id="P1", reason="goals_met")
    told.admitted(START)
    told.discharged(START, pathway="P1")
    told.tell("care-package-requested", START, package_id="P1", kind="new", service="home-help")
    journey, stage = Journey(), ""
    for number, event in enumerate(told.events):
        at = START + timedelta(hours=number)
        step(journey, event.model_copy(update={"time": at, "recordedtime": at}), f"e{number}")
        stage = _look(journey, at, stage, _word(event), seen)


def _walk(chance: random.Random, alphabet: list[AnyEvent], seen: Counter[Observed]) -> None:
    """Half of the steps go anywhere, half by an event that is said to do what was not seen yet."""
    journey, at, stage = Journey(), START, ""
    for number in range(STEPS):
        gap_hours = chance.choice((1, 1, 1, 5, 24, 100, LONG_HOURS))
        at += timedelta(hours=gap_hours)
        if gap_hours >= LONG_HOURS:
            stage = _look(journey, at, stage, TIME, seen)
        unseen = {said.event for said in _said(stage) if number % 2 and said not in seen}
        wanted = [event for event in alphabet if unseen and _word(event) in unseen]
        event = chance.choice(wanted or alphabet)
        step(
            journey,
            event.model_copy(update={"time": at, "recordedtime": at}),
            f"e{number}",
        )
        stage = _look(journey, at, stage, _word(event), seen)


@cache
def _said(stage: str) -> tuple[Observed, ...]:
    """The changes from here that the table tells."""
    return tuple(
        Observed(before, event, after)
        for change in CHANGES
        for before, after in change.pairs()
        if before == stage
        for event in change.events
    )


def _word(event: AnyEvent) -> str:
    return event.type.split(".")[1]


def _look(journey: Journey, at: datetime, before: str, event: str, seen: Counter[Observed]) -> str:
    after = assess(journey, ENGLAND, at).stage.stage
    if before and after != before:
        seen[Observed(before, event, after)] += 1
    return after


def _alphabet() -> list[AnyEvent]:
    """Two stays at two hospitals, a hub, a service at home, a centre; sensible and silly."""
    told = Told()

    def tell(kind: str, /, **data: Any) -> None:
        told.tell(kind, START, **data)

    for provider, spell_id in (("RR8", "S1"), ("RAE", "S2")):
        of: dict[str, Any] = {"provider": provider, "spell_id": spell_id}
        for _ in range(3):
            tell("patient-admitted", **of)
        tell("patient-transferred", ward="W1", **of)
        tell("expected-discharge-date-set", expected_discharge_date="2026-01-09", **of)
        tell("criteria-to-reside-assessed", meets=True, **of)
        for _ in range(4):
            tell("criteria-to-reside-assessed", meets=False, **of)
            tell("patient-discharged", discharge_method="1", **of)
        tell("patient-discharged", discharge_method="4", **of)
        tell("pathway-decided", pathway="P0", status="confirmed", **of)
        for _ in range(2):
            tell("pathway-decided", pathway="P1", status="confirmed", **of)
            tell("pathway-decided", pathway="P2", status="confirmed", **of)
        tell("delay-reason-recorded", reason="hosp_transport", **of)
        tell("delay-reason-cleared", reason="hosp_transport", **of)
        for _ in range(3):
            tell("referred-to-care-transfer-hub", referral_id="H1", hub="hub", **of)
        tell("case-manager-assigned", organisation="RR8", case_manager="cm1", **of)
        tell("medicines-ready", **of)
        tell("transport-booked", **of)
        tell("discharge-summary-sent", **of)
    for referral, kind in (("R1", "reablement"), ("H1", "care_transfer_hub")):
        tell("referral-made", referral_id=referral, kind=kind, service="skills-south")
        tell("referral-received", referral_id=referral)
        for _ in range(2):
            tell("referral-accepted", referral_id=referral, service="skills-south")
            tell("referral-rejected", referral_id=referral, reason="no_capacity")
        tell("referral-withdrawn", referral_id=referral, reason="unwell_again")
    for kind in ("new", "restart", "increased"):
        tell("care-package-requested", package_id="P1", kind=kind, service="home-help")
    for number in ("P1", "P2"):
        tell("care-package-requested", package_id=number, kind="restart", service="home-help")
        tell("care-package-started", package_id=number)
        tell("care-package-restarted", package_id=number)
        tell("first-visit-completed", package_id=number)
        for _ in range(2):
            tell("care-package-ended", package_id=number, reason="goals_met")
    tell("first-visit-completed", referral_id="R1")
    tell("first-visit-missed", package_id="P1")
    tell("care-package-ended", package_id="P1", reason="provider_withdrew")
    tell("care-package-confirmed", package_id="P1", service="home-help")
    tell("care-package-paused", package_id="P1", reason="readmitted")
    tell("care-package-increased", package_id="P1")
    tell("handover-sent", handover_id="V1", to_service="home-help")
    tell("handover-accepted", handover_id="V1", service="home-help")
    tell("coordinator-assigned", organisation="RR8", coordinator="co1")
    tell("task-done", task="long_stay_review", provider="RR8", spell_id="S1")
    tell("patient-died")
    _handed_on(told)
    _in_a_centre(told)
    return told.events


def _handed_on(told: Told) -> None:
    for _ in range(3):
        told.tell("care-package-handed-back", START, package_id="P1", reason="staffing")
        told.tell("care-package-confirmed", START, package_id="P1", service="aire-care")


def _in_a_centre(told: Told) -> None:
    def tell(kind: str, /, **data: Any) -> None:
        told.tell(kind, START, **data)

    tell("centre-admitted", stay_id="T1", service="centre-a")
    tell("centre-goals-agreed", stay_id="T1")
    tell("centre-ready-to-leave", stay_id="T1")
    for meets in (True, False):
        tell("requirements-to-remain-assessed", stay_id="T1", meets=meets)
    tell("centre-delay-reason-recorded", stay_id="T1", reason="cap_equipment", primary=True)
    tell("centre-delay-reason-cleared", stay_id="T1", reason="cap_equipment")
    tell("centre-discharged", stay_id="T1", destination=None)
