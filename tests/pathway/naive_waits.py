"""Which waits run, how late they are, and at which stage a person is, told naively.

Straight from domain.md 12.3 and 12.4, with the facts of `naive_facts.Person`; nothing of
`flow.pathway` is used.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.pathway.naive_facts import Person
from tests.pathway.naive_told import (
    HUB,
    Said,
    closed,
    goes_on,
    in_place,
    standing,
    stays_on,
    unanswered,
)

LONDON = ZoneInfo("Europe/London")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TARGETS = {
    "edd_set": (18 * HOUR, 24 * HOUR),
    "ctr_review": (20 * HOUR, 24 * HOUR),
    "hospital_process_delay": (36 * HOUR, 48 * HOUR),
    "hub_referral": (3 * HOUR, 4 * HOUR),
    "hub_pathway": (18 * HOUR, 24 * HOUR),
    "discharge_summary": (18 * HOUR, 24 * HOUR),
    "referral_response": (18 * HOUR, 24 * HOUR),
    "p2_bed_start": (36 * HOUR, 48 * HOUR),
    "p1_reablement_start": (36 * HOUR, 48 * HOUR),
    "fast_track_chc": (36 * HOUR, 48 * HOUR),
    "ucr_response": (1.5 * HOUR, 2 * HOUR),
    "missed_first_visit": (2 * HOUR, 4 * HOUR),
    "package_start": (18 * HOUR, 24 * HOUR),
    "package_resume": (12 * HOUR, 24 * HOUR),
    "package_handed_back": (3 * DAY, 7 * DAY),
    "onward_care": (18 * HOUR, 24 * HOUR),
    "centre_stay": (28 * DAY, 42 * DAY),
    "centre_goals": (24 * HOUR, 48 * HOUR),
    "handover_ack": (1.5 * HOUR, 2 * HOUR),
}
"""Near after, late after. The other waits have rules of their own below."""
SAME_DAY = ("drd_to_discharge", "centre_ready_to_leave")
OTHERS = (*SAME_DAY, "package_restart_notice", "los_review")
KNOWN = frozenset({*TARGETS, *OTHERS})
STARTS = {
    "rehabilitation_bed": "p2_bed_start",
    "reablement": "p1_reablement_start",
    "fast_track_chc": "fast_track_chc",
    "urgent_community_response": "ucr_response",
}
NOT_IN_PAUSES = ("package_resume", "package_handed_back")
LAPSE = {"moved": 24 * HOUR}
"""Of notices; of the others after 7 days."""


class Runs(NamedTuple):
    """A wait that runs. Another `turn` is another wait of the same kind; another `shift` only
    moves its start."""

    turn: int
    shift: int
    subject: dict[str, Any]


Key = tuple[str, str]


class Told(NamedTuple):
    """A person after all events: what runs since when, and what ran."""

    person: Person
    running: dict[Key, tuple[Runs, datetime]]
    over: list[tuple[str, str, datetime, datetime, str]]
    """Wait, about, from, until, why it ended."""


def tell_all(told: list[Said]) -> Told:
    events, never, brought_back = standing(told)
    person = Person(never, brought_back)
    running: dict[Key, tuple[Runs, datetime]] = {}
    over: list[tuple[str, str, datetime, datetime, str]] = []
    for said in events:
        person.tell(said)
        _ask(person, said.at, running, over)
    return Told(person, running, over)


def _ask(
    person: Person,
    at: datetime,
    running: dict[Key, tuple[Runs, datetime]],
    over: list[tuple[str, str, datetime, datetime, str]],
) -> None:
    """Which waits run now? What changes, changes at this time."""
    now = {} if person.died_at else dict(_running(person))
    for key, (runs, since) in list(running.items()):
        new = now.get(key)
        if new is not None and new.turn == runs.turn:
            running[key] = (new, at if new.shift != runs.shift else since)
            continue
        over.append((*key, since, at, _why(person, key[0], runs)))
        del running[key]
    for key, runs in now.items():
        if key not in running:
            running[key] = (runs, at)


def on_hold(person: Person, asked: dict[str, Any]) -> bool:
    """In hospital and too unwell for a service, or back there for something new."""
    spell = person.here
    if spell is None or spell["ready_at"] is not None:
        return False
    return spell["unwell"] or asked["spell"] is not spell


def _running(person: Person) -> Iterator[tuple[Key, Runs]]:
    for spell in person.spells.values():
        for wait, turn, shift in _of_spell(spell):
            if turn:
                yield (wait, spell["about"]), Runs(int(turn), shift, spell)
    for referral in person.referrals.values():
        for wait in _of_referral(person, referral):
            yield (wait, referral["about"]), Runs(1, 0, referral)
    for package in person.packages.values():
        for wait, turn in _of_package(person, package):
            yield (wait, package["about"]), Runs(turn, 0, package)
    for stay in person.stays.values():
        for wait, turn in _of_stay(stay):
            yield (wait, stay["about"]), Runs(turn, 0, stay)
    for handover in person.handovers.values():
        if unanswered(handover) and not on_hold(person, handover):
            yield ("handover_ack", handover["about"]), Runs(handover["sent"], 0, handover)


def _of_spell(spell: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    if spell["left_at"] is not None:
        yield "discharge_summary", not spell["summary"], 0
    if not goes_on(spell):
        return
    period = spell["periods"] if spell["ready_at"] is not None else 0
    yield "edd_set", not spell["edd"], spell["admitted"]
    yield "los_review", 1, spell["admitted"]
    yield "ctr_review", spell["reviews"], 0
    yield "drd_to_discharge", period, 0
    yield "hospital_process_delay", bool(period) and _primary(spell).startswith("hosp_"), 0
    asked = spell["hub_asked"] or spell["confirmed"]
    yield "hub_referral", period if spell["pathway"] in ("P1", "P2", "P3") and not asked else 0, 0
    deciding = spell["hub_asked"] and not spell["confirmed"] and not spell["unwell"]
    yield "hub_pathway", deciding, spell["hub_has_it"]


def _primary(spell: dict[str, Any]) -> str:
    """The reason last marked as the primary one; where none is, the oldest."""
    marked = sorted((r for r in spell["reasons"] if r[1] is not None), key=lambda r: r[1])
    reasons = marked[-1:] or spell["reasons"][:1]
    return str(reasons[0][0]) if reasons else ""


def _of_stay(stay: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if stays_on(stay):
        yield "centre_stay", 1
        if not stay["goals"]:
            yield "centre_goals", 1
        if stay["ready"]:
            yield "centre_ready_to_leave", stay["times_ready"]


def _at_home(person: Person) -> bool:
    return person.here is None and person.staying() is None


def _of_referral(person: Person, referral: dict[str, Any]) -> Iterator[str]:
    if closed(referral):
        return
    if referral["missed"] and _at_home(person):
        yield "missed_first_visit"
    if on_hold(person, referral):
        return
    if referral["received"] and not referral["accepted"] and referral["kind"] != HUB:
        yield "referral_response"
    if referral["asked"] and referral["kind"] in STARTS:
        yield STARTS[referral["kind"]]


def _of_package(person: Person, package: dict[str, Any]) -> Iterator[tuple[str, int]]:
    spell = package["spell"]
    if package["ended"]:
        return
    if package["asked"] and spell is not None:
        if package["kind"] == "restart" and goes_on(spell):
            yield "package_restart_notice", 1
        if spell["left_at"] is not None and _at_home(person) and not in_place(package):
            yield "package_start", 1
    stay = person.staying()
    if package["asked"] and stay is not None and stay["ready"] and not _secured(package):
        yield "onward_care", stay["times_ready"]
    if package["nobody_has_it"]:
        yield "package_handed_back", package["given_back"]
    if _at_home(person):
        if package["missed"] and not package["visited"]:
            yield "missed_first_visit", 1
        if package["paused_because"] in ("readmitted", "provider_capacity") and in_place(package):
            yield "package_resume", 1


def _secured(package: dict[str, Any]) -> bool:
    return bool(package["confirmed"] or package["started"] or in_place(package))


def _why(person: Person, wait: str, runs: Runs) -> str:
    """What ended a wait: death, what was waited for, being unwell again, or nothing of these."""
    if person.died_at is not None:
        return "died"
    if CAME[wait](runs.subject, runs.turn):
        return "done"
    return "reset" if _unwell_again(person, wait, runs.subject) else "cancelled"


def _unwell_again(person: Person, wait: str, of: dict[str, Any]) -> bool:
    """Whether the wait stands still because of that: in hospital, or in the centre."""
    if "ready_at" in of:
        return of["unwell"] and wait not in ("edd_set", "ctr_review", "los_review")
    if wait == "centre_ready_to_leave":
        return stays_on(of) and not of["ready"]
    if wait == "handover_ack":
        return unanswered(of) and on_hold(person, of)
    return "withdrawn" in of and on_hold(person, of)


CAME: dict[str, Callable[[dict[str, Any], int], bool]] = {
    "edd_set": lambda of, _: of["edd"],
    "ctr_review": lambda of, turn: of["reviews"] != turn,
    "drd_to_discharge": lambda of, _: of["left_at"] is not None,
    "los_review": lambda of, _: of["left_at"] is not None,
    "hospital_process_delay": lambda of, _: not of["unwell"],
    "hub_referral": lambda of, _: of["hub_asked"] or (of["confirmed"] and of["left_at"] is None),
    "hub_pathway": lambda of, _: of["confirmed"],
    "discharge_summary": lambda of, _: of["summary"],
    "referral_response": lambda of, _: of["accepted"] or of["rejected"] or of["begun"],
    "missed_first_visit": lambda of, _: of["begun"] if "begun" in of else of["visited"],
    "package_start": lambda of, _: in_place(of),
    "package_restart_notice": lambda of, _: of["spell"]["left_at"] is not None,
    "package_resume": lambda of, _: not of["paused_because"] and not of["ended"],
    "package_handed_back": lambda of, turn: not of["nobody_has_it"] or of["given_back"] != turn,
    "onward_care": lambda of, _: _secured(of),
    "centre_stay": lambda of, _: of["left"],
    "centre_goals": lambda of, _: of["goals"],
    "centre_ready_to_leave": lambda of, _: of["left"],
    "handover_ack": lambda of, _: of["accepted"],
    **{wait: lambda of, _: of["begun"] for wait in STARTS.values()},
}
"""Whether what was waited for has come, told of the subject and the turn of the wait."""


# How late.


def states(told: Told, now: datetime) -> set[tuple[str, str, str]]:
    """Wait, about, and running, near, breached or paused, of all that run now."""
    found = set()
    for (wait, about), (runs, since) in told.running.items():
        if since > now:
            continue
        if wait == "los_review":
            found |= {(wait, about, state) for state in _long_stay(runs.subject, since, now)}
        else:
            found.add((wait, about, _state(wait, runs.subject, since, now)))
    return found


def _state(wait: str, of: dict[str, Any], since: datetime, now: datetime) -> str:
    if wait in SAME_DAY:
        return "breached" if _day(now) > _day(since) else "running"
    if wait == "package_restart_notice":
        return "breached" if _too_soon(of["spell"]["planned_at"], since) else "running"
    pauses = of.get("pauses", ()) if wait not in NOT_IN_PAUSES else ()
    if any(until is None for _begun, until in pauses):
        return "paused"
    waited = _open_hours(since, now) if wait == "ucr_response" else now - since
    for begun, until in pauses:
        if until > since:
            waited -= until - max(begun, since)
    near, late = TARGETS[wait]
    return "breached" if waited >= late else "near" if waited >= near else "running"


def _too_soon(planned_at: str | None, asked_at: datetime) -> bool:
    """A discharge is planned, and less than 24 hours after the restart was asked for."""
    if planned_at is None:
        return False
    return asked_at <= datetime.fromisoformat(planned_at) < asked_at + 24 * HOUR


def _open_hours(since: datetime, now: datetime) -> timedelta:
    """Time between 08:00 and 20:00 in London, every day."""
    waited = timedelta()
    day = _day(since)
    while day <= _day(now):
        opens = datetime.combine(day, time(8), LONDON)
        closes = datetime.combine(day, time(20), LONDON)
        waited += max(timedelta(), min(now, closes) - max(since, opens))
        day += DAY
    return waited


def _long_stay(spell: dict[str, Any], since: datetime, now: datetime) -> Iterator[str]:
    """One review for each of 7, 14 and 21 days, each from the mark before."""
    begins = since
    for mark in (7, 14, 21):
        reached = datetime.combine(_day(since) + mark * DAY, time(), LONDON)
        held = any(at >= reached for at in spell["long_stay_reviews"])
        if begins <= now and not held:
            days = (_day(now) - _day(since)).days
            yield "running" if days < mark else "near" if days == mark else "breached"
        begins = reached


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def notices(told: Told, now: datetime) -> set[tuple[str, str]]:
    """What people are to be told now."""
    return {
        (notice["kind"], notice["about"])
        for notice in told.person.notices
        if notice["open"] and now < notice["at"] + LAPSE.get(notice["kind"], 7 * DAY)
    }


# Where.


def stage(told: Told, now: datetime) -> str:
    person = told.person
    spell = person.here
    staying = person.staying()
    if person.died_at is not None:
        return "died"
    if spell is not None:
        return _stage_in_hospital(spell)
    if staying is not None:
        return "centre_ready_to_leave" if staying["ready"] else "in_centre"
    return "not_admitted" if person.last is None else _stage_outside(person, now)


def _stage_outside(person: Person, now: datetime) -> str:
    assert person.last is not None
    packages = [package for package in person.packages.values() if not package["ended"]]
    asked = any(package["asked"] and not in_place(package) for package in packages)
    asked |= any(
        referral["asked"] and not closed(referral) and referral["kind"] != HUB
        for referral in person.referrals.values()
    )
    if asked:
        return "discharged_waiting_for_start"
    if any(in_place(package) for package in packages):
        return "home_with_support"
    over = _day(person.last["left_at"]) + 91 * DAY
    return "follow_up" if _day(now) < over else "finished"


def _stage_in_hospital(spell: dict[str, Any]) -> str:
    if spell["ready_at"] is None:
        return "in_hospital"
    if spell["confirmed"]:
        return "waiting_for_service" if spell["pathway"] != "P0" else "ready_to_leave"
    return "hub_deciding" if spell["hub_asked"] else "ready_to_leave"
