from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from flow.errors import FlowError, SettingsError

if TYPE_CHECKING:
    from flow.settings import Settings

MASK = "********"


@click.group()
def config() -> None:
    """Show the settings, or check them together with the policy."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show(*, as_json: bool) -> None:
    """Print every setting with its value and where that comes from; secrets are masked."""
    from flow.cli.printing import out, print_json, table
    from flow.settings import load_settings

    rows = list(_rows(load_settings()))
    if as_json:
        print_json({name: {"value": value, "from": origin} for name, value, origin, _ in rows})
        return
    listed = table("setting", "value", "from", "what it is")
    for name, value, origin, about in rows:
        listed.add_row(name, "" if value is None else value, origin, about)
    out().print(listed)


def _rows(settings: "Settings") -> Iterator[tuple[str, str | None, str, str]]:
    """(setting, value as text, origin, description)."""
    from pydantic import SecretStr

    for field, info in type(settings).model_fields.items():
        value = getattr(settings, field)
        if isinstance(value, SecretStr):
            shown: str | None = MASK
        else:
            shown = None if value is None else str(value)
        origin = "environment" if field in settings.model_fields_set else "default"
        yield f"FLOW_{field.upper()}", shown, origin, info.description or ""


@config.command()
def check() -> None:
    """Try the settings, the files that they name, and the policy; report every problem at once.

    The broker is not asked: see `flow topics check`.
    """
    from flow.pathway import load_policy
    from flow.settings import load_settings

    settings = load_settings()
    problems = [
        *_problem_of(lambda: load_policy(settings.policy)),
        *_problem_of(settings.ssl_context),
        *_problem_of(settings.sasl_password_text),
    ]
    if settings.reference_secret_file is not None:
        problems += _problem_of(settings.reference_secret)
    if problems:
        raise SettingsError("\n".join(problems))
    where = settings.policy or "the default for England"
    click.echo(
        f"Settings are fine. Policy: {where}, version {load_policy(settings.policy).version}."
    )


def _problem_of(attempt: Callable[[], object]) -> list[str]:
    try:
        attempt()
    except FlowError as error:
        return [str(error)]
    return []
