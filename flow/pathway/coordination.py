"""What co-ordinators do: take a person on, answer an alert, finish a task."""

from flow.events.coordination import (
    AlertAcknowledged,
    AlertSnoozed,
    CoordinatorAssigned,
    TaskDone,
)
from flow.pathway import notices
from flow.pathway.journey import Answer, Coordinator, Journey
from flow.pathway.mark import Mark
from flow.pathway.referrals import begin_all, link_spell


def coordinator_assigned(journey: Journey, event: CoordinatorAssigned, now: Mark) -> None:
    data = event.data
    journey.coordinator = Coordinator(data.organisation, data.coordinator, data.role, now)


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
    if data.task == "equipment_delivered":
        begin_all(journey, spell, ("equipment",), now)
    if spell is None:
        return
    spell.tasks += ((data.task, now),)
    if data.task == "long_stay_review":
        spell.long_stay_reviews += (now,)
        journey.touch(
            span for span in journey.spans if span.subject is spell and span.wait == "los_review"
        )
