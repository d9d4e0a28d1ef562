"""Events for the stack: a small town, people whom it forgot, and a careless sender."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaProducer

from flow.events import AnyEvent, decode_stored, encode
from flow.events.topics import topic_name
from flow.pathway.examples import told
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.metrics.careless import careless

FORGOTTEN = 6
"""As many as make a rule speak of a neighbourhood (FlowWaitsBreached), and one more."""


def publish(address: str) -> int:
    """How many records went to the broker."""
    return asyncio.run(_publish(address))


def _days_ago(days: int) -> str:
    return f"{datetime.now(UTC).date() - timedelta(days=days)} 09:00"


def _town() -> list[AnyEvent]:
    """Some days of a small town that end now."""
    now = datetime.now(UTC).replace(microsecond=0)
    feed = Feed(5, now - timedelta(days=10), load_town(people_per_day=10))
    return list(feed.events(now))


def _forgotten() -> list[AnyEvent]:
    """People who have been ready for a month, wait for medicines, and no hub was asked."""
    story = f"""
        {_days_ago(33)} patient-admitted
        {_days_ago(31)} pathway-decided pathway=P2 status=likely
        {_days_ago(30)} criteria-to-reside-assessed meets=false
        {_days_ago(29)} delay-reason-recorded reason=hosp_ttos_documents primary=true
        """
    return [
        decode_stored(json.dumps(event).encode())
        for number in range(FORGOTTEN)
        for event in told(f"forgotten-{number}", story)
    ]


async def _publish(address: str) -> int:
    producer = AIOKafkaProducer(bootstrap_servers=address, linger_ms=20)
    await producer.start()
    try:
        sent = [
            await producer.send(topic, key=key, value=value)
            for topic, key, value in _records([*_town(), *_forgotten()])
        ]
    finally:
        await producer.stop()
    return len(sent)


def _records(events: list[AnyEvent]) -> Iterator[tuple[str, bytes, bytes]]:
    for event in events:
        yield topic_name(event.topic), event.subject.encode(), encode(event)
    for event in {event.type: event for event in events}.values():
        for key, value in careless(encode(event)):
            yield topic_name(event.topic), key, value
