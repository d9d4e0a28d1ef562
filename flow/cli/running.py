"""Everything in one process: the worker, and for the demo its feed and its view, until a signal."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from flow.cli.compose import build_worker
from flow.cli.demo import feed, start_time
from flow.cli.logs import configure_logs
from flow.cli.watching import LastLines, watch

if TYPE_CHECKING:
    from flow.engine.embedded import EmbeddedBroker
    from flow.settings import Settings

BROKER_CHECK_S = 1.0
"""How soon the death of the embedded broker is noticed."""
LINES_UNDER_VIEW = 3


async def prepare(settings: "Settings") -> bool:
    """Create the topics; returns whether the broker can fence."""
    from flow.engine.reader import ask_cluster
    from flow.engine.topic_admin import TopicAdmin

    async with TopicAdmin(settings) as admin:
        await admin.apply()
    return (await ask_cluster(settings)).fences


async def run_all(
    settings: "Settings", broker: "EmbeddedBroker | None", *, fenced: bool, demo: bool
) -> int:
    """Run until Ctrl-C, SIGTERM or a failure; returns the worker's exit code.

    The feed and the view go first, then the worker, gently. The broker goes last, by its caller.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    screen = demo and sys.stdout.isatty()
    lines = LastLines(LINES_UNDER_VIEW)
    if screen:
        configure_logs(settings, stream=lines, level="warning")
    else:
        configure_logs(settings)
    worker = build_worker(settings, fenced=fenced)
    working = asyncio.create_task(worker.run())
    helpers = [asyncio.create_task(task) for task in _helpers(settings, broker, lines, demo=demo)]
    stopping = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait([working, stopping, *helpers], return_when=asyncio.FIRST_COMPLETED)
    finally:
        failed = [task for task in helpers if task.done()]
        for task in (stopping, *helpers):
            task.cancel()
        await asyncio.wait([stopping, *helpers]) if helpers else None
        worker.stop()
        code = await working
    if screen:
        for line in lines.lines:
            click.echo(line, err=True)
    for task in failed:
        task.result()  # raises what ended it
    return code


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
