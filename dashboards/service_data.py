"""Service, what could not be used or disagrees, and feeds that are silent."""

from dashboards.colours import BLUE, BREACHED, ORANGE
from dashboards.promql import exactly, nothing_is_zero, total
from dashboards.queries import largest
from dashboards.service_queries import BY_TOPIC, lately, quiet
from dashboards.spec import Bars, Column, Limit, Lines, Query, Row, Stat, Table

SILENCE = "pipeline:patientflow_source_silence_seconds:max"
REJECTED = "pipeline:patientflow_events_rejected:rate5m"
NO_CAPACITY_REPORT = 'source!~".*/capacity"'

UNUSABLE = Row(
    "What could not be used, and what disagrees",
    (
        quiet(
            "Dead letters, last hour",
            "Records that could not be used and went, bytes untouched, to the dead letters of their"
            " input. `flow dlq list` shows them with reason and remedy.",
            lately("events_rejected_total", "1h"),
            "FlowDeadLetters",
            "FlowDeadLettersMany",
        ),
        quiet(
            "Conflicting events, last hour",
            "Events with the identity of another one and different content: a sender uses an id"
            " twice. The one written down last counts.",
            lately("events_conflicting_total", "1h"),
        ),
        Stat(
            title="Written down late, last hour",
            says="Events written down more than 24 hours after they happened.",
            queries=(Query(nothing_is_zero(lately("events_late_total", "1h"))),),
        ),
        Stat(
            title="Repeats, last hour",
            says="Events that were in the person's history already. They change nothing.",
            queries=(Query(nothing_is_zero(lately("events_duplicate_total", "1h"))),),
        ),
        quiet(
            "Faults in figures, last hour",
            "Changes of journey gauges that were not as they must be: a bug, see the log.",
            lately("contribution_faults_total", "1h"),
            "FlowContributionFaults",
        ),
        quiet(
            "Figures under `other`, last hour",
            "Changes of journey gauges beyond the limit of series; they count under the label"
            " `other`. Shorten the policy's lists of places.",
            lately("series_dropped_total", "1h"),
            "FlowSeriesDropped",
        ),
        Table(
            title="Dead letters of the last day",
            alerts=("FlowDeadLetters", "FlowDeadLettersMany"),
            says="Records that could not be used, by input and reason. Remedies:"
            " docs/events/dead-letter-reasons.md.",
            empty="No dead letter in the last day",
            keys={"topic": "Input", "reason": "Reason"},
            columns=(
                Column(
                    "Records",
                    f"{lately('events_rejected_total', '1d', 'topic, reason')} > 0",
                    limits=(Limit(1, BREACHED),),
                ),
            ),
            sort_by="Records",
            width=8,
        ),
        Lines(
            title="Dead letters in five minutes, by input",
            says="Records that could not be used, in each five minutes.",
            decimals=1,
            axis="records",
            queries=(
                Query(
                    f"300 * sum by (topic) ({exactly(REJECTED)})",
                    "{{topic}}",
                ),
            ),
            styles=BY_TOPIC,
            width=16,
        ),
        Bars(
            title="What disagrees in people's events",
            says="Findings in people's events now, by rule: the fifteen most frequent. What each"
            " means and which events disagree: `flow person`.",
            empty="Nothing disagrees",
            queries=(Query(largest(total("data_quality", by="rule"), 15), "{{rule}}"),),
            colour=ORANGE,
            width=12,
        ),
        Bars(
            title="What disagrees in services' reports",
            says="Findings about services now, by rule: old reports, none at all, occupancy that"
            " journeys contradict.",
            empty="Nothing disagrees",
            queries=(Query(largest(total("service_data_quality", by="rule"), 15), "{{rule}}"),),
            colour=ORANGE,
            width=12,
        ),
    ),
)

FEEDS = Row(
    "Feeds",
    (
        Bars(
            title="Feeds that were silent longest",
            alerts=("FlowFeedSilent", "FlowFeedSilentLong"),
            says="Time since the newest event of each source was written down, by the pipeline's"
            " clock: the twenty longest. A source is forgotten after 30 days. A"
            " capacity report comes once a day, a hospital's feed every few minutes.",
            unit="s",
            decimals=1,
            empty="No source was heard in 30 days",
            queries=(
                Query(
                    f"sort_desc(topk(20, {exactly(SILENCE)}))",
                    "{{source}}",
                ),
            ),
            colour=BLUE,
            width=12,
            height=14,
        ),
        Lines(
            title="Feeds of hospitals, councils and hubs: silence",
            alerts=("FlowFeedSilent",),
            says="Time since the newest event of each source other than capacity reports, by the"
            " pipeline's clock. A saw that stops falling is a feed that fell silent.",
            unit="s",
            decimals=1,
            axis="silent for",
            empty="No source was heard in 30 days",
            queries=(
                Query(
                    exactly(SILENCE, NO_CAPACITY_REPORT),
                    "{{source}}",
                ),
            ),
            width=12,
            height=14,
        ),
    ),
)
