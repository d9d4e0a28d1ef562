"""Which waits run about a referral: for its answer, and for what was asked for to begin."""

from datetime import datetime, timedelta

from flow.pathway.after_some_weeks import follows_at
from flow.pathway.births import born
from flow.pathway.came_instead import others_come_until
from flow.pathway.care import asked_by, counts_until, for_some_weeks, handed_back_with
from flow.pathway.in_another_form import waited_for_already
from flow.pathway.journey import Journey
from flow.pathway.local_days import later_of
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import (
    COUNTS_FROM,
    FOLLOWS,
    GIVEN_AT_HOME,
    UNANSWERED,
    WAITS_FOR,
    WITH_A_PACKAGE,
)
from flow.pathway.spans import Watch
from flow.pathway.subjects import Referral, Stay
from flow.pathway.whereabouts import (
    at_home,
    expected_there_until,
    in_centre,
    of_who_is_at_home,
    on_hold,
    ready_to_leave,
    set_aside,
)

SOON = timedelta(hours=72)
"""Who is asked to follow up so soon after the bed still has the time of the standard, from leaving
it: the standard's own 72 hours. Whoever sets another target does not move it, for what happened to
a person does not hang on a policy (`journey.py`)."""


def _responding(journey: Journey, referral: Referral) -> int:
    """From the receipt; from the referral until one is known, for it may never have arrived."""
    return int(
        (referral.made is not None or referral.received is not None)
        and referral.accepted is None
        and referral.kind not in UNANSWERED
        and not referral.closed
        and not on_hold(journey, referral)
        and not set_aside(journey, referral)
    )


def _agreed(_journey: Journey, referral: Referral) -> datetime | None:
    """By whoever was asked; else by whoever has confirmed the package that it led to."""
    taken_on = referral.taken_on
    by_package = taken_on.first_visit_due_at if taken_on is not None else None
    return referral.start_agreed_at or by_package


def _starts(wait: str, kinds: tuple[str, ...]) -> Watch:
    """From a referral of one of these kinds to the beginning of what was asked for."""

    at_home_only = all(COUNTS_FROM.get(kind) == "home" for kind in kinds)

    def runs(journey: Journey, referral: Referral) -> int:
        awaited = (
            referral.kind in kinds
            and referral.made is not None
            and not referral.closed
            and not on_hold(journey, referral)
            and not set_aside(journey, referral)
            and _counts(journey, referral)
            and not _asked_as_a_package(journey, referral)
            and not handed_back_with(journey, referral)
            and not waited_for_already(journey, referral)
        )
        return of_who_is_at_home(journey) if awaited and at_home_only else int(awaited)

    return Watch(
        wait,
        runs=runs,
        done=lambda span: span.subject.started,
        reset=on_hold,
        causes=lambda referral: (referral.made,),
        since=_counts_from,
        not_before=_comes_from if GIVEN_AT_HOME.intersection(kinds) or at_home_only else None,
        agreed=_agreed,
    )


def _comes_from(journey: Journey, referral: Referral) -> datetime | None:
    """Not while others come, nor, of what is waited for at home alone, while the person may be on
    the way to another hospital."""
    kind = referral.kind or ""
    others = others_come_until(journey, referral) if kind in GIVEN_AT_HOME else None
    there = expected_there_until(journey) if COUNTS_FROM.get(kind) == "home" else None
    return later_of(others, there)


def _onward(journey: Journey, referral: Referral) -> int:
    """Ready to leave for care at home, or cared for some weeks at home before it, and who has
    accepted does not say when they come."""
    return int(
        referral.made is not None
        and referral.accepted is not None
        and referral.start_agreed_at is None
        and referral.kind in GIVEN_AT_HOME
        and not referral.closed
        and (_leaves_for(journey, referral) or follows_at(journey, referral) is not None)
        and not set_aside(journey, referral)
        and not _packaged(journey, referral)
    )


def _leaves_for(journey: Journey, referral: Referral) -> bool:
    return not _counts(journey, referral) and ready_to_leave(journey)


def _asked_as_a_package(journey: Journey, referral: Referral) -> bool:
    return referral.kind in WITH_A_PACKAGE and _packaged(journey, referral)


def _packaged(journey: Journey, referral: Referral) -> bool:
    """Asked for as a package, or given up as one: then somebody else is to be found."""
    return any(
        (package.requested is not None or package.given_up is not None)
        and not package.closed
        and asked_by(referral, package)
        for package in journey.packages.values()
    )


def _counts(journey: Journey, referral: Referral) -> bool:
    """Whether the moment has come from which the time of a kind counts."""
    if referral.kind in GIVEN_AT_HOME and in_centre(journey):
        return False
    match COUNTS_FROM.get(referral.kind or ""):
        case "ready":
            spell = journey.current
            return spell is None or spell.ready is not None or spell.reviews == 0
        case "home":
            return at_home(journey)
        case "out_of_hospital":
            return journey.current is None
        case "leaving":
            return journey.current is None and not _in_bed_before(journey, referral)
    return True


def _counts_from(journey: Journey, referral: Referral) -> Mark | None:
    """The birth, or the leaving, that the time of this kind counts from, if it is not the moment
    from which it is waited for. Who was born where nobody tells has no more days because a stay in
    hospital came between: from being asked."""
    match COUNTS_FROM.get(referral.kind or ""):
        case "birth":
            return born(journey) or referral.made
        case "leaving":
            return _left_before(journey, referral)
    return None


def _in_bed_before(journey: Journey, referral: Referral) -> bool:
    """In a bed that this kind of service follows up."""
    stay = journey.staying
    return stay is not None and _is_followed_up(referral, stay)


def _is_followed_up(referral: Referral, stay: Stay) -> bool:
    return stay.kind in FOLLOWS.get(referral.kind or "", ())


def _left_before(journey: Journey, referral: Referral) -> Mark | None:
    """When the person left such a bed, or a hospital after it, if that was not long before the
    referral; whoever left later is waited for from then on."""
    beds = [
        left
        for stay in journey.stays.values()
        if _is_followed_up(referral, stay) and (left := stay.overtaken or stay.left) is not None
    ]
    made = referral.made
    if made is None or not beds or max(beds).at < made.at - SOON:
        return None
    homes = [spell.discharged for spell in journey.spells.values() if spell.discharged is not None]
    last = max([*beds, *homes])
    return last if last.at < made.at else None


def _for_a_time(journey: Journey, referral: Referral) -> int:
    """Care that is given for some weeks, and no package says more of it."""
    return int(for_some_weeks(journey, referral))


Referral.watches = (
    Watch(
        "referral_response",
        runs=_responding,
        done=lambda span: span.subject.accepted or span.subject.rejected or span.subject.started,
        reset=on_hold,
        causes=lambda referral: (referral.made, referral.received),
    ),
    *(_starts(wait, kinds) for wait, kinds in WAITS_FOR.items()),
    Watch(
        "onward_care",
        runs=_onward,
        done=lambda span: span.subject.started or span.subject.start_agreed_at is not None,
        reset=on_hold,
        causes=lambda referral: (referral.made, referral.accepted),
    ),
    Watch(
        "time_limited_care",
        runs=_for_a_time,
        done=lambda span: span.subject.withdrawn,
        reset=lambda journey, _referral: journey.current is not None,
        since=lambda _journey, referral: referral.visited,
        until=counts_until,
    ),
    Watch(
        "missed_first_visit",
        runs=lambda journey, referral: int(
            bool(referral.missed) and not referral.closed and at_home(journey)
        ),
        done=lambda span: span.subject.started,
        reset=on_hold,
        causes=lambda referral: referral.missed[-1:],
    ),
)
