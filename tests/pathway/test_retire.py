"""When a person may be let go: day 91, the grace after it, and nothing open."""

from collections.abc import Callable

import pytest

from flow.pathway.waits import WAITS
from tests.pathway.told import Told, at, hours, own_policy

LEFT = "2026-01-10 11:00"
LAST_DAY = "2026-06-09 23:59"  # 91 days to 11 April, and 60 more
OVER = "2026-06-10 01:00"


@pytest.fixture
def told() -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged(LEFT)
    person.in_spell("discharge-summary-sent", "2026-01-10 12:00")
    return person


def test_after_day_91_and_the_grace_a_finished_journey_is_over(told: Told) -> None:
    assert not told.assessed(LAST_DAY).over
    assert told.assessed(OVER).over


def test_the_next_look_is_when_the_grace_is_over(told: Told) -> None:
    windows_over = "2026-05-09 09:00"  # the outcome of day 91 counts for 28 days
    next_at = told.assessed(windows_over).next_at
    assert next_at is not None
    assert told.assessed(next_at).over


def test_a_later_event_begins_the_grace_anew(told: Told) -> None:
    told.tell(
        "coordinator-assigned", "2026-05-30 09:00", organisation="RR8", coordinator="staff-0001"
    )
    assert not told.assessed(OVER).over
    assert told.assessed("2026-07-29 10:00").over


OPEN: dict[str, Callable[[Told], object]] = {
    "a wait": lambda t: t.tell(
        "referral-made", "2026-01-09 10:00", referral_id="R1", service="home-help",
        kind="reablement",
    ),
    "a spell": lambda t: t.admitted("2026-02-01 10:00", spell_id="S2"),
    "a package": lambda t: t.tell(
        "first-visit-completed", "2026-01-11 10:00", package_id="P1", service="home-help"
    ),
    "a stay": lambda t: t.tell("centre-admitted", LEFT, stay_id="C1", service="centre-1"),
    "a handover": lambda t: t.tell(
        "handover-sent", LEFT, handover_id="H1", from_organisation="RR8", service="home-help"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", [what for what in OPEN if what != "a package"])
def test_nobody_is_let_go_while_something_is_open(told: Told, what: str) -> None:
    OPEN[what](told)
    assert not told.assessed("2027-12-01 10:00").over


NO_WAITS = own_policy("".join(f"[wait.{wait}]\non = false\n" for wait in WAITS))


@pytest.mark.parametrize("what", ["a spell", "a stay"])
def test_a_stay_keeps_the_person_also_where_nothing_is_waited_for(told: Told, what: str) -> None:
    told.policy = NO_WAITS
    assert told.assessed("2027-12-01 10:00").over
    OPEN[what](told)
    assert told.assessed("2027-12-01 10:00").open_waits == ()
    assert not told.assessed("2027-12-01 10:00").over


# Half a year after the newest event, which is later than day 91 and the grace.

QUIET = {"a package": "2026-07-10 11:00", "a handover": "2026-07-09 13:00"}


@pytest.mark.parametrize("what", QUIET)
def test_what_goes_on_unheard_keeps_the_person_for_half_a_year(told: Told, what: str) -> None:
    told.policy = NO_WAITS
    OPEN[what](told)
    last = at(QUIET[what])
    view = told.assessed(last - hours(1))
    assert (view.over, view.next_at) == (False, last)
    assert told.assessed(last).over


def test_also_by_the_policy_for_england_care_that_nobody_ends_keeps_nobody_for_ever(
    told: Told,
) -> None:
    OPEN["a package"](told)
    assert told.assessed("2026-07-10 10:00").stage.stage == "home_with_support"
    assert told.assessed("2026-07-10 10:00").open_waits == ()
    assert not told.assessed("2026-07-10 10:00").over
    assert told.assessed("2026-07-10 11:00").over


def test_an_offer_whose_answer_is_waited_for_is_seen_and_keeps_the_person(told: Told) -> None:
    OPEN["a handover"](told)
    assert [wait.id for wait in told.assessed("2027-12-01 10:00").open_waits] == ["handover_ack"]
    assert not told.assessed("2027-12-01 10:00").over


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("care-package-paused", {"reason": "provider_capacity"}),
        ("care-package-paused", {"reason": "family_cover"}),
        ("care-package-handed-back", {"reason": "staffing"}),
        ("care-package-requested", {"kind": "increased", "service": "home-help"}),
        ("wait-paused", {"wait": "owner_named", "about": "RR8:S1", "reason": "other"}),
    ],
)
def test_whatever_is_told_of_the_care_begins_the_half_year_anew_or_is_waited_for(
    told: Told, event: str, data: dict[str, str]
) -> None:
    OPEN["a package"](told)
    named = {"package_id": "P1"} if event.startswith("care") else {}
    told.tell(event, "2026-07-01 09:00", **named, **data)
    assert not told.assessed("2026-07-12 10:00").over


