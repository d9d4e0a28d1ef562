"""`make demo`: Prometheus beside it where it is installed, said where to look, all gone after."""

import os
import queue
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.brokers.kafka import free_ports
from tests.dashboards.prometheus_server import Prometheus
from tests.deploy.without_docker import ROOT

SAYS_WITHIN_S = 60.0
SCRAPED_WITHIN_S = 60.0
ENDS_WITHIN_S = 30.0
POLL_S = 0.2


class Demo:
    """`deploy/demo` with ports of its own, line by line; Ctrl-C reaches all of it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        broker, metrics, self.prometheus_port = free_ports(3)
        self.process = subprocess.Popen(
            [str(ROOT / "deploy" / "demo")],
            env={
                **os.environ,
                "FLOW_EMBEDDED_PORT": str(broker),
                "FLOW_METRICS_PORT": str(metrics),
                "PROMETHEUS_PORT": str(self.prometheus_port),
                "TMPDIR": str(folder),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def says(self, words: str) -> str:
        """The first line with these words, from here on."""
        give_up_at = time.monotonic() + SAYS_WITHIN_S
        while True:
            line = self._lines.get(timeout=give_up_at - time.monotonic())
            if words in line:
                return line

    @property
    def prometheus(self) -> Prometheus:
        return Prometheus(f"http://127.0.0.1:{self.prometheus_port}")

    def interrupt(self) -> int:
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(ENDS_WITHIN_S)


@contextmanager
def running(demo: Demo) -> Iterator[Demo]:
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            os.killpg(demo.process.pid, signal.SIGKILL)
            demo.process.wait()
        demo.reader.join()


@pytest.mark.slow
def test_prometheus_runs_beside_the_demo_and_ends_with_it(tmp_path: Path) -> None:
    if shutil.which("prometheus") is None:
        pytest.skip("Prometheus is not installed: `make system` as root installs it")
    with running(Demo(tmp_path)) as demo:
        assert f"http://127.0.0.1:{demo.prometheus_port}" in demo.says("Prometheus:")
        demo.says("Metrics:")
        give_up_at = time.monotonic() + SCRAPED_WITHIN_S
        while not demo.prometheus.now("patientflow_live_journeys > 0"):
            assert time.monotonic() < give_up_at, "no figures in Prometheus"
            time.sleep(POLL_S)
        watchdog = "FlowWatchdog"  # fires from the first evaluation on
        (alert,) = [
            each
            for each in demo.prometheus.ask("alerts")["alerts"]
            if each["labels"]["alertname"] == watchdog
        ]
        with urllib.request.urlopen(alert["annotations"]["runbook_url"], timeout=10) as page:
            assert f'<h2 id="{watchdog.lower()}">' in page.read().decode()

        assert demo.interrupt() == 0

    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="refused"):
        demo.prometheus.now("up")


@pytest.mark.slow
def test_the_demo_runs_without_prometheus_and_says_so(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "dirname", "env"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    with running(Demo(tmp_path / "temporary", PATH=str(tools))) as demo:
        assert "apt-get install prometheus" in demo.says("Prometheus is not installed")
        demo.says("Waiting for the first tick")

        assert demo.interrupt() == 0
