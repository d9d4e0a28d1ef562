"""How people leave a ledger: at the end of a journey, or because they are to be erased."""

from collections.abc import Iterator
from datetime import datetime

from flow.engine.bond import Bond
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
        self._tell(person, LetGo("retired", newest_at), _behind(person))
        self._leave(person, marker)

    def erase(self, event: PersonErased) -> bool:
        """Everything of the person goes, whatever is open; False where it has gone already."""
        person = self._people.get(event.subject)
        marker = person.summary.marker if person is not None else None
        marker = marker or self._people.marker(event.subject)
        if marker is not None and marker.covers("erased", event.time):
            return False
        person = person or self._people.meet(event.subject)
        self.erase_until(person, max(event.time, _newest(person)), linked=True)
        return True

    def erase_until(
        self, person: Person, moment: datetime, *, linked: bool, told_by: str | None = None
    ) -> Person:
        """Erase what happened no later, under all references of the person; who is left of them.

        What is newer begins a new journey. Where a reference points goes, too, if it was so when
        the person was erased: `linked` says whether that holds between here and there.
        """
        known = person.summary.marker.newest_at if person.summary.marker else BEGINNING
        # Before the first tick the time is not known.
        marker = Marker("erased", max(moment, known), max(self.now, moment) + KEPT)
        before, behind = _before(person), _behind(person)
        points_no_more = linked and _said_of_link_at(person) <= moment
        by_link = linked if told_by not in before else points_no_more
        for others, held in ((before, points_no_more), (behind, by_link)):
            let_go = LetGo("erased", moment, held)
            self._tell(person, let_go, [other for other in others if other != told_by])
        self._unpublish(person, marker, self._dropped(person, moment, links=points_no_more))
        return self._begin_anew(person, marker)

    def _begin_anew(self, person: Person, marker: Marker) -> Person:
        """Someone of whom only what is newer is held, as if nothing had been known before."""
        bond = person.bond
        if bond is not None and bond.sent is not None and not len(person.history):
            self._take_back(person, bond)  # now, not when somebody looks: nothing is to be left
        self._people.leave(person, marker)
        if not len(person.history) and (bond is None or not bond.heard):
            return person
        again = self._people.meet(person.reference)
        again.history, again.bond = person.history, bond
        return again

    def drop_until(self, person: Person, newest_at: datetime) -> None:
        """The person was retired under the reference that this one points to.

        What is said of the reference itself stays: it points there still.
        """
        assert person.bond is not None
        known = person.summary.marker
        marker = Marker("retired", newest_at, self.now + KEPT)
        if known is not None and newest_at < known.newest_at:
            marker = known
        self._tell(person, LetGo("retired", marker.newest_at), _behind(person))
        for key in self._dropped(person, newest_at, links=False):
            self._outbox.put_state(key, None)
        if person.bond.sent is not None:
            # What is left, if anything, is told anew: the other has let go of what it heard.
            self._take_back(person, person.bond)
        person.remember(marker)

    def _take_back(self, person: Person, bond: Bond) -> None:
        """What was told where the reference points."""
        assert bond.sent is not None
        self._post.send(Transfer(bond.sent.to, person.reference, Members({})))
        self._outbox.put_state(statement_key(person.reference), None)
        bond.sent = None

    def _dropped(self, person: Person, moment: datetime, *, links: bool) -> list[bytes]:
        """Forget what happened no later, and with `links` what was said of the reference; under
        which keys it was."""
        dropped = [
            identity
            for event, identity in person.history.events()
            if event.time <= moment and (links or type(event) not in LINKS)
        ]
        for identity in dropped:
            person.history.discard(identity)
        keys = [event_key(person.reference, identity) for identity in dropped]
        copies = person.bond.drop_copies_until(moment) if person.bond is not None else []
        return [*keys, *(copy_key(person.reference, *copy) for copy in copies)]

    def forget(self, person: Person) -> None:
        """Nothing is known of the person, and of the reference nothing that matters any more."""
        marker = person.summary.marker
        for other in _before(person):
            self._post.send(Transfer(other, person.reference, Members({})))
        self._leave(person, marker if marker and marker.kept_until > self.now else None)

    def _tell(self, person: Person, let_go: LetGo, others: list[str]) -> None:
        for other in others:
            self._post.send(Transfer(other, person.reference, let_go))

    def _leave(self, person: Person, marker: Marker | None) -> None:
        self._unpublish(person, marker, list(_state_keys(person)))
        self._people.leave(person, marker)

    def _unpublish(self, person: Person, marker: Marker | None, keys: list[bytes]) -> None:
        """The marker goes first: without fencing a crash may leave the rest (`left_behind`)."""
        before, after = person.summary, Summary(marker=marker)
        outbox = self._outbox
        outbox.put_state(summary_key(person.reference), after.encode() if marker else None)
        for key in keys:
            outbox.put_state(key, None)
        for record in self._publisher.gone(person.reference, before, person.alert_identities()):
            outbox.put_output(record)
        outbox.count_instead(before, after)

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


def nothing_to_erase(person: Person, said: LetGo) -> bool:
    """Whether everything that is to go has gone. Two erasures may come by different ways, of which
    one takes where a reference points, too."""
    marker = person.summary.marker
    if marker is None or not marker.covers(said.kind, said.newest_at):
        return False
    return not (said.linked and BEGINNING < _said_of_link_at(person) <= said.newest_at)


def _said_of_link_at(person: Person) -> datetime:
    """When the newest was said of where the reference points."""
    said = (event.time for event, _ in person.history.events() if type(event) in LINKS)
    return max(said, default=BEGINNING)


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
