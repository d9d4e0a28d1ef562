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
    from flow.cli.compose import fencing_notice, metrics_address
    from flow.cli.printing import say
    from flow.cli.running import run_all
    from flow.engine.reader import ask_cluster
    from flow.pathway import load_policy

    settings = broker_settings()
    policy = load_policy(settings.policy)
    fenced = asyncio.run(ask_cluster(settings)).fences
    say(f"Worker on {settings.broker_addresses}. {fencing_notice(fenced=fenced)}")
    say(f"Metrics: {metrics_address(settings)}")
    ctx.exit(asyncio.run(run_all(settings, policy, None, fenced=fenced, demo=False)))
