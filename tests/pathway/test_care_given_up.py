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


R1 = {"referral_id": "R1"}
REFUSED = ("referral-rejected", R1 | {"reason": "no_capacity"})
DECLINED = ("referral-rejected", R1 | {"reason": "person_declined"})
ANOTHER = ("referral-made", {"referral_id": "R2", "kind": "reablement"})
ANOTHER_COMES = ("first-visit-completed", {"referral_id": "R2"})
OVER = ("referral-withdrawn", R1 | {"reason": "no_longer_needed"})
TAKEN_BACK = ("referral-withdrawn", R1 | {"reason": "made_in_error"})
VISITED = ("first-visit-completed", R1)


def asked(kind: str) -> tuple[str, dict[str, str]]:
    return "referral-made", R1 | {"kind": kind}


@pytest.mark.parametrize("pathway", PATHWAYS)
@pytest.mark.parametrize(
    ("steps", "since"),
    [
        ([asked("home_care"), REFUSED], "2026-01-24 10:00"),
        ([asked("community_health"), REFUSED], "2026-01-24 10:00"),
        ([asked("hospice_bed"), REFUSED], "2026-01-24 10:00"),
        ([asked("equipment"), REFUSED], None),
        ([asked("urgent_community_response"), REFUSED], None),
        ([asked("other"), REFUSED], None),
        ([REFUSED], None),
        ([asked("home_care"), DECLINED], None),
        ([asked("home_care"), TAKEN_BACK], None),
        ([asked("home_care"), REFUSED, TAKEN_BACK], "2026-01-24 10:00"),
        ([asked("home_care"), REFUSED, OVER], None),
        ([asked("home_care"), REFUSED, ANOTHER, ANOTHER_COMES], None),
        ([asked("home_care"), VISITED, REFUSED], None),
    ],
)
def test_a_referral_that_was_refused_is_missed_like_a_package(
    pathway: dict[str, str], steps: list[tuple[str, dict[str, str]]], since: str | None
) -> None:
    told = Told()
    told.admitted("2026-01-20 10:00", **S2)
    home(told, pathway)
    for day, (kind, data) in enumerate(steps, start=23):
        told.tell(kind, f"2026-01-{day} 10:00", **data)
    assert since_when(told) == (at(since) if since else None)


def test_a_referral_refused_in_hospital_is_missed_at_home() -> None:
    told = Told()
    told.admitted("2026-01-20 10:00", **S2)
    told.tell("referral-made", "2026-01-21 10:00", **R1, kind="home_care")
    told.tell("referral-rejected", "2026-01-21 12:00", **R1, reason="no_capacity")
    assert since_when(home(told, {})) == at("2026-01-22 10:00")


def test_one_for_another_pathway_or_that_another_service_took_is_not() -> None:
    told = Told()
    told.admitted("2026-01-20 10:00", **S2)
    told.tell("referral-made", "2026-01-21 10:00", **R1, kind="home_care")
    told.in_spell("pathway-decided", "2026-01-21 12:00", pathway="P0", status="confirmed", **S2)
    told.tell("referral-rejected", "2026-01-21 15:00", **R1, reason="no_capacity")
    assert since_when(home(told, {"pathway": "P0"})) is None

    told = home(Told(), {"pathway": "P0"})
    told.tell("referral-made", "2026-01-23 10:00", **R1, kind="home_care")
    told.tell("referral-made", "2026-01-23 10:00", referral_id="R2", kind="home_care")
    told.tell("first-visit-completed", "2026-01-24 10:00", referral_id="R2")
    told.tell("referral-rejected", "2026-01-24 11:00", **R1, reason="duplicate")
    told.tell("referral-withdrawn", "2026-01-25 11:00", referral_id="R2", reason="other")
    assert since_when(told) is None


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
