"""Handovers: counted and waited for until accepted, refused, or nobody is left to accept."""

from collections.abc import Callable
from typing import Any

import pytest

from flow.pathway import assess
from tests.pathway.told import ENGLAND, PROVIDER, SPELL, Told, at, value_of

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}
LATER = "2026-03-01 12:00"


def handed_over() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.tell("handover-sent", "2026-01-06 10:00", handover_id="V1", to_service="home-help")
    return told


def unaccepted(told: Told) -> int:
    return sum(name == "handovers_unaccepted" for name, _, _ in told.assessed(LATER).contribution)


def test_a_refused_handover_is_not_unaccepted_until_it_is_sent_again() -> None:
    told = handed_over()
    assert unaccepted(told) == 1
    told.tell("handover-rejected", "2026-01-06 11:00", handover_id="V1", reason="not_ready")
    assert unaccepted(told) == 0
    told.tell("handover-sent", "2026-01-06 12:00", handover_id="V1", to_service="home-help")
    assert unaccepted(told) == 1


def test_a_handover_is_on_hold_while_the_person_is_unwell_again() -> None:
    told = handed_over()
    told.reviewed("2026-01-06 11:00", meets=True)
    assert told.wait("handover_ack", LATER).ended == "reset"
    told.reviewed("2026-01-08 11:00", meets=False)
    wait = told.wait("handover_ack", "2026-01-08 12:00", period=2)
    assert (wait.state, wait.starts_at) == ("running", told.events[-1].time)


def test_nobody_accepts_for_a_package_that_has_ended() -> None:
    told = handed_over()
    told.discharged("2026-01-06 15:00")
    told.tell("care-package-started", "2026-01-06 16:00", package_id="P1", service="home-help")
    assert unaccepted(told) == 1
    told.tell("care-package-ended", "2026-01-20 16:00", package_id="P1")
    wait = told.wait("handover_ack", LATER)
    assert (wait.stops_at, wait.ended) == (told.events[-1].time, "cancelled")
    assert unaccepted(told) == 0


def test_nobody_accepts_for_a_stay_that_is_over() -> None:
    told = handed_over()
    told.discharged("2026-01-06 15:00")
    told.tell("centre-admitted", "2026-01-06 16:00", stay_id="T1", service="home-help")
    told.tell("centre-discharged", "2026-01-20 16:00", stay_id="T1")
    assert told.wait("handover_ack", LATER).ended == "cancelled"
    assert [place.state for place in told.assessed(LATER).placements] == ["left"]


# Whoever has accepted, and has no part in it any more.

ASKED = {
    "care by a referral": [
        ("referral-made", {"referral_id": "R1", "kind": "reablement", "service": "home-help"}),
        ("first-visit-completed", {"referral_id": "R1"}),
    ],
    "a referral": [
        ("referral-made", {"referral_id": "R1", "kind": "reablement", "service": "home-help"}),
        ("referral-accepted", {"referral_id": "R1"}),
    ],
    "a package": [
        ("care-package-requested", {"package_id": "P1", "kind": "new", "service": "home-help"}),
        ("first-visit-completed", {"package_id": "P1"}),
    ],
}
WITHDRAWN = ("referral-withdrawn", {"referral_id": "R1", "reason": "no_longer_needed"})
REFUSED = ("referral-rejected", {"referral_id": "R1", "reason": "no_capacity"})
GIVEN_UP = ("care-package-ended", {"package_id": "P1", "reason": "provider_withdrew"})
OVER = ("care-package-ended", {"package_id": "P1", "reason": "goals_met"})


def accepted(asked: str) -> Told:
    """Home on pathway 1 on 7 January, in the hands of who has accepted the handover."""
    told = handed_over()
    told.in_spell("pathway-decided", "2026-01-06 09:30", pathway="P1", status="confirmed")
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    for number, (kind, data) in enumerate(ASKED[asked]):
        told.tell(kind, f"2026-01-07 {12 + number}:00", **data)
    told.discharged("2026-01-07 11:00")
    assert told.assessed("2026-01-07 14:00").stage.responsible == "home-help"
    return told


@pytest.mark.parametrize(
    ("asked", "end", "arranged", "responsible"),
    [
        ("care by a referral", WITHDRAWN, True, None),
        ("a referral", WITHDRAWN, True, None),
        ("a referral", REFUSED, False, "home-help"),
        ("a package", GIVEN_UP, False, "home-help"),
        ("a package", OVER, True, None),
    ],
)
def test_its_end_is_the_end_of_what_was_accepted(
    asked: str, end: tuple[str, dict[str, Any]], arranged: bool, responsible: str | None
) -> None:
    """Where care is still needed somebody is called, and the last to have the person keeps them
    until somebody else has them."""
    told = accepted(asked)
    kind, data = end
    told.tell(kind, "2026-01-10 10:00", **data)
    view = told.assessed("2026-01-12 10:00")
    wanted = [wait.starts_at for wait in view.open_waits if wait.id == "care_arranged"]
    assert wanted == ([] if arranged else [at("2026-01-10 10:00")])
    assert view.stage.responsible == responsible
    assert [place.state for place in view.placements if place.state != "left"] == []


