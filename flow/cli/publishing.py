"""Where made and imported events go, at which pace, and what is said on the way."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from flow.cli.words import moment, parse_duration, plural

if TYPE_CHECKING:
    from flow.events import AnyEvent
    from flow.simulate.publish import LockstepTarget, Publisher

KAFKA = "kafka"
STDOUT = "-"

to_option = click.option(
    "--to",
    default=KAFKA,
    show_default=True,
    metavar="kafka|-|FILE",
    help="Kafka, or JSON lines on stdout or in a file.",
)
speed_option = click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="Simulated seconds per real second; as fast as it goes when left out.",
)
lockstep_option = click.option(
    "--lockstep",
    "step",
    metavar="STEP",
    callback=lambda _ctx, _param, text: _step(text),
    help="Drive the worker's clock (FLOW_CLOCK=log): events up to T, tick T, wait, and so on"
    " every STEP of simulated time (15m, 1h).",
)


def _step(text: str | None) -> timedelta | None:
    if text is None:
        return None
    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@dataclass(frozen=True, slots=True)
class Route:
    """`first` and `last` bound the ticks of a lockstep replay."""

    to: str
    speed: float | None
    step: timedelta | None
    first: datetime
    last: datetime

    def __post_init__(self) -> None:
        if self.step is not None and self.to != KAFKA:
            raise click.UsageError("--lockstep drives a worker's clock: it needs --to kafka")


class Told:
    """Passes everything on to the target and says how far it has come."""

    def __init__(self, target: Any, published: Callable[[int, datetime], None]) -> None:
        self._target: LockstepTarget = target
        self._published = published

    async def publish(self, events: "Sequence[AnyEvent]") -> None:
        await self._target.publish(events)
        if events:
            self._published(len(events), events[-1].recordedtime)

    async def tick(self, at: datetime) -> None:
        await self._target.tick(at)
        self._published(0, at)

    async def clock(self) -> datetime | None:
        return await self._target.clock()


def publish(events: "Iterable[AnyEvent]", route: Route, *, total: int | None = None) -> None:
    """Publish everything and say how many events were acknowledged, by whom."""
    began = time.monotonic()
    with _progress(total) as published:
        count, where = asyncio.run(_publish(events, route, published))
    seconds = time.monotonic() - began
    click.echo(f"{plural(count, 'event')} {where} in {seconds:.1f} s", err=True)


async def _publish(
    events: "Iterable[AnyEvent]", route: Route, published: Callable[[int, datetime], None]
) -> tuple[int, str]:
    from flow.cli.broker_access import broker_settings
    from flow.engine.publisher import KafkaPublisher, LockstepPublisher
    from flow.simulate.publish import JsonLines, Pace, lockstep, replay, tick_times

    pace = Pace(route.speed, time.monotonic, asyncio.sleep)
    async with AsyncExitStack() as stack:
        if route.to != KAFKA:
            stream: BinaryIO = (
                sys.stdout.buffer if route.to == STDOUT else stack.enter_context(_open(route.to))
            )
            target: Publisher = Told(JsonLines(stream), published)
            where = f"written to {'stdout' if route.to == STDOUT else route.to}"
        else:
            settings = broker_settings()
            where = f"acknowledged by {settings.broker_addresses}"
            if route.step is not None:
                driver = Told(
                    await stack.enter_async_context(LockstepPublisher(settings)), published
                )
                ticks = tick_times(route.first, route.last, route.step)
                count = await lockstep(events, ticks, driver, sleep=asyncio.sleep, pace=pace)
                return count, where
            target = Told(await stack.enter_async_context(KafkaPublisher(settings)), published)
        return await replay(events, target, pace), where


def _open(path: str) -> BinaryIO:
    try:
        return Path(path).open("wb")
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror})"
        raise click.BadParameter(message, param_hint="--to") from None


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int, datetime], None]]:
    """A bar on stderr where someone looks on; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _count, _at: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.completed:,.0f} events"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count, at: bar.update(task, advance=count, description=moment(at))
