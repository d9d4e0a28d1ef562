"""A whole pipeline in memory: inputs, one partition with its ledger, and faults on demand.

The very classes that production runs, over `MemoryLog`; only the consumer is played here. It
delivers chunks from what is acknowledged on, as Kafka's would, and starts there again after a
crash or a rebalance.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from flow.engine.ledger import Ledger
from flow.engine.log import NewRecord
from flow.engine.memory import MemoryLog, StoredRecord
from flow.engine.observer import Observer, Silent
from flow.engine.partition import Partition, chunk_of
from flow.engine.ticks import Tick
from flow.events import AnyEvent, encode
from flow.events.topics import PERSON_INPUTS, topic_name
from flow.pathway import Policy, load_policy

SETTLED_WITHIN_S = 20.0


class World:
    """One partition (number 0 of 1) of one application."""

    def __init__(self, observer: Observer | None = None, policy: Policy | None = None) -> None:
        self.log = MemoryLog(time_ms=lambda: time.time_ns() // 1_000_000)
        self.policy = policy or load_policy(None)
        self.observer = observer or Silent()
        self.acknowledged = dict.fromkeys(PERSON_INPUTS, 0)
        self.position = dict.fromkeys(PERSON_INPUTS, 0)
        self.handed: dict[str, int] = {}
        self.ticks: list[tuple[Tick, list[bool]]] = []
        self.wall = False
        self._start()

    # Inputs.

    def publish(self, *events: AnyEvent) -> None:
        for event in events:
            self.publish_raw(event.topic, event.subject.encode(), encode(event))

    def publish_raw(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        self.log.append(NewRecord(topic_name(topic), 0, key, value))

    def ends(self) -> dict[str, int]:
        return {topic: len(self.log.records(topic_name(topic), 0)) for topic in PERSON_INPUTS}

    async def fetch(self, topic: str, most: int) -> None:
        """Deliver the next chunk of a topic."""
        start = self.position[topic]
        records = self.log.records(topic_name(topic), 0)[start : start + most]
        if not records:
            return
        self.position[topic] = records[-1].offset + 1
        self.handed[topic] = records[-1].offset
        await self.partition.deliver(chunk_of(topic, records, self._acknowledge(topic, records)))

    def _acknowledge(self, topic: str, records: Sequence[StoredRecord]) -> Callable[[], object]:
        owner = self.partition

        def acknowledge() -> None:
            if owner is self.partition:
                assert records[0].offset <= self.acknowledged[topic], "acknowledged out of order"
                self.acknowledged[topic] = max(self.acknowledged[topic], records[-1].offset + 1)

        return acknowledge

    def tick(self, at: datetime) -> None:
        done: list[bool] = []
        self.ticks.append((Tick(at, self.ends()), done))
        self.partition.park(self.ticks[-1][0], partial(done.append, True))

    async def reached(self, topic: str, partition: int) -> tuple[int, int]:
        return self.position[topic], self.handed.get(topic, -1)

    # Faults.

    def _start(self) -> None:
        self.partition = Partition(0, self.log, self, self._ledger, self.observer)
        self.running = asyncio.create_task(self.partition.run())

    def _ledger(self) -> Ledger:
        return Ledger(0, self.policy, application="test", prefix="", wall=self.wall, partitions=1)

    async def crash(self) -> None:
        """kill -9: nothing is finished, and a new process starts from what is acknowledged."""
        self.running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.running
        self._start()
        self._redeliver()

    def rebalance(self) -> None:
        """Revoked, and assigned to the same worker again."""
        self.partition.forget()
        self._redeliver()

    def _redeliver(self) -> None:
        self.position = dict(self.acknowledged)
        self.handed = {}
        for tick, done in self.ticks:
            if not done:
                self.partition.park(tick, partial(done.append, True))

    async def settle(self) -> None:
        """Deliver everything and wait until it is acknowledged, ticks included."""
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while not self.settled:
                self.raise_failure()
                for topic in PERSON_INPUTS:
                    await self.fetch(topic, 1_000)
                await asyncio.sleep(0.001)

    @property
    def settled(self) -> bool:
        return self.acknowledged == self.ends() and all(done for _, done in self.ticks)

    def raise_failure(self) -> None:
        if self.running.done():
            self.running.result()

    async def stop(self) -> None:
        self.partition.stop()
        await asyncio.wait_for(self.running, SETTLED_WITHIN_S)

    # What came out.

    def records(self, short: str) -> Sequence[StoredRecord]:
        return self.log.records(topic_name(short), 0)
