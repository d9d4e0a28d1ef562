"""A Prometheus that has watched the town, and what panels are answered by it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.dashboards.grafana import SCRAPE_S, PanelQuery, filled_in
from tests.dashboards.prometheus_server import Prometheus, Series, prometheus
from tests.dashboards.town import fill, worker

SEEN_WITHIN_S = 120.0


@dataclass(frozen=True)
class Shown:
    """A Prometheus that has seen everything between two times (unix seconds), and whom it asks."""

    prometheus: Prometheus
    workers: tuple[str, ...]
    since: float
    until: float

    @property
    def step_s(self) -> int:
        """About as many points as a panel is wide."""
        return max(SCRAPE_S, round((self.until - self.since) / 200))


def answers(
    shown: Shown, query: PanelQuery, chosen: Mapping[str, Sequence[str]] | None = None
) -> list[Series]:
    """Series with at least one number, as the panel would show them. `chosen` are filters."""
    expr = filled_in(query.expr, chosen or {}, shown.step_s)
    if query.instant:
        found = shown.prometheus.now(expr, at=shown.until)
    else:
        found = shown.prometheus.over_time(expr, shown.since, shown.until, shown.step_s)
    return [series for series in found if series[1]]


@contextmanager
def showing(folder: Path) -> Iterator[Shown]:
    """The demo's town of twelve days, and what it cannot show provoked on a second worker."""
    with worker(folder, "log") as town, worker(folder, "wall") as wall:
        (folder / "prometheus").mkdir()
        workers = (town.metrics, wall.metrics)
        with prometheus(folder / "prometheus", workers) as server:
            since = time.time()
            fill(town, wall)
            yield Shown(server, workers, since, _all_seen(server))


PROVOKED = (
    "sum(patientflow_events_rejected_total) >= 1"
    " and sum(patientflow_rehabilitation_at_day_91) >= 9"
    ' and sum(patientflow_centre_reports{state="old"}) >= 1'
    " and sum(patientflow_event_lag_seconds_count) >= 1"
    " and count(patientflow_alert_firing_lag_seconds_count >= 1) == 2"
)


def _all_seen(server: Prometheus) -> float:
    """A time at which both workers had answered after the last event, and rules were evaluated.

    Everything is asked as of then, so that no later scrape that fails on a busy machine matters.
    """
    fed = time.time()
    settled = (
        f"{PROVOKED} and sum(up) == 2"
        f" and min(timestamp(patientflow_clock_seconds)) > {fed}"
        f" and min(timestamp(place:patientflow_inpatients:sum)) > {fed + 3 * SCRAPE_S}"
    )
    ends = time.monotonic() + SEEN_WITHIN_S
    while not server.now(settled, at=(seen := time.time())):
        assert time.monotonic() < ends, f"not so within {SEEN_WITHIN_S:g} s: {settled}"
        time.sleep(0.2)
    return seen
