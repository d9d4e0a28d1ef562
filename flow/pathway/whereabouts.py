"""Where the person is, as waits ask: at home, in a centre, or too unwell for a service; and where
a discharge leaves them. A care home in which they live is at home."""

from datetime import datetime, timedelta
from typing import Final

from flow.events.codes import DESTINATIONS, DISCHARGE_DESTINATIONS
from flow.pathway.journey import Journey
from flow.pathway.local_days import day_ends, local_date
from flow.pathway.needs_assessment import NeedsAssessment
from flow.pathway.referral_kinds import (
    BED_IS,
    BED_ONLY,
    BEGUN_THERE,
    BEGUN_THERE_BY_CODE,
    LIVED_IN,
)
from flow.pathway.subjects import Handover, Package, Referral, Spell, Stay

MOVED_WITHIN: Final = timedelta(days=1)
"""After the day of the discharge: who is admitted later was not moved from there."""
LIVES_BY_LINE: Final = DESTINATIONS.saying("lives")
LIVES_BY_CODE: Final = DISCHARGE_DESTINATIONS.saying("lives")
"""Where a discharge leaves the person, by the line of the report and by the national code."""
MAY_BE_A_CENTRE: Final = DISCHARGE_DESTINATIONS.marked("centre")
"""Codes of a discharge that on pathway 2 mean a short-term bed."""
RETURNS = DESTINATIONS.marked("returns")
"""Lines of people who go back to a place that has them already."""
NEW_ADMISSION = DESTINATIONS.marked("new_admission")
"""Lines of the report of people who go to live in a place, or to die there, for the first time."""


def discharged_to(spell: Spell) -> str | None:
    """A code of `follow_up_status`, or None where nobody says: by the national code, which is told
    at the discharge; else by the line of the report."""
    code = spell.discharge_destination or ""
    if spell.pathway == "P2" and code in MAY_BE_A_CENTRE:
        return "in_centre"
    return LIVES_BY_CODE.get(code) or LIVES_BY_LINE.get(spell.destination or "")


def went_to_a_hospital(spell: Spell) -> bool:
    """Whether a discharge leads to another hospital, whether or not that one tells events."""
    return spell.discharged is not None and discharged_to(spell) == "in_hospital"


def expected_there_until(journey: Journey) -> datetime | None:
    """Until when the other hospital to which somebody was sent may still tell that they came:
    nobody is called to visit them before."""
    latest = journey.latest
    if latest is None or latest.discharged is None or not went_to_a_hospital(latest):
        return None
    return day_ends(local_date(latest.discharged.at) + MOVED_WITHIN)


def of_who_is_at_home(journey: Journey, times: int = 1) -> int:
    """The token of a wait that runs there, for so many `times`; of whoever was sent to another
    hospital, of that time."""
    until = expected_there_until(journey)
    return times if until is None else int(until.timestamp()) + times


def newly_lives_there(spell: Spell) -> bool:
    """Whether a discharge leads to a care home or a hospice that is new to the person, as the line
    of the report or pathway 3 has it. The national code does not say so: who goes back to a nursing
    home may have it, too (domain.md 2.2, 4.1)."""
    where = discharged_to(spell)
    if spell.destination in NEW_ADMISSION:
        return where in ("in_care_home", "elsewhere")
    back = spell.destination in RETURNS
    return where == "in_care_home" and spell.pathway == "P3" and not back


def taken_up(spell: Spell) -> tuple[str, ...]:
    """The kinds of referral whose place a discharge shows to be taken up; by the national code a
    care home only where it leads to a new one."""
    by_line = BEGUN_THERE.get(spell.destination or "", ())
    by_code = BEGUN_THERE_BY_CODE.get(spell.discharge_destination or "", ())
    if by_code and LIVES_BY_CODE.get(spell.discharge_destination or "") == "in_care_home":
        by_code = by_code if newly_lives_there(spell) else ()
    return (*by_line, *by_code)


def bed_after(spell: Spell) -> str | None:
    """The kind of bed that a discharge leads to, where it says so: one in which people live, or one
    whose place it shows to be taken up."""
    where, shown = discharged_to(spell), taken_up(spell)
    for kind in BED_IS:
        if kind in BED_ONLY and BED_IS[kind] == where and (kind in LIVED_IN or kind in shown):
            return kind
    return None


def at_home(journey: Journey) -> bool:
    """Neither in hospital nor in a centre, as far as events tell."""
    return journey.current is None and journey.staying is None


def away(journey: Journey, _stay: Stay) -> bool:
    """In hospital. Asked of stays that had not ended when the person went there."""
    return journey.current is not None


def in_centre(journey: Journey) -> bool:
    return journey.current is None and journey.staying is not None


def set_aside(journey: Journey, asked: Referral | Package) -> bool:
    """Whether it was for another pathway, and has not begun: nobody waits for it.

    But for a person at home on pathway 0, where nobody would notice who wants for care.
    """
    if asked.off_plan is None or (isinstance(asked, Package) and asked.came is not None):
        return False
    latest = journey.latest
    return not at_home(journey) or (latest is not None and latest.complex_pathway)


def ready_to_leave(journey: Journey) -> bool:
    """The hospital, or else the centre, where the person is."""
    if journey.current is not None:
        return journey.current.ready is not None
    stay = journey.staying
    return stay is not None and stay.ready is not None


def on_hold(journey: Journey, asked: Referral | Package | Handover | NeedsAssessment) -> bool:
    """Whether the person is too unwell for the service: in hospital and not ready to leave.

    What was asked for early in the same stay is not on hold before the first readiness.
    """
    spell = journey.current
    if spell is None or spell.ready is not None:
        return False
    return spell.unwell or asked.spell is not spell
