"""One person in the ledger: the history, and what was last published of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flow.engine.bond import Bond
from flow.engine.marker import Marker
from flow.engine.summary import EMPTY, Summary, decode_summary
from flow.events.identity import LINKS
from flow.pathway import Alert, History, Placement, Stage, decode_alert
from flow.pathway.packing import pack_known, unpack_known

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The time before the first tick: nothing is due yet, whatever the order of events."""


@dataclass(slots=True)
class _Known:
    """What was last worked out and told of a person; small while the person rests.

    `alert_data` are alerts that were read and are not decoded yet, by identifier.
    """

    summary: Summary = EMPTY
    stage: Stage | None = None
    placements: tuple[Placement, ...] | None = None
    alerts: dict[str, Alert] = field(default_factory=dict)
    alert_data: dict[str, dict[str, Any]] | None = None


class Person:
    """`alerts` are the open ones. `stage` and `placements` are those of the last assessment here.

    `stored` says whether the state topic holds a summary; `summary_value` is one that was read
    and is not decoded yet. `touched_at` is the clock when the newest event was added.
    `grew` says that events came since somebody last looked at the person.
    `history` holds the events of the reference itself, `bond` what ties it to others.
    Of alerts that are closed only the identifiers are kept, for the day when they are to go.
    """

    __slots__ = (
        "_closed",
        "_known",
        "_packed_known",
        "bond",
        "grew",
        "history",
        "next_at",
        "reference",
        "stored",
        "summary_value",
        "touched_at",
    )

    def __init__(self, reference: str, may_correct: Mapping[str, frozenset[str]]) -> None:
        self.reference = reference
        self.history = History(may_correct)
        self.bond: Bond | None = None
        self.next_at: datetime | None = None
        self.summary_value: bytes | None = None
        self.stored = False
        self.touched_at = BEGINNING
        self.grew = False
        self._known: _Known | None = _Known()
        self._packed_known = b""
        self._closed = b""

    def _held(self) -> _Known:
        known = self._known
        if known is None:
            known = self._known = unpack_known(self._packed_known)
            self._packed_known = b""
        return known

    @property
    def summary(self) -> Summary:
        return self._held().summary

    @summary.setter
    def summary(self, summary: Summary) -> None:
        self._held().summary = summary
        self.next_at = summary.next_at

    @property
    def stage(self) -> Stage | None:
        return self._held().stage

    @property
    def placements(self) -> tuple[Placement, ...] | None:
        return self._held().placements

    def assessed(self, stage: Stage | None, placements: tuple[Placement, ...]) -> None:
        """Remember what an assessment here found."""
        known = self._held()
        known.stage, known.placements = stage, placements

    @property
    def whole(self) -> History:
        """All events of the person: its own, and those of references that point here."""
        return self.history if self.bond is None else self.bond.whole(self.history)

    @property
    def events_count(self) -> int:
        """Events held, its own and copies."""
        copies = 0 if self.bond is None else self.bond.copies_count
        return len(self.history) + copies

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the reference is known, and where it points."""
        if self.bond is not None and self.bond.copies:
            return False
        return all(type(event) in LINKS for event, _ in self.history.events())

    def tied(self) -> Bond:
        """The bond, made where there is none."""
        if self.bond is None:
            self.bond = Bond()
        return self.bond

    def remember(self, marker: Marker) -> None:
        """Earlier events were let go, while the reference stays."""
        self.summary = replace(self.summary, marker=marker)
        self.stored = False

    def rest(self) -> None:
        """Take less memory until touched again."""
        self.history.pack()
        if self._known is not None:
            self._packed_known = pack_known(self._known)
            self._known = None
        if self.bond is not None:
            self.bond.changed()

    def take_summary(self) -> None:
        """Decode the summary that was read, if there was one."""
        if self.summary_value is not None:
            self.summary = decode_summary(self.summary_value)
            self.stored = True
            self.summary_value = None

    @property
    def alerts(self) -> Mapping[str, Alert]:
        known = self._held()
        if known.alert_data is not None:
            known.alerts = {
                identity: decode_alert(data) for identity, data in known.alert_data.items()
            }
            known.alert_data = None
        return known.alerts

    @alerts.setter
    def alerts(self, alerts: dict[str, Alert]) -> None:
        known = self._held()
        known.alerts, known.alert_data = alerts, None

    def note_closed(self, identity: str) -> None:
        """An alert is over; the topic keeps it for as long as the journey is live."""
        packed = UUID(identity).bytes
        if packed not in self._closed_alerts():
            self._closed += packed

    def _closed_alerts(self) -> list[bytes]:
        size_bytes = 16
        closed = self._closed
        return [closed[at : at + size_bytes] for at in range(0, len(closed), size_bytes)]

    def alert_identities(self) -> list[str]:
        """Every alert of this person on the topic, open and closed."""
        closed = [str(UUID(bytes=packed)) for packed in self._closed_alerts()]
        return [*closed, *(each for each in self.alerts if each not in closed)]

    def forget_alert(self, identity: str) -> None:
        """The topic no longer holds an alert."""
        self._closed = b"".join(
            packed for packed in self._closed_alerts() if packed != UUID(identity).bytes
        )
        known = self._held()
        if known.alert_data is not None:
            known.alert_data.pop(identity, None)

    def restore_alert(self, identity: str, data: dict[str, Any]) -> None:
        """An alert as published; the last one of an identity counts, a closed one is over."""
        known = self._held()
        if known.alert_data is None:
            known.alert_data = {}
        if data["state"] == "closed":
            known.alert_data.pop(identity, None)
            self.note_closed(identity)
        else:
            known.alert_data[identity] = data
