"""Two workers with people to show: a town on simulated time, and a few on the wall clock."""

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flow.engine.embedded import tied_to_us
from flow.engine.publisher import KafkaPublisher
from flow.events.topics import topic_name
from flow.settings import Settings
from tests.brokers.kafka import free_ports
from tests.dashboards.provoked import NOT_AN_EVENT, STORIES

POLICY = Path(__file__).parents[2] / "flow" / "simulate" / "policy_leeds_demo.toml"
DAYS = 12
WARM_UP_DAYS = 28
PEOPLE_PER_DAY = 20
STEP = "6h"
READY_WITHIN_S = 120.0
FED_WITHIN_S = 300.0
"""Seconds on an idle machine."""
POLL_S = 0.1


@dataclass(frozen=True)
class Worker:
    """`flow run`: an embedded broker and one worker."""

    broker: str
    metrics: str
    log: Path

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.metrics}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def until_ready(self) -> None:
        ends = time.monotonic() + READY_WITHIN_S
        while not self.ready():
            assert time.monotonic() < ends, self.log.read_text()[-3_000:]
            time.sleep(POLL_S)


@contextmanager
def worker(folder: Path, clock: str) -> Iterator[Worker]:
    broker_port, metrics_port = free_ports(2)
    log = folder / f"{clock}.log"
    environment = {
        **os.environ,
        "FLOW_EMBEDDED_PORT": str(broker_port),
        "FLOW_METRICS_PORT": str(metrics_port),
        "FLOW_CLOCK": clock,
        "FLOW_PARTITIONS": "2",
        "FLOW_POLICY": str(POLICY),
    }
    command = [sys.executable, "-m", "flow", "run"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            tied_to_us(command), env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield Worker(f"127.0.0.1:{broker_port}", f"127.0.0.1:{metrics_port}", log)
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def feeding(town: Worker, now: datetime) -> Iterator[None]:
    """`flow simulate`, as a user would, until some days ago; at the end all of it is worked.

    From a Monday on: the same people whenever it runs, but for bank holidays.
    """
    latest = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    start = latest - timedelta(days=latest.weekday())
    command = [
        *(sys.executable, "-m", "flow", "simulate", "--start", start.isoformat()),
        *("--days", str(DAYS), "--warm-up", str(WARM_UP_DAYS), "--seed", "1"),
        *("--people-per-day", str(PEOPLE_PER_DAY), "--lockstep", STEP),
    ]
    environment = {**os.environ, "FLOW_BROKER_URL": town.broker, "FLOW_PARTITIONS": "2"}
    log = town.log.with_name("simulate.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            tied_to_us(command), env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield
        assert process.wait(timeout=FED_WITHIN_S) == 0, log.read_text()[-3_000:]
    finally:
        process.kill()
        process.wait()


async def tell(wall: Worker, now: datetime) -> None:
    """Stories and one bad record to the worker on the wall clock."""
    settings = Settings(broker_url=wall.broker, partitions=2)
    async with KafkaPublisher(settings) as publisher:
        for story in STORIES:
            await publisher.publish(list(story(now)))
        admission = topic_name("admission", settings.topic_prefix)
        await publisher.send(admission, NOT_AN_EVENT, key=b"demo.made-up-person")


def fill(town: Worker, wall: Worker) -> None:
    """Both, at the same time."""
    for each in (town, wall):
        each.until_ready()
    now = datetime.now(UTC)
    with feeding(town, now):
        asyncio.run(tell(wall, now))
