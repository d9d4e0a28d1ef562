"""docs/waits.md shows what its commands write, and the committed pages are in step."""

import re
from pathlib import Path

import pytest

from flow.cli import stages_page, waits_page
from flow.pathway import STAGES, WAITS
from flow.pathway.examples import examples, service_examples
from tests.cli.conftest import Run

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```console\n\$ flow ([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown() -> dict[str, str]:
    """Output by command line."""
    return dict(BLOCK.findall((DOCS / "waits.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("command", shown())
def test_the_command_writes_what_is_shown(
    run: Run, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DOCS.parent)
    result = run(*command.split())
    assert result.exit_code == 0
    assert result.stdout.rstrip("\n") == shown()[command].rstrip("\n")


def test_every_example_is_shown() -> None:
    assert len(shown()) == len(examples()) + len(service_examples())


def test_the_committed_files_are_in_step(tmp_path: Path) -> None:
    """Run `make docs` where this fails."""
    waits_page.write(tmp_path)
    for fresh in (tmp_path / "waits.md", *(tmp_path / "examples").iterdir()):
        committed = DOCS / fresh.relative_to(tmp_path)
        assert committed.read_bytes() == fresh.read_bytes()
    assert (DOCS / "stages.md").read_text(encoding="utf-8") == stages_page.page()


def test_every_wait_and_stage_is_told() -> None:
    waits = (DOCS / "waits.md").read_text(encoding="utf-8")
    for wait in WAITS:
        assert f"\n## {wait}\n" in waits
    stages = stages_page.page()
    for stage, meaning in STAGES.items():
        assert f"| `{stage}` | {meaning} |" in stages
        assert re.search(rf"^ +{stage}: ", stages, re.MULTILINE)
