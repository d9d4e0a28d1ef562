"""docker-compose.yml and the Dockerfile: pinned, checked for health, no secrets, known settings."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from flow.settings import Settings
from tests.brokers.kafka import VERSION

ROOT = Path(__file__).parents[2]


@pytest.fixture
def compose() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert isinstance(document, dict)
    return document


def test_images_are_pinned(compose: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in compose["services"].items()}

    assert images["kafka"] == f"apache/kafka:{VERSION}"  # the version that the tests run on
    for image in images.values():
        assert re.fullmatch(r"[a-z/-]+:\d+\.\d+\.\d+", image)
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert bases == ["python:3.11-slim"] * 2


def test_the_worker_starts_after_the_topics_and_those_after_kafka(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services["topics"]["command"] == ["topics", "apply"]
    assert services["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert services["worker"]["command"] == ["worker"]
    assert services["worker"]["depends_on"] == {
        "kafka": {"condition": "service_healthy"},
        "topics": {"condition": "service_completed_successfully"},
    }
    for name in ("kafka", "worker"):
        assert services[name]["healthcheck"]["test"][0] == "CMD"


def test_settings_are_ours_and_no_secret_is_among_them(compose: dict[str, Any]) -> None:
    known = {f"FLOW_{field}".upper() for field in Settings.model_fields}
    for name in ("topics", "worker"):
        assert set(compose["services"][name]["environment"]) <= known
    everything = (ROOT / "docker-compose.yml").read_text() + (
        ROOT / "deploy" / "Dockerfile"
    ).read_text()
    assert not re.search(r"password|secret|token|api.?key", everything, re.IGNORECASE)


def test_nothing_is_offered_beyond_this_machine(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_the_image_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()

    assert re.search(r"^USER (?!0|root)\S+$", dockerfile, re.MULTILINE)
    assert "--require-hashes -r requirements/runtime.lock" in dockerfile


def test_docker_compose_accepts_the_file() -> None:
    command = _docker_compose()
    if command is None:
        pytest.skip("docker compose is not installed, so docker-compose.yml was only parsed")

    checked = subprocess.run(
        [*command, "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def _docker_compose() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        version = subprocess.run([*command, "version"], capture_output=True, check=False)
        if version.returncode == 0:
            return command
    return None
