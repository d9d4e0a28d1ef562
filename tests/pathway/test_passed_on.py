"""A package on its way from one provider to another: whose it is, what holds of what was said
before, and who is still waited for."""

from datetime import datetime

import pytest

from flow.pathway.placements import placements_of
from tests.pathway.test_asked_of_another import (
    CARED_FOR,
    LAST_DAY,
    WAITING,
    ask,
    comes,
    confirm,
    hand_back,
    stood_down,
    told_in_vain,
)
from tests.pathway.test_grown_waits import looked_at_after_every_event
from tests.pathway.test_more_of_another import ask_for_more, cared_for, faced, has, waits
from tests.pathway.test_more_of_another import in_hospital as more_asked_in_hospital
from tests.pathway.test_two_providers import handed_over
from tests.pathway.told import ENGLAND, Told, at


def asked_of_acme() -> Told:
    """In hospital, ready to leave on pathway 1; it is asked of acme and has not begun."""
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.in_spell("pathway-decided", "2026-01-06 09:00", pathway="P1", status="confirmed")
    ask(told, "acme", "2026-01-06 10:00")
    return told


def pause(told: Told, when: str, reason: str | None = None) -> None:
    told.tell("care-package-paused", when, package_id="P1", reason=reason)


def rules(told: Told, now: str) -> set[str]:
    return {finding.rule for finding in told.assessed(now).findings}


# Who has it, as far as anybody told.


def test_who_gives_it_up_had_it_though_nobody_told_so_before() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.tell("care-package-requested", "2026-01-06 10:00", package_id="P1", kind="new")
    told.discharged("2026-01-06 15:00", pathway="P1")
    comes(told, None, "2026-01-07 09:00")
    hand_back(told, "acme", "2026-01-12 09:00", LAST_DAY)
    assert has(told, "2026-01-12 10:00") == (CARED_FOR, "acme", "acme")


@pytest.mark.parametrize("first", [None, "acme"])
def test_given_up_twice_it_was_theirs_who_are_named_last(first: str | None) -> None:
    told = cared_for()
    told.tell("care-package-handed-back", "2026-01-12 09:00", package_id="P1", reason="staffing",
              service=first)  # fmt: skip
    hand_back(told, "gamma", "2026-01-13 09:00", LAST_DAY)
    assert has(told, "2026-01-13 10:00") == (CARED_FOR, "gamma", "gamma")
    assert len(told.waits("package_handed_back", "2026-01-13 10:00")) == 1


def test_a_service_that_nobody_followed_hands_back_what_another_was_asked_for() -> None:
    """They had it, then, and somebody is looked for."""
    told = asked_of_acme()
    hand_back(told, "gamma", "2026-01-07 09:00")
    assert faced(told, "2026-01-07 10:00") == [("gamma", "offered")]
    assert "package_handed_back" in waits(told, "2026-01-07 10:00")


def test_declined_before_it_began_it_is_theirs_who_are_asked_next() -> None:
    told = asked_of_acme()
    hand_back(told, "acme", "2026-01-07 09:00")
    ask(told, "beta", "2026-01-08 09:00")
    assert faced(told, "2026-01-08 10:00") == [("beta", "offered")]


def test_after_the_last_day_it_is_nobodys_while_one_is_only_asked() -> None:
    told = cared_for()
    hand_back(told, "acme", "2026-01-12 09:00", "2026-01-13 09:00")
    ask(told, "beta", "2026-01-14 09:00")
    assert has(told, "2026-01-14 10:00") == (WAITING, None, "acme")
    assert "package_handed_back" in waits(told, "2026-01-14 10:00")
    confirm(told, "beta", "2026-01-15 09:00")
    assert has(told, "2026-01-15 10:00") == (WAITING, "beta", "acme")


