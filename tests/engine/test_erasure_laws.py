"""Laws of references of which one is erased: what was told of the person up to then goes under all
that are linked, then or later; what is newer stays, in whatever order it comes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from flow.cli.same_person import people_known
from flow.engine.keys import partition_of
from flow.events import AnyEvent, encode
from flow.events.identity import LINKS
from flow.pathway.identity import resolve
from tests.engine.test_reference_laws import END, REFERENCES, held, outcome, slow
from tests.engine.test_references import erasure, link, under
from tests.engine.town import Town
from tests.pathway.strategies import START, stories
from tests.pathway.told import ENGLAND, Told

PARTITIONS = 3
EVERYTHING_TOLD = END + timedelta(days=366)
PASSED = timedelta(days=250)
LONG_AFTER = START + PASSED
"""When everybody has been let go of whom nothing else is known."""
Links = dict[str, str]


class ErasedWorld(NamedTuple):
    """`before` are links that are known by the time of the erasure, `after` newer ones."""

    events: list[AnyEvent]
    before: Links
    after: Links
    erased: list[str]
    at: datetime

    @property
    def gone(self) -> set[str]:
        """References that belong to someone erased."""
        return linked_with(self.erased, self.before | self.after)

    @property
    def links(self) -> Links:
        """Those that hold in the end."""
        parted = linked_with(self.erased, self.before)
        kept = {old: new for old, new in self.before.items() if old not in parted}
        return kept | self.after

    @property
    def left(self) -> list[AnyEvent]:
        return [e for e in self.events if e.time > self.at or e.subject not in self.gone]

    def said(self, links: Links, after: timedelta) -> list[AnyEvent]:
        return [link(old, new, self.at + after) for old, new in links.items()]


def linked_with(references: Iterable[str], links: Links) -> set[str]:
    """Whoever is the same person as one of these, whichever of them points to which."""
    found: set[str] = set(references)
    while True:
        more = {each for pair in links.items() if found & set(pair) for each in pair}
        if more <= found:
            return found
        found |= more


@st.composite
def erased_worlds(draw: st.DrawFn) -> ErasedWorld:
    """Each reference points to one other at most: which link was known at which moment, before
    another took its place, would hang on the order."""
    events = [
        event.model_copy(
            update={
                "subject": draw(st.sampled_from(REFERENCES)),
                "id": f"e{number}",
                "corrects": None,
            }
        )
        for number, event in enumerate(draw(stories(max_size=8)))
    ]
    # Nobody is told where a reference points of which nothing else is known.
    events += [
        under(
            reference,
            Told().tell(
                "coordinator-assigned",
                START,
                id=f"of-{reference}",
                organisation="LCC",
                coordinator="s1",
            ),
        )
        for reference in REFERENCES
    ]
    before: Links = {}
    after: Links = {}
    for reference in REFERENCES:
        other = draw(st.sampled_from([each for each in REFERENCES if each != reference]))
        draw(st.sampled_from([before, after, {}]))[reference] = other
    erased = draw(st.lists(st.sampled_from(REFERENCES), min_size=1, max_size=2, unique=True))
    hours = draw(st.sampled_from([1, 6, 24, 100, 300]))
    return ErasedWorld(events, before, after, erased, START + timedelta(hours=hours, minutes=7))


def as_told(world: ErasedWorld) -> dict[str, Any]:
    """A town in which only what is left was told, under who stands for each person."""
    town = Town(partitions=PARTITIONS, wall=False)
    town.publish(*(under(resolve(world.links, e.subject), e) for e in world.left))
    town.settle(END)
    return outcome(town)


@slow
@given(erased_worlds(), st.randoms(use_true_random=False), st.booleans())
def test_law_nothing_newer_than_an_erasure_is_lost_and_nothing_older_is_left(
    world: ErasedWorld, chance: Any, wall: bool
) -> None:
    town = Town(partitions=PARTITIONS, wall=wall)
    older = [event for event in world.events if event.time <= world.at]
    late = [e for e in older if e.id[:2] != "of" and chance.random() < 0.3]
    early = [*world.said(world.before, -timedelta(minutes=1)), *older]
    chance.shuffle(early)
    town.publish(*(event for event in early if event not in late))
    town.settle(world.at)
    erasures = [erasure(each, world.at) for each in world.erased]
    town.publish(*erasures)
    for each in erasures:
        town.fetch(partition_of(each.subject.encode(), PARTITIONS), each.topic, 100)
    newer = [event for event in world.events if event.time > world.at]
    coming = [*late, *newer, *world.said(world.after, timedelta(minutes=1))]
    chance.shuffle(coming)
    for event in coming:
        town.publish(event)
        for _ in range(chance.randrange(4)):
            if pending := town.pending():
                number, topic = chance.choice(pending)
                town.fetch(number, topic, chance.randint(1, 3), commits=chance.random() < 0.7)
                if chance.random() < 0.2:
                    town.crash(number)
        if chance.random() < 0.3:
            town.tick(world.at)
    town.settle(END)
    assert outcome(town) == as_told(world)
    links = {event.identity for event in world.said(world.links, timedelta(0))}
    assert held(town) == {event.identity for event in world.left} | links
    assert {reason for _, reason in town.letters()} <= {"erased"}
    copies = [key.decode() for key in town.latest("pathway-events") if b"/copy/" in key]
    left = {f"{event.subject}/{event.identity}" for event in world.left}
    assert {key.partition("/copy/")[2] for key in copies} <= left


@slow
@given(erased_worlds())
def test_law_a_fold_of_files_ends_as_the_worker_does(world: ErasedWorld) -> None:
    said = [
        *world.events,
        *world.said(world.before, -timedelta(minutes=1)),
        *(erasure(each, world.at) for each in world.erased),
        *world.said(world.after, timedelta(minutes=1)),
    ]
    references: dict[str, list[tuple[AnyEvent, bytes]]] = {}
    for event in said:
        references.setdefault(event.subject, []).append((event, encode(event)))
    expected: dict[str, set[str]] = {}
    for event in world.left:
        expected.setdefault(resolve(world.links, event.subject), set()).add(event.identity)
    known = people_known(references, ENGLAND, EVERYTHING_TOLD)
    found = {
        person: {event.identity for event, _ in items if type(event) not in LINKS}
        for person, items in known.items()
    }
    assert {person: events for person, events in found.items() if events} == expected


@slow
@given(erased_worlds(), st.randoms(use_true_random=False), st.booleans())
def test_law_nothing_newer_than_a_retirement_is_lost(
    world: ErasedWorld, chance: Any, wall: bool
) -> None:
    """Who was let go, and is linked then, is one person with everything that is told since."""
    town = Town(partitions=PARTITIONS, wall=wall)
    town.publish(*world.said(world.before, -timedelta(minutes=1)))
    town.publish(*(event for event in world.events if event.id[:2] == "of"))
    town.settle(START)
    town.settle(LONG_AFTER)
    assert not [key for key in held(town) if "#of-" in key], "all are let go"
    newer = [_later(event) for event in world.events if event.id[:2] != "of"]
    coming = [*newer, *map(_later, world.said(world.after, timedelta(minutes=1)))]
    chance.shuffle(coming)
    for event in coming:
        town.publish(event)
        if chance.random() < 0.3:
            town.tick(LONG_AFTER)
    town.settle(LONG_AFTER + (END - START))
    links = world.before | world.after
    expected = Town(partitions=PARTITIONS, wall=False)
    expected.publish(*(under(resolve(links, event.subject), event) for event in newer))
    expected.settle(LONG_AFTER + (END - START))
    assert outcome(town) == outcome(expected)
    assert not town.letters()


def _later(event: AnyEvent) -> AnyEvent:
    times = {"time": event.time + PASSED, "recordedtime": event.recordedtime + PASSED}
    return event.model_copy(update=times)
