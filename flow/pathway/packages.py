"""Care at home: asked for, confirmed, begun, visited, paused, increased, handed back, ended."""

from datetime import datetime

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
from flow.pathway.care import (
    GOES_WITHOUT,
    READMITTED,
    go_on_leaving,
    halt_leaving,
    is_given,
    leaves,
)
from flow.pathway.handovers import service_over, stands_down
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import AT_HOME, GIVEN_AT_HOME, HOME_CARE
from flow.pathway.referrals import begin, begun, begun_by, link_spell, others_stand_down
from flow.pathway.spans import agree, begin_later, end_by_itself, watch
from flow.pathway.subjects import Confirmed, Given, HandBack, Package, Pause, Referral
from flow.pathway.whereabouts import at_home


def package_of(journey: Journey, package_id: str, now: Mark) -> Package:
    """The package of what only happens while it goes on: after its end that is a finding."""
    package = _named(journey, package_id, now)
    _goes_on_still(journey, package, now)
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


def _goes_on_still(journey: Journey, package: Package, now: Mark) -> None:
    if package.ended is not None:
        journey.find("event_after_care_ended", package.ended.by, now.by)


def _named(journey: Journey, package_id: str, now: Mark) -> Package:
    """The package that an event names; noted here where its request is not known."""
    journey.services_version += 1
    package = journey.packages.get(package_id)
    if package is None:
        journey.find("package_unknown", now.by)
        package = journey.packages[package_id] = Package(package_id)
        package.spell = journey.current or journey.latest
    return package


def care_package_requested(journey: Journey, event: CarePackageRequested, now: Mark) -> None:
    data = event.data
    journey.services_version += 1
    package = journey.packages.get(data.package_id)
    if package is None:
        package = journey.packages[data.package_id] = Package(data.package_id)
    _goes_on_still(journey, package, now)
    package.requested = package.requested or now
    package.off_plan = package.elsewhere = None
    if data.kind == "increased" and package.in_place is not None:
        # More of what is given already, however that began.
        asked_of = _more_is_asked(journey, package, data.service, now)
    else:
        package.kind, asked_of = data.kind, data.service
    package.referral_id = data.referral_id or package.referral_id
    spell = link_spell(journey, data.provider, data.spell_id) or package.spell or journey.latest
    journey.part_of(package, spell)
    if spell is None and journey.staying is None:
        journey.find("care_without_stay", now.by)
    package.funder = data.funder or package.funder
    package.visits_per_week = data.visits_per_week
    package.hours_per_week = data.hours_per_week
    package.planned_start_at = data.planned_start_at
    if data.kind == "restart" and package.in_place is not None and package.pause is None:
        # It stood still while the person was in hospital, whether anybody said so or not.
        package.pauses += (Pause(now, None, READMITTED),)
    if data.council is not None or data.locality is not None:
        journey.lives(data.council, data.locality)
    journey.served_by(package, asked_of)
    watch(journey, package, now)
    agree(journey, package)
    _begun(journey, package, now)
    _watch_referrals(journey, now)


def _more_is_asked(
    journey: Journey, package: Package, service: str | None, now: Mark
) -> str | None:
    """Of whoever gives it; or of another service: it is theirs once they confirm, or come. Whose it
    is now."""
    if package.increase_asked is None:
        package.increase_asked = now
        package.times_increased += 1
        package.increase_confirmed = False
    theirs = package.service is None or service is None or service == package.service
    if service is not None:
        _more_is_asked_of(journey, package, None if theirs else service, now)
    return service if theirs else None


def _more_is_asked_of(journey: Journey, package: Package, other: str | None, now: Mark) -> None:
    before, package.increase_of = package.increase_of, other
    journey.touch_waits_of(package)
    if before is not None and before not in (other, package.service):
        notices.no_part_any_more(journey, before, now)
        stands_down(journey, before, now)


def _answered(journey: Journey, package: Package, service: str | None, now: Mark) -> None:
    """A service shows that the package is theirs; where it is not named, whoever was asked last."""
    asked = package.increase_of
    journey.served_by(package, service or asked)
    if asked is not None:
        _more_is_asked_of(journey, package, None, now)


