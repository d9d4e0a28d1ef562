"""What is printed: one line for each figure, with its goal where it has one."""

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

PARTS = ("core", "worker", "idiomatic", "opening", "memory", "latency")


@dataclass(frozen=True, slots=True)
class Goal:
    """`value` in the unit of the figure; `at_most`, or else at least."""

    value: float
    at_most: bool = True

    def met_by(self, figure: float) -> bool:
        return figure <= self.value if self.at_most else figure >= self.value


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. `unit` follows it: µs/event, ×, KB …"""

    part: str
    what: str
    figure: float
    unit: str
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.goal.met_by(self.figure)


def show(lines: list[Line], notes: list[str]) -> None:
    """The table, then what a reader must know to read it."""
    table = Table(title="discharge-flow: speed and memory, one run")
    for column in ("part", "what"):
        table.add_column(column)
    for column in ("figure", "goal"):
        table.add_column(column, justify="right")
    table.add_column("met")
    part = ""
    for line in lines:
        if part and line.part != part:
            table.add_section()
        table.add_row(
            line.part if line.part != part else "",
            line.what,
            f"{_number(line.figure)} {line.unit}",
            _goal(line),
            {None: "", True: "yes", False: "NO"}[line.met],
        )
        part = line.part
    # Wide enough for whole lines where the output is no terminal.
    console = Console() if Console().is_terminal else Console(width=120)
    console.print(table)
    for note in notes:
        console.print(note, highlight=False)


def as_json(lines: list[Line], notes: list[str]) -> dict[str, Any]:
    return {"lines": [{**asdict(line), "met": line.met} for line in lines], "notes": notes}


def _goal(line: Line) -> str:
    if line.goal is None:
        return ""
    return f"{'≤' if line.goal.at_most else '≥'} {_number(line.goal.value)}"


def _number(value: float) -> str:
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
