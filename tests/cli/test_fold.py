"""`flow fold`: events as JSON lines in, journeys, waits and alerts out; no broker."""

import json
import random
from typing import Any

import pytest

from flow.pathway import load_policy
from tests.cli.conftest import Run

PERSON = "k1.made-up-person"


def event(kind: str, time: str, number: int, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "/rr8/pas",
        "type": f"flow.{kind}.v1",
        "time": time,
        "recordedtime": time,
        "subject": PERSON,
        "data": {"provider": "RR8", "spell_id": "s-1", **data},
    }


ADMITTED = event("patient-admitted", "2026-03-02T10:00:00Z", 1, ward="7A")
DATE_SET = event(
    "expected-discharge-date-set",
    "2026-03-04T10:00:00Z",
    2,
    expected_discharge_date="2026-03-06",
)
READY = event("criteria-to-reside-assessed", "2026-03-04T11:00:00Z", 3, meets=False)
LEFT = event("patient-discharged", "2026-03-06T15:00:00Z", 4, discharge_method="1")
STORY = [ADMITTED, DATE_SET, READY, LEFT]


def lines(events: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(each) + "\n" for each in events)


def folded(run: Run, events: list[dict[str, Any]], *options: str) -> dict[str, Any]:
    result = run("fold", "--json", *options, input=lines(events))
    assert result.exit_code == 0, result.stderr
    (line,) = result.stdout.splitlines()
    person: dict[str, Any] = json.loads(line)
    return person


def test_a_stay_becomes_spell_waits_and_alerts(run: Run) -> None:
    person = folded(run, STORY)
    assert person["person"] == PERSON
    assert person["events"] == 4
    (spell,) = person["journey"]["spells"]
    assert spell["admitted_at"] == "2026-03-02T10:00:00Z"
    assert spell["discharge_ready_date"] == "2026-03-04"
    assert spell["delay_days"] == 2
    alerts = {alert["wait"]: alert for alert in person["alerts"]}
    # Due 24 hours after the admission, done a day later: near at 18 hours, breached at 24.
    assert alerts["edd_set"]["state"] == "closed"
    assert alerts["edd_set"]["closed_reason"] == "done_late"
    assert alerts["edd_set"]["raised_at"] == "2026-03-03T04:00:00Z"
    assert alerts["edd_set"]["due_at"] == "2026-03-03T10:00:00Z"
    assert alerts["drd_to_discharge"]["raised_at"] == "2026-03-05T00:00:00Z"
    assert alerts["drd_to_discharge"]["closed_reason"] == "done_late"
    (waited,) = [wait for wait in person["waits"] if wait["wait"] == "drd_to_discharge"]
    assert waited["started_by"] == ["/rr8/pas#e-3"]
    assert waited["stopped_by"] == ["/rr8/pas#e-4"]
    assert waited["provenance"] == "national"


def test_order_of_lines_and_repeats_do_not_matter(run: Run) -> None:
    expected = run("fold", "--json", input=lines(STORY)).stdout
    shuffled = [*STORY, *STORY]
    random.Random(3).shuffle(shuffled)
    assert run("fold", "--json", input=lines(shuffled)).stdout == expected


def test_at_shows_what_was_known_then(run: Run) -> None:
    person = folded(run, STORY, "--at", "2026-03-05T09:00:00Z")
    assert person["stage"]["stage"] == "ready_to_leave"
    assert person["events"] == 3
    (alert,) = [a for a in person["alerts"] if a["wait"] == "drd_to_discharge"]
    assert alert["state"] == "open"
    assert alert["level"] == "breached"


def test_without_at_it_is_when_the_newest_event_was_written_down(run: Run) -> None:
    assert folded(run, [ADMITTED, READY])["at"] == "2026-03-04T11:00:00Z"


def test_time_goes_on_after_the_last_event(run: Run) -> None:
    person = folded(run, [ADMITTED], "--at", "2026-03-20T00:00:00Z")
    levels = {alert["wait"]: alert["level"] for alert in person["alerts"]}
    assert levels["edd_set"] == "breached+1d"


def test_a_policy_of_ones_own_is_used(run: Run, tmp_path: Any) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[wait.edd_set]\ntarget = "72 hours"\nwarn = "71 hours"\nescalate = []\n')
    person = folded(run, STORY, "--policy", str(policy))
    assert "edd_set" not in {alert["wait"] for alert in person["alerts"]}


