import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flow.cli.service_list import ListedService

NONE_KNOWN = "No service is known: none has reported, and no journey and no answer names one."


@click.group()
def service() -> None:
    """List centres and providers; show what is known of one."""


@service.command("list")
@click.option("--kind", help="Of one kind (independence_centre, home_care …).")
@click.option("--council", help="Of one council (ONS code).")
@click.option("--locality", help="Of one locality.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(*, as_json: bool, **wanted: str | None) -> None:
    """List services, those with alerts first.

    Beds and occupied beds are as reported; derived are the people who stay by their journeys,
    waiting those not there yet, ready those of them who could come now, suitable those who could
    too, and asked for none in particular or for such as are full. Expected are the beds free on
    the last day that the policy foretells. What nobody has said is –.
    """
    from flow.cli import service_list
    from flow.cli.printing import out, print_json
    from flow.cli.words import moment, plural

    everything, now = asyncio.run(_read())
    fitting = [each for each in everything if each.fits(wanted)]
    if as_json:
        for each in fitting:
            print_json(each.row())
        return
    if fitting:
        out().print(service_list.render(fitting))
    hidden = len(everything) - len(fitting)
    if not everything:
        click.echo(NONE_KNOWN, err=True)
        return
    more = f", {hidden:,} more hidden by filters" if hidden else ""
    found = plural(len(fitting), "service")
    click.echo(f"{found}{more}. Time of the pipeline: {moment(now)}.", err=True)


@service.command()
@click.argument("name", metavar="SERVICE")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show(*, name: str, as_json: bool) -> None:
    """Explain one service: reported, derived, and why.

    Who waits, room, alerts and findings.
    """
    from flow.cli import service_list
    from flow.cli.printing import print_json

    everything, now = asyncio.run(_read())
    found = service_list.find(everything, name)
    if as_json:
        print_json(found.row())
        return
    click.echo("\n".join(service_list.lines(found, now)))


async def _read() -> "tuple[list[ListedService], datetime]":
    from flow.cli.broker_access import broker_settings
    from flow.cli.service_list import services_of
    from flow.engine.reader import newest_by_key, pipeline_time

    settings = broker_settings()
    services = await newest_by_key(settings, "services")
    alerts = await newest_by_key(settings, "service-alerts")
    return services_of(services, alerts), await pipeline_time(settings, datetime.now(UTC))
