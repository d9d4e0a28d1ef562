"""How support is arranged: ward, care transfer hub, and a service that has a place.

Every step takes somebody's time, and whoever does it has other people to see first.
"""

from collections.abc import Generator
from datetime import datetime, timedelta

from flow.events.assessment import (
    AssessmentAllocated,
    AssessmentCompleted,
    AssessmentReferred,
    AssessmentWithdrawn,
    FundingAgreed,
    SupportPlanAgreed,
)
from flow.events.care_package import (
    CarePackageConfirmed,
    CarePackageEnded,
    CarePackageRequested,
    HandoverAccepted,
    HandoverRejected,
    HandoverSent,
)
from flow.events.codes import DELAY_REASONS
from flow.events.coordination import CoordinatorAssigned, CoordinatorOffDuty, TaskDone
from flow.events.discharge import (
    CaseManagerAssigned,
    PathwayDecided,
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralRejected,
    ReferralTriaged,
    ReferralWithdrawn,
    ReferredToCareTransferHub,
)
from flow.simulate.loop import Interrupted, Pause, Steps
from flow.simulate.quantities import LogNormal
from flow.simulate.spell import Asked, Spell, spell_ids
from flow.simulate.story import Story, local_day, on
from flow.simulate.surroundings import ServiceAtWork
from flow.simulate.town import Matter, Support

REFUSALS = {"no_capacity": 0.5, "criteria_not_met": 0.2, "insufficient_information": 0.3}
FUNDERS = {"nhs": 0.3, "council": 0.4, "joint": 0.2, "self_funded": 0.1}
"""Mixes: assumptions."""
WARD_MATTERS = frozenset({"hospital_process", "wellbeing"})
"""Groups of delay reasons that are settled before the hub is asked; the others after that."""
HOME_PACKAGES = frozenset({"home_care", "reablement", "disability_service"})
"""Kinds of service that bring a care package home."""


def held_up(spell: Spell, reason: str, until: datetime) -> Steps:
    """Waits, for this reason."""
    spell.held_up_by = reason
    yield Pause(until=until)


def settle(story: Story, spell: Spell, matter: Matter) -> Steps:
    """One matter that holds up this person, until somebody has dealt with it."""
    if matter.service is not None:
        yield from _order(story, spell, matter)
    elif matter.days is not None:
        yield from held_up(spell, matter.reason, _passes_at(story, matter.days))
    else:
        assert matter.team is not None
        assert matter.minutes is not None
        team = story.hospital.team.get(matter.team) or story.council.team[matter.team]
        yield from held_up(spell, matter.reason, story.seen_by(team, matter.minutes))


def _passes_at(story: Story, days: LogNormal) -> datetime:
    return story.now + timedelta(days=days.draw(story.rng))


def _order(story: Story, spell: Spell, matter: Matter) -> Steps:
    """Equipment, a home, or another thing that a service brings: asked for, accepted, there."""
    assert matter.service is not None
    service = story.nearest_first(matter.service)[0]
    if matter.days is not None:
        there_at = _passes_at(story, matter.days)
    else:
        assert matter.minutes is not None
        assert service.start is not None, f"{service.info.id} needs hours of start"
        there_at = story.seen_by(service.start, matter.minutes)
    referral_id, ids = story.number_of("referral"), spell_ids(story, spell)
    story.tell(
        ReferralMade, **ids, **story.place, referral_id=referral_id, kind=matter.referral,
        service=service.info.id,
    )  # fmt: skip
    try:
        yield from held_up(spell, matter.reason, story.now + (there_at - story.now) / 4)
        story.tell(ReferralAccepted, referral_id=referral_id, service=service.info.id)
        yield Pause(until=there_at)
    except Interrupted:
        story.tell(ReferralWithdrawn, referral_id=referral_id, reason="unwell_again")
        raise
    story.tell(TaskDone, **ids, task=matter.task, referral_id=referral_id, by=story.staff)


