"""Which waits run about a package of care at home."""

from datetime import datetime
from typing import Final

from flow.pathway.after_some_weeks import follows_at
from flow.pathway.came_instead import others_come_until
from flow.pathway.care import (
    READMITTED,
    for_some_weeks,
    given_now,
    given_until,
    last_day,
    leaves,
    left_to_nobody,
    stands_still,
)
from flow.pathway.in_another_form import (
    asked_in_another_form,
    is_to_go_on,
    waited_for_already,
)
from flow.pathway.instead_of import asked_instead
from flow.pathway.journey import Journey
from flow.pathway.local_days import later_of
from flow.pathway.mark import Mark
from flow.pathway.spans import Span, Watch
from flow.pathway.subjects import Package
from flow.pathway.taken_on import waited_for_as_asked
from flow.pathway.whereabouts import (
    at_home,
    expected_there_until,
    of_who_is_at_home,
    on_hold,
    set_aside,
)

_NO_TIME: Final = 1_000_000
"""Tokens of `onward_care` from here on are times that were agreed."""


def _not_begun(journey: Journey, package: Package) -> int:
    """At home, and the first visit, of whoever is to give it now, is still to come; once, where its
    referral is waited for until then, or it is what its provider is waited for already."""
    if not _to_come(journey, package) or _adds_to_care(journey, package):
        return 0
    if waited_for_as_asked(journey, package) or waited_for_already(journey, package):
        return 0
    return of_who_is_at_home(journey)


def _is_there(span: Span) -> Mark | None:
    """As this, or as what it was before it stood still."""
    package = span.subject
    assert isinstance(package, Package)
    return package.in_place or (package.elsewhere if package.given_as is not None else None)


def _comes_from(journey: Journey, package: Package) -> datetime | None:
    """Not while others come, nor while the person may be on the way to another hospital."""
    return later_of(others_come_until(journey, package), expected_there_until(journey))


def _not_on_the_way(journey: Journey, _package: Package) -> datetime | None:
    """Not while the person may be on the way to another hospital."""
    return expected_there_until(journey)


def _to_come(journey: Journey, package: Package) -> bool:
    """Discharged, where a stay in hospital is known: its feed may go live later."""
    spell = package.spell
    return (
        (spell is None or not spell.goes_on)
        and at_home(journey)
        and (package.requested is not None or bool(package.earlier))
        and package.in_place is None
        and (package.given_up is None or _asked_after_a_hand_back(package))
        and not package.closed
        and not set_aside(journey, package)
    )


def _asked_after_a_hand_back(package: Package) -> bool:
    """Handed back before its first visit, and somebody was asked for it since, who has not said
    that they come."""
    wanted = package.asked_to_take_on and package.given_up is not None
    return wanted and package.came is None and not package.earlier


def _adds_to_care(journey: Journey, package: Package) -> bool:
    """More was asked for of care that is given, as a package of its own."""
    if package.kind != "increased" or leaves(package) is not None:
        return False
    return next(given_now(journey), None) is not None


def _notice_runs(journey: Journey, package: Package) -> int:
    """A restart was asked for, and not handed back, and the person has not left yet."""
    spell = package.spell
    return int(
        package.kind == "restart"
        and package.requested is not None
        and not package.closed
        and spell is not None
        and spell.goes_on
        and not set_aside(journey, package)
        and left_to_nobody(package) is None
    )


def _missed(journey: Journey, package: Package) -> int:
    """At home, the first visit of its provider was due and nobody came: until somebody does, a
    restart is said to be in place, or another time is confirmed, which is waited for then. So is
    the first one after a time in which care stood still. Not of who has given it up."""
    if len(package.missed) <= package.missed_before or package.closed or not at_home(journey):
        return 0
    if left_to_nobody(package) is not None:
        return 0
    if package.first_visit is None:
        return int(not _restarted_since(package))
    halted = stands_still(package)
    return 1 + len(package.pauses) if halted is not None and package.missed[-1] > halted else 0


def _made_good(span: Span) -> Mark | bool | None:
    package = span.subject
    assert isinstance(package, Package)
    if span.token == 1:
        return package.first_visit or _restarted_since(package)
    return package.pause is None


