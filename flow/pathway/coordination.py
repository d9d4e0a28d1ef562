"""What co-ordinators do: take a person on, answer an alert, finish a task."""

from flow.events.coordination import (
    AlertAcknowledged,
    AlertSnoozed,
    CoordinatorAssigned,
    CoordinatorOffDuty,
    CoordinatorOffDutyData,
    TaskDone,
)
from flow.pathway import notices
from flow.pathway.journey import Answer, Coordinator, Journey, OffDuty
from flow.pathway.mark import Mark
from flow.pathway.ownership import assign, follow
from flow.pathway.referral_kinds import BEGUN_BY_TASK
from flow.pathway.referrals import begin_all, link_spell
from flow.pathway.spans import times_changed


def coordinator_assigned(journey: Journey, event: CoordinatorAssigned, now: Mark) -> None:
    data = event.data
    owner = Coordinator(data.organisation, data.coordinator, data.role, now, data.service)
    assign(journey, owner, now)


def coordinator_off_duty(journey: Journey, event: CoordinatorOffDuty, now: Mark) -> None:
    """The co-ordinator of the person goes off duty, or whoever covers while they are away."""
    data = event.data
    owner, before = journey.coordinator, journey.off_duty
    if owner is not None and owner.coordinator == data.coordinator:
        journey.off_duty = _owner_away(before, data, now)
    elif before is not None and before.cover == data.coordinator and not before.over(now.at):
        journey.off_duty = _cover_away(before, data, now)
    else:
        journey.find("coordinator_unknown", now.by)
        return
    follow(journey, now)
    for ownership in journey.ownerships.values():
        times_changed(journey, ownership)


def _owner_away(before: OffDuty | None, data: CoordinatorOffDutyData, now: Mark) -> OffDuty | None:
    """Told again during the same absence, it changes the return or the cover."""
    if data.back_at is not None and data.back_at <= now.at:
        return None
    if before is None:
        return OffDuty(1, now, data.back_at, data.cover)
    over = before.over(now.at)
    number = before.number + (over or before.cover_is_back(now.at))
    return OffDuty(number, now if over else before.since, data.back_at, data.cover)


def _cover_away(before: OffDuty, data: CoordinatorOffDutyData, now: Mark) -> OffDuty:
    """Their own cover takes it over; else nobody covers until they, or the owner, are back."""
    back_already = data.back_at is not None and data.back_at <= now.at
    return before._replace(
        number=before.number + before.cover_is_back(now.at),
        cover=before.cover if back_already else data.cover or before.cover,
        cover_off=not back_already and data.cover is None,
        cover_back_at=data.back_at,
    )


def alert_acknowledged(journey: Journey, event: AlertAcknowledged, now: Mark) -> None:
    data = event.data
    answer = Answer("acknowledged", now, data.by, None, None)
    journey.answers.setdefault((data.wait, data.about), []).append(answer)
    notices.answered(journey, data.wait, data.about, now)


def alert_snoozed(journey: Journey, event: AlertSnoozed, now: Mark) -> None:
    data = event.data
    answer = Answer("snoozed", now, data.by, data.until, data.reason)
    journey.answers.setdefault((data.wait, data.about), []).append(answer)


def task_done(journey: Journey, event: TaskDone, now: Mark) -> None:
    data = event.data
    spell = link_spell(journey, data.provider, data.spell_id) or journey.latest
    begun = BEGUN_BY_TASK.get(data.task, ())
    if begun:
        begin_all(journey, spell, begun, now)
    if spell is None:
        return
    spell.tasks += ((data.task, now),)
    if data.task == "long_stay_review":
        spell.long_stay_reviews += (now,)
        journey.touch(
            span for span in journey.spans if span.subject is spell and span.wait == "los_review"
        )
