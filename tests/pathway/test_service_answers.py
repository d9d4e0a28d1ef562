"""Alerts of services are answered as people's are: taken on, or quiet for a while."""

import json
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.events import decode_stored
from flow.events.event_types import ServiceAnswer
from flow.pathway.service_rules import FULL, PLACE_FREE
from flow.pathway.services import Answers
from flow.pathway.services.told import KEPT
from tests.pathway.service_facts import CENTRE, Told, faced
from tests.pathway.told import at, own_policy

SOURCE = "/leeds/board"
Says = tuple[str, str | None, datetime | None]
"""State, who has taken it on, and until when it is quiet."""


def ack(when: str, by: str = "staff-17", alert: str = FULL, **envelope: Any) -> ServiceAnswer:
    return said("acknowledged", when, {"alert": alert, "by": by}, **envelope)


def snooze(when: str, until: str, alert: str = FULL, **envelope: Any) -> ServiceAnswer:
    data = {"alert": alert, "by": "staff-17", "until": at(until).isoformat()}
    return said("snoozed", when, {**data, "reason": "plan_agreed"}, **envelope)


def said(
    kind: str,
    when: str,
    data: dict[str, str],
    *,
    corrects: ServiceAnswer | None = None,
    source: str = SOURCE,
    recorded: str | None = None,
) -> ServiceAnswer:
    event = decode_stored(
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"{kind} {when}".replace(" ", "-"),
                "source": source,
                "type": f"flow.service-alert-{kind}.v1",
                "time": at(when).isoformat(),
                "recordedtime": at(recorded or when).isoformat(),
                "subject": CENTRE,
                "corrects": corrects.identity if corrects is not None else None,
                "data": data,
            }
        ).encode()
    )
    assert isinstance(event, ServiceAnswer)
    return event


def full_since_monday(policy: str | None = None) -> Told:
    """No bed, and somebody waits since 5 January, 10:00: an alert on the 6th at 10:00."""
    told = Told(own_policy(policy)) if policy is not None else Told()
    told.reports("2026-01-05 07:00", beds_open=4, beds_reserved=0, beds_occupied=4)
    told.people = [faced("waiting", "2026-01-05 10:00")]
    told.look("2026-01-05 10:00")
    return told


def says(told: Told) -> Says:
    (alert,) = told.alerts.values()
    return alert.state, alert.acknowledged_by, alert.snoozed_until


@pytest.mark.parametrize(
    ("answers", "now", "expected"),
    [
        pytest.param([], "2026-01-06 12:00", ("open", None, None), id="nobody has it"),
        pytest.param(
            [ack("2026-01-06 11:00")],
            "2026-01-06 12:00",
            ("acknowledged", "staff-17", None),
            id="taken on",
        ),
        pytest.param(
            [ack("2026-01-06 11:00"), ack("2026-01-06 11:30", by="staff-23")],
            "2026-01-06 12:00",
            ("acknowledged", "staff-23", None),
            id="and taken over",
        ),
        pytest.param(
            [ack("2026-01-05 20:00")],
            "2026-01-06 12:00",
            ("acknowledged", "staff-17", None),
            id="taken on before it was late, and since it is so",
        ),
        pytest.param(
            [ack("2026-01-05 09:59")],
            "2026-01-06 12:00",
            ("open", None, None),
            id="of an earlier time: it was about another one",
        ),
        pytest.param(
            [ack("2026-01-06 11:00", alert=PLACE_FREE)],
            "2026-01-06 12:00",
            ("open", None, None),
            id="another alert of the service",
        ),
        pytest.param(
            [snooze("2026-01-06 11:00", "2026-01-06 18:00")],
            "2026-01-06 17:59",
            ("snoozed", None, at("2026-01-06 18:00")),
            id="quiet",
        ),
        pytest.param(
            [snooze("2026-01-06 11:00", "2026-01-06 18:00")],
            "2026-01-06 18:00",
            ("open", None, None),
            id="comes back at its time",
        ),
        pytest.param(
            [ack("2026-01-06 10:30"), snooze("2026-01-06 11:00", "2026-01-06 18:00")],
            "2026-01-06 12:00",
            ("snoozed", "staff-17", at("2026-01-06 18:00")),
            id="taken on, then quiet",
        ),
        pytest.param(
            [snooze("2026-01-06 11:00", "2026-01-06 18:00"), ack("2026-01-06 11:30")],
            "2026-01-06 12:00",
            ("acknowledged", "staff-17", None),
            id="quiet, then taken on: the newest counts",
        ),
        pytest.param(
            [snooze("2026-01-05 20:00", "2026-01-06 18:00")],
            "2026-01-06 12:00",
            ("open", None, None),
            id="told to be quiet before it was late: it has risen since",
        ),
    ],
)
def test_the_newest_answer_since_it_is_so_counts(
    answers: list[ServiceAnswer], now: str, expected: Says
) -> None:
    for order in permutations(answers):
        for repeated in (order, (*order, *order)):
            told = full_since_monday()
            told.look("2026-01-06 10:00")
            told.hear(*repeated)
            told.look(now, raising=False)
            assert says(told) == expected


