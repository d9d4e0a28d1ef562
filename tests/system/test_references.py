"""One person with several references, and people who are let go, on Apache Kafka: workers are
killed and frozen in the middle, and what is left is what a quiet run in memory leaves."""

import asyncio
import json
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flow.engine.publisher import LockstepPublisher
from flow.events import AnyEvent, IdentityLinked, IdentityUnlinked
from flow.events.topics import PERSON_INPUTS
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.brokers.kafka import KafkaBroker
from tests.engine.test_reference_laws import expected, outcome
from tests.engine.town import Town
from tests.system.kills import Kills, assert_hit, until_frozen
from tests.system.outcome import latest
from tests.system.product import Product, product
from tests.system.sepsis import replay_to
from tests.system.zombies import until_fenced

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

START = datetime(2026, 3, 2, tzinfo=UTC)
SEED = int(os.environ.get("FLOW_TEST_SEED", "20260302"))
DAYS = 10
TICKS = [START + number * timedelta(hours=12) for number in range(1, 2 * DAYS + 6)]
"""The last ones let what references tell one another arrive."""
LATER = [TICKS[-1] + number * timedelta(days=10) for number in range(1, 25)]
"""Until nearly everybody has been let go."""
PARTITIONS = 4


def link(old: str, new: str, at: datetime) -> AnyEvent:
    return IdentityLinked.model_validate(_said("flow.identity-linked.v1", old, at, {"to": new}))


def unlink(old: str, at: datetime) -> AnyEvent:
    return IdentityUnlinked.model_validate(_said("flow.identity-unlinked.v1", old, at, {}))


def _said(kind: str, old: str, at: datetime, data: dict[str, str]) -> dict[str, object]:
    return {
        "id": f"{kind[5:]}-{old}-{at:%d%H}", "source": "/made-up/pas", "type": kind,
        "time": at, "recordedtime": at, "subject": old, "data": data,
    }  # fmt: skip


def made_up() -> tuple[list[AnyEvent], list[tuple[str, str | None]]]:
    """A town in which half of what happens to people comes under other references, and what was
    said of those in the end. Every fourth person has a chain, a circle, a wrong link, one link."""
    feed = Feed(SEED, START, load_town(people_per_day=2.5))
    plain = [e for e in feed.events(START + DAYS * timedelta(1)) if e.topic in PERSON_INPUTS]
    people = list(dict.fromkeys(event.subject for event in plain))
    chance = random.Random(SEED)
    events = []
    for event in plain:
        reference = chance.choice(_references(people.index(event.subject), event.subject))
        events.append(event.model_copy(update={"subject": reference, "corrects": None}))
    said: list[tuple[str, str | None]] = []
    for number, person in enumerate(people):
        first, *others = _references(number, person)
        for hour, (old, new) in enumerate(_links(number, first, others)):
            at = START + timedelta(days=2 + number % 5, hours=7 * hour)
            events.append(link(old, new, at) if new is not None else unlink(old, at))
            said.append((old, new))
    return sorted(events, key=lambda event: event.recordedtime), said


def _references(number: int, person: str) -> list[str]:
    count = 3 if number % 4 < 2 else 2
    return [person, *(f"old{n}.{person[5:]}" for n in range(1, count))]


def _links(number: int, person: str, others: list[str]) -> Iterator[tuple[str, str | None]]:
    match number % 4:
        case 0:
            yield from ((others[0], others[1]), (others[1], person))
        case 1:
            yield from ((others[0], others[1]), (others[1], person), (person, others[0]))
        case 2:
            yield from ((others[0], person), (others[0], None))
        case _:
            yield (others[0], person)


def quiet(events: Sequence[AnyEvent], ticks: Sequence[datetime]) -> Town:
    """The same in memory, with nothing going wrong."""
    town = Town(PARTITIONS, wall=False)
    coming = list(events)
    for at in ticks:
        while coming and coming[0].recordedtime <= at:
            town.publish(coming.pop(0))
        town.tick(at)
    return town


async def assert_as_quiet(running: Product, town: Town) -> None:
    for short in ("stages", "placements"):
        found = _content(latest(await running.records(short)))
        assert found == _content(town.latest(short)), short
    alerts = latest(await running.records("alerts"))
    assert _open(alerts) == _open(town.latest("alerts"))
    state = latest(await running.records("pathway-events"))
    assert _kept(state) == _kept(town.latest("pathway-events"))
    for topic in PERSON_INPUTS:
        assert not await running.records(f"{topic}.dlq"), topic


async def assert_nothing_twice(running: Product) -> None:
    """I4: nobody is told twice in a row what has not changed."""
    for short in ("stages", "placements", "alerts"):
        told: dict[bytes, Any] = {}
        for record in await running.records(short):
            if b"clock" in record.key:
                continue
            data = json.loads(record.value)["data"] if record.value is not None else None
            assert record.key not in told or told[record.key] != data, (short, record.key)
            told[record.key] = data


async def committed(running: Product) -> dict[str, int]:
    """How often anything but the time was told, of each kind."""
    return {
        short: sum(b"clock" not in record.key for record in await running.records(short))
        for short in ("stages", "placements", "alerts", "transfers")
    }


