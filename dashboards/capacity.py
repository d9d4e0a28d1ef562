"""Capacity: beds and visits, who waits for them, what becomes free, how soon care begins."""

from dashboards import names
from dashboards.alerting import how_far_true
from dashboards.capacity_home import HOME_CARE
from dashboards.colours import BLUE, BREACHED, GREEN, NEAR, ORANGE, SKY
from dashboards.promql import select, share, total
from dashboards.queries import by_label, filled_up, largest
from dashboards.spec import Bars, Board, Column, Limit, Lines, Query, Row, Stat, Style, Table
from flow.pathway.service_rules import SERVICE_ALERTS

ALERTS = {
    "full_with_people_waiting": "full, and people wait",
    "place_free_with_someone_waiting": "a place is free, and somebody waits",
    "report_old_with_people_waiting": "not reported lately, and people wait",
}
assert set(ALERTS) == set(SERVICE_ALERTS)
NO_PLACES = "No service has reported its beds"
NO_CURRENT_REPORT = "No service has reported its beds lately"
_OF_BEDS = " Of services that have reported beds alone."
_CURRENT = " Nothing is concluded from an old report (docs/policy.md: `services.report_valid`)."


def _occupied(by: str = "") -> str:
    """Of the beds that are open."""
    open_beds = total("centre_beds", 'state="open"', by=by)
    occupied = total("centre_beds", 'state="occupied"', by=by)
    return share(filled_up(occupied, open_beds), open_beds)


def _reports(by: str, *matchers: str) -> str:
    return total("centre_reports", *matchers, by=by)


def _beds(state: str) -> str:
    """By service; 0 of whoever has beds, but none like this."""
    return filled_up(total("centre_beds", f'state="{state}"', by="service"), _reports("service"))


def _people(metric: str, by: str = "") -> str:
    """Of services with beds alone; 0 where there is nobody."""
    grouping = f" by ({by})" if by else ""
    with_beds = f"sum{grouping}({select(metric)} and on (service) {select('centre_reports')})"
    return filled_up(with_beds, _reports(by))


def _concluded(metric: str, *matchers: str, by: str = "") -> str:
    """What follows from reports that are not old; nothing, not 0, where none is."""
    return filled_up(total(metric, *matchers, by=by), _reports(by, 'state="current"'))


def _stat(
    title: str, says: str, query: str, *limits: Limit, empty: str = NO_PLACES, width: int = 3
) -> Stat:
    queries = (Query(query),)
    return Stat(title=title, says=says, queries=queries, limits=limits, empty=empty, width=width)


NOW = Row(
    "Now",
    (
        _stat(
            "Beds open",
            "Beds that services report as open for use: centres, care homes, hospices. By the"
            " newest report of each.",
            filled_up(total("centre_beds", 'state="open"'), _reports("")),
        ),
        _stat(
            "Beds free",
            "Beds that are free by the newest report, where people's journeys agree with it."
            f"{_CURRENT}",
            _concluded("centre_beds", 'state="free"'),
            empty=NO_CURRENT_REPORT,
        ),
        _stat(
            "Reports too old",
            "Services whose newest report of beds counts no longer: their open beds are counted as"
            " they were then, and what is free there is not known.",
            filled_up(_reports("", 'state="old"'), _reports("")),
            Limit(1, NEAR),
        ),
        _stat(
            "People waiting for a place",
            "People not there yet whom a service was asked to take: waiting, offered a place, or"
            f" accepted.{_OF_BEDS}",
            _people("centre_waiting"),
            width=5,
        ),
        _stat(
            "Could move in now",
            f"Of those, people who are ready to leave where they are.{_OF_BEDS}",
            _people("centre_waiting_ready"),
            Limit(1, NEAR),
            width=4,
        ),
        _stat(
            "No bed for",
            "People not there yet for whom no bed of the service that was asked is free."
            f"{_CURRENT}",
            _concluded("centre_shortfall"),
            Limit(1, BREACHED),
            empty=NO_CURRENT_REPORT,
        ),
        _stat(
            "Beds free in a week",
            "Forecast: beds expected to be free on the last of the days that the policy looks ahead"
            " (7, today included), from planned leaving dates and usual lengths of stay."
            f"{_CURRENT}",
            _concluded("centre_places_expected"),
            empty=NO_CURRENT_REPORT,
        ),
    ),
)

