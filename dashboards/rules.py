"""What deploy/prometheus/rules says: series recorded, with their labels, and alerts, with links."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROMETHEUS = Path(__file__).parents[1] / "deploy" / "prometheus"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule: where its runbook entry is, and which dashboard it points to."""

    name: str
    expr: str
    summary: str
    runbook_url: str
    dashboard_url: str


def _rules() -> Iterator[dict[str, Any]]:
    for file in sorted((PROMETHEUS / "rules").glob("*.yml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


@cache
def alerts() -> Mapping[str, Alert]:
    """Alerting rules by name."""
    found = {}
    for rule in _rules():
        if "alert" in rule:
            notes = {name: _with_addresses(text) for name, text in rule["annotations"].items()}
            found[rule["alert"]] = Alert(
                rule["alert"],
                rule["expr"],
                notes["summary"],
                notes["runbook_url"],
                notes["dashboard_url"],
            )
    return found


def _with_addresses(text: str) -> str:
    """With what prometheus.yml says for `{{ $externalLabels.flow_runbook_url }}` and the like."""
    for name, address in _external_labels().items():
        text = text.replace(f"{{{{ $externalLabels.{name} }}}}", address)
    return text


def runbook_url() -> str:
    """Of the page that holds every alert's entry."""
    return _external_labels()["flow_runbook_url"]


@cache
def _external_labels() -> Mapping[str, str]:
    settings = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
    labels: Mapping[str, str] = settings["global"]["external_labels"]
    return labels


@cache
def recorded() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Recorded series by name: an expression, and labels that the rule adds."""
    return {
        rule["record"]: (rule["expr"], frozenset(rule.get("labels", ())))
        for rule in _rules()
        if "record" in rule
    }
