"""A Faust transport that hands an agent one chunk at a time.

A chunk is the records of one partition from one fetch.

It overrides private names of faust-streaming 0.15.3, which is why that version is pinned;
`tests/engine/test_transport.py` fails when one of them changes. Three things differ from
Faust's own transport:

- `getmany` yields one message per fetched partition. Its value is the list of records, its
  offset is the last record's.
- What may be committed is an exact queue of delivered chunks per partition: the head goes
  when it is acknowledged, nothing jumps over it. (Faust's gap bookkeeping counts a chunk's
  own offsets as a gap, so commits crawl, and a later acknowledgement can pass an earlier one.)
- The consumer is read-committed and waits 20 ms, not 1.5 s, for new records.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

FETCH_WAIT_MS = 20
"""One fetch is in flight per broker, so a long wait on idle partitions would stall busy ones."""
POLL_S = 0.05
"""How long one poll waits; a parked tick waits for the round that is under way."""


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # Faust offers no setting for either; both are read when the consumer starts.
        assert consumer._isolation_level == "read_uncommitted"
        assert consumer._fetch_max_wait_ms == 1_500
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer


class ChunkConsumer(driver.Consumer):
    """Yields chunks and knows exactly what may be committed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._delivered: dict[TP, deque[int]] = {}
        self._handed: dict[TP, int] = {}
        self._rounds_begun = 0
        self._rounds_done = 0
        self._round_done = asyncio.Event()
        super().__init__(*arguments, **options)

    def _new_consumer_thread(self) -> Any:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(  # Faust names the argument
        self,
        timeout: float,  # noqa: ASYNC109
    ) -> AsyncIterator[tuple[TP, ConsumerMessage]]:
        self._rounds_begun += 1
        try:
            records, active = await self._wait_next_records(min(timeout, POLL_S))
            if records is None or self.should_stop or self.app.should_stop:
                return  # what was acknowledged is kept for the last commit
            if not self.flow_active:
                await self._seek_back()
                return
            generation = self.app.consumer_generation_id
            for tp, chunk in records.items():
                if self._interrupted(generation):
                    return
                if chunk and (active is None or tp in active or tp in self._buffered_partitions):
                    last = chunk[-1].offset
                    if self._is_new(tp, last):
                        self._delivered.setdefault(tp, deque()).append(last)
                        self._handed[tp] = last
                    yield tp, _message(tp, chunk, generation)
        finally:
            self._rounds_done = self._rounds_begun
            self._round_done.set()
            self._round_done = asyncio.Event()

    def _interrupted(self, generation: int) -> bool:
        """A rebalance began while chunks were handed over."""
        return not self.flow_active or self.app.consumer_generation_id != generation

    def _is_new(self, tp: TP, last: int) -> bool:
        """The same test as Faust's loop makes before it delivers."""
        read = self._read_offset[tp]
        return read is None or last >= read

    async def _seek_back(self) -> None:
        try:
            await self.perform_seek()
        except Exception as error:  # noqa: BLE001  # Faust does the same: the next round seeks again
            self.log.warning("seek while the flow was stopped: %s", type(error).__name__)

    async def reached(self, tp: TP) -> tuple[int, int]:
        """(position, last offset handed to the agents); everything before the position was handed.

        The position counts what the client has taken from its fetch buffer, which may be
        records of a round that is still being handed over: that round is waited for.
        """
        position = await self.position(tp) or 0
        begun = self._rounds_begun
        if position > self._handed.get(tp, -1) + 1:
            # Markers of transactions, or records that are being handed over just now.
            while self._rounds_done < begun:
                await self._round_done.wait()
        return position, self._handed.get(tp, -1)

    # What may be committed: called by Faust's commit handler.

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Chunks have no gaps."""

    def _new_offset(self, tp: TP) -> int | None:
        delivered, acknowledged = self._delivered.get(tp), self._acked_index[tp]
        offset: int | None = None
        while delivered and delivered[0] in acknowledged:
            last = delivered.popleft()
            acknowledged.discard(last)
            offset = last + 1
        self._acked[tp] = [last for last in self._acked[tp] if last in acknowledged]
        return offset

    async def _commit_offsets(
        self,
        offsets: Mapping[TP, int],
        start_new_transaction: bool = True,  # noqa: FBT001, FBT002  # Faust's signature
    ) -> bool:
        """Of a refused commit Faust notes, too, that so much is committed.

        It would pass over every acknowledgement below that when the records come again, and where
        the group has no offset at all nothing corrects it: nothing would be committed any more.
        """
        committed: bool = await super()._commit_offsets(offsets, start_new_transaction)
        if not committed:
            for tp in offsets:
                self._committed_offset.pop(tp, None)
        return committed

    async def commit_and_end_transactions(self) -> None:
        """The last commit before partitions are left.

        Of a commit that is under way Faust takes it that it stands for this one, too. It does not
        hold what was acknowledged since it began.
        """
        await self.maybe_wait_for_commit_to_finish()
        await super().commit_and_end_transactions()

    async def perform_seek(self) -> None:
        """Every start of the flow fetches again from what is committed."""
        self._forget(list(self._delivered))
        await super().perform_seek()

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        await super().on_partitions_revoked(revoked)
        self._forget(revoked)

    def _forget(self, tps: Iterable[TP]) -> None:
        for tp in tps:
            self._delivered.pop(tp, None)
            self._handed.pop(tp, None)
            self._acked.pop(tp, None)
            self._acked_index.pop(tp, None)


def _message(tp: TP, chunk: list[Any], generation: int) -> ConsumerMessage:
    last = chunk[-1]
    value: Any = chunk
    return ConsumerMessage(
        tp.topic,
        tp.partition,
        last.offset,
        last.timestamp / 1000.0,
        last.timestamp_type,
        [],
        None,
        value,
        None,
        0,
        0,
        tp,
        generation_id=generation,
    )


class ChunkTransport(driver.Transport):
    """Faust's Kafka transport with chunks."""

    Consumer = ChunkConsumer
