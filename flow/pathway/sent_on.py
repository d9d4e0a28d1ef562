"""Whom a centre has sent on to others who are to care for them: it says so, or does not say where
they went, and what was asked for there came to nothing.
"""

from typing import Final

from flow.events.codes import CENTRE_DESTINATIONS
from flow.pathway.came_to_nothing import left_hospital, still_missed, what_came_to_nothing
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.subjects import ComesToNothing, Spell, Stay

NEEDS_SOMEBODY: Final = CENTRE_DESTINATIONS.marked("needs_somebody")
"""Where people go from a centre to be cared for by others, who have to be asked."""


def sent_on_to_others(journey: Journey, spell: Spell | None) -> Mark | None:
    """When the person went from the last centre after this stay to others who are to care, or needs
    them as what was asked for shows."""
    if not journey.stays:
        return None
    stay = left_last(journey, spell)
    if stay is None:
        return None
    unsaid = stay.destination is None and onward_care_missed(journey, stay)
    return stay.left if unsaid or stay.destination in NEEDS_SOMEBODY else None


def said_to_others(journey: Journey, spell: Spell | None) -> Mark | None:
    """When that centre said that they are to care."""
    if not journey.stays:
        return None
    stay = left_last(journey, spell)
    return stay.left if stay is not None and stay.destination in NEEDS_SOMEBODY else None


def left_last(journey: Journey, spell: Spell | None) -> Stay | None:
    """The stay in a centre after this one in hospital that ended last, if an event told its end; it
    may have begun before, and the person came back to it."""
    home = left_hospital(spell)
    if home is None and spell is not None:
        return None
    over = [
        (at, stay)
        for stay in journey.stays.values()
        if (at := stay.overtaken or stay.left) is not None
        and (stay.spell is spell or (home is not None and at >= home))
    ]
    if not over:
        return None
    _, stay = max(over, key=lambda each: each[0])
    return stay if stay.overtaken is None else None


def onward_care_missed(journey: Journey, stay: Stay) -> list[ComesToNothing]:
    """What was asked for and has come to nothing since the person moved in, before a stay in
    hospital that came between, too: where the centre does not say where it sent them, that shows
    that they need somebody."""
    assert stay.admitted is not None
    over = [
        each
        for spell in (None, *journey.spells.values())
        for each in what_came_to_nothing(journey, spell)
        if each.at >= stay.admitted
    ]
    return still_missed(over)
