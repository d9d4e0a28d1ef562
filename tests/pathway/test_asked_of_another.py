"""A package is asked of another service while somebody gives it, gives it up, or nobody does."""

import pytest

from tests.pathway.test_more_of_another import cared_for, faced, has, waits
from tests.pathway.test_two_providers import handed_over
from tests.pathway.told import Told, at

CARED_FOR, WAITING = "home_with_support", "discharged_waiting_for_start"
LAST_DAY = "2026-01-30 18:00"


def ask(told: Told, service: str, when: str = "2026-01-13 10:00", kind: str = "new") -> None:
    told.tell("care-package-requested", when, package_id="P1", kind=kind, service=service)


def confirm(told: Told, service: str | None, when: str) -> None:
    told.tell("care-package-confirmed", when, package_id="P1", service=service)


def hand_back(told: Told, service: str, when: str, care_until: str | None = None) -> None:
    until = at(care_until) if care_until is not None else None
    told.tell("care-package-handed-back", when, package_id="P1", reason="staffing",
              service=service, care_until=until)  # fmt: skip


def comes(told: Told, service: str | None, when: str) -> None:
    told.tell("first-visit-completed", when, package_id="P1", service=service)


def stood_down(told: Told, now: str) -> set[str]:
    told.advance(now)
    alerts = told.alerts.values()
    return {alert.about for alert in alerts if alert.wait == "stand_down" and alert.state == "open"}


@pytest.mark.parametrize("kind", ["new", "restart"])
@pytest.mark.parametrize("confirmed", [False, True])
def test_who_comes_has_the_person_until_the_other_does(kind: str, *, confirmed: bool) -> None:
    told = cared_for()
    ask(told, "beta", kind=kind)
    if confirmed:
        confirm(told, "beta", "2026-01-14 09:00")
    state = "accepted" if confirmed else "offered"
    assert has(told, "2026-01-20 10:00") == (CARED_FOR, "acme", "acme")
    assert faced(told, "2026-01-20 10:00") == [("acme", "staying"), ("beta", state)]
    comes(told, "beta", "2026-01-21 09:00")
    assert has(told, "2026-01-21 10:00") == (CARED_FOR, "beta", "beta")
    assert faced(told, "2026-01-21 10:00") == [("acme", "left"), ("beta", "staying")]
    assert told.assessed("2026-01-21 10:00").stage.since == at("2026-01-21 09:00")


def test_back_in_hospital_meanwhile_both_are_told() -> None:
    told = cared_for()
    ask(told, "beta")
    told.admitted("2026-01-14 10:00", spell_id="S2")
    assert stood_down(told, "2026-01-14 10:01") == {"acme", "beta"}


def test_a_visit_that_names_nobody_is_theirs_who_come() -> None:
    told = cared_for()
    ask(told, "beta")
    comes(told, None, "2026-01-14 09:00")
    assert has(told, "2026-01-14 10:00") == (CARED_FOR, "acme", "acme")


@pytest.mark.parametrize("instead", ["gamma", "acme"])
def test_asked_of_somebody_else_instead_the_first_who_was_asked_has_no_part(instead: str) -> None:
    told = cared_for()
    ask(told, "beta")
    told.tell("handover-sent", "2026-01-13 11:00", handover_id="V1", to_service="beta")
    ask(told, instead, "2026-01-14 10:00")
    assert has(told, "2026-01-14 11:00") == (CARED_FOR, "acme", "acme")
    assert "beta" not in dict(faced(told, "2026-01-14 11:00"))
    assert told.journey().handovers["V1"].over is not None


def test_who_declines_leaves_it_with_who_gives_it() -> None:
    told = cared_for()
    ask(told, "beta")
    hand_back(told, "beta", "2026-01-14 09:00")
    assert has(told, "2026-01-14 10:00") == (CARED_FOR, "acme", "acme")
    assert faced(told, "2026-01-14 10:00") == [("acme", "staying")]
    assert "package_handed_back" not in waits(told, "2026-01-14 10:00")


