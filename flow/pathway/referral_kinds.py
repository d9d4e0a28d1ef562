"""What the code list `referral_kind` says of each kind: what begins it, which wait runs till then.

A new kind of service is a line of that list and a table of the policy; nothing here names one
but the care transfer hub, which decides where everybody else goes, and what a package is.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from flow.events.codes import (
    CENTRE_DESTINATIONS,
    DESTINATIONS,
    DISCHARGE_DESTINATIONS,
    FOLLOW_UP_STATUSES,
    REFERRAL_KINDS,
    REJECTION_REASONS,
    TASKS,
    Code,
    CodeListError,
)

HUB: Final = "care_transfer_hub"
REHABILITATION = "rehabilitation_bed"
"""What a person has moved into who was referred by nobody."""
HOME_CARE: Final = "home_care"
"""What a package is that no referral asked for."""

_BEGINNINGS = frozenset({"pathway", "first_visit", "package", "bed", "discharge"})
_COUNTS_FROM = frozenset({None, "birth", "home", "leaving", "out_of_hospital", "ready"})


def _begins(kind: Code) -> frozenset[str]:
    return frozenset(kind.attributes.get("begins", ()))


def _kinds_that_begin_with(what: str) -> frozenset[str]:
    return frozenset(kind.code for kind in REFERRAL_KINDS if what in _begins(kind))


def _by(attribute: str) -> Iterator[tuple[str, str]]:
    """Each value of an attribute with the kind that has it."""
    for kind in REFERRAL_KINDS:
        value = kind.attributes.get(attribute)
        for one in (value,) if isinstance(value, str) else value or ():
            yield one, kind.code


def _grouped(attribute: str) -> Mapping[str, tuple[str, ...]]:
    """The kinds of each value of an attribute, in the order of the list."""
    found: dict[str, tuple[str, ...]] = {}
    for value, code in _by(attribute):
        found[value] = (*found.get(value, ()), code)
    return MappingProxyType(found)


def _check(kind: Code) -> None:
    """Raises CodeListError where a line says what no other list knows."""
    told = kind.attributes
    unknown = _begins(kind) - _BEGINNINGS
    unknown |= set(told.get("destinations", ())) - DESTINATIONS.codes
    unknown |= set(told.get("codes", ())) - DISCHARGE_DESTINATIONS.codes
    unknown |= set(told.get("from_centre", ())) - CENTRE_DESTINATIONS.codes
    unknown |= set(told.get("instead_of", ())) - {kind.code, *REFERRAL_KINDS.codes}
    unknown |= {told["bed_is"]} - FOLLOW_UP_STATUSES.codes if "bed_is" in told else set()
    unknown |= set(told.get("follows", ())) - REFERRAL_KINDS.codes
    unknown |= {told["task"]} - TASKS.codes if "task" in told else set()
    unknown |= {told["counts_from"]} - _COUNTS_FROM if "counts_from" in told else set()
    if unknown:
        raise CodeListError(f"referral_kind: {kind.code} names what is not there: {unknown}")
    if kind.code not in told.get("instead_of", [kind.code]):
        raise CodeListError(f"referral_kind: {kind.code} may not come in its own place")
    if (told.get("counts_from") == "leaving") is not ("follows" in told):
        raise CodeListError(f"referral_kind: {kind.code} counts from leaving what it follows up")
    if "wait" in told and not (_begins(kind) or "task" in told):
        raise CodeListError(f"referral_kind: {kind.code} has a wait that nothing ends")


for _kind in REFERRAL_KINDS:
    _check(_kind)

BEDS = _kinds_that_begin_with("bed")
"""Kinds that a move into a bed may fulfil."""
BED_IS = REFERRAL_KINDS.saying("bed_is")
"""Where who has moved into a bed of each kind is."""
if BED_IS.keys() != BEDS:
    raise CodeListError("referral_kind: of each bed it must be said where who lies in it is")
LIVED_IN = frozenset(
    kind for kind, where in BED_IS.items() if where in FOLLOW_UP_STATUSES.marked("is_home")
)
"""Beds in which people live: a stay there is no stay for some time."""
WITH_GOALS = REFERRAL_KINDS.marked("goals")
"""Beds for some weeks, with goals."""

AT_HOME = (_kinds_that_begin_with("package") | _kinds_that_begin_with("first_visit")) - BEDS
"""Kinds that a visit or a package of the same service may fulfil."""

BED_ONLY = BEDS - _kinds_that_begin_with("package") - _kinds_that_begin_with("first_visit")
"""Kinds that nothing but a move into a bed fulfils."""

FIRST_VISIT = _kinds_that_begin_with("first_visit") - _kinds_that_begin_with("package")
"""Kinds that have begun only with the first visit or contact (N10, N12)."""

ONE_PLACE: Final = frozenset(
    kind.code for kind in REFERRAL_KINDS if kind.attributes.get("one_place")
)
"""Kinds for which several services may be asked, of which one gives it."""

GIVEN_AT_HOME: Final = frozenset(
    kind.code for kind in REFERRAL_KINDS if kind.attributes.get("given_at_home")
)
"""Kinds of care that nobody waits for while the person is in a centre."""

TIME_LIMITED = frozenset(
    kind.code for kind in REFERRAL_KINDS if kind.attributes.get("time_limited")
)
"""Kinds of care that are given for some weeks."""

PATHWAYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        kind.code: frozenset(kind.attributes["pathways"])
        for kind in REFERRAL_KINDS
        if "pathways" in kind.attributes
    }
)
"""The pathways on which a kind is given; any, where none are told."""

ONCE: Final = frozenset(kind.code for kind in REFERRAL_KINDS if kind.attributes.get("once"))
"""Kinds of which the first visit is all."""

INSTEAD_OF: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {code: frozenset(kinds) for code, kinds in REFERRAL_KINDS.saying("instead_of").items()}
)
"""In the place of which kinds one may come that were refused, where not of any."""

BESIDE: Final = frozenset(INSTEAD_OF)
"""Kinds that come beside the care of whoever washes, dresses and feeds the person."""

FOLLOWS_ON: Final = GIVEN_AT_HOME - TIME_LIMITED - BESIDE
"""Care at home for good, that may come in the place of any."""


def may_come_instead(kind: str | None, missed: frozenset[str]) -> bool:
    """Whether care of a kind comes in the place of all that is missed."""
    others = INSTEAD_OF.get(kind or "")
    return others is None or missed <= others


NEVER_TOLD: Final = frozenset(
    kind.code for kind in REFERRAL_KINDS if not _begins(kind) and "task" not in kind.attributes
)
"""Kinds whose beginning need not be told by any event: nobody waits for it."""

NO_CARE = REFERRAL_KINDS.marked("no_care")
"""Kinds that are waited for, and are no care: who waits for nothing else is not without care."""

BRING_NOBODY: Final = frozenset({HUB, *NO_CARE})
"""Kinds that bring nobody who cares, begun or not."""

NOT_AWAITED: Final = BRING_NOBODY | NEVER_TOLD
"""Kinds that leave nobody waiting for care, and arrange none while they are asked for: nobody would
be called if it did not come."""

NOT_ALONE: Final = REFERRAL_KINDS.marked("not_alone")
"""Kinds that leave nobody at home without care but on pathway 1 to 3, whose care they may be."""

UNANSWERED = REFERRAL_KINDS.marked("unanswered") | {HUB, *(kind for _, kind in _by("task"))}
"""Kinds that nobody accepts or refuses: the hub decides, a task is done, who is told comes."""

ASKED_ELSEWHERE = REJECTION_REASONS.marked("asked_elsewhere")
"""Reasons for a refusal that say that another has been asked for the same."""

WAITS_FOR = _grouped("wait")
"""The kinds of referral behind each wait from a referral to its beginning."""

COUNTS_FROM: Mapping[str, str] = MappingProxyType(
    {code: value for value, code in _by("counts_from")}
)
"""Of kinds whose wait does not run from the referral: the birth, or readiness to leave the
hospital, or being at home, or out of hospital, or of the bed that they follow up, too."""

FOLLOWS: Mapping[str, frozenset[str]] = MappingProxyType(
    {code: frozenset(beds) for code, beds in REFERRAL_KINDS.saying("follows").items()}
)
"""After which kinds of bed one follows up."""

WITH_A_WINDOW: Mapping[str, str] = MappingProxyType(
    {
        kind: wait
        for wait, kinds in WAITS_FOR.items()
        for kind in kinds
        if kind in REFERRAL_KINDS.marked("window")
    }
)
"""Kinds whose visit is not made before a window opens, and the wait with its time."""

WITH_A_PACKAGE = frozenset(COUNTS_FROM) & _kinds_that_begin_with("package")
"""Kinds for which a package that is asked for says more: `package_start` waits for it."""

WAITED_FOR_ITSELF = _kinds_that_begin_with("package") - WITH_A_PACKAGE
"""Kinds that are waited for as such until a package of theirs begins."""

BEGUN_BY_TASK = _grouped("task")
"""The kinds of referral that each task shows to have begun."""

BEGUN_BY_DISCHARGE = tuple(
    kind.code for kind in REFERRAL_KINDS if _begins(kind) & {"pathway", "discharge"}
)
"""Kinds that the discharge from their stay ends, wherever it leads."""

BEGUN_THERE = _grouped("destinations")
"""The kinds whose place a discharge to this destination shows to be taken up."""

BEGUN_THERE_BY_CODE = _grouped("codes")
"""As much of the national codes of where it leads."""

BEGUN_FROM_CENTRE = _grouped("from_centre")
"""As much of who leaves a centre for this destination."""
