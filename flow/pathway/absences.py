"""Who is off duty, as far as this person's events tell."""

from flow.pathway.journey import Absent, Coordinator, Journey, OffDuty
from flow.pathway.mark import Mark


def last_absence(journey: Journey, coordinator: str | None) -> Absent | None:
    return next((each for each in journey.absent if each.coordinator == coordinator), None)


def absent_at(journey: Journey, coordinator: str | None, now: Mark) -> Absent | None:
    last = last_absence(journey, coordinator)
    return last if last is not None and not last.over(now.at) else None


def owner_away(
    before: OffDuty | None,
    absent: Absent | None,
    cover: str | None,
    cover_absent: Absent | None,
    now: Mark,
) -> OffDuty | None:
    """Told again during the same absence, it changes the return or the cover."""
    if absent is None:
        return None
    over = before is not None and before.over(now.at)
    number = 1 if before is None else before.number + (over or before.cover_is_back(now.at))
    since = now if before is None or over else before.since
    if cover_absent is None:
        return OffDuty(number, since, absent.back_at, cover)
    if cover == absent.coordinator:
        return OffDuty(number, since, absent.back_at, None)
    cover_back_at = cover_absent.back_at
    return OffDuty(
        number, since, absent.back_at, cover, cover_off=True, cover_back_at=cover_back_at
    )


def away_when_assigned(journey: Journey, owner: Coordinator, now: Mark) -> OffDuty | None:
    """Whoever said when they are back is away until then, assigned or not; of who did not, it shows
    that they are there."""
    absent = absent_at(journey, owner.coordinator, now)
    if absent is None or absent.back_at is None:
        return None
    last, before = journey.off_duty, journey.coordinator
    if before is not None and before.coordinator == owner.coordinator and last is not None:
        return last
    cover_absent = absent_at(journey, absent.cover, now)
    away = owner_away(None, absent, absent.cover, cover_absent, now)
    if away is None or last is None:
        return away
    return away._replace(number=last.number + 1)
