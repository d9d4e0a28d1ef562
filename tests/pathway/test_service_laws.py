"""The laws of the view of a service: order, repeat, union, total, bounded."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from flow.events.service_outputs import CapacityReport, ServiceAlertData, ServiceData
from flow.pathway import Placement
from flow.pathway.services import advance_alerts, look, newest
from flow.pathway.services.look import Look
from tests.pathway.service_facts import BED, CENTRE, reported
from tests.pathway.told import ENGLAND

START = datetime(2026, 3, 27, tzinfo=UTC)  # the clocks change on the 29th
KINDS = ("independence_centre", "home_care", "health_visiting", "other")
STATES = ("waiting", "offered", "accepted", "staying", "left")

moments = st.integers(0, 20 * 24).map(lambda hours: START + timedelta(hours=hours))
beds = st.none() | st.integers(0, 5)


@st.composite
def reports(draw: st.DrawFn) -> CapacityReport:
    """Few beds and few times, so that much coincides."""
    return reported(
        draw(moments),
        id=draw(st.sampled_from("abc")),
        recorded=draw(moments),
        kind=draw(st.sampled_from(KINDS)),
        **{
            name: value
            for name in ("beds_open", "beds_closed", "beds_reserved", "beds_occupied")
            if (value := draw(beds)) is not None
        },
        visits_per_week_available=draw(beds),
    )


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    return Placement(
        CENTRE,
        draw(st.sampled_from(STATES)),
        draw(moments),
        None,
        draw(st.none() | st.just("leeds-south")),
        "P2",
        draw(st.sampled_from((None, BED, "home_care", "health_visiting"))),
        draw(st.none() | moments),
        draw(st.none() | moments),
        start_agreed_at=draw(st.none() | moments),
        on_hold=draw(st.sampled_from((None, True))),
        came_at=draw(st.none() | moments),
    )


def of_all(said: list[CapacityReport]) -> CapacityReport | None:
    found: CapacityReport | None = None
    for report in said:
        found = newest(found, report)
    return found


def seen(said: list[CapacityReport], people: list[Placement], now: datetime) -> Look:
    return look(CENTRE, of_all(said), people, ENGLAND, now)


some_reports = st.lists(reports(), max_size=6)
people = st.lists(placements(), max_size=8)


@given(some_reports, people, moments, st.randoms(use_true_random=False))
def test_law_order_any_permutation_means_the_same(
    said: list[CapacityReport], who: list[Placement], now: datetime, random: Random
) -> None:
    mixed, others = said.copy(), who.copy()
    random.shuffle(mixed)
    random.shuffle(others)
    assert seen(mixed, others, now) == seen(said, who, now)


@given(some_reports, people, moments)
def test_law_repeat_hearing_a_report_again_changes_nothing(
    said: list[CapacityReport], who: list[Placement], now: datetime
) -> None:
    assert seen(said + said, who, now) == seen(said, who, now)


@given(some_reports, some_reports)
def test_law_union_the_newest_of_two_sets_is_that_of_their_union(
    one: list[CapacityReport], other: list[CapacityReport]
) -> None:
    assert newest(of_all(one), of_all(other)) == of_all(one + other)


@given(some_reports, people, st.lists(moments, min_size=1, max_size=5))
def test_law_total_and_bounded_the_next_look_is_later_than_now(
    said: list[CapacityReport], who: list[Placement], times: list[datetime]
) -> None:
    """Also where the look before was any other one."""
    data: ServiceData | None = None
    alerts: dict[str, ServiceAlertData] = {}
    report = None
    for index, now in enumerate(sorted(times)):
        report = newest(report, of_all(said[: index + 1]))
        view = look(CENTRE, report, who[index:], ENGLAND, now, data)
        advanced = advance_alerts(alerts, view.data, ENGLAND, now, raising=True)
        assert view.next_at is None or view.next_at > now
        assert advanced.next_at is None or advanced.next_at > now
        data, alerts = view.data, advanced.alerts
        assert all(alert.due_at <= now for alert in alerts.values())
        assert {alert.alert for alert in alerts.values()} <= {c.alert for c in data.conditions}


@given(some_reports, people, moments, st.integers(1, 5 * 24))
def test_law_bounded_nothing_changes_before_the_next_look(
    said: list[CapacityReport], who: list[Placement], now: datetime, later_h: int
) -> None:
    first = seen(said, who, now)
    later = now + timedelta(hours=later_h)
    if first.next_at is None or later < first.next_at:
        assert look(CENTRE, of_all(said), who, ENGLAND, later, first.data).data == first.data


@given(some_reports, people, moments)
def test_advancing_again_changes_nothing(
    said: list[CapacityReport], who: list[Placement], now: datetime
) -> None:
    data = seen(said, who, now).data
    once = advance_alerts({}, data, ENGLAND, now, raising=True)
    again = advance_alerts(once.alerts, data, ENGLAND, now, raising=True)
    assert again.changed == ()
    assert again.alerts == once.alerts
