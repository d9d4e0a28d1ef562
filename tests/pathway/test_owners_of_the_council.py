"""A social worker of the council may own the case whoever gives the care, so that nobody else has
to be named (domain.md 1.4). Councils are told by their ONS codes and organisations by their ODS
codes (domain.md 4.4), so the role says that it is a council's."""

import pytest

from flow.pathway import assess
from flow.pathway.stage import ActsNext
from tests.pathway.told import ENGLAND, Told, at, value_of

COUNCIL, HUB = "213", "QWO"
"""The ODS codes of a council, and of a hub's staff."""


def cared_for(
    organisation: str = COUNCIL,
    role: str | None = "social_worker",
    service: str | None = None,
    *,
    of_the_hub: bool = True,
) -> Told:
    """On pathway 1, with an owner since hospital; an agency has begun."""
    told = Told()
    told.admitted("2026-01-05 10:00", council="E08000035")
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    if of_the_hub and service is None:
        told.in_spell("case-manager-assigned", "2026-01-06 11:00", organisation=organisation,
                      case_manager="m1", role=role)  # fmt: skip
    else:
        told.tell("coordinator-assigned", "2026-01-06 11:00", organisation=organisation,
                  coordinator="m1", role=role, service=service)  # fmt: skip
    told.tell("care-package-requested", "2026-01-07 10:00", package_id="P1", kind="new",
              service="acme", funder="council")  # fmt: skip
    told.discharged("2026-01-08 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1", service="acme")
    return told


def follows(told: Told, now: str = "2026-01-09 10:00") -> bool:
    return "owner_follows" in {wait.id for wait in told.assessed(now).open_waits}


@pytest.mark.parametrize(
    ("organisation", "role", "service", "asked_for"),
    [
        pytest.param(COUNCIL, "social_worker", None, False, id="the council's social worker"),
        pytest.param(COUNCIL, "case_manager", None, True, id="in a role that is no council's"),
        pytest.param(HUB, None, None, True, id="in no role that was told"),
        pytest.param("E08000035", None, None, True, id="an ONS code says nothing of staff"),
        pytest.param("RR8", "social_worker", None, True, id="the hospital's own social worker"),
        pytest.param(COUNCIL, "social_worker", "leeds-reablement", True, id="of another service"),
        pytest.param(COUNCIL, "social_worker", "acme", False, id="of the very service"),
    ],
)
def test_only_a_social_worker_of_no_part_in_the_care_is_not_followed(
    organisation: str, role: str | None, service: str | None, *, asked_for: bool
) -> None:
    """A co-ordinator of one of the council's own services answers for that."""
    told = cared_for(organisation, role, service)
    assert told.assessed("2026-01-09 10:00").stage.responsible == "acme"
    assert follows(told) is asked_for


@pytest.mark.parametrize("of_the_hub", [True, False])
def test_by_either_event(*, of_the_hub: bool) -> None:
    assert not follows(cared_for(of_the_hub=of_the_hub))


def test_whichever_service_comes_next() -> None:
    told = cared_for()
    told.tell("care-package-ended", "2026-01-11 10:00", package_id="P1", reason="goals_met")
    told.tell("referral-made", "2026-01-11 11:00", referral_id="R2", kind="reablement",
              service="beta", council="E08000032")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-12 10:00", referral_id="R2", service="beta")
    assert told.assessed("2026-01-12 11:00").stage.responsible == "beta"
    assert not follows(told, "2026-01-12 11:00")


def in_a_care_home(role: str, kind: str = "care_home", *, moved_in: bool = False) -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00", council="E08000035")
    told.in_spell("referred-to-care-transfer-hub", "2026-01-06 10:00", hub="leeds-hub")
    told.in_spell("case-manager-assigned", "2026-01-06 11:00", organisation=COUNCIL,
                  case_manager="m1", role=role)  # fmt: skip
    told.tell("referral-made", "2026-01-06 12:00", referral_id="R1", kind=kind,
              service="oak")  # fmt: skip
    line = "p3_care_home_new" if kind == "care_home" else None
    told.discharged("2026-01-08 10:00", pathway="P3", destination=line)
    if moved_in:
        told.tell("centre-admitted", "2026-01-08 11:00", stay_id="T1", service="oak",
                  referral_id="R1")  # fmt: skip
    return told


def test_in_a_care_home() -> None:
    told = in_a_care_home("social_worker")
    assert told.assessed("2026-01-09 10:00").stage.responsible == "oak"
    assert not follows(told)


