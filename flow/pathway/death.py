"""Death outranks everything: it ends every wait, and whoever is involved is told.

Told as such, by a discharge, or by whoever cared for the person: a centre that they left so, a
package that ended or something asked for that was withdrawn for it, a follow-up that found it. The
code lists say which codes mean it (`died`).
"""

from flow.events.assessment import AssessmentWithdrawn
from flow.events.care_package import CarePackageEnded, CentreDischarged, FollowUpRecorded
from flow.events.codes import (
    CENTRE_DESTINATIONS,
    DISCHARGE_DESTINATIONS,
    DISCHARGE_METHODS,
    FOLLOW_UP_STATUSES,
    PACKAGE_END_REASONS,
    WITHDRAWAL_REASONS,
)
from flow.events.discharge import (
    PatientDied,
    PatientDischarged,
    PatientDischargedData,
    ReferralWithdrawn,
)
from flow.events.event_types import AnyEvent
from flow.pathway import notices
from flow.pathway.journey import Journey
from flow.pathway.local_days import local_date, local_days_between
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Spell

DIED_METHODS = DISCHARGE_METHODS.marked("died")
DIED_DESTINATIONS = DISCHARGE_DESTINATIONS.marked("died")
DIED_FROM_CENTRE = CENTRE_DESTINATIONS.marked("died")
DIED_IN_CARE = PACKAGE_END_REASONS.marked("died")
DIED_WAITING = WITHDRAWAL_REASONS.marked("died")
FOUND_DEAD = FOLLOW_UP_STATUSES.marked("died")


def patient_died(journey: Journey, _event: PatientDied, now: Mark) -> None:
    die(journey, now)


def tells_of_death(event: AnyEvent) -> bool:
    """Whether an event says that the person died, whoever tells it."""
    if isinstance(event, PatientDischarged):
        return _died_at_discharge(event.data)
    if isinstance(event, CentreDischarged):
        return event.data.destination in DIED_FROM_CENTRE
    if isinstance(event, CarePackageEnded):
        return event.data.reason in DIED_IN_CARE
    if isinstance(event, ReferralWithdrawn | AssessmentWithdrawn):
        return event.data.reason in DIED_WAITING
    if isinstance(event, FollowUpRecorded):
        return event.data.status in FOUND_DEAD
    return isinstance(event, PatientDied)


def _died_at_discharge(data: PatientDischargedData) -> bool:
    """Where no method is told, the destination says it."""
    if data.discharge_method is None:
        return data.destination_code in DIED_DESTINATIONS
    return data.discharge_method in DIED_METHODS


def has_died(journey: Journey, now: Mark) -> None:
    """Dead by now, and perhaps for days, as whoever tidies up records may say long afterwards."""
    if journey.died is None:
        die(journey, now)


def die(journey: Journey, now: Mark) -> None:
    """Dead since now; on another day than was told before that is a finding."""
    if journey.died is not None:
        if local_date(journey.died.at) != local_date(now.at):
            journey.find("died_twice", journey.died.by, now.by)
        return
    journey.died = now
    journey.had_at_death = journey.responsible
    journey.hospital_version += 1
    journey.services_version += 1
    for spell in journey.spells.values():
        if spell.ready is not None and spell.ready.ended is None:
            spell.ready.ended, spell.ready.ended_by = now, "death"
    notices.died(journey, now)
    for subject in journey.subjects():
        watch(journey, subject, now)


def died_in(journey: Journey, spell: Spell) -> bool:
    """Whether the person died in a finished spell: its end is no discharge."""
    died, discharged = journey.died, spell.discharged
    return died is not None and discharged is not None and died.at <= discharged.at


def dead_by(journey: Journey, spell: Spell, day: int) -> bool:
    """Whether the person had died before this day after the discharge began."""
    died, left = journey.died, spell.discharged
    if died is None or left is None:
        return False
    return local_days_between(left.at, died.at) < day