def test_a_policy_that_is_not_the_default_is_named(
    run: Run, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Policy" not in run("fold", input=lines(STORY)).stderr
    policy = tmp_path / "policy.toml"
    policy.write_text('name = "Leeds"\n[wait.edd_set]\ntarget = "72 hours"\n')
    said = f"Policy: Leeds, version {load_policy(policy).version} ({policy})\n"
    assert said in run("fold", "--policy", str(policy), input=lines(STORY)).stderr
    monkeypatch.setenv("FLOW_POLICY", str(policy))
    assert said in run("fold", "--json", input=lines(STORY)).stderr


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("nonsense", "not_json"),
        (json.dumps({**ADMITTED, "type": "flow.unheard-of.v1"}), "unknown_type"),
        (json.dumps({**ADMITTED, "time": "2026-03-02T10:00:00"}), "naive_time"),
        (json.dumps({**ADMITTED, "subject": "9990000018"}), "subject_is_nhs_number"),
    ],
)
def test_a_bad_line_is_named_and_costs_nothing_else(run: Run, bad: str, reason: str) -> None:
    text = lines([ADMITTED]) + "\n" + bad + "\n" + lines([LEFT])
    result = run("fold", "--json", input=text)
    assert result.exit_code == 65
    assert f"line 3: {reason}" in result.stderr
    assert "1 line could not be used" in result.stderr
    assert "9990000018" not in result.output
    assert json.loads(result.stdout)["events"] == 2
    assert run("fold", "--json", "--skip-bad", input=text).exit_code == 0


def test_many_bad_lines_are_counted_not_all_shown(run: Run) -> None:
    result = run("fold", input="x\n" * 500)
    assert result.exit_code == 65
    assert len(result.stderr.splitlines()) < 30
    assert "500 lines" in result.stderr


def test_for_people_it_is_a_table_or_words(run: Run) -> None:
    table = run("fold", "--at", "2026-03-05T09:00:00Z", input=lines(STORY))
    assert "ready to leave" in table.stdout
    assert "drd_to_discharge: Breached 9hr ago" in table.stdout
    words = run("fold", "--explain", "--at", "2026-03-05T09:00:00Z", input=lines(STORY)).stdout
    assert "  Discharge: Breached 9hr ago\n" in words
    assert "(discharge ready date); due 05-Mar-2026 00:00, target the same day\n" in words
    assert "acts next: discharge coordinator, RR8" in words
    assert "national target: N2" in words
    assert "started by criteria to reside assessed (/rr8/pas#e-3)" in words


def test_nothing_in_is_nothing_out(run: Run) -> None:
    result = run("fold", input="")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "No events of people" in result.stderr


def test_a_file_that_is_not_there_and_a_wrong_time_are_named(run: Run) -> None:
    assert run("fold", "nowhere.jsonl").exit_code == 2
    result = run("fold", "--at", "soon", input="")
    assert result.exit_code == 2
    assert "'soon' is no time" in result.stderr


