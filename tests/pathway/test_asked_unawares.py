"""News is written down some time after it happened: whoever was asked in between, or answered,
prepares as whoever was asked before it does, and hears it, too."""

from itertools import permutations
from typing import Any

import pytest

from flow.pathway.journey import Notice
from tests.pathway.told import Told, facts

ASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "a referral": ("referral-made", {"referral_id": "R9", "kind": "home_care", "service": "aire"}),
    "a referral that nobody told, by its answer": (
        "referral-accepted", {"referral_id": "R9", "service": "aire"}
    ),
    "a package": ("care-package-requested", {"package_id": "P9", "kind": "new", "service": "aire"}),
    "a package that nobody told, by its answer": (
        "care-package-confirmed", {"package_id": "P9", "service": "aire"}
    ),
    "a package that nobody told, in place": (
        "care-package-started", {"package_id": "P9", "service": "aire"}
    ),
    "a handover": ("handover-sent", {"handover_id": "T9", "to_service": "aire"}),
    "a handover that nobody told, by its answer": (
        "handover-accepted", {"handover_id": "T9", "service": "aire"}
    ),
    "an assessment": ("assessment-referred", {"assessment_id": "A9", "service": "aire"}),
    "an assessment that nobody told, by its next step": (
        "assessment-allocated", {"assessment_id": "A9", "service": "aire"}
    ),
}  # fmt: skip
"""At noon of 20 March."""


def ready() -> Told:
    """In hospital, ready to leave since 18 March."""
    told = Told()
    told.admitted("2026-03-16 10:00")
    told.reviewed("2026-03-18 09:00", meets=False)
    return told


def at_home() -> Told:
    """Since 18 March, with nobody who cares for them."""
    told = ready()
    told.in_spell("pathway-decided", "2026-03-18 09:30", pathway="P0", status="confirmed")
    told.discharged("2026-03-18 15:00", pathway="P0")
    return told


def died(written: str) -> Told:
    told = at_home()
    told.tell("patient-died", "2026-03-20 04:00", recorded=written)
    return told


def back_in_hospital(written: str) -> Told:
    told = at_home()
    told.admitted("2026-03-20 04:00", recorded=written, provider="RR8", spell_id="S2")
    return told


def in_another_hospital(written: str) -> Told:
    told = ready()
    told.admitted("2026-03-20 04:00", recorded=written, provider="RXF", spell_id="S2")
    return told


def unwell_again(written: str) -> Told:
    told = ready()
    told.reviewed("2026-03-20 04:00", meets=True, recorded=written)
    return told


def discharged_in_vain(written: str) -> Told:
    told = at_home()
    told.in_spell("discharge-cancelled", "2026-03-20 04:00", recorded=written)
    return told


NEWS = {
    "died": (died, "stand_down"),
    "readmitted": (back_in_hospital, "stand_down"),
    "transferred": (in_another_hospital, "transferred"),
    "unwell_again": (unwell_again, "stand_down"),
    "discharge_cancelled": (discharged_in_vain, "stand_down"),
}
"""At 4 o'clock of that day."""


def told_to(told: Told, service: str = "aire") -> list[Notice]:
    return [each for each in told.journey().notices if each.about == service]


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
@pytest.mark.parametrize("cause", NEWS)
def test_who_was_asked_before_the_news_was_written_down_hears_it(
    cause: str, ask: tuple[str, dict[str, Any]]
) -> None:
    (kind, data), (happens, hears) = ask, NEWS[cause]
    told = happens("2026-03-20 22:00")
    told.tell(kind, "2026-03-20 12:00", **data)
    (notice,) = told_to(told)
    assert (notice.kind, notice.cause, notice.ended) == (hears, cause, None)
    news = next(each for each in told.events if each.identity == notice.at.by)
    assert news.time == notice.at.at


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
@pytest.mark.parametrize("cause", NEWS)
def test_who_was_asked_when_it_was_written_down_is_asked_because_of_it_or_in_error(
    cause: str, ask: tuple[str, dict[str, Any]]
) -> None:
    (kind, data), (happens, _) = ask, NEWS[cause]
    told = happens("2026-03-20 11:00")
    told.tell(kind, "2026-03-20 12:00", **data)
    assert told_to(told) == []


@pytest.mark.parametrize("cause", NEWS)
def test_what_is_written_down_days_later_may_have_been_known_but_a_death(cause: str) -> None:
    """As where a feed goes live, and tells of those who are there since when they are."""
    told = NEWS[cause][0]("2026-03-22 22:00")
    told.tell("care-package-requested", "2026-03-20 12:00", package_id="P9", kind="new",
              service="aire")  # fmt: skip
    assert [notice.cause for notice in told_to(told)] == (["died"] if cause == "died" else [])


@pytest.mark.parametrize(
    ("answered", "hears"), [("2026-03-20 04:30", True), ("2026-03-20 09:00", True),
                            ("2026-03-20 15:00", False)],
)  # fmt: skip
def test_an_answer_from_before_a_death_was_written_down_is_none_to_the_death(
    answered: str, hears: bool
) -> None:
    told = Told()
    told.admitted("2026-03-02 10:00")
    told.tell("care-package-requested", "2026-03-03 10:00", package_id="P1", kind="new",
              service="aire")  # fmt: skip
    told.discharged("2026-03-04 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-03-04 17:00", package_id="P1")
    told.admitted("2026-03-20 03:00", spell_id="S2")
    told.tell("alert-acknowledged", answered, wait="stand_down", about="aire", by="staff-9")
    told.tell("patient-died", "2026-03-20 05:00", recorded="2026-03-20 14:00")
    of_death = [notice for notice in told_to(told) if notice.cause == "died"]
    assert [notice.ended is None for notice in of_death] == [hears]


