"""Partitions of services in memory: faults at random, and the outcome of a quiet run."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flow.engine import partition, service_ledger
from flow.engine.service_ledger import ServiceLedger
from flow.errors import LogUnavailable
from flow.events import AnyEvent, decode_stored, encode
from flow.events.topics import PERSON_INPUTS, SERVICE_INPUTS
from flow.pathway.services import look
from flow.simulate.feed import Feed
from flow.simulate.town import load_town
from tests.engine.service_answers import answer
from tests.engine.services_world import ServicesWorld
from tests.pathway.told import own_policy
from tests.system.outcome import latest

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 12
TICK_EVERY = timedelta(hours=12)
CENTRE = "made-up-centre"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses for real brokers; nobody else owns the partition here."""
    monkeypatch.setattr(partition, "FENCED_RETRY_S", 0.01)
    monkeypatch.setattr(partition, "RETRY_FIRST_S", 0.01)


CRITERIA = own_policy(
    """
    name = "Criteria"
    [services.criteria.made-up-centre]
    kind = "independence_centre"
    [services.criteria.other-centre]
    kind = "independence_centre"
    [services.criteria.south-leeds-independence-centre]
    kind = "independence_centre"
    [services.criteria.east-leeds-recovery-centre]
    kind = "independence_centre"
    [services.criteria.aire-home-care]
    kind = "home_care"
    [services.criteria.wharfe-home-care]
    kind = "home_care"
    """
)


@pytest.fixture
async def world() -> AsyncIterator[ServicesWorld]:
    made = ServicesWorld(policy=CRITERIA)
    yield made
    if not made.running.done():
        await made.stop()


FEEDS = (6, 5)
"""Seeds of feeds so small that not every one has an alert of a service, and somebody who asked for
one service and is suitable for another: these have."""


def town_events(seed: int) -> list[AnyEvent]:
    return list(Feed(seed, START, load_town(people_per_day=3)).events(START + DAYS * timedelta(1)))


def answers_to(alerts: Mapping[bytes, bytes]) -> Iterator[AnyEvent]:
    """To each of these: taken on a few hours after it was raised, and quiet for two days."""
    for value in alerts.values():
        alert = json.loads(value)["data"]
        at = datetime.fromisoformat(alert["raised_at"]) + timedelta(hours=5)
        until = (at + timedelta(days=2)).isoformat()
        named = {"alert": alert["alert"], "by": "staff-1"}
        yield answer("acknowledged", alert["service"], at, **named)
        yield answer(
            "snoozed", alert["service"], at + timedelta(hours=9), **named, until=until,
            reason="plan_agreed",
        )  # fmt: skip


async def run(world: ServicesWorld, events: list[AnyEvent], chance: random.Random | None) -> int:
    """Lockstep over all days; with `chance` faults strike. Returns how many did."""
    faults = 0
    coming = iter(events)
    event = next(coming, None)
    at = START
    while event is not None:
        at += TICK_EVERY
        while event is not None and event.recordedtime <= at:
            world.publish(event)
            if chance is not None and chance.random() < 0.1:
                world.publish(event)
            event = next(coming, None)
        world.tick(at)
        if chance is not None:
            faults += await disturb(world, chance)
        await world.settle()
    return faults


async def disturb(world: ServicesWorld, chance: random.Random) -> int:
    """Deliver all of people's and a little of services', then let something go wrong."""
    for topic in (*PERSON_INPUTS, *SERVICE_INPUTS, "placements"):
        await world.fetch(topic, chance.randint(1, 400))
        for _ in range(chance.randrange(6)):
            await asyncio.sleep(0)
    fault = chance.choice(("none", "crash", "rebalance", "write", "fence", "late crash"))
    if fault == "none":
        return 0
    if fault == "rebalance":
        world.rebalance()
    elif fault == "write":
        fail_next_write_of_centres(world)
    elif fault == "fence":
        await world.log.open_writer("centres-0")
    else:
        if fault == "late crash":
            await asyncio.sleep(0.004)
        await world.crash()
    return 1


def fail_next_write_of_centres(world: ServicesWorld) -> None:
    def fail(name: str) -> None:
        if name == "centres-0":
            world.log.before_write = None
            raise LogUnavailable("the broker went away")

    world.log.before_write = fail


def alert_changes(world: ServicesWorld) -> list[tuple[str, str]]:
    """(alert id, content) of every record, alert by alert, each in order.

    Services that are worked at one tick come in no order of their own.
    """
    found = []
    for record in world.records("service-alerts"):
        assert record.key is not None
        assert record.value is not None
        data = json.loads(record.value)["data"]
        assert record.key.decode() == data["alert_id"]
        found.append((data["alert_id"], json.dumps(data, sort_keys=True)))
    return sorted(found, key=lambda change: change[0])