@pytest.mark.parametrize("who", [None, "acme"])
def test_given_up_while_another_is_only_asked_it_is_still_given(who: str | None) -> None:
    told = cared_for()
    ask(told, "beta")
    told.tell("care-package-handed-back", "2026-01-14 09:00", package_id="P1", reason="staffing",
              service=who, care_until=at(LAST_DAY))  # fmt: skip
    assert has(told, "2026-01-14 10:00") == (CARED_FOR, "acme", "acme")
    assert faced(told, "2026-01-14 10:00") == [("acme", "staying"), ("beta", "offered")]
    assert "package_handed_back" in waits(told, "2026-01-14 10:00")


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("step", ["first-visit-completed", "care-package-increased"])
def test_who_is_named_after_the_last_day_has_come(step: str, *, asked: bool) -> None:
    """Whoever was asked, and whoever had it, by then."""
    told = cared_for()
    hand_back(told, "acme", "2026-01-12 09:00", "2026-01-13 09:00")
    if asked:
        ask(told, "beta", "2026-01-13 10:00")
    told.tell(step, "2026-01-14 09:00", package_id="P1", service="gamma")
    assert has(told, "2026-01-14 10:00") == (CARED_FOR, "gamma", "gamma")


def test_of_more_that_another_confirms_before_the_next_one_began_it_is_all_theirs() -> None:
    """Nobody gives anything that it could be more of."""
    told = cared_for()
    ask_for_more(told, "acme")
    hand_back(told, "acme", "2026-01-13 09:00")
    confirm(told, "gamma", "2026-01-13 10:00")
    confirm(told, "beta", "2026-01-13 11:00")
    assert has(told, "2026-01-13 12:00")[:2] == (WAITING, "beta")
    assert faced(told, "2026-01-13 12:00") == [("acme", "left"), ("beta", "accepted")]


# What holds of what was said before.


def test_a_time_that_was_agreed_with_one_is_not_agreed_with_another() -> None:
    told = asked_of_acme()
    told.tell("care-package-confirmed", "2026-01-06 11:00", package_id="P1", service="acme",
              first_visit_due_at=at("2026-01-08 09:00"))  # fmt: skip
    ask(told, "beta", "2026-01-07 10:00")
    told.discharged("2026-01-07 15:00", pathway="P1")
    never_agreed = asked_of_acme()
    ask(never_agreed, "beta", "2026-01-07 10:00")
    never_agreed.discharged("2026-01-07 15:00", pathway="P1")
    now = "2026-01-07 16:00"
    assert told.wait("package_start", now).due_at == never_agreed.wait("package_start", now).due_at


def test_a_visit_that_one_missed_another_has_not() -> None:
    told = asked_of_acme()
    told.discharged("2026-01-07 15:00", pathway="P1")
    told.tell("first-visit-missed", "2026-01-08 09:00", package_id="P1", service="acme")
    assert "missed_first_visit" in waits(told, "2026-01-08 10:00")
    confirm(told, "beta", "2026-01-08 11:00")
    assert "missed_first_visit" not in waits(told, "2026-01-08 12:00")
    assert "package_start" in waits(told, "2026-01-08 12:00")


def test_care_that_nobody_gave_does_not_stand_still_once_another_is_to_begin_it() -> None:
    told = cared_for()
    pause(told, "2026-01-13 09:00")
    confirm(told, "beta", "2026-01-14 09:00")
    resume = told.wait("package_resume", "2026-01-14 10:00")
    assert (resume.stops_at, resume.ended) == (at("2026-01-14 09:00"), "done")
    start = told.wait("package_start", "2026-01-14 10:00", period=2)
    assert (start.state, start.pauses) == ("running", ())


def test_who_confirms_twice_has_accepted_it_the_first_time() -> None:
    told = asked_of_acme()
    for when in ("2026-01-06 11:00", "2026-01-07 11:00"):
        confirm(told, "acme", when)
    (acme,) = placements_of(told.journey(), ENGLAND.service_rules.criteria, at("2026-01-07 12:00"))
    assert (acme.state, acme.since) == ("accepted", at("2026-01-06 11:00"))


def asked_at(told: Told, service: str, now: str) -> datetime | None:
    placed = placements_of(told.journey(), ENGLAND.service_rules.criteria, at(now))
    (found,) = [each.asked_at for each in placed if each.service == service]
    return found


@pytest.mark.parametrize("given_up", [False, True])
@pytest.mark.parametrize(
    ("confirms", "asked"), [("beta", "2026-01-13 10:00"), ("gamma", "2026-01-14 09:00")]
)
def test_who_confirms_was_asked_when_they_were_asked_not_when_another_was(
    confirms: str, asked: str, *, given_up: bool
) -> None:
    """Whom nobody asked is asked by their word; for all of it, by when it was first asked for."""
    told = cared_for()
    if given_up:
        hand_back(told, "acme", "2026-01-12 09:00")
    ask(told, "beta", "2026-01-13 10:00")
    confirm(told, confirms, "2026-01-14 09:00")
    first = "2026-01-06 10:00" if given_up and confirms == "gamma" else asked
    assert asked_at(told, confirms, "2026-01-14 10:00") == at(first)


