"""Who has a person in hand, and who answers for them by name, naively.

In hospital it is the hospital; in a centre the centre; else the service that began last, or
accepted a handover last, and has not ended (nobody who only nurses them, or comes for an hour, as
long as somebody else does more); else, while somebody is still to come or an
assessment goes on, whoever had the person last; else nobody. Only acceptance moves responsibility
(domain.md 12.1), and on pathways 1 to 3 one named owner moves with it (domain.md 1.4).
"""

from collections.abc import Collection, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from tests.pathway.naive_anew import asked_anew, has_come, nothing_but_its_names
from tests.pathway.naive_arranged import (
    being_assessed,
    for_another_plan,
    handed_back_with,
    leaves_alone,
    nobody_asked,
)
from tests.pathway.naive_kinds import ONLY_INSTEAD_OF
from tests.pathway.naive_lateness import day_91
from tests.pathway.naive_plans import Plans
from tests.pathway.naive_told import (
    Said,
    Standing,
    awaited,
    came,
    closed,
    given,
    last_day,
    stands_still,
    unanswered,
)


class Owned(Plans):
    def __init__(self, stands: Standing) -> None:
        super().__init__(stands)
        self.away: dict[str, Any] | None = None
        self.absences: dict[str, dict[str, Any]] = {}
        """Who was told to be off duty: since when, and when they are back."""
        self.has: str | None = None
        """The organisation that has the person in hand; how often that changed, and when
        everybody let go of the person."""
        self.had: tuple[str | None, str] = (None, "")
        """The same, until the person died; and whether it is a hospital, or a service, or one that
        is gone and has no part in it any more."""
        self.moves = 0
        self.let_go_at: datetime | None = None

    # Who answers by name.

    def coordinator_assigned(self, said: Said) -> None:
        self.assigned(said, said.data["coordinator"])

    def case_manager_assigned(self, spell: dict[str, Any], said: Said) -> None:
        """Whom the hub has given somebody to, it has; they answer for the stay that is told."""
        self.look_who_has_them(said.at)
        if spell is (self.here or self.last):
            self.assigned(said, said.data["case_manager"])
        if spell["hub_asked"]:
            self.hub_got_it(spell, said.at)

    def assigned(self, said: Said, name: str) -> None:
        same = self.owner is not None and self.owner["name"] == name
        self.owner = {
            "name": name,
            "at": said.at,
            "of": [said.data["organisation"], said.data.get("service")],
            "under": self.has,
            "social_worker": said.data.get("role") == "social_worker",
        }
        absence = self.absences.get(name)
        if absence is None or absence["back_at"] is None or absence["back_at"] <= said.at:
            self.away = None
            self.absences.pop(name, None)
        elif not (same and self.away):
            # They have said until when they are away, and who is there for them meanwhile.
            cover = absence["cover"] if absence["cover"] != name else None
            lost = self.is_absent(cover, said.at)
            self.away = {
                "number": self.away["number"] + 1 if self.away else 1,
                "back_at": absence["back_at"],
                "cover": cover,
                "lost": lost,
                "cover_back_at": self.absences[str(cover)]["back_at"] if lost else None,
            }

    def is_absent(self, name: str | None, at: datetime) -> bool:
        absence = self.absences.get(name or "")
        return absence is not None and (absence["back_at"] is None or absence["back_at"] > at)

    def coordinator_off_duty(self, said: Said) -> None:
        """Told again during the same absence, it corrects when they are back, and who covers."""
        text = said.data.get("back_at")
        back_at = datetime.fromisoformat(text) if text else None
        name = said.data["coordinator"]
        began_at = said.at
        if name in self.absences:
            went_at = self.absences[name]["began_at"]
            back_again = back_at is not None and went_at <= back_at <= said.at
            began_at = went_at if back_again or self.is_absent(name, said.at) else said.at
        if back_at is not None and back_at < began_at:
            back_at = None
        cover = said.data.get("cover")
        self.absences[name] = {"began_at": began_at, "back_at": back_at, "cover": cover}
        back_already = back_at is not None and back_at <= said.at
        cover_absent = self.is_absent(cover, said.at)
        before = self.away
        number = before["number"] if before else 1
        came = [before["back_at"], before["cover_back_at"]] if before else []
        number += any(each is not None and each <= said.at for each in came)
        if self.owner is not None and self.owner["name"] == said.data["coordinator"]:
            away = {"number": number, "back_at": back_at, "cover": cover, "lost": cover_absent}
            away["cover_back_at"] = None
            if cover == name:
                away["cover"] = None
            elif cover is not None and cover_absent:
                away["cover_back_at"] = self.absences[cover]["back_at"]
            self.away = None if back_already else away
            return
        if before is None or before["cover"] != said.data["coordinator"]:
            return
        if before["back_at"] is not None and before["back_at"] <= said.at:
            return
        # Who covers goes off duty, too.
        if cover_absent:
            cover = None
        before["number"] = number
        before["lost"] = not back_already and cover is None
        before["cover_back_at"] = back_at if before["lost"] else None
        if cover is not None and not back_already:
            before["cover"] = cover

    def hears(self, about: str, now: datetime) -> tuple[str | None, str]:
        """Who is told of it: the service; else the owner; else who has them, or had them."""
        subjects: tuple[Collection[str], ...]
        subjects = (self.spells, self.referrals, self.packages, self.stays, self.handovers)
        subjects = (*subjects, self.plans, self.of_no_service)
        if about != "person" and not any(about in each for each in subjects):
            return about, "service"
        away = self.away or {}
        back = [away.get("back_at"), away.get("cover_back_at") if away.get("lost") else None]
        there = not self.nobody_covers() or any(at is not None and at <= now for at in back)
        owner = self.owner["of"][0] if self.owner else None
        who, how = self.had
        if (owner and there) or who is None:
            return owner, "case_manager"
        if how == "service":
            return who, "service"
        if self.last is None:
            return owner, "case_manager"
        if self.last["hub"]:
            return self.last["hub"], "care_transfer_hub"
        return self.last["provider"], "discharge_coordinator"

    def nobody_covers(self) -> bool:
        return bool(self.away and (self.away["lost"] or not self.away["cover"]))

    # Who has them in hand.

    # Of visits that no package tells more of nobody need tell the end: day 91 is it. Nor of what a
    # provider gave up, with a last day.

    def presumed_ends(self, by: datetime) -> list[datetime]:
        ends = {day_91(visits["visited_at"]) for visits in self.by_visit() if not visits["over_at"]}
        ends |= {day_91(bed["moved_in_at"]) for bed in self.beds() if self.lies_in(bed)}
        ends |= {last for each in self.packages.values() if (last := last_day(each)) is not None}
        ends |= {each["leaver"]["last"] for each in self.packages.values() if each["leaver"]}
        return sorted(end for end in ends if end <= by) if self.died_at is None else []

    def care_is_over(self, at: datetime) -> None:
        for visits in self.by_visit():
            if not visits["over_at"] and day_91(visits["visited_at"]) <= at and not self.died_at:
                visits["over_at"] = at
                self.nobody_accepts(visits["service"], at)
        for bed in self.beds():
            if self.lies_in(bed) and day_91(bed["moved_in_at"]) <= at and not self.died_at:
                bed["moved_out_at"] = at
                self.nobody_accepts(bed["service"], at)
        for package in self.packages.values():
            last = last_day(package)
            if last is not None and last <= at and not self.died_at:
                package["lapsed_at"] = at
                self.nobody_accepts(package["service"], at)
            leaver = package["leaver"]
            if leaver and leaver["last"] <= at and not self.died_at:
                until = leaver["halted_at"] or at
                package["gave"].append((leaver["service"], leaver["since"], until))
                package["leaver"] = None
                self.nobody_accepts(leaver["service"], at)
        for package in self.packages.values():
            if not (package["ended_at"] or package["elsewhere"]):
                self.goes_on_under_a_new_name(package, at)
        for package in self.packages.values():
            if not (package["ended_at"] or package["elsewhere"]):
                self.others_come(package, at)
        self.look_who_has_them(at)

    def goes_on_under_a_new_name(self, package: dict[str, Any], at: datetime) -> None:
        restart = self.restart_under_a_new_name(package)
        if restart is not None and given(restart):
            for other in nothing_but_its_names(self, package):
                self.comes_by_another_name(other, at)
            package.update(elsewhere=True, nobody_has_it=False, lapsed_at=at)
            self.next_is(package, None, at)
            self.has_nothing_else(package["service"], at)

    def another_is_asked(self, package: dict[str, Any]) -> bool:
        return asked_anew(self, package)

    def was_handed_back(self, referral: dict[str, Any]) -> bool:
        return handed_back_with(self, referral)

    def others_come(self, package: dict[str, Any], at: datetime) -> None:
        """Once they do, whoever gave it up comes no more."""
        if not has_come(self, package):
            return
        package.update(elsewhere=True, nobody_has_it=False)
        if came(package) and not package["lapsed_at"]:
            package["lapsed_at"] = at
        self.next_is(package, None, at)
        self.has_nothing_else(package["service"], at)

    def has_later(self) -> list[tuple[datetime, str | None, bool]]:
        """Who has the person from the end of such care on, if nothing else happens, and whether
        somebody would have to be asked then."""
        ends = self.presumed_ends(datetime.max.replace(tzinfo=UTC))
        if not ends:
            return []
        later, found = deepcopy(self), []
        for end in ends:
            later.care_is_over(end)
            spell = later.here or later.last
            alone = nobody_asked(later, spell) is not None and not being_assessed(later, spell)
            found.append((end, later.has, alone))
        return found

    def look_who_has_them(self, at: datetime) -> None:
        before, self.has = self.has, self.who_has_them()
        if self.died_at is None:
            self.had = (self.has, self.as_what())
        if self.has != before:
            self.moves += 1
            if self.has is None:
                self.let_go_at = at
            elif before is None and self.of_before():
                self.owner = self.away = None
            elif self.owner is not None:
                self.owner["under"] = self.owner["under"] or self.has
        spell = self.here or self.last
        owned = self.owned if spell is None else spell["owned"]
        newly = self.owner is not None and self.owner is not owned["owner"]
        if owned["left_behind"] and newly and self.may_answer():
            owned["followed"] = owned["left_behind"]
        owned.update(
            owner=self.owner,
            named=self.owner is not None,
            away=self.away["number"] if self.away and self.nobody_covers() else 0,
            left_behind=0 if self.may_answer() else self.moves,
            nobody_asked=nobody_asked(self, spell),
        )

    def of_before(self) -> bool:
        """Whether the owner is of an earlier stay, after which everybody let go."""
        if self.owner is None or self.let_go_at is None or self.last is None:
            return False
        return bool(self.owner["at"] <= self.let_go_at <= self.last["began_at"])

    def may_answer(self) -> bool:
        if self.owner is None or self.has is None:
            return True
        hospital = self.here or self.last
        at_home = not (hospital and hospital["provider"] == self.has)
        if at_home and self.is_of_the_council(self.owner):
            return True
        return self.has in (*self.owner["of"], self.owner["under"])

    def is_of_the_council(self, owner: dict[str, Any]) -> bool:
        """A social worker, and of nobody who had the person when they took them on."""
        organisation, service = owner["of"]
        return bool(owner["social_worker"] and not service and organisation != owner["under"])

    def as_what(self) -> str:
        lies_in = self.here or self.staying()
        if lies_in and (lies_in.get("provider") or lies_in.get("service")):
            return "hospital" if lies_in is self.here else "service"
        had = list(self.had_them())
        if any(until is None for _, _, until in had):
            return "service"
        if not had:
            return "hospital"
        return "service" if self.has in self.with_a_part() else "gone"

    def who_has_them(self) -> str | None:
        if self.died_at is not None:
            return None
        lies_in = self.here or self.staying()
        whose_bed = lies_in and (lies_in.get("provider") or lies_in.get("service"))
        if whose_bed:
            return str(whose_bed)
        had = list(self.had_them())
        have = [(since, service) for service, since, until in had if until is None]
        if have:
            main = self.had_them(ONLY_INSTEAD_OF)
            most = [(since, service) for service, since, until in main if until is None]
            return max(most or have, key=lambda each: each[0])[1]
        over = [(until, service) for service, _, until in had if until is not None]
        if not self.somebody_is_to_come(max(over)[0] if over else None):
            return None
        if over:
            return max(over)[1]
        return str(self.last["provider"]) if self.last is not None else None

    def had_them(
        self, without: Collection[str] = ()
    ) -> Iterator[tuple[str, datetime, datetime | None]]:
        """Services that had the person since they last left hospital: from when, until when."""
        spans = self.spans_of_care(without)
        for offer in self.offers():
            spans += [*offer["before"], (offer["service"], offer["accepted_at"], offer["over_at"])]
        left_at = self.last["left_at"] if self.last is not None else None
        for service, since, until in spans:
            now = until is None or left_at is None or until > left_at
            if service and since and now:
                yield service, since, until

    def spans_of_care(self, without: Collection[str] = ()) -> list[tuple[Any, Any, Any]]:
        """Who ever gave some, from when, until when; not of the kinds that are left out."""
        spans = [
            (stay["service"], stay["began_at"], stay["overtaken_at"] or stay["left_at"])
            for stay in self.stays.values()
        ]
        for package in self.packages.values():
            named = self.referrals.get(package["referral"] or "")
            if named and named["kind"] in without:
                continue
            spans += package["gave"]
            if leaver := package["leaver"]:
                spans.append((leaver["service"], leaver["since"], leaver["halted_at"]))
            until = package["lapsed_at"] or package["ended_at"] or stands_still(package)
            spans.append((package["service"], came(package), until))
        beds = self.beds()
        spans += [(bed["service"], bed["moved_in_at"], bed["moved_out_at"]) for bed in beds]
        visits = (r for r in self.by_visit() if r["kind"] not in without)
        spans += [(r["service"], r["visited_at"], r["over_at"]) for r in visits]
        return spans

    def offers(self) -> list[dict[str, Any]]:
        """Handovers from the newest stay in hospital."""
        return [each for each in self.handovers.values() if each["spell"] is self.last]

    def somebody_is_to_come(self, had_until: datetime | None) -> bool:
        """Asked or offered, and not there yet; a worker is still to look at what the person needs
        since this stay, or a plan to be paid for. After a refusal somebody else must be found,
        unless somebody had the person later than that."""
        if being_assessed(self, self.last):
            return True
        packages = self.packages.values()
        asked = any(awaited(p) and not for_another_plan(self, p) for p in packages)
        asked |= any(
            referral["asked"]
            and not closed(referral)
            and leaves_alone(self, referral)
            and not for_another_plan(self, referral)
            for referral in self.referrals.values()
        )
        home = self.last is None or self.last["left_at"] is not None
        if home and nobody_asked(self, self.last) is not None:
            return True
        return asked or any(
            unanswered(offer)
            or (offer["rejected"] and (had_until is None or offer["rejected"] >= had_until))
            for offer in self.offers()
        )
