"""Alerts: raised by ticks, closed by events, one for each cause, answered by co-ordinators."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.events import AlertChanged, AnyEvent
from flow.pathway import Alert, History, advance, alert_id, assess, decode_alert
from tests.pathway.strategies import START, any_journey, stories
from tests.pathway.told import ABOUT, ENGLAND, PERSON, PROVIDER, SPELL, Told, at, value_of

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}


def waiting() -> Told:
    """In hospital, ready since the 8th, one alert for it raised on the 9th."""
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.in_spell("expected-discharge-date-set", "2026-01-05 12:00",
                    expected_discharge_date="2026-01-08")  # fmt: skip
    person.reviewed("2026-01-08 09:00", meets=False)
    return person


def delays(person: Told) -> dict[str, str]:
    return {alert.wait: alert.level for alert in person.alerts.values() if alert.kind == "delay"}


def closed(person: Told, wait: str) -> Alert:
    (found,) = [a for a in person.changed if a.wait == wait and a.state == "closed"]
    return found


def test_a_delay_is_raised_by_a_tick_only() -> None:
    person = waiting()
    advanced = person.advance("2026-01-09 00:00", raising=False)
    assert advanced == ({}, (), True)
    advanced = person.advance("2026-01-09 00:00")
    assert not advanced.held
    (alert,) = advanced.changed
    assert (alert.wait, alert.level, alert.state) == ("drd_to_discharge", "breached", "open")
    assert alert.due_at == alert.raised_at == at("2026-01-09 00:00")
    assert alert.alert_id == alert_id(PERSON, "drd_to_discharge", ABOUT, 1)


def test_a_delay_says_everything_about_itself() -> None:
    person = waiting()
    person.in_spell("pathway-decided", "2026-01-08 10:00", pathway="P1", council="E08000035",
                    locality="beeston")  # fmt: skip
    person.advance("2026-01-09 02:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert alert.started_by == (person.events[2].identity,)
    assert (alert.target_s, alert.provenance) == (0, "national")
    assert alert.target_source is not None
    assert "N4" in alert.target_source
    assert alert.acts_next is not None
    assert (alert.acts_next.organisation, alert.acts_next.role) == ("RR8", "discharge_coordinator")
    assert (alert.provider, alert.council, alert.locality, alert.pathway) == (
        "RR8", "E08000035", "beeston", "P1",
    )  # fmt: skip
    assert alert.raised_at == at("2026-01-09 02:00")
    assert alert.due_at == at("2026-01-09 00:00")


def test_a_delay_rises_through_its_levels() -> None:
    person = waiting()
    person.advance("2026-01-09 00:00")
    assert person.advance("2026-01-14 23:59").alerts.keys() == person.alerts.keys()
    assert delays(person)["drd_to_discharge"] == "breached"
    person.advance("2026-01-15 00:00")
    assert delays(person)["drd_to_discharge"] == "breached+7d"
    person.advance("2026-02-20 00:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert [level.level for level in alert.levels] == [
        "breached", "breached+7d", "breached+14d", "breached+21d",
    ]  # fmt: skip
    assert alert.raised_at == at("2026-01-09 00:00")


def test_a_delay_does_not_rise_between_ticks() -> None:
    person = waiting()
    person.advance("2026-01-09 00:00")
    advanced = person.advance("2026-01-15 00:00", raising=False)
    assert advanced.held
    assert delays(person)["drd_to_discharge"] == "breached"


@pytest.mark.parametrize(
    ("tick", "left", "reason"),
    [
        ("2026-01-09 00:00", "2026-01-09 08:00", "done_late"),
        ("2026-01-09 00:00", "2026-01-09 00:00", "done_late"),
        ("2026-01-09 00:00", "2026-01-08 23:59", "retracted"),
        ("2026-01-20 00:00", "2026-01-10 10:00", "done_late"),
        ("2026-01-20 00:00", "2026-01-08 20:00", "retracted"),
    ],
)
def test_a_discharge_closes_the_delay(tick: str, left: str, reason: str) -> None:
    """Also one that is told late, with the time at which it happened."""
    person = waiting()
    person.advance(tick)
    person.discharged(left)
    person.advance("2026-01-20 00:00", raising=False)
    alert = closed(person, "drd_to_discharge")
    assert alert.closed_reason == reason
    assert alert.closed_at == at(left)
    assert alert.stopped_by == (person.events[-1].identity,)
    assert person.alert("drd_to_discharge") is None


def test_near_and_then_done_in_time() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.advance("2026-01-06 05:00")
    assert delays(person) == {"edd_set": "near"}
    person.in_spell("expected-discharge-date-set", "2026-01-06 06:00",
                    expected_discharge_date="2026-01-08")  # fmt: skip
    person.advance("2026-01-06 06:30", raising=False)
    assert closed(person, "edd_set").closed_reason == "done"


def test_a_stop_before_the_warning_retracts_the_warning() -> None:
    person = Told()
    person.admitted("2026-01-05 10:00")
    person.advance("2026-01-06 05:00")
    person.in_spell("expected-discharge-date-set", "2026-01-05 12:00",
                    expected_discharge_date="2026-01-08")  # fmt: skip
    person.advance("2026-01-06 06:30", raising=False)
    assert closed(person, "edd_set").closed_reason == "retracted"


def test_unwell_again_resets_and_a_new_period_is_another_alert() -> None:
    person = waiting()
    person.advance("2026-01-09 00:00")
    person.reviewed("2026-01-09 10:00", meets=True)
    person.advance("2026-01-09 11:00", raising=False)
    assert closed(person, "drd_to_discharge").closed_reason == "reset"
    person.reviewed("2026-01-11 10:00", meets=False)
    person.advance("2026-01-12 00:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert alert.period == 2


def test_death_outranks_everything() -> None:
    person = waiting()
    person.advance("2026-01-09 10:00")
    assert set(delays(person)) == {"drd_to_discharge", "ctr_review"}
    person.tell("patient-died", "2026-01-09 11:00")
    person.advance("2026-01-09 11:01", raising=False)
    assert {a.closed_reason for a in person.changed if a.state == "closed"} == {"died"}
    assert delays(person) == {}
    assert person.alert("died") is not None


def test_a_cancelled_admission_takes_its_alerts_along() -> None:
    person = waiting()
    person.advance("2026-01-09 00:00")
    person.in_spell("admission-cancelled", "2026-01-09 09:00")
    person.advance("2026-01-09 09:01", raising=False)
    alert = closed(person, "drd_to_discharge")
    assert (alert.closed_reason, alert.stopped_by) == ("cancelled", (person.events[-1].identity,))
    assert person.alerts == {}


def test_a_cancelled_discharge_cancels_what_it_started() -> None:
    person = waiting()
    left = person.discharged("2026-01-09 10:00")
    person.advance("2026-01-10 10:00")
    assert delays(person) == {"discharge_summary": "breached"}
    undone = person.in_spell("discharge-cancelled", "2026-01-09 12:00", corrects=left.identity)
    person.advance("2026-01-10 11:00", raising=False)
    alert = closed(person, "discharge_summary")
    assert (alert.closed_reason, alert.stopped_by) == ("cancelled", (undone.identity,))


def test_a_corrected_event_carries_its_alert_over() -> None:
    """The same delay under another spell identifier: one alert supersedes the other, and whoever
    had taken the first on has taken the second on."""
    person = Told()
    wrong = person.admitted("2026-01-05 10:00", spell_id="WRONG")
    person.advance("2026-01-06 12:00")
    first = person.alert("edd_set")
    assert first is not None
    person.tell("alert-acknowledged", "2026-01-06 12:10", wait="edd_set", about="RR8:WRONG",
                by="co1")  # fmt: skip
    person.advance("2026-01-06 12:11")
    person.admitted("2026-01-05 10:00", spell_id="RIGHT", corrects=wrong.identity)
    person.advance("2026-01-06 13:00", raising=False)
    assert closed(person, "edd_set").closed_reason == "superseded"
    second = person.alert("edd_set")
    assert second is not None
    assert second.about == "RR8:RIGHT"
    assert second.supersedes == first.alert_id
    assert (second.state, second.acknowledged_by) == ("acknowledged", "co1")
    person.advance("2026-01-07 13:00")
    again = person.alert("edd_set")
    assert again is not None
    assert (again.level, again.acknowledged_by) == ("breached+1d", "co1")


def test_a_late_earlier_period_supersedes_the_numbering() -> None:
    person = waiting()
    person.advance("2026-01-09 10:00")
    person.reviewed("2026-01-06 09:00", meets=False)
    person.reviewed("2026-01-07 09:00", meets=True)
    person.advance("2026-01-09 11:00", raising=False)
    assert closed(person, "drd_to_discharge").closed_reason == "superseded"
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert alert.period == 2
    assert alert.supersedes == alert_id(PERSON, "drd_to_discharge", ABOUT, 1)


def test_acknowledging_takes_the_alert_on_and_keeps_it_rising() -> None:
    person = waiting()
    person.advance("2026-01-09 08:00")
    person.tell("alert-acknowledged", "2026-01-09 08:30", wait="drd_to_discharge", about=ABOUT,
                by="co1")  # fmt: skip
    person.advance("2026-01-09 08:31", raising=False)
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", "co1")
    person.advance("2026-01-15 08:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.level) == ("acknowledged", "breached+7d")


def test_an_answer_to_an_earlier_period_is_no_answer_to_this_one() -> None:
    person = waiting()
    person.tell("alert-acknowledged", "2026-01-09 08:30", wait="drd_to_discharge", about=ABOUT,
                by="co1")  # fmt: skip
    person.reviewed("2026-01-09 10:00", meets=True)
    person.reviewed("2026-01-11 10:00", meets=False)
    person.advance("2026-01-12 00:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.acknowledged_by) == ("open", None)


def snoozed() -> Told:
    person = waiting()
    person.advance("2026-01-09 08:00")
    person.tell("alert-snoozed", "2026-01-09 08:30", wait="drd_to_discharge", about=ABOUT,
                by="co1", until=at("2026-01-20 09:00"), reason="plan_agreed")  # fmt: skip
    person.advance("2026-01-09 08:31", raising=False)
    return person


def test_a_snooze_ends_at_its_time() -> None:
    person = waiting()
    person.tell("alert-snoozed", "2026-01-09 08:30", wait="drd_to_discharge", about=ABOUT,
                by="co1", until=at("2026-01-09 20:00"), reason="plan_agreed")  # fmt: skip
    person.advance("2026-01-09 09:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.snoozed_until) == ("snoozed", at("2026-01-09 20:00"))
    next_at = person.assessed("2026-01-09 12:00").next_at
    assert next_at is not None
    assert next_at <= at("2026-01-09 20:00")
    person.advance("2026-01-09 20:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.snoozed_until) == ("open", None)


def test_nobody_is_forgotten_in_a_snooze() -> None:
    """Where no level is left to rise to, the policy's limit ends it."""
    person = waiting()
    person.advance("2026-02-09 08:00")
    person.tell("alert-snoozed", "2026-02-09 08:30", wait="drd_to_discharge", about=ABOUT,
                by="co1", until=at("2036-02-09 09:00"), reason="plan_agreed")  # fmt: skip
    person.advance("2026-02-16 08:29")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.snoozed_until) == ("snoozed", at("2026-02-16 08:30"))
    assert person.assessed("2026-02-16 08:29").next_at == at("2026-02-16 08:30")
    person.advance("2026-02-16 08:30")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.snoozed_until) == ("open", None)


