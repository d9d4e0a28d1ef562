"""How a ledger comes back from its topics."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from flow.engine.bond import Bond, decode_statement
from flow.engine.clock import Clock
from flow.engine.keys import CLOCK, StateKey, parse_key
from flow.engine.log import Record
from flow.engine.people import People
from flow.engine.person import Person
from flow.engine.reached import Reached
from flow.engine.transfers import members_of
from flow.events.decode import decode_stored
from flow.events.identity import LINKS

RESTORED_PER_STEP = 1_000
"""Summaries decoded before the event loop gets a turn, about 10 ms."""


class Restoring:
    """Takes records of the state and of the alerts in, from the first to the last."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock
        self._alert_owners: dict[bytes, Person] = {}
        self.reached = Reached()

    def state(self, records: Sequence[Record]) -> None:
        people = self._people
        for record in records:
            key, value = record.key, record.value
            if key == CLOCK:
                self._take_clock(value)
                continue
            parsed = parse_key(key or b"")
            person = people.get(parsed.person) or people.meet(parsed.person)
            if parsed.kind == "summary":
                person.summary_value = value
            elif parsed.kind != "event":
                _take_tie(person.tied(), parsed, value)
            elif value is not None:
                person.history.restore(parsed.rest, value)
            else:
                person.history.discard(parsed.rest)

    def _take_clock(self, value: bytes | None) -> None:
        if value:
            content = orjson.loads(value)
            self._clock.at = datetime.fromisoformat(content["at"]).astimezone(UTC)
            self.reached = Reached(content.get("reached"))

    def alerts(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.key is None:
                continue
            if record.value is None:
                owner = self._alert_owners.pop(record.key, None)
                if owner is not None:
                    owner.forget_alert(record.key.decode())
                continue
            content: dict[str, Any] = orjson.loads(record.value)
            person = self._people.get(content["subject"])
            # Without fencing an alert may have been written whose cause was not: it is told again.
            # With it, a person who is gone has left this and the tombstone that follows.
            if person is not None:
                person.restore_alert(record.key.decode(), content["data"])
                self._alert_owners[record.key] = person

    def finish(self) -> Iterator[Person]:
        """Everything was read: everybody who has events, or of whom something is told still that
        has to be taken back. Of the others markers are left."""
        for person in list(self._people):
            person.take_summary()
            _drop_empty(person)
            if not len(person.history) and person.summary.says_something:
                person.tied()  # all it had were copies, taken back right before a crash
            if len(person.history) or person.bond is not None:
                yield person
            else:
                self._people.leave(person, person.summary.marker)
        self._alert_owners.clear()


def _take_tie(bond: Bond, key: StateKey, value: bytes | None) -> None:
    """What ties a person's reference to others."""
    if key.kind == "link":
        bond.sent = decode_statement(value) if value is not None else None
    elif key.kind == "member" and value is not None:
        bond.heard[key.rest] = members_of(orjson.loads(value))
    elif key.kind == "member":
        bond.heard.pop(key.rest, None)
    else:
        origin, _, identity = key.rest.partition("/")
        events = bond.copies.setdefault(origin, {})
        if value is not None:
            events[identity] = value
        else:
            events.pop(identity, None)


def _drop_empty(person: Person) -> None:
    bond = person.bond
    if bond is not None:
        bond.copies = {origin: events for origin, events in bond.copies.items() if events}
        if not bond.copies and not bond.heard and bond.sent is None:
            person.bond = None


def left_behind(person: Person) -> list[str]:
    """Events that were to go with somebody who was let go; a crash without fencing left them.

    What is said of a reference may be older and stay."""
    marker = person.summary.marker
    if marker is None or person.events_count == person.summary.events:
        return []
    return [
        identity
        for identity, value in person.history.values().items()
        if (event := decode_stored(value)).time <= marker.newest_at and type(event) not in LINKS
    ]
