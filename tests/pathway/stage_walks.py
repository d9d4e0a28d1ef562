"""Seeded walks through every kind of event, in the order in which they happen, and stories of what
they seldom meet: which stage follows which, and by what."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flow.events import AnyEvent
from flow.pathway import History, Journey, assess
from flow.pathway.fold import step
from flow.pathway.stage_changes import CHANGES
from tests.pathway.stage_stories import stories
from tests.pathway.told import ENGLAND, Told

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
WALKS, STEPS = 700, 30
WALKS_AT_MOST = 6000
"""Until everything was seen, which of the seeds 0 to 30 took 247 to 1363 walks."""
LONG_HOURS = 2300
"""Longer than 91 days: time alone may have changed the stage."""
TIME = ""
"""In place of an event: nothing happened but time."""


class Observed(NamedTuple):
    before: str
    event: str
    after: str


@cache
def observed(seed: int) -> Counter[Observed]:
    """How often each change of stage was seen."""
    chance = random.Random(seed)
    alphabet = _alphabet()
    seen: Counter[Observed] = Counter()
    for events in (*_rare(), *stories(START)):
        for late in range(len(events) + 1):
            _tell(events, late, seen)
    for number in range(WALKS_AT_MOST):
        unseen = [group for group in groups() if seen.keys().isdisjoint(group)]
        if number >= WALKS and not unseen:
            break
        _walk(chance, alphabet, seen, unseen)
    return seen


def _tell(events: list[AnyEvent], late: int, seen: Counter[Observed]) -> None:
    """An event an hour, but the one of this number comes after a long time; all, if it is none."""
    journey, at, stage = History().journey(), START, ""
    for number, event in enumerate(events):
        at += timedelta(hours=LONG_HOURS if number == late else 1)
        if number == late:
            stage = _look(journey, at, stage, TIME, seen)
        stage = _step(journey, event, at, stage, seen)
    _look(journey, at + timedelta(hours=LONG_HOURS), stage, TIME, seen)


def _walk(
    chance: random.Random,
    alphabet: list[AnyEvent],
    seen: Counter[Observed],
    unseen: list[frozenset[Observed]],
) -> None:
    """Half of the steps go anywhere, half by an event that is said to do what was not seen yet."""
    journey, at, stage = History().journey(), START, ""
    for number in range(STEPS):
        gap_hours = chance.choice((1, 1, 1, 5, 24, 100, LONG_HOURS))
        if number % 2 and TIME in _events_from(stage, unseen):
            gap_hours = LONG_HOURS
        at += timedelta(hours=gap_hours)
        if gap_hours >= LONG_HOURS:
            stage = _look(journey, at, stage, TIME, seen)
        from_here = _events_from(stage, unseen) if number % 2 else ()
        wanted = [event for event in alphabet if from_here and _word(event) in from_here]
        event = chance.choice(wanted or alphabet)
        stage = _step(journey, event, at, stage, seen)


def _step(
    journey: Journey, event: AnyEvent, at: datetime, stage: str, seen: Counter[Observed]
) -> str:
    event = event.model_copy(update={"time": at, "recordedtime": at})
    step(journey, event, f"e{journey.steps}")
    return _look(journey, at, stage, _word(event), seen)


def _events_from(stage: str, unseen: list[frozenset[Observed]]) -> set[str]:
    """By what the table lets something happen from here that was not seen yet."""
    return {said.event for group in unseen for said in group if said.before == stage}


@cache
def groups() -> tuple[frozenset[Observed], ...]:
    """What the table tells, in groups of which one is enough: of what usually happens one for every
    event and every arrow; of what is odd one for every event and every stage that it leads to."""
    found = []
    for change in CHANGES:
        told = [
            Observed(before, event, after)
            for before, after in change.pairs()
            for event in change.events or (TIME,)
        ]
        by_event: dict[object, set[Observed]] = {}
        by_arrow: dict[object, set[Observed]] = {}
        for each in told:
            by_event.setdefault(each.event, set()).add(each)
            by_arrow.setdefault(each.after if change.odd else each[::2], set()).add(each)
        found += [frozenset(group) for group in (*by_event.values(), *by_arrow.values())]
    return tuple(found)


def _word(event: AnyEvent) -> str:
    return event.type.split(".")[1]


def _look(journey: Journey, at: datetime, before: str, event: str, seen: Counter[Observed]) -> str:
    after = assess(journey, ENGLAND, at).stage.stage
    if before and after != before:
        seen[Observed(before, event, after)] += 1
    return after


def _rare() -> Iterator[list[AnyEvent]]:
    """Too seldom seen by walks: care by a referral ends, by time or as it is taken back; what was
    asked for in an older stay is needed again; who accepts a person after care that has ended; what
    is told of who was lent to a hospital."""
    for pathway, last in (("P1", "handover-sent"), ("P0", "referral-withdrawn")):
        told = Told()
        told.admitted(START)
        told.discharged(START, pathway=pathway)
        told.tell("referral-made", START, referral_id="R1", kind="reablement")
        told.tell("first-visit-completed", START, referral_id="R1")
        data = {"handover_id": "V1", "to_service": "home-help"}
        if last == "referral-withdrawn":
            data = {"referral_id": "R1", "reason": "unwell_again"}
        told.tell(last, START, **data)
        yield told.events
    told = Told()
    told.admitted(START)
    told.tell("referral-made", START, referral_id="R1", kind="reablement", service="skills-south")
    told.in_spell("pathway-decided", START, pathway="P0", status="confirmed")
    told.admitted(START, provider="RAE", spell_id="S2")
    told.discharged(START, pathway="P1", provider="RAE", spell_id="S2")
    told.tell("first-visit-completed", START, package_id="P1")
    told.tell("care-package-ended", START, package_id="P1", reason="goals_met")
    told.in_spell("pathway-decided", START, pathway="P1", status="confirmed")
    yield told.events
    yield _accepted_after_care()
    yield from _lent()


def _accepted_after_care() -> list[AnyEvent]:
    told = Told()
    told.admitted(START)
    told.discharged(START, pathway="P1")
    told.tell("first-visit-completed", START, package_id="P1", service="acme")
    told.tell("care-package-ended", START, package_id="P1", reason="goals_met")
    told.tell("handover-sent", START, handover_id="V1", to_service="home-help")
    told.tell("handover-accepted", START, handover_id="V1")
    return told.events


def _lent() -> Iterator[list[AnyEvent]]:
    """To another hospital, and back from there as far as they were before."""
    for steps in range(3):
        told = Told()
        told.admitted(START)
        told.reviewed(START, meets=False)
        if steps > 0:
            told.in_spell("referred-to-care-transfer-hub", START, referral_id="H1", hub="hub")
        if steps > 1:
            told.in_spell("pathway-decided", START, pathway="P1", status="confirmed")
        told.admitted(START, provider="RAE", spell_id="S2")
        told.discharged(START, destination_code="51", provider="RAE", spell_id="S2")
        yield told.events


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
        tell("patient-discharged", destination_code="51", **of)
        tell("patient-discharged", pathway="P0", **of)
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
    for number in range(3):
        told.tell("care-package-handed-back", START, package_id="P1", reason="staffing",
                  care_until=START + timedelta(hours=2000) if number else None)  # fmt: skip
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
