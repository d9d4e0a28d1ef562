"""The harness itself: Apache Kafka starts, is frozen, killed and started again with its data."""

from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from flow.engine import embedded
from flow.engine.embedded import answers
from tests.brokers import kafka as apache_kafka
from tests.brokers.kafka import HOST, KafkaBroker, KafkaUnavailable


async def create(broker: KafkaBroker, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()


async def values(broker: KafkaBroker, topic: str) -> list[bytes]:
    """What a read-committed reader finds in partition 0."""
    partition = TopicPartition(topic, 0)
    async with AIOKafkaConsumer(
        bootstrap_servers=broker.address,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    ) as consumer:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        found = []
        while await consumer.position(partition) < end:
            batches = await consumer.getmany(timeout_ms=200)
            found += [record.value for batch in batches.values() for record in batch]
        return found


async def test_a_transaction_is_all_or_nothing(
    kafka: KafkaBroker, unique: Callable[[str], str]
) -> None:
    topic = unique("events")
    await create(kafka, topic)

    async with AIOKafkaProducer(
        bootstrap_servers=kafka.address, transactional_id=unique("writer")
    ) as producer:
        async with producer.transaction():
            await producer.send(topic, b"kept")
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"dropped")
        await producer.abort_transaction()

    assert await values(kafka, topic) == [b"kept"]


async def test_topics_are_not_made_by_writing_to_them(
    kafka: KafkaBroker, unique: Callable[[str], str]
) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.address, request_timeout_ms=1000
    ) as producer:
        with pytest.raises(KafkaError):
            await producer.send_and_wait(unique("nowhere"), b"value")


@pytest.mark.slow
async def test_what_was_acknowledged_outlives_a_kill_and_a_restart(
    private_kafka: Callable[[], KafkaBroker], unique: Callable[[str], str]
) -> None:
    broker, topic = private_kafka(), unique("events")
    await create(broker, topic)
    async with AIOKafkaProducer(bootstrap_servers=broker.address, acks="all") as producer:
        await producer.send_and_wait(topic, b"before")

    broker.kill9()
    assert not answers(HOST, broker.port)
    broker.start()
    assert await values(broker, topic) == [b"before"]
    broker.restart()
    assert await values(broker, topic) == [b"before"]


def test_a_frozen_broker_accepts_connections_and_answers_nothing(
    private_kafka: Callable[[], KafkaBroker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "REQUEST_WITHIN_S", 1.0)
    broker = private_kafka()

    broker.pause()
    assert not answers(HOST, broker.port)
    broker.resume()
    assert answers(HOST, broker.port)


def test_the_log_is_there_to_be_shown(kafka: KafkaBroker) -> None:
    assert "Kafka Server started" in kafka.log_file.read_text()


def test_without_java_the_reason_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)

    assert "make system" in (apache_kafka.why_unavailable() or "")
    with pytest.raises(KafkaUnavailable, match="no Java"):
        apache_kafka.fetch()
