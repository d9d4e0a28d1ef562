"""The same journey looked at again: later, earlier, by another policy, after more events."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from flow.events import decode_stored
from flow.pathway import History, assess, assessment
from flow.pathway.examples import examples
from flow.pathway.notices import lapses_at
from tests.pathway.interpreted import ONLY_INTERPRETED
from tests.pathway.test_laws import history_of, said
from tests.pathway.told import ENGLAND, Told, at, own_policy, value_of

LOOKS = 5
"""After each event; the laws look at more."""


def asked_twice() -> Told:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("referral-made", "2026-01-06 09:00", referral_id="R1", kind="reablement")
    person.tell("referral-made", "2026-01-06 12:00", referral_id="R2", kind="reablement")
    return person


def test_by_another_policy_its_targets_hold() -> None:
    journey = asked_twice().journey()
    hasty = own_policy(
        'name = "Here"\n[wait.referral_response]\ntarget = "2 hours"\nwarn = "1 hour"'
    )
    now = at("2026-01-06 12:30")
    states = [
        {wait.about: wait.state for wait in assess(journey, policy, now).open_waits
         if wait.id == "referral_response"}
        for policy in (ENGLAND, hasty, ENGLAND)
    ]  # fmt: skip
    assert states == [
        {"R1": "running", "R2": "running"},
        {"R1": "breached", "R2": "running"},
        {"R1": "running", "R2": "running"},
    ]


def test_as_of_an_earlier_moment_it_is_as_it_was_then() -> None:
    journey = asked_twice().journey()
    for now, state in (
        ("2026-01-06 12:30", "running"),
        ("2026-01-07 10:00", "breached"),
        ("2026-01-07 04:00", "near"),
        ("2026-01-06 12:30", "running"),
    ):
        view = assess(journey, ENGLAND, at(now))
        (wait,) = [w for w in view.open_waits if w.key == ("referral_response", "R1", 1)]
        assert wait.state == state


def test_a_wait_is_found_by_what_it_is_about_and_its_period() -> None:
    person = asked_twice()
    person.tell("referral-rejected", "2026-01-06 13:00", referral_id="R2", reason="no_capacity")
    view = person.assessed("2026-01-06 14:00")
    for about, state in (("R1", "running"), ("R2", "stopped")):
        wait = view.find("referral_response", about, 1)
        assert wait is not None
        assert (wait.about, wait.state) == (about, state)
    assert view.find("referral_response", "R1", 2) is None
    assert view.find("referral_response", "R3", 1) is None
    assert view.find("hub_referral", "R1", 1) is None


@pytest.mark.parametrize("name", list(examples()))
def test_after_every_event_and_every_look_it_is_as_built_anew(
    name: str,
) -> None:
    events = [decode_stored(json.dumps(each).encode()) for each in examples()[name].events]
    grown = History()
    for number, event in enumerate(events, start=1):
        grown.add(event, value_of(event))
        known = events[:number]
        now = max(each.time for each in known)
        until = events[number].time if number < len(events) else now + timedelta(days=120)
        for _ in range(LOOKS):
            assert said(grown, now) == said(history_of(known), now)
            next_at = assess(grown.journey(), ENGLAND, now).next_at
            if next_at is None or next_at >= until:
                break
            now = next_at


def test_who_moves_is_counted_where_they_live_now() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00", council="E08000035")
    history, councils = history_of(person.events), []
    for _ in range(2):
        view = assess(history.journey(), ENGLAND, at("2026-01-05 13:00"))
        councils.append({wait.council for wait in view.open_waits})
        moved = person.tell("care-package-requested", "2026-01-05 12:00", package_id="P1",
                            kind="new", council="E08000032")  # fmt: skip
        history.add(moved, value_of(moved))
    assert councils == [{"E08000035"}, {"E08000032"}]


def test_a_notice_is_looked_at_when_it_lapses() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("referral-made", "2026-01-06 09:00", referral_id="R1", kind="reablement",
                service="acme")  # fmt: skip
    person.discharged("2026-01-07 09:00")
    person.admitted("2026-01-08 09:00", spell_id="S2")
    journey, now, looks = person.journey(), at("2026-01-08 09:00"), []
    lapses = {lapses_at(notice, ENGLAND) for notice in assess(journey, ENGLAND, now).notices}
    assert lapses
    while now < max(lapses):
        next_at = assess(journey, ENGLAND, now).next_at
        assert next_at is not None
        looks.append(now := next_at)
    assert lapses <= set(looks)


def test_where_nothing_changes_any_more_nobody_looks_again() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("patient-died", "2026-01-07 09:00")
    assert person.assessed("2028-01-07 09:00").next_at is None


def test_a_paused_package_is_looked_at_as_well_when_it_would_have_been_near() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.tell("care-package-requested", "2026-01-09 09:00", package_id="P1", kind="new")
    person.discharged("2026-01-10 15:00")
    person.tell("care-package-paused", "2026-01-10 21:00", package_id="P1", reason="respite")
    for near_or_due_without_it in ("2026-01-11 09:00", "2026-01-11 15:00"):
        states = {wait.id: wait.state for wait in person.assessed(near_or_due_without_it).waits}
        assert states["package_start"] == "paused"


WORKED_OUT = (
    "after_part",
    "doubts_of",
    "hospital_part",
    "measure",
    "placements_of",
    "quality_part",
    "services_part",
    "stage_of",
)
"""What an assessment works out, and remembers until something of it changes."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often an assessment has worked out each of its parts, or looked up whose policy holds."""
    counted: Counter[str] = Counter()

    def count(name: str) -> None:
        work = getattr(assessment, name)

        def counting(*arguments: object) -> object:
            counted[name] += 1
            return work(*arguments)

        monkeypatch.setattr(assessment, name, counting)

    for name in (*WORKED_OUT, "Where"):
        count(name)
    return counted


