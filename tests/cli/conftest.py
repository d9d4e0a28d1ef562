"""What tests of the command line share: no settings of this machine, no broker that runs."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from flow.cli.root import flow
from tests.brokers.kafka import free_ports

Run = Callable[..., Result]
"""`run("fold", "--json", input=b"…")`"""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("FLOW_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FLOW_EMBEDDED_PORT", str(free_ports(1)[0]))


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    named = {name: logging.getLogger(name).level for name in ("aiokafka", "asyncio")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in named.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: str, input: bytes | str | None = None) -> Result:
        return CliRunner().invoke(flow, arguments, input=input, prog_name="flow")

    return invoke


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up key that references are made with."""
    path = tmp_path / "reference.key"
    path.write_text("0123456789abcdef0123456789abcdef")
    monkeypatch.setenv("FLOW_REFERENCE_SECRET_FILE", str(path))
    return path
