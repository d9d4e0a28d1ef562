"""Who has a person in hand and who answers by name, walked in time order. Standard library only.

Part of `topic_figures.py`. Stated a second time: in hospital the hospital; else the service that
began last, or accepted last of somebody in no centre, and has not ended, nurses and the like
only where nobody else has; else, as long as somebody
is still to come or an assessment has a step to take, whoever had the person last; else nobody.
"""

from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.metrics.topic_arranged import (
    AS_GOOD_ONLY_AS,
    BRING_NOBODY,
    MAY_NEVER_COME,
    VISITED_AT_HOME,
    all_care,
    being_planned,
    calls_for_an_owner,
    calls_for_care,
    left_out,
    unarranged_since,
)
from tests.metrics.topic_events import Event
from tests.metrics.topic_services import ONE_OF_SEVERAL
from tests.metrics.topic_subjects import Service, When

if TYPE_CHECKING:
    from tests.metrics.topic_journeys import Journey

NO_CARE = {*BRING_NOBODY, MAY_NEVER_COME}


@dataclass
class Owner:
    organisation: str
    name: str
    at: datetime
    service: str | None
    under: str | None
    """Who had the person when they took them on."""
    role: str | None = None

    @property
    def of_the_council(self) -> bool:
        """A social worker for none of its services, and not the hospital's own."""
        apart = self.service is None and self.organisation != self.under
        return self.role == "social_worker" and apart

    def may_own_at(self, organisation: str) -> bool:
        return organisation in (self.organisation, self.service, self.under)


@dataclass
class Away:
    number: int
    back_at: datetime | None
    cover: str | None
    without_cover: bool
    cover_back_at: datetime | None = None

    def ended_by(self, at: datetime) -> bool:
        return self.back_at is not None and self.back_at <= at

    def somebody_comes_at(self) -> datetime | None:
        told = [each for each in (self.back_at, self.cover_back_at) if each is not None]
        return min(told) if told else None