def _watch_referrals(journey: Journey, now: Mark) -> None:
    """A package says more of what a referral asked for: one wait for both.

    Asked again whenever its service, its referral or its end is told.
    """
    for referral in journey.referrals.values():
        if referral.kind in GIVEN_AT_HOME and (not referral.closed or referral.visited is not None):
            watch(journey, referral, now)


def care_package_confirmed(journey: Journey, event: CarePackageConfirmed, now: Mark) -> None:
    package = package_of(journey, event.data.package_id, now)
    before = _next_provider(journey, package, event.data.service, now)
    package.confirmed = package.confirmed or now
    package.last_confirmed = now
    package.first_visit_due_at = event.data.first_visit_due_at
    package.increase_confirmed = package.increase_asked is not None
    _answered(journey, package, event.data.service, now)
    if package.confirmed_by is None or package.confirmed_by.service != package.service:
        package.confirmed_by = Confirmed(package.service, now, package.came)
    _taken_on(journey, package, now)
    watch(journey, package, now)
    agree(journey, package)
    _watch_referrals(journey, now)
    stands_down(journey, before, now)


def _next_provider(
    journey: Journey, package: Package, service: str | None, now: Mark
) -> str | None:
    """Another service takes on what was handed back, or any once its last day has passed: its care
    has yet to begin. The one before."""
    given_up = package.given_up
    if given_up is None:
        return None
    if package.lapsed is None and service in (None, given_up.service):
        return None
    package.confirmed = None
    _has_yet_to_begin(journey, package, given_up, now)
    return given_up.service


def _has_yet_to_begin(journey: Journey, package: Package, given_up: HandBack, now: Mark) -> None:
    """The care of who gave it up is what was given earlier; that of the next is to come."""
    last = Mark(given_up.care_until, given_up.handed_back.by) if given_up.care_until else None
    if package.came is not None:
        comes = is_given(package) and last is not None and last.at > now.at
        until = package.lapsed or (None if comes else now)
        package.earlier += (Given(given_up.service, package.came, until, last),)
    elif last is not None and package.leaving is not None:
        _leaves_on(journey, package, given_up.service, max(last, now), now)
    package.lapsed = None
    package.started = package.first_visit = package.increased = None
    package.missed_before = len(package.missed)
    _goes_on(journey, package, now)


def _leaves_on(
    journey: Journey, package: Package, service: str | None, last: Mark, now: Mark
) -> None:
    """Who gave it up, and comes still, tells another last day."""
    leaving = package.leaving
    if leaving is not None and service == leaving.service:
        package.say_of_leaving(leaving._replace(last=last))
        if leaving.halted is None:
            begin_later(journey, package, "package_start", now)


def _has_left(journey: Journey, package: Package, now: Mark) -> None:
    """The next provider has come, or the care has ended: who gave it up comes no more."""
    leaving = package.leaving
    if leaving is not None:
        package.leaves_for_good(now)
        end_by_itself(journey, package)
        stands_down(journey, leaving.service, now)


def _agreed_before(package: Package, service: str | None) -> Confirmed | None:
    """The confirmation of another service than the one that hands it back, told first: the two had
    agreed."""
    taken_over = package.confirmed_by
    if taken_over is None or service is None:
        return None
    return taken_over if package.service == taken_over.service != service else None


def _handed_over(
    journey: Journey, package: Package, given_up: HandBack, taken_over: Confirmed, now: Mark
) -> None:
    """Handed back to a service that has confirmed already: nobody is looked for."""
    package.hand_backs += (given_up._replace(over=taken_over.since),)
    if package.came is None or package.came == taken_over.came:
        _has_yet_to_begin(journey, package, given_up, now)
        package.confirmed = now  # from now on it is theirs to begin


def _taken_on(journey: Journey, package: Package, now: Mark) -> None:
    """Whoever gave it up, somebody goes on with it."""
    if package.given_up is not None:
        package.say_of_hand_back(package.given_up._replace(over=now))
        end_by_itself(journey, package)


