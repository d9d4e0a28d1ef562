"""People who rest take little memory: whatever unpacks them, they rest again."""

from datetime import timedelta

import pytest

from flow.engine import people
from flow.engine.ledger import Ledger
from flow.engine.memory import StoredRecord
from flow.events import AnyEvent
from flow.events.decode import decode_stored
from flow.pathway import history, load_policy
from tests.pathway.told import Told, at, value_of

ADMITTED = "2026-01-05 10:00"


def work(ledger: Ledger, *, seconds: int) -> int:
    """The admissions of ten people, then ticks; how many of them are unpacked in the end."""
    records = []
    for number in range(10):
        person = f"k1.made-up-{number}"
        event = Told().admitted(ADMITTED).model_copy(update={"subject": person})
        time_ms = int(at(ADMITTED).timestamp() * 1_000)
        value = value_of(event)
        records.append(StoredRecord("admission", 0, 0, time_ms, person.encode(), value))
    ledger.begin_chunk("admission", records)
    ledger.add("admission", records)
    while ledger.assess_touched(len(records)):
        pass
    for second in range(seconds, seconds + 3):
        if ledger.tick(at(ADMITTED) + timedelta(seconds=second)):
            while ledger.assess_due(100):
                pass
            ledger.finish_tick()
        ledger.take()
    return sum(person._known is not None for person in ledger._people)


def test_events_that_come_twice_leave_nobody_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "WARM_PEOPLE", 2)
    ledger = Ledger(0, load_policy(), application="a", prefix="", wall=False, partitions=1)
    assert work(ledger, seconds=1) == 2
    assert work(ledger, seconds=10) == 2
    assert ledger.subject_count == 10


def test_a_backlog_packs_nobody_whose_events_wait_to_be_folded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people, "WARM_PEOPLE", 2)
    monkeypatch.setattr(people, "PACKED_PER_TICK", 1)
    decoded_again: list[bytes] = []

    def decode_again(value: bytes) -> AnyEvent:
        decoded_again.append(value)
        return decode_stored(value)

    monkeypatch.setattr(history, "decode_stored", decode_again)
    ledger = Ledger(0, load_policy(), application="a", prefix="", wall=False, partitions=1)
    assert work(ledger, seconds=1) == 2
    assert decoded_again == []
