"""The same job as an idiomatic Faust agent: what the worker's speed is compared with.

What a careful user of Faust would write: one agent over the person's input topics, record by
record; a table, kept in memory and in its changelog, with what is known of each person; `send` for
what is published. It has the core's own History, and so folds no more than we do. A codec of its
own writes the changelog (the events' bytes as they came, joined), because the two that come with
Faust are slower by far: JSON cannot hold bytes, and pickle would write the journey as well.

What it does not do, and the worker does: ticks, placements, gauges, dead letters, deduplication
across a crash. It raises delays when the person's next event comes. Nobody should run it: an
exception in the agent loses the event.

Run by `bench.idiomatic_run` as `python -m bench.idiomatic worker --without-web --loglevel warn`.
"""

import os
from typing import Any

import faust
import orjson
from faust.serializers import codecs

from flow.engine.garbage import seldom_collect_garbage
from flow.engine.outputs import Publisher, stage_data
from flow.engine.summary import Summary
from flow.errors import Rejected
from flow.events import decode
from flow.events.topics import PERSON_INPUTS, topic_name
from flow.pathway import Alert, History, Stage, advance, assess, decode_alert, load_policy
from flow.settings import load_settings

LINGER_S = 0.02
BATCH_BYTES = 512 * 1024
"""As the worker has: a changelog value is about 10 KB, of which the default would hold one."""


class Known:
    """The table's value: all that is known of one person."""

    def __init__(self) -> None:
        self.history = History()
        self.alerts: dict[str, Alert] = {}
        self.stage: Stage | None = None


class KnownCodec(faust.Codec):
    """Events as they came, then the open alerts; the stage is worked out again."""

    def _dumps(self, obj: Any) -> bytes:
        assert isinstance(obj, Known)
        history = obj.history
        events = b",".join(history.values().values())
        alerts = b",".join(
            alert.__pydantic_serializer__.to_json(alert) for alert in obj.alerts.values()
        )
        return b'{"events":[' + events + b'],"alerts":[' + alerts + b"]}"

    def _loads(self, s: bytes) -> Known:
        content = orjson.loads(s)
        known = Known()
        for event in content["events"]:
            known.history.restore(f"{event['source']}#{event['id']}", orjson.dumps(event))
        for alert in content["alerts"]:
            known.alerts[alert["alert_id"]] = decode_alert(alert)
        return known


codecs.register("known", KnownCodec())
seldom_collect_garbage()  # as the worker does, for the same reason

settings = load_settings()
policy = load_policy(settings.policy)
app: Any = faust.App(
    settings.application,
    broker=f"kafka://{settings.broker_addresses}",
    store="memory://",
    topic_partitions=settings.partitions,
    producer_linger=LINGER_S,
    producer_max_batch_size=BATCH_BYTES,
    producer_max_request_size=4 << 20,
    broker_commit_interval=1.0,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
    datadir=os.environ["BENCH_DATADIR"],
)
inputs = [topic_name(short, settings.topic_prefix) for short in PERSON_INPUTS]
raw: dict[str, Any] = {
    "key_type": bytes,
    "value_type": bytes,
    "key_serializer": "raw",
    "value_serializer": "raw",
}
events = app.topic(*inputs, **raw)
alerts = app.topic(topic_name("alerts", settings.topic_prefix), **raw)
stages = app.topic(topic_name("stages", settings.topic_prefix), **raw)
people = app.Table("people", default=Known, key_type=bytes, partitions=settings.partitions)
people.value_serializer = "known"
publishers = [
    Publisher(number, settings.partitions, settings.application, settings.topic_prefix)
    for number in range(settings.partitions)
]


@app.agent(events)  # type: ignore[untyped-decorator]
async def follow(stream: Any) -> None:
    """Fold each event, say what changed, keep what is known."""
    async for record in stream.events():
        try:
            event, value = decode(record.value, key=record.key)
        except Rejected:
            continue
        person = event.subject
        known = people[record.key]
        known.history.add(event, value)
        now = event.recordedtime
        journey = known.history.journey()
        view = assess(journey, policy, now)
        advanced = advance(known.alerts, view, journey, person, now, raising=True)
        publisher = publishers[record.message.partition]
        for alert in advanced.changed:
            changed = publisher.alert(person, alert, now)
            await alerts.send(key=changed.key, value=changed.value)
        if view.stage != known.stage:
            for changed in publisher.changes(person, Summary(), stage_data(view.stage), {}, now):
                await stages.send(key=changed.key, value=changed.value)
        known.alerts, known.stage = advanced.alerts, view.stage
        people[record.key] = known


if __name__ == "__main__":
    app.main()
