"""`make bench`: measures speed and memory in one run and prints one table with ratios.

    python -m bench [PART …] [--events N] [--idiomatic-events N] [--json FILE]

PART is core, worker, idiomatic, opening, memory or latency; all of them when none is named. What
each line means: docs/benchmarks.md. Exit code 1 where a goal was not reached, 2 where Apache Kafka
cannot run here.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from bench import lines
from bench.core_cost import CoreCosts, measure_core
from bench.idiomatic_run import measure_idiomatic
from bench.latency import measure_latency
from bench.memory import measure_memory
from bench.report import PARTS, Line, as_json, show
from bench.worker_run import WorkerRun, measure_worker
from bench.workload import Item, describe, save, workload
from tests.brokers.kafka import KafkaBroker, KafkaUnavailable

EVENTS = 200_000
IDIOMATIC_EVENTS = 20_000
UNRULY_EVENTS = 40_000
MEMORY_EVENTS = 100_000
MEMORY_PEOPLE = 2_500
ON_KAFKA = frozenset({"worker", "idiomatic", "opening", "latency"})
EXIT_MISSED = 1
EXIT_NO_KAFKA = 2
NOISE = "Timings of a shared machine are noisy: the ratios of one run count, single times do not."


@dataclass
class Bench:
    """One run: what was asked for, and what was found so far."""

    parts: frozenset[str]
    events: int
    idiomatic_events: int
    folder: Path
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=lambda: [NOISE])

    def run(self) -> None:
        """Measure the parts asked for; nothing is measured while something else runs."""
        items: list[Item] = []
        if self.parts & {"core", "worker", "idiomatic", "opening"}:
            _say(f"making {self.events:,} events")
            items = workload(self.events)
            self.notes.append(f"Core and worker: {describe(items)}.")
        if self.parts & {"core", "worker"}:
            costs = self._core(items)
        if self.parts & ON_KAFKA:
            with _kafka(self.folder) as address:
                if self.parts - {"core", "memory", "latency"}:
                    worker = self._worker(address, items)
                    if "worker" in self.parts:
                        # Its goal is made of the core's costs, before and after it.
                        costs = costs.mean(self._core(items))
                        self.lines += lines.of_worker(worker, costs)
                    if "idiomatic" in self.parts:
                        self._idiomatic(address, worker)
                    if "opening" in self.parts:
                        self.lines += lines.of_opening(worker)
                if "latency" in self.parts:
                    _say("latency: low load on Apache Kafka")
                    found = asyncio.run(measure_latency(address, self.folder))
                    self.lines += lines.of_latency(found)
        if "core" in self.parts:
            unruly = workload(min(self.events, UNRULY_EVENTS), unruly=True)
            self.lines += lines.of_core(costs, measure_core(unruly))
        if "memory" in self.parts:
            self._memory()
        self.lines.sort(key=lambda line: PARTS.index(line.part))

    def _core(self, items: list[Item]) -> CoreCosts:
        _say("core: decode, history, assess")
        return measure_core(items)

    def _worker(self, address: str, items: list[Item]) -> WorkerRun:
        _say("worker: a backlog on Apache Kafka, then opened again")
        return asyncio.run(measure_worker(address, self.folder, items))

    def _idiomatic(self, address: str, worker: WorkerRun) -> None:
        _say(f"idiomatic Faust agent: {self.idiomatic_events:,} events on the same broker")
        items = workload(self.idiomatic_events)
        run = asyncio.run(measure_idiomatic(address, self.folder, items))
        self.lines += lines.of_idiomatic(run, worker)
        self.notes.append(f"Idiomatic agent: {describe(items)}; see bench/idiomatic.py.")

    def _memory(self) -> None:
        _say("memory: the ledger alone, in processes of its own")
        path = self.folder / "items"
        save(workload(MEMORY_EVENTS), path)
        self.lines += lines.of_memory(measure_memory(path, MEMORY_PEOPLE))


@contextmanager
def _kafka(folder: Path) -> Iterator[str]:
    """A broker of our own: its address."""
    broker = KafkaBroker(folder / "kafka")
    try:
        broker.start()
        yield broker.address
    finally:
        broker.stop()


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Speed and memory.")
    parser.add_argument("part", nargs="*", help=f"{', '.join(PARTS)}; all when none is named")
    parser.add_argument("--events", type=int, default=EVENTS, help="that the worker works")
    parser.add_argument("--idiomatic-events", type=int, default=IDIOMATIC_EVENTS)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.part) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="discharge-flow-bench-") as folder:
        bench = Bench(
            frozenset(chosen.part or PARTS), chosen.events, chosen.idiomatic_events, Path(folder)
        )
        try:
            bench.run()
        except KafkaUnavailable as reason:
            _say(f"Apache Kafka cannot run here: {reason}")
            return EXIT_NO_KAFKA
    show(bench.lines, bench.notes)
    if chosen.json is not None:
        report = as_json(bench.lines, bench.notes)
        chosen.json.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    missed = [line.what for line in bench.lines if line.met is False]
    return EXIT_MISSED if missed else 0


if __name__ == "__main__":
    sys.exit(main())
