"""A service's newest report, what journeys say of it, the policy and the time: what it means now.

Total and pure; who waits or stays is a set. Only since when a service has been full, or has had
a place free, is taken over from the look before, for nothing else remembers it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from flow.events.codes import SERVICE_KINDS
from flow.events.service_outputs import (
    CapacityReport,
    Condition,
    Derived,
    ExpectedPlaces,
    ServiceData,
    ServiceFinding,
)
from flow.pathway.local_days import FAR, ONE_DAY, day_ends, local_date, local_days_between
from flow.pathway.placements import NOT_THERE_YET, Placement
from flow.pathway.policy import Policy
from flow.pathway.referral_kinds import BEDS, WITH_A_WINDOW, WITH_GOALS
from flow.pathway.service_rules import FULL, PLACE_FREE, REPORT_OLD
from flow.pathway.services.findings import findings_of
from flow.pathway.services.report import counts_from, of_its_kind

NOBODY_FULL: Mapping[str, datetime] = MappingProxyType({})


class Besides(NamedTuple):
    """What is told of a service besides its report: `doubts` about corrections, and the identities
    of the answers to its alerts, known or not."""

    doubts: tuple[ServiceFinding, ...] = ()
    answers: tuple[str, ...] = ()


NOTHING_BESIDES = Besides()


class Look(NamedTuple):
    """`next_at` is later than the look, or None where time alone changes nothing more."""

    data: ServiceData
    next_at: datetime | None


def look(
    service: str,
    report: CapacityReport | None,
    placements: Collection[Placement],
    policy: Policy,
    now: datetime,
    before: ServiceData | None = None,
    full: Mapping[str, datetime] = NOBODY_FULL,
    besides: Besides = NOTHING_BESIDES,
) -> Look:
    """What is known of the service at `now`. `before` is the last look's, where there was one;
    `full` tells of other services since when they are."""
    rules = policy.service_rules
    said, report = report, of_its_kind(report) if report is not None else None
    current = report is not None and now < counts_from(report) + rules.report_valid
    waiting = [each for each in placements if each.state in NOT_THERE_YET and not each.on_hold]
    ready = [each for each in waiting if _could_move_in(each, report, now)]
    suitable = [
        each
        for each in placements
        if each.state == "suitable"
        and _could_move_in(each, report, now)
        and _all_full(each.asked_of, full)
    ]
    staying = [each for each in placements if each.state == "staying"]
    derived = _derived(waiting, ready, suitable, staying, now)
    beds = _beds(report, placements, derived)
    free = _free_places(report, beds) if current else None
    has_room = _has_room(report, free) if current else None
    leaving = _leaving(staying, policy, now)
    named_by = (*_named_by(placements), *besides.answers)
    data = ServiceData(
        service=service,
        reported=said,
        derived=derived,
        occupancy_difference=_difference(report, placements),
        has_room=has_room,
        free_places=free,
        shortfall=max(0, len(_without_a_place(placements, beds.reserved)) - free)
        if free is not None
        else None,
        expected_free=_expected(report, beds, leaving, rules.expected_days, now)
        if free is not None
        else (),
        conditions=_conditions(
            _Waiting(service, placements, (*ready, *suitable), beds.reserved, policy, full),
            report,
            now,
            before,
            has_room=has_room,
            current=current,
        ),
        findings=(
            *findings_of(service, said, derived, named_by, policy, current=current),
            *besides.doubts,
        ),
    )
    return Look(data, _next_at(report, placements, policy, now, current=current))


def _named_by(placements: Collection[Placement]) -> Iterator[str]:
    return (each.named_by for each in placements if each.named_by is not None)


def _could_move_in(placement: Placement, report: CapacityReport | None, now: datetime) -> bool:
    """Ready for the next step, and asking for what the service gives (list `service_kind`)."""
    if not _is_ready(placement, now):
        return False
    if placement.kind is None or report is None:
        return True
    gives: list[str] = SERVICE_KINDS.by_code[report.kind].attributes["gives"]
    return placement.kind in gives


def _without_a_place(placements: Collection[Placement], reserved: int) -> list[Placement]:
    """Those not there yet, but for whoever was accepted first and has a place reserved, and for who
    is on hold: a place that is kept for them is nobody else's."""
    waiting = [each for each in placements if each.state in NOT_THERE_YET]
    accepted = [each for each in waiting if each.state == "accepted"]
    accepted.sort(key=_accepted_order)
    others = [each for each in waiting if each.state != "accepted"] + accepted[reserved:]
    return [each for each in others if not each.on_hold]


