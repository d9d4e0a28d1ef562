"""The feed of the made-up town: it says everything that can be said, and always the same."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from flow.events.admission import PatientAdmitted
from flow.events.care_package import (
    CentreAdmitted,
    CentreCapacityReported,
    CentreDischarged,
    FirstVisitCompleted,
)
from flow.events.codes import REFERRAL_KINDS
from flow.events.decode import decode, encode
from flow.events.discharge import (
    PatientDied,
    PatientDischarged,
    ReferralMade,
    ReferredToCareTransferHub,
)
from flow.events.event_types import EVENT_TYPES, AnyEvent
from flow.events.reference import is_shaped_like_nhs_number
from flow.pathway import History
from flow.pathway.local_days import days_between, local_date
from flow.pathway.referral_kinds import HUB
from flow.simulate import centre as simulated_centre
from flow.simulate.feed import Feed
from flow.simulate.loop import Steps
from flow.simulate.story import Story
from flow.simulate.town import Unruly, load_town

START = datetime(2026, 3, 2, tzinfo=UTC)
TIDY = Unruly(repeated=0.0, late=0.0, corrected=0.0)
NOT_TOLD = {
    "flow.identity-linked.v1",
    "flow.identity-unlinked.v1",
    "flow.person-erased.v1",
    "flow.service-alert-acknowledged.v1",
    "flow.service-alert-snoozed.v1",
    "flow.wait-paused.v1",
    "flow.wait-resumed.v1",
}
"""Everybody in the town has one reference, nobody asks to be forgotten (docs/town.md), and nobody
pauses a wait: published figures know of no pauses. Whoever watches the town answers its alerts of
services."""
FIVE_WEEKS = START + timedelta(days=35)


@pytest.fixture(scope="module")
def week() -> list[AnyEvent]:
    return list(Feed(7, START).events(START + timedelta(days=7)))


@pytest.fixture(scope="module")
def two_towns() -> list[list[AnyEvent]]:
    """Five weeks of each."""
    town = load_town(people_per_day=60)
    return [list(Feed(seed, START, town).events(FIVE_WEEKS)) for seed in (1, 4)]


@pytest.fixture
def five_weeks(two_towns: list[list[AnyEvent]]) -> list[AnyEvent]:
    return two_towns[0]


def test_every_event_type_comes_within_five_weeks(two_towns: list[list[AnyEvent]]) -> None:
    for events in two_towns:
        assert set(EVENT_TYPES) - {event.type for event in events} == NOT_TOLD


def test_every_kind_of_referral_comes_within_five_weeks(two_towns: list[list[AnyEvent]]) -> None:
    """In one of two small towns: a mental health bed is asked for twice a month there."""
    events = [event for town in two_towns for event in town]
    seen = {event.data.kind for event in events if isinstance(event, ReferralMade)}
    seen |= {HUB for event in events if isinstance(event, ReferredToCareTransferHub)}
    assert seen == REFERRAL_KINDS.codes


def test_a_health_visitor_comes_ten_to_fourteen_days_after_birth(
    five_weeks: list[AnyEvent],
) -> None:
    births = {
        event.subject: local_date(event.time)
        for event in five_weeks
        if isinstance(event, PatientAdmitted) and event.data.age_band == "0-15"
    }
    referrals = {
        (event.subject, event.data.referral_id)
        for event in five_weeks
        if isinstance(event, ReferralMade) and event.data.kind == "health_visiting"
    }
    days = sorted(
        days_between(births[event.subject], local_date(event.time))
        for event in five_weeks
        if isinstance(event, FirstVisitCompleted)
        and (event.subject, event.data.referral_id) in referrals
    )
    assert len(days) > 50
    assert days[0] >= 9
    in_time = [day for day in days if 10 <= day <= 14]
    assert len(in_time) / len(days) > 0.8


def test_a_seed_gives_the_same_events_however_they_are_asked_for(week: list[AnyEvent]) -> None:
    feed = Feed(7, START)
    by_hours: list[AnyEvent] = []
    for hour in range(7 * 24 + 1):
        by_hours += feed.events(START + timedelta(hours=hour))
    assert by_hours == week
    assert by_hours[:50] != list(islice(Feed(8, START).events(FIVE_WEEKS), 50))


MOVES = frozenset({
    PatientAdmitted, PatientDischarged, CentreAdmitted, CentreDischarged, ReferralMade,
    FirstVisitCompleted, PatientDied,
})  # fmt: skip


def _happens(feed: Feed, end: datetime) -> set[tuple[str, str, datetime]]:
    events = (event for event in feed.events(end) if type(event) in MOVES)
    return {(event.subject, event.type, event.time) for event in events}


def test_what_is_only_said_changes_nothing_that_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is named, and whether at all, is drawn with dice of its own: what is told besides leaves
    every stay, referral and visit of everybody where it was."""
    town = load_town(people_per_day=60).model_copy(update={"unruly": TIDY})
    end = START + timedelta(days=14)
    before = _happens(Feed(7, START, town), end)

    def nobody(_story: Story, _service: str) -> Steps:
        yield from ()

    def somebody(story: Story) -> str:
        return f"staff-{story.words.randint(1, 3) + story.words.randint(1, 3):03d}"

    monkeypatch.setattr(simulated_centre, "_name_an_owner", nobody)
    monkeypatch.setattr(Story, "staff", property(somebody))
    assert _happens(Feed(7, START, town), end) == before


