"""Simulated time: what happens next, and lives that wait for a time or for one another.

A life is a generator that yields a `Pause`. Everything at one moment happens in the order in which
it was asked for, so that a seed always gives the same town.
"""

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

Action = Callable[[], None]


class Interrupted(Exception):
    """What a life was at does not go on: they are `unwell`, `died` or were `readmitted`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Loop:
    """`now` moves from one action to the next, never back."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self._coming: list[tuple[datetime, int, Action]] = []
        self._asked = 0

    def at(self, when: datetime, action: Action) -> None:
        """Do it at `when`; at once, after what is due already, where that is past."""
        self._asked += 1
        heapq.heappush(self._coming, (max(when, self.now), self._asked, action))

    @property
    def next_at(self) -> datetime | None:
        """When something happens next; None where nothing ever does."""
        return self._coming[0][0] if self._coming else None

    def step(self) -> None:
        """Do what comes next."""
        self.now, _, action = heapq.heappop(self._coming)
        action()


class Signal:
    """Something that will be so, once and for all: a bed granted, a process ended."""

    __slots__ = ("_loop", "_then", "done")

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._then: list[Action] = []
        self.done = False

    def fire(self) -> None:
        assert not self.done, "what is so cannot become so again"
        self.done = True
        for action in self._then:
            self._loop.at(self._loop.now, action)
        self._then.clear()

    def then(self, action: Action) -> None:
        """Do it when this is so: next, if it already is."""
        if self.done:
            self._loop.at(self._loop.now, action)
        else:
            self._then.append(action)


@dataclass(frozen=True, slots=True)
class Pause:
    """Until a time, or one of these is so, whichever comes first. Without either: for ever."""

    until: datetime | None = None
    signals: tuple[Signal, ...] = ()


Steps = Generator[Pause, None, None]


class Process(Signal):
    """A life, or a part of one. Done when it ends, also when that was by an interruption."""

    __slots__ = ("_steps", "_turn")

    def __init__(self, loop: Loop, steps: Steps) -> None:
        super().__init__(loop)
        self._steps = steps
        self._turn = 0
        loop.at(loop.now, partial(self._resume, 0))

    def interrupt(self, why: str) -> None:
        """Stops it where it waits. It may put things in order, but wait no more."""
        if self.done:
            return
        self._turn += 1
        try:
            self._steps.throw(Interrupted(why))
        except (StopIteration, Interrupted):
            self.fire()
        else:
            raise AssertionError("whoever was interrupted waits no more")

    def _resume(self, turn: int) -> None:
        if turn != self._turn or self.done:
            return  # another of the things waited for came first
        self._turn += 1
        try:
            pause = next(self._steps)
        except StopIteration:
            self.fire()
            return
        again = partial(self._resume, self._turn)
        if pause.until is not None:
            self._loop.at(pause.until, again)
        for signal in pause.signals:
            signal.then(again)
