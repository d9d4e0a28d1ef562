"""What co-ordinators do: take a person on, answer an alert, finish a task."""

from datetime import datetime

from flow.events.coordination import (
    AlertAcknowledged,
    AlertSnoozed,
    CoordinatorAssigned,
    CoordinatorOffDuty,
    CoordinatorOffDutyData,
    TaskDone,
)
from flow.pathway import notices, unawares
from flow.pathway.absences import absent_at, last_absence, owner_away
from flow.pathway.journey import Absent, Answer, Coordinator, Journey, OffDuty
from flow.pathway.mark import Mark
from flow.pathway.ownership import assign, follow
from flow.pathway.referral_kinds import BEGUN_BY_TASK
from flow.pathway.referrals import done_by_task, link_spell
from flow.pathway.spans import times_changed


def coordinator_assigned(journey: Journey, event: CoordinatorAssigned, now: Mark) -> None:
    data = event.data
    owner = Coordinator(data.organisation, data.coordinator, data.role, now, data.service)
    assign(journey, owner, now)


def coordinator_off_duty(journey: Journey, event: CoordinatorOffDuty, now: Mark) -> None:
    """The co-ordinator of the person goes off duty, or whoever covers while they are away.

    A cover who is off duty, too, as far as this person's events tell, counts as none: of two who
    cover for each other nobody is there."""
    data = event.data
    absent = _absence(journey, data, now)
    owner, before = journey.coordinator, journey.off_duty
    if owner is not None and owner.coordinator == data.coordinator:
        cover_absent = _cover_absent(journey, data, now)
        journey.off_duty = owner_away(before, absent, data.cover, cover_absent, now)
    elif before is not None and before.cover == data.coordinator and not before.over(now.at):
        cover_absent = _cover_absent(journey, data, now)
        cover = data.cover if cover_absent is None else None
        journey.off_duty = _cover_away(before, absent, cover, now)
    else:
        journey.find("coordinator_unknown", now.by)
        return
    follow(journey, now)
    for ownership in journey.ownerships.values():
        times_changed(journey, ownership)


def _absence(journey: Journey, data: CoordinatorOffDutyData, now: Mark) -> Absent | None:
    """None where they say to be back already from an absence that was told, in one event or in
    several. A return from none, or from before it began, cannot be true: they are away, and until
    when nobody knows."""
    last = last_absence(journey, data.coordinator)
    back_at = data.back_at
    again = last is not None and (not last.over(now.at) or _is_back(last, back_at, now))
    since = last.since if last is not None and again else now
    if back_at is not None and back_at < since.at:
        journey.find("back_before_off_duty", since.by, now.by)
        back_at = None
    absent = Absent(data.coordinator, since, back_at, data.cover)
    others = tuple(each for each in journey.absent if each.coordinator != data.coordinator)
    journey.absent = (*others, absent)
    return None if absent.over(now.at) else absent


def _is_back(last: Absent, back_at: datetime | None, now: Mark) -> bool:
    """Said once more of an absence that is over."""
    return back_at is not None and last.since.at <= back_at <= now.at


def _cover_absent(journey: Journey, data: CoordinatorOffDutyData, now: Mark) -> Absent | None:
    """The absence of whoever is to cover, where they are away, too."""
    absent = absent_at(journey, data.cover, now)
    if absent is not None:
        journey.find("cover_off_duty", absent.since.by, now.by)
    return absent


def _cover_away(before: OffDuty, absent: Absent | None, cover: str | None, now: Mark) -> OffDuty:
    """Their own cover takes it over; else nobody covers until they, or the owner, are back."""
    return before._replace(
        number=before.number + before.cover_is_back(now.at),
        cover=before.cover if absent is None else cover or before.cover,
        cover_off=absent is not None and cover is None,
        cover_back_at=absent.back_at if absent is not None else None,
    )


def alert_acknowledged(journey: Journey, event: AlertAcknowledged, now: Mark) -> None:
    data = event.data
    if unawares.of_the_death(journey, event):
        return
    answer = Answer("acknowledged", now, data.by, None, None)
    journey.answers.setdefault((data.wait, data.about), []).append(answer)
    notices.answered(journey, data.wait, data.about, now)
    if data.wait in ("stand_down", "died"):
        notices.stands_down(journey, data.about, now)


def alert_snoozed(journey: Journey, event: AlertSnoozed, now: Mark) -> None:
    data = event.data
    answer = Answer("snoozed", now, data.by, data.until, data.reason)
    journey.answers.setdefault((data.wait, data.about), []).append(answer)


def task_done(journey: Journey, event: TaskDone, now: Mark) -> None:
    data = event.data
    spell = link_spell(journey, data.provider, data.spell_id) or journey.latest
    begun = BEGUN_BY_TASK.get(data.task, ())
    if begun and journey.died is not None:
        journey.find("event_after_death", journey.died.by, now.by)
        return
    if begun:
        done_by_task(journey, spell, begun, data.referral_id, now)
    if spell is None:
        return
    spell.tasks += ((data.task, now),)
    if data.task == "long_stay_review":
        spell.long_stay_reviews += (now,)
        journey.touch(
            span for span in journey.spans if span.subject is spell and span.wait == "los_review"
        )
