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

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from flow.events.outputs import ActsNext, AlertData, AlertLevel
from flow.pathway.assessment import Assessment
from flow.pathway.journey import Answer, Journey, Notice
from flow.pathway.policy import Policy
from flow.pathway.subjects import about_spell
from flow.pathway.targets import BREACHED, NEAR
from flow.pathway.wait import Level, Wait

Alert = AlertData
ClosedReason = Literal["done", "done_late", "retracted", "reset", "cancelled", "died", "superseded"]

NAMESPACE = uuid5(NAMESPACE_URL, "https://discharge-flow.example/alerts")
RAISED = "raised"
"""The level of a notice: it has no other."""


class Advanced(NamedTuple):
    """`alerts` are those still open, by id; `changed` those to publish, closed ones included.

    `held`: a delay waits for a tick to be raised or to rise.
    """

    alerts: dict[str, Alert]
    changed: tuple[Alert, ...]
    held: bool


def alert_id(person: str, wait: str, about: str, period: int) -> UUID:
    """The same for the same cause, always and everywhere."""
    return uuid5(NAMESPACE, f"{person}\n{wait}\n{about}\n{period}")


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
) -> Advanced:
    """What becomes of a person's alerts. `raising` is true on ticks only.

    Closed alerts leave the mapping; given again they are ignored.
    """
    known = {alert_id: alert for alert_id, alert in alerts.items() if alert.state != "closed"}
    causes = _causes(assessment, now)
    if not known and not causes:
        return Advanced({}, (), held=False)
    desk = _Desk(known, causes, assessment, journey, person, now, raising=raising)
    desk.close_or_keep()
    desk.raise_new()
    return Advanced(desk.alerts, tuple(desk.changed), desk.held)


class _Cause(NamedTuple):
    """What an alert is raised for: a delayed wait, or a notice. `levels` are reached by now."""

    wait: str
    about: str
    period: int
    levels: tuple[Level, ...]
    delay: Wait | None
    notice: Notice | None

    @property
    def key(self) -> tuple[str, str, int]:
        return (self.wait, self.about, self.period)


def _causes(assessment: Assessment, now: datetime) -> list[_Cause]:
    """Everything that would have an alert, were it raised now."""
    found = [
        _Cause(wait.id, wait.about, wait.period, wait.levels, wait, None)
        for wait in assessment.open_waits
        if wait.levels
    ]
    for notice in assessment.notices:
        if notice.ended is None and now < notice.at.at + assessment.policy.notice_lapse:
            levels = (Level(RAISED, notice.at.at),)
            found.append(_Cause(notice.kind, notice.about, notice.period, levels, None, notice))
    return found


