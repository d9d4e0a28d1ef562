"""Bad records, repeats and disorder while the worker is killed again and again (failure table).

Invariants: I1 no loss, I2 same as the oracle, I3 idempotence, I4 one alert per cause, I8 findings
instead of exceptions, I10 k bad records cost k dead letters and no lag.
"""

import asyncio
import random

import pytest

from tests.chaos.driver import Driver
from tests.chaos.poison import all_reasons, poisoned, reasons_made, repeated_and_shuffled
from tests.chaos.sepsis_slice import Slice
from tests.chaos.verdict import assert_all_acknowledged, assert_undisturbed
from tests.system.product import Product

KILLS = 4
OF_EACH_KIND = 5
REPEATS = 0.3


async def replay_with_kills(running: Product, whole: Slice, chance: random.Random) -> Driver:
    """The whole slice, with kills -9 spread over it; returns the driver with what it has seen."""
    worker = running.start()
    await worker.until_ready()
    every = len(whole.steps) // (KILLS + 1)
    async with Driver(running, pace_s=0.05) as driver:
        driver.begin(whole.steps)
        for number in range(1, KILLS + 1):
            await driver.until_step(number * every)
            await asyncio.sleep(chance.uniform(0, 0.3))
            driver.assert_under_way()
            await worker.kill()
            worker = running.start()
            await worker.until_ready()
        await driver.finish()
        await assert_all_acknowledged(running, driver)
    assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
    return driver


@pytest.mark.timeout(400)
async def test_bad_records_of_every_kind_during_kills_cost_one_dead_letter_each(
    running: Product, part: Slice, chance: random.Random
) -> None:
    """I1, I8, I10: every bad record one letter with its reason, once; the rest is undisturbed."""
    bad = poisoned(part, chance, OF_EACH_KIND, running.settings.partitions)
    assert reasons_made(bad) == all_reasons(), "every reason there is"
    driver = await replay_with_kills(running, bad, chance)
    await assert_undisturbed(running, bad, driver.bad)


@pytest.mark.timeout(400)
async def test_repeats_and_disorder_during_kills_change_nothing(
    running: Product, part: Slice, chance: random.Random
) -> None:
    """I3, I4: any order within a step, and repeats then and later."""
    mixed = repeated_and_shuffled(part, chance, REPEATS)
    assert len(mixed.good) > 1.2 * len(part.good), "there are repeats"
    assert [step.messages[:9] for step in mixed.steps] != [step.messages[:9] for step in part.steps]
    await replay_with_kills(running, mixed, chance)
    await assert_undisturbed(running, part)
