"""Follow-up within 72 hours counts from leaving the mental health bed, and is never late before it
was asked for."""

from datetime import datetime
from typing import Any

import pytest

from tests.pathway.told import Told, at

MOVED = "2026-01-08 12:00"
LEFT = "2026-01-22 11:00"


def in_bed(kind: str = "mental_health_bed") -> Told:
    """In a bed of this kind from 8 January on, after three days in hospital."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", "2026-01-07 10:00", referral_id="B1", kind=kind, service="becklin")
    told.discharged("2026-01-08 10:00", pathway="P2")
    told.tell("centre-admitted", MOVED, stay_id="T1", service="becklin", referral_id="B1")
    return told


def asked(told: Told, when: str) -> Told:
    told.tell("referral-made", when, referral_id="M1", kind="mental_health_community",
              service="cmht")  # fmt: skip
    return told


def leaves(told: Told, when: str = LEFT) -> Told:
    told.tell("centre-discharged", when, stay_id="T1", destination="home")
    return told


def counts_from(told: Told, now: str) -> datetime | None:
    found: list[Any] = [
        w.starts_at for w in told.assessed(now).open_waits if w.id == "mental_health_follow_up"
    ]
    return found[0] if found else None


@pytest.mark.parametrize("when", ["2026-01-07 09:00", "2026-01-08 11:00", "2026-01-20 11:00"])
def test_it_counts_from_leaving_the_bed(when: str) -> None:
    told = in_bed()
    asked(told, when)
    assert counts_from(told, "2026-01-22 10:00") is None
    leaves(told)
    assert counts_from(told, "2026-01-22 12:00") == at(LEFT)
    told.tell("first-visit-completed", "2026-01-24 09:00", referral_id="M1")
    done = [w for w in told.assessed("2026-01-25 09:00").waits if w.id == "mental_health_follow_up"]
    assert done[-1].ended == "done"
    assert all(not each.levels for each in done)


@pytest.mark.parametrize(
    ("when", "since"),
    [
        ("2026-01-23 11:00", LEFT),
        ("2026-01-25 11:00", LEFT),
        ("2026-01-25 11:01", "2026-01-25 11:01"),
        ("2026-02-20 09:00", "2026-02-20 09:00"),
    ],
)
def test_asked_for_soon_after_it_counts_from_leaving_too_and_later_from_the_referral(
    when: str, since: str
) -> None:
    assert counts_from(asked(leaves(in_bed()), when), "2026-02-20 10:00") == at(since)


@pytest.mark.parametrize(
    ("when", "since"),
    [("2026-01-06 10:00", "2026-01-07 14:00"), ("2026-01-07 15:00", "2026-01-07 15:00")],
)
def test_after_another_hospital_stay_it_counts_from_the_discharge_or_the_referral(
    when: str, since: str
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 14:00")
    assert counts_from(asked(told, when), "2026-01-08 09:00") == at(since)


def test_another_bed_is_none_after_which_it_follows_up() -> None:
    told = in_bed("rehabilitation_bed")
    assert counts_from(asked(told, "2026-01-20 11:00"), "2026-01-21 09:00") == at(
        "2026-01-20 11:00"
    )


def test_in_hospital_again_it_is_not_waited_for_and_counts_from_the_new_discharge() -> None:
    told = asked(leaves(in_bed()), "2026-01-22 12:00")
    told.admitted("2026-01-23 10:00", spell_id="S2")
    told.reviewed("2026-01-23 15:00", meets=False, spell_id="S2")
    assert counts_from(told, "2026-01-23 16:00") is None
    told.discharged("2026-01-24 10:00", spell_id="S2")
    assert counts_from(told, "2026-01-24 11:00") == at("2026-01-24 10:00")


def test_asked_for_after_a_stay_that_followed_the_bed_it_counts_from_that_discharge() -> None:
    told = leaves(in_bed())
    told.admitted("2026-01-22 20:00", spell_id="S2")
    told.discharged("2026-01-23 10:00", spell_id="S2")
    assert counts_from(asked(told, "2026-01-23 12:00"), "2026-01-23 13:00") == at(
        "2026-01-23 10:00"
    )


def test_the_bed_that_was_left_is_named_as_a_cause() -> None:
    told = asked(leaves(in_bed()), "2026-01-23 11:00")
    assert len(told.wait("mental_health_follow_up", "2026-01-23 12:00").started_by) == 2
