"""Care at home: the first visit, the course of a package, and what comes after it."""

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
    FirstVisitCompleted,
    FirstVisitMissed,
)
from flow.events.discharge import ReferralWithdrawn
from flow.simulate.arrangements import FUNDERS, begins_at
from flow.simulate.loop import Interrupted, Pause, Steps
from flow.simulate.spell import Asked, Spell
from flow.simulate.story import Story

COURSE_MIN = timedelta(days=5)
"""Shorter ones are neither paused nor changed."""
NOTICE = timedelta(days=7)
"""For how long a provider goes on that hands a package back: an assumption."""
TOLD_HOURS = (2.0, 48.0)
"""After leaving hospital, until the provider of care from before has told of it: an assumption."""
NOT_AT_HOME = {"P2": "readmitted", "P3": "moved_to_care_home"}
"""Why care at home does not go on; on pathway 1 another package has taken its place."""
WITHOUT_ANSWER = timedelta(days=14)
"""Nobody is kept longer than this in a service because the next one has no place."""


def home_care(story: Story, spell: Spell, accepted: Asked) -> Steps:
    """First visit, perhaps missed; then the course of the package."""
    package_id, service = spell.package_id, accepted.service
    assert package_id is not None
    assert accepted.starts_at is not None
    ids = {"package_id": package_id, "service": service.info.id}
    referral_id = accepted.referral_id or None
    begun = False
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
        story.tell(CarePackageEnded, package_id=package_id, reason=interrupted.why)
        if referral_id is not None and not begun:
            nobody_comes(story, accepted, interrupted)
        accepted.let_go()
        raise


def nobody_comes(story: Story, accepted: Asked, interrupted: Interrupted) -> None:
    """In hospital again before what was asked for has begun: it is asked for anew afterwards."""
    reason = "died" if interrupted.why == "died" else "unwell_again"
    story.tell(ReferralWithdrawn, referral_id=accepted.referral_id, reason=reason)


def _course(story: Story, package_id: str, accepted: Asked) -> Steps:
    """A long-term package goes on for months; reablement ends, perhaps into one."""
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
        _long_term(story, package_id, accepted, ends_at)
        return
    yield Pause(until=max(ends_at, story.now))
    long_term = story.chance(share.long_term_care)
    if long_term:
        yield from onward(story, story.number_of("package"))
    reason = "long_term_care_at_home" if long_term else "goals_met"
    story.tell(CarePackageEnded, package_id=package_id, reason=reason)
    accepted.let_go()


def _pause(story: Story, package_id: str) -> Steps:
    yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 4)))
    reason = story.word({"person_away": 0.4, "family_cover": 0.3, "respite": 0.3})
    story.tell(CarePackagePaused, package_id=package_id, reason=reason)
    yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 4)))
    story.tell(CarePackageRestarted, package_id=package_id)


def _hand_back(story: Story, package_id: str, accepted: Asked) -> Steps:
    """The provider gives it up, and goes on until another one has places, within its notice."""
    until = story.now.replace(microsecond=0) + NOTICE
    reason = story.word({"staffing": 0.7, "needs_too_high": 0.2, "contract_ended": 0.1})
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


def onward(story: Story, package_id: str) -> Steps:
    """Long-term home care after reablement or a centre; whoever waits for it keeps their place."""
    service = story.nearest_first("home_care")[0]
    asked = Asked("", service, service.claim(story.rng))
    ids = {"package_id": package_id, "service": service.info.id}
    story.tell(CarePackageRequested, **ids, kind="new", **story.place, funder=story.word(FUNDERS))
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
        _long_term(story, ids["package_id"], asked, story.now + days)


def _long_term(story: Story, package_id: str, accepted: Asked, ends_at: datetime) -> None:
    """At its end they live elsewhere."""
    story.care[package_id] = accepted.let_go
    story.loop.at(ends_at, partial(_end, story, package_id, "moved_to_care_home"))


def _end(story: Story, package_id: str, reason: str) -> None:
    let_go = story.care.pop(package_id, None)
    if let_go is not None:
        story.tell(CarePackageEnded, package_id=package_id, reason=reason)
        let_go()


def after_the_stay(story: Story, spell: Spell) -> None:
    """What becomes of long-term care that a stay in hospital interrupted. On pathway 0 it was live
    all the time, and nothing is told (domain.md 1.1)."""
    if spell.pathway == "P0":
        return
    for package_id in story.care:
        goes_on = spell.pathway == "P1" and story.chance(story.town.share.care_goes_on)
        reason = None if goes_on else NOT_AT_HOME.get(spell.pathway, "other")
        story.begin(_told_of(story, package_id, reason))


def _told_of(story: Story, package_id: str, ended: str | None) -> Steps:
    """Its provider tells that it goes on, or why it has ended; sooner or later, or forgets to."""
    untold = story.chance(story.town.share.care_untold)
    yield Pause(until=story.now + story.hours(*TOLD_HOURS))
    if untold or story.in_hospital or package_id not in story.care:
        return
    if ended is None:
        story.tell(CarePackageRestarted, package_id=package_id)
    else:
        _end(story, package_id, ended)
