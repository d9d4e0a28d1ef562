"""A stay in a bed for a while: an independence centre, a mental health ward, a hospice."""

from collections.abc import Generator
from datetime import timedelta

from flow.events.care_package import (
    CentreAdmitted,
    CentreDelayReasonCleared,
    CentreDelayReasonRecorded,
    CentreDischarged,
    CentreGoalsAgreed,
    CentreReadyToLeave,
    RequirementsToRemainAssessed,
)
from flow.events.coordination import CoordinatorAssigned
from flow.events.discharge import (
    PatientDied,
    ReferralAccepted,
    ReferralMade,
    ReferralWithdrawn,
)
from flow.simulate.arrangements import FUNDERS, begins_at, refer
from flow.simulate.loop import Interrupted, Pause, Steps
from flow.simulate.packages import onward
from flow.simulate.spell import Asked
from flow.simulate.story import Story

HOSPICE = "hospice"
LEFT_CENTRE_TO = {"home_with_support": 0.5, "home": 0.3, "care_home": 0.15, "extra_care": 0.05}
"""Where people go from a centre: an assumption."""


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
    yield from centre(story, asked, met=at_once, step_up=True)


def centre(story: Story, accepted: Asked, *, met: bool = False, step_up: bool = False) -> Steps:
    """A stay where they were accepted.

    `met`: they are met on the way, with a part of the stay before them. `step_up`: no hospital has
    handed them over, and with them who answers for them.
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
            referral_id=accepted.referral_id, funder=story.word(FUNDERS), **story.place,
        )  # fmt: skip
        if step_up:
            story.begin(_name_an_owner(story, service.info.id))
        yield Pause(until=story.now + story.hours(6, 30))
        story.tell(CentreGoalsAgreed, stay_id=stay_id)
        story.tell(RequirementsToRemainAssessed, stay_id=stay_id, meets=True)
        length = service.kind.length
        days = max(1.0, length.rest(story.rng) if met else length.draw(story.rng))
        yield Pause(until=story.now + timedelta(days=days))
        went_to = "died"
        if service.info.kind != HOSPICE:
            went_to = yield from _ready_until_left(story, stay_id)
    except Interrupted as interrupted:
        if accepted.claim.moved_in:
            to = "died" if interrupted.why == "died" else "hospital"
            story.tell(CentreDischarged, stay_id=stay_id, destination=to)
        accepted.let_go()
        raise
    story.tell(CentreDischarged, stay_id=stay_id, destination=went_to)
    accepted.let_go()
    if went_to == "died":
        story.tell(PatientDied)
        story.died = True


def _name_an_owner(story: Story, service: str) -> Steps:
    yield Pause(until=story.now + timedelta(hours=story.words.uniform(0.5, 1.5)))
    story.tell(
        CoordinatorAssigned, coordinator=story.staff, role="case_manager",
        organisation=story.council.info.organisation, service=service,
    )  # fmt: skip


def _ready_until_left(story: Story, stay_id: str) -> Generator[Pause, None, str]:
    """Being ready is not leaving: who needs home care waits for it in the centre. Where they go."""
    yield Pause(until=story.next_time(9.0, 17.0))
    story.tell(RequirementsToRemainAssessed, stay_id=stay_id, meets=False)
    story.tell(CentreReadyToLeave, stay_id=stay_id)
    went_to = story.one_of(LEFT_CENTRE_TO)
    if went_to == "home_with_support":
        why = {"stay_id": stay_id, "reason": "intf_p1_social_care"}
        story.tell(CentreDelayReasonRecorded, **why, primary=True)
        yield from onward(story, story.number_of("package"))
        story.tell(CentreDelayReasonCleared, **why)
    yield Pause(until=story.now + story.hours(18, 30))
    return went_to
