"""Policy files: what differs lies over the default; all mistakes at once, with line and key."""

from datetime import timedelta
from pathlib import Path

import pytest

from flow.errors import PolicyError
from flow.pathway import WAITS, load_policy
from flow.pathway.policy import MAX_PLACES
from flow.pathway.toml_lines import lines_of_keys
from tests.pathway.told import Told, at


def write(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(PolicyError) as raised:
        load_policy(write(folder, text))
    return [problem.removeprefix(f"{folder}/") for problem in raised.value.problems]


def test_england_has_a_rule_with_a_source_for_every_wait() -> None:
    policy = load_policy()
    assert set(policy.rules) == set(WAITS)
    for rule in policy.rules.values():
        assert rule.source
        assert rule.on
    assert policy.bed_day_pounds == 395
    assert policy.retire_grace == timedelta(days=60)
    assert policy.retire_unheard == timedelta(days=180)
    assert policy.providers.possible == ("other", "unknown")
    assert policy.providers("RR8") == "other"
    assert policy.providers(None) == "unknown"


def test_targets_are_those_of_the_domain_page() -> None:
    """domain.md 12.4; a wait that is not there has a target of ours."""
    hours = {
        "edd_set": 24, "ctr_review": 24, "drd_to_discharge": 0, "hospital_process_delay": 48,
        "hub_referral": 4, "hub_pathway": 24, "referral_response": 24, "p2_bed_start": 48,
        "p1_reablement_start": 48, "package_start": 24, "package_restart_notice": 24,
        "fast_track_chc": 48, "ucr_response": 2, "handover_ack": 2, "discharge_summary": 24,
        "centre_stay": 42 * 24, "los_review": 21 * 24,
    }  # fmt: skip
    provenance = {
        "edd_set": "practice", "ctr_review": "practice", "drd_to_discharge": "national",
        "hospital_process_delay": "national", "hub_referral": "local", "hub_pathway": "local",
        "referral_response": "local", "p2_bed_start": "national",
        "p1_reablement_start": "national", "package_start": "local",
        "package_restart_notice": "practice", "fast_track_chc": "practice",
        "ucr_response": "national", "handover_ack": "local", "discharge_summary": "national",
        "centre_stay": "practice", "los_review": "practice",
    }  # fmt: skip
    rules = load_policy().rules
    assert {name: rules[name].target / timedelta(hours=1) for name in hours} == hours
    assert {name: rules[name].provenance for name in provenance} == provenance
    assert rules["centre_stay"].warn == timedelta(days=28)


def test_a_file_of_ones_own_holds_only_what_differs(tmp_path: Path) -> None:
    text = """
    name = "Leeds"
    [wait.package_start]
    target = "12 hours"
    warn = "9 hours"
    [wait.ucr_response]
    on = false
    [wait.hub_pathway]
    target = "12 hours"
    warn = "9 hours"
    provenance = "practice"
    source = "agreed 2026"
    [labels]
    providers = ["RR8"]
    [corrections]
    between = [{ source = "/leeds/hub", of = ["/rr8/pas"] }]
    """
    policy = load_policy(write(tmp_path, text))
    changed = policy.rules["package_start"]
    assert (changed.target, changed.provenance) == (timedelta(hours=12), "local")
    assert changed.source == "set locally"
    assert changed.stop == load_policy().rules["package_start"].stop
    assert not policy.rules["ucr_response"].on
    assert policy.rules["hub_pathway"].provenance == "practice"
    assert policy.rules["edd_set"] == load_policy().rules["edd_set"]
    assert policy.providers("RR8") == "RR8"
    assert policy.providers.possible == ("RR8", "other", "unknown")
    assert policy.may_correct == {"/leeds/hub": frozenset({"/rr8/pas"})}


def test_an_override_holds_at_its_place(tmp_path: Path) -> None:
    text = """
    name = "Leeds"
    [[override]]
    locality = "beeston"
    [override.wait.edd_set]
    target = "6 hours"
    warn = "5 hours"
    [[override]]
    provider = "RR8"
    locality = "beeston"
    [override.wait.edd_set]
    target = "4 hours"
    warn = "3 hours"
    [[override]]
    council = "E08000035"
    [override.wait.ctr_review]
    on = false
    """
    policy = load_policy(write(tmp_path, text))

    def hours(*place: str | None) -> float:
        return policy.place(*place).rules["edd_set"].target / timedelta(hours=1)

    assert hours("RAE", None, None) == 24
    assert hours("RAE", None, "beeston") == 6
    assert hours("RR8", "E08000035", "beeston") == 4
    assert hours("RR8", "E08000035", "otley") == 24
    assert not policy.place(None, "E08000035", None).rules["ctr_review"].on
    assert policy.place("RAE", None, "beeston").rules["edd_set"].provenance == "local"

    person = Told(policy)
    person.admitted("2026-01-05 10:00", locality="otley")
    assert person.wait("edd_set", "2026-01-05 11:00").due_at == at("2026-01-06 10:00")
    person.tell("referral-made", "2026-01-05 12:00", referral_id="R1", kind="other",
                locality="beeston")  # fmt: skip
    assert person.wait("edd_set", "2026-01-05 13:00").due_at == at("2026-01-05 14:00")


def test_a_wait_that_is_switched_off_does_not_run(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, 'name = "x"\n[wait.edd_set]\non = false\n'))
    person = Told(policy)
    person.admitted("2026-01-05 10:00")
    assert "edd_set" not in {wait.id for wait in person.assessed("2026-01-09 10:00").waits}


