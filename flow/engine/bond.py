"""What ties a person's reference to others: the few people who have several have one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from flow.engine.transfers import Members, members_of
from flow.events import AnyEvent
from flow.events.decode import decode_stored
from flow.events.identity import LINKS
from flow.pathway import History
from flow.pathway.identity import Way, supplied


@dataclass(frozen=True, slots=True)
class Statement:
    """What this reference told the one that it points to."""

    to: str
    members: Members

    def encode(self) -> bytes:
        return orjson.dumps({**self.members.content(), "to": self.to})


def decode_statement(value: bytes) -> Statement:
    content = orjson.loads(value)
    return Statement(content["to"], members_of(content))


@dataclass(slots=True)
class Bond:
    """`copies` are other references' events, by reference and identity; `heard` is what those
    who point here told last; `sent` what was last told where this one points. `unsent` are events
    that came since, as (reference, or "" for its own; identity)."""

    copies: dict[str, dict[str, bytes]] = field(default_factory=dict)
    heard: dict[str, Members] = field(default_factory=dict)
    sent: Statement | None = None
    unsent: list[tuple[str, str]] = field(default_factory=list)
    _whole: History | None = None

    def added(self, event: AnyEvent) -> None:
        """An event of the reference itself has come."""
        self.changed()
        if type(event) not in LINKS:
            self.unsent.append(("", event.identity))

    @property
    def copies_count(self) -> int:
        return sum(len(events) for events in self.copies.values())

    def ways(self) -> Iterator[Mapping[str, Way]]:
        """By which other references came here."""
        return (members.ways for members in self.heard.values())

    def has_from(self, reference: str, sender: str) -> frozenset[str]:
        """The references whose events a sender has for this one."""
        members = self.heard.get(sender)
        if members is None or not members.copies:
            return frozenset()
        return supplied(reference, members.ways)

    def orphans(self, reference: str) -> list[str]:
        """References of which events are here, and nobody has them any more."""
        all_supplied = {o for sender in self.heard for o in self.has_from(reference, sender)}
        return [origin for origin in self.copies if origin not in all_supplied]

    def inherited(self) -> list[Mapping[str, Any]]:
        """Alerts that were closed where they were raised, for what takes their place here."""
        return [alert for members in self.heard.values() for alert in members.alerts]

    def drop_copies_until(self, moment: datetime) -> list[tuple[str, str]]:
        """Forget copies of what happened no later; which they were."""
        dropped = [
            (origin, identity)
            for origin, events in self.copies.items()
            for identity, value in events.items()
            if decode_stored(value).time <= moment
        ]
        for origin, identity in dropped:
            del self.copies[origin][identity]
        self.copies = {origin: events for origin, events in self.copies.items() if events}
        self.changed()
        return dropped

    def changed(self) -> None:
        """The events are others than before."""
        self._whole = None

    def whole(self, own: History) -> History:
        """The union of the reference's own events and the copies."""
        if not self.copies:
            return own
        if self._whole is None:
            whole = History(own.may_correct)
            whole.merge(own)
            for events in self.copies.values():
                for value in events.values():
                    whole.add(decode_stored(value), value)
            assert set(whole.identities()) >= set(own.identities())
            self._whole = whole
        return self._whole
