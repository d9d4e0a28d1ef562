"""Read a policy file: every mistake at once, each with its line, its key and the remedy.

A file of one's own is laid over the default for England and holds only what differs. Where it
changes a target, or how it is counted, without saying where the new one comes from, the provenance
becomes `local`.
"""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import orjson

from flow.errors import PolicyError
from flow.pathway.journey import NoticeKind
from flow.pathway.policy import Labels, NoticeRule, Override, Policy
from flow.pathway.policy_calendars import england, read_working_hours
from flow.pathway.policy_values import PAUSE_LEAST, Reader
from flow.pathway.service_rules import lay_services_over, read_service_rules
from flow.pathway.targets import Rule
from flow.pathway.toml_lines import first_lines, lines_of_keys
from flow.pathway.waits import WAITS

ENGLAND = "policy_england.toml"
_PLACES = ("provider", "council", "locality")
_LISTS = ("providers", "councils", "localities", "services")

NOTICE_KINDS: tuple[str, ...] = get_args(NoticeKind)
LAPSE_LEAST = timedelta(days=1)
"""A notice must outlive a night, so that the early shift finds it."""

SNOOZE_LEAST = timedelta(hours=1)

_MEASURES = frozenset({"target", "marks", "calendar", "at_least"})
"""What decides when a wait is late: changed here, it is no longer what the source says."""

Table = dict[str, Any]


def load_policy(path: Path | str | None = None) -> Policy:
    """The default for England, or a file laid over it. Raises PolicyError with all problems."""
    default = files("flow.pathway").joinpath(ENGLAND).read_text(encoding="utf-8")
    if path is None:
        return parse_policy(default, name=ENGLAND)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError([f"{path}: cannot be read ({_why(error)}): check FLOW_POLICY"]) from None
    return parse_policy(text, name=str(path), over=default)