def test_the_version_follows_values_not_words(tmp_path: Path) -> None:
    same = load_policy(write(tmp_path, '# a comment\nname = "England"\n'))
    assert same.version == load_policy().version
    other = load_policy(write(tmp_path, "[cost]\nbed_day_pounds = 400\n"))
    assert other.version != same.version


@pytest.mark.parametrize("target", ['"24 hour s"', "24", '"0 hours"'])
def test_a_mistyped_target_is_one_mistake(tmp_path: Path, target: str) -> None:
    """Its warning and its steps are not held against a target that nobody knows."""
    (found,) = problems(tmp_path, f"[wait.edd_set]\ntarget = {target}\n")
    assert found.startswith("policy.toml:2: wait.edd_set.target")


def test_every_mistake_at_once_with_line_and_key(tmp_path: Path) -> None:
    text = """\
name = 7
colour = "blue"
[wait.edd_set]
target = "a day"
warn = "30 hours"
acts_next = "nobody"
[wait.edd_sett]
target = "1 hour"
[wait.ctr_review]
escalate = ["3 days", "1 day"]
calendar = "weekdays"
[wait.los_review]
warn = "1 day"
[wait.drd_to_discharge]
target = "90 minutes"
escalate = ["1 day"]
[notices]
lapse = "1 hour"
[cost]
bed_day_pounds = "many"
[labels]
providers = "RR8"
[[override]]
[override.wait.edd_set]
provenance = "folklore"
[[override]]
council = "E08000035"
[override.wait.handover_ack]
on = "yes"
[windows]
rolling = "36 hours"
"""
    found = problems(tmp_path, text)
    places = [": ".join(problem.split(": ")[:2]) for problem in found]
    assert places == sorted(places, key=lambda place: int(place.split(":")[1]))
    assert set(places) == {
        "policy.toml:1: name",
        "policy.toml:2: colour",
        "policy.toml:4: wait.edd_set.target",
        "policy.toml:6: wait.edd_set.acts_next",
        "policy.toml:7: wait.edd_sett",
        "policy.toml:10: wait.ctr_review.escalate",
        "policy.toml:11: wait.ctr_review.calendar",
        "policy.toml:12: wait.los_review.marks",
        "policy.toml:14: wait.drd_to_discharge",
        "policy.toml:16: wait.drd_to_discharge.escalate",
        "policy.toml:18: notices.lapse",
        "policy.toml:20: cost.bed_day_pounds",
        "policy.toml:22: labels.providers",
        "policy.toml:23: override.0",
        "policy.toml:25: override.0.wait.edd_set.provenance",
        "policy.toml:29: override.1.wait.handover_ack.on",
        "policy.toml:31: windows.rolling",
    }
    assert any("edd_set, ctr_review" in problem for problem in found)


