"""Puts small faults into the core, one at a time, and asks whether the tests notice.

    python -m tests.mutants                   every mutant of every module below
    python -m tests.mutants --every 3         every third one
    python -m tests.mutants --every 3 --phase 1   another third
    python -m tests.mutants waits targets     of these modules only
    python -m tests.mutants --tables          without the properties and what else takes long
    python -m tests.mutants --again FILE      only those that the output in FILE says survived
    python -m tests.mutants --go-on FILE      only those of which the output in FILE says nothing

Nothing is written into the source. The tests are collected once and each is run once, to see which
lines it enters and how long it takes; each mutant is a fork of
that process in which the module has been run again, with the fault (`hurt.py`). Only tests that
enter the statement with the fault are asked, quick ones first, of these those first that noticed
others. All modules are first run again unhurt, which no test may notice. A test that takes many
times as long as it took unhurt counts as failed: a loop that does not end. What is known of
survivors stands in `survivors.toml`; the outcome in docs/mutants.md.
"""

import argparse
import ast
import gc
import os
import re
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mutants.hurt import put_in
from tests.mutants.mutate import Mutant, mutants
from tests.mutants.seen import TELLS, telling

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "waits",
    "spell_waits",
    "referral_waits",
    "package_waits",
    "whereabouts",
    "measured_wait",
    "measuring",
    "who_acts",
    "assessment",
    "targets",
    "spans",
    "stage",
    "discharge_ready_date",
    "subjects",
    "pauses",
    "working_hours",
    "care",
    "ownership",
    "packages",
    "delay_reasons",
    "local_days",
)
MADE_OF = {"spans": ("spell_waits", "referral_waits", "package_waits", "waits")}
"""Which modules make tables, when they are imported, of what a module says: made again with it."""
TESTS = ("tests/pathway", "tests/cli/test_journey_words.py", "tests/cli/test_explain.py")
PROPERTIES = (
    "tests/metrics/test_any_story_agrees.py::test_any_story_agrees",
    "tests/pathway/test_machine.py::TestPathway::runTest",
    "tests/pathway/test_laws.py::test_law_bounded_nothing_changes_before_the_next_look",
    "tests/pathway/test_laws.py::test_incremental_equals_refold",
)
"""Of all properties those that compare with something else, and in reasonable time."""

CPU_LIMIT_S = 5.0
"""At least so much is given to each test, and `PATIENCE` times what it took unhurt. Of the
processor, not of the clock: cores are shared."""
PATIENCE = 10.0


@dataclass(frozen=True)
class Tried:
    module: str
    mutant: Mutant
    killed_by: str

    def __str__(self) -> str:
        said = f"killed by {self.killed_by}" if self.killed_by else SURVIVED
        return f"{self.module}.py:{self.mutant}    {said}"


SURVIVED = "SURVIVED"


def explained() -> dict[tuple[str, str], str]:
    """Why no test need notice a fault, by module and fault."""
    known = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8"))
    return {
        (module, fault): why for module, faults in known.items() for fault, why in faults.items()
    }


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.mutants")
    asked.add_argument("modules", nargs="*", default=MODULES)
    asked.add_argument("--every", type=int, default=1, help="try every n-th mutant only")
    asked.add_argument("--phase", type=int, default=0, help="which of every n: below n")
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--tables", action="store_true", help="without what takes long")
    asked.add_argument("--again", type=Path, help="only the survivors of an earlier output")
    asked.add_argument("--tests", nargs="+", help="files of tests, instead of all below")
    asked.add_argument("--go-on", type=Path, help="only what an earlier output does not speak of")
    chosen = asked.parse_args()
    only = _said(chosen.again, SURVIVED) if chosen.again else None
    known = _said(chosen.go_on, "") if chosen.go_on else set()
    work = [
        (module, mutant)
        for module in chosen.modules
        for mutant in mutants(_file(module).read_text(encoding="utf-8"), chosen.every, chosen.phase)
        if (only is None or (module, mutant.fault) in only) and (module, mutant.fault) not in known
    ]
    print(f"{len(work)} mutants", flush=True)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:randomly"]
    options += ["-m", "not (slow or kafka or embedded or chaos)"]
    options += ["-k", "not memory and not garbage"]  # what they measure is not what things mean
    tests = chosen.tests or (TESTS if chosen.tables else (*TESTS, *PROPERTIES))
    sys.exit(pytest.main([*options, *tests], plugins=[Mutants(work, chosen.jobs, chosen.tables)]))


def _said(output: Path, outcome: str) -> set[tuple[str, str]]:
    """The mutants of which an output tells this, by module and fault."""
    said = output.read_text(encoding="utf-8")
    return set(re.findall(rf"^(\w+)\.py:\d+: (.*?)    {outcome}", said, re.MULTILINE))


def _file(module: str) -> Path:
    return ROOT / "flow" / "pathway" / f"{module}.py"


def _make_again(module: str) -> None:
    """What was made of a module when others were imported."""
    for table in MADE_OF.get(module, ()):
        tree = ast.parse(_file(table).read_text(encoding="utf-8"))
        put_in(f"flow.pathway.{table}", tree)