def arrange(story: Story, spell: Spell) -> Steps:
    """From the ward's first thought of support to a service that will begin at a certain time."""
    assert spell.support is not None
    work, team = story.town.work, story.hospital.team
    matters = [m for m in story.town.matter if story.chance(m.share.get(spell.pathway, 0.0))]
    changed = story.says(story.town.share.pathway_changed)
    likely = "P2" if changed and spell.pathway != "P2" else spell.pathway
    story.tell(PathwayDecided, **spell_ids(story, spell), pathway=likely, status="likely")
    yield from _review(story, spell)
    for matter in matters:
        if DELAY_REASONS.group(matter.reason) in WARD_MATTERS:
            yield from settle(story, spell, matter)
    seen_at = story.seen_by(team["discharge_coordinator"], work.referral_to_hub)
    yield from held_up(spell, "hosp_referral_to_hub", seen_at)
    yield from _hub(story, spell)
    for matter in matters:
        if DELAY_REASONS.group(matter.reason) not in WARD_MATTERS:
            yield from settle(story, spell, matter)
    asked_at = story.now
    yield from find_place(story, spell)
    assert spell.accepted is not None
    if story.now - asked_at > timedelta(days=story.town.reviewed_again_after_days):
        yield from _review(story, spell)
    yield from _prepare(story, spell, spell.accepted)


def _review(story: Story, spell: Spell) -> Steps:
    """What they need, as therapists and doctors see it; once more after a long wait."""
    work, team = story.town.work, story.hospital.team
    seen_at = story.seen_by(team["therapist"], work.therapy_review)
    yield from held_up(spell, "hosp_therapy_review", seen_at)
    seen_at = story.seen_by(team["doctor"], work.medical_review)
    yield from held_up(spell, "hosp_medical_review", seen_at)


def _hub(story: Story, spell: Spell) -> Steps:
    """The hub confirms what is needed, names who looks after it, and asks for the money."""
    assert spell.support is not None
    ids, council = spell_ids(story, spell), story.council
    hub_id, hub = story.number_of("referral"), council.info.hub
    story.tell(ReferredToCareTransferHub, **ids, hub=hub, referral_id=hub_id)
    yield from held_up(spell, "hub_confirm_needs_pathway", story.now + story.hours(0.1, 0.7))
    story.tell(ReferralReceived, referral_id=hub_id, service=hub)
    spell.assessment_id = story.number_of("assessment")
    assessment = {"assessment_id": spell.assessment_id, "service": hub}
    story.tell(AssessmentReferred, **assessment, **ids)
    who = {"organisation": council.info.organisation, "role": "case_manager"}
    assessed_at = story.seen_by(council.team["hub"], story.town.work.hub_assessment)
    yield Pause(until=story.now + (assessed_at - story.now) / 2)
    coordinator = story.staff
    if story.says(story.town.share.coordinator):
        story.tell(
            CoordinatorAssigned, coordinator=coordinator, role="care_transfer_hub",
            organisation=council.info.organisation,
        )  # fmt: skip
        story.begin(_on_duty(story, spell, coordinator))
    story.tell(CaseManagerAssigned, **ids, **who, case_manager=coordinator)
    story.tell(ReferralTriaged, referral_id=hub_id, role="case_manager")
    story.tell(AssessmentAllocated, **assessment, to=coordinator)
    yield Pause(until=assessed_at)
    story.tell(AssessmentCompleted, **assessment)
    story.tell(ReferralAccepted, referral_id=hub_id, service=hub)
    _confirm(story, spell)
    funder = story.word(FUNDERS)
    story.tell(SupportPlanAgreed, **assessment, funder=funder)
    if story.chance(spell.support.funding):
        agreed_at = story.seen_by(council.team["funding_panel"], story.town.work.funding)
        yield from held_up(spell, "hub_funding", agreed_at)
    story.tell(FundingAgreed, **assessment, funder=funder)


def _on_duty(story: Story, spell: Spell, coordinator: str) -> Steps:
    """Each evening they may go off duty until the morning, mostly with somebody as cover."""
    while True:
        yield Pause(until=story.next_time(18.0, 18.5, story.words))
        if not spell.goes_on() or spell.accepted is not None:
            return
        if story.says(story.town.share.coordinator_off_duty):
            story.tell(
                CoordinatorOffDuty, coordinator=coordinator,
                back_at=on(local_day(story.now) + timedelta(days=1), 8.0),
                cover=story.staff if story.says(0.7) else None,
            )  # fmt: skip
        yield Pause(until=story.now + timedelta(hours=2))