MORE_OF_ANOTHERS: list[tuple[str, dict[str, Any]]] = [
    ("care-package-requested", {"package_id": "P9", "kind": "new", "service": "acme"}),
    ("first-visit-completed", {"package_id": "P9"}),
    ("care-package-requested", {"package_id": "P9", "kind": "increased", "service": "home-help"}),
]
OTHERS: dict[str, tuple[bool, list[tuple[str, dict[str, Any]]]]] = {
    "none": (False, []),
    "another referral": (
        True,
        [("referral-made", {"referral_id": "R2", "kind": "equipment", "service": "home-help"})],
    ),
    "a referral that it refused": (
        False,
        [
            ("referral-made", {"referral_id": "R2", "kind": "equipment", "service": "home-help"}),
            ("referral-rejected", {"referral_id": "R2", "reason": "no_capacity"}),
        ],
    ),
    "visits": (
        True,
        [
            ("referral-made",
             {"referral_id": "R2", "kind": "community_health", "service": "home-help"}),
            ("first-visit-completed", {"referral_id": "R2"}),
        ],
    ),
    "a referral to another": (
        False,
        [("referral-made", {"referral_id": "R2", "kind": "equipment", "service": "acme"})],
    ),
    "a package": (
        True,
        [("care-package-requested",
          {"package_id": "P9", "kind": "new", "service": "home-help"})],
    ),
    "a package of another": (
        False,
        [("care-package-requested", {"package_id": "P9", "kind": "new", "service": "acme"})],
    ),
    "a package that has ended": (
        False,
        [
            ("care-package-requested",
             {"package_id": "P9", "kind": "new", "service": "home-help"}),
            ("care-package-ended", {"package_id": "P9", "reason": "person_declined"}),
        ],
    ),
    "a stay": (True, [("centre-admitted", {"stay_id": "T1", "service": "home-help"})]),
    "a stay elsewhere": (False, [("centre-admitted", {"stay_id": "T1", "service": "acme"})]),
    "a stay that another took over": (
        False,
        [
            ("centre-admitted", {"stay_id": "T1", "service": "home-help"}),
            ("centre-admitted", {"stay_id": "T2", "service": "acme"}),
        ],
    ),
    "more of what another gives": (True, MORE_OF_ANOTHERS),
    "more of what another gave": (
        False,
        [*MORE_OF_ANOTHERS, ("care-package-ended", {"package_id": "P9", "reason": "goals_met"})],
    ),
    "a package that another is to leave": (
        False,
        [
            ("care-package-requested", {"package_id": "P9", "kind": "new", "service": "acme"}),
            ("first-visit-completed", {"package_id": "P9"}),
            ("care-package-handed-back",
             {"package_id": "P9", "reason": "staffing", "care_until": "2026-02-20T18:00:00Z"}),
            ("care-package-confirmed", {"package_id": "P9", "service": "beta"}),
        ],
    ),
}  # fmt: skip
"""What else there is between a person and whoever has accepted them, and whether it is a part."""


@pytest.mark.parametrize(("part", "then"), OTHERS.values(), ids=list(OTHERS))
def test_who_has_another_part_has_the_person_still(
    part: bool, then: list[tuple[str, dict[str, Any]]]
) -> None:
    told = accepted("a referral")
    for hour, (kind, data) in enumerate(then, start=10):
        told.tell(kind, f"2026-01-08 {hour}:00", **data)
    told.tell(WITHDRAWN[0], "2026-01-10 10:00", **WITHDRAWN[1])
    over = told.journey().handovers["V1"].over
    assert (over is None) is part


def test_what_was_accepted_is_over_once() -> None:
    """What the same service refuses later does not make it the last to have had the person."""
    told = accepted("a referral")
    told.tell(WITHDRAWN[0], "2026-01-10 10:00", **WITHDRAWN[1])
    told.tell("referral-made", "2026-01-12 10:00", referral_id="R2", kind="reablement",
              service="home-help")  # fmt: skip
    told.tell("referral-rejected", "2026-01-13 10:00", referral_id="R2", reason="no_capacity")
    over = told.journey().handovers["V1"].over
    assert over is not None
    assert over.at == at("2026-01-10 10:00")


def test_nobody_accepts_for_a_referral_that_is_withdrawn() -> None:
    told = handed_over()
    told.tell("referral-made", "2026-01-06 11:00", referral_id="R1", kind="reablement",
              service="home-help")  # fmt: skip
    told.tell(WITHDRAWN[0], "2026-01-06 11:30", **WITHDRAWN[1])
    assert told.wait("handover_ack", LATER).ended == "cancelled"
    assert unaccepted(told) == 0


def test_whoever_handed_the_care_back_has_the_person_until_another_has_confirmed_it() -> None:
    told = accepted("a package")
    told.tell("care-package-handed-back", "2026-01-10 10:00", package_id="P1", reason="staffing")
    told.tell("care-package-confirmed", "2026-01-11 10:00", package_id="P1", service="aire-care")
    told.tell("first-visit-completed", "2026-01-12 10:00", package_id="P1")
    assert told.assessed("2026-01-12 12:00").stage.responsible == "aire-care"
    told.tell("care-package-ended", "2026-01-20 10:00", package_id="P1", reason="goals_met")
    assert told.assessed("2026-01-20 12:00").stage.responsible is None


