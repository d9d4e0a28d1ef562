"""The rolling windows of figures: a number of local days, from a day on (domain.md 12.6)."""

from datetime import datetime

from flow.pathway.death import died_in
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, ONE_DAY, day_begins, local_date
from flow.pathway.policy import Policy
from flow.pathway.subjects import Spell


def in_window(
    happened_at: datetime, policy: Policy, now: datetime, *, after_days: int = 0
) -> tuple[bool, datetime]:
    """Whether what happened then counts now, and when that changes (`FAR`: never again).

    It counts for the policy's `rolling_days`, from its own local day or `after_days` later.
    """
    first = local_date(happened_at) + after_days * ONE_DAY
    if after_days and now < (begins_at := day_begins(first)):
        return False, begins_at
    ends_at = day_begins(first + policy.rolling_days * ONE_DAY)
    return (True, ends_at) if now < ends_at else (False, FAR)


def survived(journey: Journey) -> list[tuple[Spell, datetime]]:
    """Stays in hospital that are over and did not end in death, and when they ended."""
    return [
        (spell, spell.discharged.at)
        for spell in journey.spells.values()
        if spell.discharged is not None and not died_in(journey, spell)
    ]
