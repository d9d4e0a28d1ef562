"""Every metric of the pipeline itself, as data: name, kind, labels, unit, meaning (design 8).

The journey gauges have a table of their own in `flow.pathway`. Names follow domain.md 12.6 where it
has one, and Prometheus' practices: prefix, base units, unit last, `_total` on counters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

PREFIX = "patientflow_"

BASE_UNITS = frozenset({"seconds", "bytes", "ratio"})
"""Units of Prometheus' naming practices that stand last in a name."""

Kind = Literal["counter", "gauge", "histogram", "info"]


@dataclass(frozen=True, slots=True)
class PipelineMetric:
    """`name` is as in PromQL, with prefix and, on counters, `_total`; `help` is one sentence.

    `unit` is what one means: records, seconds, unix seconds … `buckets` are upper bounds,
    inclusive, without +Inf.
    """

    name: str
    kind: Kind
    unit: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def unit_suffix(self) -> str:
        """OpenMetrics' unit: what the name ends with, where that is a base unit."""
        return unit_suffix(self.name)


def unit_suffix(name: str) -> str:
    last = name.rpartition("_")[2]
    return last if last in BASE_UNITS else ""


SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""From one small chunk in memory to a transaction that times out (15 s)."""
OPENING_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
"""A partition opens within seconds; minutes mean that its state is far too large."""
EVENT_LAG_BUCKETS = (1, 5, 15, 60, 300, 900, 3600, 14400, 86400)
FIRING_LAG_BUCKETS = (1, 2, 5, 10, 30, 60, 300, 900, 3600)
"""A tick comes every second, so one or two is the service level; more is a hold or an outage."""
CHUNK_BUCKETS = (1, 10, 100, 1_000, 10_000)
"""One poll fetches 10,000 records at most."""

_TABLE = (
    PipelineMetric(
        "patientflow_events_total",
        "counter",
        "records",
        "Records of an input worked on, whether or not they could be used.",
        ("topic",),
    ),
    PipelineMetric(
        "patientflow_events_rejected_total",
        "counter",
        "records",
        "Records that could not be used and went to the dead letters, by reason code.",
        ("topic", "reason"),
    ),
    PipelineMetric(
        "patientflow_events_duplicate_total",
        "counter",
        "events",
        "Events that were in the person's history already.",
        ("topic",),
    ),
    PipelineMetric(
        "patientflow_events_conflicting_total",
        "counter",
        "events",
        "Events with the identity of another one and different content.",
    ),
    PipelineMetric(
        "patientflow_events_late_total",
        "counter",
        "events",
        "Events written down more than 24 hours after they happened.",
    ),
    PipelineMetric(
        "patientflow_assessments_total",
        "counter",
        "assessments",
        "Times that a person's journey was assessed.",
    ),
    PipelineMetric(
        "patientflow_alert_changes_total",
        "counter",
        "alerts",
        "Changes of alerts by wait and by what happened: the level reached, or why it was closed.",
        ("wait", "what"),
    ),
    PipelineMetric(
        "patientflow_event_lag_seconds",
        "histogram",
        "seconds",
        "From an event's recording to its arrival in the log, of the last event of each chunk.",
        ("topic",),
        buckets=EVENT_LAG_BUCKETS,
    ),
    PipelineMetric(
        "patientflow_alert_firing_lag_seconds",
        "histogram",
        "seconds",
        "When a delay was raised minus when it could have been (level reached and events"
        " were here), in the pipeline's time: the service level.",
        buckets=FIRING_LAG_BUCKETS,
    ),
    PipelineMetric(
        "patientflow_chunk_records",
        "histogram",
        "records",
        "Records in one chunk: what one fetch brought of one partition.",
        buckets=CHUNK_BUCKETS,
    ),
    PipelineMetric(
        "patientflow_chunk_processing_seconds",
        "histogram",
        "seconds",
        "Time to work one chunk or one tick, from decoding to assessment, without the commit.",
        buckets=SECONDS_BUCKETS,
    ),
    PipelineMetric(
        "patientflow_commit_seconds",
        "histogram",
        "seconds",
        "Time of one write of a partition: with transactions, from begin to commit.",
        buckets=SECONDS_BUCKETS,
    ),
    PipelineMetric(
        "patientflow_ledger_opening_seconds",
        "histogram",
        "seconds",
        "Time to read the state of a partition that this worker came to own.",
        buckets=OPENING_BUCKETS,
    ),
    PipelineMetric(
        "patientflow_ledger_records_read_total",
        "counter",
        "records",
        "Records of state read while partitions were opened.",
    ),
    PipelineMetric(
        "patientflow_ledger_failures_total",
        "counter",
        "failures",
        "Writes or openings that failed and are tried again, by class of error.",
        ("error",),
    ),
    PipelineMetric(
        "patientflow_clock_jumps_refused_total",
        "counter",
        "ticks",
        "Ticks too far ahead of a partition's clock to be believed.",
    ),
    PipelineMetric(
        "patientflow_rebalances_total",
        "counter",
        "rebalances",
        "Times that this worker was told which partitions it owns.",
    ),
    PipelineMetric(
        "patientflow_partitions",
        "gauge",
        "partitions",
        "Partitions that there are in all, whoever owns them: as many of each input.",
    ),
    PipelineMetric(
        "patientflow_partitions_owned",
        "gauge",
        "partitions",
        "Partitions that this worker owns.",
    ),
    PipelineMetric(
        "patientflow_partitions_open",
        "gauge",
        "partitions",
        "Owned partitions whose state is read; the gauges of people's journeys cover these alone.",
    ),
    PipelineMetric(
        "patientflow_live_journeys",
        "gauge",
        "people",
        "People whose journeys this worker holds.",
    ),
    PipelineMetric(
        "patientflow_not_assessed",
        "gauge",
        "people",
        "People whose journey could not be assessed (a bug): no event is lost, no wait is seen.",
    ),
    PipelineMetric(
        "patientflow_services",
        "gauge",
        "services",
        "Services that this worker knows: who has reported, or whom somebody's journey names.",
    ),
    PipelineMetric(
        "patientflow_services_not_assessed",
        "gauge",
        "services",
        "Services that could not be assessed (a bug): no report is lost, no alert is seen.",
    ),
    PipelineMetric(
        "patientflow_services_clock_seconds",
        "gauge",
        "unix seconds",
        "The oldest clock of the owned partitions of services. It follows the clocks of people's"
        " partitions, on every worker, by up to 10 s.",
    ),
    PipelineMetric(
        "patientflow_lag_records",
        "gauge",
        "records",
        "How far behind the end of an input, summed over the owned partitions.",
        ("topic",),
    ),
    PipelineMetric(
        "patientflow_lag_seconds",
        "gauge",
        "seconds",
        "Age of the newest record worked where more is waiting; the worst of the owned partitions.",
        ("topic",),
    ),
    PipelineMetric(
        "patientflow_clock_held",
        "gauge",
        "partitions",
        "Owned partitions whose clock stands because a tick waits for the inputs to catch up.",
    ),
    PipelineMetric(
        "patientflow_clock_seconds",
        "gauge",
        "unix seconds",
        "The oldest clock of the owned partitions: no delay due after it can have been raised yet.",
    ),
    PipelineMetric(
        "patientflow_source_last_event_seconds",
        "gauge",
        "unix seconds",
        "When the newest event of a source, of those since this start, was written down.",
        ("source",),
    ),
    PipelineMetric(
        "patientflow_contribution_faults_total",
        "counter",
        "changes",
        "Changes of journey gauges that were not as they must be (a bug): see the log.",
        ("fault",),
    ),
    PipelineMetric(
        "patientflow_series_dropped_total",
        "counter",
        "changes",
        "Changes of journey gauges beyond the limit of series; they count under the label `other`.",
    ),
    PipelineMetric(
        "patientflow_build_info",
        "info",
        "1",
        "Versions that run: of the package, of the core's meaning, and of the policy.",
        ("version", "core", "policy"),
    ),
)

PIPELINE: Mapping[str, PipelineMetric] = MappingProxyType(
    {metric.name.removeprefix(PREFIX): metric for metric in _TABLE}
)
"""Every metric of the pipeline by its name without the prefix."""
assert len(PIPELINE) == len(_TABLE)
