"""Assessment and support planning, step by step, by one joint service or several (domain.md 12.1).

The person is referred, a worker is allocated, needs are assessed, a support plan is agreed, and
somebody agrees to pay. Each step may name the service that took it; none needs the one before.
"""

from typing import ClassVar, Literal

from flow.events.codes import Funder, OdsCode, ServiceReference, WithdrawalReason
from flow.events.envelope import Event, Wire
from flow.events.identifiers import AssessmentId, SpellId, StaffReference


class AssessmentData(Wire):
    """Names one assessment, and the service that took the step where that is known."""

    assessment_id: AssessmentId
    service: ServiceReference | None = None


class AssessmentReferredData(AssessmentData):
    """`service` is who was asked. The spell is absent when the person is not in hospital."""

    provider: OdsCode | None = None
    spell_id: SpellId | None = None


class AssessmentReferred(Event):
    """A service was asked to assess what the person needs."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 48
    type: Literal["flow.assessment-referred.v1"]
    data: AssessmentReferredData


class AssessmentAllocatedData(AssessmentData):
    """`to` is the worker who will assess: an opaque staff reference, never a name."""

    to: StaffReference | None = None


class AssessmentAllocated(Event):
    """Somebody will do the assessment."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 49
    type: Literal["flow.assessment-allocated.v1"]
    data: AssessmentAllocatedData


class AssessmentCompletedData(AssessmentData):
    """What was found stays with the service."""


class AssessmentCompleted(Event):
    """The person's needs are assessed."""

    topic: ClassVar[str] = "care-package"
    type: Literal["flow.assessment-completed.v1"]
    data: AssessmentCompletedData


class SupportPlanAgreedData(AssessmentData):
    """`funder` is who is expected to pay."""

    funder: Funder | None = None


class SupportPlanAgreed(Event):
    """The person and the service agree on the support."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 51
    type: Literal["flow.support-plan-agreed.v1"]
    data: SupportPlanAgreedData


class FundingAgreedData(AssessmentData):
    """`funder` is who pays: council, NHS, both together or the person."""

    funder: Funder


class FundingAgreed(Event):
    """Somebody agrees to pay for the support."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 52
    type: Literal["flow.funding-agreed.v1"]
    data: FundingAgreedData


class AssessmentWithdrawnData(AssessmentData):
    """Why it goes no further, from a fixed list."""

    reason: WithdrawalReason | None = None


class AssessmentWithdrawn(Event):
    """The assessment, or the plan after it, goes no further."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 53
    type: Literal["flow.assessment-withdrawn.v1"]
    data: AssessmentWithdrawnData
