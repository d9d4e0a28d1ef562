"""The topic registry: names, settings in Kafka's terms, and what must hold among them."""

import pytest

from flow.events import EVENT_TYPES, MAX_VALUE_BYTES
from flow.events.event_types import OF_A_SERVICE
from flow.events.outputs import OUTPUT_TYPES
from flow.events.topics import (
    ALL_TOPICS,
    DAY_MS,
    INPUT_MESSAGE_SIZE_BYTES_MAX,
    KIB,
    PERSON_INPUTS,
    SERVICE_EVENTS,
    SERVICE_INPUTS,
    TOPICS,
    Topic,
    dead_letter,
    topic_name,
)

INPUTS = [topic for topic in TOPICS.values() if topic.is_input]
COMPACTED = [topic for topic in ALL_TOPICS if "compact" in topic.cleanup_policy]


def by_name(topic: object) -> str:
    return topic.name if isinstance(topic, Topic) else ""


def test_the_topics_are_those_of_the_design() -> None:
    assert {short: topic.cleanup_policy for short, topic in TOPICS.items()} == {
        "admission": "delete",
        "discharge": "delete",
        "care-package": "delete",
        "coordination": "delete",
        "capacity": "compact,delete",
        "service-coordination": "delete",
        "ticks": "delete",
        "identity-links": "compact,delete",
        "transfers": "delete",
        "pathway-events": "compact",
        "alerts": "compact",
        "stages": "compact",
        "placements": "compact",
        "services": "compact",
        "service-alerts": "compact",
        "hl7-raw": "delete",
    }
    assert PERSON_INPUTS == (
        "admission",
        "discharge",
        "care-package",
        "coordination",
        "identity-links",
        "transfers",
    )
    assert SERVICE_INPUTS == ("capacity", "service-coordination", "placements")


@pytest.mark.parametrize("topic", ALL_TOPICS, ids=by_name)
def test_every_topic_is_told_whole(topic: Topic) -> None:
    assert topic.about
    assert topic.key
    assert topic.config["cleanup.policy"] == topic.cleanup_policy
    assert topic.config["retention.ms"] == str(topic.retention_ms)
    assert "min.insync.replicas" not in topic.config, "that belongs to the cluster"
    assert all(isinstance(setting, str) for setting in topic.config.values())


def test_what_the_worker_reads_and_writes_has_one_partition_count() -> None:
    of_person = {*PERSON_INPUTS, "ticks", "pathway-events", "alerts", "stages"}
    of_service = {*SERVICE_INPUTS, "services", "service-alerts"}
    assert all(TOPICS[short].follows_person for short in of_person)
    assert all(dead_letter(short).follows_person for short in PERSON_INPUTS)
    assert all(TOPICS[short].follows_service for short in of_service)
    assert all(dead_letter(short).follows_service for short in SERVICE_EVENTS)
    assert not any(TOPICS[short].follows_person for short in of_service)
    assert all(TOPICS[short].co_partitioned for short in of_person | of_service)
    assert not TOPICS["hl7-raw"].co_partitioned


def test_what_was_accepted_fits_once_more() -> None:
    written = [TOPICS["pathway-events"], *(dead_letter(topic.short) for topic in INPUTS)]
    for topic in written:
        limit_bytes = int(topic.config["max.message.bytes"])
        assert limit_bytes == INPUT_MESSAGE_SIZE_BYTES_MAX + 64 * KIB
    assert MAX_VALUE_BYTES == 900 * KIB
    assert MAX_VALUE_BYTES < INPUT_MESSAGE_SIZE_BYTES_MAX, (
        "what is too large can arrive and be told"
    )


@pytest.mark.parametrize("topic", INPUTS, ids=by_name)
def test_every_input_has_a_restricted_dead_letter_topic(topic: Topic) -> None:
    letters = dead_letter(topic.short)
    assert letters.name == f"{topic.name}.dlq"
    assert letters.restricted
    assert letters.retention_ms == 30 * DAY_MS
    assert letters in ALL_TOPICS
    assert topic_name(letters.short) == letters.name


def test_only_what_holds_identities_by_nature_is_restricted() -> None:
    assert [topic.short for topic in TOPICS.values() if topic.restricted] == ["hl7-raw"]


@pytest.mark.parametrize("topic", COMPACTED, ids=by_name)
def test_what_a_tombstone_erases_is_gone_within_days(topic: Topic) -> None:
    waits_ms = int(topic.config["max.compaction.lag.ms"]) + int(topic.config["delete.retention.ms"])
    assert waits_ms <= 2 * DAY_MS


@pytest.mark.parametrize(
    "topic", [each for each in ALL_TOPICS if each.restricted or each.short == "ticks"], ids=by_name
)
def test_segments_are_closed_soon_enough_to_expire(topic: Topic) -> None:
    """Kafka's default is a week, and only closed segments expire by their newest record."""
    assert int(topic.config["segment.ms"]) <= max(topic.retention_ms // 6, 1)


def test_names_are_unique_and_carry_the_prefix() -> None:
    assert len({topic.name for topic in ALL_TOPICS}) == len(ALL_TOPICS)
    assert topic_name("care-package") == "flow.care-package.v1"
    assert topic_name("admission.dlq", "leeds.") == "leeds.flow.admission.v1.dlq"


@pytest.mark.parametrize("short", ["flow.admission.v1", "alerts.dlq", "nothing", ""])
def test_an_unregistered_name_is_an_error(short: str) -> None:
    with pytest.raises(KeyError):
        topic_name(short)


def test_every_type_has_a_topic_of_its_kind() -> None:
    assert all(TOPICS[model.topic].is_input for model in EVENT_TYPES.values())
    assert not any(TOPICS[model.topic].is_input for model in OUTPUT_TYPES.values())
    of_a_service = [
        model for model in EVENT_TYPES.values() if not TOPICS[model.topic].follows_person
    ]
    assert of_a_service == list(OF_A_SERVICE)
    assert {model.topic for model in OF_A_SERVICE} == set(SERVICE_EVENTS)
