"""The whole of docker-compose.yml without Docker, and alerts on their way to whom they concern."""

import json
import re
import shlex
import urllib.request
from functools import cache
from typing import Any

import pytest

from tests.deploy.conftest import ALERTMANAGER, prometheus_of
from tests.deploy.listener import Listener
from tests.deploy.runbook import Reader, commands, filled
from tests.deploy.without_docker import Stack
from tests.metrics.careless import names

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

TOLD_WITHIN_S = 90.0
TEN_DIGITS = re.compile(r"(?<![\d.])\d{10}(?![\d.])")
"""An NHS number without spaces; a time in seconds has a fraction or stands elsewhere."""


def _get(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


@cache
def _page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.headers.get_content_type() == "text/html"
        return str(answer.read(), "utf-8")


def _alerts(stack: Stack) -> list[dict[str, Any]]:
    """Every alert that Alertmanager holds, told or silenced."""
    found = _get(f"http://{stack.here(ALERTMANAGER)}/api/v2/alerts")
    assert isinstance(found, list)
    return found


def test_all_is_well_once_everything_has_started(stack: Stack, listener: Listener) -> None:
    for service in ("worker", "alertmanager", "prometheus"):
        assert stack.healthy(service)
    listener.until(
        lambda: bool(prometheus_of(stack).now('up{job="discharge-flow"} == 1')),
        TOLD_WITHIN_S,
    )


@pytest.mark.parametrize(
    ("receiver", "alert"),
    [
        ("platform-page", "FlowDeadLettersMany"),  # which silences FlowDeadLetters
        ("hub", "FlowWaitsBreached"),
        ("hospital", "FlowHospitalProcessDelay"),
        ("commissioner", "FlowDelayed21Days"),
    ],
)
def test_whom_it_concerns_is_told(town: Listener, receiver: str, alert: str) -> None:
    town.until(lambda: alert in town.alerts(receiver, "firing"), TOLD_WITHIN_S)

    others = {to for to, _ in town.messages if to != receiver}
    assert not any(alert in town.alerts(other, "firing") for other in others)


def test_what_is_told_says_what_to_do_and_where_to_look(town: Listener) -> None:
    town.until(lambda: bool(town.messages), TOLD_WITHIN_S)
    for _, message in town.messages:
        for alert in message["alerts"]:
            written = alert["annotations"]
            assert set(written) == {"summary", "description", "runbook_url", "dashboard_url"}
            page, _, entry = written["runbook_url"].partition("#")
            assert entry == alert["labels"]["alertname"].lower()
            assert f'<h2 id="{entry}">' in _page(page)
            assert written["dashboard_url"].startswith("http")
            assert "no value" not in json.dumps(written)


def test_no_person_is_named_on_the_way(stack: Stack, town: Listener) -> None:
    town.until(
        lambda: "FlowDeadLettersMany" in town.alerts("platform-page", "firing"), TOLD_WITHIN_S
    )

    prometheus = prometheus_of(stack)
    held = {
        f"label {label}": prometheus.ask(f"label/{label}/values")
        for label in prometheus.ask("labels")
    }
    held["rules"] = prometheus.ask("rules")
    held["targets"] = prometheus.ask("targets")
    held["Alertmanager"] = _alerts(stack)
    held["messages"] = town.messages
    for service in ("worker", "prometheus", "alertmanager"):
        held[f"log of {service}"] = stack.log(service).read_text()
    for where, what in held.items():
        text = json.dumps(what)
        assert not names(text.encode()), where
        assert not TEN_DIGITS.search(text), where
    assert len(held["label source"]) > 3, "there was something to look through"


def test_a_dead_worker_is_paged_once_and_then_taken_back(stack: Stack, listener: Listener) -> None:
    stack.kill("worker")
    try:
        listener.until(
            lambda: "FlowAllTargetsDown" in listener.alerts("platform-page", "firing"),
            TOLD_WITHIN_S,
        )
        listener.until(lambda: _silenced(stack, "FlowTargetDown"), TOLD_WITHIN_S)
        assert "FlowTargetDown" not in listener.alerts("platform-ticket", "firing")
    finally:  # the other tests need it
        stack.start("worker")
    listener.until(
        lambda: "FlowAllTargetsDown" in listener.alerts("platform-page", "resolved"), TOLD_WITHIN_S
    )


def _silenced(stack: Stack, name: str) -> bool:
    """Whether another alert keeps this one from being told."""
    return any(
        alert["labels"]["alertname"] == name and alert["status"]["inhibitedBy"]
        for alert in _alerts(stack)
    )


@pytest.fixture(scope="module")
def reader(stack: Stack, town: Listener) -> Reader:
    """Somebody who was told that there are dead letters, and looks."""
    town.until(
        lambda: "FlowDeadLettersMany" in town.alerts("platform-page", "firing"), TOLD_WITHIN_S
    )
    return Reader(stack)


@pytest.fixture(scope="module")
def words(reader: Reader) -> dict[str, str]:
    return reader.words()


@pytest.mark.parametrize("line", dict.fromkeys(commands()))  # many stand in several entries
def test_a_command_of_the_runbook_runs_and_a_query_is_answered(
    stack: Stack, reader: Reader, words: dict[str, str], line: str
) -> None:
    """But for queries that ask what is beyond a threshold: those may find nothing."""
    command = shlex.split(stack.here(filled(line, words)))
    said = reader.run(command)
    if command[0] == "promtool" and not re.search(r"[<>=]=? ?\d+$", command[-1]):
        assert said.strip(), "no answer"
