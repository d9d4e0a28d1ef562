"""Babies born in hospital: the health visitor comes when they are ten to fourteen days old."""

from datetime import timedelta

from flow.events.admission import ExpectedDischargeDateSet, PatientAdmitted
from flow.events.discharge import DischargeSummarySent, PathwayDecided, PatientDischarged
from flow.simulate.contacts import contact
from flow.simulate.loop import Pause, Steps
from flow.simulate.spell import Spell, spell_ids
from flow.simulate.story import Story, local_day
from flow.simulate.ward_rounds import tell_review, ward_rounds

HOME = {"pathway": "P0", "destination": "p0_home"}
VISIT_DAYS = (9.6, 11.0)
"""From birth to when the new-birth visit is planned for, of the 10 to 14 days that it may take."""
LEAVING_HOURS = (10.0, 19.0)
"""When babies go home, local: an assumption."""


def newborn(story: Story) -> Steps:
    """From birth to the health visitor, and to the early-years team for some."""
    births = story.town.births
    assert births is not None
    spell = Spell(story.number_of("spell"), "P0", None, HOME["destination"], story.now)
    ids, hospital = spell_ids(story, spell), story.hospital.info
    story.in_hospital = True
    story.tell(
        PatientAdmitted, **ids, **story.place, site=hospital.site, ward=births.ward,
        admission_method="82", source_of_admission="79", age_band="0-15",
    )  # fmt: skip
    stays = timedelta(days=births.stay.draw(story.rng))
    story.begin(ward_rounds(story, spell))
    planned = timedelta(days=story.rng.uniform(*VISIT_DAYS))
    asked = contact(story, "health_visiting", "health_visiting", spell=spell, after=planned)
    visited = story.begin(asked)
    yield Pause(until=story.now + story.hours(0.5, 4))
    expected = local_day(spell.admitted_at + stays)
    story.tell(ExpectedDischargeDateSet, **ids, expected_discharge_date=expected)
    yield Pause(until=spell.admitted_at + stays)
    yield Pause(until=story.next_time(*LEAVING_HOURS))
    yield from _go_home(story, spell, ids)
    yield Pause(signals=(visited,))
    if story.chance(births.early_years):
        yield from contact(story, "early_years", "early_years")


def _go_home(story: Story, spell: Spell, ids: dict[str, str]) -> Steps:
    spell.ready_at = story.now
    tell_review(story, spell, meets=False)
    story.tell(PathwayDecided, **ids, **HOME)
    yield Pause(until=story.now + story.hours(0.5, 3))
    spell.left, story.in_hospital = "home", False
    story.tell(
        PatientDischarged, **ids, **story.place, **HOME, discharge_method="1",
        destination_code="19", discharge_ready_date=local_day(spell.ready_at),
    )  # fmt: skip
    story.tell_later(story.hours(1, 12), DischargeSummarySent, **ids)
