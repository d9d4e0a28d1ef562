"""Why a person is still in hospital or a centre: several reasons at once, one of them primary.

One reason per person hides the others (domain.md 2.3, S10), so all are kept. The newest one
marked as primary is the primary one; where none is marked, the one that has applied longest.
"""

from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.policy import UNKNOWN
from flow.pathway.spans import watch
from flow.pathway.subjects import DelayReason, Spell, Stay


def _is_open(held: Spell | Stay) -> list[DelayReason]:
    return [reason for reason in held.reasons if reason.cleared is None]


def primary_of(held: Spell | Stay) -> DelayReason | None:
    """The primary one of the reasons that apply now."""
    primary: DelayReason | None = None
    for reason in _is_open(held):
        if primary is None or (
            reason.primary is not None
            and (primary.primary is None or reason.primary.at >= primary.primary.at)
        ):
            primary = reason
    return primary


def reason_shown(held: Spell | Stay) -> str:
    """The slug of the primary one, as figures are labelled with it."""
    return held.primary.slug if held.primary is not None else UNKNOWN


def clear_all(held: Spell | Stay, now: Mark) -> None:
    """Reasons to be delayed end with the readiness or with the stay."""
    for reason in _is_open(held):
        reason.cleared = now
    held.primary = None


def apply_again(journey: Journey, spell: Spell, ended: Mark) -> None:
    """The discharge with which they ended does not count."""
    for reason in spell.reasons:
        if reason.cleared == ended:
            reason.cleared = None
    spell.primary = primary_of(spell)
    journey.reasons_version += 1
    journey.acts_version += 1


def record(journey: Journey, held: Spell | Stay, slug: str, now: Mark, *, primary: bool) -> None:
    reason = next((known for known in _is_open(held) if known.slug == slug), None)
    if reason is None:
        reason = DelayReason(slug, now)
        held.reasons += (reason,)
    if primary:
        reason.primary = now
    _changed(journey, held, now)


def clear(journey: Journey, held: Spell | Stay, slug: str, now: Mark) -> None:
    known = [reason for reason in _is_open(held) if reason.slug == slug]
    if not known:
        journey.find("reason_not_open", now.by)
        return
    known[0].cleared = now
    _changed(journey, held, now)


def _changed(journey: Journey, held: Spell | Stay, now: Mark) -> None:
    held.primary = primary_of(held)
    if isinstance(held, Spell):
        journey.reasons_version += 1
    else:
        journey.services_version += 1
    journey.acts_version += 1
    watch(journey, held, now)
