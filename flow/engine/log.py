"""The partitioned log: read a partition to its end, write several records together.

Three things implement it and pass one contract suite: `MemoryLog`, and `KafkaLog` with
Apache Kafka (transactions, fencing) or with the embedded broker (neither).
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes]]


class Record(Protocol):
    """One record as read. `timestamp` is Kafka's, in milliseconds."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


def moment(timestamp: int) -> datetime | None:
    """A record's time; None where a broker let in one that is none."""
    try:
        return datetime.fromtimestamp(timestamp / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


class NewRecord(NamedTuple):
    """One record to write. A `value` of None is a tombstone."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def size_bytes(self) -> int:
        size_bytes = len(self.key or b"") + len(self.value or b"")
        for name, value in self.headers:
            size_bytes += len(name) + len(value)
        return size_bytes


class LogWriter(Protocol):
    """The one writer of one partition's outputs and state.

    After any error it is of no more use: close it and open another.
    """

    async def write(self, outputs: Sequence[NewRecord], state: Sequence[NewRecord]) -> None:
        """Make all of them durable, or raise.

        With fencing they appear together or not at all. Without it the outputs are
        acknowledged before the state is sent, so that a crash in between repeats outputs
        and never loses one.

        Raises Fenced, LogUnavailable or LogRefused.
        """

    async def close(self) -> None:
        """Let go of the connection; never raises and ends within a few seconds."""


class Log(Protocol):
    """Somewhere to read partitions from and to write them to."""

    @property
    def fenced(self) -> bool:
        """Whether opening a writer shuts out the earlier writer of the same name."""

    async def open_writer(self, name: str) -> LogWriter:
        """A writer; where `fenced`, all earlier writers of this name fail from now on."""

    def read(self, topic: str, partition: int) -> AsyncIterator[Sequence[Record]]:
        """All committed records from the first one to the end as of the call, in order.

        What a writer has just written may be missing until the next `open_writer` of its name:
        on Kafka a commit returns before its records are visible.
        """

    async def end_offsets(self, topics: Sequence[str], partition: int) -> dict[str, int]:
        """The offset after the last record of one partition in each topic, committed or not."""

    async def close(self) -> None:
        """Let go of what is shared between writers and readers."""
