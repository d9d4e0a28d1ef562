"""docs/policy.md shows the targets that are in force."""

from datetime import timedelta
from pathlib import Path

from flow.pathway import load_policy
from flow.pathway.targets import Rule

PAGE = Path(__file__).parents[2] / "docs/policy.md"


def table_of_waits() -> str:
    """The table of the page, from the policy."""
    lines = ["| wait | from | to | target | warning | rises | provenance | source |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    lines += [_row(rule) for rule in load_policy().rules.values()]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    target = _words(rule.target)
    if rule.marks:
        target = "at " + ", ".join(_words(mark) for mark in rule.marks)
    elif rule.at_least:
        target = f"at least {target}"
    if rule.calendar == "hours":
        target += f", {rule.opens:%H:%M} to {rule.closes:%H:%M}"
    elif rule.calendar == "local_days" and not rule.marks:
        target += ", calendar days"
    warn = _words(rule.warn) if rule.warn is not None else "–"
    rises = ", ".join(f"+{_words(step)}" for step in rule.escalate) or "–"
    cells = (f"`{rule.wait}`", rule.start, rule.stop, target, warn, rises, rule.provenance)
    return f"| {' | '.join(cells)} | {rule.source} |"


def _words(duration: timedelta) -> str:
    minutes = int(duration.total_seconds()) // 60
    for unit, size in (("days", 1440), ("h", 60)):
        if minutes % size == 0 and (minutes >= 2 * size or minutes == 0):
            return f"{minutes // size} {unit}"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def test_the_page_shows_the_policy() -> None:
    assert table_of_waits() in PAGE.read_text(encoding="utf-8")
