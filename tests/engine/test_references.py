"""One person with several references, over several partitions in memory."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from flow.engine.keys import partition_of
from flow.events import AnyEvent
from flow.events.topics import PERSON_INPUTS
from tests.engine.town import Town
from tests.pathway.told import Told, at

# Each in a partition of its own, of three.
A, B, C = "k1.ward-made-up-a0", "k1.ward-made-up-b0", "k1.ward-made-up-c2"
TICK = at("2026-01-12 10:00")


def under(reference: str, event: AnyEvent) -> AnyEvent:
    return event.model_copy(update={"subject": reference})


def link(old: str, new: str, when: str | datetime, number: int = 1) -> AnyEvent:
    told = Told()
    return under(old, told.tell("identity-linked", when, id=f"link-{old}-{number}", to=new))


def unlink(old: str, when: str, number: int = 1) -> AnyEvent:
    return under(old, Told().tell("identity-unlinked", when, id=f"unlink-{old}-{number}"))


def story() -> list[AnyEvent]:
    """Someone in hospital who waits for a package since 9 January."""
    told = Told()
    told.admitted("2026-01-01 10:00", ward="W1")
    told.reviewed("2026-01-02 10:00", meets=False)
    told.tell("referral-made", "2026-01-02 11:00", referral_id="R1", service="home-help",
              kind="reablement")  # fmt: skip
    told.in_spell("patient-transferred", "2026-01-03 10:00", ward="W2")
    return told.events


@pytest.fixture(params=[True, False], ids=["wall", "log"])
def town(request: pytest.FixtureRequest) -> Town:
    return Town(wall=request.param)


def test_the_references_lie_in_different_partitions() -> None:
    assert len({partition_of(each.encode(), 3) for each in (A, B, C)}) == 3


def stages(town: Town) -> dict[str, dict[str, Any]]:
    return {key.decode(): json.loads(value)["data"] for key, value in town.latest("stages").items()}


def open_alerts(town: Town) -> dict[str, set[tuple[str, str]]]:
    """By person: wait and about of every alert that is open."""
    found: dict[str, set[tuple[str, str]]] = {}
    for value in town.latest("alerts").values():
        event = json.loads(value)
        if event["data"]["state"] != "closed":
            alert = (event["data"]["wait"], event["data"]["about"])
            found.setdefault(event["subject"], set()).add(alert)
    return found


def as_one(reference: str, events: list[AnyEvent], when: datetime) -> Town:
    """A town in which everything was published under one reference."""
    town = Town()
    town.publish(*(under(reference, event) for event in events))
    town.settle(when)
    return town


def assert_is_one(town: Town, reference: str, events: list[AnyEvent]) -> None:
    """What consumers see is as if all events had been published under one reference."""
    expected = as_one(reference, events, TICK)
    assert open_alerts(expected), "there is something to compare"
    assert stages(town) == stages(expected)
    assert town.latest("placements").keys() == expected.latest("placements").keys()
    assert open_alerts(town) == open_alerts(expected)
    assert not town.letters()


def test_two_references_become_one_person(town: Town) -> None:
    events = story()
    town.publish(*(under(A, e) for e in events[:2]), *(under(B, e) for e in events[2:]))
    town.tick(TICK)
    assert set(stages(town)) == {A, B}
    town.publish(link(A, B, "2026-01-12 11:00"))
    town.settle(TICK + timedelta(hours=2))
    assert_is_one(town, B, events)


def test_a_link_may_come_before_either_side_exists(town: Town) -> None:
    events = story()
    town.publish(link(A, B, "2026-01-01 09:00"))
    town.tick(at("2026-01-01 10:00"))
    assert not stages(town)
    town.publish(*(under(A, e) for e in events))
    town.settle(TICK)
    assert_is_one(town, B, events)


def test_a_chain_ends_where_it_ends(town: Town) -> None:
    events = story()
    town.publish(under(A, events[0]), under(B, events[1]), *(under(C, e) for e in events[2:]))
    town.publish(link(B, C, "2026-01-04 09:00"))
    town.settle(at("2026-01-05 10:00"))
    town.publish(link(A, B, "2026-01-05 11:00"))
    town.settle(TICK)
    assert_is_one(town, C, events)


def test_what_still_comes_under_the_old_reference_is_forwarded(town: Town) -> None:
    events = story()
    town.publish(link(A, B, "2026-01-01 09:00"), *(under(A, e) for e in events[:2]))
    town.settle(at("2026-01-02 10:30"))
    town.publish(*(under(A, e) for e in events[2:]))
    town.settle(TICK)
    assert_is_one(town, B, events)


@pytest.mark.parametrize("order", [(A, B, C), (C, A, B), (B, C, A)])
def test_a_circle_is_one_person_under_the_smallest_and_a_finding(
    town: Town, order: tuple[str, ...]
) -> None:
    events = story()
    town.publish(under(A, events[0]), under(B, events[1]), *(under(C, e) for e in events[2:]))
    town.settle(at("2026-01-04 10:00"))
    first, second, third = order
    for hour, (old, new) in enumerate(((first, second), (second, third), (third, first))):
        town.publish(link(old, new, f"2026-01-05 1{hour}:00"))
        town.settle(at(f"2026-01-05 1{hour}:30"))
    town.settle(TICK)
    assert_is_one(town, min(order), events)
    summary = json.loads(town.latest("pathway-events")[f"{min(order)}/summary".encode()])
    assert ["data_quality", ["reference_circle"], 1.0] in summary["contribution"]


def test_a_reference_that_points_to_itself_is_a_finding_and_no_more(town: Town) -> None:
    events = story()
    town.publish(link(A, A, "2026-01-01 09:00"), *(under(A, e) for e in events))
    town.settle(TICK)
    assert_is_one(town, A, events)


def test_a_wrong_link_is_undone(town: Town) -> None:
    mine, theirs = story(), story()
    theirs = [event.model_copy(update={"source": "/rae/pas"}) for event in theirs]
    town.publish(*(under(A, e) for e in mine), *(under(B, e) for e in theirs))
    town.publish(link(A, B, "2026-01-04 09:00"))
    town.settle(at("2026-01-05 10:00"))
    assert set(stages(town)) == {B}
    town.publish(unlink(A, "2026-01-06 10:00"))
    town.settle(TICK)
    expected = Town()
    expected.publish(*(under(A, e) for e in mine), *(under(B, e) for e in theirs))
    expected.settle(TICK)
    assert stages(town) == stages(expected)
    assert open_alerts(town) == open_alerts(expected)
    copies = [key for key in town.latest("pathway-events") if b"/copy/" in key]
    assert not copies


def test_a_circle_that_is_opened_is_a_chain(town: Town) -> None:
    events = story()
    town.publish(under(A, events[0]), under(B, events[1]), *(under(C, e) for e in events[2:]))
    town.publish(link(A, B, "2026-01-05 10:00"), link(B, C, "2026-01-05 11:00"))
    town.publish(link(C, A, "2026-01-05 12:00"))
    town.settle(at("2026-01-06 10:00"))
    town.publish(unlink(C, "2026-01-07 10:00"))
    town.settle(TICK)
    assert_is_one(town, C, events)


def test_alerts_are_superseded_and_who_took_them_on_has_taken_on_the_heir(town: Town) -> None:
    events = story()
    town.publish(*(under(A, e) for e in events))
    town.settle(TICK)
    (old,) = [
        event
        for value in town.latest("alerts").values()
        if (event := json.loads(value))["data"]["wait"] == "drd_to_discharge"
    ]
    told = Told()
    answer = told.tell(
        "alert-acknowledged", TICK, wait="drd_to_discharge", about=old["data"]["about"],
        by="staff-0001",
    )  # fmt: skip
    town.publish(under(A, answer))
    town.settle(TICK + timedelta(minutes=5))
    town.publish(link(A, B, "2026-01-12 11:00"))
    town.settle(TICK + timedelta(hours=2))
    alerts = [json.loads(value) for value in town.latest("alerts").values()]
    closed = next(a["data"] for a in alerts if a["data"]["alert_id"] == old["data"]["alert_id"])
    assert (closed["state"], closed["closed_reason"]) == ("closed", "superseded")
    (heir,) = [a for a in alerts if a["data"].get("supersedes") == closed["alert_id"]]
    assert heir["subject"] == B
    assert heir["data"]["state"] == "acknowledged"
    assert heir["data"]["acknowledged_by"] == "staff-0001"
    assert [level["level"] for level in heir["data"]["levels"]] == [
        level["level"] for level in closed["levels"]
    ]


def test_who_is_erased_is_erased_under_every_reference(town: Town) -> None:
    for asked in (A, B, C):
        town = Town(wall=town.wall)
        events = story()
        town.publish(under(A, events[0]), under(B, events[1]), *(under(C, e) for e in events[2:]))
        town.publish(link(A, B, "2026-01-04 09:00"), link(B, C, "2026-01-04 10:00"))
        town.settle(at("2026-01-05 10:00"))
        erase = Told().tell("person-erased", "2026-01-06 10:00", reason="objection")
        town.publish(under(asked, erase))
        town.settle(TICK)
        state = town.latest("pathway-events")
        assert set(state) == {f"{each}/summary".encode() for each in (A, B, C)}
        assert not stages(town)
        assert not town.latest("alerts")
        assert not town.latest("placements")
        town.publish(under(A, events[0]), under(B, events[1]))
        town.settle(TICK + timedelta(hours=1))
        assert [reason for _, reason in town.letters()] == ["erased", "erased"]


def erasure(reference: str, when: str | datetime) -> AnyEvent:
    erase = Told().tell("person-erased", when, id=f"erase-{reference}", reason="objection")
    return under(reference, erase)


def in_january(said: Told) -> list[AnyEvent]:
    """Someone who was in hospital in December, and is again since 10 January."""
    return [
        said.admitted("2025-12-20 10:00"),
        said.discharged("2025-12-22 10:00"),
        said.admitted("2026-01-10 10:00", spell_id="S2"),
        said.reviewed("2026-01-11 11:00", meets=False, spell_id="S2"),
        said.tell("referral-made", "2026-01-11 12:00", referral_id="R1", service="home-help",
                  kind="reablement"),
    ]  # fmt: skip


@pytest.mark.parametrize("asked", [A, B])
def test_who_is_linked_to_someone_erased_keeps_what_is_newer_as_one_person(
    town: Town, asked: str
) -> None:
    events = in_january(Told())
    equipment = Told().tell("referral-made", "2026-01-01 09:00", id="eq", source="/lcc",
                            referral_id="R9", kind="equipment")  # fmt: skip
    other = B if asked == A else A
    town.publish(under(asked, equipment), *(under(other, e) for e in events[:2]))
    town.settle(at("2026-01-05 10:00"))
    town.publish(erasure(asked, "2026-01-06 10:00"))
    town.settle(at("2026-01-06 11:00"))
    town.publish(under(other, events[2]))
    town.settle(at("2026-01-10 11:00"))
    town.publish(link(A, B, "2026-01-11 09:00"))
    town.settle(at("2026-01-11 10:00"))
    assert set(stages(town)) == {B}
    town.publish(*(under(A, e) for e in events[3:]))
    town.settle(at("2026-01-20 10:00"))
    expected = as_one(B, events[2:], at("2026-01-20 10:00"))
    assert open_alerts(expected), "there is something to compare"
    assert (stages(town), open_alerts(town)) == (stages(expected), open_alerts(expected))
    held = town.latest("pathway-events")
    assert not [key for key in held if events[0].identity.encode() in key]
    left = [json.loads(value)["subject"] for value in town.latest("alerts").values()]
    assert set(left) <= {A, B}
    town.publish(unlink(A, "2026-01-20 11:00"))
    town.settle(at("2026-01-20 12:00"))
    assert set(stages(town)) == {A, other}, "each has what was told under it"


def test_in_a_bed_since_before_the_erasure_of_another_reference_is_known_by_what_is_newer(
    town: Town,
) -> None:
    """What is older goes, as it would have under one reference; the link stays, and what comes
    under either is one person's."""
    town.publish(*(under(A, e) for e in story()))
    town.settle(at("2026-01-05 10:00"))
    town.publish(erasure(B, "2026-01-06 10:00"))
    town.settle(at("2026-01-06 11:00"))
    assert set(stages(town)) == {A}, "nobody knows yet that they are one"
    town.publish(link(A, B, "2026-01-07 09:00"))
    town.settle(at("2026-01-07 10:00"))
    assert not stages(town)
    assert not town.latest("alerts")
    assert not town.latest("placements")
    told = Told()
    told.reviewed("2026-01-08 10:00", meets=False)
    told.in_spell("patient-transferred", "2026-01-08 11:00", ward="W3")
    town.publish(under(A, told.events[0]), under(B, told.events[1]))
    town.settle(TICK)
    expected = as_one(B, told.events, TICK)
    assert open_alerts(expected), "there is something to compare"
    assert (stages(town), open_alerts(town)) == (stages(expected), open_alerts(expected))


