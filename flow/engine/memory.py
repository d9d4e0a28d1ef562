"""A partitioned log in memory: for tests, simulations and benchmarks. Fenced like Kafka."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from flow.engine.log import Headers, LogWriter, NewRecord, Record
from flow.errors import Fenced

READ_BATCH = 1_000
"""Records per step of a read, as a consumer's poll would give."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """What was written, with its place and time."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class MemoryLog:
    """Records per topic and partition. `before_write` lets a test fail or stall a write."""

    fenced = True

    def __init__(self, time_ms: Callable[[], int] = lambda: 0) -> None:
        self._time_ms = time_ms
        self._records: dict[tuple[str, int], list[StoredRecord]] = defaultdict(list)
        self._epochs: dict[str, int] = defaultdict(int)
        self.before_write: Callable[[str], None] | None = None

    async def open_writer(self, name: str) -> LogWriter:
        self._epochs[name] += 1
        return _MemoryWriter(self, name, self._epochs[name])

    async def read(self, topic: str, partition: int) -> AsyncIterator[Sequence[Record]]:
        records = self._records[topic, partition]
        end = len(records)
        for start in range(0, end, READ_BATCH):
            yield records[start : min(start + READ_BATCH, end)]

    async def end_offsets(self, topics: Sequence[str], partition: int) -> dict[str, int]:
        return {topic: len(self._records[topic, partition]) for topic in topics}

    async def close(self) -> None:
        """Nothing to let go of."""

    def append(self, record: NewRecord) -> StoredRecord:
        """Write one record as an outside producer would."""
        records = self._records[record.topic, record.partition]
        stored = StoredRecord(
            record.topic,
            record.partition,
            len(records),
            self._time_ms(),
            record.key,
            record.value,
            tuple(record.headers),
        )
        records.append(stored)
        return stored

    def records(self, topic: str, partition: int) -> Sequence[StoredRecord]:
        return tuple(self._records[topic, partition])

    def epoch(self, name: str) -> int:
        return self._epochs[name]


class _MemoryWriter:
    def __init__(self, log: MemoryLog, name: str, epoch: int) -> None:
        self._log = log
        self._name = name
        self._epoch = epoch

    async def write(self, outputs: Sequence[NewRecord], state: Sequence[NewRecord]) -> None:
        if self._log.before_write is not None:
            self._log.before_write(self._name)
        if self._log.epoch(self._name) != self._epoch:
            raise Fenced(f"writer {self._name} was opened elsewhere: this one may not write")
        for record in (*outputs, *state):
            self._log.append(record)

    async def close(self) -> None:
        """Nothing to let go of."""
