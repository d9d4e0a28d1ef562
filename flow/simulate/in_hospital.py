"""One hospital spell of a made-up person: from the front door until they leave or die."""

from datetime import timedelta

from flow.events.admission import (
    AdmissionCancelled,
    ExpectedDischargeDateSet,
    PatientAdmitted,
    PatientTransferred,
)
from flow.events.discharge import (
    DischargeCancelled,
    DischargeSummarySent,
    PathwayDecided,
    PatientDied,
    PatientDischarged,
)
from flow.simulate.arrangements import arrange, give_back
from flow.simulate.capacity import Claim
from flow.simulate.leaving import leave
from flow.simulate.loop import Pause, Steps
from flow.simulate.quantities import work
from flow.simulate.spell import Spell, spell_ids
from flow.simulate.story import Story, local_day, on, until
from flow.simulate.ward_rounds import tell_review, ward_rounds

ADMISSION_METHODS = {"21": 0.6, "22": 0.15, "24": 0.05, "2A": 0.05, "11": 0.1, "12": 0.05}
"""Mix of codes (domain.md 4.2): an assumption."""

DESTINATION_CODES = {
    "p0_home": "19",
    "p0_care_home_return": "85",
    "p1_home_reablement": "19",
    "p1_home_other_support": "19",
    "p1_care_home_return_more": "85",
    "p2_bed": "65",
    "p3_care_home_new": "85",
    "p3_care_home_eol": "88",
}
"""One plausible national code for each line of the situation report (domain.md 2.2, 4.1)."""

P0_DESTINATIONS = {"p0_home": 83.73, "p0_care_home_return": 1.98}
"""domain.md 2.2"""

FRONT_DOOR = timedelta(hours=2)
SHORT_STAY = timedelta(hours=16)
"""Who is treated within this leaves from the front ward, without medicines from the pharmacy."""
FRONT_HOURS = (7.0, 22.0)
AHEAD_DAYS = (1.0, 6.5)
"""How long before readiness a ward begins that plans ahead: an assumption."""
ROUND_HOURS = (8.0, 14.5)
"""When somebody is found to be ready, at the front ward and on others, local: an assumption."""


def begin_spell(story: Story) -> Spell:
    """A person at the front door; what they will need is not known to anybody yet."""
    pathway = story.one_of(story.town.pathway_mix)
    support = None
    if pathway == "P0":
        destination = story.one_of(P0_DESTINATIONS)
    else:
        supports = story.town.supports(pathway)
        support = story.rng.choices(supports, [s.weight for s in supports])[0]
        destination = support.destination
    spell = Spell(story.number_of("spell"), pathway, support, destination, story.now)
    spell.hard_to_place = story.chance(story.town.hard_to_place.get(pathway, 0.0))
    return spell


def stay(story: Story, spell: Spell) -> Steps:
    """The whole spell; `spell.left` says how it ended."""
    share = story.town.share
    _arrive(story, spell)
    if story.chance(share.admission_cancelled):
        yield Pause(until=story.now + story.hours(0.2, 3))
        spell.left = "cancelled"
        story.tell(AdmissionCancelled, **spell_ids(story, spell))
        return
    days = story.town.treatment[spell.pathway].draw(story.rng)
    treated = max(FRONT_DOOR, timedelta(days=days))
    bed = story.begin(_find_ward(story, spell)) if treated > SHORT_STAY else None
    story.begin(_expect(story, spell, treated))
    story.begin(ward_rounds(story, spell))
    dies = story.chance(share.died_in_hospital)
    if dies:
        yield Pause(until=story.now + treated * story.rng.uniform(0.1, 1.0))
        _die(story, spell)
    else:
        yield from _treated(story, spell, treated)
        yield from _ready_until_left(story, spell)
    if bed is not None:
        bed.interrupt("left")


def _arrive(story: Story, spell: Spell) -> None:
    hospital = story.hospital.info
    story.tell(
        PatientAdmitted, **spell_ids(story, spell), **story.place, site=hospital.site,
        ward=hospital.front_ward, admission_method=story.word(ADMISSION_METHODS),
        source_of_admission="19", age_band=story.word(story.town.age_band),
    )  # fmt: skip


def _find_ward(story: Story, spell: Spell) -> Steps:
    """Holds a bed of a ward from when one is free until they leave."""
    ids, site = spell_ids(story, spell), story.hospital.info.site
    held: Claim | None = None
    try:
        yield Pause(until=story.now + story.hours(1.5, 5))
        moves = 2 if story.chance(story.town.share.moved_again) else 1
        for move in range(moves):
            wards = story.hospital.wards
            ward = max(wards, key=lambda name: (wards[name].free, -wards[name].waiting))
            claim = wards[ward].claim()
            if held is not None and not claim.done:
                wards[ward].let_go(claim)  # nobody moves into a corridor
                break
            before, held = held, claim
            yield Pause(signals=(claim,))
            claim.moved_in = True
            if before is not None:
                before.places.let_go(before)
            story.tell(PatientTransferred, **ids, ward=ward, site=site)
            if move + 1 < moves:
                yield Pause(until=story.now + story.hours(12, 60))
        yield Pause()
    finally:
        if held is not None:
            held.places.let_go(held)


