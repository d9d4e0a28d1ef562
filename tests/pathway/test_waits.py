"""Every wait of domain.md 12.4: when it starts, when it is near and due, what stops it and how."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from flow.pathway import WAITS
from tests.pathway.told import ABOUT, ENGLAND, PROVIDER, SPELL, Told, at, own_policy

ADMITTED = "2026-01-05 10:00"
READY = "2026-01-08 09:00"
LEFT = "2026-01-10 15:00"
LATER = "2026-06-30 12:00"
IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}


def admitted() -> Told:
    person = Told()
    person.admitted(ADMITTED)
    return person


def ready(pathway: str | None = None) -> Told:
    person = admitted()
    if pathway is not None:
        person.in_spell("pathway-decided", "2026-01-07 10:00", pathway=pathway, status="likely")
    person.reviewed(READY, meets=False)
    return person


def referred(kind: str, when: str = "2026-01-08 12:00") -> Told:
    person = ready("P1")
    person.tell("referral-made", when, referral_id="R1", kind=kind, service="skills-south")
    return person


def asked_for_care() -> Told:
    person = ready("P1")
    person.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind="new",
                service="home-help", **IN_SPELL)  # fmt: skip
    return person


def home() -> Told:
    return _gone(asked_for_care())


def restarting(planned: str | None = None) -> Told:
    person = ready("P0")
    if planned is not None:
        person.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P0",
                        planned_discharge_at=at(planned))  # fmt: skip
    person.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind="restart",
                service="home-help", **IN_SPELL)  # fmt: skip
    return person


def in_centre() -> Told:
    person = home()
    person.tell("centre-admitted", "2026-01-10 17:00", stay_id="T1", service="slic")
    return person


def accepted_in_centre() -> Told:
    """Home care after the centre is asked for by a referral."""
    person = Told()
    person.tell("centre-admitted", "2026-01-10 17:00", stay_id="T1", service="slic")
    person.tell("referral-made", "2026-01-19 09:00", referral_id="R9", kind="home_care",
                service="home-help")  # fmt: skip
    person.tell("referral-accepted", "2026-01-19 12:00", referral_id="R9")
    return person


def _reablement_begun() -> Told:
    person = _gone(referred("reablement"))
    person.tell("first-visit-completed", "2026-01-12 09:00", referral_id="R1")
    return person


CONFIRMED = "2026-01-08 12:00"


def on_pathway(pathway: str) -> Told:
    """Ready to leave, the pathway confirmed, and nobody asked yet."""
    return _confirmed(ready(pathway), pathway, CONFIRMED)


def _confirmed(person: Told, pathway: str, when: str) -> Told:
    person.in_spell("pathway-decided", when, pathway=pathway, status="confirmed")
    return person


def _asked_at(person: Told, when: str) -> Told:
    person.tell("referral-made", when, referral_id="R1", kind="reablement", service="skills-south")
    return person


def _refused(person: Told, when: str = "2026-01-08 14:00") -> Told:
    person.tell("referral-rejected", when, referral_id="R1", reason="no_capacity")
    return person


def _gone(person: Told) -> Told:
    person.discharged(LEFT)
    return person


Stop = Callable[[Told], object]


class Row(NamedTuple):
    """`until` tells what stops the wait; it must end at `stops`, for the reason `ended`."""

    wait: str
    before: Callable[[], Told]
    about: str
    starts: str
    near: str | None
    due: str
    until: Stop
    stops: str
    ended: str


def _died(person: Told) -> object:
    return person.tell("patient-died", "2026-01-11 04:00")


ROWS = {
    "edd_set": Row(
        "edd_set", admitted, ABOUT, ADMITTED, "2026-01-06 04:00", "2026-01-06 10:00",
        lambda p: p.in_spell("expected-discharge-date-set", "2026-01-06 09:00",
                             expected_discharge_date="2026-01-09"),
        "2026-01-06 09:00", "done",
    ),
    "edd_set: left without one": Row(
        "edd_set", admitted, ABOUT, ADMITTED, "2026-01-06 04:00", "2026-01-06 10:00",
        lambda p: p.discharged(LEFT), LEFT, "cancelled",
    ),
    "ctr_review": Row(
        "ctr_review", ready, ABOUT, READY, None, "2026-01-09 09:00",
        lambda p: p.reviewed("2026-01-09 08:30", meets=False), "2026-01-09 08:30", "done",
    ),
    "ctr_review: left": Row(
        "ctr_review", ready, ABOUT, READY, None, "2026-01-09 09:00",
        lambda p: p.discharged(LEFT), LEFT, "cancelled",
    ),
    "drd_to_discharge": Row(
        "drd_to_discharge", ready, ABOUT, READY, None, "2026-01-09 00:00",
        lambda p: p.discharged(LEFT), LEFT, "done",
    ),
    "drd_to_discharge: unwell again": Row(
        "drd_to_discharge", ready, ABOUT, READY, None, "2026-01-09 00:00",
        lambda p: p.reviewed("2026-01-09 10:00", meets=True), "2026-01-09 10:00", "reset",
    ),
    "drd_to_discharge: died": Row(
        "drd_to_discharge", ready, ABOUT, READY, None, "2026-01-09 00:00",
        _died, "2026-01-11 04:00", "died",
    ),
    "hospital_process_delay": Row(
        "hospital_process_delay",
        lambda: _with_reason(ready(), "hosp_transport"), ABOUT,
        "2026-01-08 11:00", "2026-01-09 23:00", "2026-01-10 11:00",
        lambda p: p.in_spell("delay-reason-cleared", "2026-01-09 08:00", reason="hosp_transport"),
        "2026-01-09 08:00", "done",
    ),
    "hospital_process_delay: another group's reason becomes the primary one": Row(
        "hospital_process_delay",
        lambda: _with_reason(ready(), "hosp_transport"), ABOUT,
        "2026-01-08 11:00", "2026-01-09 23:00", "2026-01-10 11:00",
        lambda p: p.in_spell("delay-reason-recorded", "2026-01-09 08:00", reason="cap_p2_bed",
                             primary=True),
        "2026-01-09 08:00", "done",
    ),
    "hospital_process_delay: left": Row(
        "hospital_process_delay",
        lambda: _with_reason(ready(), "hosp_ipc"), ABOUT,
        "2026-01-08 11:00", "2026-01-09 23:00", "2026-01-10 11:00",
        lambda p: p.discharged(LEFT), LEFT, "done",
    ),
    "hospital_process_delay: unwell again": Row(
        "hospital_process_delay",
        lambda: _with_reason(ready(), "hosp_ipc"), ABOUT,
        "2026-01-08 11:00", "2026-01-09 23:00", "2026-01-10 11:00",
        lambda p: p.reviewed("2026-01-09 10:00", meets=True), "2026-01-09 10:00", "reset",
    ),
    "hub_referral: likely pathway known before readiness": Row(
        "hub_referral", lambda: ready("P1"), ABOUT, READY, "2026-01-08 12:00", "2026-01-08 13:00",
        lambda p: p.in_spell("referred-to-care-transfer-hub", "2026-01-08 12:30"),
        "2026-01-08 12:30", "done",
    ),
    "hub_referral: ready before the pathway is likely": Row(
        "hub_referral", lambda: _likely(ready(), "2026-01-08 11:00", "P2"), ABOUT,
        "2026-01-08 11:00", "2026-01-08 14:00", "2026-01-08 15:00",
        lambda p: p.tell("referral-made", "2026-01-08 12:30", referral_id="H1",
                         kind="care_transfer_hub", **IN_SPELL),
        "2026-01-08 12:30", "done",
    ),
    "hub_referral: pathway 0 after all": Row(
        "hub_referral", lambda: ready("P1"), ABOUT, READY, "2026-01-08 12:00", "2026-01-08 13:00",
        lambda p: _likely(p, "2026-01-08 12:30", "P0"), "2026-01-08 12:30", "cancelled",
    ),
    "hub_pathway": Row(
        "hub_pathway", lambda: _at_hub(ready("P1")), ABOUT,
        "2026-01-08 11:00", "2026-01-09 05:00", "2026-01-09 11:00",
        lambda p: p.in_spell("pathway-decided", "2026-01-09 10:00", pathway="P2"),
        "2026-01-09 10:00", "done",
    ),
    "hub_pathway: only expected by the ward": Row(
        "hub_pathway", lambda: _likely(_at_hub(ready("P1")), "2026-01-08 18:00", "P2"), ABOUT,
        "2026-01-08 11:00", "2026-01-09 05:00", "2026-01-09 11:00",
        lambda p: p.reviewed("2026-01-09 10:00", meets=True), "2026-01-09 10:00", "reset",
    ),
    "referral_response: accepted": Row(
        "referral_response", lambda: _received(referred("home_care")), "R1",
        "2026-01-08 13:00", "2026-01-09 07:00", "2026-01-09 13:00",
        lambda p: p.tell("referral-accepted", "2026-01-09 12:00", referral_id="R1"),
        "2026-01-09 12:00", "done",
    ),
    "referral_response: made, and nobody has told of its receipt": Row(
        "referral_response", lambda: referred("home_care"), "R1",
        "2026-01-08 12:00", "2026-01-09 06:00", "2026-01-09 12:00",
        lambda p: p.tell("referral-accepted", "2026-01-09 10:00", referral_id="R1"),
        "2026-01-09 10:00", "done",
    ),
    "referral_response: rejected": Row(
        "referral_response", lambda: _received(referred("home_care")), "R1",
        "2026-01-08 13:00", "2026-01-09 07:00", "2026-01-09 13:00",
        lambda p: p.tell("referral-rejected", "2026-01-09 12:00", referral_id="R1",
                         reason="no_capacity"),
        "2026-01-09 12:00", "done",
    ),
    "referral_response: withdrawn": Row(
        "referral_response", lambda: _received(referred("home_care")), "R1",
        "2026-01-08 13:00", "2026-01-09 07:00", "2026-01-09 13:00",
        lambda p: p.tell("referral-withdrawn", "2026-01-09 12:00", referral_id="R1"),
        "2026-01-09 12:00", "cancelled",
    ),
    "referral_response: on hold, unwell again": Row(
        "referral_response", lambda: _received(referred("home_care")), "R1",
        "2026-01-08 13:00", "2026-01-09 07:00", "2026-01-09 13:00",
        lambda p: p.reviewed("2026-01-09 10:00", meets=True), "2026-01-09 10:00", "reset",
    ),
    "p2_bed_start": Row(
        "p2_bed_start", lambda: referred("rehabilitation_bed"), "R1",
        "2026-01-08 12:00", "2026-01-10 00:00", "2026-01-10 12:00",
        lambda p: (p.discharged("2026-01-10 09:00"),
                   p.tell("centre-admitted", "2026-01-10 10:00", stay_id="T1",
                          service="skills-south")),
        "2026-01-10 10:00", "done",
    ),
    "p2_bed_start: refused": Row(
        "p2_bed_start", lambda: referred("rehabilitation_bed"), "R1",
        "2026-01-08 12:00", "2026-01-10 00:00", "2026-01-10 12:00",
        lambda p: p.tell("referral-rejected", "2026-01-09 12:00", referral_id="R1",
                         reason="no_capacity"),
        "2026-01-09 12:00", "cancelled",
    ),
    "p1_reablement_start": Row(
        "p1_reablement_start", lambda: referred("reablement"), "R1",
        "2026-01-08 12:00", "2026-01-10 00:00", "2026-01-10 12:00",
        lambda p: p.tell("first-visit-completed", "2026-01-10 11:00", referral_id="R1"),
        "2026-01-10 11:00", "done",
    ),
    "p1_reablement_start: in place is not begun": Row(
        "p1_reablement_start", lambda: _package_of_referral(referred("reablement")), "R1",
        "2026-01-08 12:00", "2026-01-10 00:00", "2026-01-10 12:00",
        lambda p: (p.tell("care-package-started", "2026-01-09 10:00", package_id="P1"),
                   p.tell("first-visit-completed", "2026-01-11 09:00", package_id="P1")),
        "2026-01-11 09:00", "done",
    ),
    "package_start": Row(
        "package_start", home, "P1", LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.tell("first-visit-completed", "2026-01-11 08:00", package_id="P1"),
        "2026-01-11 08:00", "done",
    ),
    "package_start: back in hospital": Row(
        "package_start", home, "P1", LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.admitted("2026-01-11 02:00", spell_id="S2", admission_method="21"),
        "2026-01-11 02:00", "cancelled",
    ),
    "package_start: ended before it began": Row(
        "package_start", home, "P1", LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.tell("care-package-ended", "2026-01-11 08:00", package_id="P1"),
        "2026-01-11 08:00", "cancelled",
    ),
    "package_restart_notice: long enough": Row(
        "package_restart_notice", restarting, "P1", "2026-01-09 09:00", None, "2026-01-10 09:00",
        lambda p: p.discharged(LEFT), LEFT, "done",
    ),
    "home_care_start": Row(
        "home_care_start", lambda: _left(_asked("home_care")), "R1",
        LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.tell("first-visit-completed", "2026-01-11 12:00", referral_id="R1"),
        "2026-01-11 12:00", "done",
    ),
    "home_care_start: a package is asked for": Row(
        "home_care_start", lambda: _asked_at_home("home_care"), "R1",
        "2026-01-12 10:00", "2026-01-13 04:00", "2026-01-13 10:00",
        lambda p: p.tell("care-package-requested", "2026-01-12 12:00", package_id="P1",
                         kind="new", service="s"),
        "2026-01-12 12:00", "cancelled",
    ),
    "community_health_start": Row(
        "community_health_start", lambda: _left(_asked("community_health")), "R1",
        LEFT, "2026-01-12 03:00", "2026-01-12 15:00",
        lambda p: p.tell("first-visit-completed", "2026-01-12 12:00", referral_id="R1"),
        "2026-01-12 12:00", "done",
    ),
    "care_home_start": Row(
        "care_home_start", lambda: _asked("care_home"), "R1",
        "2026-01-08 12:00", "2026-01-13 12:00", "2026-01-15 12:00",
        lambda p: p.discharged(LEFT, destination="p3_care_home_new"), LEFT, "done",
    ),
    "palliative_care_start": Row(
        "palliative_care_start", lambda: _asked_at_home("palliative_care"), "R1",
        "2026-01-12 10:00", "2026-01-12 22:00", "2026-01-13 10:00",
        lambda p: p.tell("first-visit-completed", "2026-01-13 09:00", referral_id="R1"),
        "2026-01-13 09:00", "done",
    ),
    "hospice_bed_start": Row(
        "hospice_bed_start", lambda: _asked_at_home("hospice_bed"), "R1",
        "2026-01-12 10:00", "2026-01-13 04:00", "2026-01-13 10:00",
        lambda p: p.tell("centre-admitted", "2026-01-13 09:00", stay_id="T1", service="s"),
        "2026-01-13 09:00", "done",
    ),
    "disability_support_start": Row(
        "disability_support_start", lambda: _asked_at_home("disability_support"), "R1",
        "2026-01-12 10:00", "2026-01-17 10:00", "2026-01-19 10:00",
        lambda p: p.tell("first-visit-completed", "2026-01-18 09:00", referral_id="R1"),
        "2026-01-18 09:00", "done",
    ),
    "mental_health_follow_up": Row(
        "mental_health_follow_up", lambda: _left(_asked("mental_health_community")), "R1",
        "2026-01-10 15:00", "2026-01-12 15:00", "2026-01-13 15:00",
        lambda p: p.tell("first-visit-completed", "2026-01-13 09:00", referral_id="R1"),
        "2026-01-13 09:00", "done",
    ),
    "mental_health_bed_start": Row(
        "mental_health_bed_start", lambda: _asked_at_home("mental_health_bed"), "R1",
        "2026-01-12 10:00", "2026-01-12 22:00", "2026-01-13 10:00",
        lambda p: p.tell("centre-admitted", "2026-01-13 09:00", stay_id="T1", service="s"),
        "2026-01-13 09:00", "done",
    ),
    "new_birth_visit": Row(
        "new_birth_visit", lambda: _born("health_visiting"), "R1",
        "2026-01-05 10:00", "2026-01-15 00:00", "2026-01-20 00:00",
        lambda p: p.tell("first-visit-completed", "2026-01-17 09:00", referral_id="R1"),
        "2026-01-17 09:00", "done",
    ),
    "early_years_start": Row(
        "early_years_start", lambda: _asked_at_home("early_years"), "R1",
        "2026-01-12 10:00", "2026-01-19 00:00", "2026-01-23 00:00",
        lambda p: p.tell("first-visit-completed", "2026-01-20 09:00", referral_id="R1"),
        "2026-01-20 09:00", "done",
    ),
    "equipment_delivery": Row(
        "equipment_delivery", lambda: _asked_at_home("equipment"), "R1",
        "2026-01-12 10:00", "2026-01-14 10:00", "2026-01-15 10:00",
        lambda p: p.tell("task-done", "2026-01-14 12:00", task="equipment_delivered", **IN_SPELL),
        "2026-01-14 12:00", "done",
    ),
    "housing_start": Row(
        "housing_start", lambda: _asked_at_home("housing"), "R1",
        "2026-01-12 10:00", "2026-01-17 10:00", "2026-01-19 10:00",
        lambda p: p.tell("task-done", "2026-01-18 12:00", task="housing_ready", **IN_SPELL),
        "2026-01-18 12:00", "done",
    ),
    "housing_start: left, so there is somewhere to live": Row(
        "housing_start", lambda: _asked("housing"), "R1",
        "2026-01-08 12:00", "2026-01-13 12:00", "2026-01-15 12:00",
        lambda p: p.discharged(LEFT), LEFT, "done",
    ),
    "missed_first_visit": Row(
        "missed_first_visit", lambda: _missed(home()), "P1",
        "2026-01-11 09:00", "2026-01-11 11:00", "2026-01-11 13:00",
        lambda p: p.tell("first-visit-completed", "2026-01-11 12:00", package_id="P1"),
        "2026-01-11 12:00", "done",
    ),
    "missed_first_visit: of no known package": Row(
        "missed_first_visit", lambda: _missed_of_referral(referred("reablement")), "R1",
        "2026-01-11 09:00", "2026-01-11 11:00", "2026-01-11 13:00",
        lambda p: p.tell("first-visit-completed", "2026-01-11 12:00", referral_id="R1"),
        "2026-01-11 12:00", "done",
    ),
    "missed_first_visit: back in hospital": Row(
        "missed_first_visit", lambda: _missed(home()), "P1",
        "2026-01-11 09:00", "2026-01-11 11:00", "2026-01-11 13:00",
        lambda p: p.admitted("2026-01-11 10:00", spell_id="S2", admission_method="21"),
        "2026-01-11 10:00", "cancelled",
    ),
    "package_resume: the provider has no capacity": Row(
        "package_resume", lambda: _paused(_visited(home()), "provider_capacity"), "P1",
        "2026-01-14 09:00", "2026-01-14 21:00", "2026-01-15 09:00",
        lambda p: p.tell("care-package-restarted", "2026-01-15 08:00", package_id="P1"),
        "2026-01-15 08:00", "done",
    ),
    "package_pause_review": Row(
        "package_pause_review", lambda: _paused(_visited(home()), "family_cover"), "P1",
        "2026-01-14 09:00", "2026-01-19 09:00", "2026-01-21 09:00",
        lambda p: p.tell("care-package-restarted", "2026-01-19 08:00", package_id="P1"),
        "2026-01-19 08:00", "done",
    ),
    "time_limited_care: by a referral": Row(
        "time_limited_care", _reablement_begun, "R1",
        "2026-01-12 09:00", "2026-02-09 09:00", "2026-02-23 09:00",
        lambda p: p.tell("referral-withdrawn", "2026-02-05 09:00", referral_id="R1",
                         reason="no_longer_needed"),
        "2026-02-05 09:00", "done",
    ),
    "package_resume: a visit shows that care goes on": Row(
        "package_resume", lambda: _paused(_visited(home()), "provider_capacity"), "P1",
        "2026-01-14 09:00", "2026-01-14 21:00", "2026-01-15 09:00",
        lambda p: p.tell("first-visit-completed", "2026-01-15 07:00", package_id="P1"),
        "2026-01-15 07:00", "done",
    ),
    "package_resume: home again": Row(
        "package_resume", lambda: _home_again(_paused(_visited(home()), "readmitted")), "P1",
        "2026-01-20 11:00", "2026-01-20 23:00", "2026-01-21 11:00",
        lambda p: p.tell("care-package-ended", "2026-01-21 10:00", package_id="P1"),
        "2026-01-21 10:00", "cancelled",
    ),
    "package_handed_back": Row(
        "package_handed_back", lambda: _handed_back(_visited(home())), "P1",
        "2026-02-02 09:00", "2026-02-05 09:00", "2026-02-09 09:00",
        lambda p: p.tell("care-package-confirmed", "2026-02-04 12:00", package_id="P1",
                         service="agency"),
        "2026-02-04 12:00", "done",
    ),
    "package_handed_back: another provider has begun": Row(
        "package_handed_back", lambda: _handed_back(_visited(home())), "P1",
        "2026-02-02 09:00", "2026-02-05 09:00", "2026-02-09 09:00",
        lambda p: p.tell("care-package-started", "2026-02-04 12:00", package_id="P1",
                         service="agency"),
        "2026-02-04 12:00", "done",
    ),
    "package_handed_back: goes on after all": Row(
        "package_handed_back", lambda: _handed_back(_visited(home())), "P1",
        "2026-02-02 09:00", "2026-02-05 09:00", "2026-02-09 09:00",
        lambda p: p.tell("care-package-restarted", "2026-02-04 12:00", package_id="P1"),
        "2026-02-04 12:00", "done",
    ),
    "package_handed_back: care ends sooner": Row(
        "package_handed_back", lambda: _handed_back(_visited(home()), "2026-02-04 18:00"), "P1",
        "2026-02-02 09:00", "2026-02-04 18:00", "2026-02-04 18:00",
        lambda p: p.tell("care-package-ended", "2026-02-04 18:00", package_id="P1"),
        "2026-02-04 18:00", "cancelled",
    ),
    "fast_track_chc": Row(
        "fast_track_chc", lambda: _package_of_referral(referred("fast_track_chc")), "R1",
        "2026-01-08 12:00", "2026-01-10 00:00", "2026-01-10 12:00",
        lambda p: p.tell("care-package-started", "2026-01-10 10:00", package_id="P1"),
        "2026-01-10 10:00", "done",
    ),
    "ucr_response: by day": Row(
        "ucr_response", lambda: _at_home_ucr("2026-01-20 10:00"), "U1",
        "2026-01-20 10:00", "2026-01-20 11:30", "2026-01-20 12:00",
        lambda p: p.tell("first-visit-completed", "2026-01-20 11:45", referral_id="U1"),
        "2026-01-20 11:45", "done",
    ),
    "ucr_response: in the evening, on the next morning": Row(
        "ucr_response", lambda: _at_home_ucr("2026-01-20 19:00"), "U1",
        "2026-01-20 19:00", "2026-01-21 08:30", "2026-01-21 09:00",
        lambda p: p.tell("first-visit-completed", "2026-01-21 09:30", referral_id="U1"),
        "2026-01-21 09:30", "done",
    ),
    "ucr_response: at night": Row(
        "ucr_response", lambda: _at_home_ucr("2026-01-20 23:00"), "U1",
        "2026-01-20 23:00", "2026-01-21 09:30", "2026-01-21 10:00",
        lambda p: p.admitted("2026-01-21 03:00", spell_id="S2", admission_method="21"),
        "2026-01-21 03:00", "reset",
    ),
    "handover_ack": Row(
        "handover_ack", lambda: _handed_over(home()), "V1",
        "2026-01-10 14:00", "2026-01-10 15:30", "2026-01-10 16:00",
        lambda p: p.tell("handover-accepted", "2026-01-10 15:45", handover_id="V1"),
        "2026-01-10 15:45", "done",
    ),
    "handover_ack: refused": Row(
        "handover_ack", lambda: _handed_over(home()), "V1",
        "2026-01-10 14:00", "2026-01-10 15:30", "2026-01-10 16:00",
        lambda p: p.tell("handover-rejected", "2026-01-10 15:45", handover_id="V1",
                         reason="items_outstanding"),
        "2026-01-10 15:45", "cancelled",
    ),
    "handover_again": Row(
        "handover_again", lambda: _handover_refused(home()), "V1",
        "2026-01-10 15:00", "2026-01-10 16:30", "2026-01-10 17:00",
        lambda p: p.tell("handover-sent", "2026-01-10 16:45", handover_id="V1"),
        "2026-01-10 16:45", "done",
    ),
    "handover_again: another is sent": Row(
        "handover_again", lambda: _handover_refused(home()), "V1",
        "2026-01-10 15:00", "2026-01-10 16:30", "2026-01-10 17:00",
        lambda p: p.tell("handover-sent", "2026-01-10 16:45", handover_id="V2",
                         to_service="another"),
        "2026-01-10 16:45", "cancelled",
    ),
    "discharge_summary": Row(
        "discharge_summary", home, ABOUT, LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.in_spell("discharge-summary-sent", "2026-01-10 20:00"),
        "2026-01-10 20:00", "done",
    ),
    "centre_stay": Row(
        "centre_stay", in_centre, "T1", "2026-01-10 17:00", "2026-02-07 17:00", "2026-02-21 17:00",
        lambda p: p.tell("centre-discharged", "2026-02-03 11:00", stay_id="T1",
                         destination="home"),
        "2026-02-03 11:00", "done",
    ),
    "centre_stay: in hospital, with the bed kept": Row(
        "centre_stay", in_centre, "T1", "2026-01-10 17:00", "2026-02-07 17:00", "2026-02-21 17:00",
        lambda p: p.admitted("2026-01-20 02:00", spell_id="S2", admission_method="21"),
        "2026-01-20 02:00", "reset",
    ),
    "assessment_allocation": Row(
        "assessment_allocation", lambda: planned("referred"), "A1",
        "2026-01-12 09:00", "2026-01-13 03:00", "2026-01-13 09:00",
        lambda p: p.tell("assessment-allocated", "2026-01-13 08:00", assessment_id="A1"),
        "2026-01-13 08:00", "done",
    ),
    "assessment_allocation: assessed without": Row(
        "assessment_allocation", lambda: planned("referred"), "A1",
        "2026-01-12 09:00", "2026-01-13 03:00", "2026-01-13 09:00",
        lambda p: p.tell("assessment-completed", "2026-01-13 08:00", assessment_id="A1"),
        "2026-01-13 08:00", "done",
    ),
    "assessment_completion": Row(
        "assessment_completion", lambda: planned("referred", "allocated"), "A1",
        "2026-01-12 10:00", "2026-01-13 22:00", "2026-01-14 10:00",
        lambda p: p.tell("assessment-completed", "2026-01-14 08:00", assessment_id="A1"),
        "2026-01-14 08:00", "done",
    ),
    "assessment_completion: unwell again in hospital": Row(
        "assessment_completion", lambda: planned("referred", "allocated"), "A1",
        "2026-01-12 10:00", "2026-01-13 22:00", "2026-01-14 10:00",
        lambda p: p.admitted("2026-01-13 08:00", spell_id="S2", admission_method="21"),
        "2026-01-13 08:00", "reset",
    ),
    "support_plan": Row(
        "support_plan", lambda: planned("referred", "allocated", "completed"), "A1",
        "2026-01-12 11:00", "2026-01-13 05:00", "2026-01-13 11:00",
        lambda p: p.tell("support-plan-agreed", "2026-01-13 08:00", assessment_id="A1"),
        "2026-01-13 08:00", "done",
    ),
    "support_plan: withdrawn": Row(
        "support_plan", lambda: planned("referred", "completed"), "A1",
        "2026-01-12 10:00", "2026-01-13 04:00", "2026-01-13 10:00",
        lambda p: p.tell("assessment-withdrawn", "2026-01-13 08:00", assessment_id="A1",
                         reason="person_declined"),
        "2026-01-13 08:00", "cancelled",
    ),
    "funding_decision": Row(
        "funding_decision", lambda: planned("referred", "plan"), "A1",
        "2026-01-12 10:00", "2026-01-13 04:00", "2026-01-13 10:00",
        lambda p: p.tell("funding-agreed", "2026-01-13 08:00", assessment_id="A1", funder="nhs"),
        "2026-01-13 08:00", "done",
    ),
    "owner_named: the hub's case manager": Row(
        "owner_named", lambda: ready("P1"), ABOUT,
        "2026-01-07 10:00", "2026-01-08 04:00", "2026-01-08 10:00",
        lambda p: p.in_spell("case-manager-assigned", "2026-01-08 09:30", organisation="NX1",
                             case_manager="cm1"),
        "2026-01-08 09:30", "done",
    ),
    "owner_named: pathway 0 after all": Row(
        "owner_named", lambda: ready("P1"), ABOUT,
        "2026-01-07 10:00", "2026-01-08 04:00", "2026-01-08 10:00",
        lambda p: _likely(p, "2026-01-08 12:30", "P0"), "2026-01-08 12:30", "cancelled",
    ),
    "owner_named: gone, and nobody has to come": Row(
        "owner_named", lambda: ready("P1"), ABOUT,
        "2026-01-07 10:00", "2026-01-08 04:00", "2026-01-08 10:00",
        lambda p: p.discharged(LEFT, destination="p1_care_home_return_more"), LEFT, "cancelled",
    ),
    "service_asked": Row(
        "service_asked", lambda: on_pathway("P1"), ABOUT,
        CONFIRMED, "2026-01-09 06:00", "2026-01-09 12:00",
        lambda p: _asked_at(p, "2026-01-09 13:00"), "2026-01-09 13:00", "done",
    ),
    "service_asked: the only one refused, another is offered the person": Row(
        "service_asked", lambda: _refused(_asked_at(on_pathway("P1"), "2026-01-08 11:00")), ABOUT,
        "2026-01-08 14:00", "2026-01-09 08:00", "2026-01-09 14:00",
        lambda p: p.tell("handover-sent", "2026-01-09 15:00", handover_id="V1", to_service="slic"),
        "2026-01-09 15:00", "done",
    ),
    "service_asked: unwell again": Row(
        "service_asked", lambda: on_pathway("P1"), ABOUT,
        CONFIRMED, "2026-01-09 06:00", "2026-01-09 12:00",
        lambda p: p.reviewed("2026-01-09 13:00", meets=True), "2026-01-09 13:00", "reset",
    ),
    "service_asked: an assessment comes first": Row(
        "service_asked", lambda: on_pathway("P3"), ABOUT,
        CONFIRMED, "2026-01-09 06:00", "2026-01-09 12:00",
        lambda p: p.tell("assessment-referred", "2026-01-09 13:00", assessment_id="A1"),
        "2026-01-09 13:00", "cancelled",
    ),
    "service_asked: pathway 0 after all": Row(
        "service_asked", lambda: on_pathway("P1"), ABOUT,
        CONFIRMED, "2026-01-09 06:00", "2026-01-09 12:00",
        lambda p: _confirmed(p, "P0", "2026-01-09 13:00"), "2026-01-09 13:00", "cancelled",
    ),
    "service_asked: into a care home": Row(
        "service_asked", lambda: on_pathway("P3"), ABOUT,
        CONFIRMED, "2026-01-09 06:00", "2026-01-09 12:00",
        lambda p: p.discharged("2026-01-09 13:00", destination="p3_care_home_new"),
        "2026-01-09 13:00", "done",
    ),
    "service_asked: gone home without care": Row(
        "service_asked", lambda: on_pathway("P1"), ABOUT,
        CONFIRMED, "2026-01-09 06:00", "2026-01-09 12:00",
        lambda p: p.discharged("2026-01-09 13:00"), "2026-01-09 13:00", "cancelled",
    ),
    "care_arranged": Row(
        "care_arranged", lambda: _gone(on_pathway("P1")), ABOUT,
        LEFT, "2026-01-10 17:00", "2026-01-10 19:00",
        lambda p: _asked_at(p, "2026-01-10 20:00"), "2026-01-10 20:00", "done",
    ),
    "care_arranged: after a refusal, care begins": Row(
        "care_arranged", lambda: _refused(_gone(_asked_at(on_pathway("P1"), "2026-01-08 12:30")),
                                          "2026-01-11 09:00"), ABOUT,
        "2026-01-11 09:00", "2026-01-11 11:00", "2026-01-11 13:00",
        lambda p: p.tell("centre-admitted", "2026-01-11 14:00", stay_id="T1", service="slic"),
        "2026-01-11 14:00", "done",
    ),
    "care_arranged: the person declines": Row(
        "care_arranged", lambda: _refused(_gone(_asked_at(on_pathway("P1"), "2026-01-08 12:30")),
                                          "2026-01-11 09:00"), ABOUT,
        "2026-01-11 09:00", "2026-01-11 11:00", "2026-01-11 13:00",
        lambda p: p.tell("referral-withdrawn", "2026-01-11 14:00", referral_id="R1",
                         reason="person_declined"),
        "2026-01-11 14:00", "done",
    ),
    "care_arranged: back in hospital": Row(
        "care_arranged", lambda: _gone(on_pathway("P1")), ABOUT,
        LEFT, "2026-01-10 17:00", "2026-01-10 19:00",
        lambda p: p.admitted("2026-01-11 02:00", spell_id="S2", admission_method="21"),
        "2026-01-11 02:00", "cancelled",
    ),
    "care_arranged: died": Row(
        "care_arranged", lambda: _gone(on_pathway("P1")), ABOUT,
        LEFT, "2026-01-10 17:00", "2026-01-10 19:00",
        lambda p: p.tell("patient-died", "2026-01-11 02:00"), "2026-01-11 02:00", "died",
    ),
    "owner_cover: cover named": Row(
        "owner_cover", lambda: _off_duty(owned()), ABOUT,
        "2026-01-08 17:00", "2026-01-08 18:30", "2026-01-08 19:00",
        lambda p: p.tell("coordinator-off-duty", "2026-01-08 18:00", coordinator="cm1",
                         cover="cm2"),
        "2026-01-08 18:00", "done",
    ),
    "owner_cover: another assigned": Row(
        "owner_cover", lambda: _off_duty(owned()), ABOUT,
        "2026-01-08 17:00", "2026-01-08 18:30", "2026-01-08 19:00",
        lambda p: p.tell("coordinator-assigned", "2026-01-08 20:00", organisation="RR8",
                         coordinator="co1"),
        "2026-01-08 20:00", "done",
    ),
    "owner_follows": Row(
        "owner_follows", lambda: _accepted(owned()), ABOUT,
        LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.tell("coordinator-assigned", "2026-01-11 10:00", organisation="NX2",
                         service="home-help", coordinator="co1"),
        "2026-01-11 10:00", "done",
    ),
    "owner_follows: of the same organisation, for them": Row(
        "owner_follows", lambda: _accepted(owned()), ABOUT,
        LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.tell("coordinator-assigned", "2026-01-11 10:00", organisation="NX1",
                         service="home-help", coordinator="co1"),
        "2026-01-11 10:00", "done",
    ),
    "owner_follows: nobody has the person any more": Row(
        "owner_follows", lambda: _at_acme(owned()), ABOUT,
        "2026-01-11 08:00", "2026-01-12 02:00", "2026-01-12 08:00",
        lambda p: p.tell("care-package-ended", "2026-01-11 12:00", package_id="P1",
                         reason="goals_met"),
        "2026-01-11 12:00", "cancelled",
    ),
    "owner_follows: back in hospital": Row(
        "owner_follows", lambda: _accepted(owned()), ABOUT,
        LEFT, "2026-01-11 09:00", "2026-01-11 15:00",
        lambda p: p.admitted("2026-01-11 12:00", spell_id="S2", admission_method="21"),
        "2026-01-11 12:00", "cancelled",
    ),
    "package_increase": Row(
        "package_increase", lambda: _more_asked(home()), "P1",
        "2026-01-20 09:00", "2026-01-21 21:00", "2026-01-22 09:00",
        lambda p: p.tell("care-package-increased", "2026-01-22 10:00", package_id="P1"),
        "2026-01-22 10:00", "done",
    ),
    "package_increase: told as a start": Row(
        "package_increase", lambda: _more_asked(home()), "P1",
        "2026-01-20 09:00", "2026-01-21 21:00", "2026-01-22 09:00",
        lambda p: p.tell("care-package-started", "2026-01-22 10:00", package_id="P1"),
        "2026-01-22 10:00", "done",
    ),
    "package_increase: the package ends": Row(
        "package_increase", lambda: _more_asked(home()), "P1",
        "2026-01-20 09:00", "2026-01-21 21:00", "2026-01-22 09:00",
        lambda p: p.tell("care-package-ended", "2026-01-22 10:00", package_id="P1"),
        "2026-01-22 10:00", "cancelled",
    ),
    "package_increase: back in hospital": Row(
        "package_increase", lambda: _more_asked(home()), "P1",
        "2026-01-20 09:00", "2026-01-21 21:00", "2026-01-22 09:00",
        lambda p: p.admitted("2026-01-22 10:00", spell_id="S2"), "2026-01-22 10:00", "cancelled",
    ),
    "centre_goals": Row(
        "centre_goals", in_centre, "T1", "2026-01-10 17:00", "2026-01-11 17:00",
        "2026-01-12 17:00",
        lambda p: p.tell("centre-goals-agreed", "2026-01-12 11:00", stay_id="T1"),
        "2026-01-12 11:00", "done",
    ),
    "centre_goals: in hospital, with the bed kept": Row(
        "centre_goals", in_centre, "T1", "2026-01-10 17:00", "2026-01-11 17:00",
        "2026-01-12 17:00",
        lambda p: p.admitted("2026-01-12 02:00", spell_id="S2", admission_method="21"),
        "2026-01-12 02:00", "reset",
    ),
    "centre_ready_to_leave": Row(
        "centre_ready_to_leave", lambda: _ready_in_centre(in_centre()), "T1",
        "2026-01-20 09:00", None, "2026-01-21 00:00",
        lambda p: p.tell("centre-discharged", "2026-01-20 15:00", stay_id="T1"),
        "2026-01-20 15:00", "done",
    ),
    "centre_ready_to_leave: the requirements to remain are met again": Row(
        "centre_ready_to_leave", lambda: _ready_in_centre(in_centre()), "T1",
        "2026-01-20 09:00", None, "2026-01-21 00:00",
        lambda p: p.tell("requirements-to-remain-assessed", "2026-01-21 15:00", stay_id="T1",
                         meets=True),
        "2026-01-21 15:00", "reset",
    ),
    "centre_ready_to_leave: in another centre now": Row(
        "centre_ready_to_leave", lambda: _ready_in_centre(in_centre()), "T1",
        "2026-01-20 09:00", None, "2026-01-21 00:00",
        lambda p: p.tell("centre-admitted", "2026-01-21 15:00", stay_id="T2", service="green"),
        "2026-01-21 15:00", "cancelled",
    ),
    "centre_ready_to_leave: in hospital, with the bed kept": Row(
        "centre_ready_to_leave", lambda: _ready_in_centre(in_centre()), "T1",
        "2026-01-20 09:00", None, "2026-01-21 00:00",
        lambda p: p.admitted("2026-01-21 15:00", spell_id="S2", admission_method="21"),
        "2026-01-21 15:00", "reset",
    ),
    "onward_care: a package": Row(
        "onward_care", asked_for_care, "P1",
        "2026-01-09 09:00", "2026-01-10 03:00", "2026-01-10 09:00",
        lambda p: p.tell("care-package-confirmed", "2026-01-09 18:00", package_id="P1"),
        "2026-01-09 18:00", "done",
    ),
    "onward_care: a package, left without it": Row(
        "onward_care", asked_for_care, "P1",
        "2026-01-09 09:00", "2026-01-10 03:00", "2026-01-10 09:00",
        _gone, LEFT, "cancelled",
    ),
    "onward_care: a referral": Row(
        "onward_care", lambda: _ready_in_centre(accepted_in_centre()), "R9",
        "2026-01-20 09:00", "2026-01-21 03:00", "2026-01-21 09:00",
        lambda p: p.tell("referral-accepted", "2026-01-20 18:00", referral_id="R9",
                         start_agreed_at=at("2026-01-22 09:00")),
        "2026-01-20 18:00", "done",
    ),
    "onward_care: a referral, left without it": Row(
        "onward_care", lambda: _ready_in_centre(accepted_in_centre()), "R9",
        "2026-01-20 09:00", "2026-01-21 03:00", "2026-01-21 09:00",
        lambda p: p.tell("centre-discharged", "2026-01-20 15:00", stay_id="T1"),
        "2026-01-20 15:00", "cancelled",
    ),
    "los_review": Row(
        "los_review", admitted, ABOUT, ADMITTED, "2026-01-12 00:00", "2026-01-13 00:00",
        lambda p: p.in_spell("task-done", "2026-01-12 14:00", task="long_stay_review"),
        "2026-01-12 14:00", "done",
    ),
    "los_review: left before the day was over": Row(
        "los_review", admitted, ABOUT, ADMITTED, "2026-01-12 00:00", "2026-01-13 00:00",
        lambda p: p.discharged("2026-01-12 14:00"), "2026-01-12 14:00", "done",
    ),
}  # fmt: skip


KINDS = {
    "referred": "assessment-referred",
    "allocated": "assessment-allocated",
    "completed": "assessment-completed",
    "plan": "support-plan-agreed",
}


def planned(*steps: str) -> Told:
    """At home, and these steps of an assessment taken, one an hour from nine o'clock."""
    person = home()
    for hour, step in enumerate(steps, start=9):
        person.tell(KINDS[step], f"2026-01-12 {hour:02}:00", assessment_id="A1",
                    service="joint-team")  # fmt: skip
    return person


