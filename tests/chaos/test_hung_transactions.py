"""Another program's transaction that hangs on a topic (failure table: output stalled).

Until its timeout it hides everything written after it from committed readers, ours among them.
Invariants: I1 no loss, I2 same as the oracle, I4 one alert per cause, I5 no false delay, I9, I10.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.chaos.driver import Driver
from tests.chaos.evidence import figure
from tests.chaos.sepsis_slice import Slice
from tests.chaos.verdict import assert_all_acknowledged, assert_undisturbed
from tests.system.product import Product

TIMEOUT_S = 20.0
"""After this the broker gives the hung transaction up; longer than a worker takes to start."""


@asynccontextmanager
async def hung_transaction(driver: Driver, running: Product, short: str) -> AsyncIterator[None]:
    """Begun on every partition of a topic and left open: the broker ends it after TIMEOUT_S."""
    producer = AIOKafkaProducer(
        bootstrap_servers=running.settings.broker_addresses,
        transactional_id=f"{running.settings.application}-another-program",
        transaction_timeout_ms=int(TIMEOUT_S * 1000),
    )
    await producer.start()
    try:
        await producer.begin_transaction()
        for number in range(driver.partitions):
            await producer.send_and_wait(driver.name(short), b"hung", b"hung", partition=number)
        yield
    finally:
        await producer.stop()


async def hidden(driver: Driver, running: Product, short: str) -> set[int]:
    """The partitions with records that committed readers do not see yet."""
    places = [TopicPartition(driver.name(short), number) for number in range(driver.partitions)]
    ends = []
    for isolation in ("read_committed", "read_uncommitted"):
        consumer = AIOKafkaConsumer(
            bootstrap_servers=running.settings.broker_addresses,
            group_id=None,
            isolation_level=isolation,
        )
        await consumer.start()
        try:
            ends.append(await consumer.end_offsets(places))
        finally:
            await consumer.stop()
    committed, written = ends
    return {place.partition for place in places if committed[place] < written[place]}


async def until_nothing_is_hidden(driver: Driver, running: Product, short: str) -> None:
    async with asyncio.timeout(TIMEOUT_S + 20):
        while await hidden(driver, running, short):
            await asyncio.sleep(0.2)


@pytest.mark.timeout(300)
async def test_a_transaction_hung_on_alerts_does_not_stop_the_worker(
    running: Product, part: Slice
) -> None:
    """I2, I4: the worker goes on; readers of alerts see everything once the broker ends it."""
    half = len(part.steps) // 2
    worker = running.start()
    await worker.until_ready()
    async with Driver(running) as driver:
        driver.begin(part.steps[:half])
        await driver.finish()
        seen = len(await running.records("alerts"))
        async with hung_transaction(driver, running, "alerts"):
            driver.begin(part.steps[half:])
            await driver.finish()
            assert await hidden(driver, running, "alerts"), "it hung until the end of the run"
            await until_nothing_is_hidden(driver, running, "alerts")
        assert len(await running.records("alerts")) > seen, "alerts were hidden by it"
        await assert_all_acknowledged(running, driver)
    assert await worker.stop() == 0
    await assert_undisturbed(running, part)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("short", ["alerts", "pathway-events"])
async def test_opening_waits_for_what_a_hung_transaction_hides(
    running: Product, part: Slice, short: str
) -> None:
    """I1, I4, I9: a worker that follows another reads all that the other has made durable."""
    third, two_thirds = len(part.steps) // 3, 2 * len(part.steps) // 3
    first = running.start()
    await first.until_ready()
    # The clock is on a topic that hangs: look at what is written, not at what is visible.
    async with Driver(running, isolation="read_uncommitted") as driver:
        driver.begin(part.steps[:third])
        await driver.finish()
        async with hung_transaction(driver, running, short):
            driver.begin(part.steps[third:two_thirds])
            await driver.finish()
            assert await first.stop() == 0
            second = running.start()
            assert await hidden(driver, running, short), "hidden when the second began"
            await second.until_ready()
            driver.begin(part.steps[two_thirds:])
            await driver.finish()
            await until_nothing_is_hidden(driver, running, short)
        await assert_all_acknowledged(running, driver)
    assert await second.stop() == 0
    await assert_undisturbed(running, part)


@pytest.mark.timeout(300)
async def test_a_transaction_hung_on_an_input_holds_the_clock_and_calls_nobody(
    running: Product, part: Slice, unique: Callable[[str], str]
) -> None:
    """I5: what may hide a stop is waited for; afterwards the alerts are the oracle's."""
    half = len(part.steps) // 2
    worker = running.start()
    await worker.until_ready()
    async with Driver(running) as driver:
        driver.begin(part.steps[:half])
        await driver.finish()
        stood = dict(driver.clocks)
        async with hung_transaction(driver, running, "admission"):
            driver.begin(part.steps[half:])
            async with asyncio.timeout(10):
                while await asyncio.to_thread(figure, worker, "patientflow_clock_held") < 1:
                    await asyncio.sleep(0.05)
            assert await hidden(driver, running, "admission") == set(range(driver.partitions))
            assert driver.clocks == stood, "no clock moves while something may be hidden"
            await until_nothing_is_hidden(driver, running, "admission")
            await driver.finish()
        await assert_all_acknowledged(running, driver)
    assert await worker.stop() == 0
    await assert_undisturbed(running, part)
