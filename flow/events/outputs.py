"""What the pipeline publishes: alerts, stages, placements, services. No extra fields."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, get_args
from uuid import UUID

from pydantic import Field, TypeAdapter

from flow.events.codes import (
    Council,
    Locality,
    OdsCode,
    Pathway,
    ReferralKind,
    ServiceReference,
)
from flow.events.envelope import Instant
from flow.events.identifiers import About, EventIdentity, StaffReference, Token, Ward
from flow.events.published import ActsNext, Output, Published
from flow.events.service_outputs import ServiceAlertChanged, ServiceChanged

Level = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z0-9._+-]*$",
        max_length=32,
        description="near, breached, or a step of the policy after it",
        examples=["breached+7d"],
    ),
]
"""How far a delay has risen: `near`, `breached`, then the policy's steps (`breached+7d`)."""


NoticeCause = Literal[
    "unwell_again",
    "readmitted",
    "discharge_cancelled",
    "taken_elsewhere",
    "handed_elsewhere",
    "pathway_changed",
    "transferred",
    "moved",
    "died",
    "ready_again",
    "discharged",
    "told_by_mistake",
]
"""What happened, of which a notice tells."""


class AlertLevel(Published):
    """`level` was reached at `at`: near, breached, then the policy's steps (`breached+7d`)."""

    level: Level
    at: Instant


class AlertData(Published):
    """One alert with its whole life.

    A `delay` belongs to a wait and rises through `levels`; a `notice` is raised at once by an
    event. `about` is the wait's subject, `period` its number (a reset starts the next one).
    A notice has a `cause`: what happened.
    `closed_reason` is one of done, done_late, retracted, reset, cancelled, died, superseded.
    `started_by` and `stopped_by` name the events; `target_s` with `provenance` and
    `target_source` say where the target comes from (design: "explain"), `target_valid_from` since
    which day it is in force; absent where it always was.
    """

    alert_id: UUID
    kind: Literal["delay", "notice"]
    wait: Token
    about: About
    period: Annotated[int, Field(ge=1)]
    state: Literal["open", "acknowledged", "snoozed", "closed"]
    level: Level
    levels: tuple[AlertLevel, ...]
    raised_at: Instant
    due_at: Instant
    closed_at: Instant | None = None
    closed_reason: (
        Literal["done", "done_late", "retracted", "reset", "cancelled", "died", "superseded"] | None
    ) = None
    acknowledged_by: StaffReference | None = None
    snoozed_until: Instant | None = None
    supersedes: UUID | None = None
    target_s: Annotated[int, Field(description="Seconds")] | None = None
    provenance: Literal["national", "practice", "legacy", "local"] | None = None
    target_source: Annotated[str, Field(max_length=200)] | None = None
    target_valid_from: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    started_by: tuple[EventIdentity, ...] = ()
    stopped_by: tuple[EventIdentity, ...] = ()
    cause: NoticeCause | None = None
    acts_next: ActsNext | None = None
    provider: OdsCode | None = None
    service: ServiceReference | None = None
    council: Council | None = None
    locality: Locality | None = None
    pathway: Pathway | None = None


class StageData(Published):
    """Where the person is on the way, since when, what comes next and who is expected to do it.

    `responsible` is the organisation or service that has the person in hand. `coordinator_known`
    says whether someone there answers for them by name; absent where nobody needs to.
    """

    stage: Token
    since: Instant
    pathway: Pathway | None = None
    provider: OdsCode | None = None
    site: OdsCode | None = None
    ward: Ward | None = None
    service: ServiceReference | None = None
    council: Council | None = None
    locality: Locality | None = None
    next_step: Token | None = None
    acts_next: ActsNext | None = None
    responsible: Token | None = None
    coordinator_known: bool | None = None
    discharge_ready_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class PlacementData(Published):
    """What one service faces from one person, and all that it needs to know of them.

    `kind` is what the service was asked for, `asked_at` when, where it has no place for the
    person yet. `ready_since` is since when the person could take the next step: move in, or, who
    is `staying`, leave. Who is `suitable` did not ask for this service: `asked_of` are those that
    were asked for the same, none where it was left open, `suits` all that could take the person by
    the policy's criteria. `named_by` is the first event of the person to name the service. Of who
    could leave, `onward_at` is when the care that follows is confirmed to begin, if any is. Of who
    is accepted, `start_agreed_at` is when the service said that it begins, if it did; of who is
    `suitable`, when the first of those that were asked did.
    `on_hold` is true while the person is too unwell for the service, which has been told to stand
    down; absent while not. `came_at` is when who has left a bed of the service came.
    """

    service: ServiceReference
    state: Literal["suitable", "waiting", "offered", "accepted", "staying", "left"]
    since: Instant
    council: Council | None = None
    locality: Locality | None = None
    pathway: Pathway | None = None
    kind: ReferralKind | None = None
    asked_at: Instant | None = None
    ready_since: Instant | None = None
    asked_of: tuple[ServiceReference, ...] = ()
    suits: tuple[ServiceReference, ...] = ()
    named_by: EventIdentity | None = None
    onward_at: Instant | None = None
    start_agreed_at: Instant | None = None
    on_hold: bool | None = None
    came_at: Instant | None = None


class AlertChanged(Output):
    """An alert was raised, rose, was answered or closed; the newest one tells its whole life."""

    topic: ClassVar[str] = "alerts"
    type: Literal["flow.alert-changed.v1"] = "flow.alert-changed.v1"
    data: AlertData


class StageChanged(Output):
    """The person is in another stage, or what is known of it changed."""

    topic: ClassVar[str] = "stages"
    type: Literal["flow.stage-changed.v1"] = "flow.stage-changed.v1"
    data: StageData


class PlacementChanged(Output):
    """What a service faces from this person changed."""

    topic: ClassVar[str] = "placements"
    type: Literal["flow.placement-changed.v1"] = "flow.placement-changed.v1"
    data: PlacementData


AnyOutput = AlertChanged | StageChanged | PlacementChanged | ServiceChanged | ServiceAlertChanged
"""Anything that the pipeline publishes."""

_ADAPTER: TypeAdapter[AnyOutput] = TypeAdapter(Annotated[AnyOutput, Field(discriminator="type")])

OUTPUT_TYPES: Mapping[str, type[AnyOutput]] = MappingProxyType(
    {model.model_fields["type"].default: model for model in get_args(AnyOutput)}
)
"""Model by `type`."""


def decode_output(value: bytes) -> AnyOutput:
    """Read what the pipeline has published; raises pydantic's ValidationError."""
    output: AnyOutput = _ADAPTER.validator.validate_json(value)
    return output
