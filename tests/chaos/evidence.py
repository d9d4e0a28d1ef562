"""What a worker's log, its health page and the kernel say: whether a fault has hit."""

import asyncio
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.system.product import WorkerProcess

POLL_S = 0.05


def assignments(worker: WorkerProcess) -> list[list[int]]:
    """The partitions after each rebalance that the worker has been through."""
    return [
        line["partitions"] for line in worker.logged() if line["event"] == "partitions assigned"
    ]


def dropped(worker: WorkerProcess) -> list[str]:
    """Why the worker has dropped ledgers, in order."""
    return [str(line["error"]) for line in worker.logged() if line["event"] == "ledger dropped"]


def lost_the_broker(worker: WorkerProcess) -> bool:
    """Whether the worker's client has tried to connect in vain: it was refused, or the connection
    was closed before it was ready, as when the kernel still listens for a broker that dies."""
    return "Unable connect to node" in worker.log.read_text()


def commit_held_up(worker: WorkerProcess) -> bool:
    """Whether a commit of the worker took longer than Faust leaves between two."""
    return "Timer commit is overlapping" in worker.log.read_text()


def figure(worker: WorkerProcess, name: str) -> float:
    """The sum of a metric's series on /metrics."""
    text = worker.get("/metrics")[1]
    found = re.findall(rf"^{re.escape(name)}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE)
    assert found, f"{name} is exported"
    return sum(map(float, found))


def state_of(process: int) -> str:
    """The kernel's letter for a process: T is stopped."""
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]


async def pause(worker: WorkerProcess) -> None:
    """SIGSTOP, and wait until the kernel has done it."""
    os.kill(worker.process.pid, signal.SIGSTOP)
    await until(lambda: state_of(worker.process.pid) == "T", "stopped", 10)


def resume(worker: WorkerProcess) -> None:
    os.kill(worker.process.pid, signal.SIGCONT)


async def until(
    holds: Callable[[], Any], what: str, within_s: float, *workers: WorkerProcess
) -> None:
    """Wait for a condition, asked in a thread; the workers' last words when it does not come."""
    try:
        async with asyncio.timeout(within_s):
            while not await asyncio.to_thread(holds):
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        words = "\n".join(worker.log.read_text()[-2_000:] for worker in workers)
        raise AssertionError(f"not {what} after {within_s:g} s\n{words}") from None


async def until_assigned(worker: WorkerProcess, count: int, within_s: float = 60) -> None:
    """Wait until the worker owns `count` partitions."""

    def owns() -> bool:
        assert worker.process.poll() is None, worker.log.read_text()[-2_000:]
        return bool(rounds := assignments(worker)) and len(rounds[-1]) == count

    await until(owns, f"assigned {count} partitions", within_s, worker)
