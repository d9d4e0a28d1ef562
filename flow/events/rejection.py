"""Says why a value was refused: one reason code, and a detail without content of the value."""

import re
from collections.abc import Iterable, Sequence

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flow.errors import Rejected
from flow.events.allowed import what_is_allowed
from flow.events.event_types import EVENT_TYPES
from flow.events.moments import YEAR_MAX
from flow.events.reference import is_shaped_like_nhs_number

PROBLEMS_MAX = 5
"""A detail goes into a header and a log line: it names this many fields at most."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_VERSIONED = re.compile(r"(?P<name>flow\.[a-z0-9-]+)\.v[0-9]{1,6}")
_YEAR = re.compile(r"([0-9]{4,6})-")

_ENVELOPE_TIMES = ("time", "recordedtime")


def explain(value: bytes, error: ValidationError) -> Rejected:
    """Turn pydantic's error about `value` into a dead-letter reason; values are masked."""
    problems = error.errors(include_url=False, include_input=False)
    if problems[0]["type"] == "json_invalid":
        return not_json(value)
    envelope = _envelope(value)
    if envelope is None:
        return Rejected("invalid", "the value is not a JSON object")
    if (refused := _unknown_type(envelope, problems[0]["type"])) is not None:
        return refused
    if _subject_is_nhs_number(envelope):
        return Rejected("subject_is_nhs_number", "subject")
    return _first_reason(problems, envelope)


def not_json(value: bytes, problem: orjson.JSONDecodeError | None = None) -> Rejected:
    """`not_json`, or `bad_utf8` where that is the cause."""
    try:
        value.decode()
    except UnicodeDecodeError as wrong:
        return Rejected("bad_utf8", f"at byte {wrong.start}")
    if value.startswith(_BYTE_ORDER_MARK):
        return Rejected("not_json", "the value starts with a byte order mark")
    if problem is None:
        try:
            orjson.loads(value)
        except orjson.JSONDecodeError as found:
            problem = found
        else:
            return Rejected("not_json", "nested too deeply, or a number that is too long")
    return Rejected("not_json", f"line {problem.lineno}, column {problem.colno}")


def _envelope(value: bytes) -> dict[str, object] | None:
    try:
        parsed = orjson.loads(value)
    except orjson.JSONDecodeError:
        # The two parsers may differ at the edges of JSON; then there is nothing to look into.
        return {}
    return parsed if isinstance(parsed, dict) else None


def _unknown_type(envelope: dict[str, object], problem: str) -> Rejected | None:
    kind = envelope.get("type")
    if not isinstance(kind, str):
        return Rejected("invalid", f"type: {problem}")
    if kind in EVENT_TYPES:
        return None
    match = _VERSIONED.fullmatch(kind)
    if match is not None:
        known = sorted(name for name in EVENT_TYPES if name.startswith(f"{match['name']}.v"))
        if known:
            return Rejected("unknown_version", f"known: {', '.join(known)}")
    return Rejected("unknown_type", "type")


def _subject_is_nhs_number(envelope: dict[str, object]) -> bool:
    subject = envelope.get("subject")
    if isinstance(subject, int):
        subject = str(subject)
    return isinstance(subject, str) and is_shaped_like_nhs_number(subject)


def _first_reason(problems: Sequence[ErrorDetails], envelope: dict[str, object]) -> Rejected:
    """Times come first: they are the commonest mistake, and each has a reason of its own."""
    missing = [name for name in _ENVELOPE_TIMES if envelope.get(name) in (None, "")]
    if missing:
        return Rejected("missing_time", ", ".join(missing))
    naive = [_field(problem) for problem in problems if problem["type"] == "naive_time"]
    if naive:
        return Rejected("naive_time", _some(naive, ", "))
    future = [name for name in _ENVELOPE_TIMES if _is_beyond_years(envelope.get(name))]
    if future:
        return Rejected("future_time", ", ".join(future))
    return Rejected(
        "invalid", _some(f"{_field(each)}: {what_is_allowed(each)}" for each in problems)
    )


def _is_beyond_years(text: object) -> bool:
    match = _YEAR.match(text) if isinstance(text, str) else None
    return match is not None and int(match[1]) > YEAR_MAX


def _field(problem: ErrorDetails) -> str:
    """`data.ward`; the tag that the union puts first is left out."""
    return ".".join(str(part) for part in problem["loc"] if part not in EVENT_TYPES)


def _some(items: Iterable[str], between: str = "; ") -> str:
    listed = list(dict.fromkeys(items))
    more = f" and {len(listed) - PROBLEMS_MAX} more" if len(listed) > PROBLEMS_MAX else ""
    return between.join(listed[:PROBLEMS_MAX]) + more
