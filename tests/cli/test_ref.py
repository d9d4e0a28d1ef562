"""`flow ref`: numbers come in where nobody else sees them; references go out."""

import json
from pathlib import Path

import pytest

from flow.events.reference import make_reference
from tests.cli.conftest import Run


def test_one_reference_a_line_in_the_order_of_the_numbers(run: Run, secret: Path) -> None:
    result = run("ref", input="999 000 0018\n\n9990000026\n")
    key = secret.read_bytes()
    assert result.stdout.splitlines() == [
        make_reference(key, "k1", nhs_number="9990000018"),
        make_reference(key, "k1", nhs_number="9990000026"),
    ]


def test_a_hospital_number_needs_its_provider(run: Run, secret: Path) -> None:
    result = run("ref", "--provider", "RR8", "--json", input="A 123\n")
    expected = make_reference(secret.read_bytes(), "k1", provider="RR8", hospital_number="A 123")
    assert json.loads(result.stdout) == {"line": 1, "reference": expected}


def test_a_wrong_number_is_named_by_its_line_only(run: Run, secret: Path) -> None:
    result = run("ref", input="9990000018\n9990000019\n")
    assert result.exit_code == 65
    assert "line 2: " in result.stderr
    assert "9990000019" not in result.output
    assert len(result.stdout.splitlines()) == 1


def test_a_number_on_the_command_line_is_refused_and_not_repeated(run: Run, secret: Path) -> None:
    result = run("ref", "9990000018")
    assert result.exit_code == 2
    assert "never from the command line" in result.stderr
    assert "9990000018" not in result.output


def test_nothing_on_stdin_says_what_to_do(run: Run, secret: Path) -> None:
    result = run("ref", input="")
    assert result.exit_code == 64
    assert "pipe one a line" in result.stderr


def test_without_a_key_file_it_says_how_to_make_one(run: Run) -> None:
    result = run("ref", input="9990000018\n")
    assert result.exit_code == 64
    assert "FLOW_REFERENCE_SECRET_FILE is not set" in result.stderr
    assert "9990000018" not in result.output


def test_a_short_key_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = tmp_path / "short.key"
    short.write_text("too short")
    monkeypatch.setenv("FLOW_REFERENCE_SECRET_FILE", str(short))
    result = run("ref", input="9990000018\n")
    assert result.exit_code == 64
    assert "fewer than 32 bytes" in result.stderr
    assert "too short" not in result.output
