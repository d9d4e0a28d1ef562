"""docs/waits.md and docs/examples: every wait, notice and alert of a service in words, with an
example that runs.

Made from the policy, the watches and the examples in `flow/pathway`; `make docs` writes them.
"""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flow.cli import service_list
from flow.cli.alert_words import NOTICES, OF_A_RESIDENT, STAND_DOWN, closed_words
from flow.cli.explain import lines, words
from flow.cli.folded_services import fold_services
from flow.cli.folding import Folded, fold_people, read_lines
from flow.cli.words import duration, moment
from flow.pathway import Policy, load_policy
from flow.pathway.examples import Example, examples, service_examples
from flow.pathway.policy_values import MINIMUM
from flow.pathway.service_rules import FULL, PLACE_FREE, REPORT_OLD, ServiceAlertRule
from flow.pathway.targets import Rule
from flow.pathway.waits import SUBJECTS

HEAD = """\
# Waits, notices, alerts of services

Made from the code, the policy for England and the examples in `flow/pathway` by `make docs`; do not
edit.

A **wait** has a start, a stop and a target. A **delay** is the alert of a wait that comes near its
target or misses it. A **notice** is an alert about something that people must be told at once. When
exactly a wait runs is one line of conditions in `flow/pathway` (`waits.py`); its target is
[policy](policy.md), and a place may set its own.

All waits for a service stand still while the person meets the criteria to reside again, and begin
anew with the next readiness (domain.md 12.3: the reset rule); death ends every wait. What takes
exactly its target is in time.
"""
CALENDARS = {
    "all": "every hour of every day",
    "local_days": "whole days in London: a target of N days is missed when day N is over",
    "working": "the working hours of whoever acts next; every hour where the policy gives none",
}
NOTICE_WHEN = {
    "unwell_again": "the criteria to reside are met again after they were not",
    "stand_down": "whoever prepares, or cares already, must stop: unwell again, back in hospital,"
    " a cancelled discharge, another pathway, with another service that was asked for the same,"
    " a death",
    "comes_after_all": "ready to leave again, or discharged, after whoever prepares answered that"
    " they stood down; home again, and whoever cares there was told of the stay; or what they"
    " answered was told by mistake, a death, too",
    "transferred": "moved to another hospital while somebody prepares",
    "moved": "moved to another ward while somebody prepares",
    "died": "the person died while somebody prepares, cares or co-ordinates",
}


SERVICE_ALERT_WHEN = {
    FULL: "a service reports no room, and people wait for it, or for any that would suit them;"
    " but for who is on hold, or was accepted for a time that was agreed, before it",
    PLACE_FREE: "a service reports room, and somebody whom it could take could come now; not"
    " before the time that was agreed, nor before the window of a new-birth visit opens",
    REPORT_OLD: "the newest report of a service is too old to count (`services.report_valid`), and"
    " people wait for it who are neither on hold nor accepted for a time that is still to come: it"
    " is asked for a report",
}


def write(docs: Path) -> None:
    """Write waits.md and examples/ into the folder."""
    policy = load_policy()
    (docs / "waits.md").write_text(page(policy), encoding="utf-8")
    folder = docs / "examples"
    folder.mkdir(exist_ok=True)
    for example in (*examples().values(), *service_examples().values()):
        (folder / f"{example.name}.jsonl").write_bytes(example.lines)


def page(policy: Policy) -> str:
    """The whole page as Markdown."""
    parts = [HEAD, "## All waits\n", *_summary(policy)]
    for wait, rule in policy.rules.items():
        parts += [f"\n## {wait}\n", *_wait(rule), *_example(wait, policy)]
    parts.append("\n# Notices\n")
    for notice in NOTICES:
        parts += [f"\n## {notice}\n", *_notice(notice, policy), *_example(notice, policy)]
    parts.append("\n# Alerts of services\n")
    for alert, of_service in policy.service_rules.alerts.items():
        parts += [f"\n## {alert}\n", *_service_alert(of_service), *_service_example(alert, policy)]
    return "\n".join(parts) + "\n"


def _summary(policy: Policy) -> Iterator[str]:
    yield "| wait | of a | from | to | target | provenance |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for rule in policy.rules.values():
        cells = (
            f"[`{rule.wait}`](#{rule.wait})",
            _about(rule.wait),
            _from(rule),
            rule.stop,
            _target(rule),
            rule.provenance,
        )
        yield f"| {' | '.join(cells)} |"


def _wait(rule: Rule) -> Iterator[str]:
    rises = ", ".join(duration(step) for step in rule.escalate)
    rows = (
        ("from", _from(rule)),
        ("to", rule.stop),
        ("about a", _about(rule.wait)),
        ("target", _target(rule)),
        ("warning (`near`) after", duration(rule.warn) if rule.warn is not None else "none"),
        ("the alert rises after the target by", rises or "does not rise"),
        ("what counts", _calendar(rule)),
        ("acts next", _acts_next(rule)),
        (f"{rule.provenance} target", rule.source),
        ("switched", "on" if rule.on else "off"),
    )
    yield from _rows(rows)


