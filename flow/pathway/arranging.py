"""Whether care after hospital is arranged for somebody on pathway 1 to 3: who was asked for it, and
whether they still are (domain.md 1.4: the care transfer hub arranges it, one owner for each). On
pathway 0, and where none is told, only care that was refused or given up is arranged anew, and what
a centre that came later leaves to others.

Arranged is what is asked for and not refused, or given, since this stay in hospital; a stay in a
centre is, too. What was asked for on another pathway arranges nothing (`plan_changes.py`), nor does
an answer to a request that nobody told, before care is given: nobody waits for that to come. In the
place of care that was refused counts only who gives that, too (`INSTEAD_OF`), and nothing that was
over by then, nor visits of another kind that went on then and are over; a refusal because another
has been asked is none where somebody is known (`ASKED_ELSEWHERE`). Where the person went from the
centre to others who are to care for them, or nobody says where and what was asked for came to
nothing, only what is asked for or given since then counts. Who has accepted a handover is to come
for the person, so that in hospital nobody else is asked; at home it arranges nothing by itself, for
nobody would be waited for. Nobody has to be asked for a person who is cared for where they went, or
who was said to need nobody. Equipment and housing are no care, and an assessment is none either;
but while one of this stay is under way somebody has the person in hand (`assessed_for`), and its
own waits run.

Of somebody of whom no stay in hospital is known, only care that was given up is arranged anew, and
what a centre leaves to others, for as long as nobody has cared for them since.

Whoever wanted for care when they came to hospital does so again when they leave it (`wanting`),
but that pathway 0 says of care for which nobody was ever asked that it is not needed. In hospital
its pathway is what is waited for. Another hospital to which they were discharged keeps them, but
gives them none of it.
"""

from collections.abc import Iterator
from typing import Final

from flow.events.codes import (
    CENTRE_DESTINATIONS,
    DESTINATIONS,
    DISCHARGE_DESTINATIONS,
    PACKAGE_END_REASONS,
    REJECTION_REASONS,
    WITHDRAWAL_REASONS,
)
from flow.pathway.care import care_of, goes_on, kind_of, stands_still
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import (
    ASKED_ELSEWHERE,
    BRING_NOBODY,
    NOT_AWAITED,
    ONCE,
    may_come_instead,
)
from flow.pathway.subjects import ComesToNothing, Handover, Package, Referral, Spell, Stay
from flow.pathway.whereabouts import RETURNS, discharged_to, in_centre, set_aside

CARED_FOR_THERE: Final = DESTINATIONS.marked("cared_for")
CARED_FOR_BY_CODE: Final = DISCHARGE_DESTINATIONS.marked("cared_for")
"""Where a discharge leads to people who care for the person, by either list."""
NEEDS_SOMEBODY: Final = CENTRE_DESTINATIONS.marked("needs_somebody")
"""Where people go from a centre to be cared for by others, who have to be asked."""
NEEDS_NOBODY: Final = {
    "rejected": REJECTION_REASONS.marked("needs_nobody"),
    "withdrawn": WITHDRAWAL_REASONS.marked("needs_nobody"),
    "ended": PACKAGE_END_REASONS.marked("needs_nobody"),
}
"""Reasons for the end of what was asked for after which nobody else has to be asked."""
OF_ALL_CARE: Final = PACKAGE_END_REASONS.marked("of_all_care")
"""Those that say so of other care, too, than the one that ended."""
GIVEN_UP: Final = PACKAGE_END_REASONS.marked("given_up")
"""Reasons for which care that had begun ends although it is still needed."""


def needs_care(journey: Journey) -> bool:
    """By what was told last: on pathway 1 to 3, or sent on by a centre after the stay in hospital,
    whatever its pathway, or without one."""
    latest = journey.latest
    if latest is None:
        return _sent_to_others(journey, None) is not None
    return _calls_for_care(journey, latest)


def _calls_for_care(journey: Journey, spell: Spell) -> bool:
    return spell.complex_pathway or _sent_to_others(journey, spell) is not None


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
        if alone is None or _somebody_is_asked(journey, None, alone, []):
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
    sent_on = _sent_on(journey, spell)
    if sent_on is not None:
        needed = max(needed, sent_on)
    elif cared_for:
        return None
    refused = list(_refused(journey, spell))
    missed = _missed(refused)
    if _somebody_is_asked(journey, spell, sent_on, missed):
        return None
    accepted = _accepted(journey, spell)
    if accepted is not None:
        needed = max(needed, accepted)
    if _unmet(missed):
        needed = max([needed, *_besides_until(journey, missed)])
    else:
        needed = max([needed, *_visited_once(journey, spell)])
    lately = [each for each in refused if _since(each.at, sent_on)]
    last = max(lately, key=_when, default=None)
    if last is None or (accepted is not None and last.at < accepted):
        return needed
    if not last.settled:
        return max(needed, last.at)
    since = [each.at for each in missed if _since(each.at, sent_on)]
    return max(needed, *since) if since else None


