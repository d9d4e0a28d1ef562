"""Who hears a notice: the service concerned; of one that is about no single service the role that
the policy names, which is the owner's, or whoever acts where the person has none. While they are
closed, whoever covers for them."""

from collections.abc import Iterable
from datetime import datetime

from flow.pathway.journey import Journey, Notice
from flow.pathway.local_days import FAR
from flow.pathway.notices import lapses_at
from flow.pathway.policy import Policy
from flow.pathway.policy_values import SERVICE
from flow.pathway.stage import ActsNext, acting
from flow.pathway.who_acts import OF_THE_OWNER, hours_of, stands_in


def who_hears(notice: Notice, journey: Journey, policy: Policy, now: datetime) -> ActsNext:
    """The organisation, where known, and the role that is to hear a notice at `now`."""
    hears = _whose(notice, journey, policy, now)
    working = hours_of(hears, policy.working_hours, journey.locality)
    cover = working.cover_at(now) if working is not None else None
    return hears if cover is None else acting(cover, hears.role)


def _whose(notice: Notice, journey: Journey, policy: Policy, now: datetime) -> ActsNext:
    if notice.service is not None:
        return acting(notice.service, SERVICE)
    role, owner = policy.notice_acts_next, journey.coordinator
    instead = stands_in(journey, now) if role in OF_THE_OWNER else None
    return instead or acting(owner.organisation if owner is not None else None, role)


def cover_changes_at(
    notices: Iterable[Notice], journey: Journey, policy: Policy, now: datetime
) -> datetime:
    """When somebody who is to hear an open notice, and has a cover, opens or closes next."""
    first = FAR
    for notice in notices:
        if notice.ended is None and now < lapses_at(notice, policy):
            hears = _whose(notice, journey, policy, now)
            working = hours_of(hears, policy.working_hours, journey.locality)
            if working is not None and working.out_of_hours is not None:
                first = min(first, working.changes_at(now))
    return first
