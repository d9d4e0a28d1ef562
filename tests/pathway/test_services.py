"""What a centre reports, who waits and who stays: occupancy, free places, alerts, findings."""

import pytest

from flow.events.codes import SERVICE_KINDS
from flow.pathway import Placement
from flow.pathway.service_rules import FULL, PLACE_FREE, REPORT_OLD
from flow.pathway.services import (
    FIGURES,
    SERVICE_RULES,
    contribution_of,
    counts_from,
    impossible,
    newest,
    service_alert_id,
)
from tests.engine.service_answers import answer
from tests.pathway.service_facts import CENTRE, Told, faced, reported
from tests.pathway.told import ENGLAND, at, own_policy

STAYS = "2026-01-02 14:00"
TWICE = ("2026-01-05 07:00", "2026-01-05 07:30")
FORTY = {"beds_open": 40, "beds_closed": 0, "beds_reserved": 0}


def centre(*, occupied: int, staying: int, **said: object) -> Told:
    """A centre of 40 beds that reported at 07:00 on 5 January."""
    told = Told()
    told.reports("2026-01-05 07:00", **{**FORTY, "beds_occupied": occupied, **said})
    told.people = [faced("staying", STAYS) for _ in range(staying)]
    return told


# Which report counts.


def test_the_report_of_the_latest_time_counts() -> None:
    morning = reported("2026-01-05 07:00", id="m", beds_open=40)
    noon = reported("2026-01-05 12:00", id="n", beds_open=38)
    assert newest(morning, noon) == newest(noon, morning) == noon
    assert newest(noon, noon) == noon
    assert newest(None, morning) == newest(morning, None) == morning


def test_of_one_time_the_one_written_down_last_counts() -> None:
    first = reported("2026-01-05 07:00", id="b", beds_open=40)
    mended = reported("2026-01-05 07:00", id="a", recorded="2026-01-05 09:00", beds_open=38)
    assert newest(first, mended) == mended


def test_a_report_dated_ahead_counts_from_when_it_was_written() -> None:
    """A mistyped year does not stay the newest for that year."""
    mistyped = reported("2026-12-05 07:00", recorded="2026-01-05 07:00", beds_open=40)
    next_day = reported("2026-01-06 07:00", id="next", beds_open=39)
    assert counts_from(mistyped) == at("2026-01-05 07:00")
    assert newest(mistyped, next_day) == next_day


# Reported and derived, side by side.


@pytest.mark.parametrize(
    ("occupied", "reserved", "staying", "difference", "free"),
    [
        pytest.param(34, 0, 34, 0, 6, id="both agree"),
        pytest.param(34, 3, 34, 0, 3, id="three beds are promised"),
        pytest.param(34, 0, 36, -2, 4, id="two came since the report"),
        pytest.param(36, 0, 34, 2, 4, id="two came without an event"),
        pytest.param(40, 0, 40, 0, 0, id="full"),
        pytest.param(39, 3, 39, 0, 0, id="more promised than there is"),
    ],
)
def test_a_bed_is_free_where_report_and_journeys_say_so(
    occupied: int, reserved: int, staying: int, difference: int, free: int
) -> None:
    told = centre(occupied=occupied, staying=staying, beds_reserved=reserved)
    data = told.look("2026-01-05 08:00")
    assert data.derived.staying == staying
    assert data.occupancy_difference == difference
    assert data.free_places == free
    assert data.has_room is (free > 0)


def test_a_bed_that_was_left_after_the_report_is_free_at_once() -> None:
    told = Told()
    told.reports("2026-01-06 08:00", beds_open=4, beds_reserved=0, beds_occupied=4)
    told.people = [faced("staying", STAYS) for _ in range(4)]
    told.people.append(faced("waiting", "2026-01-05 10:00", ready="2026-01-05 10:00"))
    told.look("2026-01-06 10:00")
    told.people[0] = faced("left", "2026-01-06 11:00", came=STAYS)
    data = told.look("2026-01-06 11:00")
    assert (data.free_places, data.shortfall, data.expected_free[0].places) == (1, 0, 1)
    assert data.occupancy_difference == 0, "of the time of the report"
    told.look("2026-01-06 15:00")
    assert told.open() == [(PLACE_FREE, at("2026-01-06 11:00"))]


