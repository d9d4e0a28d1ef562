"""One person, one owner: who is responsible, who answers by name, and what happens between."""

from typing import Any

import pytest
from hypothesis import given

from flow.events import AnyEvent
from flow.pathway import Journey, Wait, assess
from flow.pathway.stage import ActsNext
from tests.pathway.strategies import any_journey, moments
from tests.pathway.test_laws import history_of
from tests.pathway.told import ENGLAND, Told, at, value_of

LATER = "2026-03-01 12:00"


def in_hospital(pathway: str = "P1") -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway=pathway, status="likely")
    told.reviewed("2026-01-07 09:00", meets=False)
    return told


def offered(service: str = "home-help", handover: str = "V1") -> Told:
    told = in_hospital()
    told.tell("handover-sent", "2026-01-07 12:00", handover_id=handover, to_service=service)
    return told


def responsible(told: Told, now: str = LATER) -> str | None:
    return told.assessed(now).stage.responsible


def test_in_hospital_the_hospital_is_responsible_whatever_was_accepted() -> None:
    told = offered()
    told.tell("handover-accepted", "2026-01-07 13:00", handover_id="V1")
    assert responsible(told) == "RR8"


def test_only_acceptance_moves_responsibility() -> None:
    told = offered()
    told.discharged("2026-01-08 15:00")
    assert responsible(told) == "RR8", "sent is not accepted"
    told.tell("handover-accepted", "2026-01-09 09:00", handover_id="V1")
    assert responsible(told) == "home-help"


def test_a_service_that_has_begun_has_the_person_without_a_handover() -> None:
    told = in_hospital("P2")
    told.discharged("2026-01-08 15:00")
    told.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    assert responsible(told) == "slic"


def test_a_centre_that_another_took_over_from_has_the_person_no_more() -> None:
    """Nobody told that they left the first; of the second it was told."""
    told = in_hospital("P2")
    told.discharged("2026-01-08 15:00")
    told.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    told.tell("centre-admitted", "2026-01-12 16:00", stay_id="T2", service="north-centre")
    assert responsible(told) == "north-centre"
    told.tell("centre-discharged", "2026-01-20 10:00", stay_id="T2")
    assert responsible(told) is None


def test_nobody_lets_go_of_a_person_whom_nobody_has_taken() -> None:
    """The centre keeps them until the care at home that was asked for begins."""
    told = in_hospital("P2")
    told.discharged("2026-01-08 15:00")
    told.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    told.tell("care-package-requested", "2026-01-20 10:00", package_id="P1", kind="new",
              service="home-help")  # fmt: skip
    told.tell("centre-discharged", "2026-01-22 10:00", stay_id="T1")
    assert responsible(told) == "slic"
    told.tell("first-visit-completed", "2026-01-23 09:00", package_id="P1")
    assert responsible(told) == "home-help"
    told.tell("care-package-ended", "2026-02-20 09:00", package_id="P1")
    assert responsible(told) is None


def test_after_a_refusal_the_hospital_keeps_the_person() -> None:
    told = offered()
    told.discharged("2026-01-08 15:00")
    told.tell("handover-rejected", "2026-01-08 16:00", handover_id="V1", reason="not_ready")
    assert responsible(told) == "RR8"


def test_a_handover_of_an_earlier_stay_says_nothing_of_this_one() -> None:
    told = offered()
    told.tell("handover-accepted", "2026-01-07 13:00", handover_id="V1")
    told.discharged("2026-01-08 15:00")
    told.admitted("2026-01-20 10:00", spell_id="S2", provider="RAE", admission_method="21")
    assert responsible(told) == "RAE"
    told.discharged("2026-01-25 10:00", spell_id="S2", provider="RAE", pathway="P0")
    assert responsible(told) is None


def test_nobody_is_responsible_for_the_dead() -> None:
    told = offered()
    told.tell("patient-died", "2026-01-08 02:00")
    assert responsible(told) is None


@pytest.mark.parametrize(
    ("pathway", "assigned", "known"),
    [("P0", False, None), ("P0", True, None), ("P1", False, False), ("P1", True, True)],
)
def test_the_stage_says_whether_somebody_answers_by_name(
    pathway: str, assigned: bool, known: bool | None
) -> None:
    told = in_hospital(pathway)
    if assigned:
        told.tell("coordinator-assigned", "2026-01-07 10:00", organisation="RR8", coordinator="c1")
    assert told.assessed("2026-01-07 11:00").stage.coordinator_known is known


def test_the_stage_says_who_acts_next() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    stage = told.assessed("2026-01-05 11:00").stage
    assert (stage.next_step, stage.acts_next) == ("edd_set", ("RR8", "hospital_consultant"))


def test_nobody_on_pathway_0_waits_for_an_owner() -> None:
    told = in_hospital("P0")
    assert told.waits("owner_named", LATER) == []


