"""Workers that die, freeze and come back in the middle of the sepsis run on Apache Kafka.

Whatever happens, the outcome is the oracle's and no alert stands twice on the topic. A run in
which the fault did not hit anything fails.
"""

import os
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.brokers.kafka import KafkaBroker
from tests.simulate.sepsis_oracle import SEPSIS_CSV
from tests.system.agreement import assert_agrees
from tests.system.kills import Kills, assert_hit
from tests.system.product import Product, product
from tests.system.sepsis import KEEPS_EVERYBODY, replay_to, sepsis_events, sepsis_ticks
from tests.system.zombies import assert_zombies_write_nothing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEPSIS_CSV.exists(), reason="../shared/data/sepsis-log is not here"),
]


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
    worker, hit = await kills.during(lambda target: replay_to(target, events, ticks), worker, ticks)
    assert await worker.stop() == 0
    assert_hit(hit, in_a_write=3, seed=seed)
    await assert_agrees(running, ticks)


@pytest.mark.timeout(400)
async def test_a_forced_zombie_writes_nothing(running: Product, tmp_path: Path) -> None:
    """Paused before the send, or between send and commit; continued after the takeover."""
    events = sepsis_events()
    ticks = sepsis_ticks(events)
    await assert_zombies_write_nothing(
        running, tmp_path, events, ticks, lambda: committed_size(running)
    )
    await assert_agrees(running, ticks)
