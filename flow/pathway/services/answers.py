"""How the alerts of one service are answered, in whatever order the answers come."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from flow.events.event_types import ServiceAnswer
from flow.events.service_coordination import ServiceAlertAcknowledged, ServiceAlertSnoozed
from flow.events.service_outputs import ServiceFinding
from flow.pathway.corrections import MayCorrect
from flow.pathway.journey import Answer
from flow.pathway.mark import Mark
from flow.pathway.services.told import Told

AnswersTo = Mapping[str, tuple[Answer, ...]]
"""By alert, in canonical order."""
NO_ANSWERS: AnswersTo = MappingProxyType({})


class Answers:
    """`to` are the answers that stand, `doubts` what is to be said of their corrections.

    One may come before anybody knows of the alert, or of the service, and makes neither known.
    """

    __slots__ = ("_told", "doubts", "to")

    def __init__(self) -> None:
        self._told = Told()
        self.to: AnswersTo = NO_ANSWERS
        self.doubts: list[ServiceFinding] = []

    def __iter__(self) -> Iterator[str]:
        """The identities of all that are held, in order."""
        return iter(sorted(self._told))

    def hear(self, event: ServiceAnswer, may_correct: MayCorrect) -> bool:
        """Take an answer in; whether that changes what is known."""
        before = self.to, self.doubts
        self._told.add(event)
        events, self.doubts = self._told.standing(may_correct)
        found: dict[str, tuple[Answer, ...]] = {}
        for each in events:
            if isinstance(each, ServiceAlertAcknowledged | ServiceAlertSnoozed):
                alert = each.data.alert
                found[alert] = (*found.get(alert, ()), _answer(each))
        self.to = found
        return (self.to, self.doubts) != before


def _answer(event: ServiceAnswer) -> Answer:
    now = Mark(event.time, event.identity)
    if isinstance(event, ServiceAlertSnoozed):
        return Answer("snoozed", now, event.data.by, event.data.until, event.data.reason)
    return Answer("acknowledged", now, event.data.by, None, None)
