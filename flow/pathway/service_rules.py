"""What a policy says of services: how long a report counts, after how long to alert whom, and whom
each can take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flow.pathway.policy_values import Reader
from flow.pathway.service_criteria import CriteriaList, read_criteria
from flow.pathway.targets import Provenance

FULL = "full_with_people_waiting"
PLACE_FREE = "place_free_with_someone_waiting"
REPORT_OLD = "report_old_with_people_waiting"
SERVICE_ALERTS = (FULL, PLACE_FREE, REPORT_OLD)

_PATH = ("services",)
_ALERT_KEYS = {"after", "acts_next", "provenance", "source", "on"}


@dataclass(frozen=True, slots=True)
class ServiceAlertRule:
    """`after` is how long it must last before it is an alert."""

    alert: str
    after: timedelta
    acts_next: str
    provenance: Provenance
    source: str
    on: bool


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """`report_valid` is how long a report counts, `expected_days` how many days are foretold."""

    report_valid: timedelta
    expected_days: int
    alerts: Mapping[str, ServiceAlertRule]
    criteria: CriteriaList


def lay_services_over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """One's own keys over the default's, alert by alert, honest about where they come from."""
    whole = base | own
    alerts = {**base.get("alert", {})}
    for alert, table in (own.get("alert") or {}).items() if _is_table(own.get("alert")) else ():
        merged = alerts.get(alert, {}) | table if _is_table(table) else table
        if _is_table(table) and "after" in table and "provenance" not in table:
            merged |= {"provenance": "local", "source": table.get("source", "set locally")}
        alerts[alert] = merged
    if _is_table(own.get("alert", {})):
        whole["alert"] = alerts
    return whole


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def read_service_rules(reader: Reader, services: Mapping[str, Any]) -> ServiceRules:
    """From the table `services`; mistakes are noted in `reader`."""
    reader.no_others(services, _PATH, {"report_valid", "expected_days", "alert", "criteria"})
    tables = reader.table(services, _PATH, "alert")
    reader.no_others(tables, (*_PATH, "alert"), set(SERVICE_ALERTS))
    return ServiceRules(
        report_valid=reader.duration(services, _PATH, "report_valid", least=timedelta(hours=1)),
        expected_days=reader.days(services, _PATH, "expected_days"),
        alerts={alert: _alert_rule(reader, tables, alert) for alert in SERVICE_ALERTS},
        criteria=read_criteria(reader, services, _PATH),
    )


def _alert_rule(reader: Reader, tables: Mapping[str, Any], alert: str) -> ServiceAlertRule:
    path = (*_PATH, "alert", alert)
    table = reader.table(tables, (*_PATH, "alert"), alert)
    reader.no_others(table, path, _ALERT_KEYS)
    source = reader.text(table, path, "source")
    if len(source) > 200:
        reader.problem((*path, "source"), "must have at most 200 characters")
    return ServiceAlertRule(
        alert=alert,
        after=reader.duration(table, path, "after", least=timedelta(minutes=1)),
        acts_next=reader.role(table, path, "acts_next"),
        provenance=reader.provenance(table, path),
        source=source,
        on=reader.flag(table, path, "on", default=True),
    )