def _confirm(story: Story, spell: Spell) -> None:
    story.tell(
        PathwayDecided, **spell_ids(story, spell), **story.place, pathway=spell.pathway,
        status="confirmed", destination=spell.destination,
    )  # fmt: skip


def find_place(story: Story, spell: Spell) -> Steps:
    """Asks one service, and others when that one says no or has no place for days."""
    assert spell.support is not None
    support = spell.support
    left = story.nearest_first(support.service)
    recovers_at = _recovers_at(story, support)
    while True:
        if not left and not spell.asked:
            left = story.nearest_first(support.service)  # all refused: explain again
        if left:
            yield from _ask(story, spell, support, left.pop(0))
        ready = next((asked for asked in spell.asked if asked.has_place), None)
        if ready is None and spell.asked:
            spell.held_up_by = support.capacity
            kind = story.town.kind[support.service]
            widen_at = story.now + timedelta(days=kind.widen_after_days)
            until = min(widen_at, recovers_at) if left else recovers_at
            claims = tuple(asked.claim for asked in spell.asked if asked.claim is not None)
            yield Pause(until=until, signals=claims)
            ready = next((asked for asked in spell.asked if asked.has_place), None)
        if ready is not None:
            break
        if story.now >= recovers_at:
            yield from _go_home_instead(story, spell)
            return
    spell.asked.remove(ready)
    give_back(story, spell, "other_service")
    spell.accepted = ready


def _recovers_at(story: Story, support: Support) -> datetime:
    """While waiting for a bed some get well enough to go home with support."""
    recovers = story.town.per_day.recovers
    if support.service != "independence_centre" or not recovers:
        return datetime.max.replace(tzinfo=story.now.tzinfo)
    return story.now + timedelta(days=story.rng.expovariate(recovers))


def _go_home_instead(story: Story, spell: Spell) -> Steps:
    give_back(story, spell, "pathway_changed")
    supports = story.town.supports("P1")
    spell.support = story.rng.choices(supports, [s.weight for s in supports])[0]
    spell.pathway, spell.destination = "P1", spell.support.destination
    _confirm(story, spell)
    yield from find_place(story, spell)


def _ask(story: Story, spell: Spell, support: Support, service: ServiceAtWork) -> Steps:
    """The hub refers, the service looks at it and says no, or puts them on its list."""
    hub = story.council.team["hub"]
    yield from held_up(spell, "hub_referrals", story.seen_by(hub, story.town.work.hub_referral))
    asked = yield from refer(story, support.referral, service, spell=spell, reason=support.underway)
    if asked is not None:
        spell.asked.append(asked)


def refer(
    story: Story, referral: str, service: ServiceAtWork, *,
    spell: Spell | None = None, reason: str = "",
) -> Generator[Pause, None, Asked | None]:  # fmt: skip
    """Made, received, looked at. None where it was refused or taken back."""
    referral_id, name = story.number_of("referral"), service.info.id
    ids = spell_ids(story, spell) if spell is not None else {}
    story.tell(
        ReferralMade, **ids, **story.place, referral_id=referral_id, kind=referral,
        service=name, funder=story.word(FUNDERS),
    )  # fmt: skip
    if spell is not None:
        spell.held_up_by = reason
    yield Pause(until=story.now + story.hours(0.1, 0.7))
    story.tell(ReferralReceived, referral_id=referral_id, service=name)
    if story.chance(story.town.share.referral_withdrawn):
        yield Pause(until=story.now + story.hours(0.5, 3))
        story.tell(ReferralWithdrawn, referral_id=referral_id, reason="made_in_error")
        return None
    answers_at = story.now + story.hours(0.5, 3)
    if service.intake is not None:
        answers_at = story.seen_by(service.intake, service.kind.intake_minutes)
    yield Pause(until=story.now + (answers_at - story.now) / 2)
    story.tell(ReferralTriaged, referral_id=referral_id, role="community_nurse")
    yield Pause(until=answers_at)
    refused = service.kind.refused
    if refused and spell is not None and spell.hard_to_place:
        refused = story.town.share.hard_to_place_refused
    if story.chance(refused):
        story.tell(ReferralRejected, referral_id=referral_id, reason=story.word(REFUSALS))
        return None
    return Asked(referral_id, service, service.claim(story.rng))


