"""Care that was given up is arranged anew, whatever the pathway: the person needs it still."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

NOW = "2026-02-05 10:00"
S2 = {"spell_id": "S2"}
P1 = {"package_id": "P1"}
PATHWAYS: list[Any] = [{"pathway": "P0"}, {}]


def cared_for() -> Told:
    """At home with care of acme, and in hospital again since 20 January."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 11:00", **P1, kind="new", service="acme")
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-07 12:00", **P1)
    told.admitted("2026-01-20 10:00", **S2)
    return told


def home(told: Told, pathway: dict[str, str]) -> Told:
    told.discharged("2026-01-22 10:00", **S2, **pathway)
    return told


def ended(told: Told, when: str, reason: str) -> None:
    told.tell("care-package-ended", when, **P1, reason=reason)


def since_when(told: Told) -> Any:
    """Since when care is to be arranged, and whether stage and responsibility agree."""
    view = told.assessed(NOW)
    found = [wait.starts_at for wait in view.open_waits if wait.id == "care_arranged"]
    assert bool(found) is (view.stage.stage == "discharged_waiting_for_start")
    if found:
        assert view.stage.responsible is not None
    assert not {"owner_named", "owner_follows"} & {wait.id for wait in view.open_waits}
    return found[0] if found else None


@pytest.mark.parametrize("pathway", PATHWAYS)
@pytest.mark.parametrize(
    ("reason", "waits"),
    [("provider_withdrew", True), ("goals_met", False), ("died", False), ("readmitted", False)],
)
def test_care_that_ended_is_missed_where_it_was_given_up(
    pathway: dict[str, str], reason: str, *, waits: bool
) -> None:
    told = home(cared_for(), pathway)
    told.tell("care-package-restarted", "2026-01-22 18:00", **P1)
    ended(told, "2026-01-26 10:00", reason)
    assert since_when(told) == (at("2026-01-26 10:00") if waits else None)


@pytest.mark.parametrize("pathway", PATHWAYS)
@pytest.mark.parametrize(("reason", "waits"), [("other", True), ("person_declined", False)])
def test_care_that_was_handed_back_to_nobody_is_missed(
    pathway: dict[str, str], reason: str, *, waits: bool
) -> None:
    told = home(cared_for(), pathway)
    told.tell("care-package-restarted", "2026-01-22 18:00", **P1)
    told.tell("care-package-handed-back", "2026-01-24 10:00", **P1, reason="staffing")
    ended(told, "2026-01-26 10:00", reason)
    assert since_when(told) == (at("2026-01-26 10:00") if waits else None)


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_care_that_stood_still_at_home_when_it_ended_is_missed(pathway: dict[str, str]) -> None:
    told = home(cared_for(), pathway)
    told.tell("care-package-restarted", "2026-01-22 18:00", **P1)
    told.tell("care-package-paused", "2026-01-24 10:00", **P1, reason="provider_capacity")
    ended(told, "2026-01-26 10:00", "other")
    assert since_when(told) == at("2026-01-26 10:00")


@pytest.mark.parametrize("pathway", PATHWAYS)
@pytest.mark.parametrize(("reason", "waits"), [("provider_withdrew", True), ("other", False)])
def test_a_restart_refused_in_hospital_is_missed_at_home(
    pathway: dict[str, str], reason: str, *, waits: bool
) -> None:
    told = cared_for()
    told.tell("care-package-requested", "2026-01-21 10:00", **P1, kind="restart", service="acme")
    ended(told, "2026-01-21 15:00", reason)
    home(told, pathway)
    assert since_when(told) == (at("2026-01-22 10:00") if waits else None)


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_what_was_asked_for_and_refused_is_missed(pathway: dict[str, str]) -> None:
    told = Told()
    told.admitted("2026-01-20 10:00", **S2)
    if not pathway:
        told.tell("care-package-requested", "2026-01-21 10:00", **P1, kind="new")
    home(told, pathway)
    if pathway:
        told.tell("care-package-requested", "2026-01-22 11:00", **P1, kind="new")
    ended(told, "2026-01-22 12:00", "provider_withdrew")
    assert since_when(told) == at("2026-01-22 12:00")


def test_what_was_for_another_pathway_and_never_began_is_not_missed() -> None:
    told = Told()
    told.admitted("2026-01-20 10:00", **S2)
    told.tell("care-package-requested", "2026-01-21 10:00", **P1, kind="new")
    told.in_spell("pathway-decided", "2026-01-21 12:00", pathway="P0", status="confirmed", **S2)
    ended(told, "2026-01-21 15:00", "provider_withdrew")
    assert since_when(home(told, {"pathway": "P0"})) is None


def test_what_ended_before_the_stay_is_not_missed_after_it() -> None:
    told = Told()
    told.tell("first-visit-completed", "2026-01-07 12:00", **P1)
    ended(told, "2026-01-08 10:00", "provider_withdrew")
    told.admitted("2026-01-20 10:00", **S2)
    assert since_when(home(told, {"pathway": "P0"})) is None


def test_nobody_is_looked_for_where_others_care() -> None:
    told = cared_for()
    ended(told, "2026-01-21 15:00", "provider_withdrew")
    assert since_when(home(told, {"pathway": "P0", "destination": "p0_care_home_return"})) is None


@pytest.mark.parametrize(
    ("answer", "how"),
    [
        (("care-package-requested", {"package_id": "P2", "kind": "new"}), "done"),
        (("patient-admitted", {"provider": "RR8", "spell_id": "S3"}), "cancelled"),
        (("patient-died", {}), "died"),
    ],
)
def test_it_is_waited_for_until_somebody_is_asked(
    answer: tuple[str, dict[str, str]], how: str
) -> None:
    told = home(cared_for(), {"pathway": "P0"})
    ended(told, "2026-01-26 10:00", "provider_withdrew")
    event, data = answer
    told.tell(event, "2026-01-27 10:00", **data)
    assert [wait.ended for wait in told.waits("care_arranged", NOW)][-1] == how
