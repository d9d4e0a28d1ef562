"""The calendars of a policy: who works when, who covers otherwise, and England's bank holidays."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from flow.events.codes import SERVICE_KINDS
from flow.pathway.policy import Policy
from flow.pathway.policy_values import Reader
from flow.pathway.working_hours import LEAST_OPEN, BankHolidays, Calendars, Hours, WorkingHours

ENGLAND = "bank_holidays_england.toml"
WARN_BEFORE = timedelta(days=180)
"""A list of holidays that ends sooner than this from today is due to be renewed."""
_WHOSE = ("services", "kinds", "localities")
_KEYS = {*_WHOSE, "weekdays", "saturdays", "sundays", "bank_holidays", "out_of_hours"}


@cache
def england() -> Mapping[str, Any]:
    """The dated copy that comes with the program, as the file has it."""
    return tomllib.loads(files("flow.pathway").joinpath(ENGLAND).read_text(encoding="utf-8"))


def england_bank_holidays() -> frozenset[date]:
    """The days of the copy that comes with the program."""
    return frozenset(item["day"] for item in england()["days"])


def read_bank_holidays(reader: Reader, whole: Mapping[str, Any]) -> BankHolidays:
    """England's, and what the policy adds: days of its own, and until when its list is whole."""
    path = ("bank_holidays",)
    table = reader.table(whole, (), "bank_holidays")
    reader.no_others(table, path, {"also", "known_until"})
    copy = england()
    days = set(england_bank_holidays())
    also = table.get("also", [])
    if not isinstance(also, list):
        reader.problem((*path, "also"), "must be a list of days, for example [2027-05-07]")
        also = []
    for item in also:
        day = reader.day({"also": item}, path, "also")
        if day is not None:
            days.add(day)
    known_until: date = reader.day(table, path, "known_until") or copy["known_until"]
    return BankHolidays(days=frozenset(days), known_until=known_until)


def read_working_hours(
    reader: Reader, whole: Mapping[str, Any], kinds: Mapping[str, str]
) -> Calendars:
    """One calendar each: for services or organisations, kinds of service, localities."""
    bank_holidays = read_bank_holidays(reader, whole)
    found: dict[str, dict[str, WorkingHours]] = {key: {} for key in _WHOSE}
    tables = reader.table(whole, (), "calendar")
    for name in tables:
        path = ("calendar", name)
        table = reader.table(tables, ("calendar",), name)
        working = _calendar(reader, table, path, bank_holidays)
        if not any(table.get(key) for key in _WHOSE):
            reader.problem((*path, "services"), "names nobody: list who works in these hours")
        for key in _WHOSE:
            for whose in reader.words(table, path, key):
                _give(reader, found[key], whose, working, (*path, key))
    return Calendars(
        by_name=found["services"],
        by_kind=found["kinds"],
        by_locality=found["localities"],
        kinds=kinds,
    )


def _give(
    reader: Reader,
    found: dict[str, WorkingHours],
    whose: str,
    working: WorkingHours | None,
    path: tuple[str, ...],
) -> None:
    if path[-1] == "kinds" and whose not in SERVICE_KINDS:
        known = ", ".join(sorted(SERVICE_KINDS.codes))
        reader.problem(path, f"{whose}: no such kind of service; there are: {known}")
    elif whose in found:
        reader.problem(path, f"{whose} has the calendar {found[whose].name} already")
    elif working is not None:
        found[whose] = working


def calendar_doubts(policy: Policy, today: date) -> list[str]:
    """What will be counted wrongly before long, each with the remedy."""
    known = {each.bank_holidays.known_until for _, each in policy.working_hours.rows()}
    return [
        f"bank holidays are known until {last:%d-%b-%Y} only, later ones count as working days:"
        " update discharge-flow, or list them in the policy ([bank_holidays] also, known_until)"
        for last in sorted(known)
        if last < today + WARN_BEFORE
    ]


def _calendar(
    reader: Reader, table: Mapping[str, Any], path: tuple[str, ...], bank_holidays: BankHolidays
) -> WorkingHours | None:
    reader.no_others(table, path, _KEYS)
    weekdays = reader.hours(table, path, "weekdays")
    if weekdays is None or _open(weekdays) < LEAST_OPEN:
        reader.problem((*path, "weekdays"), "must be open for an hour or more: Monday to Friday")
        return None
    cover = reader.text(table, path, "out_of_hours") if "out_of_hours" in table else None
    return WorkingHours(
        name=path[-1],
        weekdays=weekdays,
        saturdays=reader.hours(table, path, "saturdays"),
        sundays=reader.hours(table, path, "sundays"),
        on_bank_holidays=reader.hours(table, path, "bank_holidays"),
        out_of_hours=cover,
        bank_holidays=bank_holidays,
    )


def _open(hours: Hours) -> timedelta:
    opens, closes = hours
    return timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)
