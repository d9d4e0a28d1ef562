"""A referral and the package that it leads to: one wait for both, and never none."""

from typing import Any

import pytest

from tests.pathway.told import Told, at


@pytest.fixture
def asked() -> Told:
    """At home, and home care was asked for at home-help."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind="home_care",
                service="home-help", provider="RR8", spell_id="S1")  # fmt: skip
    person.discharged("2026-01-09 10:00")
    return person


def _package(person: Told, when: str, **data: Any) -> None:
    person.tell("care-package-requested", when, package_id="P1", kind="new",
                service="home-help", **data)  # fmt: skip


def test_a_package_that_ends_before_it_began_leaves_the_referral_waiting(asked: Told) -> None:
    _package(asked, "2026-01-09 12:00", referral_id="R1")
    asked.tell("care-package-ended", "2026-01-10 09:00", package_id="P1", reason="goals_met")
    open_waits = {w.id: w for w in asked.assessed("2026-01-10 10:00").open_waits}
    assert open_waits["home_care_start"].starts_at == at("2026-01-10 09:00")
    assert "package_start" not in open_waits


def test_a_package_of_which_nobody_knows_the_request_does_not_take_the_wait_over(
    asked: Told,
) -> None:
    asked.tell("care-package-confirmed", "2026-01-09 12:00", package_id="P1", service="home-help")
    open_waits = {w.id for w in asked.assessed("2026-01-09 13:00").open_waits}
    assert "home_care_start" in open_waits
    assert "package_start" not in open_waits


def test_a_package_of_another_service_does_not_take_the_wait_over(asked: Told) -> None:
    asked.tell("care-package-requested", "2026-01-09 12:00", package_id="P1", kind="new",
               service="other-help")  # fmt: skip
    open_waits = {w.id for w in asked.assessed("2026-01-09 13:00").open_waits}
    assert {"home_care_start", "package_start"} <= open_waits


def test_a_package_of_the_same_service_takes_the_wait_over(asked: Told) -> None:
    _package(asked, "2026-01-09 12:00")
    open_waits = {w.id for w in asked.assessed("2026-01-09 13:00").open_waits}
    assert "package_start" in open_waits
    assert "home_care_start" not in open_waits


HANDED_BACK = {"reason": "staffing", "care_until": "2026-01-12T12:00:00+00:00"}


@pytest.mark.parametrize("kind", ["home_care", "disability_support"])
@pytest.mark.parametrize("accepts", [True, False])
@pytest.mark.parametrize("pathway", ["P0", "P1"])
@pytest.mark.parametrize(
    ("told", "waits"),
    [
        (["started"], ["{kind}_start"]),
        (["confirmed", "started"], ["{kind}_start"]),
        (["started", "handed-back"], ["package_handed_back"]),
        (["started", "handed-back", "confirmed"], ["{kind}_start"]),
        (["started", "requested"], ["package_start"]),
        (["requested", "started"], ["package_start"]),
        (["started", "visited"], []),
    ],
)
def test_care_that_is_said_to_be_in_place_is_waited_for_until_somebody_comes(
    kind: str, accepts: bool, pathway: str, told: list[str], waits: list[str]
) -> None:
    """By the wait of its package where that was asked for; else by that of the referral."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=False)
    person.tell("referral-made", "2026-01-08 12:00", referral_id="R1", kind=kind,
                service="home-help")  # fmt: skip
    if accepts:
        person.tell("referral-accepted", "2026-01-08 14:00", referral_id="R1", service="home-help")
    person.in_spell("pathway-decided", "2026-01-08 15:00", pathway=pathway, status="confirmed")
    person.discharged("2026-01-09 10:00", pathway=pathway)
    for hour, what in enumerate(told, start=12):
        event = "first-visit-completed" if what == "visited" else f"care-package-{what}"
        more = {"handed-back": HANDED_BACK, "requested": {"kind": "new"}}.get(what, {})
        person.tell(event, f"2026-01-09 {hour}:00", package_id="P1", service="home-help", **more)
    view = person.assessed("2026-01-13 10:00")
    stage, owner = "discharged_waiting_for_start", "RR8"
    if told[-1] == "visited":
        stage, owner = "home_with_support", "home-help"
    of_its_start = [w.id for w in view.open_waits if "_start" in w.id or "handed" in w.id]
    assert of_its_start == [each.format(kind=kind) for each in waits]
    assert (view.stage.stage, view.stage.responsible) == (stage, owner)


