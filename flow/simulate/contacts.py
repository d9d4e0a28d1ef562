"""Teams that see somebody once or now and then: in a crisis, after a stay, after a birth."""

from datetime import timedelta

from flow.events.care_package import FirstVisitCompleted
from flow.events.codes import REFERRAL_KINDS
from flow.events.discharge import (
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralWithdrawn,
)
from flow.simulate.loop import Pause, Steps
from flow.simulate.spell import Spell, spell_ids
from flow.simulate.story import Story


def contact(
    story: Story,
    kind: str,
    service_kind: str,
    *,
    spell: Spell | None = None,
    after: timedelta = timedelta(0),
) -> Steps:
    """A referral, and the first visit when somebody of the team has time.

    `spell`: the stay that it is made from. `after`: no visit before so long from now.
    """
    service = story.nearest_first(service_kind)[0]
    assert service.start is not None, f"{service.info.id} needs hours of start"
    referral_id, name, asked_at = story.number_of("referral"), service.info.id, story.now
    ids = spell_ids(story, spell) if spell is not None else {}
    story.tell(ReferralMade, referral_id=referral_id, kind=kind, service=name, **ids, **story.place)
    yield Pause(until=story.now + story.hours(0.05, 0.2))
    story.tell(ReferralReceived, referral_id=referral_id, service=name)
    if not REFERRAL_KINDS.by_code[kind].attributes.get("begins"):
        return
    if after:
        yield Pause(until=story.now + story.hours(2, 20))
        story.tell(ReferralAccepted, referral_id=referral_id, service=name)
        yield Pause(until=asked_at + after)
    yield Pause(until=story.seen_by(service.start, service.kind.start_minutes))
    if story.in_hospital:
        story.tell(ReferralWithdrawn, referral_id=referral_id, reason="unwell_again")
    else:
        story.tell(FirstVisitCompleted, referral_id=referral_id, service=name)


def urgent_response(story: Story) -> Steps:
    """A crisis at home: somebody is to come within two hours (domain.md 1.5)."""
    yield Pause(until=story.now + timedelta(days=story.rng.uniform(1, 10)))
    yield Pause(until=story.next_time(8.0, 19.0))
    kind = "urgent_community_response"
    yield from contact(story, kind, kind)
