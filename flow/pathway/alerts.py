"""From waits and notices to alerts: raised, risen, answered, closed. Pure and idempotent.

A delay is raised, and rises, only on ticks; a notice is raised at once; everything closes at any
time. The identity of an alert is a function of its cause, so a replay raises nothing twice and a
consumer may drop repeats (design: "Two kinds of alert").

An alert closes with one reason:

    done         what was waited for came before the target was missed; or a notice was answered
    done_late    it came after that
    retracted    the delay turned out never to have been: the stop, or a later start, came late
    reset        the criteria to reside are met again; or a notice was overtaken
    cancelled    the wait makes no sense any more, or its start was cancelled; a notice lapsed
    died         the person died
    superseded   a correction moved the delay to another period or subject, whose alert goes on
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from flow.pathway.alert_record import RAISED, Alert, Cause, Desk, Key, of_wait, write
from flow.pathway.assessment import Assessment
from flow.pathway.journey import Journey
from flow.pathway.measured_wait import Level, Wait
from flow.pathway.notices import lapses_at
from flow.pathway.subjects import about_spell
from flow.pathway.targets import BREACHED, NEAR

ClosedReason = Literal["done", "done_late", "retracted", "reset", "cancelled", "died", "superseded"]


class Advanced(NamedTuple):
    """`alerts` are those still open, by id; `changed` those to publish, closed ones included.

    `held`: a delay waits for a tick to be raised or to rise.
    """

    alerts: dict[str, Alert]
    changed: tuple[Alert, ...]
    held: bool


def decode_alert(data: Mapping[str, Any]) -> Alert:
    """An alert as published (the `data` of an alert event)."""
    return Alert.model_validate(data)


def advance(
    alerts: Mapping[str, Alert],
    assessment: Assessment,
    journey: Journey,
    person: str,
    now: datetime,
    *,
    raising: bool,
    inherited: Iterable[Alert] = (),
) -> Advanced:
    """What becomes of a person's alerts. `raising` is true on ticks only.

    `inherited` are alerts of another reference of the person, closed there because it points to
    this one: what is raised here for the same cause supersedes them, and need not wait for a tick.
    Closed alerts leave the mapping; given again they are ignored.
    """
    known = [alert for alert in alerts.values() if alert.state != "closed"]
    causes = _causes(assessment, now)
    if not known and not causes:
        return Advanced({}, (), held=False)
    desk = Desk(person, journey, assessment.policy, now)
    work = _Work(desk, assessment, known, causes, raising=raising)
    work.inherited = {_key(alert): alert for alert in inherited}
    work.close_or_keep()
    work.raise_new()
    return Advanced(work.alerts, tuple(work.changed), work.held)


def supersede(alerts: Mapping[str, Alert], by: str, now: datetime) -> list[Alert]:
    """Close all alerts of a reference, because the event `by` says that it points to another."""
    changes = {
        "state": "closed",
        "closed_reason": "superseded",
        "closed_at": now,
        "stopped_by": (by,),
        "snoozed_until": None,
    }
    return [alert.model_copy(update=changes) for alert in alerts.values()]


def _causes(assessment: Assessment, now: datetime) -> dict[Key, Cause]:
    """Everything that would have an alert, were it raised now."""
    found = [
        Cause(wait.id, wait.about, wait.period, wait.levels, wait, None)
        for wait in assessment.open_waits
        if wait.levels
    ]
    for notice in assessment.notices:
        if notice.ended is None and now < lapses_at(notice, assessment.policy):
            levels = ((RAISED, notice.at.at),)
            found.append(Cause(notice.kind, notice.about, notice.period, levels, None, notice))
    return {cause.key: cause for cause in found}


def _key(alert: Alert) -> Key:
    return (alert.wait, alert.about, alert.period)


def _had(alert: Alert, levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Of these levels those to which the alert has risen."""
    names = {item.level for item in alert.levels}
    return tuple([(level, at) for level, at in levels if level in names])


