"""Who gives care outside hospital, and who gave it: the one rule that stage, ownership, placements,
notices and waits share.

Care has begun with a stay in a centre, with a package in place (`Package.in_place`; for each
provider of it anew), with a first visit that names a referral and no package, or with a discharge
to a bed that was asked for, of which no stay is told. It is given until
it ends, or stands still and the person has nobody else: after a hospital stay, or where the
provider has no capacity (`goes_without` of the code list `pause_reason`) or nobody says why; or
until the last day of a provider that gave it up, where nobody has come by then in their place.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from flow.events.codes import PAUSE_REASONS
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, day_begins, local_date
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import (
    GIVEN_AT_HOME,
    HOME_CARE,
    NOT_AWAITED,
    ONCE,
    TIME_LIMITED,
    WITH_A_PACKAGE,
)
from flow.pathway.spans import begin_later, watch
from flow.pathway.subjects import Given, Package, Pause, Referral, Spell
from flow.pathway.whereabouts import set_aside

GOES_WITHOUT: Final[frozenset[str | None]] = frozenset(
    {None, *PAUSE_REASONS.marked("goes_without")}
)
"""Reasons for a pause in which the person, once at home, has nobody else; or nobody says why."""

READMITTED: Final = "readmitted"

COUNTS_FOR: Final = timedelta(days=91)


class Care(NamedTuple):
    """A service gave care `since`, and gives it still where `until` is None."""

    service: str | None
    since: Mark
    until: Mark | None


class CareNow(NamedTuple):
    """A service gives care at home, `since` then, and no longer than `counts_until`."""

    service: str | None
    since: Mark
    counts_until: datetime


def care_of(journey: Journey, but: frozenset[str] = frozenset()) -> list[Care]:
    """All care that was ever given; `but` that of these kinds."""
    found = [
        Care(stay.service, stay.admitted, stay.overtaken or stay.left)
        for stay in journey.stays.values()
        if stay.admitted is not None
    ]
    for package in journey.packages.values():
        if but and kind_of(journey, package) in but:
            continue
        found += [Care(given.service, given.since, given.left_off) for given in package.earlier]
        if package.came is not None:
            until = package.lapsed or package.ended or stands_still(package)
            found.append(Care(package.service, package.came, until))
    for referral in journey.referrals.values():
        if referral.kind not in but and by_itself(journey, referral):
            assert referral.came is not None
            found.append(Care(referral.service, referral.came, referral.over))
    return found


def stands_still(package: Package) -> Mark | None:
    """Since when care that had begun is not given, and nobody is there instead."""
    pause = package.pause
    if package.in_place is None or pause is None or pause.reason not in GOES_WITHOUT:
        return None
    return pause.since


def said_to_go_on(package: Package) -> bool:
    """Its care stands still for a stay in hospital, and its provider has said since that it comes:
    asked to go on, or of nothing else that was asked for."""
    pause, said = package.pause, package.last_confirmed
    if pause is None or pause.reason != READMITTED or package.in_place is None or package.closed:
        return False
    if said is None or said < pause.since or package.given_up is not None:
        return False
    asked = package.restart_asked
    return package.increase_asked is None or (asked is not None and asked >= pause.since)


def restart_of(journey: Journey, package: Package) -> Package | None:
    """The package as which care was asked to go on since it stands still, and is still to."""
    restart = journey.packages.get(package.restarted_as) if package.restarted_as else None
    halted = stands_still(package)
    if restart is None or halted is None or restart.closed or restart.last_asked is None:
        return None
    return restart if restart.last_asked >= halted else None


def ended_by(spell: Spell, referral: Referral) -> bool:
    """Whether what a referral brought is over because this stay in hospital began, or something in
    it, and not because anybody withdrew or refused it."""
    told = referral.withdrawn is not None or referral.rejected is not None
    return referral.over is not None and referral.over >= spell.admitted and not told


def is_given(package: Package) -> bool:
    begun = package.in_place is not None
    return begun and package.ended is None and stands_still(package) is None


def leaves(package: Package) -> Given | None:
    """What the provider before gives still, though another one has confirmed and is to come."""
    leaving = package.leaving
    return leaving if leaving is not None and leaving.halted is None else None


def given_now(journey: Journey) -> Iterator[CareNow]:
    """The care at home that is given: packages, by whoever is to give them and then by whoever
    leaves, and referrals that are the care themselves."""
    for package in journey.packages.values():
        if is_given(package):
            assert package.in_place is not None
            yield CareNow(package.service, _given_since(package, package.in_place), FAR)
    for package in journey.packages.values():
        leaving = leaves(package)
        if leaving is not None:
            assert leaving.last is not None
            yield CareNow(leaving.service, leaving.since, leaving.last.at)
    for referral in journey.referrals.values():
        visited = referral.visited is not None
        if visited and referral.over is None and by_itself(journey, referral):
            assert referral.visited is not None
            yield CareNow(referral.service, referral.visited, counts_until(referral))


def _given_since(package: Package, in_place: Mark) -> Mark:
    """Since it began, or went on after it had stood still."""
    went_on = [
        pause.until
        for pause in package.pauses
        if pause.until is not None and pause.reason in GOES_WITHOUT
    ]
    return max([in_place, *went_on])


def watch_increases(journey: Journey, now: Mark) -> None:
    """More care was asked for as a package of its own: what is waited for hangs on other care."""
    for package in journey.packages.values():
        if package.kind == "increased" and package.in_place is None and not package.closed:
            watch(journey, package, now)


def given_until(package: Package) -> datetime | None:
    """When care is over that its provider gave up, if nobody takes it on; None where no event says
    so, or there is none."""
    given_up = package.given_up
    if given_up is None or given_up.care_until is None:
        return None
    if package.in_place is None or package.ended is not None:
        return None
    return max(given_up.care_until, given_up.handed_back.at)


def last_day(package: Package) -> datetime | None:
    """When time alone ends what is given of a package, by its provider or by the one before."""
    leaving = leaves(package)
    given = leaving.last if leaving is not None else None
    return given.at if given is not None else given_until(package)


def left_to_nobody(package: Package) -> Mark | None:
    """Since when nobody is to give what its provider handed back before its first visit, or while
    it stood still, and did not say that they come until a last day; until somebody is asked for
    it, be it the same one again."""
    given_up = package.given_up
    if given_up is None or package.lapsed is not None or not is_open(package):
        return None
    asked = package.asked_to_take_on or package.next_provider is not None
    if asked or leaves(package) is not None:
        return None
    back = given_up.handed_back
    if package.in_place is None:
        return back
    halted = stands_still(package)
    in_it = halted is not None and back.at >= halted.at and given_up.care_until is None
    return back if in_it else None


def does_not_go_on(journey: Journey, package: Package) -> bool:
    """Its provider gave it up before it began, or while it stood still, be it under the identifier
    as which it was to go on; and nobody is asked for it."""
    return left_to_nobody(restart_of(journey, package) or package) is not None


def handed_back_with(journey: Journey, referral: Referral) -> bool:
    """Whether it asked for care at home, and the package of it is left to nobody. Who commissions
    one (Fast Track) is waited for again."""
    if referral.closed or referral.kind not in GIVEN_AT_HOME:
        return False
    return any(
        package.hand_backs
        and left_to_nobody(package) is not None
        and (package.referral_id is not None or referral.kind in WITH_A_PACKAGE)
        and asked_by(referral, package)
        for package in journey.packages.values()
    )


def is_open(package: Package) -> bool:
    """Asked for or given, and neither ended nor begun elsewhere. What only names a package does not
    make it one.
    """
    asked_or_given = package.requested or package.confirmed or package.started
    return not package.closed and bool(asked_or_given or package.came)


def awaited_since(package: Package) -> Mark | None:
    """Since when care is waited for that was asked for, or taken on by another provider, and has
    not begun; or that does not go on."""
    if package.closed or is_given(package):
        return None
    return package.lapsed or stands_still(package) or _taken_on_since(package) or package.requested


def _taken_on_since(package: Package) -> Mark | None:
    """Since when the next provider is waited for: not while the one before comes."""
    taken_on = package.confirmed or package.offered
    if not package.earlier or taken_on is None:
        return None
    left_off = package.earlier[-1].left_off
    return taken_on if left_off is None else max(taken_on, left_off)


def by_itself(journey: Journey, referral: Referral) -> bool:
    """Whether a referral is the care, and no package or stay that says more: its first visit is
    told, or a discharge to its bed.

    No event need tell of its end: it is over with the next stay in hospital, unless that ends on
    pathway 0 (`home_again.py`), but for a bed in which the person lives (`beds.py`), a withdrawal,
    or `counts_until`.
    """
    if referral.came is None or referral.kind in ONCE:
        return False
    named = [package.referral_id for package in journey.packages.values()]
    return referral.referral_id not in named


def counts_until(referral: Referral) -> datetime:
    """Where no event tells of its end, care by a referral counts until day 91 after its first
    visit, or the move into its bed, begins (O3)."""
    assert referral.came is not None
    return day_begins(local_date(referral.came.at) + COUNTS_FOR)


def kind_of(journey: Journey, package: Package) -> str:
    """What a package is: what its referral asked for, else home care."""
    asked = journey.referrals.get(package.referral_id) if package.referral_id else None
    return (asked.kind if asked is not None else None) or HOME_CARE


def for_some_weeks(journey: Journey, care: Package | Referral) -> bool:
    """Given, and of a kind that is given for some weeks."""
    if isinstance(care, Referral):
        return care.kind in TIME_LIMITED and care.over is None and by_itself(journey, care)
    given = is_given(care) or leaves(care) is not None
    return given and kind_of(journey, care) in TIME_LIMITED


def onward_care_at(journey: Journey) -> datetime | None:
    """When the first care begins that is confirmed for a person in a centre: at the time that was
    agreed, else from its confirmation on. None where none is confirmed.

    Who has accepted a referral, or a handover, has confirmed nothing before saying when they come
    (`onward_care`).
    """
    confirmed = [
        (referral.accepted, referral.start_agreed_at)
        for referral in journey.referrals.values()
        if referral.kind not in NOT_AWAITED
        and referral.accepted is not None
        and referral.start_agreed_at is not None
        and not referral.closed
        and not set_aside(journey, referral)
    ]
    for package in journey.packages.values():
        if package.closed or is_given(package) or set_aside(journey, package):
            continue
        if package.lapsed is not None or package.given_up is not None:
            continue
        said, halted = package.last_confirmed or package.started, stands_still(package)
        if said is not None and (halted is None or said >= halted):
            confirmed.append((said, package.start_agreed_at or said.at))
    begins = (at for said, at in confirmed if not _came_to_nothing(journey, said, at))
    return min(begins, default=None)


def _came_to_nothing(journey: Journey, said: Mark, begins: datetime) -> bool:
    """Confirmed before the last stay in hospital, for a time before its end."""
    latest = journey.latest
    if latest is None or latest.discharged is None:
        return False
    return said < latest.admitted and begins < latest.discharged.at


def asked_by(referral: Referral, package: Package) -> bool:
    """Whether a package is what a referral asks for: named by it, or of the same service."""
    if package.referral_id is not None:
        return package.referral_id == referral.referral_id
    return package.service is not None and package.service == referral.service


def halt_leaving(journey: Journey, package: Package, now: Mark) -> None:
    """Who gave it up does not come now: the next one is waited for at once."""
    leaving = leaves(package)
    if leaving is not None:
        _say_of_leaving(journey, package, leaving._replace(halted=now), now)


def go_on_leaving(journey: Journey, package: Package, now: Mark) -> None:
    """Who gave it up, and did not come, comes again, to their last day."""
    leaving = package.leaving
    if leaving is not None and leaving.halted is not None:
        _say_of_leaving(journey, package, leaving._replace(halted=None), now)


def _say_of_leaving(journey: Journey, package: Package, said: Given, now: Mark) -> None:
    package.say_of_leaving(said)
    journey.services_version += 1
    begin_later(journey, package, "package_start", now)
    watch(journey, package, now)


def suspend(journey: Journey, now: Mark) -> None:
    """In hospital: care at home stands still, and does not go on by itself afterwards; nor has
    anybody a bed elsewhere but where they live."""
    for package in journey.packages.values():
        halt_leaving(journey, package, now)
        if not is_given(package):
            continue
        package.end_pause(now)
        package.pauses += (Pause(now, None, READMITTED),)
        journey.services_version += 1
        journey.touch_waits_of(package)
        watch(journey, package, now)
    for referral in journey.referrals.values():
        if referral.came is not None and referral.over is None and not referral.is_home:
            referral.over = now
            journey.services_version += 1
            watch(journey, referral, now)
