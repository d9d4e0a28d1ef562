"""Service: is the pipeline well? Workers, partitions and processes; more in `service_*.py`."""

from dashboards.alerting import alerts_of_pipeline
from dashboards.colours import BREACHED
from dashboards.promql import exactly, nothing_is_zero, select, total
from dashboards.service_data import FEEDS, UNUSABLE
from dashboards.service_queries import lately, quiet
from dashboards.service_work import IN_TIME, WORK
from dashboards.spec import Board, Column, Lines, Query, Row, Stat, Style, Table

OLDEST_CLOCK = "pipeline:patientflow_clock_seconds:min"
OUR_JOB = 'job="discharge-flow"'

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
        quiet(
            "Clocks held",
            "Partitions whose clock stands because the inputs are behind: nobody is called late"
            " there until they have caught up. Seconds of it are usual, minutes are not.",
            total("clock_held"),
            "FlowClockHeld",
        ),
        quiet(
            "People and services not assessed",
            "People and services whose journey could not be assessed: a bug. No event is lost, but"
            " no wait is seen and no alert raised. 0 is the only good figure.",
            f"{total('not_assessed')} + {total('services_not_assessed')}",
            "FlowPeopleNotAssessed",
            "FlowServicesNotAssessed",
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
        quiet(
            "Rebalances, last hour",
            "Times that workers were told anew which partitions they own. Some with each"
            " deployment; many mean that workers lose their group.",
            lately("rebalances_total", "1h"),
            "FlowRebalanceStorm",
            many=9,
        ),
        quiet(
            "Writes or openings that failed, last hour",
            "Writes or openings of a partition that failed and are tried again, in the last hour. A"
            " few follow a broker's restart; `Fenced` means that another worker took over.",
            lately("ledger_failures_total", "1h"),
            "FlowLedgerFailures",
            many=4,
        ),
        quiet(
            "Clock jumps refused, last hour",
            "Ticks too far ahead of a partition's clock to be believed: a machine with a wrong"
            " clock, or an outage that has just ended.",
            lately("clock_jumps_refused_total", "1h"),
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
