"""What follows care that is given for some weeks at home, as reablement is: home care for good,
asked for while it goes on.

Nobody is without care meanwhile. As in a centre, whoever is asked confirms, or says when they come
who has accepted a referral (`onward_care`), and is waited for from the time that they agreed, or
from the end of the care before where that is sooner.
"""

from collections.abc import Iterator
from datetime import datetime

from flow.pathway.care import counts_until, for_some_weeks, kind_of, last_day
from flow.pathway.journey import Journey
from flow.pathway.local_days import FAR
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import FOLLOWS_ON, TIME_LIMITED
from flow.pathway.spans import begins_later, watch
from flow.pathway.subjects import Package, Referral
from flow.pathway.whereabouts import at_home


def follows_at(journey: Journey, care: Package | Referral) -> datetime | None:
    """From when care is waited for that follows such care; None where it follows none."""
    until = _care_before_until(journey, care)
    if until is None:
        return None
    agreed = care.start_agreed_at
    return until if agreed is None else min(agreed, until)


def _care_before_until(journey: Journey, care: Package | Referral) -> datetime | None:
    """When the last such care ends that had begun before this one was asked for; `FAR` where only
    an event will tell."""
    asked = care.requested if isinstance(care, Package) else care.made
    if asked is None or not at_home(journey) or not _follows_on(journey, care):
        return None
    ends = [until for began, until in _given_for_some_weeks(journey) if began < asked]
    return max(ends, default=None)


def _follows_on(journey: Journey, care: Package | Referral) -> bool:
    if isinstance(care, Referral):
        return care.kind in FOLLOWS_ON and not care.closed
    if care.kind == "increased" or care.closed or care.earlier or care.came is not None:
        return False
    return kind_of(journey, care) in FOLLOWS_ON


def _given_for_some_weeks(journey: Journey) -> Iterator[tuple[Mark, datetime]]:
    """Since when, and until when."""
    for referral in journey.referrals.values():
        if for_some_weeks(journey, referral):
            assert referral.visited is not None
            yield referral.visited, counts_until(referral)
    for package in journey.packages.values():
        if for_some_weeks(journey, package):
            assert package.began is not None
            yield package.began, last_day(package) or FAR


def watch_what_follows(journey: Journey, now: Mark) -> None:
    """Such care has begun or ended, or what follows it, or does so no more, was asked for, or
    agreed."""
    if not any(each.kind in TIME_LIMITED for each in journey.referrals.values()):
        return  # as of most people
    watch_whatever_follows(journey, now)


def watch_whatever_follows(journey: Journey, now: Mark) -> None:
    """Also where the last such care turns out to be another kind."""
    for package in journey.packages.values():
        if not package.closed and not package.was_ever_given:
            watch(journey, package, now)
            begins_later(journey, package, now)
    for referral in journey.referrals.values():
        if not referral.closed:
            watch(journey, referral, now)
            begins_later(journey, referral, now)
