"""Outcomes and cost: where people are afterwards, who came back, what delay cost and whom."""

from dashboards import names
from dashboards.alerting import how_far_true
from dashboards.colours import BLUE, BREACHED, GREEN, NEAR, ORANGE, SKY
from dashboards.promql import FEWEST, OF_ENOUGH, nothing_is_zero, of_enough, total
from dashboards.queries import by_label, filled_up, in_order, numbers_in_order
from dashboards.spec import Bars, Board, Column, Lines, Query, Row, Stat, Style, Table

NOT_SO_FAR = "Nobody's day {day} after a discharge was in the last 28 days"
TOO_FEW = f"Of fewer than {FEWEST} people: not shown"
NOBODY_91 = "Nobody of 65 and over who left for rehabilitation has reached day 91 lately"
NOBODY_LEFT = "Nobody was discharged in the last 28 days"
NO_DELAY = "No delayed bed days"
_LATELY = "for 28 days from then"
_STATUS = (
    "As somebody who looked says (a follow-up was recorded), else as the events tell. Each"
    " discharge counts on its own; who died in hospital is left out."
)
_REHABILITATION = (
    "People of 65 and over who left hospital for rehabilitation at home or in a short-term bed with"
    " council support, by where they are on day 91 (ASCOF measure; about 82 % for years). At home"
    " includes extra care and adult placement; hospital, care home and death do not count. Those"
    f" whose age or funder is not known are left out. Shown {_LATELY}."
)
_BED_DAYS = (
    "Days in hospital past the discharge ready date, of people still there and of those discharged"
    " in the last 28 days; of the same people as the discharges by delay"
)
_COST = (
    f"{_BED_DAYS}, times the policy's cost of a bed day (default £395: King's Fund, 2022/23). It is"
    " what the beds cost, not what anybody would save."
)


def _at_home(day: str, by: str = "") -> str:
    this = f'day="{day}"'
    return of_enough(total("at_home", this, by=by), total("outcomes", this, by=by))


def _rehabilitated(by: str = "") -> str:
    return of_enough(
        total("at_home_at_day_91", by=by),
        total("rehabilitation_at_day_91", by=by),
    )


def _returned(by: str = "") -> str:
    """Emergency admissions within 30 days, for each index discharge of the same 28 days."""
    discharges = total("index_discharges", by=by)
    return of_enough(filled_up(total("returns_within_30_days", by=by), discharges), discharges)


NOW = Row(
    "Lately",
    (
        Stat(
            title="Came back within 30 days",
            says="Emergency admissions of the last 28 days, 0 to 29 days after a discharge from any"
            " hospital here, as a share of the discharges of the last 28 days. Cancer,"
            " obstetrics and newborns are left out of both (national readmission indicator), and"
            " moves to another hospital; not standardised for age.",
            unit="percentunit",
            decimals=1,
            empty=TOO_FEW,
            queries=(Query(_returned()),),
            behind=total("index_discharges"),
        ),
        Stat(
            title="At home on day 7",
            says=f"Share of people at home on day 7 after a discharge, {_LATELY}. {_STATUS}",
            unit="percentunit",
            decimals=1,
            empty=TOO_FEW,
            queries=(Query(_at_home("7")),),
            behind=total("outcomes", 'day="7"'),
        ),
        Stat(
            title="At home on day 30",
            says=f"Share of people at home on day 30 after a discharge, {_LATELY}. {_STATUS}",
            unit="percentunit",
            decimals=1,
            empty=TOO_FEW,
            queries=(Query(_at_home("30")),),
            behind=total("outcomes", 'day="30"'),
        ),
        Stat(
            title="Home after rehabilitation, day 91",
            says=_REHABILITATION,
            unit="percentunit",
            decimals=1,
            empty=TOO_FEW,
            queries=(Query(_rehabilitated()),),
            behind=total("rehabilitation_at_day_91"),
        ),
        Stat(
            title="Delayed bed days",
            says=f"{_BED_DAYS}.",
            unit="suffix:days",
            queries=(Query(nothing_is_zero(total("delayed_bed_days"))),),
        ),
        Stat(
            title="Cost of delayed bed days",
            says=_COST,
            unit="currencyGBP",
            decimals=1,
            queries=(Query(nothing_is_zero(total("delayed_bed_days_cost_pounds"))),),
        ),
    ),
)


