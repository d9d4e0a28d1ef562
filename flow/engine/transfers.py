"""What references tell one another, from partition to partition, over the topic of transfers.

A record's key is the reference that is told, so it lies in that one's partition and is read there
as an input like any other. The kind and the sender are headers; the value is what is said.

    members   behind the sender stand these references, each by its way; whether copies follow
    event     one event of a reference behind the sender, its bytes as received
    let-go    the person was retired or erased, up to this moment
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from flow.engine.log import Record
from flow.errors import Rejected
from flow.pathway.identity import Way

KIND = "flow.transfer.kind"
SENDER = "flow.transfer.from"


@dataclass(frozen=True, slots=True)
class Members:
    """`copies`: events of those behind the sender come, too. `alerts` are those that it closed,
    as published: what takes their place there supersedes them. Without `ways` nothing stands
    behind the sender any more."""

    ways: Mapping[str, Way]
    copies: bool = False
    alerts: tuple[Mapping[str, Any], ...] = ()

    def content(self) -> dict[str, Any]:
        """As JSON values."""
        return {"ways": dict(self.ways), "copies": self.copies, "alerts": list(self.alerts)}


def members_of(content: Mapping[str, Any]) -> Members:
    """As it was told or stored."""
    return Members(
        {str(origin): tuple(map(str, way)) for origin, way in content["ways"].items()},
        bool(content["copies"]),
        tuple(content["alerts"]),
    )


@dataclass(frozen=True, slots=True)
class LetGo:
    """The person was let go: what happened no later goes with them.

    `linked`: the references were linked when the person was erased, so that what was said of them
    goes, too; who is linked to someone erased later is still.
    """

    kind: Literal["retired", "erased"]
    newest_at: datetime
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """What `sender` tells `person`; bytes are an event's."""

    person: str
    sender: str
    said: Members | LetGo | bytes


def decode_transfer(record: Record) -> Transfer:
    """Raises Rejected where another program has written to the topic."""
    headers = dict(record.headers)
    try:
        person, sender = (record.key or b"").decode(), headers[SENDER].decode()
        kind, value = headers[KIND], record.value or b""
        said: Members | LetGo | bytes = value
        if kind == b"members":
            said = members_of(orjson.loads(value))
        elif kind == b"let-go":
            said = _let_go(orjson.loads(value))
        elif kind != b"event" or not value:
            raise Rejected("invalid", "no transfer")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Rejected("invalid", "no transfer") from error
    if not person:
        raise Rejected("missing_key")
    return Transfer(person, sender, said)


def _let_go(content: Mapping[str, Any]) -> LetGo:
    kind = content["kind"]
    if kind not in ("retired", "erased"):
        raise ValueError(kind)
    newest_at = datetime.fromisoformat(content["newest_at"]).astimezone(UTC)
    return LetGo(kind, newest_at, bool(content.get("linked", False)))
