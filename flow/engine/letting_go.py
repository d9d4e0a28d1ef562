"""How people leave a ledger: at the end of a journey, or because they are to be erased."""

from collections.abc import Iterator
from datetime import datetime

from flow.engine.changes import Outbox
from flow.engine.clock import Clock
from flow.engine.keys import copy_key, event_key, member_key, statement_key, summary_key
from flow.engine.marker import KEPT, Marker
from flow.engine.outputs import Publisher
from flow.engine.people import People
from flow.engine.person import BEGINNING, Person
from flow.engine.post import Post
from flow.engine.summary import Summary
from flow.engine.transfers import LetGo, Members, Transfer
from flow.events.erasure import PersonErased
from flow.events.identity import LINKS

MARKERS_PER_STEP = 100
"""Old markers that go with one step of a tick."""


class LettingGo:
    """Tombstones for everything that is kept or was published; a marker is left.

    Other references of the person are told (`flow.engine.transfers.LetGo`).
    """

    def __init__(
        self, people: People, outbox: Outbox, publisher: Publisher, post: Post, clock: Clock
    ) -> None:
        self._people = people
        self._outbox = outbox
        self._publisher = publisher
        self._post = post
        self._clock = clock

    @property
    def now(self) -> datetime:
        return self._clock.at or BEGINNING

    def retire(self, person: Person) -> None:
        """The journey is over."""
        # What was voided may lie in the future, where a new journey must not be refused.
        newest_at = min(_newest(person), self.now)
        marker = Marker("retired", newest_at, self.now + KEPT)
        self._tell(person, marker, _behind(person))
        self._leave(person, marker)

    def erase(self, event: PersonErased) -> bool:
        """Everything of the person goes, whatever is open; False where it has gone already."""
        person = self._people.get(event.subject)
        marker = person.summary.marker if person is not None else None
        marker = marker or self._people.marker(event.subject)
        if marker is not None and marker.kind == "erased" and event.time <= marker.newest_at:
            return False
        self.erase_with(person or self._people.meet(event.subject), event.time)
        return True

    def erase_with(self, person: Person, until: datetime, told_by: str | None = None) -> None:
        """Erase a person, and all references of theirs but the one that told of it."""
        known = person.summary.marker.newest_at if person.summary.marker else BEGINNING
        newest_at = max(until, known, _newest(person))
        # Before the first tick the time is not known.
        marker = Marker("erased", newest_at, max(self.now, until) + KEPT)
        others = [*_behind(person), *_before(person)]
        self._tell(person, marker, [other for other in others if other != told_by])
        self._leave(person, marker)

    def drop_until(self, person: Person, newest_at: datetime) -> None:
        """The person was retired under the reference that this one points to.

        What is said of the reference itself stays: it points there still.
        """
        assert person.bond is not None
        known = person.summary.marker.newest_at if person.summary.marker else BEGINNING
        marker = Marker("retired", max(newest_at, known), self.now + KEPT)
        self._tell(person, marker, _behind(person))
        for event, identity in person.history.events():
            if event.time <= newest_at and type(event) not in LINKS:
                person.history.discard(identity)
                self._outbox.put_state(event_key(person.reference, identity), None)
        for origin, identity in person.bond.drop_copies_until(newest_at):
            self._outbox.put_state(copy_key(person.reference, origin, identity), None)
        if person.bond.sent is not None:
            # What is left, if anything, is told anew: the other has let go of what it heard.
            self._post.send(Transfer(person.bond.sent.to, person.reference, Members({})))
            self._outbox.put_state(statement_key(person.reference), None)
            person.bond.sent = None
        person.remember(marker)

    def forget(self, person: Person) -> None:
        """Nothing is known of the person, and of the reference nothing that matters any more."""
        marker = person.summary.marker
        for other in _before(person):
            self._post.send(Transfer(other, person.reference, Members({})))
        self._leave(person, marker if marker and marker.kept_until > self.now else None)

    def _tell(self, person: Person, marker: Marker, others: list[str]) -> None:
        for other in others:
            let_go = LetGo(marker.kind, marker.newest_at)
            self._post.send(Transfer(other, person.reference, let_go))

    def _leave(self, person: Person, marker: Marker | None) -> None:
        """The marker goes first: without fencing a crash may leave the rest (`left_behind`)."""
        before, after = person.summary, Summary(marker=marker)
        outbox = self._outbox
        outbox.put_state(summary_key(person.reference), after.encode() if marker else None)
        for key in _state_keys(person):
            outbox.put_state(key, None)
        for record in self._publisher.gone(person.reference, before, person.alert_identities()):
            outbox.put_output(record)
        outbox.count_instead(before, after)
        self._people.leave(person, marker)

    def drop_old_markers(self) -> bool:
        """Nothing that they could meet is left in the inputs. True while there are more."""
        for _ in range(MARKERS_PER_STEP):
            reference = self._people.next_old_marker(self.now)
            if reference is None:
                return False
            self._outbox.put_state(summary_key(reference), None)
        return True


def _newest(person: Person) -> datetime:
    """When the newest event happened, whether it stands or not."""
    return max((event.time for event, _ in person.whole.events()), default=BEGINNING)


def _behind(person: Person) -> list[str]:
    """The references that point to this one."""
    return list(person.bond.heard) if person.bond is not None else []


def _before(person: Person) -> list[str]:
    """The reference that this one points to, where it was told."""
    bond = person.bond
    return [bond.sent.to] if bond is not None and bond.sent is not None else []


def _state_keys(person: Person) -> Iterator[bytes]:
    for identity in person.history.identities():
        yield event_key(person.reference, identity)
    bond = person.bond
    if bond is None:
        return
    if bond.sent is not None:
        yield statement_key(person.reference)
    for sender in bond.heard:
        yield member_key(person.reference, sender)
    for origin, events in bond.copies.items():
        for identity in events:
            yield copy_key(person.reference, origin, identity)
