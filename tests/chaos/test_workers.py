"""Workers that freeze, come, go and die while others work on (design.md 6, failure table).

After each run the topics hold what an undisturbed run would have left: I1 no loss, I2 same as the
oracle, I3 idempotence, I4 one alert per cause, I9 no stale writer, I10 no lag.
"""

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.brokers.kafka import KafkaBroker
from tests.chaos.brokers import ProxiedKafka
from tests.chaos.driver import Driver
from tests.chaos.evidence import assignments, pause, resume, until, until_assigned
from tests.chaos.proxy import Proxy
from tests.chaos.sepsis_slice import Slice
from tests.chaos.verdict import assert_all_acknowledged, assert_undisturbed
from tests.system.product import Product, WorkerProcess, product

PAUSE_S = 15.0
"""Longer than a worker's session (10 s): the group goes on without it."""
STORM_GENERATIONS = 6
"""So often is the group made anew; for each, workers come, go and die every few seconds."""
STORM_WITHIN_S = 200.0
"""A worker that was killed keeps the group waiting for 4 to 10 s, and a new one takes seconds to
start where the machine has other work."""
SLOW_BYTES_PER_S = 30_000.0
"""Of each connection: a partition of some hundred kilobytes takes ten seconds and more to open."""
AS_IT_OPENS_S = 1.0
LEFT_WITHIN_S = 4.0
"""Less than a stop may take for what is begun (half of FLOW_STOP_WITHIN_S, 10 s)."""


