"""From bytes to events and back: the door of the pipeline.

`decode` is for what comes from outside and checks everything; `decode_stored` is for what
`decode` has let in before. Both make one call into pydantic's Rust core for each event.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from pydantic import BaseModel, ValidationError

from flow.errors import Rejected
from flow.events import binary_mode
from flow.events.binary_mode import Headers
from flow.events.envelope import Event
from flow.events.event_types import EVENT_ADAPTER, EVENT_TYPES, TYPE_RANK, AnyEvent
from flow.events.published import Output
from flow.events.reference import is_shaped_like_nhs_number
from flow.events.rejection import explain, not_json

__all__ = [
    "EVENT_TYPES",
    "HORIZON",
    "MAX_VALUE_BYTES",
    "TYPE_RANK",
    "AnyEvent",
    "Decoded",
    "decode",
    "decode_stored",
    "encode",
]

MAX_VALUE_BYTES = 900 * 1024
"""Largest value of an input. Below Kafka's default of 1 MiB for a batch, with room for the key,
the headers and what an output adds (`flow.events.topics`)."""

HORIZON = timedelta(days=366)
"""How far ahead of its record an event may lie. A year admits plans and careless years' ends, but
keeps a mistyped century from becoming the newest fact for ever."""

_validate_json = EVENT_ADAPTER.validator.validate_json

_NOT_KEPT: set[str] = set()
"""Of a model pydantic keeps which fields were given: half of what a decoded event takes, and nobody
asks for it (`encode` leaves out what is None). All events share this in its place."""
_set_fields_given = BaseModel.__dict__["__pydantic_fields_set__"].__set__  # they are frozen


class Decoded(NamedTuple):
    """An event and its structured form: as received, or put together from binary mode."""

    event: AnyEvent
    value: bytes


def decode(
    value: bytes | None,
    *,
    key: bytes | None,
    headers: Headers = (),
    kafka_time: datetime | None = None,
    now: datetime | None = None,
    horizon: timedelta = HORIZON,
    topic: str | None = None,
) -> Decoded:
    """Read one record of an input topic; raises Rejected with a reason of `flow.events.reasons`.

    `now` (the newest tick, where time is simulated) or else `kafka_time` is what the event's
    times are compared with; without either they are not. `topic` is the registry name of the
    topic that the record came from; without it, any type is accepted.
    """
    if value is None:
        raise Rejected("null_value")
    if len(value) > MAX_VALUE_BYTES:
        raise _too_large(value)
    if not key:
        raise Rejected("missing_key")
    if headers and binary_mode.applies(headers):
        value = binary_mode.to_structured(value, headers)
        if len(value) > MAX_VALUE_BYTES:
            raise _too_large(value)
    if b"NaN" in value or b"Infinity" in value:
        _refuse_what_others_cannot_read(value)
    event = decode_stored(value)
    if event.subject.encode() != key:
        raise _wrong_key(key)
    if topic is not None and event.topic != topic:
        raise Rejected("wrong_topic", f"{event.type} belongs to {event.topic}")
    reference_time = now or kafka_time
    if reference_time is not None:
        limit = reference_time + horizon
        if event.time > limit or event.recordedtime > limit:
            raise _future_time(event, limit)
    return Decoded(event, value)


def decode_stored(value: bytes) -> AnyEvent:
    """Read a value that `decode` has let in before; raises Rejected where it no longer fits."""
    try:
        event: AnyEvent = _validate_json(value)
    except ValidationError as error:
        raise explain(value, error) from None
    _set_fields_given(event, _NOT_KEPT)
    _set_fields_given(event.data, _NOT_KEPT)
    return event


def encode(event: Event | Output) -> bytes:
    """Write an event in structured mode. Fields that are None are left out."""
    return event.__pydantic_serializer__.to_json(event, exclude_none=True)


def _too_large(value: bytes) -> Rejected:
    return Rejected("too_large", f"{len(value)} bytes, more than {MAX_VALUE_BYTES}")


def _refuse_what_others_cannot_read(value: bytes) -> None:
    """JSON has no NaN and no Infinity, and its other readers fail on them; pydantic does not."""
    try:
        orjson.loads(value)
    except orjson.JSONDecodeError as problem:
        raise not_json(value, problem) from None


def _wrong_key(key: bytes) -> Rejected:
    if is_shaped_like_nhs_number(key.decode("ascii", "replace")):
        return Rejected("subject_is_nhs_number", "key")
    return Rejected("key_mismatch", "the key is not the subject")


def _future_time(event: AnyEvent, limit: datetime) -> Rejected:
    late = [name for name in ("time", "recordedtime") if getattr(event, name) > limit]
    return Rejected("future_time", ", ".join(late))
