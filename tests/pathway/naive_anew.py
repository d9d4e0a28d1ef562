"""What comes in the place of care that a provider gave up, when it is asked for anew, naively."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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


def _as_good(person: "Owned", kind: str, given_up: dict[str, Any]) -> bool:
    missing = kind_of(person, given_up)
    return missing in ONLY_INSTEAD_OF.get(kind, (missing,))


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


def _of_another(person: "Owned", care: dict[str, Any], before: dict[str, Any]) -> bool:
    """Somebody else's, and not what they gave before the stay."""
    old = any(each["now_called"] == care["about"] for each in person.packages.values())
    return bool(care["service"] and care["service"] != before["service"]) and not old


def _fits(person: "Owned", care: dict[str, Any], given_up: dict[str, Any]) -> bool:
    if care["nobody_has_it"] or care is given_up or care["kind"] == "increased":
        return False
    if not given_up["nobody_has_it"] and not _of_another(person, care, given_up):
        return False
    return _as_good(person, kind_of(person, care), given_up)


def _referral_fits(person: "Owned", care: dict[str, Any], given_up: dict[str, Any]) -> bool:
    theirs = care["about"] == given_up["referral"]
    if not given_up["nobody_has_it"] and not _of_another(person, care, given_up):
        return False
    return care["kind"] in GIVEN_AT_HOME and not theirs and _as_good(person, care["kind"], given_up)


def _package_asked(person: "Owned", care: dict[str, Any], given_up: dict[str, Any]) -> bool:
    if first_came(care) or care["ended_at"] or care["elsewhere"]:
        return False
    since = left_to_others(person, given_up)
    asked = since is not None and care["asked"] and care["asked_at"] >= since
    fits = asked and _fits(person, care, given_up)
    return bool(fits and not for_another_plan(person, care))


def _referral_asked(person: "Owned", care: dict[str, Any], given_up: dict[str, Any]) -> bool:
    since = left_to_others(person, given_up)
    if since is None or not care["asked"] or care["asked"] < since or closed(care):
        return False
    said, by = given_up["referral"], given_up["service"]
    of_the_old = not said and by is not None and by == care["service"]
    fits = not of_the_old and _referral_fits(person, care, given_up)
    return fits and not for_another_plan(person, care)


def asked_anew(person: "Owned", given_up: dict[str, Any]) -> bool:
    return any(_package_asked(person, care, given_up) for care in person.packages.values()) or any(
        _referral_asked(person, care, given_up) for care in person.referrals.values()
    )


def others_come_until(person: "Owned", care: dict[str, Any]) -> datetime | None:
    """Until when they do in whose place this one has said that it comes."""
    package = "gave" in care
    if package and not (care["confirmed"] or care["started_at"]):
        return None
    asked = _package_asked if package else _referral_asked
    days = [
        last
        for each in person.packages.values()
        if given(each) and (last := last_day(each)) and asked(person, care, each)
    ]
    return max(days, default=None)


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


def has_come(person: "Owned", given_up: dict[str, Any]) -> bool:
    """Somebody else, since it was given up, for the same."""
    since, left = left_to_others(person, given_up), given_up["nobody_has_it"]
    if since is None:
        return False
    for care in person.packages.values():
        began, asked = first_came(care), care["asked"] and care["asked_at"] >= since
        another = left and care["service"] and care["service"] != given_up["service"]
        new = began is not None and began >= since and (asked or another)
        if new and given(care) and _fits(person, care, given_up):
            return True
    for care in person.by_visit():
        another = left and care["service"] and care["service"] != given_up["service"]
        asked = care["asked"] and care["asked"] >= since
        new = care["visited_at"] >= since and (asked or another)
        if new and not care["over_at"] and _referral_fits(person, care, given_up):
            return True
    return False