def test_an_answer_that_comes_before_its_alert_is_kept_for_it() -> None:
    told = full_since_monday()
    told.hear(ack("2026-01-06 10:00"))
    told.look("2026-01-06 10:00")
    assert says(told) == ("acknowledged", "staff-17", None)
    assert len(told.changed) == 1, "raised and taken on at once"


def test_it_is_looked_at_when_a_snooze_ends_and_told_once() -> None:
    told = full_since_monday()
    told.look("2026-01-06 10:00")
    told.hear(snooze("2026-01-06 11:00", "2026-01-06 18:00"))
    told.look("2026-01-06 11:01", raising=False)
    assert told.next_at == at("2026-01-06 18:00")
    told.look("2026-01-06 12:00")
    told.look("2026-01-06 18:00")
    assert [alert.state for alert in told.changed] == ["open", "snoozed", "open"]


def test_nobody_is_forgotten_in_a_snooze() -> None:
    told = full_since_monday('[alerts]\nsnooze_at_most = "2 days"')
    told.look("2026-01-06 10:00")
    told.hear(snooze("2026-01-06 11:00", "2036-01-06 11:00"))
    told.reports("2026-01-07 07:00", beds_open=4, beds_occupied=4)
    told.look("2026-01-08 10:59")
    assert says(told) == ("snoozed", None, at("2026-01-08 11:00"))
    assert told.next_at == at("2026-01-08 11:00")
    told.look("2026-01-08 11:00")
    assert says(told) == ("open", None, None)


def test_a_snooze_does_not_keep_it_from_closing_and_the_next_one_is_new() -> None:
    told = full_since_monday()
    told.look("2026-01-06 10:00")
    told.hear(ack("2026-01-06 11:00"), snooze("2026-01-06 11:30", "2026-01-08 11:00"))
    told.look("2026-01-06 12:00")
    told.reports("2026-01-06 13:00", beds_open=4, beds_occupied=3)
    told.look("2026-01-06 13:00", raising=False)
    closed = told.changed[-1]
    assert (closed.state, closed.closed_reason) == ("closed", "place_free")
    assert (closed.acknowledged_by, closed.snoozed_until) == ("staff-17", None)
    told.reports("2026-01-06 14:00", beds_open=4, beds_occupied=4)
    told.look("2026-01-06 14:00")
    told.look("2026-01-07 14:00")
    assert says(told) == ("open", None, None)


def test_an_answer_to_what_is_closed_does_no_harm() -> None:
    told = full_since_monday()
    told.look("2026-01-06 10:00")
    told.people.clear()
    told.look("2026-01-06 12:00")
    told.hear(ack("2026-01-06 13:00"))
    told.look("2026-01-06 13:00")
    assert told.alerts == {}
    assert told.changed[-1].acknowledged_by is None


# The set of answers.


MISTAKEN = snooze("2026-01-06 11:00", "2026-02-06 18:00")


@pytest.mark.parametrize(
    ("source", "until", "rules"),
    [
        pytest.param(SOURCE, at("2026-01-06 18:00"), [], id="mended"),
        pytest.param(
            "/other", at("2026-01-13 11:00"), ["correction_not_allowed"], id="by who may not"
        ),
    ],
)
def test_an_answer_can_be_corrected(source: str, until: datetime, rules: list[str]) -> None:
    mended = snooze(
        "2026-01-06 11:00", "2026-01-06 18:00", corrects=MISTAKEN, source=source,
        recorded="2026-01-06 11:05",
    ).model_copy(update={"id": "mended", "time": at("2026-01-06 10:59")})  # fmt: skip
    for order in permutations((MISTAKEN, mended)):
        told = full_since_monday()
        told.look("2026-01-06 10:00")
        told.hear(*order)
        told.look("2026-01-06 12:00")
        assert says(told)[2] == until
        assert [doubt.rule for doubt in told.answers.doubts] == rules


def test_few_are_held_whatever_comes() -> None:
    answers = Answers()
    days = [f"2026-01-{day:02} {hour:02}:00" for day in range(1, 7) for hour in range(24)]
    for when in days:
        answers.hear(ack(when), {})
    assert len(days) > 2 * KEPT
    assert len(answers.to[FULL]) == KEPT
    assert answers.to[FULL][-1].at.at == at(days[-1])


hours = st.integers(5, 23).map(lambda hour: f"2026-01-06 {hour:02}:00")
some = st.lists(
    st.one_of(hours.map(ack), st.tuples(hours, hours).map(lambda pair: snooze(*pair))), max_size=5
)


@given(some, st.randoms(use_true_random=False), hours)
def test_law_order_and_repeats_do_not_matter(
    answers: list[ServiceAnswer], random: Any, now: str
) -> None:
    mixed = [*answers, *answers]
    random.shuffle(mixed)
    seen = []
    for told_in in (answers, mixed):
        told = full_since_monday()
        told.hear(*told_in)
        told.look(now)
        seen.append((told.alerts, told.next_at))
    assert seen[0] == seen[1]
