"""What is decided and arranged so that a person can leave, and the leaving (domain.md 12.2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from flow.events.admission import SpellData
from flow.events.codes import (
    NEEDS,
    Council,
    CriteriaToResideCode,
    DelayReasonSlug,
    DestinationSlug,
    DischargeDestinationCode,
    DischargeMethodCode,
    Funder,
    Locality,
    Need,
    OdsCode,
    Pathway,
    ReferralKind,
    RejectionReason,
    Role,
    ServiceReference,
    WithdrawalReason,
)
from flow.events.envelope import Day, Event, Instant, Wire
from flow.events.identifiers import ReferralId, SpellId, StaffReference, Ward


class CriteriaToResideAssessedData(SpellData):
    """`meets` is false when none of the criteria 01 to 12 applies (domain.md 1.2).

    `criterion` says which one is met; 12 means "met, which one not recorded".
    """

    meets: StrictBool
    criterion: CriteriaToResideCode | None = None
    role: Role | None = None


class CriteriaToResideAssessed(Event):
    """A review found that the person meets, or no longer meets, the criteria to reside."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 40
    type: Literal["flow.criteria-to-reside-assessed.v1"]
    data: CriteriaToResideAssessedData


class PathwayDecidedData(SpellData):
    """`status` is `likely` while the ward expects it and `confirmed` once the hub has decided."""

    pathway: Pathway
    status: Literal["likely", "confirmed"] = "confirmed"
    destination: DestinationSlug | None = None
    planned_discharge_at: Instant | None = None
    council: Council | None = None
    locality: Locality | None = None


class PathwayDecided(Event):
    """A pathway 0 to 3 was expected or confirmed; it may change later."""

    topic: ClassVar[str] = "discharge"
    type: Literal["flow.pathway-decided.v1"]
    data: PathwayDecidedData


class DelayReasonRecordedData(SpellData):
    """One of several concurrent reasons; the newest marked `primary` is the primary one."""

    reason: DelayReasonSlug
    primary: StrictBool = False
    role: Role | None = None


class DelayReasonRecorded(Event):
    """A reason why the person is still in hospital began to apply (domain.md 2.3)."""

    topic: ClassVar[str] = "discharge"
    type: Literal["flow.delay-reason-recorded.v1"]
    data: DelayReasonRecordedData


class DelayReasonClearedData(SpellData):
    """The reason that no longer applies."""

    reason: DelayReasonSlug


class DelayReasonCleared(Event):
    """A delay reason no longer applies."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 45
    type: Literal["flow.delay-reason-cleared.v1"]
    data: DelayReasonClearedData


class ReferredToCareTransferHubData(SpellData):
    """Where the hub answers with referral events, `referral_id` joins them to this one."""

    hub: ServiceReference | None = None
    referral_id: ReferralId | None = None


class ReferredToCareTransferHub(Event):
    """The ward referred the person to the care transfer hub."""

    topic: ClassVar[str] = "discharge"
    type: Literal["flow.referred-to-care-transfer-hub.v1"]
    data: ReferredToCareTransferHubData


class CaseManagerAssignedData(SpellData):
    """`case_manager` is an opaque staff reference, never a name."""

    organisation: OdsCode
    case_manager: StaffReference
    role: Role | None = None


class CaseManagerAssigned(Event):
    """The hub gave the person a named case manager."""

    topic: ClassVar[str] = "discharge"
    type: Literal["flow.case-manager-assigned.v1"]
    data: CaseManagerAssignedData


class ReferralData(Wire):
    """Names one referral; identifiers are unique per person."""

    referral_id: ReferralId


Needs = Annotated[
    tuple[Need, ...], Field(max_length=len(NEEDS), description="Codes of the list `need`")
]


class ReferralMadeData(ReferralData):
    """To which service, for what. The spell is absent when the person is not in hospital.

    Without a service it is open which one: those count whose criteria the person meets (policy).
    `needs` are what such a service must be able to give; absent where nobody has said.
    """

    kind: ReferralKind
    service: ServiceReference | None = None
    provider: OdsCode | None = None
    spell_id: SpellId | None = None
    funder: Funder | None = None
    council: Council | None = None
    locality: Locality | None = None
    needs: Needs | None = None


class ReferralMade(Event):
    """A service was asked to take the person on."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 48
    type: Literal["flow.referral-made.v1"]
    data: ReferralMadeData


