"""Journeys as they were a few events ago: what they share with the newest, when they are used."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.events import AnyEvent
from flow.pathway import History, assess
from flow.pathway.copying import GROWS, copy_of, own_fields
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from tests.pathway.interpreted import ONLY_INTERPRETED
from tests.pathway.strategies import START, stories
from tests.pathway.test_laws import history_of, said
from tests.pathway.told import ENGLAND, Told, at, facts, value_of

NEVER_CHANGED = {"memo", "resolution"}
"""What an assessment remembers, which a copy does not; and what is replaced as a whole."""


def parts(item: object, seen: set[int]) -> Iterator[object]:
    """Everything that a journey holds and handlers may change."""
    if id(item) in seen:
        return
    seen.add(id(item))
    yield item
    held: list[object] = []
    if isinstance(item, dict):
        held = [*item, *item.values()]
    elif isinstance(item, list | tuple | set | frozenset):
        held = [*item]
    elif type(item) in GROWS:
        names = [name for each in type(item).__mro__ for name in own_fields(each)]
        held = [getattr(item, name) for name in names if name not in NEVER_CHANGED]
    for part in held:
        yield from parts(part, seen)


UNCHANGING = (Mark, str, int, float, bool, type(None), tuple, frozenset, timedelta)


@given(stories(max_size=40))
def test_a_copy_says_the_same_and_shares_nothing_that_is_changed_in_place(
    events: list[AnyEvent],
) -> None:
    journey = history_of(events).journey()
    copied = copy_of(journey)
    assert facts(copied) == facts(journey)
    theirs = {id(part) for part in parts(journey, set())}
    for part in parts(copied, set()):
        if isinstance(part, dict | list) or type(part) in GROWS:
            assert id(part) not in theirs, part
        else:
            assert isinstance(part, UNCHANGING) or hasattr(part, "isoformat"), type(part)


@given(stories(max_size=40))
def test_what_is_folded_into_a_copy_leaves_the_journey_alone(events: list[AnyEvent]) -> None:
    half = len(events) // 2
    journey = history_of(events[:half]).journey()
    before = facts(journey)
    grown = history_of(events[:half])
    grown._journey = copy_of(journey)
    for event in events[half:]:
        grown.add(event, value_of(event))
    assess(grown.journey(), ENGLAND, START + timedelta(days=400))
    assert facts(journey) == before


def in_parts(events: list[AnyEvent], chance: random.Random) -> Iterator[list[AnyEvent]]:
    """As they come: a few in order, or the newest first, or mixed, or one of them late."""
    coming = list(events)
    while coming:
        size = chance.randint(1, 12)
        part, coming = coming[:size], coming[size:]
        match chance.choice([0, 0, 0, 1, 2, 3]):
            case 0:
                part.reverse()
            case 1:
                chance.shuffle(part)
            case 2:
                part.append(part.pop(0))
        yield part


def same_as_all_anew(grown: History, known: list[AnyEvent]) -> None:
    journey, anew = grown.journey(), history_of(known).journey()
    assert facts(journey) == facts(anew)
    theirs = anew.resolution
    if anew.began is not None:  # else the first event, of which none stands, says since when
        theirs = theirs._replace(first_at=journey.resolution.first_at)
    assert journey.resolution == theirs


@given(
    stories(max_size=40, linked=True),
    st.randoms(use_true_random=False),
    st.integers(1, 3),
    st.sampled_from([0.2, 0.9, 1.0]),
)
def test_from_an_earlier_copy_it_is_the_same_as_all_anew(
    events: list[AnyEvent], chance: random.Random, every: int, looks: float
) -> None:
    """In any order, one by one and many between two looks, packed now and then; copies as often as
    can be, so that they are used for short stories too."""
    grown, known = History(), list[AnyEvent]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flow.pathway.earlier.EVERY", every)
        patch.setattr("flow.pathway.earlier.WORTH_COPIES", 1)
        for part in in_parts(events, chance):
            for event in part:
                grown.add(event, value_of(event))
                known.append(event)
                if chance.random() < looks:
                    steps = grown.journey().steps
                    assert steps == history_of(known).journey().steps, "none is lost"
            same_as_all_anew(grown, known)
            if chance.random() < 0.2:
                grown.pack()
        now = START + timedelta(hours=chance.choice([0, 50, 300, 1500, 9000]))
        assert said(grown, now) == said(history_of(known), now)


@pytest.fixture
def folded_anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A number for each time that a history was folded from its first event."""
    times: list[int] = []
    fold_all = History._fold_all

    def counted(history: History, *, again: bool = False) -> Journey:
        times.append(len(history))
        return fold_all(history, again=again)

    monkeypatch.setattr(History, "_fold_all", counted)
    return times


def reviewed_daily(days: int) -> tuple[Told, History]:
    """In hospital for so many days, one event on each, looked at after each. The second of the
    first day comes late, as more may."""
    told = Told()
    told.admitted("2026-01-01 10:00")
    told.reviewed("2026-01-01 15:00", meets=True)
    history = told.history()
    history.journey()
    late = told.in_spell("task-done", "2026-01-01 12:00", task="other")
    history.add(late, value_of(late))
    history.journey()
    for day in range(2, days + 1):
        event = told.reviewed(f"2026-01-{day:02} 10:00", meets=True)
        history.add(event, value_of(event))
        history.journey()
    return told, history


