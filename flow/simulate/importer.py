"""An event log (CSV) becomes events by a mapping file: what `flow import` does."""

import csv
import hashlib
import hmac
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from flow.errors import MappingError, SettingsError
from flow.events.event_types import AnyEvent
from flow.events.moments import YEAR_MAX, YEAR_MIN
from flow.events.reference import make_reference
from flow.simulate.mapping import Derived, FieldValue, Mapping, Rule, render

PROBLEMS_SHOWN = 20
"""A log that does not match its mapping mostly fails in every row; the first ones tell why."""

CASE_DIGITS = 20
"""Hexadecimal digits of a case's hash: 80 bits, so a million cases do not meet by chance."""


MISSING = "missing here: a column that it needs is blank, or no spell has started"


@dataclass(frozen=True)
class Imported:
    """What a log says.

    `events` are in order of time, rows of the same instant in the log's order. `skipped` counts
    rows by activities that no rule names, `unplaced` those for which no rule fitted when they came
    (a release outside a spell).
    """

    events: list[AnyEvent]
    skipped: Counter[str]
    unplaced: Counter[str]


@dataclass(frozen=True)
class _Row:
    line: int
    at: datetime
    case: str
    number_in_case: int
    activity: str
    cells: dict[str, str]


@dataclass
class _Case:
    """What is remembered between the rows of one case."""

    hash: str
    subject: str
    spells: int = 0
    in_spell: bool = False


@dataclass
class _Problems:
    log: Path
    found: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, line: int, text: str) -> None:
        if len(self.found) < PROBLEMS_SHOWN:
            self.found.append(f"{self.log}:{line}: {text}")
        else:
            self.more += 1

    def raise_any(self) -> None:
        if self.found:
            more = [f"... and {self.more} more"] if self.more else []
            raise MappingError("\n".join(self.found + more))


def read_events(csv_path: Path | str, mapping: Mapping, *, secret: bytes, key_id: str) -> Imported:
    """Reads a whole log.

    `secret` and `key_id` make the people's references (`flow.events.reference`) and hash the case
    identifiers, so that the same log read again gives the same events and none of its identifiers
    in clear. The number in an event's id counts the rows of its case, used or not: a rule added
    later does not change the ids of other events.

    Raises MappingError where the log does not match the mapping: all problems at once, each with
    its line and never with the content of a cell.
    """
    try:
        make_reference(secret, key_id, provider="AAA", hospital_number="1")
    except ValueError as error:
        raise SettingsError(f"people's references cannot be made: {error}") from None
    problems = _Problems(Path(csv_path))
    skipped: Counter[str] = Counter()
    rows = list(_rows(mapping, problems, skipped))
    problems.raise_any()
    rows.sort(key=lambda row: row.at)
    cases: dict[str, _Case] = {}
    unplaced: Counter[str] = Counter()
    events: list[AnyEvent] = []
    for row in rows:
        case = cases.get(row.case)
        if case is None:
            person = row.cells[mapping.person_column].strip()
            subject = _reference(person, mapping, secret, key_id, row.line, problems)
            case = cases[row.case] = _Case(_case_hash(row.case, mapping, secret), subject)
        rules = _fitting(row, case, mapping)
        if not rules:
            unplaced[row.activity] += 1
        events += _events_of(row, case, rules, mapping, problems)
    problems.raise_any()
    return Imported(events, skipped, unplaced)


def _rows(mapping: Mapping, problems: _Problems, skipped: Counter[str]) -> Iterator[_Row]:
    """The rows that a rule names, in the log's order."""
    file = mapping.file
    wanted = {name for rule in mapping.rules for name in rule.table.activities}
    counts: Counter[str] = Counter()
    for line, cells in _cells(mapping, problems):
        case = cells[file.log.case].strip() or file.log.blank_case or ""
        activity = cells[file.log.activity].strip()
        counts[case] += 1
        if activity not in wanted:
            skipped[activity] += 1
            continue
        if not case:
            problems.add(line, f"column {file.log.case}: blank; name such a case in log.blank_case")
        try:
            at = _moment(cells[file.time.column].strip(), mapping).astimezone(UTC)
        except ValueError as error:
            problems.add(line, f"column {file.time.column}: {error}")
        else:
            yield _Row(line, at, case, counts[case], activity, cells)


