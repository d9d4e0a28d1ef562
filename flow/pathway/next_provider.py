"""A package passes from one provider to the next: asked of another, given up until a last day,
taken on, begun anew.

Who has it (`Package.service`) keeps it until another one comes. Another one that is asked for it
meanwhile, for more of it, or that has confirmed it, is the next (`Package.next_provider`). Handed
back, it is theirs who have confirmed it, to begin: who gave it up comes until their last day, or
until the next does (`Package.leaving`). While nobody gives it, it is theirs at once who are asked.
What one service confirmed never counts for another.
"""

from datetime import datetime

from flow.pathway import notices
from flow.pathway.care import is_given, leaves
from flow.pathway.handovers import has_part, service_over
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import begin_later, times_changed
from flow.pathway.subjects import Given, HandBack, NextProvider, Package, Unasked


def is_another(package: Package, service: str | None) -> bool:
    """A service is named, and not the one that has the package. Whose it is may never have been
    told: another one than gave it up, then."""
    if service is None or package.service is None:
        return service is not None and package.given_up is not None
    return service != package.service


def of_who_leaves(package: Package, service: str | None, *, unnamed: bool = False) -> bool:
    """What a provider that gave the package up does until its last day begins nothing, unless the
    next one has given it up as well: then they go on with it.

    `unnamed`: whether it is theirs where no service is named. Who gives more gives it already; a
    first visit, or a start, is the next one's.
    """
    leaving = leaves(package) if package.given_up is None else None
    if leaving is None:
        return False
    return service == leaving.service if service is not None else unnamed


def asked_of(
    journey: Journey, package: Package, service: str | None, now: Mark, *, more: bool
) -> None:
    """It, or `more` of it than is given, is asked of a service; where none is named, of whom it
    was."""
    if service is None:
        return
    if not is_another(package, service):
        if package.service is None:
            package.offered = now
        journey.served_by(package, service)  # first: it may have been asked as the next
        nobody_is_next(journey, package, now)
    elif more or _has_it(package):
        _next_is(journey, package, NextProvider(service, now), now)
        package.increase_confirmed = False
    else:
        passes_to(journey, package, service, now)
        package.offered = now


def _has_it(package: Package) -> bool:
    """Somebody gives it; or gave it up, and it is theirs until one confirms to take it on."""
    return is_given(package) or (package.given_up is not None and package.came is not None)


def more_is_asked(journey: Journey, package: Package, now: Mark) -> None:
    """More than is given, until more is."""
    if package.increase_asked is None:
        package.increase_asked = now
        package.times_increased += 1
        package.increase_confirmed = False
    package.increase_declined = False
    journey.touch_waits_of(package)


def _next_is(journey: Journey, package: Package, asked: NextProvider, now: Mark) -> None:
    before, package.next_provider = package.next_provider, asked
    package.increase_declined = False  # somebody was found
    journey.touch_waits_of(package)
    notices.asked_after_all(journey, asked.service, now)
    if before is not None and before.service != asked.service:
        _lets_go(journey, before.service, now, in_vain=True)


def nobody_is_next(journey: Journey, package: Package, now: Mark, *, in_vain: bool = True) -> None:
    """Whoever was prepares `in_vain`, unless they know."""
    asked, package.next_provider = package.next_provider, None
    if asked is not None:
        journey.touch_waits_of(package)
        _lets_go(journey, asked.service, now, in_vain=in_vain)


def confirms(
    journey: Journey, package: Package, service: str | None, due_at: datetime | None, now: Mark
) -> None:
    """Whoever has it, or another one; where none is named, whoever was asked last."""
    asked = package.next_provider
    if service is None and asked is not None:
        service = asked.service
    another = is_another(package, service)
    if another and package.given_up is None and (is_given(package) or _is_asked_for_more(package)):
        assert service is not None
        since = asked.asked if asked is not None and asked.service == service else now
        _next_is(journey, package, NextProvider(service, since, now, due_at), now)
        package.increase_confirmed = package.increase_asked is not None
        return
    if another or package.lapsed is not None:
        passes_to(journey, package, service, now)
    else:
        journey.served_by(package, service)
        nobody_is_next(journey, package, now)
    _is_confirmed(package, due_at, now)
    taken_on(journey, package, now)


