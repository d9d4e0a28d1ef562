"""All that leaves a pipeline, looked through for what must never leave it (design: "People and
privacy").

A careless sender puts a number and a name wherever it can. They may stand only in the sender's own
bytes: in the input, in the state's copy of an event (a field that nobody knows), in a dead letter.
One thing cannot be told: ten digits as the identifier of a spell or a service may be just that, for
hospitals number spells so. It is left to the sender, as docs/guarantees.md says.
"""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from flow.events import encode
from flow.events.topics import PERSON_INPUTS, SERVICE_EVENTS, TOPICS, topic_name
from flow.metrics import Metrics
from flow.pathway import load_policy
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.metrics.careless import careless, names
from tests.metrics.memory_pipeline import PARTITIONS, MemoryPipeline

START = datetime(2026, 3, 2, tzinfo=UTC)
HOLD_BYTES_OF_SENDERS = {*PERSON_INPUTS, *SERVICE_EVENTS, "hl7-raw", "pathway-events"}


def test_no_topic_header_figure_or_log_line_holds_a_number_or_a_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    policy = load_policy()
    metrics = Metrics(CollectorRegistry(), policy, version="0.1.0")
    pipeline = MemoryPipeline(policy, metrics)
    events = list(Feed(3, START, load_town(people_per_day=2)).events(START + timedelta(days=6)))
    pipeline.publish(events)
    sent = 0
    for event in {event.type: event for event in events}.values():
        for key, value in careless(encode(event)):
            pipeline.send(event.topic, key, value)
            sent += 1
    for days in (2, 4, 6):
        pipeline.tick(START + timedelta(days=days))

    leaked = [
        (short, where)
        for short in TOPICS
        for number in range(PARTITIONS)
        for record in pipeline.log.records(topic_name(short), number)
        for where, held in (
            ("key", b"" if short.endswith(".dlq") else record.key or b""),
            ("value", b"" if short.endswith(".dlq") else record.value or b""),
            ("headers", b"".join(content for _, content in record.headers)),
        )
        if short not in HOLD_BYTES_OF_SENDERS and names(held)
    ]
    assert leaked == []
    assert not names(metrics.render()[0])
    said = capsys.readouterr()
    assert not names((said.out + said.err).encode())
    letters = sum(
        len(pipeline.log.records(topic_name(f"{short}.dlq"), number))
        for short in PERSON_INPUTS
        for number in range(PARTITIONS)
    )
    assert letters > sent / 4, "most of it was refused, and looked for in what is told of that"
    assert pipeline.log.records(topic_name("alerts"), 0), "and something was told of people"
