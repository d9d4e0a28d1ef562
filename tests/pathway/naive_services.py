"""What services are asked for and do, naively: referrals, care at home, centres, handovers."""

from datetime import datetime
from typing import Any

from tests.pathway.naive_anew import asked_again, goes_on_by, nothing_but_its_names
from tests.pathway.naive_kinds import AT_HOME, HUB, IN_A_BED, ONE_PLACE, PATHWAYS
from tests.pathway.naive_lateness import day_of
from tests.pathway.naive_notices import Noticed, on_the_way
from tests.pathway.naive_told import (
    Said,
    Word,
    another,
    begins,
    came,
    closed,
    given,
    had_before,
    in_place,
    leaver_comes,
    refused,
    stands_still,
    stays_on,
    unanswered,
)

LEFT_FOR = {"care_home": ("care_home",), "hospice": ("hospice_bed", "fast_track_chc")}
"""By where somebody went from a centre, the kinds of referral that this shows to have begun."""
OF_THE_MIND = ("48", "49", "50", "53", "84")
CARE_HOMES = ("54", "65", "85")
NOTHING_BUT_A_BED = ("rehabilitation_bed", "care_home", "hospice_bed", "mental_health_bed")
AS_NEW = ("p3_care_home_new", "p3_care_home_eol")


def beds_taken_up(line: str | None, code: str | None, pathway: str | None) -> set[str]:
    """The kinds of bed that who is discharged so has moved into."""
    kinds = {"mental_health_bed"} if code in OF_THE_MIND else set()
    if line in AS_NEW:
        kinds.add("care_home")
    if line == "p3_care_home_eol" or code == "88":
        kinds |= {"hospice_bed", "fast_track_chc"}
    if code in CARE_HOMES and pathway == "P3" and not str(line).startswith(BACK):
        kinds.add("care_home")
    return kinds


BACK = ("p0_care_home", "p1_care_home")


def moves_into(line: str | None, code: str | None, pathway: str | None) -> str:
    """The bed that whoever is discharged so moves into, though nobody was asked for it."""
    if pathway == "P2" and code in ("51", *CARE_HOMES):
        return "rehabilitation_bed"
    if code in OF_THE_MIND:
        return "mental_health_bed"
    if code == "88" or (code in ("30", "37", "38") and line == "p3_care_home_eol"):
        return "hospice_bed"
    if code in CARE_HOMES:
        return "care_home"
    says_nothing = code not in ("30", "37", "38", "51", "52", "66", "87")
    in_one = line in AS_NEW or str(line).startswith(BACK)
    return "care_home" if says_nothing and in_one else "rehabilitation_bed"


