"""What a ledger has changed and not yet handed over."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from flow.engine.log import NewRecord
from flow.engine.observer import GaugeKey, Tally


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
