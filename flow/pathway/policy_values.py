"""Check the values of a policy file one by one, and collect what is wrong with them."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any, get_args

from flow.events.codes import ROLES
from flow.pathway.targets import MAX_DURATION, Calendar, Provenance, Rule
from flow.pathway.working_hours import Hours

CLOSED = "closed"
"""No hours on such a day."""
SERVICE = "service"
"""Besides the codes of the list `role`: whoever has the referral or the handover."""
MARKED = "los_review"
"""The one wait that is measured at marks."""
MINIMUM = "package_restart_notice"
"""The one wait whose target is a minimum."""
PAUSE_LEAST = timedelta(minutes=1)
PROVENANCES: tuple[str, ...] = get_args(Provenance)

_DURATION = re.compile(r"^(\d{1,6}) (minute|hour|day)s?$")
_DAY_TEXT = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_HOURS = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$")
_RULE_KEYS = {
    "start", "start_else", "stop", "target", "warn", "escalate", "marks", "calendar", "acts_next",
    "provenance", "source", "on", "at_least", "pause_at_most",
    "agreed_grace", "by_delay_reason",
}  # fmt: skip
_DAY = timedelta(days=1)
_ZERO = timedelta(0)

Path = tuple[str, ...]


def _hours(value: object) -> Hours | None:
    match = _HOURS.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    opens = time(int(match[1]), int(match[2]))
    closes = time(int(match[3]), int(match[4]))
    return (opens, closes) if opens < closes else None


class Reader:
    """Reads values of a TOML file called `name`; `problems` holds a line for each mistake."""

    def __init__(self, name: str, lines: Mapping[Path, int]) -> None:
        self.name = name
        self.lines = lines
        self.problems: list[str] = []

    def problem(self, path: Path, what: str) -> None:
        """Note a mistake at a key, or at the nearest table above it that the file has."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        place = f"{self.name}:{self.lines[known]}" if known else self.name
        line = f"{place}: {'.'.join(path)}: {what}"
        if line not in self.problems:
            self.problems.append(line)

    def no_others(
        self, table: Mapping[str, Any], path: Path, known: set[str], what: str | None = None
    ) -> None:
        for key in table:
            if key not in known:
                self.problem(
                    (*path, key), what or "no such key; there are: " + ", ".join(sorted(known))
                )

    def table(self, parent: Mapping[str, Any], path: Path, key: str) -> dict[str, Any]:
        value = parent.get(key, {})
        if isinstance(value, dict):
            return value
        self.problem((*path, key), f"must be a table: write [{'.'.join((*path, key))}]")
        return {}

    def tables(self, parent: Mapping[str, Any], key: str, path: Path = ()) -> list[dict[str, Any]]:
        value = parent.get(key, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.problem((*path, key), f"must be a list of tables: write [[{key}]]")
        return []

    def text(self, table: Mapping[str, Any], path: Path, key: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.problem((*path, key), "must be text" if key in table else "is missing: give a text")
        return ""

    def words(self, table: Mapping[str, Any], path: Path, key: str) -> list[str]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return value
        self.problem((*path, key), 'must be a list of texts, for example ["RR8"]')
        return []

    def flag(self, table: Mapping[str, Any], path: Path, key: str, *, default: bool) -> bool:
        value = table.get(key, default)
        if isinstance(value, bool):
            return value
        self.problem((*path, key), "must be true or false")
        return default

    def day(self, table: Mapping[str, Any], path: Path, key: str) -> date | None:
        """A day as TOML writes it, quoted or not; None where there is none."""
        value = table.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        if isinstance(value, str) and _DAY_TEXT.match(value):
            with suppress(ValueError):  # of the form of a day and none: told below
                return date.fromisoformat(value)
        self.problem((*path, key), "must be a day of the calendar, for example 2026-04-01")
        return None

    def number(self, table: Mapping[str, Any], path: Path, key: str) -> float:
        value = table.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return float(value)
        self.problem((*path, key), "must be a number, 0 or more")
        return 0.0

    def role(self, table: Mapping[str, Any], path: Path, key: str) -> str:
        value = self.text(table, path, key)
        if value and value != SERVICE and value not in ROLES.codes:
            known = ", ".join(sorted({*ROLES.codes, SERVICE}))
            self.problem((*path, key), f"no such role; there are: {known}")
        return value

    def duration(
        self, table: Mapping[str, Any], path: Path, key: str, *, least: timedelta = _ZERO
    ) -> timedelta:
        return self._duration(table.get(key), (*path, key), least)

    def _duration(self, value: object, path: Path, least: timedelta) -> timedelta:
        match = _DURATION.match(value) if isinstance(value, str) else None
        if match is None:
            what = 'must be a duration: "90 minutes", "24 hours" or "2 days"'
            self.problem(path, what if value is not None else f"is missing; it {what}")
            return least
        duration = timedelta(**{f"{match[2]}s": int(match[1])})
        if not least <= duration <= MAX_DURATION:
            self.problem(path, f"must be between {least} and {MAX_DURATION.days} days")
            return least
        return duration

    def days(self, table: Mapping[str, Any], path: Path, key: str) -> int:
        duration = self.duration(table, path, key, least=_DAY)
        if duration % _DAY:
            self.problem((*path, key), 'must be whole days, for example "28 days"')
        return duration.days

    def durations(self, table: Mapping[str, Any], path: Path, key: str) -> tuple[timedelta, ...]:
        value = table.get(key, [])
        if not isinstance(value, list):
            self.problem((*path, key), 'must be a list of durations, for example ["7 days"]')
            return ()
        found = tuple(self._duration(item, (*path, key), timedelta(minutes=1)) for item in value)
        if list(found) != sorted(set(found)):
            self.problem((*path, key), "must rise: each longer than the one before")
        return found

    def rule(
        self, wait: str, table: Mapping[str, Any], path: Path, valid_from: date | None = None
    ) -> Rule | None:
        """One wait's rule; None where it has mistakes."""
        before = len(self.problems)
        self.no_others(table, path, _RULE_KEYS)
        calendar, opens, closes = self._calendar(table, path)
        marks = self.durations(table, path, "marks")
        target = marks[-1] if marks else self.duration(table, path, "target")
        warn = self.duration(table, path, "warn") if "warn" in table else None
        escalate = self.durations(table, path, "escalate")
        # What cannot be read is told once, and not held against the rest.
        comparable = len(self.problems) == before
        rule = Rule(
            wait=wait,
            start=self.text(table, path, "start"),
            start_else=self.text(table, path, "start_else") if "start_else" in table else None,
            stop=self.text(table, path, "stop"),
            target=target,
            warn=warn,
            escalate=escalate,
            marks=marks,
            calendar=calendar,
            opens=opens,
            closes=closes,
            at_least=self.flag(table, path, "at_least", default=False),
            on=self.flag(table, path, "on", default=True),
            acts_next=self.role(table, path, "acts_next"),
            by_delay_reason=self.flag(table, path, "by_delay_reason", default=False),
            provenance=self.provenance(table, path),
            source=self.text(table, path, "source"),
            pause_at_most=self.duration(table, path, "pause_at_most", least=PAUSE_LEAST),
            agreed_grace=self.duration(table, path, "agreed_grace"),
            valid_from=valid_from,
        )
        if "target" in table and marks:
            self.problem((*path, "target"), "goes not with marks: each mark is its own target")
        if comparable:
            self._consistent(rule, path)
        return rule if len(self.problems) == before else None

    def _consistent(self, rule: Rule, path: Path) -> None:
        if rule.calendar == "local_days":
            days = [rule.target, *rule.escalate, *rule.marks, *([rule.warn] if rule.warn else [])]
            if any(duration % _DAY for duration in days):
                self.problem(path, 'the calendar "local_days" needs whole days')
            if rule.escalate and rule.escalate[0] <= _DAY:
                # Past the target by one day is the breach itself.
                self.problem((*path, "escalate"), "must begin after more than 1 day")
            limit = rule.target + _DAY
        else:
            limit = rule.target
            if rule.target == _ZERO:
                self.problem((*path, "target"), "must be more than nothing")
        if rule.warn is not None and limit and not _ZERO < rule.warn < limit:
            self.problem((*path, "warn"), "must be more than nothing and before the target")
        if rule.marks and rule.wait != MARKED:
            self.problem((*path, "marks"), f"only {MARKED} has marks: give a target")
        if rule.at_least and rule.wait != MINIMUM:
            self.problem((*path, "at_least"), f"only the target of {MINIMUM} is a minimum")
        if rule.marks and (rule.escalate or rule.warn or rule.calendar != "local_days"):
            self.problem((*path, "marks"), 'go with the calendar "local_days" and nothing else')
        if rule.at_least and (rule.escalate or rule.warn or rule.calendar != "all"):
            self.problem((*path, "at_least"), 'goes with the calendar "all" and a target only')
        if len(rule.source) > 200:
            self.problem((*path, "source"), "must have at most 200 characters")

    def _calendar(self, table: Mapping[str, Any], path: Path) -> tuple[Calendar, time, time]:
        value = table.get("calendar")
        midnight = time()
        if value in ("all", "local_days", "working"):
            return value, midnight, midnight
        hours = _hours(value)
        if hours is not None:
            return "hours", *hours
        self.problem(
            (*path, "calendar"),
            'must be "all", "local_days", "working" or hours as "08:00-20:00"',
        )
        return "all", midnight, midnight

    def hours(self, table: Mapping[str, Any], path: Path, key: str) -> Hours | None:
        """Opens and closes, as `08:00-20:00`; None where the key is absent or says closed."""
        value = table.get(key, CLOSED)
        hours = _hours(value)
        if hours is None and value != CLOSED:
            self.problem((*path, key), f'must be hours as "08:00-20:00", or "{CLOSED}"')
        return hours

    def provenance(self, table: Mapping[str, Any], path: Path) -> Provenance:
        value = table.get("provenance")
        if value in PROVENANCES:
            found: Provenance = value
            return found
        self.problem((*path, "provenance"), "must be one of: " + ", ".join(PROVENANCES))
        return "local"
