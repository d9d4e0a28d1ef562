"""What was told of a stay for a time before its admission: clocks differ, and dates are mistyped.

The stay begins with its admission, whatever was told of it for an earlier time (local rule): who
was found ready before it is ready since then. A discharge of an earlier time is not believed until
it is corrected: whoever is in hospital must not vanish from its lists, and there somebody is called
each day, who can put the date right; one call too many is better than none. Nor is a date on which
they are expected to leave before the day on which they came: a date is still asked for.
"""

from datetime import date
from typing import Final

from flow.pathway.journey import Journey
from flow.pathway.local_days import local_date
from flow.pathway.mark import Mark
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
        _has_not_left(spell)
    spell.admitted = admission
    expected = spell.expected_discharge_date
    if spell.edd is not None and expected is not None and expected < local_date(admission.at):
        doubted.append(spell.edd.by)
        spell.edd = spell.expected_discharge_date = None
    if spell.ready is not None:
        spell.ready.begin_with(admission)
    journey.settle(NOT_KNOWN, first)
    journey.find("dated_before_admission", *doubted, admission.by)


def _has_not_left(spell: Spell) -> None:
    spell.discharged = None
    spell.discharge_method = spell.discharge_destination = None
    spell.recorded_ready_date = spell.ready_date = None
