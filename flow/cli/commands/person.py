import asyncio

import click


@click.command()
@click.argument("reference", metavar="REF")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def person(*, reference: str, as_json: bool) -> None:
    """Explain a person's journey, wait by wait.

    Each with its start, its target and where that comes from, its state, who acts next, and the
    events. Targets are those of FLOW_POLICY; alerts are as the worker published them.
    REF is the person's reference (`flow ref`), never an NHS number.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.explain import folded_data, lines
    from flow.cli.person_record import read_person
    from flow.cli.policy_choice import chosen_policy
    from flow.cli.printing import print_json
    from flow.cli.words import moment
    from flow.events.reference import is_shaped_like_nhs_number

    if is_shaped_like_nhs_number(reference):
        raise click.UsageError(
            "that is shaped like an NHS number: make a reference with `flow ref`,"
            " and clear the number from your shell's history"
        )
    settings = broker_settings()
    record = asyncio.run(read_person(settings, chosen_policy(settings.policy), reference))
    if as_json:
        timeline = [
            {"time": event.time, "type": event.type, "event": identity}
            for event, identity in record.events
        ]
        print_json({**folded_data(record.folded), "timeline": timeline})
        return
    click.echo("\n".join(lines(record.folded)))
    click.echo("\nTimeline, newest first")
    for event, identity in reversed(record.events):
        late = event.recordedtime - event.time
        noted = (
            f", written down {moment(event.recordedtime)}" if late.total_seconds() > 3600 else ""
        )
        click.echo(f"  {moment(event.time)}  {event.type}  {identity}{noted}")
