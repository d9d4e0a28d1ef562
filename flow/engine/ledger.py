"""The histories, alerts and due times of one partition, and what working on them changes. No I/O.

Everything in a ledger can be thrown away and read again from the log: it holds nothing that is
not in a named topic, or in chunks and ticks that are not acknowledged yet.
"""

import heapq
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import orjson
import structlog
from aiokafka.partitioner import murmur2

from flow.engine.clock import Clock
from flow.engine.dead_letters import dead_letter
from flow.engine.failures import where_raised
from flow.engine.keys import CLOCK, event_key, parse_key, summary_key
from flow.engine.log import NewRecord, Record, moment
from flow.engine.observer import GaugeKey, Tally
from flow.engine.outputs import Publisher, placement_data, stage_data
from flow.engine.person import BEGINNING, Person
from flow.engine.summary import Summary
from flow.errors import Rejected
from flow.events import AnyEvent, decode
from flow.events.topics import topic_name
from flow.pathway import CORE_VERSION, Added, Alert, Assessment, Policy, advance, assess

log = structlog.get_logger()

LATE = timedelta(days=1)
"""Recorded this long after it happened: waits and gauges had to be worked out again."""
WARM_PEOPLE = 500
"""Histories kept unpacked for each partition; the others are compressed. At 60 KB each this is
30 MB a partition."""
RESTORED_PER_STEP = 1_000
"""Summaries decoded before the event loop gets a turn, about 10 ms."""
PACKED_PER_TICK = 200
"""Packing one history takes about 0.2 ms: at most 40 ms of a tick."""
PEOPLE_PER_TICK = 500
"""Worked out again after a change of core or policy, on top of who is due: 100,000 people take
a little over three minutes at one tick a second."""

Restore = Callable[[Sequence[Record]], None]


@dataclass(slots=True)
class Changes:
    """What is to be made durable together, and what may be counted once it is."""

    outputs: list[NewRecord] = field(default_factory=list)
    state: list[NewRecord] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    gauges: dict[GaugeKey, float] = field(default_factory=lambda: defaultdict(float))
    people: int = 0
    not_assessed: int = 0
    clock: datetime | None = None
    size_bytes: int = 0


