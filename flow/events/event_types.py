"""The union of every event type that is read, and what can be looked up by its `type` string."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, get_args

from pydantic import Field, TypeAdapter

from flow.events.admission import (
    AdmissionCancelled,
    ExpectedDischargeDateSet,
    PatientAdmitted,
    PatientTransferred,
)
from flow.events.assessment import (
    AssessmentAllocated,
    AssessmentCompleted,
    AssessmentReferred,
    AssessmentWithdrawn,
    FundingAgreed,
    SupportPlanAgreed,
)
from flow.events.care_package import (
    CarePackageConfirmed,
    CarePackageEnded,
    CarePackageHandedBack,
    CarePackageIncreased,
    CarePackagePaused,
    CarePackageRequested,
    CarePackageRestarted,
    CarePackageStarted,
    CentreAdmitted,
    CentreCapacityReported,
    CentreDelayReasonCleared,
    CentreDelayReasonRecorded,
    CentreDischarged,
    CentreGoalsAgreed,
    CentreReadyToLeave,
    FirstVisitCompleted,
    FirstVisitMissed,
    FollowUpRecorded,
    HandoverAccepted,
    HandoverRejected,
    HandoverSent,
    RequirementsToRemainAssessed,
)
from flow.events.coordination import (
    AlertAcknowledged,
    AlertSnoozed,
    CoordinatorAssigned,
    CoordinatorOffDuty,
    TaskDone,
    WaitPaused,
    WaitResumed,
)
from flow.events.discharge import (
    CaseManagerAssigned,
    CriteriaToResideAssessed,
    DelayReasonCleared,
    DelayReasonRecorded,
    DischargeCancelled,
    DischargeSummarySent,
    MedicinesReady,
    PathwayDecided,
    PatientDied,
    PatientDischarged,
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralRejected,
    ReferralTriaged,
    ReferralWithdrawn,
    ReferredToCareTransferHub,
    TransportBooked,
)
from flow.events.envelope import Event
from flow.events.erasure import PersonErased
from flow.events.identity import IdentityLinked, IdentityUnlinked
from flow.events.service_coordination import ServiceAlertAcknowledged, ServiceAlertSnoozed

AnyEvent = (
    PatientAdmitted
    | PatientTransferred
    | ExpectedDischargeDateSet
    | AdmissionCancelled
    | CriteriaToResideAssessed
    | PathwayDecided
    | DelayReasonRecorded
    | DelayReasonCleared
    | ReferredToCareTransferHub
    | CaseManagerAssigned
    | ReferralMade
    | ReferralReceived
    | ReferralTriaged
    | ReferralAccepted
    | ReferralRejected
    | ReferralWithdrawn
    | MedicinesReady
    | TransportBooked
    | DischargeSummarySent
    | PatientDischarged
    | DischargeCancelled
    | PatientDied
    | CarePackageRequested
    | CarePackageConfirmed
    | CarePackageStarted
    | FirstVisitCompleted
    | FirstVisitMissed
    | CarePackagePaused
    | CarePackageRestarted
    | CarePackageIncreased
    | CarePackageHandedBack
    | CarePackageEnded
    | CentreAdmitted
    | CentreGoalsAgreed
    | CentreReadyToLeave
    | RequirementsToRemainAssessed
    | CentreDelayReasonRecorded
    | CentreDelayReasonCleared
    | CentreDischarged
    | AssessmentReferred
    | AssessmentAllocated
    | AssessmentCompleted
    | SupportPlanAgreed
    | FundingAgreed
    | AssessmentWithdrawn
    | HandoverSent
    | HandoverAccepted
    | HandoverRejected
    | FollowUpRecorded
    | CentreCapacityReported
    | ServiceAlertAcknowledged
    | ServiceAlertSnoozed
    | CoordinatorAssigned
    | CoordinatorOffDuty
    | AlertAcknowledged
    | AlertSnoozed
    | WaitPaused
    | WaitResumed
    | TaskDone
    | PersonErased
    | IdentityLinked
    | IdentityUnlinked
)
"""Any event of any person or service."""

ServiceAnswer = ServiceAlertAcknowledged | ServiceAlertSnoozed
"""An answer to an alert of a service."""

OF_A_SERVICE: tuple[type[AnyEvent], ...] = (CentreCapacityReported, *get_args(ServiceAnswer))
"""Events whose subject is a service; of all others it is a person."""

EVENT_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[AnyEvent, Field(discriminator="type")])


@cache
def type_of(model: type[Event]) -> str:
    """The `type` attribute of a model, for example `flow.patient-admitted.v1`."""
    (name,) = get_args(model.model_fields["type"].annotation)
    assert isinstance(name, str)
    return name


EVENT_TYPES: Mapping[str, type[AnyEvent]] = MappingProxyType(
    {type_of(model): model for model in get_args(AnyEvent)}
)
"""Model by `type`."""

TYPE_RANK: Mapping[str, int] = MappingProxyType(
    {name: model.rank for name, model in EVENT_TYPES.items()}
)
"""Order among events of the same `time` by `type` (`Event.rank`)."""
