"""Small forms of what is known of a person who is quiet; for this process alone, never stored.

Events repeat their field names, and journeys their marks, which any level of compression finds;
higher ones cost time. Nothing is compressed by what others said: that would outlive whoever is
erased.
"""

import pickle
import zlib
from collections.abc import Mapping
from typing import Any

from flow.pathway.corrections import Order
from flow.pathway.journey import Journey

LEVEL = 1


def compress(whole: bytes, alike: bytes = b"") -> bytes:
    """`alike` is something of the same person that resembles it, and is needed to read it back."""
    if not alike:
        return zlib.compress(whole, LEVEL)
    compressor = zlib.compressobj(LEVEL, zdict=alike)
    return compressor.compress(whole) + compressor.flush()


def decompress(packed: bytes, alike: bytes = b"") -> bytes:
    if not alike:
        return zlib.decompress(packed)
    return zlib.decompressobj(zdict=alike).decompress(packed)


def joined(values: Mapping[str, bytes]) -> bytes:
    """Events by identity in one piece."""
    parts: list[bytes] = []
    for identity, value in values.items():
        name = identity.encode()
        parts += (len(name).to_bytes(2, "big"), name, len(value).to_bytes(4, "big"), value)
    return b"".join(parts)


def events_in(whole: bytes) -> dict[str, bytes]:
    """What was joined."""
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
        return pack_known((journey, newest))
    except RecursionError:
        return b""


def unpack_journey(packed: bytes) -> tuple[Journey, Order | None]:
    journey, newest = unpack_known(packed)
    return journey, newest


def pack_known(known: Any) -> bytes:
    """What else is kept of a person: plain values, named tuples and frozen dataclasses."""
    return compress(pickle.dumps(known, pickle.HIGHEST_PROTOCOL))


def unpack_known(packed: bytes) -> Any:
    return pickle.loads(decompress(packed))  # noqa: S301 - what was packed above
