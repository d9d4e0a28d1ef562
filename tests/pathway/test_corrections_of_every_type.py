"""A correction of any type of event gives what would have been, had it been right at once."""

from datetime import timedelta

import orjson
import pytest

from flow.events import EVENT_TYPES, AnyEvent, decode_stored
from flow.events.catalogue_pages import VOIDED, void_example
from flow.events.event_types import OF_A_SERVICE
from flow.events.examples import EXAMPLES
from flow.pathway import History, assess
from flow.pathway.fold import HANDLERS
from tests.pathway.told import ENGLAND, PERSON, facts, value_of

OF_A_PERSON = [
    kind for kind, model in EVENT_TYPES.items() if model in HANDLERS and model not in OF_A_SERVICE
]
CANCELLATIONS = {"flow.admission-cancelled.v1", "flow.discharge-cancelled.v1"}
"""In the background they would undo what is to be corrected. One that corrects another does not
replace but void it (test_corrections.py: a voided correction brings its target back)."""
TOLD = [kind for kind in OF_A_PERSON if kind not in CANCELLATIONS]


def example(kind: str) -> AnyEvent:
    return decode_stored(orjson.dumps({**EXAMPLES[kind], "subject": PERSON}))


ALL_TOLD = max(example(kind).time for kind in OF_A_PERSON) + timedelta(days=1)


def others(kind: str) -> list[AnyEvent]:
    """One of every other type: a journey in which everything happens."""
    return [example(other) for other in TOLD if other != kind]


def means(events: list[AnyEvent]) -> tuple[object, ...]:
    """Everything that these events say, whatever came of corrections on the way, at three times."""
    history = History()
    for event in events:
        history.add(event, value_of(event))
    journey = history.journey()
    views = []
    for later in (timedelta(hours=1), timedelta(days=8), timedelta(days=95)):
        view = assess(journey, ENGLAND, ALL_TOLD + later)
        views.append((facts(view), facts(view.waits)))
    told = facts(journey)
    assert isinstance(told, dict)
    told.pop("steps")
    told.pop("owned_version", None)
    return (told, views)


def recorded_later(event: AnyEvent, **changes: object) -> AnyEvent:
    return event.model_copy(
        update={"recordedtime": event.recordedtime + timedelta(hours=1), **changes}
    )


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("wrong_by", [timedelta(hours=-7), timedelta(minutes=40)])
def test_a_correction_is_as_if_it_had_been_right_at_once(kind: str, wrong_by: timedelta) -> None:
    right = recorded_later(example(kind))
    wrong = right.model_copy(update={"id": "wrong", "time": right.time + wrong_by})
    correcting = right.model_copy(update={"corrects": wrong.identity})
    assert means([*others(kind), wrong, correcting]) == means([*others(kind), right])
    assert means([correcting, *others(kind), wrong]) == means([*others(kind), right])


@pytest.mark.parametrize("kind", TOLD)
def test_a_void_is_as_if_it_had_never_been(kind: str) -> None:
    event = example(kind)
    void = recorded_later(
        example("flow.admission-cancelled.v1"),
        id="void", source=event.source, corrects=event.identity,
    )  # fmt: skip
    if kind == "flow.patient-admitted.v1":
        # Whatever else is told of a stay that did not take place does not count.
        history = History()
        for each in [*others(kind), event, void]:
            history.add(each, value_of(each))
        assert history.journey().spells == {}
    else:
        assert means([*others(kind), event, void]) == means([*others(kind)])


@pytest.mark.parametrize("identity", [identity for _, identity in VOIDED])
def test_a_void_needs_to_know_no_spell_as_the_catalogue_says(identity: str) -> None:
    source, _, number = identity.partition("#")
    kind = "flow.first-visit-completed.v1"
    event = example(kind).model_copy(update={"source": source, "id": number})
    void = decode_stored(orjson.dumps({**void_example(identity), "subject": PERSON}))
    assert means([*others(kind), event, void]) == means(others(kind))
    assert means([void, *others(kind), event]) == means(others(kind))


def test_the_catalogue_shows_a_void_for_each_topic_of_people() -> None:
    assert {topic for topic, _ in VOIDED} == {EVENT_TYPES[kind].topic for kind in OF_A_PERSON} - {
        "identity-links"
    }
