"""Records of the output topics: alerts, stages, placements; services and their alerts.

Identifiers follow from content, so a replay repeats them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from flow.engine.full_services import Statement
from flow.engine.keys import full_service_key, partition_of, placement_key, told_until_key
from flow.engine.log import NewRecord
from flow.engine.summary import Summary
from flow.events.published import Published
from flow.events.service_outputs import ServiceAlertData, ServiceData
from flow.events.topics import topic_name
from flow.pathway import ActsNext, Alert, Placement, Stage

Data = dict[str, Any]
"""What goes into an event's `data`: JSON values only, so that it equals itself read back."""


def stage_data(stage: Stage) -> Data:
    return _data(stage._asdict())


def placement_data(placement: Placement) -> Data:
    return _data(placement._asdict())


def _data(fields: Data) -> Data:
    return {name: _plain(value) for name, value in fields.items() if value not in (None, ())}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, ActsNext):
        return _data(value._asdict())
    return list(value) if isinstance(value, tuple) else value


class Publisher:
    """Makes CloudEvents for one partition of `partitions`. `application` is part of their `source`.

    What a service faces goes to the partition of the service: a transaction may write to any.
    """

    def __init__(self, partition: int, partitions: int, application: str, prefix: str) -> None:
        self._partition = partition
        self._partitions = partitions
        self._source = f"/discharge-flow/{application}"
        self._alerts = topic_name("alerts", prefix)
        self._stages = topic_name("stages", prefix)
        self._placements = topic_name("placements", prefix)
        self._services = topic_name("services", prefix)
        self._service_alerts = topic_name("service-alerts", prefix)

    def alert(self, person: str, alert: Alert, now: datetime) -> NewRecord:
        """The alert's whole life so far, under its id, in the person's partition."""
        content = alert.model_dump_json(exclude_none=True).encode()
        value = self._event("flow.alert-changed.v1", person, content, now)
        return NewRecord(self._alerts, self._partition, str(alert.alert_id).encode(), value)

    def changes(
        self,
        person: str,
        before: Summary,
        stage: Data | None,
        placements: Mapping[str, Data],
        now: datetime,
    ) -> Iterator[NewRecord]:
        """Records of the stage and the placements that are not as they were published last."""
        if stage != before.stage:
            told = None if stage is None else orjson.dumps(stage)
            value = told and self._event("flow.stage-changed.v1", person, told, now)
            yield NewRecord(self._stages, self._partition, person.encode(), value)
        for service, placement in placements.items():
            if placement != before.placements.get(service):
                value = self._event(
                    "flow.placement-changed.v1", person, orjson.dumps(placement), now
                )
                yield self._placement(service, person, value)
        for service in before.placements.keys() - placements.keys():
            yield self._placement(service, person, None)

    def gone(self, person: str, before: Summary, alerts: Iterable[str]) -> Iterator[NewRecord]:
        """Tombstones for everything that was published of somebody who is let go."""
        for alert in alerts:
            yield NewRecord(self._alerts, self._partition, alert.encode(), None)
        if before.stage is not None:
            yield NewRecord(self._stages, self._partition, person.encode(), None)
        for service in before.placements:
            yield self._placement(service, person, None)

    def told_until(self, now: datetime) -> Iterator[NewRecord]:
        """To every partition of services: all placements until `now` are written."""
        yield from self._to_services(told_until_key(self._partition), orjson.dumps({"at": now}))

    def full(self, service: str, statement: Statement) -> Iterator[NewRecord]:
        """To every partition of services: this one is full, or has room again."""
        yield from self._to_services(full_service_key(service), statement.encode())

    def _to_services(self, key: bytes, value: bytes) -> Iterator[NewRecord]:
        for partition in range(self._partitions):
            yield NewRecord(self._placements, partition, key, value)

    def service(self, service: str, data: ServiceData | None, now: datetime) -> NewRecord:
        """What is known of a service; None where nothing is known any more."""
        value = self._model("flow.service-changed.v1", service, data, now) if data else None
        return NewRecord(self._services, self._partition, service.encode(), value)

    def service_alert(self, alert: ServiceAlertData, now: datetime) -> NewRecord:
        """The alert's whole life so far, under its id, in the service's partition."""
        value = self._model("flow.service-alert-changed.v1", alert.service, alert, now)
        return NewRecord(self._service_alerts, self._partition, str(alert.alert_id).encode(), value)

    def _model(self, kind: str, subject: str, model: Published, now: datetime) -> bytes:
        content = model.model_dump_json(exclude_none=True).encode()
        return self._event(kind, subject, content, now)

    def _placement(self, service: str, person: str, value: bytes | None) -> NewRecord:
        partition = partition_of(service.encode(), self._partitions)
        return NewRecord(self._placements, partition, placement_key(service, person), value)

    def _event(self, kind: str, person: str, content: bytes, now: datetime) -> bytes:
        identity = blake2b(content, digest_size=12, key=person.encode()[:64]).hexdigest()
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": identity,
                "source": self._source,
                "type": kind,
                "time": now,
                "recordedtime": now,
                "subject": person,
                "data": orjson.Fragment(content),
            }
        )
