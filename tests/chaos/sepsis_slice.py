"""The first part of the sepsis log: what is published, and what must come of it.

The slice is a CSV of its own, cut where a number of events is reached, so that the oracle of the
whole log (`tests/simulate/sepsis_oracle.py`, standard library only) tells what becomes of it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flow.events import encode
from flow.simulate.importer import read_events
from flow.simulate.mapping import load_mapping
from flow.simulate.publish import tick_times
from tests.simulate.sepsis_oracle import (
    BLANK_CASE,
    HOSPITAL_CLOCK,
    SEPSIS_CSV,
    ExpectedAlert,
    alert_subjects,
    expected_alerts,
    expected_outcomes,
    expected_references,
)
from tests.system.sepsis import KEY_ID, SECRET

STEP = timedelta(days=7)
ACTIVITIES = ("ER Registration", "Return ER", "Admission", "Release")
"""Rows of other activities say nothing that is read."""


@dataclass(frozen=True, slots=True)
class Message:
    """One record to publish; `topic` is the short name.

    `partition` is set where the partitioner is not to choose. `reason` is the code of the dead
    letter that must come of it, None for what can be used.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Everything recorded up to `tick`, since the step before."""

    tick: datetime
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """`in_hospital` and `alerts` are the oracle's, by person; `alerts` by what they are about."""

    steps: tuple[Step, ...]
    alerts: dict[tuple[str, str], tuple[ExpectedAlert, ...]]
    in_hospital: dict[str, bool]

    @property
    def good(self) -> list[Message]:
        """What can be used, repeats included."""
        return [
            message for step in self.steps for message in step.messages if message.reason is None
        ]

    @property
    def ticks(self) -> list[datetime]:
        return [step.tick for step in self.steps]


def sepsis_slice(events: int, folder: Path, every: timedelta = STEP) -> Slice:
    """The slice of the log that holds about its first `events` events; its CSV goes to `folder`."""
    mapping = load_mapping("sepsis")
    whole = read_events(Path(SEPSIS_CSV), mapping, secret=SECRET, key_id=KEY_ID).events
    path = folder / "slice.csv"
    _cut(path, whole[events - 1].recordedtime)
    kept = read_events(path, mapping, secret=SECRET, key_id=KEY_ID).events
    assert len(kept) >= events, "the slice holds what was asked for"
    ticks = list(tick_times(kept[0].recordedtime, kept[-1].recordedtime, every))
    steps, start = [], 0
    for tick in ticks:
        end = start
        while end < len(kept) and kept[end].recordedtime <= tick:
            end += 1
        steps.append(
            Step(
                tick,
                tuple(
                    Message(event.topic, event.subject.encode(), encode(event))
                    for event in kept[start:end]
                ),
            )
        )
        start = end
    assert start == len(kept)
    return Slice(tuple(steps), *_expected(path, ticks))


def _cut(path: Path, last: datetime) -> None:
    """Write the rows up to `last`, of the activities that are read."""
    with SEPSIS_CSV.open(encoding="utf-8", newline="") as whole, path.open("w", newline="") as part:
        rows = csv.DictReader(whole)
        assert rows.fieldnames is not None
        kept = csv.DictWriter(part, rows.fieldnames)
        kept.writeheader()
        for row in rows:
            local = datetime.fromisoformat(row["timestamp"]).replace(tzinfo=HOSPITAL_CLOCK)
            if row["activity"].startswith(ACTIVITIES) and local.astimezone(UTC) <= last:
                kept.writerow(row)


def _expected(
    path: Path, ticks: Sequence[datetime]
) -> tuple[dict[tuple[str, str], tuple[ExpectedAlert, ...]], dict[str, bool]]:
    references = expected_references(path, SECRET, KEY_ID)
    about = alert_subjects(path, SECRET)
    alerts: dict[tuple[str, str], tuple[ExpectedAlert, ...]] = {}
    for case, expected in expected_alerts(path, ticks).items():
        for alert in expected:
            subject = (references[case], about[case, alert.spell])
            alerts[subject] = (*alerts.get(subject, ()), alert)
    outcomes = expected_outcomes(path)
    assert outcomes, f"no case in {path} (a blank one is called {BLANK_CASE})"
    return alerts, {references[case]: outcome.open_spells > 0 for case, outcome in outcomes.items()}
