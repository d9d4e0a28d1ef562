"""What a journey is made of, for `topic_figures.py`. Standard library only."""

from dataclasses import dataclass, field
from datetime import datetime

When = tuple[datetime, str]
"""When something happened, and the event that says so."""


REHABILITATION = "rehabilitation_bed"


@dataclass(eq=False)
class Reason:
    slug: str
    primary_at: datetime | None = None


@dataclass(eq=False)
class Stayed:
    """What holds still of a stay whose discharge is not believed."""

    ready_since: datetime | None
    unwell: bool
    reasons: list[Reason]
    pathway: str | None
    destination: str
    confirmed: bool
    dropped: list[object] = field(default_factory=list)
    """What the discharge had no use for."""


@dataclass(eq=False)
class Spell:
    provider: str
    spell_id: str
    began_at: datetime
    admission_known: bool = False
    council: str | None = None
    pathway: str | None = None
    destination: str = ""
    confirmed: bool = False
    confirmed_at: datetime | None = None
    edd: bool = False
    reviews: int = 0
    ready_since: datetime | None = None
    periods: int = 0
    unwell: bool = False
    reasons: list[Reason] = field(default_factory=list)
    hub_referred: bool = False
    hub_received: bool = False
    hub_referral: str | None = None
    hub_told_so: bool = False
    """Asked at first with no referral, which nobody can refuse."""
    planned_at: datetime | None = None
    long_stay_reviews: list[datetime] = field(default_factory=list)
    summary_sent: bool = False
    overtaken: bool = False
    elsewhere: datetime | None = None
    """Since when the person is in another hospital, and no end is told here."""
    left_open: bool = False
    """That one has discharged them."""
    discharged_at: datetime | None = None
    method: str | None = None
    gone_to: str | None = None
    """The code of its discharge destination."""
    delay_days: int = 0
    came_from: "Spell | None" = None
    locality: str | None = None
    age_band: str | None = None
    treatment_function: str | None = None
    noted_by: str | None = None
    resets: int = 0
    follow_ups: dict[int, str] = field(default_factory=dict)
    overtaken_on: datetime | None = None
    lacked: list[tuple["When", str | None]] = field(default_factory=list)
    """What nobody was asked for when it began: since when, and which care."""
    admitted_by: str | None = None
    """The admission method."""
    unknown: str = ""
    """The finding that somebody told of it before its admission."""
    leaves_on: str = ""
    """The day on which they are expected to leave."""
    stayed: "Stayed | None" = None
    """What held until the discharge."""
    went_on: bool | None = None
    """Whether another hospital took the person over, once they are in hospital again."""

    @property
    def about(self) -> str:
        return f"{self.provider}:{self.spell_id}"

    @property
    def for_a_birth(self) -> bool:
        """A mother's stay, or a newborn's."""
        return self.admitted_by in ("31", "32") or self.of_a_newborn

    @property
    def of_a_newborn(self) -> bool:
        """Born there, on the way, or at home as intended."""
        return self.admitted_by in ("82", "83", "2C")

    @property
    def supported(self) -> bool:
        return self.pathway in ("P1", "P2", "P3")

    @property
    def goes_on(self) -> bool:
        return self.unended and self.elsewhere is None

    @property
    def unended(self) -> bool:
        return self.discharged_at is None and not self.overtaken

    @property
    def primary(self) -> str | None:
        return primary_of(self.reasons)


def primary_of(reasons: list[Reason]) -> str | None:
    """The reason last marked primary; else the one that has applied longest."""
    marked = [reason for reason in reasons if reason.primary_at is not None]
    if marked:
        newest = max(reason.primary_at for reason in marked if reason.primary_at)
        return [reason for reason in marked if reason.primary_at == newest][-1].slug
    return reasons[0].slug if reasons else None


