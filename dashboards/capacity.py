"""Capacity: beds and visits, who waits for them, what becomes free, how soon care begins."""

from dashboards import names
from dashboards.colours import BLUE, BREACHED, GREEN, NEAR, ORANGE, SKY
from dashboards.promql import nothing_is_zero, share, total
from dashboards.queries import by_label, filled_up, in_order, largest, shares_in_order
from dashboards.spec import Bars, Board, Column, Limit, Lines, Query, Row, Stat, Style, Table
from flow.pathway.service_rules import SERVICE_ALERTS

ALERTS = {
    "full_with_people_waiting": "full, and people wait",
    "place_free_with_someone_waiting": "a place is free, and somebody waits",
}
assert set(ALERTS) == set(SERVICE_ALERTS)
NO_PLACES = "No service has reported its beds"
NO_PACKAGE = "No care package of the last 28 days has begun"
NO_REFERRAL = "No referral of the last 28 days has begun"
_LATELY = "of stays in hospital that ended in the last 28 days"


def _occupied(by: str = "") -> str:
    """Of the beds that are open."""
    open_beds = total("centre_beds", 'state="open"', by=by)
    occupied = total("centre_beds", 'state="occupied"', by=by)
    return share(filled_up(occupied, open_beds), open_beds)


_WITH_BEDS = total("centre_beds", by="service")


def _beds(state: str) -> str:
    """By service; 0 of whoever has beds, but none like this."""
    return filled_up(total("centre_beds", f'state="{state}"', by="service"), _WITH_BEDS)


def _people(metric: str) -> str:
    """By service, of those with beds alone; 0 where there is nobody."""
    return filled_up(f"({total(metric, by='service')} and {_WITH_BEDS})", _WITH_BEDS)


def _stat(title: str, says: str, query: str, *limits: Limit) -> Stat:
    return Stat(title=title, says=says, queries=(Query(nothing_is_zero(query)),), limits=limits)


NOW = Row(
    "Now",
    (
        _stat(
            "Beds open",
            "Beds that services report as open for use: centres, care homes, hospices. By the"
            " newest report of each.",
            total("centre_beds", 'state="open"'),
        ),
        _stat(
            "Beds free",
            "Beds that are free by the newest report, where people's journeys agree with it.",
            total("centre_beds", 'state="free"'),
        ),
        _stat(
            "People waiting for a place",
            "People not there yet whom a service was asked to take: waiting, offered a place, or"
            " accepted.",
            total("centre_waiting"),
        ),
        _stat(
            "Could move in now",
            "Of those, people who are ready to leave where they are.",
            total("centre_waiting_ready"),
            Limit(1, NEAR),
        ),
        _stat(
            "No bed for",
            "People not there yet for whom no bed of the service that was asked is free.",
            total("centre_shortfall"),
            Limit(1, BREACHED),
        ),
        _stat(
            "Beds free in a week",
            "Forecast: beds expected to be free on the last of the days that the policy looks ahead"
            " (7, today included), from planned leaving dates and usual lengths of stay.",
            total("centre_places_expected"),
        ),
    ),
)

