"""A refusal because the person was referred already is news that another has been asked: where one
is known, or cares, nobody else has to be called; where none is, somebody has to look."""

import pytest

from tests.pathway.left_for_home import Step, home, unarranged_since
from tests.pathway.told import Told, at

REFUSED_AT = "2026-01-10 10:00"
PATHWAYS = ["P0", "P1"]

DUPLICATE: Step = ("referral-rejected", {"referral_id": "R1", "reason": "duplicate"})
NO_ROOM: Step = ("referral-rejected", {"referral_id": "R2", "reason": "no_capacity"})
DECLINED: Step = ("referral-rejected", {"referral_id": "R2", "reason": "person_declined"})
VISITED: Step = ("first-visit-completed", {"referral_id": "R2"})
MADE_IN_ERROR: Step = ("referral-withdrawn", {"referral_id": "R2", "reason": "made_in_error"})


def asked(kind: str, referral: str = "R1") -> Step:
    return "referral-made", {"referral_id": referral, "kind": kind}


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_where_nobody_else_is_known_somebody_has_to_look(pathway: str) -> None:
    assert unarranged_since(home(asked("home_care"), DUPLICATE, pathway=pathway)) == at(REFUSED_AT)


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_whoever_cares_has_the_person_in_view(pathway: str) -> None:
    """A nurse, too, who would not do in the place of home care that was refused."""
    nurse = [asked("community_health", "R2"), VISITED]
    told = home(asked("home_care"), DUPLICATE, *nurse, pathway=pathway)
    assert unarranged_since(told) is None
    told = home(asked("home_care"), DUPLICATE, asked("community_health", "R2"), pathway=pathway)
    assert unarranged_since(told) == at(REFUSED_AT), "who was asked for something else may not know"
    told = home(asked("home_care"), DUPLICATE, *nurse, pathway=pathway)
    told.tell("referral-withdrawn", "2026-01-15 10:00", referral_id="R2", reason="made_in_error")
    assert unarranged_since(told) == at("2026-01-15 10:00")


@pytest.mark.parametrize("pathway", PATHWAYS)
@pytest.mark.parametrize(("kind", "cares"), [("early_years", False), ("other", True)])
def test_who_gives_no_care_does_not(kind: str, pathway: str, *, cares: bool) -> None:
    comes = [asked(kind, "R2"), VISITED]
    told = home(asked("home_care"), DUPLICATE, *comes, pathway=pathway)
    assert unarranged_since(told) == (None if cares else at(REFUSED_AT))
    package = {"package_id": "P2", "referral_id": "R2"}
    comes = [asked(kind, "R2"), ("first-visit-completed", package)]
    told = home(asked("home_care"), DUPLICATE, *comes, pathway=pathway)
    assert unarranged_since(told) == (None if cares else at(REFUSED_AT))


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_the_other_one_of_the_kind_is_waited_for(pathway: str) -> None:
    """Of each that was refused so, its own."""
    steps = [asked("community_health", "R1"), DUPLICATE, asked("community_health", "R2")]
    steps += [asked("palliative_care", "R3"), ("referral-rejected", {"referral_id": "R3",
              "reason": "duplicate"})]  # fmt: skip
    told = home(*steps, asked("palliative_care", "R4"), pathway=pathway)
    assert unarranged_since(told) is None
    told = home(*steps, pathway=pathway)
    assert unarranged_since(told) == at("2026-01-13 10:00")


@pytest.mark.parametrize("pathway", PATHWAYS)
@pytest.mark.parametrize(
    ("answer", "since"),
    [(NO_ROOM, "2026-01-12 10:00"), (DECLINED, None), (MADE_IN_ERROR, "2026-01-12 10:00")],
)
def test_until_the_other_one_comes_to_nothing(
    answer: Step, since: str | None, pathway: str
) -> None:
    """Two records of one need, each taken back because of the other, leave the person with none."""
    told = home(asked("home_care"), DUPLICATE, asked("home_care", "R2"), answer, pathway=pathway)
    assert unarranged_since(told) == (at(since) if since else None)


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_it_says_nothing_of_what_was_refused_otherwise(pathway: str) -> None:
    nurse = [asked("community_health", "R3"), ("first-visit-completed", {"referral_id": "R3"})]
    told = home(asked("home_care", "R2"), DECLINED, *nurse, asked("home_care"), DUPLICATE,
                pathway=pathway)  # fmt: skip
    assert unarranged_since(told) is None, "that the person declined is still the newest word"
    told = home(asked("home_care", "R2"), NO_ROOM, *nurse, asked("home_care"), DUPLICATE,
                pathway=pathway)  # fmt: skip
    assert unarranged_since(told) == at("2026-01-14 10:00")


