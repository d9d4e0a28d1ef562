"""Every panel's query and every rule, on a real Prometheus that watches the town and a live worker.

Fails on an error, on a metric or label that nobody exports, and on a panel that stays empty.
"""

import re
import struct
import time
import urllib.request
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.dashboards.grafana import PanelQuery, all_queries, dashboards, filled_in
from tests.dashboards.pictures import GRID, draw
from tests.dashboards.prometheus_server import QueryError
from tests.dashboards.shown import Shown, answers
from tests.prometheus.promql import label_lists, selectors

pytestmark = [
    pytest.mark.slow,
    pytest.mark.embedded,
    pytest.mark.timeout(600),  # the first one starts everything, which takes half a minute or so
]

AGREES_WITHIN_S = 60.0
"""A scrape and two evaluations of the rules, on a busy machine."""

PICTURES = Path(".cache") / "dashboards"

QUIET_WHEN_WELL = {
    "service / Behind the inputs",
    "service / Clocks held",
    "service / Clocks held, over time",
    "service / Clock jumps refused, last hour",
    "service / Conflicting events, last hour",
    "service / Faults in figures, last hour",
    "service / Figures under `other`, last hour",
    "service / People and services not assessed",
    "service / Records behind, by input",
    "service / Seconds behind, by input",
    "service / Writes or openings that failed, last hour",
}
"""Panels that say nothing but 0 on a healthy demo. Each is a figure that should be 0."""

ONE_QUERY_A_CODE = {
    "capacity / How soon referrals are answered",
    "capacity / Of those begun: how soon care packages begin",
    "capacity / Services with an open alert",
    "flow / Discharges by delay",
    "flow / Still there, by days past their ready date",
    "flow / Why, by group",
    "outcomes / After rehabilitation: where on day 91",
    "outcomes / Cost, by who pays for what is waited for",
    "outcomes / Delayed bed days, by who pays for what is waited for",
    "outcomes / Where people are on day 7",
    "outcomes / Where people are on day 30",
    "outcomes / Where people are on day 91",
}
"""Panels with a query for each code of a list, of which nobody in the town may have some. That
there is such a code is tested without a town."""

NEVER_IN_THE_TOWN = "report_old_with_people_waiting"
"""An alert of services that no service of the town gives a reason for: all report. Its query is
like those of the other alerts beside it."""

PLACES_OF_ALERTS = {"provider", "council", "locality", "service"}
"""An alert has one of them only while it is about such a place."""


def test_every_query_of_every_panel_answers_with_something(shown: Shown) -> None:
    problems = []
    for query in all_queries():
        try:
            if not answers(shown, query) and not _asks_for_what_the_town_has_not(query):
                problems.append(f"{query} is empty: {query.expr}")
        except QueryError as error:
            problems.append(f"{query}: {error}: {query.expr}")
    assert not problems, "\n".join(problems)


def _asks_for_what_the_town_has_not(query: PanelQuery) -> bool:
    return f'alert="{NEVER_IN_THE_TOWN}"' in query.expr


def test_what_shows_nothing_but_zero_should_be_zero(shown: Shown) -> None:
    """Of each query, so that no dead column hides behind a live one."""
    quiet: set[tuple[str, str]] = set()
    live: set[tuple[str, str]] = set()
    for query in all_queries():
        panel = f"{query.dashboard} / {query.panel}"
        values = [value for _, pairs in answers(shown, query) for _, value in pairs]
        (live if max(values, default=0.0) else quiet).add((panel, query.letter))
    of_codes = {(panel, letter) for panel, letter in quiet if panel in ONE_QUERY_A_CODE}
    assert {panel for panel, _ in quiet - of_codes} <= QUIET_WHEN_WELL, quiet - of_codes
    assert {panel for panel, _ in live} >= ONE_QUERY_A_CODE


def test_every_metric_and_label_that_a_query_names_is_there(shown: Shown) -> None:
    known = shown.prometheus.metrics()
    labels_of = cache(shown.prometheus.labels_of)
    problems = set()
    for query in all_queries():
        for metric in metrics_of(query.expr):
            if metric not in known:
                problems.add(f"{query}: no metric {metric}")
        for label, metrics in labels_asked(query.expr):
            there = {each for metric in metrics for each in labels_of(metric)}
            if metrics == {"ALERTS"}:
                there |= PLACES_OF_ALERTS
            if label not in there:
                problems.add(f"{query}: no label {label} of {sorted(metrics)}")
    assert not problems, "\n".join(sorted(problems))


def metrics_of(expr: str) -> set[str]:
    return {selector.metric for selector in selectors(filled_in(expr, {}))}


def labels_asked(expr: str) -> set[tuple[str, frozenset[str]]]:
    """Labels, each with the metrics of which one must have it."""
    bare = filled_in(expr, {})
    found = {
        (matcher.label, frozenset([selector.metric]))
        for selector in selectors(bare)
        for matcher in selector.matchers
    }
    listed = label_lists(bare)
    return found | {(label, frozenset(each.metrics)) for each in listed for label in each.labels}


def test_what_a_query_asks_for_is_read() -> None:
    expr = (
        'sum by (le, topic) (rate(patientflow_x_bucket{topic=~"$a"}[$__rate_interval])) or 0 * up'
    )
    assert metrics_of(expr) == {"patientflow_x_bucket", "up"}
    both = frozenset(["patientflow_x_bucket"])
    assert labels_asked(expr) == {("topic", both), ("le", both)}


