"""Who gives care, told alike by stage, responsibility, placements, notices and waits."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from flow.pathway.placements import placements_of
from tests.pathway.told import ENGLAND, Told, at

LEFT = "2026-01-10 15:00"


def _home() -> Told:
    """At home on pathway 1, with care asked for of acme and visited."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind="new",
                service="acme")  # fmt: skip
    person.discharged(LEFT, pathway="P1")
    person.tell("first-visit-completed", "2026-01-11 09:00", package_id="P1")
    return person


def _by_referral() -> Told:
    """At home on pathway 1; the first visit names a referral, and no package is known."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("referral-made", "2026-01-09 09:00", referral_id="R1", kind="reablement",
                service="reab")  # fmt: skip
    person.tell("referral-accepted", "2026-01-09 12:00", referral_id="R1")
    person.discharged(LEFT, pathway="P1")
    person.tell("first-visit-completed", "2026-01-11 09:00", referral_id="R1")
    return person


def _to_hospital_and_back(person: Told, pathway: str = "P1") -> Told:
    person.admitted("2026-02-01 10:00", spell_id="S2", admission_method="21")
    person.discharged("2026-02-05 16:00", spell_id="S2", pathway=pathway)
    return person


def _on_hold() -> Told:
    person = _home()
    person.tell("care-package-paused", "2026-02-10 10:00", package_id="P1")
    return person


def _asked_to_restart() -> Told:
    person = _to_hospital_and_back(_home())
    person.tell("care-package-requested", "2026-02-04 11:00", package_id="P1", kind="restart",
                service="acme", provider="RR8", spell_id="S2")  # fmt: skip
    return person


def _given_up() -> Told:
    person = _home()
    person.tell("care-package-handed-back", "2026-01-20 09:00", package_id="P1", service="acme",
                reason="staffing", care_until=at("2026-01-25 09:00"))  # fmt: skip
    return person


def _taken_on() -> Told:
    person = _given_up()
    person.tell("care-package-confirmed", "2026-01-24 09:00", package_id="P1", service="beta")
    return person


def _begun_by_beta() -> Told:
    person = _taken_on()
    person.tell("care-package-started", "2026-01-25 12:00", package_id="P1", service="beta")
    return person


def _missed_by_beta() -> Told:
    person = _taken_on()
    person.tell("first-visit-missed", "2026-01-26 12:00", package_id="P1", service="beta")
    return person


class Row(NamedTuple):
    """`late` are the waits for care that are late at the time, with what they are about."""

    person: Callable[[], Told]
    when: str
    stage: str
    responsible: str | None
    staying: set[str]
    late: set[tuple[str, str]]


WAITING, CARED_FOR = "discharged_waiting_for_start", "home_with_support"
ROWS = {
    "visited": Row(_home, "2026-01-15 12:00", CARED_FOR, "acme", {"acme"}, set()),
    "visited, and only a referral is known": Row(
        _by_referral, "2026-01-15 12:00", CARED_FOR, "reab", {"reab"}, set(),
    ),
    "care whose end nobody tells, after day 91": Row(
        _by_referral, "2026-05-15 12:00", "finished", None, set(), set(),
    ),
    "back from hospital, and nobody asked to go on": Row(
        lambda: _to_hospital_and_back(_home()), "2026-02-15 12:00", WAITING, "RR8", {"acme"},
        {("package_resume", "P1")},
    ),
    "back from hospital on pathway 0: it stayed live": Row(
        lambda: _to_hospital_and_back(_home(), pathway="P0"), "2026-02-15 12:00", CARED_FOR,
        "acme", {"acme"}, set(),
    ),
    "on hold, and nobody says why": Row(
        _on_hold, "2026-02-15 12:00", WAITING, "acme", {"acme"}, {("package_resume", "P1")},
    ),
    "back from hospital, asked to restart": Row(
        _asked_to_restart, "2026-02-15 12:00", WAITING, "RR8", {"acme"},
        {("package_resume", "P1")},
    ),
    "handed back, and given still": Row(
        _given_up, "2026-01-24 12:00", CARED_FOR, "acme", {"acme"}, set(),
    ),
    "taken on by another, which is not there yet": Row(
        _taken_on, "2026-01-26 08:00", WAITING, "acme", set(), set(),
    ),
    "taken on by another, which does not come": Row(
        _taken_on, "2026-01-26 10:00", WAITING, "acme", set(), {("package_start", "P1")},
    ),
    "taken on by another, which misses its first visit": Row(
        _missed_by_beta, "2026-01-26 17:00", WAITING, "acme", set(),
        {("package_start", "P1"), ("missed_first_visit", "P1")},
    ),
    "taken on by another, which has begun": Row(
        _begun_by_beta, "2026-02-10 12:00", CARED_FOR, "beta", {"beta"}, set(),
    ),
}  # fmt: skip
FOR_CARE = {"package_start", "package_resume", "missed_first_visit", "p1_reablement_start"}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_who_gives_care(row: Row) -> None:
    person = row.person()
    view = person.assessed(row.when)
    assert view.stage.stage == row.stage
    assert view.stage.responsible == row.responsible
    placed = placements_of(person.journey(), ENGLAND.service_rules.criteria, at(row.when))
    assert {each.service for each in placed if each.state == "staying"} == row.staying
    late = {(wait.id, wait.about) for wait in view.open_waits if wait.state == "breached"}
    assert {each for each in late if each[0] in FOR_CARE} == row.late


def test_whoever_cares_is_told_of_a_death() -> None:
    person = _by_referral()
    person.tell("patient-died", "2026-01-20 10:00")
    notices = person.assessed("2026-01-20 11:00").notices
    assert [n.about for n in notices if n.kind == "stand_down"] == ["reab"]


def test_the_next_provider_begins_after_the_last_day_of_the_one_before() -> None:
    wait = _taken_on().wait("package_start", "2026-01-25 10:00", 2)
    assert (wait.starts_at, wait.service) == (at("2026-01-25 09:00"), "beta")


def test_who_cared_before_has_left() -> None:
    when = at("2026-02-15 12:00")
    placed = placements_of(_begun_by_beta().journey(), ENGLAND.service_rules.criteria, when)
    assert {each.service: each.state for each in placed} == {"acme": "left", "beta": "staying"}


def test_a_package_that_turns_out_to_be_for_another_referral_leaves_the_first_one_waiting() -> None:
    """Home care and reablement of one service: the visit says which of them the package is."""
    person = _home()
    person.tell("referral-made", "2026-01-12 09:00", referral_id="R1", kind="home_care",
                service="beta")  # fmt: skip
    person.tell("care-package-requested", "2026-01-12 10:00", package_id="P2", kind="new",
                service="beta")  # fmt: skip
    assert "home_care_start" not in _running(person, "2026-01-12 12:00")
    person.tell("referral-made", "2026-01-12 11:00", referral_id="R2", kind="reablement",
                service="beta")  # fmt: skip
    person.tell("first-visit-completed", "2026-01-13 09:00", package_id="P2", referral_id="R2")

    assert "home_care_start" in _running(person, "2026-01-13 12:00")


def _running(person: Told, moment: str) -> set[str]:
    return {wait.id for wait in person.assessed(moment).open_waits}


def home_on_pathway_1() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", pathway="P1")
    return told


def package(told: Told, step: str, when: str, /, **data: Any) -> None:
    told.tell(f"care-package-{step}", when, package_id="P", **data)


@pytest.mark.parametrize(
    ("then", "since"),
    [
        ((), "2026-01-08 10:00"),
        ((("confirmed", "2026-01-08 12:00", {"service": "acme"}),), "2026-01-08 10:00"),
        (
            (
                ("started", "2026-01-09 10:00", {}),
                ("handed-back", "2026-01-12 10:00", {"reason": "staffing"}),
                ("confirmed", "2026-01-13 10:00", {"service": "zenith"}),
            ),
            "2026-01-13 10:00",
        ),
        (
            (
                ("started", "2026-01-09 10:00", {}),
                ("paused", "2026-01-15 10:00", {"reason": "provider_capacity"}),
            ),
            "2026-01-15 10:00",
        ),
    ],
)
def test_since_when_care_is_waited_for(
    then: tuple[tuple[str, str, dict[str, Any]], ...], since: str
) -> None:
    told = home_on_pathway_1()
    package(told, "requested", "2026-01-08 10:00", kind="new", service="acme")
    for kind, when, data in then:
        package(told, kind, when, **data)
    if any(kind == "started" for kind, _, _ in then):
        told.tell("first-visit-completed", "2026-01-09 11:00", package_id="P")
    stage = told.assessed("2026-01-16 10:00").stage
    assert (stage.stage, stage.since) == ("discharged_waiting_for_start", at(since))


@pytest.mark.parametrize(
    ("kind", "package_of", "cared_for"),
    [
        ("reablement", None, True),
        ("reablement", "R2", True),
        ("reablement", "R", False),
        ("urgent_community_response", None, False),
    ],
)
def test_a_visit_that_names_a_referral_is_care_where_no_package_says_more(
    kind: str, package_of: str | None, *, cared_for: bool
) -> None:
    told = home_on_pathway_1()
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R", kind=kind, service="acme")
    told.tell("first-visit-completed", "2026-01-08 12:00", referral_id="R")
    if package_of is not None:
        package(told, "requested", "2026-01-09 10:00", kind="new", referral_id=package_of)
        package(told, "ended", "2026-01-09 11:00", reason="goals_met")
    stage = told.assessed("2026-01-10 10:00").stage.stage
    assert (stage == "home_with_support") is cared_for


@pytest.mark.parametrize(
    ("kind", "data", "arranged"),
    [
        ("requested", {"kind": "new"}, True),
        ("confirmed", {"service": "acme"}, False),  # nobody waits for what nobody asked for
        ("started", {}, False),
        ("paused", {"reason": "other"}, True),  # on hold: it was given before
        ("ended", {"reason": "provider_withdrew"}, False),
    ],
)
def test_what_only_names_a_package_does_not_make_it_one(
    kind: str, data: dict[str, Any], *, arranged: bool
) -> None:
    told = home_on_pathway_1()
    package(told, kind, "2026-01-08 10:00", **data)
    runs = {wait.id for wait in told.assessed("2026-01-08 11:00").open_waits}
    assert ("care_arranged" not in runs) is arranged


def test_a_package_of_nobody_is_not_what_a_referral_to_nobody_asks_for() -> None:
    told = home_on_pathway_1()
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R", kind="home_care")
    package(told, "requested", "2026-01-08 11:00", kind="new")
    runs = {wait.key for wait in told.assessed("2026-01-08 12:00").open_waits}
    assert ("home_care_start", "R", 1) in runs
