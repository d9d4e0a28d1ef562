"""Whoever goes from one hospital to another is in one continuous stay, and not back, also where the
emergency department takes them in (domain.md 5, O6)."""

import pytest

from tests.pathway.test_outcomes import figures
from tests.pathway.told import PROVIDER, SPELL, Told


def taken_in(
    code: str | None,
    source: str | None,
    when: str = "2026-01-08 01:00",
    *,
    provider: str = "RAE",
    method: str = "21",
    **data: str,
) -> Told:
    """Asked of a service, discharged at half past eleven at night, and in an hour and a half later
    an emergency in another hospital, or the same."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.tell("referral-made", "2026-01-06 10:00", referral_id="R1", kind="reablement",
              service="skills", provider=PROVIDER, spell_id=SPELL)  # fmt: skip
    told.discharged("2026-01-07 23:30", destination_code=code, **data)
    told.admitted(when, provider=provider, spell_id="B1", admission_method=method,
                  source_of_admission=source)  # fmt: skip
    return told


TABLE = [
    ("51", "51", True),
    ("51", None, True),
    ("51", "19", True),
    ("87", "87", True),
    (None, "51", True),
    ("98", "52", True),
    (None, "19", False),
    (None, None, False),
    ("19", "51", False),
    ("85", "51", False),
    ("88", "19", False),
]


@pytest.mark.parametrize(("code", "source", "moved"), TABLE)
def test_who_was_taken_over_is_no_return(code: str | None, source: str, *, moved: bool) -> None:
    told = taken_in(code, source)
    found = figures(told, "returns_within_30_days", "2026-01-08 12:00")
    assert bool(found) is not moved
    (notice,) = told.journey().notices
    assert notice.kind == ("transferred" if moved else "stand_down")


@pytest.mark.parametrize(
    ("code", "source", "method", "back"),
    [
        ("51", "19", "21", True),
        ("51", None, "21", True),
        ("87", "29", "21", True),
        ("51", "51", "21", False),
        ("51", "87", "21", False),
        ("51", "19", "2B", False),
        (None, "51", "21", False),
        (None, "19", "21", True),
    ],
)
def test_who_was_sent_to_another_hospital_and_comes_to_the_same_from_home_is_back(
    code: str | None, source: str | None, method: str, *, back: bool
) -> None:
    """They did not stay where they were sent; from there they would be sent back."""
    told = taken_in(code, source, provider=PROVIDER, method=method)
    assert bool(figures(told, "returns_within_30_days", "2026-01-08 12:00")) is back
    (notice,) = told.journey().notices
    assert notice.kind == ("stand_down" if back else "transferred")


def test_who_comes_back_from_where_they_were_sent_is_in_one_continuous_stay() -> None:
    told = taken_in("51", "51")
    told.discharged("2026-01-08 20:00", provider="RAE", spell_id="B1", destination_code="51")
    told.admitted("2026-01-08 22:00", spell_id="S2", admission_method="21",
                  source_of_admission="19")  # fmt: skip
    assert not figures(told, "returns_within_30_days", "2026-01-09 12:00")


@pytest.mark.parametrize(
    ("when", "moved"), [("2026-01-08 23:30", True), ("2026-01-09 00:30", False)]
)
def test_on_the_same_or_the_next_day(when: str, *, moved: bool) -> None:
    told = taken_in("51", "51", when)
    assert bool(figures(told, "returns_within_30_days", "2026-01-09 12:00")) is not moved


def test_on_pathway_2_such_a_ward_may_be_a_centre_and_an_emergency_from_there_is_a_return() -> None:
    told = taken_in("51", "51", pathway="P2")
    assert figures(told, "returns_within_30_days", "2026-01-08 12:00")


def test_who_was_sent_home_is_back_wherever_they_are_sent_from() -> None:
    told = taken_in(None, "51", pathway="P1")
    assert figures(told, "returns_within_30_days", "2026-01-08 12:00")


def test_the_return_counts_from_the_last_hospital() -> None:
    told = taken_in("51", "51")
    told.discharged("2026-01-10 10:00", provider="RAE", spell_id="B1", destination_code="19")
    told.admitted("2026-02-08 23:50", spell_id="S2", admission_method="21")
    (found,) = figures(told, "returns_within_30_days", "2026-02-09 12:00")
    assert found[1] == 1.0
