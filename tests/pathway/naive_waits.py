"""Which waits run, how late they are, and at which stage a person is, told naively.

Straight from domain.md 12.3 and 12.4, with the facts of `naive_facts.Person`; nothing of
`flow.pathway` is used.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from tests.pathway.naive_anew import (
    asked_anew,
    asked_while_waiting,
    other_forms,
    others_come_until,
    reablement_before,
    same_by_another_name,
)
from tests.pathway.naive_arranged import (
    being_assessed,
    for_another_plan,
    handed_back_with,
    in_need_of_an_owner,
    leaves_alone,
    nobody_asked,
    supported,
)
from tests.pathway.naive_facts import Person
from tests.pathway.naive_kinds import (
    GIVEN_AT_HOME,
    HUB,
    NO_LIMIT,
    STARTS,
    VISITED_WHERE_THEY_LIVE,
)
from tests.pathway.naive_lateness import (
    DAY,
    HOUR,
    TARGETS,
    WHOLE_DAYS,
    day_91,
    day_of,
    long_stay,
    state_of,
)
from tests.pathway.naive_notices import expected_until
from tests.pathway.naive_plans import NEXT
from tests.pathway.naive_told import (
    Said,
    asked_since,
    asked_to_go_on,
    awaited,
    came,
    closed,
    first_came,
    given,
    goes_on,
    had_before,
    in_place,
    last_day,
    leaver_comes,
    nobody_takes_it,
    refused,
    standing,
    stands_still,
    stays_on,
    unanswered,
)

KNOWN = frozenset({*TARGETS, *WHOLE_DAYS, "package_restart_notice", "los_review"})
CANNOT_PAUSE = ("los_review", "package_restart_notice")
OF_WHO_COMES = ("package_resume", "package_pause_review", "package_increase")
"""Of a provider that had begun: after its last day nobody waits for it."""
LAPSE = {"moved": 24 * HOUR}
"""Of notices; of the others after 7 days."""


YEARS_AGO = 1_000_000
"""A turn that is a time, in seconds; others are numbers."""


class Runs(NamedTuple):
    """A wait that runs. Another `turn` is another wait of the same kind; another `shift` only
    moves its start. Its time may run since `began`, before the event that starts it, and it may
    end by itself, `until` a time, done or because it `lapses`; before `first` none of its time
    runs."""

    turn: int
    shift: object
    subject: dict[str, Any]
    began: datetime | None = None
    until: datetime | None = None
    first: datetime | None = None
    lapses: bool = False


Key = tuple[str, str]
Over = tuple[str, str, datetime, datetime, str]
"""Wait, about, from, until, why it ended."""


class Told(NamedTuple):
    """A person after all events: what runs since when, and what ran."""

    person: Person
    running: dict[Key, tuple[Runs, datetime]]
    over: list[Over]
    pauses: dict[Key, list[list[datetime]]]
    """Of the waits that run: from, and until when at the latest."""


def tell_all(told: list[Said]) -> Told:
    stands = standing(told)
    person = Person(stands)
    running: dict[Key, tuple[Runs, datetime]] = {}
    over: list[Over] = []
    pauses: dict[Key, list[list[datetime]]] = {}
    for said in stands.left:
        for end in person.presumed_ends(said.at):
            _end_by_themselves(end, running, over)
            person.care_is_over(end)
            _ask(person, end, running, over)
        _end_by_themselves(said.at, running, over)
        before = dict(running)
        if person.is_back(said):
            _ask(person, said.at, running, over)
        person.tell(said)
        _ask(person, said.at, running, over)
        for key in pauses.keys() | running.keys():
            if key not in running or key not in before or _another(before[key], running[key]):
                pauses.pop(key, None)
        if said.kind.startswith("wait-"):
            _pause(pauses, running, said)
    return Told(person, running, over, pauses)


def _another(before: tuple[Runs, datetime], after: tuple[Runs, datetime]) -> bool:
    return before[0].turn != after[0].turn


def _pause(
    pauses: dict[Key, list[list[datetime]]], running: dict[Key, tuple[Runs, datetime]], said: Said
) -> None:
    """A wait stands still, for a week at most, or goes on."""
    key = (said.data["wait"], said.data["about"])
    if key not in running or key[0] in CANNOT_PAUSE:
        return
    for pause in pauses.get(key, ()):
        pause[1] = min(pause[1], said.at)
    if said.kind == "wait-paused":
        ends = [said.at + 7 * DAY]
        if said.data.get("until"):
            ends.append(datetime.fromisoformat(said.data["until"]))
        pauses.setdefault(key, []).append([said.at, min(ends)])


def _end_by_themselves(
    now: datetime, running: dict[Key, tuple[Runs, datetime]], over: list[Over]
) -> None:
    for key, (runs, since) in list(running.items()):
        if runs.until is not None and runs.until <= now:
            over.append((*key, since, runs.until, "cancelled" if runs.lapses else "done"))
            del running[key]


def _ask(
    person: Person,
    at: datetime,
    running: dict[Key, tuple[Runs, datetime]],
    over: list[Over],
) -> None:
    """Which waits run now? What changes, changes at this time."""
    now = {} if person.died_at else dict(_running(person, at))
    for key, (runs, since) in list(running.items()):
        new = now.get(key)
        if new is not None and new.turn == runs.turn:
            # A time that has passed already moves nothing.
            to_come = new.first if new.first is not None and new.first > at else None
            moved = new.shift != runs.shift or to_come != (since if since > at else None)
            running[key] = (new, to_come or at if moved else since)
            continue
        # Whoever refuses it has had it, if only for this moment.
        got_it_at = runs.subject["hub_got_it_at"] if key[0] == "hub_pathway" else None
        over.append((*key, max(since, got_it_at or since), at, _why(person, key[0], runs)))
        del running[key]
    for key, runs in now.items():
        if key not in running:
            since = min(at, runs.began or at)
            running[key] = (runs, max(since, runs.first or since))


def on_hold(person: Person, asked: dict[str, Any]) -> bool:
    """In hospital and too unwell for a service, or back there for something new."""
    spell = person.here
    if spell is None or spell["ready_at"] is not None:
        return False
    return spell["unwell"] or asked["spell"] is not spell


def _running(person: Person, now: datetime) -> Iterator[tuple[Key, Runs]]:
    for spell in person.spells.values():
        for wait, turn, shift in (*_of_spell(spell), *_of_hub(person, spell)):
            if turn:
                since = {"drd_to_discharge": "ready_at", "los_review": "began_at"}.get(wait)
                began = spell[since] if since is not None else None
                yield (wait, spell["about"]), Runs(int(turn), shift, spell, began)
    yield from _of_services(person)
    yield from _for_some_weeks(person, now)
    yield from _of_owner(person, now)


def _of_services(person: Person) -> Iterator[tuple[Key, Runs]]:
    for referral in person.referrals.values():
        referral["agreed_by_package"] = _agreed_by_package(person, referral)
        for wait, got_it in _of_referral(person, referral):
            runs = _of_asking(person, referral, wait, got_it)
            yield (wait, referral["about"]), runs
    for package in person.packages.values():
        package["agreed_besides"] = _agreed_in_another_form(person, package)
        package["planned_besides"] = _planned_in_another_form(person, package)
        for wait, turn in _of_package(person, package):
            yield (wait, package["about"]), _of_coming(person, package, wait, turn)
    for stay in person.stays.values():
        for wait, turn in _of_stay(person, stay):
            # A night in hospital makes nobody new to the centre.
            began = stay["began_at" if wait != "centre_ready_to_leave" else "ready_since"]
            yield (wait, stay["about"]), Runs(turn, 0, stay, began)
    for handover in person.handovers.values():
        if unanswered(handover) and not on_hold(person, handover):
            yield ("handover_ack", handover["about"]), Runs(handover["sent"], 0, handover)
        now_due = refused(handover) and handover["spell"] is person.last
        if now_due and not on_hold(person, handover):
            runs = Runs(1 + handover["sent"], 0, handover)
            yield ("handover_again", handover["about"]), runs

    for plan in person.plans.values():
        furthest = plan["furthest"]
        if not plan["withdrawn"] and furthest <= len(NEXT) and not on_hold(person, plan):
            yield (NEXT[furthest - 1], plan["about"]), Runs(plan["tries"], 0, plan)


def _of_coming(person: Person, package: dict[str, Any], wait: str, turn: int) -> Runs:
    shift, not_before = _from_when(person, package, wait, turn)
    had_come = wait == "missed_first_visit" and package["visited_at"]
    until = last_day(package) if wait in OF_WHO_COMES or had_come else None
    if wait in ("package_start", "package_resume", "package_increase"):
        turn, not_before = _on_the_way(person, turn, not_before)
    return Runs(turn, shift, package, until=until, first=not_before, lapses=True)


def _of_asking(person: Person, referral: dict[str, Any], wait: str, got_it: int) -> Runs:
    kind, starts = referral["kind"], wait in STARTS.values()
    others = _others_until(person, referral) if starts and kind in GIVEN_AT_HOME else None
    turn, first = 1, others
    if starts and kind in VISITED_WHERE_THEY_LIVE:
        turn, first = _on_the_way(person, turn, first)
    began = _counts_from(person, wait, referral)
    return Runs(turn, got_it, referral, began, first=first)


def _on_the_way(person: Person, turn: int, first: datetime | None) -> tuple[int, datetime | None]:
    """Nobody visits who was sent to another hospital before the second midnight after that."""
    until = expected_until(person.last)
    if until is None:
        return turn, first
    return turn + int(until.timestamp()), max(until, first or until)


def _others_until(person: Person, care: dict[str, Any]) -> datetime | None:
    ends = (others_come_until(person, care), reablement_before(person, care))
    return max((end for end in ends if end is not None), default=None)


def _agreed_by_package(person: Person, referral: dict[str, Any]) -> str | None:
    """When the first provider of what Fast Track asked for said that they come."""
    for package in person.packages.values():
        if _comes_for_fast_track(package, referral):
            return package["visit_agreed"]  # type: ignore[no-any-return]
    return None


def _comes_for_fast_track(package: dict[str, Any], referral: dict[str, Any]) -> bool:
    """Its provider has said that they give what it asked for."""
    theirs = package["referral"] or package["service"]
    asked = referral["about"] if package["referral"] else referral["service"]
    over = package["ended_at"] or package["elsewhere"] or package["nobody_has_it"]
    confirmed = package["confirmed"] and package["service"] and not over
    return bool(referral["kind"] == "fast_track_chc" and confirmed and theirs == asked)


def _from_when(
    person: Person, package: dict[str, Any], wait: str, turn: int
) -> tuple[object, datetime | None]:
    """The one who is to come is waited for; what changes when that changes."""
    if wait != "package_start":
        return None, _visit_at(package) if turn > YEARS_AGO else None
    leaver = package["leaver"]
    others = _others_until(person, package) if not leaver else None
    not_before = leaver["last"] if leaver and leaver_comes(package) else others
    return package["moved"], not_before


def _for_some_weeks(person: Person, now: datetime) -> Iterator[tuple[Key, Runs]]:
    """Reablement at home, from its first visit; without a package nobody need tell of its end."""
    for referral in person.by_visit():
        began = referral["visited_at"]
        until = day_91(began)
        if referral["kind"] == "reablement" and not referral["over_at"] and now < until:
            yield ("time_limited_care", referral["about"]), Runs(1, 0, referral, began, until)
    for package in person.packages.values():
        asked = person.referrals.get(package["referral"] or "")
        comes = given(package) or leaver_comes(package)
        if asked and asked["kind"] == "reablement" and comes and _at_home(person):
            began_at = first_came(package)
            last = package["leaver"]["last"] if leaver_comes(package) else last_day(package)
            runs = Runs(1, 0, package, began_at, last, lapses=True)
            yield ("time_limited_care", package["about"]), runs


def _counts_from(person: Person, wait: str, referral: dict[str, Any]) -> datetime | None:
    """The birth, where the time of a wait runs from it, or the request where none is known; or the
    last time that the person left a mental health bed, or a hospital since, if they are followed
    up from before it was asked."""
    if wait == "new_birth_visit":
        births = [spell["began_at"] for spell in person.spells.values() if spell["newborn"]]
        counts_from: datetime = min(births, default=referral["asked"])
        return counts_from
    if wait != "mental_health_follow_up":
        return None
    beds = [stay["overtaken_at"] or stay["left_at"] for stay in _mental_health_beds(person)]
    left = [at for at in beds if at is not None]
    homes = [each["left_at"] for each in person.spells.values() if each["left_at"] is not None]
    if not left or max(left) + 3 * DAY < referral["asked"]:
        return None
    newest: datetime = max(left + homes)
    return newest if newest < referral["asked"] else None


def _mental_health_beds(person: Person) -> Iterator[dict[str, Any]]:
    return (bed for bed in person.stays.values() if person.bed(bed) == "mental_health_bed")


def _of_owner(person: Person, now: datetime) -> Iterator[tuple[Key, Runs]]:
    """On pathways 1 to 3, in hospital and as long as somebody has the person afterwards, and in a
    centre; on any, somebody is to be asked in the place of who gave care up."""
    spell = person.here or person.last
    owned = person.owned if spell is None else spell["owned"]
    about = owned["about"]
    if owned["nobody_asked"] and not being_assessed(person, spell):
        left = spell is None or spell["left_at"] is not None
        yield ("care_arranged" if left else "service_asked", about), Runs(1, 0, owned)
    elif not owned["nobody_asked"] and person.here is None:
        from_then = next((at for at, _, alone in person.has_later() if alone), None)
        if from_then is not None:
            runs = Runs(1, int(from_then.timestamp()), owned, first=from_then)
            yield ("care_arranged", about), runs
    if person.has is None or not in_need_of_an_owner(person):
        return
    later = person.has_later()
    let_go_at = next((at for at, has, _ in later if has is None), None)
    moves_at = next((at for at, has, _ in later if has != person.has), None)
    if not owned["named"]:
        runs = Runs(1, 0, owned, until=let_go_at, lapses=True)
        yield ("owner_named", about), runs
    if owned["left_behind"]:
        runs = Runs(owned["left_behind"], 0, owned, until=moves_at, lapses=True)
        yield ("owner_follows", about), runs
    comes = [person.away["back_at"], person.away["cover_back_at"]] if person.away else []
    back_at = min((each for each in comes if each is not None), default=None)
    if owned["away"] and (back_at is None or back_at > now):
        lapses = let_go_at is not None and (back_at is None or let_go_at < back_at)
        until = let_go_at if lapses else back_at
        runs = Runs(owned["away"], 0, owned, until=until, lapses=lapses)
        yield ("owner_cover", about), runs


def _of_spell(spell: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    if spell["left_at"] is not None:
        yield "discharge_summary", not spell["summary"], 0
    if not goes_on(spell):
        return
    period = spell["periods"] if spell["ready_at"] is not None else 0
    dated = spell["edd"] or spell["birth"]
    yield "edd_set", not dated and not period, spell["admitted"]
    yield "los_review", 1, spell["admitted"]
    yield "ctr_review", spell["reviews"], 0
    yield "drd_to_discharge", period, spell["admitted"]
    yield "hospital_process_delay", bool(period) and _primary(spell).startswith("hosp_"), 0
    asked = spell["hub_asked"] or spell["confirmed"]
    yield "hub_referral", period if spell["pathway"] in ("P1", "P2", "P3") and not asked else 0, 0


def _of_hub(person: Person, spell: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    """In hospital while well enough to leave, or not yet; at home until it has decided."""
    in_hospital = goes_on(spell) and not spell["unwell"]
    asked = spell["hub_asked"] and not spell["confirmed"]
    deciding = asked and (in_hospital or person.home_undecided(spell))
    yield "hub_pathway", deciding, spell["hub_has_it"]


def _primary(spell: dict[str, Any]) -> str:
    """The reason last marked as the primary one; where none is, the oldest."""
    marked = sorted((r for r in spell["reasons"] if r[1] is not None), key=lambda r: r[1])
    reasons = marked[-1:] or spell["reasons"][:1]
    return str(reasons[0][0]) if reasons else ""


def _of_stay(person: Person, stay: dict[str, Any]) -> Iterator[tuple[str, int]]:
    bed = person.bed(stay)
    if stays_on(stay) and person.here is None and bed != "care_home":
        if bed not in NO_LIMIT:
            yield "centre_stay", 1
        if bed not in NO_LIMIT and not stay["goals"]:
            yield "centre_goals", 1
        if stay["ready"]:
            yield "centre_ready_to_leave", stay["times_ready"]


def _about_to_leave(person: Person) -> bool:
    """The doctors, or else the centre, have nothing more to do."""
    if person.here is not None:
        return person.here["ready_at"] is not None
    stay = person.staying()
    return stay is not None and bool(stay["ready"])


def _at_home(person: Person) -> bool:
    return person.here is None and person.staying() is None


def _of_referral(person: Person, referral: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if closed(referral):
        return
    if referral["missed"] and _at_home(person):
        yield "missed_first_visit", 0
    if on_hold(person, referral) or for_another_plan(person, referral):
        return
    answers = referral["kind"] not in (HUB, "equipment", "housing", "health_visiting")
    if (referral["asked"] or referral["received"]) and not referral["accepted"] and answers:
        yield "referral_response", referral["received"]
    if _not_before_leaving(person, referral):
        return
    packaged = any(
        (package["asked"] or package["nobody_has_it"])
        and not package["ended_at"]
        and not package["elsewhere"]
        and (
            package["referral"] == referral["about"]
            if package["referral"]
            else package["service"] and package["service"] == referral["service"]
        )
        for package in person.packages.values()
    )
    if packaged and referral["kind"] in ("home_care", "disability_support"):
        return  # the package is waited for
    home = referral["kind"] in VISITED_WHERE_THEY_LIVE and not _at_home(person)
    if home or (referral["kind"] in GIVEN_AT_HOME and person.here is None and person.staying()):
        if packaged or referral["kind"] not in GIVEN_AT_HOME:
            return
        no_date = referral["accepted"] and referral["asked"] and not referral["agreed"]
        if no_date and _about_to_leave(person):
            yield "onward_care", 0
        return
    undated = referral["accepted"] and referral["asked"] and not referral["agreed"]
    if undated and reablement_before(person, referral) is not None:
        yield "onward_care", 0
    begins = referral["asked"] and not handed_back_with(person, referral)
    if begins and not _waited_for_anyway(person, referral) and referral["kind"] in STARTS:
        yield STARTS[referral["kind"]], 0


def _not_before_leaving(person: Person, referral: dict[str, Any]) -> bool:
    """A crisis at home is none in hospital; nor is anybody followed up in a mental health bed."""
    if referral["kind"] == "mental_health_community":
        staying = person.staying()
        in_bed = any(stay is staying for stay in _mental_health_beds(person))
        return person.here is not None or in_bed
    if referral["kind"] in ("reablement", "rehabilitation_bed", "care_home"):
        here = person.here
        return here is not None and here["reviews"] > 0 and here["ready_at"] is None
    return referral["kind"] == "urgent_community_response" and person.here is not None


def _of_package(person: Person, package: dict[str, Any]) -> Iterator[tuple[str, int]]:
    spell = package["spell"]
    if package["ended_at"] or package["elsewhere"]:
        return
    planned = not for_another_plan(person, package)
    restarts = package["asked"] and package["kind"] == "restart" and planned
    if restarts and spell and goes_on(spell) and not nobody_takes_it(package):
        yield "package_restart_notice", 1
    asked = package["asked"] or had_before(package)
    left = spell is None or not goes_on(spell)
    to_begin = not in_place(package) and (not package["nobody_has_it"] or _asked_anew(package))
    if asked and left and _at_home(person) and to_begin and planned:
        more = package["kind"] == "increased" and _somebody_comes(person)
        more = more and not leaver_comes(package)
        anyway = _waited_for_anyway(person, package) and not more
        once = any(
            referral["asked"] and not closed(referral) and _comes_for_fast_track(package, referral)
            for referral in person.referrals.values()
        )
        if more or not (once or anyway):
            yield "package_increase" if more else "package_start", 1
    follows = reablement_before(person, package) is not None
    elsewhere = (follows or not _at_home(person)) and not on_hold(person, package)
    elsewhere = elsewhere and not nobody_takes_it(package)
    if package["asked"] and elsewhere and planned and not _secured(package):
        yield "onward_care", 1
    elif elsewhere and in_place(package) and package["more_asked"] and not package["more_agreed"]:
        yield "onward_care", 1 + package["times_more"]
    elif elsewhere and _stands_for_somebody(package):
        yield "onward_care", -len(package["pauses"])
    elif not _at_home(person) and elsewhere and planned:
        agreed = _visit_at(package)
        if agreed is not None:
            yield "onward_care", int(agreed.timestamp())
    if package["nobody_has_it"] and not asked_anew(person, package):
        yield "package_handed_back", package["given_back"]
    if _at_home(person):
        yield from _of_who_is_to_come(person, package)


def _asked_anew(package: dict[str, Any]) -> bool:
    """Nobody had ever come when it was handed back, and it was asked of somebody since."""
    never = not came(package) and not had_before(package)
    return bool(never and package["nobody_has_it"] and asked_since(package))


def _visit_at(package: dict[str, Any]) -> datetime | None:
    """When somebody said that they come, who has not come since."""
    halted, text = stands_still(package), package["visit_agreed"]
    nobody = package["nobody_has_it"] or package["lapsed_at"] or given(package)
    if nobody or not text or (package["more_asked"] and not package["more_agreed"] and halted):
        return None
    if halted and not (package["confirmed_last"] and package["confirmed_last"] > halted):
        return None
    return datetime.fromisoformat(text) if package["confirmed"] else None


def _stands_for_somebody(package: dict[str, Any]) -> bool:
    """Nobody comes, and whoever gave it, or after them another, was asked, and has said nothing."""
    if package["nobody_has_it"]:
        return bool(asked_since(package) and stands_still(package))
    return bool(asked_to_go_on(package) == "asked" and stands_still(package))


def _left_on_a_pathway(person: Person) -> bool:
    return person.last is not None and person.last["pathway"] in ("P1", "P2", "P3")


def _of_who_is_to_come(person: Person, package: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """At home."""
    never_came = not package["visited_at"]
    if nobody_takes_it(package):
        pass  # who did not come does not
    elif never_came and package["missed"] and not package["made_good"]:
        yield "missed_first_visit", 1
    elif not never_came and package["missed_again"] and stands_still(package):
        yield "missed_first_visit", 1 + len(package["pauses"])
    if package["more_asked"] and in_place(package):
        yield "package_increase", package["times_more"]
    if nobody_takes_it(package):
        pass  # nor does who had it go on
    elif stands_still(package):
        if _to_go_on(person, package):
            yield "package_resume", 1
    elif package["paused_because"] and in_place(package):
        yield "package_pause_review", len(package["pauses"])


def _to_go_on(person: Person, package: dict[str, Any]) -> bool:
    """At home without the care that they had, and whoever gave it is the one to wait for."""
    if not stands_still(package) or package["ended_at"] or not _at_home(person):
        return False
    restart = person.restart_under_a_new_name(package)
    if nobody_takes_it(package) or (restart and nobody_takes_it(restart)):
        return False
    if _left_on_a_pathway(person) and asked_anew(person, package):
        return False
    return all(asked_while_waiting(person, form, package) for form in other_forms(person, package))


def _waited_for_anyway(person: Person, asked: dict[str, Any]) -> bool:
    """Their old care is late already, and this asks for nothing else."""
    return any(
        same_by_another_name(person, asked, package)
        and asked_while_waiting(person, asked, package)
        and _to_go_on(person, package)
        for package in person.packages.values()
    )


def _agreed_in_another_form(person: Person, package: dict[str, Any]) -> str | None:
    """When they said that they come, of what they were asked for besides."""
    said = [
        form["visit_agreed"] if "gave" in form else form["agreed"]
        for form in other_forms(person, package)
        if form["service"] == package["service"]
    ]
    return next((each for each in said if each), None)


def _planned_in_another_form(person: Person, package: dict[str, Any]) -> str | None:
    by = package["service"]
    forms = [form for form in other_forms(person, package) if form["service"] == by]
    return next((form["planned"] for form in forms if "gave" in form), None)


def _somebody_comes(person: Person) -> bool:
    """Care is given at home, whatever else is asked for."""
    visits = any(not each["over_at"] for each in person.by_visit())
    packages = person.packages.values()
    return visits or any(given(package) or leaver_comes(package) for package in packages)


def _secured(package: dict[str, Any]) -> bool:
    said = package["confirmed"] or package["started_at"] or in_place(package)
    return bool(said and not _asked_anew(package))


def _care_is_coming(package: dict[str, Any], turn: int) -> bool:
    """What was asked for at first, or more of it, or that it goes on; or at another time."""
    if turn > YEARS_AGO:
        text = package["visit_agreed"]
        return bool(text) and int(datetime.fromisoformat(text).timestamp()) != turn
    if turn > 1:
        return not package["more_asked"] or bool(package["more_agreed"])
    if turn < 0:
        agreed = asked_to_go_on(package) == "agreed" and not package["nobody_has_it"]
        return not package["paused_because"] or agreed
    return _secured(package)


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
        needs_no_readiness = ("edd_set", "ctr_review", "los_review", "discharge_summary")
        return of["unwell"] and wait not in needs_no_readiness
    if wait in ("centre_stay", "centre_goals") and person.here is not None:
        return stays_on(of)
    if wait == "centre_ready_to_leave":
        return stays_on(of) and (person.here is not None or not of["ready"])
    if wait in ("time_limited_care", "service_asked"):
        return person.here is not None if wait == "time_limited_care" else of["spell"]["unwell"]
    if wait in ("handover_ack", "handover_again"):
        return (unanswered(of) or wait == "handover_again") and on_hold(person, of)
    asked = wait == "onward_care" or "withdrawn" in of
    return asked and on_hold(person, of)


def _arranged(owned: dict[str, Any]) -> bool:
    needed = owned["spell"]["pathway"] != "P0" and not owned["spell"]["unwell"]
    return owned["nobody_asked"] is None and needed


CAME: dict[str, Callable[[dict[str, Any], int], object]] = {
    "edd_set": lambda of, _: of["edd"],
    "ctr_review": lambda of, turn: of["reviews"] != turn,
    "drd_to_discharge": lambda of, _: of["left_at"] is not None,
    "los_review": lambda of, _: of["left_at"] is not None,
    "hospital_process_delay": lambda of, _: not of["unwell"],
    "hub_referral": lambda of, _: of["hub_asked"] or (of["confirmed"] and of["left_at"] is None),
    "hub_pathway": lambda of, _: of["confirmed"],
    "discharge_summary": lambda of, _: of["summary"],
    "referral_response": lambda of, _: of["accepted"] or of["rejected"] or of["begun"],
    "missed_first_visit": lambda of, turn: (
        of["begun"]
        if "begun" in of
        else (
            of["visited_at"] or of["made_good"]
            if turn == 1
            else not of["paused_because"] and not of["ended_at"]
        )
    ),
    "package_start": lambda of, _: in_place(of) or of["there_by_another_name"],
    "package_restart_notice": lambda of, _: of["spell"]["left_at"] is not None,
    "package_resume": lambda of, _: (
        of["elsewhere"] or (not of["paused_because"] and not of["ended_at"])
    ),
    "package_pause_review": lambda of, turn: (
        not of["paused_because"]
        or (of["paused_because"] != "readmitted" and len(of["pauses"]) != turn)
    ),
    "package_handed_back": lambda of, turn: (
        not of["nobody_has_it"] or of["given_back"] != turn or of["elsewhere"]
    ),
    "time_limited_care": lambda of, _: of["withdrawn"] if "withdrawn" in of else of["ended_at"],
    "package_increase": lambda of, _: in_place(of) and not of["more_asked"],
    "onward_care": lambda of, turn: (
        (of["begun"] or of["agreed"]) if "begun" in of else _care_is_coming(of, turn)
    ),
    "centre_stay": lambda of, _: of["left_at"],
    "centre_goals": lambda of, _: of["goals"],
    "centre_ready_to_leave": lambda of, _: of["left_at"],
    "handover_ack": lambda of, _: of["accepted_at"],
    "handover_again": lambda of, _: (
        (of["sent"] or of["accepted_at"]) and not (of["rejected"] or of["over_at"])
    ),
    "owner_named": lambda of, _: of["named"],
    "owner_cover": lambda of, _: not of["away"],
    "owner_follows": lambda of, turn: of["followed"] == turn,
    "service_asked": lambda of, _: _arranged(of),
    "care_arranged": lambda of, _: of["nobody_asked"] is None,
    "assessment_allocation": lambda of, _: of["furthest"] > 1,
    "assessment_completion": lambda of, _: of["furthest"] > 2,
    "support_plan": lambda of, _: of["furthest"] > 3,
    "funding_decision": lambda of, _: of["furthest"] > 4,
    **{wait: lambda of, _: of["begun"] for wait in STARTS.values()},
}
"""Whether what was waited for has come, told of the subject and the turn of the wait."""


def states(told: Told, now: datetime) -> set[tuple[str, str, str]]:
    """Wait, about, and running, near, breached or paused, of all that run now."""
    found = set()
    for (wait, about), (runs, since) in told.running.items():
        if since > now or (runs.until is not None and runs.until <= now):
            continue
        if wait == "los_review":
            found |= {(wait, about, state) for state in long_stay(runs.subject, since, now)}
        else:
            pauses = told.pauses.get((wait, about), ())
            found.add((wait, about, state_of(wait, runs.subject, since, now, pauses)))
    return found


def notices(told: Told, now: datetime) -> set[tuple[str, str]]:
    """What people are to be told now."""
    return {
        (notice["kind"], notice["about"])
        for notice in told.person.notices
        if notice["open"]
        and (notice["cause"] == "died" or now < notice["at"] + LAPSE.get(notice["kind"], 7 * DAY))
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
    if _somebody_comes(person):
        return "home_with_support"
    packages = [package for package in person.packages.values() if not package["ended_at"]]
    asked = any(awaited(p) and not for_another_plan(person, p) for p in packages)
    asked |= any(
        referral["asked"]
        and not closed(referral)
        and leaves_alone(person, referral)
        and not handed_back_with(person, referral)
        and not for_another_plan(person, referral)
        for referral in person.referrals.values()
    )
    if asked:
        return "discharged_waiting_for_start"
    over = day_of(person.last["left_at"]) + 91 * DAY
    lives_in_one = any(stays_on(stay) for stay in person.stays.values())
    lives_in_one |= any(person.lies_in(bed) for bed in person.beds())
    offered = any(unanswered(offer) for offer in person.offers()) and not lives_in_one
    if (supported(person) and offered) or nobody_asked(person, person.last):
        return "discharged_waiting_for_start"
    return "follow_up" if day_of(now) < over else "finished"


def _stage_in_hospital(spell: dict[str, Any]) -> str:
    if spell["ready_at"] is None:
        return "in_hospital"
    if spell["confirmed"]:
        return "waiting_for_service" if spell["pathway"] != "P0" else "ready_to_leave"
    return "hub_deciding" if spell["hub_asked"] else "ready_to_leave"
