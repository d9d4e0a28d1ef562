"""Outcomes, cost and what happened on the way, a second time. Standard library only.

Part of `topic_figures.py`. `note` is told of every event that counts, after the journey was, and
writes down when things were first so; `after_figures` are series and amounts.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.metrics.topic_days import begins, day_of, days_from
from tests.metrics.topic_events import Event
from tests.metrics.topic_journeys import Journey
from tests.metrics.topic_places import left_hospital_for, named_place, went_on_elsewhere
from tests.metrics.topic_subjects import Service, Spell

WINDOW = timedelta(days=28)
POUNDS = 395
LEFT_OUT = {"501", "560", "370", "800"}
NOT_ACUTE = {"501", "560", "700", *(str(code) for code in range(710, 728))} - {
    *("714", "716", "717", "718", "719"),
}
BED_IS = {
    "mental_health_bed": "in_hospital",
    **dict.fromkeys(("hospice_bed", "fast_track_chc"), "elsewhere"),
}
Amount = tuple[str, dict[str, str | None], float]
"""Metric, labels with places as the events name them, amount."""


def note(journey: Journey, event: Event) -> None:
    data = event.data
    spell = journey.spells.get((data.get("provider", ""), data.get("spell_id", "")))
    if spell is not None:
        if event.type == "patient-admitted" and spell.noted_by is None:
            spell.noted_by = event.identity
            spell.age_band = data.get("age_band")
            spell.treatment_function = data.get("treatment_function")
        if event.type == "follow-up-recorded" and _on_its_day(spell, event):
            spell.follow_ups[data["day"]] = data["status"]
    for each in journey.spells.values():
        each.overtaken_on = each.overtaken_on or (event.at if each.overtaken else None)
    _note_services(journey, event)


def _note_services(journey: Journey, event: Event) -> None:
    data = event.data
    named = {
        "referral-made": journey.referrals.get(data.get("referral_id", "")),
        "referral-accepted": journey.referrals.get(data.get("referral_id", "")),
        "referral-rejected": journey.referrals.get(data.get("referral_id", "")),
        "referred-to-care-transfer-hub": journey.referrals.get(data.get("referral_id") or ""),
        "care-package-requested": journey.packages.get(data.get("package_id", "")),
        "care-package-increased": journey.packages.get(data.get("package_id", "")),
        "care-package-ended": journey.packages.get(data.get("package_id", "")),
        "centre-admitted": journey.stays.get(data.get("stay_id", "")),
    }.get(event.type)
    known_before = event.type == "centre-admitted" and named is not None and named.began_on
    if named is not None and not known_before:
        _note_one(named, event)
    if "assessment_id" in data:
        plan = journey.plans[data["assessment_id"]]
        plan.funder = data.get("funder") or plan.funder
    held = [*journey.referrals.values(), *journey.packages.values(), *journey.stays.values()]
    for each in [*held, *journey.plans.values()]:
        if each.spell is not None and each.funder:
            each.paid[each.spell.about] = each.funder
    for each in held:
        each.began_on = each.began_on or (event.at if each.begun else None)
        each.started_on = each.started_on or (event.at if each.started else None)
        each.first_visit_on = each.first_visit_on or (event.at if each.visited else None)
        each.ended_on = each.ended_on or (event.at if each.over else None)
        each.elsewhere_on = each.elsewhere_on or (event.at if each.elsewhere else None)


def _note_one(named: Service, event: Event) -> None:
    match event.type:
        case "referral-made" | "referred-to-care-transfer-hub":
            named.made_on = event.at
            if not (named.accepted or named.rejected):
                named.answered_on = None
        case "care-package-requested":
            named.made_on = named.made_on or event.at
        case "care-package-increased":
            named.increased_on = event.at
        case "care-package-ended":
            named.where_to = event.data.get("reason")
        case "referral-accepted":
            named.answered_on = event.at
        case "referral-rejected":
            named.answered_on = event.at
            named.refusals.append(event.data["reason"])
    if event.type != "centre-admitted" or named.funder is None:
        named.funder = event.data.get("funder") or named.funder


def _on_its_day(spell: Spell, event: Event) -> bool:
    """Who is dead early is dead on the day; anything else is seen on the day, or after it."""
    if spell.discharged_at is None:
        return False
    since = (day_of(event.at) - day_of(spell.discharged_at)).days
    return bool(event.data["status"] == "died" or since >= event.data["day"])


def after_figures(journey: Journey, now: datetime) -> Iterator[Amount]:
    for spell in journey.spells.values():
        left_at = spell.discharged_at
        if left_at is None:
            if journey.died_at is None and spell.goes_on and spell.ready_since is not None:
                yield from _cost(journey, spell, days_from(spell.ready_since, now))
        elif journey.died_at is None or journey.died_at > left_at:
            if not spell.went_on:
                yield from _outcomes(journey, spell, left_at, now)
            if now < begins(day_of(left_at) + WINDOW):
                if not went_on_elsewhere(spell):
                    yield from _cost(journey, spell, spell.delay_days)
                yield from _tallies(journey, spell, left_at)


def not_acute(spell: Spell) -> bool:
    """Children, mothers, newborns, minds: no stays of the publication."""
    return spell.age_band == "0-15" or spell.for_a_birth or spell.treatment_function in NOT_ACUTE


def can_come_back(spell: Spell) -> bool:
    """Whether an emergency after leaving is a return: cancer and obstetrics are not looked at."""
    left_out = spell.treatment_function in LEFT_OUT or spell.for_a_birth
    came_from_home = spell.went_on is False
    return not left_out and (came_from_home or not went_on_elsewhere(spell))


def place_of(spell: Spell) -> dict[str, str | None]:
    return {
        "provider": spell.provider,
        "pathway": spell.pathway or "unknown",
        "council": spell.council,
        "locality": spell.locality,
    }


def _outcomes(journey: Journey, spell: Spell, left_at: datetime, now: datetime) -> Iterator[Amount]:
    for day in (7, 30, 91):
        at = begins(day_of(left_at) + timedelta(days=day))
        if at <= now < begins(day_of(left_at) + timedelta(days=day) + WINDOW):
            status = _whereabouts(journey, spell, day, at)
            yield "outcomes", {"day": str(day), "status": status, **place_of(spell)}, 1
            older = spell.age_band in ("65-74", "75-84", "85+")
            rehabilitated = spell.destination in ("p1_home_reablement", "p2_bed")
            supported = _funder(journey, spell) in ("council", "joint")
            if day == 91 and older and rehabilitated and supported:
                yield "rehabilitation_at_day_91", {"status": status, **place_of(spell)}, 1


def _whereabouts(journey: Journey, spell: Spell, day: int, at: datetime) -> str:
    if journey.died_at is not None and journey.died_at <= at:
        return "died"
    if day in spell.follow_ups:
        return spell.follow_ups[day]
    for other in journey.spells.values():
        ended = other.discharged_at or other.overtaken_on or other.elsewhere
        if other.began_at <= at and (ended is None or at < ended):
            return "in_hospital"
    for stay in reversed(journey.stays.values()):
        ended = stay.ended_on or stay.elsewhere_on
        if stay.began_on is not None and stay.began_on <= at and (ended is None or at < ended):
            bed = journey.bed(stay)
            if bed != "care_home":
                return BED_IS.get(bed, "in_centre")
    moves = [(when, nth, where) for nth, (when, where) in enumerate(_moves(journey)) if when <= at]
    residence = ""
    for _, _, where in sorted(moves):
        if where in ("at_home", "in_care_home"):
            residence = where
    last = max(moves)[2] if moves else ""
    return last or residence or "at_home"


def _moves(journey: Journey) -> Iterator[tuple[datetime, str]]:
    """Empty where it is not said."""
    for spell in journey.spells.values():
        if spell.discharged_at is not None:
            yield spell.discharged_at, left_hospital_for(spell)
    for stay in journey.stays.values():
        if stay.began_on is not None and journey.is_home(stay):
            yield stay.began_on, "in_care_home"
        if stay.ended_on is not None:
            gone = journey.is_home(stay) and stay.where_to is None and not stay.elsewhere
            yield stay.ended_on, "at_home" if gone else named_place(stay.where_to or "")
    for package in journey.packages.values():
        if package.ended_on is not None and package.where_to == "moved_to_care_home":
            yield package.ended_on, "in_care_home"


def _funder(journey: Journey, spell: Spell) -> str:
    """As assessments say; else stays, packages, referrals: the newest that does."""
    held = [
        *journey.referrals.values(),
        *journey.packages.values(),
        *journey.stays.values(),
        *journey.plans.values(),
    ]
    said = [each.paid[spell.about] for each in held if spell.about in each.paid]
    return said[-1] if said else "unknown"


def _cost(journey: Journey, spell: Spell, days: int) -> Iterator[Amount]:
    if days > 0 and not not_acute(spell):
        labels = {**place_of(spell), "funder": _funder(journey, spell)}
        yield "delayed_bed_days", labels, days
        yield "delayed_bed_days_cost_pounds", labels, days * POUNDS


def _tallies(journey: Journey, spell: Spell, left_at: datetime) -> Iterator[Amount]:
    place = place_of(spell)
    yield "discharges_by_destination", {**place, "destination": spell.destination or "unknown"}, 1
    when = "later"
    for name, hour in (("before_17", 17), ("before_midday", 12)):
        # No clock is changed between midnight and noon but in the night.
        if left_at < _at_hour(left_at, hour):
            when = name
    yield "discharges_by_time", {**place, "time": when}, 1
    if can_come_back(spell):
        yield "index_discharges", place, 1
    yield "drd_resets", place, spell.resets
    for referral in journey.referrals.values():
        if referral.spell is spell:
            yield from _referral(referral, spell)
    for package in journey.packages.values():
        if package.spell is spell:
            yield from _package(package, spell, left_at)


def _at_hour(at: datetime, hour: int) -> datetime:
    local = datetime.combine(day_of(at), time(hour), ZoneInfo("Europe/London"))
    return local.astimezone(at.tzinfo)


def _took(took: timedelta) -> str:
    hours = took.total_seconds() / 3600
    bands = ((2, "2h"), (24, "24h"), (48, "48h"), (168, "7d"))
    return next((name for most, name in bands if hours <= most), "longer")


def _referral(referral: Service, spell: Spell) -> Iterator[Amount]:
    service = {
        "service": referral.service,
        "council": spell.council,
        "locality": spell.locality,
    }
    for reason in referral.refusals:
        yield "referrals_rejected", {**service, "rejection": reason}, 1
    if referral.made_on is not None and referral.answered_on is not None:
        took = max(timedelta(), referral.answered_on - referral.made_on)
        yield "referrals_answered", {**service, "within": _took(took)}, 1
        yield "referral_response_seconds", service, took.total_seconds()
    if referral.made_on is not None and referral.began_on is not None:
        took = max(timedelta(), referral.began_on - referral.made_on)
        yield "referrals_begun", {**service, "within": _took(took)}, 1
        yield "referral_wait_seconds", service, took.total_seconds()


def _package(package: Service, spell: Spell, left_at: datetime) -> Iterator[Amount]:
    labels = {**place_of(spell), "package_kind": package.kind or "unknown"}
    yield "first_visits_missed", labels, package.missed
    before = [*package.gave, *([package.going] if package.going else [])]
    began = before[0][1][0] if before else package.first_visit_on
    if began is None and package.kind == "restart":
        began = package.started_on
    if began is None and package.kind == "increased":
        began = package.increased_on
    if package.made_on is not None and began is not None:
        took = max(timedelta(), began - max(left_at, package.made_on))
        yield "packages_begun", {**labels, "within": _took(took)}, 1
        yield "package_start_delay_seconds", labels, took.total_seconds()
