"""Stories of what walks meet too seldom to be sure of it (`stage_walks.py`), in the order told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flow.events import AnyEvent
from tests.pathway.told import Told

Step = tuple[str, dict[str, Any]]
S1 = {"provider": "RR8", "spell_id": "S1"}
S2 = {"provider": "RAE", "spell_id": "S2"}
R1, H1 = {"referral_id": "R1"}, {"referral_id": "H1"}
P1, P2 = {"package_id": "P1"}, {"package_id": "P2"}
V1, T1 = {"handover_id": "V1"}, {"stay_id": "T1"}

ADMITTED: Step = ("patient-admitted", S1)
READY: Step = ("criteria-to-reside-assessed", {**S1, "meets": False})
TO_THE_HUB: Step = ("referred-to-care-transfer-hub", {**S1, **H1, "hub": "hub"})
LEFT: Step = ("patient-discharged", S1)
LEFT_BUT_NOT_KNOWN_WHENCE: Step = ("patient-discharged", {**S2, "destination_code": "51"})
ASKED: Step = ("referral-made", {**R1, "kind": "reablement", "service": "skills-south"})
SENT: Step = ("handover-sent", {**V1, "to_service": "home-help"})
TAKEN: Step = ("handover-accepted", {**V1, "service": "home-help"})
CONFIRMED: Step = ("care-package-confirmed", {**P1, "service": "home-help"})
ENDED: Step = ("care-package-ended", {**P1, "reason": "goals_met"})
RESTART: Step = ("care-package-requested", {**P1, "kind": "restart", "service": "home-help"})
GIVEN_UP: Step = ("care-package-handed-back", {**P1, "reason": "staffing"})
FROM_THE_CENTRE: Step = ("centre-discharged", {**T1, "destination": None})


def decided(pathway: str, spell: dict[str, str] = S1) -> Step:
    return "pathway-decided", {**spell, "pathway": pathway, "status": "confirmed"}


def left(pathway: str) -> tuple[Step, Step]:
    return decided(pathway), LEFT


WAITING_FOR_NOBODY: tuple[Step, ...] = (
    ("referral-received", R1),
    ("referral-accepted", {**H1, "service": "skills-south"}),
    CONFIRMED,
    ("care-package-started", P2),
    FROM_THE_CENTRE,
    LEFT_BUT_NOT_KNOWN_WHENCE,
    decided("P0"),
    RESTART,
    SENT,
)
"""What is told of whoever left on pathway 1 to 3 although nobody was asked to care for them."""
SAID_TO_HAVE_DIED: tuple[Step, ...] = (
    ("centre-discharged", {**T1, "destination": "died"}),
    ("care-package-ended", {**P1, "reason": "died"}),
    ("referral-withdrawn", {**R1, "reason": "died"}),
    ("assessment-withdrawn", {"assessment_id": "A1", "reason": "died"}),
    ("follow-up-recorded", {**S1, "day": 7, "status": "died"}),
)
STORIES: tuple[tuple[Step, ...], ...] = (
    *((*left("P2"), each) for each in WAITING_FOR_NOBODY),
    *((FROM_THE_CENTRE, *left("P2"), each) for each in WAITING_FOR_NOBODY),
    *((ADMITTED, FROM_THE_CENTRE, *left("P2"), each, TAKEN) for each in WAITING_FOR_NOBODY),
    *((ADMITTED, each) for each in SAID_TO_HAVE_DIED),
    (CONFIRMED, decided("P1"), ENDED, LEFT, RESTART),
    (("referral-received", R1), *left("P2"), SENT, TAKEN),
    (*left("P2"), CONFIRMED, ("care-package-ended", {**P1, "reason": "provider_withdrew"})),
    (("referral-accepted", H1), *left("P1"),
     ("referral-rejected", {**H1, "reason": "no_capacity"})),
    (("referral-accepted", R1), *left("P1"), ("referral-withdrawn", {**R1, "reason": "other"})),
    (LEFT, ASKED, ("referral-rejected", {**R1, "reason": "no_capacity"}),
     ("referral-accepted", {**R1, "service": "skills-south"})),
    (LEFT, ("referral-rejected", {**R1, "reason": "no_capacity"}), ASKED,
     ("referral-accepted", {**R1, "service": "skills-south"})),
    (LEFT, ASKED, ("referral-withdrawn", {**R1, "reason": "other"})),
    (LEFT, ("first-visit-completed", R1), ASKED),
    (ADMITTED, ("care-package-confirmed", {**P1, "service": "aire-care"}),
     ("care-package-increased", P1), LEFT,
     ("care-package-requested", {**P1, "kind": "increased", "service": "home-help"})),
    (*left("P0"), GIVEN_UP, CONFIRMED),
    (*left("P0"), GIVEN_UP, ("care-package-paused", {**P1, "reason": "readmitted"})),
    (("care-package-increased", P1), *left("P0")),
    (LEFT, ("first-visit-completed", P1), ("patient-discharged", S2)),
    (("centre-admitted", {**T1, "service": "centre-a"}), FROM_THE_CENTRE),
    (LEFT, ("centre-admitted", {**T1, "service": "centre-a"})),
    (("centre-ready-to-leave", T1), FROM_THE_CENTRE),
    (("centre-ready-to-leave", T1), LEFT, FROM_THE_CENTRE),
    (GIVEN_UP, LEFT, ("centre-ready-to-leave", T1), FROM_THE_CENTRE),
    (LEFT, ("centre-ready-to-leave", T1), ("care-package-restarted", P2), FROM_THE_CENTRE),
    (TO_THE_HUB, READY, decided("P0")),
    (TO_THE_HUB, LEFT, decided("P1")),
    (TO_THE_HUB, READY, ("patient-admitted", S2)),
)  # fmt: skip


def stories(start: datetime) -> Iterator[list[AnyEvent]]:
    """Their events; the times are the teller's."""
    for steps in STORIES:
        told = Told()
        for kind, data in steps:
            told.tell(kind, start, **data)
        yield told.events
