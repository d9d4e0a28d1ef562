"""Kills of a worker in the middle of a replay, each with the evidence that it hit work.

Two signs that a kill in a pause does not leave. The worker owed a tick: the broker had
acknowledged it, and the dead worker's committed clocks had not reached it. And the worker was in a
write: the next one had to abort its transaction, whose records are on the topics and are read by
nobody who reads what is committed.

A worker is stopped (SIGSTOP) first and then killed, so that there is time to look: it does nothing
between the two. Where it has nothing in hand it goes on, to be stopped again a moment later. The
replay goes no further than the tick whose work is struck at: a quick worker would be through with
the whole of it before the next kill.
"""

import asyncio
import json
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from flow.engine.publisher import LockstepPublisher
from flow.events import AnyEvent
from flow.events.topics import topic_name
from flow.settings import Settings
from tests.system.product import Product, WorkerProcess

OUTPUTS = (
    "pathway-events", "alerts", "stages", "placements", "transfers", "services", "service-alerts",
)  # fmt: skip
CLOCKS = (b"clock", b"/clock")
"""The keys under which a partition of people, and one of services, says how far it is."""
FIRST_TICK = 2
"""The worker is at work when the first kill comes."""
AFTER_TICK_S = 0.1
"""Some ticks take about as long, so the first stop comes in any part of it; half of it at the next
tick where that was too late, and so on."""
TICKS_AT_MOST = 8
"""Until a stop hits the work of one: about one stop in five comes in the middle of a write."""
POLL_MS = 50
READ_WITHIN_S = 60.0
GOES_ON_S = 0.02
"""At most so long between two stops."""
POLL_S = 0.002


class Kill(NamedTuple):
    owed: bool
    """A tick that was acknowledged before was not worked."""
    aborted: int
    """Records of the transactions that the death cut off."""


class Gated(LockstepPublisher):
    """Goes no further than it is let, and knows the newest tick that the broker acknowledged."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._ticked: datetime | None = None
        self._open_to: datetime | None = None
        self._opened = asyncio.Event()

    def open_to(self, at: datetime) -> None:
        """Let go all that comes up to this time, and its tick."""
        self._open_to = at
        self._opened.set()

    async def ticked(self) -> datetime | None:
        """None before the first tick."""
        return self._ticked

    async def publish(self, events: Sequence[AnyEvent]) -> None:
        for last in events[-1:]:
            await self._until_open(last.recordedtime)
        await super().publish(events)

    async def tick(self, at: datetime) -> None:
        await self._until_open(at)
        await super().tick(at)
        self._ticked = at

    async def _until_open(self, at: datetime) -> None:
        while self._open_to is None or self._open_to < at:
            self._opened.clear()
            await self._opened.wait()


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
        """A replay of these ticks with the kills in it; the last worker, and what each kill hit."""
        kills: list[Kill] = []
        within = range(FIRST_TICK, len(ticks) - TICKS_AT_MOST)
        struck = -1
        async with (
            Gated(self.running.settings) as target,
            Witness(self.running) as witness,
            _task(replay(target)) as going,
        ):
            for chosen in sorted(self.chance.sample(within, self.number)):
                first = max(chosen, struck + 1)
                await _let_go_to(target, ticks[first - 1], going)
                strike = _Strike(target, witness, worker, going, self.chance)
                aim = len(kills) < self.in_a_write
                after, owed = await strike.at_one_of(ticks[first:][:TICKS_AT_MOST], aim=aim)
                struck = first + after
                worker = self.running.start()
                await worker.until_ready()
                before = sum(kill.aborted for kill in kills)
                kills.append(Kill(owed, await witness.aborted() - before))
            target.open_to(ticks[-1])
            await going
        return worker, kills


@dataclass
class _Strike:
    """One kill."""

    target: Gated
    witness: Witness
    worker: WorkerProcess
    going: "asyncio.Task[None]"
    chance: random.Random

    async def at_one_of(self, ticks: Sequence[datetime], *, aim: bool) -> tuple[int, bool]:
        """Kill the worker in its work for a tick, or, aimed, in a write; which, and if it owed."""
        for number, at in enumerate(ticks):
            self.target.open_to(at)
            if not aim:
                await _until(self.target.ticked, at, self.going)
                await asyncio.sleep(self.chance.uniform(0, AFTER_TICK_S / 2**number))
            worked = False
            while not worked:
                os.kill(self.worker.process.pid, signal.SIGSTOP)
                ticked = await self.target.ticked()
                await until_frozen(self.worker)
                # Twice: what the broker is about to commit is no longer open then.
                in_a_write = await self.witness.look() and await self.witness.look()
                clock = self.witness.clock()
                worked = clock is not None and clock >= at
                owed = ticked == at and not worked
                if in_a_write or (owed and not aim):
                    await self.worker.kill()
                    return number, owed
                self.worker.process.send_signal(signal.SIGCONT)
                await asyncio.sleep(self.chance.uniform(0, GOES_ON_S))
        raise AssertionError(f"at {len(ticks)} ticks the worker was not found at work")


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


async def _let_go_to(target: Gated, at: datetime, going: "asyncio.Task[None]") -> None:
    target.open_to(at)
    await _until(target.clock, at, going)


async def _until(
    said: Callable[[], Awaitable[datetime | None]],
    at: datetime,
    going: "asyncio.Task[None]",
    within_s: float = 120,
) -> None:
    async with asyncio.timeout(within_s):
        while (time := await said()) is None or time < at:
            if going.done():
                going.result()
                raise AssertionError("the run was over before its time")
            await asyncio.sleep(POLL_S)


async def until_frozen(worker: WorkerProcess) -> None:
    """Until the kernel says that it is stopped (state T)."""
    async with asyncio.timeout(60):
        while _state(worker.process.pid) != "T":
            assert worker.process.poll() is None
            await asyncio.sleep(0.01)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
