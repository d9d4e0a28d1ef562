"""Working hours: weekends, bank holidays, the days of 23 and 25 hours, cover, and mistakes."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.errors import PolicyError
from flow.events import AnyEvent
from flow.pathway import Assessment, History, assess
from flow.pathway.journey import Journey
from flow.pathway.notices import lapses_at
from flow.pathway.policy_calendars import calendar_doubts
from flow.pathway.who_hears import who_hears
from flow.pathway.working_hours import WorkingHours
from tests.pathway.strategies import moments, stories
from tests.pathway.test_laws import history_of
from tests.pathway.told import PROVIDER, SPELL, Told, at, own_policy, value_of

OFFICE = """
name = "Leeds"
[calendar.office]
services = ["joint-team"]
weekdays = "09:00-17:00"
saturdays = "10:00-12:00"
out_of_hours = "night-team"
[wait.assessment_allocation]
calendar = "working"
target = "4 hours"
warn = "3 hours"
escalate = ["8 hours"]
"""
STAY = {"provider": PROVIDER, "spell_id": SPELL}
OF_THE_HUB = "hub_confirm_needs_pathway"
MOMENTS = st.integers(0, 60 * 24 * 1000).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
NIGHT = """
name = "Leeds"
[calendar.night]
services = ["joint-team"]
weekdays = "00:00-23:00"
saturdays = "00:00-23:00"
sundays = "00:00-23:00"
bank_holidays = "00:00-23:00"
"""


def hours(text: str = OFFICE) -> WorkingHours:
    found = own_policy(text).working_hours.of("joint-team", None)
    assert found is not None
    return found


def test_an_organisations_own_hours_then_its_kinds_then_the_localitys() -> None:
    policy = own_policy(
        """
        name = "Leeds"
        [services.criteria.aire-care]
        kind = "home_care"
        [services.criteria.wharfe-care]
        kind = "home_care"
        [services.criteria.slic]
        kind = "independence_centre"
        [calendar.own]
        services = ["wharfe-care"]
        weekdays = "07:00-22:00"
        [calendar.home]
        kinds = ["home_care"]
        weekdays = "08:00-20:00"
        [calendar.south]
        localities = ["leeds-south"]
        weekdays = "09:00-17:00"
        """
    )

    def name(organisation: str | None, locality: str | None) -> str | None:
        working = policy.working_hours.of(organisation, locality)
        return working.name if working is not None else None

    assert name("wharfe-care", "leeds-south") == "own"
    assert name("aire-care", "leeds-south") == "home"
    assert name("slic", "leeds-south") == "south", "its kind has no hours"
    assert name("unheard-of", "leeds-south") == name(None, "leeds-south") == "south"
    assert name("slic", "leeds-east") is None
    assert [whose for whose, _ in policy.working_hours.rows()] == [
        "wharfe-care",
        "kind home_care",
        "in leeds-south",
    ]


@pytest.mark.parametrize(
    ("wait", "working"),
    [
        pytest.param("referral_response", True, id="a service acts"),
        pytest.param("edd_set", False, id="hospitals never close"),
    ],
)
def test_hours_of_a_locality_are_those_of_services_there(*, wait: str, working: bool) -> None:
    text = f"""
        name = "Leeds"
        [calendar.south]
        localities = ["leeds-south"]
        weekdays = "09:00-17:00"
        [wait.{wait}]
        calendar = "working"
        target = "8 hours"
        warn = "7 hours"
        escalate = []
    """
    told = Told(own_policy(text))
    told.admitted("2026-01-06 16:00", locality="leeds-south")  # a Tuesday
    told.tell("referral-made", "2026-01-06 16:00", referral_id="R", kind="home_care")
    due = "2026-01-07 16:00" if working else "2026-01-07 00:00"
    assert told.wait(wait, "2026-01-06 16:30").due_at == at(due)


@pytest.mark.parametrize(
    ("whose", "problem"),
    [
        ('kinds = ["hotel"]', "calendar.a.kinds: hotel: no such kind of service"),
        ("kinds = []", "calendar.a.services: names nobody"),
        ('localities = ["x", "x"]', "calendar.a.localities: x has the calendar a already"),
    ],
)
def test_a_calendar_of_nobody_is_a_mistake(whose: str, problem: str) -> None:
    with pytest.raises(PolicyError) as caught:
        own_policy(f'name = "x"\n[calendar.a]\nweekdays = "09:00-17:00"\n{whose}\n')
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("since", "passed", "until"),
    [
        ("2026-01-07 10:00", 4, "2026-01-07 14:00"),
        ("2026-01-07 15:00", 4, "2026-01-08 11:00"),
        ("2026-01-07 15:00", 2, "2026-01-07 17:00"),
        ("2026-01-07 20:00", 1, "2026-01-08 10:00"),
        ("2026-01-07 03:00", 1, "2026-01-07 10:00"),
        ("2026-01-09 16:00", 2, "2026-01-10 11:00"),  # over Friday evening, on Saturday
        ("2026-01-10 11:00", 2, "2026-01-12 10:00"),  # over Sunday
        ("2026-04-02 16:00", 3, "2026-04-04 12:00"),  # Good Friday
        ("2026-04-04 11:00", 2, "2026-04-07 10:00"),  # Easter Monday
        ("2026-12-24 16:00", 2, "2026-12-26 11:00"),  # the substitute is Monday, not this Saturday
        ("2026-12-26 11:30", 1, "2026-12-29 09:30"),
        ("2027-12-24 16:00", 2, "2027-12-29 10:00"),  # Saturday the 25th has its substitutes
    ],
)
def test_only_time_in_the_hours_counts(since: str, passed: int, until: str) -> None:
    if since.startswith("2027-12"):
        office = hours(OFFICE.replace('saturdays = "10:00-12:00"\n', ""))
    else:
        office = hours()
    assert office.after(at(since), timedelta(hours=passed)) == at(until)


@pytest.mark.parametrize(
    ("since", "passed", "until"),
    [
        ("2026-03-29 00:00", 22, "2026-03-29 23:00"),  # of 23 hours: from midnight to 23:00 are 22
        ("2026-10-25 00:00", 24, "2026-10-25 23:00"),  # of 25 hours
        ("2026-03-28 22:00", 2, "2026-03-29 02:00"),  # one o'clock is two o'clock
        ("2026-10-24 22:30", 3.5, "2026-10-25 02:00"),  # one o'clock comes twice
    ],
)
def test_days_of_23_and_25_hours(since: str, passed: float, until: str) -> None:
    assert hours(NIGHT).after(at(since), timedelta(hours=passed)) == at(until)


@given(
    MOMENTS,
    st.integers(0, 60 * 24 * 30),
)
def test_so_much_open_time_lies_between(since: datetime, minutes: int) -> None:
    """Counted minute by minute, by the calendar's own word on whether it is open."""
    since = since.replace(second=0, microsecond=0)
    minutes %= 60 * 9
    office = hours()
    until = office.after(since, timedelta(minutes=minutes))
    counted = 0
    moment = since
    while moment < until:
        counted += office.open_at(moment)
        moment += timedelta(minutes=1)
    assert counted == minutes


