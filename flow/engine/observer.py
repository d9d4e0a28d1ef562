"""What the engine tells whoever measures it. `flow.metrics` implements this."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

GaugeKey = tuple[str, tuple[str, ...]]
"""A gauge of `flow.pathway.contribution.GAUGES` and its label values."""


@dataclass(slots=True)
class Tally:
    """What one piece of work did; it is counted only once it is durable.

    `dead_letters` by (input topic, reason), `alerts` by (wait, what happened: near, breached,
    closed reasons …). `late` counts events recorded more than a day after they happened.
    `firing_lags_s` is, for each delay raised, the time since it could have been: since the level
    was reached, or since the newest event that could have told of it.
    `event_lags_s` is (topic, Kafka's time minus `recordedtime`) of the last event of each chunk.
    """

    consumed: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0
    late: int = 0
    assessments: int = 0
    dead_letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    alerts: Counter[tuple[str, str]] = field(default_factory=Counter)
    firing_lags_s: list[float] = field(default_factory=list)
    event_lags_s: list[tuple[str, float]] = field(default_factory=list)
    chunk_sizes: list[int] = field(default_factory=list)
    sources: dict[str, datetime] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        self.consumed.update(other.consumed)
        self.duplicates.update(other.duplicates)
        self.conflicts += other.conflicts
        self.late += other.late
        self.assessments += other.assessments
        self.dead_letters.update(other.dead_letters)
        self.alerts.update(other.alerts)
        self.firing_lags_s += other.firing_lags_s
        self.event_lags_s += other.event_lags_s
        self.chunk_sizes += other.chunk_sizes
        for source, heard_at in other.sources.items():
            self.sources[source] = max(heard_at, self.sources.get(source, heard_at))


class Observer(Protocol):
    """Everything is called on the event loop and must be quick. Durations are in seconds."""

    def started(self, partitions: int) -> None:
        """The topics were found: so many partitions there are in all, whoever owns them."""

    def opened(
        self,
        partition: int,
        seconds: float,
        records: int,
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
    ) -> None:
        """A partition's ledger was read; its share of every gauge is `gauges`."""

    def closed(self, partition: int) -> None:
        """The partition's ledger was dropped: its share of every gauge goes."""

    def committed(
        self,
        partition: int,
        seconds: float,
        tally: Tally,
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
        clock: datetime | None,
    ) -> None:
        """A write is durable; `gauges` holds changes, to be added."""

    def folded(self, seconds: float) -> None:
        """One chunk or tick was worked through in this long."""

    def failed(self, partition: int, error: str) -> None:
        """A write or an opening failed and will be tried again; `error` is a class name."""

    def held(self, partition: int, clock: datetime | None, *, waiting: bool) -> None:
        """A tick is parked (`waiting`) or no more: the clock stands at `clock`."""

    def jump_refused(self, partition: int) -> None:
        """A tick was too far ahead of the clock to be believed."""

    def rebalanced(self, partitions: Sequence[int]) -> None:
        """The worker now owns these partitions."""

    def lag(self, topic: str, partition: int, records: int, seconds: float | None) -> None:
        """How far the ledger is behind the end of an input; None where the age is not known."""


class Silent:
    """An observer that does not care."""

    def started(self, partitions: int) -> None: ...
    def opened(
        self,
        partition: int,
        seconds: float,
        records: int,
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
    ) -> None: ...
    def closed(self, partition: int) -> None: ...
    def committed(
        self,
        partition: int,
        seconds: float,
        tally: Tally,
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
        clock: datetime | None,
    ) -> None: ...
    def folded(self, seconds: float) -> None: ...
    def failed(self, partition: int, error: str) -> None: ...
    def held(self, partition: int, clock: datetime | None, *, waiting: bool) -> None: ...
    def jump_refused(self, partition: int) -> None: ...
    def rebalanced(self, partitions: Sequence[int]) -> None: ...
    def lag(self, topic: str, partition: int, records: int, seconds: float | None) -> None: ...
