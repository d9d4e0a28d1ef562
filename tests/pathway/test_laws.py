"""The laws of the core (design: "The pure core"), each by the name that it has there."""

import random
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from flow.events import AnyEvent
from flow.events.coordination import AlertAcknowledged
from flow.pathway import History, Policy, advance, assess
from flow.pathway.findings import RULES
from flow.pathway.spans import running
from flow.pathway.stage import STAGES
from tests.events.strategies import events as wild_events
from tests.pathway.strategies import START, any_journey, moments, stories
from tests.pathway.told import ENGLAND, PERSON, Told, facts, value_of


def history_of(events: list[AnyEvent]) -> History:
    history = History()
    for event in events:
        history.add(event, value_of(event))
    return history


def said(history: History, now: datetime, policy: Policy = ENGLAND) -> object:
    """Everything that a history means at a moment."""
    journey = history.journey()
    view = assess(journey, policy, now)
    return [facts(journey), facts(view), facts(view.waits)]


@given(any_journey(), st.randoms(use_true_random=False), moments())
def test_law_order_any_permutation_means_the_same(
    events: list[AnyEvent], chance: random.Random, now: datetime
) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert said(history_of(events), now) == said(history_of(shuffled), now)


@given(any_journey(), st.randoms(use_true_random=False), moments())
def test_law_repeat_adding_an_event_again_changes_nothing(
    events: list[AnyEvent], chance: random.Random, now: datetime
) -> None:
    assume(events)
    history = history_of(events)
    before = said(history, now)
    size = len(history)
    for event in chance.choices(events, k=5):
        history.add(event, value_of(event))
    assert len(history) == size
    assert said(history, now) == before


@given(any_journey(), any_journey(), moments())
def test_law_union_merging_is_the_union_of_the_sets(
    some: list[AnyEvent], others: list[AnyEvent], now: datetime
) -> None:
    one, other = history_of(some), history_of(others)
    one.journey()
    one.merge(other)
    assert said(one, now) == said(history_of(some + others), now)
    back = history_of(others)
    back.merge(history_of(some))
    assert said(back, now) == said(one, now)


@given(st.lists(wild_events(PERSON, wide=True), max_size=15), moments())
def test_law_total_no_valid_events_make_it_raise(events: list[AnyEvent], now: datetime) -> None:
    history = history_of(events)
    view = assess(history.journey(), ENGLAND, now)
    assert view.stage.stage in STAGES
    assert {finding.rule for finding in view.findings} <= set(RULES)
    advance({}, view, history.journey(), PERSON, now, raising=True)


@given(any_journey(), moments())
def test_law_bounded_the_next_look_is_later_than_now(events: list[AnyEvent], now: datetime) -> None:
    view = assess(history_of(events).journey(), ENGLAND, now)
    assert view.next_at is None or view.next_at > now


@given(any_journey(), moments(), st.floats(0, 0.999))
def test_law_bounded_nothing_changes_before_the_next_look(
    events: list[AnyEvent], now: datetime, share: float
) -> None:
    """What makes it safe to look at nobody in between."""
    history = history_of(events)
    view = assess(history.journey(), ENGLAND, now)
    until = view.next_at or now + timedelta(days=4000)
    between = now + (until - now) * share
    assert _seen(history, between) == _seen(history, now)


def _seen(history: History, now: datetime) -> object:
    journey = history.journey()
    view = assess(journey, ENGLAND, now)
    raised = advance({}, view, journey, PERSON, now, raising=True)
    alerts = [alert.model_copy(update={"raised_at": START}) for alert in raised.changed]
    parts = (view.stage, view.waits, view.contribution, view.placements, view.notices)
    return [facts(parts), alerts]


@given(any_journey(), moments())
def test_law_explain_every_wait_and_alert_names_events_and_target(
    events: list[AnyEvent], now: datetime
) -> None:
    history = history_of(events)
    journey = history.journey()
    view = assess(journey, ENGLAND, now)
    known = set(history.identities())
    for wait in view.waits:
        assert wait.started_by
        assert {*wait.started_by, *wait.stopped_by} <= known
        assert bool(wait.stopped_by) is (wait.stops_at is not None) is (wait.ended is not None)
        assert wait.source
        assert wait.provenance in ("national", "practice", "legacy", "local")
        assert wait.stops_at is not None or wait.starts_at <= now
        assert wait.stops_at is None or wait.stops_at >= wait.starts_at
        assert (times := [at for _, at in wait.levels]) == sorted(times)
    for alert in advance({}, view, journey, PERSON, now, raising=True).changed:
        assert alert.started_by
        assert set(alert.started_by) <= known
        assert alert.acts_next is not None
        assert alert.kind == "notice" or (alert.target_source and alert.provenance)
    for finding in view.findings:
        assert set(finding.events) <= known
    assert len({wait.key for wait in view.waits}) == len(view.waits)