class Ledger:
    """Chunks and ticks go in, `take` hands out the changes since the last time.

    `partitions` is the number of partitions of every person topic; a key that belongs to
    another partition means a publisher with another partitioner.
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
        self._publisher = Publisher(number, application, prefix)
        self._people: dict[str, Person] = {}
        self._due: list[tuple[datetime, str]] = []
        self._stale: list[Person] = []  # worked out by another version: a few with each tick
        self._waiting: list[Person] = []  # to be looked at with the next tick, due or not
        self._touched: dict[str, Person] = {}
        self._warm: OrderedDict[str, Person] = OrderedDict()
        self._newest_seen: datetime | None = None
        self._kafka_time: datetime | None = None
        self._changes = Changes()

    @property
    def people_count(self) -> int:
        return len(self._people)

    @property
    def now(self) -> datetime:
        return self.clock.at or BEGINNING

    # Opening.

    def sources(self) -> list[tuple[str, Restore]]:
        """The topics to read to their end, and what to do with their records."""
        return [
            (self._state_topic, self._restore_state),
            (self._alerts_topic, self._restore_alerts),
        ]

    def _restore_state(self, records: Sequence[Record]) -> None:
        people = self._people
        for record in records:
            key, value = record.key, record.value
            if key == CLOCK:
                self.clock.at = _decode_clock(value)
                continue
            reference, identity = parse_key(key or b"")
            person = people.get(reference)
            if person is None:
                person = people[reference] = Person(reference, self._policy.may_correct)
            assert value is not None, "nothing is taken out of the state yet"
            if identity is None:
                person.summary_value = value
            else:
                person.history.restore(identity, value)

    def _restore_alerts(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.value is None or record.key is None:
                continue
            content = orjson.loads(record.value)
            person = self._people.get(content["subject"])
            assert person is not None, "an alert and its cause are written together"
            person.restore_alert(record.key.decode(), content["data"])

    def restored(self) -> Iterator[None]:
        """Everything was read: know what is due, what is stale, and what the gauges are.

        To be exhausted; each step is short.
        """
        for count, (reference, person) in enumerate(self._people.items(), 1):
            if count % RESTORED_PER_STEP == 0:
                yield
            person.take_summary()
            summary = person.summary
            self._warm[reference] = person  # packed little by little, not while everybody waits
            self.not_assessed += not summary.assessed
            for metric, labels, amount in summary.contribution:
                self.gauges[metric, labels] += amount
            if not person.stored or summary.events != len(person.history):
                self._waiting.append(person)
            elif summary.core != CORE_VERSION or summary.policy != self._policy.version:
                self._stale.append(person)
            if summary.next_at is not None:
                self._due.append((summary.next_at, reference))
        heapq.heapify(self._due)

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
        if event is not None and self._wall and self._kafka_time is not None:
            lag = (self._kafka_time - event.recordedtime).total_seconds()
            self._changes.tally.event_lags_s.append((topic, max(0.0, lag)))

    def _add(self, topic: str, event: AnyEvent, value: bytes) -> None:
        reference = event.subject
        person = self._people.get(reference) or self._meet(reference)
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

    def _meet(self, reference: str) -> Person:
        """A person that this partition has not seen: check that they belong here."""
        partition = (murmur2(reference.encode()) & 0x7FFFFFFF) % self._partitions
        if partition != self.number:
            raise Rejected("wrong_partition", f"the key belongs to partition {partition}")
        person = Person(reference, self._policy.may_correct)
        self._people[reference] = person
        return person

    def _reject(self, topic: str, record: Record, error: Rejected) -> None:
        name = topic_name(f"{topic}.dlq", self._prefix)
        self._put_output(dead_letter(name, record, error))
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

    def tick(self, at: datetime, logged_at: datetime | None = None) -> bool:
        """Move the clock; False where the tick is not newer, or a jump not yet believed.

        `logged_at` is Kafka's time of the tick.
        """
        if not self.clock.accept(at, logged_at):
            return False
        self._waiting += self._touched.values()
        self._touched.clear()
        for _ in range(min(PEOPLE_PER_TICK, len(self._stale))):
            self._waiting.append(self._stale.pop())
        return True

    def assess_due(self, limit: int) -> bool:
        """Assess up to `limit` people whose time has come, oldest first; True while more are."""
        for _ in range(limit):
            person = self._next_due()
            if person is None:
                return False
            self._assess(person, raising=True)
        return True

    def _next_due(self) -> Person | None:
        """Who is due longest; then those who wait for any tick."""
        while self._due and self._due[0][0] <= self.now:
            due_at, reference = heapq.heappop(self._due)
            person = self._people[reference]
            if person.next_at == due_at:  # else looked at since: the heap holds a newer entry
                return person
        return self._waiting.pop() if self._waiting else None

    def finish_tick(self) -> None:
        """Nobody is due any more: the clock may be published. Then rest a little."""
        self._changes.clock = self.clock.at
        self._put_state(CLOCK, orjson.dumps({"at": self.clock.at}))
        self._pack_quiet()

    def _pack_quiet(self) -> None:
        surplus = len(self._warm) - WARM_PEOPLE
        for _ in range(min(PACKED_PER_TICK, max(0, surplus))):
            _, person = self._warm.popitem(last=False)
            person.history.pack()

    # Assessing.

    def _assess(self, person: Person, *, raising: bool) -> None:
        now = self.now
        self._changes.tally.assessments += 1
        self._warm[person.reference] = person
        self._warm.move_to_end(person.reference)
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
        for record in (*alerts, *changed):
            self._put_output(record)
        for alert in advanced.changed:
            self._count_alert(person, before.get(str(alert.alert_id)), alert, now)
        person.alerts = advanced.alerts
        person.stage, person.placements = view.stage, view.placements
        self._take_over(person, after)

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
            # A delay that waits to be raised is raised by the next tick.
            next_at=self.now if held else view.next_at,
        )
        return after, changed

    def _take_over(self, person: Person, after: Summary) -> None:
        """The person's summary from now on: gauges, due time, state record."""
        before = person.summary
        if after.next_at is not None:
            heapq.heappush(self._due, (after.next_at, person.reference))
            self._tidy_due()
        if after == before and person.stored:
            return
        if after.contribution != before.contribution:
            self._move_gauges(before, after)
        self.not_assessed += before.assessed - after.assessed
        person.summary = after
        person.stored = True
        self._put_state(summary_key(person.reference), after.encode())

    def _tidy_due(self) -> None:
        """Outdated entries leave the heap when they come up; many of them leave at once."""
        if len(self._due) > 4 * len(self._people) + 1_000:
            self._due = [
                (person.next_at, reference)
                for reference, person in self._people.items()
                if person.next_at is not None
            ]
            heapq.heapify(self._due)

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

    def _put_output(self, record: NewRecord) -> None:
        self._changes.outputs.append(record)
        self._changes.size_bytes += record.size_bytes

    def _put_state(self, key: bytes, value: bytes) -> None:
        self._changes.state.append(NewRecord(self._state_topic, self.number, key, value))
        self._changes.size_bytes += len(key) + len(value)


def _decode_clock(value: bytes | None) -> datetime | None:
    return datetime.fromisoformat(orjson.loads(value)["at"]).astimezone(UTC) if value else None
