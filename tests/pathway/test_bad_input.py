"""What cannot be true of a person: a finding with its events; shown, counted, never dropped."""

from collections.abc import Callable

import pytest

from flow.cli.explain import lines
from flow.cli.folding import fold_person
from flow.pathway import RULES
from tests.pathway.told import ENGLAND, PERSON, Told, at, value_of

NOW = "2026-01-20 12:00"


def at_home() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00")
    return told


def visit_after_death(told: Told) -> None:
    told.tell("patient-died", "2026-01-08 10:00", id="a")
    told.tell("first-visit-completed", "2026-01-09 10:00", id="b", package_id="P1")


def two_centres(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", id="a", stay_id="T1", service="slic")
    told.tell("centre-admitted", "2026-01-09 10:00", id="b", stay_id="T2", service="green")


def centre_in_hospital(told: Told) -> None:
    told.admitted("2026-01-08 10:00", id="a", spell_id="S2")
    told.tell("centre-admitted", "2026-01-09 10:00", id="b", stay_id="T1", service="slic")


def visit_in_hospital(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-07 11:00", package_id="P1", kind="new")
    told.admitted("2026-01-08 10:00", id="a", spell_id="S2")
    told.tell("first-visit-completed", "2026-01-09 10:00", id="b", package_id="P1")


def stay_left_open(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", id="a", stay_id="T1", service="slic")
    told.admitted("2026-01-09 10:00", spell_id="S2")
    told.discharged("2026-01-10 10:00", id="b", spell_id="S2", pathway="P1")


def dated_ahead(told: Told) -> None:
    told.tell("patient-died", "2026-01-19 10:00", id="a", recorded="2026-01-09 10:00")


BAD: dict[str, tuple[str, Callable[[Told], None], set[str]]] = {
    "a visit after death": ("event_after_death", visit_after_death, {"a", "b"}),
    "a stay in two centres": ("two_open_stays", two_centres, {"a", "b"}),
    "a centre while in hospital": ("centre_during_hospital_stay", centre_in_hospital, {"a", "b"}),
    "a visit while in hospital": ("visit_during_hospital_stay", visit_in_hospital, {"a", "b"}),
    "a stay left open": ("stay_left_open", stay_left_open, {"a", "b"}),
    "dated ahead": ("dated_ahead", dated_ahead, {"a"}),
}


@pytest.mark.parametrize(("rule", "tell", "ids"), BAD.values(), ids=BAD.keys())
def test_it_is_a_finding_that_is_shown_and_counted(
    rule: str, tell: Callable[[Told], None], ids: set[str]
) -> None:
    told = at_home()
    tell(told)
    view = told.assessed(NOW)
    (finding,) = [found for found in view.findings if found.rule == rule]
    assert set(finding.events) == {f"/rr8/pas#{each}" for each in ids}
    assert ("data_quality", (rule,), 1.0) in view.contribution

    history = told.history()
    assert {f"/rr8/pas#{each}" for each in ids} <= set(history.identities())

    events = [(event, value_of(event)) for event in told.events]
    folded = fold_person(PERSON, events, ENGLAND, at(NOW))
    assert folded is not None
    shown = "\n".join(lines(folded))
    assert RULES[rule][1:] in shown
    assert all(f"(/rr8/pas#{each})" in shown for each in ids)


def test_nobody_lies_in_two_beds() -> None:
    told = at_home()
    two_centres(told)
    assert {wait.about for wait in told.assessed(NOW).open_waits if wait.subject == "stay"} == {
        "T2"
    }
    states = {place.service: place.state for place in told.assessed(NOW).placements}
    assert states == {"slic": "left", "green": "staying"}


def test_what_is_dated_ahead_stops_no_wait_until_it_is_corrected() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    wrong = told.discharged("2027-01-07 10:00", recorded="2026-01-07 10:05")
    assert told.wait("drd_to_discharge", "2026-01-08 12:00").state == "breached"
    assert told.assessed("2026-01-08 12:00").stage.stage == "ready_to_leave"
    told.discharged("2026-01-07 10:00", recorded="2026-01-08 12:00", corrects=wrong.identity)
    assert told.wait("drd_to_discharge", "2026-01-08 12:00").state == "stopped"
    assert not [f for f in told.assessed("2026-01-09 12:00").findings if f.rule == "dated_ahead"]


def test_clocks_may_differ_by_minutes() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", recorded="2026-01-05 09:05")
    assert [finding.rule for finding in told.assessed("2026-01-05 12:00").findings] == []
