"""Who is told at once, of what, and what makes it old news (domain.md 12.3; design: "alert")."""

from pathlib import Path

import pytest

from flow.pathway.policy_file import load_policy
from tests.pathway.told import ENGLAND, PROVIDER, SPELL, Told, at

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}


def open_notices(told: Told, now: str) -> list[tuple[str, str, str]]:
    return [
        (notice.kind, notice.about, notice.cause)
        for notice in told.assessed(now).notices
        if notice.ended is None
    ]


def ready() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00", ward="W1")
    told.reviewed("2026-01-06 09:00", meets=False)
    return told


def asked(*services: str) -> Told:
    """Each of these centres was asked for a bed."""
    told = ready()
    for number, service in enumerate(services, start=1):
        told.tell("referral-made", "2026-01-06 10:00", referral_id=f"R{number}",
                  kind="rehabilitation_bed", service=service, **IN_SPELL)  # fmt: skip
    return told


def moved(told: Told, ward: str, when: str) -> None:
    told.in_spell("patient-transferred", when, ward=ward)


def handed_over(answer: str | None = "handover-accepted") -> Told:
    told = ready()
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="V1", to_service="home-help")
    if answer is not None:
        reason = {"reason": "not_ready"} if answer == "handover-rejected" else {}
        told.tell(answer, "2026-01-06 11:00", handover_id="V1", **reason)
    return told


def test_of_two_centres_the_one_that_does_not_take_the_person_stands_down() -> None:
    told = asked("slic", "suffolk-court")
    told.discharged("2026-01-08 09:00")
    told.tell("centre-admitted", "2026-01-08 11:00", stay_id="T1", service="slic")
    assert open_notices(told, "2026-01-08 12:00") == [
        ("stand_down", "suffolk-court", "taken_elsewhere")
    ]
    assert told.waits("p2_bed_start", "2026-01-08 12:00")[1].ended == "cancelled"
    view = told.assessed("2026-01-08 12:00")
    assert [(place.service, place.state) for place in view.placements] == [("slic", "staying")]
    told.tell("referral-withdrawn", "2026-01-08 13:00", referral_id="R2", reason="other_service")
    assert open_notices(told, "2026-01-08 14:00") == []


def test_a_centre_that_was_stood_down_may_be_asked_again() -> None:
    told = asked("slic", "suffolk-court")
    told.discharged("2026-01-08 09:00")
    told.tell("centre-admitted", "2026-01-08 11:00", stay_id="T1", service="slic")
    told.tell("referral-made", "2026-01-20 10:00", referral_id="R2", kind="rehabilitation_bed",
              service="suffolk-court")  # fmt: skip
    assert told.wait("p2_bed_start", "2026-01-20 11:00", period=2).state == "running"


@pytest.mark.parametrize(
    ("answer", "told_of_it"),
    [(None, True), ("handover-accepted", True), ("handover-rejected", False)],
)
def test_whoever_was_offered_the_person_stands_down(answer: str | None, told_of_it: bool) -> None:
    told = handed_over(answer)
    told.reviewed("2026-01-07 09:00", meets=True)
    expected = ("stand_down", "home-help", "unwell_again")
    assert (expected in open_notices(told, "2026-01-07 10:00")) is told_of_it


def test_whoever_took_the_person_on_hears_of_the_return() -> None:
    told = handed_over()
    told.discharged("2026-01-07 09:00")
    told.admitted("2026-01-09 09:00", spell_id="S2", admission_method="21")
    assert open_notices(told, "2026-01-09 10:00") == [("stand_down", "home-help", "readmitted")]


def test_whoever_had_the_person_once_hears_nothing_of_a_later_return() -> None:
    told = handed_over()
    told.discharged("2026-01-07 09:00")
    told.tell("care-package-started", "2026-01-07 12:00", package_id="P1", service="home-help")
    told.tell("care-package-ended", "2026-02-07 12:00", package_id="P1")
    told.admitted("2026-03-09 09:00", spell_id="S2", admission_method="21")
    assert open_notices(told, "2026-03-09 10:00") == []


