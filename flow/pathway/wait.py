"""A wait as people see it: a span, measured against the target that holds where the person is."""

from datetime import datetime
from typing import Literal, NamedTuple

from flow.pathway.local_days import FAR
from flow.pathway.policy import Place
from flow.pathway.series import series_of
from flow.pathway.spans import Ended, Span
from flow.pathway.subjects import Spell
from flow.pathway.targets import Provenance, Rule, after_pauses, step_name

State = Literal["scheduled", "running", "near", "breached", "paused", "stopped"]
NEAR, BREACHED = "near", "breached"


class Level(NamedTuple):
    """How far a delay has risen, and the moment at which it did."""

    level: str
    at: datetime


class ActsNext(NamedTuple):
    """Who is expected to act: an organisation where known, and a role."""

    organisation: str | None
    role: str


class Wait:
    """One wait, measured. Not changed after it was made.

    `levels` are those that it has reached; for a stopped wait, those that it reached before.
    `changes_at` is when time alone will change it (`FAR`: never).
    """

    __slots__ = (
        "about",
        "acts_next",
        "changes_at",
        "council",
        "due_at",
        "ended",
        "id",
        "levels",
        "locality",
        "pathway",
        "period",
        "provider",
        "rule",
        "series",
        "service",
        "started_by",
        "starts_at",
        "state",
        "stopped_by",
        "stops_at",
    )

    id: str
    about: str
    period: int
    rule: Rule
    state: State
    starts_at: datetime
    stops_at: datetime | None
    due_at: datetime
    changes_at: datetime
    ended: Ended | None
    levels: tuple[Level, ...]
    started_by: tuple[str, ...]
    stopped_by: tuple[str, ...]
    provider: str | None
    council: str | None
    locality: str | None
    pathway: str | None
    service: str | None
    acts_next: ActsNext
    series: tuple[tuple[str, tuple[str, ...], float], ...]

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it the same wait through every correction."""
        return (self.id, self.about, self.period)

    @property
    def is_open(self) -> bool:
        return self.stops_at is None

    @property
    def target_s(self) -> int:
        return int(self.rule.target.total_seconds())

    @property
    def provenance(self) -> Provenance:
        return self.rule.provenance

    @property
    def source(self) -> str:
        return self.rule.source


class Where(NamedTuple):
    """Where the person is and lives: what a wait is labelled with, and whose policy holds."""

    place: Place
    provider: str | None
    council: str | None
    locality: str | None


def measure(span: Span, where: Where, now: datetime) -> tuple[Wait, ...]:
    """The wait of a span at `now`; several for a rule with marks, none where it is switched off."""
    rule = where.place.rules[span.wait]
    if not rule.on:
        return ()
    if rule.marks:
        return _at_marks(span, rule, where, now)
    stops_at = span.stops_at
    wait = _wait(span, rule, where)
    if rule.at_least:
        _measure_notice(wait, span)
    elif span.subject.pauses:
        _measure_paused(wait, span, now)
    elif stops_at is None:
        _measure_open(wait, now)
    else:
        _measure_stopped(wait, stops_at)
    wait.series = series_of(where.place, wait.id, wait.state, wait.pathway)
    return (wait,)


def _wait(span: Span, rule: Rule, where: Where) -> Wait:
    subject = span.subject
    spell = subject.spell
    wait = Wait()
    wait.id = span.wait
    wait.about = subject.about
    wait.period = span.period
    wait.rule = rule
    wait.starts_at = span.starts_at
    wait.started_by = span.started_by
    wait.stops_at = span.stops_at
    wait.stopped_by = (span.stopped_by,) if span.stopped_by is not None else ()
    wait.ended = span.ended
    wait.provider = where.provider
    wait.council = where.council
    wait.locality = where.locality
    wait.pathway = spell.pathway if spell is not None else None
    wait.service = subject.service
    wait.levels = ()
    wait.changes_at = FAR
    wait.acts_next = ActsNext(_organisation(rule.acts_next, subject.service, spell), rule.acts_next)
    return wait


_OF_THE_HOSPITAL = frozenset(
    {"ward", "hospital_consultant", "hospital_therapist", "discharge_coordinator", "pharmacy"}
)
_OF_THE_SERVICE = frozenset({"service", "centre_manager", "home_care_provider", "community_nurse"})


def _organisation(role: str, service: str | None, spell: Spell | None) -> str | None:
    """The organisation of a role, where the journey tells which it is."""
    if role in _OF_THE_SERVICE:
        return service
    if spell is None:
        return None
    if role in _OF_THE_HOSPITAL:
        return spell.provider
    return spell.hub if role == "care_transfer_hub" else None


def _measure_open(wait: Wait, now: datetime) -> None:
    rule, starts_at = wait.rule, wait.starts_at
    due_at = wait.due_at = rule.due_at(starts_at)
    if now >= due_at:
        _breach(wait, now)
        return
    near_at = rule.near_at(starts_at)
    wait.state = "running"
    if now < starts_at:
        wait.state, wait.changes_at = "scheduled", starts_at
    elif near_at is None:
        wait.changes_at = due_at
    elif now < near_at:
        wait.changes_at = near_at
    else:
        wait.state, wait.changes_at = "near", due_at
        wait.levels = (Level(NEAR, near_at),)


def _breach(wait: Wait, now: datetime) -> None:
    wait.state = "breached"
    reached: list[Level] = []
    for level in _levels(wait.rule, wait.starts_at):
        if level.at > now:
            wait.changes_at = level.at
            break
        reached.append(level)
    wait.levels = tuple(reached)


def _levels(rule: Rule, starts_at: datetime) -> list[Level]:
    """Every level there is, in time order."""
    near_at = rule.near_at(starts_at)
    levels = [Level(NEAR, near_at)] if near_at is not None else []
    levels.append(Level(BREACHED, rule.due_at(starts_at)))
    levels += [Level(step_name(step), rule.step_at(starts_at, step)) for step in rule.escalate]
    return levels


def _measure_stopped(wait: Wait, stops_at: datetime) -> None:
    rule = wait.rule
    wait.state = "stopped"
    wait.due_at = rule.due_at(wait.starts_at)
    near_at = rule.near_at(wait.starts_at)
    if stops_at >= (wait.due_at if near_at is None else near_at):
        levels = _levels(rule, wait.starts_at)
        wait.levels = tuple(level for level in levels if _late(rule, stops_at, level.at))


def _late(rule: Rule, stops_at: datetime, level_at: datetime) -> bool:
    """Whether a stop came too late to spare a level.

    What takes exactly its target is in time; but a day is over at its midnight, and a
    discharge at that moment belongs to the next day.
    """
    return stops_at > level_at or (stops_at == level_at and rule.calendar == "local_days")


def _measure_paused(wait: Wait, span: Span, now: datetime) -> None:
    """Time in a pause does not count; while one lasts, nothing comes nearer."""
    end = span.stops_at
    done = [
        (pause.since.at, pause.until.at)
        for pause in span.subject.pauses
        if pause.until is not None and pause.until.at > wait.starts_at
    ]
    done = [(max(since, wait.starts_at), until) for since, until in done]
    newest = span.subject.pauses[-1]
    paused = newest.until is None and end is None and newest.since.at <= now
    until = newest.since.at if paused else now
    levels = [
        Level(level, after_pauses(at, done)) for level, at in _levels(wait.rule, wait.starts_at)
    ]
    wait.due_at = next(level.at for level in levels if level.level == BREACHED)
    if end is not None:
        wait.state = "stopped"
        wait.levels = tuple(level for level in levels if _late(wait.rule, end, level.at))
        return
    reached = [level for level in levels if level.at <= until]
    wait.levels = tuple(reached)
    if until < wait.starts_at:
        wait.state, wait.changes_at = "scheduled", wait.starts_at
    elif paused:
        wait.state = "paused"
    else:
        names = {level.level for level in reached}
        wait.state = "breached" if BREACHED in names else "near" if reached else "running"
        wait.changes_at = levels[len(reached)].at if len(reached) < len(levels) else FAR


def _measure_notice(wait: Wait, span: Span) -> None:
    """At least so long before the discharge: late as soon as a sooner one is planned or done."""
    wait.due_at = wait.rule.due_at(wait.starts_at)
    spell = span.subject.spell
    if span.stops_at is not None:
        wait.state = "stopped"
        if span.ended == "done" and span.stops_at < wait.due_at:
            wait.levels = (Level(BREACHED, span.stops_at),)
        return
    wait.state = "running"
    if spell is None or spell.planned is None or spell.planned_discharge_at is None:
        return
    if spell.planned_discharge_at < wait.due_at:
        wait.state = "breached"
        wait.levels = (Level(BREACHED, max(wait.starts_at, spell.planned.at)),)


def _at_marks(span: Span, rule: Rule, where: Where, now: datetime) -> tuple[Wait, ...]:
    """One wait per mark, each from the mark before; a review stops the one that runs then."""
    spell = span.subject
    assert isinstance(spell, Spell)
    found: list[Wait] = []
    starts_at = span.starts_at
    for number, mark in enumerate(rule.marks, start=1):
        reached_at, over_at = rule.mark_dates(span.starts_at, mark)
        if span.stops_at is not None and span.stops_at <= starts_at:
            break
        wait = _wait(span, rule, where)
        wait.period = number
        wait.starts_at = starts_at
        wait.due_at = over_at
        review = next((held for held in spell.long_stay_reviews if held.at >= starts_at), None)
        if review is not None and (span.stops_at is None or review.at <= span.stops_at):
            wait.stops_at, wait.ended, wait.stopped_by = review.at, "done", (review.by,)
        _reach_mark(wait, reached_at, now)
        wait.series = series_of(where.place, wait.id, wait.state, wait.pathway)
        found.append(wait)
        starts_at = reached_at
    return tuple(found)


def _reach_mark(wait: Wait, reached_at: datetime, now: datetime) -> None:
    levels = (Level(NEAR, reached_at), Level(BREACHED, wait.due_at))
    if wait.stops_at is not None:
        stops_at = wait.stops_at
        wait.state = "stopped"
        wait.levels = tuple(level for level in levels if stops_at >= level.at)
        return
    wait.levels = tuple(level for level in levels if level.at <= now)
    if now < wait.starts_at:
        wait.state, wait.changes_at = "scheduled", wait.starts_at
    elif now >= wait.due_at:
        wait.state = "breached"
    elif now >= reached_at:
        wait.state, wait.changes_at = "near", wait.due_at
    else:
        wait.state, wait.changes_at = "running", reached_at
