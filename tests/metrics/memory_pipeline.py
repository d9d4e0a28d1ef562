"""A pipeline without a broker: ledgers over a log in memory, observed by the metrics.

It does what `flow.engine.partition` does, one thing after the other, so that a test can stop
anywhere. What is written is durable at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from flow.engine.keys import partition_of
from flow.engine.ledger import Ledger
from flow.engine.log import NewRecord
from flow.engine.memory import MemoryLog, StoredRecord
from flow.engine.observer import Observer, Silent
from flow.engine.partition_ledger import PartitionLedger
from flow.engine.service_ledger import ServiceLedger
from flow.events import AnyEvent, encode
from flow.events.topics import PERSON_INPUTS, SERVICE_EVENTS, SERVICE_INPUTS, topic_name
from flow.pathway import Policy
from tests.metrics.topic_events import Record

PARTITIONS = 2
KAFKA_TIME_MS = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
"""Before the first tick an event may not lie years ahead of its record's time."""


class MemoryPipeline:
    """One worker that owns every partition. With the `log` of another one it goes on there."""

    def __init__(
        self,
        policy: Policy,
        observer: Observer,
        log: MemoryLog | None = None,
        services_observer: Observer | None = None,
    ) -> None:
        self.policy = policy
        self.observer = observer
        self.services_observer = services_observer or Silent()
        self.log = log or MemoryLog(lambda: KAFKA_TIME_MS)
        self.clock: datetime | None = None
        self._done: dict[tuple[str, int], int] = defaultdict(int)
        self._ledgers: dict[int, PartitionLedger] = {}
        self._services: dict[int, PartitionLedger] = {}
        self._open()

    def _open(self) -> None:
        for kind, ledgers, observer in (
            (Ledger, self._ledgers, self.observer),
            (ServiceLedger, self._services, self.services_observer),
        ):
            observer.rebalanced(range(PARTITIONS))
            for number in range(PARTITIONS):
                ledgers[number] = self._opened(kind, number, observer)

    def _opened(
        self, kind: Callable[..., PartitionLedger], number: int, observer: Observer
    ) -> PartitionLedger:
        ledger = kind(
            number,
            self.policy,
            application="test",
            prefix="",
            wall=False,
            partitions=PARTITIONS,
        )
        records = 0
        for topic, restore in ledger.sources():
            stored = self.log.records(topic, number)
            restore(stored)
            records += len(stored)
        assert all(step is None for step in ledger.restored())
        observer.opened(
            number, 0.1, records, ledger.gauges, ledger.subject_count, ledger.not_assessed
        )
        return ledger

    def publish(self, events: Iterable[AnyEvent]) -> None:
        """Put events into their topics; nothing is worked yet."""
        for event in events:
            self.send(event.topic, event.subject.encode(), encode(event))

    def send(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        """One record as it is."""
        partition = partition_of(key or b"", PARTITIONS)
        self.log.append(NewRecord(topic_name(topic), partition, key, value))

    def work(self) -> None:
        """Every input of people to its end, one chunk for each topic and partition."""
        for number, ledger in self._ledgers.items():
            self._work(number, ledger, PERSON_INPUTS, self.observer)

    def _work(
        self, number: int, ledger: PartitionLedger, topics: Sequence[str], observer: Observer
    ) -> None:
        for topic in topics:
            records = self._fetch(topic, number)
            if records:
                ledger.begin_chunk(topic, records)
                ledger.add(topic, records)
                while ledger.assess_touched(100):
                    pass
                observer.folded(0.01)
                self._commit(number, ledger, observer)

    def _fetch(self, topic: str, number: int) -> Sequence[StoredRecord]:
        stored = self.log.records(topic_name(topic), number)
        done = self._done[topic, number]
        self._done[topic, number] = len(stored)
        return stored[done:]

    def tick(self, at: datetime) -> None:
        """It is now `at` in every partition, and all that was published is worked."""
        self.work()
        self.clock = at
        for number, ledger in self._ledgers.items():
            self._tick(number, ledger, at, self.observer)
        for number, ledger in self._services.items():
            self._work(number, ledger, SERVICE_INPUTS, self.services_observer)
            self._tick(number, ledger, at, self.services_observer)
        for number, ledger in self._services.items():  # what services have told one another
            self._work(number, ledger, SERVICE_INPUTS, self.services_observer)

    def _tick(self, number: int, ledger: PartitionLedger, at: datetime, observer: Observer) -> None:
        assert ledger.may_tick(at), "people come first"
        if ledger.tick(at):
            while ledger.assess_due(100):
                pass
            ledger.finish_tick()
        observer.held(number, ledger.clock.at, waiting=False)
        self._commit(number, ledger, observer)

    def _commit(self, number: int, ledger: PartitionLedger, observer: Observer) -> None:
        changes = ledger.take()
        for record in (*changes.outputs, *changes.state):
            self.log.append(record)
        observer.committed(
            number,
            0.01,
            changes.tally,
            changes.gauges,
            changes.people,
            changes.not_assessed,
            changes.clock,
        )

    def topics(self) -> dict[str, list[Record]]:
        """All records of the topics that figures are counted from."""
        inputs = (*PERSON_INPUTS, *SERVICE_EVENTS)
        shorts = [*inputs, *(f"{short}.dlq" for short in inputs)]
        shorts += ["alerts", "placements", "service-alerts"]
        return {
            short: [
                (record.key, record.value, record.headers)
                for number in range(PARTITIONS)
                for record in self.log.records(topic_name(short), number)
            ]
            for short in shorts
        }
