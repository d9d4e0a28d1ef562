"""The page of commands, docs/commands.md, made from the commands themselves.

`make docs` writes it; a test fails when it is out of step.
"""

from collections.abc import Iterator

import click

WIDTH = 96
"""Columns of the help texts, so that they fit a page as they are."""
INTRODUCTION = (
    "Results go to stdout, everything said on the way to stderr. `--json` gives one JSON object,"
    " or one a line where there are several. A refusal is one line for each problem; it names the"
    " setting or the thing, and the remedy."
)


def page() -> str:
    """The whole page as Markdown."""
    from flow.cli.root import EXIT_CODES, flow

    context = flow.make_context("flow", [], resilient_parsing=True, terminal_width=WIDTH)
    parts = [
        "# Commands",
        "Made from the commands by `make docs`; do not edit.",
        INTRODUCTION,
        "## Exit codes",
        _rows(("code", "meaning"), ((str(each.code), each.meaning) for each in EXIT_CODES)),
        "## Settings",
        "Environment variables. `flow config show` prints them with their values.",
        _rows(("setting", "default", "what it is"), _settings()),
        "## `flow`",
        _help(context),
    ]
    for name in flow.list_commands(context):
        command = flow.get_command(context, name)
        assert command is not None
        parts += _command(command, context, name)
    return "\n\n".join(parts) + "\n"


def _command(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH)
    yield f"## `{context.command_path}`"
    yield _help(context)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            assert inner is not None
            for part in _command(inner, context, each):
                yield part.replace("## ", "### ", 1) if part.startswith("## ") else part


def _help(context: click.Context) -> str:
    return f"```text\n{context.get_help()}\n```"


def _settings() -> Iterator[tuple[str, str, str]]:
    from flow.settings import Settings

    for field, info in Settings.model_fields.items():
        default = "" if info.default in (None, "") else f"`{info.default}`"
        yield f"`FLOW_{field.upper()}`", default, info.description or ""


def _rows(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
