"""What each service faces from this person: waiting, offered, accepted, staying, left; or that they
would be suitable for it, though they asked for another, or for none in particular."""

from datetime import datetime
from typing import Final, Literal, NamedTuple

from flow.pathway.care import by_itself, kind_of, onward_care_at
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.presumed_ends import as_at
from flow.pathway.referral_kinds import HUB, NEVER_TOLD, ONCE
from flow.pathway.service_criteria import CriteriaList, Wanted
from flow.pathway.subjects import Given, Handover, NextProvider, Package, Referral, Stay
from flow.pathway.whereabouts import at_home, on_hold, set_aside

PlacementState = Literal["suitable", "waiting", "offered", "accepted", "staying", "left"]
NOT_THERE_YET: frozenset[PlacementState] = frozenset({"waiting", "offered", "accepted"})
"""States in which the person waits for a place of this service."""
COULD_COME: Final[frozenset[PlacementState]] = NOT_THERE_YET | {"suitable"}
"""States in which the person would have a place of this service still to take."""


class Faced(NamedTuple):
    """One way in which a person faces a service, and since when. `asked` is when the service was
    asked, `kind` for what; `ready` is a stay's end of the requirements to remain, `onward_at` when
    the care after it is confirmed to begin, `start_agreed_at` when who has accepted said that
    they do, `came` when who has left a bed came."""

    state: PlacementState
    since: Mark | None
    asked: Mark | None = None
    kind: str | None = None
    ready: Mark | None = None
    asked_of: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()
    onward_at: datetime | None = None
    start_agreed_at: datetime | None = None
    on_hold: bool = False
    came: Mark | None = None


_RANK: Final[dict[PlacementState, int]] = {
    "left": 0,
    "suitable": 1,
    "waiting": 2,
    "offered": 3,
    "accepted": 4,
    "staying": 5,
}
"""Where a person faces a service in several ways, the highest says how."""


class Placement(NamedTuple):
    """`waiting`: referred, no answer yet. `offered`: a package or a handover was offered to this
    service and is not answered. `accepted`: it will take the person on, as it has said of what it
    was asked for, or of a handover while the person is not at home. `staying`: it does. `left`: it
    did. A service that refused, whose referral was withdrawn, or that prepares for another pathway,
    faces nothing. `suitable`: it was not asked, but could take the person by the policy's criteria.

    `asked_at` is when a service that has no place for the person yet was asked. `ready_since`
    says since when the person could take the next step: move in (no longer meets the criteria
    to reside, or is not in hospital), or out of a centre (no longer meets the requirements to
    remain, domain.md 2.4). Of somebody suitable, `asked_of` are the services that were asked for
    the same, none where it was left open; `suits` are all that could take them. `named_by` is the
    first event of the person to name the service. Of somebody who could leave a centre, `onward_at`
    is when the care that follows is confirmed to begin; None where none is. Of who is accepted,
    `start_agreed_at` is when the service said that it begins; of who is suitable, when the first
    of those that were asked did. `on_hold` says that the person is too unwell for whoever was
    asked, all of them (`whereabouts.py`); None while not. `came_at` is when whoever has left a bed
    of the service came.
    """

    service: str
    state: PlacementState
    since: datetime
    council: str | None
    locality: str | None
    pathway: str | None = None
    kind: str | None = None
    asked_at: datetime | None = None
    ready_since: datetime | None = None
    asked_of: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()
    named_by: str | None = None
    onward_at: datetime | None = None
    start_agreed_at: datetime | None = None
    on_hold: bool | None = None
    came_at: datetime | None = None


def placements_of(journey: Journey, criteria: CriteriaList, now: datetime) -> tuple[Placement, ...]:
    """One placement per service, in the order of the services' names."""
    with as_at(journey, now):
        return _placements_of(journey, criteria)


def _placements_of(journey: Journey, criteria: CriteriaList) -> tuple[Placement, ...]:
    found: dict[str, tuple[tuple[int, datetime, PlacementState], Faced]] = {}
    faces = _faced(journey)
    if criteria:
        faces += _suitable(journey, criteria)
    for service, told in faces:
        faced = _after_death(told, journey.died) if journey.died is not None else told
        if service is None or faced is None or faced.since is None:
            continue
        rank = (_RANK[faced.state], faced.since.at, faced.state)
        if service not in found or rank > found[service][0]:
            found[service] = rank, faced
    return tuple([_placement(journey, name, found[name][1]) for name in sorted(found)])


def _after_death(faced: Faced | None, died: Mark) -> Faced | None:
    """Nobody is waited for any more, and whoever stayed has left."""
    if faced is None or faced.state in COULD_COME:
        return None
    if faced.state == "left":
        return faced
    return Faced("left", died, kind=faced.kind, came=faced.since)