def fast_track(*, names: bool = True) -> Told:
    """At home since Friday 09:00; a provider of the Fast Track asked for has confirmed."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-07 09:00", meets=False)
    person.in_spell("pathway-decided", "2026-01-07 11:00", pathway="P1", status="confirmed")
    person.tell("referral-made", "2026-01-07 13:00", referral_id="R1", kind="fast_track_chc",
                service="leeds-chc" if names else "dove-care", provider="RR8",
                spell_id="S1")  # fmt: skip
    person.tell("care-package-requested", "2026-01-08 10:00", package_id="PK", kind="new",
                service="dove-care", referral_id="R1" if names else None,
                provider="RR8", spell_id="S1")  # fmt: skip
    person.discharged("2026-01-09 09:00", pathway="P1")
    return person


def confirmed_package(person: Told, when: str = "2026-01-09 09:30", package: str = "PK") -> None:
    person.tell("care-package-confirmed", when, package_id=package, service="dove-care",
                first_visit_due_at=at("2026-01-09 10:00"))  # fmt: skip


def visits_waited_for(person: Told, now: str = "2026-01-09 15:00") -> list[str]:
    found = {w.id for w in person.assessed(now).open_waits}
    return sorted(found & {"fast_track_chc", "package_start"})


@pytest.mark.parametrize("names", [True, False])
def test_one_visit_of_fast_track_is_waited_for_once_its_provider_has_confirmed(
    *, names: bool
) -> None:
    person = fast_track(names=names)
    assert visits_waited_for(person, "2026-01-09 09:15") == ["fast_track_chc", "package_start"]
    confirmed_package(person)
    assert visits_waited_for(person) == ["fast_track_chc"]
    stage = person.assessed("2026-01-09 15:00").stage
    assert (stage.stage, stage.service) == ("discharged_waiting_for_start", "dove-care")
    (wait,) = person.waits("fast_track_chc", "2026-01-09 15:00")
    assert wait.acts_next == ("dove-care", "service")


def test_before_a_provider_has_confirmed_the_stage_names_whoever_was_asked_first() -> None:
    assert fast_track().assessed("2026-01-09 09:15").stage.service == "leeds-chc"


@pytest.mark.parametrize(
    ("then", "data", "waits"),
    [
        ("referral-withdrawn", {"referral_id": "R1"}, ["package_start"]),
        ("referral-rejected", {"referral_id": "R1", "reason": "no_capacity"}, ["package_start"]),
        ("care-package-handed-back", {"package_id": "PK", "reason": "staffing"},
         ["fast_track_chc"]),
        ("care-package-ended", {"package_id": "PK", "reason": "goals_met"}, ["fast_track_chc"]),
        # In place on paper, as Fast Track counts; nobody has come.
        ("care-package-started", {"package_id": "PK"}, ["package_start"]),
        ("first-visit-completed", {"package_id": "PK"}, []),
        ("first-visit-missed", {"package_id": "PK"}, ["fast_track_chc"]),
        ("referral-made", {"referral_id": "R1", "kind": "palliative_care"}, ["package_start"]),
        ("patient-admitted", {"provider": "RR8", "spell_id": "S2"}, []),
    ],
)  # fmt: skip
def test_a_visit_is_waited_for_by_one_of_both_whatever_happens_then(
    then: str, data: dict[str, Any], waits: list[str]
) -> None:
    person = fast_track()
    confirmed_package(person)
    person.tell(then, "2026-01-09 14:00", **data)
    assert visits_waited_for(person) == waits