@pytest.mark.parametrize(
    ("since", "difference", "free"),
    [
        pytest.param([faced("staying", "2026-01-05 09:00")], 2, 3, id="one came"),
        pytest.param([faced("staying", "2026-01-05 07:00")], 1, 4, id="came with the report"),
        pytest.param([faced("left", "2026-01-05 09:00", came=STAYS)], 1, 5, id="one left"),
        pytest.param([faced("left", "2026-01-05 07:00", came=STAYS)], 2, 4, id="left before"),
        pytest.param([faced("left", "2026-01-05 09:00", came="2026-01-05 08:00")], 2, 4,
                     id="came and left"),
        pytest.param([faced("left", "2026-01-05 09:00")], 2, 4, id="was in no bed"),
    ],
)  # fmt: skip
def test_the_report_goes_on_with_who_is_known_to_have_come_and_left(
    since: list[Placement], difference: int, free: int
) -> None:
    """36 were there at the report, of whom 34 are known."""
    told = centre(occupied=36, staying=34)
    told.people += since
    data = told.look("2026-01-05 10:00")
    assert (data.occupancy_difference, data.free_places) == (difference, free)


def test_who_came_since_the_report_has_taken_up_what_was_reserved() -> None:
    told = centre(occupied=39, staying=30, beds_reserved=1)
    told.people.append(faced("staying", "2026-01-05 09:00"))
    assert told.look("2026-01-05 10:00").free_places == 0
    told = centre(occupied=38, staying=38, beds_reserved=1)
    told.people.append(faced("staying", "2026-01-05 09:00"))
    assert told.look("2026-01-05 10:00").free_places == 1
    told.people.append(faced("accepted", "2026-01-05 09:30"))
    told.people.append(faced("staying", "2026-01-05 09:45"))
    assert told.look("2026-01-05 10:00").shortfall == 1, "it was kept for another"


def test_a_home_care_provider_has_room_for_visits_and_hours() -> None:
    told = Told()
    told.reports("2026-01-05 07:00", kind="home_care", visits_per_week_available=0)
    assert told.look("2026-01-05 08:00").has_room is False
    told.reports("2026-01-05 09:00", kind="home_care", hours_per_week_available=3.5)
    data = told.look("2026-01-05 10:00")
    assert (data.has_room, data.free_places, data.shortfall) == (True, None, None)


@pytest.mark.parametrize(
    ("visits", "hours", "has_room", "rules"),
    [
        (40, 12.5, True, []),
        (40, 0.0, False, ["capacity_impossible"]),
        (0, 12.5, False, []),
        (0, 0.0, False, []),
    ],
)
def test_of_visits_and_hours_none_of_one_is_no_room(
    visits: int, hours: float, rules: list[str], *, has_room: bool
) -> None:
    """A visit takes time; hours in which nobody is visited give nobody a place."""
    told = Told()
    told.people = [faced("waiting", "2026-01-05 06:00", ready="2026-01-05 06:00", kind="home_care")]
    told.reports("2026-01-05 07:00", kind="home_care", visits_per_week_available=visits,
                 hours_per_week_available=hours)  # fmt: skip
    data = told.look("2026-01-05 08:00")
    assert data.has_room is has_room
    assert [each.rule for each in data.findings] == rules
    assert [each.alert for each in data.conditions] == [PLACE_FREE if has_room else FULL]


def test_nobody_knows_what_was_never_said() -> None:
    told = Told()
    told.people = [faced("waiting", "2026-01-05 10:00", ready="2026-01-05 10:00")]
    data = told.look("2026-01-09 10:00")
    assert (data.has_room, data.free_places, data.occupancy_difference) == (None, None, None)
    assert told.open() == []


def test_who_waits_and_for_how_long() -> None:
    told = centre(occupied=39, staying=39)
    told.people += [
        faced("waiting", "2026-01-03 10:00", ready="2026-01-04 09:00"),
        faced("accepted", "2026-01-04 16:00", asked="2026-01-02 11:00"),
        faced("offered", "2026-01-05 07:30", ready="2026-01-05 09:00"),
        faced("left", "2026-01-04 12:00"),
    ]
    data = told.look("2026-01-05 08:00")
    derived = data.derived
    assert (derived.waiting, derived.accepted, derived.offered) == (1, 1, 1)
    assert derived.ready == 1, "one still needs the hospital, one will be ready later"
    assert derived.longest_waiting_since == at("2026-01-02 11:00")
    assert derived.waited_days == 2 + 3 + 0
    assert data.shortfall == 2, "one bed for three"


