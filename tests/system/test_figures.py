"""What a worker exports on /metrics equals what other code counts in the topics."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flow.engine.publisher import LockstepPublisher
from flow.events import AnyEvent
from flow.events.topics import PERSON_INPUTS, SERVICE_EVENTS, topic_name
from flow.pathway import load_policy
from flow.simulate.feed import Feed
from flow.simulate.publish import lockstep
from flow.simulate.town import Unruly, load_town
from tests.brokers.kafka import KafkaBroker
from tests.metrics.topic_centres import centre_figures
from tests.metrics.topic_figures import (
    Override,
    Places,
    differences,
    journey_figures,
    pipeline_figures,
    scraped,
)
from tests.metrics.topic_waits import Target
from tests.system.product import Product, product

START = datetime(2026, 3, 16, tzinfo=UTC)
"""The clocks go forward within the run."""
DAYS = 14
TICK_EVERY = timedelta(hours=12)
POLICY = Path(__file__).parents[2] / "flow" / "simulate" / "policy_leeds_demo.toml"
SOUTH = Override("leeds-south", {"package_start": Target(timedelta(hours=18), timedelta(hours=12))})
"""The one override of the demo's policy."""


def town_events() -> Iterator[AnyEvent]:
    town = load_town(people_per_day=6).model_copy(
        update={"unruly": Unruly(repeated=0.1, late=0.15, corrected=0.1)}
    )
    return Feed(5, START, town).events(START + timedelta(days=DAYS))


async def topics_of(running: Product) -> dict[str, list[Any]]:
    inputs = (*PERSON_INPUTS, *SERVICE_EVENTS)
    shorts = [*inputs, *(f"{short}.dlq" for short in inputs)]
    shorts += ["alerts", "placements", "service-alerts"]
    return {
        short: [
            (record.key, record.value, record.headers) for record in await running.records(short)
        ]
        for short in shorts
    }


@pytest.mark.slow
async def test_every_exported_figure_equals_one_computed_from_the_topics(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> None:
    ticks = [START + number * TICK_EVERY for number in range(1, DAYS * 2 + 1)]
    async with product(kafka.address, tmp_path, unique("figures"), policy=POLICY) as running:
        worker = running.start()
        await worker.until_ready()
        async with LockstepPublisher(running.settings) as target:
            await send_poison(running, target)
            await lockstep(town_events(), ticks, target, sleep=asyncio.sleep)
        status, body = await asyncio.to_thread(worker.get, "/metrics")
        assert status == 200
        topics = await topics_of(running)
        assert await worker.stop() == 0
    labels = load_policy(POLICY)
    places = Places(
        labels.providers.values,
        labels.councils.values,
        labels.localities.values,
        labels.services.values,
    )
    computed = {
        **pipeline_figures(topics),
        **journey_figures(topics, ticks[-1], places, [SOUTH]),
        **centre_figures(topics, ticks[-1], places.services),
    }
    assert differences(scraped(body.encode()), computed) == []
    assert sum(value for (name, _), value in computed.items() if name == "inpatients") > 10
    assert sum(value for (name, _), value in computed.items() if name == "wait_breached") > 10
    assert all(a < b for a, b in pairwise(ticks))


async def send_poison(running: Product, target: LockstepPublisher) -> None:
    prefix = running.settings.topic_prefix
    for short in (*PERSON_INPUTS, *SERVICE_EVENTS):
        await target.send(topic_name(short, prefix), b"not JSON", key=b"demo.made-up-person")
