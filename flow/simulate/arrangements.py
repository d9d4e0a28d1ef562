"""What is arranged around a made-up person in hospital: hub, referrals, delays, handover."""

from datetime import datetime, timedelta

from flow.events.care_package import HandoverAccepted, HandoverRejected, HandoverSent
from flow.events.codes import DELAY_REASONS
from flow.events.coordination import (
    AlertAcknowledged,
    AlertSnoozed,
    CoordinatorAssigned,
    TaskDone,
)
from flow.events.discharge import (
    CaseManagerAssigned,
    DelayReasonCleared,
    DelayReasonRecorded,
    PathwayDecided,
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralRejected,
    ReferralTriaged,
    ReferralWithdrawn,
    ReferredToCareTransferHub,
)
from flow.simulate.spell_plan import Spell
from flow.simulate.story import Story

REFERRAL_KINDS = {
    "p1_home_reablement": ("reablement", "reablement"),
    "p1_home_other_support": ("home_care", "home_care"),
    "p1_care_home_return_more": ("community_health", "community_health"),
    "p2_bed": ("rehabilitation_bed", "independence_centre"),
    "p3_care_home_new": ("care_home", "care_home"),
    "p3_care_home_eol": ("fast_track_chc", "care_home"),
}
"""What is asked for, and of which kind of service, by destination."""

REFUSALS = {"no_capacity": 0.5, "criteria_not_met": 0.2, "insufficient_information": 0.3}
FUNDERS = {"nhs": 0.3, "council": 0.4, "joint": 0.2, "self_funded": 0.1}


def tell_hub(story: Story, spell: Spell, ids: dict[str, str]) -> None:
    """From the ward's referral to the hub to a service that said yes."""
    share, end = story.town.share, spell.discharged_at
    likely = "P2" if story.chance(share.pathway_changed) else spell.pathway
    story.tell(
        PathwayDecided, story.within(spell.admitted_at, spell.ready_at, 0.5, 0.95), **ids,
        pathway=likely, status="likely",
    )  # fmt: skip
    hub_id = story.number("referral")
    late = story.chance(share.hub_referral_late)
    at = story.soon(spell.ready_at, 12 if late else 1.5, end)
    story.tell(ReferredToCareTransferHub, at, **ids, hub=story.council.hub, referral_id=hub_id)
    at = story.soon(at, 0.5, end)
    story.tell(ReferralReceived, at, referral_id=hub_id, service=story.council.hub)
    if story.chance(share.coordinator):
        story.tell(
            CoordinatorAssigned, story.soon(at, 1, end), coordinator=story.staff,
            organisation=story.council.organisation, role="care_transfer_hub",
        )  # fmt: skip
    story.tell(
        CaseManagerAssigned, story.soon(at, 3, end), **ids, case_manager=story.staff,
        organisation=story.council.organisation, role="case_manager",
    )  # fmt: skip
    story.tell(ReferralTriaged, story.soon(at, 2, end), referral_id=hub_id, role="case_manager")
    at = story.soon(at, 10, end)
    story.tell(ReferralAccepted, at, referral_id=hub_id, service=story.council.hub)
    story.tell(
        PathwayDecided, at, **ids, **story.place, pathway=spell.pathway, status="confirmed",
        destination=spell.destination, planned_discharge_at=end,
    )  # fmt: skip
    _tell_referral(story, spell, ids, at)
    if story.chance(share.equipment):
        referral_id, of = story.number("referral"), story.service("equipment").id
        story.tell(
            ReferralMade, at, **ids, **story.place, referral_id=referral_id, kind="equipment",
            service=of,
        )  # fmt: skip
        story.tell(ReferralAccepted, story.soon(at, 8, end), referral_id=referral_id, service=of)
        story.tell(
            TaskDone, story.within(at, end, 0.6, 0.95), **ids, task="equipment_delivered",
            by=story.staff,
        )  # fmt: skip


def _tell_referral(story: Story, spell: Spell, ids: dict[str, str], after: datetime) -> None:
    """Asks services one after another until one accepts."""
    end = spell.discharged_at
    kind, of = REFERRAL_KINDS[spell.destination]
    asked: list[str] = []
    at = after
    for outcome in _outcomes(story):
        chosen = spell.service if outcome == "accepted" else None
        service = chosen or story.service(of, [*asked, spell.service or ""]).id
        asked.append(service)
        referral_id = story.number("referral")
        at = story.soon(at, 3, end)
        story.tell(
            ReferralMade, at, **ids, **story.place, referral_id=referral_id, kind=kind,
            service=service, funder=story.one_of(FUNDERS),
        )  # fmt: skip
        at = story.soon(at, 0.5, end)
        story.tell(ReferralReceived, at, referral_id=referral_id, service=service)
        at = story.soon(at, 4, end)
        if outcome == "withdrawn":
            story.tell(ReferralWithdrawn, at, referral_id=referral_id, reason="other_service")
            continue
        story.tell(ReferralTriaged, at, referral_id=referral_id, role="community_nurse")
        at = story.soon(at, 14, end)
        if outcome == "rejected":
            reason = story.one_of(REFUSALS)
            story.tell(ReferralRejected, at, referral_id=referral_id, reason=reason)
            continue
        story.tell(
            ReferralAccepted, at, referral_id=referral_id, service=service, start_agreed_at=end
        )
        spell.referral_id, spell.service = referral_id, service


