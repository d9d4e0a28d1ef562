"""deploy/Dockerfile, step by step without Docker: its files, its commands, other folders."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8")
STEP_WITHIN_S = 1_200.0
"""Compiling the core takes two to six minutes of a processor, of which others use as much."""
DAYS_FOLDED = 14
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_500)]


def instructions() -> list[tuple[str, str]]:
    """Each instruction and its words, continued lines joined, comments left out."""
    lines = "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#"))
    joined = lines.replace("\\\n", " ")
    return [
        (word, rest.strip())
        for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())
    ]


def build_stage() -> list[tuple[str, str]]:
    steps = instructions()
    ends = [at for at, (word, _) in enumerate(steps) if word == "FROM"]
    return steps[ends[0] + 1 : ends[1]]


class Builder:
    """Does the steps of the build stage in `folder`, which stands for the root of the image."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}

    def at(self, text: str) -> str:
        return re.sub(r"(?<![\w.])/(opt|src|dist)\b", rf"{self.folder}/\1", text)

    def do(self, word: str, rest: str) -> None:
        if word == "WORKDIR":
            self.work = Path(self.at(rest))
            self.work.mkdir()
        elif word == "ENV":
            self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
            self.environment.pop("PIP_NO_CACHE_DIR", None)  # what was fetched for the tests will do
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                self.copy(source, self.work / target)
        else:
            assert word == "RUN", f"{word} is not known here"
            self.run(rest)

    def copy(self, source: str, target: Path) -> None:
        """As Docker does: a folder's content, or a file under its name; only what it is let see."""
        assert f"!{source}" in IGNORED or "!requirements/*.lock" in IGNORED
        origin = ROOT / source
        if origin.is_dir():
            shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(exist_ok=True)
            shutil.copy(origin, target)

    def run(self, command: str) -> None:
        # `python` of the image is the interpreter of these tests, outside its environment.
        if command.startswith("apt-get "):
            needed = shlex.split(command.rpartition("--no-install-recommends")[2])
            if shutil.which(needed[0]) is None:
                pytest.skip(f"no {needed[0]} here: the core cannot be compiled")
            return
        base = getattr(sys, "_base_executable", sys.executable)
        shown = re.sub(r"^python\b", base, self.at(command))
        done = subprocess.run(
            ["/bin/sh", "-ec", shown],
            cwd=self.work,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=STEP_WITHIN_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    builder = Builder(tmp_path_factory.mktemp("image"))
    for word, rest in build_stage():
        builder.do(word, rest)
    return builder


def test_the_command_runs_from_what_the_image_holds(image: Builder) -> None:
    flow = image.folder / "opt/flow/bin/flow"
    entry = re.search(r'^ENTRYPOINT \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)
    assert entry is not None
    assert entry.group(1) == flow.name

    for command in (["version"], ["config", "check"], ["simulate", "--help"]):
        done = subprocess.run(
            [flow, *command],
            env={"PATH": "/usr/bin", "FLOW_BROKER_URL": "127.0.0.1:1", "PYTHONWARNINGS": "error"},
            cwd=image.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_no_file_of_the_image_depends_on_when_it_was_built(image: Builder) -> None:
    wheel = next((image.folder / "dist").glob("*.whl"))
    first = hashlib.sha256(wheel.read_bytes()).hexdigest()
    image.run(next(rest for _, rest in build_stage() if " wheel " in rest).partition("&&")[0])

    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == first
    compiled = list((image.folder / "opt/flow/lib").rglob("site-packages/flow/**/*.pyc"))
    assert compiled
    for each in compiled:
        flags = int.from_bytes(each.read_bytes()[4:8], "little")
        assert flags == 0b01, f"{each.name} holds a time (PEP 552)"


def test_nothing_of_the_tests_is_in_the_image(image: Builder) -> None:
    packages = image.folder / "opt/flow/lib"

    names = {each.name for each in packages.glob("python*/site-packages/*")}
    assert {"flow", "faust", "aiokafka"} <= names
    assert names.isdisjoint({"pytest", "hypothesis", "tests", "mypy", "yaml"})


def test_the_compiled_core_says_what_the_source_says(image: Builder, tmp_path: Path) -> None:
    """A fortnight of a small town, folded by both: every journey, wait and alert."""
    assert list((image.folder / "opt/flow/lib").rglob("site-packages/flow/pathway/fold.*.so"))
    town = tmp_path / "town.jsonl"
    told = ["simulate", "--seed", "11", "--people-per-day", "25", "--to", str(town)]
    subprocess.run(
        [sys.executable, "-m", "flow", *told, "--days", str(DAYS_FOLDED)], check=True, cwd=ROOT
    )

    fold = ["fold", "--json", "--skip-bad", str(town)]
    ours, theirs = (
        subprocess.run([*program, *fold], check=True, capture_output=True, cwd=folder).stdout
        for program, folder in (
            ([sys.executable, "-m", "flow"], ROOT),
            ([image.folder / "opt/flow/bin/flow"], tmp_path),
        )
    )

    assert len(ours.splitlines()) > 300
    assert theirs == ours
