"""Care that is asked for again after its end, under its identifier, is waited for as new care."""

import random
from typing import Any

import pytest

from flow.pathway.measured_wait import Wait
from tests.pathway.told import Told, at, facts

NOW = "2026-03-01 10:00"


def given_until_its_end() -> Told:
    """Home on pathway 1; acme confirmed, came and went, for what was to be reached was."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              service="acme")  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-06 12:00", package_id="P", service="acme",
              first_visit_due_at="2026-01-08T10:00:00+00:00")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 10:00", package_id="P")
    told.tell("care-package-ended", "2026-02-01 10:00", package_id="P", reason="goals_met")
    return told


def asked_again(told: Told, when: str, package_id: str = "P", **data: Any) -> str:
    return told.tell("care-package-requested", when, package_id=package_id,
                     **{"kind": "new", "service": "acme", **data}).id  # fmt: skip


def open_of(told: Told, now: str = NOW) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits}


@pytest.mark.parametrize("kind", ["new", "restart", "increased"])
def test_at_home_its_first_visit_is_waited_for_from_the_request(kind: str) -> None:
    told = given_until_its_end()
    asked_again(told, "2026-02-03 10:00", kind=kind)
    wait = told.wait("package_start", NOW, period=2)
    assert (wait.starts_at, wait.ended, wait.agreed_at) == (at("2026-02-03 10:00"), None, None)
    told.tell("first-visit-completed", "2026-02-04 10:00", package_id="P")
    assert told.wait("package_start", NOW, period=2).ended == "done"
    assert told.wait("package_start", NOW).ended == "done"


def test_the_alert_of_what_is_waited_for_now_is_another_one() -> None:
    told = given_until_its_end()
    told.advance("2026-01-07 12:00")
    asked_again(told, "2026-02-03 10:00")
    told.advance("2026-02-20 10:00")
    alert = told.alert("package_start")
    assert alert is not None
    assert alert.period == 2


def test_what_its_provider_confirmed_before_holds_no_more() -> None:
    told = given_until_its_end()
    told.admitted("2026-02-10 10:00", spell_id="S2")
    asked_again(told, "2026-02-11 10:00", provider="RR8", spell_id="S2")
    assert told.wait("onward_care", NOW, period=2).starts_at == at("2026-02-11 10:00")
    told.tell("care-package-confirmed", "2026-02-12 10:00", package_id="P", service="acme")
    assert told.wait("onward_care", NOW, period=2).ended == "done"


def test_that_its_identifier_was_used_again_is_a_finding_with_both_events() -> None:
    told = given_until_its_end()
    ended = told.events[-1].id
    again = asked_again(told, "2026-02-03 10:00")
    (found,) = [f for f in told.journey().findings if f.rule == "event_after_care_ended"]
    assert {identity.split("#")[-1] for identity in found.events} == {ended, again}
    told.tell("first-visit-completed", "2026-02-04 10:00", package_id="P")
    assert told.journey().findings == (found,)


def test_what_was_given_before_its_end_stays_known() -> None:
    told = given_until_its_end()
    asked_again(told, "2026-02-03 10:00")
    over, now = told.journey().packages.values()
    assert (over.package_id, now.package_id) == ("P", "P")
    assert (over.ended is None, over.first_visit is None) == (False, False)
    assert (now.ended, now.confirmed, now.first_visit) == (None, None, None)


def test_time_after_time_each_is_waited_for() -> None:
    told = given_until_its_end()
    for day in ("02", "04", "06"):
        asked_again(told, f"2026-02-{day} 10:00")
        told.tell("care-package-ended", f"2026-02-{day} 18:00", package_id="P", reason="other")
    asked_again(told, "2026-02-08 10:00")
    waits = told.waits("package_start", NOW)
    assert [wait.ended for wait in waits] == ["done", "cancelled", "cancelled", "cancelled", None]
    assert len({wait.period for wait in waits}) == 5
    assert len(told.journey().packages) == 5


def test_asked_before_its_end_and_told_after_it_nothing_begins_anew() -> None:
    told = given_until_its_end()
    asked_again(told, "2026-01-31 10:00")
    assert "package_start" not in open_of(told)
    assert told.journey().findings == ()


def test_a_request_that_is_told_once_more_begins_nothing_anew() -> None:
    told = given_until_its_end()
    told.events += told.events[1:2]
    assert "package_start" not in open_of(told)


@pytest.mark.parametrize("kind", ["new", "restart", "increased"])
@pytest.mark.parametrize("comes", [True, False])
@pytest.mark.parametrize("in_hospital", [True, False])
def test_it_is_waited_for_as_under_a_new_identifier(
    kind: str, *, comes: bool, in_hospital: bool
) -> None:
    seen = []
    for package_id in ("P", "Q"):
        told = given_until_its_end()
        if in_hospital:
            told.admitted("2026-02-10 10:00", spell_id="S2")
        asked_again(told, "2026-02-11 10:00", package_id, kind=kind)
        if in_hospital:
            told.discharged("2026-02-12 10:00", pathway="P1", spell_id="S2")
        if comes:
            told.tell("care-package-started", "2026-02-13 10:00", package_id=package_id)
            told.tell("first-visit-completed", "2026-02-13 10:00", package_id=package_id)
        view = told.assessed(NOW)
        seen.append((sorted(map(measured, view.waits)), view.stage, told.journey().responsible))
    assert seen[0] == seen[1]


def measured(wait: Wait) -> tuple[str, ...]:
    said = (wait.id, wait.starts_at, wait.stops_at, wait.state, wait.ended, wait.due_at)
    return tuple(map(str, said))


def test_in_whatever_order_it_is_told_it_is_the_same() -> None:
    told = given_until_its_end()
    asked_again(told, "2026-02-03 10:00")
    told.tell("first-visit-completed", "2026-02-04 10:00", package_id="P")
    told.tell("care-package-ended", "2026-02-05 10:00", package_id="P", reason="goals_met")
    asked_again(told, "2026-02-06 10:00", kind="restart")
    expected = facts(told.journey())
    for seed in range(20):
        random.Random(seed).shuffle(told.events)
        assert facts(told.journey()) == expected