CENTRES = Row(
    "Independence centres, care homes, hospices",
    (
        Table(
            title="Services side by side",
            alerts=("FlowCentreFull", "FlowPlaceFree"),
            says="Beds by the newest report of each service; people by their journeys. `Suitable"
            " too` are people who could move in now and asked for no service in particular, or for"
            " one that is full. `Days waited` is the mean of those not there yet, since the service"
            " was asked. `Free in a week` is a forecast. `Reports differ by` is how far reported"
            " and derived occupancy are apart: somebody should look.",
            empty=NO_PLACES,
            keys={"service": "Service"},
            columns=(
                Column("Open", _beds("open")),
                Column("Occupied", _beds("occupied")),
                Column("Closed", _beds("closed")),
                Column("Reserved", _beds("reserved")),
                Column("Free", _beds("free")),
                Column("Staying by journeys", _people("centre_staying")),
                Column("Waiting", _people("centre_waiting")),
                Column(
                    "Could move in",
                    _people("centre_waiting_ready"),
                    limits=(Limit(1, NEAR),),
                ),
                Column("Suitable too", _people("centre_suitable_ready")),
                Column(
                    "Days waited",
                    share(_people("centre_waiting_days"), _people("centre_waiting")),
                    decimals=1,
                ),
                Column(
                    "No bed for",
                    _people("centre_shortfall"),
                    limits=(Limit(1, BREACHED),),
                ),
                Column("Free in a week", _people("centre_places_expected")),
                Column("Reports differ by", _people("centre_occupancy_difference")),
            ),
            sort_by="No bed for",
            height=14,
        ),
        Bars(
            title="Beds occupied, by service",
            says="Occupied of the open beds, by the newest report of each service.",
            unit="percentunit",
            empty=NO_PLACES,
            queries=(Query(by_label(_occupied("service")), "{{service}}"),),
            colour=BLUE,
            top=1,
            width=8,
            height=12,
        ),
        Bars(
            title="People waiting, by service",
            says="People not there yet, of each service that was asked: the fifteen with the most.",
            empty="Nobody waits for a place",
            queries=(Query(largest(total("centre_waiting", by="service"), 15), "{{service}}"),),
            colour=ORANGE,
            width=8,
            height=12,
        ),
        Bars(
            title="Beds free in a week, by service",
            says="Forecast: beds expected to be free on the last of the days that the policy looks"
            " ahead. Only services with a bed that is expected to be free are shown.",
            empty="No bed is expected to be free",
            queries=(
                Query(largest(total("centre_places_expected", by="service"), 15), "{{service}}"),
            ),
            colour=GREEN,
            width=8,
            height=12,
        ),
        Lines(
            title="Beds and people waiting",
            says="Beds free and beds expected to be free; people not there yet, those who could"
            " move in now, and those for whom no bed is free.",
            axis="beds, people",
            queries=(
                Query(nothing_is_zero(total("centre_beds", 'state="free"')), "Beds free"),
                Query(nothing_is_zero(total("centre_places_expected")), "Beds free in a week"),
                Query(nothing_is_zero(total("centre_waiting")), "People waiting"),
                Query(nothing_is_zero(total("centre_waiting_ready")), "Could move in now"),
                Query(nothing_is_zero(total("centre_shortfall")), "No bed for"),
            ),
            styles={
                "Beds free": Style(GREEN),
                "Beds free in a week": Style(SKY, (2, 4), 2),
                "People waiting": Style(BLUE, (8, 4), 1),
                "Could move in now": Style(NEAR, (8, 4), 2),
                "No bed for": Style(BREACHED, (), 3),
            },
        ),
        Bars(
            title="Services with an open alert",
            alerts=("FlowCentreFull", "FlowPlaceFree"),
            says="Alerts of services that are open now: full with people waiting for a day, or a"
            " place free for four hours with somebody who could move in (local rules).",
            empty="No service has an open alert",
            queries=tuple(
                Query(
                    largest(total("service_alerts_open", f'alert="{alert}"', by="service"), 8),
                    f"{{{{service}}}}: {words}",
                )
                for alert, words in ALERTS.items()
            ),
            colour=BREACHED,
            width=12,
        ),
    ),
)


def _package_start(by: str = "") -> str:
    return share(total("package_start_delay_seconds", by=by), total("packages_begun", by=by))


def _within_a_day(by: str = "") -> str:
    whole = total("packages_begun", by=by)
    return share(filled_up(total("packages_begun", 'within=~"2h|24h"', by=by), whole), whole)


