"""One hospital spell of a made-up person: from the front door to the discharge summary."""

from datetime import datetime, timedelta

from flow.events.admission import (
    AdmissionCancelled,
    ExpectedDischargeDateSet,
    PatientAdmitted,
    PatientTransferred,
)
from flow.events.discharge import (
    CriteriaToResideAssessed,
    DischargeCancelled,
    DischargeSummarySent,
    MedicinesReady,
    PathwayDecided,
    PatientDied,
    PatientDischarged,
    ReferralMade,
    ReferralWithdrawn,
    TransportBooked,
)
from flow.simulate.arrangements import REFERRAL_KINDS, tell_delay, tell_handover, tell_hub
from flow.simulate.spell_plan import STAY_MIN, Spell, plan
from flow.simulate.story import AGE_BANDS, Story, local_day

ADMISSION_METHODS = {"21": 0.6, "22": 0.15, "24": 0.05, "2A": 0.05, "11": 0.1, "12": 0.05}
REVIEW_HOURS = (8.5, 15.0)
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
        tell_hub(story, spell, ids)
    elif story.chance(0.5):
        story.tell(
            PathwayDecided, spell.ready_at, **ids, pathway="P0", destination=spell.destination
        )
    if spell.delay_days:
        tell_delay(story, spell, ids)
    if story.chance(share.died_in_hospital):
        died_at = story.within(at + STAY_MIN, max(at + 2 * STAY_MIN, spell.discharged_at))
        story.cut(min(died_at, spell.discharged_at), "died")
        _tell_death(story, min(died_at, spell.discharged_at), spell, ids)
        return None
    _tell_leaving(story, spell, ids)
    return spell


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
    """Two reviews a day (domain.md 1.4), and the one that found them ready."""
    day = local_day(spell.admitted_at) + timedelta(days=1)
    last_day = local_day(spell.discharged_at)
    while day < last_day:
        for hour in REVIEW_HOURS:
            at = story.on(day, hour, hour + 1.5)
            if not story.chance(story.town.share.review_missed):
                earlier = spell.unwell is not None and spell.unwell[0] <= at < spell.unwell[1]
                _tell_review(story, at, ids, meets=at < spell.ready_at and not earlier)
        day += timedelta(days=1)
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


def _tell_death(story: Story, at: datetime, spell: Spell, ids: dict[str, str]) -> None:
    was_ready = spell.reviewed and at >= spell.ready_at
    story.tell(PatientDied, at, **ids)
    story.tell(
        PatientDischarged, at, **ids, **story.place, discharge_method="4", destination_code="79",
        discharge_ready_date=local_day(spell.ready_at) if was_ready else None,
    )  # fmt: skip


def _tell_leaving(story: Story, spell: Spell, ids: dict[str, str]) -> None:
    share, end = story.town.share, spell.discharged_at
    story.tell(MedicinesReady, story.within(spell.ready_at, end, 0.6, 0.95), **ids)
    if spell.supported or story.chance(0.3):
        booked_at = story.within(spell.ready_at, end, 0.5, 0.9)
        story.tell(TransportBooked, booked_at, **ids, for_time=end)
    if spell.supported:
        tell_handover(story, spell)
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
