"""Kills of a worker in the middle of a replay, each with the evidence that it hit work.

Two signs that a kill in a pause does not leave. The worker owed a tick: the broker had
acknowledged it, and the dead worker's committed clocks had not reached it. And the worker was in a
write: the next one had to abort its transaction, whose records are on the topics and are read by
nobody who reads what is committed.

A worker is stopped (SIGSTOP) first and then killed, so that there is time to look: it does nothing
between the two. Where it has nothing in hand it goes on, to be stopped again a moment later.
"""

import asyncio
import json
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from flow.engine.publisher import LockstepPublisher
from flow.events.topics import topic_name
from flow.settings import Settings
from tests.system.product import Product, WorkerProcess

OUTPUTS = (
    "pathway-events", "alerts", "stages", "placements", "transfers", "services", "service-alerts",
)  # fmt: skip
CLOCKS = (b"clock", b"/clock")
"""The keys under which a partition of people, and one of services, says how far it is."""
LONGEST_AFTER_TICK_S = 0.1
"""A tick and its events take about as long, so the first stop comes in any part of them."""
POLL_MS = 50
READ_WITHIN_S = 60.0
GOES_ON_S = 0.02
"""At most so long between two stops."""
STOPS_AT_MOST = 300
"""Until one hits: about one in five comes in the middle of a write."""


class Kill(NamedTuple):
    owed: bool
    """A tick that was acknowledged before was not worked."""
    aborted: int
    """Records of the transactions that the death cut off."""


