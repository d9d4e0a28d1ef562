"""What happened to a person, told naively: dicts and lists, from domain.md 12.

Nothing of `flow.pathway` is used. Whatever is asked is worked out from the first event on, every
time: `Person.tell` takes one event after the other, in the order in which they happened, and
`naive_told.standing` says which of them count.
"""

from datetime import datetime
from typing import Any

from tests.pathway.naive_arranged import in_want
from tests.pathway.naive_kinds import BY_A_TASK, BY_LEAVING, HUB
from tests.pathway.naive_lateness import day_of
from tests.pathway.naive_notices import for_a_hospital, owned_of
from tests.pathway.naive_owners import Owned
from tests.pathway.naive_services import AS_NEW, BACK, CARE_HOMES, beds_taken_up, moves_into
from tests.pathway.naive_told import (
    IN_A_STAY,
    ONLY_INPATIENTS,
    ONLY_THE_LIVING,
    SEEN_THERE,
    Said,
    goes_on,
    not_ended,
    stays_on,
    taken_on,
)

ANOTHER_HOSPITAL = ("49", "50", "51", "52", "53")


class Person(Owned):
    """In hospital, and whatever else is told."""

    def tell(self, said: Said) -> None:
        self.written_at = said.written or said.at
        if self.died_at is not None and said.kind in ONLY_THE_LIVING:
            self.asked_unawares(said)
            return
        handle = getattr(self, said.kind.replace("-", "_"))
        if said.kind in IN_A_STAY:
            spell = self.spell(said)
            if spell is not None and not self.too_late(spell, said):
                handle(spell, said)
        else:
            handle(said)
        self.asked_unawares(said)
        if said.identity in self.taking_back:
            self.mistaken = True
            self.comes_though_stood_down(said.at)
            mistakes = [death for death, _, by in self.not_dead if by == said.identity]
            self.alive_in_hospital(mistakes, said.at)
        self.care_is_over(said.at)

    def wait_paused(self, said: Said) -> None:
        """Of waits, not of the person: see `naive_waits`."""

    wait_resumed = wait_paused

    # In hospital.

    def spell(self, said: Said) -> dict[str, Any] | None:
        """The stay that is spoken of; it begins now where its admission was not told."""
        if said.spell not in self.spells:
            if said.spell in self.never:
                return None
            came_from, first = self.came_from(besides=None), not self.spells
            self.only_in(self.begin_spell(said))
            if came_from is not None:
                self.readmitted(self.spells[said.spell], came_from, said.at)
            elif first:
                self.comes_in_vain(said.at)
            self.care_stands_still(said.at)
        return self.spells[said.spell]

    def is_back(self, said: Said) -> bool:
        """Seen in an older stay, having left the other hospital: an inpatient here as before."""
        if said.kind not in SEEN_THERE or self.died_at is not None or self.here is not None:
            return False
        spell = self.spells.get(said.spell)
        if spell is None or not spell["elsewhere"] or not not_ended(spell):
            return False
        self.only_in(spell)
        self.care_stands_still(said.at)
        return True

    def only_in(self, spell: dict[str, Any]) -> None:
        """Nobody is in two hospitals."""
        self.here = self.last = spell
        spell["elsewhere"] = False
        for other in self.spells.values():
            if other is not spell and goes_on(other):
                other["elsewhere"] = True

    def came_from(self, besides: dict[str, Any] | None) -> dict[str, Any] | None:
        """The stay that ended last, where each of the others has ended as it should."""
        others = [spell for spell in self.spells.values() if spell is not besides]
        seen = [spell for spell in others if not spell["overtaken"]]
        if not seen or any(spell["left_at"] is None for spell in seen):
            return None
        return max(seen, key=lambda spell: spell["left_at"])

    def begin_spell(self, said: Said) -> dict[str, Any]:
        spell = {
            "about": said.spell,
            "provider": said.data["provider"],
            "began_at": said.at,
            "ward": None,
            "admitted": False,
            "edd": False,
            "leaves_on": "",
            "newborn": False,
            "birth": False,
            "reviews": 0,
            "reviewed_at": None,
            "ready_at": None,
            "periods": 0,
            "unwell": False,
            "pathway": None,
            "confirmed": False,
            "confirmed_at": None,
            "destination": None,
            "code": None,
            "moved_into": None,  # by the discharge, until anybody moves in
            "reasons": [],  # [slug, when it was last marked as the primary one]
            "hub": None,
            "hub_asked": False,
            "hub_asked_plainly": False,
            "hub_has_it": False,
            "hub_got_it_at": None,
            "hub_referral": None,
            "planned_at": None,
            "planned_on": None,
            "overtaken": False,
            "elsewhere": False,
            "left_at": None,
            "summary": False,
            "long_stay_reviews": [],
            "in_want": in_want(self),
            "as_inpatient": {},  # what the discharge has ended or told otherwise
            "stood_down_then": [],
        }
        spell["owned"] = owned_of(said.spell, spell)
        self.spells[said.spell] = self.here = self.last = spell
        return spell

    def patient_admitted(self, said: Said) -> None:
        if said.spell in self.never:
            return
        spell = self.spells.get(said.spell)
        if spell is not None and spell["admitted"]:
            return
        came_from, elsewhere = self.came_from(besides=spell), self.here
        for other in self.spells.values():
            same = other["provider"] == said.data["provider"] and other is not spell
            if same and not_ended(other):
                other["overtaken"] = True
                self.begin_all(other, BY_LEAVING, said.at)
        transferred = elsewhere is not None and elsewhere is not spell and goes_on(elsewhere)
        transferred |= came_from is not None and taken_over(came_from, said)
        comes = spell is None or spell["left_at"] is not None
        if spell is None:
            spell = self.begin_spell(said)
        else:
            spell["in_want"] = in_want(self)
            self.not_before_they_came(spell, said.at)
        self.only_in(spell)
        if comes:
            left = came_from or elsewhere
            if len(self.spells) == 1:
                self.comes_first(spell, said)
            elif left is not None and transferred:
                self.transferred(left, said.at)
            elif came_from is not None:
                self.readmitted(spell, came_from, said.at)
            self.care_stands_still(said.at)
        spell["admitted"] = True
        method = said.data.get("admission_method")
        spell["newborn"] = method in ("82", "83", "2C")
        spell["birth"] = method in ("82", "83")

    def not_before_they_came(self, spell: dict[str, Any], at: datetime) -> None:
        """Nobody leaves before they come, is ready to, or is expected to; those who have come are
        there until somebody says otherwise."""
        if spell["left_at"] is not None:
            spell.update(spell["as_inpatient"])
            for each in self.asked_from(spell):
                if each["unplanned"] and any(each is other for other in spell["stood_down_then"]):
                    each["unplanned"] = False
                    self.planned_again(each, at)
        spell.update(began_at=at, overtaken=False, left_at=None, code=None, moved_into=None)
        if spell["ready_at"] is not None:
            spell["ready_at"] = max(spell["ready_at"], at)
        spell["edd"] = spell["edd"] and spell["leaves_on"] >= day_of(at).isoformat()

    def transferred(self, left: dict[str, Any], at: datetime) -> None:
        told = [*self.preparing()]
        if self.hub_owes_an_answer(left):
            told.append({"service": left["hub"]})
        told += [each for each in self.handovers.values() if taken_on(each, left)]
        self.is_news("transferred", "transferred", at)
        self.tell_all(told, "transferred", "transferred", at)
        if left["left_at"] and not for_a_hospital(left):
            self.comes_in_vain(at)

    def patient_transferred(self, spell: dict[str, Any], said: Said) -> None:
        moved = spell["ward"] not in (None, said.data["ward"])
        spell["ward"] = said.data["ward"]
        if moved and spell is self.here:
            self.tell_all(self.preparing(), "moved", "moved", said.at)

    def expected_discharge_date_set(self, spell: dict[str, Any], said: Said) -> None:
        leaves_on = said.data["expected_discharge_date"]
        if spell["admitted"] and leaves_on < day_of(spell["began_at"]).isoformat():
            return
        spell.update(edd=True, leaves_on=leaves_on)

    def criteria_to_reside_assessed(self, spell: dict[str, Any], said: Said) -> None:
        """The reset rule, domain.md 12.3."""
        spell["reviews"] += 1
        spell["reviewed_at"] = said.at
        if said.data["meets"] and spell["ready_at"] is not None:
            spell.update(ready_at=None, unwell=True, reasons=[], planned_at=None, planned_on=None)
            if goes_on(spell):
                self.notice("unwell_again", spell["about"], "unwell_again", said.at)
                told = [*self.preparing(), *self.agreed_again()]
                self.tell_all(told, "stand_down", "unwell_again", said.at)
                self.is_news("stand_down", "unwell_again", said.at)
        elif not said.data["meets"] and spell["ready_at"] is None:
            spell.update(ready_at=said.at, unwell=False, periods=spell["periods"] + 1)
            if goes_on(spell):
                self.out_of_date(gone=False)
                self.comes("ready_again", said.at)
                self.ready_after_all(said.at)

    def pathway_decided(self, spell: dict[str, Any], said: Said) -> None:
        planned_at = said.data.get("planned_discharge_at")
        if planned_at is not None and planned_at != spell["planned_at"]:
            spell.update(planned_at=planned_at, planned_on=said.at)
        confirmed = said.data["status"] == "confirmed"
        pathway, place = believed(said.data["pathway"], said.data.get("destination"))
        known = spell["confirmed"] and spell["pathway"] == pathway
        if confirmed or not spell["confirmed"]:
            keeps_place = "destination" not in said.data and of_pathway(
                spell["destination"], pathway
            )
            spell["pathway"] = pathway
            spell["confirmed"] = confirmed
            spell["destination"] = spell["destination"] if keeps_place else place
            said_now = ("pathway", "confirmed", "destination")
            spell["as_inpatient"].update({each: spell[each] for each in said_now})
        if confirmed:
            spell["confirmed_at"] = said.at
            self.begin_all(spell, (HUB,), said.at)
            if spell["hub"]:
                self.let_go(spell["hub"])
            if not known:
                self.decided_upon(spell, said.at)

    def too_late(self, spell: dict[str, Any], said: Said) -> bool:
        """What is told of inpatients, of somebody who has left; only the hub may decide later."""
        decides = said.kind == "pathway-decided" and self.home_undecided(spell)
        return spell["left_at"] is not None and said.kind in ONLY_INPATIENTS and not decides

    def home_undecided(self, spell: dict[str, Any]) -> bool:
        """Home from this stay, and neither pathway nor place is told, though the hub was asked."""
        moved_in = any(stay["spell"] is spell for stay in self.stays.values())
        elsewhere = self.here is not None or self.last is not spell or moved_in
        undecided = spell["hub_asked"] and not spell["confirmed"]
        says_nothing = spell["code"] in (None, "19", "29", "98", "99")
        home = spell["left_at"] is not None and not elsewhere
        return bool(home and undecided and says_nothing)

    def delay_reason_recorded(self, spell: dict[str, Any], said: Said) -> None:
        slug = said.data["reason"]
        reason = next((known for known in spell["reasons"] if known[0] == slug), None)
        if reason is None:
            reason = [slug, None]
            spell["reasons"].append(reason)
        if said.data.get("primary"):
            reason[1] = said.at

    def delay_reason_cleared(self, spell: dict[str, Any], said: Said) -> None:
        spell["reasons"] = [r for r in spell["reasons"] if r[0] != said.data["reason"]]

    def referred_to_care_transfer_hub(self, spell: dict[str, Any], said: Said) -> None:
        if "referral_id" in said.data:
            self.ask(said.data["referral_id"], HUB, spell, said)
        spell["hub"] = said.data.get("hub") or spell["hub"]
        self.ask_hub(spell, said.data.get("referral_id"), said.at)

    def discharge_summary_sent(self, spell: dict[str, Any], said: Said) -> None:
        spell["summary"] = True

    def patient_discharged(self, said: Said) -> None:
        if said.spell in self.never:
            return
        spell = self.spells.get(said.spell)
        if spell is None:
            still_here = self.here
            spell = self.begin_spell(said)
            self.here = self.last = still_here or spell
            self.care_stands_still(said.at)
        if spell["left_at"] is not None:
            return
        was_here = self.here is spell and spell["admitted"]
        before = spell["pathway"] if spell["confirmed"] else None
        spell["as_inpatient"] = {
            each: spell[each]
            for each in ("ready_at", "unwell", "reasons", "pathway", "confirmed", "destination")
        }
        spell["stood_down_then"] = []
        line = said.data.get("destination")
        if "pathway" in said.data or line:
            says = said.data.get("pathway", before)
            pathway, place = believed(says, line)
            if not line and of_pathway(spell["destination"], pathway):
                place = spell["destination"]
            spell.update(pathway=pathway, destination=place, confirmed=True)
        spell["code"] = said.data.get("destination_code")
        spell.update(left_at=said.at, ready_at=None, unwell=False, reasons=[])
        spell["moved_into"] = moves_into(spell["destination"], spell["code"], spell["pathway"])
        if self.here is spell:
            self.here = None
        beds = beds_taken_up(spell["destination"], spell["code"], spell["pathway"])
        dead = said.data["discharge_method"] == "4"
        if dead:
            self.patient_died(said)
        else:
            self.begin_all(spell, (*BY_LEAVING, *sorted(beds)), said.at)
        if not dead and spell["confirmed"] and spell["pathway"] != before and self.died_at is None:
            spell["stood_down_then"] = self.decided_upon(spell, said.at)
        self.given_back_to_the_lender(spell, said)
        if self.here is None:
            if spell["pathway"] == "P0" and self.died_at is None and not for_a_hospital(spell):
                self.packages_stay_live(spell, said.at)
            if was_here:
                self.left_beds_for(spell, said.at)
            self.tells_of_leaving(spell, said.at)

    def tells_of_leaving(self, spell: dict[str, Any], at: datetime) -> None:
        on_the_way = for_a_hospital(spell)
        self.out_of_date("moved", "transferred", gone=not on_the_way)
        if on_the_way:
            return
        self.comes("discharged", at)
        if self.staying() is None:
            self.told_of_the_way_home(spell, at)
        self.plan_of_before(at)

    def plan_of_before(self, at: datetime) -> None:
        if self.staying() is None and self.last is not None and self.last["pathway"] is None:
            self.no_plan_any_more(at)

    def left_beds_for(self, spell: dict[str, Any], at: datetime) -> None:
        """Whoever goes home from hospital is not back in the centre."""
        for stay in self.stays.values():
            lived_in = self.bed(stay) == "care_home"
            before = stay["spell"] is not spell
            gone_home = to_own_home(spell) or (before and to_another_home(spell))
            gone = gone_home if lived_in else spell["pathway"] not in (None, "P2")
            if gone and stays_on(stay):
                stay["overtaken_at"] = at
        for bed in self.referrals.values():
            moved_before = self.lies_in(bed) and bed["moved_in_at"] < at
            lived_in = bed["kind"] == "care_home" and moved_before
            if lived_in and (to_own_home(spell) or to_another_home(spell)):
                bed["moved_out_at"] = at

    def given_back_to_the_lender(self, spell: dict[str, Any], said: Said) -> None:
        """To another hospital: the one that still has them in a bed, where that is only one."""
        open_before = [s for s in self.spells.values() if s["elsewhere"] and not_ended(s)]
        nowhere = self.here is None and self.died_at is None
        if nowhere and spell["code"] in ANOTHER_HOSPITAL and len(open_before) == 1:
            self.only_in(open_before[0])
            self.care_stands_still(said.at)

    def admission_cancelled(self, said: Said) -> None:
        """Its work is done before."""

    def discharge_cancelled(self, said: Said) -> None:
        if said.identity in self.brought_back:
            told = [*self.preparing(), *self.agreed_again()]
            self.tell_all(told, "stand_down", "discharge_cancelled", said.at)
            self.is_news("stand_down", "discharge_cancelled", said.at)

    def task_done(self, said: Said) -> None:
        spell = self.spells.get(said.spell) or self.here or self.last
        task = said.data["task"]
        if task in BY_A_TASK:
            if self.died_at is None:
                self.fulfilled_by_a_task(spell, BY_A_TASK[task], said)
            else:
                return
        if spell is not None and task == "long_stay_review":
            spell["long_stay_reviews"].append(said.at)


