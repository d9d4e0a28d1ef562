import asyncio

import click


@click.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Run one worker, until Ctrl-C or SIGTERM.

    It works on the Kafka of FLOW_BROKER_URL, or on an embedded broker that runs already. Topics
    must exist: `flow topics apply`. Start as many workers as you like on one cluster; they share
    the partitions. A stop is gentle and ends within FLOW_STOP_WITHIN_S.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.compose import build_worker, fencing_notice, metrics_address
    from flow.cli.logs import configure_logs
    from flow.cli.printing import say
    from flow.engine.reader import ask_cluster
    from flow.engine.worker import run_until_signalled

    settings = broker_settings()
    fenced = asyncio.run(ask_cluster(settings)).fences
    configure_logs(settings)
    say(f"Worker on {settings.broker_addresses}. {fencing_notice(fenced=fenced)}")
    say(f"Metrics: {metrics_address(settings)}")

    async def run() -> int:
        return await run_until_signalled(build_worker(settings, fenced=fenced))

    ctx.exit(asyncio.run(run()))