def _given_up_since(journey: Journey, spell: Spell) -> Mark | None:
    """Since when nobody is asked in the place of who refused, or gave care up, in or after this
    stay, or before it."""
    if spell.discharged is None or _is_cared_for(spell):
        return None
    missed = _given_up_in(journey, spell)
    if not missed:
        return None
    since = _sent_on(journey, spell) or spell.discharged
    ends = [each.at for each in missed]
    return max(spell.discharged, since, *ends, *_besides_until(journey, missed))


def _given_up_in(journey: Journey, spell: Spell) -> list[ComesToNothing]:
    """What nobody is asked for in its place, be the person in hospital or at home."""
    ends = [
        *_from_before(journey, spell),
        *_packages_over(journey, spell),
        *_referrals_over(journey, spell),
    ]
    missed = _missed(ends)
    if not missed:
        return []
    sent_on = _sent_on(journey, spell)
    return [] if _somebody_is_asked(journey, spell, sent_on, missed) else missed


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
            missed = _onward_care_missed(journey, stay)
            if missed:
                yield from _in_place_of(missed, left)
        elif stay.destination in NEEDS_SOMEBODY and (
            spell.discharged is None or left < spell.discharged
        ):
            yield from _in_place_of(_missed(list(_refused(journey, stay.spell))), left)


def wanting(journey: Journey) -> tuple[ComesToNothing, ...]:
    """The care that whoever comes to hospital now wants for, and nobody is asked for."""
    spell = journey.latest
    if spell is None:
        alone = unarranged_since(journey, None) is not None
        return tuple(_missed_without_a_stay(journey)) if alone else ()
    cared_for = _is_cared_for(spell) and discharged_to(spell) != "in_hospital"
    wanted: list[ComesToNothing] = []
    # What a plan asks for that has not come to be is not needed yet.
    if _calls_for_care(journey, spell) and _needed_since(spell) is not None:
        since = _unasked_since(journey, spell, cared_for=cared_for)
        if since is None:
            return ()
        wanted += _in_place_of(_missed(list(_refused(journey, spell))), since)
    if not cared_for:
        wanted += _given_up_in(journey, spell)
    return tuple({each.kind: each for each in sorted(wanted, key=_when)}.values())


def _in_place_of(missed: list[ComesToNothing], since: Mark) -> Iterator[ComesToNothing]:
    """The care that is called for. A visit is no care to be missed for long."""
    kinds: list[str | None] = [*sorted(_unmet(missed) - ONCE)]
    for kind in kinds or [None]:
        yield ComesToNothing(since, settled=False, in_vain=True, kind=kind)


def _unmet(missed: list[ComesToNothing]) -> frozenset[str]:
    """The kinds of care that came to nothing, although nobody said that none is needed."""
    return frozenset(each.kind for each in missed if each.kind is not None)


def _let_down_at(missed: list[ComesToNothing]) -> Mark | None:
    """When care of some kind came to nothing last: what was over before is not in its place."""
    return max((each.at for each in missed if each.kind is not None), default=None)


def _visited_once(journey: Journey, spell: Spell) -> Iterator[Mark]:
    """When whoever comes only once came after this stay: until then, somebody was to come."""
    for referral in journey.referrals.values():
        once = referral.kind in ONCE and referral.kind not in BRING_NOBODY
        if once and referral.spell is spell and referral.visited is not None:
            yield referral.visited


def _missed(ends: list[ComesToNothing]) -> list[ComesToNothing]:
    """What is needed and came to nothing, and nobody said later that nobody is needed for it."""
    return [
        each
        for each in ends
        if each.in_vain
        and not each.settled
        and not any(end.at > each.at and _settles(end, each) for end in ends)
    ]


def _settles(end: ComesToNothing, missed: ComesToNothing) -> bool:
    """As far as its word goes: of the care in whose place it would have come."""
    if not end.settled or end.kind is None or missed.kind is None:
        return end.settled
    return _meets(end.kind, frozenset({missed.kind}))


def _when(refused: ComesToNothing) -> Mark:
    return refused.at


