"""Care at home: asked for, confirmed, begun, visited, paused, increased, handed back, ended."""

from flow.events.care_package import (
    CarePackageConfirmed,
    CarePackageEnded,
    CarePackageHandedBack,
    CarePackageIncreased,
    CarePackagePaused,
    CarePackageRequested,
    CarePackageRestarted,
    CarePackageStarted,
    FirstVisitCompleted,
    FirstVisitMissed,
    VisitData,
)
from flow.pathway import notices
from flow.pathway.came_instead import is_given_as
from flow.pathway.care import (
    GOES_WITHOUT,
    READMITTED,
    go_on_leaving,
    halt_leaving,
    leaves,
)
from flow.pathway.death import has_died, tells_of_death
from flow.pathway.handovers import cares, has_come, service_over
from flow.pathway.in_another_form import (
    asked_to_go_on_as,
    package_to_go_on,
    packages_that_it_is,
    referral_to_go_on,
)
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.next_provider import (
    asked_of,
    begins_with_the_next,
    care_goes_on,
    comes,
    confirms,
    hands_back,
    has_left,
    is_another,
    more_is_asked,
    nobody_is_next,
    of_who_leaves,
    stands_still_no_more,
)
from flow.pathway.referral_kinds import AT_HOME, GIVEN_AT_HOME, HOME_CARE
from flow.pathway.referrals import asked_from, begin, begun, begun_by, link_spell, others_stand_down
from flow.pathway.spans import agree, watch
from flow.pathway.subjects import HandBack, Package, Pause, Referral
from flow.pathway.taken_on import note_who_takes_on
from flow.pathway.whereabouts import at_home, expected_there_until


def package_of(journey: Journey, package_id: str, now: Mark) -> Package:
    """The package of what only happens while it goes on: after its end that is a finding."""
    package = _named(journey, package_id, now)
    _find_if_ended(journey, package, now)
    return package


def _given(journey: Journey, package_id: str, now: Mark) -> Package:
    """The package of what only happens to care that is given: where none is known, it had begun.

    Its beginning may never have been told, or belong to a journey that is over (`retire.py`).
    """
    known = package_id in journey.packages
    package = package_of(journey, package_id, now)
    if not known:
        package.first_visit = now
    return package


def _find_if_ended(journey: Journey, package: Package, now: Mark) -> None:
    if package.ended is not None:
        journey.find("event_after_care_ended", package.ended.by, now.by)


def _named(journey: Journey, package_id: str, now: Mark) -> Package:
    """The package that an event names; noted here where its request is not known."""
    journey.services_version += 1
    package = journey.packages.get(package_id)
    if package is None:
        journey.find("package_unknown", now.by)
        package = journey.packages[package_id] = Package(package_id)
        package.spell = journey.latest
    return package


def care_package_requested(journey: Journey, event: CarePackageRequested, now: Mark) -> None:
    data = event.data
    journey.services_version += 1
    package = journey.packages.get(data.package_id)
    if package is None:
        unheard_of = _of_whom_nothing_is_known(journey)
        package = journey.packages[data.package_id] = Package(data.package_id)
        if data.kind == "increased" and unheard_of:
            package.first_visit = now
    elif package.ended is not None:
        _find_if_ended(journey, package, now)
        package = _wanted_anew(journey, package)
    package.requested, package.last_asked = package.requested or now, now
    package.asked_to_take_on = package.given_up is not None
    package.off_plan = package.elsewhere = package.given_as = None
    # More of what is given already, however that began.
    more = data.kind == "increased" and package.in_place is not None
    if more:
        more_is_asked(journey, package, now)
    another = is_another(package, data.service)
    asked_of(journey, package, data.service, now, more=more)
    if not more and not (another and package.next_provider is not None):
        package.kind = data.kind
    package.referral_id = data.referral_id or package.referral_id
    spell = link_spell(journey, data.provider, data.spell_id) or package.spell or journey.latest
    journey.part_of(package, spell)
    asked_from(journey, package, data.provider, data.spell_id)
    if spell is None and journey.staying is None:
        journey.find("care_without_stay", now.by)
    package.funder = data.funder or package.funder
    package.visits_per_week = data.visits_per_week
    package.hours_per_week = data.hours_per_week
    package.planned_start_at = data.planned_start_at
    stood_still = data.kind == "restart" and package.in_place is not None and not another
    if stood_still and package.pause is None:
        # It stood still while the person was in hospital, whether anybody said so or not.
        package.pauses += (Pause(now, None, READMITTED),)
        journey.touch_waits_of(package)
    if stood_still:
        package.asked_to_go_on(now)
    elif package.kind != "increased" and package.came is None:
        asked_to_go_on_as(journey, package)
    journey.asked_with(package, data.council, data.locality)
    watch(journey, package, now)
    agree(journey, package)
    _begun(journey, package, now)
    _watch_referrals(journey, now)


