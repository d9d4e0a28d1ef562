"""A tick says what time it is, and how far each input of its partition reached at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson


@dataclass(frozen=True, slots=True)
class Tick:
    """`ends` maps each input topic's name to the offset after its last committed record.

    The tick is worked only when everything before those offsets is in the ledger, so nobody
    is called late for a step whose event still waits in our own queue.
    """

    at: datetime
    ends: Mapping[str, int]

    def encode(self) -> bytes:
        return orjson.dumps({"at": self.at, "ends": dict(self.ends)})


def decode_tick(value: bytes | None) -> Tick | None:
    """The tick, or None where the value is no tick (then it is a dead letter)."""
    try:
        content = orjson.loads(value or b"")
        at = datetime.fromisoformat(content["at"])
        ends = {str(topic): int(end) for topic, end in content["ends"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if at.tzinfo is None:
        return None
    return Tick(at.astimezone(UTC), ends)
