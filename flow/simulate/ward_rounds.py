"""Two reviews a day of everybody in a bed, and what is written down there."""

from datetime import datetime, timedelta

from flow.events.coordination import AlertAcknowledged, AlertSnoozed, TaskDone
from flow.events.discharge import (
    CriteriaToResideAssessed,
    DelayReasonCleared,
    DelayReasonRecorded,
)
from flow.simulate.loop import Pause, Steps
from flow.simulate.spell import Spell, spell_ids
from flow.simulate.story import Story, local_day, on

REVIEW_HOURS = (8.5, 15.0)
"""Local; domain.md 1.4"""
CRITERIA = {"02": 0.2, "03": 0.15, "04": 0.2, "06": 0.1, "08": 0.2, "10": 0.05, "12": 0.1}
"""Mix of codes (domain.md 1.2): an assumption."""
LONG_STAY_DAYS = (7, 14, 21)


def ward_rounds(story: Story, spell: Spell) -> Steps:
    day = local_day(story.now) + timedelta(days=1)
    while spell.goes_on():
        for hour in REVIEW_HOURS:
            yield Pause(until=on(day, hour + story.words.uniform(0, 1.5)))
            if not spell.goes_on():
                return
            if not story.says(story.town.share.review_missed):
                _review(story, spell)
        day += timedelta(days=1)


def _review(story: Story, spell: Spell) -> None:
    today = local_day(story.now)
    if spell.ready_at is None:
        tell_review(story, spell, meets=True)
    elif local_day(spell.ready_at) < today:
        tell_review(story, spell, meets=False)
        note_reason(story, spell, spell.held_up_by)
        _answer_alert(story, spell, (today - local_day(spell.ready_at)).days)
    days = (today - local_day(spell.admitted_at)).days
    if days in LONG_STAY_DAYS and story.says(story.town.share.long_stay_reviewed / 2):
        ids = spell_ids(story, spell)
        story.tell(TaskDone, **ids, task="long_stay_review", by=story.staff)


def tell_review(story: Story, spell: Spell, *, meets: bool, at: datetime | None = None) -> None:
    story.tell(
        CriteriaToResideAssessed, at, **spell_ids(story, spell), meets=meets,
        criterion=story.word(CRITERIA) if meets else None, role="hospital_consultant",
    )  # fmt: skip


def note_reason(story: Story, spell: Spell, reason: str | None) -> None:
    """Writes down why they are still there, where that has changed."""
    if reason == spell.noted:
        return
    ids = spell_ids(story, spell)
    if spell.noted is not None:
        story.tell(DelayReasonCleared, **ids, reason=spell.noted)
    spell.noted = reason
    if reason is None:
        return
    story.tell(DelayReasonRecorded, **ids, reason=reason, primary=True, role="ward")
    if story.says(story.town.share.reason_beside):
        beside = story.words.choice(story.town.matter).reason
        if beside != reason:
            story.tell(DelayReasonRecorded, **ids, reason=beside, primary=False, role="ward")
            story.loop.at(
                story.now + timedelta(hours=story.words.uniform(4, 40)),
                lambda: _clear_beside(story, spell, beside),
            )


def _clear_beside(story: Story, spell: Spell, reason: str) -> None:
    if spell.goes_on() and spell.noted != reason:
        story.tell(DelayReasonCleared, **spell_ids(story, spell), reason=reason)


def _answer_alert(story: Story, spell: Spell, days: int) -> None:
    share = story.town.share
    if days != 2 or not story.says(share.alert_answered / 2):
        return
    about = f"{story.hospital.info.provider}:{spell.spell_id}"
    answer = {"wait": "drd_to_discharge", "about": about, "by": story.staff}
    story.tell(AlertAcknowledged, **answer)
    if story.says(share.alert_snoozed):
        until = story.now.replace(microsecond=0) + timedelta(days=1)
        story.tell(AlertSnoozed, **answer, until=until, reason="plan_agreed")
