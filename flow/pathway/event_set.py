"""The bytes of one person's events: those that came lately as they are, the others in packs.

What comes does not unpack what is packed: of somebody who is touched, raw events would be two
thirds of the memory.
"""

from collections.abc import Iterable, Iterator, Mapping

from mypy_extensions import mypyc_attr

from flow.pathway.packing import compress, decompress, events_in, joined

FULL = 16
"""Events of a pack: the last one, as long as it has fewer, is packed anew with what came since. So
journeys take 3 % more than in one piece, and packing what came since takes no time for the rest."""
TRACE_BYTES = 4
"""Kept of each packed identity. Without a trace it is not there; with one, somebody looks."""


@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class EventSet:
    """Bytes by identity, in the order in which they came."""

    __slots__ = ("_last_count", "_packed_count", "_packs", "_recent", "_traces")

    def __init__(self) -> None:
        self._recent: dict[str, bytes] = {}
        self._packs: tuple[bytes, ...] = ()  # the first is what all others are compressed by
        self._packed_count = 0
        self._last_count = 0  # events in the last pack
        self._traces = b""

    def __len__(self) -> int:
        return self._packed_count + len(self._recent)

    def get(self, identity: str) -> bytes | None:
        """An event as received; None where it is not in the set."""
        value = self._recent.get(identity)
        if value is None and self._may_be_packed(identity):
            return self._unpacked().get(identity)
        return value

    def all(self) -> Mapping[str, bytes]:
        """Every event. Nothing stays unpacked for longer than the caller keeps this."""
        return self._unpacked() if self._packs else self._recent

    def several(self, identities: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Events in the order asked for. KeyError for one that is not in the set."""
        wanted = tuple(identities)
        lately = all(identity in self._recent for identity in wanted)
        values = self._recent if lately else self.all()
        for identity in wanted:
            yield identity, values[identity]

    def append(self, identity: str, value: bytes) -> None:
        """Put in what is known not to be in the set."""
        self._recent[identity] = value

    def put(self, identity: str, value: bytes) -> None:
        """Put in an event, in the place of one with the same identity."""
        if self._may_be_packed(identity):
            self._unpack()
        self._recent[identity] = value

    def remove(self, identity: str) -> bool:
        """Whether it was there."""
        if self._may_be_packed(identity):
            self._unpack()
        return self._recent.pop(identity, None) is not None

    def pack(self) -> None:
        """Make it small."""
        new = self._recent
        if not new:
            return
        self._recent = {}
        self._traces += b"".join([_trace(identity) for identity in new])
        self._packed_count += len(new)
        packs = self._packs
        alike = decompress(packs[0]) if packs else b""
        if 0 < self._last_count < FULL:
            last = alike if len(packs) == 1 else decompress(packs[-1], alike)
            new = {**events_in(last), **new}
            packs = packs[:-1]
        self._packs = (*packs, compress(joined(new), alike if packs else b""))
        self._last_count = len(new)

    def _unpacked(self) -> dict[str, bytes]:
        first, *others = self._packs
        alike = decompress(first)
        values = events_in(alike)
        for pack in others:
            values.update(events_in(decompress(pack, alike)))
        values.update(self._recent)
        return values

    def _unpack(self) -> None:
        self._recent = self._unpacked()
        self._packs, self._traces = (), b""
        self._packed_count = self._last_count = 0

    def _may_be_packed(self, identity: str) -> bool:
        return self._packed_count > 0 and _trace(identity) in self._traces

    @property
    def packed(self) -> bool:
        """Whether nothing is held as it came."""
        return not self._recent

    @property
    def size_bytes(self) -> int:
        """Bytes of the events as they are held now."""
        recent = sum(len(identity) + len(value) for identity, value in self._recent.items())
        return recent + sum([len(pack) for pack in self._packs])


def _trace(identity: str) -> bytes:
    return (hash(identity) & 0xFFFF_FFFF).to_bytes(TRACE_BYTES, "little")
