"""When care counts as begun, since when, and what is counted of a stay and of a package."""

import pytest

from tests.pathway.told import ABOUT, Told, at


def home(kind: str) -> Told:
    """Discharged, and a package of this kind was asked for."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind=kind,
                service="home-help")  # fmt: skip
    person.discharged("2026-01-08 16:00", pathway="P1")
    return person


@pytest.mark.parametrize(
    ("kind", "told", "state"),
    [
        ("new", "care-package-started", "accepted"),
        ("new", "care-package-increased", "staying"),
        ("new", "first-visit-completed", "staying"),
        ("restart", "care-package-started", "staying"),
        ("restart", "care-package-increased", "staying"),
        ("increased", "care-package-started", "accepted"),
        ("increased", "care-package-increased", "staying"),
    ],
)
def test_care_has_begun_with_a_visit_a_restart_that_goes_on_and_with_more_of_any_care(
    kind: str, told: str, state: str
) -> None:
    """For whoever waits, for the stage, and for its provider."""
    person = home(kind)
    event = person.tell(told, "2026-01-08 18:00", package_id="P1")
    view = person.assessed("2026-01-09 10:00")
    (placement,) = view.placements
    begun = state == "staying"
    asked_at = at("2026-01-08 11:00")
    assert (placement.state, placement.since) == (
        state, asked_at if state == "offered" else event.time
    )  # fmt: skip
    assert (view.stage.stage == "home_with_support") is begun
    wait = person.wait("package_start", "2026-01-09 10:00")
    assert (wait.stops_at, wait.stopped_by) == (
        (at("2026-01-08 18:00"), (event.identity,)) if begun else (None, ())
    )


def reablement() -> Told:
    """At home with a package that a referral for reablement led to, since 9 January."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("referral-made", "2026-01-06 09:00", referral_id="R1", kind="reablement",
                service="acme")  # fmt: skip
    person.tell("care-package-requested", "2026-01-08 11:00", package_id="P1", kind="new",
                service="acme", referral_id="R1")  # fmt: skip
    person.discharged("2026-01-08 16:00", pathway="P1")
    person.tell("first-visit-completed", "2026-01-09 09:00", package_id="P1", service="acme")
    return person


def test_the_weeks_of_reablement_count_from_the_first_provider() -> None:
    person = reablement()
    person.tell("care-package-handed-back", "2026-01-20 09:00", package_id="P1", service="acme",
                reason="staffing")  # fmt: skip
    person.tell("care-package-confirmed", "2026-01-21 09:00", package_id="P1", service="beta")
    person.tell("first-visit-completed", "2026-01-22 09:00", package_id="P1", service="beta")
    newest = person.waits("time_limited_care", "2026-01-23 09:00")[-1]
    assert (newest.state, newest.starts_at) == ("running", at("2026-01-09 09:00"))


def test_in_a_centre_nobody_reviews_a_package_of_reablement() -> None:
    person = reablement()
    person.tell("centre-admitted", "2026-01-12 10:00", stay_id="T1", service="centre-a")
    assert person.wait("time_limited_care", "2026-01-23 09:00").ended == "cancelled"


def test_the_weeks_of_reablement_go_on_while_others_cover() -> None:
    person = reablement()
    person.tell("care-package-paused", "2026-01-12 09:00", package_id="P1", reason="respite")
    person.tell("care-package-restarted", "2026-01-20 09:00", package_id="P1")
    (wait,) = person.waits("time_limited_care", "2026-01-23 09:00")
    assert (wait.pauses, wait.due_at) == ((), at("2026-02-20 09:00"))


def test_every_pause_of_a_package_is_known_after_the_last_one_is_over() -> None:
    person = home("new")
    for paused, restarted in (("17:00", "18:00"), ("19:00", "20:00"), ("21:00", "22:00")):
        person.tell("care-package-paused", f"2026-01-08 {paused}", package_id="P1",
                    reason="respite")  # fmt: skip
        person.tell("care-package-restarted", f"2026-01-08 {restarted}", package_id="P1")
    wait = person.wait("package_start", "2026-01-08 23:00")
    assert [f"{pause.since:%H}-{pause.until:%H}" for pause in wait.pauses] == [
        "17-18", "19-20", "21-22"
    ]  # fmt: skip
    assert wait.due_at == at("2026-01-09 19:00")


def test_an_expected_date_that_is_set_again_was_revised() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    counts = []
    for day in ("06", "07", "08"):
        person.in_spell("expected-discharge-date-set", f"2026-01-{day} 10:00",
                        expected_discharge_date=f"2026-01-{day}")  # fmt: skip
        counts += [spell.edd_revisions for spell in person.journey().spells.values()]
    assert counts == [0, 1, 2]


def test_an_owner_whom_nobody_followed_was_not_followed_when_the_care_is_over() -> None:
    """Acme takes the person on; the hospital's co-ordinator stays the owner to the end."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("coordinator-assigned", "2026-01-05 12:00", organisation="RR8", coordinator="cm1")
    person.tell("handover-sent", "2026-01-08 10:00", handover_id="V1", from_organisation="RR8",
                to_service="acme")  # fmt: skip
    person.tell("handover-accepted", "2026-01-08 11:00", handover_id="V1", service="acme")
    person.discharged("2026-01-08 16:00", pathway="P1")
    wait = person.wait("owner_follows", "2026-01-08 18:00")
    assert (wait.about, wait.state) == (ABOUT, "running")
    person.tell("first-visit-completed", "2026-01-09 09:00", package_id="P1", service="acme")
    person.tell("care-package-ended", "2026-01-20 09:00", package_id="P1", reason="goals_met")
    ended = person.wait("owner_follows", "2026-01-21 09:00")
    assert (ended.stops_at, ended.ended) == (at("2026-01-20 09:00"), "cancelled")