def test_a_service_gives_what_its_kind_gives() -> None:
    told = centre(occupied=30, staying=30)
    told.people.append(
        faced("waiting", "2026-01-05 07:00", ready="2026-01-05 07:00", kind="housing")
    )
    assert told.look("2026-01-05 08:00").derived.ready == 0


# What becomes free.


def test_places_are_expected_when_stays_end() -> None:
    told = centre(occupied=40, staying=37)
    told.people += [
        faced("staying", "2025-12-20 10:00", ready="2026-01-04 10:00", onward="2026-01-04 15:00"),
        faced("staying", "2025-11-26 10:00"),  # 42 days are over on the 7th
        faced("staying", "2025-11-20 10:00"),  # over already, and nobody says ready
    ]
    data = told.look("2026-01-05 08:00")
    assert [each.places for each in data.expected_free] == [1, 1, 2, 2, 2, 2, 2]
    assert data.expected_free[0].day == "2026-01-05"


def test_who_is_ready_and_has_nowhere_to_go_frees_no_place() -> None:
    told = centre(occupied=40, staying=37)
    told.people += [
        faced("staying", "2025-12-20 10:00", ready="2025-12-28 10:00"),
        faced("staying", "2025-12-20 10:00", ready="2026-01-04 10:00", onward="2026-01-07 09:00"),
        faced("staying", "2025-12-20 10:00", ready="2026-01-06 10:00"),  # not yet
    ]
    data = told.look("2026-01-05 08:00")
    assert data.derived.could_leave == 1
    assert [each.places for each in data.expected_free] == [0, 0, 1, 1, 1, 1, 1]


# Alerts.


def test_full_with_people_waiting_is_an_alert_when_it_lasts_a_day() -> None:
    told = centre(occupied=40, staying=40)
    told.people.append(faced("waiting", "2026-01-05 10:00", ready="2026-01-05 10:00"))
    told.look("2026-01-05 10:05")
    assert told.next_at == at("2026-01-06 00:00"), "days are counted"
    told.look("2026-01-06 09:59")
    assert told.open() == []
    assert told.next_at == at("2026-01-06 10:00")
    told.look("2026-01-06 10:00")
    assert told.open() == [(FULL, at("2026-01-05 10:00"))]
    (alert,) = told.alerts.values()
    assert alert.alert_id == service_alert_id(CENTRE, FULL, alert.since)
    assert alert.raised_at == alert.due_at == at("2026-01-06 10:00")
    assert alert.acts_next.role == "commissioner"
    assert alert.provenance == "local"


def test_who_is_accepted_and_has_a_place_reserved_does_not_wait_for_a_full_service() -> None:
    told = centre(occupied=39, staying=39, beds_reserved=1)
    told.people.append(faced("accepted", "2026-01-05 10:00", ready="2026-01-05 10:00"))
    assert told.look("2026-01-06 10:00").shortfall == 0
    assert told.open() == []
    told.people.append(faced("accepted", "2026-01-06 12:00", ready="2026-01-06 12:00"))
    assert told.look("2026-01-07 12:00").shortfall == 1, "one reserved place for two"
    assert told.open() == [(FULL, at("2026-01-06 12:00"))]


def test_it_is_the_same_alert_while_reports_come_and_it_stays_full() -> None:
    told = centre(occupied=40, staying=40)
    told.people.append(faced("waiting", "2026-01-05 10:00"))
    told.look("2026-01-06 10:00")
    told.reports("2026-01-07 07:00", **FORTY, beds_occupied=40)
    told.look("2026-01-07 10:00")
    assert len(told.changed) == 1