@dataclass
class Owners:
    owner: Owner | None = None
    away: Away | None = None
    passed_on: bool = True
    managed: set[object] = field(default_factory=set)
    """Stays to which a case manager was assigned."""
    has: str | None = None
    let_go_at: datetime | None = None
    off: dict[str, tuple[datetime, datetime | None]] = field(default_factory=dict)
    """Whoever is off duty: from when, and back when."""
    named: dict[str, str | None] = field(default_factory=dict)
    """And whom they named to cover."""
    moves: dict[str, int] = field(default_factory=dict)
    had: dict[str, str | None] = field(default_factory=dict)

    def step(self, journey: "Journey", event: Event) -> None:
        """After the event has moved everything else."""
        data = event.data
        passes_on = ("handover-sent", "referred-to-care-transfer-hub", "patient-discharged",
                     "assessment-allocated")  # fmt: skip
        if event.type in passes_on or (
            event.type == "referral-made" and data["kind"] == "care_transfer_hub"
        ):
            self.passed_on = True
        if event.type == "handover-rejected":  # whoever had accepted gives the person back
            of = journey.handovers[data["handover_id"]]
            self.passed_on |= bool(of.rejected and of.accepted and of.over_at == event.when)
        self.moved(journey, event.at)
        if event.type == "coordinator-assigned":
            self._assigned(journey, event, data["coordinator"], data.get("service"))
        elif event.type == "case-manager-assigned":
            if journey.spells.get(event.spell) is (journey.current or journey.latest):
                spell = journey.spells[event.spell]
                self.passed_on |= event.spell not in self.managed and spell.hub_referred
                self.managed.add(event.spell)
                self._assigned(journey, event, data["case_manager"], None)
        elif event.type == "coordinator-off-duty":
            self._off_duty(journey, event)

    def moved(self, journey: "Journey", at: datetime) -> None:
        before, self.has = self.has, _has(journey)
        if before != self.has:
            self.passed_on = True
            if self.has is None:
                self.let_go_at = at
            elif before is None and self._of_before(journey):
                self.owner = self.away = None
            elif self.owner is not None:
                self.owner.under = self.owner.under or self.has
        spell = journey.current or journey.latest
        about = spell.about if spell is not None else "person"
        if calls_for_an_owner(journey) and self.had.get(about, "") != self.has:
            first = about not in self.had
            self.had[about] = self.has
            moved = not first or self.has is not None
            self.moves[about] = self.moves.get(about, 0) + moved

    def _of_before(self, journey: "Journey") -> bool:
        if self.owner is None or self.let_go_at is None or journey.latest is None:
            return False
        return self.owner.at <= self.let_go_at <= journey.latest.began_at

    def _assigned(self, journey: "Journey", event: Event, name: str, service: str | None) -> None:
        organisation = event.data["organisation"]
        before = self.owner
        owner = Owner(organisation, name, event.at, service, self.has, event.data.get("role"))
        other = before is not None and before.organisation != organisation
        if before is not None and owner.of_the_council and not before.of_the_council:
            other = False  # the council has the case from now on
        journey.findings["two_owners"] += bool(other and not self.away and not self.passed_on)
        self.owner = owner
        self.passed_on = False
        back_at = self.off.get(name, (None, None))[1]
        if back_at is None or back_at <= event.at:
            self.away = None
            self.off.pop(name, None)
        elif self.away is None or before is None or before.name != name:
            number = 1 if self.away is None else self.away.number + 1
            cover = self.named[name] if self.named[name] != name else None
            absence = self.off.get(cover or "")
            away_too = absence is not None and not _there(absence, event.at)
            covered_at = absence[1] if absence is not None and away_too else None
            self.away = Away(number, back_at, cover, away_too or not cover, covered_at)

    def _off_duty(self, journey: "Journey", event: Event) -> None:
        name, cover = event.data["coordinator"], event.data.get("cover")
        text = event.data.get("back_at")
        back_at = datetime.fromisoformat(text) if text else None
        began_at, was_back_at = self.off.get(name, (event.at, None))
        said_once_more = back_at is not None and began_at <= back_at <= event.at
        if was_back_at is not None and was_back_at <= event.at and not said_once_more:
            began_at = event.at
        if back_at is not None and back_at < began_at:
            journey.findings["back_before_off_duty"] += 1
            back_at = None
        back_already = back_at is not None and back_at <= event.at
        self.off[name] = began_at, back_at
        self.named[name] = cover
        away_too = cover in self.off and not _there(self.off[cover], event.at)
        away = self.away
        number = 1
        if away is not None:
            came_at = away.somebody_comes_at()
            number = away.number + (came_at is not None and came_at <= event.at)
        if self.owner is not None and self.owner.name == name:
            journey.findings["cover_off_duty"] += away_too
            cover_back_at = self.off[str(cover)][1] if away_too and cover != name else None
            nobody = away_too or not cover
            covers = cover if cover != name or not away_too else None
            gone_now = Away(number, back_at, covers, nobody, cover_back_at)
            self.away = None if back_already else gone_now
        elif away is not None and away.cover == name and not away.ended_by(event.at):
            journey.findings["cover_off_duty"] += away_too
            cover = None if away_too else cover
            gone = not back_already and not cover
            passed_to = cover if cover and not back_already else name
            self.away = Away(number, away.back_at, passed_to, gone, back_at if gone else None)
        else:
            journey.findings["coordinator_unknown"] += 1

    def _later(self, journey: "Journey") -> list[tuple[datetime, str | None]]:
        """Who has the person from each end on that no event need tell."""
        ends = journey.ends_unseen()
        if not ends:
            return []
        later, found = deepcopy(journey), []
        for end in ends:
            later.see_ends(end)
            found.append((end[0], _has(later)))
        return found

    def _council_has_the_case(self, journey: "Journey") -> bool:
        last = journey.current or journey.latest
        in_hospital = last is not None and last.provider == self.has
        return self.owner is not None and self.owner.of_the_council and not in_hospital

    def waits(self, journey: "Journey", about: str) -> Iterator[tuple[str, int, datetime | None]]:
        """Waits about the spell that the person is in or was in last: which, number, own end."""
        if not calls_for_an_owner(journey) or self.has is None:
            return
        later = self._later(journey)
        nobody = min((at for at, has in later if has is None), default=None)
        another = min((at for at, has in later if has != self.has), default=None)
        if self.owner is None:
            yield "owner_named", 1, nobody
        elif not self.owner.may_own_at(self.has) and not self._council_has_the_case(journey):
            yield "owner_follows", self.moves[about], another
        if self.away is not None and self.away.without_cover:
            ends = [each for each in (self.away.somebody_comes_at(), nobody) if each]
            yield "owner_cover", self.away.number, min(ends, default=None)


