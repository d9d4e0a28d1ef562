"""One worker process: Faust's agents, its partitions, ticks, health, and a gentle stop."""

import asyncio
import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from faust.types import TP

from flow.engine.app import build_app, chunk_topic
from flow.engine.failures import where_raised
from flow.engine.garbage import seldom_collect_garbage
from flow.engine.health import HealthServer, Render
from flow.engine.kafka_log import KafkaLog
from flow.engine.ledger import Ledger
from flow.engine.log import moment
from flow.engine.observer import Observer, Silent
from flow.engine.partition import Acknowledge, Chunk, Partition
from flow.engine.partition_ledger import PartitionLedger
from flow.engine.service_ledger import ServiceLedger
from flow.engine.tick_writer import TickWriter
from flow.engine.ticks import decode_tick
from flow.engine.topic_admin import check_before_start
from flow.errors import BrokerError, FlowError
from flow.events.topics import PERSON_INPUTS, SERVICE_INPUTS, topic_name
from flow.pathway import Policy
from flow.settings import Settings

log = structlog.get_logger()

EXIT_UNFINISHED = 75
"""The stop took longer than FLOW_STOP_WITHIN_S, or the broker was gone: something was left
unacknowledged and will be worked again. Nothing is lost."""
EXIT_BUG = 70
UNFENCED_ALONE_AFTER_SESSION_S = 35.0
"""Without fencing a worker must own everything. A worker that was killed leaves the group only
after its session and a rebalance (4 s): the next one waits this much longer, then gives up."""
DRAIN_SHARE = 0.5
"""Of the time for a stop, the part that open transactions may take; the rest is for leaving."""

Owned = tuple[str, int]
"""A kind of partition (`Kind.name`) and its number."""
AddAgents = Callable[[Any, Mapping[str, Any], "Worker"], None]


