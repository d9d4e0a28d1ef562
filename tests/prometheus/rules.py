"""The rules of deploy/prometheus, their promtool tests, and which metrics and labels there are."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from flow.metrics.catalogue import PIPELINE, PREFIX
from flow.metrics.series_limit import label_values, service_label_values
from flow.pathway import GAUGES, load_policy
from flow.pathway.services import SERVICE_GAUGES
from tests.prometheus.promql import selectors

PROMETHEUS = Path(__file__).parents[2] / "deploy" / "prometheus"
OF_THE_TARGET = frozenset({"instance", "job"})
ALERTS = "ALERTS"
"""What Prometheus itself records of alerts that are pending or fire."""
OF_OTHERS: Mapping[str, frozenset[str]] = {
    "up": OF_THE_TARGET,
    "process_start_time_seconds": OF_THE_TARGET,
    ALERTS: frozenset({"alertname", "alertstate", "severity", "team"}),
    "prometheus_rule_evaluation_failures_total": OF_THE_TARGET | {"rule_group"},
    "prometheus_notifications_dropped_total": OF_THE_TARGET,
    "alertmanager_notifications_failed_total": OF_THE_TARGET | {"integration"},
}
"""What Prometheus, Alertmanager and the client library say, with the labels that rules use."""
PLACES = frozenset({"provider", "council", "locality", "service"})
"""Labels whose values are the policy's own."""


class AlertTest(NamedTuple):
    """What a promtool test expects of one alert at one time."""

    test: int
    at: str
    expected: list[dict[str, Any]]


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content


@cache
def rules() -> tuple[dict[str, Any], ...]:
    """Every rule, recording and alerting."""
    return tuple(
        rule
        for path in sorted((PROMETHEUS / "rules").glob("*.yml"))
        for group in _read(path)["groups"]
        for rule in group["rules"]
    )


def recording_rules() -> tuple[dict[str, Any], ...]:
    return tuple(rule for rule in rules() if "record" in rule)


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def test_files() -> list[Path]:
    return sorted((PROMETHEUS / "tests").glob("*.yml"))


@cache
def _tests() -> tuple[dict[str, Any], ...]:
    return tuple(test for path in test_files() for test in _read(path)["tests"])


def recorded() -> Mapping[str, list[dict[str, Any]]]:
    """By the name of a recorded series, the samples that a test expects of it."""
    return {
        each["expr"]: each["exp_samples"]
        for test in _tests()
        for each in test.get("promql_expr_test", ())
        if selectors(each["expr"])[0].metric != ALERTS
    }


def alert_tests(alert: str) -> Iterator[AlertTest]:
    for number, test in enumerate(_tests()):
        for each in test.get("alert_rule_test", ()):
            if each["alertname"] == alert:
                yield AlertTest(number, each["eval_time"], each["exp_alerts"])


@cache
def labels_of(metric: str) -> frozenset[str]:
    """The labels of a scraped or a recorded series. Raises KeyError where there is none."""
    if metric in OF_OTHERS:
        return OF_OTHERS[metric]
    if metric in recorded():
        (labels,) = {
            frozenset(matcher.label for matcher in selectors(sample["labels"])[0].matchers)
            for sample in recorded()[metric]
        }
        return labels
    name = metric.removeprefix(PREFIX)
    gauges = {**GAUGES, **SERVICE_GAUGES}
    if name in gauges:
        return frozenset(gauges[name].labels) | OF_THE_TARGET
    if name in PIPELINE and PIPELINE[name].kind != "histogram":
        return frozenset(PIPELINE[name].labels) | OF_THE_TARGET
    base, _, suffix = name.rpartition("_")
    of_histogram = {"bucket": {"le"}, "count": set[str](), "sum": set[str]()}[suffix]
    assert PIPELINE[base].kind == "histogram"
    return frozenset(PIPELINE[base].labels) | of_histogram | OF_THE_TARGET


@cache
def values_of(label: str) -> frozenset[str]:
    """What a label of a code list may say."""
    policy = load_policy()
    if label == "le":
        bounds = {float(bound) for each in PIPELINE.values() for bound in each.buckets}
        return frozenset({str(bound) for bound in bounds})
    if label == "alertname":
        return frozenset(alerts())
    if label == "alertstate":
        return frozenset({"pending", "firing"})
    if label == "job":
        return frozenset({"discharge-flow"})
    values = frozenset(label_values(policy).get(label, ()))
    values |= frozenset(service_label_values(policy).get(label, ()))
    return values | {"active", "near", "breached"} if label == "state" else values