def owned() -> Told:
    person = ready("P1")
    person.in_spell("case-manager-assigned", "2026-01-08 12:00", organisation="NX1",
                    case_manager="cm1")  # fmt: skip
    return person


def _off_duty(person: Told) -> Told:
    person.tell("coordinator-off-duty", "2026-01-08 17:00", coordinator="cm1")
    return person


def _at_acme(person: Told) -> Told:
    """At home, where acme's care has begun."""
    person.tell("care-package-requested", "2026-01-10 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged(LEFT)
    person.tell("first-visit-completed", "2026-01-11 08:00", package_id="P1")
    return person


def _accepted(person: Told) -> Told:
    """Accepted before the discharge: until then the hospital has the person in hand."""
    _handed_over(person)
    person.tell("handover-accepted", "2026-01-10 14:30", handover_id="V1")
    person.discharged(LEFT)
    return person


def _with_reason(person: Told, reason: str) -> Told:
    person.in_spell("delay-reason-recorded", "2026-01-08 11:00", reason=reason, primary=True)
    return person


def _likely(person: Told, when: str, pathway: str) -> Told:
    person.in_spell("pathway-decided", when, pathway=pathway, status="likely")
    return person


def _at_hub(person: Told) -> Told:
    person.in_spell("referred-to-care-transfer-hub", "2026-01-08 10:00", hub="leeds-hub",
                    referral_id="H1")  # fmt: skip
    person.tell("referral-received", "2026-01-08 11:00", referral_id="H1")
    return person


def _received(person: Told) -> Told:
    person.tell("referral-received", "2026-01-08 13:00", referral_id="R1")
    return person


def _package_of_referral(person: Told) -> Told:
    person.tell("care-package-requested", "2026-01-08 15:00", package_id="P1", kind="new",
                referral_id="R1", **IN_SPELL)  # fmt: skip
    return person


def _asked(kind: str) -> Told:
    """Of the stay in hospital, before leaving it."""
    person = ready()
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind=kind, service="s",
                **IN_SPELL)  # fmt: skip
    return person


