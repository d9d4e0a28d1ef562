"""What silences what, on a real Alertmanager that is told of both."""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.brokers.kafka import free_ports
from tests.deploy.conftest import ALERTMANAGER, alertmanager_files, listening_at
from tests.deploy.listener import Listener, listening
from tests.deploy.without_docker import Stack, program

pytestmark = pytest.mark.slow

HEARD_WITHIN_S = 20.0
ONE = {"instance": "worker-1:9464", "job": "discharge-flow"}
OTHER = {"instance": "worker-2:9464", "job": "discharge-flow"}


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Listener]]:
    if program("alertmanager") is None:
        pytest.skip("Alertmanager is not installed: `make system` as root installs it")
    folder = tmp_path_factory.mktemp("alertmanager")
    (port,) = free_ports(1)
    with listening() as listener:
        made = Stack(
            folder,
            {
                **listening_at(9093, port),
                "/etc/alertmanager": str(alertmanager_files(folder / "a", listener)),
                "=/alertmanager": f"={folder / 'data'}",
            },
        )
        try:
            made.start("alertmanager")
            yield made, listener
        finally:
            made.stop()


def _tell(stack: Stack, alerts: list[dict[str, str]], **more: str) -> None:
    asked = urllib.request.Request(
        f"http://{stack.here(ALERTMANAGER)}/api/v2/alerts",
        data=json.dumps([{"labels": labels, **more} for labels in alerts]).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


def _silenced(stack: Stack, alert: dict[str, str]) -> bool:
    """Whether another alert silences it now."""
    labels = {"filter": [f'{name}="{value}"' for name, value in alert.items()]}
    query = urllib.parse.urlencode(labels, doseq=True)
    address = f"http://{stack.here(ALERTMANAGER)}/api/v2/alerts?{query}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return bool(found and found[0]["status"]["inhibitedBy"])


def alert(name: str, **labels: str) -> dict[str, str]:
    return {"alertname": name, **labels}


@pytest.mark.parametrize(
    ("cause", "silenced", "heard"),
    [
        (
            alert("FlowAllTargetsDown"),
            alert("FlowWaitsBreached"),
            [alert("FlowWatchdog"), alert("DiskFullOfAnotherSystem")],
        ),
        (
            alert("FlowTargetDown", **ONE),
            alert("FlowClockHeld", **ONE),
            [alert("FlowClockHeld", **OTHER), alert("FlowWaitsBreached")],
        ),
        (
            alert("FlowClockHeld", **ONE),
            alert("FlowLagGrowing", **ONE),
            [alert("FlowLagGrowing", **OTHER), alert("FlowClockStalled", **ONE)],
        ),
        (
            alert("FlowClockHeld", **ONE),
            alert("FlowServicesClockStalled", **OTHER),
            [alert("FlowClockStalled", **OTHER)],
        ),
        (
            alert("FlowPartitionsUnowned"),
            alert("FlowServicesClockStalled", **ONE),
            [alert("FlowClockStalled", **ONE)],
        ),
        (
            alert("FlowClockJumpRefused", **ONE),
            alert("FlowClockStalled", **ONE),
            [alert("FlowClockStalled", **OTHER)],
        ),
        (
            alert("FlowDeadLettersMany", topic="discharge"),
            alert("FlowDeadLetters", topic="discharge"),
            [alert("FlowDeadLetters", topic="admission")],
        ),
        (
            alert("FlowFeedSilent", source="/rr8/pas"),
            alert("FlowFeedSilentLong", source="/rr8/pas"),
            [alert("FlowFeedSilentLong", source="/rae/pas"), alert("FlowWaitsBreached")],
        ),
        (
            alert("FlowFiringLagBudgetBurnsFast"),
            alert("FlowFiringLagBudgetBurnsSlowly"),
            [alert("FlowClockHeld", **ONE)],
        ),
    ],
)
def test_one_cause_is_told_once(
    alertmanager: tuple[Stack, Listener],
    cause: dict[str, str],
    silenced: dict[str, str],
    heard: list[dict[str, str]],
) -> None:
    stack, listener = alertmanager
    told = [
        {"team": "platform", "severity": "ticket", **labels} for labels in (cause, silenced, *heard)
    ]
    _tell(stack, told)
    try:
        listener.until(lambda: _silenced(stack, silenced), HEARD_WITHIN_S)

        assert not any(_silenced(stack, each) for each in heard)
    finally:  # what other cases are told of must not be silenced by these
        _tell(stack, told, endsAt="2026-01-01T00:00:00Z")