def _wanted_anew(journey: Journey, over: Package) -> Package:
    """Care that is asked for again after its end, under the identifier that it had: nothing that
    was said of what is over holds for it. What was given then stays known, under a key that no
    identifier can be, for it has a space."""
    packages, package = journey.packages, Package(over.package_id)
    package.newest = over.newest.copy()  # its waits are numbered on, so their alerts are other ones
    del packages[over.package_id]
    packages[f"{over.package_id} {len(packages)}"] = over
    packages[over.package_id] = package
    return package


def _of_whom_nothing_is_known(journey: Journey) -> bool:
    """No stay, and nothing asked for or given: more of a package was given before, then. Its
    beginning may belong to a journey that is over (`retire.py`)."""
    return (
        journey.latest is None
        and not journey.stays
        and all(package.closed for package in journey.packages.values())
        and all(referral.closed and not cares(referral) for referral in journey.referrals.values())
    )


def _watch_referrals(journey: Journey, now: Mark) -> None:
    """A package says more of what a referral asked for: one wait for both.

    Asked again whenever its service, its referral or its end is told.
    """
    for referral in journey.referrals.values():
        if referral.kind in GIVEN_AT_HOME and (not referral.closed or referral.visited is not None):
            watch(journey, referral, now)
        note_who_takes_on(journey, referral, now)


def care_package_confirmed(journey: Journey, event: CarePackageConfirmed, now: Mark) -> None:
    package = package_of(journey, event.data.package_id, now)
    confirms(journey, package, event.data.service, event.data.first_visit_due_at, now)
    if package.last_confirmed == now:
        notices.goes_on_after_the_stay(journey, package, now)
    watch(journey, package, now)
    agree(journey, package)
    _watch_referrals(journey, now)


def _begun(journey: Journey, package: Package, now: Mark) -> None:
    """The referral that asked for this package has what it asked for, once it has begun."""
    if package.started is None and package.first_visit is None:
        return
    if package.referral_id is None:
        led_here = _newest_asked(journey, package.service)
        if led_here is not None:
            package.referral_id = led_here.referral_id
            watch(journey, package, now)
    referral = journey.referrals.get(package.referral_id) if package.referral_id else None
    if referral is not None and begun_by(package, referral) is not None:
        begin(journey, referral, now)
    elif package.referral_id is None and package.kind == "new" and begun(package) == now:
        others_stand_down(journey, HOME_CARE, package, now)


def _newest_asked(journey: Journey, service: str | None) -> Referral | None:
    """The newest open referral for care at home at this service, or at no named one."""
    found: Referral | None = None
    for referral in journey.referrals.values():
        if (
            service is not None
            and referral.kind in AT_HOME
            and not referral.closed
            and referral.service in (None, service)
        ):
            found = referral
    return found


def care_package_started(journey: Journey, event: CarePackageStarted, now: Mark) -> None:
    """In place. Home-based recovery support has begun only with the first visit (N12)."""
    package = package_of(journey, event.data.package_id, now)
    asked = package.next_provider
    service = event.data.service or (asked.service if asked is not None else None)
    if of_who_leaves(package, service):
        return
    comes(journey, package, service, now)
    package.started = package.started or now
    if package.kind == "restart":
        package.restarted = now
    package.more_is_given()
    begins_with_the_next(package, now)
    _goes_on_as_asked(journey, package, now)
    nobody_is_next(journey, package, now)
    has_left(journey, package, now)
    has_come(journey, package.service or package.about, now)
    watch(journey, package, now)
    _begun(journey, package, now)
    _watch_referrals(journey, now)