def _kept(state: Mapping[bytes, bytes]) -> set[bytes]:
    """What the state holds, but for copies of those whom a circle is named after: how many of their
    events went round it before they knew of it hangs on when partitions heard of one another, and
    nobody makes use of them there."""
    return {key for key in state if b"clock" not in key and b"/copy/demo." not in key}


def _content(records: Mapping[bytes, bytes]) -> dict[bytes, Any]:
    """Without the envelope, which names the application."""
    return {key: json.loads(value)["data"] for key, value in records.items() if b"clock" not in key}


def _open(alerts: Mapping[bytes, bytes]) -> dict[bytes, tuple[str, str]]:
    """Alerts that are open in the end, with wait and level.

    When they were raised, and which were closed on the way, hangs on when partitions heard of one
    another: what one tells with a tick may reach the other before that one's tick, or after it.
    """
    data = {key: json.loads(value)["data"] for key, value in alerts.items()}
    return {
        key: (each["wait"], each["level"])
        for key, each in data.items()
        if each["state"] != "closed"
    }


@pytest.fixture
async def running(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    async with product(
        kafka.address, tmp_path, unique("references"), partitions=PARTITIONS
    ) as made:
        yield made


async def replay(running: Product, events: Sequence[AnyEvent], ticks: Sequence[datetime]) -> None:
    async with LockstepPublisher(running.settings) as target:
        await replay_to(target, events, ticks)


def test_in_memory_it_ends_as_the_union_says() -> None:
    """What the runs on Kafka are compared with is right, and has every kind of link in it."""
    events, said = made_up()
    town = quiet(events, TICKS)
    plain = [event for event in events if event.topic != "identity-links"]
    wanted = expected(plain, said, TICKS[-1])
    found = outcome(town)
    assert found["stages"] == wanted["stages"]
    assert found["gauges"] == wanted["gauges"]
    assert found["alerts"] == wanted["alerts"]
    assert len(wanted["stages"]) > 15
    assert any(new is None for _, new in said)


@pytest.mark.timeout(600)
async def test_kills_change_nothing_while_references_join_and_people_are_let_go(
    running: Product,
) -> None:
    """I1, I3, I4, for transfers; then for retiring."""
    events, _ = made_up()
    kills = Kills(running, random.Random(SEED), number=4, in_a_write=1)
    worker = running.start()
    await worker.until_ready()
    worker, hit = await kills.during(lambda target: replay_to(target, events, TICKS), worker, TICKS)
    town = quiet(events, TICKS)
    await assert_as_quiet(running, town)
    worker, hit_later = await kills.during(
        lambda target: replay_to(target, [], LATER), worker, LATER
    )
    assert_hit(hit, in_a_write=1, seed=SEED)
    assert_hit(hit_later, in_a_write=1, seed=SEED)
    for at in LATER:
        town.tick(at)
    await assert_as_quiet(running, town)
    await assert_nothing_twice(running)
    markers = [value for value in town.latest("pathway-events").values() if b'"retired"' in value]
    assert len(markers) > 10, "people were let go"
    assert await worker.stop() == 0


@pytest.mark.timeout(400)
# Before the send is the lesser fault, and a minute of every check: with `make chaos`.
@pytest.mark.parametrize("point", [pytest.param("before", marks=pytest.mark.chaos), "between"])
@pytest.mark.parametrize("what", ["transfers", "retiring"])
async def test_a_forced_zombie_changes_nothing(
    running: Product, tmp_path: Path, point: str, what: str
) -> None:
    """I9. Frozen in a write that tells another reference, or that lets people go."""
    events, _ = made_up()
    freeze_file = tmp_path / "freeze"
    topic = "flow.transfers.v1" if what == "transfers" else "flow.stages.v1"
    environment = {"FLOW_TEST_FREEZE_FILE": str(freeze_file), "FLOW_TEST_FREEZE_TOPIC": topic}
    running.module = "tests.system.zombie_worker"
    zombie = running.start(**environment)
    await zombie.until_ready()
    if what == "transfers":
        freeze_file.write_text(point)
        going = asyncio.create_task(replay(running, events, TICKS))
    else:
        await replay(running, events, TICKS)
        freeze_file.write_text(point)
        going = asyncio.create_task(replay(running, [], LATER))
    await until_frozen(zombie)
    running.module = "flow"
    heir = running.start()
    await heir.until_ready()
    await going
    ticks = TICKS if what == "transfers" else [*TICKS, *LATER]
    town = quiet(events, ticks)
    await assert_as_quiet(running, town)
    zombie.process.send_signal(signal.SIGCONT)
    await until_fenced(zombie)
    await assert_as_quiet(running, town)
    await assert_nothing_twice(running)
    assert await heir.stop() == 0
    await zombie.stop()


@pytest.mark.timeout(300)
async def test_a_restart_tells_nobody_again(running: Product) -> None:
    """I4, for transfers; then for retiring."""
    events, _ = made_up()
    for said, ticks in ((events, TICKS), ([], LATER)):
        worker = running.start()
        await worker.until_ready()
        await replay(running, said, ticks)
        assert await worker.stop() == 0
        before = await committed(running)
        again = running.start()
        await again.until_ready()
        await replay(running, [], [ticks[-1] + timedelta(seconds=1)])
        assert await again.stop() == 0
        assert await committed(running) == before
        assert before["transfers"] > 0
    town = quiet(events, [*TICKS, *LATER])
    await assert_as_quiet(running, town)
    await assert_nothing_twice(running)
