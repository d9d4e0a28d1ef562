"""The alerts of a service: raised on ticks only, closed at any time. Pure and idempotent.

As with people an alert's identity is a function of its cause: service, alert, and since when. So a
replay raises nothing twice.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from flow.events.published import ActsNext
from flow.events.service_outputs import Condition, ServiceAlertData, ServiceData
from flow.pathway.policy import Policy
from flow.pathway.policy_values import SERVICE
from flow.pathway.service_rules import FULL, ServiceAlertRule

NAMESPACE = uuid5(NAMESPACE_URL, "https://discharge-flow.example/service-alerts")

ClosedReason = Literal["place_free", "full", "nobody_waiting", "not_known"]


class Advanced(NamedTuple):
    """`alerts` are those still open, by id; `changed` those to publish, closed ones included.

    `next_at` is when the first alert that is not raised yet is due: now, where it waits for a
    tick; None where none is coming.
    """

    alerts: dict[str, ServiceAlertData]
    changed: tuple[ServiceAlertData, ...]
    next_at: datetime | None


def service_alert_id(service: str, alert: str, since: datetime) -> UUID:
    """The same for the same cause, always and everywhere."""
    return uuid5(NAMESPACE, f"{service}\n{alert}\n{since.isoformat()}")


def decode_service_alert(data: Mapping[str, Any]) -> ServiceAlertData:
    """An alert as published (the `data` of its event)."""
    return ServiceAlertData.model_validate(data)


def advance_alerts(
    alerts: Mapping[str, ServiceAlertData],
    data: ServiceData,
    policy: Policy,
    now: datetime,
    *,
    raising: bool,
) -> Advanced:
    """What becomes of a service's open alerts. `raising` is true on ticks only."""
    rules = policy.service_rules.alerts
    causes = {
        str(service_alert_id(data.service, each.alert, each.since)): each
        for each in data.conditions
        if rules[each.alert].on
    }
    kept = {key: alert for key, alert in alerts.items() if key in causes}
    changed = [_closed(alert, data, now) for key, alert in alerts.items() if key not in causes]
    next_at: datetime | None = None
    for key, condition in causes.items():
        due_at = condition.since + rules[condition.alert].after
        if key in kept:
            continue
        if raising and now >= due_at:
            kept[key] = _raised(key, condition, rules[condition.alert], data, now)
            changed.append(kept[key])
        else:
            coming_at = max(due_at, now)
            next_at = min(next_at or coming_at, coming_at)
    return Advanced(kept, tuple(changed), next_at)


def _raised(
    key: str, condition: Condition, rule: ServiceAlertRule, data: ServiceData, now: datetime
) -> ServiceAlertData:
    report = data.reported
    assert report is not None, "a condition needs a report"
    organisation = data.service if rule.acts_next == SERVICE else None
    return ServiceAlertData.model_validate(
        {
            "alert_id": UUID(key),
            "service": data.service,
            "alert": condition.alert,
            "state": "open",
            "since": condition.since,
            "due_at": condition.since + rule.after,
            "raised_at": now,
            "target_s": int(rule.after.total_seconds()),
            "provenance": rule.provenance,
            "target_source": rule.source,
            "report": report.event,
            "acts_next": ActsNext(organisation=organisation, role=rule.acts_next),
            "kind": report.kind,
            "council": report.council,
            "locality": report.locality,
        }
    )


def _closed(alert: ServiceAlertData, data: ServiceData, now: datetime) -> ServiceAlertData:
    changes = {"state": "closed", "closed_at": now, "closed_reason": _why(alert, data)}
    return alert.model_copy(update=changes)


def _why(alert: ServiceAlertData, data: ServiceData) -> ClosedReason:
    if data.has_room is None:
        return "not_known"
    if alert.alert == FULL:
        return "place_free" if data.has_room else "nobody_waiting"
    return "nobody_waiting" if data.has_room else "full"
