"""Who visits people where they live is not late while the person is in hospital."""

from typing import Any

import pytest

from tests.pathway.told import Told, at

WAITS = {
    "community_health": "community_health_start",
    "palliative_care": "palliative_care_start",
    "disability_support": "disability_support_start",
    "early_years": "early_years_start",
    "urgent_community_response": "ucr_response",
}
ASKED = "2026-01-06 09:00"
LEFT = "2026-01-09 09:00"
BACK = "2026-01-09 10:30"
LEFT_AGAIN = "2026-01-20 09:00"


def in_hospital(kind: str) -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 08:00", meets=False)
    told.tell("referral-made", ASKED, referral_id="R1", kind=kind, service="s")
    told.tell("referral-accepted", "2026-01-06 10:00", referral_id="R1", service="s")
    return told


def runs(told: Told, kind: str, now: str) -> Any:
    found = [w.starts_at for w in told.assessed(now).open_waits if w.id == WAITS[kind]]
    return found[0] if found else None


@pytest.mark.parametrize("kind", WAITS)
def test_they_are_waited_for_from_leaving_hospital(kind: str) -> None:
    told = in_hospital(kind)
    assert runs(told, kind, "2026-01-08 12:00") is None
    told.discharged(LEFT)
    assert runs(told, kind, "2026-01-09 10:00") == at(LEFT)


@pytest.mark.parametrize("kind", WAITS)
def test_after_another_stay_they_are_waited_for_anew(kind: str) -> None:
    told = in_hospital(kind)
    told.discharged(LEFT)
    told.admitted(BACK, spell_id="S2")
    told.reviewed("2026-01-12 08:00", meets=False, spell_id="S2")
    assert runs(told, kind, "2026-01-12 09:00") is None
    told.discharged(LEFT_AGAIN, spell_id="S2")
    assert runs(told, kind, "2026-01-20 10:00") == at(LEFT_AGAIN)


@pytest.mark.parametrize("kind", WAITS)
def test_in_a_centre_there_may_be_a_crisis_and_no_visit_at_home(kind: str) -> None:
    told = in_hospital(kind)
    told.discharged(LEFT, pathway="P2")
    told.tell("centre-admitted", BACK, stay_id="T1", service="slic")
    crisis = kind == "urgent_community_response"
    assert runs(told, kind, "2026-01-09 11:00") == (at(LEFT) if crisis else None)


def test_support_that_is_asked_for_as_a_package_is_waited_for_as_one() -> None:
    told = in_hospital("disability_support")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              referral_id="R1")  # fmt: skip
    told.discharged(LEFT)
    assert runs(told, "disability_support", "2026-01-09 10:00") is None
    assert "package_start" in {w.id for w in told.assessed("2026-01-09 10:00").open_waits}


@pytest.mark.parametrize(
    ("asked", "comes", "has"),
    [(None, "beta", "beta"), (None, None, None), ("acme", "acme", "acme"), ("acme", None, "acme")],
)
@pytest.mark.parametrize("names", [{"referral_id": "R1"}, {}])
def test_who_comes_has_the_person_where_it_was_open_which_service_is_asked(
    asked: str | None, comes: str | None, has: str | None, names: dict[str, str]
) -> None:
    """And one owner is asked for, who answers for the person from then on."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged(LEFT, pathway="P1")
    by = {"service": comes} if comes else {}
    if not names and not by:
        names = {"referral_id": "R1"}
    whom = {"service": asked} if asked else {}
    told.tell("referral-made", "2026-01-09 10:00", referral_id="R1", kind="home_care", **whom)
    told.tell("first-visit-completed", "2026-01-09 12:00", **names, **by)
    view = told.assessed("2026-01-09 13:00")
    assert (view.stage.stage, view.stage.service) == ("home_with_support", has)
    assert view.stage.responsible == has
    assert ("owner_named" in {each.id for each in view.open_waits}) is (has is not None)
