"""Every figure that can be counted from the topics, by code that shares nothing with the project.

Standard library only. Input: the raw records of the topics, as a consumer reads them from the
beginning. `journey_figures` computes every journey gauge at a time from the input events;
`pipeline_figures` counts what a single worker must have counted; `scraped` reads what a worker
exports; `differences` compares. The definitions are those of domain.md and docs/metrics.md.

For a test with a broker: publish in lockstep, wait until the clock has reached the last tick, read
the topics, scrape, and expect no differences. What it takes: one worker that has run from the
beginning without a restart, structured events, alerts not compacted away yet, nobody retired.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.metrics.topic_after import (
    LEFT_OUT,
    Amount,
    after_figures,
    can_come_back,
    not_acute,
    note,
    place_of,
)
from tests.metrics.topic_centres import CENTRE_GAUGES, facts_of
from tests.metrics.topic_days import begins, day_of, days_from
from tests.metrics.topic_events import INPUTS, Topics, read_inputs, standing
from tests.metrics.topic_journeys import Journey
from tests.metrics.topic_owners import at_once
from tests.metrics.topic_places import went_on_elsewhere
from tests.metrics.topic_subjects import Spell, primary_of
from tests.metrics.topic_waits import Override, Waits, states

__all__ = [
    "JOURNEY_GAUGES",
    "Override",
    "Places",
    "differences",
    "journey_figures",
    "pipeline_figures",
    "scraped",
]

Series = tuple[str, frozenset[tuple[str, str]]]
"""Name without prefix, and labels."""
Figures = dict[Series, float]

LINK_INPUTS = ("identity-links", "transfers")
SERVICE_EVENTS = ("capacity", "service-coordination")
SERVICE_INPUTS = (*SERVICE_EVENTS, "placements")
WINDOW = timedelta(days=28)
"""Obstetrics, midwifery, medical and clinical oncology: no return within 30 days counts (O6)."""
GROUPS = {
    "hosp": "hospital_process",
    "well": "wellbeing",
    "hub": "care_transfer_hub",
    "intf": "interface",
    "cap": "capacity",
    "unknown": "unrecorded",
}


@dataclass(frozen=True)
class Places:
    """The policy's lists of label values."""

    providers: frozenset[str] = frozenset()
    councils: frozenset[str] = frozenset()
    localities: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()


def _listed(value: str | None, values: frozenset[str]) -> str:
    if value is None:
        return "unknown"
    return value if value in values else "other"


def _series(name: str, **labels: str) -> Series:
    return name, frozenset(labels.items())


# The gauges of journeys.

JOURNEY_GAUGES = {
    "inpatients",
    "nctr_patients",
    "nctr_remaining_patients",
    "additional_bed_days",
    "delayed_patients",
    "delayed_patients_by_days",
    "discharges",
    "discharge_delay_days",
    "returns_within_30_days",
    "wait_active",
    "wait_near",
    "wait_breached",
    "handovers_unaccepted",
    "referrals_open",
    "data_quality",
    "centre_delayed_patients",
    "centre_delay_days",
    "outcomes",
    "rehabilitation_at_day_91",
    "delayed_bed_days",
    "delayed_bed_days_cost_pounds",
    "discharges_by_destination",
    "discharges_by_time",
    "index_discharges",
    "drd_resets",
    "referrals_rejected",
    "referrals_answered",
    "referral_response_seconds",
    "referrals_begun",
    "referral_wait_seconds",
    "packages_begun",
    "package_start_delay_seconds",
    "first_visits_missed",
}
"""All that docs/metrics.md lists under journeys."""


def journey_figures(
    topics: Topics, now: datetime, places: Places, overrides: Sequence[Override] = ()
) -> Figures:
    """Every journey gauge at `now`, from the records of the inputs; zeros are left out."""
    found: Figures = defaultdict(float)
    for events in read_inputs(topics).people.values():
        stand = standing(events.values())
        journey, waits = Journey(stand), Waits()
        for event in stand.events:
            for end in journey.ends_unseen():
                if end[0] <= event.at:
                    journey.see_ends(end)
                    waits.ask(journey, end[0])
            counts = journey.step(event)
            if counts:
                note(journey, event)
            waits.ask(journey, event.at)
            if counts and event.type in ("wait-paused", "wait-resumed"):
                waits.pause(journey, event)
        for series, amount in _of_person(journey, waits, now, places, overrides):
            found[series] += amount
    return {series: amount for series, amount in found.items() if amount}


def _of_person(
    journey: Journey, waits: Waits, now: datetime, places: Places, overrides: Sequence[Override]
) -> Iterator[tuple[Series, float]]:
    for name, of, amount in _amounts(journey, waits, now, overrides):
        yield _series(name, **_labelled(of, places)), amount
    unlisted = journey.services_named - places.services if places.services else ()
    yield _series("data_quality", rule="service_not_listed"), len(unlisted)


