"""Which stays in hospital the published figures are about.

Three publications: of discharges by discharge ready date (domain.md 1.3 rule 9), which delayed bed
days follow; of emergency returns (domain.md 5, O6); and the daily situation report of people still
there, for adults (domain.md 2.1). Their own lists of methods and treatment functions were not read:
what is left out is marked in the code lists, or named by the policy. What an event does not tell
leaves nobody out, and nothing is known here of how good a provider's data are.
"""

from datetime import datetime
from typing import Final

from flow.events.codes import ADMISSION_METHODS, AGE_BANDS
from flow.pathway.local_days import local_date
from flow.pathway.policy import Policy
from flow.pathway.subjects import Spell
from flow.pathway.whereabouts import went_to_a_hospital

UNDER_16: Final = AGE_BANDS.marked("under_16")
UNDER_18: Final = AGE_BANDS.marked("under_18")
MATERNITY: Final = ADMISSION_METHODS.marked("maternity")
"""Admission methods of a mother's or a newborn's stay."""


def is_acute(spell: Spell, policy: Policy) -> bool:
    """Of 16 years and over, neither a mother's nor a newborn's, of an acute treatment function."""
    return (
        spell.age_band not in UNDER_16
        and spell.admission_method not in MATERNITY
        and spell.treatment_function not in policy.discharges_left_out
    )


def is_published(spell: Spell, left_at: datetime, policy: Policy) -> bool:
    """A discharge of the publication by discharge ready date, if the person did not die."""
    return is_acute(spell, policy) and not moved_on(spell) and not _no_night(spell, left_at)


def in_situation_report(spell: Spell) -> bool:
    """An adult, and not in hospital for a birth."""
    return spell.age_band not in UNDER_18 and spell.admission_method not in MATERNITY


def may_be_returned_from(spell: Spell, policy: Policy) -> bool:
    """A discharge after which an emergency admission is a return: neither of cancer nor obstetrics,
    nor a move to another hospital, where the stay goes on; who comes back from home did not stay
    where they were sent."""
    return (
        spell.treatment_function not in policy.returns_left_out
        and spell.admission_method not in MATERNITY
        and (spell.taken_over is False or not moved_on(spell))
    )


def moved_on(spell: Spell) -> bool:
    """The person went on to another hospital, as the discharge or the other hospital tells."""
    return spell.taken_over is True or went_to_a_hospital(spell)


def _no_night(spell: Spell, left_at: datetime) -> bool:
    """Admitted and discharged on one day."""
    return spell.admission_known and local_date(spell.admitted.at) == local_date(left_at)