def test_a_refusal_ends_what_the_receiver_was_told() -> None:
    told = handed_over(None)
    told.reviewed("2026-01-07 09:00", meets=True)
    told.tell("handover-rejected", "2026-01-07 10:00", handover_id="V1", reason="not_ready")
    assert [kind for kind, _, _ in open_notices(told, "2026-01-07 11:00")] == ["unwell_again"]


def test_a_move_to_another_ward_is_told_to_who_prepares() -> None:
    told = asked("slic")
    moved(told, "W1", "2026-01-06 11:00")
    assert open_notices(told, "2026-01-06 12:00") == []
    moved(told, "W2", "2026-01-06 13:00")
    assert open_notices(told, "2026-01-06 14:00") == [("moved", "slic", "moved")]
    told.advance("2026-01-06 14:00", raising=False)
    alert = told.alert("moved")
    assert alert is not None
    assert (alert.service, alert.acts_next.role if alert.acts_next else None) == ("slic", "service")
    told.advance("2026-01-07 13:00", raising=False)
    assert told.alert("moved") is None


def test_each_move_is_news() -> None:
    told = asked("slic")
    moved(told, "W2", "2026-01-06 13:00")
    moved(told, "W3", "2026-01-06 15:00")
    notices = told.assessed("2026-01-06 16:00").notices
    assert [(notice.period, notice.ended) for notice in notices] == [(1, "reset"), (2, None)]


def test_nobody_hears_of_a_move_that_nobody_prepares_for() -> None:
    told = ready()
    moved(told, "W2", "2026-01-06 13:00")
    assert open_notices(told, "2026-01-06 14:00") == []


def test_a_move_to_another_hospital_is_told_to_who_prepares() -> None:
    told = asked("slic")
    told.discharged("2026-01-07 09:00")
    told.admitted("2026-01-07 11:00", provider="RAE", admission_method="81")
    assert open_notices(told, "2026-01-07 12:00") == [("transferred", "slic", "transferred")]


def test_a_move_to_another_hospital_may_be_told_before_the_discharge() -> None:
    told = asked("slic")
    told.admitted("2026-01-07 09:00", provider="RAE", admission_method="81")
    told.discharged("2026-01-07 11:00")
    assert open_notices(told, "2026-01-07 12:00") == [("transferred", "slic", "transferred")]
    told.discharged("2026-01-09 11:00", provider="RAE")
    assert open_notices(told, "2026-01-09 12:00") == []


@pytest.mark.parametrize("left_first", [False, True])
@pytest.mark.parametrize("accepted", [False, True])
def test_a_move_to_another_hospital_is_told_to_who_was_offered_the_person(
    accepted: bool, left_first: bool
) -> None:
    told = ready()
    told.tell("handover-sent", "2026-01-06 11:00", handover_id="V1", to_service="reab")
    if accepted:
        told.tell("handover-accepted", "2026-01-06 12:00", handover_id="V1")
    if left_first:
        told.discharged("2026-01-07 09:30", destination_code="51")
    told.admitted("2026-01-07 10:00", provider="RAE", spell_id="S2", admission_method="81")
    assert open_notices(told, "2026-01-07 12:00") == [("transferred", "reab", "transferred")]


def test_the_stronger_news_leaves_nothing_of_the_weaker() -> None:
    told = asked("slic")
    moved(told, "W2", "2026-01-06 13:00")
    told.reviewed("2026-01-07 09:00", meets=True)
    moved(told, "W3", "2026-01-07 13:00")
    assert open_notices(told, "2026-01-07 14:00") == [
        ("unwell_again", "RR8:S1", "unwell_again"),
        ("stand_down", "slic", "unwell_again"),
    ]
    told.tell("patient-died", "2026-01-08 02:00")
    assert open_notices(told, "2026-01-08 03:00") == [
        ("stand_down", "slic", "died"),
        ("died", "person", "died"),
    ]