def _from(rule: Rule) -> str:
    return f"{rule.start}; else {rule.start_else}" if rule.start_else is not None else rule.start


def _acts_next(rule: Rule) -> str:
    role = words(rule.acts_next)
    return f"{role}, or who owns the primary delay reason" if rule.by_delay_reason else role


def _about(wait: str) -> str:
    """`spell`; of a wait about more than one kind of thing `referral or package`."""
    kinds = (kind for kind in SUBJECTS if any(rule.wait == wait for rule in kind.watches))
    return " or ".join(kind.called() for kind in kinds)


def _notice(notice: str, policy: Policy) -> Iterator[str]:
    rows = (
        ("says", _says(notice)),
        ("when", NOTICE_WHEN[notice]),
        ("lapses unanswered after", _lapse(notice, policy)),
        ("is to hear it", f"the service concerned; else {words(policy.notice_acts_next)}"),
    )
    yield from _rows(rows)


def _says(notice: str) -> str:
    if notice != "stand_down":
        return NOTICES[notice]
    ways = [f"{said} (who has the person in a bed)" for said in OF_A_RESIDENT.values()]
    ways += [f"{said} (who is to have them {way})" for way, said in STAND_DOWN.items() if way]
    return "; ".join((*ways, f"{STAND_DOWN[None]} (others)"))


def _lapse(notice: str, policy: Policy) -> str:
    after = duration(policy.notices[notice].lapse)
    return {
        "died": "never: it stands until it is answered",
        "stand_down": f"{after}; because of a death never",
    }.get(notice, after)


def _rows(rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield "| | |"
    yield "| --- | --- |"
    yield from (f"| {name} | {value} |" for name, value in rows)


def _target(rule: Rule) -> str:
    if rule.marks:
        return "at " + ", ".join(duration(mark) for mark in rule.marks)
    if rule.calendar == "local_days" and rule.target == timedelta(0):
        return "the same day"
    return f"at least {duration(rule.target)}" if rule.at_least else duration(rule.target)


def _calendar(rule: Rule) -> str:
    if rule.calendar == "hours":
        return f"only {rule.opens:%H:%M} to {rule.closes:%H:%M}, every day"
    return CALENDARS[rule.calendar]


def _example(name: str, policy: Policy) -> Iterator[str]:
    example = examples().get(name)
    assert example is not None, f"{name} has no example: add one to flow/pathway/examples.toml"
    at = example.looked_at
    file, shown = f"examples/{name}.jsonl", _shown(name)
    yield f"\nAn example: [`docs/{file}`]({file}). It {shown} at {moment(at)}:\n"
    yield "```console"
    yield f"$ flow fold docs/{file} --at {at:%Y-%m-%dT%H:%M} --explain"
    yield from lines(_folded(example, policy, at=True))
    yield "```"
    yield ""
    yield _ending(example, policy)


def _shown(name: str) -> str:
    if name in NOTICES:
        return "stands"
    return "is too soon" if name == MINIMUM else "is late"


def _ending(example: Example, policy: Policy) -> str:
    folded = _folded(example, policy, at=False)
    alert = next((alert for alert in folded.alerts if alert.wait == example.name), None)
    assert alert is not None, f"the example of {example.name} raises no alert of it"
    last = str(example.events[-1]["type"])
    return (
        f"`{last.split('.')[1]}` closes the alert at {moment(alert.closed_at)}:"
        f" {closed_words(alert)}."
    )


def _service_alert(rule: ServiceAlertRule) -> Iterator[str]:
    rows = (
        ("when", SERVICE_ALERT_WHEN[rule.alert]),
        ("after", duration(rule.after)),
        ("acts next", words(rule.acts_next)),
        (f"{rule.provenance} target", rule.source),
        ("switched", "on" if rule.on else "off"),
    )
    yield from _rows(rows)


def _service_example(name: str, policy: Policy) -> Iterator[str]:
    example = service_examples()[name]
    assert example.service is not None
    at, file = example.looked_at, f"examples/{name}.jsonl"
    yield f"\nAn example: [`docs/{file}`]({file}). It is open at {moment(at)}:\n"
    yield "```console"
    command = f"flow fold docs/{file} --at {at:%Y-%m-%dT%H:%M} --service {example.service}"
    yield f"$ {command}"
    read = read_lines(io.BytesIO(example.lines))
    people = list(fold_people(read.people, policy, at))
    known = fold_services(read.reports, people, policy, at, read.answers)
    yield from service_list.lines(service_list.find(known, example.service), at)
    yield "```"
    last = str(example.events[-1]["type"])
    yield f"\n`{last.split('.')[1]}` closes it."


def _folded(example: Example, policy: Policy, *, at: bool) -> Folded:
    read = read_lines(io.BytesIO(example.lines))
    assert not read.bad, f"the example of {example.name}: {read.bad[0]}"
    assert read.newest is not None, f"the example of {example.name} has no events"
    (person,) = fold_people(read.people, policy, example.looked_at if at else read.newest)
    return person
