"""Follows the output topics and shows them: on a terminal as a screen, elsewhere line by line."""

import asyncio
import sys
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

import click

from flow.cli.situation import TAILS, WHOLE, Situation
from flow.cli.view import line, view

if TYPE_CHECKING:
    from flow.settings import Settings

FRAMES_PER_S = 4
LINE_EVERY_S = 5.0


class LastLines(StringIO):
    """A stream that keeps its last lines, to be shown under the view instead of across it."""

    def __init__(self, keep: int) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=keep)

    def write(self, text: str) -> int:
        self.lines.extend(part for part in text.splitlines() if part.strip())
        return len(text)


async def watch(settings: "Settings", footer: Sequence[str] | None = None) -> None:
    """Show the situation until cancelled. Raises BrokerError."""
    from flow.engine.reader import Reader

    situation = Situation()
    async with Reader(settings, WHOLE, tails=TAILS) as reader:
        showing = asyncio.create_task(_show(situation, footer if footer is not None else ()))
        try:
            async for reads in reader.follow():
                for read in reads:
                    situation.add(read)
                if showing.done():
                    await showing
        finally:
            showing.cancel()
            await asyncio.wait([showing])


async def _show(situation: Situation, footer: Sequence[str]) -> None:
    if sys.stdout.isatty():
        await _screen(situation, footer)
        return
    while True:
        await asyncio.sleep(LINE_EVERY_S)
        click.echo(line(situation))


async def _screen(situation: Situation, footer: Sequence[str]) -> None:
    from rich.console import Console
    from rich.live import Live

    console = Console()
    with Live(console=console, screen=True, auto_refresh=False, redirect_stderr=False) as live:
        while True:
            now = datetime.now(UTC)
            screen = view(
                situation, now, width=console.width, height=console.height, footer=list(footer)
            )
            live.update(screen, refresh=True)
            await asyncio.sleep(1 / FRAMES_PER_S)
