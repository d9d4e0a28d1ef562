"""The histories, alerts and due times of one partition, and what working on them changes. No I/O.

Everything in a ledger can be thrown away and read again from the log: it holds nothing that is
not in a named topic, or in chunks and ticks that are not acknowledged yet.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import orjson
import structlog

from flow.engine.assessing import Assessing
from flow.engine.changes import Changes, Outbox
from flow.engine.clock import Clock
from flow.engine.dead_letters import dead_letter
from flow.engine.keys import CLOCK, event_key, partition_of
from flow.engine.letting_go import LettingGo
from flow.engine.log import Record, moment
from flow.engine.marker import Marker
from flow.engine.observer import GaugeKey
from flow.engine.outputs import Publisher
from flow.engine.people import People
from flow.engine.person import BEGINNING, Person
from flow.engine.post import Post
from flow.engine.reached import Reached
from flow.engine.references import References, everything
from flow.engine.restoring import RESTORED_PER_STEP, Restoring, left_behind
from flow.errors import Rejected
from flow.events import AnyEvent, PersonErased, decode
from flow.events.topics import topic_name
from flow.pathway import CORE_VERSION, Added, Policy

log = structlog.get_logger()

LATE = timedelta(days=1)
"""Recorded this long after it happened: waits and gauges had to be worked out again."""

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
        self._reached = Reached()
        self._publish_reached = False  # before the next tick
        self._ticked_at: datetime | None = None  # the clock, but for a tick that is being worked
        self._kafka_time: datetime | None = None
        self._told_until: datetime | None = None
        self._outbox = Outbox(number, self._state_topic)
        post = Post(self._outbox, partitions, prefix)
        self._letting_go = LettingGo(self._people, self._outbox, self._publisher, post, self.clock)
        self._references = References(self._people, self._outbox, post, self._letting_go)
        self._assessing = Assessing(
            policy,
            self.clock,
            self._people,
            self._outbox,
            self._publisher,
            self._references,
            self._letting_go,
        )

    @property
    def subject_count(self) -> int:
        return len(self._people)

    @property
    def gauges(self) -> Mapping[GaugeKey, float]:
        """What the people add up to."""
        return self._outbox.gauges

    @property
    def not_assessed(self) -> int:
        """How many people a bug of ours keeps from being assessed."""
        return self._outbox.not_assessed

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
                self._outbox.put_state(event_key(person.reference, identity), None)
            self._take_back(person)
        self._reached = self._restoring.reached
        self._ticked_at = self.clock.at

    def _take_back(self, person: Person) -> None:
        """Somebody as they were published last."""
        summary = person.summary
        self._people.rest_later(person)
        self._outbox.restored(summary)
        if summary.events != person.events_count and person.bond is not None:
            person.bond.unsent = everything(person)
        if (
            not person.stored
            or summary.events != person.events_count
            or person.bond is not None  # what others told is no event
        ):
            self._people.wait_for_tick(person)
        elif summary.core != CORE_VERSION or summary.policy != self._policy.version:
            self._people.work_out_anew(person)
        if summary.next_at is not None:
            self._people.due_at(person, summary.next_at)

    # Chunks.

    def begin_chunk(self, topic: str, records: Sequence[Record]) -> None:
        """Start a chunk: what all its records share."""
        tally = self._outbox.changes.tally
        tally.chunk_sizes.append(len(records))
        tally.consumed[topic] += len(records)
        self._kafka_time = moment(records[-1].timestamp)

    def add(self, topic: str, records: Sequence[Record]) -> None:
        """Decode records and put fresh events into histories."""
        reference_time = self.clock.reference_time(self._kafka_time, wall=self._wall)
        event: AnyEvent | None = None
        if topic == "transfers":
            self._add_transfers(records)
            records_of_events: Sequence[Record] = ()
        else:
            records_of_events = records
        for record in records_of_events:
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
        self._reached.note(topic, records[-1])
        if event is not None and self._wall and self._kafka_time is not None:
            lag = (self._kafka_time - event.recordedtime).total_seconds()
            self._outbox.changes.tally.event_lags_s.append((topic, max(0.0, lag)))

    def _add(self, topic: str, event: AnyEvent, value: bytes) -> None:
        if type(event) is PersonErased:
            self._erase(topic, event)
            return
        reference = event.subject
        person = self._people.get(reference) or self._meet(event)
        self._people.rest_later(person)  # unpacked by what follows, even where nothing comes of it
        if person.summary.marker is not None:
            person.summary.marker.check(event.time)
        tally = self._outbox.changes.tally
        added = person.history.add(event, value)
        if added is Added.FRESH or added is Added.CONFLICT_WON:
            self._outbox.put_state(event_key(reference, event.identity), value)
            self._touched[reference] = person
            person.grew = True
            person.touched_at = self.now
            if person.bond is not None:
                person.bond.added(event)
            tally.late += event.recordedtime - event.time > LATE
            if added is Added.CONFLICT_WON:
                self._outbox.put_replaced(person)
        else:
            tally.duplicates[topic] += 1
        if added is Added.CONFLICT_WON or added is Added.CONFLICT_LOST:
            tally.conflicts += 1
        heard = tally.sources.get(event.source)
        if heard is None or event.recordedtime > heard:
            tally.sources[event.source] = event.recordedtime

    def _add_transfers(self, records: Sequence[Record]) -> None:
        """What other references tell those of this partition, each once.

        How far it came is written with what it changed: told again, what was true once could
        undo what came after it.
        """
        for record in records:
            if self._reached.has("transfers", record):
                self._outbox.changes.tally.duplicates["transfers"] += 1
                continue
            try:
                self._check_partition((record.key or b"").decode(errors="replace"))
                person = self._references.take(record)
            except Rejected as error:
                self._reject("transfers", record, error)
                continue
            if person is not None:
                self._touched[person.reference] = person
                person.touched_at = self.now
        self._publish_reached = True

    def _meet(self, event: AnyEvent) -> Person:
        """A person whom this partition does not hold: check that the event may begin a journey."""
        self._check_partition(event.subject)
        marker = self._people.marker(event.subject)
        if marker is not None:
            marker.check(event.time)
        return self._people.meet(event.subject)

    def _check_partition(self, reference: str) -> None:
        partition = partition_of(reference.encode(), self._partitions)
        if partition != self.number:
            raise Rejected("wrong_partition", f"the key belongs to partition {partition}")

    def _erase(self, topic: str, event: PersonErased) -> None:
        self._check_partition(event.subject)
        if not self._letting_go.erase(event):
            self._outbox.changes.tally.duplicates[topic] += 1
        elif (person := self._people.get(event.subject)) is not None:
            self._touched[event.subject] = person  # other references still point there
        self._publish_reached = True

    def _reject(self, topic: str, record: Record, error: Rejected) -> None:
        if self._reached.has(topic, record):
            # Delivered again: its letter is written, or it was worked before its person was let go.
            self._outbox.changes.tally.duplicates[topic] += 1
            return
        self._publish_reached = True
        name = topic_name(f"{topic}.dlq", self._prefix)
        withheld = self._is_erased(record.key)
        self._outbox.put_output(dead_letter(name, record, error, withheld=withheld))
        self._outbox.changes.tally.dead_letters[topic, error.reason] += 1

    def _is_erased(self, key: bytes | None) -> bool:
        """Whether a record belongs to someone who was erased, as far as its key tells."""
        marker = self._marker((key or b"").decode(errors="replace"))
        return marker is not None and marker.kind == "erased"

    def _marker(self, reference: str) -> Marker | None:
        person = self._people.get(reference)
        if person is None:
            return self._people.marker(reference)
        self._people.rest_later(person)
        return person.summary.marker

    def assess_touched(self, limit: int) -> bool:
        """Assess up to `limit` people whose histories grew; True while some are left.

        Before the first tick the time is not known, so they wait for it. In log mode they wait
        for each tick: which alerts open and close is a function of events and ticks alone.
        """
        if self.clock.at is None or not self._wall:
            return False
        for _ in range(min(limit, len(self._touched))):
            _, person = self._touched.popitem()
            if self._people.get(person.reference) is person:  # else let go since
                self._assessing.assess(person, raising=False)
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
                return self._letting_go.drop_old_markers()
            self._assessing.assess(person, raising=True)
        return True

    def finish_tick(self) -> None:
        """Nobody is due any more: the clock may be published. Then rest a little."""
        self._ticked_at = self.clock.at
        self._put_clock()
        self._tell_services()
        self._people.pack_quiet()

    def _put_clock(self) -> None:
        self._publish_reached = False
        content = {"at": self._ticked_at, "reached": self._reached.content()}
        self._outbox.put_state(CLOCK, orjson.dumps(content, option=orjson.OPT_SORT_KEYS))

    def _tell_services(self) -> None:
        """That all which journeys have to say of any service until now has been written.

        Without it a service could be called late for a step that still waits in our own queue.
        """
        now = self.now
        due = self._told_until is None or now - self._told_until >= SERVICES_HEAR_EVERY
        if due or not self._wall:
            self._told_until = now
            for record in self._publisher.told_until(now):
                self._outbox.put_output(record)

    # What is to be written.

    @property
    def pending_bytes(self) -> int:
        """Size of what `take` would hand out."""
        return self._outbox.changes.size_bytes

    @property
    def has_changes(self) -> bool:
        return bool(self._outbox.changes.state or self._outbox.changes.outputs)

    def take(self) -> Changes:
        """Everything since the last time; the ledger starts a new, empty set of changes."""
        if self._publish_reached and self._ticked_at is not None:
            self._put_clock()
        changes = self._outbox.take()
        changes.people = len(self._people)
        changes.clock = self.clock.at
        return changes
