"""Which waits there are and when each of them runs (domain.md 12.4).

One line of conditions per wait; its target, warning and wording are policy
(`policy_england.toml`). To add a wait: a `Watch`, a table there. Those about a stay in hospital,
a referral and a package stand in `spell_waits.py`, `referral_waits.py` and `package_waits.py`.

Everything that waits for a service stands still while the person is unwell in hospital, and
begins anew when they no longer meet the criteria to reside (the reset rule of 12.3); death ends
every wait.
"""

import flow.pathway.package_waits
import flow.pathway.referral_waits
import flow.pathway.spell_waits  # noqa: F401 - they say which waits run
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.needs_assessment import NeedsAssessment
from flow.pathway.referral_kinds import WITH_GOALS
from flow.pathway.spans import Span, Subject, Watch
from flow.pathway.subjects import Handover, Ownership, Package, Referral, Spell, Stay
from flow.pathway.whereabouts import away, on_hold


def _there(journey: Journey, stay: Stay) -> bool:
    """In the centre for a time: not in hospital meanwhile, and it is not where they live."""
    return stay.goes_on_for_a_time and journey.current is None


def _has_a_limit(journey: Journey, stay: Stay) -> bool:
    return _there(journey, stay) and stay.kind in WITH_GOALS


Stay.watches = (
    Watch(
        "centre_stay",
        runs=lambda journey, stay: int(_has_a_limit(journey, stay)),
        done=lambda span: span.subject.left,
        reset=away,
        since=lambda _journey, stay: stay.admitted,
    ),
    Watch(
        "centre_goals",
        runs=lambda journey, stay: int(_has_a_limit(journey, stay) and stay.goals_agreed is None),
        done=lambda span: span.subject.goals_agreed,
        reset=away,
        since=lambda _journey, stay: stay.admitted,
    ),
    Watch(
        "centre_ready_to_leave",
        runs=lambda journey, stay: stay.times_ready if _there(journey, stay) and stay.ready else 0,
        done=lambda span: span.subject.left,
        # In hospital, or needs to remain after all.
        reset=lambda _journey, stay: stay.goes_on_for_a_time,
        since=lambda _journey, stay: stay.ready,
    ),
)


def _again(journey: Journey, handover: Handover) -> bool:
    """Refused: whoever sent it has to mend it and send it again, in the same stay or after it."""
    of_now = handover.refused and handover.spell is journey.latest
    return of_now and not on_hold(journey, handover)


Handover.watches = (
    Watch(
        "handover_ack",
        runs=lambda journey, handover: (
            handover.times_sent if handover.unanswered and not on_hold(journey, handover) else 0
        ),
        done=lambda span: span.subject.accepted,
        reset=on_hold,
    ),
    Watch(
        "handover_again",
        runs=lambda journey, handover: 1 + handover.times_sent if _again(journey, handover) else 0,
        done=lambda span: span.subject.stands,
        reset=on_hold,
    ),
)


def _next_step(wait: str, taken: int) -> Watch:
    """From this many steps of an assessment, the last of them known, to the next one."""

    def runs(journey: Journey, assessment: NeedsAssessment) -> int:
        at_it = assessment.reached == taken and assessment.withdrawn is None
        return assessment.tries if at_it and not on_hold(journey, assessment) else 0

    return Watch(
        wait,
        runs=runs,
        done=lambda span: span.subject.reached > taken,
        reset=on_hold,
        causes=lambda assessment: (assessment.at_step,),
    )


NeedsAssessment.watches = (
    _next_step("assessment_allocation", 1),
    _next_step("assessment_completion", 2),
    _next_step("support_plan", 3),
    _next_step("funding_decision", 4),
)


def _is_asked(span: Span) -> bool:
    owned = span.subject
    assert isinstance(owned, Ownership)
    spell = owned.spell
    assert spell is not None
    return owned.unarranged is None and spell.complex_pathway and not spell.unwell


def _why_owned(owned: Ownership) -> tuple[Mark | None, ...]:
    """The pathway; in a centre, or where care was given up, what starts the wait says it."""
    spell = owned.spell
    return (spell.pathways[-1].decided,) if spell is not None and spell.complex_pathway else ()


def _is_unasked(owned: Ownership) -> bool:
    """Now, or from the presumed end of care on."""
    return owned.unasked or owned.unasked_from is not None


def _in_hospital(owned: Ownership) -> bool:
    return owned.spell is not None and owned.spell.discharged is None


Ownership.watches = (
    Watch(
        "owner_named",
        runs=lambda _journey, owned: int(owned.held and not owned.named),
        done=lambda span: span.subject.named,
        lapses=lambda owned: owned.let_go_at,
        causes=_why_owned,
    ),
    Watch(
        "owner_cover",
        runs=lambda _journey, owned: owned.off_duty if owned.held else 0,
        done=lambda span: not span.subject.off_duty,
        until=lambda owned: owned.back_at,
        lapses=lambda owned: owned.let_go_at,
    ),
    Watch(
        "owner_follows",
        runs=lambda _journey, owned: owned.left_behind if owned.held else 0,
        done=lambda span: span.subject.followed == span.token,
        lapses=lambda owned: owned.moves_at,
    ),
    Watch(
        "service_asked",
        runs=lambda _journey, owned: int(owned.unasked and _in_hospital(owned)),
        done=_is_asked,
        reset=lambda _journey, owned: owned.spell.unwell,
        causes=lambda owned: (owned.spell.ready.started, owned.spell.pathway_confirmed),
    ),
    Watch(
        "care_arranged",
        runs=lambda _journey, owned: int(_is_unasked(owned) and not _in_hospital(owned)),
        done=lambda span: span.subject.unarranged is None,
        not_before=lambda _journey, owned: owned.unasked_from,
        causes=lambda owned: (owned.spell.discharged,) if owned.spell is not None else (),
    ),
)

SUBJECTS: tuple[type[Subject], ...] = (
    Spell,
    Referral,
    Package,
    Stay,
    Handover,
    NeedsAssessment,
    Ownership,
)
"""What waits are about."""

WAITS: tuple[str, ...] = tuple(
    dict.fromkeys(rule.wait for subject in SUBJECTS for rule in subject.watches)
)
"""Every wait's identifier, once: a wait may be about subjects of more than one kind."""
