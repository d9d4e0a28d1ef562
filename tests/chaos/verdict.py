"""What must hold after a run, whatever happened in it: the topics, held against the oracle.

Standard library and aiokafka only; nothing that the engine or the core computes is used to judge
them. Each function names the invariants of docs/design.md that it holds.
"""

import asyncio
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from flow.events.topics import PERSON_INPUTS, topic_name
from tests.chaos.driver import Driver, Place
from tests.chaos.sepsis_slice import Message, Slice
from tests.system.product import Product

COMMITTED_WITHIN_S = 20.0
"""Offsets are committed once a second, and at a stop."""
INLINE_BYTES = 256 * 1024
"""A larger value is kept by reference (design.md 4)."""


class LetterTwice(AssertionError):
    """A bad record has more than one dead letter; everything else is as it should be."""


async def assert_undisturbed(
    product: Product, expected: Slice, bad: Mapping[Place, Message] = MappingProxyType({})
) -> None:
    """Everything that a run without faults would have left, once, and nothing else.

    `bad` are the bad records and where they stand. Raises LetterTwice last, when all else holds.
    """
    state = await product.records("pathway-events")
    assert_events(state, expected.good)
    assert_clocks(state, expected.ticks)
    assert_alerts(await product.records("alerts"), expected)
    assert_stages(await product.records("stages"), expected)
    await assert_letters(product, bad)


def assert_events(state: Sequence[Any], messages: Iterable[Message]) -> None:
    """I1, I3, I9: every acknowledged event is in the state, once, with its bytes, and no other."""
    found = [record for record in state if b"/event/" in (record.key or b"")]
    times = Counter(record.key for record in found)
    twice = [key for key, count in times.items() if count > 1]
    assert not twice, f"{len(twice)} events stand twice in the state, such as {twice[:2]}"
    stored = {record.key: record.value for record in found}
    wanted = {_state_key(message): message.value for message in messages}
    lost = wanted.keys() - stored.keys()
    assert not lost, f"{len(lost)} of {len(wanted)} events are lost, such as {sorted(lost)[:2]}"
    assert stored == wanted, "the state holds what was not published"


def _state_key(message: Message) -> bytes:
    assert message.key is not None
    assert message.value is not None
    event = json.loads(message.value)
    return message.key + f"/event/{event['source']}#{event['id']}".encode()


def assert_clocks(state: Sequence[Any], ticks: Sequence[datetime]) -> None:
    """The clock of each partition never goes back, shows only ticks, and ends at the last one."""
    shown: dict[int, list[datetime]] = defaultdict(list)
    for record in state:
        if record.key == b"clock":
            shown[record.partition].append(_at(json.loads(record.value)["at"]))
    assert shown, "there are clocks"
    for partition, clock in shown.items():
        assert clock == sorted(clock), f"the clock of partition {partition} went back"
        assert set(clock) <= set(ticks), f"partition {partition} shows a time that nobody ticked"
        assert clock[-1] == ticks[-1], f"partition {partition} stands at {clock[-1]}"


def assert_alerts(alerts: Sequence[Any], expected: Slice) -> None:
    """I2, I4, I5, I6: the oracle's alerts, each change once, none after it was closed."""
    assert_told_once(alerts)
    last: dict[str, dict[str, Any]] = {}
    for record in alerts:
        event = json.loads(record.value)
        last[event["data"]["alert_id"]] = {"person": event["subject"], **event["data"]}
    found: dict[tuple[str, str], set[tuple[object, ...]]] = defaultdict(set)
    for alert in last.values():
        found[alert["person"], alert["about"]].add(
            (
                alert["wait"],
                alert["period"],
                _at(alert["due_at"]),
                tuple((level["level"], _at(level["at"])) for level in alert["levels"]),
                _at(alert["raised_at"]),
                _at(alert["closed_at"]) if "closed_at" in alert else None,
                alert.get("closed_reason"),
            )
        )
    wanted = {
        subject: {
            (
                alert.wait,
                alert.period,
                alert.due_at,
                alert.levels,
                alert.raised_at,
                alert.closed_at,
                alert.closed_reason,
            )
            for alert in rows
        }
        for subject, rows in expected.alerts.items()
    }
    differ = [subject for subject in found | wanted if found.get(subject) != wanted.get(subject)]
    assert not differ, "\n".join(
        f"{subject}: found {found.get(subject)}, expected {wanted.get(subject)}"
        for subject in differ[:3]
    )
    assert wanted, "there are alerts to compare"