def test_a_place_free_with_someone_waiting_is_an_alert_after_four_hours() -> None:
    told = centre(occupied=39, staying=39)
    told.people.append(faced("waiting", "2026-01-04 10:00", ready="2026-01-05 11:00"))
    told.look("2026-01-05 11:00")
    told.look("2026-01-05 14:59")
    assert told.open() == []
    told.look("2026-01-05 15:00")
    assert told.open() == [(PLACE_FREE, at("2026-01-05 11:00"))]
    (alert,) = told.alerts.values()
    assert (alert.acts_next.organisation, alert.acts_next.role) == (CENTRE, "service")


def test_nobody_is_called_for_who_is_to_come_at_a_time_that_was_agreed() -> None:
    told = Told()
    told.reports("2026-01-05 08:00", kind="home_care", visits_per_week_available=40)
    told.people.append(
        faced("accepted", "2026-01-05 11:00", asked="2026-01-05 10:00", ready="2026-01-05 10:00",
              agreed="2026-01-07 09:00", kind="home_care")
    )  # fmt: skip
    told.look("2026-01-05 17:00")
    told.look("2026-01-07 08:59")
    assert (told.open(), told.next_at) == ([], at("2026-01-07 09:00"))
    told.look("2026-01-07 12:59")
    assert told.open() == []
    told.look("2026-01-07 13:00")
    assert told.open() == [(PLACE_FREE, at("2026-01-07 09:00"))], "nobody came"


def test_who_is_to_come_at_a_time_that_was_agreed_does_not_wait_for_a_full_service() -> None:
    told = Told()
    told.reports("2026-01-05 12:00", kind="home_care", visits_per_week_available=0)
    told.people.append(
        faced("accepted", "2026-01-05 11:00", asked="2026-01-05 10:00", ready="2026-01-05 10:00",
              agreed="2026-01-07 09:00", kind="home_care")
    )  # fmt: skip
    told.look("2026-01-06 13:00")
    told.look("2026-01-08 08:59")
    assert told.open() == []
    told.look("2026-01-08 09:00")
    assert told.open() == [(FULL, at("2026-01-07 09:00"))], "nobody came"


def test_who_is_on_hold_is_not_waited_for() -> None:
    told = centre(occupied=40, staying=40)
    told.people.append(faced("accepted", "2026-01-05 10:00", on_hold=True))
    told.people.append(faced("waiting", "2026-01-05 10:00", on_hold=True))
    data = told.look("2026-01-06 10:00")
    assert (told.open(), data.shortfall) == ([], 0)
    assert (data.derived.waiting, data.derived.accepted, data.derived.waited_days) == (0, 0, 0)
    told.people.append(faced("waiting", "2026-01-06 11:00"))
    assert told.look("2026-01-07 11:00").shortfall == 1
    assert told.open() == [(FULL, at("2026-01-06 11:00"))], "who is not ready yet is waited for"


def test_a_place_reserved_for_who_is_on_hold_is_nobody_elses() -> None:
    told = centre(occupied=39, staying=39, beds_reserved=1)
    told.people.append(faced("accepted", "2026-01-04 10:00", on_hold=True))
    told.people.append(faced("accepted", "2026-01-05 10:00"))
    assert told.look("2026-01-06 10:00").shortfall == 1


def test_others_wait_all_the_same() -> None:
    told = centre(occupied=40, staying=40)
    told.people.append(faced("accepted", "2026-01-05 09:00", agreed="2026-01-09 09:00"))
    told.people.append(faced("waiting", "2026-01-05 10:00"))
    told.look("2026-01-06 10:00")
    assert told.open() == [(FULL, at("2026-01-05 10:00"))]


def test_a_birth_wants_no_visit_before_its_window_opens() -> None:
    told = Told()
    told.people.append(
        faced("waiting", "2026-01-05 10:00", ready="2026-01-05 12:00", kind="health_visiting")
    )
    told.reports("2026-01-13 08:00", kind="health_visiting", visits_per_week_available=30)
    told.look("2026-01-14 23:59")
    assert told.open() == []
    assert told.data is not None
    assert told.data.derived.ready == 1
    told.look("2026-01-15 04:00")
    assert told.open() == [(PLACE_FREE, at("2026-01-15 00:00"))]


def test_nobody_is_called_for_somebody_who_needs_the_hospital() -> None:
    told = centre(occupied=39, staying=39)
    told.people.append(faced("waiting", "2026-01-04 10:00"))
    told.look("2026-01-05 20:00")
    assert told.open() == []