def test_given_up_it_is_asked_of_another_and_still_given_to_the_last_day() -> None:
    told = cared_for()
    hand_back(told, "acme", "2026-01-12 09:00", LAST_DAY)
    ask(told, "beta")
    assert has(told, "2026-01-20 10:00") == (CARED_FOR, "acme", "acme")
    assert faced(told, "2026-01-20 10:00") == [("acme", "staying"), ("beta", "offered")]
    assert "package_handed_back" in waits(told, "2026-01-20 10:00"), "nobody has confirmed"
    told.admitted("2026-01-20 11:00", spell_id="S2")
    assert stood_down(told, "2026-01-20 11:01") == {"acme", "beta"}


def test_once_they_confirm_they_are_waited_for_from_the_last_day_on() -> None:
    told = cared_for()
    hand_back(told, "acme", "2026-01-12 09:00", LAST_DAY)
    ask(told, "beta")
    confirm(told, None, "2026-01-14 09:00")
    assert has(told, "2026-01-30 17:59") == (CARED_FOR, "acme", "acme")
    assert has(told, LAST_DAY) == (WAITING, "beta", "acme")
    assert told.wait("package_start", LAST_DAY, period=2).starts_at == at(LAST_DAY)


def test_who_comes_after_the_last_day_without_a_word_is_who_was_asked() -> None:
    told = cared_for()
    hand_back(told, "acme", "2026-01-12 09:00", LAST_DAY)
    ask(told, "beta")
    comes(told, None, "2026-02-02 09:00")
    assert has(told, "2026-02-02 10:00") == (CARED_FOR, "beta", "beta")
    assert "package_handed_back" not in waits(told, "2026-02-02 10:00")


def test_who_was_to_follow_is_followed_by_another_and_what_they_confirmed_holds_no_more() -> None:
    told = handed_over()
    told.tell("handover-sent", "2026-01-14 10:00", handover_id="V1", to_service="beta")
    ask(told, "gamma", "2026-01-15 10:00")
    assert faced(told, "2026-01-16 09:00") == [("acme", "staying"), ("gamma", "offered")]
    assert told.journey().handovers["V1"].over is not None
    assert has(told, "2026-01-30 19:00") == (WAITING, "gamma", "acme")


def in_hospital(service: str | None = "beta", kind: str = "new") -> Told:
    """Acme's care stands still; ready to leave, it is asked of another one."""
    told = cared_for()
    told.admitted("2026-02-02 10:00", spell_id="S2")
    told.reviewed("2026-02-05 09:00", meets=False, spell_id="S2")
    told.in_spell("pathway-decided", "2026-02-05 09:00", pathway="P1", status="confirmed",
                  spell_id="S2")  # fmt: skip
    if service is not None:
        ask(told, service, "2026-02-05 10:00", kind)
    return told


@pytest.mark.parametrize("kind", ["new", "restart"])
def test_while_nobody_gives_it_it_is_theirs_to_confirm_and_to_begin(kind: str) -> None:
    told = in_hospital(kind=kind)
    assert faced(told, "2026-02-05 11:00") == [("acme", "left"), ("beta", "offered")]
    assert told.wait("onward_care", "2026-02-05 11:00", period=2).starts_at == at(
        "2026-02-05 10:00"
    )
    assert stood_down(told, "2026-02-05 11:00") == {"acme"}, "they hold it for the return in vain"
    confirm(told, "beta", "2026-02-05 12:00")
    assert "onward_care" not in waits(told, "2026-02-05 13:00")
    told.in_spell("patient-discharged", "2026-02-06 15:00", spell_id="S2", pathway="P1")
    assert has(told, "2026-02-06 16:00") == (WAITING, "beta", "RR8"), "nobody has taken them on"
    assert {"package_start", "package_resume"} & waits(told, "2026-02-06 16:00") == {
        "package_start"
    }


# Whoever prepares in vain is told: once, and not who knows it anyway.


def told_in_vain(told: Told, now: str) -> set[str]:
    notices = told.assessed(now).notices
    return {n.about for n in notices if n.cause == "handed_elsewhere" and n.ended is None}


