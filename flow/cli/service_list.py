"""Services as they are known: read from the topics, listed, and one of them explained."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table

from flow.cli.alert_words import STATES, answered
from flow.cli.printing import table
from flow.cli.refusals import NotFound
from flow.cli.words import due, duration, moment, plural
from flow.engine.keys import SERVICES_CLOCK
from flow.events.codes import SERVICE_KINDS
from flow.events.service_outputs import (
    CapacityReport,
    ServiceAlertChanged,
    ServiceAlertData,
    ServiceChanged,
    ServiceData,
)
from flow.pathway.services import SERVICE_RULES, impossible, of_its_kind

if TYPE_CHECKING:
    from flow.engine.log import Record

NOT_KNOWN = "–"
"""Where nobody has said, which is not the same as none."""


@dataclass(frozen=True, slots=True)
class ListedService:
    """One service with its open alerts."""

    data: ServiceData
    alerts: tuple[ServiceAlertData, ...]

    @property
    def kind(self) -> str | None:
        return self.data.reported.kind if self.data.reported is not None else None

    @property
    def council(self) -> str | None:
        return self.data.reported.council if self.data.reported is not None else None

    @property
    def locality(self) -> str | None:
        return self.data.reported.locality if self.data.reported is not None else None

    def fits(self, wanted: Mapping[str, str | None]) -> bool:
        """What is None fits everything."""
        return all(value is None or getattr(self, name) == value for name, value in wanted.items())

    def row(self) -> dict[str, Any]:
        data = self.data.model_dump(mode="json", exclude_none=True)
        alerts = [each.model_dump(mode="json", exclude_none=True) for each in self.alerts]
        return {**data, "alerts": alerts}


def services_of(
    services: "Mapping[bytes, Record]", alerts: "Mapping[bytes, Record]"
) -> list[ListedService]:
    """Every service of the topics: those with alerts first, then by name."""
    open_alerts: dict[str, list[ServiceAlertData]] = {}
    for record in alerts.values():
        alert = ServiceAlertChanged.model_validate_json(record.value or b"").data
        if alert.state != "closed":
            open_alerts.setdefault(alert.service, []).append(alert)
    found = []
    for key, record in services.items():
        if key != SERVICES_CLOCK:
            data = ServiceChanged.model_validate_json(record.value or b"").data
            of_it = sorted(open_alerts.get(data.service, ()), key=lambda alert: alert.due_at)
            found.append(ListedService(data, tuple(of_it)))
    return in_order(found)


def in_order(services: Iterable[ListedService]) -> list[ListedService]:
    """Those with alerts first, then by name."""
    return sorted(services, key=lambda each: (not each.alerts, each.data.service))


def find(services: Iterable[ListedService], name: str) -> ListedService:
    """Raises NotFound where there is none of this name."""
    for each in services:
        if each.data.service == name:
            return each
    raise NotFound(f"no service is called {name!r}: `flow service list` shows those there are")


def render(services: Iterable[ListedService]) -> Table:
    """A table for people, in the order given."""
    numbers = ("beds", "reported", "derived", "waiting", "ready", "suitable", "free", "expected")
    listed = table("service", "kind", *numbers, "alerts", right=numbers)
    for each in services:
        data, derived = each.data, each.data.derived
        report = of_its_kind(data.reported) if data.reported is not None else None
        listed.add_row(
            data.service,
            (each.kind or NOT_KNOWN).replace("_", " "),
            _count(report.beds_open if report is not None else None),
            _count(report.beds_occupied if report is not None else None),
            str(derived.staying),
            str(derived.waiting + derived.offered + derived.accepted),
            str(derived.ready),
            str(derived.suitable),
            _count(data.free_places),
            _count(data.expected_free[-1].places if data.expected_free else None),
            ", ".join(_in_short(alert) for alert in each.alerts),
        )
    return listed


def _in_short(alert: ServiceAlertData) -> str:
    words = alert.alert.replace("_", " ")
    return words if alert.state == "open" else f"{words} ({STATES[alert.state]})"


def _count(number: int | None) -> str:
    return NOT_KNOWN if number is None else str(number)


def lines(service: ListedService, now: datetime) -> Iterator[str]:
    """One service explained, as a centre's manager or a commissioner would ask."""
    data, derived = service.data, service.data.derived
    kind = SERVICE_KINDS.label(service.kind) if service.kind is not None else "kind not known"
    where = ", ".join(part for part in (service.locality, service.council) if part)
    yield f"{data.service}: {kind}" + (f", {where}" if where else "")
    yield ""
    yield from _of_report(data.reported, now)
    yield f"By journeys      {plural(derived.staying, 'person stays', 'people stay')}"
    if data.occupancy_difference is not None:
        yield f"Difference       {data.occupancy_difference:+d} (reported minus journeys, then)"
    coming = f"{derived.waiting} waiting, {derived.offered} offered, {derived.accepted} accepted"
    yield f"Not there yet    {coming}; {derived.ready} could come now"
    if derived.suitable:
        asked = "who asked for none in particular, or for such as are full"
        yield f"Suitable         {plural(derived.suitable, 'person', 'people')} {asked}"
    if derived.longest_waiting_since is not None:
        yield f"Longest wait     {duration(now - derived.longest_waiting_since)}"
    yield f"Room             {_room(data)}"
    if data.shortfall:
        yield f"Shortfall        {plural(data.shortfall, 'person', 'people')} without a free bed"
    if derived.could_leave:
        people = plural(derived.could_leave, "person", "people")
        yield f"Could leave      {people}: ready, and no care after it is confirmed"
    if data.expected_free:
        foretold = ", ".join(f"{each.day[5:]}: {each.places}" for each in data.expected_free)
        yield f"Expected free    {foretold}"
    for alert in service.alerts:
        yield _alert(alert, now)
    for finding in data.findings:
        events = f" ({', '.join(finding.events)})" if finding.events else ""
        yield f"Finding          {finding_words(finding.rule, data)}{events}"


