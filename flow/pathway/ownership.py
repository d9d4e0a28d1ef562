"""One person, one owner: which organisation has the person in hand, and who answers by name.

Responsible is (local rule, after "only acceptance moves it": domain.md 12.1, 12.4 `handover_ack`)

1. in hospital: the hospital, since the admission;
2. else, while a stay in a centre goes on, that centre, whoever visits the person there;
3. else the service that began last, or accepted a handover last, until it ends; who comes beside
   the main care, as a nurse does, only where nobody else has the person;
4. else, while somebody is still waited for or an assessment of this stay is under way, whoever had
   the person last: nobody lets go of a person whom nobody has taken;
5. else nobody.

The owner is the co-ordinator or case manager assigned last (domain.md 1.4: one named owner for
everybody on pathways 1 to 3). They move with the person (`owner_follows`), but for a social worker
of the council: whoever answers for none of its services, nor for whoever had the person then, has
the case whichever service gives the care, and may take it from the hub (local rule). Their waits
are about the last stay in hospital; of somebody of whom none is known, about the person, until
there is one.
"""

from datetime import datetime
from typing import Final, NamedTuple

from flow.events.codes import ROLES
from flow.pathway.absences import away_when_assigned
from flow.pathway.after_some_weeks import watch_what_follows
from flow.pathway.arranging import needs_owner, unarranged_since
from flow.pathway.asked_to_care import assessed_for
from flow.pathway.came_instead import watch_handed_back
from flow.pathway.care import care_of, watch_increases
from flow.pathway.handovers import has_part
from flow.pathway.journey import PERSON, Coordinator, Journey, Responsible
from flow.pathway.mark import Mark
from flow.pathway.presumed_ends import AsIfOver, presumed_ends, take_as_over
from flow.pathway.referral_kinds import BESIDE
from flow.pathway.spans import begin_later, times_changed, watch
from flow.pathway.stage import taken_by_nobody, waited_for
from flow.pathway.subjects import Handover, Ownership, Spell
from flow.pathway.who_acts import asked_for_the_reason

OF_THE_COUNCIL: Final = frozenset(
    role for role, whose in ROLES.saying("of").items() if whose == "council"
)
"""In which roles somebody answers for the council."""


class _Held(NamedTuple):
    """A service had the person in hand, until it ended."""

    service: str
    since: Mark
    until: Mark | None


def responsible_of(journey: Journey) -> Responsible | None:
    """Who has the person in hand, by the rule of this file."""
    if journey.died is not None:
        return None
    in_a_bed = _who_has_the_bed(journey)
    if in_a_bed is not None:
        return in_a_bed
    latest = journey.latest
    held = _held(journey)
    holding = [each for each in held if each.until is None]
    if len(holding) > 1:
        main = [each for each in _held(journey, but=BESIDE) if each.until is None]
        holding = main or holding
    if holding:
        newest = max(holding, key=lambda each: each.since)
        is_home = _is_home(journey, newest.service)
        return Responsible(newest.service, newest.since, in_hospital=False, is_home=is_home)
    had = [(each.until, each) for each in held if each.until is not None]
    until, last = max(had) if had else (None, None)
    if not _somebody_is_waited_for(journey, until):
        return None
    if last is not None:
        gone = not has_part(journey, last.service)
        return Responsible(last.service, last.since, in_hospital=False, gone=gone)
    return Responsible(latest.provider, latest.admitted, in_hospital=True) if latest else None


def _who_has_the_bed(journey: Journey) -> Responsible | None:
    """The hospital or the centre in which the person is."""
    if journey.current is not None:
        return Responsible(journey.current.provider, journey.current.admitted, in_hospital=True)
    stay = journey.staying
    if stay is None or stay.service is None or stay.admitted is None:
        return None
    return Responsible(stay.service, stay.admitted, in_hospital=False)


def _is_home(journey: Journey, service: str) -> bool:
    """Whether the person lives with the service, in a care home."""
    for stay in journey.stays.values():
        if stay.service == service and stay.is_home and stay.goes_on:
            return True
    return any(each.service == service and each.is_home for each in journey.referrals.values())


def _held(journey: Journey, but: frozenset[str] = frozenset()) -> list[_Held]:
    """What services had and have of the person since the last hospital stay; `but` by these
    kinds of care."""
    latest = journey.latest
    left = latest.discharged if latest is not None else None
    return [
        _Held(service, since, until)
        for service, since, until in [*care_of(journey, but), *_accepted(journey)]
        if service is not None and (until is None or left is None or until.at > left.at)
    ]


