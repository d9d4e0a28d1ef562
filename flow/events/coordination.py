"""What co-ordinators do: take a person on, answer an alert, pause a wait, finish a task (domain.md
12.1, 12.4)."""

from typing import ClassVar, Literal

from flow.events.codes import (
    OdsCode,
    Role,
    ServiceReference,
    SnoozeReason,
    Task,
    WaitPauseReason,
)
from flow.events.envelope import Event, Instant, Wire
from flow.events.identifiers import About, ReferralId, SpellId, StaffReference, Token


class CoordinatorAssignedData(Wire):
    """`coordinator` is an opaque staff reference, never a name. `service` is theirs, if any.

    Who comes in the role `social_worker`, and for no service, has the case for the council, whoever
    gives the care.
    """

    organisation: OdsCode
    coordinator: StaffReference
    role: Role | None = None
    service: ServiceReference | None = None


class CoordinatorAssigned(Event):
    """The person has one named co-ordinator from now on."""

    topic: ClassVar[str] = "coordination"
    type: Literal["flow.coordinator-assigned.v1"]
    data: CoordinatorAssignedData


class CoordinatorOffDutyData(Wire):
    """Until `back_at`, or until a co-ordinator is assigned again where that is not known.

    `cover` answers for the person meanwhile. Where they go off duty, too, and name nobody, or
    somebody who is off duty as well, nobody covers. Told again with a `back_at` that has passed,
    they are back; before the absence began, the return does not count.
    """

    coordinator: StaffReference
    back_at: Instant | None = None
    cover: StaffReference | None = None


class CoordinatorOffDuty(Event):
    """The person's co-ordinator goes off duty, or their cover does while they are away.

    Told again, it corrects the return or the cover.
    """

    topic: ClassVar[str] = "coordination"
    type: Literal["flow.coordinator-off-duty.v1"]
    data: CoordinatorOffDutyData


class AlertAnswer(Wire):
    """Names an alert by what it is about, so that the answer survives a correction or a merge.

    `wait` is the wait's or notice's identifier, `about` its subject (the spell, referral,
    package, stay or handover), as in the alert.
    """

    wait: Token
    about: About
    by: StaffReference


class AlertAcknowledgedData(AlertAnswer):
    """Acknowledging claims the work."""


class AlertAcknowledged(Event):
    """A co-ordinator has taken the alert on."""

    topic: ClassVar[str] = "coordination"
    type: Literal["flow.alert-acknowledged.v1"]
    data: AlertAcknowledgedData


class AlertSnoozedData(AlertAnswer):
    """Quiet until `until`, for a reason from a fixed list."""

    until: Instant
    reason: SnoozeReason


class AlertSnoozed(Event):
    """A co-ordinator does not want to hear of the alert before a time."""

    topic: ClassVar[str] = "coordination"
    type: Literal["flow.alert-snoozed.v1"]
    data: AlertSnoozedData


class WaitNamed(Wire):
    """Names a wait by its identifier and its subject (the spell, referral, package, stay, handover
    or assessment), as an alert of it does.
    """

    wait: Token
    about: About
    by: StaffReference | None = None


class WaitPausedData(WaitNamed):
    """Why, from a fixed list, and until when where that is known.

    It ends with `flow.wait-resumed.v1`, at `until`, or at the limit of the policy (`pauses`),
    whichever comes first: nobody is forgotten in a pause.
    """

    reason: WaitPauseReason
    until: Instant | None = None


class WaitPaused(Event):
    """The time of a wait stands still from now on (domain.md 12.4: pausable with reason)."""

    topic: ClassVar[str] = "coordination"
    type: Literal["flow.wait-paused.v1"]
    data: WaitPausedData


class WaitResumedData(WaitNamed):
    """The wait that goes on."""


class WaitResumed(Event):
    """The time of a wait counts again."""

    topic: ClassVar[str] = "coordination"
    rank: ClassVar[int] = 51
    type: Literal["flow.wait-resumed.v1"]
    data: WaitResumedData


class TaskDoneData(Wire):
    """A task from a fixed list, for a spell where it belongs to one; and for which referral, where
    it does what one asked for. Where several services were asked, only that tells whose it is."""

    task: Task
    referral_id: ReferralId | None = None
    provider: OdsCode | None = None
    spell_id: SpellId | None = None
    by: StaffReference | None = None


class TaskDone(Event):
    """A task that no other event tells of is done, for example a long-stay review."""

    topic: ClassVar[str] = "coordination"
    type: Literal["flow.task-done.v1"]
    data: TaskDoneData
