"""Workers that freeze in the middle of a write and go on with it when another has taken over."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from flow.events import AnyEvent
from tests.system.kills import until_frozen
from tests.system.product import Product, WorkerProcess
from tests.system.sepsis import replay_in_lockstep, until_clock


async def assert_zombies_write_nothing(
    running: Product,
    folder: Path,
    events: Sequence[AnyEvent],
    ticks: Sequence[datetime],
    written: Callable[[], Awaitable[object]],
    topic: str = "",
) -> None:
    """Replay all in two halves, in each of which the worker freezes in a write and is replaced.

    The first before it sends; the second, which took over from it, between send and commit. Each
    is continued when the next has done the rest of its half. `written` says how much is committed;
    a write counts that has a record for the `topic`.
    """
    half = len(ticks) // 2
    running.module = "tests.system.zombie_worker"
    zombie, freeze_file = _start(running, folder / "first", topic)
    await zombie.until_ready()
    coming = list(events)
    for point, part in (("before", ticks[:half]), ("between", ticks[half:])):
        now = [event for event in coming if event.recordedtime <= part[-1]]
        coming = coming[len(now) :]
        replay = asyncio.create_task(replay_in_lockstep(running, now, part))
        await until_clock(running, part[len(part) // 2])
        freeze_file.write_text(point)
        await until_frozen(zombie)
        heir, freeze_file = _start(running, folder / point, topic)
        await heir.until_ready()
        await replay
        before = await written()
        zombie.process.send_signal(signal.SIGCONT)
        await until_fenced(zombie)
        assert await written() == before, f"the zombie wrote, frozen {point}"
        await zombie.stop()
        zombie = heir
    assert coming == [], "all was replayed"
    assert await zombie.stop() == 0


def _start(running: Product, freeze_file: Path, topic: str) -> tuple[WorkerProcess, Path]:
    worker = running.start(FLOW_TEST_FREEZE_FILE=str(freeze_file), FLOW_TEST_FREEZE_TOPIC=topic)
    return worker, freeze_file


async def until_fenced(worker: WorkerProcess) -> None:
    """Until the worker has tried its write and was told that it is not the owner any more."""
    async with asyncio.timeout(60):
        while not any("taken this partition over" in str(line) for line in worker.logged()):
            assert worker.process.poll() is None, worker.log.read_text()[-2_000:]
            await asyncio.sleep(0.05)
