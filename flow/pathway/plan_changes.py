"""Whoever prepares for another pathway than the one that is confirmed, or told by the discharge.

They are told to stand down, and nobody waits for them: on pathway 1 to 3 somebody else has to be
asked (`arranging.py`). At home on pathway 0, where nobody has to be, somebody waits for them again
until what was asked of them is withdrawn: better one call too many than a person without care. At
home from a later stay that tells no pathway somebody does, too, and they hear that.
"""

from collections.abc import Iterator

from flow.pathway import notices
from flow.pathway.care import kind_of
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import PATHWAYS
from flow.pathway.spans import watch
from flow.pathway.subjects import Package, Referral, Spell
from flow.pathway.whereabouts import at_home, went_to_a_hospital

CARE_GOES_ON = frozenset({"P0", "P1"})
"""Pathways on which a package that was there before the stay goes on (domain.md 1.1)."""


def follow_plan(journey: Journey, spell: Spell, now: Mark) -> None:
    """The pathway of this stay is decided, or is another one now."""
    for subject in _prepared_for(journey, spell):
        if _fits(journey, subject, spell.pathway):
            if subject.off_plan is None:
                continue
            subject.off_plan = None
            notices.plan_holds_again(journey, subject, now)
        elif subject.off_plan is None:
            subject.off_plan = now
            notices.pathway_changed(journey, subject, now)
        watch(journey, subject, now)


def undo_plan(journey: Journey, spell: Spell, decided: Mark, now: Mark) -> None:
    """What `decided` this pathway does not count (`before_admission.py`): whoever had to stand
    down because of it is waited for again. Nobody stands down anew."""
    for subject in _prepared_for(journey, spell):
        if subject.off_plan == decided:
            subject.off_plan = None
            notices.plan_holds_again(journey, subject, now)
            watch(journey, subject, now)


def plan_is_over(journey: Journey, now: Mark) -> None:
    """Home from a stay that tells no pathway: what an earlier one was for is not the plan now."""
    latest = journey.latest
    if latest is None or latest.pathway is not None or not at_home(journey):
        return
    if went_to_a_hospital(latest):
        return
    for referral in journey.referrals.values():
        if referral.off_plan is not None and not referral.closed:
            notices.waited_for_again(journey, referral, now)
    for package in journey.packages.values():
        if package.off_plan is not None and not package.closed and package.came is None:
            notices.waited_for_again(journey, package, now)


def _prepared_for(journey: Journey, spell: Spell) -> Iterator[Referral | Package]:
    """What was asked for because of this stay, and has not begun."""
    for referral in journey.referrals.values():
        if referral.spell is spell and not referral.closed:
            yield referral
    for package in journey.packages.values():
        if package.spell is spell and not package.closed and package.came is None:
            yield package


def _fits(journey: Journey, subject: Referral | Package, pathway: str | None) -> bool:
    if isinstance(subject, Package):
        if subject.kind == "restart":
            return pathway in CARE_GOES_ON
        kind: str | None = kind_of(journey, subject)
    else:
        kind = subject.kind
    pathways = PATHWAYS.get(kind or "")
    return pathways is None or pathway in pathways
