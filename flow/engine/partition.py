"""The life of one partition: open, work chunks and ticks, write, acknowledge; or start again.

This class knows neither Faust nor aiokafka, only the `Log` protocol and an `Inputs` that says
how far the consumer has come. Simulator, tests and benchmarks run the very same code.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from flow.engine.changes import Changes
from flow.engine.log import Log, LogWriter, Record
from flow.engine.observer import Observer
from flow.engine.partition_ledger import PartitionLedger
from flow.engine.ticks import Tick
from flow.errors import Fenced, LogUnavailable
from flow.events.topics import PERSON_INPUTS

log = structlog.get_logger()

MAX_UNACKNOWLEDGED_BYTES = 32 << 20
"""Records handed over and not yet acknowledged; above it the agent waits. With 8 partitions
and 500-byte events this is half a million events in one worker."""
MAX_PENDING_BYTES = 16 << 20
"""Folded and not yet written; above it folding waits for the transaction in flight."""
RECORDS_PER_TURN = 128
PEOPLE_PER_TURN = 16
"""What one partition works before the event loop gets its turn: a few milliseconds. One partition
has a turn at a time, so that a transaction, which takes some dozen rounds of the loop, is not
stretched beyond its timeout by eight partitions that work through a backlog."""
TURNS_PER_STEP = 64
"""Of a tick, before chunks and writes get theirs: about 1,000 people, some 0.2 s."""
SLOW_WRITE_S = 2.0
"""A transaction that is under way for longer is left the whole event loop."""
HOLD_CHECK_S = 0.02
"""How often a parked tick looks whether the inputs have caught up."""
RETRY_FIRST_S = 0.1
RETRY_LAST_S = 5.0
"""A failed ledger is opened again after this long, doubling from first to last."""
FENCED_RETRY_S = 5.0
"""Who was fenced has most likely lost the partition and will hear of it with the next heartbeats
(every 2 s). Opening again at once would fence the rightful owner in turn."""

Acknowledge = Callable[[], object]


class Inputs(Protocol):
    """How far the consumer has come."""

    async def reached(self, topic: str, partition: int) -> tuple[int, int]:
        """(position, last offset handed to `Partition.deliver` or on its way there, or -1)."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The records of one topic and partition from one fetch, and how to acknowledge them."""

    topic: str
    records: Sequence[Record]
    acknowledge: Acknowledge
    size_bytes: int


def chunk_of(topic: str, records: Sequence[Record], acknowledge: Acknowledge) -> Chunk:
    """A chunk with its size."""
    size_bytes = sum(len(record.value or b"") + len(record.key or b"") for record in records)
    return Chunk(topic, records, acknowledge, size_bytes)


@dataclass(slots=True)
class _Parked:
    tick: Tick
    acknowledge: list[Acknowledge] = field(default_factory=list)
    after: int | None = None
    """Once the inputs have caught up: how many chunks must be folded before the tick."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one write makes durable, and what is acknowledged after it."""

    changes: Changes
    chunks: int
    ticks: _Parked | None
    generation: int


