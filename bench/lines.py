"""The lines of the table, with the goals of each figure in one place."""

from bench.core_cost import CoreCosts
from bench.idiomatic_run import IdiomaticRun
from bench.latency import Latency
from bench.memory import Memory
from bench.report import Goal, Line
from bench.worker_run import WorkerRun

CORE_RATIO_MAX = 10.0
WORKER_ADDS_MAX = 1.5
IDIOMATIC_RATIO_MIN = 4.0
OPENING_RATIO_MIN = 5.0
JOURNEY_KB_MAX = 25.0
LATENCY_P99_MS_MAX = 250.0

US = "µs/event"
PER_S = "events/s"


def of_core(tidy: CoreCosts, unruly: CoreCosts) -> list[Line]:
    goal = Goal(CORE_RATIO_MAX)
    return [
        Line("core", "decode alone", tidy.decode_us, US),
        Line("core", "decode + add to a history", tidy.add_us, US),
        Line("core", "decode + history + assess each event", tidy.core_us, US),
        Line("core", "the core against decode alone", tidy.ratio, "×", goal),
        Line("core", "the same, some events late, twice or corrected", unruly.ratio, "×"),
    ]


def of_worker(run: WorkerRun, costs: CoreCosts) -> list[Line]:
    cpu_us = run.cpu_s / run.events * 1e6
    budget_us = costs.core_us + WORKER_ADDS_MAX * costs.add_us
    added = (cpu_us - costs.core_us) / costs.add_us
    return [
        Line("worker", "CPU of the process", cpu_us, US, Goal(budget_us)),
        Line("worker", "added to the core, in decode + add", added, "×", Goal(WORKER_ADDS_MAX)),
        Line("worker", "throughput", run.events / run.wall_s, PER_S),
        Line("worker", "transactions", run.transactions, ""),
        Line("worker", "mean time of one", run.transaction_s / run.transactions * 1e3, "ms"),
        Line("worker", "events in one, mean", run.events / run.transactions, ""),
        Line("worker", "ledgers dropped and opened again", run.reopened, "", Goal(0)),
        Line("worker", "chunks", run.chunks, ""),
        Line("worker", "assessments for each event", run.assessments / run.events, ""),
        Line("worker", "resident memory", run.resident_mb, "MB"),
    ]


def of_idiomatic(run: IdiomaticRun, worker: WorkerRun) -> list[Line]:
    speed, ours = run.events / run.wall_s, worker.events / worker.wall_s
    cpu_us, our_cpu_us = run.cpu_s / run.events * 1e6, worker.cpu_s / worker.events * 1e6
    goal = Goal(IDIOMATIC_RATIO_MIN, at_most=False)
    return [
        Line("idiomatic", f"CPU of the Faust agent, {run.events:,} events", cpu_us, US),
        Line("idiomatic", "its throughput", speed, PER_S),
        Line("idiomatic", "the worker's throughput against it", ours / speed, "×", goal),
        Line("idiomatic", "its CPU against the worker's", cpu_us / our_cpu_us, "×"),
        Line("idiomatic", "its resident memory", run.resident_mb, "MB"),
    ]


def of_opening(run: WorkerRun) -> list[Line]:
    goal = Goal(OPENING_RATIO_MIN, at_most=False)
    wall_us = run.opening_wall_s / run.events * 1e6
    return [
        Line("opening", "all partitions, from assignment to open", run.opening_wall_s, "s"),
        Line("opening", "the partitions' own times, added up", run.opening_partition_s, "s"),
        Line("opening", "state records read", run.opening_records, ""),
        Line("opening", "time for each event", wall_us, US),
        Line("opening", "working against opening", run.wall_s / run.opening_wall_s, "×", goal),
    ]


def of_memory(found: Memory) -> list[Line]:
    goal = Goal(JOURNEY_KB_MAX)
    what = f"{found.people:,} journeys of {found.events_each:.0f} × {found.event_bytes:.0f} bytes"
    return [
        Line("memory", f"all warm: {what}", found.warm_kb, "KB each"),
        Line("memory", f"live: all packed but {found.kept_warm}", found.live_kb, "KB each", goal),
        Line("memory", "a packed one of these", found.packed_kb, "KB"),
    ]


def of_latency(found: Latency) -> list[Line]:
    return [
        Line(
            "latency", f"acknowledged to closed alert, p50 of {found.samples}", found.p50_ms, "ms"
        ),
        Line("latency", "p99", found.p99_ms, "ms", Goal(LATENCY_P99_MS_MAX)),
        Line("latency", "worst", found.worst_ms, "ms"),
    ]
