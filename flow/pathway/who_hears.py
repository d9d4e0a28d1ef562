"""Who hears a notice: the service concerned; of one that is about no single service the role that
the policy names, which is the owner's, or whoever acts where the person has none."""

from datetime import datetime

from flow.pathway.journey import Journey, Notice
from flow.pathway.policy import Policy
from flow.pathway.policy_values import SERVICE
from flow.pathway.stage import ActsNext, acting
from flow.pathway.who_acts import OF_THE_OWNER, stands_in


def who_hears(notice: Notice, journey: Journey, policy: Policy, now: datetime) -> ActsNext:
    """The organisation, where known, and the role that is to hear a notice at `now`."""
    if notice.service is not None:
        return acting(notice.service, SERVICE)
    role, owner = policy.notice_acts_next, journey.coordinator
    instead = stands_in(journey, now) if role in OF_THE_OWNER else None
    return instead or acting(owner.organisation if owner is not None else None, role)
