"""Assessments and support plans, naively: five steps, each told or not (domain.md 12.1, 12.4)."""

from typing import Any

from tests.pathway.naive_services import Services
from tests.pathway.naive_told import Said

STEPS = (
    "assessment-referred",
    "assessment-allocated",
    "assessment-completed",
    "support-plan-agreed",
    "funding-agreed",
)
NEXT = ("assessment_allocation", "assessment_completion", "support_plan", "funding_decision")
"""What is waited for after each step but the last."""


class Plans(Services):
    def plan(self, said: Said, *, known: bool = False) -> dict[str, Any]:
        assessment_id = said.data["assessment_id"]
        if assessment_id not in self.plans:
            self.plans[assessment_id] = {
                "about": assessment_id,
                "furthest": 0,
                "further_at": None,
                "tries": 1,
                "withdrawn": False,
                "service": None,
                "spell": None if known else self.here or self.last,
            }
        return self.plans[assessment_id]

    def assessment_referred(self, said: Said) -> None:
        plan = self.plan(said, known=True)
        spell = self.here or self.last or plan["spell"]
        if plan["withdrawn"] or (plan["spell"] is not None and plan["spell"] is not spell):
            # Asked again: all steps are still to come.
            plan.update(withdrawn=False, furthest=0, tries=plan["tries"] + 1)
        plan["spell"] = spell
        plan["names"] = self.stay_to_come(said, plan)
        self.step_taken(said)

    def step_taken(self, said: Said) -> None:
        """A step shows that those before it are done, whoever told of them."""
        plan = self.plan(said)
        step = STEPS.index(said.kind) + 1
        if step > plan["furthest"]:
            plan.update(furthest=step, further_at=said.at)
        plan["service"] = said.data.get("service") or plan["service"]
        if plan["furthest"] == len(STEPS):
            self.stood_down(plan)

    assessment_allocated = assessment_completed = step_taken
    support_plan_agreed = funding_agreed = step_taken

    def assessment_withdrawn(self, said: Said) -> None:
        plan = self.plan(said)
        plan["withdrawn"] = True
        if said.data.get("reason") == "died":
            self.patient_died(said)
        self.stood_down(plan)
