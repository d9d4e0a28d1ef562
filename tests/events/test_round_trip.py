"""What is written is read as the same, for every type and whatever the models allow."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flow.events import EVENT_TYPES, AnyEvent, decode, decode_stored, encode
from tests.events.strategies import PERSON_TYPES, SERVICE_TYPES, events, references


@pytest.mark.parametrize("kind", PERSON_TYPES)
@settings(max_examples=25)
@given(st.data())
def test_a_persons_event_comes_back(kind: str, data: st.DataObject) -> None:
    event = data.draw(events(references(), types=[kind], wide=True))
    check(event)


@given(events("leeds-south-centre", types=SERVICE_TYPES, wide=True))
def test_a_services_event_comes_back(event: AnyEvent) -> None:
    check(event)


def check(event: AnyEvent) -> None:
    value = encode(event)
    assert type(event) is EVENT_TYPES[event.type]
    assert decode_stored(value) == event
    assert decode(value, key=event.subject.encode(), topic=event.topic).event == event
    assert encode(decode_stored(value)) == value
    written = orjson.loads(value)
    assert None not in (*written.values(), *written["data"].values())


@given(events())
def test_the_narrow_strategy_makes_valid_events_too(event: AnyEvent) -> None:
    check(event)


@given(events())
def test_events_cannot_be_changed(event: AnyEvent) -> None:
    with pytest.raises(ValueError, match="frozen"):
        event.id = "other"  # type: ignore[misc]