def _is_asked_for_more(package: Package) -> bool:
    return package.increase_asked is not None and package.in_place is not None


def _is_confirmed(package: Package, due_at: datetime | None, now: Mark) -> None:
    package.confirmed = package.confirmed or now
    package.last_confirmed = now
    package.first_visit_due_at = due_at
    if package.missed and due_at is not None and due_at > package.missed[-1].at:
        package.missed_before = len(package.missed)
    package.increase_confirmed = package.increase_asked is not None
    package.increase_declined = False


def passes_to(journey: Journey, package: Package, service: str | None, now: Mark) -> None:
    """It is another one's to begin; or the same one's once more, after their last day.

    The care of who had it is what was given earlier; of what they said nothing holds.
    """
    before, asked = package.service, package.next_provider
    prepares = package.given_up is None and not is_given(package)
    _was_given(package, now)
    package.lapsed = package.confirmed = package.last_confirmed = package.offered = None
    if asked is not None and asked.service == service and asked.asked != asked.confirmed:
        package.offered = asked.asked  # they confirm without a word before where both are one
    package.started = package.first_visit = package.increased = None
    package.first_visit_due_at = package.elsewhere = None
    package.missed_before = len(package.missed)
    stands_still_no_more(journey, package, now)
    if asked is not None and asked.service == service:
        package.more_is_given()  # once they begin what they were asked for
    journey.served_by(package, service)
    nobody_is_next(journey, package, now)
    if service is not None:
        notices.asked_after_all(journey, service, now)
    if before is not None and before != package.service:
        package.without_part = (*package.without_part, before)
        _lets_go(journey, before, now, in_vain=prepares)


def _was_given(package: Package, now: Mark) -> None:
    given_up, last = package.given_up, None
    if given_up is not None and given_up.care_until is not None:
        last = Mark(given_up.care_until, given_up.handed_back.by)
    if package.came is not None:
        comes = is_given(package) and last is not None and last.at > now.at
        until = package.lapsed or (None if comes else now)
        package.earlier += (Given(package.service, package.came, until, last),)


def _lets_go(journey: Journey, service: str, now: Mark, *, in_vain: bool) -> None:
    """A service that has no part in it any more is told so, if it prepares `in_vain` now."""
    if has_part(journey, service):
        return
    notices.no_part_any_more(journey, service, now)
    service_over(journey, service, now)
    if in_vain:
        notices.handed_elsewhere(journey, service, now)


def comes(journey: Journey, package: Package, service: str | None, now: Mark) -> None:
    """Somebody does, or shows that they do: the service that is named, else whoever has it; after
    the last day of a provider that gave it up, whoever was asked last. Care of theirs begins."""
    asked = package.next_provider
    if service is None and package.lapsed is not None:
        service = asked.service if asked is not None else package.service
    another = is_another(package, service)
    if another or package.lapsed is not None:
        if service is not None and (asked is None or asked.service != service):
            _comes_unasked(journey, package, service, now)
        passes_to(journey, package, service, now)
        if another:
            package.increase_declined = package.increase_asked is not None  # nobody asked them
    else:
        journey.served_by(package, service)


def _comes_unasked(journey: Journey, package: Package, service: str, now: Mark) -> None:
    """Another one than gives it, or has said since the last stay that it is in place. Which of them
    has the person nobody can tell, unless it is told yet that the one before handed it back."""
    had, since = package.service, package.in_place
    if since is None and package.started is not None and _since_last_stay(journey, package.started):
        since = package.started
    gives_it = package.pause is None and package.given_up is None and package.ended is None
    if had is not None and had != service and since is not None and gives_it:
        package.unasked += (Unasked(had, since, service, now),)


def _since_last_stay(journey: Journey, said: Mark) -> bool:
    return journey.latest is None or said.at >= journey.latest.admitted.at