class Services(Noticed):
    # Services are asked, answer, begin.

    def ask(self, referral_id: str, kind: str, spell: dict[str, Any] | None, said: Said) -> None:
        referral = self.referral(referral_id, known=True)
        if referral["asked"] and not referral["begun"] and closed(referral):
            # Asked again under the same identifier: it waits for an answer again.
            for answer in ("received", "accepted", "rejected", "withdrawn", "elsewhere"):
                referral[answer] = False
            referral["agreed"] = None
        first = not referral["asked"]
        referral.update(asked=said.at, kind=kind, spell=spell or referral["spell"], unplanned=False)
        if kind not in NOTHING_BUT_A_BED:
            referral["moved_in_at"] = None
        referral["names"] = self.stay_to_come(said, referral)
        service = said.data.get("service") or said.data.get("hub")
        referral["service"] = service or referral["service"]
        if first and not referral["begun"]:
            named = [s for s in self.stays.values() if s["referral"] == referral_id]
            led = [p for p in self.packages.values() if begins(p, referral)]
            referral["begun"] = bool(named or led or referral_id in self.visited)
            referral["visited_at"] = self.visited.get(referral_id)
        if first and referral["begun"]:
            self.taken(kind, referral, said.at)
        for stay in self.stays.values():
            if stay["referral"] == referral_id and kind == "care_home" and stays_on(stay):
                for other in self.stays.values():
                    earlier = other is not stay and other["began_at"] <= stay["began_at"]
                    if earlier and stays_on(other):
                        other["overtaken_at"] = stay["began_at"]
                self.moves_from(stay["began_at"], said.at, home=True)

    def moves_from(self, moved_at: datetime, at: datetime, *, home: bool) -> None:
        """Whoever lies in a bed lies in no other; who lives in a home may be away for a time."""
        for other in self.referrals.values():
            leaves = home or other["kind"] != "care_home"
            if leaves and self.lies_in(other) and other["moved_in_at"] <= moved_at:
                other["moved_out_at"] = at

    def stay_to_come(self, said: Said, subject: dict[str, Any]) -> str | None:
        """The stay in hospital it is asked from, if that is the first thing told of the stay."""
        if "spell_id" not in said.data:
            return subject.get("names")
        return None if said.spell in self.spells else said.spell

    def referral(self, referral_id: str, *, known: bool = False) -> dict[str, Any]:
        if referral_id not in self.referrals:
            self.referrals[referral_id] = {
                "about": referral_id,
                "kind": None,
                "asked": False,
                "received": False,
                "agreed": None,
                "accepted": False,
                "rejected": False,
                "withdrawn": False,
                "elsewhere": False,
                "unplanned": False,
                "begun": False,
                "visited_at": None,
                "over_at": None,
                "moved_in_at": None,
                "moved_out_at": None,
                "missed": False,
                "missed_at": None,
                "service": None,
                "spell": None if known else self.here or self.last,
            }
        return self.referrals[referral_id]

    def referral_made(self, said: Said) -> None:
        spell = self.here or self.last
        data = said.data
        self.ask(data["referral_id"], data["kind"], spell, said)
        if data["kind"] == HUB and spell is not None:
            spell["hub"] = data.get("service") or spell["hub"]
            self.ask_hub(spell, data["referral_id"], said.at)

    def ask_hub(self, spell: dict[str, Any], referral_id: str | None, at: datetime) -> None:
        if not spell["hub_asked"]:
            spell.update(hub_asked=True, hub_asked_plainly=referral_id is None)
        if referral_id is None:
            self.hub_got_it(spell, at)
            return
        spell["hub_referral"] = referral_id
        spell["hub_has_it"] |= self.referrals[referral_id]["received"]
        if spell["left_at"] is not None:
            self.begin(self.referrals[referral_id], at)

    def answer(self, said: Said) -> dict[str, Any]:
        """Whoever looks at a referral, or answers it, has it."""
        referral = self.referral(said.data["referral_id"])
        if said.kind in ("referral-received", "referral-accepted"):  # the others name none
            referral["service"] = said.data.get("service") or referral["service"]
        if not referral["received"] and said.kind != "referral-withdrawn":
            referral["received"] = True
            asked_besides = said.data.get("reason") == "duplicate"
            if referral["kind"] == HUB and referral["spell"] is not None and not asked_besides:
                self.hub_got_it(referral["spell"], said.at)
        return referral

    def referral_received(self, said: Said) -> None:
        self.answer(said)

    def referral_accepted(self, said: Said) -> None:
        agreed = said.data.get("start_agreed_at")
        referral = self.answer(said)
        refused, spell = referral["rejected"], referral["spell"]
        referral.update(accepted=True, rejected=False, agreed=agreed)
        self.another_time(referral, agreed)
        of_the_hub = refused and referral["kind"] == HUB and spell is not None
        if of_the_hub and not (spell["hub_asked"] or spell["confirmed"]):
            spell["hub"] = referral["service"] or spell["hub"]
            self.ask_hub(spell, referral["about"], said.at)

    def referral_rejected(self, said: Said) -> None:
        referral = self.answer(said)
        referral.update(accepted=False, rejected=(said.at, said.data["reason"]))
        self.hub_lost_it(referral)
        self.stood_down(referral)
        self.has_nothing_else(referral["service"], said.at)

    def referral_withdrawn(self, said: Said) -> None:
        referral = self.answer(said)
        referral["withdrawn"] = (said.at, said.data["reason"])
        if referral["visited_at"]:
            referral["over_at"] = referral["over_at"] or said.at
        elif self.lies_in(referral):
            referral["moved_out_at"] = said.at
        if said.data["reason"] == "died":
            self.patient_died(said)
        self.hub_lost_it(referral)
        self.stood_down(referral)
        self.has_nothing_else(referral["service"], said.at)

    @staticmethod
    def hub_got_it(spell: dict[str, Any], at: datetime) -> None:
        if not spell["hub_has_it"]:
            spell.update(hub_has_it=True, hub_got_it_at=at)

    def hub_lost_it(self, referral: dict[str, Any]) -> None:
        """A hub that does not have the person must be asked again; not one that has them twice."""
        spell = referral["spell"]
        ours = spell is not None and spell["hub_referral"] == referral["about"]
        if ours and not (spell["left_at"] and spell["confirmed"]):
            twice = referral["rejected"] and referral["rejected"][1] == "duplicate"
            others = [
                each["about"]
                for each in self.referrals.values()
                if twice and each["kind"] == HUB and each["spell"] is spell and not closed(each)
            ]
            if others or (twice and spell["hub_asked_plainly"]):
                spell["hub_referral"] = others[-1] if others else None
                if others:
                    spell["hub"] = self.referrals[others[-1]]["service"] or spell["hub"]
                return
            spell.update(hub_asked=False, hub_has_it=False, hub_referral=None)

    def begin(self, referral: dict[str, Any], at: datetime) -> None:
        if not referral["begun"]:
            referral["begun"] = True
            self.stood_down(referral)
            self.taken(referral["kind"], referral, at)

    def taken(self, kind: str, by: dict[str, Any] | None, at: datetime) -> None:
        """Of those who were asked for the same, one gives it."""
        for other in self.referrals.values():
            same = kind in ONE_PLACE and other["kind"] == kind
            if same and other is not by and not closed(other):
                other["elsewhere"] = True
                self.other_has_them(other, at)
                self.has_nothing_else(other["service"], at)
        for package in self.packages.values():
            named = self.referrals.get(package["referral"] or "")
            of = (named and named["kind"]) or "home_care"
            begun = package["started_at"] or package["visited_at"] or had_before(package)
            over = package["ended_at"] or package["elsewhere"] or begun
            theirs = by is not None and by["service"] and by["service"] == package["service"]
            same = kind in ONE_PLACE and of == kind and package["kind"] == "new"
            if same and not over and not theirs:
                package["elsewhere"] = True
                self.other_has_them(package, at)
                package["nobody_has_it"] = False
                self.has_nothing_else(package["service"], at)

    def other_has_them(self, asked: dict[str, Any], at: datetime) -> None:
        """Whoever does anything else for the person goes on with that, and is told nothing; nor is
        who gave it up."""
        if asked.get("nobody_has_it"):
            return
        if asked["service"] is None or asked["service"] not in self.with_a_part():
            self.tell_all([asked], "stand_down", "taken_elsewhere", at)

    def has_nothing_else(self, service: str | None, at: datetime) -> None:
        """Who has no part in it any more is not to take the person either, and has not."""
        if service not in self.with_a_part():
            self.nobody_accepts(service, at)

    def out_of_it(self, service: str, at: datetime, *, knows: bool = False) -> None:
        """The same, and there is nothing left to tell them but that another is asked instead."""
        if service not in self.with_a_part():
            self.let_go(service)
            self.nobody_accepts(service, at)
            if not knows:
                self.instead_of(service, None, at)

    def with_a_part(self) -> set[str | None]:
        asked = [each for each in self.referrals.values() if not closed(each)]
        asked += [r for r in self.referrals.values() if r["visited_at"] and not r["over_at"]]
        asked += [r for r in self.referrals.values() if self.lies_in(r)]
        asked += [
            package
            for package in self.packages.values()
            if not (package["ended_at"] or package["elsewhere"] or package["lapsed_at"])
        ]
        asked += [each for each in self.stays.values() if stays_on(each)]
        asked += [
            each["next"]
            for each in self.packages.values()
            if each["next"] and not (each["ended_at"] or each["elsewhere"])
        ]
        asked += [each["leaver"] for each in self.packages.values() if each["leaver"]]
        return {each["service"] for each in asked}

    def asked_from(self, spell: dict[str, Any]) -> list[dict[str, Any]]:
        """Who is to come after this stay, and has not yet."""
        asked = [each for each in self.referrals.values() if not closed(each)]
        asked += [
            package
            for package in self.packages.values()
            if not (package["ended_at"] or package["elsewhere"] or came(package))
        ]
        return [each for each in asked if each["spell"] is spell]

    def decided_upon(self, spell: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
        """Who prepares for another pathway than the one that is decided now is told: all these."""
        told = []
        for each in self.asked_from(spell):
            kind = each["kind"]
            if "gave" in each:  # a package
                named = self.referrals.get(each["referral"] or "")
                of = (named and named["kind"]) or "home_care"
                kind = "restart" if each["kind"] == "restart" else of
            unplanned = kind in PATHWAYS and spell["pathway"] not in PATHWAYS[kind]
            if unplanned and not each["unplanned"]:
                self.tell_all([each], "stand_down", "pathway_changed", at)
                told.append(each)
            elif each["unplanned"] and not unplanned:
                self.planned_again(each, at)
            each["unplanned"] = unplanned
        return told

    def begin_all(self, spell: dict[str, Any] | None, kinds: tuple[str, ...], at: datetime) -> None:
        beds = []
        for referral in self.referrals.values():
            belongs = referral["spell"] is None or referral["spell"] is spell
            if referral["kind"] in kinds and belongs and not closed(referral):
                referral["begun"] = True
                self.stood_down(referral)
                beds += [referral] if referral["kind"] in NOTHING_BUT_A_BED else []
        if any(bed["accepted"] for bed in beds):
            beds = [bed for bed in beds if bed["accepted"]]
        if beds and all(bed["service"] == beds[0]["service"] for bed in beds):
            beds[-1]["moved_in_at"] = at

    def fulfilled_by_a_task(self, spell: dict[str, Any] | None, kind: str, said: Said) -> None:
        """The one that is named; else what the service that was asked first was asked for."""
        name = said.data.get("referral_id")
        waiting = [
            r for r in self.referrals.values()
            if not closed(r) and (
                r["about"] == name and r["kind"] in (None, kind) if name
                else r["kind"] == kind and (r["spell"] is None or r["spell"] is spell)
            )
        ]  # fmt: skip
        for referral in waiting:
            if all(each["service"] == waiting[0]["service"] for each in waiting):
                referral["begun"] = True
                self.stood_down(referral)
        if waiting and not waiting[0]["begun"]:
            waiting[0]["begun"] = True
            self.stood_down(waiting[0])

    # Care at home.

    def package(self, said: Said, *, known: bool = False) -> dict[str, Any]:
        package_id = said.data["package_id"]
        if package_id not in self.packages:
            self.packages[package_id] = {
                "about": package_id,
                "kind": None,
                "asked": False,
                "asked_at": None,
                "asked_last": None,
                "confirmed": False,
                "confirmed_last": None,
                "started_at": None,
                "visited_at": None,
                "missed": False,
                "missed_at": None,
                "missed_again": False,  # since it stands still
                "made_good": False,
                "agreed_again": None,
                "told": [],  # all that was asked, said and given up, in order
                "pauses": [],  # [from, until or None, why]
                "paused_because": None,
                "halted": False,
                "now_called": None,  # the package as which it is to go on
                "there_by_another_name": False,
                "given_back": 0,
                "care_until": None,
                "gave": [],  # (service, from, until), of earlier providers
                "moved": 0,  # how often it changed from when on the next is waited for
                "leaver": None,  # who gave it up and comes, though another has confirmed
                "nobody_has_it": False,
                "given_back_at": None,
                "lapsed_at": None,
                "ended_at": None,
                "ended_because": None,
                "elsewhere": False,
                "increased_at": None,
                "more_asked": False,
                "more_agreed": False,
                "next": None,  # another service than has it: asked, or has confirmed
                "gone": set(),  # those that others have followed
                "planned": None,
                "unplanned": False,
                "visit_agreed": None,
                "times_more": 0,
                "referral": None,
                "service": None,
                "spell": None if known else self.here or self.last,
            }
        return self.packages[package_id]

    def given_package(self, said: Said) -> dict[str, Any]:
        """Of what happens to care that is given: had it not been heard of, it was given before."""
        new = said.data["package_id"] not in self.packages
        package = self.package(said)
        if new:
            package["visited_at"] = said.at
        return package

    def care_package_requested(self, said: Said) -> None:
        packages, referrals = self.packages.values(), self.referrals.values()
        visiting = any(each["visited_at"] and not each["over_at"] for each in referrals)
        open_still = any(not (each["ended_at"] or each["elsewhere"]) for each in packages)
        nothing_else = self.last is None and not self.stays and not open_still and not visiting
        nothing_else = nothing_else and all(closed(each) for each in referrals)
        new = said.data["package_id"] not in self.packages
        if not new and self.packages[said.data["package_id"]]["ended_at"]:
            # The old one is history, and the identifier free for another.
            old = self.packages.pop(said.data["package_id"])
            self.packages[f"over: {len(self.packages)}"] = old
        package, service = self.package(said, known=True), said.data.get("service")
        if new and said.data["kind"] == "increased" and nothing_else:
            package["visited_at"] = said.at  # more than they had, of which nobody told
        package.update(asked=True, unplanned=False, elsewhere=False, there_by_another_name=False)
        package["asked_at"] = package["asked_at"] or said.at
        package["asked_last"] = said.at
        package["planned"] = said.data.get("planned_start_at")
        more = said.data["kind"] == "increased" and bool(in_place(package))
        if more and not package["more_asked"]:
            package.update(more_asked=True, times_more=package["times_more"] + 1)
            package["more_agreed"] = False
        other = another(package, service)
        of_next = bool(package["next"]) and not service
        kept = given(package) or (package["nobody_has_it"] and came(package))
        if other and (more or kept):
            self.next_is(package, {"service": service, "confirmed": False, "due": None}, said.at)
            package["more_agreed"] = False
        elif other:
            self.passes(package, service, said.at)
        elif service:
            package["service"] = service
            self.next_is(package, None, said.at)
        if not more and not (other and package["next"]):
            package["kind"] = said.data["kind"]
        package["referral"] = said.data.get("referral_id") or package["referral"]
        package["spell"] = self.here or package["spell"] or self.last
        package["names"] = self.stay_to_come(said, package)
        still = package["kind"] == "restart" == said.data["kind"] and not other
        if still and in_place(package) and not package["paused_because"]:
            package["pauses"].append([said.at, None, "readmitted"])
            package.update(paused_because="readmitted", missed_again=False, agreed_again=None)
            package.update(halted=False)
        to_go_on = still and bool(in_place(package))
        to_next = of_next or (other and bool(package["next"]))
        package["told"].append(Word(said.at, "asked", to_next=to_next, to_go_on=to_go_on))
        if not to_go_on and package["kind"] != "increased" and not came(package):
            self.takes_the_place_of_its_own(package)
        self.join(package, said.at)

    def takes_the_place_of_its_own(self, restart: dict[str, Any]) -> None:
        """What its provider gave, and does not now, is to go on under this name."""
        if restart["service"] is None:
            return
        for package in self.packages.values():
            theirs = package["service"] == restart["service"] and package is not restart
            over = package["ended_at"] or package["elsewhere"]
            same = self.is_care_of(package) == self.is_care_of(restart)
            if theirs and same and stands_still(package) and not over:
                package["now_called"] = restart["about"]

    def is_care_of(self, package: dict[str, Any]) -> str:
        return (self.referrals.get(package["referral"]) or {}).get("kind") or "home_care"

    def next_is(
        self, package: dict[str, Any], who: dict[str, Any] | None, at: datetime,
        *, knows: bool = False,
    ) -> None:  # fmt: skip
        """Another service is to come, or nobody; whoever was before is not any more."""
        before, package["next"] = package["next"], who
        if who is not None:
            self.instead_of(None, who["service"], at)
        if before and (who is None or who["service"] != before["service"]):
            self.out_of_it(before["service"], at, knows=knows)

    def passes(self, package: dict[str, Any], service: str | None, at: datetime) -> None:
        """It is another one's to begin, or the same one's after nobody came."""
        before, to_come = package["service"], package["next"]
        knows = package["nobody_has_it"] or given(package)
        last = package["care_until"] if package["nobody_has_it"] else None
        if came(package) and last is not None and last > at and given(package):
            package["leaver"] = {
                "service": before,
                "since": came(package),
                "last": last,
                "halted_at": None,
            }
        elif came(package):
            package["gave"].append((before, came(package), package["lapsed_at"] or at))
        package.update(started_at=None, visited_at=None, increased_at=None, missed=False)
        package.update(made_good=False)
        package.update(lapsed_at=None, confirmed=False, visit_agreed=None, elsewhere=False)
        self.no_pause(package, at)
        if to_come and to_come["service"] == service:
            package["more_asked"] = False
        package["service"] = service or before
        self.next_is(package, None, at)
        if service:
            self.instead_of(None, service, at)
        if before and before != package["service"]:
            package["gone"].add(before)
            self.out_of_it(before, at, knows=knows)

    def somebody_comes(self, package: dict[str, Any], service: str | None, at: datetime) -> None:
        """Somebody is there; perhaps although the last day had passed."""
        if not service and package["lapsed_at"]:
            service = package["next"]["service"] if package["next"] else package["service"]
        if package["lapsed_at"] or another(package, service):
            self.passes(package, service, at)
        package["service"] = service or package["service"]

    def care_package_confirmed(self, said: Said) -> None:
        package, service = self.package(said), said.data.get("service")
        if not service and package["next"]:
            service = package["next"]["service"]
        other, agreed = another(package, service), said.data.get("first_visit_due_at")
        for_more = package["more_asked"] and in_place(package)
        package["more_agreed"] = package["more_asked"]
        if other and not package["nobody_has_it"] and (given(package) or for_more):
            self.next_is(package, {"service": service, "confirmed": True, "due": agreed}, said.at)
            return
        if other or package["lapsed_at"]:
            self.passes(package, service, said.at)
            package["more_agreed"] = package["more_asked"]
        else:
            package["service"] = service or package["service"]
            self.next_is(package, None, said.at)
        package["service"] = service or package["service"]
        package.update(confirmed=True, nobody_has_it=False, visit_agreed=agreed)
        package.update(agreed_again=agreed, confirmed_last=said.at)
        package["told"].append(Word(said.at, "confirmed"))
        self.another_time(package, agreed)
        if self.comes_again(package):
            self.knows_of_the_stay(package["service"] or package["about"], said.at)
        elif package["asked_last"] and self.is_their_own_again(package):
            self.knows_of_the_stay(package["service"] or package["about"], package["asked_last"])

    @staticmethod
    def another_time(asked: dict[str, Any], agreed: str | None) -> None:
        """Nobody came, and it was said since when somebody does."""
        if agreed and asked["missed_at"] and datetime.fromisoformat(agreed) > asked["missed_at"]:
            asked["missed"] = asked["missed_again"] = False

    def leaver_is_gone(self, package: dict[str, Any], at: datetime) -> None:
        """The next has come, or nobody is to come any more."""
        leaver = package["leaver"]
        if leaver:
            until = leaver["halted_at"] or at
            package["gave"].append((leaver["service"], leaver["since"], until))
            package["leaver"] = None
            if leaver["service"]:
                self.out_of_it(leaver["service"], at, knows=True)

    @staticmethod
    def of_leaver(package: dict[str, Any], service: str | None) -> bool:
        """It is the care of who gave it up, until the last day, and another one is to come."""
        if package["nobody_has_it"] or not leaver_comes(package):
            return False
        return service is not None and bool(service == package["leaver"]["service"])

    def care_package_started(self, said: Said) -> None:
        package, service = self.package(said), said.data.get("service")
        if not service and package["next"]:
            service = package["next"]["service"]
        if self.of_leaver(package, service):
            return
        self.somebody_comes(package, service, said.at)
        package["started_at"] = package["started_at"] or said.at
        package["more_asked"] = False
        self.goes_on_as_before(package)
        self.next_one_begins(package, said.at)
        self.care_goes_on(package, said.at)
        self.next_is(package, None, said.at)
        self.leaver_is_gone(package, said.at)
        self.there(package["service"] or package["about"])
        self.begins_unasked(package["service"], said.at)
        self.join(package, said.at)

    @staticmethod
    def next_one_begins(package: dict[str, Any], at: datetime) -> None:
        if had_before(package):
            package["visited_at"] = package["visited_at"] or at

    def care_package_restarted(self, said: Said) -> None:
        package = self.given_package(said)
        if package["leaver"]:
            # Who is to leave has not left yet: it is they who go on.
            if package["leaver"]["halted_at"]:
                self.leaver_goes_on(package)
            self.no_pause(package, said.at)
            return
        self.somebody_comes(package, None, said.at)
        self.next_one_begins(package, said.at)
        self.care_goes_on(package, said.at)
        self.leaver_is_gone(package, said.at)
        self.there(package["service"] or package["about"])
        self.begins_unasked(package["service"], said.at)
        if package["kind"] == "restart":
            package["started_at"] = package["started_at"] or said.at
            self.join(package, said.at)
        self.goes_on_as_before(package)

    @staticmethod
    def goes_on_as_before(package: dict[str, Any]) -> None:
        """What was given under another identifier goes on under this one: nobody is missed now."""
        package["made_good"] = package["kind"] == "restart"

    def care_package_paused(self, said: Said) -> None:
        package = self.given_package(said)
        before, why = package["paused_because"], said.data["reason"]
        if why == "readmitted" and self.here is not None:
            they = package["leaver"] or package
            self.knows_of_the_stay(they["service"] or package["about"], said.at)
        nobody_comes = ("readmitted", "provider_capacity")
        heard = (
            before in nobody_comes and why in nobody_comes if in_place(package) else before == why
        )
        package["halted"] = True
        if before and heard:
            return
        if before:
            package["pauses"][-1][1] = said.at
        package["pauses"].append([said.at, None, why])
        package.update(paused_because=why, missed_again=False, agreed_again=None)
        if why in nobody_comes:
            self.leaver_stops(package, said.at)

    def care_goes_on(self, package: dict[str, Any], at: datetime) -> None:
        anew, names = asked_again(self, package), nothing_but_its_names(self, package)
        package["nobody_has_it"] = package["elsewhere"] = False
        self.no_pause(package, at)
        for other in names:
            self.comes_by_another_name(other, at)
        if anew is not None:
            package["referral"] = anew["about"]
            self.begin(anew, at)

    def comes_by_another_name(self, asked: dict[str, Any], at: datetime) -> None:
        """The care that was asked for is there, and so is what its referral asked for."""
        asked.update(elsewhere=True, nobody_has_it=False, there_by_another_name=True)
        self.next_is(asked, None, at)
        self.has_nothing_else(asked["service"], at)
        referral = self.referrals.get(asked["referral"] or "")
        if referral is not None and not closed(referral):
            self.begin(referral, at)

    @staticmethod
    def no_pause(package: dict[str, Any], at: datetime) -> None:
        if package["paused_because"]:
            package["pauses"][-1][1] = at
            package["paused_because"] = None

    def care_package_increased(self, said: Said) -> None:
        package, by = self.given_package(said), said.data.get("service")
        leaver = package["leaver"] if leaver_comes(package) else None
        if leaver and not package["nobody_has_it"] and by in (None, leaver["service"]):
            return  # theirs is more, for as long as they come
        if not by and leaver:
            by = leaver["service"]
        elif not by and package["next"] and package["more_asked"]:
            by = package["next"]["service"]
        self.somebody_comes(package, by, said.at)
        at_home = self.here is None and self.staying() is None
        if at_home and not in_place(package):
            package["visited_at"] = said.at
            self.care_goes_on(package, said.at)
        package.update(increased_at=said.at, more_asked=False)
        if by:
            self.next_is(package, None, said.at)
        if came(package) == said.at:
            self.leaver_is_gone(package, said.at)
            self.join(package, said.at)

    def care_package_handed_back(self, said: Said) -> None:
        package, by = self.given_package(said), said.data.get("service")
        told = said.data.get("care_until")
        until = max(datetime.fromisoformat(told), said.at) if told else None
        to_come, leaver = package["next"], package["leaver"]
        if to_come and by == to_come["service"]:
            package["told"].append(Word(said.at, "handed back", to_next=True))
            package["more_agreed"] = False
            self.next_is(package, None, said.at, knows=True)
        elif by and leaver and by == leaver["service"]:
            package["given_back"] += not package["nobody_has_it"]
            if until is not None:
                leaver["last"] = until
                package["moved"] += not leaver["halted_at"]
        elif another(package, by) and by in package["gone"]:
            package["given_back"] += not package["nobody_has_it"]
        elif package["nobody_has_it"]:
            package["told"].append(Word(said.at, "handed back"))
            package["service"] = by or package["service"]
            if until is not None and not package["lapsed_at"]:
                package["care_until"] = until
        else:
            package["service"] = by or package["service"]
            package["given_back"] += 1
            package["told"].append(Word(said.at, "handed back"))
            package.update(nobody_has_it=True, given_back_at=said.at)
            package["care_until"] = datetime.fromisoformat(told) if told else None
            if to_come and to_come["confirmed"]:
                # Agreed between them before: nobody is looked for.
                self.passes(package, to_come["service"], said.at)
                package.update(confirmed=True, visit_agreed=to_come["due"], nobody_has_it=False)

    def care_package_ended(self, said: Said) -> None:
        package = self.package(said)
        package["ended_at"] = package["ended_at"] or said.at
        package["ended_because"] = said.data["reason"]
        if said.data["reason"] == "died":
            self.patient_died(said)
        self.leaver_is_gone(package, said.at)
        self.next_is(package, None, said.at, knows=True)
        self.nobody_accepts(package["service"], said.at)
        self.stood_down(package)

    def join(self, package: dict[str, Any], at: datetime) -> None:
        """What has begun is what some referral asked for: the one named, else the newest."""
        if not (package["started_at"] or package["visited_at"]):
            return
        if package["referral"] is None:
            asked = self.newest_asked(package["service"])
            package["referral"] = asked["about"] if asked is not None else None
        referral = self.referrals.get(package["referral"] or "")
        if referral is not None and begins(package, referral):
            self.begin(referral, at)
        first = min(each for each in (package["started_at"], package["visited_at"]) if each)
        if package["referral"] is None and package["kind"] == "new" and first == at:
            self.taken("home_care", package, at)

    def newest_asked(self, service: str | None) -> dict[str, Any] | None:
        asked = [
            referral
            for referral in self.referrals.values()
            if service is not None
            and referral["kind"] in AT_HOME
            and not closed(referral)
            and referral["service"] in (None, service)
        ]
        return asked[-1] if asked else None

    @staticmethod
    def is_only_a_name(package: dict[str, Any]) -> bool:
        """What was asked for so is given as another package."""
        return bool(package["elsewhere"] and package["there_by_another_name"])

    def visit(self, said: Said) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """The package and the referral that a visit belongs to."""
        if "package_id" in said.data:
            package = self.package(said)
            package["referral"] = package["referral"] or said.data.get("referral_id")
            return package, self.referrals.get(said.data.get("referral_id", ""))
        referral = self.referrals.get(said.data["referral_id"])
        ours = [
            package
            for package in self.packages.values()
            if package["referral"] == said.data["referral_id"]
            and not package["ended_at"]
            and not self.is_only_a_name(package)
        ]
        if not ours and referral is None:
            ours = [
                package
                for package in self.packages.values()
                if "service" in said.data
                and said.data["service"]
                in (package["service"], package["next"] and package["next"]["service"])
                and not package["ended_at"]
                and not self.is_only_a_name(package)
            ]
            ours = [each for each in ours[-1:] if not each["referral"]]
        if not ours and referral is not None:
            asked_of = goes_on_by(self, referral)
            ours = [asked_of] if asked_of is not None else []
        return (ours[-1] if ours else None), referral

    def first_visit_completed(self, said: Said) -> None:
        package, referral = self.visit(said)
        if "referral_id" in said.data:
            self.visited.setdefault(said.data["referral_id"], said.at)
        if package is not None and not self.of_leaver(package, said.data.get("service")):
            self.somebody_comes(package, said.data.get("service"), said.at)
            package["visited_at"] = package["visited_at"] or said.at
            self.care_goes_on(package, said.at)
            self.leaver_is_gone(package, said.at)
            self.there(package["service"] or package["about"])
            self.begins_unasked(package["service"], said.at)
            self.join(package, said.at)
        if referral is not None:
            if package is None and referral["service"] is None:
                referral["service"] = said.data.get("service")
            self.there(referral["service"])
            self.begins_unasked(referral["service"], said.at)
            if package is None and not referral["visited_at"]:
                referral.update(visited_at=said.at, over_at=None)
            self.begin(referral, said.at)

    def first_visit_missed(self, said: Said) -> None:
        package, referral = self.visit(said)
        missed = package or referral
        if package is not None and self.of_leaver(package, said.data.get("service")):
            return
        if missed is not None and self.here is None and self.staying() is None:
            if on_the_way(self.last, said.at):
                return
            missed["missed"] = missed["missed_again"] = True
            missed["missed_at"] = said.at
            missed["made_good"] = False

    # In a centre; from hand to hand.

    def stay(self, said: Said) -> dict[str, Any]:
        stay_id = said.data["stay_id"]
        if stay_id not in self.stays:
            self.stays[stay_id] = {
                "about": stay_id,
                "referral": said.data.get("referral_id"),
                "service": said.data.get("service"),
                "ready": False,
                "ready_since": None,
                "times_ready": 0,
                "goals": False,
                "spell": self.last,
                "began_at": said.at,
                "left_at": None,
                "left_to": None,
                "overtaken_at": None,
                "bed": "rehabilitation_bed",  # as far as no referral is known
            }
            if said.kind != "centre-admitted" and self.last:
                self.last["moved_into"] = None
        return self.stays[stay_id]

    def centre_admitted(self, said: Said) -> None:
        if said.data["stay_id"] in self.stays:
            return
        others = [each for each in self.stays.values() if stays_on(each)]
        used = [each["referral"] for each in self.stays.values()]
        stay = self.stay(said)
        service = stay["service"]
        fitting = [
            referral
            for referral in self.referrals.values()
            if referral["kind"] in IN_A_BED
            and not closed(referral)
            and referral["service"] in (None, service)
        ]
        taken_up = [
            referral
            for referral in self.referrals.values()
            if referral["kind"] in IN_A_BED
            and referral["begun"]
            and referral["service"] == service
            and referral["about"] not in used
        ]
        fitting = fitting or taken_up
        referral = fitting[-1] if fitting else None
        if stay["referral"] is not None:
            referral = self.referrals.get(stay["referral"])
        left = self.last
        from_there = left if referral is None and self.here is None else None
        into = from_there["moved_into"] if from_there else None
        if from_there and into and (day_of(said.at) - day_of(from_there["left_at"])).days <= 1:
            stay["bed"] = into
        if left:
            left["moved_into"] = None
        if referral is not None:
            stay["referral"] = referral["about"]
            referral.update(service=service, moved_in_at=None)
            self.begin(referral, said.at)
        for other in others:
            if self.bed(other) != "care_home" or self.bed(stay) == "care_home":
                other["overtaken_at"] = said.at
        self.moves_from(said.at, said.at, home=self.bed(stay) == "care_home")
        taken = referral["kind"] if referral is not None else self.bed(stay)
        self.taken(taken, referral, said.at)
        for handover in self.handovers.values():
            if unanswered(handover) and handover["service"] != service:
                handover["over_at"] = said.at
                self.other_has_them(handover, said.at)
            elif refused(handover):
                handover["over_at"] = said.at
        self.there(service)

    def bed(self, stay: dict[str, Any]) -> str:
        """What was asked for who lies in it, else what the discharge says; else short-term."""
        kind = self.referrals.get(stay["referral"], {}).get("kind") or stay["bed"]
        return kind if kind in IN_A_BED else "rehabilitation_bed"

    def staying(self) -> dict[str, Any] | None:
        """The stay in a centre that goes on; a care home is where one lives."""
        on = [stay for stay in self.stays.values() if stays_on(stay)]
        on = [stay for stay in on if self.bed(stay) != "care_home"]
        return on[-1] if on else None

    def centre_goals_agreed(self, said: Said) -> None:
        self.stay(said)["goals"] = True

    def centre_ready_to_leave(self, said: Said) -> None:
        stay = self.stay(said)
        if stays_on(stay) and not stay["ready"]:
            stay.update(ready=True, ready_since=said.at, times_ready=stay["times_ready"] + 1)

    def requirements_to_remain_assessed(self, said: Said) -> None:
        if not said.data["meets"]:
            self.centre_ready_to_leave(said)
        elif stays_on(self.stay(said)):
            self.stay(said)["ready"] = False

    def centre_discharged(self, said: Said) -> None:
        stay = self.stay(said)
        if not stay["left_at"]:
            stay.update(left_at=said.at, left_to=said.data.get("destination"))
            if said.data.get("destination") == "died":
                self.patient_died(said)
            if not (self.here or self.staying() or stay["overtaken_at"]):
                self.begin_all(self.last, LEFT_FOR.get(stay["left_to"], ()), said.at)
            self.nobody_accepts(stay["service"], said.at)
            self.stood_down(stay)
        elif said.data.get("destination") == "died":
            self.patient_died(said)

    def handover(self, said: Said) -> dict[str, Any]:
        handover_id = said.data["handover_id"]
        if handover_id not in self.handovers:
            self.handovers[handover_id] = {
                "about": handover_id,
                "sent": 0,
                "accepted_at": None,
                "rejected": False,
                "over_at": None,
                "service": None,
                "spell": self.here or self.last,
                "before": [],
            }
        return self.handovers[handover_id]

    def handover_sent(self, said: Said) -> None:
        """Of what still stands, to another or in another stay, it is another one."""
        handover, spell = self.handover(said), self.here or self.last
        to, by = said.data.get("to_service"), handover["service"]
        elsewhere = handover["spell"] is not None and handover["spell"] is not spell
        another = elsewhere or (to and by and to != by)
        in_vain = by if self.would_take(handover) else None
        if another or not self.holds(handover):
            self.once_more(handover, said.at)
            handover["sent"] += 1
        if elsewhere:
            handover["before"] = []
        handover.update(spell=spell, service=to or by)
        self.instead_of_refused(handover, said.at)
        self.instead_of(in_vain, handover["service"], said.at)

    def handover_accepted(self, said: Said) -> None:
        """By whoever says so, for after the stay in which they do."""
        handover, spell = self.handover(said), self.here or self.last
        elsewhere = handover["spell"] is not None and handover["spell"] is not spell
        to, by = said.data.get("service"), handover["service"]
        in_vain = by if self.would_take(handover) else None
        again = elsewhere and handover["accepted_at"]
        if again or not self.holds(handover) or (to and by and to != by):
            self.once_more(handover, said.at)
        if elsewhere:
            handover["before"] = []
        handover["spell"] = spell
        handover.update(accepted_at=handover["accepted_at"] or said.at, service=to or by)
        self.instead_of_refused(handover, said.at)
        self.instead_of(in_vain, handover["service"], said.at)

    def instead_of_refused(self, handover: dict[str, Any], at: datetime) -> None:
        """Another was sent after the same stay: what was refused need not be sent again."""
        for other in self.handovers.values():
            if other is not handover and refused(other) and other["spell"] is handover["spell"]:
                other["over_at"] = at

    def begins_unasked(self, service: str | None, at: datetime) -> None:
        """Who refused the handover gives the care after all."""
        for handover in self.handovers.values():
            if service and handover["service"] == service and refused(handover):
                handover["over_at"] = at

    @staticmethod
    def holds(handover: dict[str, Any]) -> bool:
        """Sent or accepted, and nothing has come to an end."""
        said = handover["sent"] or handover["accepted_at"]
        return bool(said and not handover["rejected"] and not handover["over_at"])

    def would_take(self, handover: dict[str, Any]) -> bool:
        """Somebody is asked, or has accepted a person who is not at home yet."""
        at_home = self.here is None and self.staying() is None
        return self.holds(handover) and not (at_home and handover["accepted_at"])

    def instead_of(self, before: str | None, service: str | None, at: datetime) -> None:
        for notice in self.notices:
            if notice["about"] == service:
                notice["open"] &= notice["cause"] not in ("handed_elsewhere", "taken_elsewhere")
        others = {each["service"] for each in [*self.preparing(), *self.giving(self.last)]}
        if before and before != service and before not in others:
            self.notice("stand_down", before, "handed_elsewhere", at)

    def handover_rejected(self, said: Said) -> None:
        """Also by whoever had accepted: they give the person back. Not by another."""
        handover = self.handover(said)
        by = said.data.get("service")
        if by and handover["service"] and by != handover["service"]:
            self.let_go(by)
            return
        handover["service"] = handover["service"] or by
        if not (handover["accepted_at"] and handover["over_at"]):
            self.gone(handover, said.at)
            handover["rejected"] = said.at
            self.stood_down(handover)

    @staticmethod
    def gone(handover: dict[str, Any], at: datetime) -> None:
        """Whoever has accepted has the person no more."""
        if handover["accepted_at"]:
            handover["over_at"] = handover["over_at"] or at

    @staticmethod
    def once_more(handover: dict[str, Any], at: datetime) -> None:
        if handover["accepted_at"]:
            had = (handover["service"], handover["accepted_at"], handover["over_at"] or at)
            handover["before"].append(had)
        handover.update(accepted_at=None, rejected=False, over_at=None)

    def nobody_accepts(self, service: str | None, at: datetime) -> None:
        """The receiving service has no part in it any more, whether it had accepted or not."""
        for handover in self.handovers.values():
            if service is not None and handover["service"] == service:
                handover["over_at"] = handover["over_at"] or at
