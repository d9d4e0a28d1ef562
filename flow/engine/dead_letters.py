"""What could not be used: its bytes untouched, the why in `flow.dlq.*` headers."""

import hashlib

from flow.engine.log import Headers, NewRecord, Record
from flow.errors import Rejected

MAX_INLINE_BYTES = 256 * 1024
"""Above this a dead letter refers to the record (topic, partition, offset, hash) instead."""
PREFIX = "flow.dlq."
MAX_HEADERS = 20
MAX_HEADER_BYTES = 2_048
"""Headers of the sender beyond these are dropped, but for those that are the event's own."""


def dead_letter(
    topic: str, record: Record, error: Rejected, *, withheld: bool = False
) -> NewRecord:
    """The record for dead-letter topic `topic`: same partition, key and value, and the reason.

    `withheld`: its person was erased, so neither the value nor what the sender put into the
    headers is kept.
    """
    value = record.value
    headers = [
        (f"{PREFIX}reason", error.reason.encode()),
        (f"{PREFIX}detail", error.detail.encode()[:1_000]),
        (f"{PREFIX}topic", record.topic.encode()),
        (f"{PREFIX}partition", str(record.partition).encode()),
        (f"{PREFIX}offset", str(record.offset).encode()),
        (f"{PREFIX}timestamp", str(record.timestamp).encode()),
    ]
    if withheld:
        return NewRecord(topic, record.partition, record.key, None, headers)
    if value is not None and len(value) > MAX_INLINE_BYTES:
        headers.append((f"{PREFIX}sha256", hashlib.sha256(value).hexdigest().encode()))
        headers.append((f"{PREFIX}size-bytes", str(len(value)).encode()))
        value = b""
    key = record.key
    if key is not None and len(key) > MAX_INLINE_BYTES:
        headers.append((f"{PREFIX}key-size-bytes", str(len(key)).encode()))
        key = None
    return NewRecord(
        topic, record.partition, key, value, [*headers, *_senders_headers(record.headers)]
    )


def _senders_headers(headers: Headers) -> Headers:
    """In binary mode headers are part of the event, so those come whole and first."""
    theirs = [(name, value or b"") for name, value in headers if not name.startswith(PREFIX)]
    event = [each for each in theirs if _of_the_event(each[0])]
    others = [each for each in theirs if not _of_the_event(each[0])]
    small = [each for each in others if len(each[0]) + len(each[1]) <= MAX_HEADER_BYTES]
    return [*event, *small[:MAX_HEADERS]]


def _of_the_event(name: str) -> bool:
    return name.startswith("ce_") or name.lower() == "content-type"


def by_reference(record: Record) -> bool:
    """Whether a dead letter only refers to its record."""
    return any(name == f"{PREFIX}sha256" for name, _ in record.headers)
