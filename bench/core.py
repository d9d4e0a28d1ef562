"""What the core costs: decode alone, decode + add to a history, decode + add + fold + assess.

Journeys of 30 to 60 events, interleaved as they would come, assessed after every event at the
time of the event. Run: `python bench/core.py [people]`. Prints microseconds of CPU per event (the
best of five rounds), the ratio to decoding alone, and what a quiet live journey costs in memory.
The garbage collector is set as in a worker.
"""

import gc
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import orjson

from flow.engine.garbage import seldom_collect_garbage
from flow.events import decode_stored
from flow.pathway import History, assess, load_policy

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
ROUNDS = 5


class Story:
    """One person's events, written as a hospital, a hub and a service would send them."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.number = number
        self.chance = chance
        self.at = START + timedelta(hours=chance.random() * 24 * 20)
        self.events: list[tuple[datetime, bytes]] = []
        self.spell = {"provider": "RR8", "spell_id": f"S-2026-{number:06}"}

    def tell(self, what: str, hours: float, **data: object) -> None:
        """The next event, `hours` later on average."""
        self.at += timedelta(hours=hours * (0.5 + self.chance.random()))
        written = self.at + timedelta(minutes=5)
        event = {
            "specversion": "1.0",
            "id": f"{self.number}-{len(self.events)}",
            "source": "/rr8/pas",
            "type": f"flow.{what}.v1",
            "time": self.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "recordedtime": written.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "subject": f"k1.{self.number:043}",
            "datacontenttype": "application/json",
            "data": data,
        }
        self.events.append((self.at, orjson.dumps(event)))

    def reviews(self, days: int, *, meets: bool) -> None:
        for _ in range(days):
            self.tell("criteria-to-reside-assessed", 22, **self.spell, meets=meets, role="ward")
            if self.chance.random() < 0.3:
                self.tell("patient-transferred", 3, **self.spell, ward=f"W{self.number % 40}")

    def told(self) -> list[tuple[datetime, bytes]]:
        spell, chance, number = self.spell, self.chance, self.number
        place = {"council": "E08000035", "locality": "beeston"}
        self.tell("patient-admitted", 1, **spell, ward="AMU", admission_method="21",
                  source_of_admission="19", **place)  # fmt: skip
        day = (self.at + timedelta(days=5)).date().isoformat()
        self.tell("expected-discharge-date-set", 10, **spell, expected_discharge_date=day)
        self.reviews(chance.randint(3, 9), meets=True)
        self.tell("pathway-decided", 4, **spell, pathway="P1", status="likely")
        self.reviews(1, meets=False)
        self.tell("delay-reason-recorded", 2, **spell, reason="hosp_referral_to_hub", primary=True)
        self.tell("referred-to-care-transfer-hub", 3, **spell, hub="leeds-hub",
                  referral_id=f"H{number}")  # fmt: skip
        self.tell("delay-reason-cleared", 0.1, **spell, reason="hosp_referral_to_hub")
        self.tell("referral-received", 1, referral_id=f"H{number}", service="leeds-hub")
        self.tell("case-manager-assigned", 2, **spell, organisation="RR8", case_manager="cm7")
        self.reviews(1, meets=False)
        self.tell("pathway-decided", 9, **spell, pathway="P1", destination="p1_home_reablement")
        self.tell("referral-made", 1, referral_id=f"R{number}", kind="reablement",
                  service="skills-south", **spell)  # fmt: skip
        self.tell("delay-reason-recorded", 1, **spell, reason="intf_p1_reablement", primary=True)
        self.tell("referral-received", 1, referral_id=f"R{number}", service="skills-south")
        self.tell("referral-triaged", 4, referral_id=f"R{number}")
        if chance.random() < 0.2:
            self.reviews(2, meets=True)
            self.reviews(1, meets=False)
        self.tell("referral-accepted", 9, referral_id=f"R{number}", service="skills-south")
        self.reviews(chance.randint(1, 6), meets=False)
        self.tell("care-package-requested", 2, package_id=f"P{number}", kind="new",
                  service="skills-south", referral_id=f"R{number}", **spell)  # fmt: skip
        self.tell("care-package-confirmed", 5, package_id=f"P{number}", service="skills-south")
        self.tell("delay-reason-cleared", 1, **spell, reason="intf_p1_reablement")
        self.tell("coordinator-assigned", 1, organisation="RR8", coordinator="co12")
        self.tell("alert-acknowledged", 1, wait="drd_to_discharge",
                  about=f"RR8:{spell['spell_id']}", by="co12")  # fmt: skip
        self.tell("medicines-ready", 3, **spell)
        self.tell("transport-booked", 1, **spell)
        self.tell("handover-sent", 1, handover_id=f"T{number}", to_service="skills-south")
        self.tell("handover-accepted", 2, handover_id=f"T{number}", service="skills-south")
        self.tell("patient-discharged", 3, **spell, discharge_method="1", destination_code="19",
                  destination="p1_home_reablement", pathway="P1")  # fmt: skip
        self.tell("discharge-summary-sent", 6, **spell)
        self.tell("care-package-started", 10, package_id=f"P{number}", service="skills-south")
        self.tell("first-visit-completed", 1, package_id=f"P{number}", referral_id=f"R{number}")
        self.tell("care-package-ended", 24 * 30, package_id=f"P{number}", reason="goals_met")
        return self.events


def interleaved(people: int, seed: int = 7) -> list[tuple[str, datetime, bytes]]:
    """(person, time, value) of everyone, in the order of time."""
    chance = random.Random(seed)
    told = [
        (str(number), at, value)
        for number in range(people)
        for at, value in Story(number, chance).told()
    ]
    return sorted(told, key=lambda item: item[1])


def decode_only(events: list[tuple[str, datetime, bytes]]) -> None:
    for _, _, value in events:
        decode_stored(value)


def decode_and_add(events: list[tuple[str, datetime, bytes]]) -> None:
    histories: dict[str, History] = {}
    for person, _, value in events:
        event = decode_stored(value)
        history = histories.get(person)
        if history is None:
            history = histories[person] = History()
        history.add(event, value)


def whole_core(events: list[tuple[str, datetime, bytes]]) -> None:
    policy = load_policy()
    histories: dict[str, History] = {}
    for person, at, value in events:
        event = decode_stored(value)
        history = histories.get(person)
        if history is None:
            history = histories[person] = History()
        history.add(event, value)
        assess(history.journey(), policy, at)


Work = Callable[[list[tuple[str, datetime, bytes]]], None]


def best_us(works: list[Work], events: list[tuple[str, datetime, bytes]]) -> Iterator[float]:
    """CPU microseconds per event of each, the best of the rounds; rounds are interleaved."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for index, work in enumerate(works):
            # The garbage collector is to go through what the work makes, not through the events.
            gc.collect()
            gc.freeze()
            began = time.process_time()
            work(events)
            best[index] = min(best[index], time.process_time() - began)
            gc.unfreeze()
    return (seconds / len(events) * 1e6 for seconds in best)