class _Desk:
    """The work of one `advance`."""

    def __init__(
        self,
        known: dict[str, Alert],
        causes: list[_Cause],
        assessment: Assessment,
        journey: Journey,
        person: str,
        now: datetime,
        *,
        raising: bool,
    ) -> None:
        self.known = known
        self.causes = {cause.key: cause for cause in causes}
        self.assessment = assessment
        self.journey = journey
        self.person = person
        self.now = now
        self.raising = raising
        self.held = False
        self.alerts: dict[str, Alert] = {}
        self.changed: list[Alert] = []
        self.inherited: dict[tuple[str, str, int], Alert] = {}

    # Alerts that are open.

    def close_or_keep(self) -> None:
        stopped: dict[tuple[str, str, int], Wait] | None = None
        for identity, alert in self.known.items():
            cause = self.causes.get((alert.wait, alert.about, alert.period))
            if cause is not None:
                self._keep(identity, alert, cause)
            elif alert.kind == "notice":
                self._close_notice(alert)
            else:
                if stopped is None:
                    stopped = {wait.key: wait for wait in self.assessment.waits}
                wait = stopped.get((alert.wait, alert.about, alert.period))
                if wait is not None and set(alert.started_by).isdisjoint(wait.started_by):
                    wait = None  # a correction renumbered the periods: this is another one
                self._close_delay(alert, wait)

    def _keep(self, identity: str, alert: Alert, cause: _Cause) -> None:
        levels = cause.levels
        if not self.raising:
            had = {item.level for item in alert.levels}
            keep = tuple(level for level in levels if level.level in had)
            self.held |= len(keep) < len(levels)
            levels = keep
            if not levels:
                # It was raised for levels that, corrected, are still to come.
                self._close(alert, "retracted", ())
                return
        self._put(identity, alert, self._written(cause, levels, alert))

    def _close_notice(self, alert: Alert) -> None:
        for notice in self.assessment.notices:
            if (notice.kind, notice.about, notice.period) == (
                alert.wait,
                alert.about,
                alert.period,
            ):
                if notice.ended is None or notice.ended_by is None:
                    self._close(alert, "cancelled", ())
                else:
                    by = notice.ended_by
                    self._close(alert, notice.ended, (by.by,), at=by.at)
                return
        self._close_vanished(alert)

    def _close_delay(self, alert: Alert, wait: Wait | None) -> None:
        if wait is None:
            self._close_vanished(alert)
        elif wait.stops_at is None:
            self._close(alert, "retracted", ())
        else:
            self._close(alert, _reason(alert, wait), wait.stopped_by, at=wait.stops_at)

    def _close_vanished(self, alert: Alert) -> None:
        """The events no longer tell of it: cancelled, corrected into another, or never true."""
        resolution = self.journey.resolution
        voided = resolution.voided
        causes = {voided[event] for event in alert.started_by if event in voided}
        causes |= {
            cancellation
            for (provider, spell_id), cancellation in resolution.void_spells.items()
            if alert.about == about_spell(provider, spell_id)
        }
        by = tuple(sorted(causes))
        heir = self._heir(alert, by)
        if heir is not None:
            self.inherited[heir.key] = alert
            self._close(alert, "superseded", by)
        else:
            self._close(alert, "cancelled" if by else "retracted", by)

    def _heir(self, alert: Alert, corrected_by: tuple[str, ...]) -> _Cause | None:
        """The cause that a correction put in this one's place."""
        events = {*alert.started_by, *corrected_by}
        for cause in self.causes.values():
            if (
                cause.wait == alert.wait
                and cause.delay is not None
                and self._id(cause) not in self.known
                and cause.key not in self.inherited
                and not events.isdisjoint(cause.delay.started_by)
            ):
                return cause
        return None

    def _close(
        self,
        alert: Alert,
        reason: ClosedReason,
        stopped_by: tuple[str, ...],
        *,
        at: datetime | None = None,
    ) -> None:
        self.changed.append(
            alert.model_copy(
                update={
                    "state": "closed",
                    "closed_reason": reason,
                    "closed_at": at or self.now,
                    "stopped_by": stopped_by,
                    "snoozed_until": None,
                }
            )
        )

    # Alerts that are not open yet.

    def raise_new(self) -> None:
        for key, cause in self.causes.items():
            identity = self._id(cause)
            if identity in self.known:
                continue
            before = self.inherited.get(key)
            levels = cause.levels
            if before is not None and not self.raising:
                had = {item.level for item in before.levels}
                levels = tuple(level for level in levels if level.level in had)
            may = self.raising or cause.notice is not None or before is not None
            if not may or not levels:
                self.held = True
                continue
            self.held |= len(levels) < len(cause.levels)
            self._put(identity, None, self._written(cause, levels, before))

    def _id(self, cause: _Cause) -> str:
        return str(alert_id(self.person, cause.wait, cause.about, cause.period))

    def _put(self, identity: str, before: Alert | None, alert: Alert) -> None:
        self.alerts[identity] = alert
        if alert != before:
            self.changed.append(alert)

    # What is written.

    def _written(
        self,
        cause: _Cause,
        levels: tuple[Level, ...],
        before: Alert | None,
    ) -> Alert:
        """The alert of a cause; `before` is itself as it was, or the one that it supersedes."""
        wait = cause.delay
        identity = alert_id(self.person, cause.wait, cause.about, cause.period)
        raised_at, supersedes = self.now, None
        if before is not None and before.alert_id == identity:
            raised_at, supersedes = before.raised_at, before.supersedes
        elif before is not None:
            supersedes = before.alert_id
        inherited = before if supersedes is not None else None
        began = wait.starts_at if wait is not None else levels[0].at
        state, acknowledged_by, snoozed_until = self._answered(cause, began, levels, inherited)
        about = _of_wait(wait) if wait is not None else self._of_notice(cause.notice)
        return Alert(
            alert_id=identity,
            kind="delay" if wait is not None else "notice",
            wait=cause.wait,
            about=cause.about,
            period=cause.period,
            state=state,
            level=levels[-1].level,
            levels=tuple(AlertLevel(level=level.level, at=level.at) for level in levels),
            raised_at=raised_at,
            acknowledged_by=acknowledged_by,
            snoozed_until=snoozed_until,
            supersedes=supersedes,
            **about,
        )

    def _answered(
        self,
        cause: _Cause,
        began: datetime,
        levels: tuple[Level, ...],
        inherited: Alert | None,
    ) -> tuple[Literal["open", "acknowledged", "snoozed"], str | None, datetime | None]:
        """State by the newest answer. A snooze ends early when the delay rises.

        Who took on an alert has taken on the one that supersedes it.
        """
        answers = self.journey.answers.get((cause.wait, cause.about), ())
        valid = [answer for answer in answers if answer.at.at >= began]
        acknowledged = next((a for a in reversed(valid) if a.kind == "acknowledged"), None)
        by = acknowledged.by if acknowledged is not None else None
        if by is None and inherited is not None:
            by = inherited.acknowledged_by
        newest = valid[-1] if valid else None
        if newest is not None and self._sleeps(newest, levels):
            return "snoozed", by, newest.until
        return ("acknowledged" if by is not None else "open"), by, None

    def _sleeps(self, answer: Answer, levels: tuple[Level, ...]) -> bool:
        if answer.until is None or self.now >= answer.until:
            return False
        return levels[-1].at <= answer.at.at

    def _of_notice(self, notice: Notice | None) -> dict[str, Any]:
        assert notice is not None
        journey, policy = self.journey, self.assessment.policy
        spell = journey.current or journey.latest
        return {
            "due_at": notice.at.at,
            "started_by": (notice.at.by,),
            "acts_next": _who_hears(notice, journey, policy),
            "provider": spell.provider if spell is not None else None,
            "service": notice.service,
            "council": journey.council,
            "locality": journey.locality,
            "pathway": spell.pathway if spell is not None else None,
        }


