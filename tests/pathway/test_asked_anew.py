"""What was handed back is asked for anew, as another package or as a referral."""

from typing import Any

import pytest

from flow.pathway import Wait
from tests.cli.test_explain import explained
from tests.pathway.told import Told, at

LAST_DAY = "2026-01-25 18:00"
ANEW = ("package", "referral")


def handed_back(care_until: str | None = LAST_DAY, *, visited: bool = True) -> Told:
    """Acme, home care since 7 January, hands the package back on the 20th; or on the 7th."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-07 15:00")
    told.in_spell("discharge-summary-sent", "2026-01-07 16:00")
    if visited:
        told.tell("first-visit-completed", "2026-01-07 18:00", package_id="P1", service="acme")
    told.tell("coordinator-assigned", "2026-01-07 18:30", organisation="RR8", coordinator="c1",
              service="acme")  # fmt: skip
    told.tell("care-package-handed-back", "2026-01-20 09:00" if visited else "2026-01-07 19:00",
              package_id="P1", service="acme", reason="staffing",
              care_until=at(care_until) if care_until is not None else None)  # fmt: skip
    return told


def asked(told: Told, anew: str, when: str, kind: str = "home_care") -> None:
    if anew == "package":
        told.tell("care-package-requested", when, package_id="P2", kind="new", service="beta")
    else:
        told.tell("referral-made", when, referral_id="R2", kind=kind, service="beta")


def confirmed(told: Told, anew: str, when: str, due: str) -> None:
    if anew == "package":
        told.tell("care-package-confirmed", when, package_id="P2", service="beta",
                  first_visit_due_at=at(due))  # fmt: skip
    else:
        told.tell("referral-accepted", when, referral_id="R2", service="beta",
                  start_agreed_at=at(due))  # fmt: skip


def comes(told: Told, anew: str, when: str) -> None:
    named = {"package_id": "P2"} if anew == "package" else {"referral_id": "R2"}
    told.tell("first-visit-completed", when, service="beta", **named)


def waits(told: Told, now: str) -> dict[str, str]:
    return {wait.id: wait.state for wait in told.assessed(now).open_waits}


@pytest.mark.parametrize("care_until", [LAST_DAY, None])
@pytest.mark.parametrize("anew", ANEW)
def test_other_care_that_has_begun_settles_it(anew: str, care_until: str | None) -> None:
    told = handed_back(care_until)
    asked(told, anew, "2026-01-22 09:00")
    comes(told, anew, "2026-01-25 20:00")
    assert "package_handed_back" not in waits(told, "2026-01-30 12:00")
    view = told.assessed("2026-01-30 12:00")
    assert (view.stage.stage, view.stage.service) == ("home_with_support", "beta")
    assert view.stage.responsible == "beta"
    assert not {"care_arranged", "package_resume"} & waits(told, "2026-01-30 12:00").keys()


def test_who_gave_it_up_without_a_last_day_comes_until_the_other_does() -> None:
    told = handed_back(None)
    asked(told, "package", "2026-01-22 09:00")
    assert told.assessed("2026-01-24 12:00").stage.service == "acme"
    comes(told, "package", "2026-01-25 20:00")
    told.tell("care-package-ended", "2026-01-26 09:00", package_id="P2", reason="provider_withdrew")
    assert told.assessed("2026-01-26 12:00").stage.stage == "discharged_waiting_for_start"
    assert "care_arranged" in waits(told, "2026-01-26 12:00")


def test_when_the_other_care_ends_well_nobody_waits_any_more() -> None:
    told = handed_back()
    asked(told, "package", "2026-01-26 09:00")
    comes(told, "package", "2026-01-27 10:00")
    told.tell("care-package-ended", "2026-03-20 10:00", package_id="P2", reason="goals_met")
    assert told.assessed("2026-03-21 12:00").stage.stage == "follow_up"
    told.tell("care-package-ended", "2026-03-22 10:00", package_id="P1", reason="provider_withdrew")
    assert told.assessed("2026-03-23 12:00").stage.stage == "follow_up", "told late"
    assert "care_arranged" not in waits(told, "2026-03-23 12:00")


@pytest.mark.parametrize("anew", ANEW)
def test_while_it_is_only_asked_for_the_new_one_is_waited_for_alone(anew: str) -> None:
    told = handed_back()
    assert "package_handed_back" in waits(told, "2026-01-21 12:00")
    asked(told, anew, "2026-01-22 09:00")
    first = "package_start" if anew == "package" else "referral_response"
    assert waits(told, "2026-01-22 12:00") == {first: "running"}


@pytest.mark.parametrize("anew", ANEW)
def test_of_one_that_comes_to_nothing_somebody_is_to_be_found_again(anew: str) -> None:
    told = handed_back()
    asked(told, anew, "2026-01-22 09:00")
    if anew == "package":
        told.tell("care-package-ended", "2026-01-23 09:00", package_id="P2",
                  reason="provider_withdrew")  # fmt: skip
    else:
        told.tell("referral-rejected", "2026-01-23 09:00", referral_id="R2", service="beta",
                  reason="no_capacity")  # fmt: skip
    assert set(waits(told, "2026-01-23 12:00")) == {"package_handed_back"}
    assert waits(told, "2026-01-26 12:00") == {"package_handed_back": "breached"}


@pytest.mark.parametrize("visited", [True, False])
def test_another_kind_of_care_settles_nothing(*, visited: bool) -> None:
    told = handed_back(None, visited=visited)
    told.tell("referral-made", "2026-01-22 09:00", referral_id="R3", kind="community_health",
              service="nurses")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-23 09:00", referral_id="R3", service="nurses")
    assert "package_handed_back" in waits(told, "2026-01-24 12:00")


def test_more_of_other_care_settles_nothing() -> None:
    told = handed_back()
    told.tell("care-package-requested", "2026-01-22 09:00", package_id="P2", kind="increased",
              service="beta")  # fmt: skip
    assert "package_handed_back" in waits(told, "2026-01-24 12:00")


def test_care_that_ran_beside_it_settles_nothing() -> None:
    told = handed_back()
    told.tell("care-package-requested", "2026-01-08 09:00", package_id="P2", kind="new",
              service="beta")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 18:00", package_id="P2", service="beta")
    assert "package_handed_back" in waits(told, "2026-01-24 12:00")


def test_given_up_before_its_first_visit_the_other_package_is_waited_for_alone() -> None:
    told = handed_back(None, visited=False)
    asked(told, "package", "2026-01-07 20:00")
    assert waits(told, "2026-01-07 21:00") == {"package_start": "running"}
    comes(told, "package", "2026-01-08 09:00")
    assert "package_handed_back" not in waits(told, "2026-01-08 12:00")


def test_of_two_that_were_handed_back_each_is_called_for() -> None:
    told = handed_back()
    asked(told, "package", "2026-01-22 09:00")
    told.tell("care-package-handed-back", "2026-01-23 09:00", package_id="P2", reason="staffing")
    found = told.assessed("2026-01-23 12:00").open_waits
    assert {(wait.id, wait.about) for wait in found} == {
        ("package_handed_back", "P1"),
        ("package_handed_back", "P2"),
    }


WAIT = {"package": "package_start", "referral": "home_care_start"}


def start_of(told: Told, anew: str, now: str) -> Wait:
    (found,) = [wait for wait in told.waits(WAIT[anew], now) if wait.about in ("P2", "R2")]
    return found


@pytest.mark.parametrize("anew", ANEW)
def test_nobody_is_late_before_the_last_day_of_who_comes_still(anew: str) -> None:
    told = handed_back()
    asked(told, anew, "2026-01-22 09:00")
    confirmed(told, anew, "2026-01-22 16:00", "2026-01-25 19:00")
    assert waits(told, "2026-01-24 12:00") == {}
    wait = start_of(told, anew, "2026-01-25 19:30")
    assert (wait.starts_at, wait.state) == (at(LAST_DAY), "near")
    assert waits(told, "2026-01-25 23:00")[WAIT[anew]] == "breached", "nobody came as agreed"


@pytest.mark.parametrize("anew", ANEW)
@pytest.mark.parametrize(
    ("event", "data", "starts"),
    [
        ("care-package-handed-back", {"care_until": at("2026-01-27 18:00"), "reason": "staffing",
                                      "service": "acme"}, "2026-01-27 18:00"),
        ("care-package-paused", {"reason": "provider_capacity"}, "2026-01-23 09:00"),
        ("care-package-ended", {"reason": "provider_withdrew"}, "2026-01-23 09:00"),
    ],
)  # fmt: skip
def test_when_they_leave_at_another_time_it_is_that(
    anew: str, event: str, data: dict[str, Any], starts: str
) -> None:
    told = handed_back()
    asked(told, anew, "2026-01-22 09:00")
    confirmed(told, anew, "2026-01-22 16:00", "2026-01-28 10:00")
    told.tell(event, "2026-01-23 09:00", package_id="P1", **data)
    assert start_of(told, anew, "2026-01-28 12:00").starts_at == at(starts)


def test_it_is_said_of_the_person() -> None:
    told = handed_back()
    asked(told, "package", "2026-01-22 09:00")
    comes(told, "package", "2026-01-25 20:00")
    said = explained(told, "2026-01-26 12:00")
    assert "other care has come in its place" in said
    assert "nobody gives the care" not in said


def test_asked_for_again_itself_it_is_waited_for_although_the_other_care_goes_on() -> None:
    told = handed_back()
    asked(told, "package", "2026-01-22 09:00")
    comes(told, "package", "2026-01-25 20:00")
    told.tell("care-package-requested", "2026-01-27 09:00", package_id="P1", kind="new",
              service="gamma")  # fmt: skip
    assert waits(told, "2026-01-29 12:00")["package_start"] == "breached"


def test_a_referral_of_which_the_package_said_more_is_waited_for_from_then_on() -> None:
    told = handed_back(None, visited=False)
    told.tell("referral-made", "2026-01-07 20:00", referral_id="R1", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 09:00", package_id="P2", service="beta")
    assert told.wait("home_care_start", "2026-01-08 10:00").starts_at == at("2026-01-08 09:00")


def test_of_two_referrals_that_one_visit_began_nothing_is_compared_but_who_and_when() -> None:
    told = Told()
    told.tell("referral-made", "2026-01-06 06:00", referral_id="R1", kind="reablement",
              service="acme")  # fmt: skip
    told.tell("care-package-requested", "2026-01-06 15:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-07 11:00", referral_id="R3", service="acme")
    told.tell("care-package-ended", "2026-01-07 12:00", package_id="P1", reason="provider_withdrew")
    told.tell("referral-made", "2026-01-07 13:00", referral_id="R3", kind="reablement",
              service="acme")  # fmt: skip
    told.tell("referral-rejected", "2026-01-08 22:00", referral_id="R3", service="acme",
              reason="no_capacity")  # fmt: skip
    assert "two_services" not in {each.rule for each in told.assessed("2026-01-09 10:00").findings}


def test_what_came_in_the_place_of_a_package_ends_the_search_as_done() -> None:
    told = Told()
    told.admitted("2026-03-02 10:00")
    told.tell("care-package-requested", "2026-03-05 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("care-package-requested", "2026-03-05 11:30", package_id="P2", kind="new",
              service="beta")  # fmt: skip
    told.discharged("2026-03-06 10:00", pathway="P1")
    told.tell("care-package-handed-back", "2026-03-06 11:00", package_id="P1", service="acme",
              reason="staffing")  # fmt: skip
    told.tell("first-visit-completed", "2026-03-07 12:00", package_id="P2", service="beta")
    assert told.wait("package_handed_back", "2026-03-12 10:00").ended == "done"


def test_of_two_who_gave_up_care_that_they_give_still_one_may_tell_no_last_day() -> None:
    told = handed_back()
    told.tell("first-visit-completed", "2026-01-19 09:00", package_id="P3", service="gamma")
    told.tell("care-package-handed-back", "2026-01-20 09:00", package_id="P3", service="gamma",
              reason="staffing")  # fmt: skip
    asked(told, "package", "2026-01-21 09:00")
    told.tell("care-package-confirmed", "2026-01-21 10:00", package_id="P2", service="beta")
    assert start_of(told, "package", "2026-01-25 18:00").starts_at == at(LAST_DAY)


@pytest.mark.parametrize("service", ["acme", "gamma"])
def test_what_never_began_and_is_asked_for_again_is_waited_for_once_more(service: str) -> None:
    told = handed_back(None, visited=False)
    asked(told, "package", "2026-01-08 09:00")
    comes(told, "package", "2026-01-09 09:00")
    told.tell("care-package-requested", "2026-01-10 09:00", package_id="P1", kind="new",
              service=service)  # fmt: skip
    assert waits(told, "2026-01-10 10:00")["package_start"] == "running"
    told.tell("care-package-confirmed", "2026-01-10 10:00", package_id="P1", service=service)
    told.tell("care-package-ended", "2026-01-12 09:00", package_id="P2", reason="goals_met")
    stage = told.assessed("2026-01-12 10:00").stage
    assert (stage.stage, stage.service) == ("discharged_waiting_for_start", service)


@pytest.mark.parametrize("anew", ANEW)
def test_other_care_of_whoever_gave_it_up_asked_for_before_settles_nothing(anew: str) -> None:
    told = handed_back()
    if anew == "package":
        told.tell("care-package-requested", "2026-01-18 09:00", package_id="P2", kind="new",
                  service="acme")  # fmt: skip
        named = {"package_id": "P2"}
    else:
        told.tell("referral-made", "2026-01-18 09:00", referral_id="R2", kind="home_care",
                  service="acme")  # fmt: skip
        named = {"referral_id": "R2"}
    told.tell("first-visit-completed", "2026-01-22 09:00", service="acme", **named)
    assert "package_handed_back" in waits(told, "2026-01-22 10:00")


def test_nor_has_its_provider_left_who_never_came_where_other_care_took_its_place() -> None:
    told = handed_back(None, visited=False)
    asked(told, "referral", "2026-01-08 09:00", kind="reablement")
    comes(told, "referral", "2026-01-09 09:00")
    told.tell("care-package-requested", "2026-01-10 09:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("referral-withdrawn", "2026-01-12 09:00", referral_id="R2",
              reason="no_longer_needed")  # fmt: skip
    stage = told.assessed("2026-01-12 10:00").stage
    assert (stage.stage, stage.service) == ("discharged_waiting_for_start", "acme")


def test_who_says_that_it_is_in_place_comes_after_the_last_day_of_who_leaves() -> None:
    told = handed_back()
    asked(told, "package", "2026-01-22 09:00")
    told.tell("care-package-started", "2026-01-22 16:00", package_id="P2", service="beta")
    assert waits(told, "2026-01-24 12:00") == {}
    assert start_of(told, "package", "2026-01-25 19:30").starts_at == at(LAST_DAY)


@pytest.mark.parametrize("asked_at", ["2026-01-19 09:00", "2026-01-22 09:00"])
def test_another_one_who_begins_to_visit_has_settled_it_whenever_they_were_asked(
    asked_at: str,
) -> None:
    told = handed_back(None)
    asked(told, "referral", asked_at)
    comes(told, "referral", "2026-01-23 09:00")
    assert "package_handed_back" not in waits(told, "2026-01-30 12:00")


def test_so_has_who_gave_it_up_once_they_come_for_a_referral_since() -> None:
    told = handed_back(None)
    told.tell("referral-made", "2026-01-22 09:00", referral_id="R2", kind="home_care",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-23 09:00", referral_id="R2", service="acme")
    assert "package_handed_back" not in waits(told, "2026-01-30 12:00")
