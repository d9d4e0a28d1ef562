"""One person, several references: what a reference tells others, and what it is told (design.md 7).

A reference that points to another keeps its own events, and has copies of them sent to the
partition of the other, where they join the person's; those of references behind it go along. So
each partition has one writer, and a wrong link is undone by dropping copies.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from flow.engine.bond import Bond, Statement
from flow.engine.changes import Outbox
from flow.engine.keys import copy_key, member_key, statement_key
from flow.engine.letting_go import LettingGo, nothing_to_erase
from flow.engine.log import Record
from flow.engine.marker import KEPT, Marker
from flow.engine.people import People
from flow.engine.person import BEGINNING, Person
from flow.engine.post import Post
from flow.engine.transfers import LetGo, Members, Transfer, decode_transfer
from flow.errors import Rejected
from flow.events import AnyEvent
from flow.events.decode import decode_stored
from flow.events.identity import LINKS
from flow.pathway import Alert, Journey, decode_alert
from flow.pathway.identity import Standing, standing

REPEAT = None
"""What was told before changes nothing."""


class References:
    """Works transfers that come in, and writes those that go out."""

    def __init__(self, people: People, outbox: Outbox, post: Post, letting_go: LettingGo) -> None:
        self._people = people
        self._outbox = outbox
        self._post = post
        self._letting_go = letting_go

    # What comes in. Each returns whom it has touched, or REPEAT.

    def take(self, record: Record) -> Person | None:
        """Work one record; raises Rejected, for a copy of an event of someone who was let go."""
        transfer = decode_transfer(record)
        if isinstance(transfer.said, Members):
            return self._hear(transfer, transfer.said)
        if isinstance(transfer.said, LetGo):
            return self._let_go(transfer, transfer.said)
        return self._take_copy(transfer, decode_stored(transfer.said), transfer.said)

    def _hear(self, transfer: Transfer, members: Members) -> Person | None:
        person = self._people.get(transfer.person)
        if person is None:
            if not members.ways:
                return REPEAT
            person = self._people.meet(transfer.person)
        bond = person.tied()
        key = member_key(person.reference, transfer.sender)
        if members.ways:
            if transfer.sender not in bond.heard:
                self._tell_erased(person, transfer.sender)
            bond.heard[transfer.sender] = members
            self._outbox.put_state(key, orjson.dumps(members.content()))
        elif bond.heard.pop(transfer.sender, None) is not None:
            self._outbox.put_state(key, None)
        for origin in bond.orphans(person.reference):
            for identity in bond.copies.pop(origin):
                self._outbox.put_state(copy_key(person.reference, origin, identity), None)
        bond.changed()
        return person

    def _take_copy(self, transfer: Transfer, event: AnyEvent, value: bytes) -> Person | None:
        person = self._people.get(transfer.person)
        bond = person.bond if person is not None else None
        origin, identity = event.subject, event.identity
        if person is None or bond is None:
            self._refuse_old(transfer, event, self._people.marker(transfer.person))
            return REPEAT  # let go since; the sender hears of it and tells anew what is left
        if origin not in bond.has_from(person.reference, transfer.sender):
            return REPEAT  # told before the sender took it back
        self._refuse_old(transfer, event, person.summary.marker)
        events = bond.copies.setdefault(origin, {})
        if events.get(identity) == value:
            return REPEAT
        if identity in events:
            self._outbox.put_replaced(person)
        events[identity] = value
        bond.unsent.append((origin, identity))
        bond.changed()
        self._outbox.put_state(copy_key(person.reference, origin, identity), value)
        return person

    def _refuse_old(self, transfer: Transfer, event: AnyEvent, marker: Marker | None) -> None:
        """The person was let go: the sender is told, so that it lets go of the event, too."""
        if marker is None:
            return
        try:
            marker.check(event.time)
        except Rejected:
            let_go = LetGo(marker.kind, marker.newest_at)
            self._post.send(Transfer(transfer.sender, transfer.person, let_go))
            raise

    def _let_go(self, transfer: Transfer, said: LetGo) -> Person | None:
        person = self._people.get(transfer.person)
        bond = person.bond if person is not None else None
        if person is None or bond is None:
            return REPEAT
        follows = bond.sent is not None and bond.sent.to == transfer.sender
        if said.kind == "erased":
            if not follows and transfer.sender not in bond.heard:
                return REPEAT
            if nothing_to_erase(person, said):
                return REPEAT
            return self._letting_go.erase_until(
                person, said.newest_at, linked=said.linked, told_by=transfer.sender
            )
        if not follows:
            return REPEAT
        self._letting_go.drop_until(person, said.newest_at)
        return person

    def _tell_erased(self, person: Person, other: str) -> None:
        """A reference that is the person's since now: what was erased is to go there, too."""
        marker = _erased(person)
        if marker is not None:
            let_go = LetGo(marker.kind, marker.newest_at)
            self._post.send(Transfer(other, person.reference, let_go))

    # What a reference is.

    def standing(self, person: Person, journey: Journey) -> Standing | None:
        """What the reference is among others; None where it has to do with none."""
        if person.bond is None and journey.linked_at is None:
            return None
        target = journey.link.to if journey.link is not None else None
        return standing(person.reference, target, person.tied().ways())

    def inherited(self, person: Person) -> list[Alert]:
        """Alerts that other references handed over."""
        if person.bond is None:
            return []
        return [decode_alert(data) for data in person.bond.inherited()]

    def forgotten_at(self, person: Person, journey: Journey) -> datetime | None:
        """From when on it does not matter where a reference of nobody points; None if it does."""
        if not person.is_empty or person.tied().heard:
            return None
        return journey.linked_at + KEPT if journey.linked_at is not None else BEGINNING

    # What goes out.

    def tell(self, person: Person, standing: Standing, closed: Sequence[Alert]) -> None:
        """Tell the reference that this one points to what stands behind it now.

        `closed` are alerts that were closed because it points there.
        """
        bond = person.tied()
        statement = self._statement(person, bond, standing, closed)
        before, bond.sent = bond.sent, statement
        unsent, bond.unsent = bond.unsent, []
        if statement == before:
            if statement is not None and statement.members.copies:
                self._send(person, bond, statement.to, unsent)
            return
        if before is not None and (statement is None or statement.to != before.to):
            self._post.send(Transfer(before.to, person.reference, Members({})))
        value = statement.encode() if statement is not None else None
        self._outbox.put_state(statement_key(person.reference), value)
        if statement is None:
            return
        self._post.send(Transfer(statement.to, person.reference, statement.members))
        if before is None or before.to != statement.to:
            self._tell_erased(person, statement.to)
        if statement.members.copies:
            known = before is not None and before.to == statement.to and before.members.copies
            self._send(person, bond, statement.to, unsent if known else everything(person))

    def _statement(
        self, person: Person, bond: Bond, standing: Standing, closed: Sequence[Alert]
    ) -> Statement | None:
        erased = _erased(person)
        nobody = person.is_empty and not bond.heard and erased is None
        if standing.target is None or nobody:
            return None
        alerts: dict[str, Mapping[str, Any]] = {}
        if standing.follows:
            known = bond.sent.members.alerts if bond.sent is not None else ()
            told = [alert.model_dump(mode="json", exclude_none=True) for alert in closed]
            for alert in (*bond.inherited(), *known, *told):
                if erased is None or _since(alert) > erased.newest_at:
                    alerts[alert["alert_id"]] = alert
        members = Members(standing.ways, standing.follows, tuple(alerts.values()))
        return Statement(standing.target, members)

    def _send(self, person: Person, bond: Bond, to: str, events: list[tuple[str, str]]) -> None:
        own = person.history.values()
        for origin, identity in events:
            value = (bond.copies.get(origin, {}) if origin else own).get(identity)
            if value is not None:
                self._post.send(Transfer(to, person.reference, value))


def _erased(person: Person) -> Marker | None:
    """The marker of somebody who was erased."""
    marker = person.summary.marker
    return marker if marker is not None and marker.kind == "erased" else None


def _since(alert: Mapping[str, Any]) -> datetime:
    """Since when that has been waited for of which a published alert tells."""
    return datetime.fromisoformat(alert["due_at"]) - timedelta(seconds=alert.get("target_s", 0))


def everything(person: Person) -> list[tuple[str, str]]:
    """All events, as `Bond.unsent` lists them, but those about the reference itself."""
    events, copies = person.history.events(), person.tied().copies
    own = [("", identity) for event, identity in events if type(event) not in LINKS]
    return [*own, *((origin, name) for origin, held in copies.items() for name in held)]
