"""Identifiers that senders give: opaque and bounded, never a name, an NHS number or free text."""

from typing import Annotated

from pydantic import Field

Token = Annotated[
    str,
    Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9._:-]*$",
        max_length=64,
        description="An opaque identifier given by the sender",
    ),
]
"""An opaque identifier given by the sender: up to 64 characters, never free text."""

EventId = Annotated[
    str,
    Field(
        pattern="^[!-.0-~]+$",
        max_length=128,
        description="Unique within `source`: visible ASCII characters without a slash",
    ),
]
"""CloudEvents `id`: up to 128 visible ASCII characters without a slash."""

Source = Annotated[
    str,
    Field(
        pattern="^[A-Za-z0-9/:._~-]+$",
        max_length=128,
        description="Who says so: the organisation and its system",
        examples=["/rr8/pas"],
    ),
]
"""CloudEvents `source`: who says so, for example `/rr8/pas`."""

EventIdentity = Annotated[
    str,
    Field(
        pattern="^[A-Za-z0-9/:._~-]{1,128}#[!-.0-~]{1,128}$",
        description="`source#id` of an event",
        examples=["/rr8/pas#ADT-000123"],
    ),
]
"""`source#id`: what makes two deliveries the same event."""

About = Annotated[
    str,
    Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9._:-]*$",
        max_length=160,
        description="What a wait, notice or alert is about: a spell, referral, package, stay, "
        "handover or service",
    ),
]
"""The subject of a wait or alert: a token, or several joined by colons (`RR8:S-2026-004711`)."""

SpellId = Annotated[Token, Field(description="The hospital spell; unique within its provider")]
Ward = Annotated[Token, Field(description="The ward, as its provider codes it")]
ReferralId = Annotated[Token, Field(description="The referral; unique per person")]
PackageId = Annotated[Token, Field(description="The care package; unique per person")]
StayId = Annotated[Token, Field(description="The stay in a centre; unique per person")]
HandoverId = Annotated[Token, Field(description="The handover; unique per person")]
AssessmentId = Annotated[Token, Field(description="The assessment; unique per person")]
StaffReference = Annotated[Token, Field(description="An opaque staff reference, never a name")]
