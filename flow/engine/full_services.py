"""Which services are full, as each tells all others: who asked for one of them may be suitable for
a place elsewhere.

A service's partition writes a statement to every partition of `placements` when it fills up or has
room again. A tick goes by what was said before it: partitions work the same tick in any order, and
in a lockstep replay the view of a service stays a function of reports, journeys and ticks.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import orjson


class Statement(NamedTuple):
    """Said at a tick: full since when, or not (None). `before` holds for ticks up to that one."""

    at: datetime
    full_since: datetime | None
    before: datetime | None

    def encode(self) -> bytes:
        return orjson.dumps(self._asdict())


def decode_statement(value: bytes) -> Statement:
    said = orjson.loads(value)
    return Statement(
        _moment(said["at"]),
        _moment(said["full_since"]) if said["full_since"] else None,
        _moment(said["before"]) if said["before"] else None,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class FullServices:
    """`since` are the services that are full, for the tick in hand."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}
        self._coming: dict[str, list[Statement]] = {}
        self._said: dict[str, Statement] = {}

    @property
    def since(self) -> Mapping[str, datetime]:
        return self._since

    def take(self, service: str, statement: Statement) -> None:
        """A statement that was read, in the order of the topic."""
        coming = self._coming.setdefault(service, [])
        if not coming and service not in self._since and statement.before is not None:
            # What it said before is no longer on the topic.
            self._since[service] = statement.before
        coming.append(statement)

    def restored(self, clock: datetime | None) -> None:
        """Everything was read: what each said last, and what holds for the tick worked last."""
        self._said = {service: coming[-1] for service, coming in self._coming.items()}
        if clock is not None:
            self.begin_tick(clock)

    def begin_tick(self, at: datetime) -> set[str]:
        """What was said before `at` holds from now on; the services that it is about."""
        changed: set[str] = set()
        for service, coming in list(self._coming.items()):
            while coming and coming[0].at < at:
                full_since = coming.pop(0).full_since
                changed.add(service)
                if full_since is None:
                    self._since.pop(service, None)
                else:
                    self._since[service] = full_since
            if not coming:
                del self._coming[service]
        return changed

    def say(self, service: str, now: datetime, *, full: bool) -> Statement | None:
        """What a service of this partition has to tell; None where it has told so already."""
        said = self._said.get(service)
        before = said.full_since if said is not None else None
        if full == (before is not None):
            return None
        if said is not None and said.at == now:
            before = said.before
        statement = self._said[service] = Statement(now, now if full else None, before)
        return statement