@pytest.mark.parametrize(
    ("kind", "moved_in", "acts"),
    [
        pytest.param("care_home", False, ("E08000035", "social_worker"), id="by the discharge"),
        pytest.param("care_home", True, ("E08000035", "social_worker"), id="by a stay"),
        pytest.param("rehabilitation_bed", True, ("oak", "service"), id="in a short-term bed"),
    ],
)
def test_of_who_lives_in_a_care_home_the_council_names_the_owner(
    kind: str, acts: tuple[str, str], *, moved_in: bool
) -> None:
    """A care home gives the care and has no case: the hub's case manager is followed by whoever
    reviews the placement for the council."""
    told = in_a_care_home("case_manager", kind, moved_in=moved_in)
    assert told.assessed("2026-01-09 10:00").stage.responsible == "oak"
    assert told.wait("owner_follows", "2026-01-09 10:00").acts_next == acts


def test_a_care_home_that_visits_whoever_moved_out_names_the_owner_as_any_service() -> None:
    told = in_a_care_home("case_manager", moved_in=True)
    told.tell("care-package-requested", "2026-01-20 10:00", package_id="P1", kind="new",
              service="oak")  # fmt: skip
    told.tell("centre-discharged", "2026-01-20 11:00", stay_id="T1", destination="home")
    told.tell("first-visit-completed", "2026-01-20 17:00", package_id="P1", service="oak")
    assert told.wait("owner_follows", "2026-01-20 18:00").acts_next == ("oak", "service")


def test_known_only_later_that_it_is_a_care_home() -> None:
    """In a journey that grows, too: who acts changes with no move."""
    told = in_a_care_home("case_manager", "other")
    told.tell("centre-admitted", "2026-01-10 11:00", stay_id="T1", service="oak",
              referral_id="R2")  # fmt: skip
    history = told.history()
    event = told.tell("referral-made", "2026-01-10 12:00", referral_id="R2", kind="care_home",
                      service="oak")  # fmt: skip

    def acts() -> list[ActsNext]:
        view = assess(history.journey(), ENGLAND, at("2026-01-10 13:00"))
        return [wait.acts_next for wait in view.open_waits if wait.id == "owner_follows"]

    assert acts() == [("oak", "service")]
    history.add(event, value_of(event))
    assert acts() == [("E08000035", "social_worker")]


def test_once_the_care_home_has_ended_whoever_comes_next_names_the_owner() -> None:
    told = in_a_care_home("case_manager")
    told.discharged("2026-01-20 10:00", spell_id="S2", pathway="P1",
                    destination="p1_home_other_support")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-21 10:00", package_id="P1", service="acme")
    assert told.waits("owner_follows", "2026-01-21 12:00")[-1].acts_next == ("acme", "service")


def test_in_another_hospital_that_one_names_an_owner_for_the_stay() -> None:
    told, there = cared_for(), {"provider": "RAE", "spell_id": "S2"}
    told.admitted("2026-01-20 10:00", **there, admission_method="21")
    told.in_spell("pathway-decided", "2026-01-20 11:00", **there, pathway="P1",
                  status="confirmed")  # fmt: skip
    assert follows(told, "2026-01-20 12:00")


def two_owners(*then: tuple[str, str, str | None]) -> bool:
    """In hospital, after the hub's case manager, with nobody who passed the person on."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("case-manager-assigned", "2026-01-06 10:00", organisation=HUB, case_manager="m1",
                  role="case_manager")  # fmt: skip
    for hour, (organisation, role, service) in enumerate(then, start=11):
        told.tell("coordinator-assigned", f"2026-01-06 {hour}:00", organisation=organisation,
                  coordinator=f"c{hour}", role=role, service=service)  # fmt: skip
    found = told.assessed("2026-01-07 10:00").findings
    return "two_owners" in {finding.rule for finding in found}


@pytest.mark.parametrize(
    ("then", "doubtful"),
    [
        pytest.param([(COUNCIL, "social_worker", None)], False, id="takes the case"),
        pytest.param([(COUNCIL, "case_manager", None)], True, id="in another role"),
        pytest.param([(COUNCIL, "social_worker", "leeds-reablement")], True, id="of a service"),
        pytest.param([("RR8", "social_worker", None)], True, id="the hospital's own"),
        pytest.param(
            [(COUNCIL, "social_worker", None), ("210", "social_worker", None)], True,
            id="of two councils",
        ),
        pytest.param(
            [(COUNCIL, "social_worker", None), (HUB, "case_manager", None)], True,
            id="and the hub takes it back",
        ),
    ],
)  # fmt: skip
def test_the_councils_social_worker_may_take_the_case_from_whom_nobody_passed_it_on(
    then: list[tuple[str, str, str | None]], *, doubtful: bool
) -> None:
    assert two_owners(*then) is doubtful