@pytest.mark.parametrize("seed", range(8))
async def test_faults_at_random_change_nothing(world: ServicesWorld, seed: int) -> None:
    events = town_events(FEEDS[seed % 2])
    unanswered = ServicesWorld(policy=CRITERIA)
    await run(unanswered, events, None)
    await unanswered.stop()
    events += answers_to(latest(unanswered.records("service-alerts")))
    events.sort(key=lambda event: event.recordedtime)
    quiet = ServicesWorld(policy=CRITERIA)
    await run(quiet, events, None)
    await quiet.stop()
    faults = await run(world, events, random.Random(seed))
    assert faults > 3, "a run in which nothing went wrong proves nothing"
    assert latest(world.records("services")) == latest(quiet.records("services"))
    assert alert_changes(world) == alert_changes(quiet), "once each, and each alert in order"
    states = {json.loads(content)["state"] for _, content in alert_changes(quiet)}
    assert states >= {"open", "acknowledged", "snoozed"}, "there are alerts to compare"
    suitable = [r for r in quiet.records("placements") if b'"state":"suitable"' in (r.value or b"")]
    assert suitable, "services hear of people who asked elsewhere"
    assert not world.records("capacity.dlq")


async def test_reports_in_any_order_and_again_mean_the_same(world: ServicesWorld) -> None:
    events = town_events(1)
    reports = [event for event in events if event.topic == "capacity"]
    world.publish(*reports)
    world.tick(START + DAYS * timedelta(1))
    await world.settle()
    other = ServicesWorld()
    other.publish(*reversed(reports))
    other.publish(*reports)
    other.tick(START + DAYS * timedelta(1))
    await other.settle()
    await other.stop()
    assert latest(world.records("services")) == latest(other.records("services"))


def report(service: str = CENTRE, **said: Any) -> AnyEvent:
    return decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": "r1",
                "source": f"/{service}/capacity",
                "type": "flow.centre-capacity-reported.v1",
                "time": NOON.isoformat(),
                "recordedtime": NOON.isoformat(),
                "subject": service,
                "data": {"kind": "independence_centre", **said},
            }
        ).encode()
    )


def person_event(kind: str, at: datetime, /, **data: Any) -> AnyEvent:
    return decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"{kind}-{at:%d%H%M}",
                "source": "/rr8/hub",
                "type": f"flow.{kind}.v1",
                "time": at.isoformat(),
                "recordedtime": at.isoformat(),
                "subject": "demo.made-up",
                "data": data,
            }
        ).encode()
    )


def told(world: ServicesWorld, service: str = CENTRE) -> dict[str, Any]:
    value = latest(world.records("services"))[service.encode()]
    data: dict[str, Any] = json.loads(value)["data"]
    return data


async def test_nobody_is_called_for_a_step_that_still_waits_in_our_queue(
    world: ServicesWorld,
) -> None:
    """A free bed and somebody waiting; the move was told, and people's partition is behind."""
    world.publish(
        report(beds_open=10, beds_occupied=9),
        person_event(
            "referral-made", NOON, referral_id="r", kind="rehabilitation_bed", service=CENTRE
        ),
    )
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    assert told(world)["conditions"], "an alert is coming"
    world.publish(
        person_event(
            "centre-admitted",
            NOON + timedelta(hours=2),
            stay_id="s",
            service=CENTRE,
            referral_id="r",
        )
    )
    world.tick(NOON + timedelta(hours=9))
    # The services' own inputs are at their ends; only people's partition has not worked the move.
    for _ in range(100):
        await world.fetch("capacity", 100)
        await world.fetch("placements", 100)
        await asyncio.sleep(0.001)
    assert not world.records("service-alerts")
    await world.settle()
    assert not world.records("service-alerts")
    assert told(world)["derived"]["staying"] == 1


async def test_a_free_bed_is_told_when_nobody_moves(world: ServicesWorld) -> None:
    """The same without the move: the test before could have failed."""
    world.publish(
        report(beds_open=10, beds_occupied=9),
        person_event(
            "referral-made", NOON, referral_id="r", kind="rehabilitation_bed", service=CENTRE
        ),
    )
    for hours in (1, 9):
        world.tick(NOON + timedelta(hours=hours))
        await world.settle()
    assert [json.loads(content)["state"] for _, content in alert_changes(world)] == ["open"]


