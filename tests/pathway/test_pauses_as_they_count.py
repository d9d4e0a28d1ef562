"""Which of the pauses that were told count for a wait, and when its time stands still."""

from datetime import timedelta

import pytest

from flow.pathway import assess
from flow.pathway.local_days import FAR
from flow.pathway.pauses import Paused, Stood, pauses_of, stood
from tests.pathway.told import ENGLAND, Told, at, value_of

WEEK = timedelta(days=7)
Between = tuple[str, str]


def day(clock: str) -> str:
    return f"2026-01-06 {clock}"


@pytest.mark.parametrize(
    ("pauses", "stands"),
    [
        ([("10:00", "12:00")], [("10:00", "12:00")]),
        ([("10:00", "12:00"), ("13:00", "14:00")], [("10:00", "12:00"), ("13:00", "14:00")]),
        ([("10:00", "12:00"), ("12:00", "14:00")], [("10:00", "14:00")]),
        ([("10:00", "13:00"), ("11:00", "12:00")], [("10:00", "13:00")]),
        ([("10:00", "12:00"), ("11:00", "13:00")], [("10:00", "13:00")]),
    ],
)
def test_several_at_once_count_once_and_others_stay_apart(
    pauses: list[Between], stands: list[Between]
) -> None:
    told = [Paused(at(day(since)), at(day(until)), None) for since, until in pauses]
    assert stood(told).over == tuple((at(day(since)), at(day(until))) for since, until in stands)


def test_it_stands_still_from_the_moment_on_until_the_moment() -> None:
    twice = Stood(((at(day("10:00")), at(day("12:00"))), (at(day("15:00")), at(day("16:00")))))
    for clock, still, next_clock in (
        ("09:59", False, "10:00"),
        ("10:00", True, "12:00"),
        ("11:59", True, "12:00"),
        ("12:00", False, "15:00"),
        ("15:30", True, "16:00"),
    ):
        assert twice.at(at(day(clock))) is still
        assert twice.changes_at(at(day(clock))) == at(day(next_clock))
    assert twice.changes_at(at(day("16:00"))) == FAR


@pytest.fixture
def asked() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("referral-made", day("09:00"), referral_id="R", kind="home_care")
    return told


def counted(told: Told) -> list[Between]:
    """The pauses of the answer to the referral, as they count."""
    (span,) = [span for span in told.journey().spans if span.wait == "referral_response"]
    return [(f"{each.since:%d %H:%M}", f"{each.until:%d %H:%M}") for each in pauses_of(span, WEEK)]


def paused(told: Told, when: str) -> None:
    told.tell("wait-paused", when, wait="referral_response", about="R", reason="other")


def resumed(told: Told, when: str) -> None:
    told.tell("wait-resumed", when, wait="referral_response", about="R")


def test_each_pause_ends_with_what_resumes_it_and_with_nothing_after_that(asked: Told) -> None:
    for began, ended in (("10:00", "11:00"), ("12:00", "13:00"), ("14:00", "15:00")):
        paused(asked, day(began))
        resumed(asked, day(ended))
    resumed(asked, day("17:00"))
    assert counted(asked) == [
        ("06 10:00", "06 11:00"), ("06 12:00", "06 13:00"), ("06 14:00", "06 15:00")
    ]  # fmt: skip


def test_one_that_ends_when_it_begins_is_none(asked: Told) -> None:
    paused(asked, day("10:00"))
    resumed(asked, day("10:00"))
    assert counted(asked) == []


@pytest.fixture
def started() -> Told:
    """A package that was on hold for an hour before the person went home, and then waits."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", day("09:00"), package_id="P", kind="new")
    told.tell("care-package-paused", day("10:00"), package_id="P", reason="respite")
    told.tell("care-package-restarted", day("11:00"), package_id="P")
    return told


@pytest.mark.parametrize("home_at", ["11:00", "12:00"])
def test_what_was_over_before_the_wait_began_does_not_count(started: Told, home_at: str) -> None:
    started.discharged(day(home_at))
    (span,) = [span for span in started.journey().spans if span.wait == "package_start"]
    assert pauses_of(span, WEEK) == ()


@pytest.mark.parametrize("visited_at", ["13:00", "14:00"])
def test_what_begins_when_the_wait_is_over_does_not_count(started: Told, visited_at: str) -> None:
    started.discharged(day("12:00"))
    started.tell("first-visit-completed", day(visited_at), package_id="P")
    started.tell("care-package-paused", day("14:00"), package_id="P", reason="respite")
    (span,) = [span for span in started.journey().spans if span.wait == "package_start"]
    assert span.stops_at == at(day(visited_at))
    assert pauses_of(span, WEEK) == ()


def test_the_wait_that_is_named_stands_still_and_no_other_about_the_same() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed(day("09:00"), meets=True)  # a newer wait about the stay begins
    told.tell("wait-paused", day("10:00"), wait="edd_set", about="RR8:S1", reason="other")
    states = {wait.id: wait.state for wait in told.assessed(day("10:30")).open_waits}
    assert {wait for wait, state in states.items() if state == "paused"} == {"edd_set"}


def test_a_journey_that_was_looked_at_before_learns_of_it(asked: Told) -> None:
    history = asked.history()
    states = []
    assess(history.journey(), ENGLAND, at(day("09:30")))
    for tell, when in ((paused, "10:00"), (resumed, "11:00")):
        tell(asked, day(when))
        history.add(asked.events[-1], value_of(asked.events[-1]))
        view = assess(history.journey(), ENGLAND, at(day(when)))
        states += [wait.state for wait in view.open_waits if wait.id == "referral_response"]
    assert states == ["paused", "running"]