def _expect(story: Story, spell: Spell, treated: timedelta) -> Steps:
    """The first consultant review sets the expected date; it may be revised."""
    share, ids = story.town.share, spell_ids(story, spell)
    if not story.chance(share.expected_date_set):
        return
    yield Pause(until=story.now + story.hours(1, 6))
    yield from until(story.seen_by(story.hospital.team["doctor"], story.town.work.expected_date))
    if not spell.goes_on():
        return
    expected = local_day(max(spell.admitted_at + treated, story.now))
    story.tell(ExpectedDischargeDateSet, **ids, expected_discharge_date=expected)
    if story.chance(share.expected_date_revised):
        yield Pause(until=story.now + treated * story.rng.uniform(0.3, 0.9))
        if spell.goes_on() and spell.ready_at is None:
            story.tell(
                ExpectedDischargeDateSet, **ids, clinical_criteria_met=False,
                expected_discharge_date=max(expected, local_day(story.now)) + timedelta(days=1),
            )  # fmt: skip


def _treated(story: Story, spell: Spell, treated: timedelta) -> Steps:
    """Until they no longer meet the criteria to reside. Some wards plan ahead."""
    ready_at = story.now + treated
    if spell.support is not None:
        ahead = timedelta(days=story.rng.uniform(*AHEAD_DAYS))
        if story.chance(story.town.share.early_referral) and treated > ahead:
            yield Pause(until=ready_at - ahead)
            spell.arranging = story.begin(arrange(story, spell))
    yield Pause(until=ready_at)
    yield Pause(until=story.next_time(*(ROUND_HOURS if treated > SHORT_STAY else FRONT_HOURS)))


def _ready_until_left(story: Story, spell: Spell) -> Steps:
    """Waits to leave; each day may bring the criteria back, or death (domain.md 12.3)."""
    per_day, rng = story.town.per_day, story.rng
    while spell.left is None:
        _become_ready(story, spell)
        going = story.begin(leave(story, spell))
        unwell_at = story.now + timedelta(days=rng.expovariate(per_day.unwell_again or 1e-9))
        dies_at = story.now + timedelta(days=rng.expovariate(per_day.died or 1e-9))
        yield Pause(until=min(unwell_at, dies_at), signals=(going,))
        if going.done:
            yield from _discharge(story, spell)
            return
        going.interrupt("unwell")
        if spell.arranging is not None:
            spell.arranging.interrupt("unwell")
            spell.arranging = None
        if dies_at <= unwell_at:
            _die(story, spell)
            return
        spell.ready_at = spell.held_up_by = spell.medicines_at = None
        tell_review(story, spell, meets=True)
        yield Pause(until=story.now + timedelta(minutes=30))
        give_back(story, spell, "unwell_again")
        yield Pause(until=story.now + timedelta(days=story.town.treated_again.draw(rng)))
        yield Pause(until=story.next_time(*ROUND_HOURS))


def _become_ready(story: Story, spell: Spell) -> None:
    spell.ready_at = story.now
    blank = spell.support is None and story.says(story.town.share.blank_ready_date)
    spell.reviewed = not blank
    if not blank:
        tell_review(story, spell, meets=False)
    else:
        # Nobody writes it down, unless they are still there in the night (domain.md 1.3 rule 3).
        ready_at = spell.ready_at.replace(microsecond=0)

        def notice() -> None:
            if spell.goes_on() and spell.ready_at is not None:
                spell.reviewed = True
                tell_review(story, spell, meets=False, at=ready_at)

        story.loop.at(on(local_day(story.now), 23.5), notice)
    if spell.support is None and story.says(0.5):
        story.tell(
            PathwayDecided, **spell_ids(story, spell), pathway="P0", destination=spell.destination
        )


def _die(story: Story, spell: Spell) -> None:
    ids = spell_ids(story, spell)
    ready = spell.ready_at if spell.reviewed else None
    spell.left = "died"
    now = story.now.replace(microsecond=0)
    story.tell(
        PatientDischarged, **ids, **story.place, discharge_method="4", destination_code="79",
        discharge_ready_date=local_day(ready) if ready else None,
    )  # fmt: skip
    story.tell(PatientDied, now, **ids)
    story.died = True
    give_back(story, spell, "died")


def _discharge(story: Story, spell: Spell) -> Steps:
    share, ids = story.town.share, spell_ids(story, spell)
    assert spell.ready_at is not None
    last = {
        **ids, **story.place, "discharge_method": "1", "destination": spell.destination,
        "destination_code": DESTINATION_CODES[spell.destination], "pathway": spell.pathway,
        "discharge_ready_date": local_day(spell.ready_at) if spell.reviewed else None,
    }  # fmt: skip
    if story.chance(share.discharge_cancelled):
        # Said to have left, and found still there: transport did not come.
        story.tell(PatientDischarged, **last)
        yield Pause(until=story.now + story.hours(0.2, 0.6))
        story.tell(DischargeCancelled, **ids)
        yield Pause(until=story.now + story.hours(0.3, 1))
    spell.left = "home"
    story.tell(PatientDischarged, **last)
    if story.chance(share.summary_sent):
        minutes = work(story.rng, story.town.work.discharge_summary)
        sent_at = story.hospital.team["doctor"].seen_at(story.now, minutes)
        story.tell_later(sent_at - story.now, DischargeSummarySent, **ids)
