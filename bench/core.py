"""The loops that show what the core costs: decode alone, decode and add to a history, decode, add,
fold and assess. `bench.core_cost` measures them."""

from collections.abc import Sequence
from datetime import datetime

from flow.events import decode_stored
from flow.pathway import History, assess, load_policy

POLICY = load_policy()
Events = Sequence[tuple[str, datetime, bytes]]
"""(person, time, value) of everyone, in the order of time."""


def decode_only(events: Events) -> None:
    for _, _, value in events:
        decode_stored(value)


def decode_and_add(events: Events) -> None:
    histories: dict[str, History] = {}
    for person, _, value in events:
        event = decode_stored(value)
        history = histories.get(person)
        if history is None:
            history = histories[person] = History()
        history.add(event, value)


def whole_core(events: Events, histories: dict[str, History]) -> None:
    """Assesses after each event, at its time. `histories` are those of the events before."""
    for person, at, value in events:
        event = decode_stored(value)
        history = histories.get(person)
        if history is None:
            history = histories[person] = History()
        history.add(event, value)
        assess(history.journey(), POLICY, at)