@pytest.mark.parametrize(("at_the_hub", "told_of"), [(False, []), (True, [("died", "person")])])
def test_a_death_concerns_the_hub_also_where_nobody_said_which_it_is(
    at_the_hub: bool, told_of: list[tuple[str, str]]
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    if at_the_hub:
        told.in_spell("referred-to-care-transfer-hub", "2026-01-06 10:00")
    told.tell("patient-died", "2026-01-08 02:00")
    assert [each[:2] for each in open_notices(told, "2026-01-08 03:00")] == told_of


def test_a_kind_of_notice_may_be_switched_off(tmp_path: Path) -> None:
    told = asked("slic")
    own = tmp_path / "policy.toml"
    own.write_text('name = "Leeds"\n[notices.moved]\non = false\n', encoding="utf-8")
    told.policy = load_policy(own)
    moved(told, "W2", "2026-01-06 13:00")
    assert told.assessed("2026-01-06 14:00").notices == ()
    assert told.policy.notices["moved"].lapse == ENGLAND.notices["moved"].lapse
    told.reviewed("2026-01-07 09:00", meets=True)
    assert len(told.assessed("2026-01-07 10:00").notices) == 2


def unwell(told: Told, when: str) -> None:
    told.reviewed(when, meets=True)


def answered(told: Told, when: str, wait: str, about: str) -> None:
    told.tell("alert-acknowledged", when, wait=wait, about=about, by="staff-1")


def assessing(*more: str) -> Told:
    told = ready()
    for kind in ("assessment-referred", *more):
        told.tell(kind, "2026-01-06 10:00", assessment_id="A1", service="joint-assessment")
    return told


@pytest.mark.parametrize(
    ("more", "hears"),
    [
        ((), True),
        (("assessment-completed",), True),
        (("support-plan-agreed",), True),
        (("assessment-withdrawn",), False),
    ],
)
def test_whoever_assesses_hears_of_a_move_and_of_being_unwell(
    more: tuple[str, ...], hears: bool
) -> None:
    told = assessing(*more)
    moved(told, "W2", "2026-01-06 13:00")
    assert (
        ("moved", "joint-assessment", "moved") in open_notices(told, "2026-01-06 14:00")
    ) is hears
    unwell(told, "2026-01-06 15:00")
    expected = ("stand_down", "joint-assessment", "unwell_again")
    assert (expected in open_notices(told, "2026-01-06 16:00")) is hears


def test_an_assessment_that_goes_no_further_has_nobody_left_to_tell() -> None:
    told = assessing()
    unwell(told, "2026-01-06 15:00")
    told.tell("assessment-withdrawn", "2026-01-06 16:00", assessment_id="A1")
    assert [kind for kind, _, _ in open_notices(told, "2026-01-06 17:00")] == ["unwell_again"]


def test_a_hub_that_was_asked_without_a_referral_hears_as_one_that_has_one() -> None:
    told = ready()
    told.in_spell("referred-to-care-transfer-hub", "2026-01-06 10:00", hub="leeds-hub")
    moved(told, "W2", "2026-01-06 13:00")
    assert open_notices(told, "2026-01-06 14:00") == [("moved", "leeds-hub", "moved")]
    told.in_spell("pathway-decided", "2026-01-06 15:00", pathway="P2", status="confirmed")
    assert open_notices(told, "2026-01-06 16:00") == []
    moved(told, "W3", "2026-01-06 17:00")
    assert open_notices(told, "2026-01-06 18:00") == []


def test_a_centre_that_has_the_person_is_not_to_stand_down() -> None:
    told = asked("slic", "suffolk-court")
    told.discharged("2026-01-08 09:00")
    told.tell("centre-admitted", "2026-01-08 11:00", stay_id="T1", service="slic")
    told.tell("centre-admitted", "2026-01-09 11:00", stay_id="T2", service="suffolk-court")
    assert open_notices(told, "2026-01-09 12:00") == []


def stood_down() -> Told:
    """The centre answered that it stood down."""
    told = asked("slic")
    unwell(told, "2026-01-07 09:00")
    answered(told, "2026-01-07 10:00", "stand_down", "slic")
    return told


def test_who_stood_down_hears_when_the_person_comes_after_all() -> None:
    told = stood_down()
    told.reviewed("2026-01-09 09:00", meets=False)
    assert open_notices(told, "2026-01-09 10:00") == [("comes_after_all", "slic", "ready_again")]
    told.discharged("2026-01-09 15:00")
    assert open_notices(told, "2026-01-09 16:00") == [("comes_after_all", "slic", "ready_again")]
    told.tell("centre-admitted", "2026-01-09 17:00", stay_id="T1", service="slic")
    assert open_notices(told, "2026-01-09 18:00") == []


def test_who_never_answered_that_they_stood_down_has_nothing_to_take_up_again() -> None:
    told = asked("slic")
    unwell(told, "2026-01-07 09:00")
    told.reviewed("2026-01-09 09:00", meets=False)
    assert open_notices(told, "2026-01-09 10:00") == []


def test_who_has_no_part_in_it_any_more_hears_nothing_of_it() -> None:
    told = stood_down()
    told.tell("referral-withdrawn", "2026-01-08 09:00", referral_id="R1", reason="other_service")
    told.reviewed("2026-01-09 09:00", meets=False)
    assert open_notices(told, "2026-01-09 10:00") == []


def test_unwell_once_more_is_to_stand_down_once_more() -> None:
    told = stood_down()
    told.reviewed("2026-01-09 09:00", meets=False)
    unwell(told, "2026-01-10 09:00")
    assert ("stand_down", "slic", "unwell_again") in open_notices(told, "2026-01-10 10:00")
    assert not [
        each for each in open_notices(told, "2026-01-10 10:00") if each[0] == "comes_after_all"
    ]


def test_after_a_cancelled_discharge_the_next_one_tells() -> None:
    told = asked("slic")
    told.discharged("2026-01-07 09:00")
    told.in_spell("discharge-cancelled", "2026-01-07 10:00")
    answered(told, "2026-01-07 11:00", "stand_down", "slic")
    told.discharged("2026-01-08 09:00")
    assert open_notices(told, "2026-01-08 10:00") == [("comes_after_all", "slic", "discharged")]


def test_an_alert_says_why() -> None:
    told = asked("slic")
    unwell(told, "2026-01-07 09:00")
    told.advance("2026-01-07 10:00", raising=False)
    assert (alert := told.alert("stand_down")) is not None
    assert alert.cause == "unwell_again"
    told.tell("patient-died", "2026-01-07 12:00")
    told.advance("2026-01-07 13:00", raising=False)
    assert (alert := told.alert("stand_down")) is not None
    assert alert.cause == "died"


def test_a_death_is_told_until_it_is_answered() -> None:
    told = asked("slic")
    told.tell("patient-died", "2026-01-07 12:00")
    told.advance("2026-01-07 13:00", raising=False)
    told.advance("2026-02-07 13:00")
    assert {alert.wait for alert in told.alerts.values()} == {"stand_down", "died"}
    answered(told, "2026-02-08 10:00", "stand_down", "slic")
    answered(told, "2026-02-08 10:00", "died", "person")
    told.advance("2026-02-08 11:00")
    assert told.alerts == {}


def test_unwell_in_the_next_hospital_says_more_than_that_the_person_is_there() -> None:
    told = asked("slic")
    there = {"provider": "RAE", "spell_id": "S2"}
    told.admitted("2026-01-07 09:00", admission_method="81", **there)
    told.tell("criteria-to-reside-assessed", "2026-01-07 12:00", meets=False, **there)
    assert open_notices(told, "2026-01-07 13:00") == [("transferred", "slic", "transferred")]
    told.tell("criteria-to-reside-assessed", "2026-01-08 12:00", meets=True, **there)
    assert ("stand_down", "slic", "unwell_again") in open_notices(told, "2026-01-08 13:00")


def test_that_the_person_comes_after_all_says_more_than_on_which_ward_they_are() -> None:
    told = stood_down()
    moved(told, "W2", "2026-01-08 09:00")
    assert ("moved", "slic", "moved") in open_notices(told, "2026-01-08 10:00")
    told.reviewed("2026-01-09 09:00", meets=False)
    assert open_notices(told, "2026-01-09 10:00") == [("comes_after_all", "slic", "ready_again")]


def test_ready_again_the_person_is_still_on_another_ward() -> None:
    told = ready()
    unwell(told, "2026-01-07 09:00")
    told.tell("referral-made", "2026-01-07 10:00", referral_id="R1", kind="rehabilitation_bed",
              service="slic", **IN_SPELL)  # fmt: skip
    moved(told, "W2", "2026-01-07 12:00")
    told.reviewed("2026-01-09 09:00", meets=False)
    assert open_notices(told, "2026-01-09 10:00") == [("moved", "slic", "moved")]


def test_who_answers_that_they_stood_down_has_not_read_of_a_move_since() -> None:
    told = stood_down()
    moved(told, "W2", "2026-01-08 09:00")
    answered(told, "2026-01-08 10:00", "stand_down", "slic")
    assert ("moved", "slic", "moved") in open_notices(told, "2026-01-08 11:00")


def cared_for(**service: str) -> Told:
    """At home since the 8th with visits, of a service that may not be named."""
    told = ready()
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              **service, **IN_SPELL)  # fmt: skip
    told.discharged("2026-01-07 15:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 09:00", package_id="P1")
    return told


