import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from flow.cli.telling import check_reason, check_reference
from flow.cli.words import parse_duration


class PersonGroup(click.Group):
    """`flow person REF` explains: a word as long as a reference names no command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = next((word for word in args if not word.startswith("-")), None)
        if named is not None and self.means(named) != named:
            args = [self.means(named), *args]
        return super().parse_args(ctx, args)

    def means(self, word: str) -> str:
        """The name of the command that a first word stands for."""
        from flow.events.reference import REFERENCE_LENGTH_MIN

        is_reference = word not in self.commands and len(word) >= REFERENCE_LENGTH_MIN
        return "show" if is_reference else word


@click.group(cls=PersonGroup)
def person() -> None:
    """Explain a person's journey; pause a wait; erase the person.

    `flow person REF` is short for `flow person show REF`. REF is the person's reference
    (`flow ref`), never an NHS number.
    """


@person.command()
@click.argument("reference", metavar="REF")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show(*, reference: str, as_json: bool) -> None:
    """Explain a journey: what is waited for, and why.

    Every wait with its start, its target and where that comes from.

    Also its state, who acts next, and the events. Targets are those of FLOW_POLICY; alerts are
    as the worker published them.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.explain import folded_data, lines
    from flow.cli.person_record import read_person
    from flow.cli.policy_choice import chosen_policy
    from flow.cli.printing import print_json
    from flow.cli.timeline import data_of, timeline

    check_reference(reference)
    settings = broker_settings()
    record = asyncio.run(read_person(settings, chosen_policy(settings.policy), reference))
    journey = record.folded.journey
    if as_json:
        events = list(data_of(journey, record.events))
        others = {"other_references": record.others} if record.others else {}
        print_json({**folded_data(record.folded), **others, "timeline": events})
        return
    click.echo("\n".join(lines(record.folded)))
    if record.others:
        click.echo(f"\nOther references of this person: {', '.join(record.others)}")
    click.echo("\nTimeline, newest first")
    for line in timeline(journey, record.events):
        click.echo(line)


_by = click.option(
    "--by", envvar="FLOW_STAFF_REFERENCE", show_envvar=True, help="Your opaque staff reference."
)


@person.command()
@click.argument("reference", metavar="REF")
@click.argument("wait", metavar="WAIT")
@click.argument("about", metavar="ABOUT")
@click.option("--for", "span", metavar="DURATION", help="How long: 4h, 2d; else until resumed.")
@click.option("--reason", required=True, help="A code of the list `wait_pause_reason`.")
@_by
def pause(
    *, reference: str, wait: str, about: str, span: str | None, reason: str, by: str | None
) -> None:
    """Let a wait stand still, for a reason.

    The time until it is resumed does not count.

    WAIT and ABOUT are as `flow person REF` and `flow alert list` name them. A pause ends by itself
    at the limit of the policy: nobody is forgotten in one.
    """
    from flow.events.codes import WAIT_PAUSE_REASONS

    check_reason(WAIT_PAUSE_REASONS, reason)
    _check_wait(wait)

    def data(now: datetime) -> dict[str, Any]:
        until = now + parse_duration(span) if span is not None else None
        return {"wait": wait, "about": about, "reason": reason, "until": until, "by": by}

    _tell(reference, "flow.wait-paused.v1", data)


@person.command()
@click.argument("reference", metavar="REF")
@click.argument("wait", metavar="WAIT")
@click.argument("about", metavar="ABOUT")
@_by
def resume(*, reference: str, wait: str, about: str, by: str | None) -> None:
    """Let the time of a paused wait count again."""
    _check_wait(wait)
    data = {"wait": wait, "about": about, "by": by}
    _tell(reference, "flow.wait-resumed.v1", lambda _now: data)


def _check_wait(wait: str) -> None:
    from flow.pathway import WAITS

    if wait not in WAITS:
        raise click.BadParameter(f"{wait!r} is not one of: {', '.join(WAITS)}", param_hint="WAIT")


def _tell(reference: str, kind: str, data: Callable[[datetime], dict[str, Any]]) -> None:
    from flow.cli.broker_access import broker_settings
    from flow.cli.telling import tell_now

    check_reference(reference)
    place = asyncio.run(tell_now(broker_settings(), reference, kind, data))
    click.echo(f"Published {kind} {place}.")


@person.command()
@click.argument("reference", metavar="REF")
@click.option("--reason", required=True, help="A code of the list `erasure_reason`.")
@_by
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(*, reference: str, reason: str, by: str | None, yes: bool) -> None:
    """Erase everything that is held of a person, for good.

    Their events, alerts, stage and placements leave the topics of the present at once. What they
    were told by stays until its topic forgets it: docs/operating.md says when.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.telling import tell_now
    from flow.events.codes import ERASURE_REASONS

    check_reference(reference)
    check_reason(ERASURE_REASONS, reason)
    if not yes:
        click.confirm("This cannot be undone. Erase this person?", abort=True)
    settings = broker_settings()
    data = {"reason": reason, "by": by}
    place = asyncio.run(tell_now(settings, reference, "flow.person-erased.v1", lambda _now: data))
    click.echo(
        f"Published flow.person-erased.v1 {place}. The worker erases with its next transaction."
        " Events that were sent stay in the inputs for up to 366 days, bad ones in the"
        " dead letters for 30."
    )
