"""What one service adds to the gauges. A function of what is published of it, and nothing else."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from flow.events.service_outputs import ServiceAlertData, ServiceData
from flow.pathway.gauge import Gauge
from flow.pathway.policy import Contribution, Policy
from flow.pathway.services.report import of_its_kind

SERVICE_GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "centre_beds": Gauge(
            ("service", "state"),
            "Beds by the newest report of the service: open, closed, reserved, occupied; and free, "
            "where journeys agree and the report is not old",
        ),
        "centre_reports": Gauge(
            ("service", "state"),
            "Services that have reported beds, by their newest report: current, or old, so that "
            "nothing is concluded about what is free",
        ),
        "centre_staying": Gauge(
            ("service",), "People who stay at the service by their journeys: derived occupancy"
        ),
        "centre_occupancy_difference": Gauge(
            ("service",),
            "How far reported and derived occupancy were apart at the report, in people",
        ),
        "centre_waiting": Gauge(
            ("service", "state"),
            "People not there yet: waiting, offered or accepted; not who is on hold",
        ),
        "centre_waiting_ready": Gauge(
            ("service",), "Of those not there yet, people who could move in now"
        ),
        "centre_suitable_ready": Gauge(
            ("service",),
            "People who could move in now and are suitable, who asked for none in particular or "
            "for such as are full",
        ),
        "centre_waiting_days": Gauge(
            ("service",), "Days that those not there yet have waited since the service was asked"
        ),
        "centre_shortfall": Gauge(
            ("service",), "People not there yet for whom no bed is free, where reports are current"
        ),
        "centre_places_expected": Gauge(
            ("service",),
            "Beds expected to be free on the last day that the policy foretells, where reports are "
            "current",
        ),
        "service_alerts_open": Gauge(("service", "alert"), "Open alerts of services"),
        "service_data_quality": Gauge(("rule",), "Findings about services, by rule"),
    }
)
"""Metric names without prefix. `service` is the policy's name of it, or `other`."""

BED_STATES = ("open", "closed", "reserved", "occupied", "free")
REPORT_STATES = ("current", "old")
WAITING_STATES = ("waiting", "offered", "accepted")


def contribution_of(
    data: ServiceData, alerts: Mapping[str, ServiceAlertData], policy: Policy
) -> tuple[Contribution, ...]:
    """All that differs from nothing."""
    service = policy.services(data.service)
    found = [*_beds(data, service), *_people(data, service)]
    found += [("service_alerts_open", (service, each.alert), 1.0) for each in alerts.values()]
    found += [("service_data_quality", (each.rule,), 1.0) for each in data.findings]
    return tuple(each for each in found if each[2])


def _beds(data: ServiceData, service: str) -> Iterator[Contribution]:
    report = of_its_kind(data.reported) if data.reported is not None else None
    if report is not None and report.beds_open is not None:
        known = data.free_places is not None
        yield "centre_reports", (service, "current" if known else "old"), 1.0
    if report is not None:
        for state in ("open", "closed", "reserved", "occupied"):
            count = getattr(report, f"beds_{state}") or 0
            yield "centre_beds", (service, state), float(count)
    yield "centre_beds", (service, "free"), float(data.free_places or 0)
    yield "centre_shortfall", (service,), float(data.shortfall or 0)
    if data.expected_free:
        yield "centre_places_expected", (service,), float(data.expected_free[-1].places)


def _people(data: ServiceData, service: str) -> Iterator[Contribution]:
    derived = data.derived
    yield "centre_staying", (service,), float(derived.staying)
    yield "centre_occupancy_difference", (service,), float(abs(data.occupancy_difference or 0))
    for state in WAITING_STATES:
        yield "centre_waiting", (service, state), float(getattr(derived, state))
    yield "centre_waiting_ready", (service,), float(derived.ready)
    yield "centre_suitable_ready", (service,), float(derived.suitable)
    yield "centre_waiting_days", (service,), float(derived.waited_days)