def test_a_new_stay_needs_a_new_owner_once_everybody_has_let_go() -> None:
    told = in_hospital()
    told.tell("coordinator-assigned", "2026-01-07 10:00", organisation="RR8", coordinator="c1")
    told.discharged("2026-01-08 15:00", destination="p1_care_home_return_more")
    told.admitted("2026-02-10 10:00", spell_id="S2", admission_method="21")
    told.in_spell("pathway-decided", "2026-02-11 10:00", spell_id="S2", pathway="P2")
    first, second = told.waits("owner_named", LATER)
    assert (first.about, first.ended) == ("RR8:S1", "done")
    assert (second.about, second.starts_at) == ("RR8:S2", at("2026-02-11 10:00"))


def test_who_comes_back_while_cared_for_keeps_the_owner() -> None:
    told = offered()
    told.tell("coordinator-assigned", "2026-01-07 13:00", organisation="RR8", coordinator="c1")
    told.discharged("2026-01-08 15:00")
    told.admitted("2026-01-09 10:00", spell_id="S2", admission_method="21")
    told.in_spell("pathway-decided", "2026-01-10 10:00", spell_id="S2", pathway="P1")
    assert told.waits("owner_named", LATER)[1:] == []


def off_duty(back: str | None = None) -> Told:
    told = in_hospital()
    told.in_spell("case-manager-assigned", "2026-01-07 10:00", organisation="NX1",
                  case_manager="c1")  # fmt: skip
    data = {"coordinator": "c1", **({"back_at": at(back)} if back else {})}
    told.tell("coordinator-off-duty", "2026-01-07 17:00", **data)  # type: ignore[arg-type]
    return told


def test_who_is_off_duty_is_back_when_they_said() -> None:
    told = off_duty("2026-01-08 08:00")
    told.advance("2026-01-08 07:59")
    alert = told.alert("owner_cover")
    assert alert is not None
    assert alert.level == "breached+4h"
    assert told.assessed("2026-01-08 07:59").next_at == at("2026-01-08 08:00")
    told.advance("2026-01-08 08:00")
    assert told.alert("owner_cover") is None
    closed = told.changed[-1]
    assert (closed.closed_reason, closed.closed_at) == ("done_late", at("2026-01-08 08:00"))
    wait = told.wait("owner_cover", "2026-01-08 08:00")
    assert (wait.ended, wait.stops_at) == ("done", at("2026-01-08 08:00"))
    assert wait.stopped_by == wait.started_by[:1]


def away_before(cover: str | None = None, back: str | None = "2026-01-10 08:00") -> Told:
    """c2, who has no part in it yet, is off duty from the 6th on."""
    told = in_hospital()
    data: dict[str, Any] = {"cover": cover} if cover else {}
    data |= {"back_at": at(back)} if back else {}
    told.tell("coordinator-off-duty", "2026-01-06 17:00", coordinator="c2", **data)
    return told


def assigns(told: Told, when: str, name: str = "c2") -> None:
    told.tell("coordinator-assigned", when, organisation="NX1", coordinator=name)


def test_who_is_assigned_while_off_duty_is_there_once_they_are_back() -> None:
    told = away_before()
    assigns(told, "2026-01-07 12:00")
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-07 12:00"), at("2026-01-10 08:00"))


@pytest.mark.parametrize("back", [None, "2026-01-07 08:00"])
def test_it_shows_that_they_are_there_where_they_said_no_return_or_one_that_has_passed(
    back: str | None,
) -> None:
    told = away_before(back=back)
    assigns(told, "2026-01-07 12:00")
    assert told.waits("owner_cover", LATER) == []


def test_whom_they_named_covers_for_them_unless_away_too() -> None:
    told = away_before("c3")
    assigns(told, "2026-01-07 12:00")
    assert told.waits("owner_cover", LATER) == []
    told.tell("coordinator-off-duty", "2026-01-08 10:00", coordinator="c3",
              back_at=at("2026-01-09 10:00"))  # fmt: skip
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-08 10:00"), at("2026-01-09 10:00"))
    told = away_before("c3")
    told.tell("coordinator-off-duty", "2026-01-06 18:00", coordinator="c3",
              back_at=at("2026-01-09 10:00"))  # fmt: skip
    assigns(told, "2026-01-07 12:00")
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-07 12:00"), at("2026-01-09 10:00"))


def test_who_is_assigned_again_during_an_absence_is_away_as_before() -> None:
    told = off_duty("2026-01-08 08:00")
    assigns(told, "2026-01-07 20:00", "c1")
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-07 17:00"), at("2026-01-08 08:00"))


