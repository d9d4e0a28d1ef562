"""Topics as they should be, on real brokers: created, checked, mended, and what others set kept."""

from collections.abc import Callable

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from flow.engine.topic_admin import WORKER_TOPICS, TopicAdmin, check_before_start
from flow.errors import TopicsError
from flow.events.topics import ALL_TOPICS, topic_name
from flow.settings import Settings
from tests.brokers.kafka import KafkaBroker


@pytest.fixture
def settings(kafka: KafkaBroker, unique: Callable[[str], str]) -> Settings:
    return Settings(broker_url=kafka.address, topic_prefix=f"{unique('admin')}.", partitions=3)


async def test_apply_twice_does_nothing_the_second_time(settings: Settings) -> None:
    async with TopicAdmin(settings) as admin:
        assert len(await admin.apply()) == len(ALL_TOPICS)
        assert await admin.check() == []
        assert await admin.apply() == []
    assert await check_before_start(settings) == 3


async def test_a_worker_says_which_topics_are_missing(settings: Settings) -> None:
    with pytest.raises(TopicsError, match="flow topics apply") as caught:
        await check_before_start(settings)
    for short in WORKER_TOPICS:
        assert topic_name(short, settings.topic_prefix) in str(caught.value)


async def test_apply_mends_what_has_drifted_and_keeps_what_others_have_set(
    settings: Settings, kafka: KafkaBroker
) -> None:
    alerts = topic_name("alerts", settings.topic_prefix)
    client = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await client.start()
    async with TopicAdmin(settings) as admin:
        await admin.apply()
        wrong = {"cleanup.policy": "delete", "min.insync.replicas": "2"}
        await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, alerts, wrong)])
        drifted = {drift.what for drift in await admin.check()}
        assert "cleanup.policy" in drifted
        assert await admin.apply()
        assert await admin.check() == []
        config = await admin._config(alerts, set_on_topic=True)
    await client.close()
    assert config["min.insync.replicas"] == "2"
    assert config["cleanup.policy"] == "compact"


async def test_topics_that_are_not_co_partitioned_are_refused_and_reported(
    settings: Settings, kafka: KafkaBroker
) -> None:
    stages = topic_name("stages", settings.topic_prefix)
    async with TopicAdmin(settings) as admin:
        await admin.apply()
        client = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
        await client.start()
        await client.create_partitions({stages: NewPartitions(5)})
        await client.close()
        (drift,) = [each for each in await admin.check() if each.what == "partitions"]
    assert (drift.topic, drift.found, drift.fixable) == (stages, "5", False)
    with pytest.raises(TopicsError, match="same number of partitions"):
        await check_before_start(settings)
