"""The newest report of a service's capacity: of a set of reports the greatest, so that order and
repeats of reports do not matter.
"""

from datetime import datetime

from flow.events.care_package import CentreCapacityReported
from flow.events.service_outputs import CapacityReport


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


def newest(one: CapacityReport | None, other: CapacityReport | None) -> CapacityReport | None:
    """The one that counts: of the latest time, then written down last, then by identity, then by
    content, where one identity came with two."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=_order)


def _order(report: CapacityReport) -> tuple[datetime, datetime, str, str]:
    content = report.model_dump_json()
    return counts_from(report), report.recordedtime, report.event, content
