"""Where made or imported events go, and how fast: pacing, lockstep, and JSON lines.

The engine implements `Publisher` and `LockstepTarget` for Kafka. Time and sleep are arguments
here, so that a year can be replayed in a test without waiting.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from flow.errors import FlowError
from flow.events.decode import encode
from flow.events.event_types import AnyEvent

BATCH_EVENTS_MAX = 500
"""Events handed over at once: about 300 KB, well below what a producer holds by default."""

PAUSE_MAX_S = 1.0
"""Longest sleep while pacing, so that whoever stops the replay is heard within a second."""

Sleep = Callable[[float], Awaitable[None]]


class Publisher(Protocol):
    """Takes events in the order of publishing; returns once they are acknowledged."""

    async def publish(self, events: Sequence[AnyEvent]) -> None: ...


class LockstepTarget(Publisher, Protocol):
    """A pipeline whose clock is driven from outside (`FLOW_CLOCK=log`)."""

    async def tick(self, at: datetime) -> None:
        """Says "it is now `at`" to every partition, after all that was published before."""

    async def clock(self) -> datetime | None:
        """The time that all partitions have reached; None before the first tick."""


class JsonLines:
    """Writes structured CloudEvents, one a line, to a binary stream such as `sys.stdout.buffer`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    async def publish(self, events: Sequence[AnyEvent]) -> None:
        self._stream.write(b"".join(encode(event) + b"\n" for event in events))
        self._stream.flush()


async def replay(
    events: Iterable[AnyEvent],
    target: Publisher,
    *,
    speed: float | None,
    now_s: Callable[[], float],
    sleep: Sleep,
) -> int:
    """Publishes events in their own time and returns how many.

    `speed` is simulated seconds per real second (3600: an hour a second), counted from the first
    event's `recordedtime`; None goes as fast as the target takes them. Late events (recorded
    before the one that went last) go at once. `now_s` is a monotonic clock in seconds.
    """
    if speed is not None and speed <= 0:
        raise ValueError("speed must be above 0 simulated seconds per second, or None")
    published = 0
    start: tuple[datetime, float] | None = None
    batch: list[AnyEvent] = []
    for event in events:
        if speed is not None:
            if start is None:
                start = event.recordedtime, now_s()
            due_s = start[1] + (event.recordedtime - start[0]).total_seconds() / speed
            if batch and due_s > now_s():
                published += await _hand_over(batch, target)
            while (wait_s := due_s - now_s()) > 0:
                await sleep(min(wait_s, PAUSE_MAX_S))
        batch.append(event)
        if len(batch) == BATCH_EVENTS_MAX:
            published += await _hand_over(batch, target)
    return published + await _hand_over(batch, target)


async def _hand_over(batch: list[AnyEvent], target: Publisher) -> int:
    if batch:
        await target.publish(tuple(batch))
    handed = len(batch)
    batch.clear()
    return handed


def tick_times(first: datetime, last: datetime, every: timedelta) -> Iterator[datetime]:
    """`first`, then every `every`, up to the first time at or after `last`."""
    assert every > timedelta(0)
    at = first
    yield at
    while at < last:
        at += every
        yield at


async def lockstep(
    events: Iterable[AnyEvent],
    ticks: Iterable[datetime],
    target: LockstepTarget,
    *,
    sleep: Sleep,
    poll_s: float = 0.02,
    limit_s: float = 60.0,
) -> int:
    """Replays in lockstep: all events to T, then tick T, then on once the clock reached T.

    `events` are in the order of publishing, `ticks` ascending; an event belongs to the first tick
    at or after its `recordedtime`. So which alerts are raised is a function of events and ticks
    alone (design: "The pure core"). What was recorded after the last tick is not published.
    Returns how many events were. Raises FlowError where the clock does not reach a tick within
    `limit_s` of waiting: polling every `poll_s`, both seconds.
    """
    published = 0
    batch: list[AnyEvent] = []
    coming = iter(events)
    event = next(coming, None)
    for at in ticks:
        while event is not None and event.recordedtime <= at:
            batch.append(event)
            if len(batch) == BATCH_EVENTS_MAX:
                published += await _hand_over(batch, target)
            event = next(coming, None)
        published += await _hand_over(batch, target)
        await target.tick(at)
        await _reached(at, target, sleep, poll_s, limit_s)
    return published


async def _reached(
    at: datetime, target: LockstepTarget, sleep: Sleep, poll_s: float, limit_s: float
) -> None:
    waited_s = 0.0
    while (clock := await target.clock()) is None or clock < at:
        if waited_s >= limit_s:
            raise FlowError(
                f"the pipeline's clock stands at {clock}, {at} was ticked {limit_s:g} s ago;"
                " see whether the worker runs with FLOW_CLOCK=log and has no hold"
            )
        await sleep(poll_s)
        waited_s += poll_s
