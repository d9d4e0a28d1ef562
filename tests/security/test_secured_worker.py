"""The main job on Apache Kafka with TLS: every client of the program takes the same settings."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flow.engine.publisher import KafkaPublisher
from flow.events.topics import ALL_TOPICS
from tests.security.secure_kafka import SecureKafkaBroker
from tests.security.secured_product import PERSON, SecuredProduct, admission, secured_product
from tests.security.ways import (
    Environment,
    assert_keeps_secrets,
    flow,
    with_mutual_tls,
    with_plain_from_a_file,
    with_scram,
)
from tests.system.outcome import final_alerts, histories

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WORKED_WITHIN_S = 60.0

Way = Callable[[SecureKafkaBroker, Path], Environment]
WAYS: dict[str, Way] = {
    "SASL_SSL, SCRAM-SHA-512": lambda broker, _folder: with_scram(broker),
    "SASL_SSL, PLAIN, password file": with_plain_from_a_file,
    "SSL, client certificate": lambda broker, _folder: with_mutual_tls(broker),
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
async def secured(
    secure_kafka: SecureKafkaBroker,
    request: pytest.FixtureRequest,
    unique: Callable[[str], str],
    tmp_path: Path,
) -> AsyncIterator[SecuredProduct]:
    made = secured_product(
        secure_kafka, request.param(secure_kafka, tmp_path), unique("secured"), tmp_path
    )
    try:
        yield made
    finally:
        made.kill_all()


async def test_the_main_job_runs(secured: SecuredProduct) -> None:
    """Topics, ticks, the consumer and transactions: an admission of days ago raises an alert."""
    applied = flow("topics", "apply", environment=secured.environment())
    assert applied.returncode == 0, applied.stderr
    assert applied.stdout.count("created") == len(ALL_TOPICS)

    worker = secured.start()
    await worker.until_ready()
    async with KafkaPublisher(secured.settings) as publisher:
        await publisher.publish([admission(datetime.now(UTC) - timedelta(days=3))])
    async with asyncio.timeout(WORKED_WITHIN_S):
        while not (alerts := final_alerts(await secured.records("alerts"))):
            await asyncio.sleep(0.1)
    assert await worker.stop() == 0

    assert {alert["person"] for alert in alerts.values()} == {PERSON}
    (history,) = histories(await secured.records("pathway-events")).values()
    assert len(history) == 1
    logged = worker.log.read_text()
    ours = [line for line in worker.logged() if line["logger"].startswith("flow.")]
    assert {line["level"] for line in ours} == {"info"}, logged
    assert_keeps_secrets(applied.stdout + applied.stderr + logged)
