"""Several partitions in memory, as workers would own them: for what crosses partitions.

One thing after the other, so that a test decides what comes when. A partition may crash: what it
has not acknowledged is delivered again.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from flow.engine.keys import partition_of
from flow.engine.ledger import Ledger
from flow.engine.log import NewRecord
from flow.engine.memory import MemoryLog, StoredRecord
from flow.events import AnyEvent, encode
from flow.events.topics import PERSON_INPUTS, topic_name
from flow.pathway import Policy, load_policy
from tests.system.outcome import latest

KAFKA_TIME_MS = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
ROUNDS_MAX = 60
"""Transfers go from partition to partition until all is told; without a limit a loop would not
show."""


class Town:
    """`wall` is how people are assessed: when an event comes, or with ticks only."""

    def __init__(self, partitions: int = 3, *, wall: bool = True, policy: Policy | None = None):
        self.partitions = partitions
        self.log = MemoryLog(lambda: KAFKA_TIME_MS)
        self.wall = wall
        self.policy = policy or load_policy()
        self.acknowledged: dict[tuple[str, int], int] = defaultdict(int)
        self.ledgers = [self._opened(number) for number in range(partitions)]
        self.clock: datetime | None = None

    def _opened(self, number: int) -> Ledger:
        ledger = Ledger(
            number, self.policy, application="t", prefix="", wall=self.wall,
            partitions=self.partitions,
        )  # fmt: skip
        ledger.clock.bounded = False  # days pass between ticks
        for topic, restore in ledger.sources():
            restore(self.log.records(topic, number))
        assert all(step is None for step in ledger.restored())
        return ledger

    def publish(self, *events: AnyEvent) -> None:
        for event in events:
            key = event.subject.encode()
            partition = partition_of(key, self.partitions)
            self.log.append(NewRecord(topic_name(event.topic), partition, key, encode(event)))

    def pending(self) -> list[tuple[int, str]]:
        """Partitions and inputs in which something waits."""
        return [
            (number, topic)
            for number in range(self.partitions)
            for topic in PERSON_INPUTS
            if len(self.records(topic, number)) > self.acknowledged[topic, number]
        ]

    def fetch(self, number: int, topic: str, most: int, *, commits: bool = True) -> bool:
        """Work the next records of one input; False where there are none.

        Without `commits` what is worked is durable, and its offset is not committed.
        """
        ledger = self.ledgers[number]
        start = self.acknowledged[topic, number]
        records = self.log.records(topic_name(topic), number)[start : start + most]
        if not records:
            return False
        ledger.begin_chunk(topic, records)
        ledger.add(topic, records)
        while ledger.assess_touched(100):
            pass
        self._commit(ledger)
        if commits:
            self.acknowledged[topic, number] += len(records)
        return True

    def _commit(self, ledger: Ledger) -> None:
        changes = ledger.take()
        for record in (*changes.outputs, *changes.state):
            self.log.append(record)

    def crash(self, number: int) -> None:
        """The partition opens anew, from what is durable."""
        self.ledgers[number] = self._opened(number)

    def work(self) -> None:
        """All inputs to their ends."""
        more = True
        while more:
            more = False
            for number in range(self.partitions):
                for topic in PERSON_INPUTS:
                    more |= self.fetch(number, topic, 1_000)

    def tick(self, at: datetime) -> None:
        """It is `at` everywhere, and everything that was published is worked."""
        self.work()
        self.clock = at
        for number in range(self.partitions):
            self.tick_alone(number, at)

    def tick_alone(self, number: int, at: datetime) -> None:
        """It is `at` in one partition, whatever the others know."""
        ledger = self.ledgers[number]
        if ledger.tick(at):
            while ledger.assess_due(100):
                pass
            ledger.finish_tick()
        self._commit(ledger)

    def settle(self, at: datetime) -> None:
        """Tick until nothing is told from partition to partition any more."""
        for _ in range(ROUNDS_MAX):
            before = sum(len(self.records("transfers", n)) for n in range(self.partitions))
            self.tick(at)
            at = self._later(at)
            self.work()
            if before == sum(len(self.records("transfers", n)) for n in range(self.partitions)):
                self.tick(at)
                return
        raise AssertionError("references tell one another things without end")

    @staticmethod
    def _later(at: datetime) -> datetime:
        return at.fromtimestamp(at.timestamp() + 1, UTC)

    def records(self, short: str, number: int) -> list[StoredRecord]:
        return list(self.log.records(topic_name(short), number))

    def latest(self, short: str) -> Mapping[bytes, bytes]:
        """As compaction would leave a topic, all partitions together."""
        found: dict[bytes, bytes] = {}
        for number in range(self.partitions):
            of_one = latest(self.records(short, number))
            found |= {key: value for key, value in of_one.items() if b"clock" not in key}
        return found

    def letters(self) -> list[tuple[str, str]]:
        """(topic, reason) of every dead letter."""
        return [
            (topic, dict(record.headers)["flow.dlq.reason"].decode())
            for topic in PERSON_INPUTS
            for number in range(self.partitions)
            for record in self.records(f"{topic}.dlq", number)
        ]
