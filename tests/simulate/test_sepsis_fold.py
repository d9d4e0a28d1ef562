"""The sepsis log through importer and core, in memory, person by person against the oracle."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from flow.events.decode import encode
from flow.events.event_types import AnyEvent
from flow.pathway.history import Added, History
from flow.pathway.journey import Journey
from flow.simulate.importer import read_events
from flow.simulate.mapping import load_mapping
from tests.simulate.sepsis_oracle import (
    PROVIDER,
    RELEASE_CODES,
    ExpectedOutcome,
    expected_outcomes,
    expected_references,
)

SECRET = b"a secret for tests, made up here"
KEY_ID = "k1"


@pytest.fixture(scope="module")
def events(sepsis_csv: Path) -> list[AnyEvent]:
    return read_events(sepsis_csv, load_mapping("sepsis"), secret=SECRET, key_id=KEY_ID).events


@pytest.fixture(scope="module")
def expected(sepsis_csv: Path) -> dict[str, ExpectedOutcome]:
    """Outcomes by the person's reference."""
    references = expected_references(sepsis_csv, SECRET, KEY_ID)
    return {references[case]: found for case, found in expected_outcomes(sepsis_csv).items()}


@pytest.fixture(scope="module")
def journeys(events: list[AnyEvent]) -> Mapping[str, Journey]:
    histories: dict[str, History] = {}
    for event in events:
        history = histories.setdefault(event.subject, History())
        assert history.add(event, encode(event)) is Added.FRESH
        history.journey()
    return {person: history.journey() for person, history in histories.items()}


def test_the_oracle_counts_what_is_known_of_the_log(
    expected: Mapping[str, ExpectedOutcome],
) -> None:
    outcomes = expected.values()
    assert len(outcomes) == 1050
    assert sum(len(outcome.spells) for outcome in outcomes) == 1050 + 294 + 1
    assert sum(outcome.open_spells for outcome in outcomes) == 268 + 294 + 1
    assert sum(not outcome.release_types for outcome in outcomes) == 268
    releases = Counter(letter for outcome in outcomes for letter in outcome.release_types)
    assert releases == {"A": 671, "B": 56, "C": 25, "D": 24, "E": 6}
    assert sum(outcome.ward_moves for outcome in outcomes) == 1182 + 117 - 1


def test_every_person_has_the_spells_that_the_log_says(
    journeys: Mapping[str, Journey], expected: Mapping[str, ExpectedOutcome]
) -> None:
    assert set(journeys) == set(expected)
    for person, outcome in expected.items():
        found = list(journeys[person].spells.values())
        assert [
            (spell.provider, spell.admitted.at, spell.discharged and spell.discharged.at)
            for spell in found
        ] == [(PROVIDER, spell.admitted_at, spell.discharged_at) for spell in outcome.spells]
        assert [spell.discharge_destination for spell in found] == [
            RELEASE_CODES[spell.release] if spell.release else None for spell in outcome.spells
        ]


def test_every_person_moves_between_the_wards_that_the_log_says(
    journeys: Mapping[str, Journey], expected: Mapping[str, ExpectedOutcome]
) -> None:
    for person, outcome in expected.items():
        found = [
            [(stay.ward, stay.since.at) for stay in spell.ward_stays]
            for spell in journeys[person].spells.values()
        ]
        assert found == [
            [(stay.ward, stay.since) for stay in spell.wards] for spell in outcome.spells
        ]


def test_everybody_who_returns_within_30_days_is_found(
    journeys: Mapping[str, Journey], expected: Mapping[str, ExpectedOutcome]
) -> None:
    for person, outcome in expected.items():
        found = [spell.returned_after_days for spell in journeys[person].spells.values()]
        assert found == [spell.returned_after_days for spell in outcome.spells]
    assert sum(outcome.returned_within_30_days for outcome in expected.values()) == 114


def test_the_log_raises_no_finding(journeys: Mapping[str, Journey]) -> None:
    assert [finding for journey in journeys.values() for finding in journey.findings] == []
