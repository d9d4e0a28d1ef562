"""What a ledger has changed and not yet handed over, and what its gauges add up to."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from flow.engine.keys import summary_key
from flow.engine.log import NewRecord
from flow.engine.observer import GaugeKey, Tally
from flow.engine.person import Person
from flow.engine.summary import REPLACED, Summary
from flow.pathway import Contribution


@dataclass(slots=True)
class Changes:
    """What is to be made durable together, and what may be counted once it is."""

    outputs: list[NewRecord] = field(default_factory=list)
    state: list[NewRecord] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    gauges: dict[GaugeKey, float] = field(default_factory=lambda: defaultdict(float))
    people: int = 0
    not_assessed: int = 0
    clock: datetime | None = None
    size_bytes: int = 0

    def put_output(self, record: NewRecord) -> None:
        self.outputs.append(record)
        self.size_bytes += record.size_bytes

    def put_state(self, record: NewRecord) -> None:
        self.state.append(record)
        self.size_bytes += record.size_bytes

    def move_gauges(
        self,
        totals: dict[GaugeKey, float],
        before: tuple[Contribution, ...],
        after: tuple[Contribution, ...],
    ) -> None:
        """Somebody, or a service, adds `after` instead of `before`; `totals` move along.

        Most of a contribution stays as it was, and that moves nothing.
        """
        times: dict[Contribution, int] = {}
        for each in before:
            times[each] = times.get(each, 0) - 1
        for each in after:
            times[each] = times.get(each, 0) + 1
        for (metric, labels, amount), more in times.items():
            if more:
                key = (metric, labels)
                self.gauges[key] += more * amount
                totals[key] += more * amount


class Outbox:
    """Collects `changes` of one partition; `gauges` and `not_assessed` are its totals."""

    def __init__(self, partition: int, state_topic: str) -> None:
        self._partition = partition
        self._state_topic = state_topic
        self.changes = Changes()
        self.gauges: dict[GaugeKey, float] = defaultdict(float)
        self.not_assessed = 0

    def put_output(self, record: NewRecord) -> None:
        self.changes.put_output(record)

    def put_state(self, key: bytes, value: bytes | None) -> None:
        self.changes.put_state(NewRecord(self._state_topic, self._partition, key, value))

    def put_replaced(self, person: Person) -> None:
        """An event has other content now: after a crash the number of events would not show it."""
        person.summary = replace(person.summary, events=REPLACED)
        person.stored = False
        self.put_state(summary_key(person.reference), person.summary.encode())

    def restored(self, summary: Summary) -> None:
        """Somebody as they were published: nothing changes."""
        self.not_assessed += not summary.assessed
        for metric, labels, amount in summary.contribution:
            self.gauges[metric, labels] += amount

    def count_instead(self, before: Summary, after: Summary) -> None:
        """What a person adds to the gauges has changed."""
        self.not_assessed += before.assessed - after.assessed
        if after.contribution == before.contribution:
            return
        self.changes.move_gauges(self.gauges, before.contribution, after.contribution)

    def take(self) -> Changes:
        """Everything since the last time; a new, empty set of changes begins."""
        changes, self.changes = self.changes, Changes()
        changes.not_assessed = self.not_assessed
        return changes