def with_the_hub(*asks: tuple[str, str, dict[str, str]]) -> list[str]:
    """Ready and expected on pathway 1; which waits for the hub run."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    for kind, when, data in asks:
        tell = told.in_spell if kind.startswith("referred-to") else told.tell
        tell(kind, when, **data)
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P1", status="likely")
    waits = told.assessed("2026-01-08 11:00").open_waits
    return [wait.id for wait in waits if wait.id.startswith("hub_")]


HUB_1 = ("referral-made", "2026-01-06 10:00", {"referral_id": "H1", "kind": "care_transfer_hub"})
HUB_2 = ("referral-made", "2026-01-06 11:00", {"referral_id": "H2", "kind": "care_transfer_hub"})
PLAIN = ("referred-to-care-transfer-hub", "2026-01-06 09:00", {"hub": "lcc"})


def refuses(
    referral: str, reason: str = "duplicate", when: str = "2026-01-07 10:00"
) -> tuple[str, str, dict[str, str]]:
    return "referral-rejected", when, {"referral_id": referral, "reason": reason}


@pytest.mark.parametrize(
    ("asks", "waits"),
    [
        ([HUB_1, HUB_2, refuses("H2")], "hub_pathway"),
        ([PLAIN, HUB_1, refuses("H1")], "hub_pathway"),
        ([HUB_1, refuses("H1")], "hub_referral"),
        ([HUB_1, HUB_2, refuses("H1"), refuses("H2", when="2026-01-07 11:00")], "hub_referral"),
        ([HUB_1, HUB_2, refuses("H2", "out_of_area")], "hub_referral"),
    ],
)
def test_a_hub_that_was_asked_twice_has_the_person_once(
    asks: list[tuple[str, str, dict[str, str]]], waits: str
) -> None:
    assert with_the_hub(*asks) == [waits]


AFTER = "2026-01-05 17:00"


def ready_and_asked(*hubs: tuple[str, str, int]) -> Told:
    """Ready to leave; each hub was asked by a referral, at an hour of the fifth."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-05 11:00", meets=False)
    for referral, hub, hour in hubs:
        told.in_spell("referred-to-care-transfer-hub", f"2026-01-05 {hour}:00", hub=hub,
                      referral_id=referral)  # fmt: skip
    return told


def test_the_hub_that_was_asked_first_decides_and_in_its_own_time() -> None:
    """Not the other one, that says so; and what the other had read is no receipt of the first."""
    told = ready_and_asked(("H1", "leeds-hub", 12), ("H2", "wakefield-hub", 13))
    told.tell("referral-rejected", "2026-01-05 14:00", referral_id="H2", reason="duplicate")
    (wait,) = [each for each in told.assessed(AFTER).open_waits if each.id == "hub_pathway"]
    assert wait.acts_next.organisation == "leeds-hub"
    assert wait.starts_at == at("2026-01-05 12:00")


def test_a_hub_that_refused_and_then_accepts_is_waited_for() -> None:
    told = ready_and_asked(("H1", "leeds-hub", 12))
    told.tell("referral-rejected", "2026-01-05 14:00", referral_id="H1",
              reason="insufficient_information")  # fmt: skip
    assert told.assessed(AFTER).stage.stage == "ready_to_leave"
    told.tell("referral-accepted", "2026-01-05 15:00", referral_id="H1")
    view = told.assessed(AFTER)
    assert view.stage.stage == "hub_deciding"
    assert "hub_pathway" in {wait.id for wait in view.open_waits}
