"""Which waits there are and when each of them runs (domain.md 12.4).

One line of conditions per wait; its target, warning and wording are policy
(`policy_england.toml`). To add a wait: a `Watch` here, a table there.

Everything that waits for a service stands still while the person is unwell in hospital, and
begins anew when they no longer meet the criteria to reside (the reset rule of 12.3); death ends
every wait.
"""

from flow.events.codes import DELAY_REASONS
from flow.pathway.care import asked_by, stands_still
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.needs_assessment import NeedsAssessment
from flow.pathway.referral_kinds import COUNTS_FROM, UNANSWERED, WAITS_FOR, WITH_A_PACKAGE
from flow.pathway.spans import Span, Subject, Watch
from flow.pathway.subjects import Handover, Ownership, Package, Referral, Spell, Stay


def _at_home(journey: Journey) -> bool:
    """Neither in hospital nor in a centre, as far as events tell."""
    return journey.current is None and journey.staying is None


HOSPITAL_PROCESS = frozenset(
    slug for slug in DELAY_REASONS.codes if DELAY_REASONS.group(slug) == "hospital_process"
)
"""Reasons 1 to 7 of domain.md 2.3."""


def _reviewed_again(span: Span) -> bool:
    spell = span.subject
    assert isinstance(spell, Spell)
    return spell.reviews != span.token


def _held_up_by_hospital(_journey: Journey, spell: Spell) -> int:
    """Ready to leave, and held up by the hospital's own process: from the later of the two."""
    return int(
        spell.goes_on
        and spell.ready is not None
        and spell.primary is not None
        and spell.primary.slug in HOSPITAL_PROCESS
    )


def _hospital_because(spell: Spell) -> tuple[Mark | None, ...]:
    assert spell.ready is not None
    assert spell.primary is not None
    return (spell.ready.started, spell.primary.recorded)


def _process_over(span: Span) -> bool:
    """The reason cleared, or another group's took over, or the person left."""
    spell = span.subject
    assert isinstance(spell, Spell)
    return not spell.unwell


def _ready_and_complex(_journey: Journey, spell: Spell) -> int:
    """Not with the hub yet, though ready and expected on pathway 1 to 3.

    A confirmed pathway shows that the hub has the person, whoever told it.
    """
    if spell.ready is None or spell.hub_referred is not None or not spell.complex_pathway:
        return 0
    if not spell.goes_on:
        return 0
    if spell.pathway_confirmed is not None:
        return 0
    return spell.ready.number


def _complex_because(spell: Spell) -> tuple[Mark | None, ...]:
    assert spell.ready is not None
    return (spell.ready.started, spell.pathways[-1].decided)


def _with_the_hub(span: Span) -> bool:
    """A pathway that only the discharge tells does not show that the hub was asked."""
    spell = span.subject
    assert isinstance(spell, Spell)
    confirmed = spell.pathway_confirmed is not None and spell.discharged is None
    return spell.hub_referred is not None or confirmed


def _hub_decides(_journey: Journey, spell: Spell) -> int:
    return int(
        spell.hub_referred is not None
        and spell.pathway_confirmed is None
        and spell.goes_on
        and not spell.unwell
    )


def _unwell(_journey: Journey, spell: Spell) -> bool:
    return spell.unwell


Spell.watches = (
    Watch(
        "edd_set",
        runs=lambda _journey, spell: int(spell.edd is None and spell.goes_on),
        done=lambda span: span.subject.edd,
    ),
    Watch(
        "ctr_review",
        runs=lambda _journey, spell: spell.reviews if spell.goes_on else 0,
        done=_reviewed_again,
    ),
    Watch(
        "drd_to_discharge",
        runs=lambda _journey, spell: spell.ready.number if spell.ready and spell.goes_on else 0,
        done=lambda span: span.subject.discharged,
        reset=_unwell,
    ),
    Watch(
        "hospital_process_delay",
        runs=_held_up_by_hospital,
        done=_process_over,
        reset=_unwell,
        causes=_hospital_because,
    ),
    Watch(
        "hub_referral",
        runs=_ready_and_complex,
        done=_with_the_hub,
        reset=_unwell,
        causes=_complex_because,
    ),
    Watch(
        "hub_pathway",
        runs=_hub_decides,
        done=lambda span: span.subject.pathway_confirmed,
        reset=_unwell,
        causes=lambda spell: (spell.hub_referred, spell.hub_received),
    ),
    Watch(
        "discharge_summary",
        runs=lambda _journey, spell: int(
            spell.discharged is not None and spell.summary_sent is None
        ),
        done=lambda span: span.subject.summary_sent,
    ),
    Watch(
        "los_review",
        runs=lambda _journey, spell: int(spell.goes_on),
        done=lambda span: span.subject.discharged,
        pausable=False,  # it comes with the length of stay, which nobody can stop
    ),
)