def _left(person: Told) -> Told:
    person.discharged(LEFT)
    return person


def _asked_at_home(kind: str) -> Told:
    person = _left(ready())
    person.tell("referral-made", "2026-01-12 10:00", referral_id="R1", kind=kind, service="s")
    return person


def _born(kind: str) -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00", admission_method="82")
    person = _left(person)
    person.tell("referral-made", "2026-01-12 10:00", referral_id="R1", kind=kind, service="s")
    return person


def _missed(person: Told) -> Told:
    person.tell("first-visit-missed", "2026-01-11 09:00", package_id="P1")
    return person


def _missed_of_referral(person: Told) -> Told:
    person.discharged(LEFT)
    person.tell("first-visit-missed", "2026-01-11 09:00", referral_id="R1")
    return person


def _visited(person: Told) -> Told:
    person.tell("first-visit-completed", "2026-01-11 09:00", package_id="P1")
    return person


def _paused(person: Told, reason: str) -> Told:
    person.tell("care-package-paused", "2026-01-14 09:00", package_id="P1", reason=reason)
    return person


def _home_again(person: Told) -> Told:
    person.admitted("2026-01-14 09:00", spell_id="S2", admission_method="21")
    person.discharged("2026-01-20 11:00", spell_id="S2")
    return person


def _handed_back(person: Told, care_until: str | None = None) -> Told:
    until = at(care_until) if care_until is not None else None
    person.tell("care-package-handed-back", "2026-02-02 09:00", package_id="P1",
                reason="staffing", care_until=until)  # fmt: skip
    return person


