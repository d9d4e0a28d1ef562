"""The events that every measurement works on: made-up people, 30 to 60 events of each.

They come from the demo's feed (`flow.simulate`) with everybody on pathways 1 to 3, so that journeys
are long. Attributes that publishers commonly send, and that we ignore, bring a value to about 500
bytes. Start at `workload`.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import orjson

from flow.events import AnyEvent, encode
from flow.events.care_package import CentreCapacityReported
from flow.simulate.feed import Feed
from flow.simulate.quantities import LogNormal
from flow.simulate.town import Town, Unruly, load_town

SEED = 7
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
ARRIVING_DAYS = 14
"""All people arrive within this time, so that their journeys lie over each other."""
ARRIVED = START + timedelta(days=ARRIVING_DAYS)
END = START + timedelta(days=120)
"""The last of them is long home."""
EVENTS_MIN, EVENTS_MAX = 30, 60
CROWD = 200
"""People who are made together, about: fewer than a town of that size has staff and beds for."""
CROWDS_MAX = 10_000
PROMPT = timedelta(hours=1)
"""What is written down within this comes in the order in which it happened."""
TIDY = Unruly(repeated=0.0, late=0.0, corrected=0.0)


@dataclass(frozen=True, slots=True)
class Item:
    """One record of an input topic (by its short name), and when it is published."""

    topic: str
    person: str
    published_at: datetime
    value: bytes


def workload(events: int, *, seed: int = SEED, unruly: bool = False) -> list[Item]:
    """Whole journeys, interleaved in the order of publishing: the least that have so many events.

    They come as they happened, or, `unruly`, as in the demo: 3 of 100 written down hours or days
    late, 2 twice, 1 corrected. The same for the same arguments.
    """
    chosen: list[Item] = []
    for journey in _journeys(seed, unruly=unruly):
        chosen += journey
        if len(chosen) >= events:
            break
    return sorted(chosen, key=lambda item: item.published_at)


def _journeys(seed: int, *, unruly: bool) -> Iterator[list[Item]]:
    """Journeys of the wanted length, each in its order, without end."""
    town = _town(unruly=unruly)
    for crowd in count():
        found: dict[str, list[tuple[tuple[object, ...], Item]]] = defaultdict(list)
        feed = Feed(seed * CROWDS_MAX + crowd, START, town, arrivals_end=ARRIVED)
        for event in feed.events(END):
            if isinstance(event, CentreCapacityReported):
                continue
            found[event.subject].append((_published(event), _item(event)))
        for journey in found.values():
            if EVENTS_MIN <= len(journey) <= EVENTS_MAX:
                # Of two events of the same minute, the first in rank comes first.
                yield [item for _, item in sorted(journey, key=lambda pair: pair[0])]


def _published(event: AnyEvent) -> tuple[object, ...]:
    """When an event comes, and its place among those of the same moment."""
    return (_published_at(event), event.rank, event.recordedtime, event.identity)


def _published_at(event: AnyEvent) -> datetime:
    prompt = event.recordedtime - event.time <= PROMPT
    return event.time if prompt else event.recordedtime


def _town(*, unruly: bool) -> Town:
    """The demo's town with longer stays, and nobody on pathway 0."""
    town = load_town()
    treatment = LogNormal(median_days=8.0, mean_days=9.0, max_days=20.0)
    return town.model_copy(
        update={
            "people_per_day": CROWD / ARRIVING_DAYS,
            "pathway_mix": {"P0": 0.0, "P1": 0.7, "P2": 0.15, "P3": 0.15},
            "treatment": dict.fromkeys(town.treatment, treatment),
            "unruly": town.unruly if unruly else TIDY,
        }
    )


def _item(event: AnyEvent) -> Item:
    content = orjson.loads(encode(event))
    content["id"] = _uuid(event.id)
    if event.corrects is not None:
        source, _, corrected = event.corrects.partition("#")
        content["corrects"] = f"{source}#{_uuid(corrected)}"
    trace = uuid5(NAMESPACE_OID, f"trace/{event.identity}").hex
    content["traceparent"] = f"00-{trace}-{trace[:16]}-01"
    content["datacontenttype"] = "application/json"
    content["dataschema"] = "urn:discharge-flow:1"
    # orjson leaves a buffer of 4 KB behind its bytes; the copy has none.
    value = bytes(memoryview(orjson.dumps(content)))
    return Item(event.topic, sys.intern(event.subject), _published_at(event), value)


def _uuid(event_id: str) -> str:
    return str(uuid5(NAMESPACE_OID, event_id))


def save(items: Iterable[Item], path: Path) -> None:
    """Write items to a file, so that another process can read them one by one."""
    with path.open("wb") as file:
        for item in items:
            head = (item.topic, item.person, item.published_at.isoformat())
            file.write("\t".join(head).encode() + b"\t" + item.value + b"\n")


def saved(path: Path) -> Iterator[Item]:
    """What was saved, item by item; each value is a new object."""
    with path.open("rb") as file:
        for line in file:
            topic, person, at, value = line.rstrip(b"\n").split(b"\t", 3)
            published_at = datetime.fromisoformat(at.decode()).astimezone(UTC)
            yield Item(topic.decode(), person.decode(), published_at, value)


def describe(items: list[Item]) -> str:
    """What the events are, in a line."""
    lengths = Counter(item.person for item in items)
    mean_bytes = sum(len(item.value) for item in items) / len(items)
    return (
        f"{len(items):,} events of {len(lengths):,} people,"
        f" {min(lengths.values())} to {max(lengths.values())} each"
        f" (mean {len(items) / len(lengths):.0f}), mean {mean_bytes:.0f} bytes"
    )
