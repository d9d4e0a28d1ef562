"""What can be known of the dashboards without Prometheus: their JSON, their words, their links."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards import colours
from dashboards.rules import alerts, recorded
from flow.metrics.sources import names_a_person
from flow.pathway.alert_record import RAISED
from flow.pathway.alerts import ClosedReason
from flow.pathway.targets import BREACHED, NEAR
from tests.dashboards.grafana import ALL, all_queries, dashboards, filled_in, panels, queries_of
from tests.prometheus import rules
from tests.prometheus.promql import selectors

GRID = 24
OF_THE_PIPELINE = {
    "team": {"hub", "hospital", "commissioner", "platform"},
    "severity": {"info", "ticket", "page"},
    "what": {RAISED, NEAR, BREACHED, "breached+7d", *get_args(ClosedReason)},
    "source": {"/slic/capacity"},
}
"""Values of labels that belong to no code list."""
OF_GRAFANA = {"__rate_interval", "datasource"}
_PLACE_OR_PATHWAY = r"(provider|council|locality|pathway):\w+"
GRAFANA = Path(__file__).parents[2] / "deploy" / "grafana"
NOT_SHOWN = {
    _PLACE_OR_PATHWAY
    + ":(ratio|mean)": "a panel divides sums of level `place`, so that all filters"
    " narrow it; these are for alerts and for dashboards of one's own",
    r"service:\w+:(ratio|mean)": "the same: a panel that is filtered by council divides sums",
    r"pipeline:patientflow_source_last_(event|heard)_seconds:max": "the silence since is shown",
    r"pipeline:\w+:ratio_rate30m": "a window of the alerts; 5 minutes and an hour are shown",
    r"pipeline:\w+:increase(6h|3d)": "windows of the alerts; the last hour is shown",
}
"""Recorded series that no panel shows (regular expression), and why."""


@pytest.fixture(params=sorted(dashboards()))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dashboard(name: str) -> dict[str, Any]:
    return dashboards()[name]


def test_the_four_dashboards_have_their_addresses() -> None:
    uids = {name: dashboard["uid"] for name, dashboard in dashboards().items()}
    assert uids == {
        name: f"discharge-flow-{name}" for name in ("flow", "capacity", "outcomes", "service")
    }


def test_the_sdk_reads_what_it_wrote(dashboard: dict[str, Any]) -> None:
    register_default_plugins()
    read = Dashboard.from_json(dashboard)
    assert plain(read) == dashboard


def plain(value: object) -> object:
    return yaml.safe_load(JSONEncoder().encode(value))


def test_ids_and_titles_are_unique(dashboard: dict[str, Any]) -> None:
    ids = [panel["id"] for panel in dashboard["panels"]]
    titles = [panel["title"] for panel in panels(dashboard)]
    assert len(set(ids)) == len(ids)
    assert len(set(titles)) == len(titles)


def test_panels_lie_on_the_grid_and_none_upon_another(dashboard: dict[str, Any]) -> None:
    places = [(panel["title"], panel["gridPos"]) for panel in dashboard["panels"]]
    for title, at in places:
        assert at["x"] + at["w"] <= GRID, title
    for (one, a), (other, b) in combinations(places, 2):
        apart = (
            a["x"] + a["w"] <= b["x"]
            or b["x"] + b["w"] <= a["x"]
            or a["y"] + a["h"] <= b["y"]
            or b["y"] + b["h"] <= a["y"]
        )
        assert apart, f"{one} lies upon {other}"


def test_every_panel_says_what_it_counts(dashboard: dict[str, Any]) -> None:
    for panel in panels(dashboard):
        shown = panel["fieldConfig"]["defaults"]
        assert len(panel["description"]) > 40, panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert shown["unit"], panel["title"]
        assert shown["noValue"], panel["title"]
        if panel["type"] == "timeseries":
            assert shown["custom"]["axisLabel"], panel["title"]


def test_every_query_asks_the_chosen_source_for_what_is_offered(
    name: str, dashboard: dict[str, Any]
) -> None:
    offered = {variable["name"] for variable in dashboard["templating"]["list"]}
    asked = set()
    for panel in panels(dashboard):
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        letters = [query.letter for query in queries_of(name, panel)]
        assert len(set(letters)) == len(letters) > 0
        for query in queries_of(name, panel):
            asked |= set(re.findall(r"\$\{?(\w+)", query.expr))
    assert asked - offered <= OF_GRAFANA
    assert offered - asked == {"datasource", "runbook"}
    everything = [query for query in all_queries() if query.dashboard == name]
    assert len({(query.panel, query.letter) for query in everything}) == len(everything)


def test_a_query_asks_for_values_that_exist() -> None:
    """A mistyped code would be no error and, filled up, a 0 that nobody counted."""
    for query in all_queries():
        for selector in selectors(filled_in(query.expr, {})):
            for matcher in selector.matchers:
                if matcher.label in rules.PLACES or matcher.value == ALL:
                    continue
                known = rules.values_of(matcher.label) | OF_THE_PIPELINE.get(matcher.label, set())
                for value in matcher.values:
                    pattern = value if "~" in matcher.operator else re.escape(value)
                    there = any(re.fullmatch(pattern, each) for each in known)
                    assert there, f"{query}: no {matcher.label} is {value}"


NOT_OF_PEOPLE = {
    "capacity / Beds occupied, by service": "of beds",
    "capacity / Services side by side": "days waited, for who fills the beds; `Waiting` is beside",
}


def test_places_are_not_compared_by_what_became_of_a_few() -> None:
    """Shares and means by place or service are of five or more, or it is said why not."""
    compared = set()
    for query in all_queries():
        by_place = re.search(r"by \([^)]*(provider|council|locality|service|pathway)", query.expr)
        if query.dashboard != "service" and by_place and " / (" in query.expr:
            panel = f"{query.dashboard} / {query.panel}"
            compared.add(panel)
            enough = re.search(r">= (\d+)\)+$", query.expr)
            assert panel in NOT_OF_PEOPLE or (enough and int(enough[1]) >= 5), f"{query}"
    assert compared > set(NOT_OF_PEOPLE)
    assert {query.panel for query in all_queries() if ">= 5" in query.expr} >= {
        "At home on day 7",
        "Outcomes and cost by neighbourhood",
        "Neighbourhoods",
    }


def test_a_panel_says_which_filters_do_not_narrow_it(name: str, dashboard: dict[str, Any]) -> None:
    """Told from the committed queries, not from the rows that they were made from."""
    headings = {
        variable["name"]: variable["label"].lower()
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    }
    for panel in panels(dashboard):
        narrowed = set(headings).intersection(
            *(re.findall(r"\$(\w+)", query.expr) for query in queries_of(name, panel))
        )
        *_, last = panel["description"].removesuffix(".").split(". ")
        if narrowed == set(headings):
            assert "arrowed by" not in last, panel["title"]
            assert last != "No filter narrows it", panel["title"]
        elif not narrowed:
            assert last == "No filter narrows it", panel["title"]
        else:
            words, _, named = last.removesuffix(" alone").partition(" by ")
            said = set(re.split(r", | and ", named))
            of_those = {"Narrowed": narrowed, "Not narrowed": set(headings) - narrowed}[words]
            assert said == {headings[each] for each in of_those}, panel["title"]


def test_neighbourhoods_are_offered_of_the_councils_chosen() -> None:
    offering = 0
    for dashboard in dashboards().values():
        variables = {each["name"]: each for each in dashboard["templating"]["list"]}
        if "locality" in variables:
            offering += 1
            assert 'council=~"$council"' in variables["locality"]["query"]["query"]
            assert list(variables).index("council") < list(variables).index("locality")
    assert offering


def test_nothing_asks_or_shows_who_somebody_is(dashboard: dict[str, Any]) -> None:
    """Variables and legends hold places, codes and workers; labels of people do not exist."""
    allowed = {"provider", "council", "locality", "pathway", "service", "datasource", "runbook"}
    assert {variable["name"] for variable in dashboard["templating"]["list"]} <= allowed
    for panel in panels(dashboard):
        for target in panel["targets"]:
            for label in re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", "")):
                assert label not in {"person", "subject", "nhs_number", "spell"}
        assert not names_a_person(panel["title"])


def test_colours_are_those_that_everybody_can_tell_apart(dashboard: dict[str, Any]) -> None:
    known = {value for name, value in vars(colours).items() if name.isupper() and value != ()}
    used = set(re.findall(r"#[0-9A-Fa-f]{6}", JSONEncoder().encode(dashboard)))
    assert used <= {value for value in known if isinstance(value, str)}


def test_lines_differ_by_more_than_their_colour(dashboard: dict[str, Any]) -> None:
    for panel in panels(dashboard):
        if panel["type"] != "timeseries":
            continue
        styles = []
        for override in panel["fieldConfig"]["overrides"]:
            found = {each["id"]: each.get("value") for each in override["properties"]}
            if "color" in found:
                dash = (found.get("custom.lineStyle") or {}).get("dash", ())
                styles.append((tuple(dash), found.get("custom.lineWidth")))
        assert len(set(styles)) == len(styles), panel["title"]


def links_of(dashboard: dict[str, Any]) -> set[str]:
    """As Grafana follows them, with what the dashboard says of the runbook's address."""
    (runbook,) = [each for each in dashboard["templating"]["list"] if each["name"] == "runbook"]
    assert (runbook["type"], runbook["hide"]) == ("constant", models.VariableHide.HIDE_VARIABLE)
    return {
        link["url"].replace("${runbook:raw}", runbook["query"])
        for panel in panels(dashboard)
        for link in panel.get("links", [])
    }


