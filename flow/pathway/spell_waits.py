"""Which waits run about a stay in hospital."""

from flow.events.codes import DELAY_REASONS, DISCHARGE_DESTINATIONS
from flow.pathway.births import LEAVE_WITH_THE_MOTHER
from flow.pathway.journey import Journey
from flow.pathway.mark import Mark
from flow.pathway.spans import Span, Watch
from flow.pathway.subjects import Spell

HOSPITAL_PROCESS = frozenset(
    slug for slug in DELAY_REASONS.codes if DELAY_REASONS.group(slug) == "hospital_process"
)
"""Reasons 1 to 7 of domain.md 2.3."""
PATHWAY_OPEN = DISCHARGE_DESTINATIONS.marked("pathway_open")
"""Codes of a discharge that say no more than home, or nothing."""


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


def _hub_decides(journey: Journey, spell: Spell) -> int:
    if spell.hub_referred is None or spell.pathway_confirmed is not None:
        return 0
    in_hospital = spell.goes_on and not spell.unwell
    return int(in_hospital or hub_decides_at_home(journey, spell))


def hub_decides_at_home(journey: Journey, spell: Spell) -> bool:
    """The person went home and the hub has still to decide, unless they have come to a hospital or
    a centre since (local rule)."""
    return spell is journey.latest and journey.current is None and left_to_the_hub(journey, spell)


def left_to_the_hub(journey: Journey, spell: Spell) -> bool:
    """The hub was asked, and the person went home from this stay with no pathway told: until it is,
    they wait for the hub still."""
    code = spell.discharge_destination
    return (
        spell.hub_referred is not None
        and spell.pathway_confirmed is None
        and spell.discharged is not None
        and (code is None or code in PATHWAY_OPEN)
        and not any(stay.spell is spell for stay in journey.stays.values())
    )


def _unwell(_journey: Journey, spell: Spell) -> bool:
    return spell.unwell


def _date_wanted(_journey: Journey, spell: Spell) -> int:
    """Who is ready to leave waits for the discharge, and for no date that is expected; nor does a
    newborn, who goes home with the mother."""
    return int(
        spell.edd is None
        and spell.ready is None
        and spell.goes_on
        and spell.admission_method not in LEAVE_WITH_THE_MOTHER
    )


Spell.watches = (
    Watch(
        "edd_set",
        runs=_date_wanted,
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
        since=lambda _journey, spell: spell.ready.started,
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
        since=lambda _journey, spell: spell.admitted,
        pausable=False,  # it comes with the length of stay, which nobody can stop
    ),
)

CTR_REVIEW = next(index for index, rule in enumerate(Spell.watches) if rule.wait == "ctr_review")
"""Place of the watch that most events are about."""
