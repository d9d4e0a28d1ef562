"""Who was asked for a person, or answered, before anybody had written down that the person had
died, is in hospital, or is too unwell to leave it.

They prepare as whoever was asked before that does, and hear the same. What counts is when both were
written down, which each event tells: the order in which they come does not.
"""

from datetime import datetime, timedelta
from typing import Final

from flow.events.assessment import AssessmentAllocated, AssessmentReferred
from flow.events.care_package import (
    CarePackageConfirmed,
    CarePackageRequested,
    CarePackageStarted,
    HandoverAccepted,
    HandoverSent,
    HandoverSentData,
)
from flow.events.discharge import ReferralAccepted, ReferralMade, ReferredToCareTransferHub
from flow.events.event_types import AnyEvent
from flow.pathway import notices
from flow.pathway.journey import Journey, News
from flow.pathway.spans import Involved

ZERO: Final = timedelta()
OF_ANOTHER_STAY: Final = frozenset({"readmitted", "transferred"})
"""News of a stay from which somebody may be asked before its beginning is written down."""

MAY_BE_KNOWN_BY: Final = timedelta(hours=24)
"""News of a stay that is written down later still was known before: a feed tells of its beginning,
and whoever is asked meanwhile may prepare for the discharge from that very stay. Not of a death."""


def hear(journey: Journey, event: AnyEvent, identity: str) -> None:
    """After each event: the service that it shows to prepare, where it was written down before the
    news was."""
    news = journey.news
    if news is None:
        return
    if news.at.by == identity:
        journey.news = _as_written(news, event.recordedtime)
    elif event.recordedtime < news.written:
        _hears(journey, event, news)


def of_the_death(journey: Journey, event: AnyEvent) -> bool:
    """Whether what this event tells was said by somebody who could not know yet that the person had
    died: they answered what they had been told before."""
    news = journey.news
    return news is not None and news.cause == "died" and event.recordedtime < news.written


def _as_written(news: News, written: datetime) -> News | None:
    """None where everybody could know it, once it had happened."""
    late = written - news.at.at
    unknown = late > ZERO and (news.cause == "died" or late <= MAY_BE_KNOWN_BY)
    return news._replace(written=written) if unknown else None


def _hears(journey: Journey, event: AnyEvent, news: News) -> None:
    subject_id, service = _asked(journey, event)
    if subject_id is None or subject_id in news.knowing:
        return
    if news.cause in OF_ANOTHER_STAY and _names_the_stay(journey, event):
        journey.news = news._replace(knowing=(*news.knowing, subject_id))
        return
    notices.asked_unawares(journey, news, service or subject_id, service)


def _asked(journey: Journey, event: AnyEvent) -> tuple[str | None, str | None]:
    """What was asked for, or answered, and the service; of all other events nothing."""
    if isinstance(event, ReferralMade | ReferralAccepted):
        named = event.data.referral_id
        return named, event.data.service or _service_of(journey.referrals.get(named))
    if isinstance(event, CarePackageRequested | CarePackageConfirmed | CarePackageStarted):
        named = event.data.package_id
        return named, event.data.service or _service_of(journey.packages.get(named))
    if isinstance(event, AssessmentReferred | AssessmentAllocated):
        named = event.data.assessment_id
        return named, event.data.service or _service_of(journey.assessments.get(named))
    if isinstance(event, HandoverSent | HandoverAccepted):
        named, data = event.data.handover_id, event.data
        service = data.to_service if isinstance(data, HandoverSentData) else data.service
        return named, service or _service_of(journey.handovers.get(named))
    if isinstance(event, ReferredToCareTransferHub):
        return event.data.referral_id or event.data.hub, event.data.hub
    return None, None


def _service_of(known: Involved | None) -> str | None:
    return known.service if known is not None else None


def _names_the_stay(journey: Journey, event: AnyEvent) -> bool:
    here, data = journey.current, event.data
    if here is None:
        return False
    named = (getattr(data, "provider", None), getattr(data, "spell_id", None))
    return named == (here.provider, here.spell_id)
