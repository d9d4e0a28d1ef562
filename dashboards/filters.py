"""The filters on top of a dashboard: which values they offer, and which panels they narrow."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboards.promql import VARIABLES, labels_of
from dashboards.spec import Bars, Board, Lines, Panel, Row, Stat, Table
from flow.metrics.catalogue import PREFIX


@dataclass(frozen=True, slots=True)
class Filter:
    """`metrics` are those whose label values are offered: together they know every place that a
    panel may show. Where the filter `within` is offered too, only values within its choice are."""

    heading: str
    metrics: tuple[str, ...]
    says: str
    within: str = ""


_OF_PEOPLE = ("inpatients", "wait_active", "discharges_by_time", "outcomes", "packages_begun")
_OF_SERVICES = (
    "centre_beds",
    "centre_waiting",
    "handovers_unaccepted",
    "referrals_open",
    "referrals_answered",
    "referrals_begun",
    "referrals_rejected",
)

FILTERS: Mapping[str, Filter] = {
    "provider": Filter("Hospital", _OF_PEOPLE, "Hospital organisation, by its ODS code"),
    "council": Filter("Council", _OF_PEOPLE, "Council of the person's home, by its ONS code"),
    "locality": Filter(
        "Neighbourhood",
        _OF_PEOPLE,
        "Neighbourhood of the person's home, as in the policy; of the councils chosen",
        within="council",
    ),
    "pathway": Filter(
        "Pathway", _OF_PEOPLE, "Discharge pathway 0 to 3; unknown until it is confirmed"
    ),
    "service": Filter(
        "Service", _OF_SERVICES, "Service that has beds, or that people are sent to or wait for"
    ),
}
"""By the label that they narrow; a filter stands after the one that it is within."""
assert tuple(FILTERS) == VARIABLES
for _label, _filter in FILTERS.items():
    for _metric in _filter.metrics:
        assert {_label, _filter.within} - {""} <= labels_of(PREFIX + _metric), _metric


def offered(board: Board) -> tuple[str, ...]:
    """Those that narrow something: a filter that filters nothing would mislead."""
    found = [narrowing(panel) for row in board.rows for panel in row.panels]
    return tuple(name for name in VARIABLES if any(name in each for each in found))


def values_asked(name: str, others: Iterable[str]) -> str:
    """Grafana's query for the values of a filter, beside the others that a dashboard offers."""
    its = FILTERS[name]
    matchers = [f'__name__=~"{PREFIX}({"|".join(its.metrics)})"']
    if its.within in others:
        matchers.append(f'{its.within}=~"${its.within}"')
    return f"label_values({{{','.join(matchers)}}}, {name})"


def narrowing(panel: Panel) -> frozenset[str]:
    """Filters that every query of the panel asks for."""
    asked = [set(re.findall(r"\$(\w+)", expr)) for expr in _queries(panel)]
    return frozenset(VARIABLES).intersection(*asked)


def _queries(panel: Panel) -> list[str]:
    match panel:
        case Table():
            return [column.expr for column in panel.columns]
        case Stat():
            return [query.expr for query in panel.queries] + [panel.behind] * bool(panel.behind)
        case Bars() | Lines():
            return [query.expr for query in panel.queries]
        case _:
            raise AssertionError(f"a {type(panel).__name__} asks nothing")


def note(board: Board, *panels: Panel) -> str:
    """Which of the dashboard's filters narrow none of the panels; nothing where all do."""
    narrowed = frozenset[str]().union(*(narrowing(panel) for panel in panels))
    names = offered(board)
    its = [FILTERS[name].heading.lower() for name in names if name in narrowed]
    missing = [FILTERS[name].heading.lower() for name in names if name not in narrowed]
    if not missing:
        return ""
    if not its:
        return "no filter narrows it"
    if len(missing) <= len(its):
        return f"not narrowed by {_listed(missing)}"
    return f"narrowed by {_listed(its)} alone"


def heading(board: Board, row: Row) -> str:
    """Of a row, with what holds for all of it."""
    said = note(board, *row.panels)
    return f"{row.title} ({said})" if said else row.title


def described(panel: Panel, said: str) -> str:
    """What the panel says of itself, and the note about filters."""
    return f"{panel.says} {said[0].upper()}{said[1:]}." if said else panel.says


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