def _placement(journey: Journey, service: str, faced: Faced) -> Placement:
    assert faced.since is not None
    spell = journey.latest
    waits = faced.state in COULD_COME
    asked_at = faced.asked.at if waits and faced.asked is not None else None
    ready_since = faced.ready.at if faced.ready is not None else None
    return Placement(
        service,
        faced.state,
        faced.since.at,
        journey.council,
        journey.locality,
        pathway=spell.pathway if spell is not None else None,
        kind=faced.kind,
        asked_at=asked_at,
        ready_since=_could_move_since(journey, asked_at) if waits else ready_since,
        asked_of=faced.asked_of,
        suits=faced.suits,
        named_by=journey.named.get(service, (None,))[0],
        onward_at=faced.onward_at,
        start_agreed_at=faced.start_agreed_at,
        on_hold=faced.on_hold or None,
        came_at=faced.came.at if faced.came is not None else None,
    )


def _could_move_since(journey: Journey, asked_at: datetime | None) -> datetime | None:
    """Since when somebody who is asked for could come; None while in need of the hospital."""
    if journey.current is not None:
        ready = journey.current.ready
        return ready.started.at if ready is not None else None
    left = journey.latest.discharged if journey.latest is not None else None
    if left is None or asked_at is None:
        return asked_at
    return max(asked_at, left.at)


def _faced(journey: Journey) -> list[tuple[str | None, Faced | None]]:
    faced: list[tuple[str | None, Faced | None]] = [
        (referral.service, _by_referral(journey, referral))
        for referral in journey.referrals.values()
    ]
    faced += [
        (package.service, _by_package(journey, package)) for package in journey.packages.values()
    ]
    faced += [
        (given.service, _by_provider_before(given, kind_of(journey, package)))
        for package in journey.packages.values()
        for given in package.earlier
    ]
    faced += [
        (package.next_provider.service, _by_next(journey, package, package.next_provider))
        for package in journey.packages.values()
        if package.next_provider is not None and not package.closed
    ]
    faced += [(stay.service, _by_stay(journey, stay)) for stay in journey.stays.values()]
    faced += [
        (handover.service, _by_handover(journey, handover))
        for handover in journey.handovers.values()
        if handover.unanswered
    ]
    return faced if at_home(journey) else faced + _expecting(journey, faced)


def _expecting(
    journey: Journey, faced: list[tuple[str | None, Faced | None]]
) -> list[tuple[str | None, Faced | None]]:
    """Who has accepted a handover and of whom nothing more is told will take the person from
    hospital or the centre. Once the person is at home, they have them in hand (`ownership.py`)."""
    known = {service for service, told in faced if told is not None}
    return [
        (handover.service, _by_handover_accepted(journey, handover))
        for handover in journey.handovers.values()
        if handover.spell is journey.latest
        and handover.accepted is not None
        and handover.over is None
        and handover.service not in known
    ]


def _by_referral(journey: Journey, referral: Referral) -> Faced | None:
    if by_itself(journey, referral):
        state: PlacementState = "staying" if referral.over is None else "left"
        return Faced(state, referral.over or referral.came, kind=referral.kind)
    if referral.rejected is not None or referral.withdrawn is not None:
        return None
    if referral.started is not None:
        # A package or a stay says more, where there is one.
        once = referral.kind in ONCE
        return Faced("left", referral.started, kind=referral.kind) if once else None
    if referral.elsewhere is not None or set_aside(journey, referral):
        return None
    asked = referral.made or referral.received
    held = on_hold(journey, referral)
    if referral.accepted is not None:
        return Faced(
            "accepted",
            referral.accepted,
            asked or referral.accepted,
            referral.kind,
            start_agreed_at=referral.start_agreed_at,
            on_hold=held,
        )
    return Faced("waiting", asked, asked, referral.kind, on_hold=held)


def _by_package(journey: Journey, package: Package) -> Faced | None:
    kind = kind_of(journey, package)
    began = package.in_place
    if package.ended is not None:
        return Faced("left", package.ended, kind=kind) if began is not None else None
    if began is not None:
        return Faced("staying", began, kind=kind)
    if package.lapsed is not None:
        return Faced("left", package.lapsed, kind=kind)
    if package.elsewhere is not None or set_aside(journey, package):
        return None
    asked, held = package.asked_of_them, on_hold(journey, package)
    taken_on = package.confirmed or package.started  # in place on paper; nobody has come yet
    if taken_on is not None:
        agreed, since = package.start_agreed_at, asked or taken_on
        return Faced("accepted", taken_on, since, kind, start_agreed_at=agreed, on_hold=held)
    return Faced("offered", asked, asked, kind, on_hold=held)


