"""Care that was asked for or given and came to nothing: refused, taken back, given up, or ended at
home where nobody gave it any more. It is missed until somebody says that nobody is needed for it.

A refusal because another has been asked is none where somebody is known (`ASKED_ELSEWHERE`).
"""

from collections.abc import Iterator
from typing import Final

from flow.events.codes import PACKAGE_END_REASONS, REJECTION_REASONS, WITHDRAWAL_REASONS
from flow.pathway.care import care_of, kind_of, left_to_nobody, stands_still
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import (
    ASKED_ELSEWHERE,
    BRING_NOBODY,
    NOT_AWAITED,
    ONCE,
    may_come_instead,
)
from flow.pathway.subjects import ComesToNothing, Package, Referral, Spell
from flow.pathway.whereabouts import set_aside

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


def what_came_to_nothing(journey: Journey, spell: Spell | None) -> Iterator[ComesToNothing]:
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
            given = was_given(package, spell, None, None) or package.elsewhere is not None
            given = given or (spell is None and _ran_to_its_end(package, package.ended))
            reason = package.end_reason
            settled, kind = reason in NEEDS_NOBODY["ended"], _said_of(journey, package)
            yield ComesToNothing(package.ended, settled, not given, kind)
        elif package.hand_backs and not set_aside(journey, package):
            yield from _handed_back(journey, package, spell)
    for handover in journey.handovers.values():
        if handover.rejected is not None and handover.spell is spell:
            yield ComesToNothing(handover.rejected, settled=False, in_vain=True, kind=None)


def _handed_back(
    journey: Journey, package: Package, spell: Spell | None
) -> Iterator[ComesToNothing]:
    """In this stay or after it, or without any, and left to nobody."""
    back = left_to_nobody(package)
    if back is not None and (package.spell is None if spell is None else back >= spell.admitted):
        yield ComesToNothing(back, settled=False, in_vain=True, kind=kind_of(journey, package))


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


def _stands(referral: Referral) -> bool:
    """As most do, which are asked of here with each event."""
    return referral.rejected is None and referral.withdrawn is None


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


def packages_over(journey: Journey, spell: Spell | None) -> Iterator[ComesToNothing]:
    """Those that ended, or were left to nobody, in this stay in hospital or after it; all, where
    none is known."""
    for package in journey.packages.values():
        if package.ended is not None and (spell is None or package.ended >= spell.admitted):
            settled = package.end_reason in NEEDS_NOBODY["ended"]
            missed = _is_missed(package, spell, package.ended)
            yield ComesToNothing(package.ended, settled, missed, _said_of(journey, package))
        elif package.hand_backs and (package.off_plan is None or package.was_ever_given):
            yield from _handed_back(journey, package, spell)


def _said_of(journey: Journey, package: Package) -> str | None:
    """The kind of care of which the end of a package tells; None of all."""
    return None if package.end_reason in OF_ALL_CARE else kind_of(journey, package)


def _is_missed(package: Package, spell: Spell | None, ended: Mark) -> bool:
    """Asked for, or begun, and given up; or it ended at home where nobody gave it any more,
    although it is not said that nobody is needed. Not where another gives it since."""
    if package.elsewhere is not None:
        return False
    begun = package.was_ever_given
    if not begun and package.off_plan is not None:
        return False
    if was_given_up(package):
        return True
    home = left_hospital(spell)
    at_home = spell is None or (home is not None and ended >= home)
    stood_still = begun and at_home and not _given_to_the_end(package, ended)
    return stood_still and package.end_reason not in NEEDS_NOBODY["ended"]


def referrals_over(journey: Journey, spell: Spell | None) -> Iterator[ComesToNothing]:
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


def was_given(
    package: Package, spell: Spell | None, sent_on: Mark | None, let_down: Mark | None
) -> bool:
    """After this stay in hospital, and it ended because it was over."""
    ended, left = package.ended, left_hospital(spell)
    return (
        ended is not None
        and left is not None
        and ended >= left
        and is_since(ended, sent_on)
        and is_since(ended, let_down)
        and _ran_to_its_end(package, ended)
    )


def _ran_to_its_end(package: Package, ended: Mark) -> bool:
    return _given_to_the_end(package, ended) and not was_given_up(package)


def was_given_up(package: Package) -> bool:
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


def still_missed(ends: list[ComesToNothing]) -> list[ComesToNothing]:
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
    return may_come_instead(end.kind, frozenset({missed.kind}))


def unmet_kinds(missed: list[ComesToNothing]) -> frozenset[str]:
    """The kinds of care that came to nothing, although nobody said that none is needed."""
    return frozenset(each.kind for each in missed if each.kind is not None)


def let_down_at(missed: list[ComesToNothing]) -> Mark | None:
    """When care of some kind came to nothing last: what was over before is not in its place."""
    return max((each.at for each in missed if each.kind is not None), default=None)


def in_place_of(missed: list[ComesToNothing], since: Mark) -> Iterator[ComesToNothing]:
    """The care that is called for. A visit is no care to be missed for long."""
    kinds: list[str | None] = [*sorted(unmet_kinds(missed) - ONCE)]
    for kind in kinds or [None]:
        yield ComesToNothing(since, settled=False, in_vain=True, kind=kind)


def when_over(refused: ComesToNothing) -> Mark:
    return refused.at


def left_hospital(spell: Spell | None) -> Mark | None:
    return spell.discharged if spell is not None else None


def is_since(at: Mark, since: Mark | None) -> bool:
    return since is None or at >= since
