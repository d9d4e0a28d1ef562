"""What corrections and cancellations leave of a person's events, before they are folded.

`corrects` names the event that this one replaces or, where its type is a cancellation, voids.
It acts within one history and one source, or between sources that the policy names. Of rival
corrections the one recorded last wins (then the greater content hash). A void that is voided
itself brings its target back. Corrections in a circle void each other. A target that has not
been seen is waited for. A cancellation that names no event undoes the last admission, or
discharge, of its spell before its time. (Design: "Events and topics".)
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from flow.events.admission import AdmissionCancelled, PatientAdmitted
from flow.events.discharge import DischargeCancelled, PatientDischarged
from flow.events.event_types import AnyEvent
from flow.events.identity import LINKS
from flow.pathway.death import tells_of_death
from flow.pathway.findings import Finding
from flow.pathway.journey import UNCORRECTED, NoDeath, Resolution, SpellKey

MayCorrect = Mapping[str, frozenset[str]]
"""By source, the other sources whose events it may correct."""

CANCELLATIONS = (AdmissionCancelled, DischargeCancelled)
_MAY_CHANGE_THE_PAST: Final = frozenset({*CANCELLATIONS, PatientAdmitted})
Events = list[tuple[AnyEvent, str]]
"""In canonical order, each with its identity."""
Order = tuple[datetime, int, datetime, str]
"""What the canonical order goes by: time, rank of the type, when it was recorded, identity."""


def content_hash(event: AnyEvent) -> str:
    """Hash of what an event says, blind to how it was written down and traced."""
    plain = event.model_copy(update={"traceparent": None})
    return sha256(plain.model_dump_json().encode()).hexdigest()


def precedence(event: AnyEvent) -> tuple[object, str]:
    """Of two that contradict each other the greater one stands."""
    return (event.recordedtime, content_hash(event))


def _touches_others(event: AnyEvent) -> bool:
    return event.corrects is not None or isinstance(event, CANCELLATIONS)


def changes_the_past(event: AnyEvent, identity: str, known: Resolution) -> bool:
    """Whether the newest event changes what earlier ones mean, given what is known of them.

    So does what a correction has been waiting for, and an admission to a cancelled spell.
    """
    if event.corrects is not None or identity in known.awaited:
        return True
    if type(event) not in _MAY_CHANGE_THE_PAST:
        return False
    return (
        not isinstance(event, PatientAdmitted)
        or (event.data.provider, event.data.spell_id) in known.void_spells
    )


def moves_what_is_undone(event: AnyEvent, known: Resolution) -> bool:
    """Whether an event that comes late may be what a known cancellation meant to undo."""
    return known != UNCORRECTED and isinstance(event, PatientAdmitted | PatientDischarged)


def replaces_only(event: AnyEvent, identity: str, target: AnyEvent, known: Resolution) -> bool:
    """Whether a correction does no more than to stand in the place of its target, so that all else
    that is known of corrections still holds: the target corrects nothing, was corrected by nothing,
    and no cancellation could mean either of them. A link in its place could leave nothing else of
    the person."""
    of_what_is_undone = (PatientAdmitted, PatientDischarged, *CANCELLATIONS)
    return (
        event.corrects is not None
        and event.source == target.source
        and event.corrects not in known.voided
        and identity not in known.awaited
        and target.corrects is None
        and not isinstance(event, (*of_what_is_undone, *LINKS))
        and not isinstance(target, of_what_is_undone)
        and not tells_of_death(target)
    )


def replaced(known: Resolution, target: str, identity: str) -> Resolution:
    """What is known, and besides that `identity` stands in the place of `target`."""
    return known._replace(voided={**known.voided, target: identity})


def resolve(events: Events, may_correct: MayCorrect) -> tuple[Events, Resolution]:
    """The events that stand, in order, and what became of the others."""
    if not any(_touches_others(event) for event, _ in events):
        return events, UNCORRECTED
    resolver = _Resolver(events, may_correct)
    resolver.follow_corrections()
    resolver.cancel()
    return resolver.result()


class _Resolver:
    def __init__(self, events: Events, may_correct: MayCorrect) -> None:
        self.events = events
        self.may_correct = may_correct
        self.by_identity = {identity: event for event, identity in events}
        self.targets: dict[str, str] = {}
        self.voided: dict[str, str] = {}
        self.awaited: set[str] = set()
        self.findings: list[Finding] = []
        self.cancelled_discharges: set[str] = set()
        self.cancelled_admissions: dict[SpellKey, str] = {}

    def follow_corrections(self) -> None:
        for event, identity in self.events:
            if event.corrects is not None:
                self._aim(event, identity, event.corrects)
        self._void_cycles()
        self._settle()

    def _aim(self, event: AnyEvent, identity: str, target: str) -> None:
        source = target.rpartition("#")[0]
        if source != event.source and source not in self.may_correct.get(event.source, ()):
            self.findings.append(Finding("correction_not_allowed", (identity,)))
        elif target not in self.by_identity:
            self.awaited.add(target)
            self.findings.append(Finding("correction_waits", (identity,)))
        else:
            self.targets[identity] = target

    def _void_cycles(self) -> None:
        """Each event corrects at most one other, so following the arrows finds every circle."""
        seen: set[str] = set()
        for start in sorted(self.targets):
            path: dict[str, None] = {}
            at: str | None = start
            while at is not None and at not in seen and at not in path:
                path[at] = None
                at = self.targets.get(at)
            if at is not None and at in path:
                circle = sorted(list(path)[list(path).index(at) :])
                self.findings.append(Finding("correction_cycle", tuple(circle)))
                for identity in circle:
                    self.voided[identity] = circle[0]
            seen.update(path)
        for identity in self.voided:
            self.targets.pop(identity, None)

    def _settle(self) -> None:
        """From the newest correction back to what it all began with: who stands for whom.

        `stands[x]` is the identity that takes the place of x, or None where x is void.
        """
        correctors: dict[str, list[str]] = {}
        for identity, target in self.targets.items():
            correctors.setdefault(target, []).append(identity)
        stands: dict[str, str | None] = {}
        for identity in self._leaves_first(correctors):
            rivals = [rival for rival in correctors.get(identity, ()) if stands[rival] is not None]
            if not rivals:
                stands[identity] = identity
                continue
            winner = max(rivals, key=lambda rival: precedence(self.by_identity[rival]))
            heir = stands[winner]
            assert heir is not None
            voids = isinstance(self.by_identity[heir], CANCELLATIONS)
            stands[identity] = None if voids else heir
            self.voided[identity] = heir
            if voids:
                self._note_cancelled(self.by_identity[identity], heir)
            for rival in rivals:
                if rival != winner:
                    self._drop(rival, heir, correctors)

    def _leaves_first(self, correctors: Mapping[str, list[str]]) -> list[str]:
        """Every event that others correct after all of those, without recursion."""
        order: list[str] = []
        roots = [identity for identity in correctors if identity not in self.targets]
        while roots:
            identity = roots.pop()
            order.append(identity)
            roots.extend(correctors.get(identity, ()))
        return order[::-1]

    def _drop(self, identity: str, heir: str, correctors: Mapping[str, list[str]]) -> None:
        """A rival that lost, with everything that corrected it, stands for nothing."""
        todo = [identity]
        while todo:
            lost = todo.pop()
            self.voided[lost] = heir
            todo.extend(correctors.get(lost, ()))

    def _note_cancelled(self, target: AnyEvent, cancellation: str) -> None:
        if isinstance(target, PatientDischarged):
            self.cancelled_discharges.add(cancellation)
        elif isinstance(target, PatientAdmitted):
            self.cancelled_admissions[target.data.provider, target.data.spell_id] = cancellation

    def cancel(self) -> None:
        """Cancellations that name no event, each on the last matching one before its time."""
        admissions: dict[SpellKey, list[tuple[AnyEvent, str]]] = {}
        discharges: dict[SpellKey, list[tuple[AnyEvent, str]]] = {}
        for event, identity in self.events:
            if identity in self.voided:
                continue
            if isinstance(event, PatientAdmitted):
                _pile(admissions, event).append((event, identity))
            elif isinstance(event, PatientDischarged):
                _pile(discharges, event).append((event, identity))
            elif isinstance(event, CANCELLATIONS) and event.corrects is None:
                kind = admissions if isinstance(event, AdmissionCancelled) else discharges
                self._undo(kind, event, identity)

    def _undo(
        self,
        kind: dict[SpellKey, list[tuple[AnyEvent, str]]],
        event: AdmissionCancelled | DischargeCancelled,
        identity: str,
    ) -> None:
        pile = _pile(kind, event)
        if not pile:
            self.findings.append(Finding("cancellation_without_target", (identity,)))
            if isinstance(event, AdmissionCancelled):
                # Whether its admission was ever seen or not, the spell did not take place.
                spell = (event.data.provider, event.data.spell_id)
                self.cancelled_admissions.setdefault(spell, identity)
            return
        target, undone = pile.pop()
        self.voided[undone] = identity
        self._note_cancelled(target, identity)

    def result(self) -> tuple[Events, Resolution]:
        standing = [pair for pair in self.events if pair[1] not in self.voided]
        admitted = {
            (event.data.provider, event.data.spell_id)
            for event, _ in standing
            if isinstance(event, PatientAdmitted)
        }
        resolution = Resolution(
            self.voided,
            {
                spell: cancellation
                for spell, cancellation in self.cancelled_admissions.items()
                if spell not in admitted
            },
            frozenset(self.cancelled_discharges),
            frozenset(self.awaited),
            tuple(self.findings),
            None if standing else self.events[0][0].time,
            tuple(self._no_deaths()) if self.voided else (),
        )
        return standing, resolution

    def _no_deaths(self) -> Iterator[NoDeath]:
        for event, identity in self.events:
            by = self.voided.get(identity)
            if by is not None and tells_of_death(event):
                yield NoDeath(event.time, self.by_identity[by].time, by)


def _pile(
    piles: dict[SpellKey, list[tuple[AnyEvent, str]]],
    event: PatientAdmitted | PatientDischarged | AdmissionCancelled | DischargeCancelled,
) -> list[tuple[AnyEvent, str]]:
    return piles.setdefault((event.data.provider, event.data.spell_id), [])


def order_of(event: AnyEvent, identity: str) -> Order:
    return (event.time, event.rank, event.recordedtime, identity)


def sorted_canonically(events: Iterable[tuple[AnyEvent, str]]) -> Events:
    """Order by time, rank of the type, when it was recorded, and identity (design: "core")."""
    return sorted(events, key=lambda pair: order_of(*pair))
