"""Writes one tick a second for every partition that this worker owns."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from flow.engine.connection import connection_options
from flow.engine.kafka_log import CLOSE_WITHIN_S, REQUEST_TIMEOUT_MS, KafkaLog
from flow.engine.ticks import TICKED, Tick
from flow.errors import LogError
from flow.events.topics import topic_name
from flow.settings import Settings

log = structlog.get_logger()


class TickWriter:
    """A tick that cannot be written is left out: the next one says more."""

    def __init__(
        self,
        settings: Settings,
        partitioned_log: KafkaLog,
        owned: Callable[[], Sequence[int]],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._settings = settings
        self._log = partitioned_log
        self._owned = owned
        self._failed = failed
        self._topic = topic_name("ticks", settings.topic_prefix)
        self._inputs = {topic_name(short, settings.topic_prefix): short for short in TICKED}
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=CLOSE_WITHIN_S)
        if self._producer is not None:
            stopping = asyncio.create_task(self._producer.stop())
            await asyncio.wait([stopping], timeout=CLOSE_WITHIN_S)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Without ticks nobody is called at all: whatever ends the loop ends the worker."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._settings.tick_interval_s)
            try:
                await asyncio.gather(*(self._write(number) for number in self._owned()))
            except (KafkaError, LogError, OSError, TimeoutError) as error:
                log.warning("a tick was not written", error=type(error).__name__)

    async def _write(self, partition: int) -> None:
        # The time first: an event acknowledged after it may be missing from the ends.
        at = datetime.now(UTC)
        ends = await self._log.end_offsets(list(self._inputs), partition)
        await self.write(partition, Tick(at, {self._inputs[name]: ends[name] for name in ends}))

    async def write(self, partition: int, tick: Tick) -> None:
        """Write one tick and wait until it is acknowledged."""
        producer = await self._started()
        await producer.send_and_wait(self._topic, tick.encode(), partition=partition)

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    acks="all",
                    linger_ms=0,
                    request_timeout_ms=REQUEST_TIMEOUT_MS,
                    **connection_options(self._settings),
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
        return self._producer