def _visited(
    journey: Journey, data: VisitData, now: Mark
) -> tuple[Package | None, Referral | None]:
    """The package and the referral that a visit belongs to. One that names a referral is no other
    referral's; where the one that it names is not known, it is that of the newest package of the
    same service, if that names none; where no package names it, that of one that it asks to go on.
    """
    journey.services_version += 1
    package: Package | None = None
    referral = journey.referrals.get(data.referral_id) if data.referral_id else None
    if data.package_id is not None:
        package = package_of(journey, data.package_id, now)
        package.referral_id = package.referral_id or data.referral_id
    elif data.referral_id is not None:
        package = _newest(journey, referral_id=data.referral_id)
        if package is None and referral is None and data.service is not None:
            ours = _newest(journey, service=data.service)
            package = ours if ours is not None and ours.referral_id is None else None
        elif package is None and referral is not None:
            package = package_to_go_on(journey, referral)
    elif data.service is not None:
        package = _newest(journey, service=data.service)
        if package is None:
            referral = _newest_asked(journey, data.service)
    if package is None and referral is None:
        journey.find("visit_unmatched", now.by)
    return package, referral


def _goes_on_as_asked(journey: Journey, package: Package, now: Mark) -> None:
    """With it, what its provider was asked for in another form since it stands still."""
    asked = referral_to_go_on(journey, package)
    others = packages_that_it_is(journey, package)
    care_goes_on(journey, package, now)
    for other in others:
        is_given_as(journey, other, package.package_id, now)
    if asked is not None:
        package.referral_id = asked.referral_id
        begin(journey, asked, now)


def _newest(
    journey: Journey, *, referral_id: str | None = None, service: str | None = None
) -> Package | None:
    """The newest package of a referral, or of a service, that is not ended, nor given as another
    one."""
    found: Package | None = None
    for package in journey.packages.values():
        asked = package.next_provider
        theirs = service in {package.service, asked.service if asked is not None else None}
        same = package.referral_id == referral_id if referral_id else theirs
        as_another = package.given_as is not None and package.closed
        if same and package.ended is None and not as_another:
            found = package
    return found


def first_visit_completed(journey: Journey, event: FirstVisitCompleted, now: Mark) -> None:
    package, referral = _visited(journey, event.data, now)
    journey.find_early("visit_during_hospital_stay", now)
    if event.data.referral_id is not None:
        journey.visits.setdefault(event.data.referral_id, now)
    if package is not None and not of_who_leaves(package, event.data.service):
        comes(journey, package, event.data.service, now)
        package.first_visit = package.first_visit or now
        _goes_on_as_asked(journey, package, now)
        has_left(journey, package, now)
        has_come(journey, package.service or package.about, now)
        watch(journey, package, now)
        _begun(journey, package, now)
        _watch_referrals(journey, now)
    if referral is not None:
        if package is None:
            if referral.visited is None:
                referral.visited, referral.over = now, None
            if referral.service is None:
                journey.served_by(referral, event.data.service)  # asked of nobody by name
        has_come(journey, referral.service, now)
        begin(journey, referral, now)
        watch(journey, referral, now)


def first_visit_missed(journey: Journey, event: FirstVisitMissed, now: Mark) -> None:
    package, referral = _visited(journey, event.data, now)
    missed = package or referral
    if package is not None and of_who_leaves(package, event.data.service):
        missed = None  # theirs was missed, not the first of the next one
    there = expected_there_until(journey)
    on_the_way = there is not None and now.at < there
    if missed is not None and at_home(journey) and not on_the_way:  # else nobody can be found
        missed.missed += (now,)
        watch(journey, missed, now)
    _watch_referrals(journey, now)


