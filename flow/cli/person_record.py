"""One person as the pipeline knows them: read from the state and alert topics."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flow.cli.folding import Folded
from flow.cli.refusals import NotFound
from flow.pathway import History, Policy, assess

if TYPE_CHECKING:
    from flow.events import AnyEvent
    from flow.settings import Settings


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """`folded` holds the alerts as published; `events` are in canonical order, with identities."""

    folded: Folded
    events: "list[tuple[AnyEvent, str]]"


async def read_person(settings: "Settings", policy: Policy, reference: str) -> PersonRecord:
    """Raises NotFound where the state topic knows nothing of the person."""
    from flow.cli.alert_list import alerts_of
    from flow.engine.keys import CLOCK, event_key, partition_of
    from flow.engine.publisher import clock_of
    from flow.engine.reader import ask_cluster, newest_by_key

    cluster = await ask_cluster(settings, ["pathway-events"])
    partition = partition_of(reference.encode(), cluster.partitions["pathway-events"])
    state = await newest_by_key(settings, "pathway-events", only=partition)
    prefix = event_key(reference, "")
    history = History(policy.may_correct)
    for key, record in state.items():
        if key.startswith(prefix) and record.value is not None:
            history.restore(key.removeprefix(prefix).decode(), record.value)
    if not len(history):
        raise NotFound(
            f"no events of {reference} are known: check the reference (`flow ref` makes one),"
            " or see `flow dlq list` for what could not be used"
        )
    clock = state.get(CLOCK)
    now = (clock_of(clock) if clock is not None else None) or datetime.now(UTC)
    alerts = await newest_by_key(settings, "alerts", only=partition)
    journey = history.journey()
    folded = Folded(
        reference,
        now,
        history,
        journey,
        assess(journey, policy, now),
        tuple(alert.data for alert in alerts_of(alerts) if alert.person == reference),
    )
    return PersonRecord(folded, history.events())
