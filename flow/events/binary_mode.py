"""CloudEvents over Kafka in binary mode: attributes in headers, `data` alone in the value.

CloudEvents Kafka protocol binding 1.0.2, sections 3.1 and 3.2: a `content-type` that starts with
`application/cloudevents` means structured mode; otherwise headers that start with `ce_` mean
binary mode. A value without either is read as structured, so that `kcat` is enough to publish.
"""

import re
from collections.abc import Sequence

import orjson

from flow.errors import Rejected
from flow.events.rejection import not_json

Headers = Sequence[tuple[str, bytes | None]]
"""Kafka's headers: names may repeat (the last one counts), values may be null."""

_PREFIX = "ce_"
_STRUCTURED = b"application/cloudevents"
_ATTRIBUTE = re.compile("[a-z0-9]{1,40}")


def applies(headers: Headers) -> bool:
    """Whether the headers say that the value is `data` alone."""
    found = False
    for name, content in headers:
        lowered = name.lower()
        if lowered == "content-type" and (content or b"").lower().startswith(_STRUCTURED):
            return False
        found = found or lowered.startswith(_PREFIX)
    return found


def to_structured(value: bytes, headers: Headers) -> bytes:
    """Put headers and value together as one structured event; raises Rejected.

    Attributes that are not known are kept, as unknown fields of structured events are.
    """
    attributes: dict[str, object] = {}
    for name, content in headers:
        attribute = name.lower().removeprefix(_PREFIX)
        if len(attribute) == len(name) or content is None:
            continue
        if _ATTRIBUTE.fullmatch(attribute) is None:
            continue
        try:
            attributes[attribute] = content.decode()
        except UnicodeDecodeError:
            raise Rejected("bad_utf8", f"header {_PREFIX}{attribute}") from None
    attributes["data"] = _parse(value)
    # A copy of the right size: orjson's own result keeps a buffer of up to 4 KiB alive.
    return bytes(memoryview(orjson.dumps(attributes)))


def _parse(value: bytes) -> object:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as problem:
        raise not_json(value, problem) from None
