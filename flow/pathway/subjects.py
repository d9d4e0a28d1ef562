"""What a wait can be about: a spell, a referral, a package, a stay in a centre, a handover, and
who owns the person meanwhile.

These classes hold facts and nothing else; the handlers (`spells.py`, `referrals.py`, …) fill
them from events, and `waits.py` and the files it names say of each which waits run.
"""

from datetime import date, datetime
from typing import ClassVar, NamedTuple

from mypy_extensions import mypyc_attr

from flow.pathway.discharge_ready_date import NctrPeriod, ReadyDate
from flow.pathway.mark import Mark
from flow.pathway.referral_kinds import LIVED_IN, REHABILITATION
from flow.pathway.spans import Involved, Subject, Watch


def about_spell(provider: str, spell_id: str) -> str:
    """How alerts name a spell: spell identifiers are unique within a provider only."""
    return f"{provider}:{spell_id}"


class WardStay(NamedTuple):
    """From `since` until the next ward stay or the end of the spell."""

    ward: str
    site: str | None
    since: Mark


class PathwayStep(NamedTuple):
    """A pathway that was expected (`likely`) or decided (`confirmed`)."""

    pathway: str
    status: str
    destination: str | None
    decided: Mark


@mypyc_attr(
    serializable=True, acyclic=True
)  # copied and packed (docs/design.md, "A compiled core")
class DelayReason:
    """A reason to be still in hospital, while it applies (domain.md 2.3)."""

    __slots__ = ("cleared", "primary", "recorded", "slug")

    def __init__(self, slug: str, recorded: Mark) -> None:
        self.slug = slug
        self.recorded = recorded
        self.primary: Mark | None = None  # when it was last marked as the primary one
        self.cleared: Mark | None = None


class ComesToNothing(NamedTuple):
    """What was asked for comes to nothing; `settled` where nobody else has to be asked, `in_vain`
    where neither it nor the same of another service was given. `kind` is which care was refused, or
    None where no care is named."""

    at: Mark
    settled: bool
    in_vain: bool
    kind: str | None


