"""The reset rule of the discharge ready date, case by case (domain.md 1.3, 12.3).

Each case is a stay told in London wall-clock times: reviews that found the criteria to reside
met or not, in the order in which they *arrive*, and what the date, the delay and the bands must be.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from flow.pathway.discharge_ready_date import BANDS, delay_band
from tests.pathway.told import Told

MET, NOT_MET = True, False


@dataclass(frozen=True)
class Case:
    """`ready` is the discharge ready date, None where there is none; `delay` counts whole days.

    `findings` are the rules that the stay must break, besides lateness.
    """

    admitted: str
    reviews: tuple[tuple[str, bool], ...]
    left: str | None
    ready: str | None
    delay: int | None = None
    assumed: bool = False
    recorded: str | None = None
    periods: int | None = None
    findings: tuple[str, ...] = ()


CASES = {
    "blank date, discharged on the day of readiness": Case(
        "2026-01-05 10:00", (("2026-01-09 09:00", NOT_MET),), "2026-01-09 15:00",
        ready="2026-01-09", delay=0,
    ),
    "never reviewed: the day of discharge, assumed": Case(
        "2026-01-05 10:00", (), "2026-01-09 15:00", ready="2026-01-09", delay=0, assumed=True,
    ),
    "criteria met at the last review: the day of discharge, assumed": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", MET),), "2026-01-09 15:00",
        ready="2026-01-09", delay=0, assumed=True,
    ),
    "one night late": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), "2026-01-09 00:05",
        ready="2026-01-08", delay=1,
    ),
    "a minute before midnight is the same day": Case(
        "2026-01-05 10:00", (("2026-01-08 00:00", NOT_MET),), "2026-01-08 23:59",
        ready="2026-01-08", delay=0,
    ),
    "reviewed a minute before midnight, left a minute after": Case(
        "2026-01-05 10:00", (("2026-01-08 23:59", NOT_MET),), "2026-01-09 00:01",
        ready="2026-01-08", delay=1,
    ),
    "discharged at midnight belongs to the new day": Case(
        "2026-01-05 10:00", (("2026-01-08 23:59", NOT_MET),), "2026-01-09 00:00",
        ready="2026-01-08", delay=1,
    ),
    "seen again and again, the first day counts": Case(
        "2026-01-05 10:00",
        (("2026-01-08 09:00", NOT_MET), ("2026-01-09 09:00", NOT_MET),
         ("2026-01-10 09:00", NOT_MET)),
        "2026-01-11 11:00", ready="2026-01-08", delay=3, periods=1,
    ),
    "one reset: the final period counts": Case(
        "2026-01-05 10:00",
        (("2026-01-08 09:00", NOT_MET), ("2026-01-10 09:00", MET), ("2026-01-12 09:00", NOT_MET)),
        "2026-01-14 11:00", ready="2026-01-12", delay=2, periods=2,
    ),
    "two resets: earlier periods are never added in": Case(
        "2026-01-01 10:00",
        (
            ("2026-01-03 09:00", NOT_MET), ("2026-01-06 09:00", MET),
            ("2026-01-08 09:00", NOT_MET), ("2026-01-12 09:00", MET),
            ("2026-01-15 09:00", NOT_MET),
        ),
        "2026-01-16 11:00", ready="2026-01-15", delay=1, periods=3,
    ),
    "unwell again and sent home on that day: assumed": Case(
        "2026-01-01 10:00",
        (("2026-01-03 09:00", NOT_MET), ("2026-01-06 09:00", MET)),
        "2026-01-06 20:00", ready="2026-01-06", delay=0, assumed=True, periods=1,
    ),
    "the reset arrives after the discharge": Case(
        "2026-01-05 10:00",
        (("2026-01-08 09:00", NOT_MET), ("2026-01-12 09:00", NOT_MET), ("2026-01-10 09:00", MET)),
        "2026-01-14 11:00", ready="2026-01-12", delay=2, periods=2,
    ),
    "reviews arrive in the wrong order": Case(
        "2026-01-05 10:00",
        (("2026-01-12 09:00", NOT_MET), ("2026-01-10 09:00", MET), ("2026-01-08 09:00", NOT_MET)),
        "2026-01-14 11:00", ready="2026-01-12", delay=2, periods=2,
    ),
    "reset within one day keeps the day": Case(
        "2026-01-05 10:00",
        (("2026-01-08 09:00", NOT_MET), ("2026-01-08 12:00", MET), ("2026-01-08 18:00", NOT_MET)),
        "2026-01-09 11:00", ready="2026-01-08", delay=1, periods=2,
    ),
    "still in hospital and ready: the current period": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), None, ready="2026-01-08",
    ),
    "still in hospital and unwell again: no date": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET), ("2026-01-09 09:00", MET)), None,
        ready=None, periods=1,
    ),
    "still in hospital and never ready: no date": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", MET),), None, ready=None, periods=0,
    ),
    "the night of 23 hours is one day": Case(
        "2026-03-20 10:00", (("2026-03-28 23:30", NOT_MET),), "2026-03-29 23:30",
        ready="2026-03-28", delay=1,
    ),
    "the night of 25 hours is one day": Case(
        "2026-10-20 10:00", (("2026-10-24 12:00", NOT_MET),), "2026-10-25 12:00",
        ready="2026-10-24", delay=1,
    ),
    "summer: half past midnight in London is still yesterday in UTC": Case(
        "2026-07-01 10:00", (("2026-07-08 00:30", NOT_MET),), "2026-07-08 15:00",
        ready="2026-07-08", delay=0,
    ),
    "summer: ready just before the London midnight": Case(
        "2026-07-01 10:00", (("2026-07-07 23:30", NOT_MET),), "2026-07-08 00:30",
        ready="2026-07-07", delay=1,
    ),
    "the hospital's date agrees": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), "2026-01-10 15:00",
        ready="2026-01-08", delay=2, recorded="2026-01-08",
    ),
    "the hospital's date disagrees: the reviews count": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), "2026-01-10 15:00",
        ready="2026-01-08", delay=2, recorded="2026-01-10", findings=("drd_disagrees",),
    ),
    "the hospital's date kept from before the reset": Case(
        "2026-01-05 10:00",
        (("2026-01-08 09:00", NOT_MET), ("2026-01-10 09:00", MET), ("2026-01-12 09:00", NOT_MET)),
        "2026-01-12 15:00", ready="2026-01-12", delay=0, recorded="2026-01-08",
        findings=("drd_disagrees",),
    ),
    "the hospital's date is after the discharge": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), "2026-01-08 15:00",
        ready="2026-01-08", delay=0, recorded="2026-01-11", findings=("drd_after_discharge",),
    ),
    "the hospital left it blank although reviews show a delay": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), "2026-01-10 15:00",
        ready="2026-01-08", delay=2, recorded=None, findings=("drd_blank",),
    ),
    "the hospital left it blank although one night shows": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), "2026-01-09 09:00",
        ready="2026-01-08", delay=1, recorded=None, findings=("drd_blank",),
    ),
    "the hospital recorded a date and nobody reviewed: the rule holds, and it is a finding": Case(
        "2026-01-05 10:00", (), "2026-01-10 15:00",
        ready="2026-01-10", delay=0, assumed=True, recorded="2026-01-07",
        findings=("drd_disagrees",),
    ),
    "same-day stay": Case(
        "2026-01-05 10:00", (("2026-01-05 15:00", NOT_MET),), "2026-01-05 18:00",
        ready="2026-01-05", delay=0,
    ),
    "review and discharge in the same minute: the review comes first": Case(
        "2026-01-05 10:00", (("2026-01-08 09:00", NOT_MET),), "2026-01-08 09:00",
        ready="2026-01-08", delay=0,
    ),
    "a year's end": Case(
        "2025-12-20 10:00", (("2025-12-31 09:00", NOT_MET),), "2026-01-07 09:00",
        ready="2025-12-31", delay=7,
    ),
    "a leap day": Case(
        "2028-02-20 10:00", (("2028-02-28 09:00", NOT_MET),), "2028-03-01 09:00",
        ready="2028-02-28", delay=2,
    ),
}  # fmt: skip


def told(case: Case) -> Told:
    person = Told()
    person.admitted(case.admitted)
    if case.left is not None:
        # Arrives before the reviews: order must not matter.
        recorded = case.recorded
        if case.recorded is None and "drd_blank" not in case.findings:
            recorded = case.ready if case.delay else None
        person.discharged(case.left, discharge_method="1", discharge_ready_date=recorded)
    for when, meets in case.reviews:
        person.reviewed(when, meets=meets)
    return person


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_worked_case(case: Case) -> None:
    journey = told(case).journey()
    (spell,) = journey.spells.values()
    if case.left is None:
        current = spell.ready.ready_date.isoformat() if spell.ready is not None else None
        assert current == case.ready
        assert spell.ready_date is None
    else:
        assert spell.ready_date is not None
        assert spell.ready_date.ready_date.isoformat() == case.ready
        assert spell.ready_date.delay_days == case.delay
        assert spell.ready_date.assumed is case.assumed
    if case.periods is not None:
        assert len(spell.nctr) == case.periods
    assert tuple(finding.rule for finding in journey.findings) == case.findings


def test_the_table_is_as_long_as_promised() -> None:
    assert len(CASES) >= 20


def test_a_cancelled_discharge_goes_on_with_the_same_period() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=NOT_MET)
    person.discharged("2026-01-09 15:00", discharge_ready_date="2026-01-08")
    person.in_spell("discharge-cancelled", "2026-01-09 17:00")
    (spell,) = person.journey().spells.values()
    assert spell.discharged is None
    assert spell.ready is not None
    assert spell.ready.ready_date == date(2026, 1, 8)
    person.discharged("2026-01-12 11:00", discharge_ready_date="2026-01-08")
    journey = person.journey()
    (spell,) = journey.spells.values()
    assert spell.ready_date == (date(2026, 1, 8), 4, False)
    assert len(spell.nctr) == 1
    assert journey.findings == ()


def test_death_while_waiting_ends_the_period() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=NOT_MET)
    person.tell("patient-died", "2026-01-10 04:00")
    person.discharged("2026-01-10 06:00", discharge_method="4", destination_code="79",
                      discharge_ready_date="2026-01-08")  # fmt: skip
    journey = person.journey()
    (spell,) = journey.spells.values()
    assert spell.nctr[0].ended_by == "death"
    assert spell.ready_date == (date(2026, 1, 8), 2, False)
    # Deaths are no discharges of the published measure (domain.md 1.3 rule 9).
    assert not [c for c in person.assessed("2026-01-11 10:00").contribution if c[0] == "discharges"]


def test_a_transfer_to_another_provider_begins_a_stay_of_its_own() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=NOT_MET)
    person.discharged("2026-01-09 12:00", destination_code="51", discharge_ready_date="2026-01-08")
    other = {"provider": "RAE", "spell_id": "T9"}
    person.admitted("2026-01-09 12:00", admission_method="81", **other)
    person.reviewed("2026-01-11 09:00", meets=NOT_MET, **other)
    person.discharged("2026-01-11 16:00", **other)
    journey = person.journey()
    first, second = journey.spells.values()
    assert first.ready_date == (date(2026, 1, 8), 1, False)
    assert second.ready_date == (date(2026, 1, 11), 0, False)
    assert second.returned_from is None
    assert journey.findings == ()


@pytest.mark.parametrize(
    ("admitted", "method", "days"),
    [
        ("2026-01-09 23:00", "21", 0),
        ("2026-01-10 00:30", "2A", 1),
        ("2026-02-07 23:59", "21", 29),
        ("2026-02-08 00:01", "21", None),
        ("2026-01-20 10:00", "11", None),
        ("2026-01-20 10:00", None, None),
    ],
    ids=["same day", "next day", "day 29", "day 30", "elective", "method unknown"],
)
def test_a_readmission_is_a_new_stay_and_may_be_a_return(
    admitted: str, method: str | None, days: int | None
) -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-08 09:00", meets=NOT_MET)
    person.discharged("2026-01-09 12:00", discharge_ready_date="2026-01-08")
    person.admitted(admitted, spell_id="S2", admission_method=method)
    first, second = person.journey().spells.values()
    assert first.ready_date == (date(2026, 1, 8), 1, False)
    assert second.ready is None
    assert second.returned_after_days == days
    assert (second.returned_from is first) is (days is not None)


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "0"), (1, "1"), (2, "2-3"), (3, "2-3"), (4, "4-6"), (6, "4-6"), (7, "7-13"),
     (13, "7-13"), (14, "14-20"), (20, "14-20"), (21, "21+"), (400, "21+")],
)  # fmt: skip
def test_bands_are_those_of_the_publication(days: int, band: str) -> None:
    assert delay_band(days) == band
    assert band in BANDS
