"""Create the topics with their settings, and say what differs from them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from flow.engine.connection import broker_errors, connection_options
from flow.errors import TopicsError
from flow.events.topics import (
    ALL_TOPICS,
    PERSON_INPUTS,
    SERVICE_EVENTS,
    SERVICE_INPUTS,
    Topic,
    topic_name,
)
from flow.settings import Settings

VISIBLE_POLL_S = 0.05
WORKER_TOPICS = (
    *PERSON_INPUTS,
    "ticks",
    *(f"{short}.dlq" for short in PERSON_INPUTS),
    "pathway-events",
    "alerts",
    "stages",
    *SERVICE_INPUTS,
    *(f"{short}.dlq" for short in SERVICE_EVENTS),
    "services",
    "service-alerts",
)
"""What a worker reads and writes. Without its dead-letter topic the first bad record would stop
a partition."""
ANSWER_WITHIN_S = 15.0
"""A broker that does not answer in this long is reported, not waited for."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between a topic as it is and as it should be. `fixable` by `apply`."""

    topic: str
    what: str
    expected: str
    found: str
    fixable: bool

    def __str__(self) -> str:
        return f"{self.topic}: {self.what} is {self.found}, should be {self.expected}"


class TopicAdmin:
    """Use as an async context manager. Raises BrokerError when the broker cannot be reached."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = AIOKafkaAdminClient(
            request_timeout_ms=int(ANSWER_WITHIN_S * 1_000), **connection_options(settings)
        )

    async def __aenter__(self) -> Self:
        async with broker_errors(self._settings), asyncio.timeout(ANSWER_WITHIN_S):
            try:
                await self._client.start()
            except BaseException:
                await self._client.close()
                raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.close()

    async def apply(self) -> list[str]:
        """Create what is missing and set what has drifted; returns what was done, a line each."""
        found = await self._found()
        done = []
        for topic in ALL_TOPICS:
            name = self._name(topic)
            if name not in found:
                await self._create(topic)
                done.append(f"created {name}")
        await self._until_visible()
        for drift in await self.check():
            if drift.fixable:
                await self._set(drift)
                done.append(f"set {drift.topic} {drift.what}={drift.expected}")
        return done

    async def _until_visible(self) -> None:
        """A topic that was just created is not in the broker's answers at once."""
        wanted = {self._name(topic) for topic in ALL_TOPICS}
        async with broker_errors(self._settings), asyncio.timeout(ANSWER_WITHIN_S):
            while wanted - (await self._found()).keys():  # noqa: ASYNC110  # nobody tells us
                await asyncio.sleep(VISIBLE_POLL_S)

    async def check(self) -> list[Drift]:
        """Every difference; empty when all is as it should be."""
        found = await self._found()
        drifts = []
        for topic in ALL_TOPICS:
            name = self._name(topic)
            if name not in found:
                drifts.append(Drift(name, "existence", "present", "missing", fixable=True))
                continue
            if topic.co_partitioned and found[name] != self._settings.partitions:
                drifts.append(
                    Drift(
                        name,
                        "partitions",
                        str(self._settings.partitions),
                        str(found[name]),
                        fixable=False,
                    )
                )
            actual = await self._config(name)
            drifts += [
                Drift(name, key, wanted, actual[key], fixable=True)
                for key, wanted in topic.config.items()
                if key in actual and actual[key] != wanted
            ]
        return drifts

    async def partitions_together(self) -> dict[str, int]:
        """Partition count of every topic that exists and is worked together with others."""
        found = await self._found()
        names = [self._name(topic) for topic in ALL_TOPICS if topic.co_partitioned]
        return {name: found[name] for name in names if name in found}

    def _name(self, topic: Topic) -> str:
        return topic_name(topic.short, self._settings.topic_prefix)

    async def _found(self) -> dict[str, int]:
        async with broker_errors(self._settings), asyncio.timeout(ANSWER_WITHIN_S):
            names = set(await self._client.list_topics())
            wanted = [self._name(topic) for topic in ALL_TOPICS if self._name(topic) in names]
            if not wanted:
                return {}
            described = await self._client.describe_topics(wanted)
        return {each["topic"]: len(each["partitions"]) for each in described}

    async def _create(self, topic: Topic) -> None:
        new = NewTopic(
            self._name(topic),
            self._settings.partitions,
            self._settings.replication_factor,
            topic_configs=dict(topic.config),
        )
        async with broker_errors(self._settings), asyncio.timeout(ANSWER_WITHIN_S):
            response = await self._client.create_topics([new])
        for name, code, *_ in response.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise TopicsError(
                    f"{name} cannot be created ({error.__name__}): check"
                    " FLOW_REPLICATION_FACTOR, FLOW_PARTITIONS and the permission to create topics"
                )

    async def _config(self, name: str, *, set_on_topic: bool = False) -> Mapping[str, str]:
        """The settings in force; with `set_on_topic` only those that were set on this topic."""
        resource = ConfigResource(ConfigResourceType.TOPIC, name)
        async with broker_errors(self._settings), asyncio.timeout(ANSWER_WITHIN_S):
            (response,) = await self._client.describe_configs([resource])
        return {
            entry[0]: entry[1]
            for answer in response.resources
            for entry in answer[4]
            if entry[1] is not None and (not set_on_topic or _is_set_on_topic(response, entry))
        }

    async def _set(self, drift: Drift) -> None:
        resource = ConfigResource(ConfigResourceType.TOPIC, drift.topic)
        # Kafka replaces the whole set: what others have set goes in again, and all of ours.
        topic = next(topic for topic in ALL_TOPICS if self._name(topic) == drift.topic)
        theirs = await self._config(drift.topic, set_on_topic=True)
        resource.configs = {**theirs, **topic.config}
        async with broker_errors(self._settings), asyncio.timeout(ANSWER_WITHIN_S):
            await self._client.alter_configs([resource])


SET_ON_TOPIC = 1
"""Kafka's ConfigSource DYNAMIC_TOPIC_CONFIG."""


def _is_set_on_topic(response: Any, entry: Any) -> bool:
    """Version 0 of the answer only says whether a setting is the default."""
    if response.API_VERSION == 0:
        return not entry[3]
    return bool(entry[3] == SET_ON_TOPIC)


async def check_before_start(settings: Settings) -> int:
    """How many partitions the topics of persons and services have.

    Raises TopicsError where a worker must not start.
    """
    async with TopicAdmin(settings) as admin:
        counts = await admin.partitions_together()
    needed = [topic_name(short, settings.topic_prefix) for short in WORKER_TOPICS]
    missing = [name for name in needed if name not in counts]
    if missing:
        raise TopicsError(
            f"topics are missing: {', '.join(missing)}: create them with `flow topics apply`, or"
            " let this user describe them"
        )
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} has {count}" for name, count in sorted(counts.items()))
        raise TopicsError(
            "topics of persons and services must have the same number of partitions, but"
            f" {listed}: create the odd ones anew with that number (FLOW_PARTITIONS), or use"
            " another FLOW_TOPIC_PREFIX"
        )
    return next(iter(counts.values()))
