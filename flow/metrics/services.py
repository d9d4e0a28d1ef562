"""The observer of services' partitions: gauges and clocks of their own, the same counters."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flow.metrics.collectors import JourneyCollector, Partitions, ServiceStateCollector
from flow.metrics.series_limit import series_limit, service_label_values
from flow.metrics.shares import GaugeKey, Shares
from flow.pathway import Policy
from flow.pathway.services import SERVICE_GAUGES

if TYPE_CHECKING:
    from flow.metrics.observer import Metrics, Tally


class ServiceMetrics:
    """As `Metrics` is for the partitions of people, which it leaves the counting to."""

    def __init__(self, metrics: "Metrics", policy: Policy) -> None:
        self._metrics = metrics
        limit = series_limit(SERVICE_GAUGES, service_label_values(policy))
        self._partitions = Partitions(Shares(limit, metrics.fault))
        metrics.registry.register(JourneyCollector(SERVICE_GAUGES, self._partitions))
        metrics.registry.register(ServiceStateCollector(self._partitions))

    def opened(
        self,
        partition: int,
        seconds: float,
        records: int,
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
    ) -> None:
        self._metrics.opened_in(self._partitions, partition, seconds, records, gauges)
        self._partitions.people[partition] = people
        self._partitions.not_assessed[partition] = not_assessed

    def closed(self, partition: int) -> None:
        self._partitions.close(partition)

    def committed(
        self,
        partition: int,
        seconds: float,
        tally: "Tally",
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
        clock: datetime | None,
    ) -> None:
        self._metrics.committed_in(self._partitions, partition, seconds, tally, gauges)
        self._partitions.people[partition] = people
        self._partitions.not_assessed[partition] = not_assessed
        if clock is not None:
            self._partitions.clocks[partition] = clock

    def started(self, partitions: int) -> None:
        """Told with the partitions of people: there are as many of services."""

    def folded(self, seconds: float) -> None:
        self._metrics.folded(seconds)

    def failed(self, partition: int, error: str) -> None:
        self._metrics.failed(partition, error)

    def held(self, partition: int, clock: datetime | None, waiting: bool) -> None:  # noqa: FBT001
        """It waits for people's partitions as a rule, so that says nothing."""
        if clock is not None:
            self._partitions.clocks.setdefault(partition, clock)

    def jump_refused(self, partition: int) -> None:
        self._metrics.jump_refused(partition)

    def rebalanced(self, partitions: Sequence[int]) -> None:
        """Counted with the partitions of people, which come and go together with these."""
        self._partitions.own(partitions)

    def lag(self, topic: str, partition: int, records: int, seconds: float | None) -> None:
        self._metrics.lag(topic, partition, records, seconds)
