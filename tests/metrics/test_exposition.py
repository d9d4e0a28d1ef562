"""What a scrape answers: formats, names, units, and that it names nobody."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_text

from flow.engine.observer import GaugeKey, Tally
from flow.metrics import Metrics
from flow.metrics.catalogue import PIPELINE, PREFIX
from flow.metrics.sources import names_a_person
from flow.pathway.policy_file import load_policy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
)
"""What Prometheus sends."""


class Gauge:
    def __init__(self, labels: tuple[str, ...], meaning: str) -> None:
        self.labels = labels
        self.help = meaning


@pytest.fixture
def metrics() -> Metrics:
    """With a sample of every metric."""
    metrics = Metrics(
        CollectorRegistry(),
        load_policy(),
        gauges={
            "inpatients": Gauge(("provider", "los_band"), "People in hospital."),
            "delayed_bed_days_cost_pounds": Gauge(("provider",), 'Cost, "as it is".\nOr so.'),
        },
        version="0.1.0",
        core_version=1,
    )
    metrics.started(1)
    metrics.rebalanced([0])
    metrics.opened(0, 0.2, 10, {("inpatients", ("RR8", "21+")): 3.0}, 3, 0)
    tally = Tally(conflicts=1, late=2, assessments=3, sources={"/rr8/pas": NOON})
    tally.consumed["admission"] = 5
    tally.duplicates["admission"] = 2
    tally.dead_letters["admission", "not_json"] = 1
    tally.alerts["hub_referral", "breached"] = 4
    tally.chunk_sizes.append(5)
    tally.firing_lags_s.append(0.5)
    cost: dict[GaugeKey, float] = {("delayed_bed_days_cost_pounds", ("RR8",)): 1975.5}
    metrics.committed(0, 0.1, tally, cost, 3, 1, NOON)
    metrics.folded(0.1)
    metrics.failed(0, "Fenced")
    metrics.held(0, NOON, waiting=True)
    metrics.services.held(0, NOON, waiting=True)
    metrics.jump_refused(0)
    metrics.lag("admission", 0, 10, 1.5)
    metrics.opened(1, 0.2, 10, {("made_up", ()): 1.0}, 3, 0)
    return metrics


@pytest.fixture(params=["text", "openmetrics"])
def families(metrics: Metrics, request: pytest.FixtureRequest) -> list[Metric]:
    if request.param == "text":
        return list(parse_text(metrics.render("text/plain")[0].decode()))
    return openmetrics(metrics)


def openmetrics(metrics: Metrics) -> list[Metric]:
    body, _ = metrics.render(PROMETHEUS)
    return list(parse_openmetrics(body.decode()))  # type: ignore[no-untyped-call]


def ours(families: list[Metric]) -> Iterator[Metric]:
    return (family for family in families if family.name.startswith(PREFIX))


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8"),
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
        ("text/plain;version=0.0.4", "text/plain; version=0.0.4; charset=utf-8"),
        ("text/html, nonsense;;=,", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text; version=no", "text/plain; version=0.0.4; charset=utf-8"),
        (PROMETHEUS, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    ],
)
def test_the_format_is_what_was_asked_for(metrics: Metrics, accept: str, content_type: str) -> None:
    body, answered = metrics.render(accept)
    assert answered.startswith(content_type)
    assert body.endswith(b"# EOF\n") == answered.startswith("application/openmetrics-text")


def test_every_metric_of_the_catalogue_is_exported_as_it_says(families: list[Metric]) -> None:
    exported = {family.name: family for family in ours(families)}
    for metric in PIPELINE.values():
        name = metric.name.removesuffix("_total")
        info = metric.kind == "info" and name not in exported
        family = exported[name.removesuffix("_info") if info else name]
        assert family.type == metric.kind or (metric.kind, family.type) == ("info", "gauge")
        assert family.documentation == metric.help
        assert family.samples, "the fixture has a sample of every metric"
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(metric.labels)


def test_names_follow_prometheus_practices(families: list[Metric]) -> None:
    """What `promtool check metrics` looks at, and the prefix."""
    names = [family.name for family in families]
    assert len(set(names)) == len(names)
    for family in ours(families):
        assert re.fullmatch(r"patientflow_[a-z][a-z0-9_]*[a-z0-9]", family.name)
        assert family.documentation
        assert not re.search(r"_(count|sum|bucket|created|gauge|counter|histogram)$", family.name)
        # Base units only, and the unit last.
        assert not re.search(
            r"(?:^|_)(?:milliseconds|ms|minutes|hours|percent|kilobytes|kb|mb)(?:_|$)", family.name
        )
        assert family.type != "gauge" or not family.name.endswith("_total")
        assert "patientflow" not in family.name.removeprefix(PREFIX)
        for sample in family.samples:
            assert not sample.name.endswith("_created")
            for label in sample.labels:
                assert re.fullmatch(r"[a-z][a-z0-9_]*", label)


def test_units_are_told(metrics: Metrics) -> None:
    told = {family.name: family.unit for family in openmetrics(metrics)}
    assert told["patientflow_commit_seconds"] == "seconds"
    assert told["patientflow_lag_seconds"] == "seconds"
    assert told["patientflow_lag_records"] == ""


def test_values_survive(families: list[Metric]) -> None:
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    cost = {f.name: f for f in families}["patientflow_delayed_bed_days_cost_pounds"]
    assert cost.samples[0].value == 1975.5
    assert cost.documentation == 'Cost, "as it is".\nOr so.'
    assert samples["patientflow_clock_seconds",] == NOON.timestamp()
    assert samples["patientflow_lag_seconds", "admission"] == 1.5


def test_processes_and_python_are_told(families: list[Metric]) -> None:
    names = {family.name for family in families}
    assert {"process_resident_memory_bytes", "python_info"} <= names


def test_nothing_exported_names_a_person(families: list[Metric]) -> None:
    for family in families:
        for sample in family.samples:
            for text in (sample.name, *sample.labels.values()):
                assert not names_a_person(text), text


@pytest.mark.parametrize(
    "text",
    [
        "demo.TrCjDTrVQ04JlFCSWCbNHCEyFUmZAbkkGuqzvs4l_hU",
        "/rr8/k1.TrCjDTrVQ04JlFCSWCbNHCEyFUmZAbkkGuqzvs4l_hU/pas",
        "9990000018",
        "999 000 0018",
    ],
)
def test_the_check_knows_a_person_when_it_sees_one(text: str) -> None:
    assert names_a_person(text)


@pytest.mark.parametrize("text", ["/rr8/pas", "E08000035", "/e08000035/community", "breached+7d"])
def test_the_check_lets_codes_pass(text: str) -> None:
    assert not names_a_person(text)