HOME_CARE = Row(
    "Care at home",
    (
        Stat(
            title="From discharge to first visit",
            says=f"Mean time from discharge (or the later request) to the first visit, {_LATELY},"
            " packages that have begun. The target of 24 hours is a local rule.",
            unit="s",
            decimals=1,
            empty=NO_PACKAGE,
            queries=(Query(_package_start()),),
            width=6,
        ),
        Stat(
            title="Begun within a day",
            says=f"Share of care packages that began within 24 hours, {_LATELY}.",
            unit="percentunit",
            decimals=1,
            empty=NO_PACKAGE,
            queries=(Query(_within_a_day()),),
            width=6,
        ),
        _stat(
            "First visits missed",
            f"First visits that were due and not made, {_LATELY}.",
            total("first_visits_missed"),
            Limit(1, BREACHED),
        ),
        _stat(
            "Referrals not begun",
            "Referrals made, and not begun, refused or withdrawn; all kinds of service whose"
            " beginning is told.",
            total("referrals_open"),
        ),
        _stat(
            "Refusals",
            f"Refusals of referrals, {_LATELY}. A referral may be refused more than once.",
            total("referrals_rejected"),
        ),
        Bars(
            title="How soon care packages begin",
            says="Care packages that have begun, by the time from discharge to first visit,"
            f" {_LATELY}.",
            queries=in_order("packages_begun", "within", names.WITHIN),
            colour=BLUE,
            width=8,
        ),
        Bars(
            title="How soon referrals begin",
            says=f"Referrals that have begun by the time since they were made, {_LATELY}.",
            unit="percentunit",
            decimals=1,
            empty=NO_REFERRAL,
            queries=shares_in_order("referrals_begun", "within", names.WITHIN),
            colour=BLUE,
            top=1,
            width=8,
        ),
        Bars(
            title="Why referrals are refused",
            says=f"Refusals by the reason that the service gave, {_LATELY}.",
            empty="No referral was refused",
            queries=(
                Query(
                    by_label(f"{total('referrals_rejected', by='rejection')} > 0"), "{{rejection}}"
                ),
            ),
            names=names.REFUSED_BECAUSE,
            colour=ORANGE,
            width=8,
        ),
        Table(
            title="Care at home, neighbourhood by neighbourhood",
            says=f"Care packages that have begun, {_LATELY}: how many, the mean time from discharge"
            " to first visit, the share within a day, and first visits missed.",
            empty=NO_PACKAGE,
            keys={"locality": "Neighbourhood"},
            columns=(
                Column("Begun", f"{total('packages_begun', by='locality')} > 0"),
                Column("To first visit", _package_start("locality"), unit="s", decimals=1),
                Column("Within a day", _within_a_day("locality"), unit="percentunit"),
                Column(
                    "First visits missed",
                    total("first_visits_missed", by="locality"),
                    limits=(Limit(1, BREACHED),),
                ),
            ),
            sort_by="To first visit",
            width=12,
            height=9,
        ),
        Table(
            title="Services: how soon they begin",
            says=f"Referrals that have begun, by service, {_LATELY}: how many, the mean time from"
            " referral to beginning, and how many wait now.",
            empty=NO_REFERRAL,
            keys={"service": "Service"},
            columns=(
                Column("Begun", f"{total('referrals_begun', by='service')} > 0"),
                Column(
                    "From referral to start",
                    share(
                        total("referral_wait_seconds", by="service"),
                        total("referrals_begun", by="service"),
                    ),
                    unit="s",
                    decimals=1,
                ),
                Column("Waiting now", total("referrals_open", by="service")),
                Column("Handovers unanswered", total("handovers_unaccepted", by="service")),
            ),
            sort_by="From referral to start",
            width=12,
            height=9,
        ),
    ),
)

BOARD = Board(
    uid="discharge-flow-capacity",
    title="Capacity: beds, visits, and who waits for them",
    answers="For whoever runs or buys places: which services are full, who waits for them, what is"
    " expected to become free, and how soon care at home begins.",
    rows=(NOW, CENTRES, HOME_CARE),
    since="24h",
)