class Mutants:
    """In place of pytest's loop over the tests: one loop in a fork for each mutant."""

    def __init__(self, work: list[tuple[str, Mutant]], jobs: int, tables: bool) -> None:
        self._work = work
        self._jobs = jobs
        self._tables = tables
        self._killers: Counter[str] = Counter()
        self._entered: dict[pytest.Item, frozenset[tuple[str, int]]] = {}
        self._took_s: dict[pytest.Item, float] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        asked = () if self._tables else PROPERTIES
        items[:] = [item for item in items if not _property(item) or item.nodeid in asked]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._run_once(session)
        print(f"{len(session.items)} tests, {sum(self._took_s.values()):.0f} s", flush=True)
        gc.freeze()  # forks share what they do not collect
        unhurt = Mutant(0, 0, 0, "", "", "", lambda: ast.Module([], []))
        process, told = self._fork(session, "", unhurt)
        fails = self._outcome(told)
        os.waitpid(process, 0)
        assert not fails, f"run again, unhurt, the modules fail {fails}"
        tried = []
        for each in self._try_all(session):
            tried.append(each)
            self._killers[each.killed_by] += 1
            print(each, flush=True)
        _report(tried)
        return True

    def _run_once(self, session: pytest.Session) -> None:
        """Which statements of the modules each test enters, and how long it takes."""
        entered: set[tuple[str, int]] = set()
        for module, tree in self._unhurt():
            put_in(f"flow.pathway.{module}", telling(tree, module), **{TELLS: entered.add})
            _make_again(module)
        at_import = frozenset(entered)
        for item in session.items:
            entered.clear()
            begun_at = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            assert not session.testsfailed, f"{item.name} fails without any fault"
            self._took_s[item] = time.process_time() - begun_at
            self._entered[item] = at_import | entered
        for module, tree in self._unhurt():
            put_in(f"flow.pathway.{module}", tree)
            _make_again(module)

    def _unhurt(self) -> list[tuple[str, ast.Module]]:
        modules = dict.fromkeys(module for module, _mutant in self._work)
        return [(each, ast.parse(_file(each).read_text(encoding="utf-8"))) for each in modules]

    def _try_all(self, session: pytest.Session) -> Iterator[Tried]:
        waiting = list(reversed(self._work))
        running: dict[int, tuple[str, Mutant, int]] = {}
        while waiting or running:
            while waiting and len(running) < self._jobs:
                module, mutant = waiting.pop()
                process, told = self._fork(session, module, mutant)
                running[process] = (module, mutant, told)
            ended, _status = os.wait()
            module, mutant, told = running.pop(ended)
            yield Tried(module, mutant, self._outcome(told))

    def _fork(self, session: pytest.Session, module: str, mutant: Mutant) -> tuple[int, int]:
        """The process that tries a mutant, and from where to read what it found."""
        told, tells = os.pipe()
        process = os.fork()
        if process == 0:
            self._run(session, module, mutant, tells)
        os.close(tells)
        return process, told

    def _outcome(self, told: int) -> str:
        """Which test failed; empty where none did."""
        with os.fdopen(told) as said:
            by = said.read() or "the end of its process"
        return "" if by == NOBODY else by

    def _run(self, session: pytest.Session, module: str, mutant: Mutant, tells: int) -> None:
        """In the fork: tells which test fails, if any, and ends the process."""
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)

        def too_long(*_: object) -> None:
            os.write(tells, b"the limit of time")
            os._exit(0)

        signal.signal(signal.SIGPROF, too_long)
        signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT_S)
        killer = "its import"
        with suppress(BaseException):
            if mutant.number:
                put_in(f"flow.pathway.{module}", mutant.tree)
                _make_again(module)
            killer = self._first_failure(session, module, mutant)
        os.write(tells, (killer or NOBODY).encode())
        os._exit(0)

    def _first_failure(self, session: pytest.Session, module: str, mutant: Mutant) -> str:
        tests = [each for each in session.items if self._enters(each, module, mutant)]
        tests.sort(
            key=lambda item: (
                self._took_s[item] > QUICK_S,
                -self._killers[item.name],
                self._took_s[item],
            )
        )
        for item in tests:
            signal.setitimer(signal.ITIMER_PROF, max(CPU_LIMIT_S, PATIENCE * self._took_s[item]))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if session.testsfailed:
                return item.name
        return ""

    def _enters(self, item: pytest.Item, module: str, mutant: Mutant) -> bool:
        """What lies in no function is run at import: every test may depend on it."""
        if self._tables and self._took_s[item] > QUICK_S:
            return False
        return not mutant.entered or (module, mutant.entered) in self._entered[item]


QUICK_S = 1.0
NOBODY = "\0"


def _property(item: pytest.Item) -> bool:
    test = getattr(item, "obj", None)
    return getattr(test, "is_hypothesis_test", False) or item.name == "runTest"


def _report(tried: list[Tried]) -> None:
    reasons = explained()
    print("\n| module | mutants | killed | share | survivors explained | not explained |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for module in (*dict.fromkeys(each.module for each in tried), "all"):
        of = [each for each in tried if module in (each.module, "all")]
        survivors = [(each.module, each.mutant.fault) for each in of if not each.killed_by]
        killed, known = len(of) - len(survivors), sum(each in reasons for each in survivors)
        share = f"{killed / len(of):.1%}"
        left = len(survivors) - known
        print(f"| `{module}` | {len(of)} | {killed} | {share} | {known} | {left} |")
    survived = {(each.module, each.mutant.fault) for each in tried if not each.killed_by}
    for module, fault in sorted(survived - reasons.keys()):
        print(f"not explained: {module}.py, {fault}")
    noticed = {(each.module, each.mutant.fault) for each in tried if each.killed_by} - survived
    for module, fault in sorted(noticed & reasons.keys()):
        print(f"explained, yet noticed: {module}.py, {fault}")


if __name__ == "__main__":
    main()