@pytest.mark.parametrize(
    ("step", "data", "in_vain"),
    [
        ("care-package-requested", {"kind": "new", "service": "gamma"}, {"beta"}),
        ("care-package-requested", {"kind": "increased", "service": "gamma"}, {"beta"}),
        ("care-package-requested", {"kind": "new", "service": "acme"}, {"beta"}),
        ("care-package-requested", {"kind": "new", "service": "beta"}, set()),
        ("care-package-confirmed", {"service": "gamma"}, {"beta"}),
        ("first-visit-completed", {"service": "gamma"}, {"beta"}),
        ("first-visit-completed", {"service": "beta"}, set()),
        ("care-package-handed-back", {"service": "beta", "reason": "staffing"}, set()),
        ("care-package-ended", {"reason": "goals_met"}, set()),
    ],
)
def test_who_is_asked_no_more_is_told_unless_they_know(
    step: str, data: dict[str, str], in_vain: set[str]
) -> None:
    told = cared_for()
    ask(told, "beta")
    told.tell(step, "2026-01-14 09:00", package_id="P1", **data)
    assert told_in_vain(told, "2026-01-14 10:00") == in_vain


def test_asked_once_more_they_are_to_come_after_all() -> None:
    told = cared_for()
    ask(told, "beta")
    ask(told, "gamma", "2026-01-14 10:00")
    ask(told, "beta", "2026-01-15 10:00")
    assert told_in_vain(told, "2026-01-15 11:00") == {"gamma"}


def test_before_it_begins_too_but_not_who_has_handed_it_back() -> None:
    assert told_in_vain(not_begun(), "2026-01-07 11:00") == {"acme"}
    told = Told()
    told.admitted("2026-01-05 10:00")
    ask(told, "acme", "2026-01-06 10:00")
    hand_back(told, "acme", "2026-01-06 12:00")
    ask(told, "beta", "2026-01-07 10:00")
    assert told_in_vain(told, "2026-01-07 11:00") == set()


def test_who_has_another_part_in_it_is_not_told_to_stand_down() -> None:
    told = cared_for()
    told.tell("referral-made", "2026-01-12 10:00", referral_id="R2", kind="community_health",
              service="beta")  # fmt: skip
    ask(told, "beta")
    ask(told, "gamma", "2026-01-14 10:00")
    assert told_in_vain(told, "2026-01-14 11:00") == set()


def test_declined_then_somebody_is_looked_for() -> None:
    told = in_hospital()
    hand_back(told, "beta", "2026-02-05 12:00")
    assert "package_handed_back" in waits(told, "2026-02-05 13:00")


def test_a_confirmation_alone_says_so_too() -> None:
    told = in_hospital(None)
    confirm(told, "beta", "2026-02-05 12:00")
    assert faced(told, "2026-02-05 13:00") == [("acme", "left"), ("beta", "accepted")]
    told.in_spell("patient-discharged", "2026-02-06 15:00", spell_id="S2", pathway="P1")
    assert "package_start" in waits(told, "2026-02-06 16:00")


