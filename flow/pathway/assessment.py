"""A journey, a policy and the time now: stage, waits, notices, findings, gauges, next look.

Total and, seen from outside, pure. Inside, a journey carries what was worked out of it last
time: only waits whose spans were touched by new events, or whose time has come, are measured
again. A journey built anew starts without that memory, so both ways must agree (tests: laws).
"""

from collections.abc import Callable
from datetime import datetime

from mypy_extensions import mypyc_attr

from flow.pathway.answers import wakes_at
from flow.pathway.contribution import after_part, hospital_part, quality_part, services_part
from flow.pathway.doubts import doubts_of
from flow.pathway.findings import Finding
from flow.pathway.journey import Journey, Notice, OffDuty
from flow.pathway.local_days import FAR
from flow.pathway.measured_wait import Wait
from flow.pathway.measuring import Measured, measure, tell
from flow.pathway.notices import lapses_at
from flow.pathway.placements import Placement, placements_of
from flow.pathway.policy import Contribution, Policy
from flow.pathway.retire import retires_at
from flow.pathway.spans import Span
from flow.pathway.stage import Next, Stage, stage_of
from flow.pathway.who_acts import Where, WhoMayAct, who_may_act
from flow.pathway.who_hears import cover_changes_at


@mypyc_attr(acyclic=True, free_list_len=1)  # docs/design.md, "A compiled core"
class Assessment:
    """What a journey means at `now`.

    `contribution` adds up to the gauges (`contribution.GAUGES`). `open_waits` are those that run
    now, in the order in which they began. `next_at` is later than now, or None where time alone
    changes nothing more. `over`: nothing is open, nothing is to come, and the grace is over, so
    the person may be let go.
    """

    __slots__ = (
        "_journey",
        "_steps",
        "contribution",
        "findings",
        "next_at",
        "notices",
        "now",
        "open_waits",
        "over",
        "placements",
        "policy",
        "stage",
    )

    stage: Stage
    notices: tuple[Notice, ...]
    findings: tuple[Finding, ...]
    contribution: tuple[Contribution, ...]
    placements: tuple[Placement, ...]
    next_at: datetime | None
    over: bool
    open_waits: tuple[Wait, ...]

    def __init__(self, journey: Journey, policy: Policy, now: datetime) -> None:
        self.policy = policy
        self.now = now
        self._journey = journey
        self._steps = journey.steps

    @property
    def waits(self) -> tuple[Wait, ...]:
        """Every wait that runs or ran, in the order in which they began to.

        Those that stopped are measured when they are asked for: few ever are. So ask before
        the journey grows.
        """
        return self._told(lambda _span: True)

    def find(self, wait: str, about: str, period: int) -> Wait | None:
        """One of `waits`, or None."""
        told = self._told(lambda span: span.wait == wait and span.subject.about == about)
        return next((found for found in told if found.period == period), None)

    def _told(self, wanted: Callable[[Span], bool]) -> tuple[Wait, ...]:
        journey = self._journey
        assert journey.steps == self._steps, "the journey has grown since: assess it again"
        wheres: dict[str | None, Where] = {}
        who = who_may_act(journey, self.now)
        return tuple(
            wait
            for span in journey.spans
            if wanted(span)
            for wait in tell(span, _where(wheres, self.policy, journey, span, who), self.now)
        )


@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class _Memo:
    """What the last assessment worked out and the next one may use."""

    __slots__ = (
        "acts_version",
        "after",
        "after_until",
        "council",
        "doubts",
        "findings",
        "first",
        "hospital",
        "hospital_findings",
        "hospital_until",
        "hospital_version",
        "journey_findings",
        "locality",
        "named_version",
        "now",
        "open",
        "placements",
        "placements_until",
        "policy",
        "quality",
        "reasons_version",
        "running",
        "running_until",
        "series",
        "services",
        "services_version",
        "stage",
        "stage_until",
        "stage_version",
        "wheres",
        "who",
    )

    def __init__(self, policy: Policy, now: datetime) -> None:
        self.policy = policy
        self.now = now
        # By index of the span, in that order: spans are opened once and never again.
        self.open: dict[int, Measured] = {}
        self.running: tuple[Wait, ...] = ()  # the waits of all of them
        self.series: tuple[Contribution, ...] = ()  # and what they add
        self.first: Wait | None = None  # which of them is due first
        self.running_until: datetime | None = None  # None: they must be looked through again
        self.wheres: dict[str | None, Where] = {}
        self.council: str | None = None
        self.locality: str | None = None
        self.who = WhoMayAct()
        self.hospital_version = self.services_version = self.stage_version = -1
        self.acts_version = self.reasons_version = self.named_version = -1
        self.hospital: tuple[Contribution, ...] = ()
        self.hospital_findings: tuple[Finding, ...] = ()
        self.hospital_until = self.stage_until = FAR
        self.after: tuple[Contribution, ...] = ()
        self.after_until = FAR
        self.services: tuple[Contribution, ...] = ()
        self.placements: tuple[Placement, ...] = ()
        self.placements_until = FAR
        self.doubts: tuple[Finding, ...] = ()
        self.journey_findings: tuple[Finding, ...] | None = None  # those that are in `findings`
        self.findings: tuple[Finding, ...] = ()
        self.quality: tuple[Contribution, ...] = ()
        self.stage: Stage | None = None


