"""Metrics tell the truth (I12): every exported figure equals one computed from the topics by
code that shares nothing with the project.
"""

import ast
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from flow.events import AnyEvent, decode_stored
from flow.events.topics import PERSON_INPUTS
from flow.metrics import Metrics
from flow.metrics.catalogue import PIPELINE, PREFIX
from flow.pathway import GAUGES, Policy, load_policy
from flow.pathway.services import SERVICE_GAUGES
from flow.simulate.feed import Feed
from flow.simulate.town import Town, Unruly, load_town
from tests.engine.service_answers import answer
from tests.metrics.memory_pipeline import MemoryPipeline
from tests.metrics.topic_centres import CENTRE_GAUGES, answered_as, centre_figures, open_alerts
from tests.metrics.topic_events import Topics
from tests.metrics.topic_figures import (
    JOURNEY_GAUGES,
    Override,
    Places,
    differences,
    journey_figures,
    pipeline_figures,
    scraped,
)
from tests.metrics.topic_waits import HOUR, TARGETS, Target

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "flow" / "simulate" / "policy_leeds_demo.toml"
START = datetime(2026, 3, 24, 6, tzinfo=UTC)  # the clocks change on the 29th
SOUTH = Override("leeds-south", {"package_start": Target(18 * HOUR, 12 * HOUR)})
"""The one override of the demo's policy."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(DEMO)


@pytest.fixture(scope="module")
def places(policy: Policy) -> Places:
    return Places(
        policy.providers.values,
        policy.councils.values,
        policy.localities.values,
        policy.services.values,
    )


def busy_town() -> Town:
    """Few people, much support, much disorder."""
    return load_town(people_per_day=16).model_copy(
        update={
            "unruly": Unruly(repeated=0.1, late=0.15, corrected=0.1),
            "pathway_mix": {"P0": 0.3, "P1": 0.5, "P2": 0.15, "P3": 0.05},
        }
    )


def new_metrics(policy: Policy) -> Metrics:
    return Metrics(CollectorRegistry(), policy, version="0.1.0")


def impossible_report(at: datetime) -> AnyEvent:
    """From a centre that the policy does not list: more people than beds, and dated ahead."""
    return decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"{at:%d%H}",
                "source": "/unlisted-centre/capacity",
                "type": "flow.centre-capacity-reported.v1",
                "time": (at + timedelta(days=40)).isoformat(),
                "recordedtime": at.isoformat(),
                "subject": "unlisted-centre",
                "data": {"kind": "independence_centre", "beds_open": 10, "beds_occupied": 12},
            }
        ).encode()
    )


def answers(pipeline: MemoryPipeline, at: datetime) -> Iterator[AnyEvent]:
    """Of each open alert of a service that nobody has answered: one is taken on, one is to be quiet
    for a day, one for a year; and an answer that is about none."""
    open_now = open_alerts(pipeline.topics()["service-alerts"])
    alerts = [each for each in open_now if each["state"] == "open"]
    for alert in alerts:
        kind, more = (
            ("acknowledged", {}),
            ("snoozed", {"until": (at + timedelta(days=1)).isoformat(), "reason": "plan_agreed"}),
            ("snoozed", {"until": (at + timedelta(days=365)).isoformat(), "reason": "other"}),
        )[int(alert["alert_id"][:8], 16) % 3]
        yield answer(kind, alert["service"], at, alert=alert["alert"], by="staff-1", **more)
    yield answer("acknowledged", "never-heard-of", at, alert="full_with_people_waiting", by="x")


def run(policy: Policy, seed: int, days: int) -> tuple[MemoryPipeline, Metrics]:
    """The demo's feed in lockstep, with poison in between."""
    metrics = new_metrics(policy)
    pipeline = MemoryPipeline(policy, metrics, services_observer=metrics.services)
    feed = Feed(seed, START, busy_town())
    for hour in range(3, days * 24 + 1, 3):
        at = START + timedelta(hours=hour)
        pipeline.publish(feed.events(at))
        if hour % 48 == 0:
            pipeline.send("admission", b"demo.made-up", b"not JSON")
            pipeline.send("discharge", b"demo.made-up", b'{"type": "flow.unheard-of.v1"}')
            pipeline.send("care-package", None, b"{}")
            pipeline.send("capacity", b"unlisted-centre", b"forty beds")
            pipeline.send("service-coordination", b"unlisted-centre", b"acknowledged")
            pipeline.publish([impossible_report(at)])
        if hour % 24 == 15:
            pipeline.publish(answers(pipeline, at - timedelta(hours=1)))
        pipeline.tick(at)
    return pipeline, metrics