def _packages_over(journey: Journey, spell: Spell | None) -> Iterator[ComesToNothing]:
    """Those that ended in this stay in hospital or after it; all, where none is known."""
    for package in journey.packages.values():
        if package.ended is not None and (spell is None or package.ended >= spell.admitted):
            settled = package.end_reason in NEEDS_NOBODY["ended"]
            missed = _is_missed(package, spell, package.ended)
            yield ComesToNothing(package.ended, settled, missed, _said_of(journey, package))


def _said_of(journey: Journey, package: Package) -> str | None:
    """The kind of care of which the end of a package tells; None of all."""
    return None if package.end_reason in OF_ALL_CARE else kind_of(journey, package)


def _referrals_over(journey: Journey, spell: Spell | None) -> Iterator[ComesToNothing]:
    """Of those to care that goes on, in this stay or after it, or all; one visit is none. Whoever
    takes one back need not miss it."""
    for referral in journey.referrals.values():
        if _stands(referral) or referral.off_plan is not None:
            continue
        if referral.kind is None or referral.kind in NOT_AWAITED or referral.kind in ONCE:
            continue
        for over in _refusals(journey, referral, taken_back_in_vain=False):
            if spell is None or over.at >= spell.admitted:
                yield over


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
    ends = list(_packages_over(journey, None))
    stay = _left_last(journey, None)
    if stay is not None and stay.left is not None and _sent_on(journey, None) is not None:
        ends += _in_place_of(_onward_care_missed(journey, stay), stay.left)
    missed = _missed(ends)
    if not missed:
        return []
    ends += [each for each in _referrals_over(journey, None) if each.settled]
    return _missed(ends)


def _is_missed(package: Package, spell: Spell | None, ended: Mark) -> bool:
    """Asked for, or begun, and given up; or it ended at home where nobody gave it any more,
    although it is not said that nobody is needed. Not where another gives it since."""
    if package.elsewhere is not None:
        return False
    begun = package.was_ever_given
    if not begun and package.off_plan is not None:
        return False
    if _given_up(package):
        return True
    home = _left(spell)
    at_home = spell is None or (home is not None and ended >= home)
    stood_still = begun and at_home and not _given_to_the_end(package, ended)
    return stood_still and package.end_reason not in NEEDS_NOBODY["ended"]


def _sent_on(journey: Journey, spell: Spell | None) -> Mark | None:
    """When the person went from the last centre after this stay to others who are to care, or needs
    them as what was asked for shows."""
    if not journey.stays:
        return None
    stay = _left_last(journey, spell)
    if stay is None:
        return None
    unsaid = stay.destination is None and _onward_care_missed(journey, stay)
    return stay.left if unsaid or stay.destination in NEEDS_SOMEBODY else None


def _sent_to_others(journey: Journey, spell: Spell | None) -> Mark | None:
    """When that centre said that they are to care."""
    if not journey.stays:
        return None
    stay = _left_last(journey, spell)
    return stay.left if stay is not None and stay.destination in NEEDS_SOMEBODY else None


def _left_last(journey: Journey, spell: Spell | None) -> Stay | None:
    """The stay in a centre after this one in hospital that ended last, if an event told its end; it
    may have begun before, and the person came back to it."""
    home = _left(spell)
    if home is None and spell is not None:
        return None
    over = [
        (at, stay)
        for stay in journey.stays.values()
        if (at := stay.overtaken or stay.left) is not None
        and (stay.spell is spell or (home is not None and at >= home))
    ]
    if not over:
        return None
    _, stay = max(over, key=lambda each: each[0])
    return stay if stay.overtaken is None else None


def _onward_care_missed(journey: Journey, stay: Stay) -> list[ComesToNothing]:
    """What was asked for and has come to nothing since the person moved in, before a stay in
    hospital that came between, too: where the centre does not say where it sent them, that shows
    that they need somebody."""
    assert stay.admitted is not None
    over = [
        each
        for spell in (None, *journey.spells.values())
        for each in _refused(journey, spell)
        if each.at >= stay.admitted
    ]
    return _missed(over)


def _since(at: Mark, since: Mark | None) -> bool:
    return since is None or at >= since


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


def _has_them(stay: Stay, spell: Spell | None, sent_on: Mark | None, let_down: Mark | None) -> bool:
    """In a bed for a time, to which they may have come back, or in the home that the stay in
    hospital led to. The home in which somebody lived before is not what is to be arranged on a
    pathway 1 to 3 after it."""
    if stay.goes_on:
        return not stay.is_home or stay.spell is spell
    if sent_on is not None or not (stay.spell is spell or _came_back(stay, spell)):
        return False
    over = stay.overtaken or stay.left
    return over is None or _since(over, let_down)