def _there(absence: tuple[datetime, datetime | None], at: datetime) -> bool:
    return absence[1] is not None and absence[1] <= at


def _has(journey: "Journey") -> str | None:
    if journey.died_at is not None:
        return None
    in_centre = journey.staying.service if journey.staying else None
    here = journey.current.provider if journey.current else in_centre
    if here:
        return here
    left_at = journey.latest.discharged_at if journey.latest else None
    had = [
        (service, since, until)
        for service, since, until in _spans(journey)
        if service and since and (until is None or left_at is None or until[0] > left_at)
    ]
    has = [(since, service) for service, since, until in had if until is None]
    if has:
        caring = (span for span in _spans(journey, but=AS_GOOD_ONLY_AS) if span[1] and not span[2])
        main = [(since, service) for service, since, _ in caring if service and since]
        return max(main or has, key=lambda each: each[0])[1]
    over = max(((until, service) for service, _, until in had if until), default=None)
    if not _somebody_to_come(journey, over[0][0] if over else None):
        return None
    if over:
        return over[1]
    return journey.latest.provider if journey.latest else None


def at_once(journey: "Journey", now: datetime) -> Iterator[str]:
    """Which two have, or had for more than a day, what only one can have, and which stays were left
    open; by rule."""
    ends = [end for end in journey.ends_unseen() if end[0] <= now]
    journey = deepcopy(journey) if ends else journey
    for end in ends:
        journey.see_ends(end)
    known = [spell for spell in journey.spells.values() if spell.admission_known]
    hospitals = [
        (spell.began_at, spell.noted_by or "", spell.provider,
         spell.discharged_at or spell.overtaken_on,
         spell.began_at if spell.admitted_by in ("2B", "81") else None)
        for spell in known
    ]  # fmt: skip
    for _ in _pairs(hospitals):
        yield "two_hospitals"
    for spell in journey.spells.values():
        if spell.left_open and spell.unended:
            yield "spell_left_open"
    offered = [
        (h.accepted_at[0], h.accepted_at[1], h.service, h.over_at[0] if h.over_at else None,
         h.sent_on)
        for h in journey.handovers.values()
        if h.accepted_at and h.service and h.spell is journey.latest
    ]  # fmt: skip
    moved = [*_moved_in(journey, offered), *_intruding(journey)]
    for _ in [*_pairs(offered), *_two_that_care(journey, offered), *moved]:
        yield "two_services"


def _two_that_care(
    journey: "Journey", offered: Sequence["_Having"]
) -> Iterator[tuple["_Having", "_Having"]]:
    """By packages, or by visits of a referral of a kind that one service gives: two packages; two
    of one kind; one beside an accepted offer; one that began in somebody's centre."""
    packages, caring = [], []
    for package in journey.packages.values():
        began, on_hold = package.in_place_at, package.paused_because is not None
        given_up = package.nobody_has_it or package.lapsed is not None
        if began and package.service and not on_hold and not given_up:
            ended = package.over_at[0] if package.over_at else None
            sent_on = _last_offered(journey, package.service)
            packages.append((*began, package.service, ended, sent_on))
            of = journey.referrals.get(package.referral or "")
            kind = (of.kind if of else None) or "home_care"
            asked_on = _newer(sent_on, package.asked_on or package.made_on)
            caring.append(("package", kind, (*began, package.service, ended, asked_on)))
    for visits in journey.cared_by_visits:
        if visits.service and visits.kind in ONE_OF_SEVERAL and visits.alone_at:
            over = visits.alone_until[0] if visits.alone_until else None
            asked_on = _newer(_last_offered(journey, visits.service), visits.made_on)
            caring.append(
                ("visits", visits.kind, (*visits.alone_at, visits.service, over, asked_on))
            )
    yield from _pairs(packages)
    for number, (how, kind, having) in enumerate(caring):
        for other_how, other_kind, other in caring[:number]:
            if kind == other_kind and "visits" in (how, other_how):
                yield from _pairs([having, other])
        for offer in offered:
            yield from _pairs([having, offer])
        for stay in journey.stays.values():
            if (
                stay.begun_at
                and stay.service
                and stay.begun_at < having[:2]
                and kind in VISITED_AT_HOME
            ):
                left = stay.over_at[0] if stay.over_at else None
                there = (*stay.begun_at, stay.service, left, None)
                yield from _pairs([(*having[:4], None), there])