def computed(
    pipeline: MemoryPipeline, places: Places
) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    topics = pipeline.topics()
    assert pipeline.clock is not None
    return {
        **pipeline_figures(topics),
        **journey_figures(topics, pipeline.clock, places, [SOUTH]),
        **centre_figures(topics, pipeline.clock, places.services),
    }


@pytest.fixture(scope="module", params=[(4, 9), (2, 16)], ids=["9 days", "16 days"])
def ran(policy: Policy, request: pytest.FixtureRequest) -> tuple[MemoryPipeline, Metrics]:
    seed, days = request.param
    return run(policy, seed, days)


LATE = ("events_late_total", frozenset[tuple[str, str]]())


def test_every_exported_figure_equals_the_one_computed(
    ran: tuple[MemoryPipeline, Metrics], places: Places
) -> None:
    pipeline, metrics = ran
    figures = computed(pipeline, places)
    del figures[LATE]  # see the next test
    assert differences(scraped(metrics.render()[0]), figures) == []


def test_late_events_are_counted(ran: tuple[MemoryPipeline, Metrics]) -> None:
    pipeline, metrics = ran
    late = pipeline_figures(pipeline.topics())[LATE]
    assert scraped(metrics.render()[0])[LATE] == late > 0


def test_the_run_had_something_to_compare(
    ran: tuple[MemoryPipeline, Metrics], places: Places
) -> None:
    figures = computed(ran[0], places)
    names = {name for name, _ in figures}
    # Few return so soon; a handover is answered within hours, and not every run ends amid one.
    seldom = {"returns_within_30_days", "additional_bed_days", "handovers_unaccepted"}
    # Days that are not reached here, and what few people meet: test_any_story_agrees.py has them.
    seldom |= {"rehabilitation_at_day_91", "drd_resets", "first_visits_missed"}
    seldom |= {"centre_delayed_patients", "centre_delay_days"}
    seldom |= {"referrals_rejected"}  # until whoever was refused has left hospital
    assert names >= JOURNEY_GAUGES - seldom
    # Places are expected where somebody is ready to leave just now.
    sometimes = {"service_alerts_open", "centre_shortfall", "centre_places_expected"}
    assert names >= CENTRE_GAUGES - sometimes
    assert alerts_raised(ran[0].topics()), "alerts of services are there to compare"
    rules = {dict(labels)["rule"] for name, labels in figures if name == "service_data_quality"}
    assert rules >= {"service_not_listed", "capacity_impossible", "report_ahead", "never_reported"}
    waits = {dict(labels)["wait"] for name, labels in figures if name == "wait_active"}
    assert len(waits) >= 10
    rejected = sum(v for (name, _), v in figures.items() if name == "events_rejected_total")
    assert rejected == 5 * (len(ran[0].topics()["admission.dlq"])) >= 9
    assert sum(v for (name, _), v in figures.items() if name == "alert_changes_total") > 100


def test_alerts_of_services_are_answered_as_computed(
    ran: tuple[MemoryPipeline, Metrics],
) -> None:
    """Now, and as they stood when each was told last."""
    topics = ran[0].topics()
    assert ran[0].clock is not None
    for alert in open_alerts(topics["service-alerts"]):
        expected = answered_as(topics, alert, ran[0].clock)
        assert expected == {
            "state": alert["state"],
            "acknowledged_by": alert.get("acknowledged_by"),
            "snoozed_until": _at(alert.get("snoozed_until")),
        }
    states = Counter(
        json.loads(value)["data"]["state"] for _, value, _ in topics["service-alerts"] if value
    )
    assert states["acknowledged"]
    assert states["snoozed"]


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None


def alerts_raised(topics: Topics) -> set[bytes | None]:
    return {key for key, _, _ in topics["service-alerts"]}


