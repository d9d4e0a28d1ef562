"""How it should go, for the state machine: the events of some ways through the pathway."""

from typing import Any

OF_A_SPELL = (
    "task-done",
    "patient-admitted",
    "expected-discharge-date-set",
    "criteria-to-reside-assessed",
    "pathway-decided",
    "referred-to-care-transfer-hub",
    "patient-discharged",
)
Step = tuple[str, dict[str, Any]]
LEAVING: tuple[Step, ...] = (
    ("patient-admitted", {}),
    ("expected-discharge-date-set", {"expected_discharge_date": "2026-04-01"}),
    ("pathway-decided", {"pathway": "P1", "status": "likely"}),
    ("criteria-to-reside-assessed", {"meets": False}),
    ("referred-to-care-transfer-hub", {"hub": "leeds-hub", "referral_id": "H1"}),
    ("pathway-decided", {"pathway": "P1", "status": "confirmed"}),
)
_CENTRE = {"referral_id": "R2", "kind": "rehabilitation_bed", "service": "centre-a"}
_HOME = {"package_id": "P1", "kind": "new", "service": "skills-south"}
WAYS: dict[str, tuple[Step, ...]] = {
    "centre": (
        ("referral-made", _CENTRE),
        ("referral-accepted", {"referral_id": "R2"}),
        ("patient-discharged", {"discharge_method": "1", "pathway": "P2"}),
        ("handover-sent", {"handover_id": "V1", "to_service": "centre-a"}),
        ("centre-admitted", {"stay_id": "T1", "service": "centre-a"}),
        ("centre-ready-to-leave", {"stay_id": "T1"}),
        ("care-package-requested", _HOME),
        ("centre-discharged", {"stay_id": "T1"}),
    ),
    "home": (
        ("care-package-requested", _HOME),
        ("patient-discharged", {"discharge_method": "1"}),
        ("first-visit-missed", {"package_id": "P1"}),
        ("first-visit-completed", {"package_id": "P1"}),
        ("care-package-handed-back", {"package_id": "P1", "reason": "staffing"}),
        ("care-package-confirmed", {"package_id": "P1", "service": "skills-south"}),
    ),
    "restart": (
        ("care-package-requested", {**_HOME, "kind": "restart"}),
        ("patient-discharged", {"discharge_method": "1"}),
        ("care-package-restarted", {"package_id": "P1"}),
        ("care-package-paused", {"package_id": "P1", "reason": "readmitted"}),
    ),
    "restart of its own": (
        ("care-package-requested", _HOME),
        ("patient-discharged", {"discharge_method": "1"}),
        ("first-visit-completed", {"package_id": "P1"}),
        ("patient-admitted", {"spell_id": "S2"}),
        ("care-package-requested", {**_HOME, "package_id": "P2", "kind": "restart"}),
        ("patient-discharged", {"discharge_method": "1", "pathway": "P0", "spell_id": "S2"}),
        ("first-visit-completed", {"package_id": "P2"}),
    ),
    "restart of its own, given by the old name": (
        ("care-package-requested", _HOME),
        ("patient-discharged", {"discharge_method": "1"}),
        ("first-visit-completed", {"package_id": "P1"}),
        ("care-package-paused", {"package_id": "P1", "reason": "provider_capacity"}),
        ("care-package-requested", {**_HOME, "package_id": "P2", "kind": "restart"}),
        ("care-package-restarted", {"package_id": "P1"}),
    ),
    "owned": (
        ("coordinator-assigned", {"organisation": "RR8", "coordinator": "co1"}),
        ("referral-made", _CENTRE),
        ("coordinator-off-duty", {"coordinator": "co1"}),
        ("coordinator-assigned", {"organisation": "RR8", "coordinator": "co2"}),
        ("patient-discharged", {"discharge_method": "1", "pathway": "P2"}),
        ("centre-admitted", {"stay_id": "T1", "service": "centre-a"}),
        ("care-package-requested", _HOME),
        ("centre-discharged", {"stay_id": "T1"}),
    ),
    "beside": (
        (
            "coordinator-assigned",
            {"organisation": "213", "coordinator": "co1", "role": "social_worker"},
        ),
        ("care-package-requested", _HOME),
        ("referral-made", {"referral_id": "R1", "kind": "community_health", "service": "nurses"}),
        ("patient-discharged", {"discharge_method": "1"}),
        ("first-visit-completed", {"package_id": "P1"}),
        ("first-visit-completed", {"referral_id": "R1"}),
        ("coordinator-assigned", {"organisation": "RR8", "coordinator": "co2"}),
        ("care-package-ended", {"package_id": "P1", "reason": "goals_met"}),
    ),
    "increased": (
        ("care-package-requested", _HOME),
        ("patient-discharged", {"discharge_method": "1"}),
        ("first-visit-completed", {"package_id": "P1"}),
        ("care-package-requested", {**_HOME, "kind": "increased"}),
        ("care-package-increased", {"package_id": "P1"}),
        ("care-package-paused", {"package_id": "P1", "reason": "provider_capacity"}),
    ),
    "at the end of life": (
        ("referral-made", {"referral_id": "R1", "kind": "palliative_care"}),
        ("referral-made", {"referral_id": "R2", "kind": "hospice_bed", "service": "centre-a"}),
        ("referral-accepted", {"referral_id": "R1"}),
        ("patient-discharged", {"discharge_method": "1"}),
        ("first-visit-completed", {"referral_id": "R1"}),
        ("centre-admitted", {"stay_id": "T1", "service": "centre-a", "referral_id": "R2"}),
    ),
    "mental health": (
        ("referral-made", {"referral_id": "R2", "kind": "mental_health_bed"}),
        ("referral-made", {"referral_id": "R1", "kind": "mental_health_community"}),
        ("patient-discharged", {"discharge_method": "1"}),
        ("centre-admitted", {"stay_id": "T1", "service": "centre-a", "referral_id": "R2"}),
        ("centre-discharged", {"stay_id": "T1"}),
        ("first-visit-missed", {"referral_id": "R1"}),
        ("first-visit-completed", {"referral_id": "R1"}),
    ),
    "a home made ready": (
        ("referral-made", {"referral_id": "R1", "kind": "equipment"}),
        ("referral-made", {"referral_id": "R2", "kind": "housing"}),
        ("task-done", {"task": "equipment_delivered"}),
        ("task-done", {"task": "housing_ready"}),
        ("patient-discharged", {"discharge_method": "1"}),
    ),
    "mother and child": (
        ("referral-made", {"referral_id": "R1", "kind": "health_visiting"}),
        ("referral-made", {"referral_id": "R2", "kind": "early_years"}),
        ("patient-discharged", {"discharge_method": "1", "pathway": "P0"}),
        ("first-visit-completed", {"referral_id": "R1"}),
        ("first-visit-completed", {"referral_id": "R2"}),
    ),
    "without a package": (
        ("referral-made", {"referral_id": "R1", "kind": "home_care", "service": "skills-south"}),
        ("referral-made", {"referral_id": "R2", "kind": "disability_support"}),
        ("patient-discharged", {"discharge_method": "1"}),
        ("first-visit-completed", {"referral_id": "R1"}),
        ("referral-made", {"referral_id": "R2", "kind": "community_health"}),
    ),
    "planned": (
        ("patient-discharged", {"discharge_method": "1"}),
        ("assessment-referred", {"assessment_id": "A1"}),
        ("assessment-allocated", {"assessment_id": "A1"}),
        ("assessment-completed", {"assessment_id": "A1"}),
        ("support-plan-agreed", {"assessment_id": "A1"}),
        ("funding-agreed", {"assessment_id": "A1", "funder": "council"}),
    ),
}