def care_package_paused(journey: Journey, event: CarePackagePaused, now: Mark) -> None:
    package = _given(journey, event.data.package_id, now)
    if event.data.reason == READMITTED:
        notices.on_hold_for_the_stay(journey, package, now)
    pause = package.pause
    if pause is None or _says_more(package, pause, event.data.reason):
        package.end_pause(now)
        package.pauses += (Pause(now, None, event.data.reason, told=True),)
        if event.data.reason in GOES_WITHOUT:
            halt_leaving(journey, package, now)
        journey.touch_waits_of(package)
        watch(journey, package, now)
    else:
        package.say_of_pause(pause._replace(told=True))


def _says_more(package: Package, pause: Pause, reason: str | None) -> bool:
    """Whether a pause that is told while one lasts is another one.

    Where others cover, it has been looked at; where nobody does, the person has waited since
    the first.
    """
    if package.in_place is None:
        return reason != pause.reason
    return not {pause.reason, reason} <= GOES_WITHOUT


def care_package_restarted(journey: Journey, event: CarePackageRestarted, now: Mark) -> None:
    package = _given(journey, event.data.package_id, now)
    if package.leaving is not None:
        # Theirs who gave it up: the next provider tells of its first visit, or of the start.
        go_on_leaving(journey, package, now)
        stands_still_no_more(journey, package, now)
        return
    comes(journey, package, None, now)
    begins_with_the_next(package, now)
    has_left(journey, package, now)
    _goes_on_as_asked(journey, package, now)
    has_come(journey, package.service or package.about, now)
    if package.kind == "restart":
        package.restarted = now
        package.started = package.started or now
        _begun(journey, package, now)
    watch(journey, package, now)
    _watch_referrals(journey, now)


def care_package_increased(journey: Journey, event: CarePackageIncreased, now: Mark) -> None:
    data = event.data
    package = _given(journey, data.package_id, now)
    if not of_who_leaves(package, data.service, unnamed=True):
        _more_is_given(journey, package, data.service or _gives_more(package), now)
    package.visits_per_week = data.visits_per_week or package.visits_per_week
    package.hours_per_week = data.hours_per_week or package.hours_per_week
    package.funder = data.funder or package.funder
    watch(journey, package, now)
    _watch_referrals(journey, now)


def _gives_more(package: Package) -> str | None:
    """Who is not named: whoever leaves and comes still, else whoever was asked for more."""
    leaving, asked = leaves(package), package.next_provider
    if leaving is not None:
        return leaving.service
    more_of_them = asked is not None and package.increase_asked is not None
    return asked.service if asked is not None and more_of_them else None


def _more_is_given(journey: Journey, package: Package, service: str | None, now: Mark) -> None:
    """At home there is care, then, whether its beginning was told or not."""
    comes(journey, package, service, now)
    if package.in_place is None and at_home(journey):
        package.first_visit = now
        care_goes_on(journey, package, now)
    package.increased = now
    package.more_is_given()
    if service is not None:
        nobody_is_next(journey, package, now)
    if package.came == now:
        has_left(journey, package, now)
        _begun(journey, package, now)


def care_package_handed_back(journey: Journey, event: CarePackageHandedBack, now: Mark) -> None:
    data = event.data
    package = _given(journey, data.package_id, now)
    said = HandBack(now, data.service, data.reason, data.care_until, None)
    hands_back(journey, package, said, now)
    watch(journey, package, now)
    agree(journey, package)
    _watch_referrals(journey, now)


def care_package_ended(journey: Journey, event: CarePackageEnded, now: Mark) -> None:
    package = _named(journey, event.data.package_id, now)
    package.ended = package.ended or now
    package.end_reason = event.data.reason
    if tells_of_death(event):
        has_died(journey, now)
    has_left(journey, package, now)
    watch(journey, package, now)
    _watch_referrals(journey, now)
    nobody_is_next(journey, package, now, in_vain=False)
    service_over(journey, package.service, now)
    notices.stood_down(journey, package, now)
