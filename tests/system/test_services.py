"""Services on Apache Kafka while workers die and freeze: as the oracle counts, no alert twice.

A run in which the fault did not hit anything fails.
"""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flow.engine.publisher import LockstepPublisher
from flow.events import AnyEvent, decode_stored
from flow.events.topics import PERSON_INPUTS
from flow.simulate.publish import lockstep
from tests.brokers.kafka import KafkaBroker
from tests.system.kills import Kills, assert_hit
from tests.system.product import Product, WorkerProcess, product
from tests.system.sepsis import replay_to
from tests.system.services_oracle import Known, known_of_centres
from tests.system.zombies import assert_zombies_write_nothing

pytestmark = [pytest.mark.slow, pytest.mark.kafka]

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
STEP = timedelta(hours=6)
DAYS = 10
PEOPLE = 110
CENTRES = ("north", "south", "east", "west", "river")
BEDS = 4


def made_up(seed: int) -> list[AnyEvent]:
    """Five centres of four beds and more people than fit, so that alerts open and close."""
    chance = random.Random(seed)
    events: list[dict[str, Any]] = []

    def tell(kind: str, subject: str, at: datetime, /, **data: Any) -> None:
        events.append(
            {
                "specversion": "1.0",
                "id": f"{len(events):05}",
                "source": f"/{subject}/test",
                "type": f"flow.{kind}.v1",
                "time": at.isoformat(),
                "recordedtime": at.isoformat(),
                "subject": subject,
                "data": data,
            }
        )

    stays: dict[str, list[tuple[datetime, datetime]]] = {centre: [] for centre in CENTRES}
    for number in range(PEOPLE):
        person, centre = f"demo.made-up-{number:03}", chance.choice(CENTRES)
        asked = START + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        about = {"referral_id": f"R{number}"}
        tell("referral-made", person, asked, **about, kind="rehabilitation_bed", service=centre)
        accepted = asked + timedelta(hours=chance.uniform(1, 20))
        tell("referral-accepted", person, accepted, **about, service=centre)
        moved = accepted + timedelta(hours=chance.uniform(1, 48))
        left = moved + timedelta(days=chance.uniform(1, 5))
        if sum(begin <= moved < end for begin, end in stays[centre]) < BEDS:
            stays[centre].append((moved, left))
            tell("centre-admitted", person, moved, stay_id="S", service=centre, **about)
            tell("centre-discharged", person, left, stay_id="S")
    for day in range(DAYS * 2):
        at = START + timedelta(hours=12 * day)
        for centre in CENTRES:
            occupied = sum(begin <= at < end for begin, end in stays[centre])
            said = {"kind": "independence_centre", "beds_open": BEDS, "beds_occupied": occupied}
            tell("centre-capacity-reported", centre, at, **said)
    for hour in range(9, DAYS * 24, 18):
        at = START + timedelta(hours=hour)
        for number, centre in enumerate(CENTRES):
            named = {"alert": "full_with_people_waiting", "by": f"staff-{hour}"}
            if (number + hour) % 2:
                tell("service-alert-acknowledged", centre, at, **named)
            else:
                until = (at + timedelta(hours=15)).isoformat()
                more = {"until": until, "reason": "plan_agreed"}
                tell("service-alert-snoozed", centre, at, **named, **more)
    end = START + timedelta(days=DAYS)
    told = sorted((event for event in events if event["time"] <= end.isoformat()), key=_when)
    return [decode_stored(json.dumps(event).encode()) for event in told]


def _when(event: dict[str, Any]) -> tuple[str, str]:
    return event["time"], event["id"]


TICKS = [START + STEP * number for number in range(DAYS * 4 + 2)]
"""The last one for what services have told one another with the one before it."""
POLICY = Path(__file__).parent / "takes_anybody.toml"


@pytest.fixture
async def running(
    kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Product]:
    async with product(kafka.address, tmp_path, unique("services"), policy=POLICY) as made:
        yield made


async def replay(running: Product, events: Sequence[AnyEvent]) -> None:
    async with LockstepPublisher(running.settings) as target:
        await replay_to(target, events, TICKS)


async def told(running: Product) -> dict[str, dict[str, Any]]:
    """What is published of each service."""
    found: dict[str, dict[str, Any]] = {}
    for record in await running.records("services"):
        if record.key != b"/clock" and record.value is not None:
            found[record.key.decode()] = json.loads(record.value)["data"]
    return found


