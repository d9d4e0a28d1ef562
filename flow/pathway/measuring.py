"""How a span is measured against the target that holds where the person is: the waits that people
see, and when time alone will change them."""

from copy import copy
from datetime import datetime
from typing import Final

from flow.pathway.local_days import FAR, ONE_DAY, day_begins, local_date
from flow.pathway.measured_wait import Level, Wait, no_later
from flow.pathway.pauses import Stood, pauses_of, stood
from flow.pathway.series import series_of
from flow.pathway.spans import Span, over_by_itself
from flow.pathway.subjects import Spell
from flow.pathway.targets import BREACHED, NEAR, Rule
from flow.pathway.who_acts import Where, hours_of, who_acts
from flow.pathway.working_hours import WorkingHours

Measured = tuple[tuple[Wait, ...], datetime]
"""The waits of one span that run, and when time alone will change that (`FAR`: never)."""

OFF: Final[Measured] = ((), FAR)


def _rule(span: Span, where: Where) -> tuple[Rule, WorkingHours | None]:
    """The rule that was in force when the wait began, and the hours of whoever acts next."""
    rule = where.place.rule(span.wait, span.starts_at)
    if not where.working_hours:
        return rule, None
    acts = who_acts(rule, span.subject, where)
    working = hours_of(acts, where.working_hours, where.locality)
    if working is not None and rule.calendar == "working":
        rule = where.place.working(rule, working)
    return rule, working


def measure(span: Span, where: Where, now: datetime) -> Measured:
    """What runs of an open span at `now`. A wait that begins later than now does not run yet."""
    assert span.stops_at is None
    rule, working = _rule(span, where)
    if not rule.on:
        return OFF
    if now < span.starts_at:
        return (), span.starts_at
    if span.ends_at is not None and now >= span.ends_at:
        return OFF
    if rule.marks:
        waits, changes_at = _at_marks(span, rule, where, now)
        waits = tuple(wait for wait in waits if wait.stops_at is None)
        return _covered(waits, changes_at, working, now)
    wait = Wait(span, rule, where)
    if rule.at_least:
        changes_at = _measure_notice(wait, span)
    elif span.paused or span.package_pauses:
        changes_at = _measure_paused(wait, span, now)
    else:
        changes_at = _measure_plain(wait, now)
    wait.series = series_of(where.place, wait.id, wait.state, wait.pathway)
    if span.ends_at is not None:
        changes_at = min(changes_at, span.ends_at)
    return _covered((wait,), changes_at, working, now)


def _covered(
    waits: tuple[Wait, ...], changes_at: datetime, working: WorkingHours | None, now: datetime
) -> Measured:
    """While whoever acts next is closed, their cover does, where they have one."""
    if working is None or working.out_of_hours is None or not waits:
        return waits, changes_at
    cover = working.cover_at(now)
    if cover is not None:
        for wait in waits:
            wait.cover = cover
    return waits, min(changes_at, working.changes_at(now))


def tell(span: Span, where: Where, now: datetime) -> tuple[Wait, ...]:
    """Every wait of a span, whether it runs or ran; not one that was over before it began."""
    rule, _ = _rule(span, where)
    if not rule.on:
        return ()
    if rule.marks:
        return _at_marks(span, rule, where, now)[0]
    if span.stops_at is None and span.ends_at is not None and now >= span.ends_at:
        span = copy(span)
        over_by_itself(span)
    if span.stops_at is None:
        return measure(span, where, now)[0]
    if span.never_began:
        return ()
    wait = Wait(span, rule, where)
    _stop(wait, span)
    if rule.at_least:
        _stop_notice(wait, span.stops_at)
    else:
        still = _stood_still(wait, span)
        levels = _levels(wait, still)
        wait.due_at = _breached_at(levels)
        stops_at = span.stops_at
        wait.levels = tuple([(name, at) for name, at in levels if _late(rule, stops_at, at)])
    return (wait,)


def _stop(wait: Wait, span: Span) -> None:
    assert span.stopped_by is not None
    wait.state = "stopped"
    wait.stops_at = span.stops_at
    wait.stopped_by = (span.stopped_by,)
    wait.ended = span.ended


def _measure_plain(wait: Wait, now: datetime) -> datetime:
    rule, starts_at = wait.rule, wait.starts_at
    due_at = wait.due_at = no_later(rule.after(starts_at, rule.due), wait.latest)
    if now < due_at:
        if rule.warn is None:
            wait.state = "running"
            return due_at
        near_at = _reached_at(wait, NEAR, rule.after(starts_at, rule.warn), due_at)
        if now < near_at:
            wait.state = "running"
            return near_at
        wait.state = "near"
        wait.levels = ((NEAR, near_at),)
        return due_at
    wait.state = "breached"
    reached: list[Level] = []
    changes_at = FAR
    for name, duration in rule.thresholds:
        at = _reached_at(wait, name, rule.after(starts_at, duration), due_at)
        if at > now:
            changes_at = at
            break
        reached.append((name, at))
    wait.levels = tuple(reached)
    return changes_at


NEVER: Final = Stood(())


def _levels(wait: Wait, still: Stood = NEVER) -> list[Level]:
    """Every level there is, in time order, where the time stood still so."""
    rule, starts_at, due_at = wait.rule, wait.starts_at, FAR
    if wait.agreed_at is not None:
        due_at = no_later(rule.after_pauses(starts_at, rule.due, still.over), wait.latest)
    return [
        (
            name,
            _reached_at(wait, name, rule.after_pauses(starts_at, duration, still.over), due_at),
        )
        for name, duration in rule.thresholds
    ]


