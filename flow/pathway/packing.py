"""Small forms of what is known of a person who is quiet; for this process alone, never stored.

Events repeat their field names, and journeys their marks, which any level of compression finds;
higher ones cost time, and so would zlib: three times as much, for packs that are an eighth larger
(docs/benchmarks.md). Nothing is compressed by what others said: that would outlive whoever is
erased.
"""

import io
import pickle
import sys
from collections.abc import Callable, Mapping
from typing import Any

from flow.pathway.copying import GROWS, fields_of
from flow.pathway.corrections import Order
from flow.pathway.journey import Journey

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 1
_COMPRESSOR = zstd.ZstdCompressor(LEVEL)
"""For one frame after the other: to make one takes longer than to pack a kilobyte."""


def compress(whole: bytes, alike: bytes = b"") -> bytes:
    """`alike` is something of the same person that resembles it, and is needed to read it back."""
    if alike:
        return zstd.compress(whole, LEVEL, zstd_dict=_before_it(alike))
    return _COMPRESSOR.compress(whole, zstd.ZstdCompressor.FLUSH_FRAME)


def decompress(packed: bytes, alike: bytes = b"") -> bytes:
    return zstd.decompress(packed, zstd_dict=_before_it(alike))


def _before_it(alike: bytes) -> Any:
    """What is compressed may refer to it as if it came right before: made for one use."""
    return zstd.ZstdDict(alike, is_raw=True).as_prefix if alike else None


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


Values = tuple[Any, ...]


def _values(kind: type) -> Callable[[Any], tuple[Any, Values]]:
    """A function that says how to make an object of this kind again: of its values, in order. With
    the names of its fields, as pickle does by itself, a journey is half as large again."""
    values = ", ".join(f"old.{name}" for name in fields_of(kind))
    names: dict[str, Any] = {"kind": kind, "made": _made}
    exec(f"def values(old): return made, (kind, {values},)", names)  # noqa: S102 - as in copying.py
    function: Callable[[Any], tuple[Any, Values]] = names["values"]
    return function


def _maker(kind: type) -> Callable[[Values], Any]:
    """The function that does."""
    fields = ", ".join(f"new.{name}" for name in fields_of(kind))
    names: dict[str, Any] = {"kind": kind, "make": kind.__new__}
    exec(f"def made(values):\n new = make(kind)\n ({fields},) = values\n return new", names)  # noqa: S102
    function: Callable[[Values], Any] = names["made"]
    return function


def _made(kind: type, *values: Any) -> Any:
    return _MAKERS[kind](values)


_MAKERS = {kind: _maker(kind) for kind in GROWS}
_HOW_TO_MAKE = {kind: _values(kind) for kind in GROWS}


def pack_journey(journey: Journey, newest: Order | None) -> bytes:
    """A journey and its newest event, without what an assessment remembers of it. Reading it back
    takes a fifth of the time that folding its events takes. Empty where it cannot be packed: a
    chain of some hundred returns to hospital is deeper than Python goes."""
    journey.memo = None
    whole = io.BytesIO()
    pickler = pickle.Pickler(whole, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _HOW_TO_MAKE
    try:
        pickler.dump((journey, newest))
    except RecursionError:
        return b""
    return compress(whole.getvalue())


def unpack_journey(packed: bytes) -> tuple[Journey, Order | None]:
    journey, newest = unpack_known(packed)
    return journey, newest


def pack_known(known: Any) -> bytes:
    """What else is kept of a person: plain values, named tuples and frozen dataclasses."""
    return compress(pickle.dumps(known, pickle.HIGHEST_PROTOCOL))


def unpack_known(packed: bytes) -> Any:
    return pickle.loads(decompress(packed))  # noqa: S301 - what was packed above
