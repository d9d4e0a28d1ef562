"""What a partition asks of its ledger: that of people, and that of services."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from flow.engine.changes import Changes
from flow.engine.clock import Clock
from flow.engine.ledger import Restore
from flow.engine.log import Record
from flow.engine.observer import GaugeKey


class PartitionLedger(Protocol):
    """State that can be thrown away and read again. No I/O; each call is short."""

    @property
    def clock(self) -> Clock: ...
    @property
    def gauges(self) -> Mapping[GaugeKey, float]:
        """This partition's share of every gauge."""

    @property
    def subject_count(self) -> int:
        """How many people, or services, it holds."""

    @property
    def not_assessed(self) -> int:
        """How many of them could not be assessed (a bug)."""

    def sources(self) -> list[tuple[str, Restore]]:
        """The topics to read to their end on opening, and what to do with their records."""

    def restored(self) -> Iterator[None]:
        """Everything was read. To be exhausted; each step is short."""

    def begin_chunk(self, topic: str, records: Sequence[Record]) -> None:
        """Start a chunk: what all its records share."""

    def add(self, topic: str, records: Sequence[Record]) -> None:
        """Take in some records of the chunk; none of them raises."""

    @property
    def unassessed(self) -> bool:
        """Whether some that records touched are to be assessed before anything is written."""

    def assess_touched(self, limit: int) -> bool:
        """Assess up to `limit` of them; True while some are left."""

    def may_tick(self, at: datetime) -> bool:
        """Whether all that decides about `at` has been taken in, once the inputs caught up."""

    def tick(self, at: datetime, logged_at: datetime | None = None) -> bool:
        """Move the clock; False where it does not move."""

    def assess_due(self, limit: int) -> bool:
        """Assess up to `limit` of those whose time has come; True while more are."""

    def finish_tick(self) -> None:
        """Nobody is due any more: the clock may be published."""

    @property
    def pending_bytes(self) -> int:
        """Size of what `take` would hand out."""

    @property
    def has_changes(self) -> bool: ...
    def take(self) -> Changes:
        """Everything since the last time."""
