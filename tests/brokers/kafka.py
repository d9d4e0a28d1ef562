"""Apache Kafka as a process that a test may stop, kill, freeze and start again.

One KRaft node with the settings of `server.properties`. The jars come from Maven Central once
and are kept in ~/.cache/discharge-flow; FLOW_KAFKA_HOME names another place (that has `libs/`).
"""

import base64
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path

from flow.engine.embedded import answers, tied_to_us

VERSION = "4.1.1"
JAVA_AT_LEAST = 17
HOST = "127.0.0.1"
FETCH_WITHIN_S = 300.0  # 54 MB
FORMAT_WITHIN_S = 60.0  # usually 2 s
READY_WITHIN_S = 90.0  # usually 3 s; two cores may be shared by several brokers
READY_POLL_S = 0.05
FROZEN_WITHIN_S = 10.0  # a signal reaches a busy thread when it is next scheduled
STOP_WITHIN_S = 20.0  # a gentle stop flushes the logs
LOG_TAIL_LINES = 60
PORTS = range(12_000, 30_000)
"""Below those that the system gives to outgoing connections."""
SIDE_BY_SIDE_AT_MOST = 8
SHORT_LIFE = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a virtual machine that lives for minutes: what the full compiler takes never comes back, and
several brokers share two cores. It starts with half of the work."""
_CHANCE = random.SystemRandom()  # pytest-randomly seeds the other one anew for each test

# The broker, the tool that formats its storage, and what makes it write a log.
_LOOKED_FOR = (f"kafka_2.13-{VERSION}", f"kafka-tools-{VERSION}", "log4j-slf4j-impl-")

HERE = Path(__file__).parent


class KafkaUnavailable(Exception):
    """Apache Kafka cannot run here; the message says why and what would help."""


class KafkaFailed(Exception):
    """Apache Kafka was started and did not do as it should; the message ends with its log."""


def home() -> Path:
    default = Path.home() / ".cache" / "discharge-flow" / f"kafka-{VERSION}"
    return Path(os.environ.get("FLOW_KAFKA_HOME") or default)


def why_unavailable() -> str | None:
    """What is missing on this machine, or None. Fetches nothing."""
    java = _java_version()
    if java is None:
        return f"no Java: install openjdk-{JAVA_AT_LEAST}-jre-headless (`make system` as root)"
    if java < JAVA_AT_LEAST:
        return f"Java {java} is too old: install openjdk-{JAVA_AT_LEAST}-jre-headless"
    if not _libs_complete() and shutil.which("mvn") is None:
        return f"no jars in {home() / 'libs'} and no Maven to fetch them (`make system` as root)"
    return None


def fetch() -> Path:
    """The folder of jars, fetched first where it is empty. Raises KafkaUnavailable."""
    reason = why_unavailable()
    if reason is not None:
        raise KafkaUnavailable(reason)
    libs = home() / "libs"
    if _libs_complete():
        return libs
    home().mkdir(parents=True, exist_ok=True)
    # Into a folder of its own first: an interrupted fetch must not look like a complete one.
    with tempfile.TemporaryDirectory(dir=home()) as folder:
        fresh = Path(folder) / "libs"
        maven = subprocess.run(
            [
                *("mvn", "--quiet", "--batch-mode", "--file", str(HERE / "pom.xml")),
                *("dependency:copy-dependencies", f"-DoutputDirectory={fresh}"),
                f"-Dkafka.version={VERSION}",
            ],
            capture_output=True,
            text=True,
            timeout=FETCH_WITHIN_S,
            check=False,
        )
        if maven.returncode != 0:
            said = (maven.stdout + maven.stderr).strip()[-2000:]
            raise KafkaUnavailable(f"Maven could not fetch Apache Kafka {VERSION}: {said}")
        libs.mkdir(exist_ok=True)
        # One by one, because a broker that runs may hold the old ones; the jars that
        # `_libs_complete` looks for come last.
        for jar in sorted(fresh.iterdir(), key=lambda jar: jar.name.startswith(_LOOKED_FOR)):
            jar.replace(libs / jar.name)
    return libs


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now; a process of another run may be quicker.

    Tests that run side by side have ports of their own, and no outgoing connection takes one.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ours = PORTS[number % SIDE_BY_SIDE_AT_MOST :: SIDE_BY_SIDE_AT_MOST]
    found: list[int] = []
    while len(found) < count:
        port = _CHANCE.choice(ours)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            if port not in found:
                found.append(port)
    return found


class KafkaBroker:
    """One broker with its data and log in `folder`; the port stays the same over restarts.

    `template` is the text of its settings, with PORT, CONTROLLER_PORT and DATA to be filled in.
    """

    def __init__(self, folder: Path, template: str | None = None) -> None:
        self.port, controller_port = free_ports(2)
        self.address = f"{HOST}:{self.port}"
        self.log_file = folder / "kafka.log"
        self._data = folder / "data"
        self._libs = fetch()
        self._process: subprocess.Popen[bytes] | None = None
        self._properties = folder / "server.properties"
        folder.mkdir(parents=True, exist_ok=True)
        values = {
            "CONTROLLER_PORT": str(controller_port),
            "PORT": str(self.port),
            "DATA": str(self._data),
        }
        self._properties.write_text(
            re.sub(
                r"\b(CONTROLLER_PORT|PORT|DATA)\b",
                lambda name: values[name.group()],
                template or (HERE / "server.properties").read_text(),
            )
        )

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    def start(self) -> None:
        """Return when the broker answers requests. Keeps the data of an earlier start."""
        assert self._process is None, "already started"
        if not self._data.exists():
            self._format()
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                tied_to_us(
                    [
                        *self._java(*SHORT_LIFE, "-Xmx512m", "-Dlog4j2.level=INFO"),
                        *("kafka.Kafka", str(self._properties)),
                    ]
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.log_file.parent,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill9()
            raise

    def stop(self) -> None:
        """End gently, as an operator would; by force where that takes too long."""
        if self._process is None:
            return
        self.resume()  # a frozen process cannot end itself
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
            self._process = None
        except subprocess.TimeoutExpired:
            self.kill9()

    def kill9(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Freeze: connections stay open and nothing answers. Returns when every thread stands."""
        os.kill(self.pid, signal.SIGSTOP)
        give_up_at = time.monotonic() + FROZEN_WITHIN_S
        while not _frozen(self.pid):
            assert time.monotonic() < give_up_at, "the broker's threads do not stop"
            time.sleep(READY_POLL_S)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def restart(self) -> None:
        """Start again with the same data and port, after a gentle stop where it still runs."""
        self.stop()
        self.start()

    def delete_data(self) -> None:
        """Free the disk; the log file stays."""
        assert self._process is None, "stop it first"
        shutil.rmtree(self._data, ignore_errors=True)

    def log_tail(self) -> str:
        if not self.log_file.exists():
            return ""
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def _java(self, *options: str) -> list[str]:
        java = shutil.which("java")
        assert java is not None, "fetch() has checked this"
        return [java, *options, "-cp", f"{self._libs}/*"]

    def _format(self) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        done = subprocess.run(
            [
                *self._java(*SHORT_LIFE),
                *("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}"),
                *("--config", str(self._properties)),
            ],
            capture_output=True,
            text=True,
            timeout=FORMAT_WITHIN_S,
            check=False,
        )
        if done.returncode != 0:
            raise KafkaFailed(f"storage was not formatted:\n{done.stdout}{done.stderr}")

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not answers(HOST, self.port):
            if self._process.poll() is not None:
                raise KafkaFailed(f"ended while starting; {self.log_file}:\n{self.log_tail()}")
            if time.monotonic() > give_up_at:
                raise KafkaFailed(
                    f"not ready after {READY_WITHIN_S:g} s; {self.log_file}:\n{self.log_tail()}"
                )
            time.sleep(READY_POLL_S)


def _frozen(pid: int) -> bool:
    """Whether the kernel says of all its threads that they are stopped (state T)."""
    stats = [stat.read_text() for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)


def _libs_complete() -> bool:
    return all(any((home() / "libs").glob(f"{jar}*.jar")) for jar in _LOOKED_FOR)


def _java_version() -> int | None:
    java = shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else None


if __name__ == "__main__":  # `make system` asks what is missing
    sys.exit(why_unavailable())
