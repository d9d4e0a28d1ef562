"""What was told of a stay for a time before its admission: clocks differ, and dates are mistyped.

The stay begins with its admission, whatever was told of it for an earlier time (local rule): who
was found ready before it is ready since then. A discharge of an earlier time is not believed until
it is corrected: whoever is in hospital must not vanish from its lists, and there somebody is called
each day, who can put the date right; one call too many is better than none. What it alone ended,
or told, is undone: readiness, the reasons for the delay, the pathway, and that somebody is not
needed on it. Nor is a date believed on which they are expected to leave before the day on which
they came: a date is still asked for.
"""

from datetime import date
from typing import Final

from flow.pathway.delay_reasons import apply_again
from flow.pathway.journey import Journey
from flow.pathway.local_days import local_date
from flow.pathway.mark import Mark
from flow.pathway.plan_changes import undo_plan
from flow.pathway.subjects import Spell

NOT_KNOWN: Final = ("discharge_without_admission", "event_without_admission")
"""Findings that are settled once the admission is known."""


def expects_before(spell: Spell, leaves_on: date) -> bool:
    """Whether a date on which somebody is to leave is before the day of their admission."""
    return spell.admission_known and leaves_on < local_date(spell.admitted.at)


def begin_with(journey: Journey, spell: Spell, admission: Mark) -> None:
    """The admission to a stay of which something was told before."""
    first = spell.admitted.by
    doubted = [first]
    if spell.discharged is not None:
        doubted.append(spell.discharged.by)
        _has_not_left(journey, spell, spell.discharged, admission)
    spell.admitted = admission
    expected = spell.expected_discharge_date
    if spell.edd is not None and expected is not None and expected < local_date(admission.at):
        doubted.append(spell.edd.by)
        spell.edd = spell.expected_discharge_date = None
    if spell.ready is not None:
        spell.ready.begin_with(admission)
    journey.settle(NOT_KNOWN, first)
    journey.find("dated_before_admission", *doubted, admission.by)


def _has_not_left(journey: Journey, spell: Spell, left: Mark, now: Mark) -> None:
    """Nothing counts that the discharge `left` alone ended, or told."""
    spell.discharged = None
    spell.discharge_method = spell.discharge_destination = None
    spell.recorded_ready_date = spell.ready_date = None
    last = spell.nctr[-1] if spell.nctr else None
    if last is not None and last.ended == left:
        last.ended = last.ended_by = None
        spell.ready = last
    spell.unwell = last is not None and last.ended_by == "met_again"
    apply_again(journey, spell, left)
    _plan_of_before(journey, spell, left)
    undo_plan(journey, spell, left, now)


def _plan_of_before(journey: Journey, spell: Spell, left: Mark) -> None:
    """The pathway is the last one that was confirmed, or else expected, without the discharge."""
    spell.pathways = tuple([step for step in spell.pathways if step.decided != left])
    confirmed = [step for step in spell.pathways if step.status == "confirmed"]
    counts = (confirmed or [*spell.pathways])[-1:]
    journey.pathway_changed(spell, counts[0].pathway if counts else None)
    spell.destination = counts[0].destination if counts else None
    spell.pathway_confirmed = confirmed[-1].decided if confirmed else None
