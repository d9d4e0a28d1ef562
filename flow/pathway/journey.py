"""What a person's events say, read in time order. Built by `fold.py`, read by `assessment.py`.

A journey is a function of the set of events alone: no policy, no clock. It is built forward
only; a late event, a correction or a cancellation is folded from a copy of before it, or builds it
anew (`History.journey`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from mypy_extensions import mypyc_attr

from flow.events.outputs import NoticeCause
from flow.pathway.findings import Finding
from flow.pathway.local_days import FAR
from flow.pathway.mark import Mark
from flow.pathway.needs_assessment import NeedsAssessment
from flow.pathway.spans import Involved, Span, Subject, watch
from flow.pathway.subjects import Handover, Ownership, Package, Referral, Spell, Stay

SpellKey = tuple[str, str]
"""(provider, spell identifier)"""

OVERLAP: Final = timedelta(days=1)
"""So long two may have a person at once: who lets go often says so after the next has begun."""

PERSON: Final = "person"
"""What a notice is about that concerns everyone, and the waits for an owner without a spell."""

NoticeKind = Literal[
    "died", "stand_down", "unwell_again", "transferred", "moved", "comes_after_all"
]
NoticeEnd = Literal["done", "reset", "died"]


class Notice(NamedTuple):
    """Something that people must be told at once. It is over when answered or overtaken.

    `kind` is the alert's `wait`. `about` is the receiving service, or the subject where no
    service is known. `cause` is what happened.
    """

    kind: NoticeKind
    about: str
    period: int
    at: Mark
    cause: NoticeCause
    service: str | None
    ended: NoticeEnd | None = None
    ended_by: Mark | None = None


class News(NamedTuple):
    """Why services were told last that the person does not come, or not from there, and when that
    was written down: whoever is asked before then cannot know it (`unawares.py`). `knowing` is what
    was asked for by somebody who did."""

    kind: NoticeKind
    cause: NoticeCause
    at: Mark
    written: datetime
    knowing: tuple[str, ...] = ()


class Answer(NamedTuple):
    """A co-ordinator acknowledged an alert, or snoozed it `until` a time."""

    kind: Literal["acknowledged", "snoozed"]
    at: Mark
    by: str
    until: datetime | None
    reason: str | None


class Coordinator(NamedTuple):
    """The one named person who has taken the journey on; an opaque staff reference.

    `under` is who was responsible when they did: a hub's co-ordinator owns a person in hospital.
    """

    organisation: str
    coordinator: str
    role: str | None
    since: Mark
    service: str | None = None
    under: str | None = None


class Absent(NamedTuple):
    """Somebody is off duty, or was last, as far as this person's events tell, until `back_at` where
    they said so; else until they are assigned again. `cover` is whom they named."""

    coordinator: str
    since: Mark
    back_at: datetime | None
    cover: str | None

    def over(self, at: datetime) -> bool:
        return self.back_at is not None and self.back_at <= at


class OffDuty(NamedTuple):
    """The co-ordinator is away, until `back_at` where that is known, and `cover` answers meanwhile.

    `cover_off`: the cover is away, too, until `cover_back_at` where that is known. `number` counts
    the times that nobody, or nobody any more, was there.
    """

    number: int
    since: Mark
    back_at: datetime | None
    cover: str | None
    cover_off: bool = False
    cover_back_at: datetime | None = None

    def over(self, at: datetime) -> bool:
        """Whether the co-ordinator is back by then."""
        return self.back_at is not None and self.back_at <= at

    def cover_is_back(self, at: datetime) -> bool:
        return self.cover_off and self.cover_back_at is not None and self.cover_back_at <= at

    def covered_by(self, at: datetime) -> str | None:
        return self.cover if not self.cover_off or self.cover_is_back(at) else None

    @property
    def covered(self) -> bool:
        """As far as events have told."""
        return self.cover is not None and not self.cover_off

    @property
    def uncovered_until(self) -> datetime | None:
        """When the co-ordinator, or else the cover, is there again, where either said so."""
        told = [self.back_at, self.cover_back_at if self.cover_off else None]
        return min((back_at for back_at in told if back_at is not None), default=None)


class Responsible(NamedTuple):
    """The hospital or the service that has the person in hand (`ownership.py`).

    `gone`: a service that had the person last, and has no part in it any more: it refused, or its
    care has ended. It remains responsible while somebody is waited for, and is not asked to act.
    `is_home`: the person lives there, in a care home.
    """

    organisation: str
    since: Mark
    in_hospital: bool
    gone: bool = False
    is_home: bool = False


class Link(NamedTuple):
    """Where the reference whose journey this is points, and the event that says so."""

    to: str
    said: Mark


class NoDeath(NamedTuple):
    """A death that was told, and taken back."""

    told_of: datetime
    taken_back: datetime
    by: str


class Resolution(NamedTuple):
    """What corrections and cancellations left of the events (`corrections.py`)."""

    voided: Mapping[str, str]
    """Identity of an event that no longer stands → identity of the event that voided it."""
    void_spells: Mapping[SpellKey, str]
    """Spells whose admission was cancelled → identity of the cancellation. Whatever else is said
    of them does not count."""
    cancelled_discharges: frozenset[str]
    """Identities of the cancellations that undid a discharge."""
    awaited: frozenset[str]
    """Identities that corrections name and that have not been seen."""
    findings: tuple[Finding, ...]
    first_at: datetime | None
    """Time of the first event, where none stands."""
    no_deaths: tuple[NoDeath, ...] = ()

    def takes_back(self, identity: str) -> bool:
        """Whether an event stands in the place of another, or undoes it, or a whole spell."""
        if not self.voided and not self.void_spells:
            return False  # as of most people, at every step
        return identity in self.voided.values() or identity in self.void_spells.values()


UNCORRECTED = Resolution({}, {}, frozenset(), frozenset(), (), None)


@mypyc_attr(
    serializable=True, acyclic=True
)  # copied and packed (docs/design.md, "A compiled core")
class Journey:
    """`spans` are all waits that ever ran, in the order in which they began to."""

    __slots__ = (
        "absent",
        "acts_version",
        "answers",
        "asked_for_reason",
        "assessments",
        "began",
        "coordinator",
        "council",
        "current",
        "died",
        "findings",
        "first_linked_at",
        "had_at_death",
        "handovers",
        "hospital_version",
        "latest",
        "link",
        "linked_at",
        "locality",
        "may_pass_on",
        "memo",
        "named",
        "named_version",
        "newest_at",
        "news",
        "notices",
        "off_duty",
        "owned_by",
        "owned_version",
        "ownerships",
        "packages",
        "reasons_followed",
        "reasons_version",
        "referrals",
        "released",
        "resolution",
        "responsible",
        "responsible_later",
        "services_unasked",
        "services_version",
        "spans",
        "spells",
        "stage_version",
        "stays",
        "steps",
        "taken_back",
        "too_early",
        "touched",
        "visits",
    )

    def __init__(self, resolution: Resolution = UNCORRECTED) -> None:
        self.resolution = resolution
        self.began: datetime | None = None  # time of the first event that stands
        self.newest_at: datetime | None = None  # and of the last
        self.link: Link | None = None
        self.first_linked_at: datetime | None = None  # when a link was first spoken of
        self.linked_at: datetime | None = None  # and when last
        self.spells: dict[SpellKey, Spell] = {}
        self.current: Spell | None = None  # the newest spell that is open
        self.latest: Spell | None = None  # `current`, or else the one that the person left last
        self.referrals: dict[str, Referral] = {}
        self.packages: dict[str, Package] = {}
        self.stays: dict[str, Stay] = {}
        self.handovers: dict[str, Handover] = {}
        self.assessments: dict[str, NeedsAssessment] = {}
        self.visits: dict[str, Mark] = {}  # the first to name a referral, by its identifier
        self.named: dict[str, tuple[str, ...]] = {}  # by service, the events that name it
        self.died: Mark | None = None
        self.coordinator: Coordinator | None = None
        self.off_duty: OffDuty | None = None
        self.absent: tuple[Absent, ...] = ()  # the co-ordinator, covers and others; one for each
        self.responsible: Responsible | None = None
        # Who will be if no more is told: care counts no longer than to its presumed end.
        self.responsible_later: tuple[tuple[Mark, Responsible | None], ...] = ()
        self.had_at_death: Responsible | None = None  # who was responsible when the person died
        self.asked_for_reason: str | None = None  # the service that the delay waits for
        self.released: Mark | None = None  # when nobody was responsible any more
        self.too_early: tuple[tuple[Finding, Mark], ...] = ()  # while in hospital
        self.may_pass_on = True  # another organisation may assign its own co-ordinator
        self.ownerships: dict[str, Ownership] = {}  # of who needs an owner, by `about`
        self.owned_version = (0, 0)
        self.reasons_followed = 0  # the version of reasons that `asked_for_reason` is of
        self.owned_by: tuple[object, ...] = ()  # all that decides which waits for an owner run
        self.answers: dict[tuple[str, str], list[Answer]] = {}
        self.notices: tuple[Notice, ...] = ()
        self.news: News | None = None  # that whoever is asked later may not know yet
        self.taken_back = False  # something was, by what corrects or cancels it
        self.council: str | None = None
        self.locality: str | None = None
        self.findings: tuple[Finding, ...] = resolution.findings
        self.spans: list[Span] = []
        # The event in hand began a stay in hospital: services are asked when all of it is folded.
        self.services_unasked = False
        # For the assessment: what changed since it looked last, and what it remembers.
        self.touched: list[Span] = []
        self.steps = 0  # events folded
        self.hospital_version = 0
        self.reasons_version = 0  # of why the person is still in hospital
        self.acts_version = 0  # of who acts next on waits that an event leaves as they are
        self.services_version = 0
        self.named_version = 0  # of which events name a service that is known
        self.stage_version = 0
        self.memo: object | None = None

    def find(self, rule: str, *identities: str) -> None:
        """Note a finding about these events."""
        self.findings += (Finding(rule, tuple(sorted(set(identities)))),)

    def find_early(self, rule: str, now: Mark) -> None:
        """Note that a hospital has the person still, which comes to nothing where it soon says that
        they have left."""
        if self.current is not None:
            self.find(rule, self.current.admitted.by, now.by)
            self.too_early += ((self.findings[-1], now),)

    def let_go_late(self, now: Mark) -> None:
        """The hospital says that the person has left."""
        soon = [found for found, at in self.too_early if now.at - at.at <= OVERLAP]
        self.too_early = ()
        self._settle(soon)

    def ended_late(self, stay: Stay, now: Mark) -> None:
        """So does a centre, whose stay had to be taken for over by then."""
        by, began = stay.overtaken, stay.admitted
        if by is not None and began is not None and now.at - by.at <= OVERLAP:
            events = tuple(sorted({began.by, by.by}))
            self._settle([found for found in self.findings if found.events == events])

    def settle(self, rules: Sequence[str], event: str) -> None:
        """What these rules found in one event is no longer so."""
        alone = (event,)
        self._settle(
            [each for each in self.findings if each.rule in rules and each.events == alone]
        )

    def _settle(self, settled: Sequence[Finding]) -> None:
        if settled:
            self.findings = tuple(found for found in self.findings if found not in settled)

    @property
    def staying(self) -> Stay | None:
        """The stay in a centre that goes on, the newest if there are several; not where the person
        lives."""
        if not self.stays:
            return None
        return next(
            (stay for stay in reversed(self.stays.values()) if stay.goes_on_for_a_time), None
        )

    def responsible_at(self, now: datetime) -> Responsible | None:
        """Who is responsible at a moment not before the newest event."""
        found = self.responsible
        for end, responsible in self.responsible_later:
            if end.at <= now:
                found = responsible
        return found

    def responsible_until(self, now: datetime) -> datetime:
        """When time alone changes that."""
        return next((end.at for end, _ in self.responsible_later if now < end.at), FAR)

    def subjects(self) -> Iterator[Subject]:
        yield from self.spells.values()
        yield from self.referrals.values()
        yield from self.packages.values()
        yield from self.stays.values()
        yield from self.handovers.values()
        yield from self.assessments.values()
        yield from self.ownerships.values()

    def lives(self, council: str | None, locality: str | None) -> None:
        """Where the person lives, as the newest event that says so has it."""
        council = council or self.council
        # A council without a locality means that the person moved and we do not know where.
        locality = locality or (self.locality if council == self.council else None)
        if council != self.council or locality != self.locality:
            self.council, self.locality = council, locality
            self.services_version += 1
            self.stage_version += 1
            self.touched = list(self.spans)

    def asked_with(
        self, asked: Referral | Package | Stay, council: str | None, locality: str | None
    ) -> None:
        """Where the person lives, told with what is asked for or given: that council's it is."""
        if council is None and locality is None:
            return
        self.lives(council, locality)
        if council is not None and council != asked.council:
            if asked.council is not None:
                self.touch_waits_of(asked)  # the hours of whoever acts next may be others
            asked.council = self.council  # the text that is kept already

    def pathway_changed(self, spell: Spell, pathway: str | None) -> None:
        if pathway != spell.pathway:
            spell.pathway = pathway
            self.touch(span for span in self.spans if span.subject.spell is spell)

    def part_of(self, subject: Involved, spell: Spell | None) -> None:
        """Note the spell that a referral, package, stay or handover belongs to."""
        if spell is not None and spell is not subject.spell:
            if subject.spell is not None and (pays := subject.pays) is not None:
                subject.paid_before = (*subject.paid_before, (subject.spell.about, pays))
            subject.spell = spell
            self.services_version += 1  # who pays for the care after which spell
            self.touch_waits_of(subject)

    def served_by(self, subject: Involved, service: str | None) -> None:
        """Note the service of a referral, package, stay or handover, where the event names one."""
        if service is not None and service != subject.service:
            subject.service = service
            self.services_version += 1
            self.touch_waits_of(subject)

    def name(self, service: str, identity: str) -> None:
        """Note that an event names a service."""
        known = self.named.get(service)
        if known is None:
            self.named[service] = (identity,)
            self.services_version += 1
        else:
            self.named[service] = (*known, identity)
            self.named_version += 1

    def touch(self, spans: Iterator[Span]) -> None:
        """The assessment must look at these waits again."""
        self.touched.extend(spans)

    def touch_waits_of(self, subject: Subject) -> None:
        """The assessment must look at all waits about it again."""
        self.touch(span for span in self.spans if span.subject is subject)

    def watch_services(self, now: Mark) -> None:
        """Hospital news concerns whoever prepares for the person: ask their waits again."""
        for referral in self.referrals.values():
            if not referral.closed:
                watch(self, referral, now)
        for package in self.packages.values():
            if package.ended is None:
                watch(self, package, now)
        for stay in self.stays.values():
            if stay.goes_on:
                watch(self, stay, now)
        for handover in self.handovers.values():
            if handover.unanswered or handover.refused:
                watch(self, handover, now)
        for assessment in self.assessments.values():
            watch(self, assessment, now)
