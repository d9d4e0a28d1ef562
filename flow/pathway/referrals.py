"""Services are asked, look, answer, begin: the care transfer hub like every other."""

from collections.abc import Collection, Iterator

from flow.events.discharge import (
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralRejected,
    ReferralTriaged,
    ReferralWithdrawn,
    ReferredToCareTransferHub,
)
from flow.pathway import notices
from flow.pathway.after_some_weeks import watch_whatever_follows
from flow.pathway.beds import others_end
from flow.pathway.care import kind_of
from flow.pathway.death import has_died, tells_of_death
from flow.pathway.handovers import stands_down, taken_elsewhere
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.next_provider import taken_on
from flow.pathway.referral_kinds import (
    ASKED_ELSEWHERE,
    BED_ONLY,
    BEDS,
    FIRST_VISIT,
    HUB,
    ONE_PLACE,
    REHABILITATION,
    TIME_LIMITED,
)
from flow.pathway.spans import Involved, agree, begin_later, watch
from flow.pathway.subjects import Package, Referral, Spell, Stay
from flow.pathway.taken_on import note_who_takes_on, watch_who_takes_on


def referral_of(journey: Journey, referral_id: str, now: Mark) -> Referral:
    """The referral that an event names; noted here where it is not known to have been made."""
    referral = journey.referrals.get(referral_id)
    if referral is None:
        journey.services_version += 1
        journey.find("referral_unknown", now.by)
        referral = journey.referrals[referral_id] = Referral(referral_id)
        referral.spell = journey.latest
    return referral


def link_spell(journey: Journey, provider: str | None, spell_id: str | None) -> Spell | None:
    """The spell that is named, else the one that the person is in."""
    if provider is not None and spell_id is not None:
        spell = journey.spells.get((provider, spell_id))
        if spell is not None:
            return spell
    return journey.current


def asked_from(
    journey: Journey, asked: Involved, provider: str | None, spell_id: str | None
) -> None:
    """Note the stay in hospital that it is asked for from, where nothing was told of it yet."""
    if provider is None or spell_id is None:
        return
    key = (provider, spell_id)
    asked.names_stay = key if key not in journey.spells else None


def referral_made(journey: Journey, event: ReferralMade, now: Mark) -> None:
    data = event.data
    spell = link_spell(journey, data.provider, data.spell_id) or journey.latest
    referral = _make(journey, data.referral_id, data.kind, data.service, spell, now)
    asked_from(journey, referral, data.provider, data.spell_id)
    referral.funder = data.funder or referral.funder
    if data.needs is not None:
        referral.needs = data.needs
    journey.asked_with(referral, data.council, data.locality)
    if data.kind == HUB and spell is not None:
        _refer_to_hub(journey, spell, data.service, referral, now)
    watch(journey, referral, now)
    note_who_takes_on(journey, referral, now)


def _make(
    journey: Journey,
    referral_id: str,
    kind: str,
    service: str | None,
    spell: Spell | None,
    now: Mark,
) -> Referral:
    journey.services_version += 1
    referral = journey.referrals.get(referral_id)
    if referral is None:
        referral = journey.referrals[referral_id] = Referral(referral_id)
    first = referral.made is None
    if not first and referral.closed and referral.started is None:
        # Made again under the same identifier: a new try, a new period of its waits.
        referral.rejected = referral.withdrawn = referral.elsewhere = None
        referral.received = referral.triaged = referral.accepted = None
        referral.start_agreed_at = None
    before, referral.kind = referral.kind, kind
    if kind not in BED_ONLY:
        referral.moved_in = None
    referral.made = now
    referral.off_plan = None
    journey.served_by(referral, service)
    journey.part_of(referral, spell)
    if first and referral.started is None:
        referral.started = _begun_before(journey, referral)
        referral.visited = journey.visits.get(referral.referral_id)
    for package in journey.packages.values():
        if _names(package, referral):
            watch(journey, package, now)  # what it is, its referral says
    for stay in journey.stays.values():
        if _names(stay, referral):
            stay.kind = bed_of(referral)
            if stay.is_home and stay.goes_on:
                others_end(journey, stay, now)
            journey.stage_version += 1
            watch(journey, stay, now)
            journey.watch_services(now)
    if first and referral.started is not None:
        others_stand_down(journey, kind, referral, now)
    if before in TIME_LIMITED and kind not in TIME_LIMITED:
        watch_whatever_follows(journey, now)
    return referral


