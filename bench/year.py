"""A year of the town in one ledger: how fast it folds, and what memory follows.

    python -m bench.year [--days N] [--people-per-day N]

`flow simulate` writes the events in a process of its own; this one decodes, keeps, folds and
assesses them as a worker does, with a tick every simulated hour, and lets people go whose
journey is over. Prints a line a month: events, events for each second of CPU, people in the ledger
and resident memory. Memory is to follow the people in the ledger, not the events. Exit code 1 where
the goal of speed is not reached.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bench.memory import as_stored, tick
from bench.process import resident_bytes
from bench.workload import Item
from flow.engine.garbage import seldom_collect_garbage
from flow.engine.ledger import Ledger
from flow.events import decode_stored
from flow.events.topics import PERSON_INPUTS
from flow.pathway import load_policy

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


def work(ledger: Ledger, hour: Sequence[Item], at: datetime) -> None:
    """The events of an hour, by topic as they would come, and the tick after them."""
    for topic, of_topic in groupby(sorted(hour, key=lambda item: item.topic), lambda i: i.topic):
        records = [as_stored(item) for item in of_topic]
        ledger.begin_chunk(topic, records)
        ledger.add(topic, records)
    while ledger.assess_touched(1_000):
        pass
    tick(ledger, at)
    ledger.take()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.year")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--people-per-day", type=float)
    options = parser.parse_args(arguments)
    wanted = ["--days", str(options.days)]
    if options.people_per_day is not None:
        wanted += ["--people-per-day", str(options.people_per_day)]
    seldom_collect_garbage()
    ledger = Ledger(0, load_policy(), application="bench", prefix="", wall=False, partitions=1)
    events, spent_s = 0, 0.0
    hour: list[Item] = []
    tick_at = line_at = None
    for item in read(wanted):
        if tick_at is None or line_at is None:
            tick_at, line_at = item.published_at + TICK_EVERY, item.published_at + LINE_EVERY
        while item.published_at >= tick_at:
            began = time.process_time()
            work(ledger, hour, tick_at)
            spent_s += time.process_time() - began
            events += len(hour)
            hour.clear()
            tick_at += TICK_EVERY
            if tick_at >= line_at:
                _say(line_at, events, spent_s, ledger)
                line_at += LINE_EVERY
        hour.append(item)
    assert tick_at is not None
    rate = _say(tick_at, events, spent_s, ledger)
    print(f"goal: {GOAL_EVENTS_PER_S:,} events a second of CPU or more")
    return 0 if rate >= GOAL_EVENTS_PER_S else EXIT_MISSED


def _say(at: datetime, events: int, spent_s: float, ledger: Ledger) -> float:
    rate = events / spent_s
    print(
        f"{at:%d %b %Y}  {events:10,} events  {rate:8,.0f} a second"
        f"  {ledger.subject_count:7,} people  {resident_bytes() / 1e6:7,.0f} MB",
        flush=True,
    )
    return rate


if __name__ == "__main__":
    sys.exit(main())
