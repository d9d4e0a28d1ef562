"""Flow, delay: who left on the day, who left late or is still there, and why."""

from dashboards import names
from dashboards.colours import BLUE, BREACHED, NEAR, NOT_KNOWN, ORANGE, SKY
from dashboards.promql import share, total
from dashboards.queries import by_label, in_order, largest, left_on_the_day, shares_in_order
from dashboards.spec import Bars, Column, Lines, Query, Row, Style, Table

NOBODY_LEFT = "Nobody was discharged in the last 28 days"
DISCHARGES = (
    "Discharges of the last 28 days; deaths, stays of no night, people under 16, moves to another"
    " hospital, mothers, newborns and the policy's treatment functions that are not acute are left"
    " out, as NHS England does in its discharge ready date publication, whose own lists may differ"
)

DELAY = Row(
    "Delay",
    (
        Lines(
            title="Left on the day they were ready, by pathway",
            says=f"{DISCHARGES}. Share whose discharge was on the discharge ready date.",
            unit="percentunit",
            axis="share of discharges",
            top=1,
            empty=NOBODY_LEFT,
            queries=(Query(left_on_the_day("pathway"), "{{pathway}}"),),
            names=names.PATHWAYS,
            styles={
                "P0": Style(BLUE),
                "P1": Style(ORANGE, (8, 4), 2),
                "P2": Style(SKY, (2, 4), 2),
                "P3": Style(BREACHED, (12, 4, 2, 4), 2),
                "unknown": Style(NOT_KNOWN, (2, 8), 1),
            },
        ),
        Bars(
            title="Discharges by delay",
            says=f"{DISCHARGES}. Share by days from the discharge ready date, in the bands that"
            " NHS England publishes.",
            unit="percentunit",
            decimals=1,
            empty=NOBODY_LEFT,
            queries=shares_in_order("discharges", "band", names.DELAY_BANDS),
            colour=BLUE,
            top=1,
        ),
        Bars(
            title="Still there, by days past their ready date",
            alerts=("FlowDelayed21Days",),
            says="People in hospital past their discharge ready date, by whole days past it.",
            queries=in_order(
                "delayed_patients_by_days",
                "band",
                {code: name for code, name in names.DELAY_BANDS.items() if code != "0"},
            ),
            colour=BREACHED,
        ),
        Table(
            title="Why people past their ready date are still there",
            says="People in hospital past their discharge ready date by the primary delay reason"
            " that the ward or hub wrote down: the national list of 27 May 2024.",
            empty="Nobody is past their discharge ready date",
            keys={"reason_group": "Group", "reason": "Reason"},
            names={"reason": names.DELAYS, "reason_group": names.DELAY_GROUPS},
            columns=(
                Column("People", f"{total('delayed_patients', by='reason_group, reason')} > 0"),
            ),
            sort_by="People",
            width=12,
        ),
        Bars(
            title="Why, by group",
            alerts=("FlowHospitalProcessDelay",),
            says="The same by the five official groups of reasons. Delays of the hospital's own"
            " process should not last longer than 48 hours (national priority for 2025/26).",
            queries=in_order("delayed_patients", "reason_group", names.DELAY_GROUPS),
            colour=BREACHED,
        ),
        Bars(
            title="Discharges by time of day",
            says="Discharges of the last 28 days, deaths left out, by local time.",
            unit="percentunit",
            decimals=1,
            empty=NOBODY_LEFT,
            queries=shares_in_order("discharges_by_time", "time", names.TIMES),
            colour=BLUE,
            top=1,
        ),
        Lines(
            title="Left before midday, and before 17:00",
            says="Shares of the discharges of the last 28 days, deaths left out, by local time."
            " Before 17:00 holds those before midday, too. A third before midday is good practice"
            " (SAFER).",
            unit="percentunit",
            axis="share of discharges",
            top=1,
            empty=NOBODY_LEFT,
            queries=tuple(
                Query(share(total(f"discharges_before_{hour}"), total("discharges_by_time")), name)
                for hour, name in (("midday", "Before midday"), ("17", "Before 17:00"))
            ),
            styles={
                "Before midday": Style(BLUE),
                "Before 17:00": Style(ORANGE, (8, 4), 2),
            },
            width=8,
        ),
        Bars(
            title="Handovers that nobody has answered",
            says="Handovers sent to a service, and neither accepted nor refused while it has a part"
            " in the person's care. The target is two hours (a local rule).",
            empty="Every handover is answered",
            queries=(
                Query(largest(total("handovers_unaccepted", by="service"), 10), "{{service}}"),
            ),
            colour=NEAR,
            width=8,
        ),
        Bars(
            title="Ready, then unwell again",
            says="Times that the criteria to reside were met again after they were not, of stays"
            " that ended in the last 28 days. Each such reset begins the discharge ready date"
            " anew.",
            empty="No stay that ended in the last 28 days was reset",
            queries=(Query(by_label(total("drd_resets", by="provider")), "{{provider}}"),),
            colour=BLUE,
            width=8,
        ),
    ),
)
