"""Whether care after hospital is arranged for somebody on pathway 1 to 3: who was asked for it, and
whether they still are (domain.md 1.4: the care transfer hub arranges it, one owner for each). On
pathway 0, and where none is told, only care that was refused or given up is arranged anew, and what
a centre that came later leaves to others.

Whether somebody is asked, comes or cares is asked of `asked_to_care.py`; what was refused or given
up, of `came_to_nothing.py`; whom a centre sent on, of `sent_on.py`. Nobody has to be asked for a
person who is cared for where they went, or who was said to need nobody.

Of somebody of whom no stay in hospital is known, only care that was given up is arranged anew, and
what a centre leaves to others, for as long as nobody has cared for them since.

Whoever wanted for care when they came to hospital does so again when they leave it (`wanting`),
but that pathway 0 says of care for which nobody was ever asked that it is not needed. In hospital
its pathway is what is waited for. Another hospital to which they were discharged keeps them, but
gives them none of it.
"""

from collections.abc import Iterator
from typing import Final

from flow.events.codes import DESTINATIONS, DISCHARGE_DESTINATIONS
from flow.pathway.asked_to_care import accepted_since, besides_until, somebody_is_asked
from flow.pathway.came_to_nothing import (
    in_place_of,
    is_since,
    packages_over,
    referrals_over,
    still_missed,
    unmet_kinds,
    what_came_to_nothing,
    when_over,
)
from flow.pathway.care import care_of
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import BRING_NOBODY, ONCE
from flow.pathway.sent_on import (
    NEEDS_SOMEBODY,
    left_last,
    onward_care_missed,
    said_to_others,
    sent_on_to_others,
)
from flow.pathway.subjects import ComesToNothing, Spell
from flow.pathway.whereabouts import RETURNS, in_centre, went_to_a_hospital

CARED_FOR_THERE: Final = DESTINATIONS.marked("cared_for")
CARED_FOR_BY_CODE: Final = DISCHARGE_DESTINATIONS.marked("cared_for")
"""Where a discharge leads to people who care for the person, by either list."""


def needs_care(journey: Journey) -> bool:
    """By what was told last: on pathway 1 to 3, or sent on by a centre after the stay in hospital,
    whatever its pathway, or without one."""
    latest = journey.latest
    if latest is None:
        return said_to_others(journey, None) is not None
    return _calls_for_care(journey, latest)


def _calls_for_care(journey: Journey, spell: Spell) -> bool:
    return spell.complex_pathway or said_to_others(journey, spell) is not None


def needs_owner(journey: Journey) -> bool:
    """On pathway 1 to 3; in a centre, whatever the last stay in hospital told, or sent on by it; or
    without one, and somebody has to come in the place of who gave care up."""
    if in_centre(journey) or needs_care(journey):
        return True
    return journey.latest is None and (
        _is_handed_back(journey) or _alone_since(journey) is not None
    )


def _is_handed_back(journey: Journey) -> bool:
    """Care that had begun, and nobody has confirmed to go on with it."""
    return any(
        package.given_up is not None and not package.closed and package.was_ever_given
        for package in journey.packages.values()
    )


def unarranged_since(journey: Journey, spell: Spell | None) -> Mark | None:
    """Since when nobody is asked to care for a person who is ready to leave on a confirmed pathway
    1 to 3, or was discharged on one, or whose care was refused or given up; None where somebody is,
    or need not be. `spell`: the last one, if any is known.
    """
    if spell is None:
        alone = _alone_since(journey)
        if alone is None or somebody_is_asked(journey, None, alone, []):
            return None
        return alone
    if spell.overtaken is not None:
        return None
    if _calls_for_care(journey, spell):
        return _unasked_since(journey, spell, cared_for=_is_cared_for(spell))
    return _given_up_since(journey, spell)


def _needed_since(spell: Spell) -> Mark | None:
    return _left_on_a_pathway(spell) or _ready_on_a_pathway(spell)


def _unasked_since(journey: Journey, spell: Spell, *, cared_for: bool) -> Mark | None:
    needed = _needed_since(spell)
    if needed is None:
        return None
    sent_on = sent_on_to_others(journey, spell)
    if sent_on is not None:
        needed = max(needed, sent_on)
    elif cared_for:
        return None
    refused = list(what_came_to_nothing(journey, spell))
    missed = still_missed(refused)
    if somebody_is_asked(journey, spell, sent_on, missed):
        return None
    accepted = accepted_since(journey, spell)
    if accepted is not None:
        needed = max(needed, accepted)
    if unmet_kinds(missed):
        needed = max([needed, *besides_until(journey, missed)])
    else:
        needed = max([needed, *_visited_once(journey, spell)])
    lately = [each for each in refused if is_since(each.at, sent_on)]
    last = max(lately, key=when_over, default=None)
    if last is None or (accepted is not None and last.at < accepted):
        return needed
    if not last.settled:
        return max(needed, last.at)
    since = [each.at for each in missed if is_since(each.at, sent_on)]
    return max(needed, *since) if since else None