def test_who_leaves_is_told_of_a_stay_under_the_package_where_nobody_named_them() -> None:
    told = cared_for()
    told.tell("care-package-handed-back", "2026-01-10 09:00", package_id="P1", reason="staffing",
              care_until=at("2026-01-20 18:00"))  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-11 09:00", package_id="P1", service="beta")
    told.admitted("2026-01-12 10:00", spell_id="S2")
    assert [about for _, about, _ in open_notices(told, "2026-01-12 11:00")] == ["beta", "P1"]


def test_who_confirms_more_of_care_that_has_ended_is_told_nothing_of_a_stay() -> None:
    told = cared_for(service="acme")
    told.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind="increased",
              service="beta")  # fmt: skip
    told.tell("care-package-ended", "2026-01-10 09:00", package_id="P1", reason="goals_met")
    told.tell("care-package-confirmed", "2026-01-11 09:00", package_id="P1", service="beta")
    told.admitted("2026-01-12 10:00", spell_id="S2")
    assert open_notices(told, "2026-01-12 11:00") == []


def test_unwell_once_more_in_a_later_stay_is_out_of_date_once_ready_though_they_give_care() -> None:
    told = cared_for(service="acme")
    told.admitted("2026-01-12 10:00", spell_id="S2")
    told.reviewed("2026-01-13 09:00", meets=False, spell_id="S2")
    told.tell("care-package-requested", "2026-01-13 10:00", package_id="P2", kind="restart",
              service="acme", provider=PROVIDER, spell_id="S2")  # fmt: skip
    told.reviewed("2026-01-14 09:00", meets=True, spell_id="S2")
    assert ("stand_down", "acme", "unwell_again") in open_notices(told, "2026-01-14 10:00")
    told.reviewed("2026-01-15 09:00", meets=False, spell_id="S2")
    assert open_notices(told, "2026-01-15 10:00") == []