def assess(journey: Journey, policy: Policy, now: datetime) -> Assessment:
    """What the journey means at `now`, by this policy."""
    memo = journey.memo
    if isinstance(memo, _Memo) and memo.policy is policy and memo.now <= now:
        memo.now = now
        touched = journey.touched
    else:
        memo = journey.memo = _Memo(policy, now)
        touched = journey.spans
    if _all_to_be_measured(memo, journey, now):
        touched = [*touched, *(journey.spans[index] for index in memo.open)]
    if touched:
        _measure_touched(memo, journey, touched)
        journey.touched = []
    if memo.running_until is None or now >= memo.running_until:
        memo.running_until = _look_at_open(memo, journey)
    next_at = memo.running_until
    moved = _refresh_parts(memo, journey, now)
    view = Assessment(journey, policy, now)
    view.open_waits = memo.running
    view.contribution = memo.hospital + memo.after + memo.services + memo.quality + memo.series
    view.notices = journey.notices
    if view.notices:
        view.notices = tuple([n for n in view.notices if policy.notices[n.kind].on])
    view.findings = memo.findings
    view.placements = memo.placements
    view.stage = _stage(memo, journey, now, moved=moved)
    for until in (memo.hospital_until, memo.after_until, memo.placements_until, memo.stage_until):
        if until < next_at:  # noqa: PLR1730 - as in `_look_at_open`
            next_at = until
    stands_in = memo.who.stands_in
    if stands_in is not None and journey.off_duty is not None:
        next_at = min(next_at, _there_again_at(journey.off_duty, now))
    if view.notices or journey.answers:
        next_at = min(next_at, _talk_changes_at(view.notices, journey, policy, now))
    view.over = False
    if next_at is FAR:
        # Not before: a window of a gauge, a notice or a snooze would still change with time.
        next_at = _look_whether_over(view, journey, policy)
    if view.notices and policy.working_hours and not view.over:
        # An office that opens and closes day by day keeps nobody.
        next_at = min(next_at, cover_changes_at(view.notices, journey, policy, now))
    assert next_at > now
    view.next_at = next_at if next_at is not FAR else None
    return view


def _look_whether_over(view: Assessment, journey: Journey, policy: Policy) -> datetime:
    """Note whether the person may be let go, and return when they may, if that is to come."""
    over_at = retires_at(journey, policy, waits=bool(view.open_waits))
    if over_at is None:
        return FAR
    view.over = over_at <= view.now
    return FAR if view.over else over_at


def _where(
    wheres: dict[str | None, Where], policy: Policy, journey: Journey, span: Span, who: WhoMayAct
) -> Where:
    """Whose policy holds; `wheres` is forgotten when the person moves (`_all_to_be_measured`)."""
    spell = span.subject.spell
    provider = spell.provider if spell is not None else None
    where = wheres.get(provider)
    if where is None:
        place = policy.place(provider, journey.council, journey.locality)
        where = wheres[provider] = Where(
            place, provider, journey.council, journey.locality, policy.working_hours
        )
        where.note(who)
    return where


def _all_to_be_measured(memo: _Memo, journey: Journey, now: datetime) -> bool:
    """Whether every open wait must be, because another policy holds, or another's working hours
    count. Note who may act."""
    who = who_may_act(journey, now)
    others_act = who != memo.who
    if others_act:
        memo.who = who
        for where in memo.wheres.values():
            where.note(who)
    if memo.council != journey.council or memo.locality != journey.locality:
        memo.council, memo.locality = journey.council, journey.locality
        memo.wheres.clear()
        return True
    others_act = others_act or memo.acts_version != journey.acts_version
    memo.acts_version = journey.acts_version
    return others_act and bool(memo.policy.working_hours)