def test_only_a_tick_raises() -> None:
    told = centre(occupied=40, staying=40)
    told.people.append(faced("waiting", "2026-01-05 10:00"))
    told.look("2026-01-06 12:00", raising=False)
    assert told.open() == []
    assert told.next_at == at("2026-01-06 12:00"), "the next tick raises it"
    told.look("2026-01-06 12:01")
    assert told.open() == [(FULL, at("2026-01-05 10:00"))]


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("somebody leaves", "place_free"),
        ("nobody waits any more", "nobody_waiting"),
        ("the centre falls silent", "not_known"),
    ],
)
def test_full_ends(then: str, reason: str) -> None:
    told = centre(occupied=40, staying=40)
    told.people.append(faced("waiting", "2026-01-05 10:00"))
    told.look("2026-01-06 10:00")
    now = "2026-01-07 12:00"
    if then == "somebody leaves":
        told.people.pop(0)
        told.reports("2026-01-07 10:00", **FORTY, beds_occupied=39)
    elif then == "nobody waits any more":
        told.people.pop()
    else:
        now = "2026-01-08 07:00"
    told.look(now, raising=False)
    assert told.open() == []
    closed = told.changed[-1]
    assert (closed.state, closed.closed_reason, closed.closed_at) == ("closed", reason, at(now))


SILENT_SINCE = "2026-01-08 07:00"
"""Three days after the report of `centre`."""


def silent(*people: Placement) -> Told:
    told = centre(occupied=40, staying=40)
    told.people += people
    return told


@pytest.mark.parametrize(
    ("person", "since"),
    [
        pytest.param(faced("waiting", "2026-01-05 10:00"), SILENT_SINCE, id="waits"),
        pytest.param(faced("offered", "2026-01-05 10:00"), SILENT_SINCE, id="is offered"),
        pytest.param(faced("accepted", "2026-01-05 10:00"), SILENT_SINCE, id="was accepted"),
        pytest.param(faced("waiting", "2026-01-08 09:00"), "2026-01-08 09:00", id="asked later"),
        pytest.param(faced("suitable", "2026-01-05 10:00"), None, id="is suitable alone"),
        pytest.param(faced("waiting", "2026-01-05 10:00", on_hold=True), None, id="on hold"),
    ],
)
def test_who_is_waited_for_and_does_not_report_any_more_is_asked_for_a_report(
    person: Placement, since: str | None
) -> None:
    told = silent(person)
    data = told.look("2026-01-08 10:00")
    held = [(REPORT_OLD, at(since))] if since is not None else []
    assert [(each.alert, each.since) for each in data.conditions] == held
    assert told.open() == []
    told.look("2026-01-08 13:00")
    assert told.open() == held


def test_nobody_is_asked_for_a_report_before_it_is_old() -> None:
    told = silent(faced("waiting", "2026-01-05 10:00"))
    data = told.look("2026-01-08 06:59")
    assert [each.alert for each in data.conditions] == [FULL]
    assert told.next_at == at(SILENT_SINCE)


@pytest.mark.parametrize(
    ("occupied", "then", "reason"),
    [(40, FULL, "reported"), (39, PLACE_FREE, "reported"), (None, None, "nobody_waiting")],
)
def test_it_ends_with_a_report_or_when_nobody_waits(
    occupied: int | None, then: str | None, reason: str
) -> None:
    told = silent(faced("waiting", "2026-01-05 10:00", ready="2026-01-05 10:00"))
    told.look("2026-01-08 11:00")
    assert told.open() == [(REPORT_OLD, at(SILENT_SINCE))]
    if occupied is None:
        told.people.pop()
    else:
        told.people = [] if occupied < 40 else told.people[:40]
        told.people.append(faced("waiting", "2026-01-05 10:00", ready="2026-01-05 10:00"))
        told.reports("2026-01-08 12:00", **FORTY, beds_occupied=occupied)
    data = told.look("2026-01-08 12:00", raising=False)
    closed = told.changed[-1]
    assert (closed.alert, closed.state, closed.closed_reason) == (REPORT_OLD, "closed", reason)
    assert [each.alert for each in data.conditions] == ([then] if then is not None else [])


