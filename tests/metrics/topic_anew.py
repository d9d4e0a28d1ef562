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