CENTRES = Row(
    "Independence centres, care homes, hospices",
    (
        Table(
            title="Services side by side",
            alerts=("FlowCentreFull", "FlowPlaceFree"),
            says="Beds by the newest report of each service; people, those staying too, by their"
            " journeys. `Suitable"
            " too` are people who could move in now and asked for no service in particular, or for"
            " one that is full. `Days waited` is the mean of those not there yet, since the service"
            " was asked. `Free in a week` is a forecast. `Differ by` is how far reported"
            " and derived occupancy are apart: somebody should look. `Report old`: services whose"
            " newest report counts no longer; what is free, and who finds no bed, is then not known"
            " (–), and the other beds are as they were then.",
            empty=NO_PLACES,
            keys={"service": "Service"},
            columns=(
                Column(
                    "Report old",
                    filled_up(_reports("service", 'state="old"'), _reports("service")),
                    limits=(Limit(1, NEAR),),
                ),
                Column("Open", _beds("open")),
                Column("Occupied", _beds("occupied")),
                Column("Closed", _beds("closed")),
                Column("Reserved", _beds("reserved")),
                Column("Free", _concluded("centre_beds", 'state="free"', by="service")),
                Column("Staying", _people("centre_staying", "service")),
                Column("Waiting", _people("centre_waiting", "service")),
                Column(
                    "Could move in",
                    _people("centre_waiting_ready", "service"),
                    limits=(Limit(1, NEAR),),
                ),
                Column("Suitable too", _people("centre_suitable_ready", "service")),
                Column(
                    "Days waited",
                    share(
                        _people("centre_waiting_days", "service"),
                        _people("centre_waiting", "service"),
                    ),
                    decimals=1,
                ),
                Column(
                    "No bed for",
                    _concluded("centre_shortfall", by="service"),
                    limits=(Limit(1, BREACHED),),
                ),
                Column("Free in a week", _concluded("centre_places_expected", by="service")),
                Column("Differ by", _people("centre_occupancy_difference", "service")),
            ),
            sort_by="No bed for",
            height=18,
        ),
        Bars(
            title="Beds occupied, by service",
            says="Occupied of the open beds, by the newest report of each service.",
            unit="percentunit",
            empty=NO_PLACES,
            queries=(Query(by_label(_occupied("service")), "{{service}}"),),
            names=names.PLACES,
            colour=BLUE,
            top=1,
            width=8,
            height=12,
        ),
        Bars(
            title="People waiting, by service",
            says="People not there yet, of each service that was asked: the fifteen with the most."
            f"{_OF_BEDS}",
            empty="Nobody waits for a place",
            queries=(Query(largest(_people("centre_waiting", "service"), 15), "{{service}}"),),
            names=names.PLACES,
            colour=ORANGE,
            width=8,
            height=12,
        ),
        Bars(
            title="Beds free in a week, by service",
            says="Forecast: beds expected to be free on the last of the days that the policy looks"
            f" ahead. Only services with a bed that is expected to be free are shown.{_CURRENT}",
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
            f" move in now, and those for whom no bed is free.{_OF_BEDS}{_CURRENT}",
            empty=NO_PLACES,
            axis="beds, people",
            queries=(
                Query(_concluded("centre_beds", 'state="free"'), "Beds free"),
                Query(_concluded("centre_places_expected"), "Beds free in a week"),
                Query(_people("centre_waiting"), "People waiting"),
                Query(_people("centre_waiting_ready"), "Could move in now"),
                Query(_concluded("centre_shortfall"), "No bed for"),
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
            says="Alerts of services that are open now: full with people waiting for a day, a"
            " place free for four hours with somebody who could move in, or no report of late while"
            " people wait (local rules).",
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

_PEOPLE_READY = total("centre_delayed_patients", by="service, reason")
_DAYS_READY = total("centre_delay_days", by="service, reason")

LEAVING = Row(
    "Ready to leave a centre, still there",
    (
        Table(
            title="Who could leave, and why they are still there",
            says="People in a centre past the day on which they no longer met the requirements to"
            " remain, by service and primary delay reason (intermediate care data collection), and"
            " the days since that day, summed.",
            empty="Nobody who could leave a centre is still there",
            keys={"service": "Service", "reason": "Reason"},
            names={"reason": {**names.DELAYS, **names.NOT_KNOWN}},
            columns=(
                Column("People", f"{_PEOPLE_READY} > 0"),
                Column("Days", f"{_DAYS_READY} > 0", unit="suffix:days"),
            ),
            sort_by="Days",
        ),
    ),
)

BOARD = Board(
    uid="discharge-flow-capacity",
    title="Capacity: beds, visits, and who waits for them",
    answers="For whoever runs or buys places: which services are full, who waits for them, what is"
    " expected to become free, and how soon care at home begins.",
    rows=(
        how_far_true("provider", "council", "locality", "service"),
        NOW,
        CENTRES,
        LEAVING,
        HOME_CARE,
    ),
    since="24h",
)
