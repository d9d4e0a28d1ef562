"""Folds events without a broker, as a worker would that ticks at every moment that matters.

Each event becomes known when it was written down; between events time stops wherever the
assessment says that it may change something. So alerts have the lives that they would have had.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import BinaryIO

from flow.cli.same_person import people_known
from flow.errors import Rejected
from flow.events import MAX_VALUE_BYTES, AnyEvent, decode_stored
from flow.events.care_package import CentreCapacityReported
from flow.events.event_types import ServiceAnswer
from flow.events.reasons import REASONS
from flow.pathway import Alert, Assessment, Finding, History, Journey, Policy, advance, assess
from flow.pathway.identity import note_circle


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no event: its number in the input, and the dead-letter reason."""

    line: int
    reason: str
    detail: str

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"line {self.line}: {self.reason}{detail}: {REASONS[self.reason].remedy}"


@dataclass(slots=True)
class Lines:
    """Events by person, services' reports and answers to their alerts, as read from JSON lines."""

    people: dict[str, list[tuple[AnyEvent, bytes]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    reports: list[CentreCapacityReported] = field(default_factory=list)
    answers: list[ServiceAnswer] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    newest: datetime | None = None
    """The latest moment at which an event was written down."""
    newest_event: str = ""
    """The identity of an event that was written down then."""
    before: datetime | None = None
    """The latest moment before, and the earliest of all."""
    oldest: datetime | None = None

    def written(self, event: AnyEvent | CentreCapacityReported | ServiceAnswer) -> None:
        """Note when an event was written down."""
        at = event.recordedtime
        self.oldest = at if self.oldest is None else min(at, self.oldest)
        if self.newest is None or at > self.newest:
            self.before, self.newest = self.newest, at
            self.newest_event = event.identity
        elif at < self.newest and (self.before is None or at > self.before):
            self.before = at


def read_lines(stream: BinaryIO) -> Lines:
    """One event a line, structured; blank lines do not count."""
    lines = Lines()
    for number, text in enumerate(stream, start=1):
        value = text.strip()
        if not value:
            continue
        try:
            if len(value) > MAX_VALUE_BYTES:
                raise Rejected("too_large", f"{len(value)} bytes")
            event = decode_stored(value)
        except Rejected as error:
            lines.bad.append(BadLine(number, error.reason, error.detail))
            continue
        if isinstance(event, CentreCapacityReported):
            lines.reports.append(event)
        elif isinstance(event, ServiceAnswer):
            lines.answers.append(event)
        else:
            lines.people[event.subject].append((event, value))
        lines.written(event)
    return lines


@dataclass(frozen=True, slots=True)
class Folded:
    """One person at a moment. `alerts` are all that were ever raised, in that order."""

    person: str
    at: datetime
    history: History
    journey: Journey
    assessment: Assessment
    alerts: tuple[Alert, ...]
    of_services: dict[Finding, str] = field(default_factory=dict)
    """Of findings about a service which one, and what is the matter there."""

    @property
    def events(self) -> int:
        return len(self.history)


def fold_people(
    people: Mapping[str, Iterable[tuple[AnyEvent, bytes]]], policy: Policy, at: datetime
) -> Iterator[Folded]:
    """Everyone of whom something was written down by `at`, in the order of their references.

    Who has several is one person, under the reference that the others point to.
    """
    known = people_known(people, policy, at)
    for person in sorted(known):
        folded = fold_person(person, known[person], policy, at)
        if folded is not None:
            yield folded


def fold_person(
    person: str, events: Iterable[tuple[AnyEvent, bytes]], policy: Policy, at: datetime
) -> Folded | None:
    """The person as known at `at`; None where nothing was written down by then."""
    known = sorted(
        (item for item in events if item[0].recordedtime <= at),
        key=lambda item: item[0].recordedtime,
    )
    if not known:
        return None
    life = _Life(person, policy)
    for now, arrived in groupby(known, key=lambda item: item[0].recordedtime):
        life.pass_time(now)
        for event, value in arrived:
            life.history.add(event, value)
        life.tick(now)
    life.pass_time(at)
    view = life.tick(at)
    history = life.history
    journey = history.journey()
    if journey.link is not None:
        # It points on and stands for the person all the same: in a circle.
        note_circle(view, journey.link)
    return Folded(person, at, history, journey, view, tuple(life.every.values()))


class _Life:
    """One person while time goes on."""

    def __init__(self, person: str, policy: Policy) -> None:
        self.history = History(policy.may_correct)
        self.every: dict[str, Alert] = {}
        self._person = person
        self._policy = policy
        self._open: dict[str, Alert] = {}
        self._next_at: datetime | None = None

    def pass_time(self, until: datetime) -> None:
        """Tick wherever time alone changes something before `until`."""
        while self._next_at is not None and self._next_at < until:
            self.tick(self._next_at)

    def tick(self, now: datetime) -> Assessment:
        journey = self.history.journey()
        view = assess(journey, self._policy, now)
        advanced = advance(self._open, view, journey, self._person, now, raising=True)
        self._open = advanced.alerts
        for alert in advanced.changed:
            self.every[str(alert.alert_id)] = alert
        self._next_at = view.next_at
        return view
