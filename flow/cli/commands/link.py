import asyncio

import click

from flow.cli.telling import check_reason, check_reference


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--reason", help="A code of the list `link_reason`.")
def link(*, old: str, new: str, reason: str | None) -> None:
    """Say that two references are one person.

    What is known of OLD belongs to NEW. Point from a hospital's reference to the one made from the
    NHS number; of two of one kind from the greater to the smaller. `flow unlink` undoes it.
    """
    from flow.events.codes import LINK_REASONS

    if reason is not None:
        check_reason(LINK_REASONS, reason)
    check_reference(old)
    check_reference(new)
    if old == new:
        raise click.UsageError("a reference does not point to itself")
    _say(old, "flow.identity-linked.v1", {"to": new, "reason": reason})


@click.command()
@click.argument("old", metavar="OLD")
@click.option("--from", "new", metavar="NEW", help="Only where it points to this one.")
def unlink(*, old: str, new: str | None) -> None:
    """Undo a wrong link.

    What came under OLD is a person of its own again.
    """
    check_reference(old)
    if new is not None:
        check_reference(new)
    _say(old, "flow.identity-unlinked.v1", {"to": new})


def _say(old: str, kind: str, data: dict[str, str | None]) -> None:
    from flow.cli.broker_access import broker_settings
    from flow.cli.telling import tell_now

    place = asyncio.run(tell_now(broker_settings(), old, kind, lambda _now: data))
    click.echo(f"Published {kind} {place}.")
