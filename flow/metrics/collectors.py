"""Figures worked out when Prometheus asks: the journey gauges, and the state of the partitions."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from flow.metrics.catalogue import PIPELINE, PREFIX, unit_suffix
from flow.metrics.series_limit import GaugeSpec
from flow.metrics.shares import Shares
from flow.metrics.sources import Sources


@dataclass(slots=True)
class Lag:
    records: int
    seconds: float


@dataclass
class Partitions:
    """What is known of each partition of people, or of services. `owned` is None until the worker
    is told what it owns; what it no longer owns is not shown, for another worker shows it.
    `in_all` is how many there are, None until the topics were found."""

    shares: Shares
    owned: frozenset[int] | None = None
    in_all: int | None = None
    people: dict[int, int] = field(default_factory=dict)
    not_assessed: dict[int, int] = field(default_factory=dict)
    clocks: dict[int, datetime] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    lags: dict[tuple[str, int], Lag] = field(default_factory=dict)

    def own(self, partitions: Collection[int]) -> None:
        """Take over the assignment."""
        self.owned = frozenset(partitions)
        self.forget_others()

    def close(self, partition: int) -> None:
        """The ledger was dropped. Its clock and its lag stay while the partition is owned: that
        it cannot be opened must show."""
        self.shares.close(partition)
        self.people.pop(partition, None)
        self.not_assessed.pop(partition, None)
        self.forget_others()

    def forget_others(self) -> None:
        """Forget what belongs to partitions that went elsewhere."""
        if self.owned is None:
            return
        self.clocks = {n: at for n, at in self.clocks.items() if n in self.owned}
        self.held &= self.owned
        self.lags = {key: lag for key, lag in self.lags.items() if key[1] in self.owned}

    def shown(self, partition: int) -> bool:
        return self.owned is None or partition in self.owned

    def open(self) -> list[int]:
        """Partitions whose figures count: open, and still owned."""
        return [partition for partition in self.shares.partitions if self.shown(partition)]

    def lag(self) -> dict[str, Lag]:
        """By topic: records summed, seconds at their worst."""
        topics: dict[str, Lag] = {}
        for (topic, partition), lag in self.lags.items():
            if self.shown(partition):
                total = topics.setdefault(topic, Lag(0, 0.0))
                total.records += lag.records
                total.seconds = max(total.seconds, lag.seconds)
        return topics


class JourneyCollector(Collector):
    """The gauges of people's journeys, or of services: sums over open partitions of this worker."""

    def __init__(self, gauges: Mapping[str, GaugeSpec], partitions: Partitions) -> None:
        self._gauges = gauges
        self._partitions = partitions

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families = {
            name: GaugeMetricFamily(
                PREFIX + name, spec.help, labels=spec.labels, unit=unit_suffix(name)
            )
            for name, spec in self._gauges.items()
        }
        totals = self._partitions.shares.totals(self._partitions.open())
        for (name, labels), value in sorted(totals.items()):
            families[name].add_metric(labels, value)
        return iter(families.values())

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Names only, so that registering finds a clash without collecting."""
        return iter(GaugeMetricFamily(PREFIX + name, "") for name in self._gauges)


class StateCollector(Collector):
    """How the partitions and the feeds are at this moment."""

    def __init__(self, partitions: Partitions, sources: Sources) -> None:
        self._partitions = partitions
        self._sources = sources

    def collect(self) -> Iterator[GaugeMetricFamily]:
        state = self._partitions
        opened = state.open()
        owned = opened if state.owned is None else state.owned
        yield _figure("partitions", *([] if state.in_all is None else [state.in_all]))
        yield _figure("partitions_owned", len(owned))
        yield _figure("partitions_open", len(opened))
        yield _figure("live_journeys", sum(state.people.get(n, 0) for n in opened))
        yield _figure("not_assessed", sum(state.not_assessed.get(n, 0) for n in opened))
        yield _figure("clock_held", sum(state.shown(n) for n in state.held))
        clocks = [at.timestamp() for n, at in state.clocks.items() if state.shown(n)]
        yield _figure("clock_seconds", *([min(clocks)] if clocks else []))
        lag = state.lag()
        yield _figures("lag_records", {topic: each.records for topic, each in lag.items()})
        yield _figures("lag_seconds", {topic: each.seconds for topic, each in lag.items()})
        yield _figures("source_last_event_seconds", self._sources.heard_s)


class ServiceStateCollector(Collector):
    """How the partitions of services are at this moment."""

    def __init__(self, partitions: Partitions) -> None:
        self._partitions = partitions

    def collect(self) -> Iterator[GaugeMetricFamily]:
        state = self._partitions
        opened = state.open()
        yield _figure("services", sum(state.people.get(n, 0) for n in opened))
        not_assessed = sum(state.not_assessed.get(n, 0) for n in opened)
        yield _figure("services_not_assessed", not_assessed)
        clocks = [at.timestamp() for n, at in state.clocks.items() if state.shown(n)]
        yield _figure("services_clock_seconds", *([min(clocks)] if clocks else []))


def _figures(name: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    """A gauge with one label."""
    metric = PIPELINE[name]
    family = GaugeMetricFamily(
        metric.name, metric.help, labels=metric.labels, unit=metric.unit_suffix
    )
    for label, value in sorted(values.items()):
        family.add_metric((label,), value)
    return family


def _figure(name: str, *values: float) -> GaugeMetricFamily:
    """A gauge without labels, of one value or of none."""
    metric = PIPELINE[name]
    family = GaugeMetricFamily(metric.name, metric.help, unit=metric.unit_suffix)
    for value in values:
        family.add_metric((), value)
    return family