def _more_asked(person: Told) -> Told:
    person.tell("first-visit-completed", "2026-01-11 09:00", package_id="P1")
    for when in ("2026-01-20 09:00", "2026-01-20 17:00"):
        person.tell("care-package-requested", when, package_id="P1", kind="increased")
    return person


def _ready_in_centre(person: Told) -> Told:
    person.tell("requirements-to-remain-assessed", "2026-01-20 09:00", stay_id="T1", meets=False)
    return person


def test_care_at_home_is_waited_for_from_leaving_the_centre() -> None:
    person = _ready_in_centre(in_centre())
    assert person.wait("package_start", "2026-01-15 12:00").stops_at == at("2026-01-10 17:00")
    person.tell("centre-discharged", "2026-01-20 15:00", stay_id="T1")
    assert person.wait("package_start", "2026-01-20 16:00", 2).starts_at == at("2026-01-20 15:00")


def test_an_answer_is_no_receipt() -> None:
    """Who answers a day too late has not had it for a moment only."""
    person = referred("home_care")
    person.tell("referral-accepted", "2026-01-10 13:00", referral_id="R1")
    wait = person.wait("referral_response", LATER)
    assert (wait.starts_at, wait.ended) == (at("2026-01-08 12:00"), "done")
    assert wait.levels[-1][0] == "breached+1d"


