"""Whether somebody was asked to care for a person after hospital, naively.

On pathway 1 to 3 the care transfer hub arranges care, and one named owner answers for it (domain.md
1.4). Nothing of `flow.pathway` is used.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.pathway.naive_kinds import (
    GIVEN_AT_HOME,
    HUB,
    IS_CARE_ON_A_PATHWAY_ALONE,
    LEAVES_NOBODY_WITHOUT_CARE,
    ONCE,
    ONLY_INSTEAD_OF,
)
from tests.pathway.naive_told import (
    came,
    closed,
    given,
    goes_on,
    had_before,
    in_place,
    nobody_takes_it,
    stands_still,
    stays_on,
    taken_on,
    unanswered,
)

if TYPE_CHECKING:
    from tests.pathway.naive_owners import Owned

ASKED_FOR_NOTHING = (HUB, "equipment", "housing", "health_visiting", "early_years")
"""Kinds of referral that bring nobody who cares."""
ARRANGES_NOTHING = (*ASKED_FOR_NOTHING, "other")
"""And one of which nobody would notice that it did not come."""
HAS_A_PLACE = ("p0_care_home_return", "p1_care_home_return_more")
IN_CARE = (*HAS_A_PLACE, "p3_care_home_new", "p3_care_home_eol")
IN_CARE_BY_CODE = (
    *("30", "48", "49", "50", "51", "52", "53", "54"),
    *("65", "66", "84", "85", "87", "88"),
)
HOSPITALS = ("48", "49", "50", "51", "52", "53", "84", "87")
TO_OTHERS = ("home_with_support", "another_centre", "hospital")
"""Where a centre sends people whom somebody else is to care for."""
NOBODY_NEEDED = (
    *("person_declined", "no_longer_needed", "died", "goals_met", "long_term_care_at_home"),
    *("moved_to_care_home", "moved_away"),
)

OF_EVERYTHING = ("died", "moved_to_care_home", "moved_away")
"""Then no other care is needed either."""


def for_another_plan(person: "Owned", asked: dict[str, Any]) -> bool:
    """Asked for on another pathway than the person's, and it has not begun. At home on pathway 0 it
    is better to call once too often."""
    if not asked["unplanned"] or ("gave" in asked and came(asked)):
        return False
    supported = person.last is not None and person.last["pathway"] in ("P1", "P2", "P3")
    return supported or person.here is not None or person.staying() is not None


def supported(person: "Owned") -> bool:
    """By the newest word: the pathway of the last stay, or a centre after it that sent them on."""
    spell = person.here or person.last
    if spell is None:
        return _sent_to_others(person, None)
    return supported_after(person, spell)


def supported_after(person: "Owned", spell: dict[str, Any]) -> bool:
    return spell["pathway"] in ("P1", "P2", "P3") or _sent_to_others(person, spell)


def handed_back_with(person: "Owned", referral: dict[str, Any]) -> bool:
    """What it asked for is care at home, as a package that nobody takes."""
    if closed(referral) or referral["kind"] not in GIVEN_AT_HOME:
        return False
    for package in person.packages.values():
        if not nobody_takes_it(package):
            continue
        if package["referral"]:
            theirs = package["referral"] == referral["about"]
        else:
            same = package["service"] and package["service"] == referral["service"]
            theirs = same and referral["kind"] in ("home_care", "disability_support")
        if theirs:
            return True
    return False


def leaves_alone(person: "Owned", referral: dict[str, Any]) -> bool:
    """Whether whoever is at home has no care until this one comes."""
    if referral["kind"] == IS_CARE_ON_A_PATHWAY_ALONE:
        return supported(person)
    return referral["kind"] not in LEAVES_NOBODY_WITHOUT_CARE


def in_need_of_an_owner(person: "Owned") -> bool:
    """On pathway 1 to 3, in a centre, or sent to others by one; or never seen in hospital, and the
    care was given up."""
    spell = person.here or person.last
    if person.here is None and person.staying() is not None:
        return True
    if spell is not None or supported(person):
        return supported(person)
    for package in person.packages.values():
        over = package["ended_at"] or package["elsewhere"]
        if package["nobody_has_it"] and not over and (came(package) or had_before(package)):
            return True
    return _let_down_at_home(person) is not None


def _dropped_at_home(person: "Owned") -> list[tuple[datetime, str | None]]:
    """When which care was dropped of somebody of whom no hospital has told, or a centre left them
    to others."""
    ended = sorted(
        (package for package in person.packages.values() if package["ended_at"]),
        key=lambda package: package["ended_at"],
    )
    dropped: list[tuple[datetime, str | None]] = []
    over: list[tuple[datetime, Any, str | None]] = []
    for package in ended:
        over.append((package["ended_at"], package["ended_because"], _speaks_of(person, package)))
        had, why = came(package) or package["gave"], package["ended_because"]
        without = had and not _cared_to_the_end(package) and why not in NOBODY_NEEDED
        if package["elsewhere"]:
            continue
        if (had or not package["unplanned"]) and (_left_alone(package) or without):
            dropped.append((package["ended_at"], kind_of(person, package)))
    for package in person.packages.values():
        refused_at = nobody_takes_it(package)
        if refused_at and (came(package) or package["gave"] or not package["unplanned"]):
            dropped.append((refused_at, kind_of(person, package)))
    newest = _newest_over(person, None)
    if newest is not None and _left_a_centre_to_others(person, None):
        dropped += _would_have_come(_refused_in_a_centre(person, newest[1]), newest[0])
    for referral in person.referrals.values():
        if referral["unplanned"] or referral["kind"] in (None, *ARRANGES_NOTHING, *ONCE):
            continue
        over += [(*referral[how], _of(referral, how)) for how in ANSWERS if referral[how]]
    return [each for each in dropped if not _not_needed(*each, over)]


ANSWERS = ("rejected", "withdrawn")


def _of(referral: dict[str, Any], how: str) -> str | None:
    """Whoever takes a referral back speaks of all care."""
    return referral["kind"] if how == "rejected" else None


def _would_have_come(
    missing: set[str | None], at: datetime
) -> Iterator[tuple[datetime, str | None]]:
    """Those kinds of care, but one visit; or some, nobody said which."""
    kinds = missing.difference(ONCE)
    yield from ((at, kind) for kind in kinds or {None})


def _speaks_of(person: "Owned", package: dict[str, Any]) -> str | None:
    """Of which care the end of a package tells; None of every."""
    return None if package["ended_because"] in OF_EVERYTHING else kind_of(person, package)


def _not_needed(
    at: datetime, kind: str | None, over: list[tuple[datetime, Any, str | None]]
) -> bool:
    """Said after this care came to nothing, by the end of what would have done in its place."""
    said = [of for later, why, of in over if later > at and why in NOBODY_NEEDED]
    return any(of is None or kind in (None, *ONLY_INSTEAD_OF.get(of, (kind,))) for of in said)


def _let_down_at_home(person: "Owned") -> datetime | None:
    """By the last that cared for somebody of whom no hospital has told."""
    since = max((at for at, _ in _dropped_at_home(person)), default=None)
    if since is None:
        return None
    cared = [(start, until) for service, start, until in person.spans_of_care() if start]
    return None if any(until is None or until > since for _, until in cared) else since


def _is_anybody_asked(person: "Owned") -> bool:
    """To come to somebody whom nobody cares for."""
    packages, referrals = person.packages.values(), person.referrals.values()
    packaged = {package["referral"] for package in packages}
    if any(_still_to_come_or_there(person, package) for package in packages):
        return True
    if any(unanswered(offer) for offer in person.offers()):
        return True
    for referral in referrals:
        comes = referral["visited_at"] and referral["begun"] and not referral["over_at"]
        brings = referral["kind"] not in (*ASKED_FOR_NOTHING, *ONCE)
        if comes and brings and referral["about"] not in packaged:
            return True
        still = not closed(referral) and not for_another_plan(person, referral)
        still = still and not handed_back_with(person, referral)
        if still and referral["asked"] and referral["kind"] not in ARRANGES_NOTHING:
            return True
    return False


def nobody_asked(person: "Owned", spell: dict[str, Any] | None) -> datetime | None:
    """Since when somebody would have to be asked."""
    if spell is None:
        alone = _let_down_at_home(person)
        return None if alone is None or _is_anybody_asked(person) else alone
    if spell["overtaken"]:
        return None
    if not supported_after(person, spell):
        return _dropped(person, spell)
    return _nobody_asked_on_a_pathway(person, spell, has_a_place=_has_a_place(spell))


def _has_a_place(spell: dict[str, Any]) -> bool:
    if spell["left_at"] is None:
        return spell["destination"] in HAS_A_PLACE
    return spell["destination"] in IN_CARE or spell["code"] in IN_CARE_BY_CODE


def _nobody_asked_on_a_pathway(
    person: "Owned", spell: dict[str, Any], *, has_a_place: bool
) -> datetime | None:
    centre_left_at = _left_a_centre_to_others(person, spell)
    if centre_left_at is not None:
        since = max(spell["left_at"], spell["confirmed_at"] or spell["left_at"], centre_left_at)
        return _unless_asked(person, spell, since, centre_left_at)
    if spell["left_at"] is not None:
        since = max(spell["left_at"], spell["confirmed_at"] or spell["left_at"])
    elif spell["ready_at"] is not None and spell["confirmed_at"]:
        since = max(spell["ready_at"], spell["confirmed_at"])
    else:
        return None
    return None if has_a_place else _unless_asked(person, spell, since)


def in_want(person: "Owned") -> list[tuple[datetime, str | None]]:
    """What somebody would have to be asked for of who comes to hospital now: since when, and which
    care where it is known."""
    last = person.last
    if last is None:
        return [*_dropped_at_home(person)] if nobody_asked(person, None) else []
    in_a_bed = last["pathway"] == "P2" and last["code"] == "51"
    moved_on = last["left_at"] is not None and last["code"] in HOSPITALS and not in_a_bed
    has_a_place = _has_a_place(last) and not moved_on
    dropped = [] if has_a_place else _dropped_after(person, last)
    leaves = last["left_at"] or (last["ready_at"] and last["confirmed_at"])
    if not supported_after(person, last) or not leaves:
        return dropped
    since = _nobody_asked_on_a_pathway(person, last, has_a_place=has_a_place)
    if since is None:
        return []
    return [*_would_have_come({kind for _, kind in _turned_down(person, last)}, since), *dropped]


def _dropped(person: "Owned", spell: dict[str, Any]) -> datetime | None:
    """On pathway 0, or nobody knows which: who cared, or was to, does not, and nobody else."""
    home_at: datetime | None = spell["left_at"]
    if home_at is None or _has_a_place(spell):
        return None
    dropped = _dropped_after(person, spell)
    if not dropped:
        return None
    left_centre_at = _left_a_centre_to_others(person, spell) or home_at
    kinds = {(at, kind) for at, kind in dropped if kind}
    since = max(home_at, left_centre_at, *(at for at, _ in dropped))
    return _ran_until(person, kinds, since)


def _dropped_after(person: "Owned", spell: dict[str, Any]) -> list[tuple[datetime, str | None]]:
    """At home after this stay, or in it; or before it, unless that was never asked for and the stay
    says that it is not."""
    nothing_new = spell["confirmed"] and spell["pathway"] == "P0"
    before = [*spell["in_want"], *_given_up_by_a_centre(person, spell)]
    before = [end for end in before if end[1] or not nothing_new]
    over: list[tuple[datetime, str, str | None, bool]] = []
    over += _packages_over(person, spell, spell["left_at"])
    over += _referrals_over(person, spell)
    said = [(at, why, of) for at, why, of, _ in over]
    dropped = [*before, *((at, of) for at, _, of, missed in over if missed)]
    dropped = [(at, of) for at, of in dropped if not _not_needed(at, of, said)]
    missing = {(at, missed) for at, missed in dropped if missed}
    left_centre_at = _left_a_centre_to_others(person, spell)
    if left_centre_at is None:
        asked = _asked(person, spell, missing)
    else:
        asked = _asked_after(person, max(left_centre_at, spell["left_at"]), missing)
    return [] if asked else dropped


def _given_up_by_a_centre(
    person: "Owned", spell: dict[str, Any]
) -> Iterator[tuple[datetime, str | None]]:
    """By one that kept the bed when the person went to hospital, while they are there; or after
    that, and it does not say to whom, though who was asked had refused."""
    for stay in person.stays.values():
        left_at, earlier = stay["left_at"], stay["spell"]
        if stay["overtaken_at"] or left_at is None or earlier is spell:
            continue
        if left_at < spell["began_at"]:
            continue
        at_home = spell["left_at"] is not None and left_at >= spell["left_at"]
        if stay["left_to"] in TO_OTHERS and not at_home:
            turned_down = _turned_down(person, earlier)
            yield from _would_have_come({kind for _, kind in turned_down}, left_at)
        elif stay["left_to"] is None and _let_down_since(person, stay["began_at"]):
            yield from _would_have_come(_refused_in_a_centre(person, stay), left_at)


def _refused_in_a_centre(person: "Owned", stay: dict[str, Any]) -> set[str | None]:
    return {kind for _, _, kind in _let_down_since(person, stay["began_at"]) if kind}


Over = Iterator[tuple[datetime, str, str | None, bool]]
"""When something was over, why, of which kind of care that tells, and whether it is missed."""


def _packages_over(person: "Owned", spell: dict[str, Any], home_at: datetime | None) -> Over:
    for package in person.packages.values():
        ended_at, why = package["ended_at"], package["ended_because"]
        if ended_at is None or ended_at < spell["began_at"]:
            continue
        had = came(package) or package["gave"]
        at_home = home_at is not None and ended_at >= home_at
        without = had and at_home and not _cared_to_the_end(package)
        dropped = _left_alone(package) or (without and why not in NOBODY_NEEDED)
        planned = not package["unplanned"]
        missed = bool((had or planned) and dropped and not package["elsewhere"])
        yield ended_at, why, _speaks_of(person, package), missed
    for package in person.packages.values():
        refused_at = nobody_takes_it(package)
        if refused_at is not None and refused_at >= spell["began_at"]:
            wanted = came(package) or had_before(package) or not package["unplanned"]
            yield refused_at, "", kind_of(person, package), bool(wanted)


def _referrals_over(person: "Owned", spell: dict[str, Any]) -> Over:
    for referral in person.referrals.values():
        if referral["unplanned"] or referral["kind"] in (None, *ARRANGES_NOTHING, *ONCE):
            continue
        others = referral["begun"] or referral["elsewhere"]
        refused = referral["rejected"] and not asked_twice(person, referral)
        if refused and referral["rejected"][0] >= spell["began_at"]:
            at, why = referral["rejected"]
            missed = not others and why not in NOBODY_NEEDED
            yield at, why, referral["kind"], bool(missed)
        if referral["withdrawn"] and referral["withdrawn"][0] >= spell["began_at"]:
            yield *referral["withdrawn"], None, False


def asked_twice(person: "Owned", refused: dict[str, Any]) -> bool:
    """Whoever refused it says so, and another who was asked for the same is known; or somebody
    cares for the person, who sees what they need."""
    if not refused["rejected"] or refused["rejected"][1] != "duplicate":
        return False
    spans = person.spans_of_care(without=ASKED_FOR_NOTHING)
    if any(start and until is None for _, start, until in spans):
        return True
    same = [r for r in person.referrals.values() if r["kind"] == refused["kind"] and r["asked"]]
    return any(not closed(r) and not for_another_plan(person, r) for r in same)


def kind_of(person: "Owned", package: dict[str, Any]) -> str:
    named = person.referrals.get(package["referral"] or "")
    return (named and named["kind"]) or "home_care"


Missing = set[tuple[datetime, str]]
"""Which kinds of care came to nothing, and when."""


def _turned_down(person: "Owned", spell: dict[str, Any] | None) -> Missing:
    """Care that somebody would not give, or does not any more, who was asked."""
    kinds: Missing = set()
    for referral in person.referrals.values():
        of_now = referral["spell"] is spell and not for_another_plan(person, referral)
        of_now = of_now and referral["kind"] not in (None, *ARRANGES_NOTHING)
        others = referral["begun"] or referral["elsewhere"] or asked_twice(person, referral)
        if of_now and referral["rejected"] and not others:
            at, why = referral["rejected"]
            kinds |= {(at, referral["kind"])} if why not in NOBODY_NEEDED else set()
    for package in person.packages.values():
        of_now = package["spell"] is spell and not for_another_plan(person, package)
        ended_at, gave = package["ended_at"], _gave_enough(package, spell)
        if of_now and ended_at and not gave and not package["elsewhere"]:
            why = package["ended_because"]
            kind = kind_of(person, package)
            kinds |= {(ended_at, kind)} if why not in NOBODY_NEEDED else set()
    kinds |= {(at, kind) for at, kind in _nobody_takes(person, spell)}
    over = _came_to_nothing(person, spell)
    return {each for each in kinds if not _not_needed(*each, over)}


def _nobody_takes(person: "Owned", spell: dict[str, Any] | None) -> Iterator[tuple[datetime, str]]:
    """Packages that were handed back in this stay or after it, or without any."""
    for package in person.packages.values():
        refused_at = nobody_takes_it(package)
        if refused_at is None or for_another_plan(person, package):
            continue
        if package["spell"] is None if spell is None else refused_at >= spell["began_at"]:
            yield refused_at, kind_of(person, package)


def _gave_enough(package: dict[str, Any], spell: dict[str, Any] | None) -> bool:
    """At home, until it was over."""
    ended_at = package["ended_at"]
    if ended_at is None or (spell is not None and spell["left_at"] is None):
        return False
    after = spell is None or ended_at >= spell["left_at"]
    return bool(after and _cared_to_the_end(package) and not _left_alone(package))


def _instead(kind: str, missing: Missing) -> bool:
    """Care of this kind is as good as what was turned down."""
    turned_down = {missed for _, missed in missing}
    return turned_down <= set(ONLY_INSTEAD_OF.get(kind, turned_down))


def _in_time(over_at: datetime | None, missing: Missing) -> bool:
    """It was there still when the last of what is missing came to nothing."""
    return over_at is None or all(at <= over_at for at, _ in missing)


def _ran_anyway(referral: dict[str, Any], missing: Missing) -> bool:
    """Visits that nobody makes any more, and that were made already when other care came to
    nothing."""
    if not (referral["visited_at"] and referral["over_at"]):
        return False
    return any(kind != referral["kind"] and at > referral["visited_at"] for at, kind in missing)


def _ran_until(person: "Owned", missing: Missing, since: datetime) -> datetime:
    """As long as they were made, somebody came who would have done."""
    for referral in person.referrals.values():
        if referral["kind"] in (*ASKED_FOR_NOTHING, *ONCE):
            continue
        if _ran_anyway(referral, missing) and _instead(referral["kind"], missing):
            since = max(since, referral["over_at"])
    return since


def _unless_asked(
    person: "Owned", spell: dict[str, Any], since: datetime, centre_left_at: datetime | None = None
) -> datetime | None:
    missing = _turned_down(person, spell)
    if centre_left_at is None:
        asked = _asked(person, spell, missing)
    else:
        asked = _asked_after(person, since, missing)
    if asked:
        return None
    taken_at = max(
        (offer["accepted_at"] for offer in person.handovers.values() if taken_on(offer, spell)),
        default=None,
    )
    if taken_at is not None and spell["left_at"] is None:
        return None  # they fetch the person; at home somebody has yet to come
    since = max(since, taken_at or since)
    since = _ran_until(person, missing, since)
    for referral in person.referrals.values():
        once = referral["kind"] == "urgent_community_response" and referral["spell"] is spell
        if once and not missing and referral["visited_at"]:
            since = max(since, referral["visited_at"])
    ends = [
        end
        for end in sorted(_came_to_nothing(person, spell), key=lambda end: end[0])
        if centre_left_at is None or end[0] >= centre_left_at
    ]
    if not ends:
        return since
    at, why, _ = ends[-1]
    if taken_at is not None and at < taken_at:
        return since
    if why not in NOBODY_NEEDED:
        return max(since, at)
    still = [at for at, _ in missing if centre_left_at is None or at >= centre_left_at]
    return max(since, *still) if still else None


def _left_a_centre_to_others(person: "Owned", spell: dict[str, Any] | None) -> datetime | None:
    """When the newest stay in a centre that is over ended so, after the discharge."""
    newest = _newest_over(person, spell)
    if newest is None:
        return None
    over_at, stay = newest
    if stay["left_to"] is None:
        return over_at if _let_down_since(person, stay["began_at"]) else None
    return over_at if stay["left_to"] in TO_OTHERS else None


def _sent_to_others(person: "Owned", spell: dict[str, Any] | None) -> bool:
    newest = _newest_over(person, spell)
    return newest is not None and newest[1]["left_to"] in TO_OTHERS


def _newest_over(
    person: "Owned", spell: dict[str, Any] | None
) -> tuple[datetime, dict[str, Any]] | None:
    """Begun after the stay in hospital, or gone on with after it; any, where none is known."""
    newest: tuple[datetime, dict[str, Any]] | None = None
    if spell is not None and spell["left_at"] is None:
        return None
    for stay in person.stays.values():
        over_at = stay["overtaken_at"] or stay["left_at"]
        home_at = spell["left_at"] if spell is not None else None
        after = stay["spell"] is spell or (over_at and home_at and over_at >= home_at)
        if over_at and after and (newest is None or over_at > newest[0]):
            newest = (over_at, stay)
    return None if newest is None or newest[1]["overtaken_at"] else newest


def _let_down_since(
    person: "Owned", moved_in_at: datetime
) -> list[tuple[datetime, str | None, str | None]]:
    """Who was to care after the centre, and will not, and nobody said that none is needed: when,
    why, and which care. Of every stay in hospital, for one may have come between."""
    every: list[dict[str, Any] | None] = [None, *person.spells.values()]
    ends = [
        end for spell in every for end in _came_to_nothing(person, spell) if end[0] >= moved_in_at
    ]
    said = ends
    for referral in person.referrals.values():
        if referral["begun"] or referral["elsewhere"]:
            answers = (referral["rejected"], referral["withdrawn"])
            ends = [end for end in ends if end[:2] not in answers]
    for package in person.packages.values():
        gave = package["ended_at"] and _gave_enough(package, package["spell"])
        if gave or package["elsewhere"]:
            had = (package["ended_at"], package["ended_because"])
            ends = [end for end in ends if end[:2] != had]
    return [
        (at, why, kind)
        for at, why, kind in ends
        if why not in NOBODY_NEEDED and not _not_needed(at, kind, said)
    ]


def _asked_after(person: "Owned", since: datetime, missing: Missing) -> bool:
    """What was asked for or given before the centre was left, and is over, is of no use now."""
    for package in person.packages.values():
        if not _instead(kind_of(person, package), missing):
            continue
        if _still_to_come_or_there(person, package):
            return True
        cared = _cared_to_the_end(package)
        after = package["ended_at"] is not None and package["ended_at"] >= since
        after = after and _in_time(package["ended_at"], missing)
        if after and cared and not _left_alone(package):
            return True
    packaged = {package["referral"] for package in person.packages.values()}
    for referral in person.referrals.values():
        over_at = referral["over_at"]
        enough = over_at and over_at >= since and not referral["withdrawn"]
        enough = enough and _in_time(over_at, missing)
        visits = referral["visited_at"] and (enough or not over_at)
        comes = visits and referral["begun"] and referral["about"] not in packaged
        comes = comes and referral["kind"] not in ONCE
        open_still = not closed(referral) and not for_another_plan(person, referral)
        open_still &= not handed_back_with(person, referral)
        open_still &= referral["asked"] and referral["kind"] not in ARRANGES_NOTHING
        cares = referral["kind"] not in ASKED_FOR_NOTHING and (comes or open_still)
        cares = cares and not _ran_anyway(referral, missing)
        if cares and _instead(referral["kind"], missing):
            return True
    unsaid = [unanswered(offer) for offer in person.offers()]
    return any(unsaid) or any(stays_on(stay) for stay in person.stays.values())


def _cared_to_the_end(package: dict[str, Any]) -> bool:
    """By whoever was to, or by whoever was to leave."""
    if in_place(package):
        return not stands_still(package)
    return bool(package["gave"] and package["gave"][-1][2] == package["ended_at"])


def _left_alone(package: dict[str, Any]) -> bool:
    """By a provider that would not go on, and nobody else would."""
    why = package["ended_because"]
    unanswered_still = package["nobody_has_it"] and why not in NOBODY_NEEDED
    return bool(why == "provider_withdrew" or unanswered_still)


def _still_to_come_or_there(person: "Owned", package: dict[str, Any]) -> bool:
    by_referral = any(
        named["asked"] and (named["begun"] or not closed(named))
        for named in person.referrals.values()
        if named["about"] == package["referral"] and named["kind"] not in ARRANGES_NOTHING
    )
    answered = package["confirmed"] or package["started_at"]
    told = package["asked"] or had_before(package) or (answered and by_referral)
    over = package["ended_at"] or package["elsewhere"]
    counts = not over and not for_another_plan(person, package)
    # Who only names a package that another gave has not said that they come.
    counts = counts and bool(package["asked"] or answered or came(package))
    counts = counts and not _left_on_hold(person, package)
    counts = counts and not nobody_takes_it(person.restart_under_a_new_name(package) or package)
    return bool(counts and (told or came(package) or given(package)))


def _left_on_hold(person: "Owned", package: dict[str, Any]) -> bool:
    """Who is in hospital has no care that stands still, unless somebody says that it is to go on;
    for what was given up somebody is looked for anyhow."""
    since = stands_still(package)
    here = person.here
    if here is None or not goes_on(here) or since is None or package["nobody_has_it"]:
        return False
    said = [package["asked_last"], package["confirmed_last"]]
    return not any(at and at >= since for at in said)


def _asked(person: "Owned", spell: dict[str, Any], missing: Missing) -> bool:
    for stay in person.stays.values():
        lived_there_before = person.bed(stay) == "care_home" and stay["spell"] is not spell
        over_at = stay["overtaken_at"] or stay["left_at"]
        was_there = stay["spell"] is spell or _came_back_to(person, stay, spell)
        was_there = was_there and _in_time(over_at, missing)
        if (stays_on(stay) and not lived_there_before) or was_there:
            return True
    for package in person.packages.values():
        if not _instead(kind_of(person, package), missing):
            continue
        if _still_to_come_or_there(person, package):
            return True
        left_at, ended_at = spell["left_at"], package["ended_at"]
        cared_for = _cared_to_the_end(package)
        after = left_at is not None and ended_at is not None and ended_at >= left_at
        after = after and _in_time(ended_at, missing)
        if after and cared_for and not _left_alone(package):
            return True
    for offer in person.handovers.values():
        if offer["spell"] is spell and unanswered(offer):
            return True
    return any(
        _referral_stands(person, spell, each, missing) and _instead(each["kind"], missing)
        for each in person.referrals.values()
    )


def _came_back_to(person: "Owned", stay: dict[str, Any], spell: dict[str, Any]) -> bool:
    """A bed for a time that was kept while they were in hospital."""
    told = stay["left_at"] and not stay["overtaken_at"] and spell["left_at"] is not None
    return bool(told and person.bed(stay) != "care_home" and stay["left_at"] >= spell["left_at"])


def _referral_stands(
    person: "Owned", spell: dict[str, Any], referral: dict[str, Any], missing: Missing
) -> bool:
    if referral["kind"] in ASKED_FOR_NOTHING or _ran_anyway(referral, missing):
        return False
    if not closed(referral):
        counts = referral["asked"] and referral["kind"] not in ARRANGES_NOTHING
        counts = counts and not handed_back_with(person, referral)
        return counts and not for_another_plan(person, referral)
    if referral["kind"] in ONCE:
        return False
    if any(package["referral"] == referral["about"] for package in person.packages.values()):
        return False
    comes_still = referral["visited_at"] and not referral["over_at"]
    came = referral["spell"] is spell
    if missing:  # what began, and nobody visits, is a package or a bed, which tells of its end
        came = came and bool(referral["over_at"]) and _in_time(referral["over_at"], missing)
    return bool(referral["begun"] and (came or comes_still))


def _came_to_nothing(
    person: "Owned", spell: dict[str, Any] | None
) -> list[tuple[datetime, str, str | None]]:
    ends: list[tuple[datetime, str, str | None]] = []
    for referral in person.referrals.values():
        of_now = referral["spell"] is spell and not for_another_plan(person, referral)
        if of_now and referral["kind"] not in (None, *ARRANGES_NOTHING):
            said = ("withdrawn",) if asked_twice(person, referral) else ("rejected", "withdrawn")
            for how in said:
                of = referral["kind"] if how == "rejected" else None
                ends += [(*referral[how], of)] if referral[how] else []
    for package in person.packages.values():
        of_now = package["spell"] is spell and not for_another_plan(person, package)
        if of_now and package["ended_at"]:
            of = _speaks_of(person, package)
            ends.append((package["ended_at"], package["ended_because"], of))
    ends += [(at, "handed_back", kind) for at, kind in _nobody_takes(person, spell)]
    for offer in person.handovers.values():
        if offer["spell"] is spell and offer["rejected"]:
            ends.append((offer["rejected"], "refused", None))
    return ends


def being_assessed(person: "Owned", after: dict[str, Any] | None = None) -> bool:
    """`after`: asked for in that stay or after it, or taken a step further since it began."""
    return any(
        not plan["withdrawn"]
        and 0 < plan["furthest"] < 5
        and (after is None or plan["spell"] is after or plan["further_at"] >= after["began_at"])
        for plan in person.plans.values()
    )
