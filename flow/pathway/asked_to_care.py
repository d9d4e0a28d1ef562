"""Whether somebody is asked to care for a person after hospital, is to come, or cares already, in
the place of what came to nothing, too.

Asked is what is asked for and not refused, or given, since this stay in hospital; a stay in a
centre is, too. What was asked for on another pathway does not count (`plan_changes.py`), nor does
an answer to a request that nobody told, before care is given: nobody waits for that to come. In the
place of care that was refused counts only who gives that, too (`INSTEAD_OF`), and nothing that was
over by then, nor visits of another kind that went on then and are over. Where the person was sent
on (`sent_on.py`), only what is asked for or given since then counts. Who has accepted a handover is
to come for the person, so that in hospital nobody else is asked; at home it arranges nothing by
itself, for nobody would be waited for. Equipment and housing are no care, and an assessment is none
either; but while one of this stay is under way somebody has the person in hand (`assessed_for`),
and its own waits run.
"""

from collections.abc import Iterator

from flow.pathway.came_to_nothing import (
    is_since,
    left_hospital,
    let_down_at,
    unmet_kinds,
    was_given,
)
from flow.pathway.care import (
    does_not_go_on,
    handed_back_with,
    is_open,
    kind_of,
    stands_still,
)
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import BRING_NOBODY, NOT_AWAITED, ONCE, may_come_instead
from flow.pathway.subjects import ComesToNothing, Handover, Package, Referral, Spell, Stay
from flow.pathway.whereabouts import set_aside


def somebody_is_asked(
    journey: Journey, spell: Spell | None, sent_on: Mark | None, missed: list[ComesToNothing]
) -> bool:
    """To care, or does, in the place of what came to nothing (`missed`), too; or did, and it was
    over only after that."""
    unmet, let_down = unmet_kinds(missed), let_down_at(missed)
    return (
        any(_has_them(stay, spell, sent_on, let_down) for stay in journey.stays.values())
        or any(
            (_is_to_come(journey, package, spell) or was_given(package, spell, sent_on, let_down))
            and may_come_instead(kind_of(journey, package), unmet)
            for package in journey.packages.values()
        )
        or any(
            _is_asked(journey, referral, spell, sent_on, let_down)
            and may_come_instead(referral.kind, unmet)
            and not _came_besides(referral, missed)
            for referral in journey.referrals.values()
        )
        or any(_is_offered(handover, spell) for handover in journey.handovers.values())
    )


def _has_them(stay: Stay, spell: Spell | None, sent_on: Mark | None, let_down: Mark | None) -> bool:
    """In a bed for a time, to which they may have come back, or in the home that the stay in
    hospital led to. The home in which somebody lived before is not what is to be arranged on a
    pathway 1 to 3 after it."""
    if stay.goes_on:
        return not stay.is_home or stay.spell is spell
    if sent_on is not None or not (stay.spell is spell or _came_back(stay, spell)):
        return False
    over = stay.overtaken or stay.left
    return over is None or is_since(over, let_down)


def _came_back(stay: Stay, spell: Spell | None) -> bool:
    """From this stay in hospital to a bed that was kept."""
    home = left_hospital(spell)
    if home is None or stay.left is None or stay.overtaken is not None or stay.is_home:
        return False
    return stay.left >= home


def _is_to_come(journey: Journey, package: Package, spell: Spell | None) -> bool:
    """Or is there: asked for, as far as is told, or begun."""
    if not is_open(package) or set_aside(journey, package) or _stands_still(spell, package):
        return False
    if does_not_go_on(journey, package):
        return False
    asked = package.requested is not None or _asked_by_referral(journey, package)
    return asked or package.was_ever_given


def _stands_still(spell: Spell | None, package: Package) -> bool:
    """In hospital, and nobody has said since it stands still that it is to go on: by itself it does
    not. Another is looked for in the place of who gave it up, all the same."""
    if spell is None or not spell.goes_on or package.given_up is not None:
        return False
    halted = stands_still(package)
    if halted is None:
        return False
    said = (package.last_asked, package.last_confirmed)
    return not any(mark is not None and mark >= halted for mark in said)


def _asked_by_referral(journey: Journey, package: Package) -> bool:
    referral = journey.referrals.get(package.referral_id) if package.referral_id else None
    if referral is None or referral.made is None or referral.kind in NOT_AWAITED:
        return False
    return referral.started is not None or not referral.closed


def _is_asked(
    journey: Journey,
    referral: Referral,
    spell: Spell | None,
    sent_on: Mark | None,
    let_down: Mark | None,
) -> bool:
    """Asked still; or begun after this stay, where no package says what became of it."""
    if not referral.closed:
        awaited = referral.made is not None and referral.kind not in NOT_AWAITED
        awaited = awaited and not set_aside(journey, referral)
        return awaited and not handed_back_with(journey, referral)
    if referral.kind in BRING_NOBODY or referral.kind in ONCE:
        return False
    if referral.started is None:
        return False
    of_now = referral.spell is spell and sent_on is None
    if let_down is not None:
        of_now = of_now and referral.over is not None and referral.over >= let_down
    cares = referral.visited is not None and _cares(referral, spell, sent_on, let_down)
    return (of_now or cares) and not any(
        package.referral_id == referral.referral_id for package in journey.packages.values()
    )


def _cares(
    referral: Referral, spell: Spell | None, sent_on: Mark | None, let_down: Mark | None
) -> bool:
    """Still; or to its presumed end, after a centre had sent the person on."""
    over, left = referral.over, left_hospital(spell)
    if over is None or sent_on is None or left is None:
        return over is None
    return referral.withdrawn is None and over >= max(sent_on, left) and is_since(over, let_down)


def _came_besides(referral: Referral, missed: list[ComesToNothing]) -> bool:
    """Visits that are over and had begun before care of another kind came to nothing: they were no
    answer to that, and no event need tell that nobody comes any more."""
    if referral.over is None or referral.visited is None:
        return False
    kind, begun = referral.kind, referral.visited
    return any(each.kind not in (None, kind) and each.at > begun for each in missed)


def besides_until(journey: Journey, missed: list[ComesToNothing]) -> Iterator[Mark]:
    """When such visits were over that had filled its place until then."""
    unmet = unmet_kinds(missed)
    for referral in journey.referrals.values():
        if referral.over is None or referral.kind in BRING_NOBODY or referral.kind in ONCE:
            continue
        if may_come_instead(referral.kind, unmet) and _came_besides(referral, missed):
            yield referral.over


def _is_offered(handover: Handover, spell: Spell | None) -> bool:
    """Asked after this stay to take the person, or is to fetch them from hospital."""
    if handover.spell is not spell:
        return False
    fetches = spell is not None and spell.discharged is None
    return handover.unanswered or (fetches and handover.taken_on is not None)


def accepted_since(journey: Journey, spell: Spell) -> Mark | None:
    """Since when somebody takes the person. What was offered after an earlier stay says nothing of
    this one."""
    takes = [each.taken_on for each in journey.handovers.values() if each.spell is spell]
    return max((since for since in takes if since is not None), default=None)


def assessed_for(journey: Journey, spell: Spell | None) -> bool:
    """An assessment is under way that was asked for in this stay or after it, or has gone on since:
    care is asked for when it is done. One that an earlier stay left behind is not of this one."""
    return any(
        assessment.goes_on
        and (
            spell is None or assessment.spell is spell or assessment.at_step.at >= spell.admitted.at
        )
        for assessment in journey.assessments.values()
    )
