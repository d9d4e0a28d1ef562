"""A commit that takes long, or is refused: nothing that was acknowledged is left out for good."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from flow.engine.app import build_app
from flow.engine.transport import ChunkConsumer
from flow.settings import Settings

PLACE = TP("admission", 0)


class Played(ChunkConsumer):
    """Without a broker: one record whenever it asks; a commit takes until it is let through.

    While `refuses`, the group does not know this member any more.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.committed: list[int] = []
        self.under_way = asyncio.Event()
        self.let_through = asyncio.Event()
        self.refuses = False
        self._next = 0

    def assignment(self) -> set[TP]:
        return {PLACE}

    async def seek_to_committed(self) -> dict[TP, Any]:
        committed = self.committed[-1] if self.committed else None
        self._next = (committed or 1) - 1
        return {PLACE: committed}

    async def _wait_next_records(self, _seconds: float) -> tuple[dict[TP, list[Any]], None]:
        self._next += 1
        record = SimpleNamespace(
            topic=PLACE.topic, partition=0, offset=self._next, timestamp=0, timestamp_type=0
        )
        return {PLACE: [record]}, None

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        self.under_way.set()
        await self.let_through.wait()
        if self.refuses:
            return False
        self.committed.append(offsets[PLACE])
        return True

    async def hand_and_acknowledge(self) -> None:
        async for _place, message in self.getmany(0):
            self.ack(message)


async def nobody(*_: object) -> None:
    """Called by a flow that runs."""


@pytest.fixture
async def consumer(tmp_path: Path) -> AsyncIterator[Played]:
    app = build_app(Settings(), tmp_path)
    app.topics.acks_enabled_for = lambda _topic: True
    made = Played(app.transport, nobody, nobody, nobody)
    made.resume_flow()
    yield made
    made._thread.thread_loop.close()


async def test_what_is_acknowledged_during_a_commit_is_in_the_last_one(consumer: Played) -> None:
    await consumer.hand_and_acknowledge()
    by_the_clock = asyncio.create_task(consumer.commit())
    await consumer.under_way.wait()
    await consumer.hand_and_acknowledge()
    leaving = asyncio.create_task(consumer.commit_and_end_transactions())
    await asyncio.sleep(0)
    consumer.let_through.set()
    await asyncio.gather(by_the_clock, leaving)
    assert consumer.committed == [2, 3]


async def test_a_fetch_that_ends_while_the_worker_stops_forgets_nothing(consumer: Played) -> None:
    """Where the flow stops for a rebalance, all is fetched again; here nothing is any more."""
    consumer.let_through.set()
    await consumer.hand_and_acknowledge()
    app: Any = consumer.app
    app._stopped_set()
    consumer.stop_flow()
    await consumer.hand_and_acknowledge()
    await consumer.commit_and_end_transactions()
    assert consumer.committed == [2]


@pytest.mark.parametrize("sought", ["after the refusal", "before the refusal"])
async def test_what_a_refused_commit_held_is_committed_when_it_comes_again(
    consumer: Played, sought: str
) -> None:
    """A broker froze during the first commit of all and has forgotten the member."""
    consumer.refuses = True
    await consumer.hand_and_acknowledge()
    by_the_clock = asyncio.create_task(consumer.commit())
    await consumer.under_way.wait()
    await consumer.on_partitions_revoked({PLACE})
    if sought == "before the refusal":
        await consumer.perform_seek()
    consumer.let_through.set()
    assert not await by_the_clock
    consumer.refuses = False
    if sought == "after the refusal":
        await consumer.perform_seek()
    await consumer.hand_and_acknowledge()
    await consumer.commit()
    assert consumer.committed == [2]
