"""Alerts as listed: order, filters, finding one by the beginning of its identifier, answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from flow.cli.alert_list import (
    ACKNOWLEDGED,
    SNOOZED,
    Filter,
    ListedAlert,
    ListedServiceAlert,
    alerts_of,
    answer,
    due_or_closed,
    find,
    state,
)
from flow.cli.refusals import NotFound
from flow.engine.memory import StoredRecord
from flow.events import (
    AlertChanged,
    ServiceAlertAcknowledged,
    ServiceAlertData,
    ServiceAlertSnoozed,
    catalogue,
    encode,
)
from flow.events.outputs import AlertData, AlertLevel
from flow.events.published import ActsNext

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
PERSON = "k1.made-up-person"


def alert(number: int, due_in: timedelta, **changes: Any) -> AlertData:
    due_at = NOW + due_in
    values: dict[str, Any] = {
        "alert_id": UUID(int=number << 96),
        "kind": "delay",
        "wait": "edd_set",
        "about": f"RR8:s-{number}",
        "period": 1,
        "state": "open",
        "level": "near",
        "levels": (AlertLevel(level="near", at=due_at),),
        "raised_at": due_at,
        "due_at": due_at,
        "acts_next": ActsNext(organisation="RR8", role="ward"),
        "provider": "RR8",
    }
    return AlertData(**values | changes)


def records(*alerts: AlertData) -> dict[bytes, StoredRecord]:
    made = {}
    for offset, data in enumerate(alerts):
        key = str(data.alert_id).encode()
        changed = AlertChanged(
            id=str(offset), source="/t", time=NOW, recordedtime=NOW, subject=PERSON, data=data
        )
        made[key] = StoredRecord("alerts", 0, offset, 0, key, encode(changed))
    return made


SOON = alert(0xA1, timedelta(hours=1))
LONGEST = alert(0xA2, timedelta(hours=-9), level="breached", pathway="P1")
LATE = alert(0xB3, timedelta(hours=-1), level="breached", provider="RAE", wait="ctr_review")
DONE = alert(0xC4, timedelta(hours=-5), state="closed", closed_reason="done_late", closed_at=NOW)


def listed() -> list[ListedAlert]:
    return alerts_of(records(SOON, DONE, LONGEST, LATE))


def test_longest_breached_comes_first_then_soonest_due() -> None:
    found = [each.data for each in listed() if each.is_open]
    assert found == [LONGEST, LATE, SOON]


def notice(number: int, hours: float, wait: str, cause: str | None = None) -> AlertData:
    told = {"kind": "notice", "level": "raised", "cause": cause or wait}
    return alert(number, timedelta(hours=hours), wait=wait, **told)


@pytest.mark.parametrize("listed_first", [False, True])
def test_who_must_be_told_at_once_comes_before_every_delay(*, listed_first: bool) -> None:
    """A death first, to whomever it is told; then the stronger news, and of that the older."""
    told = [
        notice(1, -1, "stand_down", "died"),
        notice(2, 0, "died"),
        notice(3, -2, "stand_down", "readmitted"),
        notice(4, -1, "stand_down", "unwell_again"),
        notice(5, 0, "transferred"),
        notice(6, 0, "moved"),
        notice(7, -3, "unwell_again"),
        notice(8, -1, "comes_after_all", "ready_again"),
    ]
    late = [LONGEST, LATE, SOON]
    recorded = records(*late, *told) if listed_first else records(*reversed([*told, *late]))
    assert [each.data for each in alerts_of(recorded)] == [*told, *late]


def test_what_was_answered_outranks_nothing() -> None:
    answered = {"state": "closed", "closed_reason": "done", "closed_at": NOW}
    read = notice(1, -2, "died").model_copy(update=answered)
    assert [each.data for each in alerts_of(records(LATE, read, LONGEST))] == [LONGEST, read, LATE]


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        ({}, [LONGEST, LATE, SOON]),
        ({"provider": "RAE"}, [LATE]),
        ({"level": "breached"}, [LONGEST, LATE]),
        ({"level": "breached", "pathway": "P1"}, [LONGEST]),
        ({"acts_next": "ward", "wait": "ctr_review"}, [LATE]),
        ({"acts_next": "pharmacy"}, []),
        ({"person": "k1.someone-else"}, []),
        ({"provider": None}, [LONGEST, LATE, SOON]),
    ],
)
def test_filters(wanted: dict[str, str | None], fitting: list[AlertData]) -> None:
    assert [each.data for each in listed() if Filter(wanted).fits(each)] == fitting


def test_closed_ones_are_shown_when_asked_for() -> None:
    assert DONE in [each.data for each in listed() if Filter({}, closed=True).fits(each)]


def test_one_alert_is_found_by_the_beginning_of_its_identifier() -> None:
    assert find(listed(), "000000b3").data == LATE
    with pytest.raises(NotFound, match="no alert begins"):
        find(listed(), "ffff")
    with pytest.raises(NotFound, match="4 alerts begin"):
        find(listed(), "000000")


def test_what_is_said_of_due_and_state() -> None:
    assert due_or_closed(LATE, NOW) == "Breached 1hr ago"
    assert due_or_closed(SOON, NOW) == "Due in 1hr"
    assert due_or_closed(DONE, NOW) == "Closed 05-Mar-2026 12:00"
    assert state(DONE) == "done late"
    assert state(SOON) == "new"
    early = {"wait": "package_restart_notice", "level": "breached"}
    assert due_or_closed(alert(1, timedelta(hours=3), **early), NOW) == (
        "Not before 05-Mar-2026 15:00"
    )
    assert state(DONE.model_copy(update=early)) == "done too soon"
    acknowledged = alert(1, timedelta(0), state="acknowledged", acknowledged_by="staff-7")
    assert state(acknowledged) == "acknowledged by staff-7"
    snoozed = alert(1, timedelta(0), state="snoozed", snoozed_until=NOW)
    assert state(snoozed) == "snoozed until 05-Mar-2026 12:00"


def test_an_answer_names_person_wait_and_subject() -> None:
    data = {"wait": LATE.wait, "about": LATE.about, "by": "staff-7"}
    event = answer("flow.alert-acknowledged.v1", ListedAlert(PERSON, LATE), data, NOW)
    assert event.subject == PERSON
    assert event.topic == "coordination"
    assert event.time == event.recordedtime == NOW
    assert event.data.model_dump() == data


def test_a_name_is_no_staff_reference() -> None:
    data = {"wait": LATE.wait, "about": LATE.about, "by": "Ann Smith"}
    with pytest.raises(ValueError, match=r"data\.by") as refused:
        answer("flow.alert-acknowledged.v1", ListedAlert(PERSON, LATE), data, NOW)
    assert "Ann" not in str(refused.value)


def of_a_service() -> ListedServiceAlert:
    changed = catalogue.example("flow.service-alert-changed.v1")
    return ListedServiceAlert(ServiceAlertData.model_validate(changed["data"]))


def test_an_alert_of_a_service_is_found_and_answered_alike() -> None:
    found = find([*listed(), of_a_service()], "5d4f1b0c")
    assert isinstance(found, ListedServiceAlert)
    taken_on = answer(ACKNOWLEDGED, found, {"by": "staff-1"}, NOW)
    assert isinstance(taken_on, ServiceAlertAcknowledged)
    assert (taken_on.subject, taken_on.topic) == ("leeds-south-centre", "service-coordination")
    assert taken_on.data.alert == "place_free_with_someone_waiting"
    until = NOW + timedelta(hours=4)
    quiet = answer(SNOOZED, found, {"by": "s", "until": until, "reason": "plan_agreed"}, NOW)
    assert isinstance(quiet, ServiceAlertSnoozed)
    assert (quiet.data.until, quiet.data.by) == (until, "s")


def test_a_service_has_no_co_ordinator() -> None:
    whom = {"coordinator": "staff-1", "organisation": "RR8"}
    with pytest.raises(ValueError, match="is of a service, leeds-south-centre"):
        answer("flow.coordinator-assigned.v1", of_a_service(), whom, NOW)
