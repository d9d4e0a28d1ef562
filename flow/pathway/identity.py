"""Who a reference stands for, after whatever was said of links (design.md 7). Pure.

Each reference points to one other at most. Its own partition knows where; of the rest it knows
the *ways* by which other references came to it: `{"a": ("a", "b")}` says that a points to b, which
points here. That is enough to see a circle, and to break it at the same place everywhere.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flow.events.identity import IdentityLinked, IdentityUnlinked
from flow.pathway.assessment import Assessment
from flow.pathway.findings import Finding
from flow.pathway.journey import Journey, Link
from flow.pathway.mark import Mark

Way = tuple[str, ...]
"""From a reference to the last one before here, each pointing to the next."""


class Standing(NamedTuple):
    """What a reference is.

    `target`: where it points. `circle`: the references that point to one another in a circle,
    itself included, in order; empty where there is none. `follows`: its events belong to the
    person of `target`; else it stands for the person itself. `ways` are what it tells its target.
    """

    target: str | None
    circle: Way
    follows: bool
    ways: Mapping[str, Way]


def standing(reference: str, target: str | None, heard: Iterable[Mapping[str, Way]]) -> Standing:
    """What a reference is, from its own link and the ways by which others came to it.

    All references of a circle are one person, named by the smallest of them.
    """
    ways: dict[str, Way] = {reference: (reference,)}
    circle: Way = (reference,) if target == reference else ()
    for told in heard:
        for origin, way in told.items():
            if reference not in way:
                ways[origin] = (*way, reference)
            elif target is not None:
                circle = way[way.index(reference) :]
    follows = target is not None and not (circle and reference == min(circle))
    return Standing(target, circle, follows, ways)


def supplied(reference: str, ways: Mapping[str, Way]) -> frozenset[str]:
    """The references whose events a sender has for this one: not those that came from here."""
    return frozenset(origin for origin, way in ways.items() if reference not in way)


def resolve(links: Mapping[str, str], reference: str) -> str:
    """Who a reference stands for in the end, where all links are known."""
    seen = [reference]
    while (target := links.get(seen[-1])) is not None:
        if target in seen:
            return min(seen[seen.index(target) :])
        seen.append(target)
    return seen[-1]


def note_circle(view: Assessment, link: Link) -> None:
    """Let an assessment tell that the person's references point to one another in a circle."""
    view.findings += (Finding("reference_circle", (link.said.by,)),)
    view.contribution += (("data_quality", ("reference_circle",), 1.0),)


# What the events of a reference say of its own link.


def identity_linked(journey: Journey, event: IdentityLinked, now: Mark) -> None:
    """The newest link holds."""
    journey.link = Link(event.data.to, now)
    _note_link(journey, now)


def _note_link(journey: Journey, now: Mark) -> None:
    journey.linked_at = now.at
    if journey.first_linked_at is None:
        journey.first_linked_at = now.at
        journey.stage_version += 1


def identity_unlinked(journey: Journey, event: IdentityUnlinked, now: Mark) -> None:
    """Undo the link, where it is the one that is meant."""
    _note_link(journey, now)
    if journey.link is None or event.data.to not in (None, journey.link.to):
        journey.find("unlink_without_link", now.by)
    else:
        journey.link = None