class Worker:
    """Runs until a signal or a failure that a retry cannot mend; `run` returns the exit code.

    0: everything delivered was made durable and acknowledged. 75: see EXIT_UNFINISHED.
    70: a bug, or a write that the broker will never take. 69, 73, 78: raised as errors at start.
    """

    def __init__(
        self,
        settings: Settings,
        policy: Policy,
        observer: Observer,
        render: Render,
        add_agents: AddAgents,
        *,
        fenced: bool,
        services_observer: Observer | None = None,
    ) -> None:
        self.settings = settings
        self.policy = policy
        self._observer = observer
        self._observers = {"journeys": observer, "centres": services_observer or Silent()}
        self._render = render
        self._add_agents = add_agents
        self._log = KafkaLog(settings, fenced=fenced)
        self._partitions: dict[Owned, Partition] = {}
        self._tasks: dict[Owned, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._names = {short: topic_name(short, settings.topic_prefix) for short in _INPUTS}
        self._app: Any = None
        self._stop = asyncio.Event()
        self._failure: BaseException | None = None
        self._stopping = False
        self._alone_within_s = settings.session_timeout_s + UNFENCED_ALONE_AFTER_SESSION_S
        self._alone_by = time.monotonic() + self._alone_within_s

    async def run(self) -> int:
        """Start, work until `stop`, stop gently."""
        seldom_collect_garbage()
        partitions = await check_before_start(self.settings)
        for observer in self._observers.values():
            observer.started(partitions)
        health = HealthServer(
            self.settings.host, self.settings.metrics_port, self._render, self._not_ready
        )
        await health.start()
        ticks = TickWriter(self.settings, self._log, self._owned, self._fail)
        with tempfile.TemporaryDirectory(prefix="discharge-flow-") as scratch:
            try:
                self._build(Path(scratch), partitions)
                await self._app.start()
                if self.settings.clock == "wall":
                    ticks.start()
                await self._until_stop(partitions)
            finally:
                with _deadline(self.settings.stop_within_s):
                    settled = await self._leave(ticks)
                    await health.stop()
        if self._failure is not None:
            return self._report_failure(self._failure)
        return 0 if settled else EXIT_UNFINISHED

    def stop(self) -> None:
        """Ask for a gentle stop."""
        self._stop.set()

    # Called by the agents.

    async def deliver(self, chunk: Chunk) -> None:
        """Hand a chunk to the partition that owns it."""
        partition = self._partition_of(chunk)
        if partition is not None:
            await partition.deliver(chunk)

    async def park(self, chunk: Chunk) -> None:
        """Hand the newest tick of a chunk to the partitions of its number: of people, of services.

        It is acknowledged when both have worked it. Where a tick does not tell the ends of
        services' inputs (an older version wrote it) they wait for another one.
        """
        number = chunk.records[0].partition
        if self._stopping or ("journeys", number) not in self._partitions:
            return
        ticks = [
            tick
            for record in chunk.records
            if (tick := decode_tick(record.value, moment(record.timestamp)))
        ]
        if not ticks:
            log.warning("no tick in a chunk of ticks", partition=number)
            chunk.acknowledge()
            return
        kinds = [kind for kind in KINDS if ticks[-1].ends.keys() >= set(kind.topics)]
        acknowledge = _when_all(len(kinds), chunk.acknowledge)
        for kind in kinds:
            self._partitions[kind.name, number].park(ticks[-1], acknowledge)

    def _partition_of(self, chunk: Chunk) -> Partition | None:
        # While stopping, nothing is taken on: what is not acknowledged comes again.
        if self._stopping:
            return None
        return self._partitions.get((_KIND_OF[chunk.topic].name, chunk.records[0].partition))

    async def reached(self, topic: str, partition: int) -> tuple[int, int]:
        """How far the consumer has come (`Inputs`)."""
        reached: tuple[int, int] = await self._app.consumer.reached(
            TP(self._names[topic], partition)
        )
        return reached

    # Assignment.

    def _build(self, scratch: Path, partitions: int) -> None:
        self._app = build_app(self.settings, scratch)
        topics = {
            short: chunk_topic(self._app, name, partitions) for short, name in self._names.items()
        }
        self._add_agents(self._app, topics, self)

        # Faust keeps only weak references to what connects without a name.
        @self._app.on_partitions_assigned.connect(weak=False)  # type: ignore[untyped-decorator]
        async def on_assigned(_sender: Any, assigned: Iterable[TP], **_extra: Any) -> None:
            self._assign(assigned, partitions)

        @self._app.on_partitions_revoked.connect(weak=False)  # type: ignore[untyped-decorator]
        async def on_revoked(_sender: Any, _revoked: Iterable[TP], **_extra: Any) -> None:
            for partition in self._partitions.values():
                partition.forget()

    def _assign(self, assigned: Iterable[TP], partitions: int) -> None:
        """Own the partitions of which every input is ours; drop the others."""
        held: dict[int, set[str]] = {}
        for tp in assigned:
            held.setdefault(tp.partition, set()).add(tp.topic)
        owned = {number for number, topics in held.items() if topics >= set(self._names.values())}
        if owned != set(held):
            log.error("inputs of one partition are on different workers", owned=sorted(owned))
        if not self._log.fenced and len(owned) < partitions:
            owned = set()
        wanted = {(kind.name, number) for kind in KINDS for number in owned}
        for lost in set(self._partitions) - wanted:
            self._partitions.pop(lost).stop()
        for kind in KINDS:
            for number in owned:
                if (kind.name, number) in self._partitions:
                    self._partitions[kind.name, number].forget()
                else:
                    self._own(kind, number, partitions)
        for observer in self._observers.values():
            observer.rebalanced(sorted(owned))
        log.info("partitions assigned", partitions=sorted(owned))

    def _own(self, kind: "Kind", number: int, partitions: int) -> None:
        partition = Partition(
            number,
            self._log,
            self,
            self._new_ledger(kind, number, partitions),
            self._observers[kind.name],
            self._turn,
            kind=kind.name,
            topics=kind.topics,
        )
        owned = (kind.name, number)
        self._partitions[owned] = partition
        earlier = self._tasks.get(owned)
        task = asyncio.create_task(_after(earlier, partition))
        self._tasks[owned] = task
        task.add_done_callback(lambda done: self._partition_done(owned, done))

    def _new_ledger(
        self, kind: "Kind", number: int, partitions: int
    ) -> Callable[[], PartitionLedger]:
        settings, policy = self.settings, self.policy
        return lambda: kind.ledger(
            number,
            policy,
            application=settings.application,
            prefix=settings.topic_prefix,
            wall=settings.clock == "wall",
            partitions=partitions,
        )

    def _partition_done(self, owned: "Owned", task: asyncio.Task[None]) -> None:
        if self._tasks.get(owned) is task:
            del self._tasks[owned]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    def _owned(self) -> list[int]:
        return [] if self._stopping else sorted({number for _, number in self._partitions})

    def _not_ready(self) -> Mapping[str, object]:
        if self._stopping:
            return {"stopping": True}
        if not self._partitions:
            return {"assignment": "waiting for partitions"}
        closed = {number for (_, number), each in self._partitions.items() if not each.ready}
        return {"opening": sorted(closed)} if closed else {}

    # The end.

    async def _until_stop(self, partitions: int) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), 0.5)
            if self._app.crashed:
                self._fail(self._app.crash_reason or RuntimeError("the consumer crashed"))
            self._check_alone(partitions)

    def _check_alone(self, partitions: int) -> None:
        if self._log.fenced or len(self._partitions) == partitions * len(KINDS):
            self._alone_by = time.monotonic() + self._alone_within_s
        elif time.monotonic() > self._alone_by:
            self._fail(
                BrokerError(
                    "another worker is in the group and this broker cannot fence: run one worker,"
                    " or use Apache Kafka (FLOW_BROKER_URL)"
                )
            )

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        self._stop.set()

    async def _leave(self, ticks: TickWriter) -> bool:
        """Finish what is folded, leave the group; True when all taken on is acknowledged."""
        self._stopping = True
        await ticks.stop()
        for owned, partition in self._partitions.items():
            partition.stop()
            if owned in self._tasks and partition.settled and not partition.ready:
                self._tasks[owned].cancel()  # it still opens, and has nothing to finish
        if self._tasks:
            await asyncio.wait(
                self._tasks.values(), timeout=self.settings.stop_within_s * DRAIN_SHARE
            )
        settled = all(each.settled for each in self._partitions.values())
        for task in self._tasks.values():
            task.cancel()
        if self._app is not None:
            await self._app.stop()
        await self._log.close()
        return settled

    @staticmethod
    def _report_failure(error: BaseException) -> int:
        if isinstance(error, FlowError):
            log.error("stopped", error=str(error))
            return error.exit_code
        log.error(
            "stopped by a bug; nothing unacknowledged was skipped",
            error=type(error).__name__,
            at=where_raised(error),
        )
        return EXIT_BUG


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of partition: the name of its writers, what it reads, and its ledger."""

    name: str
    topics: tuple[str, ...]
    ledger: Callable[..., PartitionLedger]


KINDS = (Kind("journeys", PERSON_INPUTS, Ledger), Kind("centres", SERVICE_INPUTS, ServiceLedger))
_KIND_OF = {topic: kind for kind in KINDS for topic in kind.topics}
_INPUTS = (*_KIND_OF, "ticks")


def _when_all(count: int, acknowledge: Acknowledge) -> Acknowledge:
    """Acknowledge when this was called `count` times."""
    left = count

    def done() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            acknowledge()

    return done


async def _after(earlier: asyncio.Task[None] | None, partition: Partition) -> None:
    """A partition that comes back while its last owner here still closes waits for that."""
    if earlier is not None:
        await asyncio.wait([earlier])
    await partition.run()


@contextlib.contextmanager
def _deadline(seconds: float) -> Any:
    """End the process if leaving takes longer: safe, for nothing undurable is acknowledged."""
    done = threading.Event()

    def watch() -> None:
        if not done.wait(seconds):
            os._exit(EXIT_UNFINISHED)

    threading.Thread(target=watch, name="stop-deadline", daemon=True).start()
    try:
        yield
    finally:
        done.set()
