"""The newest report of a service's capacity: of a set of reports the greatest, so that order and
repeats of reports do not matter.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from flow.events.care_package import CentreCapacityReported
from flow.events.codes import SERVICE_KINDS
from flow.events.service_outputs import CapacityReport

FIGURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "beds": ("beds_open", "beds_closed", "beds_reserved", "beds_occupied"),
        "visits": ("visits_per_week_available",),
        "hours": ("hours_per_week_available",),
    }
)
"""What the list `service_kind` says that a service `counts`, and the figures of a report of it."""


def report_of(event: CentreCapacityReported) -> CapacityReport:
    """What one event reports."""
    data = event.data
    return CapacityReport(
        event=event.identity,
        time=event.time,
        recordedtime=event.recordedtime,
        kind=data.kind,
        council=data.council,
        locality=data.locality,
        beds_open=data.beds_open,
        beds_closed=data.beds_closed,
        beds_reserved=data.beds_reserved,
        beds_occupied=data.beds_occupied,
        visits_per_week_available=data.visits_per_week_available,
        hours_per_week_available=data.hours_per_week_available,
    )


def counts_from(report: CapacityReport) -> datetime:
    """A snapshot cannot be of later than its writing: a mistyped year would else stay the newest
    for that year."""
    return min(report.time, report.recordedtime)


def of_another_kind(report: CapacityReport) -> dict[str, float]:
    """The figures of what such a service has none of (list `service_kind`)."""
    counts: list[str] = SERVICE_KINDS.by_code[report.kind].attributes["counts"]
    return {
        name: figure
        for what, names in FIGURES.items()
        if what not in counts
        for name in names
        if (figure := getattr(report, name)) is not None
    }


def claims_another_kind(report: CapacityReport) -> bool:
    """Whether it has more than nothing to give of what such a service has none of."""
    return any(of_another_kind(report).values())


def visits_in_no_time(report: CapacityReport) -> bool:
    """Whether there are visits to give a week, and no hours to give them in. The other way round
    they may all be promised to who is visited already."""
    return bool(report.visits_per_week_available) and report.hours_per_week_available == 0


def of_its_kind(report: CapacityReport) -> CapacityReport:
    """The report without such figures: they count as not told."""
    others = of_another_kind(report)
    return report.model_copy(update=dict.fromkeys(others)) if others else report


def newest(one: CapacityReport | None, other: CapacityReport | None) -> CapacityReport | None:
    """The one that counts: of the latest time, then written down last, then by identity, then by
    content, where one identity came with two."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=_order)


def _order(report: CapacityReport) -> tuple[datetime, datetime, str, str]:
    content = report.model_dump_json()
    return counts_from(report), report.recordedtime, report.event, content