class ReferralReceivedData(ReferralData):
    """The service that has it."""

    service: ServiceReference | None = None


class ReferralReceived(Event):
    """The service has the referral: its time to respond runs from here."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 49
    type: Literal["flow.referral-received.v1"]
    data: ReferralReceivedData


class ReferralTriagedData(ReferralData):
    """By whom it was looked at."""

    role: Role | None = None


class ReferralTriaged(Event):
    """The service looked at the referral; this is no answer yet."""

    topic: ClassVar[str] = "discharge"
    type: Literal["flow.referral-triaged.v1"]
    data: ReferralTriagedData


class ReferralAcceptedData(ReferralData):
    """`start_agreed_at` is when the service says that it will begin."""

    service: ServiceReference | None = None
    start_agreed_at: Instant | None = None


class ReferralAccepted(Event):
    """The service will take the person on."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 51
    type: Literal["flow.referral-accepted.v1"]
    data: ReferralAcceptedData


class ReferralRejectedData(ReferralData):
    """Why not, from a fixed list."""

    reason: RejectionReason


class ReferralRejected(Event):
    """The service will not take the person on."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 51
    type: Literal["flow.referral-rejected.v1"]
    data: ReferralRejectedData


class ReferralWithdrawnData(ReferralData):
    """Why it was taken back, from a fixed list."""

    reason: WithdrawalReason | None = None


class ReferralWithdrawn(Event):
    """The referral was taken back by who made it."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 52
    type: Literal["flow.referral-withdrawn.v1"]
    data: ReferralWithdrawnData


class MedicinesReadyData(SpellData):
    """The spell whose medicines to take home are ready."""


class MedicinesReady(Event):
    """Medicines to take home are ready."""

    topic: ClassVar[str] = "discharge"
    type: Literal["flow.medicines-ready.v1"]
    data: MedicinesReadyData


class TransportBookedData(SpellData):
    """`for_time` is when it is booked for."""

    for_time: Instant | None = None


class TransportBooked(Event):
    """Patient transport was booked."""

    topic: ClassVar[str] = "discharge"
    type: Literal["flow.transport-booked.v1"]
    data: TransportBookedData


class DischargeSummarySentData(SpellData):
    """The spell that the summary is about."""


class DischargeSummarySent(Event):
    """The discharge summary went to the general practitioner (domain.md 1.5: within 24 h)."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 85
    type: Literal["flow.discharge-summary-sent.v1"]
    data: DischargeSummarySentData


class PatientDischargedData(SpellData):
    """End of a spell.

    `discharge_ready_date` is what the hospital recorded. Blank means discharged on the day
    of readiness, not "missing" (domain.md 1.3 rule 3). `destination` is the situation report
    line, which names its pathway (2.2): it counts where `pathway` is absent and none was
    confirmed; where the two contradict each other, what asks more of others counts. From
    `destination_code`, the national code, no pathway follows (4.1).
    """

    discharge_method: DischargeMethodCode | None = None
    destination_code: DischargeDestinationCode | None = None
    destination: DestinationSlug | None = None
    pathway: Pathway | None = None
    discharge_ready_date: Day | None = None
    ward: Ward | None = None
    council: Council | None = None
    locality: Locality | None = None


class PatientDischarged(Event):
    """The person left hospital: the spell ends. Method 4 means that they died."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 80
    type: Literal["flow.patient-discharged.v1"]
    data: PatientDischargedData


class DischargeCancelledData(SpellData):
    """The spell that goes on."""


class DischargeCancelled(Event):
    """The last discharge of the spell before this time did not take place: the spell goes on."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 82
    type: Literal["flow.discharge-cancelled.v1"]
    data: DischargeCancelledData


class PatientDiedData(Wire):
    """Where known, the spell in which the person died."""

    provider: OdsCode | None = None
    spell_id: SpellId | None = None


class PatientDied(Event):
    """The person died. This outranks everything else."""

    topic: ClassVar[str] = "discharge"
    rank: ClassVar[int] = 90
    type: Literal["flow.patient-died.v1"]
    data: PatientDiedData
