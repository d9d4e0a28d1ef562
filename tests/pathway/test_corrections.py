"""Corrections and cancellations: who replaces whom, rivals, circles, what waits (design.md 4)."""

from typing import Any

import pytest

from flow.events import AnyEvent
from flow.pathway import History
from tests.pathway.told import Told, at, value_of


def ward(told: Told, may_correct: dict[str, frozenset[str]] | None = None) -> str | None:
    """The ward that the admission ends up with; None where there is no spell."""
    history = History(may_correct or {})
    for event in told.events:
        history.add(event, value_of(event))
    spells = list(history.journey().spells.values())
    return spells[0].ward if spells else None


def rules(told: Told) -> list[str]:
    return sorted(finding.rule for finding in told.journey().findings)


def admitted(told: Told, to: str, **other: Any) -> AnyEvent:
    return told.admitted("2026-01-05 10:00", ward=to, **other)


def void(told: Told, target: AnyEvent | str, **other: Any) -> AnyEvent:
    """A cancellation of some other spell that voids exactly the event that it names."""
    identity = target if isinstance(target, str) else target.identity
    return told.in_spell("discharge-cancelled", "2026-01-06 10:00", spell_id="S0",
                         corrects=identity, **other)  # fmt: skip


def test_a_correction_replaces_its_target() -> None:
    told = Told()
    first = admitted(told, "W1")
    admitted(told, "W2", corrects=first.identity)
    assert ward(told) == "W2"
    assert rules(told) == []


def test_a_correction_may_be_of_another_type() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    wrong = told.discharged("2026-01-06 10:00")
    told.in_spell("patient-transferred", "2026-01-06 10:00", ward="W9", corrects=wrong.identity)
    (spell,) = told.journey().spells.values()
    assert (spell.discharged, spell.ward) == (None, "W9")


def test_a_correction_that_comes_first_waits_for_its_target() -> None:
    told = Told()
    admitted(told, "W2", id="second", corrects="/rr8/pas#first")
    assert rules(told) == ["correction_waits"]
    # It is a fact of its own meanwhile, and stays the one that stands.
    assert ward(told) == "W2"
    admitted(told, "W1", id="first")
    assert ward(told) == "W2"
    assert rules(told) == []


def test_of_rival_corrections_the_one_recorded_last_wins() -> None:
    told = Told()
    first = admitted(told, "W1")
    admitted(told, "W3", corrects=first.identity, recorded="2026-01-07 10:00")
    admitted(told, "W2", corrects=first.identity, recorded="2026-01-06 10:00")
    assert ward(told) == "W3"


def test_what_corrects_a_rival_that_lost_is_lost_too() -> None:
    told = Told()
    first = admitted(told, "W1")
    loser = admitted(told, "W2", corrects=first.identity, recorded="2026-01-05 11:00")
    admitted(told, "W4", corrects=loser.identity, recorded="2026-01-05 13:00")
    admitted(told, "W3", corrects=first.identity, recorded="2026-01-05 12:00")
    assert ward(told) == "W3"
    assert len(told.journey().spells) == 1
    assert rules(told) == []


def test_a_chain_ends_with_the_newest() -> None:
    told = Told()
    event = admitted(told, "W1")
    for number in range(2, 60):
        event = admitted(told, f"W{number}", corrects=event.identity)
    assert ward(told) == "W59"


def test_a_void_takes_its_target_away() -> None:
    told = Told()
    event = admitted(told, "W1")
    void(told, event)
    assert ward(told) is None
    assert rules(told) == []


def test_a_voided_correction_brings_its_target_back() -> None:
    told = Told()
    first = admitted(told, "W1")
    second = admitted(told, "W2", corrects=first.identity)
    cancelled = void(told, second)
    assert ward(told) == "W1"
    void(told, cancelled)
    assert ward(told) == "W2"


def test_a_void_waits_for_its_target() -> None:
    told = Told()
    void(told, "/rr8/pas#later")
    assert rules(told) == ["correction_waits"]
    admitted(told, "W1", id="later")
    assert ward(told) is None


