"""Holds what a run left in the topics against the sepsis oracle, person by person."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from tests.simulate.sepsis_oracle import (
    RELEASE_CODES,
    SEPSIS_CSV,
    ExpectedOutcome,
    expected_alerts,
    expected_outcomes,
    expected_references,
)
from tests.system.outcome import alert_changes, final_alerts, journeys
from tests.system.product import Product
from tests.system.sepsis import KEY_ID, SECRET

AlertRow = tuple[
    str, int, int, datetime, tuple[tuple[str, datetime], ...], datetime, datetime | None, str | None
]


async def assert_agrees(product: Product, ticks: list[datetime]) -> None:
    """State, alerts and dead letters of a finished run."""
    state, alerts = await product.records("pathway-events"), await product.records("alerts")
    assert_outcomes_agree(state)
    assert_stages_agree(await product.records("stages"))
    assert_events_once(state)
    assert_alerts_agree(state, alerts, ticks)
    assert await product.records("admission.dlq") == []
    assert await product.records("discharge.dlq") == []


def assert_outcomes_agree(state: list[Any]) -> None:
    """Spells, ward moves, open spells, release types and returns, person by person."""
    found = journeys(state)
    expected = _expected_by_person()
    assert set(found) == set(expected)
    for person, outcome in expected.items():
        spells = list(found[person].spells.values())
        assert [
            (
                spell.admitted.at,
                spell.discharged.at if spell.discharged else None,
                spell.discharge_destination,
                [(stay.ward, stay.since.at) for stay in spell.ward_stays],
                spell.returned_after_days,
            )
            for spell in spells
        ] == [
            (
                spell.admitted_at,
                spell.discharged_at,
                RELEASE_CODES[spell.release] if spell.release else None,
                [(stay.ward, stay.since) for stay in spell.wards],
                spell.returned_after_days,
            )
            for spell in outcome.spells
        ]


def assert_stages_agree(stages: list[Any]) -> None:
    """What the worker published of each person at the end: in hospital or not, where."""
    last = {record.key.decode(): json.loads(record.value)["data"] for record in stages}
    expected = _expected_by_person()
    assert set(last) == set(expected)
    for person, outcome in expected.items():
        stage, spell = last[person], outcome.spells[-1]
        assert (stage["stage"] == "in_hospital") == (spell.discharged_at is None), person
        if spell.discharged_at is None:
            assert stage["ward"] == spell.wards[-1].ward
            assert _at(stage["since"]) == spell.admitted_at


def assert_events_once(state: list[Any]) -> None:
    """No event stands twice in the state, compaction or not."""
    keys = Counter(record.key for record in state if b"/event/" in record.key)
    assert [key for key, count in keys.items() if count > 1] == []


def assert_alerts_agree(state: list[Any], alerts: list[Any], ticks: list[datetime]) -> None:
    """Which delays were raised at which tick, how far they rose, when and why they closed."""
    people = journeys(state)
    numbers = {
        person: {spell.about: number for number, spell in enumerate(journey.spells.values(), 1)}
        for person, journey in people.items()
    }
    found: dict[str, set[AlertRow]] = {person: set() for person in people}
    for alert in final_alerts(alerts).values():
        found[alert["person"]].add(
            (
                alert["wait"],
                numbers[alert["person"]][alert["about"]],
                alert["period"],
                _at(alert["due_at"]),
                tuple((level["level"], _at(level["at"])) for level in alert["levels"]),
                _at(alert["raised_at"]),
                _at(alert["closed_at"]) if "closed_at" in alert else None,
                alert.get("closed_reason"),
            )
        )
    references = expected_references(SEPSIS_CSV, SECRET, KEY_ID)
    for case, expected in expected_alerts(SEPSIS_CSV, ticks).items():
        rows: set[AlertRow] = {
            (
                alert.wait,
                alert.spell,
                alert.period,
                alert.due_at,
                alert.levels,
                alert.raised_at,
                alert.closed_at,
                alert.closed_reason,
            )
            for alert in expected
        }
        assert found[references[case]] == rows, f"case {case}"
    changes = alert_changes(alerts)
    assert len(changes) == len(set(changes)), "an alert was put on the topic twice"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _expected_by_person() -> dict[str, ExpectedOutcome]:
    references = expected_references(SEPSIS_CSV, SECRET, KEY_ID)
    return {references[case]: found for case, found in expected_outcomes(SEPSIS_CSV).items()}
