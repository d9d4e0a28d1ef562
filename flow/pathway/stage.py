"""Where a person is on the way from a hospital bed to an independence centre or home care."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from flow.pathway.arranging import needs_care, needs_owner, unarranged_since
from flow.pathway.care import (
    awaited_since,
    care_of,
    does_not_go_on,
    given_now,
    handed_back_with,
    left_to_nobody,
    stands_still,
)
from flow.pathway.instead_of import left_to_another
from flow.pathway.journey import Journey, Responsible
from flow.pathway.local_days import FAR, ONE_DAY, day_begins, local_date
from flow.pathway.mark import Mark
from flow.pathway.presumed_ends import as_at
from flow.pathway.referral_kinds import NOT_ALONE, NOT_AWAITED
from flow.pathway.subjects import Package, Referral, Spell, Stay
from flow.pathway.whereabouts import set_aside

STAGES: Mapping[str, str] = MappingProxyType(
    {
        "not_admitted": "no hospital stay is known, or its admission was cancelled",
        "in_hospital": "in hospital and meeting the criteria to reside, or not reviewed yet",
        "ready_to_leave": "no longer meets the criteria to reside; no complex pathway under way",
        "hub_deciding": "ready to leave; the care transfer hub has not confirmed a pathway",
        "waiting_for_service": "ready to leave on a confirmed pathway 1 to 3",
        "discharged_waiting_for_start": "left hospital and nobody cares for them yet: a service"
        " that was asked has not begun, or does not go on, or nobody is asked for the care of"
        " pathway 1 to 3, or in the place of who refused it or gave it up",
        "home_with_support": "at home with care that has begun, whatever else is asked for",
        "in_centre": "in an independence centre or another short-term bed",
        "centre_ready_to_leave": "in a centre, not meeting the requirements to remain",
        "follow_up": "no care is open, though an assessment or another wait may be; within 91 days"
        " of the last discharge",
        "finished": "no care is open, though an assessment or another wait may be; day 91 has"
        " passed",
        "died": "died",
    }
)
"""Every stage; the first that fits holds, from `died` down to `finished`."""
NO_CARE_OPEN: frozenset[str] = frozenset({"follow_up", "finished"})
"""In which something else may still be waited for."""


class ActsNext(NamedTuple):
    """Who is expected to act: an organisation where known, and a role."""

    organisation: str | None
    role: str


@lru_cache(maxsize=4096)  # a few of each organisation's, asked for with each event
def acting(organisation: str | None, role: str) -> ActsNext:
    return ActsNext(organisation, role)


Next = tuple[str | None, ActsNext | None]
"""The open wait that is due first, and who is expected to act on it."""


class Stage(NamedTuple):
    """`next_step` is the open wait that is due first, `acts_next` who is expected to act on it.

    `responsible` has the person in hand; `coordinator_known` tells of people who need an owner
    whether somebody answers for them by name. The date is YYYY-MM-DD.
    """

    stage: str
    since: datetime
    pathway: str | None
    provider: str | None
    site: str | None
    ward: str | None
    service: str | None
    council: str | None
    locality: str | None
    next_step: str | None
    acts_next: ActsNext | None
    responsible: str | None
    coordinator_known: bool | None
    discharge_ready_date: str | None

    def with_next(self, step: str | None, acts_next: ActsNext | None) -> "Stage":
        """The same stage with another next step. Half the events bring one, and `_replace` takes
        four times as long."""
        return Stage._make((*self[:_NEXT], step, acts_next, *self[_NEXT + 2 :]))


_NEXT = Stage._fields.index("next_step")


def stage_of(
    journey: Journey, follow_up_days: int, now: datetime, next_step: Next
) -> tuple[Stage, datetime]:
    """The stage, and until when time alone does not change it."""
    with as_at(journey, now):
        return _stage_of(journey, follow_up_days, now, next_step)


def _stage_of(
    journey: Journey, follow_up_days: int, now: datetime, next_step: Next
) -> tuple[Stage, datetime]:
    spell = journey.current
    until = FAR
    service: str | None = None
    if journey.died is not None:
        name, since = "died", journey.died.at
    elif spell is not None:
        name, since = _in_hospital(spell)
    elif (stay := journey.staying) is not None:
        name, since, service = _in_centre(stay, now)
    elif journey.latest is None:
        began = journey.began or journey.first_linked_at or journey.resolution.first_at
        name, since = "not_admitted", began or now
    else:
        name, since, service, until = _left_hospital(journey, journey.latest, follow_up_days, now)
    until = min(until, journey.responsible_until(now))
    latest = spell or journey.latest
    stage = (name, since, service, next_step)
    return _described(journey, latest, spell, stage, journey.responsible_at(now)), until


def _described(
    journey: Journey,
    latest: Spell | None,
    current: Spell | None,
    stage: tuple[str, datetime, str | None, Next],
    responsible: Responsible | None,
) -> Stage:
    name, since, service, (next_step, acts_next) = stage
    needed = responsible is not None and needs_owner(journey)
    ready = None
    if current is not None and current.ready is not None:
        ready = current.ready.ready_date.isoformat()
    elif latest is not None and latest.ready_date is not None:
        ready = latest.ready_date.ready_date.isoformat()
    return Stage(
        name,
        since,
        latest.pathway if latest is not None else None,
        latest.provider if latest is not None else None,
        current.site if current is not None else None,
        current.ward if current is not None else None,
        service,
        journey.council,
        journey.locality,
        next_step,
        acts_next,
        responsible.organisation if responsible is not None else None,
        journey.coordinator is not None if needed else None,
        ready,
    )


def _in_hospital(spell: Spell) -> tuple[str, datetime]:
    if spell.ready is None:
        ended = spell.nctr[-1].ended if spell.nctr else None
        since = max(spell.admitted.at, ended.at) if ended is not None else spell.admitted.at
        return "in_hospital", since
    ready_at = spell.ready.started.at
    confirmed = spell.pathway_confirmed
    if confirmed is not None:
        if spell.complex_pathway:
            return "waiting_for_service", max(ready_at, confirmed.at)
    elif spell.hub_referred is not None:
        return "hub_deciding", max(ready_at, spell.hub_referred.at)
    return "ready_to_leave", ready_at


def _in_centre(stay: Stay, now: datetime) -> tuple[str, datetime, str | None]:
    if stay.ready is not None:
        return "centre_ready_to_leave", stay.ready.at, stay.service
    return "in_centre", stay.admitted.at if stay.admitted else now, stay.service


def _left_hospital(
    journey: Journey, spell: Spell, follow_up_days: int, now: datetime
) -> tuple[str, datetime, str | None, datetime]:
    assert spell.discharged is not None
    left_at = [spell.discharged.at]
    left_at += [stay.left.at for stay in journey.stays.values() if stay.left is not None]
    care = next(given_now(journey), None)
    if care is not None:
        since = max(care.since.at, *left_at)
        return "home_with_support", since, care.service, care.counts_until
    awaited = waited_for(journey) or taken_by_nobody(journey)
    if awaited is not None:
        # Whoever cared for them meanwhile did: nobody does since then.
        cared = [care.until.at for care in care_of(journey) if care.until is not None]
        since = max(awaited.since.at, *left_at, *cared)
        return "discharged_waiting_for_start", since, awaited.service, FAR
    ends = [package.ended.at for package in journey.packages.values() if package.ended is not None]
    ends += [r.over.at for r in journey.referrals.values() if r.over is not None]
    over_at = day_begins(local_date(spell.discharged.at) + follow_up_days * ONE_DAY)
    if now < over_at:
        return "follow_up", max([*left_at, *ends]), None, over_at
    return "finished", max(over_at, *left_at, *ends), None, FAR


class Awaited(NamedTuple):
    """What a service was asked for, or does not go on with, and since when."""

    since: Mark
    service: str | None


def waited_for(journey: Journey) -> Awaited | None:
    """The care that has been waited for longest: asked for and not begun, or standing still, but
    where another one is waited for in its place; what is left to nobody, if nobody is."""
    waiting = [
        Awaited(since, _who_begins(package))
        for package in journey.packages.values()
        if (since := awaited_since(package)) is not None
        and not does_not_go_on(journey, package)
        and not (stands_still(package) and left_to_another(journey, package))
        and not set_aside(journey, package)
    ]
    waiting += [
        Awaited(referral.made, _who_comes(referral))
        for referral in journey.referrals.values()
        if referral.made is not None
        and not referral.closed
        and _is_without(journey, referral)
        and not handed_back_with(journey, referral)
        and not set_aside(journey, referral)
    ]
    waiting = waiting or [*_left_to_nobody(journey)]
    return min(waiting, key=lambda each: each.since.at) if waiting else None


def _left_to_nobody(journey: Journey) -> Iterator[Awaited]:
    for package in journey.packages.values():
        since = awaited_since(package) if left_to_nobody(package) is not None else None
        if since is not None and not set_aside(journey, package):
            yield Awaited(since, None)


def _who_begins(package: Package) -> str | None:
    """Who has it, or was asked for it since they gave it up; not after their last day."""
    if package.lapsed is not None:
        return None
    asked = package.next_provider
    return asked.service if asked is not None and package.given_up is not None else package.service


def _who_comes(referral: Referral) -> str | None:
    taken_on = referral.taken_on
    return referral.service if taken_on is None else taken_on.service


def _is_without(journey: Journey, referral: Referral) -> bool:
    """Whether the person is at home without care as long as this has not begun."""
    if referral.kind in NOT_ALONE:
        return needs_care(journey)
    return referral.kind not in NOT_AWAITED


def taken_by_nobody(journey: Journey) -> Awaited | None:
    """Discharged on pathway 1 to 3, or sent by a centre to others who are to care, or care was
    given up or refused, and nobody is asked; or a handover is all, but where it was given up."""
    latest = journey.latest
    if latest is not None and latest.discharged is None:
        return None
    since = unarranged_since(journey, latest)
    if since is not None:
        return Awaited(since, None)
    if (
        latest is None
        or not needs_care(journey)
        or any(care.until is None for care in care_of(journey))
    ):
        return None
    offered = [
        Awaited(handover.sent, handover.service)
        for handover in journey.handovers.values()
        if handover.sent is not None and handover.unanswered and handover.spell is latest
    ]
    return min(offered, key=lambda each: each.since.at) if offered else None