def test_nobody_is_asked_for_a_report_who_has_never_sent_one() -> None:
    told = Told()
    told.people = [faced("waiting", "2026-01-05 10:00", ready="2026-01-05 10:00")]
    assert told.look("2026-01-20 10:00").conditions == ()


@pytest.mark.parametrize(
    ("then", "reason"), [("taken", "full"), ("moved elsewhere", "nobody_waiting")]
)
def test_a_free_place_ends(then: str, reason: str) -> None:
    told = centre(occupied=39, staying=39)
    told.people.append(faced("waiting", "2026-01-05 08:00", ready="2026-01-05 08:00"))
    told.look("2026-01-05 12:00")
    told.people.pop()
    if then == "taken":
        told.people.append(faced("staying", "2026-01-05 13:00"))
    told.look("2026-01-05 13:00", raising=False)
    assert told.changed[-1].closed_reason == reason


def test_full_a_second_time_is_another_alert() -> None:
    told = centre(occupied=40, staying=40)
    told.people.append(faced("waiting", "2026-01-05 10:00"))
    told.look("2026-01-06 10:00")
    told.reports("2026-01-06 12:00", **FORTY, beds_occupied=39)
    told.people.pop(0)
    told.look("2026-01-06 12:00")
    told.reports("2026-01-07 07:00", **FORTY, beds_occupied=40)
    told.look("2026-01-07 08:00")
    told.look("2026-01-08 08:00")
    raised = {alert.alert_id for alert in told.changed if alert.alert == FULL}
    assert len(raised) == 2
    assert told.open() == [(FULL, at("2026-01-07 07:00"))]


# Findings.


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ({"beds_occupied": 34}, []),
        ({"beds_occupied": 41}, ["capacity_impossible"]),
        ({"beds_occupied": 38, "beds_reserved": 3}, ["capacity_impossible"]),
        ({"beds_open": 30, "beds_occupied": 30}, ["more_staying_than_beds"]),
        ({"beds_open": None, "beds_occupied": 5}, ["capacity_impossible"]),
    ],
)
def test_impossible_capacity_is_a_finding_with_its_report(
    said: dict[str, object], rules: list[str]
) -> None:
    told = Told()
    told.reports("2026-01-05 07:00", **{**FORTY, **said})
    told.people = [faced("staying", STAYS) for _ in range(34)]
    findings = told.look("2026-01-05 08:00").findings
    assert [each.rule for each in findings] == rules
    assert all(each.events == ("/slic/capacity#at-2026-01-05-07:00",) for each in findings)


@pytest.mark.parametrize(
    ("kind", "said", "faults"),
    [
        (
            "independence_centre",
            {"beds_open": 5, "beds_reserved": 4, "beds_occupied": 9},
            ["9 occupied + 4 reserved of 5 beds open"],
        ),
        (
            "home_care",
            {"beds_open": 10, "visits_per_week_available": 5, "hours_per_week_available": 0},
            [
                "10 beds open, which do not count for a service of the kind 'Home care provider'",
                "5 visits a week to give, and 0 hours a week",
            ],
        ),
        ("independence_centre", {"beds_open": 5, "beds_occupied": 5}, []),
    ],
)
def test_of_the_faults_of_a_report_those_are_told_that_hold_with_their_figures(
    kind: str, said: dict[str, object], faults: list[str]
) -> None:
    told = Told()
    told.reports("2026-01-05 07:00", kind=kind, **said)
    report = told.look("2026-01-05 08:00").reported
    assert report is not None
    assert list(impossible(report)) == faults


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("independence_centre", {"visits_per_week_available": 5}),
        ("care_home", {"hours_per_week_available": 7.5}),
        ("home_care", {"beds_open": 10, "beds_occupied": 2}),
        ("reablement", {"beds_closed": 1}),
    ],
)
def test_figures_of_what_a_service_has_none_of_do_not_count_and_are_a_finding(
    kind: str, said: dict[str, object]
) -> None:
    told = Told()
    told.reports("2026-01-05 07:00", kind=kind, **said)
    told.people = [faced("staying", STAYS), faced("waiting", STAYS, ready=STAYS)]
    data = told.look("2026-01-05 08:00")
    assert [(each.rule, each.events) for each in data.findings] == [
        ("capacity_impossible", ("/slic/capacity#at-2026-01-05-07:00",))
    ]
    assert (data.has_room, data.free_places, data.shortfall) == (None, None, None)
    assert (data.occupancy_difference, data.expected_free, told.open()) == (None, (), [])
    gauges = {gauge for gauge, _, _ in contribution_of(data, {}, ENGLAND)}
    assert not gauges & {"centre_beds", "centre_reports"}


