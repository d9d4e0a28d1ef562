"""The histories, alerts and due times of one partition, and what working on them changes. No I/O.

Everything in a ledger can be thrown away and read again from the log: it holds nothing that is
not in a named topic, or in chunks and ticks that are not acknowledged yet.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
import structlog

from flow.engine.changes import Changes
from flow.engine.clock import Clock
from flow.engine.dead_letters import dead_letter
from flow.engine.failures import where_raised
from flow.engine.keys import CLOCK, event_key, partition_of, summary_key
from flow.engine.log import NewRecord, Record, moment
from flow.engine.marker import KEPT, MARKED, Marker
from flow.engine.observer import GaugeKey
from flow.engine.outputs import Publisher, placement_data, stage_data
from flow.engine.people import People
from flow.engine.person import BEGINNING, Person
from flow.engine.restoring import RESTORED_PER_STEP, Restoring, left_behind
from flow.engine.summary import Summary
from flow.errors import Rejected
from flow.events import AnyEvent, decode
from flow.events.topics import topic_name
from flow.pathway import CORE_VERSION, Added, Alert, Assessment, Journey, Policy, advance, assess

log = structlog.get_logger()

LATE = timedelta(days=1)
"""Recorded this long after it happened: waits and gauges had to be worked out again."""
MARKERS_PER_STEP = 100
"""Old markers that go with one step of a tick."""

SERVICES_HEAR_EVERY = timedelta(seconds=10)
"""How often every partition of services is told how far this one has come: a record for each of
them. Alerts of services count in hours."""

Restore = Callable[[Sequence[Record]], None]


class Ledger:
    """Chunks and ticks go in, `take` hands out the changes since the last time.

    `partitions` is the number of partitions of every topic of persons and services; a key that
    belongs to another partition means a publisher with another partitioner.
    """

    def __init__(
        self,
        number: int,
        policy: Policy,
        *,
        application: str,
        prefix: str,
        wall: bool,
        partitions: int,
    ) -> None:
        self.number = number
        self.clock = Clock(bounded=wall)
        self.gauges: dict[GaugeKey, float] = defaultdict(float)
        self.not_assessed = 0
        self._policy = policy
        self._wall = wall
        self._partitions = partitions
        self._prefix = prefix
        self._state_topic = topic_name("pathway-events", prefix)
        self._alerts_topic = topic_name("alerts", prefix)
        self._publisher = Publisher(number, partitions, application, prefix)
        self._people = People(policy.may_correct)
        self._restoring = Restoring(self._people, self.clock)
        self._touched: dict[str, Person] = {}
        self._reached: dict[str, int] = {}  # by topic: the offset after the last record worked
        self._kafka_time: datetime | None = None
        self._told_until: datetime | None = None
        self._changes = Changes()

    @property
    def subject_count(self) -> int:
        return len(self._people)

    @property
    def markers_count(self) -> int:
        """Of people who were let go."""
        return self._people.markers_count

    @property
    def now(self) -> datetime:
        return self.clock.at or BEGINNING

    # Opening.

    def sources(self) -> list[tuple[str, Restore]]:
        """The topics to read to their end, and what to do with their records."""
        return [
            (self._state_topic, self._restoring.state),
            (self._alerts_topic, self._restoring.alerts),
        ]

    def restored(self) -> Iterator[None]:
        """Everything was read: know what is due, what is stale, and what the gauges are.

        To be exhausted; each step is short.
        """
        for count, person in enumerate(self._restoring.finish(), 1):
            if count % RESTORED_PER_STEP == 0:
                yield
            for identity in left_behind(person):
                person.history.discard(identity)
                self._put_state(event_key(person.reference, identity), None)
            self._take_back(person)
        self._reached = self._restoring.reached

    def _take_back(self, person: Person) -> None:
        """Somebody as they were published last."""
        summary = person.summary
        self._people.warm(person)  # packed little by little, not while everybody waits
        self.not_assessed += not summary.assessed
        for metric, labels, amount in summary.contribution:
            self.gauges[metric, labels] += amount
        if not person.stored or summary.events != len(person.history):
            self._people.wait_for_tick(person)
        elif summary.core != CORE_VERSION or summary.policy != self._policy.version:
            self._people.work_out_anew(person)
        if summary.next_at is not None:
            self._people.due_at(person, summary.next_at)

    # Chunks.

    def begin_chunk(self, topic: str, records: Sequence[Record]) -> None:
        """Start a chunk: what all its records share."""
        tally = self._changes.tally
        tally.chunk_sizes.append(len(records))
        tally.consumed[topic] += len(records)
        self._kafka_time = moment(records[-1].timestamp)

    def add(self, topic: str, records: Sequence[Record]) -> None:
        """Decode records and put fresh events into histories."""
        reference_time = self._kafka_time
        if not self._wall and self.clock.at is not None and reference_time is not None:
            # A replay of the past must not trip over the present, nor a simulation of the future.
            reference_time = max(reference_time, self.clock.at)
        event: AnyEvent | None = None
        for record in records:
            try:
                event, value = decode(
                    record.value,
                    key=record.key,
                    headers=record.headers,
                    kafka_time=reference_time,
                    topic=topic,
                )
                self._add(topic, event, value)
            except Rejected as error:
                self._reject(topic, record, error)
        self._reached[topic] = max(self._reached.get(topic, 0), records[-1].offset + 1)
        if event is not None and self._wall and self._kafka_time is not None:
            lag = (self._kafka_time - event.recordedtime).total_seconds()
            self._changes.tally.event_lags_s.append((topic, max(0.0, lag)))

    def _add(self, topic: str, event: AnyEvent, value: bytes) -> None:
        reference = event.subject
        person = self._people.get(reference) or self._meet(event)
        if person.summary.marker is not None:
            person.summary.marker.check(event.time)
        tally = self._changes.tally
        added = person.history.add(event, value)
        if added is Added.FRESH or added is Added.CONFLICT_WON:
            self._put_state(event_key(reference, event.identity), value)
            self._touched[reference] = person
            person.touched_at = self.now
            tally.late += event.recordedtime - event.time > LATE
        else:
            tally.duplicates[topic] += 1
        if added is Added.CONFLICT_WON or added is Added.CONFLICT_LOST:
            tally.conflicts += 1
        heard = tally.sources.get(event.source)
        if heard is None or event.recordedtime > heard:
            tally.sources[event.source] = event.recordedtime

    def _meet(self, event: AnyEvent) -> Person:
        """A person whom this partition does not hold: check that the event may begin a journey."""
        partition = partition_of(event.subject.encode(), self._partitions)
        if partition != self.number:
            raise Rejected("wrong_partition", f"the key belongs to partition {partition}")
        marker = self._people.marker(event.subject)
        if marker is not None:
            marker.check(event.time)
        return self._people.meet(event.subject)

    def _reject(self, topic: str, record: Record, error: Rejected) -> None:
        if error.reason in MARKED and record.offset < self._reached.get(topic, 0):
            # Delivered again after a crash: it was worked before its person was let go.
            self._changes.tally.duplicates[topic] += 1
            return
        name = topic_name(f"{topic}.dlq", self._prefix)
        self._changes.put_output(dead_letter(name, record, error))
        self._changes.tally.dead_letters[topic, error.reason] += 1

    def assess_touched(self, limit: int) -> bool:
        """Assess up to `limit` people whose histories grew; True while some are left.

        Before the first tick the time is not known, so they wait for it. In log mode they wait
        for each tick: which alerts open and close is a function of events and ticks alone.
        """
        if self.clock.at is None or not self._wall:
            return False
        for _ in range(min(limit, len(self._touched))):
            _, person = self._touched.popitem()
            self._assess(person, raising=False)
        return bool(self._touched)

    @property
    def unassessed(self) -> bool:
        """Whether somebody was touched who is to be assessed before anything is written."""
        return bool(self._touched) and self.clock.at is not None and self._wall

    # Ticks.

    def may_tick(self, at: datetime) -> bool:
        """People's inputs tell everything: nothing else is waited for."""
        return True

    def tick(self, at: datetime, logged_at: datetime | None = None) -> bool:
        """Move the clock; False where the tick is not newer, or a jump not yet believed.

        `logged_at` is Kafka's time of the tick.
        """
        if not self.clock.accept(at, logged_at):
            return False
        for person in self._touched.values():
            self._people.wait_for_tick(person)
        self._touched.clear()
        self._people.begin_tick()
        return True

    def assess_due(self, limit: int) -> bool:
        """Assess up to `limit` people whose time has come, oldest first; True while more are."""
        for _ in range(limit):
            person = self._people.next_due(self.now)
            if person is None:
                return self._drop_old_markers()
            self._assess(person, raising=True)
        return True

    def _drop_old_markers(self) -> bool:
        """Nothing that they could meet is left in the inputs. True while there are more."""
        for _ in range(MARKERS_PER_STEP):
            reference = self._people.next_old_marker(self.now)
            if reference is None:
                return False
            self._put_state(summary_key(reference), None)
        return True

    def finish_tick(self) -> None:
        """Nobody is due any more: the clock may be published. Then rest a little."""
        self._changes.clock = self.clock.at
        content = {"at": self.clock.at, "reached": self._reached}
        self._put_state(CLOCK, orjson.dumps(content, option=orjson.OPT_SORT_KEYS))
        self._tell_services()
        self._people.pack_quiet()

    def _tell_services(self) -> None:
        """That all which journeys have to say of any service until now has been written.

        Without it a service could be called late for a step that still waits in our own queue.
        """
        now = self.now
        due = self._told_until is None or now - self._told_until >= SERVICES_HEAR_EVERY
        if due or not self._wall:
            self._told_until = now
            for record in self._publisher.told_until(now):
                self._changes.put_output(record)

    # Assessing.

    def _assess(self, person: Person, *, raising: bool) -> None:
        now = self.now
        self._changes.tally.assessments += 1
        self._people.warm(person)
        try:
            journey = person.history.journey()
            view = assess(journey, self._policy, now)
            before = person.alerts
            advanced = advance(before, view, journey, person.reference, now, raising=raising)
            alerts = [self._publisher.alert(person.reference, a, now) for a in advanced.changed]
            after, changed = self._view(person, view, held=advanced.held)
        except Exception as error:  # noqa: BLE001  # a bug of ours must not stop the partition
            self._not_assessed(person, error)
            return
        leaves = view.over and raising
        for record in alerts if leaves else (*alerts, *changed):
            self._changes.put_output(record)
        for alert in advanced.changed:
            self._count_alert(person, before.get(str(alert.alert_id)), alert, now)
            if alert.state == "closed":
                person.note_closed(str(alert.alert_id))
        person.alerts = advanced.alerts
        person.stage, person.placements = view.stage, view.placements
        if leaves:
            self._retire(person, journey)
        else:
            self._take_over(person, after)

    def _retire(self, person: Person, journey: Journey) -> None:
        """The journey is over: of its events and of what was published a marker is left."""
        newest_at = max(event.time for event, _ in person.history.events())
        # What was voided may lie in the future, where a new journey must not be refused.
        marker = Marker("retired", min(newest_at, self.now), self.now + KEPT)
        self._let_go(person, marker)

    def _let_go(self, person: Person, marker: Marker) -> None:
        """Tombstones for everything that is kept or was published of a person.

        The marker goes first: without fencing a crash may leave the rest (`left_behind`).
        """
        before, after = person.summary, Summary(marker=marker)
        self._put_state(summary_key(person.reference), after.encode())
        for identity in person.history.identities():
            self._put_state(event_key(person.reference, identity), None)
        for record in self._publisher.gone(person.reference, before, person.alert_identities()):
            self._changes.put_output(record)
        self._move_gauges(before, after)
        self.not_assessed -= not before.assessed
        self._touched.pop(person.reference, None)
        self._people.leave(person, marker)

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
        changed: list[NewRecord] = []
        if stage is not before.stage or placements is not before.placements:
            changed += self._publisher.changes(
                person.reference, before, stage or {}, placements, self.now
            )
        after = Summary(
            core=CORE_VERSION,
            policy=self._policy.version,
            events=len(person.history),
            stage=stage,
            placements=placements,
            contribution=view.contribution,
            # A delay that waits to be raised is raised by the next tick, and a person who may
            # be let go is.
            next_at=self.now if held or view.over else view.next_at,
            marker=before.marker if before.marker and self.now < before.marker.kept_until else None,
        )
        return after, changed

    def _take_over(self, person: Person, after: Summary) -> None:
        """The person's summary from now on: gauges, due time, state record."""
        before = person.summary
        if after != before or not person.stored:
            if after.contribution != before.contribution:
                self._move_gauges(before, after)
            self.not_assessed += before.assessed - after.assessed
            person.summary = after
            person.stored = True
            self._put_state(summary_key(person.reference), after.encode())
        if after.next_at is not None:
            self._people.due_at(person, after.next_at)

    def _move_gauges(self, before: Summary, after: Summary) -> None:
        changes, totals = self._changes.gauges, self.gauges
        for sign, contribution in ((-1, before.contribution), (1, after.contribution)):
            for metric, labels, amount in contribution:
                changes[metric, labels] += sign * amount
                totals[metric, labels] += sign * amount

    def _count_alert(
        self, person: Person, before: Alert | None, alert: Alert, now: datetime
    ) -> None:
        tally = self._changes.tally
        if alert.state == "closed":
            tally.alerts[alert.wait, alert.closed_reason or "closed"] += 1
        elif before is None or before.level != alert.level:
            tally.alerts[alert.wait, alert.level] += 1
        if before is None and alert.kind == "delay":
            could_be_at = max(alert.levels[0].at, person.touched_at)
            tally.firing_lags_s.append((now - could_be_at).total_seconds())

    # What is to be written.

    @property
    def pending_bytes(self) -> int:
        """Size of what `take` would hand out."""
        return self._changes.size_bytes

    @property
    def has_changes(self) -> bool:
        return bool(self._changes.state or self._changes.outputs)

    def take(self) -> Changes:
        """Everything since the last time; the ledger starts a new, empty set of changes."""
        changes, self._changes = self._changes, Changes()
        changes.people = len(self._people)
        changes.not_assessed = self.not_assessed
        changes.clock = self.clock.at
        return changes

    def _put_state(self, key: bytes, value: bytes | None) -> None:
        self._changes.put_state(NewRecord(self._state_topic, self.number, key, value))
