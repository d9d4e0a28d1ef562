"""What an alert says: the wait or notice behind it, its levels, and how it was answered."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from flow.events.outputs import AlertData, AlertLevel
from flow.events.published import ActsNext
from flow.pathway.answers import Answered, answered
from flow.pathway.journey import Journey, Notice
from flow.pathway.measured_wait import Level, Wait
from flow.pathway.policy import Policy
from flow.pathway.who_hears import who_hears

Alert = AlertData
Key = tuple[str, str, int]
"""(wait or notice, about, period): what makes two alerts of one person the same."""

NAMESPACE = uuid5(NAMESPACE_URL, "https://discharge-flow.example/alerts")
RAISED = "raised"
"""The level of a notice: it has no other."""


class Cause(NamedTuple):
    """What an alert is raised for: a delayed wait, or a notice. `levels` are reached by now."""

    wait: str
    about: str
    period: int
    levels: tuple[Level, ...]
    delay: Wait | None
    notice: Notice | None

    @property
    def key(self) -> Key:
        return (self.wait, self.about, self.period)

    @property
    def began(self) -> datetime:
        return self.levels[0][1] if self.delay is None else self.delay.starts_at


class Desk(NamedTuple):
    """Whose alerts they are, and when."""

    person: str
    journey: Journey
    policy: Policy
    now: datetime


def alert_id(person: str, wait: str, about: str, period: int) -> UUID:
    """The same for the same cause, always and everywhere."""
    return uuid5(NAMESPACE, f"{person}\n{wait}\n{about}\n{period}")


def write(
    desk: Desk,
    cause: Cause,
    levels: tuple[Level, ...],
    *,
    before: Alert | None = None,
    superseded: Alert | None = None,
) -> Alert:
    """The alert of a cause. `before` is itself as it was, and is returned where nothing changed."""
    supersedes = superseded.alert_id if superseded is not None else None
    if before is not None:
        supersedes = before.supersedes
    # Who took on an alert has taken on the one that supersedes it.
    heritage = superseded or (before if supersedes is not None else None)
    state, acknowledged_by, snoozed_until = _answers(desk, cause, levels, heritage)
    about = of_wait(cause.delay) if cause.delay is not None else _of_notice(desk, cause.notice)
    organisation, role = _who(desk, cause)
    values: dict[str, Any] = {
        **about,
        "state": state,
        "acknowledged_by": acknowledged_by,
        "snoozed_until": snoozed_until,
    }
    if before is not None and _says(before, values, levels, organisation, role):
        return before
    return Alert(
        alert_id=_identity(desk, cause) if before is None else before.alert_id,
        kind="delay" if cause.delay is not None else "notice",
        wait=cause.wait,
        about=cause.about,
        period=cause.period,
        level=levels[-1][0],
        levels=tuple(AlertLevel(level=level, at=at) for level, at in levels),
        raised_at=desk.now if before is None else before.raised_at,
        supersedes=supersedes,
        acts_next=ActsNext(organisation=organisation, role=role),
        **values,
    )


def _identity(desk: Desk, cause: Cause) -> UUID:
    return alert_id(desk.person, cause.wait, cause.about, cause.period)


def _says(
    alert: Alert,
    values: dict[str, Any],
    levels: tuple[Level, ...],
    organisation: str | None,
    role: str,
) -> bool:
    """Whether an alert says all this already. Most do, and a model costs ten times as much."""
    acts_next = alert.acts_next
    return (
        len(alert.levels) == len(levels)
        and all(
            had.level == level and had.at == at
            for had, (level, at) in zip(alert.levels, levels, strict=True)
        )
        and acts_next is not None
        and acts_next.role == role
        and acts_next.organisation == organisation
        and all(getattr(alert, name) == value for name, value in values.items())
    )


def _answers(
    desk: Desk, cause: Cause, levels: tuple[Level, ...], heritage: Alert | None
) -> Answered:
    return answered(
        desk.journey.answers.get((cause.wait, cause.about), ()),
        cause.began,
        levels[-1][1],
        desk.now,
        desk.policy.snooze_at_most,
        heritage.acknowledged_by if heritage is not None else None,
    )


def of_wait(wait: Wait) -> dict[str, Any]:
    """What an alert says of its wait."""
    valid_from = wait.rule.valid_from
    return {
        "due_at": wait.due_at,
        "target_s": wait.target_s,
        "provenance": wait.provenance,
        "target_source": wait.source,
        "target_valid_from": valid_from.isoformat() if valid_from is not None else None,
        "started_by": wait.started_by,
        "provider": wait.provider,
        "service": wait.service,
        "council": wait.council,
        "locality": wait.locality,
        "pathway": wait.pathway,
    }


def _of_notice(desk: Desk, notice: Notice | None) -> dict[str, Any]:
    assert notice is not None
    journey = desk.journey
    spell = journey.latest
    return {
        "cause": notice.cause,
        "due_at": notice.at.at,
        "started_by": (notice.at.by,),
        "provider": spell.provider if spell is not None else None,
        "service": notice.service,
        "council": journey.council,
        "locality": journey.locality,
        "pathway": spell.pathway if spell is not None else None,
    }


def _who(desk: Desk, cause: Cause) -> tuple[str | None, str]:
    """The organisation, where known, and the role that acts next, or is to hear a notice."""
    if cause.delay is not None:
        return cause.delay.acts_next
    assert cause.notice is not None
    return who_hears(cause.notice, desk.journey, desk.policy, desk.now)
