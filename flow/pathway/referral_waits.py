"""Which waits run about a referral: for its answer, and for what was asked for to begin."""

from flow.pathway.care import asked_by, by_itself, counts_until
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import (
    COUNTS_FROM,
    GIVEN_AT_HOME,
    TIME_LIMITED,
    UNANSWERED,
    WAITS_FOR,
    WITH_A_PACKAGE,
)
from flow.pathway.spans import Watch
from flow.pathway.subjects import Referral
from flow.pathway.whereabouts import at_home, in_centre, on_hold, ready_to_leave, set_aside


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


def _starts(wait: str, kinds: tuple[str, ...]) -> Watch:
    """From a referral of one of these kinds to the beginning of what was asked for."""

    def runs(journey: Journey, referral: Referral) -> int:
        return int(
            referral.kind in kinds
            and referral.made is not None
            and not referral.closed
            and not on_hold(journey, referral)
            and not set_aside(journey, referral)
            and _counts(journey, referral)
            and not _asked_as_a_package(journey, referral)
        )

    return Watch(
        wait,
        runs=runs,
        done=lambda span: span.subject.started,
        reset=on_hold,
        causes=lambda referral: (referral.made, _counts_from(referral)),
        since=_counts_from,
        agreed=lambda referral: referral.start_agreed_at,
    )


def _onward(journey: Journey, referral: Referral) -> int:
    """Ready to leave for care at home, and who has accepted does not say when they come."""
    return int(
        referral.made is not None
        and referral.accepted is not None
        and referral.start_agreed_at is None
        and referral.kind in GIVEN_AT_HOME
        and not _counts(journey, referral)
        and not referral.closed
        and ready_to_leave(journey)
        and not set_aside(journey, referral)
        and not _packaged(journey, referral)
    )


def _asked_as_a_package(journey: Journey, referral: Referral) -> bool:
    return referral.kind in WITH_A_PACKAGE and _packaged(journey, referral)


def _packaged(journey: Journey, referral: Referral) -> bool:
    return any(
        package.requested is not None and not package.closed and asked_by(referral, package)
        for package in journey.packages.values()
    )


def _counts(journey: Journey, referral: Referral) -> bool:
    """Whether the moment has come from which the time of a kind counts."""
    spell = referral.spell
    if referral.kind in GIVEN_AT_HOME and in_centre(journey):
        return False
    match COUNTS_FROM.get(referral.kind or ""):
        case "home":
            return at_home(journey)
        case "out_of_hospital":
            return journey.current is None
        case "discharge":
            return spell is None or spell.discharged is not None
    return True


def _counts_from(referral: Referral) -> Mark | None:
    """The admission or the discharge that the time of this kind counts from, if it is not the
    referral itself.
    """
    spell = referral.spell
    if spell is None:
        return None
    match COUNTS_FROM.get(referral.kind or ""):
        case "admission":
            return spell.admitted
        case "discharge":
            return spell.discharged
    return None


def _for_a_time(journey: Journey, referral: Referral) -> int:
    """Care that is given for some weeks, and no package says more of it."""
    return int(
        referral.kind in TIME_LIMITED and referral.over is None and by_itself(journey, referral)
    )


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
        since=lambda referral: referral.visited,
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