def _restarted_since(package: Package) -> bool:
    """A restart, a package of its own, was said to be in place since its last missed visit."""
    said = package.restarted
    return said is not None and bool(package.missed) and said > package.missed[-1]


def _in_use(journey: Journey, package: Package) -> bool:
    """At home, with care that had begun and has not ended, whether it is given now or not."""
    return package.in_place is not None and package.ended is None and at_home(journey)


def _goes_without(journey: Journey, package: Package) -> int:
    """At home, and the care that had begun stands still: until it goes on."""
    return of_who_is_at_home(journey) if is_to_go_on(journey, package) else 0


def _covered(journey: Journey, package: Package) -> int:
    """At home, and the care that had begun is on hold while others cover: until it goes on.

    Told again, it has been looked at, and is looked at again later.
    """
    runs = package.pause is not None and stands_still(package) is None and _in_use(journey, package)
    return len(package.pauses) if runs else 0


def _looked_at(span: Span) -> bool:
    package = span.subject
    assert isinstance(package, Package)
    pause = package.pause
    if pause is None:
        return True
    return pause.reason != READMITTED and len(package.pauses) != span.token


def _for_a_time(journey: Journey, package: Package) -> int:
    """At home, with care that is given for some weeks: from its first visit to its end."""
    return int(for_some_weeks(journey, package) and at_home(journey))


def _more_asked(journey: Journey, package: Package) -> int:
    """At home, and more care is asked for than is given: until more is."""
    if package.increase_asked is not None and _in_use(journey, package):
        return of_who_is_at_home(journey, package.times_increased)
    adds = _to_come(journey, package) and _adds_to_care(journey, package)
    return of_who_is_at_home(journey) if adds else 0


def _more_given(span: Span) -> bool:
    package = span.subject
    assert isinstance(package, Package)
    return package.in_place is not None and package.increase_asked is None


def _start_agreed(_journey: Journey, package: Package) -> datetime | None:
    return package.start_agreed_at


def _more_agreed(_journey: Journey, package: Package) -> datetime | None:
    return package.start_agreed_at if package.in_place is None else package.planned_start_at


def _again_agreed(journey: Journey, package: Package) -> datetime | None:
    """When its provider, since care stands still, said that they come again, of what was asked for
    in another form before what they said of it itself; or is planned to."""
    forms = asked_in_another_form(journey, package)
    asked = [each for each in forms if each.service == package.service]
    for each in asked:
        agreed = each.first_visit_due_at if isinstance(each, Package) else each.start_agreed_at
        if agreed is not None:
            return agreed
    said = package.last_confirmed
    if said is not None and said > package.pauses[-1].since and package.first_visit_due_at:
        return package.first_visit_due_at
    if package.kind == "restart" and package.increase_asked is None:
        return package.planned_start_at
    return next((each.planned_start_at for each in asked if isinstance(each, Package)), None)


def _has_answered(package: Package) -> bool:
    """Its provider has said, or shown, that it comes, and has not been asked once more since it
    gave it up."""
    said = package.confirmed or package.in_place or package.started
    return said is not None and not _asked_after_a_hand_back(package)


def _onward(journey: Journey, package: Package) -> int:
    """In hospital or in a centre, and the care at home that was asked for is not confirmed.

    At home its first visit is waited for, but where it follows care for some weeks. So is more than
    was given before, each time it is asked, and that care goes on, each time it stood still. From
    the time that was agreed on, whoever is still there waits for another one.
    """
    if package.closed or on_hold(journey, package) or left_to_nobody(package) is not None:
        return 0
    if at_home(journey) and follows_at(journey, package) is None:
        return 0
    if _more_to_confirm(package):
        return 1 + package.times_increased
    if stands_still(package) and _is_to_be_answered(package):
        return -len(package.pauses)
    return 0 if set_aside(journey, package) else _first_word(journey, package)


def _is_to_be_answered(package: Package) -> bool:
    """Whether it goes on: by its provider, or by whoever was asked since it was handed back."""
    if package.given_up is not None:
        return package.asked_to_take_on
    return package.restart_unanswered


