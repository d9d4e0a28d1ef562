"""A journey, its waits and alerts: as data for programs, and in words that co-ordinators use."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from flow.cli.folding import Folded
from flow.cli.words import due, duration, moment, plural
from flow.events.outputs import AlertData
from flow.pathway import RULES, STAGES, Finding, Journey, Stage, Wait

ENDED = {
    "done": "Done",
    "reset": "Reset: meets the criteria to reside again",
    "cancelled": "Cancelled: no longer makes sense",
    "died": "Ended: the person died",
}


# For programs.


def folded_data(folded: Folded) -> dict[str, Any]:
    """One person as a JSON object; times are UTC."""
    view = folded.assessment
    return {
        "person": folded.person,
        "at": folded.at,
        "events": folded.events,
        "stage": _given(view.stage._asdict()),
        "journey": journey_data(folded.journey),
        "waits": [wait_data(wait) for wait in view.waits],
        "alerts": [alert.model_dump(mode="json", exclude_none=True) for alert in folded.alerts],
        "findings": [finding_data(finding) for finding in view.findings],
        "next_at": view.next_at,
    }


def wait_data(wait: Wait) -> dict[str, Any]:
    return _given(
        {
            "wait": wait.id,
            "about": wait.about,
            "period": wait.period,
            "state": wait.state,
            "ended": wait.ended,
            "starts_at": wait.starts_at,
            "stops_at": wait.stops_at,
            "due_at": wait.due_at,
            "target_s": wait.target_s,
            "provenance": wait.provenance,
            "source": wait.source,
            "levels": [{"level": level, "at": at} for level, at in wait.levels],
            "acts_next": _given(wait.acts_next._asdict()) if wait.stops_at is None else None,
            "started_by": wait.started_by,
            "stopped_by": wait.stopped_by,
            "provider": wait.provider,
            "council": wait.council,
            "locality": wait.locality,
            "pathway": wait.pathway,
            "service": wait.service,
        }
    )


def finding_data(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "meaning": RULES[finding.rule], "events": finding.events}


def journey_data(journey: Journey) -> dict[str, Any]:
    """Spells, referrals, packages, stays and handovers with what happened to them and when."""
    return {
        "spells": [
            _given(
                {
                    "provider": spell.provider,
                    "spell_id": spell.spell_id,
                    "admitted_at": _at(spell.admitted),
                    "discharged_at": _at(spell.discharged),
                    "ward": spell.ward,
                    "ward_stays": [
                        {"ward": stay.ward, "since": stay.since.at} for stay in spell.ward_stays
                    ],
                    "pathway": spell.pathway,
                    "discharge_ready_date": _ready_date(spell),
                    "delay_days": spell.ready_date.delay_days if spell.ready_date else None,
                    "drd_assumed": spell.ready_date.assumed if spell.ready_date else None,
                    "discharge_destination": spell.discharge_destination,
                    "returned_after_days": spell.returned_after_days,
                }
            )
            for spell in journey.spells.values()
        ],
        "referrals": _milestones(
            journey.referrals.values(),
            ("referral_id", "kind", "service"),
            ("made", "received", "triaged", "accepted", "rejected", "withdrawn", "started"),
        ),
        "packages": _milestones(
            journey.packages.values(),
            ("package_id", "kind", "service"),
            ("requested", "confirmed", "started", "first_visit", "ended"),
        ),
        "centre_stays": _milestones(
            journey.stays.values(),
            ("stay_id", "service"),
            ("admitted", "goals_agreed", "ready", "left"),
        ),
        "handovers": _milestones(
            journey.handovers.values(),
            ("handover_id", "service"),
            ("sent", "accepted", "rejected"),
        ),
        "died_at": _at(journey.died),
    }


def _milestones(
    subjects: Iterable[Any], names: tuple[str, ...], marks: tuple[str, ...]
) -> list[dict[str, Any]]:
    return [
        _given(
            {name: getattr(subject, name) for name in names}
            | {f"{mark}_at": _at(getattr(subject, mark)) for mark in marks}
        )
        for subject in subjects
    ]


def _ready_date(spell: Any) -> str | None:
    if spell.ready_date is not None:
        return str(spell.ready_date.ready_date)
    return str(spell.ready.ready_date) if spell.ready is not None else None


def _at(mark: Any) -> datetime | None:
    return mark.at if mark is not None else None


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


# For people.


def lines(folded: Folded) -> Iterator[str]:
    """The whole person in words."""
    view = folded.assessment
    yield f"{folded.person}: {plural(folded.events, 'event')}, as of {moment(folded.at)}"
    yield from stage_lines(view.stage)
    running = sorted(view.open_waits, key=lambda wait: wait.due_at)
    over = [wait for wait in view.waits if wait.stops_at is not None]
    yield from _section("Waits for", running, folded.at)
    yield from _section("Waited for", over, folded.at)
    if folded.alerts:
        yield ""
        yield "Alerts"
        for alert in folded.alerts:
            yield f"  {alert_line(alert, folded.at)}"
    if view.findings:
        yield ""
        yield "Doubtful in the events"
        for finding in view.findings:
            yield f"  {RULES[finding.rule]}: {', '.join(finding.events)}"


def stage_lines(stage: Stage) -> Iterator[str]:
    yield f"Stage: {words(stage.stage)} since {moment(stage.since)} ({STAGES[stage.stage]})"
    where = [
        f"{name} {value}"
        for name, value in (
            ("pathway", stage.pathway),
            ("provider", stage.provider),
            ("ward", stage.ward),
            ("service", stage.service),
            ("council", stage.council),
            ("locality", stage.locality),
            ("discharge ready date", stage.discharge_ready_date),
        )
        if value is not None
    ]
    if where:
        yield f"  {', '.join(where)}"


def _section(title: str, waits: list[Wait], now: datetime) -> Iterator[str]:
    if not waits:
        return
    yield ""
    yield title
    for wait in waits:
        yield from wait_lines(wait, now)


def wait_lines(wait: Wait, now: datetime) -> Iterator[str]:
    """Start, target and where it comes from, state, who acts next, and the events."""
    rule = wait.rule
    subject = f"{wait.about}, period {wait.period}" if wait.period > 1 else wait.about
    yield f"  {rule.start} → {rule.stop} ({wait.id}; {subject}): {wait_state(wait, now)}"
    yield (
        f"      since {moment(wait.starts_at)}; target {target(wait)},"
        f" due {moment(wait.due_at)}; {wait.provenance}: {wait.source}"
    )
    if wait.stops_at is None:
        organisation, role = wait.acts_next
        yield f"      acts next: {words(role)}{f', {organisation}' if organisation else ''}"
    events = f"      started by {', '.join(wait.started_by)}"
    if wait.stopped_by:
        events += f"; stopped by {', '.join(wait.stopped_by)}"
    yield events


def wait_state(wait: Wait, now: datetime) -> str:
    """`On track, due in 3hr`, `Breached 35min ago`, `Done after 2d 3hr, 3hr late`."""
    if wait.stops_at is not None:
        took = duration(wait.stops_at - wait.starts_at)
        late = wait.stops_at - wait.due_at
        said = f"{ENDED[wait.ended or 'done']}, after {took}"
        if wait.ended == "done" and late > timedelta(0) and not wait.rule.at_least:
            said += f", {duration(late)} late"
        return said
    if wait.state == "paused":
        return "Paused"
    said = due(wait.due_at, now)
    if wait.state == "running":
        return f"On track, {said[0].lower()}{said[1:]}"
    return said


def target(wait: Wait) -> str:
    if wait.rule.calendar == "local_days" and not wait.target_s:
        return "the same day"
    least = "at least " if wait.rule.at_least else ""
    return least + duration(timedelta(seconds=wait.target_s))


def alert_line(alert: AlertData, now: datetime) -> str:
    raised = (
        f"{str(alert.alert_id)[:8]} {alert.wait} ({alert.about}), raised {moment(alert.raised_at)}"
    )
    if alert.state == "closed":
        return f"{raised}, closed {moment(alert.closed_at)}: {words(alert.closed_reason or '')}"
    told = "" if alert.kind == "notice" else f", {due(alert.due_at, now).lower()}"
    return f"{raised}, {words(alert.state)}, level {alert.level}{told}"


def words(code: str) -> str:
    return code.replace("_", " ")
