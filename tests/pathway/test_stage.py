"""Stages, placements, notices, findings, gauges: what an assessment says besides waits."""

from collections import Counter

import pytest

from flow.pathway import GAUGES, RULES, STAGES, Contribution, assess
from flow.pathway.inpatients import los_band
from tests.pathway.told import PROVIDER, SPELL, Told, at

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}


def stage(told: Told, now: str) -> tuple[str, str]:
    found = told.assessed(now).stage
    return found.stage, found.since.isoformat()[:16]


def gauges(told: Told, now: str, *names: str) -> dict[tuple[str, tuple[str, ...]], float]:
    total: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for metric, labels, value in told.assessed(now).contribution:
        if not names or metric in names:
            total[metric, labels] += value  # type: ignore[assignment]
    return dict(total)


def test_the_way_home_stage_by_stage() -> None:
    told = Told()
    told.tell("task-done", "2026-01-05 09:00", task="other")
    assert stage(told, "2026-01-05 09:30") == ("not_admitted", "2026-01-05T09:00")
    told.admitted("2026-01-05 10:00", ward="W1", site="RR801")
    assert stage(told, "2026-01-05 10:30") == ("in_hospital", "2026-01-05T10:00")
    told.reviewed("2026-01-07 09:00", meets=False)
    assert stage(told, "2026-01-07 10:00") == ("ready_to_leave", "2026-01-07T09:00")
    told.in_spell("referred-to-care-transfer-hub", "2026-01-07 11:00", hub="leeds-hub")
    assert stage(told, "2026-01-07 12:00") == ("hub_deciding", "2026-01-07T11:00")
    told.in_spell("pathway-decided", "2026-01-08 11:00", pathway="P1")
    assert stage(told, "2026-01-08 12:00") == ("waiting_for_service", "2026-01-08T11:00")
    told.reviewed("2026-01-09 09:00", meets=True)
    assert stage(told, "2026-01-09 10:00") == ("in_hospital", "2026-01-09T09:00")
    told.reviewed("2026-01-10 09:00", meets=False)
    assert stage(told, "2026-01-10 10:00") == ("waiting_for_service", "2026-01-10T09:00")
    told.tell("care-package-requested", "2026-01-10 11:00", package_id="P1", kind="new",
              service="home-help", **IN_SPELL)  # fmt: skip
    told.discharged("2026-01-11 15:00", discharge_ready_date="2026-01-10")
    assert stage(told, "2026-01-11 16:00") == ("discharged_waiting_for_start", "2026-01-11T15:00")
    told.tell("first-visit-completed", "2026-01-12 09:00", package_id="P1")
    assert stage(told, "2026-01-12 10:00") == ("home_with_support", "2026-01-12T09:00")
    told.tell("care-package-ended", "2026-02-12 09:00", package_id="P1")
    assert stage(told, "2026-02-12 10:00") == ("follow_up", "2026-02-12T09:00")
    assert stage(told, "2026-04-11 23:59") == ("follow_up", "2026-02-12T09:00")
    assert stage(told, "2026-04-12 00:00") == ("finished", "2026-04-11T23:00")
    assert told.assessed("2026-04-11 12:00").next_at == at("2026-04-12 00:00")
    assert told.assessed("2026-04-12 00:00").open_waits != ()  # no summary was ever sent


def test_a_stay_in_a_centre_stage_by_stage() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-08 10:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")
    assert stage(told, "2026-01-08 13:00") == ("in_centre", "2026-01-08T12:00")
    told.tell("centre-ready-to-leave", "2026-01-28 12:00", stay_id="T1")
    found = told.assessed("2026-01-28 13:00").stage
    assert (found.stage, found.service, found.pathway) == ("centre_ready_to_leave", "slic", "P2")
    told.tell("centre-discharged", "2026-01-30 12:00", stay_id="T1", destination="home")
    assert stage(told, "2026-01-30 13:00") == ("follow_up", "2026-01-30T12:00")
    told.tell("patient-died", "2026-02-01 12:00")
    assert stage(told, "2026-02-01 13:00") == ("died", "2026-02-01T12:00")