def test_a_limit_of_ones_own_is_no_shorter_than_the_grace(told: Told) -> None:
    told.policy = own_policy('[retire]\nunheard = "1 day"')
    OPEN["a package"](told)
    assert not told.assessed(LAST_DAY).over
    assert told.assessed(OVER).over


def test_a_stay_whose_end_nobody_told_keeps_nobody_who_went_on_from_there(told: Told) -> None:
    """In another centre since, and home from that."""
    told.tell("centre-admitted", LEFT, stay_id="C1", service="centre-1")
    assert not told.assessed("2027-12-01 10:00").over
    told.tell("centre-admitted", "2026-01-12 10:00", stay_id="C2", service="centre-2")
    told.tell("centre-discharged", "2026-01-20 10:00", stay_id="C2", destination="home")
    assert told.assessed("2027-12-01 10:00").open_waits == ()
    assert told.assessed("2027-12-01 10:00").over


def test_who_died_is_let_go_after_the_grace_whatever_was_open(told: Told) -> None:
    for begin in OPEN.values():
        begin(told)
    told.tell("patient-died", "2026-02-03 10:00")
    assert not told.assessed("2026-05-08 23:59").over, "the outcome of day 91 counts for 28 days"
    assert told.assessed("2026-05-09 01:00").over


def test_who_died_in_hospital_is_let_go_after_the_grace(told: Told) -> None:
    told.admitted("2026-04-01 10:00", spell_id="S2")
    told.tell("patient-died", "2026-05-03 10:00")
    assert not told.assessed("2026-07-02 09:00").over
    assert told.assessed("2026-07-02 11:00").over


def test_who_was_only_asked_about_is_let_go_as_well() -> None:
    told = Told()
    told.tell(
        "coordinator-assigned", "2026-01-05 09:00", organisation="RR8", coordinator="staff-0001"
    )
    assert not told.assessed("2026-03-06 08:00").over
    assert told.assessed("2026-03-06 10:00").over


NEVER_TOLD: dict[str, Callable[[Told], object]] = {
    "discharge_summary": lambda _t: None,
    "equipment_delivery": lambda t: t.tell(
        "referral-made", "2026-01-09 10:00", referral_id="R1", kind="equipment"
    ),
    "referral_response": lambda t: t.tell(
        "referral-made", "2026-01-09 10:00", referral_id="R1", kind="other", service="day-club"
    ),
    "funding_decision": lambda t: t.tell(
        "support-plan-agreed", "2026-01-12 10:00", assessment_id="A1", funder="council"
    ),
}
"""Waits that no event ends at a place that never tells of it."""


@pytest.mark.parametrize("wait", NEVER_TOLD)
def test_a_wait_keeps_whom_it_waits_for_unless_it_is_switched_off(wait: str) -> None:
    on = Told()
    off = Told(own_policy(f"[wait.{wait}]\non = false"))
    for told in (on, off):
        told.admitted("2026-01-05 10:00")
        told.discharged(LEFT, pathway="P0")
        if wait != "discharge_summary":
            told.in_spell("discharge-summary-sent", "2026-01-10 12:00")
        NEVER_TOLD[wait](told)
    assert [each.id for each in on.assessed("2027-12-31 10:00").open_waits] == [wait]
    assert not on.assessed("2027-12-31 10:00").over
    assert off.assessed("2027-12-31 10:00").over
