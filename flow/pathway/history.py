"""One person's events as a set: order and repeats cannot matter.

The bytes are kept as received. Models are made when the journey is asked for. The newest event is
folded in one step; one that is a little late, or replaces one of the last, into a copy of the
journey from before it. Anything else that changes the past builds the journey anew.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum

from mypy_extensions import mypyc_attr

from flow.events.decode import decode_stored
from flow.events.event_types import AnyEvent
from flow.pathway.corrections import (
    Events,
    MayCorrect,
    Order,
    changes_the_past,
    content_hash,
    moves_what_is_undone,
    order_of,
    precedence,
    replaced,
    replaces_only,
    resolve,
    sorted_canonically,
)
from flow.pathway.earlier import Earlier, EarlierOnes
from flow.pathway.event_set import EventSet
from flow.pathway.fold import step
from flow.pathway.journey import Journey, Resolution
from flow.pathway.packing import pack_journey, unpack_journey

NOBODY_ELSE: MayCorrect = {}
"""Every source corrects its own events only."""


NONE_KEPT: Mapping[str, AnyEvent] = {}

MAX_PENDING = 64
"""Events kept decoded until the journey is asked for: 1 KB each, as a rule 50 KB of each who waits
in a backlog. What a backlog has of one person is seldom more (docs/benchmarks.md)."""


class Added(Enum):
    """What became of an event that was added."""

    FRESH = "fresh"
    REPEAT = "repeat"
    CONFLICT_WON = "conflict_won"
    """Another content under a known identity; this one stands from now on."""
    CONFLICT_LOST = "conflict_lost"


@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class History:
    """The set of one person's events. `may_correct` says which sources correct others."""

    __slots__ = (
        "_earlier",
        "_events",
        "_journey",
        "_kept",
        "_newest",
        "_packed_journey",
        "_pending",
        "may_correct",
    )

    def __init__(self, may_correct: MayCorrect = NOBODY_ELSE) -> None:
        self.may_correct = may_correct
        self._events = EventSet()
        self._packed_journey = b""  # of all events but those pending
        self._journey: Journey | None = None
        self._newest: Order | None = None
        self._earlier = EarlierOnes(wanted=False)
        self._pending: list[tuple[AnyEvent, str]] | None = None
        self._kept: Events = []  # still decoded, of a history that has to be folded anew

    def add(self, event: AnyEvent, value: bytes) -> Added:
        """Put an event into the set. Never folds, so nothing in here can fail on its content."""
        events = self._events
        identity = f"{event.source}#{event.id}"
        held = events.get(identity)
        if held is not None:
            return self._meet(identity, held, event, value)
        pending = self._pending
        if pending is not None:
            if len(pending) < MAX_PENDING:
                pending.append((event, identity))
            else:
                self._forget_journey()
                self._kept = pending
        elif len(events) == 0:
            self._journey = Journey()
            self._pending = [(event, identity)]
        events.append(identity, value)
        return Added.FRESH

    def _meet(self, identity: str, held: bytes, event: AnyEvent, value: bytes) -> Added:
        """The identity is known: the same again, or a conflict with a deterministic winner."""
        if held == value:
            return Added.REPEAT
        known = decode_stored(held)
        if content_hash(known) == content_hash(event):
            return Added.REPEAT
        if precedence(event) < precedence(known):
            return Added.CONFLICT_LOST
        self._events.put(identity, value)
        self._forget_journey()
        return Added.CONFLICT_WON

    def restore(self, identity: str, value: bytes) -> None:
        """Take an event back from the state topic: it was checked when it was added."""
        self._events.put(identity, value)
        if self._pending is not None:
            self._forget_journey()

    def discard(self, identity: str) -> None:
        """Forget an event that the state topic no longer holds."""
        if self._events.remove(identity):
            self._forget_journey()

    def merge(self, other: "History") -> None:
        """Make this the union of both sets."""
        for identity, value in other.values().items():
            held = self._events.get(identity)
            if held is None:
                self.restore(identity, value)
            else:
                self._meet(identity, held, decode_stored(value), value)

    def values(self) -> Mapping[str, bytes]:
        """By identity, the bytes of each event as received."""
        return self._events.all()

    def identities(self) -> Collection[str]:
        return self.values().keys()

    def events(self) -> list[tuple[AnyEvent, str]]:
        """Every event with its identity, decoded, in canonical order."""
        return sorted_canonically(_decoded(self.values().items()))

    def __len__(self) -> int:
        return len(self._events)

    def journey(self) -> Journey:
        """What the events say. The same object, grown, until the past changes."""
        journey, pending = self._journey, self._pending
        if journey is None and self._packed_journey:
            journey, self._newest = unpack_journey(self._packed_journey)
            self._journey = journey
        if journey is None or pending is None:
            return self._fold_all()
        if not pending:
            return journey
        if len(pending) > 1:
            pending = sorted_canonically(pending)
        for event, identity in pending:
            if changes_the_past(event, identity, journey.resolution):
                return self._replace(journey, pending)
        if self._newest is not None and order_of(*pending[0]) < self._newest:
            return self._fold_late(journey, pending)
        return self._fold_on(journey, pending)

    def _fold_on(self, journey: Journey, events: Events) -> Journey:
        """Fold events, in order, into a journey that knows all that came before them."""
        # Until all of it is folded there is no journey: a handler that fails leaves none behind.
        self._journey = None
        self._packed_journey = b""
        newest, earlier = self._newest, self._earlier
        to_come = len(events)
        for event, identity in events:
            earlier.note(journey, newest, identity, to_come)
            to_come -= 1
            newest = order_of(event, identity)
            step(journey, event, identity)
        self._newest = newest
        self._journey = journey
        self._pending = []
        return journey

    def _fold_late(self, journey: Journey, late: Events) -> Journey:
        """Fold what is older than the newest event, and once more what came after it."""
        found = self._earlier.since(order_of(*late[0]))
        if found is None or any(
            moves_what_is_undone(event, journey.resolution) for event, _ in late
        ):
            return self._fold_all(again=True)
        earlier, since = found
        return self._fold_again(earlier, [*self._decoded(since), *late], journey.resolution)

    def _replace(self, journey: Journey, pending: Events) -> Journey:
        """Fold a correction in the place of its target, where both are among the last events."""
        event, identity = pending[0]
        target = event.corrects
        value = self._events.get(target) if target is not None else None
        if len(pending) > 1 or target is None or value is None:
            return self._fold_all(again=True)
        known = decode_stored(value)
        found = self._earlier.since(min(order_of(event, identity), order_of(known, target)))
        if found is None or not replaces_only(event, identity, known, journey.resolution):
            return self._fold_all(again=True)
        earlier, since = found
        assert target in since, "what corrects nothing and nothing corrects has been folded"
        standing = self._decoded(each for each in since if each != target)
        resolution = replaced(journey.resolution, target, identity)
        return self._fold_again(earlier, [*standing, (event, identity)], resolution)

    def _fold_again(self, earlier: Earlier, since: Events, resolution: Resolution) -> Journey:
        self._newest = earlier.newest
        journey = self._earlier.go_back(earlier)
        journey.resolution = resolution
        return self._fold_on(journey, sorted_canonically(since))

    def _fold_all(self, *, again: bool = False) -> Journey:
        """Fold every event; `again`, because the past has changed, as it may once more."""
        kept = {identity: event for event, identity in self._pending or self._kept}
        self._forget_journey(again=again)
        events = sorted_canonically(_decoded(self.values().items(), kept))
        standing, resolution = resolve(events, self.may_correct)
        journey = self._fold_on(Journey(resolution), standing)
        if events:
            self._newest = order_of(*events[-1])
        return journey

    def _decoded(self, identities: Iterable[str]) -> Events:
        return _decoded(self._events.several(identities))

    def _forget_journey(self, *, again: bool = False) -> None:
        self._journey = None
        self._pending = None
        self._kept = []
        self._newest = None
        self._earlier = EarlierOnes(wanted=again)
        self._packed_journey = b""

    def pack(self) -> None:
        """Make a quiet history small. Asking it for its journey leaves the events packed."""
        journey, pending = self._journey, self._pending
        if journey is not None and not pending and not self._packed_journey:
            self._packed_journey = pack_journey(journey, self._newest)
        self._journey = self._newest = None  # both come back with the packed journey
        self._earlier = EarlierOnes(wanted=False)
        if pending or not self._packed_journey:
            self._forget_journey()
        self._events.pack()

    @property
    def packed(self) -> bool:
        return self._events.packed

    @property
    def size_bytes(self) -> int:
        """Bytes of the events as they are held now, packed or as received, and of the journey while
        that is packed."""
        return self._events.size_bytes + len(self._packed_journey)


def _decoded(
    values: Iterable[tuple[str, bytes]], kept: Mapping[str, AnyEvent] = NONE_KEPT
) -> Events:
    """Events by identity; those that are `kept` are decoded already."""
    return [
        (kept[identity] if identity in kept else decode_stored(value), identity)
        for identity, value in values
    ]