@ONLY_INTERPRETED
def test_what_nothing_has_changed_is_not_worked_out_again(asked: Counter[str]) -> None:
    person = asked_twice()
    person.tell("referral-accepted", "2026-01-06 12:15", referral_id="R9")  # nobody made it
    journey = person.journey()
    assert assess(journey, ENGLAND, at("2026-01-06 12:30")).findings
    assert {*WORKED_OUT} <= asked.keys()
    asked.clear()
    assess(journey, ENGLAND, at("2026-01-06 12:31"))
    assert not asked


@ONLY_INTERPRETED
def test_only_the_wait_whose_time_has_come_is_measured_again(asked: Counter[str]) -> None:
    """R1 is near its target 18 hours after it was sent, and nothing else changes then."""
    journey = asked_twice().journey()
    assess(journey, ENGLAND, at("2026-01-07 02:59"))
    asked.clear()
    assess(journey, ENGLAND, at("2026-01-07 03:00"))
    assert asked == {"measure": 1}


@ONLY_INTERPRETED
def test_where_somebody_lives_is_news_once(asked: Counter[str]) -> None:
    person = Told()
    person.admitted("2026-01-05 10:00", council="E08000035", locality="leeds-south")
    journey = person.journey()
    assess(journey, ENGLAND, at("2026-01-05 10:01"))
    asked.clear()
    assess(journey, ENGLAND, at("2026-01-05 10:02"))
    assert not asked


def test_an_event_that_names_a_service_once_more_is_in_the_finding_at_once() -> None:
    person = Told(own_policy('name = "Here"\n[labels]\nservices = ["skills-south"]'))
    person.tell("referral-made", "2026-01-06 09:00", referral_id="R1", kind="reablement",
                service="skils-south")  # fmt: skip
    person.tell("referral-received", "2026-01-06 10:00", referral_id="R1", service="skils-south")
    history, events = History(), []
    for event in person.events:
        history.add(event, value_of(event))
        view = assess(history.journey(), person.policy, event.time)
        (finding,) = [f for f in view.findings if f.rule == "service_not_listed"]
        events.append(len(finding.events))
    assert events == [1, 2]


def test_the_stage_changes_with_time_alone() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged("2026-01-07 09:00", pathway="P0")
    person.in_spell("discharge-summary-sent", "2026-01-07 10:00")
    journey = person.journey()
    stages = [
        assess(journey, ENGLAND, at(now)).stage.stage
        for now in ("2026-01-07 10:00", "2026-04-07 23:59", "2026-04-08 00:00")
    ]
    assert stages == ["follow_up", "follow_up", "finished"], "day 91 begins"


def test_a_notice_that_was_answered_is_not_looked_at_when_it_would_have_lapsed() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.reviewed("2026-01-06 09:07", meets=False)
    person.reviewed("2026-01-06 11:07", meets=True)
    person.tell("alert-acknowledged", "2026-01-06 12:07", wait="unwell_again", about="RR8:S1",
                by="co1")  # fmt: skip
    journey, now = person.journey(), at("2026-01-06 12:07")
    (notice,) = journey.notices
    assert notice.ended == "done"
    lapses = lapses_at(notice, ENGLAND)
    while now < lapses:
        next_at = assess(journey, ENGLAND, now).next_at
        assert next_at is not None
        assert next_at != lapses
        now = next_at


def test_moved_within_the_council_the_waits_of_another_part_of_it_are_measured_by_its_policy() -> (
    None
):
    policy = own_policy(
        '[[override]]\nlocality = "beeston"\n'
        '[override.wait.edd_set]\ntarget = "6 hours"\nwarn = "5 hours"\n'
    )
    person = Told(policy)
    person.admitted("2026-01-05 10:00", council="E08000035", locality="otley")
    person.tell("referral-made", "2026-01-05 12:00", referral_id="R1", kind="other",
                council="E08000035", locality="beeston")  # fmt: skip
    history, due = History(), []
    for event in person.events:
        history.add(event, value_of(event))
        waits = assess(history.journey(), policy, event.time).open_waits
        due += [wait.due_at for wait in waits if wait.id == "edd_set"]
    assert due == [at("2026-01-06 10:00"), at("2026-01-05 16:00")]


def test_a_return_to_hospital_is_counted_no_longer_than_its_window() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.discharged("2026-01-07 10:00")
    person.admitted("2026-01-15 10:00", spell_id="S2", admission_method="21")
    person.discharged("2026-01-16 10:00", spell_id="S2")
    journey = person.journey()
    counted = [
        "returns_within_30_days"
        in [name for name, *_ in assess(journey, ENGLAND, now).contribution]
        for now in (at("2026-01-17 10:00"), at("2026-03-17 10:00"))
    ]
    assert counted == [True, False]
