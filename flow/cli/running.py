"""Everything in one process: the worker, and for the demo its feed and its view, until a signal."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from flow.cli.compose import build_worker
from flow.cli.demo import feed, start_time
from flow.cli.logs import configure_logs
from flow.cli.signals import heed_no_more_signals, leave, on_signal
from flow.cli.watching import LastLines, watch
from flow.errors import FlowError

if TYPE_CHECKING:
    from flow.engine.embedded import EmbeddedBroker
    from flow.pathway import Policy
    from flow.settings import Settings

BROKER_CHECK_S = 1.0
"""How soon the death of the embedded broker is noticed."""
LINES_UNDER_VIEW = 3
UNFINISHED = 75
SPARE_S = 0.4
"""Of FLOW_STOP_WITHIN_S, kept for the rest of the way out (its least is 0.5)."""


async def prepare(settings: "Settings") -> bool:
    """Create the topics; returns whether the broker can fence."""
    from flow.engine.reader import ask_cluster
    from flow.engine.topic_admin import TopicAdmin

    async with TopicAdmin(settings) as admin:
        await admin.apply()
    return (await ask_cluster(settings)).fences


async def run_all(
    settings: "Settings",
    policy: "Policy",
    broker: "EmbeddedBroker | None",
    *,
    fenced: bool,
    demo: bool,
) -> int:
    """Run until Ctrl-C, SIGTERM or a failure; returns the worker's exit code.

    The feed and the view go first, then the worker, gently. The broker goes last, by its caller.
    """
    screen = demo and sys.stdout.isatty()
    lines = LastLines(LINES_UNDER_VIEW)
    if screen:
        configure_logs(settings, stream=lines, level="warning")
    else:
        configure_logs(settings)
    stopping = asyncio.create_task(on_signal().wait())
    worker = build_worker(settings, policy, fenced=fenced)
    working = asyncio.create_task(worker.run())
    helpers = [asyncio.create_task(task) for task in _helpers(settings, broker, lines, demo=demo)]
    try:
        await asyncio.wait([working, stopping, *helpers], return_when=asyncio.FIRST_COMPLETED)
    finally:
        failed = [task for task in helpers if task.done()]
        for task in (stopping, *helpers):
            task.cancel()
        await asyncio.wait([stopping, *helpers])
    for line in lines.lines:
        click.echo(line, err=True)
    if broker is not None:
        _leave_if_gone(broker)
    worker.stop()
    code = await _ended(working, settings.stop_within_s - SPARE_S)
    heed_no_more_signals()
    for task in failed:
        task.result()  # raises what ended it
    return code


async def _ended(working: "asyncio.Task[int]", within_s: float) -> int:
    """The worker's exit code; where it hangs on a broker that does not answer, leave without it.

    That is safe: what is not durable is not acknowledged, so it is worked again.
    """
    await asyncio.wait([working], timeout=within_s)
    if working.done():
        return working.result()
    click.echo(
        "flow: not stopped within FLOW_STOP_WITHIN_S, so ended: what was not"
        " acknowledged is worked again at the next start",
        err=True,
    )
    return leave(UNFINISHED)


def _leave_if_gone(broker: "EmbeddedBroker") -> None:
    """Without the embedded broker there is nothing left that a gentle stop could save."""
    try:
        broker.check()
    except FlowError as error:
        for line in str(error).splitlines():
            click.echo(f"flow: {line}", err=True)
        leave(error.exit_code)


def _helpers(
    settings: "Settings", broker: "EmbeddedBroker | None", lines: LastLines, *, demo: bool
) -> list[Coroutine[Any, Any, None]]:
    helpers = []
    if broker is not None:
        helpers.append(_check(broker))
    if demo:
        helpers += [feed(settings, start_time(datetime.now(UTC))), watch(settings, lines.lines)]
    return helpers


async def _check(broker: "EmbeddedBroker") -> None:
    """Raise BrokerError when the broker has ended by itself."""
    while True:
        broker.check()
        await asyncio.sleep(BROKER_CHECK_S)
