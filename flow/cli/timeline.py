"""The events of a person, newest first, in words: what each says, and which no longer count."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from flow.cli.words import moment
from flow.events import AnyEvent
from flow.events.catalogue import model
from flow.pathway import Journey

LATE = timedelta(hours=1)
"""Whoever writes an event down later than that after it happened is told of."""
_REFERENCE = re.compile(r" \([^()]*(?:domain|O3)[^()]*\)")
REVIEWS = {
    "flow.criteria-to-reside-assessed.v1": "the criteria to reside",
    "flow.requirements-to-remain-assessed.v1": "the requirements to remain",
}
"""Of which the timeline says whether they were met."""


def timeline(journey: Journey, events: Iterable[tuple[AnyEvent, str]]) -> Iterator[str]:
    """One line for each event; `events` are in canonical order."""
    listed = list(events)
    types: dict[str, str] = {identity: event.type for event, identity in listed}
    takes_back: dict[str, list[str]] = {}
    for void, by in journey.resolution.voided.items():
        takes_back.setdefault(by, []).append(void)
    for event, identity in reversed(listed):
        late = event.recordedtime - event.time
        noted = f", written down {moment(event.recordedtime)}" if late > LATE else ""
        void = void_words(journey, event, identity, types) or ""
        if identity in takes_back:
            void += f"; in the place of {', '.join(sorted(takes_back[identity]))}"
        yield f"  {moment(event.time)}  {said(event)}{void}  {identity}{noted}"


def void_words(
    journey: Journey, event: AnyEvent, identity: str, types: dict[str, str]
) -> str | None:
    """`: taken back by /rr8/pas#9` of an event that no longer counts, else None."""
    resolution = journey.resolution
    by = resolution.voided.get(identity)
    if by is not None:
        return f": {'corrected' if types.get(by) == event.type else 'taken back'} by {by}"
    data: Any = event.data
    stay = (getattr(data, "provider", None), getattr(data, "spell_id", None))
    by = dict[Any, str](resolution.void_spells).get(stay)
    if by is None or by == identity:
        return None
    return f": does not count, the admission was cancelled by {by}"


def said(event: AnyEvent) -> str:
    """`A review found that the person meets the criteria to reside`, of what the catalogue says."""
    what = REVIEWS.get(event.type)
    if what is None:
        # So cancelled, an event that it names is void, and the stay is not.
        cancels = event.type == "flow.admission-cancelled.v1" and event.corrects is not None
        return "What was told before was a mistake" if cancels else _title(event.type)
    data: Any = event.data
    return f"A review found that the person {'meets' if data.meets else 'no longer meets'} {what}"


@cache
def _title(kind: str) -> str:
    """The first sentence of what the catalogue says of a type; nobody needs its references."""
    text = " ".join((model(kind).__doc__ or kind).split("\n\n", maxsplit=1)[0].split())
    first = _REFERENCE.sub("", text).split("; `subject`", maxsplit=1)[0]
    return first.split(". ", maxsplit=1)[0].removesuffix(".")


def data_of(journey: Journey, events: Iterable[tuple[AnyEvent, str]]) -> Iterator[dict[str, Any]]:
    """The same for programs, oldest first; `void_by` of what no longer counts."""
    for event, identity in events:
        row = {"time": event.time, "type": event.type, "event": identity}
        by = journey.resolution.voided.get(identity)
        yield row if by is None else {**row, "void_by": by}
