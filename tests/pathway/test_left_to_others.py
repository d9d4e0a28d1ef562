"""What a centre leaves to others, where no stay in hospital is known, or one came in between: who
was in a bed is looked for as whoever comes from hospital is (domain.md 1.4, 1.5)."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

T1 = {"stay_id": "T1"}
R1 = {"referral_id": "R1"}
R2 = {"referral_id": "R2"}
S2 = {"spell_id": "S2"}
LEFT, NOW = "2026-02-10 10:00", "2026-02-20 10:00"


def in_a_centre() -> Told:
    """And never in hospital."""
    told = Told()
    told.tell("centre-admitted", "2026-02-01 10:00", **T1, service="slic")
    return told


def refused_there(reason: str = "no_capacity") -> Told:
    told = in_a_centre()
    told.tell("referral-made", "2026-02-03 10:00", **R1, kind="home_care", service="acme")
    told.tell("referral-rejected", "2026-02-04 10:00", **R1, reason=reason)
    return told


def left(told: Told, destination: str | None, when: str = LEFT) -> Told:
    told.tell("centre-discharged", when, **T1, destination=destination)
    return told


def since_when(told: Told, when: str = NOW) -> Any:
    found = [w.starts_at for w in told.assessed(when).open_waits if w.id == "care_arranged"]
    return found[0] if found else None


def waits(told: Told, when: str = NOW) -> list[str]:
    return [
        w.id for w in told.assessed(when).open_waits if w.id in ("care_arranged", "owner_named")
    ]


@pytest.mark.parametrize(
    ("destination", "asked"),
    [("home_with_support", True), ("another_centre", True), ("hospital", True), ("home", False),
     ("extra_care", False), ("care_home", False), ("died", False), (None, False)],
)  # fmt: skip
def test_who_was_never_in_hospital_and_is_sent_to_others_needs_somebody(
    destination: str | None, *, asked: bool
) -> None:
    told = left(in_a_centre(), destination)
    assert waits(told) == (["owner_named", "care_arranged"] if asked else [])
    assert since_when(told) == (at(LEFT) if asked else None)
    assert told.assessed(NOW).stage.responsible == ("slic" if asked else None)


@pytest.mark.parametrize(("reason", "asked"), [("no_capacity", True), ("person_declined", False)])
def test_or_nobody_says_where_and_who_was_to_come_refused(reason: str, *, asked: bool) -> None:
    assert since_when(left(refused_there(reason), None)) == (at(LEFT) if asked else None)
    assert since_when(left(refused_there(), "home")) is None


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("referral-made", R2 | {"kind": "home_care", "service": "acme"}),
        ("referral-made", R2 | {"kind": "mental_health_community"}),
        ("care-package-requested", {"package_id": "P1", "kind": "new", "service": "acme"}),
        ("handover-sent", {"handover_id": "V1", "to_service": "acme"}),
        ("first-visit-completed", {"package_id": "P1"}),
        ("centre-admitted", {"stay_id": "T2", "service": "elm"}),
        ("assessment-referred", {"assessment_id": "A1", "service": "social-work"}),
    ],
)
def test_whoever_is_asked_or_comes_is_enough(event: str, data: dict[str, Any]) -> None:
    for when in ("2026-02-08 10:00", "2026-02-12 10:00"):
        if event == "centre-admitted" and when < LEFT:
            continue  # nobody lies in two beds
        told = in_a_centre()
        told.tell(event, when, **data)
        assert since_when(left(told, "home_with_support")) is None


def test_a_refusal_calls_again_and_that_nobody_is_needed_does_not() -> None:
    for reason, again in (("no_capacity", True), ("person_declined", False)):
        told = left(in_a_centre(), "home_with_support")
        told.tell("referral-made", "2026-02-11 10:00", **R2, kind="home_care", service="acme")
        told.tell("referral-rejected", "2026-02-12 10:00", **R2, reason=reason)
        assert ("care_arranged" in waits(told)) is again


def test_care_that_was_there_all_the_time_is_there_still() -> None:
    told = Told()
    told.tell("first-visit-completed", "2026-01-07 12:00", package_id="P1")
    told.tell("centre-admitted", "2026-02-01 10:00", **T1, service="slic")
    assert since_when(left(told, "home_with_support")) is None


HOME = "2026-02-12 10:00"


@pytest.mark.parametrize("when", ["2026-02-11 08:00", "2026-02-11 12:00"])
@pytest.mark.parametrize(
    ("destination", "before", "pathway", "asked"),
    [
        ("hospital", in_a_centre, None, True),
        ("home_with_support", in_a_centre, None, True),
        ("hospital", in_a_centre, "P0", False),
        ("hospital", refused_there, "P0", True),
        (None, refused_there, None, True),
        (None, refused_there, "P0", True),
        (None, in_a_centre, None, False),
        ("home", refused_there, None, False),
    ],
)
def test_so_does_who_goes_from_there_to_hospital_for_a_night(
    when: str, destination: str | None, before: Any, pathway: str | None, *, asked: bool
) -> None:
    """Whether the centre tells its end before the hospital tells the admission, or after."""
    told = left(before(), destination, when)
    told.admitted("2026-02-11 10:00")
    assert "care_arranged" not in waits(told, "2026-02-11 20:00")
    told.discharged(HOME, **({} if pathway is None else {"pathway": pathway}))
    assert since_when(told) == (at(HOME) if asked else None)


def a_night_between(refused: str | None, pathway: str | None, first: str | None = "P2") -> Told:
    """In the centre after a stay on pathway 2, a night in hospital on the 10th, and back there."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", **({} if first is None else {"pathway": first}))
    told.tell("centre-admitted", "2026-01-07 12:00", **T1, service="slic")
    told.tell("referral-made", "2026-01-08 10:00", **R1, kind="home_care", service="acme")
    if refused is not None:
        told.tell("referral-rejected", refused, **R1, reason="no_capacity")
    told.admitted("2026-01-10 10:00", **S2)
    told.discharged("2026-01-11 10:00", **S2, **({} if pathway is None else {"pathway": pathway}))
    return told