def test_a_stage_says_where_and_what_is_next() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", ward="W1", site="RR801", council="E08000035",
                  locality="beeston")  # fmt: skip
    told.reviewed("2026-01-05 15:00", meets=False)
    told.in_spell("patient-transferred", "2026-01-05 16:00", ward="W2")
    found = told.assessed("2026-01-05 17:00").stage
    assert (found.provider, found.site, found.ward) == ("RR8", "RR801", "W2")
    assert (found.council, found.locality) == ("E08000035", "beeston")
    assert found.discharge_ready_date == "2026-01-05"
    assert found.next_step == "drd_to_discharge"
    assert found.stage in STAGES


@pytest.mark.parametrize(
    ("kind", "service", "wait"),
    [
        ("health_visiting", "hv-south", "new_birth_visit"),
        ("early_years", "ey-south", "early_years_start"),
        ("mental_health_community", "cmht-south", "mental_health_follow_up"),
        ("equipment", "stores", "equipment_delivery"),
        ("housing", "council-homes", "housing_start"),
    ],
)
def test_who_waits_for_no_care_is_not_at_home_without_care(
    kind: str, service: str, wait: str
) -> None:
    """A healthy newborn waits for the health visitor, and the hospital has let go of the child."""
    told = Told()
    told.admitted("2026-01-05 10:00", admission_method="82")
    told.discharged("2026-01-06 10:00", pathway="P0")
    told.tell("referral-made", "2026-01-06 11:00", referral_id="V1", kind=kind, service=service)
    view = told.assessed("2026-01-08 09:00")
    assert (view.stage.stage, view.stage.responsible) == ("follow_up", None)
    assert wait in {each.id for each in view.open_waits}
    assert view.stage.next_step is not None


@pytest.mark.parametrize(("pathway", "alone"), [("P0", False), ("P1", True)])
def test_a_mental_health_team_is_the_care_of_a_pathway_where_nothing_else_is_asked_for(
    pathway: str, *, alone: bool
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-06 10:00", pathway=pathway)
    told.tell("referral-made", "2026-01-06 11:00", referral_id="M1",
              kind="mental_health_community", service="cmht")  # fmt: skip
    stage = told.assessed("2026-01-08 09:00").stage
    where = ("discharged_waiting_for_start", "RR8") if alone else ("follow_up", None)
    assert (stage.stage, stage.responsible) == where
    told.tell("referral-rejected", "2026-01-08 10:00", referral_id="M1", reason="no_capacity")
    refused = told.assessed("2026-01-09 09:00")
    assert refused.stage.stage == "discharged_waiting_for_start"
    assert "care_arranged" in {wait.id for wait in refused.open_waits}


def test_a_newborn_who_needs_care_as_well_waits_for_that() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", admission_method="82")
    told.discharged("2026-01-06 10:00", pathway="P0")
    told.tell("referral-made", "2026-01-06 09:00", referral_id="V1", kind="health_visiting")
    told.tell("referral-made", "2026-01-06 11:00", referral_id="N1", kind="community_health",
              service="nurses")  # fmt: skip
    found = told.assessed("2026-01-08 09:00").stage
    assert (found.stage, found.service) == ("discharged_waiting_for_start", "nurses")


def placements(told: Told, now: str) -> dict[str, str]:
    return {item.service: item.state for item in told.assessed(now).placements}


def test_what_a_centre_faces() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="rehabilitation_bed",
              service="slic", **IN_SPELL)  # fmt: skip
    assert placements(told, "2026-01-06 11:00") == {"slic": "waiting"}
    told.tell("handover-sent", "2026-01-06 12:00", handover_id="V1", to_service="slic")
    assert placements(told, "2026-01-06 12:30") == {"slic": "offered"}
    told.tell("referral-accepted", "2026-01-06 13:00", referral_id="R1")
    assert placements(told, "2026-01-06 14:00") == {"slic": "accepted"}
    told.discharged("2026-01-07 10:00")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic", referral_id="R1")
    assert placements(told, "2026-01-07 13:00") == {"slic": "staying"}
    told.tell("centre-discharged", "2026-01-27 12:00", stay_id="T1")
    # The handover was never answered, and there is nobody left to answer it.
    (left,) = told.assessed("2026-01-27 14:00").placements
    assert (left.state, left.since) == ("left", at("2026-01-27 12:00"))