def not_begun() -> Told:
    """Acme has confirmed; before it begins, it is asked of beta instead."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 09:00", pathway="P1", status="confirmed")
    ask(told, "acme", "2026-01-06 10:00")
    confirm(told, "acme", "2026-01-06 11:00")
    ask(told, "beta", "2026-01-07 10:00")
    return told


def test_before_it_begins_it_is_theirs_who_are_asked_last_and_confirmed_anew() -> None:
    told = not_begun()
    assert faced(told, "2026-01-07 11:00") == [("beta", "offered")]
    assert "onward_care" in waits(told, "2026-01-07 11:00")
    confirm(told, "beta", "2026-01-07 12:00")
    assert "onward_care" not in waits(told, "2026-01-07 13:00")


def test_a_late_refusal_of_who_was_asked_first_changes_nothing() -> None:
    told = not_begun()
    hand_back(told, "acme", "2026-01-07 12:00")
    assert faced(told, "2026-01-07 13:00") == [("beta", "offered")]
    assert "package_handed_back" not in waits(told, "2026-01-07 13:00")


# Who came is told by the visit; whether the hand-back is told before it or after.

BACK, VISIT = "2026-01-12 09:00", "2026-01-14 09:00"


@pytest.mark.parametrize("care_until", [None, LAST_DAY])
@pytest.mark.parametrize(("handed_back", "visited"), [(BACK, VISIT), (VISIT, BACK)])
@pytest.mark.parametrize("confirmed", [None, "2026-01-11 09:00"])
def test_the_one_who_has_come_has_it_before_or_after_the_other_hands_it_back(
    handed_back: str, visited: str, care_until: str | None, confirmed: str | None
) -> None:
    told = cared_for()
    if confirmed is not None:
        confirm(told, "beta", confirmed)
    hand_back(told, "acme", handed_back, care_until)
    comes(told, "beta", visited)
    now = "2026-01-15 09:00"
    assert has(told, now) == (CARED_FOR, "beta", "beta")
    assert told.assessed(now).stage.since == at(visited)
    assert faced(told, now) == [("acme", "left"), ("beta", "staying")]
    assert {"package_handed_back", "package_start"} & waits(told, now) == set()
    told.admitted("2026-01-20 10:00", spell_id="S2")
    assert stood_down(told, "2026-01-20 10:01") == {"beta"}


def test_missed_visits_of_who_leaves_are_not_those_of_the_next() -> None:
    told = handed_over()
    for service in ("acme", "beta"):
        told.tell("first-visit-missed", "2026-01-31 09:00" if service == "beta" else
                  "2026-01-20 09:00", package_id="P1", service=service)  # fmt: skip
    assert told.wait("missed_first_visit", "2026-01-31 10:00").starts_at == at("2026-01-31 09:00")


# What who leaves does begins nothing; the same rule for all that may be told of them.

STEPS = ["first-visit-completed", "care-package-started", "care-package-increased"]


@pytest.mark.parametrize("step", STEPS)
def test_what_who_leaves_does_begins_nothing(step: str) -> None:
    told = handed_over()
    told.tell(step, "2026-01-20 09:00", package_id="P1", service="acme")
    assert has(told, "2026-01-30 17:59") == (CARED_FOR, "acme", "acme")
    assert has(told, LAST_DAY)[:2] == (WAITING, "beta")


@pytest.mark.parametrize("step", STEPS)
def test_unless_the_next_one_has_given_it_up_too_then_they_go_on_with_it(step: str) -> None:
    told = handed_over()
    hand_back(told, "beta", "2026-01-20 09:00")
    told.tell(step, "2026-01-21 09:00", package_id="P1", service="acme")
    assert "package_handed_back" not in waits(told, "2026-01-21 10:00")
    assert has(told, LAST_DAY) == (CARED_FOR, "acme", "acme")


@pytest.mark.parametrize(
    ("step", "whose"),
    [
        ("first-visit-completed", "beta"),
        ("care-package-started", "beta"),
        ("care-package-increased", "acme"),
    ],
)
def test_where_nobody_is_named_more_is_given_by_who_gives_and_begun_by_the_next(
    step: str, whose: str
) -> None:
    told = handed_over()
    told.tell(step, "2026-01-20 09:00", package_id="P1")
    assert has(told, "2026-01-30 17:59") == (CARED_FOR, whose, whose)


def test_care_that_nobody_named_gave_up_is_theirs_who_confirm_it() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new")
    told.discharged("2026-01-06 15:00", pathway="P1")
    comes(told, None, "2026-01-07 09:00")
    told.tell("care-package-handed-back", "2026-01-12 09:00", package_id="P1", reason="staffing",
              care_until=at(LAST_DAY))  # fmt: skip
    confirm(told, "beta", "2026-01-14 09:00")
    assert has(told, "2026-01-20 10:00")[:2] == (CARED_FOR, None)
    assert has(told, LAST_DAY)[:2] == (WAITING, "beta")


@pytest.mark.parametrize("kind", ["new", "restart"])
def test_who_takes_on_care_of_nobody_known_is_not_told_to_stand_down(kind: str) -> None:
    """Asked while its provider, whom nobody names, goes on after all; and then asked once more."""
    told = Told()
    told.tell("care-package-handed-back", "2026-01-10 10:00", package_id="P1", reason="staffing")
    ask(told, "beta", "2026-01-11 10:00", kind)
    comes(told, None, "2026-01-12 10:00")
    ask(told, "beta", "2026-01-13 10:00", kind)
    assert stood_down(told, "2026-01-13 10:01") == set()