def _given_up_since(journey: Journey, spell: Spell) -> Mark | None:
    """Since when nobody is asked in the place of who refused, or gave care up, in or after this
    stay, or before it."""
    if spell.discharged is None or _is_cared_for(spell):
        return None
    missed = _given_up_in(journey, spell)
    if not missed:
        return None
    since = sent_on_to_others(journey, spell) or spell.discharged
    ends = [each.at for each in missed]
    return max(spell.discharged, since, *ends, *besides_until(journey, missed))


def _given_up_in(journey: Journey, spell: Spell) -> list[ComesToNothing]:
    """What nobody is asked for in its place, be the person in hospital or at home."""
    ends = [
        *_from_before(journey, spell),
        *packages_over(journey, spell),
        *referrals_over(journey, spell),
    ]
    missed = still_missed(ends)
    if not missed:
        return []
    sent_on = sent_on_to_others(journey, spell)
    return [] if somebody_is_asked(journey, spell, sent_on, missed) else missed


def _from_before(journey: Journey, spell: Spell) -> Iterator[ComesToNothing]:
    """Pathway 0 needs nothing new, which care that was given or asked for is not."""
    for each in (*spell.wanting, *_left_to_others(journey, spell)):
        if each.kind is not None or spell.pathway_confirmed is None or spell.complex_pathway:
            yield each


def _left_to_others(journey: Journey, spell: Spell) -> Iterator[ComesToNothing]:
    """By a centre that had the person before this stay: while it lasts, as if that had been before
    the admission; or since then, where only what was refused shows it."""
    for stay in journey.stays.values():
        left = stay.left
        if stay.spell is spell or left is None or stay.overtaken is not None:
            continue
        if left < spell.admitted:
            continue
        if stay.destination is None:
            missed = onward_care_missed(journey, stay)
            if missed:
                yield from in_place_of(missed, left)
        elif stay.destination in NEEDS_SOMEBODY and (
            spell.discharged is None or left < spell.discharged
        ):
            yield from in_place_of(
                still_missed(list(what_came_to_nothing(journey, stay.spell))), left
            )


def wanting(journey: Journey) -> tuple[ComesToNothing, ...]:
    """The care that whoever comes to hospital now wants for, and nobody is asked for."""
    spell = journey.latest
    if spell is None:
        alone = unarranged_since(journey, None) is not None
        return tuple(_missed_without_a_stay(journey)) if alone else ()
    cared_for = _is_cared_for(spell) and not went_to_a_hospital(spell)
    wanted: list[ComesToNothing] = []
    # What a plan asks for that has not come to be is not needed yet.
    if _calls_for_care(journey, spell) and _needed_since(spell) is not None:
        since = _unasked_since(journey, spell, cared_for=cared_for)
        if since is None:
            return ()
        wanted += in_place_of(still_missed(list(what_came_to_nothing(journey, spell))), since)
    if not cared_for:
        wanted += _given_up_in(journey, spell)
    return tuple({each.kind: each for each in sorted(wanted, key=when_over)}.values())


def _visited_once(journey: Journey, spell: Spell) -> Iterator[Mark]:
    """When whoever comes only once came after this stay: until then, somebody was to come."""
    for referral in journey.referrals.values():
        once = referral.kind in ONCE and referral.kind not in BRING_NOBODY
        if once and referral.spell is spell and referral.visited is not None:
            yield referral.visited


def _alone_since(journey: Journey) -> Mark | None:
    """Of whom no stay in hospital is known: since when nobody has given the care that was given up,
    or left to others, be somebody asked or not."""
    missed = _missed_without_a_stay(journey)
    if not missed:
        return None
    since = max(each.at for each in missed)
    cared = any(care.until is None or care.until.at > since.at for care in care_of(journey))
    return None if cared else since


def _missed_without_a_stay(journey: Journey) -> list[ComesToNothing]:
    ends = list(packages_over(journey, None))
    stay = left_last(journey, None)
    if stay is not None and stay.left is not None and sent_on_to_others(journey, None) is not None:
        ends += in_place_of(onward_care_missed(journey, stay), stay.left)
    missed = still_missed(ends)
    if not missed:
        return []
    ends += [each for each in referrals_over(journey, None) if each.settled]
    return still_missed(ends)


def _left_on_a_pathway(spell: Spell) -> Mark | None:
    """Home; the hub may have decided later."""
    if spell.discharged is None or spell.pathway_confirmed is None:
        return spell.discharged
    return max(spell.discharged, spell.pathway_confirmed)


def _ready_on_a_pathway(spell: Spell) -> Mark | None:
    if spell.ready is None or spell.pathway_confirmed is None:
        return None
    return max(spell.ready.started, spell.pathway_confirmed)


def _is_cared_for(spell: Spell) -> bool:
    if spell.destination in RETURNS:
        return True
    there = spell.destination in CARED_FOR_THERE
    return spell.discharged is not None and (
        there or spell.discharge_destination in CARED_FOR_BY_CODE
    )
