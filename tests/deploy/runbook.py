"""docs/runbook.md: its entries, its commands, and somebody who types these at a stack."""

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
from tests.deploy.without_docker import ROOT, Stack

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


def filled(line: str, words: dict[str, str]) -> str:
    """A command with its words in capitals replaced."""
    return re.sub(r"\b[A-Z]{4,}\b", lambda word: words.get(word.group(), word.group()), line)


class Reader:
    """Runs commands as somebody on call would, with the settings of the stack."""

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
