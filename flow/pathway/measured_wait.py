"""A wait as people see it: a span, measured against the target that holds where the person is."""

from datetime import datetime
from typing import Literal

from mypy_extensions import mypyc_attr

from flow.pathway.pauses import Paused
from flow.pathway.policy import Contribution
from flow.pathway.spans import Ended, Span
from flow.pathway.stage import ActsNext, acting
from flow.pathway.targets import Provenance, Rule
from flow.pathway.who_acts import Where, who_acts

State = Literal["running", "near", "breached", "paused", "stopped"]


Level = tuple[str, datetime]
"""How far a delay has risen, and the moment at which it did. A plain tuple: half the events bring
one, and a named one takes four times as long."""


def no_later(moment: datetime, latest: datetime | None) -> datetime:
    return moment if latest is None else min(moment, latest)


@mypyc_attr(acyclic=True)  # docs/design.md, "A compiled core"
class Wait:
    """One wait, measured. Not changed after it was made; but who acts next is asked of the journey.

    `levels` are those that it has reached; of a stopped wait, those that it reached before.
    `pauses` are when its time stands or stood still, and why.
    `stopped_by` and `ended` say what stopped it and why. `subject` is the kind of thing that it is
    about, in a word. `cover` acts while whoever should is closed. `agreed_at` is when whoever is
    waited for agreed to come: near its target from then on, if that is within it.
    """

    __slots__ = (
        "_subject",
        "_where",
        "about",
        "agreed_at",
        "cover",
        "due_at",
        "ended",
        "id",
        "latest",
        "levels",
        "pathway",
        "pauses",
        "period",
        "rule",
        "series",
        "service",
        "started_by",
        "starts_at",
        "state",
        "stopped_by",
        "stops_at",
        "target_s",
    )

    def __init__(self, span: Span, rule: Rule, where: Where) -> None:
        subject = span.subject
        spell = subject.spell
        self._subject = subject
        self._where = where
        self.id = span.wait
        self.about = subject.about
        self.period = span.period
        self.rule = rule
        self.target_s = rule.target_s
        self.starts_at = span.starts_at
        self.started_by = span.started_by
        self.latest = span.latest
        self.agreed_at: datetime | None = None
        if span.agreed_at is not None and span.agreed_at >= span.starts_at:
            # One that had passed before it was waited for is out of date and says nothing.
            self.agreed_at = span.agreed_at
            self.latest = no_later(span.agreed_at + rule.agreed_grace, span.latest)
        self.pathway = spell.pathway if spell is not None else None
        self.service = subject.service
        self.stops_at: datetime | None = None
        self.stopped_by: tuple[str, ...] = ()
        self.ended: Ended | None = None
        self.levels: tuple[Level, ...] = ()
        self.series: tuple[Contribution, ...] = ()
        self.cover: str | None = None
        self.pauses: tuple[Paused, ...] = ()
        self.state: State
        self.due_at: datetime

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it the same wait through every correction."""
        return (self.id, self.about, self.period)

    @property
    def subject(self) -> str:
        """What kind of thing it is about, in a word."""
        return self._subject.called()

    @property
    def provenance(self) -> Provenance:
        return self.rule.provenance

    @property
    def source(self) -> str:
        return self.rule.source

    @property
    def provider(self) -> str | None:
        return self._where.provider

    @property
    def council(self) -> str | None:
        return self._where.council

    @property
    def locality(self) -> str | None:
        return self._where.locality

    @property
    def acts_next(self) -> ActsNext:
        acts = who_acts(self.rule, self._subject, self._where)
        return acts if self.cover is None else acting(self.cover, acts.role)
