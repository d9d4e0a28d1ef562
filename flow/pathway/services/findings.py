"""What cannot be true, or is doubtful, of a service: data quality, never an exception."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from flow.events.codes import SERVICE_KINDS
from flow.events.service_outputs import CapacityReport, Derived, ServiceFinding
from flow.pathway.policy import Policy
from flow.pathway.services.report import (
    claims_another_kind,
    of_another_kind,
    of_its_kind,
    visits_in_no_time,
)

EVENTS_TOLD = 10
"""Of the events that name a service so many are enough to find out who sends them."""

SERVICE_RULES: Mapping[str, str] = MappingProxyType(
    {
        "capacity_impossible": "beds, visits or hours that such a service has none of, which do "
        "not count, visits to give in no hours, or more beds occupied and reserved than are open",
        "correction_cycle": "events correct each other in a circle; all of them are void",
        "correction_not_allowed": "one source may not correct another (policy: corrections)",
        "correction_waits": "what is to be corrected has not been seen, or long ago",
        "more_staying_than_beds": "by their journeys more people stay than beds are open",
        "never_reported": "people or answers name a service that has never said what it can take",
        "report_ahead": "the report is dated after it was written down, and counts from then",
        "report_old": "the newest report is older than the policy lets count",
        "service_not_listed": "the policy lists services, and this one is not among them",
    }
)


def findings_of(
    service: str,
    report: CapacityReport | None,
    derived: Derived,
    named_by: Iterable[str],
    policy: Policy,
    *,
    current: bool,
) -> tuple[ServiceFinding, ...]:
    """In the order of their rules; `current` is whether the report is recent enough to count.

    The events are the newest report, or where there is none some of those that name the service
    (`named_by`): people's, and answers to its alerts.
    """
    events = (report.event,) if report is not None else tuple(sorted(named_by))[:EVENTS_TOLD]
    rules = sorted(_broken(service, report, derived, policy, current=current))
    return tuple(ServiceFinding(rule=rule, events=events) for rule in rules)


def _broken(
    service: str,
    report: CapacityReport | None,
    derived: Derived,
    policy: Policy,
    *,
    current: bool,
) -> Iterator[str]:
    if policy.does_not_list(service):
        yield "service_not_listed"
    if report is None:
        yield "never_reported"
        return
    if report.time > report.recordedtime:
        yield "report_ahead"
    if not current:
        yield "report_old"
    counted = of_its_kind(report)
    if any(impossible(report)):
        yield "capacity_impossible"
    if counted.beds_open is not None and derived.staying > counted.beds_open:
        yield "more_staying_than_beds"


def impossible(report: CapacityReport) -> Iterator[str]:
    """What a report says that cannot be, in words with its figures."""
    if claims_another_kind(report):
        kind = SERVICE_KINDS.label(report.kind)
        claimed = [
            f"{figure:g} {_of(name)}" for name, figure in of_another_kind(report).items() if figure
        ]
        yield f"{', '.join(claimed)}, which do not count for a service of the kind {kind!r}"
    counted = of_its_kind(report)
    occupied, reserved = counted.beds_occupied or 0, counted.beds_reserved or 0
    beds = counted.beds_open or 0
    if occupied + reserved > beds:
        yield f"{occupied} occupied + {reserved} reserved of {beds} beds open"
    if visits_in_no_time(counted):
        yield f"{counted.visits_per_week_available} visits a week to give, and 0 hours a week"


def _of(name: str) -> str:
    """`beds open`, of the field `beds_open`."""
    return name.removesuffix("_available").replace("_", " ")