# The answer.


def in_hospital() -> Told:
    told = Told()
    told.admitted("2026-01-05 10:00")
    return told


def at_home() -> Told:
    told = in_hospital()
    told.discharged("2026-01-06 10:00", pathway="P1")
    return told


@pytest.mark.parametrize("told", [in_hospital(), at_home()], ids=["in hospital", "at home"])
def test_an_answer_to_what_is_not_known_to_be_sent_counts_after_this_stay(told: Told) -> None:
    told.tell("handover-accepted", "2026-01-06 12:00", handover_id="V1", service="home-help")
    if told.journey().current is not None:
        told.discharged("2026-01-07 10:00", pathway="P1")
    assert told.assessed("2026-01-08 10:00").stage.responsible == "home-help"


def test_sent_again_without_an_answer_it_waits_since_the_first_time() -> None:
    told = handed_over()
    told.tell("handover-sent", "2026-01-06 11:00", handover_id="V1", to_service="home-help")
    (wait,) = told.waits("handover_ack", "2026-01-06 11:15")
    assert (wait.state, wait.starts_at) == ("running", at("2026-01-06 10:00"))


def test_sent_again_after_it_was_accepted_it_is_accepted() -> None:
    told = handed_over()
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    for when in ("2026-01-06 12:00", "2026-01-06 13:00"):
        told.tell("handover-sent", when, handover_id="V1", to_service="home-help")
    assert unaccepted(told) == 0
    told.tell("handover-accepted", "2026-01-06 14:00", handover_id="V1", service="home-help")
    (placement,) = told.assessed("2026-01-06 15:00").placements
    assert (placement.state, placement.since) == ("accepted", at("2026-01-06 11:00"))


def test_whoever_accepts_has_the_person_also_where_another_was_asked() -> None:
    told = handed_over()
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="acme")
    told.discharged("2026-01-07 10:00")
    assert told.assessed("2026-01-08 10:00").stage.responsible == "acme"


def test_what_was_accepted_outlasts_a_stay_elsewhere() -> None:
    told = handed_over()
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    told.discharged("2026-01-07 10:00")
    told.tell("centre-admitted", "2026-01-07 12:00", stay_id="T1", service="centre-a")
    assert told.assessed("2026-01-08 10:00").stage.responsible == "centre-a"
    told.tell("centre-discharged", "2026-01-20 10:00", stay_id="T1", destination="home")
    assert told.assessed("2026-01-21 10:00").stage.responsible == "home-help"


# Both answers, and one identifier for two.


def given_back() -> Told:
    """Home since noon of the 6th; who had accepted refuses on the 7th."""
    told = handed_over()
    told.in_spell("pathway-decided", "2026-01-06 09:30", pathway="P1", status="confirmed")
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    told.discharged("2026-01-06 12:00")
    told.tell("handover-rejected", "2026-01-07 09:00", handover_id="V1", reason="no_capacity")
    return told


def disagree(told: Told, rule: str) -> list[tuple[str, ...]]:
    return [each.events for each in told.assessed(LATER).findings if each.rule == rule]


def test_whoever_refuses_after_accepting_gives_the_person_back() -> None:
    """They have them until another takes them on; nobody was ever asked for the care."""
    told = given_back()
    view = told.assessed("2026-01-07 12:00")
    wanted = [wait.starts_at for wait in view.open_waits if wait.id == "care_arranged"]
    assert (wanted, view.stage.responsible) == ([at("2026-01-06 12:00")], "home-help")
    assert disagree(told, "handover_answered_twice") == [
        (told.events[4].identity, told.events[6].identity)
    ]
    told.tell("handover-rejected", "2026-01-07 10:00", handover_id="V1", reason="no_capacity")
    assert len(disagree(told, "handover_answered_twice")) == 1
    told.tell("handover-sent", "2026-01-07 13:00", handover_id="V2", to_service="acme")
    told.tell("handover-accepted", "2026-01-07 14:00", handover_id="V2", service="acme")
    assert told.assessed("2026-01-07 15:00").stage.responsible == "acme"


def test_on_pathway_0_whoever_gave_the_person_back_has_them_until_another_has() -> None:
    told = handed_over()
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    told.discharged("2026-01-06 12:00", pathway="P0")
    told.tell("handover-rejected", "2026-01-07 09:00", handover_id="V1", reason="no_capacity")
    assert told.assessed("2026-01-07 10:00").stage.responsible == "home-help"
    told.tell("care-package-confirmed", "2026-01-08 09:00", package_id="P1", service="acme")
    told.tell("first-visit-completed", "2026-01-08 10:00", package_id="P1")
    told.tell("care-package-ended", "2026-01-09 09:00", package_id="P1", reason="goals_met")
    assert told.assessed("2026-01-09 10:00").stage.responsible is None