def test_the_six_weeks_in_a_centre_count_on_after_a_hospital_stay() -> None:
    person = in_centre()
    person.admitted("2026-01-20 02:00", spell_id="S2", admission_method="21")
    person.discharged("2026-01-23 11:00", spell_id="S2", pathway="P2")
    assert person.wait("centre_stay", "2026-01-23 12:00", 2).starts_at == at("2026-01-10 17:00")


def _at_home_ucr(when: str) -> Told:
    person = home()
    person.tell("referral-made", when, referral_id="U1", kind="urgent_community_response",
                service="ucr-south")  # fmt: skip
    return person


def _handed_over(person: Told) -> Told:
    person.tell("handover-sent", "2026-01-10 14:00", handover_id="V1", to_service="home-help")
    return person


def _handover_refused(person: Told) -> Told:
    person = _handed_over(person)
    person.tell("handover-rejected", "2026-01-10 15:00", handover_id="V1",
                reason="items_outstanding")  # fmt: skip
    return person


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_wait(row: Row) -> None:
    person = row.before()
    wait = person.wait(row.wait, row.starts)
    assert (wait.state, wait.about, wait.period) == ("running", row.about, 1)
    assert wait.starts_at == at(row.starts)
    assert wait.due_at == at(row.due)
    if row.near is not None and row.near != row.due:
        assert person.wait(row.wait, row.near).state == "near"
    late = "running" if wait.rule.at_least else "breached"
    assert person.wait(row.wait, row.due).state == late

    row.until(person)
    stopped = person.wait(row.wait, LATER)
    assert stopped.state == "stopped"
    assert stopped.stops_at == at(row.stops)
    assert stopped.ended == row.ended
    assert stopped.due_at == at(row.due)
    assert not [w for w in person.assessed(LATER).open_waits if w.key == wait.key]


