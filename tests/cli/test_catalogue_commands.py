"""`flow events`, `flow version`, `flow simulate` to stdout, and the page of commands."""

import json
from pathlib import Path

import pytest

from flow.cli.commands_page import page
from flow.events import EVENT_TYPES, decode_stored
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]


def test_every_type_has_a_schema_and_an_example_that_folds(run: Run) -> None:
    types = run("events", "schema").stdout.split()
    assert set(EVENT_TYPES) < set(types)
    for kind in EVENT_TYPES:
        example = run("events", "example", kind)
        assert decode_stored(example.stdout_bytes).type == kind


def test_the_short_name_of_a_type_is_enough(run: Run) -> None:
    schema = json.loads(run("events", "schema", "patient-admitted").stdout)
    assert schema["$id"].endswith("flow.patient-admitted.v1")


def test_asyncapi_is_one_json_document(run: Run) -> None:
    assert json.loads(run("events", "asyncapi").stdout)["asyncapi"].startswith("3.")


def test_an_unknown_type_is_refused_with_where_to_look(run: Run) -> None:
    for command in ("schema", "example"):
        result = run("events", command, "patient-teleported")
        assert result.exit_code == 2
        assert "`flow events schema` lists them" in result.stderr


def test_write_puts_the_catalogue_into_a_folder(run: Run, tmp_path: Path) -> None:
    assert run("events", "write", str(tmp_path / "catalogue")).exit_code == 0
    assert (tmp_path / "catalogue" / "asyncapi.json").exists()


def test_version(run: Run) -> None:
    versions = json.loads(run("version", "--json").stdout)
    assert versions["version"]
    assert versions["version"] in run("version").stdout
    assert versions["version"] in run("--version").stdout


def test_the_same_seed_makes_the_same_events(run: Run) -> None:
    arguments = ("simulate", "--days", "1", "--people-per-day", "10", "--to", "-", "--seed")
    assert run(*arguments, "5").stdout == run(*arguments, "5").stdout
    assert run(*arguments, "5").stdout != run(*arguments, "6").stdout


def test_a_wrong_start_is_refused(run: Run) -> None:
    result = run("simulate", "--start", "soon", "--to", "-")
    assert result.exit_code == 2
    assert "'soon' is no time" in result.stderr


def test_every_command_has_help_with_a_short_first_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = run("--help").stdout
    assert "..." not in listed.partition("Commands:")[2], "a first line does not fit 80 columns"
    for line in listed.partition("Commands:\n")[2].partition("\n\n")[0].splitlines():
        assert run(line.split()[0], "--help").exit_code == 0


def test_the_page_of_commands_is_in_step() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == page(), "run `make docs` and commit"