def test_who_gave_a_person_back_is_not_told_of_them_any_more() -> None:
    told = given_back()
    told.admitted("2026-01-08 10:00", spell_id="S2")
    assert [each.about for each in told.assessed("2026-01-08 11:00").notices] == []


def test_another_organisation_may_own_who_was_given_back() -> None:
    told = given_back()
    told.tell("coordinator-assigned", "2026-01-06 13:00", coordinator="c-1",
              organisation="E08000035")  # fmt: skip
    told.tell("coordinator-assigned", "2026-01-07 10:00", coordinator="c-2", organisation="RR8")
    assert disagree(told, "two_owners") == []


def test_accepted_after_all_they_have_the_person_again() -> None:
    told = given_back()
    told.tell("handover-accepted", "2026-01-07 10:00", handover_id="V1", service="home-help")
    assert told.journey().responsible is not None
    assert told.journey().responsible.since.at == at("2026-01-07 10:00")  # type: ignore[union-attr]
    assert len(disagree(told, "handover_answered_twice")) == 2


def test_a_refusal_of_what_is_over_changes_nothing() -> None:
    told = accepted("a package")
    told.tell(OVER[0], "2026-01-10 10:00", **OVER[1])
    told.tell("handover-rejected", "2026-01-11 10:00", handover_id="V1", reason="no_capacity")
    view = told.assessed("2026-01-12 10:00")
    assert view.stage.responsible is None
    assert [wait.id for wait in view.open_waits if wait.id == "care_arranged"] == []
    assert len(disagree(told, "handover_answered_twice")) == 1


def test_a_refusal_after_whoever_had_the_person_asks_for_somebody_else() -> None:
    """They have the person until then, for an answer was waited for; and while nobody is found."""
    told = accepted("a package")
    told.tell("handover-sent", "2026-01-09 10:00", handover_id="V2", to_service="acme")
    told.tell(OVER[0], "2026-01-10 10:00", **OVER[1])
    assert told.assessed("2026-01-10 11:00").stage.responsible == "home-help"
    told.tell("handover-rejected", "2026-01-10 12:00", handover_id="V2", reason="no_capacity")
    assert told.assessed("2026-01-10 13:00").stage.responsible == "home-help"


def test_sent_again_when_all_is_over_it_waits_for_an_answer_again() -> None:
    told = accepted("a package")
    told.tell(OVER[0], "2026-01-20 09:00", **OVER[1])
    told.tell("handover-sent", "2026-01-21 14:00", handover_id="V1", to_service="home-help")
    wait = told.wait("handover_ack", "2026-01-21 15:00", period=2)
    assert (wait.state, wait.starts_at) == ("running", at("2026-01-21 14:00"))
    assert disagree(told, "handover_reused") == []
    told.tell("handover-accepted", "2026-01-21 16:00", handover_id="V1", service="home-help")
    assert told.assessed("2026-01-21 17:00").stage.responsible == "home-help"


def test_sent_again_to_who_gave_the_person_back_they_have_them_until_somebody_answers() -> None:
    told = given_back()
    told.tell("handover-sent", "2026-01-07 13:00", handover_id="V1", to_service="acme")
    assert told.assessed("2026-01-07 14:00").stage.responsible == "home-help"
    assert disagree(told, "handover_reused") == []


def test_of_one_identifier_another_service_is_asked_anew() -> None:
    """Whoever had accepted has the person until the other one answers."""
    told = handed_over()
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    told.discharged("2026-01-06 12:00")
    told.tell("handover-sent", "2026-01-07 09:00", handover_id="V1", to_service="acme")
    assert told.wait("handover_ack", "2026-01-07 10:00", period=2).state == "running"
    assert told.assessed("2026-01-07 10:00").stage.responsible == "home-help"
    assert disagree(told, "handover_reused") == [(told.events[3].identity, told.events[5].identity)]
    told.tell("handover-accepted", "2026-01-07 11:00", handover_id="V1", service="acme")
    assert told.assessed("2026-01-07 12:00").stage.responsible == "acme"


def test_of_one_identifier_it_is_another_handover_in_another_stay() -> None:
    """Who accepted after the first stay has not accepted after the second."""
    told = handed_over()
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    told.discharged("2026-01-06 12:00")
    told.admitted("2026-02-02 10:00", spell_id="S2")
    told.tell("handover-sent", "2026-02-03 10:00", handover_id="V1", to_service="home-help")
    told.tell("patient-discharged", "2026-02-03 12:00", provider=PROVIDER, spell_id="S2",
              discharge_method="1", pathway="P1")  # fmt: skip
    view = told.assessed("2026-02-03 13:00")
    assert (view.stage.responsible, unaccepted(told)) == (PROVIDER, 1)
    assert len(disagree(told, "handover_reused")) == 1


def test_with_either_answer_nobody_waits_for_one_any_more() -> None:
    for answer, ended in (("accepted", "done"), ("rejected", "cancelled")):
        told = handed_over()
        data = {"reason": "not_ready"} if answer == "rejected" else {}
        told.tell(f"handover-{answer}", "2026-01-06 11:00", handover_id="V1", **data)
        wait = told.wait("handover_ack", LATER)
        assert (wait.ended, wait.stops_at) == (ended, at("2026-01-06 11:00"))


