"""When a journey is over for good, so that the pipeline may let the person go (design.md 6)."""

from datetime import datetime

from flow.pathway.care import is_open
from flow.pathway.journey import Journey
from flow.pathway.local_days import ONE_DAY, day_begins, local_date
from flow.pathway.policy import Policy


def retires_at(journey: Journey, policy: Policy, *, waits: bool) -> datetime | None:
    """The moment from which a person may be let go, or None while something keeps them.

    A wait and a stay in hospital or in a centre do; nothing keeps someone who died. `waits` is
    whether a wait runs by this policy: one that is switched off keeps nobody. The grace of the
    policy runs from the newest event, and from day 91 after the last discharge, whichever is later.

    Care at home, or in a care home, may go on for years and no event tells of an ordinary day; of
    an offer for whose answer nobody waits no event need tell either. They keep a person no longer
    than `policy.retire_unheard` after the newest event.
    """
    if journey.newest_at is None or waits or _is_in_a_bed(journey):
        return None
    over_at = journey.newest_at
    if journey.died is None:
        for spell in journey.spells.values():
            if spell.discharged is not None:
                left_on = local_date(spell.discharged.at)
                over_at = max(over_at, day_begins(left_on + policy.follow_up_days * ONE_DAY))
    over_at += policy.retire_grace
    if _something_goes_on(journey):
        over_at = max(over_at, journey.newest_at + policy.retire_unheard)
    return over_at


def _is_in_a_bed(journey: Journey) -> bool:
    """In hospital or in a centre for a time."""
    return journey.died is None and (
        any(spell.goes_on for spell in journey.spells.values()) or journey.staying is not None
    )


def _something_goes_on(journey: Journey) -> bool:
    """Whether anything but a wait and a stay for a time goes on that a later event has to end."""
    return journey.died is None and (
        any(is_open(package) for package in journey.packages.values())
        or any(stay.goes_on for stay in journey.stays.values())
        or any(handover.unanswered for handover in journey.handovers.values())
    )
