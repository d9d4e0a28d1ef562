"""Where people are on day 7, 30 and 91 after a discharge (domain.md 5: O3, O4).

Worked out from the events, as they stand for that day; where somebody looked and said so
(`flow.follow-up-recorded.v1`), that counts. The day begins at midnight in London.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from flow.events.codes import (
    CENTRE_DESTINATIONS,
    DESTINATIONS,
    FOLLOW_UP_STATUSES,
    FUNDERS,
    PACKAGE_END_REASONS,
    CodeListError,
)
from flow.pathway.cost import funder_of
from flow.pathway.gauge import PLACE, Gauge, PlaceValues
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, ONE_DAY, day_begins, local_date
from flow.pathway.policy import Contribution, Policy
from flow.pathway.referral_kinds import BED_IS
from flow.pathway.subjects import Spell, Stay
from flow.pathway.whereabouts import LIVES_BY_CODE, LIVES_BY_LINE, discharged_to
from flow.pathway.windows import in_window

OUTCOME_DAYS = (7, 30, 91)
OLDER = frozenset({"65-74", "75-84", "85+"})
FOR_REHABILITATION = DESTINATIONS.marked("rehabilitation")
"""Destinations of those who left hospital for rehabilitation, to return home (O3)."""
COUNCIL_SUPPORTED = frozenset(
    code for code, pays in FUNDERS.saying("pays").items() if "council" in pays
)
LIVES = {
    "discharged": LIVES_BY_LINE,
    "coded": LIVES_BY_CODE,
    "left": CENTRE_DESTINATIONS.saying("lives"),
    "ended": PACKAGE_END_REASONS.saying("lives"),
}
"""Where the end of a stay in hospital or a centre, or of a package, leaves the person."""
for _statuses in LIVES.values():
    if not set(_statuses.values()) <= FOLLOW_UP_STATUSES.codes:
        raise CodeListError("somebody lives where no follow-up status says")
HOMES = FOLLOW_UP_STATUSES.marked("is_home")
"""Where somebody lives, and is back after a stay that does not say where it leaves them."""

OUTCOME_GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "outcomes": Gauge(
            (*PLACE, "day", "status"),
            "People by where they are on day 7, 30 and 91 after a discharge, for 28 days from "
            "then; a stay that went on in another hospital left out",
        ),
        "rehabilitation_at_day_91": Gauge(
            (*PLACE, "status"),
            "Where people of 65 and over are on day 91 who left hospital for rehabilitation with"
            " council support (O3, O4), for 28 days from then; those whose age or funder is not"
            " known are left out",
        ),
    }
)


def outcomes_of(
    journey: Journey, spell: Spell, left_at: datetime, policy: Policy, now: datetime
) -> tuple[list[Contribution], datetime]:
    """Contributions of one discharge, and until when they hold."""
    found: list[Contribution] = []
    until = FAR
    for day in OUTCOME_DAYS:
        counts, changes_at = in_window(left_at, policy, now, after_days=day)
        until = min(until, changes_at)
        if not counts and changes_at is not FAR:
            break  # the other days come later still
        if counts:
            begins_at = day_begins(local_date(left_at) + day * ONE_DAY)
            place = policy.place(spell.provider, spell.council, spell.locality)
            found += _on_day(journey, spell, day, begins_at, place.labels(spell.pathway))
    return found, until


def _on_day(
    journey: Journey, spell: Spell, day: int, at: datetime, place: PlaceValues
) -> Iterator[Contribution]:
    status = status_at(journey, spell, day, at)
    yield "outcomes", (*place, str(day), status), 1.0
    if (
        day == 91
        and spell.age_band in OLDER
        and spell.destination in FOR_REHABILITATION
        and funder_of(journey, spell) in COUNCIL_SUPPORTED
    ):
        yield "rehabilitation_at_day_91", (*place, status), 1.0


def status_at(journey: Journey, spell: Spell, day: int, at: datetime) -> str:
    """A code of the list `follow_up_status`."""
    if journey.died is not None and journey.died.at <= at:
        return "died"
    stated = spell.follow_ups.get(day)
    if stated is not None:
        return stated
    if any(
        _covers(at, s.admitted.at, s.discharged or s.overtaken or s.elsewhere)
        for s in journey.spells.values()
    ):
        return "in_hospital"
    for stay in reversed(journey.stays.values()):
        since, until = stay.admitted, stay.left or stay.overtaken
        if since is not None and not stay.is_home and _covers(at, since.at, until):
            return str(BED_IS[stay.kind])
    return _lives(journey, at)


def _lives(journey: Journey, at: datetime) -> str:
    """As was told last; back where they lived before, where the newest word says nothing."""
    lived = here = "at_home"
    for when, told in sorted(_moves(journey), key=lambda move: move[0]):
        if when <= at:
            here = told or lived
            lived = here if here in HOMES else lived
    return here


def _covers(at: datetime, since: datetime, until: object) -> bool:
    ended = getattr(until, "at", None)
    return since <= at and (ended is None or at < ended)


def _moves(journey: Journey) -> Iterator[tuple[datetime, str | None]]:
    """What each discharge, and each end of care, says of where the person is from then on."""
    for spell in journey.spells.values():
        if spell.discharged is not None:
            yield spell.discharged.at, discharged_to(spell)
    for stay in journey.stays.values():
        if stay.admitted is not None and stay.is_home:
            yield stay.admitted.at, BED_IS[stay.kind]
        if stay.left is not None:
            yield stay.left.at, _left_for(stay)
    for package in journey.packages.values():
        lives = LIVES["ended"].get(package.end_reason or "")
        if package.ended is not None and lives is not None:
            yield package.ended.at, lives


def _left_for(stay: Stay) -> str | None:
    """Whoever leaves the care home where they lived, and nobody says where to, is not there: home,
    as all of whom nothing is told."""
    unsaid = stay.destination is None and stay.overtaken is None
    if unsaid and stay.is_home:
        return "at_home"
    return LIVES["left"].get(stay.destination or "")