def test_accepted_after_a_refusal_it_is_refused_no_more() -> None:
    told = handed_over()
    told.tell("handover-rejected", "2026-01-06 11:00", handover_id="V1", reason="not_ready")
    for hour in (12, 13):
        told.tell("handover-accepted", f"2026-01-06 {hour}:00", handover_id="V1")
    assert disagree(told, "handover_answered_twice") == [
        (told.events[3].identity, told.events[4].identity)
    ]
    told.discharged("2026-01-06 15:00")
    assert told.assessed("2026-01-06 16:00").stage.responsible == "home-help"


@pytest.mark.parametrize(
    ("centre", "ended", "notices"),
    [("centre-a", "cancelled", ["taken_elsewhere"]), ("home-help", None, [])],
    ids=["another has the bed", "theirs is the bed"],
)
def test_whoever_has_not_answered_stands_down_once_another_centre_has_the_person(
    centre: str, ended: str | None, notices: list[str]
) -> None:
    told = handed_over()
    told.discharged("2026-01-06 11:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-06 11:30", stay_id="T1", service=centre)
    view = told.assessed("2026-01-06 11:45")
    assert told.wait("handover_ack", "2026-01-06 11:45").ended == ended
    assert [each.cause for each in view.notices] == notices


SENT_AGAIN = {
    "to no named service": ("home-help", None),
    "to them, when nobody said who had accepted": (None, "home-help"),
    "to the same": ("home-help", "home-help"),
}


@pytest.mark.parametrize(("by", "to"), SENT_AGAIN.values(), ids=list(SENT_AGAIN))
@pytest.mark.parametrize("known", [True, False], ids=["in a stay", "before any stay is known"])
def test_sent_again_after_it_was_accepted_it_is_the_same_handover(
    by: str | None, to: str | None, *, known: bool
) -> None:
    told = Told()
    if known:
        told.admitted("2026-01-05 09:00")
    told.tell("handover-accepted", "2026-01-05 10:00", handover_id="V1", service=by)
    if not known:
        told.admitted("2026-01-05 11:00")
    told.tell("handover-sent", "2026-01-05 12:00", handover_id="V1", to_service=to)
    told.discharged("2026-01-06 15:00")
    assert disagree(told, "handover_reused") == []
    assert (unaccepted(told), told.assessed(LATER).stage.responsible) == (0, "home-help")


def test_who_had_the_person_after_an_earlier_stay_has_them_no_more_after_this_one() -> None:
    told = handed_over()
    told.tell("handover-accepted", "2026-01-06 11:00", handover_id="V1", service="home-help")
    told.discharged("2026-01-06 12:00")
    told.admitted("2026-02-02 10:00", spell_id="S2")
    told.discharged("2026-02-03 12:00", spell_id="S2", pathway="P1")
    told.tell("handover-sent", "2026-02-03 13:00", handover_id="V1", to_service="acme")
    assert told.assessed("2026-02-03 14:00").stage.responsible == PROVIDER


# Asked of one, answered by another.


def at_home_since_noon() -> Told:
    """On pathway 1, home since noon of the 6th; sent to home-help two hours before."""
    told = handed_over()
    told.discharged("2026-01-06 12:00", pathway="P1")
    return told


def sent(told: Told, when: str, service: str | None) -> str:
    return told.tell("handover-sent", when, handover_id="V1", to_service=service).identity


def accepts(told: Told, when: str, service: str | None) -> str:
    return told.tell("handover-accepted", when, handover_id="V1", service=service).identity


def notices(told: Told, now: str = LATER) -> list[tuple[str, str | None, bool]]:
    """Who was told why, and whether the notice is open."""
    return [(each.about, each.cause, each.ended is None) for each in told.assessed(now).notices]


def test_sent_to_another_before_it_was_answered_it_is_late_since_its_own_sending() -> None:
    told = at_home_since_noon()
    first, second = told.events[2].identity, sent(told, "2026-01-07 09:00", "acme")
    view = told.assessed("2026-01-07 09:30")
    (wait,) = [each for each in view.open_waits if each.id == "handover_ack"]
    assert (wait.period, wait.state, wait.starts_at) == (2, "running", at("2026-01-07 09:00"))
    assert wait.acts_next.organisation == "acme"
    assert told.wait("handover_ack", "2026-01-07 09:30").ended == "cancelled"
    assert disagree(told, "handover_reused") == [(first, second)]
    assert [(each.service, each.state) for each in view.placements] == [("acme", "offered")]


def test_whom_nobody_waits_for_any_more_is_told_so() -> None:
    told = at_home_since_noon()
    sent(told, "2026-01-07 09:00", "acme")
    assert notices(told, "2026-01-07 10:00") == [("home-help", "handed_elsewhere", True)]


def test_what_was_handed_elsewhere_stays_so_whatever_becomes_of_the_stay() -> None:
    told = handed_over()
    sent(told, "2026-01-06 11:00", "acme")
    told.discharged("2026-01-06 12:00", pathway="P1")
    assert notices(told, "2026-01-06 13:00") == [("home-help", "handed_elsewhere", True)]


