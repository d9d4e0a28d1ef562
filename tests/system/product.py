"""The product as its user runs it: `flow worker` as a process, and what its topics say."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from flow.engine.topic_admin import TopicAdmin
from flow.events.topics import topic_name
from flow.settings import Settings
from tests.brokers.kafka import free_ports

READY_WITHIN_S = 60.0
"""A worker that follows a killed one waits for that one's session (6 s here) and a rebalance."""
EXIT_WITHIN_S = 20.0
POLL_S = 0.05


@dataclass
class Product:
    """Workers of one application on one broker, with topics of their own."""

    settings: Settings
    folder: Path
    module: str = "flow"
    _workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def apply_topics(self) -> None:
        async with TopicAdmin(self.settings) as admin:
            await admin.apply()

    def start(self, **environment: str) -> "WorkerProcess":
        """Start a worker; its log goes to a file in `folder`."""
        port = free_ports(1)[0]
        log = self.folder / f"worker-{len(self._workers)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", self.module, "worker"],
                env={**self.environment(port), **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._workers.append(process)
        return WorkerProcess(process, port, log)

    def environment(self, port: int | None = None) -> dict[str, str]:
        """What a command of this product is run with."""
        settings = self.settings
        assert settings.broker_url is not None
        chosen = {
            **os.environ,
            "FLOW_BROKER_URL": settings.broker_url,
            "FLOW_APPLICATION": settings.application,
            "FLOW_TOPIC_PREFIX": settings.topic_prefix,
            "FLOW_PARTITIONS": str(settings.partitions),
            "FLOW_CLOCK": settings.clock,
            "FLOW_LOG_FORMAT": "json",
            "FLOW_SESSION_TIMEOUT_S": "6",
        }
        if port is not None:
            chosen["FLOW_METRICS_PORT"] = str(port)
        if settings.policy is not None:
            chosen["FLOW_POLICY"] = str(settings.policy)
        return chosen

    def kill_all(self) -> None:
        for process in self._workers:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()

    async def records(self, short: str) -> list[Any]:
        """Every committed record of a topic, partition by partition in order."""
        name = topic_name(short, self.settings.topic_prefix)
        return await read_topic(str(self.settings.broker_url), name, self.settings.partitions)


@dataclass
class WorkerProcess:
    """One running worker."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    async def until_ready(self, within_s: float = READY_WITHIN_S) -> None:
        async with asyncio.timeout(within_s):
            while not await asyncio.to_thread(self._is_ready):
                assert self.process.poll() is None, self.log.read_text()[-3_000:]
                await asyncio.sleep(POLL_S)

    def _is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    async def stop(self) -> int:
        """SIGTERM, as a supervisor would; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.exited()

    async def kill(self) -> None:
        self.process.kill()
        await self.exited()

    async def exited(self, within_s: float = EXIT_WITHIN_S) -> int:
        return await asyncio.to_thread(self.process.wait, within_s)

    def logged(self) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@asynccontextmanager
async def product(
    address: str, folder: Path, application: str, **settings: Any
) -> AsyncIterator[Product]:
    """A product with topics of its own; all its workers are gone afterwards."""
    made = Product(
        Settings(
            broker_url=address,
            application=application,
            topic_prefix=f"{application}.",
            **{"partitions": 4, "clock": "log", **settings},
        ),
        folder,
    )
    await made.apply_topics()
    try:
        yield made
    finally:
        made.kill_all()


async def read_topic(address: str, topic: str, partitions: int) -> list[Any]:
    """Read-committed, from the first record until nothing more comes: no code of the project."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=address,
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 << 20,
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(places)
        for place, beginning in (await consumer.beginning_offsets(places)).items():
            consumer.seek(place, beginning)
        ends = await consumer.end_offsets(places)
        records: list[Any] = []
        while True:
            polled = await consumer.getmany(timeout_ms=300, max_records=10_000)
            for batch in polled.values():
                records += batch
            behind = [place for place in places if await consumer.position(place) < ends[place]]
            if not polled and not behind:
                return sorted(records, key=lambda record: (record.partition, record.offset))
    finally:
        await consumer.stop()
