"""From raw records of topics to the events that stand, person by person. Standard library only.

Part of `topic_figures.py`: it shares no code with the project, on purpose.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Record = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]
"""Key, value, headers."""
Topics = Mapping[str, Sequence[Record]]
"""Records by the topic's short name (`admission`, `admission.dlq`, `alerts`); those of one key in
the order of the log."""

INPUTS = ("admission", "discharge", "care-package", "coordination")

RANKS = {
    "patient-admitted": 10,
    "patient-transferred": 20,
    "criteria-to-reside-assessed": 40,
    "delay-reason-cleared": 45,
    "referral-made": 48,
    "assessment-referred": 48,
    "assessment-allocated": 49,
    "support-plan-agreed": 51,
    "funding-agreed": 52,
    "assessment-withdrawn": 53,
    "care-package-requested": 48,
    "referral-received": 49,
    "handover-sent": 49,
    "referral-accepted": 51,
    "referral-rejected": 51,
    "referral-withdrawn": 52,
    "wait-resumed": 51,
    "admission-cancelled": 70,
    "patient-discharged": 80,
    "discharge-cancelled": 82,
    "care-package-started": 83,
    "first-visit-missed": 83,
    "care-package-restarted": 83,
    "centre-admitted": 83,
    "first-visit-completed": 84,
    "centre-goals-agreed": 84,
    "discharge-summary-sent": 85,
    "centre-ready-to-leave": 85,
    "requirements-to-remain-assessed": 85,
    "centre-delay-reason-recorded": 85,
    "centre-delay-reason-cleared": 85,
    "care-package-increased": 84,
    "care-package-handed-back": 85,
    "care-package-ended": 86,
    "centre-discharged": 86,
    "handover-accepted": 87,
    "handover-rejected": 87,
    "follow-up-recorded": 88,
    "patient-died": 90,
}
"""Order among events of the same time; 50 where a type is not listed (docs/events)."""
CANCELLATIONS = {
    "admission-cancelled": "patient-admitted",
    "discharge-cancelled": "patient-discharged",
}
"""A cancellation that names no event undoes the last of the other type in its spell."""


@dataclass(frozen=True)
class Event:
    """One event as its JSON says. `type` is without `flow.` and version."""

    identity: str
    type: str
    at: datetime
    recorded_at: datetime
    person: str
    source: str
    corrects: str | None
    data: Mapping[str, Any]
    said: str = field(repr=False)
    """Everything but the trace, to tell a repeat from a conflict."""

    @property
    def order(self) -> tuple[datetime, int, datetime, str]:
        return (self.at, RANKS.get(self.type, 50), self.recorded_at, self.identity)

    @property
    def when(self) -> tuple[datetime, str]:
        return (self.at, self.identity)

    @property
    def spell(self) -> tuple[str, str]:
        return (self.data["provider"], self.data["spell_id"])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def parse(value: bytes) -> Event:
    """Structured mode only, which is what the demo feed and the importer publish."""
    content = json.loads(value)
    content.pop("traceparent", None)
    return Event(
        identity=f"{content['source']}#{content['id']}",
        type=content["type"].removeprefix("flow.").rpartition(".")[0],
        at=instant(content["time"]),
        recorded_at=instant(content["recordedtime"]),
        person=content["subject"],
        source=content["source"],
        corrects=content.get("corrects"),
        data=content["data"],
        said=json.dumps(content, sort_keys=True),
    )


@dataclass
class Inputs:
    """What was accepted of the inputs: events by person and identity, and how it came."""

    people: dict[str, dict[str, Event]] = field(default_factory=dict)
    duplicates: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0
    late: int = 0
    newest_by_source: dict[str, datetime] = field(default_factory=dict)


def read_inputs(topics: Topics) -> Inputs:
    """Every record of the inputs that is not among the dead letters, once."""
    inputs = Inputs()
    for topic in INPUTS:
        for event in _accepted(topics, topic):
            newest = inputs.newest_by_source.get(event.source, event.recorded_at)
            inputs.newest_by_source[event.source] = max(newest, event.recorded_at)
            _take(inputs, topic, event)
    return inputs


def _accepted(topics: Topics, topic: str) -> Iterator[Event]:
    refused = Counter((key, value) for key, value, _ in topics.get(f"{topic}.dlq", ()))
    for key, value, _ in topics.get(topic, ()):
        if refused[key, value]:
            refused[key, value] -= 1
        else:
            assert value is not None, "a record without a value is a dead letter"
            yield parse(value)
    assert not +refused, f"{topic}: dead letters that match no record (kept by reference?)"


def _take(inputs: Inputs, topic: str, event: Event) -> None:
    events = inputs.people.setdefault(event.person, {})
    known = events.get(event.identity)
    if known is None:
        inputs.late += (event.recorded_at - event.at).total_seconds() > 24 * 3600
    elif known.said == event.said:
        inputs.duplicates[topic] += 1
        return
    else:
        # The one recorded last stands; of two recorded at once this program cannot tell which.
        assert known.recorded_at != event.recorded_at, "conflict of events recorded at once"
        inputs.conflicts += 1
        if event.recorded_at < known.recorded_at:
            inputs.duplicates[topic] += 1
            return
    events[event.identity] = event


@dataclass
class Standing:
    """The events of one person that stand, in time order, and what was amiss with the others."""

    events: list[Event]
    void_spells: set[tuple[str, str]]
    findings: Counter[str]


def standing(events: Iterable[Event]) -> Standing:
    """Corrections replace what they name, cancellations void it (design 4)."""
    known = {event.identity: event for event in events}
    findings: Counter[str] = Counter()
    correctors: dict[str, list[Event]] = {}
    for event in known.values():
        if event.corrects is None:
            continue
        if event.corrects.rpartition("#")[0] != event.source:
            findings["correction_not_allowed"] += 1
        elif event.corrects not in known:
            findings["correction_waits"] += 1
        else:
            correctors.setdefault(event.corrects, []).append(event)
    heirs = {identity: _heir(known[identity], correctors, 0) for identity in known}
    losers = _losers(correctors, heirs)
    left = sorted(
        (event for event in known.values() if heirs[event.identity] is event),
        key=lambda event: event.order,
    )
    left = [event for event in left if event.identity not in losers]
    cancelled = {
        event.spell
        for event in known.values()
        if event.type == "patient-admitted" and heirs[event.identity] is None
    }
    left, undone = _cancel(left, findings)
    cancelled |= undone
    admitted = {event.spell for event in left if event.type == "patient-admitted"}
    return Standing(left, cancelled - admitted, findings)


def _heir(event: Event, correctors: Mapping[str, list[Event]], depth: int) -> Event | None:
    """Who stands in the place of an event: itself, what replaced it, or nobody."""
    assert depth < 100, "corrections in a circle are not looked into here"
    rivals = [
        (rival, heir)
        for rival in correctors.get(event.identity, ())
        if (heir := _heir(rival, correctors, depth + 1)) is not None
    ]
    if not rivals:
        return event
    newest = max(rival.recorded_at for rival, _ in rivals)
    winners = [heir for rival, heir in rivals if rival.recorded_at == newest]
    assert len(winners) == 1, "rival corrections recorded at once"
    return None if winners[0].type in CANCELLATIONS else winners[0]


def _losers(correctors: Mapping[str, list[Event]], heirs: Mapping[str, Event | None]) -> set[str]:
    """Rivals that a later one outdid, with all that corrected them."""
    lost: set[str] = set()
    for rivals in correctors.values():
        alive = [rival for rival in rivals if heirs[rival.identity] is not None]
        newest = max((rival.recorded_at for rival in alive), default=None)
        todo = [rival for rival in alive if rival.recorded_at != newest]
        while todo:
            rival = todo.pop()
            lost.add(rival.identity)
            todo.extend(correctors.get(rival.identity, ()))
    return lost


def _cancel(
    events: list[Event], findings: Counter[str]
) -> tuple[list[Event], set[tuple[str, str]]]:
    """Cancellations that name no event, each on the last match before it."""
    undone: set[str] = set()
    spells: set[tuple[str, str]] = set()
    for index, event in enumerate(events):
        if event.type not in CANCELLATIONS or event.corrects is not None:
            continue
        matches = [
            earlier
            for earlier in events[:index]
            if earlier.type == CANCELLATIONS[event.type]
            and earlier.spell == event.spell
            and earlier.identity not in undone
        ]
        if matches:
            undone.add(matches[-1].identity)
        else:
            findings["cancellation_without_target"] += 1
        if event.type == "admission-cancelled":
            spells.add(event.spell)
    return [event for event in events if event.identity not in undone], spells
