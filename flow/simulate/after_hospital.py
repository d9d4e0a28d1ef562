"""What follows a made-up person's discharge: home care, an independence centre, return or death."""

from datetime import datetime, timedelta
from functools import partial

from flow.events.care_package import (
    CarePackageConfirmed,
    CarePackageEnded,
    CarePackageHandedBack,
    CarePackageIncreased,
    CarePackagePaused,
    CarePackageRequested,
    CarePackageRestarted,
    CarePackageStarted,
    CentreAdmitted,
    CentreDelayReasonCleared,
    CentreDelayReasonRecorded,
    CentreDischarged,
    CentreGoalsAgreed,
    CentreReadyToLeave,
    FirstVisitCompleted,
    FirstVisitMissed,
    FollowUpRecorded,
    RequirementsToRemainAssessed,
)
from flow.events.discharge import (
    PatientDied,
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralWithdrawn,
)
from flow.simulate.arrangements import FUNDERS, HOME_PACKAGES, begins_at, refer
from flow.simulate.in_hospital import begin_spell, stay
from flow.simulate.loop import Interrupted, Pause, Process, Steps
from flow.simulate.spell import Asked, Spell, spell_ids
from flow.simulate.story import Story

LEFT_CENTRE_TO = {"home_with_support": 0.5, "home": 0.3, "care_home": 0.15, "extra_care": 0.05}
"""Where people go from a centre: an assumption."""
COURSE_MIN = timedelta(days=5)
"""Shorter ones are neither paused nor changed."""
OUTCOME_DAYS = (7, 30, 91)
"""domain.md 5: O6, O3"""
NOTICE = timedelta(days=7)
"""For how long a provider goes on that hands a package back: an assumption."""
RETURN_DAYS = 29
"""domain.md 5, O6"""
WITHOUT_ANSWER = timedelta(days=14)
"""Nobody is kept longer than this in a service because the next one has no place."""


def live(story: Story) -> Steps:
    """A whole life as far as it is told: hospital, and what follows; perhaps hospital again."""
    share = story.town.share
    for _ in range(3):
        spell = begin_spell(story)
        story.in_hospital = True
        yield from stay(story, spell)
        story.in_hospital = False
        if spell.left != "home":
            return
        _follow_up(story, spell)
        after = story.begin(_after(story, spell))
        returns = story.chance(share.returned)
        dies = not returns and story.chance(share.died_later)
        days = story.rng.uniform(0.5, RETURN_DAYS)
        if not returns and not dies:
            yield Pause(signals=(after,))
            return
        yield Pause(until=story.now + timedelta(days=days))
        after.interrupt("died" if dies else "readmitted")
        if dies:
            story.tell(PatientDied)
            story.died = True
            return


def step_up(story: Story, *, at_once: bool) -> Steps:
    """Somebody who comes to a centre from home. `at_once`: they were there before the story."""
    service = story.nearest_first("independence_centre")[0]
    if at_once:
        asked = Asked(story.number_of("referral"), service, service.claim(story.rng))
        story.tell(
            ReferralMade, referral_id=asked.referral_id, kind="rehabilitation_bed",
            service=service.info.id, **story.place,
        )  # fmt: skip
        asked.starts_at = story.now
    else:
        referred = yield from refer(story, "rehabilitation_bed", service)
        if referred is None:
            return
        asked = referred
    if not asked.has_place:
        assert asked.claim is not None
        patience = timedelta(days=story.rng.expovariate(1 / service.kind.patience_days))
        yield Pause(until=story.now + patience, signals=(asked.claim,))
    if not asked.has_place:
        story.tell(ReferralWithdrawn, referral_id=asked.referral_id, reason="no_longer_needed")
        asked.let_go()
        return
    story.tell(ReferralAccepted, referral_id=asked.referral_id, service=service.info.id)
    if asked.starts_at is None:
        asked.starts_at = begins_at(story, asked)
    yield from _centre(story, asked, met=at_once)


def _follow_up(story: Story, spell: Spell) -> None:
    """Somebody asks how people fare who came home with support."""
    if spell.pathway != "P1" or not story.chance(story.town.share.followed_up):
        return
    lives = "in_care_home" if spell.destination == "p1_care_home_return_more" else "at_home"

    def ask(day: int) -> None:
        status = "in_hospital" if story.in_hospital else lives
        story.tell(FollowUpRecorded, **spell_ids(story, spell), day=day, status=status)

    left_at = story.now
    for day in OUTCOME_DAYS:
        asked_at = left_at + timedelta(days=day) + story.hours(-1, 1)
        story.loop.at(asked_at, partial(ask, day))


def _after(story: Story, spell: Spell) -> Steps:
    share, accepted = story.town.share, spell.accepted
    crisis: Process | None = None
    if spell.pathway in ("P0", "P1") and story.chance(share.urgent_response):
        crisis = story.begin(_urgent_response(story))
    try:
        if accepted is None:
            pass
        elif spell.pathway == "P2":
            yield from _centre(story, accepted)
        elif accepted.service.info.kind in HOME_PACKAGES:
            yield from _home_care(story, spell, accepted)
        else:
            yield from _elsewhere(story, spell, accepted)
        if crisis is not None:
            yield Pause(signals=(crisis,))
    finally:
        if crisis is not None:
            crisis.interrupt("over")


