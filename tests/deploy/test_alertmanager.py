"""Who is told: Alertmanager's own tool reads the settings and says which way an alert goes."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.without_docker import ROOT
from tests.prometheus.rules import alerts

FOLDER = ROOT / "deploy" / "alertmanager"
SETTINGS = FOLDER / "alertmanager.yml"
EXAMPLES = FOLDER / "receivers.example.yml"


def amtool(*words: str) -> subprocess.CompletedProcess[str]:
    path = shutil.which("amtool")
    if path is None:
        pytest.skip("amtool is not installed: `make system` as root installs it")
    return subprocess.run([path, *words], capture_output=True, text=True, check=False)


def read(path: Path) -> dict[str, Any]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def test_the_settings_are_accepted() -> None:
    checked = amtool("check-config", str(SETTINGS))

    assert checked.returncode == 0, checked.stderr


def test_the_settings_with_the_example_channels_are_accepted(tmp_path: Path) -> None:
    whole = tmp_path / "alertmanager.yml"
    whole.write_text(yaml.safe_dump(read(SETTINGS) | read(EXAMPLES)), encoding="utf-8")

    checked = amtool("check-config", str(whole))

    assert checked.returncode == 0, checked.stderr
    names = [receiver["name"] for receiver in read(SETTINGS)["receivers"]]
    assert [receiver["name"] for receiver in read(EXAMPLES)["receivers"]] == names


def test_a_mistake_in_the_settings_would_be_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "alertmanager.yml"
    text = SETTINGS.read_text(encoding="utf-8")
    wrong.write_text(text.replace("receiver: commissioner", "receiver: commissioners"))

    checked = amtool("check-config", str(wrong))

    assert checked.returncode != 0
    assert "commissioners" in checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("team", "severity", "receiver"),
    [
        ("platform", "page", "platform-page"),
        ("platform", "ticket", "platform-ticket"),
        ("platform", "info", "platform-ticket"),
        ("hub", "page", "hub"),
        ("hub", "ticket", "hub"),
        ("hub", "info", "hub"),
        ("hospital", "ticket", "hospital"),
        ("commissioner", "ticket", "commissioner"),
        ("commissioner", "info", "commissioner"),
        ("nobody-has-heard-of", "page", "platform-ticket"),
    ],
)
def test_whom_an_alert_reaches(team: str, severity: str, receiver: str) -> None:
    labels = ("alertname=Anything", f"team={team}", f"severity={severity}")

    tested = amtool(
        *("config", "routes", "test", f"--config.file={SETTINGS}"),
        *(f"--verify.receivers={receiver}", *labels),
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_every_alert_of_the_rules_has_a_way_of_its_own() -> None:
    """Not the root of the tree, which is for what nobody thought of."""
    ways = {(rule["labels"]["team"], rule["labels"]["severity"]) for rule in alerts().values()}

    assert ways
    for team, severity in ways:
        matched = [
            route
            for route in read(SETTINGS)["route"]["routes"]
            if f'team="{team}"' in route["matchers"]
        ]
        assert matched, f"no route for {team}"
        assert severity in {"page", "ticket", "info"}


def test_what_is_silenced_by_another_is_named_as_the_rules_name_it() -> None:
    known = set(alerts())
    named = {
        name
        for rule in read(SETTINGS)["inhibit_rules"]
        for matcher in (*rule["source_matchers"], *rule["target_matchers"])
        if matcher.startswith("alertname") and "Flow.+" not in matcher
        for name in re.findall(r"\w+", matcher.partition('"')[2])
    }

    assert named
    assert named <= known


def test_no_secret_stands_in_the_files() -> None:
    for path in (SETTINGS, EXAMPLES):
        for line in path.read_text(encoding="utf-8").splitlines():
            words = re.match(r".*\b(\w*(?:password|secret|credentials|token|api_key)\w*):", line)
            assert words is None or words.group(1).endswith("_file"), line
