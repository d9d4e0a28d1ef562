"""The demo: made-up people on simulated time, published in lockstep with the worker."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flow.errors import SettingsError

if TYPE_CHECKING:
    from flow.settings import Settings
    from flow.simulate.feed import Feed

STEP = timedelta(minutes=15)
"""Simulated time between two ticks: shorter than any warning of the policy."""
SPEED = 3600.0
"""Simulated seconds per real second at most: a day takes 24 s, so waits of a day or two breach
and end within the first two minutes."""
WARM_UP = timedelta(days=28)
"""The town has been at work so long when someone looks: its beds are full from the first minute."""
PEOPLE_PER_DAY = 72.0
"""A third of Leeds: an hour of it fits in the memory of a laptop."""
LASTS = timedelta(days=365)
"""Simulated: more than six hours of real time. The embedded broker keeps all of it in memory."""
SEED = 1


async def feed(settings: "Settings", start: datetime) -> None:
    """Publish a made-up town from `start` on, ticking the worker's clock, until cancelled."""
    from flow.engine.publisher import LockstepPublisher
    from flow.simulate.publish import Pace, lockstep, tick_times

    until = start + LASTS
    feed = await asyncio.to_thread(_warm, start)
    async with LockstepPublisher(settings) as publisher:
        ticks = tick_times(start, until, STEP)
        pace = Pace(SPEED, time.monotonic, asyncio.sleep)
        await lockstep(feed.events(until), ticks, publisher, sleep=asyncio.sleep, pace=pace)


def _warm(start: datetime) -> "Feed":
    """A town at work. Takes seconds, so it is made beside the event loop."""
    from flow.simulate.feed import Feed
    from flow.simulate.town import load_town

    feed = Feed(SEED, start, load_town(people_per_day=PEOPLE_PER_DAY), warm_up=WARM_UP)
    feed.run_until(start)
    return feed


def start_time(now: datetime) -> datetime:
    """So that the demo begins in the past, at a full hour."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=7)


def demo_settings(settings: "Settings") -> "Settings":
    """Simulated time, and the policy of the made-up town unless another one is given.

    Raises SettingsError where made-up people would be mixed with those of a real cluster.
    """
    if not settings.embedded and not settings.topic_prefix:
        raise SettingsError(
            "--demo publishes made-up people to the broker of FLOW_BROKER_URL: set"
            " FLOW_TOPIC_PREFIX=demo. to keep them apart, or unset FLOW_BROKER_URL"
        )
    from flow.simulate.town import LEEDS_DEMO

    policy = settings.policy or LEEDS_DEMO.with_name("policy_leeds_demo.toml")
    return settings.model_copy(update={"clock": "log", "policy": policy})
