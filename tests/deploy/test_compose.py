"""docker-compose.yml: pinned, limited, checked for health, no secrets, known settings and files."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flow.pathway import load_policy
from flow.settings import Settings
from tests.brokers.kafka import VERSION
from tests.deploy.without_docker import ROOT, compose, program

OURS = ("topics", "worker", "demo")
SERVICES = compose()["services"]


def test_images_are_pinned_to_what_the_tests_run_on_or_newer() -> None:
    images = {name: service["image"] for name, service in SERVICES.items()}

    for image in images.values():
        assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+\.\d+", image)
    assert images["kafka"] == f"apache/kafka:{VERSION}"
    for name in ("prometheus", "prometheus-demo", "alertmanager"):
        found = program(name.removesuffix("-demo"))
        if found is None:
            pytest.skip(f"{name} is not installed, so its version was not compared")
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        here = re.search(r"version (\d+\.\d+\.\d+)", said.stdout + said.stderr)
        assert here is not None
        assert _numbers(images[name].rpartition(":v")[2]) >= _numbers(here.group(1))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def test_the_policy_of_a_place_is_right_and_says_how_to_list_places() -> None:
    path = ROOT / "deploy" / "policy" / "policy.toml"
    text = path.read_text(encoding="utf-8")
    load_policy(path)
    assert tomllib.loads(text) == {}, "nothing is set yet"
    example = tomllib.loads(re.sub(r"(?m)^# (?=\[labels\]|\w+ = )", "", text))
    assert example["labels"].keys() == {"providers", "councils", "localities", "services"}


def test_the_image_is_pinned_and_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")

    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases[0])
    assert re.search(r"^USER (?!0|root)\S+$", dockerfile, re.MULTILINE)
    assert "--require-hashes -r requirements/runtime.lock" in dockerfile


def test_each_starts_after_what_it_needs() -> None:
    needs = {
        name: {other: each["condition"] for other, each in service.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }

    assert needs == {
        "kafka": {},
        "topics": {"kafka": "service_healthy"},
        "worker": {"kafka": "service_healthy", "topics": "service_completed_successfully"},
        "demo": {"kafka": "service_healthy"},
        "prometheus-demo": {"demo": "service_healthy"},
        "alertmanager": {},
        "prometheus": {"alertmanager": "service_healthy"},
        "grafana": {"prometheus": "service_healthy"},
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_asked_for_its_health_and_limited(name: str) -> None:
    service = SERVICES[name]

    if name == "topics":
        assert service["healthcheck"] == {"disable": True}  # it ends
    else:
        assert service["healthcheck"]["test"][0] == "CMD"
    limits = service["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) > 0
    assert re.fullmatch(r"\d+[MG]", limits["memory"])


def test_the_made_up_town_comes_only_when_asked_for_and_keeps_to_itself() -> None:
    assert {name for name in SERVICES if "profiles" in SERVICES[name]} == {
        "demo",
        "prometheus-demo",
    }
    demo, worker = SERVICES["demo"]["environment"], SERVICES["worker"]["environment"]

    assert demo["FLOW_TOPIC_PREFIX"] != worker.get("FLOW_TOPIC_PREFIX", "")
    assert demo["FLOW_APPLICATION"] != worker.get("FLOW_APPLICATION", "discharge-flow")


def test_the_image_is_built_once() -> None:
    ours = {name for name, service in SERVICES.items() if "discharge-flow" in service["image"]}

    assert ours == set(OURS)
    assert {name for name in ours if "build" in SERVICES[name]} == {"topics"}


def test_settings_are_ours_and_no_secret_is_among_them() -> None:
    known = {f"FLOW_{field}".upper() for field in Settings.model_fields}
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= known
    everything = (ROOT / "docker-compose.yml").read_text(encoding="utf-8") + (
        ROOT / "deploy" / "Dockerfile"
    ).read_text(encoding="utf-8")
    assert not re.search(r"password|secret|token|api.?key", everything, re.IGNORECASE)


def test_nothing_is_offered_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def _mounted() -> Iterator[tuple[str, Path]]:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert rest.endswith(":ro"), f"{name} could change {source}"
                yield rest.removesuffix(":ro"), ROOT / source


def test_every_file_that_a_service_is_told_of_is_there() -> None:
    mounted = dict(_mounted())
    for folder in mounted.values():
        assert folder.is_dir()
        assert any(folder.iterdir())
    words = [
        str(word)
        for service in SERVICES.values()
        for word in (*service.get("command", []), *service.get("environment", {}).values())
    ]
    paths = [
        found.group() for word in words if (found := re.search(r"/\S+\.(yml|json|toml)$", word))
    ]
    assert len(paths) == 5, "Prometheus' two, Alertmanager's, the policy, Grafana's first dashboard"
    for path in paths:
        inside, folder = next(item for item in mounted.items() if path.startswith(item[0]))
        assert (folder / path.removeprefix(inside).lstrip("/")).is_file()


@pytest.mark.parametrize("profile", [(), ("--profile", "demo")], ids=["plain", "demo"])
def test_docker_compose_accepts_the_file(profile: tuple[str, ...]) -> None:
    command = _docker_compose()
    if command is None:
        pytest.skip("docker compose is not installed, so docker-compose.yml was only parsed")

    checked = subprocess.run(
        [*command, "--file", str(ROOT / "docker-compose.yml"), *profile, "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def test_docker_compose_would_refuse_a_mistake(tmp_path: Path) -> None:
    command = _docker_compose()
    if command is None:
        pytest.skip("docker compose is not installed")
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(text.replace("healthcheck:", "healthchecks:", 1), encoding="utf-8")

    checked = subprocess.run(
        [*command, "--file", str(wrong), "config", "--quiet"], capture_output=True, check=False
    )

    assert checked.returncode != 0


def _docker_compose() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        version = subprocess.run([*command, "version"], capture_output=True, check=False)
        if version.returncode == 0:
            return command
    return None