def _after_a_lapse(journey: Journey, package: Package, now: Mark) -> None:
    """Somebody comes, after the last day of a provider that gave it up: care begins anew."""
    if package.lapsed is not None:
        _next_provider(journey, package, None, now)


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


def _begins_with_the_next(package: Package, now: Mark) -> None:
    """Care that was given before begins, at its next provider, as soon as it goes on."""
    if package.earlier:
        package.first_visit = package.first_visit or now


def care_package_started(journey: Journey, event: CarePackageStarted, now: Mark) -> None:
    """In place. Home-based recovery support has begun only with the first visit (N12)."""
    package = package_of(journey, event.data.package_id, now)
    _after_a_lapse(journey, package, now)
    package.started = package.started or now
    package.increase_asked = None
    _begins_with_the_next(package, now)
    _goes_on(journey, package, now)
    _answered(journey, package, event.data.service, now)
    _has_left(journey, package, now)
    notices.has_come(journey, package.service, now)
    watch(journey, package, now)
    _begun(journey, package, now)
    _watch_referrals(journey, now)


def _visited(
    journey: Journey, data: VisitData, now: Mark
) -> tuple[Package | None, Referral | None]:
    """The package and the referral that a visit belongs to."""
    journey.services_version += 1
    package: Package | None = None
    referral = journey.referrals.get(data.referral_id) if data.referral_id else None
    if data.package_id is not None:
        package = package_of(journey, data.package_id, now)
        package.referral_id = package.referral_id or data.referral_id
    elif referral is not None:
        package = _newest(journey, referral_id=referral.referral_id)
    elif data.service is not None:
        package = _newest(journey, service=data.service)
        if package is None:
            referral = _newest_asked(journey, data.service)
    if package is None and referral is None:
        journey.find("visit_unmatched", now.by)
    return package, referral


def _newest(
    journey: Journey, *, referral_id: str | None = None, service: str | None = None
) -> Package | None:
    """The newest package of a referral, or of a service, that is not ended."""
    found: Package | None = None
    for package in journey.packages.values():
        theirs = service in {package.service, package.increase_of}
        same = package.referral_id == referral_id if referral_id else theirs
        if same and package.ended is None:
            found = package
    return found


def first_visit_completed(journey: Journey, event: FirstVisitCompleted, now: Mark) -> None:
    package, referral = _visited(journey, event.data, now)
    if journey.current is not None:
        journey.find("visit_during_hospital_stay", journey.current.admitted.by, now.by)
    if event.data.referral_id is not None:
        journey.visits.setdefault(event.data.referral_id, now)
    if package is not None:
        _after_a_lapse(journey, package, now)
        package.first_visit = package.first_visit or now
        _goes_on(journey, package, now)
        if event.data.service is not None and event.data.service == package.increase_of:
            _answered(journey, package, event.data.service, now)
        journey.served_by(package, event.data.service)
        _has_left(journey, package, now)
        notices.has_come(journey, package.service, now)
        watch(journey, package, now)
        _begun(journey, package, now)
        _watch_referrals(journey, now)
    if referral is not None:
        if package is None:
            referral.visited = referral.visited or now
        begin(journey, referral, now)
        watch(journey, referral, now)


def first_visit_missed(journey: Journey, event: FirstVisitMissed, now: Mark) -> None:
    package, referral = _visited(journey, event.data, now)
    missed = package or referral
    if missed is not None:
        missed.missed += (now,)
        watch(journey, missed, now)
    _watch_referrals(journey, now)


def care_package_paused(journey: Journey, event: CarePackagePaused, now: Mark) -> None:
    package = _given(journey, event.data.package_id, now)
    if package.pause is None or _says_more(package, package.pause, event.data.reason):
        package.end_pause(now)
        package.pauses += (Pause(now, None, event.data.reason),)
        if event.data.reason in GOES_WITHOUT:
            halt_leaving(journey, package, now)
        journey.touch_waits_of(package)
        watch(journey, package, now)


