"""What another process, or this one, has used: read from /proc, so Linux only."""

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
IDLE_SHARE = 0.1
"""Of one core: a process that uses less waits for work."""
IDLE_OVER_S = 0.5
IDLE_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Used:
    """CPU of all threads, user and system, and the time; both in seconds."""

    cpu_s: float
    at_s: float

    def since(self, earlier: "Used") -> "Used":
        return Used(self.cpu_s - earlier.cpu_s, self.at_s - earlier.at_s)


def used(pid: int) -> Used:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])  # fields 14 and 15 of proc(5)
    return Used((user + system) / TICKS_PER_S, time.monotonic())


def resident_bytes(pid: int | None = None) -> int:
    statm = Path(f"/proc/{pid or 'self'}/statm").read_text()
    return int(statm.split()[1]) * PAGE_BYTES


async def until_idle(pid: int) -> None:
    """Start-up is over when the process has nothing more to do."""
    async with asyncio.timeout(IDLE_WITHIN_S):
        before = used(pid)
        while True:
            await asyncio.sleep(IDLE_OVER_S)
            now = used(pid)
            if now.since(before).cpu_s < IDLE_SHARE * IDLE_OVER_S:
                return
            before = now
