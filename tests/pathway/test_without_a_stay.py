"""Who is in a centre, or whose care at home was given up, and has never been in hospital, has one
owner, and somebody is to be asked in the place of who gave the care up (issue: "one person, one
owner")."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

P1 = {"package_id": "P1"}
NOW = "2026-02-20 10:00"
OWNERS = ("owner_named", "owner_cover", "owner_follows", "service_asked", "care_arranged")


def in_a_centre() -> Told:
    told = Told()
    told.tell("centre-admitted", "2026-02-01 10:00", stay_id="T1", service="slic")
    return told


def cared_for() -> Told:
    told = Told()
    told.tell("care-package-requested", "2026-01-06 11:00", **P1, kind="new", service="acme")
    told.tell("first-visit-completed", "2026-01-07 12:00", **P1)
    return told


def given_up(reason: str = "provider_withdrew") -> Told:
    told = cared_for()
    told.tell("care-package-ended", "2026-02-01 10:00", **P1, reason=reason)
    return told


def waits(told: Told, when: str = NOW) -> list[tuple[str, str, Any]]:
    """Of the owner, and of care that is to be arranged: which, about what, and who acts."""
    found = told.assessed(when).open_waits
    return [(wait.id, wait.about, wait.acts_next) for wait in found if wait.id in OWNERS]


def assigned(told: Told, when: str, name: str = "c1") -> None:
    told.tell("coordinator-assigned", when, organisation="LCC", coordinator=name)


def test_who_is_in_a_centre_needs_an_owner_whom_the_centre_names() -> None:
    told = in_a_centre()
    (wait,) = [each for each in told.assessed(NOW).open_waits if each.id == "owner_named"]
    assert (wait.about, wait.starts_at) == ("person", at("2026-02-01 10:00"))
    assert wait.acts_next == ("slic", "service")
    assert told.assessed(NOW).stage.coordinator_known is False
    assigned(told, "2026-02-02 10:00")
    assert waits(told) == []
    assert told.wait("owner_named", NOW).ended == "done"
    assert told.assessed(NOW).stage.coordinator_known is True


def test_who_has_left_the_centre_for_home_needs_none() -> None:
    told = in_a_centre()
    told.tell("centre-discharged", "2026-02-10 10:00", stay_id="T1", destination="home")
    assert waits(told) == []
    assert told.wait("owner_named", NOW).ended == "cancelled"


def test_an_owner_who_is_away_from_somebody_in_a_centre_has_the_centre_act() -> None:
    told = in_a_centre()
    assigned(told, "2026-02-02 10:00")
    told.tell("coordinator-off-duty", "2026-02-03 10:00", coordinator="c1")
    assert waits(told) == [("owner_cover", "person", ("slic", "service"))]


def test_another_centre_is_another_organisation_to_answer_for() -> None:
    told = in_a_centre()
    told.tell("coordinator-assigned", "2026-02-02 10:00", organisation="LCC", coordinator="c1")
    told.tell("centre-discharged", "2026-02-10 10:00", stay_id="T1", destination="another_centre")
    told.tell("centre-admitted", "2026-02-10 12:00", stay_id="T2", service="north-centre")
    assert waits(told) == [("owner_follows", "person", ("north-centre", "service"))]


def test_a_stay_in_hospital_takes_over() -> None:
    told = in_a_centre()
    told.admitted("2026-02-10 10:00")
    assert waits(told) == []
    told.in_spell("pathway-decided", "2026-02-11 10:00", pathway="P1", status="likely")
    assert waits(told) == [("owner_named", "RR8:S1", (None, "care_transfer_hub"))]


@pytest.mark.parametrize("pathway", [{}, {"pathway": "P0"}], ids=str)
def test_who_comes_to_a_centre_long_after_a_stay_on_no_such_pathway_needs_an_owner(
    pathway: dict[str, str],
) -> None:
    told = Told()
    told.admitted("2025-01-05 10:00")
    told.discharged("2025-01-07 10:00", **pathway)
    told.tell("centre-admitted", "2026-02-01 10:00", stay_id="T1", service="slic")
    assert waits(told) == [("owner_named", "RR8:S1", (None, "care_transfer_hub"))]
    told.tell("centre-discharged", "2026-02-10 10:00", stay_id="T1", destination="home")
    assert waits(told) == []


def test_care_that_was_given_up_is_to_be_arranged_by_somebody_and_needs_an_owner() -> None:
    told = given_up()
    view = told.assessed(NOW)
    since = {wait.id: wait.starts_at for wait in view.open_waits}
    assert since == dict.fromkeys(("owner_named", "care_arranged"), at("2026-02-01 10:00"))
    assert waits(told) == [
        ("owner_named", "person", (None, "care_transfer_hub")),
        ("care_arranged", "person", (None, "case_manager")),
    ]
    assert view.stage.responsible == "acme"


@pytest.mark.parametrize("reason", ["goals_met", "long_term_care_at_home", "moved_to_care_home"])
def test_care_that_ended_for_a_reason_that_needs_nobody_is_not_missed(reason: str) -> None:
    assert waits(given_up(reason)) == []


def test_an_owner_is_needed_until_somebody_comes() -> None:
    told = given_up()
    told.tell("care-package-requested", "2026-02-02 10:00", package_id="P2", kind="new",
              service="beta")  # fmt: skip
    assert [wait for wait, *_ in waits(told)] == ["owner_named"]
    told.tell("first-visit-completed", "2026-02-04 10:00", package_id="P2")
    assert waits(told) == []
    told.tell("care-package-ended", "2026-02-10 10:00", package_id="P2", reason="goals_met")
    assert waits(told) == []


def test_who_was_asked_and_refuses_leaves_nobody_asked_again() -> None:
    told = given_up()
    told.tell("referral-made", "2026-02-02 10:00", referral_id="R1", kind="home_care",
              service="beta")  # fmt: skip
    assert [wait for wait, *_ in waits(told)] == ["owner_named"]
    told.tell("referral-rejected", "2026-02-03 10:00", referral_id="R1", reason="no_capacity")
    assert {wait for wait, *_ in waits(told)} == {"owner_named", "care_arranged"}
    assert told.wait("care_arranged", NOW, 2).starts_at == at("2026-02-03 10:00")


def test_what_was_handed_back_and_runs_still_needs_an_owner_and_its_provider_names_one() -> None:
    told = cared_for()
    told.tell("care-package-handed-back", "2026-02-01 10:00", **P1, reason="staffing",
              care_until="2026-03-01T10:00:00Z")  # fmt: skip
    assert waits(told) == [("owner_named", "person", ("acme", "service"))]
    told.tell("care-package-confirmed", "2026-02-02 10:00", **P1, service="beta")
    assert waits(told) == []


def test_who_goes_to_a_centre_instead_is_not_looked_for() -> None:
    told = given_up()
    told.tell("centre-admitted", "2026-02-03 10:00", stay_id="T1", service="slic")
    assert waits(told) == [("owner_named", "person", ("slic", "service"))]
    told.tell("centre-discharged", "2026-02-10 10:00", stay_id="T1", destination="home")
    assert waits(told) == []


def test_other_care_that_goes_on_leaves_nobody_alone() -> None:
    told = given_up()
    told.tell("first-visit-completed", "2026-01-20 10:00", package_id="P2")
    assert waits(told) == []


def test_while_the_person_is_being_assessed_nobody_else_is_asked() -> None:
    told = given_up()
    told.tell("assessment-referred", "2026-02-01 12:00", assessment_id="A1", service="social-work")
    assert [wait for wait, *_ in waits(told)] == ["owner_named"]


def test_a_stay_in_hospital_ends_it() -> None:
    told = given_up()
    told.admitted("2026-02-10 10:00")
    assert waits(told) == []
    assert told.wait("care_arranged", NOW).ended == "cancelled"


def test_who_declined_whoever_was_asked_then_needs_nobody() -> None:
    told = given_up()
    told.tell("referral-made", "2026-02-02 10:00", referral_id="R1", kind="home_care",
              service="beta")  # fmt: skip
    told.tell("referral-rejected", "2026-02-03 10:00", referral_id="R1", reason="person_declined")
    assert waits(told) == []
