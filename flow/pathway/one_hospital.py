"""Nobody is in two hospitals at once: the newest stay has the person (a local rule, after
domain.md 12.1: one open spell per person per provider).

An older stay whose end nobody told has the person no more, and nobody is waited for there. At the
same hospital another admission shows for good that it is over. Of one elsewhere the end may still
be told; or the person is back there, as a review or a move to a ward shows once they have left the
newer stay. A plan or a delay reason shows nothing: whoever tidies up records may write it.
"""

from flow.pathway.care import suspend
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import BEGUN_BY_DISCHARGE
from flow.pathway.referrals import begin_all
from flow.pathway.spans import watch
from flow.pathway.subjects import Spell


def overtake(journey: Journey, provider: str, spell_id: str, now: Mark) -> None:
    """Admitted to this hospital: what was open there must have ended unseen."""
    for other in journey.spells.values():
        if other.provider != provider or other.spell_id == spell_id:
            continue
        if other.has_no_end:
            journey.find("two_open_spells", other.admitted.by, now.by)
            other.overtaken = now
            begin_all(journey, other, BEGUN_BY_DISCHARGE, now)
            watch(journey, other, now)


def is_in(journey: Journey, spell: Spell, now: Mark) -> None:
    """In this stay from now on, and in no other."""
    journey.current = journey.latest = spell
    spell.elsewhere = spell.left_open = None
    journey.hospital_version += 1
    for other in journey.spells.values():
        if other is not spell and (other.goes_on or other.discharged is not None):
            if other.goes_on:
                other.elsewhere = now
            watch(journey, other, now)


def is_back_in(journey: Journey, spell: Spell, now: Mark) -> None:
    """Seen in an older stay, when the person had left the newer one."""
    if spell.overtaken is not None or journey.current is not None:
        return
    is_in(journey, spell, now)
    watch(journey, spell, now)
    suspend(journey, now)
    journey.services_unasked = True
