"""Alerts as they stand: read, filtered, sorted with notices first, and answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table

from flow.cli.alert_words import closed_code, due_words
from flow.cli.printing import table
from flow.cli.refusals import NotFound
from flow.cli.telling import event_about
from flow.cli.urgency import rank
from flow.cli.words import moment
from flow.events.outputs import AlertChanged, AlertData
from flow.events.service_outputs import ServiceAlertChanged, ServiceAlertData

if TYPE_CHECKING:
    from flow.engine.log import Record
    from flow.events import AnyEvent

CHOICES_SHOWN = 5
ACKNOWLEDGED = "flow.alert-acknowledged.v1"
SNOOZED = "flow.alert-snoozed.v1"
ANSWERS = {
    ACKNOWLEDGED: "flow.service-alert-acknowledged.v1",
    SNOOZED: "flow.service-alert-snoozed.v1",
}
"""The answers to an alert of a person, each with that to an alert of a service."""


@dataclass(frozen=True, slots=True)
class ListedAlert:
    """An alert with the person that it is about."""

    person: str
    data: AlertData

    @property
    def is_open(self) -> bool:
        return self.data.state != "closed"

    @property
    def called(self) -> str:
        return f"{self.data.wait}, {self.data.about}"

    def row(self) -> dict[str, Any]:
        return {"person": self.person, **self.data.model_dump(mode="json", exclude_none=True)}


@dataclass(frozen=True, slots=True)
class ListedServiceAlert:
    """An alert of a service: `flow service list` shows them, and they are answered alike."""

    data: ServiceAlertData

    @property
    def is_open(self) -> bool:
        return self.data.state != "closed"

    @property
    def called(self) -> str:
        return f"{self.data.alert}, {self.data.service}"


AnyAlert = ListedAlert | ListedServiceAlert


@dataclass(frozen=True, slots=True)
class Filter:
    """What is None fits everything. Closed alerts are left out unless `closed`."""

    wanted: Mapping[str, str | None]
    closed: bool = False

    def fits(self, alert: ListedAlert) -> bool:
        if not (alert.is_open or self.closed):
            return False
        for name, value in self.wanted.items():
            if value is not None and not _equal(alert, name, value):
                return False
        return True


def _equal(alert: ListedAlert, name: str, value: str) -> bool:
    if name == "person":
        return alert.person == value
    if name == "acts_next":
        return alert.data.acts_next is not None and alert.data.acts_next.role == value
    return bool(getattr(alert.data, name) == value)


def alerts_of(newest: "Mapping[bytes, Record]") -> list[ListedAlert]:
    """Every alert of the alerts topic, notices first; then longest breached, then soonest due."""
    alerts = []
    for record in newest.values():
        changed = AlertChanged.model_validate_json(record.value or b"")
        alerts.append(ListedAlert(changed.subject, changed.data))
    return sorted(
        alerts, key=lambda each: (rank(each.data), each.data.due_at, str(each.data.alert_id))
    )


def service_alerts_of(newest: "Mapping[bytes, Record]") -> list[ListedServiceAlert]:
    """Every alert of the topic of services' alerts."""
    return [
        ListedServiceAlert(ServiceAlertChanged.model_validate_json(record.value or b"").data)
        for record in newest.values()
    ]


def find(alerts: Iterable[AnyAlert], prefix: str) -> AnyAlert:
    """The one alert whose identifier begins like this; raises NotFound where none or several do."""
    wanted = prefix.lower()
    found = [alert for alert in alerts if str(alert.data.alert_id).startswith(wanted)]
    if not found:
        raise NotFound(f"no alert begins with {prefix!r}: `flow alert list` shows those there are")
    if len(found) > 1:
        some = ", ".join(str(alert.data.alert_id)[:13] for alert in found[:CHOICES_SHOWN])
        raise NotFound(f"{len(found)} alerts begin with {prefix!r} ({some}, …): give more of it")
    return found[0]


def render(alerts: Iterable[ListedAlert], now: datetime) -> Table:
    """A table for people, in the order given."""
    listed = table("alert", "due", "level", "wait", "about", "acts next", "state", "person")
    for alert in alerts:
        data = alert.data
        listed.add_row(
            str(data.alert_id)[:8],
            due_or_closed(data, now),
            data.level,
            data.wait,
            data.about,
            acts_next(data),
            state(data),
            alert.person,
        )
    return listed


def due_or_closed(data: AlertData, now: datetime) -> str:
    if data.state == "closed":
        return f"Closed {moment(data.closed_at)}"
    if data.kind == "notice":
        return f"Raised {moment(data.raised_at)}"
    return due_words(data.wait, data.due_at, now)


def acts_next(data: AlertData) -> str:
    """`care_transfer_hub`, with the organisation where it is known."""
    if data.acts_next is None:
        return "nobody"
    who = data.acts_next.role.replace("_", " ")
    return f"{who}, {data.acts_next.organisation}" if data.acts_next.organisation else who


def state(data: AlertData) -> str:
    if data.state == "closed":
        return closed_code(data.wait, data.closed_reason)
    if data.state == "snoozed":
        return f"snoozed until {moment(data.snoozed_until)}"
    if data.state == "acknowledged":
        return f"acknowledged by {data.acknowledged_by}"
    return "new"


def answer(kind: str, alert: AnyAlert, data: Mapping[str, Any], at: datetime) -> "AnyEvent":
    """A coordination event about an alert's person, or service.

    Raises ValueError where `data` is wrong, or where it makes sense for a person only.
    """
    if isinstance(alert, ListedAlert):
        names = {"wait": alert.data.wait, "about": alert.data.about} if kind in ANSWERS else {}
        return event_about(alert.person, kind, {**names, **data}, at)
    if kind not in ANSWERS:
        raise ValueError(f"that alert is of a service, {alert.data.service}, and not of a person")
    named = {"alert": alert.data.alert, **data}
    return event_about(alert.data.service, ANSWERS[kind], named, at)
