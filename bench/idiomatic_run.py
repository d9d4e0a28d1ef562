"""The idiomatic agent on Apache Kafka, measured like the worker.

It gets a smaller backlog, of whole journeys too: its speed does not depend on how many people
there are, and it is slow. All its events lie in one topic, in the order in which they happened. It
would read four topics side by side, so that most events would come late and be folded anew one by
one; that says something of backlogs and nothing of Faust, and would count for us.
"""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bench.preload import Preload, as_record, until_worked
from bench.process import resident_bytes, until_idle, used
from bench.workload import Item
from tests.system.product import product

PARTITIONS = 4
APPLICATION = "bench-idiomatic"
TOPIC = "discharge"
FIRST = 50
"""Events that are worked before the measurement begins: then it is up and warm."""
STOP_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class IdiomaticRun:
    """From the publishing of the backlog to all of it committed."""

    events: int
    cpu_s: float
    wall_s: float
    resident_mb: float


async def measure_idiomatic(address: str, folder: Path, items: list[Item]) -> IdiomaticRun:
    records = [replace(item, topic=TOPIC) for item in items]
    async with product(address, folder, APPLICATION, partitions=PARTITIONS) as made:
        settings = made.settings
        log = folder / "idiomatic.log"
        process = _start(address, folder, log)
        try:
            async with Preload(settings, at_once=False) as preload:
                await preload.publish(as_record(item, settings) for item in records[:FIRST])
                await until_worked(settings, preload.next_offsets)
                await until_idle(process.pid)
                before = used(process.pid)
                await preload.publish(as_record(item, settings) for item in records[FIRST:])
                await until_worked(settings, preload.next_offsets)
            spent = used(process.pid).since(before)
            resident = resident_bytes(process.pid)
            changes = len(await made.records("stages"))
            assert changes > len(items) / 10, log.read_text()[-3_000:]
        finally:
            process.terminate()
            try:
                await asyncio.to_thread(process.wait, STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    return IdiomaticRun(len(items) - FIRST, spent.cpu_s, spent.at_s, resident / 1e6)


def _start(address: str, folder: Path, log: Path) -> "subprocess.Popen[bytes]":
    environment = {
        "FLOW_BROKER_URL": address,
        "FLOW_APPLICATION": APPLICATION,
        "FLOW_TOPIC_PREFIX": f"{APPLICATION}.",
        "FLOW_PARTITIONS": str(PARTITIONS),
        "BENCH_DATADIR": str(folder / "faust"),
    }
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "bench.idiomatic"),
            *("worker", "--without-web", "--loglevel", "warn"),
        ],
        env={**os.environ, **environment},
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