def test_of_references_that_were_linked_by_then_the_link_goes_too(town: Town) -> None:
    """Of one that is linked later only what was told of the person goes."""
    town.publish(*(under(A, e) for e in story()), link(A, C, "2026-01-01 09:00"))
    town.settle(at("2026-01-05 10:00"))
    town.publish(erasure(B, "2026-01-06 10:00"), link(C, B, "2026-01-07 10:00"))
    town.settle(at("2026-01-07 11:00"))
    assert not stages(town)
    town.publish(under(A, Told().admitted("2026-01-08 10:00", spell_id="S2")))
    town.settle(at("2026-01-08 11:00"))
    assert set(stages(town)) == {B}
    town.publish(erasure(A, "2026-01-09 10:00"))
    town.settle(at("2026-01-09 11:00"))
    assert set(town.latest("pathway-events")) == {f"{x}/summary".encode() for x in (A, B, C)}


def test_who_is_retired_is_retired_under_every_reference(town: Town) -> None:
    events = story()
    told = Told()
    end = [told.tell("referral-withdrawn", "2026-01-08 10:00", referral_id="R1"),
           told.discharged("2026-01-08 11:00"),
           told.in_spell("discharge-summary-sent", "2026-01-08 12:00")]  # fmt: skip
    end = [e.model_copy(update={"id": f"end-{e.id}"}) for e in end]
    town.publish(under(A, events[0]), under(B, events[1]), *(under(C, e) for e in events[2:]))
    town.publish(link(A, B, "2026-01-04 09:00"), link(B, C, "2026-01-04 10:00"))
    town.publish(*(under(C, e) for e in end))
    town.settle(TICK)
    town.settle(at("2026-07-01 10:00"))
    held = [key.decode() for key in town.latest("pathway-events")]
    assert [key for key in held if "/summary" not in key and "link-" not in key] == []
    assert not stages(town)
    # Old news under any of them is refused; newer news begins a new journey where the links lead.
    town.publish(under(A, told.in_spell("transport-booked", "2026-01-07 10:00")))
    again = told.admitted("2026-07-02 10:00", spell_id="S2")
    town.publish(under(A, again))
    town.settle(at("2026-07-02 11:00"))
    assert [reason for _, reason in town.letters()] == ["retired"]
    assert set(stages(town)) == {C}