def test_who_follows_somebody_who_is_away_and_is_away_is_another_time() -> None:
    told = away_before()
    assigns(told, "2026-01-07 10:00", "c1")
    told.tell("coordinator-off-duty", "2026-01-07 17:00", coordinator="c1")
    assigns(told, "2026-01-08 10:00")
    first, second = told.waits("owner_cover", LATER)
    assert (first.starts_at, first.stops_at) == (at("2026-01-07 17:00"), at("2026-01-08 10:00"))
    assert (second.starts_at, second.stops_at) == (at("2026-01-08 10:00"), at("2026-01-10 08:00"))


def test_on_pathway_0_nobody_need_stand_in_for_the_owner() -> None:
    told = off_duty()
    told.in_spell("pathway-decided", "2026-01-07 18:00", pathway="P0", status="confirmed")
    wait = told.wait("owner_cover", LATER)
    assert (wait.stops_at, wait.ended) == (at("2026-01-07 18:00"), "cancelled")


def test_an_absence_that_grows_longer_is_the_same_absence() -> None:
    told = off_duty("2026-01-08 08:00")
    told.tell("coordinator-off-duty", "2026-01-07 20:00", coordinator="c1",
              back_at=at("2026-01-09 08:00"))  # fmt: skip
    wait = told.wait("owner_cover", "2026-01-08 12:00")
    assert (wait.state, wait.starts_at) == ("breached", at("2026-01-07 17:00"))


def test_the_next_absence_is_another() -> None:
    told = off_duty("2026-01-08 08:00")
    told.tell("coordinator-off-duty", "2026-01-08 17:00", coordinator="c1")
    first, second = told.waits("owner_cover", "2026-01-08 18:00")
    assert (first.stops_at, first.ended) == (at("2026-01-08 08:00"), "done")
    assert (second.period, second.starts_at) == (2, at("2026-01-08 17:00"))


def test_who_says_to_be_back_already_is_not_away() -> None:
    told = off_duty()
    told.tell("coordinator-off-duty", "2026-01-07 18:00", coordinator="c1",
              back_at=at("2026-01-07 17:30"))  # fmt: skip
    assert told.wait("owner_cover", LATER).ended == "done"


def unknown(told: Told) -> bool:
    """Whether somebody went off duty who has no part in it."""
    return any(found.rule == "coordinator_unknown" for found in told.assessed(LATER).findings)


def covered(**data: Any) -> Told:
    """The owner is away until the 10th, and c2 covers; c2 goes off duty, too."""
    told = in_hospital()
    told.tell("coordinator-assigned", "2026-01-07 10:00", organisation="NX1", coordinator="c1")
    told.tell("coordinator-off-duty", "2026-01-07 17:00", coordinator="c1", cover="c2",
              back_at=at("2026-01-10 08:00"))  # fmt: skip
    told.tell("coordinator-off-duty", "2026-01-08 12:00", coordinator="c2", **data)
    return told


@pytest.mark.parametrize(
    ("told_of_c2", "until"),
    [
        ({}, "2026-01-10 08:00"),
        ({"back_at": at("2026-01-09 08:00")}, "2026-01-09 08:00"),
        ({"back_at": at("2026-01-11 08:00")}, "2026-01-10 08:00"),
    ],
)
def test_while_the_cover_is_off_duty_too_nobody_covers(
    told_of_c2: dict[str, Any], until: str
) -> None:
    told = covered(**told_of_c2)
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at, wait.ended) == (
        at("2026-01-08 12:00"), at(until), "done",
    )  # fmt: skip
    assert not unknown(told)


def test_a_cover_who_has_a_cover_leaves_nobody_alone() -> None:
    told = covered(cover="c3")
    assert told.waits("owner_cover", LATER) == []
    assert not unknown(told)


def test_a_cover_who_says_to_be_back_already_covers_again() -> None:
    told = covered()
    told.tell("coordinator-off-duty", "2026-01-08 15:00", coordinator="c2",
              back_at=at("2026-01-08 14:00"))  # fmt: skip
    wait = told.wait("owner_cover", LATER)
    assert (wait.stops_at, wait.ended) == (at("2026-01-08 15:00"), "done")
    assert not unknown(told)


@pytest.mark.parametrize("once_more", ["2026-01-08 14:00", "2026-01-08 15:30"])
def test_a_cover_who_says_twice_to_be_back_covers_still(once_more: str) -> None:
    told = covered()
    for said, back in ("2026-01-08 15:00", "2026-01-08 14:00"), ("2026-01-08 16:00", once_more):
        told.tell("coordinator-off-duty", said, coordinator="c2", back_at=at(back))
    wait = told.wait("owner_cover", LATER)
    assert (wait.stops_at, wait.ended) == (at("2026-01-08 15:00"), "done")
    assert disagree(told, "back_before_off_duty") == []


def test_an_owner_who_says_twice_to_be_back_is_there() -> None:
    told = off_duty()
    for said in "2026-01-07 18:00", "2026-01-07 19:00":
        told.tell("coordinator-off-duty", said, coordinator="c1", back_at=at("2026-01-07 17:30"))
    assert told.wait("owner_cover", LATER).ended == "done"
    assert disagree(told, "back_before_off_duty") == []


