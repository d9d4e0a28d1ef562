"""One broker with TLS and passwords for all tests here, and no settings of this machine."""

import os
from collections.abc import Iterator

import pytest

from tests.brokers.kafka import KafkaUnavailable
from tests.security.certificates import OpensslUnavailable
from tests.security.secure_kafka import SecureKafkaBroker


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("FLOW_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def secure_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafkaBroker]:
    """Apache Kafka with every kind of listener. Do not stop it."""
    try:
        broker = SecureKafkaBroker(tmp_path_factory.mktemp("secure-kafka"))
    except (KafkaUnavailable, OpensslUnavailable) as reason:
        said = f"needs Apache Kafka and openssl: {reason}"
        if os.environ.get("FLOW_KAFKA_REQUIRED") == "1":
            pytest.fail(said)
        pytest.skip(said)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
        broker.delete_data()
