"""What the pipeline publishes about services: what they report, what journeys say, and alerts."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from flow.events.care_package import Beds, HoursOfService, Visits
from flow.events.codes import Council, Locality, ServiceKind, ServiceReference
from flow.events.envelope import Instant
from flow.events.identifiers import EventIdentity, StaffReference, Token
from flow.events.published import ActsNext, Output, Published

Day = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="A calendar day in London, ISO 8601")
]
People = Annotated[int, Field(ge=0, description="Number of people")]
ServiceAlertName = Literal[
    "full_with_people_waiting",
    "place_free_with_someone_waiting",
    "report_old_with_people_waiting",
]


class CapacityReport(Published):
    """The newest that a service has said of itself; `event` is the report's identity.

    It counts from `time`, or from when it was written down where it claims to be of later.
    """

    event: EventIdentity
    time: Instant
    recordedtime: Instant
    kind: ServiceKind
    council: Council | None = None
    locality: Locality | None = None
    beds_open: Beds | None = None
    beds_closed: Beds | None = None
    beds_reserved: Beds | None = None
    beds_occupied: Beds | None = None
    visits_per_week_available: Visits | None = None
    hours_per_week_available: HoursOfService | None = None


class Derived(Published):
    """What people's journeys say, in numbers of people.

    `staying` is the occupancy. Not there yet are those `waiting` (asked for, no answer),
    `offered` and `accepted`, but for who is on hold; `ready` of them could move in now, and ask for
    what this service gives. `suitable` are those who could move in now, too, and meet the criteria
    of this service, but asked for none in particular, or only for such as are full.
    `longest_waiting_since` is when the service was asked for the one who waits longest;
    `waited_days` adds up the whole calendar days that each has waited. `could_leave` of those who
    stay need the service no more, and no care after it is confirmed.
    """

    staying: People = 0
    waiting: People = 0
    offered: People = 0
    accepted: People = 0
    ready: People = 0
    suitable: People = 0
    longest_waiting_since: Instant | None = None
    waited_days: Annotated[int, Field(ge=0, description="Days")] = 0
    could_leave: People = 0


class ExpectedPlaces(Published):
    """How many beds will be free on a day, if those who stay leave when it is expected: who could
    leave, once the care that follows is confirmed."""

    day: Day
    places: Annotated[int, Field(ge=0, description="Number of beds")]


class Condition(Published):
    """Something that is so since then, and has an alert when it lasts: `full_with_people_waiting`
    (who asked for it, or for none in particular where all are full that could take them),
    `place_free_with_someone_waiting` (who asked for it, or is suitable), or
    `report_old_with_people_waiting` (who asked for it, and nobody knows any more whether there is
    room)."""

    alert: Token
    since: Instant


class ServiceFinding(Published):
    """What cannot be true, or is doubtful, and the events that say so."""

    rule: Token
    events: tuple[EventIdentity, ...] = ()


class ServiceData(Published):
    """Reported and derived side by side, and what follows from both.

    `occupancy_difference` is reported minus derived, both of the time of the report: data quality.
    `free_places` are beds open, less those reserved and those occupied; a bed counts as free only
    where report and journeys both say so: the report with who is known to have come, perhaps to
    what was reserved, and who has left since. `has_room` is whether somebody could begin: a free
    bed, or visits or hours to give; absent where nobody has said, or not lately. `shortfall` is how
    many of those not there yet find no free bed, and have none reserved since they were accepted.
    `expected_free` begins with today.
    """

    service: ServiceReference
    reported: CapacityReport | None = None
    derived: Derived
    occupancy_difference: Annotated[int, Field(description="Number of people")] | None = None
    has_room: bool | None = None
    free_places: Annotated[int, Field(ge=0, description="Number of beds")] | None = None
    shortfall: People | None = None
    expected_free: tuple[ExpectedPlaces, ...] = ()
    conditions: tuple[Condition, ...] = ()
    findings: tuple[ServiceFinding, ...] = ()


class ServiceAlertData(Published):
    """One alert of a service with its whole life; `about` tells which period of it.

    It is raised by a tick when what it is about has lasted for `target_s` since `since`, and
    closed by events with one reason: `place_free` and `full` (room came or went), `nobody_waiting`
    (or nobody who could move in), `not_known` (the service has not reported lately), `reported` (it
    has, at last).
    `report` is the report that showed the room or the lack of it when the alert was raised.
    """

    alert_id: UUID
    service: ServiceReference
    alert: ServiceAlertName
    state: Literal["open", "acknowledged", "snoozed", "closed"]
    since: Instant
    due_at: Instant
    raised_at: Instant
    closed_at: Instant | None = None
    closed_reason: (
        Literal["place_free", "full", "nobody_waiting", "not_known", "reported"] | None
    ) = None
    acknowledged_by: StaffReference | None = None
    snoozed_until: Instant | None = None
    target_s: Annotated[int, Field(ge=0, description="Seconds")]
    provenance: Literal["national", "practice", "legacy", "local"]
    target_source: Annotated[str, Field(max_length=200)]
    report: EventIdentity | None = None
    acts_next: ActsNext
    kind: ServiceKind | None = None
    council: Council | None = None
    locality: Locality | None = None


class ServiceChanged(Output):
    """What is known of a service changed; `subject` is the service."""

    topic: ClassVar[str] = "services"
    type: Literal["flow.service-changed.v1"] = "flow.service-changed.v1"
    subject: ServiceReference
    data: ServiceData


class ServiceAlertChanged(Output):
    """An alert of a service was raised, answered or closed; `subject` is the service."""

    topic: ClassVar[str] = "service-alerts"
    type: Literal["flow.service-alert-changed.v1"] = "flow.service-alert-changed.v1"
    subject: ServiceReference
    data: ServiceAlertData