def _accepted_order(placement: Placement) -> tuple[object, ...]:
    """Of two at one time who is on hold comes first, then by all else that counts."""
    agreed_at = placement.start_agreed_at
    of_two = (not placement.on_hold, agreed_at is None, agreed_at or placement.since)
    return placement.since, _asked_at(placement), *of_two


def _all_full(services: Collection[str], full: Mapping[str, datetime]) -> bool:
    return all(service in full for service in services)


def _derived(
    waiting: list[Placement],
    ready: list[Placement],
    suitable: list[Placement],
    staying: list[Placement],
    now: datetime,
) -> Derived:
    states = Counter(each.state for each in waiting)
    asked = [_asked_at(each) for each in waiting]
    return Derived(
        staying=len(staying),
        waiting=states["waiting"],
        offered=states["offered"],
        accepted=states["accepted"],
        ready=len(ready),
        suitable=len(suitable),
        longest_waiting_since=min(asked, default=None),
        waited_days=sum(max(0, local_days_between(at, now)) for at in asked),
        could_leave=sum(_is_ready(each, now) and each.onward_at is None for each in staying),
    )


def _asked_at(placement: Placement) -> datetime:
    return placement.asked_at or placement.since


def _agreed_by(placement: Placement, now: datetime) -> bool:
    """Whether nobody has agreed a time that is yet to come."""
    return placement.start_agreed_at is None or placement.start_agreed_at <= now


def _waits_since(placement: Placement) -> datetime:
    """Since being asked for, or since the time that was agreed."""
    agreed_at = placement.start_agreed_at
    return _asked_at(placement) if agreed_at is None else max(_asked_at(placement), agreed_at)


def _opens_at(placement: Placement, policy: Policy) -> datetime | None:
    """When the window for a visit opens: when its own wait is near, counted from when
    it could have been made. The day of the birth is not told to a service."""
    wait, could_come = WITH_A_WINDOW.get(placement.kind or ""), placement.ready_since
    if wait is None or could_come is None:
        return None
    place = policy.place(None, placement.council, placement.locality)
    rule = place.rule(wait, could_come)
    return rule.after(could_come, rule.warn) if rule.on and rule.warn is not None else None


class _Beds(NamedTuple):
    """How many are occupied and reserved by now, as far as report and journeys tell."""

    occupied: int
    reserved: int


def _beds(
    report: CapacityReport | None, placements: Collection[Placement], derived: Derived
) -> _Beds:
    """A bed is occupied where one of both says so: a report, with who is known to have come and
    left since, and journeys, which do not know who came without an event. Who came since has taken
    up what was reserved."""
    if report is None:
        return _Beds(derived.staying, 0)
    at = counts_from(report)
    came = sum(each.state == "staying" and each.since > at for each in placements)
    left = sum(each.state == "left" and _was_there(each, at) for each in placements)
    occupied = (report.beds_occupied or 0) + came - left
    return _Beds(max(occupied, derived.staying), max(0, (report.beds_reserved or 0) - came))


def _was_there(placement: Placement, at: datetime) -> bool:
    """In a bed of the service then, by what is known."""
    if placement.state == "staying":
        return placement.since <= at
    return placement.came_at is not None and placement.came_at <= at < placement.since


def _difference(report: CapacityReport | None, placements: Collection[Placement]) -> int | None:
    """At the time of the report."""
    if report is None or report.beds_occupied is None:
        return None
    at = counts_from(report)
    stayed = (each for each in placements if each.state in ("staying", "left"))
    return report.beds_occupied - sum(_was_there(each, at) for each in stayed)


def _free_places(report: CapacityReport | None, beds: _Beds) -> int | None:
    if report is None or report.beds_open is None:
        return None
    return max(0, report.beds_open - beds.reserved - beds.occupied)


def _has_room(report: CapacityReport | None, free: int | None) -> bool | None:
    if report is None or free is not None:
        return free > 0 if free is not None else None
    offers = (report.visits_per_week_available, report.hours_per_week_available)
    known = [offer for offer in offers if offer is not None]
    # A visit takes time: of both, none of one is none.
    return all(offer > 0 for offer in known) if known else None


# What becomes free.


def _leaving(staying: list[Placement], policy: Policy, now: datetime) -> list[date]:
    """The day on which each is expected to leave, where one is: who is ready, when the care that
    follows is confirmed to begin; who is not, when the usual stay of the policy ends. Whoever stays
    longer than that, or is ready and has nowhere to go, is expected on no day.
    """
    today = local_date(now)
    days: list[date] = []
    for each in staying:
        if _is_ready(each, now):
            if each.onward_at is not None:
                days.append(max(today, local_date(each.onward_at)))
            continue
        if each.kind in BEDS - WITH_GOALS:
            continue  # nobody says for how long
        place = policy.place(None, each.council, each.locality)
        day = local_date(each.since + place.rule("centre_stay", each.since).target)
        if day >= today:
            days.append(day)
    return days