def _came_back(stay: Stay, spell: Spell | None) -> bool:
    """From this stay in hospital to a bed that was kept."""
    home = _left(spell)
    if home is None or stay.left is None or stay.overtaken is not None or stay.is_home:
        return False
    return stay.left >= home


def _somebody_is_asked(
    journey: Journey, spell: Spell | None, sent_on: Mark | None, missed: list[ComesToNothing]
) -> bool:
    """To care, or does, in the place of what came to nothing (`missed`), too; or did, and it was
    over only after that."""
    unmet, let_down = _unmet(missed), _let_down_at(missed)
    return (
        any(_has_them(stay, spell, sent_on, let_down) for stay in journey.stays.values())
        or any(
            (_is_to_come(journey, package) or _was_given(package, spell, sent_on, let_down))
            and _meets(kind_of(journey, package), unmet)
            for package in journey.packages.values()
        )
        or any(
            _is_asked(journey, referral, spell, sent_on, let_down)
            and _meets(referral.kind, unmet)
            and not _came_besides(referral, missed)
            for referral in journey.referrals.values()
        )
        or any(_is_offered(handover, spell) for handover in journey.handovers.values())
    )


def _came_besides(referral: Referral, missed: list[ComesToNothing]) -> bool:
    """Visits that are over and had begun before care of another kind came to nothing: they were no
    answer to that, and no event need tell that nobody comes any more."""
    if referral.over is None or referral.visited is None:
        return False
    kind, begun = referral.kind, referral.visited
    return any(each.kind not in (None, kind) and each.at > begun for each in missed)


def _besides_until(journey: Journey, missed: list[ComesToNothing]) -> Iterator[Mark]:
    """When such visits were over that had filled its place until then."""
    unmet = _unmet(missed)
    for referral in journey.referrals.values():
        if referral.over is None or referral.kind in BRING_NOBODY or referral.kind in ONCE:
            continue
        if _meets(referral.kind, unmet) and _came_besides(referral, missed):
            yield referral.over


def _meets(kind: str | None, unmet: frozenset[str]) -> bool:
    return may_come_instead(kind, unmet)


def _is_to_come(journey: Journey, package: Package) -> bool:
    """Or is there: asked for, as far as is told, or begun."""
    if not goes_on(package) or set_aside(journey, package):
        return False
    asked = package.requested is not None or _asked_by_referral(journey, package)
    return asked or package.was_ever_given


def _asked_by_referral(journey: Journey, package: Package) -> bool:
    referral = journey.referrals.get(package.referral_id) if package.referral_id else None
    if referral is None or referral.made is None or referral.kind in NOT_AWAITED:
        return False
    return referral.started is not None or not referral.closed


def _was_given(
    package: Package, spell: Spell | None, sent_on: Mark | None, let_down: Mark | None
) -> bool:
    """After this stay in hospital, and it ended because it was over."""
    ended, left = package.ended, _left(spell)
    return (
        ended is not None
        and left is not None
        and ended >= left
        and _since(ended, sent_on)
        and _since(ended, let_down)
        and _ran_to_its_end(package, ended)
    )


def _ran_to_its_end(package: Package, ended: Mark) -> bool:
    return _given_to_the_end(package, ended) and not _given_up(package)


def _left(spell: Spell | None) -> Mark | None:
    return spell.discharged if spell is not None else None


def _given_up(package: Package) -> bool:
    """It ended although it is still needed: the reason says so, or none is told that needs nobody,
    and its provider had handed it back, and no other had confirmed to go on with it."""
    if package.end_reason in GIVEN_UP:
        return True
    handed_back = package.given_up is not None
    return handed_back and package.end_reason not in NEEDS_NOBODY["ended"]


def _given_to_the_end(package: Package, ended: Mark) -> bool:
    """By its provider, or by the one before, who was to leave."""
    if package.in_place is not None:
        return stands_still(package) is None
    return bool(package.earlier) and package.earlier[-1].until == ended


def _is_asked(
    journey: Journey,
    referral: Referral,
    spell: Spell | None,
    sent_on: Mark | None,
    let_down: Mark | None,
) -> bool:
    """Asked still; or begun after this stay, where no package says what became of it."""
    if not referral.closed:
        awaited = referral.made is not None and referral.kind not in NOT_AWAITED
        return awaited and not set_aside(journey, referral)
    if referral.kind in BRING_NOBODY or referral.kind in ONCE:
        return False
    if referral.started is None:
        return False
    of_now = referral.spell is spell and sent_on is None
    if let_down is not None:
        of_now = of_now and referral.over is not None and referral.over >= let_down
    cares = referral.visited is not None and _cares(referral, spell, sent_on, let_down)
    return (of_now or cares) and not any(
        package.referral_id == referral.referral_id for package in journey.packages.values()
    )


