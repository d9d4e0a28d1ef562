"""How stays in hospital ended lately, and what happened on the way (domain.md 12.6).

All of stays that ended in the last 28 days, deaths aside, so that a correction takes back what it
must. Figures of a publication, and of returns, are about fewer of them (`scope.py`).
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType

from flow.pathway.discharge_ready_date import delay_band
from flow.pathway.gauge import PLACE, Gauge, PlaceValues
from flow.pathway.journey import Journey
from flow.pathway.local_days import hour_of_day, local_date
from flow.pathway.policy import UNKNOWN, Contribution, Policy
from flow.pathway.scope import is_published, may_be_returned_from
from flow.pathway.subjects import Package, Referral, Spell

WITHIN: tuple[tuple[str, timedelta], ...] = (
    ("2h", timedelta(hours=2)),
    ("24h", timedelta(hours=24)),
    ("48h", timedelta(hours=48)),
    ("7d", timedelta(days=7)),
)
LONGER = "longer"
TIMES = ("before_midday", "before_17", "later")

_LATELY = "of stays that ended in the last 28 days"

_SERVICE = ("service", "council", "locality")

TALLY_GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "discharges": Gauge(
            (*PLACE, "band"),
            "Discharges of the last 28 days, by days past the discharge ready date; left out, as "
            "in the publication: deaths, stays of no night, under-16s, moves to another hospital, "
            "mothers and newborns, and the policy's treatment functions that are not acute. The "
            "publication's own lists of methods and functions may differ",
        ),
        "discharge_delay_days": Gauge(
            PLACE,
            "Days between discharge ready date and discharge, over these discharges",
        ),
        "discharges_by_destination": Gauge(
            (*PLACE, "destination"), "All discharges of the last 28 days but deaths, by destination"
        ),
        "discharges_by_time": Gauge(
            (*PLACE, "time"),
            "All discharges of the last 28 days but deaths: before midday, from then before 17:00, "
            "or later",
        ),
        "index_discharges": Gauge(
            PLACE,
            "Discharges of the last 28 days that a return within 30 days is counted of; left out: "
            "deaths, moves to another hospital, mothers and newborns, and the policy's excluded "
            "treatment functions",
        ),
        "drd_resets": Gauge(PLACE, f"Times that the criteria to reside were met again, {_LATELY}"),
        "referrals_rejected": Gauge((*_SERVICE, "rejection"), f"Refusals of referrals, {_LATELY}"),
        "referrals_answered": Gauge(
            (*_SERVICE, "within"),
            f"Referrals that were accepted or refused, by how long the answer took, {_LATELY}",
        ),
        "referral_response_seconds": Gauge(
            _SERVICE, f"From referral to answer, summed over those answered, {_LATELY}"
        ),
        "referrals_begun": Gauge(
            (*_SERVICE, "within"), f"Referrals that have begun, by how long it took, {_LATELY}"
        ),
        "referral_wait_seconds": Gauge(
            _SERVICE, f"From referral to beginning, summed over those begun, {_LATELY}"
        ),
        "packages_begun": Gauge(
            (*PLACE, "package_kind", "within"),
            f"Care packages that have begun, by how long after the discharge, {_LATELY}",
        ),
        "package_start_delay_seconds": Gauge(
            (*PLACE, "package_kind"),
            f"From discharge, or the later request, to the first visit, summed, {_LATELY}",
        ),
        "first_visits_missed": Gauge(
            (*PLACE, "package_kind"), f"First visits that were due and not made, {_LATELY}"
        ),
    }
)


def within(took: timedelta) -> str:
    """The first of the bands that holds it."""
    return next((name for name, most in WITHIN if took <= most), LONGER)


def tallies_of(
    journey: Journey, spell: Spell, left_at: datetime, policy: Policy
) -> list[Contribution]:
    """Contributions of a stay that ended lately."""
    place = policy.place(spell.provider, spell.council, spell.locality).labels(spell.pathway)
    found = _of_spell(spell, left_at, place, policy)
    for referral in journey.referrals.values():
        if referral.spell is spell:
            found += _of_referral(referral, place, policy)
    for package in journey.packages.values():
        if package.spell is spell and (package.began or package.missed):
            found += _of_package(package, left_at, place)
    return found


def _of_spell(
    spell: Spell, left_at: datetime, place: PlaceValues, policy: Policy
) -> list[Contribution]:
    found: list[Contribution] = []
    if is_published(spell, left_at, policy):
        assert spell.ready_date is not None
        delay_days = spell.ready_date.delay_days
        found.append(("discharges", (*place, delay_band(delay_days)), 1.0))
        if delay_days:
            found.append(("discharge_delay_days", place, float(delay_days)))
    found.append(("discharges_by_destination", (*place, spell.destination or UNKNOWN), 1.0))
    found.append(("discharges_by_time", (*place, _time_of_day(left_at)), 1.0))
    if may_be_returned_from(spell, policy):
        found.append(("index_discharges", place, 1.0))
    resets = sum([period.ended_by == "met_again" for period in spell.nctr])
    if resets:
        found.append(("drd_resets", place, float(resets)))
    return found


@lru_cache(maxsize=4096)  # asked again with each event after the discharge
def _time_of_day(left_at: datetime) -> str:
    day = local_date(left_at)
    hours = zip(TIMES, (time(12), time(17)), strict=False)
    return next((name for name, hour in hours if left_at < hour_of_day(day, hour)), TIMES[-1])


def _of_referral(referral: Referral, place: PlaceValues, policy: Policy) -> list[Contribution]:
    _, council, locality, _ = place
    labels = (policy.services(referral.service), council, locality)
    found: list[Contribution] = [
        ("referrals_rejected", (*labels, reason), 1.0) for reason in referral.rejections
    ]
    answered = referral.accepted or referral.rejected
    if referral.made is not None and answered is not None:
        took = _between(referral.made.at, answered.at)
        found.append(("referrals_answered", (*labels, within(took)), 1.0))
        found.append(("referral_response_seconds", labels, took.total_seconds()))
    if referral.made is not None and referral.started is not None:
        took = _between(referral.made.at, referral.started.at)
        found.append(("referrals_begun", (*labels, within(took)), 1.0))
        found.append(("referral_wait_seconds", labels, took.total_seconds()))
    return found


def _between(first: datetime, last: datetime) -> timedelta:
    """Nothing where the later was told to be the earlier."""
    return max(timedelta(0), last - first)


def _of_package(package: Package, left_at: datetime, place: PlaceValues) -> list[Contribution]:
    labels = (*place, package.kind or UNKNOWN)
    found: list[Contribution] = []
    if package.missed:
        found.append(("first_visits_missed", labels, float(len(package.missed))))
    if package.requested is not None and package.began is not None:
        since = max(left_at, package.requested.at)
        took = _between(since, package.began.at)
        found.append(("packages_begun", (*labels, within(took)), 1.0))
        found.append(("package_start_delay_seconds", labels, took.total_seconds()))
    return found