def _who_hears(notice: Notice, journey: Journey, policy: Policy) -> ActsNext:
    if notice.service is not None:
        return ActsNext(organisation=notice.service, role="service")
    organisation = journey.coordinator.organisation if journey.coordinator is not None else None
    return ActsNext(organisation=organisation, role=policy.notice_acts_next)


def _of_wait(wait: Wait) -> dict[str, Any]:
    organisation, role = wait.acts_next
    return {
        "due_at": wait.due_at,
        "target_s": wait.target_s,
        "provenance": wait.provenance,
        "target_source": wait.source,
        "started_by": wait.started_by,
        "acts_next": ActsNext(organisation=organisation, role=role),
        "provider": wait.provider,
        "service": wait.service,
        "council": wait.council,
        "locality": wait.locality,
        "pathway": wait.pathway,
    }


def _reason(alert: Alert, wait: Wait) -> ClosedReason:
    """Why a delay's alert closes, now that its wait has stopped."""
    raised = {item.level for item in alert.levels}
    reached = {level.level for level in wait.levels}
    first = BREACHED if BREACHED in raised else NEAR
    if first not in reached:
        return "retracted"
    if wait.ended == "done":
        return "done_late" if BREACHED in reached else "done"
    assert wait.ended is not None
    return wait.ended
