"""What follows a made-up person's discharge: home care, an independence centre, return or death."""

from datetime import datetime, timedelta

from flow.events.care_package import (
    CarePackageConfirmed,
    CarePackageEnded,
    CarePackagePaused,
    CarePackageRequested,
    CarePackageRestarted,
    CarePackageStarted,
    CentreAdmitted,
    CentreDischarged,
    CentreGoalsAgreed,
    CentreReadyToLeave,
    FirstVisitCompleted,
    FirstVisitMissed,
)
from flow.events.discharge import PatientDied, ReferralMade, ReferralReceived
from flow.simulate.arrangements import FUNDERS
from flow.simulate.in_hospital import admit
from flow.simulate.spell_plan import Spell
from flow.simulate.story import CentreStay, Package, Story

LEFT_CENTRE_TO = {"home_with_support": 0.5, "home": 0.3, "care_home": 0.15, "extra_care": 0.05}
"""Where people go from a centre: an assumption."""

STILL_THERE = timedelta(days=180)
"""A long-term package is followed no longer than this."""


DAY = timedelta(days=1)


def live(story: Story, at: datetime) -> None:
    """Tells everything that happens to one person from their admission on: at most two spells."""
    share = story.town.share
    spell = admit(story, at)
    if spell is None:
        return
    _after(story, spell)
    if story.chance(share.returned):
        back_at = spell.discharged_at + timedelta(days=story.rng.uniform(0.5, 29))
        story.cut(back_at, "readmitted")
        spell = admit(story, back_at)
        if spell is None:
            return
        _after(story, spell)
    if story.chance(share.died_later):
        died_at = spell.discharged_at + timedelta(days=1 + story.rng.expovariate(1 / 20))
        story.cut(died_at, "died")
        story.tell(PatientDied, died_at)


def _after(story: Story, spell: Spell) -> None:
    share = story.town.share
    if spell.pathway == "P2":
        _centre(story, spell)
    elif spell.pathway == "P1":
        _home_care(story, spell)
    elif spell.pathway == "P0" and story.chance(share.package_restart):
        _restart(story, spell)
    if spell.pathway in ("P0", "P1") and story.chance(share.urgent_response):
        _urgent_response(story, spell)


def _home_care(story: Story, spell: Spell) -> None:
    """A package asked for once the service said yes; its first visit waits for a free visit."""
    share = story.town.share
    reablement = spell.destination == "p1_home_reablement"
    package_id = story.number("package")
    requested_at = story.within(spell.ready_at, spell.discharged_at, 0.6, 0.9)
    wait = timedelta(days=story.town.home_care_start.draw(story.rng))
    soonest = spell.discharged_at + timedelta(hours=story.rng.uniform(2, 20))
    first_at = max(soonest, requested_at + wait)
    hours = round(story.rng.uniform(3.5, 28), 1)
    story.tell(
        CarePackageRequested, requested_at, package_id=package_id, **story.place,
        kind=story.one_of({"new": 0.7, "increased": 0.3}), service=spell.service,
        referral_id=spell.referral_id, provider=story.hospital.provider, spell_id=spell.spell_id,
        visits_per_week=story.rng.choice((7, 14, 21, 28)), hours_per_week=hours,
        funder=story.one_of(FUNDERS),
    )  # fmt: skip
    story.tell(
        CarePackageConfirmed, story.soon(requested_at, 6, spell.discharged_at),
        package_id=package_id, service=spell.service, first_visit_due_at=first_at,
    )  # fmt: skip
    if story.chance(share.visit_missed):
        story.tell(
            FirstVisitMissed, first_at, package_id=package_id, referral_id=spell.referral_id,
            service=spell.service,
        )  # fmt: skip
        first_at += timedelta(hours=story.rng.uniform(6, 30))
    story.tell(CarePackageStarted, first_at, package_id=package_id, service=spell.service)
    story.tell(
        FirstVisitCompleted, first_at + timedelta(minutes=30), package_id=package_id,
        referral_id=spell.referral_id, service=spell.service,
    )  # fmt: skip
    length = timedelta(days=story.town.reablement_length.draw(story.rng))
    _course(story, package_id, first_at, length if reablement else STILL_THERE)


