"""Which waits run in a journey, since when, and how late they are. Standard library only.

Part of `topic_figures.py`. Targets are those of domain.md 12.4, written down a second time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tests.metrics.topic_anew import (
    agreed_by_another_name,
    comes_after,
    goes_without,
    reablement_first,
    to_come,
    waited_for_anyway,
)
from tests.metrics.topic_arranged import being_planned, left_out, refused_with, unarranged_since
from tests.metrics.topic_days import begins, day_of, days_from, within_hours
from tests.metrics.topic_events import Event
from tests.metrics.topic_journeys import Journey
from tests.metrics.topic_places import to_be_admitted_until
from tests.metrics.topic_services import HUB
from tests.metrics.topic_subjects import Service, Spell

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Target:
    """Time until a wait is near its target, and until it is missed."""

    due: timedelta
    near: timedelta | None = None


TARGETS: Mapping[str, Target] = {
    "edd_set": Target(24 * HOUR, 18 * HOUR),
    "ctr_review": Target(24 * HOUR),
    "drd_to_discharge": Target(0 * DAY),  # local days: missed at the first midnight
    "hospital_process_delay": Target(48 * HOUR, 36 * HOUR),
    "hub_referral": Target(4 * HOUR, 3 * HOUR),
    "hub_pathway": Target(24 * HOUR, 18 * HOUR),
    "referral_response": Target(24 * HOUR, 18 * HOUR),
    "p2_bed_start": Target(2 * DAY, 36 * HOUR),
    "p1_reablement_start": Target(2 * DAY, 36 * HOUR),
    "package_start": Target(24 * HOUR, 18 * HOUR),
    "home_care_start": Target(24 * HOUR, 18 * HOUR),
    "community_health_start": Target(48 * HOUR, 36 * HOUR),
    "care_home_start": Target(7 * DAY, 5 * DAY),
    "package_restart_notice": Target(24 * HOUR),  # a minimum
    "palliative_care_start": Target(24 * HOUR, 12 * HOUR),
    "hospice_bed_start": Target(24 * HOUR, 18 * HOUR),
    "disability_support_start": Target(7 * DAY, 5 * DAY),
    "mental_health_follow_up": Target(72 * HOUR, 48 * HOUR),
    "mental_health_bed_start": Target(24 * HOUR, 12 * HOUR),
    "new_birth_visit": Target(14 * DAY, 10 * DAY),  # local days from the birth
    "early_years_start": Target(10 * DAY, 7 * DAY),  # local days
    "equipment_delivery": Target(3 * DAY, 2 * DAY),
    "housing_start": Target(7 * DAY, 5 * DAY),
    "missed_first_visit": Target(4 * HOUR, 2 * HOUR),
    "package_resume": Target(24 * HOUR, 12 * HOUR),
    "package_pause_review": Target(7 * DAY, 5 * DAY),
    "time_limited_care": Target(42 * DAY, 28 * DAY),
    "package_handed_back": Target(7 * DAY, 3 * DAY),  # or when care ends, if that is sooner
    "fast_track_chc": Target(48 * HOUR, 36 * HOUR),
    "ucr_response": Target(2 * HOUR, 1.5 * HOUR),  # counted from 08:00 to 20:00
    "handover_ack": Target(2 * HOUR, 1.5 * HOUR),
    "handover_again": Target(2 * HOUR, 1.5 * HOUR),
    "discharge_summary": Target(24 * HOUR, 18 * HOUR),
    "assessment_allocation": Target(24 * HOUR, 18 * HOUR),
    "assessment_completion": Target(48 * HOUR, 36 * HOUR),
    "support_plan": Target(24 * HOUR, 18 * HOUR),
    "funding_decision": Target(24 * HOUR, 18 * HOUR),
    "owner_named": Target(24 * HOUR, 18 * HOUR),
    "owner_cover": Target(2 * HOUR, 1.5 * HOUR),
    "owner_follows": Target(24 * HOUR, 18 * HOUR),
    "service_asked": Target(24 * HOUR, 18 * HOUR),
    "care_arranged": Target(4 * HOUR, 2 * HOUR),
    "centre_goals": Target(48 * HOUR, 24 * HOUR),
    "centre_ready_to_leave": Target(0 * DAY),  # local days
    "package_increase": Target(48 * HOUR, 36 * HOUR),
    "onward_care": Target(24 * HOUR, 18 * HOUR),
    "centre_stay": Target(42 * DAY, 28 * DAY),
}
A_TIME = 1_000_000
"""A number that is a time, in seconds, is greater."""
AFTER_WHAT_WAS_AGREED = 4 * HOUR
LONG_STAY_MARKS = (7, 14, 21)
AFTER_STEPS = ("assessment_allocation", "assessment_completion", "support_plan", "funding_decision")
"""What is waited for after the first step of an assessment, the second, and so on."""
STARTS = {
    "rehabilitation_bed": "p2_bed_start",
    "reablement": "p1_reablement_start",
    "home_care": "home_care_start",
    "community_health": "community_health_start",
    "care_home": "care_home_start",
    "fast_track_chc": "fast_track_chc",
    "urgent_community_response": "ucr_response",
    "palliative_care": "palliative_care_start",
    "hospice_bed": "hospice_bed_start",
    "disability_support": "disability_support_start",
    "mental_health_community": "mental_health_follow_up",
    "mental_health_bed": "mental_health_bed_start",
    "health_visiting": "new_birth_visit",
    "early_years": "early_years_start",
    "equipment": "equipment_delivery",
    "housing": "housing_start",
}
"""The wait from a referral of a kind to its beginning."""

CARE_WHERE_THEY_LIVE = {
    "reablement",
    "home_care",
    "community_health",
    "palliative_care",
    "disability_support",
}
NOT_VISITED_IN_HOSPITAL = CARE_WHERE_THEY_LIVE - {"reablement"} | {"early_years"}
HOME_VISITS = ("package_start", "package_resume", "package_increase")
NOT_STOPPED_BY_A_PAUSE = {
    "package_resume",
    "package_pause_review",
    "time_limited_care",
    "package_handed_back",
}


@dataclass(frozen=True)
class Override:
    """Targets that differ where people live."""

    locality: str
    targets: Mapping[str, Target]


@dataclass(frozen=True)
class Running:
    """A wait that runs: of which spell (for its labels), and about which package."""

    wait: str
    number: int
    spell: Spell | None
    package: Service | None = None
    until: datetime | None = None
    began: datetime | None = None
    """Where its time began to run before the event that starts it."""
    first: datetime | None = None
    """Before this none of its time runs."""
    there: datetime | None = None
    """Until when whoever was sent to another hospital may be admitted there; another time is
    another wait."""
    agreed: datetime | None = None
    """When whoever is to begin said that they would."""


Key = tuple[str, str]
Stretch = tuple[datetime, datetime]
ONE_PERIOD = {
    *("edd_set", "hub_pathway", "referral_response", "package_start"),
    *(STARTS[kind] for kind in CARE_WHERE_THEY_LIVE),
}
"""Waits whose start may turn out to be later: the same period all the same."""
NEVER_PAUSED = {"los_review", "package_restart_notice"}


class Waits:
    """Told of every event, knows since when each wait runs."""

    def __init__(self) -> None:
        self.since: dict[Key, tuple[Running, datetime]] = {}
        self.pauses: dict[Key, list[Stretch]] = {}
        """Of the newest period of each wait: from, until at the latest."""

    def ask(self, journey: Journey, at: datetime) -> None:
        """Look again, because something happened `at` this time."""
        now = {} if journey.died_at is not None else dict(_running(journey))
        for key in self.since.keys() - now.keys():
            del self.since[key]
        for key, running in now.items():
            known = self.since[key][0] if key in self.since else None
            if known is not None and _same(known, running, self.since[key][1], at):
                self.since[key] = (running, self.since[key][1])
                continue
            anew = known is None or known.there != running.there
            if anew or running.wait not in ONE_PERIOD:
                self.pauses[key] = []
            since = min(at, running.began or at)
            self.since[key] = (running, max(since, running.first or since))

    def pause(self, journey: Journey, event: Event) -> None:
        """A wait is paused, for a week at most, or goes on."""
        key = (event.data["wait"], event.data["about"])
        if event.type == "wait-resumed":
            if not self.pauses.get(key):
                journey.findings["resume_without_pause"] += 1
                return
            self._end_pause(key, event.at)
        elif key not in self.since:
            journey.findings["pause_without_wait"] += 1
        elif key[0] in NEVER_PAUSED:
            journey.findings["wait_not_pausable"] += 1
        else:
            self._end_pause(key, event.at)
            planned = event.data.get("until")
            until = event.at + 7 * DAY
            if planned:
                until = min(until, datetime.fromisoformat(planned))
            self.pauses[key].append((event.at, until))

    def _end_pause(self, key: Key, at: datetime) -> None:
        self.pauses[key] = [(since, min(until, at)) for since, until in self.pauses[key]]


def _same(known: Running, now: Running, since: datetime, at: datetime) -> bool:
    """That it was not to run before a time which has passed changes nothing any more."""
    is_to_run = now.first if now.first is not None and now.first > at else None
    was_to_run = since if since > at else None
    if is_to_run != was_to_run:
        return False
    return (known.number, known.there) == (now.number, now.there)


def _running(journey: Journey) -> Iterator[tuple[Key, Running]]:
    for spell in journey.spells.values():
        for wait, number in (*_of_spell(spell), _of_hub(journey, spell)):
            if number:
                since = {"drd_to_discharge": spell.ready_since, "los_review": spell.began_at}
                began = since.get(wait)
                yield (wait, spell.about), Running(wait, int(number), spell, began=began)
    for held, waits, package in _of_services(journey):
        for wait, number in waits:
            if number:
                first, moved, there = None, 0, None
                if wait == "package_start" and package is not None:
                    first, moved = _after_who_comes(package), package.moved
                    if package.going is None:
                        said = package.accepted or package.started
                        first = _later(
                            comes_after(journey, package) if said else None,
                            reablement_first(journey, package),
                        )
                elif held.kind in CARE_WHERE_THEY_LIVE and wait == STARTS[held.kind]:
                    first = _later(comes_after(journey, held), reablement_first(journey, held))
                elif wait == "onward_care" and package is not None and number > A_TIME:
                    first = _visit_to_come(package)
                if wait in HOME_VISITS or _counts_at_home(held, wait):
                    there = to_be_admitted_until(journey.latest)
                    first = _later(first, there)
                running = Running(
                    wait, int(number) + moved, held.spell, package,
                    began=_began(journey, held, wait), first=first,
                    agreed=_agreed(journey, held, wait), until=_until(held, wait), there=there,
                )  # fmt: skip
                yield (wait, held.about), running
    yield from _of_reablement(journey)
    yield from _of_plans(journey)
    yield from _of_owner(journey)


def _counts_at_home(held: Service, wait: str) -> bool:
    return held.kind in NOT_VISITED_IN_HOSPITAL and wait == STARTS[held.kind]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _after_who_comes(package: Service) -> datetime | None:
    """Nobody waits for the next one before the last day of the one before."""
    return package.going[2][0] if package.going is not None and package.still_comes else None


def _of_reablement(journey: Journey) -> Iterator[tuple[Key, Running]]:
    """For some weeks, at home. Of visits without a package no event need tell the end."""
    wait = "time_limited_care"
    for visits in journey.cared_by_visits:
        assert visits.alone_at is not None
        if visits.kind == "reablement" and visits.alone_until is None:
            since = visits.alone_at[0]
            last = begins(day_of(since) + 91 * DAY)
            yield (wait, visits.about), Running(wait, 1, visits.spell, until=last, began=since)
    at_home = journey.current is None and journey.staying is None
    for package in journey.packages.values():
        asked = journey.referrals.get(package.referral or "")
        comes = package.is_given or package.still_comes
        if asked is not None and asked.kind == "reablement" and comes and at_home:
            before = [*package.gave, *([package.going] if package.going else [])]
            began = before[0][1] if before else package.in_place_at
            assert began is not None
            until = package.last_day[0] if package.last_day is not None else None
            until = _after_who_comes(package) or until
            running = Running(wait, 1, package.spell, package, until=until, began=began[0])
            yield (wait, package.about), running


def _began(journey: Journey, held: Service, wait: str) -> datetime | None:
    """The birth (else the referral), or the move into a centre, where a wait counts from it; or, if
    they were asked within three days after it, when a mental health bed was left, or the hospital
    after that."""
    if wait == "new_birth_visit":
        babies = [each for each in journey.spells.values() if each.of_a_newborn]
        return min((each.began_at for each in babies), default=held.referred_at)
    if wait in ("centre_stay", "centre_goals") and held.begun_at is not None:
        return held.begun_at[0]
    if wait == "centre_ready_to_leave":
        return held.ready_since
    asked_at = held.referred_at
    if wait != "mental_health_follow_up" or asked_at is None:
        return None
    left = [bed.over_at[0] for bed in _mental_health_beds(journey) if bed.over_at is not None]
    if not left or asked_at - max(left) > 3 * DAY:
        return None
    left += [each.discharged_at for each in journey.spells.values() if each.discharged_at]
    return max(left) if max(left) < asked_at else None


def _mental_health_beds(journey: Journey) -> Iterator[Service]:
    return (bed for bed in journey.stays.values() if journey.bed(bed) == "mental_health_bed")


def _until(held: Service, wait: str) -> datetime | None:
    """Nobody waits for who gave it up beyond their last day."""
    theirs = wait in ("package_resume", "package_pause_review", "package_increase")
    theirs |= wait == "missed_first_visit" and held.visited
    return held.last_day[0] if theirs and held.last_day is not None else None


def _agreed(journey: Journey, held: Service, wait: str) -> datetime | None:
    if wait == "package_start" or (wait == "package_increase" and not held.in_place):
        return held.visit_agreed or held.start_agreed
    if wait == "package_resume":
        by_another_name, planned = agreed_by_another_name(journey, held)
        if by_another_name is not None:
            return by_another_name
        halted, said = held.stands_still, held.sure_since
        if halted and said and said > halted and held.visit_agreed is not None:
            return held.visit_agreed
        return held.start_agreed if held.kind == "restart" and not held.more_asked else planned
    if wait == "fast_track_chc" and held.start_agreed is None:
        ready = (p for p in _of_it(journey, held) if p.accepted and not p.nobody_has_it)
        return next((p.visit_agreed for p in ready if p.service is not None), None)
    return held.start_agreed if wait in {"package_increase", *STARTS.values()} else None


def _of_it(journey: Journey, referral: Service) -> Iterator[Service]:
    """The packages of a referral that are not over."""
    for package in journey.packages.values():
        if package.over or package.elsewhere:
            continue
        if package.referral == referral.about or (
            not package.referral and package.service and package.service == referral.service
        ):
            yield package


def _of_services(
    journey: Journey,
) -> Iterator[tuple[Service, Iterator[tuple[str, int]], Service | None]]:
    for referral in journey.referrals.values():
        yield referral, _of_referral(journey, referral), None
    for package in journey.packages.values():
        yield package, _of_package(journey, package), package
    for stay in journey.stays.values():
        yield stay, _of_stay(journey, stay), None
    for handover in journey.handovers.values():
        yield handover, _of_handover(journey, handover), None


def _of_plans(journey: Journey) -> Iterator[tuple[Key, Running]]:
    for plan in journey.plans.values():
        furthest = max(plan.steps, default=0)
        if not plan.over and 0 < furthest <= len(AFTER_STEPS) and not _on_hold(journey, plan):
            wait = AFTER_STEPS[furthest - 1]
            yield (wait, plan.about), Running(wait, plan.sent, plan.spell)


def _of_owner(journey: Journey) -> Iterator[tuple[Key, Running]]:
    spell = journey.current or journey.latest
    about = spell.about if spell is not None else "person"
    for wait, number, until in journey.owners.waits(journey, about):
        yield (wait, about), Running(wait, number, spell, until=until)
    if unarranged_since(journey, spell) is not None and not being_planned(journey, spell):
        home = spell is None or spell.discharged_at is not None
        wait = "care_arranged" if home else "service_asked"
        yield (wait, about), Running(wait, 1, spell)


def _of_spell(spell: Spell) -> Iterator[tuple[str, int]]:
    if spell.discharged_at is not None:
        yield "discharge_summary", not spell.summary_sent
        return
    if not spell.goes_on:
        return
    ready = spell.periods if spell.ready_since is not None else 0
    wanted = not spell.edd and spell.ready_since is None
    wanted &= spell.admitted_by not in ("82", "83")
    yield "edd_set", wanted and 1 + spell.admission_known
    yield "ctr_review", spell.reviews
    yield "drd_to_discharge", ready and 2 * ready + spell.admission_known
    yield "hospital_process_delay", ready and (spell.primary or "").startswith("hosp_")
    asked = spell.hub_referred or spell.confirmed
    yield "hub_referral", ready if spell.supported and not asked else 0
    yield "los_review", 1 + spell.admission_known


def _of_hub(journey: Journey, spell: Spell) -> tuple[str, int]:
    """In hospital, or gone home before the hub had decided."""
    asked = spell.hub_referred and not spell.confirmed
    here = spell.goes_on and not spell.unwell
    deciding = (here and asked) or journey.undecided_at_home(spell)
    return "hub_pathway", 1 + spell.hub_received if deciding else 0


def _on_hold(journey: Journey, referral: Service) -> bool:
    """In hospital and too unwell for the service, or back there for something new."""
    spell = journey.current
    if spell is None or spell.ready_since is not None:
        return False
    return spell.unwell or referral.spell is not spell


def _of_handover(journey: Journey, handover: Service) -> Iterator[tuple[str, int]]:
    if handover.unanswered and not _on_hold(journey, handover):
        yield "handover_ack", handover.sent
    if handover.to_be_mended and handover.spell is journey.latest:
        yield "handover_again", not _on_hold(journey, handover) and 1 + handover.sent


def _nobody_could_come(journey: Journey, referral: Service) -> bool:
    """Not well enough to leave; or it follows up who has left; or it is for a crisis at home."""
    here = journey.current
    if referral.kind == "mental_health_community":
        in_bed = any(bed is journey.staying for bed in _mental_health_beds(journey))
        return in_bed or here is not None
    if referral.kind == "urgent_community_response":
        return here is not None
    for_later = referral.kind in ("reablement", "rehabilitation_bed", "care_home")
    return for_later and here is not None and here.reviews > 0 and here.ready_since is None


def _of_referral(journey: Journey, referral: Service) -> Iterator[tuple[str, int]]:
    at_home = journey.current is None and journey.staying is None
    if referral.closed or _on_hold(journey, referral) or left_out(journey, referral):
        return
    answers = referral.kind not in (HUB, "equipment", "housing", "health_visiting")
    if (referral.asked or referral.received) and not referral.accepted and answers:
        yield "referral_response", 1 + referral.received
    if referral.missed and journey.current is None and journey.staying is None:
        yield "missed_first_visit", 1
    if _nobody_could_come(journey, referral):
        return
    going = [p for p in journey.packages.values() if not (p.over or p.elsewhere)]
    packages = [p for p in going if p.asked or p.nobody_has_it]
    of_it = [p for p in packages if p.referral == referral.about]
    of_it += [p for p in packages if not p.referral and p.service and p.service == referral.service]
    if referral.kind in ("home_care", "disability_support") and of_it:
        return  # that is waited for as a package
    in_centre = journey.current is None and not at_home
    homely = referral.kind in NOT_VISITED_IN_HOSPITAL and not at_home
    if homely and referral.kind not in CARE_WHERE_THEY_LIVE:
        return
    if homely or (referral.kind in CARE_WHERE_THEY_LIVE and in_centre):
        dated = referral.start_agreed is not None or bool(of_it)
        yield "onward_care", referral.asked and referral.accepted and not dated and _leaves(journey)
        return
    undated = referral.accepted and referral.start_agreed is None
    if referral.asked and undated and reablement_first(journey, referral) is not None:
        yield "onward_care", 1
    if referral.asked and referral.kind in STARTS and not refused_with(journey, referral):
        yield STARTS[referral.kind], not waited_for_anyway(journey, referral)


def _leaves(journey: Journey) -> bool:
    """Ready to leave the hospital, or else the centre."""
    here = journey.current or journey.staying
    return here is not None and here.ready_since is not None


def _of_stay(journey: Journey, stay: Service) -> Iterator[tuple[str, int]]:
    if stay.stays_on and journey.current is None and not journey.is_home(stay):
        short_term = journey.bed(stay) == "rehabilitation_bed"
        yield "centre_stay", short_term
        yield "centre_goals", short_term and not stay.goals
        yield "centre_ready_to_leave", stay.times_ready if stay.ready_since else 0


def _of_package_at_home(journey: Journey, package: Service) -> Iterator[tuple[str, int]]:
    nobody_came = package.missed_when if package.missed > package.missed_before else None
    if package.refused_at is not None:
        nobody_came = None  # nor will they
    if nobody_came is not None and not package.visited:
        said = package.said_in_place if package.kind == "restart" else None
        yield "missed_first_visit", said is None or said < nobody_came
    elif nobody_came is not None and package.stands_still and package.stands_still < nobody_came:
        yield "missed_first_visit", 1 + len(package.pauses)
    if package.in_place and package.more_asked:
        yield "package_increase", package.times_more
    if package.in_place and package.stands_still:
        yield "package_resume", goes_without(journey, package)
    elif package.in_place and package.paused_because is not None:
        yield "package_pause_review", len(package.pauses)


def _to_go_on(package: Service) -> bool:
    """It was asked to go on since it stands still, and who has it has not said that it does."""
    since, asked = package.stands_still, package.wanted_again
    if package.nobody_has_it:
        return since is not None and package.wanted_anew
    if since is None or asked is None or asked < since:
        return False
    return package.sure_since is None or package.sure_since < asked


def _of_package(journey: Journey, package: Service) -> Iterator[tuple[str, int]]:
    if package.over or package.elsewhere:
        return
    if package.nobody_has_it and not any(to_come(journey, package)):
        yield "package_handed_back", package.given_back
    at_home = journey.current is None and journey.staying is None
    kept = not left_out(journey, package)
    if not _on_hold(journey, package) and package.refused_at is None:
        yield "onward_care", _to_be_agreed(journey, package, at_home=at_home, kept=kept)
    if at_home:
        yield from _of_package_at_home(journey, package)
    spell = package.spell
    if not (package.asked or package.others_before):
        return
    if spell is not None and spell.goes_on:
        if package.asked and package.kind == "restart" and kept and package.refused_at is None:
            yield "package_restart_notice", 1
    elif at_home and not package.in_place and kept and _may_begin(package):
        if _adds(journey, package):
            yield "package_increase", 1
        else:
            once = _comes_for_fast_track(journey, package) or waited_for_anyway(journey, package)
            yield "package_start", not once


def _visit_to_come(package: Service) -> datetime | None:
    """When whoever has it said that they come, where they have not come since: it passes while the
    person is elsewhere, and another one has to be agreed."""
    halted, said = package.stands_still, package.sure_since
    if package.nobody_has_it or package.lapsed or not package.accepted:
        return None
    if package.in_place and (halted is None or said is None or said <= halted):
        return None
    return package.visit_agreed


def _to_be_agreed(journey: Journey, package: Service, *, at_home: bool, kept: bool) -> int:
    """That somebody comes at all, or with more, or again; or at another time."""
    said = package.accepted or package.in_place or package.started
    said = said and not (package.nobody_has_it and _may_begin(package))
    away = not at_home or reablement_first(journey, package) is not None
    if package.asked and not said and away and kept:
        return 1
    if at_home:
        return 0
    if package.in_place and package.more_asked and not package.more_agreed:
        return 1 + package.times_more
    if _to_go_on(package):
        return -len(package.pauses)
    agreed = _visit_to_come(package) if kept else None
    return int(agreed.timestamp()) if agreed is not None else 0


def _may_begin(package: Service) -> bool:
    """Somebody has it; or is asked for it, of whoever did not begin."""
    if not package.nobody_has_it:
        return True
    return package.wanted_anew and not package.came and not package.others_before


def _comes_for_fast_track(journey: Journey, package: Service) -> bool:
    """What it asked for is waited for, and its provider has said that they come."""
    asked = [each for each in journey.referrals.values() if each.kind == "fast_track_chc"]
    said = package.accepted and package.service is not None and not package.nobody_has_it
    return bool(said) and any(
        each.asked and not each.closed and package in _of_it(journey, each) for each in asked
    )


def _adds(journey: Journey, package: Service) -> bool:
    """It was asked for as more care, and others come already."""
    if package.still_comes:
        return False  # it is its own provider that is waited for
    comes = any(each.is_given or each.still_comes for each in journey.packages.values())
    comes |= any(each.alone_until is None for each in journey.cared_by_visits)
    return comes and package.kind == "increased"


def states(
    journey: Journey, waits: Waits, now: datetime, overrides: Sequence[Override]
) -> Iterator[tuple[str, str, Spell | None]]:
    """Each wait that runs now: its name, its state (running, near, breached), its spell."""
    targets = dict(TARGETS)
    for override in overrides:
        if override.locality == journey.locality:
            targets |= override.targets
    for key, (running, since) in waits.since.items():
        if since > now or (running.until is not None and running.until <= now):
            continue
        if running.wait == "los_review":
            assert running.spell is not None
            for state in _long_stay(running.spell, since, now):
                yield "los_review", state, running.spell
        else:
            target = targets[running.wait]
            paused = waits.pauses[key]
            yield running.wait, _state(running, target, since, now, paused), running.spell


def _by_days(target: Target, since: datetime, now: datetime, still: list[Stretch]) -> str:
    if now >= _day_after(since, target.due + DAY, still):
        return "breached"
    near = target.near is not None and now >= _day_after(since, target.near, still)
    return "near" if near else "running"


def _day_after(since: datetime, days: timedelta, still: list[Stretch]) -> datetime:
    """When so many days have begun; those on which the time stood still at midnight aside."""
    day = day_of(since)
    left = days // DAY
    while left:
        day += DAY
        left -= not any(a < begins(day) <= b for a, b in still)
    return begins(day)


def _together(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches of time that overlap, as one."""
    found: list[Stretch] = []
    for since, until in sorted(stretches):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _stood_still(running: Running, since: datetime, paused: list[Stretch]) -> list[Stretch]:
    """Whether for itself or because its package was on hold, for a week at most; but not because
    its provider has no capacity, nor for a stay in hospital."""
    found = list(paused)
    if running.package is not None and running.wait not in NOT_STOPPED_BY_A_PAUSE:
        found += [
            (a, min(b or a + 7 * DAY, a + 7 * DAY))
            for a, b, why in running.package.pauses
            if why not in ("provider_capacity", "readmitted")
        ]
    return _together([(max(a, since), b) for a, b in found if b > max(a, since)])


