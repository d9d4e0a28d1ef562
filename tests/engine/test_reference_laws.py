"""Laws of references: whatever is linked and unlinked, in whatever order, through whatever faults,
it ends as the union says: as if everything had been published under the final references."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flow.events import AnyEvent
from flow.pathway.identity import resolve
from tests.engine.test_references import A, B, C, under
from tests.engine.town import Town
from tests.pathway.strategies import stories
from tests.pathway.told import Told, at

D = "k1.ward-made-up-d7"
REFERENCES = (A, B, C, D)
LINKED_FROM = at("2026-03-25 10:00")
"""Links and unlinks come one each minute from here on, by the time that they carry."""
END = at("2026-04-20 10:00")

pairs = st.tuples(st.sampled_from(REFERENCES), st.sampled_from((*REFERENCES, None)))
"""(old, new): a link, or without `new` an unlink."""


def said_of_references(said: list[tuple[str, str | None]]) -> list[AnyEvent]:
    told = Told()
    events = []
    for number, (old, new) in enumerate(said):
        when = LINKED_FROM + timedelta(minutes=number)
        kind = "identity-unlinked" if new is None else "identity-linked"
        data = {} if new is None else {"to": new}
        events.append(under(old, told.tell(kind, when, id=f"link-{number}", **data)))
    return events


def final_links(said: list[tuple[str, str | None]]) -> dict[str, str]:
    links: dict[str, str] = {}
    for old, new in said:
        if new is None:
            links.pop(old, None)
        else:
            links[old] = new
    return links


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[AnyEvent], list[tuple[str, str | None]]]:
    """Events spread over references, and what is said of those."""
    events = []
    for number, event in enumerate(draw(stories(max_size=8))):
        reference = draw(st.sampled_from(REFERENCES))
        # Corrections across references are another matter: the target moves with its reference.
        changes = {"subject": reference, "id": f"e{number}", "corrects": None}
        events.append(event.model_copy(update=changes))
    return events, draw(st.lists(pairs, max_size=7))


def outcome(town: Town) -> dict[str, Any]:
    """What consumers see in the end, but for when and how alerts came about."""
    stages = {
        key.decode(): json.loads(value)["data"] for key, value in town.latest("stages").items()
    }
    placements = {
        key.decode(): json.loads(value)["data"] for key, value in town.latest("placements").items()
    }
    alerts = sorted(
        (event["subject"], event["data"]["wait"], event["data"]["about"], event["data"]["period"])
        for value in town.latest("alerts").values()
        if (event := json.loads(value))["data"]["state"] != "closed"
    )
    return {"stages": stages, "placements": placements, "alerts": alerts, "gauges": gauges(town)}


OF_REFERENCES = (("reference_circle",), ("unlink_without_link",))
"""Findings about references: in a town in which there is only one there are none."""


def gauges(town: Town) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for ledger in town.ledgers:
        for (metric, labels), amount in ledger.gauges.items():
            if amount and labels not in OF_REFERENCES:
                key = f"{metric}{labels}"
                found[key] = found.get(key, 0) + amount
    return found


def expected(
    events: list[AnyEvent], said: list[tuple[str, str | None]], until: datetime
) -> dict[str, Any]:
    links = final_links(said)
    town = Town(partitions=3, wall=False)
    town.publish(*(under(resolve(links, event.subject), event) for event in events))
    town.settle(until)
    return outcome(town)


def held(town: Town) -> set[str]:
    """Identities of events that are in the state under the reference that they were sent to."""
    return {
        key.decode().partition("/event/")[2]
        for key in town.latest("pathway-events")
        if b"/event/" in key
    }


slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(worlds(), st.randoms(use_true_random=False), st.booleans())
def test_law_any_order_of_events_and_links_ends_as_the_union_says(
    world: tuple[list[AnyEvent], list[tuple[str, str | None]]], chance: Any, wall: bool
) -> None:
    events, said = world
    coming = [*events, *said_of_references(said)]
    chance.shuffle(coming)
    town = Town(partitions=3, wall=wall)
    town.tick(LINKED_FROM)
    for number, event in enumerate(coming):
        town.publish(event)
        if chance.random() < 0.3:
            town.tick(LINKED_FROM + timedelta(minutes=number + 1))
    town.settle(END)
    assert outcome(town) == expected(events, said, END)
    assert held(town) >= {event.identity for event in events}
    assert not town.letters()


@slow
@given(worlds(), st.randoms(use_true_random=False), st.booleans())
def test_law_faults_change_nothing(
    world: tuple[list[AnyEvent], list[tuple[str, str | None]]], chance: Any, wall: bool
) -> None:
    """Partitions crash, chunks are cut anywhere, and what was worked is delivered again."""
    events, said = world
    coming = [*events, *said_of_references(said)]
    chance.shuffle(coming)
    town = Town(partitions=3, wall=wall)
    town.tick(LINKED_FROM)
    for minute, event in enumerate(coming, 1):
        town.publish(event)
        if chance.random() < 0.3:
            town.tick(LINKED_FROM + timedelta(minutes=minute))
        for _ in range(chance.randrange(4)):
            if not (pending := town.pending()):
                break
            number, topic = chance.choice(pending)
            town.fetch(number, topic, chance.randint(1, 3), commits=chance.random() < 0.6)
            if chance.random() < 0.4:
                town.crash(number)
    town.settle(END)
    assert outcome(town) == expected(events, said, END)
    assert held(town) >= {event.identity for event in events}
    assert not town.letters()


@slow
@given(worlds(), st.randoms(use_true_random=False))
def test_law_what_is_undone_leaves_nothing_behind(
    world: tuple[list[AnyEvent], list[tuple[str, str | None]]], chance: Any
) -> None:
    """After every link is undone everybody is who they were, and no copy is left anywhere."""
    events, said = world
    undone: list[tuple[str, str | None]] = [*said, *((old, None) for old in REFERENCES)]
    coming = [*events, *said_of_references(said)]
    chance.shuffle(coming)
    town = Town(partitions=3)
    town.publish(*coming)
    town.settle(LINKED_FROM + timedelta(hours=1))
    town.publish(*said_of_references(undone)[len(said) :])
    town.settle(END)
    assert outcome(town) == expected(events, [], END)
    state = town.latest("pathway-events")
    assert not [key for key in state if b"/copy/" in key or b"/member/" in key]