def test_no_beds_of_who_gives_visits_is_no_finding_and_does_not_make_them_full() -> None:
    told = Told()
    told.reports("2026-01-05 07:00", kind="home_care", beds_open=0, visits_per_week_available=3)
    data = told.look("2026-01-05 08:00")
    assert (data.has_room, data.free_places, data.findings) == (True, None, ())


def test_every_kind_of_service_says_what_it_counts() -> None:
    assert all(set(kind.attributes["counts"]) <= FIGURES.keys() for kind in SERVICE_KINDS)
    assert all(kind.attributes["counts"] for kind in SERVICE_KINDS)


def test_an_old_report_does_not_count_and_is_a_finding() -> None:
    told = centre(occupied=40, staying=40)
    told.look("2026-01-08 06:59")
    assert told.data is not None
    assert told.data.findings == ()
    assert told.next_at == at("2026-01-08 07:00")
    data = told.look("2026-01-08 07:00")
    assert [each.rule for each in data.findings] == ["report_old"]
    assert (data.has_room, data.free_places, data.expected_free) == (None, None, ())


@pytest.mark.parametrize(
    ("now", "state", "concluded"),
    [
        ("2026-01-08 06:59", "current", {"free": 10.0}),
        ("2026-01-08 07:00", "old", {}),
    ],
)
def test_gauges_tell_an_old_report_from_one_of_no_free_bed(
    now: str, state: str, concluded: dict[str, float]
) -> None:
    told = centre(occupied=30, staying=30)
    counted = contribution_of(told.look(now), {}, ENGLAND)
    assert [labels for gauge, labels, _ in counted if gauge == "centre_reports"] == [
        ("other", state)
    ]
    beds = {labels[1]: number for gauge, labels, number in counted if gauge == "centre_beds"}
    assert beds == {"open": 40.0, "occupied": 30.0, **concluded}


def test_gauges_know_no_report_of_who_has_no_beds() -> None:
    told = Told()
    told.reports("2026-01-05 07:00", kind="home_care", visits_per_week_available=3)
    counted = contribution_of(told.look("2026-01-05 08:00"), {}, ENGLAND)
    assert not [each for each in counted if each[0] == "centre_reports"]


def test_a_service_that_nobody_knows_is_a_finding() -> None:
    told = Told()
    told.people = [faced("staying", STAYS)]
    assert [each.rule for each in told.look("2026-01-05 08:00").findings] == ["never_reported"]


@pytest.mark.parametrize("policy", ["", '[labels]\nservices = ["elm-centre"]'])
def test_an_answer_names_a_service_as_a_journey_does(policy: str) -> None:
    """Nobody knows it for that: the finding stands until it reports."""
    told = Told(own_policy(policy))
    taken_on = [answer("acknowledged", CENTRE, at(when), alert=FULL, by="x") for when in TWICE]
    told.hear(*taken_on)
    rules = ["never_reported", *(["service_not_listed"] if policy else [])]
    found = [(each.rule, each.events) for each in told.look("2026-01-05 08:00").findings]
    assert found == [(rule, tuple(each.identity for each in taken_on)) for rule in rules]
    told.reports("2026-01-05 09:00", beds_open=4)
    assert [each.rule for each in told.look("2026-01-05 10:00").findings] == rules[1:]


def test_every_finding_is_a_rule() -> None:
    told = Told()
    told.reports("2027-01-05 07:00", recorded="2026-01-05 07:00", beds_open=1, beds_occupied=2)
    told.people = [faced("staying", STAYS) for _ in range(2)]
    rules = {each.rule for each in told.look("2026-02-05 08:00").findings}
    assert rules == {"capacity_impossible", "more_staying_than_beds", "report_ahead", "report_old"}
    assert rules < set(SERVICE_RULES)
