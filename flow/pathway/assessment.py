"""A journey, a policy and the time now: stage, waits, notices, findings, gauges, when to look again.

Total and, seen from outside, pure. Inside, a journey carries what was worked out of it last
time: only waits whose spans were touched by new events, or whose time has come, are measured
again. A journey built anew starts without that memory, so both ways must agree (tests: laws).
"""

from datetime import datetime

from flow.pathway.contribution import hospital_part, quality_part, services_part
from flow.pathway.findings import Finding
from flow.pathway.journey import Journey, Notice
from flow.pathway.local_days import FAR
from flow.pathway.placements import Placement, placements_of
from flow.pathway.policy import Contribution, Policy
from flow.pathway.spans import Span
from flow.pathway.stage import Stage, stage_of
from flow.pathway.wait import Wait, Where, measure


class Assessment:
    """What a journey means at `now`. Not changed after it was made.

    `contribution` adds up to the gauges (`contribution.GAUGES`). `next_at` is later than now, or
    None where time alone changes nothing more.
    """

    __slots__ = (
        "_groups",
        "contribution",
        "findings",
        "next_at",
        "notices",
        "now",
        "open_waits",
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
    open_waits: tuple[Wait, ...]
    """Waits that run now, in the order in which they began."""

    def __init__(self, policy: Policy, now: datetime, groups: tuple[tuple[Wait, ...], ...]) -> None:
        self.policy = policy
        self.now = now
        self._groups = groups

    @property
    def waits(self) -> tuple[Wait, ...]:
        """Every wait that runs or ran, in the order in which they began to."""
        return tuple(wait for group in self._groups for wait in group if wait.state != "scheduled")


class _Memo:
    """What the last assessment worked out and the next one may use."""

    __slots__ = (
        "findings",
        "groups",
        "hospital",
        "hospital_findings",
        "hospital_until",
        "hospital_version",
        "journey_findings",
        "now",
        "open",
        "placements",
        "policy",
        "quality",
        "services",
        "services_version",
        "stage",
        "stage_until",
        "wheres",
    )

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.now: datetime | None = None
        self.groups: list[tuple[Wait, ...]] = []
        self.open: dict[int, tuple[Wait, ...]] = {}
        self.wheres: dict[str | None, Where] = {}
        self.hospital_version = self.services_version = -1
        self.hospital: list[Contribution] = []
        self.hospital_findings: tuple[Finding, ...] = ()
        self.hospital_until = self.stage_until = FAR
        self.services: list[Contribution] = []
        self.placements: tuple[Placement, ...] = ()
        self.journey_findings = 0  # how many of them are in `findings`
        self.findings: tuple[Finding, ...] = ()
        self.quality: list[Contribution] = []
        self.stage: Stage | None = None


def assess(journey: Journey, policy: Policy, now: datetime) -> Assessment:
    """What the journey means at `now`, by this policy."""
    memo = journey.memo
    if (
        isinstance(memo, _Memo)
        and memo.policy is policy
        and memo.now is not None
        and memo.now <= now
    ):
        touched = journey.touched
    else:
        memo = journey.memo = _Memo(policy)
        touched = journey.spans
    if touched:
        _measure_touched(memo, journey, touched, now)
    journey.touched = []
    memo.now = now
    waits, next_at, next_step = _look_at_open(memo, journey, now)
    moved = _refresh_parts(memo, journey, now)
    view = Assessment(policy, now, tuple(memo.groups))
    view.open_waits = tuple(waits)
    view.notices = tuple(journey.notices)
    view.findings = memo.findings
    view.placements = memo.placements
    contribution = [*memo.hospital, *memo.services, *memo.quality]
    for wait in waits:
        contribution += wait.series
    view.contribution = tuple(contribution)
    view.stage = _stage(memo, journey, now, next_step, moved=moved)
    next_at = min(next_at, memo.hospital_until, memo.stage_until)
    if journey.notices or journey.answers:
        next_at = min(next_at, _talk_changes_at(journey, policy, now))
    view.next_at = next_at if next_at is not FAR and next_at < FAR else None
    assert view.next_at is None or view.next_at > now
    return view


def _where(memo: _Memo, journey: Journey, span: Span) -> Where:
    spell = span.subject.spell
    provider = spell.provider if spell is not None else None
    where = memo.wheres.get(provider)
    if where is None or where.council != journey.council or where.locality != journey.locality:
        place = memo.policy.place(provider, journey.council, journey.locality)
        where = Where(place, provider, journey.council, journey.locality)
        memo.wheres[provider] = where
    return where


def _measure_touched(memo: _Memo, journey: Journey, touched: list[Span], now: datetime) -> None:
    groups = memo.groups
    # New spans are touched in the order of their indexes, so one empty group each makes room.
    groups.extend([()] * (len(journey.spans) - len(groups)))
    for span in touched:
        _take(memo, span.index, measure(span, _where(memo, journey, span), now))


def _take(memo: _Memo, index: int, group: tuple[Wait, ...]) -> None:
    memo.groups[index] = group
    for wait in group:
        if wait.stops_at is None:
            memo.open[index] = group
            return
    memo.open.pop(index, None)


def _look_at_open(
    memo: _Memo, journey: Journey, now: datetime
) -> tuple[list[Wait], datetime, str | None]:
    """The waits that run, when the first of them changes, and which is due first."""
    waits: list[Wait] = []
    next_at = due_at = FAR
    next_step: str | None = None
    for index in sorted(memo.open):
        group = memo.open[index]
        for wait in group:
            if wait.changes_at <= now:
                span = journey.spans[index]
                group = measure(span, _where(memo, journey, span), now)
                _take(memo, index, group)
                break
        for wait in group:
            if wait.stops_at is not None:
                continue
            if wait.changes_at < next_at:
                next_at = wait.changes_at
            if wait.state == "scheduled":
                continue
            waits.append(wait)
            if wait.due_at < due_at:
                due_at, next_step = wait.due_at, wait.id
    return waits, next_at, next_step


def _refresh_parts(memo: _Memo, journey: Journey, now: datetime) -> bool:
    """Work out again what new events or the day have changed; whether the events did."""
    policy = memo.policy
    hospital_moved = memo.hospital_version != journey.hospital_version
    if hospital_moved or now >= memo.hospital_until:
        memo.hospital, findings, memo.hospital_until = hospital_part(journey, policy, now)
        memo.hospital_version = journey.hospital_version
        if findings != memo.hospital_findings:
            memo.hospital_findings = findings
            memo.journey_findings = -1
    services_moved = memo.services_version != journey.services_version
    if services_moved:
        memo.services = services_part(journey, policy)
        memo.placements = placements_of(journey)
        memo.services_version = journey.services_version
    if memo.journey_findings != len(journey.findings):
        memo.journey_findings = len(journey.findings)
        memo.findings = (*journey.findings, *memo.hospital_findings)
        memo.quality = quality_part(memo.findings)
    return hospital_moved or services_moved


def _stage(
    memo: _Memo, journey: Journey, now: datetime, next_step: str | None, *, moved: bool
) -> Stage:
    stage = memo.stage
    if stage is None or moved or now >= memo.stage_until:
        stage, memo.stage_until = stage_of(journey, memo.policy.follow_up_days, now)
    if stage.next_step != next_step:
        stage = stage._replace(next_step=next_step)
    memo.stage = stage
    return stage


def _talk_changes_at(journey: Journey, policy: Policy, now: datetime) -> datetime:
    """When the first open notice lapses or a snooze ends."""
    first = FAR
    for notice in journey.notices:
        lapses_at = notice.at.at + policy.notice_lapse
        if notice.ended is None and now < lapses_at < first:
            first = lapses_at
    for answers in journey.answers.values():
        for answer in answers:
            if answer.until is not None and now < answer.until < first:
                first = answer.until
    return first
