"""A pathway and a destination that contradict each other: a finding, and nobody goes unnoticed."""

from typing import Any

import pytest

from tests.pathway.told import Told

NOW = "2026-01-12 12:00"
RULE = "pathway_contradicts_destination"


def left(plan: dict[str, Any] | None = None, **discharge: Any) -> Told:
    told = Told()
    told.admitted("2026-01-05 08:00", id="admitted")
    if plan is not None:
        told.in_spell("pathway-decided", "2026-01-06 10:00", id="planned", **plan)
    told.discharged("2026-01-07 10:00", id="left", discharge_method="1", **discharge)
    told.in_spell("discharge-summary-sent", "2026-01-07 11:00")
    return told


def doubted(told: Told) -> list[tuple[str, ...]]:
    return [found.events for found in told.assessed(NOW).findings if found.rule == RULE]


def of(*ids: str) -> list[tuple[str, ...]]:
    return [tuple(f"/rr8/pas#{each}" for each in ids)]


TO_A_CARE_HOME = {"pathway": "P3", "destination": "p3_care_home_new"}
FOR_REABLEMENT = {"pathway": "P1", "destination": "p1_home_reablement"}
CONTRADICT: dict[str, tuple[dict[str, Any] | None, dict[str, Any], list[tuple[str, ...]], str]] = {
    "no support, and home with reablement": (
        None, {"pathway": "P0", "destination": "p1_home_reablement"}, of("left"), "P1",
    ),
    "no support, and a short-term bed": (
        None, {"pathway": "P0", "destination": "p2_bed"}, of("left"), "P2",
    ),
    "support at home, and a new care home": (
        None, {"pathway": "P1", "destination": "p3_care_home_new"}, of("left"), "P1",
    ),
    "support at home, and back to the care home as before": (
        None, {"pathway": "P1", "destination": "p0_care_home_return"}, of("left"), "P1",
    ),
    "a short-term bed, and home": (
        None, {"pathway": "P2", "destination": "p0_home"}, of("left"), "P2",
    ),
    "a new care home, and home": (
        None, {"pathway": "P3", "destination": "p0_home"}, of("left"), "P3",
    ),
    "no support was decided, and they went home with reablement": (
        {"pathway": "P0"}, {"destination": "p1_home_reablement"}, of("left", "planned"), "P1",
    ),
    "support at home was decided, and they went to a new care home": (
        {"pathway": "P1"}, {"destination": "p3_care_home_new"}, of("left", "planned"), "P1",
    ),
    "decided, and told again at the discharge": (
        {"pathway": "P1"}, {"pathway": "P1", "destination": "p3_care_home_new"}, of("left"), "P1",
    ),
    "a plan of no support, and home with reablement": (
        {"pathway": "P0", "destination": "p1_home_reablement"}, {}, of("planned"), "P1",
    ),
    "a plan of support at home, and a new care home": (
        {"pathway": "P1", "destination": "p3_care_home_new"}, {}, of("planned"), "P1",
    ),
}  # fmt: skip
"""The plan, the discharge, the events of the finding, the pathway that counts."""
AGREE: dict[str, tuple[dict[str, Any] | None, dict[str, Any], str, bool]] = {
    "home with reablement": (None, FOR_REABLEMENT, "P1", True),
    "a new care home": (None, TO_A_CARE_HOME, "P3", False),
    "home": (None, {"pathway": "P0", "destination": "p0_home"}, "P0", False),
    "a destination alone": (None, {"destination": "p1_home_reablement"}, "P1", True),
    "what was expected gives way": (
        {"pathway": "P0", "status": "likely"}, {"destination": "p1_home_reablement"}, "P1", True,
    ),
    "as was planned": (TO_A_CARE_HOME, {"pathway": "P3"}, "P3", False),
    "another pathway than was planned": (TO_A_CARE_HOME, {"pathway": "P1"}, "P1", True),
    "no support after all": (FOR_REABLEMENT, {"pathway": "P0"}, "P0", False),
}  # fmt: skip
"""The plan, the discharge, the pathway that counts, and whether somebody is asked to care."""


@pytest.mark.parametrize(
    ("plan", "discharge", "events", "pathway"), CONTRADICT.values(), ids=CONTRADICT.keys()
)
def test_what_asks_more_of_others_counts_and_it_is_a_finding(
    plan: dict[str, Any] | None,
    discharge: dict[str, Any],
    events: list[tuple[str, ...]],
    pathway: str,
) -> None:
    told = left(plan, **discharge)
    assert doubted(told) == events
    assert told.assessed(NOW).stage.pathway == pathway
    assert ("data_quality", (RULE,), 1.0) in told.assessed(NOW).contribution
    waited_for = {wait.id for wait in told.assessed(NOW).open_waits}
    assert {"care_arranged", "owner_named"} <= waited_for


@pytest.mark.parametrize(
    ("plan", "discharge", "pathway", "asked"), AGREE.values(), ids=AGREE.keys()
)
def test_where_they_agree_or_a_plan_has_changed_there_is_nothing_to_find(
    plan: dict[str, Any] | None, discharge: dict[str, Any], pathway: str, asked: bool
) -> None:
    told = left(plan, **discharge)
    assert doubted(told) == []
    assert told.assessed(NOW).stage.pathway == pathway
    assert ("care_arranged" in {wait.id for wait in told.assessed(NOW).open_waits}) == asked


@pytest.mark.parametrize("line", ["p0_care_home_return", "p1_care_home_return_more"])
def test_who_is_in_a_care_home_by_both_is_cared_for(line: str) -> None:
    told = left(pathway="P3", destination=line)
    assert doubted(told) == of("left")
    assert "care_arranged" not in {wait.id for wait in told.assessed(NOW).open_waits}


def test_a_destination_that_is_doubted_shows_nobody_a_place() -> None:
    """Home, by the destination: the centre that had accepted the person is still waited for."""
    told = Told()
    told.admitted("2026-01-05 08:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 11:00", pathway="P2")
    told.tell("referral-made", "2026-01-06 11:30", referral_id="R1", kind="rehabilitation_bed",
              service="oak")  # fmt: skip
    told.tell("referral-accepted", "2026-01-06 12:00", referral_id="R1")
    told.discharged("2026-01-07 10:00", id="left", pathway="P2", destination="p0_home")
    assert doubted(told) == of("left")
    assert "p2_bed_start" in {wait.id for wait in told.assessed(NOW).open_waits}
    assert told.journey().spells["RR8", "S1"].destination is None
