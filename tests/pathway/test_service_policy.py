"""The policy's table of services lies over the default; mistakes come with line and key."""

from datetime import timedelta
from pathlib import Path

import pytest

from flow.pathway import load_policy
from flow.pathway.service_rules import FULL, PLACE_FREE, SERVICE_ALERTS
from tests.pathway.service_facts import Told, faced
from tests.pathway.test_policy import problems, write


def test_england_has_a_rule_with_a_source_for_every_alert() -> None:
    rules = load_policy().service_rules
    assert tuple(rules.alerts) == SERVICE_ALERTS
    assert all(rule.source and rule.on for rule in rules.alerts.values())
    assert rules.alerts[FULL].after == timedelta(hours=24)
    assert rules.alerts[PLACE_FREE].after == timedelta(hours=4)
    assert rules.report_valid == timedelta(days=3)
    assert rules.expected_days == 7


def test_what_differs_is_local_and_the_rest_stays(tmp_path: Path) -> None:
    text = f'name = "Here"\n[services.alert.{FULL}]\nafter = "6 hours"\n'
    rules = load_policy(write(tmp_path, text)).service_rules
    full, free = rules.alerts[FULL], rules.alerts[PLACE_FREE]
    assert (full.after, full.provenance, full.source) == (
        timedelta(hours=6),
        "local",
        "set locally",
    )
    assert full.acts_next == "commissioner"
    assert free.after == timedelta(hours=4)
    assert rules.expected_days == 7


def test_an_alert_can_be_switched_off(tmp_path: Path) -> None:
    text = f'name = "Here"\n[services.alert.{FULL}]\non = false\n'
    told = Told(load_policy(write(tmp_path, text)))
    told.reports("2026-01-05 07:00", beds_open=1, beds_occupied=1)
    told.people = [faced("waiting", "2026-01-05 07:00")]
    told.look("2026-01-07 07:00")
    assert told.open() == []
    assert told.data is not None
    assert [each.alert for each in told.data.conditions] == [FULL], "it is so all the same"


def test_another_policy_is_another_version(tmp_path: Path) -> None:
    text = 'name = "England"\n[services]\nreport_valid = "2 days"\n'
    assert load_policy(write(tmp_path, text)).version != load_policy().version


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[services]\nvalid = "3 days"', "policy.toml:3: services.valid: no such key"),
        ('[services]\nreport_valid = "3"', "policy.toml:3: services.report_valid: must be a dur"),
        ('[services]\nexpected_days = "36 hours"', "policy.toml:3: services.expected_days: must"),
        ("services = 3", "policy.toml:2: services: must be a table"),
        ("[services]\nalert = 3", "policy.toml:3: services.alert: must be a table"),
        ("[services.alert.nobody]", "policy.toml:2: services.alert.nobody: no such key"),
        (f"[services.alert]\n{FULL} = 3", f"policy.toml:3: services.alert.{FULL}: must be a table"),
        (
            f'[services.alert.{FULL}]\nacts_next = "the boss"',
            f"policy.toml:3: services.alert.{FULL}.acts_next: no such role",
        ),
        (
            f'[services.alert.{FULL}]\nafter = "0 hours"',
            f"policy.toml:3: services.alert.{FULL}.after: must be between",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    found = problems(tmp_path, f'name = "Here"\n{text}\n')
    assert [each for each in found if each.startswith(problem)], found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("criteria = 3", "services.criteria: must be a table"),
        (
            "[services.criteria.South_centre]\nkind = 'hospice'",
            "services.criteria.South_centre: is",
        ),
        ("[services.criteria.slic]", "services.criteria.slic.kind: is missing"),
        ("[services.criteria.slic]\nkind = 'hotel'", "services.criteria.slic.kind: no such kind"),
        (
            "[services.criteria.slic]\nkind = 'hospice'\nward = 'J28'",
            "services.criteria.slic.ward: no such key",
        ),
        (
            "[services.criteria.slic]\nkind = 'hospice'\npathways = ['P9']",
            "services.criteria.slic.pathways: P9: no such code",
        ),
        (
            "[services.criteria.slic]\nkind = 'hospice'\nneeds = ['luck']",
            "services.criteria.slic.needs: luck: no such code",
        ),
        (
            "[services.criteria.slic]\nkind = 'hospice'\ncouncils = 'E08000035'",
            "services.criteria.slic.councils: must be a list",
        ),
    ],
)
def test_a_mistake_in_criteria_is_told_once(tmp_path: Path, text: str, problem: str) -> None:
    found = problems(tmp_path, f'name = "Here"\n[services]\n{text}\n')
    assert len(found) == 1, found
    assert problem in found[0]
