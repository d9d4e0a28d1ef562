"""What comes in the place of care that a provider gave up, when it is asked for anew, naively."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.pathway.naive_arranged import for_another_plan, kind_of
from tests.pathway.naive_kinds import GIVEN_AT_HOME, LEAVES_NOBODY_WITHOUT_CARE, ONLY_INSTEAD_OF
from tests.pathway.naive_lateness import day_91
from tests.pathway.naive_told import (
    asked_to_go_on,
    came,
    closed,
    first_came,
    given,
    last_day,
    leaver_comes,
    stands_still,
)

if TYPE_CHECKING:
    from tests.pathway.naive_owners import Owned
    from tests.pathway.naive_services import Services


def left_to_others(person: "Owned", package: dict[str, Any]) -> datetime | None:
    """Since when somebody else may come for it: given up; or on hold for a stay in hospital, and
    nobody was asked to go on, or said that they do."""
    if package["nobody_has_it"]:
        given_back: datetime = package["given_back_at"]
        return given_back
    since, said = stands_still(package), package["confirmed_last"]
    if since is None or package["paused_because"] != "readmitted" or asked_to_go_on(package):
        return None
    if (said and said >= since) or person.restart_under_a_new_name(package):
        return None
    return since


def goes_on_by(person: "Services", referral: dict[str, Any]) -> dict[str, Any] | None:
    """The package that stands still and that this referral asks its provider to go on with."""
    named = [each["referral"] for each in person.packages.values()]
    if referral["about"] in named or not referral["service"] or not referral["asked"]:
        return None
    if referral["kind"] in LEAVES_NOBODY_WITHOUT_CARE:
        return None
    fits = [
        package
        for package in person.packages.values()
        if stands_still(package)
        and stands_still(package) <= referral["asked"]
        and (package["service"], person.is_care_of(package))
        == (referral["service"], referral["kind"])
        and not (package["ended_at"] or package["elsewhere"] or package["nobody_has_it"])
    ]
    return fits[-1] if fits else None


def asked_again(person: "Services", package: dict[str, Any]) -> dict[str, Any] | None:
    """By another referral than its own, and neither answered by care nor refused."""
    still = stands_still(package)
    over = package["ended_at"] or package["elsewhere"] or package["nobody_has_it"]
    if package["referral"] is None or not still or over or not package["service"]:
        return None
    if person.is_care_of(package) in LEAVES_NOBODY_WITHOUT_CARE:
        return None
    named = [each["referral"] for each in person.packages.values()]
    fits = [
        referral
        for referral in person.referrals.values()
        if referral["about"] not in named
        and (referral["service"], referral["kind"])
        == (package["service"], person.is_care_of(package))
        and not closed(referral)
        and referral["asked"]
        and referral["asked"] >= still
    ]
    return fits[-1] if fits else None


def other_forms(person: "Owned", package: dict[str, Any]) -> list[dict[str, Any]]:
    """As what the same provider is asked for it: the last package, the last referral, or both."""
    forms = (person.restart_under_a_new_name(package), asked_again(person, package))
    asked = [form for form in forms if form and form["kind"] != "increased"]
    return [form for form in asked if not for_another_plan(person, form)]


def asked_while_waiting(person: "Owned", asked: dict[str, Any], package: dict[str, Any]) -> bool:
    """Never before nobody came any more, nor before the person was out of hospital."""
    still, home = stands_still(package), person.last["left_at"] if person.last else None
    first = asked["asked_at"] if "gave" in asked else asked["asked"]
    return bool(still and first and first >= max(still, home or still))


def same_by_another_name(
    person: "Services", asked: dict[str, Any], package: dict[str, Any]
) -> bool:
    """Of the same provider, who has it still, and for the same care, that was never given so."""
    over = package["ended_at"] or package["elsewhere"] or package["nobody_has_it"]
    if asked is package or over or not asked["service"]:
        return False
    if "gave" in asked:
        kind = person.is_care_of(asked)
        new = asked["kind"] != "increased" and not first_came(asked)
    else:
        # Without a referral of its own, any to its provider is that of the package.
        kind, new = asked["kind"], package["referral"] not in (None, asked["about"])
    return bool(
        new and (asked["service"], kind) == (package["service"], person.is_care_of(package))
    )


def nothing_but_its_names(person: "Services", package: dict[str, Any]) -> list[dict[str, Any]]:
    """What its provider was asked for in order to go on: any restart since nobody comes, and the
    last that was asked for, even as new care. An earlier new one may be something else."""
    still, last = stands_still(package), person.restart_under_a_new_name(package)
    if not still:
        return []
    found = []
    for other in person.packages.values():
        restart = other["kind"] == "restart" and other["asked_last"]
        meant = other is last or (restart and other["asked_last"] >= still)
        is_open = not (other["ended_at"] or other["elsewhere"])
        if meant and is_open and same_by_another_name(person, other, package):
            found.append(other)
    return found


class Coming(NamedTuple):
    """Care at home that is asked for or given, as `of`, a package or a referral, says it."""

    of: dict[str, Any]
    kind: str
    service: str | None
    asked: datetime | None
    began: datetime | None
    is_given: bool
    is_awaited: bool

    def is_itself(self, before: dict[str, Any]) -> bool:
        """The same package, or the referral that it names."""
        return bool(self.of["about"] == before["about" if self.is_package else "referral"])

    @property
    def is_package(self) -> bool:
        return "gave" in self.of

    def at_another(self, before: dict[str, Any]) -> bool:
        return bool(self.service and self.service != before["service"])


def _coming(person: "Owned") -> Iterator[Coming]:
    """Not what was given up itself, nor more of what is given."""
    for package in person.packages.values():
        if package["nobody_has_it"] or package["kind"] == "increased":
            continue
        began, over = first_came(package), package["ended_at"] or package["elsewhere"]
        waits = package["asked"] and not (began or over or for_another_plan(person, package))
        yield Coming(
            package,
            kind_of(person, package),
            package["service"],
            package["asked_at"] if package["asked"] else None,
            began,
            given(package),
            bool(waits),
        )
    visiting = [each["about"] for each in person.by_visit()]
    for referral in person.referrals.values():
        if referral["kind"] not in GIVEN_AT_HOME:
            continue
        began = referral["visited_at"] if referral["about"] in visiting else None
        yield Coming(
            referral,
            referral["kind"],
            referral["service"],
            referral["asked"],
            began,
            bool(began and not referral["over_at"]),
            not (closed(referral) or for_another_plan(person, referral)),
        )


def _instead_of(person: "Owned", before: dict[str, Any]) -> Iterator[Coming]:
    """All that may come for it: as good, and not itself under the name of its referral. For what
    only stands still another service's, and not what that gave under another name."""
    old_names = {each["now_called"] for each in person.packages.values()}
    missing = kind_of(person, before)
    for care in _coming(person):
        new = care.at_another(before) and care.of["about"] not in old_names
        may_come = bool(before["nobody_has_it"]) or new
        if (
            may_come
            and not care.is_itself(before)
            and missing in ONLY_INSTEAD_OF.get(care.kind, (missing,))
        ):
            yield care