class Spell(Subject):
    """One stay in one hospital provider, from admission to discharge."""

    __slots__ = (
        "admission_known",
        "admission_method",
        "admitted",
        "age_band",
        "case_manager",
        "council",
        "criteria_met",
        "destination",
        "discharge_destination",
        "discharge_method",
        "discharged",
        "edd",
        "edd_revisions",
        "elsewhere",
        "expected_discharge_date",
        "follow_ups",
        "hub",
        "hub_received",
        "hub_referral_id",
        "hub_referred",
        "last_review",
        "left_open",
        "locality",
        "long_stay_reviews",
        "medicines_ready",
        "nctr",
        "overtaken",
        "pathway",
        "pathway_confirmed",
        "pathways",
        "planned",
        "planned_discharge_at",
        "primary",
        "provider",
        "ready",
        "ready_date",
        "reasons",
        "recorded_ready_date",
        "returned_after_days",
        "returned_from",
        "reviews",
        "site",
        "source_of_admission",
        "spell_id",
        "summary_sent",
        "taken_over",
        "tasks",
        "transport_booked",
        "transport_for",
        "treatment_function",
        "unwell",
        "wanting",
        "ward",
        "ward_stays",
    )
    watches: ClassVar[tuple[Watch, ...]] = ()

    def __init__(self, provider: str, spell_id: str, admitted: Mark) -> None:
        super().__init__(about_spell(provider, spell_id))
        self.provider = provider
        self.spell_id = spell_id
        self.admitted = admitted
        self.admission_known = False
        self.site: str | None = None
        self.ward: str | None = None
        self.ward_stays: tuple[WardStay, ...] = ()
        self.admission_method: str | None = None
        self.source_of_admission: str | None = None
        self.treatment_function: str | None = None
        self.age_band: str | None = None
        self.council: str | None = None
        self.locality: str | None = None
        self.returned_from: Spell | None = None
        self.returned_after_days: int | None = None
        self.wanting: tuple[ComesToNothing, ...] = ()  # care that was missing when it began
        self._plan()
        self._leaving()

    def _plan(self) -> None:
        self.edd: Mark | None = None  # when an expected date was first set
        self.expected_discharge_date: date | None = None
        self.edd_revisions = 0
        self.criteria_met: bool | None = None
        self.reviews = 0
        self.last_review: Mark | None = None
        self.nctr: tuple[NctrPeriod, ...] = ()
        self.ready: NctrPeriod | None = None  # the current period without criteria to reside
        self.unwell = False  # criteria are met again after they were not
        self.pathways: tuple[PathwayStep, ...] = ()
        self.pathway: str | None = None
        self.pathway_confirmed: Mark | None = None
        self.destination: str | None = None
        self.planned_discharge_at: datetime | None = None
        self.planned: Mark | None = None
        self.reasons: tuple[DelayReason, ...] = ()
        self.primary: DelayReason | None = None
        self.hub: str | None = None
        self.hub_referral_id: str | None = None
        self.hub_referred: Mark | None = None
        self.hub_received: Mark | None = None
        self.case_manager: tuple[str, str, str | None, Mark] | None = None
        self.long_stay_reviews: tuple[Mark, ...] = ()
        self.tasks: tuple[tuple[str, Mark], ...] = ()

    def _leaving(self) -> None:
        self.medicines_ready: Mark | None = None
        self.transport_booked: Mark | None = None
        self.transport_for: datetime | None = None
        self.overtaken: Mark | None = None  # by another admission there, no discharge between
        self.elsewhere: Mark | None = None  # in another hospital since, and no discharge told
        self.left_open: Mark | None = None  # the discharge from that one: no end is told here
        self.discharged: Mark | None = None
        self.taken_over: bool | None = None  # by another hospital, as the next admission shows
        self.discharge_method: str | None = None
        self.discharge_destination: str | None = None
        self.recorded_ready_date: date | None = None
        self.ready_date: ReadyDate | None = None  # of a finished stay
        self.summary_sent: Mark | None = None
        self.follow_ups: dict[int, str] = {}  # what somebody found on a day after the discharge

    @property
    def spell(self) -> "Spell":
        return self

    @property
    def goes_on(self) -> bool:
        """The person is there: neither discharged, nor overtaken by another admission to the same
        provider, nor in another hospital since."""
        return self.has_no_end and self.elsewhere is None

    @property
    def has_no_end(self) -> bool:
        """No event tells its end: no discharge, nor another admission to the same provider."""
        return self.discharged is None and self.overtaken is None

    @property
    def complex_pathway(self) -> bool:
        """Pathways 1 to 3 need the care transfer hub (domain.md 1.4)."""
        return self.pathway is not None and self.pathway != "P0"


class TakenOn(NamedTuple):
    """A provider has confirmed the package that a referral led to, perhaps with a first visit."""

    service: str
    first_visit_due_at: datetime | None


