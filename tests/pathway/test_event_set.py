"""The bytes of a person's events are held as in a dictionary, whatever was packed in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.pathway.event_set import FULL, EventSet
from flow.pathway.packing import compress, decompress
from tests.pathway.interpreted import ONLY_INTERPRETED

IDENTITIES = [f"/rr8/pas#{number}" for number in range(3 * FULL)]
STEPS = st.one_of(
    st.tuples(st.sampled_from(["put", "remove"]), st.sampled_from(IDENTITIES)),
    st.just(("pack", "")),
)


def _value(identity: str, turn: int) -> bytes:
    return f'{{"id":"{identity}","turn":{turn}}}'.encode()


def _same(events: EventSet, expected: dict[str, bytes]) -> None:
    assert dict(events.all()) == expected
    assert len(events) == len(expected)
    assert {identity: events.get(identity) for identity in IDENTITIES} == {
        identity: expected.get(identity) for identity in IDENTITIES
    }
    assert dict(events.several(expected)) == expected


def _do(events: EventSet, expected: dict[str, bytes], steps: list[tuple[str, str]]) -> None:
    for turn, (step, identity) in enumerate(steps):
        if step == "pack":
            events.pack()
        elif step == "remove":
            assert events.remove(identity) == (expected.pop(identity, None) is not None)
        else:
            expected[identity] = _value(identity, turn)
            events.put(identity, expected[identity])


@given(st.lists(STEPS, max_size=40))
def test_it_is_a_dictionary(steps: list[tuple[str, str]]) -> None:
    events, expected = EventSet(), dict[str, bytes]()
    _do(events, expected, steps)
    _same(events, expected)


@pytest.mark.parametrize("between", [1, 5, FULL, 2 * FULL])
def test_what_is_packed_now_and_then_keeps_all_of_it_in_the_order_it_came(between: int) -> None:
    events, expected = EventSet(), dict[str, bytes]()
    for number, identity in enumerate(IDENTITIES):
        expected[identity] = _value(identity, number)
        events.append(identity, expected[identity])
        if number % between == 0:
            events.pack()
            assert events.packed
    events.pack()
    _same(events, expected)
    assert list(events.all()) == IDENTITIES


def test_what_comes_leaves_the_others_packed() -> None:
    events = EventSet()
    for identity in IDENTITIES:
        events.append(identity, _value(identity, 0))
    whole = events.size_bytes
    events.pack()
    packed = events.size_bytes
    assert packed < whole / 2
    events.append("/rr8/pas#new", b"{}")
    assert events.get("/rr8/pas#new") == b"{}"
    assert events.get(IDENTITIES[0]) == _value(IDENTITIES[0], 0)
    assert not events.remove("/rr8/pas#never")
    assert events.size_bytes == packed + len("/rr8/pas#new") + 2


@ONLY_INTERPRETED
def test_identities_that_leave_one_trace_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flow.pathway.event_set._trace", lambda _: b"same")
    events, expected = EventSet(), dict[str, bytes]()
    steps = [("put", "/rr8/pas#0"), ("pack", ""), ("put", "/rr8/pas#1"), ("remove", "/rr8/pas#2")]
    _do(events, expected, [*steps, ("pack", "")])
    _same(events, expected)


def test_what_is_packed_tells_nothing_of_who_was_packed_before() -> None:
    whole = b"".join(_value(identity, 1) for identity in IDENTITIES)
    first = compress(whole)
    compress(whole[::-1])
    assert compress(whole) == first
    assert decompress(first) == whole
