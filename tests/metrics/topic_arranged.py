"""Since when care after hospital is not arranged, walked from the facts. Standard library only.

Part of `topic_figures.py`. Stated a second time: somebody on pathway 1 to 3 who is ready to leave
on a confirmed pathway, or has left, needs a service that is asked, cares, or has cared since.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from tests.metrics.topic_places import left_hospital_for
from tests.metrics.topic_subjects import Service, Spell, When

if TYPE_CHECKING:
    from tests.metrics.topic_journeys import Journey

BRING_NOBODY = {"care_transfer_hub", "equipment", "housing", "health_visiting", "early_years"}
MAY_NEVER_COME = "other"
"""No event need tell that it has begun."""
NOT_MISSED = {None, MAY_NEVER_COME, *BRING_NOBODY, "urgent_community_response"}
"""Nor is a kind of which one visit is all."""
BACK_TO_A_CARE_HOME = {"p0_care_home_return", "p1_care_home_return_more"}
INTO_A_CARE_HOME = {"p3_care_home_new", "p3_care_home_eol"}
PLACES_WITH_CARE = {
    *("30", "48", "49", "50", "51", "52", "53"),
    *("54", "65", "66", "84", "85", "87", "88"),
}
"""Codes of discharge destinations: hospitals, care homes, foster care, a hospice."""
NEXT_IS_ANOTHER = {"home_with_support", "another_centre", "hospital"}
"""Where people go from a centre to somebody who has to be asked."""
ENOUGH = {
    "person_declined",
    "no_longer_needed",
    "died",
    "goals_met",
    "long_term_care_at_home",
    "moved_to_care_home",
    "moved_away",
}
ENOUGH_OF_ALL = {"died", "moved_to_care_home", "moved_away"}
VISITED_AT_HOME = {
    *("reablement", "home_care", "community_health"),
    *("palliative_care", "disability_support"),
}
VISITS_ONCE = "urgent_community_response"
AS_GOOD_ONLY_AS = {
    "community_health": {"community_health"},
    "palliative_care": {"palliative_care", "community_health", "hospice_bed"},
    "mental_health_community": {"mental_health_community", "mental_health_bed"},
    "early_years": {"early_years"},
    VISITS_ONCE: {VISITS_ONCE},
}
"""Those that are not care of every kind: in the place of which they may come."""
STEPS_OF_A_PLAN = 5


def left_out(journey: "Journey", asked: Service) -> bool:
    """Not begun, and for another pathway than the person's: the newest stay's, if they are home."""
    if not asked.unplanned or asked.came:
        return False
    home = journey.current is None and journey.staying is None
    return not home or (journey.latest is not None and journey.latest.supported)


def refused_with(journey: "Journey", referral: Service) -> bool:
    """Its package was, of care at home."""
    if referral.closed or referral.kind not in VISITED_AT_HOME:
        return False
    refused = [each for each in journey.packages.values() if each.refused_at is not None]
    named = any(each.referral == referral.about for each in refused)
    lasting = referral.kind in {"home_care", "disability_support"}
    by = {each.service for each in refused if each.referral is None} - {None}
    return named or (lasting and referral.service in by)


def calls_for_care(journey: "Journey", spell: Spell | None) -> bool:
    """Its pathway does; or the last centre after it, or without any, said that others are to
    care."""
    _, last = _left_behind(journey, spell) or (None, None)
    sent_on = last is not None and not last.elsewhere and last.where_to in NEXT_IS_ANOTHER
    return sent_on or (spell is not None and spell.supported)


def _left_behind(journey: "Journey", spell: Spell | None) -> tuple[When, Service] | None:
    """The stay in a centre, or in a home, that was over last since the person left hospital, or had
    begun since this stay there; of all, where there was none."""
    over = [(s.over_at, s) for s in journey.stays.values() if s.over_at]
    if spell is not None:
        home_at = spell.discharged_at
        if home_at is None:
            return None
        over = [each for each in over if each[1].spell is spell or each[0][0] >= home_at]
    return max(over, key=lambda each: each[0], default=None)


def calls_for_an_owner(journey: "Journey") -> bool:
    """A pathway that does; a bed in a centre, or that it left to others; or, of somebody who has
    never been in hospital, care at home that nobody wants to go on with."""
    if journey.current is None and journey.staying is not None:
        return True
    spell = journey.current or journey.latest
    if calls_for_care(journey, spell):
        return True
    if spell is not None:
        return False
    for package in journey.packages.values():
        runs = not package.over and not package.elsewhere
        if runs and package.nobody_has_it and (package.came or package.others_before):
            return True
    return _dropped_at(journey) is not None


def _dropped_at(journey: "Journey") -> When | None:
    """When who has never been in hospital lost the last care that they had, or were to have."""
    dropped = _dropped(journey)
    if not dropped:
        return None
    last = max(at for at, _ in dropped)
    cared = [until for _, since, until in all_care(journey) if since is not None]
    alone = all(until is not None and until[0] <= last[0] for until in cared)
    return last if alone else None


def _dropped(journey: "Journey") -> list[tuple[When, str | None]]:
    """Which care was, and when, but what a later end says is not needed; and what was to come after
    a centre."""
    dropped: list[tuple[When, str | None]] = []
    ends: list[End] = []
    for package in journey.packages.values():
        if package.over_at is None:
            continue
        why = package.where_to or ""
        ends.append((package.over_at, why, _tells_of(journey, package)))
        had = package.came or package.gave
        ran = package.in_place and package.stands_still is None
        if not package.in_place and package.gave:
            ran = package.gave[-1][2] == package.over_at
        missed = package.nobody_has_it or (had and not ran)
        dropped_it = why == "provider_withdrew" or (missed and why not in ENOUGH)
        if dropped_it and not package.elsewhere:
            kind = care_of(journey, package)
            dropped += [(package.over_at, kind)] if had or not package.unplanned else []
    for package in journey.packages.values():
        had = package.came or package.gave
        if package.refused_at is not None and (had or not package.unplanned):
            dropped.append((package.refused_at, care_of(journey, package)))
    behind = _left_behind(journey, None)
    if behind is not None and _passed_on(journey, None) is not None:
        dropped += _lacks(behind[0], _in_vain_since(journey, behind[1]))
    for referral in journey.referrals.values():
        if referral.kind not in NOT_MISSED and not referral.unplanned:
            ends += _answers_as_ends(journey, referral)
    return [each for each in dropped if not _settled(*each, ends)]


def _lacks(at: When, in_vain: Iterable[tuple[When, str | None]]) -> list[tuple[When, str | None]]:
    """Each kind of care that did not come, but for a visit; or some care, if none is known."""
    kinds = {kind for _, kind in in_vain} - {VISITS_ONCE, None}
    return [(at, kind) for kind in kinds] or [(at, None)]


End = tuple["When", str, str | None]
"""When, why, and of which care that tells; None of all."""


def _settled(at: When, kind: str | None, ends: list[End]) -> bool:
    """Somebody said later that it is not needed, who would have come in its place."""
    later = [of for end_at, why, of in ends if end_at > at and why in ENOUGH]
    return any(of is None or kind is None or _as_good(of, {kind}) for of in later)


def _tells_of(journey: "Journey", package: Service) -> str | None:
    return None if package.where_to in ENOUGH_OF_ALL else care_of(journey, package)


def all_care(
    journey: "Journey", *, but: Collection[str] = ()
) -> Iterator[tuple[str | None, When | None, When | None]]:
    """By whom, from when, until when; `but` of these kinds."""
    for stay in journey.stays.values():
        yield stay.service, stay.begun_at, stay.over_at
    for package in journey.packages.values():
        if care_of(journey, package) in but:
            continue
        yield from package.gave
        if package.going is not None:
            yield package.going[0], package.going[1], package.away_since
        yield (
            package.service,
            package.in_place_at,
            package.lapsed or package.over_at or package.stands_still,
        )
    for bed in journey.mere_beds:
        yield bed.service, bed.moved_in, bed.moved_out
    for referral in journey.cared_by_visits:
        if referral.kind not in but:
            yield referral.service, referral.alone_at, referral.alone_until


def unarranged_since(journey: "Journey", spell: Spell | None) -> datetime | None:
    if spell is None:
        dropped_at = _dropped_at(journey)
        asked = dropped_at is None or any(_asked_now(journey))
        return None if asked or dropped_at is None else dropped_at[0]
    if spell.overtaken:
        return None
    placed = _has_a_place(spell)
    if calls_for_care(journey, spell):
        return _unasked(journey, spell, placed=placed)
    return None if placed else _let_down(journey, spell)


def _unasked(journey: "Journey", spell: Spell, *, placed: bool) -> datetime | None:
    needed_at = spell.discharged_at
    if needed_at is not None and spell.confirmed_at is not None:
        needed_at = max(needed_at, spell.confirmed_at)
    if needed_at is None and spell.ready_since is not None and spell.confirmed_at is not None:
        needed_at = max(spell.ready_since, spell.confirmed_at)
    if needed_at is None:
        return None
    left_centre = _passed_on(journey, spell) if spell.discharged_at is not None else None
    if left_centre is not None:
        needed_at = max(needed_at, left_centre[0])
    elif placed:
        return None
    missed = _turned_down(journey, spell)
    wanting = {kind for _, kind in missed}
    if any(_comes(journey, spell, left_centre, missed)):
        return None
    fetched = [
        handover.accepted_at[0]
        for handover in journey.handovers.values()
        if handover.spell is spell and handover.accepted_at and not handover.over
    ]
    needed_at = max([needed_at, *fetched])
    for referral in journey.referrals.values():
        if referral.kind == VISITS_ONCE and referral.spell is spell and not wanting:
            needed_at = max(needed_at, referral.alone_at[0] if referral.alone_at else needed_at)
    ends = [end for end in _ends(journey, spell) if not left_centre or end[0] >= left_centre]
    ended_at, why, _ = max(ends, key=_when, default=(None, "", None))
    if ended_at is None or (fetched and ended_at[0] < max(fetched)):
        return needed_at
    if why not in ENOUGH:
        return max(needed_at, ended_at[0])
    still = [at[0] for at, _ in missed if not left_centre or at >= left_centre]
    return max([needed_at, *still]) if still else None


def _when(end: End) -> When:
    return end[0]


def lacking(journey: "Journey") -> list[tuple[When, str | None]]:
    """What a person who comes to hospital lacks, and nobody is asked for."""
    spell = journey.latest
    if spell is None:
        return [*_dropped(journey)] if unarranged_since(journey, None) is not None else []
    # Another hospital has the person for now; it is nobody at home.
    placed = _has_a_place(spell) and left_hospital_for(spell) != "in_hospital"
    lost = [] if placed else _lost(journey, spell)
    early = spell.discharged_at is None and (spell.ready_since is None or not spell.confirmed)
    if early or not calls_for_care(journey, spell):
        return lost
    since = _unasked(journey, spell, placed=placed)
    if since is None:
        return []
    return lost + _lacks((since, ""), _turned_down(journey, spell))


def _let_down(journey: "Journey", spell: Spell) -> datetime | None:
    home_at = spell.discharged_at
    lost = _lost(journey, spell)
    if not lost or home_at is None:
        return None
    passed_on = _passed_on(journey, spell)
    since = [at[0] for at, _ in lost]
    return max([home_at, *since, *([passed_on[0]] if passed_on else [])])


def _lost(journey: "Journey", spell: Spell) -> list[tuple[When, str | None]]:
    """Without a pathway that calls for care: who gave some, or was to, gave it up."""
    home_at = spell.discharged_at
    over = [
        (package.over_at, package)
        for package in journey.packages.values()
        if package.over_at is not None and package.over_at[0] >= spell.began_at
    ]
    nothing_new = spell.confirmed and not spell.supported
    lost = [*spell.lacked, *_gone_meanwhile(journey, spell)]
    lost = [each for each in lost if each[1] is not None or not nothing_new]
    for ended_at, package in over:
        had = package.came or package.gave
        planned = not package.unplanned
        enough = package.where_to in ENOUGH
        dropped = package.where_to == "provider_withdrew"
        dropped |= package.nobody_has_it and not enough
        ran = package.in_place and package.stands_still is None
        if not package.in_place and package.gave:
            ran = package.gave[-1][2] == ended_at
        at_home = home_at is not None and ended_at[0] >= home_at
        dropped |= bool(had) and at_home and not ran and not enough
        if (had or planned) and dropped and not package.elsewhere:
            lost.append((ended_at, care_of(journey, package)))
    for package in journey.packages.values():
        at = package.refused_at
        wanted = package.came or package.others_before or not package.unplanned
        if at is not None and at[0] >= spell.began_at and wanted:
            lost.append((at, care_of(journey, package)))
    said = [(at, package.where_to or "", _tells_of(journey, package)) for at, package in over]
    for referral in journey.referrals.values():
        if referral.unplanned or referral.kind in NOT_MISSED:
            continue
        answers = {how: it for how, it in _answers(journey, referral) if it[0][0] >= spell.began_at}
        for how, (at, why) in answers.items():
            said.append((at, why, referral.kind if how == "rejected" else None))
        if "rejected" in answers and not (referral.begun or referral.elsewhere):
            refused_at, why = answers["rejected"]
            lost += [(refused_at, referral.kind)] if why not in ENOUGH else []
    lost = [each for each in lost if not _settled(*each, said)]
    missed = [(at, kind) for at, kind in lost if kind is not None]
    return [] if any(_comes(journey, spell, _passed_on(journey, spell), missed)) else lost


def _gone_meanwhile(journey: "Journey", spell: Spell) -> Iterator[tuple[When, str | None]]:
    """The bed in a centre in which the person lay before this stay, and who was to come after; or
    later, where nobody says where they went from it, and who was to come had refused."""
    for stay in journey.stays.values():
        if stay.spell is spell or stay.elsewhere or stay.over_at is None:
            continue
        if stay.over_at[0] < spell.began_at:
            continue
        home = spell.discharged_at is not None and stay.over_at[0] >= spell.discharged_at
        if stay.where_to in NEXT_IS_ANOTHER and not home:
            yield from _lacks(stay.over_at, _turned_down(journey, stay.spell))
        elif stay.where_to is None and (in_vain := _in_vain_since(journey, stay)):
            yield from _lacks(stay.over_at, in_vain)


def _answers(journey: "Journey", referral: Service) -> Iterator[tuple[str, tuple[When, str]]]:
    """Refused, or taken back; but that another has been asked is no refusal, where one who was is
    known, or anybody is with the person."""
    for how, answer in referral.refused.items():
        if how == "rejected" and referral.told_twice:
            care = all_care(journey, but=BRING_NOBODY)
            with_them = (since and not until for _, since, until in care)
            same = (each for each in journey.referrals.values() if each.kind == referral.kind)
            stand = (r.asked and not r.closed and not left_out(journey, r) for r in same)
            if any(with_them) or any(stand):
                continue
        yield how, answer


def _answers_as_ends(journey: "Journey", referral: Service) -> Iterator[End]:
    for how, (at, why) in _answers(journey, referral):
        yield at, why, referral.kind if how == "rejected" else None


def _passed_on(journey: "Journey", spell: Spell | None) -> When | None:
    """When the last centre after this stay passed the person on."""
    behind = _left_behind(journey, spell)
    if behind is None:
        return None
    at, stay = behind
    if stay.where_to is None and not stay.elsewhere:
        return at if _in_vain_since(journey, stay) else None
    return at if not stay.elsewhere and stay.where_to in NEXT_IS_ANOTHER else None


def _in_vain_since(journey: "Journey", stay: Service) -> list[tuple[When, str | None]]:
    """Nobody says where the centre sent the person, and who was to care for them will not, of
    whichever stay in hospital that was."""
    assert stay.begun_at is not None
    every: list[Spell | None] = [None, *journey.spells.values()]
    ends = [end for of in every for end in _ends(journey, of) if end[0] >= stay.begun_at]
    had: set[tuple[When, str]] = set()
    for referral in journey.referrals.values():
        if referral.begun or referral.elsewhere:
            had.update(referral.refused.values())
    for package in journey.packages.values():
        enough = package.elsewhere or _gave_enough(package.spell, package)
        if package.over_at is not None and enough:
            had.add((package.over_at, package.where_to or ""))
    return [
        (at, kind)
        for at, why, kind in ends
        if (at, why) not in had and why not in ENOUGH and not _settled(at, kind, ends)
    ]


def _has_a_place(spell: Spell) -> bool:
    if spell.destination in BACK_TO_A_CARE_HOME:
        return True
    gone = spell.discharged_at is not None
    return gone and (spell.destination in INTO_A_CARE_HOME or spell.gone_to in PLACES_WITH_CARE)


def care_of(journey: "Journey", package: Service) -> str:
    named = journey.referrals.get(package.referral or "")
    return (named.kind if named is not None else None) or "home_care"


def _turned_down(journey: "Journey", spell: Spell | None) -> list[tuple[When, str]]:
    """The care that was asked for on the pathway, and nobody gave, and since when."""
    ends = list(_ends(journey, spell))
    return [each for each in _not_given(journey, spell) if not _settled(*each, ends)]


def _not_given(journey: "Journey", spell: Spell | None) -> Iterator[tuple[When, str]]:
    for referral in journey.referrals.values():
        at, why = dict(_answers(journey, referral)).get("rejected", (None, None))
        had = (
            referral.begun or referral.elsewhere or referral.kind in {MAY_NEVER_COME, *BRING_NOBODY}
        )
        if referral.spell is not spell or left_out(journey, referral) or had:
            continue
        if at is not None and why not in ENOUGH and referral.kind is not None:
            yield at, referral.kind
    for package in journey.packages.values():
        if package.over_at is None or package.elsewhere or _gave_enough(spell, package):
            continue
        of_it = package.spell is spell and not left_out(journey, package)
        if of_it and package.where_to not in ENOUGH:
            yield package.over_at, care_of(journey, package)
    yield from _refused_packages(journey, spell)


def _refused_packages(journey: "Journey", spell: Spell | None) -> Iterator[tuple[When, str]]:
    """In this stay or since, or where there was none."""
    for package in journey.packages.values():
        at = package.refused_at
        if at is None or left_out(journey, package):
            continue
        if package.spell is None if spell is None else at[0] >= spell.began_at:
            yield at, care_of(journey, package)


def _as_good(kind: str | None, wanting: set[str]) -> bool:
    return wanting <= AS_GOOD_ONLY_AS.get(kind or "", wanting)


def _comes(
    journey: "Journey", spell: Spell, left_centre: When | None, missed: list[tuple[When, str]]
) -> Iterator[bool]:
    """Of each thing that was asked for or given, whether it still stands, or came to its end.

    After a centre has passed the person on, or care was missed, what was over before is of no use.
    """
    left_at = spell.discharged_at
    wanting = {kind for _, kind in missed}
    since = max((at for at, _ in missed), default=None)
    packaged = set()
    for package in journey.packages.values():
        packaged.add(package.referral)
        if not _as_good(care_of(journey, package), wanting):
            continue
        promised = package.accepted or package.started
        told_of = package.asked or package.came or package.others_before
        told_of = told_of or (promised and _referred(journey, package))
        goes_on = _is_to_go_on(journey, package, spell)
        yield goes_on and bool(told_of) and not left_out(journey, package)
        now = package.over_at is not None and (
            not left_centre or package.over_at[0] >= left_centre[0]
        )
        yield now and _gave_enough(spell, package) and not _before(package.over_at, since)
    for referral in journey.referrals.values():
        if referral.kind in BRING_NOBODY or not _as_good(referral.kind, wanting):
            continue
        comes_for_sure = referral.asked and referral.kind != MAY_NEVER_COME
        comes_for_sure = comes_for_sure and not refused_with(journey, referral)
        yield comes_for_sure and not referral.closed and not left_out(journey, referral)
        came = referral.begun and referral.spell is spell and not left_centre
        if since is not None:
            came = came and referral.alone_until is not None and referral.alone_until >= since
        comes = referral.begun and referral.alone_at is not None
        until = referral.alone_until
        if until is not None:
            later = left_centre and left_at and until[0] >= max(left_centre[0], left_at)
            comes = bool(comes and later and not referral.over and not _before(until, since))
        goes_on = referral.kind != VISITS_ONCE
        yield goes_on and (came or comes) and referral.about not in packaged
    for stay in journey.stays.values():
        elsewhere_before = journey.is_home(stay) and stay.spell is not spell
        led_there = stay.spell is spell or _came_back(journey, spell, stay)
        led_there = led_there and left_centre is None
        led_there = led_there and not _before(stay.over_at, since)
        yield (stay.stays_on and not elsewhere_before) or led_there
    for handover in journey.handovers.values():
        fetches = handover.accepted and not handover.over and left_at is None
        yield handover.spell is spell and (handover.unanswered or fetches)


def _is_to_go_on(journey: "Journey", package: Service, spell: Spell | None) -> bool:
    """Not refused; and what stands still in hospital only where somebody, since it does, asked for
    it or said that they come."""
    if package.over or package.elsewhere:
        return False
    if not (package.asked or package.accepted or package.started or package.came):
        return False  # somebody only names what another gave before
    if (journey.asked_as(package) or package).refused_at is not None:
        return False
    since = package.stands_still
    if since is None or package.nobody_has_it or spell is None or not spell.goes_on:
        return True
    said = (package.asked_last, package.sure_since)
    return any(each is not None and each >= since for each in said)


def _came_back(journey: "Journey", spell: Spell, stay: Service) -> bool:
    """From hospital to the bed that had been kept, and left it after that."""
    if stay.over_at is None or stay.elsewhere or spell.discharged_at is None:
        return False
    return not journey.is_home(stay) and stay.over_at[0] >= spell.discharged_at


def _before(at: When | None, since: When | None) -> bool:
    return at is not None and since is not None and at < since


def _gave_enough(spell: Spell | None, package: Service) -> bool:
    """It ran to its end after the stay, if there was one, and nobody dropped it."""
    if package.over_at is None or (spell is not None and spell.discharged_at is None):
        return False
    cared = package.in_place and package.stands_still is None
    if not package.in_place and package.gave:
        cared = package.gave[-1][2] == package.over_at
    dropped = package.where_to == "provider_withdrew"
    dropped |= package.nobody_has_it and package.where_to not in ENOUGH
    home_at = spell.discharged_at if spell is not None else None
    return cared and not dropped and (home_at is None or package.over_at[0] >= home_at)


def _referred(journey: "Journey", package: Service) -> bool:
    """Nobody told of its request, but somebody of that of its referral."""
    named = journey.referrals.get(package.referral or "")
    if named is None or not named.asked or named.kind in {MAY_NEVER_COME, *BRING_NOBODY}:
        return False
    return bool(named.begun or not named.closed)


def _asked_now(journey: "Journey") -> Iterator[bool]:
    """Whether anything is still to come, for somebody whom nobody cares for."""
    packaged = {package.referral for package in journey.packages.values()}
    for package in journey.packages.values():
        promised = package.accepted or package.started
        told_of = package.asked or package.came or package.others_before
        told_of = told_of or (promised and _referred(journey, package))
        goes_on = _is_to_go_on(journey, package, None)
        yield goes_on and bool(told_of) and not left_out(journey, package)
    for referral in journey.referrals.values():
        if referral.kind in BRING_NOBODY:
            continue
        comes_for_sure = referral.asked and referral.kind != MAY_NEVER_COME
        comes_for_sure = comes_for_sure and not refused_with(journey, referral)
        yield comes_for_sure and not referral.closed and not left_out(journey, referral)
        visits = referral.begun and referral.alone_at is not None and not referral.alone_until
        yield visits and referral.kind != VISITS_ONCE and referral.about not in packaged
    for handover in journey.handovers.values():
        yield handover.spell is None and handover.unanswered


def _ends(journey: "Journey", spell: Spell | None) -> Iterator[End]:
    """What was asked for after this stay and came to nothing."""
    for referral in journey.referrals.values():
        of_it = referral.spell is spell and not left_out(journey, referral)
        if of_it and referral.kind not in {None, MAY_NEVER_COME, *BRING_NOBODY}:
            yield from _answers_as_ends(journey, referral)
    for handover in journey.handovers.values():
        if handover.spell is spell and handover.rejected:
            yield from ((at, why, None) for at, why in handover.refused.values())
    for package in journey.packages.values():
        of_it = package.spell is spell and not left_out(journey, package)
        if of_it and package.over_at is not None:
            yield package.over_at, package.where_to or "", _tells_of(journey, package)
    yield from ((at, "handed_back", kind) for at, kind in _refused_packages(journey, spell))


def being_planned(journey: "Journey", since: Spell | None = None) -> bool:
    """`since`: of that stay, or with its newest step since it began."""
    for plan in journey.plans.values():
        newest = max(plan.steps, default=0)
        if plan.over or not 0 < newest < STEPS_OF_A_PLAN:
            continue
        if since is None or plan.spell is since or plan.steps[newest] >= since.began_at:
            return True
    return False
