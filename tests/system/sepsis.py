"""The sepsis log replayed through a running product."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flow.engine.publisher import LockstepPublisher
from flow.events import AnyEvent
from flow.simulate.importer import read_events
from flow.simulate.mapping import load_mapping
from flow.simulate.publish import lockstep, tick_times
from tests.simulate.sepsis_oracle import SEPSIS_CSV
from tests.system.product import Product

SECRET = b"a secret for tests, made up here"
KEY_ID = "k1"
STEP = timedelta(days=7)
KEEPS_EVERYBODY = Path(__file__).parent / "keeps_everybody.toml"
"""The policy of runs that are compared at the end of the log: it spans more than a year."""
TICK_WITHIN_S = 90.0
"""A worker that was killed is missed after its session (10 s); then the next one opens."""


def sepsis_events() -> list[AnyEvent]:
    mapping = load_mapping("sepsis")
    return read_events(Path(SEPSIS_CSV), mapping, secret=SECRET, key_id=KEY_ID).events


def sepsis_ticks(events: Sequence[AnyEvent]) -> list[datetime]:
    return list(tick_times(events[0].recordedtime, events[-1].recordedtime, STEP))


async def replay_in_lockstep(
    product: Product, events: Sequence[AnyEvent], ticks: Sequence[datetime]
) -> None:
    """All events up to each tick, the tick, and on when every partition's clock has reached it."""
    async with LockstepPublisher(product.settings) as target:
        await replay_to(target, events, ticks)


async def replay_to(
    target: LockstepPublisher, events: Sequence[AnyEvent], ticks: Sequence[datetime]
) -> None:
    published = await lockstep(events, ticks, target, sleep=asyncio.sleep, limit_s=TICK_WITHIN_S)
    assert published == len(events)


async def until_clock(product: Product, at: datetime) -> None:
    """Until every partition has worked the tick."""
    async with LockstepPublisher(product.settings) as watching, asyncio.timeout(120):
        while (clock := await watching.clock()) is None or clock < at:
            await asyncio.sleep(0.05)