def test_every_alert_is_linked_from_a_panel_with_what_to_do() -> None:
    links = {link for dashboard in dashboards().values() for link in links_of(dashboard)}
    for alert in alerts().values():
        assert alert.runbook_url in links, alert.name
        assert f"/alerting/${{datasource:text}}/{alert.name}/find" in links, alert.name


def test_the_runbook_may_be_elsewhere(dashboard: dict[str, Any]) -> None:
    """In one place of each file, for people who have Grafana and no Python."""
    (runbook,) = [each for each in dashboard["templating"]["list"] if each["name"] == "runbook"]
    text = JSONEncoder().encode({**dashboard, "templating": {}})
    assert runbook["query"] not in text
    assert ".example" not in JSONEncoder().encode(dashboard)


def test_an_alert_points_to_a_dashboard_with_a_panel_that_points_back() -> None:
    for alert in alerts().values():
        uid = re.search(r"/d/([\w-]+)", alert.dashboard_url)
        assert uid is not None, alert.name
        (dashboard,) = [each for each in dashboards().values() if each["uid"] == uid[1]]
        assert alert.runbook_url in links_of(dashboard), f"{alert.name} is not watched by {uid[1]}"


def test_every_recorded_series_is_shown_or_it_is_said_why_not() -> None:
    shown = " ".join(query.expr for query in all_queries())
    missing = [name for name in recorded() if name not in shown]
    unsaid = [name for name in missing if not any(re.fullmatch(p, name) for p in NOT_SHOWN)]
    assert unsaid == []
    for pattern in NOT_SHOWN:
        assert any(re.fullmatch(pattern, name) for name in missing), pattern


