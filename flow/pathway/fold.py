"""From events in canonical order to a journey: one small handler per type of event.

Total: no sequence of valid events raises; what cannot be true becomes a finding.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from flow.events import (
    admission,
    assessment,
    care_package,
    coordination,
    discharge,
    erasure,
    service_coordination,
)
from flow.events.discharge import (
    DelayReasonCleared,
    DelayReasonRecorded,
    ReferredToCareTransferHub,
)
from flow.events.envelope import Event
from flow.events.event_types import EVENT_TYPES, AnyEvent
from flow.events.identity import LINKS, IdentityLinked, IdentityUnlinked
from flow.pathway import (
    coordination as coordinate,
)
from flow.pathway import (
    death,
    delay_reasons,
    handovers,
    notices,
    packages,
    planning,
    referrals,
    spells,
    stays,
    unawares,
)
from flow.pathway.identity import identity_linked, identity_unlinked
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.ownership import follow, follow_reason
from flow.pathway.pauses import wait_paused, wait_resumed

LATE: Final = timedelta(hours=24)
"""An event written down later than this after it happened is a finding (domain.md 12.6)."""
AHEAD: Final = timedelta(hours=1)
"""Clocks of two systems differ by minutes. What is dated further ahead of when it was written down
is a plan or a slip of the pen: it has not happened, and stops no wait."""


def _reason_recorded(journey: Journey, event: DelayReasonRecorded, now: Mark) -> None:
    spell = spells.inpatient(journey, event.data, now)
    if spell is not None:
        data = event.data
        delay_reasons.record(journey, spell, data.reason, now, primary=data.primary)


def _reason_cleared(journey: Journey, event: DelayReasonCleared, now: Mark) -> None:
    spell = spells.inpatient(journey, event.data, now)
    if spell is not None:
        delay_reasons.clear(journey, spell, event.data.reason, now)


def _referred_to_hub(journey: Journey, event: ReferredToCareTransferHub, now: Mark) -> None:
    spell = spells.inpatient(journey, event.data, now)
    if spell is not None:
        referrals.referred_to_care_transfer_hub(journey, spell, event, now)


def _of_no_person(_journey: Journey, _event: Event, _now: Mark) -> None:
    """What is told of a service is not part of anybody's journey."""


def _erased(_journey: Journey, _event: Event, _now: Mark) -> None:
    """Whoever keeps histories lets go of this one; no history holds an erasure."""


HANDLERS: Final[Mapping[type[Event], Callable[[Journey, Any, Mark], None]]] = {
    admission.PatientAdmitted: spells.patient_admitted,
    admission.PatientTransferred: spells.patient_transferred,
    admission.ExpectedDischargeDateSet: spells.expected_discharge_date_set,
    admission.AdmissionCancelled: spells.admission_cancelled,
    discharge.CriteriaToResideAssessed: spells.criteria_to_reside_assessed,
    discharge.PathwayDecided: spells.pathway_decided,
    discharge.DelayReasonRecorded: _reason_recorded,
    discharge.DelayReasonCleared: _reason_cleared,
    discharge.ReferredToCareTransferHub: _referred_to_hub,
    discharge.CaseManagerAssigned: spells.case_manager_assigned,
    discharge.ReferralMade: referrals.referral_made,
    discharge.ReferralReceived: referrals.referral_received,
    discharge.ReferralTriaged: referrals.referral_triaged,
    discharge.ReferralAccepted: referrals.referral_accepted,
    discharge.ReferralRejected: referrals.referral_rejected,
    discharge.ReferralWithdrawn: referrals.referral_withdrawn,
    discharge.MedicinesReady: spells.medicines_ready,
    discharge.TransportBooked: spells.transport_booked,
    discharge.DischargeSummarySent: spells.discharge_summary_sent,
    discharge.PatientDischarged: spells.patient_discharged,
    discharge.DischargeCancelled: spells.discharge_cancelled,
    discharge.PatientDied: death.patient_died,
    care_package.CarePackageRequested: packages.care_package_requested,
    care_package.CarePackageConfirmed: packages.care_package_confirmed,
    care_package.CarePackageStarted: packages.care_package_started,
    care_package.FirstVisitCompleted: packages.first_visit_completed,
    care_package.FirstVisitMissed: packages.first_visit_missed,
    care_package.CarePackagePaused: packages.care_package_paused,
    care_package.CarePackageRestarted: packages.care_package_restarted,
    care_package.CarePackageIncreased: packages.care_package_increased,
    care_package.CarePackageHandedBack: packages.care_package_handed_back,
    care_package.CarePackageEnded: packages.care_package_ended,
    care_package.CentreAdmitted: stays.centre_admitted,
    care_package.CentreGoalsAgreed: stays.centre_goals_agreed,
    care_package.CentreReadyToLeave: stays.centre_ready_to_leave,
    care_package.RequirementsToRemainAssessed: stays.requirements_to_remain_assessed,
    care_package.CentreDelayReasonRecorded: stays.centre_delay_reason_recorded,
    care_package.CentreDelayReasonCleared: stays.centre_delay_reason_cleared,
    care_package.CentreDischarged: stays.centre_discharged,
    assessment.AssessmentReferred: planning.assessment_referred,
    assessment.AssessmentAllocated: planning.assessment_allocated,
    assessment.AssessmentCompleted: planning.assessment_completed,
    assessment.SupportPlanAgreed: planning.support_plan_agreed,
    assessment.FundingAgreed: planning.funding_agreed,
    assessment.AssessmentWithdrawn: planning.assessment_withdrawn,
    care_package.HandoverSent: handovers.handover_sent,
    care_package.HandoverAccepted: handovers.handover_accepted,
    care_package.HandoverRejected: handovers.handover_rejected,
    care_package.FollowUpRecorded: spells.follow_up_recorded,
    care_package.CentreCapacityReported: _of_no_person,
    service_coordination.ServiceAlertAcknowledged: _of_no_person,
    service_coordination.ServiceAlertSnoozed: _of_no_person,
    coordination.CoordinatorAssigned: coordinate.coordinator_assigned,
    coordination.CoordinatorOffDuty: coordinate.coordinator_off_duty,
    coordination.AlertAcknowledged: coordinate.alert_acknowledged,
    coordination.AlertSnoozed: coordinate.alert_snoozed,
    coordination.WaitPaused: wait_paused,
    coordination.WaitResumed: wait_resumed,
    coordination.TaskDone: coordinate.task_done,
    erasure.PersonErased: _erased,
    IdentityLinked: identity_linked,
    IdentityUnlinked: identity_unlinked,
}