def _begun_before(journey: Journey, referral: Referral) -> Mark | None:
    """What named the referral before it was made, and began what it asks for."""
    begun = [stay.admitted for stay in journey.stays.values() if _names(stay, referral)]
    begun += [begun_by(p, referral) for p in journey.packages.values() if _names(p, referral)]
    begun.append(journey.visits.get(referral.referral_id))
    return min((mark for mark in begun if mark is not None), default=None)


def bed_of(referral: Referral | None) -> str:
    """The kind of bed that whoever was referred so has moved into."""
    kind = referral.kind if referral is not None else None
    return kind if kind in BEDS else REHABILITATION


def _names(subject: Package | Stay, referral: Referral) -> bool:
    return subject.referral_id == referral.referral_id


def begun_by(package: Package, referral: Referral) -> Mark | None:
    """When a package began what this referral asked for: in place, or the first visit.

    In place on paper only where the package was asked for: its own wait goes on to the first visit,
    where the referral would leave nobody waiting.
    """
    by_visit = referral.kind in FIRST_VISIT or package.requested is None
    return package.first_visit if by_visit else begun(package)


def begun(package: Package) -> Mark | None:
    """In place, or the first visit."""
    marks = [mark for mark in (package.started, package.first_visit) if mark is not None]
    return min(marks, default=None)


def begin(journey: Journey, referral: Referral, now: Mark) -> None:
    """What was asked for is there: nobody prepares any more, whoever was asked for it."""
    if referral.started is None:
        _begin(journey, referral, now)
        others_stand_down(journey, referral.kind, referral, now)


def _begin(journey: Journey, referral: Referral, now: Mark) -> None:
    referral.started, referral.elsewhere = now, None
    watch(journey, referral, now)
    watch_who_takes_on(journey, referral, now)
    notices.stood_down(journey, referral, now)


def others_stand_down(
    journey: Journey, kind: str | None, taken: Referral | Package | None, now: Mark
) -> None:
    """One service has the person: whoever else was asked for the same prepares in vain."""
    if kind not in ONE_PLACE:
        return
    others = list(_asked_for_the_same(journey, kind, taken))
    for asked in others:
        asked.elsewhere = now
        watch(journey, asked, now)
        if isinstance(asked, Referral):
            watch_who_takes_on(journey, asked, now)
        taken_elsewhere(journey, asked, now)
        if isinstance(asked, Package):
            taken_on(journey, asked, now)  # whoever gave it up: asked for again, it is anew
        stands_down(journey, asked.service, now)
    if any(isinstance(asked, Package) for asked in others):
        for referral in journey.referrals.values():
            if not referral.closed:
                watch(journey, referral, now)  # a package says no more of it


def _asked_for_the_same(
    journey: Journey, kind: str, taken: Referral | Package | None
) -> Iterator[Referral | Package]:
    """By referrals, or by packages of their own of other services that have not begun."""
    for referral in journey.referrals.values():
        if referral is not taken and referral.kind == kind and not referral.closed:
            yield referral
    has_them = taken.service if taken is not None else None
    for package in journey.packages.values():
        if (
            package.kind == "new"
            and not package.closed
            and begun(package) is None
            and not package.earlier
            and (package.service is None or package.service != has_them)
            and kind_of(journey, package) == kind
        ):
            yield package


