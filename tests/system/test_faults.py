"""Workers that die, freeze and come back in the middle of the sepsis run on Apache Kafka.

Whatever happens, the outcome is the oracle's and no alert stands twice on the topic. A run in
which the fault did not hit anything fails.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from flow.engine.publisher import LockstepPublisher
from tests.brokers.kafka import KafkaBroker
from tests.simulate.sepsis_oracle import SEPSIS_CSV
from tests.system.agreement import assert_agrees
from tests.system.kills import Kills, assert_hit, until_frozen
from tests.system.product import Product, WorkerProcess, product
from tests.system.sepsis import (
    KEEPS_EVERYBODY,
    replay_in_lockstep,
    replay_to,
    sepsis_events,
    sepsis_ticks,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEPSIS_CSV.exists(), reason="../shared/data/sepsis-log is not here"),
]

UNHARMED_TICKS = 10
"""The last kill comes this many ticks before the end, so that all hit the run."""


@pytest.fixture
async def running(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    async with product(kafka.address, tmp_path, unique("faults"), policy=KEEPS_EVERYBODY) as made:
        yield made


async def committed_size(running: Product) -> int:
    """How many records the worker's topics hold: state, alerts and stages."""
    names = ("pathway-events", "alerts", "stages", "placements")
    return sum([len(await running.records(name)) for name in names])


@pytest.mark.timeout(600)
async def test_ten_kills_at_random_points_change_nothing(running: Product) -> None:
    seed = int(os.environ.get("FLOW_TEST_SEED", "20131107"))
    events = sepsis_events()
    ticks = sepsis_ticks(events)
    worker = running.start()
    await worker.until_ready()
    kills = Kills(running, random.Random(seed), number=10, in_a_write=3)
    worker, hit = await kills.during(
        lambda target: replay_to(target, events, ticks), worker, ticks[:-UNHARMED_TICKS]
    )
    assert await worker.stop() == 0
    assert_hit(hit, in_a_write=3, seed=seed)
    await assert_agrees(running, ticks)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("point", ["before", "between"])
async def test_a_forced_zombie_writes_nothing(running: Product, tmp_path: Path, point: str) -> None:
    """Paused before the send, or between send and commit; continued after the takeover."""
    events = sepsis_events()
    ticks = sepsis_ticks(events)
    half = len(ticks) // 2
    freeze_file = tmp_path / "freeze"
    running.module = "tests.system.zombie_worker"
    zombie = running.start(FLOW_TEST_FREEZE_FILE=str(freeze_file))
    await zombie.until_ready()
    replay = asyncio.create_task(replay_in_lockstep(running, events, ticks))
    await until_clock(running, ticks[half])
    freeze_file.write_text(point)
    await until_frozen(zombie)
    running.module = "flow"
    heir = running.start()
    await heir.until_ready()
    await replay
    before = await committed_size(running)
    zombie.process.send_signal(signal.SIGCONT)
    await until_fenced(zombie)
    assert await committed_size(running) == before, "the zombie wrote"
    await assert_agrees(running, ticks)
    assert await heir.stop() == 0
    await zombie.stop()


async def until_clock(running: Product, at: object) -> None:
    async with LockstepPublisher(running.settings) as watching, asyncio.timeout(120):
        while (clock := await watching.clock()) is None or clock < at:  # type: ignore[operator]
            await asyncio.sleep(0.05)


async def until_fenced(worker: WorkerProcess) -> None:
    """Until the worker has tried its write and was told that it is not the owner any more."""
    async with asyncio.timeout(60):
        while not any("taken this partition over" in str(line) for line in worker.logged()):
            assert worker.process.poll() is None, worker.log.read_text()[-2_000:]
            await asyncio.sleep(0.05)
