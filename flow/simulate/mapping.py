"""The mapping file of an event log: which column means what, which activity is which event.

A mapping is a TOML file; `mappings/sepsis.toml` is a worked example with every table. Its tables:

`[log]` `encoding`, `delimiter`, `case` (the column that tells whose row it is), `blank_case` (what
to call the case where that column is blank; without it such rows are refused), `activity` (column).
`[time]` `column`; `format` (`iso`, or as for `strptime`); `zone` of times without an offset;
`repeated_hour` which of the two hours is meant where clocks go back: `first` or `second`.
A local time that clocks skip is read with the offset in force before they moved.
`[person]` `column` (default: the case column) and what it holds: `number` = `hospital_number`
(with `provider`) or `nhs_number`. It is turned into a person's reference and goes nowhere else.
`[event]` `source`, and `fields` given to every event whose data have them.
`[[rule]]` `activities` that it reads; `when` it applies: `always`, `in_spell` or `between_spells`
of the case; whether a `spell` `starts` or `ends` with it; the `event` type and its `fields`.
Every rule that fits a row makes one event; all of them see the spell as it was before the row.
`[lookup.NAME]` from the value of a column to the value of a field; key `*` is for all others.

A field is a constant, a text with `{column}`, `{@spell}` or `{@case}` in it, or a table
`{ column, lookup, as }` where `as` is `time` or `date` (in the format and zone of `[time]`).
`{@case}` is the case's identifier, hashed with the secret; `{@spell}` adds the number of the spell.
Where a column is blank, the field is left out.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from flow.errors import MappingError
from flow.events.codes import OdsCode
from flow.events.envelope import Event, Source, Wire
from flow.events.event_types import EVENT_TYPES, OF_A_SERVICE, AnyEvent

SHIPPED = Path(__file__).parent / "mappings"
"""Folder of the mappings that come with the package; `load_mapping` finds them by name."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
DERIVED = ("@case", "@spell")
"""Names that a text may hold besides columns."""


def _known_codec(name: str) -> str:
    try:
        "".encode(name)  # unlike codecs.lookup, refuses what is no encoding of text
    except LookupError:
        raise ValueError("no such encoding; try utf-8 or cp1252") from None
    return name


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; try Europe/London") from None
    return name


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Log(_Table):
    encoding: Annotated[str, AfterValidator(_known_codec)] = "utf-8"
    delimiter: Annotated[str, Field(pattern=r'^[^"\r\n]$')] = ","
    case: str
    blank_case: str | None = None
    activity: str


class Time(_Table):
    column: str
    format: str = "iso"
    zone: Annotated[str, AfterValidator(_known_zone)] | None = None
    repeated_hour: Literal["first", "second"] = "first"


class Person(_Table):
    number: Literal["hospital_number", "nhs_number"]
    column: str | None = None
    provider: OdsCode | None = None


class Derived(_Table):
    """A field read from one column, through a lookup or as a time."""

    column: str
    lookup: str | None = None
    as_: Annotated[Literal["time", "date"] | None, Field(alias="as")] = None


Constant = bool | int | float
FieldValue = Constant | str | Derived
Fields = dict[str, FieldValue]


class EventDefaults(_Table):
    source: Source
    fields: Fields = {}


class RuleTable(_Table):
    activities: Annotated[list[str], Field(min_length=1)]
    when: Literal["always", "in_spell", "between_spells"] = "always"
    spell: Literal["starts", "ends"] | None = None
    event: str
    fields: Fields = {}


class MappingFile(_Table):
    """The file as it stands."""

    log: Log
    time: Time
    person: Person
    event: EventDefaults
    rule: Annotated[list[RuleTable], Field(min_length=1)]
    lookup: dict[str, dict[str, Constant | str]] = {}


@dataclass(frozen=True)
class Rule:
    """One rule, ready for use: its own fields and the common ones that its event has."""

    number: int
    table: RuleTable
    event: type[AnyEvent]
    type: str
    fields: Fields


@dataclass(frozen=True)
class Mapping:
    """A mapping that holds together. `name` is what messages call it."""

    name: str
    file: MappingFile
    rules: tuple[Rule, ...]

    @property
    def person_column(self) -> str:
        return self.file.person.column or self.file.log.case

    def columns(self) -> list[tuple[str, str]]:
        """Every column that is asked for, with the key that asks; in the file's order."""
        wanted = [
            (self.file.log.case, "log.case"),
            (self.file.log.activity, "log.activity"),
            (self.file.time.column, "time.column"),
            (self.person_column, "person.column"),
        ]
        for rule in self.rules:
            for field, value in rule.fields.items():
                where = f"rule {rule.number} fields.{field}"
                wanted += [(column, where) for column in _columns_of(value)]
        return wanted


def load_mapping(where: str | Path) -> Mapping:
    """Reads a mapping by its path, or by the name of one in the package.

    Raises MappingError with every problem of the file at once, one a line.
    """
    path = _find(where)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise MappingError(f"{path}: a mapping is UTF-8 text; save it as such") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path}: not valid TOML: {error}") from None
    try:
        file = MappingFile.model_validate(tables)
    except ValidationError as error:
        _refuse(path, [_schema_problem(e["loc"], e["type"], e["msg"]) for e in error.errors()])
    problems = [*_file_problems(file)]
    rules = []
    for number, table in enumerate(file.rule, start=1):
        found = _event_class(table.event)
        if found is None:
            problems.append(_unknown_event(number, table.event))
            continue
        type_name, event = found
        rule = Rule(number, table, event, type_name, _fields_of(event, file, table))
        problems += _rule_problems(rule, file)
        rules.append(rule)
    if len(rules) == len(file.rule):
        problems += _unused_defaults(file, rules)
    if problems:
        _refuse(path, problems)
    return Mapping(path.name, file, tuple(rules))


