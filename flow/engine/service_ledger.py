"""What is known of the services of one partition, and what working on it changes. No I/O.

Everything here can be thrown away and read again: `placements` hold what journeys say, `capacity`
what services say, `service-coordination` how their alerts were answered, `services` and
`service-alerts` what was last published. The newest report is taken of both `capacity` and
`services`: compaction keeps the last that came, not the newest.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

import orjson
import structlog

from flow.engine.changes import Changes
from flow.engine.clock import Clock
from flow.engine.closed_alerts import ClosedAlerts
from flow.engine.dead_letters import dead_letter
from flow.engine.failures import where_raised
from flow.engine.full_services import FullServices, decode_statement
from flow.engine.keys import FULL_SERVICE, SERVICES_CLOCK, TOLD_UNTIL, partition_of
from flow.engine.ledger import Restore
from flow.engine.log import NewRecord, Record, moment
from flow.engine.observer import GaugeKey
from flow.engine.outputs import Publisher
from flow.engine.person import BEGINNING
from flow.engine.service import Service
from flow.errors import Rejected
from flow.events import decode
from flow.events.care_package import CentreCapacityReported
from flow.events.event_types import ServiceAnswer
from flow.events.outputs import PlacementChanged
from flow.events.service_outputs import ServiceData
from flow.events.topics import SERVICE_EVENTS, topic_name
from flow.pathway import Contribution, Placement, Policy
from flow.pathway.alert_record import RAISED
from flow.pathway.services import (
    Answers,
    Besides,
    advance_alerts,
    contribution_of,
    decode_service_alert,
    look,
)

log = structlog.get_logger()

UNANSWERED = Answers()
"""Of all services that nobody has answered an alert of; it is read only."""


class ServiceLedger:
    """Chunks of its inputs, and ticks, go in; `take` hands out the changes.

    `partitions` is the number of partitions of every topic of persons and services. A tick is
    worked once every partition of people has said that it has worked its own at that time: so no
    service is called late for a step that still waits in our own queue.
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
        # Partitions of people, whose time it follows, believe in no jump that is not proved.
        self.clock = Clock(bounded=False)
        self.gauges: dict[GaugeKey, float] = defaultdict(float)
        self.not_assessed = 0
        self._policy = policy
        self._wall = wall
        self._partitions = partitions
        self._prefix = prefix
        self._placements_topic = topic_name("placements", prefix)
        self._services_topic = topic_name("services", prefix)
        self._alerts_topic = topic_name("service-alerts", prefix)
        self._publisher = Publisher(number, partitions, application, prefix)
        self._services: dict[str, Service] = {}
        self._answers: defaultdict[str, Answers] = defaultdict(Answers)  # of services known or not
        self._touched: dict[str, Service] = {}
        self._due: list[Service] = []
        self._closed = ClosedAlerts()
        self._told_until: dict[bytes, datetime] = {}
        self._full = FullServices()
        self._placements_end = 0
        self._kafka_time: datetime | None = None
        self._changes = Changes()

    @property
    def subject_count(self) -> int:
        return len(self._services)

    @property
    def now(self) -> datetime:
        return self.clock.at or BEGINNING

    # Opening.

    def sources(self) -> list[tuple[str, Restore]]:
        """The topics to read to their end, and what to do with their records."""
        return [
            (self._services_topic, self._restore_services),
            (self._alerts_topic, self._restore_alerts),
            (self._placements_topic, self._take_placements),
            *(
                (topic_name(topic, self._prefix), partial(self._restore_events, topic))
                for topic in SERVICE_EVENTS
            ),
        ]

    def _restore_services(self, records: Sequence[Record]) -> None:
        for record in records:
            key, value = record.key or b"", record.value
            if key == SERVICES_CLOCK:
                self.clock.at = _clock_at(value)
            elif value is None:
                self._services.pop(key.decode(), None)
            else:
                self._service(key.decode()).restore(orjson.loads(value)["data"])

    def _restore_alerts(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.value is None:
                self._closed.forget((record.key or b"").decode())
                continue
            alert = decode_service_alert(orjson.loads(record.value)["data"])
            self._service(alert.service).restore_alert(alert)
            self._closed.note(alert)

    def _restore_events(self, topic: str, records: Sequence[Record]) -> None:
        """What cannot be used became a dead letter when it came, or will when it comes."""
        for record in records:
            self._kafka_time = moment(record.timestamp)
            with contextlib.suppress(Rejected):
                self._take_event(topic, record)
        self._changes.tally.sources.clear()

    def restored(self) -> Iterator[None]:
        """Everything was read: the gauges are those of what was published; then all are looked
        at, for placements may be newer than that."""
        self._full.restored(self.clock.at)
        for service in self._services.values():
            yield
            if service.data is not None:
                service.contribution = contribution_of(service.data, service.alerts, self._policy)
                self._changes.move_gauges(self.gauges, (), service.contribution)
            self._touched[service.reference] = service
        self._changes.gauges.clear()  # the opening tells them as a whole

    # Chunks.

    def begin_chunk(self, topic: str, records: Sequence[Record]) -> None:
        """Start a chunk: what all its records share."""
        tally = self._changes.tally
        tally.chunk_sizes.append(len(records))
        tally.consumed[topic] += len(records)
        self._kafka_time = moment(records[-1].timestamp)

    def add(self, topic: str, records: Sequence[Record]) -> None:
        """Take in reports, answers or placements."""
        if topic == "placements":
            self._take_placements(records)
            return
        for record in records:
            try:
                self._take_event(topic, record)
            except Rejected as error:
                name = topic_name(f"{topic}.dlq", self._prefix)
                self._changes.put_output(dead_letter(name, record, error))
                self._changes.tally.dead_letters[topic, error.reason] += 1

    def _take_event(self, topic: str, record: Record) -> None:
        """A report, or an answer to an alert. Raises Rejected for what is none, or belongs
        elsewhere."""
        event, _ = decode(
            record.value,
            key=record.key,
            headers=record.headers,
            kafka_time=self.clock.reference_time(self._kafka_time, wall=self._wall),
            topic=topic,
        )
        partition = partition_of(event.subject.encode(), self._partitions)
        if partition != self.number:
            raise Rejected("wrong_partition", f"the key belongs to partition {partition}")
        if isinstance(event, CentreCapacityReported):
            service = self._service(event.subject)
            if service.hear(event, self._policy.may_correct):
                self._touched[service.reference] = service
        else:
            assert isinstance(event, ServiceAnswer), "the topics have no other types"
            self._take_answer(event)
        sources = self._changes.tally.sources
        heard_at = sources.get(event.source, event.recordedtime)
        sources[event.source] = max(heard_at, event.recordedtime)

    def _take_answer(self, event: ServiceAnswer) -> None:
        """Kept, whether or not anybody knows of the alert or the service yet."""
        if self._answers[event.subject].hear(event, self._policy.may_correct):
            self._touched[event.subject] = self._service(event.subject)

    def _take_placements(self, records: Sequence[Record]) -> None:
        """Of a key the last record counts. What was read on opening comes again as a chunk."""
        for record in records:
            if record.offset < self._placements_end:
                continue
            self._placements_end = record.offset + 1
            key = record.key or b""
            if key.startswith(TOLD_UNTIL):
                told_until = _clock_at(record.value)
                if told_until is not None:
                    self._told_until[key] = told_until
                continue
            if key.startswith(FULL_SERVICE):
                if record.value is not None:
                    full = key.removeprefix(FULL_SERVICE).decode()
                    self._full.take(full, decode_statement(record.value))
                continue
            name, slash, person = key.decode().partition("/")
            assert slash, "only the partitions of people write placements"
            service = self._service(name)
            if record.value is None:
                service.placements.pop(person, None)
            else:
                service.placements[person] = _placement(record.value)
            self._touched[service.reference] = service

    def _service(self, reference: str) -> Service:
        service = self._services.get(reference)
        if service is None:
            service = self._services[reference] = Service(reference)
        return service

    def assess_touched(self, limit: int) -> bool:
        """Look at up to `limit` services that something was heard of; True while some are left.

        Before the first tick the time is not known, and in log mode what is published is a
        function of reports, journeys and ticks alone.
        """
        if not self.unassessed:
            return False
        for _ in range(min(limit, len(self._touched))):
            _, service = self._touched.popitem()
            self._assess(service, raising=False)
        return bool(self._touched)

    @property
    def unassessed(self) -> bool:
        return bool(self._touched) and self.clock.at is not None and self._wall

    # Ticks.

    def may_tick(self, at: datetime) -> bool:
        """Whether every partition of people has told its placements until `at`."""
        told = self._told_until.values()
        return len(told) >= self._partitions and min(told) >= at

    def tick(self, at: datetime, logged_at: datetime | None = None) -> bool:
        """Move the clock; False where the tick is not newer."""
        if not self.clock.accept(at, logged_at):
            return False
        self._touch_where_suitable(self._full.begin_tick(at))
        self._due = [
            service
            for service in self._services.values()
            if service.reference in self._touched
            or (service.next_at is not None and service.next_at <= at)
        ]
        self._touched.clear()
        return True

    def _touch_where_suitable(self, changed: set[str]) -> None:
        """Services filled up, or have room again: look at those that could take who asked them."""
        if not changed:
            return
        for service in self._services.values():
            if any(
                not changed.isdisjoint((*each.asked_of, *each.suits))
                for each in service.placements.values()
            ):
                self._touched[service.reference] = service

    def assess_due(self, limit: int) -> bool:
        """Look at up to `limit` services whose time has come; True while more are."""
        for _ in range(min(limit, len(self._due))):
            self._assess(self._due.pop(), raising=True)
        return bool(self._due)

    def finish_tick(self) -> None:
        """Nobody is due any more: the clock may be published."""
        self._changes.clock = self.clock.at
        value = orjson.dumps({"at": self.clock.at})
        self._changes.put_state(NewRecord(self._services_topic, self.number, SERVICES_CLOCK, value))
        for alert_id in self._closed.take_old(self.now):
            record = NewRecord(self._alerts_topic, self.number, alert_id.encode(), None)
            self._changes.put_output(record)

    # Looking.

    def _assess(self, service: Service, *, raising: bool) -> None:
        now, policy = self.now, self._policy
        placements = service.placements.values()
        answers = self._answers.get(service.reference, UNANSWERED)
        try:
            seen = look(
                service.reference,
                service.report,
                placements,
                policy,
                now,
                service.data,
                self._full.since,
                Besides((*service.doubts, *answers.doubts), tuple(answers)),
            )
            advanced = advance_alerts(
                service.alerts, seen.data, policy, now, raising=raising, answers=answers.to
            )
            contribution = contribution_of(seen.data, advanced.alerts, policy)
        except Exception as error:  # noqa: BLE001  # a bug of ours must not stop the partition
            self._not_assessed(service, error)
            return
        for alert in advanced.changed:
            self._changes.put_output(self._publisher.service_alert(alert, now))
            if alert.closed_reason is not None or str(alert.alert_id) not in service.alerts:
                self._changes.tally.alerts[alert.alert, alert.closed_reason or RAISED] += 1
            self._closed.note(alert)
        self.not_assessed -= not service.assessed
        service.assessed = True
        service.alerts = advanced.alerts
        changes_at = [at for at in (seen.next_at, advanced.next_at) if at is not None]
        service.next_at = min(changes_at, default=None)
        self._tell_others(service, full=seen.data.has_room is False)
        is_named = service.is_known or any(answers)
        self._publish(service, seen.data if is_named else None, contribution)

    def _tell_others(self, service: Service, *, full: bool) -> None:
        """Where the policy has no criteria, nobody is suitable but for whom they asked."""
        if not self._policy.service_rules.criteria:
            return
        statement = self._full.say(service.reference, self.now, full=full)
        if statement is not None:
            for record in self._publisher.full(service.reference, statement):
                self._changes.put_output(record)

    def _not_assessed(self, service: Service, error: Exception) -> None:
        """What was heard is kept; the service is counted, and tried with the next it hears."""
        log.error(
            "a service could not be assessed", error=type(error).__name__, at=where_raised(error)
        )
        self.not_assessed += service.assessed
        service.assessed, service.next_at = False, None

    def _publish(
        self, service: Service, data: ServiceData | None, contribution: tuple[Contribution, ...]
    ) -> None:
        if data is None:
            contribution = ()
            del self._services[service.reference]
        if contribution != service.contribution:
            self._changes.move_gauges(self.gauges, service.contribution, contribution)
            service.contribution = contribution
        if data != service.data:
            service.data = data
            self._changes.put_state(self._publisher.service(service.reference, data, self.now))

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
        changes.people = self.subject_count
        changes.not_assessed = self.not_assessed
        changes.clock = self.clock.at
        return changes


def _clock_at(value: bytes | None) -> datetime | None:
    return datetime.fromisoformat(orjson.loads(value)["at"]).astimezone(UTC) if value else None


def _placement(value: bytes) -> Placement:
    """As people's partitions have written it."""
    data = PlacementChanged.model_validate_json(value).data
    return Placement(**dict(data))
