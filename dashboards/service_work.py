"""Service, in time and work: lag, firing lag, commits, chunks."""

from dashboards.colours import BLUE, BREACHED, GREEN, NOT_KNOWN, ORANGE, PURPLE, SKY
from dashboards.promql import exactly, select, total
from dashboards.service_queries import AS_MEASURED, BY_TOPIC, rate, slower_than, slowest
from dashboards.spec import Limit, Lines, Query, Row, Stat, Style

CHANGES = {
    "Near": ("near", Style(ORANGE, (8, 4), 2)),
    "Past target": ("breached", Style(BREACHED, (), 2)),
    "Further past": ("breached.+", Style(PURPLE, (2, 4), 2)),
    "Raised at once": ("raised", Style(SKY, (4, 2), 1)),
    "Done in time": ("done", Style(GREEN, (12, 4, 2, 4), 1)),
    "Done late": ("done_late", Style(BLUE, (2, 2), 1)),
    "Closed else": ("cancelled|reset|retracted|died|superseded", Style(NOT_KNOWN, (2, 8), 1)),
}
LATE = "pipeline:patientflow_alert_firing_lag_seconds_over_5s"
NOTHING_RAISED = "No delay was raised in this time"
NOT_MEASURED = "No event came in this time, or time is simulated"

IN_TIME = Row(
    "In time",
    (
        Lines(
            title="Records behind, by input",
            says="Records between the end of each input and what is worked, over all partitions.",
            axis="records",
            queries=(Query(total("lag_records", by="topic"), "{{topic}}"),),
            styles=BY_TOPIC,
        ),
        Lines(
            title="Seconds behind, by input",
            says="Age of the newest record worked where more is waiting; the worst partition.",
            unit="s",
            axis="behind",
            queries=(Query(f"max by (topic) ({select('lag_seconds')})", "{{topic}}"),),
            alerts=("FlowLagGrowing",),
            styles=BY_TOPIC,
        ),
        slowest(
            "How late delays are raised (firing lag)",
            "When a delay was raised minus when it could have been: its level reached and its"
            " events here, in the pipeline's time. This is the service level. On simulated time"
            " it is as coarse as the ticks.",
            "alert_firing_lag_seconds",
            "firing lag",
            "s",
            NOTHING_RAISED,
            "FlowFiringLagBudgetBurnsFast",
        ),
        Lines(
            title="Delays raised late: how fast the objective is used up",
            alerts=("FlowFiringLagBudgetBurnsFast", "FlowFiringLagBudgetBurnsSlowly"),
            says="Share of delays raised more than 5 s after they could have been, of those raised"
            " in the last 5 minutes, hour, 6 hours and 3 days. The objective is 1 % or less. On"
            " simulated time a tick is far longer than 5 s, so nearly all are late there.",
            unit="percentunit",
            decimals=1,
            axis="share late",
            top=1,
            empty=NOTHING_RAISED,
            queries=tuple(
                Query(f"{LATE}:ratio_rate{span}", name)
                for span, name in (
                    ("5m", "5 min"),
                    ("1h", "1 hour"),
                    ("6h", "6 hours"),
                    ("3d", "3 days"),
                )
            ),
            styles={
                "5 min": Style(BREACHED),
                "1 hour": Style(ORANGE, (8, 4), 2),
                "6 hours": Style(BLUE, (2, 4), 2),
                "3 days": Style(GREEN, (12, 4, 2, 4), 2),
            },
        ),
        Stat(
            title="Delays raised late, last hour",
            says="Delays raised more than 5 s after they could have been, in the last hour. On"
            " simulated time (a demo, a replay) a tick is far longer than that.",
            empty=NOTHING_RAISED,
            queries=(Query(f"round({LATE}:increase1h)"),),
            limits=(Limit(1, BREACHED),),
            height=8,
        ),
        Lines(
            title="How late events come, by input",
            says="From the writing down of an event to its arrival in Kafka, 95 % of events or"
            f" less; of the last event of each chunk. {AS_MEASURED} Not measured on simulated"
            " time.",
            unit="s",
            axis="95 % or less",
            empty=NOT_MEASURED,
            queries=(
                Query(
                    slower_than(0.95, "event_lag_seconds", by="topic, le"),
                    "{{topic}}",
                ),
            ),
            styles=BY_TOPIC,
            decimals=1,
            width=20,
        ),
    ),
)

WORK = Row(
    "Work",
    (
        Lines(
            title="Records worked",
            says="Records of each input worked on, a second, whether or not they could be used; the"
            " mean of five minutes.",
            unit="suffix:/s",
            decimals=1,
            axis="records a second",
            queries=(
                Query(
                    f"sum by (topic) ({exactly('pipeline:patientflow_events:rate5m')})", "{{topic}}"
                ),
            ),
            styles=BY_TOPIC,
        ),
        Lines(
            title="Alerts raised, risen and closed",
            says="Changes of alerts, a second, by the level that was reached (near the target, past"
            " it, further past it), and by why they were closed: done in time, done late, or else"
            " (cancelled, reset, retracted, died, superseded).",
            unit="suffix:/s",
            decimals=2,
            axis="changes a second",
            queries=tuple(
                Query(rate("alert_changes_total", f'what=~"{what}"'), name)
                for name, (what, _) in CHANGES.items()
            ),
            styles={name: style for name, (_, style) in CHANGES.items()},
            empty="No alert has changed in this time",
        ),
        slowest(
            "Time to commit",
            "Time of one write of a partition: with transactions, from begin to commit.",
            "commit_seconds",
            "a commit",
            "s",
            "Nothing was written in this time",
        ),
        slowest(
            "Time to work a chunk",
            "Time to work one chunk or one tick, from decoding to assessment, without the commit.",
            "chunk_processing_seconds",
            "a chunk",
            "s",
            "No chunk came in this time",
        ),
        Lines(
            title="Commits and assessments",
            says="Writes of a partition, and times that a person's journey was assessed, a second.",
            unit="suffix:/s",
            decimals=1,
            axis="a second",
            queries=(
                Query(rate("commit_seconds_count"), "Commits"),
                Query(rate("assessments_total"), "Assessments"),
            ),
            styles={"Commits": Style(BLUE), "Assessments": Style(ORANGE, (8, 4), 2)},
        ),
        slowest(
            "Records in a chunk",
            "Records that one fetch brought of one partition. Large ones mean a backlog.",
            "chunk_records",
            "records",
            "none",
            "No chunk came in this time",
        ),
    ),
)