def begin_all(journey: Journey, spell: Spell | None, kinds: Collection[str], now: Mark) -> None:
    """Every open referral of these kinds that belongs to this spell, or to none, has begun."""
    journey.services_version += 1
    asked = [
        referral
        for referral in journey.referrals.values()
        if referral.kind in kinds
        and not referral.closed
        and (referral.spell is None or referral.spell is spell)
    ]
    for referral in asked:
        _begin(journey, referral, now)
    _moves_in(asked, now)


def _moves_in(begun: list[Referral], now: Mark) -> None:
    """Who leaves for a bed that was asked for is in it from now on, whether its service tells of
    the move or not. Of several services nobody knows which it is, unless one alone has accepted."""
    beds = [referral for referral in begun if referral.kind in BED_ONLY]
    beds = [referral for referral in beds if referral.accepted is not None] or beds
    if len({referral.service for referral in beds}) == 1:
        beds[-1].moved_in = now


def done_by_task(
    journey: Journey,
    spell: Spell | None,
    kinds: Collection[str],
    referral_id: str | None,
    now: Mark,
) -> None:
    """A task shows that what a referral of these kinds asked for is there: of the one that it
    names. Of several services nobody knows which did it: who was asked first, and a finding."""
    journey.services_version += 1
    if referral_id is not None:
        named = journey.referrals.get(referral_id)
        if named is None or (named.kind is not None and named.kind not in kinds):
            journey.find("task_unasked", *_made_by(named), now.by)
        elif not named.closed:
            _begin(journey, named, now)
        return
    asked = [
        referral
        for referral in journey.referrals.values()
        if referral.kind in kinds and not referral.closed and referral.spell in (None, spell)
    ]
    if len({referral.service for referral in asked}) > 1:
        made_by = (each for referral in asked for each in _made_by(referral))
        journey.find("task_of_several", *made_by, now.by)
        del asked[1:]
    for referral in asked:
        _begin(journey, referral, now)


def _made_by(referral: Referral | None) -> tuple[str, ...]:
    """The event that made it, if any is known."""
    return (referral.made.by,) if referral is not None and referral.made is not None else ()


def referred_to_care_transfer_hub(
    journey: Journey, spell: Spell, event: ReferredToCareTransferHub, now: Mark
) -> None:
    data = event.data
    referral: Referral | None = None
    if data.referral_id is not None:
        referral = _make(journey, data.referral_id, HUB, data.hub, spell, now)
        watch(journey, referral, now)
    _refer_to_hub(journey, spell, data.hub, referral, now)


def _refer_to_hub(
    journey: Journey, spell: Spell, hub: str | None, referral: Referral | None, now: Mark
) -> None:
    journey.may_pass_on = True
    if hub is not None:
        _is_with(journey, spell, hub)
    if spell.hub_referred is None:
        spell.hub_referred = now
    # Without a referral no receipt can be joined to it: the hub has it from now on.
    received = now if referral is None else referral.received
    if referral is not None:
        spell.hub_referral_id = referral.referral_id
        if spell.discharged is not None:
            begin(journey, referral, now)
    journey.stage_version += 1
    if received is not None:
        hub_has_it(journey, spell, received, now)
    watch(journey, spell, now)


def _is_with(journey: Journey, spell: Spell, hub: str) -> None:
    if hub != spell.hub:
        spell.hub = hub
        journey.acts_version += 1


def hub_has_it(journey: Journey, spell: Spell, received: Mark, now: Mark) -> None:
    """Its time to decide runs from the receipt; from the referral until one is known."""
    if spell.hub_received is None:
        spell.hub_received = received
        begin_later(journey, spell, "hub_pathway", now)
        watch(journey, spell, now)


def _received(journey: Journey, referral: Referral, now: Mark) -> None:
    """Whoever looks at a referral or answers it has it."""
    if referral.received is None:
        referral.received = now
        spell = referral.spell
        if referral.kind == HUB and spell is not None:
            hub_has_it(journey, spell, now, now)


