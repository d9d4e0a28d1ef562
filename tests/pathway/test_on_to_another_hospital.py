"""Whoever leaves a hospital for another one is not at home: who gives care there is not told to
visit again, and stands down again where the discharge said nothing of it."""

from collections.abc import Callable

import pytest

from tests.pathway.test_care_through_a_stay import at_home, back_in_hospital, pauses
from tests.pathway.test_notices import answered, open_notices
from tests.pathway.test_told_through_the_stay import by_visits, in_a_centre
from tests.pathway.told import Told, at

STANDS_DOWN = [("stand_down", "acme", "readmitted")]
TAKES_IT_UP = [("comes_after_all", "acme", "discharged")]
CARED_FOR = [at_home, by_visits, in_a_centre]
BETWEEN, NOW = "2026-01-22 12:00", "2026-01-22 14:00"


def sent_on(
    care: Callable[[], Told] = at_home,
    code: str | None = "51",
    pathway: str | None = None,
    *,
    answers: bool = False,
) -> Told:
    """In hospital since 20 January, and discharged from there at ten on the 22nd."""
    told = care()
    back_in_hospital(told)
    if answers:
        answered(told, "2026-01-20 16:00", "stand_down", "acme")
    told.discharged("2026-01-22 10:00", spell_id="S2", destination_code=code, pathway=pathway)
    return told


def taken_over(told: Told, method: str = "81", when: str = "2026-01-22 13:00") -> None:
    told.admitted(when, provider="RAE", spell_id="B1", admission_method=method)


def home_from_there(told: Told, pathway: str | None = "P0") -> None:
    told.discharged("2026-01-25 10:00", provider="RAE", spell_id="B1", pathway=pathway)


@pytest.mark.parametrize("code", ["48", "51", "53", "87"])
@pytest.mark.parametrize("care", CARED_FOR)
def test_who_gives_care_stands_down_for_both_stays(care: Callable[[], Told], code: str) -> None:
    told = sent_on(care, code)
    assert open_notices(told, BETWEEN) == STANDS_DOWN
    taken_over(told)
    assert open_notices(told, NOW) == STANDS_DOWN


@pytest.mark.parametrize("pathway", [None, "P0", "P1"])
@pytest.mark.parametrize("method", ["81", "21"])
@pytest.mark.parametrize("care", CARED_FOR)
def test_who_answered_that_they_do_hears_nothing_until_the_person_is_home(
    care: Callable[[], Told], method: str, pathway: str | None
) -> None:
    told = sent_on(care, pathway=pathway, answers=True)
    assert open_notices(told, BETWEEN) == []
    taken_over(told, method)
    assert open_notices(told, NOW) == []


@pytest.mark.parametrize("answers", [False, True])
def test_home_from_the_other_hospital_they_take_it_up_again(*, answers: bool) -> None:
    told = sent_on(answers=answers)
    taken_over(told)
    home_from_there(told)
    assert open_notices(told, "2026-01-25 11:00") == TAKES_IT_UP


def test_care_does_not_go_on_in_the_other_hospital() -> None:
    told = sent_on(pathway="P0")
    assert pauses(told) == [("20 10:00", None, "readmitted")]


@pytest.mark.parametrize("answers", [False, True])
@pytest.mark.parametrize("code", [None, "19"])
@pytest.mark.parametrize("care", [at_home, by_visits])
def test_a_transfer_after_a_discharge_home_is_told_in_the_place_of_the_way_home(
    care: Callable[[], Told], code: str | None, *, answers: bool
) -> None:
    told = sent_on(care, code, "P0", answers=answers)
    assert open_notices(told, BETWEEN) == TAKES_IT_UP
    taken_over(told)
    if care is by_visits and answers:  # they have still to begin again, as who prepares
        assert open_notices(told, NOW) == [("transferred", "acme", "transferred")]
        return
    assert open_notices(told, NOW) == STANDS_DOWN
    home_from_there(told)
    if care is at_home:  # care by a referral alone is over
        assert open_notices(told, "2026-01-25 11:00") == TAKES_IT_UP


def test_it_is_told_also_where_they_had_read_of_the_way_home() -> None:
    told = sent_on(code=None, pathway="P0")
    answered(told, BETWEEN, "comes_after_all", "acme")
    taken_over(told)
    assert open_notices(told, NOW) == STANDS_DOWN