def disagree(told: Told, rule: str) -> list[set[str]]:
    return [set(found.events) for found in told.assessed(LATER).findings if found.rule == rule]


def assigned() -> Told:
    told = in_hospital()
    told.tell("coordinator-assigned", "2026-01-07 10:00", organisation="NX1", coordinator="c1")
    return told


def test_who_covers_for_themselves_leaves_the_person_alone() -> None:
    told = assigned()
    went = told.tell("coordinator-off-duty", "2026-01-07 17:00", coordinator="c1", cover="c1",
                     back_at=at("2026-01-08 08:00"))  # fmt: skip
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-07 17:00"), at("2026-01-08 08:00"))
    assert disagree(told, "cover_off_duty") == [{went.identity}]


def test_two_who_cover_for_each_other_leave_the_person_alone() -> None:
    told = assigned()
    first = told.tell("coordinator-off-duty", "2026-01-07 17:00", coordinator="c1", cover="c2")
    then = told.tell("coordinator-off-duty", "2026-01-07 18:00", coordinator="c2", cover="c1",
                     back_at=at("2026-01-08 08:00"))  # fmt: skip
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-07 18:00"), at("2026-01-08 08:00"))
    assert disagree(told, "cover_off_duty") == [{first.identity, then.identity}]


@pytest.mark.parametrize("back", [None, "2026-01-08 08:00"])
def test_a_cover_who_went_off_duty_before_covers_once_they_are_back(back: str | None) -> None:
    told = assigned()
    told.tell("coordinator-off-duty", "2026-01-07 16:00", coordinator="c2",
              **({"back_at": at(back)} if back else {}))  # type: ignore[arg-type]  # fmt: skip
    told.tell("coordinator-off-duty", "2026-01-07 17:00", coordinator="c1", cover="c2")
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (
        at("2026-01-07 17:00"), at(back) if back else None,
    )  # fmt: skip


def test_the_cover_of_a_cover_is_not_one_who_is_away() -> None:
    told = covered(cover="c3")
    told.tell("coordinator-off-duty", "2026-01-08 13:00", coordinator="c3", cover="c2")
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-08 13:00"), at("2026-01-10 08:00"))


def test_whoever_is_assigned_again_may_cover_for_the_next() -> None:
    told = assigned()
    told.tell("coordinator-off-duty", "2026-01-07 17:00", coordinator="c1")
    told.tell("coordinator-assigned", "2026-01-08 09:00", organisation="NX1", coordinator="c1")
    told.tell("coordinator-assigned", "2026-01-08 10:00", organisation="NX1", coordinator="c2")
    told.tell("coordinator-off-duty", "2026-01-08 17:00", coordinator="c2", cover="c1")
    assert [wait.ended for wait in told.waits("owner_cover", LATER)] == ["done"]


def test_a_return_before_the_absence_does_not_count() -> None:
    told = off_duty("2026-01-07 09:00")
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-07 17:00"), None)
    assert disagree(told, "back_before_off_duty") == [{told.events[-1].identity}]


def test_a_cover_whose_return_is_before_their_absence_is_away() -> None:
    told = covered(back_at=at("2026-01-08 11:00"))
    wait = told.wait("owner_cover", LATER)
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-08 12:00"), at("2026-01-10 08:00"))
    assert disagree(told, "back_before_off_duty") == [{told.events[-1].identity}]


def test_each_time_that_the_cover_goes_is_another_time_that_nobody_covers() -> None:
    told = covered(back_at=at("2026-01-08 18:00"))
    told.tell("coordinator-off-duty", "2026-01-09 12:00", coordinator="c2")
    first, second = told.waits("owner_cover", LATER)
    assert (first.starts_at, first.stops_at) == (at("2026-01-08 12:00"), at("2026-01-08 18:00"))
    assert (second.starts_at, second.stops_at) == (at("2026-01-09 12:00"), at("2026-01-10 08:00"))


def test_an_owner_who_names_another_cover_ends_it() -> None:
    told = covered()
    told.tell("coordinator-off-duty", "2026-01-08 15:00", coordinator="c1", cover="c4",
              back_at=at("2026-01-10 08:00"))  # fmt: skip
    wait = told.wait("owner_cover", LATER)
    assert (wait.stops_at, wait.ended) == (at("2026-01-08 15:00"), "done")


def test_a_cover_of_an_absence_that_is_over_does_not_have_the_person() -> None:
    told = covered()
    told.tell("coordinator-off-duty", "2026-01-12 12:00", coordinator="c2")
    assert unknown(told)


