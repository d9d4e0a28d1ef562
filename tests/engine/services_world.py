"""The pipeline in memory with both kinds of partition: people, and the services they face."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from flow.engine.memory import StoredRecord
from flow.engine.partition import Partition, chunk_of
from flow.engine.service_ledger import ServiceLedger
from flow.engine.ticks import TICKED, Tick
from flow.events import AnyEvent, encode
from flow.events.topics import SERVICE_INPUTS, topic_name
from tests.engine.world import World


class ServicesWorld(World):
    """Partition 0 of 1 of people, and that of services beside it."""

    def _start(self) -> None:
        super()._start()
        for topic in SERVICE_INPUTS:
            self.acknowledged.setdefault(topic, 0)
            self.position.setdefault(topic, 0)
        self.centres = Partition(
            0,
            self.log,
            self,
            self._service_ledger,
            self.observer,
            kind="centres",
            topics=SERVICE_INPUTS,
        )
        self.centres_running = asyncio.create_task(self.centres.run())

    def _service_ledger(self) -> ServiceLedger:
        return ServiceLedger(
            0, self.policy, application="test", prefix="", wall=self.wall, partitions=1
        )

    def publish(self, *events: AnyEvent) -> None:
        for event in events:
            self.publish_raw(event.topic, event.subject.encode(), encode(event))

    def ends(self) -> dict[str, int]:
        return {topic: len(self.log.records(topic_name(topic), 0)) for topic in TICKED}

    async def fetch(self, topic: str, most: int) -> None:
        if topic not in SERVICE_INPUTS:
            await super().fetch(topic, most)
            return
        start = self.position[topic]
        records = self.log.records(topic_name(topic), 0)[start : start + most]
        if records:
            self.position[topic] = records[-1].offset + 1
            self.handed[topic] = records[-1].offset
            done = self._acknowledge_to(self.centres, topic, records)
            await self.centres.deliver(chunk_of(topic, records, done))

    def _acknowledge_to(
        self, owner: Partition, topic: str, records: Sequence[StoredRecord]
    ) -> Callable[[], object]:
        def acknowledge() -> None:
            if owner is self.centres:
                assert records[0].offset <= self.acknowledged[topic], "acknowledged out of order"
                self.acknowledged[topic] = max(self.acknowledged[topic], records[-1].offset + 1)

        return acknowledge

    def tick(self, at: datetime) -> None:
        """For both, as the worker hands it."""
        super().tick(at)
        tick, done = self.ticks[-1]
        self._park_centres(tick, done)

    def _park_centres(self, tick: Tick, done: list[bool]) -> None:
        self.centres.park(tick, partial(done.append, False))

    async def crash(self) -> None:
        self.centres_running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.centres_running
        await super().crash()

    def rebalance(self) -> None:
        self.centres.forget()
        super().rebalance()

    def _redeliver(self) -> None:
        unfinished = [(tick, done) for tick, done in self.ticks if not _both(done)]
        super()._redeliver()
        for tick, done in unfinished:
            if done:  # one of them has worked it: a consumer delivers it to both again
                done.clear()
                self.partition.park(tick, partial(done.append, True))
            self._park_centres(tick, done)

    async def settle(self) -> None:
        async with asyncio.timeout(20.0):
            while not self.settled:
                self.raise_failure()
                for topic in TICKED:
                    await self.fetch(topic, 1_000)
                await asyncio.sleep(0.001)

    @property
    def settled(self) -> bool:
        return self.acknowledged == self.ends() and all(_both(done) for _, done in self.ticks)

    def raise_failure(self) -> None:
        super().raise_failure()
        if self.centres_running.done():
            self.centres_running.result()

    async def stop(self) -> None:
        self.centres.stop()
        await asyncio.wait_for(self.centres_running, 20.0)
        await super().stop()


def _both(done: list[bool]) -> bool:
    """Whether people's partition (True) and services' (False) have worked a tick."""
    return True in done and False in done