def _measure_touched(memo: _Memo, journey: Journey, touched: list[Span]) -> None:
    is_open = memo.open
    memo.running_until = None
    for span in {span.index: span for span in touched}.values():  # one event may touch a wait twice
        if span.stops_at is None:
            where = _where(memo.wheres, memo.policy, journey, span, memo.who)
            is_open[span.index] = measure(span, where, memo.now)
        else:
            is_open.pop(span.index, None)


def _look_at_open(memo: _Memo, journey: Journey) -> datetime:
    """The waits that run, what they add, and which is due first; until when that holds."""
    now = memo.now
    running: list[Wait] = []
    series: list[Contribution] = []
    until = due_at = FAR
    first: Wait | None = None
    for index, measured in memo.open.items():
        waits, changes_at = measured
        if changes_at <= now:
            span = journey.spans[index]
            where = _where(memo.wheres, memo.policy, journey, span, memo.who)
            waits, changes_at = memo.open[index] = measure(span, where, now)
        if changes_at < until:  # noqa: PLR1730 - three times as fast as min(), and met most often
            until = changes_at
        for wait in waits:
            running.append(wait)
            series += wait.series
            if wait.due_at < due_at:
                due_at, first = wait.due_at, wait
    memo.running, memo.series, memo.first = tuple(running), tuple(series), first
    return until


def _refresh_parts(memo: _Memo, journey: Journey, now: datetime) -> bool:
    """Work out again what new events or the day have changed; whether the stage may have."""
    policy = memo.policy
    stayed = memo.hospital_version != journey.hospital_version
    served = memo.services_version != journey.services_version
    moved = stayed or memo.stage_version != journey.stage_version
    if stayed or memo.reasons_version != journey.reasons_version or now >= memo.hospital_until:
        figures, findings, memo.hospital_until = hospital_part(journey, policy, now)
        memo.hospital = tuple(figures)
        memo.hospital_version = journey.hospital_version
        memo.reasons_version = journey.reasons_version
        if findings != memo.hospital_findings:
            memo.hospital_findings = findings
            memo.journey_findings = None
    if served:
        # In hospital it is the hospital that decides the stage.
        moved = moved or journey.current is None
        memo.services = tuple(services_part(journey, policy))
        memo.services_version = journey.services_version
    # Whoever is ready to leave hospital could move in somewhere.
    faced = stayed or served or now >= memo.placements_until
    if faced:
        memo.placements = placements_of(journey, policy.service_rules.criteria, now)
        memo.placements_until = journey.responsible_until(now)
    if faced or memo.named_version != journey.named_version:
        memo.named_version = journey.named_version
        doubts = doubts_of(journey, policy, now)
        if doubts != memo.doubts:
            memo.doubts = doubts
            memo.journey_findings = None
    if stayed or served or now >= memo.after_until:
        figures, memo.after_until = after_part(journey, policy, now)
        memo.after = tuple(figures)
    if memo.journey_findings is not journey.findings:
        memo.journey_findings = journey.findings
        memo.findings = (*journey.findings, *memo.doubts, *memo.hospital_findings)
        memo.quality = tuple(quality_part(memo.findings))
    return moved


def _stage(memo: _Memo, journey: Journey, now: datetime, *, moved: bool) -> Stage:
    first, stage = memo.first, memo.stage
    next_step: Next = (first.id, first.acts_next) if first is not None else (None, None)
    if stage is None or moved or now >= memo.stage_until:
        stage, memo.stage_until = stage_of(journey, memo.policy.follow_up_days, now, next_step)
        memo.stage_version = journey.stage_version
        memo.stage = stage
    elif (stage.next_step, stage.acts_next) != next_step:
        name, acts_next = next_step
        stage = memo.stage = stage.with_next(name, acts_next)
    return stage


def _there_again_at(away: OffDuty, now: datetime) -> datetime:
    """When the owner, or who covers, is there again, where that was told."""
    until = away.uncovered_until
    return until if until is not None and until > now else FAR


def _talk_changes_at(
    notices: tuple[Notice, ...], journey: Journey, policy: Policy, now: datetime
) -> datetime:
    """When the first open notice lapses or a snooze ends."""
    first = FAR
    for notice in notices:
        until = lapses_at(notice, policy)
        if notice.ended is None and now < until < first:
            first = until
    for answers in journey.answers.values():
        for answer in answers:
            awake_at = wakes_at(answer, policy.snooze_at_most)
            if awake_at is not None and now < awake_at < first:
                first = awake_at
    return first