class Referral(Involved):
    """A service was asked to take the person on."""

    __slots__ = (
        "accepted",
        "council",
        "elsewhere",
        "funder",
        "kind",
        "made",
        "missed",
        "moved_in",
        "needs",
        "off_plan",
        "over",
        "received",
        "referral_id",
        "rejected",
        "rejection_reason",
        "rejections",
        "start_agreed_at",
        "started",
        "taken_on",
        "triaged",
        "visited",
        "withdrawal_reason",
        "withdrawn",
    )
    watches: ClassVar[tuple[Watch, ...]] = ()

    def __init__(self, referral_id: str) -> None:
        super().__init__(referral_id)
        self.referral_id = referral_id
        self.kind: str | None = None
        self.needs: tuple[str, ...] = ()  # what a service must be able to give
        self.funder: str | None = None
        self.council: str | None = None  # told with it: who commissions it
        self.made: Mark | None = None
        self.received: Mark | None = None
        self.triaged: Mark | None = None
        self.accepted: Mark | None = None
        self.start_agreed_at: datetime | None = None
        self.rejected: Mark | None = None
        self.rejection_reason: str | None = None
        self.rejections: tuple[str, ...] = ()  # the reasons of all of them
        self.withdrawn: Mark | None = None
        self.withdrawal_reason: str | None = None
        self.started: Mark | None = None
        self.elsewhere: Mark | None = None  # another service that was asked has the person
        self.off_plan: Mark | None = None  # it was for another pathway than is confirmed since
        self.missed: tuple[Mark, ...] = ()  # visits of no known package
        self.taken_on: TakenOn | None = None  # by whoever gives a package of it (`taken_on.py`)
        self.visited: Mark | None = None  # the first visit to name it, or to belong to it
        self.moved_in: Mark | None = None  # a discharge shows its bed taken up; no stay tells more
        self.over: Mark | None = None  # and when the care that it began is over

    @property
    def came(self) -> Mark | None:
        """When care began of it, as far as no package or stay tells: visits, or a bed."""
        return self.visited or self.moved_in

    @property
    def in_its_bed(self) -> bool:
        """The person has moved in, and not left as far as anything shows."""
        return self.moved_in is not None and self.visited is None and self.over is None

    @property
    def is_home(self) -> bool:
        """The person lives in that bed, as whoever has it is told to have them (`Stay.is_home`)."""
        return self.in_its_bed and self.kind in LIVED_IN

    @property
    def closed(self) -> bool:
        """Nobody prepares any more: rejected, withdrawn, begun, or begun elsewhere."""
        over = self.withdrawn or self.rejected or self.started or self.elsewhere
        return over is not None


class Pause(NamedTuple):
    """A package on hold, or a wait: `until` is None while no event ends it. `planned_until` is when
    whoever paused a wait said that it would end. `told`: by its provider, not shown by a stay."""

    since: Mark
    until: Mark | None
    reason: str | None
    planned_until: datetime | None = None
    told: bool = False


class HandBack(NamedTuple):
    """A provider gives the package up. `over` is when one, the same or another, confirmed it or
    went on with it."""

    handed_back: Mark
    service: str | None
    reason: str
    care_until: datetime | None
    over: Mark | None


class NextProvider(NamedTuple):
    """Another service than has a package, that was asked for it, or for more of it, or has
    confirmed it: it is theirs once they come, or once who has it hands it back to them."""

    service: str
    asked: Mark
    confirmed: Mark | None = None
    first_visit_due_at: datetime | None = None


class Given(NamedTuple):
    """What an earlier provider of a package gave, until another one came, or was to come.

    `until` is None while they come still, to their `last` day at most, though another one has
    confirmed. `halted` is since when they do not, in hospital or a pause, until they go on.
    """

    service: str | None
    since: Mark
    until: Mark | None
    last: Mark | None = None
    halted: Mark | None = None

    @property
    def left_off(self) -> Mark | None:
        """Since when they do not come, for good or for now."""
        return self.until or self.halted


class Unasked(NamedTuple):
    """A service came under a package that another gave, or had in place, and nobody had passed it
    on."""

    had: str
    since: Mark
    service: str
    came: Mark


