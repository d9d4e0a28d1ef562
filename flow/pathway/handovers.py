"""Responsibility is offered, accepted or refused. Only acceptance moves it.

Of an acceptance and a refusal the later one stands, as with referrals: whoever refuses a person
whom they had accepted gives them back, and another has to be found.
"""

from flow.events.care_package import HandoverAccepted, HandoverRejected, HandoverSent
from flow.pathway import notices
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Handover, Package, Referral
from flow.pathway.whereabouts import at_home


def handover_of(journey: Journey, handover_id: str, now: Mark) -> Handover:
    """The handover that an answer names; noted here where it was not sent before."""
    journey.services_version += 1
    handover = journey.handovers.get(handover_id)
    if handover is None:
        journey.find("handover_unknown", now.by)
        handover = journey.handovers[handover_id] = Handover(handover_id)
        handover.spell = journey.latest
    return handover


def handover_sent(journey: Journey, event: HandoverSent, now: Mark) -> None:
    """Sent again once it is refused, or what was accepted is over, it waits for an answer again.

    Before that only the same offer can come again: sent to another service, or in another stay, it
    is another handover of the same identifier, with its own time for the answer.
    """
    data = event.data
    journey.services_version += 1
    journey.may_pass_on = True
    handover = journey.handovers.get(data.handover_id)
    if handover is None:
        handover = journey.handovers[data.handover_id] = Handover(data.handover_id)
    spell = journey.latest
    of_another_stay = handover.spell is not None and handover.spell is not spell
    stands, prepared = handover.stands, _prepares(journey, handover)
    is_another = of_another_stay or _is_another(data.to_service, handover.service)
    if stands is not None and is_another:
        journey.find("handover_reused", stands.by, now.by)
    if stands is None or is_another:
        handover.begin_again(now)
        handover.sent = now
        handover.times_sent += 1
    if of_another_stay:
        handover.earlier = ()
    journey.part_of(handover, spell)
    handover.outstanding_items = data.outstanding_items
    handover.sender = data.from_organisation or handover.sender
    _goes_to(journey, handover, data.to_service, prepared, now)


def _is_another(service: str | None, known: str | None) -> bool:
    return service is not None and known is not None and service != known


def _prepares(journey: Journey, handover: Handover) -> str | None:
    """Who is to take the person; whoever has accepted somebody who is at home has them."""
    prepares = handover.stands is not None and (handover.accepted is None or not at_home(journey))
    return handover.service if prepares else None


def _goes_to(
    journey: Journey, handover: Handover, service: str | None, prepared: str | None, now: Mark
) -> None:
    """The service is to take the person, and who `prepared` for them is not, if another."""
    before = handover.service
    if before is not None and _is_another(service, before):
        handover.asked_before = (*handover.asked_before, before)
    journey.served_by(handover, service)
    watch(journey, handover, now)
    for other in journey.handovers.values():
        if other is not handover and other.refused and other.spell is handover.spell:
            _need_not_be_mended(journey, other, now)
    if handover.service is not None:
        notices.asked_after_all(journey, handover.service, now)
    if prepared is not None and prepared != handover.service:
        notices.handed_elsewhere(journey, prepared, now)


def handover_accepted(journey: Journey, event: HandoverAccepted, now: Mark) -> None:
    """Whoever accepts has the person, also where another was asked, or had accepted before; and
    after the stay in which they accept, whenever it was sent."""
    handover = handover_of(journey, event.data.handover_id, now)
    service = event.data.service
    spell = journey.latest
    of_another_stay = handover.spell is not None and handover.spell is not spell
    stands, prepared = handover.stands, _prepares(journey, handover)
    if handover.rejected is not None:
        journey.find("handover_answered_twice", handover.rejected.by, now.by)
        handover.begin_again(now)
    elif (
        stands is None
        or _is_another(service, handover.service)
        or (of_another_stay and handover.accepted is not None)
    ):
        disagrees = handover.over or stands
        if disagrees is not None:
            journey.find("handover_not_offered", disagrees.by, now.by)
        handover.begin_again(now)
        handover.sent = None
    if of_another_stay:
        handover.earlier = ()
    journey.part_of(handover, spell)
    handover.accepted = handover.accepted or now
    _goes_to(journey, handover, service, prepared, now)