def two_assigned(between: str | None) -> list[str]:
    told = in_hospital()
    told.tell("coordinator-assigned", "2026-01-07 10:00", organisation="RR8", coordinator="c1")
    if between == "off duty":
        told.tell("coordinator-off-duty", "2026-01-07 11:00", coordinator="c1")
    elif between == "hub":
        told.in_spell("referred-to-care-transfer-hub", "2026-01-07 11:00", hub="leeds-hub")
    elif between == "handover":
        told.tell("handover-sent", "2026-01-07 11:00", handover_id="V1", to_service="slic")
    elif between == "left":
        told.discharged("2026-01-07 11:00")
    told.tell("coordinator-assigned", "2026-01-07 12:00", organisation="NX1", coordinator="c2")
    first, second = (e for e in told.events if e.type == "flow.coordinator-assigned.v1")
    findings = [f for f in told.assessed(LATER).findings if f.rule == "two_owners"]
    assert all(set(f.events) == {first.identity, second.identity} for f in findings)
    return [finding.rule for finding in findings]


def test_two_owners_at_once_are_a_finding() -> None:
    assert two_assigned(None) == ["two_owners"]


@pytest.mark.parametrize("between", ["off duty", "hub", "handover", "left"])
def test_an_owner_who_passes_the_person_on_is_followed_by_another(between: str) -> None:
    assert two_assigned(between) == []


OF_THE_HOSPITAL = {
    "ward", "hospital_consultant", "hospital_therapist", "discharge_coordinator", "pharmacy",
}  # fmt: skip


BY_REASON = {wait for wait, rule in ENGLAND.rules.items() if rule.by_delay_reason}
NAMES_OWNERS = {"care_transfer_hub", "case_manager", "discharge_coordinator", "social_worker"}
"""Where no service has the person, or they live there; elsewhere the service that does."""
FOR_MORE = {"package_increase", "onward_care"}
"""Where whoever is asked for more of a package declined, somebody else has to be found."""
OWNS_REASONS = {"care_transfer_hub", "service", "social_worker", "discharge_coordinator"}
INSTEAD: dict[str, set[str]] = {
    "package_increase": {"commissioner"},
    "onward_care": {"commissioner"},
    "owner_follows": NAMES_OWNERS,
    "owner_named": {"service"},
    "funding_decision": {"case_manager", "service", "care_transfer_hub", "discharge_coordinator"},
}


def _away(journey: Journey, now: object) -> bool:
    """The owner is off duty, and whoever was to cover, too, as far as they said."""
    off = journey.off_duty
    if off is None:
        return False
    back = [off.back_at] + ([off.cover_back_at] if off.cover_off else [])
    there = any(moment is not None and moment <= now for moment in back)  # type: ignore[operator]
    return not there and (off.cover is None or off.cover_off)


def _others_who_may(wait: Wait, journey: Journey, now: object) -> set[str]:
    """Roles that may act on it in place of the one that the policy names."""
    if wait.id in BY_REASON:
        return OWNS_REASONS
    if _asked_for_more(wait, journey) is not None:
        return set()
    if wait.id in INSTEAD:
        return INSTEAD[wait.id]
    if wait.rule.acts_next == "commissioner" and _is_found(wait, journey):
        return {"service"}
    if wait.rule.acts_next == "case_manager" and (
        journey.coordinator is None or _away(journey, now)
    ):
        return {"service", "care_transfer_hub", "discharge_coordinator"}
    return set()


def _is_found(wait: Wait, journey: Journey) -> bool:
    """The provider that the commissioner is to find, or is asked to come next."""
    package = journey.packages.get(wait.about)
    return wait.subject == "referral" or (package is not None and package.next_provider is not None)


def _who_decided(wait: Wait, journey: Journey) -> str | None:
    """The role of whoever decided that nobody is needed, on what is waited for of who was told
    to stand down, as another pathway was decided before they came."""
    last = journey.latest
    if last is None or last.pathway != "P0":
        return None
    if wait.subject == "package":
        package = journey.packages[wait.about]
        stands_down = package.off_plan is not None and package.came is None
    else:
        referral = journey.referrals.get(wait.about)
        stands_down = referral is not None and referral.off_plan is not None
    if not stands_down:
        return None
    return "discharge_coordinator" if last.hub is None else "care_transfer_hub"


def _names_the_next_owner(wait: Wait, journey: Journey, now: object) -> tuple[str | None, str]:
    """Where no hub does: the council of who lives in a care home; whoever has the person; where
    nobody has, the owner who did not pass on, and while they are away the last hospital."""
    assert journey.responsible is not None
    assert journey.coordinator is not None
    if journey.responsible.is_home:
        return journey.council, "social_worker"
    if not journey.responsible.gone:
        in_hospital = journey.responsible.in_hospital
        role = "case_manager" if in_hospital else "service"
        return journey.responsible.organisation, role
    spells = {spell.about: spell.provider for spell in journey.spells.values()}
    if _away(journey, now) and wait.about in spells:
        return spells[wait.about], "discharge_coordinator"
    return journey.coordinator.organisation, "case_manager"


