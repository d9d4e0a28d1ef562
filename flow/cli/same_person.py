"""Who is who among the events that `flow fold` reads: links joined, what was erased left out.

It ends as it does for a worker, as if everything had been told under the references that hold at
the end (design.md 7): what happened between a link and the events before it is not told apart.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flow.events import AnyEvent, PersonErased
from flow.events.identity import LINKS
from flow.pathway import History, Policy
from flow.pathway.identity import resolve

Arrived = tuple[AnyEvent, bytes]
"""An event and its bytes."""
ByReference = dict[str, list[Arrived]]


def people_known(
    references: Mapping[str, Iterable[Arrived]], policy: Policy, at: datetime
) -> ByReference:
    """The events of each person that were written down by `at`, under the reference that stands
    for the person."""
    known = _come(references, at)
    _erase(known, policy)
    links = _links(known, policy)
    people: ByReference = {}
    for reference, items in known.items():
        person = resolve(links, reference)
        # Where another reference points is said of that reference, not of the person.
        of_person = [item for item in items if person == reference or type(item[0]) not in LINKS]
        people.setdefault(person, []).extend(of_person)
    return {person: items for person, items in people.items() if items}


def _links(known: ByReference, policy: Policy) -> dict[str, str]:
    """Where each reference points that points anywhere."""
    links: dict[str, str] = {}
    for reference, items in known.items():
        said = History(policy.may_correct)
        for event, value in items:
            if type(event) in LINKS:
                said.add(event, value)
        link = said.journey().link
        if link is not None:
            links[reference] = link.to
    return links


def _erase(known: ByReference, policy: Policy) -> None:
    """An erasure takes what has come by then, under whatever reference of the person, and what
    comes afterwards and is no newer; under one that is linked to those later, too, but for what
    was said of that reference."""
    erasures = [event for items in known.values() for event, _ in items if _erases(event)]
    for erasure in sorted(erasures, key=lambda event: (event.recordedtime, event.time)):
        come = _come(known, erasure.recordedtime)
        erased = _same_person(known, _links(come, policy), {erasure.subject})
        gone = [event.time for reference in erased for event, _ in come[reference]]
        newest_at = max([erasure.time, *gone])
        joined = _joined_later(known, policy, erased, erasure.recordedtime)
        for reference in erased:
            known[reference] = [
                item
                for item in known[reference]
                if item[0].recordedtime > erasure.recordedtime
                and (item[0].time > newest_at or _erases(item[0]))
            ]
        for reference in joined:
            known[reference] = [
                item
                for item in known[reference]
                if item[0].time > newest_at or _erases(item[0]) or type(item[0]) in LINKS
            ]


def _joined_later(
    known: ByReference, policy: Policy, erased: set[str], since: datetime
) -> set[str]:
    """References that were linked to erased ones afterwards, even if they were parted again."""
    linked_at = {
        event.recordedtime
        for items in known.values()
        for event, _ in items
        if type(event) in LINKS and event.recordedtime > since
    }
    found = erased
    for moment in sorted(linked_at):
        found = _same_person(known, _links(_come(known, moment), policy), found)
    return found - erased


def _same_person(known: ByReference, links: Mapping[str, str], some: set[str]) -> set[str]:
    """These references, and all that stand for the same people."""
    people = {resolve(links, reference) for reference in some}
    return some | {reference for reference in known if resolve(links, reference) in people}


def _come(known: Mapping[str, Iterable[Arrived]], by: datetime) -> ByReference:
    """What was written down by then."""
    return {
        reference: [item for item in items if item[0].recordedtime <= by]
        for reference, items in known.items()
    }


def _erases(event: AnyEvent) -> bool:
    return isinstance(event, PersonErased)