def test_the_order_in_which_it_is_told_does_not_matter() -> None:
    told = died("2026-03-20 22:00")
    told.tell("care-package-requested", "2026-03-20 12:00", package_id="P9", kind="new",
              service="aire")  # fmt: skip
    told.tell("care-package-confirmed", "2026-03-20 15:00", package_id="P9", service="aire")
    journey = told.journey()
    for order in permutations(told.events[-3:]):
        told.events[-3:] = order
        assert facts(told.journey()) == facts(journey)


def test_of_a_death_whoever_answers_for_the_person_hears_too_where_nobody_else_had_to() -> None:
    told = died("2026-03-20 22:00")
    assert told.journey().notices == ()
    told.tell("handover-sent", "2026-03-20 12:00", handover_id="T9", to_service="aire")
    told.tell("handover-accepted", "2026-03-20 13:00", handover_id="T9", service="aire")
    assert [(n.kind, n.about) for n in told.journey().notices] == [
        ("stand_down", "aire"), ("died", "person"),
    ]  # fmt: skip


def test_who_is_asked_from_the_stay_itself_knows_of_it_before_its_beginning_is_written() -> None:
    told = back_in_hospital("2026-03-20 22:00")
    told.tell("referral-made", "2026-03-20 12:00", referral_id="R9", kind="home_care",
              service="aire", provider="RR8", spell_id="S2")  # fmt: skip
    told.tell("referral-accepted", "2026-03-20 13:00", referral_id="R9", service="aire")
    assert told_to(told) == []


def test_who_is_asked_for_what_has_begun_does_not_prepare() -> None:
    told = at_home()
    told.tell("care-package-requested", "2026-03-18 16:00", package_id="P9", kind="new",
              service="aire")  # fmt: skip
    told.tell("care-package-ended", "2026-03-19 16:00", package_id="P9", reason="goals_met")
    told.admitted("2026-03-20 04:00", recorded="2026-03-20 22:00", provider="RR8", spell_id="S2")
    told.tell("care-package-confirmed", "2026-03-20 12:00", package_id="P9", service="aire")
    assert told_to(told) == []


@pytest.mark.parametrize("home", [True, False], ids=["home again", "ready again"])
def test_news_that_is_out_of_date_is_told_to_nobody(home: bool) -> None:
    told = unwell_again("2026-03-20 22:00")
    if home:
        told.discharged("2026-03-20 08:00", pathway="P1")
    else:
        told.reviewed("2026-03-20 08:00", meets=False)
    told.tell("care-package-requested", "2026-03-20 12:00", package_id="P9", kind="new",
              service="aire")  # fmt: skip
    assert told_to(told) == []


def test_who_was_told_so_and_answered_hears_that_the_person_comes_after_all() -> None:
    told = unwell_again("2026-03-20 13:00")
    told.tell("referral-made", "2026-03-20 11:00", referral_id="R9", kind="rehabilitation_bed",
              service="aire")  # fmt: skip
    told.tell("alert-acknowledged", "2026-03-20 14:00", wait="stand_down", about="aire", by="a-1")
    told.reviewed("2026-03-21 09:00", meets=False)
    assert [(n.kind, n.ended) for n in told_to(told)] == [
        ("stand_down", "done"), ("comes_after_all", None),
    ]  # fmt: skip


def test_who_is_asked_from_the_stay_itself_does_not_know_that_the_person_is_unwell() -> None:
    told = unwell_again("2026-03-20 22:00")
    told.in_spell("referral-made", "2026-03-20 12:00", referral_id="R9", kind="home_care",
                  service="aire")  # fmt: skip
    assert [notice.cause for notice in told_to(told)] == ["unwell_again"]


def test_nor_does_a_hub_that_is_asked_without_a_referral() -> None:
    told = unwell_again("2026-03-20 22:00")
    told.in_spell("referred-to-care-transfer-hub", "2026-03-20 12:00", hub="leeds-hub")
    assert [notice.cause for notice in told_to(told, "leeds-hub")] == ["unwell_again"]


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("care-package-confirmed", {"package_id": "P9"}),
        ("care-package-started", {"package_id": "P9"}),
        ("referral-accepted", {"referral_id": "R9"}),
        ("handover-accepted", {"handover_id": "T9"}),
    ],
)
def test_who_answers_without_a_name_is_whoever_was_asked(kind: str, named: dict[str, str]) -> None:
    told = died("2026-03-20 22:00")
    told.tell("care-package-requested", "2026-03-19 10:00", package_id="P9", kind="new",
              service="aire")  # fmt: skip
    told.tell("referral-made", "2026-03-19 10:00", referral_id="R9", kind="community_health",
              service="aire")  # fmt: skip
    told.tell("handover-sent", "2026-03-19 10:00", handover_id="T9", to_service="aire")
    told.tell(kind, "2026-03-20 12:00", **named)
    assert {notice.about for notice in told.journey().notices} == {"aire", "person"}


def test_who_answers_without_a_name_what_nobody_has_told_is_called_as_it_is() -> None:
    told = died("2026-03-20 22:00")
    told.tell("care-package-confirmed", "2026-03-20 12:00", package_id="P9")
    assert [notice.cause for notice in told_to(told, "P9")] == ["died"]
