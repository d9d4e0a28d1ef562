"""What people must be told at once, naively; and all that is known of a person, still empty."""

from datetime import UTC, datetime, time
from typing import Any

from tests.pathway.naive_kinds import ONCE
from tests.pathway.naive_lateness import DAY, LONDON, day_91, day_of
from tests.pathway.naive_told import (
    Said,
    Standing,
    asked_to_go_on,
    came,
    closed,
    given,
    in_place,
    nobody_takes_it,
    stands_still,
    stays_on,
    taken_on,
    unanswered,
)

AGAIN = "comes_after_all"
STRENGTH = {AGAIN: 0, "moved": 1, "transferred": 2, "stand_down": 3}
"""Of what a service may be told: the stronger leaves nothing of the weaker."""

ASKED = (
    "referral-made",
    "referral-accepted",
    "care-package-requested",
    "care-package-confirmed",
    "care-package-started",
    "handover-sent",
    "handover-accepted",
    "assessment-referred",
    "assessment-allocated",
    "referred-to-care-transfer-hub",
)
"""Who is told of in these prepares."""

STAYS_TRUE = ("died", "pathway_changed", "handed_elsewhere")


def owned_of(about: str, spell: dict[str, Any] | None) -> dict[str, Any]:
    """Nobody answers, and nobody is away, yet."""
    return {
        "about": about,
        "spell": spell,
        "named": False,
        "away": 0,
        "left_behind": 0,
        "followed": 0,
        "owner": None,
        "nobody_asked": None,
    }


def for_a_hospital(spell: dict[str, Any]) -> bool:
    """Whether the person left for another hospital; on pathway 2 a general ward is a centre."""
    if spell["code"] == "51" and spell["pathway"] == "P2":
        return False
    return spell["code"] in ("48", "49", "50", "51", "52", "53", "84", "87")


def expected_until(spell: dict[str, Any] | None) -> datetime | None:
    """The second midnight after somebody was sent to another hospital."""
    if spell is None or spell["left_at"] is None or not for_a_hospital(spell):
        return None
    day = day_of(spell["left_at"]) + 2 * DAY
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def on_the_way(spell: dict[str, Any] | None, at: datetime) -> bool:
    """Nobody can be expected to find them at home."""
    until = expected_until(spell)
    return until is not None and at < until


