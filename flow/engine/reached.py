"""How far a partition has worked each of its inputs: what lies before that has been worked."""

from collections.abc import Mapping
from typing import Any

from flow.engine.log import Record


class Reached:
    """For each input (short name) the offset after the last record worked, and its Kafka time.

    An event is known by its identity when it comes again; a dead letter, an erasure or what one
    reference tells another is known by this. The time tells a topic that was made anew, whose
    offsets begin at 0 again, from one that is delivered again.
    """

    def __init__(self, content: Mapping[str, Any] | None = None) -> None:
        self._ends: dict[str, int] = {}
        self._times_ms: dict[str, int] = {}
        for topic, (end, time_ms) in (content or {}).items():
            self._ends[topic], self._times_ms[topic] = end, time_ms

    def note(self, topic: str, record: Record) -> None:
        """Everything of an input up to this record has been worked."""
        if not self.has(topic, record):
            self._ends[topic] = record.offset + 1
            self._times_ms[topic] = record.timestamp

    def has(self, topic: str, record: Record) -> bool:
        """Whether a record comes again: its effects are durable, or about to be."""
        return (
            record.offset < self._ends.get(topic, 0) and record.timestamp <= self._times_ms[topic]
        )

    def content(self) -> dict[str, tuple[int, int]]:
        """What the constructor takes, for JSON."""
        return {topic: (end, self._times_ms[topic]) for topic, end in self._ends.items()}