async def a_bed_stands_free(world: ServicesWorld) -> None:
    """An alert, raised at 21:00."""
    asked = {"referral_id": "r", "kind": "rehabilitation_bed", "service": CENTRE}
    world.publish(
        report(beds_open=10, beds_occupied=9), person_event("referral-made", NOON, **asked)
    )
    for hours in (1, 9):
        world.tick(NOON + timedelta(hours=hours))
        await world.settle()


FREE = {"alert": "place_free_with_someone_waiting", "by": "staff-17"}


async def test_an_answer_reaches_the_alert_of_its_service_and_outlives_a_restart(
    world: ServicesWorld,
) -> None:
    await a_bed_stands_free(world)
    until = (NOON + timedelta(hours=20)).isoformat()
    quiet = {**FREE, "until": until, "reason": "plan_agreed"}
    world.publish(
        answer("acknowledged", CENTRE, NOON + timedelta(hours=10), **FREE),
        answer("snoozed", CENTRE, NOON + timedelta(hours=11), **quiet),
        answer("acknowledged", "another-centre", NOON + timedelta(hours=10), **FREE),
    )
    world.tick(NOON + timedelta(hours=12))
    await world.settle()
    await world.crash()
    world.tick(NOON + timedelta(hours=13))
    await world.settle()
    world.tick(NOON + timedelta(hours=20))
    await world.settle()
    changes = [json.loads(content) for _, content in alert_changes(world)]
    assert [each["state"] for each in changes] == ["open", "snoozed", "acknowledged"]
    assert [each.get("acknowledged_by") for each in changes] == [None, "staff-17", "staff-17"]
    (unknown,) = told(world, "another-centre")["findings"]
    assert unknown["rule"] == "never_reported", "nobody else names it"


async def test_an_answer_that_comes_before_its_service_is_known_is_kept_for_it(
    world: ServicesWorld,
) -> None:
    world.publish(answer("acknowledged", CENTRE, NOON + timedelta(hours=2), **FREE))
    world.tick(NOON + timedelta(hours=-1))
    await world.settle()
    assert told(world)["findings"][0]["rule"] == "never_reported"
    await a_bed_stands_free(world)
    ((_, content),) = alert_changes(world)
    assert json.loads(content)["acknowledged_by"] == "staff-17"


async def test_what_is_no_answer_is_a_dead_letter(world: ServicesWorld) -> None:
    a_report = report(beds_open=10, beds_occupied=9)
    unheard = answer("acknowledged", CENTRE, NOON, **FREE).model_dump_json(exclude_none=True)
    world.publish_raw("service-coordination", CENTRE.encode(), encode(a_report))
    world.publish_raw(
        "service-coordination",
        CENTRE.encode(),
        unheard.replace("place_free_with_someone_waiting", "too_many_stairs").encode(),
    )
    world.publish_raw("service-coordination", CENTRE.encode(), b"taken on")
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    letters = [dict(record.headers) for record in world.records("service-coordination.dlq")]
    reasons = [letter["flow.dlq.reason"].decode() for letter in letters]
    assert reasons == ["wrong_topic", "invalid", "not_json"]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (b"made-up-centre", b"forty beds", "not_json"),
        (None, b"{}", "missing_key"),
        (b"another-centre", None, "null_value"),
        (b"another-centre", "a report", "key_mismatch"),
        (b"made-up-centre", "an impossible count", "invalid"),
    ],
)
async def test_a_bad_report_costs_one_dead_letter_and_nothing_else(
    world: ServicesWorld, key: bytes | None, value: bytes | str | None, reason: str
) -> None:
    good = report(beds_open=10, beds_occupied=3)
    text = good.model_dump_json(exclude_none=True)
    if value == "a report":
        value = text.encode()
    elif value == "an impossible count":
        value = text.replace('"beds_open":10', '"beds_open":-10').encode()
    assert not isinstance(value, str)
    world.publish_raw("capacity", key, value)
    world.publish(good)
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    letters = [dict(record.headers) for record in world.records("capacity.dlq")]
    assert [letter["flow.dlq.reason"].decode() for letter in letters] == [reason]
    assert told(world)["reported"]["beds_occupied"] == 3


async def test_impossible_capacity_is_a_finding(world: ServicesWorld) -> None:
    world.publish(report(beds_open=10, beds_occupied=12))
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    assert told(world)["findings"] == [
        {"rule": "capacity_impossible", "events": ["/made-up-centre/capacity#r1"]}
    ]


