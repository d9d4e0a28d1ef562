"""`make calibrate`: does the made-up town come out like the published figures?

    python -m bench.calibrate [--seeds SEED ...] [--days N] [--warm-up N] [--processes N]

Each seed is a town of its own. Its events go through the core (`flow.pathway`), and what the
journeys say is counted (`flow/simulate/figures.py`); nothing is read from the model. Prints the
mean over the seeds, the least and the greatest, and whether the mean lies within the tolerance of
`flow/simulate/published.toml`; then what the files of NHS England say, where they are here.
Exit code 1 where a figure does not fit.

What a seed gave is kept in `.cache/calibrate`: after an interruption the same command runs the
rest, and one with fewer seeds prints their table. What other code in `flow` gave is not used again.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

import flow
from bench.england import DATA, England, read_england
from flow.engine.garbage import seldom_collect_garbage
from flow.simulate.feed import Feed
from flow.simulate.figures import figures, fold, published
from flow.simulate.town import load_town

START = datetime(2026, 3, 2, tzinfo=UTC)
SEEDS = tuple(range(1, 21))
KEPT = Path(".cache/calibrate")
EXIT_DOES_NOT_FIT = 1


@dataclass(frozen=True, slots=True)
class Run:
    """What one seed gave."""

    figures: dict[str, float]
    events: int
    spells: int
    cpu_s: float


def run(seed: int, days: int, warm_up: int) -> Run:
    began = time.process_time()
    seldom_collect_garbage()  # every history lives until its figures are counted
    town, end = load_town(), START + timedelta(days=days)
    feed = Feed(seed, START, town, warm_up=timedelta(days=warm_up))
    journeys, reports = fold(feed.events(end))
    beds = sum(sum(hospital.wards.values()) for hospital in town.hospital)
    found = figures(journeys, reports, START, end, beds=beds)
    return Run(
        found,
        sum(journey.steps for journey in journeys),
        sum(len(journey.spells) for journey in journeys),
        time.process_time() - began,
    )


def run_once(seed: int, kept: Path, days: int, warm_up: int) -> Run:
    """As `run`, or what it gave before; `kept` is a folder of the same code and arguments."""
    path = kept / f"seed-{seed}.json"
    if path.exists():
        return Run(**json.loads(path.read_text(encoding="utf-8")))
    found = run(seed, days, warm_up)
    # Renamed when it is whole: an interruption leaves no half of it.
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(found)), encoding="utf-8")
    unfinished.rename(path)
    return found


def folder_of_runs(days: int, warm_up: int) -> Path:
    """Where runs of this code are kept: another one for any change in `flow`, town and policy."""
    digest = hashlib.sha256()
    sources = Path(flow.__file__).parent
    for path in sorted(path for path in sources.rglob("*") if path.suffix in {".py", ".toml"}):
        digest.update(path.relative_to(sources).as_posix().encode() + path.read_bytes())
    folder = KEPT / f"{digest.hexdigest()[:12]}-{START:%Y-%m-%d}-{days}-{warm_up}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def show(runs: Sequence[Run], england: England | None) -> bool:
    """Prints the table; whether everything fits."""
    console = Console() if Console().is_terminal else Console(width=120)
    table = Table(title=f"the made-up town against published figures, {len(runs)} seeds")
    table.add_column("figure")
    for column in ("town", "least … greatest", "published", "within"):
        table.add_column(column, justify="right")
    for column in ("fits", "unit and source"):
        table.add_column(column)
    misfits = []
    for target in published():
        values = [run.figures[target.figure] for run in runs]
        fits = abs(mean(values) - target.value) <= target.tolerance
        if not fits:
            misfits.append(target.figure)
        table.add_row(
            target.figure, f"{mean(values):.2f}", f"{min(values):.1f} … {max(values):.1f}",
            f"{target.value:g}", f"± {target.tolerance:g}", "yes" if fits else "NO",
            f"{target.unit}; {target.source}",
        )  # fmt: skip
    console.print(table)
    console.print(f"does not fit: {', '.join(misfits) if misfits else 'nothing'}")
    if england is None:
        console.print(
            f"WARNING: the files of NHS England are not at {DATA}: not compared with them"
        )
    else:
        _show_england(console, england, [run.figures for run in runs])
    return not misfits


def _show_england(console: Console, england: England, found: Sequence[Mapping[str, float]]) -> None:
    """Side by side, without a tolerance: months, and who was counted, differ."""
    table = Table(title="the same against the files of NHS England")
    table.add_column("figure")
    for column in ("town", "England", "Leeds RR8"):
        table.add_column(column, justify="right")
    for figure, (whole, leeds) in england.figures.items():
        town = f"{mean(each[figure] for each in found):.1f}"
        table.add_row(figure, town, f"{whole:.1f}" if whole else "", f"{leeds:.1f}")
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calibrate")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, metavar="SEED")
    parser.add_argument("--days", type=int, default=91)
    parser.add_argument("--warm-up", type=int, default=90)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    kept = folder_of_runs(options.days, options.warm_up)
    one = partial(run_once, kept=kept, days=options.days, warm_up=options.warm_up)
    runs = []
    with ProcessPoolExecutor(options.processes, max_tasks_per_child=1) as pool:
        for seed, each in zip(options.seeds, pool.map(one, options.seeds), strict=True):
            runs.append(each)
            print(f"seed {seed}: {each.cpu_s:.0f} s of CPU", flush=True)
    fits = show(runs, read_england())
    print(
        f"{sum(each.spells for each in runs):,} spells, {sum(each.events for each in runs):,}"
        f" events; {mean(each.cpu_s for each in runs):.0f} s of CPU a seed"
    )
    return 0 if fits else EXIT_DOES_NOT_FIT


if __name__ == "__main__":
    sys.exit(main())
