"""Somebody ready to leave hospital on a pathway, at home since 8 January, and what is told then."""

from typing import Any

from tests.pathway.told import Told

LEFT = "2026-01-08 16:00"
NOW = "2026-01-20 09:00"

Step = tuple[str, dict[str, Any]]


def home(*steps: Step, pathway: str = "P1") -> Told:
    """Since 8 January; then a step on each day from the 9th on."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway=pathway, status="confirmed")
    told.discharged(LEFT)
    for day, (kind, data) in enumerate(steps, start=9):
        told.tell(kind, f"2026-01-{day:02} 10:00", **data)
    return told


def unarranged_since(told: Told) -> Any:
    """Since when `care_arranged` runs at `NOW`."""
    found = [wait.starts_at for wait in told.assessed(NOW).open_waits if wait.id == "care_arranged"]
    return found[0] if found else None
