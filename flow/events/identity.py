"""One person, several references: which of them stands for which (design.md 7)."""

from typing import ClassVar, Literal

from flow.events.codes import LinkReason
from flow.events.envelope import Event, Wire
from flow.events.reference import PersonReference


class IdentityLinkedData(Wire):
    """`to` is the reference that stands for the person from now on.

    A hospital's own reference points to the one made from the NHS number; of two of one kind the
    greater points to the smaller.
    """

    to: PersonReference
    reason: LinkReason | None = None


class IdentityLinked(Event):
    """The subject's events are those of the person whom another reference names.

    A reference points to one other at most: its newest link holds.
    """

    topic: ClassVar[str] = "identity-links"
    type: Literal["flow.identity-linked.v1"]
    data: IdentityLinkedData


class IdentityUnlinkedData(Wire):
    """`to`, where given, names the link that was wrong; else whichever there is."""

    to: PersonReference | None = None


class IdentityUnlinked(Event):
    """A link was wrong: the subject's events are its own again."""

    topic: ClassVar[str] = "identity-links"
    type: Literal["flow.identity-unlinked.v1"]
    data: IdentityUnlinkedData


LINKS = (IdentityLinked, IdentityUnlinked)
"""What speaks of the reference and not of the person."""
