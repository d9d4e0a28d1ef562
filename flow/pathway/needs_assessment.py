"""What an assessment and the support plan after it have come to: the subject of their waits."""

from typing import ClassVar

from flow.pathway.mark import Mark
from flow.pathway.spans import Involved, Watch

STEPS = ("referred", "allocated", "assessed", "plan_agreed", "funding_agreed")
"""In this order. A later step shows that the earlier ones are done, whoever told it."""


class NeedsAssessment(Involved):
    """One course of steps. `done` holds when each that is known was taken, and by which service.

    `reached` is the number of the furthest step, from 1; `tries` counts referrals after a
    withdrawal, or in another stay in hospital, as new ones.
    """

    __slots__ = ("allocated_to", "assessment_id", "done", "funder", "reached", "tries", "withdrawn")
    watches: ClassVar[tuple[Watch, ...]] = ()
    noun: ClassVar[str] = "assessment"

    def __init__(self, assessment_id: str) -> None:
        super().__init__(assessment_id)
        self.assessment_id = assessment_id
        self.done: dict[str, tuple[Mark, str | None]] = {}
        self.reached = 0
        self.tries = 1
        self.allocated_to: str | None = None
        self.funder: str | None = None
        self.withdrawn: Mark | None = None

    def begin_again(self) -> None:
        """A new try, with its steps still to come."""
        self.withdrawn = None
        self.done = {}
        self.reached = 0
        self.tries += 1

    def take(self, step: str, service: str | None, now: Mark) -> None:
        """The first time counts."""
        self.done.setdefault(step, (now, service))
        self.reached = max(self.reached, STEPS.index(step) + 1)

    @property
    def goes_on(self) -> bool:
        """A step is still to come."""
        return self.withdrawn is None and 0 < self.reached < len(STEPS)

    @property
    def at_step(self) -> Mark:
        """When the furthest step was taken."""
        return self.done[STEPS[self.reached - 1]][0]