def _breached_at(levels: list[Level]) -> datetime:
    return next(at for name, at in levels if name == BREACHED)


def _reached_at(wait: Wait, name: str, by_rule: datetime, due_at: datetime) -> datetime:
    """When a level is reached. Before a time that was agreed within the target nobody need act: it
    is near from then on."""
    if name == NEAR:
        agreed_at = wait.agreed_at
        if agreed_at is not None and agreed_at < due_at:
            return agreed_at
    elif name != BREACHED:
        return by_rule
    return no_later(by_rule, wait.latest)


def _late(rule: Rule, stops_at: datetime, level_at: datetime) -> bool:
    """Whether a stop came too late to spare a level.

    What takes exactly its target is in time; but a day is over at its midnight, and a
    discharge at that moment belongs to the next day.
    """
    return stops_at > level_at or (stops_at == level_at and rule.calendar == "local_days")


def _stood_still(wait: Wait, span: Span) -> Stood:
    if not span.paused and not span.package_pauses:
        return NEVER
    wait.pauses = pauses_of(span, wait.rule.pause_at_most)
    return stood(wait.pauses)


def _measure_paused(wait: Wait, span: Span, now: datetime) -> datetime:
    """Time in a pause does not count; while one lasts, nothing comes nearer."""
    still = _stood_still(wait, span)
    levels = _levels(wait, still)
    wait.due_at = _breached_at(levels)
    reached = [(name, at) for name, at in levels if at <= now]
    wait.levels = tuple(reached)
    if still.at(now):
        wait.state = "paused"
    else:
        late = wait.due_at <= now
        wait.state = "breached" if late else "near" if reached else "running"
    coming = min((at for _, at in levels if at > now), default=FAR)
    return min(coming, still.changes_at(now))


def _measure_notice(wait: Wait, span: Span) -> datetime:
    """At least so long before the discharge: late as soon as a sooner one is planned.

    What was planned for before the request is out of date and says nothing.
    """
    wait.due_at = wait.rule.after(wait.starts_at, wait.rule.due)
    wait.state = "running"
    spell = span.subject.spell
    if (
        spell is not None
        and spell.planned is not None
        and spell.planned_discharge_at is not None
        and wait.starts_at <= spell.planned_discharge_at < wait.due_at
    ):
        wait.state = "breached"
        wait.levels = ((BREACHED, max(wait.starts_at, spell.planned.at)),)
    return FAR


def _stop_notice(wait: Wait, stops_at: datetime) -> None:
    wait.due_at = wait.rule.after(wait.starts_at, wait.rule.due)
    if wait.ended == "done" and stops_at < wait.due_at:
        wait.levels = ((BREACHED, stops_at),)


def _at_marks(
    span: Span, rule: Rule, where: Where, now: datetime
) -> tuple[tuple[Wait, ...], datetime]:
    """One wait per mark, each from the mark before.

    It is near when its day begins and late when that day is over. A review stops every mark
    whose day has begun, and none that is still to come. Who is back in a stay that was taken
    for over has its marks once more, as periods of their own.
    """
    spell = span.subject
    assert isinstance(spell, Spell)
    found: list[Wait] = []
    starts_at = span.starts_at
    admitted_on = local_date(starts_at)
    changes_at = FAR
    before = (span.period - 1) * len(rule.marks)
    for number, mark in enumerate(rule.marks, start=1):
        if span.stops_at is None and starts_at > now:
            changes_at = min(changes_at, starts_at)
            break
        if span.stops_at is not None and span.stops_at <= starts_at:
            break
        reached_at = day_begins(admitted_on + mark)
        wait = Wait(span, rule, where)
        wait.period = before + number
        wait.target_s = int(mark.total_seconds())
        wait.starts_at = starts_at
        wait.due_at = day_begins(admitted_on + mark + ONE_DAY)
        _hold_review(wait, span, spell, reached_at)
        changes_at = min(changes_at, _reach_mark(wait, reached_at, now))
        wait.series = series_of(where.place, wait.id, wait.state, wait.pathway)
        found.append(wait)
        starts_at = reached_at
    return tuple(found), changes_at


def _hold_review(wait: Wait, span: Span, spell: Spell, reached_at: datetime) -> None:
    """The first review since the mark was reached stops it; else the end of the stay."""
    if span.stops_at is not None:
        _stop(wait, span)
    for held in spell.long_stay_reviews:
        if held.at >= reached_at and (span.stops_at is None or held.at <= span.stops_at):
            wait.state, wait.ended = "stopped", "done"
            wait.stops_at, wait.stopped_by = held.at, (held.by,)
            return


def _reach_mark(wait: Wait, reached_at: datetime, now: datetime) -> datetime:
    looked_at = wait.stops_at or now
    if looked_at >= wait.due_at:
        wait.levels = ((NEAR, reached_at), (BREACHED, wait.due_at))
    elif looked_at >= reached_at:
        wait.levels = ((NEAR, reached_at),)
    if wait.stops_at is not None:
        return FAR
    if now >= wait.due_at:
        wait.state = "breached"
        return FAR
    wait.state = "near" if wait.levels else "running"
    return wait.due_at if wait.levels else reached_at
