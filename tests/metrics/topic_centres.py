"""The gauges of services, counted from the records of the topics. Standard library only.

Part of `topic_figures.py`: it shares no code with the project, on purpose. What services report is
read from `capacity`, who waits and stays from `placements`, open alerts from `service-alerts`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.metrics.topic_days import days_from
from tests.metrics.topic_events import Record, Topics

Series = tuple[str, frozenset[tuple[str, str]]]

CENTRE_GAUGES = {
    "centre_beds",
    "centre_reports",
    "centre_staying",
    "centre_occupancy_difference",
    "centre_waiting",
    "centre_waiting_ready",
    "centre_suitable_ready",
    "centre_waiting_days",
    "centre_shortfall",
    "centre_places_expected",
    "service_alerts_open",
    "service_data_quality",
}
"""All that docs/metrics.md lists under services."""

REPORT_COUNTS = timedelta(days=3)
LAST_DAY_FORETOLD = 6
"""Seven days with today."""
USUAL_STAY = timedelta(days=42)
IN_BEDS = {"independence_centre", "community_hospital", "care_home", "mental_health_hospital"}
IN_BEDS_OR_VISITS = {"hospice", "disability_service", "housing", "other"}
"""Who may report beds; all others report visits and hours."""
GIVES = {
    "independence_centre": {"rehabilitation_bed"},
    "community_hospital": {"rehabilitation_bed"},
    "care_home": {"care_home", "rehabilitation_bed"},
    "hospice": {"fast_track_chc", "hospice_bed"},
    "reablement": {"reablement"},
    "home_care": {"home_care", "reablement", "fast_track_chc"},
    "community_health": {"community_health"},
    "urgent_community_response": {"urgent_community_response"},
    "care_transfer_hub": {"care_transfer_hub"},
    "equipment": {"equipment"},
    "palliative_care": {"palliative_care", "fast_track_chc"},
    "disability_service": {"disability_support"},
    "mental_health_team": {"mental_health_community"},
    "mental_health_hospital": {"mental_health_bed"},
    "health_visiting": {"health_visiting"},
    "early_years": {"early_years"},
    "housing": {"housing"},
    "other": {"other"},
}
COMING = ("waiting", "offered", "accepted")


@dataclass
class Facts:
    """What is known of one service."""

    report: dict[str, Any] | None = None
    rank: tuple[datetime, datetime, str] = (datetime.min.replace(tzinfo=UTC),) * 2 + ("",)
    ahead: bool = False
    unseen: int = 0
    """Corrections whose target was never seen."""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def centre_figures(topics: Topics, now: datetime, listed: frozenset[str]) -> dict[Series, float]:
    """Every gauge of services at `now`; zeros are left out. `listed` are the policy's services."""
    found: dict[Series, float] = defaultdict(float)
    full = full_services(topics, now)
    for name, facts in facts_of(topics).items():
        label = name if name in listed else "other"
        suitable = sum(_is_suitable(each, facts, full, now) for each in facts.people.values())
        found["centre_suitable_ready", frozenset({("service", label)})] += suitable
        for gauge, labels, amount in _of_service(facts, now):
            found[gauge, frozenset({"service": label, **labels}.items())] += amount
        for rule in _findings(name, facts, now, listed):
            found["service_data_quality", frozenset({("rule", rule)})] += 1
    for alert in open_alerts(topics.get("service-alerts", ())):
        label = alert["service"] if alert["service"] in listed else "other"
        labels = {"service": label, "alert": alert["alert"]}
        found["service_alerts_open", frozenset(labels.items())] += 1
    return {series: amount for series, amount in found.items() if amount}


def facts_of(topics: Topics) -> dict[str, Facts]:
    """Every service that has reported, or that a journey or an answer to an alert names."""
    services: dict[str, Facts] = defaultdict(Facts)
    for name, events in _told(topics, "capacity").items():
        facts = services[name]
        mended = {event["corrects"] for event in events.values() if event.get("corrects")}
        facts.unseen = sum(event.get("corrects", name) not in {*events, name, None}
                           for event in events.values())  # fmt: skip
        for identity in events.keys() - mended:
            event = events[identity]
            time, recorded = _at(event["time"]), _at(event["recordedtime"])
            rank = (min(time, recorded), recorded, identity)
            if rank > facts.rank:
                facts.report, facts.rank, facts.ahead = event["data"], rank, time > recorded
    for key, value, _ in topics.get("placements", ()):
        name, _, person = (key or b"").decode().partition("/")
        if not name:
            continue
        if value is None:
            services[name].people.pop(person, None)
        else:
            services[name].people[person] = json.loads(value)["data"]
    answered = _told(topics, "service-coordination")
    return {
        name: services[name]
        for name in {*services, *answered}
        if services[name].report or services[name].people or name in answered
    }