def test_a_link_of_nobody_goes_when_no_input_holds_anything_older(town: Town) -> None:
    town.publish(link(A, B, "2026-01-01 09:00"))
    town.settle(TICK)
    assert [key for key in town.latest("pathway-events") if b"link-" in key]
    town.settle(at("2027-02-28 10:00"))
    assert not town.latest("pathway-events")


def test_what_was_told_is_worked_once_however_often_it_is_delivered() -> None:
    """Told again, a link that was undone since would be there for a moment."""
    town = Town()
    town.publish(link(A, B, "2026-01-01 09:00"), *(under(A, e) for e in story()))
    town.settle(TICK)
    town.publish(unlink(A, "2026-01-12 11:00"))
    town.settle(TICK + timedelta(hours=2))
    shorts = ("pathway-events", "stages", "placements", "alerts", "transfers")

    def written() -> list[int]:
        return [len(town.records(short, n)) for short in shorts for n in range(3)]

    before = written()
    told = len(town.records("transfers", partition_of(B.encode(), 3)))
    assert told > 2
    for number in range(3):
        town.crash(number)
        town.acknowledged["transfers", number] = 0
    for _ in range(told):
        town.fetch(partition_of(B.encode(), 3), "transfers", 1)
    after = written()
    assert [b - a for a, b in zip(before, after, strict=True) if b > a] == [told], "but for clocks"


def test_what_was_said_of_a_reference_is_taken_back_though_it_crashes_before_it_says_so(
    town: Town,
) -> None:
    """All that it had were copies; a link that was wrong takes them away."""
    town.publish(*(under(B, event) for event in story()), link(B, A, "2026-01-10 10:00"))
    town.settle(TICK)
    assert stages(town).keys() == {A}
    town.publish(unlink(B, "2026-01-11 10:00"))
    of_a, of_b = (partition_of(each.encode(), 3) for each in (A, B))
    for topic in PERSON_INPUTS:
        town.fetch(of_b, topic, 100)
    town.tick_alone(of_b, TICK + timedelta(hours=1))
    town.fetch(of_a, "transfers", 100)
    town.crash(of_a)
    town.settle(TICK + timedelta(hours=2))
    assert stages(town).keys() == {B}
    assert open_alerts(town).keys() == {B}
    assert {key for key in town.latest("pathway-events") if key.startswith(A.encode())} == set()