def packed_kb(people: int) -> tuple[float, float]:
    """KiB per live journey of 40 events of 500 bytes: packed, and right after assessing."""
    chance = random.Random(11)
    policy = load_policy()
    stories = [Story(number, chance).told()[:40] for number in range(people)]
    padded = [[_padded(value) for _, value in story] for story in stories]
    gc.collect()
    tracemalloc.start()
    histories: list[History] = []
    for number in range(people):
        history = History()
        for value in padded[number]:
            # A copy: what comes from the broker belongs to the history alone.
            own = bytes(bytearray(value))
            history.add(decode_stored(own), own)
        assess(history.journey(), policy, START + timedelta(days=40))
        histories.append(history)
    live = tracemalloc.get_traced_memory()[0]
    for history in histories:
        history.pack()
    gc.collect()
    packed = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return packed / people / 1024, live / people / 1024


def _padded(value: bytes) -> bytes:
    content = orjson.loads(value)
    content["note"] = "x"
    length = len(orjson.dumps(content))
    chance = random.Random(value)
    content["note"] = "".join(chance.choices("abcdefghijklmnop0123456789", k=501 - length))
    return orjson.dumps(content)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seldom_collect_garbage()  # as every process that holds histories does
    events = interleaved(people)
    each = len(events) / people
    print(f"{len(events)} events of {people} people, {each:.1f} each, interleaved")
    decode_us, add_us, core_us = best_us([decode_only, decode_and_add, whole_core], events)
    print(f"decode alone           {decode_us:7.2f} us an event")
    print(f"decode + history       {add_us:7.2f} us an event   {add_us / decode_us:5.2f} x decode")
    print(
        f"decode + core          {core_us:7.2f} us an event   {core_us / decode_us:5.2f} x decode"
    )
    packed, live = packed_kb(min(people, 1000))
    print(f"memory, 40 events of 500 bytes: {packed:.1f} KiB packed, {live:.1f} KiB unpacked")


if __name__ == "__main__":
    main()