def _find(where: str | Path) -> Path:
    path = Path(where)
    if path.suffix == "" and len(path.parts) == 1 and not path.exists():
        shipped = SHIPPED / f"{path}.toml"
        if shipped.exists():
            return shipped
        names = ", ".join(sorted(p.stem for p in SHIPPED.glob("*.toml")))
        raise MappingError(f"{where}: no such mapping; give a path to one, or one of: {names}")
    if not path.exists():
        raise MappingError(f"{path}: no such file; give the path of a mapping")
    return path


def _refuse(path: Path, problems: list[str]) -> NoReturn:
    raise MappingError("\n".join(f"{path}: {problem}" for problem in problems))


def _schema_problem(loc: tuple[int | str, ...], kind: str, message: str) -> str:
    parts = [str(part) for part in loc]
    if len(parts) > 1 and parts[0] == "rule":
        parts[:2] = [f"rule {int(parts[1]) + 1}"]
    where = " ".join(parts[:1]) + "".join(f".{part}" for part in parts[1:])
    if kind == "extra_forbidden":
        return f"{where}: no such key here; check its spelling, or take it out"
    if kind == "missing":
        return f"{where}: missing; add it"
    return f"{where}: {message}"


def _event_class(name: str) -> tuple[str, type[AnyEvent]] | None:
    for candidate in (name, f"flow.{name}.v1"):
        event = EVENT_TYPES.get(candidate)
        if event is not None and event not in OF_A_SERVICE:
            return candidate, event
    return None


def _unknown_event(number: int, name: str) -> str:
    known = ", ".join(
        sorted(
            t.removeprefix("flow.").removesuffix(".v1")
            for t, event in EVENT_TYPES.items()
            if event not in OF_A_SERVICE
        )
    )
    return f"rule {number}.event: {name!r} is no event of a person; one of: {known}"


def data_of(event: type[Event]) -> type[Wire]:
    """The class of the event's data."""
    data = event.model_fields["data"].annotation
    assert isinstance(data, type)
    assert issubclass(data, Wire)
    return data


def _fields_of(event: type[Event], file: MappingFile, table: RuleTable) -> Fields:
    has = data_of(event).model_fields
    common = {name: value for name, value in file.event.fields.items() if name in has}
    return {**common, **table.fields}


def _columns_of(value: FieldValue) -> list[str]:
    if isinstance(value, Derived):
        return [value.column]
    if isinstance(value, str):
        return [name for name in _PLACEHOLDER.findall(value) if name not in DERIVED]
    return []


def _file_problems(file: MappingFile) -> Iterator[str]:
    if file.person.number == "hospital_number" and file.person.provider is None:
        yield "person.provider: missing; a hospital number is unique within one provider: name it"
    if file.person.number == "nhs_number" and file.person.provider is not None:
        yield "person.provider: has no meaning with an NHS number; take it out"


def _rule_problems(rule: Rule, file: MappingFile) -> Iterator[str]:
    data = data_of(rule.event)
    for field, value in rule.fields.items():
        where = f"rule {rule.number} fields.{field}"
        if field not in data.model_fields:
            known = ", ".join(sorted(data.model_fields)) or "none"
            yield f"{where}: {rule.type} has no such field; it has: {known}"
        elif isinstance(value, Derived):
            yield from _derived_problems(where, field, value, data, file)
        elif isinstance(value, str) and _PLACEHOLDER.search(value):
            for name in _PLACEHOLDER.findall(value):
                if name.startswith("@") and name not in DERIVED:
                    yield f"{where}: {{{name}}} is not known; there are: {', '.join(DERIVED)}"
        else:
            yield from (f"{where}: {problem}" for problem in _constant_problems(data, field, value))
    for field, info in data.model_fields.items():
        if info.is_required() and field not in rule.fields:
            yield f"rule {rule.number} fields.{field}: missing; {rule.type} must have it"


def _derived_problems(
    where: str, field: str, value: Derived, data: type[Wire], file: MappingFile
) -> Iterator[str]:
    if value.lookup is None:
        return
    if value.as_ is not None:
        yield f"{where}: give lookup or as, not both"
    if value.lookup not in file.lookup:
        yield f"{where}: there is no [lookup.{value.lookup}]; add that table"
    for key, constant in file.lookup.get(value.lookup, {}).items():
        for problem in _constant_problems(data, field, constant):
            yield f"lookup.{value.lookup}.{key!r} as {where}: {problem}"


def _constant_problems(data: type[Wire], field: str, constant: Constant | str) -> list[str]:
    try:
        data.model_validate({field: constant})
    except ValidationError as error:
        return [e["msg"] for e in error.errors() if e["loc"][:1] == (field,)]
    return []


def _unused_defaults(file: MappingFile, rules: list[Rule]) -> Iterator[str]:
    for field in file.event.fields:
        if not any(field in data_of(rule.event).model_fields for rule in rules):
            yield f"event.fields.{field}: none of the rules' events has such a field"


def render(text: str, values: dict[str, str]) -> str | None:
    """The text with its placeholders filled in; None where one of them is blank."""
    blank = False

    def fill(match: re.Match[str]) -> str:
        nonlocal blank
        value = values[match.group(1)].strip()
        blank = blank or not value
        return value

    filled = _PLACEHOLDER.sub(fill, text)
    return None if blank else filled
