"""A tick says what time it is, and how far each input of its partition reached at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from flow.events.topics import PERSON_INPUTS, SERVICE_INPUTS

TICKED = (*PERSON_INPUTS, *SERVICE_INPUTS)
"""The inputs whose ends a tick carries."""


@dataclass(frozen=True, slots=True)
class Tick:
    """`ends` maps each input (short name) to the offset after its last record.

    The tick is worked only when everything before those offsets is in the ledger, so nobody
    is called late for a step whose event still waits in our own queue. `logged_at` is the
    broker's time when the tick was written.
    """

    at: datetime
    ends: Mapping[str, int]
    logged_at: datetime | None = None

    def encode(self) -> bytes:
        return orjson.dumps({"at": self.at, "ends": dict(self.ends)})


def decode_tick(value: bytes | None, logged_at: datetime | None = None) -> Tick | None:
    """The tick, or None where the value is none: it is left out, for a newer one comes soon.

    Inputs that only a newer version reads are left out as well; a person's must all be there.
    Where a service's are missing (an older version wrote it) the services wait for another tick.
    """
    try:
        content = orjson.loads(value or b"")
        at = datetime.fromisoformat(content["at"])
        told = content["ends"]
        ends = {topic: int(told[topic]) for topic in TICKED if topic in told}
        if not ends.keys() >= set(PERSON_INPUTS):
            return None
        if at.tzinfo is None or min(ends.values()) < 0:
            return None
        return Tick(at.astimezone(UTC), ends, logged_at)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
