"""What follows a made-up person's discharge: home care, an independence centre, return or death."""

from collections.abc import Sequence
from datetime import timedelta

from flow.events.care_package import FirstVisitCompleted, FollowUpRecorded
from flow.events.discharge import PatientDied
from flow.simulate.arrangements import HOME_PACKAGES
from flow.simulate.centre import HOSPICE, centre
from flow.simulate.contacts import contact, urgent_response
from flow.simulate.in_hospital import begin_spell, stay
from flow.simulate.loop import Interrupted, Pause, Process, Steps
from flow.simulate.packages import after_the_stay, home_care, nobody_comes
from flow.simulate.spell import Asked, Spell, spell_ids
from flow.simulate.story import Story

OUTCOME_DAYS = (7, 30, 91)
"""domain.md 5: O6, O3"""
RETURN_DAYS = 29
"""domain.md 5, O6"""


def live(story: Story) -> Steps:
    """A whole life as far as it is told: hospital, and what follows; perhaps hospital again."""
    share, asked = story.town.share, list[Process]()
    for _ in range(3):
        spell = begin_spell(story)
        story.in_hospital = True
        yield from stay(story, spell)
        story.in_hospital = False
        if spell.left != "home":
            return
        if spell.pathway == "P1" and story.says(share.followed_up):
            within = [timedelta(hours=story.words.uniform(-1, 1)) for _ in OUTCOME_DAYS]
            asked.append(story.begin(_follow_up(story, spell, within)))
        _ask_others(story, spell)
        after_the_stay(story, spell)
        after = story.begin(_after(story, spell))
        returns = story.chance(share.returned)
        dies = not returns and story.chance(share.died_later)
        days = story.rng.uniform(0.5, RETURN_DAYS)
        if not returns and not dies:
            for process in (after, *asked):
                yield Pause(signals=(process,))
            return
        yield Pause(until=story.now + timedelta(days=days))
        after.interrupt("died" if dies else "readmitted")
        if story.died:
            return
        if dies:
            story.tell(PatientDied)
            story.died = True
            return


def _follow_up(story: Story, spell: Spell, within: Sequence[timedelta]) -> Steps:
    """Somebody asks how people fare who came home with support, sooner or later on the day."""
    lives = "in_care_home" if spell.destination == "p1_care_home_return_more" else "at_home"
    left_at = story.now
    for day, sooner_or_later in zip(OUTCOME_DAYS, within, strict=True):
        yield Pause(until=left_at + timedelta(days=day) + sooner_or_later)
        status = "in_hospital" if story.in_hospital else lives
        story.tell(FollowUpRecorded, **spell_ids(story, spell), day=day, status=status)


def _ask_others(story: Story, spell: Spell) -> None:
    """Teams that see people at home after their stay; nobody stays for them."""
    for beside in story.town.beside:
        if story.chance(beside.share.get(spell.pathway, 0.0)):
            story.begin(contact(story, beside.referral, beside.service, spell=spell))


def _after(story: Story, spell: Spell) -> Steps:
    share, accepted = story.town.share, spell.accepted
    crisis: Process | None = None
    if spell.pathway in ("P0", "P1") and story.chance(share.urgent_response):
        crisis = story.begin(urgent_response(story))
    try:
        if accepted is None:
            pass
        elif spell.pathway == "P2" or accepted.service.info.kind == HOSPICE:
            yield from centre(story, accepted)
        elif accepted.service.info.kind in HOME_PACKAGES:
            yield from home_care(story, spell, accepted)
        else:
            yield from _elsewhere(story, spell, accepted)
        if crisis is not None:
            yield Pause(signals=(crisis,))
    finally:
        if crisis is not None:
            crisis.interrupt("over")


def _elsewhere(story: Story, spell: Spell, accepted: Asked) -> Steps:
    """A care home, or visits of nurses: the place is held without more being told."""
    if accepted.claim is not None:
        accepted.claim.moved_in = True
        length = accepted.service.kind.length
        assert length is not None
        days = timedelta(days=length.draw(story.rng))
        story.loop.at(story.now + days, accepted.let_go)
    if spell.pathway == "P1" and accepted.starts_at is not None:
        try:
            yield Pause(until=max(accepted.starts_at, story.now + story.hours(1, 5)))
        except Interrupted as interrupted:
            nobody_comes(story, accepted, interrupted)
            raise
        story.tell(
            FirstVisitCompleted, referral_id=accepted.referral_id,
            service=accepted.service.info.id,
        )  # fmt: skip
