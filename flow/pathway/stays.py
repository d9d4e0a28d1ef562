"""Stays in an independence centre or another short-term bed."""

from flow.events.care_package import (
    CentreAdmitted,
    CentreDelayReasonCleared,
    CentreDelayReasonRecorded,
    CentreDischarged,
    CentreGoalsAgreed,
    CentreReadyToLeave,
    RequirementsToRemainAssessed,
)
from flow.pathway import delay_reasons, notices
from flow.pathway.beds import others_end
from flow.pathway.death import has_died, tells_of_death
from flow.pathway.handovers import has_come, moved_in_elsewhere, service_over
from flow.pathway.journey import Journey
from flow.pathway.local_days import ONE_DAY, local_date
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import BEDS, BEGUN_FROM_CENTRE, REHABILITATION
from flow.pathway.referrals import bed_of, begin, begin_all, others_stand_down
from flow.pathway.spans import watch
from flow.pathway.subjects import Referral, Stay
from flow.pathway.whereabouts import bed_after


def stay_of(journey: Journey, stay_id: str, now: Mark) -> Stay:
    """The stay of what only happens while it goes on: after its end that is a finding."""
    stay = _named(journey, stay_id, now)
    if stay.left is not None:
        journey.find("event_after_care_ended", stay.left.by, now.by)
    return stay


def _named(journey: Journey, stay_id: str, now: Mark) -> Stay:
    """The stay that an event names; begun here where its beginning is not known."""
    journey.services_version += 1
    stay = journey.stays.get(stay_id)
    if stay is None:
        journey.find("stay_unknown", now.by)
        stay = journey.stays[stay_id] = Stay(stay_id)
        stay.spell = journey.latest
        stay.admitted = now
        watch(journey, stay, now)
        _hub_has_placed(journey, stay, now)
        journey.services_unasked = True
    return stay


def centre_admitted(journey: Journey, event: CentreAdmitted, now: Mark) -> None:
    data = event.data
    journey.services_version += 1
    if data.stay_id in journey.stays:
        known = journey.stays[data.stay_id]
        elsewhere = known.service is not None and known.service != data.service
        rule = "stay_of_two_centres" if elsewhere else "admitted_twice"
        journey.find(rule, now.by, *([known.admitted.by] if known.admitted else []))
        return
    stay = Stay(data.stay_id)
    referral = _fulfilled(journey, data.referral_id, data.service)
    stay.kind = bed_of(referral) if referral is not None else _discharged_into(journey, now)
    stay.admitted = now
    if referral is not None:
        referral.moved_in = None  # the stay tells more
    others_end(journey, stay, now)
    journey.find_early("centre_during_hospital_stay", now)
    journey.stays[data.stay_id] = stay
    stay.spell = journey.latest
    stay.funder = data.funder
    stay.referral_id = data.referral_id
    stay.service = data.service
    journey.asked_with(stay, data.council, data.locality)
    if referral is not None:
        stay.referral_id = referral.referral_id
        journey.served_by(referral, data.service)
        begin(journey, referral, now)
    taken = referral.kind if referral is not None else stay.kind
    others_stand_down(journey, taken, referral, now)
    moved_in_elsewhere(journey, data.service, now)
    has_come(journey, data.service, now)
    watch(journey, stay, now)
    _hub_has_placed(journey, stay, now)
    journey.watch_services(now)


def _discharged_into(journey: Journey, now: Mark) -> str:
    """Of a bed that no referral asked for: what the discharge says, on whose day or the next the
    person moves in, and nowhere else before; else a short-term bed."""
    spell = journey.latest
    if spell is None or spell.discharged is None or journey.current is not None:
        return REHABILITATION
    left = spell.discharged
    if local_date(now.at) > local_date(left.at) + ONE_DAY:
        return REHABILITATION
    if any(s.admitted is not None and s.admitted > left for s in journey.stays.values()):
        return REHABILITATION
    return bed_after(spell) or REHABILITATION


