"""When a wait ran: opened and closed as its condition turns true and false.

A `Watch` says of one kind of subject whether a wait runs. After each event that touches a
subject its watches are asked again; where the answer changes, a `Span` opens or closes at the
time of that event and names it. Targets are no business of a span: that is policy.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from mypy_extensions import mypyc_attr

from flow.pathway.mark import Mark

if TYPE_CHECKING:
    from flow.pathway.journey import Journey
    from flow.pathway.subjects import Pause, Spell

Ended = Literal["done", "reset", "cancelled", "died"]
"""Why a wait is over: what was waited for came; the criteria to reside were met again; it makes
no sense any more; the person died."""


@mypyc_attr(serializable=True)  # copied and packed (docs/design.md, "A compiled core")
class Subject:
    """What a wait is about. `about` names it in alerts.

    `newest` holds, for each of `watches`, the index of its newest span in `Journey.spans`, or -1.
    Not the span itself: without circles a journey goes when the last reference to it goes,
    and the garbage collector has nothing to find.
    """

    __slots__ = ("about", "newest")
    watches: ClassVar[tuple["Watch", ...]] = ()
    noun: ClassVar[str | None] = None  # what people call it, where not as the class is called

    def __init__(self, about: str) -> None:
        self.about = about
        self.newest = [-1] * len(self.watches)

    @classmethod
    def called(cls) -> str:
        """What kind of thing it is, in a word."""
        return cls.noun or cls.__name__.lower()

    @property
    def spell(self) -> "Spell | None":
        """The hospital spell that it is, or belongs to."""
        raise NotImplementedError

    @property
    def service(self) -> str | None:
        """The service that has it in hand."""
        return None

    @property
    def paused(self) -> "Sequence[Pause]":
        """When the waits about it stand still, or stood."""
        return ()

    @property
    def asked(self) -> str | None:
        """The organisation that the role `service` means."""
        return self.service

    @property
    def pays(self) -> str | None:
        """Who pays for it, where it is something that is paid for and an event has told; a code of
        `funder`."""
        funder: str | None = getattr(self, "funder", None)
        return funder


class Involved(Subject):
    """What a service outside the ward has to do with a person.

    `paid_before` says who paid for it after each hospital spell that it belonged to before, by
    what the spell is called (`about`). `names_stay` is the spell that it was asked for from, by
    provider and identifier, where nothing else was told of that yet.
    """

    __slots__ = ("names_stay", "paid_before", "service", "spell")
    service: str | None
    spell: "Spell | None"
    paid_before: "tuple[tuple[str, str], ...]"
    names_stay: tuple[str, str] | None

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.service = None
        self.spell = None
        self.paid_before = ()
        self.names_stay = None

    def paid_after(self, spell: "Spell") -> str | None:
        """Who pays, or paid, for it as what this spell in hospital led to; a code of `funder`."""
        if self.spell is spell:
            return self.pays
        return next((by for about, by in self.paid_before[::-1] if about == spell.about), None)


class Watch:
    """One wait of one kind of subject.

    `runs` gives 0 while the wait does not run, else a number; another number means that it
    begins anew (the next review, the next NCTR period). `done` says whether what was waited for
    has come, `reset` whether the criteria to reside are met again; where neither holds and the
    wait runs no more it is cancelled. `causes` names further events that the start rests on.
    `since` is when its time began to run, where that was before the event that starts it.
    `not_before` is a moment before which its time does not run.
    `latest` is a moment by which it is late whatever its target says, `agreed` the time that
    whoever is waited for agreed, which holds until another one is. `until` is when it ends by
    itself, done, where its start says so; `lapses` when it makes no sense any more. Time in a pause
    of its subject does not count, unless `in_pauses`. `pausable`: it can be paused for itself.
    """

    __slots__ = (
        "agreed",
        "causes",
        "done",
        "in_pauses",
        "lapses",
        "latest",
        "not_before",
        "pausable",
        "reset",
        "runs",
        "since",
        "until",
        "wait",
    )

    def __init__(  # noqa: PLR0913 - a table's row: each names one thing that a wait may have
        self,
        wait: str,
        *,
        runs: Callable[["Journey", Any], int],
        done: Callable[[Any], Mark | bool | None],
        reset: Callable[["Journey", Any], bool] = lambda _journey, _subject: False,
        causes: Callable[[Any], tuple[Mark | None, ...]] | None = None,
        since: Callable[["Journey", Any], Mark | None] | None = None,
        not_before: Callable[["Journey", Any], datetime | None] | None = None,
        latest: Callable[[Any], datetime | None] | None = None,
        in_pauses: bool = False,
        until: Callable[[Any], datetime | None] | None = None,
        lapses: Callable[[Any], datetime | None] | None = None,
        agreed: Callable[["Journey", Any], datetime | None] | None = None,
        pausable: bool = True,
    ) -> None:
        self.wait = wait
        self.runs = runs
        self.done = done
        self.reset = reset
        self.causes = causes
        self.since = since
        self.not_before = not_before
        self.latest = latest
        self.in_pauses = in_pauses
        self.until = until
        self.lapses = lapses
        self.agreed = agreed
        self.pausable = pausable


@mypyc_attr(
    serializable=True, acyclic=True
)  # copied and packed (docs/design.md, "A compiled core")
class Span:
    """One period of one wait about one subject. `index` is its place in `Journey.spans`.

    `ends_at` is when it ends by itself, if no event stops it before, `ends_as` how. `paused` are
    pauses of this wait alone (`pauses.py`), `package_pauses` those of the package that it is about.
    """

    __slots__ = (
        "agreed_at",
        "ended",
        "ends_as",
        "ends_at",
        "in_pauses",
        "index",
        "latest",
        "paused",
        "period",
        "started_by",
        "starts_at",
        "stopped_by",
        "stops_at",
        "subject",
        "token",
        "wait",
    )
    in_pauses: bool

    def __init__(
        self, index: int, wait: str, subject: Subject, period: int, token: int, start: Mark
    ) -> None:
        self.index = index
        self.wait = wait
        self.subject = subject
        self.period = period
        self.token = token
        self.starts_at: datetime = start.at
        self.started_by: tuple[str, ...] = (start.by,)
        self.stops_at: datetime | None = None
        self.stopped_by: str | None = None
        self.ended: Ended | None = None
        self.ends_at: datetime | None = None
        self.ends_as: Ended = "done"
        self.latest: datetime | None = None
        self.agreed_at: datetime | None = None
        self.paused: tuple[Pause, ...] = ()

    @property
    def package_pauses(self) -> "Sequence[Pause]":
        return () if self.in_pauses else self.subject.paused

    @property
    def never_began(self) -> bool:
        """Over before the time from which it was to run."""
        return self.stops_at is not None and self.stops_at < self.starts_at

    @property
    def pausable(self) -> bool:
        """Whether its time can stand still."""
        return next(rule.pausable for rule in self.subject.watches if rule.wait == self.wait)


def watch(journey: "Journey", subject: Subject, now: Mark) -> None:
    """Ask every watch of a subject again, because the event `now` touched it."""
    spans = journey.spans
    newest = subject.newest
    alive = journey.died is None
    for index, rule in enumerate(subject.watches):
        token = rule.runs(journey, subject) if alive else 0
        at = newest[index]
        if at < 0:
            if token:
                _open(journey, rule, subject, index, token, now)
            continue
        span = spans[at]
        if span.stops_at is None:
            if span.token == token:
                continue
            _close(journey, rule, span, now)
        elif not alive and span.ended != "done" and _ended_by(span, now):
            span.ended = "died"
        if token and _ended_by(span, now) and span.token == token:
            _go_on(journey, rule, span)
        elif token:
            _open(journey, rule, subject, index, token, now)


def _ended_by(span: Span, now: Mark) -> bool:
    """Whether it ran until this event, and not to an end of its own."""
    by_itself = span.ends_at is not None and span.ends_at <= now.at
    return (span.stops_at, span.stopped_by) == (now.at, now.by) and not by_itself


def _go_on(journey: "Journey", rule: Watch, span: Span) -> None:
    """What an event ends and begins again is one wait, whose time runs on: a discharge may be the
    first that is told of a stay, and whoever waited at home before it still does."""
    span.stops_at = span.stopped_by = span.ended = None
    if rule.until is not None or rule.lapses is not None:
        _ends(rule, span)
    if rule.agreed is not None:
        span.agreed_at = rule.agreed(journey, span.subject)
    journey.touched.append(span)


def begin_anew(journey: "Journey", subject: Subject, index: int, token: int, now: Mark) -> None:
    """As `watch`, for the one watch that the event begins anew, where no other can change."""
    rule = subject.watches[index]
    span = journey.spans[subject.newest[index]]
    assert span.stops_at is None
    assert token == rule.runs(journey, subject)
    _close(journey, rule, span, now)
    _open(journey, rule, subject, index, token, now)


def running(journey: "Journey", subject: Subject) -> Iterator[tuple[Watch, Span]]:
    """The waits about a subject that run, by their rules."""
    for rule, at in zip(subject.watches, subject.newest, strict=True):
        if at >= 0 and journey.spans[at].stops_at is None:
            yield rule, journey.spans[at]


def begin_later(journey: "Journey", subject: Subject, wait: str, now: Mark) -> None:
    """The event `now` shows that a wait which runs has begun only with it, or begins not before
    another time than was known: the same period."""
    for rule, span in running(journey, subject):
        if rule.wait == wait:
            first = rule.not_before(journey, subject) if rule.not_before is not None else None
            span.starts_at = now.at if first is None else max(now.at, first)
            span.started_by = _started_by(rule, subject, now)
            journey.touched.append(span)


def begins_later(journey: "Journey", subject: Subject, now: Mark) -> None:
    """The event `now` may have changed the moment before which a wait does not run."""
    for rule, span in running(journey, subject):
        if rule.not_before is None:
            continue
        first = rule.not_before(journey, subject)
        to_come = first if first is not None and first > now.at else None
        if to_come != (span.starts_at if span.starts_at > now.at else None):
            begin_later(journey, subject, rule.wait, now)


def times_changed(journey: "Journey", subject: Subject) -> None:
    """An event has changed when the waits about a subject end, or are late, by themselves."""
    for rule, span in running(journey, subject):
        if rule.latest is not None and (latest := rule.latest(subject)) is not None:
            span.latest = max(latest, span.starts_at)
            journey.touched.append(span)
        if rule.until is not None or rule.lapses is not None:
            _ends(rule, span)
            journey.touched.append(span)


def _ends(rule: Watch, span: Span) -> None:
    until = rule.until(span.subject) if rule.until is not None else None
    lapses = rule.lapses(span.subject) if rule.lapses is not None else None
    span.ends_at, span.ends_as = until, "done"
    if lapses is not None and (until is None or lapses < until):
        span.ends_at, span.ends_as = lapses, "cancelled"


def agree(journey: "Journey", subject: Subject) -> None:
    """An event has told, or changed, the time that was agreed."""
    for rule, span in running(journey, subject):
        if rule.agreed is not None:
            span.agreed_at = rule.agreed(journey, subject)
            journey.touched.append(span)


def _started_by(
    rule: Watch, subject: Subject, now: Mark, since: Mark | None = None
) -> tuple[str, ...]:
    if rule.causes is None:
        return (now.by,)
    marks = (*rule.causes(subject), since)
    causes = {mark.by for mark in marks if mark is not None and mark.by != now.by}
    return (now.by, *sorted(causes)) if causes else (now.by,)


def _open(
    journey: "Journey", rule: Watch, subject: Subject, index: int, token: int, now: Mark
) -> None:
    before = subject.newest[index]
    period = _next_period(journey.spans[before]) if before >= 0 else 1
    span = Span(len(journey.spans), rule.wait, subject, period, token, now)
    since = rule.since(journey, subject) if rule.since is not None else None
    span.started_by = _started_by(rule, subject, now, since)
    if since is not None:
        span.starts_at = min(since.at, now.at)
    if rule.not_before is not None and (first := rule.not_before(journey, subject)) is not None:
        span.starts_at = max(span.starts_at, first)
    span.in_pauses = rule.in_pauses
    if rule.latest is not None and (latest := rule.latest(subject)) is not None:
        span.latest = max(latest, now.at)
    if rule.until is not None or rule.lapses is not None:
        _ends(rule, span)
    if rule.agreed is not None:
        span.agreed_at = rule.agreed(journey, subject)
    subject.newest[index] = span.index
    journey.spans.append(span)
    journey.touched.append(span)


def _next_period(before: Span) -> int:
    """What was over before it began was none."""
    return before.period if before.never_began else before.period + 1


def _close(journey: "Journey", rule: Watch, span: Span, now: Mark) -> None:
    subject = span.subject
    if span.ends_at is not None and span.ends_at <= now.at:
        over_by_itself(span)
        journey.touched.append(span)
        return
    span.stops_at, span.stopped_by = now.at, now.by
    if journey.died is not None:
        span.ended = "died"
    elif rule.done(span):
        span.ended = "done"
    elif rule.reset(journey, subject):
        span.ended = "reset"
    else:
        span.ended = "cancelled"
    journey.touched.append(span)


def over_by_itself(span: Span) -> None:
    """The time has come at which what started it said that it would end."""
    span.stops_at, span.stopped_by, span.ended = span.ends_at, span.started_by[0], span.ends_as