def _first_word(journey: Journey, package: Package) -> int:
    """That somebody comes, and then when."""
    if package.requested is not None and not _has_answered(package):
        return 1
    agreed = _agreed_visit(package)
    return 0 if agreed is None or at_home(journey) else _as_token(agreed)


def _agreed_visit(package: Package) -> datetime | None:
    """When its provider comes, as they said, of care that has not begun, or stands still since
    before they said it."""
    if package.given_up is not None or package.lapsed is not None:
        return None
    if _more_to_confirm(package) or package.restart_unanswered:
        return None
    halted, said = stands_still(package), package.last_confirmed
    if halted is not None:
        holds = said is not None and said > halted
    else:
        holds = package.confirmed is not None and package.in_place is None
    return package.first_visit_due_at if holds else None


def _as_token(agreed: datetime) -> int:
    """Another time is another wait."""
    return _NO_TIME + int(agreed.timestamp())


def _more_to_confirm(package: Package) -> bool:
    asked = package.increase_asked is not None and not package.increase_confirmed
    return asked and package.in_place is not None


def _secured(span: Span) -> bool:
    package = span.subject
    assert isinstance(package, Package)
    if span.token >= _NO_TIME:
        agreed = package.first_visit_due_at
        return agreed is not None and _as_token(agreed) != span.token
    if span.token > 1:
        return package.increase_asked is None or package.increase_confirmed
    if span.token < 0:
        confirmed = package.restart_confirmed and package.given_up is None
        return package.pause is None or confirmed
    return _has_answered(package)


def _handed_back(journey: Journey, package: Package) -> int:
    """Given up by its provider, and nobody has confirmed to go on with it, or is asked for other
    care in its place."""
    if package.given_up is None or package.closed or asked_instead(journey, package):
        return 0
    return len(package.hand_backs)


def _went_on(span: Span) -> bool:
    """As what it was, or as other care that came in its place."""
    package = span.subject
    assert isinstance(package, Package)
    return package.pause is None or package.elsewhere is not None


def _confirmed_again(span: Span) -> Mark | None:
    package = span.subject
    assert isinstance(package, Package)
    return package.hand_backs[span.token - 1].over or package.elsewhere


Package.watches = (
    Watch(
        "package_start",
        runs=_not_begun,
        done=_is_there,
        causes=lambda package: (package.requested, package.spell and package.spell.discharged),
        not_before=_comes_from,
        agreed=_start_agreed,
    ),
    Watch(
        "package_restart_notice",
        runs=_notice_runs,
        done=lambda span: span.subject.spell.discharged,
        pausable=False,  # a time before the discharge, not one that passes
    ),
    Watch(
        "missed_first_visit",
        runs=_missed,
        done=_made_good,
        causes=lambda package: package.missed[-1:],
        lapses=lambda package: given_until(package) if package.first_visit is not None else None,
    ),
    Watch(
        "package_resume",
        runs=_goes_without,
        done=_went_on,
        not_before=_not_on_the_way,
        causes=lambda package: (package.pauses[-1].since,),
        agreed=_again_agreed,
        in_pauses=True,
        lapses=given_until,
    ),
    Watch(
        "package_pause_review",
        runs=_covered,
        done=_looked_at,
        in_pauses=True,
        lapses=given_until,
    ),
    Watch(
        "time_limited_care",
        runs=_for_a_time,
        done=lambda span: span.subject.ended,
        reset=lambda journey, _package: journey.current is not None,
        since=lambda _journey, package: package.began,
        in_pauses=True,
        lapses=last_day,
    ),
    Watch(
        "package_increase",
        runs=_more_asked,
        done=_more_given,
        not_before=_not_on_the_way,
        causes=lambda package: (package.increase_asked or package.requested,),
        agreed=_more_agreed,
        lapses=given_until,
    ),
    Watch(
        "onward_care",
        runs=_onward,
        done=_secured,
        reset=on_hold,
        not_before=lambda _journey, package: _agreed_visit(package),
        causes=lambda package: (package.increase_asked or package.requested,),
    ),
    Watch(
        "package_handed_back",
        runs=_handed_back,
        done=_confirmed_again,
        latest=lambda package: package.hand_backs[-1].care_until,
        in_pauses=True,
    ),
)
