"""What happens while a person comes into hospital and moves within it (domain.md 12.2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from flow.events.codes import (
    AdmissionMethodCode,
    AgeBand,
    Council,
    Locality,
    OdsCode,
    SourceOfAdmissionCode,
)
from flow.events.envelope import Day, Event, Wire
from flow.events.identifiers import SpellId, Token, Ward


class SpellData(Wire):
    """Names one hospital spell: an identifier is unique within its provider."""

    provider: OdsCode
    spell_id: SpellId


class PatientAdmittedData(SpellData):
    """Start of a spell. `council` and `locality` are where the person lives."""

    site: OdsCode | None = None
    ward: Ward | None = None
    admission_method: AdmissionMethodCode | None = None
    source_of_admission: SourceOfAdmissionCode | None = None
    treatment_function: (
        Annotated[Token, Field(description="Treatment function code of the NHS Data Dictionary")]
        | None
    ) = None
    council: Council | None = None
    locality: Locality | None = None
    age_band: AgeBand | None = None


class PatientAdmitted(Event):
    """A person was admitted: a spell begins."""

    topic: ClassVar[str] = "admission"
    rank: ClassVar[int] = 10
    type: Literal["flow.patient-admitted.v1"]
    data: PatientAdmittedData


class PatientTransferredData(SpellData):
    """`ward` is the ward moved to, within the same spell."""

    ward: Ward
    site: OdsCode | None = None


class PatientTransferred(Event):
    """A person moved to another ward in the same spell.

    A move to another provider is a discharge here and an admission there.
    """

    topic: ClassVar[str] = "admission"
    rank: ClassVar[int] = 20
    type: Literal["flow.patient-transferred.v1"]
    data: PatientTransferredData


class ExpectedDischargeDateSetData(SpellData):
    """Expected date of discharge, and whether the clinical criteria for discharge are met."""

    expected_discharge_date: Day
    clinical_criteria_met: StrictBool | None = None


class ExpectedDischargeDateSet(Event):
    """The expected date of discharge was set or revised (domain.md 1.4)."""

    topic: ClassVar[str] = "admission"
    type: Literal["flow.expected-discharge-date-set.v1"]
    data: ExpectedDischargeDateSetData


class AdmissionCancelledData(SpellData):
    """The spell that did not take place."""


class AdmissionCancelled(Event):
    """The admission did not take place after all: the spell is void."""

    topic: ClassVar[str] = "admission"
    rank: ClassVar[int] = 70
    type: Literal["flow.admission-cancelled.v1"]
    data: AdmissionCancelledData