def test_grafana_is_told_where_the_dashboards_are() -> None:
    compose = yaml.safe_load((GRAFANA.parents[1] / "docker-compose.yml").read_text())
    mounted = dict(volume.split(":")[:2] for volume in compose["services"]["grafana"]["volumes"])
    provided = yaml.safe_load(
        (GRAFANA / "provisioning" / "dashboards" / "discharge-flow.yml").read_text()
    )
    (provider,) = provided["providers"]
    assert mounted["./deploy/grafana/dashboards"] == provider["options"]["path"]
    assert mounted["./deploy/grafana/provisioning"] == "/etc/grafana/provisioning"
    sources = yaml.safe_load(
        (GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text()
    )
    addresses = [source["url"] for source in sources["datasources"]]
    assert addresses == ["http://prometheus:9090", "http://prometheus-demo:9090"]
    assert {"prometheus", "prometheus-demo"} <= set(compose["services"])


def test_a_dashboard_opens_on_the_prometheus_of_real_people(dashboard: dict[str, Any]) -> None:
    """The one that it was saved with; by name the first, where Grafana does not know that one."""
    provided = yaml.safe_load(
        (GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text()
    )
    sources = provided["datasources"]
    (real,) = [source for source in sources if source.get("isDefault")]
    assert real["url"] == "http://prometheus:9090"
    (variable,) = [each for each in dashboard["templating"]["list"] if each["type"] == "datasource"]
    assert variable["current"] == {"selected": True, "text": real["name"], "value": real["uid"]}
    assert min(sources, key=lambda source: str(source["name"]).lower()) == real
