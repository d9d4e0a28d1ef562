"""The last steps in hospital: what has to be settled, medicines, transport."""

from datetime import timedelta

from flow.events.care_package import CarePackageConfirmed, CarePackageRequested
from flow.events.discharge import MedicinesReady, TransportBooked
from flow.simulate.arrangements import arrange, held_up, settle
from flow.simulate.capacity import LOCAL
from flow.simulate.loop import Pause, Steps
from flow.simulate.spell import Asked, Spell, spell_ids
from flow.simulate.story import Story, local_day, on
from flow.simulate.ward_rounds import note_reason

LEAVING_HOURS = (8.0, 21.5)
"""When people leave wards, local: an assumption."""
AFTER_WORK = (17.0, 20.3)
"""When somebody who works comes to fetch them, local: an assumption."""
NOTICE = timedelta(hours=24)
"""What the provider of an unchanged package is to hear in advance (domain.md 1.5)."""
SHORT_STAY = timedelta(hours=16)


def leave(story: Story, spell: Spell) -> Steps:
    """Everything from readiness to the door. Ends when they go."""
    if spell.support is None:
        for matter in story.town.matter:
            if story.chance(matter.share.get("P0", 0.0)):
                yield from settle(story, spell, matter)
        if story.chance(story.town.share.package_restart):
            yield from _restart(story, spell)
    else:
        if spell.arranging is None:
            spell.arranging = story.begin(arrange(story, spell))
        yield Pause(signals=(spell.arranging,))
    yield from _medicines(story, spell)
    yield from _transport(story, spell)
    note_reason(story, spell, None)
    spell.held_up_by = None


def _medicines(story: Story, spell: Spell) -> Steps:
    if story.now - spell.admitted_at > SHORT_STAY:
        if spell.medicines_at is None:
            team = story.hospital.team["pharmacist"]
            dispensed = timedelta(days=story.town.dispensing.draw(story.rng))
            spell.medicines_at = story.seen_by(team, story.town.work.medicines) + dispensed
        yield from held_up(spell, "hosp_ttos_documents", spell.medicines_at)
    story.tell(MedicinesReady, **spell_ids(story, spell))


def _transport(story: Story, spell: Spell) -> Steps:
    long = story.now - spell.admitted_at > SHORT_STAY
    if spell.support is not None or (long and story.chance(story.town.share.transport)):
        at = story.seen_by(story.hospital.team["transport"], story.town.work.journey)
        story.tell(TransportBooked, **spell_ids(story, spell), for_time=at)
        yield from held_up(spell, "hosp_transport", at)
    elif long:
        yield from _fetched(story)
        if local_hour(story) >= LEAVING_HOURS[1]:
            yield from held_up(spell, "hosp_ttos_documents", story.next_time(*LEAVING_HOURS))
    else:
        yield Pause(until=story.now + story.hours(0.2, 1.0))


def _fetched(story: Story) -> Steps:
    """Family comes for them soon, or after work."""
    comes_at = story.now + story.hours(0.4, 2.5)
    if story.chance(story.town.share.fetched_after_work):
        comes_at = max(comes_at, on(local_day(story.now), story.rng.uniform(*AFTER_WORK)))
    yield Pause(until=comes_at)


def local_hour(story: Story) -> float:
    local = story.now.astimezone(LOCAL)
    return local.hour + local.minute / 60


def _restart(story: Story, spell: Spell) -> Steps:
    """A package from before the stay goes on unchanged: its provider is to hear a day before."""
    service = story.nearest_first("home_care")[0]
    package_id = story.number_of("package")
    told_early = story.chance(0.6)
    starts_at = story.now + (story.hours(2, 8) if told_early else NOTICE)
    if local_day(starts_at) > local_day(story.now):
        starts_at = max(on(local_day(starts_at), story.rng.uniform(9, 17)), story.now)
    story.tell(
        CarePackageRequested, package_id=package_id, kind="restart", service=service.info.id,
        **spell_ids(story, spell), **story.place, planned_start_at=starts_at.replace(microsecond=0),
    )  # fmt: skip
    yield Pause(until=story.now + story.hours(0.3, 1.5))
    story.tell(
        CarePackageConfirmed, package_id=package_id, service=service.info.id,
        first_visit_due_at=starts_at.replace(microsecond=0),
    )  # fmt: skip
    spell.package_id = package_id
    spell.accepted = Asked("", service, None, starts_at)
    if not told_early:
        yield from held_up(spell, "cap_restart", starts_at - timedelta(hours=3))
