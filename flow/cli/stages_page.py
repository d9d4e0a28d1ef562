"""docs/stages.md: every stage, and the graph of their changes; `make docs` writes it."""

from collections.abc import Iterator

from flow.pathway import STAGES
from flow.pathway.stage_changes import AWAY, CHANGES, IN_HOSPITAL, Change

HEAD = """\
# Stages

Made from `flow/pathway/stage.py` and `flow/pathway/stage_changes.py` by `make docs`; do not edit.

A person is at one stage at a time: the first that fits holds, from `died` down to `finished`. The
stage is worked out from all that is known of the person, so a late event or a correction puts them
where they would have been. `tests/pathway/test_stage_changes.py` holds the changes below to the
code, both ways.
"""
GROUPS = {"in_hospital_stay": IN_HOSPITAL, "away": AWAY}
GROUP_NAMES = {"in_hospital_stay": "in a hospital stay", "away": "out of hospital"}


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(
        (
            HEAD,
            "| stage | meaning |",
            "| --- | --- |",
            *(f"| `{stage}` | {meaning} |" for stage, meaning in STAGES.items()),
            "\n## What usually happens\n",
            "An arrow at the edge of a box is one from, or to, every stage in it.\n",
            "```mermaid",
            *_graph(),
            "```\n",
            *_table(change for change in CHANGES if not change.odd),
            "\n## What happens when events are missing or contradict each other\n",
            "The event is believed, and what is doubtful about it becomes a finding.\n",
            *_table(change for change in CHANGES if change.odd),
            "",
        )
    )


def _graph() -> Iterator[str]:
    yield "stateDiagram-v2"
    grouped = [stage for stages in GROUPS.values() for stage in stages]
    for stage in STAGES:
        if stage not in grouped:
            yield f"  {stage}: {_words(stage)}"
    for group, stages in GROUPS.items():
        yield f'  state "{GROUP_NAMES[group]}" as {group} {{'
        for stage in stages:
            yield f"    {stage}: {_words(stage)}"
        inside = (arrow for arrow in _arrows() if {arrow[0], arrow[1]} <= set(stages))
        yield from (f"    {before} --> {after}: {why}" for before, after, why in inside)
        yield "  }"
    for before, after, why in _arrows():
        if not any({before, after} <= set(stages) for stages in GROUPS.values()):
            yield f"  {before} --> {after}: {why}"


def _arrows() -> Iterator[tuple[str, str, str]]:
    """Each arrow once, with all that may cause it; whole groups as one end."""
    causes: dict[tuple[str, str], list[str]] = {}
    for change in CHANGES:
        if change.odd:
            continue
        for before in _ends(change.before):
            for after in _ends(change.after):
                if before != after:
                    causes.setdefault((before, after), []).append(change.why)
    for (before, after), why in causes.items():
        yield before, after, " or ".join(dict.fromkeys(why))


def _ends(stages: tuple[str, ...]) -> list[str]:
    whole = [group for group, members in GROUPS.items() if set(members) <= set(stages)]
    within = {stage for group in whole for stage in GROUPS[group]}
    return [*whole, *(stage for stage in stages if stage not in within)]


def _table(changes: Iterator[Change]) -> Iterator[str]:
    yield "| from | to | what happens | events |"
    yield "| --- | --- | --- | --- |"
    for change in changes:
        events = ", ".join(f"`{event}`" for event in change.events) or "none: time passes"
        yield f"| {_list(change.before)} | {_list(change.after)} | {change.why} | {events} |"


def _list(stages: tuple[str, ...]) -> str:
    return ", ".join(
        f"every stage {GROUP_NAMES[end]}" if end in GROUPS else f"`{end}`" for end in _ends(stages)
    )


def _words(stage: str) -> str:
    return stage.replace("_", " ")
