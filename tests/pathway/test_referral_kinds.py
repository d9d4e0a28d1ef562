"""A kind of service is data: a line of the code list and a table of the policy, no code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

import flow
from flow.events.codes import REFERRAL_KINDS, SERVICE_KINDS, Code, CodeListError
from flow.pathway import referral_kinds
from flow.pathway.waits import WAITS
from tests.pathway.told import PERSON, Told, value_of

NEW_KIND = (
    '    { code = "falls_clinic", begins = ["first_visit"], wait = "falls_clinic_start",'
    ' label = "Falls clinic" },\n'
)
NEW_WAIT = """
[wait.falls_clinic_start]
start = "referral to the falls clinic"
stop = "first visit of the falls clinic"
target = "3 days"
calendar = "all"
acts_next = "service"
provenance = "local"
source = "made up for a test"
"""


def test_every_wait_of_a_kind_is_a_wait() -> None:
    assert set(referral_kinds.WAITS_FOR) <= set(WAITS)


def test_every_kind_is_given_by_a_kind_of_service() -> None:
    given = {kind for service in SERVICE_KINDS for kind in service.attributes["gives"]}
    assert given == REFERRAL_KINDS.codes


@pytest.mark.parametrize(
    "said",
    [
        {"begins": ["a_miracle"]},
        {"begins": ["bed"], "destinations": ["heaven"]},
        {"task": "whatever"},
        {"begins": ["first_visit"], "counts_from": "birthday"},
        {"wait": "for_ever"},
        {"counts_from": "leaving", "follows": ["a_dream"]},
        {"counts_from": "leaving"},
        {"follows": ["mental_health_bed"]},
        {"begins": ["first_visit"], "instead_of": ["a_kind", "magic"]},
        {"begins": ["first_visit"], "instead_of": ["home_care"]},
    ],
    ids=[
        *("begins", "destinations", "task", "counts_from", "a wait that nothing ends"),
        *("follows", "leaves nothing", "does not count from it"),
        *("instead_of", "not in its own place"),
    ],
)
def test_a_line_that_names_what_is_not_there_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(CodeListError):
        referral_kinds._check(Code("a_kind", "A kind", said))


def test_a_new_kind_of_service_is_data_alone(tmp_path: Path) -> None:
    """A copy of the program with two more pieces of data follows a referral of that kind."""
    package = Path(flow.__file__).parent
    copytree(package, tmp_path / "flow", ignore=ignore_patterns("__pycache__", "*.so"))
    _add(tmp_path / "flow/events/codes/data/referral_kind.toml", "codes = [\n", NEW_KIND)
    policy = tmp_path / "flow/pathway/policy_england.toml"
    policy.write_text(policy.read_text(encoding="utf-8") + NEW_WAIT, encoding="utf-8")

    events = _referred("reablement").replace(b'"kind":"reablement"', b'"kind":"falls_clinic"')
    waits = _waits(_fold(tmp_path, events, "2026-01-11T12:00"))
    assert waits["falls_clinic_start"]["state"] == "breached"
    assert waits["falls_clinic_start"]["service"] == "falls-south"


def _referred(kind: str) -> bytes:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00")
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind=kind,
              service="falls-south")  # fmt: skip
    return b"".join(value_of(event) + b"\n" for event in told.events)


def _add(file: Path, after: str, line: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert after in text
    file.write_text(text.replace(after, after + line, 1), encoding="utf-8")


def _fold(program: Path, events: bytes, at: str) -> bytes:
    """What the copy of the program says of these events."""
    told = subprocess.run(
        [sys.executable, "-m", "flow", "fold", "-", "--at", at, "--json"],
        input=events,
        capture_output=True,
        check=False,
        cwd=program,
        env={**os.environ, "PYTHONPATH": str(program)},
    )
    assert told.returncode == 0, told.stderr.decode()
    return told.stdout


def _waits(said: bytes) -> dict[str, dict[str, str]]:
    person = json.loads(said)
    assert person["person"] == PERSON
    return {wait["wait"]: wait for wait in person["waits"]}
