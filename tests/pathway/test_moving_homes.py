"""Who lives in one care home and moves to another, told in whatever order; and whose discharge says
that they have the bed that was asked for (domain.md 2.2, 4.1)."""

import pytest

from tests.pathway.naive_kinds import STARTS
from tests.pathway.test_kinds_of_beds import moved_in
from tests.pathway.told import PROVIDER, Told

SECOND = {"provider": PROVIDER, "spell_id": "S2"}
ASKED = {"referral_id": "R2", "kind": "care_home", "service": "elm"}


def resident() -> Told:
    """In the care home "oak" since 10 January."""
    return moved_in("care_home", destination="p3_care_home_new")


def responsible(told: Told, now: str) -> str | None:
    return told.assessed(now).stage.responsible


@pytest.mark.parametrize("asked_at", ["2026-02-01 10:00", "2026-02-03 10:00"])
def test_whoever_moved_to_a_second_home_has_left_the_first(asked_at: str) -> None:
    told = resident()
    told.tell("referral-made", asked_at, **ASKED)
    told.tell("centre-admitted", "2026-02-02 12:00", id="move", stay_id="T2", service="elm",
              referral_id="R2")  # fmt: skip
    journey = told.journey()
    first, second = journey.stays["T1"], journey.stays["T2"]
    assert second.goes_on
    assert first.overtaken == second.admitted
    (found,) = [f for f in journey.findings if f.rule == "two_open_stays"]
    assert any(identity.endswith("move") for identity in found.events)
    told.tell("centre-discharged", "2026-02-20 10:00", stay_id="T2", destination="home")
    assert responsible(told, "2026-02-20 12:00") is None


def test_a_short_stay_that_turns_out_to_be_one_leaves_the_home_what_it_was() -> None:
    told = resident()
    told.tell("centre-admitted", "2026-02-02 12:00", stay_id="T2", service="slic", referral_id="R2")
    told.tell("referral-made", "2026-02-03 10:00", referral_id="R2", kind="rehabilitation_bed",
              service="slic")  # fmt: skip
    assert told.journey().stays["T1"].goes_on


def test_a_bed_begun_later_is_no_bed_left_for_the_home() -> None:
    """Nobody told the move into it."""
    told = Told()
    told.tell("centre-admitted", "2026-02-02 12:00", stay_id="T2", service="elm", referral_id="R2")
    told.tell("centre-goals-agreed", "2026-02-04 12:00", stay_id="T3")
    told.tell("referral-made", "2026-02-05 10:00", **ASKED)
    stays = told.journey().stays
    assert (stays["T2"].goes_on, stays["T3"].goes_on) == (True, True)


def back_from_hospital(**discharge: str) -> Told:
    told = resident()
    told.admitted("2026-02-10 10:00", spell_id="S2", admission_method="21")
    told.discharged("2026-02-20 10:00", spell_id="S2", **discharge)
    return told


@pytest.mark.parametrize(
    ("discharge", "lives_there"),
    [
        ({"destination": "p3_care_home_new"}, False),
        ({"destination": "p3_care_home_new", "destination_code": "19"}, False),
        ({"destination": "p3_care_home_eol"}, False),
        ({"destination": "p3_care_home_eol", "destination_code": "88"}, False),
        ({"pathway": "P3", "destination_code": "85"}, False),
        ({"pathway": "P3", "destination_code": "54"}, False),
        ({"pathway": "P3", "destination_code": "65"}, False),
        # The national code does not say that a home is new.
        ({"destination_code": "85"}, True),
        ({"pathway": "P0", "destination_code": "85"}, True),
        ({"pathway": "P1", "destination_code": "85"}, True),
        ({"destination": "p0_care_home_return", "destination_code": "85"}, True),
        ({"destination": "p1_care_home_return_more", "destination_code": "85"}, True),
        ({"destination": "p0_care_home_return", "pathway": "P3", "destination_code": "85"}, True),
        # A short-term bed there; and another hospital for now.
        ({"pathway": "P2", "destination_code": "85"}, True),
        ({"pathway": "P3", "destination_code": "53"}, True),
        ({"destination": "p3_care_home_new", "destination_code": "51"}, True),
        ({"pathway": "P3"}, True),
    ],
)
def test_the_discharge_to_a_new_care_home_ends_the_stay_in_the_old_one(
    discharge: dict[str, str], *, lives_there: bool
) -> None:
    told = back_from_hospital(**discharge)
    assert told.journey().stays["T1"].goes_on is lives_there
    assert (responsible(told, "2026-02-20 12:00") == "oak") is lives_there