@pytest.mark.parametrize("at", ["2199-12-31T23:59:59Z", "2028-03-03T10:00:01Z"])
def test_a_moment_long_after_the_newest_event_is_refused(run: Run, at: str) -> None:
    result = run("fold", "--at", at, input=lines([ADMITTED]))
    assert result.exit_code == 2
    assert "--at" in result.stderr
    assert "two years" in result.stderr
    assert "02-Mar-2026 10:00" in result.stderr


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+05:00"])
def test_a_moment_that_no_calendar_can_hold_is_refused(run: Run, at: str) -> None:
    result = run("fold", "--at", at, input=lines([ADMITTED]))
    assert (result.exit_code, "1900 to 2199" in result.stderr) == (2, True)
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--days", "1e9"), "--days"),
        (("--days", "nan"), "--days"),
        (("--start", "9999-12-31T00:00", "--days", "3"), "--start"),
        (("--start", "2199-12-31T00:00"), "--start"),
        (("--start", "1900-01-01T00:00"), "--start"),
        (("--people-per-day", "1e-12"), "--people-per-day"),
        (("--people-per-day", "nan"), "--people-per-day"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_made_up_town_out_of_bounds_is_refused(
    run: Run, options: tuple[str, ...], named: str
) -> None:
    result = run("simulate", *options, "--to", "-")
    assert result.exit_code == 2, result.output
    assert named in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_it_reads_what_simulate_writes(run: Run) -> None:
    made = run("simulate", "--days", "2", "--seed", "7", "--people-per-day", "20", "--to", "-")
    assert made.exit_code == 0, made.stderr
    result = run("fold", "--json", input=made.stdout_bytes)
    assert result.exit_code == 0, result.stderr
    assert len(result.stdout.splitlines()) > 20


# Several references; erasure.

OTHER, THIRD = "k1.made-up-other", "k1.made-up-third"


def under(reference: str, told: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**told, "subject": reference, **changes}


def link(old: str, to: str, time: str, kind: str = "identity-linked") -> dict[str, Any]:
    return {**event(kind, time, 90), "id": f"{old}-{time}", "subject": old, "data": {"to": to}}


def everybody(run: Run, events: list[dict[str, Any]], *options: str) -> dict[str, dict[str, Any]]:
    result = run("fold", "--json", *options, input=lines(events))
    assert result.exit_code == 0, result.stderr
    people = [json.loads(line) for line in result.stdout.splitlines()]
    return {person["person"]: person for person in people}


SPLIT = [ADMITTED, *(under(OTHER, told) for told in STORY[1:])]


def test_linked_references_are_one_person(run: Run) -> None:
    apart = everybody(run, SPLIT)
    assert set(apart) == {PERSON, OTHER}
    linked = [*SPLIT, link(OTHER, PERSON, "2026-03-07T10:00:00Z")]
    together = everybody(run, linked)[PERSON]
    alone = everybody(run, STORY, "--at", "2026-03-07T10:00:00Z")[PERSON]
    assert set(everybody(run, linked)) == {PERSON}
    assert together == alone, "as if all had been told under one reference"
    assert set(everybody(run, linked, "--at", "2026-03-07T09:59:00Z")) == {PERSON, OTHER}


def test_a_link_that_was_wrong_parts_them_again(run: Run) -> None:
    told = [*SPLIT, link(OTHER, PERSON, "2026-03-07T10:00:00Z")]
    told.append(link(OTHER, PERSON, "2026-03-08T10:00:00Z", "identity-unlinked"))
    assert set(everybody(run, told)) == {PERSON, OTHER}


def test_a_chain_ends_where_it_ends_whoever_has_events(run: Run) -> None:
    told = [under(OTHER, each) for each in STORY]
    told += [
        link(OTHER, PERSON, "2026-03-07T10:00:00Z"),
        link(PERSON, THIRD, "2026-03-07T11:00:00Z"),
    ]
    (person,) = everybody(run, told).values()
    assert (person["person"], person["events"]) == (THIRD, 4)


def test_a_circle_is_one_person_and_a_doubt(run: Run) -> None:
    told = [*SPLIT, link(OTHER, PERSON, "2026-03-07T10:00:00Z")]
    told.append(link(PERSON, OTHER, "2026-03-07T11:00:00Z"))
    (person,) = everybody(run, told).values()
    assert person["person"] == min(PERSON, OTHER)
    assert "reference_circle" in [finding["rule"] for finding in person["findings"]]
    assert len(person["journey"]["spells"]) == 1


def erased(reference: str, time: str) -> dict[str, Any]:
    made = {**event("person-erased", time, 95), "subject": reference}
    return {**made, "data": {"reason": "objection"}}


def test_who_was_erased_is_left_out_under_every_reference(run: Run) -> None:
    told = [*SPLIT, link(OTHER, PERSON, "2026-03-05T10:00:00Z")]
    told.append(erased(PERSON, "2026-03-07T10:00:00Z"))
    assert everybody(run, told) == {}
    assert set(everybody(run, told, "--at", "2026-03-07T09:00:00Z")) == {PERSON}


def test_after_an_erasure_only_what_is_newer_begins_a_journey(run: Run) -> None:
    late = {**event("patient-admitted", "2026-03-06T10:00:00Z", 7), "id": "late"}
    late["recordedtime"] = "2026-03-09T10:00:00Z"
    told = [*STORY, erased(PERSON, "2026-03-07T10:00:00Z"), late]
    assert everybody(run, told) == {}
    back = event("patient-admitted", "2026-03-10T10:00:00Z", 8)
    assert everybody(run, [*told, back])[PERSON]["events"] == 1


def test_a_link_to_someone_erased_before_takes_what_is_older_and_leaves_one_person(
    run: Run,
) -> None:
    back = event("patient-admitted", "2026-03-10T10:00:00Z", 8)
    told = [
        *(under(OTHER, each) for each in STORY),
        erased(PERSON, "2026-03-07T10:00:00Z"),
        under(OTHER, back),
        link(OTHER, PERSON, "2026-03-11T10:00:00Z"),
    ]
    before = everybody(run, told, "--at", "2026-03-11T09:00:00Z")
    assert before[OTHER]["events"] == len(STORY) + 1, "nobody knows yet that they are one"
    after = everybody(run, told)
    assert {person: one["events"] for person, one in after.items()} == {PERSON: 1}
    parted = [*told, link(OTHER, PERSON, "2026-03-12T10:00:00Z", "identity-unlinked")]
    assert everybody(run, parted)[OTHER]["events"] == 3, "what happened since, and what of links"


def test_an_event_dated_years_ahead_is_named_as_what_set_the_clock(run: Run) -> None:
    ahead = event("criteria-to-reside-assessed", "2066-03-01T20:00:00Z", 9, meets=True)
    for story in ([*STORY, ahead], [ahead, *reversed(STORY)]):
        said = run("fold", input=lines(story)).stderr
        assert "As of 01-Mar-2066 20:00, when /rr8/pas#e-9 was written down, 14," in said
        assert "give --at 2026-03-06T15:00" in said
    assert "As of" not in run("fold", "--at", "2026-03-07T15:00", input=lines([*STORY])).stderr
    assert "was written down" not in run("fold", input=lines(STORY)).stderr


def test_a_moment_before_all_events_is_said_to_be_one(run: Run) -> None:
    result = run("fold", "--at", "2020-01-01T00:00", input=lines(STORY))
    assert result.exit_code == 0
    assert result.stderr == (
        "No event was written down by 01-Jan-2020 00:00: the first was 02-Mar-2026 10:00.\n"
    )
