"""How many series the journey gauges may have, from the table of gauges and the policy's lists.

A label's values come from the policy's lists or from code lists, never from events, so their
number is known at start. What an assessment then contributes beyond it is a bug, and is counted
as `other` instead of growing without end (`shares.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Protocol

SERIES_MAX = 50_000
"""Whatever the policy lists: above this a scrape takes seconds and Prometheus suffers. A policy
whose lists allow more is served up to here."""


class GaugeSpec(Protocol):
    """A row of the table of journey gauges (`flow.pathway`)."""

    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def help(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SeriesCount:
    """One gauge: how many values each label may take, and how many series that allows."""

    gauge: str
    values: Mapping[str, int]

    @property
    def series(self) -> int:
        return prod(self.values.values())


def count_series(
    gauges: Mapping[str, GaugeSpec], label_values: Mapping[str, int]
) -> tuple[SeriesCount, ...]:
    """Each gauge with its number of possible series. `label_values` must know every label."""
    return tuple(
        SeriesCount(name, {label: label_values[label] for label in spec.labels})
        for name, spec in gauges.items()
    )


def series_limit(gauges: Mapping[str, GaugeSpec], label_values: Mapping[str, int]) -> int:
    """The most series of all journey gauges together, in one process."""
    possible = sum(count.series for count in count_series(gauges, label_values))
    return max(1, min(possible, SERIES_MAX))
