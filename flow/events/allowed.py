"""What a field of an event may hold, in words, for whoever sent something else.

Only the field's own rule is told, never the value: what is said goes into headers and logs.
"""

import re

from pydantic_core import ErrorDetails

from flow.events.codes import CODE_LISTS
from flow.events.moments import DAY_PATTERN

LISTED_MAX = 100
"""Codes that take more characters than this are not listed: their list is named instead."""
PATTERN_MAX = 40
"""A longer pattern explains nothing to a reader."""
CODES_PAGE = "docs/events/codes.md"

_WORDS = {
    "missing": "missing",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "instant": "must be a time of the years 1900 to 2199 as in 2026-03-29T14:30:00+01:00",
    "day": "must be a day of the years 1900 to 2199 as in 2026-03-29",
    "extra_forbidden": "no field of this event",
}
_BOUNDS = {
    "string_too_short": ("min_length", "must have {} or more characters"),
    "string_too_long": ("max_length", "must have {} or fewer characters"),
    "too_short": ("min_length", "must have {} or more"),
    "too_long": ("max_length", "must have {} or fewer"),
    "greater_than_equal": ("ge", "must be {} or more"),
    "greater_than": ("gt", "must be more than {}"),
    "less_than_equal": ("le", "must be {} or less"),
    "less_than": ("lt", "must be less than {}"),
}
"""The rule's own figure, by its name in the context of pydantic's error."""


def what_is_allowed(problem: ErrorDetails) -> str:
    """`must have 128 or fewer characters`, `must be one of P0, P1, P2, P3`, …"""
    kind, rule = problem["type"], problem.get("ctx", {})
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in ("string_too_short", "too_short") and rule["min_length"] == 1:
        return "must not be empty"
    if kind in _BOUNDS:
        name, said = _BOUNDS[kind]
        return said.format(f"{rule[name]:g}")
    if kind == "literal_error":
        return _one_of(re.findall(r"'([^']*)'", rule["expected"]))
    if kind == "string_pattern_mismatch":
        return _of_the_form(rule["pattern"])
    return kind.replace("_", " ")


def _one_of(codes: list[str]) -> str:
    if len(codes) == 1:
        return f"must be {codes[0]}"
    listed = ", ".join(codes)
    if len(listed) <= LISTED_MAX:
        return f"must be one of {listed}"
    known = frozenset(codes)
    names = (name for name, code_list in CODE_LISTS.items() if code_list.codes == known)
    name = next(names, None)
    where = f" of {name}, in {CODES_PAGE}" if name is not None else ""
    return f"must be one of {len(codes)} codes{where}"


def _of_the_form(pattern: str) -> str:
    if pattern.startswith(DAY_PATTERN.removesuffix("$")):
        return _WORDS["day" if pattern == DAY_PATTERN else "instant"]
    if len(pattern) <= PATTERN_MAX:
        return f"must match {pattern}"
    return "not of the form that the schema tells"