def _where(day: str) -> Bars:
    return Bars(
        title=f"Where people are on day {day}",
        says=f"Number of people by where they are on day {day} after a discharge, {_LATELY}."
        f" {_STATUS}",
        empty=NOT_SO_FAR.format(day=day),
        queries=numbers_in_order("outcomes", "status", names.WHERE, f'day="{day}"'),
        colour=BLUE,
        width=8,
    )


AFTERWARDS = Row(
    "Where people are afterwards",
    (
        _where("7"),
        _where("30"),
        _where("91"),
        Lines(
            title="At home, over time",
            says="Share of people at home on day 7, 30 and 91 after a discharge,"
            f" {_LATELY}. {_STATUS} {OF_ENOUGH}.",
            unit="percentunit",
            axis="share at home",
            top=1,
            empty=TOO_FEW,
            queries=tuple(Query(_at_home(day), f"Day {day}") for day in ("7", "30", "91")),
            styles={
                "Day 7": Style(BLUE),
                "Day 30": Style(ORANGE, (8, 4), 2),
                "Day 91": Style(GREEN, (2, 4), 2),
            },
        ),
        Bars(
            title="After rehabilitation: where on day 91",
            says=_REHABILITATION,
            empty=NOBODY_91,
            queries=in_order("rehabilitation_at_day_91", "status", names.WHERE),
            colour=GREEN,
        ),
        Bars(
            title="Where people went",
            says="Discharges of the last 28 days, deaths left out, by the eight destinations of the"
            " discharge situation report.",
            empty=NOBODY_LEFT,
            queries=(
                Query(
                    by_label(f"{total('discharges_by_destination', by='destination')} > 0"),
                    "{{destination}}",
                ),
            ),
            names=names.WENT_TO,
            colour=BLUE,
        ),
    ),
)

_PLACE = "council, locality"
_PLACE_NAMED = "{{locality}} ({{council}})"


def _share_of(what: str, people: str, share: str) -> tuple[Column, Column]:
    """A share, and before it of how many people."""
    return (
        Column(f"{what}: people", people),
        Column(f"{what}: at home", share, unit="percentunit", decimals=1),
    )


NEIGHBOURHOODS = Row(
    "One neighbourhood against the next",
    (
        Table(
            title="Outcomes and cost by neighbourhood",
            says="By the neighbourhood that the person comes from. `Came back` are emergency"
            " admissions within 30 days as a share of discharges, both of the last 28 days, deaths"
            " left out. `At home` are shares of people whose day 7, day 30 or (of those who left"
            " for rehabilitation at 65 and over) day 91 came in the last 28 days; before each share"
            " stands of how many people it is. Delayed bed days are of people still there and of"
            " those discharged in the last 28 days, with what they cost."
            f" {OF_ENOUGH}, and those of a small place still jump.",
            empty=NOBODY_LEFT,
            keys={"council": "Council", "locality": "Neighbourhood"},
            columns=(
                Column("Discharges, 28 days", total("discharges_by_time", by=_PLACE)),
                Column("Came back", _returned(_PLACE), unit="percentunit", decimals=1),
                *_share_of("Day 7", total("outcomes", 'day="7"', by=_PLACE), _at_home("7", _PLACE)),
                *_share_of(
                    "Day 30", total("outcomes", 'day="30"', by=_PLACE), _at_home("30", _PLACE)
                ),
                *_share_of(
                    "Day 91",
                    total("rehabilitation_at_day_91", by=_PLACE),
                    _rehabilitated(_PLACE),
                ),
                Column(
                    "Delayed bed days", total("delayed_bed_days", by=_PLACE), unit="suffix:days"
                ),
                Column(
                    "Cost", total("delayed_bed_days_cost_pounds", by=_PLACE), unit="currencyGBP"
                ),
            ),
            sort_by="Cost",
            height=9,
        ),
        Bars(
            title="Came back within 30 days, by neighbourhood",
            says="Emergency admissions of the last 28 days within 30 days of a discharge, as a"
            " share of the discharges of the last 28 days, by the neighbourhood that the person"
            f" comes from. {OF_ENOUGH}.",
            unit="percentunit",
            decimals=1,
            empty=TOO_FEW,
            queries=(Query(by_label(_returned(_PLACE)), _PLACE_NAMED),),
            colour=NEAR,
            width=8,
        ),
        Bars(
            title="Came back within 30 days, by pathway",
            says="Emergency admissions of the last 28 days within 30 days of a discharge, as a"
            " share of the discharges of the last 28 days, both by the pathway of the discharge."
            f" {OF_ENOUGH}.",
            unit="percentunit",
            decimals=1,
            empty=TOO_FEW,
            queries=(Query(by_label(_returned("pathway")), "{{pathway}}"),),
            names=names.PATHWAYS,
            colour=NEAR,
            width=8,
        ),
        Bars(
            title="Home after rehabilitation, day 91, by neighbourhood",
            says=f"{_REHABILITATION} {OF_ENOUGH}.",
            unit="percentunit",
            empty=TOO_FEW,
            queries=(Query(by_label(_rehabilitated(_PLACE)), _PLACE_NAMED),),
            colour=GREEN,
            top=1,
            width=8,
        ),
    ),
)