def _hub_has_placed(journey: Journey, stay: Stay, now: Mark) -> None:
    """Who is in a centre after a stay in hospital waits for no pathway of it."""
    if stay.spell is not None and stay.spell.discharged is not None:
        watch(journey, stay.spell, now)


def _fulfilled(journey: Journey, referral_id: str | None, service: str) -> Referral | None:
    """The referral that led here: the one named, else the newest open one for such a bed; else one
    for a bed there that the discharge has begun, so that nobody has moved in by it yet."""
    if referral_id is not None:
        return journey.referrals.get(referral_id)
    found: Referral | None = None
    for referral in journey.referrals.values():
        if referral.kind in BEDS and not referral.closed and referral.service in (None, service):
            found = referral
    return found or _begun_there(journey, service)


def _begun_there(journey: Journey, service: str) -> Referral | None:
    moved_in = {stay.referral_id for stay in journey.stays.values()}
    found: Referral | None = None
    for referral in journey.referrals.values():
        begun = referral.kind in BEDS and referral.started is not None
        if begun and referral.service == service and referral.referral_id not in moved_in:
            found = referral
    return found


def centre_goals_agreed(journey: Journey, event: CentreGoalsAgreed, now: Mark) -> None:
    stay = stay_of(journey, event.data.stay_id, now)
    stay.goals_agreed = stay.goals_agreed or now
    watch(journey, stay, now)


def centre_ready_to_leave(journey: Journey, event: CentreReadyToLeave, now: Mark) -> None:
    _assessed(journey, event.data.stay_id, meets=False, now=now)


def requirements_to_remain_assessed(
    journey: Journey, event: RequirementsToRemainAssessed, now: Mark
) -> None:
    _assessed(journey, event.data.stay_id, meets=event.data.meets, now=now)


def _assessed(journey: Journey, stay_id: str, *, meets: bool, now: Mark) -> None:
    """As with the criteria to reside: met again ends the readiness, not met begins a new one."""
    stay = stay_of(journey, stay_id, now)
    if meets is (stay.ready is None) or not stay.goes_on:
        return
    if meets:
        stay.ready = None
        delay_reasons.clear_all(stay, now)
    else:
        stay.ready = now
        stay.times_ready += 1
    journey.hospital_version += 1
    watch(journey, stay, now)
    journey.watch_services(now)


def centre_delay_reason_recorded(
    journey: Journey, event: CentreDelayReasonRecorded, now: Mark
) -> None:
    stay = stay_of(journey, event.data.stay_id, now)
    if stay.goes_on:
        data = event.data
        delay_reasons.record(journey, stay, data.reason, now, primary=data.primary)


def centre_delay_reason_cleared(
    journey: Journey, event: CentreDelayReasonCleared, now: Mark
) -> None:
    stay = _named(journey, event.data.stay_id, now)
    if stay.goes_on:
        delay_reasons.clear(journey, stay, event.data.reason, now)


def centre_discharged(journey: Journey, event: CentreDischarged, now: Mark) -> None:
    stay = _named(journey, event.data.stay_id, now)
    died = tells_of_death(event)
    if stay.left is None:
        stay.left = now
        journey.ended_late(stay, now)
        stay.destination = event.data.destination
        _taken_up(journey, stay, now)
        delay_reasons.clear_all(stay, now)
        journey.hospital_version += 1
        if died:
            has_died(journey, now)
        watch(journey, stay, now)
        journey.watch_services(now)
        service_over(journey, stay.service, now)
        notices.stood_down(journey, stay, now)
    elif died:
        has_died(journey, now)


def _taken_up(journey: Journey, stay: Stay, now: Mark) -> None:
    """Whoever left for a care home or a hospice is there; who was elsewhere by then is not."""
    there = BEGUN_FROM_CENTRE.get(stay.destination or "", ())
    elsewhere = journey.current is not None or journey.staying is not None
    if there and not elsewhere and stay.overtaken is None:
        begin_all(journey, journey.latest, there, now)