async def two_workers(running: Product) -> tuple[WorkerProcess, WorkerProcess]:
    """Two workers that share the partitions evenly."""
    first = running.start()
    await until_assigned(first, running.settings.partitions)
    second = running.start()
    for worker in (first, second):
        await until_assigned(worker, running.settings.partitions // 2)
        await worker.until_ready()
    return first, second


@pytest.mark.timeout(300)
async def test_a_worker_paused_beyond_its_session_and_continued_changes_nothing(
    running: Product, part: Slice, chance: random.Random
) -> None:
    """I1, I4, I9: the other worker takes over; the first comes back and writes nothing stale."""
    paused, heir = await two_workers(running)
    async with Driver(running) as driver:
        driver.begin(part.steps)
        await driver.until_step(chance.randint(4, 8))
        await asyncio.sleep(chance.uniform(0, 0.2))
        began, before, reached = time.monotonic(), len(assignments(paused)), driver.step
        await pause(paused)
        driver.assert_under_way()
        await until_assigned(heir, running.settings.partitions)
        assert time.monotonic() - began > 5, "the session had to run out first"
        await driver.until_step(reached + 2)
        await asyncio.sleep(began + PAUSE_S - time.monotonic())
        resume(paused)
        await until(lambda: len(assignments(paused)) > before, "back in the group", 60, paused)
        await driver.finish()
        await assert_all_acknowledged(running, driver)
    for worker in (paused, heir):
        assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
    await assert_undisturbed(running, part)


@pytest.mark.timeout(300)
async def test_one_worker_more_and_one_less_in_the_middle_change_nothing(
    running: Product, part: Slice, chance: random.Random
) -> None:
    """I1, I4, I10: partitions move to a second worker and back, gently and by force."""
    first = running.start()
    await first.until_ready()
    async with Driver(running, pace_s=0.2) as driver:
        driver.begin(part.steps)
        await driver.until_step(chance.randint(1, 3))
        second = running.start()
        await until_assigned(second, 2)
        await until_assigned(first, 2)
        await driver.until_step(driver.step + 2)
        assert await first.stop() == 0, "a gentle stop leaves nothing"
        await until_assigned(second, 4)
        await driver.until_step(driver.step + 2)
        third = running.start()
        await until_assigned(third, 2)
        await driver.until_step(driver.step + 1)
        await asyncio.sleep(chance.uniform(0, 0.2))
        driver.assert_under_way()
        await second.kill()
        await until_assigned(third, 4)
        await driver.finish()
        await assert_all_acknowledged(running, driver)
    assert await third.stop() == 0
    await assert_undisturbed(running, part)


@pytest.mark.timeout(400)
async def test_a_storm_of_rebalances_changes_nothing(
    running: Product, kafka: KafkaBroker, part: Slice, chance: random.Random
) -> None:
    """I1, I4, I9, I11: workers come, go and die every few seconds; then it is quiet again."""
    workers, codes = [running.start()], []
    await workers[0].until_ready()
    async with Driver(running, pace_s=0.5) as driver:
        driver.begin(part.steps)
        over_at = time.monotonic() + STORM_WITHIN_S
        generations = 0
        while generations < STORM_GENERATIONS:
            assert time.monotonic() < over_at, f"{generations} rebalances are no storm"
            if len(workers) < 2 or (len(workers) < 4 and chance.random() < 0.5):
                workers.append(running.start())
            else:
                leaver = workers.pop(chance.randrange(len(workers)))
                if chance.random() < 0.5:
                    await leaver.kill()
                else:
                    codes.append(await leaver.stop())
            await asyncio.sleep(chance.uniform(1.0, 3.0))
            driver.assert_under_way()
            before, generations = generations, made_anew(kafka, running)
            if generations > before:
                driver.go_on()
        await driver.finish()
        await assert_all_acknowledged(running, driver)
    for worker in workers:
        assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
    assert set(codes) <= {0, 75}, "0 and 75 are the documented codes of a gentle stop"
    await assert_undisturbed(running, part)


def made_anew(kafka: KafkaBroker, running: Product) -> int:
    """How often the broker has parted the partitions among the workers."""
    return kafka.log_file.read_text().count(f"Stabilized group {running.settings.application} ")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("dies", ["who opens", "who joined"])
async def test_a_rebalance_while_partitions_are_being_opened_changes_nothing(
    proxied_kafka: Callable[[int], ProxiedKafka],
    unique: Callable[[str], str],
    tmp_path: Path,
    part: Slice,
    dies: str,
) -> None:
    """I1, I4, I9: the state comes through a slow network, a worker joins meanwhile, one dies."""
    broker = proxied_kafka(1)
    cut = len(part.steps) * 3 // 4
    async with (
        product(broker.address, tmp_path, unique("chaos")) as running,
        Driver(running) as driver,
        Proxy(*broker.gates[0]) as slow,
    ):
        builder = running.start()
        await builder.until_ready()
        driver.begin(part.steps[:cut])
        await driver.finish()
        assert await builder.stop() == 0
        slow.to_worker.bytes_per_s = SLOW_BYTES_PER_S
        opener = running.start(FLOW_BROKER_URL=slow.address)
        await until(lambda: is_opening(opener), "opening", 60, opener)
        joiner = running.start()
        await until_assigned(joiner, 2)
        assert is_opening(opener), "the rebalance came while it was opening"
        driver.begin(part.steps[cut:])
        if dies == "who opens":
            await opener.kill()
            last = joiner
        else:
            await joiner.kill()
            slow.to_worker.bytes_per_s = None
            last = opener
        await until_assigned(last, 4)
        await driver.finish()
        await assert_all_acknowledged(running, driver)
        assert await last.stop() == 0, last.log.read_text()[-2_000:]
        await assert_undisturbed(running, part)


@pytest.mark.timeout(400)
async def test_a_worker_that_is_stopped_while_it_opens_leaves_at_once_and_has_left_nothing(
    proxied_kafka: Callable[[int], ProxiedKafka],
    unique: Callable[[str], str],
    tmp_path: Path,
    part: Slice,
) -> None:
    """I1, I4: it has taken nothing on, so 0; what it was handed is worked by the next one."""
    broker = proxied_kafka(1)
    cut = len(part.steps) * 3 // 4
    async with (
        product(broker.address, tmp_path, unique("chaos")) as running,
        Driver(running) as driver,
        Proxy(*broker.gates[0]) as slow,
    ):
        builder = running.start()
        await builder.until_ready()
        driver.begin(part.steps[:cut])
        await driver.finish()
        assert await builder.stop() == 0
        driver.begin(part.steps[cut:])  # so that something is handed over while it opens
        slow.to_worker.bytes_per_s = SLOW_BYTES_PER_S
        opener = running.start(FLOW_BROKER_URL=slow.address)
        await until(lambda: is_opening(opener), "opening", 60, opener)
        await asyncio.sleep(AS_IT_OPENS_S)
        assert is_opening(opener)
        began = time.monotonic()
        assert await opener.stop() == 0, opener.log.read_text()[-2_000:]
        assert time.monotonic() - began < LEFT_WITHIN_S
        heir = running.start()
        await driver.finish()
        await assert_all_acknowledged(running, driver)
        assert await heir.stop() == 0, heir.log.read_text()[-2_000:]
        await assert_undisturbed(running, part)


def is_opening(worker: WorkerProcess) -> bool:
    """Whether /readyz says that ledgers are being read."""
    assert worker.process.poll() is None, worker.log.read_text()[-2_000:]
    try:
        status, body = worker.get("/readyz")
    except OSError:
        return False
    return status == 503 and '"opening"' in body
