"""What people must be told at once (design: "two kinds of alert").

A notice is about the service that prepares, so that one team hears one thing once: the strongest
that holds of `moved`, `transferred` and `stand_down`; a death takes the place of all. It is over
when someone answered it, when the service is no longer involved, or when events overtook it.
"""

from collections.abc import Iterable, Iterator, Mapping

from flow.pathway.journey import Journey, Notice, NoticeEnd, NoticeKind
from flow.pathway.mark import Mark
from flow.pathway.spans import Subject
from flow.pathway.subjects import Handover, Package, Referral, Spell, Stay

PERSON = "person"
"""What a notice is about that concerns everyone."""

STRENGTH: Mapping[NoticeKind, int] = {"moved": 1, "transferred": 2, "stand_down": 3}
"""Of the kinds that a service may be told: the stronger one leaves nothing of the weaker."""


def _preparing(journey: Journey) -> Iterator[Subject]:
    """Whoever was asked, or has answered, and has not begun."""
    here = journey.current
    for referral in journey.referrals.values():
        if not referral.closed:
            yield referral
    for package in journey.packages.values():
        if package.ended is None and package.in_place is None:
            yield package
    for handover in journey.handovers.values():
        if handover.unanswered or (here is not None and _taken_on(handover, here)):
            yield handover


def _taken_on(handover: Handover, spell: Spell) -> bool:
    """Whether its receiver has, and still has, the person who is in or left this spell."""
    return handover.accepted is not None and handover.over is None and handover.spell is spell


def _giving(journey: Journey, left: Spell | None) -> Iterator[Subject]:
    """Whoever has begun and not ended, or took the person on who left this spell."""
    for package in journey.packages.values():
        if package.ended is None and package.in_place is not None:
            yield package
    for stay in journey.stays.values():
        if stay.goes_on:
            yield stay
    for handover in journey.handovers.values():
        if left is not None and _taken_on(handover, left):
            yield handover


def _tell(
    journey: Journey, kind: NoticeKind, about: str, cause: str, now: Mark, service: str | None
) -> None:
    for index, notice in enumerate(journey.notices):
        if notice.about == about and notice.ended is None:
            if not _overtakes(kind, notice.kind):
                return
            _end(journey, index, "reset", now)
    earlier = sum(notice.kind == kind and notice.about == about for notice in journey.notices)
    journey.notices += (Notice(kind, about, earlier + 1, now, cause, service),)


def _overtakes(kind: NoticeKind, before: NoticeKind) -> bool:
    """Whether the news takes the place of what the same service was told before.

    Where a person is now is news each time; to stand down twice is to stand down.
    """
    if kind == before:
        return kind in ("moved", "transferred")
    return STRENGTH.get(kind, 0) > STRENGTH.get(before, 0)


def stand_down(journey: Journey, cause: str, now: Mark) -> None:
    """Tell everyone who prepares that the person does not come as planned."""
    _tell_all(journey, [*_preparing(journey)], "stand_down", cause, now)


def readmitted(journey: Journey, came_from: Spell, now: Mark) -> None:
    """Back in hospital: tell those who prepare, and those who give care already."""
    subjects = [*_preparing(journey), *_giving(journey, came_from)]
    _tell_all(journey, subjects, "stand_down", "readmitted", now)


def taken_elsewhere(journey: Journey, referral: Referral, now: Mark) -> None:
    """Another service that was asked for the same has the person."""
    _tell_all(journey, [referral], "stand_down", "taken_elsewhere", now)


def moved(journey: Journey, now: Mark) -> None:
    """On another ward: tell everyone who prepares where the person is looked for in vain."""
    _tell_all(journey, [*_preparing(journey)], "moved", "moved", now)


def transferred(journey: Journey, now: Mark) -> None:
    """In another hospital: tell everyone who prepares."""
    _tell_all(journey, [*_preparing(journey)], "transferred", "transferred", now)


def _tell_all(
    journey: Journey, subjects: Iterable[Subject], kind: NoticeKind, cause: str, now: Mark
) -> None:
    for subject in subjects:
        about = subject.service or subject.about
        _tell(journey, kind, about, cause, now, subject.service)


def unwell_again(journey: Journey, spell: Spell, now: Mark) -> None:
    """The criteria to reside are met again: the ready date no longer stands (domain.md 12.3)."""
    _tell(journey, "unwell_again", spell.about, "unwell_again", now, None)
    stand_down(journey, "unwell_again", now)


def died(journey: Journey, now: Mark) -> None:
    """Tell those who prepare or care, and whoever else has a part in it."""
    for index in range(len(journey.notices)):
        _end(journey, index, "died", now)
    spell = journey.current
    left = journey.latest if spell is None else None
    subjects = [*_preparing(journey), *_giving(journey, left)]
    _tell_all(journey, subjects, "stand_down", "died", now)
    if (
        subjects
        or journey.coordinator
        or (spell is not None and (spell.ready or spell.hub_referred))
    ):
        _tell(journey, "died", PERSON, "died", now, None)


def ready_again(journey: Journey, now: Mark) -> None:
    """Ready to leave: what was said about being unwell is out of date."""
    for index, notice in enumerate(journey.notices):
        if notice.cause != "died" and notice.kind in ("stand_down", "unwell_again"):
            _end(journey, index, "reset", now)


def left_hospital(journey: Journey, now: Mark) -> None:
    """Gone: what was said about being unwell, or elsewhere in hospital, is out of date."""
    for index, notice in enumerate(journey.notices):
        if notice.cause != "died":
            _end(journey, index, "reset", now)


def stood_down(journey: Journey, subject: Subject, now: Mark) -> None:
    """The service is no longer involved: there is nothing left to tell it."""
    assert isinstance(subject, Referral | Package | Stay | Handover)
    about = subject.service or subject.about
    still = {other.service or other.about for other in _preparing(journey)}
    if about in still:
        return
    for kind in STRENGTH:
        answered(journey, kind, about, now)


def answered(journey: Journey, kind: str, about: str, now: Mark) -> None:
    """Someone has read it: a notice asks for no more."""
    for index, notice in enumerate(journey.notices):
        if notice.kind == kind and notice.about == about:
            _end(journey, index, "done", now)


def _end(journey: Journey, index: int, why: NoticeEnd, now: Mark) -> None:
    notices = journey.notices
    if notices[index].ended is None:
        over = notices[index]._replace(ended=why, ended_by=now)
        journey.notices = (*notices[:index], over, *notices[index + 1 :])
