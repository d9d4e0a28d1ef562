"""Whom services that were not asked could take, naively: from the table below and what was told."""

from datetime import datetime
from typing import Any

from tests.pathway.naive_arranged import for_another_plan
from tests.pathway.naive_facts import Person
from tests.pathway.naive_kinds import HUB, ONCE
from tests.pathway.naive_told import came, closed, in_place, stays_on, taken_on, unanswered
from tests.pathway.naive_waits import on_hold

AS_POLICY = """
name = "Services that fit"
[services.criteria.centre-a]
kind = "independence_centre"
[services.criteria.centre-b]
kind = "independence_centre"
pathways = ["P2"]
[services.criteria.skills-south]
kind = "reablement"
[services.criteria.aire-care]
kind = "home_care"
needs = []
"""
TAKES = {
    "centre-a": ({"rehabilitation_bed"}, None),
    "centre-b": ({"rehabilitation_bed"}, "P2"),
    "skills-south": ({"reablement"}, None),
    "aire-care": ({"home_care", "reablement", "fast_track_chc"}, None),
}
"""The same in words of our own: kinds of referral, and the only pathway."""


Asked = tuple[str, tuple[str, ...], datetime | None, bool | None]
"""A kind, of whom it was asked, the first time that one of them has agreed, and whether the person
is too unwell for all of it."""


def suitable(person: Person) -> dict[str, list[Asked]]:
    """By service: each thing that is asked for."""
    if person.died_at is not None:
        return {}
    asked = _asked(person)
    refused = {(r["service"], r["kind"]) for r in person.referrals.values() if r["rejected"]}
    spell = person.here or person.last
    pathway = spell["pathway"] if spell is not None else None
    busy = _busy(person)
    found: dict[str, list[Asked]] = {}
    for service, (kinds, only) in TAKES.items():
        for kind, of in asked.items():
            fits = kind in kinds and only in (None, pathway) and (service, kind) not in refused
            if fits and service not in of and service not in busy:
                told = (_agreed(person, kind), _too_unwell(person, kind))
                found.setdefault(service, []).append((kind, tuple(sorted(of)), *told))
    return found


def _asked(person: Person) -> dict[str, set[str]]:
    """By kind: the services that were asked by name."""
    asked: dict[str, set[str]] = {}
    for kind, each in _asks(person):
        if kind not in (None, HUB):
            asked.setdefault(kind, set()).update({each["service"]} - {None})
    return asked


def _asks(person: Person) -> list[tuple[str, dict[str, Any]]]:
    asks = [
        (referral["kind"], referral)
        for referral in person.referrals.values()
        if (referral["asked"] or referral["received"])
        and not closed(referral)
        and not for_another_plan(person, referral)
    ]
    asks += [
        (_kind(person, package), package)
        for package in person.packages.values()
        if package["asked"] and package["kind"] == "new" and not _given(package)
        if not for_another_plan(person, package)
    ]
    return asks


def _too_unwell(person: Person, kind: str) -> bool | None:
    held = [on_hold(person, each) for what, each in _asks(person) if what == kind]
    return all(held) or None


def _agreed(person: Person, kind: str) -> datetime | None:
    times = [
        datetime.fromisoformat(referral["agreed"])
        for referral in person.referrals.values()
        if referral["kind"] == kind and referral["accepted"] and referral["agreed"]
        if not closed(referral) and not for_another_plan(person, referral)
    ]
    return min(times) if times else None


def _given(package: dict[str, Any]) -> bool:
    begun = package["confirmed"] or came(package) or package["started_at"]
    return bool(begun or package["ended_at"] or package["elsewhere"])


def _said(package: dict[str, Any]) -> bool:
    """A package is what was asked for or given, not what somebody only names."""
    return bool(package["asked"] or package["confirmed"] or package["started_at"])


def _begun(package: dict[str, Any]) -> bool:
    return bool(in_place(package))


def _kind(person: Person, package: dict[str, Any]) -> str:
    referral = person.referrals.get(package["referral"] or "")
    return (referral and referral["kind"]) or "home_care"


def _busy(person: Person) -> set[str]:
    """Services that were asked something, or that have the person."""
    asked = [r for r in person.referrals.values() if not closed(r)]
    asked += [
        package
        for package in person.packages.values()
        if not (package["ended_at"] or package["elsewhere"] or came(package)) and _said(package)
    ]
    busy = {each["service"] for each in asked if not for_another_plan(person, each)}
    busy |= {p["service"] for p in person.packages.values() if not p["ended_at"] and _begun(p)}
    busy |= {
        package["next"]["service"]
        for package in person.packages.values()
        if package["next"] and not (package["ended_at"] or package["elsewhere"])
    }
    busy |= {p["leaver"]["service"] for p in person.packages.values() if p["leaver"]}
    busy |= {s["service"] for s in person.stays.values() if stays_on(s)}
    busy |= {r["service"] for r in person.by_visit() if not r["over_at"]}
    busy |= {bed["service"] for bed in person.beds() if person.lies_in(bed)}
    busy |= {h["service"] for h in person.handovers.values() if unanswered(h)}
    return busy | _will_take(person)


def _will_take(person: Person) -> set[str]:
    """Have accepted a handover of somebody who is not at home yet; whoever had the person before
    is not expected again."""
    if person.here is None and person.staying() is None:
        return set()
    had = [stay["service"] for stay in person.stays.values()]
    had += [each["service"] for each in [*person.by_visit(), *person.beds()]]
    had += [r["service"] for r in person.referrals.values() if _came_once(r)]
    for package in person.packages.values():
        had += [service for service, *_ in package["gave"]]
        had += [package["service"]] if came(package) else []
    offers = person.handovers.values()
    taken = [each["service"] for each in offers if taken_on(each, person.last)]
    return set(taken) - set(had)


def _came_once(referral: dict[str, Any]) -> bool:
    refused = referral["rejected"] or referral["withdrawn"]
    return referral["kind"] in ONCE and referral["begun"] and not refused
