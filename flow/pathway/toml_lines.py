"""On which line of a TOML text a key stands: `tomllib` keeps no positions.

A plain scan that knows table headers, dotted and quoted keys, strings over several lines and
lists of tables (their index is part of the path). The text has been read by `tomllib` before,
so it is well-formed.
"""

import re

_KEY = r'(?:"[^"\n]*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+)'
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*\]")
_ASSIGNMENT = re.compile(rf"^\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=\s*(.*)$")
_PART = re.compile(_KEY)
_TRIPLE = ('"' * 3, "'" * 3)


def lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Line number, from 1, of every key path that is written out."""
    lines: dict[tuple[str, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    inside: str | None = None  # the quotes that end a text over several lines
    depth = 0  # of brackets of a value over several lines
    for number, line in enumerate(text.splitlines(), start=1):
        if inside is not None:
            inside = None if inside in line else inside
            continue
        if depth > 0:
            depth += _brackets(line)
            continue
        header = _HEADER.match(line)
        if header is not None:
            path = _indexed(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[path] = counts.get(path, -1) + 1
                path = (*path, str(counts[path]))
            table = path
            lines.setdefault(table, number)
            continue
        assignment = _ASSIGNMENT.match(line)
        if assignment is not None:
            lines.setdefault((*table, *_parts(assignment[1])), number)
            inside = _opened(assignment[2])
            depth = 0 if inside else max(0, _brackets(assignment[2]))
    return lines


def first_lines(lines: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    """`lines`, and for tables that are not written out themselves the line of their first key.

    `[a.b]` makes a table `a` that has no line of its own.
    """
    whole = dict(lines)
    for path, number in sorted(lines.items(), key=lambda item: item[1]):
        for length in range(1, len(path)):
            whole.setdefault(path[:length], number)
    return whole


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _indexed(path: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    """A path through lists of tables, with the index of their newest element."""
    found: tuple[str, ...] = ()
    for part in path[:-1]:
        found = (*found, part)
        if found in counts:
            found = (*found, str(counts[found]))
    return (*found, path[-1])


def _opened(value: str) -> str | None:
    """The quotes of a text that begins here and does not end on its line."""
    for quotes in _TRIPLE:
        if value.startswith(quotes) and quotes not in value[3:]:
            return quotes
    return None


def _brackets(text: str) -> int:
    """Brackets opened minus closed, outside of quotes and comments."""
    depth = 0
    quote = ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#":
            break
        else:
            depth += (character in "[{") - (character in "]}")
    return depth