CTR_REVIEW = next(index for index, rule in enumerate(Spell.watches) if rule.wait == "ctr_review")
"""Place of the watch that most events are about."""


def on_hold(journey: Journey, referral: Referral | Handover | NeedsAssessment) -> bool:
    """Whether the person is too unwell for the service: in hospital and not ready to leave.

    A referral made early in the same stay is not on hold before the first readiness.
    """
    spell = journey.current
    if spell is None or spell.ready is not None:
        return False
    return spell.unwell or referral.spell is not spell


def _responding(journey: Journey, referral: Referral) -> int:
    """From the receipt; from the referral until one is known, for it may never have arrived."""
    return int(
        (referral.made is not None or referral.received is not None)
        and referral.accepted is None
        and referral.kind not in UNANSWERED
        and not referral.closed
        and not on_hold(journey, referral)
    )


def _starts(wait: str, kinds: tuple[str, ...]) -> Watch:
    """From a referral of one of these kinds to the beginning of what was asked for."""

    def runs(journey: Journey, referral: Referral) -> int:
        return int(
            referral.kind in kinds
            and referral.made is not None
            and not referral.closed
            and not on_hold(journey, referral)
            and _counts(journey, referral)
            and not _asked_as_a_package(journey, referral)
        )

    return Watch(
        wait,
        runs=runs,
        done=lambda span: span.subject.started,
        reset=on_hold,
        causes=lambda referral: (referral.made, _counts_from(referral)),
        since=_counts_from,
        agreed=lambda referral: referral.start_agreed_at,
    )


def _asked_as_a_package(journey: Journey, referral: Referral) -> bool:
    return referral.kind in WITH_A_PACKAGE and any(
        package.requested is not None and package.ended is None and asked_by(referral, package)
        for package in journey.packages.values()
    )


def _counts(journey: Journey, referral: Referral) -> bool:
    """Whether the moment has come from which the time of a kind counts."""
    spell = referral.spell
    if COUNTS_FROM.get(referral.kind or "") == "home":
        return _at_home(journey)
    after_discharge = COUNTS_FROM.get(referral.kind or "") == "discharge"
    return not after_discharge or spell is None or spell.discharged is not None


def _counts_from(referral: Referral) -> Mark | None:
    """The admission or the discharge that the time of this kind counts from, if it is not the
    referral itself.
    """
    spell = referral.spell
    if spell is None:
        return None
    match COUNTS_FROM.get(referral.kind or ""):
        case "admission":
            return spell.admitted
        case "discharge":
            return spell.discharged
    return None


Referral.watches = (
    Watch(
        "referral_response",
        runs=_responding,
        done=lambda span: span.subject.accepted or span.subject.rejected or span.subject.started,
        reset=on_hold,
        causes=lambda referral: (referral.made, referral.received),
    ),
    *(_starts(wait, kinds) for wait, kinds in WAITS_FOR.items()),
    Watch(
        "missed_first_visit",
        runs=lambda journey, referral: int(
            bool(referral.missed) and not referral.closed and _at_home(journey)
        ),
        done=lambda span: span.subject.started,
        reset=on_hold,
        causes=lambda referral: referral.missed[-1:],
    ),
)


def _not_begun(journey: Journey, package: Package) -> int:
    """Discharged, at home, and the first visit, of whoever is to give it now, is still to come."""
    spell = package.spell
    return int(
        spell is not None
        and spell.discharged is not None
        and _at_home(journey)
        and (package.requested is not None or bool(package.earlier))
        and package.in_place is None
        and package.ended is None
    )


def _notice_runs(_journey: Journey, package: Package) -> int:
    """A restart was asked for and the person has not left yet."""
    spell = package.spell
    return int(
        package.kind == "restart"
        and package.requested is not None
        and package.ended is None
        and spell is not None
        and spell.goes_on
    )


def _missed(journey: Journey, package: Package) -> int:
    """At home, the first visit of its provider was due and nobody came: until somebody does."""
    return int(
        len(package.missed) > package.missed_before
        and package.first_visit is None
        and package.ended is None
        and _at_home(journey)
    )


def _goes_without(journey: Journey, package: Package) -> int:
    """At home, and the care that had begun stands still: until it goes on."""
    return int(
        stands_still(package) is not None
        and package.in_place is not None
        and package.ended is None
        and _at_home(journey)
    )


def _more_asked(journey: Journey, package: Package) -> int:
    """At home, and more care is asked for than is given: until more is."""
    runs = (
        package.increase_asked is not None
        and package.in_place is not None
        and package.ended is None
        and _at_home(journey)
    )
    return package.times_increased if runs else 0


def _there(journey: Journey, stay: Stay) -> bool:
    """In the centre: not in hospital meanwhile."""
    return stay.goes_on and journey.current is None


def _away(journey: Journey, _stay: Stay) -> bool:
    """In hospital. Asked of stays that had not ended when the person went there."""
    return journey.current is not None


