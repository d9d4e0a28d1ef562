"""From an event log to events: what a mapping can say, and how a wrong one is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flow.errors import MappingError, SettingsError
from flow.events.decode import encode
from flow.events.reference import make_reference
from flow.simulate.importer import PROBLEMS_SHOWN, Imported, read_events
from flow.simulate.mapping import load_mapping

SECRET = b"a secret for tests, made up here"

MAPPING = """
[log]
case = "case"
activity = "what"

[time]
column = "when"
format = "%Y-%m-%d %H:%M"
zone = "Europe/London"

[person]
number = "hospital_number"
provider = "RR8"

[event]
source = "/rr8/log"
fields = { provider = "RR8", spell_id = "{@spell}" }

[[rule]]
activities = ["in"]
when = "between_spells"
spell = "starts"
event = "patient-admitted"
fields = { ward = "w-{place}", admission_method = { column = "how", lookup = "method" } }

[[rule]]
activities = ["in", "move"]
when = "in_spell"
event = "patient-transferred"
fields = { ward = "w-{place}" }

[[rule]]
activities = ["plan"]
event = "expected-discharge-date-set"
fields = { expected_discharge_date = { column = "until", as = "date" } }

[[rule]]
activities = ["out"]
when = "in_spell"
spell = "ends"
event = "patient-discharged"
fields = { discharge_method = "1" }

[[rule]]
activities = ["out"]
event = "discharge-summary-sent"