def _state(
    running: Running, target: Target, since: datetime, now: datetime, paused: list[Stretch]
) -> str:
    still = _stood_still(running, since, paused)
    if any(a <= now < b for a, b in still):
        return "running"
    state = _by_target(running, target, since, now, still)
    agreed = running.agreed
    if agreed is None or agreed < since:
        return state
    if now < agreed:
        too_late = _by_target(running, target, since, agreed, still) == "breached"
        return state if too_late else "running"
    return "breached" if now >= agreed + AFTER_WHAT_WAS_AGREED else max(state, "near", key=WORSE)


WORSE = ("running", "near", "breached").index


def _by_target(
    running: Running, target: Target, since: datetime, now: datetime, still: list[Stretch]
) -> str:
    match running.wait:
        case "drd_to_discharge" | "centre_ready_to_leave" | "new_birth_visit" | "early_years_start":
            return _by_days(target, since, now, still)
        case "package_restart_notice":
            planned_at = running.spell.planned_at if running.spell else None
            too_soon = planned_at is not None and since <= planned_at < since + target.due
            return "breached" if too_soon else "running"
        case "ucr_response":
            waited = within_hours(since, now, time(8), time(20))
            for at, until in still:
                if at < now:
                    waited -= within_hours(at, until, time(8), time(20))
        case _:
            waited = now - since - sum((b - a for a, b in still if a < now), timedelta())
    care_until = running.package.care_until if running.package is not None else None
    if running.wait == "package_handed_back" and care_until is not None and now >= care_until:
        return "breached"
    if waited >= target.due:
        return "breached"
    return "near" if target.near is not None and waited >= target.near else "running"


def _long_stay(spell: Spell, since: datetime, now: datetime) -> Iterator[str]:
    """One review for each mark, from the mark before; a review ends each whose day has come."""
    begins_at = since
    for mark in LONG_STAY_MARKS:
        reached_at = begins(day_of(since) + mark * DAY)
        reviewed = any(at >= reached_at for at in spell.long_stay_reviews)
        if begins_at <= now and not reviewed:
            days = days_from(since, now)
            yield "running" if days < mark else "near" if days == mark else "breached"
        begins_at = reached_at