def _says_more(package: Package, pause: Pause, reason: str | None) -> bool:
    """Whether a pause that is told while one lasts is another one.

    Where others cover, it has been looked at; where nobody does, the person waits since the first.
    """
    if package.in_place is None:
        return reason != pause.reason
    return not {pause.reason, reason} <= GOES_WITHOUT


def care_package_restarted(journey: Journey, event: CarePackageRestarted, now: Mark) -> None:
    package = _given(journey, event.data.package_id, now)
    if go_on_leaving(journey, package, now):
        _stands_still_no_more(journey, package, now)
        return
    _after_a_lapse(journey, package, now)
    _begins_with_the_next(package, now)
    _has_left(journey, package, now)
    _goes_on(journey, package, now)
    notices.has_come(journey, package.service, now)
    if package.kind == "restart":
        package.started = package.started or now
        _begun(journey, package, now)
    watch(journey, package, now)
    _watch_referrals(journey, now)


def _goes_on(journey: Journey, package: Package, now: Mark) -> None:
    """Care is given: what stood still, was given up, or seemed in vain, does so no more."""
    _taken_on(journey, package, now)
    package.elsewhere = None
    _stands_still_no_more(journey, package, now)


def _stands_still_no_more(journey: Journey, package: Package, now: Mark) -> None:
    if package.pause is not None:
        package.end_pause(now)
        journey.touch_waits_of(package)


def care_package_increased(journey: Journey, event: CarePackageIncreased, now: Mark) -> None:
    data = event.data
    package = _given(journey, data.package_id, now)
    leaving = leaves(package)
    if leaving is None or data.service not in (None, leaving.service):
        _more_is_given(journey, package, data.service, now)
    package.visits_per_week = data.visits_per_week or package.visits_per_week
    package.hours_per_week = data.hours_per_week or package.hours_per_week
    package.funder = data.funder or package.funder
    watch(journey, package, now)
    _watch_referrals(journey, now)


def _more_is_given(journey: Journey, package: Package, service: str | None, now: Mark) -> None:
    """At home there is care, then, whether its beginning was told or not."""
    _after_a_lapse(journey, package, now)
    if package.in_place is None and at_home(journey):
        package.first_visit = now
        _goes_on(journey, package, now)
    package.increased = now
    package.increase_asked = None
    _answered(journey, package, service, now)
    if package.came == now:
        _has_left(journey, package, now)
        _begun(journey, package, now)


def _comes_until(
    journey: Journey, package: Package, given_up: HandBack, until: datetime | None, now: Mark
) -> None:
    """Who gave it up says anew until when they come; not after their last day has passed."""
    if until is not None and package.lapsed is None:
        package.say_of_hand_back(given_up._replace(care_until=max(until, now.at)))
        end_by_itself(journey, package)


def care_package_handed_back(journey: Journey, event: CarePackageHandedBack, now: Mark) -> None:
    """Handed back twice without a confirmation between is one hand-back, until the newest day."""
    data = event.data
    package = _given(journey, data.package_id, now)
    known = package.given_up
    taken_over = None if known is not None else _agreed_before(package, data.service)
    if taken_over is None:
        journey.served_by(package, data.service)
    if known is not None:
        _comes_until(journey, package, known, data.care_until, now)
    else:
        service = data.service or package.service
        given_up = HandBack(now, service, data.reason, data.care_until, None)
        if taken_over is not None:
            _handed_over(journey, package, given_up, taken_over, now)
        else:
            package.hand_backs += (given_up,)
        end_by_itself(journey, package)
    watch(journey, package, now)
    _watch_referrals(journey, now)
    if taken_over is not None:
        stands_down(journey, data.service, now)


def care_package_ended(journey: Journey, event: CarePackageEnded, now: Mark) -> None:
    package = _named(journey, event.data.package_id, now)
    package.ended = package.ended or now
    package.end_reason = event.data.reason
    _has_left(journey, package, now)
    watch(journey, package, now)
    _watch_referrals(journey, now)
    _more_is_asked_of(journey, package, None, now)
    service_over(journey, package.service, now)
    notices.stood_down(journey, package, now)
