"""One hospital spell of a made-up person: from the front door to the discharge summary."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flow.events.admission import (
    AdmissionCancelled,
    ExpectedDischargeDateSet,
    PatientAdmitted,
    PatientTransferred,
)
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
    CriteriaToResideAssessed,
    DelayReasonCleared,
    DelayReasonRecorded,
    DischargeCancelled,
    DischargeSummarySent,
    MedicinesReady,
    PathwayDecided,
    PatientDied,
    PatientDischarged,
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralRejected,
    ReferralTriaged,
    ReferralWithdrawn,
    ReferredToCareTransferHub,
    TransportBooked,
)
from flow.simulate.story import AGE_BANDS, Story, local_day, local_hour

ADMISSION_METHODS = {"21": 0.6, "22": 0.15, "24": 0.05, "2A": 0.05, "11": 0.1, "12": 0.05}
CRITERIA = {"02": 0.2, "03": 0.15, "04": 0.2, "06": 0.1, "08": 0.2, "10": 0.05, "12": 0.1}
"""Mixes of codes (domain.md 1.2, 4.2): assumptions."""

DESTINATION_CODES = {
    "p0_home": "19",
    "p0_care_home_return": "85",
    "p1_home_reablement": "19",
    "p1_home_other_support": "19",
    "p1_care_home_return_more": "85",
    "p2_bed": "65",
    "p3_care_home_new": "85",
    "p3_care_home_eol": "88",
}
"""One plausible national code for each line of the situation report (domain.md 2.2, 4.1)."""

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

STAY_MIN = timedelta(hours=2)
LEAVING_DAYS = 0.25
"""From the morning's review to the afternoon's discharge, even without a delay."""
BED_WAIT_MAX = timedelta(days=14)
"""Longer than this nobody is kept for a bed in a centre: so demand above capacity has a limit."""


@dataclass
class Spell:
    """The plan of one spell: what will happen, and when."""

    spell_id: str
    pathway: str
    destination: str
    admitted_at: datetime
    ready_at: datetime
    discharged_at: datetime
    delay_days: int
    reviewed: bool
    """False: left on the day of readiness without a review saying so (blank date)."""
    unwell: tuple[datetime, datetime, datetime] | None = None
    """An earlier period of readiness: from, until (unwell again), and its last arrangement."""
    referral_id: str | None = None
    service: str | None = None

    @property
    def supported(self) -> bool:
        return self.pathway != "P0"


def admit(story: Story, at: datetime) -> Spell | None:
    """Tells a whole spell. None where nothing follows: it was cancelled, or they died."""
    share = story.town.share
    spell = plan(story, at)
    ids = {"provider": story.hospital.provider, "spell_id": spell.spell_id}
    _tell_arrival(story, spell, ids)
    if story.chance(share.admission_cancelled):
        cancelled_at = min(story.within(at, at + timedelta(hours=3)), spell.ready_at)
        story.drafts = [draft for draft in story.drafts if draft.at <= cancelled_at]
        story.tell(AdmissionCancelled, cancelled_at, **ids)
        return None
    _tell_reviews(story, spell, ids)
    if spell.unwell:
        _tell_earlier_readiness(story, spell, ids)
    if spell.supported:
        _tell_hub(story, spell, ids)
    elif story.chance(0.5):
        story.tell(
            PathwayDecided, spell.ready_at, **ids, pathway="P0", destination=spell.destination
        )
    if spell.delay_days:
        _tell_delay(story, spell, ids)
    if story.chance(share.died_in_hospital):
        died_at = story.within(at + STAY_MIN, max(at + 2 * STAY_MIN, spell.discharged_at))
        story.cut(min(died_at, spell.discharged_at), "died")
        _tell_death(story, min(died_at, spell.discharged_at), ids)
        return None
    _tell_leaving(story, spell, ids)
    return spell


def plan(story: Story, at: datetime) -> Spell:
    """Draws pathway, stay and delay so that the published shares come out (domain.md 6)."""
    town = story.town
    pathway = story.one_of(town.pathway_mix)
    destinations = {
        slug: n for slug, n in town.destination.items() if slug.startswith(pathway.lower())
    }
    days = town.length_of_stay.draw(story.rng) * town.treatment_share - LEAVING_DAYS
    ready_at = at + max(STAY_MIN, timedelta(days=days))
    if days > 0.7 or not 7 <= local_hour(ready_at) < 21:
        day = local_day(ready_at) + timedelta(days=int(local_hour(ready_at) >= 21))
        ready_at = max(story.on(day, 8, 14), at + STAY_MIN)
    same_day = story.chance(town.same_day_share(pathway))
    delay_days = 0
    if not same_day:
        shares = [band.share for band in town.delay_band]
        delay_days = story.rng.choices(town.delay_band, shares)[0].draw(story.rng)
    left_on = local_day(ready_at) + timedelta(days=delay_days)
    discharged_at = story.on(left_on, 10, 19)
    if discharged_at < ready_at + timedelta(minutes=40):
        discharged_at = story.within(ready_at, story.on(left_on, 23.9, 23.9), 0.2, 0.6)
    blank = same_day and pathway == "P0" and story.chance(town.share.blank_ready_date)
    spell = Spell(
        story.number("spell"), pathway, story.one_of(destinations), at, ready_at, discharged_at,
        delay_days, reviewed=not blank,
    )  # fmt: skip
    if pathway == "P2":
        _find_bed(story, spell)
    treatment = ready_at - at
    if delay_days and treatment > timedelta(days=3) and story.chance(town.share.unwell_again):
        first = story.within(at, ready_at, 0.2, 0.4)
        until = story.within(at, ready_at, 0.6, 0.8)
        spell.unwell = (first, until, story.within(first, until, 0.3, 0.9))
    return spell


def _find_bed(story: Story, spell: Spell) -> None:
    """Takes the centre with the first free bed; they wait for it, or go home with support."""
    centres = story.town.services("independence_centre", story.council.code)
    free = {centre.id: story.beds.free_from(centre.id, spell.discharged_at) for centre in centres}
    near = [centre.id for centre in centres if centre.locality == story.locality]
    service = min(free, key=lambda centre: (free[centre], centre not in near))
    if free[service] > spell.discharged_at + BED_WAIT_MAX:
        spell.pathway, spell.destination = "P1", "p1_home_reablement"
        return
    spell.service = service
    if free[service] > spell.discharged_at:
        day = local_day(free[service]) + timedelta(days=1)
        spell.discharged_at = story.on(day, 10, 17)
        spell.delay_days = (day - local_day(spell.ready_at)).days


def _tell_arrival(story: Story, spell: Spell, ids: dict[str, str]) -> None:
    share, hospital, at = story.town.share, story.hospital, spell.admitted_at
    story.tell(
        PatientAdmitted, at, **ids, **story.place, site=hospital.site, ward=hospital.front_ward,
        admission_method=story.one_of(ADMISSION_METHODS), source_of_admission="19",
        age_band=story.one_of(AGE_BANDS),
    )  # fmt: skip
    first, second = story.rng.sample(hospital.wards, 2)
    if story.chance(share.moved_ward):
        moved_at = story.soon(at, 5, spell.ready_at)
        story.tell(PatientTransferred, moved_at, **ids, ward=first, site=hospital.site)
        if story.chance(share.moved_again):
            moved_at = story.within(moved_at, spell.ready_at)
            story.tell(PatientTransferred, moved_at, **ids, ward=second, site=hospital.site)
    if story.chance(share.expected_date_set):
        in_time = story.chance(share.expected_date_in_time)
        set_at = at + timedelta(hours=story.rng.uniform(2, 22) if in_time else 30)
        expected = local_day(max(spell.ready_at, set_at))
        if set_at < spell.discharged_at:
            story.tell(ExpectedDischargeDateSet, set_at, **ids, expected_discharge_date=expected)
        if story.chance(share.expected_date_revised) and set_at < spell.ready_at:
            story.tell(
                ExpectedDischargeDateSet, story.within(set_at, spell.ready_at), **ids,
                expected_discharge_date=expected + timedelta(days=1), clinical_criteria_met=False,
            )  # fmt: skip


def _tell_reviews(story: Story, spell: Spell, ids: dict[str, str]) -> None:
    """A review every morning (domain.md 1.3 rule 4), and the one that found them ready."""
    day = local_day(spell.admitted_at) + timedelta(days=1)
    last_day = local_day(spell.discharged_at)
    while day < last_day:
        at = story.on(day, 8.5, 11.5)
        day += timedelta(days=1)
        if story.chance(story.town.share.review_missed):
            continue
        earlier = spell.unwell is not None and spell.unwell[0] <= at < spell.unwell[1]
        _tell_review(story, at, ids, meets=at < spell.ready_at and not earlier)
    if spell.reviewed:
        _tell_review(story, spell.ready_at, ids, meets=False)


def _tell_review(story: Story, at: datetime, ids: dict[str, str], *, meets: bool) -> None:
    criterion = story.one_of(CRITERIA) if meets else None
    story.tell(
        CriteriaToResideAssessed, at, **ids, meets=meets, criterion=criterion,
        role="hospital_consultant",
    )  # fmt: skip


def _tell_earlier_readiness(story: Story, spell: Spell, ids: dict[str, str]) -> None:
    """Ready, then unwell again: the reset of domain.md 12.3."""
    assert spell.unwell is not None
    first, until, arranged_at = spell.unwell
    _tell_review(story, first, ids, meets=False)
    _tell_review(story, until, ids, meets=True)
    if spell.supported:
        kind, of = REFERRAL_KINDS[spell.destination]
        referral_id = story.number("referral")
        story.tell(
            ReferralMade, arranged_at, **ids, **story.place, referral_id=referral_id, kind=kind,
            service=story.service(of).id,
        )  # fmt: skip
        story.tell(
            ReferralWithdrawn, until + timedelta(minutes=30), referral_id=referral_id,
            reason="unwell_again",
        )  # fmt: skip


def _tell_hub(story: Story, spell: Spell, ids: dict[str, str]) -> None:
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


def _tell_delay(story: Story, spell: Spell, ids: dict[str, str]) -> None:
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


def _tell_death(story: Story, at: datetime, ids: dict[str, str]) -> None:
    story.tell(PatientDied, at, **ids)
    story.tell(
        PatientDischarged, at, **ids, **story.place, discharge_method="4", destination_code="79"
    )


def _tell_leaving(story: Story, spell: Spell, ids: dict[str, str]) -> None:
    share, end = story.town.share, spell.discharged_at
    story.tell(MedicinesReady, story.within(spell.ready_at, end, 0.6, 0.95), **ids)
    if spell.supported or story.chance(0.3):
        booked_at = story.within(spell.ready_at, end, 0.5, 0.9)
        story.tell(TransportBooked, booked_at, **ids, for_time=end)
    if spell.supported:
        _tell_handover(story, spell)
    last = {
        **ids, **story.place, "discharge_method": "1", "destination": spell.destination,
        "destination_code": DESTINATION_CODES[spell.destination], "pathway": spell.pathway,
        "discharge_ready_date": local_day(spell.ready_at) if spell.reviewed else None,
    }  # fmt: skip
    if story.chance(share.discharge_cancelled):
        # Said to have left, and found still there: transport did not come.
        story.tell(PatientDischarged, story.within(spell.ready_at, end, 0.8, 0.9), **last)
        story.tell(DischargeCancelled, story.within(spell.ready_at, end, 0.92, 0.98), **ids)
    story.tell(PatientDischarged, end, **last)
    if story.chance(share.summary_in_time):
        story.tell(DischargeSummarySent, end + timedelta(hours=story.rng.uniform(0.5, 20)), **ids)
    elif story.chance(share.summary_late / (1 - share.summary_in_time)):
        story.tell(DischargeSummarySent, end + timedelta(hours=story.rng.uniform(26, 96)), **ids)


def _tell_handover(story: Story, spell: Spell) -> None:
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
        return