def parse_policy(text: str, *, name: str, over: str | None = None) -> Policy:
    """A policy from TOML, over another one's text if given. `name` is for messages."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([f"{name}: not TOML: {error}"]) from None
    base = tomllib.loads(over) if over is not None else {}
    reader = Reader(name, first_lines(lines_of_keys(text)))
    whole = _lay_over(base, raw, reader)
    policy = _build(whole, base.get("wait", {}), reader)
    if reader.problems:
        raise PolicyError(sorted(reader.problems, key=_line_number))
    assert policy is not None
    return policy


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return error.strerror or type(error).__name__


def _line_number(problem: str) -> int:
    line = problem.split(": ", 1)[0].rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def _lay_over(base: Table, raw: Table, reader: Reader) -> Table:
    """The own file's tables over the default's, wait by wait and key by key."""
    whole = dict(base)
    known = {
        "bank_holidays",
        "calendar",
        "name",
        "wait",
        "notices",
        "alerts",
        "pauses",
        "agreed",
        "cost",
        "discharges",
        "returns",
        "retire",
        "windows",
        "labels",
        "corrections",
        "services",
    }
    reader.no_others(raw, (), {*known, "override"})
    for key, value in raw.items():
        if key == "wait":
            whole["wait"] = _waits_over(base.get("wait", {}), reader.table(raw, (), "wait"), reader)
        elif key == "services":
            own = reader.table(raw, (), key)
            whole[key] = lay_services_over(base.get(key, {}), own)
        elif key in known and key != "name":
            whole[key] = _over(base.get(key, {}), reader.table(raw, (), key))
        else:
            whole[key] = value
    return whole


def _over(base: Table, own: Table) -> Table:
    """One table over another, tables within them alike."""
    both = base | own
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            both[key] = base[key] | value
    return both


def _waits_over(base: Table, raw: Table, reader: Reader) -> Table:
    waits = dict(base)
    reader.no_others(raw, ("wait",), set(WAITS), "no such wait; there are: " + ", ".join(WAITS))
    for wait in raw:
        own = reader.table(raw, ("wait",), wait)
        waits[wait] = _changed(base.get(wait, {}), own)
    return waits


def _changed(base: Table, own: Table) -> Table:
    """A wait's table with one's own keys over it, honest about where the target comes from."""
    merged = base | own
    if base and not _MEASURES.isdisjoint(own) and "provenance" not in own:
        merged["provenance"] = "local"
        merged["source"] = own.get("source", "set locally")
    return merged


def _build(whole: Table, defaults: Table, reader: Reader) -> Policy | None:
    of_all = {
        "pause_at_most": _of_all(whole, "pauses", "at_most", reader, least=PAUSE_LEAST),
        "agreed_grace": _of_all(whole, "agreed", "grace", reader),
    }
    tables = _with_limits(reader.table(whole, (), "wait"), of_all)
    defaults = _with_limits(defaults, of_all)
    rules: dict[str, Rule] = {}
    for wait in WAITS:
        if wait not in tables:
            reader.problem(("wait", wait), "is missing: every wait needs a table")
            continue
        rule = reader.rule(wait, reader.table(tables, ("wait",), wait), ("wait", wait))
        if rule is not None:
            rules[wait] = rule
    # A mistake is told once: overrides lie over what is sound.
    sound = {wait: tables[wait] if wait in rules else defaults.get(wait, {}) for wait in tables}
    overrides = _overrides(whole, sound, reader)
    labels = reader.table(whole, (), "labels")
    reader.no_others(labels, ("labels",), set(_LISTS))
    lists = {key: Labels(frozenset(reader.words(labels, ("labels",), key))) for key in _LISTS}
    notices = reader.table(whole, (), "notices")
    reader.no_others(notices, ("notices",), {"lapse", "acts_next", *NOTICE_KINDS})
    alerts = reader.table(whole, (), "alerts")
    reader.no_others(alerts, ("alerts",), {"snooze_at_most"})
    cost = reader.table(whole, (), "cost")
    reader.no_others(cost, ("cost",), {"bed_day_pounds"})
    discharges = reader.table(whole, (), "discharges")
    reader.no_others(discharges, ("discharges",), {"excluded_treatment_functions"})
    returns = reader.table(whole, (), "returns")
    reader.no_others(returns, ("returns",), {"excluded_treatment_functions"})
    retire = reader.table(whole, (), "retire")
    reader.no_others(retire, ("retire",), {"grace", "unheard"})
    windows = reader.table(whole, (), "windows")
    reader.no_others(windows, ("windows",), {"rolling", "follow_up"})
    service_rules = read_service_rules(reader, reader.table(whole, (), "services"))
    policy = Policy(
        name=reader.text(whole, (), "name"),
        version=_version(whole),
        rules=rules,
        overrides=overrides,
        providers=lists["providers"],
        councils=lists["councils"],
        localities=lists["localities"],
        services=lists["services"],
        may_correct=_may_correct(whole, reader),
        notices=_notices(notices, reader),
        notice_acts_next=reader.role(notices, ("notices",), "acts_next"),
        snooze_at_most=reader.duration(alerts, ("alerts",), "snooze_at_most", least=SNOOZE_LEAST),
        bed_day_pounds=reader.number(cost, ("cost",), "bed_day_pounds"),
        discharges_left_out=frozenset(
            reader.words(discharges, ("discharges",), "excluded_treatment_functions")
        ),
        returns_left_out=frozenset(
            reader.words(returns, ("returns",), "excluded_treatment_functions")
        ),
        retire_grace=reader.duration(retire, ("retire",), "grace"),
        retire_unheard=reader.duration(retire, ("retire",), "unheard"),
        rolling_days=reader.days(windows, ("windows",), "rolling"),
        follow_up_days=reader.days(windows, ("windows",), "follow_up"),
        service_rules=service_rules,
        working_hours=read_working_hours(reader, whole, service_rules.criteria.kinds),
    )
    return None if reader.problems else policy


def _of_all(
    whole: Table, name: str, key: str, reader: Reader, least: timedelta = timedelta(0)
) -> str:
    """A duration that holds for all waits that have none of their own."""
    table = reader.table(whole, (), name)
    reader.no_others(table, (name,), {key})
    before = len(reader.problems)
    reader.duration(table, (name,), key, least=least)
    sound = len(reader.problems) == before
    return str(table[key]) if sound else "1 day"  # a mistake is told once


def _with_limits(waits: Table, of_all: Table) -> Table:
    return {
        wait: {**of_all, **table} if isinstance(table, dict) else table
        for wait, table in waits.items()
    }


def _notices(table: Table, reader: Reader) -> Mapping[str, NoticeRule]:
    """Each kind by its own table, or by the lapse that holds for all."""
    path = ("notices",)
    whole = reader.duration(table, path, "lapse", least=LAPSE_LEAST)
    rules: dict[str, NoticeRule] = {}
    for kind in NOTICE_KINDS:
        own = reader.table(table, path, kind)
        inside = (*path, kind)
        reader.no_others(own, inside, {"on", "lapse"})
        lapse = whole
        if "lapse" in own:
            lapse = reader.duration(own, inside, "lapse", least=LAPSE_LEAST)
        rules[kind] = NoticeRule(reader.flag(own, inside, "on", default=True), lapse)
    return rules


def _version(whole: Table) -> str:
    """Hash of every value, blind to comments and order."""
    values = {**whole, "england": england()} if "calendar" in whole else whole
    plain = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    return sha256(plain).hexdigest()[:12]


def _overrides(whole: Table, tables: Table, reader: Reader) -> tuple[Override, ...]:
    found: list[Override] = []
    for index, raw in enumerate(reader.tables(whole, "override")):
        path = ("override", str(index))
        reader.no_others(raw, path, {*_PLACES, "valid_from", "wait"})
        place = {key: reader.text(raw, path, key) if key in raw else None for key in _PLACES}
        valid_from = reader.day(raw, path, "valid_from")
        if not any(place.values()) and "valid_from" not in raw:
            reader.problem(
                path,
                "names no place and no day: give a provider, a council, a locality or valid_from",
            )
        waits = reader.table(raw, path, "wait")
        there_are = "no such wait; there are: " + ", ".join(WAITS)
        reader.no_others(waits, (*path, "wait"), set(WAITS), there_are)
        rules: dict[str, Rule] = {}
        for wait in waits:
            own = reader.table(waits, (*path, "wait"), wait)
            merged = _changed(tables.get(wait, {}), own)
            if wait not in WAITS:
                continue
            rule = reader.rule(wait, merged, (*path, "wait", wait), valid_from)
            if rule is not None:
                rules[wait] = rule
        found.append(Override(**place, valid_from=valid_from, rules=rules))
    return tuple(found)


def _may_correct(whole: Table, reader: Reader) -> Mapping[str, frozenset[str]]:
    allowed: dict[str, frozenset[str]] = {}
    table = reader.table(whole, (), "corrections")
    path = ("corrections",)
    reader.no_others(table, path, {"between"})
    for pair in reader.tables(table, "between", path):
        reader.no_others(pair, (*path, "between"), {"source", "of"})
        source = reader.text(pair, (*path, "between"), "source")
        others = frozenset(reader.words(pair, (*path, "between"), "of"))
        allowed[source] = allowed.get(source, frozenset()) | others
    return allowed
