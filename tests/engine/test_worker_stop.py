"""A worker's beginning and end: exit codes, a gentle stop with and without a broker, health."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.brokers.kafka import KafkaBroker
from tests.system.product import WorkerProcess, product

STOP_WITHIN_S = 10.0
SLACK_S = 2.0
"""For ending the process on a busy machine, on top of what is promised."""


async def seconds_to_stop(worker: WorkerProcess) -> tuple[float, int]:
    began = time.monotonic()
    code = await worker.stop()
    return time.monotonic() - began, code


async def test_a_gentle_stop_is_quick_and_says_that_all_was_committed(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> None:
    async with product(kafka.address, tmp_path, unique("stop"), clock="wall") as running:
        worker = running.start()
        await worker.until_ready()
        assert await asyncio.to_thread(worker.get, "/livez") == (200, "ok\n")
        seconds, code = await seconds_to_stop(worker)
        assert code == 0
        assert seconds < STOP_WITHIN_S


@pytest.mark.parametrize("fault", ["kill9", "pause"])
async def test_a_stop_without_a_broker_ends_in_time_and_skips_nothing(
    private_kafka: Callable[[], KafkaBroker],
    unique: Callable[[str], str],
    tmp_path: Path,
    fault: str,
) -> None:
    broker = private_kafka()
    async with product(broker.address, tmp_path, unique("stop"), clock="wall") as running:
        worker = running.start()
        await worker.until_ready()
        getattr(broker, fault)()
        seconds, code = await seconds_to_stop(worker)
        if fault == "pause":
            broker.resume()
        assert seconds < STOP_WITHIN_S + SLACK_S
        assert code in {0, 75}, worker.log.read_text()[-2_000:]


async def test_a_worker_comes_back_when_the_broker_does(
    private_kafka: Callable[[], KafkaBroker], unique: Callable[[str], str], tmp_path: Path
) -> None:
    broker = private_kafka()
    async with product(broker.address, tmp_path, unique("stop"), clock="wall") as running:
        worker = running.start()
        await worker.until_ready()
        before = len(await running.records("pathway-events"))
        broker.kill9()
        broker.restart()
        async with asyncio.timeout(90):
            while (
                len(await running.records("pathway-events")) <= before + running.settings.partitions
            ):
                assert worker.process.poll() is None, worker.log.read_text()[-2_000:]
                await asyncio.sleep(0.2)
        await worker.until_ready()
        assert (await seconds_to_stop(worker))[1] == 0


async def test_while_the_ledger_opens_the_worker_is_alive_but_not_ready(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> None:
    async with product(kafka.address, tmp_path, unique("stop")) as running:
        worker = running.start()
        async with asyncio.timeout(60):
            while True:
                try:
                    status, body = await asyncio.to_thread(worker.get, "/readyz")
                    break
                except OSError:
                    assert worker.process.poll() is None
                    await asyncio.sleep(0.02)
        assert status == 503, body
        assert '"ready":false' in body
        await worker.until_ready()
