"""Where people are after they left hospital, and since when: whose care nobody ends, who is offered
and who is waited for longest."""

import pytest

from tests.pathway.told import Told, at


def left(pathway: str, *, visited: str | None = None) -> Told:
    """Home on 7 January; day 91 is 8 April. A first visit names the referral and no package."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway=pathway, status="confirmed")
    if visited is not None:
        told.tell("referral-made", "2026-01-06 11:00", referral_id="R", kind="reablement",
                  service="acme")  # fmt: skip
    told.discharged("2026-01-07 09:00")
    if visited is not None:
        told.tell("first-visit-completed", visited, referral_id="R")
    return told


def place(told: Told, now: str) -> tuple[str, str | None]:
    stage = told.assessed(now).stage
    return stage.stage, stage.service


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        ("2026-04-08 00:00", "home_with_support"),
        ("2026-04-12 23:59", "home_with_support"),
        ("2026-04-13 00:00", "finished"),
    ],
)
def test_care_of_which_nobody_tells_the_end_counts_until_day_91_of_it(now: str, stage: str) -> None:
    assert place(left("P1", visited="2026-01-12 10:00"), now)[0] == stage


def test_care_that_ended_with_another_stay_is_none_afterwards_but_on_pathway_0() -> None:
    told = left("P1", visited="2026-01-08 10:00")
    told.admitted("2026-01-20 10:00", spell_id="S2")
    told.tell("patient-discharged", "2026-01-22 10:00", provider="RR8", spell_id="S2",
              discharge_method="1")  # fmt: skip
    assert place(told, "2026-01-23 10:00") == ("follow_up", None)


def test_follow_up_counts_since_the_care_was_withdrawn() -> None:
    told = left("P1", visited="2026-01-08 10:00")
    told.tell("referral-withdrawn", "2026-01-20 10:00", referral_id="R",
              reason="no_longer_needed")  # fmt: skip
    stage = told.assessed("2026-01-21 10:00").stage
    assert (stage.stage, stage.since) == ("follow_up", at("2026-01-20 10:00"))


def test_who_is_refused_at_home_waits_since_then() -> None:
    told = left("P1")
    told.tell("referral-made", "2026-01-07 08:00", referral_id="R", kind="reablement")
    told.tell("referral-rejected", "2026-01-08 10:00", referral_id="R", reason="no_capacity")
    stage = told.assessed("2026-01-08 11:00").stage
    assert stage.stage == "discharged_waiting_for_start"
    assert stage.since == at("2026-01-08 10:00")


def offered(told: Told, handover: str, when: str, service: str) -> None:
    told.tell("handover-sent", when, handover_id=handover, to_service=service)


@pytest.mark.parametrize(
    ("pathway", "stage"),
    [("P0", ("follow_up", None)), ("P1", ("discharged_waiting_for_start", "acme"))],
)
def test_an_offer_that_nobody_answered_is_waited_for_on_pathway_1_to_3(
    pathway: str, stage: tuple[str, str | None]
) -> None:
    told = left(pathway)
    offered(told, "V1", "2026-01-07 10:00", "acme")
    offered(told, "V2", "2026-01-07 11:00", "zenith")
    assert place(told, "2026-01-07 12:00") == stage


def test_an_offer_is_waited_for_when_the_care_before_it_is_over() -> None:
    told = left("P1", visited="2026-01-08 10:00")
    offered(told, "V1", "2026-01-09 10:00", "zenith")
    assert place(told, "2026-01-09 11:00") == ("home_with_support", "acme")
    told.tell("referral-withdrawn", "2026-01-20 10:00", referral_id="R", reason="no_longer_needed")
    assert place(told, "2026-01-20 11:00") == ("discharged_waiting_for_start", "zenith")


def test_of_two_that_were_asked_the_first_is_waited_for() -> None:
    told = left("P1")
    for referral, when, service in (("R1", "09:30", "acme"), ("R2", "10:00", "zenith")):
        told.tell("referral-made", f"2026-01-07 {when}", referral_id=referral, kind="reablement",
                  service=service)  # fmt: skip
    assert place(told, "2026-01-07 12:00") == ("discharged_waiting_for_start", "acme")


@pytest.mark.parametrize(
    ("event", "when", "about", "over"),
    [
        ("referral-accepted", "2026-01-10 11:00", "R2", "2026-04-10 00:00"),
        ("referral-accepted", "2026-04-11 10:00", "R2", "2026-04-10 00:00"),
        ("referral-withdrawn", "2026-01-20 10:00", "R", "2026-01-20 10:00"),
    ],
)
def test_who_was_cared_for_meanwhile_waits_for_the_rest_since_that_care_was_over(
    event: str, when: str, about: str, over: str
) -> None:
    """However long ago it was asked for: until day 91, or a withdrawal, somebody cared for them."""
    told = left("P1", visited="2026-01-09 10:00")
    told.tell("referral-made", "2026-01-10 10:00", referral_id="R2", kind="disability_support",
              service="zenith")  # fmt: skip
    assert place(told, "2026-01-10 10:30") == ("home_with_support", "acme")
    told.tell(event, when, referral_id=about, reason="no_longer_needed")
    stage = told.assessed("2026-04-12 12:00").stage
    assert (stage.stage, stage.service) == ("discharged_waiting_for_start", "zenith")
    assert stage.since == at(over)


def test_who_was_offered_the_person_after_an_earlier_stay_is_not_waited_for_after_this_one() -> (
    None
):
    told = left("P1")
    told.tell("handover-sent", "2026-01-07 10:00", handover_id="V", to_service="acme")
    assert place(told, "2026-01-07 11:00") == ("discharged_waiting_for_start", "acme")
    again = {"provider": "RR8", "spell_id": "S2"}
    told.admitted("2026-01-20 10:00", spell_id="S2")
    told.tell("referral-made", "2026-01-21 10:00", referral_id="R2", kind="reablement", **again)
    told.tell("referral-rejected", "2026-01-21 12:00", referral_id="R2", reason="person_declined")
    told.discharged("2026-01-22 10:00", spell_id="S2", pathway="P1")
    assert place(told, "2026-01-23 10:00") == ("follow_up", None)


@pytest.mark.parametrize(
    ("asked", "went_on", "since"),
    [
        (True, "2026-01-21 18:30", "2026-01-21 18:30"),
        (False, "2026-01-21 10:00", "2026-01-21 13:00"),
        (False, None, "2026-01-21 13:00"),
    ],
    ids=["afterwards", "before the discharge", "at the discharge"],
)
def test_after_a_stay_care_is_given_since_it_went_on_at_home(
    asked: bool, went_on: str | None, since: str
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-07 12:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-08 10:00")
    told.tell("first-visit-completed", "2026-01-08 17:00", package_id="P1")
    assert told.assessed("2026-01-09 09:00").stage.since == at("2026-01-08 17:00")
    told.admitted("2026-01-18 20:00", spell_id="S2")
    if asked:
        told.tell("care-package-requested", "2026-01-20 10:00", package_id="P1", kind="restart",
                  service="acme")  # fmt: skip
    told.discharged("2026-01-21 13:00", spell_id="S2", pathway="P1" if went_on else "P0")
    if went_on is not None:
        told.tell("care-package-restarted", went_on, package_id="P1")
    stage = told.assessed("2026-01-22 09:00").stage
    assert (stage.stage, stage.since) == ("home_with_support", at(since))
