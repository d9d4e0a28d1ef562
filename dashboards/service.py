"""Service: is the pipeline well? Lag, firing lag, commits, opening, dead letters, silent feeds."""

from dashboards.alerting import alerts_of_pipeline
from dashboards.colours import (
    BLUE,
    BREACHED,
    CATEGORIES,
    GREEN,
    NOT_KNOWN,
    ORANGE,
    PURPLE,
    SKY,
)
from dashboards.promql import exactly, nothing_is_zero, select, total
from dashboards.queries import largest
from dashboards.spec import (
    Bars,
    Board,
    Column,
    Limit,
    Lines,
    Query,
    Row,
    Stat,
    Style,
    Table,
    Unit,
)
from flow.events.topics import PERSON_INPUTS, SERVICE_INPUTS

_DASHES = ((), (8, 4), (2, 4), (12, 4, 2, 4), (4, 2), (2, 2), (2, 8), (16, 4))
BY_TOPIC = {
    topic: Style(colour, dash, 2)
    for topic, colour, dash in zip(
        (*PERSON_INPUTS, *SERVICE_INPUTS), CATEGORIES, _DASHES, strict=True
    )
}
CHANGES = {
    "Near": ("near", Style(ORANGE, (8, 4), 2)),
    "Past target": ("breached", Style(BREACHED, (), 2)),
    "Further past": ("breached.+", Style(PURPLE, (2, 4), 2)),
    "Raised at once": ("raised", Style(SKY, (4, 2), 1)),
    "Done in time": ("done", Style(GREEN, (12, 4, 2, 4), 1)),
    "Done late": ("done_late", Style(BLUE, (2, 2), 1)),
    "Closed else": ("cancelled|reset|retracted|died|superseded", Style(NOT_KNOWN, (2, 8), 1)),
}
SLOWEST = {
    "Half": Style(BLUE),
    "95 %": Style(ORANGE, (8, 4), 2),
    "99 %": Style(BREACHED, (2, 4), 2),
}
SILENCE = "pipeline:patientflow_source_silence_seconds:max"
OLDEST_CLOCK = "pipeline:patientflow_clock_seconds:min"
REJECTED = "pipeline:patientflow_events_rejected:rate5m"
LATE = "pipeline:patientflow_alert_firing_lag_seconds_over_5s"
OUR_JOB = 'job="discharge-flow"'
NO_CAPACITY_REPORT = 'source!~".*/capacity"'
NOTHING_RAISED = "No delay was raised in this time"
NOT_MEASURED = "No event came in this time, or time is simulated"
_AS_MEASURED = "Interpolated within the histogram's buckets."


def _rate(metric: str, *matchers: str, by: str = "") -> str:
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping}(rate({select(metric, *matchers)}[$__rate_interval]))"


def _lately(metric: str, span: str, by: str = "") -> str:
    """How often in the last hour, day …"""
    grouping = f" by ({by})" if by else ""
    return f"round(sum{grouping}(increase({select(metric)}[{span}])))"


def _slower_than(share: float, metric: str, by: str = "le") -> str:
    """So many seconds, or records, or less: that share of what was measured."""
    return f"histogram_quantile({share}, {_rate(f'{metric}_bucket', by=by)})"


def _slowest(
    title: str, says: str, metric: str, axis: str, unit: Unit, empty: str, *alerts: str
) -> Lines:
    return Lines(
        title=title,
        alerts=alerts,
        says=f"{says} Half of all took the lower line or less, 95 % and 99 % the others."
        f" {_AS_MEASURED}",
        unit=unit,
        decimals=2,
        axis=axis,
        empty=empty,
        queries=tuple(
            Query(_slower_than(share, metric), name)
            for share, name in ((0.5, "Half"), (0.95, "95 %"), (0.99, "99 %"))
        ),
        styles=SLOWEST,
    )


def _quiet(title: str, says: str, query: str, *alerts: str, many: int = 1) -> Stat:
    """A figure that is 0 while all is well; `many` is what is too many."""
    return Stat(
        title=title,
        says=says,
        queries=(Query(nothing_is_zero(query)),),
        limits=(Limit(many, BREACHED),),
        alerts=alerts,
    )


FIRING = Row(
    "What asks for action",
    (alerts_of_pipeline(),),
)