def _by_next(journey: Journey, package: Package, asked: NextProvider) -> Faced:
    """Asked for a package, or more of it, that another service has until they come."""
    kind, held = kind_of(journey, package), on_hold(journey, package)
    since, due_at = asked.confirmed, asked.first_visit_due_at
    if since is not None:
        return Faced("accepted", since, asked.asked, kind, start_agreed_at=due_at, on_hold=held)
    return Faced("offered", asked.asked, asked.asked, kind, on_hold=held)


def _by_provider_before(given: Given, kind: str) -> Faced:
    if given.until is None:
        return Faced("staying", given.since, kind=kind)
    return Faced("left", given.until, kind=kind)


def _by_stay(journey: Journey, stay: Stay) -> Faced:
    kind = _asked_for(journey, stay.referral_id)
    left = stay.left or stay.overtaken
    if left is not None:
        return Faced("left", left, kind=kind, came=stay.admitted)
    ready = stay.ready if not stay.is_home else None
    onward_at = onward_care_at(journey) if ready is not None else None
    return Faced("staying", stay.admitted, kind=kind, ready=ready, onward_at=onward_at)


def _by_handover(journey: Journey, handover: Handover) -> Faced:
    held = on_hold(journey, handover)
    return Faced("offered", handover.sent, handover.sent, on_hold=held)


def _by_handover_accepted(journey: Journey, handover: Handover) -> Faced:
    since, held = handover.accepted, on_hold(journey, handover)
    return Faced("accepted", since, handover.sent or since, on_hold=held)


def _asked_for(journey: Journey, referral_id: str | None) -> str | None:
    referral = journey.referrals.get(referral_id) if referral_id is not None else None
    return referral.kind if referral is not None else None


# Who was not asked, and could take the person.


class _Ask(NamedTuple):
    """Something that is asked for and that nobody has begun to give; None where no service is
    named. `start_agreed_at` is when whoever has accepted said that they begin; `on_hold` says that
    the person is too unwell for them."""

    kind: str
    asked: Mark
    service: str | None
    needs: tuple[str, ...] = ()
    start_agreed_at: datetime | None = None
    on_hold: bool = False


def _suitable(journey: Journey, criteria: CriteriaList) -> list[tuple[str | None, Faced | None]]:
    asks = _asks(journey)
    spell = journey.latest
    pathway = spell.pathway if spell is not None else None
    found: list[tuple[str | None, Faced | None]] = []
    for kind in dict.fromkeys(ask.kind for ask in asks):
        same = [ask for ask in asks if ask.kind == kind]
        needs = frozenset(need for ask in same for need in ask.needs)
        refused = _refused(journey, kind)
        fitting = criteria.fitting(Wanted(kind, journey.council, journey.locality, pathway, needs))
        suits = tuple(service for service in fitting if service not in refused)
        asked_of = tuple(sorted({ask.service for ask in same if ask.service is not None}))
        asked = min(ask.asked for ask in same)
        agreed = [ask.start_agreed_at for ask in same if ask.start_agreed_at is not None]
        faced = Faced(
            "suitable",
            asked,
            asked,
            kind,
            asked_of=asked_of,
            suits=suits,
            start_agreed_at=min(agreed, default=None),
            on_hold=all(ask.on_hold for ask in same),
        )
        found += [(service, faced) for service in suits if service not in asked_of]
    return found


def _asks(journey: Journey) -> list[_Ask]:
    asks: list[_Ask] = []
    for referral in journey.referrals.values():
        kind, asked = referral.kind, referral.made or referral.received
        if kind is None or asked is None or referral.closed or kind in NEVER_TOLD or kind == HUB:
            continue
        if set_aside(journey, referral):
            continue
        agreed = referral.start_agreed_at if referral.accepted is not None else None
        held = on_hold(journey, referral)
        asks.append(_Ask(kind, asked, referral.service, referral.needs, agreed, on_hold=held))
    for package in journey.packages.values():
        begun = package.confirmed or package.came or package.started or package.closed
        # More of a package, or one that goes on, is asked of whoever gives it.
        meant = not begun and not set_aside(journey, package)
        if package.requested is not None and package.kind == "new" and meant:
            kind = kind_of(journey, package)
            held = on_hold(journey, package)
            asks.append(_Ask(kind, package.requested, package.service, on_hold=held))
    return asks


def _refused(journey: Journey, kind: str) -> set[str | None]:
    return {
        referral.service
        for referral in journey.referrals.values()
        if referral.kind == kind and referral.rejected is not None
    }