@ONLY_INTERPRETED
@pytest.mark.parametrize(
    ("kind", "when", "other", "anew"),
    [
        ("task-done", "2026-01-27 12:00", {"task": "other"}, False),
        ("task-done", "2026-01-23 12:00", {"task": "other"}, False),
        ("task-done", "2026-01-05 12:00", {"task": "other"}, True),
        ("patient-transferred", "2026-01-26 12:00", {"ward": "W2"}, False),
        # Which discharge is undone depends on all that came before it.
        ("discharge-cancelled", "2026-01-26 12:00", {}, True),
    ],
)
def test_an_event_that_is_a_little_late_is_folded_from_a_little_before(
    kind: str, when: str, other: dict[str, str], anew: bool, folded_anew: list[int]
) -> None:
    told, history = reviewed_daily(28)
    event = told.in_spell(kind, when, **other)
    history.add(event, value_of(event))
    folded_anew.clear()
    grown = facts(history.journey())
    assert bool(folded_anew) is anew
    assert grown == facts(history_of(told.events).journey())


@ONLY_INTERPRETED
@pytest.mark.parametrize(
    ("target_day", "anew"), [(28, False), (26, False), (21, False), (5, True), (2, True)]
)
def test_a_correction_of_one_of_the_last_events_is_folded_from_a_little_before(
    target_day: int, anew: bool, folded_anew: list[int]
) -> None:
    told, history = reviewed_daily(28)
    target = told.events[target_day + 1]
    event = told.reviewed(target.time, meets=False, corrects=target.identity)
    history.add(event, value_of(event))
    folded_anew.clear()
    grown = facts(history.journey())
    assert bool(folded_anew) is anew
    fresh = history_of(told.events).journey()
    assert grown == facts(fresh)
    assert history.journey().resolution == fresh.resolution


@pytest.mark.parametrize("at_once", [1, 2, 3])
@pytest.mark.parametrize("day", range(12, 28))
def test_what_was_folded_from_a_copy_can_be_folded_from_it_again(day: int, at_once: int) -> None:
    """With as many events as a copy is ever used for: none of them is forgotten."""
    told, history = reviewed_daily(28)
    for turn in range(4):
        for minute in range(at_once):
            event = told.in_spell(
                "task-done", f"2026-01-{day} 12:{10 * turn + minute:02}", task="other"
            )
            history.add(event, value_of(event))
        assert facts(history.journey()) == facts(history_of(told.events).journey())


@ONLY_INTERPRETED
def test_of_whoever_has_had_no_late_event_no_copies_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told()
    told.admitted("2026-01-01 10:00")
    monkeypatch.delattr("flow.pathway.earlier.copy_of")
    history = told.history()
    for day in range(2, 31):
        event = told.reviewed(f"2026-01-{day:02} 10:00", meets=True)
        history.add(event, value_of(event))
        history.journey()
    assert history.journey().steps == 30


@ONLY_INTERPRETED
def test_a_second_correction_of_the_same_event_is_weighed_against_the_first(
    folded_anew: list[int],
) -> None:
    told, history = reviewed_daily(28)
    target = told.events[-2]
    for meets in (False, True):
        event = told.reviewed(target.time, meets=meets, corrects=target.identity)
        history.add(event, value_of(event))
        folded_anew.clear()
        assert facts(history.journey()) == facts(history_of(told.events).journey())
    assert folded_anew


@ONLY_INTERPRETED
def test_two_corrections_of_different_events_both_hold(folded_anew: list[int]) -> None:
    told, history = reviewed_daily(28)
    first, second = told.events[-4], told.events[-2]
    folded_anew.clear()
    for target in (first, second):
        event = told.reviewed(target.time, meets=False, corrects=target.identity)
        history.add(event, value_of(event))
        history.journey()
    assert not folded_anew
    fresh = history_of(told.events).journey()
    assert facts(history.journey()) == facts(fresh)
    assert history.journey().resolution == fresh.resolution


def test_of_whom_only_links_stand_it_is_known_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link stands in the place of the one thing that was told of the person."""
    monkeypatch.setattr("flow.pathway.earlier.EVERY", 3)
    monkeypatch.setattr("flow.pathway.earlier.WORTH_COPIES", 1)
    told = Told()
    told.tell("identity-unlinked", "2026-01-05 07:30")
    told.tell("identity-unlinked", "2026-01-05 07:00")  # late, so that copies are wanted
    known = told.tell("medicines-ready", "2026-01-05 08:00", provider="RR8", spell_id="S1")
    told.tell("identity-unlinked", "2026-01-05 19:00", corrects=known.identity)
    grown = History()
    for event in told.events:
        grown.add(event, value_of(event))
        grown.journey()
    now = START + timedelta(days=3)
    assert assess(grown.journey(), ENGLAND, now).stage.since == at("2026-01-05 07:00")