@pytest.mark.parametrize(
    ("moment", "is_open", "changes_at"),
    [
        ("2026-01-09 08:59", False, "2026-01-09 09:00"),
        ("2026-01-09 09:00", True, "2026-01-09 17:00"),
        ("2026-01-09 17:00", False, "2026-01-10 00:00"),
        ("2026-01-10 11:00", True, "2026-01-10 12:00"),
        ("2026-01-11 11:00", False, "2026-01-12 00:00"),
    ],
)
def test_from_friday_to_sunday(moment: str, *, is_open: bool, changes_at: str) -> None:
    assert hours().open_at(at(moment)) is is_open
    assert hours().changes_at(at(moment)) == at(changes_at)


@given(MOMENTS)
def test_nothing_opens_or_closes_before_the_next_change(moment: datetime) -> None:
    office = hours()
    changes_at = office.changes_at(moment)
    assert changes_at > moment
    for share in (0.1, 0.5, 0.999):
        assert office.open_at(moment + (changes_at - moment) * share) is office.open_at(moment)


def referred(when: str, policy: str = OFFICE, service: str = "joint-team") -> Told:
    told = Told(own_policy(policy))
    told.tell("assessment-referred", when, assessment_id="A1", service=service)
    return told


def test_a_wait_counts_in_the_hours_of_whoever_acts_next() -> None:
    told = referred("2026-01-09 15:00")
    wait = told.wait("assessment_allocation", "2026-01-09 15:30")
    assert (wait.due_at, wait.rule.provenance) == (at("2026-01-10 12:00"), "local")
    assert told.wait("assessment_allocation", "2026-01-10 11:00").state == "near"
    assert told.wait("assessment_allocation", "2026-01-10 12:00").state == "breached"
    levels = told.wait("assessment_allocation", "2026-01-12 17:00").levels
    assert levels[-1] == ("breached+8h", at("2026-01-12 17:00"))


def test_whoever_has_no_calendar_works_every_hour() -> None:
    wait = referred("2026-01-09 15:00", service="others").wait(
        "assessment_allocation", "2026-01-09 15:30"
    )
    assert wait.due_at == at("2026-01-09 19:00")


