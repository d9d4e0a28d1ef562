"""What the core costs on the workload: the loops are those of `bench.core`."""

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bench import core
from bench.workload import Item
from flow.engine.garbage import seldom_collect_garbage

ROUNDS = 2
"""The best counts: what disturbs only ever adds."""


@dataclass(frozen=True, slots=True)
class CoreCosts:
    """CPU microseconds per event; each includes the one before it."""

    decode_us: float
    add_us: float
    core_us: float

    @property
    def ratio(self) -> float:
        return self.core_us / self.decode_us


def measure_core(items: Sequence[Item]) -> CoreCosts:
    """Decode; decode and add; decode, add, fold and assess at the time of the event."""
    seldom_collect_garbage()  # as every process that holds histories does
    events = [(item.person, item.published_at, item.value) for item in items]
    best = CoreCosts(float("inf"), float("inf"), float("inf"))
    for _ in range(ROUNDS):
        best = CoreCosts(
            min(best.decode_us, _cpu_us(core.decode_only, events)),
            # Nobody folds these events, so they pile up, and the collector would walk them again
            # and again: that is no cost of adding. It is the worker's allowance that this makes
            # smaller.
            min(best.add_us, _cpu_us(core.decode_and_add, events, collect=False)),
            min(best.core_us, _cpu_us(core.whole_core, events)),
        )
    return best


def _cpu_us(
    work: core.Work, events: list[tuple[str, datetime, bytes]], *, collect: bool = True
) -> float:
    gc.collect()
    gc.freeze()  # the events themselves are not what is measured
    if not collect:
        gc.disable()
    try:
        began_s = time.process_time()
        work(events)
        return (time.process_time() - began_s) / len(events) * 1e6
    finally:
        gc.enable()
        gc.unfreeze()
