"""Small forms of what is known of a person who is quiet; for this process alone, never stored.

Events repeat their field names, and journeys their marks, which any level of compression finds;
higher ones cost time. What one person's repeat of another's is found by a dictionary.
"""

import pickle
import zlib
from collections.abc import Mapping
from typing import Any

from flow.pathway.corrections import Order
from flow.pathway.journey import Journey

LEVEL = 1
DICTIONARY_BYTES = 32_768
"""As far as zlib looks back."""


LEARNED_AFTER = 1_000
"""Packed without a dictionary: a feed begins with journeys that have just begun, and are like no
later ones."""


class Alike:
    """Compresses what resembles what came before: the first of it, after some, is kept and is the
    dictionary of all that follows. What was compressed before there was one is read with it as
    well."""

    def __init__(self, learned_after: int = LEARNED_AFTER) -> None:
        self._to_skip = learned_after
        self._learned: list[bytes] = []
        self._dictionary = b""

    def compress(self, whole: bytes) -> bytes:
        dictionary = self._dictionary
        if not dictionary:
            self._learn(whole)
            return zlib.compress(whole, LEVEL)
        compressor = zlib.compressobj(LEVEL, zdict=dictionary)
        return compressor.compress(whole) + compressor.flush()

    def _learn(self, whole: bytes) -> None:
        if self._to_skip:
            self._to_skip -= 1
            return
        self._learned.append(whole)
        if sum(len(each) for each in self._learned) >= DICTIONARY_BYTES:
            self._dictionary = b"".join(self._learned)[-DICTIONARY_BYTES:]
            self._learned = []

    def decompress(self, packed: bytes) -> bytes:
        return zlib.decompressobj(zdict=self._dictionary).decompress(packed)


_EVENTS, _JOURNEYS, _OTHERS = Alike(), Alike(), Alike()


def pack_events(values: Mapping[str, bytes]) -> bytes:
    """By identity, the bytes of each event."""
    parts: list[bytes] = []
    for identity, value in values.items():
        name = identity.encode()
        parts += (len(name).to_bytes(2, "big"), name, len(value).to_bytes(4, "big"), value)
    return _EVENTS.compress(b"".join(parts))


def unpack_events(packed: bytes) -> dict[str, bytes]:
    whole = _EVENTS.decompress(packed)
    values: dict[str, bytes] = {}
    at = 0
    while at < len(whole):
        end = at + 2 + int.from_bytes(whole[at : at + 2], "big")
        identity = whole[at + 2 : end].decode()
        at = end + 4 + int.from_bytes(whole[end : end + 4], "big")
        values[identity] = whole[end + 4 : at]
    return values


def pack_journey(journey: Journey, newest: Order | None) -> bytes:
    """A journey and its newest event, without what an assessment remembers of it. Reading it back
    takes a fifth of the time that folding its events takes. Empty where it cannot be packed: a
    chain of some hundred returns to hospital is deeper than Python goes."""
    journey.memo = None
    try:
        return _JOURNEYS.compress(pickle.dumps((journey, newest), pickle.HIGHEST_PROTOCOL))
    except RecursionError:
        return b""


def unpack_journey(packed: bytes) -> tuple[Journey, Order | None]:
    journey, newest = pickle.loads(_JOURNEYS.decompress(packed))  # noqa: S301 - was packed above
    return journey, newest


def pack_known(known: Any) -> bytes:
    """What else is kept of a person: plain values, named tuples and frozen dataclasses."""
    return _OTHERS.compress(pickle.dumps(known, pickle.HIGHEST_PROTOCOL))


def unpack_known(packed: bytes) -> Any:
    return pickle.loads(_OTHERS.decompress(packed))  # noqa: S301 - what was packed above