def test_other_waits_of_the_same_service_count_every_day() -> None:
    told = referred("2026-01-09 15:00")
    told.tell("assessment-allocated", "2026-01-09 16:00", assessment_id="A1", service="joint-team")
    wait = told.wait("assessment_completion", "2026-01-09 16:30")
    assert wait.due_at == at("2026-01-11 16:00")


def test_out_of_hours_the_cover_acts() -> None:
    told = referred("2026-01-09 15:00")
    assert told.wait("assessment_allocation", "2026-01-09 16:59").acts_next[0] == "joint-team"
    view = told.assessed("2026-01-09 16:59")
    assert view.next_at == at("2026-01-09 17:00")
    assert told.wait("assessment_allocation", "2026-01-09 17:00").acts_next[0] == "night-team"
    assert told.assessed("2026-01-09 17:00").stage.acts_next == ("night-team", "service")
    assert told.wait("assessment_allocation", "2026-01-10 10:00").acts_next[0] == "joint-team"


def test_without_cover_nothing_is_looked_at_when_the_service_closes() -> None:
    told = referred("2026-01-12 16:00", OFFICE.replace('out_of_hours = "night-team"', ""))
    assert told.assessed("2026-01-12 16:30").next_at == at("2026-01-13 11:00")


def test_the_holidays_are_dated_data_with_a_source() -> None:
    text = files("flow.pathway").joinpath("bank_holidays_england.toml").read_text("utf-8")
    data = tomllib.loads(text)
    days = [item["day"] for item in data["days"]]
    assert days == sorted(set(days))
    assert {day.year for day in days} == {2026, 2027, 2028}
    assert all(data["valid_from"] <= day <= data["known_until"] for day in days)
    assert all(day.weekday() < 5 for day in days), "a holiday on a weekend has a substitute"
    assert data["source"]


def test_days_of_ones_own_are_holidays_too() -> None:
    text = OFFICE + '[bank_holidays]\nalso = [2027-05-07]\nknown_until = "2029-12-31"\n'
    own = hours(text)
    assert own.on(date(2027, 5, 7)) is None
    assert hours().on(date(2027, 5, 7)) is not None
    assert own.bank_holidays.known_until == date(2029, 12, 31)


def test_the_end_of_the_list_is_told_half_a_year_before() -> None:
    policy = own_policy(OFFICE)
    assert calendar_doubts(policy, date(2028, 6, 1)) == []
    (doubt,) = calendar_doubts(policy, date(2028, 8, 1))
    assert "known until 31-Dec-2028" in doubt
    assert calendar_doubts(own_policy('name = "x"\n'), date(2030, 1, 1)) == [], "nobody asks"


def test_the_version_knows_the_holidays() -> None:
    more = own_policy(OFFICE + "[bank_holidays]\nalso = [2027-05-07]\n")
    assert more.version != own_policy(OFFICE).version


def test_mistakes_are_told_with_line_and_key() -> None:
    text = """name = "x"
[calendar.office]
weekdays = "17:00-09:00"
saturdays = "all day"
lunch = "12:00-13:00"
[calendar.hub]
services = ["hub"]
weekdays = "closed"
[calendar.one]
services = ["a"]
weekdays = "08:00-18:00"
[calendar.two]
services = ["a"]
weekdays = "08:00-18:00"
[bank_holidays]
also = ["soon"]
"""
    with pytest.raises(PolicyError) as raised:
        own_policy(text)
    told = {": ".join(problem.split(": ")[:2]) for problem in raised.value.problems}
    assert told == {
        "own.toml:3: calendar.office.weekdays",
        "own.toml:5: calendar.office.lunch",
        "own.toml:2: calendar.office.services",
        "own.toml:8: calendar.hub.weekdays",
        "own.toml:13: calendar.two.services",
        "own.toml:16: bank_holidays.also",
    }


def test_an_hour_of_a_weekday_is_enough() -> None:
    weekdays = OFFICE.replace("09:00-17:00", "09:00-10:00")
    assert hours(weekdays).on(date(2026, 1, 5)) is not None


EVERYWHERE = OFFICE.replace(
    'services = ["joint-team"]',
    'services = ["joint-team", "home-help", "centre-a", "skills-south", "RR8", "leeds-hub", "NX1"]',
) + "".join(
    f'[wait.{wait}]\ncalendar = "working"\n'
    for wait in ("edd_set", "hub_pathway", "owner_cover", "owner_follows", "p1_reablement_start")
)
WORKING = own_policy(EVERYWHERE)


