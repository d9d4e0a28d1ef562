"""docs/runbook.md: an entry for every alert, and every command in it runs and says something."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from flow.events.topics import TOPICS
from tests.deploy.listener import Listener
from tests.deploy.without_docker import ROOT, Stack
from tests.prometheus.promql import selectors
from tests.prometheus.rules import alerts, labels_of

PAGE = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
ENDS_WITHIN_S = 60.0


def entries() -> dict[str, str]:
    """Each heading of the second level with its text."""
    parts = re.split(r"(?m)^## (.+)$", PAGE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands() -> Iterator[str]:
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```", PAGE):
        yield from block.splitlines()


def queries() -> list[str]:
    return [shlex.split(line)[-1] for line in commands() if line.startswith("promtool")]


def test_every_alert_has_an_entry_and_no_other_has_one() -> None:
    assert set(entries()) - {"Where to begin"} == set(alerts())


@pytest.mark.parametrize("name", [name for name in entries() if name != "Where to begin"])
def test_an_entry_says_what_it_means_whom_it_concerns_and_what_to_do(name: str) -> None:
    said = re.findall(r"(?m)^\*\*(.+?)\.\*\*", entries()[name])

    assert said in (["Means", "Affected", "Look", "Do"], ["Means", "Affected, look", "Do"])
    assert "```sh" in entries()[name]


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_a_query_names_figures_and_labels_that_exist(query: str) -> None:
    for selector in selectors(query):
        if selector.metric.startswith("process_"):
            continue  # of the client library
        named = {matcher.label for matcher in selector.matchers}
        assert named <= labels_of(selector.metric), selector


@pytest.mark.kafka
@pytest.mark.slow
def test_every_command_runs_and_every_query_without_a_threshold_is_answered(
    stack: Stack, town: Listener
) -> None:
    town.until(lambda: "FlowDeadLetters" in town.alerts("platform-ticket", "firing"), 90)
    runner = _Runner(stack)
    filled = runner.words()
    for line in commands():
        words = shlex.split(stack.here(_filled(line, filled)))
        said = runner.run(words)
        if words[0] == "promtool" and not re.search(r"[<>=]=? ?\d+$", words[-1]):
            assert said.strip(), f"{line}: no answer"


def _filled(line: str, filled: dict[str, str]) -> str:
    return re.sub(r"\b[A-Z]{4,}\b", lambda word: filled.get(word.group(), word.group()), line)


class _Runner:
    def __init__(self, stack: Stack) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "FLOW_BROKER_URL": stack.here("kafka:19092"),
        }

    def run(self, words: list[str]) -> str:
        command = [sys.executable, "-m", "flow"] if words[0] == "flow" else [words[0]]
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed: `make system` as root installs it")
        done = subprocess.run(
            [*command, *words[1:]],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=ENDS_WITHIN_S,
            check=False,
        )
        assert done.returncode == 0, f"{shlex.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def words(self) -> dict[str, str]:
        """What stands for the words in capitals: what somebody would have read before."""
        letters = self.run(["flow", "dlq", "list", "--each", "--json"]).splitlines()
        services = self.run(["flow", "service", "list", "--json"]).splitlines()
        letter, service = json.loads(letters[0]), json.loads(services[0])
        assert letter["place"].split("/")[0] in TOPICS
        return {
            "LETTER": letter["place"],
            "REASON": letter["reason"],
            "SERVICE": service["service"],
            "WAIT": "drd_to_discharge",
        }
