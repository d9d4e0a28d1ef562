"""A gentle stop while there is more to do than can be done (failure table: stopped gently).

Exit code 0 says that everything taken on was made durable and acknowledged: the next worker neither
misses nor repeats anything. Invariants: I1 no loss, I3 idempotence, I10 no lag.
"""

import asyncio
import json
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.kafka import KafkaBroker
from tests.chaos.driver import Driver, Place
from tests.chaos.evidence import commit_held_up, figure, until
from tests.chaos.made_up import admitted, moved, person
from tests.chaos.sepsis_slice import Message
from tests.chaos.test_clocks import now
from tests.chaos.verdict import assert_all_acknowledged, assert_events, committed_offsets
from tests.system.product import Product, WorkerProcess, product

PEOPLE = 400
BATCH = 200
PACE_S = 0.05
"""Up to 4,000 events a second: so much that the queue is never empty, and can be read again."""
WORKED = "patientflow_events_total"
DUPLICATE = "patientflow_events_duplicate_total"
STOP_WITHIN_S = 10.0
SLACK_S = 2.0
"""For ending the process on a busy machine, on top of what is promised."""
BETWEEN_SIGNALS_S = 0.02


FROZEN_S = 22.0
"""Longer than a session (10 s) and than what Faust waits for a commit (20 s)."""


class ExitCodeLost(AssertionError):
    """All was committed, and the exit code does not say so."""


class Load:
    """Publishes without regard to the worker, until it is told to stop."""

    def __init__(self, driver: Driver) -> None:
        self.sent: dict[Place, Message] = {}
        self._driver = driver
        self._enough = asyncio.Event()

    async def run(self) -> None:
        await self._send([admitted(person(number), now()) for number in range(PEOPLE)])
        number = 0
        while not self._enough.is_set():
            batch = [moved(person((number + n) % PEOPLE), now(), number + n) for n in range(BATCH)]
            await self._send(batch)
            number += BATCH
            await asyncio.sleep(PACE_S)

    async def _send(self, messages: list[Message]) -> None:
        places = await self._driver.publish(messages)
        self.sent.update(zip(places, messages, strict=True))

    def stop(self) -> None:
        self._enough.set()


@asynccontextmanager
async def load_on(running: Product) -> AsyncIterator[tuple[Driver, Load]]:
    async with Driver(running) as driver:
        load = Load(driver)
        sending = asyncio.create_task(load.run())
        try:
            yield driver, load
        finally:
            load.stop()
            await sending


async def until_at_work(worker: WorkerProcess) -> None:
    """Wait until the worker has made something durable."""
    await until(lambda: figure(worker, WORKED) > 0, "at work", 60, worker)


async def assert_committed_is_what_is_durable(running: Product, load: Load) -> int:
    """Everything before the committed offsets is in the state and nothing after them is.

    Returns how many events still wait in the queue.
    """
    committed = await committed_offsets(running)
    stored = {record.key for record in await running.records("pathway-events")}
    waiting = 0
    for (topic, partition, offset), message in list(load.sent.items()):
        is_stored = state_key(message) in stored
        if offset < committed.get((topic, partition), 0):
            assert is_stored, f"acknowledged and lost: {topic} {partition} {offset}"
        else:
            assert not is_stored, f"durable and not acknowledged: {topic} {partition} {offset}"
            waiting += 1
    return waiting


def state_key(message: Message) -> bytes:
    event: dict[str, Any] = json.loads(message.value or b"")
    return (message.key or b"") + f"/event/{event['source']}#{event['id']}".encode()


@pytest.mark.timeout(300)
async def test_a_gentle_stop_under_load_commits_everything(
    running: Product, chance: random.Random
) -> None:
    """I1, I3: three stops in the middle of work; each leaves what the next one begins with."""
    async with load_on(running) as (driver, load):
        for _ in range(3):
            worker = running.start()
            await worker.until_ready()
            await until_at_work(worker)
            await asyncio.sleep(chance.uniform(0, 1))
            assert figure(worker, DUPLICATE) == 0, "nothing comes twice"
            began = time.monotonic()
            assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
            assert time.monotonic() - began < STOP_WITHIN_S + SLACK_S
            waiting = await assert_committed_is_what_is_durable(running, load)
            assert waiting > 0, "there was nothing left to do when it was stopped"
        load.stop()
        last = running.start()
        await last.until_ready()
        at = now()
        await driver.tick(at)
        await driver.until_clock(at)
        assert figure(last, DUPLICATE) == 0, "nothing comes twice"
        assert await last.stop() == 0
    assert_events(await running.records("pathway-events"), load.sent.values())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_a_second_signal_does_no_harm(running: Product, first: signal.Signals) -> None:
    """I1: an impatient operator; the stop stays gentle and leaves nothing behind."""
    async with load_on(running) as (_, load):
        worker = running.start()
        await worker.until_ready()
        await until_at_work(worker)
        began = time.monotonic()
        worker.process.send_signal(first)
        await asyncio.sleep(BETWEEN_SIGNALS_S)
        assert worker.process.poll() is None, "it is still there for the second one"
        worker.process.send_signal(signal.SIGTERM)
        assert await worker.exited() == 0, worker.log.read_text()[-2_000:]
        assert time.monotonic() - began < STOP_WITHIN_S + SLACK_S
        assert "Traceback" not in worker.log.read_text()
        await assert_committed_is_what_is_durable(running, load)


@pytest.mark.timeout(300)
async def test_signals_until_the_end_leave_the_exit_code_as_it_is(running: Product) -> None:
    """I1: a supervisor that repeats SIGTERM learns that all was committed."""
    async with load_on(running) as (_, load):
        worker = running.start()
        await worker.until_ready()
        await until_at_work(worker)
        async with asyncio.timeout(STOP_WITHIN_S + SLACK_S):
            while worker.process.poll() is None:
                worker.process.send_signal(signal.SIGTERM)
                await asyncio.sleep(BETWEEN_SIGNALS_S)
        await assert_committed_is_what_is_durable(running, load)
        code = worker.process.returncode
        if code == -signal.SIGTERM:
            raise ExitCodeLost("killed by a signal after the stop was done")
        assert code == 0, worker.log.read_text()[-2_000:]


@pytest.mark.timeout(300)
async def test_a_broker_frozen_amid_commits_leaves_nothing_uncommitted(
    private_kafka: Callable[[], KafkaBroker], unique: Callable[[str], str], tmp_path: Path
) -> None:
    """I1, I10: a commit waits for longer than a session, after which the group may refuse it; all
    that comes is worked and committed in the end (test_last_commit.py: one that is refused)."""
    broker = private_kafka()
    async with product(broker.address, tmp_path, unique("chaos")) as alone:
        worker = alone.start()
        await worker.until_ready()
        async with load_on(alone) as (driver, load):
            await until_at_work(worker)
            broker.pause()
            try:
                await asyncio.sleep(FROZEN_S)
            finally:
                broker.resume()
            again = len(load.sent)
            await until(lambda: len(load.sent) > again, "publishing again", 60, worker)
            load.stop()
        async with Driver(alone) as driver:
            at = now()
            await driver.tick(at)
            await driver.until_clock(at)
            await assert_all_acknowledged(alone, driver)
        assert commit_held_up(worker), "a commit was under way while nothing answered"
        assert await worker.stop() == 0, worker.log.read_text()[-2_000:]
        assert_events(await alone.records("pathway-events"), load.sent.values())
