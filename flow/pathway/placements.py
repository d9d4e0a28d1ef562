"""What each service faces from this person: waiting, offered, accepted, staying, left."""

from datetime import datetime
from typing import Literal, NamedTuple

from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.subjects import Package, Referral, Stay

PlacementState = Literal["waiting", "offered", "accepted", "staying", "left"]
Faced = tuple[PlacementState, Mark | None]

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
    for service, faced in _faced(journey):
        if service is None or faced is None:
            continue
        state, since = faced
        if since is None:
            continue
        if journey.died is not None:
            if state in ("waiting", "offered", "accepted"):
                continue
            since = since if state == "left" else journey.died
            state = "left"
        rank = (_RANK[state], since.at, state)
        if service not in found or rank > found[service]:
            found[service] = rank
    council, locality = journey.council, journey.locality
    return tuple(
        [
            Placement(name, found[name][2], found[name][1], council, locality)
            for name in sorted(found)
        ]
    )


def _faced(journey: Journey) -> list[tuple[str | None, Faced | None]]:
    faced: list[tuple[str | None, Faced | None]] = [
        (referral.service, _by_referral(referral)) for referral in journey.referrals.values()
    ]
    faced += [(package.service, _by_package(package)) for package in journey.packages.values()]
    if journey.stays:
        faced += [(stay.service, _by_stay(stay)) for stay in journey.stays.values()]
    faced += [
        (handover.service, ("offered", handover.sent))
        for handover in journey.handovers.values()
        if handover.unanswered
    ]
    return faced


def _by_referral(referral: Referral) -> Faced | None:
    if referral.rejected is not None or referral.withdrawn is not None:
        return None
    if referral.started is not None:
        # A package or a stay says more, where there is one.
        if referral.kind == "urgent_community_response":
            return "left", referral.started
        return None
    if referral.accepted is not None:
        return "accepted", referral.accepted
    return "waiting", referral.made or referral.received


def _by_package(package: Package) -> Faced | None:
    began = package.first_visit or package.started
    if package.ended is not None:
        return ("left", package.ended) if began is not None else None
    if began is not None:
        return "staying", began
    if package.confirmed is not None:
        return "accepted", package.confirmed
    return "offered", package.requested


def _by_stay(stay: Stay) -> Faced:
    return ("left", stay.left) if stay.left is not None else ("staying", stay.admitted)
