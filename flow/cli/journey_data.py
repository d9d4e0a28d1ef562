"""A journey as data for programs: what happened to its parts, and when. Times are UTC."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flow.pathway import Journey
from flow.pathway.needs_assessment import NeedsAssessment
from flow.pathway.subjects import Package, Spell, Stay


def journey_data(journey: Journey) -> dict[str, Any]:
    """Spells, referrals, packages, stays and handovers with what happened to them and when."""
    return {
        "spells": [
            given(
                {
                    "provider": spell.provider,
                    "spell_id": spell.spell_id,
                    "admitted_at": _at(spell.admitted),
                    "discharged_at": _at(spell.discharged),
                    "ward": spell.ward,
                    "ward_stays": [
                        {"ward": stay.ward, "since": stay.since.at} for stay in spell.ward_stays
                    ],
                    "pathway": spell.pathway,
                    "discharge_ready_date": _ready_date(spell),
                    "delay_days": spell.ready_date.delay_days if spell.ready_date else None,
                    "drd_assumed": spell.ready_date.assumed if spell.ready_date else None,
                    "discharge_destination": spell.discharge_destination,
                    "expected_discharge_date": spell.expected_discharge_date,
                    "planned_discharge_at": spell.planned_discharge_at,
                    "delay_reasons": _reasons(spell),
                    "returned_after_days": spell.returned_after_days,
                }
            )
            for spell in journey.spells.values()
        ],
        "referrals": _milestones(
            journey.referrals.values(),
            ("referral_id", "kind", "service", "rejection_reason", "withdrawal_reason"),
            ("made", "received", "triaged", "accepted", "rejected", "withdrawn", "started"),
        ),
        "packages": [_package(package) for package in journey.packages.values()],
        "centre_stays": [
            told | {"delay_reasons": _reasons(stay)}
            for stay in journey.stays.values()
            for told in _milestones(
                [stay],
                ("stay_id", "service", "destination"),
                ("admitted", "goals_agreed", "ready", "left"),
            )
        ],
        "handovers": _milestones(
            journey.handovers.values(),
            ("handover_id", "service", "rejection_reason", "outstanding_items"),
            ("sent", "accepted", "rejected"),
        ),
        "assessments": [_assessment(each) for each in journey.assessments.values()],
        "coordinator": _coordinator(journey),
        "died_at": _at(journey.died),
    }


def _package(package: Package) -> dict[str, Any]:
    (told,) = _milestones(
        [package],
        ("package_id", "kind", "service", "end_reason"),
        ("requested", "confirmed", "started", "first_visit", "increased", "ended"),
    )
    return told | {
        "missed_at": [mark.at for mark in package.missed],
        "pauses": [
            given({"since": pause.since.at, "until": _at(pause.until), "reason": pause.reason})
            for pause in package.pauses
        ],
        "hand_backs": [
            given(
                {
                    "handed_back_at": each.handed_back.at,
                    "service": each.service,
                    "reason": each.reason,
                    "care_until": each.care_until,
                    "over_at": _at(each.over),
                }
            )
            for each in package.hand_backs
        ],
    }


def _coordinator(journey: Journey) -> dict[str, Any] | None:
    owner, away = journey.coordinator, journey.off_duty
    if owner is None:
        return None
    off_duty = (
        {
            "since": away.since.at,
            "back_at": away.back_at,
            "cover": away.cover,
            "cover_off_duty": away.cover_off or None,
            "cover_back_at": away.cover_back_at if away.cover_off else None,
        }
        if away
        else None
    )
    return given(
        {
            "coordinator": owner.coordinator,
            "organisation": owner.organisation,
            "service": owner.service,
            "role": owner.role,
            "since": owner.since.at,
            "off_duty": given(off_duty) if off_duty is not None else None,
        }
    )


def _assessment(assessment: NeedsAssessment) -> dict[str, Any]:
    return given(
        {
            "assessment_id": assessment.assessment_id,
            "steps": [
                given({"step": step, "at": mark.at, "service": service})
                for step, (mark, service) in assessment.done.items()
            ],
            "funder": assessment.funder,
            "withdrawn_at": _at(assessment.withdrawn),
        }
    )


def _milestones(
    subjects: Iterable[Any], names: tuple[str, ...], marks: tuple[str, ...]
) -> list[dict[str, Any]]:
    return [
        given(
            {name: getattr(subject, name) for name in names}
            | {f"{mark}_at": _at(getattr(subject, mark)) for mark in marks}
        )
        for subject in subjects
    ]


def _reasons(held: Spell | Stay) -> list[dict[str, Any]]:
    return [
        given(
            {
                "reason": reason.slug,
                "primary": reason is held.primary,
                "since": reason.recorded.at,
                "until": _at(reason.cleared),
            }
        )
        for reason in held.reasons
    ]


def _ready_date(spell: Any) -> str | None:
    if spell.ready_date is not None:
        return str(spell.ready_date.ready_date)
    return str(spell.ready.ready_date) if spell.ready is not None else None


def _at(mark: Any) -> datetime | None:
    return mark.at if mark is not None else None


def given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
