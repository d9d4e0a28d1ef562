"""What one person adds to the gauges: the present, and discharges of a rolling window.

The exported gauge is the sum over people, so a correction takes back what it must. Labels of
places come from the policy's lists; all others from code lists (domain.md 12.6, design.md 8).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from flow.events.codes import DELAY_REASONS
from flow.pathway.cost import COST_GAUGES, cost_part
from flow.pathway.discharge_ready_date import delay_band
from flow.pathway.findings import Finding
from flow.pathway.gauge import Gauge
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, ONE_DAY, day_begins, day_ends, days_between, local_date
from flow.pathway.outcomes import OUTCOME_GAUGES, outcomes_part
from flow.pathway.policy import UNKNOWN, Contribution, Policy
from flow.pathway.referral_kinds import NEVER_TOLD
from flow.pathway.spells import died_in
from flow.pathway.subjects import Spell
from flow.pathway.tallies import TALLY_GAUGES, tallies_part

_WAIT = ("wait", "provider", "council", "locality", "pathway")

GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "inpatients": Gauge(
            ("provider", "los_band"), "People in hospital, by length of stay in days"
        ),
        "nctr_patients": Gauge(
            ("provider", "pathway"), "People in hospital who no longer meet the criteria to reside"
        ),
        "nctr_remaining_patients": Gauge(
            ("provider", "los_band"),
            "People in hospital who no longer meet the criteria to reside, by length of stay",
        ),
        "additional_bed_days": Gauge(
            ("provider", "los_min"),
            "Days since the discharge ready date of people still in hospital with at least this "
            "length of stay; the groups overlap: do not add them",
        ),
        "delayed_patients": Gauge(
            ("provider", "reason", "reason_group"),
            "People in hospital past their discharge ready date, by primary delay reason",
        ),
        "discharges": Gauge(
            ("provider", "council", "pathway", "band"),
            "Discharges of the last 28 days, by days past the discharge ready date; deaths, stays "
            "of no night and under-16s left out, as in the publication",
        ),
        "discharge_delay_days": Gauge(
            ("provider", "council", "pathway"),
            "Days between discharge ready date and discharge, over discharges of the last 28 days",
        ),
        "returns_within_30_days": Gauge(
            ("provider", "pathway", "council", "locality"),
            "Emergency admissions of the last 28 days, 0 to 29 days after a discharge (O6), those "
            "to or from the policy's excluded treatment functions left out; labelled with that "
            "discharge",
        ),
        "wait_active": Gauge(_WAIT, "Open waits"),
        "wait_near": Gauge(_WAIT, "Open waits past their warning and not past their target"),
        "wait_breached": Gauge(_WAIT, "Open waits past their target"),
        "handovers_unaccepted": Gauge(
            ("service",),
            "Handovers sent, and neither accepted nor refused while it had a part in it",
        ),
        "referrals_open": Gauge(
            ("service", "kind"),
            "Referrals made, and not begun, rejected or withdrawn; kinds whose beginning is told",
        ),
        "data_quality": Gauge(("rule",), "Findings in people's events, by rule"),
        **OUTCOME_GAUGES,
        **COST_GAUGES,
        **TALLY_GAUGES,
    }
)
"""Metric names without prefix."""

LOS_BANDS = ("0-6", "7-13", "14-20", "21+")
LOS_MINIMA = (7, 14, 21)
UNDER_16 = "0-15"


def los_band(days: int) -> str:
    """Length of stay in whole days, grouped as the situation report does (domain.md 12.6)."""
    return LOS_BANDS[min(days, 21) // 7]


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
        if spell.discharged is not None:
            if not died_in(journey, spell):
                until = min(until, _discharged(found, spell, policy, now))
        elif journey.died is None and spell.overtaken is None:
            _inpatient(found, findings, spell, policy, today)
            until = min(until, day_ends(today))
    return found, tuple(findings), until


def _inpatient(
    found: list[Contribution],
    findings: list[Finding],
    spell: Spell,
    policy: Policy,
    today: date,
) -> None:
    provider = policy.providers(spell.provider)
    stay_days = max(0, days_between(local_date(spell.admitted.at), today))
    band = los_band(stay_days)
    found.append(("inpatients", (provider, band), 1.0))
    if spell.ready is None:
        return
    found.append(("nctr_patients", (provider, spell.pathway or UNKNOWN), 1.0))
    found.append(("nctr_remaining_patients", (provider, band), 1.0))
    delay_days = days_between(spell.ready.ready_date, today)
    if delay_days <= 0:
        return
    found += [
        ("additional_bed_days", (provider, str(least)), float(delay_days))
        for least in LOS_MINIMA
        if stay_days >= least
    ]
    reason = spell.primary.slug if spell.primary is not None else UNKNOWN
    labels = (provider, reason, DELAY_REASONS.group(reason))
    found.append(("delayed_patients", labels, 1.0))
    if reason == UNKNOWN:
        findings.append(Finding("no_reason", (spell.ready.started.by,)))


def _window_ends(day: date, policy: Policy) -> datetime:
    return day_begins(day + policy.rolling_days * ONE_DAY)


def _no_night(spell: Spell) -> bool:
    """Admitted and discharged on one day (domain.md 1.3 rule 9)."""
    assert spell.discharged is not None
    left_on = local_date(spell.discharged.at)
    return spell.admission_known and local_date(spell.admitted.at) == left_on


def _discharged(found: list[Contribution], spell: Spell, policy: Policy, now: datetime) -> datetime:
    assert spell.discharged is not None
    assert spell.ready_date is not None
    ends_at = _window_ends(local_date(spell.discharged.at), policy)
    if now >= ends_at:
        return FAR
    if spell.age_band == UNDER_16 or _no_night(spell):
        return FAR
    place = (
        policy.providers(spell.provider),
        policy.councils(spell.council),
        spell.pathway or UNKNOWN,
    )
    delay_days = spell.ready_date.delay_days
    found.append(("discharges", (*place, delay_band(delay_days)), 1.0))
    if delay_days:
        found.append(("discharge_delay_days", place, float(delay_days)))
    return ends_at


def _returned(
    found: list[Contribution], spell: Spell, came_from: Spell, policy: Policy, now: datetime
) -> datetime:
    ends_at = _window_ends(local_date(spell.admitted.at), policy)
    left_out = policy.returns_left_out
    if now >= ends_at or not left_out.isdisjoint(
        {spell.treatment_function, came_from.treatment_function}
    ):
        return FAR
    labels = (
        policy.providers(came_from.provider),
        came_from.pathway or UNKNOWN,
        policy.councils(came_from.council),
        policy.localities(came_from.locality),
    )
    found.append(("returns_within_30_days", labels, 1.0))
    return ends_at


def services_part(journey: Journey, policy: Policy) -> list[Contribution]:
    """Contributions of referrals and handovers."""
    if journey.died is not None:
        return []
    found: list[Contribution] = [
        ("referrals_open", (policy.services(referral.service), referral.kind), 1.0)
        for referral in journey.referrals.values()
        if referral.made is not None
        and referral.kind is not None
        and referral.kind not in NEVER_TOLD
        and not referral.closed
    ]
    found += [
        ("handovers_unaccepted", (policy.services(handover.service),), 1.0)
        for handover in journey.handovers.values()
        if handover.unanswered
    ]
    return found


def after_part(
    journey: Journey, policy: Policy, now: datetime
) -> tuple[list[Contribution], datetime]:
    """Outcomes, cost and tallies: contributions of discharges and delays, and until when."""
    outcomes, outcomes_until = outcomes_part(journey, policy, now)
    cost, cost_until = cost_part(journey, policy, now)
    tallies, tallies_until = tallies_part(journey, policy, now)
    return [*outcomes, *cost, *tallies], min(outcomes_until, cost_until, tallies_until)


def quality_part(findings: tuple[Finding, ...]) -> list[Contribution]:
    counts = Counter(finding.rule for finding in findings)
    return [("data_quality", (rule,), float(count)) for rule, count in sorted(counts.items())]
