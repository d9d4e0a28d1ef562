"""How far each input is worked: what comes again is told from a topic that was made anew."""

from flow.engine.memory import StoredRecord
from flow.engine.reached import Reached


def record(offset: int, time_ms: int) -> StoredRecord:
    return StoredRecord("flow.admission.v1", 0, offset, time_ms, b"k1.somebody", b"{}")


def test_what_lies_before_has_been_worked_and_what_follows_has_not() -> None:
    reached = Reached()
    assert not reached.has("admission", record(0, 1_000))
    reached.note("admission", record(7, 2_000))
    assert reached.has("admission", record(7, 2_000))
    assert reached.has("admission", record(3, 1_500))
    assert not reached.has("admission", record(8, 2_000))
    assert not reached.has("discharge", record(3, 1_500))


def test_a_record_that_comes_again_takes_nothing_back() -> None:
    reached = Reached()
    reached.note("admission", record(7, 2_000))
    reached.note("admission", record(3, 1_500))
    assert reached.has("admission", record(7, 2_000))


def test_a_topic_made_anew_begins_again() -> None:
    reached = Reached()
    reached.note("admission", record(7, 2_000))
    anew = record(0, 9_000)
    assert not reached.has("admission", anew)
    reached.note("admission", anew)
    assert not reached.has("admission", record(1, 9_001))


def test_it_comes_back_from_its_content() -> None:
    reached = Reached()
    reached.note("admission", record(7, 2_000))
    again = Reached(reached.content())
    assert again.has("admission", record(7, 2_000))
    assert not again.has("admission", record(7, 2_001))