class _Work:
    """What one `advance` does. `inherited` holds superseded alerts by the key of their heir."""

    def __init__(
        self,
        desk: Desk,
        assessment: Assessment,
        known: list[Alert],
        causes: dict[Key, Cause],
        *,
        raising: bool,
    ) -> None:
        self.desk = desk
        self.assessment = assessment
        self.known = {_key(alert): alert for alert in known}
        self.causes = causes
        self.raising = raising
        self.held = False
        self.alerts: dict[str, Alert] = {}
        self.changed: list[Alert] = []
        self.inherited: dict[Key, Alert] = {}

    def close_or_keep(self) -> None:
        for key, alert in self.known.items():
            cause = self.causes.get(key)
            if cause is not None:
                self._keep(alert, cause)
            elif alert.kind == "notice":
                self._close_notice(alert)
            else:
                self._close_delay(alert, self.assessment.find(*key))

    def raise_new(self) -> None:
        for key, cause in self.causes.items():
            if key in self.known:
                continue
            superseded = self.inherited.get(key)
            levels = cause.levels
            if superseded is not None and not self.raising:
                levels = _had(superseded, levels)
            may = self.raising or cause.notice is not None or superseded is not None
            if not may or not levels:
                self.held = True
                continue
            self.held |= len(levels) < len(cause.levels)
            self._put(write(self.desk, cause, levels, superseded=superseded), None)

    def _keep(self, alert: Alert, cause: Cause) -> None:
        levels = cause.levels
        if not self.raising:
            levels = _had(alert, levels)
            self.held |= len(levels) < len(cause.levels)
            if not levels:
                # It was raised for levels that, corrected, are still to come.
                self._close(alert, "retracted", ())
                return
        self._put(write(self.desk, cause, levels, before=alert), alert)

    def _put(self, alert: Alert, before: Alert | None) -> None:
        self.alerts[str(alert.alert_id)] = alert
        if alert is not before:
            self.changed.append(alert)

    def _close_notice(self, alert: Alert) -> None:
        for notice in self.assessment.notices:
            if (notice.kind, notice.about, notice.period) == _key(alert):
                by = notice.ended_by
                if notice.ended is None or by is None:
                    self._close(alert, "cancelled", ())  # nobody answered: it lapsed
                else:
                    self._close(alert, notice.ended, (by.by,), at=by.at)
                return
        self._close_vanished(alert)

    def _close_delay(self, alert: Alert, wait: Wait | None) -> None:
        if wait is None or set(alert.started_by).isdisjoint(wait.started_by):
            # Where the key is another's now, a correction has renumbered the periods.
            self._close_vanished(alert)
        elif wait.stops_at is None:
            self._close(alert, "retracted", ())
        else:
            reason = _reason(alert, wait)
            self._close(alert, reason, wait.stopped_by, at=wait.stops_at, wait=wait)

    def _close_vanished(self, alert: Alert) -> None:
        """The events no longer tell of it: cancelled, corrected into another, or never true."""
        resolution = self.desk.journey.resolution
        voided = resolution.voided
        by = {voided[event] for event in alert.started_by if event in voided}
        by |= {
            cancellation
            for (provider, spell_id), cancellation in resolution.void_spells.items()
            if alert.about == about_spell(provider, spell_id)
        }
        heir = self._heir(alert, by)
        if heir is not None:
            self.inherited[heir.key] = alert
            self._close(alert, "superseded", sorted(by))
        else:
            self._close(alert, "cancelled" if by else "retracted", sorted(by))

    def _heir(self, alert: Alert, corrected_by: set[str]) -> Cause | None:
        """The cause that a correction put in this one's place."""
        events = {*alert.started_by, *corrected_by}
        for key, cause in self.causes.items():
            if (
                cause.wait == alert.wait
                and cause.delay is not None
                and key not in self.known
                and key not in self.inherited
                and not events.isdisjoint(cause.delay.started_by)
            ):
                return cause
        return None

    def _close(
        self,
        alert: Alert,
        reason: ClosedReason,
        stopped_by: Iterable[str],
        *,
        at: datetime | None = None,
        wait: Wait | None = None,
    ) -> None:
        # The event that stops a wait may also tell where the person is and on which pathway.
        changes = {
            **(of_wait(wait) if wait is not None else {}),
            "state": "closed",
            "closed_reason": reason,
            "closed_at": at or self.desk.now,
            "stopped_by": tuple(stopped_by),
            "snoozed_until": None,
        }
        self.changed.append(alert.model_copy(update=changes))


def _reason(alert: Alert, wait: Wait) -> ClosedReason:
    """Why a delay's alert closes, now that its wait has stopped."""
    raised = {item.level for item in alert.levels}
    reached = {level for level, _ in wait.levels}
    first = BREACHED if BREACHED in raised else NEAR
    if first not in reached:
        return "retracted"
    if wait.ended == "done":
        return "done_late" if BREACHED in reached else "done"
    assert wait.ended is not None
    return wait.ended
