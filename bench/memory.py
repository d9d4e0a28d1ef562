"""What a live journey costs in the ledger: growth of resident memory for each person.

A process of its own that reads the events from a file, so that nothing but the ledger holds them.
Run by `measure_memory` as `python -m bench.memory FILE PEOPLE warm|quiet`.
"""

import gc
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, islice
from pathlib import Path

import orjson

from bench.process import resident_bytes
from bench.workload import Item, saved
from flow.engine.ledger import Ledger
from flow.engine.memory import StoredRecord
from flow.engine.people import WARM_PEOPLE
from flow.pathway import load_policy

EVENTS_BETWEEN_TICKS = 50
"""A chunk, and a tick after it: a partition's busy second."""
SETTLING_TICKS_MAX = 1_000
WARM_UP_EVENTS = 2_000
"""Worked by another ledger first: what code and allocator take once is not of any journey."""
WITHIN_S = 600.0


@dataclass(frozen=True, slots=True)
class Memory:
    """KB (1,000 bytes) for each person."""

    people: int
    events_each: float
    event_bytes: float
    warm_kb: float
    """Unpacked, with journey and assessment, as just after work."""
    live_kb: float
    """As it runs: the newest `kept_warm` people are warm, the others are packed."""
    packed_kb: float
    """One that is packed: what is left of `live_kb` without the warm ones."""
    kept_warm: int


def measure_memory(items: Path, people: int) -> Memory:
    """Two processes: one in which nobody rests, one in which ticks let them."""
    warm, quiet = _run(items, people, "warm"), _run(items, people, "quiet")
    people = int(quiet["people"])
    assert people > 2 * WARM_PEOPLE, "too few people: nearly all of them would stay warm"
    warm_kb, live_kb = warm["bytes_each"] / 1e3, quiet["bytes_each"] / 1e3
    return Memory(
        people=people,
        events_each=quiet["events"] / people,
        event_bytes=quiet["event_bytes"],
        warm_kb=warm_kb,
        live_kb=live_kb,
        packed_kb=(live_kb * people - warm_kb * WARM_PEOPLE) / (people - WARM_PEOPLE),
        kept_warm=WARM_PEOPLE,
    )


def _run(items: Path, people: int, mode: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory", str(items), str(people), mode],
        stdout=subprocess.PIPE,
        timeout=WITHIN_S,
        check=True,
    )
    found: dict[str, float] = orjson.loads(done.stdout)
    return found


class _Totals:
    """What went into the ledger."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.bytes = 0


def _of_first(items: Iterable[Item], people: int, totals: _Totals) -> Iterator[Item]:
    """Events of the first so many people; all others are left out."""
    for item in items:
        if item.person in totals.events or len(totals.events) < people:
            totals.events[item.person] += 1
            totals.bytes += len(item.value)
            yield item


def _work(ledger: Ledger, items: Iterable[Item], *, ticks: bool) -> None:
    coming = iter(items)
    at: datetime | None = None
    while chunk := list(islice(coming, EVENTS_BETWEEN_TICKS)):
        at = chunk[-1].published_at
        for topic, of_topic in groupby(sorted(chunk, key=lambda i: i.topic), lambda i: i.topic):
            records = [as_stored(item) for item in of_topic]
            ledger.begin_chunk(topic, records)
            ledger.add(topic, records)
            while ledger.assess_touched(len(records)):
                pass
        if ticks:
            tick(ledger, at)
        ledger.take()
    if ticks and at is not None:
        for second in range(SETTLING_TICKS_MAX):
            tick(ledger, at.replace(microsecond=second + 1))
            ledger.take()


def as_stored(item: Item) -> StoredRecord:
    """As a consumer would hand it over."""
    time_ms = int(item.published_at.timestamp() * 1_000)
    return StoredRecord(item.topic, 0, 0, time_ms, item.person.encode(), item.value)


def tick(ledger: Ledger, at: datetime) -> None:
    if ledger.tick(at):
        while ledger.assess_due(10_000):
            pass
        ledger.finish_tick()


KEPT = timedelta(days=3_650)
"""Longer than the events span: who died would be let go, and who is held is what is measured."""


def _ledger() -> Ledger:
    policy = replace(load_policy(), retire_grace=KEPT)
    return Ledger(0, policy, application="bench", prefix="", wall=False, partitions=1)


def main() -> None:
    path, people, mode = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    ticks = mode == "quiet"
    _work(_ledger(), islice(saved(path), WARM_UP_EVENTS), ticks=ticks)
    gc.collect()
    before = resident_bytes()
    totals, ledger = _Totals(), _ledger()
    _work(ledger, _of_first(saved(path), people, totals), ticks=ticks)
    gc.collect()
    grown = resident_bytes() - before
    assert ledger.subject_count == len(totals.events)
    assert ledger.not_assessed == 0
    events = totals.events.total()
    found = {
        "people": len(totals.events),
        "events": events,
        "event_bytes": totals.bytes / events,
        "bytes_each": grown / len(totals.events),
    }
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
