"""As much of PromQL as is needed to say which metrics and labels an expression names.

Written for rules in the form of `deploy/prometheus/rules`: label lists of an aggregation stand
before what it aggregates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<duration>\[[0-9a-z:]+\]|\b[0-9]+(?:ms|[smhdwy])\b)
    |(?P<number>[0-9.]+(?:e[+-]?[0-9]+)?)
    |(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
    |(?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){},])
    |(?P<space>\s+)""",
    re.VERBOSE,
)
_WORDS = {"and", "or", "unless", "bool", "offset"}
_LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
_GROUPINGS = {"by", "without"}


class Matcher(NamedTuple):
    label: str
    operator: str
    value: str

    @property
    def values(self) -> tuple[str, ...]:
        """What it names: alternatives of a regular expression one by one."""
        return tuple(self.value.split("|")) if "~" in self.operator else (self.value,)


@dataclass(frozen=True)
class Selector:
    metric: str
    matchers: tuple[Matcher, ...]


@dataclass(frozen=True)
class Labels:
    """A list of labels after `word`, and the metrics that it is about: those of its aggregation,
    or of the whole expression."""

    word: str
    labels: tuple[str, ...]
    metrics: tuple[str, ...]


def tokens(expression: str) -> list[str]:
    found, at = [], 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        assert match is not None, f"cannot read {expression[at:]!r}"
        if match.lastgroup != "space":
            found.append(match[0])
        at = match.end()
    return found


def _closes(words: list[str], at: int) -> int:
    """Where the bracket that opens at `at` closes."""
    closing = {"(": ")", "{": "}"}[words[at]]
    depth = 0
    for index in range(at, len(words)):
        depth += (words[index] == words[at]) - (words[index] == closing)
        if depth == 0:
            return index
    raise AssertionError(f"not closed: {' '.join(words)}")


def selectors(expression: str) -> list[Selector]:
    return list(_selectors(tokens(expression)))


def _selectors(words: list[str]) -> Iterator[Selector]:
    at = 0
    while at < len(words):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 1
        if word in _LISTS:
            at = _closes(words, at) + 1
        elif re.match(r"[a-zA-Z_:]", word) and word not in _WORDS and following != "(":
            if following != "{":
                # `sum without (…)` has its labels between name and bracket.
                if following not in _GROUPINGS:
                    yield Selector(word, ())
                continue
            end = _closes(words, at)
            inside = [each for each in words[at + 1 : end] if each != ","]
            yield Selector(
                word,
                tuple(
                    Matcher(inside[n], inside[n + 1], inside[n + 2].strip('"'))
                    for n in range(0, len(inside), 3)
                ),
            )
            at = end + 1


def label_lists(expression: str) -> Iterator[Labels]:
    words = tokens(expression)
    everywhere = tuple(each.metric for each in _selectors(words))
    for at, word in enumerate(words):
        if word not in _LISTS:
            continue
        end = _closes(words, at + 1)
        labels = tuple(each for each in words[at + 2 : end] if each != ",")
        metrics = everywhere
        if word in _GROUPINGS:
            inside = words[end + 1 : _closes(words, end + 1)]
            metrics = tuple(each.metric for each in _selectors(inside))
        yield Labels(word, labels, metrics)
