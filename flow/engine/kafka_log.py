"""The log on Apache Kafka (transactions, fencing) and on the embedded broker (neither)."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    InvalidProducerEpoch,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordListTooLargeError,
    TransactionalIdAuthorizationFailed,
    UnsupportedVersionError,
)

from flow.engine.connection import REFUSALS, committed_consumer, connection_options
from flow.engine.log import LogWriter, NewRecord, Record
from flow.errors import Fenced, LogRefused, LogUnavailable
from flow.settings import Settings

BATCH_BYTES = 512 * 1024
"""One batch of a partition; larger ones gain nothing on a local broker."""
REQUEST_TIMEOUT_MS = 10_000
TRANSACTION_TIMEOUT_MS = 15_000
"""A writer that hangs hides later records from committed readers for at most this long."""
READ_STALL_S = 30.0
"""A read that sees no progress for this long is given up, and the opening tried again."""
CLOSE_WITHIN_S = 3.0
POLL_MS = 200

PERMANENT = (
    *REFUSALS,
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TransactionalIdAuthorizationFailed,
    UnsupportedVersionError,
)


@contextmanager
def _log_errors(what: str) -> Iterator[None]:
    """Sort what Kafka says into what may pass, what never will, and having been replaced."""
    try:
        yield
    except (ProducerFenced, InvalidProducerEpoch) as error:
        raise Fenced(f"{what}: another worker has taken this partition over") from error
    except PERMANENT as error:
        raise LogRefused(
            f"{what}: the broker will not take it ({type(error).__name__}); check topic settings"
            " with `flow topics check` and this user's permissions"
        ) from error
    except (KafkaError, OSError, TimeoutError) as error:
        raise LogUnavailable(f"{what}: {type(error).__name__}") from error


class KafkaLog:
    """`fenced` false is for the embedded broker, which knows no transactions."""

    def __init__(self, settings: Settings, *, fenced: bool) -> None:
        self._settings = settings
        self._fenced = fenced
        self._plain: AIOKafkaProducer | None = None
        self._ends: AIOKafkaConsumer | None = None
        self._lock = asyncio.Lock()

    @property
    def fenced(self) -> bool:
        return self._fenced

    async def open_writer(self, name: str) -> LogWriter:
        with _log_errors(f"opening writer {name}"):
            if not self._fenced:
                return _PlainWriter(await self._plain_producer())
            producer = self._producer(
                transactional_id=f"{self._settings.application}-{name}",
                transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            )
            try:
                await producer.start()
            except BaseException:
                await _stop(producer)
                raise
            return _TransactionalWriter(producer)

    async def read(self, topic: str, partition: int) -> AsyncIterator[Sequence[Record]]:
        with _log_errors(f"reading {topic} {partition}"):
            consumer = committed_consumer(
                self._settings,
                max_partition_fetch_bytes=8 << 20,
                fetch_max_bytes=32 << 20,
                check_crcs=False,
            )
            place = TopicPartition(topic, partition)
            try:
                await consumer.start()
                consumer.assign([place])
                # The consumer's own answer ends before what an open transaction hides.
                end = (await self.end_offsets([topic], partition))[topic]
                consumer.seek(place, (await consumer.beginning_offsets([place]))[place])
                if end == 0:
                    return
                async for records in _until(consumer, place, end, exact_end=self._fenced):
                    yield records
            finally:
                await _stop(consumer)

    async def end_offsets(self, topics: Sequence[str], partition: int) -> dict[str, int]:
        places = {TopicPartition(topic, partition): topic for topic in topics}
        with _log_errors(f"asking for the ends of partition {partition}"):
            async with self._lock:
                if self._ends is None:
                    # Read-uncommitted: a commit returns before its records are visible to committed
                    # readers, and what was acknowledged must lie before the end.
                    consumer = AIOKafkaConsumer(
                        group_id=None,
                        request_timeout_ms=REQUEST_TIMEOUT_MS,
                        **connection_options(self._settings),
                    )
                    try:
                        await consumer.start()
                    except BaseException:
                        await _stop(consumer)
                        raise
                    self._ends = consumer
            ends = await self._ends.end_offsets(list(places))
        return {topic: ends[place] for place, topic in places.items()}

    async def close(self) -> None:
        for client in (self._plain, self._ends):
            if client is not None:
                await _stop(client)
        self._plain = self._ends = None

    async def _plain_producer(self) -> AIOKafkaProducer:
        async with self._lock:
            if self._plain is None:
                producer = self._producer()
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._plain = producer
            return self._plain

    def _producer(self, **options: Any) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            acks="all",
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=4 << 20,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            **connection_options(self._settings),
            **options,
        )


async def _until(
    consumer: AIOKafkaConsumer, place: TopicPartition, end: int, *, exact_end: bool
) -> AsyncIterator[Sequence[Record]]:
    """Everything up to `end`. Records beyond it that come along are handed over too.

    The embedded broker counts its last batch as one record until the next one comes, so its
    end is not exact: there the reading goes on until a poll brings nothing.
    """
    loop = asyncio.get_running_loop()
    position = -1
    moved_at = loop.time()
    # The position, not the last record: a transaction ends with a marker that is no record.
    while (now_at := await consumer.position(place)) < end or not exact_end:
        if now_at != position:
            position, moved_at = now_at, loop.time()
        elif loop.time() - moved_at > READ_STALL_S:
            raise TimeoutError
        polled = await consumer.getmany(timeout_ms=POLL_MS)
        for records in polled.values():
            yield records
        if not polled and now_at >= end:
            return


class _TransactionalWriter:
    """One Kafka transaction per write."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def write(self, outputs: Sequence[NewRecord], state: Sequence[NewRecord]) -> None:
        with _log_errors("writing"):
            await self._producer.begin_transaction()
            await _send(self._producer, (*outputs, *state))
            await self._producer.commit_transaction()

    async def close(self) -> None:
        await _stop(self._producer)


class _PlainWriter:
    """Outputs first, acknowledged; then state. The producer is shared, so close does nothing."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def write(self, outputs: Sequence[NewRecord], state: Sequence[NewRecord]) -> None:
        with _log_errors("writing"):
            if outputs:
                await _send(self._producer, outputs)
            if state:
                await _send(self._producer, state)

    async def close(self) -> None:
        """The producer belongs to the log."""


async def _send(producer: AIOKafkaProducer, records: Sequence[NewRecord]) -> None:
    """Send in batches of one partition each and wait until all of them are acknowledged."""
    by_place: dict[tuple[str, int], list[NewRecord]] = defaultdict(list)
    for record in records:
        by_place[record.topic, record.partition].append(record)
    acknowledged: list[asyncio.Future[Any]] = []
    try:
        for (topic, partition), group in by_place.items():
            batch = producer.create_batch()
            for record in group:
                if _append(batch, record):
                    continue
                acknowledged.append(await producer.send_batch(batch, topic, partition=partition))
                batch = producer.create_batch()
                if not _append(batch, record):
                    raise MessageSizeTooLargeError(f"a record of {record.size_bytes} bytes")
            acknowledged.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.gather(*acknowledged)
    finally:
        for future in acknowledged:
            if future.done() and not future.cancelled():
                future.exception()


def _append(batch: Any, record: NewRecord) -> bool:
    return (
        batch.append(
            timestamp=None, key=record.key, value=record.value, headers=list(record.headers)
        )
        is not None
    )


async def _stop(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    try:
        await asyncio.wait_for(client.stop(), CLOSE_WITHIN_S)
    except (KafkaError, OSError, TimeoutError):
        return  # It was being thrown away.
