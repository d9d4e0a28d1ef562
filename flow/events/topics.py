"""The topics: names, keys and settings in Kafka's own terms, each with its reason (design.md 4).

`flow topics apply` creates them like this and `flow topics check` reports drift; nothing relies
on auto-creation. Replication, and `min.insync.replicas`, belong to the cluster and are not set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

KIB = 1024
SECOND_MS = 1000
HOUR_MS = 3600 * SECOND_MS
DAY_MS = 24 * HOUR_MS

INPUT_MESSAGE_SIZE_BYTES_MAX = 1024 * KIB
"""Larger than an event may be (`flow.events.decode.MAX_VALUE_BYTES`), so that an event that is too
large arrives and becomes a dead letter with a reason; what is larger still its sender is told."""

OUTPUT_MESSAGE_SIZE_BYTES_MAX = INPUT_MESSAGE_SIZE_BYTES_MAX + 64 * KIB
"""What was accepted must fit once more, with a longer key and with headers."""

INPUT_RETENTION_MS = 366 * DAY_MS
"""A year and its spare day: the state can be rebuilt from the inputs for as long as a journey
lasts (91 days after the last discharge, and its grace), and a year's reports can be checked."""

RESTRICTED_RETENTION_MS = 30 * DAY_MS
"""For the topics that hold identities by nature (design: "People and privacy")."""

TICK_RETENTION_MS = HOUR_MS
"""A tick is worth nothing once a newer one exists; an hour helps whoever looks into a hold."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    `short` is its name in the registry, `key` says what the record's key is, `retention_ms` is
    -1 where nothing expires. `config` holds Kafka's topic settings, `cleanup.policy` and
    `retention.ms` included. `follows_person`: its partitions are those of the person's inputs;
    `follows_service`: they are the service's. `is_input`: others publish to it, and it has
    a dead-letter topic. `restricted`: only named people may read it, for it may hold identities.
    """

    name: str
    short: str
    about: str
    key: str
    cleanup_policy: str
    retention_ms: int
    config: Mapping[str, str]
    follows_person: bool = True
    follows_service: bool = False
    is_input: bool = False
    restricted: bool = False

    @property
    def co_partitioned(self) -> bool:
        """One worker reads it together with the others of its partition, so that all of them
        must have the same number of partitions."""
        return self.follows_person or self.follows_service


