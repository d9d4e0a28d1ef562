"""A package passes from one provider to the next: given up until a last day, taken on, begun anew.

Who gave it up comes until their last day, or until the next one does (`Package.leaving`). Where
more of it is asked of another service, it is theirs once they confirm or come
(`Package.increase_of`).
"""

from datetime import datetime

from flow.pathway import notices
from flow.pathway.care import is_given
from flow.pathway.handovers import stands_down
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import begin_later, times_changed
from flow.pathway.subjects import Confirmed, Given, HandBack, Package


def next_provider(journey: Journey, package: Package, service: str | None, now: Mark) -> str | None:
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


def after_a_lapse(journey: Journey, package: Package, now: Mark) -> None:
    """Somebody comes, after the last day of a provider that gave it up: care begins anew."""
    if package.lapsed is not None:
        next_provider(journey, package, None, now)


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
    goes_on(journey, package, now)


def _leaves_on(
    journey: Journey, package: Package, service: str | None, last: Mark, now: Mark
) -> None:
    """Who gave it up, and comes still, tells another last day."""
    leaving = package.leaving
    if leaving is not None and service == leaving.service:
        package.say_of_leaving(leaving._replace(last=last))
        if leaving.halted is None:
            begin_later(journey, package, "package_start", now)


def has_left(journey: Journey, package: Package, now: Mark) -> None:
    """The next provider has come, or the care has ended: who gave it up comes no more."""
    leaving = package.leaving
    if leaving is not None:
        package.leaves_for_good(now)
        times_changed(journey, package)
        stands_down(journey, leaving.service, now)


def begins_with_the_next(package: Package, now: Mark) -> None:
    """Care that was given before begins, at its next provider, as soon as it goes on."""
    if package.earlier:
        package.first_visit = package.first_visit or now


def agreed_before(package: Package, service: str | None) -> Confirmed | None:
    """The confirmation of another service than the one that hands it back, told first: the two had
    agreed."""
    taken_over = package.confirmed_by
    if taken_over is None or service is None:
        return None
    return taken_over if package.service == taken_over.service != service else None


def handed_over(
    journey: Journey, package: Package, given_up: HandBack, taken_over: Confirmed, now: Mark
) -> None:
    """Handed back to a service that has confirmed already: nobody is looked for."""
    package.hand_backs += (given_up._replace(over=taken_over.since),)
    if package.came is None or package.came == taken_over.came:
        _has_yet_to_begin(journey, package, given_up, now)
        package.confirmed = now  # from now on it is theirs to begin


def comes_until(
    journey: Journey, package: Package, given_up: HandBack, until: datetime | None, now: Mark
) -> None:
    """Who gave it up says anew until when they come; not after their last day has passed."""
    if until is not None and package.lapsed is None:
        package.say_of_hand_back(given_up._replace(care_until=max(until, now.at)))
        times_changed(journey, package)


def taken_on(journey: Journey, package: Package, now: Mark) -> None:
    """Whoever gave it up, somebody goes on with it."""
    if package.given_up is not None:
        package.say_of_hand_back(package.given_up._replace(over=now))
        times_changed(journey, package)


def goes_on(journey: Journey, package: Package, now: Mark) -> None:
    """Care is given: what stood still, was given up, or seemed in vain, does so no more."""
    taken_on(journey, package, now)
    package.elsewhere = None
    stands_still_no_more(journey, package, now)


def stands_still_no_more(journey: Journey, package: Package, now: Mark) -> None:
    if package.pause is not None:
        package.end_pause(now)
        journey.touch_waits_of(package)


def more_is_asked(journey: Journey, package: Package, service: str | None, now: Mark) -> str | None:
    """Of whoever gives it; or of another service: it is theirs once they confirm, or come. Whose it
    is now."""
    if package.increase_asked is None:
        package.increase_asked = now
        package.times_increased += 1
        package.increase_confirmed = False
    theirs = package.service is None or service is None or service == package.service
    if service is not None:
        more_is_asked_of(journey, package, None if theirs else service, now)
    return service if theirs else None


def more_is_asked_of(journey: Journey, package: Package, other: str | None, now: Mark) -> None:
    before, package.increase_of = package.increase_of, other
    journey.touch_waits_of(package)
    if before is not None and before not in (other, package.service):
        notices.no_part_any_more(journey, before, now)
        stands_down(journey, before, now)


def answered(journey: Journey, package: Package, service: str | None, now: Mark) -> None:
    """A service shows that the package is theirs; where it is not named, whoever was asked last."""
    asked = package.increase_of
    journey.served_by(package, service or asked)
    if asked is not None:
        more_is_asked_of(journey, package, None, now)
