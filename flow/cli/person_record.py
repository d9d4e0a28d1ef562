"""One person as the pipeline knows them: read from the state and alert topics."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

from flow.cli.capacity_doubts import note_capacity
from flow.cli.folding import Folded
from flow.cli.never_reported import note_never_reported
from flow.cli.refusals import NotFound
from flow.cli.words import moment
from flow.pathway import Policy, assess
from flow.pathway.identity import note_circle, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flow.engine.log import Record
    from flow.engine.marker import Marker
    from flow.engine.person import Person
    from flow.events import AnyEvent
    from flow.events.service_outputs import ServiceData
    from flow.settings import Settings


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """`folded` holds the alerts as published; `events` are in canonical order, with identities.

    `others` are references that point to this one.
    """

    folded: Folded
    events: "list[tuple[AnyEvent, str]]"
    others: tuple[str, ...]


async def read_person(settings: "Settings", policy: Policy, reference: str) -> PersonRecord:
    """Raises NotFound where the state topic knows nothing of the person, or says where they are."""
    from flow.cli.alert_list import alerts_of
    from flow.engine.keys import CLOCK, partition_of
    from flow.engine.publisher import clock_of
    from flow.engine.reader import ask_cluster, newest_by_key

    cluster = await ask_cluster(settings, ["pathway-events"])
    partition = partition_of(reference.encode(), cluster.partitions["pathway-events"])
    state = await newest_by_key(settings, "pathway-events", only=partition)
    person = _restored(policy, reference, state)
    journey = person.whole.journey()
    way = standing(reference, journey.link.to if journey.link else None, person.tied().ways())
    if way.follows and journey.link is not None:
        raise NotFound(
            f"{reference} points to {way.target} since {moment(journey.link.said.at)}"
            f" ({journey.link.said.by}): see `flow person {way.target}`"
        )
    if person.is_empty:
        _refuse(reference, person.summary.marker)
    clock = state.get(CLOCK)
    now = (clock_of(clock) if clock is not None else None) or datetime.now(UTC)
    alerts = await newest_by_key(settings, "alerts", only=partition)
    view = assess(journey, policy, now)
    if way.circle and journey.link is not None:
        note_circle(view, journey.link)
    reporting = await _reporting(settings)
    folded = Folded(
        reference,
        now,
        person.whole,
        journey,
        view,
        tuple(alert.data for alert in alerts_of(alerts) if alert.person == reference),
    )
    note_never_reported(folded, reporting.keys())
    note_capacity(folded, reporting)
    others = tuple(sorted(way.ways.keys() - {reference}))
    return PersonRecord(folded, person.whole.events(), others)


async def _reporting(settings: "Settings") -> "dict[str, ServiceData]":
    """Services that have ever said what they can take, as they are now."""
    from flow.engine.keys import SERVICES_CLOCK
    from flow.engine.reader import newest_by_key
    from flow.events.outputs import decode_output
    from flow.events.service_outputs import ServiceChanged

    reporting: dict[str, ServiceData] = {}
    for key, record in (await newest_by_key(settings, "services")).items():
        if key != SERVICES_CLOCK and record.value is not None:
            told = decode_output(record.value)
            if isinstance(told, ServiceChanged) and told.data.reported is not None:
                reporting[told.data.service] = told.data
    return reporting


def _restored(policy: Policy, reference: str, state: "Mapping[bytes, Record]") -> "Person":
    """The person as a worker would hold them."""
    from flow.engine.clock import Clock
    from flow.engine.people import People
    from flow.engine.restoring import Restoring

    people = People(policy.may_correct)
    prefix = f"{reference}/".encode()
    restoring = Restoring(people, Clock(bounded=False))
    restoring.state([record for key, record in state.items() if key.startswith(prefix)])
    person = people.get(reference) or people.meet(reference)
    person.take_summary()
    return person


def _refuse(reference: str, marker: "Marker | None") -> NoReturn:
    if marker is not None:
        raise NotFound(
            f"{reference} was {marker.kind}: events up to {moment(marker.newest_at)} are no longer"
            " held; a newer one begins a new journey"
        )
    raise NotFound(
        f"no events of {reference} are known: check the reference (`flow ref` makes one),"
        " or see `flow dlq list` for what could not be used"
    )
