"""Delayed bed days and what they cost, by who pays for the care that is waited for (O7).

A day in hospital past the discharge ready date is a delayed bed day (domain.md 1.3 rule 8), of the
same people as the discharges of the publication (rule 9).
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from flow.pathway.death import died_in
from flow.pathway.gauge import PLACE, Gauge
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, day_ends, days_between, local_date
from flow.pathway.policy import UNKNOWN, Contribution, Policy
from flow.pathway.scope import is_acute, moved_on
from flow.pathway.subjects import Spell
from flow.pathway.windows import in_window

_LABELS = (*PLACE, "funder")

COST_GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "delayed_bed_days": Gauge(
            _LABELS,
            "Days in hospital past the discharge ready date, of people still there and of those"
            " discharged in the last 28 days, by who pays for the care that they need; of the"
            " stays that `discharges` counts",
        ),
        "delayed_bed_days_cost_pounds": Gauge(
            _LABELS, "Those days at the policy's cost of a bed day (cost.bed_day_pounds)"
        ),
    }
)


def funder_of(journey: Journey, spell: Spell) -> str:
    """Who pays, as assessments of this spell say, else its stays, packages or referrals; whatever
    is asked for once more after a later one."""
    for group in (journey.assessments, journey.stays, journey.packages, journey.referrals):
        for each in reversed(group.values()):
            paid_by = each.paid_after(spell)
            if paid_by is not None:
                return paid_by
    return UNKNOWN


def cost_part(
    journey: Journey, policy: Policy, now: datetime
) -> tuple[list[Contribution], datetime]:
    """Contributions of delayed stays, and until when they hold."""
    found: list[Contribution] = []
    until = FAR
    for spell in journey.spells.values():
        if spell.ready is None and spell.discharged is None:
            continue
        if not is_acute(spell, policy) or (spell.discharged is not None and moved_on(spell)):
            continue
        days, holds_until = _delayed_days(journey, spell, policy, now)
        until = min(until, holds_until)
        if days > 0:
            place = policy.place(spell.provider, spell.council, spell.locality)
            labels = (*place.labels(spell.pathway), funder_of(journey, spell))
            found.append(("delayed_bed_days", labels, float(days)))
            pounds = days * policy.bed_day_pounds
            found.append(("delayed_bed_days_cost_pounds", labels, pounds))
    return found, until


def _delayed_days(
    journey: Journey, spell: Spell, policy: Policy, now: datetime
) -> tuple[int, datetime]:
    if spell.discharged is not None:
        counts, until = in_window(spell.discharged.at, policy, now)
        if not counts or died_in(journey, spell) or spell.ready_date is None:
            return 0, FAR
        return spell.ready_date.delay_days, until
    if spell.ready is None or journey.died is not None or not spell.goes_on:
        return 0, FAR
    today = local_date(now)
    return days_between(spell.ready.ready_date, today), day_ends(today)
