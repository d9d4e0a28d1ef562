"""What the core costs on the workload: the loops are those of `bench.core`.

A shared machine is faster now and slower then, for seconds at a time, and decoding is soon done. So
both take turns of some thousand events: what is slow meets both, and their ratio can be trusted.
"""

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import core
from bench.workload import Item
from flow.engine.garbage import seldom_collect_garbage
from flow.pathway import History

EVENTS_PER_TURN = 5_000
"""For decoding a thirtieth of a second, for the core ten times as long."""


@dataclass(frozen=True, slots=True)
class CoreCosts:
    """CPU microseconds per event; each includes the one before it."""

    decode_us: float
    add_us: float
    core_us: float

    @property
    def ratio(self) -> float:
        return self.core_us / self.decode_us

    def mean(self, other: "CoreCosts") -> "CoreCosts":
        return CoreCosts(
            (self.decode_us + other.decode_us) / 2,
            (self.add_us + other.add_us) / 2,
            (self.core_us + other.core_us) / 2,
        )


def measure_core(items: Sequence[Item]) -> CoreCosts:
    """Decode; decode and add; decode, add, fold and assess at the time of the event."""
    seldom_collect_garbage()  # as every process that holds histories does
    events = [(item.person, item.published_at, item.value) for item in items]
    decode_us, core_us = _in_turns(events)
    return CoreCosts(decode_us, _adding(events), core_us)


def _in_turns(events: core.Events) -> tuple[float, float]:
    histories: dict[str, History] = {}
    decode_s = core_s = 0.0
    gc.collect()
    gc.freeze()  # the events themselves are not what is measured
    try:
        for start in range(0, len(events), EVENTS_PER_TURN):
            turn = events[start : start + EVENTS_PER_TURN]
            began_s = time.process_time()
            core.decode_only(turn)
            decoded_s = time.process_time()
            core.whole_core(turn, histories)
            decode_s += decoded_s - began_s
            core_s += time.process_time() - decoded_s
    finally:
        gc.unfreeze()
    return decode_s / len(events) * 1e6, core_s / len(events) * 1e6


def _adding(events: core.Events) -> float:
    """Nobody folds these events, so they pile up, and the collector would walk them again and
    again: that is no cost of adding. It is the worker's allowance that this makes smaller."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        began_s = time.process_time()
        core.decode_and_add(events)
        return (time.process_time() - began_s) / len(events) * 1e6
    finally:
        gc.enable()
        gc.unfreeze()