@given(stories(), moments(), st.floats(0, 0.999))
def test_law_bounded_with_hours_nothing_changes_before_the_next_look(
    events: list[AnyEvent], now: datetime, share: float
) -> None:
    journey = history_of(events).journey()
    view = assess(journey, WORKING, now)
    until = view.next_at or now + timedelta(days=4000)
    assert until > now
    later = assess(journey, WORKING, now + (until - now) * share)
    assert _told(journey, later) == _told(journey, view)


@given(stories(), moments())
def test_law_one_step_is_refold_with_hours(events: list[AnyEvent], now: datetime) -> None:
    history = History()
    for event in sorted(events, key=lambda each: each.recordedtime):
        history.add(event, value_of(event))
        assess(history.journey(), WORKING, now)
    grown, fresh = history.journey(), history_of(events).journey()
    assert _told(grown, assess(grown, WORKING, now)) == _told(fresh, assess(fresh, WORKING, now))


HUBS = """
name = "Leeds"
[calendar.hub]
services = ["leeds-hub"]
weekdays = "09:00-17:00"
out_of_hours = "night-team"
"""


def who_acts_as_it_is_told(told: Told, wait: str, now: str) -> list[str | None]:
    """Which organisation is to act after each event, by one history that grows."""
    history, found = History(), []
    for event in told.events:
        history.add(event, value_of(event))
        view = assess(history.journey(), told.policy, at(now))
        found.append(next((w.acts_next[0] for w in view.open_waits if w.id == wait), None))
    return found


def test_the_hours_of_whoever_owns_the_reason_hold_as_soon_as_it_is_recorded() -> None:
    told = Told(own_policy(HUBS))
    told.admitted("2026-01-05 10:00")
    told.tell("referred-to-care-transfer-hub", "2026-01-06 11:00", **STAY, hub="leeds-hub")
    told.reviewed("2026-01-07 11:00", meets=False)
    told.tell("delay-reason-recorded", "2026-01-07 12:00", **STAY, reason=OF_THE_HUB, primary=True)
    told.tell("delay-reason-cleared", "2026-01-07 13:00", **STAY, reason=OF_THE_HUB)
    acts = who_acts_as_it_is_told(told, "drd_to_discharge", "2026-01-07 20:00")
    assert acts[2:] == ["RR8", "night-team", "RR8"]


def test_the_hours_of_another_hub_hold_as_soon_as_it_is_referred_to() -> None:
    told = Told(own_policy(HUBS))
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 11:00", meets=False)
    told.tell("delay-reason-recorded", "2026-01-06 12:00", **STAY, reason=OF_THE_HUB, primary=True)
    told.tell("coordinator-assigned", "2026-01-06 13:00", organisation="RR8", coordinator="co1")
    told.tell("referred-to-care-transfer-hub", "2026-01-07 11:00", **STAY, hub="york-hub")
    told.tell("referred-to-care-transfer-hub", "2026-01-07 12:00", **STAY, hub="leeds-hub")
    acts = who_acts_as_it_is_told(told, "drd_to_discharge", "2026-01-07 20:00")
    assert acts[3:] == [None, "york-hub", "night-team"]


COUNCILS = """
name = "Leeds"
[calendar.council]
services = ["E08000035"]
weekdays = "09:00-17:00"
out_of_hours = "night-team"
"""


def test_the_hours_of_another_council_hold_as_soon_as_it_asks_for_the_package() -> None:
    told = Told(own_policy(COUNCILS))
    package = {"package_id": "P1", "service": "acme"}
    told.tell("care-package-requested", "2026-01-05 09:00", **package, kind="new",
              council="E08000032")  # fmt: skip
    told.tell("first-visit-completed", "2026-01-05 18:00", **package)
    told.tell("care-package-handed-back", "2026-01-06 09:00", **package, reason="staffing",
              care_until=at("2026-01-16 09:00"))  # fmt: skip
    told.tell("referral-made", "2026-01-07 09:00", referral_id="R1", kind="equipment",
              council="E08000035")  # fmt: skip
    told.tell("care-package-requested", "2026-01-07 10:00", **package, kind="new",
              council="E08000035")  # fmt: skip
    acts = who_acts_as_it_is_told(told, "package_handed_back", "2026-01-07 20:00")
    assert acts[2:] == ["E08000032", "E08000032", "night-team"]


def _told(journey: Journey, view: Assessment) -> object:
    waits = [(wait.key, wait.state, wait.due_at, wait.acts_next) for wait in view.open_waits]
    told = (n for n in view.notices if n.ended is None and view.now < lapses_at(n, WORKING))
    hear = [(n.kind, n.about, who_hears(n, journey, WORKING, view.now)) for n in told]
    return waits, view.stage, hear if not view.over else ()