def _course(story: Story, package_id: str, first_at: datetime, length: timedelta) -> None:
    """What a package meets on its way: perhaps a pause, and an end."""
    ends_at = first_at + max(length, timedelta(days=1))
    story.packages.append(Package(package_id, first_at, ends_at))
    if story.chance(story.town.share.package_paused):
        paused_at = first_at + timedelta(days=story.rng.uniform(1, 8))
        resumed_at = paused_at + timedelta(days=story.rng.uniform(1, 4))
        if resumed_at < ends_at:
            reason = story.one_of({"person_away": 0.4, "family_cover": 0.3, "respite": 0.3})
            story.tell(CarePackagePaused, paused_at, package_id=package_id, reason=reason)
            story.tell(CarePackageRestarted, resumed_at, package_id=package_id)
    if length < STILL_THERE:
        reason = story.one_of({"goals_met": 0.7, "long_term_care_at_home": 0.3})
        story.tell(CarePackageEnded, ends_at, package_id=package_id, reason=reason)


def _restart(story: Story, spell: Spell) -> None:
    """A package from before the stay goes on unchanged: its provider is to hear a day before."""
    package_id = story.number("package")
    service = story.service("home_care").id
    told_at = spell.discharged_at - timedelta(hours=story.rng.uniform(4, 40))
    told_at = max(told_at, story.within(spell.admitted_at, spell.discharged_at, 0.3, 0.6))
    first_at = spell.discharged_at + timedelta(hours=story.rng.uniform(1, 18))
    story.tell(
        CarePackageRequested, told_at, package_id=package_id, kind="restart", service=service,
        provider=story.hospital.provider, spell_id=spell.spell_id, **story.place,
        planned_start_at=spell.discharged_at,
    )  # fmt: skip
    story.tell(
        CarePackageConfirmed, story.soon(told_at, 2, spell.discharged_at), package_id=package_id,
        service=service, first_visit_due_at=first_at,
    )  # fmt: skip
    story.tell(CarePackageStarted, first_at, package_id=package_id, service=service)
    story.tell(
        FirstVisitCompleted, first_at + timedelta(minutes=30), package_id=package_id,
        service=service,
    )  # fmt: skip
    _course(story, package_id, first_at, STILL_THERE)


def _centre(story: Story, spell: Spell) -> None:
    """A stay in the centre that accepted, from a free bed on."""
    assert spell.service is not None
    arrived_at = spell.discharged_at + timedelta(hours=story.rng.uniform(1, 3))
    stay = CentreStay(
        story.number("stay"), spell.service, arrived_at,
        arrived_at + timedelta(days=max(2.0, story.town.centre_stay.draw(story.rng))),
    )  # fmt: skip
    story.beds.book(stay)
    story.stays.append(stay)
    story.tell(
        CentreAdmitted, stay.admitted_at, stay_id=stay.stay_id, service=stay.service,
        referral_id=spell.referral_id, funder=story.one_of(FUNDERS), **story.place,
    )  # fmt: skip
    goals_at = story.within(stay.admitted_at, min(stay.left_at, stay.admitted_at + DAY), 0.3, 0.9)
    story.tell(CentreGoalsAgreed, goals_at, stay_id=stay.stay_id)
    ready_at = story.within(stay.admitted_at, stay.left_at, 0.75, 0.97)
    story.tell(CentreReadyToLeave, ready_at, stay_id=stay.stay_id)
    went_to = story.one_of(LEFT_CENTRE_TO)
    story.tell(CentreDischarged, stay.left_at, stay_id=stay.stay_id, destination=went_to)
    if went_to == "home_with_support":
        package_id, service = story.number("package"), story.service("home_care").id
        first_at = stay.left_at + timedelta(hours=story.rng.uniform(2, 40))
        story.tell(
            CarePackageRequested, ready_at, package_id=package_id, kind="new", service=service,
            **story.place,
        )  # fmt: skip
        story.tell(CarePackageStarted, first_at, package_id=package_id, service=service)
        story.tell(
            FirstVisitCompleted, first_at + timedelta(minutes=30), package_id=package_id,
            service=service,
        )  # fmt: skip
        _course(story, package_id, first_at, STILL_THERE)


def _urgent_response(story: Story, spell: Spell) -> None:
    """A crisis at home: somebody is to come within two hours (domain.md 1.5)."""
    service = story.service("urgent_community_response").id
    referral_id = story.number("referral")
    at = spell.discharged_at + timedelta(days=story.rng.uniform(1, 10))
    in_time = story.chance(story.town.share.urgent_response_in_time)
    hours = story.rng.uniform(0.4, 1.9) if in_time else story.rng.uniform(2.1, 8)
    story.tell(
        ReferralMade, at, referral_id=referral_id, kind="urgent_community_response",
        service=service, **story.place,
    )  # fmt: skip
    story.tell(
        ReferralReceived, at + timedelta(minutes=5), referral_id=referral_id, service=service
    )
    story.tell(
        FirstVisitCompleted, at + timedelta(hours=hours), referral_id=referral_id, service=service
    )
