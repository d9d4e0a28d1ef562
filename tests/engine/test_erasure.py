"""People who are erased: everything of theirs goes at once, and does not return."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from flow.engine import partition
from flow.events import encode
from flow.events.topics import PERSON_INPUTS
from tests.engine.test_retire import LETTERS, journey, letters
from tests.engine.world import World
from tests.pathway.test_corrections_of_every_type import ALL_TOLD, OF_A_PERSON, example
from tests.pathway.told import PERSON, Told, at
from tests.system.outcome import latest

ERASED_AT = "2026-01-13 12:00"
TICK = at("2026-01-13 10:00")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "FENCED_RETRY_S", 0.01)
    monkeypatch.setattr(partition, "RETRY_FIRST_S", 0.01)


@pytest.fixture(params=["wall", "log"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    made = World()
    made.wall = request.param == "wall"
    await made.crash()  # begins anew, with that clock
    yield made
    if not made.running.done():
        await made.stop()


async def erased(world: World) -> Told:
    """Someone in the middle of a journey, and a tick later nobody."""
    told = journey()
    world.publish(*told.events)
    world.tick(TICK)
    await world.settle()
    assert latest(world.records("stages"))
    world.publish(told.tell("person-erased", ERASED_AT, id="erase", reason="objection"))
    await world.settle()
    return told


def assert_nothing_is_held(world: World) -> None:
    assert set(latest(world.records("pathway-events"))) == {b"clock", f"{PERSON}/summary".encode()}
    assert set(latest(world.records("placements"))) == {b"/clock/0"}
    for short in ("alerts", "stages"):
        assert not latest(world.records(short)), short


async def test_everything_goes_at_once_without_a_tick(world: World) -> None:
    await erased(world)
    assert_nothing_is_held(world)
    assert not letters(world)


@pytest.mark.parametrize("kind", OF_A_PERSON)
async def test_of_no_type_of_event_anything_stays(world: World, kind: str) -> None:
    world.publish(*journey().events, example(kind))
    world.tick(ALL_TOLD)
    await world.settle()
    last = ALL_TOLD.isoformat()
    world.publish(Told().tell("person-erased", last, id="erase", reason="objection"))
    await world.settle()
    if kind != "flow.identity-linked.v1":
        assert_nothing_is_held(world)
    else:  # of the reference linked to, that it was told of the link
        held = set(latest(world.records("pathway-events")))
        assert not [key for key in held if b"/event/" in key]
        assert {key for key in held if PERSON.encode() in key} == {f"{PERSON}/summary".encode()}


async def test_what_comes_again_becomes_a_dead_letter_without_its_content(world: World) -> None:
    told = await erased(world)
    world.publish(*told.events[:3])
    world.publish_raw("admission", PERSON.encode(), b'{"note": "not even an event"}')
    await world.settle()
    await world.crash()
    world.publish(told.events[4])
    await world.settle()
    assert sorted(letters(world)) == ["erased"] * 4 + ["invalid"]
    for short in LETTERS:
        for letter in world.records(short):
            assert letter.value is None
            assert all(name.startswith("flow.dlq.") for name, _ in letter.headers)
    assert_nothing_is_held(world)


async def test_an_erasure_delivered_again_costs_nothing(world: World) -> None:
    told = await erased(world)
    world.acknowledged = dict.fromkeys(PERSON_INPUTS, 0)  # no offset was committed
    await world.crash()
    await world.settle()
    world.publish(told.events[-1])
    await world.settle()
    assert not letters(world)
    assert_nothing_is_held(world)


async def test_a_newer_event_begins_a_new_journey(world: World) -> None:
    told = await erased(world)
    again = told.admitted("2026-01-14 10:00", spell_id="S2")
    world.publish(again)
    world.tick(TICK + timedelta(days=1))
    await world.settle()
    world.publish(told.events[0])
    await world.settle()
    state = latest(world.records("pathway-events"))
    assert [key for key in state if b"/event/" in key] == [
        f"{PERSON}/event/{again.identity}".encode()
    ]
    assert state[f"{PERSON}/event/{again.identity}".encode()] == encode(again)
    assert letters(world) == ["erased"]


async def test_someone_unknown_is_erased_all_the_same(world: World) -> None:
    told = journey()
    world.publish(told.tell("person-erased", ERASED_AT, id="erase", reason="unlawful"))
    world.tick(TICK)
    await world.settle()
    world.publish(*told.events[:2])
    await world.settle()
    assert letters(world) == ["erased", "erased"]
    assert_nothing_is_held(world)


async def test_who_was_retired_can_be_erased(world: World) -> None:
    told = journey()
    world.publish(*told.events)
    world.tick(at("2026-06-10 10:00"))
    await world.settle()
    world.publish(told.tell("person-erased", "2026-06-10 10:00", id="erase", reason="objection"))
    await world.settle()
    world.publish(told.events[0])
    await world.settle()
    assert letters(world) == ["erased"]