def _asked_instead(person: "Owned", before: dict[str, Any]) -> list[dict[str, Any]]:
    """Since it was left to others; a referral to its own provider asks for what they give."""
    since = left_to_others(person, before)
    if since is None:
        return []
    found = []
    for care in _instead_of(person, before):
        of_its_own = not (care.is_package or before["referral"]) and before["service"]
        if of_its_own and care.service == before["service"]:
            continue
        if care.is_awaited and care.asked and care.asked >= since:
            found.append(care.of)
    return found


def asked_anew(person: "Owned", given_up: dict[str, Any]) -> bool:
    return bool(_asked_instead(person, given_up))


def has_come(person: "Owned", given_up: dict[str, Any]) -> bool:
    """Begun since: what was asked for since, or another one's than gave it up."""
    since = left_to_others(person, given_up)
    if since is None:
        return False
    for care in _instead_of(person, given_up):
        asked_since_then = care.asked is not None and care.asked >= since
        new = asked_since_then or (given_up["nobody_has_it"] and care.at_another(given_up))
        if new and care.is_given and care.began is not None and care.began >= since:
            return True
    return False


def others_come_until(person: "Owned", care: dict[str, Any]) -> datetime | None:
    """Until when they do in whose place this one has said that it comes."""
    if "gave" in care and not (care["confirmed"] or care["started_at"]):
        return None
    days = [
        last
        for each in person.packages.values()
        if given(each) and (last := last_day(each)) and _among(care, _asked_instead(person, each))
    ]
    return max(days, default=None)


def _among(care: dict[str, Any], these: list[dict[str, Any]]) -> bool:
    return any(each is care for each in these)


NEVER_TOLD = datetime.max.replace(tzinfo=UTC)
LASTING = ("home_care", "disability_support")


def reablement_before(person: "Owned", care: dict[str, Any]) -> datetime | None:
    """Until when somebody has reablement at home, since before this was asked for in its place; or
    until the time that was agreed for this."""
    package = "gave" in care
    asked = care["asked_at"] if package else care["asked"]
    kind = kind_of(person, care) if package else care["kind"]
    if not asked or kind not in LASTING or person.here is not None or person.staying() is not None:
        return None
    if package and (care["kind"] == "increased" or care["gave"] or care["leaver"] or came(care)):
        return None
    ends = [
        day_91(each["visited_at"])
        for each in person.by_visit()
        if each["kind"] == "reablement" and not each["over_at"] and each["visited_at"] < asked
    ]
    for each in person.packages.values():
        comes = given(each) or leaver_comes(each)
        began = first_came(each)
        if comes and began and began < asked and kind_of(person, each) == "reablement":
            last = each["leaver"]["last"] if leaver_comes(each) else last_day(each)
            ends.append(last or NEVER_TOLD)
    if not ends:
        return None
    text = (care["visit_agreed"] or care["planned"]) if package else care["agreed"]
    return min([max(ends), *([datetime.fromisoformat(text)] if text else [])])
