from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from flow.errors import FlowError, PolicyError, SettingsError

if TYPE_CHECKING:
    from flow.pathway.working_hours import Hours
    from flow.settings import Settings

MASK = "********"


@click.group()
def config() -> None:
    """Show the settings, or check them together with the policy."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show(*, as_json: bool) -> None:
    """Print every setting with its value and where that comes from; secrets are masked.

    The calendars of the policy follow: who works when, and who covers otherwise.
    """
    from flow.cli.printing import out, print_json, table
    from flow.settings import load_settings

    settings = load_settings()
    rows = list(_rows(settings))
    calendars = list(_calendars(settings))
    if as_json:
        shown = {name: {"value": value, "from": origin} for name, value, origin, _ in rows}
        print_json({**shown, "calendars": calendars})
        return
    listed = table("setting", "value", "from", "what it is")
    for name, value, origin, about in rows:
        listed.add_row(name, "" if value is None else value, origin, about)
    out().print(listed)
    if calendars:
        hours = table(*calendars[0])
        for calendar in calendars:
            hours.add_row(*calendar.values())
        out().print(hours)


def _calendars(settings: "Settings") -> Iterator[dict[str, str]]:
    """Of the policy: who works when. A policy that cannot be read is for `flow config check`."""
    from flow.pathway import load_policy

    try:
        policy = load_policy(settings.policy)
    except PolicyError:
        return
    for whose, each in policy.working_hours.rows():
        yield {
            "who": whose,
            "calendar": each.name,
            "weekdays": _hours(each.weekdays),
            "saturdays": _hours(each.saturdays),
            "sundays": _hours(each.sundays),
            "bank holidays": _hours(each.on_bank_holidays),
            "known until": f"{each.bank_holidays.known_until}",
            "out of hours": each.out_of_hours or "nobody",
        }


def _hours(hours: "Hours | None") -> str:
    return f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours is not None else "closed"


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
    from flow.pathway.policy_calendars import calendar_doubts
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
    policy = load_policy(settings.policy)
    for doubt in calendar_doubts(policy, datetime.now(UTC).date()):
        click.echo(f"flow: warning: {doubt}", err=True)
    click.echo(f"Settings are fine. Policy: {where}, version {policy.version}.")


def _problem_of(attempt: Callable[[], object]) -> list[str]:
    try:
        attempt()
    except FlowError as error:
        return [str(error)]
    return []
