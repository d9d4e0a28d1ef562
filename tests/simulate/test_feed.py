"""The made-up town: it says everything that can be said, always the same, and like domain.md 6."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import mean, median

import pytest

from flow.errors import SettingsError
from flow.events.admission import PatientAdmitted
from flow.events.care_package import CentreCapacityReported
from flow.events.decode import decode, encode
from flow.events.discharge import PatientDied, PatientDischarged
from flow.events.event_types import EVENT_TYPES, AnyEvent
from flow.events.reference import is_shaped_like_nhs_number
from flow.pathway.policy_file import load_policy
from flow.simulate.after_hospital import live
from flow.simulate.feed import Feed
from flow.simulate.story import Beds, CentreStay, Story, begin, local_day
from flow.simulate.town import LEEDS_DEMO, load_town

START = datetime(2026, 3, 2, tzinfo=UTC)
THREE_WEEKS = START + timedelta(days=21)


@pytest.fixture(scope="module")
def week() -> list[AnyEvent]:
    return list(Feed(7, START).events(START + timedelta(days=7)))


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_every_event_type_comes_within_three_weeks(seed: int) -> None:
    seen = Counter(event.type for event in Feed(seed, START).events(THREE_WEEKS))
    assert set(seen) == set(EVENT_TYPES)


def test_a_seed_gives_the_same_events_however_they_are_asked_for(week: list[AnyEvent]) -> None:
    feed = Feed(7, START)
    by_hours: list[AnyEvent] = []
    for hour in range(7 * 24 + 1):
        by_hours += feed.events(START + timedelta(hours=hour))
    assert by_hours == week
    assert by_hours[:50] != list(islice(Feed(8, START).events(THREE_WEEKS), 50))


def test_events_come_as_they_are_recorded_but_for_repeats(week: list[AnyEvent]) -> None:
    seen: set[str] = set()
    first_time: list[AnyEvent] = []
    for event in week:
        if event.identity not in seen:
            first_time.append(event)
            seen.add(event.identity)
    assert first_time == sorted(first_time, key=lambda event: event.recordedtime)
    assert all(event.time <= event.recordedtime for event in week)
    assert all(event.time >= START for event in week)


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
    town = load_town(people_per_day=20).model_copy(update={"pathway_mix": mix})
    for event in Feed(3, START, town).events(START + timedelta(days=60)):
        if isinstance(event, CentreCapacityReported) and event.data.beds_open is not None:
            assert event.data.beds_occupied is not None
            assert event.data.beds_occupied <= event.data.beds_open
            occupied.append(event.data.beds_occupied)
    assert max(occupied) >= 30, "the centres never filled, so the limit was not tried"


def test_memory_is_bounded_by_people_under_way() -> None:
    feed = Feed(2, START, load_town(people_per_day=20))
    waiting = []
    for day in range(0, 300, 50):
        for _ in feed.events(START + timedelta(days=day)):
            pass
        waiting.append(len(feed._coming))
    assert max(waiting[2:]) < 2 * waiting[2]


@pytest.fixture(scope="module")
def lives() -> list[Story]:
    """4,000 people from admission to the end of what is told of them."""
    town = load_town()
    beds = Beds(town)
    stories = []
    for number in range(4000):
        story = begin(town, beds, random.Random(f"life {number}"))
        at = START + timedelta(days=number / town.people_per_day)
        live(story, at)
        beds.forget_before(at)
        stories.append(story)
    return stories


def spells(stories: Sequence[Story]) -> list[tuple[timedelta, str, int]]:
    """Of every spell that ended alive: length, pathway, days from ready to discharged."""
    found = []
    for story in stories:
        drafts = sorted(story.drafts, key=lambda draft: draft.at)
        admitted = {d.data["spell_id"]: d.at for d in drafts if d.event is PatientAdmitted}
        last = {d.data["spell_id"]: d for d in drafts if d.event is PatientDischarged}
        for spell_id, left in last.items():
            if left.data["discharge_method"] != "4":
                ready = left.data.get("discharge_ready_date") or local_day(left.at)
                assert isinstance(ready, date)
                delay = (local_day(left.at) - ready).days
                found.append((left.at - admitted[spell_id], str(left.data["pathway"]), delay))
    return found


def test_the_pathway_mix_is_that_of_leeds(lives: list[Story]) -> None:
    pathways = Counter(pathway for _, pathway, _ in spells(lives))
    total = pathways.total()
    assert pathways["P0"] / total == pytest.approx(0.8718, abs=0.015)
    assert pathways["P1"] / total == pytest.approx(0.1046, abs=0.015)
    assert pathways["P2"] / total == pytest.approx(0.0117, abs=0.006)
    assert pathways["P3"] / total == pytest.approx(0.0119, abs=0.006)


def test_delays_after_the_ready_date_are_those_of_england(lives: list[Story]) -> None:
    delays = [days for _, _, days in spells(lives)]
    delayed = [days for days in delays if days]
    assert sum(days == 0 for days in delays) / len(delays) == pytest.approx(0.8646, abs=0.015)
    assert mean(delayed) == pytest.approx(6.09, abs=1.0)
    assert sum(days == 1 for days in delayed) / len(delayed) == pytest.approx(0.3288, abs=0.05)
    assert sum(days >= 21 for days in delayed) / len(delayed) == pytest.approx(0.0568, abs=0.025)


def test_stays_are_short_with_a_heavy_tail(lives: list[Story]) -> None:
    days = [length / timedelta(days=1) for length, _, _ in spells(lives)]
    assert median(days) == pytest.approx(1.0, abs=0.35)
    assert mean(days) == pytest.approx(4.69, abs=0.7)


def test_a_log_normal_has_the_figures_it_was_made_from() -> None:
    town, rng = load_town(), random.Random(5)
    centre = sorted(town.centre_stay.draw(rng) for _ in range(20_000))
    assert mean(centre) == pytest.approx(33.8, abs=1.7)  # the tail is cut
    home_care = sorted(town.home_care_start.draw(rng) for _ in range(20_000))
    assert median(home_care) == pytest.approx(3.0, abs=0.15)
    assert home_care[18_000] == pytest.approx(12.0, abs=0.7)


def test_nothing_is_told_of_anybody_after_their_death(lives: list[Story]) -> None:
    died = 0
    for story in lives:
        death = [draft.at for draft in story.drafts if draft.event is PatientDied]
        assert len(death) <= 1
        if death:
            died += 1
            assert max(draft.at for draft in story.drafts) == death[0]
    assert died > 20


def test_a_bed_is_free_when_one_more_has_left_than_there_are_beds() -> None:
    town = load_town()
    centre = "bradford-recovery-centre"
    beds = Beds(town)
    for number in range(20):
        left_at = START + timedelta(days=10 + number)
        beds.book(CentreStay(f"stay-{number}", centre, START, left_at))
    assert beds.occupied(centre, START) == 20
    assert beds.free_from(centre, START) == START + timedelta(days=10)
    later = START + timedelta(days=15)
    assert beds.free_from(centre, later) == later


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("P0 = 0.8718", "P0 = 0.5", r"shares of pathway_mix must add up to 1"),
        ('kind = "equipment"', 'kind = "other"', r"E08000035 has no service of kind equipment"),
        ("people_per_day = 173", "people_per_day = 0", r"people_per_day: "),
        ("beds_open = 38\n", "", r"every independence centre needs beds_open"),
        ("median_days = 1.0", "median_days = 9.0", r"length_of_stay: .*must not be below"),
        ("hosp_ipc =", "hosp_ipx =", r"delay_reasons\.hosp_ipx"),
        ("[pathway_mix]", "[pathway_mix", r"not valid TOML"),
    ],
)
def test_a_town_that_does_not_hold_together_is_refused(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    text = LEEDS_DEMO.read_text(encoding="utf-8")
    assert was in text
    file = tmp_path / "town.toml"
    file.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_town(file)


def test_the_policy_of_the_demo_names_every_place_of_its_town() -> None:
    policy, town = load_policy(LEEDS_DEMO.with_name("policy_leeds_demo.toml")), load_town()
    assert policy.providers.values == {hospital.provider for hospital in town.hospital}
    assert policy.councils.values == {council.code for council in town.council}
    assert policy.localities.values == {name for c in town.council for name in c.localities}
    assert policy.services.values == {service.id for service in town.service}