def full_services(topics: Topics, now: datetime) -> set[str]:
    """Those that said so before this tick; what was said with it counts from the next one."""
    full: set[str] = set()
    for key, value, _ in topics.get("placements", ()):
        if not (key or b"").startswith(b"/full/") or value is None:
            continue
        service, said = (key or b"").decode().removeprefix("/full/"), json.loads(value)
        since = said["full_since"] if _at(said["at"]) < now else said["before"]
        full = full | {service} if since else full - {service}
    return full


def _is_suitable(person: dict[str, Any], facts: Facts, full: set[str], now: datetime) -> bool:
    """Could come, and asked for no service, or only for such as are full."""
    in_vain = full.issuperset(person.get("asked_of", ()))
    return person["state"] == "suitable" and in_vain and _is_ready(person, facts, now)


def open_alerts(records: "Iterator[Record] | Any") -> list[dict[str, Any]]:
    last = {key: json.loads(value)["data"] for key, value, _ in records if value is not None}
    return [alert for alert in last.values() if alert["state"] != "closed"]


SNOOZED_AT_MOST = timedelta(days=7)


def answered_as(topics: Topics, alert: dict[str, Any], now: datetime) -> dict[str, Any]:
    """State, who has taken it on, until when it is quiet: of an open alert of a service, by what
    was told in `service-coordination`."""
    told = _told(topics, "service-coordination").get(alert["service"], {})
    since = _at(alert["since"])
    said = sorted(
        (_at(each["time"]), _at(each["recordedtime"]), identity)
        for identity, each in told.items()
        if each["data"]["alert"] == alert["alert"] and _at(each["time"]) >= since
    )
    taken_on = [told[identity] for *_, identity in said if "acknowledged" in told[identity]["type"]]
    found = {"acknowledged_by": taken_on[-1]["data"]["by"] if taken_on else None}
    if said and "snoozed" in told[said[-1][-1]]["type"]:
        at = said[-1][0]
        until = min(_at(told[said[-1][-1]]["data"]["until"]), at + SNOOZED_AT_MOST)
        if now < until and _at(alert["due_at"]) <= at:
            return {"state": "snoozed", **found, "snoozed_until": until}
    state = "acknowledged" if taken_on else "open"
    return {"state": state, **found, "snoozed_until": None}


def _believed(report: dict[str, Any]) -> dict[str, Any]:
    """Without the figures that such a service cannot have."""
    kind = report["kind"]
    if kind in IN_BEDS_OR_VISITS:
        return report
    return {what: each for what, each in report.items()
            if not what.endswith("_available" if kind in IN_BEDS else _BEDS)}  # fmt: skip


_BEDS = ("_open", "_closed", "_reserved", "_occupied")


