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
    known = {
        reference: [item for item in items if item[0].recordedtime <= at]
        for reference, items in references.items()
    }
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
    comes afterwards and is no newer."""
    erasures = [event for items in known.values() for event, _ in items if _erases(event)]
    for erasure in sorted(erasures, key=lambda event: (event.recordedtime, event.time)):
        come = {
            reference: [item for item in items if item[0].recordedtime <= erasure.recordedtime]
            for reference, items in known.items()
        }
        links = _links(come, policy)
        person = resolve(links, erasure.subject)
        erased = {reference for reference in known if resolve(links, reference) == person}
        gone = [event.time for reference in erased for event, _ in come[reference]]
        newest_at = max([erasure.time, *gone])
        for reference in erased:
            known[reference] = [
                item
                for item in known[reference]
                if item[0].recordedtime > erasure.recordedtime
                and (item[0].time > newest_at or _erases(item[0]))
            ]


def _erases(event: AnyEvent) -> bool:
    return isinstance(event, PersonErased)
