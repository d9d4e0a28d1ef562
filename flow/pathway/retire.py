"""When a journey is over for good, so that the pipeline may let the person go (design.md 6)."""

from datetime import datetime

from flow.pathway.care import goes_on
from flow.pathway.journey import Journey
from flow.pathway.local_days import ONE_DAY, day_begins, local_date
from flow.pathway.policy import Policy


def retires_at(journey: Journey, policy: Policy, *, waits: bool) -> datetime | None:
    """The moment from which a person with nothing open may be let go, or None while something is.

    Open are a wait, a spell, a package, a stay and a handover; of someone who died nothing is.
    `waits` is whether a wait runs by this policy: one that is switched off keeps nobody.
    The grace of the policy runs from the newest event, and from day 91 after the last
    discharge, whichever is later.
    """
    if journey.newest_at is None or waits or something_goes_on(journey):
        return None
    over_at = journey.newest_at
    if journey.died is None:
        for spell in journey.spells.values():
            if spell.discharged is not None:
                left_on = local_date(spell.discharged.at)
                over_at = max(over_at, day_begins(left_on + policy.follow_up_days * ONE_DAY))
    return over_at + policy.retire_grace


def something_goes_on(journey: Journey) -> bool:
    """Whether anything but a wait goes on that a later event has to end."""
    if journey.died is not None:
        return False
    return (
        any(spell.goes_on for spell in journey.spells.values())
        or any(goes_on(package) for package in journey.packages.values())
        or any(stay.goes_on for stay in journey.stays.values())
        or any(handover.unanswered for handover in journey.handovers.values())
    )
