"""Discharged to a bed that was asked for, of which its service tells nothing, as most care homes
do: it has the person from the discharge on (domain.md 2.2, 4.1, 12.1)."""

import pytest

from tests.pathway.told import Told

IN_HOME = {"pathway": "P3", "destination": "p3_care_home_new"}
LATER = "2026-01-12 12:00"


def leaving(**asked: str) -> Told:
    """Ready to leave on pathway 3, with a place in the care home "oak" asked for."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 10:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 11:00", pathway="P3", status="confirmed")
    told.tell("referral-made", "2026-01-06 12:00",
              **{"referral_id": "R1", "kind": "care_home", "service": "oak", **asked})  # fmt: skip
    return told


def resident(**discharge: str) -> Told:
    told = leaving()
    told.tell("referral-accepted", "2026-01-07 12:00", referral_id="R1", service="oak")
    told.discharged("2026-01-08 15:00", **(discharge or IN_HOME))
    return told


def has(told: Told, now: str = LATER) -> str | None:
    return told.assessed(now).stage.responsible


def placed(told: Told, now: str = LATER) -> list[tuple[str, str]]:
    return [(each.service, each.state) for each in told.assessed(now).placements]


def told_to(told: Told, now: str) -> set[tuple[str, str, str]]:
    told.advance(now)
    return {(each.wait, each.about, str(each.cause)) for each in told.alerts.values()
            if each.kind == "notice"}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "discharge"),
    [
        ("care_home", IN_HOME),
        ("care_home", {"pathway": "P3", "destination_code": "54"}),
        ("care_home", {"pathway": "P3", "destination_code": "65"}),
        ("hospice_bed", {"pathway": "P3", "destination_code": "88"}),
        ("mental_health_bed", {"pathway": "P2", "destination_code": "53"}),
    ],
)
def test_whose_bed_it_is_has_the_person_and_names_an_owner(
    kind: str, discharge: dict[str, str]
) -> None:
    told = leaving(kind=kind)
    told.discharged("2026-01-08 15:00", **discharge)
    view = told.assessed("2026-01-08 16:00")
    assert view.stage.responsible == "oak"
    assert "owner_named" in {wait.id for wait in view.open_waits}
    assert placed(told) == [("oak", "staying")]
    told.tell("coordinator-assigned", "2026-01-08 17:00", organisation="VM1", coordinator="c1",
              service="oak")  # fmt: skip
    assert "owner_named" not in {wait.id for wait in told.assessed(LATER).open_waits}


def test_back_in_hospital_the_home_is_told_and_hears_of_a_death_there() -> None:
    told = resident()
    told.admitted("2026-01-20 10:00", spell_id="S2", admission_method="21")
    assert told_to(told, "2026-01-20 11:00") == {("stand_down", "oak", "readmitted")}
    told.tell("patient-died", "2026-01-21 10:00")
    assert ("stand_down", "oak", "died") in told_to(told, "2026-01-21 11:00")
    assert placed(told, "2026-01-21 11:00") == [("oak", "left")]


@pytest.mark.parametrize("accepted", [(), ("R1",), ("R1", "R2")])
def test_of_two_homes_the_one_that_accepted_and_of_two_that_did_nobody_knows(
    accepted: tuple[str, ...],
) -> None:
    told = leaving()
    told.tell("referral-made", "2026-01-06 13:00", referral_id="R2", kind="care_home",
              service="elm")  # fmt: skip
    for referral in accepted:
        told.tell("referral-accepted", "2026-01-07 12:00", referral_id=referral)
    told.discharged("2026-01-08 15:00", **IN_HOME)
    assert has(told) == ("oak" if accepted == ("R1",) else None)


def test_fast_track_beside_a_home_pays_and_has_nobody() -> None:
    told = leaving()
    told.tell("referral-made", "2026-01-06 13:00", referral_id="R2", kind="fast_track_chc",
              service="chc-team")  # fmt: skip
    told.discharged("2026-01-08 15:00", pathway="P3", destination="p3_care_home_eol")
    assert has(told) == "oak"


@pytest.mark.parametrize("named", [{}, {"referral_id": "R1"}])
def test_a_stay_that_is_told_after_all_is_the_same_one(named: dict[str, str]) -> None:
    told = resident()
    told.tell("centre-admitted", "2026-01-08 17:00", stay_id="T1", service="oak", **named)
    assert (has(told), placed(told)) == ("oak", [("oak", "staying")])
    told.tell("centre-discharged", "2026-02-01 10:00", stay_id="T1", destination="home")
    assert has(told, "2026-02-02 10:00") is None
    assert placed(told, "2026-02-02 10:00") == [("oak", "left")]


def test_a_handover_that_nobody_has_answered_leaves_nobody_waiting_for_care() -> None:
    told = leaving()
    told.tell("handover-sent", "2026-01-08 12:00", handover_id="V1", to_service="oak")
    told.discharged("2026-01-08 15:00", **IN_HOME)
    assert told.assessed("2026-01-08 16:00").stage.stage == "follow_up"


AWAY = "2026-01-20 10:00"
BACK = "2026-01-25 10:00"


@pytest.mark.parametrize(
    ("discharge", "who"),
    [
        ({"pathway": "P0", "destination": "p0_care_home_return"}, "oak"),
        ({"pathway": "P0", "destination_code": "19"}, "oak"),
        ({"pathway": "P0", "destination": "p0_home"}, None),
        (IN_HOME, "elm"),
    ],
)
def test_who_lives_there_comes_back_unless_they_go_elsewhere(
    discharge: dict[str, str], who: str | None
) -> None:
    told = resident()
    told.admitted(AWAY, spell_id="S2", admission_method="21")
    assert has(told, "2026-01-20 11:00") == "RR8"
    told.tell("referral-made", "2026-01-22 10:00", referral_id="R2", kind="care_home",
              service="elm")  # fmt: skip
    if who != "elm":
        told.tell("referral-withdrawn", "2026-01-23 10:00", referral_id="R2",
                  reason="no_longer_needed")  # fmt: skip
    told.discharged(BACK, spell_id="S2", **discharge)
    assert has(told, "2026-01-26 10:00") == who


def test_a_bed_in_which_nobody_lives_is_left_with_the_next_stay_in_hospital() -> None:
    """As on the ward of a mental health trust that tells of the stay itself."""
    told = leaving(kind="mental_health_bed", service="becklin")
    told.discharged("2026-01-08 18:00", destination_code="53", pathway="P2")
    told.admitted("2026-01-08 19:30", provider="RGD", spell_id="M1", admission_method="81")
    assert placed(told) == [("becklin", "left")]
    told.discharged("2026-01-20 14:00", provider="RGD", spell_id="M1", destination_code="19")
    assert has(told, "2026-01-20 15:00") is None


@pytest.mark.parametrize(
    ("kind", "home"), [("rehabilitation_bed", "oak"), ("care_home", None), ("hospice_bed", "oak")]
)
def test_a_short_stay_elsewhere_leaves_the_home_and_another_home_does_not(
    kind: str, home: str | None
) -> None:
    told = resident()
    told.tell("referral-made", "2026-01-10 10:00", referral_id="R2", kind=kind, service="elm")
    told.tell("centre-admitted", "2026-01-12 10:00", stay_id="T1", service="elm", referral_id="R2")
    assert has(told) == "elm"
    told.tell("centre-discharged", "2026-01-20 10:00", stay_id="T1", destination="care_home")
    assert has(told, "2026-01-21 10:00") == home


def test_whoever_left_a_centre_for_a_home_is_in_it() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-08 15:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    told.tell("referral-made", "2026-01-09 10:00", referral_id="R1", kind="care_home",
              service="oak")  # fmt: skip
    told.tell("centre-discharged", "2026-01-11 10:00", stay_id="T1", destination="care_home")
    assert has(told) == "oak"


@pytest.mark.parametrize(("now", "who"), [("2026-04-08 23:00", "oak"), ("2026-04-09 00:00", None)])
def test_no_event_need_tell_that_they_left_day_91_is_its_end(now: str, who: str | None) -> None:
    assert has(resident(), now) == who


def test_a_referral_taken_back_ends_it_and_a_visit_after_that_is_care_again() -> None:
    told = resident()
    told.tell("referral-withdrawn", "2026-01-10 10:00", referral_id="R1", reason="person_declined")
    assert (has(told), placed(told)) == (None, [("oak", "left")])
    told.tell("first-visit-completed", "2026-01-11 10:00", referral_id="R1", service="oak")
    assert has(told) == "oak"
