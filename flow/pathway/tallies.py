"""How stays in hospital ended lately, and what happened on the way (domain.md 12.6).

All of stays that ended in the last 28 days, deaths aside: one group of people for every figure, so
that figures can be divided by each other, and a correction takes back what it must.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType

from flow.pathway.gauge import Gauge
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR, ONE_DAY, day_begins, hour_of_day, local_date
from flow.pathway.policy import UNKNOWN, Contribution, Policy
from flow.pathway.spells import died_in
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

TALLY_GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "discharges_by_destination": Gauge(
            ("provider", "destination"), "Discharges of the last 28 days, by destination"
        ),
        "discharges_by_time": Gauge(
            ("provider", "time"),
            "Discharges of the last 28 days: before midday, from then before 17:00, or later",
        ),
        "drd_resets": Gauge(
            ("provider",), f"Times that the criteria to reside were met again, {_LATELY}"
        ),
        "referrals_rejected": Gauge(("rejection",), f"Refusals of referrals, {_LATELY}"),
        "referrals_begun": Gauge(
            ("service", "within"), f"Referrals that have begun, by how long it took, {_LATELY}"
        ),
        "referral_wait_seconds": Gauge(
            ("service",), f"From referral to beginning, summed over those begun, {_LATELY}"
        ),
        "packages_begun": Gauge(
            ("package_kind", "council", "within"),
            f"Care packages that have begun, by how long after the discharge, {_LATELY}",
        ),
        "package_start_delay_seconds": Gauge(
            ("package_kind", "council"),
            f"From discharge, or the later request, to the first visit, summed, {_LATELY}",
        ),
        "first_visits_missed": Gauge(
            ("package_kind", "council"), f"First visits that were due and not made, {_LATELY}"
        ),
    }
)


def within(took: timedelta) -> str:
    """The first of the bands that holds it."""
    return next((name for name, most in WITHIN if took <= most), LONGER)


def tallies_part(
    journey: Journey, policy: Policy, now: datetime
) -> tuple[list[Contribution], datetime]:
    """Contributions of stays that ended lately, and until when they hold."""
    found: list[Contribution] = []
    until = FAR
    for spell in journey.spells.values():
        if spell.discharged is None or died_in(journey, spell):
            continue
        left_on = local_date(spell.discharged.at)
        ends_at = day_begins(left_on + policy.rolling_days * ONE_DAY)
        if now < ends_at:
            until = min(until, ends_at)
            found += _of_spell(spell, spell.discharged.at, policy)
            for referral in journey.referrals.values():
                if referral.spell is spell and (referral.started or referral.rejections):
                    found += _of_referral(referral, policy)
            for package in journey.packages.values():
                if package.spell is spell and (package.in_place or package.missed):
                    found += _of_package(package, spell.discharged.at, spell.council, policy)
    return found, until


def _of_spell(spell: Spell, left_at: datetime, policy: Policy) -> Iterator[Contribution]:
    provider = policy.providers(spell.provider)
    yield "discharges_by_destination", (provider, spell.destination or UNKNOWN), 1.0
    yield "discharges_by_time", (provider, _time_of_day(left_at)), 1.0
    resets = sum(period.ended_by == "met_again" for period in spell.nctr)
    if resets:
        yield "drd_resets", (provider,), float(resets)


@lru_cache(maxsize=4096)  # asked again with each event after the discharge
def _time_of_day(left_at: datetime) -> str:
    day = local_date(left_at)
    hours = zip(TIMES, (time(12), time(17)), strict=False)
    return next((name for name, hour in hours if left_at < hour_of_day(day, hour)), TIMES[-1])


def _of_referral(referral: Referral, policy: Policy) -> Iterator[Contribution]:
    for reason in referral.rejections:
        yield "referrals_rejected", (reason,), 1.0
    if referral.made is not None and referral.started is not None:
        service = policy.services(referral.service)
        took = max(timedelta(0), referral.started.at - referral.made.at)
        yield "referrals_begun", (service, within(took)), 1.0
        yield "referral_wait_seconds", (service,), took.total_seconds()


def _of_package(
    package: Package, left_at: datetime, council: str | None, policy: Policy
) -> Iterator[Contribution]:
    labels = (package.kind or UNKNOWN, policy.councils(council))
    if package.missed:
        yield "first_visits_missed", labels, float(len(package.missed))
    if package.requested is not None and package.in_place is not None:
        since = max(left_at, package.requested.at)
        took = max(timedelta(0), package.in_place.at - since)
        yield "packages_begun", (*labels, within(took)), 1.0
        yield "package_start_delay_seconds", labels, took.total_seconds()
