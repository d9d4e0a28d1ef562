"""How many series the journey gauges may have, from their table, the policy's lists and code lists.

A label's values never come from events, so their number is known at start. What an assessment
then contributes beyond it is a bug, and counts as `other` instead of growing without end
(`shares.py`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import prod
from typing import Protocol

from flow.events.codes import (
    DELAY_REASONS,
    DESTINATIONS,
    FOLLOW_UP_STATUSES,
    FUNDERS,
    PACKAGE_KINDS,
    PATHWAYS,
    REFERRAL_KINDS,
    REJECTION_REASONS,
)
from flow.pathway import RULES, WAITS, Policy
from flow.pathway.discharge_ready_date import BANDS
from flow.pathway.inpatients import LOS_BANDS, LOS_MINIMA
from flow.pathway.outcomes import OUTCOME_DAYS
from flow.pathway.policy import UNKNOWN
from flow.pathway.service_rules import SERVICE_ALERTS
from flow.pathway.services import SERVICE_RULES
from flow.pathway.services.contribution import BED_STATES, REPORT_STATES, WAITING_STATES
from flow.pathway.tallies import LONGER, TIMES, WITHIN

SERIES_MAX = 50_000
"""Whatever the policy lists: above this a scrape takes seconds and Prometheus suffers. Most
combinations never occur (a locality lies in one council), so lists that allow more are fine."""

FOLLOWS: Mapping[str, str] = {"reason_group": "reason"}
"""Labels whose value follows from that of another one: they make no series of their own."""


class GaugeSpec(Protocol):
    """A row of the table of journey gauges (`flow.pathway.contribution.GAUGES`)."""

    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def help(self) -> str: ...


LabelValues = Mapping[str, Collection[str]]
"""By label: every value that it may take."""


def label_values(policy: Policy) -> LabelValues:
    """What each label of the journey gauges may say at this place."""
    return {
        "provider": policy.providers.possible,
        "council": policy.councils.possible,
        "locality": policy.localities.possible,
        "service": policy.services.possible,
        "pathway": (*sorted(PATHWAYS.codes), UNKNOWN),
        "wait": WAITS,
        "los_band": LOS_BANDS,
        "los_min": tuple(LOS_MINIMA.values()),
        "band": BANDS,
        "reason": sorted(DELAY_REASONS.codes),
        "reason_group": sorted(DELAY_REASONS.groups),
        "kind": sorted(REFERRAL_KINDS.codes),
        "package_kind": (*sorted(PACKAGE_KINDS.codes), UNKNOWN),
        "destination": (*sorted(DESTINATIONS.codes), UNKNOWN),
        "funder": sorted(FUNDERS.codes),
        "rejection": sorted(REJECTION_REASONS.codes),
        "status": sorted(FOLLOW_UP_STATUSES.codes),
        "day": tuple(str(day) for day in OUTCOME_DAYS),
        "time": TIMES,
        "within": (*(name for name, _ in WITHIN), LONGER),
        "rule": sorted(RULES),
    }


def service_label_values(policy: Policy) -> LabelValues:
    """What each label of the gauges of services may say at this place."""
    return {
        "service": policy.services.possible,
        "state": (*BED_STATES, *REPORT_STATES, *WAITING_STATES),
        "alert": SERVICE_ALERTS,
        "rule": sorted(SERVICE_RULES),
    }


@dataclass(frozen=True, slots=True)
class SeriesCount:
    """One gauge: how many values each label may take, and how many series that allows."""

    gauge: str
    values: Mapping[str, int]

    @property
    def series(self) -> int:
        return prod(self.values.values())


def count_series(gauges: Mapping[str, GaugeSpec], values: LabelValues) -> tuple[SeriesCount, ...]:
    """Each gauge with its number of possible series. `values` must know every label."""
    return tuple(
        SeriesCount(
            name,
            {
                label: len(values[label])
                for label in spec.labels
                if FOLLOWS.get(label) not in spec.labels
            },
        )
        for name, spec in gauges.items()
    )


def series_limit(gauges: Mapping[str, GaugeSpec], values: LabelValues) -> int:
    """The most series of all journey gauges together, in one process."""
    return max(1, min(sum(each.series for each in count_series(gauges, values)), SERIES_MAX))