def _is_ready(placement: Placement, now: datetime) -> bool:
    return placement.ready_since is not None and placement.ready_since <= now


def _expected(
    report: CapacityReport | None,
    now_in: _Beds,
    leaving: list[date],
    days: int,
    now: datetime,
) -> tuple[ExpectedPlaces, ...]:
    assert report is not None
    assert report.beds_open is not None
    beds = report.beds_open - now_in.reserved
    expected: list[ExpectedPlaces] = []
    for number in range(days):
        day = local_date(now) + timedelta(days=number)
        left = sum(1 for each in leaving if each <= day)
        places = min(report.beds_open, max(0, beds - max(0, now_in.occupied - left)))
        expected.append(ExpectedPlaces(day=day.isoformat(), places=places))
    return tuple(expected)


# What has an alert when it lasts.


class _Waiting(NamedTuple):
    """Who may make a condition of a service: `could_come` are those who could move in now. Who is
    to come at a time that was agreed does not before it."""

    service: str
    placements: Collection[Placement]
    could_come: tuple[Placement, ...]
    reserved: int
    policy: Policy
    full: Mapping[str, datetime]

    def for_a_full_service(self, now: datetime) -> list[datetime]:
        """Since when each waits in vain: who asked for this one and has no place reserved, or left
        it open and finds no room in any that would suit."""
        asked = [
            _waits_since(each)
            for each in _without_a_place(self.placements, self.reserved)
            if _agreed_by(each, now)
        ]
        for each in self.placements:
            if each.state != "suitable" or each.asked_of or each.on_hold:
                continue
            if not _agreed_by(each, now):
                continue
            others = [service for service in each.suits if service != self.service]
            if _all_full(others, self.full):
                asked.append(max([_waits_since(each), *self._full_since(others)]))
        return asked

    def for_a_free_place(self, now: datetime) -> list[datetime]:
        """Since when each could have it."""
        found: list[datetime] = []
        for each in self.could_come:
            opens_at = _opens_at(each, self.policy)
            if _agreed_by(each, now) and (opens_at is None or opens_at <= now):
                times = [_waits_since(each), each.ready_since or now, opens_at or _asked_at(each)]
                found.append(max(times + self._full_since(each.asked_of)))
        return found

    def for_a_report(self, now: datetime) -> list[datetime]:
        """Since when each who asked for this one waits: what was reserved nobody knows any more."""
        asked = _without_a_place(self.placements, reserved=0)
        return [_waits_since(each) for each in asked if _agreed_by(each, now)]

    def _full_since(self, services: Collection[str]) -> list[datetime]:
        return [self.full[service] for service in services]

    def last(self, state: str) -> Iterator[datetime]:
        return (each.since for each in self.placements if each.state == state)


def _conditions(
    people: _Waiting,
    report: CapacityReport | None,
    now: datetime,
    before: ServiceData | None,
    *,
    has_room: bool | None,
    current: bool,
) -> tuple[Condition, ...]:
    known = {each.alert: each for each in before.conditions} if before is not None else {}
    if report is None or (current and has_room is None):
        return ()
    counts = counts_from(report)
    causes: Iterable[datetime] = ()
    if not current:
        alert, waiting = REPORT_OLD, people.for_a_report(now)
        counts += people.policy.service_rules.report_valid
    elif has_room:
        alert, waiting, causes = PLACE_FREE, people.for_a_free_place(now), people.last("left")
    else:
        waiting = people.for_a_full_service(now)
        alert, causes = FULL, people.last("staying")
    if not waiting:
        return ()
    # The newest of what it takes: the report, or its end, the first who waits, and who came or left
    # last.
    since = min(now, max(counts, min(waiting), *causes))
    return (known.get(alert) or Condition(alert=alert, since=since),)


def _next_at(
    report: CapacityReport | None,
    placements: Collection[Placement],
    policy: Policy,
    now: datetime,
    *,
    current: bool,
) -> datetime | None:
    """Days are counted where somebody waits or stays; a report counts for a while; people are to
    come at a time that was agreed, or when a window opens. Who will be ready later than now is of a
    clock that is ahead of ours."""
    first = FAR
    if any(each.state not in ("left", "suitable") for each in placements) or current:
        first = day_ends(local_date(now))
    if report is not None and current:
        first = min(first, counts_from(report) + policy.service_rules.report_valid)
    for each in placements:
        for at in (each.ready_since, each.start_agreed_at, _opens_at(each, policy)):
            if at is not None and now < at < first:
                first = at
    assert first > now
    return first if first < FAR - ONE_DAY else None
