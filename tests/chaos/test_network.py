"""A network that is cut between a worker and the broker, one way or both (failure table).

The worker reaches the broker through a proxy on loopback. What is on its way while the network is
cut arrives when it is mended, as TCP would have it: requests that the worker gave up long ago, and
answers to them. Invariants: I1 no loss, I2 same as the oracle, I4 one alert per cause, I9 no stale
writer, I10 no lag.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.chaos.brokers import ProxiedKafka
from tests.chaos.driver import Driver
from tests.chaos.evidence import assignments, until, until_assigned
from tests.chaos.proxy import Proxy, Way
from tests.chaos.sepsis_slice import Slice
from tests.chaos.verdict import assert_all_acknowledged, assert_undisturbed
from tests.system.product import Product, product

SHORT_S = 5.0
"""Within a worker's session (10 s): nobody else takes over."""
LONG_S = 25.0
"""Beyond the session, and beyond the requests of writers (10 s) and of Faust (20 s)."""
WAYS = {
    "to the broker": ("to_broker",),
    "to the worker": ("to_worker",),
    "both": ("to_broker", "to_worker"),
}


@pytest.fixture
async def network(
    proxied_kafka: Callable[[int], ProxiedKafka], unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[tuple[Product, Proxy]]:
    """A product, and a proxy for the workers that are to suffer."""
    broker = proxied_kafka(1)
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(Proxy(*broker.gates[0]))
        made = await stack.enter_async_context(product(broker.address, tmp_path, unique("chaos")))
        yield made, proxy


def chosen(proxy: Proxy, names: tuple[str, ...]) -> list[Way]:
    return [getattr(proxy, name) for name in names]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("way", WAYS)
async def test_a_worker_that_is_cut_off_beyond_its_session_changes_nothing(
    network: tuple[Product, Proxy], part: Slice, chance: random.Random, way: str
) -> None:
    """I1, I4, I9: another takes over; the one cut off comes back and writes nothing stale."""
    running, proxy = network
    far = running.start(FLOW_BROKER_URL=proxy.address)
    await until_assigned(far, 4)
    near = running.start()
    for worker in (far, near):
        await until_assigned(worker, 2)
        await worker.until_ready()
    async with Driver(running) as driver:
        driver.begin(part.steps)
        await driver.until_step(chance.randint(4, 8))
        await asyncio.sleep(chance.uniform(0, 0.2))
        driver.assert_under_way()
        began, before, reached = time.monotonic(), len(assignments(far)), driver.step
        for each in chosen(proxy, WAYS[way]):
            each.cut()
        await until_assigned(near, 4)
        await driver.until_step(reached + 2)
        await asyncio.sleep(began + LONG_S - time.monotonic())
        # Not on both ways: where no request was under way at the cut, no answer is held.
        assert any(each.held_bytes for each in chosen(proxy, WAYS[way])), "nothing was cut"
        for each in chosen(proxy, WAYS[way]):
            each.mend()
        await until(lambda: len(assignments(far)) > before, "back in the group", 90, far)
        await driver.finish()
        await assert_all_acknowledged(running, driver)
    for worker in (far, near):
        assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
    await assert_undisturbed(running, part)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("way", WAYS)
async def test_short_cuts_of_the_only_worker_change_nothing(
    network: tuple[Product, Proxy], part: Slice, chance: random.Random, way: str
) -> None:
    """I1, I4: shorter than its session, again and again, in the middle of transactions."""
    running, proxy = network
    worker = running.start(FLOW_BROKER_URL=proxy.address)
    await worker.until_ready()
    async with Driver(running) as driver:
        driver.begin(part.steps)
        for _ in range(3):
            await driver.until_step(driver.step + chance.randint(1, 4))
            await asyncio.sleep(chance.uniform(0, 0.2))
            driver.assert_under_way()
            held = [each.held_bytes for each in chosen(proxy, WAYS[way])]
            for each in chosen(proxy, WAYS[way]):
                each.cut()
            await asyncio.sleep(SHORT_S)
            more = [each.held_bytes for each in chosen(proxy, WAYS[way])]
            assert sum(more) > sum(held), "nothing was cut"
            for each in chosen(proxy, WAYS[way]):
                each.mend()
        await driver.finish()
        await assert_all_acknowledged(running, driver)
    assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
    await assert_undisturbed(running, part)