COST = Row(
    "What delay costs, and whom",
    (
        Bars(
            title="Delayed bed days, by who pays for what is waited for",
            says=f"{_BED_DAYS}, by who pays for the care that they need, as assessments, stays,"
            " packages or referrals say.",
            unit="suffix:days",
            queries=in_order("delayed_bed_days", "funder", names.FUNDED_BY),
            colour=BREACHED,
            width=8,
        ),
        Bars(
            title="Cost, by who pays for what is waited for",
            says=_COST,
            unit="currencyGBP",
            decimals=1,
            queries=in_order("delayed_bed_days_cost_pounds", "funder", names.FUNDED_BY),
            colour=BREACHED,
            width=8,
        ),
        Bars(
            title="Cost, by council",
            says=f"{_COST} By the council of the person's home.",
            unit="currencyGBP",
            decimals=1,
            empty=NO_DELAY,
            queries=(
                Query(
                    by_label(f"{total('delayed_bed_days_cost_pounds', by='council')} > 0"),
                    "{{council}}",
                ),
            ),
            names=names.PLACES,
            colour=BREACHED,
            width=8,
        ),
        Lines(
            title="Delayed bed days over time, by who pays",
            says=f"{_BED_DAYS}, by who pays for the care that they need.",
            unit="suffix:days",
            axis="bed days",
            stacked=True,
            empty=NO_DELAY,
            queries=(Query(total("delayed_bed_days", by="funder"), "{{funder}}"),),
            names=names.FUNDED_BY,
            styles={
                "council": Style(BLUE),
                "nhs": Style(ORANGE, (8, 4)),
                "nhs_chc": Style(BREACHED, (2, 4)),
                "joint": Style(GREEN, (12, 4, 2, 4)),
                "self_funded": Style(SKY, (4, 2)),
                "other": Style("#CC79A7", (2, 2)),
                "unknown": Style("#8A8A8A", (2, 8)),
            },
        ),
        Table(
            title="Delayed bed days and cost, council by council",
            says=f"{_COST} By council of the person's home and by who pays.",
            empty=NO_DELAY,
            keys={"council": "Council", "funder": "Who pays"},
            names={"funder": names.FUNDED_BY},
            columns=(
                Column(
                    "Delayed bed days",
                    f"{total('delayed_bed_days', by='council, funder')} > 0",
                    unit="suffix:days",
                ),
                Column(
                    "Cost",
                    f"{total('delayed_bed_days_cost_pounds', by='council, funder')} > 0",
                    unit="currencyGBP",
                    decimals=1,
                ),
            ),
            sort_by="Cost",
            width=12,
        ),
    ),
)

BOARD = Board(
    uid="discharge-flow-outcomes",
    title="Outcomes and cost: what became of people, and what delay cost",
    answers="For commissioners: where people are on day 7, 30 and 91, who came back, and what"
    " delayed bed days cost, by funder, council and neighbourhood.",
    rows=(how_far_true("provider", "council", "locality"), NOW, AFTERWARDS, NEIGHBOURHOODS, COST),
    since="24h",
)