def _asked_for_more(wait: Wait, journey: Journey) -> str | None:
    """Another service than the one that gives the package, asked for more of it."""
    package = journey.packages.get(wait.about)
    if package is None or package.next_provider is None or wait.id not in FOR_MORE:
        return None
    return package.next_provider.service


def _who_was_asked(wait: Wait, journey: Journey, role: str) -> set[str | None]:
    if wait.id in BY_REASON and role == "service":
        return {wait.service, journey.asked_for_reason}
    if wait.rule.acts_next == "commissioner" and role == "service":
        if wait.subject == "referral":
            return {package.service for package in journey.packages.values()}
        following = journey.packages[wait.about].next_provider
        return {following.service if following is not None else None}
    return {_asked_for_more(wait, journey) or wait.service}


@given(any_journey(), moments())
def test_every_open_wait_names_a_role_and_an_organisation_where_one_is_known(
    events: list[AnyEvent], now: object
) -> None:
    journey = history_of(events).journey()
    view = assess(journey, ENGLAND, now)  # type: ignore[arg-type]
    spells = {spell.about: spell for spell in journey.spells.values()}
    for wait in view.open_waits:
        organisation, role = wait.acts_next
        decided = _who_decided(wait, journey)
        of_rule = {wait.rule.acts_next, *_others_who_may(wait, journey, now)}
        assert role in (of_rule if decided is None else {decided})
        if wait.id == "owner_follows" and role != "care_transfer_hub":
            assert (organisation, role) == _names_the_next_owner(wait, journey, now)
        elif role in OF_THE_HOSPITAL and wait.about in spells:
            assert organisation == spells[wait.about].provider
        elif role == "care_transfer_hub" and wait.about in spells:
            assert organisation == spells[wait.about].hub
        elif role == "case_manager" and journey.coordinator is None:
            # Of whoever pays for themselves, and whom no hospital and no service has.
            assert (wait.id, organisation) == ("funding_decision", None)
        elif role == "case_manager":
            assert journey.coordinator is not None
            assert organisation == journey.coordinator.organisation
            assert not _away(journey, now)
        elif wait.rule.acts_next == "case_manager":
            assert journey.coordinator is None or _away(journey, now)
            assert journey.responsible is not None
        elif wait.id in BY_REASON and role != wait.rule.acts_next:
            assert role in OWNS_REASONS
        elif role in ("service", "centre_manager"):
            assert organisation in _who_was_asked(wait, journey, role)
    if view.open_waits:
        first = min(view.open_waits, key=lambda wait: wait.due_at)
        assert view.stage.acts_next == first.acts_next
        assert view.stage.next_step == first.id
    else:
        assert view.stage.acts_next is None


@given(any_journey())
def test_where_an_owner_is_needed_somebody_answers_by_name_or_is_waited_for(
    events: list[AnyEvent],
) -> None:
    journey = history_of(events).journey()
    newest = max((event.time for event in events), default=at("2026-01-05 10:00"))
    view = assess(journey, ENGLAND, newest)
    unnamed = [wait for wait in view.open_waits if wait.id == "owner_named"]
    assert len(unnamed) == (view.stage.coordinator_known is False)
    if view.stage.coordinator_known is not None:
        assert view.stage.responsible is not None
        in_a_centre = view.stage.stage in ("in_centre", "centre_ready_to_leave")
        never_in_hospital = view.stage.provider is None
        assert view.stage.pathway in ("P1", "P2", "P3") or in_a_centre or never_in_hospital
    if view.stage.stage in ("in_hospital", "ready_to_leave", "hub_deciding", "waiting_for_service"):
        assert view.stage.responsible == view.stage.provider
    if view.stage.stage == "died":
        assert view.stage.responsible is None


def test_who_is_refused_by_the_only_one_asked_stays_with_the_hospital() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", pathway="P0")
    assert told.assessed("2026-01-07 11:00").stage.responsible is None
    told.tell("handover-sent", "2026-01-07 12:00", handover_id="V", to_service="acme")
    told.tell("handover-rejected", "2026-01-07 13:00", handover_id="V", reason="not_ready")
    assert told.assessed("2026-01-07 14:00").stage.responsible == "RR8"


