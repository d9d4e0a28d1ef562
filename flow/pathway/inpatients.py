"""Figures about people in hospital today, as the daily situation report asks for (domain.md 2)."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from flow.events.codes import DELAY_REASONS
from flow.pathway.delay_reasons import reason_shown
from flow.pathway.discharge_ready_date import delay_band
from flow.pathway.gauge import PLACE, Gauge
from flow.pathway.local_days import days_between, local_date
from flow.pathway.policy import UNKNOWN, Contribution, Policy
from flow.pathway.scope import in_situation_report
from flow.pathway.subjects import Spell

INPATIENT_GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "inpatients": Gauge(
            (*PLACE, "los_band"), "People in hospital of any age, by length of stay in days"
        ),
        "nctr_patients": Gauge(
            PLACE,
            "Adults in hospital who no longer meet the criteria to reside; here and in the figures "
            "of delay mothers and newborns are left out, as in the situation report",
        ),
        "nctr_remaining_patients": Gauge(
            (*PLACE, "los_band"),
            "Adults in hospital who no longer meet the criteria to reside, by length of stay",
        ),
        "additional_bed_days": Gauge(
            (*PLACE, "los_min"),
            "Days since the discharge ready date of adults still in hospital with at least this "
            "length of stay; the groups overlap: do not add them",
        ),
        "delayed_patients": Gauge(
            (*PLACE, "reason", "reason_group"),
            "Adults in hospital past their discharge ready date, by primary delay reason",
        ),
        "delayed_patients_by_days": Gauge(
            (*PLACE, "band"),
            "Adults in hospital past their discharge ready date, by days past it",
        ),
    }
)

LOS_BANDS: Final = ("0-6", "7-13", "14-20", "21+")
LOS_MINIMA: Final = {least: str(least) for least in (7, 14, 21)}
"""Days, and how figures are labelled with them."""
_GROUPS: Final = {UNKNOWN: DELAY_REASONS.group(UNKNOWN)} | {
    reason: DELAY_REASONS.group(reason) for reason in DELAY_REASONS.codes
}


def los_band(days: int) -> str:
    """Length of stay in whole days, grouped as the situation report does (domain.md 12.6)."""
    return LOS_BANDS[min(days, 21) // 7]


def delayed_without_reason(spell: Spell, today: date) -> bool:
    return (
        spell.ready is not None
        and days_between(spell.ready.ready_date, today) > 0
        and reason_shown(spell) == UNKNOWN
    )


def inpatient_figures(spell: Spell, policy: Policy, today: date) -> list[Contribution]:
    """Contributions of a stay that goes on."""
    place = policy.place(spell.provider, spell.council, spell.locality).labels(spell.pathway)
    stay_days = max(0, days_between(local_date(spell.admitted.at), today))
    by_stay = (*place, los_band(stay_days))
    if spell.ready is None or not in_situation_report(spell):
        return [("inpatients", by_stay, 1.0)]
    found: list[Contribution] = [
        ("inpatients", by_stay, 1.0),
        ("nctr_patients", place, 1.0),
        ("nctr_remaining_patients", by_stay, 1.0),
    ]
    delay_days = days_between(spell.ready.ready_date, today)
    if delay_days <= 0:
        return found
    found += [
        ("additional_bed_days", (*place, label), float(delay_days))
        for least, label in LOS_MINIMA.items()
        if stay_days >= least
    ]
    reason = reason_shown(spell)
    found.append(("delayed_patients", (*place, reason, _GROUPS[reason]), 1.0))
    found.append(("delayed_patients_by_days", (*place, delay_band(delay_days)), 1.0))
    return found
