"""Targets that change on a day: a wait keeps the one that was in force when it began."""

from datetime import date

import pytest

from flow.errors import PolicyError
from flow.pathway.policy_file import parse_policy
from tests.pathway.told import Told, at, own_policy

FROM_APRIL = """
name = "Leeds"
[[override]]
valid_from = 2026-04-01
[override.wait.edd_set]
target = "12 hours"
warn = "9 hours"
source = "agreed in March 2026"
"""
AND_IN_BEESTON = (
    FROM_APRIL
    + """
[[override]]
valid_from = "2026-06-01"
locality = "beeston"
[override.wait.edd_set]
target = "6 hours"
warn = "5 hours"
"""
)


def admitted(when: str, policy: str = FROM_APRIL, locality: str = "otley") -> Told:
    told = Told(own_policy(policy))
    told.admitted(when, locality=locality)
    return told


@pytest.mark.parametrize(
    ("admitted_at", "due"),
    [
        ("2026-03-31 23:59", "2026-04-01 23:59"),
        ("2026-04-01 00:00", "2026-04-01 12:00"),  # midnight in London: 23:00 in UTC
        ("2026-04-20 10:00", "2026-04-20 22:00"),
    ],
)
def test_a_wait_has_the_target_of_the_day_on_which_it_began(admitted_at: str, due: str) -> None:
    assert admitted(admitted_at).wait("edd_set", "2026-05-20 10:00").due_at == at(due)


def test_an_old_wait_keeps_its_target_after_it_has_stopped() -> None:
    told = admitted("2026-03-31 20:00")
    told.in_spell("expected-discharge-date-set", "2026-04-01 10:00",
                  expected_discharge_date="2026-04-09")  # fmt: skip
    wait = told.wait("edd_set", "2026-08-01 10:00")
    assert [level for level, _ in wait.levels] == []
    assert (wait.target_s, wait.provenance, wait.rule.valid_from) == (86400, "practice", None)


def test_the_wait_and_the_alert_name_the_day() -> None:
    told = admitted("2026-04-02 10:00")
    wait = told.wait("edd_set", "2026-04-02 23:00")
    assert wait.rule.valid_from == date(2026, 4, 1)
    assert (wait.provenance, wait.source) == ("local", "agreed in March 2026")
    told.advance("2026-04-02 23:00")
    alert = told.alert("edd_set")
    assert alert is not None
    assert alert.target_valid_from == "2026-04-01"
    assert alert.target_s == 12 * 3600


@pytest.mark.parametrize(
    ("admitted_at", "locality", "hours"),
    [
        ("2026-03-02 10:00", "beeston", 24),
        ("2026-05-02 10:00", "beeston", 12),
        ("2026-06-02 10:00", "beeston", 6),
        ("2026-06-02 10:00", "otley", 12),
    ],
)
def test_a_day_and_a_place_must_both_fit(admitted_at: str, locality: str, hours: int) -> None:
    wait = admitted(admitted_at, AND_IN_BEESTON, locality).wait("edd_set", "2026-07-20 10:00")
    assert wait.target_s == hours * 3600


def test_of_those_that_fit_the_last_in_the_file_counts() -> None:
    text = (
        AND_IN_BEESTON + '[[override]]\nlocality = "beeston"\n[override.wait.edd_set]\non = false\n'
    )
    assert admitted("2026-06-02 10:00", text, "beeston").waits("edd_set", "2026-07-20 10:00") == []


def test_a_change_of_a_day_changes_the_version() -> None:
    later = own_policy(FROM_APRIL.replace("2026-04-01", "2026-04-02"))
    assert later.version != own_policy(FROM_APRIL).version


@pytest.mark.parametrize("day", ['"2026-02-30"', "4", '"soon"', "2026-04-01T00:00:00Z"])
def test_what_is_no_day_is_told_with_its_line(day: str) -> None:
    text = f'name = "x"\n[[override]]\nvalid_from = {day}\n'
    with pytest.raises(PolicyError) as raised:
        parse_policy(text, name="own.toml", over='name = "x"\n')
    told = [problem for problem in raised.value.problems if "valid_from" in problem]
    assert told == [
        "own.toml:3: override.0.valid_from: must be a day of the calendar, for example 2026-04-01"
    ]
