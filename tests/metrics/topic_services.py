"""What services are asked for and do: referrals, packages, stays, handovers. Standard library only.

Part of `topic_figures.py`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.metrics.topic_days import begins, day_of, moment_of
from tests.metrics.topic_events import Event
from tests.metrics.topic_places import beds_taken_up, left_hospital_for, to_be_admitted_until
from tests.metrics.topic_subjects import REHABILITATION, Reason, Service, Spell, When

BED_KINDS = {
    "rehabilitation_bed",
    "care_home",
    "fast_track_chc",
    "hospice_bed",
    "mental_health_bed",
}
MERE_BEDS = BED_KINDS - {"fast_track_chc"}
"""Nothing but a bed."""
ONE_OF_SEVERAL = BED_KINDS | {
    "reablement",
    "home_care",
    "urgent_community_response",
    "health_visiting",
}
"""Several are asked, one gives it."""
AT_HOME = {
    "reablement",
    "community_health",
    "home_care",
    "urgent_community_response",
    "palliative_care",
    "disability_support",
    "mental_health_community",
    "health_visiting",
    "early_years",
}
OF_CARE_THAT_IS_GIVEN = {
    "care-package-paused",
    "care-package-restarted",
    "care-package-increased",
    "care-package-handed-back",
}
"""What these are the first to tell of was given before."""
HUB = "care_transfer_hub"
NO_CARE = {HUB, "equipment", "housing", "health_visiting", "early_years"}
GOES_TO = {"care_home": {"care_home"}, "hospice": {"hospice_bed", "fast_track_chc"}}
"""Kinds of referral that have come true for whoever left a centre for there."""
ONLY_ON = {
    "reablement": "P1",
    "home_care": "P1",
    "rehabilitation_bed": "P2 P3",
    "mental_health_bed": "P2 P3",
    "care_home": "P3",
}
"""The pathways of a kind that does not belong to any."""
STEPS_OF_A_PLAN = (
    "assessment-referred",
    "assessment-allocated",
    "assessment-completed",
    "support-plan-agreed",
    "funding-agreed",
)
NOT_BEGUN_BEFORE_A_VISIT = AT_HOME - {"home_care", "disability_support"}


class Services:
    """The part of a journey beyond the ward. `current` is the spell that the person is in."""

    def __init__(self, findings: Counter[str]) -> None:
        self.findings = findings
        self.spells: dict[tuple[str, str], Spell] = {}
        self.current: Spell | None = None
        self.latest: Spell | None = None
        self.council: str | None = None
        self.locality: str | None = None
        self.referrals: dict[str, Service] = {}
        self.packages: dict[str, Service] = {}
        self.stays: dict[str, Service] = {}
        self.handovers: dict[str, Service] = {}
        self.plans: dict[str, Service] = {}
        self.early: list[tuple[str, datetime]] = []
        self.visited_referrals: dict[str, When] = {}

    @property
    def staying(self) -> Service | None:
        still = [stay for stay in self.stays.values() if stay.stays_on and not self.is_home(stay)]
        return still[-1] if still else None

    def _lives(self, data: Mapping[str, Any]) -> bool:
        council, locality = data.get("council"), data.get("locality")
        if council is None and locality is None:
            return False
        moved = council is not None and council != self.council
        self.council = council or self.council
        self.locality = locality or (None if moved else self.locality)
        return True

    def _named(self, data: Mapping[str, Any]) -> Spell | None:
        """The spell that an event names, else the one that the person is in."""
        return self.spells.get((data.get("provider", ""), data.get("spell_id", ""))) or self.current

    # Referrals.

    def _make(
        self, event: Event, referral_id: str, kind: str, service: str | None, spell: Spell | None
    ) -> Service:
        referral = self.referrals.setdefault(referral_id, Service(referral_id))
        given_up = referral.over or referral.rejected or referral.elsewhere
        if referral.asked and given_up and not referral.begun:
            referral.over = referral.rejected = referral.received = referral.accepted = False
            referral.elsewhere = False
            referral.refused.clear()
            referral.start_agreed = None
        first = not referral.asked
        referral.unplanned = False
        referral.kind, referral.asked, referral.spell = kind, True, spell or referral.spell
        referral.referred_at, referral.service = event.at, service or referral.service
        referral.moved_in = referral.moved_in if kind in MERE_BEDS else None
        if first:
            referral.begun |= referral_id in self.visited_referrals
            referral.alone_at = referral.alone_at or self.visited_referrals.get(referral_id)
            referral.begun |= any(stay.referral == referral_id for stay in self.stays.values())
            for package in self.packages.values():
                self._fulfil(package, referral_id, event)
            if referral.begun:
                self._taken(kind, referral, event.when)
        for stay in self.stays.values():
            if stay.referral == referral_id and kind == "care_home" and stay.stays_on:
                self._left_earlier_beds(stay, event.when)
        return referral

    def _left_earlier_beds(self, home: Service, now: When) -> None:
        """Only its referral tells that the person lives there."""
        moved_at = home.begun_at
        for other in self.stays.values():
            if other is home or not other.stays_on or not moved_at or not other.begun_at:
                continue
            if other.begun_at[0] <= moved_at[0]:
                self.findings["two_open_stays"] += 1
                other.elsewhere, other.over_at, other.reasons = True, moved_at, []
                other.taken_for_over = "two_open_stays"
        if moved_at:
            self._changes_beds(home, moved_at[0], now)

    def _changes_beds(self, stay: Service, moved_at: datetime, now: When) -> None:
        for bed in self.referrals.values():
            keeps = bed.kind == "care_home" and not self.is_home(stay)
            if bed.in_bed and bed.moved_in and bed.moved_in[0] <= moved_at and not keeps:
                bed.moved_out = now

    def _fulfil(self, package: Service, referral_id: str | None, event: Event) -> None:
        """What a package began is what its referral asked for."""
        referral = self.referrals.get(referral_id or "")
        if referral is None or package.referral != referral_id:
            return
        # What nobody had asked for is no package yet because somebody says that it is in place.
        first_visit_needed = referral.kind in NOT_BEGUN_BEFORE_A_VISIT or not package.asked
        if package.visited or (package.started and not first_visit_needed):
            self._comes(referral, event.when)

    def _comes(self, referral: Service, now: When) -> None:
        if not referral.begun:
            referral.begun = True
            self._taken(referral.kind, referral, now)

    def _taken(self, kind: str | None, by: Service | None, now: When) -> None:
        """Nobody else who was asked for it is waited for."""
        for other in self.referrals.values():
            same = other.kind == kind and kind in ONE_OF_SEVERAL
            if same and other is not by and not other.closed:
                other.elsewhere = True
                self._has_no_part(other.service, now)
        if kind not in ONE_OF_SEVERAL:
            return
        for package in self.packages.values():
            named = self.referrals.get(package.referral or "")
            of_it = kind == ((named.kind if named else None) or "home_care")
            begun = package.started or package.visited or package.others_before
            other_one = by is None or not package.service or by.service != package.service
            if (
                package.kind == "new"
                and of_it
                and other_one
                and not (begun or package.over or package.elsewhere)
            ):
                package.elsewhere = True
                self._has_no_part(package.service, now)

    def _has_nothing_to_take(self, service: str | None, event: Event) -> None:
        self._has_no_part(service, event.when)

    def _has_no_part(self, service: str | None, now: When) -> None:
        with_a_part = {r.service for r in self.referrals.values() if not r.closed}
        visiting = [r for r in self.referrals.values() if r.alone_at and not r.alone_until]
        with_a_part |= {r.service for r in visiting}
        with_a_part |= {r.service for r in self.referrals.values() if r.in_bed}
        with_a_part |= {
            package.service
            for package in self.packages.values()
            if not (package.over or package.elsewhere or package.lapsed)
        }
        with_a_part |= {stay.service for stay in self.stays.values() if stay.stays_on}
        with_a_part |= {
            each.follows for each in self.packages.values() if not (each.over or each.elsewhere)
        }
        with_a_part |= {each.going[0] for each in self.packages.values() if each.going}
        if service not in with_a_part:
            self._over_there(service, now)

    def _prepared(self, spell: Spell) -> list[Service]:
        """What was asked for from this stay, and has not come."""
        asked = [each for each in self.referrals.values() if not each.closed]
        asked += [p for p in self.packages.values() if not (p.over or p.elsewhere or p.came)]
        return [each for each in asked if each.spell is spell]

    def _planned(self, spell: Spell) -> list[Service]:
        """A pathway is decided: what was asked for on another one is not part of the plan. All that
        is not so any more."""
        off = []
        for each in self._prepared(spell):
            kind = each.kind
            if each.about in self.packages and each is self.packages[each.about]:
                of = self.referrals.get(each.referral or "")
                goes_on = {"restart": "P0 P1"}.get(each.kind or "")
                meant = goes_on or ONLY_ON.get((of.kind if of else None) or "home_care")
            else:
                meant = ONLY_ON.get(kind or "")
            unplanned = meant is not None and (spell.pathway or "?") not in meant
            off += [each] if unplanned and not each.unplanned else []
            each.unplanned = unplanned
        return off

    def _newest_asked(self, service: str | None) -> Service | None:
        """The newest open referral for care at home that such a service may fulfil."""
        fitting = [
            each
            for each in self.referrals.values()
            if each.kind in AT_HOME and not each.closed and each.service in (None, service)
        ]
        return fitting[-1] if fitting and service else None

    def _begin_all(self, spell: Spell | None, kinds: set[str], now: When) -> None:
        began = [
            referral
            for referral in self.referrals.values()
            if referral.kind in kinds and not referral.closed and referral.spell in (None, spell)
        ]
        into: dict[bool, list[Service]] = {True: [], False: []}
        for referral in began:
            referral.begun = True
            if referral.kind in MERE_BEDS:
                into[referral.accepted].append(referral)
        beds = into[True] or into[False]
        if len({bed.service for bed in beds}) == 1:
            beds[-1].moved_in = now

    def _fulfilled(self, spell: Spell | None, kind: str, named: str | None) -> None:
        """By a task, for the referral that it names, else for the first service that was asked."""
        if named is not None:
            referral = self.referrals.get(named)
            if referral is not None and referral.kind in (None, kind):
                referral.begun |= not referral.closed
            else:
                self.findings["task_unasked"] += 1
            return
        asked = [
            referral
            for referral in self.referrals.values()
            if referral.kind == kind and not referral.closed and referral.spell in (None, spell)
        ]
        several = len({referral.service for referral in asked}) > 1
        self.findings["task_of_several"] += several
        for referral in asked[:1] if several else asked:
            referral.begun = True

    def _referral_made(self, event: Event) -> None:
        data = event.data
        spell = self._named(data) or self.latest
        referral = self._make(event, data["referral_id"], data["kind"], data.get("service"), spell)
        self._lives(data)
        if data["kind"] == HUB and spell is not None:
            self._to_hub(spell, referral)

    def _referred_to_hub(self, spell: Spell, event: Event) -> None:
        referral = None
        if event.data.get("referral_id"):
            hub = event.data.get("hub")
            referral = self._make(event, event.data["referral_id"], HUB, hub, spell)
        self._to_hub(spell, referral)

    @staticmethod
    def _to_hub(spell: Spell, referral: Service | None) -> None:
        spell.hub_told_so = referral is None if not spell.hub_referred else spell.hub_told_so
        spell.hub_referred = True
        if referral is None:
            spell.hub_received = True
        else:
            spell.hub_referral = referral.about
            spell.hub_received |= referral.received
            referral.begun |= spell.discharged_at is not None

    def _referral_answer(self, event: Event) -> None:
        """Received, triaged, accepted, rejected or withdrawn."""
        referral_id = event.data["referral_id"]
        referral = self.referrals.get(referral_id)
        if referral is None:
            self.findings["referral_unknown"] += 1
            referral = Service(referral_id, spell=self.current or self.latest)
            self.referrals[referral_id] = referral
        spell = referral.spell
        if event.type != "referral-withdrawn" and not referral.received:
            referral.received = True
            if referral.kind == HUB and spell is not None:
                spell.hub_received = True
        if event.type in ("referral-received", "referral-accepted"):
            referral.service = event.data.get("service") or referral.service
        if event.type == "referral-accepted":
            self._accepted(referral, moment_of(event.data.get("start_agreed_at")))
        elif event.type == "referral-rejected":
            self.findings["referral_answered_twice"] += referral.accepted
            referral.accepted, referral.rejected = False, True
            referral.refused["rejected"] = (event.when, event.data["reason"])
        elif event.type == "referral-withdrawn":
            referral.over = True
            referral.refused["withdrawn"] = (event.when, event.data.get("reason") or "")
            if referral.alone_at is not None:
                referral.alone_until = referral.alone_until or event.when
            if referral.in_bed:
                referral.moved_out = event.when
        if event.type in ("referral-rejected", "referral-withdrawn"):
            if referral.kind == HUB:
                self._hub_lost_it(referral)
            self._has_nothing_to_take(referral.service, event)

    def _accepted(self, referral: Service, begins_at: datetime | None) -> None:
        self.findings["referral_answered_twice"] += referral.rejected
        referral.accepted, referral.rejected = True, False
        referral.start_agreed = begins_at
        if _is_after(begins_at, referral.missed_when):
            referral.missed = 0
        referral.refused.pop("rejected", None)

    def _hub_lost_it(self, referral: Service) -> None:
        spell = referral.spell
        if spell is None or (spell.discharged_at is not None and spell.confirmed):
            return
        if spell.hub_referral != referral.about:
            return
        spell.hub_referral = None
        if referral.told_twice:
            for other in self.referrals.values():
                if other.kind == HUB and other.spell is spell and not other.closed:
                    spell.hub_referral = other.about
        if spell.hub_referral is None and not (referral.told_twice and spell.hub_told_so):
            spell.hub_referred = spell.hub_received = False

    # Packages and visits.

    def _requested(self, event: Event) -> None:
        data = event.data
        alone = self._nothing_is_known() and data["package_id"] not in self.packages
        self._free(data["package_id"])
        package = self.packages.setdefault(data["package_id"], Service(data["package_id"]))
        if alone and data["kind"] == "increased":
            package.visited, package.visited_at = True, event.when
        package.asked, package.unplanned, package.elsewhere = True, False, False
        package.given_under_another = False
        package.requested_at = package.requested_at or event.at
        package.asked_last = event.when
        package.wanted_anew = package.nobody_has_it
        package.start_agreed = moment_of(data.get("planned_start_at"))
        service, more = data.get("service"), data["kind"] == "increased" and package.in_place
        if more and not package.more_asked:
            package.more_asked, package.times_more = True, package.times_more + 1
            package.more_agreed = False
        of_another = package.is_of_another(service)
        kept = more or package.is_given or (package.nobody_has_it and package.came)
        if of_another and kept:
            self._follows(package, service, event)
            package.follows_asked_on, package.more_agreed = event.at, False
        elif of_another:
            self._passes(package, service, event)
            package.asked_on = event.at
        elif service is not None:
            package.asked_on = package.asked_on if package.service else event.at
            package.service = service
            self._follows(package, None, event)
        if not more and not (of_another and kept):
            package.kind = data["kind"]
        package.referral = data.get("referral_id") or package.referral
        spell = package.spell = self._named(data) or package.spell or self.latest
        self.findings["care_without_stay"] += spell is None and self.staying is None
        stopped = data["kind"] == "restart" and not of_another
        if stopped and package.in_place and package.paused_because is None:
            self._pause(package, event, "readmitted")
        since, asked = package.paused_by, package.wanted_again
        if stopped and package.in_place and since and (asked is None or asked < since):
            package.wanted_again = event.when
        if package.kind != "increased" and not package.came:
            self._is_its_own_care_again(package)
        self._lives(data)
        self._join(package, event)

    def _is_its_own_care_again(self, package: Service) -> None:
        """What its service gave, and gives no more for now, is to go on under this identifier."""
        for old in self.packages.values():
            theirs = package.service is not None and old.service == package.service
            same = theirs and self.care_of(old) == self.care_of(package)
            if same and old is not package and old.stands_still_open:
                old.goes_on_as = package.about

    def care_of(self, package: Service) -> str:
        named = self.referrals.get(package.referral or "")
        return (named.kind if named is not None else None) or "home_care"

    def asked_as(self, package: Service) -> Service | None:
        """The package as which it was asked to go on since it stands still, and is still to."""
        again, since = self.packages.get(package.goes_on_as or ""), package.stands_still
        if again is None or since is None or again.over or again.elsewhere:
            return None
        return again if again.asked_last is not None and again.asked_last >= since else None

    def only_names_of(self, package: Service) -> list[Service]:
        """Under which its service was asked to go on, and under which it gives nothing. One that
        is new, and not the last, may be other care."""
        since, last = package.stands_still, self.asked_as(package)
        if since is None:
            return []
        return [
            each
            for each in self.packages.values()
            if (each is last or _is_restart_since(since, each))
            and self._is_only_another_name(each, package)
            and not (each.over or each.elsewhere)
        ]

    def _is_only_another_name(self, asked: Service, package: Service) -> bool:
        """Of the same service, which has not given it back, for the same care; and never given."""
        if asked is package or asked.kind == "increased" or asked.first_began is not None:
            return False
        same = asked.service is not None and asked.service == package.service
        same = same and self.care_of(asked) == self.care_of(package)
        return same and package.stands_still_open and not package.nobody_has_it

    def _given_under_another(self, name: Service, now: When) -> None:
        """Nothing is to be done for it any more, nor for the referral that asked for it."""
        name.elsewhere, name.nobody_has_it, name.given_under_another = True, False, True
        asked, name.follows, name.follows_agreed = name.follows, None, (False, None)
        if asked is not None:
            self._has_no_part(asked, now)
        self._has_no_part(name.service, now)
        referral = self.referrals.get(name.referral or "")
        if referral is not None and not referral.closed:
            self._comes(referral, now)

    def asked_by_referral(self, package: Service) -> Service | None:
        """The newest that asks its service for it once more, since it stands still."""
        if package.referral is None:
            return None
        asks = [each for each in self.referrals.values() if self._asks_again(each, package)]
        open_still = [each for each in asks if not each.closed]
        return open_still[-1] if open_still else None

    def _asks_again(self, referral: Service, package: Service) -> bool:
        since, of_packages = package.stands_still, {p.referral for p in self.packages.values()}
        if since is None or not package.stands_still_open or package.nobody_has_it:
            return False
        if referral.about in of_packages or referral.kind in (*NO_CARE, "other"):
            return False
        of_it = (referral.service, referral.kind) == (package.service, self.care_of(package))
        asked = referral.referred_at is not None and referral.referred_at >= since[0]
        return of_it and package.service is not None and asked

    def _free(self, package_id: str) -> None:
        """An identifier of care that is over names what is asked for now; what is over is kept."""
        known = self.packages.get(package_id)
        if known is not None and known.over:
            self.findings["event_after_care_ended"] += 1
            del self.packages[package_id]
            self.packages[f"{package_id}, {len(self.packages)}th"] = known

    def _nothing_is_known(self) -> bool:
        """Of a stay, or of anything that was asked for or is given."""
        if self.spells or self.stays:
            return False
        over = all(each.over or each.elsewhere for each in self.packages.values())
        visiting = any(each.alone_at and not each.alone_until for each in self.referrals.values())
        return over and not visiting and all(each.closed for each in self.referrals.values())

    def _follows(
        self,
        package: Service,
        service: str | None,
        event: Event,
        agreed: tuple[bool, datetime | None] = (False, None),
    ) -> None:
        """A service is to come after the one that has it; nobody else is, then."""
        before, package.follows, package.follows_agreed = package.follows, service, agreed
        if before != service:
            package.follows_asked_on = None
        if before is not None and before != service:
            self._has_nothing_to_take(before, event)

    def _passes(self, package: Service, service: str | None, event: Event) -> None:
        """From one to another; or nobody came, and the same one begins anew."""
        had, began = package.service, package.in_place_at
        if began is not None:
            until, given_back = package.care_until, package.given_back_at
            if (
                package.nobody_has_it
                and until is not None
                and given_back is not None
                and until > event.at
                and package.is_given
            ):
                package.going = (had, began, (until, given_back[1]))
                package.away_since = None
            else:
                package.gave.append((had, began, package.lapsed or event.when))
        package.lapsed = package.begun_at = package.visited_at = package.increased_at = None
        package.started = package.visited = package.increased = False
        package.started_on = package.first_visit_on = package.increased_on = None
        package.accepted = package.elsewhere = False
        package.visit_agreed = package.sure_since = None
        package.missed_before = package.missed
        self._no_pause_now(package, event)
        if service is not None and service == package.follows:
            package.more_asked = False
        known = service is not None and service == package.follows
        package.asked_on = package.follows_asked_on if known else None
        package.service = service or had
        self._follows(package, None, event)
        if had is not None and had != package.service:
            package.no_more.add(had)
            self._has_nothing_to_take(had, event)

    def _somebody_comes(self, package: Service, service: str | None, event: Event) -> None:
        """Named, or whoever has it; after a last day whoever was asked."""
        known = {package.service, package.follows, None}
        if service not in known and not package.nobody_has_it and not package.over:
            self._intrudes(package, str(service), event)
        if package.lapsed is not None:
            self._passes(package, service or package.follows, event)
        elif package.is_of_another(service):
            self._passes(package, service, event)
        package.service = service or package.service

    def _intrudes(self, package: Service, service: str, event: Event) -> None:
        """Where another visits it, or has started it since the last stay in hospital began."""
        giving, last = package.in_place_at if package.in_place else None, self.latest
        if giving is None and package.begun_at is not None:
            stale = last is not None and package.begun_at[0] < last.began_at
            giving = None if stale else package.begun_at
        if giving is not None and package.service and package.paused_because is None:
            package.intruders.append((package.service, giving, service, event.when))

    @staticmethod
    def _pause(package: Service, event: Event, reason: str) -> None:
        package.pauses.append((event.at, None, reason))
        package.paused_because, package.paused_by = reason, event.when
        package.pause_told = False

    def _told_to_pause(self, package: Service, event: Event) -> None:
        """Told once more, it counts from then; not where nobody comes anyway."""
        before, why = package.paused_because, event.data.get("reason", "")
        nobody = {"readmitted", "provider_capacity", ""}
        if before is not None:
            package.pause_told = True
            if {before, why} <= nobody if package.in_place else before == why:
                return
            package.pauses[-1] = (package.pauses[-1][0], event.at, before)
        self._pause(package, event, why)
        package.pause_told = True
        if why in nobody:
            self._kept_away(package, event.when)

    def _to_hospital(self, event: Event) -> None:
        """Nobody is cared for at home and in hospital at once, nor afterwards by itself."""
        for package in self.packages.values():
            if package.is_given:
                if package.paused_because is not None:
                    package.pauses[-1] = (package.pauses[-1][0], event.at, package.paused_because)
                self._pause(package, event, "readmitted")
            self._kept_away(package, event.when)
        for referral in self.referrals.values():
            if referral.alone_at is not None:
                referral.alone_until = referral.alone_until or event.when
            if referral.in_bed and referral.kind != "care_home":
                referral.moved_out = event.when

    def _from_hospital(self, spell: Spell, event: Event) -> None:
        """With no new need: what was there before the stay was live all the time; but for what its
        service says stands still, or was asked of it anew. That somebody answered a notice, and
        stays away, is not known here."""
        if left_hospital_for(spell) == "in_hospital":
            return
        for visits in self.cared_by_visits:
            if self._visits_went_on(visits, spell, event.at):
                visits.alone_until = None
        for package in self.packages.values():
            restarts = package.kind == "restart" and package.spell is spell
            if not restarts:
                self._kept_away(package, None)
            again = self.asked_as(package)
            restarts |= package.pause_told or (again is not None and not again.unplanned)
            if package.paused_because == "readmitted" and not restarts:
                package.pauses[-1] = (package.pauses[-1][0], event.at, package.paused_because)
                package.paused_because = None

    def _visits_went_on(self, visits: Service, spell: Spell, now: datetime) -> bool:
        until, began = visits.alone_until, visits.alone_at
        if until is None or began is None or until[0] < spell.began_at or visits.refused:
            return False
        for package in self.packages.values():
            asked = package.kind == "restart" and package.spell is spell and not package.referral
            if asked and package.service and package.service == visits.service:
                return False
        return now < begins(day_of(began[0]) + timedelta(days=91))

    @property
    def cared_by_visits(self) -> list[Service]:
        """Referrals that a first visit made good, and no package is known of."""
        named = {package.referral for package in self.packages.values()}
        return [
            referral
            for referral in self.referrals.values()
            if referral.alone_at is not None
            and referral.about not in named
            and referral.kind not in ("urgent_community_response", "health_visiting")
        ]

    @property
    def mere_beds(self) -> list[Service]:
        """Referrals by whose bed alone, in which the person lies or lay, somebody cares."""
        named = {package.referral for package in self.packages.values()}
        beds = [referral for referral in self.referrals.values() if referral.moved_in]
        return [bed for bed in beds if bed.alone_at is None and bed.about not in named]

    def _gone(self, package: Service, now: When) -> None:
        """Somebody else comes, or nobody is to: who gave it up does not come any more."""
        if package.going is not None:
            service, since, _ = package.going
            package.gave.append((service, since, package.away_since or now))
            package.going = package.away_since = None
            self._has_no_part(service, now)

    @staticmethod
    def _kept_away(package: Service, now: When | None) -> None:
        """Who gave it up does not come `now`, or comes again."""
        if package.going is not None and (package.away_since is None) == (now is not None):
            package.away_since = now
            package.moved += 1

    def _confirmed(self, package: Service, event: Event) -> None:
        service = event.data.get("service") or package.follows
        visit = moment_of(event.data.get("first_visit_due_at"))
        of_another = package.is_of_another(service)
        more = package.more_asked and package.in_place
        if of_another and not package.nobody_has_it and (package.is_given or more):
            self._follows(package, service, event, (True, visit))
            package.more_agreed = package.more_asked
            return
        if of_another or package.lapsed is not None:
            self._passes(package, service, event)
        else:
            package.service = service or package.service
            self._follows(package, None, event)
        self._is_confirmed(package, visit, event)

    @staticmethod
    def _is_confirmed(package: Service, visit: datetime | None, event: Event) -> None:
        package.sure_since = event.when
        package.accepted, package.nobody_has_it = True, False
        package.visit_agreed = visit
        if _is_after(visit, package.missed_when):
            package.missed_before = package.missed
        package.more_agreed = package.more_asked

    def _given_back(self, package: Service, event: Event) -> None:
        by, until = event.data.get("service"), moment_of(event.data.get("care_until"))
        agreed, next_one = package.follows_agreed, package.follows
        going = package.going
        if by is not None and by == next_one:
            package.more_agreed = package.wanted_anew = False  # it was not theirs yet
            self._follows(package, None, event)
            return
        if by is not None and going is not None and by == going[0]:
            package.given_back += not package.nobody_has_it
            if until is not None:
                last = max((until, event.identity), event.when)
                package.going = (going[0], going[1], last)
                package.moved += package.away_since is None
            return
        if package.is_of_another(by) and by in package.no_more:
            package.intruders = [each for each in package.intruders if each[0] != by]
            package.given_back += not package.nobody_has_it
            return
        package.service = by or package.service
        package.wanted_anew = next_one is not None  # whoever is to come next has been asked
        if package.nobody_has_it:
            if until is not None and package.lapsed is None:
                package.care_until = max(until, event.at)
            return
        package.nobody_has_it = True
        package.given_back += 1
        package.given_back_at = event.when
        package.care_until = until
        if next_one is not None and agreed[0]:
            self._passes(package, next_one, event)
            self._is_confirmed(package, agreed[1], event)

    def _goes_on_there(self, package: Service, service: str | None, event: Event) -> None:
        self._somebody_comes(package, service, event)
        if package.others_before:
            package.visited, package.visited_at = True, package.visited_at or event.when

    def _goes_on(self, package: Service, event: Event) -> None:
        """And with it what its service was asked for since it stood still: by a referral, or under
        other identifiers."""
        asked, names = self.asked_by_referral(package), self.only_names_of(package)
        self._care_goes_on(package, event)
        for name in names:
            self._given_under_another(name, event.when)
        if asked is not None:
            package.referral = asked.about
            self._comes(asked, event.when)

    @staticmethod
    def _care_goes_on(package: Service, event: Event) -> None:
        package.nobody_has_it = package.elsewhere = False
        Services._no_pause_now(package, event)

    @staticmethod
    def _no_pause_now(package: Service, event: Event) -> None:
        if package.paused_because is not None:
            package.pauses[-1] = (package.pauses[-1][0], event.at, package.paused_because)
            package.paused_because = None

    def _join(self, package: Service, event: Event) -> None:
        """A package that has begun belongs to a referral, named or not."""
        if package.started or package.visited:
            asked = self._newest_asked(package.service) if package.referral is None else None
            package.referral = asked.about if asked else package.referral
            self._fulfil(package, package.referral, event)
            first = min(when for when in (package.begun_at, package.visited_at) if when)
            if package.referral is None and package.kind == "new" and first == event.when:
                self._taken("home_care", package, event.when)

    def _package(self, package_id: str) -> Service:
        package = self.packages.get(package_id)
        if package is None:
            self.findings["package_unknown"] += 1
            package = Service(package_id, spell=self.current or self.latest)
            self.packages[package_id] = package
        return package

    def _package_going_on(self, package_id: str) -> Service:
        package = self._package(package_id)
        self.findings["event_after_care_ended"] += package.over
        return package

    def _package_event(self, event: Event) -> None:
        """Confirmed, started, paused, restarted, increased, handed back or ended."""
        ends = event.type == "care-package-ended"
        find = self._package if ends else self._package_going_on
        unheard_of = event.data["package_id"] not in self.packages
        package = find(event.data["package_id"])
        if unheard_of and event.type in OF_CARE_THAT_IS_GIVEN:
            package.visited, package.visited_at = True, event.when
        service = event.data.get("service")
        match event.type:
            case "care-package-started" if package.is_of_who_goes(service or package.follows):
                pass
            case "care-package-started":
                self._goes_on_there(package, service or package.follows, event)
                package.started, package.more_asked = True, False
                package.said_in_place = event.when
                self._goes_on(package, event)
                package.begun_at = package.begun_at or event.when
                self._follows(package, None, event)
                self._gone(package, event.when)
                self._gives_care(package.service, event)
                self._join(package, event)
            case "care-package-confirmed":
                self._confirmed(package, event)
            case "care-package-paused":
                self._told_to_pause(package, event)
            case "care-package-increased":
                self._more_is_given(package, event)
            case "care-package-handed-back":
                self._given_back(package, event)
            case "care-package-restarted" if package.going is not None:
                self._kept_away(package, None)
                self._no_pause_now(package, event)
            case "care-package-restarted":
                self._goes_on_there(package, None, event)
                package.said_in_place = event.when
                self._goes_on(package, event)
                self._gone(package, event.when)
                self._gives_care(package.service, event)
                if package.kind == "restart":
                    package.started = True
                    package.begun_at = package.begun_at or event.when
                    self._join(package, event)
            case "care-package-ended":
                package.over = True
                package.over_at = package.over_at or event.when
                package.where_to = event.data.get("reason")
                self._gone(package, event.when)
                self._follows(package, None, event)
                self._service_over(package.service, event)

    def _more_is_given(self, package: Service, event: Event) -> None:
        """By whoever is to give it: then they have come. Or by whoever leaves, while they come."""
        service = event.data.get("service")
        if package.still_comes and package.going is not None:
            service = service or package.going[0]
            if not package.nobody_has_it and service == package.going[0]:
                return
        elif service is None and package.more_asked:
            service = package.follows
        self._somebody_comes(package, service, event)
        if self.current is None and self.staying is None and not package.in_place:
            package.visited, package.visited_at = True, event.when
            self._care_goes_on(package, event)
        package.increased, package.increased_at = True, event.when
        package.more_asked = False
        if service is not None:
            self._follows(package, None, event)
        if package.in_place_at == event.when:
            self._gone(package, event.when)
            self._join(package, event)

    def _of_visit(self, event: Event) -> tuple[Service | None, Service | None]:
        """The package and the referral that it belongs to."""
        data, by = event.data, event.data.get("service")
        referral = self.referrals.get(data.get("referral_id", ""))
        package: Service | None = None
        if data.get("package_id"):
            package = self._package_going_on(data["package_id"])
            package.referral = package.referral or data.get("referral_id")
        elif data.get("referral_id"):
            package = self._newest_package(lambda each: each.referral == data["referral_id"])
            if package is None and referral is None and by:
                ours = self._newest_package(lambda each: by in (each.service, each.follows))
                package = ours if ours is not None and not ours.referral else None
            elif package is None and referral is not None:
                asked = [p for p in self.packages.values() if self._asks_again(referral, p)]
                package = asked[-1] if asked else None
        elif by:
            package = self._newest_package(lambda each: by in (each.service, each.follows))
            referral = self._newest_asked(by) if package is None else None
        self.findings["visit_unmatched"] += package is None and referral is None
        return package, referral

    def _visit(self, event: Event) -> None:
        package, referral = self._of_visit(event)
        service = event.data.get("service")
        if event.type == "first-visit-missed":
            missed = package or referral
            leaves = package is not None and package.is_of_who_goes(service)
            if missed is not None and not leaves and self._is_found_at_home(event.at):
                missed.missed += 1
                missed.missed_when = event.when
            return
        self._too_early("visit_during_hospital_stay", event)
        if event.data.get("referral_id"):
            self.visited_referrals.setdefault(event.data["referral_id"], event.when)
        if package is not None and not package.is_of_who_goes(service):
            self._somebody_comes(package, service, event)
            package.visited = True
            self._goes_on(package, event)
            package.visited_at = package.visited_at or event.when
            self._gone(package, event.when)
            self._gives_care(package.service, event)
            self._join(package, event)
        if referral is not None:
            if package is None and referral.service is None:
                referral.service = service
            self._gives_care(referral.service, event)
            self._comes(referral, event.when)
            if package is None:
                referral.alone_until = referral.alone_until if referral.alone_at else None
                referral.alone_at = referral.alone_at or event.when

    def _is_found_at_home(self, at: datetime) -> bool:
        """Neither in a hospital or a centre, nor on the way to another hospital."""
        until = to_be_admitted_until(self.latest)
        away = self.current is not None or self.staying is not None
        return not away and (until is None or at >= until)

    def _newest_package(self, fits: Callable[[Service], bool]) -> Service | None:
        going = [each for each in self.packages.values() if not each.over]
        going = [each for each in going if not (each.elsewhere and each.given_under_another)]
        fitting = [each for each in going if fits(each)]
        return fitting[-1] if fitting else None

    # Stays and handovers.

    def _centre_admitted(self, event: Event) -> None:
        data = event.data
        if data["stay_id"] in self.stays:
            told_by = self.stays[data["stay_id"]].service
            twice = told_by in (None, data["service"])
            self.findings["admitted_twice" if twice else "stay_of_two_centres"] += 1
            return
        before = [other for other in self.stays.values() if other.stays_on]
        named_by = {other.referral for other in self.stays.values()}
        self._too_early("centre_during_hospital_stay", event)
        stay = Service(data["stay_id"], self.latest, data["service"], begun=True)
        stay.begun_at = event.when
        stay.referral = data.get("referral_id")
        self.stays[data["stay_id"]] = stay
        self._lives(data)
        if data.get("referral_id"):
            led_here = self.referrals.get(data["referral_id"])
        else:
            fitting = [
                each
                for each in self.referrals.values()
                if each.kind in BED_KINDS
                and not each.closed
                and each.service in (None, data["service"])
            ]
            if not fitting:  # the discharge began it, and nobody has moved in so far
                fitting = [
                    each
                    for each in self.referrals.values()
                    if each.kind in BED_KINDS
                    and each.begun
                    and each.service == data["service"]
                    and each.about not in named_by
                ]
            led_here = fitting[-1] if fitting else None
        stay.no_referral_bed = self._moves_into(event) if led_here is None else REHABILITATION
        if led_here is not None:
            led_here.begun, led_here.service = True, data["service"]
            led_here.moved_in = None
            stay.referral = led_here.about
        for other in before:
            if self.is_home(stay) or not self.is_home(other):
                self.findings["two_open_stays"] += 1
                other.elsewhere, other.over_at, other.reasons = True, event.when, []
                other.taken_for_over = "two_open_stays"
        self._changes_beds(stay, event.at, event.when)
        taken = led_here.kind if led_here is not None else self.bed(stay)
        self._taken(taken, led_here, event.when)
        for handover in self.handovers.values():
            elsewhere = handover.unanswered and handover.service != data["service"]
            if elsewhere or handover.to_be_mended:
                handover.over, handover.over_at = True, event.when

    def _too_early(self, rule: str, event: Event) -> None:
        """In hospital still, unless that says within a day that they have left."""
        if self.current is not None:
            self.findings[rule] += 1
            self.early.append((rule, event.at))

    def let_go(self, now: datetime, *, was_here: bool) -> None:
        for rule, at in self.early if was_here else ():
            self.findings[rule] -= now - at <= timedelta(days=1)
        self.early = [] if was_here else self.early

    def bed(self, stay: Service) -> str:
        asked = self.referrals.get(stay.referral or "")
        kind = (asked.kind if asked is not None else None) or stay.no_referral_bed
        return kind if kind in BED_KINDS else REHABILITATION

    def _moves_into(self, event: Event) -> str:
        """Where the last discharge led, today or yesterday, if nobody has moved in since."""
        spell = self.latest
        if spell is None or spell.discharged_at is None or self.current is not None:
            return REHABILITATION
        late = (day_of(event.at) - day_of(spell.discharged_at)).days > 1
        moved = [each.begun_at[0] for each in self.stays.values() if each.begun_at]
        if late or any(spell.discharged_at < at != event.at for at in moved):
            return REHABILITATION
        match left_hospital_for(spell):
            case "in_care_home":
                return "care_home"
            case "in_hospital" if "mental_health_bed" in beds_taken_up(spell):
                return "mental_health_bed"
            case "elsewhere" if "hospice_bed" in beds_taken_up(spell):
                return "hospice_bed"
        return REHABILITATION

    def is_home(self, stay: Service) -> bool:
        """People live in a care home."""
        return self.bed(stay) == "care_home"

    def _why(self, held: Spell | Service, event: Event) -> None:
        """A delay reason begins to apply, to a spell or a stay."""
        slug = event.data["reason"]
        known = [reason for reason in held.reasons if reason.slug == slug]
        if not known:
            known = [Reason(slug)]
            held.reasons += known
        if event.data.get("primary"):
            known[0].primary_at = event.at

    def _why_not(self, held: Spell | Service, event: Event) -> None:
        known = [reason for reason in held.reasons if reason.slug == event.data["reason"]]
        if known:
            held.reasons.remove(known[0])
        else:
            self.findings["reason_not_open"] += 1

    def _stay_event(self, event: Event) -> None:
        """Goals agreed, ready to leave or not, why not gone, left."""
        stay_id = event.data["stay_id"]
        if stay_id not in self.stays:
            self.findings["stay_unknown"] += 1
            self.stays[stay_id] = Service(stay_id, self.latest, begun=True, begun_at=event.when)
        stay = self.stays[stay_id]
        tidying = event.type in ("centre-discharged", "centre-delay-reason-cleared")
        self.findings["event_after_care_ended"] += stay.over and not tidying
        match event.type:
            case "centre-goals-agreed":
                stay.goals = True
            case "centre-ready-to-leave" | "requirements-to-remain-assessed" if stay.stays_on:
                if event.data.get("meets", False):
                    if stay.ready_since is not None:
                        stay.ready_since, stay.reasons = None, []
                elif stay.ready_since is None:
                    stay.ready_since = event.at
                    stay.times_ready += 1
            case "centre-delay-reason-recorded" if stay.stays_on:
                self._why(stay, event)
            case "centre-delay-reason-cleared" if stay.stays_on:
                self._why_not(stay, event)
        if event.type == "centre-discharged":
            left_before, self.stays[stay_id].over = self.stays[stay_id].over, True
            if not left_before:
                self._ended_late(stay, event.at)
                self.stays[stay_id].over_at = self.stays[stay_id].over_at or event.when
                self.stays[stay_id].where_to = where_to = event.data.get("destination")
                still_away = self.current or self.stays[stay_id].elsewhere
                if not still_away and not any(other.stays_on for other in self.stays.values()):
                    self._begin_all(self.latest, GOES_TO.get(where_to or "", set()), event.when)
                self._service_over(self.stays[stay_id].service, event)

    def _ended_late(self, stay: Service, now: datetime) -> None:
        if stay.taken_for_over is not None and stay.over_at is not None:
            self.findings[stay.taken_for_over] -= now - stay.over_at[0] <= timedelta(days=1)

    def _service_over(self, service: str | None, event: Event) -> None:
        self._over_there(service, event.when)

    def _over_there(self, service: str | None, now: When) -> None:
        """Nobody is left there to accept, and whoever has accepted has the person no more."""
        for handover in self.handovers.values():
            if service and handover.service == service and not handover.over:
                handover.over, handover.over_at = True, now

    def _gives_care(self, service: str | None, event: Event) -> None:
        """What the service had refused to take over is not sent to it again."""
        for handover in self.handovers.values():
            if service and handover.service == service and handover.to_be_mended:
                handover.over, handover.over_at = True, event.when

    def _sent_instead(self, handover: Service, event: Event) -> None:
        for other in self.handovers.values():
            of_it = other is not handover and other.spell is handover.spell
            if of_it and other.to_be_mended:
                other.over, other.over_at = True, event.when

    def _plan(self, event: Event) -> None:
        """A step of an assessment and the support plan after it."""
        plan = self.plans.get(event.data["assessment_id"])
        if plan is None:
            plan = self.plans[event.data["assessment_id"]] = Service(event.data["assessment_id"])
            plan.spell = self.current or self.latest
            self.findings["assessment_unknown"] += event.type != "assessment-referred"
        if event.type == "assessment-withdrawn":
            plan.over = True
            return
        if event.type == "assessment-referred":
            before = plan.spell
            plan.spell = self._named(event.data) or self.latest or plan.spell
            if plan.over or (before is not None and before is not plan.spell):
                plan.over, plan.steps, plan.sent = False, {}, plan.sent + 1
        plan.steps.setdefault(STEPS_OF_A_PLAN.index(event.type) + 1, event.at)

    def _handover(self, event: Event) -> None:
        self._told_of_handover(event)
        if event.type != "handover-rejected":
            self._sent_instead(self.handovers[event.data["handover_id"]], event)

    def _told_of_handover(self, event: Event) -> None:
        data = event.data
        handover = self.handovers.get(data["handover_id"])
        if handover is None:
            handover = self.handovers[data["handover_id"]] = Service(data["handover_id"])
            handover.spell = self.current or self.latest
            self.findings["handover_unknown"] += event.type != "handover-sent"
        handover.receivers.add(handover.service)
        match event.type:
            case "handover-sent":
                spell, to = self.current or self.latest, data.get("to_service")
                other_stay = handover.spell is not None and handover.spell is not spell
                other = other_stay or _differ(to, handover.service)
                self.findings["handover_reused"] += other and handover.still_offered
                if other or not handover.still_offered:
                    self._offered_anew(handover, event)
                    handover.sent += 1
                    handover.sent_on = event.at
                if other_stay:
                    handover.gave.clear()
                handover.spell = spell
                handover.service = to or handover.service
            case "handover-accepted":
                self.findings["handover_answered_twice"] += handover.rejected
                now_in = self.current or self.latest
                later = handover.spell is not None and handover.spell is not now_in
                other = _differ(data.get("service"), handover.service)
                other |= later and handover.accepted
                offered = handover.still_offered
                if not handover.rejected and (other if offered else handover.over):
                    self.findings["handover_not_offered"] += 1
                    handover.sent_on = None
                if other or not offered:
                    self._offered_anew(handover, event)
                if later:
                    handover.gave.clear()
                handover.spell = now_in
                handover.accepted = True
                handover.accepted_at = handover.accepted_at or event.when
                handover.service = data.get("service") or handover.service
            case _ if _differ(data.get("service"), handover.service):
                self.findings["handover_not_offered"] += data["service"] not in handover.receivers
            case _:
                handover.service = data.get("service") or handover.service
                twice = handover.accepted and not handover.rejected
                self.findings["handover_answered_twice"] += twice
                if not (handover.accepted and handover.over):
                    self._lets_go(handover, event)
                    handover.rejected = True
                    handover.refused["rejected"] = (event.when, "refused")

    @staticmethod
    def _lets_go(handover: Service, event: Event) -> None:
        if handover.accepted and not handover.over:
            handover.over, handover.over_at = True, event.when

    @staticmethod
    def _offered_anew(handover: Service, event: Event) -> None:
        if handover.accepted_at:
            until = handover.over_at or event.when
            handover.gave.append((handover.service, handover.accepted_at, until))
        handover.accepted = handover.rejected = handover.over = False
        handover.accepted_at = handover.over_at = None


def _is_after(agreed: datetime | None, missed: When | None) -> bool:
    """Nobody came, and another time is agreed."""
    return agreed is not None and missed is not None and agreed > missed[0]


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


def _is_restart_since(halted: When, asked: Service) -> bool:
    return asked.kind == "restart" and asked.asked_last is not None and asked.asked_last >= halted
