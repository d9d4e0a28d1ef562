"""Stays in an independence centre or another short-term bed."""

from flow.events.care_package import (
    CentreAdmitted,
    CentreDischarged,
    CentreGoalsAgreed,
    CentreReadyToLeave,
)
from flow.pathway import notices
from flow.pathway.handovers import service_over
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referrals import begin
from flow.pathway.spans import watch
from flow.pathway.subjects import Referral, Stay

BED_KINDS = frozenset({"rehabilitation_bed", "care_home", "fast_track_chc"})
"""Kinds of referral that a move into a bed may fulfil."""


def stay_of(journey: Journey, stay_id: str, now: Mark) -> Stay:
    """The stay that an event names; begun here where its beginning is not known."""
    journey.services_version += 1
    stay = journey.stays.get(stay_id)
    if stay is None:
        journey.find("stay_unknown", now.by)
        stay = journey.stays[stay_id] = Stay(stay_id)
        stay.spell = journey.latest
        stay.admitted = now
        watch(journey, stay, now)
    return stay


def centre_admitted(journey: Journey, event: CentreAdmitted, now: Mark) -> None:
    data = event.data
    journey.services_version += 1
    if data.stay_id in journey.stays:
        known = journey.stays[data.stay_id].admitted
        journey.find("admitted_twice", now.by, *([known.by] if known else []))
        return
    for other in journey.stays.values():
        if other.admitted is not None and other.left is None:
            journey.find("two_open_stays", other.admitted.by, now.by)
    if journey.current is not None:
        journey.find("centre_during_hospital_stay", journey.current.admitted.by, now.by)
    stay = journey.stays[data.stay_id] = Stay(data.stay_id)
    stay.spell = journey.latest
    stay.admitted = now
    stay.funder = data.funder
    stay.referral_id = data.referral_id
    stay.service = data.service
    if data.council is not None or data.locality is not None:
        journey.lives(data.council, data.locality)
    referral = _fulfilled(journey, data.referral_id, data.service)
    if referral is not None:
        stay.referral_id = referral.referral_id
        journey.served_by(referral, data.service)
        begin(journey, referral, now)
    watch(journey, stay, now)


def _fulfilled(journey: Journey, referral_id: str | None, service: str) -> Referral | None:
    """The referral that led here: the one named, else the newest open one for such a bed."""
    if referral_id is not None:
        return journey.referrals.get(referral_id)
    found: Referral | None = None
    for referral in journey.referrals.values():
        if (
            referral.kind in BED_KINDS
            and not referral.closed
            and referral.service in (None, service)
        ):
            found = referral
    return found


def centre_goals_agreed(journey: Journey, event: CentreGoalsAgreed, now: Mark) -> None:
    stay = stay_of(journey, event.data.stay_id, now)
    stay.goals_agreed = stay.goals_agreed or now


def centre_ready_to_leave(journey: Journey, event: CentreReadyToLeave, now: Mark) -> None:
    stay = stay_of(journey, event.data.stay_id, now)
    stay.ready = stay.ready or now


def centre_discharged(journey: Journey, event: CentreDischarged, now: Mark) -> None:
    stay = stay_of(journey, event.data.stay_id, now)
    if stay.left is None:
        stay.left = now
        stay.destination = event.data.destination
        watch(journey, stay, now)
        service_over(journey, stay.service, now)
        notices.stood_down(journey, stay, now)
