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


class Pace:
    """Simulated time against real time, from the first moment that is asked for.

    `speed` is simulated seconds per real second (3600: an hour a second); None never waits.
    `now_s` is a monotonic clock in seconds. Who falls behind is not made to wait until caught up.
    """

    def __init__(self, speed: float | None, now_s: Callable[[], float], sleep: Sleep) -> None:
        if speed is not None and speed <= 0:
            raise ValueError("speed must be above 0 simulated seconds per second, or None")
        self._speed = speed
        self._now_s = now_s
        self._sleep = sleep
        self._start: tuple[datetime, float] | None = None

    def wait_s(self, moment: datetime) -> float:
        """Real seconds until the moment comes; 0 or less where it has."""
        if self._speed is None:
            return 0.0
        if self._start is None:
            self._start = moment, self._now_s()
        start, started_s = self._start
        return started_s + (moment - start).total_seconds() / self._speed - self._now_s()

    async def until(self, moment: datetime) -> None:
        while (wait_s := self.wait_s(moment)) > 0:
            await self._sleep(min(wait_s, PAUSE_MAX_S))


async def replay(events: Iterable[AnyEvent], target: Publisher, pace: Pace) -> int:
    """Publishes events in their own time, that of recording, and returns how many.

    Late ones and repeats (recorded before the one that went last) go at once.
    """
    published = 0
    batch: list[AnyEvent] = []
    for event in events:
        if batch and pace.wait_s(event.recordedtime) > 0:
            published += await _hand_over(batch, target)
        await pace.until(event.recordedtime)
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
    pace: Pace | None = None,
    poll_s: float = 0.02,
    limit_s: float = 60.0,
) -> int:
    """Replays in lockstep: all events to T, then tick T, then on once the clock reached T.

    `events` are in the order of publishing, `ticks` ascending; an event belongs to the first tick
    at or after its `recordedtime`. So which alerts are raised is a function of events and ticks
    alone (design: "The pure core"). What was recorded after the last tick is not published.
    With a `pace`, neither events nor tick T go before T comes. Both iterables may be endless.
    Returns how many events were. Raises FlowError where the clock does not reach a tick within
    `limit_s` of waiting: polling every `poll_s`, both seconds.
    """
    published = 0
    batch: list[AnyEvent] = []
    coming = iter(events)
    event = next(coming, None)
    for at in ticks:
        if pace is not None:
            await pace.until(at)
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
