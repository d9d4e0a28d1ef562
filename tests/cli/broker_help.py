"""Waiting for what a broker and a worker do, and a worker as a process of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

WITHIN_S = 60.0
"""Far above what anything here takes; a hang is told from a slow machine."""
STOP_WITHIN_S = 20.0


def eventually(what: Callable[[], T | None], within_s: float = WITHIN_S) -> T:
    """The first result that is not None or False; fails when the time is over."""
    give_up_at = time.monotonic() + within_s
    while True:
        result = what()
        if result:
            return result
        assert time.monotonic() < give_up_at, f"not within {within_s:g} s"
        time.sleep(0.1)  # between two looks at a condition


def get(url: str) -> str | None:
    """The body, or None while nothing answers or it answers with an error."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            body: bytes = answer.read()
            return body.decode()
    except (urllib.error.URLError, OSError):
        return None


def start(*arguments: str, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """`flow …` as a process; what it says goes to `log`."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "flow", *arguments],
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def worker(env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is ready; stopped gently at the end, and then its exit code is 0."""
    process = start("worker", env=env, log=log)
    try:
        url = f"http://127.0.0.1:{env['FLOW_METRICS_PORT']}/readyz"
        eventually(lambda: _alive(process, log) and get(url))
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_WITHIN_S) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


def _alive(process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, f"ended with {process.returncode}:\n{log.read_text()}"
    return True
