"""`python -m dashboards [FOLDER]`: write the dashboards, their page, and the runbook as a page of
Prometheus below the folder."""

import sys
from pathlib import Path

from dashboards import capacity, flow, outcomes, page, runbook, service
from dashboards.board import render

BOARDS = (flow.BOARD, capacity.BOARD, outcomes.BOARD, service.BOARD)


def write(root: Path) -> None:
    """deploy/grafana/dashboards/*.json, docs/dashboards.md and the console below `root`."""
    folder = root / "deploy" / "grafana" / "dashboards"
    folder.mkdir(parents=True, exist_ok=True)
    for board in BOARDS:
        name = board.uid.removeprefix("discharge-flow-")
        (folder / f"{name}.json").write_text(render(board), encoding="utf-8")
    docs = root / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "dashboards.md").write_text(page.render(BOARDS), encoding="utf-8")
    consoles = root / "deploy" / "prometheus" / "consoles"
    consoles.mkdir(parents=True, exist_ok=True)
    (consoles / "runbook.html").write_text(runbook.render(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
