"""Dashboards drawn from real answers, on Grafana's grid: to look at, where Grafana cannot run.

Not Grafana: only what tells whether a panel is empty, unreadable or misleading.
"""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tests.dashboards.formats import text
from tests.dashboards.grafana import PanelQuery, panels, queries_of, series_name
from tests.dashboards.prometheus_server import Series

Answer = Callable[[PanelQuery], list[Series]]

COLUMN_IN, ROW_IN, GAP_IN, GRID = 0.68, 0.36, 0.05, 24
IN_PER_PX = GRID * COLUMN_IN / 1600
"""Grafana's grid on a usual screen."""
INK, PAPER, FRAME, SOFT = "#212b32", "#ffffff", "#d8dde0", "#4c6272"
MANY_LINES = 10
"""Lines beyond these are drawn, but not named in the legend."""


@dataclass(frozen=True)
class Frame:
    """One panel's place on the page: `axes` are 0 to 1 in both directions, inches in size."""

    axes: Axes
    width_in: float
    height_in: float


def draw(name: str, dashboard: Mapping[str, Any], answer: Answer, folder: Path) -> Path:
    """One page; returns the PNG's path."""
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"]) + 2
    figure = plt.figure(figsize=(GRID * COLUMN_IN, rows * ROW_IN), dpi=100, facecolor="#f0f4f5")
    figure.text(0.005, 1 - 0.6 / rows, dashboard["title"], size=14, weight="bold", color=INK)
    figure.text(0.005, 1 - 1.4 / rows, dashboard["description"], size=9, color=SOFT)
    for row in dashboard["panels"]:
        if row["type"] == "row":
            place = row["gridPos"]
            figure.text(
                0.005, 1 - (place["y"] + 2 + 0.8) / rows, row["title"], size=11, weight="bold",
                color=INK,
            )  # fmt: skip
    for panel in panels(dashboard):
        frame = _frame(figure, panel, rows)
        answered = [(query, answer(query)) for query in queries_of(name, panel)]
        if any(series for _, series in answered):
            _DRAWN[panel["type"]](frame, panel, answered)
        else:
            _empty(frame, panel)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    figure.savefig(path)
    plt.close(figure)
    return path


def _frame(figure: Figure, panel: Mapping[str, Any], rows: int) -> Frame:
    place = panel["gridPos"]
    width, height = GRID * COLUMN_IN, rows * ROW_IN
    w = place["w"] * COLUMN_IN - 2 * GAP_IN
    h = place["h"] * ROW_IN - 2 * GAP_IN
    left = place["x"] * COLUMN_IN + GAP_IN
    bottom = height - (place["y"] + 2 + place["h"]) * ROW_IN + GAP_IN
    axes = figure.add_axes((left / width, bottom / height, w / width, h / height))
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[], facecolor=PAPER)
    for spine in axes.spines.values():
        spine.set_color(FRAME)
    title = _cut(panel["title"], w - 0.2, 9)
    axes.text(0.08 / w, 1 - 0.2 / h, title, size=9, weight="bold", color=INK, va="center")
    return Frame(axes, w, h)


def _cut(words: str, room_in: float, size: int) -> str:
    """What fits, roughly."""
    return textwrap.shorten(words, max(4, int(room_in / (size * 0.0076))), placeholder="…")


def _shown(panel: Mapping[str, Any]) -> tuple[str, int]:
    defaults = panel["fieldConfig"]["defaults"]
    return defaults["unit"], int(defaults.get("decimals", 0))