def test_a_target_lasts_a_thousand_days_at_most(tmp_path: Path) -> None:
    text = 'name = "x"\n[wait.edd_set]\nwarn = "1 day"\ntarget = "{} days"\n'
    assert load_policy(write(tmp_path, text.format(1000))).rules["edd_set"].target.days == 1000
    (problem,) = problems(tmp_path, text.format(1001))
    assert "and 1000 days" in problem


def test_not_toml_and_not_there(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, 'name = "x"\n[wait.edd_set\n')
    assert "line 2" in problem
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "absent.toml")
    binary = tmp_path / "policy.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match="not UTF-8"):
        load_policy(binary)


def test_tables_in_the_wrong_shape(tmp_path: Path) -> None:
    found = problems(tmp_path, 'wait = 3\noverride = { provider = "RR8" }\nlabels = []\n')
    assert {problem.split(": ")[1] for problem in found} == {"wait", "override", "labels"}


def test_places_are_remembered_within_a_limit() -> None:
    policy = load_policy()
    for number in range(MAX_PLACES + 10):
        policy.place(f"P{number}", None, None)
    assert len(policy._places) <= MAX_PLACES


def test_lines_of_keys() -> None:
    text = '''a = 1
[b."c d"] # comment
e.f = """
x = 3
"""
g = [
  "]",
  1,
]
h = { i = 2 }
[[j]]
k = 1
[j.l]
m = 'x = "y'
[[j]]
k = 2
'''
    assert lines_of_keys(text) == {
        ("a",): 1,
        ("b", "c d"): 2,
        ("b", "c d", "e", "f"): 3,
        ("b", "c d", "g"): 6,
        ("b", "c d", "h"): 10,
        ("j", "0"): 11,
        ("j", "0", "k"): 12,
        ("j", "0", "l"): 13,
        ("j", "0", "l", "m"): 14,
        ("j", "1"): 15,
        ("j", "1", "k"): 16,
    }


@pytest.mark.parametrize("wait", ["edd_set", "package_start"])
@pytest.mark.parametrize("place", ["wait", "override.wait"])
def test_marks_and_minimums_are_of_one_wait_each(tmp_path: Path, wait: str, place: str) -> None:
    head = '[[override]]\nprovider = "RR8"\n' if place != "wait" else ""
    where = f"{place}.{wait}".replace("override.", "override.0.")
    line = 3 + head.count("\n")
    text = f'name = "x"\n{head}[{place}.{wait}]\nat_least = true\n'
    told = problems(tmp_path, text)
    assert (
        f"policy.toml:{line}: {where}.at_least: only the target of package_restart_notice is a"
        " minimum"
    ) in told
    text = f'name = "x"\n{head}[{place}.{wait}]\nmarks = ["7 days"]\n'
    assert (
        f"policy.toml:{line}: {where}.marks: only los_review has marks: give a target"
    ) in problems(tmp_path, text)


def test_marks_are_targets_of_their_own(tmp_path: Path) -> None:
    text = 'name = "x"\n[wait.los_review]\ntarget = "10 days"\n'
    assert problems(tmp_path, text) == [
        "policy.toml:3: wait.los_review.target: goes not with marks: each mark is its own target"
    ]


@pytest.mark.parametrize(
    ("wait", "change"),
    [
        ("ucr_response", 'calendar = "all"'),
        ("package_restart_notice", "at_least = false"),
        ("p2_bed_start", 'target = "3 days"'),
        ("los_review", 'marks = ["10 days"]'),
    ],
)
def test_what_is_counted_otherwise_is_local(tmp_path: Path, wait: str, change: str) -> None:
    policy = load_policy(write(tmp_path, f'name = "x"\n[wait.{wait}]\n{change}\n'))
    assert (policy.rules[wait].provenance, policy.rules[wait].source) == ("local", "set locally")