def _moved_in(
    journey: "Journey", offered: Sequence["_Having"]
) -> Iterator[tuple["_Having", "_Having"]]:
    """Into a centre whom neither a referral nor an offer had led there, since another accepted."""
    for stay in journey.stays.values():
        if stay.begun_at and stay.service:
            led_here = journey.referrals.get(stay.referral or "")
            referred_on = led_here.made_on if led_here else None
            asked_on = _newer(referred_on, _last_offered(journey, stay.service))
            left = stay.over_at[0] if stay.over_at else None
            there = (*stay.begun_at, stay.service, left, asked_on)
            for offer in offered:
                if offer[:2] < there[:2]:
                    yield from _pairs([offer, there])


def _intruding(journey: "Journey") -> Iterator[tuple["_Having", "_Having"]]:
    """Under a package of somebody else, who neither was referred to nor offered the person."""
    for package in journey.packages.values():
        for had, since, service, came in package.intruders:
            asked_on = _last_offered(journey, service)
            for referral in journey.referrals.values():
                if referral.service == service and referral.kind in VISITED_AT_HOME:
                    asked_on = _newer(asked_on, referral.made_on)
            yield from _pairs([(*since, had, None, None), (*came, service, None, asked_on)])


def _last_offered(journey: "Journey", service: str) -> datetime | None:
    sent = [
        each.sent_on
        for each in journey.handovers.values()
        if each.service == service and each.sent_on
    ]
    return max(sent, default=None)


def _newer(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each), default=None)


_Having = tuple[datetime, str, str, datetime | None, datetime | None]
"""Since when, by which event, who, until when, and when they were asked to take the person."""


def _pairs(having: Sequence[_Having]) -> Iterator[tuple[_Having, _Having]]:
    order = sorted(having, key=lambda each: each[:2])
    for number, later in enumerate(order):
        for earlier in order[:number]:
            gone = earlier[3] is not None and earlier[3] - later[0] <= timedelta(days=1)
            passed = later[4] is not None and later[4] >= earlier[0]
            if earlier[2] != later[2] and not gone and not passed:
                yield earlier, later


def _spans(
    journey: "Journey", but: Collection[str] = ()
) -> Iterator[tuple[str | None, When | None, When | None]]:
    yield from all_care(journey, but=but)
    for handover in journey.handovers.values():
        if handover.spell is journey.latest:
            yield from handover.gave
            yield handover.service, handover.accepted_at, handover.over_at


def _refused_last(handover: Service, had_until: datetime | None) -> bool:
    if not handover.rejected:
        return False
    (refused_at, _), _ = handover.refused["rejected"]
    return had_until is None or refused_at >= had_until


def _leaves_alone(journey: "Journey", referral: Service) -> bool:
    """Whoever is at home until it comes; a mental health team is all the care of some pathways."""
    if referral.kind == "mental_health_community":
        return calls_for_care(journey, journey.latest)
    return referral.kind not in NO_CARE


def _somebody_to_come(journey: "Journey", had_until: datetime | None) -> bool:
    """A refusal counts as long as nobody has had the person later."""
    asked: list[Service] = [
        package
        for package in journey.packages.values()
        if package.is_awaited and not left_out(journey, package)
    ]
    asked += [
        referral
        for referral in journey.referrals.values()
        if referral.asked and not referral.closed and _leaves_alone(journey, referral)
        if not left_out(journey, referral)
    ]
    asked += [
        handover
        for handover in journey.handovers.values()
        if handover.spell is journey.latest
        and (handover.unanswered or _refused_last(handover, had_until))
    ]
    latest = journey.latest
    alone = latest is None or latest.discharged_at is not None
    if alone and unarranged_since(journey, latest) is not None:
        return True
    return bool(asked) or being_planned(journey, journey.latest)
