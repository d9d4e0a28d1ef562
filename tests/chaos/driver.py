"""Publishes a slice in lockstep and outlives every fault: aiokafka and JSON, nothing of the engine.

A hospital's own system would do the same: it goes on trying until its record is acknowledged.
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from flow.events.topics import PERSON_INPUTS, SERVICE_INPUTS, topic_name
from tests.chaos.sepsis_slice import Message, Step
from tests.system.product import Product

ACKNOWLEDGED_WITHIN_S = 120.0
"""Longer than any fault lasts: a sender that gives up would end the run."""
CLOCK_WITHIN_S = 120.0
"""Sessions (10 s), request timeouts (10 to 20 s) and rebalances, one after the other, and slack."""
POLL_S = 0.02
PIECE = 10
"""Messages that are sent at once, so that a step reaches the worker in several chunks."""
AHEAD = 2
"""Steps that a replay may be ahead of what is waited for: it is at work while a fault strikes, and
however long workers take to start, it is not over before."""

Place = tuple[str, int, int]
"""(short name of the topic, partition, offset)."""


class Driver:
    """Use as an async context manager. `step` counts the steps that every clock has reached.

    `pace_s` is how long it waits after every piece of a step: the speed of the senders.
    `isolation` is how it reads the clocks.
    """

    def __init__(
        self, product: Product, pace_s: float = 0.02, isolation: str = "read_committed"
    ) -> None:
        settings = product.settings
        self._address = settings.broker_addresses
        self._prefix = settings.topic_prefix
        self._pace_s = pace_s
        self._isolation = isolation
        self.partitions = settings.partitions
        self.step = 0
        self._may_begin = 0  # so many steps, counted as `step` is
        self.clocks: dict[int, datetime] = {}
        self.clocks_of_services: dict[int, datetime] = {}
        self.bad: dict[Place, Message] = {}
        """The bad records that were published, each of which must become a dead letter."""
        self._tasks: list[asyncio.Task[None]] = []
        self._replay: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._address,
            acks="all",
            enable_idempotence=True,
            max_request_size=2 << 20,
            request_timeout_ms=int(ACKNOWLEDGED_WITHIN_S * 1000),
        )
        self._ends = self._consumer("read_uncommitted")
        self._state = self._consumer(self._isolation)
        for client in (self._producer, self._ends, self._state):
            await client.start()
        self._tasks.append(asyncio.create_task(self._follow()))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        for client in (self._producer, self._ends, self._state):
            await client.stop()

    def _consumer(self, isolation: str) -> Any:
        return AIOKafkaConsumer(
            bootstrap_servers=self._address,
            group_id=None,
            enable_auto_commit=False,
            isolation_level=isolation,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=20,
            request_timeout_ms=5_000,
        )

    def name(self, short: str) -> str:
        return topic_name(short, self._prefix)

    # A whole replay, in a task of its own.

    def begin(self, steps: Sequence[Step]) -> None:
        """Replay these steps in lockstep: events, tick, and on when every clock is there.

        It goes on as far as `until_step`, `go_on` and `finish` let it.
        """
        assert self._replay is None or self._replay.done(), "one replay at a time"
        self._may_begin = self.step + AHEAD
        self._replay = asyncio.create_task(self._run(steps))
        self._tasks.append(self._replay)

    async def _run(self, steps: Sequence[Step]) -> None:
        for step in steps:
            while self.step >= self._may_begin:
                await asyncio.sleep(POLL_S)
            for start in range(0, len(step.messages), PIECE):
                await self.publish(step.messages[start : start + PIECE])
                await asyncio.sleep(self._pace_s)
            await self.tick(step.tick)
            await self.until_clock(step.tick)
            self.step += 1

    async def until_step(self, number: int, within_s: float = CLOCK_WITHIN_S) -> None:
        """Wait until `number` steps are done, and assert that more are to come."""
        self.go_on(number)
        async with asyncio.timeout(within_s):
            while self.step < number:
                self.assert_under_way()
                await asyncio.sleep(POLL_S)
        self.assert_under_way()

    def go_on(self, step: int | None = None) -> None:
        """Let the replay begin the steps up to this one, or the one it is at, and some more."""
        reached = self.step if step is None else step
        self._may_begin = max(self._may_begin, reached + AHEAD)

    def assert_under_way(self) -> None:
        """A fault that strikes when all is done proves nothing."""
        assert self._replay is not None
        if self._replay.done():
            self._replay.result()
            raise AssertionError("the run was over before the fault")

    async def finish(self) -> None:
        """Wait for the end of the replay, and until services have come as far as people."""
        assert self._replay is not None
        self.go_on(sys.maxsize)
        await self._replay
        async with asyncio.timeout(CLOCK_WITHIN_S):
            while self.clocks_of_services != self.clocks:
                self._raise_if_lost()
                await asyncio.sleep(POLL_S)

    # One thing at a time.

    async def publish(self, messages: Iterable[Message]) -> list[Place]:
        """Publish in this order; returns where each stands, once all are acknowledged."""
        chosen = list(messages)
        sending = [
            await self._producer.send(
                self.name(each.topic),
                each.value,
                key=each.key,
                partition=each.partition,
                headers=list(each.headers),
            )
            for each in chosen
        ]
        places = []
        for message, placed in zip(chosen, await asyncio.gather(*sending), strict=True):
            place = (message.topic, placed.partition, placed.offset)
            places.append(place)
            if message.reason is not None:
                self.bad[place] = message
        return places

    async def tick(self, at: datetime, partitions: Iterable[int] | None = None) -> None:
        """Say what time it is, and how far the inputs reach, to every partition or to some."""
        chosen = range(self.partitions) if partitions is None else partitions
        await asyncio.gather(*[self._tick(number, at) for number in chosen])

    async def _tick(self, number: int, at: datetime) -> None:
        ends = await self.ends_of(number)
        await self.raw_tick(number, json.dumps({"at": at.isoformat(), "ends": ends}).encode())

    async def raw_tick(self, number: int, value: bytes) -> None:
        """Put these bytes on the ticks topic."""
        await self._producer.send_and_wait(self.name("ticks"), value, partition=number)

    async def ends_of(self, number: int) -> dict[str, int]:
        """Where each input of a partition ends now, committed or not."""
        inputs = (*PERSON_INPUTS, *SERVICE_INPUTS)
        places = {TopicPartition(self.name(short), number): short for short in inputs}
        async with asyncio.timeout(ACKNOWLEDGED_WITHIN_S):
            while True:
                with suppress(KafkaError, OSError):
                    ends = await self._ends.end_offsets(list(places))
                    return {places[place]: end for place, end in ends.items()}
                await asyncio.sleep(POLL_S)

    async def until_clock(
        self,
        at: datetime,
        partitions: Iterable[int] | None = None,
        within_s: float = CLOCK_WITHIN_S,
    ) -> None:
        """Wait until the clocks on the state topic are at `at`."""
        chosen = range(self.partitions) if partitions is None else tuple(partitions)
        try:
            async with asyncio.timeout(within_s):
                while any(not self._has_reached(number, at) for number in chosen):
                    self._raise_if_lost()
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            stand = {number: str(self.clocks.get(number)) for number in chosen}
            raise AssertionError(
                f"after {within_s:g} s the clocks stand at {stand}, not {at}"
            ) from None

    def _has_reached(self, number: int, at: datetime) -> bool:
        return number in self.clocks and self.clocks[number] >= at

    async def _follow(self) -> None:
        clocks = {
            self.name("pathway-events"): (b"clock", self.clocks),
            self.name("services"): (b"/clock", self.clocks_of_services),
        }
        places = [
            TopicPartition(name, number) for name in clocks for number in range(self.partitions)
        ]
        self._state.assign(places)
        for place in places:
            self._state.seek(place, 0)
        while True:
            polled = await self._state.getmany(timeout_ms=100)
            for place, records in polled.items():
                key, shown = clocks[place.topic]
                for record in records:
                    if record.key == key:
                        at = datetime.fromisoformat(json.loads(record.value)["at"])
                        shown[place.partition] = at

    def _raise_if_lost(self) -> None:
        following = self._tasks[0]
        if following.done():
            following.result()
            raise AssertionError("the follower of the clocks has ended")
