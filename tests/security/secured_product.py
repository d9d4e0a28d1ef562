"""The product with the settings of a secured cluster, and the event that it is given."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flow.events import PatientAdmitted
from flow.events.topics import topic_name
from flow.settings import load_settings
from tests.security.secure_kafka import SecureKafkaBroker
from tests.security.ways import Environment
from tests.system.product import Product, read_topic

PARTITIONS = 2
PERSON = "k1.Somebody-for-tests-0123456789abcdefghijklmnopqrs"


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


def secured_product(
    broker: SecureKafkaBroker, environment: Environment, application: str, folder: Path
) -> SecuredProduct:
    settings = load_settings(
        application=application,
        topic_prefix=f"{application}.",
        partitions=PARTITIONS,
        **{name.removeprefix("FLOW_").lower(): value for name, value in environment.items()},
    )
    return SecuredProduct(settings, folder, secured=environment, plain_address=broker.address)


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
