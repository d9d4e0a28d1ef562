"""Who comes instead of a provider that gave care up, asked for anew. Standard library only.

Part of `topic_figures.py`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.metrics.topic_arranged import AS_GOOD_ONLY_AS, care_of, left_out
from tests.metrics.topic_days import begins, day_of
from tests.metrics.topic_subjects import Service

if TYPE_CHECKING:
    from tests.metrics.topic_journeys import Journey

DAY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)
WHERE_THEY_LIVE = {
    *("reablement", "home_care", "community_health"),
    *("palliative_care", "disability_support"),
}


def _kind(journey: "Journey", package: Service) -> str:
    named = journey.referrals.get(package.referral or "")
    return (named.kind if named is not None else None) or "home_care"


def _replaces(journey: "Journey", kind: str | None, old: Service) -> bool:
    lost = _kind(journey, old)
    return lost in AS_GOOD_ONLY_AS.get(kind or "", {lost})


def _since(at: datetime | None, then: datetime) -> bool:
    return at is not None and at >= then


def left_since(journey: "Journey", old: Service) -> datetime | None:
    """Since when others may come in its place: given up; or on hold for a stay in hospital, and
    nobody asked its service to go on, or was told that it does."""
    if old.nobody_has_it:
        assert old.given_back_at is not None
        return old.given_back_at[0]
    since = old.stands_still
    if since is None or old.paused_because != "readmitted":
        return None
    said = [each for each in (old.wanted_again, old.sure_since) if each is not None]
    if any(each >= since for each in said) or journey.asked_as(old) is not None:
        return None
    return since[0]


def _of_another(care: Service, old: Service) -> bool:
    return care.service not in (None, old.service)


def _packages(journey: "Journey", old: Service) -> Iterator[Service]:
    again = {each.goes_on_as for each in journey.packages.values()}
    for package in journey.packages.values():
        more = package.kind == "increased"
        may = package is not old and not more and not package.nobody_has_it
        new = _of_another(package, old) and package.about not in again
        may = may and (old.nobody_has_it or new)
        if may and _replaces(journey, _kind(journey, package), old):
            yield package


def _referrals(journey: "Journey", old: Service) -> Iterator[Service]:
    for referral in journey.referrals.values():
        may = referral.kind in WHERE_THEY_LIVE and referral.about != old.referral
        may = may and (old.nobody_has_it or _of_another(referral, old))
        if may and _replaces(journey, referral.kind, old):
            yield referral


def to_come(journey: "Journey", old: Service) -> Iterator[Service]:
    """Asked since then, and not there yet."""
    since = left_since(journey, old)
    if since is None:
        return
    for package in _packages(journey, old):
        asked = _since(package.requested_at, since)
        over = package.over or package.elsewhere or package.first_began is not None
        if asked and not over and not left_out(journey, package):
            yield package
    for referral in _referrals(journey, old):
        theirs = not old.referral and old.service is not None and old.service == referral.service
        asked = _since(referral.referred_at, since) and not theirs
        if asked and not referral.closed and not left_out(journey, referral):
            yield referral


def in_its_place(journey: "Journey", old: Service) -> bool:
    """Asked of another, after a stay on a pathway that calls for it, while nobody asked who has it
    to go on, and nobody said that they do."""
    spell = journey.latest
    return spell is not None and spell.supported and any(to_come(journey, old))


def other_names(journey: "Journey", old: Service) -> list[Service]:
    """As what its service was asked to go on with it: a package, a referral, or both."""
    package, referral = journey.asked_as(old), journey.asked_by_referral(old)
    if package is not None and package.kind == "increased":
        package = None
    asked = [each for each in (package, referral) if each is not None]
    return [each for each in asked if not left_out(journey, each)]


def _asked_at_home(journey: "Journey", asked: Service, old: Service) -> bool:
    """First when nobody came any more, and not before the person left hospital."""
    first = asked.requested_at or asked.referred_at
    left_at = journey.latest.discharged_at if journey.latest is not None else None
    if old.stands_still is None or first is None or first < old.stands_still[0]:
        return False
    return left_at is None or first >= left_at


def goes_without(journey: "Journey", old: Service) -> bool:
    """At home, and its service is to come again; what was asked before the person came home is
    waited for in its own right."""
    if journey.current is not None or journey.staying is not None or old.stands_still is None:
        return False
    again = journey.asked_as(old)
    refused = old.refused_at is not None or (again is not None and again.refused_at is not None)
    if old.over or refused or in_its_place(journey, old):
        return False
    return all(_asked_at_home(journey, each, old) for each in other_names(journey, old))


def waited_for_anyway(journey: "Journey", asked: Service) -> bool:
    """It is the care that who gives it is waited for without it."""
    return any(
        _is_only_another_name(journey, asked, old)
        and _asked_at_home(journey, asked, old)
        and goes_without(journey, old)
        for old in journey.packages.values()
    )


def _is_only_another_name(journey: "Journey", asked: Service, old: Service) -> bool:
    """Of the same service, which has it still, for the same care; and never given so."""
    if asked is old or not old.stands_still_open or old.nobody_has_it or asked.service is None:
        return False
    if journey.packages.get(asked.about) is asked:
        kind, new = _kind(journey, asked), asked.kind != "increased" and not asked.first_began
    else:
        # A referral to its service is its own, where it names none.
        kind, new = asked.kind or "", old.referral not in (None, asked.about)
    return new and (asked.service, kind) == (old.service, _kind(journey, old))


def agreed_by_another_name(
    journey: "Journey", old: Service
) -> tuple[datetime | None, datetime | None]:
    """When its service said that it comes, of what it was asked besides; and when it is planned."""
    theirs = [each for each in other_names(journey, old) if each.service == old.service]
    packages = [each for each in theirs if journey.packages.get(each.about) is each]
    said = [each.visit_agreed if each in packages else each.start_agreed for each in theirs]
    planned = [each.start_agreed for each in packages]
    return next((each for each in said if each is not None), None), next(iter(planned), None)


def comes_after(journey: "Journey", care: Service) -> datetime | None:
    """The last day of who comes until then."""
    days = [
        old.last_day[0]
        for old in journey.packages.values()
        if old.is_given
        and old.last_day is not None
        and any(each is care for each in to_come(journey, old))
    ]
    return max(days, default=None)


def reablement_first(journey: "Journey", care: Service) -> datetime | None:
    """Home care for good that was asked for while somebody has reablement at home: from when it is
    waited for."""
    package = care.about in journey.packages and journey.packages[care.about] is care
    asked = care.requested_at if package else care.referred_at
    kind = care_of(journey, care) if package else care.kind
    if asked is None or kind not in ("home_care", "disability_support"):
        return None
    if journey.current is not None or journey.staying is not None:
        return None
    if package and (care.kind == "increased" or care.came or care.others_before):
        return None
    ends = []
    for visits in journey.cared_by_visits:
        began = visits.alone_at
        if visits.kind == "reablement" and not visits.alone_until and began and began[0] < asked:
            ends.append(begins(day_of(began[0]) + 91 * DAY))
    for other in journey.packages.values():
        began = other.first_began
        comes = (other.is_given or other.still_comes) and care_of(journey, other) == "reablement"
        if comes and began is not None and began[0] < asked:
            last = other.going[2] if other.going and other.still_comes else other.last_day
            ends.append(last[0] if last is not None else NEVER)
    if not ends:
        return None
    agreed = (care.visit_agreed if package else None) or care.start_agreed
    return min(max(ends), agreed or NEVER)


def is_there(journey: "Journey", old: Service) -> bool:
    """Somebody who was asked since then; or, of what was given up, another who began since then."""
    since = left_since(journey, old)
    if since is None:
        return False
    for package in _packages(journey, old):
        began = package.first_began
        of_now = _since(package.requested_at, since)
        of_now = of_now or (old.nobody_has_it and _of_another(package, old))
        if package.is_given and began is not None and began[0] >= since and of_now:
            return True
    visits = journey.cared_by_visits
    for referral in _referrals(journey, old):
        if referral.alone_until or not any(each is referral for each in visits):
            continue
        of_now = _since(referral.referred_at, since)
        of_now = of_now or (old.nobody_has_it and _of_another(referral, old))
        if referral.alone_at is not None and referral.alone_at[0] >= since and of_now:
            return True
    return False
