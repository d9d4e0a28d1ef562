"""How late a wait is that runs, naively: the targets of domain.md 12.4, and how time counts."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from tests.pathway.naive_kinds import STARTS
from tests.pathway.naive_told import in_place

LONDON = ZoneInfo("Europe/London")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TARGETS = {
    "edd_set": (18 * HOUR, 24 * HOUR),
    "ctr_review": (24 * HOUR, 24 * HOUR),
    "hospital_process_delay": (36 * HOUR, 48 * HOUR),
    "hub_referral": (3 * HOUR, 4 * HOUR),
    "hub_pathway": (18 * HOUR, 24 * HOUR),
    "discharge_summary": (18 * HOUR, 24 * HOUR),
    "referral_response": (18 * HOUR, 24 * HOUR),
    "p2_bed_start": (36 * HOUR, 48 * HOUR),
    "p1_reablement_start": (36 * HOUR, 48 * HOUR),
    "home_care_start": (18 * HOUR, 24 * HOUR),
    "community_health_start": (36 * HOUR, 48 * HOUR),
    "care_home_start": (5 * DAY, 7 * DAY),
    "fast_track_chc": (36 * HOUR, 48 * HOUR),
    "palliative_care_start": (12 * HOUR, 24 * HOUR),
    "hospice_bed_start": (18 * HOUR, 24 * HOUR),
    "ucr_response": (1.5 * HOUR, 2 * HOUR),
    "disability_support_start": (5 * DAY, 7 * DAY),
    "mental_health_follow_up": (2 * DAY, 3 * DAY),
    "mental_health_bed_start": (12 * HOUR, 24 * HOUR),
    "equipment_delivery": (2 * DAY, 3 * DAY),
    "housing_start": (5 * DAY, 7 * DAY),
    "missed_first_visit": (2 * HOUR, 4 * HOUR),
    "package_start": (18 * HOUR, 24 * HOUR),
    "package_resume": (12 * HOUR, 24 * HOUR),
    "package_pause_review": (5 * DAY, 7 * DAY),
    "time_limited_care": (28 * DAY, 42 * DAY),
    "package_handed_back": (3 * DAY, 7 * DAY),
    "package_increase": (36 * HOUR, 48 * HOUR),
    "onward_care": (18 * HOUR, 24 * HOUR),
    "centre_stay": (28 * DAY, 42 * DAY),
    "centre_goals": (24 * HOUR, 48 * HOUR),
    "handover_ack": (1.5 * HOUR, 2 * HOUR),
    "handover_again": (1.5 * HOUR, 2 * HOUR),
    "assessment_allocation": (18 * HOUR, 24 * HOUR),
    "assessment_completion": (36 * HOUR, 48 * HOUR),
    "support_plan": (18 * HOUR, 24 * HOUR),
    "funding_decision": (18 * HOUR, 24 * HOUR),
    "owner_named": (18 * HOUR, 24 * HOUR),
    "owner_cover": (1.5 * HOUR, 2 * HOUR),
    "owner_follows": (18 * HOUR, 24 * HOUR),
    "service_asked": (18 * HOUR, 24 * HOUR),
    "care_arranged": (2 * HOUR, 4 * HOUR),
}
"""Near after, late after: time that passes."""
WHOLE_DAYS = {
    "drd_to_discharge": (None, 0),
    "centre_ready_to_leave": (None, 0),
    "new_birth_visit": (10, 14),
    "early_years_start": (7, 10),
}
"""Near from this day in London after the first, late when that day is over."""
WEEK = 7 * DAY
"""A pause counts no longer."""
TARGETS_OF_REFERRALS = tuple(STARTS.values())
NOT_IN_PAUSES = (
    "package_resume",
    "package_pause_review",
    "time_limited_care",
    "package_handed_back",
)


def state_of(
    wait: str,
    of: dict[str, Any],
    since: datetime,
    now: datetime,
    pauses_of_wait: Sequence[Sequence[datetime]],
) -> str:
    if wait == "package_restart_notice":
        return "breached" if _too_soon(of["spell"]["planned_at"], since) else "running"
    pauses: list[Any] = [*pauses_of_wait]
    if wait not in NOT_IN_PAUSES:
        pauses += [
            (begun, min(until or begun + WEEK, begun + WEEK))
            for begun, until, why in of.get("pauses", ())
            if why not in ("provider_capacity", "readmitted")
        ]
    if any(begun <= now and (until is None or now < until) for begun, until in pauses):
        return "paused"
    if wait == "package_handed_back" and of["care_until"] and now >= of["care_until"]:
        return "breached"  # nobody comes any more
    by_target = _by_target(wait, since, now, pauses)
    agreed = _agreed(wait, of)
    if agreed is None or agreed < since:
        return by_target
    if now < agreed:
        # They are to come, unless only after the target.
        in_time = _by_target(wait, since, agreed, pauses) != "breached"
        return "running" if in_time and by_target == "near" else by_target
    # Nobody came when they had said.
    return "breached" if now >= agreed + 4 * HOUR or by_target == "breached" else "near"


def _by_target(wait: str, since: datetime, now: datetime, pauses: list[Any]) -> str:
    if wait in WHOLE_DAYS:
        near_day, last_day = WHOLE_DAYS[wait]
        days = _nights(since, now, pauses)
        if days > last_day:
            return "breached"
        return "near" if near_day is not None and days >= near_day else "running"
    counted = _open_hours if wait == "ucr_response" else lambda begun, until: until - begun
    # From one moment at which a pause begins or ends to the next: either all of it counts or none.
    edges = {since, now, *(edge for pause in pauses for edge in pause if edge is not None)}
    moments = sorted(edge for edge in edges if since <= edge <= now)
    waited = timedelta()
    for begun, until in pairwise(moments):
        if not any(a <= begun and (b is None or until <= b) for a, b in pauses):
            waited += counted(begun, until)
    near, late = TARGETS[wait]
    return "breached" if waited >= late else "near" if waited >= near else "running"


def _agreed(wait: str, of: dict[str, Any]) -> datetime | None:
    """When whoever is waited for had said that they would begin."""
    if wait == "package_start":
        text = of["visit_agreed"] or of["planned"]
    elif wait == "package_resume":
        goes_on = of["kind"] == "restart" and not of["more_asked"]
        text = of["agreed_besides"] or of["agreed_again"]
        text = text or (of["planned"] if goes_on else of["planned_besides"])
    elif wait == "package_increase":
        text = of["planned"] if in_place(of) else of["visit_agreed"] or of["planned"]
    else:
        starts = wait in TARGETS_OF_REFERRALS
        text = of["agreed"] or of["agreed_by_package"] if starts else None
    return datetime.fromisoformat(text) if text else None


def _nights(since: datetime, now: datetime, pauses: list[Any]) -> int:
    """Midnights that have passed, but those in a pause."""
    midnights = []
    day = day_of(since) + DAY
    while day <= day_of(now):
        midnights.append(datetime.combine(day, time(), LONDON))
        day += DAY
    return sum(not any(a < midnight <= b for a, b in pauses if b) for midnight in midnights)


def _too_soon(planned_at: str | None, asked_at: datetime) -> bool:
    """A discharge is planned, and less than 24 hours after the restart was asked for."""
    if planned_at is None:
        return False
    return asked_at <= datetime.fromisoformat(planned_at) < asked_at + 24 * HOUR


def _open_hours(since: datetime, now: datetime) -> timedelta:
    """Time between 08:00 and 20:00 in London, every day."""
    waited = timedelta()
    day = day_of(since)
    while day <= day_of(now):
        opens = datetime.combine(day, time(8), LONDON)
        closes = datetime.combine(day, time(20), LONDON)
        waited += max(timedelta(), min(now, closes) - max(since, opens))
        day += DAY
    return waited


def long_stay(spell: dict[str, Any], since: datetime, now: datetime) -> Iterator[str]:
    """One review for each of 7, 14 and 21 days, each from the mark before."""
    begins = since
    for mark in (7, 14, 21):
        reached = datetime.combine(day_of(since) + mark * DAY, time(), LONDON)
        held = any(at >= reached for at in spell["long_stay_reviews"])
        if begins <= now and not held:
            days = (day_of(now) - day_of(since)).days
            yield "running" if days < mark else "near" if days == mark else "breached"
        begins = reached


def day_of(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def day_91(at: datetime) -> datetime:
    """When it begins, in London."""
    return datetime.combine(day_of(at) + 91 * DAY, time(), LONDON).astimezone(UTC)