def test_events_come_as_they_are_recorded_where_feeds_are_in_order() -> None:
    town = load_town(people_per_day=40)
    orderly = Unruly(repeated=0.02, late=0.03, corrected=0.01)
    seen: set[str] = set()
    first_time: list[AnyEvent] = []
    feed = Feed(7, START, town.model_copy(update={"unruly": orderly}))
    for event in feed.events(START + timedelta(days=7)):
        if event.identity not in seen:
            first_time.append(event)
            seen.add(event.identity)
    assert first_time == sorted(first_time, key=lambda event: event.recordedtime)


def test_nothing_is_written_down_before_it_happens(week: list[AnyEvent]) -> None:
    assert all(event.time <= event.recordedtime for event in week)
    assert all(event.recordedtime >= START for event in week)


def test_some_events_are_overtaken_on_the_way(week: list[AnyEvent]) -> None:
    overtaken = sum(a.recordedtime > b.recordedtime for a, b in pairwise(week))
    assert overtaken > len(week) / 100


def test_a_source_falls_silent_and_then_sends_all_that_it_has() -> None:
    town = load_town(people_per_day=100)
    silent = Unruly(repeated=0.0, late=0.0, corrected=0.0, silences_per_month=10, silence_hours=12)
    heard: dict[str, list[tuple[datetime, datetime]]] = {}
    feed = Feed(3, START, town.model_copy(update={"unruly": silent}))
    for hour in range(24 * 12):
        at = START + timedelta(hours=hour)
        for event in feed.events(at):
            heard.setdefault(event.source, []).append((at, event.recordedtime))
    held = {source: max(at - recorded for at, recorded in told) for source, told in heard.items()}
    assert held["/rr8/epr"] > timedelta(hours=5)
    assert max(held.values()) < timedelta(hours=20)


def test_the_share_of_repeats_late_ones_and_corrections_is_as_set(week: list[AnyEvent]) -> None:
    people = [e for e in week if not isinstance(e, CentreCapacityReported)]
    repeats = len(people) - len({event.identity for event in people})
    late = [e for e in people if e.recordedtime - e.time > timedelta(hours=6)]
    corrections = [e for e in people if e.corrects is not None]
    assert 0.01 < repeats / len(people) < 0.03
    assert 0.01 < len(late) / len(people) < 0.04
    assert 0.005 < len(corrections) / len(people) < 0.02


def test_what_is_corrected_was_said_before_by_the_same_source(week: list[AnyEvent]) -> None:
    said: dict[str, AnyEvent] = {}
    for event in week:
        if event.corrects is not None:
            wrong = said[event.corrects]
            assert (wrong.subject, wrong.source, wrong.type) == (
                event.subject,
                event.source,
                event.type,
            )
            assert wrong.recordedtime < event.recordedtime
        said[event.identity] = event


def test_same_identity_means_same_content(week: list[AnyEvent]) -> None:
    said: dict[str, AnyEvent] = {}
    for event in week:
        assert said.setdefault(event.identity, event) == event


def test_everything_can_be_read_at_the_door(week: list[AnyEvent]) -> None:
    for event in week:
        assert decode(encode(event), key=event.subject.encode()).event == event


def test_no_subject_looks_like_an_nhs_number(week: list[AnyEvent]) -> None:
    assert not [e.subject for e in week if is_shaped_like_nhs_number(e.subject)]


