"""The pages written by hand do not lie: links lead somewhere, what they name is there."""

import re
from functools import cache

import click
import pytest

from flow.cli.commands.person import PersonGroup
from flow.cli.root import EXIT_CODES, flow
from flow.settings import Settings
from tests.docs.pages import PAGES, ROOT, Page, anchors, checked_blocks, fresh_block, page

OTHER_VARIABLES = {"FLOW_STAFF_REFERENCE", "FLOW_KAFKA_REQUIRED", "FLOW_TEST_SEED"}
"""Environment variables that are no settings of a process."""


@pytest.fixture(params=PAGES)
def written(request: pytest.FixtureRequest) -> Page:
    return page(str(request.param))


def test_links_within_the_repository_lead_somewhere(written: Page) -> None:
    broken = []
    for link in written.links():
        path, _, anchor = link.partition("#")
        target = (written.folder / path).resolve() if path else ROOT / written.name
        inside = target.exists() and ROOT in (target, *target.parents)
        if not inside or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def test_every_table_begins_with_its_head(written: Page) -> None:
    """An empty line between two rows makes those after it plain text."""
    lines = ["", *written.prose.splitlines(), ""]
    lost = [
        line
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False)
        if line.startswith("|") and not before.startswith("|") and not after.startswith("| ---")
    ]
    assert lost == []


def test_every_command_shown_exists_with_its_options(written: Page) -> None:
    problems = [problem for words in written.commands() if (problem := _unknown(words))]
    assert problems == []


def _unknown(words: list[str]) -> str:
    """What of a command line the program does not know; empty where it knows all."""
    command: click.Command = flow
    known = {"-h", "--help"} | _options(command)
    for word in words:
        if word.startswith("-") and len(word) > 1:
            if word.partition("=")[0] not in known:
                return f"{command.name}: {word}"
        elif isinstance(command, click.Group):
            named = command.means(word) if isinstance(command, PersonGroup) else word
            if named not in command.commands:
                return f"{command.name}: {word}"
            command = command.commands[named]
            known |= _options(command)
    return ""


def _options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


def test_a_wrong_command_would_be_noticed() -> None:
    assert _unknown(["alert", "listen"]) == "alert: listen"
    assert _unknown(["fold", "--explian"]) == "fold: --explian"
    shown = Page(
        "x.md", "`flow alert listen` or\n```sh\nls | FLOW_CLOCK=log flow fold --explian\n```\n"
    )
    assert list(shown.commands()) == [["fold", "--explian"], ["alert", "listen"]]


@cache
def _make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def test_every_make_target_named_exists(written: Page) -> None:
    assert written.make_targets() - _make_targets() == set()


def test_the_first_commands_of_the_readme_are_those_two() -> None:
    first = page("README.md").text.split("## Two commands")[1].split("```")[1]
    assert re.findall(r"^make (\w+)", first, re.MULTILINE) == ["demo", "test"]


def test_every_setting_named_exists(written: Page) -> None:
    known = {f"FLOW_{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    assert written.settings() - known == set()


def test_who_runs_it_is_told_of_every_setting_and_of_no_exit_code_that_is_none() -> None:
    operating = page("docs/operating.md")
    settings = {f"FLOW_{name.upper()}" for name in Settings.model_fields}
    assert settings - operating.settings() == set()
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", operating.text, re.MULTILINE)}
    assert codes
    assert codes <= {each.code for each in EXIT_CODES}


def test_every_file_named_exists(written: Page) -> None:
    """`flow/…`, `tests/…`, `docs/…` in code, and the tests named after a `::`."""
    missing = []
    for code in written.inline_code():
        if not re.fullmatch(r"(flow|tests|docs|bench|deploy|requirements)/[\w./-]+(::\w+)?", code):
            continue
        path, _, test = code.partition("::")
        file = ROOT / path
        if not file.exists() or (
            test and not re.search(rf"def {test}\(", file.read_text(encoding="utf-8"))
        ):
            missing.append(code)
    assert missing == []


def test_output_shown_is_what_the_commands_write() -> None:
    for name in PAGES:
        for block in checked_blocks(page(name).text):
            assert block == fresh_block(block), (
                f"{name}: write it anew with `python -m tests.docs.pages`"
            )


def test_the_readme_has_checked_output() -> None:
    assert len(checked_blocks(page("README.md").text)) >= 3