@pytest.mark.parametrize("taken_on", [True, False])
def test_another_organisation_names_its_own_only_where_the_person_has_moved_on(
    *, taken_on: bool
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", pathway="P1")
    told.tell("coordinator-assigned", "2026-01-07 11:00", organisation="RR8", coordinator="co1")
    if taken_on:
        told.tell("handover-sent", "2026-01-07 10:30", handover_id="V", to_service="acme")
        told.tell("handover-accepted", "2026-01-07 13:00", handover_id="V", service="acme")
    told.tell("coordinator-assigned", "2026-01-07 14:00", organisation="NX1", coordinator="co2")
    rules = [finding.rule for finding in told.journey().findings]
    assert ("two_owners" in rules) is not taken_on


def test_where_nobody_has_the_person_no_owner_is_asked_for() -> None:
    told = offered()
    told.tell("coordinator-assigned", "2026-01-07 13:00", organisation="RR8", coordinator="co1")
    told.tell("care-package-requested", "2026-01-07 14:00", package_id="P", kind="new")
    told.discharged("2026-01-08 10:00")
    told.tell("first-visit-completed", "2026-01-08 15:00", package_id="P", service="home-help")
    told.tell("care-package-ended", "2026-01-20 10:00", package_id="P", reason="goals_met")
    assert responsible(told) is None
    runs = {wait.id for wait in told.assessed("2026-01-20 11:00").open_waits}
    assert not runs & {"owner_named", "owner_cover", "owner_follows"}


def test_a_stay_that_its_case_manager_is_the_first_to_tell_of_has_passed_the_person_on() -> None:
    told = Told()
    told.tell("first-visit-completed", "2026-01-05 09:00", package_id="P1", service="acme")
    told.tell("coordinator-assigned", "2026-01-05 10:00", organisation="NX1", coordinator="co1")
    told.in_spell("case-manager-assigned", "2026-01-06 10:00", organisation="RR8",
                  case_manager="cm1")  # fmt: skip
    rules = {finding.rule for finding in told.assessed("2026-01-06 11:00").findings}
    assert "two_owners" not in rules
    owner = told.journey().coordinator
    assert owner is not None
    assert owner.under == "RR8"


def owner_of(told: Told) -> str | None:
    owner = told.journey().coordinator
    return owner.coordinator if owner is not None else None


def open_waits(told: Told, now: str = LATER) -> list[tuple[str, str]]:
    ours = ("owner_named", "owner_cover", "owner_follows")
    return [(w.id, w.about) for w in told.assessed(now).open_waits if w.id in ours]


def test_who_was_assigned_before_anybody_had_the_person_answers_for_whoever_has_them_first() -> (
    None
):
    told = Told()
    told.tell("coordinator-assigned", "2026-01-04 10:00", organisation="NX1", coordinator="c1")
    told.admitted("2026-01-05 10:00")
    told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1", status="confirmed")
    assert (owner_of(told), open_waits(told)) == ("c1", [])


def cared_for_and_released(
    assigned: str = "2026-01-10 10:00", over: str = "2026-01-20 09:00"
) -> Told:
    """By home care alone, of which no stay in hospital is known."""
    told = Told()
    told.tell("care-package-requested", "2026-01-07 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-08 09:00", package_id="P1")
    told.tell("coordinator-assigned", assigned, organisation="NX1", coordinator="c1")
    told.tell("care-package-ended", "2026-01-20 09:00", package_id="P1", reason="goals_met")
    return told


def test_whoever_never_was_in_hospital_keeps_their_owner_when_cared_for_again() -> None:
    told = cared_for_and_released()
    told.tell("care-package-requested", "2026-02-07 11:00", package_id="P2", kind="new",
              service="acme")  # fmt: skip
    assert (responsible(told), owner_of(told)) == ("acme", "c1")


@pytest.mark.parametrize(
    "assigned", ["2026-01-10 10:00", "2026-01-20 09:00"], ids=["before", "at the same moment"]
)
def test_the_owner_of_care_that_everybody_let_go_of_is_not_that_of_the_next_stay(
    assigned: str,
) -> None:
    told = cared_for_and_released(assigned)
    told.admitted("2026-02-01 10:00")
    assert owner_of(told) is None


def test_an_owner_assigned_since_everybody_let_go_is_that_of_the_next_stay() -> None:
    told = cared_for_and_released(assigned="2026-01-21 09:00")
    told.admitted("2026-02-01 10:00")
    assert owner_of(told) == "c1"


def test_who_has_the_person_all_along_passes_them_on_to_nobody() -> None:
    """Accepted, and then cared for, by one service: another's co-ordinator is a second owner."""
    told = offered()
    told.tell("handover-accepted", "2026-01-07 13:00", handover_id="V1")
    told.discharged("2026-01-08 10:00")
    told.tell("coordinator-assigned", "2026-01-08 11:00", organisation="RR8", coordinator="c1")
    told.tell("care-package-requested", "2026-01-08 12:00", package_id="P1", kind="new",
              service="home-help")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-09 09:00", package_id="P1")
    told.tell("coordinator-assigned", "2026-01-09 10:00", organisation="NX1", coordinator="c2")
    assert [f.rule for f in told.assessed(LATER).findings if f.rule == "two_owners"]


def test_in_a_centre_an_owner_is_asked_for_since_the_stay_that_is_known_last() -> None:
    told = in_hospital("P2")
    told.discharged("2026-01-08 15:00")
    told.tell("centre-admitted", "2026-01-08 16:00", stay_id="T1", service="slic")
    assert open_waits(told) == [("owner_named", "RR8:S1")]
    told.discharged("2026-01-09 10:00", provider="RAE", spell_id="S2", pathway="P2")
    assert (responsible(told), open_waits(told)) == ("slic", [("owner_named", "RAE:S2")])


def test_in_a_journey_that_grows_whoever_has_the_person_now_is_to_act() -> None:
    told = in_hospital()
    told.in_spell("pathway-decided", "2026-01-07 10:00", pathway="P1", status="confirmed")
    told.discharged("2026-01-08 10:00")
    told.tell("handover-accepted", "2026-01-08 11:00", handover_id="V1", service="home-help")
    history = told.history()
    event = told.tell("handover-accepted", "2026-01-08 13:00", handover_id="V2", service="acme")

    def acts() -> list[tuple[str | None, str]]:
        view = assess(history.journey(), ENGLAND, at("2026-01-08 14:00"))
        return [wait.acts_next for wait in view.open_waits if wait.id == "care_arranged"]

    assert acts() == [("home-help", "service")]
    history.add(event, value_of(event))
    assert acts() == [("acme", "service")]


def test_in_a_journey_that_grows_who_gave_the_person_up_is_to_name_no_owner() -> None:
    """They are responsible until somebody comes, as before, but have no part in it any more."""
    told = in_hospital()
    told.tell("coordinator-assigned", "2026-01-07 10:00", organisation="RR8", coordinator="c1")
    told.tell("care-package-requested", "2026-01-07 11:00", package_id="P1", kind="new",
              service="acme")  # fmt: skip
    told.discharged("2026-01-08 10:00", pathway="P1")
    told.tell("first-visit-completed", "2026-01-08 12:00", package_id="P1")
    history = told.history()
    event = told.tell("care-package-ended", "2026-01-09 10:00", package_id="P1",
                      reason="provider_withdrew")  # fmt: skip

    def acts() -> list[tuple[str | None, ActsNext]]:
        view = assess(history.journey(), ENGLAND, at("2026-01-09 11:00"))
        assert view.stage.responsible == "acme"
        found = [wait for wait in view.open_waits if wait.id == "owner_follows"]
        return [(wait.service, wait.acts_next) for wait in found]

    assert acts() == [("acme", ActsNext("acme", "service"))]
    history.add(event, value_of(event))
    assert acts() == [(None, ActsNext("RR8", "case_manager"))]


def test_an_owner_is_wanted_anew_because_of_the_event_that_shows_it_and_of_the_pathway() -> None:
    """Everybody had let go; who comes once more has nobody who answers for the person."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    decided = told.in_spell("pathway-decided", "2026-01-06 10:00", pathway="P1",
                            status="confirmed")  # fmt: skip
    told.discharged("2026-01-07 10:00", destination="p1_care_home_return_more")
    came = told.tell("first-visit-completed", "2026-01-09 10:00", package_id="P1", service="acme")
    (wait,) = [each for each in told.assessed(LATER).open_waits if each.id == "owner_named"]
    assert wait.starts_at == came.time
    assert wait.started_by == (came.identity, decided.identity)


def two_owners(told: Told) -> list[str]:
    return [f.rule for f in told.assessed(LATER).findings if f.rule == "two_owners"]


def test_the_hubs_case_manager_takes_over_from_the_ward_whenever_that_named_somebody() -> None:
    told = in_hospital()
    told.tell("coordinator-assigned", "2026-01-07 09:00", organisation="RR8", coordinator="c1")
    told.in_spell("referred-to-care-transfer-hub", "2026-01-07 10:00", hub="leeds-hub")
    told.tell("coordinator-assigned", "2026-01-07 10:30", organisation="RR8", coordinator="c2")
    told.in_spell("case-manager-assigned", "2026-01-07 12:00", organisation="NX1",
                  case_manager="m1")  # fmt: skip
    assert two_owners(told) == []
    told.in_spell("case-manager-assigned", "2026-01-07 13:00", organisation="NX2",
                  case_manager="m2")  # fmt: skip
    assert two_owners(told) == ["two_owners"]


def test_whoever_assesses_the_person_takes_over() -> None:
    told = in_hospital()
    told.in_spell("case-manager-assigned", "2026-01-07 09:00", organisation="NX1",
                  case_manager="m1")  # fmt: skip
    told.tell("assessment-referred", "2026-01-07 09:30", assessment_id="A1")
    told.tell("assessment-allocated", "2026-01-07 11:00", assessment_id="A1", to="sw-1")
    told.tell("coordinator-assigned", "2026-01-07 12:00", organisation="E08000035",
              coordinator="sw-1")  # fmt: skip
    assert two_owners(told) == []