def test_who_has_refused_is_not_told_that_another_is_asked() -> None:
    told = at_home_since_noon()
    told.tell("handover-rejected", "2026-01-06 13:00", handover_id="V1", reason="no_capacity")
    sent(told, "2026-01-06 14:00", "acme")
    assert notices(told, "2026-01-06 15:00") == []


def test_who_was_asked_before_any_stay_is_known_and_accepts_is_not_told_of_another() -> None:
    told = Told()
    sent(told, "2026-01-06 10:00", "home-help")
    accepts(told, "2026-01-06 11:00", "home-help")
    assert notices(told) == []


STILL_ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "a referral": (
        "referral-made",
        {"referral_id": "R1", "kind": "equipment", "service": "home-help"},
    ),
    "care": ("first-visit-completed", {"package_id": "P1", "service": "home-help"}),
    "another handover": ("handover-sent", {"handover_id": "V2", "to_service": "home-help"}),
}


@pytest.mark.parametrize(("kind", "data"), STILL_ASKED.values(), ids=list(STILL_ASKED))
def test_who_has_another_part_in_it_does_not_stand_down(kind: str, data: dict[str, Any]) -> None:
    told = at_home_since_noon()
    told.tell(kind, "2026-01-06 15:00", **data)
    sent(told, "2026-01-07 09:00", "acme")
    assert notices(told, "2026-01-07 10:00") == []


@pytest.mark.parametrize("again", [sent, accepts], ids=["asked again", "accepts after all"])
def test_who_was_told_to_stand_down_is_in_it_again(again: Callable[..., str]) -> None:
    told = at_home_since_noon()
    sent(told, "2026-01-07 09:00", "acme")
    again(told, "2026-01-07 10:00", "home-help")
    assert notices(told, "2026-01-07 11:00") == [
        ("home-help", "handed_elsewhere", False),
        ("acme", "handed_elsewhere", True),
    ]


def test_asked_again_after_a_bed_elsewhere_had_the_person_they_prepare_again() -> None:
    told = handed_over()
    told.discharged("2026-01-06 11:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-06 11:30", stay_id="T1", service="centre-a")
    sent(told, "2026-01-06 11:45", "home-help")
    assert notices(told, "2026-01-06 11:50") == [("home-help", "taken_elsewhere", False)]


def test_in_another_stay_it_is_offered_anew_also_where_nobody_had_answered() -> None:
    told = at_home_since_noon()
    told.admitted("2026-02-02 10:00", spell_id="S2")
    again = sent(told, "2026-02-03 10:00", "home-help")
    told.discharged("2026-02-03 12:00", spell_id="S2", pathway="P1")
    (wait,) = [w for w in told.assessed("2026-02-03 11:45").open_waits if w.id == "handover_ack"]
    assert (wait.state, wait.starts_at) == ("near", at("2026-02-03 10:00"))
    assert disagree(told, "handover_reused") == [(told.events[2].identity, again)]
    assert ("home-help", "handed_elsewhere") not in [each[:2] for each in notices(told)]


def test_accepted_by_another_than_was_asked_they_have_the_person_and_a_finding_says_so() -> None:
    told = at_home_since_noon()
    answer = accepts(told, "2026-01-06 13:00", "acme")
    view = told.assessed("2026-01-06 14:00")
    assert view.stage.responsible == "acme"
    assert disagree(told, "handover_not_offered") == [(told.events[2].identity, answer)]
    assert notices(told, "2026-01-06 14:00") == [("home-help", "handed_elsewhere", True)]
    assert told.wait("handover_ack", LATER).ended == "done"


def test_the_first_one_asked_may_accept_after_another_was_asked() -> None:
    """The wait for an answer counts from the sending that stands."""
    told = at_home_since_noon()
    second = sent(told, "2026-01-07 09:00", "acme")
    answer = accepts(told, "2026-01-07 10:00", "home-help")
    wait = told.wait("handover_ack", LATER, period=2)
    assert (wait.starts_at, wait.ended) == (at("2026-01-07 09:00"), "done")
    assert told.assessed("2026-01-07 11:00").stage.responsible == "home-help"
    assert disagree(told, "handover_not_offered") == [(second, answer)]


def test_accepted_by_a_second_one_the_first_has_had_the_person_until_then() -> None:
    told = at_home_since_noon()
    first = accepts(told, "2026-01-06 13:00", "home-help")
    second = accepts(told, "2026-01-07 13:00", "acme")
    responsible = told.journey().responsible
    assert responsible is not None
    assert (responsible.organisation, responsible.since.at) == ("acme", at("2026-01-07 13:00"))
    assert disagree(told, "handover_not_offered") == [(first, second)]
    assert notices(told, "2026-01-07 14:00") == []  # they have had the person
    told.tell("handover-rejected", "2026-01-08 13:00", handover_id="V1", reason="no_capacity")
    assert told.assessed("2026-01-08 14:00").stage.responsible == "acme"