def test_a_snooze_wakes_early_when_the_delay_rises() -> None:
    person = snoozed()
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert alert.state == "snoozed"
    person.advance("2026-01-15 00:00")
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    assert (alert.state, alert.level) == ("open", "breached+7d")


def test_an_alert_reads_back_as_it_was_published() -> None:
    person = snoozed()
    alert = person.alert("drd_to_discharge")
    assert alert is not None
    published = AlertChanged(
        id="x", source="/flow", time=at("2026-01-09 09:00"), recordedtime=at("2026-01-09 09:00"),
        subject=PERSON, data=alert,
    )  # fmt: skip
    assert decode_alert(published.model_dump(mode="json")["data"]) == alert


def test_an_alert_keeps_its_identity_when_the_person_gets_another_reference() -> None:
    person = waiting()
    (raised,) = person.advance("2026-01-09 00:00").changed
    now = at("2026-01-15 00:00")
    journey = person.journey()
    view = assess(journey, ENGLAND, now)
    advanced = advance(person.alerts, view, journey, "k1.another-reference", now, raising=True)
    (risen,) = [alert for alert in advanced.changed if alert.wait == "drd_to_discharge"]
    assert risen.alert_id == raised.alert_id
    assert risen.level == "breached+7d"


def test_closed_alerts_are_ignored_when_given_back() -> None:
    person = waiting()
    person.advance("2026-01-09 00:00")
    person.discharged("2026-01-09 08:00")
    person.advance("2026-01-09 08:01", raising=False)
    person.alerts = {str(alert.alert_id): alert for alert in person.changed}
    advanced = person.advance("2026-01-09 08:02", raising=False)
    assert advanced.changed == ()
    assert advanced.alerts == {}


