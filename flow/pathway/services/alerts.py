"""The alerts of a service: raised on ticks only, answered and closed at any time. Pure, idempotent.

As with people an alert's identity is a function of its cause: service, alert, and since when. So a
replay raises nothing twice.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from flow.events.published import ActsNext
from flow.events.service_outputs import Condition, ServiceAlertData, ServiceData
from flow.pathway.answers import Answered, answered
from flow.pathway.policy import Policy
from flow.pathway.policy_values import SERVICE
from flow.pathway.service_rules import FULL, REPORT_OLD, ServiceAlertRule
from flow.pathway.services.answers import NO_ANSWERS, AnswersTo

NAMESPACE = uuid5(NAMESPACE_URL, "https://discharge-flow.example/service-alerts")

ClosedReason = Literal["place_free", "full", "nobody_waiting", "not_known", "reported"]


class Advanced(NamedTuple):
    """`alerts` are those still open, by id; `changed` those to publish, closed ones included.

    `next_at` is when the first alert that is not raised yet is due (now, where it waits for a
    tick), or the first that is snoozed comes back; None where neither is coming.
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
    answers: AnswersTo = NO_ANSWERS,
) -> Advanced:
    """What becomes of a service's open alerts. `raising` is true on ticks only."""
    rules = policy.service_rules.alerts
    causes = {
        str(service_alert_id(data.service, each.alert, each.since)): each
        for each in data.conditions
        if rules[each.alert].on
    }
    kept: dict[str, ServiceAlertData] = {}
    changed = [_closed(alert, data, now) for key, alert in alerts.items() if key not in causes]
    coming: list[datetime] = []
    for key, condition in causes.items():
        rule = rules[condition.alert]
        due_at = condition.since + rule.after
        before = alerts.get(key)
        if before is None and not (raising and now >= due_at):
            coming.append(max(due_at, now))
            continue
        alert = before or _raised(key, condition, rule, data, now)
        said = answers.get(alert.alert, ())
        alert = _answered(alert, answered(said, alert.since, due_at, now, policy.snooze_at_most))
        kept[key] = alert
        if alert is not before:
            changed.append(alert)
        if alert.snoozed_until is not None:
            coming.append(alert.snoozed_until)
    return Advanced(kept, tuple(changed), min(coming, default=None))


def _answered(alert: ServiceAlertData, now: Answered) -> ServiceAlertData:
    """The alert itself where it says so already."""
    if now == (alert.state, alert.acknowledged_by, alert.snoozed_until):
        return alert
    return alert.model_copy(update=now._asdict())


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
    changes = {
        "state": "closed",
        "closed_at": now,
        "closed_reason": _why(alert, data),
        "snoozed_until": None,
    }
    return alert.model_copy(update=changes)


def _why(alert: ServiceAlertData, data: ServiceData) -> ClosedReason:
    if alert.alert == REPORT_OLD:
        is_old = any(each.rule == "report_old" for each in data.findings)
        return "nobody_waiting" if is_old else "reported"
    if data.has_room is None:
        return "not_known"
    if alert.alert == FULL:
        return "place_free" if data.has_room else "nobody_waiting"
    return "nobody_waiting" if data.has_room else "full"
