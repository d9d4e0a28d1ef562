"""Looking at a person: what their events mean now, and what consumers are to be told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from flow.engine.changes import Outbox
from flow.engine.clock import Clock
from flow.engine.failures import where_raised
from flow.engine.keys import summary_key
from flow.engine.letting_go import LettingGo
from flow.engine.log import NewRecord
from flow.engine.outputs import Data, Publisher, placement_data, stage_data
from flow.engine.people import People
from flow.engine.person import BEGINNING, Person
from flow.engine.references import References
from flow.engine.summary import Summary
from flow.pathway import (
    CORE_VERSION,
    Alert,
    Assessment,
    Contribution,
    Journey,
    Policy,
    advance,
    assess,
    supersede,
)
from flow.pathway.identity import Standing, note_circle

log = structlog.get_logger()


class Assessing:
    """Looks at people of one partition and writes what that changes."""

    def __init__(
        self,
        policy: Policy,
        clock: Clock,
        people: People,
        outbox: Outbox,
        publisher: Publisher,
        references: References,
        letting_go: LettingGo,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._people = people
        self._outbox = outbox
        self._publisher = publisher
        self._references = references
        self._letting_go = letting_go

    @property
    def _now(self) -> datetime:
        return self._clock.at or BEGINNING

    def assess(self, person: Person, *, raising: bool) -> None:
        """Look at a person: tell consumers what changed, and know when to look again."""
        now = self._now
        self._outbox.changes.tally.assessments += 1
        self._people.warm(person)
        try:
            journey = person.whole.journey()
            standing = self._references.standing(person, journey)
            if standing is not None and standing.follows:
                self._follow(person, journey, standing)
                return
            view = assess(journey, self._policy, now)
            if standing is not None and standing.circle and journey.link is not None:
                note_circle(view, journey.link)
            before = person.alerts
            inherited = self._references.inherited(person)
            advanced = advance(
                before, view, journey, person.reference, now, raising=raising, inherited=inherited
            )
            alerts = [self._publisher.alert(person.reference, a, now) for a in advanced.changed]
            after, changed = self._view(person, view, held=advanced.held)
        except Exception as error:  # noqa: BLE001  # a bug of ours must not stop the partition
            self._not_assessed(person, error)
            return
        leaves = view.over and raising
        for record in alerts if leaves else (*alerts, *changed):
            self._outbox.put_output(record)
        self._note_alerts(person, before, advanced.changed)
        person.alerts = advanced.alerts
        person.assessed(view.stage, view.placements)
        if leaves:
            self._letting_go.retire(person)
            return
        self._take_over(person, after)
        if standing is not None:
            self._tell(person, journey, standing, ())

    def _note_alerts(
        self, person: Person, before: Mapping[str, Alert], changed: Sequence[Alert]
    ) -> None:
        for alert in changed:
            self._count_alert(person, before.get(str(alert.alert_id)), alert, self._now)
            if alert.state == "closed":
                person.note_closed(str(alert.alert_id))

    def _follow(self, person: Person, journey: Journey, standing: Standing) -> None:
        """The person is another reference's: here nobody is."""
        assert journey.link is not None
        closed = supersede(person.alerts, journey.link.said.by, self._now)
        for alert in closed:
            self._outbox.put_output(self._publisher.alert(person.reference, alert, self._now))
        self._note_alerts(person, person.alerts, closed)
        person.alerts = {}
        person.assessed(None, ())
        before = person.summary
        after = self._summary(person, None, {}, (), None)
        for record in self._publisher.changes(person.reference, before, None, {}, self._now):
            self._outbox.put_output(record)
        self._take_over(person, after)
        self._tell(person, journey, standing, closed)

    def _tell(
        self, person: Person, journey: Journey, standing: Standing, closed: Sequence[Alert]
    ) -> None:
        """Tell where the reference points; forget who is nobody, and points nowhere any more."""
        self._references.tell(person, standing, closed)
        forgotten_at = self._references.forgotten_at(person, journey)
        if forgotten_at is not None and forgotten_at <= self._now:
            self._letting_go.forget(person)
        elif forgotten_at is not None:
            self._take_over(person, replace(person.summary, next_at=forgotten_at))

    def _not_assessed(self, person: Person, error: Exception) -> None:
        """The event is stored all the same; the person is counted, and tried with the next one."""
        log.error(
            "a history could not be assessed", error=type(error).__name__, at=where_raised(error)
        )
        self._take_over(person, replace(person.summary, assessed=False, next_at=None))

    def _view(
        self, person: Person, view: Assessment, *, held: bool
    ) -> tuple[Summary, list[NewRecord]]:
        """The person's next summary, and what consumers are to be told of stage and placements."""
        before = person.summary
        stage, placements = before.stage, before.placements
        if view.stage != person.stage:
            stage = stage_data(view.stage)
        if view.placements != person.placements:
            placements = {each.service: placement_data(each) for each in view.placements}
        if person.bond is not None and person.is_empty:
            stage = None  # only the reference is known
        changed: list[NewRecord] = []
        if stage is not before.stage or placements is not before.placements:
            changed += self._publisher.changes(
                person.reference, before, stage, placements, self._now
            )
        # A delay that waits to be raised is raised by the next tick, and a person who may be let
        # go is.
        next_at = self._now if held or view.over else view.next_at
        return self._summary(person, stage, placements, view.contribution, next_at), changed

    def _summary(
        self,
        person: Person,
        stage: Data | None,
        placements: dict[str, Data],
        contribution: tuple[Contribution, ...],
        next_at: datetime | None,
    ) -> Summary:
        marker = person.summary.marker
        return Summary(
            core=CORE_VERSION,
            policy=self._policy.version,
            events=person.events_count,
            stage=stage,
            placements=placements,
            contribution=contribution,
            next_at=next_at,
            marker=marker if marker and self._now < marker.kept_until else None,
        )

    def _take_over(self, person: Person, after: Summary) -> None:
        """The person's summary from now on: gauges, due time, state record."""
        before = person.summary
        if after != before or not person.stored:
            self._outbox.count_instead(before, after)
            person.summary = after
            person.stored = True
            self._outbox.put_state(summary_key(person.reference), after.encode())
        if after.next_at is not None:
            self._people.due_at(person, after.next_at)

    def _count_alert(
        self, person: Person, before: Alert | None, alert: Alert, now: datetime
    ) -> None:
        tally = self._outbox.changes.tally
        if alert.state == "closed":
            tally.alerts[alert.wait, alert.closed_reason or "closed"] += 1
        elif before is None or before.level != alert.level:
            tally.alerts[alert.wait, alert.level] += 1
        if before is None and alert.kind == "delay":
            could_be_at = max(alert.levels[0].at, person.touched_at)
            tally.firing_lags_s.append((now - could_be_at).total_seconds())
