"""Services are asked, look, answer: the care transfer hub like every other."""

from flow.events.discharge import (
    ReferralAccepted,
    ReferralMade,
    ReferralReceived,
    ReferralRejected,
    ReferralTriaged,
    ReferralWithdrawn,
    ReferredToCareTransferHub,
)
from flow.pathway import notices
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import watch
from flow.pathway.subjects import Referral, Spell
from flow.pathway.waits import HUB


def referral_of(journey: Journey, referral_id: str, now: Mark) -> Referral:
    """The referral that an event names; noted here where it is not known to have been made."""
    journey.services_version += 1
    referral = journey.referrals.get(referral_id)
    if referral is None:
        journey.find("referral_unknown", now.by)
        referral = journey.referrals[referral_id] = Referral(referral_id)
        referral.spell = journey.current or journey.latest
    return referral


def link_spell(journey: Journey, provider: str | None, spell_id: str | None) -> Spell | None:
    """The spell that is named, else the one that the person is in."""
    if provider is not None and spell_id is not None:
        spell = journey.spells.get((provider, spell_id))
        if spell is not None:
            return spell
    return journey.current


def referral_made(journey: Journey, event: ReferralMade, now: Mark) -> None:
    data = event.data
    spell = link_spell(journey, data.provider, data.spell_id) or journey.latest
    referral = _make(journey, data.referral_id, data.kind, spell, now)
    referral.funder = data.funder
    if data.council is not None or data.locality is not None:
        journey.lives(data.council, data.locality)
    journey.served_by(referral, data.service)
    if data.kind == HUB and spell is not None:
        _refer_to_hub(journey, spell, data.service, referral, now)
    watch(journey, referral, now)


def _make(
    journey: Journey, referral_id: str, kind: str, spell: Spell | None, now: Mark
) -> Referral:
    journey.services_version += 1
    referral = journey.referrals.get(referral_id)
    if referral is None:
        referral = journey.referrals[referral_id] = Referral(referral_id)
    elif referral.closed:
        # Made again under the same identifier: a new try, a new period of its waits.
        referral.rejected = referral.withdrawn = referral.started = None
        referral.received = referral.triaged = referral.accepted = None
    referral.kind = kind
    referral.made = now
    journey.part_of(referral, spell)
    return referral


def referred_to_care_transfer_hub(
    journey: Journey, spell: Spell, event: ReferredToCareTransferHub, now: Mark
) -> None:
    data = event.data
    referral: Referral | None = None
    if data.referral_id is not None:
        referral = _make(journey, data.referral_id, HUB, spell, now)
        journey.served_by(referral, data.hub)
        watch(journey, referral, now)
    _refer_to_hub(journey, spell, data.hub, referral, now)


def _refer_to_hub(
    journey: Journey, spell: Spell, hub: str | None, referral: Referral | None, now: Mark
) -> None:
    spell.hub = hub or spell.hub
    if spell.hub_referred is None:
        spell.hub_referred = now
    if referral is None:
        # No receipt can be joined to it: the hub has it from now on.
        spell.hub_received = spell.hub_received or now
    else:
        spell.hub_referral_id = referral.referral_id
        spell.hub_received = spell.hub_received or referral.received
    journey.stage_version += 1
    watch(journey, spell, now)


def _received(journey: Journey, referral: Referral, now: Mark) -> None:
    """Whoever looks at a referral or answers it has it."""
    if referral.received is None:
        referral.received = now
        spell = referral.spell
        if referral.kind == HUB and spell is not None and spell.hub_received is None:
            spell.hub_received = now
            watch(journey, spell, now)


def referral_received(journey: Journey, event: ReferralReceived, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    journey.served_by(referral, event.data.service)
    _received(journey, referral, now)
    watch(journey, referral, now)


def referral_triaged(journey: Journey, event: ReferralTriaged, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    referral.triaged = now
    _received(journey, referral, now)
    watch(journey, referral, now)


def referral_accepted(journey: Journey, event: ReferralAccepted, now: Mark) -> None:
    data = event.data
    referral = referral_of(journey, data.referral_id, now)
    _received(journey, referral, now)
    if referral.rejected is not None:
        journey.find("referral_answered_twice", referral.rejected.by, now.by)
        referral.rejected = referral.rejection_reason = None
    referral.accepted = now
    referral.start_agreed_at = data.start_agreed_at
    journey.served_by(referral, data.service)
    watch(journey, referral, now)


def referral_rejected(journey: Journey, event: ReferralRejected, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    _received(journey, referral, now)
    if referral.accepted is not None:
        journey.find("referral_answered_twice", referral.accepted.by, now.by)
        referral.accepted = None
    referral.rejected = now
    referral.rejection_reason = event.data.reason
    _closed(journey, referral, now)


def referral_withdrawn(journey: Journey, event: ReferralWithdrawn, now: Mark) -> None:
    referral = referral_of(journey, event.data.referral_id, now)
    referral.withdrawn = now
    referral.withdrawal_reason = event.data.reason
    _closed(journey, referral, now)


def _closed(journey: Journey, referral: Referral, now: Mark) -> None:
    """Nobody prepares any more. A hub that does not have the person must be asked again."""
    spell = referral.spell
    if (
        spell is not None
        and spell.discharged is None
        and spell.hub_referral_id == referral.referral_id
    ):
        spell.hub_referred = spell.hub_received = spell.hub_referral_id = None
        journey.stage_version += 1
        watch(journey, spell, now)
    watch(journey, referral, now)
    notices.stood_down(journey, referral, now)
