import click


@click.command()
@click.option("--demo", is_flag=True, help="Feed it with a made-up town and show what happens.")
@click.pass_context
def run(ctx: click.Context, *, demo: bool) -> None:
    """Run everything on this machine: broker, topics, worker. Ctrl-C stops it.

    Starts the embedded broker, unless FLOW_BROKER_URL is set. With --demo a made-up town feeds it
    on simulated time (an hour a second), and a live view shows people, alerts and the clock.
    """
    import asyncio
    from contextlib import ExitStack

    from flow.cli.compose import fencing_notice, metrics_address
    from flow.cli.demo import demo_settings
    from flow.cli.logs import quiet_libraries
    from flow.cli.printing import say
    from flow.cli.running import prepare, run_all
    from flow.engine.embedded import EmbeddedBroker
    from flow.pathway import load_policy
    from flow.settings import load_settings

    settings = demo_settings(load_settings()) if demo else load_settings()
    policy = load_policy(settings.policy)  # before anything is started or created
    quiet_libraries()
    with ExitStack() as stack:
        broker = None
        if settings.embedded:
            broker = stack.enter_context(EmbeddedBroker(settings.embedded_port))
            say(broker.notice)
        fenced = asyncio.run(prepare(settings))
        say(fencing_notice(fenced=fenced))
        say(f"Metrics: {metrics_address(settings)}. Ctrl-C stops everything.")
        code = asyncio.run(run_all(settings, policy, broker, fenced=fenced, demo=demo))
    say("Stopped." if code == 0 else f"Stopped with code {code}: see the lines above.")
    ctx.exit(code)
