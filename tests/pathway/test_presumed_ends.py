"""Care at home of which nobody tells the end is over on day 91, and so is all that hangs on it."""

from datetime import timedelta

import pytest

from flow.pathway import assess
from tests.pathway.told import ENGLAND, Told, at, value_of

VISITED = at("2026-01-09 09:00")
OVER = at("2026-04-10 00:00")


def cared_for(*, owned: bool = True, **handover: str) -> Told:
    """Reablement by referral has begun, and the hospital's co-ordinator has the person still."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("expected-discharge-date-set", "2026-01-05 12:00",
                  expected_discharge_date="2026-01-08")  # fmt: skip
    told.reviewed("2026-01-08 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P1", status="confirmed")
    if owned:
        told.tell("coordinator-assigned", "2026-01-08 10:05", organisation="RR8",
                  coordinator="staff-1")  # fmt: skip
    told.tell("referral-made", "2026-01-08 10:30", referral_id="R1", kind="reablement",
              service="skills")  # fmt: skip
    if handover:
        told.tell("handover-sent", "2026-01-08 11:00", handover_id="H1", to_service="skills",
                  from_organisation="RR8")  # fmt: skip
        told.tell("handover-accepted", "2026-01-08 12:00", handover_id="H1", **handover)
    told.discharged("2026-01-08 16:00", pathway="P1")
    told.in_spell("discharge-summary-sent", "2026-01-08 16:30")
    told.tell("first-visit-completed", VISITED, referral_id="R1", service="skills")
    return told


def _open(told: Told, when: str) -> set[str]:
    return {wait.id for wait in told.assessed(when).open_waits}


def test_on_day_91_the_service_lets_go_and_no_owner_is_asked_of_it() -> None:
    told = cared_for()
    assert _open(told, "2026-04-01 09:00") == {"owner_follows", "time_limited_care"}
    view = told.assessed("2026-05-01 09:00")
    assert view.open_waits == ()
    assert (view.stage.stage, view.stage.since) == ("finished", OVER)
    assert view.stage.responsible is None
    wait = told.wait("owner_follows", "2026-05-01 09:00")
    assert (wait.ended, wait.stops_at) == ("cancelled", OVER)


@pytest.mark.parametrize("service", [None, "skills", "acme"])
@pytest.mark.parametrize("missed", ["owner_named", "owner_cover"])
def test_an_owner_is_missed_until_everybody_has_let_go(service: str | None, missed: str) -> None:
    """Not where another service has accepted the person, who has them then."""
    accepted = {"service": service} if service is not None else {}
    told = cared_for(owned=missed != "owner_named", **accepted)
    if missed == "owner_cover":
        told.tell("coordinator-off-duty", "2026-01-20 09:00", coordinator="staff-1")
    assert missed in _open(told, "2026-04-01 09:00")
    assert (missed in _open(told, "2026-05-01 09:00")) is (service == "acme")


def test_a_handover_that_the_service_accepted_ends_with_its_care() -> None:
    told = cared_for(service="skills")
    assert told.assessed("2026-04-01 09:00").stage.responsible == "skills"
    assert told.assessed("2026-05-01 09:00").stage.responsible is None
    assert _open(told, "2026-05-01 09:00") == set()


def test_what_another_service_accepted_does_not_end_with_it() -> None:
    told = cared_for(service="acme")
    assert told.assessed("2026-04-01 09:00").stage.responsible == "skills"
    assert told.assessed("2026-05-01 09:00").stage.responsible == "acme"


def test_who_looks_back_sees_it_as_it_was() -> None:
    told = cared_for(service="skills")
    journey = told.journey()
    for now, who in (("2026-05-01 09:00", None), ("2026-04-01 09:00", "skills")):
        assert assess(journey, ENGLAND, at(now)).stage.responsible == who
    assert journey.handovers["H1"].over is None


def test_it_has_ended_too_for_whoever_is_told_of_afterwards() -> None:
    """Another event comes after day 91: what ended by itself has ended for good."""
    told = cared_for(service="skills")
    told.tell("task-done", "2026-04-20 09:00", task="long_stay_review")
    handover = told.journey().handovers["H1"]
    assert handover.over is not None
    assert handover.over.at == OVER
    assert told.assessed("2026-05-01 09:00").stage.responsible is None


def test_the_service_counts_the_person_no_longer() -> None:
    told = cared_for()
    (stays,) = told.assessed("2026-04-01 09:00").placements
    assert stays.state == "staying"
    (left,) = told.assessed("2026-05-01 09:00").placements
    assert (left.state, left.since) == ("left", OVER)


def test_the_service_loses_the_person_at_that_moment_for_whoever_has_looked_before() -> None:
    journey = cared_for().journey()
    states = []
    for now in (OVER - timedelta(seconds=1), OVER, OVER + timedelta(days=1)):
        states += [placed.state for placed in assess(journey, ENGLAND, now).placements]
    assert states == ["staying", "left", "left"]


def test_it_is_looked_at_again_at_that_moment() -> None:
    told = cared_for()
    view = told.assessed(OVER - timedelta(seconds=1))
    assert (view.stage.responsible, view.next_at) == ("skills", OVER)


def test_what_is_told_later_changes_nothing_of_it() -> None:
    told = cared_for()
    told.tell("task-done", "2026-04-20 09:00", task="long_stay_review")
    view = told.assessed("2026-05-01 09:00")
    assert view.open_waits == ()
    assert view.stage.responsible is None
    assert told.wait("owner_follows", "2026-05-01 09:00").stops_at == OVER


def test_who_comes_to_hospital_again_has_no_owner_from_before() -> None:
    told = cared_for()
    told.tell("patient-admitted", "2026-05-10 09:00", provider="RR8", spell_id="S2")
    assert told.journey().coordinator is None


def test_such_a_person_is_let_go_in_the_end() -> None:
    told = cared_for()
    assert not told.assessed("2026-05-01 09:00").over
    view = told.assessed("2027-06-01 09:00")
    assert (view.over, view.next_at) == (True, None)


def test_care_that_a_package_tells_of_has_no_presumed_end() -> None:
    told = cared_for()
    told.tell("care-package-requested", "2026-01-10 09:00", package_id="P1", kind="new",
              referral_id="R1", service="skills")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-10 10:00", package_id="P1", service="skills")
    assert told.assessed("2026-05-01 09:00").stage.responsible == "skills"


def test_in_a_journey_that_grows_care_is_over_when_it_would_be_in_one_told_at_once() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 15:00", pathway="P1")
    told.tell("referral-made", "2026-01-07 16:00", referral_id="R1", kind="reablement",
              service="reab")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 09:00", referral_id="R1")
    told.tell("handover-sent", "2026-01-08 10:00", handover_id="V1", to_service="reab")
    history = told.history()
    assess(history.journey(), ENGLAND, at("2026-06-01 09:00"))
    event = told.tell("alert-acknowledged", "2026-06-02 09:00", wait="home_care_start", about="R1",
                      by="c1")  # fmt: skip
    history.add(event, value_of(event))
    grown = assess(history.journey(), ENGLAND, at("2026-06-02 10:00"))
    at_once = told.assessed("2026-06-02 10:00")
    assert grown.placements == at_once.placements
    assert grown.contribution == at_once.contribution
    assert "handovers_unaccepted" not in {name for name, _, _ in grown.contribution}


def test_who_comes_to_hospital_at_that_very_moment_has_no_owner_from_before() -> None:
    told = cared_for()
    told.tell("patient-admitted", OVER, provider="RR8", spell_id="S2")
    assert told.journey().coordinator is None