class Package(Involved):
    """Care at home, asked for and given."""

    __slots__ = (
        "asked_to_take_on",
        "confirmed",
        "council",
        "earlier",
        "elsewhere",
        "end_reason",
        "ended",
        "first_visit",
        "first_visit_due_at",
        "funder",
        "given_as",
        "hand_backs",
        "hours_per_week",
        "increase_asked",
        "increase_confirmed",
        "increase_declined",
        "increased",
        "kind",
        "lapsed",
        "last_asked",
        "last_confirmed",
        "missed",
        "missed_before",
        "next_provider",
        "off_plan",
        "offered",
        "package_id",
        "pauses",
        "planned_start_at",
        "referral_id",
        "requested",
        "restart_asked",
        "restarted",
        "restarted_as",
        "started",
        "times_increased",
        "unasked",
        "visits_per_week",
        "without_part",
    )
    watches: ClassVar[tuple[Watch, ...]] = ()

    def __init__(self, package_id: str) -> None:
        super().__init__(package_id)
        self.package_id = package_id
        self.kind: str | None = None
        self.referral_id: str | None = None
        self.funder: str | None = None
        self.council: str | None = None  # told with it: who commissions it
        self.visits_per_week: int | None = None
        self.hours_per_week: float | None = None
        self.planned_start_at: datetime | None = None
        self.requested: Mark | None = None
        self.last_asked: Mark | None = None  # told again, it is for another stay
        self.offered: Mark | None = None  # to whoever has it, where it was not at first
        self.confirmed: Mark | None = None
        self.last_confirmed: Mark | None = None  # told again, it holds after another stay, too
        self.first_visit_due_at: datetime | None = None
        self.started: Mark | None = None
        self.restart_asked: Mark | None = None  # for the last time in which care stood still
        self.restarted: Mark | None = None  # when what was a restart then was last in place
        self.restarted_as: str | None = None  # the package as which it was last asked to go on
        self.first_visit: Mark | None = None
        self.missed: tuple[Mark, ...] = ()
        self.missed_before = 0  # of them, of earlier providers, or with another time agreed since
        self.earlier: tuple[Given, ...] = ()
        self.lapsed: Mark | None = None  # given up; its last day has passed, nobody took it on
        self.pauses: tuple[Pause, ...] = ()
        self.increased: Mark | None = None
        self.increase_asked: Mark | None = None  # more than is given, and not given yet
        self.times_increased = 0
        self.increase_confirmed = False
        self.increase_declined = False  # or not asked of who has it: somebody has to be
        self.next_provider: NextProvider | None = None
        self.without_part: tuple[str, ...] = ()  # services that others have followed
        self.unasked: tuple[Unasked, ...] = ()  # and whom nobody had asked to
        self.hand_backs: tuple[HandBack, ...] = ()
        self.asked_to_take_on = False  # anybody, since it was handed back last, or to come next
        self.ended: Mark | None = None
        self.end_reason: str | None = None
        self.elsewhere: Mark | None = None  # another service that was asked has begun it
        self.given_as: str | None = None  # the package that gives what was asked for as this
        self.off_plan: Mark | None = None  # it was for another pathway than is confirmed since

    @property
    def start_agreed_at(self) -> datetime | None:
        """The first visit that its provider agreed, else when it was planned to begin."""
        return self.first_visit_due_at or self.planned_start_at

    @property
    def asked_of_them(self) -> Mark | None:
        """When it was asked of whoever has it; where nobody told, when it was first asked for."""
        return self.offered or self.requested

    @property
    def in_place(self) -> Mark | None:
        """When care began of whoever is to give it now."""
        return self.came if self.lapsed is None else None

    @property
    def was_ever_given(self) -> bool:
        """By its provider, or by one before."""
        return self.came is not None or bool(self.earlier)

    @property
    def came(self) -> Mark | None:
        """When care began of its last provider, whether it goes on or not: the first visit, for a
        restart that it goes on, for more that it is."""
        if self.first_visit is not None:
            return self.first_visit
        if self.kind == "restart":
            return self.started
        return self.increased if self.kind == "increased" else None

    @property
    def leaving(self) -> Given | None:
        """What the provider before gives, until the one who has confirmed comes, or their last day
        has passed."""
        newest = self.earlier[-1] if self.earlier else None
        return newest if newest is not None and newest.until is None else None

    @property
    def cared_for_until(self) -> datetime | None:
        """The last day of a provider who comes still."""
        leaving = self.leaving
        if leaving is None or leaving.halted is not None or leaving.last is None:
            return None
        return leaving.last.at

    def say_of_leaving(self, said: Given) -> None:
        """More is known of the provider before."""
        self.earlier = (*self.earlier[:-1], said)

    def leaves_for_good(self, now: Mark) -> None:
        """The provider before, where they come still, or were to come again, does so no more."""
        leaving = self.leaving
        if leaving is not None:
            self.say_of_leaving(leaving._replace(until=leaving.halted or now, halted=None))

    def asked_to_go_on(self, now: Mark) -> None:
        """A restart was asked for; told again, it was asked for when it was told first."""
        assert self.pause is not None
        if self.restart_asked is None or self.restart_asked < self.pause.since:
            self.restart_asked = now

    @property
    def restart_unanswered(self) -> bool:
        """Asked to go on since it is on hold, and its provider has not said that it comes."""
        asked, pause = self.restart_asked, self.pause
        if asked is None or pause is None or asked < pause.since:
            return False
        return not self.restart_confirmed

    @property
    def restart_confirmed(self) -> bool:
        """Its provider has said that it comes, since it was asked last to go on."""
        asked, said = self.restart_asked, self.last_confirmed
        return asked is not None and said is not None and said >= asked

    @property
    def given_up(self) -> HandBack | None:
        """The hand-back of its provider, while nobody has confirmed to go on with it."""
        newest = self.hand_backs[-1] if self.hand_backs else None
        return newest if newest is not None and newest.over is None else None

    def say_of_hand_back(self, said: HandBack) -> None:
        """More is known of the newest one."""
        self.hand_backs = (*self.hand_backs[:-1], said)

    def more_is_given(self) -> None:
        """As much as was asked for."""
        self.increase_asked = None
        self.increase_declined = False

    @property
    def closed(self) -> bool:
        """Nobody prepares or gives it any more: ended, or begun elsewhere."""
        return self.ended is not None or self.elsewhere is not None

    @property
    def began(self) -> Mark | None:
        """When care began that its first provider gave."""
        return self.earlier[0].since if self.earlier else self.came

    @property
    def paused(self) -> tuple[Pause, ...]:
        return self.pauses

    @property
    def pause(self) -> Pause | None:
        """The pause that lasts."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    def say_of_pause(self, said: Pause) -> None:
        """More is known of the one that lasts."""
        self.pauses = (*self.pauses[:-1], said)

    def end_pause(self, now: Mark) -> None:
        """The pause that lasts, where there is one, is over."""
        if self.pause is not None:
            self.pauses = (*self.pauses[:-1], self.pauses[-1]._replace(until=now))


class Stay(Involved):
    """A stay in an independence centre or another bed outside the hospital; `kind` is which, as its
    referral says (`referral_kind`)."""

    __slots__ = (
        "admitted",
        "council",
        "destination",
        "funder",
        "goals_agreed",
        "kind",
        "left",
        "overtaken",
        "primary",
        "ready",
        "reasons",
        "referral_id",
        "stay_id",
        "times_ready",
    )
    watches: ClassVar[tuple[Watch, ...]] = ()

    def __init__(self, stay_id: str) -> None:
        super().__init__(stay_id)
        self.stay_id = stay_id
        self.kind = REHABILITATION
        self.referral_id: str | None = None
        self.funder: str | None = None
        self.council: str | None = None  # told with it: who commissions it
        self.admitted: Mark | None = None
        self.goals_agreed: Mark | None = None
        self.ready: Mark | None = None  # since when the requirements to remain are not met
        self.times_ready = 0
        self.reasons: tuple[DelayReason, ...] = ()
        self.primary: DelayReason | None = None
        self.overtaken: Mark | None = None  # by what shows that it must have ended unseen
        self.left: Mark | None = None
        self.destination: str | None = None

    @property
    def goes_on(self) -> bool:
        """Moved in, and neither left nor overtaken by events elsewhere."""
        return self.admitted is not None and self.left is None and self.overtaken is None

    @property
    def is_home(self) -> bool:
        """The person lives there: it is no stay for some time."""
        return self.kind in LIVED_IN

    @property
    def goes_on_for_a_time(self) -> bool:
        """It goes on, and the person does not live there."""
        return self.goes_on and not self.is_home


class Accepted(NamedTuple):
    """A service had accepted a handover, and has no part in it any more."""

    service: str | None
    since: Mark
    until: Mark


class Handover(Involved):
    """Responsibility offered by one organisation to a service. Sent is not accepted.

    `earlier` is what came of it before it was sent, or accepted, once more after the same stay: who
    had accepted, and until when they had the person. `sent` is when it was sent to who has to
    answer, or has; None where nobody is known to have sent it to them. `asked_before` are services
    for which another is to take the person since. `sender` is the organisation that sent it last.
    """

    __slots__ = (
        "accepted",
        "asked_before",
        "earlier",
        "handover_id",
        "outstanding_items",
        "over",
        "rejected",
        "rejection_reason",
        "sender",
        "sent",
        "times_sent",
    )
    watches: ClassVar[tuple[Watch, ...]] = ()

    def __init__(self, handover_id: str) -> None:
        super().__init__(handover_id)
        self.handover_id = handover_id
        self.outstanding_items: int | None = None
        self.sender: str | None = None
        self.sent: Mark | None = None
        self.times_sent = 0
        self.over: Mark | None = None  # the receiver has no part in it any more, or gave it back
        self.earlier: tuple[Accepted, ...] = ()
        self.asked_before: tuple[str, ...] = ()
        self.accepted: Mark | None = None
        self.rejected: Mark | None = None
        self.rejection_reason: str | None = None

    @property
    def unanswered(self) -> bool:
        """Sent, and neither accepted nor refused while the receiver had the person."""
        answered = self.accepted or self.rejected or self.over
        return self.sent is not None and answered is None

    @property
    def refused(self) -> bool:
        """And not accepted before; to be mended and sent again, as long as it is not `over`."""
        return self.rejected is not None and self.accepted is None and self.over is None

    @property
    def taken_on(self) -> Mark | None:
        """Since when its receiver has accepted, and has a part in it still."""
        return self.accepted if self.over is None else None

    @property
    def stands(self) -> Mark | None:
        """What its receiver has of it: the acceptance, or else the offer that waits for one."""
        if self.over is not None or self.rejected is not None:
            return None
        return self.accepted or self.sent

    def begin_again(self, now: Mark) -> None:
        """Nobody has answered yet, once more; whoever had accepted had the person until `now`."""
        if self.accepted is not None:
            self.earlier += (Accepted(self.service, self.accepted, self.over or now),)
        self.accepted = self.rejected = self.over = None
        self.rejection_reason = None


class Ownership(Involved):
    """Who has a person in hand who needs an owner, or for whom care is to be arranged, in a spell
    and after it, or before any is known (`ownership.py`).

    `off_duty` is the number of the absence that nobody covers, `left_behind` that of the move
    which the co-ordinator did not make; else 0. `followed` is that of the last such move after
    which somebody was assigned (`assigned`: when last) who may answer where the person is now.
    `unarranged` is since when no care after hospital is arranged, `unasked` whether somebody has
    to be asked for it (`arranging.py`). `moves_at` is when the person is another's, and `let_go_at`
    when nobody's, if no more is told; `unasked_from` when somebody will have to be asked then.
    `is_home`: the service that has the person is a care home in which they live.
    """

    __slots__ = (
        "assigned",
        "back_at",
        "followed",
        "held",
        "is_home",
        "left_behind",
        "let_go_at",
        "moves",
        "moves_at",
        "named",
        "off_duty",
        "organisation",
        "unarranged",
        "unasked",
        "unasked_from",
    )
    watches: ClassVar[tuple[Watch, ...]] = ()

    def __init__(self, about: str, spell: Spell | None) -> None:
        super().__init__(about)
        self.spell = spell
        self.organisation: str | None = None
        self.held = False
        self.is_home = False
        self.named = False
        self.off_duty = 0
        self.back_at: datetime | None = None
        self.let_go_at: datetime | None = None
        self.moves = 0
        self.moves_at: datetime | None = None
        self.left_behind = 0
        self.followed = 0
        self.assigned: Mark | None = None
        self.unarranged: Mark | None = None
        self.unasked = False
        self.unasked_from: datetime | None = None

    @property
    def asked(self) -> str | None:
        """Who is responsible names the owner, be it a hospital or a service."""
        return self.organisation