def test_accepted_by_a_second_one_the_first_does_not_fetch_the_person_from_hospital() -> None:
    told = handed_over()
    accepts(told, "2026-01-06 11:00", "home-help")
    accepts(told, "2026-01-06 12:00", "acme")
    view = told.assessed("2026-01-06 13:00")
    assert notices(told, "2026-01-06 13:00") == [("home-help", "handed_elsewhere", True)]
    (placed,) = view.placements
    assert (placed.service, placed.state, placed.since, placed.asked_at) == (
        "acme", "accepted", at("2026-01-06 12:00"), at("2026-01-06 12:00"),
    )  # fmt: skip


def test_sent_to_another_after_it_was_accepted_in_hospital_the_first_does_not_fetch_them() -> None:
    told = handed_over()
    accepts(told, "2026-01-06 11:00", "home-help")
    sent(told, "2026-01-06 12:00", "acme")
    assert notices(told, "2026-01-06 13:00") == [("home-help", "handed_elsewhere", True)]


def test_accepted_once_more_when_it_was_over_they_have_the_person_again() -> None:
    told = accepted("a package")
    over = told.tell(OVER[0], "2026-01-10 10:00", **OVER[1]).identity
    again = accepts(told, "2026-01-11 10:00", "home-help")
    responsible = told.journey().responsible
    assert responsible is not None
    assert (responsible.organisation, responsible.since.at) == ("home-help", at("2026-01-11 10:00"))
    assert disagree(told, "handover_not_offered") == [tuple(sorted((over, again)))]


def test_accepted_when_the_person_had_a_bed_elsewhere_they_have_them_after_it() -> None:
    told = handed_over()
    told.discharged("2026-01-06 11:00", pathway="P2")
    moved_in = told.tell("centre-admitted", "2026-01-06 11:30", stay_id="T1", service="centre-a")
    answer = accepts(told, "2026-01-06 12:00", "home-help")
    assert disagree(told, "handover_not_offered") == [(moved_in.identity, answer)]
    told.tell("centre-discharged", "2026-01-20 10:00", stay_id="T1", destination="home")
    assert told.assessed("2026-01-21 10:00").stage.responsible == "home-help"


def test_refused_when_the_person_had_a_bed_elsewhere_it_may_be_accepted_after_all() -> None:
    told = handed_over()
    told.discharged("2026-01-06 11:00", pathway="P2")
    told.tell("centre-admitted", "2026-01-06 11:30", stay_id="T1", service="centre-a")
    told.tell("handover-rejected", "2026-01-06 12:00", handover_id="V1", reason="no_capacity")
    accepts(told, "2026-01-06 13:00", "home-help")
    told.tell("centre-discharged", "2026-01-20 10:00", stay_id="T1", destination="home")
    assert told.assessed("2026-01-21 10:00").stage.responsible == "home-help"
    assert disagree(told, "handover_not_offered") == []


@pytest.mark.parametrize("by", ["home-help", None], ids=["by who was asked", "by nobody named"])
def test_accepted_by_who_was_asked_nothing_is_doubtful(by: str | None) -> None:
    told = at_home_since_noon()
    for hour in (13, 14):
        accepts(told, f"2026-01-06 {hour}:00", by)
    findings = [each.rule for each in told.assessed(LATER).findings]
    assert [rule for rule in findings if rule.startswith("handover")] == []
    responsible = told.journey().responsible
    assert responsible is not None
    assert responsible.since.at == at("2026-01-06 13:00")


# Another stay in hospital meanwhile.


@pytest.mark.parametrize("when", ["2026-02-03 10:00", "2026-02-03 13:00"], ids=["in it", "after"])
def test_accepted_in_a_later_stay_they_have_the_person_after_it(when: str) -> None:
    """The offer was made in an earlier one, and waits for an answer still."""
    told = at_home_since_noon()
    told.admitted("2026-02-02 10:00", spell_id="S2")
    accepts(told, when, "home-help") if when < "2026-02-03 12" else None
    told.discharged("2026-02-03 12:00", spell_id="S2", pathway="P1")
    accepts(told, when, "home-help") if when > "2026-02-03 12" else None
    assert told.assessed("2026-02-03 14:00").stage.responsible == "home-help"
    assert disagree(told, "handover_not_offered") == []


def test_accepted_in_the_hospital_to_which_the_person_was_transferred_they_fetch_them() -> None:
    told = handed_over()
    told.admitted("2026-01-06 11:00", spell_id="S9", provider="RAE", admission_method="81")
    told.discharged("2026-01-06 11:00", discharge_method="1")
    accepts(told, "2026-01-06 12:00", "home-help")
    view = told.assessed("2026-01-06 13:00")
    assert [(each.service, each.state) for each in view.placements] == [("home-help", "accepted")]
    told.discharged("2026-01-07 10:00", spell_id="S9", provider="RAE", pathway="P1")
    assert told.assessed("2026-01-07 11:00").stage.responsible == "home-help"


