"""Whether somebody was asked to care for a person on pathway 1 to 3, and what shows it."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

NOW = "2026-01-20 09:00"


def discharged(pathway: str = "P1", **data: object) -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway=pathway, status="confirmed")
    told.discharged("2026-01-08 16:00", **data)
    return told


def waits_for_care(told: Told) -> bool:
    view = told.assessed(NOW)
    waits = any(wait.id == "care_arranged" for wait in view.open_waits)
    assert waits is (view.stage.stage == "discharged_waiting_for_start" and not view.stage.service)
    return waits


def test_a_person_discharged_for_whom_nobody_was_asked_waits_and_the_hospital_has_them() -> None:
    told = discharged()
    stage = told.assessed(NOW).stage
    assert waits_for_care(told)
    assert (stage.responsible, stage.since) == ("RR8", at("2026-01-08 16:00"))


@pytest.mark.parametrize(
    ("pathway", "gone_to"),
    [
        ("P0", {}),
        ("P1", {"destination": "p1_care_home_return_more"}),
        ("P3", {"destination": "p3_care_home_new"}),
        ("P3", {"destination_code": "85"}),
        ("P2", {"destination_code": "51"}),
    ],
)
def test_nobody_has_to_be_asked_where_somebody_cares(pathway: str, gone_to: dict[str, str]) -> None:
    assert not waits_for_care(discharged(pathway, **gone_to))


@pytest.mark.parametrize(
    ("destination", "pathway", "waits"),
    [
        ("p0_home", "P0", False),
        ("p1_home_reablement", "P1", True),
        ("p1_home_other_support", "P1", True),
        ("p1_care_home_return_more", "P1", False),
        ("p2_bed", "P2", True),
        ("p3_care_home_new", "P3", False),
    ],
)
def test_a_discharge_that_names_only_a_destination_names_its_pathway(
    destination: str, pathway: str, *, waits: bool
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P2", status="likely")
    told.discharged("2026-01-08 16:00", destination=destination)
    assert told.assessed(NOW).stage.pathway == pathway
    assert waits_for_care(told) is waits


def test_what_the_hub_confirmed_is_not_undone_by_a_destination() -> None:
    told = discharged("P2", destination="p1_home_reablement")
    assert told.assessed(NOW).stage.pathway == "P2"


@pytest.mark.parametrize(
    "kind", ["equipment", "housing", "care_transfer_hub", "health_visiting", "early_years", "other"]
)
def test_what_brings_nobody_who_cares_is_not_enough(kind: str) -> None:
    told = discharged()
    told.tell("referral-made", "2026-01-09 09:00", referral_id="R1", kind=kind)
    assert any(wait.id == "care_arranged" for wait in told.assessed(NOW).open_waits)


def test_something_else_arranges_care_once_somebody_visits() -> None:
    """While it is asked for nobody would notice that it does not come."""
    told = discharged()
    told.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="other", service="s")
    told.tell("referral-accepted", "2026-01-08 13:00", referral_id="R1", service="s")
    stage = told.assessed(NOW).stage
    assert waits_for_care(told)
    assert (stage.next_step, stage.responsible) == ("care_arranged", "RR8")
    told.tell("first-visit-completed", "2026-01-19 13:00", referral_id="R1", service="s")
    assert not waits_for_care(told)


@pytest.mark.parametrize(
    ("reason", "waits"),
    [
        ("goals_met", False),
        ("person_declined", False),
        ("provider_withdrew", True),
        ("other", True),
    ],
)
def test_why_a_package_that_never_began_ended_says_whether_somebody_is_asked_again(
    reason: str, *, waits: bool
) -> None:
    told = discharged()
    told.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new")
    told.tell("care-package-ended", "2026-01-10 12:00", package_id="P1", reason=reason)
    assert waits_for_care(told) is waits


@pytest.mark.parametrize(
    ("reason", "waits"), [("goals_met", False), ("provider_withdrew", True), ("other", False)]
)
def test_care_that_was_given_is_asked_for_again_only_where_it_was_given_up(
    reason: str, *, waits: bool
) -> None:
    told = discharged()
    told.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new")
    told.tell("first-visit-completed", "2026-01-09 12:00", package_id="P1")
    told.tell("care-package-ended", "2026-01-12 12:00", package_id="P1", reason=reason)
    assert waits_for_care(told) is waits


@pytest.mark.parametrize(
    ("why", "waits"),
    [
        ({}, True),
        ({"reason": "other"}, True),
        ({"reason": "readmitted"}, True),
        ({"reason": "goals_met"}, False),
        ({"reason": "person_declined"}, False),
    ],
)
@pytest.mark.parametrize("taken_on", [False, True])
def test_care_that_was_handed_back_to_nobody_and_then_ended_was_given_up(
    why: dict[str, str], *, waits: bool, taken_on: bool
) -> None:
    told = discharged()
    told.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new")
    told.tell("first-visit-completed", "2026-01-09 12:00", package_id="P1", service="acme")
    told.tell("care-package-handed-back", "2026-01-12 12:00", package_id="P1", reason="staffing")
    if taken_on:
        told.tell("care-package-confirmed", "2026-01-13 12:00", package_id="P1")
    told.tell("care-package-ended", "2026-01-14 12:00", package_id="P1", **why)
    assert waits_for_care(told) is (waits and not taken_on)
    if waits and not taken_on:
        assert told.wait("care_arranged", NOW).starts_at == at("2026-01-14 12:00")


def test_what_was_said_last_decides() -> None:
    told = discharged()
    told.tell("referral-made", "2026-01-08 11:00", referral_id="R1", kind="reablement")
    told.tell("referral-made", "2026-01-08 11:30", referral_id="R2", kind="home_care")
    told.tell("referral-withdrawn", "2026-01-09 09:00", referral_id="R1", reason="person_declined")
    told.tell("referral-rejected", "2026-01-09 10:00", referral_id="R2", reason="no_capacity")
    assert told.wait("care_arranged", NOW).starts_at == at("2026-01-09 10:00")


def test_a_handover_is_asked_for_until_it_is_refused() -> None:
    told = discharged()
    told.tell("handover-sent", "2026-01-08 15:00", handover_id="V1", to_service="home-help")
    assert told.waits("care_arranged", NOW) == []
    assert told.assessed(NOW).stage.stage == "discharged_waiting_for_start"
    told.tell("handover-rejected", "2026-01-09 09:00", handover_id="V1", reason="no_capacity")
    assert waits_for_care(told)


def test_an_offer_after_an_earlier_stay_that_nobody_answered_is_nobody_who_was_asked() -> None:
    told = discharged()
    told.tell("handover-sent", "2026-01-08 15:00", handover_id="V1", to_service="home-help")
    told.admitted("2026-01-10 10:00", spell_id="S2")
    told.reviewed("2026-01-11 09:00", meets=False, spell_id="S2")
    told.in_spell("pathway-decided", "2026-01-11 10:00", spell_id="S2", pathway="P1",
                  status="confirmed")  # fmt: skip
    told.discharged("2026-01-12 16:00", spell_id="S2")
    assert waits_for_care(told)


def test_at_home_care_from_before_the_stay_is_enough_for_its_provider_is_waited_for() -> None:
    told = discharged("P0")
    told.tell("care-package-requested", "2026-01-08 17:00", package_id="P1", kind="new")
    told.tell("first-visit-completed", "2026-01-09 12:00", package_id="P1")
    told.admitted("2026-01-10 10:00", spell_id="S2")
    told.reviewed("2026-01-11 09:00", meets=False, spell_id="S2")
    told.in_spell("pathway-decided", "2026-01-11 10:00", spell_id="S2", pathway="P1",
                  status="confirmed")  # fmt: skip
    assert told.waits("service_asked", NOW)
    told.discharged("2026-01-12 16:00", spell_id="S2")
    assert told.waits("care_arranged", NOW) == []
    assert [each.about for each in told.waits("package_resume", NOW)] == ["P1"]


def test_the_hub_acts_in_hospital_and_the_owners_organisation_at_home() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("referred-to-care-transfer-hub", "2026-01-07 10:00", hub="leeds-hub")
    told.tell("coordinator-assigned", "2026-01-07 11:00", organisation="NX1", coordinator="c1")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P1", status="confirmed")
    asked = told.wait("service_asked", "2026-01-08 11:00")
    assert asked.acts_next == ("leeds-hub", "care_transfer_hub")
    told.discharged("2026-01-08 16:00")
    assert told.wait("care_arranged", NOW).acts_next == ("NX1", "case_manager")


def in_a_centre() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P2", status="confirmed")
    told.tell("referral-made", "2026-01-08 11:00", referral_id="R1", kind="rehabilitation_bed",
              service="slic")  # fmt: skip
    told.tell("handover-sent", "2026-01-08 12:00", handover_id="V1", to_service="slic")
    told.tell("handover-accepted", "2026-01-08 13:00", handover_id="V1")
    told.discharged("2026-01-08 16:00", destination_code="54")
    told.tell("centre-admitted", "2026-01-08 17:00", stay_id="T1", referral_id="R1",
              service="slic")  # fmt: skip
    return told


@pytest.mark.parametrize(
    ("destination", "waits"),
    [
        ("home", False),
        ("home_with_support", True),
        ("extra_care", False),
        ("care_home", False),
        ("another_centre", True),
        ("hospital", True),
        ("hospice", False),
        ("other", False),
    ],
)
def test_a_centre_that_sends_somebody_on_to_be_cared_for_leaves_somebody_to_ask(
    destination: str, *, waits: bool
) -> None:
    told = in_a_centre()
    told.tell("centre-discharged", "2026-01-14 10:00", stay_id="T1", destination=destination)
    assert waits_for_care(told) is waits
    stage = told.assessed(NOW).stage
    assert stage.responsible == ("slic" if waits else None)
    if waits:
        assert told.wait("care_arranged", NOW).starts_at == at("2026-01-14 10:00")


HOME_CARE: dict[str, Any] = {"referral_id": "R2", "kind": "home_care", "service": "acme"}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("care-package-requested", {"package_id": "P1", "kind": "new", "service": "acme"}),
        ("referral-made", HOME_CARE),
        ("handover-sent", {"handover_id": "V2", "to_service": "acme"}),
        ("assessment-referred", {"assessment_id": "A1", "service": "leeds-assess"}),
    ],
)
@pytest.mark.parametrize("asked_at", ["2026-01-13 10:00", "2026-01-15 10:00"])
def test_who_is_asked_to_go_on_after_the_centre_is_enough(
    kind: str, data: dict[str, Any], asked_at: str
) -> None:
    told = in_a_centre()
    told.tell(kind, asked_at, **data)
    told.tell(
        "centre-discharged", "2026-01-14 10:00", stay_id="T1", destination="home_with_support"
    )
    waits = [wait.ended for wait in told.waits("care_arranged", NOW)]
    assert [ended for ended in waits if ended is None] == []


PACKAGE: dict[str, Any] = {"package_id": "P1", "kind": "new", "service": "acme"}
CARE = ("referral-made", HOME_CARE)
REFUSED = ("referral-rejected", {"referral_id": "R2", "reason": "no_capacity"})
DECLINED = ("referral-rejected", {"referral_id": "R2", "reason": "person_declined"})
ASKED_AS_A_PACKAGE = ("care-package-requested", PACKAGE)
VISITED = ("first-visit-completed", {"package_id": "P1"})


def ended(reason: str) -> tuple[str, dict[str, str]]:
    return "care-package-ended", {"package_id": "P1", "reason": reason}


def taken_back(reason: str) -> tuple[str, dict[str, str]]:
    return "referral-withdrawn", {"referral_id": "R2", "reason": reason}


@pytest.mark.parametrize(
    ("steps", "waits"),
    [
        ([], False),
        ([CARE, REFUSED], True),
        ([CARE, DECLINED], False),
        ([CARE, REFUSED, taken_back("no_longer_needed")], False),
        ([CARE, taken_back("other_service")], True),
        ([CARE, REFUSED, ASKED_AS_A_PACKAGE], False),
        ([ASKED_AS_A_PACKAGE, ended("provider_withdrew")], True),
        ([ASKED_AS_A_PACKAGE, ended("other")], True),
        ([ASKED_AS_A_PACKAGE, ended("moved_to_care_home")], False),
        ([ASKED_AS_A_PACKAGE, VISITED, ended("provider_withdrew")], True),
        ([ASKED_AS_A_PACKAGE, VISITED, ended("other")], False),
        (
            [
                ("handover-sent", {"handover_id": "V2", "to_service": "acme"}),
                ("handover-rejected", {"handover_id": "V2", "reason": "no_capacity"}),
            ],
            True,
        ),
        ([("referral-made", HOME_CARE | {"kind": "equipment"}), REFUSED], False),
    ],
)
@pytest.mark.parametrize("left_on", [14, 9], ids=["refused there", "or once they had left"])
def test_care_refused_in_a_centre_that_does_not_say_where_it_sent_them_is_somebody_to_ask(
    steps: list[tuple[str, dict[str, Any]]], *, waits: bool, left_on: int
) -> None:
    told = in_a_centre()
    for day, (kind, data) in enumerate(steps, start=9):
        told.tell(kind, f"2026-01-{day:02} 11:00", **data)
    told.tell("centre-discharged", f"2026-01-{left_on:02} 12:00", stay_id="T1")
    assert waits_for_care(told) is waits
    if waits:
        last = max(at(f"2026-01-{left_on:02} 12:00"), told.events[-2].time)
        assert told.wait("care_arranged", NOW).starts_at == last


def test_of_several_beds_asked_for_another_ones_refusal_is_nothing_that_is_missed() -> None:
    told = in_a_centre()
    told.tell("referral-made", "2026-01-08 15:00", **HOME_CARE | {"kind": "rehabilitation_bed"})
    told.tell("referral-rejected", "2026-01-10 10:00", referral_id="R2", reason="no_capacity")
    told.tell("centre-discharged", "2026-01-14 12:00", stay_id="T1")
    assert not waits_for_care(told)


def test_what_was_refused_before_the_centre_took_them_is_past() -> None:
    told = in_a_centre()
    told.tell("referral-made", "2026-01-08 14:00", **HOME_CARE)
    told.tell("referral-rejected", "2026-01-08 16:30", referral_id="R2", reason="no_capacity")
    told.tell("centre-discharged", "2026-01-14 12:00", stay_id="T1")
    assert not waits_for_care(told)


def test_a_refusal_before_the_centre_sent_them_on_settles_nothing() -> None:
    told = in_a_centre()
    told.tell("referral-made", "2026-01-12 10:00", **HOME_CARE)
    told.tell("referral-withdrawn", "2026-01-13 10:00", referral_id="R2", reason="person_declined")
    told.tell(
        "centre-discharged", "2026-01-14 10:00", stay_id="T1", destination="home_with_support"
    )
    assert waits_for_care(told)


def test_care_that_was_over_when_the_centre_sent_them_on_is_not_enough() -> None:
    told = in_a_centre()
    told.tell("care-package-requested", "2026-01-12 10:00", package_id="P1", kind="new")
    told.tell("first-visit-completed", "2026-01-13 10:00", package_id="P1")
    told.tell("care-package-ended", "2026-01-13 18:00", package_id="P1", reason="goals_met")
    told.tell(
        "centre-discharged", "2026-01-14 10:00", stay_id="T1", destination="home_with_support"
    )
    assert waits_for_care(told)


def test_the_last_centre_says_whether_somebody_is_needed() -> None:
    told = in_a_centre()
    told.tell("centre-discharged", "2026-01-10 10:00", stay_id="T1", destination="another_centre")
    told.tell("centre-admitted", "2026-01-10 15:00", stay_id="T2", service="north-centre")
    assert told.wait("care_arranged", NOW).ended == "done"
    told.tell("centre-discharged", "2026-01-14 10:00", stay_id="T2", destination="home")
    assert not waits_for_care(told)


def test_who_went_back_to_hospital_from_the_centre_waits_for_nobody_once_there() -> None:
    told = in_a_centre()
    told.tell("centre-discharged", "2026-01-14 10:00", stay_id="T1", destination="hospital")
    told.admitted("2026-01-14 11:00", spell_id="S2", admission_method="21")
    assert told.assessed(NOW).stage.stage == "in_hospital"
    assert told.wait("care_arranged", NOW).ended == "cancelled"


@pytest.mark.parametrize("kind", ["restart", "new", "increased"])
@pytest.mark.parametrize("stay", [{}, {"provider": "RR8", "spell_id": "S2"}], ids=["", "named"])
def test_what_ended_before_this_stay_and_is_asked_for_again_is_waited_for(
    kind: str, stay: dict[str, str]
) -> None:
    """That its identifier is used again is a finding; nobody is forgotten for it."""
    told = Told()
    told.admitted("2026-01-01 08:00")
    told.discharged("2026-01-03 09:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-03 12:00", package_id="P1")
    told.tell("care-package-ended", "2026-01-20 10:00", package_id="P1", reason="goals_met")
    told.admitted("2026-02-01 08:00", spell_id="S2")
    told.tell("care-package-requested", "2026-02-02 12:00", package_id="P1", kind=kind, **stay)
    told.discharged("2026-02-03 09:00", pathway="P1", spell_id="S2")
    view = told.assessed("2026-02-03 12:00")
    assert "package_start" in {wait.id for wait in view.open_waits}
    assert "event_after_care_ended" in {finding.rule for finding in view.findings}


def test_care_that_is_to_be_arranged_anew_names_the_refusal_and_the_discharge() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-08 11:00", referral_id="R1", kind="home_care",
              service="acme")  # fmt: skip
    left = told.discharged("2026-01-08 16:00", pathway="P1")
    refused = told.tell("referral-rejected", "2026-01-09 10:00", referral_id="R1",
                        reason="no_capacity")  # fmt: skip
    wait = told.wait("care_arranged", NOW)
    assert wait.started_by == (refused.identity, left.identity)


def lives_in_a_care_home() -> Told:
    """Since January, after a first stay in hospital; in hospital again, ready on the 21st."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-06 09:00", referral_id="R1", kind="care_home",
              service="home-x")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P3")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="home-x",
              referral_id="R1")  # fmt: skip
    told.admitted("2026-02-20 12:00", spell_id="S2")
    told.in_spell("criteria-to-reside-assessed", "2026-02-21 08:00", spell_id="S2", meets=False)
    return told


