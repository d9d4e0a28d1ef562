"""`flow import`: a CSV and a mapping in, events out; what does not match is named."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

CSV = """case_id,activity,resource,timestamp
A,ER Registration,A,2014-01-03 10:00:00
A,Leucocytes,B,2014-01-03 10:05:00
A,Admission NC,C,2014-01-03 12:00:00
A,Release A,E,2014-01-05 09:00:00
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(CSV)
    return path


def test_rows_become_events_without_their_identifiers(run: Run, log: Path, secret: Path) -> None:
    result = run("import", str(log), "--mapping", "sepsis", "--to", "-")
    assert result.exit_code == 0, result.stderr
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["type"] for event in events] == [
        "flow.patient-admitted.v1",
        "flow.patient-transferred.v1",
        "flow.patient-discharged.v1",
    ]
    assert len({event["subject"] for event in events}) == 1
    assert "1 row of activities that no rule names: Leucocytes 1" in result.stderr
    assert "3 events written to stdout" in result.stderr


def test_a_file_holds_the_same_as_stdout(run: Run, log: Path, secret: Path, tmp_path: Path) -> None:
    target = tmp_path / "events.jsonl"
    run("import", str(log), "--mapping", "sepsis", "--to", str(target))
    assert target.read_text() == run("import", str(log), "--mapping", "sepsis", "--to", "-").stdout


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a,b\n1,2\n", ":1: no column 'case_id'"),
        (CSV.replace("2014-01-05 09:00:00", "last Friday"), ":5: column timestamp: not a time"),
        (CSV + "A,Release A\n", ":6: 2 cells, the header has 4"),
        ("", ":1: there is no header line"),
    ],
)
def test_a_log_that_does_not_match_is_refused_line_by_line(
    run: Run, log: Path, secret: Path, text: str, named: str
) -> None:
    log.write_text(text)
    result = run("import", str(log), "--mapping", "sepsis", "--to", "-")
    assert result.exit_code == 64
    assert named in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_what_is_missing_is_named(
    run: Run, log: Path, tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = run("import", str(tmp_path / "no.csv"), "--mapping", "sepsis", "--to", "-")
    assert (nowhere.exit_code, "no.csv: cannot be read" in nowhere.stderr) == (64, True)
    unknown = run("import", str(log), "--mapping", "nope", "--to", "-")
    assert (unknown.exit_code, "one of: sepsis" in unknown.stderr) == (64, True)
    unwritable = run("import", str(log), "--mapping", "sepsis", "--to", str(tmp_path / "a" / "b"))
    assert (unwritable.exit_code, "cannot be written" in unwritable.stderr) == (2, True)
    monkeypatch.delenv("FLOW_REFERENCE_SECRET_FILE")
    keyless = run("import", str(log), "--mapping", "sepsis", "--to", "-")
    assert (keyless.exit_code, "FLOW_REFERENCE_SECRET_FILE" in keyless.stderr) == (64, True)


def test_lockstep_needs_a_worker_to_drive(run: Run, log: Path, secret: Path) -> None:
    result = run("import", str(log), "--mapping", "sepsis", "--to", "-", "--lockstep", "1h")
    assert result.exit_code == 2
    assert "--to kafka" in result.stderr
    wrong = run("import", str(log), "--mapping", "sepsis", "--lockstep", "often")
    assert (wrong.exit_code, "'often' is no duration" in wrong.stderr) == (2, True)


HEADER = "case_id,activity,resource,timestamp\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (HEADER, "log.csv: no rows below the header"),
        (HEADER + "\n\n", "log.csv: no rows below the header"),
        (
            HEADER + "A,Arrived,A,2014-01-03 10:00:00\n",
            "a rule of sepsis.toml names: mend rule.activities, or log.activity (column",
        ),
        (
            HEADER + "A,Release A,A,2014-01-03 10:00:00\n",
            "no rule of sepsis.toml fitted when its activity came: mend when and spell",
        ),
    ],
    ids=["header only", "blank lines only", "no activity matches", "no rule fits"],
)
def test_a_log_of_which_nothing_becomes_an_event_is_refused(
    run: Run, log: Path, secret: Path, text: str, named: str
) -> None:
    log.write_text(text)
    result = run("import", str(log), "--mapping", "sepsis", "--to", "-")
    assert result.exit_code == 64, result.stderr
    assert named in result.stderr
    assert result.stdout == ""
