"""What people must be told at once: stand down, unwell again, died (design: "two kinds of alert").

A notice is about the service that prepares, so that one team hears one thing once. It is over
when someone answered it, when the service is no longer involved, or when events overtook it.
"""

from collections.abc import Iterable, Iterator

from flow.pathway.journey import Journey, Notice, NoticeEnd, NoticeKind
from flow.pathway.mark import Mark
from flow.pathway.spans import Subject
from flow.pathway.subjects import Package, Referral, Spell, Stay

PERSON = "person"
"""What a notice is about that concerns everyone."""


def _preparing(journey: Journey) -> Iterator[Subject]:
    """Whoever was asked, or has answered, and has not begun."""
    for referral in journey.referrals.values():
        if not referral.closed:
            yield referral
    for package in journey.packages.values():
        if package.ended is None and package.in_place is None:
            yield package


def _giving(journey: Journey) -> Iterator[Subject]:
    """Whoever has begun and not ended."""
    for package in journey.packages.values():
        if package.ended is None and package.in_place is not None:
            yield package
    for stay in journey.stays.values():
        if stay.admitted is not None and stay.left is None:
            yield stay


def _tell(
    journey: Journey, kind: NoticeKind, about: str, cause: str, now: Mark, service: str | None
) -> None:
    earlier = [n for n in journey.notices if n.kind == kind and n.about == about]
    if any(notice.ended is None for notice in earlier):
        return
    journey.notices += (Notice(kind, about, len(earlier) + 1, now, cause, service),)


def stand_down(journey: Journey, cause: str, now: Mark) -> None:
    """Tell everyone who prepares that the person does not come as planned."""
    _stand_down(journey, [*_preparing(journey)], cause, now)


def readmitted(journey: Journey, now: Mark) -> None:
    """Back in hospital: tell those who prepare, and those who give care already."""
    _stand_down(journey, [*_preparing(journey), *_giving(journey)], "readmitted", now)


def _stand_down(journey: Journey, subjects: Iterable[Subject], cause: str, now: Mark) -> None:
    for subject in subjects:
        about = subject.service or subject.about
        _tell(journey, "stand_down", about, cause, now, subject.service)


def unwell_again(journey: Journey, spell: Spell, now: Mark) -> None:
    """The criteria to reside are met again: the ready date no longer stands (domain.md 12.3)."""
    _tell(journey, "unwell_again", spell.about, "unwell_again", now, None)
    stand_down(journey, "unwell_again", now)


def died(journey: Journey, now: Mark) -> None:
    """Tell those who prepare or care, and whoever else has a part in it."""
    for index in range(len(journey.notices)):
        _end(journey, index, "died", now)
    subjects = [*_preparing(journey), *_giving(journey)]
    _stand_down(journey, subjects, "died", now)
    spell = journey.current
    if (
        subjects
        or journey.coordinator
        or (spell is not None and (spell.ready or spell.hub_referred))
    ):
        _tell(journey, "died", PERSON, "died", now, None)


def ready_again(journey: Journey, now: Mark) -> None:
    """Ready to leave, or gone: what was said about being unwell is out of date."""
    for index, notice in enumerate(journey.notices):
        if notice.cause != "died":
            _end(journey, index, "reset", now)


def stood_down(journey: Journey, subject: Subject, now: Mark) -> None:
    """The service is no longer involved: there is nothing left to tell it."""
    assert isinstance(subject, Referral | Package | Stay)
    about = subject.service or subject.about
    still = {other.service or other.about for other in _preparing(journey)}
    if about in still:
        return
    answered(journey, "stand_down", about, now)


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
