"""What cannot be true of a person: a finding with its events; shown, counted, never dropped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from flow.cli.capacity_doubts import note_capacity
from flow.cli.explain import lines
from flow.cli.folded_services import fold_services
from flow.cli.folding import fold_person
from flow.cli.never_reported import note_never_reported
from flow.pathway import RULES, Policy
from flow.pathway.services import contribution_of
from tests.pathway.service_facts import report_event
from tests.pathway.told import ENGLAND, PERSON, Told, at, own_policy, value_of

NOW = "2026-01-20 12:00"


def at_home() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00")
    return told


def visit_after_death(told: Told) -> None:
    told.tell("patient-died", "2026-01-08 10:00", id="a")
    told.tell("first-visit-completed", "2026-01-09 10:00", id="b", package_id="P1")


def two_centres(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", id="a", stay_id="T1", service="slic")
    told.tell("centre-admitted", "2026-01-09 10:00", id="b", stay_id="T2", service="green")


def one_stay_of_two_centres(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", id="a", stay_id="T1", service="slic")
    told.tell("centre-admitted", "2026-01-09 10:00", id="b", stay_id="T1", service="green")


def moved_in_twice(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", id="a", stay_id="T1", service="slic")
    told.tell("centre-admitted", "2026-01-09 10:00", id="b", stay_id="T1", service="slic")


def two_owners(told: Told) -> None:
    for organisation, coordinator, event_id in (("RR8", "staff-7", "a"), ("RCB", "staff-8", "b")):
        told.tell("coordinator-assigned", f"2026-01-0{8 + (event_id == 'b')} 10:00", id=event_id,
                  organisation=organisation, coordinator=coordinator)  # fmt: skip


def centre_in_hospital(told: Told) -> None:
    told.admitted("2026-01-08 10:00", id="a", spell_id="S2")
    told.tell("centre-admitted", "2026-01-09 10:00", id="b", stay_id="T1", service="slic")


def visit_in_hospital(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-07 11:00", package_id="P1", kind="new")
    told.admitted("2026-01-08 10:00", id="a", spell_id="S2")
    told.tell("first-visit-completed", "2026-01-09 10:00", id="b", package_id="P1")


def stay_left_open(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-08 10:00", id="a", stay_id="T1", service="slic")
    told.admitted("2026-01-09 10:00", spell_id="S2")
    told.discharged("2026-01-10 10:00", id="b", spell_id="S2", pathway="P1")


def dated_ahead(told: Told) -> None:
    told.tell("patient-died", "2026-01-19 10:00", id="a", recorded="2026-01-09 10:00")


def two_hospitals(told: Told) -> None:
    told.admitted("2026-01-08 10:00", id="a", spell_id="S2", provider="RCB", admission_method="21")
    told.admitted("2026-01-09 10:00", id="b", spell_id="S3", provider="RAE", admission_method="21")


def two_accept(told: Told) -> None:
    for handover, service, answer in (("H1", "reab", "a"), ("H2", "acme", "b")):
        told.tell("handover-sent", "2026-01-08 10:00", handover_id=handover, to_service=service)
        told.tell("handover-accepted", f"2026-01-08 11:0{handover[1]}", id=answer,
                  handover_id=handover)  # fmt: skip


def two_give_care(told: Told) -> None:
    for package, service, visit in (("P1", "acme", "a"), ("P2", "beta", "b")):
        told.tell("care-package-requested", "2026-01-07 11:00", package_id=package, kind="new",
                  service=service)  # fmt: skip
        told.tell("first-visit-completed", f"2026-01-0{7 + int(package[1])} 10:00", id=visit,
                  package_id=package)  # fmt: skip


def two_visit(told: Told) -> None:
    for service, visit in (("acme", "a"), ("beta", "b")):
        told.tell("referral-made", "2026-01-07 08:00", referral_id=service, kind="reablement",
                  service=service)  # fmt: skip
        told.tell("first-visit-completed", f"2026-01-07 1{visit == 'b':d}:00", id=visit,
                  referral_id=service)  # fmt: skip


def a_visit_beside_a_package(told: Told) -> None:
    told.tell("referral-made", "2026-01-07 08:00", referral_id="R1", kind="home_care",
              service="beta")  # fmt: skip
    told.tell("care-package-requested", "2026-01-07 08:30", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 10:00", id="a", package_id="P1")
    told.tell("first-visit-completed", "2026-01-07 11:00", id="b", referral_id="R1")


def accepted_by_one_and_cared_for_by_another(told: Told) -> None:
    """Each was asked before the other had the person."""
    told.tell("handover-sent", "2026-01-07 08:00", handover_id="H1", to_service="reab")
    told.tell("care-package-requested", "2026-01-07 09:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("handover-accepted", "2026-01-07 10:00", id="a", handover_id="H1")
    told.tell("first-visit-completed", "2026-01-07 11:00", id="b", package_id="P1")


def comes_though_nobody_asked(told: Told) -> None:
    """The package was asked of another, before somebody else had the person."""
    reab_has_the_person(told, "acme")
    told.tell("first-visit-completed", "2026-01-09 11:00", id="b", package_id="P1", service="beta")


def two_give_care_after_one_gave_it_up(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-07 08:00", package_id="P1", kind="new",
              service="gamma")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 09:00", package_id="P1")
    told.tell("care-package-handed-back", "2026-01-07 10:00", package_id="P1", reason="staffing")
    told.tell("care-package-confirmed", "2026-01-07 10:30", package_id="P1", service="acme")
    two_give_care(told)


def cared_for_at_home_while_in_a_centre(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-07 10:00", id="a", stay_id="T1", service="slic")
    told.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-10 11:00", id="b", package_id="P1")


def moved_in_elsewhere_than_accepted(told: Told) -> None:
    """Slic was asked before reab had the person."""
    told.tell("referral-made", "2026-01-06 08:00", referral_id="R1", kind="rehabilitation_bed",
              service="slic")  # fmt: skip
    told.tell("handover-sent", "2026-01-07 08:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-07 10:00", id="a", handover_id="H1")
    told.tell("centre-admitted", "2026-01-08 12:00", id="b", stay_id="T1", service="slic")


def comes_under_the_package_of_another(kind: str) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        told.tell("care-package-requested", "2026-01-07 08:00", package_id="P1", kind="new",
                  service="acme")  # fmt: skip
        for service, hour, event_id in (("acme", 10, "a"), ("gamma", 11, "b")):
            told.tell(kind, f"2026-01-08 {hour}:00", id=event_id, package_id="P1",
                      service=service)  # fmt: skip

    return tell


two_visit_under_one_package = comes_under_the_package_of_another("first-visit-completed")
two_start_one_package = comes_under_the_package_of_another("care-package-started")


def accepted_by_a_second_one(told: Told) -> None:
    told.tell("handover-sent", "2026-01-07 08:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-07 10:00", id="a", handover_id="H1", service="reab")
    told.tell("handover-accepted", "2026-01-07 11:00", id="b", handover_id="H1", service="acme")


def sent_to_a_second_one(told: Told) -> None:
    told.tell("handover-sent", "2026-01-07 08:00", id="a", handover_id="H1", to_service="reab")
    told.tell("handover-sent", "2026-01-07 09:00", id="b", handover_id="H1", to_service="acme")


AFTER_THE_END: dict[str, dict[str, Any]] = {
    "care-package-requested": {"kind": "restart"},
    "care-package-confirmed": {},
    "care-package-started": {},
    "first-visit-completed": {},
    "first-visit-missed": {},
    "care-package-paused": {"reason": "family_cover"},
    "care-package-restarted": {},
    "care-package-increased": {},
    "care-package-handed-back": {"reason": "staffing"},
}


def after_the_package(kind: str) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        told.tell("care-package-requested", "2026-01-07 11:00", package_id="P1", kind="new")
        told.tell("care-package-ended", "2026-01-09 10:00", id="a", package_id="P1",
                  reason="goals_met")  # fmt: skip
        told.tell(kind, "2026-01-10 10:00", id="b", package_id="P1", **AFTER_THE_END[kind])

    return tell


def after_the_stay(kind: str, **data: Any) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        told.tell("centre-admitted", "2026-01-08 10:00", stay_id="T1", service="slic")
        told.tell("centre-discharged", "2026-01-09 10:00", id="a", stay_id="T1")
        told.tell(kind, "2026-01-10 10:00", id="b", stay_id="T1", **data)

    return tell


AFTER_DEATH: dict[str, dict[str, Any]] = {
    "first-visit-missed": {"package_id": "P1"},
    "care-package-paused": {"package_id": "P1", "reason": "family_cover"},
    "handover-sent": {"handover_id": "H", "to_service": "acme"},
    "handover-accepted": {"handover_id": "H"},
    "coordinator-assigned": {"organisation": "RWD", "coordinator": "staff-7"},
    "case-manager-assigned": {
        "provider": "RR8", "spell_id": "S1", "organisation": "RWD", "case_manager": "staff-8",
    },
    "follow-up-recorded": {"provider": "RR8", "spell_id": "S1", "day": 7, "status": "at_home"},
    "task-done": {"task": "equipment_delivered"},
}  # fmt: skip


def after_death(kind: str) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        told.tell("patient-died", "2026-01-08 10:00", id="a")
        told.tell(kind, "2026-01-14 10:00", id="b", **AFTER_DEATH[kind])

    return tell


def another_destination_than_pathway(told: Told) -> None:
    told.admitted("2026-01-08 10:00", spell_id="S2")
    told.discharged("2026-01-09 10:00", id="a", spell_id="S2", pathway="P0",
                    destination="p1_home_reablement")  # fmt: skip


def discharged_before_the_admission(told: Told) -> None:
    told.discharged("2026-01-08 10:00", id="a", spell_id="S2")
    told.admitted("2026-01-09 10:00", id="b", spell_id="S2")


BAD: dict[str, tuple[str, Callable[[Told], None], set[str]]] = {
    "a visit after death": ("event_after_death", visit_after_death, {"a", "b"}),
    "a stay in two centres": ("two_open_stays", two_centres, {"a", "b"}),
    "one stay told by two centres": (
        "stay_of_two_centres", one_stay_of_two_centres, {"a", "b"},
    ),
    "moved into a centre twice": ("admitted_twice", moved_in_twice, {"a", "b"}),
    "two owners at once": ("two_owners", two_owners, {"a", "b"}),
    "a centre while in hospital": ("centre_during_hospital_stay", centre_in_hospital, {"a", "b"}),
    "a visit while in hospital": ("visit_during_hospital_stay", visit_in_hospital, {"a", "b"}),
    "a stay left open": ("stay_left_open", stay_left_open, {"a", "b"}),
    "dated ahead": ("dated_ahead", dated_ahead, {"a"}),
    "in two hospitals at once": ("two_hospitals", two_hospitals, {"a", "b"}),
    "a destination of another pathway": (
        "pathway_contradicts_destination", another_destination_than_pathway, {"a"},
    ),
    "discharged before the admission": (
        "dated_before_admission", discharged_before_the_admission, {"a", "b"},
    ),
    "two services accept the person": ("two_services", two_accept, {"a", "b"}),
    "two services give care": ("two_services", two_give_care, {"a", "b"}),
    "one comes though another was asked": ("two_services", comes_though_nobody_asked, {"a", "b"}),
    "two give care after one gave it up": (
        "two_services", two_give_care_after_one_gave_it_up, {"a", "b"},
    ),
    "two services visit": ("two_services", two_visit, {"a", "b"}),
    "a service visits beside a package": ("two_services", a_visit_beside_a_package, {"a", "b"}),
    "one accepts, another gives care": (
        "two_services", accepted_by_one_and_cared_for_by_another, {"a", "b"},
    ),
    "care at home while in a centre": (
        "two_services", cared_for_at_home_while_in_a_centre, {"a", "b"},
    ),
    "one accepts, another moves the person in": (
        "two_services", moved_in_elsewhere_than_accepted, {"a", "b"},
    ),
    "two visit under one package": ("two_services", two_visit_under_one_package, {"a", "b"}),
    "two start one package": ("two_services", two_start_one_package, {"a", "b"}),
    "a handover accepted by two": ("handover_not_offered", accepted_by_a_second_one, {"a", "b"}),
    "a handover sent to two": ("handover_reused", sent_to_a_second_one, {"a", "b"}),
    **{
        f"{kind} after the end": ("event_after_care_ended", after_the_package(kind), {"a", "b"})
        for kind in AFTER_THE_END
    },
    "goals agreed after the stay": (
        "event_after_care_ended", after_the_stay("centre-goals-agreed"), {"a", "b"},
    ),
    "ready to leave after the stay": (
        "event_after_care_ended", after_the_stay("centre-ready-to-leave"), {"a", "b"},
    ),
    **{
        f"{kind} after death": ("event_after_death", after_death(kind), {"a", "b"})
        for kind in AFTER_DEATH
    },
}  # fmt: skip


@pytest.mark.parametrize(("rule", "tell", "ids"), BAD.values(), ids=BAD.keys())
def test_it_is_a_finding_that_is_shown_and_counted(
    rule: str, tell: Callable[[Told], None], ids: set[str]
) -> None:
    told = at_home()
    tell(told)
    view = told.assessed(NOW)
    (finding,) = [found for found in view.findings if found.rule == rule]
    assert set(finding.events) == {f"/rr8/pas#{each}" for each in ids}
    assert ("data_quality", (rule,), 1.0) in view.contribution

    history = told.history()
    assert {f"/rr8/pas#{each}" for each in ids} <= set(history.identities())

    events = [(event, value_of(event)) for event in told.events]
    folded = fold_person(PERSON, events, ENGLAND, at(NOW))
    assert folded is not None
    shown = "\n".join(lines(folded))
    assert RULES[rule][1:] in shown
    assert all(f"(/rr8/pas#{each})" in shown for each in ids)


BAD_OF_SERVICES = {
    "a service reports impossible capacity": ("slic", "capacity_impossible", "/slic/capacity#r"),
    "an event for a service nobody knows": ("who-is-that", "never_reported", "/rr8/pas#b"),
}
"""Whoever moved into the first, a finding about it, and the one event that it is about."""


@pytest.mark.parametrize(
    ("service", "rule", "event"), BAD_OF_SERVICES.values(), ids=BAD_OF_SERVICES.keys()
)
def test_of_a_service_too_it_is_shown_to_whom_it_concerns_and_counted(
    service: str, rule: str, event: str
) -> None:
    told = at_home()
    told.tell("centre-admitted", "2026-01-08 10:00", id="b", stay_id="T1", service=service)
    folded = fold_person(PERSON, [(e, value_of(e)) for e in told.events], ENGLAND, at(NOW))
    assert folded is not None
    report = report_event("2026-01-19 08:00", id="r", beds_open=10, beds_occupied=12)
    services = {
        each.data.service: each.data for each in fold_services([report], [folded], ENGLAND, at(NOW))
    }
    assert [(each.rule, each.events) for each in services[service].findings] == [(rule, (event,))]
    counted = contribution_of(services[service], {}, ENGLAND)
    assert ("service_data_quality", (rule,), 1.0) in counted

    note_never_reported(folded, {"slic"})
    note_capacity(folded, services)
    shown = [line for line in lines(folded) if event in line]
    assert any(RULES[f"service_{rule}"][1:] in line for line in shown)


def test_nobody_lies_in_two_beds() -> None:
    told = at_home()
    two_centres(told)
    assert {wait.about for wait in told.assessed(NOW).open_waits if wait.subject == "stay"} == {
        "T2"
    }
    states = {place.service: place.state for place in told.assessed(NOW).placements}
    assert states == {"slic": "left", "green": "staying"}


def test_what_is_dated_ahead_stops_no_wait_until_it_is_corrected() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    wrong = told.discharged("2027-01-07 10:00", recorded="2026-01-07 10:05")
    assert told.wait("drd_to_discharge", "2026-01-08 12:00").state == "breached"
    assert told.assessed("2026-01-08 12:00").stage.stage == "ready_to_leave"
    told.discharged("2026-01-07 10:00", recorded="2026-01-08 12:00", corrects=wrong.identity)
    assert told.wait("drd_to_discharge", "2026-01-08 12:00").state == "stopped"
    assert not [f for f in told.assessed("2026-01-09 12:00").findings if f.rule == "dated_ahead"]


def test_clocks_may_differ_by_minutes() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", recorded="2026-01-05 09:05")
    assert [finding.rule for finding in told.assessed("2026-01-05 12:00").findings] == []


def rules(told: Told) -> set[str]:
    return {finding.rule for finding in told.assessed(NOW).findings}


def test_who_is_taken_over_by_another_hospital_is_in_one_hospital() -> None:
    told = at_home()
    told.admitted("2026-01-08 10:00", spell_id="S2", provider="RCB", admission_method="21")
    told.admitted("2026-01-09 10:00", spell_id="S3", provider="RAE", admission_method="81")
    assert "two_hospitals" not in rules(told)


@pytest.mark.parametrize(("left", "doubtful"), [("2026-01-10 10:00", False), ("10:01", True)])
def test_an_overlap_of_up_to_a_day_is_no_matter_once_it_is_over(left: str, doubtful: bool) -> None:
    told = at_home()
    two_hospitals(told)
    when = left if " " in left else f"2026-01-10 {left}"
    told.discharged(when, spell_id="S2", provider="RCB")
    assert ("two_hospitals" in rules(told)) is doubtful


def test_a_service_may_pass_the_person_on() -> None:
    told = at_home()
    told.tell("handover-sent", "2026-01-08 10:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-08 11:00", handover_id="H1")
    told.tell("handover-sent", "2026-01-12 10:00", handover_id="H2", to_service="acme")
    told.tell("handover-accepted", "2026-01-12 11:00", handover_id="H2")
    assert "two_services" not in rules(told)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("care-package-ended", {"reason": "goals_met"}),
        ("care-package-paused", {"reason": "family_cover"}),
        ("care-package-handed-back", {"reason": "staffing"}),
    ],
)
def test_whose_care_stopped_or_is_given_up_has_one_service(kind: str, data: dict[str, Any]) -> None:
    told = at_home()
    two_give_care(told)
    told.tell(kind, "2026-01-10 09:00", package_id="P1", **data)
    assert "two_services" not in rules(told)


def each_by_its_own(told: Told) -> None:
    told.tell("referral-made", "2026-01-07 08:00", referral_id="R1", kind="community_health",
              service="nurses")  # fmt: skip
    told.tell("referral-made", "2026-01-07 08:00", referral_id="R2", kind="reablement",
              service="reab")  # fmt: skip
    told.tell("care-package-requested", "2026-01-07 08:30", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 09:30", referral_id="R2")
    told.tell("first-visit-completed", "2026-01-07 10:00", package_id="P1")
    told.tell("first-visit-completed", "2026-01-07 11:00", referral_id="R1")


def asked_by_who_had_accepted(told: Told) -> None:
    told.tell("handover-sent", "2026-01-07 08:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-07 10:00", handover_id="H1")
    told.tell("care-package-requested", "2026-01-07 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 11:00", package_id="P1")


def reab_has_the_person(told: Told, service: str | None) -> None:
    """Since after a package was asked for, of this service."""
    told.tell("care-package-requested", "2026-01-07 07:00", package_id="P1", kind="new",
              service=service)  # fmt: skip
    told.tell("handover-sent", "2026-01-07 08:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-07 10:00", id="a", handover_id="H1")


def asked_of_beta(told: Told) -> None:
    """Of another than before, by who has the person since."""
    told.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="new",
              service="beta")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-09 11:00", package_id="P1", service="beta")


def passed_on_before_it_began(told: Told) -> None:
    reab_has_the_person(told, "acme")
    asked_of_beta(told)


def passed_on_while_it_was_given(told: Told) -> None:
    reab_has_the_person(told, "acme")
    told.tell("first-visit-completed", "2026-01-07 12:00", package_id="P1")
    asked_of_beta(told)


def asked_of_nobody_before(told: Told) -> None:
    reab_has_the_person(told, None)
    asked_of_beta(told)


def offered_by_who_cared(told: Told) -> None:
    told.tell("referral-made", "2026-01-06 08:00", referral_id="R1", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 10:00", referral_id="R1")
    told.tell("handover-sent", "2026-01-07 11:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-07 12:00", handover_id="H1")


def requested_after_visits(told: Told) -> None:
    told.tell("referral-made", "2026-01-06 08:00", referral_id="R1", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 10:00", referral_id="R1")
    told.tell("care-package-requested", "2026-01-07 11:00", package_id="P1", kind="new",
              service="beta")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 12:00", package_id="P1")


def home_before_the_centre_said_so(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-07 10:00", stay_id="T1", service="slic")
    told.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 12:00", package_id="P1")
    told.tell("centre-discharged", "2026-01-09 12:00", stay_id="T1")


def in_a_centre_for_a_while(told: Told) -> None:
    two_give_care(told)
    told.tell("care-package-ended", "2026-01-09 11:00", package_id="P1", reason="goals_met")
    told.tell("centre-admitted", "2026-01-10 10:00", stay_id="T1", service="slic")


def home_from_the_second_of_two_centres(told: Told) -> None:
    """The first tells days later that they had left it."""
    two_centres(told)
    told.tell("care-package-requested", "2026-01-09 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-09 12:00", package_id="P1")
    told.tell("centre-discharged", "2026-01-10 10:00", stay_id="T2")
    told.tell("centre-discharged", "2026-01-12 10:00", stay_id="T1")


def nurses_in_a_centre(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-07 10:00", stay_id="T1", service="slic")
    told.tell("referral-made", "2026-01-08 08:00", referral_id="R1", kind="community_health",
              service="nurses")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 12:00", referral_id="R1")


def reab_passes_on_to_a_centre(told: Told) -> None:
    told.tell("handover-sent", "2026-01-07 08:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-07 10:00", handover_id="H1")
    told.tell("referral-made", "2026-01-07 12:00", referral_id="R1", kind="rehabilitation_bed",
              service="slic")  # fmt: skip
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")


def offered_to_the_centre(told: Told) -> None:
    told.tell("handover-sent", "2026-01-07 08:00", handover_id="H1", to_service="reab")
    told.tell("handover-accepted", "2026-01-07 10:00", handover_id="H1")
    told.tell("handover-sent", "2026-01-07 12:00", handover_id="H2", to_service="slic")
    told.tell("centre-admitted", "2026-01-08 12:00", stay_id="T1", service="slic")


def accepted_in_a_centre(told: Told) -> None:
    """Has the person once they have left it."""
    told.tell("handover-sent", "2026-01-06 18:00", handover_id="H1", to_service="reab")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="slic")
    told.tell("handover-accepted", "2026-01-08 10:00", handover_id="H1")


def handed_back_afterwards(told: Told) -> None:
    two_visit_under_one_package(told)
    told.tell("care-package-handed-back", "2026-01-08 15:00", package_id="P1", reason="staffing",
              service="acme")  # fmt: skip


def handed_back_before(told: Told) -> None:
    two_visit_under_one_package(told)
    told.tell("care-package-handed-back", "2026-01-08 10:30", package_id="P1", reason="staffing",
              service="acme")  # fmt: skip


def asked_of_them_as_well(told: Told) -> None:
    two_visit_under_one_package(told)
    told.tell("care-package-requested", "2026-01-08 10:30", package_id="P1", kind="new",
              service="gamma")  # fmt: skip


def referred_to_them(told: Told) -> None:
    two_start_one_package(told)
    told.tell("referral-made", "2026-01-08 10:30", referral_id="R1", kind="home_care",
              service="gamma")  # fmt: skip


def offered_to_them(told: Told) -> None:
    two_start_one_package(told)
    told.tell("handover-sent", "2026-01-08 10:30", handover_id="H1", to_service="gamma")


def while_it_stood_still(told: Told) -> None:
    two_visit_under_one_package(told)
    told.tell("care-package-paused", "2026-01-08 10:30", package_id="P1",
              reason="provider_capacity")  # fmt: skip


def started_anew_after_a_stay(told: Told) -> None:
    """Nobody had come before it."""
    two_start_one_package(told)
    told.admitted("2026-01-08 10:10", spell_id="S2")
    told.discharged("2026-01-08 10:50", spell_id="S2", pathway="P1")


@pytest.mark.parametrize(
    "tell",
    [
        reab_passes_on_to_a_centre,
        offered_to_the_centre,
        accepted_in_a_centre,
        handed_back_afterwards,
        handed_back_before,
        asked_of_them_as_well,
        referred_to_them,
        offered_to_them,
        while_it_stood_still,
        started_anew_after_a_stay,
        each_by_its_own,
        asked_by_who_had_accepted,
        passed_on_before_it_began,
        passed_on_while_it_was_given,
        asked_of_nobody_before,
        offered_by_who_cared,
        requested_after_visits,
        home_before_the_centre_said_so,
        in_a_centre_for_a_while,
        home_from_the_second_of_two_centres,
        nurses_in_a_centre,
    ],
)
def test_several_services_may_have_their_part(tell: Callable[[Told], None]) -> None:
    told = at_home()
    tell(told)
    assert "two_services" not in rules(told)


def test_what_somebody_found_on_a_day_before_the_death_counts() -> None:
    told = at_home()
    told.tell("patient-died", "2026-01-15 10:00")
    told.in_spell("follow-up-recorded", "2026-01-16 10:00", day=7, status="at_home")
    told.in_spell("follow-up-recorded", "2026-01-16 10:00", day=30, status="died")
    assert "event_after_death" not in rules(told)


LISTING = own_policy('[labels]\nservices = ["slic", "acme"]')
CRITERIA = '[services.criteria.who-is-that]\nkind = "independence_centre"'
OTHERS_CRITERIA = '[services.criteria.slic]\nkind = "independence_centre"'


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (LISTING, ["who-is-that"]),
        (own_policy(f'[labels]\nservices = ["slic"]\n{CRITERIA}'), []),
        (own_policy(OTHERS_CRITERIA), []),
        (ENGLAND, []),
    ],
)
def test_a_service_that_the_policy_does_not_list_is_a_finding_with_every_event_that_names_it(
    policy: Policy, found: list[str]
) -> None:
    """A policy that lists none says nothing about which there are, whom some can take or not."""
    told = Told(policy)
    told.admitted("2026-01-05 10:00")
    for service in ("slic", "who-is-that"):
        told.tell("referral-made", "2026-01-06 10:00", id=f"made-{service}", referral_id=service,
                  kind="rehabilitation_bed", service=service)  # fmt: skip
        told.tell("referral-accepted", "2026-01-06 11:00", id=f"accepted-{service}",
                  referral_id=service, service=service)  # fmt: skip
    findings = [f for f in told.assessed(NOW).findings if f.rule == "service_not_listed"]
    assert [set(finding.events) for finding in findings] == [
        {f"/rr8/pas#made-{service}", f"/rr8/pas#accepted-{service}"} for service in found
    ]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("handover-sent", {"handover_id": "H", "to_service": "who-is-that"}),
        ("referred-to-care-transfer-hub", {"provider": "RR8", "spell_id": "S1",
                                           "hub": "who-is-that"}),
        ("assessment-allocated", {"assessment_id": "A", "service": "who-is-that"}),
    ],
)  # fmt: skip
def test_a_service_may_be_named_in_several_ways(kind: str, data: dict[str, Any]) -> None:
    told = Told(LISTING)
    told.admitted("2026-01-05 10:00")
    told.tell(kind, "2026-01-06 10:00", id="a", **data)
    (finding,) = [f for f in told.assessed(NOW).findings if f.rule == "service_not_listed"]
    assert finding.events == ("/rr8/pas#a",)


# Who lets go often says so after the next has begun: within a day that is no doubt.


def findings_of(told: Told) -> list[str]:
    return [found.rule for found in told.assessed("2026-01-20 10:00").findings]


@pytest.mark.parametrize(("hours", "doubt"), [(24, False), (25, True)])
@pytest.mark.parametrize("what", ["centre-admitted", "first-visit-completed"])
def test_a_discharge_that_is_told_soon_after_settles_it(what: str, hours: int, doubt: bool) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    data = {"stay_id": "T1", "service": "slic"} if what == "centre-admitted" else {
        "package_id": "P1", "service": "acme"}  # fmt: skip
    told.tell(what, "2026-01-08 11:00", **data)
    assert "during_hospital_stay" in " ".join(findings_of(told))
    told.discharged(at("2026-01-08 11:00") + timedelta(hours=hours), pathway="P2")
    assert ("during_hospital_stay" in " ".join(findings_of(told))) is doubt


@pytest.mark.parametrize(("when", "doubt"), [("09 10:20", False), ("10 12:00", True)])
def test_a_centre_that_soon_after_says_that_they_left_settles_it(when: str, doubt: bool) -> None:
    told = Told()
    two_centres(told)
    assert "two_open_stays" in findings_of(told)
    told.tell("centre-discharged", f"2026-01-{when}", stay_id="T1")
    assert ("two_open_stays" in findings_of(told)) is doubt
