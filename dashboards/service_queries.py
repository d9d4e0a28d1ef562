"""Queries and panels that several rows of the dashboard Service have alike."""

from dashboards.colours import BLUE, BREACHED, CATEGORIES, ORANGE
from dashboards.promql import nothing_is_zero, select
from dashboards.spec import Limit, Lines, Query, Stat, Style, Unit
from flow.events.topics import PERSON_INPUTS, SERVICE_INPUTS

_DASHES = ((), (8, 4), (2, 4), (12, 4, 2, 4), (4, 2), (2, 2), (2, 8), (16, 4), (16, 4, 2, 4))
BY_TOPIC = {
    topic: Style(colour, dash, 2)
    for topic, colour, dash in zip(
        (*PERSON_INPUTS, *SERVICE_INPUTS), (*CATEGORIES, BLUE), _DASHES, strict=True
    )
}
SLOWEST = {
    "Half": Style(BLUE),
    "95 %": Style(ORANGE, (8, 4), 2),
    "99 %": Style(BREACHED, (2, 4), 2),
}
AS_MEASURED = "Interpolated within the histogram's buckets."


def rate(metric: str, *matchers: str, by: str = "") -> str:
    """How often a second, over as long as a few scrapes."""
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping}(rate({select(metric, *matchers)}[$__rate_interval]))"


def lately(metric: str, span: str, by: str = "") -> str:
    """How often in the last hour, day …"""
    grouping = f" by ({by})" if by else ""
    return f"round(sum{grouping}(increase({select(metric)}[{span}])))"


def slower_than(share: float, metric: str, by: str = "le") -> str:
    """So many seconds, or records, or less: that share of what was measured."""
    return f"histogram_quantile({share}, {rate(f'{metric}_bucket', by=by)})"


def slowest(
    title: str, says: str, metric: str, axis: str, unit: Unit, empty: str, *alerts: str
) -> Lines:
    return Lines(
        title=title,
        alerts=alerts,
        says=f"{says} Half of all took the lower line or less, 95 % and 99 % the others."
        f" {AS_MEASURED}",
        unit=unit,
        decimals=2,
        axis=axis,
        empty=empty,
        queries=tuple(
            Query(slower_than(share, metric), name)
            for share, name in ((0.5, "Half"), (0.95, "95 %"), (0.99, "99 %"))
        ),
        styles=SLOWEST,
    )


def quiet(title: str, says: str, query: str, *alerts: str, many: int = 1) -> Stat:
    """A figure that is 0 while all is well; `many` is what is too many."""
    return Stat(
        title=title,
        says=says,
        queries=(Query(nothing_is_zero(query)),),
        limits=(Limit(many, BREACHED),),
        alerts=alerts,
    )
