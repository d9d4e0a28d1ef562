"""What each service faces from this person: waiting, offered, accepted, staying, left."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.subjects import Handover, Package, Referral, Stay

PlacementState = Literal["waiting", "offered", "accepted", "staying", "left"]

_RANK: dict[PlacementState, int] = {
    "left": 0,
    "waiting": 1,
    "offered": 2,
    "accepted": 3,
    "staying": 4,
}
"""Where a person faces a service in several ways, the highest says how."""


class Placement(NamedTuple):
    """`waiting`: referred, no answer yet. `offered`: a package or a handover was offered to this
    service and is not answered. `accepted`: it will take the person on. `staying`: it does.
    `left`: it did. A service that refused, or whose referral was withdrawn, faces nothing.
    """

    service: str
    state: PlacementState
    since: datetime
    council: str | None
    locality: str | None


def placements_of(journey: Journey) -> tuple[Placement, ...]:
    """One placement per service, in the order of the services' names."""
    found: dict[str, tuple[int, datetime, PlacementState]] = {}
    for service, state, since in _faced(journey):
        if service is None or since is None:
            continue
        at = since.at
        if journey.died is not None:
            if state not in ("staying", "left"):
                continue
            if state == "staying":
                state, at = "left", journey.died.at
        rank = (_RANK[state], at, state)
        if service not in found or rank > found[service]:
            found[service] = rank
    return tuple(
        Placement(service, state, at, journey.council, journey.locality)
        for service, (_, at, state) in sorted(found.items())
    )


def _faced(journey: Journey) -> Iterator[tuple[str | None, PlacementState, Mark | None]]:
    for referral in journey.referrals.values():
        yield from _by_referral(referral)
    for package in journey.packages.values():
        yield from _by_package(package)
    for stay in journey.stays.values():
        yield from _by_stay(stay)
    for handover in journey.handovers.values():
        yield from _by_handover(handover)


def _by_referral(
    referral: Referral,
) -> Iterator[tuple[str | None, PlacementState, Mark | None]]:
    if referral.rejected is not None or referral.withdrawn is not None:
        return
    if referral.started is not None:
        # A package or a stay says more, where there is one.
        if referral.kind == "urgent_community_response":
            yield referral.service, "left", referral.started
    elif referral.accepted is not None:
        yield referral.service, "accepted", referral.accepted
    else:
        yield referral.service, "waiting", referral.made or referral.received


def _by_package(package: Package) -> Iterator[tuple[str | None, PlacementState, Mark | None]]:
    began = package.first_visit or package.started
    if package.ended is not None:
        if began is not None:
            yield package.service, "left", package.ended
    elif began is not None:
        yield package.service, "staying", began
    elif package.confirmed is not None:
        yield package.service, "accepted", package.confirmed
    else:
        yield package.service, "offered", package.requested


def _by_stay(stay: Stay) -> Iterator[tuple[str | None, PlacementState, Mark | None]]:
    if stay.left is not None:
        yield stay.service, "left", stay.left
    else:
        yield stay.service, "staying", stay.admitted


def _by_handover(handover: Handover) -> Iterator[tuple[str | None, PlacementState, Mark | None]]:
    if handover.accepted is None and handover.rejected is None:
        yield handover.service, "offered", handover.sent
