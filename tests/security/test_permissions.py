"""Access rules of a cluster: what docs/operating.md asks for a worker's user is enough."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flow.engine.publisher import KafkaPublisher
from flow.errors import BrokerError
from flow.events.topics import PERSON_INPUTS, SERVICE_EVENTS, topic_name
from flow.settings import Settings, load_settings
from tests.security.secure_kafka import USER, SecureKafkaBroker
from tests.security.secured_product import (
    PARTITIONS,
    PERSON,
    SecuredProduct,
    admission,
    secured_product,
)
from tests.security.ways import with_scram

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WORKED_WITHIN_S = 60.0

INPUTS = (*PERSON_INPUTS, *SERVICE_EVENTS)
KEPT = ("pathway-events", "alerts", "placements", "services", "service-alerts")
READ = (*INPUTS, "ticks", *KEPT)
WRITE = ("ticks", *KEPT, "transfers", "stages", *(f"{short}.dlq" for short in INPUTS))


@pytest.fixture
async def secured(
    secure_kafka: SecureKafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[SecuredProduct]:
    made = secured_product(secure_kafka, with_scram(secure_kafka), unique("rules"), tmp_path)
    try:
        yield made
    finally:
        made.kill_all()


async def test_a_worker_needs_no_more_than_what_is_documented(
    secured: SecuredProduct, secure_kafka: SecureKafkaBroker
) -> None:
    """It works an event, ticks, and writes a dead letter; it may not publish events."""
    everybody = load_settings(
        broker_url=secure_kafka.address,
        application=secured.settings.application,
        topic_prefix=secured.settings.topic_prefix,
        partitions=PARTITIONS,
    )
    await SecuredProduct(everybody, secured.folder).apply_topics()
    await asyncio.to_thread(restrict, secure_kafka, secured.settings)

    worker = secured.start()
    await worker.until_ready()
    async with KafkaPublisher(everybody) as publisher:
        await publisher.publish([admission(datetime.now(UTC) - timedelta(days=3))])
        inputs = topic_name("admission", everybody.topic_prefix)
        await publisher.send(inputs, b"<xml/>", key=PERSON.encode())
    async with asyncio.timeout(WORKED_WITHIN_S):
        for short in ("alerts", "stages", "admission.dlq"):
            while not await secured.records(short):
                await asyncio.sleep(0.1)
    assert await worker.stop() == 0
    heir = secured.start()  # reads what there is now in state and alerts
    await heir.until_ready()
    assert await heir.stop() == 0

    async with KafkaPublisher(secured.settings) as publisher:
        with pytest.raises(BrokerError, match=r"refuses us .*permissions"):
            await publisher.publish([admission(datetime.now(UTC))])


def restrict(broker: SecureKafkaBroker, settings: Settings) -> None:
    """Nobody may do anything with what is ours, but for the worker's user what is documented."""
    application, prefix = settings.application, settings.topic_prefix

    def topics(shorts: tuple[str, ...]) -> list[str]:
        return [f"--topic={topic_name(short, prefix)}" for short in shorts]

    broker.allow(
        "nobody",
        *("--operation=Describe", "--resource-pattern-type=prefixed", f"--topic={prefix}"),
        *(f"--group={application}", f"--transactional-id={application}"),
    )
    broker.allow(USER, "--operation=Read", *topics(READ), f"--group={application}")
    broker.allow(USER, "--operation=Write", *topics(WRITE))
    broker.allow(
        USER,
        *("--operation=Write", "--resource-pattern-type=prefixed"),
        f"--transactional-id={application}",
    )
