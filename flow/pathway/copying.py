"""A second journey that says the same and grows by itself: where a late event begins from.

Handlers change some things in place: a journey, its waits, what those are about. These are copied;
all else in a journey is never changed once it is made, and shared. (Marks, pauses, notices and
the like are replaced by new ones.)
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flow.pathway.discharge_ready_date import NctrPeriod
from flow.pathway.journey import Journey
from flow.pathway.spans import Involved, Span
from flow.pathway.subjects import DelayReason, Spell, Stay
from flow.pathway.waits import SUBJECTS

T = TypeVar("T")
Key = TypeVar("Key")

GROWS: tuple[type, ...] = (Journey, Span, *SUBJECTS, NctrPeriod, DelayReason)
"""What handlers change in place."""


def own_fields(kind: type) -> tuple[str, ...]:
    """What a class itself adds; one that is compiled names it in a word of the compiler's own."""
    own = vars(kind)
    fields: tuple[str, ...] = own.get("__mypyc_attrs__", own.get("__slots__", ()))
    return fields


def fields_of(kind: type) -> tuple[str, ...]:
    """All of an object's fields, each once."""
    return tuple(dict.fromkeys(name for each in kind.__mro__ for name in own_fields(each)))


def _copier(kind: type) -> Callable[[Any], Any]:
    """A function that makes another one with the same values in all fields.

    Its statements are written out, as those of a dataclass are: a loop takes four times as long,
    and half of a copy's time would go to spans.
    """
    fields = fields_of(kind)
    assert all(name.isidentifier() for name in fields)
    lines = ["def copied(old):", " new = make(kind)"]
    lines += [f" new.{name} = old.{name}" for name in fields]
    names: dict[str, Any] = {"kind": kind, "make": kind.__new__}
    exec("\n".join([*lines, " return new"]), names)  # noqa: S102 - of names in this package alone
    function: Callable[[Any], Any] = names["copied"]
    return function


_COPIED = {kind: _copier(kind) for kind in GROWS}


class _Copies:
    """Of everything that grows one copy."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def make(self, old: T) -> T:
        new: T = _COPIED[type(old)](old)
        self._made[id(old)] = new
        return new

    def all_of(self, held: dict[Key, T]) -> dict[Key, T]:
        return {key: self.make(each) for key, each in held.items()}

    def of(self, old: T) -> T:
        """The copy that was made of it; of nothing, nothing."""
        new: T = old if old is None else self._made[id(old)]
        return new

    def reasons(self, held: Spell | Stay) -> None:
        if held.reasons:
            held.reasons = tuple([self.make(reason) for reason in held.reasons])
            held.primary = self.of(held.primary)

    def within_spell(self, spell: Spell) -> None:
        self.reasons(spell)
        if spell.nctr:
            spell.nctr = tuple([self.make(period) for period in spell.nctr])
            spell.ready = self.of(spell.ready)
        spell.returned_from = self.of(spell.returned_from)
        spell.follow_ups = spell.follow_ups.copy()


def copy_of(journey: Journey) -> Journey:
    """The same journey, assessed by nobody yet; what is folded into one leaves the other alone."""
    copies = _Copies()
    new = copies.make(journey)
    new.spells = copies.all_of(journey.spells)
    new.referrals = copies.all_of(journey.referrals)
    new.packages = copies.all_of(journey.packages)
    new.stays = copies.all_of(journey.stays)
    new.handovers = copies.all_of(journey.handovers)
    new.assessments = copies.all_of(journey.assessments)
    new.ownerships = copies.all_of(journey.ownerships)
    for subject in new.subjects():
        subject.newest = subject.newest.copy()
        if isinstance(subject, Involved):
            subject.spell = copies.of(subject.spell)
    for spell in new.spells.values():
        copies.within_spell(spell)
    for stay in new.stays.values():
        copies.reasons(stay)
    for assessment in new.assessments.values():
        assessment.done = assessment.done.copy()
    new.spans = [copies.make(span) for span in journey.spans]
    for span in new.spans:
        span.subject = copies.of(span.subject)
    new.current, new.latest = copies.of(journey.current), copies.of(journey.latest)
    new.visits, new.named = journey.visits.copy(), journey.named.copy()
    new.answers = {alert: [*answers] for alert, answers in journey.answers.items()}
    new.touched, new.memo = [], None
    return new
