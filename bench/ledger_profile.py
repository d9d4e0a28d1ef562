"""Where the worker's time goes: the ledger alone, in this process, on the chunks of a backlog.

    python -m bench.ledger_profile [EVENTS]

Prints CPU per event by step, with and without Python's garbage collector, then what cProfile finds.
The transport, the transactions and the other partitions' turns are not in it.
"""

import cProfile
import gc
import pstats
import sys
import time
from collections import defaultdict

from bench.memory import as_stored
from bench.workload import Item, workload
from flow.engine.keys import partition_of
from flow.engine.ledger import Ledger
from flow.engine.memory import StoredRecord
from flow.events.topics import PERSON_INPUTS
from flow.pathway import load_policy

EVENTS = 40_000
PARTITIONS = 4
CHUNK_RECORDS = 8_000
"""A fetch of 4 MB holds about so many of one topic and partition."""
PEOPLE_AT_ONCE = 256
FUNCTIONS = 40

Chunk = tuple[str, list[StoredRecord]]


def chunks(items: list[Item]) -> dict[int, list[Chunk]]:
    """By partition, as a consumer with a backlog gets them: each topic in turn."""
    records: dict[int, dict[str, list[StoredRecord]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        partition = partition_of(item.person.encode(), PARTITIONS)
        records[partition][item.topic].append(as_stored(item))
    found: dict[int, list[Chunk]] = defaultdict(list)
    for partition, of_topic in records.items():
        longest = max(len(each) for each in of_topic.values())
        for start in range(0, longest, CHUNK_RECORDS):
            for topic in PERSON_INPUTS:
                if chunk := of_topic[topic][start : start + CHUNK_RECORDS]:
                    found[partition].append((topic, chunk))
    return found


def work(by_partition: dict[int, list[Chunk]], items: list[Item]) -> dict[str, float]:
    """CPU seconds by step."""
    spent: dict[str, float] = defaultdict(float)
    policy = load_policy()

    def step(name: str, began_s: float) -> float:
        now_s = time.process_time()
        spent[name] += now_s - began_s
        return now_s

    for number, its_chunks in by_partition.items():
        ledger = Ledger(
            number, policy, application="bench", prefix="", wall=False, partitions=PARTITIONS
        )
        at_s = time.process_time()
        for topic, records in its_chunks:
            ledger.begin_chunk(topic, records)
            ledger.add(topic, records)
            at_s = step("decode and add", at_s)
            while ledger.assess_touched(PEOPLE_AT_ONCE):
                pass
            at_s = step("fold and assess", at_s)
            tally = ledger.take().tally
            spent["assessments"] += tally.assessments
            at_s = step("take", at_s)
        ledger.tick(items[-1].published_at)
        while ledger.assess_due(PEOPLE_AT_ONCE):
            pass
        step("tick", at_s)
    return spent


def _print(title: str, spent: dict[str, float], events: int) -> None:
    steps = {name: value for name, value in spent.items() if name != "assessments"}
    parts = ", ".join(f"{name} {s / events * 1e6:.1f}" for name, s in steps.items())
    total_us = sum(steps.values()) / events * 1e6
    each = spent["assessments"] / events
    print(f"{title}: {total_us:.1f} µs/event ({parts}); {each:.3f} assessments an event")


def main() -> None:
    items = workload(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
    by_partition = chunks(items)
    gc.collect()
    gc.freeze()
    _print("with the collector", work(by_partition, items), len(items))
    gc.collect()
    gc.disable()
    _print("without it", work(by_partition, items), len(items))
    profile = cProfile.Profile()
    profile.runcall(work, by_partition, items)
    pstats.Stats(profile).sort_stats("tottime").print_stats(FUNCTIONS)


if __name__ == "__main__":
    main()
