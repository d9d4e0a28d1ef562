"""The table of alerts that fire, or will if nothing changes; and as of when figures are true."""

from dataclasses import replace

from dashboards.promql import exactly, total
from dashboards.rules import alerts
from dashboards.spec import Column, Query, Row, Stat, Table

STATES = {"firing": "Firing", "pending": "Not for long enough yet"}
TEAMS = {
    "hub": "Care transfer hub",
    "hospital": "Hospital",
    "commissioner": "Commissioner",
    "platform": "Whoever runs the pipeline",
}
PLACES = ("provider", "council", "locality", "service")
"""Labels that an alert may have. A filter keeps those that have none: they concern every place."""

MAKE_FIGURES_UNTRUE = (
    "FlowTargetDown",
    "FlowAllTargetsDown",
    "FlowWorkerRestarting",
    "FlowPartitionsUnowned",
    "FlowOpeningTooLong",
    "FlowClockHeld",
    "FlowClockStalled",
    "FlowServicesClockStalled",
    "FlowClockJumpRefused",
    "FlowFeedSilent",
    "FlowFeedSilentLong",
    "FlowDeadLettersMany",
    "FlowPeopleNotAssessed",
    "FlowServicesNotAssessed",
    "FlowSeriesDropped",
    "FlowContributionFaults",
    "FlowRulesFailing",
)
"""Alerts of the pipeline after which figures about people are old, too small or wrong."""
assert set(MAKE_FIGURES_UNTRUE) <= set(alerts())


def alerts_of_pipeline() -> Table:
    """For whoever runs it; without the one that always fires, to be heard elsewhere."""
    table = _table('ALERTS{team="platform",severity!="info"}', "", width=24, height=8)
    return replace(table, alerts=("FlowWatchdog", "FlowRulesFailing", "FlowAlertsNotDelivered"))


def how_far_true(*filters: str) -> Row:
    """The first row of a dashboard about people: as of when its figures are, the alerts of those
    who act on them, and what makes them untrue. `filters` are those that the dashboard offers."""
    matchers = ['team=~"hub|hospital|commissioner"']
    matchers += [f'{label}=~"${label}|"' for label in PLACES if label in filters]
    found = (
        f'ALERTS{{{",".join(matchers)}}} or ALERTS{{alertname=~"{"|".join(MAKE_FIGURES_UNTRUE)}"}}'
    )
    untrue = (
        " Those for whoever runs the pipeline are shown where they make figures here untrue,"
        " whatever the filters say."
    )
    return Row(
        "How far figures are true",
        (
            Stat(
                title="Figures as of",
                says="The pipeline's clock, of the partition that is furthest behind: all that is"
                " shown here is as it was then, by the events that had come. On simulated time (a"
                " demo, a replay) it is the town's time.",
                unit="dateTimeAsIso",
                queries=(Query(f"1000 * {exactly('pipeline:patientflow_clock_seconds:min')}"),),
                alerts=("FlowClockHeld", "FlowClockStalled"),
                width=5,
                height=7,
            ),
            Stat(
                title="Partitions that report",
                says="People are spread over partitions. Where fewer report than there are, the"
                " people of the others are missing from every figure here.",
                queries=(
                    Query(total("partitions_open"), "report"),
                    Query("max(pipeline:patientflow_partitions:max)", "in all"),
                ),
                alerts=("FlowTargetDown", "FlowPartitionsUnowned", "FlowOpeningTooLong"),
                width=3,
                height=7,
            ),
            _table(found, untrue, width=16, height=7),
        ),
    )


def _table(found: str, says_too: str, *, width: int, height: int) -> Table:
    """Alerts of Prometheus' rules, by their summary."""
    return Table(
        title="Alerts",
        says="Alerts of the rules in Prometheus: those that fire, and those whose condition holds"
        " but not yet for as long as the rule wants. `How many` is of places, services, workers or"
        " inputs that it is about. What to do is in the runbook, linked from the"
        f" panel that shows the figure.{says_too}",
        empty="No alert fires, and none is about to",
        keys={"alertname": "Alert", "alertstate": "State", "severity": "Severity", "team": "For"},
        names={
            "alertname": {name: alert.summary for name, alert in alerts().items()},
            "alertstate": STATES,
            "team": TEAMS,
        },
        columns=(
            Column("How many", f"count by (alertname, alertstate, severity, team) ({found})"),
        ),
        widths={"State": 170, "Severity": 80, "For": 170, "How many": 90},
        sort_by="State",
        ascending=True,
        width=width,
        height=height,
    )