def handover_rejected(journey: Journey, event: HandoverRejected, now: Mark) -> None:
    """By whoever was asked last; of another, who is named, it changes nothing."""
    handover = handover_of(journey, event.data.handover_id, now)
    service = event.data.service
    if service is not None and _is_another(service, handover.service):
        _another_refuses(journey, handover, service, now)
        return
    journey.served_by(handover, service)
    if handover.accepted is not None:
        if handover.rejected is None:
            journey.find("handover_answered_twice", handover.accepted.by, now.by)
        if handover.over is not None:
            return
        handover.over = now
        journey.may_pass_on = True
    handover.rejected = now
    handover.rejection_reason = event.data.reason
    watch(journey, handover, now)
    notices.stood_down(journey, handover, now)


def _another_refuses(journey: Journey, handover: Handover, service: str, now: Mark) -> None:
    """Whoever was asked before knows that they have no part in it."""
    if service not in handover.asked_before:
        disagrees = handover.stands or handover.rejected or handover.over
        journey.find("handover_not_offered", *((disagrees.by,) if disagrees else ()), now.by)
    notices.no_part_any_more(journey, service, now)


def has_come(journey: Journey, service: str | None, now: Mark) -> None:
    """The service gives care: whether and whence the person comes is out of date there, and what it
    had refused to take over need not be sent again."""
    notices.has_come(journey, service, now)
    if service is not None:
        for handover in journey.handovers.values():
            if handover.refused and handover.service == service:
                _need_not_be_mended(journey, handover, now)


def _need_not_be_mended(journey: Journey, refused: Handover, now: Mark) -> None:
    refused.over = now
    watch(journey, refused, now)


def moved_in_elsewhere(journey: Journey, service: str, now: Mark) -> None:
    """A bed elsewhere has the person: nobody else is left to take them on, or to be asked again."""
    for handover in journey.handovers.values():
        if handover.refused:
            _need_not_be_mended(journey, handover, now)
        if handover.unanswered and handover.service != service:
            handover.over = now
            watch(journey, handover, now)
            taken_elsewhere(journey, handover, now)


def taken_elsewhere(journey: Journey, asked: Referral | Handover | Package, now: Mark) -> None:
    """Another service has the person: who was asked stands down, unless they have another part in
    the care, which goes on."""
    if asked.service is None or not has_part(journey, asked.service):
        notices.taken_elsewhere(journey, asked, now)


def stands_down(journey: Journey, service: str | None, now: Mark) -> None:
    """A service without any other part in it is not asked to take the person, and has not taken
    them."""
    if service is not None and not has_part(journey, service):
        service_over(journey, service, now)


def has_part(journey: Journey, service: str) -> bool:
    """Asked for something, or giving it."""
    return (
        any(
            referral.service == service and (not referral.closed or cares(referral))
            for referral in journey.referrals.values()
        )
        or any(
            (package.service == service and not package.closed and package.lapsed is None)
            or (_is_next(package, service) and not package.closed)
            for package in journey.packages.values()
        )
        or any(_leaves(package, service) for package in journey.packages.values())
        or any(stay.service == service and stay.goes_on for stay in journey.stays.values())
    )


def _is_next(package: Package, service: str) -> bool:
    asked = package.next_provider
    return asked is not None and asked.service == service


def _leaves(package: Package, service: str) -> bool:
    """Gave it up and comes still, or was to come again."""
    leaving = package.leaving
    return leaving is not None and leaving.service == service


def cares(referral: Referral) -> bool:
    """Visits the person, or has them in its bed."""
    return referral.came is not None and referral.over is None


def service_over(journey: Journey, service: str | None, now: Mark) -> None:
    """The receiving service has no part in it any more: nobody is left to accept, or has it."""
    journey.services_version += 1
    for handover in journey.handovers.values():
        if service is not None and handover.service == service and handover.over is None:
            handover.over = now
            watch(journey, handover, now)
