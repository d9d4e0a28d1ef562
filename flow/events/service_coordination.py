"""What is done about alerts of services: as with people's (`flow.events.coordination`), but the
subject is the service, so that the answer reaches the partition that knows it."""

from typing import ClassVar, Literal

from flow.events.codes import ServiceReference, SnoozeReason
from flow.events.envelope import Event, Instant, Wire
from flow.events.identifiers import StaffReference
from flow.events.service_outputs import ServiceAlertName


class ServiceAlertAnswer(Wire):
    """Names an alert of the service by what it is about, as the alert does.

    The answer counts for an alert whose condition holds since before it, whichever comes first.
    """

    alert: ServiceAlertName
    by: StaffReference


class ServiceAlertAcknowledgedData(ServiceAlertAnswer):
    """Acknowledging claims the work."""


class ServiceAlertAcknowledged(Event):
    """Somebody has taken the alert of a service on; `subject` is the service, not a person."""

    topic: ClassVar[str] = "service-coordination"
    type: Literal["flow.service-alert-acknowledged.v1"]
    subject: ServiceReference
    data: ServiceAlertAcknowledgedData


class ServiceAlertSnoozedData(ServiceAlertAnswer):
    """Quiet until `until`, for a reason from a fixed list, and no longer than the policy allows
    (`alerts.snooze_at_most`)."""

    until: Instant
    reason: SnoozeReason


class ServiceAlertSnoozed(Event):
    """Somebody does not want to hear of the alert of a service before a time; `subject` is the
    service, not a person."""

    topic: ClassVar[str] = "service-coordination"
    type: Literal["flow.service-alert-snoozed.v1"]
    subject: ServiceReference
    data: ServiceAlertSnoozedData