def _cares(
    referral: Referral, spell: Spell | None, sent_on: Mark | None, let_down: Mark | None
) -> bool:
    """Still; or to its presumed end, after a centre had sent the person on."""
    over, left = referral.over, _left(spell)
    if over is None or sent_on is None or left is None:
        return over is None
    return referral.withdrawn is None and over >= max(sent_on, left) and _since(over, let_down)


def _is_offered(handover: Handover, spell: Spell | None) -> bool:
    """Asked after this stay to take the person, or is to fetch them from hospital."""
    if handover.spell is not spell:
        return False
    fetches = spell is not None and spell.discharged is None
    return handover.unanswered or (fetches and _takes(handover) is not None)


def _takes(handover: Handover) -> Mark | None:
    """Since when its receiver has accepted, and has a part in it still."""
    return handover.accepted if handover.over is None else None


def _accepted(journey: Journey, spell: Spell) -> Mark | None:
    """Since when somebody takes the person. What was offered after an earlier stay says nothing of
    this one."""
    takes = [_takes(each) for each in journey.handovers.values() if each.spell is spell]
    return max((since for since in takes if since is not None), default=None)


def _refused(journey: Journey, spell: Spell | None) -> Iterator[ComesToNothing]:
    """What came to nothing of what was asked for on the person's pathway, or without any stay in
    hospital."""
    for referral in journey.referrals.values():
        if referral.spell is not spell or referral.kind is None or referral.kind in NOT_AWAITED:
            continue
        if _stands(referral) or set_aside(journey, referral):
            continue
        yield from _refusals(journey, referral, taken_back_in_vain=True)
    for package in journey.packages.values():
        of_now = package.spell is spell and not set_aside(journey, package)
        if package.ended is not None and of_now:
            given = _was_given(package, spell, None, None) or package.elsewhere is not None
            given = given or (spell is None and _ran_to_its_end(package, package.ended))
            reason = package.end_reason
            settled, kind = reason in NEEDS_NOBODY["ended"], _said_of(journey, package)
            yield ComesToNothing(package.ended, settled, not given, kind)
    for handover in journey.handovers.values():
        if handover.rejected is not None and handover.spell is spell:
            yield ComesToNothing(handover.rejected, settled=False, in_vain=True, kind=None)


def _stands(referral: Referral) -> bool:
    """As most do, which are asked of here with each event."""
    return referral.rejected is None and referral.withdrawn is None


def _refusals(
    journey: Journey, referral: Referral, *, taken_back_in_vain: bool
) -> Iterator[ComesToNothing]:
    in_vain = referral.started is None and referral.elsewhere is None
    if referral.rejected is not None and not _is_known_elsewhere(journey, referral):
        settled = referral.rejection_reason in NEEDS_NOBODY["rejected"]
        yield ComesToNothing(referral.rejected, settled, in_vain, referral.kind)
    if referral.withdrawn is not None:
        settled = referral.withdrawal_reason in NEEDS_NOBODY["withdrawn"]
        # Who takes a referral back knows whether another kind of care is needed.
        yield ComesToNothing(referral.withdrawn, settled, in_vain and taken_back_in_vain, None)


def _is_known_elsewhere(journey: Journey, refused: Referral) -> bool:
    """Refused because another has been asked, and somebody is known who was asked for the same, or
    who cares for the person at all (`BRING_NOBODY` do not) and so has them in view: nothing has
    come to nothing."""
    if refused.rejection_reason not in ASKED_ELSEWHERE:
        return False
    return any(care.until is None for care in care_of(journey, BRING_NOBODY)) or any(
        referral.kind == refused.kind
        and not referral.closed
        and referral.made is not None
        and not set_aside(journey, referral)
        for referral in journey.referrals.values()
    )


def assessed_for(journey: Journey, spell: Spell | None) -> bool:
    """An assessment is under way that was asked for in this stay or after it, or has gone on since:
    care is asked for when it is done. One that an earlier stay left behind is not of this one."""
    return any(
        assessment.goes_on
        and (
            spell is None or assessment.spell is spell or assessment.at_step.at >= spell.admitted.at
        )
        for assessment in journey.assessments.values()
    )
