"""The workload of the benchmarks: the same every time, valid, and of the size that it says."""

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from bench.figures import Figures
from bench.preload import with_ticks
from bench.report import Goal, Line
from bench.workload import EVENTS_MAX, EVENTS_MIN, Item, save, saved, workload
from flow.engine.ticks import decode_tick
from flow.events import decode
from flow.events.topics import PERSON_INPUTS
from flow.pathway import Added, History, assess, load_policy
from flow.settings import Settings

EVENTS = 1_000
OF_REFERENCES = {"identity-links", "transfers"}
"""Everybody in the workload has one reference."""


@pytest.fixture(scope="module")
def tidy() -> list[Item]:
    return workload(EVENTS)


@pytest.fixture(scope="module")
def unruly() -> list[Item]:
    return workload(EVENTS, unruly=True)


@pytest.fixture(params=["tidy", "unruly"])
def items(request: pytest.FixtureRequest) -> list[Item]:
    made: list[Item] = request.getfixturevalue(request.param)
    return made


def test_it_is_the_same_every_time(tidy: list[Item]) -> None:
    assert workload(EVENTS) == tidy
    assert workload(EVENTS, seed=8) != tidy


def test_the_door_takes_every_event_and_the_core_every_journey(items: list[Item]) -> None:
    histories: dict[str, History] = defaultdict(History)
    policy = load_policy()
    for item in items:
        event, value = decode(item.value, key=item.person.encode(), topic=item.topic)
        assert value == item.value
        history = histories[item.person]
        history.add(event, value)
        assert assess(history.journey(), policy, item.published_at).stage


def test_journeys_are_long_whole_and_interleaved(items: list[Item]) -> None:
    lengths = Counter(item.person for item in items)
    assert len(items) >= EVENTS
    assert all(EVENTS_MIN <= length <= EVENTS_MAX for length in lengths.values())
    neighbours = sum(a.person == b.person for a, b in pairwise(items))
    assert neighbours < len(items) / 2
    assert {item.topic for item in items} == set(PERSON_INPUTS) - OF_REFERENCES


def test_values_are_of_about_500_bytes(items: list[Item]) -> None:
    mean_bytes = sum(len(item.value) for item in items) / len(items)
    assert 450 <= mean_bytes <= 550


def test_tidy_events_come_once_and_as_they_happened(tidy: list[Item]) -> None:
    histories: dict[str, History] = defaultdict(History)
    newest: dict[str, tuple[object, ...]] = {}
    for item in tidy:
        event, value = decode(item.value, key=item.person.encode())
        order = (event.time, event.rank, event.recordedtime)
        assert event.corrects is None
        assert order >= newest.get(item.person, order)
        newest[item.person] = order
        assert histories[item.person].add(event, value) is Added.FRESH


def test_unruly_events_come_late_twice_and_corrected() -> None:
    histories: dict[str, History] = defaultdict(History)
    found: Counter[str] = Counter()
    for item in workload(5 * EVENTS, unruly=True):
        event, value = decode(item.value, key=item.person.encode())
        found["late"] += (event.recordedtime - event.time).total_seconds() > 3_600
        added = histories[item.person].add(event, value)
        found["twice"] += added is Added.REPEAT
        if event.corrects is not None:
            found["corrected"] += event.corrects in histories[item.person].identities()
    assert all(found[what] for what in ("late", "twice", "corrected"))


def test_items_come_back_from_a_file(items: list[Item], tmp_path: Path) -> None:
    save(items, tmp_path / "items")
    assert list(saved(tmp_path / "items")) == items


def test_a_tick_names_what_was_published_before_it(tidy: list[Item]) -> None:
    settings = Settings(topic_prefix="bench.", partitions=2)
    published: Counter[tuple[str, int]] = Counter()
    ticks = 0
    for record in with_ticks(tidy, settings):
        tick = decode_tick(record.value)
        if record.topic != "bench.flow.ticks.v1":
            published[record.topic, record.partition] += 1
            continue
        assert tick is not None
        ticks += 1
        for short, end in tick.ends.items():
            assert published[f"bench.flow.{short}.v1", record.partition] == end
    assert ticks >= 2
    assert published.total() == len(tidy)
    assert tick is not None
    assert tick.at == tidy[-1].published_at


def test_figures_are_summed_over_labels() -> None:
    page = 'patientflow_events_total{topic="a"} 2\npatientflow_events_total{topic="b"} 3\n'
    assert Figures(f"# TYPE patientflow_events_total counter\n{page}")["events_total"] == 5


@pytest.mark.parametrize(
    ("figure", "at_most", "met"),
    [(9.9, True, True), (10.1, True, False), (10.1, False, True), (9.9, False, False)],
)
def test_a_goal_is_a_limit_from_above_or_below(figure: float, at_most: bool, met: bool) -> None:
    assert Line("core", "what", figure, "×", Goal(10.0, at_most=at_most)).met is met