def _to_correct(events: list[AnyEvent]) -> list[AnyEvent]:
    """Each once, and no answer that a service stands down: of what it stood down for, a correction
    says more than that it has never been (`test_told_by_mistake.py`)."""
    plain = {event.identity: event for event in events if event.corrects is None}
    return [
        event
        for event in plain.values()
        if not (isinstance(event, AlertAcknowledged) and event.data.wait == "stand_down")
    ]


@given(stories(), stories(max_size=3), st.data(), moments())
def test_law_recompute_a_late_correction_is_as_if_it_had_come_in_time(
    events: list[AnyEvent], others: list[AnyEvent], data: st.DataObject, now: datetime
) -> None:
    plain = _to_correct(events)
    assume(plain and others)
    target = data.draw(st.sampled_from(plain))
    instead = others[-1].model_copy(
        update={"id": "instead", "source": target.source, "corrects": None}
    )
    assume(not instead.type.endswith("-cancelled.v1"))
    late = instead.model_copy(update={"corrects": target.identity})
    history = history_of(plain)
    said(history, now)
    history.add(late, value_of(late))
    in_time = [event for event in plain if event is not target] + [instead]
    assert said(history, now) == said(history_of(in_time), now)


@given(stories(), st.data(), moments())
def test_law_recompute_a_void_is_as_if_it_had_never_been(
    events: list[AnyEvent], data: st.DataObject, now: datetime
) -> None:
    plain = _to_correct(events)
    assume(plain)
    target = data.draw(st.sampled_from(plain))
    assume(target.type != "flow.patient-admitted.v1")  # it takes its whole spell along
    rest = [event for event in plain if event is not target]
    assume(rest)
    void = Told().tell(
        "admission-cancelled", max(event.time for event in rest), id="void", source=target.source,
        provider="NONE1", spell_id="none", corrects=target.identity,
    )  # fmt: skip
    history = history_of(plain)
    said(history, now)
    history.add(void, value_of(void))
    # The void itself happened: there is one event more.
    assert _blind(said(history, now), {"steps"}) == _blind(said(history_of(rest), now), {"steps"})


def _blind(item: object, names: set[str]) -> object:
    if isinstance(item, list):
        return [_blind(part, names) for part in item]
    if isinstance(item, dict):
        return {key: _blind(part, names) for key, part in item.items() if key not in names}
    return item


@given(any_journey(), st.randoms(use_true_random=False), st.booleans())
def test_incremental_equals_refold(
    events: list[AnyEvent], chance: random.Random, shuffle: bool
) -> None:
    """One step at a time, looked at after each and packed between, is the same as all at once."""
    coming = list(events)
    if shuffle:
        chance.shuffle(coming)
    grown = History()
    now = START
    for number, event in enumerate(coming, start=1):
        grown.add(event, value_of(event))
        now = max(now, event.time) + timedelta(minutes=chance.choice([0, 1, 500]))
        if chance.random() < 0.7:
            assert said(grown, now) == said(history_of(coming[:number]), now)
        if chance.random() < 0.3:
            grown.pack()
    assert said(grown, now) == said(history_of(coming), now)


@given(any_journey())
def test_no_watch_is_left_unasked(events: list[AnyEvent]) -> None:
    """After every event, what runs is exactly what the conditions of the waits say."""
    for number in range(1, len(events) + 1):
        journey = history_of(events[:number]).journey()
        for subject in journey.subjects():
            runs = {rule.wait: span.token for rule, span in running(journey, subject)}
            for rule in subject.watches:
                token = rule.runs(journey, subject) if journey.died is None else 0
                assert token == runs.get(rule.wait, 0), rule.wait


@given(any_journey(), moments(), st.booleans())
def test_packing_changes_nothing(events: list[AnyEvent], now: datetime, asked_before: bool) -> None:
    history = history_of(events)
    if asked_before:
        history.journey()
    plain = history_of(events)
    before = said(plain, now)
    history.pack()
    assert history.packed
    assert len(history) == len(plain)
    assert said(history, now) == before
    if asked_before:
        assert history.packed, "a look needs the journey only"
    assert {i: history.values()[i] for i in history.identities()} == {
        i: plain.values()[i] for i in plain.identities()
    }
    restored = History()
    for name in plain.identities():
        restored.restore(name, plain.values()[name])
    assert said(restored, now) == before


@given(any_journey(), moments())
def test_looking_back_in_time_is_allowed(events: list[AnyEvent], now: datetime) -> None:
    history = history_of(events)
    said(history, now + timedelta(days=400))
    assert said(history, now) == said(history_of(events), now)
