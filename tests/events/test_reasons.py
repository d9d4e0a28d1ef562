"""Every reason that the code gives is in the table, with a meaning and a remedy."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flow.events.reasons import REASONS

PACKAGE = Path(__file__).parents[2] / "flow"


def given_reasons() -> Iterator[tuple[str, str]]:
    """(file, reason) of every `Rejected("reason", ...)` in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Rejected"), args=[ast.Constant(str(reason)), *_]):
                    yield path.name, reason


def test_every_reason_that_is_given_is_in_the_table() -> None:
    given = list(given_reasons())
    assert len(given) > 10, "the search still finds them"
    assert [each for each in given if each[1] not in REASONS] == []


def test_the_table_tells_meaning_and_remedy() -> None:
    for code, reason in REASONS.items():
        assert reason.code == code
        assert reason.meaning.endswith(".")
        assert reason.remedy.endswith(".")


def test_the_reasons_of_the_issue_are_there() -> None:
    assert set(REASONS) >= {
        "not_json", "bad_utf8", "invalid", "unknown_type", "unknown_version", "missing_time",
        "naive_time", "too_large", "null_value", "missing_key", "key_mismatch", "future_time",
        "subject_is_nhs_number", "retired", "unstorable",
    }  # fmt: skip
