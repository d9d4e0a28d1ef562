"""Everything of docker-compose.yml but Grafana, running without Docker, once for these tests.

Kafka, topics, worker, Prometheus and Alertmanager run with the commands, settings and files of the
compose file (`without_docker.py`). What is changed besides addresses: how often Prometheus looks,
for how long an alert must hold (promtool tests that), how long Alertmanager gathers, and the
receivers, which are webhooks of these tests.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from tests.brokers.kafka import KafkaUnavailable, free_ports
from tests.dashboards.prometheus_server import Prometheus
from tests.deploy.listener import Listener, listening
from tests.deploy.town import publish
from tests.deploy.without_docker import ROOT, Stack, program

PROMETHEUS = "127.0.0.1:9090"
ALERTMANAGER = "127.0.0.1:9093"
"""As the compose file publishes them."""


def _prometheus_files(folder: Path, addresses: Mapping[str, str]) -> Path:
    """The folder that compose mounts, with this machine's addresses and in quick motion."""
    shutil.copytree(ROOT / "deploy" / "prometheus", folder)
    file = folder / "prometheus.yml"
    text = file.read_text(encoding="utf-8")
    for container, here in addresses.items():
        assert container in text
        text = text.replace(container, here)
    settings = yaml.safe_load(text)
    settings["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    for rules in (folder / "rules").glob("*.yml"):
        text = re.sub(r"(?m)^ +interval: .*$", "", rules.read_text(encoding="utf-8"))
        rules.write_text(re.sub(r"(?m)(?<=for: )(\d+[mh])$", _quick, text), encoding="utf-8")
    return folder


def _quick(duration: re.Match[str]) -> str:
    """Two seconds for a minute, ten at most: what fires sooner than another one still does."""
    number, unit = int(duration.group()[:-1]), duration.group()[-1]
    return f"{10 if unit == 'h' else min(2 * number, 10)}s"


def alertmanager_files(folder: Path, listener: Listener) -> Path:
    """The settings with a webhook for each receiver, no hours, and no time to gather."""
    folder.mkdir()
    text = (ROOT / "deploy" / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")
    settings = yaml.safe_load(re.sub(r"(group_wait|group_interval): \w+", r"\1: 1s", text))
    settings["receivers"] = [
        {
            "name": receiver["name"],
            "webhook_configs": [{"url": f"{listener.address}/{receiver['name']}"}],
        }
        for receiver in settings["receivers"]
    ]
    for interval in settings["time_intervals"]:
        interval["time_intervals"] = [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}]
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def listening_at(container_port: int, port: int) -> dict[str, str]:
    """Where a service listens, and where it is published, on this machine."""
    here = f"127.0.0.1:{port}"
    return {f"127.0.0.1:{container_port}": here, f"0.0.0.0:{container_port}": here}


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as made:
        yield made


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Stack]:
    for name in ("prometheus", "alertmanager"):
        if program(name) is None:
            pytest.skip(f"{name} is not installed: `make system` as root installs it")
    folder = tmp_path_factory.mktemp("stack")
    metrics, prometheus, alertmanager = free_ports(3)
    made = Stack(folder)
    try:
        try:
            made.start_kafka()
        except KafkaUnavailable as reason:
            pytest.skip(f"needs Apache Kafka: {reason}")
        scraped = {
            "worker:9464": f"127.0.0.1:{metrics}",
            "localhost:9090": f"127.0.0.1:{prometheus}",
            "alertmanager:9093": f"127.0.0.1:{alertmanager}",
            PROMETHEUS: f"127.0.0.1:{prometheus}",
        }
        made.replaced |= {
            "127.0.0.1:9464": f"127.0.0.1:{metrics}",
            **listening_at(9090, prometheus),
            **listening_at(9093, alertmanager),
            "0.0.0.0": "127.0.0.1",
            "/etc/prometheus": str(_prometheus_files(folder / "p", scraped)),
            "/etc/alertmanager": str(alertmanager_files(folder / "a", listener)),
            "/etc/discharge-flow": str(ROOT / "deploy" / "policy"),
            "=/prometheus": f"={folder / 'prometheus-data'}",
            "=/alertmanager": f"={folder / 'alertmanager-data'}",
        }
        made.metrics_port = metrics
        assert made.run("topics") == 0, made.log("topics").read_text()
        for service in ("worker", "alertmanager", "prometheus"):
            made.start(service)
        yield made
    finally:
        made.stop()


def prometheus_of(stack: Stack) -> Prometheus:
    return Prometheus(f"http://{stack.here(PROMETHEUS)}")


@pytest.fixture(scope="module")
def town(stack: Stack, listener: Listener) -> Listener:
    """After the events of a town, and of a careless sender in it, have been published.

    Not before Prometheus has seen the counters at 0: it can tell no increase else.
    """
    seen_at_0 = "count_over_time(patientflow_rebalances_total[1m]) > 2"
    listener.until(lambda: bool(prometheus_of(stack).now(seen_at_0)), 60.0)
    assert publish(stack.here("kafka:19092")) > 1000
    return listener
