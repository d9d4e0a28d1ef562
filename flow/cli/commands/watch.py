import asyncio

import click


@click.command()
def watch() -> None:
    """Show people, alerts and the clock live, until Ctrl-C.

    On a terminal as a screen; elsewhere one line every few seconds.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.watching import watch as show

    settings = broker_settings()
    try:
        asyncio.run(show(settings, ["Ctrl-C ends the view; nothing else stops."]))
    except KeyboardInterrupt:
        return