async def service_alerts(running: Product) -> list[dict[str, Any]]:
    return [json.loads(record.value)["data"] for record in await running.records("service-alerts")]


async def assert_known(running: Product) -> None:
    """Each centre is known as the oracle counts it, and each alert lived once."""
    inputs = [record for short in PERSON_INPUTS for record in await running.records(short)]
    capacity = await running.records("capacity")
    published = {
        centre: Known(
            data["reported"]["event"],
            data["reported"]["beds_occupied"],
            data["derived"]["staying"],
            data["derived"]["waiting"],
            data["derived"]["accepted"],
            data["derived"]["suitable"],
        )
        for centre, data in (await told(running)).items()
    }
    assert published == known_of_centres(capacity, inputs, frozenset(CENTRES))
    assert sum(known.staying for known in published.values()) > 5, "somebody stays"
    assert sum(known.waiting + known.accepted for known in published.values()) > 5
    assert sum(known.suitable for known in published.values()) > 5, "some would fit elsewhere"
    lives: dict[str, list[str]] = {}
    whole: dict[str, list[dict[str, Any]]] = {}
    for alert in await service_alerts(running):
        lives.setdefault(alert["alert_id"], []).append(alert["state"])
        whole.setdefault(alert["alert_id"], []).append(alert)
        assert alert["due_at"] <= alert["raised_at"]
    assert len(lives) > 10, "there are alerts to compare"
    assert all(states.count("closed") <= 1 for states in lives.values())
    assert all("closed" not in states[:-1] for states in lives.values()), "once each"
    assert {state for states in lives.values() for state in states} == {
        "open", "acknowledged", "snoozed", "closed",
    }  # fmt: skip
    published_twice = [
        (before, after)
        for changes in whole.values()
        for before, after in pairwise(changes)
        if before == after
    ]
    assert not published_twice


async def outcome(running: Product) -> list[str]:
    """All that was published, but for the source, which names the application."""
    return sorted(json.dumps(alert, sort_keys=True) for alert in await service_alerts(running))


@pytest.mark.timeout(300)
async def test_kills_at_random_points_change_nothing_of_services(
    running: Product, kafka: KafkaBroker, unique: Callable[[str], str], tmp_path: Path
) -> None:
    seed = int(os.environ.get("FLOW_TEST_SEED", "20260302"))
    events = made_up(seed)
    worker = running.start()
    await worker.until_ready()
    kills = Kills(running, random.Random(seed), number=4, in_a_write=2)
    worker, hit = await kills.during(lambda target: replay_to(target, events, TICKS), worker, TICKS)
    assert await worker.stop() == 0
    assert_hit(hit, in_a_write=2, seed=seed)
    await assert_known(running)
    (quiet_folder := tmp_path / "quiet").mkdir()
    async with product(kafka.address, quiet_folder, unique("quiet"), policy=POLICY) as quiet:
        undisturbed = quiet.start()
        await undisturbed.until_ready()
        await replay(quiet, events)
        assert await undisturbed.stop() == 0
        assert await outcome(running) == await outcome(quiet)
        assert await told(running) == await told(quiet)


@pytest.mark.timeout(300)
async def test_a_forced_zombie_writes_nothing_of_services(running: Product, tmp_path: Path) -> None:
    """A writer of services, paused before the send, or between send and commit, then continued."""
    events = made_up(7)
    await assert_zombies_write_nothing(
        running, tmp_path, events, TICKS, lambda: committed(running), "flow.services.v1"
    )
    await assert_known(running)


async def committed(running: Product) -> tuple[int, int]:
    return len(await running.records("services")), len(await running.records("service-alerts"))


@pytest.mark.timeout(120)
async def test_a_restart_publishes_nothing_that_was_published(running: Product) -> None:
    events = made_up(3)
    worker = running.start()
    await worker.until_ready()
    await replay(running, events)
    before = await told(running), await outcome(running)
    assert await worker.stop() == 0
    again: WorkerProcess = running.start()
    await again.until_ready()
    async with LockstepPublisher(running.settings) as target:
        later = TICKS[-1] + timedelta(seconds=1)
        await lockstep([], [later], target, sleep=asyncio.sleep, limit_s=60.0)
    assert await again.stop() == 0
    assert (await told(running), await outcome(running)) == before
