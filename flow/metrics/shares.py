"""Sums of what people contribute to the journey gauges, partition by partition. No Prometheus.

A partition's share is set when its ledger is opened, moved by each durable change, and goes when
the ledger is closed; a figure is the sum of the shares. So a restart changes nothing, a
correction takes back what it must, and a partition that moves away takes its people along.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping

GaugeKey = tuple[str, tuple[str, ...]]
"""A journey gauge by the name of its table, and its label values in the table's order."""

OTHER = "other"
"""Stands for every value beyond a limit."""

STEP = 1e-9
"""What is summed is whole steps, so that adding and taking back in any order leaves exactly
nothing: floats would leave dust."""
DUST_STEPS = 1_000
"""Each change may be off by half a step; a share this close to nothing is nothing. No gauge has
a unit of which a millionth matters."""

FAULTS = ("not_finite", "negative")
Fault = Callable[[str, GaugeKey], None]
"""Told of what must not be, with its kind: one of `FAULTS`."""


class Shares:
    """`limit` is the most series (keys) at one time; what is beyond counts as `other`.

    A key that is at zero stays until its partition is closed: a figure that falls to zero says
    so instead of disappearing.
    """

    def __init__(self, limit: int, on_fault: Fault) -> None:
        assert limit > 0
        self._limit = limit
        self._on_fault = on_fault
        self._shares: dict[int, dict[GaugeKey, int]] = {}
        self._holders: Counter[GaugeKey] = Counter()  # how many partitions have the key
        self._overflowing: set[int] = set()

    @property
    def partitions(self) -> Collection[int]:
        """Those whose share is known."""
        return self._shares.keys()

    def open(self, partition: int, share: Mapping[GaugeKey, float]) -> int:
        """Set a partition's share. Returns how many of its keys were beyond the limit."""
        self.close(partition)
        self._shares[partition] = {}
        return self._add(partition, {key: value for key, value in share.items() if value})

    def change(self, partition: int, changes: Mapping[GaugeKey, float]) -> int:
        """Add changes to the share of an open partition. Returns how many were beyond the limit."""
        assert partition in self._shares, "changes of a partition come after its opening"
        return self._add(partition, changes)

    def close(self, partition: int) -> None:
        """Drop a partition's share; harmless where there is none."""
        for key in self._shares.pop(partition, ()):
            self._holders[key] -= 1
            if not self._holders[key]:
                del self._holders[key]
        self._overflowing.discard(partition)

    def totals(self, partitions: Collection[int] | None = None) -> dict[GaugeKey, float]:
        """Each figure, summed over `partitions` (all of them by default); never below zero."""
        steps: dict[GaugeKey, int] = {}
        for partition, share in self._shares.items():
            if partitions is None or partition in partitions:
                for key, value in share.items():
                    steps[key] = steps.get(key, 0) + value
        return {key: _figure(value) for key, value in steps.items()}

    def _add(self, partition: int, changes: Mapping[GaugeKey, float]) -> int:
        share = self._shares[partition]
        beyond = 0
        for wanted, change in changes.items():
            if not math.isfinite(change):
                self._on_fault("not_finite", wanted)
                continue
            key = self._admitted(share, wanted)
            if key != wanted:
                beyond += 1
                self._overflowing.add(partition)
            if key not in share:
                share[key] = 0
                self._holders[key] += 1
            share[key] += round(change / STEP)
            if share[key] < -DUST_STEPS:
                self._on_fault("negative", wanted)
        return beyond

    def _admitted(self, share: Mapping[GaugeKey, int], key: GaugeKey) -> GaugeKey:
        """The key itself, or the one that stands for those beyond the limit.

        What is given here must be found here again when it is taken back. So once a partition
        had to count a key as `other`, no new key is admitted anywhere until it is closed.
        """
        if key in share or (
            not self._overflowing and (key in self._holders or len(self._holders) < self._limit)
        ):
            return key
        metric, labels = key
        return metric, (OTHER,) * len(labels)


def _figure(steps: int) -> float:
    if steps <= DUST_STEPS:
        return 0.0
    return round(steps * STEP, 9)