def _config(
    cleanup_policy: str, retention_ms: int, message_size_bytes_max: int, **more: int | str
) -> Mapping[str, str]:
    settings = {
        "cleanup.policy": cleanup_policy,
        "retention.ms": str(retention_ms),
        "max.message.bytes": str(message_size_bytes_max),
        # The broker's time: a sender's wrong clock neither expires records nor moves the limit
        # of events that lie in the future, and simulated time stays inside the values.
        "message.timestamp.type": "LogAppendTime",
    }
    settings |= {name.replace("_", "."): str(setting) for name, setting in more.items()}
    return MappingProxyType(settings)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What topics of one kind have in common."""

    cleanup_policy: str
    retention_ms: int
    message_size_bytes_max: int
    more: Mapping[str, int | str] = field(default_factory=dict)

    def topic(self, short: str, about: str, key: str, **more: bool) -> Topic:
        return Topic(
            name=f"flow.{short}.v1",
            short=short,
            about=about,
            key=key,
            cleanup_policy=self.cleanup_policy,
            retention_ms=self.retention_ms,
            config=_config(
                self.cleanup_policy, self.retention_ms, self.message_size_bytes_max, **self.more
            ),
            **more,
        )


_COMPACTED: Mapping[str, int | str] = {
    # What a tombstone erases is gone within about a day, also where nothing more is written.
    "max_compaction_lag_ms": DAY_MS,
    # Readers that start from the beginning have a day to see that a key is gone.
    "delete_retention_ms": DAY_MS,
    # Small segments: the active one is never compacted, and opening reads all that is left.
    "segment_bytes": 64 * KIB * KIB,
    "segment_ms": DAY_MS,
    "min_cleanable_dirty_ratio": "0.2",
}

_EVENTS = _Kind("delete", INPUT_RETENTION_MS, INPUT_MESSAGE_SIZE_BYTES_MAX)
_REPORTS = _Kind("compact,delete", INPUT_RETENTION_MS, INPUT_MESSAGE_SIZE_BYTES_MAX, _COMPACTED)
_STATE = _Kind("compact", -1, OUTPUT_MESSAGE_SIZE_BYTES_MAX, _COMPACTED)

# Kafka expires whole segments by their newest record. A segment covers a week as it comes, which
# would make 30 days up to 37, and an hour a week.
_RESTRICTED = _Kind(
    "delete", RESTRICTED_RETENTION_MS, OUTPUT_MESSAGE_SIZE_BYTES_MAX, {"segment_ms": DAY_MS}
)
_TICKS = _Kind(
    "delete",
    TICK_RETENTION_MS,
    INPUT_MESSAGE_SIZE_BYTES_MAX,
    {"segment_ms": 10 * 60 * SECOND_MS, "segment_bytes": 16 * KIB * KIB},
)

_PERSON = "the person's reference, equal to `subject`"
_SERVICE = "the service's reference, equal to `subject`"

_REGISTERED = (
    _EVENTS.topic("admission", "Coming into hospital and moving within it", _PERSON, is_input=True),
    _EVENTS.topic("discharge", "Deciding, arranging and leaving", _PERSON, is_input=True),
    _EVENTS.topic(
        "care-package",
        "Packages, visits, centre stays, assessments, handovers",
        _PERSON,
        is_input=True,
    ),
    _EVENTS.topic("coordination", "What co-ordinators do", _PERSON, is_input=True),
    _REPORTS.topic(
        "capacity",
        "Beds, visits and hours that a service reports",
        _SERVICE,
        follows_person=False,
        follows_service=True,
        is_input=True,
    ),
    _EVENTS.topic(
        "service-coordination",
        "What is done about the alerts of services",
        _SERVICE,
        follows_person=False,
        follows_service=True,
        is_input=True,
    ),
    _TICKS.topic(
        "ticks",
        "The time, with the end offset of the partition in every input",
        "none: the partition is named",
    ),
    _REPORTS.topic("identity-links", "This reference is now that one", _PERSON, is_input=True),
    _EVENTS.topic(
        "transfers",
        "What references of one person tell one another; written by workers only",
        "the reference that is told",
        is_input=True,
    ),
    _STATE.topic(
        "pathway-events",
        "The state: every event of live journeys, what was last published, the clock",
        "`clock`, or a person and what is told of them (docs/design.md 4); the partition is the"
        " person's",
    ),
    _STATE.topic(
        "alerts",
        "Each alert with its whole life",
        "the alert's identifier; the partition is the person's",
    ),
    _STATE.topic("stages", "Where each person is on the way, and what comes next", _PERSON),
    _STATE.topic(
        "placements",
        "What each centre or provider faces: suitable, waiting, offered, accepted, staying, left",
        "`service/person`, `/clock/N` or `/full/service` (docs/design.md 4); the partition is the"
        " service's",
        follows_person=False,
        follows_service=True,
    ),
    _STATE.topic(
        "services",
        "Reported and derived occupancy side by side, who waits, what becomes free",
        "the service's reference, equal to `subject`; or `/clock`: how far the partition has come",
        follows_person=False,
        follows_service=True,
    ),
    _STATE.topic(
        "service-alerts",
        "Each alert of a service with its whole life",
        "the alert's identifier; the partition is the service's",
        follows_person=False,
        follows_service=True,
    ),
    _RESTRICTED.topic(
        "hl7-raw",
        "HL7 messages, bytes as received",
        "the person's reference",
        follows_person=False,
        restricted=True,
    ),
)

TOPICS: Mapping[str, Topic] = MappingProxyType({topic.short: topic for topic in _REGISTERED})
"""Every topic by its short name; dead-letter topics are made by `dead_letter`."""

PERSON_INPUTS: tuple[str, ...] = (
    "admission",
    "discharge",
    "care-package",
    "coordination",
    "identity-links",
    "transfers",
)
"""What the worker reads of a person, besides `ticks`."""

SERVICE_EVENTS: tuple[str, ...] = ("capacity", "service-coordination")
"""What others tell of a service: what it can take, and how its alerts are answered."""

SERVICE_INPUTS: tuple[str, ...] = (*SERVICE_EVENTS, "placements")
"""What the worker reads of a service, besides `ticks`: what others tell, and what journeys say."""


def dead_letter(short: str) -> Topic:
    """The dead-letter topic of an input; raises KeyError for what is not an input.

    It keeps bytes untouched, so it may hold identities. Partitions and keys are the input's.
    """
    source = TOPICS[short]
    if not source.is_input:
        raise KeyError(short)
    return replace(
        _RESTRICTED.topic(short, "", ""),
        name=f"{source.name}.dlq",
        short=f"{short}.dlq",
        about=f"What could not be used of {source.name}, with the reason in its headers",
        key="as in the input; may be absent",
        follows_person=source.follows_person,
        follows_service=source.follows_service,
        restricted=True,
    )


ALL_TOPICS: tuple[Topic, ...] = (
    *TOPICS.values(),
    *(dead_letter(topic.short) for topic in TOPICS.values() if topic.is_input),
)
"""Every topic, the dead-letter topics last."""


def topic_name(short: str, prefix: str = "") -> str:
    """The full name of a topic: `topic_name("alerts", "leeds.")` is `leeds.flow.alerts.v1`.

    Accepts `admission.dlq` too. Raises KeyError for a short name that is not registered.
    """
    source = short.removesuffix(".dlq")
    topic = TOPICS[short] if source == short else dead_letter(source)
    return prefix + topic.name