def test_every_wait_has_a_row() -> None:
    assert {row.wait for row in ROWS.values()} == set(WAITS) == set(ENGLAND.rules)


def test_a_wait_counts_anew_after_a_reset() -> None:
    person = _received(referred("reablement"))
    person.reviewed("2026-01-09 10:00", meets=True)
    person.reviewed("2026-01-12 10:00", meets=False)
    for name, due in (
        ("drd_to_discharge", "2026-01-13 00:00"),
        ("p1_reablement_start", "2026-01-14 10:00"),
        ("referral_response", "2026-01-13 10:00"),
    ):
        first, second = person.waits(name, "2026-01-12 12:00")
        assert (first.period, first.ended) == (1, "reset")
        assert (second.period, second.state) == (2, "running")
        assert second.starts_at == at("2026-01-12 10:00")
        assert second.due_at == at(due)


def test_one_review_after_another_is_one_period_each() -> None:
    person = admitted()
    for when in ("2026-01-06 09:00", "2026-01-07 09:00", "2026-01-09 10:00"):
        person.reviewed(when, meets=True)
    waits = person.waits("ctr_review", "2026-01-09 12:00")
    assert [(w.period, w.state) for w in waits] == [(1, "stopped"), (2, "stopped"), (3, "running")]
    assert [[level for level, _ in w.levels] for w in waits] == [
        [],
        ["breached", "breached+1d"],
        [],
    ]


