"""The services of docker-compose.yml as plain processes: same commands, same settings, no Docker.

What a container has of its own is put in place of it by replacement: names of hosts and ports by
addresses of this machine, folders of volumes by folders here. What is lost with that: images,
users, limits, restarts and the network between containers.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from flow.engine.embedded import tied_to_us
from tests.brokers.kafka import KafkaBroker, free_ports

ROOT = Path(__file__).parents[2]
HEALTHY_WITHIN_S = 60.0
ENDS_WITHIN_S = 60.0
HEALTH_POLL_S = 0.2
STOP_WITHIN_S = 20.0

PROGRAMS: Mapping[str, Sequence[str]] = {
    "topics": (sys.executable, "-m", "flow"),
    "worker": (sys.executable, "-m", "flow"),
    "demo": (sys.executable, "-m", "flow"),
    "prometheus": ("prometheus",),
    "alertmanager": ("alertmanager",),
}
"""By service: what the image begins with (its entry point). Debian calls Alertmanager otherwise."""
DEBIAN_NAMES = {"alertmanager": "prometheus-alertmanager"}


def compose() -> dict[str, Any]:
    """The file, with the defaults of its variables in their places."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    document = yaml.safe_load(re.sub(r"\$\{\w+:-(\w*)\}", r"\1", text))
    assert isinstance(document, dict)
    return document


def program(name: str) -> str | None:
    """Where a program of Prometheus' family is on this machine, under either name."""
    return shutil.which(name) or shutil.which(DEBIAN_NAMES.get(name, name))


def kafka_settings(environment: Mapping[str, str], host_port: int) -> str:
    """`server.properties` from the variables, as the image makes it (KAFKA_A_B is `a.b`)."""
    listeners = {
        ":19092": "127.0.0.1:PORT",
        ":9092": f"127.0.0.1:{host_port}",
        ":29093": "127.0.0.1:CONTROLLER_PORT",
    }
    lines = []
    for variable, value in environment.items():
        if variable == "KAFKA_HEAP_OPTS":
            continue
        text = str(value).replace("kafka:", ":").replace("127.0.0.1:", ":")
        for container, here in listeners.items():
            text = text.replace(f"//{container}", f"//{here}").replace(f"@{container}", f"@{here}")
        text = text.replace("/var/lib/kafka/data", "DATA")
        lines.append(f"{variable.removeprefix('KAFKA_').lower().replace('_', '.')}={text}")
    return "\n".join(lines) + "\n"


@dataclass
class Stack:
    """Services that were started, with their logs in `folder`.

    `replaced` is applied to each text of a service's settings, in its order.
    """

    folder: Path
    replaced: dict[str, str] = field(default_factory=dict)
    metrics_port: int = 9464
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _kafka: KafkaBroker | None = None

    def here(self, text: str) -> str:
        """A setting of a container as it must be on this machine."""
        for container, here in self.replaced.items():
            text = text.replace(container, here)
        return text

    def start_kafka(self) -> KafkaBroker:
        (host_port,) = free_ports(1)
        environment = compose()["services"]["kafka"]["environment"]
        self._kafka = KafkaBroker(self.folder / "kafka", kafka_settings(environment, host_port))
        self._kafka.start()
        self.replaced["kafka:19092"] = self._kafka.address
        return self._kafka

    def start(self, service: str) -> None:
        """Return when its health check says yes or, where it has none, at once."""
        settings = compose()["services"][service]
        first, *rest = PROGRAMS[service]
        path = program(first)
        assert path is not None, f"{first} is not installed"
        with self.log(service).open("ab") as log:
            self._running[service] = subprocess.Popen(
                tied_to_us([path, *rest, *map(self.here, settings["command"])]),
                env=self._environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
            )
        check = settings.get("healthcheck", {})
        if not check.get("disable"):
            self._wait_until_healthy(service, check["test"])

    def run(self, service: str) -> int:
        """Start a service that ends by itself; its exit code."""
        self.start(service)
        return self._running.pop(service).wait(ENDS_WITHIN_S)

    def healthy(self, service: str) -> bool:
        """What the health check of the service says now."""
        return self._asked(compose()["services"][service]["healthcheck"]["test"])

    def kill(self, service: str) -> None:
        process = self._running.pop(service)
        process.kill()
        process.wait()

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def stop(self) -> None:
        """End everything, the broker last."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
        if self._kafka is not None:
            self._kafka.stop()
            self._kafka.delete_data()

    def _environment(self, settings: Mapping[str, Any]) -> dict[str, str]:
        of_service = settings.get("environment", {})
        named = {name: self.here(str(value)) for name, value in of_service.items()}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "FLOW_METRICS_PORT": str(self.metrics_port), **named}

    def _asked(self, test: Sequence[str]) -> bool:
        kind, *command = test
        assert kind == "CMD"
        command = [sys.executable if word == "python" else self.here(word) for word in command]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _wait_until_healthy(self, service: str, test: Sequence[str]) -> None:
        give_up_at = time.monotonic() + HEALTHY_WITHIN_S
        while not self._asked(test):
            ended = self._running[service].poll()
            said = self.log(service).read_text(errors="replace")[-3_000:]
            assert ended is None, f"{service} ended with code {ended}: {said}"
            assert time.monotonic() < give_up_at, f"{service} is not healthy: {said}"
            time.sleep(HEALTH_POLL_S)