ONLY_THE_LIVING: Final[frozenset[type[Event]]] = frozenset(
    {
        admission.PatientAdmitted,
        admission.PatientTransferred,
        admission.ExpectedDischargeDateSet,
        discharge.CriteriaToResideAssessed,
        discharge.PathwayDecided,
        discharge.DelayReasonRecorded,
        discharge.ReferredToCareTransferHub,
        discharge.CaseManagerAssigned,
        discharge.ReferralMade,
        discharge.ReferralAccepted,
        care_package.CarePackageRequested,
        care_package.CarePackageConfirmed,
        care_package.CarePackageStarted,
        care_package.CarePackagePaused,
        care_package.CarePackageRestarted,
        care_package.CarePackageIncreased,
        care_package.FirstVisitCompleted,
        care_package.FirstVisitMissed,
        care_package.CentreAdmitted,
        care_package.CentreGoalsAgreed,
        care_package.CentreReadyToLeave,
        assessment.AssessmentReferred,
        assessment.AssessmentAllocated,
        assessment.AssessmentCompleted,
        assessment.SupportPlanAgreed,
        care_package.RequirementsToRemainAssessed,
        care_package.CentreDelayReasonRecorded,
        care_package.HandoverSent,
        care_package.HandoverAccepted,
        coordination.CoordinatorAssigned,
    }
)
"""What cannot happen after a death: a finding, and no effect. The rest is tidying up; what somebody
found on a day after the discharge is looked at by itself (`spells.follow_up_recorded`)."""


def _service_field(model: type[Event]) -> str | None:
    """The field of an event's data that may name a service."""
    data = model.model_fields["data"].annotation
    assert data is not None
    named = {"service", "to_service", "hub"} & data.model_fields.keys()
    assert len(named) <= 1, "an event names one service at most"
    return next(iter(named), None)


SERVICE_FIELD: Final[Mapping[type[Event], str]] = {
    model: field for model in EVENT_TYPES.values() if (field := _service_field(model)) is not None
}
"""Types of events that may name a service, and the field of `data` that does."""


def step(journey: Journey, event: AnyEvent, identity: str) -> None:
    """Fold the next event in canonical order into the journey, in place."""
    kind = type(event)
    at = event.time
    journey.steps += 1
    if kind in LINKS:
        # Of the reference, not of the person: the journey is the same without it.
        HANDLERS[kind](journey, event, Mark(at, identity))
        return
    journey.newest_at = at
    if journey.began is None:
        journey.began = at
        journey.stage_version += 1
    if event.recordedtime - at > LATE:
        journey.find("late_event", identity)
    if at - event.recordedtime > AHEAD:
        journey.find("dated_ahead", identity)
        return
    if journey.died is not None and kind in ONLY_THE_LIVING:
        journey.find("event_after_death", journey.died.by, identity)
        unawares.hear(journey, event, identity)
        return
    while journey.responsible_later and journey.responsible_later[0][0].at <= at:
        follow(journey, journey.responsible_later[0][0])
    now = Mark(at, identity)
    HANDLERS[kind](journey, event, now)
    unawares.hear(journey, event, identity)
    if journey.resolution.takes_back(identity):
        notices.taken_back(journey, now)
    field = SERVICE_FIELD.get(kind)
    if field is not None and (service := getattr(event.data, field)) is not None:
        journey.name(service, identity)
    if journey.services_unasked:
        journey.services_unasked = False
        journey.watch_services(now)
    if journey.owned_version != (journey.hospital_version, journey.services_version):
        follow(journey, now)
    elif journey.reasons_followed != journey.reasons_version:
        follow_reason(journey)