def test_hospital_reasons_in_a_row_are_one_delay() -> None:
    person = _with_reason(ready(), "hosp_transport")
    person.in_spell("delay-reason-recorded", "2026-01-09 08:00", reason="hosp_ttos_documents",
                    primary=True)  # fmt: skip
    wait = person.wait("hospital_process_delay", "2026-01-09 09:00")
    assert wait.starts_at == at("2026-01-08 11:00")


def test_a_reason_that_is_not_primary_starts_no_hospital_delay() -> None:
    person = _with_reason(ready(), "cap_p2_bed")
    person.in_spell("delay-reason-recorded", "2026-01-09 08:00", reason="hosp_transport")
    assert person.waits("hospital_process_delay", LATER) == []
    person.in_spell("delay-reason-cleared", "2026-01-09 10:00", reason="cap_p2_bed")
    assert person.wait("hospital_process_delay", LATER).starts_at == at("2026-01-09 10:00")


def test_long_delay_is_the_level_of_21_days() -> None:
    person = ready()
    wait = person.wait("drd_to_discharge", "2026-01-29 00:00")
    assert list(wait.levels) == [
        ("breached", at("2026-01-09 00:00")),
        ("breached+7d", at("2026-01-15 00:00")),
        ("breached+14d", at("2026-01-22 00:00")),
        ("breached+21d", at("2026-01-29 00:00")),
    ]


def test_days_of_waiting_end_at_midnight_across_the_change_of_clocks() -> None:
    person = Told()
    person.admitted("2026-03-20 10:00")
    person.reviewed("2026-03-28 22:00", meets=False)
    wait = person.wait("drd_to_discharge", "2026-04-20 12:00")
    assert [risen.isoformat() for _, risen in wait.levels] == [
        "2026-03-29T00:00:00+00:00",
        "2026-04-03T23:00:00+00:00",
        "2026-04-10T23:00:00+00:00",
        "2026-04-17T23:00:00+00:00",
    ]


@pytest.mark.parametrize(
    ("planned", "left", "state", "levels"),
    [
        ("2026-01-10 09:00", None, "running", []),
        ("2026-01-10 08:59", None, "breached", [("breached", "2026-01-09 09:00")]),
        ("2026-01-09 09:00", None, "breached", [("breached", "2026-01-09 09:00")]),
        (None, "2026-01-10 09:00", "stopped", []),
        (None, "2026-01-10 08:00", "stopped", [("breached", "2026-01-10 08:00")]),
        ("2026-01-10 08:00", "2026-01-10 11:00", "stopped", []),
    ],
    ids=[
        "planned in time",
        "planned too soon",
        "planned for now",
        "left in time",
        "left too soon",
        "plan not kept",
    ],
)
def test_notice_of_a_restart_is_at_least_a_day(
    planned: str | None, left: str | None, state: str, levels: list[tuple[str, str]]
) -> None:
    person = restarting(planned)
    if left is not None:
        person.discharged(left)
    wait = person.wait("package_restart_notice", "2026-01-12 09:00")
    assert wait.state == state
    assert list(wait.levels) == [(name, at(when)) for name, when in levels]


def test_a_later_plan_mends_a_short_notice() -> None:
    person = restarting("2026-01-09 18:00")
    assert person.wait("package_restart_notice", "2026-01-09 10:00").state == "breached"
    person.in_spell("pathway-decided", "2026-01-09 11:00", pathway="P0",
                    planned_discharge_at=at("2026-01-11 10:00"))  # fmt: skip
    assert person.wait("package_restart_notice", "2026-01-09 12:00").state == "running"


def test_a_restart_that_is_not_wanted_any_more_came_not_too_soon() -> None:
    person = restarting()
    person.tell("care-package-ended", "2026-01-09 12:00", package_id="P1", reason="goals_met")
    wait = person.wait("package_restart_notice", "2026-01-10 12:00")
    assert (wait.ended, wait.levels) == ("cancelled", ())


def test_a_plan_from_before_the_request_says_nothing_of_the_notice() -> None:
    person = restarting("2026-01-09 08:00")
    assert person.wait("package_restart_notice", "2026-01-09 12:00").state == "running"


def test_a_plan_does_not_outlive_the_readiness() -> None:
    person = restarting("2026-01-10 08:00")
    assert person.wait("package_restart_notice", "2026-01-09 12:00").state == "breached"
    person.reviewed("2026-01-09 13:00", meets=True)
    assert person.wait("package_restart_notice", "2026-01-09 14:00").state == "running"
    person.in_spell("pathway-decided", "2026-01-09 15:00", pathway="P0",
                    planned_discharge_at=at("2026-01-10 08:00"))  # fmt: skip
    assert person.wait("package_restart_notice", "2026-01-09 16:00").state == "breached"


def test_a_paused_package_is_not_late() -> None:
    person = home()
    person.tell("care-package-paused", "2026-01-10 21:00", package_id="P1", reason="respite")
    assert person.wait("package_start", "2026-01-12 12:00").state == "paused"
    person.tell("care-package-restarted", "2026-01-12 21:00", package_id="P1")
    wait = person.wait("package_start", "2026-01-12 22:00")
    assert wait.state == "running"
    assert wait.due_at == at("2026-01-13 15:00")
    assert person.wait("package_start", "2026-01-13 09:00").state == "near"
    assert person.wait("package_start", "2026-01-13 15:00").state == "breached"


def test_while_and_after_a_package_is_paused_the_next_look_comes_when_something_changes() -> None:
    person = home()
    assert person.wait("package_start", "2026-01-10 20:00").due_at == at("2026-01-11 15:00")
    person.tell("care-package-paused", "2026-01-10 21:00", package_id="P1", reason="respite")
    paused = person.assessed("2026-01-11 15:00")
    assert {w.id: w.state for w in paused.open_waits}["package_start"] == "paused"
    person.tell("care-package-restarted", "2026-01-12 21:00", package_id="P1")
    due = {w.id: w.due_at for w in person.assessed("2026-01-13 14:00").open_waits}
    assert due["package_start"] == at("2026-01-13 15:00")
    assert person.assessed("2026-01-13 14:00").next_at == at("2026-01-13 15:00")


def test_what_was_late_before_a_pause_stays_late() -> None:
    person = home()
    person.tell("care-package-paused", "2026-01-12 09:00", package_id="P1", reason="respite")
    wait = person.wait("package_start", "2026-01-17 09:00")
    assert wait.state == "paused"
    assert [level for level, _ in wait.levels] == ["near", "breached"]
    person.tell("care-package-restarted", "2026-01-18 09:00", package_id="P1")
    wait = person.wait("package_start", "2026-01-18 10:00")
    assert [level for level, _ in wait.levels] == ["near", "breached"]
    assert person.wait("package_start", "2026-01-18 15:00").levels[-1][0] == "breached+1d"


def test_long_stay_reviews_one_per_mark() -> None:
    person = admitted()
    person.in_spell("task-done", "2026-01-13 09:00", task="long_stay_review")
    person.in_spell("task-done", "2026-01-26 09:00", task="long_stay_review")
    waits = person.waits("los_review", "2026-02-20 09:00")
    assert [(w.period, w.starts_at, w.stops_at) for w in waits] == [
        (1, at(ADMITTED), at("2026-01-13 09:00")),
        (2, at("2026-01-12 00:00"), at("2026-01-26 09:00")),
        (3, at("2026-01-19 00:00"), at("2026-01-26 09:00")),
    ]
    assert [[level for level, _ in w.levels] for w in waits] == [
        ["near", "breached"],
        ["near", "breached"],
        ["near"],
    ]
    assert [w.target_s for w in waits] == [7 * 86400, 14 * 86400, 21 * 86400]