def _prepare(story: Story, spell: Spell, accepted: Asked) -> Steps:
    """There is a place: when it begins, the medicines, who takes over; then the day itself."""
    service = accepted.service
    accepted.starts_at = begins_at(story, accepted)
    story.tell(
        ReferralAccepted, referral_id=accepted.referral_id, service=service.info.id,
        start_agreed_at=accepted.starts_at,
    )  # fmt: skip
    spell.medicines_at = story.seen_by(story.hospital.team["pharmacist"], story.town.work.medicines)
    if service.info.kind in HOME_PACKAGES:
        spell.package_id = story.number_of("package")
        story.begin(_request_package(story, spell, accepted))
    story.begin(_hand_over(story, accepted))
    assert spell.support is not None
    day_begins = accepted.starts_at - timedelta(hours=4)
    yield from held_up(spell, spell.support.capacity, day_begins)
    yield Pause(until=story.next_time(8.0, 19.0))


def begins_at(story: Story, accepted: Asked) -> datetime:
    """When those who begin the care have time for it."""
    service = accepted.service
    if service.start is None:
        return story.now.replace(microsecond=0) + timedelta(hours=4)
    return story.seen_by(service.start, service.kind.start_minutes)


def _request_package(story: Story, spell: Spell, accepted: Asked) -> Steps:
    assert accepted.starts_at is not None
    size = accepted.claim.size if accepted.claim is not None else 7
    story.tell(
        CarePackageRequested, package_id=spell.package_id, **story.place,
        kind=story.word({"new": 0.7, "increased": 0.3}), service=accepted.service.info.id,
        referral_id=accepted.referral_id, **spell_ids(story, spell), visits_per_week=size,
        hours_per_week=size / 2, funder=story.word(FUNDERS),
    )  # fmt: skip
    yield Pause(until=story.now + story.hours(0.5, 4))
    if spell.accepted is accepted:
        story.tell(
            CarePackageConfirmed, package_id=spell.package_id, service=accepted.service.info.id,
            first_visit_due_at=accepted.starts_at,
        )  # fmt: skip


def _hand_over(story: Story, accepted: Asked) -> Steps:
    """Sent is not accepted: the service's intake reads it when it has time."""
    service, outstanding = accepted.service, story.rng.randint(0, 3)
    yield Pause(until=story.now + story.hours(0.3, 2))
    while True:
        handover_id = story.number_of("handover")
        story.tell(
            HandoverSent, handover_id=handover_id, to_service=service.info.id,
            from_organisation=story.hospital.info.provider, outstanding_items=outstanding,
        )  # fmt: skip
        read_at = story.now + story.hours(0.2, 2)
        if service.intake is not None:
            read_at = story.seen_by(service.intake, service.kind.intake_minutes / 3)
        yield Pause(until=read_at)
        if outstanding and story.chance(story.town.share.handover_rejected):
            story.tell(HandoverRejected, handover_id=handover_id, reason="items_outstanding")
            yield Pause(until=story.now + timedelta(minutes=45))
            outstanding = 0
            continue
        story.tell(HandoverAccepted, handover_id=handover_id, service=service.info.id)
        yield Pause(until=story.now + timedelta(minutes=30))
        story.tell(
            CoordinatorAssigned, coordinator=story.staff, role="case_manager",
            organisation=story.council.info.organisation, service=service.info.id,
        )  # fmt: skip
        return


def give_back(story: Story, spell: Spell, why: str) -> None:
    """Takes back what was asked of services, and lets places go."""
    if why != "other_service" and spell.accepted is not None:
        if spell.accepted.referral_id:
            spell.asked.append(spell.accepted)
        spell.accepted = None
    if why != "other_service" and spell.package_id is not None:
        story.tell(CarePackageEnded, package_id=spell.package_id, reason="other")
        spell.package_id = None
    if why == "unwell_again" and spell.assessment_id is not None:
        story.tell(AssessmentWithdrawn, assessment_id=spell.assessment_id, reason=why)
        spell.assessment_id = None
    for asked in spell.asked:
        story.tell(ReferralWithdrawn, referral_id=asked.referral_id, reason=why)
        asked.let_go()
    spell.asked.clear()
