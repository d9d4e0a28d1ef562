"""The figures of any made-up story agree with those computed from its events by other code."""

from collections import defaultdict
from datetime import datetime

from hypothesis import given

from flow.events import AnyEvent
from flow.pathway import GAUGES, assess
from tests.metrics.topic_events import Record
from tests.metrics.topic_figures import Places, differences, journey_figures
from tests.pathway.strategies import moments, stories
from tests.pathway.test_laws import history_of
from tests.pathway.told import ENGLAND, PERSON, value_of


def plain(events: list[AnyEvent]) -> list[AnyEvent]:
    """Without conflicts and corrections, which have tests of their own."""
    known = {event.identity: event for event in events}
    return [event.model_copy(update={"corrects": None}) for event in known.values()]


def topics_of(events: list[AnyEvent]) -> dict[str, list[Record]]:
    topics: dict[str, list[Record]] = {}
    for event in events:
        topics.setdefault(event.topic, []).append((PERSON.encode(), value_of(event), ()))
    return topics


def disagreements(events: list[AnyEvent], now: datetime) -> list[str]:
    exported: dict[tuple[str, frozenset[tuple[str, str]]], float] = defaultdict(float)
    for gauge, labels, value in assess(history_of(events).journey(), ENGLAND, now).contribution:
        names = GAUGES[gauge].labels
        exported[gauge, frozenset(zip(names, labels, strict=True))] += value
    return differences(exported, journey_figures(topics_of(events), now, Places()))


@given(stories(max_size=40), moments())
def test_any_story_agrees(events: list[AnyEvent], now: datetime) -> None:
    events = plain(events)
    now = max([now, *(event.time for event in events)])
    assert disagreements(events, now) == []