def test_a_centre_never_has_more_people_than_beds() -> None:
    occupied: list[int] = []
    mix = {"P0": 0.5, "P1": 0.18, "P2": 0.3, "P3": 0.02}
    town = load_town(people_per_day=60).model_copy(update={"pathway_mix": mix})
    for event in Feed(3, START, town).events(START + timedelta(days=40)):
        if isinstance(event, CentreCapacityReported) and event.data.kind == "independence_centre":
            assert event.data.beds_occupied is not None
            assert event.data.beds_open is not None
            assert event.data.beds_occupied <= event.data.beds_open
            occupied.append(event.data.beds_open - event.data.beds_occupied)
    assert min(occupied) <= 1, "the centres never filled, so the limit was not tried"


def test_what_centres_report_is_what_their_people_say() -> None:
    town = load_town(people_per_day=60).model_copy(update={"unruly": TIDY})
    inside: dict[str, set[tuple[str, str]]] = defaultdict(set)
    centre_of: dict[tuple[str, str], str] = {}
    compared = 0
    events = Feed(4, START, town).events(START + timedelta(days=30))
    for event in sorted(events, key=lambda each: (each.time, each.rank)):
        match event:
            case CentreAdmitted():
                stay = event.subject, event.data.stay_id
                centre_of[stay] = event.data.service
                inside[event.data.service].add(stay)
            case CentreDischarged():
                stay = event.subject, event.data.stay_id
                inside[centre_of[stay]].discard(stay)
            case CentreCapacityReported(data=data) if data.kind == "independence_centre":
                compared += event.time > START
                assert event.time == START or len(inside[event.subject]) == data.beds_occupied
    assert compared > 50


def test_memory_is_bounded_by_people_under_way() -> None:
    feed = Feed(2, START, load_town(people_per_day=10))
    coming = []
    for day in range(0, 240, 40):
        for _ in feed.events(START + timedelta(days=day)):
            pass
        coming.append(len(feed._coming) + len(feed._loop._coming))
    assert max(coming[2:]) < 2 * coming[2]


def test_who_is_in_a_bed_at_the_start_comes_with_all_that_was_written_down() -> None:
    town = load_town(people_per_day=60).model_copy(update={"unruly": TIDY})
    feed = Feed(6, START, town, warm_up=timedelta(days=20))
    histories: dict[str, History] = defaultdict(History)
    _add(histories, feed.events(START + timedelta(hours=1)))
    inpatients = sum(history.journey().current is not None for history in histories.values())
    assert 150 < inpatients < 600
    rules = {finding.rule for h in histories.values() for finding in h.journey().findings}
    unknown = {"event_without_admission", "discharge_without_admission", "stay_unknown"}
    assert not rules & (unknown | {"package_unknown", "referral_unknown", "handover_unknown"})


def test_who_comes_to_a_centre_from_home_has_an_owner_there() -> None:
    """No hospital handed them over, and whoever waits for an owner here is to get one."""
    town = load_town().model_copy(update={"unruly": TIDY})
    histories: dict[str, History] = defaultdict(History)
    end = START + timedelta(days=7)
    _add(histories, Feed(7, START, town).events(end))
    journeys = [history.journey() for history in histories.values()]
    from_home = [
        journey
        for journey in journeys
        if journey.latest is None and (stay := journey.staying) is not None
        if stay.admitted is not None and stay.admitted.at < end - timedelta(hours=4)
    ]
    assert len(from_home) > 20
    assert all(journey.coordinator is not None for journey in from_home)


def _add(histories: dict[str, History], events: Iterable[AnyEvent]) -> None:
    for event in events:
        if not isinstance(event, CentreCapacityReported):
            histories[event.subject].add(event, encode(event))


def test_nothing_is_told_of_anybody_after_their_death() -> None:
    town = load_town(people_per_day=40).model_copy(update={"unruly": TIDY})
    died: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    for event in Feed(5, START, town).events(START + timedelta(days=25)):
        last[event.subject] = max(last.get(event.subject, event.time), event.time)
        if isinstance(event, PatientDied):
            assert event.subject not in died
            died[event.subject] = event.time
    assert len(died) > 10
    assert all(last[subject] == at for subject, at in died.items())


def test_nobody_arrives_after_the_end_of_arrivals() -> None:
    end = START + timedelta(days=3)
    feed = Feed(1, START, load_town(people_per_day=30), arrivals_end=end)
    first: dict[str, datetime] = {}
    for event in feed.events(START + timedelta(days=60)):
        if isinstance(event, PatientAdmitted):
            first.setdefault(event.subject, event.time)
    assert max(first.values()) <= end + timedelta(hours=1)
    assert len(first) > 40
