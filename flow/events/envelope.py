"""The CloudEvents 1.0 envelope that every event of this project travels in."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from flow.events.identifiers import About, EventId, EventIdentity, Source, Token
from flow.events.moments import Day, Instant
from flow.events.reference import PersonReference

__all__ = [
    "About",
    "Day",
    "Event",
    "EventId",
    "EventIdentity",
    "Instant",
    "Source",
    "Token",
    "Wire",
]


class _NoneWhenMalformed:
    """Tracing must not cost an event (W3C Trace Context: ignore what does not parse)."""

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=None, on_error="default")


class Wire(BaseModel):
    """Base of what we read: frozen, and blind to fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Event(Wire):
    """One thing that happened to one person, or to one service.

    `time` is when it happened, `recordedtime` when it was written down. `subject` is the
    person's reference (the service's identifier for capacity events). `corrects` names the
    `source#id` of an event that this one replaces or voids (design: "Events and topics").
    """

    topic: ClassVar[str]
    """Registry name of the topic that carries this type (`flow.events.topics`)."""
    rank: ClassVar[int] = 50
    """Order among events of the same `time`: an admission (10) precedes a transfer (20)
    precedes everything else (50) precedes a discharge (80) and a death (90)."""

    specversion: Literal["1.0"] = "1.0"
    id: EventId
    source: Source
    time: Annotated[Instant, Field(description="When it happened: RFC 3339 with an offset")]
    recordedtime: Annotated[
        Instant, Field(description="When it was written down: RFC 3339 with an offset")
    ]
    subject: PersonReference
    corrects: Annotated[
        EventIdentity | None, Field(description="`source#id` of the event that this replaces")
    ] = None
    traceparent: Annotated[
        Annotated[str, Field(pattern="^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")] | None,
        _NoneWhenMalformed(),
        Field(description="W3C Trace Context; a malformed one is ignored"),
    ] = None

    @property
    def identity(self) -> str:
        """`source#id`; neither part can hold the other's separator: a source has no `#`."""
        return f"{self.source}#{self.id}"
