"""`flow fold --services`: without a broker what `flow service list` says with one."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flow.cli.folded_services import fold_services
from flow.cli.folding import fold_people, read_lines
from flow.cli.service_list import ListedService
from flow.engine.observer import Silent
from flow.events import encode
from flow.events.service_outputs import ServiceData
from flow.pathway import load_policy
from flow.pathway.examples import Example, service_examples
from flow.pathway.service_rules import FULL as FULL_ALERT
from flow.pathway.service_rules import PLACE_FREE, REPORT_OLD, SERVICE_ALERTS
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.cli.conftest import Run
from tests.metrics.memory_pipeline import MemoryPipeline
from tests.pathway.told import ENGLAND
from tests.system.outcome import latest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
DEMO = Path(__file__).parents[2] / "flow" / "simulate" / "policy_leeds_demo.toml"
START = datetime(2026, 1, 5, tzinfo=UTC)
FULL = EXAMPLES / "full_with_people_waiting.jsonl"


def folded(example: Example, at: datetime | None = None) -> ListedService:
    """The service that the committed example is about."""
    read = read_lines(io.BytesIO((EXAMPLES / f"{example.name}.jsonl").read_bytes()))
    assert read.bad == []
    assert read.newest is not None
    now = at or read.newest
    people = list(fold_people(read.people, ENGLAND, now))
    (found,) = fold_services(read.reports, people, ENGLAND, now, read.answers)
    assert found.data.service == example.service
    return found


ANSWERED = {FULL_ALERT: "acknowledged", PLACE_FREE: "snoozed", REPORT_OLD: "acknowledged"}


def test_every_alert_of_a_service_has_an_example() -> None:
    assert set(service_examples()) == set(SERVICE_ALERTS)


@pytest.mark.parametrize("name", SERVICE_ALERTS)
def test_the_example_raises_its_alert_when_it_has_lasted_and_its_last_event_closes_it(
    name: str,
) -> None:
    example = service_examples()[name]
    (alert,) = folded(example, example.looked_at).alerts
    answered_at = datetime.fromisoformat(example.events[-2]["time"])
    (before,) = folded(example, answered_at - timedelta(seconds=1)).alerts
    assert (before.alert, before.state) == (name, "open")
    assert (alert.alert, alert.state) == (name, ANSWERED[name])
    assert alert.due_at - alert.since == ENGLAND.service_rules.alerts[name].after
    assert folded(example, alert.due_at - timedelta(seconds=1)).alerts == ()
    assert folded(example, alert.due_at).alerts != ()
    assert folded(example).alerts == ()


def test_a_town_folded_is_what_a_worker_knows_of_its_services() -> None:
    policy = load_policy(DEMO)
    end = START + timedelta(days=9)
    events = list(Feed(3, START, load_town(people_per_day=16)).events(end))
    pipeline = MemoryPipeline(policy, Silent())
    pipeline.publish(events)
    pipeline.tick(end)
    pipeline.tick(end)  # services hear on the next tick which others are full
    worker = {
        data.service: data
        for key, value in latest(
            [
                record
                for number in range(2)
                for record in pipeline.log.records("flow.services.v1", number)
            ]
        ).items()
        if b"clock" not in key
        for data in [ServiceData.model_validate(json.loads(value)["data"])]
    }
    assert len(worker) > 10, "there is something to compare"
    read = read_lines(io.BytesIO(b"\n".join(encode(event) for event in events)))
    people = list(fold_people(read.people, policy, end))
    for listed in fold_services(read.reports, people, policy, end):
        known = worker.pop(listed.data.service)
        assert _numbers(listed.data) == _numbers(known)
    assert worker == {}


def _numbers(data: ServiceData) -> dict[str, object]:
    """All but since when a condition holds, for which a worker has looked all the time."""
    told = data.model_dump()
    told["conditions"] = [condition.alert for condition in data.conditions]
    return told


def test_the_page_says_why_a_service_that_is_silent_is_not_said_to_be_full(run: Run) -> None:
    full = run("fold", str(FULL), "--at", "2026-01-08T12:00", "--service", "oak-centre").stdout
    assert "Room             0 free beds" in full
    silent = EXAMPLES / f"{REPORT_OLD}.jsonl"
    shown = run("fold", str(silent), "--at", "2026-01-10T13:00", "--service", "oak-centre").stdout
    assert "Room             not known, neither full nor free: the report is too old" in shown
    assert "report old with people waiting since 10-Jan-2026 08:00" in shown
    assert "acts next: service" in shown


def test_services_are_listed_shown_and_written_as_json(run: Run) -> None:
    at = ("--at", "2026-01-08T12:00")
    listed = run("fold", str(FULL), *at, "--services").stdout
    assert "full with people waiting" in listed
    shown = run("fold", str(FULL), *at, "--service", "oak-centre").stdout
    assert "Shortfall        1 person without a free bed" in shown
    (line,) = run("fold", str(FULL), *at, "--services", "--json").stdout.splitlines()
    (alert,) = json.loads(line)["alerts"]
    assert (alert["alert"], alert["acknowledged_by"]) == ("full_with_people_waiting", "staff-17")
    assert "taken on by staff-17" in shown


def test_an_answer_for_a_service_that_nobody_knows_is_a_finding(run: Run) -> None:
    lines = [json.loads(line) for line in FULL.read_text().splitlines()]
    (answered,) = (line for line in lines if "service-alert" in line["type"])
    answered["subject"] = "elm-centre"
    shown = run("fold", "--service", "elm-centre", input=json.dumps(answered)).stdout
    identity = f"{answered['source']}#{answered['id']}"
    assert f"never said what it can take ({identity})" in " ".join(shown.split())


def test_a_service_that_nobody_knows_is_refused(run: Run) -> None:
    refused = run("fold", str(FULL), "--service", "elm-centre")
    assert refused.exit_code != 0
    assert "no service is called 'elm-centre'" in refused.stderr


def test_what_was_written_down_later_is_not_known_yet(run: Run) -> None:
    shown = run("fold", str(FULL), "--at", "2026-01-07T07:00", "--services").stdout
    assert shown == ""


def test_reports_alone_are_no_people_and_it_is_said_where_they_show(run: Run) -> None:
    report = next(line for line in FULL.read_text().splitlines() if "capacity" in line)
    assert "--services shows" in run("fold", input=report).stderr
    assert "oak-centre" in run("fold", "--services", input=report).stdout