[lookup.method]
emergency = "21"
"*" = "99"
"""

HEADER = "case,what,when,place,how,until"

Run = Callable[..., Imported]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run_log(*rows: str, mapping: str = MAPPING, header: str = HEADER) -> Imported:
        where = tmp_path / "here.toml"
        where.write_text(mapping, encoding="utf-8")
        log = tmp_path / "log.csv"
        log.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return read_events(log, load_mapping(where), secret=SECRET, key_id="k1")

    return run_log


def kinds(imported: Imported) -> list[str]:
    return [e.type.removeprefix("flow.").removesuffix(".v1") for e in imported.events]


def test_a_spell_with_all_that_a_mapping_can_say(run: Run) -> None:
    imported = run(
        "7,in,2026-01-05 08:00,a,emergency,",
        "7,plan,2026-01-05 09:00,,,2026-01-09 00:00",
        "7,move,2026-01-06 10:00,b,,",
        "7,blood,2026-01-06 11:00,,,",
        "7,out,2026-01-08 16:00,,,",
    )
    assert kinds(imported) == [
        "patient-admitted",
        "expected-discharge-date-set",
        "patient-transferred",
        "patient-discharged",
        "discharge-summary-sent",
    ]
    admitted, planned, moved, left, _ = imported.events
    assert admitted.time == admitted.recordedtime == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert admitted.data.model_dump(exclude_none=True) == {
        "provider": "RR8",
        "spell_id": admitted.data.model_dump()["spell_id"],
        "ward": "w-a",
        "admission_method": "21",
    }
    assert planned.data.model_dump()["expected_discharge_date"] == date(2026, 1, 9)
    assert moved.data.model_dump()["ward"] == "w-b"
    assert left.subject == make_reference(SECRET, "k1", provider="RR8", hospital_number="7")
    assert imported.skipped == {"blood": 1}
    assert not imported.unplaced


def test_the_same_log_gives_the_same_events_and_no_identifier_in_clear(run: Run) -> None:
    rows = ("CASE-4711,in,2026-01-05 08:00,a,,", "CASE-4711,out,2026-01-06 08:00,,,")
    first, second = run(*rows), run(*rows)
    assert first.events == second.events
    assert len({event.identity for event in first.events}) == len(first.events)
    assert not [event for event in first.events if b"4711" in encode(event)]


def test_a_rule_added_later_leaves_the_ids_of_other_events_alone(run: Run) -> None:
    rows = ("7,in,2026-01-05 08:00,a,,", "7,wash,2026-01-05 09:00,,,", "7,out,2026-01-06 08:00,,,")
    washing = '\n[[rule]]\nactivities = ["wash"]\nevent = "medicines-ready"\n'
    before = {event.identity for event in run(*rows).events}
    after = {event.identity for event in run(*rows, mapping=MAPPING + washing).events}
    assert before < after


def test_spells_are_numbered_within_a_case_and_rules_see_the_state_before_their_row(
    run: Run,
) -> None:
    imported = run(
        "7,in,2026-01-05 08:00,a,,",
        "7,in,2026-01-05 09:00,b,,",
        "7,out,2026-01-06 08:00,,,",
        "7,in,2026-01-07 08:00,a,,",
        "8,in,2026-01-07 09:00,a,,",
    )
    assert kinds(imported)[:2] == ["patient-admitted", "patient-transferred"]
    spells = [e.data.model_dump()["spell_id"] for e in imported.events]
    assert spells[0] == spells[1] == spells[2]
    assert len({spells[0], spells[4], spells[5]}) == 3
    assert spells[0].endswith("-1")
    assert spells[4].endswith("-2")
    assert spells[5].endswith("-1")


def test_rows_are_taken_in_order_of_time_and_ties_as_the_log_has_them(run: Run) -> None:
    imported = run(
        "7,out,2026-01-06 08:00,,,",
        "7,in,2026-01-06 08:00,b,,",
        "7,in,2026-01-05 08:00,a,,",
    )
    assert kinds(imported) == [
        "patient-admitted",
        "patient-discharged",
        "discharge-summary-sent",
        "patient-admitted",
    ]


def test_a_row_that_no_rule_fits_is_counted(run: Run) -> None:
    imported = run("7,move,2026-01-05 08:00,a,,")
    assert imported.events == []
    assert imported.unplaced == {"move": 1}


def test_a_blank_column_leaves_the_field_out_and_a_lookup_may_have_a_default(run: Run) -> None:
    imported = run("7,in,2026-01-05 08:00,,,", "8,in,2026-01-05 08:00,,carried,")
    blank, other = (e.data.model_dump() for e in imported.events)
    assert blank["ward"] is None
    assert blank["admission_method"] is None
    assert other["admission_method"] == "99"


@pytest.mark.parametrize(
    ("repeated_hour", "local", "utc"),
    [
        # Clocks go forward on 29 March 2026 at 01:00 and back on 25 October 2026 at 02:00.
        ("first", "2026-03-29 00:59", "2026-03-29T00:59"),
        ("first", "2026-03-29 01:30", "2026-03-29T01:30"),  # never shown by a clock
        ("second", "2026-03-29 01:30", "2026-03-29T01:30"),
        ("first", "2026-03-29 02:00", "2026-03-29T01:00"),
        ("first", "2026-10-25 00:59", "2026-10-24T23:59"),
        ("first", "2026-10-25 01:30", "2026-10-25T00:30"),
        ("second", "2026-10-25 01:30", "2026-10-25T01:30"),
        ("second", "2026-10-25 02:00", "2026-10-25T02:00"),
    ],
)
def test_local_times_where_clocks_change(
    run: Run, repeated_hour: str, local: str, utc: str
) -> None:
    zone = f'zone = "Europe/London"\nrepeated_hour = "{repeated_hour}"'
    mapping = MAPPING.replace('zone = "Europe/London"', zone)
    (event,) = run(f"7,in,{local},a,,", mapping=mapping).events
    assert event.time == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_time_with_an_offset_needs_no_zone(run: Run) -> None:
    mapping = MAPPING.replace('format = "%Y-%m-%d %H:%M"\nzone = "Europe/London"\n', "")
    (event,) = run("7,in,2026-01-05T08:00:00+02:00,a,,", mapping=mapping).events
    assert event.time == datetime(2026, 1, 5, 6, tzinfo=UTC)


def test_a_byte_order_mark_and_blank_lines_do_not_matter(run: Run) -> None:
    assert len(run("", "7,in,2026-01-05 08:00,a,,", "", header="\ufeff" + HEADER).events) == 1


def test_an_nhs_number_can_stand_for_the_person(run: Run) -> None:
    person = '[person]\nnumber = "nhs_number"\ncolumn = "how"\n'
    mapping = MAPPING.replace('[person]\nnumber = "hospital_number"\nprovider = "RR8"\n', person)
    (event,) = run("7,in,2026-01-05 08:00,a,999 000 0018,", mapping=mapping).events
    assert event.subject == make_reference(SECRET, "k1", nhs_number="9990000018")
    with pytest.raises(MappingError, match=r"log\.csv:2: column how: ") as refused:
        run("7,in,2026-01-05 08:00,a,9990000019,", mapping=mapping)
    assert "9990000019" not in str(refused.value)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('case = "case"', 'cas = "case"', r"here\.toml: log\.case: missing; add it"),
        ('case = "case"', 'cas = "case"\ncase = "case"', r"log\.cas: no such key here"),
        (
            'case = "case"',
            'case = "case"\nencoding = "utf-9"',
            r"log\.encoding: .*no such encoding",
        ),
        (
            'case = "case"',
            'case = "case"\nencoding = "rot13"',
            r"log\.encoding: .*no such encoding",
        ),
        ('case = "case"', 'case = "case"\ndelimiter = "--"', r"log\.delimiter: "),
        ('"Europe/London"', '"Europe/Leeds"', r"time\.zone: .*no such time zone"),
        ('provider = "RR8"\n\n', "", r"person\.provider: missing"),
        ('provider = "RR8"\n\n', 'provider = "leeds"\n\n', r"person\.provider: "),
        (
            '"patient-admitted"',
            '"patient-admited"',
            r"rule 1\.event: 'patient-admited' is no event",
        ),
        ('"patient-admitted"', '"centre-capacity-reported"', r"rule 1\.event: .* is no event of a"),
        (
            "ward =",
            "wards =",
            r"rule 1 fields\.wards: flow\.patient-admitted\.v1 has no such field",
        ),
        ('discharge_method = "1"', 'discharge_method = "x"', r"rule 4 fields\.discharge_method: "),
        ('emergency = "21"', 'emergency = "xx"', r"lookup\.method\.'emergency' as rule 1"),
        ('lookup = "method"', 'lookup = "methods"', r"there is no \[lookup\.methods\]"),
        ('lookup = "method"', 'lookup = "method", as = "date"', r"give lookup or as, not both"),
        ("{@spell}", "{@spel}", r"\{@spel\} is not known; there are: @case, @spell"),
        ('spell_id = "{@spell}"', 'spel = "{@spell}"', r"event\.fields\.spel: none of the rules"),
        ('spell_id = "{@spell}"', 'spel = "{@spell}"', r"rule 1 fields\.spell_id: missing"),
        ('when = "in_spell"', 'when = "inside"', r"rule 2\.when: "),
        ("[[rule]]", "[[rule", r"here\.toml: not valid TOML: .*line \d+"),
    ],
)
def test_a_bad_mapping_is_refused_by_key(run: Run, was: str, becomes: str, said: str) -> None:
    assert was in MAPPING
    with pytest.raises(MappingError, match=said):
        run("7,in,2026-01-05 08:00,a,,", mapping=MAPPING.replace(was, becomes))


def test_all_errors_of_a_mapping_are_said_at_once(run: Run) -> None:
    mapping = MAPPING.replace("ward =", "wards =").replace('"patient-discharged"', '"gone"')
    with pytest.raises(MappingError) as refused:
        run("7,in,2026-01-05 08:00,a,,", mapping=mapping)
    text = str(refused.value)
    assert len(text.splitlines()) == 4
    for part in (
        "rule 1 fields.wards",
        "rule 2 fields.wards",
        "rule 2 fields.ward:",
        "rule 4.event",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["7,in,5 Jan,a,,"], r"log\.csv:2: column when: not a time of the form"),
        (["7,in,,a,,"], r"log\.csv:2: column when: "),
        (['7,in,2026-01-05 08:00,"a\nb",,', "7,in,never,a,,"], r"log\.csv:4: column when"),
        ([",in,2026-01-05 08:00,a,,"], r"log\.csv:2: column case: blank; .*log\.blank_case"),
        (["7,in,2026-01-05 08:00,a,"], r"log\.csv:2: 5 cells, the header has 6"),
        (["7,in,2026-01-05 08:00,a,,,"], r"log\.csv:2: 7 cells, the header has 6"),
        (['7,in,"2026-01-05 08:00,a,,'], r"log\.csv:\d: not CSV"),
        (["7,in,2026-01-05 08:00,a b,,"], r"log\.csv:2: rule 1 of here\.toml, fields\.ward: "),
        (["7,plan,2026-01-05 08:00,,,soon"], r"log\.csv:2: rule 3 .*column until: not a time"),
        (["7,plan,2026-01-05 08:00,,,"], r"fields\.expected_discharge_date: missing"),
    ],
)
def test_a_log_that_does_not_match_is_refused_by_line(run: Run, rows: list[str], said: str) -> None:
    with pytest.raises(MappingError, match=said):
        run(*rows)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            "case,what,when,how,until",
            r"log\.csv:1: no column 'place', which here\.toml names in rule 1 fields\.ward, rule 2",
        ),
        ("patient,what,when,place,how,until", r"no column 'case', .* in log\.case, person\.column"),
        ("case,what,when,place,how,how", r"column 'how' stands 2 times"),
        ("", r"there is no header line"),
    ],
)
def test_a_header_that_does_not_match_is_refused(run: Run, header: str, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        run(header=header)


def test_what_a_lookup_does_not_hold_is_refused_without_its_content(run: Run) -> None:
    mapping = MAPPING.replace('"*" = "99"\n', "")
    with pytest.raises(MappingError, match=r"log\.csv:2: .*not in \[lookup\.method\]") as refused:
        run("7,in,2026-01-05 08:00,a,by Mrs Smith,", mapping=mapping)
    assert "Smith" not in str(refused.value)


def test_many_bad_rows_are_counted_after_the_first_ones(run: Run) -> None:
    rows = [f"{n},in,never,a,," for n in range(PROBLEMS_SHOWN + 5)]
    with pytest.raises(MappingError, match=r"\.\.\. and 5 more") as refused:
        run(*rows)
    assert len(str(refused.value).splitlines()) == PROBLEMS_SHOWN + 1


def test_a_wrong_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    where = tmp_path / "here.toml"
    where.write_text(MAPPING, encoding="utf-8")
    log = tmp_path / "log.csv"
    log.write_bytes(f"{HEADER}\n7,in,2026-01-05 08:00,caf\xe9,,\n".encode("cp1252"))
    with pytest.raises(MappingError, match=r"log\.csv:2: not utf-8; .*log\.encoding"):
        read_events(log, load_mapping(where), secret=SECRET, key_id="k1")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"no-such-mapping: .* one of: sepsis"):
        load_mapping("no-such-mapping")
    with pytest.raises(MappingError, match=r"no\.toml: no such file"):
        load_mapping(tmp_path / "no.toml")
    with pytest.raises(MappingError, match=r"cannot be read \(Is a directory\)"):
        load_mapping(tmp_path)
    for missing in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(MappingError, match=r"cannot be read"):
            read_events(missing, load_mapping("sepsis"), secret=SECRET, key_id="k1")


def test_a_secret_that_is_too_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="references cannot be made"):
        read_events(tmp_path / "no.csv", load_mapping("sepsis"), secret=b"short", key_id="k1")


def test_the_sepsis_log_reads_as_its_mapping_says(sepsis_csv: Path) -> None:
    imported = read_events(sepsis_csv, load_mapping("sepsis"), secret=SECRET, key_id="k1")
    assert len({event.subject for event in imported.events}) == 1050
    assert len({event.identity for event in imported.events}) == len(imported.events) == 3425
    assert imported.skipped.total() == 11_789
    assert imported.unplaced.total() == 0
    assert imported.events == sorted(imported.events, key=lambda event: event.time)


@pytest.mark.parametrize("time", ["0001-01-01 00:00", "9999-12-31 23:59", "1899-12-31 23:59"])
def test_a_time_of_no_possible_year_is_named_with_its_line(run: Run, time: str) -> None:
    with pytest.raises(MappingError, match=r"log\.csv:3: column when: .*1900 to 2199"):
        run("7,in,2026-01-05 08:00,a,,", f"7,out,{time},,,")


def test_a_moment_in_a_field_is_of_a_possible_year_too(run: Run) -> None:
    mapping = MAPPING.replace('as = "date"', 'as = "time"')
    with pytest.raises(MappingError, match=r"log\.csv:2: .*column until: .*1900 to 2199"):
        run("7,plan,2026-01-05 08:00,a,,0001-01-01 00:00", mapping=mapping)