def test_a_centre_that_has_the_person_again_hears_of_the_other_hospital() -> None:
    told = sent_on(in_a_centre, None, "P2", answers=True)
    told.tell("centre-admitted", "2026-01-22 11:00", stay_id="T2", service="acme")
    taken_over(told)
    assert open_notices(told, NOW) == STANDS_DOWN


def test_in_hospital_again_after_some_weeks_it_is_told_anew() -> None:
    """Where the other hospital tells nothing, and nobody answered."""
    told = sent_on()
    told.admitted("2026-02-20 10:00", spell_id="S3")
    assert open_notices(told, "2026-02-20 12:00") == STANDS_DOWN


def asked_for_a_bed(*, answers: bool) -> Told:
    told = Told()
    told.admitted("2026-01-20 10:00", spell_id="S2")
    told.tell("referral-made", "2026-01-20 12:00", referral_id="R", kind="rehabilitation_bed",
              service="slic")  # fmt: skip
    told.reviewed("2026-01-20 13:00", spell_id="S2", meets=False)
    told.reviewed("2026-01-21 09:00", spell_id="S2", meets=True)
    if answers:
        answered(told, "2026-01-21 10:00", "stand_down", "slic")
    told.discharged("2026-01-22 10:00", spell_id="S2", destination_code="51")
    return told


@pytest.mark.parametrize("answers", [False, True])
def test_who_prepares_and_stood_down_hears_where_the_person_is_and_not_that_they_come(
    *, answers: bool
) -> None:
    told = asked_for_a_bed(answers=answers)
    assert open_notices(told, BETWEEN) == []
    taken_over(told)
    assert open_notices(told, NOW) == [("transferred", "slic", "transferred")]


def test_nobody_fails_who_finds_nobody_at_home_while_the_other_hospital_may_still_tell() -> None:
    told = waits_for_care()
    told.discharged("2026-01-22 10:00", spell_id="S2", destination_code="51")
    told.tell("first-visit-missed", "2026-01-22 18:00", package_id="P", service="zenith")
    late = told.assessed("2026-01-22 23:00")
    assert "missed_first_visit" not in [each.id for each in late.open_waits]
    told.tell("first-visit-missed", "2026-01-24 10:00", package_id="P", service="zenith")
    assert "missed_first_visit" in [
        each.id for each in told.assessed("2026-01-24 11:00").open_waits
    ]


def waits_for_care() -> Told:
    """Asked for in the stay, and never begun."""
    told = Told()
    told.admitted("2026-01-20 10:00", spell_id="S2")
    told.tell("referral-made", "2026-01-20 12:00", referral_id="R", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("care-package-requested", "2026-01-20 12:00", package_id="P", kind="new",
              service="zenith")  # fmt: skip
    return told


def wants_more() -> Told:
    """More than is given is asked for in the stay."""
    told = at_home()
    told.tell("care-package-requested", "2026-01-21 12:00", package_id="P", kind="increased",
              service="acme")  # fmt: skip
    return told


AWAITED = [
    (at_home, "package_resume", 1),
    (wants_more, "package_increase", 1),
    (waits_for_care, "package_start", 1),
    (waits_for_care, "home_care_start", 1),
]


@pytest.mark.parametrize(("care", "wait", "period"), AWAITED)
def test_nobody_is_called_to_visit_while_the_other_hospital_may_still_tell_of_them(
    care: Callable[[], Told], wait: str, period: int
) -> None:
    """That is until the end of the next day; a hospital that tells nothing keeps nobody waiting."""
    told = care()
    if care is not waits_for_care:
        back_in_hospital(told)
    told.discharged("2026-01-22 10:00", spell_id="S2", destination_code="51")
    assert wait not in [each.id for each in told.assessed("2026-01-23 23:59").open_waits]
    (found,) = told.waits(wait, "2026-01-24 00:00")
    assert (found.starts_at, found.ended) == (at("2026-01-24 00:00"), None)
    taken_over(told)
    assert [each for each in told.waits(wait, NOW) if each.ended is None] == []
    home_from_there(told, "P1")
    found = told.waits(wait, "2026-01-25 11:00")[-1]
    assert (found.starts_at, found.period) == (at("2026-01-25 10:00"), period)
