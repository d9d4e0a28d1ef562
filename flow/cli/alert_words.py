"""Alerts in the words of co-ordinators: what a notice says, how late a delay is, how it ended."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from flow.cli.words import due, moment
from flow.events.outputs import AlertData
from flow.events.service_outputs import ServiceAlertData
from flow.pathway import Journey, Stage, referral_kinds
from flow.pathway.policy_values import MINIMUM
from flow.pathway.stage_changes import AT_HOME, IN_A_CENTRE, IN_HOSPITAL
from flow.pathway.targets import BREACHED, NEAR

CLOSED = {
    "done": "done in time",
    "done_late": "done, late",
    "retracted": "was never late: what was told later says so",
    "reset": "unwell again",
    "cancelled": "no longer needed",
    "died": "the person died",
    "superseded": "corrected: another alert goes on in its place",
}
CLOSED_NOTICE = {
    **CLOSED,
    "done": "answered",
    "reset": "overtaken by events",
    "cancelled": "lapsed, or no longer true",
}
NOTICES = {
    "stand_down": "Stand down: you are not needed as planned",
    "comes_after_all": "Goes ahead after all: take up again what you stood down",
    "unwell_again": "Unwell again: the discharge ready date no longer stands",
    "transferred": "In another hospital while you prepare",
    "moved": "On another ward while you prepare",
    "died": "Died: tell everyone who prepares or cares",
}
MEETS = Literal["in a bed", "by visits"]
STAND_DOWN: dict[MEETS | None, str] = {
    "in a bed": "Stand down: the person does not come as planned",
    "by visits": "Stand down: do not visit as planned",
    None: NOTICES["stand_down"],
}
"""By how a service has to do with the person; nothing where it may be either, or neither."""
OF_A_RESIDENT = {"readmitted": "Your resident is in hospital", "died": "Your resident has died"}
"""What is said instead, by the cause, to whoever has the person in a bed by then."""
CAUSES = {
    "unwell_again": "unwell again in hospital",
    "readmitted": "back in hospital",
    "discharge_cancelled": "the discharge was cancelled",
    "taken_elsewhere": "another service has the person",
    "handed_elsewhere": "handed over to another service instead",
    "pathway_changed": "another pathway was decided",
    "died": "the person died",
    "ready_again": "ready to leave hospital again",
    "discharged": "has left hospital",
    "told_by_mistake": "what they were told before was a mistake",
}
"""Why a notice is given, where its kind does not say so."""
STATES = {"open": "nobody has it yet", "acknowledged": "taken on", "snoozed": "snoozed"}


def lies_there(journey: Journey, alert: AlertData) -> bool:
    """Whether the service that hears a notice had the person in its bed when it was raised."""
    beds = [
        (stay.service, stay.admitted, stay.overtaken or stay.left)
        for stay in journey.stays.values()
    ]
    beds += [(each.service, each.moved_in, each.over) for each in journey.referrals.values()]
    return alert.service is not None and any(
        service == alert.service
        and since is not None
        and since.at < alert.raised_at
        and (until is None or alert.raised_at <= until.at)
        for service, since, until in beds
    )


def meets_person(journey: Journey, service: str | None) -> MEETS | None:
    """Whether the person comes to the service, or the service goes to them."""
    ways = set(_ways(journey, service)) if service is not None else set()
    return ways.pop() if len(ways) == 1 else None


def _ways(journey: Journey, service: str | None) -> Iterator[MEETS]:
    for referral in journey.referrals.values():
        if referral.service == service and referral.kind in referral_kinds.BED_ONLY:
            yield "in a bed"
        elif referral.service == service and referral.kind in referral_kinds.AT_HOME:
            yield "by visits"
    if any(stay.service == service for stay in journey.stays.values()):
        yield "in a bed"
    for package in journey.packages.values():
        others = (package.next_provider, package.leaving, *package.hand_backs)
        if service in (package.service, *(each.service for each in others if each is not None)):
            yield "by visits"


def notice_words(
    alert: AlertData,
    stage: Stage | None = None,
    meets: MEETS | None = None,
    *,
    resident: bool = False,
) -> str:
    """`For aire-care: Stand down: do not visit as planned (back in hospital)`; of one that is open
    where the person is now, by their `stage`. `meets`: how the service has to do with them;
    `resident`: it has them in a bed."""
    says = NOTICES.get(alert.wait, alert.wait.replace("_", " "))
    because = CAUSES.get(alert.cause or "")
    if alert.wait == "stand_down":
        says = STAND_DOWN[meets]
        if resident and alert.cause in OF_A_RESIDENT:
            says, because = OF_A_RESIDENT[alert.cause], None
    if alert.service is not None:
        says = f"For {alert.service}: {says[:1].lower()}{says[1:]}"
    if because is not None and alert.cause != alert.wait:
        says += f" ({because})"
    where = _where_now(alert, stage) if stage is not None and alert.state != "closed" else None
    return f"{says}; now {where}" if where is not None else says


def _where_now(alert: AlertData, stage: Stage) -> str | None:
    """While a service is told of a stay in hospital, that is not over: whoever has left it was sent
    to another one, which tells no admission yet."""
    of_a_stay = (alert.wait, alert.cause) == ("stand_down", "readmitted")
    if of_a_stay and stage.stage in AT_HOME:
        return "sent to another hospital"
    return whereabouts(stage)


def whereabouts(stage: Stage) -> str | None:
    """`on ward 12 of RR801`, `in the centre slic`, `at home`; else nothing."""
    if stage.stage in IN_HOSPITAL:
        ward = f"on ward {stage.ward}" if stage.ward is not None else "in hospital"
        place = stage.site or stage.provider
        return f"{ward} of {place}" if place is not None else ward
    if stage.stage in IN_A_CENTRE:
        return f"in the centre {stage.service}" if stage.service is not None else "in a centre"
    return "at home" if stage.stage in AT_HOME else None


def life(alert: AlertData) -> str:
    """`raised 06-Mar-2026 00:00; taken on by staff-17`; of a closed one when and why it closed."""
    said = f"raised {moment(alert.raised_at)}; "
    if alert.state == "closed":
        return f"{said}closed {moment(alert.closed_at)}: {closed_words(alert)}"
    return said + answered(alert)


def answered(alert: AlertData | ServiceAlertData) -> str:
    """`nobody has it yet`, `taken on by staff-17`, `snoozed until 06-Mar-2026 16:00`."""
    said = STATES[alert.state]
    if alert.acknowledged_by is not None:
        said += f" by {alert.acknowledged_by}"
    if alert.snoozed_until is not None:
        said += f" until {moment(alert.snoozed_until)}"
    return said


def closed_words(alert: AlertData) -> str:
    """Why a closed alert is closed."""
    if _came_too_soon(alert.wait, alert.closed_reason):
        return "done, too soon"
    reasons = CLOSED_NOTICE if alert.kind == "notice" else CLOSED
    return reasons[alert.closed_reason or "done"]


def closed_code(wait: str, reason: str | None) -> str:
    """The same in a word or two, for a column."""
    return "done too soon" if _came_too_soon(wait, reason) else (reason or "").replace("_", " ")


def _came_too_soon(wait: str, reason: str | None) -> bool:
    return wait == MINIMUM and reason == "done_late"


def delay_words(alert: AlertData, stop: str) -> str:
    """`Late: discharge, due 06-Mar-2026 00:00`; where the time is a minimum, not before when."""
    if alert.wait == MINIMUM:
        return f"Too soon: {stop}, not before {moment(alert.due_at)}"
    return f"{level_words(alert.level)}: {stop}, due {moment(alert.due_at)}"


def due_words(wait: str, due_at: datetime, now: datetime) -> str:
    """`Breached 35min ago`, `Due in 1hr 20min`; where the time is a minimum, not before when."""
    return f"Not before {moment(due_at)}" if wait == MINIMUM else due(due_at, now)


def level_words(level: str) -> str:
    """`Near its target`, `Late`, `Late, 7d after its target`."""
    if level == NEAR:
        return "Near its target"
    step = level.removeprefix(BREACHED).removeprefix("+")
    return f"Late, {step} after its target" if step else "Late"
