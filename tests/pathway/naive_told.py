"""What is told of a person, naively: which events count, in their order, and what words mean.

From domain.md 12; nothing of `flow.pathway` is used.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from tests.pathway.naive_kinds import ONLY_A_VISIT_BEGINS

ONLY_THE_LIVING = (
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
    "requirements-to-remain-assessed",
    "assessment-referred",
    "assessment-allocated",
    "assessment-completed",
    "support-plan-agreed",
    "case-manager-assigned",
    "care-package-paused",
    "first-visit-missed",
    "handover-sent",
    "handover-accepted",
    "coordinator-assigned",
)
ONLY_INPATIENTS = (
    "patient-transferred",
    "expected-discharge-date-set",
    "criteria-to-reside-assessed",
    "pathway-decided",
    "delay-reason-recorded",
    "delay-reason-cleared",
    "referred-to-care-transfer-hub",
)
SEEN_THERE = ("patient-transferred", "criteria-to-reside-assessed")
IN_A_STAY = (*ONLY_INPATIENTS, "discharge-summary-sent", "case-manager-assigned")


class Said(NamedTuple):
    """One event; `corrects` is the identity of the one whose place it takes."""

    at: datetime
    kind: str
    data: dict[str, Any]
    identity: str
    corrects: str | None = None
    written: datetime | None = None

    @property
    def spell(self) -> str:
        return f"{self.data['provider']}:{self.data['spell_id']}"


class Word(NamedTuple):
    """Something that was asked, confirmed or handed back of a package: of or by who has it, or of
    or by the next one; and whether it was asked to go on with what stood still."""

    at: datetime
    what: str
    to_next: bool = False
    to_go_on: bool = False


class Standing(NamedTuple):
    """In order what was not corrected or cancelled; the spells that never were; the cancellations
    that brought somebody back; whatever took something back; and of deaths that were told by
    mistake when, when that was put right, and by what."""

    left: list[Said]
    never: set[str]
    brought_back: set[str]
    taking_back: set[str]
    not_dead: list[tuple[datetime, datetime, str]]


def says_dead(said: Said) -> bool:
    if said.kind == "patient-died":
        return True
    if said.kind == "patient-discharged" and said.data.get("discharge_method"):
        return said.data["discharge_method"] in ("4", "5")
    where = {
        "patient-discharged": ("destination_code", "79"),
        "centre-discharged": ("destination", "died"),
        "follow-up-recorded": ("status", "died"),
        "care-package-ended": ("reason", "died"),
        "referral-withdrawn": ("reason", "died"),
        "assessment-withdrawn": ("reason", "died"),
    }
    key, word = where.get(said.kind, ("", ""))
    return bool(word) and said.data.get(key) == word


def standing(told: Iterable[Said]) -> Standing:
    known = {said.identity: said for said in told}
    replaced = {said.corrects for said in known.values()}
    order = sorted((s for s in known.values() if s.identity not in replaced), key=lambda s: s.at)
    undone: set[str] = set()
    undone_by: dict[str, Said] = {}
    never: dict[str, bool] = {}
    brought_back: set[str] = set()
    in_vain: dict[str, str] = {}
    taking_back = {said.identity for said in order if said.corrects is not None}
    for index, said in enumerate(order):
        for cancelling, cancelled in (
            ("admission-cancelled", "patient-admitted"),
            ("discharge-cancelled", "patient-discharged"),
        ):
            if said.kind != cancelling:
                continue
            before = [
                earlier.identity
                for earlier in order[:index]
                if earlier.kind == cancelled
                and earlier.spell == said.spell
                and earlier.identity not in undone
            ]
            undone.update(before[-1:])
            undone_by.update(dict.fromkeys(before[-1:], said))
            if before:
                taking_back.add(said.identity)
            if cancelling == "admission-cancelled":
                never[said.spell] = never.get(said.spell, False) or bool(before)
                in_vain.setdefault(said.spell, said.identity)
            elif before:
                brought_back.add(said.identity)
    left = [said for said in order if said.identity not in undone]
    admitted = {said.spell for said in left if said.kind == "patient-admitted"}
    for spell, was_told in never.items():
        if spell not in admitted and not was_told:
            taking_back.add(in_vain[spell])  # of what may have been told without its admission
    for said in order:
        mistaken = said.corrects
        while mistaken in known:
            undone_by[mistaken] = said
            mistaken = known[mistaken].corrects
    not_dead = [
        (known[mistaken].at, right.at, right.identity)
        for mistaken, right in undone_by.items()
        if says_dead(known[mistaken])
    ]
    return Standing(left, set(never) - admitted, brought_back, taking_back, not_dead)


def goes_on(spell: dict[str, Any]) -> bool:
    return not_ended(spell) and not spell["elsewhere"]


def not_ended(spell: dict[str, Any]) -> bool:
    """As far as the hospital has told, here or by another admission."""
    return spell["left_at"] is None and not spell["overtaken"]


def closed(referral: dict[str, Any]) -> bool:
    over = (referral[how] for how in ("rejected", "withdrawn", "begun", "elsewhere"))
    return any(over)


def stays_on(stay: dict[str, Any]) -> bool:
    return not stay["left_at"] and not stay["overtaken_at"]


def taken_on(handover: dict[str, Any], spell: dict[str, Any] | None) -> bool:
    """Its receiver has, and still has, the person who is in or left this stay in hospital."""
    return bool(handover["accepted_at"] and not handover["over_at"] and handover["spell"] is spell)


def in_place(package: dict[str, Any]) -> datetime | None:
    """Since when the care that was asked for is given; not after the last day of who gave it up."""
    return None if package["lapsed_at"] else came(package)


def came(package: dict[str, Any]) -> datetime | None:
    """Since when its provider gives it, or gave it."""
    restarted: datetime | None = package["started_at"] if package["kind"] == "restart" else None
    visited: datetime | None = package["visited_at"]
    more: datetime | None = package["increased_at"] if package["kind"] == "increased" else None
    return visited or restarted or more


def first_came(package: dict[str, Any]) -> datetime | None:
    """Since when somebody has given it, whoever did first."""
    before = [*package["gave"], *([tuple(package["leaver"].values())] if package["leaver"] else [])]
    return before[0][1] if before else came(package)


def had_before(package: dict[str, Any]) -> bool:
    """Another provider gave it before, or does still."""
    return bool(package["gave"] or package["leaver"])


def another(package: dict[str, Any], service: str | None) -> bool:
    """Somebody else than has it; of care that somebody unknown gave up, anybody."""
    if package["service"] is None:
        return bool(service and package["nobody_has_it"])
    return service not in (None, package["service"])


def leaver_comes(package: dict[str, Any]) -> bool:
    """Who gave it up is still on the way out, and comes."""
    return bool(package["leaver"] and not package["leaver"]["halted_at"])


def stands_still(package: dict[str, Any]) -> datetime | None:
    """Since when the person goes without care that had begun."""
    since: datetime | None = None
    without = package["paused_because"] in ("readmitted", "provider_capacity")
    if without and in_place(package):
        since = package["pauses"][-1][0]
    return since


def given(package: dict[str, Any]) -> bool:
    return bool(in_place(package) and not package["ended_at"] and not stands_still(package))


def asked_since(package: dict[str, Any]) -> bool:
    """Somebody was asked for what was given up, since then or to come next before that; whoever was
    asked last may not have declined since."""
    if package["next"]:
        return True
    asked: list[Word] = []
    for word in package["told"]:
        if word.at < package["given_back_at"]:
            continue
        if word.what == "asked":
            asked = [word]
        elif word.what == "handed back":
            asked = [each for each in asked if each.to_next != word.to_next]
    return bool(asked)


def asked_to_go_on(package: dict[str, Any]) -> str | None:
    """Its provider, since it stands still: "asked", and "agreed" once they have said so since."""
    since = package["pauses"][-1][0] if package["paused_because"] else None
    words = [word for word in package["told"] if since and word.at >= since]
    asked = [index for index, word in enumerate(words) if word.to_go_on]
    if not asked:
        return None
    return "agreed" if "confirmed" in {word.what for word in words[asked[0] :]} else "asked"


def nobody_takes_it(package: dict[str, Any]) -> datetime | None:
    """Since when: its provider will not begin, or not go on after it stood still, and set no day
    until when they come; and it has been asked of nobody since."""
    if not package["nobody_has_it"] or package["lapsed_at"]:
        return None
    if package["ended_at"] or package["elsewhere"] or leaver_comes(package):
        return None
    if not (package["asked"] or package["confirmed"] or package["started_at"] or came(package)):
        return None
    refused_at: datetime = package["given_back_at"]
    if asked_since(package):
        return None
    if in_place(package):
        since = stands_still(package)
        if since is None or refused_at < since or package["care_until"] is not None:
            return None
    return refused_at


def awaited(package: dict[str, Any]) -> bool:
    """Asked for and not begun, or begun and not going on."""
    if package["ended_at"] or package["elsewhere"] or given(package):
        return False
    said = had_before(package) and package["confirmed"]  # and not only named by another
    asked = package["asked"] or said or package["lapsed_at"]
    return bool(asked or stands_still(package))


def last_day(package: dict[str, Any]) -> datetime | None:
    """When a provider that gave up care comes no more; not before it said so."""
    if not package["nobody_has_it"] or package["care_until"] is None:
        return None
    if package["ended_at"] or not in_place(package):
        return None
    last: datetime = max(package["care_until"], package["given_back_at"])
    return last


def begins(package: dict[str, Any], referral: dict[str, Any]) -> bool:
    """Whether the package, as it stands, is what this referral asked for."""
    if package["referral"] != referral["about"]:
        return False
    needs_a_visit = referral["kind"] in ONLY_A_VISIT_BEGINS or not package["asked"]
    return bool(package["visited_at"] or (package["started_at"] and not needs_a_visit))


def refused(handover: dict[str, Any]) -> bool:
    """By a service that had not accepted, and nothing has come of it since."""
    return bool(handover["rejected"] and not (handover["accepted_at"] or handover["over_at"]))


def unanswered(handover: dict[str, Any]) -> bool:
    return bool(
        handover["sent"]
        and not (handover["accepted_at"] or handover["rejected"] or handover["over_at"])
    )