def test_a_restart_changes_no_gauge(
    ran: tuple[MemoryPipeline, Metrics], policy: Policy, places: Places
) -> None:
    pipeline, _ = ran
    again = new_metrics(policy)
    MemoryPipeline(policy, again, pipeline.log, again.services)
    assert pipeline.clock is not None
    figures = {
        **journey_figures(pipeline.topics(), pipeline.clock, places, [SOUTH]),
        **centre_figures(pipeline.topics(), pipeline.clock, places.services),
    }
    assert differences(scraped(again.render()[0]), figures) == []


def test_without_lists_every_place_is_other(places: Places) -> None:
    pipeline, metrics = run(load_policy(), seed=3, days=4)
    assert pipeline.clock is not None
    figures = {
        **journey_figures(pipeline.topics(), pipeline.clock, Places()),
        **centre_figures(pipeline.topics(), pipeline.clock, frozenset()),
    }
    assert differences(scraped(metrics.render()[0]), figures) == []


def test_nothing_exported_names_a_person(ran: tuple[MemoryPipeline, Metrics]) -> None:
    pipeline, metrics = ran
    body = metrics.render("application/openmetrics-text")[0].decode()
    people = {key.decode() for key, _, _ in pipeline.topics()["admission"] if key}
    assert len(people) > 40
    assert not [person for person in people if person in body or person.split(".")[1] in body]


def told(kind: str, hour: int, /, **data: str) -> bytes:
    """An event of one made-up person, `hour` hours after the start."""
    at = (START + timedelta(hours=hour)).isoformat()
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"{kind}-{hour}",
            "source": "/rr8/epr",
            "type": f"flow.{kind}.v1",
            "time": at,
            "recordedtime": at,
            "subject": "demo.made-up",
            "data": data,
        }
    ).encode()


FIRST = {"provider": "RR8", "spell_id": "spell-1"}
SECOND = {"provider": "RR8", "spell_id": "spell-2"}


@pytest.mark.parametrize(
    "told_in",
    [
        pytest.param(
            {
                "admission": [told("patient-admitted", 0, **FIRST)],
                "discharge": [
                    told("referral-received", 1, referral_id="referral-1"),
                    told("referred-to-care-transfer-hub", 2, **FIRST, referral_id="referral-1"),
                ],
            },
            id="the hub's clock is ahead of the ward's",
        ),
        pytest.param(
            {
                "admission": [
                    told("patient-admitted", 0, **FIRST),
                    told("patient-transferred", 10, **SECOND, ward="w03"),
                ],
                "discharge": [
                    told("referral-made", 1, **FIRST, referral_id="referral-1", kind="reablement"),
                    told("patient-discharged", 2, **FIRST, discharge_method="1"),
                ],
            },
            id="back in hospital, and the admission comes late",
        ),
    ],
)
def test_a_small_journey_agrees(policy: Policy, told_in: dict[str, list[bytes]]) -> None:
    metrics = new_metrics(policy)
    pipeline = MemoryPipeline(policy, metrics)
    for topic, values in told_in.items():
        for value in values:
            pipeline.send(topic, b"demo.made-up", value)
    at = START + timedelta(hours=24)
    pipeline.tick(at)
    assert not [topic for topic in PERSON_INPUTS if pipeline.topics()[f"{topic}.dlq"]]
    figures = journey_figures(pipeline.topics(), at, Places(frozenset({"RR8"})))
    assert differences(scraped(metrics.render()[0]), figures) == []


# The computation itself.


def test_it_covers_every_journey_gauge() -> None:
    assert set(GAUGES) == JOURNEY_GAUGES


def test_it_covers_every_gauge_of_services() -> None:
    assert set(SERVICE_GAUGES) == CENTRE_GAUGES


