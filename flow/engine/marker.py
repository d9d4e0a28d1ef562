"""What is left of a person who was let go: enough to know their old events when they return."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from flow.errors import Rejected
from flow.events.topics import INPUT_RETENTION_MS

KEPT = timedelta(milliseconds=INPUT_RETENTION_MS) + timedelta(days=31)
"""Markers outlive whatever an input may still hold: its retention, and a month because Kafka
expires whole segments."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Events up to `newest_at` are old news: dead letters with `kind` as their reason.

    `kept_until` is when the marker goes, too.
    """

    kind: Literal["retired", "erased"]
    newest_at: datetime
    kept_until: datetime

    def check(self, time: datetime) -> None:
        """Raises Rejected for an event that happened no later than what was let go."""
        if time <= self.newest_at:
            raise Rejected(self.kind, "the event is not newer than what was let go")

    def covers(self, kind: str, newest_at: datetime) -> bool:
        """Whether nothing up to that moment can be held any more, for the same reason."""
        return self.kind == kind and newest_at <= self.newest_at

    def content(self) -> dict[str, Any]:
        """As JSON values."""
        return {"kind": self.kind, "newest_at": self.newest_at, "kept_until": self.kept_until}


def marker_of(content: dict[str, Any] | None) -> Marker | None:
    """The marker as it was stored."""
    if content is None:
        return None
    return Marker(content["kind"], _moment(content["newest_at"]), _moment(content["kept_until"]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