def finding_words(rule: str, data: ServiceData) -> str:
    """What is the matter, with the figures where they say more than the rule."""
    if rule == "capacity_impossible" and data.reported is not None:
        return f"it reports what cannot be: {'; '.join(impossible(data.reported))}"
    if rule == "more_staying_than_beds" and data.reported is not None:
        staying = plural(data.derived.staying, "person stays", "people stay")
        return f"by their journeys {staying}, of {data.reported.beds_open} beds open"
    return SERVICE_RULES.get(rule, rule)


def _of_report(report: CapacityReport | None, now: datetime) -> Iterator[str]:
    if report is None:
        yield "Reported         never"
        return
    said = [
        f"{count:g} {words}"
        for count, words in (
            (report.beds_open, "beds open"),
            (report.beds_closed, "closed"),
            (report.beds_reserved, "reserved"),
            (report.beds_occupied, "occupied"),
            (report.visits_per_week_available, "visits a week to give"),
            (report.hours_per_week_available, "hours a week to give"),
        )
        if count is not None
    ]
    ago = duration(now - report.time)
    yield f"Reported         {', '.join(said) or 'nothing'}, {ago} ago ({report.event})"


def _room(data: ServiceData) -> str:
    if any(each.rule == "report_old" for each in data.findings):
        return "not known, neither full nor free: the report is too old to count"
    if data.has_room is None:
        return "not known"
    if data.free_places is not None:
        return plural(data.free_places, "free bed")
    return "yes" if data.has_room else "none"


def _alert(alert: ServiceAlertData, now: datetime) -> str:
    who = alert.acts_next.role.replace("_", " ")
    words = alert.alert.replace("_", " ")
    return (
        f"Alert            {str(alert.alert_id)[:8]} {words} since {moment(alert.since)}."
        f" {due(alert.due_at, now)}; target"
        f" {duration(alert.due_at - alert.since)} ({alert.provenance}: {alert.target_source});"
        f" acts next: {who}; {answered(alert)}"
    )
