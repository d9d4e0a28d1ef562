"""Selectors whose metric and labels exist, with the filters that a reader of the dashboard sets."""

import re
from collections.abc import Mapping
from functools import cache

from dashboards.rules import recorded
from flow.metrics.catalogue import PIPELINE, PREFIX
from flow.pathway import GAUGES
from flow.pathway.services import SERVICE_GAUGES

VARIABLES = ("provider", "council", "locality", "pathway", "service")
"""What a reader may filter by: labels that hold places and pathways, never people."""

OF_PROMETHEUS: Mapping[str, tuple[str, ...]] = {
    "up": (),
    "process_resident_memory_bytes": (),
    "process_cpu_seconds_total": (),
}
"""Metrics that neither `flow` nor our rules name, with the labels that queries may use."""


_LABEL_ENDS = re.compile(r"[=!]")
_METRIC = re.compile(rf"(?:\w+:)?{PREFIX}\w+(?::\w+)?")
_WITHOUT = re.compile(r"\bwithout \(([^)]*)\)")
_LEVELS = ("place", "service", "pipeline")
_OPERATIONS = ("sum", "max")
_OF_THE_SCRAPE = frozenset({"job", "instance"})


@cache
def labels_of(series: str) -> frozenset[str]:
    """Labels that a query may name. Raises KeyError for what nobody exports or records."""
    if series in OF_PROMETHEUS:
        return frozenset(OF_PROMETHEUS[series]) | _OF_THE_SCRAPE
    if ":" in series:
        return _labels_of_recorded(series)
    name = series.removeprefix(PREFIX)
    for gauges in (GAUGES, SERVICE_GAUGES):
        if name in gauges:
            return frozenset(gauges[name].labels) | _OF_THE_SCRAPE
    family = name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
    found = PIPELINE.get(name) or PIPELINE[family]
    bucket = {"le"} if name.endswith("_bucket") else set()
    return frozenset(found.labels) | _OF_THE_SCRAPE | bucket


def _labels_of_recorded(series: str) -> frozenset[str]:
    """Those of the series that it is made of, but for what is summed away on the way. One that
    remembers what it was is made of others besides."""
    expr, added = recorded()[series]
    parts = set(_METRIC.findall(expr)) - {series}
    labels = frozenset[str]().union(*(labels_of(part) for part in parts))
    away = {label.strip() for group in _WITHOUT.findall(expr) for label in group.split(",")}
    return labels - away | added


def series_of(metric: str) -> str:
    """The recorded series of a metric, in which workers are summed away; else the metric itself."""
    names = (f"{level}:{PREFIX}{metric}:{done}" for level in _LEVELS for done in _OPERATIONS)
    return next((name for name in names if name in recorded()), PREFIX + metric)


def select(metric: str, *matchers: str) -> str:
    """`series{…}` of a metric of `flow` (named without prefix) or of a figure that rules record.

    With the matchers, which are PromQL's own (`state="free"`), and a filter for each variable that
    the series has a label of.
    """
    return exactly(series_of(metric), *matchers)


def exactly(series: str, *matchers: str) -> str:
    """The same of a series by its full name."""
    labels = labels_of(series)
    for matcher in matchers:
        label = _LABEL_ENDS.split(matcher)[0]
        assert label in labels, f"{series} has no label {label}: it has {sorted(labels)}"
    filters = [*matchers, *(f'{label}=~"${label}"' for label in VARIABLES if label in labels)]
    return f"{series}{{{','.join(filters)}}}" if filters else series


def total(metric: str, *matchers: str, by: str = "") -> str:
    """The sum over workers, and over all labels but those of `by`."""
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping}({select(metric, *matchers)})"


def share(part: str, whole: str) -> str:
    """`part` of `whole`, and nothing at all where the whole is 0: no 0 % of nobody."""
    return f"{part} / ({whole} > 0)"


FEWEST = 5
"""Of fewer than these a share says what became of one or two people, and places differ by chance
(small numbers are suppressed for those who see sums alone)."""
OF_ENOUGH = f"Shares and means of fewer than {FEWEST} are not shown"


def of_enough(part: str, whole: str) -> str:
    """`part` of `whole` as `share`, and nothing where the whole is less than `FEWEST`."""
    return f"{part} / ({whole} >= {FEWEST})"


def nothing_is_zero(query: str) -> str:
    """0 instead of no series where workers report; still nothing where none does.

    `or vector(0)` would claim that nobody waits while no worker runs.
    """
    return f"{query} or 0 * sum({PREFIX}partitions_open > 0)"
