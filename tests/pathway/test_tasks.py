"""A task shows that what a referral asked for is there: equipment, a home."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

DONE = "2026-01-08 12:00"
LATER = "2026-01-08 13:00"


def asked(*services: str) -> Told:
    """At home since the 7th; each service was asked for equipment, R1 first."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    for number, service in enumerate(services, 1):
        told.tell("referral-made", f"2026-01-06 1{number}:00", referral_id=f"R{number}",
                  kind="equipment", service=service, id=f"made-{number}")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P0")
    return told


def done(told: Told, **data: Any) -> None:
    told.tell("task-done", DONE, task="equipment_delivered", id="done", **data)


def waited_for(told: Told) -> list[str]:
    waits = told.assessed(LATER).open_waits
    return [wait.about for wait in waits if wait.id == "equipment_delivery"]


def found(told: Told, rule: str) -> list[set[str]]:
    return [set(each.events) for each in told.assessed(LATER).findings if each.rule == rule]


@pytest.mark.parametrize(("referral", "left"), [("R1", ["R2"]), ("R2", ["R1"])])
def test_a_task_that_names_its_referral_ends_only_the_wait_for_that(
    referral: str, left: list[str]
) -> None:
    told = asked("bed-store", "adaptations")
    done(told, referral_id=referral)
    assert waited_for(told) == left
    assert found(told, "task_of_several") == []


def test_of_several_services_who_was_asked_first_has_done_it_and_a_finding_says_so() -> None:
    told = asked("bed-store", "adaptations")
    done(told)
    assert waited_for(told) == ["R2"]
    events = {f"/rr8/pas#{each}" for each in ("made-1", "made-2", "done")}
    assert found(told, "task_of_several") == [events]


def test_of_one_service_all_that_was_asked_for_is_there() -> None:
    told = asked("bed-store", "bed-store")
    done(told)
    assert waited_for(told) == []
    assert found(told, "task_of_several") == []


@pytest.mark.parametrize("referral", ["R1", "R9"], ids=["asks for something else", "is not known"])
def test_for_a_referral_that_asks_for_nothing_of_the_kind_it_is_a_finding(referral: str) -> None:
    told = asked("bed-store")
    told.tell("task-done", DONE, task="housing_ready", referral_id=referral, id="done")
    assert waited_for(told) == ["R1"]
    made = {"/rr8/pas#made-1"} if referral == "R1" else set()
    assert found(told, "task_unasked") == [{"/rr8/pas#done"} | made]


def test_what_is_there_already_may_be_told_once_more() -> None:
    told = asked("bed-store", "adaptations")
    done(told, referral_id="R1")
    told.tell("task-done", "2026-01-08 12:30", task="equipment_delivered", referral_id="R1")
    assert waited_for(told) == ["R2"]
    assert found(told, "task_unasked") == []


def test_a_delivery_after_the_death_is_no_answer_to_the_news_of_it() -> None:
    told = asked("bed-store")
    told.tell("patient-died", "2026-01-07 20:00")
    done(told)
    (notice,) = [each for each in told.assessed(LATER).notices if each.about == "bed-store"]
    assert (notice.cause, notice.at.at, notice.ended) == ("died", at("2026-01-07 20:00"), None)
