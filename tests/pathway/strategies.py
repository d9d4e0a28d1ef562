"""Hypothesis strategies for journeys that look like journeys: mostly in order, mostly sensible.

`stories()` walks a person through hospital, hub, services and home, with detours: resets, repeats
of an identifier with other content, cancellations, corrections, several spells, death. Times fall
on whole quarters of an hour, so that ties are common. Wilder lists of events come from
`tests.events.strategies.journeys`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from flow.events import AnyEvent
from tests.events.strategies import journeys
from tests.pathway.told import PERSON, Told

START = datetime(2026, 3, 20, 8, tzinfo=UTC)
"""A week before the clocks go forward."""

SPELLS = ({"provider": "RR8", "spell_id": "S1"}, {"provider": "RR8", "spell_id": "S2"},
          {"provider": "RAE", "spell_id": "S1"})  # fmt: skip
SERVICES = ("centre-a", "skills-south", "home-help")
SOURCES = ("/rr8/pas", "/rr8/pas", "/leeds/community")

_of_spell: list[tuple[str, dict[str, list[Any]]]] = [
    ("patient-admitted", {"admission_method": ["21", "11", "82", "2C", None],
                          "source_of_admission": ["51", "19", None], "ward": ["W1", "W2"],
                          "age_band": ["0-15", "75-84", None], "treatment_function": ["501", None],
                          "council": ["E08000035", None], "locality": ["beeston", None]}),
    ("patient-transferred", {"ward": ["W2", "W3"]}),
    ("expected-discharge-date-set", {"expected_discharge_date": ["2026-04-01"]}),
    ("criteria-to-reside-assessed", {"meets": [True, False, False]}),
    ("criteria-to-reside-assessed", {"meets": [False]}),
    ("pathway-decided", {"pathway": ["P0", "P1", "P2"], "status": ["likely", "confirmed"],
                         "planned_discharge_at": [None, "2026-03-25T10:00:00Z"]}),
    ("delay-reason-recorded", {"reason": ["hosp_transport", "hosp_ipc", "cap_p2_bed"],
                               "primary": [True, False]}),
    ("delay-reason-cleared", {"reason": ["hosp_transport", "cap_p2_bed"]}),
    ("referred-to-care-transfer-hub", {"hub": ["leeds-hub"], "referral_id": ["H1", None]}),
    ("case-manager-assigned", {"organisation": ["RR8", "213"], "case_manager": ["cm1"],
                               "role": [None, "social_worker"]}),
    ("medicines-ready", {}),
    ("transport-booked", {}),
    ("discharge-summary-sent", {}),
    ("patient-discharged", {"discharge_method": ["1", "1", "4", None],
                            "discharge_ready_date": ["2026-03-24", None],
                            "pathway": ["P1", None],
                            "destination": ["p1_home_reablement", "p3_care_home_new", None],
                            "destination_code": ["51", "19", "85", "53", "88", None]}),
    ("follow-up-recorded", {"day": [7, 91], "status": ["at_home", "in_care_home"] * 4 + ["died"]}),
    ("discharge-cancelled", {}),
    ("admission-cancelled", {}),
]  # fmt: skip
_of_person: list[tuple[str, dict[str, list[Any]]]] = [
    ("referral-made", {"referral_id": ["R1", "R2"], "service": [*SERVICES, None],
                       "kind": ["reablement", "rehabilitation_bed", "fast_track_chc",
                                "urgent_community_response", "care_transfer_hub",
                                "health_visiting", "mental_health_community", "housing",
                                "hospice_bed", "disability_support", "care_home",
                                "mental_health_bed"]}),
    ("referral-received", {"referral_id": ["R1", "R2", "H1"]}),
    ("referral-triaged", {"referral_id": ["R1"]}),
    ("referral-accepted", {"referral_id": ["R1", "R2"], "service": [*SERVICES, None]}),
    ("referral-rejected", {"referral_id": ["R1", "R2"], "reason": ["no_capacity", "duplicate"]}),
    ("referral-withdrawn", {"referral_id": ["R1", "H1"],
                            "reason": ["unwell_again"] * 9 + ["died"]}),
    ("care-package-requested", {"package_id": ["P1", "P2"], "kind": ["new", "restart", "increased"],
                                "referral_id": ["R1", None], "service": [*SERVICES, None],
                                "provider": ["RR8"], "spell_id": ["S1"]}),
    ("care-package-confirmed", {"package_id": ["P1"], "service": [*SERVICES, None]}),
    ("care-package-started", {"package_id": ["P1", "P2"], "service": [*SERVICES, None]}),
    ("first-visit-completed", {"package_id": ["P1", None], "referral_id": ["R1", "R9", None],
                               "service": [*SERVICES, None]}),
    ("first-visit-missed", {"package_id": ["P1", None], "referral_id": ["R1", None]}),
    ("care-package-paused", {"package_id": ["P1"],
                             "reason": ["readmitted", "provider_capacity", "respite"]}),
    ("care-package-increased", {"package_id": ["P1", "P2"], "visits_per_week": [28, None],
                                "service": [*SERVICES, None]}),
    ("care-package-handed-back", {"package_id": ["P1", "P2"], "reason": ["staffing"],
                                  "service": [*SERVICES, None],
                                  "care_until": [None, "2026-03-26T09:00:00Z"]}),
    ("care-package-restarted", {"package_id": ["P1", "P2"]}),
    ("care-package-ended", {"package_id": ["P1"],
                            "reason": ["goals_met", "moved_to_care_home"] * 4 + ["died"]}),
    ("centre-admitted", {"stay_id": ["T1", "T2"], "service": ["centre-a"],
                         "referral_id": ["R2", "R1", None], "funder": ["council", None]}),
    ("centre-goals-agreed", {"stay_id": ["T1"]}),
    ("centre-ready-to-leave", {"stay_id": ["T1"]}),
    ("requirements-to-remain-assessed", {"stay_id": ["T1", "T2"], "meets": [True, False]}),
    ("centre-delay-reason-recorded", {"stay_id": ["T1"], "primary": [True, False],
                                      "reason": ["cap_p1_social_care", "intf_choice"]}),
    ("centre-delay-reason-cleared", {"stay_id": ["T1"], "reason": ["cap_p1_social_care"]}),
    ("centre-discharged", {"stay_id": ["T1", "T2"],
                           "destination": ["care_home", "home", "home_with_support", None,
                                           "care_home", "hospice", "home_with_support", "died"]}),
    ("assessment-referred", {"assessment_id": ["A1"], "service": ["joint-team", None]}),
    ("assessment-allocated", {"assessment_id": ["A1"], "service": ["joint-team", "brokers"]}),
    ("assessment-completed", {"assessment_id": ["A1", "A2"]}),
    ("support-plan-agreed", {"assessment_id": ["A1"], "funder": ["council", "nhs_chc", None]}),
    ("funding-agreed", {"assessment_id": ["A1"], "funder": ["council", "self_funded"]}),
    ("assessment-withdrawn", {"assessment_id": ["A1"]}),
    ("handover-sent", {"handover_id": ["V1"], "to_service": [*SERVICES]}),
    ("handover-accepted", {"handover_id": ["V1"], "service": [*SERVICES, None]}),
    ("handover-rejected", {"handover_id": ["V1"], "reason": ["not_ready"],
                           "service": [*SERVICES, None]}),
    ("coordinator-assigned", {"organisation": ["RR8", "NX1"], "coordinator": ["co1"],
                              "service": ["home-help", None],
                              "role": [None, "social_worker"]}),
    ("coordinator-off-duty", {"coordinator": ["co1", "cm1", "co2"], "cover": ["co1", "co2", None],
                              "back_at": [None, "2026-03-23T08:00:00Z", "2026-03-29T08:00:00Z"]}),
    ("alert-acknowledged", {"wait": ["drd_to_discharge", "ctr_review", "stand_down"],
                            "about": ["RR8:S1", "centre-a", "R1"], "by": ["co1"]}),
    ("wait-paused", {"wait": ["drd_to_discharge", "referral_response", "los_review"],
                     "about": ["RR8:S1", "R1"], "reason": ["person_away", "other"],
                     "until": [None, "2026-04-02T12:00:00Z"]}),
    ("wait-resumed", {"wait": ["drd_to_discharge", "referral_response"],
                      "about": ["RR8:S1", "R1"]}),
    ("alert-snoozed", {"wait": ["drd_to_discharge"], "about": ["RR8:S1"], "by": ["co1"],
                       "until": ["2026-03-26T09:00:00Z"], "reason": ["plan_agreed"]}),
    ("task-done", {"task": ["long_stay_review", "housing_ready", "other"], "provider": ["RR8"],
                   "spell_id": ["S1"], "referral_id": [None, "R1", "R2"]}),
    ("patient-died", {}),
]  # fmt: skip


_of_reference: list[tuple[str, dict[str, list[Any]]]] = [
    ("identity-linked", {"to": ["k1.another-made-up", "k1.a-third-made-up", PERSON]}),
    ("identity-unlinked", {"to": ["k1.another-made-up", None, None]}),
]


@st.composite
def stories(draw: DrawFn, max_size: int = 25, *, linked: bool = False) -> list[AnyEvent]:
    """A person's events, valid, most of them plausible; every kind may come, of links where
    `linked`."""
    kinds = _kinds + _of_reference * 8 if linked else _kinds
    told = Told()
    at = START
    spell: dict[str, str] = dict(SPELLS[0])
    if draw(st.integers(0, 9)):
        told.tell("patient-admitted", at, admission_method="21", ward="W1", **spell)
    for number in range(draw(st.integers(0, max_size))):
        at += draw(_gaps)
        if draw(st.integers(0, 9)) == 0:
            spell = dict(draw(st.sampled_from(SPELLS)))
        kind, choices = draw(st.sampled_from(kinds))
        if kind == "patient-died" and draw(st.integers(0, 3)):
            continue
        data = {name: draw(st.sampled_from(values)) for name, values in choices.items()}
        if kind in _SPELL_KINDS:
            data = {**spell, **data}
        told.tell(
            kind,
            at,
            id=draw(st.sampled_from([f"e{number}"] * 12 + ["e0"])),
            source=draw(st.sampled_from(SOURCES)),
            recorded=at + timedelta(minutes=15 * draw(st.integers(0, 3))),
            corrects=draw(_corrects(told.events)),
            **{name: value for name, value in data.items() if value is not None},
        )
    return told.events


def kinds_told() -> set[str]:
    """Every kind of event that a story may hold."""
    return {kind for kind, _ in (*_of_spell, *_of_person, *_of_reference)}


_kinds = _of_spell * 2 + _of_person
_SPELL_KINDS = {kind for kind, _ in _of_spell}
_gaps = st.sampled_from([0, 0, 1, 4, 12, 24, 40, 96, 200, 700, 2000]).map(
    lambda quarters: timedelta(minutes=15 * quarters)
)


def _corrects(events: list[AnyEvent]) -> SearchStrategy[str | None]:
    """Mostly nothing; now and then an event that came before, or one that never comes."""
    known = [event.identity for event in events]
    return st.sampled_from([None] * 15 + [*known[-3:], "/rr8/pas#never"])


def any_journey() -> SearchStrategy[list[AnyEvent]]:
    """A story, or any events at all."""
    return st.one_of(stories(), stories(linked=True), journeys(PERSON, max_size=20))


def moments() -> SearchStrategy[datetime]:
    """Times at which to look: before, amid and long after a story."""
    hours = st.sampled_from([-30, 0, 5, 13, 24, 50, 100, 170, 300, 520, 800, 1500, 3000, 9000])
    return hours.map(lambda after: START + timedelta(hours=after, minutes=7))
