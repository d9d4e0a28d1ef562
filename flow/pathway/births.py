"""When the person was born, as far as a stay in hospital tells, and which wait counts from that."""

from typing import Final

from flow.events.codes import ADMISSION_METHODS
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import COUNTS_FROM, WAITS_FOR

NEWBORN: Final = ADMISSION_METHODS.marked("newborn")
"""Admission methods of a newborn's own stay: born in hospital, on the way, or at home as intended
(domain.md 4.2)."""

LEAVE_WITH_THE_MOTHER: Final = ADMISSION_METHODS.marked("birth")
"""Those of them for which nobody plans a date of discharge (local rule)."""

OF_A_BIRTH: Final = frozenset(
    wait
    for wait, kinds in WAITS_FOR.items()
    if any(COUNTS_FROM.get(kind) == "birth" for kind in kinds)
)
"""Waits that count from a birth, where one is known."""


def born(journey: Journey) -> Mark | None:
    """The admission of the stay that was the birth. Neither the mother's stay is one, nor a later
    stay of the child's; the birth may be told of in none, or again where a newborn is moved."""
    found = [
        spell.admitted for spell in journey.spells.values() if spell.admission_method in NEWBORN
    ]
    return min(found, default=None)