def _elsewhere(story: Story, spell: Spell, accepted: Asked) -> Steps:
    """A care home, a hospice or visits of nurses: the place is held without more being told."""
    if accepted.claim is not None:
        accepted.claim.moved_in = True
        length = accepted.service.kind.length
        assert length is not None
        days = timedelta(days=length.draw(story.rng))
        story.loop.at(story.now + days, accepted.let_go)
    if spell.pathway == "P1" and accepted.starts_at is not None:
        try:
            yield Pause(until=max(accepted.starts_at, story.now + story.hours(1, 5)))
        except Interrupted as interrupted:
            _nobody_comes(story, accepted, interrupted)
            raise
        story.tell(
            FirstVisitCompleted, referral_id=accepted.referral_id,
            service=accepted.service.info.id,
        )  # fmt: skip


def _home_care(story: Story, spell: Spell, accepted: Asked) -> Steps:
    """First visit, perhaps missed; then the course of the package."""
    package_id, service = spell.package_id, accepted.service
    assert package_id is not None
    assert accepted.starts_at is not None
    ids = {"package_id": package_id, "service": service.info.id}
    referral_id = accepted.referral_id or None
    reason, begun = "other", False
    try:
        yield Pause(until=max(accepted.starts_at, story.now + story.hours(0.7, 3)))
        if story.chance(story.town.share.visit_missed):
            story.tell(FirstVisitMissed, **ids, referral_id=referral_id)
            yield Pause(until=max(begins_at(story, accepted), story.now + story.hours(4, 10)))
        story.tell(CarePackageStarted, **ids)
        if accepted.claim is not None:
            accepted.claim.moved_in = True
        yield Pause(until=story.now + timedelta(minutes=30))
        story.tell(FirstVisitCompleted, **ids, referral_id=referral_id)
        begun = True
        yield from _course(story, package_id, accepted)
    except Interrupted as interrupted:
        reason = interrupted.why
        story.tell(CarePackageEnded, package_id=package_id, reason=reason)
        if referral_id is not None and not begun:
            _nobody_comes(story, accepted, interrupted)
        accepted.let_go()
        raise


def _nobody_comes(story: Story, accepted: Asked, interrupted: Interrupted) -> None:
    """In hospital again before what was asked for has begun: it is asked for anew afterwards."""
    reason = "died" if interrupted.why == "died" else "unwell_again"
    story.tell(ReferralWithdrawn, referral_id=accepted.referral_id, reason=reason)


def _course(story: Story, package_id: str, accepted: Asked) -> Steps:
    """A long-term package goes on untold; reablement ends, perhaps into one."""
    share, length = story.town.share, accepted.service.kind.length
    days = timedelta(days=length.draw(story.rng) if length is not None else 30)
    ends_at = story.now + days
    if days > COURSE_MIN:
        if story.chance(share.package_paused):
            yield from _pause(story, package_id)
        if story.chance(share.package_increased):
            yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 4)))
            story.tell(CarePackageIncreased, package_id=package_id, visits_per_week=28)
        if story.chance(share.package_handed_back):
            yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 5)))
            yield from _hand_back(story, package_id, accepted)
    if accepted.service.info.kind != "reablement":
        story.loop.at(ends_at, accepted.let_go)
        return
    yield Pause(until=max(ends_at, story.now))
    onward = story.chance(share.long_term_care)
    if onward:
        yield from _onward(story, story.number_of("package"))
    reason = "long_term_care_at_home" if onward else "goals_met"
    story.tell(CarePackageEnded, package_id=package_id, reason=reason)
    accepted.let_go()


def _pause(story: Story, package_id: str) -> Steps:
    yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 4)))
    reason = story.one_of({"person_away": 0.4, "family_cover": 0.3, "respite": 0.3})
    story.tell(CarePackagePaused, package_id=package_id, reason=reason)
    yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 4)))
    story.tell(CarePackageRestarted, package_id=package_id)


def _hand_back(story: Story, package_id: str, accepted: Asked) -> Steps:
    """The provider gives it up, and goes on until another one has places, within its notice."""
    until = story.now.replace(microsecond=0) + NOTICE
    reason = story.one_of({"staffing": 0.7, "needs_too_high": 0.2, "contract_ended": 0.1})
    story.tell(
        CarePackageHandedBack, package_id=package_id, service=accepted.service.info.id,
        reason=reason, care_until=until,
    )  # fmt: skip
    others = [s for s in story.nearest_first("home_care") if s is not accepted.service]
    service = others[0] if others else accepted.service
    taken_on = Asked(accepted.referral_id, service, service.claim(story.rng))
    try:
        if taken_on.claim is not None:
            yield Pause(until=until + NOTICE, signals=(taken_on.claim,))
    except Interrupted:
        taken_on.let_go()
        raise
    accepted.let_go()
    if not taken_on.has_place:
        taken_on.let_go()  # a provider from elsewhere takes them
    accepted.claim = taken_on.claim
    starts_at = begins_at(story, taken_on)
    ids = {"package_id": package_id, "service": service.info.id}
    story.tell(CarePackageConfirmed, **ids, first_visit_due_at=starts_at)
    yield Pause(until=starts_at)
    story.tell(CarePackageStarted, **ids)
    if accepted.claim is not None:
        accepted.claim.moved_in = True


