"""What cannot be true, or is doubtful, in a person's events: data quality, never an exception."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Finding(NamedTuple):
    """`rule` is a key of `RULES`; `events` are the identities (`source#id`) that disagree."""

    rule: str
    events: tuple[str, ...]


RULES: Mapping[str, str] = MappingProxyType(
    {
        "admitted_twice": "two admissions for one stay; the earlier one stands",
        "assessment_unknown": "about an assessment that nobody asked for before it",
        "back_before_off_duty": "off duty, and back before that: the return does not count",
        "cancellation_without_target": "a cancellation found nothing to cancel before its time",
        "care_without_stay": "care at home was asked for, and no stay anywhere is known before it",
        "centre_during_hospital_stay": "moved into a centre while still in hospital",
        "coordinator_unknown": "somebody went off duty who neither has this person nor covers",
        "correction_cycle": "corrections name each other in a circle; all of them are void",
        "correction_not_allowed": "one source may not correct another (policy: corrections)",
        "correction_waits": "the event that is to be corrected has not been seen yet",
        "cover_off_duty": "whoever was to cover is who went, or is off duty, too: nobody covers",
        "dated_ahead": "dated more than an hour after it was written down: it does not count",
        "dated_before_admission": "dated before the admission: counts from then on; a discharge, "
        "or a day on which to leave, does not count",
        "died_twice": "deaths on different days; the earlier one stands",
        "discharge_without_admission": "discharged from a spell whose admission is not known",
        "drd_after_discharge": "the hospital's discharge ready date is after the discharge",
        "drd_blank": "the hospital recorded no discharge ready date although reviews show a delay",
        "drd_disagrees": "the hospital's discharge ready date differs from the reviews",
        "event_after_care_ended": "something that only happens while care goes on, after it ended",
        "event_after_death": "something that only the living do, after the death",
        "event_after_discharge": "something that only inpatients do, after the discharge",
        "event_without_admission": "something in a spell whose admission is not known yet",
        "follow_up_early": "how somebody is on a day after the discharge, told before that day",
        "handover_answered_twice": "a handover was both accepted and refused; the latest stands",
        "handover_not_offered": "answered by a service that was not asked, or accepted when over",
        "handover_reused": "a handover that stands was sent to another, or in another stay",
        "handover_unknown": "an answer to a handover that was not sent before it",
        "late_event": "written down more than 24 hours after it happened",
        "no_reason": "in hospital past the discharge ready date, and no delay reason recorded",
        "pathway_contradicts_destination": "a pathway, and a destination of another pathway; what "
        "asks more of others counts",
        "pause_without_wait": "a wait was paused that does not run",
        "package_unknown": "about a care package that was not requested before it",
        "reference_circle": "references point to one another in a circle; the smallest holds",
        "reason_not_open": "a delay reason was cleared that was not recorded",
        "resume_without_pause": "a wait was resumed that nobody has paused",
        "referral_answered_twice": "a referral was both accepted and rejected; the latest stands",
        "referral_unknown": "about a referral that was not made before it",
        "service_capacity_impossible": "what a service that they wait for or are with reports to "
        "have cannot be",
        "service_more_staying_than_beds": "more people stay, by their journeys, than beds are open "
        "at a service that they wait for or are with",
        "service_never_reported": "a service that has never said what it can take, as others have",
        "service_not_listed": "the policy lists services, and this one is not among them",
        "spell_left_open": "left hospital, and an older spell at another provider is still open",
        "stay_left_open": "left hospital for another place than a centre, and a stay is still open",
        "stay_of_two_centres": "two centres tell of the same stay; the earlier one has the person",
        "stay_unknown": "about a centre stay whose beginning is not known",
        "task_of_several": "done for one of several services that were asked, and not told which",
        "task_unasked": "done for a referral that is not known, or asks for something else",
        "two_hospitals": "in two hospitals at once, and the later did not take the person over",
        "two_owners": "another organisation's co-ordinator took on a person whom nobody passed on",
        "two_open_spells": "admitted again at a provider without a discharge between",
        "two_open_stays": "moved into a centre while the stay in another goes on",
        "two_services": "two services have the person at once, and neither passed them on",
        "unlink_without_link": "a link was undone that is not there",
        "visit_during_hospital_stay": "a first visit at home while still in hospital",
        "visit_unmatched": "a visit that belongs to no known package or referral",
        "wait_not_pausable": "a wait was paused whose time cannot stand still",
    }
)
