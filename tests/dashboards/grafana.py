"""The committed dashboards as Grafana reads them: panels, queries, and its variables filled in."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"
ALL = ".*"
"""What `All` stands for: the variables' own `allValue`."""
SCRAPE_S = 2
"""Scrape interval of the Prometheus that the tests start."""


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """One query of one panel, as in the file."""

    dashboard: str
    panel: str
    letter: str
    expr: str
    instant: bool
    legend: str

    def __str__(self) -> str:
        return f"{self.dashboard} / {self.panel} / {self.letter}"


def dashboards() -> dict[str, dict[str, Any]]:
    """By file name without its ending."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}


def panels(dashboard: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All that show something, so without the headings of rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries_of(name: str, panel: Mapping[str, Any]) -> Iterator[PanelQuery]:
    for target in panel["targets"]:
        yield PanelQuery(
            name,
            panel["title"],
            target["refId"],
            target["expr"],
            bool(target.get("instant")),
            target.get("legendFormat", ""),
        )


def all_queries() -> list[PanelQuery]:
    return [
        query
        for name, dashboard in dashboards().items()
        for panel in panels(dashboard)
        for query in queries_of(name, panel)
    ]


def filled_in(expr: str, chosen: Mapping[str, Sequence[str]], step_s: int = SCRAPE_S) -> str:
    """The query that Grafana sends. `chosen` are values by variable; what is not in it is All.

    As Grafana's Prometheus data source does: one value is escaped for a regular expression, several
    become alternatives, All is the variable's own text; `$__rate_interval` is four scrapes or more.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name == "__rate_interval":
            return f"{max(step_s + SCRAPE_S, 4 * SCRAPE_S)}s"
        values = [_escaped(each) for each in chosen.get(name, ())]
        return (f"({'|'.join(values)})" if len(values) > 1 else values[0]) if values else ALL

    return re.sub(r"\$([a-z_]+)", value, expr)


def _escaped(text: str) -> str:
    return re.sub(r"([\\^$*+?.()|\[\]{}])", r"\\\\\1", text)


def series_name(legend: str, labels: Mapping[str, str]) -> str:
    """What Grafana calls a series: the template with labels put in, else what labels there are."""
    if legend and legend != "__auto":
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: labels.get(found[1], ""), legend)
    return ", ".join(f"{name}={value}" for name, value in sorted(labels.items())) or "Value"