def _told(topics: Topics, topic: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Of each service the events that were not refused, by identity."""
    refused = {value for _, value, _ in topics.get(f"{topic}.dlq", ())}
    said: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for _, value, _ in topics.get(topic, ()):
        if value is not None and value not in refused:
            event = json.loads(value)
            said[event["subject"]][f"{event['source']}#{event['id']}"] = event
    return said


def _of_service(facts: Facts, now: datetime) -> Iterator[tuple[str, dict[str, str], float]]:
    people = facts.people.values()
    staying = [each for each in people if each["state"] == "staying"]
    coming = [each for each in people if each["state"] in COMING and not each.get("on_hold")]
    yield "centre_staying", {}, len(staying)
    for state in COMING:
        count = sum(each["state"] == state for each in coming)
        yield "centre_waiting", {"state": state}, count
    yield "centre_waiting_ready", {}, sum(_is_ready(each, facts, now) for each in coming)
    asked = [_at(each.get("asked_at") or each["since"]) for each in coming]
    yield "centre_waiting_days", {}, sum(max(0, days_from(at, now)) for at in asked)
    if facts.report is None:
        return
    report = _believed(facts.report)
    for state in ("open", "closed", "reserved", "occupied"):
        yield "centre_beds", {"state": state}, report.get(f"beds_{state}") or 0
    occupied, reserved = report.get("beds_occupied"), report.get("beds_reserved") or 0
    said_at = facts.rank[0]
    came = sum(_at(each["since"]) > said_at for each in staying)
    gone = sum(_left_since(each, said_at) for each in people)
    if occupied is not None:
        yield "centre_occupancy_difference", {}, abs(occupied - (len(staying) - came + gone))
    reserved = max(0, reserved - came)
    if report.get("beds_open") is None:
        return
    if now >= facts.rank[0] + REPORT_COUNTS:
        yield "centre_reports", {"state": "old"}, 1
        return
    yield "centre_reports", {"state": "current"}, 1
    for_others = report["beds_open"] - reserved
    taken = max((occupied or 0) + came - gone, len(staying))
    free = max(0, for_others - taken)
    yield "centre_beds", {"state": "free"}, free
    unplaced = len(coming) - _have_one_reserved(people, reserved)
    yield "centre_shortfall", {}, max(0, unplaced - free)
    leaving = sum(_leaves(each, now) for each in staying)
    expected = max(0, for_others - max(0, taken - leaving))
    yield "centre_places_expected", {}, min(report["beds_open"], expected)


def _left_since(person: dict[str, Any], said_at: datetime) -> bool:
    """Was in a bed when the report was written, and is not any more."""
    if person["state"] != "left" or "came_at" not in person:
        return False
    return _at(person["came_at"]) <= said_at < _at(person["since"])


def _have_one_reserved(people: Iterable[dict[str, Any]], reserved: int) -> int:
    """Of who was accepted first; a place that is kept for who is on hold is nobody else's."""
    promised = [each for each in people if each["state"] == "accepted"]
    promised.sort(key=lambda each: not each.get("on_hold"))
    promised.sort(key=lambda each: _at(each.get("asked_at") or each["since"]))
    promised.sort(key=lambda each: _at(each["since"]))
    return sum(not each.get("on_hold") for each in promised[:reserved])


def _is_ready(person: dict[str, Any], facts: Facts, now: datetime) -> bool:
    if person.get("ready_since") is None or _at(person["ready_since"]) > now:
        return False
    wants = person.get("kind")
    return wants is None or facts.report is None or wants in GIVES[facts.report["kind"]]


def _leaves(person: dict[str, Any], now: datetime) -> bool:
    """Whether somebody who stays is expected to have left on the last day foretold."""
    if person.get("ready_since") is not None and _at(person["ready_since"]) <= now:
        onward = person.get("onward_at")
        return onward is not None and -days_from(_at(onward), now) <= LAST_DAY_FORETOLD
    if person.get("kind") in ("care_home", "hospice_bed", "mental_health_bed", "fast_track_chc"):
        return False
    days_left = -days_from(_at(person["since"]) + USUAL_STAY, now)
    return 0 <= days_left <= LAST_DAY_FORETOLD


def _findings(name: str, facts: Facts, now: datetime, listed: frozenset[str]) -> Iterator[str]:
    if listed and name not in listed:
        yield "service_not_listed"
    yield from ["correction_waits"] * facts.unseen
    report = facts.report
    if report is None:
        yield "never_reported"
        return
    if facts.ahead:
        yield "report_ahead"
    if now >= facts.rank[0] + REPORT_COUNTS:
        yield "report_old"
    believed = _believed(report)
    beds = believed.get("beds_open")
    promised = (believed.get("beds_occupied") or 0) + (believed.get("beds_reserved") or 0)
    visits, hours = (believed.get(f"{what}_per_week_available") for what in ("visits", "hours"))
    timeless = visits and hours is not None and not hours
    others = any(report[what] for what in report.keys() - believed.keys())
    if promised > (beds or 0) or others or timeless:
        yield "capacity_impossible"
    staying = sum(each["state"] == "staying" for each in facts.people.values())
    if beds is not None and staying > beds:
        yield "more_staying_than_beds"