def assert_told_once(alerts: Sequence[Any]) -> None:
    """I4: no change of an alert stands twice, and a closed one stays closed."""
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in alerts:
        data = json.loads(record.value)["data"]
        assert record.key == data["alert_id"].encode()
        told[data["alert_id"]].append(data)
    for alert_id, changes in told.items():
        contents = [json.dumps(data, sort_keys=True) for data in changes]
        assert len(contents) == len(set(contents)), f"alert {alert_id} was told twice: {contents}"
        states = [data["state"] for data in changes]
        assert "closed" not in states[:-1], f"alert {alert_id} was told after its end: {states}"


def assert_stages(stages: Sequence[Any], expected: Slice) -> None:
    """I2: who is in hospital at the end, and who is not, person by person."""
    last = {record.key.decode(): json.loads(record.value)["data"]["stage"] for record in stages}
    found = {person: stage == "in_hospital" for person, stage in last.items()}
    assert found == expected.in_hospital


async def assert_letters(product: Product, bad: Mapping[Place, Message]) -> None:
    """I10: as many dead letters as bad records, each with its record's bytes and reason."""
    found: Counter[Place] = Counter()
    for short in PERSON_INPUTS:
        for letter in await product.records(f"{short}.dlq"):
            headers = dict(letter.headers)
            place = (
                short,
                int(headers["flow.dlq.partition"]),
                int(headers["flow.dlq.offset"]),
            )
            found[place] += 1
            assert place in bad, f"a dead letter of what was good: {headers}"
            message = bad[place]
            assert headers["flow.dlq.reason"].decode() == message.reason
            assert letter.key == message.key
            if "flow.dlq.sha256" in headers:
                assert len(message.value or b"") > INLINE_BYTES
                digest = hashlib.sha256(message.value or b"").hexdigest()
                assert headers["flow.dlq.sha256"].decode() == digest
            else:
                assert letter.value == message.value
    lost = Counter(message.reason for place, message in bad.items() if place not in found)
    twice = Counter(bad[place].reason for place, count in found.items() if count > 1)
    assert not lost, f"without a dead letter: {lost}"
    if twice:
        raise LetterTwice(f"with more than one dead letter, by reason: {twice}")


async def assert_all_acknowledged(product: Product, driver: Driver) -> None:
    """I10: nothing is left in the queue; the group has committed the end of every input."""
    behind: dict[tuple[str, int], tuple[int, int]] = {}
    try:
        async with asyncio.timeout(COMMITTED_WITHIN_S):
            while True:
                committed = await committed_offsets(product)
                behind = {
                    (short, number): (committed.get((short, number), 0), end)
                    for number in range(driver.partitions)
                    for short, end in (await driver.ends_of(number)).items()
                    if short in PERSON_INPUTS and committed.get((short, number), 0) != end
                }
                if not behind:
                    return
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"(committed, end) after the run: {behind}") from None


async def committed_offsets(product: Product, *shorts: str) -> dict[tuple[str, int], int]:
    """What the workers' group has committed, by (short name, partition); of the inputs if none
    are named."""
    settings = product.settings
    names = {topic_name(short, settings.topic_prefix): short for short in shorts or PERSON_INPUTS}
    client = AIOKafkaAdminClient(bootstrap_servers=settings.broker_addresses)
    await client.start()
    try:
        offsets = await client.list_consumer_group_offsets(settings.application)
    finally:
        await client.close()
    return {
        (names[place.topic], place.partition): committed.offset
        for place, committed in offsets.items()
        if place.topic in names
    }


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
