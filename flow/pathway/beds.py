"""Nobody lies in two beds, or lives in two care homes: what ends a stay that no event has ended."""

from flow.pathway import delay_reasons
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Referral, Spell, Stay
from flow.pathway.whereabouts import discharged_to, newly_lives_there


def overtake(journey: Journey, stay: Stay, rule: str, by: Mark, now: Mark) -> None:
    """It must have ended unseen, as this shows; the rule is that of the finding."""
    assert stay.admitted is not None
    journey.services_version += 1
    journey.stage_version += 1
    journey.find(rule, stay.admitted.by, by.by)
    stay.overtaken = by
    delay_reasons.clear_all(stay, now)
    watch(journey, stay, now)


def others_end(journey: Journey, stay: Stay, now: Mark) -> None:
    """Whoever has moved in there lies in no other bed; who lives there, in no other home. That they
    do their referral may tell long after the move."""
    moved_in = stay.admitted
    assert moved_in is not None
    for other in journey.stays.values():
        before = (
            other is not stay and other.admitted is not None and other.admitted.at <= moved_in.at
        )
        if before and other.goes_on and (stay.is_home or not other.is_home):
            overtake(journey, other, "two_open_stays", moved_in, now)
    for referral in journey.referrals.values():
        moved = referral.moved_in
        before = moved is not None and moved.at <= moved_in.at and referral.in_its_bed
        if before and (stay.is_home or not referral.is_home):
            _leave(journey, referral, now)


def _leave(journey: Journey, referral: Referral, now: Mark) -> None:
    """The bed of a referral, of which nobody tells more: that is no finding."""
    journey.services_version += 1
    referral.over = now
    watch(journey, referral, now)


def left_for_elsewhere(journey: Journey, spell: Spell, now: Mark) -> None:
    """Whoever goes home or to a care home from hospital is not back in the centre (pathway 2), nor
    in the care home where they lived who goes to a home of their own, or to another one. Whoever
    tells the move before the hospital does has the new one."""
    of_their_own, new = discharged_to(spell) == "at_home", newly_lives_there(spell)
    for stay in journey.stays.values():
        gone = spell.pathway not in (None, "P2")
        if stay.is_home:
            gone = of_their_own or (new and stay.spell is not spell)
        if stay.goes_on and gone:
            overtake(journey, stay, "stay_left_open", now, now)
    for referral in journey.referrals.values():
        if referral.is_home and referral.moved_in != now and (of_their_own or new):
            _leave(journey, referral, now)
