"""Short stories told to the core and to both models of it (`naive_waits.py`, `topic_figures.py`),
on which they differed once: after each event, and some time later, they say the same."""

from datetime import timedelta
from typing import Any

import pytest

from tests.metrics.test_any_story_agrees import disagreements
from tests.pathway.machine_ways import OF_A_SPELL
from tests.pathway.test_machine import Pathway

Story = list[tuple[float, str, dict[str, Any]]]
"""Hours since the event before, what is told, and its data; of times hours from then."""
HOURS = ("first_visit_due_at", "planned_start_at", "care_until", "start_agreed_at")
LATER = (30, 200)

P1, P2, R1, R2 = ({"package_id": "P1"}, {"package_id": "P2"}, {"referral_id": "R1"},
                  {"referral_id": "R2"})  # fmt: skip
NO_STAFF = {"reason": "staffing"}
READY: Story = [
    (1, "pathway-decided", {"pathway": "P1", "status": "confirmed"}),
    (1, "criteria-to-reside-assessed", {"meets": False}),
]
HOME: Story = [(1, "patient-discharged", {"discharge_method": "1"})]
TO_ANOTHER_HOSPITAL: Story = [
    (1, "patient-discharged", {"discharge_method": "1", "destination_code": "53"})
]
IN_A_CENTRE: Story = [(1, "centre-admitted", {"stay_id": "T1", "service": "centre-a"})]

