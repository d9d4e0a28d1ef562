"""What is known of a package of care: told again, increased, handed back, of whom a visit was."""

import pytest

from flow.pathway.subjects import Package
from tests.pathway.told import Told, at


def asked(*, given: bool = True) -> Told:
    """At home on pathway 1; acme was asked for care, and came the day after where it is given."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              service="acme", hours_per_week=7, visits_per_week=14, funder="nhs")  # fmt: skip
    told.discharged("2026-01-07 10:00", pathway="P1")
    if given:
        told.tell("first-visit-completed", "2026-01-08 10:00", package_id="P")
    return told


def package(told: Told, package_id: str = "P") -> Package:
    return told.journey().packages[package_id]


def notices(told: Told, kind: str) -> list[tuple[str, str | None]]:
    return [(each.about, each.ended) for each in told.journey().notices if each.kind == kind]


@pytest.mark.parametrize(
    ("more", "hours", "visits", "funder"),
    [
        ({}, 7, 14, "nhs"),
        ({"hours_per_week": 10}, 10, 14, "nhs"),
        ({"visits_per_week": 21}, 7, 21, "nhs"),
        ({"funder": "council"}, 7, 14, "council"),
    ],
)
def test_an_increase_leaves_what_it_does_not_speak_of(
    more: dict[str, object], hours: float, visits: int, funder: str
) -> None:
    told = asked()
    told.tell("care-package-increased", "2026-01-20 10:00", package_id="P", **more)  # type: ignore[arg-type]
    known = package(told)
    assert (known.hours_per_week, known.visits_per_week, known.funder) == (hours, visits, funder)


def test_asked_for_again_it_stays_that_of_its_referral() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    for when, referral in (("2026-01-06 10:00", "R"), ("2026-01-06 11:00", None)):
        told.tell("care-package-requested", when, package_id="P", kind="new",
                  referral_id=referral)  # fmt: skip
    assert package(told).referral_id == "R"


@pytest.mark.parametrize("in_a_centre", [True, False])
def test_care_for_whom_no_stay_is_known_is_doubtful(*, in_a_centre: bool) -> None:
    told = Told()
    if in_a_centre:
        told.tell("centre-admitted", "2026-01-05 10:00", stay_id="T", service="centre-a")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="new",
              locality="beeston")  # fmt: skip
    rules = [finding.rule for finding in told.journey().findings]
    assert ("care_without_stay" in rules) is not in_a_centre
    assert told.journey().locality == "beeston"


def test_whoever_gave_it_up_and_confirms_it_goes_on_with_it() -> None:
    told = asked()
    told.tell("care-package-handed-back", "2026-01-12 10:00", package_id="P", reason="staffing")
    told.tell("care-package-confirmed", "2026-01-13 10:00", package_id="P", service="acme")
    assert told.wait("package_handed_back", "2026-01-14 10:00").stops_at == at("2026-01-13 10:00")
    assert package(told).earlier == (), "it was nobody else's in between"


def test_a_provider_after_the_next_one_is_told_by_another_hand_back_only() -> None:
    told = asked()
    told.tell("care-package-handed-back", "2026-01-12 10:00", package_id="P", reason="staffing")
    for day, service in ((13, "zenith"), (14, "wharfe")):
        told.tell("care-package-confirmed", f"2026-01-{day} 10:00", package_id="P",
                  service=service)  # fmt: skip
    assert [each.service for each in package(told).earlier] == ["acme"]


def back_in_hospital(told: Told) -> None:
    told.admitted("2026-01-20 10:00", spell_id="S2")
    assert notices(told, "stand_down") == [("acme", None)]


def test_who_no_longer_has_the_package_has_nothing_to_be_told() -> None:
    told = asked()
    back_in_hospital(told)
    told.tell("care-package-ended", "2026-01-20 12:00", package_id="P", reason="provider_withdrew")
    assert notices(told, "stand_down") == [("acme", "done")]


@pytest.mark.parametrize("comes", ["started", "restarted"])
@pytest.mark.parametrize("service", ["acme", None])
def test_that_the_person_comes_after_all_is_out_of_date_when_care_begins(
    comes: str, service: str | None
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="restart",
              service=service)  # fmt: skip
    told.reviewed("2026-01-06 11:00", meets=False)
    told.reviewed("2026-01-06 12:00", meets=True)
    told.tell(
        "alert-acknowledged", "2026-01-06 13:00", wait="stand_down", about=service or "P", by="co1"
    )
    told.reviewed("2026-01-07 09:00", meets=False)
    told.discharged("2026-01-07 10:00", pathway="P1")
    assert notices(told, "comes_after_all")[-1] == (service or "P", None)
    told.tell(f"care-package-{comes}", "2026-01-07 15:00", package_id="P")
    assert notices(told, "comes_after_all")[-1] == (service or "P", "reset")


def test_a_package_that_is_to_be_restarted_begins_with_the_restart() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="restart")
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("care-package-restarted", "2026-01-07 15:00", package_id="P")
    started = package(told).started
    assert started is not None
    assert started.at == at("2026-01-07 15:00")
    assert told.wait("package_start", "2026-01-08 10:00").ended == "done"


@pytest.mark.parametrize(
    ("named", "begun"),
    [({"service": "acme"}, "P"), ({"service": "zenith"}, "Q"), ({"referral_id": "R"}, "Q")],
)
def test_a_visit_is_of_the_package_of_its_service_or_its_referral(
    named: dict[str, str], begun: str
) -> None:
    told = asked(given=False)
    told.tell("referral-made", "2026-01-07 11:00", referral_id="R", kind="reablement")
    told.tell("care-package-requested", "2026-01-07 12:00", package_id="Q", kind="new",
              service="zenith", referral_id="R")  # fmt: skip
    told.tell("care-package-requested", "2026-01-07 13:00", package_id="O", kind="new",
              service="wharfe")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 10:00", **named)
    packages = told.journey().packages
    assert [name for name, each in packages.items() if each.first_visit is not None] == [begun]


def test_asked_for_again_it_is_paid_for_by_whom_it_was() -> None:
    told = asked(given=False)
    told.tell("care-package-requested", "2026-01-07 12:00", package_id="P", kind="new",
              service="acme")  # fmt: skip
    assert package(told).funder == "nhs"


@pytest.mark.parametrize("known", [True, False])
def test_more_of_what_nobody_has_told_of_was_given_before_unless_something_is_known(
    *, known: bool
) -> None:
    told = Told()
    if known:
        told.tell("centre-admitted", "2026-01-05 10:00", stay_id="T", service="slic")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P", kind="increased",
              service="acme")  # fmt: skip
    assert (package(told).first_visit is None) is known


def test_a_visit_of_a_service_that_was_asked_to_come_next_is_of_that_package() -> None:
    told = asked()
    told.tell("care-package-requested", "2026-01-10 10:00", package_id="P", kind="new",
              service="zen")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-12 10:00", service="zen")
    assert package(told).service == "zen"


def test_who_is_to_leave_and_comes_again_after_a_pause_has_it_no_longer_on_hold() -> None:
    told = asked()
    told.tell("care-package-handed-back", "2026-01-10 10:00", package_id="P", service="acme",
              reason="staffing", care_until=at("2026-01-30 10:00"))  # fmt: skip
    told.tell("care-package-confirmed", "2026-01-11 10:00", package_id="P", service="zen")
    told.tell("care-package-paused", "2026-01-12 10:00", package_id="P", reason="family_cover")
    assert package(told).pause is not None
    told.tell("care-package-restarted", "2026-01-13 10:00", package_id="P")
    assert package(told).pause is None


@pytest.mark.parametrize(("asked_for", "gives"), [("increased", "zen"), ("new", "acme")])
def test_more_that_nobody_is_named_for_is_given_by_who_was_asked_for_more(
    asked_for: str, gives: str
) -> None:
    told = asked()
    told.tell("care-package-requested", "2026-01-10 10:00", package_id="P", kind=asked_for,
              service="zen")  # fmt: skip
    told.tell("care-package-increased", "2026-01-12 10:00", package_id="P", hours_per_week=9)
    assert package(told).service == gives


def test_told_twice_it_ended_when_it_was_told_first() -> None:
    told = asked()
    for when in ("2026-01-10 10:00", "2026-01-11 10:00"):
        told.tell("care-package-ended", when, package_id="P", reason="goals_met")
    ended = package(told).ended
    assert ended is not None
    assert ended.at == at("2026-01-10 10:00")
