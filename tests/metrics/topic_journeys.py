"""What a person's standing events say, walked in time order. Standard library only.

Part of `topic_figures.py`. State is plain; which waits run is asked anew after every event
(`topic_waits.py`) instead of being kept up to date, and nothing is remembered between runs.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tests.metrics.topic_anew import is_there
from tests.metrics.topic_arranged import lacking
from tests.metrics.topic_days import begins, day_of, days_from
from tests.metrics.topic_events import Event, Standing
from tests.metrics.topic_owners import Owners
from tests.metrics.topic_places import beds_taken_up, left_hospital_for, new_care_home
from tests.metrics.topic_services import HUB, Services
from tests.metrics.topic_subjects import Service, Spell, Stayed, When

EMERGENCY = {"21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"}
MOVED_BETWEEN_PROVIDERS = {"2B", "81"}
DEATHS = {"4", "5"}
LIVING_ONLY = {
    "patient-admitted",
    "patient-transferred",
    "expected-discharge-date-set",
    "criteria-to-reside-assessed",
    "pathway-decided",
    "delay-reason-recorded",
    "referred-to-care-transfer-hub",
    "referral-made",
    "referral-accepted",
    "care-package-requested",
    "care-package-confirmed",
    "care-package-started",
    "care-package-restarted",
    "care-package-increased",
    "first-visit-completed",
    "centre-admitted",
    "centre-goals-agreed",
    "centre-ready-to-leave",
    "assessment-referred",
    "assessment-allocated",
    "assessment-completed",
    "support-plan-agreed",
    "requirements-to-remain-assessed",
    "centre-delay-reason-recorded",
    "case-manager-assigned",
    "care-package-paused",
    "first-visit-missed",
    "handover-sent",
    "handover-accepted",
    "coordinator-assigned",
}
SAYS_WHY = {
    "centre-discharged": "destination",
    "care-package-ended": "reason",
    "referral-withdrawn": "reason",
    "assessment-withdrawn": "reason",
}
"""Where those who cared for the person, or were to, may say that they died."""
SAYS_NO_PLACE = ("19", "29", "98", "99")
"""Home, or not known."""
OTHER_HOSPITALS = {"49", "50", "51", "52", "53"}
SEEN_THERE = {"patient-transferred", "criteria-to-reside-assessed"}
INPATIENTS_ONLY = {
    "patient-transferred",
    "expected-discharge-date-set",
    "criteria-to-reside-assessed",
    "pathway-decided",
    "delay-reason-recorded",
    "delay-reason-cleared",
    "referred-to-care-transfer-hub",
}
OF_A_SPELL = INPATIENTS_ONLY | {
    "case-manager-assigned",
    "medicines-ready",
    "transport-booked",
    "discharge-summary-sent",
    "follow-up-recorded",
}


def _day_91(at: datetime) -> datetime:
    return begins(day_of(at) + timedelta(days=91))


class Journey(Services):
    """Walk the events of one person up to the last."""

    def __init__(self, events: Standing) -> None:
        super().__init__(Counter(events.findings))
        self.void_spells = events.void_spells
        self.died_at: datetime | None = None
        self.owners = Owners()
        self.services_named: set[str | None] = set()

    def step(self, event: Event) -> bool:
        """Whether the event counts."""
        if self._takes(event):
            self.see_ends(event.when)
            self.owners.step(self, event)
            return True
        return False

    def ends_unseen(self) -> list[When]:
        """When care is over of whose end nobody need tell: by visits alone on day 91, and what was
        given up with a last day."""
        if self.died_at is not None:
            return []
        ends = [each.last_day for each in self.packages.values() if each.last_day is not None]
        ends += [each.going[2] for each in self.packages.values() if each.going]
        ends += [
            (_day_91(each.alone_at[0]), each.alone_at[1])
            for each in self.cared_by_visits
            if each.alone_at is not None and each.alone_until is None
        ]
        beds = [bed for bed in self.mere_beds if bed.in_bed]
        ends += [(_day_91(bed.moved_in[0]), bed.moved_in[1]) for bed in beds if bed.moved_in]
        return sorted(ends)

    def see_ends(self, now: When) -> None:
        for each in self.cared_by_visits:
            assert each.alone_at is not None
            ended = _day_91(each.alone_at[0]) <= now[0]
            if ended and each.alone_until is None and self.died_at is None:
                each.alone_until = now
                self._over_there(each.service, now)
        for bed in self.mere_beds:
            over = bed.moved_in is not None and _day_91(bed.moved_in[0]) <= now[0]
            if over and bed.in_bed and self.died_at is None:
                bed.moved_out = now
                self._over_there(bed.service, now)
        for package in self.packages.values():
            last = package.last_day
            if last is not None and last[0] <= now[0] and self.died_at is None:
                package.lapsed = now
                self._over_there(package.service, now)
            going = package.going
            if going is not None and going[2][0] <= now[0] and self.died_at is None:
                package.gave.append((going[0], going[1], package.away_since or now))
                package.going = package.away_since = None
                self._over_there(going[0], now)
        for package in self.packages.values():
            left = package.nobody_has_it or package.stands_still is not None
            if left and not (package.over or package.elsewhere):
                self._relieved(package, now)
        self.owners.moved(self, now[0])

    def _relieved(self, package: Service, now: When) -> None:
        """Where others come instead, or it goes on under another identifier, it is over."""
        again = self.asked_as(package)
        goes_on = again is not None and again.is_given
        if not goes_on and not is_there(self, package):
            return
        for name in self.only_names_of(package) if goes_on else ():
            self._given_under_another(name, now)
        package.elsewhere, package.nobody_has_it = True, False
        if package.came and package.lapsed is None:
            package.lapsed = now
        asked, package.follows, package.follows_agreed = package.follows, None, (False, None)
        if asked is not None:
            self._has_no_part(asked, now)
        self._has_no_part(package.service, now)

    def _takes(self, event: Event) -> bool:
        """Whether the event counts."""
        if event.recorded_at - event.at > timedelta(hours=24):
            self.findings["late_event"] += 1
        if event.at - event.recorded_at > timedelta(hours=1):
            self.findings["dated_ahead"] += 1
            return False
        if self.died_at is not None and event.type in LIVING_ONLY:
            self.findings["event_after_death"] += 1
            return False
        for field in ("service", "to_service", "hub"):
            self.services_named |= {event.data.get(field)} - {None}
        if event.type in OF_A_SPELL:
            spell = self._spell_of(event)
            if spell is None:
                return False
            late_plan = event.type == "pathway-decided" and self.undecided_at_home(spell)
            if event.type in INPATIENTS_ONLY and spell.discharged_at is not None and not late_plan:
                self.findings["event_after_discharge"] += 1
                return False
            _IN_SPELL[event.type](self, spell, event)
        elif event.type in _ELSEWHERE:
            _ELSEWHERE[event.type](self, event)
            if event.data.get(SAYS_WHY.get(event.type, "")) == "died":
                self.died_at = self.died_at or event.at
        return True

    # Hospital.

    def _spell_of(self, event: Event) -> Spell | None:
        spell = self.spells.get(event.spell)
        if spell is None and event.spell not in self.void_spells:
            spell = self._begin(event)
            spell.unknown = "event_without_admission"
            self.findings[spell.unknown] += 1
            self._moved_to(spell, event.at)
        back = spell is not None and spell.elsewhere and spell.unended
        if spell is not None and back and self.current is None and event.type in SEEN_THERE:
            self._moved_to(spell, event.at)
            self._to_hospital(event)
        return spell

    def _moved_to(self, spell: Spell, at: datetime) -> None:
        """Where somebody is admitted, or is an inpatient again, they are in no other hospital."""
        self.current = self.latest = spell
        spell.elsewhere, spell.left_open = None, False
        for other in self.spells.values():
            if other is not spell and other.goes_on:
                other.elsewhere = at

    def _begin(self, event: Event) -> Spell:
        spell = Spell(*event.spell, began_at=event.at, council=self.council)
        spell.locality = self.locality
        spell.lacked = lacking(self)
        self.spells[event.spell] = self.current = self.latest = spell
        self._to_hospital(event)
        return spell

    def _admitted(self, event: Event) -> None:
        if event.spell in self.void_spells:
            return
        spell = self.spells.get(event.spell)
        if spell is not None and spell.admission_known:
            self.findings["admitted_twice"] += 1
            return
        earlier = [each for each in self.spells.values() if each is not spell]
        ended = [each for each in earlier if not each.overtaken]
        for other in earlier:
            overtaken = other.provider == event.data["provider"] and other.unended
            if overtaken:
                self.findings["two_open_spells"] += 1
                other.overtaken = True
                other.overtaken_on = event.at
                self._begin_all(other, {HUB, "housing"}, event.when)
        if spell is None:
            spell = self._begin(event)
        else:
            spell.lacked = lacking(self)
            spell.overtaken, spell.overtaken_on = False, None
            self._came_later_than_told(spell, event)
        spell.began_at = event.at
        self._moved_to(spell, event.at)
        self._note_return(spell, ended, event.data)
        spell.admission_known, spell.admitted_by = True, event.data.get("admission_method")
        self._lives_in_spell(spell, event.data)

    def _came_later_than_told(self, spell: Spell, event: Event) -> None:
        """Whoever has come has not left, nor was ready, or was to leave, before."""
        self.findings["dated_before_admission"] += 1
        self.findings[spell.unknown] -= 1
        if spell.discharged_at is not None:
            spell.discharged_at = spell.method = spell.gone_to = None
            spell.delay_days = 0
            self._as_before_the_discharge(spell)
            self._to_hospital(event)
        if spell.ready_since is not None:
            spell.ready_since = event.at
        spell.edd = spell.edd and date.fromisoformat(spell.leaves_on) >= day_of(event.at)

    def _as_before_the_discharge(self, spell: Spell) -> None:
        held = spell.stayed
        assert held is not None
        spell.ready_since, spell.unwell, spell.reasons = held.ready_since, held.unwell, held.reasons
        spell.pathway, spell.destination = held.pathway, held.destination
        spell.confirmed = held.confirmed
        for each in self._prepared(spell):
            each.unplanned &= all(each is not dropped for dropped in held.dropped)

    @staticmethod
    def _note_return(spell: Spell, earlier: list[Spell], data: Mapping[str, Any]) -> None:
        method = data.get("admission_method")
        ended = [other for other in earlier if other.discharged_at is not None]
        if not ended or len(ended) < len(earlier):
            return
        last_at = max(other.discharged_at for other in ended if other.discharged_at)
        days = days_from(last_at, spell.began_at)
        before = [other for other in ended if other.discharged_at == last_at][-1]
        sent_on = method in MOVED_BETWEEN_PROVIDERS
        from_hospital = data.get("source_of_admission") in {"49", "51", "52", "53", "87"}
        if before.gone_to in (None, "98", "99") and not (before.destination or before.pathway):
            sent_on |= from_hospital
        if left_hospital_for(before) == "in_hospital":
            sent_on |= from_hospital or before.provider != spell.provider
        before.went_on = sent_on and days <= 1
        if method in EMERGENCY and 0 <= days <= 29 and not before.went_on:
            spell.came_from = before

    def _lives_in_spell(self, spell: Spell, data: Mapping[str, Any]) -> None:
        if self._lives(data):
            spell.council, spell.locality = self.council, self.locality

    def _reviewed(self, spell: Spell, event: Event) -> None:
        spell.reviews += 1
        ready = spell.ready_since is not None
        if event.data["meets"] and ready:
            spell.ready_since, spell.unwell, spell.reasons = None, True, []
            spell.planned_at = None
            spell.resets += 1
        elif not event.data["meets"] and not ready:
            spell.ready_since, spell.unwell = event.at, False
            spell.periods += 1

    def _pathway(self, spell: Spell, event: Event) -> None:
        self._lives_in_spell(spell, event.data)
        if event.data.get("planned_discharge_at"):
            spell.planned_at = datetime.fromisoformat(event.data["planned_discharge_at"])
        confirmed = event.data.get("status", "confirmed") == "confirmed"
        pathway, place = self._two_that_fit(
            event.data["pathway"], event.data.get("destination"), spell.destination
        )
        decided = confirmed and not (spell.confirmed and spell.pathway == pathway)
        if confirmed or not spell.confirmed:
            spell.pathway, spell.destination = pathway, place
            spell.confirmed |= confirmed
            if confirmed:
                spell.confirmed_at = event.at
                self._begin_all(spell, {HUB}, event.when)
            if decided:
                self._planned(spell)
            if spell.stayed is not None:
                held = spell.stayed
                held.pathway, held.destination = spell.pathway, spell.destination
                held.confirmed = spell.confirmed

    def undecided_at_home(self, spell: Spell) -> bool:
        """The care transfer hub was asked, and the discharge tells no pathway, nor a place."""
        if not spell.hub_referred or spell.confirmed or spell.discharged_at is None:
            return False
        if self.current is not None or self.latest is not spell:
            return False
        placed = [stay for stay in self.stays.values() if stay.spell is spell]
        return not placed and spell.gone_to in (None, *SAYS_NO_PLACE)

    def _followed_up(self, spell: Spell, event: Event) -> None:
        """Nobody is seen alive on a day that begins after the death."""
        data, left_at = event.data, spell.discharged_at
        if data["status"] == "died":
            self.died_at = self.died_at or event.at
            return
        day = day_of(left_at) + timedelta(days=data["day"]) if left_at is not None else None
        if self.died_at is not None and day is not None and day > day_of(self.died_at):
            self.findings["event_after_death"] += 1
        elif day is None or day > day_of(event.at):
            self.findings["follow_up_early"] += 1

    def _case_manager(self, spell: Spell, event: Event) -> None:
        spell.hub_received |= spell.hub_referred

    def _discharged(self, event: Event) -> None:
        if event.spell in self.void_spells:
            return
        spell = self.spells.get(event.spell)
        if spell is None:
            still_in = self.current
            spell = self._begin(event)
            spell.unknown = "discharge_without_admission"
            self.findings[spell.unknown] += 1
            self.current = self.latest = still_in or spell
        if spell.discharged_at is not None:
            self.findings["event_after_discharge"] += 1
            return
        self._lives_in_spell(spell, event.data)
        decided = spell.pathway if spell.confirmed else None
        told = spell.confirmed or event.data.get("pathway") or event.data.get("destination")
        spell.stayed = Stayed(
            spell.ready_since, spell.unwell, spell.reasons,
            spell.pathway, spell.destination, spell.confirmed,
        )  # fmt: skip
        self._pathway_at_discharge(spell, event.data)
        spell.confirmed = bool(told)
        spell.discharged_at, spell.method = event.at, event.data.get("discharge_method")
        spell.gone_to = event.data.get("destination_code")
        ready_on = day_of(spell.ready_since or event.at)
        spell.delay_days = (day_of(event.at) - ready_on).days
        self._compare_ready_dates(event, spell, ready_on)
        spell.ready_since, spell.unwell, spell.reasons = None, False, []
        was_here = self.current is spell and spell.admission_known
        self.let_go(event.at, was_here=was_here)
        if self.current is spell:
            self.current = None
            for other in self.spells.values():
                other.left_open |= other.unended
        nowhere = spell.method is None and spell.gone_to == "79"
        self._goes_back(spell, event, dead=spell.method in DEATHS or nowhere)
        self._begin_all(spell, {HUB, "housing", *beds_taken_up(spell)}, event.when)
        if was_here and self.current is None:
            self._not_back(spell, event)
        if told and spell.pathway != decided:
            spell.stayed.dropped += self._planned(spell)
        if spell.method in DEATHS or nowhere:
            self._died(event)
        elif spell.pathway == "P0" and self.current is None:
            self._from_hospital(spell, event)

    def _not_back(self, spell: Spell, event: Event) -> None:
        """In which beds nobody is any more who left hospital so."""
        of_their_own = left_hospital_for(spell) == "at_home"
        for stay in [each for each in self.stays.values() if each.stays_on]:
            gone = spell.pathway in ("P0", "P1", "P3")
            if self.is_home(stay):
                gone = of_their_own or (stay.spell is not spell and new_care_home(spell))
            if gone:
                self.findings["stay_left_open"] += 1
                stay.elsewhere, stay.over_at, stay.reasons = True, event.when, []
                stay.taken_for_over = "stay_left_open"
        for bed in self.referrals.values():
            lived_in = bed.in_bed and bed.kind == "care_home" and bed.moved_in != event.when
            if lived_in and (of_their_own or new_care_home(spell)):
                bed.moved_out = event.when

    def _goes_back(self, spell: Spell, event: Event, *, dead: bool) -> None:
        """To the hospital that had lent them, where there is one only."""
        lenders = [each for each in self.spells.values() if each.unended and each.elsewhere]
        anywhere = dead or self.died_at is not None or self.current is not None
        if spell.gone_to in OTHER_HOSPITALS and len(lenders) == 1 and not anywhere:
            self._moved_to(lenders[0], event.at)
            self._to_hospital(event)

    def _pathway_at_discharge(self, spell: Spell, data: Mapping[str, Any]) -> None:
        line = data.get("destination")
        stands = data.get("pathway") or (spell.confirmed and spell.pathway) or ""
        if line or data.get("pathway"):
            spell.pathway, spell.destination = self._two_that_fit(stands, line, spell.destination)

    def _two_that_fit(self, pathway: str, line: str | None, before: str) -> tuple[str, str]:
        """The second letter of a line is the number of its pathway. Where somebody says that more
        is needed, it is; a line of another pathway than counts is not kept, be it of now or
        of before."""
        new = line or before
        fits = new[1:2] == pathway[1:]
        if not line or fits:
            return pathway, new if fits else ""
        self.findings["pathway_contradicts_destination"] += pathway != ""
        if pathway == "P3" and "care_home_return" in line:
            return pathway, line  # of a care home speak both
        return (pathway, "") if pathway > "P0" else (f"P{line[1]}", line)

    def _compare_ready_dates(self, event: Event, spell: Spell, ready_on: date) -> None:
        recorded = event.data.get("discharge_ready_date")
        if recorded is None:
            self.findings["drd_blank"] += spell.delay_days > 0
        elif date.fromisoformat(recorded) > day_of(event.at):
            self.findings["drd_after_discharge"] += 1
        else:
            self.findings["drd_disagrees"] += date.fromisoformat(recorded) != ready_on

    def _died(self, event: Event) -> None:
        if self.died_at is None:
            self.died_at = event.at
        elif day_of(self.died_at) != day_of(event.at):
            self.findings["died_twice"] += 1

    def _task_done(self, event: Event) -> None:
        data = event.data
        spell = self._named(data) or self.latest
        for task, kind in (("equipment_delivered", "equipment"), ("housing_ready", "housing")):
            if data["task"] == task:
                if self.died_at is not None:
                    self.findings["event_after_death"] += 1
                    return
                self._fulfilled(spell, kind, data.get("referral_id"))
        if spell is not None and data["task"] == "long_stay_review":
            spell.long_stay_reviews.append(event.at)


def _edd(journey: Journey, spell: Spell, event: Event) -> None:
    leaves_on = event.data["expected_discharge_date"]
    if spell.admission_known and date.fromisoformat(leaves_on) < day_of(spell.began_at):
        journey.findings["dated_before_admission"] += 1
        return
    spell.edd, spell.leaves_on = True, leaves_on


def _summary(journey: Journey, spell: Spell, event: Event) -> None:
    spell.summary_sent = True


def _nothing(journey: Journey, spell: Spell, event: Event) -> None:
    """Moves nothing that is counted."""


_IN_SPELL = {
    "patient-transferred": _nothing,
    "expected-discharge-date-set": _edd,
    "criteria-to-reside-assessed": Journey._reviewed,
    "pathway-decided": Journey._pathway,
    "delay-reason-recorded": Journey._why,
    "delay-reason-cleared": Journey._why_not,
    "referred-to-care-transfer-hub": Journey._referred_to_hub,
    "case-manager-assigned": Journey._case_manager,
    "medicines-ready": _nothing,
    "transport-booked": _nothing,
    "discharge-summary-sent": _summary,
    "follow-up-recorded": Journey._followed_up,
}
_ELSEWHERE = {
    "patient-admitted": Journey._admitted,
    "patient-discharged": Journey._discharged,
    "patient-died": Journey._died,
    "task-done": Journey._task_done,
    "referral-made": Journey._referral_made,
    "referral-received": Journey._referral_answer,
    "referral-triaged": Journey._referral_answer,
    "referral-accepted": Journey._referral_answer,
    "referral-rejected": Journey._referral_answer,
    "referral-withdrawn": Journey._referral_answer,
    "care-package-requested": Journey._requested,
    "care-package-confirmed": Journey._package_event,
    "care-package-started": Journey._package_event,
    "care-package-paused": Journey._package_event,
    "care-package-restarted": Journey._package_event,
    "care-package-increased": Journey._package_event,
    "care-package-handed-back": Journey._package_event,
    "care-package-ended": Journey._package_event,
    "first-visit-completed": Journey._visit,
    "first-visit-missed": Journey._visit,
    "centre-admitted": Journey._centre_admitted,
    "centre-goals-agreed": Journey._stay_event,
    "centre-ready-to-leave": Journey._stay_event,
    "requirements-to-remain-assessed": Journey._stay_event,
    "centre-delay-reason-recorded": Journey._stay_event,
    "centre-delay-reason-cleared": Journey._stay_event,
    "centre-discharged": Journey._stay_event,
    "assessment-referred": Journey._plan,
    "assessment-allocated": Journey._plan,
    "assessment-completed": Journey._plan,
    "support-plan-agreed": Journey._plan,
    "funding-agreed": Journey._plan,
    "assessment-withdrawn": Journey._plan,
    "handover-sent": Journey._handover,
    "handover-accepted": Journey._handover,
    "handover-rejected": Journey._handover,
}
