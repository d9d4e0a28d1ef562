"""Each bad input becomes one dead letter with its reason, costs nothing else, and can come back."""

import asyncio
import copy
import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flow.engine.publisher import KafkaPublisher
from flow.events.topics import topic_name
from tests.system.outcome import histories
from tests.system.product import Product, product

PERSON = "k1.Made-up-person-for-tests-0123456789abcdefghijkl"
NOW = datetime.now(UTC)
GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "1",
    "source": "/rr8/pas",
    "type": "flow.patient-admitted.v1",
    "time": NOW.isoformat(),
    "recordedtime": NOW.isoformat(),
    "subject": PERSON,
    "data": {"provider": "RR8", "spell_id": "spell-1", "ward": "J19"},
}


def changed(**fields: Any) -> bytes:
    event = copy.deepcopy(GOOD)
    for name, value in fields.items():
        if value is None:
            event.pop(name)
        else:
            event[name] = value
    return json.dumps(event).encode()


KEY = PERSON.encode()
YEARS_AHEAD = (NOW + timedelta(days=5 * 365)).isoformat()
BAD: dict[str, tuple[bytes | None, bytes | None, str]] = {
    "not JSON": (KEY, b"<xml/>", "not_json"),
    "bad UTF-8": (KEY, b'{"id": "\xff\xfe"}', "bad_utf8"),
    "wrong type": (KEY, changed(data={"provider": 7, "spell_id": "s"}), "invalid"),
    "unknown type": (KEY, changed(type="flow.patient-teleported.v1"), "unknown_type"),
    "unknown version": (KEY, changed(type="flow.patient-admitted.v9"), "unknown_version"),
    "missing time": (KEY, changed(time=None), "missing_time"),
    "naive time": (KEY, changed(time="2026-03-02T10:00:00"), "naive_time"),
    "huge value": (KEY, changed(data={"x": "y" * 950 * 1024}), "too_large"),
    "null value": (KEY, None, "null_value"),
    "missing key": (None, changed(), "missing_key"),
    "key and subject disagree": (b"k1.Somebody-else-0123", changed(), "key_mismatch"),
    "event years ahead": (KEY, changed(time=YEARS_AHEAD), "future_time"),
    "recorded years ahead": (KEY, changed(recordedtime=YEARS_AHEAD), "future_time"),
    "not this topic's": (
        KEY,
        changed(type="flow.medicines-ready.v1", data={"provider": "RR8", "spell_id": "s"}),
        "wrong_topic",
    ),
    "an NHS number as subject": (
        b"9990000018",
        changed(subject="9990000018"),
        "subject_is_nhs_number",
    ),
}


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=pytest.mark.embedded),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ]
)
async def running(
    request: pytest.FixtureRequest, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    fixture = "embedded_broker" if request.param == "embedded" else "kafka"
    address = request.getfixturevalue(fixture).address
    async with product(address, tmp_path, unique("bad"), clock="wall") as made:
        yield made


async def until(running: Product, short: str, count: int) -> list[Any]:
    async with asyncio.timeout(60):
        while len(found := await running.records(short)) < count:
            await asyncio.sleep(0.1)
    return found


@pytest.mark.slow
async def test_each_bad_input_costs_one_dead_letter_and_nothing_else(running: Product) -> None:
    worker = running.start()
    await worker.until_ready()
    topic = topic_name("admission", running.settings.topic_prefix)
    async with KafkaPublisher(running.settings) as publisher:
        for number, (key, value, _) in enumerate(BAD.values()):
            await publisher.send(topic, changed(id=f"good-{number}"), key=KEY)
            await publisher.send(topic, value, key=key, partition=None if key else 0)
    letters = await until(running, "admission.dlq", len(BAD))
    assert await worker.stop() == 0

    def reason(letter: Any) -> str:
        return bytes(dict(letter.headers)["flow.dlq.reason"]).decode()

    def shown(key: bytes | None, value: bytes | None, why: str) -> tuple[object, ...]:
        return (key, None if why == "too_large" else value, why)

    assert Counter(
        shown(letter.key, letter.value, reason(letter)) for letter in letters
    ) == Counter(shown(*case) for case in BAD.values()), "bytes untouched"
    (large,) = [letter for letter in letters if reason(letter) == "too_large"]
    assert "flow.dlq.sha256" in dict(large.headers), "kept by reference"
    (history,) = histories(await running.records("pathway-events")).values()
    assert len(history) == len(BAD), "every good event is there"
    assert "9990000018" not in worker.log.read_text()


@pytest.mark.slow
async def test_a_dead_letter_comes_back_once_the_cause_is_mended(running: Product) -> None:
    """Somebody published with another partitioner; the person belongs to another partition."""
    worker = running.start()
    await worker.until_ready()
    topic = topic_name("admission", running.settings.topic_prefix)
    async with KafkaPublisher(running.settings) as publisher:
        right, _ = await publisher.send(topic, changed(id="right"), key=KEY)
        wrong = (right + 1) % running.settings.partitions
        await publisher.send(topic, changed(id="astray"), key=KEY, partition=wrong)
    (letter,) = await until(running, "admission.dlq", 1)
    assert dict(letter.headers)["flow.dlq.reason"] == b"wrong_partition"
    replay(running, "--reason", "wrong_partition")
    async with asyncio.timeout(60):
        while len(found := histories(await running.records("pathway-events"))[PERSON]) < 2:
            await asyncio.sleep(0.1)
    assert set(found.identities()) == {"/rr8/pas#right", "/rr8/pas#astray"}
    replay(running, "--all")
    assert await worker.stop() == 0
    assert len(await running.records("admission")) == 3, "it was sent again once"


CENTRE = "made-up-centre"
REPORT: dict[str, Any] = {
    **GOOD,
    "source": "/made-up-centre/capacity",
    "type": "flow.centre-capacity-reported.v1",
    "subject": CENTRE,
    "data": {"kind": "independence_centre", "beds_open": 10, "beds_occupied": 12},
}
BAD_REPORTS: dict[str, tuple[bytes, bytes | None, str]] = {
    "not JSON": (CENTRE.encode(), b"forty beds", "not_json"),
    # Without a key Apache Kafka refuses it itself: the topic is compacted.
    "key and subject disagree": (b"another", json.dumps(REPORT).encode(), "key_mismatch"),
    "null value": (b"another", None, "null_value"),
    "fewer than no beds": (
        CENTRE.encode(),
        json.dumps({**REPORT, "data": {"kind": "hospice", "beds_open": -1}}).encode(),
        "invalid",
    ),
    "of a person": (KEY, changed(), "wrong_topic"),
    "years ahead": (
        CENTRE.encode(),
        json.dumps({**REPORT, "time": YEARS_AHEAD}).encode(),
        "future_time",
    ),
}


@pytest.mark.slow
async def test_bad_reports_are_dead_letters_and_impossible_ones_are_findings(
    running: Product,
) -> None:
    """Of a centre: more people than beds; and somebody stays where nobody has ever reported."""
    worker = running.start()
    await worker.until_ready()
    prefix = running.settings.topic_prefix
    capacity, care = topic_name("capacity", prefix), topic_name("care-package", prefix)
    moved = {"stay_id": "T", "service": "who-is-that"}
    stays = changed(type="flow.centre-admitted.v1", data=moved, source="/hub")
    async with KafkaPublisher(running.settings) as publisher:
        for key, value, _ in BAD_REPORTS.values():
            await publisher.send(capacity, value, key=key)
        await publisher.send(capacity, json.dumps(REPORT).encode(), key=CENTRE.encode())
        await publisher.send(care, stays, key=KEY)
    letters = await until(running, "capacity.dlq", len(BAD_REPORTS))
    reasons = Counter(dict(each.headers)["flow.dlq.reason"].decode() for each in letters)
    assert reasons == Counter(reason for _, _, reason in BAD_REPORTS.values())
    async with asyncio.timeout(60):
        while len(found := await findings(running)) < 2:
            await asyncio.sleep(0.1)
    assert found == {
        CENTRE: [{"rule": "capacity_impossible", "events": ["/made-up-centre/capacity#1"]}],
        "who-is-that": [{"rule": "never_reported", "events": ["/hub#1"]}],
    }
    _, page = await asyncio.to_thread(worker.get, "/metrics")
    assert 'patientflow_service_data_quality{rule="capacity_impossible"} 1.0' in page
    assert 'patientflow_service_data_quality{rule="never_reported"} 1.0' in page
    assert await worker.stop() == 0


async def findings(running: Product) -> dict[str, list[dict[str, Any]]]:
    return {
        record.key.decode(): json.loads(record.value)["data"]["findings"]
        for record in await running.records("services")
        if record.key != b"/clock" and record.value is not None
    }


def replay(running: Product, *options: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flow", "dlq", "replay", *options],
        env=running.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
