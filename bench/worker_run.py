"""The worker as its user runs it, on Apache Kafka, with a backlog before it; then opened again."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figures
from bench.preload import Preload, until_worked, with_ticks
from bench.process import resident_bytes, until_idle, used
from bench.workload import Item
from flow.events.topics import PERSON_INPUTS
from tests.system.product import Product, WorkerProcess, product

PARTITIONS = 4
OPEN_WITHIN_S = 120.0
POLL_S = 0.02
APPLICATION = "bench-worker"


@dataclass(frozen=True, slots=True)
class WorkerRun:
    """`cpu_s` and `wall_s` from the release of the backlog to all of it durable and committed."""

    events: int
    cpu_s: float
    wall_s: float
    transactions: float
    reopened: float
    """Ledgers that were dropped because a write failed, and opened and worked again."""
    transaction_s: float
    chunks: float
    assessments: float
    opening_wall_s: float
    """From the assignment of all partitions to the last of them open, after a restart."""
    opening_partition_s: float
    """The same, added up over partitions, which open side by side."""
    opening_records: float
    resident_mb: float


async def measure_worker(address: str, folder: Path, items: list[Item]) -> WorkerRun:
    async with product(address, folder, APPLICATION, partitions=PARTITIONS) as made:
        async with Preload(made.settings, at_once=True) as preload:
            await preload.publish(with_ticks(items, made.settings))
            worker = made.start()
            await worker.until_ready()
            await until_idle(worker.process.pid)
            before = used(worker.process.pid)
            await preload.release()
            await until_worked(made.settings, preload.next_offsets)
        spent = used(worker.process.pid).since(before)
        figures = await _figures(worker)
        worked = figures.of_topics("events_total", PERSON_INPUTS)
        assert worked == len(items), "events were worked twice, or not at all"
        assert figures["clock_seconds"] == items[-1].published_at.timestamp()
        assert figures["events_rejected_total"] == figures["not_assessed"] == 0
        resident = resident_bytes(worker.process.pid)
        await worker.stop()
        opening_wall_s, opened = await _open_again(made)
        return WorkerRun(
            events=len(items),
            cpu_s=spent.cpu_s,
            wall_s=spent.at_s,
            transactions=figures["commit_seconds_count"],
            reopened=figures["ledger_failures_total"],
            transaction_s=figures["commit_seconds_sum"],
            chunks=figures["chunk_records_count"],
            assessments=figures["assessments_total"],
            opening_wall_s=opening_wall_s,
            opening_partition_s=opened["ledger_opening_seconds_sum"],
            opening_records=opened["ledger_records_read_total"],
            resident_mb=resident / 1e6,
        )


async def _figures(worker: WorkerProcess) -> Figures:
    status, page = await asyncio.to_thread(worker.get, "/metrics")
    assert status == 200, page
    return Figures(page)


async def _open_again(made: Product) -> tuple[float, Figures]:
    """Start a worker on the state that is there; seconds from assignment to all open."""
    worker = made.start()
    async with asyncio.timeout(OPEN_WITHIN_S):
        while not await asyncio.to_thread(_is_ready, worker):
            assert worker.process.poll() is None, worker.log.read_text()[-3_000:]
            await asyncio.sleep(POLL_S)
    ready_at = datetime.now(UTC)
    figures = await _figures(worker)
    assert figures["partitions_open"] == PARTITIONS
    assigned = [line for line in worker.logged() if line["event"] == "partitions assigned"]
    assigned_at = datetime.fromisoformat(assigned[-1]["timestamp"])
    await worker.stop()
    return (ready_at - assigned_at).total_seconds(), figures


def _is_ready(worker: WorkerProcess) -> bool:
    try:
        return worker.get("/readyz")[0] == 200
    except OSError:
        return False