@dataclass(eq=False)
class Service:
    """A referral, a package, a stay or a handover: what a service is asked for or does."""

    about: str
    spell: Spell | None = None
    service: str | None = None
    kind: str | None = None
    asked: bool = False
    received: bool = False
    accepted: bool = False
    rejected: bool = False
    over: bool = False
    """Withdrawn, ended, left."""
    elsewhere: bool = False
    """Another service that was asked for the same has the person."""
    unplanned: bool = False
    """It was for another pathway than the one decided since."""
    begun: bool = False
    started: bool = False
    visited: bool = False
    referral: str | None = None
    taken_for_over: str | None = None
    """Of a stay: by which finding, as no event had told its end."""
    no_referral_bed: str = REHABILITATION
    """Of a stay: which bed it is, as far as no referral says."""
    sent: int = 0
    sent_on: datetime | None = None
    steps: dict[int, datetime] = field(default_factory=dict)
    """Of an assessment: those taken, from 1, and when first."""
    begun_at: When | None = None
    visited_at: When | None = None
    accepted_at: When | None = None
    over_at: When | None = None
    goals: bool = False
    ready_since: datetime | None = None
    times_ready: int = 0
    reasons: list[Reason] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime | None, str | None]] = field(default_factory=list)
    paused_by: When | None = None
    paused_because: str | None = None
    """Why it is on hold now; empty where nobody said."""
    missed: int = 0
    missed_when: When | None = None
    said_in_place: When | None = None
    """When it was last said to be in place, or to go on."""
    wanted_again: When | None = None
    """When it was asked to go on, the first time since it stands still."""
    asked_last: When | None = None
    goes_on_as: str | None = None
    """The identifier under which its service was asked to go on with it."""
    given_under_another: bool = False
    """What was asked for as this is given under another identifier."""
    pause_told: bool = False
    """Its service says that it is on hold now; a stay in hospital alone says so of any."""
    sure_since: When | None = None
    """When who has it last confirmed."""
    increased: bool = False
    more_asked: bool = False
    """More is asked for than is given; `times_more` counts how often that began."""
    times_more: int = 0
    follows: str | None = None
    """Another service than has it was asked for it, or for more; or has confirmed it."""
    follows_agreed: tuple[bool, datetime | None] = (False, None)
    """Whether they have confirmed, and the first visit that they agreed."""
    no_more: set[str] = field(default_factory=set)
    """Services that others have followed."""
    intruders: list[tuple[str, When, str, When]] = field(default_factory=list)
    """Who gave it, or had started it, since when; and who came then though nobody had asked."""
    more_agreed: bool = False
    increased_at: When | None = None
    given_back: int = 0
    """How often a provider gave it up; `nobody_has_it` after the last time until one confirms."""
    nobody_has_it: bool = False
    care_until: datetime | None = None
    given_back_at: When | None = None
    wanted_anew: bool = False
    """Of a package: asked for since its newest provider gave it back."""
    lapsed: When | None = None
    """Since when nobody gives it: its provider's last day is over, and nobody has it."""
    start_agreed: datetime | None = None
    """Of a package when it was planned to begin, of a referral when the service said so."""
    visit_agreed: datetime | None = None
    receivers: set[str | None] = field(default_factory=set)
    """Of a handover: whoever was to take the person by the events before the last."""
    gave: list[tuple[str | None, When, When]] = field(default_factory=list)
    """What earlier providers gave: who, from, until."""
    going: tuple[str | None, When, When] | None = None
    """Who gave it up and comes still, beside one who has confirmed: who, since, to when."""
    away_since: When | None = None
    """Since when they do not come, but may again."""
    moved: int = 0
    """How often the time changed from which the next one is waited for."""
    missed_before: int = 0
    """Of the visits missed, those of earlier providers."""
    alone_at: When | None = None
    """Of a referral: the first visit, where it belongs to no package; and the end of that care."""
    alone_until: When | None = None
    moved_in: When | None = None
    """Of a referral: the discharge to its bed, until a stay there is told; and when it was left."""
    moved_out: When | None = None
    funder: str | None = None
    paid: dict[str, str] = field(default_factory=dict)
    """By the stay in hospital that it was asked for after: who pays."""
    where_to: str | None = None
    """Of a stay its destination, of a package why it ended."""
    refusals: list[str] = field(default_factory=list)
    refused: dict[str, tuple[When, str]] = field(default_factory=dict)
    """When it was refused or taken back last, and why."""

    @property
    def told_twice(self) -> bool:
        """Refused, because another has been asked for the same."""
        return self.refused.get("rejected", (None, ""))[1] == "duplicate"

    made_on: datetime | None = None
    requested_at: datetime | None = None
    """Of a package: when it was first asked for."""
    referred_at: datetime | None = None
    asked_on: datetime | None = None
    """Of a package: when it was asked of whoever has it, where that was not at first."""
    follows_asked_on: datetime | None = None
    began_on: datetime | None = None
    started_on: datetime | None = None
    first_visit_on: datetime | None = None
    answered_on: datetime | None = None
    increased_on: datetime | None = None
    ended_on: datetime | None = None
    elsewhere_on: datetime | None = None

    @property
    def in_bed(self) -> bool:
        """Of a referral: the person lies there, and nobody says more of it."""
        return bool(self.moved_in) and not self.moved_out and self.alone_at is None

    @property
    def stays_on(self) -> bool:
        """Of a stay: the person is there."""
        return not self.over and not self.elsewhere

    @property
    def unanswered(self) -> bool:
        return bool(self.sent) and not (self.accepted or self.rejected or self.over)

    @property
    def to_be_mended(self) -> bool:
        """Of a handover: refused by a service that had not accepted."""
        return self.rejected and not (self.accepted or self.over)

    @property
    def still_offered(self) -> bool:
        """Of a handover: sent or accepted, and not refused or over."""
        return (bool(self.sent) or self.accepted) and not (self.rejected or self.over)

    @property
    def closed(self) -> bool:
        return self.over or self.rejected or self.begun or self.elsewhere

    @property
    def in_place(self) -> bool:
        return self.came and self.lapsed is None

    @property
    def last_day(self) -> When | None:
        """When it is over by time alone, and by which event."""
        told = self.nobody_has_it and self.care_until is not None and self.in_place
        if not told or self.over or self.given_back_at is None or self.care_until is None:
            return None
        return max(self.care_until, self.given_back_at[0]), self.given_back_at[1]

    @property
    def came(self) -> bool:
        began = {"restart": self.started, "increased": self.increased}
        return self.visited or began.get(self.kind or "", False)

    @property
    def still_comes(self) -> bool:
        """Who gave it up comes, whoever is to come next."""
        return self.going is not None and self.away_since is None

    def is_of_another(self, service: str | None) -> bool:
        """Than the one that has it; where nobody knows who gave it up, any."""
        if service is None:
            return False
        return self.nobody_has_it if self.service is None else service != self.service

    def is_of_who_goes(self, service: str | None) -> bool:
        """Of who gave it up, before their last day, while another is to come."""
        if self.going is None or not self.still_comes or self.nobody_has_it:
            return False
        return service is not None and service == self.going[0]

    @property
    def first_began(self) -> When | None:
        """When whoever gave it first began."""
        before = [*self.gave, *([self.going] if self.going is not None else [])]
        return before[0][1] if before else self.in_place_at

    @property
    def others_before(self) -> bool:
        return bool(self.gave) or self.going is not None

    @property
    def stands_still(self) -> When | None:
        """Since when nobody gives the care that had begun."""
        without = self.paused_because in ("readmitted", "provider_capacity", "")
        return self.paused_by if without and self.in_place else None

    @property
    def stands_still_open(self) -> bool:
        """And it is neither over nor given by others."""
        return self.stands_still is not None and not (self.over or self.elsewhere)

    @property
    def is_given(self) -> bool:
        return self.in_place and not self.over and self.stands_still is None

    @property
    def refused_at(self) -> When | None:
        """Of a package: given back and left alone, by who had not begun, or stood still then and
        told no last day; nobody has been asked for it since."""
        at = self.given_back_at
        known = self.asked or self.accepted or self.started or self.came
        gone = self.over or self.elsewhere or self.lapsed is not None
        if not self.nobody_has_it or at is None or gone or not known:
            return None
        if self.follows is not None or self.still_comes:
            return None
        if self.wanted_anew:
            return None
        if not self.in_place:
            return at
        still = self.stands_still
        in_it = still is not None and at[0] >= still[0] and self.care_until is None
        return at if in_it else None

    @property
    def is_awaited(self) -> bool:
        said = self.others_before and self.accepted  # not only named by another
        waited = self.asked or said or self.lapsed or self.stands_still is not None
        return bool(waited) and not self.over and not self.elsewhere and not self.is_given

    @property
    def in_place_at(self) -> When | None:
        began = {"restart": self.begun_at, "increased": self.increased_at}
        return self.visited_at or began.get(self.kind or "")