STORIES: dict[str, Story] = {
    "the time of the first visit passes in hospital": [
        *READY,
        (1, "care-package-requested", {**P1, "kind": "new"}),
        (1, "care-package-confirmed", {**P1, "first_visit_due_at": 12}),
    ],
    "the time of the first visit passes in a centre": [
        *IN_A_CENTRE,
        (1, "care-package-confirmed", {**P2, "first_visit_due_at": 12}),
    ],
    "sent to another hospital, and care stands still": [
        (1, "first-visit-completed", P1),
        *TO_ANOTHER_HOSPITAL,
    ],
    "sent to another hospital, with care at home asked for": [
        (1, "care-package-requested", {**P2, "kind": "new"}),
        (1, "referral-made", {**R1, "kind": "disability_support"}),
        (1, "referral-made", {**R2, "kind": "early_years"}),
        *TO_ANOTHER_HOSPITAL,
    ],
    "nobody is found at home who is in a centre": [
        *HOME,
        *IN_A_CENTRE,
        (1, "first-visit-missed", P1),
    ],
    "another time is agreed after a missed visit": [
        (1, "first-visit-missed", P1),
        (1, "care-package-confirmed", {**P1, "first_visit_due_at": 50}),
    ],
    "said to be in place, and nobody had asked for it": [
        (1, "referral-made", {**R1, "kind": "home_care"}),
        (1, "care-package-started", {**P2, "service": "skills-south"}),
    ],
    "care stands still in hospital, and nobody asks for it": [
        *READY,
        (1, "care-package-paused", {**P1, "reason": "provider_capacity"}),
    ],
    "asked under a new identifier to go on": [
        (1, "first-visit-completed", {**P1, "service": "skills-south"}),
        *READY,
        (1, "care-package-requested", {**P2, "kind": "restart", "service": "skills-south"}),
        *HOME,
        (1, "first-visit-completed", P2),
    ],
    "asked by a referral to go on": [
        (1, "referral-made", {**R1, "kind": "home_care", "service": "skills-south"}),
        (1, "first-visit-completed", {**P1, **R1, "service": "skills-south"}),
        *READY,
        (1, "referral-made", {**R2, "kind": "home_care", "service": "skills-south"}),
        *HOME,
        (1, "first-visit-completed", R2),
    ],
    "others come in the place of what stands still": [
        (1, "care-package-paused", {**P1, "reason": "readmitted"}),
        (1, "first-visit-completed", R1),
        (1, "referral-made", {**R1, "kind": "reablement", "service": "centre-a"}),
    ],
    "home on pathway 0, and its provider says that care stands still": [
        (1, "first-visit-completed", P1),
        *READY,
        (1, "care-package-paused", {**P1, "reason": "readmitted"}),
        (1, "patient-discharged", {"discharge_method": "1", "pathway": "P0"}),
    ],
    "home on pathway 0 to visits without a package": [
        (1, "referral-made", {**R1, "kind": "reablement"}),
        (1, "first-visit-completed", R1),
        *READY,
        (1, "patient-discharged", {"discharge_method": "1", "pathway": "P0"}),
    ],
    "only named by a service that increased it in a centre": [
        (1, "care-package-started", {**P1, "service": "skills-south"}),
        (1, "care-package-requested", {**P2, "kind": "new"}),
        *IN_A_CENTRE,
        (1, "care-package-increased", {**P1, "service": "aire-care"}),
    ],
    "visited again after the last day by a service that lost another package": [
        (1, "care-package-requested", {**P2, "kind": "restart", "service": "aire-care"}),
        (1, "care-package-handed-back",
         {**P1, **NO_STAFF, "service": "aire-care", "care_until": 3}),
        (100, "criteria-to-reside-assessed", {"meets": False}),
        (1, "care-package-requested", {**P2, "kind": "restart", "service": "skills-south"}),
        (1, "first-visit-completed", P1),
    ],
    "a planned start passed while reablement went on": [
        (1, "referral-made", {**R1, "kind": "reablement"}),
        (1, "care-package-requested", {**P1, **R1, "kind": "new"}),
        (1, "first-visit-completed", P1),
        (1, "care-package-requested", {**P2, "kind": "restart", "planned_start_at": 3}),
        (1, "care-package-handed-back", {**P1, **NO_STAFF, "care_until": 3}),
        (5, "care-package-confirmed", P2),
    ],
    "what was taken for reablement is a care home": [
        (1, "care-package-requested", {**P1, **R1, "kind": "new"}),
        (1, "first-visit-completed", P1),
        (1, "care-package-requested", {**P2, "kind": "restart", "planned_start_at": 3}),
        (1, "referral-made", {**R1, "kind": "reablement"}),
        (30, "referral-made", {**R1, "kind": "care_home"}),
    ],
    "more care was asked for, and only the end of a stay is told": [
        (1, "care-package-requested", {**P2, "kind": "increased"}),
        *HOME,
    ],
    "more care was asked for, and only a death in hospital is told": [
        (1, "care-package-requested", {**P2, "kind": "increased"}),
        (1, "patient-discharged", {"discharge_method": "4"}),
    ],
    "handed back in hospital, and only named by another service": [
        *READY,
        (1, "care-package-handed-back", {**P1, **NO_STAFF}),
        (1, "care-package-increased", {**P1, "service": "aire-care"}),
    ],
    "given by one, and in a centre only named by another service": [
        (1, "care-package-increased", {**P1, "service": "skills-south"}),
        (1, "centre-ready-to-leave", {"stay_id": "T1"}),
        (1, "care-package-increased", {**P1, "service": "aire-care"}),
    ],
    "asked of another, who is told no more of it once they are asked anew": [
        (1, "care-package-handed-back", {**P1, **NO_STAFF}),
        (1, "care-package-requested", {**P1, "kind": "restart", "service": "centre-a"}),
        (1, "first-visit-completed", P1),
        (1, "care-package-requested", {**P1, "kind": "new", "service": "centre-a"}),
    ],
    "asked of another for more, who confirms the whole": [
        (1, "care-package-handed-back", {**P1, **NO_STAFF}),
        (1, "care-package-requested", {**P1, "kind": "increased", "service": "skills-south"}),
        (1, "care-package-restarted", P1),
        (1, "care-package-confirmed", P1),
    ],
    "handed back by whom a referral asks": [
        (1, "care-package-handed-back", {**P2, **NO_STAFF, "service": "skills-south"}),
        (1, "referral-made", {**R1, "kind": "home_care", "service": "skills-south"}),
    ],
    "a stay names the referral of who is asked for a package": [
        (1, "care-package-requested", {**P2, "kind": "new", "service": "skills-south"}),
        (1, "centre-admitted", {"stay_id": "T2", "service": "centre-a", **R2}),
        (1, "centre-discharged", {"stay_id": "T2"}),
        (1, "referral-made", {**R2, "kind": "home_care", "service": "skills-south"}),
    ],
    "visited in a centre by a team of another kind": [
        (1, "referral-made", {**R1, "kind": "urgent_community_response"}),
        *IN_A_CENTRE,
        (1, "care-package-increased", {**P2, "service": "aire-care"}),
    ],
    "one visit, named by a referral that another service is told of later": [
        (1, "coordinator-assigned", {"organisation": "RR8", "coordinator": "co1"}),
        (1, "patient-discharged", {"discharge_method": "1", "pathway": "P1"}),
        (1, "care-package-requested", {**P2, "kind": "restart", "service": "aire-care"}),
        (1, "first-visit-completed", {**R1, "service": "aire-care"}),
        (100, "referral-made", {**R1, "kind": "hospice_bed", "service": "skills-south"}),
    ],
    "ready, and left before the admission on another pathway than was prepared for": [
        *READY,
        (1, "delay-reason-recorded", {"reason": "hosp_transport", "primary": True}),
        (1, "referral-made", {**R1, "kind": "home_care", "service": "aire-care"}),
        (1, "patient-discharged", {"discharge_method": "1", "pathway": "P0"}),
        (20, "patient-admitted", {}),
        (1, "pathway-decided", {"pathway": "P2", "status": "likely"}),
    ],
    "unwell again, and left before the admission": [
        (1, "criteria-to-reside-assessed", {"meets": False}),
        (1, "criteria-to-reside-assessed", {"meets": True}),
        (20, "patient-discharged", {"discharge_method": "1", "pathway": "P2"}),
        (5, "patient-admitted", {}),
        (20, "pathway-decided", {"pathway": "P1", "status": "likely"}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("named", STORIES)
def test_the_models_say_the_same(named: str) -> None:
    pathway = Pathway()
    for hours, kind, data in STORIES[named]:
        pathway.now += timedelta(hours=hours)
        tells(pathway, kind, data)
        assert disagreements([*pathway.by_identity.values()], pathway.now) == []
    for hours in LATER:
        pathway.tick(hours)
        assert disagreements([*pathway.by_identity.values()], pathway.now) == []


def tells(pathway: Pathway, kind: str, data: dict[str, Any]) -> None:
    timed = {name: pathway.in_hours(data[name]) for name in HOURS if name in data}
    if kind in OF_A_SPELL or kind == "delay-reason-recorded":
        pathway.of_spell(kind, **{**data, **timed})
    else:
        pathway.tell(kind, **{**data, **timed})


def test_the_answer_of_one_service_says_nothing_of_another() -> None:
    """R1 has agreed to come since it answered what was taken back."""
    pathway = Pathway()
    pathway.of_spell("criteria-to-reside-assessed", meets=True)
    pathway.now += timedelta(hours=1)
    for about in ("R1", "aire-care"):
        pathway.tell("alert-acknowledged", wait="stand_down", about=about, by="co1")
        if about == "R1":
            pathway.now += timedelta(hours=1)
            pathway.tell("referral-accepted", referral_id="R1")
            pathway.corrected(back=3, moved=0.5)
        pathway.now += timedelta(hours=1)
    assert pathway.alerts == {}


def test_who_was_asked_for_the_dead_and_names_no_service_is_told_by_whoever_has_them() -> None:
    """The death is written down after the referral."""
    pathway = Pathway()
    pathway.of_spell("patient-admitted")
    pathway.now += timedelta(hours=1)
    pathway.tell("patient-died")
    pathway.now += timedelta(hours=1)
    pathway.tell("referral-made", referral_id="R1", kind="community_health")
    pathway.now += timedelta(hours=1)
    pathway.corrected(back=2, moved=0.5)
    hears = {
        alert.wait: alert.acts_next and alert.acts_next.organisation
        for alert in pathway.alerts.values()
    }
    assert hears == {"died": "RR8", "stand_down": "RR8"}


def test_reviews_of_a_stay_that_turns_out_to_be_short_are_called_for_no_more() -> None:
    pathway = Pathway()
    pathway.of_spell("criteria-to-reside-assessed", meets=False)
    for hours in (200, 200):
        pathway.tick(hours)
    assert "los_review" in {alert.wait for alert in pathway.alerts.values()}
    pathway.of_spell("patient-admitted")
    assert "los_review" not in {alert.wait for alert in pathway.alerts.values()}
