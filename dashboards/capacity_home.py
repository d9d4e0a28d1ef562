"""Capacity, care at home: how soon it begins after a discharge, and how services answer."""

from dashboards import names
from dashboards.colours import BLUE, BREACHED, ORANGE
from dashboards.promql import OF_ENOUGH, nothing_is_zero, of_enough, share, total
from dashboards.queries import by_label, filled_up, in_order, shares_in_order, waits
from dashboards.spec import Bars, Column, Limit, Query, Row, Stat, Table

NO_PACKAGE = "No care package of the last 28 days has begun"
NO_REFERRAL = "No referral of the last 28 days has begun"
NO_ANSWER = "No referral of the last 28 days was answered"
_LATELY = "of stays in hospital that ended in the last 28 days"
_NOT_BEGUN = (
    "People who left hospital with a care package asked for, and wait for its first visit past the"
    " target (a day, a local rule; docs/waits.md: `package_start`)"
)


def _of_begun(part: str, by: str) -> str:
    """Of packages that have begun; place by place only where they are enough."""
    return (of_enough if by else share)(part, total("packages_begun", by=by))


def _package_start(by: str = "") -> str:
    return _of_begun(total("package_start_delay_seconds", by=by), by)


def _within_a_day(by: str = "") -> str:
    early = total("packages_begun", 'within=~"2h|24h"', by=by)
    return _of_begun(filled_up(early, total("packages_begun", by=by)), by)


def _not_begun(by: str = "") -> str:
    return waits("breached", by, 'wait="package_start"')


def _begun_or_waited_for(by: str) -> str:
    """So that a place where nothing begins is in the table, too."""
    return filled_up(total("packages_begun", by=by), waits("active", by, 'wait="package_start"'))


def _refused(by: str) -> str:
    """Refusals as a share of themselves and the referrals that have begun, never more than 1."""
    refused, begun = total("referrals_rejected", by=by), total("referrals_begun", by=by)
    return of_enough(
        filled_up(refused, begun), f"({filled_up(begun, refused)} + {filled_up(refused, begun)})"
    )


def _how_soon(title: str, metric: str, *, says: str, empty: str) -> Bars:
    """Referrals by how long something took, as shares."""
    return Bars(
        title=title,
        says=says,
        unit="percentunit",
        decimals=1,
        empty=empty,
        queries=shares_in_order(metric, "within", names.WITHIN),
        colour=BLUE,
        top=1,
        width=6,
    )


HOME_CARE = Row(
    "Care at home",
    (
        Stat(
            title="Of those begun: to first visit",
            says=f"Mean time from discharge (or the later request) to the first visit, {_LATELY},"
            " of packages that have begun alone: who still waits is counted beside it. The target"
            " of 24 hours is a local rule.",
            unit="s",
            decimals=1,
            empty=NO_PACKAGE,
            queries=(Query(_package_start(), "mean"),),
            behind=total("packages_begun"),
            counted="packages",
            width=5,
        ),
        Stat(
            title="Of those begun: within a day",
            says="Share of care packages that began within 24 hours of the discharge (or the later"
            f" request), {_LATELY}, of packages that have begun alone: who still waits is counted"
            " beside it.",
            unit="percentunit",
            decimals=1,
            empty=NO_PACKAGE,
            queries=(Query(_within_a_day()),),
            behind=total("packages_begun"),
            counted="packages",
            width=5,
        ),
        Stat(
            title="Not begun, past a day",
            says=f"{_NOT_BEGUN}, now.",
            queries=(Query(nothing_is_zero(_not_begun())),),
            limits=(Limit(1, BREACHED),),
            width=5,
        ),
        Stat(
            title="First visits missed",
            says=f"First visits that were due and not made, {_LATELY}. A package may miss several"
            " before it begins, so that there may be more of them than packages.",
            queries=(Query(nothing_is_zero(total("first_visits_missed"))),),
            limits=(Limit(1, BREACHED),),
            width=3,
        ),
        Stat(
            title="Referrals not begun",
            says="Referrals made, and not begun, refused or withdrawn; all kinds of service whose"
            " beginning is told.",
            queries=(Query(nothing_is_zero(total("referrals_open"))),),
            width=3,
        ),
        Stat(
            title="Refusals",
            says=f"Refusals of referrals, {_LATELY}. A referral may be refused more than once.",
            queries=(Query(nothing_is_zero(total("referrals_rejected"))),),
            width=3,
        ),
        Bars(
            title="Of those begun: how soon care packages begin",
            says="Care packages that have begun, by the time from discharge to first visit,"
            f" {_LATELY}.",
            queries=in_order("packages_begun", "within", names.WITHIN),
            colour=BLUE,
            width=6,
        ),
        _how_soon(
            "How soon referrals are answered",
            "referrals_answered",
            says="Referrals that were accepted or refused by the time since they were made,"
            f" {_LATELY}; of one that was answered again the last answer.",
            empty=NO_ANSWER,
        ),
        _how_soon(
            "Of those begun: how soon referrals begin",
            "referrals_begun",
            says=f"Referrals that have begun by the time since they were made, {_LATELY}.",
            empty=NO_REFERRAL,
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
            width=6,
        ),
        Table(
            title="Care at home, neighbourhood by neighbourhood",
            says=f"`Not begun`: {_NOT_BEGUN[0].lower()}{_NOT_BEGUN[1:]}, now. Then"
            f" packages that have begun, {_LATELY}: how many, the mean time from discharge to first"
            " visit and the share within a day of those, and first visits missed (`Missed`)."
            f" {OF_ENOUGH}.",
            empty=NO_PACKAGE,
            keys={"council": "Council", "locality": "Neighbourhood"},
            columns=(
                Column(
                    "Not begun",
                    _not_begun("council, locality"),
                    limits=(Limit(1, BREACHED),),
                ),
                Column("Begun", _begun_or_waited_for("council, locality")),
                Column("To first visit", _package_start("council, locality"), unit="s", decimals=1),
                Column("Within a day", _within_a_day("council, locality"), unit="percentunit"),
                Column(
                    "Missed",
                    total("first_visits_missed", by="council, locality"),
                    limits=(Limit(1, BREACHED),),
                ),
            ),
            sort_by="Not begun",
            width=12,
            height=9,
        ),
        Table(
            title="Services: how soon they answer and begin, and how often they refuse",
            says=f"Referrals that have begun, by service, {_LATELY}: how many, and the mean times"
            " from referral to answer and to beginning. `Refused` is the share of refusals in"
            " refusals and referrals begun together; a referral may be refused more than once. And"
            f" how many wait now. {OF_ENOUGH}.",
            empty=NO_REFERRAL,
            keys={"service": "Service"},
            columns=(
                Column("Begun", f"{total('referrals_begun', by='service')} > 0"),
                Column(
                    "To answer",
                    of_enough(
                        total("referral_response_seconds", by="service"),
                        total("referrals_answered", by="service"),
                    ),
                    unit="s",
                    decimals=1,
                ),
                Column(
                    "To start",
                    of_enough(
                        total("referral_wait_seconds", by="service"),
                        total("referrals_begun", by="service"),
                    ),
                    unit="s",
                    decimals=1,
                ),
                Column("Refused", _refused("service"), unit="percentunit"),
                Column("Waiting now", total("referrals_open", by="service")),
                Column("Handovers unanswered", total("handovers_unaccepted", by="service")),
            ),
            sort_by="To start",
            width=12,
            height=9,
        ),
    ),
)
