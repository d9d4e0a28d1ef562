"""The CloudEvents 1.0 envelope that every event of this project travels in."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from flow.events.reference import PersonReference


def _to_utc(moment: datetime) -> datetime:
    # One shared tzinfo object makes every later comparison ten times as fast.
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment with an offset on the wire; UTC once read. A time without an offset is refused."""

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""An opaque identifier given by the sender: up to 64 characters, never free text."""

EventId = Annotated[str, Field(pattern=r"^[!-.0-~]{1,128}$")]
"""CloudEvents `id`: up to 128 visible ASCII characters without a slash."""

Source = Annotated[str, Field(pattern=r"^[A-Za-z0-9/:._~-]{1,128}$")]
"""CloudEvents `source`: who says so, for example `/rr8/pas`."""

EventIdentity = Annotated[str, Field(pattern=r"^[A-Za-z0-9/:._~-]{1,128}#[!-.0-~]{1,128}$")]
"""`source#id`: what makes two deliveries the same event."""


class Wire(BaseModel):
    """Base of what we read: frozen, and blind to fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)


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
    time: Instant
    recordedtime: Instant
    subject: PersonReference
    corrects: EventIdentity | None = None
    traceparent: Annotated[str, Field(pattern=r"^[0-9a-f-]{55}$")] | None = None

    @property
    def identity(self) -> str:
        return f"{self.source}#{self.id}"
