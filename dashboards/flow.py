"""Flow: where people are, what they wait for, who is near a breach, one place against the next."""

from dashboards import names
from dashboards.alerting import how_far_true
from dashboards.colours import BLUE, BREACHED, NEAR, ON_TRACK, ORANGE, SKY
from dashboards.flow_delay import DELAY, DISCHARGES, NOBODY_LEFT
from dashboards.promql import OF_ENOUGH, nothing_is_zero, total
from dashboards.queries import (
    COMPARED,
    LEFT_OUT,
    in_order,
    largest,
    left_on_the_day,
    mean_delay_days,
    mean_delay_days_of_the_delayed,
    share_past_target,
    waits,
    waits_on_track,
)
from dashboards.spec import Bars, Board, Column, Limit, Lines, Query, Row, Stat, Style, Table

NOBODY_WAITS = "Nobody waits"
_LEFT_OUT = (
    f" Left out, as in the alert: {', '.join(names.WAITS[wait] for wait in LEFT_OUT)}; they are"
    " late as soon as they count, or have alerts of their own."
)
_READY = (
    "in hospital who no longer meet the criteria to reside (national codes; the review that found"
    " it makes that local day the discharge ready date)"
)


def _now(title: str, says: str, query: str, *limits: Limit, alerts: tuple[str, ...] = ()) -> Stat:
    return Stat(
        title=title,
        says=says,
        queries=(Query(nothing_is_zero(query)),),
        limits=limits,
        alerts=alerts,
    )


AT_A_GLANCE = Row(
    "Now",
    (
        _now(
            "In hospital",
            "People in hospital now, by the events that have come.",
            total("inpatients"),
        ),
        _now(
            "Ready to leave, still there",
            f"People {_READY}, now. One of the daily figures of the discharge situation report.",
            total("nctr_patients"),
        ),
        _now(
            "Past their discharge ready date",
            "Of those, people whose discharge ready date is before today: each midnight in London"
            " counts one day.",
            total("delayed_patients"),
            Limit(1, BREACHED),
        ),
        _now(
            "Open waits past target",
            "Open waits past their target (level breached). One person may have several waits."
            f" Targets and their sources: docs/waits.md; your policy may differ.{_LEFT_OUT}",
            waits("breached", "", COMPARED),
            Limit(1, BREACHED),
            alerts=("FlowWaitsBreached",),
        ),
        _now(
            "Open waits near target",
            "Open waits past their warning and not past their target: what can still be done in"
            f" time.{_LEFT_OUT}",
            waits("near", "", COMPARED),
            Limit(1, NEAR),
        ),
        Stat(
            title="Left on the day they were ready",
            says=f"{DISCHARGES}. Share whose discharge was on the discharge ready date. England"
            " 2024-25: 86.5 %.",
            unit="percentunit",
            decimals=1,
            empty=NOBODY_LEFT,
            queries=(Query(left_on_the_day()),),
            behind=total("discharges"),
        ),
    ),
)

WHERE = Row(
    "Where people are",
    (
        Bars(
            title="In hospital, by length of stay",
            says="People in hospital now by whole days since admission, in the bands of the"
            " discharge situation report. The bands do not overlap.",
            queries=in_order("inpatients", "los_band", names.STAYS),
            colour=BLUE,
        ),
        Bars(
            title="Ready to leave, by length of stay",
            says=f"People {_READY}, by whole days since admission. The bands do not overlap.",
            queries=in_order("nctr_remaining_patients", "los_band", names.STAYS),
            colour=ORANGE,
        ),
        Bars(
            title="Ready to leave, by pathway",
            says=f"People {_READY}, by the pathway that is confirmed or, before that, expected.",
            queries=in_order("nctr_patients", "pathway", names.PATHWAYS),
            colour=ORANGE,
        ),
        Bars(
            title="Days lost, by length of stay (never add these)",
            says="Days since the discharge ready date of people still in hospital whose stay is at"
            " least this long: the additional bed days of the discharge situation report. Who has"
            " stayed 21 days is in all three, so they must never be added together.",
            unit="suffix:days",
            queries=in_order("additional_bed_days", "los_min", names.STAYS_AT_LEAST),
            colour=SKY,
        ),
        Lines(
            title="In hospital, and ready to leave",
            says=f"People in hospital; people {_READY}; and of those the ones past their discharge"
            " ready date.",
            axis="people",
            queries=(
                Query(nothing_is_zero(total("inpatients")), "In hospital"),
                Query(nothing_is_zero(total("nctr_patients")), "Ready to leave"),
                Query(nothing_is_zero(total("delayed_patients")), "Past their ready date"),
            ),
            styles={
                "In hospital": Style(BLUE),
                "Ready to leave": Style(NEAR, (8, 4), 2),
                "Past their ready date": Style(BREACHED, (), 3),
            },
        ),
        Bars(
            title="Referrals that have not begun",
            says="Referrals made, and not begun, refused or withdrawn, by what was asked for. Kinds"
            " whose beginning is never told (the hub itself, for one) are left out.",
            empty="No referral is open",
            queries=(Query(largest(total("referrals_open", by="kind"), 12), "{{kind}}"),),
            names=names.REFERRED_TO,
            colour=BLUE,
            width=12,
        ),
    ),
)