def _override(panel: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Properties of the series, or column, of this name."""
    found: dict[str, Any] = {}
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"] == {"id": "byName", "options": name}:
            found |= {each["id"]: each.get("value") for each in override["properties"]}
    return found


def _named(
    panel: Mapping[str, Any], answered: Sequence[tuple[PanelQuery, list[Series]]]
) -> list[tuple[str, dict[str, Any], list[tuple[float, float]]]]:
    """Series by the name that is shown, with what is said of them, in Grafana's order."""
    found = []
    for query, series in answered:
        for labels, pairs in series:
            name = series_name(query.legend, labels)
            said = _override(panel, name)
            found.append((said.get("displayName", name), said, pairs))
    return found


def _colour(steps: Sequence[Mapping[str, Any]], value: float) -> str:
    colour = steps[0]["color"]
    for step in steps[1:]:
        if value >= step["value"]:
            colour = step["color"]
    return INK if colour == "text" else str(colour)


def _empty(frame: Frame, panel: Mapping[str, Any]) -> None:
    words = panel["fieldConfig"]["defaults"]["noValue"]
    frame.axes.text(0.5, 0.42, words, size=9, color=SOFT, ha="center", va="center", wrap=True)


def _stat(frame: Frame, panel: Mapping[str, Any], answered: Any) -> None:
    unit, decimals = _shown(panel)
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    series = _named(panel, answered)
    for number, (name, said, pairs) in enumerate(series):
        middle = (number + 0.5) / len(series)
        value = pairs[-1][1]
        words = text(value, said.get("unit", unit), said.get("decimals", decimals))
        frame.axes.text(
            middle, 0.4, words, size=20 if len(series) < 2 else 14, weight="bold",
            color=INK if "color" in said else _colour(steps, value), ha="center", va="center",
        )  # fmt: skip
        if panel["options"]["textMode"] == "value_and_name":
            frame.axes.text(middle, 0.12, name, size=8, color=SOFT, ha="center")


def _bars(frame: Frame, panel: Mapping[str, Any], answered: Any) -> None:
    unit, decimals = _shown(panel)
    defaults = panel["fieldConfig"]["defaults"]
    series = _named(panel, answered)
    top = defaults.get("max") or max([pairs[-1][1] for _, _, pairs in series]) or 1
    room = 1 - 0.4 / frame.height_in
    step = min(room / len(series), panel["options"]["maxVizHeight"] / 100 * 1.4 / frame.height_in)
    size = min(8, max(5, int(step * frame.height_in * 50)))
    left, right = 0.42, 0.84
    for number, (name, _, pairs) in enumerate(series):
        middle = 1 - 0.38 / frame.height_in - (number + 0.5) * step
        value = pairs[-1][1]
        colour = _colour(defaults["thresholds"]["steps"], value)
        label = _cut(name, left * frame.width_in, size)
        frame.axes.text(left - 0.01, middle, label, size=size, color=INK, ha="right", va="center")
        for length, shade in ((1.0, "#eef1f3"), (min(value / top, 1), colour)):
            frame.axes.barh(
                middle, length * (right - left), step * 0.7, left=left, color=shade, lw=0
            )
        words = text(value, unit, decimals)
        frame.axes.text(right + 0.01, middle, words, size=size, color=INK, va="center")
    frame.axes.set(xlim=(0, 1), ylim=(0, 1))


def _lines(frame: Frame, panel: Mapping[str, Any], answered: Any) -> None:
    unit, decimals = _shown(panel)
    custom = panel["fieldConfig"]["defaults"]["custom"]
    series = _named(panel, answered)
    inner = frame.axes.inset_axes(
        (0.75 / frame.width_in, 0.3 / frame.height_in, 0.58, 1 - 0.75 / frame.height_in)
    )
    stacked = custom.get("stacking", {}).get("mode") == "normal"
    below: dict[float, float] = {}
    handles = []
    for name, said, pairs in series:
        at = [when for when, _ in pairs]
        values = [value + (below.get(when, 0.0) if stacked else 0.0) for when, value in pairs]
        dash = (said.get("custom.lineStyle") or {}).get("dash")
        (line,) = inner.plot(at, values, linewidth=0.8 * (said.get("custom.lineWidth") or 1))
        if dash:
            line.set_linestyle((0, tuple(length / 2 for length in dash)))
        if "color" in said:
            line.set_color(said["color"]["fixedColor"])
        if stacked:
            base = [below.get(when, 0.0) for when, _ in pairs]
            inner.fill_between(at, base, values, alpha=0.5, color=line.get_color(), lw=0)
            below |= {when: value for (when, _), value in zip(pairs, values, strict=True)}
        handles.append(
            (line, f"{_cut(name, 0.2 * frame.width_in, 7)}  {text(pairs[-1][1], unit, decimals)}")
        )
    inner.set_ylim(0, panel["fieldConfig"]["defaults"].get("max"))
    inner.set_ylabel(custom["axisLabel"], size=7, color=SOFT)
    inner.yaxis.set_major_formatter(lambda value, _: text(value, unit, decimals))
    inner.tick_params(labelsize=6, colors=SOFT, length=2)
    inner.xaxis.set_major_locator(MaxNLocator(4))
    inner.xaxis.set_major_formatter(
        lambda when, _: datetime.fromtimestamp(when, UTC).strftime("%H:%M:%S")
    )
    inner.grid(color="#eef1f3", lw=0.6)
    inner.spines[["top", "right"]].set_visible(False)
    shown = handles[:MANY_LINES]
    frame.axes.legend(
        [line for line, _ in shown], [words for _, words in shown], fontsize=7, frameon=False,
        loc="center right", handlelength=3,
    )  # fmt: skip


def _table(frame: Frame, panel: Mapping[str, Any], answered: Any) -> None:
    columns, lines = merged(panel, answered)
    (sort,) = panel["options"]["sortBy"]
    by = columns.index(sort["displayName"])
    lines.sort(key=lambda cells: (cells[by] is not None, cells[by]), reverse=sort["desc"])
    step_in = 0.25
    fit = int((frame.height_in - 0.75) / step_in)
    keys = len(columns) - len(answered)
    wide = (0.85 - 0.08 * len(answered)) / keys if len(answered) < 8 else 0.16 / keys
    rest = (1 - wide * keys) / len(answered)
    widths = _widths(panel, columns, [wide] * keys + [rest] * len(answered), frame)
    for number, column in enumerate(columns):
        starts, its = sum(widths[:number]), widths[number]
        align = "left" if number < keys else "right"
        edge = 0.08 / frame.width_in
        x = starts + edge if number < keys else starts + its - edge
        room = its * frame.width_in
        said = _override(panel, column)
        top = 1 - 0.48 / frame.height_in
        frame.axes.text(
            x, top, _cut(column, room, 8), size=8, weight="bold", color=SOFT, ha=align, va="center"
        )
        for row, cells in enumerate(lines[:fit]):
            words, colour = _cell(said, cells[number])
            frame.axes.text(
                x, top - (row + 1) * step_in / frame.height_in, _cut(words, room, 8), size=8,
                color=colour, ha=align, va="center",
            )  # fmt: skip
    if len(lines) > fit:
        frame.axes.text(
            0.99, 0.02, f"scroll for {len(lines) - fit} more", size=7, color=SOFT, ha="right"
        )


def _widths(
    panel: Mapping[str, Any], columns: Sequence[str], usual: Sequence[float], frame: Frame
) -> list[float]:
    """Shares of the panel: what columns say in pixels, and the rest divided as usual."""
    pixels = [_override(panel, column).get("custom.width") for column in columns]
    said = [px and px * IN_PER_PX / frame.width_in for px in pixels]
    left = 1 - sum(share for share in said if share)
    free = sum(share for share, fixed in zip(usual, said, strict=True) if not fixed)
    return [fixed or left * its / free for its, fixed in zip(usual, said, strict=True)]


def _cell(said: Mapping[str, Any], value: Any) -> tuple[str, str]:
    """Words and colour of one cell."""
    if value is None:
        return str(said.get("noValue", "")), SOFT
    if isinstance(value, str):
        for mapping in said.get("mappings", []):
            value = mapping["options"].get(value, {"text": value})["text"]
        return value, INK
    steps = said.get("thresholds", {}).get("steps")
    colour = _colour(steps, value) if steps else INK
    return text(value, said["unit"], said["decimals"]), colour


def merged(
    panel: Mapping[str, Any], answered: Sequence[tuple[PanelQuery, list[Series]]]
) -> tuple[list[str], list[list[Any]]]:
    """Headings and lines after the transformations `merge` and `organize`."""
    (organize,) = [each for each in panel["transformations"] if each["id"] == "organize"]
    order, rename = (organize["options"][part] for part in ("indexByName", "renameByName"))
    keys = [name for name in order if not name.startswith("Value")]
    lines: dict[tuple[str, ...], dict[str, Any]] = {}
    for query, series in answered:
        field = "Value" if len(answered) == 1 else f"Value #{query.letter}"
        for labels, pairs in series:
            key = tuple(labels.get(label, "") for label in keys)
            line = lines.setdefault(key, dict(zip(keys, key, strict=True)))
            line[field] = pairs[-1][1]
    fields = sorted(order, key=lambda name: order[name])
    headings = [rename[field] for field in fields]
    return headings, [[line.get(field) for field in fields] for line in lines.values()]


_DRAWN = {"stat": _stat, "bargauge": _bars, "timeseries": _lines, "table": _table}