def _cells(mapping: Mapping, problems: _Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column of every row."""
    path, log = problems.log, mapping.file.log
    try:
        text = path.read_bytes().decode(log.encoding)
    except OSError as error:
        raise MappingError(f"{path}: cannot be read ({error.strerror}); give a CSV file") from None
    except UnicodeError as error:
        line = ""
        if isinstance(error, UnicodeDecodeError):
            line = ":" + str(error.object.count(b"\n", 0, error.start) + 1)
        raise MappingError(
            f"{path}{line}: not {log.encoding}; say the file's encoding in log.encoding"
            f" of {mapping.name}"
        ) from None
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=log.delimiter, strict=True
    )
    try:
        header = next(reader, [])
        _check_header(header, mapping, problems)
        for values in reader:
            if not values:
                continue  # a blank line
            if len(values) == len(header):
                yield reader.line_num, dict(zip(header, values, strict=True))
            else:
                problems.add(reader.line_num, f"{len(values)} cells, the header has {len(header)}")
    except csv.Error as error:
        raise MappingError(
            f"{path}:{reader.line_num}: not CSV ({error}); mend the line, or log.delimiter"
            f" of {mapping.name}"
        ) from None


def _check_header(header: list[str], mapping: Mapping, problems: _Problems) -> None:
    if not header:
        problems.add(1, "there is no header line; the first line must name the columns")
    for name, times in Counter(header).items():
        if times > 1:
            problems.add(1, f"column {name!r} stands {times} times in the header; rename one")
    missing: dict[str, list[str]] = {}
    for column, key in mapping.columns():
        if column not in header:
            missing.setdefault(column, []).append(key)
    for column, keys in missing.items():
        asked = ", ".join(dict.fromkeys(keys))
        problems.add(1, f"no column {column!r}, which {mapping.name} names in {asked}; mend one")
    problems.raise_any()


def _moment(text: str, mapping: Mapping) -> datetime:
    """The moment, in the zone it was written in. Raises ValueError with what is wrong.

    Years that no event can have are refused here, because changing their zone may overflow.

    Where clocks go back, `time.repeated_hour` says which of the two is meant; a local time that
    clocks skip is read with the offset in force before they moved.
    """
    time = mapping.file.time
    try:
        if time.format == "iso":
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.strptime(text, time.format)  # noqa: DTZ007 - the zone follows below
    except ValueError:
        raise ValueError(
            f"not a time of the form {time.format!r}; mend it, or time.format of {mapping.name}"
        ) from None
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise ValueError(f"not of the years {YEAR_MIN} to {YEAR_MAX}; mend the year")
    if moment.tzinfo is not None:
        return moment
    if time.zone is None:
        raise ValueError(f"a time without an offset; name its zone in time.zone of {mapping.name}")
    zone = ZoneInfo(time.zone)
    repeated = time.repeated_hour == "second" and _is_repeated(moment, zone)
    return moment.replace(tzinfo=zone, fold=int(repeated))


def _is_repeated(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks show this local time twice. A skipped one has two offsets too."""
    first = moment.replace(tzinfo=zone, fold=0)
    there_and_back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return first.utcoffset() != first.replace(fold=1).utcoffset() and there_and_back == moment


def _case_hash(case: str, mapping: Mapping, secret: bytes) -> str:
    text = f"case:{mapping.file.event.source}:{case}".encode()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:CASE_DIGITS]


def _reference(
    number: str, mapping: Mapping, secret: bytes, key_id: str, line: int, problems: _Problems
) -> str:
    person = mapping.file.person
    number = number or mapping.file.log.blank_case or ""
    try:
        if person.number == "nhs_number":
            return make_reference(secret, key_id, nhs_number=number)
        return make_reference(secret, key_id, provider=person.provider, hospital_number=number)
    except ValueError as error:  # never has the number in its text
        problems.add(line, f"column {mapping.person_column}: {error}")
        return ""


def _fitting(row: _Row, case: _Case, mapping: Mapping) -> list[Rule]:
    """The rules that the row meets, in the file's order; moves the case's spell on."""
    allowed = ("always", "in_spell" if case.in_spell else "between_spells")
    rules = [
        rule
        for rule in mapping.rules
        if row.activity in rule.table.activities and rule.table.when in allowed
    ]
    changes = {rule.table.spell for rule in rules}
    if "starts" in changes:
        case.spells += 1
        case.in_spell = True
    if "ends" in changes:
        case.in_spell = False
    return rules


def _events_of(
    row: _Row, case: _Case, rules: list[Rule], mapping: Mapping, problems: _Problems
) -> Iterator[AnyEvent]:
    if not case.subject:
        return  # already a problem, once for the case
    spell = f"{case.hash}-{case.spells}" if case.spells else ""
    values = {**row.cells, "@case": case.hash, "@spell": spell}
    seen: Counter[str] = Counter()
    for rule in rules:
        seen[rule.type] += 1
        again = f".{seen[rule.type]}" if seen[rule.type] > 1 else ""
        short = rule.type.removeprefix("flow.").removesuffix(".v1")
        where = f"rule {rule.number} of {mapping.name}"
        wrong = len(problems.found) + problems.more
        data: dict[str, object] = {}
        for name, template in rule.fields.items():
            try:
                data[name] = _value(template, values, mapping)
            except ValueError as error:
                problems.add(row.line, f"{where}, fields.{name}: {error}")
        if len(problems.found) + problems.more > wrong:
            continue
        try:
            yield rule.event.model_validate(
                {
                    "id": f"{case.hash}-{row.number_in_case}-{short}{again}",
                    "source": mapping.file.event.source,
                    "type": rule.type,
                    "time": row.at,
                    "recordedtime": row.at,
                    "subject": case.subject,
                    "data": {name: value for name, value in data.items() if value is not None},
                }
            )
        except ValidationError as error:
            for found in error.errors(include_input=False, include_url=False):
                name = ".".join(str(part) for part in found["loc"] if part != "data")
                why = MISSING if found["type"] == "missing" else f"{found['type']}; mend the cell"
                problems.add(row.line, f"{where}, fields.{name}: {why}")


def _value(template: FieldValue, values: dict[str, str], mapping: Mapping) -> object:
    """The field's value in this row; None where a column that it needs is blank."""
    if isinstance(template, str):
        return render(template, values)
    if not isinstance(template, Derived):
        return template
    text = values[template.column].strip()
    if not text:
        return None
    if template.lookup is not None:
        return _look_up(text, template.column, template.lookup, mapping)
    if template.as_ is None:
        return text
    try:
        moment = _moment(text, mapping)
    except ValueError as error:
        raise ValueError(f"column {template.column}: {error}") from None
    return moment.date() if template.as_ == "date" else moment.astimezone(UTC)


def _look_up(text: str, column: str, name: str, mapping: Mapping) -> object:
    table = mapping.file.lookup[name]
    found = table.get(text, table.get("*"))
    if found is None:
        raise ValueError(
            f'what column {column} holds is not in [lookup.{name}]; add it, or "*" for all others'
        )
    return found
