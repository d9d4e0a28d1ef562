"""Which stage may follow which, and what happens then, as data: docs/stages.md is made from it.

Stages are worked out from the journey (`stage.py`), not from each other, so nothing here decides
anything. It is a claim about that code, and tests/pathway/test_stage_changes.py holds it to it
both ways: seeded walks through every kind of event show every change that is here, and no other.

It speaks of events in the order in which they happened. A late event or a correction puts the
person where they would have been, wherever that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

IN_HOSPITAL = ("in_hospital", "ready_to_leave", "hub_deciding", "waiting_for_service")
READY = IN_HOSPITAL[1:]
IN_A_CENTRE = ("in_centre", "centre_ready_to_leave")
NOTHING_OPEN = ("follow_up", "finished")
AT_HOME = ("discharged_waiting_for_start", "home_with_support", *NOTHING_OPEN)
AWAY = (*AT_HOME, *IN_A_CENTRE)
OUTSIDE = ("not_admitted", *AWAY)

OF_SERVICES = (
    "referral-made",
    "referral-accepted",
    "referral-rejected",
    "referral-withdrawn",
    "care-package-requested",
    "care-package-confirmed",
    "care-package-started",
    "care-package-restarted",
    "care-package-paused",
    "care-package-increased",
    "care-package-handed-back",
    "care-package-ended",
    "first-visit-completed",
    "handover-sent",
    "handover-accepted",
)
"""What is told of those who are to care for somebody at home."""

TELLS_OF_DEATH = (
    "patient-died",
    "patient-discharged",
    "centre-discharged",
    "care-package-ended",
    "referral-withdrawn",
    "assessment-withdrawn",
    "follow-up-recorded",
)

OF_A_STAY = (
    "patient-transferred",
    "expected-discharge-date-set",
    "criteria-to-reside-assessed",
    "pathway-decided",
    "delay-reason-recorded",
    "delay-reason-cleared",
    "referred-to-care-transfer-hub",
    "case-manager-assigned",
    "medicines-ready",
    "transport-booked",
    "discharge-summary-sent",
)
"""What may be the first that is heard of a stay in hospital."""


@dataclass(frozen=True, slots=True)
class Change:
    """From each stage of `before` to each other one of `after`, by one of the events.

    Without events it is time that does it. `odd`: events that lack something or contradict each
    other; what usually happens is drawn, what is odd is listed.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    why: str
    events: tuple[str, ...] = ()
    odd: bool = False

    def pairs(self) -> Iterator[tuple[str, str]]:
        for before in self.before:
            for after in self.after:
                if before != after:
                    yield before, after