def test_begun_after_another_had_begun_the_same_it_is_theirs_to_give_up() -> None:
    told = asked_of_acme()
    told.tell("care-package-requested", "2026-01-06 11:00", package_id="P2", kind="new",
              service="beta")  # fmt: skip
    told.discharged("2026-01-07 15:00", pathway="P1")
    comes(told, "acme", "2026-01-08 09:00")
    told.tell("first-visit-completed", "2026-01-09 09:00", package_id="P2", service="beta")
    told.tell("care-package-handed-back", "2026-01-10 09:00", package_id="P2", service="beta",
              reason="staffing")  # fmt: skip
    assert "package_handed_back" in waits(told, "2026-01-10 10:00")


def test_what_goes_on_after_a_pause_at_the_next_provider_began_with_their_first_visit() -> None:
    told = cared_for()
    comes(told, "beta", "2026-01-13 09:00")
    pause(told, "2026-01-14 09:00", "respite")
    told.tell("care-package-restarted", "2026-01-15 09:00", package_id="P1")
    stage = told.assessed("2026-01-15 10:00").stage
    assert (stage.stage, stage.service, stage.since) == (CARED_FOR, "beta", at("2026-01-13 09:00"))


@pytest.mark.parametrize(
    ("again", "due"),
    [("2026-01-12 12:00", "2026-01-16 09:00"), ("2026-01-14 09:00", "2026-01-13 09:00")],
)
def test_a_later_last_day_puts_off_the_search_unless_the_first_one_has_passed(
    again: str, due: str
) -> None:
    told = cared_for()
    hand_back(told, "acme", "2026-01-12 09:00", "2026-01-13 09:00")
    hand_back(told, "acme", again, "2026-01-16 09:00")
    assert told.wait("package_handed_back", "2026-01-14 10:00").due_at == at(due)


def test_who_gave_it_up_long_ago_does_not_give_it_up_for_who_has_it_now() -> None:
    told = cared_for()
    comes(told, "beta", "2026-01-12 09:00")
    hand_back(told, "beta", "2026-01-13 09:00", LAST_DAY)
    hand_back(told, "acme", "2026-01-14 09:00")
    wait = told.wait("package_handed_back", "2026-01-14 10:00")
    assert (wait.starts_at, wait.stops_at) == (at("2026-01-13 09:00"), None)


def test_a_hand_back_that_changes_nothing_is_told_all_the_same() -> None:
    """Of who has been followed, and of who comes still: whoever looks at the person sees it."""
    told = cared_for()
    comes(told, "beta", "2026-01-12 09:00")
    hand_back(told, "acme", "2026-01-13 09:00")
    (noted,) = told.journey().packages["P1"].hand_backs
    assert (noted.service, noted.handed_back.at) == ("acme", at("2026-01-13 09:00"))
    told = handed_over()
    hand_back(told, "acme", "2026-01-20 09:00", "2026-02-02 18:00")
    assert [each.care_until for each in told.journey().packages["P1"].hand_backs] == [
        at(LAST_DAY),
        at("2026-02-02 18:00"),
    ]


def test_taken_on_again_by_the_same_it_is_waited_for_beyond_the_last_day() -> None:
    told = cared_for()
    pause(told, "2026-01-13 09:00")
    hand_back(told, "acme", "2026-01-14 09:00", "2026-01-17 09:00")
    confirm(told, "acme", "2026-01-15 09:00")
    looked_at_after_every_event(told)
    assert told.wait("package_resume", "2026-01-20 09:00").state == "breached"


# Who is told that they prepare in vain, or are to come after all.


def test_who_has_it_confirms_it_and_the_other_is_asked_no_more() -> None:
    told = cared_for()
    ask(told, "beta")
    confirm(told, "acme", "2026-01-14 09:00")
    assert told_in_vain(told, "2026-01-14 10:00") == {"beta"}
    assert faced(told, "2026-01-14 10:00") == [("acme", "staying")]