def _outcomes(story: Story) -> list[str]:
    """What the services asked one after another say: at most two times no, then yes."""
    outcomes = []
    for _ in range(2):
        if story.chance(story.town.share.referral_withdrawn):
            outcomes.append("withdrawn")
        elif story.chance(story.town.share.referral_rejected):
            outcomes.append("rejected")
        else:
            break
    return [*outcomes, "accepted"]


def tell_delay(story: Story, spell: Spell, ids: dict[str, str]) -> None:
    """Why they wait, who takes the alert on, and the reviews of long stays."""
    share, end = story.town.share, spell.discharged_at
    weights = {
        slug: weight
        for slug, weight in story.town.delay_reasons.items()
        if _may_apply(slug, spell.pathway)
    }
    start = story.soon(spell.ready_at, 4, end)
    change = story.within(start, end, 0.3, 0.7) if story.chance(share.second_reason) else end
    for begins, ends in ((start, change), (change, end)):
        if begins < ends:
            reason = story.one_of(weights)
            weights.pop(reason)
            story.tell(DelayReasonRecorded, begins, **ids, reason=reason, primary=True, role="ward")
            cleared_at = story.within(begins, ends, 0.9, 1.0)
            story.tell(DelayReasonCleared, cleared_at, **ids, reason=reason)
    if story.chance(share.reason_beside):
        reason = story.one_of(weights)
        at = story.within(start, end, 0.1, 0.5)
        story.tell(DelayReasonRecorded, at, **ids, reason=reason, primary=False, role="ward")
        story.tell(DelayReasonCleared, story.within(at, end, 0.5, 0.9), **ids, reason=reason)
    if spell.delay_days >= 2 and story.chance(share.alert_answered):
        about = f"{ids['provider']}:{spell.spell_id}"
        answer = {"wait": "drd_to_discharge", "about": about, "by": story.staff}
        at = story.within(spell.ready_at + timedelta(days=1.1), end)
        story.tell(AlertAcknowledged, at, **answer)
        if story.chance(share.alert_snoozed):
            until = at + timedelta(days=1)
            story.tell(AlertSnoozed, at, **answer, until=until, reason="plan_agreed")
    for days in (7, 14, 21):
        due = spell.admitted_at + timedelta(days=days)
        if due < end and story.chance(share.long_stay_reviewed):
            at = due + timedelta(hours=story.rng.uniform(-12, 30))
            if at < end:
                story.tell(TaskDone, at, **ids, task="long_stay_review", by=story.staff)


def _may_apply(slug: str, pathway: str) -> bool:
    """A reason that names pathways applies on those; hub and interface ones mean new support."""
    named = DELAY_REASONS.pathways(slug)
    if named:
        return pathway in named
    return pathway != "P0" or DELAY_REASONS.group(slug) in ("hospital_process", "wellbeing")


def tell_handover(story: Story, spell: Spell) -> None:
    share, end = story.town.share, spell.discharged_at
    sent_at = story.within(spell.ready_at, end, 0.7, 0.95)
    outstanding = story.rng.randint(0, 3)
    for attempt in range(2):
        handover_id = story.number("handover")
        story.tell(
            HandoverSent, sent_at, handover_id=handover_id, to_service=spell.service,
            from_organisation=story.hospital.provider, outstanding_items=outstanding,
        )  # fmt: skip
        slow = story.chance(share.handover_slow)
        hours = story.rng.uniform(2.5, 10) if slow else story.rng.uniform(0.2, 1.8)
        answered_at = sent_at + timedelta(hours=hours)
        if attempt == 0 and story.chance(share.handover_rejected):
            story.tell(
                HandoverRejected, answered_at, handover_id=handover_id, reason="items_outstanding"
            )
            sent_at, outstanding = answered_at + timedelta(minutes=45), 0
            continue
        story.tell(HandoverAccepted, answered_at, handover_id=handover_id, service=spell.service)
        story.tell(
            CoordinatorAssigned, answered_at + timedelta(minutes=30), coordinator=story.staff,
            organisation=story.council.organisation, role="case_manager", service=spell.service,
        )  # fmt: skip
        return