def _accepted(journey: Journey) -> list[tuple[str | None, Mark, Mark | None]]:
    found: list[tuple[str | None, Mark, Mark | None]] = []
    for handover in journey.handovers.values():
        if handover.spell is journey.latest:
            found += handover.earlier
            if handover.accepted is not None:
                found.append((handover.service, handover.accepted, handover.over))
    return found


def _somebody_is_waited_for(journey: Journey, had_until: Mark | None) -> bool:
    """Asked or offered, and not there yet; or assessed for this stay. After a refusal somebody else
    must be found, unless somebody has had the person since then (`had_until`)."""
    if waited_for(journey) is not None or taken_by_nobody(journey) is not None:
        return True
    return assessed_for(journey, journey.latest) or any(
        handover.unanswered or _refused_since(handover, had_until)
        for handover in journey.handovers.values()
        if handover.spell is journey.latest
    )


def _refused_since(handover: Handover, had_until: Mark | None) -> bool:
    refused = handover.rejected
    return refused is not None and (had_until is None or refused.at >= had_until.at)


def _later(journey: Journey) -> list[tuple[Mark, Responsible | None]]:
    """Who is responsible from the presumed end of care on, if no more is told."""
    found: list[tuple[Mark, Responsible | None]] = []
    for end in presumed_ends(journey):
        with AsIfOver(journey, end.at):
            found.append((end, responsible_of(journey)))
    return found


def follow_reason(journey: Journey) -> None:
    """Work out anew whom the delay waits for."""
    journey.reasons_followed = journey.reasons_version
    journey.asked_for_reason = asked_for_the_reason(journey)


def follow(journey: Journey, now: Mark) -> None:
    """Work out anew who is responsible, and ask the waits for an owner again."""
    take_as_over(journey, now)
    watch_increases(journey, now)
    watch_handed_back(journey, now)
    watch_what_follows(journey, now)
    journey.owned_version = (journey.hospital_version, journey.services_version)
    follow_reason(journey)
    before, journey.responsible = journey.responsible, responsible_of(journey)
    later, journey.responsible_later = journey.responsible_later, tuple(_later(journey))
    if _moves(before, journey.responsible):
        _passed_on(journey, before, now)
    spell = journey.latest
    unarranged = unarranged_since(journey, spell)
    # While an assessment is under way, somebody is asked when it is done.
    unasked = unarranged is not None and not assessed_for(journey, spell)
    unasked_from = _unasked_from(journey, spell) if unarranged is None else None
    needed = needs_owner(journey)
    about = spell.about if spell is not None else PERSON
    decides = (
        journey.responsible,
        journey.responsible_later,
        journey.coordinator,
        journey.off_duty,
        about,
        needed,
        unasked,
        unasked_from,
        spell is not None and spell.discharged is not None,
    )
    if decides == journey.owned_by:
        return
    journey.owned_by = decides
    if (needed or unasked or unasked_from is not None) and about not in journey.ownerships:
        journey.ownerships[about] = Ownership(about, spell)
    for ownership in journey.ownerships.values():
        if ownership.spell is spell:
            ownership.unarranged, ownership.unasked = unarranged, unasked
            ownership.held = needed and journey.responsible is not None
            _note(journey, ownership)
        else:
            ownership.held = ownership.unasked = False
        _foresee(journey, ownership, unasked_from if ownership.spell is spell else None, now)
        if journey.responsible_later != later:
            times_changed(journey, ownership)


def _unasked_from(journey: Journey, spell: Spell | None) -> datetime | None:
    """The presumed end of care from which on somebody has to be asked, as nobody has before."""
    for end, _ in journey.responsible_later:
        with AsIfOver(journey, end.at):
            if unarranged_since(journey, spell) is not None and not assessed_for(journey, spell):
                return end.at
    return None


def _foresee(journey: Journey, owned: Ownership, unasked_from: datetime | None, now: Mark) -> None:
    """Ask the waits again. What was foreseen otherwise begins at another time; what has come as
    it was foreseen has begun."""
    foreseen, owned.unasked_from = owned.unasked_from, unasked_from
    watch(journey, owned, now)
    has_come = foreseen is not None and foreseen <= now.at and unasked_from is None
    if foreseen != unasked_from and not has_come:
        begin_later(journey, owned, "care_arranged", now)