def of_pathway(line: str | None, pathway: str | None) -> bool:
    """Every line of the situation report begins with its pathway (domain.md 2.2)."""
    return line is not None and line.startswith(str(pathway).lower())


def believed(pathway: str | None, line: str | None) -> tuple[str | None, str | None]:
    """Of a pathway and a line that do not go together, "no support" is never believed, and of the
    line nothing else is."""
    if line is None or of_pathway(line, pathway):
        return pathway, line
    if pathway in (None, "P0"):
        return line[:2].upper(), line
    own_care_home = line.endswith(("_return", "_return_more"))
    return pathway, line if pathway == "P3" and own_care_home else None


def to_another_home(spell: dict[str, Any]) -> bool:
    """A care home new to them; a hospice for their last days, too."""
    if spell["code"] in ("48", "49", "50", "51", "52", "53", "66", "84", "87"):
        return False
    if spell["destination"] in AS_NEW:
        return not (spell["pathway"] == "P2" and spell["code"] in CARE_HOMES)
    back = str(spell["destination"]).startswith(BACK)
    return bool(spell["code"] in CARE_HOMES and spell["pathway"] == "P3" and not back)


def to_own_home(spell: dict[str, Any]) -> bool:
    """By what the discharge says; the usual place of residence may be a care home."""
    if spell["pathway"] == "P2" and spell["code"] in ("51", "54", "65", "85"):
        return False
    if spell["code"] not in (None, "19", "29", "79", "98", "99"):
        return bool(spell["code"] == "66")  # foster care
    own = ("p0_home", "p1_home_reablement", "p1_home_other_support")
    return spell["destination"] in own


def taken_over(left: dict[str, Any], said: Said) -> bool:
    """From hospital to hospital by the next day, whatever door the person came in by."""
    if (day_of(said.at) - day_of(left["left_at"])).days > 1:
        return False
    by_transfer = said.data.get("admission_method") in ("2B", "81")
    unsaid = left["code"] in (None, "98", "99") and not (left["pathway"] or left["destination"])
    sent = said.data.get("source_of_admission") in ("49", "51", "52", "53", "87")
    if for_a_hospital(left):
        # Whoever was sent away and is let in at the same door did not stay where they were sent.
        return by_transfer or sent or left["provider"] != said.data["provider"]
    return by_transfer or (unsaid and sent)
