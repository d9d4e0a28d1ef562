"""Who a reference stands for: its own link, and the ways by which others came to it."""

import pytest

from flow.pathway import assess, load_policy
from flow.pathway.identity import resolve, standing, supplied
from tests.pathway.told import Told, at, value_of

B, C = "k1.b-made-up", "k1.c-made-up"


@pytest.mark.parametrize(
    ("links", "reference", "stands_for"),
    [
        ({}, "a", "a"),
        ({"a": "b"}, "a", "b"),
        ({"a": "b"}, "b", "b"),
        ({"a": "b", "b": "c"}, "a", "c"),
        ({"a": "a"}, "a", "a"),
        ({"b": "a", "a": "b"}, "b", "a"),
        ({"a": "b", "b": "c", "c": "a"}, "c", "a"),
        ({"d": "b", "b": "c", "c": "b"}, "d", "b"),
    ],
)
def test_who_a_reference_stands_for(links: dict[str, str], reference: str, stands_for: str) -> None:
    assert resolve(links, reference) == stands_for


def test_a_reference_without_a_link_stands_for_itself() -> None:
    found = standing("b", None, [{"a": ("a",)}])
    assert not found.follows
    assert found.circle == ()


def test_one_that_points_elsewhere_follows_and_tells_who_is_behind_it() -> None:
    found = standing("b", "c", [{"a": ("a",), "z": ("z", "a")}])
    assert found.follows
    assert found.ways == {"b": ("b",), "a": ("a", "b"), "z": ("z", "a", "b")}


@pytest.mark.parametrize(("reference", "follows"), [("a", False), ("b", True), ("c", True)])
def test_the_smallest_of_a_circle_holds(reference: str, follows: bool) -> None:
    circle = {"a": "b", "b": "c", "c": "a"}
    way = [reference]
    while circle[way[-1]] != reference:
        way.append(circle[way[-1]])
    found = standing(reference, circle[reference], [{reference: tuple(way)}])
    assert set(found.circle) == {"a", "b", "c"}
    assert found.follows is follows
    assert found.ways == {reference: (reference,)}, "what came round is not told again"


def test_one_that_only_hangs_on_a_circle_is_not_in_it() -> None:
    assert standing("d", "a", []).circle == ()
    found = standing("a", "b", [{"d": ("d",), "b": ("b",), "a": ("a", "b")}])
    assert set(found.circle) == {"a", "b"}
    assert found.ways["d"] == ("d", "a")


def test_events_that_came_from_here_are_not_supplied() -> None:
    assert supplied("a", {"b": ("b",), "a": ("a", "b"), "d": ("d", "a", "b")}) == {"b"}


def test_the_newest_link_holds() -> None:
    told = Told()
    told.tell("identity-linked", "2026-01-06 10:00", to=C)
    told.tell("identity-linked", "2026-01-05 10:00", to=B)
    link = told.journey().link
    assert link is not None
    assert link.to == C


def test_of_a_reference_with_links_alone_nobody_is_admitted_since_the_first() -> None:
    told = Told()
    history = told.history()
    for day in ("05", "06"):
        linked = told.tell("identity-linked", f"2026-01-{day} 10:00", to=B)
        history.add(linked, value_of(linked))
        for now in ("2026-01-08 10:00", "2026-01-09 10:00"):
            stage = assess(history.journey(), load_policy(), at(now)).stage
            assert (stage.stage, stage.since) == ("not_admitted", told.events[0].time)


def test_a_link_is_undone_and_may_be_corrected() -> None:
    told = Told()
    wrong = told.tell("identity-linked", "2026-01-05 10:00", to=B)
    told.tell("identity-linked", "2026-01-05 10:00", to=C, corrects=wrong.identity)
    link = told.journey().link
    assert link is not None
    assert link.to == C
    told.tell("identity-unlinked", "2026-01-05 11:00")
    assert told.journey().link is None


@pytest.mark.parametrize("to", [None, B])
def test_undoing_a_link_that_is_not_there_is_a_finding(to: str | None) -> None:
    told = Told()
    if to is not None:
        told.tell("identity-linked", "2026-01-05 10:00", to=C)
    undone = told.tell("identity-unlinked", "2026-01-05 11:00", to=to)
    journey = told.journey()
    assert [f for f in journey.findings if f.rule == "unlink_without_link"] == [
        ("unlink_without_link", (undone.identity,))
    ]
    assert (journey.link is None) is (to is None)


def test_what_is_said_of_a_reference_changes_nothing_of_the_journey() -> None:
    told = Told()
    told.tell("identity-linked", "2026-01-01 10:00", to=B)
    told.admitted("2026-01-05 10:00")
    told.tell("identity-unlinked", "2026-01-09 10:00")
    plain = Told()
    plain.admitted("2026-01-05 10:00")
    now = "2026-01-07 10:00"
    assert told.assessed(now).stage == plain.assessed(now).stage
    assert told.journey().began == plain.journey().began
    assert told.journey().newest_at == plain.journey().newest_at