def _passed_on(journey: Journey, before: Responsible | None, now: Mark) -> None:
    journey.may_pass_on = True
    owner, responsible = journey.coordinator, journey.responsible
    if responsible is None:
        journey.released = now
        return
    if before is None and owner is not None and _of_an_earlier_stay(journey, owner):
        journey.coordinator = journey.off_duty = None
    elif owner is not None and owner.under is None:
        journey.coordinator = owner._replace(under=responsible.organisation)


def _of_an_earlier_stay(journey: Journey, owner: Coordinator) -> bool:
    """Assigned before everybody let go of the person, who has come to hospital again since."""
    released, latest = journey.released, journey.latest
    if released is None or latest is None:
        return False
    return owner.since.at <= released.at <= latest.admitted.at


def _note(journey: Journey, ownership: Ownership) -> None:
    owner, off_duty, responsible = journey.coordinator, journey.off_duty, journey.responsible
    ownership.named = owner is not None
    ownership.off_duty = off_duty.number if off_duty is not None and not off_duty.covered else 0
    moves = [(end.at, each) for end, each in journey.responsible_later]
    ownership.let_go_at = next((at for at, each in moves if each is None), None)
    ownership.moves_at = next((at for at, each in moves if _moves(responsible, each)), None)
    ownership.back_at = off_duty.uncovered_until if off_duty is not None else None
    theirs = _is_theirs(journey)
    organisation = responsible.organisation if responsible is not None else None
    has = responsible is not None and not responsible.in_hospital and not responsible.gone
    service = organisation if has else None
    is_home = responsible is not None and responsible.is_home
    acts = (ownership.organisation, ownership.service, ownership.is_home)
    if (organisation, service, is_home) != acts:
        journey.touch_waits_of(ownership)
        ownership.service, ownership.is_home = service, is_home
    if organisation != ownership.organisation:
        ownership.organisation = organisation
        ownership.moves += 1
    assigned = owner.since if owner is not None else None
    if ownership.left_behind and theirs and assigned not in (None, ownership.assigned):
        ownership.followed = ownership.left_behind
    ownership.assigned = assigned
    ownership.left_behind = 0 if theirs else ownership.moves


def _moves(before: Responsible | None, after: Responsible | None) -> bool:
    """Whether another organisation has the person, or nobody any more, or somebody again."""
    if before is None or after is None:
        return before is not after
    return before.organisation != after.organisation


def _of(owner: Coordinator) -> tuple[str | None, ...]:
    """The organisations for which a co-ordinator may answer."""
    return owner.organisation, owner.service, owner.under


def _is_theirs(journey: Journey) -> bool:
    """Whether the co-ordinator may answer where the person is now."""
    owner, responsible = journey.coordinator, journey.responsible
    if owner is None or responsible is None or responsible.organisation in _of(owner):
        return True
    return not responsible.in_hospital and _has_the_case(owner)


def _has_the_case(owner: Coordinator) -> bool:
    """Whether the co-ordinator is the council's, and of nobody's who has or had the person. That is
    told by their role: organisations have ODS codes, councils ONS codes (domain.md 4.4)."""
    return (
        owner.role in OF_THE_COUNCIL and owner.service is None and owner.organisation != owner.under
    )


def assign(journey: Journey, owner: Coordinator, now: Mark) -> None:
    """The person has this owner from now on."""
    if journey.owned_version != (journey.hospital_version, journey.services_version):
        follow(journey, now)  # a stay that the same event tells of first
    before, responsible = journey.coordinator, journey.responsible
    if responsible is not None:
        owner = owner._replace(under=responsible.organisation)
    if (
        before is not None
        and before.organisation != owner.organisation
        and journey.off_duty is None
        and not journey.may_pass_on
        and (_has_the_case(before) or not _has_the_case(owner))
    ):
        journey.find("two_owners", before.since.by, now.by)
    journey.off_duty = away_when_assigned(journey, owner, now) if journey.absent else None
    journey.coordinator = owner
    if journey.absent and journey.off_duty is None:
        journey.absent = tuple(
            each for each in journey.absent if each.coordinator != owner.coordinator
        )
    journey.may_pass_on = False
    journey.stage_version += 1
    follow(journey, now)
