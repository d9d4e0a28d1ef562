"""A broker that dies, freezes, comes back, or has no disk left (design.md 6, failure table).

There is one broker, so it is the group's and the transactions' coordinator too: "coordinator gone"
is every one of these. Invariants: I1 no loss, I2 same as the oracle, I4 one alert per cause, I9 no
stale writer, I10 no lag.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.brokers.kafka import KafkaBroker
from tests.chaos.brokers import SmallDiskKafka
from tests.chaos.driver import Driver
from tests.chaos.evidence import dropped, lost_the_broker, until
from tests.chaos.sepsis_slice import Slice
from tests.chaos.verdict import assert_all_acknowledged, assert_undisturbed
from tests.system.product import Product, product

PAUSE_S = 20.0
"""Longer than sessions (10 s), and than the requests of writers (10 s) and of Faust (20 s)."""
DOWN_S = 12.0
"""Longer than a session: everybody finds a broker that has forgotten them."""


@pytest.fixture
def broker(private_kafka: Callable[[], KafkaBroker]) -> KafkaBroker:
    return private_kafka()


@pytest.fixture
async def alone(
    broker: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    """A product on a broker of its own."""
    async with product(broker.address, tmp_path, unique("chaos")) as made:
        yield made


@pytest.mark.timeout(400)
@pytest.mark.parametrize("down_s", [0.0, DOWN_S], ids=["at once", "after the session"])
async def test_a_broker_killed_and_started_again_changes_nothing(
    broker: KafkaBroker, alone: Product, part: Slice, chance: random.Random, down_s: float
) -> None:
    """I1, I4, I9: kill -9 twice at random moments; the same worker goes on by itself."""
    worker = alone.start()
    await worker.until_ready()
    async with Driver(alone) as driver:
        driver.begin(part.steps)
        for _ in range(2):
            await driver.until_step(driver.step + chance.randint(2, 5))
            await asyncio.sleep(chance.uniform(0, 0.2))
            driver.assert_under_way()
            broker.kill9()
            await asyncio.sleep(down_s)
            broker.start()
        await driver.finish()
        assert lost_the_broker(worker), "the worker has met a broker that was not there"
        await assert_all_acknowledged(alone, driver)
    assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
    await assert_undisturbed(alone, part)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("workers", [1, 2])
async def test_a_broker_that_is_frozen_for_a_while_changes_nothing(
    broker: KafkaBroker, alone: Product, part: Slice, chance: random.Random, workers: int
) -> None:
    """I1, I4, I9: nothing answers for 20 s, then everything does; requests were given up."""
    running = [alone.start() for _ in range(workers)]
    for worker in running:
        await worker.until_ready()
    async with Driver(alone) as driver:
        driver.begin(part.steps)
        await driver.until_step(chance.randint(4, 8))
        await asyncio.sleep(chance.uniform(0, 0.2))
        began = time.monotonic()
        broker.pause()
        try:
            driver.assert_under_way()
            await asyncio.sleep(began + PAUSE_S - time.monotonic())
        finally:
            broker.resume()
        await driver.finish()
        assert any(dropped(worker) for worker in running), "a request was given up"
        await assert_all_acknowledged(alone, driver)
    for worker in running:
        assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
    await assert_undisturbed(alone, part)


@pytest.mark.timeout(400)
async def test_a_full_disk_stops_the_broker_and_loses_nothing(
    small_disk_kafka: SmallDiskKafka,
    unique: Callable[[str], str],
    tmp_path: Path,
    part: Slice,
    chance: random.Random,
) -> None:
    """I1, I4: the broker ends when its only disk is full; given room, all goes on."""
    broker = small_disk_kafka
    async with product(broker.address, tmp_path, unique("chaos")) as running:
        worker = running.start()
        await worker.until_ready()
        async with Driver(running) as driver:
            driver.begin(part.steps)
            await driver.until_step(chance.randint(2, 4))
            broker.fill()
            await until(lambda: broker.ended, "ended by the full disk", 60, worker)
            driver.assert_under_way()
            broker.kill9()  # it is dead: let it be forgotten
            broker.free_space()
            broker.start()
            await driver.finish()
            assert lost_the_broker(worker), "the worker has met a broker that was not there"
            await assert_all_acknowledged(running, driver)
        assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
        await assert_undisturbed(running, part)
    assert "No space left on device" in broker.log_file.read_text()
