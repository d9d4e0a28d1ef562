"""The main job on Apache Kafka with TLS: every client of the program takes the same settings."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flow.engine.publisher import KafkaPublisher
from flow.events import PatientAdmitted
from flow.events.topics import ALL_TOPICS, topic_name
from flow.settings import load_settings
from tests.security.secure_kafka import SecureKafkaBroker
from tests.security.ways import (
    Environment,
    assert_keeps_secrets,
    flow,
    with_mutual_tls,
    with_plain_from_a_file,
    with_scram,
)
from tests.system.outcome import final_alerts, histories
from tests.system.product import Product, read_topic

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PARTITIONS = 2
WORKED_WITHIN_S = 60.0
PERSON = "k1.Somebody-for-tests-0123456789abcdefghijklmnopqrs"

Way = Callable[[SecureKafkaBroker, Path], Environment]
WAYS: dict[str, Way] = {
    "SASL_SSL, SCRAM-SHA-512": lambda broker, _folder: with_scram(broker),
    "SASL_SSL, PLAIN, password file": with_plain_from_a_file,
    "SSL, client certificate": lambda broker, _folder: with_mutual_tls(broker),
}


@dataclass
class SecuredProduct(Product):
    """Its workers take `secured`; what its topics say is read on the plain listener."""

    secured: Environment = field(default_factory=dict)
    plain_address: str = ""

    def environment(self, port: int | None = None) -> dict[str, str]:
        return {**super().environment(port), **self.secured, "FLOW_LOG_LEVEL": "debug"}

    async def records(self, short: str) -> list[Any]:
        name = topic_name(short, self.settings.topic_prefix)
        return await read_topic(self.plain_address, name, self.settings.partitions)


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
async def secured(
    secure_kafka: SecureKafkaBroker,
    request: pytest.FixtureRequest,
    unique: Callable[[str], str],
    tmp_path: Path,
) -> AsyncIterator[SecuredProduct]:
    environment = request.param(secure_kafka, tmp_path)
    application = unique("secured")
    settings = load_settings(
        application=application,
        topic_prefix=f"{application}.",
        partitions=PARTITIONS,
        **{name.removeprefix("FLOW_").lower(): value for name, value in environment.items()},
    )
    made = SecuredProduct(
        settings, tmp_path, secured=environment, plain_address=secure_kafka.address
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


def admission(at: datetime) -> PatientAdmitted:
    return PatientAdmitted.model_validate(
        {
            "id": "1",
            "source": "/rr8/pas",
            "type": "flow.patient-admitted.v1",
            "time": at,
            "recordedtime": at,
            "subject": PERSON,
            "data": {"provider": "RR8", "spell_id": "spell-1", "ward": "J19"},
        }
    )