class Partition:
    """Chunks and ticks go in; they are acknowledged when their effects are durable.

    `kind` names the writer: `journeys` of people, `centres` of services. `topics` are the inputs
    that it is handed: its ticks wait for the ends of these alone.
    """

    def __init__(
        self,
        number: int,
        log: Log,
        inputs: Inputs,
        new_ledger: Callable[[], PartitionLedger],
        observer: Observer,
        turn: asyncio.Lock | None = None,
        *,
        kind: str = "journeys",
        topics: Sequence[str] = PERSON_INPUTS,
    ) -> None:
        self.number = number
        self._name = f"{kind}-{number}"
        self._topics = topics
        self._log = log
        self._inputs = inputs
        self._new_ledger = new_ledger
        self._observer = observer
        self._turn = turn or asyncio.Lock()
        self._chunks: deque[Chunk] = deque()
        self._added = 0  # of the chunks in the queue, in this opening
        self._folded = 0  # those whose people are assessed, too
        self._delivered_total = 0
        self._folded_total = 0
        self._bytes = 0
        self._received: dict[str, Record] = {}
        self._waiting: _Parked | None = None
        self._newest: _Parked | None = None
        self._checked_at = 0.0
        self._ticking: _Parked | None = None  # the clock has moved, some are still due
        self._unfinished = False  # so, and the tick itself was revoked: it comes again
        self._worked: _Parked | None = None  # ticks that are not durable yet
        self._generation = 0
        self._stopping = False
        self._begun = False  # the ledger has been open: what was handed over may be worked
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.ready = False

    # What the agents call.

    async def deliver(self, chunk: Chunk) -> None:
        """Take a chunk in. Returns at once, or when there is room for more."""
        self._chunks.append(chunk)
        self._delivered_total += 1
        self._bytes += chunk.size_bytes
        self._received[chunk.topic] = chunk.records[-1]
        self._wake.set()
        if self._bytes > MAX_UNACKNOWLEDGED_BYTES:
            self._room.clear()
            await self._room.wait()

    def park(self, tick: Tick, acknowledge: Acknowledge) -> None:
        """Take a tick in. It waits for the inputs; of several that wait the newest stays."""
        parked = _Parked(tick, [acknowledge])
        if self._waiting is None:
            self._waiting = parked
        else:
            # The one that waits stays: under a steady lag the newest would never get its turn.
            self._newest = _coalesced(self._newest, parked)
        self._wake.set()

    def forget(self) -> None:
        """The partition was revoked: what is not acknowledged is delivered again, somewhere.

        The ledger stays: if the partition comes back nothing has to be read, and if another
        worker has it, our next write is fenced.
        """
        self._generation += 1
        self._chunks.clear()
        self._received.clear()
        self._added = self._folded = self._bytes = 0
        self._folded_total = self._delivered_total
        self._unfinished |= self._ticking is not None
        self._waiting = self._newest = self._ticking = self._worked = None
        self._room.set()

    def stop(self) -> None:
        """Finish what was delivered, then let `run` return. Ticks that wait are left."""
        self._stopping = True
        self._room.set()
        self._wake.set()

    @property
    def settled(self) -> bool:
        """Whether everything taken on is acknowledged, but for ticks that wait.

        Until the ledger has been open once nothing is taken on: what was delivered comes again, to
        whoever owns the partition next.
        """
        return (not self._chunks or not self._begun) and self._worked is None

    # The loop.

    async def run(self) -> None:
        """Work until `stop`. Raises what a retry cannot mend (LogRefused, or a bug)."""
        retry_s = RETRY_FIRST_S
        while not self._stopping:
            try:
                await self._live()
            except LogUnavailable as error:
                self._observer.failed(self.number, type(error).__name__)
                log.warning("ledger dropped", partition=self.number, error=str(error))
                await self._pause(FENCED_RETRY_S if isinstance(error, Fenced) else retry_s)
                retry_s = min(retry_s * 2, RETRY_LAST_S)
            else:
                retry_s = RETRY_FIRST_S

    async def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._stopping and (left := deadline - time.monotonic()) > 0:
            await self._wait(min(left, HOLD_CHECK_S * 5))

    async def _live(self) -> None:
        """One opening of the ledger, from the fence to the failure or the stop."""
        began = time.monotonic()
        writer = await self._log.open_writer(self._name)
        try:
            ledger = await self._open(began)
            self.ready = self._begun = True
            await self._work(ledger, writer)
        finally:
            self.ready = False
            self._take_again()
            self._observer.closed(self.number)
            await writer.close()

    def _take_again(self) -> None:
        """Everything unacknowledged is for the next opening."""
        self._folded_total -= self._folded
        self._added = self._folded = 0
        self._unfinished = False
        parked = [self._worked, self._ticking, self._waiting, self._newest]
        self._waiting = self._newest = self._ticking = self._worked = None
        for each in parked:
            if each is not None and self._waiting is None:
                self._waiting = _Parked(each.tick, each.acknowledge)
            elif each is not None:
                self._newest = _coalesced(self._newest, each)

    async def _open(self, began: float) -> PartitionLedger:
        """Read the state to its end. The writer is open already: earlier owners are fenced."""
        ledger = self._new_ledger()
        records = 0
        for topic, restore in ledger.sources():
            async for batch in self._log.read(topic, self.number):
                restore(batch)
                records += len(batch)
                await asyncio.sleep(0)
        for _ in ledger.restored():
            await asyncio.sleep(0)
        self._observer.opened(
            self.number,
            time.monotonic() - began,
            records,
            ledger.gauges,
            ledger.subject_count,
            ledger.not_assessed,
        )
        return ledger

    async def _work(self, ledger: PartitionLedger, writer: LogWriter) -> None:
        writing: asyncio.Task[None] | None = None
        began = 0.0
        try:
            while True:
                if writing is not None and writing.done():
                    await writing
                    writing = None
                if writing is None and self._something_to_write(ledger):
                    # Taken together, before anything else is folded.
                    batch = _Batch(ledger.take(), self._folded, self._worked, self._generation)
                    writing = asyncio.create_task(self._write(writer, batch))
                    began = time.monotonic()
                if self._stopping and self.settled and writing is None:
                    return
                slow = writing is not None and time.monotonic() - began > SLOW_WRITE_S
                if not slow and await self._step(ledger):
                    continue
                await self._wait_for(writing)
        finally:
            if writing is not None and not writing.done():
                writing.cancel()
                await asyncio.wait([writing])
            if writing is not None and not writing.cancelled():
                writing.exception()

    def _something_to_write(self, ledger: PartitionLedger) -> bool:
        if self._folded < self._added or ledger.unassessed:
            return False
        return ledger.has_changes or self._folded > 0 or self._worked is not None

    async def _step(self, ledger: PartitionLedger) -> bool:
        """Some work on a chunk or a tick; False when there is nothing to do now."""
        room = ledger.pending_bytes < MAX_PENDING_BYTES
        if self._ticking is not None and not self._stopping and room:
            await self._go_on_with_tick(ledger, self._ticking)
            return True
        if room and await self._tick_is_ready(ledger):
            self._begin_tick(ledger)
            return True
        if self._added < len(self._chunks) and room:
            await self._add(ledger, self._chunks[self._added])
            return True
        if self._folded < self._added or ledger.unassessed:
            await self._assess(ledger)
            return True
        return False

    # The life of a chunk (docs/design.md 6):
    #
    # 1. the transport has yielded it; nothing of it is acknowledged;
    # 2. each record is decoded; what fails becomes a dead letter with a reason code;
    # 3. the ledger is open: the earlier owner is fenced, the state is read;
    # 4. fresh events go into histories; when no more chunks wait, the people that they touched
    #    are assessed, each once;
    # 5. dead letters, fresh events, alerts, stages, placements go to the writer, which sends
    #    all that is waiting in one transaction;
    # 6. metrics move when the transaction is committed;
    # 7. then the chunk is acknowledged.

    async def _add(self, ledger: PartitionLedger, chunk: Chunk) -> None:
        """Steps 2 to 4, but for the assessing."""
        began = time.perf_counter()
        generation = self._generation
        ledger.begin_chunk(chunk.topic, chunk.records)
        for start in range(0, len(chunk.records), RECORDS_PER_TURN):
            async with self._turn:
                ledger.add(chunk.topic, chunk.records[start : start + RECORDS_PER_TURN])
            await asyncio.sleep(0)
        self._observer.folded(time.perf_counter() - began)
        if generation == self._generation:
            self._added += 1

    async def _assess(self, ledger: PartitionLedger) -> None:
        """The end of step 4. Until then nothing is written, so no event is stored unassessed."""
        generation = self._generation
        more = True
        while more:
            async with self._turn:
                more = ledger.assess_touched(PEOPLE_PER_TURN)
            await asyncio.sleep(0)
        if generation == self._generation:
            self._folded_total += self._added - self._folded
            self._folded = self._added

    def _begin_tick(self, ledger: PartitionLedger) -> None:
        """Move the clock. Where it moves, those who are due are worked step by step."""
        parked, self._waiting, self._newest = self._waiting, self._newest, None
        assert parked is not None
        refused = ledger.clock.refused
        if ledger.tick(parked.tick.at, parked.tick.logged_at) or self._unfinished:
            self._ticking, self._unfinished = parked, False
            return
        if ledger.clock.refused > refused:
            self._observer.jump_refused(self.number)
        self._end_tick(ledger, parked)

    async def _go_on_with_tick(self, ledger: PartitionLedger, parked: _Parked) -> None:
        """Some of those who are due, oldest first; the clock is published after the last."""
        began = time.perf_counter()
        generation = self._generation
        more = True
        for _ in range(TURNS_PER_STEP):
            async with self._turn:
                more = ledger.assess_due(PEOPLE_PER_TURN)
            if not more:
                break
            await asyncio.sleep(0)
        self._observer.folded(time.perf_counter() - began)
        if not more and generation == self._generation:
            ledger.finish_tick()
            self._ticking = None
            self._end_tick(ledger, parked)

    def _end_tick(self, ledger: PartitionLedger, parked: _Parked) -> None:
        self._observer.held(self.number, ledger.clock.at, waiting=self._waiting is not None)
        self._worked = _coalesced(self._worked, parked)

    async def _tick_is_ready(self, ledger: PartitionLedger) -> bool:
        """Whether the tick that waits may be worked.

        Where it never may (its ends are of a log that was truncated since), the newest stands
        for both as soon as that one may.
        """
        if self._waiting is None or self._stopping:
            return False
        if self._waiting.after is None:
            now = time.monotonic()
            if now - self._checked_at < HOLD_CHECK_S and self._added < len(self._chunks):
                return False
            self._checked_at = now
            for parked in (self._waiting, self._newest):
                if parked is not None and await self._admit(parked):
                    break
        waiting = self._still_waiting()  # a rebalance does not wait for us
        if waiting is None or waiting.after is None:
            self._observer.held(self.number, ledger.clock.at, waiting=waiting is not None)
            return False
        return self._folded_total >= waiting.after and ledger.may_tick(waiting.tick.at)

    def _still_waiting(self) -> _Parked | None:
        return self._waiting

    async def _admit(self, parked: _Parked) -> bool:
        """Note what must be folded before the tick, once its inputs have caught up."""
        caught_up = await self._inputs_caught_up(parked.tick)
        if not caught_up or parked not in (self._waiting, self._newest):
            return False
        if parked is self._newest:
            self._waiting = _coalesced(self._waiting, parked)
            self._newest = None
        assert self._waiting is not None
        self._waiting.after = self._delivered_total
        return True

    async def _inputs_caught_up(self, tick: Tick) -> bool:
        caught_up = True
        reached = await asyncio.gather(
            *(self._inputs.reached(topic, self.number) for topic in self._topics)
        )
        for topic, (position, handed) in zip(self._topics, reached, strict=True):
            end, received = tick.ends[topic], self._received.get(topic)
            self._report_lag(topic, end - position, received)
            arrived = received.offset if received is not None else -1
            caught_up &= position >= end and arrived >= handed
        return caught_up

    def _report_lag(self, topic: str, records: int, received: Record | None) -> None:
        seconds: float | None = 0.0
        if records > 0:
            # Where nothing has come since the assignment nobody knows how old the next one is.
            seconds = max(0.0, time.time() - received.timestamp / 1000) if received else None
        self._observer.lag(topic, self.number, max(0, records), seconds)

    async def _write(self, writer: LogWriter, batch: _Batch) -> None:
        """Make changes durable, then tell the metrics, then acknowledge."""
        changes = batch.changes
        began = time.monotonic()
        if changes.outputs or changes.state:
            await writer.write(changes.outputs, changes.state)
        self._observer.committed(
            self.number,
            time.monotonic() - began,
            changes.tally,
            changes.gauges,
            changes.people,
            changes.not_assessed,
            changes.clock,
        )
        if batch.generation == self._generation:
            self._acknowledge(batch.chunks, batch.ticks)

    def _acknowledge(self, chunks: int, ticks: _Parked | None) -> None:
        """The first `chunks` of the queue, and `ticks`, are durable."""
        for _ in range(chunks):
            chunk = self._chunks.popleft()
            self._bytes -= chunk.size_bytes
            self._added -= 1
            self._folded -= 1
            chunk.acknowledge()
        if ticks is not None:
            for acknowledge in ticks.acknowledge:
                acknowledge()
            # Behind them stand those that were worked during the write.
            assert self._worked is not None
            del self._worked.acknowledge[: len(ticks.acknowledge)]
            if not self._worked.acknowledge:
                self._worked = None
        if self._bytes <= MAX_UNACKNOWLEDGED_BYTES:
            self._room.set()

    async def _wait_for(self, writing: asyncio.Task[None] | None) -> None:
        seconds = HOLD_CHECK_S if self._waiting is not None else None
        if writing is None:
            await self._wait(seconds)
            return
        wake = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait(
                {writing, wake}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            wake.cancel()
        self._wake.clear()

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()


def _coalesced(earlier: _Parked | None, later: _Parked) -> _Parked:
    """The later tick stands for both."""
    if earlier is None:
        return later
    return _Parked(later.tick, [*earlier.acknowledge, *later.acknowledge])