async def test_events_for_a_service_that_nobody_knows_are_a_finding(world: ServicesWorld) -> None:
    moved_in = person_event("centre-admitted", NOON, stay_id="s", service="who-is-that")
    world.publish(moved_in)
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    assert told(world, "who-is-that")["findings"] == [
        {"rule": "never_reported", "events": [moved_in.identity]}
    ]


async def test_an_answer_for_a_service_that_nobody_knows_is_a_finding(world: ServicesWorld) -> None:
    """Until it reports, and whoever is started again knows it, too."""
    taken_on = answer("acknowledged", "who-is-that", NOON, alert="full_with_people_waiting", by="x")
    world.publish(taken_on)
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    await world.crash()
    world.tick(NOON + timedelta(hours=2))
    await world.settle()
    unknown = told(world, "who-is-that")
    assert unknown["findings"] == [{"rule": "never_reported", "events": [taken_on.identity]}]
    assert not world.records("service-coordination.dlq")
    world.publish(
        report(beds_open=10, beds_occupied=3).model_copy(update={"subject": "who-is-that"})
    )
    world.tick(NOON + timedelta(hours=3))
    await world.settle()
    assert told(world, "who-is-that")["findings"] == []


async def test_a_service_that_nobody_speaks_of_any_more_goes(world: ServicesWorld) -> None:
    made = person_event("referral-made", NOON, referral_id="r", kind="care_home", service="a-home")
    world.publish(made)
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    assert told(world, "a-home")["derived"]["waiting"] == 1
    world.publish(
        person_event(
            "referral-withdrawn",
            NOON + timedelta(hours=2),
            referral_id="r",
            reason="person_declined",
        )
    )
    world.tick(NOON + timedelta(hours=3))
    await world.settle()
    assert b"a-home" not in latest(world.records("services"))


async def test_an_alert_that_was_closed_long_ago_leaves_the_topic(world: ServicesWorld) -> None:
    """Also where the worker that closed it is not there any more."""
    world.publish(
        report(beds_open=10, beds_occupied=9),
        person_event(
            "referral-made", NOON, referral_id="r", kind="rehabilitation_bed", service=CENTRE
        ),
    )
    world.tick(NOON + timedelta(days=1))
    await world.settle()
    nobody_waits = person_event(
        "referral-withdrawn", NOON + timedelta(days=2), referral_id="r", reason="other_service"
    )
    world.publish(nobody_waits)
    world.tick(NOON + timedelta(days=10))
    await world.settle()
    (alert_id,) = latest(world.records("service-alerts"))
    await world.crash()
    world.tick(NOON + timedelta(days=375))
    await world.settle()
    assert set(latest(world.records("service-alerts"))) == {alert_id}
    world.tick(NOON + timedelta(days=376))
    await world.settle()
    assert not latest(world.records("service-alerts"))


async def test_a_service_that_cannot_be_assessed_stops_nobody(
    world: ServicesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_one(service: str, *rest: Any) -> Any:
        if service == CENTRE:
            raise ZeroDivisionError
        return look(service, *rest)

    monkeypatch.setattr(service_ledger, "look", fails_for_one)
    world.publish(
        report(beds_open=10, beds_occupied=3),
        person_event("centre-admitted", NOON, stay_id="s", service="another"),
    )
    world.tick(NOON + timedelta(hours=1))
    await world.settle()
    assert set(latest(world.records("services"))) == {b"/clock", b"another"}
    monkeypatch.setattr(service_ledger, "look", look)
    later = report(beds_open=10, beds_occupied=4).model_copy(
        update={"id": "r2", "recordedtime": NOON + timedelta(hours=2)}
    )
    world.publish(later)
    world.tick(NOON + timedelta(hours=3))
    await world.settle()
    assert told(world)["reported"]["beds_occupied"] == 4


def test_a_report_in_a_partition_that_is_not_its_own_is_refused(world: ServicesWorld) -> None:
    ledger = ServiceLedger(1, world.policy, application="test", prefix="", wall=False, partitions=2)
    names = [f"centre-{number}" for number in range(8)]
    refused = 0
    for offset, name in enumerate(names):
        event = report(beds_open=1).model_copy(update={"subject": name})
        world.publish_raw(
            "capacity", name.encode(), event.model_dump_json(exclude_none=True).encode()
        )
        records = world.log.records("flow.capacity.v1", 0)[offset:]
        ledger.begin_chunk("capacity", records)
        ledger.add("capacity", records)
        refused = sum(ledger._changes.tally.dead_letters.values())
    assert ledger._changes.tally.dead_letters == {("capacity", "wrong_partition"): refused}
    assert 0 < refused < len(names)
    assert ledger.subject_count == len(names) - refused
