"""What there is to see at a glance, from the records of the output topics. No I/O, no clock."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from flow.cli.urgency import rank
from flow.engine.dead_letters import PREFIX
from flow.engine.keys import CLOCK
from flow.engine.ticks import decode_tick
from flow.events.topics import ALL_TOPICS

if TYPE_CHECKING:
    from flow.engine.log import Record
    from flow.engine.reader import Read

WHOLE = (
    "alerts",
    "service-alerts",
    "stages",
    *(t.short for t in ALL_TOPICS if t.short.endswith(".dlq")),
)
"""Topics that a view reads from their first record."""
TAILS = {"pathway-events": 200, "ticks": 1}
"""Of these only the newest records of each partition matter: the clock, and the time told."""
CLOSED_KEPT = 50
BEHIND = timedelta(seconds=5)
"""A tick that came this long ago and was not worked through means that the worker is behind."""
TICKS_KEPT = 10_000
SILENT = timedelta(seconds=15)
"""Ticks come every second: after this nobody writes them any more."""


@dataclass(frozen=True, slots=True)
class SeenAlert:
    """What a view needs of an alert."""

    alert_id: str
    wait: str
    level: str
    kind: str
    cause: str | None
    state: str
    raised_at: datetime
    due_at: datetime
    closed_at: datetime | None
    closed_reason: str | None
    acts_next: str
    locality: str


@dataclass(slots=True)
class Situation:
    """Figures of the present, and what was raised and closed since it began to look.

    `services_alerted` are the open alerts of services: identifier, and open, acknowledged or
    snoozed.
    """

    open: dict[bytes, SeenAlert] = field(default_factory=dict)
    closed: deque[SeenAlert] = field(default_factory=lambda: deque(maxlen=CLOSED_KEPT))
    services_alerted: dict[bytes, str] = field(default_factory=dict)
    dead_letters: Counter[str] = field(default_factory=Counter)
    ticked_at: datetime | None = None
    ticked_ms: int = 0
    _ticks: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=TICKS_KEPT))
    _stages: dict[bytes, str] = field(default_factory=dict)
    _clocks: dict[int, datetime] = field(default_factory=dict)
    _is_closed: dict[bytes, bool] = field(default_factory=dict)

    def add(self, read: "Read") -> None:
        """Take records in; those of one partition must come in order."""
        if read.short == "alerts":
            self._add_alerts(read.records)
        elif read.short == "service-alerts":
            self._add_service_alerts(read.records)
        elif read.short == "stages":
            self._add_stages(read.records)
        elif read.short == "ticks":
            self._add_ticks(read.records)
        elif read.short == "pathway-events":
            self._add_clocks(read.records)
        else:
            self._add_dead_letters(read.records)

    def _add_alerts(self, records: "Sequence[Record]") -> None:
        for record in records:
            key = record.key or b""
            if record.value is None:
                self.open.pop(key, None)
                self._is_closed.pop(key, None)
                continue
            alert = _seen_alert(orjson.loads(record.value)["data"])
            closed = alert.state == "closed"
            if not closed:
                self.open[key] = alert
            elif not self._is_closed.get(key):
                self.open.pop(key, None)
                self.closed.appendleft(alert)
            self._is_closed[key] = closed

    def _add_service_alerts(self, records: "Sequence[Record]") -> None:
        for record in records:
            key, value = record.key or b"", record.value
            state = orjson.loads(value)["data"]["state"] if value is not None else "closed"
            if state == "closed":
                self.services_alerted.pop(key, None)
            else:
                self.services_alerted[key] = state

    def _add_stages(self, records: "Sequence[Record]") -> None:
        for record in records:
            key = record.key or b""
            if record.value is None:
                self._stages.pop(key, None)
            else:
                self._stages[key] = orjson.loads(record.value)["data"]["stage"]

    def _add_ticks(self, records: "Sequence[Record]") -> None:
        for record in records:
            tick = decode_tick(record.value)
            if tick is not None and (self.ticked_at is None or tick.at > self.ticked_at):
                self.ticked_at, self.ticked_ms = tick.at, record.timestamp
                self._ticks.append((tick.at, record.timestamp))

    def _add_clocks(self, records: "Sequence[Record]") -> None:
        for record in records:
            if record.key == CLOCK and record.value is not None:
                at = datetime.fromisoformat(orjson.loads(record.value)["at"])
                self._clocks[record.partition] = at.astimezone(UTC)

    def _add_dead_letters(self, records: "Sequence[Record]") -> None:
        for record in records:
            for name, value in record.headers:
                if name == f"{PREFIX}reason":
                    self.dead_letters[value.decode(errors="replace")] += 1

    # Figures.

    @property
    def raised_total(self) -> int:
        """Alerts on the topic, open and closed."""
        return len(self._is_closed)

    @property
    def closed_total(self) -> int:
        return sum(self._is_closed.values())

    @property
    def people(self) -> int:
        return len(self._stages)

    @property
    def stages(self) -> Counter[str]:
        return Counter(self._stages.values())

    @property
    def levels(self) -> Counter[str]:
        """Open delays by near and breached (escalated ones are breached), notices apart."""
        return Counter(
            "notice" if alert.kind == "notice" else alert.level.partition("+")[0]
            for alert in self.open.values()
        )

    @property
    def clock(self) -> datetime | None:
        """What every partition has worked through."""
        return min(self._clocks.values(), default=None)

    def nearest(self, count: int) -> list[SeenAlert]:
        """Open alerts, notices first; then longest breached, then soonest due."""
        return sorted(self.open.values(), key=lambda a: (rank(a), a.due_at, a.alert_id))[:count]

    def state(self, real: datetime) -> str:
        """Live, behind, or no ticks: the words of the status strip (ux.md 7)."""
        clock = self.clock
        if self.ticked_at is None or clock is None:
            return "Waiting for the first tick"
        if real - datetime.fromtimestamp(self.ticked_ms / 1000, UTC) > SILENT:
            return "No ticks: is a worker running?"
        while self._ticks and self._ticks[0][0] <= clock:
            self._ticks.popleft()
        waiting = self._ticks and real - datetime.fromtimestamp(self._ticks[0][1] / 1000, UTC)
        return "Behind" if waiting and waiting > BEHIND else "Live"


def _seen_alert(data: dict[str, Any]) -> SeenAlert:
    acts_next = data.get("acts_next") or {}
    closed_at = data.get("closed_at")
    return SeenAlert(
        alert_id=data["alert_id"],
        wait=data["wait"],
        level=data["level"],
        kind=data["kind"],
        cause=data.get("cause"),
        state=data["state"],
        raised_at=datetime.fromisoformat(data["raised_at"]),
        due_at=datetime.fromisoformat(data["due_at"]),
        closed_at=datetime.fromisoformat(closed_at) if closed_at else None,
        closed_reason=data.get("closed_reason"),
        acts_next=acts_next.get("role", ""),
        locality=data.get("locality") or "",
    )