def test_the_move_may_be_told_before_the_discharge() -> None:
    told = resident()
    told.admitted("2026-02-10 10:00", spell_id="S2", admission_method="21")
    told.tell("referral-made", "2026-02-12 10:00", **ASKED)
    told.tell("centre-admitted", "2026-02-20 09:00", stay_id="T2", service="elm", referral_id="R2")
    told.discharged("2026-02-20 10:00", spell_id="S2", destination="p3_care_home_new")
    stays = told.journey().stays
    assert (stays["T1"].goes_on, stays["T2"].goes_on) == (False, True)
    assert responsible(told, "2026-02-20 12:00") == "elm"


def test_nobody_asks_the_old_home_for_an_owner() -> None:
    told = back_from_hospital(destination="p3_care_home_new")
    waits = {wait.id for wait in told.assessed("2026-02-22 12:00").waits if wait.state != "stopped"}
    assert "owner_named" not in waits
    told.tell("centre-admitted", "2026-02-23 10:00", stay_id="T2", service="elm", referral_id="R2")
    told.tell("referral-made", "2026-02-23 12:00", **ASKED)
    assert responsible(told, "2026-02-23 12:00") == "elm"


def discharged_to(kind: str, **discharge: str) -> Told:
    told = Told()
    told.admitted("2026-02-01 10:00", **SECOND)
    told.reviewed("2026-02-05 09:00", meets=False, **SECOND)
    told.tell("referral-made", "2026-02-05 10:00", referral_id="R1", kind=kind, service="oak",
              **SECOND)  # fmt: skip
    told.discharged("2026-02-06 10:00", **SECOND, **discharge)
    return told


@pytest.mark.parametrize(
    ("kind", "discharge", "begun"),
    [
        ("mental_health_bed", {"destination_code": "53"}, True),
        ("mental_health_bed", {"pathway": "P2", "destination_code": "53"}, True),
        ("mental_health_bed", {"destination_code": "50"}, True),
        ("mental_health_bed", {"destination_code": "51"}, False),
        ("mental_health_bed", {"destination_code": "88"}, False),
        ("hospice_bed", {"destination_code": "88"}, True),
        ("hospice_bed", {"destination": "p2_bed", "destination_code": "88"}, True),
        ("fast_track_chc", {"destination_code": "88"}, True),
        ("hospice_bed", {"destination_code": "53"}, False),
        ("rehabilitation_bed", {"destination_code": "88"}, False),
        ("care_home", {"pathway": "P3", "destination_code": "85"}, True),
        ("care_home", {"destination": "p3_care_home_new", "destination_code": "19"}, True),
        ("care_home", {"destination_code": "85"}, False),
        ("care_home", {"pathway": "P2", "destination_code": "85"}, False),
        ("care_home", {"destination": "p0_care_home_return", "destination_code": "85"}, False),
    ],
)
def test_the_national_code_shows_that_the_bed_is_taken_up(
    kind: str, discharge: dict[str, str], *, begun: bool
) -> None:
    told = discharged_to(kind, **discharge)
    referral = told.journey().referrals["R1"]
    assert (referral.started is not None) is begun
    waiting = {w.id for w in told.assessed("2026-02-06 11:00").waits if w.state != "stopped"}
    assert not (begun and waiting & {STARTS[kind], "referral_response"})


def test_the_move_may_be_told_later() -> None:
    told = discharged_to("mental_health_bed", destination_code="53")
    told.tell("centre-admitted", "2026-02-06 12:00", stay_id="T1", service="oak")
    stay = told.journey().stays["T1"]
    assert (stay.kind, stay.referral_id) == ("mental_health_bed", "R1")