def test_asked_once_more_before_it_began_they_are_to_come_after_all() -> None:
    told = asked_of_acme()
    ask(told, "beta", "2026-01-07 10:00")
    assert told_in_vain(told, "2026-01-07 11:00") == {"acme"}
    ask(told, "acme", "2026-01-08 10:00")
    assert told_in_vain(told, "2026-01-08 11:00") == {"beta"}


def test_given_up_and_passed_on_in_hospital_who_had_it_waits_for_no_return() -> None:
    told = cared_for()
    told.admitted("2026-01-14 10:00", spell_id="S2")
    hand_back(told, "acme", "2026-01-15 09:00", LAST_DAY)
    confirm(told, "beta", "2026-01-16 09:00")
    assert faced(told, "2026-01-16 10:00") == [("acme", "left"), ("beta", "accepted")]
    assert stood_down(told, "2026-01-16 10:00") == set()


def test_after_their_last_day_and_a_stay_it_is_the_hospital_that_passes_them_on() -> None:
    told = cared_for()
    hand_back(told, "acme", "2026-01-12 09:00", "2026-01-13 09:00")
    told.admitted("2026-01-14 10:00", spell_id="S2")
    told.in_spell("patient-discharged", "2026-01-16 15:00", spell_id="S2", pathway="P1")
    confirm(told, "beta", "2026-01-17 09:00")
    assert has(told, "2026-01-17 10:00") == (WAITING, "beta", "RR8")


# Who comes though another was asked, or nobody.


@pytest.mark.parametrize("asked", ["beta", None])
def test_who_comes_though_another_was_asked_is_one_of_two_that_give_it(asked: str | None) -> None:
    told = cared_for()
    if asked is not None:
        ask(told, asked)
    comes(told, "gamma", "2026-01-14 09:00")
    assert "two_services" in rules(told, "2026-01-14 10:00")


def test_so_is_who_was_never_in_hospital() -> None:
    told = Told()
    for service, when in (("acme", "2026-01-12 09:00"), ("gamma", "2026-01-13 09:00")):
        told.tell("care-package-started", when, package_id="P1", service=service)
    assert "two_services" in rules(told, "2026-01-13 10:00")


@pytest.mark.parametrize(
    ("started", "two"),
    [("2026-01-13 10:00", False), ("2026-01-14 10:00", True), ("2026-01-14 11:00", True)],
)
def test_in_place_is_what_was_said_so_since_the_last_admission(started: str, *, two: bool) -> None:
    told = asked_of_acme()
    told.discharged("2026-01-07 15:00", pathway="P1")
    if not two:
        told.tell("care-package-started", started, package_id="P1", service="acme")
    told.admitted("2026-01-14 10:00", spell_id="S2")
    if two:
        told.tell("care-package-started", started, package_id="P1", service="acme")
    told.tell("care-package-started", "2026-01-15 09:00", package_id="P1", service="gamma")
    assert ("two_services" in rules(told, "2026-01-15 10:00")) is two


# Whoever looked at the person in between sees what each event has changed.


@pytest.mark.parametrize("kind", ["new", "increased"])
def test_each_time_that_another_is_asked_in_hospital_it_is_theirs_to_confirm(kind: str) -> None:
    told = more_asked_in_hospital()
    for service, when in (("beta", "06"), ("gamma", "07"), ("acme", "08"), ("beta", "09")):
        ask(told, service, f"2026-02-{when} 10:00", kind)
    hand_back(told, "beta", "2026-02-10 10:00")
    ask(told, "gamma", "2026-02-11 10:00", kind)
    confirm(told, None, "2026-02-12 10:00")
    confirm(told, "acme", "2026-02-13 10:00")
    looked_at_after_every_event(told)


def test_a_pause_that_the_next_visit_ends_counts_no_more() -> None:
    told = cared_for()
    ask_for_more(told, "acme")
    pause(told, "2026-01-13 09:00", "respite")
    comes(told, "acme", "2026-01-14 09:00")
    ask(told, "beta", "2026-01-15 09:00")
    pause(told, "2026-01-16 09:00", "respite")
    comes(told, "beta", "2026-01-17 09:00")
    looked_at_after_every_event(told)


def test_who_leaves_comes_no_more_once_the_next_has_come() -> None:
    told = handed_over("reablement")
    comes(told, "beta", "2026-01-20 09:00")
    looked_at_after_every_event(told)