BACK_LEFT = "2026-01-20 10:00"
REFUSED = ["2026-01-09 10:00", "2026-01-10 15:00", "2026-01-15 10:00"]


@pytest.mark.parametrize("first", [None, "P0", "P2"])
@pytest.mark.parametrize("pathway", [None, "P2"])
@pytest.mark.parametrize("refused", REFUSED)
def test_what_was_refused_in_a_centre_is_missed_after_a_night_in_hospital_too(
    refused: str, pathway: str | None, first: str | None
) -> None:
    told = a_night_between(refused, pathway, first)
    assert since_when(told, "2026-01-19 10:00") is None, "the centre has them"
    assert since_when(left(told, None, BACK_LEFT)) == at(BACK_LEFT)


@pytest.mark.parametrize("pathway", [None, "P0"])
def test_and_where_no_night_came_between(pathway: str | None) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", **({} if pathway is None else {"pathway": pathway}))
    told.tell("centre-admitted", "2026-01-17 12:00", **T1, service="slic")
    told.tell("referral-made", "2026-01-18 10:00", **R1, kind="home_care", service="acme")
    told.tell("referral-rejected", "2026-01-19 10:00", **R1, reason="no_capacity")
    assert since_when(left(told, None, BACK_LEFT)) == at(BACK_LEFT)


@pytest.mark.parametrize("pathway", [None, "P0"])
@pytest.mark.parametrize("refused", REFUSED[:2])
def test_also_where_the_centre_let_them_go_while_they_were_in_hospital(
    refused: str, pathway: str | None
) -> None:
    told = left(a_night_between(refused, pathway), None, "2026-01-10 18:00")
    assert since_when(told) == at("2026-01-11 10:00")


def test_where_nothing_was_refused_nobody_is_looked_for() -> None:
    told = left(a_night_between(None, None), None, BACK_LEFT)
    assert since_when(told) is None
    told.tell("referral-withdrawn", "2026-01-21 10:00", **R1, reason="no_longer_needed")
    assert since_when(told) is None


@pytest.mark.parametrize("refused", [None, *REFUSED])
@pytest.mark.parametrize("pathway", [None, "P2"])
def test_the_centre_to_which_a_person_came_back_has_cared_for_them(
    pathway: str | None, refused: str | None
) -> None:
    told = a_night_between(refused, pathway)
    assert since_when(left(told, "home", BACK_LEFT)) is None


def test_a_place_that_was_kept_and_nobody_came_back_to_has_not() -> None:
    told = left(a_night_between(REFUSED[0], "P2"), "home", "2026-01-10 18:00")
    assert since_when(told) == at("2026-01-11 10:00")


@pytest.mark.parametrize(
    "settles",
    [
        ("referral-made", R2 | {"kind": "home_care"}),
        ("first-visit-completed", {"package_id": "P2"}),
        ("referral-withdrawn", R1 | {"reason": "person_declined"}),
    ],
)
@pytest.mark.parametrize("when", ["2026-01-18 10:00", "2026-01-21 10:00"])
@pytest.mark.parametrize("pathway", [None, "P2"])
def test_until_somebody_is_asked_or_comes_or_is_not_needed(
    pathway: str | None, when: str, settles: Any
) -> None:
    told = a_night_between(REFUSED[0], pathway)
    event, data = settles
    told.tell(event, when, **data)
    left(told, None, BACK_LEFT)
    assert since_when(told) is None


FORETOLD = [
    ("case-manager-assigned", {"organisation": "RR8", "case_manager": "c1"}),
    ("expected-discharge-date-set", {"expected_discharge_date": "2026-01-25"}),
]


@pytest.mark.parametrize("foretold", FORETOLD)
@pytest.mark.parametrize("pathway", ["P1", None])
def test_a_stay_that_was_foretold_before_another_one_is_none_that_must_have_ended(
    pathway: str | None, foretold: Any
) -> None:
    told = Told()
    told.in_spell(foretold[0], "2026-01-05 09:00", **S2, **foretold[1])
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new")
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("care-package-ended", "2026-01-15 10:00", package_id="P1", reason="provider_withdrew")
    told.admitted("2026-01-20 10:00", **S2)
    assert told.assessed("2026-01-20 20:00").stage.stage == "in_hospital"
    told.discharged("2026-01-21 10:00", **S2, **({} if pathway is None else {"pathway": pathway}))
    view = told.assessed(NOW)
    assert since_when(told) == at("2026-01-21 10:00")
    assert view.stage.stage == "discharged_waiting_for_start"
