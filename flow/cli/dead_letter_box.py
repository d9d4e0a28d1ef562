"""Dead letters as they lie in their topics: why they are there, and which were sent again.

A letter that was sent again is marked by an empty record in the same partition, with
its offset in the header `flow.dlq.replayed`. The mark is written after the broker took the
letter: a crash in between sends it twice at most, which a history does not mind (it is a set).
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flow.cli.refusals import NotFound
from flow.engine.dead_letters import PREFIX, by_reference
from flow.events.topics import ALL_TOPICS, topic_name

if TYPE_CHECKING:
    from flow.engine.log import Headers, Record
    from flow.engine.publisher import KafkaPublisher
    from flow.settings import Settings

REPLAYED = f"{PREFIX}replayed"
BOXES = tuple(topic.short for topic in ALL_TOPICS if topic.short.endswith(".dlq"))
"""Short names of the dead-letter topics."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter lies: `discharge/3/17` is input, partition, offset in the dead letters."""

    box: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.box.removesuffix('.dlq')}/{self.partition}/{self.offset}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Raises ValueError with the form that is wanted."""
        match text.split("/"):
            case [box, partition, offset] if partition.isdigit() and offset.isdigit():
                if f"{box}.dlq" in BOXES:
                    return cls(f"{box}.dlq", int(partition), int(offset))
        inputs = ", ".join(box.removesuffix(".dlq") for box in BOXES)
        raise ValueError(f"{text!r} is no place: write INPUT/PARTITION/OFFSET, INPUT of {inputs}")


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. `came_from` is the record that could not be used."""

    place: Place
    reason: str
    detail: str
    came_from: tuple[str, int, int]
    at: datetime
    size_bytes: int
    sha256: str | None
    record: "Record"
    replayed: bool

    def row(self) -> dict[str, Any]:
        topic, partition, offset = self.came_from
        return {
            "place": str(self.place),
            "reason": self.reason,
            "detail": self.detail,
            "came_from": {"topic": topic, "partition": partition, "offset": offset},
            "at": self.at,
            "size_bytes": self.size_bytes,
            "by_reference": self.sha256 is not None,
            "replayed": self.replayed,
        }


@dataclass(slots=True)
class Box:
    """Collects records of dead-letter topics in any order of partitions."""

    _letters: list[tuple[Place, "Record"]] = field(default_factory=list)
    _replayed: set[Place] = field(default_factory=set)

    def add(self, box: str, records: "Iterable[Record]") -> None:
        for record in records:
            mark = _header(record.headers, REPLAYED)
            if mark is None:
                self._letters.append((Place(box, record.partition, record.offset), record))
            else:
                self._replayed.add(Place(box, record.partition, int(mark)))

    def letters(self) -> list[Letter]:
        """Oldest first within each partition."""
        return [_letter(place, record, place in self._replayed) for place, record in self._letters]


def _letter(place: Place, record: "Record", replayed: bool) -> Letter:  # noqa: FBT001
    headers = record.headers
    size = _header(headers, f"{PREFIX}size-bytes")
    return Letter(
        place,
        reason=_header(headers, f"{PREFIX}reason") or "unknown",
        detail=_header(headers, f"{PREFIX}detail") or "",
        came_from=(
            _header(headers, f"{PREFIX}topic") or "",
            int(_header(headers, f"{PREFIX}partition") or -1),
            int(_header(headers, f"{PREFIX}offset") or -1),
        ),
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        size_bytes=int(size) if size is not None else len(record.value or b""),
        sha256=_header(headers, f"{PREFIX}sha256") if by_reference(record) else None,
        record=record,
        replayed=replayed,
    )


def _header(headers: "Headers", wanted: str) -> str | None:
    for name, value in headers:
        if name == wanted:
            return value.decode(errors="replace")
    return None


def senders_headers(letter: Letter) -> list[tuple[str, bytes]]:
    """The headers that the sender gave."""
    return [(name, value) for name, value in letter.record.headers if not name.startswith(PREFIX)]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters to send again: those at `places`, or those that fit what is given."""

    places: Collection[Place] = ()
    boxes: Collection[str] = ()
    reasons: Collection[str] = ()

    def of(self, letters: Iterable[Letter]) -> list[Letter]:
        """Raises NotFound where a place holds no letter."""
        if self.places:
            by_place = {letter.place: letter for letter in letters}
            missing = [str(place) for place in self.places if place not in by_place]
            if missing:
                raise NotFound(
                    f"no dead letter at {', '.join(missing)}: see `flow dlq list --each`"
                )
            return [by_place[place] for place in self.places]
        return [
            letter
            for letter in letters
            if (not self.boxes or letter.place.box in self.boxes)
            and (not self.reasons or letter.reason in self.reasons)
        ]


async def read_box(settings: "Settings", boxes: Collection[str] = BOXES) -> list[Letter]:
    from flow.engine.reader import Reader

    box = Box()
    async with Reader(settings, boxes) as reader:
        async for read in reader.to_end():
            box.add(read.short, read.records)
    return box.letters()


async def original(settings: "Settings", letter: Letter) -> tuple[bytes | None, bytes | None] | str:
    """(key, value) as they were sent, or why they cannot be had."""
    from flow.engine.reader import fetch

    left_out = _header(letter.record.headers, f"{PREFIX}key-size-bytes")
    if letter.sha256 is None and left_out is None:
        return letter.record.key, letter.record.value
    found = await fetch(settings, *letter.came_from)
    if found is None:
        return "gone: its record has expired"
    expected = letter.sha256 or hashlib.sha256(letter.record.value or b"").hexdigest()
    if hashlib.sha256(found.value or b"").hexdigest() != expected:
        return "gone: another record is in its place"
    return found.key, found.value


async def replay(publisher: "KafkaPublisher", letter: Letter) -> str:
    """Send one letter again as it came, and mark it; returns what became of it."""
    settings = publisher.settings
    if letter.replayed:
        return "sent again earlier"
    content = await original(settings, letter)
    if isinstance(content, str):
        return content
    key, value = content
    if value is None:
        return "without a value: nothing to send"
    box = letter.place.box
    prefix = settings.topic_prefix
    await publisher.send(
        topic_name(box.removesuffix(".dlq"), prefix),
        value,
        key=key,
        headers=senders_headers(letter),
        # Without a key there is nothing else to go by.
        partition=letter.place.partition if key is None else None,
    )
    mark = [(REPLAYED, str(letter.place.offset).encode())]
    await publisher.send(
        topic_name(box, prefix), b"", key=None, headers=mark, partition=letter.place.partition
    )
    return "sent again"
