"""Rules of Prometheus: they are valid, name what exists, and each is tested by promtool."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.prometheus import rules
from tests.prometheus.promql import Matcher, label_lists, selectors

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None,
    reason="promtool is not installed, so no rule was tried: run `make system` as root, or install"
    " the Debian package prometheus",
)
CONFIG = rules.PROMETHEUS / "prometheus.yml"
BOARDS = rules.PROMETHEUS.parent / "grafana" / "dashboards"
SEVERITIES = {"page", "ticket", "info"}
TEAMS = {"platform", "hub", "hospital", "commissioner"}
ANNOTATIONS = {"summary", "description", "runbook_url", "dashboard_url"}
ALWAYS = "FlowWatchdog"
"""It fires while all is well."""
DASHBOARDS = {
    board["uid"]: {variable["name"] for variable in board["templating"]["list"]}
    for board in map(json.loads, (path.read_text("utf-8") for path in BOARDS.glob("*.json")))
}
"""What may be filtered on each, by its address."""


def promtool(*arguments: str | Path) -> None:
    assert PROMTOOL is not None
    done = subprocess.run(
        [PROMTOOL, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_the_configuration_is_valid() -> None:
    promtool("check", "config", CONFIG)


@needs_promtool
@pytest.mark.parametrize("path", rules.test_files(), ids=lambda path: path.stem)
def test_rules_do_what_their_tests_say(path: Path) -> None:
    promtool("test", "rules", path)


RULES = [pytest.param(rule, id=rule.get("alert") or rule["record"]) for rule in rules.rules()]
ALERTS = list(rules.alerts())


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_names_metrics_and_labels_that_exist(rule: dict[str, str]) -> None:
    for selector in selectors(rule["expr"]):
        labels = rules.labels_of(selector.metric)
        for matcher in selector.matchers:
            assert matcher.label in labels, f"{selector.metric} has no label {matcher.label}"
            if matcher.label not in rules.PLACES:
                assert set(matcher.values) <= rules.values_of(matcher.label), matcher
    for each in label_lists(rule["expr"]):
        known = {label for metric in each.metrics for label in rules.labels_of(metric)}
        assert set(each.labels) <= known, f"{each.word} ({', '.join(each.labels)})"


@pytest.mark.parametrize("record", sorted({rule["record"] for rule in rules.recording_rules()}))
def test_a_recorded_series_is_named_as_prometheus_recommends_and_tested(record: str) -> None:
    level, metric, operation = record.split(":")
    assert level in {"place", "provider", "council", "locality", "pathway", "service", "pipeline"}
    assert metric.startswith("patientflow_")
    assert re.fullmatch(
        r"sum|max|min|mean|ratio(_rate\d+[mhd])?|(rate|increase)\d+[mhd]", operation
    )
    labels = rules.labels_of(record)
    assert not labels & rules.OF_THE_TARGET
    places = {"provider", "council", "locality", "pathway"}
    levels = {"place": places, "locality": {"council", "locality"}, "pipeline": set[str]()}
    assert levels.get(level, {level}) == (
        labels & {"service"} if level == "service" else labels & places
    )


def test_nothing_is_tested_that_is_not_recorded() -> None:
    assert set(rules.recorded()) == {rule["record"] for rule in rules.recording_rules()}


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_whom_it_concerns_and_what_to_do(alert: str) -> None:
    rule = rules.alerts()[alert]
    assert {"for", "keep_firing_for"} <= rule.keys()
    assert rule["labels"].keys() == {"severity", "team"}
    assert rule["labels"]["severity"] in SEVERITIES
    assert rule["labels"]["team"] in TEAMS
    annotations = rule["annotations"]
    assert annotations.keys() == ANNOTATIONS
    assert "{{" not in annotations["summary"]
    runbook = f"{{{{ $externalLabels.flow_runbook_url }}}}#{alert.lower()}"
    assert annotations["runbook_url"] == runbook
    base, _, where = annotations["dashboard_url"].rpartition("/d/")
    assert base == "{{ $externalLabels.flow_grafana_url }}"
    dashboard, _, filters = where.partition("?")
    assert dashboard in DASHBOARDS
    for each in filters.split("&") if filters else ():
        name = each.removeprefix("var-").partition("=")[0]
        assert each == f"var-{name}={{{{ $labels.{name} | urlquery }}}}"
        assert name in DASHBOARDS[dashboard]


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_tried_below_its_threshold_above_it_and_afterwards(alert: str) -> None:
    tests = list(rules.alert_tests(alert))
    rule = rules.alerts()[alert]
    lives = [[each for each in tests if each.test == n] for n in {each.test for each in tests}]
    fires = [[bool(each.expected) for each in life] for life in lives]
    if alert == ALWAYS:
        assert all(all(fired) for fired in fires)
        assert len(tests) > 1
    else:
        assert any(not fired[0] and any(fired) and not fired[-1] for fired in fires)
    for each in tests:
        for expected in each.expected:
            assert expected["exp_annotations"].keys() == ANNOTATIONS
            assert expected["exp_labels"].items() >= rule["labels"].items()


def test_the_bases_of_links_are_settings_and_do_not_leave_with_alerts() -> None:
    config = yaml.safe_load(CONFIG.read_text("utf-8"))
    assert config["rule_files"] == ["rules/*.yml"]
    assert "discharge-flow" in [each["job_name"] for each in config["scrape_configs"]]
    (dropped,) = config["alerting"]["alert_relabel_configs"]
    bases = {"flow_runbook_url", "flow_grafana_url"}
    assert set(config["global"]["external_labels"]) == bases
    assert dropped == {"action": "labeldrop", "regex": "|".join(sorted(bases))}


def test_the_reader_of_expressions_finds_metrics_matchers_and_labels() -> None:
    expression = 'sum without (job, x) (rate(a_total{k=~"one|two", l!="3"}[5m])) / on (k) b > 0.5'
    (first, second) = selectors(expression)
    assert (first.metric, second) == ("a_total", type(second)("b", ()))
    assert first.matchers == (Matcher("k", "=~", "one|two"), Matcher("l", "!=", "3"))
    assert first.matchers[0].values == ("one", "two")
    assert [(each.word, each.labels, each.metrics) for each in label_lists(expression)] == [
        ("without", ("job", "x"), ("a_total",)),
        ("on", ("k",), ("a_total", "b")),
    ]