CHANGES: tuple[Change, ...] = (
    Change(OUTSIDE, ("in_hospital",), "admitted", ("patient-admitted",)),
    Change(READY, ("in_hospital",), "admitted to another hospital", ("patient-admitted",)),
    Change(
        ("in_hospital",),
        READY,
        "no longer meets the criteria to reside",
        ("criteria-to-reside-assessed",),
    ),
    Change(
        READY,
        ("in_hospital",),
        "meets the criteria to reside again",
        ("criteria-to-reside-assessed",),
    ),
    Change(
        ("ready_to_leave",),
        ("hub_deciding",),
        "referred to the care transfer hub",
        ("referred-to-care-transfer-hub", "referral-made"),
    ),
    Change(
        ("hub_deciding",),
        ("ready_to_leave",),
        "the hub does not take it on",
        ("referral-rejected", "referral-withdrawn"),
    ),
    Change(
        ("ready_to_leave", "hub_deciding"),
        ("waiting_for_service",),
        "pathway 1 to 3 confirmed",
        ("pathway-decided",),
    ),
    Change(
        ("hub_deciding", "waiting_for_service"),
        ("ready_to_leave",),
        "pathway 0 confirmed",
        ("pathway-decided",),
    ),
    Change(
        IN_HOSPITAL,
        ("discharged_waiting_for_start", "home_with_support", "in_centre", "follow_up"),
        "discharged",
        ("patient-discharged",),
    ),
    Change(
        IN_HOSPITAL,
        IN_HOSPITAL,
        "discharged to a hospital again, where the stay before has no end",
        ("patient-discharged",),
        odd=True,
    ),
    Change(("not_admitted", *AT_HOME), ("in_centre",), "moved into a centre", ("centre-admitted",)),
    Change(
        ("in_centre",),
        ("centre_ready_to_leave",),
        "no longer meets the requirements to remain",
        ("centre-ready-to-leave", "requirements-to-remain-assessed"),
    ),
    Change(
        ("centre_ready_to_leave",),
        ("in_centre",),
        "meets the requirements to remain again",
        ("requirements-to-remain-assessed",),
    ),
    Change(IN_A_CENTRE, AT_HOME, "left the centre", ("centre-discharged",)),
    Change(
        NOTHING_OPEN,
        ("discharged_waiting_for_start",),
        "a service is asked",
        ("referral-made", "care-package-requested"),
    ),
    Change(
        NOTHING_OPEN,
        ("discharged_waiting_for_start",),
        "the care transfer hub decides on pathway 1 to 3 after the discharge",
        ("pathway-decided",),
    ),
    Change(
        ("discharged_waiting_for_start",),
        ("home_with_support",),
        "care has begun",
        (
            "care-package-started",
            "first-visit-completed",
            "care-package-restarted",
            "care-package-increased",
        ),
    ),
    Change(
        ("discharged_waiting_for_start",),
        NOTHING_OPEN,
        "nobody is asked any more",
        ("referral-rejected", "referral-withdrawn", "care-package-ended"),
    ),
    Change(("home_with_support",), NOTHING_OPEN, "care has ended", ("care-package-ended",)),
    Change(
        ("home_with_support",),
        ("discharged_waiting_for_start",),
        "care stands still, is another provider's to begin, is to be restarted, or is given up",
        (
            "care-package-paused",
            "care-package-confirmed",
            "care-package-requested",
            "care-package-ended",
        ),
    ),
    Change(("follow_up", "home_with_support"), ("finished",), "day 91 has passed"),
    Change(
        ("home_with_support",),
        ("discharged_waiting_for_start",),
        "the last day of a provider that gave the care up has passed",
    ),
    Change(
        ("home_with_support",),
        ("discharged_waiting_for_start",),
        "day 91 after a first visit has passed, and all that is left is an offer to somebody else",
        odd=True,
    ),
    Change((*OUTSIDE, *IN_HOSPITAL), ("died",), "died", TELLS_OF_DEATH),
    Change(
        (*OUTSIDE, *READY),
        ("in_hospital",),
        "something is told of a stay whose admission was not",
        OF_A_STAY,
        odd=True,
    ),
    Change(
        (*OUTSIDE, "hub_deciding", "waiting_for_service"),
        ("ready_to_leave",),
        "ready to leave is the first that is told of a stay",
        ("criteria-to-reside-assessed",),
        odd=True,
    ),
    Change(
        AWAY,
        READY,
        "back in an older stay that has no end, as a review or a move to a ward there shows",
        ("patient-transferred", "criteria-to-reside-assessed"),
        odd=True,
    ),
    Change(
        (*IN_HOSPITAL, *AWAY),
        READY,
        "admission to a stay of which much was told before",
        ("patient-admitted",),
        odd=True,
    ),
    Change(
        IN_HOSPITAL,
        ("centre_ready_to_leave",),
        "discharged, after what comes after a discharge was told",
        ("patient-discharged",),
        odd=True,
    ),
    Change(
        ("not_admitted",),
        ("discharged_waiting_for_start", "home_with_support", "follow_up"),
        "the discharge is the first that is told of a stay",
        ("patient-discharged",),
        odd=True,
    ),
    Change(
        ("finished",),
        ("follow_up",),
        "the discharge is the first that is told of another stay",
        ("patient-discharged",),
        odd=True,
    ),
    Change(
        ("home_with_support",),
        ("discharged_waiting_for_start",),
        "care stood still in a stay of which the discharge is the first that is told",
        ("patient-discharged",),
        odd=True,
    ),
    Change(
        ("not_admitted", *AT_HOME),
        IN_A_CENTRE,
        "something is told of a centre stay whose beginning was not",
        (
            "centre-goals-agreed",
            "centre-ready-to-leave",
            "requirements-to-remain-assessed",
            "centre-delay-reason-recorded",
            "centre-delay-reason-cleared",
        ),
        odd=True,
    ),
    Change(
        IN_A_CENTRE,
        ("not_admitted",),
        "left a centre, and no hospital stay is known",
        ("centre-discharged",),
        odd=True,
    ),
    Change(
        NOTHING_OPEN,
        ("home_with_support",),
        "a visit for which nobody was asked",
        ("first-visit-completed", "referral-made"),
        odd=True,
    ),
    Change(
        ("discharged_waiting_for_start", *NOTHING_OPEN),
        ("home_with_support",),
        "care asked for that had begun before",
        ("care-package-requested",),
        odd=True,
    ),
    Change(
        ("ready_to_leave",),
        ("hub_deciding",),
        "a hub that did not take it on accepts after all",
        ("referral-accepted",),
        odd=True,
    ),
    Change(
        NOTHING_OPEN,
        ("discharged_waiting_for_start",),
        "a referral that was rejected is accepted after all",
        ("referral-accepted",),
        odd=True,
    ),
    Change(
        ("discharged_waiting_for_start",),
        NOTHING_OPEN,
        "a service that nobody is known to have asked has the person",
        ("care-package-confirmed", "care-package-started", "handover-accepted"),
        odd=True,
    ),
    Change(
        ("home_with_support",),
        ("discharged_waiting_for_start",),
        "given up by its provider from a day that has passed",
        ("care-package-handed-back",),
        odd=True,
    ),
    Change(
        ("home_with_support",),
        ("follow_up",),
        "a referral whose visits had begun is taken back",
        ("referral-withdrawn",),
        odd=True,
    ),
    Change(
        NOTHING_OPEN,
        ("discharged_waiting_for_start",),
        "a handover on pathway 1 to 3 is offered, and nothing else",
        ("handover-sent",),
    ),
    Change(
        NOTHING_OPEN,
        ("discharged_waiting_for_start",),
        "a service that nobody is known to have asked refuses, or does not go on",
        ("referral-rejected", "referral-withdrawn", "care-package-ended"),
        odd=True,
    ),
    Change(
        ("discharged_waiting_for_start",),
        NOTHING_OPEN,
        "what nobody was asked for is over",
        ("centre-discharged", "patient-discharged"),
        odd=True,
    ),
    Change(
        AT_HOME,
        AT_HOME,
        "what was told before is missing, contradicts it, or is of a stay that has no end",
        (*OF_SERVICES, "pathway-decided", "patient-discharged"),
        odd=True,
    ),
)
"""Every change that events in order can make."""
