"""What was measured before is measured again the moment that it changes: near, late, paused."""

import pytest

from flow.pathway import Journey, assess
from tests.pathway.told import ENGLAND, Told, at, value_of


def state(journey: Journey, wait: str, now: str, period: int = 1) -> str:
    """What whoever has looked at the journey before sees of a wait that runs."""
    open_waits = assess(journey, ENGLAND, at(now)).open_waits
    (found,) = [each for each in open_waits if (each.id, each.period) == (wait, period)]
    return found.state


@pytest.mark.parametrize("owned", [False, True], ids=["nobody owns it", "an owner acts throughout"])
def test_a_package_is_late_the_moment_its_provider_stops_though_no_warning_came_before(
    owned: bool,
) -> None:
    """Without an owner others act from that moment on."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    if owned:
        person.tell("coordinator-assigned", "2026-01-06 10:00", organisation="QWO",
                    coordinator="cm1")  # fmt: skip
    person.tell("care-package-requested", "2026-01-08 10:00", package_id="P1", kind="new")
    person.discharged("2026-01-08 12:00")
    person.tell("first-visit-completed", "2026-01-08 18:00", package_id="P1")
    person.tell("care-package-handed-back", "2026-01-12 10:00", package_id="P1", reason="staffing",
                care_until=at("2026-01-13 10:00"))  # fmt: skip
    journey = person.journey()
    assert state(journey, "package_handed_back", "2026-01-13 09:59") == "running"
    assert state(journey, "package_handed_back", "2026-01-13 10:00") == "breached"


def test_late_before_its_package_is_on_hold_it_stands_still_whoever_has_seen_it_late() -> None:
    """An owner acts throughout: others have to act at no moment in between."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("coordinator-assigned", "2026-01-06 10:00", organisation="QWO", coordinator="cm1")
    person.tell("care-package-requested", "2026-01-07 10:00", package_id="P1", kind="restart")
    person.discharged("2026-01-08 10:00")
    person.tell("care-package-started", "2026-01-08 12:00", package_id="P1")
    person.tell("first-visit-missed", "2026-01-08 18:00", package_id="P1")
    history = person.history()
    assert state(history.journey(), "missed_first_visit", "2026-01-08 22:00") == "breached"
    held = person.tell(
        "care-package-paused", "2026-01-08 23:00", package_id="P1", reason="family_cover"
    )
    history.add(held, value_of(held))
    for journey in (history.journey(), person.journey()):
        assert state(journey, "missed_first_visit", "2026-01-08 23:00") == "paused"
        assert state(journey, "missed_first_visit", "2026-01-15 23:00") == "breached"


def test_the_day_of_a_long_stay_review_begins_and_is_over_at_midnight() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    journey = person.journey()
    for now, period, seen in (
        ("2026-01-11 23:00", 1, "running"),
        ("2026-01-12 00:00", 1, "near"),
        ("2026-01-12 23:59", 1, "near"),
        ("2026-01-13 00:00", 1, "breached"),
        ("2026-01-13 00:00", 2, "running"),
        ("2026-01-25 23:00", 3, "running"),
        ("2026-01-26 00:00", 3, "near"),
        ("2026-01-27 00:00", 3, "breached"),
    ):
        assert state(journey, "los_review", now, period) == seen


@pytest.mark.parametrize(
    ("held", "reached"),
    [
        ("2026-01-12 00:00", ["near"]),
        ("2026-01-12 23:59", ["near"]),
        ("2026-01-13 00:00", ["near", "breached"]),
    ],
    ids=["as its day begins", "in its last minute", "as its day is over"],
)
def test_a_long_stay_review_is_in_time_on_its_day(held: str, reached: list[str]) -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.in_spell("task-done", held, task="long_stay_review")
    wait = person.wait("los_review", "2026-01-14 10:00")
    assert [level for level, _ in wait.levels] == reached


def test_on_hold_from_the_moment_that_it_is_near_it_is_both_and_nothing_comes_nearer() -> None:
    """Near after 18 hours, late after 24."""
    person = Told()
    person.tell("referral-made", "2026-01-05 10:00", referral_id="R1", kind="home_care")
    person.tell("wait-paused", "2026-01-06 04:00", wait="referral_response", about="R1",
                reason="other", until=at("2026-01-07 04:00"))  # fmt: skip
    view = person.assessed("2026-01-06 04:00")
    (wait,) = [each for each in view.open_waits if each.id == "referral_response"]
    assert (wait.state, [level for level, _ in wait.levels]) == ("paused", ["near"])
    journey = person.journey()
    for now, seen in (
        ("2026-01-06 04:00", "paused"),
        ("2026-01-07 03:59", "paused"),
        ("2026-01-07 04:00", "near"),
        ("2026-01-07 10:00", "breached"),
    ):
        assert state(journey, "referral_response", now) == seen


def test_a_service_whose_care_ends_by_time_alone_is_told_so_then() -> None:
    """In hospital, too, where the day's end would come first."""
    person = Told()
    person.tell("care-package-requested", "2026-01-01 09:00", package_id="P1", kind="new",
                service="home-help")  # fmt: skip
    person.tell("first-visit-completed", "2026-01-02 09:00", package_id="P1", service="home-help")
    person.tell("care-package-handed-back", "2026-01-03 11:00", package_id="P1", reason="staffing")
    person.admitted("2026-01-05 10:00")
    person.in_spell("expected-discharge-date-set", "2026-01-05 10:30",
                    expected_discharge_date="2026-02-20")  # fmt: skip
    person.reviewed("2026-01-26 11:00", meets=True)
    history = person.history()
    assess(history.journey(), ENGLAND, at("2026-01-26 11:02"))
    again = person.tell("care-package-handed-back", "2026-01-26 11:05", package_id="P1",
                        reason="staffing", care_until=at("2026-01-26 15:00"))  # fmt: skip
    history.add(again, value_of(again))
    view = assess(history.journey(), ENGLAND, at("2026-01-26 11:05"))
    assert view.next_at == at("2026-01-26 15:00")
    (placement,) = assess(history.journey(), ENGLAND, at("2026-01-26 15:00")).placements
    assert (placement.service, placement.state) == ("home-help", "left")
