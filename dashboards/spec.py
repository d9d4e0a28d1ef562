"""What a panel is, as data. A dashboard is rows of these; nothing here knows Grafana's JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal[
    "none", "percentunit", "s", "bytes", "currencyGBP", "suffix:days", "suffix:/s", "dateTimeAsIso"
]
"""Grafana's names. Days have a suffix of ours: its own unit would turn 40 bed days into weeks."""

Names = Mapping[str, str]
"""Codes that metrics have as label values, with what people call them."""

NO_WORKER = "No worker reports"


@dataclass(frozen=True, slots=True)
class Style:
    """How one line is drawn. `dash` are lengths of line and gap in pixels; () is a solid line."""

    colour: str
    dash: tuple[int, ...] = ()
    width: int = 1


@dataclass(frozen=True, slots=True)
class Limit:
    """From `value` on it looks like `colour`."""

    value: float
    colour: str


@dataclass(frozen=True, slots=True)
class Query:
    """`legend` is Grafana's template of a series' name, for example `{{locality}}`."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a table, a query by the table's labels."""

    title: str
    expr: str
    unit: Unit = "none"
    decimals: int = 0
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`says` is what is counted, since when, and where the rule comes from. `empty` is shown where
    there is nothing: never a zero that nobody counted. `alerts` are rules that watch the same."""

    title: str
    says: str
    unit: Unit = "none"
    decimals: int = 0
    empty: str = NO_WORKER
    alerts: tuple[str, ...] = ()
    width: int = 6
    height: int = 8


@dataclass(frozen=True, kw_only=True)
class Stat(Panel):
    """One or a few figures of now, large. `behind` counts what a share or a mean is of, by default
    people (`counted`)."""

    queries: tuple[Query, ...]
    behind: str = ""
    counted: str = "people"
    limits: tuple[Limit, ...] = ()
    names: Names = field(default_factory=dict)
    width: int = 4
    height: int = 4


@dataclass(frozen=True, kw_only=True)
class Lines(Panel):
    """Figures over time. `styles` are by the series' names; `axis` says what the numbers are."""

    queries: tuple[Query, ...]
    axis: str
    styles: Mapping[str, Style] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    stacked: bool = False
    top: float | None = None
    width: int = 12


@dataclass(frozen=True, kw_only=True)
class Bars(Panel):
    """Figures of now beside each other, with name and value in text."""

    queries: tuple[Query, ...]
    colour: str
    limits: tuple[Limit, ...] = ()
    names: Names = field(default_factory=dict)
    top: float | None = None


@dataclass(frozen=True, kw_only=True)
class Table(Panel):
    """One line for each value of `keys` (label to heading), one query for each column. `widths`
    are pixels of columns by heading; the others share what is left."""

    keys: Mapping[str, str]
    columns: tuple[Column, ...]
    sort_by: str
    names: Mapping[str, Names] = field(default_factory=dict)
    widths: Mapping[str, int] = field(default_factory=dict)
    ascending: bool = False
    width: int = 24


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """`answers` is what the dashboard is for, in one sentence; `since` how far back it looks."""

    uid: str
    title: str
    answers: str
    rows: tuple[Row, ...]
    since: str
