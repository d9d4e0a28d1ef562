"""The set of a person's events: repeats, conflicts, restoring, discarding, packing, memory."""

import gc
import random
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from flow.events import AnyEvent, decode_stored
from flow.pathway import Added, History, assess, load_policy
from flow.pathway.history import MAX_PENDING
from flow.pathway.packing import pack_journey
from tests.pathway.interpreted import ONLY_INTERPRETED
from tests.pathway.told import PROVIDER, SPELL, Told, value_of

LIVE_JOURNEY_BYTES = 25 * 1024
"""What a quiet live journey of 40 events of 500 bytes may cost, overhead included."""


def test_an_event_is_fresh_once() -> None:
    event = Told().admitted("2026-01-05 10:00")
    history = History()
    assert history.add(event, value_of(event)) is Added.FRESH
    assert history.add(event, value_of(event)) is Added.REPEAT
    assert len(history) == 1
    assert list(history.identities()) == ["/rr8/pas#e1"]
    assert history.values()["/rr8/pas#e1"] == value_of(event)


def test_the_same_event_written_another_way_is_a_repeat() -> None:
    event = Told().admitted("2026-01-05 10:00", ward="W1")
    history = History()
    history.add(event, value_of(event))
    content = orjson.loads(value_of(event))
    other = orjson.dumps(
        {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", **dict(reversed(content.items()))}
    )
    assert history.add(decode_stored(other), other) is Added.REPEAT
    assert history.values()[event.identity] == value_of(event)


@pytest.mark.parametrize("first", ["earlier", "later"])
def test_of_two_contents_the_one_recorded_last_stands(first: str) -> None:
    told = Told()
    earlier = told.admitted("2026-01-05 10:00", id="a", ward="W1", recorded="2026-01-05 10:05")
    later = told.admitted("2026-01-05 09:00", id="a", ward="W2", recorded="2026-01-05 10:06")
    pair = [earlier, later] if first == "earlier" else [later, earlier]
    history = History()
    assert history.add(pair[0], value_of(pair[0])) is Added.FRESH
    history.journey()
    won = Added.CONFLICT_WON if first == "earlier" else Added.CONFLICT_LOST
    assert history.add(pair[1], value_of(pair[1])) is won
    assert history.values()["/rr8/pas#a"] == value_of(later)
    (spell,) = history.journey().spells.values()
    assert spell.ward == "W2"


def test_recorded_at_the_same_time_the_hash_decides() -> None:
    told = Told()
    some = told.admitted("2026-01-05 10:00", id="a", ward="W1")
    other = told.admitted("2026-01-05 10:00", id="a", ward="W2")
    values = []
    for pair in ([some, other], [other, some]):
        history = History()
        results = {history.add(event, value_of(event)) for event in pair}
        assert results in ({Added.FRESH, Added.CONFLICT_WON}, {Added.FRESH, Added.CONFLICT_LOST})
        values.append(history.values()["/rr8/pas#a"])
    assert values[0] == values[1]


def test_one_identifier_of_two_sources_is_two_events() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", id="a")
    told.reviewed("2026-01-06 10:00", id="a", source="/rr8/board", meets=False)
    assert len(told.history()) == 2


def test_restored_events_are_not_decoded_until_asked() -> None:
    event = Told().admitted("2026-01-05 10:00")
    history = History()
    history.restore("/rr8/pas#broken", b"not an event")
    assert len(history) == 1
    assert history.size_bytes == len(b"/rr8/pas#brokennot an event")
    history.discard("/rr8/pas#broken")
    history.discard("/rr8/pas#never")
    history.restore(event.identity, value_of(event))
    assert list(history.journey().spells) == [("RR8", "S1")]


def test_a_discarded_event_is_forgotten() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    review = told.reviewed("2026-01-06 10:00", meets=False)
    history = told.history()
    history.journey()
    history.discard(review.identity)
    (spell,) = history.journey().spells.values()
    assert spell.reviews == 0


@ONLY_INTERPRETED
def test_a_fold_that_fails_is_tried_again_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    history = told.history()
    history.journey()
    review = told.reviewed("2026-01-06 10:00", meets=False)
    assert history.add(review, value_of(review)) is Added.FRESH

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("flow.pathway.history.step", broken)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                history.journey()
    (spell,) = history.journey().spells.values()
    assert spell.reviews == 1


def test_the_newest_event_is_one_step_and_a_late_one_is_not() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    history = told.history()
    journey = history.journey()
    for day in (8, 9):
        event = told.reviewed(f"2026-01-{day:02} 10:00", meets=False)
        history.add(event, value_of(event))
        assert history.journey() is journey
    late = told.reviewed("2026-01-07 10:00", meets=False)
    history.add(late, value_of(late))
    assert history.journey() is not journey
    assert history.journey().steps == 4


def test_its_size_is_that_of_all_it_holds() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    history = told.history()
    plain = history.size_bytes
    history.journey()
    history.pack()
    assert history.packed
    packed = history.size_bytes
    event = told.reviewed("2026-01-06 10:00", meets=False)
    history.add(event, value_of(event))
    added = len(event.identity) + len(value_of(event))
    assert history.size_bytes == packed + added, "what was packed, and the journey, still is"
    history.discard(event.identity)
    assert history.size_bytes < plain, "the packed journey is forgotten with an event that it told"
    history.discard(told.events[0].identity)
    assert history.size_bytes == 0


def test_packed_histories_unpack_by_themselves() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 10:00", meets=False)
    for use in ("add", "restore", "merge", "discard", "pack"):
        history = told.history()
        plain = history.size_bytes
        history.pack()
        assert history.packed
        assert len(history) == 2
        assert history.size_bytes < plain
        event = Told().discharged("2026-01-07 10:00", id="later")
        match use:
            case "add":
                assert history.add(event, value_of(event)) is Added.FRESH
            case "restore":
                history.restore(event.identity, value_of(event))
            case "merge":
                other = History()
                other.add(event, value_of(event))
                history.merge(other)
            case "discard":
                history.discard("/rr8/pas#e2")
            case _:
                history.pack()
                assert history.packed
        assert len(history) == {"discard": 1, "pack": 2}.get(use, 3)
        assert history.add(told.events[0], value_of(told.events[0])) is Added.REPEAT


def moved_many_times(moves: int) -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    for number in range(moves):
        told.tell("patient-transferred", f"2026-01-06 {number // 60:02}:{number % 60:02}",
                  provider=PROVIDER, spell_id=SPELL, ward=f"W{number}")  # fmt: skip
    return told


@ONLY_INTERPRETED
def test_what_is_decoded_when_all_are_folded_is_not_decoded_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = moved_many_times(MAX_PENDING + 7)
    history = told.history()
    decoded: list[bytes] = []

    def counted(value: bytes) -> AnyEvent:
        decoded.append(value)
        return decode_stored(value)

    monkeypatch.setattr("flow.pathway.history.decode_stored", counted)
    (spell,) = history.journey().spells.values()
    assert len(decoded) == len(told.events) - MAX_PENDING
    assert len(spell.ward_stays) == MAX_PENDING + 7


def test_of_what_is_still_decoded_the_content_that_stands_is_folded() -> None:
    told = moved_many_times(MAX_PENDING + 7)
    history = told.history()
    other = told.tell("patient-transferred", "2026-01-06 00:00", id=told.events[1].id,
                      recorded="2026-01-07 09:00", provider=PROVIDER, spell_id=SPELL,
                      ward="elsewhere")  # fmt: skip
    assert history.add(other, value_of(other)) is Added.CONFLICT_WON
    (spell,) = history.journey().spells.values()
    assert spell.ward_stays[0].ward == "elsewhere"


def test_what_is_discarded_is_not_folded_though_it_is_still_decoded() -> None:
    told = moved_many_times(MAX_PENDING + 7)
    history = told.history()
    history.discard(told.events[1].identity)
    (spell,) = history.journey().spells.values()
    assert spell.ward_stays[0].ward == "W1"


def test_who_was_packed_grows_without_being_folded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 10:00", meets=False)
    history = told.history()
    history.journey()
    history.pack()
    monkeypatch.delattr(History, "_fold_all")
    (spell,) = history.journey().spells.values()
    assert (spell.reviews, history.packed) == (1, True)
    history.pack()
    event = told.reviewed("2026-01-07 10:00", meets=False)
    history.add(event, value_of(event))
    (spell,) = history.journey().spells.values()
    assert spell.reviews == 2


def test_what_came_since_the_last_look_is_not_lost_by_packing() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    history = told.history()
    history.journey()
    event = told.reviewed("2026-01-06 10:00", meets=False)
    history.add(event, value_of(event))
    history.pack()
    (spell,) = history.journey().spells.values()
    assert spell.reviews == 1


@ONLY_INTERPRETED
def test_a_chain_of_returns_deeper_than_python_goes_is_packed_all_the_same() -> None:
    told = Told()
    day = datetime(2025, 1, 1, 10, tzinfo=UTC)
    for number in range(1, 601):
        told.admitted(day, spell_id=f"S{number}", admission_method="21")
        told.discharged(day + timedelta(hours=12), spell_id=f"S{number}")
        day += timedelta(days=1)
    history = told.history()
    before = len(history.journey().spans)
    assert pack_journey(history.journey(), None) == b""
    history.pack()
    assert history.packed
    assert len(history.journey().spans) == before


def garbage() -> Counter[str]:
    """What the collector finds, by type."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    found = Counter(f"{type(each).__module__}.{type(each).__name__}" for each in gc.garbage)
    gc.set_debug(0)
    gc.garbage.clear()
    gc.collect()
    return found


def test_packing_leaves_nothing_to_the_garbage_collector() -> None:
    """Journeys hold no circles, so a process may let the collector run seldom."""
    chance = random.Random(6)
    people = [_forty_events(chance) for _ in range(20)]
    policy = load_policy()
    for _ in range(10):  # what other tests left: finalizers make more of it
        if gc.collect() == 0:
            break
    gc.disable()
    try:
        # Other tests' threads and caches may let go of something meanwhile, but not each time.
        for _ in range(5):
            for values in people:
                history = History()
                for value in values:
                    event = decode_stored(value)
                    history.add(event, value)
                    assess(history.journey(), policy, event.time)
                history.pack()
            found = garbage()
            assert not [kind for kind in found if kind.startswith("flow.")], found
            if not found:
                break
        assert not found
    finally:
        gc.enable()


def test_memory_of_quiet_live_journeys() -> None:
    """1,000 people with 40 events of 500 bytes that hardly compress beyond their field names."""
    chance = random.Random(5)
    people = [_forty_events(chance) for _ in range(1000)]
    gc.collect()
    tracemalloc.start()
    histories = []
    for values in people:
        history = History()
        for value in values:
            own = bytes(bytearray(value))
            history.add(decode_stored(own), own)
        history.journey()
        history.pack()
        histories.append(history)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] / len(histories)
    tracemalloc.stop()
    assert all(len(history) == 40 for history in histories)
    assert used < LIVE_JOURNEY_BYTES


def _forty_events(chance: random.Random) -> list[bytes]:
    told = Told()
    told.admitted("2026-01-05 10:00")
    for day in range(39):
        told.reviewed(f"2026-02-{day % 28 + 1:02} 10:{day:02}", meets=day % 5 == 0)
    values = []
    for event in told.events:
        content = orjson.loads(value_of(event))
        content["traceparent"] = None
        content["note"] = ""
        room = 500 - len(orjson.dumps(content))
        content["note"] = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=room))
        values.append(orjson.dumps(content))
        assert len(values[-1]) == 500
    return values
