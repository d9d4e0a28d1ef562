import asyncio

import click


@click.command()
def watch() -> None:
    """Show people, alerts and the clock live, until Ctrl-C.

    On a terminal as a screen; elsewhere one line every few seconds.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.signals import until_signalled
    from flow.cli.watching import watch as show

    settings = broker_settings()
    try:
        footer = ["Ctrl-C ends the view; nothing else stops."]
        asyncio.run(until_signalled(show(settings, footer)))
    except KeyboardInterrupt:
        return
