"""One person's events as a set: order and repeats cannot matter.

The bytes are kept as received. Models are made when the journey is asked for; the newest event
is folded in one step, anything else that changes the past builds the journey anew.
"""

import zlib
from collections.abc import Collection
from enum import Enum

from flow.events.decode import decode_stored
from flow.events.event_types import AnyEvent
from flow.pathway.corrections import (
    MayCorrect,
    changes_the_past,
    content_hash,
    precedence,
    resolve,
    sorted_canonically,
)
from flow.pathway.fold import fold, step
from flow.pathway.journey import Journey

NOBODY_ELSE: MayCorrect = {}
"""Every source corrects its own events only."""


MAX_PENDING = 32
"""Events kept decoded until the journey is asked for. A chunk seldom brings more of one person;
who only ever adds must not fill the memory with models."""


class Added(Enum):
    """What became of an event that was added."""

    FRESH = "fresh"
    REPEAT = "repeat"
    CONFLICT_WON = "conflict_won"
    """Another content under a known identity; this one stands from now on."""
    CONFLICT_LOST = "conflict_lost"


class History:
    """The set of one person's events. `may_correct` says which sources correct others."""

    __slots__ = ("_count", "_journey", "_newest", "_packed", "_pending", "_values", "may_correct")

    def __init__(self, may_correct: MayCorrect = NOBODY_ELSE) -> None:
        self.may_correct = may_correct
        self._values: dict[str, bytes] | None = {}
        self._packed: bytes = b""
        self._count = 0  # of the events, while packed
        self._journey: Journey | None = None
        self._newest: tuple[object, ...] = ()
        self._pending: list[tuple[AnyEvent, str]] | None = None

    def add(self, event: AnyEvent, value: bytes) -> Added:
        """Put an event into the set. Never folds, so nothing in here can fail on its content."""
        values = self._values
        if values is None:
            values = self._unpack()
        identity = f"{event.source}#{event.id}"
        held = values.get(identity)
        if held is not None:
            return self._meet(identity, held, event, value)
        pending = self._pending
        if pending is not None:
            if len(pending) < MAX_PENDING:
                pending.append((event, identity))
            else:
                self._forget_journey()
        elif not values:
            self._journey = Journey()
            self._pending = [(event, identity)]
        values[identity] = value
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
        assert self._values is not None
        self._values[identity] = value
        self._forget_journey()
        return Added.CONFLICT_WON

    def restore(self, identity: str, value: bytes) -> None:
        """Take an event back from the state topic: it was checked when it was added."""
        if self._values is None:
            self._unpack()
        assert self._values is not None
        self._values[identity] = value
        if self._pending is not None:
            self._forget_journey()

    def discard(self, identity: str) -> None:
        """Forget an event that the state topic no longer holds."""
        if self._held().pop(identity, None) is not None:
            self._forget_journey()

    def merge(self, other: "History") -> None:
        """Make this the union of both sets."""
        for identity in other.identities():
            value = other.value(identity)
            held = self._held().get(identity)
            if held is None:
                self.restore(identity, value)
            else:
                self._meet(identity, held, decode_stored(value), value)

    def identities(self) -> Collection[str]:
        return self._held().keys()

    def value(self, identity: str) -> bytes:
        """The bytes of an event as received; KeyError where it is not in the set."""
        return self._held()[identity]

    def events(self) -> list[tuple[AnyEvent, str]]:
        """Every event with its identity, decoded, in canonical order."""
        return sorted_canonically(
            (decode_stored(value), identity) for identity, value in self._held().items()
        )

    def __len__(self) -> int:
        return self._count if self._values is None else len(self._values)

    def journey(self) -> Journey:
        """What the events say. The same object, grown, until the past changes."""
        journey, pending = self._journey, self._pending
        if journey is None or pending is None:
            return self._fold_all()
        if not pending:
            return journey
        if len(pending) > 1:
            pending = sorted_canonically(pending)
        # Until all of it is folded there is no journey: a handler that fails leaves none behind.
        self._journey = None
        for event, identity in pending:
            order = (event.time, event.rank, event.recordedtime, identity)
            if order < self._newest or changes_the_past(event, identity, journey.resolution):
                return self._fold_all()
            self._newest = order
            step(journey, event, identity)
        self._journey = journey
        if len(pending) == 1:
            pending.clear()
        else:
            self._pending = []
        return journey

    def _fold_all(self) -> Journey:
        self._forget_journey()
        events = self.events()
        standing, resolution = resolve(events, self.may_correct)
        journey = fold(standing, resolution)
        if events:
            event, identity = events[-1]
            self._newest = (event.time, event.rank, event.recordedtime, identity)
        self._journey = journey
        self._pending = []
        return journey

    def _forget_journey(self) -> None:
        self._journey = None
        self._pending = None
        self._newest = ()

    def pack(self) -> None:
        """Make a quiet history small. Whatever is asked of it next unpacks it."""
        if self._values is None:
            return
        parts: list[bytes] = []
        for identity, value in self._values.items():
            name = identity.encode()
            parts += (len(name).to_bytes(2, "big"), name, len(value).to_bytes(4, "big"), value)
        # Level 1: events repeat their field names, which any level finds; higher ones cost time.
        self._packed = zlib.compress(b"".join(parts), 1)
        self._count = len(self._values)
        self._values = None
        self._forget_journey()

    def _unpack(self) -> dict[str, bytes]:
        whole = zlib.decompress(self._packed)
        values: dict[str, bytes] = {}
        at = 0
        while at < len(whole):
            end = at + 2 + int.from_bytes(whole[at : at + 2], "big")
            identity = whole[at + 2 : end].decode()
            at = end + 4 + int.from_bytes(whole[end : end + 4], "big")
            values[identity] = whole[end + 4 : at]
        self._packed = b""
        self._values = values
        return values

    def _held(self) -> dict[str, bytes]:
        return self._values if self._values is not None else self._unpack()

    @property
    def packed(self) -> bool:
        return self._values is None

    @property
    def size_bytes(self) -> int:
        """Bytes of the events as they are held now: packed, or as received."""
        if self._values is None:
            return len(self._packed)
        return sum(len(identity) + len(value) for identity, value in self._values.items())