def _looked_at(journey: Journey, referral: Referral, now: Mark) -> None:
    """Its time to answer runs from the receipt; from the referral until one is known."""
    if referral.received is None:
        _received(journey, referral, now)
        begin_later(journey, referral, "referral_response", now)
    watch(journey, referral, now)


def referral_received(journey: Journey, event: ReferralReceived, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    journey.served_by(referral, event.data.service)
    _looked_at(journey, referral, now)
    note_who_takes_on(journey, referral, now)


def referral_triaged(journey: Journey, event: ReferralTriaged, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    referral.triaged = now
    _looked_at(journey, referral, now)


def referral_accepted(journey: Journey, event: ReferralAccepted, now: Mark) -> None:
    data = event.data
    referral = referral_of(journey, data.referral_id, now)
    _received(journey, referral, now)
    refused = referral.rejected
    if refused is not None:
        journey.find("referral_answered_twice", refused.by, now.by)
        referral.rejected = referral.rejection_reason = None
    referral.accepted = now
    journey.services_version += 1
    referral.start_agreed_at = agreed = data.start_agreed_at
    if referral.missed and agreed is not None and agreed > referral.missed[-1].at:
        referral.missed = ()  # another time is agreed
    journey.served_by(referral, data.service)
    if refused is not None:
        _hub_takes_it_after_all(journey, referral, now)
    watch(journey, referral, now)
    agree(journey, referral)
    note_who_takes_on(journey, referral, now)


def _hub_takes_it_after_all(journey: Journey, referral: Referral, now: Mark) -> None:
    spell = referral.spell
    lost = spell is not None and spell.hub_referred is None and spell.pathway_confirmed is None
    if spell is not None and referral.kind == HUB and lost:
        _refer_to_hub(journey, spell, referral.service, referral, now)


def referral_rejected(journey: Journey, event: ReferralRejected, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    if event.data.reason in ASKED_ELSEWHERE:
        referral.received = referral.received or now  # another hub's time to decide is its own
    else:
        _received(journey, referral, now)
    if referral.accepted is not None:
        journey.find("referral_answered_twice", referral.accepted.by, now.by)
        referral.accepted = None
    referral.rejected = now
    referral.rejection_reason = event.data.reason
    referral.rejections += (event.data.reason,)
    _closed(journey, referral, now)


def _hub_was_asked_besides(journey: Journey, spell: Spell, refused: Referral) -> bool:
    """It refused what it had been asked already: by another referral, which is the one that counts
    now, or with none, since when it has the person."""
    if refused.rejected is None or refused.rejection_reason not in ASKED_ELSEWHERE:
        return False
    other: Referral | None = None
    for referral in journey.referrals.values():
        if referral.kind == HUB and referral.spell is spell and not referral.closed:
            other = referral
    besides = other is not None or spell.hub_received == spell.hub_referred
    if besides:
        spell.hub_referral_id = other.referral_id if other is not None else None
        if other is not None and other.service is not None:
            _is_with(journey, spell, other.service)
    return besides


def referral_withdrawn(journey: Journey, event: ReferralWithdrawn, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    referral.withdrawn = now
    if referral.came is not None:
        referral.over = referral.over or now
    referral.withdrawal_reason = event.data.reason
    if tells_of_death(event):
        has_died(journey, now)
    _closed(journey, referral, now)


def _closed(journey: Journey, referral: Referral, now: Mark) -> None:
    """Nobody prepares any more. A hub that does not have the person must be asked again."""
    journey.services_version += 1
    spell = referral.spell
    if (
        spell is not None
        and (spell.discharged is None or spell.pathway_confirmed is None)
        and spell.hub_referral_id == referral.referral_id
        and not _hub_was_asked_besides(journey, spell, referral)
    ):
        spell.hub_referred = spell.hub_received = spell.hub_referral_id = None
        journey.stage_version += 1
        watch(journey, spell, now)
    watch(journey, referral, now)
    watch_who_takes_on(journey, referral, now)
    notices.stood_down(journey, referral, now)
    stands_down(journey, referral.service, now)