def open_waits(told: Told, now: str) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits}


@pytest.mark.parametrize("pathway", ["P1", "P2", "P3"])
def test_for_who_lives_in_a_care_home_and_needs_more_somebody_has_to_be_asked(pathway: str) -> None:
    told = lives_in_a_care_home()
    told.in_spell("pathway-decided", "2026-02-21 09:00", spell_id="S2", pathway=pathway,
                  status="confirmed")  # fmt: skip
    assert "service_asked" in open_waits(told, "2026-02-22 09:00")
    told.discharged("2026-02-22 12:00", spell_id="S2", destination_code="19")
    assert "care_arranged" in open_waits(told, "2026-02-22 13:00")


def test_nobody_has_to_be_asked_for_who_goes_back_there_without_more() -> None:
    told = lives_in_a_care_home()
    told.discharged("2026-02-22 12:00", spell_id="S2", pathway="P0", destination_code="19")
    assert "care_arranged" not in open_waits(told, "2026-02-22 13:00")


def test_who_leaves_a_centre_for_home_with_support_is_not_with_the_home_they_lived_in() -> None:
    told = lives_in_a_care_home()
    told.tell("referral-made", "2026-02-21 09:00", referral_id="R2", kind="rehabilitation_bed",
              service="centre-a")  # fmt: skip
    told.discharged("2026-02-22 12:00", spell_id="S2", pathway="P2")
    told.tell("centre-admitted", "2026-02-22 14:00", stay_id="T2", service="centre-a",
              referral_id="R2")  # fmt: skip
    assert "care_arranged" not in open_waits(told, "2026-03-01 09:00")
    told.tell("centre-discharged", "2026-03-20 14:00", stay_id="T2",
              destination="home_with_support")  # fmt: skip
    assert "care_arranged" in open_waits(told, "2026-03-20 15:00")