@pytest.mark.parametrize(
    ("left", "periods"),
    [
        ("2026-01-10 15:00", [1]),
        ("2026-01-12 00:00", [1]),
        ("2026-01-12 00:01", [1, 2]),
        ("2026-01-20 15:00", [1, 2, 3]),
    ],
    ids=["before the first", "as it begins", "after it began", "after the second"],
)
def test_who_left_waits_for_no_later_review(left: str, periods: list[int]) -> None:
    person = admitted()
    person.discharged(left)
    assert [wait.period for wait in person.waits("los_review", LATER)] == periods


@pytest.mark.parametrize("left", ["2026-01-13 10:00", "2026-01-15 15:00"])
def test_a_long_stay_review_was_done_whenever_the_person_left_afterwards(left: str) -> None:
    person = admitted()
    review = person.in_spell("task-done", "2026-01-13 10:00", task="long_stay_review")
    person.discharged(left)
    first, second = person.waits("los_review", LATER)
    assert (first.stops_at, first.stopped_by) == (at("2026-01-13 10:00"), (review.identity,))
    assert second.stops_at == at(left)


def test_a_long_stay_review_that_is_waited_for_is_counted() -> None:
    counted = admitted().assessed("2026-01-12 12:00").contribution
    assert "los_review" in {labels[-1] for gauge, labels, _ in counted if gauge == "wait_active"}


def test_a_long_stay_review_before_its_day_stops_no_mark() -> None:
    person = admitted()
    person.in_spell("task-done", "2026-01-11 23:59", task="long_stay_review")
    assert person.wait("los_review", "2026-01-12 00:00").state == "near"
    person.in_spell("task-done", "2026-01-12 00:00", task="long_stay_review")
    states = [(w.period, w.state) for w in person.waits("los_review", "2026-01-12 12:00")]
    assert states == [(1, "stopped"), (2, "running")]


@pytest.mark.parametrize(
    ("left", "reached"),
    [
        ("2026-01-06 09:59", ["near"]),
        ("2026-01-06 10:00", ["near"]),
        ("2026-01-06 10:01", ["near", "breached"]),
    ],
    ids=["a minute early", "to the minute", "a minute late"],
)
def test_what_takes_exactly_its_target_is_in_time(left: str, reached: list[str]) -> None:
    person = admitted()
    person.in_spell("expected-discharge-date-set", left, expected_discharge_date="2026-01-09")
    wait = person.wait("edd_set", LATER)
    assert [level for level, _ in wait.levels] == reached


def test_a_wait_names_every_event_that_it_rests_on() -> None:
    person = _likely(ready(), "2026-01-08 11:00", "P2")
    review, decided = person.events[-2], person.events[-1]
    wait = person.wait("hub_referral", "2026-01-08 12:00")
    assert wait.started_by == (decided.identity, review.identity)
    hub = person.in_spell("referred-to-care-transfer-hub", "2026-01-08 12:30")
    assert person.wait("hub_referral", LATER).stopped_by == (hub.identity,)


def test_a_hospital_delay_names_the_reason_and_the_review_that_it_rests_on() -> None:
    person = ready()
    review = person.events[-1]
    reason = person.in_spell("delay-reason-recorded", "2026-01-08 11:00",
                             reason="hosp_transport", primary=True)  # fmt: skip
    started_by = person.wait("hospital_process_delay", "2026-01-08 12:00").started_by
    assert started_by == (reason.identity, review.identity)


@pytest.mark.parametrize(
    ("wait", "before", "organisation", "role"),
    [
        ("edd_set", admitted, PROVIDER, "hospital_consultant"),
        ("hub_pathway", lambda: _at_hub(ready("P1")), "leeds-hub", "care_transfer_hub"),
        ("referral_response", lambda: _received(referred("home_care")), "skills-south", "service"),
        ("fast_track_chc", lambda: referred("fast_track_chc"), None, "commissioner"),
        ("package_start", home, "home-help", "service"),
        ("centre_stay", in_centre, "slic", "centre_manager"),
        ("owner_named", lambda: _at_hub(ready("P1")), "leeds-hub", "care_transfer_hub"),
        ("owner_cover", lambda: _off_duty(owned()), PROVIDER, "discharge_coordinator"),
        ("owner_follows", lambda: _accepted(owned()), "home-help", "service"),
    ],
)
def test_who_acts_next(
    wait: str, before: Callable[[], Told], organisation: str | None, role: str
) -> None:
    assert before().wait(wait, "2026-01-11 10:00").acts_next == (organisation, role)


@pytest.mark.parametrize(
    ("kind", "funder", "organisation"),
    [
        ("fast_track_chc", None, None),
        ("reablement", "council", "E08000035"),
        ("reablement", "nhs_chc", None),
    ],
)
def test_the_council_commissions_what_the_nhs_does_not(
    kind: str, funder: str | None, organisation: str | None
) -> None:
    text = f'[wait.{START_OF[kind]}]\nacts_next = "commissioner"\n'
    person = Told(own_policy(text))
    person.admitted(ADMITTED, council="E08000035")
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind=kind,
                **({"funder": funder} if funder else {}))  # fmt: skip
    assert person.wait(START_OF[kind], LATER).acts_next == (organisation, "commissioner")


def test_social_workers_of_the_council_act_whoever_pays() -> None:
    person = Told(own_policy('[wait.p1_reablement_start]\nacts_next = "social_worker"\n'))
    person.admitted(ADMITTED, council="E08000035")
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="reablement",
                funder="nhs_chc")  # fmt: skip
    acts_next = person.wait("p1_reablement_start", LATER).acts_next
    assert acts_next == ("E08000035", "social_worker")


def test_of_some_roles_no_event_tells_the_organisation() -> None:
    person = _at_hub(ready("P1"))
    person.policy = own_policy('[wait.drd_to_discharge]\nacts_next = "transport"\n')
    assert person.wait("hub_pathway", LATER).acts_next == ("leeds-hub", "care_transfer_hub")
    assert person.wait("drd_to_discharge", LATER).acts_next == (None, "transport")


START_OF = {"fast_track_chc": "fast_track_chc", "reablement": "p1_reablement_start"}


def test_the_hub_is_not_asked_for_a_response_of_its_own() -> None:
    """Also where the hub's clock is ahead, and it has the referral before the ward made it."""
    person = admitted()
    person.tell("referral-received", "2026-01-05 11:00", referral_id="H1")
    person.in_spell("referred-to-care-transfer-hub", "2026-01-05 12:00", referral_id="H1")
    (wait,) = person.waits("referral_response", LATER)
    assert (wait.stops_at, wait.ended) == (at("2026-01-05 12:00"), "cancelled")
    assert person.wait("hub_pathway", LATER).starts_at == at("2026-01-05 12:00")


def test_back_in_hospital_holds_services_before_the_admission_is_known() -> None:
    person = home()
    person.in_spell("patient-transferred", "2026-01-11 02:00", spell_id="S2", ward="W3")
    assert person.wait("package_start", LATER).ended == "cancelled"
    assert [n.cause for n in person.assessed(LATER).notices] == ["readmitted"]


def test_death_ends_every_wait() -> None:
    person = _handed_over(_at_home_ucr("2026-01-10 18:00"))
    assert len(person.assessed("2026-01-10 19:00").open_waits) >= 4
    person.tell("patient-died", "2026-01-10 20:00")
    view = person.assessed("2026-01-10 21:00")
    assert view.open_waits == ()
    ended = {w.id: w.ended for w in view.waits if w.stops_at == at("2026-01-10 20:00")}
    assert set(ended.values()) == {"died"}
    assert {"package_start", "discharge_summary", "ucr_response", "handover_ack"} <= set(ended)


def test_a_wait_says_what_it_is_about_in_a_word() -> None:
    person = _handed_over(_at_home_ucr("2026-01-10 18:00"))
    person.tell("assessment-referred", "2026-01-10 18:00", assessment_id="A1", service="team")
    said = {wait.id: wait.subject for wait in person.assessed("2026-01-10 19:00").waits}
    assert {id_: said[id_] for id_ in SUBJECT_OF} == SUBJECT_OF


SUBJECT_OF = {
    "drd_to_discharge": "spell",
    "ucr_response": "referral",
    "package_start": "package",
    "handover_ack": "handover",
    "assessment_allocation": "assessment",
}
