"""Who acts next on a wait: in which role, and for which organisation where the journey tells which.

The policy names a role for each wait. Whoever owns the primary delay reason acts instead where it
says so (domain.md 12.5), nobody commissions what people pay for themselves, and whoever has the
person acts for an owner who is not there. Whose roles are, who pays and who owns a reason stand in
the code lists `role`, `funder`, `referral_kind` and `delay_reasons`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from mypy_extensions import mypyc_attr

from flow.events.codes import (
    DELAY_REASONS,
    FUNDERS,
    REFERRAL_KINDS,
    ROLES,
    CodeList,
    CodeListError,
)
from flow.pathway.journey import Journey
from flow.pathway.policy import Place
from flow.pathway.policy_values import SERVICE
from flow.pathway.referral_kinds import HUB
from flow.pathway.spans import Subject
from flow.pathway.stage import ActsNext, acting
from flow.pathway.subjects import Handover, Ownership, Package, Referral, Spell, Stay
from flow.pathway.targets import Rule
from flow.pathway.whereabouts import set_aside
from flow.pathway.working_hours import Calendars, WorkingHours


class WhoMayAct(NamedTuple):
    """What a journey tells of who may act, whatever is waited for; see `Where`."""

    owner: str | None = None
    stands_in: ActsNext | None = None
    asked: str | None = None
    needs_nobody: ActsNext | None = None


@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class Where:
    """Where the person is and lives: what a wait is labelled with, and whose policy holds; and who
    may act, which an assessment notes anew (`note`).

    `owner` is the organisation of their co-ordinator, and `stands_in` who acts where there is none,
    or nobody covers. `asked` is the service that was asked for what the primary delay reason is
    about. `needs_nobody` is who decided that the person needs nobody after their last stay (pathway
    0), if so. `working_hours` are the policy's.
    """

    __slots__ = (
        "asked",
        "council",
        "locality",
        "needs_nobody",
        "owner",
        "place",
        "provider",
        "stands_in",
        "working_hours",
    )

    def __init__(
        self,
        place: Place,
        provider: str | None,
        council: str | None,
        locality: str | None,
        working_hours: Calendars,
    ) -> None:
        self.place = place
        self.provider = provider
        self.council = council
        self.locality = locality
        self.working_hours = working_hours
        self.owner: str | None = None
        self.stands_in: ActsNext | None = None
        self.asked: str | None = None
        self.needs_nobody: ActsNext | None = None

    def note(self, who: WhoMayAct) -> None:
        self.owner, self.stands_in, self.asked, self.needs_nobody = who


def _who_pays(codes: CodeList) -> Mapping[str | None, tuple[str, ...]]:
    """By code: `council`, `nhs`, `person`; nobody where the list does not tell."""
    return MappingProxyType({code: tuple(pays) for code, pays in codes.saying("pays").items()})


PAYERS: Final = _who_pays(FUNDERS)
PAID_BY: Final = _who_pays(REFERRAL_KINDS)
"""Who pays for a kind of referral, whatever the funder that was told."""


def payers_of(subject: Subject) -> tuple[str, ...]:
    """Who pays for what a wait is about, as far as events tell."""
    by_kind = PAID_BY.get(subject.kind, ()) if isinstance(subject, Referral) else ()
    return by_kind or PAYERS.get(subject.pays, ())


def _of_the_payer(subject: Subject, where: Where) -> str | None:
    """The council, unless others pay: which integrated care board the NHS's is, no event says. That
    of whoever asked, where it was told with what was asked for; else where the person lives."""
    payers = payers_of(subject)
    if payers and "council" not in payers:
        return None
    own = subject.council if isinstance(subject, Referral | Package | Stay) else None
    return own or where.council


def _of_the_hospital(subject: Subject, _where: Where) -> str | None:
    if isinstance(subject, Handover) and subject.sender is not None:
        return subject.sender
    return subject.spell.provider if subject.spell is not None else None


def _of_the_hub(subject: Subject, _where: Where) -> str | None:
    return subject.spell.hub if subject.spell is not None else None


_WHOSE: Final[Mapping[str, Callable[[Subject, Where], str | None]]] = {
    "hospital": _of_the_hospital,
    "care_transfer_hub": _of_the_hub,
    "service": lambda subject, _where: subject.asked,
    "council": lambda _subject, where: where.council,
    "payer": _of_the_payer,
    "owner": lambda _subject, where: where.owner,
}
_OF: Final[Mapping[str, str]] = MappingProxyType({SERVICE: "service", **ROLES.saying("of")})
"""Whose each role is. Of the others no event tells the organisation."""
if not set(_OF.values()) <= _WHOSE.keys():
    raise CodeListError("role: somebody's role whom nothing here finds")

_ROLES: Final[Mapping[str, str | None]] = MappingProxyType(
    {slug: DELAY_REASONS.role(DELAY_REASONS.owner(slug)) for slug in DELAY_REASONS.codes}
)
"""By delay reason: in which role its owner acts; None where whoever has the person does."""
_OF_THE_HOSPITAL: Final = frozenset(
    slug for slug in DELAY_REASONS.codes if DELAY_REASONS.owner(slug) == "hospital"
)
_KINDS: Final = MappingProxyType({slug: DELAY_REASONS.kinds(slug) for slug in DELAY_REASONS.codes})
"""The kinds of referral that a delay reason is about."""
HOSPITAL: Final = frozenset(role for role, whose in _OF.items() if whose == "hospital")
"""Roles in a hospital, which never closes."""
OF_THE_OWNER: Final = frozenset(role for role, whose in _OF.items() if whose == "owner")


CASE_MANAGER, DISCHARGE_COORDINATOR = "case_manager", "discharge_coordinator"
"""Who helps people to pay for themselves, and who acts in hospital where no hub has the person."""
COMMISSIONER: Final = "commissioner"
"""Who finds a provider of care at home."""
SOCIAL_WORKER: Final = "social_worker"
"""Who reviews for the council how somebody lives in a care home."""
HANDED_BACK: Final = "package_handed_back"
FOR_MORE: Final = ("package_increase", "onward_care")
"""Waits in which another service than the one that gives a package may be asked for more of it."""
assert {CASE_MANAGER, COMMISSIONER, DISCHARGE_COORDINATOR, HUB} <= ROLES.codes


def who_acts(rule: Rule, subject: Subject, where: Where) -> ActsNext:
    """Who acts next on a wait about `subject`, by the rule of its policy."""
    role = rule.acts_next
    if where.needs_nobody is not None and _is_told_to_stand_down(subject):
        return where.needs_nobody
    if rule.by_delay_reason:
        by_reason = _by_reason(subject, where)
        if by_reason == SERVICE and where.asked is not None:
            return acting(where.asked, SERVICE)
        # Where no service was asked, the hub is to ask one (domain.md 1.4).
        role = HUB if by_reason == SERVICE else by_reason or role
    more_of = subject if isinstance(subject, Package) and rule.wait in FOR_MORE else None
    if more_of is not None and more_of.increase_declined and _OF.get(role) == "service":
        role = COMMISSIONER  # somebody else has to be found
    found = _was_found(role, subject, more_of, to_be_found=rule.wait == HANDED_BACK)
    if found is not None:
        return found
    if _OF.get(role) == "payer" and payers_of(subject) == ("person",):
        role = CASE_MANAGER
    return _in_role(role, subject, where)


def _in_role(role: str, subject: Subject, where: Where) -> ActsNext:
    if isinstance(subject, Ownership):
        if role == SERVICE and (subject.service is None or subject.is_home):
            return _who_names_owners(subject, where)
        if role == HUB and subject.spell is None and subject.service is not None:
            return acting(subject.service, SERVICE)  # no hub has been asked
    if role in OF_THE_OWNER and where.stands_in is not None:
        return where.stands_in
    return acting(_organisation(role, subject, where), role)


def _is_told_to_stand_down(subject: Subject) -> bool:
    """As another pathway was decided before they came: they cannot do what is waited for. Whoever
    decided withdraws what was asked of them, or says that it is needed after all."""
    if isinstance(subject, Package) and subject.came is not None:
        return False
    return isinstance(subject, Referral | Package) and subject.off_plan is not None


def _by_reason(subject: Subject, where: Where) -> str | None:
    """The role of whoever owns the primary delay reason, if anybody but the rule's own role."""
    if isinstance(subject, Spell | Stay):
        return _reason_role(subject)
    return _holds_up(subject, where) if isinstance(subject, Referral) else None


