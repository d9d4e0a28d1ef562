"""What one person adds to the gauges: the present, and discharges of a rolling window.

The exported gauge is the sum over people, so a correction takes back what it must. Labels of
places come from the policy's lists; all others from code lists (domain.md 12.6, design.md 8).
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from flow.pathway.centre_delays import CENTRE_DELAY_GAUGES, centre_delays_part
from flow.pathway.cost import COST_GAUGES, cost_part
from flow.pathway.findings import Finding
from flow.pathway.gauge import PLACE, Gauge
from flow.pathway.inpatients import INPATIENT_GAUGES, delayed_without_reason, inpatient_figures
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, day_ends, local_date
from flow.pathway.outcomes import OUTCOME_GAUGES, outcomes_of
from flow.pathway.policy import Contribution, Policy
from flow.pathway.referral_kinds import NEVER_TOLD
from flow.pathway.scope import may_be_returned_from
from flow.pathway.subjects import Spell
from flow.pathway.tallies import TALLY_GAUGES, tallies_of
from flow.pathway.windows import in_window, survived

_WAIT = (*PLACE, "wait")

GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        **INPATIENT_GAUGES,
        "wait_active": Gauge(_WAIT, "Open waits"),
        "wait_near": Gauge(_WAIT, "Open waits past their warning and not past their target"),
        "wait_breached": Gauge(_WAIT, "Open waits past their target"),
        "handovers_unaccepted": Gauge(
            ("service", "council", "locality"),
            "Handovers sent, and neither accepted nor refused while it had a part in it",
        ),
        "referrals_open": Gauge(
            ("service", "kind", "council", "locality"),
            "Referrals made, and not begun, rejected or withdrawn; kinds whose beginning is told",
        ),
        **CENTRE_DELAY_GAUGES,
        **TALLY_GAUGES,
        "returns_within_30_days": Gauge(
            PLACE,
            "Emergency admissions of the last 28 days, 0 to 29 days after one of the index "
            "discharges (O6), those to the policy's excluded treatment functions left out; "
            "labelled with that discharge",
        ),
        **OUTCOME_GAUGES,
        **COST_GAUGES,
        "data_quality": Gauge(("rule",), "Findings in people's events, by rule"),
    }
)
"""Metric names without prefix."""


def hospital_part(
    journey: Journey, policy: Policy, now: datetime
) -> tuple[list[Contribution], tuple[Finding, ...], datetime]:
    """Contributions of spells, findings that depend on the day, and until when both hold."""
    found: list[Contribution] = []
    findings: list[Finding] = []
    today = local_date(now)
    until = FAR
    for spell in journey.spells.values():
        if spell.returned_from is not None:
            until = min(until, _returned(found, spell, spell.returned_from, policy, now))
        if spell.goes_on and journey.died is None:
            found += inpatient_figures(spell, policy, today)
            if delayed_without_reason(spell, today):
                assert spell.ready is not None
                findings.append(Finding("no_reason", (spell.ready.started.by,)))
            until = min(until, day_ends(today))
    return found, tuple(findings), until


def _returned(
    found: list[Contribution], spell: Spell, came_from: Spell, policy: Policy, now: datetime
) -> datetime:
    counts, until = in_window(spell.admitted.at, policy, now)
    counts = counts and spell.treatment_function not in policy.returns_left_out
    if not counts or not may_be_returned_from(came_from, policy):
        return FAR
    place = policy.place(came_from.provider, came_from.council, came_from.locality)
    found.append(("returns_within_30_days", place.labels(came_from.pathway), 1.0))
    return until


def services_part(journey: Journey, policy: Policy) -> list[Contribution]:
    """Contributions of referrals and handovers."""
    if journey.died is not None:
        return []
    lives = (policy.councils(journey.council), policy.localities(journey.locality))
    found: list[Contribution] = [
        ("referrals_open", (policy.services(referral.service), referral.kind, *lives), 1.0)
        for referral in journey.referrals.values()
        if referral.made is not None
        and referral.kind is not None
        and referral.kind not in NEVER_TOLD
        and not referral.closed
    ]
    found += [
        ("handovers_unaccepted", (policy.services(handover.service), *lives), 1.0)
        for handover in journey.handovers.values()
        if handover.unanswered
    ]
    return found


def after_part(
    journey: Journey, policy: Policy, now: datetime
) -> tuple[list[Contribution], datetime]:
    """Outcomes, tallies, cost, delays in centres: contributions, and until when they hold."""
    found, until = cost_part(journey, policy, now)
    if journey.stays:
        in_centres, centres_until = centre_delays_part(journey, policy, now)
        found += in_centres
        until = min(until, centres_until)
    for spell, left_at in survived(journey):
        lately, changes_at = in_window(left_at, policy, now)
        if lately:
            found += tallies_of(journey, spell, left_at, policy)
        until = min(until, changes_at)
        if spell.taken_over is not True:  # the other hospital's discharge is followed
            outcomes, outcomes_until = outcomes_of(journey, spell, left_at, policy, now)
            found += outcomes
            until = min(until, outcomes_until)
    return found, until


def quality_part(findings: tuple[Finding, ...]) -> list[Contribution]:
    counts: dict[str, float] = {}
    for finding in findings:
        counts[finding.rule] = counts.get(finding.rule, 0.0) + 1.0
    return [("data_quality", (rule,), counts[rule]) for rule in sorted(counts)]
