"""The table of alerts that fire, or will if nothing changes."""

from dashboards.rules import alerts
from dashboards.spec import Column, Table

STATES = {"firing": "Firing", "pending": "Not for long enough yet"}
TEAMS = {
    "hub": "Care transfer hub",
    "hospital": "Hospital",
    "commissioner": "Commissioner",
    "platform": "Whoever runs the pipeline",
}


PLACES = ("provider", "council", "locality", "service")
"""Labels that an alert may have. A filter keeps those that have none: they concern every place."""


def alerts_table(*teams: str, width: int) -> Table:
    """Alerts of Prometheus' rules for these teams, by their summary."""
    matchers = [f'team=~"{"|".join(teams)}"']
    watchers: tuple[str, ...] = ()
    if "platform" in teams:  # it always fires, to be heard elsewhere
        matchers.append('severity!="info"')
        watchers = ("FlowWatchdog", "FlowRulesFailing", "FlowAlertsNotDelivered")
    else:  # what runs the pipeline has no place
        matchers += [f'{label}=~"${label}|"' for label in PLACES]
    found = f"ALERTS{{{','.join(matchers)}}}"
    return Table(
        title="Alerts",
        alerts=watchers,
        says="Alerts of the rules in Prometheus: those that fire, and those whose condition holds"
        " but not yet for as long as the rule wants. `How many` is of places, services, workers or"
        " inputs that it is about. What to do is in the runbook, linked from the"
        " panel that shows the figure.",
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
        sort_by="State",
        ascending=True,
        width=width,
        height=8,
    )
