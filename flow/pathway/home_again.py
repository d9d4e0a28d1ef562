"""Care at home that stood still for a stay in hospital, when that ends on pathway 0."""

from flow.pathway.care import (
    READMITTED,
    asked_by,
    by_itself,
    counts_until,
    ended_by,
    go_on_leaving,
    restart_of,
)
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.notices import stood_down_for_the_stay
from flow.pathway.spans import watch
from flow.pathway.subjects import Referral, Spell
from flow.pathway.whereabouts import went_to_a_hospital


def care_stays_live(journey: Journey, spell: Spell, now: Mark) -> None:
    """A package that stayed live during the stay counts as pathway 0 (domain.md 1.1), so care that
    was there before goes on; not where a restart was asked for in this stay, as this package or
    another for this pathway, nor where its provider said that it stands still, nor in another
    hospital."""
    if spell.pathway != "P0" or journey.current is not None or journey.died is not None:
        return
    if went_to_a_hospital(spell):
        return
    _visits_stay_live(journey, spell, now)
    for package in journey.packages.values():
        if package.kind == "restart" and package.spell is spell:
            continue
        leaving = package.leaving
        if leaving is not None and not stood_down_for_the_stay(
            journey, leaving.service or package.about
        ):
            go_on_leaving(journey, package, now)
        pause = package.pause
        if pause is None or pause.reason != READMITTED or pause.told:
            continue
        restart = restart_of(journey, package)
        if restart is not None and restart.off_plan is None:
            continue
        if stood_down_for_the_stay(journey, package.service or package.about):
            continue
        package.end_pause(now)
        journey.services_version += 1
        journey.touch_waits_of(package)


def _visits_stay_live(journey: Journey, spell: Spell, now: Mark) -> None:
    """As much of care that is known by a referral and its first visit alone; who said that they
    stand down has it still to begin again."""
    for referral in journey.referrals.values():
        if not _was_over_for(journey, referral, spell) or counts_until(referral) <= now.at:
            continue
        if stood_down_for_the_stay(journey, referral.service or referral.about):
            _begins_again(referral)
        referral.over = None
        journey.services_version += 1
        watch(journey, referral, now)


def _begins_again(referral: Referral) -> None:
    """As if it had been accepted, and no time agreed."""
    referral.accepted = referral.accepted or referral.visited
    referral.started = referral.visited = referral.moved_in = None
    referral.start_agreed_at, referral.missed = None, ()


def _was_over_for(journey: Journey, referral: Referral, spell: Spell) -> bool:
    """Visits that ended because this stay began, and of which no restart was asked for in it."""
    return (
        referral.visited is not None
        and ended_by(spell, referral)
        and by_itself(journey, referral)
        and not any(
            package.kind == "restart" and package.spell is spell and asked_by(referral, package)
            for package in journey.packages.values()
        )
    )
