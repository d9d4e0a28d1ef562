"""The live terminal view: stages, open alerts, closed lately, one line of state. Text only."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from flow.cli.alert_words import closed_code, due_words
from flow.cli.situation import SeenAlert, Situation
from flow.cli.words import duration, moment, plural

FRAME_LINES = 10
"""Lines of a screen that hold no rows of a list."""
STYLES = {"Breached": "bold red", "Not": "bold red", "Due": "yellow", "Live": "green"}
SIDE_BY_SIDE = 120
"""Columns from which stages and alerts fit beside each other."""
WHOLE_COLUMNS = ("alert", "due", "closed")
"""Where a terminal is narrow, the others are cut."""
BAR_WIDTH = 12
ID_LENGTH = 8
"""Of an alert: enough to name it in `flow alert ack`."""


def view(
    situation: Situation, real: datetime, *, width: int, height: int, footer: Sequence[str] = ()
) -> Group:
    """The whole screen of that many columns and lines. `real` is the time on the wall."""
    room = max(6, height - FRAME_LINES - len(footer))
    closed_rows = min(8, room // 3)
    now = situation.clock or real
    narrow = width < SIDE_BY_SIDE
    nearest = _open(situation, now, room - closed_rows, narrow=narrow)
    alerts = _panel("Open alerts, notices first, then nearest breach", nearest)
    if narrow:
        upper: tuple[RenderableType, ...] = (_stages_in_a_line(situation), alerts)
    else:
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column()
        grid.add_column(ratio=1)
        stages = _panel("People by stage", _stages(situation, room - closed_rows))
        grid.add_row(stages, alerts)
        upper = (grid,)
    return Group(
        _strip(situation, real),
        *upper,
        _panel("Closed lately", _closed(situation, closed_rows)),
        Text(figures(situation)),
        *(Text(line, style="yellow", no_wrap=True, overflow="ellipsis") for line in footer),
    )


def line(situation: Situation) -> str:
    """The same in one line, for what is not a terminal."""
    at = moment(situation.clock) if situation.clock is not None else "Waiting for the first tick"
    return f"{at}: {figures(situation)}"


def figures(situation: Situation) -> str:
    levels = situation.levels
    reasons = situation.dead_letters.most_common()
    letters = ", ".join(f"{reason} {count}" for reason, count in reasons)
    of_services = _of_services(situation)
    return (
        f"{plural(situation.people, 'person', 'people')} · alerts: {len(situation.open):,} open"
        f" ({levels['breached']:,} breached, {levels['near']:,} near,"
        f" {plural(levels['notice'], 'notice')}),"
        f" {situation.raised_total:,} raised, {situation.closed_total:,} closed"
        f"{of_services}"
        f" · dead letters: {letters or 'none'}"
    )


def _of_services(situation: Situation) -> str:
    """` · alerts of services: 3 open (1 taken on, 1 snoozed)`; nothing where there is none."""
    states = Counter(situation.services_alerted.values())
    if not states:
        return ""
    answers = (("taken on", states["acknowledged"]), ("snoozed", states["snoozed"]))
    told = ", ".join(f"{count:,} {words}" for words, count in answers if count)
    return f" · alerts of services: {states.total():,} open" + (f" ({told})" if told else "")


def _strip(situation: Situation, real: datetime) -> Text:
    state = situation.state(real)
    strip = Text("discharge-flow  ", style="bold")
    strip.append(f"● {state}. ", style=STYLES.get(state, "bold reverse"))
    strip.append(f"Data as of {moment(situation.clock)}")
    if state == "Behind" and situation.ticked_at is not None and situation.clock is not None:
        strip.append(f", {duration(situation.ticked_at - situation.clock)} behind")
    return strip


def _panel(title: str, content: RenderableType) -> Panel:
    return Panel(content, title=title, title_align="left", border_style="dim")


def _stages_in_a_line(situation: Situation) -> Text:
    stages = sorted(situation.stages.items(), key=lambda item: -item[1])
    told = " · ".join(f"{_words(stage)} {count:,}" for stage, count in stages)
    return Text(told or "No data has arrived since start-up", no_wrap=True, overflow="ellipsis")


def _stages(situation: Situation, rows: int) -> RenderableType:
    stages = situation.stages
    if not stages:
        return Text("No data has arrived since start-up", style="dim")
    most = max(stages.values())
    grid = Table.grid(padding=(0, 1))
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_column()
    for stage, count in sorted(stages.items(), key=lambda item: -item[1])[:rows]:
        bar = "█" * max(1, round(BAR_WIDTH * count / most))
        grid.add_row(_words(stage), f"{count:,}", Text(bar, style="blue"))
    return grid


def _open(situation: Situation, now: datetime, rows: int, *, narrow: bool) -> RenderableType:
    if not situation.open:
        return Text(f"No alert is open. Last checked {moment(now)}", style="dim")
    grid = _grid("alert", "due", "wait", "level", "acts next", *(() if narrow else ("locality",)))
    for alert in situation.nearest(rows):
        when = _due(alert, now)
        grid.add_row(
            alert.alert_id[:ID_LENGTH],
            Text(when, style=STYLES.get(when.partition(" ")[0], "")),
            _cut(_words(alert.wait)),
            _cut(alert.level if alert.state == "open" else alert.state),
            _cut(_words(alert.acts_next)),
            *(() if narrow else (_cut(alert.locality),)),
        )
    return grid


def _closed(situation: Situation, rows: int) -> RenderableType:
    if not situation.closed:
        return Text("Nothing yet", style="dim")
    grid = _grid("alert", "closed", "wait", "why", "open for")
    for alert in list(situation.closed)[:rows]:
        closed_at = alert.closed_at or alert.raised_at
        grid.add_row(
            alert.alert_id[:ID_LENGTH],
            moment(closed_at),
            _cut(_words(alert.wait)),
            _cut(closed_code(alert.wait, alert.closed_reason)),
            duration(closed_at - alert.raised_at),
        )
    return grid


def _due(alert: SeenAlert, now: datetime) -> str:
    if alert.kind == "notice":
        return f"Raised {moment(alert.raised_at)}"
    return due_words(alert.wait, alert.due_at, now)


def _words(code: str) -> str:
    return code.replace("_", " ")


def _cut(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")


def _grid(*columns: str) -> Table:
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=False)
    for column in columns:
        grid.add_column(column, no_wrap=column in WHOLE_COLUMNS, overflow="ellipsis")
    return grid