class Noticed:
    """Everything as it stands after the events told so far; here what was told at once."""

    def __init__(self, stands: Standing) -> None:
        self.never = stands.never
        self.brought_back = stands.brought_back
        self.taking_back = stands.taking_back
        self.not_dead = stands.not_dead
        self.mistaken = False
        """Something was taken back by now."""
        self.stood_down_at: dict[str, datetime] = {}
        """When a service answered so last."""
        self.read_of_death_at: datetime | None = None
        """When somebody answered last that they had."""
        self.spells: dict[str, dict[str, Any]] = {}
        self.here: dict[str, Any] | None = None
        """The stay in hospital that goes on, and `last` the newest there was."""
        self.last: dict[str, Any] | None = None
        self.referrals: dict[str, dict[str, Any]] = {}
        self.packages: dict[str, dict[str, Any]] = {}
        self.stays: dict[str, dict[str, Any]] = {}
        self.handovers: dict[str, dict[str, Any]] = {}
        self.plans: dict[str, dict[str, Any]] = {}
        self.visited: dict[str, datetime] = {}
        """When the first visit was that named a referral."""
        self.died_at: datetime | None = None
        self.owner: dict[str, Any] | None = None
        """Who answers for the person by name; and what that is about before any stay is told."""
        self.owned = owned_of("person", None)
        self.notices: list[dict[str, Any]] = []
        self.written_at: datetime | None = None
        """When what is told now was written down."""
        self.news: dict[str, Any] | None = None
        """Why whoever is asked before it was written down prepares in vain."""
        self.of_no_service: set[str] = set()
        """What they were asked for, where no service is named and the person was dead."""

    def preparing(self) -> list[dict[str, Any]]:
        asked = [
            referral
            for referral in self.referrals.values()
            if not closed(referral) and not self.was_handed_back(referral)
        ]
        asked += [
            package
            for package in self.packages.values()
            if not (package["ended_at"] or package["elsewhere"] or came(package))
            and not nobody_takes_it(package)
        ]
        asked += [
            plan
            for plan in self.plans.values()
            if 0 < plan["furthest"] < 5 and not plan["withdrawn"]
        ]
        asked += [
            package["next"]
            for package in self.packages.values()
            if package["next"] and not (package["ended_at"] or package["elsewhere"])
        ]
        here = self.here
        deciding = here is not None and here["hub_asked"] and not here["confirmed"]
        if here is not None and deciding and here["hub"] and not here["hub_referral"]:
            asked.append({"service": here["hub"]})
        if here is None and self.last is not None and self.hub_owes_an_answer(self.last):
            asked.append({"service": self.last["hub"]})
        return asked + [
            handover
            for handover in self.handovers.values()
            if unanswered(handover) or (here is not None and taken_on(handover, here))
        ]

    def hub_owes_an_answer(self, left: dict[str, Any]) -> bool:
        """To somebody who went home from this stay, and nobody said what for."""
        asked = left["hub"] and left["hub_asked"] and not left["confirmed"]
        to_a_bed = any(stay["spell"] is left for stay in self.stays.values())
        nothing_said = left["code"] in (None, "19", "29", "98", "99") and not to_a_bed
        return bool(asked and left["left_at"] is not None and nothing_said)

    def by_visit(self) -> list[dict[str, Any]]:
        """Referrals that are the care themselves: visited, and no package is known of them."""
        of_packages = {package["referral"] for package in self.packages.values()}
        return [
            referral
            for referral in self.referrals.values()
            if referral["visited_at"]
            and referral["kind"] not in ONCE
            and referral["about"] not in of_packages
        ]

    def lies_in(self, referral: dict[str, Any]) -> bool:
        """Discharged to its bed, and nobody tells of a stay there; it is left like any other."""
        visited = referral["visited_at"]
        return bool(referral["moved_in_at"] and not referral["moved_out_at"] and not visited)

    def beds(self) -> list[dict[str, Any]]:
        """Those that somebody lies in, or lay."""
        of_packages = {package["referral"] for package in self.packages.values()}
        return [
            referral
            for referral in self.referrals.values()
            if referral["moved_in_at"]
            and not referral["visited_at"]
            and referral["about"] not in of_packages
        ]

    def care_stands_still(self, at: datetime) -> None:
        """Whoever comes to hospital has no care at home any more, until it goes on."""
        for package in self.packages.values():
            if given(package):
                if package["paused_because"]:
                    package["pauses"][-1][1] = at
                package["pauses"].append([at, None, "readmitted"])
                package.update(paused_because="readmitted", missed_again=False, halted=False)
                package.update(agreed_again=None, goes_on=None)
            self.leaver_stops(package, at)
        for referral in self.referrals.values():
            if referral["visited_at"]:
                referral["over_at"] = referral["over_at"] or at
            elif self.lies_in(referral) and referral["kind"] != "care_home":
                referral["moved_out_at"] = at

    @staticmethod
    def leaver_stops(package: dict[str, Any], at: datetime) -> None:
        leaver = package["leaver"]
        if leaver and not leaver["halted_at"]:
            leaver["halted_at"] = at
            package["moved"] += 1

    @staticmethod
    def leaver_goes_on(package: dict[str, Any]) -> None:
        leaver = package["leaver"]
        if leaver and leaver["halted_at"]:
            leaver["halted_at"] = None
            package["moved"] += 1

    def packages_stay_live(self, spell: dict[str, Any], at: datetime) -> None:
        """Home on pathway 0, with what was there before."""
        self.visits_stay_live(spell, at)
        for package in self.packages.values():
            if package["kind"] == "restart" and package["spell"] is spell:
                continue
            leaver = package["leaver"]
            if leaver and not self.said_they_stay_away(leaver["service"] or package["about"]):
                self.leaver_goes_on(package)
            in_hospital_only = package["paused_because"] == "readmitted" and not package["halted"]
            anew = self.restart_under_a_new_name(package)
            in_hospital_only = in_hospital_only and (anew is None or anew["unplanned"])
            us = package["service"] or package["about"]
            if in_hospital_only and not self.said_they_stay_away(us):
                package["pauses"][-1][1] = at
                package["paused_because"] = None

    def visits_stay_live(self, spell: dict[str, Any], at: datetime) -> None:
        for referral in self.by_visit():
            over_at, why = referral["over_at"], (referral["withdrawn"], referral["rejected"])
            if over_at is None or over_at < spell["began_at"] or any(why):
                continue
            asked_anew = [
                package
                for package in self.packages.values()
                if package["kind"] == "restart" and package["spell"] is spell
                and package["service"] and package["service"] == referral["service"]
                and not package["referral"]
            ]  # fmt: skip
            if asked_anew or day_91(referral["visited_at"]) <= at:
                continue
            referral["over_at"] = None
            if self.said_they_stay_away(referral["service"] or referral["about"]):
                referral.update(begun=False, visited_at=None, moved_in_at=None)
                referral.update(accepted=True, agreed=None, missed=False)

    def restart_under_a_new_name(self, package: dict[str, Any]) -> dict[str, Any] | None:
        """Asked for since it stands still, and neither ended nor given by somebody else."""
        restart, since = self.packages.get(package["now_called"]), stands_still(package)
        if restart is None or since is None or restart["ended_at"] or restart["elsewhere"]:
            return None
        return restart if restart["asked_last"] and restart["asked_last"] >= since else None

    def is_their_own_again(self, package: dict[str, Any]) -> bool:
        known_as = map(self.restart_under_a_new_name, self.packages.values())
        return package["kind"] == "restart" or any(each is package for each in known_as)

    def said_they_stay_away(self, about: str) -> bool:
        """What they were told last of a stay, they have answered."""
        told = self.told_whether_they_come(about)
        because = ("unwell_again", "readmitted", "discharge_cancelled")
        return bool(told and told[-1].get("answered") and told[-1]["cause"] in because)

    def told_of_the_way_home(self, spell: dict[str, Any], at: datetime) -> None:
        """Whoever cares at home, and knows only that the person is in hospital."""
        if spell["pathway"] in ("P2", "P3"):
            return
        carers = [p for p in self.packages.values() if not p["ended_at"]]
        of_now = self.last or spell
        known = [
            p["service"] or p["about"]
            for p in carers
            if in_place(p)
            and not nobody_takes_it(self.restart_under_a_new_name(p) or p)
            and not (of_now["pathway"] in ("P1", "P2", "P3") and self.another_is_asked(p))
        ]
        known += [p["leaver"]["service"] or p["about"] for p in carers if p["leaver"]]
        known += [r["service"] or r["about"] for r in self.by_visit() if not r["over_at"]]
        for about in known:
            told = self.told_whether_they_come(about)
            if told and told[-1]["kind"] == "stand_down" and told[-1]["cause"] in (
                "unwell_again", "readmitted", "discharge_cancelled",
            ):  # fmt: skip
                self.notice(AGAIN, about, "discharged", at)

    def was_handed_back(self, referral: dict[str, Any]) -> bool:
        """As a package; known likewise."""
        raise NotImplementedError

    def another_is_asked(self, package: dict[str, Any]) -> bool:
        """To come in its place; known only to who follows all that is asked for."""
        raise NotImplementedError

    def giving(self, left: dict[str, Any] | None) -> list[dict[str, Any]]:
        caring = [p for p in self.packages.values() if not p["ended_at"] and in_place(p)]
        caring += [
            {"service": p["leaver"]["service"], "about": p["about"]}
            for p in self.packages.values()
            if p["leaver"]
        ]
        caring += [each for each in self.by_visit() if not each["over_at"]]
        caring += [each for each in self.beds() if self.lies_in(each)]
        caring += self.halted_by_the_stay()
        caring += [stay for stay in self.stays.values() if stays_on(stay)]
        return caring + [h for h in self.handovers.values() if taken_on(h, left)]

    def halted_by_the_stay(self) -> list[dict[str, Any]]:
        """Care that a referral alone tells of, which ended as the person came to where they are."""
        stay = self.here or self.last
        if stay is None:
            return []
        gone_home = stay["left_at"] and not for_a_hospital(stay)
        if gone_home and not (self.died_at and self.died_at <= stay["left_at"]):
            return []
        ends = [(each, each["over_at"]) for each in self.by_visit()]
        ends += [(each, each["moved_out_at"]) for each in self.beds()]
        return [
            each
            for each, end in ends
            if end and end >= stay["began_at"] and not (each["withdrawn"] or each["rejected"])
        ]

    def notice(self, kind: str, about: str, cause: str, at: datetime) -> None:
        """The strongest that holds; where a person is now is news each time."""
        for notice in self.notices:
            if notice["about"] != about or not notice["open"]:
                continue
            again = kind == AGAIN or (kind == notice["kind"] and kind in ("moved", "transferred"))
            again |= cause == "unwell_again" and notice["cause"] == "readmitted"
            if not again and STRENGTH.get(kind, 0) <= STRENGTH.get(notice["kind"], 0):
                return
            notice["open"] = False
        self.notices.append({"kind": kind, "about": about, "cause": cause, "at": at, "open": True})

    def tell_all(self, subjects: list[dict[str, Any]], kind: str, cause: str, at: datetime) -> None:
        for subject in subjects:
            self.notice(kind, subject["service"] or subject["about"], cause, at)

    def readmitted(
        self, spell: dict[str, Any], came_from: dict[str, Any] | None, at: datetime
    ) -> None:
        """Whoever was asked from this stay prepares for its end, whenever its beginning is told."""
        if came_from is not None and for_a_hospital(came_from):
            for notice in self.notices:  # they have not heard of this stay
                notice["open"] &= (notice["kind"], notice["cause"]) != ("stand_down", "readmitted")
        preparing = self.preparing()
        here = [s["service"] or s["about"] for s in preparing if s.get("names") == spell["about"]]
        told = [s for s in preparing if (s["service"] or s.get("about")) not in here]
        told += self.giving(came_from)
        if came_from is not None and self.hub_owes_an_answer(came_from):
            told.append({"service": came_from["hub"]})
        self.tell_all(told, "stand_down", "readmitted", at)
        self.is_news("stand_down", "readmitted", at)

    def is_news(self, kind: str, cause: str, at: datetime) -> None:
        """A death is the last there is; of stays, what is written down on another day is none."""
        if self.died_at is not None and cause != "died":
            return
        assert self.written_at is not None
        hours = (self.written_at - at).total_seconds() / 3600
        told_late = hours > 0 and (cause == "died" or hours <= 24)
        said = {"kind": kind, "cause": cause, "at": at, "written": self.written_at, "knowing": []}
        self.news = said if told_late else None

    def asked_unawares(self, said: Said) -> None:
        news, written_at = self.news, self.written_at
        if news is None or written_at is None or written_at >= news["written"]:
            return
        names = ("package_id", "assessment_id", "handover_id", "referral_id", "hub")
        what = next((said.data[name] for name in names if said.data.get(name)), None)
        if said.kind not in ASKED or what is None or what in news["knowing"]:
            return
        stay = f"{said.data.get('provider')}:{said.data.get('spell_id')}"
        from_there = self.here is not None and stay == self.here["about"]
        if from_there and news["cause"] in ("readmitted", "transferred"):
            news["knowing"].append(what)
            return
        data, known = said.data, {**self.referrals, **self.packages, **self.plans, **self.handovers}
        service = data.get("service") or data.get("to_service") or data.get("hub")
        about = service or (known.get(what) or {}).get("service") or what
        prepares = {each["service"] or each["about"] for each in self.preparing()}
        if news["cause"] == "unwell_again":
            prepares |= {each["service"] or each["about"] for each in self.agreed_again()}
        told = [n for n in self.notices if n["open"] and n["about"] == about]
        if any(n["at"] == news["at"] for n in told) or not (self.died_at or about in prepares):
            return
        self.notice(news["kind"], about, news["cause"], news["at"])
        if about == what:
            self.of_no_service.add(about)
        if self.died_at:
            self.notice("died", "person", "died", news["at"])

    def comes_in_vain(self, at: datetime) -> None:
        """In a first stay since nobody knows when: nobody is at home for whoever gives care."""
        giving = [each for each in self.giving(None) if each not in self.handovers.values()]
        self.tell_all(giving, "stand_down", "readmitted", at)

    def comes_first(self, spell: dict[str, Any], said: Said) -> None:
        """To the first stay of which anything is told; another hospital may have sent them."""
        by_transfer = said.data.get("admission_method") in ("2B", "81")
        if by_transfer or said.data.get("source_of_admission") in ("49", "51", "52", "53", "87"):
            self.tell_all(self.preparing(), "transferred", "transferred", said.at)
            by_handover = [h for h in self.handovers.values() if taken_on(h, None)]
            self.tell_all(by_handover, "transferred", "transferred", said.at)
            self.is_news("transferred", "transferred", said.at)
            self.comes_in_vain(said.at)
        else:
            self.readmitted(spell, None, said.at)

    def patient_died(self, said: Said) -> None:
        if self.died_at is not None:
            return
        self.died_at = said.at
        self.is_news("stand_down", "died", said.at)
        for notice in self.notices:
            notice["open"] = False
        spell = self.here
        told = [*self.preparing(), *self.giving(spell or self.last)]
        self.tell_all(told, "stand_down", "died", said.at)
        known = spell is not None and (spell["ready_at"] is not None or spell["hub_asked"])
        if told or self.owner or known:
            self.notice("died", "person", "died", said.at)

    def stood_down(self, subject: dict[str, Any]) -> None:
        """Nothing is left to tell a service that has no part in it any more."""
        self.let_go(subject["service"] or subject["about"])

    def let_go(self, about: str) -> None:
        if about not in {other["service"] or other["about"] for other in self.preparing()}:
            for kind in STRENGTH:
                self.close(kind, about)

    def out_of_date(self, *also: str, gone: bool = True) -> None:
        """What was said of being unwell, and perhaps of where in hospital; until they are gone,
        who cares for them elsewhere has still to know that they are in hospital."""
        if self.died_at is None:
            self.news = None
        caring = [each for each in self.giving(None) if each not in self.handovers.values()]
        away = set() if gone else {each["service"] or each["about"] for each in caring}
        for notice in self.notices:
            if notice["cause"] == "readmitted" and notice["about"] in away:
                continue
            if notice["kind"] in ("stand_down", "unwell_again", *also):
                notice["open"] &= notice["cause"] in STAYS_TRUE

    def knows_of_the_stay(self, about: str, told_by: datetime) -> None:
        for notice in self.notices:
            of_it = (notice["kind"], notice["about"]) == ("stand_down", about)
            if of_it and notice["cause"] == "readmitted" and notice["at"] <= told_by:
                notice["done"] = notice.get("done") or notice["open"]
                notice["open"] = False

    @staticmethod
    def comes_again(package: dict[str, Any]) -> bool:
        """Nobody comes while they are in hospital, and it was agreed since that somebody does."""
        over = package["ended_at"] or package["elsewhere"] or package["nobody_has_it"]
        if over or not in_place(package) or package["paused_because"] != "readmitted":
            return False
        said = package["confirmed_last"]
        agreed = said is not None and said >= package["pauses"][-1][0]
        return bool(agreed and (asked_to_go_on(package) or not package["more_asked"]))

    def agreed_again(self) -> list[dict[str, Any]]:
        """And they were not told since that they are to stand down."""
        found = []
        for package in filter(self.comes_again, self.packages.values()):
            told = self.told_whether_they_come(package["service"] or package["about"])
            later = told and told[-1]["at"] > package["confirmed_last"]
            if not (later and told[-1]["kind"] == "stand_down"):
                found.append(package)
        return found

    def ready_after_all(self, at: datetime) -> None:
        """Whoever has agreed to come again, and answered since that the person is unwell."""
        for package in filter(self.comes_again, self.packages.values()):
            about = package["service"] or package["about"]
            told = self.told_whether_they_come(about)
            if self.said_they_stay_away(about) and told[-1]["cause"] != "readmitted":
                self.notice(AGAIN, about, "ready_again", at)

    def told_whether_they_come(self, about: str) -> list[dict[str, Any]]:
        return [
            n for n in self.notices if n["about"] == about and n["kind"] in ("stand_down", AGAIN)
        ]

    def comes(self, cause: str, at: datetime) -> None:
        """Of those who prepare, whoever answered that they stood down and heard nothing since."""
        for subject in self.preparing():
            about = subject["service"] or subject["about"]
            if self.said_they_stay_away(about):
                self.notice(AGAIN, about, cause, at)

    def comes_though_stood_down(self, at: datetime, only: str = "") -> None:
        """Who said that they stand down, though nothing stands that told them to; where it is their
        answer that says so, they alone."""
        left = self.here or self.last
        teams = [*self.preparing(), *self.giving(left)] if self.died_at is None else []
        for subject in teams:
            about = subject["service"] or subject["about"]
            told = self.told_whether_they_come(about)
            answered_at = self.stood_down_at.get(about)
            if (only and about != only) or answered_at is None:
                continue
            if told and told[-1]["kind"] != AGAIN:
                continue
            if not told or told[-1]["at"] < answered_at:
                self.notice(AGAIN, about, "told_by_mistake", at)
        lives = [n["at"] for n in self.notices if (n["about"], n["kind"]) == ("person", AGAIN)]
        read_at = self.read_of_death_at if self.died_at is None else None
        if only not in ("", "person"):
            return
        if read_at is not None and (not lives or lives[-1] < read_at):
            self.notice(AGAIN, "person", "told_by_mistake", at)

    def alive_in_hospital(self, deaths: list[datetime], at: datetime, only: str = "") -> None:
        """Who answered of a death that never was, and was told before it of a stay that holds."""
        if self.died_at is not None or self.here is None:
            return
        has = [h for h in self.handovers.values() if h["accepted_at"] and not h["over_at"]]
        for subject in [*self.preparing(), *self.giving(self.here), *has]:
            about = subject["service"] or subject["about"]
            told = self.told_whether_they_come(about)
            answered_at = self.stood_down_at.get(about)
            if (only and about != only) or not told or answered_at is None:
                continue
            why, since = told[-1]["cause"], told[-1]["at"]
            in_hospital = why in ("readmitted", "unwell_again", "discharge_cancelled")
            between = [death for death in deaths if since < death <= answered_at]
            if in_hospital and told[-1].get("done") and between:
                self.notice("stand_down", about, why, at)

    def planned_again(self, subject: dict[str, Any], at: datetime) -> None:
        about = subject["service"] or subject["about"]
        told = self.told_whether_they_come(about)
        if told and told[-1]["cause"] == "pathway_changed":
            if told[-1].get("answered"):
                self.notice(AGAIN, about, "pathway_changed", at)
            told[-1]["open"] = False

    def no_plan_any_more(self, at: datetime) -> None:
        """Who was not needed on the pathway of an earlier stay may be needed now."""
        for subject in self.preparing():
            if not subject.get("unplanned"):
                continue
            about = subject["service"] or subject["about"]
            told = [
                n for n in self.told_whether_they_come(about)
                if n.get("answered") or n["cause"] not in
                ("unwell_again", "readmitted", "discharge_cancelled")
            ]  # fmt: skip
            if told and (told[-1]["kind"], told[-1]["cause"]) == ("stand_down", "pathway_changed"):
                if told[-1].get("answered"):
                    self.notice(AGAIN, about, "discharged", at)
                told[-1]["open"] = False

    def there(self, service: str | None) -> None:
        """The person is with them."""
        for notice in self.notices:
            if self.here is None and service and notice["about"] == service:
                notice["open"] &= notice["cause"] == "died"

    def close(self, kind: str, about: str) -> None:
        for notice in self.notices:
            if notice["kind"] == kind and notice["about"] == about:
                notice["done"] = notice.get("done") or notice["open"]
                notice["open"] = False

    def alert_acknowledged(self, said: Said) -> None:
        news, written_at = self.news or {"cause": None}, self.written_at
        if news["cause"] == "died" and written_at is not None and written_at < news["written"]:
            return  # of something else than the death
        meant_by_it = (said.data["wait"], said.data["about"])
        was_open = any(n["open"] and (n["kind"], n["about"]) == meant_by_it for n in self.notices)
        for notice in self.notices:
            meant = (notice["kind"], notice["about"]) == (said.data["wait"], said.data["about"])
            if meant and notice["open"] and notice["kind"] == "stand_down":
                notice["answered"] = True
        self.close(said.data["wait"], said.data["about"])
        if (said.data["wait"], said.data["about"]) == ("died", "person"):
            self.read_of_death_at = said.at
            if self.mistaken:
                self.comes_though_stood_down(said.at, "person")
        if said.data["wait"] == "stand_down":
            self.stood_down_at[said.data["about"]] = said.at
            if self.mistaken:
                self.comes_though_stood_down(said.at, said.data["about"])
            if not was_open:
                known = [death for death, right_at, _ in self.not_dead if right_at <= said.at]
                self.alive_in_hospital(known, said.at, said.data["about"])

    def alert_snoozed(self, said: Said) -> None:
        """Whoever puts an alert off has still to be told."""
