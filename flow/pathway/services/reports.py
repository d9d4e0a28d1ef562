"""The reports of one service as a set, in which one may take another's place (`corrects`).

As with people (`flow.pathway.corrections`): a correction acts within one source, or between sources
that the policy names; it may come before its target; of rivals the one written down last wins. A
report that corrects one and holds no numbers takes it back: then nobody knows.
"""

from collections.abc import Iterator

from flow.events.care_package import CentreCapacityReported
from flow.events.service_outputs import CapacityReport, ServiceFinding
from flow.pathway.corrections import MayCorrect, precedence, resolve, sorted_canonically
from flow.pathway.services.report import newest, report_of

REPORTS_KEPT = 64
"""Those of a service that were written down last: a month of two a day. What is older was followed
by so many others that nobody mends it any more."""


class Reports:
    """`published` is the newest as it was published, for the day when its event is not held."""

    __slots__ = ("_events", "published")

    def __init__(self) -> None:
        self._events: dict[str, CentreCapacityReported] = {}
        self.published: CapacityReport | None = None

    def add(self, event: CentreCapacityReported) -> None:
        """Put a report into the set; of two of one identity the one written down last stands."""
        known = self._events.get(event.identity)
        if known is not None and precedence(event) <= precedence(known):
            return
        self._events[event.identity] = event
        if len(self._events) > REPORTS_KEPT:
            oldest = min(self._events.values(), key=lambda each: (each.recordedtime, each.identity))
            del self._events[oldest.identity]

    def look(self, may_correct: MayCorrect) -> tuple[CapacityReport | None, list[ServiceFinding]]:
        """The newest that stands, and what is doubtful about corrections."""
        events = list(self._events.values())
        findings: list[ServiceFinding] = []
        if any(event.corrects is not None for event in events):
            pairs = sorted_canonically((event, event.identity) for event in events)
            standing, resolution = resolve(pairs, may_correct)
            events = [event for event, _ in standing if isinstance(event, CentreCapacityReported)]
            findings = [
                ServiceFinding(rule=each.rule, events=each.events) for each in resolution.findings
            ]
        last = max(events, key=_order, default=None)
        candidates = [report_of(last)] if last is not None else []
        candidates += self._published(events)
        found: CapacityReport | None = None
        for report in candidates:
            found = newest(found, report)
        return found, findings

    def _published(self, standing: list[CentreCapacityReported]) -> Iterator[CapacityReport]:
        held = self.published
        if held is None or held.event in self._events:
            return
        if all(event.corrects != held.event for event in standing):
            yield held


def _order(event: CentreCapacityReported) -> tuple[object, ...]:
    return (min(event.time, event.recordedtime), event.recordedtime, event.identity)
