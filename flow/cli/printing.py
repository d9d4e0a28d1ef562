"""Where output goes: results to stdout, everything said on the way to stderr."""

import sys
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table


def out() -> Console:
    """For results. Never wraps what is not a terminal, so that output can be searched by line."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=WIDTH_WITHOUT_TERMINAL)


WIDTH_WITHOUT_TERMINAL = 200
"""Columns of a table that goes to a file or a pipe."""


def say(text: str) -> None:
    """One line for the person who looks on; never part of the result."""
    click.echo(text, err=True)


def print_json(value: object) -> None:
    """One JSON value on one line. Times are RFC 3339 in UTC."""
    click.echo(orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z).decode())


def pretty_json(value: object) -> str:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode()


def _plain(value: object) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_none=True)
    raise TypeError(f"no JSON for {type(value).__name__}")


def table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """A plain table; the columns named in `right` hold numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made