NOW = Row(
    "Now",
    (
        Stat(
            title="Workers that report",
            says="Workers whose metrics Prometheus reads. A worker that does not answer is missing"
            " here; its partitions move to the others within seconds.",
            queries=(Query(f"count({exactly('patientflow_partitions_owned')})"),),
            empty="No worker answers",
            alerts=("FlowTargetDown", "FlowAllTargetsDown", "FlowWorkerRestarting"),
        ),
        Stat(
            title="Partitions open, owned, and in all",
            says="Partitions of people whose state is read, those that workers own, and all that"
            " there are. Where they"
            " differ for long, the gauges of people cover less than everybody.",
            queries=(
                Query(total("partitions_open"), "open"),
                Query(total("partitions_owned"), "owned"),
                Query("max(pipeline:patientflow_partitions:max)", "in all"),
            ),
            alerts=("FlowPartitionsUnowned", "FlowOpeningTooLong"),
        ),
        Stat(
            title="Behind the inputs",
            says="Age of the newest record worked, where more is waiting; the worst of all inputs"
            " and partitions.",
            unit="s",
            decimals=1,
            queries=(Query(f"max({select('lag_seconds')})"),),
            alerts=("FlowLagGrowing",),
        ),
        Stat(
            title="Clocks behind",
            says="How far the oldest clock of all partitions, of people and of services, is behind"
            " this Prometheus. No delay"
            " due after that clock can have been raised yet. On simulated time (a demo, a replay)"
            " it only says how far that is from now.",
            unit="s",
            decimals=1,
            queries=tuple(
                Query(f"clamp_min(time() - {clock}, 0)", who)
                for who, clock in (
                    ("people", OLDEST_CLOCK),
                    ("services", f"min({exactly('patientflow_services_clock_seconds')})"),
                )
            ),
            alerts=("FlowClockStalled", "FlowServicesClockStalled"),
        ),
        _quiet(
            "Clocks held",
            "Partitions whose clock stands because the inputs are behind: nobody is called late"
            " there until they have caught up. Seconds of it are usual, minutes are not.",
            total("clock_held"),
            "FlowClockHeld",
        ),
        _quiet(
            "People and services not assessed",
            "People and services whose journey could not be assessed: a bug. No event is lost, but"
            " no wait is seen and no alert raised. 0 is the only good figure.",
            f"{total('not_assessed')} + {total('services_not_assessed')}",
            "FlowPeopleNotAssessed",
            "FlowServicesNotAssessed",
        ),
    ),
)

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
        _slowest(
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
            f" less; of the last event of each chunk. {_AS_MEASURED} Not measured on simulated"
            " time.",
            unit="s",
            axis="95 % or less",
            empty=NOT_MEASURED,
            queries=(
                Query(
                    _slower_than(0.95, "event_lag_seconds", by="topic, le"),
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
                Query(_rate("alert_changes_total", f'what=~"{what}"'), name)
                for name, (what, _) in CHANGES.items()
            ),
            styles={name: style for name, (_, style) in CHANGES.items()},
            empty="No alert has changed in this time",
        ),
        _slowest(
            "Time to commit",
            "Time of one write of a partition: with transactions, from begin to commit.",
            "commit_seconds",
            "a commit",
            "s",
            "Nothing was written in this time",
        ),
        _slowest(
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
                Query(_rate("commit_seconds_count"), "Commits"),
                Query(_rate("assessments_total"), "Assessments"),
            ),
            styles={"Commits": Style(BLUE), "Assessments": Style(ORANGE, (8, 4), 2)},
        ),
        _slowest(
            "Records in a chunk",
            "Records that one fetch brought of one partition. Large ones mean a backlog.",
            "chunk_records",
            "records",
            "none",
            "No chunk came in this time",
        ),
    ),
)