def _holds_up(asked: Referral, where: Where) -> str | None:
    """The role of whoever holds the person up in hospital: until they leave, nobody who was asked
    can begin. Another service does where it was asked for what the reason is about; a reason that
    nobody was asked for may be told loosely, or be out of date."""
    spell = asked.spell
    if spell is None or not spell.goes_on or spell.primary is None:
        return None
    slug = spell.primary.slug
    if slug in _OF_THE_HOSPITAL:
        return DISCHARGE_COORDINATOR
    role = _ROLES[slug]
    if role == SERVICE and (where.asked is None or asked.kind in _KINDS[slug]):
        return None
    return role


def _was_found(
    role: str, subject: Subject, more_of: Package | None, *, to_be_found: bool
) -> ActsNext | None:
    """The provider that was found, where the rule names who finds one (`to_be_found`), or who came
    before."""
    if isinstance(subject, Referral) and subject.taken_on is not None and _OF.get(role) == "payer":
        return acting(subject.taken_on.service, SERVICE)
    if not isinstance(subject, Package) or subject.next_provider is None:
        return None
    following = subject.next_provider
    if to_be_found:
        unanswered = following.confirmed is None
        return acting(following.service, SERVICE) if unanswered else None
    theirs_to_begin = more_of is not None or subject.given_up is not None
    if theirs_to_begin and _OF.get(role) == "service":
        return acting(following.service, role)
    return None