def test_what_was_accepted_in_an_earlier_stay_may_be_accepted_in_this_one_again() -> None:
    told = at_home_since_noon()
    first = accepts(told, "2026-01-06 13:00", "home-help")
    told.admitted("2026-02-02 10:00", spell_id="S2")
    told.discharged("2026-02-03 12:00", spell_id="S2", pathway="P1")
    assert told.assessed("2026-02-03 13:00").stage.responsible == PROVIDER
    again = accepts(told, "2026-02-03 14:00", "home-help")
    assert disagree(told, "handover_not_offered") == [(first, again)]
    responsible = told.journey().responsible
    assert responsible is not None
    assert (responsible.organisation, responsible.since.at) == ("home-help", at("2026-02-03 14:00"))


def test_accepted_before_any_stay_was_known_and_again_in_one_it_is_accepted_since_the_first() -> (
    None
):
    told = Told()
    accepts(told, "2026-01-05 09:00", "home-help")
    told.admitted("2026-01-05 10:00")
    accepts(told, "2026-01-05 11:00", "home-help")
    told.discharged("2026-01-06 12:00", pathway="P1")
    assert disagree(told, "handover_not_offered") == []
    assert told.assessed("2026-01-06 13:00").stage.responsible == "home-help"


def test_a_discharge_from_a_stay_never_heard_of_moves_nobody_from_the_stay_that_they_are_in() -> (
    None
):
    """Told while the person is in hospital elsewhere: of what is asked and offered nothing is lost
    with it."""
    told = handed_over()
    told.in_spell("pathway-decided", "2026-01-06 10:30", pathway="P1", status="confirmed")
    told.discharged("2026-01-06 11:00", provider="RAE", spell_id="S0")
    told.discharged("2026-01-06 12:00")
    waits = {wait.id for wait in told.assessed("2026-01-06 12:30").open_waits}
    assert {"handover_ack", "owner_named"} <= waits
    accepts(told, "2026-01-06 13:00", "home-help")
    view = told.assessed("2026-01-06 14:00")
    assert (view.stage.pathway, view.stage.responsible) == ("P1", "home-help")
    assert "care_arranged" in {wait.id for wait in view.open_waits}


def test_in_a_journey_that_grows_a_service_is_offered_the_person_once_it_is_asked_again() -> None:
    told = handed_over()
    told.tell("handover-rejected", "2026-01-06 11:00", handover_id="V1", reason="not_ready")
    history = told.history()
    journey = history.journey()
    assert assess(journey, ENGLAND, at("2026-01-06 11:30")).placements == ()
    event = told.tell("handover-sent", "2026-01-06 12:00", handover_id="V1")
    history.add(event, value_of(event))
    (placed,) = assess(history.journey(), ENGLAND, at("2026-01-06 12:30")).placements
    assert (placed.service, placed.state) == ("home-help", "offered")


def test_who_gave_the_person_back_and_has_another_part_is_to_see_that_care_is_arranged() -> None:
    told = given_back()
    (wait,) = [w for w in told.assessed("2026-01-07 10:00").open_waits if w.id == "care_arranged"]
    assert wait.acts_next == (PROVIDER, "discharge_coordinator")
    told.tell("referral-made", "2026-01-07 11:00", referral_id="R1", kind="equipment",
              service="home-help")  # fmt: skip
    (wait,) = [w for w in told.assessed("2026-01-07 12:00").open_waits if w.id == "care_arranged"]
    assert wait.acts_next == ("home-help", "service")


def refuses(told: Told, when: str, service: str | None) -> str:
    named = {"service": service} if service else {}
    event = told.tell("handover-rejected", when, handover_id="V1", reason="no_capacity", **named)
    return event.identity


def test_who_was_asked_before_refuses_and_another_is_waited_for_still() -> None:
    told = at_home_since_noon()
    sent(told, "2026-01-07 09:00", "acme")
    refuses(told, "2026-01-07 09:30", "home-help")
    wait = told.wait("handover_ack", "2026-01-07 10:00", period=2)
    assert (wait.state, wait.acts_next.organisation) == ("running", "acme")
    assert disagree(told, "handover_not_offered") == []
    assert notices(told, "2026-01-07 10:00") == [("home-help", "handed_elsewhere", False)]


@pytest.mark.parametrize("service", ["acme", None])
def test_who_was_asked_last_refuses(service: str | None) -> None:
    told = at_home_since_noon()
    sent(told, "2026-01-07 09:00", "acme")
    refuses(told, "2026-01-07 09:30", service)
    assert told.wait("handover_ack", "2026-01-07 10:00", period=2).ended == "cancelled"


def test_who_was_never_asked_refuses_for_nobody_else_and_a_finding_says_so() -> None:
    told = at_home_since_noon()
    accepts(told, "2026-01-06 13:00", "home-help")
    answer = refuses(told, "2026-01-06 14:00", "acme")
    assert told.assessed("2026-01-06 15:00").stage.responsible == "home-help"
    assert disagree(told, "handover_not_offered") == [(told.events[4].identity, answer)]


def test_a_second_refusal_of_what_was_never_sent_is_another_services() -> None:
    told = Told()
    told.admitted("2026-01-06 10:00")
    refuses(told, "2026-01-06 14:00", "acme")
    refuses(told, "2026-01-06 16:00", "home-help")
    assert len(disagree(told, "handover_not_offered")) == 1
