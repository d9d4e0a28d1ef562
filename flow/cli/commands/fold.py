from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from flow.cli.words import LONDON, moment, parse_moment, plural

if TYPE_CHECKING:
    from flow.cli.folding import BadLine, Folded, Lines
    from flow.cli.service_list import ListedService

BAD_LINES_SHOWN = 20

AHEAD_MAX = timedelta(days=2 * 366)
"""How far `--at` may lie after the newest event. Open waits rise day by day until then, so a year
mistyped by a few thousand would fold for hours; no stay is watched for two years unheard of."""

YEAR_AHEAD = timedelta(days=366)
"""An event written down so long after all others may have a mistyped year."""


@click.command()
@click.argument("file", metavar="[FILE]", type=click.File("rb"), default="-")
@click.option(
    "--at",
    metavar="TIME",
    help="The moment to assess: what was written down later is not known yet. When left out: the"
    " newest time at which an event was written down. At most two years after that.",
)
@click.option(
    "--policy", type=click.Path(path_type=Path), help="Policy file, instead of FLOW_POLICY."
)
@click.option("--explain", is_flag=True, help="Everything in words, person by person.")
@click.option("--services", is_flag=True, help="The services instead, as `flow service list`.")
@click.option("--service", metavar="NAME", help="One service instead, as `flow service show`.")
@click.option("--skip-bad", is_flag=True, help="Leave with 0 although some lines are no events.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a person, one a line.")
def fold(
    *,
    file: BinaryIO,
    at: str | None,
    policy: Path | None,
    explain: bool,
    services: bool,
    service: str | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Turn events (JSON lines) into journeys, waits and alerts. No broker, no set-up.

    Alerts have the lives that they would have had, had each event come when it was written down.
    Who has several references is one person, and who was erased is left out, as for a worker.
    With --services or --service, what the same events say of centres and providers.
    """
    from flow.cli.capacity_doubts import note_capacity
    from flow.cli.folded_services import fold_services
    from flow.cli.folding import fold_people, read_lines
    from flow.cli.never_reported import note_never_reported
    from flow.cli.policy_choice import chosen_policy
    from flow.cli.refusals import BadLines
    from flow.settings import load_settings

    rules = chosen_policy(policy or load_settings().policy)
    wanted = _moment(at)
    read = read_lines(file)
    if wanted is not None and read.newest is not None and wanted - read.newest > AHEAD_MAX:
        raise click.BadParameter(
            f"{at} is more than two years after the newest event, written down"
            f" {moment(read.newest)}: give an earlier time",
            param_hint="--at",
        )
    now = wanted or read.newest
    if wanted is None:
        _warn_of_the_clock(read)
    people = [] if now is None else list(fold_people(read.people, rules, now))
    of_services = services or service is not None
    if now is not None and of_services:
        _show_services(
            fold_services(read.reports, people, rules, now, read.answers),
            service,
            now,
            as_json=as_json,
        )
    else:
        if now is not None and read.reports:
            known = fold_services(read.reports, people, rules, now, read.answers)
            services_known = {each.data.service: each.data for each in known}
            reporting = {each.data.service for each in known if each.data.reported is not None}
            for person in people:
                note_never_reported(person, reporting)
                note_capacity(person, services_known)
        _show_people(people, explain=explain, as_json=as_json)
    _report(read.bad)
    if now is not None and read.oldest is not None and now < read.oldest:
        click.echo(
            f"No event was written down by {moment(now)}: the first was {moment(read.oldest)}.",
            err=True,
        )
    elif not people and not read.bad and not of_services:
        more = "; --services shows what services report" if read.reports else ""
        click.echo(f"No events of people in the input{more}.", err=True)
    if read.bad and not skip_bad:
        raise BadLines(
            f"{plural(len(read.bad), 'line')} could not be used; the others were:"
            " mend them, or give --skip-bad"
        )


def _warn_of_the_clock(read: "Lines") -> None:
    """A mistyped year sets the clock for everybody."""
    if read.newest is None or read.before is None or read.newest - read.before <= YEAR_AHEAD:
        return
    click.echo(
        f"As of {moment(read.newest)}, when {read.newest_event} was written down,"
        f" {(read.newest - read.before).days:,} days after any other event:"
        f" if that is a mistake, give --at {read.before.astimezone(LONDON):%Y-%m-%dT%H:%M}",
        err=True,
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from None


def _show_people(people: "list[Folded]", *, explain: bool, as_json: bool) -> None:
    from flow.cli.explain import folded_data, lines
    from flow.cli.printing import print_json

    if as_json:
        for person in people:
            print_json(folded_data(person))
    elif explain:
        for person in people:
            click.echo("\n".join(lines(person)) + "\n")
    elif people:
        _print_table(people)


def _print_table(people: "list[Folded]") -> None:
    from flow.cli.explain import wait_state, words
    from flow.cli.printing import out, table

    listed = table(
        "person", "stage", "since", "waits", "due first", "alerts", "closed", "doubts",
        right=("waits", "alerts", "closed", "doubts"),
    )  # fmt: skip
    for person in people:
        view = person.assessment
        first = min(view.open_waits, key=lambda wait: wait.due_at, default=None)
        closed = sum(alert.state == "closed" for alert in person.alerts)
        listed.add_row(
            person.person,
            words(view.stage.stage),
            moment(view.stage.since),
            str(len(view.open_waits)),
            f"{first.id}: {wait_state(first, person.at)}" if first is not None else "",
            str(len(person.alerts) - closed),
            str(closed),
            str(len(view.findings)),
        )
    out().print(listed)
    click.echo(f"{plural(len(people), 'person', 'people')}, as of {moment(people[0].at)}", err=True)


def _show_services(
    known: "list[ListedService]", wanted: str | None, now: datetime, *, as_json: bool
) -> None:
    from flow.cli import service_list
    from flow.cli.printing import out, print_json

    chosen = known if wanted is None else [service_list.find(known, wanted)]
    if as_json:
        for each in chosen:
            print_json(each.row())
    elif wanted is not None:
        click.echo("\n".join(service_list.lines(chosen[0], now)))
    elif chosen:
        out().print(service_list.render(chosen))


def _report(bad: "list[BadLine]") -> None:
    for line in bad[:BAD_LINES_SHOWN]:
        click.echo(str(line), err=True)
    if len(bad) > BAD_LINES_SHOWN:
        click.echo(f"... and {len(bad) - BAD_LINES_SHOWN:,} more", err=True)
