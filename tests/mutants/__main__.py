"""Puts small faults into the core, one at a time, and asks whether the tests notice.

    python -m tests.mutants                 every mutant of every module below
    python -m tests.mutants --every 3       every third one
    python -m tests.mutants waits targets   of these modules only
    python -m tests.mutants --tables        without the properties, which take longest

Nothing is written into the source. The tests are collected once and each is run once, to see which
functions it enters and how long it takes; each mutant is a fork of that process in which the
module has been run again, with the fault, and its functions have taken the place of the old ones.
Only tests that enter the function with the fault are asked, those first that noticed others, and
then the quick ones. Each module is first run again unhurt, which no test may notice. What no test
ends within the limit counts as killed. The outcome, with the survivors explained, stands in
docs/mutants.md.
"""

import argparse
import ast
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType

import pytest

from tests.mutants.mutate import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "discharge_ready_date",
    "targets",
    "stage",
    "spans",
    "assessment",
    "waits",
    "wait",
)
TESTS = tuple(
    f"tests/pathway/test_{name}.py"
    for name in (
        "waits",
        "how_waits_end",
        "targets",
        "working_hours",
        "discharge_ready_date",
        "endings",
        "handovers",
        "referrals",
        "referral_kinds",
        "planning",
        "ownership",
        "spells",
        "stage",
        "stage_changes",
        "policy",
        "policy_dates",
        "corrections",
        "alerts",
        "notices",
        "examples",
    )
)
PROPERTIES = (
    "tests/pathway/test_machine.py",
    "tests/metrics/test_any_story_agrees.py",
    "tests/pathway/test_laws.py::test_incremental_equals_refold",
    "tests/pathway/test_laws.py::test_law_bounded_nothing_changes_before_the_next_look",
)
CPU_LIMIT_S = 200
"""Several times what an unhurt run takes; of the processor, not of the clock: cores are shared."""


Function = tuple[str, int]
"""Module, and the first line of the function."""


@dataclass(frozen=True)
class Tried:
    module: str
    mutant: Mutant
    killed_by: str

    def __str__(self) -> str:
        said = f"killed by {self.killed_by}" if self.killed_by else "SURVIVED"
        return f"{self.module}.py:{self.mutant}    {said}"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.mutants")
    asked.add_argument("modules", nargs="*", default=MODULES)
    asked.add_argument("--every", type=int, default=1, help="try every n-th mutant only")
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--tables", action="store_true", help="without the properties")
    chosen = asked.parse_args()
    work = [
        (module, mutant)
        for module in chosen.modules
        for mutant in mutants(_file(module).read_text(encoding="utf-8"), chosen.every)
    ]
    print(f"{sum(mutant.number > 0 for _module, mutant in work)} mutants", flush=True)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:randomly"]
    tests = TESTS if chosen.tables else (*TESTS, *PROPERTIES)
    sys.exit(pytest.main([*options, *tests], plugins=[Mutants(work, chosen.jobs)]))


def _file(module: str) -> Path:
    return ROOT / "flow" / "pathway" / f"{module}.py"


class Mutants:
    """In place of pytest's loop over the tests: one loop in a fork for each mutant."""

    def __init__(self, work: list[tuple[str, Mutant]], jobs: int) -> None:
        self._work = work
        self._jobs = jobs
        self._killers: Counter[str] = Counter()
        self._entered: dict[pytest.Item, frozenset[Function]] = {}
        self._took_s: dict[pytest.Item, float] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._run_once(session)
        print(f"{len(session.items)} tests, {sum(self._took_s.values()):.0f} s", flush=True)
        tried = []
        for each in self._try_all(session):
            if not each.mutant.number:
                assert not each.killed_by, (
                    f"{each.module} run again, unhurt, fails {each.killed_by}"
                )
                continue
            tried.append(each)
            self._killers[each.killed_by] += 1
            print(each, flush=True)
        _report(tried)
        return True

    def _run_once(self, session: pytest.Session) -> None:
        """Which functions of the modules each test enters, and how long it takes."""
        files = {str(_file(module)): module for module in MODULES}
        entered: set[Function] = set()

        def enter(frame: FrameType, _event: str, _argument: object) -> None:
            code = frame.f_code
            if code.co_filename in files:
                entered.add((files[code.co_filename], code.co_firstlineno))

        for item in session.items:
            entered.clear()
            begun_at = time.monotonic()
            sys.settrace(enter)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            sys.settrace(None)
            assert not session.testsfailed, f"{item.name} fails without any fault"
            self._took_s[item] = time.monotonic() - begun_at
            self._entered[item] = frozenset(entered)

    def _try_all(self, session: pytest.Session) -> Iterator[Tried]:
        waiting = list(reversed(self._work))
        running: dict[int, tuple[str, Mutant, int]] = {}
        while waiting or running:
            while waiting and len(running) < self._jobs:
                module, mutant = waiting.pop()
                told, tells = os.pipe()
                process = os.fork()
                if process == 0:
                    self._run(session, module, mutant, tells)
                os.close(tells)
                running[process] = (module, mutant, told)
            ended, _status = os.waitpid(-1, os.WNOHANG)
            if ended:
                module, mutant, told = running.pop(ended)
                with os.fdopen(told) as said:
                    by = said.read() or "the limit of time"
                yield Tried(module, mutant, "" if by == NOBODY else by)
                continue
            time.sleep(0.05)

    def _run(self, session: pytest.Session, module: str, mutant: Mutant, tells: int) -> None:
        """In the fork: tells which test fails, if any, and ends the process."""
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        killer = "its import"
        with suppress(BaseException):
            put_in(module, mutant.tree)
            killer = self._first_failure(session, (module, mutant.function))
        os.write(tells, (killer or NOBODY).encode())
        os._exit(0)

    def _first_failure(self, session: pytest.Session, function: Function) -> str:
        """What lies in no function is run at import: every test may depend on it."""
        everywhere = function[1] == 0
        tests = [each for each in session.items if everywhere or function in self._entered[each]]
        tests.sort(key=lambda item: (-self._killers[item.name], self._took_s[item]))
        for item in tests:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if session.testsfailed:
                return item.name
        return ""


NOBODY = "\0"


def put_in(module: str, tree: ast.Module) -> None:
    """Run a module again, with a fault, and put what it defines in the place of what it was."""
    name = f"flow.pathway.{module}"
    hurt = import_module(name)
    before = {key: value for key, value in vars(hurt).items() if _made_in(value, name)}
    exec(compile(tree, str(_file(module)), "exec"), vars(hurt))
    after = {id(value): vars(hurt)[key] for key, value in before.items()}
    for other in list(sys.modules.values()):
        for key, value in list(getattr(other, "__dict__", {}).items()):
            if id(value) in after:
                setattr(other, key, after[id(value)])


def _made_in(value: object, name: str) -> bool:
    return getattr(value, "__module__", None) == name


def _report(tried: list[Tried]) -> None:
    print("\n| module | mutants | killed | share |\n| --- | ---: | ---: | ---: |")
    for module in (*dict.fromkeys(each.module for each in tried), "all"):
        of = [each for each in tried if module in (each.module, "all")]
        killed = sum(bool(each.killed_by) for each in of)
        print(f"| {module} | {len(of)} | {killed} | {killed / len(of):.1%} |")


if __name__ == "__main__":
    main()
