"""`Metrics`: what the engine tells, turned into what Prometheus reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, get_args

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)

from flow.errors import Fenced, LogUnavailable
from flow.events.reasons import REASONS
from flow.events.topics import PERSON_INPUTS, SERVICE_EVENTS, SERVICE_INPUTS
from flow.metrics import exposition
from flow.metrics.catalogue import PIPELINE, PREFIX
from flow.metrics.collectors import (
    JourneyCollector,
    Lag,
    Partitions,
    StateCollector,
)
from flow.metrics.series_limit import GaugeSpec, label_values, series_limit
from flow.metrics.services import ServiceMetrics
from flow.metrics.shares import FAULTS, OTHER, GaugeKey, Shares
from flow.metrics.sources import Sources
from flow.pathway import CORE_VERSION, GAUGES, Policy
from flow.pathway.alert_record import RAISED
from flow.pathway.alerts import ClosedReason
from flow.pathway.journey import NoticeKind
from flow.pathway.service_rules import SERVICE_ALERTS
from flow.pathway.services.alerts import ClosedReason as ServiceClosedReason
from flow.pathway.targets import BREACHED, NEAR, step_name

log = structlog.get_logger()

ERRORS_MAX = 20
"""Classes of errors that are told apart; two are known."""


class Tally(Protocol):
    """What one piece of work did, told once it is durable (`flow.engine.observer.Tally`)."""

    @property
    def consumed(self) -> Mapping[str, int]: ...
    @property
    def duplicates(self) -> Mapping[str, int]: ...
    @property
    def conflicts(self) -> int: ...
    @property
    def late(self) -> int: ...
    @property
    def assessments(self) -> int: ...
    @property
    def dead_letters(self) -> Mapping[tuple[str, str], int]: ...
    @property
    def alerts(self) -> Mapping[tuple[str, str], int]: ...
    @property
    def event_lags_s(self) -> Sequence[tuple[str, float]]: ...
    @property
    def firing_lags_s(self) -> Sequence[float]: ...
    @property
    def chunk_sizes(self) -> Sequence[int]: ...
    @property
    def sources(self) -> Mapping[str, datetime]: ...


class Metrics:
    """The engine's observer. Everything is called for a chunk or a tick, never for an event.

    One registry per process, passed in. The policy's lists make the limit of series; `gauges`
    is the table of journey gauges by name without prefix.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        policy: Policy,
        *,
        version: str,
        core_version: int = CORE_VERSION,
        gauges: Mapping[str, GaugeSpec] = GAUGES,
    ) -> None:
        self.registry = registry
        self._gauges = gauges
        self.series_limit = series_limit(gauges, label_values(policy))
        self._partitions = Partitions(Shares(self.series_limit, self.fault))
        self._sources = Sources()
        self._faults_logged: set[str] = set()
        self._errors = {LogUnavailable.__name__, Fenced.__name__}
        self._register_counters()
        self._begin_at_zero(policy)
        self._register_histograms()
        self._tell_build(version, str(core_version), policy.version)
        self.services = ServiceMetrics(self, policy)
        registry.register(JourneyCollector(gauges, self._partitions))
        registry.register(StateCollector(self._partitions, self._sources))
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

    def _tell_build(self, *versions: str) -> None:
        metric = PIPELINE["build_info"]
        info = Info(metric.name.removesuffix("_info"), metric.help, registry=self.registry)
        info.info(dict(zip(metric.labels, versions, strict=True)))

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """Body and content type for an `Accept` header: text, or OpenMetrics."""
        return exposition.render(self.registry, accept)

    def _register_counters(self) -> None:
        self._events = self._counter("events_total")
        self._rejected = self._counter("events_rejected_total")
        self._duplicates = self._counter("events_duplicate_total")
        self._conflicts = self._counter("events_conflicting_total")
        self._late = self._counter("events_late_total")
        self._assessments = self._counter("assessments_total")
        self._alerts = self._counter("alert_changes_total")
        self._records_read = self._counter("ledger_records_read_total")
        self._failures = self._counter("ledger_failures_total")
        self._jumps = self._counter("clock_jumps_refused_total")
        self._rebalances = self._counter("rebalances_total")
        self._faults = self._counter("contribution_faults_total")
        self._dropped = self._counter("series_dropped_total")

    def _begin_at_zero(self, policy: Policy) -> None:
        """PromQL sees an increase only from a value that was there before."""
        for topic in (*PERSON_INPUTS, *SERVICE_INPUTS):
            self._events.labels(topic)
        for topic in PERSON_INPUTS:
            self._duplicates.labels(topic)
        for topic in (*PERSON_INPUTS, *SERVICE_EVENTS):
            for reason in REASONS:
                self._rejected.labels(topic, reason)
        for error in self._errors:
            self._failures.labels(error)
        for fault in FAULTS:
            self._faults.labels(fault)
        self._alerts_begin_at_zero(policy)

    def _alerts_begin_at_zero(self, policy: Policy) -> None:
        for alert in SERVICE_ALERTS:
            for what in (RAISED, *get_args(ServiceClosedReason)):
                self._alerts.labels(alert, what)
        for wait, rule in policy.rules.items():
            steps = [step_name(step) for step in rule.escalate]
            for what in (NEAR, BREACHED, *steps, *get_args(ClosedReason)):
                self._alerts.labels(wait, what)
        for notice in get_args(NoticeKind):
            for what in (RAISED, *get_args(ClosedReason)):
                self._alerts.labels(notice, what)

    def _register_histograms(self) -> None:
        self._event_lag = self._histogram("event_lag_seconds")
        for topic in PERSON_INPUTS:
            self._event_lag.labels(topic)
        self._firing_lag = self._histogram("alert_firing_lag_seconds")
        self._chunk_records = self._histogram("chunk_records")
        self._processing = self._histogram("chunk_processing_seconds")
        self._commit = self._histogram("commit_seconds")
        self._opening = self._histogram("ledger_opening_seconds")

    def _counter(self, name: str) -> Counter:
        metric = PIPELINE[name]
        assert metric.kind == "counter"
        return Counter(metric.name, metric.help, metric.labels, registry=self.registry)

    def _histogram(self, name: str) -> Histogram:
        metric = PIPELINE[name]
        assert metric.kind == "histogram"
        return Histogram(
            metric.name,
            metric.help,
            metric.labels,
            unit=metric.unit_suffix,
            buckets=metric.buckets,
            registry=self.registry,
        )

    # What the engine tells (flow.engine.observer.Observer).

    def started(self, partitions: int) -> None:
        self._partitions.in_all = partitions

    def opened(
        self,
        partition: int,
        seconds: float,
        records: int,
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
    ) -> None:
        self.opened_in(self._partitions, partition, seconds, records, self._known(gauges))
        self._partitions.people[partition] = people
        self._partitions.not_assessed[partition] = not_assessed

    def opened_in(
        self,
        partitions: Partitions,
        partition: int,
        seconds: float,
        records: int,
        gauges: Mapping[GaugeKey, float],
    ) -> None:
        """A ledger of people or of services was read."""
        self._opening.observe(seconds)
        self._records_read.inc(records)
        self._count_dropped(partitions.shares.open(partition, gauges))

    def closed(self, partition: int) -> None:
        self._partitions.close(partition)

    def committed(
        self,
        partition: int,
        seconds: float,
        tally: Tally,
        gauges: Mapping[GaugeKey, float],
        people: int,
        not_assessed: int,
        clock: datetime | None,
    ) -> None:
        self.committed_in(self._partitions, partition, seconds, tally, self._known(gauges))
        self._partitions.people[partition] = people
        self._partitions.not_assessed[partition] = not_assessed
        if clock is not None:
            self._partitions.clocks[partition] = clock

    def committed_in(
        self,
        partitions: Partitions,
        partition: int,
        seconds: float,
        tally: Tally,
        gauges: Mapping[GaugeKey, float],
    ) -> None:
        """A write of people's or services' partition is durable."""
        self._commit.observe(seconds)
        self._count(tally)
        self._count_dropped(partitions.shares.change(partition, gauges))

    def folded(self, seconds: float) -> None:
        self._processing.observe(seconds)

    def failed(self, partition: int, error: str) -> None:
        if error not in self._errors and len(self._errors) >= ERRORS_MAX:
            error = OTHER
        self._errors.add(error)
        self._failures.labels(error).inc()

    def held(self, partition: int, clock: datetime | None, waiting: bool) -> None:  # noqa: FBT001
        if waiting:
            self._partitions.held.add(partition)
        else:
            self._partitions.held.discard(partition)
        if clock is not None:
            # What a tick moved is durable only with its commit, which tells it then.
            self._partitions.clocks.setdefault(partition, clock)

    def jump_refused(self, partition: int) -> None:
        self._jumps.inc()

    def rebalanced(self, partitions: Sequence[int]) -> None:
        self._rebalances.inc()
        self._partitions.own(partitions)

    def lag(self, topic: str, partition: int, records: int, seconds: float | None) -> None:
        if seconds is None:  # not known: what was known last is nearer to the truth than 0
            known = self._partitions.lags.get((topic, partition))
            seconds = known.seconds if known is not None else 0.0
        self._partitions.lags[topic, partition] = Lag(records, seconds)

    # How it is counted.

    def _count(self, tally: Tally) -> None:
        for topic, count in tally.consumed.items():
            self._events.labels(topic).inc(count)
        for topic, count in tally.duplicates.items():
            self._duplicates.labels(topic).inc(count)
        for (topic, reason), count in tally.dead_letters.items():
            self._rejected.labels(topic, reason).inc(count)
        for (wait, what), count in tally.alerts.items():
            self._alerts.labels(wait, what).inc(count)
        self._conflicts.inc(tally.conflicts)
        self._late.inc(tally.late)
        self._assessments.inc(tally.assessments)
        for size in tally.chunk_sizes:
            self._chunk_records.observe(size)
        for topic, lag_s in tally.event_lags_s:
            self._event_lag.labels(topic).observe(lag_s)
        for lag_s in tally.firing_lags_s:
            self._firing_lag.observe(max(0.0, lag_s))
        self._sources.hear(tally.sources)

    def _known(self, gauges: Mapping[GaugeKey, float]) -> Mapping[GaugeKey, float]:
        """Without what the table does not know: one such key would fail every scrape."""
        unknown = [key for key in gauges if not self._is_known(key)]
        if not unknown:
            return gauges
        for key in unknown:
            self.fault("unknown_gauge", key)
        return {key: value for key, value in gauges.items() if key not in unknown}

    def _is_known(self, key: GaugeKey) -> bool:
        name, labels = key
        spec = self._gauges.get(name)
        return spec is not None and len(spec.labels) == len(labels)

    def fault(self, fault: str, key: GaugeKey) -> None:
        """A gauge is wrong: counted, and logged once."""
        self._faults.labels(fault).inc()
        if fault not in self._faults_logged:
            self._faults_logged.add(fault)
            log.error("a journey gauge is wrong", fault=fault, gauge=PREFIX + key[0])

    def _count_dropped(self, changes: int) -> None:
        if changes:
            self._dropped.inc(changes)
            if "dropped" not in self._faults_logged:
                self._faults_logged.add("dropped")
                log.warning("journey gauges have more series than the policy's lists allow")
