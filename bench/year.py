"""A year of the town: how fast it folds, how fast a worker is at it, and what memory follows.

    python -m bench.year core|worker [--days N] [--people-per-day N]

`flow simulate` writes the events in a process of its own; this one has a tick every simulated hour
and lets people go whose journey is over.

core    decodes the events and keeps them, folds at each tick whoever was touched, and assesses
        them and whoever is due. Everybody stays unpacked.
worker  the ledgers of as many partitions as topics are created with: besides, they say what to
        publish, of alerts, stages, placements, gauges and state, and pack who is quiet.

Prints a line a month, of the time since the beginning: events, events for each second of CPU (of
core first those folded, then those folded and assessed), the ratio to decoding the same events
alone at the same time, people held and resident memory. Memory is to follow the people, not the
events. Exit code 1 where the core folds fewer than the goal.
"""

import argparse
import heapq
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from bench.memory import as_stored, tick
from bench.process import resident_bytes
from bench.workload import Item
from flow.engine.garbage import seldom_collect_garbage
from flow.engine.keys import partition_of
from flow.engine.ledger import Ledger
from flow.engine.memory import StoredRecord
from flow.events import decode_stored
from flow.events.topics import PERSON_INPUTS
from flow.pathway import History, assess, load_policy
from flow.settings import Settings

PARTITIONS: int = Settings.model_fields["partitions"].default
GOAL_EVENTS_PER_S = 10_000
TICK_EVERY = timedelta(hours=1)
LINE_EVERY = timedelta(days=30)
EXIT_MISSED = 1


def read(arguments: Sequence[str]) -> Iterator[Item]:
    """What `flow simulate` writes, of people, in the order of publishing."""
    command = [sys.executable, "-m", "flow", "simulate", "--to", "-", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = decode_stored(line)
            if event.topic in PERSON_INPUTS:
                yield Item(event.topic, event.subject, event.recordedtime, line.rstrip(b"\n"))


class Spent(NamedTuple):
    """CPU seconds; `folding_s` of them until journeys were there, where that is told apart."""

    all_s: float
    folding_s: float | None = None


class Part(Protocol):
    """What is measured: it works an hour of events and the tick after them."""

    @property
    def people(self) -> int: ...

    def work(self, hour: Sequence[Item], at: datetime) -> Spent: ...


class Core:
    """Histories, and when to look at each of them again."""

    def __init__(self) -> None:
        self._policy = load_policy()
        self._histories: dict[str, History] = defaultdict(History)
        self._next_at: dict[str, datetime | None] = {}
        self._due: list[tuple[datetime, str]] = []  # outdated ones among them

    @property
    def people(self) -> int:
        return len(self._histories)

    def work(self, hour: Sequence[Item], at: datetime) -> Spent:
        began_s = time.process_time()
        looked_at = set()
        for item in hour:
            self._histories[item.person].add(decode_stored(item.value), item.value)
            looked_at.add(item.person)
        for person in looked_at:
            self._histories[person].journey()
        folded_s = time.process_time()
        while self._due and self._due[0][0] <= at:
            due_at, person = heapq.heappop(self._due)
            if self._next_at.get(person) == due_at:
                looked_at.add(person)
        for person in looked_at:
            view = assess(self._histories[person].journey(), self._policy, at)
            if view.over:
                del self._histories[person], self._next_at[person]
                continue
            self._next_at[person] = view.next_at
            if view.next_at is not None:
                heapq.heappush(self._due, (view.next_at, person))
        return Spent(time.process_time() - began_s, folded_s - began_s)


class Worker:
    """The ledgers of all partitions."""

    def __init__(self) -> None:
        policy = load_policy()
        self._ledgers = [
            Ledger(
                number, policy, application="bench", prefix="", wall=False, partitions=PARTITIONS
            )
            for number in range(PARTITIONS)
        ]

    @property
    def people(self) -> int:
        return sum(ledger.subject_count for ledger in self._ledgers)

    def work(self, hour: Sequence[Item], at: datetime) -> Spent:
        chunks: dict[int, dict[str, list[StoredRecord]]] = defaultdict(lambda: defaultdict(list))
        for item in hour:
            number = partition_of(item.person.encode(), PARTITIONS)
            chunks[number][item.topic].append(as_stored(item))
        began_s = time.process_time()
        for ledger in self._ledgers:
            for topic, records in chunks[ledger.number].items():
                ledger.begin_chunk(topic, records)
                ledger.add(topic, records)
            tick(ledger, at)
            ledger.take()
        return Spent(time.process_time() - began_s)


class Year:
    """Sums, and the line that tells them."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._events = 0
        self._spent_s = self._folding_s = self._decoding_s = 0.0

    @property
    def folded_per_s(self) -> float:
        return self._events / self._folding_s

    def work(self, hour: Sequence[Item], at: datetime) -> None:
        began_s = time.process_time()
        for item in hour:
            decode_stored(item.value)
        self._decoding_s += time.process_time() - began_s
        spent = self._part.work(hour, at)
        self._spent_s += spent.all_s
        self._folding_s += spent.folding_s or 0.0
        self._events += len(hour)

    def say(self, at: datetime) -> None:
        folded = f"  {self.folded_per_s:8,.0f} folded a second" if self._folding_s else ""
        print(
            f"{at:%d %b %Y}  {self._events:10,} events{folded}"
            f"  {self._events / self._spent_s:8,.0f} a second in all"
            f"  {self._spent_s / self._decoding_s:5.1f} x decoding"
            f"  {self._part.people:7,} people  {resident_bytes() / 1e6:7,.0f} MB",
            flush=True,
        )


PARTS: dict[str, type[Core | Worker]] = {"core": Core, "worker": Worker}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.year")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--people-per-day", type=float)
    options = parser.parse_args(arguments)
    wanted = ["--days", str(options.days)]
    if options.people_per_day is not None:
        wanted += ["--people-per-day", str(options.people_per_day)]
    seldom_collect_garbage()
    year = Year(PARTS[options.part]())
    hour: list[Item] = []
    tick_at = line_at = None
    for item in read(wanted):
        if tick_at is None or line_at is None:
            tick_at, line_at = item.published_at + TICK_EVERY, item.published_at + LINE_EVERY
        while item.published_at >= tick_at:
            year.work(hour, tick_at)
            hour.clear()
            tick_at += TICK_EVERY
            if tick_at >= line_at:
                year.say(line_at)
                line_at += LINE_EVERY
        hour.append(item)
    assert tick_at is not None
    year.say(tick_at)
    if options.part != "core":
        return 0
    print(f"goal: {GOAL_EVENTS_PER_S:,} events folded a second of CPU or more")
    return 0 if year.folded_per_s >= GOAL_EVENTS_PER_S else EXIT_MISSED


if __name__ == "__main__":
    sys.exit(main())
