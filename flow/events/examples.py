"""One made-up event of each type, every field filled in: for the catalogue and for trying out.

The events tell of one person from Leeds and are plausible together, but they are no journey:
one person is not both discharged home and sent to a centre, and here she is.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_PERSON = "k1.NYzF4cZSpHk5mVV1qGbCgkzQ0jDLcS8nV2uY3bX7wRk"
_HOSPITAL, _HUB, _COUNCIL, _CENTRE, _HOME_CARE, _BOARD, _WORKER = (
    "/rr8/pas",
    "/rr8/care-transfer-hub",
    "/e08000035/brokerage",
    "/leeds/south-centre",
    "/leeds/home-care",
    "/leeds/board",
    "/discharge-flow/worker",
)
_SPELL = {"provider": "RR8", "spell_id": "S-2026-004711"}
_PLACE = {"council": "E08000035", "locality": "leeds-south"}
_REFERRAL = {"referral_id": "R-8821"}
_PACKAGE = {"package_id": "P-3310"}
_STAY = {"stay_id": "C-0907"}
_HANDOVER = {"handover_id": "H-5102"}
_ASSESSMENT = {"assessment_id": "A-2204"}
_JOINT_SERVICE = {"service": "leeds-joint-assessment"}
_CENTRE_SERVICE = {"service": "leeds-south-centre"}
_HOME_SERVICE = {"service": "leeds-home-care"}
_SERVICE_ALERT_ANSWER = {"alert": "place_free_with_someone_waiting", "by": "staff-0042"}
_ALERT_ANSWER = {"wait": "drd_to_discharge", "about": "RR8:S-2026-004711", "by": "staff-0042"}

_EVENTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "flow.patient-admitted.v1",
        _HOSPITAL,
        "2026-03-17T21:40:00+00:00",
        {
            **_SPELL,
            "site": "RR801",
            "ward": "J28",
            "admission_method": "21",
            "source_of_admission": "19",
            "treatment_function": "300",
            **_PLACE,
            "age_band": "85+",
        },
    ),
    (
        "flow.patient-transferred.v1",
        _HOSPITAL,
        "2026-03-18T11:15:00+00:00",
        {**_SPELL, "ward": "J19", "site": "RR801"},
    ),
    (
        "flow.expected-discharge-date-set.v1",
        _HOSPITAL,
        "2026-03-18T12:00:00+00:00",
        {**_SPELL, "expected_discharge_date": "2026-03-27", "clinical_criteria_met": False},
    ),
    ("flow.admission-cancelled.v1", _HOSPITAL, "2026-03-18T12:30:00+00:00", {**_SPELL}),
    (
        "flow.criteria-to-reside-assessed.v1",
        _HOSPITAL,
        "2026-03-26T09:10:00+00:00",
        {**_SPELL, "meets": True, "criterion": "08", "role": "hospital_consultant"},
    ),
    (
        "flow.pathway-decided.v1",
        _HUB,
        "2026-03-27T10:00:00+00:00",
        {
            **_SPELL,
            "pathway": "P2",
            "status": "confirmed",
            "destination": "p2_bed",
            "planned_discharge_at": "2026-03-30T11:00:00+01:00",
            **_PLACE,
        },
    ),
    (
        "flow.delay-reason-recorded.v1",
        _HOSPITAL,
        "2026-03-28T08:30:00+00:00",
        {**_SPELL, "reason": "cap_p2_bed", "primary": True, "role": "discharge_coordinator"},
    ),
    (
        "flow.delay-reason-cleared.v1",
        _HOSPITAL,
        "2026-03-30T09:00:00+01:00",
        {**_SPELL, "reason": "cap_p2_bed"},
    ),
    (
        "flow.referred-to-care-transfer-hub.v1",
        _HOSPITAL,
        "2026-03-27T09:20:00+00:00",
        {**_SPELL, "hub": "leeds-care-transfer-hub", "referral_id": "R-8820"},
    ),
    (
        "flow.case-manager-assigned.v1",
        _HUB,
        "2026-03-27T09:45:00+00:00",
        {
            **_SPELL,
            "organisation": "RR8",
            "case_manager": "staff-0042",
            "role": "case_manager",
        },
    ),
    (
        "flow.referral-made.v1",
        _HUB,
        "2026-03-27T10:05:00+00:00",
        {
            **_REFERRAL,
            "kind": "rehabilitation_bed",
            **_CENTRE_SERVICE,
            **_SPELL,
            "funder": "joint",
            **_PLACE,
            "needs": ["two_carers"],
        },
    ),
    (
        "flow.referral-received.v1",
        _CENTRE,
        "2026-03-27T10:06:00+00:00",
        {**_REFERRAL, **_CENTRE_SERVICE},
    ),
    (
        "flow.referral-triaged.v1",
        _CENTRE,
        "2026-03-27T14:00:00+00:00",
        {**_REFERRAL, "role": "centre_manager"},
    ),
    (
        "flow.referral-accepted.v1",
        _CENTRE,
        "2026-03-27T15:30:00+00:00",
        {**_REFERRAL, **_CENTRE_SERVICE, "start_agreed_at": "2026-03-30T14:00:00+01:00"},
    ),
    (
        "flow.referral-rejected.v1",
        _CENTRE,
        "2026-03-27T15:30:00+00:00",
        {**_REFERRAL, "reason": "no_capacity"},
    ),
    (
        "flow.referral-withdrawn.v1",
        _HUB,
        "2026-03-28T09:00:00+00:00",
        {**_REFERRAL, "reason": "unwell_again"},
    ),
    ("flow.medicines-ready.v1", _HOSPITAL, "2026-03-30T10:10:00+01:00", {**_SPELL}),
    (
        "flow.transport-booked.v1",
        _HOSPITAL,
        "2026-03-29T16:00:00+01:00",
        {**_SPELL, "for_time": "2026-03-30T12:30:00+01:00"},
    ),
    ("flow.discharge-summary-sent.v1", _HOSPITAL, "2026-03-30T15:45:00+01:00", {**_SPELL}),
    (
        "flow.patient-discharged.v1",
        _HOSPITAL,
        "2026-03-30T12:50:00+01:00",
        {
            **_SPELL,
            "discharge_method": "1",
            "destination_code": "54",
            "destination": "p2_bed",
            "pathway": "P2",
            "discharge_ready_date": "2026-03-27",
            "ward": "J19",
            **_PLACE,
        },
    ),
    ("flow.discharge-cancelled.v1", _HOSPITAL, "2026-03-30T13:20:00+01:00", {**_SPELL}),
    ("flow.patient-died.v1", _HOSPITAL, "2026-05-21T04:35:00+01:00", {**_SPELL}),
    (
        "flow.care-package-requested.v1",
        _COUNCIL,
        "2026-04-20T10:00:00+01:00",
        {
            **_PACKAGE,
            "kind": "new",
            **_HOME_SERVICE,
            "referral_id": "R-8907",
            **_SPELL,
            "visits_per_week": 14,
            "hours_per_week": 10.5,
            "funder": "council",
            "planned_start_at": "2026-04-24T08:00:00+01:00",
            **_PLACE,
        },
    ),
    (
        "flow.care-package-confirmed.v1",
        _HOME_CARE,
        "2026-04-21T16:20:00+01:00",
        {**_PACKAGE, **_HOME_SERVICE, "first_visit_due_at": "2026-04-24T18:00:00+01:00"},
    ),
    (
        "flow.care-package-started.v1",
        _HOME_CARE,
        "2026-04-24T17:55:00+01:00",
        {**_PACKAGE, **_HOME_SERVICE},
    ),
    (
        "flow.first-visit-completed.v1",
        _HOME_CARE,
        "2026-04-24T18:25:00+01:00",
        {**_PACKAGE, "referral_id": "R-8907", **_HOME_SERVICE},
    ),
    (
        "flow.first-visit-missed.v1",
        _HOME_CARE,
        "2026-04-24T19:00:00+01:00",
        {**_PACKAGE, "referral_id": "R-8907", **_HOME_SERVICE},
    ),
    (
        "flow.care-package-paused.v1",
        _HOME_CARE,
        "2026-05-02T09:00:00+01:00",
        {**_PACKAGE, "reason": "family_cover"},
    ),
    ("flow.care-package-restarted.v1", _HOME_CARE, "2026-05-06T09:00:00+01:00", {**_PACKAGE}),
    (
        "flow.care-package-ended.v1",
        _HOME_CARE,
        "2026-06-05T09:00:00+01:00",
        {**_PACKAGE, "reason": "goals_met"},
    ),
    (
        "flow.centre-admitted.v1",
        _CENTRE,
        "2026-03-30T13:30:00+01:00",
        {**_STAY, **_CENTRE_SERVICE, **_REFERRAL, "funder": "joint", **_PLACE},
    ),
    ("flow.centre-goals-agreed.v1", _CENTRE, "2026-04-01T11:00:00+01:00", {**_STAY}),
    ("flow.centre-ready-to-leave.v1", _CENTRE, "2026-04-20T09:00:00+01:00", {**_STAY}),
    (
        "flow.centre-discharged.v1",
        _CENTRE,
        "2026-04-24T11:00:00+01:00",
        {**_STAY, "destination": "home_with_support"},
    ),
    (
        "flow.assessment-referred.v1",
        _HUB,
        "2026-04-13T09:30:00+01:00",
        {**_ASSESSMENT, **_JOINT_SERVICE, **_SPELL},
    ),
    (
        "flow.assessment-allocated.v1",
        _COUNCIL,
        "2026-04-13T14:00:00+01:00",
        {**_ASSESSMENT, **_JOINT_SERVICE, "to": "staff-0311"},
    ),
    (
        "flow.assessment-completed.v1",
        _COUNCIL,
        "2026-04-15T11:00:00+01:00",
        {**_ASSESSMENT, **_JOINT_SERVICE},
    ),
    (
        "flow.support-plan-agreed.v1",
        _COUNCIL,
        "2026-04-16T15:00:00+01:00",
        {**_ASSESSMENT, **_JOINT_SERVICE, "funder": "council"},
    ),
    (
        "flow.funding-agreed.v1",
        _COUNCIL,
        "2026-04-17T12:00:00+01:00",
        {**_ASSESSMENT, **_JOINT_SERVICE, "funder": "joint"},
    ),
    (
        "flow.assessment-withdrawn.v1",
        _HUB,
        "2026-04-14T10:00:00+01:00",
        {**_ASSESSMENT, **_JOINT_SERVICE, "reason": "person_declined"},
    ),
    (
        "flow.handover-sent.v1",
        _HOSPITAL,
        "2026-03-30T12:00:00+01:00",
        {
            **_HANDOVER,
            "from_organisation": "RR8",
            "to_service": "leeds-south-centre",
            "outstanding_items": 2,
        },
    ),
    (
        "flow.handover-accepted.v1",
        _CENTRE,
        "2026-03-30T13:40:00+01:00",
        {**_HANDOVER, **_CENTRE_SERVICE},
    ),
    (
        "flow.handover-rejected.v1",
        _CENTRE,
        "2026-03-30T13:40:00+01:00",
        {**_HANDOVER, "reason": "items_outstanding"},
    ),
    (
        "flow.centre-capacity-reported.v1",
        _CENTRE,
        "2026-03-30T07:00:00+01:00",
        {
            "kind": "independence_centre",
            **_PLACE,
            "beds_open": 38,
            "beds_closed": 2,
            "beds_reserved": 3,
            "beds_occupied": 34,
            "visits_per_week_available": 0,
            "hours_per_week_available": 0.0,
        },
    ),
    (
        "flow.coordinator-assigned.v1",
        _BOARD,
        "2026-03-28T08:40:00+00:00",
        {
            "organisation": "RR8",
            "coordinator": "staff-0042",
            "role": "case_manager",
            "service": "leeds-care-transfer-hub",
        },
    ),
    (
        "flow.coordinator-off-duty.v1",
        _BOARD,
        "2026-03-28T17:00:00+00:00",
        {
            "coordinator": "staff-0042",
            "back_at": "2026-03-30T08:30:00+01:00",
            "cover": "staff-0077",
        },
    ),
    ("flow.alert-acknowledged.v1", _BOARD, "2026-03-28T08:41:00+00:00", {**_ALERT_ANSWER}),
    (
        "flow.alert-snoozed.v1",
        _BOARD,
        "2026-03-28T08:42:00+00:00",
        {**_ALERT_ANSWER, "until": "2026-03-30T09:00:00+01:00", "reason": "plan_agreed"},
    ),
    (
        "flow.wait-paused.v1",
        _BOARD,
        "2026-03-28T08:45:00+00:00",
        {**_ALERT_ANSWER, "reason": "mental_capacity", "until": "2026-03-31T17:00:00+01:00"},
    ),
    ("flow.wait-resumed.v1", _BOARD, "2026-03-30T10:15:00+00:00", {**_ALERT_ANSWER}),
    (
        "flow.person-erased.v1",
        _BOARD,
        "2026-04-20T10:00:00+00:00",
        {"reason": "objection", "by": "staff-0042"},
    ),
    (
        "flow.identity-linked.v1",
        _HOSPITAL,
        "2026-03-21T09:00:00+00:00",
        {"to": "k1.Zr0bXk2u9QmJvT4sWcE8yLhN5pGdA1oFi6RtKq3VxYs", "reason": "nhs_number_known"},
    ),
    (
        "flow.identity-unlinked.v1",
        _HOSPITAL,
        "2026-03-21T11:00:00+00:00",
        {"to": "k1.Zr0bXk2u9QmJvT4sWcE8yLhN5pGdA1oFi6RtKq3VxYs"},
    ),
    (
        "flow.task-done.v1",
        _BOARD,
        "2026-03-25T10:00:00+00:00",
        {"task": "long_stay_review", **_SPELL, "by": "staff-0042"},
    ),
    (
        "flow.care-package-increased.v1",
        _HOME_CARE,
        "2026-05-11T10:00:00+01:00",
        {
            **_PACKAGE,
            **_HOME_SERVICE,
            "visits_per_week": 28,
            "hours_per_week": 17.5,
            "funder": "council",
        },
    ),
    (
        "flow.care-package-handed-back.v1",
        _HOME_CARE,
        "2026-05-18T14:00:00+01:00",
        {
            **_PACKAGE,
            "reason": "staffing",
            **_HOME_SERVICE,
            "care_until": "2026-06-01T09:00:00+01:00",
        },
    ),
    (
        "flow.requirements-to-remain-assessed.v1",
        _CENTRE,
        "2026-04-19T09:00:00+01:00",
        {**_STAY, "meets": True, "role": "centre_manager"},
    ),
    (
        "flow.centre-delay-reason-recorded.v1",
        _CENTRE,
        "2026-04-20T10:00:00+01:00",
        {**_STAY, "reason": "cap_p1_social_care", "primary": True, "role": "centre_manager"},
    ),
    (
        "flow.centre-delay-reason-cleared.v1",
        _CENTRE,
        "2026-04-22T10:00:00+01:00",
        {**_STAY, "reason": "cap_p1_social_care"},
    ),
    (
        "flow.follow-up-recorded.v1",
        _HUB,
        "2026-06-29T10:00:00+01:00",
        {**_SPELL, "day": 91, "status": "at_home"},
    ),
    (
        "flow.service-alert-acknowledged.v1",
        _BOARD,
        "2026-03-30T11:20:00+01:00",
        {**_SERVICE_ALERT_ANSWER},
    ),
    (
        "flow.service-alert-snoozed.v1",
        _BOARD,
        "2026-03-30T11:25:00+01:00",
        {**_SERVICE_ALERT_ANSWER, "until": "2026-03-30T17:00:00+01:00", "reason": "plan_agreed"},
    ),
)

_OUTPUTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "flow.alert-changed.v1",
        _WORKER,
        "2026-03-30T11:50:02Z",
        {
            "alert_id": "0b0e6a55-6b5e-5f0b-9f0a-5a2f6c1d7e11",
            "kind": "delay",
            "wait": "drd_to_discharge",
            "about": "RR8:S-2026-004711",
            "period": 1,
            "state": "closed",
            "level": "breached",
            "levels": [
                {"level": "near", "at": "2026-03-27T18:00:01Z"},
                {"level": "breached", "at": "2026-03-28T00:00:01Z"},
            ],
            "raised_at": "2026-03-27T18:00:01Z",
            "due_at": "2026-03-28T00:00:00Z",
            "closed_at": "2026-03-30T11:50:00Z",
            "closed_reason": "done_late",
            "acknowledged_by": "staff-0042",
            "snoozed_until": "2026-03-30T08:00:00Z",
            "supersedes": "7d9b3e0c-0f1e-5c43-8a5d-3f4d0a9b2c66",
            "target_s": 0,
            "provenance": "national",
            "target_source": "N2, N4",
            "target_valid_from": "2026-01-01",
            "started_by": ["/rr8/pas#EX-0006"],
            "stopped_by": ["/rr8/pas#EX-0020"],
            "acts_next": {"organisation": "RR8", "role": "discharge_coordinator"},
            "provider": "RR8",
            **_CENTRE_SERVICE,
            **_PLACE,
            "pathway": "P2",
        },
    ),
    (
        "flow.stage-changed.v1",
        _WORKER,
        "2026-03-30T11:50:02Z",
        {
            "stage": "ready_to_leave",
            "since": "2026-03-27T09:10:00Z",
            "pathway": "P2",
            "provider": "RR8",
            "site": "RR801",
            "ward": "J19",
            **_CENTRE_SERVICE,
            **_PLACE,
            "next_step": "p2_bed_start",
            "acts_next": {"organisation": "leeds-south-centre", "role": "centre_manager"},
            "responsible": "RR8",
            "coordinator_known": True,
            "discharge_ready_date": "2026-03-27",
        },
    ),
    (
        "flow.placement-changed.v1",
        _WORKER,
        "2026-03-27T15:30:02Z",
        {
            **_CENTRE_SERVICE,
            "state": "suitable",
            "since": "2026-03-27T11:00:00Z",
            **_PLACE,
            "pathway": "P2",
            "kind": "rehabilitation_bed",
            "asked_at": "2026-03-27T11:00:00Z",
            "ready_since": "2026-03-27T09:10:00Z",
            "asked_of": ["leeds-east-centre"],
            "suits": ["leeds-east-centre", "leeds-south-centre"],
            "named_by": "/leeds-reablement/referrals#4711",
        },
    ),
    (
        "flow.service-changed.v1",
        _WORKER,
        "2026-03-30T06:00:02Z",
        {
            **_CENTRE_SERVICE,
            "reported": {
                "event": "/leeds-south-centre/capacity#EX-0038",
                "time": "2026-03-30T06:00:00Z",
                "recordedtime": "2026-03-30T06:00:00Z",
                "kind": "independence_centre",
                **_PLACE,
                "beds_open": 38,
                "beds_closed": 2,
                "beds_reserved": 3,
                "beds_occupied": 34,
                "visits_per_week_available": 0,
                "hours_per_week_available": 0.0,
            },
            "derived": {
                "staying": 33,
                "waiting": 2,
                "offered": 0,
                "accepted": 1,
                "ready": 2,
                "suitable": 1,
                "longest_waiting_since": "2026-03-27T11:00:00Z",
                "waited_days": 4,
                "could_leave": 1,
            },
            "occupancy_difference": 1,
            "has_room": True,
            "free_places": 1,
            "shortfall": 2,
            "expected_free": [
                {"day": "2026-03-30", "places": 2},
                {"day": "2026-03-31", "places": 2},
            ],
            "conditions": [
                {"alert": "place_free_with_someone_waiting", "since": "2026-03-30T06:00:00Z"}
            ],
            "findings": [
                {"rule": "service_not_listed", "events": ["/leeds-south-centre/capacity#EX-0038"]}
            ],
        },
    ),
    (
        "flow.service-alert-changed.v1",
        _WORKER,
        "2026-03-30T16:00:01Z",
        {
            "alert_id": "5d4f1b0c-8d55-5a3c-9c0b-0a8f6f0c2b77",
            **_CENTRE_SERVICE,
            "alert": "place_free_with_someone_waiting",
            "state": "closed",
            "since": "2026-03-30T06:00:00Z",
            "due_at": "2026-03-30T10:00:00Z",
            "raised_at": "2026-03-30T10:00:01Z",
            "closed_at": "2026-03-30T16:00:01Z",
            "closed_reason": "nobody_waiting",
            "acknowledged_by": "staff-0042",
            "target_s": 14400,
            "provenance": "local",
            "target_source": "no national figure; set locally",
            "report": "/leeds-south-centre/capacity#EX-0038",
            "acts_next": {"organisation": "leeds-south-centre", "role": "centre_manager"},
            "kind": "independence_centre",
            **_PLACE,
        },
    ),
)

_SERVICE_TYPES = (
    "flow.centre-capacity-reported.v1",
    "flow.service-alert-acknowledged.v1",
    "flow.service-alert-snoozed.v1",
    "flow.service-changed.v1",
    "flow.service-alert-changed.v1",
)


def _envelope(
    number: int, kind: str, source: str, time: str, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"EX-{number:04}",
        "source": source,
        "type": kind,
        "time": time,
        "recordedtime": time,
        "subject": "leeds-south-centre" if kind in _SERVICE_TYPES else _PERSON,
        "data": data,
    }


EXAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {row[0]: _envelope(number, *row) for number, row in enumerate((*_EVENTS, *_OUTPUTS), start=1)}
)
"""One structured event by `type`, inputs and outputs."""
