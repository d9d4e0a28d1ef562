"""Care that stands still for a stay in hospital, asked anew of the very provider that gives it."""

import pytest

from tests.pathway.told import Told, at

COMES = "2026-01-14 18:00"
LATER = "2026-01-17 12:00"


def back_in_hospital(referral: str | None = "R1") -> Told:
    """Acme gives home care since 7 January; the person is back in hospital, and ready again."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    if referral is not None:
        told.tell("referral-made", "2026-01-06 10:30", referral_id=referral, kind="home_care",
                  service="acme")  # fmt: skip
        told.tell("referral-accepted", "2026-01-06 10:45", referral_id=referral, service="acme")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="acme", referral_id=referral)  # fmt: skip
    told.discharged("2026-01-07 15:00")
    told.in_spell("discharge-summary-sent", "2026-01-07 16:00")
    told.tell("first-visit-completed", "2026-01-07 18:00", package_id="P1", service="acme")
    told.tell("coordinator-assigned", "2026-01-07 18:30", organisation="LCC1", coordinator="c1",
              service="acme")  # fmt: skip
    told.admitted("2026-01-12 03:00", spell_id="S2")
    told.reviewed("2026-01-13 09:00", spell_id="S2", meets=False)
    told.in_spell("pathway-decided", "2026-01-13 10:00", spell_id="S2", pathway="P1",
                  status="confirmed")  # fmt: skip
    return told


def asked_by_referral(told: Told, kind: str = "home_care") -> None:
    told.tell("referral-made", "2026-01-13 11:00", referral_id="R2", kind=kind, service="acme")


def asked_as_package(told: Told, referral: str | None = None) -> None:
    told.tell("care-package-requested", "2026-01-13 12:00", package_id="P2", kind="new",
              service="acme", referral_id=referral)  # fmt: skip


def home(told: Told) -> None:
    told.discharged("2026-01-14 14:00", spell_id="S2")
    told.in_spell("discharge-summary-sent", "2026-01-14 15:00", spell_id="S2")


def waits(told: Told, now: str) -> set[str]:
    return {wait.id for wait in told.assessed(now).open_waits} - {"owner_follows"}


@pytest.mark.parametrize("before", ["R1", None])
@pytest.mark.parametrize(
    "visit",
    [
        ("first-visit-completed", {"referral_id": "R2", "service": "acme"}),
        ("first-visit-completed", {"package_id": "P1", "service": "acme"}),
        ("first-visit-completed", {"service": "acme"}),
        ("care-package-restarted", {"package_id": "P1"}),
        ("care-package-started", {"package_id": "P1", "service": "acme"}),
    ],
)
def test_by_a_referral_it_is_one_wait_that_any_word_of_a_visit_ends(
    visit: tuple[str, dict[str, str]], before: str | None
) -> None:
    told = back_in_hospital(before)
    asked_by_referral(told)
    told.tell("referral-accepted", "2026-01-13 12:00", referral_id="R2", service="acme",
              start_agreed_at=at(COMES))  # fmt: skip
    home(told)
    assert len(waits(told, "2026-01-14 17:00") & {"package_resume", "home_care_start"}) == 1
    kind, data = visit
    told.tell(kind, COMES, **data)
    assert waits(told, LATER) == set()
    stage = told.assessed(LATER).stage
    assert (stage.stage, stage.service) == ("home_with_support", "acme")


@pytest.mark.parametrize("names", [{"package_id": "P2"}, {}])
@pytest.mark.parametrize("referral", [None, "R2"])
def test_as_a_new_package_it_is_one_wait_that_its_visit_ends(
    names: dict[str, str], referral: str | None
) -> None:
    told = back_in_hospital()
    if referral is not None:
        asked_by_referral(told)
        told.tell("referral-accepted", "2026-01-13 11:30", referral_id="R2", service="acme")
    asked_as_package(told, referral)
    home(told)
    assert waits(told, "2026-01-14 17:00") == {"package_start"}
    told.tell("first-visit-completed", COMES, service="acme", **names)
    assert waits(told, LATER) == set()


def test_who_refuses_the_referral_is_still_waited_for_by_the_package_that_they_keep() -> None:
    told = back_in_hospital()
    asked_by_referral(told)
    told.tell("referral-rejected", "2026-01-13 12:00", referral_id="R2", service="acme",
              reason="no_capacity")  # fmt: skip
    assert "service_asked" in waits(told, "2026-01-13 13:00")
    home(told)
    assert "package_resume" in waits(told, "2026-01-14 17:00")


def test_care_of_another_kind_is_waited_for_besides() -> None:
    told = back_in_hospital()
    asked_by_referral(told, "reablement")
    home(told)
    assert {"package_resume", "p1_reablement_start"} <= waits(told, "2026-01-14 17:00")


def test_on_pathway_0_care_goes_on_although_a_package_was_asked_for() -> None:
    told = back_in_hospital()
    asked_as_package(told)
    told.in_spell("pathway-decided", "2026-01-14 09:00", spell_id="S2", pathway="P0",
                  status="confirmed")  # fmt: skip
    home(told)
    assert "package_resume" not in waits(told, LATER)
    assert told.assessed(LATER).stage.stage == "home_with_support"


def test_who_was_asked_for_what_no_event_need_answer_is_waited_for_as_before() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-06 10:30", referral_id="R1", kind="other", service="acme")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="acme", referral_id="R1")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 18:00", package_id="P1", service="acme")
    told.tell("care-package-paused", "2026-01-10 09:00", package_id="P1",
              reason="provider_capacity")  # fmt: skip
    told.tell("referral-made", "2026-01-11 09:00", referral_id="R2", kind="other", service="acme")
    told.tell("referral-accepted", "2026-01-11 10:00", referral_id="R2", service="acme")
    assert "package_resume" in waits(told, LATER)
