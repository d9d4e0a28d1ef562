"""What all that we publish has in common: no extra fields, and the CloudEvents envelope."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from flow.events.envelope import Instant
from flow.events.identifiers import Source, Token
from flow.events.reference import PersonReference


class Published(BaseModel):
    """Base of what we write."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ActsNext(Published):
    """Who is expected to act: an organisation where known, and a role."""

    organisation: Token | None = None
    role: Token


class Output(Published):
    """CloudEvents envelope of what we publish. `time` is the pipeline's clock at that moment."""

    topic: ClassVar[str]

    specversion: Literal["1.0"] = "1.0"
    id: Token
    source: Source
    time: Instant
    recordedtime: Instant
    subject: PersonReference