def _by_wait(by: str, *matchers: str) -> tuple[Column, ...]:
    return (
        Column("Open", f"{waits('active', by, *matchers)} > 0"),
        Column("Near target", waits("near", by, *matchers), limits=(Limit(1, NEAR),)),
        Column("Past target", waits("breached", by, *matchers), limits=(Limit(1, BREACHED),)),
        Column("Share past target", share_past_target(by, *matchers), unit="percentunit"),
    )


WAITING = Row(
    "What they wait for",
    (
        Table(
            title="Open waits, most past target first",
            alerts=("FlowWaitsBreached", "FlowHospitalProcessDelay"),
            says="All open waits now by what they wait for: how many, near their target, past it,"
            " and the share past it. Start, stop, target and source of each: docs/waits.md."
            f" {OF_ENOUGH}.",
            empty=NOBODY_WAITS,
            keys={"wait": "Waiting for"},
            names={"wait": names.WAITS},
            columns=_by_wait("wait"),
            sort_by="Past target",
            width=14,
            height=12,
        ),
        Lines(
            title="Open waits by how they stand",
            says="Open waits, one upon the other: on track, near their target, past their target."
            f"{_LEFT_OUT}",
            axis="waits",
            stacked=True,
            queries=(
                Query(nothing_is_zero(waits("breached", "", COMPARED)), "Past target"),
                Query(nothing_is_zero(waits("near", "", COMPARED)), "Near target"),
                Query(nothing_is_zero(waits_on_track(COMPARED)), "On track"),
            ),
            styles={
                "Past target": Style(BREACHED, (), 3),
                "Near target": Style(NEAR, (8, 4), 2),
                "On track": Style(ON_TRACK, (2, 4), 1),
            },
            width=10,
            height=12,
        ),
    ),
)


def _compared(by: str) -> tuple[Column, ...]:
    """The figures by which one place is held against the next."""
    return (
        Column("Ready, still there", total("nctr_patients", by=by)),
        Column("Open waits", waits("active", by, COMPARED)),
        Column("Near target", waits("near", by, COMPARED), limits=(Limit(1, NEAR),)),
        Column("Past target", waits("breached", by, COMPARED), limits=(Limit(1, BREACHED),)),
        Column("Share past target", share_past_target(by, COMPARED), unit="percentunit"),
        Column("Discharges, 28 days", total("discharges", by=by)),
        Column("Left on the day", left_on_the_day(by), unit="percentunit", decimals=1),
        Column("Mean delay", mean_delay_days(by), unit="suffix:days", decimals=1),
        Column("Delayed", total("discharges_delayed", by=by)),
        Column(
            "Mean, if delayed",
            mean_delay_days_of_the_delayed(by),
            unit="suffix:days",
            decimals=1,
        ),
    )


_COMPARED_SAYS = (
    " Waits are those of now; discharges are those of the last 28 days, deaths, stays of no night"
    " and people under 16 left out. The mean delay counts days from the discharge ready date to"
    " the discharge, once over all and once over those alone who left later (`Delayed`)."
    f" {OF_ENOUGH}, and those of a small place still jump.{_LEFT_OUT}"
)

PLACES_COMPARED = Row(
    "One place against the next",
    (
        Table(
            title="Neighbourhoods",
            says="By the neighbourhood that the person comes from." + _COMPARED_SAYS,
            keys={"council": "Council", "locality": "Neighbourhood"},
            columns=_compared("council, locality"),
            sort_by="Share past target",
            height=9,
        ),
        Table(
            title="Which step is late where",
            says="Open waits by neighbourhood and by what they wait for: all, near their target,"
            " past it, and the share past it. An alert watches for more than half past target,"
            f" where at least five are. {OF_ENOUGH}.{_LEFT_OUT}",
            empty=NOBODY_WAITS,
            alerts=("FlowWaitsBreached",),
            keys={"council": "Council", "locality": "Neighbourhood", "wait": "Waiting for"},
            names={"wait": names.WAITS},
            columns=_by_wait("council, locality, wait", COMPARED),
            widths={"Council": 130, "Neighbourhood": 180, "Open": 100},
            sort_by="Past target",
            height=10,
        ),
        Table(
            title="Hospitals",
            says="By the hospital organisation (ODS code) where the person is, or was."
            + _COMPARED_SAYS,
            keys={"provider": "Hospital"},
            columns=_compared("provider"),
            sort_by="Share past target",
            height=5,
        ),
        Table(
            title="Councils",
            says="By the council of the person's home (ONS code)." + _COMPARED_SAYS,
            keys={"council": "Council"},
            columns=_compared("council"),
            sort_by="Share past target",
            height=5,
        ),
        Table(
            title="Pathways",
            says="By discharge pathway 0 to 3, as it was at discharge or is expected."
            + _COMPARED_SAYS,
            keys={"pathway": "Pathway"},
            names={"pathway": names.PATHWAYS},
            columns=_compared("pathway"),
            sort_by="Pathway",
            ascending=True,
            height=7,
        ),
    ),
)

BOARD = Board(
    uid="discharge-flow-flow",
    title="Flow: from hospital bed to home",
    answers="For coordinators' leads and commissioners: where people are, what they wait for, who"
    " is near a breach, and how one neighbourhood stands against the next.",
    rows=(
        how_far_true("provider", "council", "locality", "service"),
        AT_A_GLANCE,
        WHERE,
        WAITING,
        PLACES_COMPARED,
        DELAY,
    ),
    since="24h",
)