class Desk:
    """A person's alerts as a reader of the topic has them: the newest of each id."""

    def __init__(self) -> None:
        self.open: dict[str, Alert] = {}
        self.topic: dict[str, Alert] = {}
        self.writes = 0

    def look(self, history: History, now: datetime, *, raising: bool) -> None:
        journey = history.journey()
        view = assess(journey, ENGLAND, now)
        advanced = advance(self.open, view, journey, PERSON, now, raising=raising)
        again = advance(advanced.alerts, view, journey, PERSON, now, raising=raising)
        assert again.alerts == advanced.alerts
        assert again.changed == ()
        assert len({alert.alert_id for alert in advanced.changed}) == len(advanced.changed)
        self.open = advanced.alerts
        self.writes += len(advanced.changed)
        self.topic |= {str(alert.alert_id): alert for alert in advanced.changed}


@given(any_journey(), st.randoms(use_true_random=False))
def test_advancing_again_changes_nothing_and_the_topic_agrees(
    events: list[AnyEvent], chance: random.Random
) -> None:
    coming = list(events)
    chance.shuffle(coming)
    history, desk, now = History(), Desk(), START
    for event in coming:
        history.add(event, value_of(event))
        now += timedelta(hours=chance.choice([1, 5, 30, 200]))
        desk.look(history, now, raising=chance.random() < 0.5)
    desk.look(history, now, raising=True)
    shown = {name: alert for name, alert in desk.topic.items() if alert.state != "closed"}
    assert shown == desk.open
    # What is open after a tick is what is wrong now, no more and no less.
    view = assess(history.journey(), ENGLAND, now)
    late = {wait.key for wait in view.open_waits if wait.levels}
    assert {(a.wait, a.about, a.period) for a in desk.open.values() if a.kind == "delay"} == late
    for alert in desk.open.values():
        levels = {level.level for level in alert.levels}
        assert alert.kind == "notice" or levels == {
            level
            for wait in view.open_waits
            if wait.key == (alert.wait, alert.about, alert.period)
            for level, _ in wait.levels
        }


@given(stories())
def test_after_a_death_nothing_stays_open_but_the_news_of_it_until_that_is_answered(
    events: list[AnyEvent],
) -> None:
    told = Told()
    told.events = [event for event in events if event.corrects is None]
    end = max((event.time for event in events), default=START) + timedelta(hours=1)
    told.tell("patient-died", end, id="the-end")
    told.advance(end + timedelta(days=8))
    assert {alert.cause for alert in told.alerts.values()} <= {"died"}
    for number, alert in enumerate(told.alerts.values()):
        told.tell(
            "alert-acknowledged",
            end + timedelta(days=9),
            id=f"answer-{number}",  # no event of the story is called so
            wait=alert.wait,
            about=alert.about,
            by="s",
        )
    told.advance(end + timedelta(days=9))
    assert told.alerts == {}
