"""The plan of one hospital spell: the dice that make the published shares come out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flow.simulate.story import Story, local_day, local_hour

STAY_MIN = timedelta(hours=2)
LEAVING_DAYS = 0.25
"""From the morning's review to the afternoon's discharge, even without a delay."""
BED_WAIT_MAX = timedelta(days=14)
"""Longer than this nobody is kept for a bed in a centre: so demand above capacity has a limit."""


@dataclass
class Spell:
    """The plan of one spell: what will happen, and when."""

    spell_id: str
    pathway: str
    destination: str
    admitted_at: datetime
    ready_at: datetime
    discharged_at: datetime
    delay_days: int
    reviewed: bool
    """False: left on the day of readiness without a review saying so (blank date)."""
    unwell: tuple[datetime, datetime, datetime] | None = None
    """An earlier period of readiness: from, until (unwell again), and its last arrangement."""
    referral_id: str | None = None
    service: str | None = None

    @property
    def supported(self) -> bool:
        return self.pathway != "P0"


def plan(story: Story, at: datetime) -> Spell:
    """Draws pathway, stay and delay so that the published shares come out (domain.md 6)."""
    town = story.town
    pathway = story.one_of(town.pathway_mix)
    destinations = {
        slug: n for slug, n in town.destination.items() if slug.startswith(pathway.lower())
    }
    days = town.length_of_stay.draw(story.rng) * town.treatment_share - LEAVING_DAYS
    ready_at = at + max(STAY_MIN, timedelta(days=days))
    if days > 0.7 or not 7 <= local_hour(ready_at) < 21:
        day = local_day(ready_at) + timedelta(days=int(local_hour(ready_at) >= 21))
        ready_at = max(story.on(day, 8, 14), at + STAY_MIN)
    same_day = story.chance(town.same_day_share(pathway))
    delay_days = 0
    if not same_day:
        shares = [band.share for band in town.delay_band]
        delay_days = story.rng.choices(town.delay_band, shares)[0].draw(story.rng)
    left_on = local_day(ready_at) + timedelta(days=delay_days)
    discharged_at = story.on(left_on, 10, 19)
    if discharged_at < ready_at + timedelta(minutes=40):
        discharged_at = story.within(ready_at, story.on(left_on, 23.9, 23.9), 0.2, 0.6)
    blank = same_day and pathway == "P0" and story.chance(town.share.blank_ready_date)
    spell = Spell(
        story.number("spell"), pathway, story.one_of(destinations), at, ready_at, discharged_at,
        delay_days, reviewed=not blank,
    )  # fmt: skip
    if pathway == "P2":
        _find_bed(story, spell)
    treatment = ready_at - at
    if delay_days and treatment > timedelta(days=3) and story.chance(town.share.unwell_again):
        first = story.within(at, ready_at, 0.2, 0.4)
        until = story.within(at, ready_at, 0.6, 0.8)
        spell.unwell = (first, until, story.within(first, until, 0.3, 0.9))
    return spell


def _find_bed(story: Story, spell: Spell) -> None:
    """Takes the centre with the first free bed; they wait for it, or go home with support."""
    centres = story.town.services("independence_centre", story.council.code)
    free = {centre.id: story.beds.free_from(centre.id, spell.discharged_at) for centre in centres}
    near = [centre.id for centre in centres if centre.locality == story.locality]
    service = min(free, key=lambda centre: (free[centre], centre not in near))
    if free[service] > spell.discharged_at + BED_WAIT_MAX:
        spell.pathway, spell.destination = "P1", "p1_home_reablement"
        return
    spell.service = service
    if free[service] > spell.discharged_at:
        day = local_day(free[service]) + timedelta(days=1)
        spell.discharged_at = story.on(day, 10, 17)
        spell.delay_days = (day - local_day(spell.ready_at)).days
