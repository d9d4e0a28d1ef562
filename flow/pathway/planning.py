"""Assessment and support planning: referred, allocated, assessed, plan agreed, funding agreed.

One joint service may take every step, or each its own; several assessments may go on beside each
other. What is known of a step counts, whether or not the one before was ever told.
"""

from flow.events.assessment import (
    AssessmentAllocated,
    AssessmentCompleted,
    AssessmentData,
    AssessmentReferred,
    AssessmentWithdrawn,
    FundingAgreed,
    SupportPlanAgreed,
)
from flow.pathway import notices
from flow.pathway.death import has_died, tells_of_death
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.needs_assessment import NeedsAssessment
from flow.pathway.referrals import asked_from, link_spell
from flow.pathway.spans import watch
from flow.pathway.subjects import Spell


def assessment_of(journey: Journey, assessment_id: str, now: Mark) -> NeedsAssessment:
    """The assessment that an event names; noted here where nobody is known to have asked for it."""
    assessment = journey.assessments.get(assessment_id)
    if assessment is None:
        journey.find("assessment_unknown", now.by)
        assessment = journey.assessments[assessment_id] = NeedsAssessment(assessment_id)
        assessment.spell = journey.latest
    return assessment


def assessment_referred(journey: Journey, event: AssessmentReferred, now: Mark) -> None:
    """After a withdrawal, or in another stay, it is a new try."""
    data = event.data
    spell = link_spell(journey, data.provider, data.spell_id) or journey.latest
    assessment = journey.assessments.get(data.assessment_id)
    if assessment is None:
        assessment = journey.assessments[data.assessment_id] = NeedsAssessment(data.assessment_id)
    elif assessment.withdrawn is not None or _of_another_stay(assessment, spell):
        assessment.begin_again()
    journey.part_of(assessment, spell)
    asked_from(journey, assessment, data.provider, data.spell_id)
    _take(journey, assessment, "referred", data, now)


def _of_another_stay(assessment: NeedsAssessment, spell: Spell | None) -> bool:
    known = assessment.spell
    return known is not None and spell is not None and known is not spell


def assessment_allocated(journey: Journey, event: AssessmentAllocated, now: Mark) -> None:
    assessment = assessment_of(journey, event.data.assessment_id, now)
    assessment.allocated_to = event.data.to or assessment.allocated_to
    journey.may_pass_on = True  # whoever assesses the person may take them on
    _take(journey, assessment, "allocated", event.data, now)


def assessment_completed(journey: Journey, event: AssessmentCompleted, now: Mark) -> None:
    assessment = assessment_of(journey, event.data.assessment_id, now)
    _take(journey, assessment, "assessed", event.data, now)


def support_plan_agreed(journey: Journey, event: SupportPlanAgreed, now: Mark) -> None:
    assessment = assessment_of(journey, event.data.assessment_id, now)
    assessment.funder = event.data.funder or assessment.funder
    _take(journey, assessment, "plan_agreed", event.data, now)


def funding_agreed(journey: Journey, event: FundingAgreed, now: Mark) -> None:
    assessment = assessment_of(journey, event.data.assessment_id, now)
    assessment.funder = event.data.funder
    _take(journey, assessment, "funding_agreed", event.data, now)


def assessment_withdrawn(journey: Journey, event: AssessmentWithdrawn, now: Mark) -> None:
    assessment = assessment_of(journey, event.data.assessment_id, now)
    assessment.withdrawn = assessment.withdrawn or now
    journey.services_version += 1  # somebody may have to be asked for care instead
    if tells_of_death(event):
        has_died(journey, now)
    watch(journey, assessment, now)
    notices.stood_down(journey, assessment, now)


def _take(
    journey: Journey, assessment: NeedsAssessment, step: str, data: AssessmentData, now: Mark
) -> None:
    assessment.take(step, data.service, now)
    journey.services_version += 1  # who pays may be known now
    journey.served_by(assessment, data.service)
    watch(journey, assessment, now)
    if not assessment.goes_on:
        notices.stood_down(journey, assessment, now)
