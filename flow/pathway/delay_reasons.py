"""Why a person is still in hospital: several reasons at once, exactly one of them primary.

One reason per person hides the others (domain.md 2.3, S10), so all are kept. The newest one
marked as primary is the primary one; where none is marked, the one that has applied longest.
"""

from flow.events.discharge import DelayReasonCleared, DelayReasonRecorded
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import DelayReason, Spell


def _is_open(spell: Spell) -> list[DelayReason]:
    return [reason for reason in spell.reasons if reason.cleared is None]


def primary_of(spell: Spell) -> DelayReason | None:
    """The primary one of the reasons that apply now."""
    primary: DelayReason | None = None
    for reason in _is_open(spell):
        if primary is None or (
            reason.primary is not None
            and (primary.primary is None or reason.primary.at >= primary.primary.at)
        ):
            primary = reason
    return primary


def clear_all(spell: Spell, now: Mark) -> None:
    """Reasons to be delayed end with the readiness or with the stay."""
    for reason in _is_open(spell):
        reason.cleared = now
    spell.primary = None


def record(journey: Journey, spell: Spell, event: DelayReasonRecorded, now: Mark) -> None:
    data = event.data
    reason = next((known for known in _is_open(spell) if known.slug == data.reason), None)
    if reason is None:
        reason = DelayReason(data.reason, now)
        spell.reasons += (reason,)
    if data.primary:
        reason.primary = now
    _changed(journey, spell, now)


def clear(journey: Journey, spell: Spell, event: DelayReasonCleared, now: Mark) -> None:
    known = [reason for reason in _is_open(spell) if reason.slug == event.data.reason]
    if not known:
        journey.find("reason_not_open", now.by)
        return
    known[0].cleared = now
    _changed(journey, spell, now)


def _changed(journey: Journey, spell: Spell, now: Mark) -> None:
    spell.primary = primary_of(spell)
    journey.hospital_version += 1
    watch(journey, spell, now)