def _onward(story: Story, package_id: str) -> Steps:
    """Long-term home care after reablement or a centre; whoever waits for it keeps their place."""
    service = story.nearest_first("home_care")[0]
    asked = Asked("", service, service.claim(story.rng))
    ids = {"package_id": package_id, "service": service.info.id}
    story.tell(CarePackageRequested, **ids, kind="new", **story.place, funder=story.one_of(FUNDERS))
    if not asked.has_place:
        assert asked.claim is not None
        try:
            yield Pause(until=story.now + WITHOUT_ANSWER, signals=(asked.claim,))
        except Interrupted as interrupted:
            asked.let_go()
            story.tell(CarePackageEnded, package_id=package_id, reason=interrupted.why)
            raise
    if not asked.has_place:
        asked.let_go()  # a provider from elsewhere takes them
    starts_at = begins_at(story, asked)
    story.tell(CarePackageConfirmed, **ids, first_visit_due_at=starts_at)
    story.begin(_first_visit(story, ids, asked, starts_at))


def _first_visit(story: Story, ids: dict[str, str], asked: Asked, starts_at: datetime) -> Steps:
    yield Pause(until=starts_at)
    if story.in_hospital or story.died:
        story.tell(CarePackageEnded, package_id=ids["package_id"], reason="readmitted")
        asked.let_go()
        return
    story.tell(CarePackageStarted, **ids)
    story.tell(FirstVisitCompleted, **ids)
    if asked.claim is not None:
        asked.claim.moved_in = True
        assert asked.service.kind.length is not None
        days = timedelta(days=asked.service.kind.length.draw(story.rng))
        story.loop.at(story.now + days, asked.let_go)


def _centre(story: Story, accepted: Asked, *, met: bool = False) -> Steps:
    """A stay in the centre that accepted. Being ready is not leaving: home care has to be there.

    `met`: they are met on the way, with a part of the stay before them.
    """
    service, stay_id = accepted.service, story.number_of("stay")
    assert accepted.starts_at is not None
    assert accepted.claim is not None
    assert service.kind.length is not None
    try:
        yield Pause(until=max(accepted.starts_at, story.now + story.hours(0.5, 1.5)))
        accepted.claim.moved_in = True
        story.tell(
            CentreAdmitted, stay_id=stay_id, service=service.info.id,
            referral_id=accepted.referral_id, funder=story.one_of(FUNDERS), **story.place,
        )  # fmt: skip
        yield Pause(until=story.now + story.hours(6, 30))
        story.tell(CentreGoalsAgreed, stay_id=stay_id)
        story.tell(RequirementsToRemainAssessed, stay_id=stay_id, meets=True)
        length = service.kind.length
        days = max(1.0, length.rest(story.rng) if met else length.draw(story.rng))
        yield Pause(until=story.now + timedelta(days=days))
        yield Pause(until=story.next_time(9.0, 17.0))
        story.tell(RequirementsToRemainAssessed, stay_id=stay_id, meets=False)
        story.tell(CentreReadyToLeave, stay_id=stay_id)
        went_to = story.one_of(LEFT_CENTRE_TO)
        if went_to == "home_with_support":
            why = {"stay_id": stay_id, "reason": "intf_p1_social_care"}
            story.tell(CentreDelayReasonRecorded, **why, primary=True)
            yield from _onward(story, story.number_of("package"))
            story.tell(CentreDelayReasonCleared, **why)
        yield Pause(until=story.now + story.hours(18, 30))
    except Interrupted as interrupted:
        if accepted.claim.moved_in:
            to = "died" if interrupted.why == "died" else "hospital"
            story.tell(CentreDischarged, stay_id=stay_id, destination=to)
        accepted.let_go()
        raise
    story.tell(CentreDischarged, stay_id=stay_id, destination=went_to)
    accepted.let_go()


def _urgent_response(story: Story) -> Steps:
    """A crisis at home: somebody is to come within two hours (domain.md 1.5)."""
    yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 10)))
    yield Pause(until=story.next_time(8.0, 19.0))
    service = story.nearest_first("urgent_community_response")[0]
    assert service.start is not None
    referral_id, name = story.number_of("referral"), service.info.id
    story.tell(
        ReferralMade, referral_id=referral_id, kind="urgent_community_response", service=name,
        **story.place,
    )  # fmt: skip
    yield Pause(until=story.now + timedelta(minutes=5))
    story.tell(ReferralReceived, referral_id=referral_id, service=name)
    yield Pause(until=story.seen_by(service.start, service.kind.start_minutes))
    story.tell(FirstVisitCompleted, referral_id=referral_id, service=name)
