"""What happens after the hospital door: packages, visits, centres, handovers (domain.md 12.2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from flow.events.admission import SpellData
from flow.events.codes import (
    CentreDestination,
    Council,
    DelayReasonSlug,
    FollowUpStatus,
    Funder,
    HandBackReason,
    Locality,
    OdsCode,
    PackageEndReason,
    PackageKind,
    PauseReason,
    RejectionReason,
    Role,
    ServiceKind,
    ServiceReference,
)
from flow.events.envelope import Event, Instant, Wire
from flow.events.identifiers import HandoverId, PackageId, ReferralId, SpellId, StayId

Count = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Beds = Annotated[Count, Field(description="Number of beds")]
Visits = Annotated[Count, Field(description="Visits a week")]
Hours = Annotated[
    float, Field(ge=0, le=168, strict=True, description="Hours of care a week for one person")
]
HoursOfService = Annotated[
    float, Field(ge=0, le=100_000, strict=True, description="Hours of care a week in all")
]


class PackageData(Wire):
    """Names one care package; identifiers are unique per person."""

    package_id: PackageId


class CarePackageRequestedData(PackageData):
    """What is asked for and who pays.

    `kind` restart means that an unchanged package is to go on; its provider is to be told at
    least 24 hours before the planned discharge (domain.md 1.5).
    """

    kind: PackageKind
    service: ServiceReference | None = None
    referral_id: ReferralId | None = None
    provider: OdsCode | None = None
    spell_id: SpellId | None = None
    visits_per_week: Visits | None = None
    hours_per_week: Hours | None = None
    funder: Funder | None = None
    planned_start_at: Instant | None = None
    council: Council | None = None
    locality: Locality | None = None


class CarePackageRequested(Event):
    """A home-care package was asked for."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 48
    type: Literal["flow.care-package-requested.v1"]
    data: CarePackageRequestedData


class CarePackageConfirmedData(PackageData):
    """Who will provide it and when the first visit is due."""

    service: ServiceReference | None = None
    first_visit_due_at: Instant | None = None


class CarePackageConfirmed(Event):
    """A provider confirmed the package."""

    topic: ClassVar[str] = "care-package"
    type: Literal["flow.care-package-confirmed.v1"]
    data: CarePackageConfirmedData


class CarePackageStartedData(PackageData):
    """Who provides it.

    Said to be in place, care that is new has not begun: tell its first visit, too
    (`flow.first-visit-completed.v1`). Until then somebody at home counts as waiting for it, also
    where the wait of the referral that asked for it is over (Fast Track, home care). Care that goes
    on, or more of it, is given with this event.
    """

    service: ServiceReference | None = None


class CarePackageStarted(Event):
    """The package is in place."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 83
    type: Literal["flow.care-package-started.v1"]
    data: CarePackageStartedData


class VisitData(Wire):
    """The package or the referral that the visit belongs to; at least one helps to join it."""

    package_id: PackageId | None = None
    referral_id: ReferralId | None = None
    service: ServiceReference | None = None


class FirstVisitCompleted(Event):
    """The first visit, or the first contact of a crisis response, took place."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 84
    type: Literal["flow.first-visit-completed.v1"]
    data: VisitData


class FirstVisitMissed(Event):
    """The first visit was due and did not take place."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 83
    type: Literal["flow.first-visit-missed.v1"]
    data: VisitData


class CarePackagePausedData(PackageData):
    """Why, from a fixed list."""

    reason: PauseReason | None = None


class CarePackagePaused(Event):
    """The package is on hold."""

    topic: ClassVar[str] = "care-package"
    type: Literal["flow.care-package-paused.v1"]
    data: CarePackagePausedData


class CarePackageRestartedData(PackageData):
    """The package that goes on."""


class CarePackageRestarted(Event):
    """The package goes on after a pause."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 83
    type: Literal["flow.care-package-restarted.v1"]
    data: CarePackageRestartedData


class CarePackageEndedData(PackageData):
    """Why, from a fixed list."""

    reason: PackageEndReason | None = None


class CarePackageEnded(Event):
    """The package ended."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 86
    type: Literal["flow.care-package-ended.v1"]
    data: CarePackageEndedData


class CarePackageIncreasedData(PackageData):
    """What it amounts to from now on; what is left out stays as it was."""

    service: ServiceReference | None = None
    visits_per_week: Visits | None = None
    hours_per_week: Hours | None = None
    funder: Funder | None = None


class CarePackageIncreased(Event):
    """More care is given than before."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 84
    type: Literal["flow.care-package-increased.v1"]
    data: CarePackageIncreasedData


class CarePackageHandedBackData(PackageData):
    """Why, from a fixed list, and until when the provider goes on giving care."""

    reason: HandBackReason
    service: ServiceReference | None = None
    care_until: Instant | None = None


