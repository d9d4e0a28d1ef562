"""What must be known of centres at the end, counted from the input topics. Standard library only.

The occupancy of a centre is the number of people whose newest stay there has not ended; who is
waited for has an open referral to it; suitable for it is who has one to another, which is full by
its newest report and who came and left since.
Written from the meaning of the events, not from the code.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Known:
    """Of one centre: the newest report's identity and occupied beds, and people by journeys."""

    report: str | None
    occupied: int | None
    staying: int
    waiting: int
    accepted: int
    suitable: int


def known_of_centres(
    capacity: Iterable[Any], inputs: Iterable[Any], centres: frozenset[str]
) -> dict[str, Known]:
    """`inputs` are the records of all topics of people, in any order."""
    reports: dict[str, tuple[str, str, str, Any]] = {}
    for record in capacity:
        event = json.loads(record.value)
        rank = (event["time"], event["recordedtime"], f"{event['source']}#{event['id']}")
        if event["subject"] not in reports or rank > reports[event["subject"]][:3]:
            reports[event["subject"]] = (*rank, event["data"])
    states: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    people = _by_person(inputs).values()
    faced_by = [_states(events) for events in people]
    for faced in faced_by:
        for centre, state in faced.items():
            states[centre][state] += 1
    stays = [stay for events in people for stay in _stays(events)]
    full = set()
    for centre, (at, *_, said) in reports.items():
        came = sum(s == centre and left is None and began > at for s, began, left in stays)
        went = sum(s == centre and began <= at < (left or began) for s, began, left in stays)
        occupied = max(said["beds_occupied"] + came - went, states[centre]["staying"])
        if occupied >= said["beds_open"]:
            full.add(centre)
    # Everybody is at home, and asks one centre: so nothing but a full centre stands in the way.
    asks = [
        {centre for centre, state in faced.items() if state in ("waiting", "accepted")}
        for faced in faced_by
    ]
    return {
        centre: Known(
            reports[centre][2] if centre in reports else None,
            reports[centre][3].get("beds_occupied") if centre in reports else None,
            states[centre]["staying"],
            states[centre]["waiting"],
            states[centre]["accepted"],
            sum(bool(asked) and asked <= full and centre not in asked for asked in asks),
        )
        for centre in centres
        if centre in reports or centre in states
    }


def _by_person(inputs: Iterable[Any]) -> dict[str, list[dict[str, Any]]]:
    """Each event once, in the order in which things happened."""
    people: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for record in inputs:
        event = json.loads(record.value)
        people[event["subject"]][f"{event['source']}#{event['id']}"] = event
    return {
        person: sorted(events.values(), key=lambda event: str(event["time"]))
        for person, events in people.items()
    }


def _stays(events: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Of one person: which centre, since when, and until when where that is told."""
    stays: dict[str, tuple[str, str, str | None]] = {}
    for event in events:
        data = event["data"]
        if event["type"] == "flow.centre-admitted.v1":
            stays[data["stay_id"]] = (data["service"], event["time"], None)
        elif event["type"] == "flow.centre-discharged.v1":
            stays[data["stay_id"]] = (*stays[data["stay_id"]][:2], event["time"])
    return list(stays.values())


def _states(events: list[dict[str, Any]]) -> dict[str, str]:
    """What each centre faces from one person; a stay says more than a referral."""
    referrals: dict[str, str] = {}
    service_of: dict[str, str] = {}
    stays: dict[str, tuple[str, str]] = {}
    for event in events:
        data = event["data"]
        match event["type"].removeprefix("flow.").removesuffix(".v1"):
            case "referral-made":
                referrals[data["referral_id"]] = "waiting"
                service_of[data["referral_id"]] = data.get("service", "")
            case "referral-accepted":
                referrals[data["referral_id"]] = "accepted"
            case "referral-withdrawn" | "referral-rejected":
                referrals.pop(data["referral_id"], None)
            case "centre-admitted":
                stays[data["stay_id"]] = (data["service"], "staying")
                referrals.pop(data.get("referral_id"), None)
            case "centre-discharged":
                stays[data["stay_id"]] = (stays[data["stay_id"]][0], "left")
    found = {service_of[referral]: state for referral, state in referrals.items()}
    for service, state in sorted(stays.values(), key=lambda stay: stay[1]):
        if state == "staying" or service not in found:
            found[service] = state
    return found
