"""What people must be told at once (design: "two kinds of alert").

A notice is about the service that prepares, so that one team hears one thing once: the strongest
that holds of `moved`, `transferred` and `stand_down`; a death takes the place of all. Who answered
that they stood down hears when the person comes after all; also where what they had been told of
was taken back since, so that their answer stands alone. Who answered a death that never was, and
had been told before it of a stay that holds, hears of the stay once more. Who gives care at home
and was told of a stay hears of its end, whether they answered or not. Who was asked after something
happened, and before it was written down, hears of it as well (`unawares.py`). A notice is over when
someone answered it, be it by what they tell of their care since, when the service is no longer
involved, or when events overtook it; all but those of a death lapse, too, after the policy's time.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from flow.events.outputs import NoticeCause
from flow.pathway.care import (
    by_itself,
    does_not_go_on,
    ended_by,
    handed_back_with,
    left_to_nobody,
    restart_of,
    said_to_go_on,
)
from flow.pathway.instead_of import left_to_another
from flow.pathway.journey import PERSON, Journey, News, NoDeath, Notice, NoticeEnd, NoticeKind
from flow.pathway.local_days import FAR
from flow.pathway.mark import Mark
from flow.pathway.needs_assessment import NeedsAssessment
from flow.pathway.policy import Policy
from flow.pathway.spans import Involved, Subject
from flow.pathway.spell_waits import hub_decides_at_home, left_to_the_hub
from flow.pathway.subjects import Handover, Package, Referral, Spell, Stay
from flow.pathway.whereabouts import at_home, went_to_a_hospital

STRENGTH: Mapping[NoticeKind, int] = {
    "comes_after_all": 0,
    "moved": 1,
    "transferred": 2,
    "stand_down": 3,
}
"""Of the kinds that a service may be told: the stronger one leaves nothing of the weaker."""
MAY_COME_AFTER_ALL: frozenset[NoticeCause] = frozenset(
    {"unwell_again", "readmitted", "discharge_cancelled"}
)
"""Why a service stood down that was not told to for good."""

AWAY_FROM_HOME = frozenset({"P2", "P3"})
"""Pathways to a bed elsewhere, where whoever cares at home is not to come."""

UNTIL_THEY_LEAVE: frozenset[NoticeKind] = frozenset(
    {"moved", "transferred", "stand_down", "unwell_again"}
)
"""What a notice says of somebody in hospital alone."""

STANDS: frozenset[NoticeCause] = frozenset({"died", "pathway_changed", "handed_elsewhere"})
"""What is no less true once the person is ready, or has left hospital."""


class _Team(NamedTuple):
    """Who hears a notice: the service, or the subject where no service is known."""

    about: str
    service: str | None


def _team(subject: Subject) -> _Team:
    assert isinstance(subject, Referral | Package | Stay | Handover | NeedsAssessment)
    return _Team(subject.service or subject.about, subject.service)


def lapses_at(notice: Notice, policy: Policy) -> datetime:
    """When it is of no use any more. That somebody died is told until it is answered."""
    if notice.cause == "died":
        return FAR
    return notice.at.at + policy.notices[notice.kind].lapse


def _preparing(journey: Journey) -> Iterator[_Team]:
    """Whoever was asked, or has answered, and has not begun, nor given it up; and who assesses or
    decides."""
    for subject in _asked(journey):
        yield _team(subject)
    for package in journey.packages.values():
        asked = package.next_provider
        if asked is not None and not package.closed:
            yield _Team(asked.service, asked.service)
    here, latest = journey.current, journey.latest
    if here is not None and _hub_decides(here):
        yield from _hub_of(here)
    elif latest is not None and hub_decides_at_home(journey, latest):
        yield from _hub_of(latest)


def _hub_decides(spell: Spell) -> bool:
    """Asked without a referral of its own, which would tell."""
    asked = spell.hub_referred is not None and spell.hub_referral_id is None
    return asked and spell.pathway_confirmed is None


def _hub_of(spell: Spell) -> Iterator[_Team]:
    if spell.hub is not None:
        yield _Team(spell.hub, spell.hub)


def _leaves_undecided(journey: Journey, left: Spell | None) -> Iterator[_Team]:
    """The hub that had still to decide at home about somebody who is in hospital again: its
    referral is over with the stay, so that it tells nothing."""
    if left is not None and left_to_the_hub(journey, left):
        yield from _hub_of(left)


def _asked(journey: Journey) -> Iterator[Subject]:
    here = journey.current
    for referral in journey.referrals.values():
        if not referral.closed and not handed_back_with(journey, referral):
            yield referral
    for package in journey.packages.values():
        if not package.closed and package.came is None and left_to_nobody(package) is None:
            yield package
    for handover in journey.handovers.values():
        if handover.unanswered or (here is not None and _taken_on(handover, here)):
            yield handover
    for assessment in journey.assessments.values():
        if assessment.goes_on:
            yield assessment


def _taken_on(handover: Handover, spell: Spell | None) -> bool:
    """Whether its receiver has, and still has, the person who is in or left this spell; or who has
    not been in hospital, as far as anybody told."""
    return handover.taken_on is not None and handover.spell is spell


def _to_go_on(journey: Journey) -> Iterator[_Team]:
    """Whose care stands still for the stay, and who have said when they come again."""
    for package in journey.packages.values():
        if said_to_go_on(package):
            yield _team(package)


def _agreed_again(journey: Journey) -> Iterator[_Team]:
    """Who said so after what they were told last, unless that was that the person comes."""
    for package in journey.packages.values():
        if said_to_go_on(package):
            team, said = _team(package), package.last_confirmed
            last = _last_told(journey, team.about)
            assert said is not None
            if last is None or last.kind == "comes_after_all" or last.at <= said:
                yield team


def _giving(journey: Journey, left: Spell | None) -> Iterator[_Team]:
    """Whoever gives care, or took the person on who left this spell."""
    for subject in _caring(journey, left):
        yield _team(subject)
    yield from _leaving(journey)


def _leaving(journey: Journey) -> Iterator[_Team]:
    """Whoever gave a package up and comes still."""
    for package in journey.packages.values():
        leaving = package.leaving
        if leaving is not None:
            yield _Team(leaving.service or package.about, leaving.service)


def _caring(journey: Journey, left: Spell | None) -> Iterator[Subject]:
    """Whoever has begun and not ended, but for the stay that goes on; or took the person on who
    left this spell."""
    yield from _cared_for_at_home(journey)
    yield from _cared_for_by_referral(journey)
    for stay in journey.stays.values():
        if stay.goes_on:
            yield stay
    for handover in journey.handovers.values():
        if _taken_on(handover, left):
            yield handover


def _tell(
    journey: Journey,
    kind: NoticeKind,
    about: str,
    cause: NoticeCause,
    now: Mark,
    service: str | None,
) -> None:
    for index, notice in enumerate(journey.notices):
        if notice.about == about and notice.ended is None:
            if not _overtakes(kind, cause, notice):
                return
            _end(journey, index, "reset", now)
    earlier = sum(notice.kind == kind and notice.about == about for notice in journey.notices)
    journey.notices += (Notice(kind, about, earlier + 1, now, cause, service),)


def _overtakes(kind: NoticeKind, cause: NoticeCause, before: Notice) -> bool:
    """Whether the news takes the place of what the same service was told before.

    Where a person is now is news each time; to stand down twice is to stand down, but that the
    person is unwell again is news also to whoever has still to hear of the stay.
    """
    if kind == "comes_after_all" or (cause, before.cause) == ("unwell_again", "readmitted"):
        return True
    if kind == before.kind:
        return kind in ("moved", "transferred")
    return STRENGTH.get(kind, 0) > STRENGTH.get(before.kind, 0)


def _is_news(journey: Journey, kind: NoticeKind, cause: NoticeCause, now: Mark) -> None:
    """Note it, for whoever is asked before it is written down; of the dead, that they died."""
    if journey.died is None or cause == "died":
        journey.news = News(kind, cause, now, now.at)


def asked_unawares(journey: Journey, news: News, about: str, service: str | None) -> None:
    """Tell a service that was asked, or answered, before this was written down, and prepares."""
    heard = any(n.ended is None and n.about == about and n.at == news.at for n in journey.notices)
    agreed = _agreed_again(journey) if news.cause == "unwell_again" else ()
    coming = [*_preparing(journey), *agreed]
    if heard or (journey.died is None and all(team.about != about for team in coming)):
        return
    _tell(journey, news.kind, about, news.cause, news.at, service)
    if news.cause == "died":
        _tell(journey, "died", PERSON, "died", news.at, None)


def stand_down(journey: Journey, cause: NoticeCause, now: Mark) -> None:
    """Tell everyone who prepares, or is to come again, that the person does not come as planned."""
    _is_news(journey, "stand_down", cause, now)
    teams = [*_preparing(journey), *_agreed_again(journey)]
    _tell_all(journey, teams, "stand_down", cause, now)


def readmitted(journey: Journey, spell: Spell, came_from: Spell | None, now: Mark) -> None:
    """In hospital again, or for the first time that is known: tell those who prepare, but for the
    discharge from this very stay, and those who give care already."""
    _is_news(journey, "stand_down", "readmitted", now)
    _stay_is_over(journey, came_from, now)
    asked_here = {_team(each) for each in _asked(journey) if _is_from(each, spell)}
    preparing = [team for team in _preparing(journey) if team not in asked_here]
    undecided = _leaves_undecided(journey, came_from)
    teams = [*preparing, *undecided, *_giving(journey, came_from)]
    _tell_all(journey, teams, "stand_down", "readmitted", now)


def _stay_is_over(journey: Journey, left: Spell | None, now: Mark) -> None:
    """What was told of a stay, and held for the hospital to which it led, is of an earlier time."""
    if left is not None and went_to_a_hospital(left):
        for index, notice in enumerate(journey.notices):
            if notice.cause == "readmitted" and notice.kind == "stand_down":
                _end(journey, index, "reset", now)


def _is_from(asked: Subject, spell: Spell) -> bool:
    """Asked for from this stay, before anything else was told of it."""
    return isinstance(asked, Involved) and asked.names_stay == (spell.provider, spell.spell_id)


def found_in_hospital(journey: Journey, now: Mark) -> None:
    """In a first stay that began nobody knows when, or in another hospital after all: whoever gives
    care comes in vain, but who prepares may do so for the discharge from this very stay."""
    _tell_all(journey, _in_vain(journey), "stand_down", "readmitted", now)


def _in_vain(journey: Journey) -> list[_Team]:
    """Whoever gives care outside hospital, and comes in vain while the person is there."""
    teams = [_team(each) for each in _caring(journey, None) if not isinstance(each, Handover)]
    return [*teams, *_leaving(journey)]


def taken_elsewhere(journey: Journey, subject: Referral | Handover | Package, now: Mark) -> None:
    """Another service that was asked for the same, or for a bed, has the person; whoever gave it up
    prepares no more."""
    if not isinstance(subject, Package) or subject.given_up is None:
        _tell_all(journey, [_team(subject)], "stand_down", "taken_elsewhere", now)


def handed_elsewhere(journey: Journey, service: str, now: Mark) -> None:
    """Another is to take the person, or has, instead of a service without any other part in it."""
    teams = [*_preparing(journey), *_giving(journey, journey.latest)]
    if all(team.service != service for team in teams):
        _tell(journey, "stand_down", service, "handed_elsewhere", now, service)


def asked_after_all(journey: Journey, service: str, now: Mark) -> None:
    """The service is to take the person after all."""
    for index, notice in enumerate(journey.notices):
        if notice.about == service and notice.cause in ("handed_elsewhere", "taken_elsewhere"):
            _end(journey, index, "reset", now)


def pathway_changed(journey: Journey, subject: Referral | Package, now: Mark) -> None:
    """The person goes on another pathway than the service prepares for."""
    _tell_all(journey, [_team(subject)], "stand_down", "pathway_changed", now)


def plan_holds_again(journey: Journey, subject: Referral | Package, now: Mark) -> None:
    """The pathway is the one that the service prepared for, after all."""
    about, service = _team(subject)
    last = _last_told(journey, about)
    if last is None or last.cause != "pathway_changed":
        return
    if _was_answered(journey, last):
        _tell(journey, "comes_after_all", about, "pathway_changed", now, service)
    for index, notice in enumerate(journey.notices):
        if notice is last:
            _end(journey, index, "reset", now)


def waited_for_again(journey: Journey, subject: Referral | Package, now: Mark) -> None:
    """The pathway for which the service was to stand down was that of an earlier stay."""
    about, service = _team(subject)
    for index in range(len(journey.notices) - 1, -1, -1):
        notice = journey.notices[index]
        if notice.about != about or notice.kind not in ("stand_down", "comes_after_all"):
            continue
        answered = _was_answered(journey, notice)
        if notice.cause in MAY_COME_AFTER_ALL and not answered:
            continue  # of a stay in hospital that is over
        if notice.cause == "pathway_changed" and notice.kind == "stand_down":
            if answered:
                _tell(journey, "comes_after_all", about, "discharged", now, service)
            _end(journey, index, "reset", now)
        return


def moved(journey: Journey, now: Mark) -> None:
    """On another ward: tell everyone who prepares where the person is looked for in vain."""
    _tell_all(journey, [*_preparing(journey)], "moved", "moved", now)


def transferred(journey: Journey, left: Spell | None, now: Mark) -> None:
    """In another hospital: tell everyone who prepares, and who took on whoever left this one; and
    those who give care, where its discharge said that the person comes home, or to them."""
    _is_news(journey, "transferred", "transferred", now)
    taken_on = [_team(each) for each in journey.handovers.values() if _taken_on(each, left)]
    teams = [*_preparing(journey), *_leaves_undecided(journey, left), *taken_on]
    _tell_all(journey, teams, "transferred", "transferred", now)
    if left is not None and left.discharged is not None and not went_to_a_hospital(left):
        found_in_hospital(journey, now)


def _tell_all(
    journey: Journey, teams: Iterable[_Team], kind: NoticeKind, cause: NoticeCause, now: Mark
) -> None:
    for about, service in teams:
        _tell(journey, kind, about, cause, now, service)


def unwell_again(journey: Journey, spell: Spell, now: Mark) -> None:
    """The criteria to reside are met again: the ready date no longer stands (domain.md 12.3)."""
    _tell(journey, "unwell_again", spell.about, "unwell_again", now, None)
    stand_down(journey, "unwell_again", now)


def died(journey: Journey, now: Mark) -> None:
    """Tell those who prepare or care, and whoever else has a part in it."""
    _is_news(journey, "stand_down", "died", now)
    for index in range(len(journey.notices)):
        _end(journey, index, "died", now)
    spell = journey.current
    teams = [*_preparing(journey), *_giving(journey, journey.latest)]
    _tell_all(journey, teams, "stand_down", "died", now)
    if teams or journey.coordinator or (spell is not None and (spell.ready or spell.hub_referred)):
        _tell(journey, "died", PERSON, "died", now, None)


def ready_again(journey: Journey, now: Mark) -> None:
    """Ready to leave: what was said about being unwell is out of date; that the person is in
    hospital is not, for whoever gives care at home."""
    journey.news = None
    _out_of_date(journey, ("stand_down", "unwell_again"), now, in_hospital=True)
    _come_after_all(journey, "ready_again", now)
    for about, service in [*_to_go_on(journey)]:
        last = _last_told(journey, about)
        knew = last is not None and last.cause == "readmitted"  # of the stay, and agreed since
        if not knew and stood_down_for_the_stay(journey, about):
            _tell(journey, "comes_after_all", about, "ready_again", now, service)


def _out_of_date(
    journey: Journey, kinds: Collection[NoticeKind], now: Mark, *, in_hospital: bool
) -> None:
    """End what holds no longer of these kinds; not what whoever gives care was told of a stay, as
    long as the person is in a hospital."""
    if not journey.notices:
        return
    in_vain = {team.about for team in _in_vain(journey)} if in_hospital else ()
    for index, notice in enumerate(journey.notices):
        waits = notice.cause == "readmitted" and notice.about in in_vain
        if notice.kind in kinds and not waits and notice.cause not in STANDS:
            _end(journey, index, "reset", now)


def _come_after_all(journey: Journey, cause: NoticeCause, now: Mark) -> None:
    """Tell who answered that they stood down, and is asked still."""
    for about, service in [*_preparing(journey)]:
        if stood_down_for_the_stay(journey, about):
            _tell(journey, "comes_after_all", about, cause, now, service)


def taken_back(journey: Journey, now: Mark) -> None:
    """This event took the place of another, or undid it: what that told of was a mistake."""
    journey.taken_back = True
    _comes_though_they_stood_down(journey, None, now)
    if journey.resolution.no_deaths:
        no_deaths = [each for each in journey.resolution.no_deaths if each.by == now.by]
        _is_in_hospital_still(journey, None, no_deaths, now)


def stands_down(journey: Journey, about: str, now: Mark) -> None:
    """Somebody answered that they did, or had read of a death, perhaps after it was taken back."""
    if journey.taken_back:
        _comes_though_they_stood_down(journey, about, now)
    last = _last_told(journey, about) if journey.resolution.no_deaths else None
    if last is not None and last.ended_by != now:  # else the stay is what they answer
        no_deaths = [each for each in journey.resolution.no_deaths if each.taken_back <= now.at]
        _is_in_hospital_still(journey, about, no_deaths, now)


def _is_in_hospital_still(
    journey: Journey, about: str | None, no_deaths: list[NoDeath], now: Mark
) -> None:
    """Tell who had been told to stand down for a stay that holds, and has answered since one of
    these deaths that never were, once more that they are to: they know the person as dead."""
    here = journey.current
    if journey.died is not None or here is None or not no_deaths:
        return
    taken_on = [_team(each) for each in journey.handovers.values() if each.taken_on is not None]
    for team in [*_preparing(journey), *_giving(journey, here), *taken_on]:
        if about not in (None, team.about):
            continue
        last = _last_told(journey, team.about)
        if last is None or last.cause not in MAY_COME_AFTER_ALL or last.ended != "done":
            continue
        read = _acknowledged(journey, "stand_down", team.about)
        if read is not None and any(last.at.at < each.told_of <= read.at for each in no_deaths):
            _tell(journey, "stand_down", team.about, last.cause, now, team.service)


def _comes_though_they_stood_down(journey: Journey, about: str | None, now: Mark) -> None:
    """Tell who prepares or cares, and stood down because of a mistake, that the person comes; and
    who had read only of a death that never was."""
    if journey.died is not None:
        return
    if about in (None, PERSON) and _answered_for_nothing(journey, "died", PERSON):
        _tell(journey, "comes_after_all", PERSON, "told_by_mistake", now, None)
    for team in [*_preparing(journey), *_giving(journey, journey.latest)]:
        if about not in (None, team.about):
            continue
        if _answered_for_nothing(journey, "stand_down", team.about):
            _tell(journey, "comes_after_all", team.about, "told_by_mistake", now, team.service)


def _answered_for_nothing(journey: Journey, kind: NoticeKind, about: str) -> bool:
    """They answered a notice that nothing gives any more, and have not been told anything since."""
    answered = _acknowledged(journey, kind, about)
    if answered is None:
        return False
    last = _last_told(journey, about)
    return last is None or (last.kind == "comes_after_all" and last.at < answered)


def _acknowledged(journey: Journey, kind: NoticeKind, about: str) -> Mark | None:
    """When a notice was acknowledged last, be it given still or not."""
    answers = journey.answers.get((kind, about), ())
    return next((each.at for each in reversed(answers) if each.kind == "acknowledged"), None)


def _last_told(journey: Journey, about: str) -> Notice | None:
    """What a service was told last of whether the person comes."""
    told = (n for n in reversed(journey.notices) if n.kind in ("stand_down", "comes_after_all"))
    return next((notice for notice in told if notice.about == about), None)


def _was_answered(journey: Journey, notice: Notice) -> bool:
    answers = journey.answers.get((notice.kind, notice.about), ())
    return any(answer.at == notice.ended_by for answer in answers)


def left_hospital(journey: Journey, spell: Spell, now: Mark) -> None:
    """Gone: what was said about being unwell, or elsewhere in hospital, is out of date; nobody is
    told that the person comes who went to another hospital."""
    if journey.died is None:
        journey.news = None
    in_another = went_to_a_hospital(spell)
    _out_of_date(journey, UNTIL_THEY_LEAVE, now, in_hospital=in_another)
    if in_another:
        return
    _come_after_all(journey, "discharged", now)
    if spell.pathway not in AWAY_FROM_HOME and at_home(journey):
        _is_home_again(journey, now)


def _is_home_again(journey: Journey, now: Mark) -> None:
    """Tell who gives care at home, and was told to stand down for the stay, be it answered or not:
    nothing else says to them that they are to visit again. Not where they gave the care up
    meanwhile, nor where another one is asked to come in their place."""
    at_home_before = [
        package
        for package in _cared_for_at_home(journey)
        if not does_not_go_on(journey, package) and not left_to_another(journey, package)
    ]
    visiting = [r for r in _cared_for_by_referral(journey) if r.visited is not None]
    giving = map(_team, [*at_home_before, *visiting])
    for about, service in [*giving, *_leaving(journey)]:
        last = _last_told(journey, about)
        if last is not None and last.cause in MAY_COME_AFTER_ALL:
            _tell(journey, "comes_after_all", about, "discharged", now, service)


def _cared_for_at_home(journey: Journey) -> Iterator[Package]:
    for package in journey.packages.values():
        if package.ended is None and package.in_place is not None:
            yield package


def _cared_for_by_referral(journey: Journey) -> Iterator[Referral]:
    for referral in journey.referrals.values():
        if not by_itself(journey, referral):
            continue
        if referral.over is None or _over_for_the_stay(journey, referral):
            yield referral


def _over_for_the_stay(journey: Journey, referral: Referral) -> bool:
    """Over because the person came to the hospital where they are, or died; or which they left for
    another one."""
    here, died = journey.current or journey.latest, journey.died
    if here is None or not ended_by(here, referral):
        return False
    left = here.discharged
    at_its_end = died is not None and left is not None and died.at <= left.at
    return left is None or at_its_end or went_to_a_hospital(here)


def stood_down_for_the_stay(journey: Journey, about: str) -> bool:
    """They answered that they did, and have not heard since that the person comes."""
    last = _last_told(journey, about)
    return last is not None and last.cause in MAY_COME_AFTER_ALL and _was_answered(journey, last)


def has_come(journey: Journey, service: str | None, now: Mark) -> None:
    """The service has the person: whether and whence they come is out of date there."""
    if journey.current is not None or service is None:
        return
    for index, notice in enumerate(journey.notices):
        if notice.about == service and notice.cause != "died":
            _end(journey, index, "reset", now)


def on_hold_for_the_stay(journey: Journey, package: Package, now: Mark) -> None:
    """Whoever gives the care has said that it stands still because the person is in hospital."""
    gives = package.leaving or package
    if journey.current is not None:
        _knows_of_the_stay(journey, gives.service or package.about, now, now)


def goes_on_after_the_stay(journey: Journey, package: Package, now: Mark) -> None:
    """Its provider has said when it comes: of care that stands still for the stay, or of a restart
    that was asked for since they were told of it, whatever it was called."""
    if said_to_go_on(package):
        _knows_of_the_stay(journey, _team(package).about, now, now)
    elif package.last_asked is not None and _is_a_restart(journey, package):
        _knows_of_the_stay(journey, _team(package).about, package.last_asked, now)


def _is_a_restart(journey: Journey, package: Package) -> bool:
    return package.kind == "restart" or any(
        restart_of(journey, each) is package for each in journey.packages.values()
    )


def _knows_of_the_stay(journey: Journey, about: str, told_by: Mark, now: Mark) -> None:
    """That answers what they were told of it by then."""
    for index, notice in enumerate(journey.notices):
        of_the_stay = notice.kind == "stand_down" and notice.cause == "readmitted"
        if of_the_stay and notice.about == about and notice.at <= told_by:
            _end(journey, index, "done", now)


def stood_down(journey: Journey, subject: Subject, now: Mark) -> None:
    """The service is no longer involved: there is nothing left to tell it."""
    _let_go(journey, _team(subject).about, now)


def no_part_any_more(journey: Journey, service: str, now: Mark) -> None:
    """As `stood_down`, of a service whose package is another one's now."""
    _let_go(journey, service, now)


def hub_has_decided(journey: Journey, spell: Spell, now: Mark) -> None:
    """The hub has done its part."""
    if spell.hub is not None:
        _let_go(journey, spell.hub, now)


def _let_go(journey: Journey, about: str, now: Mark) -> None:
    if any(team.about == about for team in _preparing(journey)):
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