class CarePackageHandedBack(Event):
    """The provider gives the package up: another one has to confirm it."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 85
    type: Literal["flow.care-package-handed-back.v1"]
    data: CarePackageHandedBackData


class StayData(Wire):
    """Names one stay in an independence centre; identifiers are unique per person."""

    stay_id: StayId


class CentreAdmittedData(StayData):
    """Which centre, and the referral that led there."""

    service: ServiceReference
    referral_id: ReferralId | None = None
    funder: Funder | None = None
    council: Council | None = None
    locality: Locality | None = None


class CentreAdmitted(Event):
    """The person moved into an independence centre or another short-term bed."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 83
    type: Literal["flow.centre-admitted.v1"]
    data: CentreAdmittedData


class CentreGoalsAgreedData(StayData):
    """The stay whose goals were agreed."""


class CentreGoalsAgreed(Event):
    """Goals for the stay were agreed with the person."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 84
    type: Literal["flow.centre-goals-agreed.v1"]
    data: CentreGoalsAgreedData


class CentreReadyToLeaveData(StayData):
    """The stay whose requirements to remain are no longer met."""


class CentreReadyToLeave(Event):
    """The person no longer meets the requirements to remain in the centre (domain.md 2.4)."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 85
    type: Literal["flow.centre-ready-to-leave.v1"]
    data: CentreReadyToLeaveData


class RequirementsToRemainAssessedData(StayData):
    """`meets` is false when the person needs this bed no more: what the criteria to reside are in
    hospital, the requirements to remain are in a community bed (domain.md 2.4, S7).
    """

    meets: StrictBool
    role: Role | None = None


class RequirementsToRemainAssessed(Event):
    """A review found that the person meets, or no longer meets, the requirements to remain."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 85
    type: Literal["flow.requirements-to-remain-assessed.v1"]
    data: RequirementsToRemainAssessedData


class CentreDelayReasonRecordedData(StayData):
    """One of several concurrent reasons, from the list of hospital delays (domain.md 2.3).

    The Intermediate Care Data Collection has reasons of its own, which were not found (2.4, S7).
    """

    reason: DelayReasonSlug
    primary: StrictBool = False
    role: Role | None = None


class CentreDelayReasonRecorded(Event):
    """A reason why the person is still in the centre began to apply."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 85
    type: Literal["flow.centre-delay-reason-recorded.v1"]
    data: CentreDelayReasonRecordedData


class CentreDelayReasonClearedData(StayData):
    """The reason that no longer applies."""

    reason: DelayReasonSlug


class CentreDelayReasonCleared(Event):
    """A reason to be still in the centre no longer applies."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 85
    type: Literal["flow.centre-delay-reason-cleared.v1"]
    data: CentreDelayReasonClearedData


class CentreDischargedData(StayData):
    """Where the person went."""

    destination: CentreDestination | None = None


class CentreDischarged(Event):
    """The person left the centre."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 86
    type: Literal["flow.centre-discharged.v1"]
    data: CentreDischargedData


class HandoverData(Wire):
    """Names one handover; identifiers are unique per person."""

    handover_id: HandoverId


class HandoverSentData(HandoverData):
    """From whom to whom, and how many items are outstanding."""

    from_organisation: OdsCode | None = None
    to_service: ServiceReference | None = None
    outstanding_items: (
        Annotated[Count, Field(description="How many items are still to come")] | None
    ) = None


class HandoverSent(Event):
    """Responsibility was offered. Sent is not accepted."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 49
    type: Literal["flow.handover-sent.v1"]
    data: HandoverSentData


class HandoverAcceptedData(HandoverData):
    """Who took it over."""

    service: ServiceReference | None = None


class HandoverAccepted(Event):
    """The receiver explicitly accepted responsibility."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 87
    type: Literal["flow.handover-accepted.v1"]
    data: HandoverAcceptedData


class HandoverRejectedData(HandoverData):
    """Why not, from a fixed list; and who says so: where absent, whoever was asked last."""

    reason: RejectionReason
    service: ServiceReference | None = None


class HandoverRejected(Event):
    """The receiver refused responsibility."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 87
    type: Literal["flow.handover-rejected.v1"]
    data: HandoverRejectedData


class FollowUpRecordedData(SpellData):
    """The spell that the person was discharged from, the day after it, and what was found."""

    day: Literal[7, 30, 91]
    status: FollowUpStatus


class FollowUpRecorded(Event):
    """Somebody looked where the person is on day 7, 30 or 91 after a discharge (O3, O4)."""

    topic: ClassVar[str] = "care-package"
    rank: ClassVar[int] = 88
    type: Literal["flow.follow-up-recorded.v1"]
    data: FollowUpRecordedData


class CentreCapacityReportedData(Wire):
    """A snapshot: beds for a centre, visits and hours that a home-care provider can start.

    What a kind of service has none of (list `service_kind`) does not count.
    """

    kind: ServiceKind
    council: Council | None = None
    locality: Locality | None = None
    beds_open: Beds | None = None
    beds_closed: Beds | None = None
    beds_reserved: Beds | None = None
    beds_occupied: Beds | None = None
    visits_per_week_available: Visits | None = None
    hours_per_week_available: HoursOfService | None = None


class CentreCapacityReported(Event):
    """A service said what it can take; `subject` is the service, not a person."""

    topic: ClassVar[str] = "capacity"
    type: Literal["flow.centre-capacity-reported.v1"]
    subject: ServiceReference
    data: CentreCapacityReportedData