def _onward(journey: Journey, package: Package) -> int:
    """Ready to leave the centre, and the care at home that was asked for is not confirmed."""
    stay = journey.staying
    if stay is None or stay.ready is None or package.ended is not None or _away(journey, stay):
        return 0
    secured = package.confirmed or package.in_place or package.started
    return stay.times_ready if package.requested is not None and secured is None else 0


def _handed_back(_journey: Journey, package: Package) -> int:
    """Given up by its provider, and nobody has confirmed to go on with it."""
    given_up = bool(package.hand_backs) and package.hand_backs[-1].over is None
    return len(package.hand_backs) if given_up and package.ended is None else 0


def _went_on(span: Span) -> bool:
    package = span.subject
    assert isinstance(package, Package)
    return package.pause is None


def _confirmed_again(span: Span) -> Mark | None:
    package = span.subject
    assert isinstance(package, Package)
    return package.hand_backs[span.token - 1].over


Package.watches = (
    Watch(
        "package_start",
        runs=_not_begun,
        done=lambda span: span.subject.in_place,
        causes=lambda package: (package.requested, package.spell.discharged),
        not_before=lambda package: package.cared_for_until,
        agreed=lambda package: package.first_visit_due_at or package.planned_start_at,
    ),
    Watch(
        "package_restart_notice",
        runs=_notice_runs,
        done=lambda span: span.subject.spell.discharged,
        pausable=False,  # a time before the discharge, not one that passes
    ),
    Watch(
        "missed_first_visit",
        runs=_missed,
        done=lambda span: span.subject.first_visit,
        causes=lambda package: package.missed[-1:],
    ),
    Watch(
        "package_resume",
        runs=_goes_without,
        done=_went_on,
        causes=lambda package: (package.pauses[-1].since,),
        in_pauses=True,
    ),
    Watch(
        "package_increase",
        runs=_more_asked,
        done=lambda span: span.subject.increase_asked is None,
        causes=lambda package: (package.increase_asked,),
        agreed=lambda package: package.planned_start_at,
    ),
    Watch(
        "onward_care",
        runs=_onward,
        done=lambda span: span.subject.confirmed or span.subject.in_place or span.subject.started,
        causes=lambda package: (package.requested,),
    ),
    Watch(
        "package_handed_back",
        runs=_handed_back,
        done=_confirmed_again,
        latest=lambda package: package.hand_backs[-1].care_until,
        in_pauses=True,
    ),
)

Stay.watches = (
    Watch(
        "centre_stay",
        runs=lambda journey, stay: int(_there(journey, stay)),
        done=lambda span: span.subject.left,
        reset=_away,
    ),
    Watch(
        "centre_goals",
        runs=lambda journey, stay: int(_there(journey, stay) and stay.goals_agreed is None),
        done=lambda span: span.subject.goals_agreed,
        reset=_away,
    ),
    Watch(
        "centre_ready_to_leave",
        runs=lambda journey, stay: stay.times_ready if _there(journey, stay) and stay.ready else 0,
        done=lambda span: span.subject.left,
        reset=lambda _journey, stay: stay.goes_on,  # in hospital, or needs to remain after all
    ),
)

Handover.watches = (
    Watch(
        "handover_ack",
        runs=lambda journey, handover: (
            handover.times_sent if handover.unanswered and not on_hold(journey, handover) else 0
        ),
        done=lambda span: span.subject.accepted,
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


def _is_arranged(span: Span) -> bool:
    owned = span.subject
    assert isinstance(owned, Ownership)
    spell = owned.spell
    assert spell is not None
    return owned.unarranged is None and spell.complex_pathway and not spell.unwell


Ownership.watches = (
    Watch(
        "owner_named",
        runs=lambda _journey, owned: int(owned.held and not owned.named),
        done=lambda span: span.subject.named,
        causes=lambda owned: (owned.spell.pathways[-1].decided,),
    ),
    Watch(
        "owner_cover",
        runs=lambda _journey, owned: owned.off_duty if owned.held else 0,
        done=lambda span: not span.subject.off_duty,
        until=lambda owned: owned.back_at,
    ),
    Watch(
        "owner_follows",
        runs=lambda _journey, owned: owned.left_behind if owned.held else 0,
        done=lambda span: span.subject.followed == span.token,
    ),
    Watch(
        "service_asked",
        runs=lambda _journey, owned: int(owned.unasked and owned.spell.discharged is None),
        done=_is_arranged,
        reset=lambda _journey, owned: owned.spell.unwell,
        causes=lambda owned: (owned.spell.ready.started, owned.spell.pathway_confirmed),
    ),
    Watch(
        "care_arranged",
        runs=lambda _journey, owned: int(owned.unasked and owned.spell.discharged is not None),
        done=_is_arranged,
        causes=lambda owned: (owned.spell.discharged,),
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