def has_left(journey: Journey, package: Package, now: Mark) -> None:
    """The next provider has come, or the care has ended: who gave it up comes no more."""
    leaving = package.leaving
    if leaving is not None:
        package.leaves_for_good(now)
        times_changed(journey, package)
        if leaving.service is not None:
            _lets_go(journey, leaving.service, now, in_vain=False)


def begins_with_the_next(package: Package, now: Mark) -> None:
    """Care that was given before begins, at its next provider, as soon as it goes on."""
    if package.earlier:
        package.first_visit = package.first_visit or now


def hands_back(journey: Journey, package: Package, said: HandBack, now: Mark) -> None:
    """Who has it gives it up, until their last day where they tell one; twice without a
    confirmation between is one hand-back, until the newest day. Who was asked for it declines."""
    asked, leaving, service = package.next_provider, package.leaving, said.service
    if asked is not None and service == asked.service:
        _declines(journey, package, now)
    elif leaving is not None and service is not None and service == leaving.service:
        _comes_until_another_day(journey, package, leaving, said, now)
    elif is_another(package, service) and service in package.without_part:
        package.unasked = tuple(each for each in package.unasked if each.had != service)
        _is_noted(package, said._replace(over=now))
    elif package.given_up is not None:
        # Told twice, it changes nothing for who was asked.
        package.asked_to_take_on = asked is not None
        journey.served_by(package, service)
        _comes_until(package, package.given_up, said.care_until, now)
    else:
        journey.served_by(package, service)
        package.hand_backs += (said._replace(service=package.service),)
        package.asked_to_take_on = asked is not None  # before, to come next
        if asked is not None and asked.confirmed is not None:
            _is_handed_over(journey, package, asked, asked.confirmed, now)
    times_changed(journey, package)


def _declines(journey: Journey, package: Package, now: Mark) -> None:
    """What was asked of them; who has the package goes on. More than they give is asked of nobody
    then."""
    nobody_is_next(journey, package, now, in_vain=False)
    package.asked_to_take_on = False
    package.increase_declined = package.increase_asked is not None
    package.increase_confirmed = False


def _is_noted(package: Package, said: HandBack) -> None:
    """It changes nothing: the package is another one's."""
    if package.given_up is None:
        package.hand_backs += (said,)


def _comes_until_another_day(
    journey: Journey, package: Package, leaving: Given, said: HandBack, now: Mark
) -> None:
    """Who gave it up, and comes still, tells another last day."""
    _is_noted(package, said._replace(over=now))
    if said.care_until is not None:
        last = max(Mark(said.care_until, now.by), now)
        package.say_of_leaving(leaving._replace(last=last))
        if leaving.halted is None:
            begin_later(journey, package, "package_start", now)


def _is_handed_over(
    journey: Journey, package: Package, asked: NextProvider, confirmed: Mark, now: Mark
) -> None:
    """To a service that has confirmed already: nobody is looked for."""
    passes_to(journey, package, asked.service, now)
    package.say_of_hand_back(package.hand_backs[-1]._replace(over=confirmed))
    _is_confirmed(package, asked.first_visit_due_at, now)  # from now on it is theirs to begin


def _comes_until(package: Package, given_up: HandBack, until: datetime | None, now: Mark) -> None:
    """Who gave it up says anew until when they come; not after their last day has passed."""
    if until is not None and package.lapsed is None:
        package.say_of_hand_back(given_up._replace(care_until=max(until, now.at)))


def taken_on(journey: Journey, package: Package, now: Mark) -> None:
    """Whoever gave it up, somebody goes on with it."""
    if package.given_up is not None:
        package.say_of_hand_back(package.given_up._replace(over=now))
        times_changed(journey, package)


def care_goes_on(journey: Journey, package: Package, now: Mark) -> None:
    """Care is given: what stood still, was given up, or seemed in vain, does so no more."""
    taken_on(journey, package, now)
    package.elsewhere = None
    stands_still_no_more(journey, package, now)


def stands_still_no_more(journey: Journey, package: Package, now: Mark) -> None:
    if package.pause is not None:
        package.end_pause(now)
        journey.touch_waits_of(package)