STATE = Row(
    "Partitions and their state",
    (
        Stat(
            title="Time to open a partition",
            says="Mean time to read the state of a partition that a worker came to own, since the"
            " workers started. Within seconds; minutes mean that its state is far too large.",
            unit="s",
            decimals=2,
            empty="No partition was opened yet",
            queries=(
                Query(
                    f"{total('ledger_opening_seconds_sum')}"
                    f" / ({total('ledger_opening_seconds_count')} > 0)"
                ),
            ),
        ),
        Stat(
            title="People held",
            says="People whose journeys the workers hold: everybody with something open, and those"
            " of the last months.",
            queries=(Query(nothing_is_zero(total("live_journeys"))),),
        ),
        Stat(
            title="Services known",
            says="Services that have reported, or that somebody's journey names.",
            queries=(Query(nothing_is_zero(f"max({select('services')})")),),
        ),
        _quiet(
            "Rebalances, last hour",
            "Times that workers were told anew which partitions they own. Some with each"
            " deployment; many mean that workers lose their group.",
            _lately("rebalances_total", "1h"),
            "FlowRebalanceStorm",
            many=9,
        ),
        _quiet(
            "Writes or openings that failed, last hour",
            "Writes or openings of a partition that failed and are tried again, in the last hour. A"
            " few follow a broker's restart; `Fenced` means that another worker took over.",
            _lately("ledger_failures_total", "1h"),
            "FlowLedgerFailures",
            many=4,
        ),
        _quiet(
            "Clock jumps refused, last hour",
            "Ticks too far ahead of a partition's clock to be believed: a machine with a wrong"
            " clock, or an outage that has just ended.",
            _lately("clock_jumps_refused_total", "1h"),
            "FlowClockJumpRefused",
        ),
        Lines(
            title="Partitions open, by worker",
            says="Partitions of people whose state each worker has read.",
            axis="partitions",
            queries=(Query(f"sum by (instance) ({select('partitions_open')})", "{{instance}}"),),
        ),
        Lines(
            title="Clocks held, over time",
            alerts=("FlowClockHeld",),
            says="Partitions whose clock stands because the inputs are behind.",
            axis="partitions",
            queries=(Query(nothing_is_zero(total("clock_held")), "Held"),),
            styles={"Held": Style(BREACHED, (), 2)},
        ),
    ),
)

UNUSABLE = Row(
    "What could not be used, and what disagrees",
    (
        _quiet(
            "Dead letters, last hour",
            "Records that could not be used and went, bytes untouched, to the dead letters of their"
            " input. `flow dlq list` shows them with reason and remedy.",
            _lately("events_rejected_total", "1h"),
            "FlowDeadLetters",
            "FlowDeadLettersMany",
        ),
        _quiet(
            "Conflicting events, last hour",
            "Events with the identity of another one and different content: a sender uses an id"
            " twice. The one written down last counts.",
            _lately("events_conflicting_total", "1h"),
        ),
        Stat(
            title="Written down late, last hour",
            says="Events written down more than 24 hours after they happened.",
            queries=(Query(nothing_is_zero(_lately("events_late_total", "1h"))),),
        ),
        Stat(
            title="Repeats, last hour",
            says="Events that were in the person's history already. They change nothing.",
            queries=(Query(nothing_is_zero(_lately("events_duplicate_total", "1h"))),),
        ),
        _quiet(
            "Faults in figures, last hour",
            "Changes of journey gauges that were not as they must be: a bug, see the log.",
            _lately("contribution_faults_total", "1h"),
            "FlowContributionFaults",
        ),
        _quiet(
            "Figures under `other`, last hour",
            "Changes of journey gauges beyond the limit of series; they count under the label"
            " `other`. Shorten the policy's lists of places.",
            _lately("series_dropped_total", "1h"),
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
                    f"{_lately('events_rejected_total', '1d', 'topic, reason')} > 0",
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

PROCESS = Row(
    "Processes",
    (
        Lines(
            title="Memory, by worker",
            says="Resident memory of each worker. It follows the people held.",
            unit="bytes",
            decimals=0,
            axis="resident",
            queries=(Query(exactly("process_resident_memory_bytes", OUR_JOB), "{{instance}}"),),
            width=8,
        ),
        Lines(
            title="Processor, by worker",
            says="Processor time that each worker uses: 100 % is one core.",
            unit="percentunit",
            axis="of one core",
            queries=(
                Query(
                    f"rate({exactly('process_cpu_seconds_total', OUR_JOB)}[$__rate_interval])",
                    "{{instance}}",
                ),
            ),
            width=8,
        ),
        Table(
            title="Versions that run",
            says="Workers by version of the package, of the core's meaning, and of the policy. More"
            " than one line for long means that workers disagree about targets or places.",
            keys={"version": "Package", "core": "Core", "policy": "Policy"},
            columns=(
                Column("Workers", f"count by (version, core, policy) ({select('build_info')})"),
            ),
            sort_by="Workers",
            width=8,
        ),
    ),
)

BOARD = Board(
    uid="discharge-flow-service",
    title="Service: is the pipeline well?",
    answers="For whoever runs it: does everything that was sent arrive, are delays raised in time,"
    " and what could not be used.",
    rows=(NOW, FIRING, IN_TIME, WORK, STATE, UNUSABLE, FEEDS, PROCESS),
    since="6h",
)