def test_a_service_that_refused_faces_nobody() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="home_care",
              service="home-help", **IN_SPELL)  # fmt: skip
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="agency", **IN_SPELL)  # fmt: skip
    assert placements(told, "2026-01-06 12:00") == {"home-help": "waiting", "agency": "offered"}
    told.tell("referral-rejected", "2026-01-06 13:00", referral_id="R1", reason="no_capacity")
    told.tell("care-package-confirmed", "2026-01-06 13:00", package_id="P1")
    assert placements(told, "2026-01-06 14:00") == {"agency": "accepted"}
    told.tell("patient-died", "2026-01-06 15:00")
    assert placements(told, "2026-01-06 16:00") == {}


def notices(told: Told, now: str) -> list[tuple[str, str, str]]:
    return [
        (notice.kind, notice.about, notice.cause)
        for notice in told.assessed(now).notices
        if notice.ended is None
    ]


def prepared() -> Told:
    """Ready, with a service that has accepted and another that was asked for a package."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="reablement",
              service="skills-south", **IN_SPELL)  # fmt: skip
    told.tell("referral-accepted", "2026-01-06 11:00", referral_id="R1")
    told.tell("care-package-requested", "2026-01-06 12:00", package_id="P1", kind="new",
              **IN_SPELL)  # fmt: skip
    return told


def test_unwell_again_tells_everyone_to_stand_down() -> None:
    told = prepared()
    assert notices(told, "2026-01-06 13:00") == []
    told.reviewed("2026-01-07 09:00", meets=True)
    assert notices(told, "2026-01-07 10:00") == [
        ("unwell_again", "RR8:S1", "unwell_again"),
        ("stand_down", "skills-south", "unwell_again"),
        ("stand_down", "P1", "unwell_again"),
    ]
    advanced = told.advance("2026-01-07 09:30", raising=False)
    assert {(a.wait, a.level, a.state) for a in advanced.changed} == {
        ("unwell_again", "raised", "open"),
        ("stand_down", "raised", "open"),
    }
    told.tell("alert-acknowledged", "2026-01-07 10:00", wait="stand_down", about="skills-south",
              by="co1")  # fmt: skip
    told.advance("2026-01-07 10:30", raising=False)
    assert [a.closed_reason for a in told.changed if a.state == "closed"] == ["done"]
    told.reviewed("2026-01-09 09:00", meets=False)
    told.advance("2026-01-09 09:30", raising=False)
    assert [(a.wait, a.about) for a in told.alerts.values()] == [
        ("comes_after_all", "skills-south")
    ]
    assert [a.closed_reason for a in told.changed if a.state == "closed"] == [
        "done", "reset", "reset",
    ]  # fmt: skip


def test_a_service_that_is_out_of_it_has_nothing_to_hear() -> None:
    told = prepared()
    told.reviewed("2026-01-07 09:00", meets=True)
    told.tell("referral-withdrawn", "2026-01-07 10:00", referral_id="R1", reason="unwell_again")
    assert ("stand_down", "skills-south", "unwell_again") not in notices(told, "2026-01-07 11:00")


def test_a_cancelled_discharge_tells_who_prepares() -> None:
    told = prepared()
    told.discharged("2026-01-07 09:00", discharge_ready_date="2026-01-06")
    told.in_spell("discharge-cancelled", "2026-01-07 09:30")
    assert notices(told, "2026-01-07 10:00") == [
        ("stand_down", "skills-south", "discharge_cancelled"),
        ("stand_down", "P1", "discharge_cancelled"),
    ]
    told.discharged("2026-01-08 09:00", discharge_ready_date="2026-01-06")
    assert notices(told, "2026-01-08 10:00") == []


def test_back_in_hospital_tells_who_prepares() -> None:
    told = prepared()
    told.discharged("2026-01-07 09:00", discharge_ready_date="2026-01-06")
    told.admitted("2026-01-07 20:00", spell_id="S2", admission_method="21")
    assert [cause for _, _, cause in notices(told, "2026-01-07 21:00")] == ["readmitted"] * 2


def test_back_in_hospital_tells_who_gives_care_already() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-06 10:00")
    told.tell("first-visit-completed", "2026-01-06 16:00", package_id="P1", service="home-help")
    told.tell("centre-admitted", "2026-01-06 17:00", stay_id="T1", service="slic")
    told.admitted("2026-01-07 20:00", spell_id="S2", admission_method="21")
    assert notices(told, "2026-01-07 21:00") == [
        ("stand_down", "home-help", "readmitted"),
        ("stand_down", "slic", "readmitted"),
    ]


@pytest.mark.parametrize(
    ("method", "day", "announced"),
    [("81", "07", False), ("81", "08", False), ("81", "09", True), ("21", "07", True)],
)
def test_a_transfer_between_hospitals_is_no_return(method: str, day: str, announced: bool) -> None:
    told = prepared()
    told.discharged("2026-01-07 09:00", discharge_ready_date="2026-01-06")
    told.admitted(f"2026-01-{day} 20:00", provider="RAE", admission_method=method)
    kinds = {kind for kind, _, _ in notices(told, "2026-01-10 21:00")}
    assert kinds == ({"stand_down"} if announced else {"transferred"})


def test_who_is_known_only_by_an_answer_is_told_too() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-accepted", "2026-01-06 11:00", referral_id="R1", service="skills-south")
    told.reviewed("2026-01-06 12:00", meets=False)
    told.reviewed("2026-01-07 12:00", meets=True)
    assert ("stand_down", "skills-south", "unwell_again") in notices(told, "2026-01-07 13:00")


def test_death_tells_who_prepares_and_who_cares() -> None:
    told = prepared()
    told.tell("patient-died", "2026-01-07 02:00")
    assert notices(told, "2026-01-07 03:00") == [
        ("stand_down", "skills-south", "died"),
        ("stand_down", "P1", "died"),
        ("died", "person", "died"),
    ]


def test_a_death_that_concerns_nobody_outside_is_no_notice() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-06 10:00", discharge_method="4")
    assert notices(told, "2026-01-06 11:00") == []


def test_a_notice_that_nobody_answers_lapses() -> None:
    told = prepared()
    told.reviewed("2026-01-07 02:00", meets=True)
    told.advance("2026-01-07 03:00", raising=False)
    assert {alert.kind for alert in told.alerts.values()} == {"notice"}
    assert len(told.alerts) == 3
    told.advance("2026-01-14 01:59", raising=False)
    assert len(told.alerts) == 3
    told.advance("2026-01-14 02:00", raising=False)
    assert told.alerts == {}
    assert {a.closed_reason for a in told.changed if a.state == "closed"} == {"cancelled"}
    fresh = prepared()
    fresh.reviewed("2026-01-07 02:00", meets=True)
    assert fresh.advance("2026-01-20 02:00", raising=False).changed == ()


NOWHERE = ("other", "unknown", "unknown")
"""Provider, council and locality of someone of whom no event says where they live."""


def test_gauges_of_someone_who_waits() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    assert gauges(told, "2026-01-06 12:00", "inpatients") == {
        ("inpatients", (*NOWHERE, "unknown", "0-6")): 1
    }
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P2", status="likely")
    told.reviewed("2026-01-07 09:00", meets=False)
    told.in_spell("delay-reason-recorded", "2026-01-08 09:00", reason="cap_p2_bed", primary=True)
    hospital = ("inpatients", "nctr_patients", "nctr_remaining_patients", "additional_bed_days",
                "delayed_patients", "delayed_patients_by_days", "data_quality")  # fmt: skip
    assert gauges(told, "2026-01-07 23:59", *hospital[:5]) == {
        ("inpatients", (*NOWHERE, "P2", "0-6")): 1,
        ("nctr_patients", (*NOWHERE, "P2")): 1,
        ("nctr_remaining_patients", (*NOWHERE, "P2", "0-6")): 1,
    }
    assert gauges(told, "2026-01-21 12:00", *hospital) == {
        ("inpatients", (*NOWHERE, "P2", "14-20")): 1,
        ("nctr_patients", (*NOWHERE, "P2")): 1,
        ("nctr_remaining_patients", (*NOWHERE, "P2", "14-20")): 1,
        ("additional_bed_days", (*NOWHERE, "P2", "7")): 14,
        ("additional_bed_days", (*NOWHERE, "P2", "14")): 14,
        ("delayed_patients", (*NOWHERE, "P2", "cap_p2_bed", "capacity")): 1,
        ("delayed_patients_by_days", (*NOWHERE, "P2", "14-20")): 1,
    }


def test_delayed_without_a_reason_is_a_finding_of_the_day() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    review = told.reviewed("2026-01-07 09:00", meets=False)
    assert told.assessed("2026-01-07 23:00").findings == ()
    view = told.assessed("2026-01-08 00:00")
    assert view.findings == (("no_reason", (review.identity,)),)
    assert ("data_quality", ("no_reason",), 1.0) in view.contribution
    labels = (*NOWHERE, "unknown", "unknown", "unrecorded")
    assert ("delayed_patients", labels, 1.0) in view.contribution


def test_gauges_of_a_discharge_roll_off_after_28_days() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", council="E08000035")
    told.reviewed("2026-01-07 09:00", meets=False)
    told.discharged("2026-01-10 15:00", pathway="P1", discharge_ready_date="2026-01-07")
    expected = {
        ("discharges", ("other", "other", "unknown", "P1", "2-3")): 1,
        ("discharge_delay_days", ("other", "other", "unknown", "P1")): 3,
    }
    names = ("discharges", "discharge_delay_days", "inpatients")
    assert gauges(told, "2026-01-10 16:00", *names) == expected
    assert gauges(told, "2026-02-06 23:59", *names) == expected
    assert gauges(told, "2026-02-07 00:00", *names) == {}


def test_a_return_within_30_days_counts_where_the_person_came_from() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-10 15:00", pathway="P0")
    told.admitted("2026-01-20 10:00", spell_id="S2", provider="RAE", admission_method="21")
    assert gauges(told, "2026-01-21 12:00", "returns_within_30_days") == {
        ("returns_within_30_days", (*NOWHERE, "P0")): 1
    }
    assert gauges(told, "2026-02-17 00:00", "returns_within_30_days") == {}


def test_waits_count_as_active_near_and_breached() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    labels = (*NOWHERE, "unknown", "edd_set")
    names = ("wait_active", "wait_near", "wait_breached")
    for now, metrics in (
        ("2026-01-05 11:00", {"wait_active"}),
        ("2026-01-06 05:00", {"wait_active", "wait_near"}),
        ("2026-01-06 10:00", {"wait_active", "wait_breached"}),
    ):
        found = {m for (m, values), n in gauges(told, now, *names).items() if values == labels}
        assert found == metrics


def test_referrals_and_handovers_count_while_open() -> None:
    told = prepared()
    told.tell("handover-sent", "2026-01-06 13:00", handover_id="V1", to_service="skills-south")
    names = ("referrals_open", "handovers_unaccepted")
    assert gauges(told, "2026-01-06 14:00", *names) == {
        ("referrals_open", ("other", "reablement", "unknown", "unknown")): 1,
        ("handovers_unaccepted", ("other", "unknown", "unknown")): 1,
    }
    told.tell("patient-died", "2026-01-07 02:00")
    assert gauges(told, "2026-01-07 03:00", *names) == {}


def test_contributions_fit_the_table() -> None:
    told = prepared()
    contributions: tuple[Contribution, ...] = told.assessed("2026-01-30 13:00").contribution
    assert {metric for metric, _, _ in contributions} <= set(GAUGES)
    for metric, labels, value in contributions:
        assert len(labels) == len(GAUGES[metric].labels)
        assert value > 0


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "0-6"), (6, "0-6"), (7, "7-13"), (13, "7-13"), (14, "14-20"), (20, "14-20"), (21, "21+"),
     (900, "21+")],
)  # fmt: skip
def test_length_of_stay_bands(days: int, band: str) -> None:
    assert los_band(days) == band


FINDINGS = {
    "admitted_twice": lambda t: (t.admitted("2026-01-05 10:00"), t.admitted("2026-01-05 11:00")),
    "two_open_spells": lambda t: (
        t.admitted("2026-01-05 10:00"), t.admitted("2026-01-07 11:00", spell_id="S2"),
    ),
    "dated_before_admission": lambda t: (
        t.reviewed("2026-01-05 10:00", meets=True), t.admitted("2026-01-05 11:00"),
    ),
    "stay_of_two_centres": lambda t: (
        t.tell("centre-admitted", "2026-01-05 10:00", stay_id="T1", service="slic"),
        t.tell("centre-admitted", "2026-01-05 11:00", stay_id="T1", service="green"),
    ),
    "discharge_without_admission": lambda t: t.discharged("2026-01-05 10:00"),
    "event_without_admission": lambda t: t.reviewed("2026-01-05 10:00", meets=True),
    "event_after_discharge": lambda t: (
        t.admitted("2026-01-05 10:00"), t.discharged("2026-01-06 10:00"),
        t.reviewed("2026-01-07 10:00", meets=True),
    ),
    "event_after_death": lambda t: (
        t.tell("care-package-requested", "2026-01-04 10:00", package_id="P1", kind="new"),
        t.tell("patient-died", "2026-01-05 10:00"),
        t.tell("first-visit-completed", "2026-01-06 10:00", package_id="P1"),
    ),
    "event_after_care_ended": lambda t: (
        t.tell("care-package-requested", "2026-01-04 10:00", package_id="P1", kind="new"),
        t.tell("care-package-ended", "2026-01-05 10:00", package_id="P1", reason="goals_met"),
        t.tell("care-package-restarted", "2026-01-05 11:00", package_id="P1"),
    ),
    "died_twice": lambda t: (
        t.tell("patient-died", "2026-01-05 10:00"), t.tell("patient-died", "2026-01-06 10:00"),
    ),
    "pathway_contradicts_destination": lambda t: (
        t.admitted("2026-01-05 10:00"),
        t.discharged("2026-01-05 11:00", pathway="P0", destination="p2_bed"),
    ),
    "referral_unknown": lambda t: t.tell("referral-received", "2026-01-05 10:00", referral_id="R"),
    "handover_answered_twice": lambda t: (
        t.tell("handover-sent", "2026-01-05 10:00", handover_id="V", to_service="home-help"),
        t.tell("handover-accepted", "2026-01-05 10:30", handover_id="V"),
        t.tell("handover-rejected", "2026-01-05 11:00", handover_id="V", reason="no_capacity"),
    ),
    "handover_not_offered": lambda t: (
        t.tell("handover-sent", "2026-01-05 10:30", handover_id="V", to_service="home-help"),
        t.tell("handover-accepted", "2026-01-05 11:00", handover_id="V", service="acme"),
    ),
    "handover_reused": lambda t: (
        t.tell("handover-accepted", "2026-01-05 10:30", handover_id="V", service="home-help"),
        t.tell("handover-sent", "2026-01-05 11:00", handover_id="V", to_service="acme"),
    ),
    "referral_answered_twice": lambda t: (
        t.tell("referral-made", "2026-01-05 10:00", referral_id="R", kind="other"),
        t.tell("referral-accepted", "2026-01-05 11:00", referral_id="R"),
        t.tell("referral-rejected", "2026-01-05 12:00", referral_id="R", reason="no_capacity"),
    ),
    "package_unknown": lambda t: t.tell("care-package-ended", "2026-01-05 10:00", package_id="P"),
    "care_without_stay": lambda t: t.tell(
        "care-package-requested", "2026-01-05 10:00", package_id="P", kind="new",
    ),
    "visit_unmatched": lambda t: t.tell("first-visit-completed", "2026-01-05 10:00"),
    "stay_unknown": lambda t: t.tell("centre-discharged", "2026-01-05 10:00", stay_id="T"),
    "spell_left_open": lambda t: (
        t.admitted("2026-01-05 10:00", provider="RAE"),
        t.admitted("2026-01-06 10:00"),
        t.discharged("2026-01-07 10:00"),
    ),
    "two_open_stays": lambda t: (
        t.tell("centre-admitted", "2026-01-05 10:00", stay_id="T1", service="a"),
        t.tell("centre-admitted", "2026-01-06 10:00", stay_id="T2", service="b"),
    ),
    "dated_ahead": lambda t: t.tell(
        "patient-died", "2026-01-05 11:01", recorded="2026-01-05 10:00",
    ),
    "visit_during_hospital_stay": lambda t: (
        t.admitted("2026-01-05 10:00"),
        t.tell("first-visit-completed", "2026-01-05 11:00", package_id="P1"),
    ),
    "stay_left_open": lambda t: (
        t.tell("centre-admitted", "2026-01-04 10:00", stay_id="T1", service="a"),
        t.admitted("2026-01-05 10:00"), t.discharged("2026-01-06 10:00", pathway="P1"),
    ),
    "centre_during_hospital_stay": lambda t: (
        t.admitted("2026-01-05 10:00"),
        t.tell("centre-admitted", "2026-01-06 10:00", stay_id="T1", service="a"),
    ),
    "handover_unknown": lambda t: t.tell("handover-accepted", "2026-01-05 10:00", handover_id="V"),
    "assessment_unknown": lambda t: t.tell(
        "assessment-completed", "2026-01-05 10:00", assessment_id="A",
    ),
    "coordinator_unknown": lambda t: t.tell(
        "coordinator-off-duty", "2026-01-05 10:00", coordinator="co1",
    ),
    "cover_off_duty": lambda t: (
        t.tell("coordinator-assigned", "2026-01-05 10:00", organisation="RR8", coordinator="co1"),
        t.tell("coordinator-off-duty", "2026-01-05 11:00", coordinator="co1", cover="co1"),
    ),
    "task_of_several": lambda t: [
        *(t.tell("referral-made", f"2026-01-05 1{number}:00", referral_id=f"R{number}",
                 kind="equipment", service=f"store-{number}") for number in (0, 1)),
        t.tell("task-done", "2026-01-05 12:00", task="equipment_delivered"),
    ],
    "task_unasked": lambda t: t.tell(
        "task-done", "2026-01-05 10:00", task="equipment_delivered", referral_id="R1",
    ),
    "back_before_off_duty": lambda t: (
        t.tell("coordinator-assigned", "2026-01-05 10:00", organisation="RR8", coordinator="co1"),
        t.tell("coordinator-off-duty", "2026-01-05 11:00", coordinator="co1",
               back_at=at("2026-01-05 09:00")),
    ),
    "two_hospitals": lambda t: (
        t.admitted("2026-01-05 10:00"), t.admitted("2026-01-06 11:00", provider="RCB"),
    ),
    "two_services": lambda t: [
        t.tell(kind, f"2026-01-05 10:{number}0", handover_id=handover, **data)
        for number, (kind, handover, data) in enumerate(
            [
                ("handover-sent", "H1", {"to_service": "a"}),
                ("handover-sent", "H2", {"to_service": "b"}),
                ("handover-accepted", "H1", {}),
                ("handover-accepted", "H2", {}),
            ]
        )
    ],
    "two_owners": lambda t: (
        t.admitted("2026-01-05 10:00"),
        t.tell("coordinator-assigned", "2026-01-05 11:00", organisation="RR8", coordinator="co1"),
        t.tell("coordinator-assigned", "2026-01-05 11:00", organisation="NX1", coordinator="co2"),
    ),
    "reason_not_open": lambda t: (
        t.admitted("2026-01-05 10:00"),
        t.in_spell("delay-reason-cleared", "2026-01-06 10:00", reason="hosp_ipc"),
    ),
    "unlink_without_link": lambda t: t.tell("identity-unlinked", "2026-01-05 10:00"),
    "follow_up_early": lambda t: (
        t.discharged("2026-01-04 10:00"),
        t.in_spell("follow-up-recorded", "2026-01-05 10:00", day=7, status="at_home"),
    ),
    "late_event": lambda t: t.admitted("2026-01-05 10:00", recorded="2026-01-06 10:01"),
}  # fmt: skip


@pytest.mark.parametrize("rule", FINDINGS)
def test_what_cannot_be_true_is_a_finding_with_its_events(rule: str) -> None:
    told = Told()
    FINDINGS[rule](told)  # type: ignore[no-untyped-call]
    (finding,) = [f for f in told.assessed("2026-01-05 11:30").findings if f.rule == rule]
    assert finding.events
    assert set(finding.events) <= {event.identity for event in told.events}


def test_every_rule_is_tested_somewhere() -> None:
    elsewhere = {
        "cancellation_without_target", "correction_cycle", "correction_not_allowed",
        "correction_waits", "reference_circle", "service_never_reported", "service_not_listed",
        "service_capacity_impossible", "service_more_staying_than_beds",  # test_capacity_doubts.py
        "drd_after_discharge", "drd_blank", "drd_disagrees", "no_reason",
        "pause_without_wait", "resume_without_pause", "wait_not_pausable",  # test_pauses.py
    }  # fmt: skip
    assert set(FINDINGS) | elsewhere == set(RULES)


def test_a_wait_that_begins_later_than_now_is_not_shown_yet() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    view = told.assessed("2026-01-05 09:59")
    assert view.open_waits == ()
    assert view.next_at == at("2026-01-05 10:00")


def test_looking_after_the_journey_has_grown_is_a_mistake() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    history = told.history()
    view = assess(history.journey(), told.policy, at("2026-01-05 10:00"))
    event = told.reviewed("2026-01-05 12:00", meets=True)
    history.add(event, event.model_dump_json().encode())
    history.journey()
    with pytest.raises(AssertionError, match="assess it again"):
        _ = view.waits


def test_of_whom_nothing_is_told_nobody_knows_since_when() -> None:
    assert Told().assessed("2026-01-05 10:00").stage.since == at("2026-01-05 10:00")
