"""What is held of a person must go (UK GDPR article 17; docs/operating.md says what goes when)."""

from typing import ClassVar, Literal

from flow.events.codes import ErasureReason
from flow.events.envelope import Event, Wire
from flow.events.identifiers import StaffReference


class PersonErasedData(Wire):
    """`by` is the opaque staff reference of whoever decided."""

    reason: ErasureReason
    by: StaffReference | None = None


class PersonErased(Event):
    """Everything held of the person goes at once, and does not return.

    It cannot be corrected or undone. Events that happened no later than this one, or than the
    newest one held, become dead letters `erased` without their content.
    """

    topic: ClassVar[str] = "coordination"
    type: Literal["flow.person-erased.v1"]
    data: PersonErasedData
