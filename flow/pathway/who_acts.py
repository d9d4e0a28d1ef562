"""Whose a role is: the organisation of who acts next on a wait, where the journey tells which.

Whose roles are, and who pays, stand in the code lists `role`, `funder` and `referral_kind`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from flow.events.codes import FUNDERS, REFERRAL_KINDS, ROLES, CodeListError
from flow.pathway.policy import Place
from flow.pathway.policy_values import SERVICE
from flow.pathway.spans import Subject
from flow.pathway.stage import ActsNext
from flow.pathway.subjects import Referral
from flow.pathway.working_hours import Calendars


class Where(NamedTuple):
    """Where the person is and lives: what a wait is labelled with, and whose policy holds.

    `owner` is the organisation of their co-ordinator; `working_hours` are the policy's.
    """

    place: Place
    provider: str | None
    council: str | None
    locality: str | None
    owner: str | None
    working_hours: Calendars


PAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {code: tuple(pays) for code, pays in FUNDERS.saying("pays").items()}
)
"""Who pays by each funder: `council`, `nhs`, `person`; nobody where that is not known."""
PAID_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {code: tuple(pays) for code, pays in REFERRAL_KINDS.saying("pays").items()}
)
"""Who pays for a kind of referral, whatever the funder that was told."""


def payers_of(subject: Subject) -> tuple[str, ...]:
    """Who pays for what a wait is about, as far as events tell."""
    by_kind = PAID_BY.get(subject.kind or "", ()) if isinstance(subject, Referral) else ()
    return by_kind or PAYERS.get(getattr(subject, "funder", None) or "", ())


def _of_the_payer(subject: Subject, where: Where) -> str | None:
    """The council, unless others pay: which integrated care board the NHS's is, no event says."""
    payers = payers_of(subject)
    return where.council if not payers or "council" in payers else None


def _of_the_hospital(subject: Subject, _where: Where) -> str | None:
    return subject.spell.provider if subject.spell is not None else None


def _of_the_hub(subject: Subject, _where: Where) -> str | None:
    return subject.spell.hub if subject.spell is not None else None


_WHOSE: Mapping[str, Callable[[Subject, Where], str | None]] = {
    "hospital": _of_the_hospital,
    "care_transfer_hub": _of_the_hub,
    "service": lambda subject, _where: subject.asked,
    "council": lambda _subject, where: where.council,
    "payer": _of_the_payer,
    "owner": lambda _subject, where: where.owner,
}
_OF: Mapping[str, str] = MappingProxyType({SERVICE: "service", **ROLES.saying("of")})
"""Whose each role is. Of the others no event tells the organisation."""
if not set(_OF.values()) <= _WHOSE.keys():
    raise CodeListError("role: somebody's role whom nothing here finds")

HOSPITAL = frozenset(role for role, whose in _OF.items() if whose == "hospital")
"""Roles in a hospital, which never closes."""


def who_acts(role: str, subject: Subject, where: Where) -> ActsNext:
    """Who acts next where a wait's rule names this role."""
    whose = _WHOSE.get(_OF.get(role, ""))
    return ActsNext(whose(subject, where) if whose is not None else None, role)