def test_a_circle_voids_all_in_it_and_is_a_finding() -> None:
    told = Told()
    admitted(told, "W1", id="a", corrects="/rr8/pas#c")
    admitted(told, "W2", id="b", corrects="/rr8/pas#a")
    admitted(told, "W3", id="c", corrects="/rr8/pas#b")
    assert ward(told) is None
    (finding,) = told.journey().findings
    assert finding == ("correction_cycle", ("/rr8/pas#a", "/rr8/pas#b", "/rr8/pas#c"))
    # What corrects one of them stands for itself.
    admitted(told, "W4", id="d", corrects="/rr8/pas#a")
    assert ward(told) == "W4"


def test_an_event_that_corrects_itself_is_a_circle() -> None:
    told = Told()
    admitted(told, "W1", id="a", corrects="/rr8/pas#a")
    assert ward(told) is None
    assert rules(told) == ["correction_cycle"]
    # Nothing stands; the stage still begins when the first event was.
    assert told.assessed("2026-01-09 10:00").stage[:2] == ("not_admitted", at("2026-01-05 10:00"))


def test_sources_correct_their_own_events_unless_the_policy_names_them() -> None:
    told = Told()
    first = admitted(told, "W1")
    told.in_spell("patient-transferred", "2026-01-05 12:00", ward="W2", source="/rr8/board",
                  corrects=first.identity)  # fmt: skip
    assert "correction_not_allowed" in rules(told)
    (spell,) = told.journey().spells.values()
    assert (spell.admission_known, spell.ward) == (True, "W2")
    allowed = {"/rr8/board": frozenset({"/rr8/pas"})}
    history = History(allowed)
    for event in told.events:
        history.add(event, value_of(event))
    (spell,) = history.journey().spells.values()
    assert (spell.admission_known, spell.ward) == (False, "W2")


def test_a_cancelled_admission_voids_the_spell() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 10:00", meets=False)
    told.in_spell("admission-cancelled", "2026-01-06 12:00")
    told.reviewed("2026-01-07 10:00", meets=False)
    assert told.journey().spells == {}
    assert rules(told) == []
    assert told.assessed("2026-01-08 10:00").stage.stage == "not_admitted"


def test_a_spell_may_be_admitted_again_after_its_cancellation() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("admission-cancelled", "2026-01-05 12:00")
    told.admitted("2026-01-06 10:00", ward="W7")
    assert ward(told) == "W7"
    assert rules(told) == []


def test_one_of_two_admissions_of_a_spell_is_cancelled() -> None:
    told = Told()
    twice = admitted(told, "W1")
    admitted(told, "W2", recorded="2026-01-05 10:30")
    assert rules(told) == ["admitted_twice"]
    told.in_spell("admission-cancelled", "2026-01-05 11:00", corrects=twice.identity)
    assert ward(told) == "W2"
    assert rules(told) == []


@pytest.mark.parametrize("named", [False, True])
def test_a_cancelled_discharge_undoes_the_last_one_before_it(*, named: bool) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    left = told.discharged("2026-01-06 10:00")
    told.in_spell("discharge-cancelled", "2026-01-06 12:00",
                  corrects=left.identity if named else None)  # fmt: skip
    (spell,) = told.journey().spells.values()
    assert spell.discharged is None
    told.discharged("2026-01-07 10:00")
    (spell,) = told.journey().spells.values()
    assert spell.discharged is not None
    assert spell.discharged.by == told.events[-1].identity
    assert rules(told) == []


def test_a_cancellation_that_comes_first_finds_its_discharge() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("discharge-cancelled", "2026-01-06 12:00")
    assert rules(told) == ["cancellation_without_target"]
    told.discharged("2026-01-06 10:00")
    (spell,) = told.journey().spells.values()
    assert spell.discharged is None
    assert rules(told) == []


def test_a_cancellation_reaches_back_in_time_only_and_into_its_own_spell() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("discharge-cancelled", "2026-01-06 12:00")
    told.in_spell("discharge-cancelled", "2026-01-08 12:00", spell_id="S2")
    told.discharged("2026-01-07 10:00")
    (spell,) = told.journey().spells.values()
    assert spell.discharged is not None
    assert rules(told) == ["cancellation_without_target", "cancellation_without_target"]


def test_two_cancellations_undo_two_discharges() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-06 10:00")
    told.in_spell("discharge-cancelled", "2026-01-06 11:00")
    told.discharged("2026-01-07 10:00")
    told.in_spell("discharge-cancelled", "2026-01-07 11:00")
    (spell,) = told.journey().spells.values()
    assert spell.discharged is None
    assert rules(told) == []
