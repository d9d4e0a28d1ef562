"""Who cares for somebody, or prepares for them, hears of any stay in hospital, also of the first
that is known (domain.md 12.3; issue: "who must be told")."""

from collections.abc import Callable

import pytest

from tests.pathway.test_notices import open_notices
from tests.pathway.told import PROVIDER, SPELL, Told

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}
NOW = "2026-01-12 12:00"


def visited(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-02 12:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-02 18:00", package_id="P1", service="acme")


def visited_without_a_package(told: Told) -> None:
    told.tell("referral-made", "2026-01-02 12:00", referral_id="R1", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-02 18:00", referral_id="R1", service="acme")


def in_a_centre(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-02 12:00", stay_id="T1", service="acme")


def package_asked(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-02 12:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip


def bed_accepted(told: Told, **spell: str) -> None:
    told.tell("referral-made", "2026-01-02 12:00", referral_id="R1", kind="rehabilitation_bed",
              service="acme", **spell)  # fmt: skip
    told.tell("referral-accepted", "2026-01-02 13:00", referral_id="R1", service="acme")


def assessed(told: Told, **spell: str) -> None:
    told.tell("assessment-referred", "2026-01-02 12:00", assessment_id="A1", service="acme",
              **spell)  # fmt: skip


def taken_on(told: Told) -> None:
    told.tell("handover-sent", "2026-01-02 12:00", handover_id="H1", to_service="acme")
    told.tell("handover-accepted", "2026-01-02 13:00", handover_id="H1", service="acme")


CARES = [visited, visited_without_a_package, in_a_centre]
PREPARES = [package_asked, bed_accepted, assessed]


@pytest.mark.parametrize("part", [*CARES, *PREPARES, taken_on])
def test_a_first_admission_is_told_to_who_cares_or_prepares(part: Callable[[Told], None]) -> None:
    told = Told()
    part(told)
    told.admitted("2026-01-12 09:00", admission_method="21")
    assert open_notices(told, NOW) == [("stand_down", "acme", "readmitted")]


@pytest.mark.parametrize("part", CARES)
def test_who_cares_hears_also_where_the_admission_is_not_told(
    part: Callable[[Told], None],
) -> None:
    told = Told()
    part(told)
    told.reviewed("2026-01-12 09:00", meets=True)
    assert open_notices(told, NOW) == [("stand_down", "acme", "readmitted")]
    told.admitted("2026-01-12 10:00", admission_method="21")
    assert open_notices(told, NOW) == [("stand_down", "acme", "readmitted")]


@pytest.mark.parametrize("part", [*PREPARES, taken_on])
def test_who_may_prepare_for_this_very_discharge_is_not_told_to_stand_down(
    part: Callable[[Told], None],
) -> None:
    told = Told()
    part(told)
    told.reviewed("2026-01-12 09:00", meets=False)
    told.admitted("2026-01-12 10:00", admission_method="21")
    assert open_notices(told, NOW) == []


@pytest.mark.parametrize("part", [bed_accepted, assessed])
@pytest.mark.parametrize("before", [False, True])
def test_who_was_asked_from_a_stay_prepares_for_its_end_however_late_it_is_told(
    part: Callable[..., None], before: bool
) -> None:
    """The referral names the stay; whether or not an earlier one is known."""
    told = Told()
    if before:
        told.admitted("2025-12-01 10:00", spell_id="S0")
        told.discharged("2025-12-05 10:00", spell_id="S0", pathway="P0")
    part(told, **IN_SPELL)
    told.admitted("2026-01-12 09:00", admission_method="21")
    assert open_notices(told, NOW) == []


@pytest.mark.parametrize(
    "how", [{"admission_method": "81"}, {"admission_method": "21", "source_of_admission": "51"}]
)
def test_from_a_hospital_that_tells_nothing_is_a_move_to_who_prepares(how: dict[str, str]) -> None:
    told = Told()
    bed_accepted(told)
    told.admitted("2026-01-12 09:00", **how)
    assert open_notices(told, NOW) == [("transferred", "acme", "transferred")]


def test_they_hear_once_the_person_comes_after_all() -> None:
    told = Told()
    bed_accepted(told)
    told.admitted("2026-01-12 09:00", admission_method="21")
    told.tell("alert-acknowledged", "2026-01-12 10:00", wait="stand_down", about="acme", by="c1")
    told.discharged("2026-01-12 11:00", pathway="P1")
    assert open_notices(told, NOW) == [("comes_after_all", "acme", "discharged")]


def test_who_took_the_person_on_at_home_hears_of_the_death() -> None:
    told = Told()
    taken_on(told)
    told.tell("patient-died", "2026-01-12 09:00")
    assert ("stand_down", "acme", "died") in open_notices(told, NOW)
