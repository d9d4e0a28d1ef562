"""The clock of a partition: ticks move it, it never goes back, it does not jump unproved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

JUMP_LIMIT = timedelta(minutes=10)
"""In wall mode a tick this far ahead of the clock needs others that agree. Longer than any
rebalance or restart that is not itself worth an operator's look; an outage longer than this
costs one minute of ticks."""
AGREEING_TICKS = 60
"""Ticks in a row that must agree on a jump, one minute at one a second."""
AGREEMENT = timedelta(minutes=2)
"""Ticks agree when each is within this of the one before."""


@dataclass(slots=True)
class Clock:
    """`bounded` in wall mode; in log mode the driver of a replay may jump as it likes."""

    bounded: bool
    at: datetime | None = None
    refused: int = 0
    _agreeing: int = 0
    _ahead: datetime | None = None

    def accept(self, tick: datetime, logged_at: datetime | None = None) -> bool:
        """Move to `tick`; False where it is not newer, or is a jump not yet believed.

        The first tick is held against `logged_at`, the broker's time when it was written.
        """
        assert tick.tzinfo is UTC, "ticks are in UTC"
        if self.at is not None and tick <= self.at:
            return False
        known = self.at or logged_at
        if self.bounded and known is not None and tick - known > JUMP_LIMIT:
            return self._jump(tick)
        self._move(tick)
        return True

    def reference_time(self, kafka_time: datetime | None, *, wall: bool) -> datetime | None:
        """What an event must not lie years ahead of: Kafka's time of its record.

        In log mode the clock, where that is later: a replay of the past must not trip over the
        present, nor a simulation of the future.
        """
        if wall or self.at is None or kafka_time is None:
            return kafka_time
        return max(kafka_time, self.at)

    def _jump(self, tick: datetime) -> bool:
        agrees = self._ahead is not None and abs(tick - self._ahead) <= AGREEMENT
        self._agreeing = self._agreeing + 1 if agrees else 1
        self._ahead = tick
        if self._agreeing < AGREEING_TICKS:
            self.refused += 1
            return False
        self._move(tick)
        return True

    def _move(self, tick: datetime) -> None:
        self.at = tick
        self._agreeing = 0
        self._ahead = None