def hours_of(acts: ActsNext, calendars: Calendars, locality: str | None) -> WorkingHours | None:
    """When whoever acts works, for somebody who lives there; None where that is always."""
    if not calendars:
        return None
    return calendars.of(acts.organisation, locality if acts.role not in HOSPITAL else None)


def _who_names_owners(owned: Ownership, where: Where) -> ActsNext:
    """Whoever names an owner where no service has the person: the hub, or the hospital that has
    them. Of whom neither has, as whoever had them has no part in it any more, the owner who did not
    pass on with them. A care home gives the care of who lives there, and leaves the case to the
    council."""
    if owned.is_home:
        return acting(where.council, SOCIAL_WORKER)
    spell = owned.spell
    if spell is not None and spell.hub is not None:
        return acting(spell.hub, HUB)
    if spell is not None and owned.organisation == spell.provider:
        return acting(spell.provider, CASE_MANAGER)
    return where.stands_in or acting(where.owner, CASE_MANAGER)


def _organisation(role: str, subject: Subject, where: Where) -> str | None:
    whose = _WHOSE.get(_OF.get(role, ""))
    return whose(subject, where) if whose is not None else None


def _reason_role(held: Spell | Stay) -> str | None:
    """The role of the primary reason's owner; None where whoever has the person acts."""
    if held.primary is None:
        return None
    return _ROLES[held.primary.slug]


def asked_for_the_reason(journey: Journey) -> str | None:
    """The service that was asked first for what the primary delay reason is about, and has neither
    refused nor begun."""
    held = journey.current or journey.staying
    if held is None or held.primary is None or _reason_role(held) != SERVICE:
        return None
    kinds = _KINDS[held.primary.slug]
    asked = [
        (referral.made, referral.service)
        for referral in journey.referrals.values()
        if referral.kind in kinds
        and referral.made is not None
        and not referral.closed
        and not set_aside(journey, referral)
    ]
    return min(asked, key=lambda each: each[0])[1] if asked else None


def who_may_act(journey: Journey, now: datetime) -> WhoMayAct:
    """What the journey tells of it, for `Where.note`."""
    owner = journey.coordinator.organisation if journey.coordinator is not None else None
    return WhoMayAct(
        owner, stands_in(journey, now), journey.asked_for_reason, _needs_nobody(journey)
    )


def _needs_nobody(journey: Journey) -> ActsNext | None:
    """Who decided that nobody is needed after the last stay: the hub, which decides pathways
    (domain.md 1.4), or the hospital. None where somebody is, or no pathway is known."""
    last = journey.latest
    if last is None or last.pathway is None or last.complex_pathway:
        return None
    return acting(last.hub, HUB) if last.hub else acting(last.provider, DISCHARGE_COORDINATOR)


def stands_in(journey: Journey, now: datetime) -> ActsNext | None:
    """Who acts where the person has no owner, or one who is away and whom nobody covers: the hub,
    which names owners (domain.md 1.4), or the hospital; or the service that has the person, not one
    that refused them or whose care has ended. None where the policy alone can say."""
    away = journey.off_duty
    # Nobody is responsible for the dead any more; of their death hears whoever was.
    alive = journey.died is None
    responsible = journey.responsible_at(now) if alive else journey.had_at_death
    there = journey.coordinator is not None and (
        away is None or away.over(now) or away.covered_by(now) is not None
    )
    if there or responsible is None:
        return None
    spell = journey.latest
    has = not responsible.in_hospital and not responsible.gone
    if has:
        return acting(responsible.organisation, SERVICE)
    if spell is None:
        return None
    if spell.hub is not None:
        return acting(spell.hub, HUB)
    return acting(spell.provider, DISCHARGE_COORDINATOR)