def test_a_filter_narrows_every_query_that_has_it(shown: Shown) -> None:
    """One value each, then two: no error, and something for at least one of the values."""
    problems = []
    for name, label, values in offered(shown):
        asked = [q for q in all_queries() if q.dashboard == name and f"${label}" in q.expr]
        assert asked, f"{name} offers {label}, and no query asks for it"
        for query in asked:
            if _asks_for_what_the_town_has_not(query):
                continue
            if not any(answers(shown, query, {label: [value]}) for value in values):
                problems.append(f"{query} is empty for each {label}: {values}")
            answers(shown, query, {label: values[:2]})
    assert not problems, "\n".join(problems)


def offered(shown: Shown) -> list[tuple[str, str, list[str]]]:
    """Dashboard, variable, and the values that Grafana offers for it."""
    found = []
    for name, dashboard in dashboards().items():
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
                assert asked is not None
                values = shown.prometheus.values_of(asked[2], filled_in(asked[1], {}))
                assert len(values) > 1, f"{name}: {variable['name']} offers {values}"
                found.append((name, variable["name"], values))
    return found


def test_a_query_filters_by_every_variable_that_its_metrics_have(shown: Shown) -> None:
    problems = set()
    variables = {(name, label) for name, label, _ in offered(shown)}
    labels_of = cache(shown.prometheus.labels_of)
    for query in all_queries():
        for metric in metrics_of(query.expr):
            for label in labels_of(metric):
                asked = re.search(rf'{label}=~"\${label}\|?"', query.expr)
                if (query.dashboard, label) in variables and asked is None:
                    problems.add(f"{query} does not filter {metric} by {label}")
    assert not problems, "\n".join(sorted(problems))


def exported(shown: Shown, metric: str, belongs: Callable[[dict[str, str]], bool]) -> float:
    """The sum over what the workers themselves say, without Prometheus."""
    found = 0.0
    for worker in shown.workers:
        with urllib.request.urlopen(f"http://{worker}/metrics", timeout=10) as answer:
            for family in text_string_to_metric_families(answer.read().decode()):
                for sample in family.samples:
                    if sample.name == metric and belongs(sample.labels):
                        found += sample.value
    return found


def having(**labels: str) -> Callable[[dict[str, str]], bool]:
    return lambda its: labels.items() <= its.items()


ANY = having()
HAVE_ALERTS_OF_THEIR_OWN = {
    "drd_to_discharge",
    "centre_ready_to_leave",
    "los_review",
    "hospital_process_delay",
}


def late_for(labels: dict[str, str]) -> bool:
    return labels["wait"] not in HAVE_ALERTS_OF_THEIR_OWN


def with_beds(labels: dict[str, str]) -> bool:
    """What the town and the stories tell of beds: centres, care homes, hospices."""
    return bool(re.search(r"centre|care-home|hospice", labels["service"]))


@pytest.mark.parametrize(
    ("panel", "letter", "metric", "belongs"),
    [
        ("In hospital", "A", "inpatients", ANY),
        ("Ready to leave, still there", "A", "nctr_patients", ANY),
        ("Past their discharge ready date", "A", "delayed_patients", ANY),
        ("Open waits past target", "A", "wait_breached", late_for),
        ("Open waits near target", "A", "wait_near", late_for),
        ("Days lost, by length of stay (never add these)", "B", "additional_bed_days",
         having(los_min="14")),
        ("Left on the day they were ready", "B", "discharges", ANY),
        ("Beds free", "A", "centre_beds", having(state="free")),
        ("People waiting for a place", "A", "centre_waiting", with_beds),
        ("Not begun, past a day", "A", "wait_breached", having(wait="package_start")),
        ("First visits missed", "A", "first_visits_missed", ANY),
        ("Delayed bed days", "A", "delayed_bed_days", ANY),
        ("Cost of delayed bed days", "A", "delayed_bed_days_cost_pounds", ANY),
        ("At home on day 7", "B", "outcomes", having(day="7")),
        ("People held", "A", "live_journeys", ANY),
    ],
)  # fmt: skip
def test_a_figure_is_the_sum_of_what_workers_export(
    shown: Shown,
    panel: str,
    letter: str,
    metric: str,
    belongs: Callable[[dict[str, str]], bool],
) -> None:
    """Nobody counted twice or left out on the way through rules and filters."""
    (query,) = [each for each in all_queries() if (each.panel, each.letter) == (panel, letter)]
    said = theirs = None
    ends = time.monotonic() + AGREES_WITHIN_S
    while said is None or said != theirs:
        assert time.monotonic() < ends, f"{panel} says {said}, workers {theirs}"
        theirs = exported(shown, f"patientflow_{metric}", belongs)
        ((_, ((_, said),)),) = answers(shown, query)
    assert theirs


def test_where_no_worker_reports_nothing_shows_a_figure(shown: Shown) -> None:
    """Neither a zero that nobody counted nor anything else: an hour before the workers started."""
    before = shown.since - 3_600
    claims = []
    for query in all_queries():
        expr = filled_in(query.expr, {})
        claims += [f"{query}: {expr}"] if shown.prometheus.now(expr, at=before) else []
    assert not claims, "\n".join(claims)


def test_every_dashboard_can_be_looked_at(shown: Shown) -> None:
    for name, dashboard in dashboards().items():
        picture = draw(name, dashboard, lambda query: answers(shown, query), PICTURES)
        width, height = struct.unpack(">II", picture.read_bytes()[16:24])
        assert width > GRID * 50
        assert height > 1_000
        print(f"{picture.resolve()}: {width} x {height}")  # noqa: T201


def test_every_rule_is_well(shown: Shown) -> None:
    problems = [
        f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}"
        for rule in shown.prometheus.rules()
        if rule["health"] != "ok" or rule.get("lastError")
    ]
    assert not problems, "\n".join(problems)
    assert shown.prometheus.rules()