def test_a_visit_that_was_withdrawn_of_somebody_of_whom_no_stay_is_known() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-05 10:00", referral_id="R1", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-06 09:00", referral_id="R1")
    told.tell("referral-withdrawn", "2026-01-07 09:00", referral_id="R1", reason="other_service")
    told.tell("patient-died", "2026-01-08 02:00")
    assert open_notices(told, "2026-01-08 03:00") == []


def test_who_read_that_one_of_two_beds_is_wanted_after_all_is_not_told_of_the_other_at_home() -> (
    None
):
    told = asked("slic")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R2", kind="care_home",
              service="slic", **IN_SPELL)  # fmt: skip
    told.in_spell("pathway-decided", "2026-01-06 11:00", pathway="P1", status="confirmed")
    answered(told, "2026-01-06 12:00", "stand_down", "slic")
    told.in_spell("pathway-decided", "2026-01-06 13:00", pathway="P2", status="confirmed")
    assert open_notices(told, "2026-01-06 14:00") == [
        ("comes_after_all", "slic", "pathway_changed")
    ]
    answered(told, "2026-01-06 15:00", "comes_after_all", "slic")
    told.discharged("2026-01-07 09:00")
    told.admitted("2026-01-08 09:00", spell_id="S2")
    told.discharged("2026-01-09 09:00", spell_id="S2")
    assert open_notices(told, "2026-01-09 10:00") == []
