"""The reports of one service: of a set of them the newest that stands.

A report that corrects one and holds no numbers takes it back: then nobody knows.
"""

from collections.abc import Iterator

from flow.events.care_package import CentreCapacityReported
from flow.events.service_outputs import CapacityReport, ServiceFinding
from flow.pathway.corrections import MayCorrect
from flow.pathway.services.report import newest, report_of
from flow.pathway.services.told import Told


class Reports:
    """`published` is the newest as it was published, for the day when its event is not held."""

    __slots__ = ("_told", "published")

    def __init__(self) -> None:
        self._told = Told()
        self.published: CapacityReport | None = None

    def __len__(self) -> int:
        return len(self._told)

    def add(self, event: CentreCapacityReported) -> None:
        """Put a report into the set."""
        self._told.add(event)

    def look(self, may_correct: MayCorrect) -> tuple[CapacityReport | None, list[ServiceFinding]]:
        """The newest that stands, and what is doubtful about corrections."""
        standing, findings = self._told.standing(may_correct)
        events = [event for event in standing if isinstance(event, CentreCapacityReported)]
        last = max(events, key=_order, default=None)
        candidates = [report_of(last)] if last is not None else []
        candidates += self._published(events)
        found: CapacityReport | None = None
        for report in candidates:
            found = newest(found, report)
        return found, findings

    def _published(self, standing: list[CentreCapacityReported]) -> Iterator[CapacityReport]:
        held = self.published
        if held is None or held.event in self._told:
            return
        if all(event.corrects != held.event for event in standing):
            yield held


def _order(event: CentreCapacityReported) -> tuple[object, ...]:
    return (min(event.time, event.recordedtime), event.recordedtime, event.identity)
