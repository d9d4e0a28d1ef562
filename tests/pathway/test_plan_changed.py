"""Whoever prepared for another plan is told; nobody is chased for what the plan no longer holds."""

import pytest

from tests.pathway.told import Told, at

READY = "2026-01-08 09:00"


def planned(pathway: str = "P1") -> Told:
    """Ready, on a confirmed pathway, and reablement accepted."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed(READY, meets=False)
    _confirm(person, "2026-01-08 11:00", pathway)
    person.tell("referral-made", "2026-01-08 11:30", referral_id="R1", kind="reablement",
                service="skills-south")  # fmt: skip
    person.tell("referral-accepted", "2026-01-08 12:30", referral_id="R1", service="skills-south")
    return person


def _confirm(person: Told, when: str, pathway: str) -> None:
    person.in_spell("pathway-decided", when, pathway=pathway, status="confirmed")


def _told(person: Told) -> list[tuple[str, str, str]]:
    return [(n.kind, n.about, n.cause) for n in person.journey().notices if n.ended is None]


def _open_about(person: Told, about: str, when: str = "2026-01-20 09:00") -> list[str]:
    return [w.id for w in person.assessed(when).open_waits if w.about == about]


@pytest.mark.parametrize("pathway", ["P0", "P2", "P3"])
def test_who_prepared_for_another_pathway_is_told_and_not_waited_for(pathway: str) -> None:
    person = planned()
    assert _open_about(person, "R1", "2026-01-09 09:00") == ["p1_reablement_start"]
    _confirm(person, "2026-01-09 10:00", pathway)
    assert _told(person) == [("stand_down", "skills-south", "pathway_changed")]
    assert _open_about(person, "R1") == []


def test_the_same_pathway_confirmed_again_changes_nothing() -> None:
    person = planned()
    _confirm(person, "2026-01-09 10:00", "P1")
    assert _told(person) == []


def test_what_is_asked_for_after_the_plan_is_meant_by_it() -> None:
    person = planned("P2")
    _confirm(person, "2026-01-09 10:00", "P2")
    assert _told(person) == []
    assert _open_about(person, "R1") == ["p1_reablement_start"]


def test_a_provider_is_told_who_prepares_a_package() -> None:
    person = planned()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    _confirm(person, "2026-01-09 10:00", "P2")
    assert ("stand_down", "acme", "pathway_changed") in _told(person)
    assert _open_about(person, "P1") == []


def test_the_discharge_tells_of_the_plan_too_and_does_not_take_the_notice_away() -> None:
    person = planned()
    person.discharged("2026-01-09 15:00", pathway="P0")
    assert _told(person) == [("stand_down", "skills-south", "pathway_changed")]


def test_at_home_on_pathway_0_who_was_asked_and_not_released_is_waited_for() -> None:
    """Nobody withdrew it: better one call too many than a person at home without care."""
    person = planned()
    person.discharged("2026-01-09 15:00", pathway="P0")
    assert _open_about(person, "R1") == ["p1_reablement_start"]


@pytest.mark.parametrize("pathway", ["P2", "P3"])
def test_somebody_else_is_asked_where_the_pathway_changed(pathway: str) -> None:
    """What was asked for on the old one arranges nothing on the new one, and ends nothing."""
    person = planned()
    assert person.waits("service_asked", "2026-01-09 09:00")[-1].stops_at == at("2026-01-08 11:30")
    _confirm(person, "2026-01-09 10:00", pathway)
    person.tell("referral-withdrawn", "2026-01-09 12:00", referral_id="R1",
                reason="no_longer_needed")  # fmt: skip
    wait = person.wait("service_asked", "2026-01-10 11:00", period=2)
    assert (wait.state, wait.starts_at) == ("breached", at("2026-01-09 10:00"))


def test_a_provider_that_prepared_for_the_old_pathway_arranges_nothing_on_the_new_one() -> None:
    person = planned("P2")
    person.tell("referral-withdrawn", "2026-01-08 13:00", referral_id="R1", reason="made_in_error")
    _confirm(person, "2026-01-08 14:00", "P1")
    person.tell("care-package-requested", "2026-01-08 15:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    _confirm(person, "2026-01-09 10:00", "P2")
    wait = person.waits("service_asked", "2026-01-10 11:00")[-1]
    assert (wait.state, wait.starts_at) == ("breached", at("2026-01-09 10:00"))


@pytest.mark.parametrize("confirmed", [False, True])
def test_discharged_on_another_pathway_care_is_to_be_arranged_and_the_old_one_not_chased(
    *, confirmed: bool
) -> None:
    person = planned()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    if confirmed:
        _confirm(person, "2026-01-09 10:00", "P2")
    person.discharged("2026-01-09 15:00", pathway="P2")
    view = person.assessed("2026-01-20 09:00")
    assert [w.id for w in view.open_waits if w.about in ("R1", "P1")] == []
    (wait,) = [w for w in view.open_waits if w.id == "care_arranged"]
    assert (wait.state, wait.starts_at) == ("breached", at("2026-01-09 15:00"))
    stage = view.stage
    assert (stage.stage, stage.service) == ("discharged_waiting_for_start", None)
    assert stage.responsible == "RR8"
    assert _placements(person, "2026-01-20 09:00") == []


def test_what_was_only_likely_and_not_told_by_the_discharge_is_no_other_plan() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.in_spell("pathway-decided", "2026-01-07 10:00", pathway="P1", status="likely")
    person.reviewed(READY, meets=False)
    person.tell("referral-made", "2026-01-08 11:30", referral_id="R1", kind="rehabilitation_bed",
                service="slic")  # fmt: skip
    person.discharged("2026-01-09 15:00")
    assert _told(person) == []
    assert "p2_bed_start" in _open_about(person, "R1")


def test_whoever_comes_all_the_same_has_the_person() -> None:
    person = planned()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged("2026-01-09 15:00", pathway="P2")
    person.tell("first-visit-completed", "2026-01-09 18:00", package_id="P1", service="acme")
    view = person.assessed("2026-01-20 09:00")
    assert "care_arranged" not in {w.id for w in view.open_waits}
    assert (view.stage.stage, view.stage.service) == ("home_with_support", "acme")


def test_when_the_plan_is_the_old_one_again_what_was_said_is_out_of_date() -> None:
    person = planned()
    _confirm(person, "2026-01-09 10:00", "P2")
    _confirm(person, "2026-01-09 12:00", "P1")
    assert _told(person) == []
    assert _open_about(person, "R1") == ["p1_reablement_start"]


def test_who_has_answered_that_they_stood_down_hears_that_the_person_comes_after_all() -> None:
    person = planned()
    _confirm(person, "2026-01-09 10:00", "P2")
    person.tell("alert-acknowledged", "2026-01-09 11:00", wait="stand_down", about="skills-south",
                by="staff-1")  # fmt: skip
    _confirm(person, "2026-01-09 12:00", "P1")
    assert _told(person) == [("comes_after_all", "skills-south", "pathway_changed")]


def test_asked_again_it_is_part_of_the_plan() -> None:
    person = planned()
    _confirm(person, "2026-01-09 10:00", "P2")
    person.tell("referral-made", "2026-01-09 12:00", referral_id="R1", kind="reablement",
                service="skills-south")  # fmt: skip
    assert _open_about(person, "R1") == ["p1_reablement_start"]


# In a centre.


def moved_in() -> Told:
    person = planned("P2")
    person.tell("handover-sent", "2026-01-08 13:00", handover_id="H7", to_service="oak-centre",
                from_organisation="RR8")  # fmt: skip
    person.tell("handover-sent", "2026-01-08 13:30", handover_id="H8", to_service="slic",
                from_organisation="RR8")  # fmt: skip
    person.discharged("2026-01-09 10:00", pathway="P2")
    person.tell("centre-admitted", "2026-01-09 12:00", stay_id="T1", service="slic")
    return person


def test_care_at_home_stands_still_while_the_person_is_in_a_centre() -> None:
    person = moved_in()
    assert _open_about(person, "R1") == []
    person.tell("centre-discharged", "2026-01-22 10:00", stay_id="T1")
    wait = person.wait("p1_reablement_start", "2026-01-22 11:00", period=2)
    assert (wait.state, wait.starts_at) == ("running", at("2026-01-22 10:00"))


def test_ready_to_leave_the_centre_the_service_says_when_it_comes() -> None:
    person = moved_in()
    person.tell("centre-ready-to-leave", "2026-01-18 10:00", stay_id="T1")
    assert _open_about(person, "R1") == ["onward_care"]


def test_a_handover_to_another_service_is_over_and_its_receiver_is_told() -> None:
    person = moved_in()
    assert _open_about(person, "H7") == []
    assert _open_about(person, "H8") == ["handover_ack"]
    assert _told(person) == [("stand_down", "oak-centre", "taken_elsewhere")]


def test_a_handover_to_whoever_was_asked_for_the_same_in_vain_is_over() -> None:
    person = planned()
    person.tell("referral-made", "2026-01-08 11:30", referral_id="R2", kind="reablement",
                service="other-skills")  # fmt: skip
    person.tell("handover-sent", "2026-01-08 13:00", handover_id="H7", to_service="other-skills",
                from_organisation="RR8")  # fmt: skip
    person.discharged("2026-01-09 10:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-09 12:00", referral_id="R1",
                service="skills-south")  # fmt: skip
    assert _open_about(person, "H7") == []
    assert _told(person) == [("stand_down", "other-skills", "taken_elsewhere")]


# At services.


def _placements(person: Told, when: str) -> list[tuple[str, str]]:
    return [(each.service, each.state) for each in person.assessed(when).placements]


def test_a_service_does_not_count_a_person_who_is_not_to_come() -> None:
    person = planned()
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    assert _placements(person, "2026-01-09 09:00") == [
        ("acme", "offered"),
        ("skills-south", "accepted"),
    ]
    _confirm(person, "2026-01-09 10:00", "P2")
    assert _placements(person, "2026-01-09 11:00") == []


def test_at_home_it_counts_who_was_asked_of_it_and_not_released() -> None:
    person = planned()
    person.discharged("2026-01-09 15:00", pathway="P0")
    assert _placements(person, "2026-01-09 16:00") == [("skills-south", "accepted")]


# Back from another stay.


def off_the_plan(*answered_at: str) -> Told:
    """Home on pathway 2, for which the reablement that was asked for is not needed."""
    person = planned()
    _confirm(person, "2026-01-09 10:00", "P2")
    for when in answered_at:
        _stands_down(person, when)
    person.discharged("2026-01-10 12:00")
    return person


def _stands_down(person: Told, when: str) -> None:
    person.tell("alert-acknowledged", when, wait="stand_down", about="skills-south", by="staff-1")


def _a_night(person: Told, answered_at: str | None = None, **left: str) -> None:
    person.admitted("2026-01-11 20:00", spell_id="S2")
    if answered_at is not None:
        _stands_down(person, answered_at)
    person.discharged("2026-01-12 09:00", spell_id="S2", **left)


def _told_of_reablement(person: Told) -> list[tuple[str, str]]:
    return [(kind, cause) for kind, about, cause in _told(person) if about == "skills-south"]


@pytest.mark.parametrize(
    ("answered", "in_the_night", "hears"),
    [
        ((), None, []),
        (("2026-01-09 11:00",), None, [("comes_after_all", "discharged")]),
        ((), "2026-01-11 21:00", [("comes_after_all", "discharged")]),
        (("2026-01-09 11:00",), "2026-01-11 21:00", [("comes_after_all", "discharged")]),
    ],
    ids=["never answered", "answered before", "answered in the night", "answered twice"],
)
def test_who_is_waited_for_again_after_a_night_without_a_pathway_is_not_told_to_stand_down(
    answered: tuple[str, ...], in_the_night: str | None, hears: list[tuple[str, str]]
) -> None:
    person = off_the_plan(*answered)
    assert _open_about(person, "R1", "2026-01-11 09:00") == []
    _a_night(person, in_the_night)
    assert _open_about(person, "R1") == ["p1_reablement_start"]
    assert _told_of_reablement(person) == hears


@pytest.mark.parametrize("pathway", ["P0", "P1", "P2"])
def test_where_the_night_tells_a_pathway_what_was_said_stands(pathway: str) -> None:
    person = off_the_plan()
    _a_night(person, pathway=pathway)
    assert _told_of_reablement(person) == [("stand_down", "pathway_changed")]


def test_a_package_for_another_pathway_is_taken_up_again_as_well() -> None:
    person = planned("P2")
    person.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    _confirm(person, "2026-01-09 10:00", "P1")
    _confirm(person, "2026-01-09 11:00", "P2")
    assert ("stand_down", "acme", "pathway_changed") in _told(person)
    person.tell("alert-acknowledged", "2026-01-09 12:00", wait="stand_down", about="acme",
                by="staff-1")  # fmt: skip
    person.discharged("2026-01-10 12:00")
    _a_night(person)
    assert ("comes_after_all", "acme", "discharged") in _told(person)