class Ticked(LockstepPublisher):
    """Knows the newest tick that the broker has acknowledged for every partition."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.ticked: datetime | None = None

    async def tick(self, at: datetime) -> None:
        await super().tick(at)
        self.ticked = at


class Witness:
    """Reads the outputs as everybody does, and again with what was never committed."""

    def __init__(self, running: Product) -> None:
        settings = running.settings
        self._address = settings.broker_addresses
        self.places = [
            TopicPartition(topic_name(short, settings.topic_prefix), number)
            for short in OUTPUTS
            for number in range(settings.partitions)
        ]
        self._clocks_at_most = 2 * settings.partitions
        self._clocks: dict[TopicPartition, datetime] = {}
        self._read: dict[str, set[tuple[TopicPartition, int]]] = {
            "read_committed": set(),
            "read_uncommitted": set(),
        }
        self._consumers: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        for isolation in self._read:
            consumer = self._consumers[isolation] = AIOKafkaConsumer(
                bootstrap_servers=self._address,
                group_id=None,
                enable_auto_commit=False,
                isolation_level=isolation,
            )
            await consumer.start()
            consumer.assign(self.places)
            await consumer.seek_to_beginning()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for consumer in self._consumers.values():
            await consumer.stop()

    async def look(self) -> bool:
        """Read all that is committed; whether more is written, which no reader may see yet."""
        written = await self._consumers["read_uncommitted"].end_offsets(self.places)
        committed = await self._consumers["read_committed"].end_offsets(self.places)
        await self._read_to("read_committed", committed)
        return any(committed[place] < written[place] for place in self.places)

    def clock(self) -> datetime | None:
        """The time that every partition has committed, of people and of services."""
        complete = len(self._clocks) == self._clocks_at_most
        return min(self._clocks.values()) if complete else None

    async def aborted(self) -> int:
        """How many records of aborted transactions there are; waits while one is open."""
        written = await self._consumers["read_uncommitted"].end_offsets(self.places)
        for isolation in self._consumers:
            await self._read_to(isolation, written)
        never = self._read["read_uncommitted"] - self._read["read_committed"]
        return sum(offset < written[place] for place, offset in never)

    async def _read_to(self, isolation: str, ends: Mapping[TopicPartition, int]) -> None:
        consumer = self._consumers[isolation]
        async with asyncio.timeout(READ_WITHIN_S):
            # The position, not the last record: a transaction ends with a marker that is none.
            while any([await consumer.position(place) < end for place, end in ends.items()]):
                for place, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                    self._read[isolation].update((place, record.offset) for record in records)
                    if isolation == "read_committed":
                        self._note_clock(place, records)

    def _note_clock(self, place: TopicPartition, records: Sequence[Any]) -> None:
        for record in records:
            if record.key in CLOCKS:
                at = datetime.fromisoformat(json.loads(record.value)["at"])
                self._clocks[place] = at


@dataclass
class Kills:
    """Kill -9, `number` times at random points of the work, each time followed by a new worker.

    The first `in_a_write` of them are aimed at an open transaction.
    """

    running: Product
    chance: random.Random
    number: int
    in_a_write: int

    async def during(
        self,
        replay: Callable[[LockstepPublisher], Coroutine[Any, Any, None]],
        worker: WorkerProcess,
        ticks: Sequence[datetime],
    ) -> tuple[WorkerProcess, list[Kill]]:
        """Kills after some of these ticks; the last worker, and what each kill hit."""
        kills: list[Kill] = []
        async with (
            Ticked(self.running.settings) as target,
            Witness(self.running) as witness,
            _task(replay(target)) as going,
        ):
            for index in sorted(self.chance.sample(range(len(ticks)), self.number)):
                await _until_clock(target, ticks[index], going)
                with suppress(TimeoutError):
                    after_s = self.chance.uniform(0, LONGEST_AFTER_TICK_S)
                    await asyncio.wait_for(asyncio.shield(going), after_s)
                owed = await self._strike(target, witness, worker, aim=len(kills) < self.in_a_write)
                assert not going.done(), "the run was over before the kill"
                worker = self.running.start()
                await worker.until_ready()
                before = sum(kill.aborted for kill in kills)
                kills.append(Kill(owed, await witness.aborted() - before))
            await going
        return worker, kills

    async def _strike(
        self, target: Ticked, witness: Witness, worker: WorkerProcess, *, aim: bool
    ) -> bool:
        """Stop the worker until that hits work, or a write, and kill it; whether it owed a tick."""
        for _ in range(STOPS_AT_MOST):
            os.kill(worker.process.pid, signal.SIGSTOP)
            ticked = target.ticked
            await until_frozen(worker)
            # Twice: what the broker is about to commit is no longer open then.
            in_a_write = await witness.look() and await witness.look()
            clock = witness.clock()
            owed = ticked is not None and (clock is None or clock < ticked)
            if in_a_write or (owed and not aim):
                await worker.kill()
                return owed
            worker.process.send_signal(signal.SIGCONT)
            await asyncio.sleep(self.chance.uniform(0, GOES_ON_S))
        raise AssertionError(f"in {STOPS_AT_MOST} stops the worker was never at work")


def assert_hit(kills: Sequence[Kill], *, in_a_write: int, seed: int) -> None:
    """Every kill hit work, and at least so many of them a write."""
    said = f"{kills} (FLOW_TEST_SEED={seed})"
    assert all(kill.owed or kill.aborted > 0 for kill in kills), said
    assert sum(kill.aborted > 0 for kill in kills) >= in_a_write, said


@asynccontextmanager
async def _task(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """The work in a task of its own, which does not outlive the block."""
    going = asyncio.create_task(work)
    try:
        yield going
    finally:
        going.cancel()
        await asyncio.wait([going])


async def _until_clock(
    target: LockstepPublisher, at: datetime, going: "asyncio.Task[None]", within_s: float = 120
) -> None:
    async with asyncio.timeout(within_s):
        while (clock := await target.clock()) is None or clock < at:
            if going.done():
                going.result()
                raise AssertionError("the run was over before its time")
            await asyncio.sleep(0.02)


async def until_frozen(worker: WorkerProcess) -> None:
    """Until the kernel says that it is stopped (state T)."""
    async with asyncio.timeout(60):
        while _state(worker.process.pid) != "T":
            assert worker.process.poll() is None
            await asyncio.sleep(0.01)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