COUNTED_FROM_TOPICS = {
    "events_total", "events_rejected_total", "events_duplicate_total", "events_conflicting_total",
    "events_late_total", "alert_changes_total", "chunk_records", "live_journeys", "not_assessed",
    "services", "services_not_assessed", "source_last_event_seconds", "alert_firing_lag_seconds",
}  # fmt: skip
"""Of histograms the number or the sum of what was observed."""
OF_ONE_PROCESS = {
    "assessments_total": "how often people were looked at follows from how chunks arrived",
    "event_lag_seconds": "real time against that of recording; no event of the town is of now",
    "chunk_processing_seconds": "time that this process took",
    "commit_seconds": "time that this process took",
    "ledger_opening_seconds": "time that this process took",
    "ledger_records_read_total": "what this process read at its start",
    "ledger_failures_total": "what went wrong in this process",
    "clock_jumps_refused_total": "ticks that left no trace; tests/engine/test_clock_and_ticks.py",
    "rebalances_total": "told to this process by the group's leader",
    "partitions": "of the topics' settings, not of their records; tests/metrics/test_observer.py",
    "partitions_owned": "told to this process by the group's leader",
    "partitions_open": "what this process has opened",
    "services_clock_seconds": "this process's clocks; lockstep runs wait for them in the topics",
    "clock_seconds": "this process's clocks; lockstep runs wait for them in the topics",
    "clock_held": "ticks that this process holds; tests/chaos/test_clocks.py",
    "lag_records": "what this process has not worked yet",
    "lag_seconds": "what this process has not worked yet",
    "contribution_faults_total": "a bug's trace; tests/metrics/test_shares.py",
    "series_dropped_total": "this process's limit; tests/metrics/test_series_limit.py",
    "build_info": "what runs",
}
"""Figures that no topic tells, and why."""


def test_a_figure_of_the_pipeline_is_counted_apart_or_it_is_said_why_not() -> None:
    names = {name.removeprefix(PREFIX) for name in PIPELINE}
    assert COUNTED_FROM_TOPICS | set(OF_ONE_PROCESS) == names
    assert not COUNTED_FROM_TOPICS & set(OF_ONE_PROCESS)
    computed = {
        name.removesuffix("_sum").removesuffix("_count") for name, _ in pipeline_figures({})
    }
    computed |= {"alert_changes_total", "source_last_event_seconds", "events_rejected_total"}
    assert computed == COUNTED_FROM_TOPICS


def test_it_knows_every_wait_of_the_policy(policy: Policy) -> None:
    assert {*TARGETS, "los_review"} == set(policy.rules)


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("topic_*.py")))
def test_it_shares_no_code_with_the_project(name: str) -> None:
    imported = set()
    for node in ast.walk(ast.parse((HERE / name).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
    others = {
        module
        for module in imported
        if not module.startswith("tests.metrics.topic_")
        and module.partition(".")[0] not in sys.stdlib_module_names
    }
    assert others == set()


LOOKED_AT = 5


def each_without_one(topics: Topics, topic: str, kind: str) -> Iterator[Topics]:
    """The topics without one of the last events of a type, however often it came."""
    named = f'"type":"flow.{kind}.v1"'.encode()
    values = dict.fromkeys(value for _, value, _ in topics[topic] if value and named in value)
    for lost in list(values)[-LOOKED_AT:]:
        yield {**topics, topic: [record for record in topics[topic] if record[1] != lost]}


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("admission", "patient-admitted"),
        ("discharge", "patient-discharged"),
        ("discharge", "criteria-to-reside-assessed"),
        ("discharge", "referral-made"),
        ("care-package", "handover-sent"),
    ],
)
def test_it_would_notice_a_single_event(
    ran: tuple[MemoryPipeline, Metrics], places: Places, topic: str, kind: str
) -> None:
    pipeline, metrics = ran
    assert pipeline.clock is not None
    exported = scraped(metrics.render()[0])
    noticed = [
        differences(exported, journey_figures(topics, pipeline.clock, places, [SOUTH])) != []
        for topics in each_without_one(pipeline.topics(), topic, kind)
    ]
    # One that was corrected, or is long past, leaves no trace in the present.
    assert len(noticed) == LOOKED_AT
    assert sum(noticed) >= 2


def test_differences_are_told_in_both_directions() -> None:
    one = ("inpatients", frozenset({("provider", "RR8")}))
    other = ("inpatients", frozenset({("provider", "RAE")}))
    assert differences({one: 1.0}, {other: 2.0}) == [
        "inpatients{provider=RAE}: exported 0, computed 2",
        "inpatients{provider=RR8}: exported 1, computed 0",
    ]
    assert differences({one: 2.0, other: 0.0}, {one: 2.0}) == []
    assert differences({one: 1.0}, {}) == ["inpatients{provider=RR8}: exported 1, computed 0"]


def test_a_scrape_is_summed_over_workers() -> None:
    body = b'# HELP x\npatientflow_inpatients{provider="RR8",los_band="21+"} 2.0\n'
    series = ("inpatients", frozenset({("provider", "RR8"), ("los_band", "21+")}))
    assert scraped(body, body) == {series: 4.0}