def _amounts(
    journey: Journey, waits: Waits, now: datetime, overrides: Sequence[Override]
) -> Iterator[Amount]:
    for spell in journey.spells.values():
        yield from _returned(spell, now)
        if spell.discharged_at is not None:
            if journey.died_at is None or journey.died_at > spell.discharged_at:
                yield from _discharged(spell, spell.discharged_at, now)
        elif journey.died_at is None and spell.goes_on:
            yield from _in_hospital(spell, now)
    yield from after_figures(journey, now)
    if journey.died_at is None:
        yield from _of_services(journey)
        yield from _in_centres(journey, now)
    for wait, state, of_spell in states(journey, waits, now, overrides):
        labels = {
            "wait": wait,
            "provider": of_spell.provider if of_spell else None,
            "council": journey.council,
            "locality": journey.locality,
            "pathway": of_spell.pathway if of_spell else None,
        }
        yield "wait_active", labels, 1
        if state != "running":
            yield f"wait_{state}", labels, 1
    for rule, count in (journey.findings + Counter(at_once(journey, now))).items():
        yield "data_quality", {"rule": rule}, count


def _labelled(of: Mapping[str, str | None], places: Places) -> dict[str, str]:
    """Places as the policy's lists let them appear; other labels as they are."""
    lists = {
        "provider": places.providers,
        "council": places.councils,
        "locality": places.localities,
        "service": places.services,
    }
    return {
        label: _listed(value, lists[label]) if label in lists else value or "unknown"
        for label, value in of.items()
    }


