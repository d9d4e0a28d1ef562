"""What the engine tells comes out as the figures that Prometheus reads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry

from flow.engine.observer import GaugeKey, Observer, Tally
from flow.metrics import Metrics
from flow.metrics.observer import ERRORS_MAX
from flow.metrics.sources import SOURCES_MAX
from flow.pathway.policy import Labels
from flow.pathway.policy_file import load_policy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REFERENCE = "demo.TrCjDTrVQ04JlFCSWCbNHCEyFUmZAbkkGuqzvs4l_hU"


@dataclass(frozen=True)
class Gauge:
    labels: tuple[str, ...]
    help: str


GAUGES = {
    "inpatients": Gauge(("provider", "los_band"), "People in hospital."),
    "readmissions": Gauge((), "People who came back."),
}
POLICY = replace(load_policy(), providers=Labels(frozenset({"RR8"})))
RR8: GaugeKey = ("inpatients", ("RR8", "0-6"))
RAE: GaugeKey = ("inpatients", ("RAE", "0-6"))


class Figures(Metrics):
    """With what a test asks for."""

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"patientflow_{name}", labels)

    def open(self, partition: int, gauges: Mapping[GaugeKey, float], people: int = 0) -> None:
        self.opened(partition, 0.2, 10, gauges, people, 0)

    def commit(
        self,
        partition: int,
        *,
        tally: Tally | None = None,
        gauges: Mapping[GaugeKey, float] | None = None,
        clock: datetime | None = None,
    ) -> None:
        self.committed(partition, 0.01, tally or Tally(), gauges or {}, 0, 0, clock)


@pytest.fixture
def metrics() -> Figures:
    return Figures(
        CollectorRegistry(),
        POLICY,
        gauges=GAUGES,
        version="0.1.0",
        core_version=1,
    )


def test_it_is_an_observer_of_the_engine(metrics: Figures) -> None:
    observer: Observer = metrics
    assert observer is metrics


class TestJourneyGauges:
    def test_are_sums_over_partitions(self, metrics: Figures) -> None:
        metrics.open(0, {RR8: 3.0})
        metrics.open(1, {RR8: 2.0})
        metrics.commit(1, gauges={RR8: 1.0, RAE: 1.0})
        assert metrics.value("inpatients", provider="RR8", los_band="0-6") == 6.0
        assert metrics.value("inpatients", provider="RAE", los_band="0-6") == 1.0

    def test_go_when_the_ledger_is_dropped(self, metrics: Figures) -> None:
        metrics.open(0, {RR8: 3.0})
        metrics.closed(0)
        assert metrics.value("inpatients", provider="RR8", los_band="0-6") is None

    def test_go_when_the_partition_moves_before_its_ledger_is_dropped(
        self, metrics: Figures
    ) -> None:
        # The next owner shows its people from now on; shown by both they would count twice.
        metrics.rebalanced([0, 1])
        metrics.open(0, {RR8: 3.0}, people=3)
        metrics.open(1, {RR8: 2.0}, people=2)
        metrics.rebalanced([1])
        assert metrics.value("inpatients", provider="RR8", los_band="0-6") == 2.0
        assert metrics.value("live_journeys") == 2.0
        assert metrics.value("partitions_open") == 1.0

    def test_without_labels_work_too(self, metrics: Figures) -> None:
        metrics.open(0, {("readmissions", ()): 1.0})
        assert metrics.value("readmissions") == 1.0

    @pytest.mark.parametrize(
        "key", [("beds", ("RR8",)), ("inpatients", ("RR8",)), ("inpatients", ())]
    )
    def test_that_the_table_does_not_know_are_counted_and_left_out(
        self, metrics: Figures, key: GaugeKey
    ) -> None:
        metrics.open(0, {RR8: 3.0, key: 1.0})
        assert metrics.value("contribution_faults_total", fault="unknown_gauge") == 1.0
        assert metrics.value("inpatients", provider="RR8", los_band="0-6") == 3.0
        assert metrics.render()[0]

    def test_stay_within_the_limit(self, metrics: Figures) -> None:
        # 1 provider, other and unknown x 4 bands + 1 without labels: 13 series are possible.
        share: dict[GaugeKey, float] = {
            ("inpatients", (f"R{n:02d}", "0-6")): 1.0 for n in range(20)
        }
        metrics.open(0, share)
        families = {family.name: family for family in metrics.registry.collect()}
        samples = families["patientflow_inpatients"].samples
        assert len(samples) == 13 + 1
        assert sum(sample.value for sample in samples) == 20.0
        assert metrics.value("inpatients", provider="other", los_band="other") == 7.0
        assert metrics.value("series_dropped_total") == 7.0


class TestTally:
    @pytest.fixture(autouse=True)
    def opened(self, metrics: Figures) -> None:
        metrics.open(0, {})

    def test_is_counted_with_each_commit(self, metrics: Figures) -> None:
        tally = Tally(conflicts=1, late=2, assessments=3)
        tally.consumed["admission"] = 5
        tally.duplicates["admission"] = 2
        tally.dead_letters["discharge", "not_json"] = 1
        tally.alerts["hub_referral", "breached"] = 4
        tally.chunk_sizes += [5, 7]
        tally.firing_lags_s += [0.5, 45.0]
        metrics.commit(0, tally=tally)
        metrics.commit(0, tally=tally)
        assert metrics.value("events_total", topic="admission") == 10.0
        assert metrics.value("events_duplicate_total", topic="admission") == 4.0
        assert metrics.value("events_rejected_total", topic="discharge", reason="not_json") == 2.0
        assert metrics.value("alert_changes_total", wait="hub_referral", what="breached") == 8.0
        assert metrics.value("events_conflicting_total") == 2.0
        assert metrics.value("events_late_total") == 4.0
        assert metrics.value("assessments_total") == 6.0
        assert metrics.value("chunk_records_count") == 4.0
        assert metrics.value("chunk_records_bucket", le="10.0") == 4.0
        assert metrics.value("chunk_records_sum") == 24.0
        assert metrics.value("alert_firing_lag_seconds_bucket", le="1.0") == 2.0
        assert metrics.value("alert_firing_lag_seconds_bucket", le="30.0") == 2.0
        assert metrics.value("alert_firing_lag_seconds_bucket", le="60.0") == 4.0
        assert metrics.value("commit_seconds_count") == 2.0

    def test_counters_stay_when_the_ledger_is_opened_again(self, metrics: Figures) -> None:
        tally = Tally(assessments=3)
        tally.consumed["admission"] = 5
        metrics.commit(0, tally=tally)
        before = _counters(metrics)
        metrics.failed(0, "LogUnavailable")
        metrics.closed(0)
        metrics.open(0, {RR8: 1.0})
        metrics.rebalanced([0])
        after = _counters(metrics)
        assert before.keys() <= after.keys()
        assert all(after[sample] >= value for sample, value in before.items())
        assert metrics.value("events_total", topic="admission") == 5.0

    @pytest.mark.parametrize(
        ("name", "labels"),
        [
            ("events_total", {"topic": "care-package"}),
            ("events_duplicate_total", {"topic": "coordination"}),
            ("events_rejected_total", {"topic": "admission", "reason": "invalid"}),
            ("alert_changes_total", {"wait": "drd_to_discharge", "what": "breached+21d"}),
            ("alert_changes_total", {"wait": "edd_set", "what": "done_late"}),
            ("alert_changes_total", {"wait": "stand_down", "what": "raised"}),
            ("ledger_failures_total", {"error": "Fenced"}),
        ],
    )
    def test_what_can_be_counted_begins_at_zero(
        self, metrics: Figures, name: str, labels: dict[str, str]
    ) -> None:
        assert metrics.value(name, **labels) == 0.0


def _counters(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in metrics.registry.collect()
        if family.type in ("counter", "histogram") and family.name.startswith("patientflow_")
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


class TestPartitions:
    def test_the_oldest_clock_is_shown(self, metrics: Figures) -> None:
        assert metrics.value("clock_seconds") is None
        metrics.open(0, {})
        metrics.open(1, {})
        metrics.commit(0, clock=NOON)
        metrics.commit(1, clock=NOON.replace(hour=11))
        assert metrics.value("clock_seconds") == NOON.replace(hour=11).timestamp()
        metrics.commit(1, clock=NOON.replace(hour=13))
        assert metrics.value("clock_seconds") == NOON.timestamp()

    def test_a_clock_moves_only_with_the_commit(self, metrics: Figures) -> None:
        metrics.open(0, {})
        metrics.held(0, NOON, waiting=True)  # as read at the opening
        metrics.held(0, NOON.replace(hour=13), waiting=False)
        assert metrics.value("clock_seconds") == NOON.timestamp()
        metrics.commit(0, clock=NOON.replace(hour=13))
        assert metrics.value("clock_seconds") == NOON.replace(hour=13).timestamp()

    def test_a_commit_between_ticks_leaves_the_clock(self, metrics: Figures) -> None:
        metrics.open(0, {})
        metrics.commit(0, clock=NOON)
        metrics.commit(0, clock=None)
        assert metrics.value("clock_seconds") == NOON.timestamp()

    def test_a_clock_still_stands_while_its_ledger_cannot_be_opened(self, metrics: Figures) -> None:
        metrics.rebalanced([0])
        metrics.open(0, {})
        metrics.commit(0, clock=NOON)
        metrics.closed(0)
        assert metrics.value("clock_seconds") == NOON.timestamp()
        assert metrics.value("partitions_open") == 0.0
        assert metrics.value("partitions_owned") == 1.0

    def test_partitions_that_nobody_owns_are_known_from_the_start(self, metrics: Figures) -> None:
        assert metrics.value("partitions") is None
        metrics.started(8)
        metrics.rebalanced([0, 1])
        assert metrics.value("partitions") == 8.0
        assert metrics.value("partitions_owned") == 2.0

    def test_held_partitions_are_counted(self, metrics: Figures) -> None:
        metrics.held(0, None, waiting=True)
        metrics.held(1, None, waiting=True)
        metrics.held(1, None, waiting=True)
        assert metrics.value("clock_held") == 2.0
        metrics.held(1, NOON, waiting=False)
        assert metrics.value("clock_held") == 1.0

    def test_lag_is_summed_in_records_and_at_its_worst_in_seconds(self, metrics: Figures) -> None:
        metrics.lag("admission", 0, 100, 3.0)
        metrics.lag("admission", 1, 10, 8.0)
        metrics.lag("discharge", 1, 1, 0.5)
        assert metrics.value("lag_records", topic="admission") == 110.0
        assert metrics.value("lag_seconds", topic="admission") == 8.0
        metrics.lag("admission", 1, 0, 0.0)
        assert metrics.value("lag_records", topic="admission") == 100.0
        assert metrics.value("lag_seconds", topic="admission") == 3.0

    def test_what_moves_elsewhere_is_forgotten(self, metrics: Figures) -> None:
        metrics.rebalanced([0, 1])
        for partition in (0, 1):
            metrics.open(partition, {})
            metrics.lag("admission", partition, 5, 1.0)
            metrics.held(partition, None, waiting=True)
            metrics.commit(partition, clock=NOON.replace(hour=partition))
        metrics.rebalanced([1])
        # What was in flight may still become durable, and changes nothing that is shown.
        metrics.commit(0, clock=NOON.replace(hour=0))
        metrics.closed(0)
        metrics.rebalanced([0, 1])
        assert metrics.value("lag_records", topic="admission") == 5.0
        assert metrics.value("clock_held") == 1.0
        assert metrics.value("clock_seconds") == NOON.replace(hour=1).timestamp()
        assert metrics.value("rebalances_total") == 3.0

    def test_people_are_summed(self, metrics: Figures) -> None:
        metrics.opened(0, 0.5, 100, {}, 40, 1)
        metrics.opened(1, 0.5, 100, {}, 2, 0)
        assert metrics.value("live_journeys") == 42.0
        assert metrics.value("not_assessed") == 1.0
        metrics.committed(0, 0.1, Tally(), {}, 41, 0, None)
        assert metrics.value("live_journeys") == 43.0
        assert metrics.value("not_assessed") == 0.0
        assert metrics.value("ledger_records_read_total") == 200.0
        assert metrics.value("ledger_opening_seconds_count") == 2.0


class TestBoundedLabels:
    def test_errors(self, metrics: Figures) -> None:
        metrics.failed(0, "Fenced")  # one of the two that are known
        for number in range(ERRORS_MAX + 5):
            metrics.failed(0, f"Made{number}Up")
        metrics.failed(0, "Fenced")
        assert metrics.value("ledger_failures_total", error="Fenced") == 2.0
        assert metrics.value("ledger_failures_total", error="other") == 7.0

    def test_sources_tell_their_newest_event(self, metrics: Figures) -> None:
        metrics.open(0, {})
        metrics.commit(0, tally=Tally(sources={"/rr8/pas": NOON}))
        metrics.commit(0, tally=Tally(sources={"/rr8/pas": NOON.replace(hour=3)}))
        assert metrics.value("source_last_event_seconds", source="/rr8/pas") == NOON.timestamp()

    def test_sources_beyond_the_limit_count_as_other(self, metrics: Figures) -> None:
        metrics.open(0, {})
        sources = {f"/made-up/{number}": NOON for number in range(SOURCES_MAX + 5)}
        metrics.commit(0, tally=Tally(sources=sources))
        shown = [
            sample.labels["source"]
            for family in metrics.registry.collect()
            for sample in family.samples
            if sample.name == "patientflow_source_last_event_seconds"
        ]
        assert len(shown) == SOURCES_MAX + 1
        assert "other" in shown

    @pytest.mark.parametrize(
        "source", [f"/rr8/{REFERENCE}", REFERENCE, "/9990000018", "/rr8/999-000-0018"]
    )
    def test_a_source_that_could_name_a_person_counts_as_other(
        self, metrics: Figures, source: str
    ) -> None:
        metrics.open(0, {})
        metrics.commit(0, tally=Tally(sources={source: NOON}))
        assert metrics.value("source_last_event_seconds", source="other") == NOON.timestamp()
        assert source.encode() not in metrics.render()[0]


def test_the_build_says_what_runs(metrics: Figures) -> None:
    assert metrics.value("build_info", version="0.1.0", core="1", policy=POLICY.version) == 1.0


def test_two_in_one_process_share_nothing(metrics: Figures) -> None:
    other = Figures(
        CollectorRegistry(),
        POLICY,
        gauges=GAUGES,
        version="0.1.0",
        core_version=1,
    )
    metrics.open(0, {RR8: 3.0})
    metrics.jump_refused(0)
    assert other.value("clock_jumps_refused_total") == 0.0
    assert other.value("inpatients", provider="RR8", los_band="0-6") is None
