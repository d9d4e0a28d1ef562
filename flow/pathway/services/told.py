"""What is told of one service in one kind of event, as a set: order and repeats do not matter.

One may take another's place (`corrects`), as with people (`flow.pathway.corrections`): within one
source, or between sources that the policy names; a correction may come before its target; of rivals
the one written down last wins.
"""

from collections.abc import Iterator

from flow.events.event_types import AnyEvent
from flow.events.service_outputs import ServiceFinding
from flow.pathway.corrections import MayCorrect, precedence, resolve, sorted_canonically

KEPT = 64
"""Those of a service that were written down last: a month of two a day. What is older was followed
by so many others that nobody mends it any more."""


class Told:
    """The events of one kind that were told of a service."""

    __slots__ = ("_events",)

    def __init__(self) -> None:
        self._events: dict[str, AnyEvent] = {}

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[str]:
        """By identity."""
        return iter(self._events)

    def __contains__(self, identity: str) -> bool:
        return identity in self._events

    def add(self, event: AnyEvent) -> None:
        """Put an event into the set; of two of one identity the one written down last stands."""
        known = self._events.get(event.identity)
        if known is not None and precedence(event) <= precedence(known):
            return
        self._events[event.identity] = event
        if len(self._events) > KEPT:
            oldest = min(self._events.values(), key=lambda each: (each.recordedtime, each.identity))
            del self._events[oldest.identity]

    def standing(self, may_correct: MayCorrect) -> tuple[list[AnyEvent], list[ServiceFinding]]:
        """Those that stand, in canonical order, and what is doubtful about corrections."""
        pairs = sorted_canonically((event, event.identity) for event in self._events.values())
        standing, resolution = resolve(pairs, may_correct)
        findings = [
            ServiceFinding(rule=each.rule, events=each.events) for each in resolution.findings
        ]
        return [event for event, _ in standing], findings