def _in_hospital(spell: Spell, now: datetime) -> Iterator[Amount]:
    stay_days = max(0, days_from(spell.began_at, now))
    by_stay = {
        **place_of(spell),
        "los_band": ("0-6", "7-13", "14-20", "21+")[min(3, stay_days // 7)],
    }
    yield "inpatients", by_stay, 1
    child = spell.age_band in ("0-15", "16-17")
    if spell.ready_since is None:
        return
    delay_days = days_from(spell.ready_since, now)
    reason = spell.primary or "unknown"
    if delay_days > 0 and reason == "unknown":
        yield "data_quality", {"rule": "no_reason"}, 1
    if child or spell.for_a_birth:
        return
    yield "nctr_patients", place_of(spell), 1
    yield "nctr_remaining_patients", by_stay, 1
    if delay_days < 1:
        return
    for least in (7, 14, 21):
        if stay_days >= least:
            yield "additional_bed_days", {**place_of(spell), "los_min": str(least)}, delay_days
    because = {"reason": reason, "reason_group": GROUPS[reason.partition("_")[0]]}
    yield "delayed_patients", {**place_of(spell), **because}, 1
    yield "delayed_patients_by_days", {**place_of(spell), "band": _band(delay_days)}, 1


def _band(days: int) -> str:
    last = ((0, "0"), (1, "1"), (3, "2-3"), (6, "4-6"), (13, "7-13"), (20, "14-20"))
    return next((name for most, name in last if days <= most), "21+")


def _discharged(spell: Spell, at: datetime, now: datetime) -> Iterator[Amount]:
    no_night = spell.admission_known and day_of(spell.began_at) == day_of(at)
    if now >= begins(day_of(at) + WINDOW) or no_night:
        return
    if not_acute(spell) or went_on_elsewhere(spell):
        return
    yield "discharges", {**place_of(spell), "band": _band(spell.delay_days)}, 1
    yield "discharge_delay_days", place_of(spell), spell.delay_days


def _returned(spell: Spell, now: datetime) -> Iterator[Amount]:
    if spell.came_from is not None and now < begins(day_of(spell.began_at) + WINDOW):
        came_from = spell.came_from
        if spell.treatment_function not in LEFT_OUT and can_come_back(came_from):
            yield "returns_within_30_days", place_of(came_from), 1


def _of_services(journey: Journey) -> Iterator[Amount]:
    lives = {"council": journey.council, "locality": journey.locality}
    for referral in journey.referrals.values():
        told_of = referral.kind != "other"
        if referral.asked and told_of and not referral.closed:
            of_service = {"service": referral.service, "kind": referral.kind}
            yield "referrals_open", {**of_service, **lives}, 1
    for handover in journey.handovers.values():
        if handover.unanswered:
            yield "handovers_unaccepted", {"service": handover.service, **lives}, 1


def _in_centres(journey: Journey, now: datetime) -> Iterator[Amount]:
    for stay in journey.stays.values():
        if journey.is_home(stay):
            continue
        if stay.stays_on and stay.ready_since is not None and days_from(stay.ready_since, now) > 0:
            reason = primary_of(stay.reasons) or "unknown"
            labels = {
                "provider": stay.spell.provider if stay.spell else None,
                "council": journey.council,
                "locality": journey.locality,
                "pathway": stay.spell.pathway if stay.spell else None,
                "service": stay.service,
                "reason": reason,
                "reason_group": GROUPS[reason.partition("_")[0]],
            }
            yield "centre_delayed_patients", labels, 1
            yield "centre_delay_days", labels, days_from(stay.ready_since, now)


# What the pipeline counted.


def pipeline_figures(topics: Topics) -> Figures:
    """What one worker that has worked all of these records exports of itself."""
    inputs = read_inputs(topics)
    found: Figures = defaultdict(float)
    for topic in INPUTS:
        found[_series("events_total", topic=topic)] = len(topics.get(topic, ()))
        found[_series("events_duplicate_total", topic=topic)] = inputs.duplicates[topic]
        for _, _, headers in topics.get(f"{topic}.dlq", ()):
            reason = dict(headers)["flow.dlq.reason"].decode()
            found[_series("events_rejected_total", topic=topic, reason=reason)] += 1
    others = (*LINK_INPUTS, *SERVICE_INPUTS)
    for topic in others:
        found[_series("events_total", topic=topic)] = len(topics.get(topic, ()))
        for _, _, headers in topics.get(f"{topic}.dlq", ()):
            reason = dict(headers)["flow.dlq.reason"].decode()
            found[_series("events_rejected_total", topic=topic, reason=reason)] += 1
    everything = (*INPUTS, *others)
    found[_series("chunk_records_sum")] = sum(len(topics.get(topic, ())) for topic in everything)
    found[_series("services")] = len(facts_of(topics))
    found[_series("services_not_assessed")] = 0
    found[_series("events_conflicting_total")] = inputs.conflicts
    found[_series("events_late_total")] = inputs.late
    found[_series("live_journeys")] = len(inputs.people)
    found[_series("not_assessed")] = 0
    for source, newest in _newest_by_source(topics, inputs.newest_by_source).items():
        found[_series("source_last_event_seconds", source=source)] = newest.timestamp()
    found.update(_alert_figures(topics))
    return dict(found)


def _newest_by_source(topics: Topics, of_people: Mapping[str, datetime]) -> dict[str, datetime]:
    """With the reports of services, and the answers to their alerts."""
    newest = dict(of_people)
    refused = {value for topic in SERVICE_EVENTS for _, value, _ in topics.get(f"{topic}.dlq", ())}
    for _, value, _ in (record for topic in SERVICE_EVENTS for record in topics.get(topic, ())):
        if value is not None and value not in refused:
            event = json.loads(value)
            recorded = datetime.fromisoformat(event["recordedtime"]).astimezone(UTC)
            source = event["source"]
            newest[source] = max(newest.get(source, recorded), recorded)
    return newest


def _alert_figures(topics: Topics) -> Figures:
    """From the alerts topic: each record is the alert's whole life so far."""
    changes: Counter[Series] = Counter()
    raised = 0
    before: dict[bytes | None, str | None] = {}
    for key, value, _ in topics.get("alerts", ()):
        if value is None:
            continue  # a tombstone of a retired journey
        content = json.loads(value)
        alert = content["data"]
        what = alert["level"]
        if alert["state"] == "closed":
            what = alert["closed_reason"]
        if alert["state"] == "closed" or before.get(key) != what:
            changes[_series("alert_changes_total", wait=alert["wait"], what=what)] += 1
        if before.get(key) is None and alert["kind"] == "delay" and alert["state"] != "closed":
            raised += 1
        before[key] = None if alert["state"] == "closed" else alert["level"]
    raised_before: set[str] = set()
    for _, value, _ in topics.get("service-alerts", ()):
        alert = json.loads(value or b"")["data"]
        if alert["alert_id"] in raised_before and alert["state"] != "closed":
            continue  # answered
        raised_before.add(alert["alert_id"])
        what = alert.get("closed_reason") or "raised"
        changes[_series("alert_changes_total", wait=alert["alert"], what=what)] += 1
    found: Figures = dict(changes)
    name = "alert_firing_lag_seconds"
    # The lags themselves depend on when events arrived, which these topics do not tell.
    found[_series(f"{name}_count")] = raised
    return found


# Comparing.

_SAMPLE = re.compile(r"patientflow_(?P<name>\w+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

TOLERANCE = 1e-6


def scraped(*bodies: bytes) -> Figures:
    """What workers export (Prometheus text), summed over workers: one body each."""
    found: Figures = defaultdict(float)
    for body in bodies:
        for line in body.decode().splitlines():
            match = _SAMPLE.fullmatch(line)
            if match is not None:
                labels = frozenset(_LABEL.findall(match["labels"] or ""))
                found[match["name"], labels] += float(match["value"])
    return dict(found)


def differences(exported: Mapping[Series, float], computed: Mapping[Series, float]) -> list[str]:
    """Every series that differs, of the journey gauges and of what else was computed.

    One that is absent counts as 0, on both sides.
    """
    names = {name for name, _ in computed} | JOURNEY_GAUGES
    if any(name in CENTRE_GAUGES for name in names):
        names |= CENTRE_GAUGES
    found = []
    for series in sorted(
        {series for series in exported if series[0] in names} | computed.keys(), key=str
    ):
        has, ought = exported.get(series, 0.0), computed.get(series, 0.0)
        if abs(has - ought) > TOLERANCE * max(1.0, abs(ought)):
            labels = ", ".join(f"{name}={value}" for name, value in sorted(series[1]))
            found.append(f"{series[0]}{{{labels}}}: exported {has:g}, computed {ought:g}")
    return found
